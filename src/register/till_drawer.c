/* SPDX-License-Identifier: Apache-2.0 */
/* The cash drawer: on a pin of a printer, or on a line of its own. */
#include <string.h>

#include "device/printer.h"
#include "register/till_internal.h"

#include "base/poison.h"

/* A drawer that opens so long behind its pulse was opened by it; LATE_US where
 * the pulse waits behind what is printed, or nobody says when it opens. */
#define OURS_US INT64_C(2000000)
#define LATE_US INT64_C(10000000)
#define BOUNCE_US INT64_C(100000) /* of its contact */
#define SHUT_US INT64_C(300000)   /* nobody shuts it sooner */

static const struct config *
config_of(const struct till *t)
{
	return &t->config[t->in_use];
}

/* Whether its contact is heard of at once. */
static bool
tells(const struct config_device *d)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct printer_profile profile;
	struct device_conf conf;

	if (d->class_ != DEVICE_PRINTER) {
		return true;
	}
	config_device_conf(d, opt, &conf);
	(void)printer_profile_of(&conf, &profile, NULL);
	return profile.status == PRINTER_STATUS_AUTO;
}

void
till_drawer_open(struct till *t)
{
	for (size_t i = 0; i < CONFIG_DRAWERS; i++) {
		const struct config_device *d =
			config_drawer_at(config_of(t), i + 1);
		struct till_drawer *to = &t->drawer[i];

		*to = (struct till_drawer){
			.asked.us = -1, .shut_at.us = -1, .state = "none"};
		if (d != NULL) {
			to->port = till_device_find(t, d->class_, d->name);
			to->tells = tells(d);
			to->state = "shut";
		}
	}
}

void
till_drawer_close(struct till *t)
{
	for (size_t i = 0; i < CONFIG_DRAWERS; i++) {
		t->drawer[i].port = NULL;
	}
}

/* Drawers on one printer have one contact between them: the first of them
 * knows how they are. */
static struct till_drawer *
of_port(struct till *t, const struct till_port *p)
{
	for (size_t i = 0; i < CONFIG_DRAWERS && p != NULL; i++) {
		if (t->drawer[i].port == p) {
			return &t->drawer[i];
		}
	}
	return NULL;
}

/* One's own; if that is shut, whichever stands open. */
size_t
till_drawer_told(const struct till *t)
{
	const struct shift *x = engine_view(t->engine)->shift;
	size_t own = x != NULL ? (size_t)x->drawer : 1;

	for (size_t i = 0; i <= CONFIG_DRAWERS; i++) {
		size_t no = i == 0 ? own : i;

		if (strcmp(till_drawer_state(t, no), "open") == 0) {
			return no;
		}
	}
	return own;
}

const char *
till_drawer_state(const struct till *t, size_t no)
{
	const struct till_port *p = t->drawer[no - 1].port;

	for (size_t i = 0; i < CONFIG_DRAWERS && p != NULL; i++) {
		if (t->drawer[i].port == p) {
			return t->drawer[i].state;
		}
	}
	return t->drawer[no - 1].state;
}

static bool
prints(const struct till *t, const struct till_port *p)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		if (t->job[i].id != 0 && t->job[i].port == p) {
			return true;
		}
	}
	return false;
}

uint32_t
till_job_id(struct till *t)
{
	if (++t->last_job == 0) {
		t->last_job = 1;
	}
	return t->last_job;
}

void
till_drawer_pulse(struct till *t, size_t no)
{
	struct till_drawer *d = no >= 1 && no <= CONFIG_DRAWERS
					? of_port(t, t->drawer[no - 1].port)
					: NULL;
	int pin;
	struct err e = {.rc = RC_OK};
	char line[ERR_MSG_BYTES + 64];
	struct sbuf b;

	if (d == NULL || d->port->host == NULL) {
		return;
	}
	d->job = till_job_id(t);
	d->asked = clock_read(&t->real).mono;
	d->opened = false;
	d->ours_us = d->tells && !prints(t, d->port) ? OURS_US : LATE_US;
	/* one that stands open opens no further */
	d->idle = d->known && strcmp(d->state, "open") == 0;
	pin = config_drawer_pin(config_of(t), no);
	if (pin >= 0) {
		device_host_drawer_pin(d->port->host, (unsigned)pin);
	}
	if (device_host_open_drawer(d->port->host, d->job, &e) != RC_OK) {
		d->job = 0;
		d->asked.us = -1;
		sbuf_init(&b, line, sizeof(line));
		sbuf_printf(&b, "%s: the drawer was not opened: %s",
			d->port->name, e.msg);
		till_device_log(t, line);
	}
}

/* Nobody asked for it: a key, or a hand.  It is recorded when nothing else is
 * being recorded. */
static void
note_hand(struct till_drawer *d, struct mono now)
{
	bool ours = d->job != 0 ||
		    (d->asked.us >= 0 && now.us - d->asked.us < d->ours_us);
	bool bounce = d->shut_at.us >= 0 && now.us - d->shut_at.us < BOUNCE_US;

	d->opened = true;
	d->asked.us = -1; /* one pulse, one opening */
	if (!ours && !bounce) {
		d->by_hand++;
	}
}

void
till_drawer_event(struct till_port *p, const struct device_event *ev)
{
	struct till *t = p->till;
	struct till_drawer *d = of_port(t, p);
	struct mono now = clock_read(&t->real).mono;
	bool open = ev->kind == DEVICE_DRAWER_OPEN;

	if (d == NULL) {
		return;
	}
	if (ev->job != 0 && ev->job == d->job) {
		d->job = 0;
		d->asked.us =
			d->idle || d->opened || ev->kind == DEVICE_JOB_FAILED
				? -1
				: now.us;
		return;
	}
	if (ev->kind == DEVICE_READY || ev->kind == DEVICE_DOWN) {
		d->known = false;
		d->job = 0;
	}
	if (ev->kind != DEVICE_DRAWER_OPEN && ev->kind != DEVICE_DRAWER_SHUT) {
		return;
	}
	if (p->driver->class_ == DEVICE_PRINTER &&
		config_drawer_low(config_of(t), (size_t)(d - t->drawer) + 1)) {
		open = !open;
	}
	if (open && d->known && strcmp(d->state, "shut") == 0) {
		note_hand(d, now);
	}
	if (!open) {
		d->shut_at = now;
		if (now.us - d->asked.us >= SHUT_US) {
			d->asked.us = -1; /* that pulse has had its time */
		}
	}
	d->known = true;
	d->state = open ? "open" : "shut";
}

static void
record_hand(struct till *t, struct till_drawer *d)
{
	const struct shifts *s = engine_view(t->engine)->shifts;
	const struct shift *x =
		s != NULL ? shift_of_drawer(s, d - t->drawer + 1) : NULL;

	while (d->by_hand > 0 && !t->shop->read_only) {
		struct event e = {.type = EVENT_DRAWER_OPENED};

		e.data.drawer.reason = "hand";
		e.data.drawer.shift = x != NULL ? x->number : 0;
		if (d->port != NULL &&
			d->port->driver->class_ == DEVICE_DRAWER) {
			e.data.drawer.device = d->port->name;
		}
		if (shop_record(t->shop, &e, 1, TILL_NOBODY, NULL, NULL,
			    NULL) != RC_OK) {
			return; /* in the next round */
		}
		d->by_hand--;
	}
}

void
till_drawer_idle(struct till *t)
{
	for (size_t i = 0; i < CONFIG_DRAWERS; i++) {
		record_hand(t, &t->drawer[i]);
	}
}
