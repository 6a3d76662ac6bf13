/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DEVICE_REPLAY_H
#define TESTS_DEVICE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sbuf.h"
#include "device/device.h"

/**
 * replay - a driver played against a log; tests/device/replay/README has the
 * form.  A log is read once and played as often as one likes.
 */
struct replay;

enum replay_how { REPLAY_WHOLE, REPLAY_BYTES, REPLAY_CUT, REPLAY_NOISE };

/** replay_load(path, why, cap): NULL: it is no log, ${why} says where. */
struct replay *replay_load(const char *path, char *why, size_t cap);
void replay_free(struct replay *r);
/** Bytes of input it has. */
size_t replay_input(const struct replay *r);
/** replay_play(r, how, at, why, cap): ${at}: cut behind so many bytes, or the
 * seed of the noise. False: ${why} says what was not as it must be. */
bool replay_play(struct replay *r, enum replay_how how, size_t at, char *why,
	size_t cap);

/** replay_event(e, out): an event as the logs have it. */
void replay_event(const struct device_event *e, struct sbuf *out);

#endif
