/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "device/device.h"

#include "base/poison.h"

#define QUEUE_MAX 32u
#define ROUNDS_MAX 64
#define IN_BYTES 512
#define MS INT64_C(1000)

struct job {
	struct job *next;
	uint32_t id;
	size_t n;
	uint8_t byte[];
};

struct device_host {
	const struct device_driver *driver;
	struct clock clock;
	device_event_fn fn;
	void *arg;
	char *uri;
	void *state;
	struct transport *t; /* NULL: down */

	struct job *head; /* the first is with the driver when running */
	struct job **tail;
	size_t n_job;
	bool running;

	struct device_out out;
	uint8_t pend[DEVICE_OUT_BYTES];
	size_t pend_at;
	size_t pend_n;

	struct mono deadline; /* the driver's; us < 0 never */
	struct mono retry;
	unsigned tries;
	bool told; /* DOWN was said */
};

static int64_t
back_off(unsigned tries)
{
	static const int64_t wait[] = {500 * MS, 1000 * MS, 2000 * MS};

	return tries < ARRAY_LEN(wait) ? wait[tries] : 5000 * MS;
}

enum rc
device_host_open(const char *driver, const char *uri, const struct clock *clock,
	device_event_fn fn, void *arg, struct device_host **ret,
	struct err *reterr)
{
	const struct device_driver *d = device_driver_find(driver);
	struct device_host *h;
	enum rc rc;

	if (d == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "device",
			"no driver is called %s: this version has escpos",
			driver);
	}
	rc = transport_check(uri, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	h = calloc(1, sizeof(*h));
	if (h != NULL) {
		h->uri = strdup(uri);
		h->state = calloc(1, d->state_size);
	}
	if (h == NULL || h->uri == NULL || h->state == NULL) {
		device_host_close(h);
		return err_set(reterr, RC_NOMEM, 0, "device",
			"no memory for a device");
	}
	h->driver = d;
	h->clock = *clock;
	h->fn = fn;
	h->arg = arg;
	h->tail = &h->head;
	h->deadline.us = -1;
	*ret = h;
	return RC_OK;
}

void
device_host_close(struct device_host *h)
{
	if (h == NULL) {
		return;
	}
	while (h->head != NULL) {
		struct job *j = h->head;

		h->head = j->next;
		free(j);
	}
	transport_close(h->t);
	free(h->state);
	free(h->uri);
	free(h);
}

enum rc
device_host_print(struct device_host *h, uint32_t job, const uint8_t *p,
	size_t n, struct err *reterr)
{
	struct job *j;

	if (h->n_job == QUEUE_MAX) {
		return err_set(reterr, RC_NOSPC, 0, "device",
			"%u jobs wait for the printer already: look at it",
			QUEUE_MAX);
	}
	j = malloc(sizeof(*j) + n);
	if (j == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "device",
			"no memory for a print job");
	}
	j->next = NULL;
	j->id = job;
	j->n = n;
	if (n > 0) {
		memcpy(j->byte, p, n);
	}
	*h->tail = j;
	h->tail = &j->next;
	h->n_job++;
	return RC_OK;
}

static void
pop_job(struct device_host *h)
{
	struct job *j = h->head;

	h->head = j->next;
	if (h->head == NULL) {
		h->tail = &h->head;
	}
	h->n_job--;
	h->running = false;
	free(j);
}

static void
say(struct device_host *h, enum device_event_kind kind, uint32_t job,
	const char *text)
{
	struct device_event e = {.kind = kind, .job = job};
	struct sbuf b;

	sbuf_init(&b, e.text, sizeof(e.text));
	sbuf_puts(&b, text);
	h->fn(h->arg, &e);
}

/* Bytes of the running job that the transport took. */
static bool
head_touched(const struct device_host *h)
{
	size_t given = h->running ? h->driver->printer->progress(h->state) : 0;

	return given > h->pend_n - h->pend_at;
}

/* The device is gone.  A job of which nothing went out stays in the queue; of
 * one that was under way nobody can say how far it got. */
static void
go_down(struct device_host *h, struct mono now, const char *why)
{
	bool touched = head_touched(h);
	uint32_t id = h->running ? h->head->id : 0;

	transport_close(h->t);
	h->t = NULL;
	h->pend_n = 0;
	h->pend_at = 0;
	h->deadline.us = -1;
	h->running = false;
	h->retry.us = now.us + back_off(h->tries);
	h->tries++;
	if (touched) {
		pop_job(h);
		say(h, DEVICE_JOB_UNKNOWN, id, why);
	}
	if (!h->told) {
		h->told = true;
		say(h, DEVICE_DOWN, 0, why);
	}
}

static void
try_open(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};

	if (transport_open(h->uri, &h->t, &e) != RC_OK) {
		h->t = NULL;
		go_down(h, now, e.msg);
		return;
	}
	h->driver->open(h->state, transport_write_only(h->t));
	h->told = false;
	h->deadline = now;
	say(h, DEVICE_READY, 0, "");
}

/* True when bytes moved. */
static bool
flush_pending(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};
	bool moved = false;

	while (h->t != NULL && h->pend_at < h->pend_n) {
		size_t n = 0;
		enum rc rc = transport_write(h->t, h->pend + h->pend_at,
			h->pend_n - h->pend_at, &n, &e);

		if (rc == RC_AGAIN) {
			break;
		}
		if (rc != RC_OK) {
			go_down(h, now, e.msg);
			return false;
		}
		h->pend_at += n;
		h->tries = 0;
		moved = true;
	}
	if (h->pend_at == h->pend_n) {
		h->pend_at = 0;
		h->pend_n = 0;
	}
	return moved;
}

static void
hand_event(struct device_host *h, const struct device_event *e)
{
	if (e->kind == DEVICE_JOB_DONE || e->kind == DEVICE_JOB_FAILED ||
		e->kind == DEVICE_JOB_UNKNOWN) {
		if (e->kind != DEVICE_JOB_DONE) {
			/* What the printer never took is not for it later. */
			h->pend_at = 0;
			h->pend_n = 0;
		}
		if (h->running) {
			pop_job(h);
		}
	}
	h->fn(h->arg, e);
}

/* One step of the driver with what came in; true when something happened. */
static bool
step(struct device_host *h, struct mono now, const uint8_t *in, size_t n_in)
{
	const struct printer_ops *ops = h->driver->printer;
	size_t n_event;

	if (!h->running && h->head != NULL &&
		ops->job(h->state, h->head->id, h->head->byte, h->head->n) ==
			RC_OK) {
		h->running = true;
	}
	h->out.n_byte = 0;
	h->out.n_event = 0;
	h->out.deadline.us = -1;
	h->out.backlog = h->pend_n - h->pend_at;
	ops->step(h->state, now, in, n_in, &h->out);
	h->deadline = h->out.deadline;
	if (h->out.n_byte > sizeof(h->pend) - h->pend_n) {
		memmove(h->pend, h->pend + h->pend_at, h->pend_n - h->pend_at);
		h->pend_n -= h->pend_at;
		h->pend_at = 0;
	}
	if (h->out.n_byte <= sizeof(h->pend) - h->pend_n) {
		memcpy(h->pend + h->pend_n, h->out.byte, h->out.n_byte);
		h->pend_n += h->out.n_byte;
	}
	n_event = h->out.n_event;
	for (size_t i = 0; i < n_event; i++) {
		hand_event(h, &h->out.event[i]);
	}
	return n_event > 0 || h->out.n_byte > 0;
}

static bool
due(struct mono deadline, struct mono now)
{
	return deadline.us >= 0 && deadline.us <= now.us;
}

/* One round: bytes out, bytes in, a step of the driver when there is cause. */
static bool
round_trip(struct device_host *h, struct mono now)
{
	uint8_t in[IN_BYTES];
	struct err e = {.rc = RC_OK};
	size_t n = 0;
	bool moved = flush_pending(h, now);
	bool cause;
	enum rc rc;

	if (h->t == NULL) {
		return false;
	}
	rc = transport_read(h->t, in, sizeof(in), &n, &e);
	if (rc == RC_DOWN) {
		go_down(h, now, e.msg);
		return false;
	}
	cause = moved || n > 0 || due(h->deadline, now) ||
		(!h->running && h->head != NULL);
	return cause && step(h, now, in, n);
}

struct mono
device_host_poll(struct device_host *h)
{
	struct mono now = clock_read(&h->clock).mono;
	struct mono next;

	if (h->t == NULL && now.us >= h->retry.us) {
		try_open(h, now);
	}
	for (int i = 0; h->t != NULL && i < ROUNDS_MAX; i++) {
		if (!round_trip(h, now)) {
			break;
		}
	}
	next = h->t == NULL ? h->retry : h->deadline;
	return next;
}

int
device_host_fd(const struct device_host *h, short *ret_events)
{
	*ret_events = 0;
	if (h->t == NULL) {
		return -1;
	}
	if (!transport_write_only(h->t)) {
		*ret_events |= POLLIN;
	}
	if (h->pend_at < h->pend_n) {
		*ret_events |= POLLOUT;
	}
	return transport_fd(h->t);
}

bool
device_host_touched(const struct device_host *h, uint32_t job)
{
	return h->head != NULL && h->head->id == job && head_touched(h);
}

bool
device_host_idle(const struct device_host *h)
{
	return h->head == NULL && h->pend_at == h->pend_n;
}

bool
device_host_up(const struct device_host *h)
{
	return h->t != NULL;
}
