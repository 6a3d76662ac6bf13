/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/**
 * device - drivers as pure state machines, and the host that feeds them.
 *
 * A driver turns bytes and time into bytes, events and a next deadline; it
 * never reads, writes, sleeps, logs or allocates.  The host owns transport,
 * reconnect, staleness and the log.  Drivers stand in one explicit table.
 */
enum device_class { DEVICE_PRINTER, DEVICE_CLASS_COUNT };

enum device_event_kind {
	DEVICE_READY,
	DEVICE_DOWN,	    /* text says why */
	DEVICE_JOB_DONE,    /* job: everything is on paper */
	DEVICE_JOB_FAILED,  /* job: cause in text */
	DEVICE_JOB_UNKNOWN, /* job: silence; it may be on paper */
	DEVICE_PAPER_LOW,
	DEVICE_PAPER_OUT,
	DEVICE_COVER_OPEN,
	DEVICE_DRAWER_OPEN,
	DEVICE_DRAWER_SHUT
};

struct device_event {
	enum device_event_kind kind;
	uint32_t job;
	char text[80];
};

/** What one step gives; the host empties it before, and sets backlog to the
 * bytes of earlier steps that the transport has not taken yet, so that a
 * driver can hold back. */
#define DEVICE_OUT_BYTES 4096
#define DEVICE_OUT_EVENTS 8
struct device_out {
	size_t backlog; /* in */
	uint8_t byte[DEVICE_OUT_BYTES];
	size_t n_byte;
	struct device_event event[DEVICE_OUT_EVENTS];
	size_t n_event;
	struct mono deadline; /* call step again then; us < 0: never */
};

struct device_opt {
	const char *name; /* key in [printer] etc. */
	const char *help;
	const char *fallback;
};

/** A printer job: bytes already laid out by the driver's encoder. */
struct printer_ops {
	/** step(state, now, in, n_in, out): consume bytes and time. */
	void (*step)(void *state, struct mono now, const uint8_t *in,
		size_t n_in, struct device_out *out);
	/** job(state, id, p, n): begin printing n bytes, borrowed until a
	 * JOB event.  RC_AGAIN one is running. */
	enum rc (*job)(void *state, uint32_t id, const uint8_t *p, size_t n);
	/** progress(state): bytes of the running job handed out so far. */
	size_t (*progress)(const void *state);
};

struct device_driver {
	const char *name; /* "escpos" */
	const char *summary;
	enum device_class class_;
	const struct device_opt *opt;
	size_t n_opt;
	size_t state_size;
	void (*open)(void *state, bool write_only);
	const struct printer_ops *printer;
};

extern const struct device_driver *const device_drivers[];
extern const size_t device_n_drivers;
const struct device_driver *device_driver_find(const char *name);

/* --- transports --------------------------------------------------------------- */

struct transport;

/** transport_check(uri, reterr): whether this version knows such an address;
 * opens nothing.  RC_NOTFOUND "serial:" (in words), RC_INVAL any other. */
MUST_CHECK enum rc transport_check(const char *uri, struct err *reterr);

/**
 * transport_open(uri, ret, reterr):
 * "file:PATH" opens PATH without blocking: a FIFO is written, a character
 * device written and, where it can answer, read (a terminal line is made
 * raw), a regular file appended and made when missing (but not below /dev).
 * Errors   as transport_check(); RC_DOWN not there or not permitted; RC_NOMEM.
 */
MUST_CHECK enum rc transport_open(
	const char *uri, struct transport **ret, struct err *reterr);
void transport_close(struct transport *t);
int transport_fd(const struct transport *t);
bool transport_write_only(const struct transport *t);
/** RC_AGAIN would block, RC_DOWN gone. */
MUST_CHECK enum rc transport_write(struct transport *t, const uint8_t *p,
	size_t n, size_t *ret_n, struct err *reterr);
MUST_CHECK enum rc transport_read(struct transport *t, uint8_t *p, size_t cap,
	size_t *ret_n, struct err *reterr);

/* --- host ------------------------------------------------------------------------ */

struct device_host;

typedef void (*device_event_fn)(void *arg, const struct device_event *ev);

/**
 * device_host_open(driver, uri, clock, fn, arg, ret, reterr):
 * Never fails for a device that is not there: device_host_poll() opens it,
 * retries with back-off (0.5, 1, 2, 5 s) and says so by event, once.
 * A job of which no byte went out waits for the device to come back; one that
 * was under way when it went is JOB_UNKNOWN and never sent again.
 * Input    fn(arg, event) is called from device_host_poll() only; it may call
 *          device_host_print().
 * Errors   RC_NOTFOUND no such driver or transport, RC_INVAL bad uri, RC_NOMEM.
 */
MUST_CHECK enum rc device_host_open(const char *driver, const char *uri,
	const struct clock *clock, device_event_fn fn, void *arg,
	struct device_host **ret, struct err *reterr);
void device_host_close(struct device_host *h);
/** device_host_print(h, job, p, n): copies p, queues it; RC_NOSPC queue full. */
MUST_CHECK enum rc device_host_print(struct device_host *h, uint32_t job,
	const uint8_t *p, size_t n, struct err *reterr);
/** device_host_poll(h): move bytes as far as it goes without blocking; returns
 * the time to be called again at the latest; us < 0: only when the descriptor
 * is ready or a job was added. */
struct mono device_host_poll(struct device_host *h);
/** fd to watch (-1 none) and the poll events it waits for. */
int device_host_fd(const struct device_host *h, short *ret_events);
/** device_host_touched(h, job): whether bytes of a queued job went out. */
bool device_host_touched(const struct device_host *h, uint32_t job);
bool device_host_idle(const struct device_host *h);
bool device_host_up(const struct device_host *h);

#endif
