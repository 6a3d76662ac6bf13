/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DEVICE_STATE_H
#define REGISTER_DEVICE_STATE_H

#include "register/till_device.h"

/**
 * device_state - how devices are, for who asks beside the program that has
 * their lines, when nobody else can look: DIR/devices of the register,
 * DIR/poles of `holdfast display`.  One row a device, name, word and text with
 * a blank between; written over with each change, never flushed, and of no
 * meaning when that program does not run.
 */
#define DEVICE_STATE_REGISTER "devices"
#define DEVICE_STATE_POLES "poles"

struct device_state {
	char name[CONFIG_DEVICE_NAME_BYTES];
	char word[16];
	char text[DEVICE_TEXT_BYTES];
};

/** device_state_save(t): as the ports of ${t} are now; what fails, fails. */
void device_state_save(const struct till *t);

/** device_state_write(dir, file, s, n): what fails, fails. */
void device_state_write(const char *dir, const char *file,
	const struct device_state s[], size_t n);

/** device_state_held(dir): whether a program has the store, and with it the
 * devices. */
bool device_state_held(const char *dir);

/** device_state_load(dir, file, ret, cap): how many. */
size_t device_state_load(const char *dir, const char *file,
	struct device_state ret[], size_t cap);

#endif
