/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HOST_LOG_H
#define DEVICE_HOST_LOG_H

#include "device/host.h"

/**
 * host_log - what a device has to say for the log, in bounds: a device that is
 * broken says the same thing for ever.
 */
#define HOST_LOG_PLACES 8
#define HOST_LOG_LINES 20u /* in 10 s */

struct host_log {
	device_log_fn fn; /* NULL: none */
	void *arg;
	struct {
		char text[DEVICE_TEXT_BYTES];
		struct mono said;  /* last time */
		struct mono came;  /* the same, said or not */
		int64_t gap_us;    /* to the next one */
		uint32_t unsaid;   /* since it was said */
	} place[HOST_LOG_PLACES];
	size_t next; /* place to be taken over */
	struct mono begun; /* of the 10 s that are counted now */
	unsigned n;	   /* lines in them */
	uint32_t dropped;
};

/** host_log_say(l, now, name, text): "NAME: TEXT", the same text at most every
 * 10 s, and of one that goes on ever more seldom, down to every 10 minutes,
 * with "(and 17 times before)" for what was kept back; of all texts together
 * HOST_LOG_LINES in 10 s. */
void host_log_say(struct host_log *l, struct mono now, const char *name,
	const char *text);

#endif
