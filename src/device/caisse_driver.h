/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CAISSE_DRIVER_H
#define DEVICE_CAISSE_DRIVER_H

#include "device/device.h"

/**
 * caisse_driver - Caisse-AP terminals: `caisse` speaks version 3 in text over
 * TCP or on the serial link, `caisse-e` the older E and E+ on the serial link.
 */
extern const struct device_driver caisse_driver;
extern const struct device_driver caisse_e_driver;

#endif
