/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HOST_LOG_H
#define DEVICE_HOST_LOG_H

#include "device/host.h"

/**
 * host_log - what a device has to say for the log, in bounds: a device that is
 * broken says the same thing for ever.
 */
#define HOST_LOG_PLACES 8

struct host_log {
	device_log_fn fn; /* NULL: none */
	void *arg;
	struct {
		char text[DEVICE_TEXT_BYTES];
		struct mono said; /* last time */
		uint32_t unsaid;  /* since then */
	} place[HOST_LOG_PLACES];
	size_t next; /* place to be taken over */
};

/** host_log_say(l, now, name, text): "NAME: TEXT", at most every 10 s, with
 * "(17 times)" for what was kept back. */
void host_log_say(struct host_log *l, struct mono now, const char *name,
	const char *text);

#endif
