/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which driver gets an answer at a port.  A driver is stepped here and not by a
 * host, so that every byte it would send is looked at before: what could open a
 * drawer is never sent, and nothing is asked by which money could move.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/parse.h"
#include "device/transport.h"
#include "main/verb_device.h"

#include "base/poison.h"

#define TRY_US INT64_C(2500000)
#define NAP_MS 20
#define ANSWER_BYTES 4096

enum found {
	FOUND_NOTHING,
	FOUND_IT,
	FOUND_NOT_TRIED,
	FOUND_NO_LINE
};

struct probe {
	const struct device_driver *d;
	void *state;
	struct transport *t;
	struct device_out out;
	struct mono due;
	enum found found;
	size_t heard; /* bytes */
	char text[ERR_MSG_BYTES];
};

/* BEL opens serial drawers; ESC p, DLE DC4 and ESC BEL those on printers. */
static bool
opens_a_drawer(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0x07 ||
			(p[i] == 0x1b && i + 1 < n && p[i + 1] == 0x70) ||
			(p[i] == 0x10 && i + 1 < n && p[i + 1] == 0x14)) {
			return true;
		}
	}
	return false;
}

static void
judge(struct probe *p, const struct device_event *ev)
{
	bool answer = false;

	switch ((int)ev->kind) {
	case DEVICE_JOB_DONE: /* of a job that prints nothing */
	case DEVICE_PAPER_OUT:
	case DEVICE_PAPER_LOW:
	case DEVICE_COVER_OPEN:
		answer = true;
		break;
	case DEVICE_WEIGHT:
		answer = (ev->weight.flags & SCALE_FAULT) == 0;
		break;
	case DEVICE_CARD_RESULT:
		answer = pinpad_outcome_paid(ev->result->outcome);
		break;
	default:
		break;
	}
	/* what a driver says of a silent line is no answer */
	if (answer && p->heard > 0 && p->found == FOUND_NOTHING) {
		p->found = FOUND_IT;
	}
}

/* False: it goes no further. */
static bool
step(struct probe *p, struct mono now, const uint8_t *in, size_t n)
{
	const struct device_in from = {in, n, transport_lines(p->t)};
	size_t done = 0;

	memset(&p->out, 0, sizeof(p->out));
	p->out.deadline.us = -1;
	p->heard += n;
	p->d->step(p->state, now, &from, &p->out);
	p->due = p->out.deadline;
	for (size_t i = 0; i < p->out.n_event; i++) {
		judge(p, &p->out.event[i]);
	}
	if (opens_a_drawer(p->out.byte, p->out.n_byte) ||
		opens_a_drawer(p->out.urgent, p->out.n_urgent)) {
		p->found = FOUND_NOT_TRIED;
		return false;
	}
	if (transport_write(p->t, p->out.urgent, p->out.n_urgent, true, &done,
		    NULL) == RC_DOWN) {
		return false;
	}
	/* what a stalled line does not take at once was no question */
	return transport_write(p->t, p->out.byte, p->out.n_byte, false, &done,
		       NULL) != RC_DOWN;
}

/* A question that costs nothing; false: there is none. */
static bool
ask(struct probe *p)
{
	static const uint8_t nothing[1] = {0};
	const struct pinpad_ask status = {.op = PINPAD_STATUS, .digits = 2};
	const struct scale_ask weigh = {.price = 0};

	if (p->d->class_ == DEVICE_PRINTER && p->d->printer != NULL) {
		return p->d->printer->job(p->state, 1, nothing, 0) == RC_OK;
	}
	if (p->d->class_ == DEVICE_PINPAD &&
		(p->d->pinpad->can & 1u << PINPAD_STATUS) != 0) {
		return p->d->pinpad->ask(p->state, 1, &status) == RC_OK;
	}
	if (p->d->class_ == DEVICE_SCALE) {
		p->d->scale->ask(p->state, 1, &weigh);
		return true;
	}
	return false;
}

static void
talk(struct probe *p, const struct clock *clock)
{
	struct mono now = clock_read(clock).mono;
	struct mono end = {now.us + TRY_US};
	bool on = step(p, now, NULL, 0) && ask(p) && step(p, now, NULL, 0);

	while (on && p->found == FOUND_NOTHING && now.us < end.us) {
		struct pollfd f = {.fd = transport_fd(p->t), .events = POLLIN};
		uint8_t in[256];
		size_t n = 0;

		(void)poll(&f, 1, NAP_MS);
		now = clock_read(clock).mono;
		on = transport_read(p->t, in, sizeof(in), &n, NULL) !=
			     RC_DOWN &&
		     step(p, now, in, n);
		crypto_wipe(in, sizeof(in));
	}
}

static bool
is_safe(const struct device_driver *d)
{
	return (d->class_ == DEVICE_PRINTER && d->printer != NULL) ||
	       (d->class_ == DEVICE_PINPAD &&
		       (d->pinpad->can & 1u << PINPAD_STATUS) != 0) ||
	       d->class_ == DEVICE_SCALE;
}

static enum rc
wait_ready(struct transport *t, struct err *e)
{
	enum rc rc = transport_ready(t, e);

	for (int i = 0; rc == RC_AGAIN && i < 150; i++) {
		(void)poll(NULL, 0, NAP_MS);
		rc = transport_ready(t, e);
	}
	return rc != RC_AGAIN ? rc
			      : err_set(e, RC_DOWN, 0, "device",
					"nothing answers there: switch it on, "
					"look at its cable");
}

static void
try_driver(struct probe *p, const struct device_conf *conf)
{
	struct clock clock = clock_system();
	struct device_line line = device_conf_line(p->d, conf);
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	p->found = FOUND_NOTHING;
	p->heard = 0;
	p->text[0] = '\0';
	p->t = NULL;
	p->state = calloc(1, p->d->state_size);
	rc = p->state != NULL ? transport_open(conf->port, &line, &p->t, &e)
			      : RC_NOMEM;
	if (rc == RC_OK) {
		rc = wait_ready(p->t, &e);
	}
	if (rc == RC_OK) {
		rc = p->d->open(p->state, conf, transport_write_only(p->t), &e);
	}
	if (rc == RC_OK && transport_write_only(p->t)) {
		rc = err_set(&e, RC_DOWN, 0, "device",
			"it cannot be read, and so not be asked");
	}
	if (rc == RC_OK) {
		talk(p, &clock);
	} else {
		p->found = FOUND_NO_LINE;
		sbuf_init(&b, p->text, sizeof(p->text));
		sbuf_puts(&b, e.msg);
	}
	transport_drop(p->t);
	free(p->state);
}

/* --- the answer ----------------------------------------------------------- */

static const char *const found_word[] = {
	[FOUND_NOTHING] = "silent",
	[FOUND_IT] = "answers",
	[FOUND_NOT_TRIED] = "not tried",
	[FOUND_NO_LINE] = "no line",
};

static void
put_try(const struct device_verb *v, const struct probe *p, struct json *j,
	struct sbuf *b)
{
	if (args_json(v->a)) {
		json_obj(j, NULL);
		json_str(j, "driver", p->d->name);
		json_str(j, "state", found_word[p->found]);
		json_str_some(j, "text", p->text[0] != '\0' ? p->text : NULL);
		json_obj_end(j);
	} else {
		sbuf_printf(b, "%-9s %s%s%s\n", p->d->name,
			found_word[p->found], p->text[0] != '\0' ? ": " : "",
			p->text);
	}
}

static enum rc
take_line(const struct device_verb *v, struct device_line *l, struct err *e)
{
	int64_t baud = 0;

	memset(l, 0, sizeof(*l));
	if (v->baud != NULL && parse_i64(v->baud, strlen(v->baud), 300, 921600,
				       &baud) != RC_OK) {
		return err_set(e, RC_INVAL, 0, "device",
			"'%s' is no speed of a line: write 9600", v->baud);
	}
	l->baud = (unsigned)baud;
	if (v->frame != NULL && !device_frame(v->frame, l)) {
		return err_set(e, RC_INVAL, 0, "device",
			"'%s' is no frame of a line: write 8N1, 7E1, 7O1 or "
			"8N2",
			v->frame);
	}
	if (v->flow != NULL && !device_flow_named(v->flow, &l->flow)) {
		return err_set(e, RC_INVAL, 0, "device",
			"'%s' is no flow control: write none, xonxoff, rtscts "
			"or dtrdsr",
			v->flow);
	}
	return RC_OK;
}

/* Those first whose frames have a check: nobody else's answer passes it. */
static const struct device_driver *
try_all(const struct device_verb *v, struct device_conf *conf, struct json *j,
	struct sbuf *b)
{
	static const enum device_class turn[] = {
		DEVICE_PINPAD, DEVICE_PRINTER, DEVICE_SCALE};

	const size_t n = ARRAY_LEN(turn) * device_n_drivers;
	struct probe p;

	for (size_t i = 0; i < n; i++) {
		p.d = device_drivers[i % device_n_drivers];
		if (p.d->class_ != turn[i / device_n_drivers] ||
			!is_safe(p.d) ||
			(v->driver != NULL &&
				strcmp(v->driver, p.d->name) != 0)) {
			continue;
		}
		conf->driver = p.d->name;
		try_driver(&p, conf);
		put_try(v, &p, j, b);
		if (p.found == FOUND_IT) {
			return p.d;
		}
	}
	return NULL;
}

int
device_probe(const struct device_verb *v, const char *port)
{
	char text[ANSWER_BYTES];
	struct device_conf conf = {.name = "probe", .port = port};
	const struct device_driver *hit = NULL;
	struct err e = {0};
	struct json j;
	struct sbuf b;
	enum rc rc = transport_check(port, &e);
	int status;

	sbuf_init(&b, text, sizeof(text));
	json_init(&j, &b);
	if (rc == RC_OK) {
		rc = take_line(v, &conf.line, &e);
	}
	if (rc != RC_OK) {
		return args_fail(v->a, rc, &e);
	}
	if (args_json(v->a)) {
		json_obj(&j, NULL);
		json_arr(&j, "tried");
	}
	hit = try_all(v, &conf, &j, &b);
	if (args_json(v->a)) {
		json_arr_end(&j);
		json_str_some(&j, "driver", hit != NULL ? hit->name : NULL);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else if (hit != NULL) {
		sbuf_printf(&b, "\n[device %s]\ndriver = %s\nport = %s\n",
			device_class_name(hit->class_), hit->name, port);
	} else {
		sbuf_puts(&b, "\nnothing answered: drawers, scanners and "
			      "displays never do, and a device set to another "
			      "speed cannot; see --baud and --frame\n");
	}
	status = args_put(v->a, b.p, b.len);
	return status != EXIT_DONE || hit != NULL ? status : EXIT_NOT;
}
