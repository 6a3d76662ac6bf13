/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_devices.h"

#include <string.h>

#include "base/poison.h"

const struct sim_device *const sim_devices[] = {
	&sim_caisse,
	&sim_caisse_e,
	&sim_escpos,
	&sim_star,
	&sim_plain,
	&sim_apg,
	&sim_bytes,
	&sim_scanner,
	&sim_zvt,
	&sim_8217,
	&sim_nci,
	&sim_cas,
	&sim_magellan,
	&sim_dialog02,
	&sim_cd5220,
	&sim_dmd,
	&sim_logic,
};
const size_t sim_n_devices = ARRAY_LEN(sim_devices);

const struct sim_device *
sim_device_find(const char *name)
{
	for (size_t i = 0; i < sim_n_devices; i++) {
		if (strcmp(sim_devices[i]->name, name) == 0) {
			return sim_devices[i];
		}
	}
	return NULL;
}
