/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_STAR_H
#define DEVICE_STAR_H

#include "device/device.h"

/**
 * star - Star printers in the Line and PRNT languages.  Status is asked for
 * (ESC ACK SOH) and is heard when the printer sends it by itself; a job ends
 * with an ETB, which the printer counts when everything before it is on paper.
 * What waits, goes on and is never sent again is as in device/escpos_driver.h.
 */
extern const struct device_driver star_driver;

/** star_span(p, n): as escpos_span(). */
size_t star_span(const uint8_t *p, size_t n);

#endif
