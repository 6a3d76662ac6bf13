/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SCANNER_H
#define DEVICE_SCANNER_H

#include "device/device.h"

/**
 * scanner - a bar code scanner on a serial line.
 *
 *     [prefix] [AIM identifier] symbol suffix...
 *
 * A symbol ends with any byte of the suffix set, or with a pause.  What ends
 * with a pause is no symbol where symbols end with a suffix: it is half a
 * number.  Behind two of them it is the scanner that has changed.  A prefix
 * of one control byte (STX) also begins a symbol anew, so that what was cut off
 * before it, or noise, is no part of it.
 *
 * DEVICE_SCAN has the AIM identifier (ISO/IEC 15424) as the scanner sent it;
 * group and record separators (1D, 1E, 04, 1F) stand as they are.  Text that is
 * no UTF-8 is read as Latin-1.  A symbol with another control byte in it, or
 * one of more than SCANNER_SYMBOL_MAX bytes, is noise: dropped, with a note.
 */
#define SCANNER_SYMBOL_MAX 512

extern const struct device_driver scanner_driver;

#endif
