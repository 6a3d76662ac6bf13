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

/* A display on the printer's line, before it. */
struct device_front {
	const struct device_driver *driver;
	struct kept_conf kept;
	void *state;
	bool sent; /* bytes of it are among those that wait */
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

	struct device_front *front; /* NULL: none */
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

/** device_conf_keep(k, c): a copy; false: no memory.  device_conf_drop(k). */
MUST_CHECK bool device_conf_keep(
	struct kept_conf *k, const struct device_conf *c);
void device_conf_drop(struct kept_conf *k);

/** device_host_clear(h): h->out, before a step.  device_host_take(h): its
 * bytes, behind those that wait. */
void device_host_clear(struct device_host *h);
void device_host_take(struct device_host *h);

/**
 * The display in front; nothing where there is none.
 * device_front_open(h): the line was opened.  device_front_step(h, now): a step
 * of it when the printer is between two commands; true when it gave bytes.
 * device_front_gone(h): all that waited went out, or is dropped.  device_front_on_way(h): bytes of it wait, and are
 * not for dropping.
 */
void device_front_open(struct device_host *h);
bool device_front_step(struct device_host *h, struct mono now);
void device_front_gone(struct device_host *h);
bool device_front_on_way(const struct device_host *h);
void device_front_close(struct device_host *h);

#endif
