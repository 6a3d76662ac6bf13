/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_POLE_DRIVERS_H
#define DEVICE_POLE_DRIVERS_H

#include "device/device.h"

/** pole_drivers - customers' displays of two rows of twenty;
 * holdfast-cd5220(4) and its like. */
extern const struct device_driver pole_cd5220_driver;
extern const struct device_driver pole_dmd_driver;
extern const struct device_driver pole_logic_driver;
extern const struct device_driver pole_plain_driver;

#endif
