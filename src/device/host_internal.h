/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HOST_INTERNAL_H
#define DEVICE_HOST_INTERNAL_H

#include "device/host_log.h"
#include "device/transport.h"

/**
 * host_internal - a host, for its two files: host.c keeps the line and calls
 * the driver, host_ask.c takes what is asked of it.
 */
struct job {
	struct job *next;
	uint32_t id;
	size_t n;
	uint8_t byte[];
};

/* The configuration as it was given, in one piece of memory. */
struct kept_conf {
	struct device_conf conf;
	struct device_opt_value *opt;
	char *text;
};

struct device_host {
	const struct device_driver *driver;
	struct kept_conf kept;
	struct device_line line;
	struct clock clock;
	device_event_fn fn;
	void *arg;
	device_trace_fn trace; /* NULL nobody looks */
	void *trace_arg;
	void *state;
	struct transport *t; /* NULL: down */
	bool ready;          /* its transport is */
	bool poke;           /* the driver was asked for something */

	struct job *head; /* the first is with the driver when running */
	struct job **tail;
	size_t n_job;
	bool running;

	struct display_frame frame; /* the newest one */
	bool has_frame;

	struct device_out out;
	uint8_t pend[DEVICE_OUT_BYTES];
	size_t pend_at;
	size_t pend_n;
	uint8_t urgent[DEVICE_OUT_URGENT];
	size_t n_urgent;

	struct mono deadline; /* the driver's; us < 0 never */
	struct mono retry;
	struct mono give_up; /* connecting */
	struct mono since;   /* ready */
	unsigned tries;
	bool told; /* DOWN was said */

	struct host_log log;
};

/** Bytes of the running job went out. */
bool device_head_touched(const struct device_host *h);

#endif
