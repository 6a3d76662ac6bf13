/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DEVICE_STATE_H
#define REGISTER_DEVICE_STATE_H

#include "register/till_device.h"

/**
 * device_state - how the register's devices are, for who asks beside it: the
 * register has their lines, and nobody else can look.  DIR/devices, one row a
 * device, name, word and text with a blank between; written over with each
 * change, never flushed, and of no meaning when no register runs.
 */
struct device_state {
	char name[CONFIG_DEVICE_NAME_BYTES];
	char word[16];
	char text[DEVICE_TEXT_BYTES];
};

/** device_state_save(t): as the ports of ${t} are now; what fails, fails. */
void device_state_save(const struct till *t);

/** device_state_held(dir): whether a program has the store, and with it the
 * devices. */
bool device_state_held(const char *dir);

/** device_state_load(dir, ret, cap): how many. */
size_t device_state_load(
	const char *dir, struct device_state ret[], size_t cap);

#endif
