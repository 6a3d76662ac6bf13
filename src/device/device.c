/* SPDX-License-Identifier: Apache-2.0 */
/* Names, options and what a step gives. */
#include "device/device.h"

#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "device/transport.h"

#include "base/poison.h"

#define BAUD_MIN 300
#define BAUD_MAX 921600

static const char *const class_name[DEVICE_CLASS_COUNT] = {
	[DEVICE_PRINTER] = "printer",
	[DEVICE_DRAWER] = "drawer",
	[DEVICE_PINPAD] = "pinpad",
	[DEVICE_SCANNER] = "scanner",
	[DEVICE_SCALE] = "scale",
	[DEVICE_DISPLAY] = "pole",
};

static const char *const event_name[] = {
	[DEVICE_READY] = "ready",
	[DEVICE_DOWN] = "down",
	[DEVICE_JOB_DONE] = "job_done",
	[DEVICE_JOB_FAILED] = "job_failed",
	[DEVICE_JOB_UNKNOWN] = "job_unknown",
	[DEVICE_PAPER_LOW] = "paper_low",
	[DEVICE_PAPER_OUT] = "paper_out",
	[DEVICE_COVER_OPEN] = "cover_open",
	[DEVICE_DRAWER_OPEN] = "drawer_open",
	[DEVICE_DRAWER_SHUT] = "drawer_shut",
	[DEVICE_PAPER_OK] = "paper_ok",
	[DEVICE_FAULT] = "fault",
	[DEVICE_SILENT] = "silent",
	[DEVICE_SCAN] = "scan",
	[DEVICE_WEIGHT] = "weight",
	[DEVICE_CARD_STEP] = "card_step",
	[DEVICE_CARD_SLIP] = "card_slip",
	[DEVICE_CARD_RESULT] = "card_result",
	[DEVICE_NOTE] = "note",
	[DEVICE_WORKER_STATE] = "worker_state",
	[DEVICE_WORKER_ITEM] = "worker_item",
};

static const char *const flow_name[] = {
	[FLOW_DEFAULT] = "default",
	[FLOW_NONE] = "none",
	[FLOW_XONXOFF] = "xonxoff",
	[FLOW_RTSCTS] = "rtscts",
	[FLOW_DTRDSR] = "dtrdsr",
};

const char *
device_class_name(enum device_class c)
{
	return c < DEVICE_CLASS_COUNT ? class_name[c] : "worker";
}

const char *
device_event_name(enum device_event_kind kind)
{
	return event_name[kind];
}

const char *
device_flow_name(enum device_flow f)
{
	return flow_name[f];
}

bool
device_flow_named(const char *text, enum device_flow *ret)
{
	for (size_t i = FLOW_NONE; i < ARRAY_LEN(flow_name); i++) {
		if (strcmp(text, flow_name[i]) == 0) {
			*ret = (enum device_flow)i;
			return true;
		}
	}
	return false;
}

bool
device_frame(const char *text, struct device_line *ret)
{
	if (strlen(text) != 3 || (text[0] != '7' && text[0] != '8') ||
		strchr("NEO", text[1]) == NULL ||
		(text[2] != '1' && text[2] != '2')) {
		return false;
	}
	ret->bits = (uint8_t)(text[0] - '0');
	ret->parity = text[1];
	ret->stop = (uint8_t)(text[2] - '0');
	return true;
}

void
device_frame_text(const struct device_line *l, char out[4])
{
	out[0] = (char)('0' + l->bits);
	out[1] = '-';
	if (l->parity != '\0') {
		out[1] = l->parity;
	}
	out[2] = (char)('0' + l->stop);
	out[3] = '\0';
}

struct device_line
device_conf_line(const struct device_driver *d, const struct device_conf *conf)
{
	struct device_line l = conf->line;

	l.baud = l.baud != 0 ? l.baud : d->line.baud;
	if (l.bits == 0) {
		l.bits = d->line.bits;
		l.parity = d->line.parity;
		l.stop = d->line.stop;
	}
	l.flow = l.flow != FLOW_DEFAULT ? l.flow : d->line.flow;
	return l;
}

/* --- what a step gives ---------------------------------------------------- */

bool
device_out_put(struct device_out *out, const void *p, size_t n)
{
	if (n > sizeof(out->byte) - out->n_byte) {
		return false;
	}
	memcpy(out->byte + out->n_byte, p, n);
	out->n_byte += n;
	return true;
}

struct device_event *
device_out_event(
	struct device_out *out, enum device_event_kind kind, uint32_t job)
{
	struct device_event *e;

	if (out->n_event == DEVICE_OUT_EVENTS) {
		return NULL;
	}
	e = &out->event[out->n_event++];
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->job = job;
	return e;
}

void
device_out_by(struct device_out *out, struct mono when)
{
	if (out->deadline.us < 0 || when.us < out->deadline.us) {
		out->deadline = when;
	}
}

/* --- options -------------------------------------------------------------- */

static const struct device_opt *
opt_find(const struct device_driver *d, const char *name)
{
	for (size_t i = 0; i < d->n_opt; i++) {
		if (strcmp(d->opt[i].name, name) == 0) {
			return &d->opt[i];
		}
	}
	return NULL;
}

const char *
device_opt_text(const struct device_driver *d, const struct device_conf *conf,
	const char *name)
{
	const struct device_opt *o = opt_find(d, name);

	for (size_t i = 0; i < conf->n_opt; i++) {
		if (strcmp(conf->opt[i].key, name) == 0) {
			return conf->opt[i].value;
		}
	}
	return o != NULL ? o->fallback : "";
}

int64_t
device_opt_number(const struct device_driver *d, const struct device_conf *conf,
	const char *name)
{
	const char *text = device_opt_text(d, conf, name);
	int64_t n = 0;

	if (parse_i64(text, strlen(text), INT64_MIN, INT64_MAX, &n) != RC_OK) {
		return 0;
	}
	return n;
}

bool
device_opt_yes(const struct device_driver *d, const struct device_conf *conf,
	const char *name)
{
	return strcmp(device_opt_text(d, conf, name), "yes") == 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False: no bytes, or more than ${cap}. */
static bool
parse_bytes(const char *text, uint8_t *out, size_t cap, size_t *ret_n)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0';) {
		if (*c == ' ') {
			c++;
			continue;
		}
		if (hex(c[0]) < 0 || hex(c[1]) < 0 || n == cap) {
			return false;
		}
		out[n++] = (uint8_t)(hex(c[0]) << 4 | hex(c[1]));
		c += 2;
	}
	*ret_n = n;
	return true;
}

size_t
device_opt_bytes(const struct device_driver *d, const struct device_conf *conf,
	const char *name, uint8_t *out, size_t cap)
{
	size_t n = 0;

	if (!parse_bytes(device_opt_text(d, conf, name), out, cap, &n)) {
		return 0;
	}
	return n;
}

/* ${word} is one of ${words}, which have blanks between. */
static bool
is_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *w = words; *w != '\0';) {
		size_t len = strcspn(w, " ");

		if (len == n && memcmp(w, word, n) == 0) {
			return true;
		}
		w += len;
		w += strspn(w, " ");
	}
	return false;
}

static enum rc
check_value(const struct device_opt *o, const char *value, struct err *reterr)
{
	uint8_t byte[64];
	size_t n = 0;
	int64_t number;

	switch (o->kind) {
	case DEVICE_OPT_NUMBER:
		if (parse_i64(value, strlen(value), o->min, o->max, &number) ==
			RC_OK) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "device",
			"'%s' cannot be %s: write a number from %lld to %lld",
			value, o->name, (long long)o->min, (long long)o->max);
	case DEVICE_OPT_YES:
		if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "device",
			"'%s' cannot be %s: write yes or no", value, o->name);
	case DEVICE_OPT_WORD:
		if (is_word(o->words, value)) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "device",
			"'%s' cannot be %s: write one of %s", value, o->name,
			o->words);
	case DEVICE_OPT_BYTES:
		if (o->max <= (int64_t)sizeof(byte) &&
			parse_bytes(value, byte, (size_t)o->max, &n)) {
			return RC_OK;
		}
		return err_set(reterr, RC_INVAL, 0, "device",
			"'%s' cannot be %s: write at most %lld bytes in hex, "
			"like 1B 70",
			value, o->name, (long long)o->max);
	case DEVICE_OPT_TEXT:
	default:
		return RC_OK;
	}
}

static enum rc
check_line(const struct device_conf *conf, struct err *reterr)
{
	if (conf->line.baud != 0 &&
		(conf->line.baud < BAUD_MIN || conf->line.baud > BAUD_MAX)) {
		return err_set(reterr, RC_INVAL, 0, "device",
			"no line has %u baud: write 9600, or what the device "
			"is set to",
			conf->line.baud);
	}
	return RC_OK;
}

static enum rc
no_driver(const char *name, struct err *reterr)
{
	char list[200];
	struct sbuf b;

	sbuf_init(&b, list, sizeof(list));
	for (size_t i = 0; i < device_n_drivers; i++) {
		sbuf_puts(&b, i > 0 ? ", " : "");
		sbuf_puts(&b, device_drivers[i]->name);
	}
	return err_set(reterr, RC_NOTFOUND, 0, "device",
		"there is no driver '%.60s': write one of %s", name, list);
}

enum rc
device_conf_check(const struct device_conf *conf, enum device_class class_,
	struct err *reterr)
{
	const struct device_driver *d = device_driver_find(conf->driver);
	enum rc rc;

	if (d == NULL || d->class_ != class_) {
		return no_driver(conf->driver, reterr);
	}
	rc = transport_check(conf->port, reterr);
	if (rc == RC_OK) {
		rc = check_line(conf, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < conf->n_opt; i++) {
		const struct device_opt *o = opt_find(d, conf->opt[i].key);

		if (o == NULL) {
			return err_set(reterr, RC_INVAL, 0, "device",
				"the driver %s has no option '%s': "
				"holdfast-%s(4) lists them",
				d->name, conf->opt[i].key, d->name);
		}
		rc = check_value(o, conf->opt[i].value, reterr);
	}
	if (rc == RC_OK && d->check != NULL) {
		rc = d->check(conf, reterr);
	}
	return rc;
}
