/* SPDX-License-Identifier: Apache-2.0 */
/* Talking to configured devices: a real act as a test, and watching. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "main/verb_device.h"
#include "register/device_state.h"

#include "base/poison.h"

#define LINE_BYTES 8192
#define NAP_MS 500
#define SAYS_US ((int64_t)1600000)
#define PAGE_BYTES 8192

static volatile sig_atomic_t ended;

static void
on_end(int signo)
{
	(void)signo;
	ended = 1;
}

struct talk {
	const struct device_verb *v;
	const struct config_device *d;
	const struct device_driver *driver;
	const char *name;
	struct device_host *host;
	bool test; /* else it watches */
	bool asked, done, good;
	bool opened;                  /* the drawer has said so */
	char text[DEVICE_TEXT_BYTES]; /* of the last trouble */
};

/* --- what is seen --------------------------------------------------------- */

static void
put_weight(struct json *j, const struct scale_reading *w)
{
	json_i64(j, "grams", w->grams);
	json_bool(j, "stable", (w->flags & SCALE_STABLE) != 0);
	json_bool(j, "sells", scale_sells(w));
	if (w->tare != 0) {
		json_i64(j, "tare", w->tare);
	}
}

static void
put_result(struct json *j, const struct pinpad_result *r)
{
	json_str(j, "op", pinpad_op_name(r->op));
	json_str(j, "outcome", pinpad_outcome_name(r->outcome));
	json_str_some(
		j, "terminal", r->terminal[0] != '\0' ? r->terminal : NULL);
	if (r->code >= 0) {
		json_i64(j, "code", r->code);
	}
}

static void
event_json(const struct talk *t, const struct device_event *ev, struct sbuf *b)
{
	char data[1024];
	struct json j;
	struct sbuf d;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_str(&j, "device", t->name);
	json_str(&j, "event", device_event_name(ev->kind));
	json_str_some(&j, "text", ev->text[0] != '\0' ? ev->text : NULL);
	if (ev->kind == DEVICE_SCAN) {
		sbuf_init(&d, data, sizeof(data));
		sbuf_write(&d, ev->data, ev->n_data);
		json_str(&j, "data", data);
	} else if (ev->kind == DEVICE_WEIGHT) {
		put_weight(&j, &ev->weight);
	} else if (ev->kind == DEVICE_CARD_RESULT) {
		put_result(&j, ev->result);
		json_str_some(&j, "text",
			ev->result->text[0] != '\0' ? ev->result->text : NULL);
	}
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

/* A separator that cannot be seen is shown as {GS}. */
static void
put_data(struct sbuf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0x1d) {
			sbuf_puts(b, "{GS}");
		} else if ((unsigned char)p[i] < 0x20) {
			sbuf_printf(b, "{%02X}", (unsigned)(uint8_t)p[i]);
		} else {
			sbuf_putc(b, p[i]);
		}
	}
}

static void
event_text(const struct talk *t, const struct device_event *ev, struct sbuf *b)
{
	sbuf_printf(b, "%s: %s", t->name, device_event_name(ev->kind));
	if (ev->kind == DEVICE_SCAN) {
		sbuf_putc(b, ' ');
		put_data(b, ev->data, ev->n_data);
	} else if (ev->kind == DEVICE_WEIGHT) {
		sbuf_printf(b, " %lld g%s", (long long)ev->weight.grams,
			(ev->weight.flags & SCALE_STABLE) != 0 ? ", steady"
							       : "");
	} else if (ev->kind == DEVICE_CARD_RESULT) {
		sbuf_printf(b, " %s %s",
			pinpad_outcome_name(ev->result->outcome),
			ev->result->text);
	}
	if (ev->text[0] != '\0') {
		sbuf_printf(b, " %s", ev->text);
	}
	sbuf_putc(b, '\n');
}

static void
put_event(struct talk *t, const struct device_event *ev)
{
	char line[LINE_BYTES];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	if (args_json(t->v->a)) {
		event_json(t, ev, &b);
	} else {
		event_text(t, ev, &b);
	}
	if (args_put(t->v->a, b.p, b.len) != EXIT_DONE) {
		ended = 1;
	}
}

static void
put_bytes(void *arg, bool sent, const uint8_t *p, size_t n)
{
	struct talk *t = arg;
	char line[LINE_BYTES];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	sbuf_printf(&b, "%s %c", t->name, sent ? '>' : '<');
	for (size_t i = 0; i < n && b.len < sizeof(line) - 8; i++) {
		sbuf_printf(&b, " %02X", p[i]);
	}
	sbuf_putc(&b, '\n');
	/* beside the answer, which may be JSON */
	(void)fwrite(b.p, 1, b.len, stderr);
}

/* --- what is asked -------------------------------------------------------- */

static void
show(struct talk *t)
{
	struct display_frame f;
	struct sbuf b;

	memset(&f, 0, sizeof(f));
	sbuf_init(&b, f.row[0], sizeof(f.row[0]));
	sbuf_puts(&b, t->v->text != NULL ? t->v->text : "Holdfast");
	sbuf_init(&b, f.row[1], sizeof(f.row[1]));
	sbuf_puts(&b, "1234567890       OK ");
	device_host_show(t->host, &f);
	t->done = true;
	t->good = true;
}

static enum rc
ask_terminal(struct talk *t, struct err *e)
{
	const struct pinpad_ask ask = {.op = PINPAD_STATUS, .digits = 2};

	if ((t->driver->pinpad->can & 1u << PINPAD_STATUS) == 0) {
		/* its protocol has nothing to ask without money */
		t->done = true;
		t->good = true;
		return RC_OK;
	}
	return device_host_ask(t->host, 1, &ask, e);
}

static enum rc
print_page(struct talk *t, struct err *e)
{
	uint8_t page[PAGE_BYTES];
	size_t n = 0;
	enum rc rc = device_page(t->d, page, sizeof(page), &n, e);

	return rc == RC_OK ? device_host_print(t->host, 1, page, n, e) : rc;
}

static void
ask(struct talk *t)
{
	const struct scale_ask weigh = {.price = 100};
	struct err e = {0};
	struct sbuf b;
	enum rc rc = RC_OK;

	if (t->asked) {
		return;
	}
	t->asked = true;
	switch (t->driver->class_) {
	case DEVICE_PRINTER:
		rc = t->test ? print_page(t, &e) : RC_OK;
		break;
	case DEVICE_DRAWER:
		rc = t->test ? device_host_open_drawer(t->host, 1, &e) : RC_OK;
		break;
	case DEVICE_PINPAD:
		rc = t->test ? ask_terminal(t, &e) : RC_OK;
		break;
	case DEVICE_SCALE:
		rc = device_host_weigh(t->host, 1, &weigh, &e);
		t->asked = false; /* anew when it comes back */
		break;
	case DEVICE_DISPLAY:
		if (t->test) {
			show(t);
		}
		break;
	case DEVICE_SCANNER:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		break;
	}
	if (rc != RC_OK) {
		sbuf_init(&b, t->text, sizeof(t->text));
		sbuf_puts(&b, e.msg);
		t->done = true;
	}
}

static void
judge(struct talk *t, const struct device_event *ev)
{
	struct sbuf b;

	switch ((int)ev->kind) {
	case DEVICE_READY:
		ask(t);
		break;
	case DEVICE_DRAWER_OPEN:
		t->opened = true;
		break;
	case DEVICE_JOB_DONE:
	case DEVICE_SCAN:
		t->done = true;
		t->good = true;
		break;
	case DEVICE_JOB_FAILED:
	case DEVICE_JOB_UNKNOWN:
		t->done = true;
		break;
	case DEVICE_WEIGHT:
		t->good = (ev->weight.flags & SCALE_STABLE) != 0;
		t->done = t->good;
		break;
	case DEVICE_CARD_RESULT:
		t->done = true;
		t->good = pinpad_outcome_paid(ev->result->outcome);
		break;
	default:
		break;
	}
	if (ev->text[0] != '\0') {
		sbuf_init(&b, t->text, sizeof(t->text));
		sbuf_puts(&b, ev->text);
	}
}

static void
on_event(void *arg, const struct device_event *ev)
{
	struct talk *t = arg;

	put_event(t, ev);
	judge(t, ev);
	/* slips and results of a test are nobody's: the terminal goes on */
	if (ev->kind == DEVICE_CARD_SLIP || ev->kind == DEVICE_CARD_RESULT) {
		device_host_stored(t->host);
	}
}

/* --- the loop ------------------------------------------------------------- */

static enum rc
open_talk(struct talk *t, const struct device_verb *v,
	const struct config_device *d, bool test, struct err *e)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct clock clock = clock_system();
	struct device_conf conf;
	enum rc rc;

	memset(t, 0, sizeof(*t));
	t->v = v;
	t->d = d;
	t->name = d->name;
	t->driver = device_driver_find(d->driver);
	t->test = test;
	config_device_conf(d, opt, &conf);
	rc = device_host_open(&conf, &clock, on_event, t, &t->host, e);
	if (rc == RC_OK && v->hex) {
		device_host_trace(t->host, put_bytes, t);
	}
	return rc;
}

static bool
all_done(const struct talk t[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!t[i].done || !device_host_idle(t[i].host)) {
			return false;
		}
	}
	return true;
}

/* A drawer says that it is open a moment behind the pulse, if it can. */
static bool
may_still_say(const struct talk t[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (t[i].driver->class_ == DEVICE_DRAWER && t[i].good &&
			!t[i].opened) {
			return true;
		}
	}
	return false;
}

static int
wait_ms(struct mono now, struct mono next, struct mono end)
{
	int64_t us =
		(next.us >= 0 && next.us < end.us ? next.us : end.us) - now.us;

	us = us < 0 ? 0 : us;
	return us > (int64_t)NAP_MS * 1000 ? NAP_MS : (int)((us + 999) / 1000);
}

static void
run(struct talk t[], size_t n, int64_t seconds, bool test)
{
	struct clock clock = clock_system();
	struct mono now = clock_read(&clock).mono;
	struct mono end = {now.us + seconds * 1000000};
	bool done = false;

	while (!ended && now.us < end.us) {
		struct pollfd p[CONFIG_DEVICES];
		struct mono next = {-1};

		for (size_t i = 0; i < n; i++) {
			struct mono at = device_host_poll(t[i].host);

			if (at.us >= 0 && (next.us < 0 || at.us < next.us)) {
				next = at;
			}
			p[i].events = 0;
			p[i].fd = device_host_fd(t[i].host, &p[i].events);
			p[i].fd = p[i].events != 0 ? p[i].fd : -1;
		}
		now = clock_read(&clock).mono;
		if (test && all_done(t, n)) {
			if (!may_still_say(t, n)) {
				break;
			}
			if (!done && end.us > now.us + SAYS_US) {
				end.us = now.us + SAYS_US;
			}
			done = true;
		}
		(void)poll(p, (nfds_t)n, wait_ms(now, next, end));
		now = clock_read(&clock).mono;
	}
}

static void
catch_ends(void)
{
	static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_end;
	(void)sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		(void)sigaction(ends[i], &sa, NULL);
	}
}

static const struct config_device *
find(const struct device_verb *v, const char *name, struct err *e)
{
	for (size_t i = 0; i < v->c->n_device; i++) {
		const struct config_device *d = &v->c->device[i];

		if (strcmp(d->name, name) != 0) {
			continue;
		}
		if (device_driver_find(d->driver) != NULL) {
			return d;
		}
		(void)err_set(e, RC_NOTFOUND, 0, "device",
			"%s has no driver of this version: 'holdfast device "
			"drivers' lists them",
			name);
		return NULL;
	}
	(void)err_set(e, RC_NOTFOUND, 0, "device",
		"there is no device '%s': 'holdfast device list' has them",
		name);
	return NULL;
}

/* The register has the lines; a display's is its own process'. */
static enum rc
is_free(const struct device_verb *v, struct err *e)
{
	if (!device_state_held(v->a->store)) {
		return RC_OK;
	}
	return err_set(e, RC_BUSY, 0, "device",
		"the register has this shop's devices: end it first, or look "
		"at 'holdfast device list'");
}

/* --- test ----------------------------------------------------------------- */

static bool
may_open(const struct device_verb *v, const char *name)
{
	char answer[8] = "";

	if (v->yes) {
		return true;
	}
	if (isatty(STDIN_FILENO) == 0) {
		return false;
	}
	(void)fprintf(stderr, "This opens the drawer '%s'.  Now? [y/N] ", name);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

static int64_t
patience(const struct device_driver *d)
{
	static const int64_t seconds[DEVICE_CLASS_COUNT] = {
		[DEVICE_PRINTER] = 30,
		[DEVICE_DRAWER] = 30,
		[DEVICE_PINPAD] = 60,
		[DEVICE_SCANNER] = 30,
		[DEVICE_SCALE] = 15,
		[DEVICE_DISPLAY] = 5,
	};

	return seconds[d->class_];
}

static int
say_end(const struct talk *t)
{
	char line[LINE_BYTES];
	struct sbuf b;
	struct json j;
	int status;

	sbuf_init(&b, line, sizeof(line));
	if (args_json(t->v->a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_str(&j, "device", t->name);
		json_bool(&j, "ok", t->good);
		json_str_some(&j, "text",
			!t->good && t->text[0] != '\0' ? t->text : NULL);
		json_obj_end(&j);
	} else if (t->good) {
		sbuf_printf(&b, "%s works", t->name);
	} else {
		sbuf_printf(&b, "%s: %s", t->name,
			t->text[0] != '\0' ? t->text
					   : "nothing came: look at its cable, "
					     "its power and its settings");
	}
	sbuf_putc(&b, '\n');
	status = args_put(t->v->a, b.p, b.len);
	return status != EXIT_DONE || t->good ? status : EXIT_NOT;
}

int
device_test(const struct device_verb *v, const char *name)
{
	struct err e = {0};
	const struct config_device *d = find(v, name, &e);
	int64_t seconds = 0;
	struct talk t;
	enum rc rc;
	int status;

	if (d == NULL) {
		return args_fail(v->a, RC_NOTFOUND, &e);
	}
	if (!device_seconds(
		    v, patience(device_driver_find(d->driver)), &seconds)) {
		return EXIT_USAGE;
	}
	rc = is_free(v, &e);
	if (rc == RC_OK && d->class_ == DEVICE_DRAWER && !may_open(v, name)) {
		rc = err_set(&e, RC_DENIED, 0, "device",
			"the drawer stays shut: say --yes to open it");
	}
	if (rc == RC_OK) {
		rc = open_talk(&t, v, d, true, &e);
	}
	if (rc != RC_OK) {
		return args_fail(v->a, rc, &e);
	}
	if (d->class_ == DEVICE_SCANNER) {
		(void)fprintf(stderr, "scan something with '%s'\n", name);
	}
	catch_ends();
	run(&t, 1, seconds, true);
	status = say_end(&t);
	device_host_close(t.host);
	return status;
}

/* --- watch ---------------------------------------------------------------- */

int
device_watch(const struct device_verb *v, const char *name)
{
	static struct talk t[CONFIG_DEVICES];
	struct err e = {0};
	int64_t seconds = 0;
	size_t n = 0;
	enum rc rc = is_free(v, &e);

	if (!device_seconds(v, INT64_C(365) * 86400, &seconds)) {
		return EXIT_USAGE;
	}
	if (rc == RC_OK && name != NULL && find(v, name, &e) == NULL) {
		rc = RC_NOTFOUND;
	}
	for (size_t i = 0; rc == RC_OK && i < v->c->n_device; i++) {
		const struct config_device *d = &v->c->device[i];

		if (device_driver_find(d->driver) == NULL ||
			(name == NULL && config_shares(v->c, d) != NULL) ||
			(name != NULL && strcmp(d->name, name) != 0)) {
			continue;
		}
		rc = open_talk(&t[n], v, d, false, &e);
		n += rc == RC_OK ? 1 : 0;
	}
	if (rc == RC_OK && n == 0) {
		rc = err_set(&e, RC_NOTFOUND, 0, "device",
			"no devices: write a [device NAME] section into "
			"holdfast.conf");
	}
	if (rc == RC_OK) {
		catch_ends();
		run(t, n, seconds, false);
	}
	for (size_t i = 0; i < n; i++) {
		device_host_close(t[i].host);
	}
	return rc == RC_OK ? EXIT_DONE : args_fail(v->a, rc, &e);
}
