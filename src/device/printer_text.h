/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PRINTER_TEXT_H
#define DEVICE_PRINTER_TEXT_H

#include <stddef.h>

/** printer_text - data/printers.conf, made part of the program when it is
 * built, so that a printer is known wherever the program is. */
extern const unsigned char printer_text[];
extern const size_t printer_text_n;

#endif
