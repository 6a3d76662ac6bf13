/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "device/caisse_driver.h"
#include "device/device.h"
#include "device/drawer.h"
#include "device/escpos_driver.h"
#include "device/pole_drivers.h"
#include "device/scale_drivers.h"
#include "device/scanner.h"
#include "device/star.h"
#include "device/zvt_driver.h"

#include "base/poison.h"

const struct device_driver *const device_drivers[] = {
	&escpos_driver,
	&star_driver,
	&scale_8217_driver,
	&scale_nci_driver,
	&scale_cas_driver,
	&scale_magellan_driver,
	&scale_dialog02_driver,
	&apg_driver,
	&bytes_driver,
	&scanner_driver,
	&pole_cd5220_driver,
	&pole_dmd_driver,
	&pole_logic_driver,
	&pole_plain_driver,
	&caisse_driver,
	&caisse_e_driver,
	&zvt_driver,
};
const size_t device_n_drivers = ARRAY_LEN(device_drivers);

const struct device_driver *
device_driver_find(const char *name)
{
	for (size_t i = 0; i < device_n_drivers; i++) {
		if (strcmp(device_drivers[i]->name, name) == 0) {
			return device_drivers[i];
		}
	}
	return NULL;
}
