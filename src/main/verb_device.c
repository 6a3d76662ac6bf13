/* SPDX-License-Identifier: Apache-2.0 */
#include "main/verb_device.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/parse.h"
#include "device/transport.h"
#include "register/device_state.h"
#include "register/settings.h"

#include "base/poison.h"

static const char usage[] =
	"device list | drivers | test NAME | watch [NAME] | probe PORT "
	"[--yes] [--hex] [--for SECONDS] [--text TEXT] [--driver NAME] "
	"[--baud N] [--frame 8N1] [--flow none] [--store DIR] [--json]";

#define ANSWER_BYTES 65536
#define OPEN_MS 3000
#define LOOK_MS 50

/* --- list ----------------------------------------------------------------- */

struct row {
	const struct config_device *d;
	const struct device_driver *driver; /* NULL unknown */
	struct device_line line;
	const char *word;
	char text[ERR_MSG_BYTES];
	bool held;    /* the register has it */
	bool display; /* the program that shows it has */
};

static void
put_text(struct row *r, const char *word, const char *text)
{
	struct sbuf b;

	r->word = word;
	sbuf_init(&b, r->text, sizeof(r->text));
	sbuf_puts(&b, text);
}

/* Whether its line can be had; nothing is sent. */
static void
look(struct row *r)
{
	struct transport *t = NULL;
	struct err e = {0};
	enum rc rc = transport_open(r->d->port, &r->line, &t, &e);

	for (int ms = 0; rc == RC_OK && ms < OPEN_MS; ms += LOOK_MS) {
		rc = transport_ready(t, &e);
		if (rc != RC_AGAIN) {
			break;
		}
		rc = poll(NULL, 0, LOOK_MS) == 0 ? RC_OK : RC_DOWN;
		(void)err_set(&e, RC_DOWN, 0, "device",
			"%s does not answer: switch it on, look at its cable",
			r->d->port);
		if (ms + LOOK_MS >= OPEN_MS) {
			rc = RC_DOWN;
		}
	}
	put_text(r, rc == RC_OK ? "there" : "down", rc == RC_OK ? "" : e.msg);
	transport_close(t);
}

/* What the programs that have the lines say of them. */
struct holders {
	bool reg, display;
	struct device_state state[CONFIG_DEVICES], pole[CONFIG_DEVICES];
	size_t n_state, n_pole;
};

static void
put_state(struct row *r, const struct device_state state[], size_t n)
{
	struct sbuf b;

	put_text(r, "held", "");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(state[i].name, r->d->name) != 0) {
			continue;
		}
		sbuf_init(&b, r->text, sizeof(r->text));
		sbuf_puts(&b, state[i].word);
		sbuf_puts(&b, state[i].text[0] != '\0' ? ": " : "");
		sbuf_puts(&b, state[i].text);
	}
}

static bool
is_listed(const struct device_state state[], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(state[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static void
fill(struct row *r, const struct config *c, const struct config_device *d,
	const struct holders *h)
{
	struct device_opt_value opt[CONFIG_DEVICE_OPTS];
	struct device_conf conf;
	bool own;

	memset(r, 0, sizeof(*r));
	r->d = d;
	r->driver = device_driver_find(d->driver);
	r->word = "off";
	if (r->driver == NULL) {
		put_text(r, d->driver[0] != '\0' ? "unknown" : "off",
			d->driver[0] != '\0' ? "this version has no such driver"
					     : "it has no driver");
		return;
	}
	config_device_conf(d, opt, &conf);
	r->line = device_conf_line(r->driver, &conf);
	/* a display belongs to a process of its own, if it has a line */
	own = r->driver->class_ == DEVICE_DISPLAY &&
	      config_shares(c, d) == NULL;
	r->held = h->reg && !own;
	r->display =
		own && h->display && is_listed(h->pole, h->n_pole, d->name);
	if (r->held) {
		put_state(r, h->state, h->n_state);
	} else if (r->display) {
		put_state(r, h->pole, h->n_pole);
	} else {
		look(r);
	}
}

static void
row_json(const struct row *r, struct json *j)
{
	char frame[4];

	json_obj(j, NULL);
	json_str(j, "name", r->d->name);
	json_str(j, "driver", r->d->driver);
	if (r->driver != NULL) {
		json_str(j, "class", device_class_name(r->driver->class_));
	}
	json_str(j, "port", r->d->port);
	if (r->driver != NULL && strncmp(r->d->port, "serial:", 7) == 0) {
		device_frame_text(&r->line, frame);
		json_u64(j, "baud", r->line.baud);
		json_str(j, "frame", frame);
		json_str(j, "flow", device_flow_name(r->line.flow));
	}
	json_str(j, "state", r->word);
	json_str_some(j, "text", r->text[0] != '\0' ? r->text : NULL);
	json_bool(j, "register", r->held);
	if (r->display) {
		json_bool(j, "display", true);
	}
	json_obj_end(j);
}

static void
row_text(const struct row *r, struct sbuf *b)
{
	sbuf_printf(b, "%-12s %-9s %s\n", r->d->name,
		r->d->driver[0] != '\0' ? r->d->driver : "-", r->d->port);
	if (r->held || r->display) {
		sbuf_printf(b, "%-12s %s has it%s%s\n", "",
			r->held ? "the register" : "holdfast display",
			r->text[0] != '\0' ? ", and says: " : "", r->text);
	} else {
		sbuf_printf(b, "%-12s %s%s%s\n", "", r->word,
			r->text[0] != '\0' ? ": " : "", r->text);
	}
}

static int
list(const struct device_verb *v, struct sbuf *b)
{
	static struct holders h;
	struct json j;

	h.reg = device_state_held(v->a->store);
	h.display = customer_reader_there(v->a->store);
	if (h.reg) {
		h.n_state = device_state_load(v->a->store,
			DEVICE_STATE_REGISTER, h.state, CONFIG_DEVICES);
	}
	if (h.display) {
		h.n_pole = device_state_load(v->a->store, DEVICE_STATE_POLES,
			h.pole, CONFIG_DEVICES);
	}
	json_init(&j, b);
	if (args_json(v->a)) {
		json_obj(&j, NULL);
		json_arr(&j, "devices");
	}
	for (size_t i = 0; i < v->c->n_device; i++) {
		struct row r;

		fill(&r, v->c, &v->c->device[i], &h);
		if (args_json(v->a)) {
			row_json(&r, &j);
		} else {
			row_text(&r, b);
		}
	}
	if (args_json(v->a)) {
		json_arr_end(&j);
		json_obj_end(&j);
		sbuf_putc(b, '\n');
	} else if (v->c->n_device == 0) {
		sbuf_puts(b, "no devices: write a [device NAME] section into "
			     "holdfast.conf; 'holdfast device drivers' lists "
			     "what can stand there\n");
	}
	return args_put(v->a, b->p, b->len);
}

/* --- drivers -------------------------------------------------------------- */

static const char *
kind_name(enum device_opt_kind k)
{
	static const char *const name[] = {
		[DEVICE_OPT_TEXT] = "text",
		[DEVICE_OPT_NUMBER] = "number",
		[DEVICE_OPT_YES] = "yes",
		[DEVICE_OPT_WORD] = "word",
		[DEVICE_OPT_BYTES] = "bytes",
	};

	return name[k];
}

static void
opt_json(const struct device_opt *o, struct json *j)
{
	json_obj(j, NULL);
	json_str(j, "name", o->name);
	json_str(j, "kind", kind_name(o->kind));
	json_str(j, "default", o->fallback);
	json_str(j, "help", _(o->help));
	if (o->kind == DEVICE_OPT_NUMBER) {
		json_i64(j, "min", o->min);
		json_i64(j, "max", o->max);
	} else if (o->kind == DEVICE_OPT_WORD) {
		json_str(j, "words", o->words);
	} else if (o->kind == DEVICE_OPT_BYTES) {
		json_i64(j, "max", o->max);
	}
	json_obj_end(j);
}

static void
driver_json(const struct device_driver *d, struct json *j)
{
	char frame[4];

	device_frame_text(&d->line, frame);
	json_obj(j, NULL);
	json_str(j, "name", d->name);
	json_str(j, "class", device_class_name(d->class_));
	json_str(j, "summary", d->summary);
	json_u64(j, "baud", d->line.baud);
	json_str(j, "frame", frame);
	json_str(j, "flow", device_flow_name(d->line.flow));
	json_arr(j, "options");
	for (size_t i = 0; i < d->n_opt; i++) {
		opt_json(&d->opt[i], j);
	}
	json_arr_end(j);
	json_obj_end(j);
}

static void
opt_text(const struct device_opt *o, struct sbuf *b)
{
	sbuf_printf(b, "    %-10s %s", o->name, _(o->help));
	if (o->kind == DEVICE_OPT_WORD) {
		sbuf_printf(b, ": %s", o->words);
	} else if (o->kind == DEVICE_OPT_NUMBER) {
		sbuf_printf(b, ", %lld to %lld", (long long)o->min,
			(long long)o->max);
	}
	if (o->fallback[0] != '\0') {
		sbuf_printf(b, " (%s)", o->fallback);
	}
	sbuf_putc(b, '\n');
}

static void
driver_text(const struct device_driver *d, struct sbuf *b)
{
	char frame[4];

	device_frame_text(&d->line, frame);
	sbuf_printf(b, "%-9s %-8s %s; %u baud %s, flow %s\n", d->name,
		device_class_name(d->class_), d->summary, d->line.baud, frame,
		device_flow_name(d->line.flow));
	for (size_t i = 0; i < d->n_opt; i++) {
		opt_text(&d->opt[i], b);
	}
}

static int
drivers(const struct device_verb *v, struct sbuf *b)
{
	struct json j;

	json_init(&j, b);
	if (args_json(v->a)) {
		json_obj(&j, NULL);
		json_arr(&j, "drivers");
	}
	for (size_t i = 0; i < device_n_drivers; i++) {
		if (args_json(v->a)) {
			driver_json(device_drivers[i], &j);
		} else {
			driver_text(device_drivers[i], b);
		}
	}
	if (args_json(v->a)) {
		json_arr_end(&j);
		json_obj_end(&j);
		sbuf_putc(b, '\n');
	}
	return args_put(v->a, b->p, b->len);
}

/* --- the verb ------------------------------------------------------------- */

bool
device_seconds(const struct device_verb *v, int64_t fallback, int64_t *ret)
{
	*ret = fallback;
	if (v->seconds != NULL && parse_i64(v->seconds, strlen(v->seconds), 1,
					  86400, ret) != RC_OK) {
		(void)args_usage(
			v->a, usage, "--for takes seconds, from 1 to 86400");
		return false;
	}
	return true;
}

static int
run(const struct device_verb *v, struct sbuf *b)
{
	const struct args *a = v->a;
	const char *what = a->rest[0];

	if (strcmp(what, "list") == 0 && a->n == 1) {
		return list(v, b);
	}
	if (strcmp(what, "drivers") == 0 && a->n == 1) {
		return drivers(v, b);
	}
	if (strcmp(what, "test") == 0 && a->n == 2) {
		return device_test(v, a->rest[1]);
	}
	if (strcmp(what, "watch") == 0) {
		return device_watch(v, a->n == 2 ? a->rest[1] : NULL);
	}
	if (strcmp(what, "probe") == 0 && a->n == 2) {
		return device_probe(v, a->rest[1]);
	}
	return args_usage(
		a, usage, "say list, drivers, test NAME, watch or probe PORT");
}

static bool
needs_store(const char *what)
{
	return strcmp(what, "drivers") != 0 && strcmp(what, "probe") != 0;
}

int
verb_device(int argc, char *argv[])
{
	struct config *config = config_new();
	struct device_verb v = {.c = config};
	const struct opt opts[] = {
		{"for", OPT_TEXT, &v.seconds},
		{"text", OPT_TEXT, &v.text},
		{"driver", OPT_TEXT, &v.driver},
		{"baud", OPT_TEXT, &v.baud},
		{"frame", OPT_TEXT, &v.frame},
		{"flow", OPT_TEXT, &v.flow},
		{"yes", OPT_FLAG, &v.yes},
		{"hex", OPT_FLAG, &v.hex},
	};
	char *text = malloc(ANSWER_BYTES);
	struct err e = {0};
	struct args a;
	struct sbuf b;
	int status;
	enum rc rc = text != NULL && config != NULL ? RC_OK : RC_NOMEM;

	status = args_parse(&a, argc, argv, usage, opts, ARRAY_LEN(opts), 1, 2);
	if (status >= 0) {
		config_free(config);
		free(text);
		return status;
	}
	v.a = &a;
	if (rc == RC_OK && needs_store(a.rest[0])) {
		rc = settings_config(a.store, config, &e);
	}
	if (rc == RC_OK) {
		sbuf_init(&b, text, ANSWER_BYTES);
		status = run(&v, &b);
	} else {
		status = args_fail(&a, rc, &e);
	}
	args_done(&a);
	config_free(config);
	free(text);
	return status;
}
