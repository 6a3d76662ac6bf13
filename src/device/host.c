/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/sbuf.h"
#include "device/host_internal.h"
#include "device/transport.h"

#include "base/poison.h"

#define ROUNDS_MAX 64
#define IN_BYTES 512
#define MS INT64_C(1000)
#define CONNECT_US (5000 * MS) /* an address */
#define STEADY_US (10000 * MS) /* a line that stayed begins back-off anew */
#define LOOK_US (50 * MS)      /* at a connection that is being made */
#define HELD_US (20 * MS)

static int64_t
back_off(const struct device_host *h)
{
	static const int64_t wait[] = {500 * MS, 1000 * MS, 2000 * MS};

	if (h->tries < ARRAY_LEN(wait)) {
		return wait[h->tries];
	}
	return h->driver->patient ? 60000 * MS : 5000 * MS;
}

/* --- open and close ------------------------------------------------------- */

static size_t
bytes_of(const struct device_conf *c)
{
	size_t n = strlen(c->name) + strlen(c->driver) + strlen(c->port) + 3;

	for (size_t i = 0; i < c->n_opt; i++) {
		n += strlen(c->opt[i].key) + strlen(c->opt[i].value) + 2;
	}
	return n;
}

static const char *
put_text(char **at, const char *text)
{
	size_t n = strlen(text) + 1;
	char *to = *at;

	memcpy(to, text, n);
	*at += n;
	return to;
}

bool
device_conf_keep(struct kept_conf *k, const struct device_conf *c)
{
	char *at;

	k->text = malloc(bytes_of(c));
	k->opt = calloc(c->n_opt + 1, sizeof(*k->opt));
	if (k->text == NULL || k->opt == NULL) {
		return false;
	}
	at = k->text;
	k->conf = *c;
	k->conf.name = put_text(&at, c->name);
	k->conf.driver = put_text(&at, c->driver);
	k->conf.port = put_text(&at, c->port);
	for (size_t i = 0; i < c->n_opt; i++) {
		k->opt[i].key = put_text(&at, c->opt[i].key);
		k->opt[i].value = put_text(&at, c->opt[i].value);
	}
	k->conf.opt = k->opt;
	return true;
}

void
device_conf_drop(struct kept_conf *k)
{
	free(k->opt);
	free(k->text);
}

enum rc
device_host_open(const struct device_conf *conf, const struct clock *clock,
	device_event_fn fn, void *arg, struct device_host **ret,
	struct err *reterr)
{
	const struct device_driver *d = device_driver_find(conf->driver);
	enum rc rc;

	if (d == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "device",
			"no driver is called '%s': 'holdfast device drivers' "
			"lists them",
			conf->driver);
	}
	rc = device_conf_check(conf, d->class_, reterr);
	return rc == RC_OK ? device_host_open_own(
				     d, conf, clock, fn, arg, ret, reterr)
			   : rc;
}

enum rc
device_host_open_own(const struct device_driver *d,
	const struct device_conf *conf, const struct clock *clock,
	device_event_fn fn, void *arg, struct device_host **ret,
	struct err *reterr)
{
	struct device_host *h = calloc(1, sizeof(*h));

	if (h != NULL) {
		h->state = calloc(1, d->state_size);
	}
	if (h == NULL || h->state == NULL ||
		!device_conf_keep(&h->kept, conf)) {
		device_host_close(h);
		return err_set(reterr, RC_NOMEM, 0, "device",
			"no memory for a device");
	}
	h->driver = d;
	h->line = device_conf_line(d, conf);
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
	device_front_close(h);
	device_conf_drop(&h->kept);
	free(h->state);
	free(h);
}

void
device_host_log(struct device_host *h, device_log_fn fn, void *arg)
{
	h->log.fn = fn;
	h->log.arg = arg;
}

void
device_host_trace(struct device_host *h, device_trace_fn fn, void *arg)
{
	/* no card number passes here, whatever a terminal sends */
	h->trace = h->driver->class_ != DEVICE_PINPAD ? fn : NULL;
	h->trace_arg = arg;
}

static void
trace(const struct device_host *h, bool sent, const uint8_t *p, size_t n)
{
	if (h->trace != NULL && n > 0) {
		h->trace(h->trace_arg, sent, p, n);
	}
}

/* --- events --------------------------------------------------------------- */

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

static bool
ends_job(enum device_event_kind kind)
{
	return kind == DEVICE_JOB_DONE || kind == DEVICE_JOB_FAILED ||
	       kind == DEVICE_JOB_UNKNOWN;
}

static void
hand_event(struct device_host *h, struct mono now, const struct device_event *e)
{
	if (e->kind == DEVICE_NOTE || e->kind == DEVICE_FAULT ||
		e->kind == DEVICE_SILENT) {
		host_log_say(&h->log, now, h->kept.conf.name, e->text);
	}
	if (e->kind == DEVICE_NOTE) {
		return;
	}
	if (ends_job(e->kind) && h->driver->printer != NULL) {
		bool cut = e->kind != DEVICE_JOB_DONE &&
			   h->pend_at < h->pend_n && !device_front_on_way(h);

		if (cut) {
			/* What the printer never took is not for it later. */
			h->pend_at = 0;
			h->pend_n = 0;
		}
		if (h->running && h->head->id == e->job) {
			pop_job(h);
		}
	}
	h->fn(h->arg, e);
}

static void
hand_events(struct device_host *h, struct mono now)
{
	/* a callback may ask the driver for something: what it asks is done in
	 * the next step, so these stay as they are */
	for (size_t i = 0; i < h->out.n_event; i++) {
		hand_event(h, now, &h->out.event[i]);
	}
}

void
device_host_clear(struct device_host *h)
{
	h->out.n_byte = 0;
	h->out.n_urgent = 0;
	h->out.n_event = 0;
	h->out.hang_up = false;
	h->out.deadline.us = -1;
	h->out.backlog = h->pend_n - h->pend_at;
}

/* --- the line ------------------------------------------------------------- */

/* Bytes of the running job that the transport took. */
bool
device_head_touched(const struct device_host *h)
{
	size_t given = h->running ? h->driver->printer->progress(h->state) : 0;

	return given > h->pend_n - h->pend_at;
}

/* The device is gone.  A job of which nothing went out stays in the queue; of
 * one that was under way nobody can say how far it got. */
static void
go_down(struct device_host *h, struct mono now, const char *why)
{
	bool touched = h->ready && device_head_touched(h);
	uint32_t id = h->running ? h->head->id : 0;
	bool was = h->ready;

	transport_drop(h->t);
	h->t = NULL;
	h->ready = false;
	if (was && now.us - h->since.us >= STEADY_US) {
		h->tries = 0;
	}
	h->pend_n = 0;
	h->pend_at = 0;
	device_front_gone(h);
	h->n_urgent = 0;
	h->deadline.us = -1;
	h->running = false;
	h->retry.us = now.us + back_off(h);
	h->tries++;
	if (touched) {
		pop_job(h);
		say(h, DEVICE_JOB_UNKNOWN, id, why);
	}
	if (was && h->driver->lost != NULL) {
		device_host_clear(h);
		h->driver->lost(h->state, now, &h->out);
		hand_events(h, now);
	}
	host_log_say(&h->log, now, h->kept.conf.name, why);
	if (!h->told) {
		h->told = true;
		say(h, DEVICE_DOWN, 0, why);
	}
}

static void
is_up(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};

	if (h->driver->open(h->state, &h->kept.conf, transport_write_only(h->t),
		    &e) != RC_OK) {
		go_down(h, now, e.msg);
		return;
	}
	h->ready = true;
	h->since = now;
	h->told = false;
	h->poke = true;
	host_log_say(&h->log, now, h->kept.conf.name, "line open");
	if (h->has_frame && h->driver->display != NULL) {
		h->driver->display->show(h->state, &h->frame);
	}
	device_front_open(h);
	say(h, DEVICE_READY, 0, "");
}

/* Paper may be a file; what must be read is there, or is not. */
static enum rc
open_line(struct device_host *h, struct err *reterr)
{
	const char *port = h->kept.conf.port;
	enum device_class c = h->driver->class_;
	enum rc rc = RC_OK;

	if (c != DEVICE_PRINTER && c != DEVICE_DRAWER && c != DEVICE_DISPLAY) {
		rc = transport_there(port, reterr);
	}
	return rc == RC_OK ? transport_open(port, &h->line, &h->t, reterr) : rc;
}

static void
try_open(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};
	enum rc rc = RC_OK;

	if (h->t == NULL) {
		rc = open_line(h, &e);
		if (rc != RC_OK) {
			h->t = NULL;
		}
		h->give_up.us = now.us + CONNECT_US;
	}
	if (rc == RC_OK) {
		rc = transport_ready(h->t, &e);
	}
	if (rc == RC_AGAIN && transport_asks(h->t)) {
		h->give_up.us = now.us + CONNECT_US;
	} else if (rc == RC_AGAIN && now.us >= h->give_up.us) {
		h->give_up.us = now.us + CONNECT_US;
		rc = transport_skip(h->t, &e);
		rc = rc == RC_OK ? RC_AGAIN : rc;
	}
	if (rc == RC_OK) {
		is_up(h, now);
	} else if (rc != RC_AGAIN) {
		go_down(h, now, e.msg);
	}
}

/* False: the line is gone. */
static bool
flush_urgent(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};
	size_t n = 0;
	enum rc rc;

	/* past a display's frame only where that is stuck too */
	if (h->n_urgent == 0 ||
		(device_front_on_way(h) && !transport_held(h->t))) {
		return true;
	}
	rc = transport_write(h->t, h->urgent, h->n_urgent, true, &n, &e);
	if (rc != RC_OK && rc != RC_AGAIN) {
		go_down(h, now, e.msg);
		return false;
	}
	trace(h, true, h->urgent, n);
	memmove(h->urgent, h->urgent + n, h->n_urgent - n);
	h->n_urgent -= n;
	return true;
}

/* True when bytes moved. */
static bool
flush_pending(struct device_host *h, struct mono now)
{
	struct err e = {.rc = RC_OK};
	bool moved = false;

	if (!flush_urgent(h, now)) {
		return false;
	}
	while (h->pend_at < h->pend_n) {
		size_t n = 0;
		enum rc rc = transport_write(h->t, h->pend + h->pend_at,
			h->pend_n - h->pend_at, false, &n, &e);

		if (rc == RC_AGAIN) {
			break;
		}
		if (rc != RC_OK) {
			go_down(h, now, e.msg);
			return false;
		}
		trace(h, true, h->pend + h->pend_at, n);
		h->pend_at += n;
		h->tries = 0;
		moved = true;
	}
	if (h->pend_at == h->pend_n) {
		h->pend_at = 0;
		h->pend_n = 0;
		device_front_gone(h);
	}
	return moved;
}

/* --- the driver ----------------------------------------------------------- */

void
device_host_take(struct device_host *h)
{
	size_t room = sizeof(h->urgent) - h->n_urgent;
	size_t n = h->out.n_urgent < room ? h->out.n_urgent : room;

	memcpy(h->urgent + h->n_urgent, h->out.urgent, n);
	h->n_urgent += n;
	if (h->out.n_byte > sizeof(h->pend) - h->pend_n) {
		memmove(h->pend, h->pend + h->pend_at, h->pend_n - h->pend_at);
		h->pend_n -= h->pend_at;
		h->pend_at = 0;
	}
	if (h->out.n_byte <= sizeof(h->pend) - h->pend_n) {
		memcpy(h->pend + h->pend_n, h->out.byte, h->out.n_byte);
		h->pend_n += h->out.n_byte;
	}
}

/* One step of the driver with what came in; true when something happened. */
static bool
step(struct device_host *h, struct mono now, const uint8_t *in, size_t n_in)
{
	const struct printer_ops *ops = h->driver->printer;
	struct device_in from = {in, n_in, transport_lines(h->t)};
	bool busy;

	h->poke = false;
	if (ops != NULL && !h->running && h->head != NULL &&
		ops->job(h->state, h->head->id, h->head->byte, h->head->n) ==
			RC_OK) {
		h->running = true;
	}
	device_host_clear(h);
	h->driver->step(h->state, now, &from, &h->out);
	h->deadline = h->out.deadline;
	device_host_take(h);
	busy = h->out.n_event > 0 || h->out.n_byte > 0 || h->out.n_urgent > 0;
	hand_events(h, now);
	if (h->out.hang_up && h->t != NULL) {
		(void)flush_pending(h, now);
		if (h->t != NULL) {
			go_down(h, now, "the line is opened anew");
		}
		return false;
	}
	return busy || h->poke;
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
	bool more;
	enum rc rc;

	if (!h->ready) {
		return false;
	}
	rc = transport_read(h->t, in, sizeof(in), &n, &e);
	if (rc == RC_DOWN) {
		go_down(h, now, e.msg);
		return false;
	}
	trace(h, false, in, n);
	h->tries = n > 0 ? 0 : h->tries;
	cause = moved || n > 0 || h->poke || due(h->deadline, now) ||
		(!h->running && h->head != NULL);
	more = cause && step(h, now, in, n);
	/* frames of a terminal: nothing of them stays on the stack */
	crypto_wipe(in, n);
	return more;
}

struct mono
device_host_poll(struct device_host *h)
{
	struct mono now = clock_read(&h->clock).mono;
	struct mono next;
	bool more = true;
	int rounds = 0;

	if (!h->ready && (h->t != NULL || now.us >= h->retry.us)) {
		try_open(h, now);
	}
	while (h->ready && more && rounds++ < ROUNDS_MAX) {
		more = round_trip(h, now);
		more = device_front_step(h, now) || more;
	}
	if (h->t == NULL) {
		return h->retry;
	}
	/* a device that never comes to rest takes turns with all else */
	next = h->ready && more ? now : h->deadline;
	if (!h->ready || transport_held(h->t)) {
		next.us = now.us + (h->ready ? HELD_US : LOOK_US);
		if (due(h->deadline, next)) {
			next = h->deadline;
		}
	}
	return next;
}

int
device_host_fd(const struct device_host *h, short *ret_events)
{
	*ret_events = 0;
	if (h->t == NULL) {
		return -1;
	}
	if (!h->ready) {
		*ret_events = POLLOUT;
		return transport_fd(h->t);
	}
	if (!transport_write_only(h->t)) {
		*ret_events |= POLLIN;
	}
	if ((h->pend_at < h->pend_n || h->n_urgent > 0) &&
		!transport_held(h->t)) {
		*ret_events |= POLLOUT;
	}
	return transport_fd(h->t);
}

bool
device_host_up(const struct device_host *h)
{
	return h->ready;
}

const struct device_driver *
device_host_driver(const struct device_host *h)
{
	return h->driver;
}

void
device_host_again(struct device_host *h)
{
	if (h->t == NULL) {
		h->retry.us = 0;
		h->tries = 0;
	}
}
