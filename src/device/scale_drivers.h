/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SCALE_DRIVERS_H
#define DEVICE_SCALE_DRIVERS_H

#include "device/device.h"

/** scale_drivers - counter scales; holdfast-8217(4) and its like. */
extern const struct device_driver scale_8217_driver;
extern const struct device_driver scale_nci_driver;
extern const struct device_driver scale_cas_driver;
extern const struct device_driver scale_magellan_driver;
extern const struct device_driver scale_dialog02_driver;

#endif
