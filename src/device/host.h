/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HOST_H
#define DEVICE_HOST_H

#include "device/device.h"

/**
 * host - a driver and its line: opens it, opens it again with back-off (0.5,
 * 1, 2, 5 s; of a patient driver 60 s), moves bytes, calls the driver when it must be, and hands its
 * events on.  No call blocks.
 */
struct device_host;

/** Called from device_host_poll() only; may call device_host_print() and its
 * like, not device_host_close(). */
typedef void (*device_event_fn)(void *arg, const struct device_event *ev);
/** A line for the log, without its end, as seldom as device/host_log.h says. */
typedef void (*device_log_fn)(void *arg, const char *line);

/**
 * device_host_open(conf, clock, fn, arg, ret, reterr):
 * Copies *conf.  Never fails for a device that is not there: poll opens it and
 * says DEVICE_DOWN once, DEVICE_READY when it is there.
 * A job of which no byte went out waits for the device to come back; one that
 * was under way when it went is JOB_UNKNOWN and never sent again.
 * Errors   RC_NOTFOUND no such driver; RC_INVAL address, line or option;
 *          RC_NOMEM.
 */
MUST_CHECK enum rc device_host_open(const struct device_conf *conf,
	const struct clock *clock, device_event_fn fn, void *arg,
	struct device_host **ret, struct err *reterr);
/** device_host_open_own(driver, conf, ...): the same with a driver that stands
 * in no table; conf->driver is not looked at, nor is any option. */
MUST_CHECK enum rc device_host_open_own(const struct device_driver *driver,
	const struct device_conf *conf, const struct clock *clock,
	device_event_fn fn, void *arg, struct device_host **ret,
	struct err *reterr);
void device_host_close(struct device_host *h);
void device_host_log(struct device_host *h, device_log_fn fn, void *arg);

/** device_host_trace(h, fn, arg): the bytes of the line as they pass; never
 * those of a card terminal. */
typedef void (*device_trace_fn)(
	void *arg, bool sent, const uint8_t *p, size_t n);
void device_host_trace(struct device_host *h, device_trace_fn fn, void *arg);

/** device_host_poll(h): move bytes as far as it goes without blocking; returns
 * the time to be called again at the latest; us < 0: only when the descriptor
 * is ready or something was asked. */
struct mono device_host_poll(struct device_host *h);
/** fd to watch (-1 none) and the poll events it waits for. */
int device_host_fd(const struct device_host *h, short *ret_events);
bool device_host_up(const struct device_host *h);
const struct device_driver *device_host_driver(const struct device_host *h);
/** device_host_again(h): open a line that is down at once, not when its
 * back-off ends: somebody asked for it. */
void device_host_again(struct device_host *h);

/** device_host_print(h, job, p, n): copies p, queues it; RC_NOSPC queue full. */
MUST_CHECK enum rc device_host_print(struct device_host *h, uint32_t job,
	const uint8_t *p, size_t n, struct err *reterr);
/** device_host_touched(h, job): whether bytes of a queued job went out. */
bool device_host_touched(const struct device_host *h, uint32_t job);
bool device_host_idle(const struct device_host *h);

/** The driver's ops by their names; bytes go out with the next poll.
 * RC_DOWN it is not there: nothing was asked, no event will come;
 * RC_AGAIN, RC_INVAL as the driver says. */
MUST_CHECK enum rc device_host_open_drawer(
	struct device_host *h, uint32_t id, struct err *reterr);
/** device_host_drawer_pin(h, pin): as drawer_ops.pin; nothing where there is one
 * drawer. */
void device_host_drawer_pin(struct device_host *h, unsigned pin);
MUST_CHECK enum rc device_host_ask(struct device_host *h, uint32_t id,
	const struct pinpad_ask *ask, struct err *reterr);
void device_host_stored(struct device_host *h);
void device_host_cancel(struct device_host *h);
MUST_CHECK enum rc device_host_weigh(struct device_host *h, uint32_t id,
	const struct scale_ask *ask, struct err *reterr);
void device_host_rest(struct device_host *h);
MUST_CHECK enum rc device_host_scale(struct device_host *h,
	enum scale_command what, struct err *reterr);
MUST_CHECK enum rc device_host_worker(struct device_host *h, uint32_t id,
	const struct worker_ask *ask, struct err *reterr);
/** device_host_front(h, conf, reterr): a display that stands before the printer
 * of ${h} on the same line (a driver with the option shared): conf->port is not
 * used.  It has the line between two jobs, never within one, and after a job
 * that broke off when the printer's driver has mended that.
 * Errors   RC_INVAL no printer that speaks ESC/POS, no display that can share a
 *          line, or its options; RC_EXISTS there is one; RC_NOMEM. */
MUST_CHECK enum rc device_host_front(struct device_host *h,
	const struct device_conf *conf, struct err *reterr);
/** Kept while the device is down, and shown when it is there again; of a
 * printer it is the display in front that shows it. */
void device_host_show(
	struct device_host *h, const struct display_frame *frame);

#endif
