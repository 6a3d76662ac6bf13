/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DRAWER_H
#define DEVICE_DRAWER_H

#include "device/device.h"

/**
 * drawer - cash drawers on a serial line of their own: bytes open them, and a
 * modem line or an answer says how they stand.  Two rows of the table:
 *
 *   apg     APG 484A (SerialPRO II) and 212A.  The 484A charges its solenoid
 *           from DTR and RTS: nothing happens in the first 12 s behind the
 *           opening of the port, and in the 6 s behind a pulse; a request
 *           waits so long.  Open or shut is on CTS or RI, by a switch.
 *   bytes   any other: which bytes, and what it answers, is configured.
 *
 * A drawer that says how it stands is opened when it says so; one that does
 * not is opened when its bytes have left.  A pulse is never given twice for one
 * request, and one that could not leave in time is thrown away with its line: a
 * drawer that opens minutes later opens for nobody.
 */
extern const struct device_driver apg_driver;
extern const struct device_driver bytes_driver;

#endif
