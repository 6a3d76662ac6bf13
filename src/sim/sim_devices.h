/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_SIM_DEVICES_H
#define SIM_SIM_DEVICES_H

#include "sim/sim.h"

/** sim_devices - what stands in the table; a line for each, by name. */
extern const struct sim_device sim_caisse;
extern const struct sim_device sim_caisse_e;
extern const struct sim_device sim_escpos;
extern const struct sim_device sim_star;
extern const struct sim_device sim_plain;
extern const struct sim_device sim_apg;
extern const struct sim_device sim_bytes;
extern const struct sim_device sim_scanner;
extern const struct sim_device sim_zvt;
extern const struct sim_device sim_8217;
extern const struct sim_device sim_nci;
extern const struct sim_device sim_cas;
extern const struct sim_device sim_magellan;
extern const struct sim_device sim_dialog02;
extern const struct sim_device sim_cd5220;
extern const struct sim_device sim_dmd;
extern const struct sim_device sim_logic;

#endif
