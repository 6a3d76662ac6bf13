/* SPDX-License-Identifier: Apache-2.0 */
/* A ZVT terminal that is not there: what it can be told, and its line. */
#include <string.h>

#include "sim/zvt_internal.h"

#include "base/poison.h"

#define MS INT64_C(1000)

/* --- the line ------------------------------------------------------------- */

void
sim_zvt_send(struct sim_zvt *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	struct zvt_sink sink = {out->byte, sizeof(out->byte), out->n_byte};

	zvt_link_send(&s->link, s->now, p, n, false, &sink);
	out->n_byte = sink.n;
}

void
sim_zvt_answer(struct sim_zvt *s, uint16_t with, struct sim_out *out)
{
	const uint8_t apdu[3] = {(uint8_t)(with >> 8), (uint8_t)with, 0};

	sim_zvt_send(s, apdu, sizeof(apdu), out);
}

static void
hear(struct sim_zvt *s, enum zvt_said said, struct sim_out *out)
{
	struct zvt_apdu a;

	if (said == ZVT_FAILED) {
		sim_zvt_drop(s, out, "the register does not acknowledge");
	} else if (said == ZVT_BROKEN) {
		sim_say(out, "refused bytes that are no command");
	} else if (said == ZVT_APDU &&
		   zvt_apdu_read(s->link.apdu, s->link.n_apdu, &a)) {
		if (zvt_is_answer(&a)) {
			sim_zvt_said(s, a.cmd == ZVT_YES || a.cmd == 0x8400,
				(uint8_t)a.cmd, out);
		} else {
			sim_zvt_command(s, &a, out);
		}
	}
}

static bool
hears(struct sim_zvt *s)
{
	if (s->deaf.us > 0 && s->now.us >= s->deaf.us) {
		s->deaf.us = 0;
	}
	return !s->dead && s->deaf.us == 0;
}

/* A frame begins with 10 02; what a register says on TCP first, with 05 to
 * 08. */
static void
find_framing(struct sim_zvt *s, const uint8_t *in, size_t n)
{
	bool frame = n >= 2 && in[0] == 0x10 && in[1] == 0x02;
	bool bare = !s->known && in[0] >= 0x05 && in[0] <= 0x08;

	if (s->auto_ && ((frame && !(s->known && s->link.serial)) || bare)) {
		zvt_link_init(&s->link, frame);
		s->known = true;
	}
}

static void
sim_zvt_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct sim_zvt *s = state;
	struct zvt_sink sink;
	enum zvt_said said;
	struct mono due;

	s->now = now;
	if (!hears(s)) {
		if (s->deaf.us > 0) {
			sim_by(out, s->deaf);
		}
		return;
	}
	if (n > 0) {
		find_framing(s, in, n);
	}
	while (n > 0) {
		sink = (struct zvt_sink){
			out->byte, sizeof(out->byte), out->n_byte};
		said = zvt_link_take(&s->link, now, &in, &n, &sink);
		out->n_byte = sink.n;
		hear(s, said, out);
	}
	sink = (struct zvt_sink){out->byte, sizeof(out->byte), out->n_byte};
	said = zvt_link_tick(&s->link, now, &sink);
	out->n_byte = sink.n;
	hear(s, said, out);
	sim_zvt_work(s, out);
	due = zvt_link_due(&s->link);
	if (due.us >= 0) {
		sim_by(out, due);
	}
	if (s->deaf.us > 0) {
		sim_by(out, s->deaf);
	} else if (s->job != JOB_NONE && (s->sent || !s->link.awaiting) &&
		   s->link.rx == ZVT_RX_IDLE) {
		sim_by(out, s->due);
	}
}

static void
sim_zvt_plug(void *state, bool in)
{
	struct sim_zvt *s = state;
	struct sim_out nothing;

	if (!in && !s->link.serial) {
		/* a connection that is gone ends what was under way */
		sim_begin(&nothing);
		sim_zvt_drop(s, &nothing, "the connection is gone");
	}
	if (!in && (s->forgetful || !s->link.serial)) {
		s->registered = false;
	}
	zvt_link_init(&s->link, s->link.serial);
	s->known = !s->auto_;
}

/* --- options and orders --------------------------------------------------- */

static enum rc
wrong(const char *what, const char *text, struct err *reterr)
{
	return err_set(
		reterr, RC_INVAL, 0, "sim", "'%.60s' is no %s", text, what);
}

static bool
digits(const char *text, size_t want)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9') {
			return false;
		}
	}
	return strlen(text) == want;
}

static bool
on_off(const char *text, bool *ret)
{
	*ret = strcmp(text, "off") != 0;
	return strcmp(text, "on") == 0 || !*ret;
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

/* One or two hex digits. */
static bool
hex_byte(const char *text, uint8_t *ret)
{
	int value = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (hex(text[i]) < 0 || i == 2) {
			return false;
		}
		value = value * 16 + hex(text[i]);
	}
	*ret = (uint8_t)value;
	return text[0] != '\0';
}

static enum rc
take_fate(struct sim_zvt *s, const char *line, bool once, struct err *reterr)
{
	static const struct {
		const char *word;
		enum zvt_fate fate;
	} fate[] = {
		{"approve", FATE_APPROVE},
		{"offline", FATE_OFFLINE},
		{"decline", FATE_DECLINE},
		{"cancel", FATE_CANCEL},
		{"amount", FATE_AMOUNT},
		{"charged", FATE_CHARGED},
		{"silent", FATE_SILENT},
		{"no-end", FATE_NO_END},
	};

	const char *rest;

	for (size_t i = 0; i < ARRAY_LEN(fate); i++) {
		if (!sim_is(line, fate[i].word, &rest)) {
			continue;
		}
		if (fate[i].fate == FATE_DECLINE &&
			!hex_byte(rest[0] != '\0' ? rest : "05", &s->code)) {
			return wrong(
				"code: write two hex digits", rest, reterr);
		}
		if (fate[i].fate == FATE_AMOUNT &&
			sim_number(rest, 1, INT64_C(999999999999), &s->other,
				reterr) != RC_OK) {
			return RC_INVAL;
		}
		s->fate = fate[i].fate;
		s->once = once;
		return RC_OK;
	}
	return RC_NOTFOUND;
}

static enum rc
take_card(struct sim_zvt *s, const char *line, struct err *reterr)
{
	static const char *const entry[] = {"stripe", "chip", "contactless"};
	char name[24], last4[8], how[16];
	struct sbuf b;

	if (!sim_word(&line, name, sizeof(name)) ||
		!sim_word(&line, last4, sizeof(last4)) || !digits(last4, 4)) {
		return wrong("card: write its name and last four digits", line,
			reterr);
	}
	if (!sim_word(&line, how, sizeof(how))) {
		memcpy(how, "chip", sizeof("chip"));
	}
	for (size_t i = 0; i < ARRAY_LEN(entry); i++) {
		if (strcmp(entry[i], how) == 0) {
			s->entry = (uint8_t)i;
			sbuf_init(&b, s->card, sizeof(s->card));
			sbuf_puts(&b, name);
			memcpy(s->last4, last4, sizeof(s->last4));
			return RC_OK;
		}
	}
	return wrong("way: write stripe, chip or contactless", how, reterr);
}

static void
reboot(struct sim_zvt *s, struct sim_out *out)
{
	sim_zvt_drop(s, out, "it starts anew");
	s->registered = false;
	s->deaf.us = s->now.us + 3000 * MS;
	zvt_link_init(&s->link, s->link.serial);
	sim_say(out, "reboot");
}

static enum rc
sim_zvt_tell(void *state, struct mono now, const char *line,
	struct sim_out *out, struct err *reterr)
{
	struct sim_zvt *s = state;
	const char *rest;
	int64_t n = 0;
	bool once = sim_is(line, "once", &rest);
	enum rc rc;

	s->now = now;
	rc = take_fate(s, once ? rest : line, once, reterr);
	if (rc != RC_NOTFOUND || once) {
		return rc == RC_NOTFOUND ? sim_unknown(&sim_zvt, line, reterr)
					 : rc;
	}
	if ((sim_is(line, "dead", &rest) && on_off(rest, &s->dead)) ||
		(sim_is(line, "signature", &rest) &&
			on_off(rest, &s->signature)) ||
		(sim_is(line, "lines", &rest) && on_off(rest, &s->lines)) ||
		(sim_is(line, "busy", &rest) && on_off(rest, &s->busy)) ||
		(sim_is(line, "status", &rest) && hex_byte(rest, &s->status))) {
		return RC_OK;
	}
	if (sim_is(line, "takes", &rest)) {
		rc = sim_number(rest, 0, 60000, &n, reterr);
		s->takes_us = rc == RC_OK ? n * MS : s->takes_us;
		return rc;
	}
	if (sim_is(line, "waits", &rest)) {
		rc = sim_number(rest, 0, 1000, &n, reterr);
		s->waits = rc == RC_OK ? (unsigned)n : s->waits;
		return rc;
	}
	if (sim_is(line, "card", &rest)) {
		return take_card(s, rest, reterr);
	}
	if (sim_is(line, "reboot", &rest)) {
		reboot(s, out);
		return RC_OK;
	}
	if (sim_is(line, "forget", &rest)) {
		s->registered = false;
		return RC_OK;
	}
	return sim_unknown(&sim_zvt, line, reterr);
}

static enum rc
take_option(struct sim_zvt *s, const struct sim_opt *o, struct err *reterr)
{
	struct zvt_make m = {.n = 0};
	struct err e = {.rc = RC_OK};
	int64_t n = 0;
	enum rc rc;

	if (strcmp(o->key, "password") == 0 || strcmp(o->key, "id") == 0) {
		bool id = o->key[0] == 'i';

		if (!digits(o->value, id ? 8 : 6)) {
			return wrong(id ? "id: write eight digits"
					: "password: write six digits",
				o->value, reterr);
		}
		if (id) {
			memcpy(s->terminal, o->value, 9);
			return RC_OK;
		}
		rc = sim_number(o->value, 0, 999999, &n, reterr);
		zvt_put_bcd(&m, n, 3);
		memcpy(s->password, m.byte, 3);
		return rc;
	}
	if (strcmp(o->key, "framing") == 0) {
		s->auto_ = strcmp(o->value, "auto") == 0;
		s->known = !s->auto_;
		zvt_link_init(&s->link, strcmp(o->value, "tcp") != 0);
		return s->auto_ || !s->link.serial ||
				       strcmp(o->value, "serial") == 0
			       ? RC_OK
			       : wrong("framing: write auto, serial or tcp",
					 o->value, reterr);
	}
	if (strcmp(o->key, "quiet") == 0) {
		rc = sim_number(o->value, 0, 3600000, &n, reterr);
		s->quiet_us = n * MS;
		return rc;
	}
	if (strcmp(o->key, "receipt") == 0) {
		rc = sim_number(o->value, 0, 9999, &n, reterr);
		s->book.receipt = (unsigned)n;
		return rc;
	}
	if (strcmp(o->key, "behave") == 0) {
		rc = take_fate(s, o->value, false, reterr);
		return rc == RC_NOTFOUND
			       ? wrong("way to behave", o->value, reterr)
			       : rc;
	}
	if (strcmp(o->key, "takes") == 0 || strcmp(o->key, "waits") == 0 ||
		strcmp(o->key, "card") == 0 || strcmp(o->key, "lines") == 0 ||
		strcmp(o->key, "signature") == 0) {
		char line[80];
		struct sbuf b;
		struct sim_out nothing;

		sbuf_init(&b, line, sizeof(line));
		sbuf_printf(&b, "%s %s", o->key, o->value);
		sim_begin(&nothing);
		rc = sim_zvt_tell(s, (struct mono){0}, line, &nothing, &e);
		return rc == RC_OK ? RC_OK
				   : wrong("value of that option", o->value,
					     reterr);
	}
	return sim_no_option(&sim_zvt, o->key, reterr);
}

static enum rc
sim_zvt_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	static const struct sim_opt usual[] = {{"id", "12345678"},
		{"framing", "auto"}, {"quiet", "10000"}, {"takes", "300"},
		{"card", "girocard 4771 chip"}, {"receipt", "21"}};
	struct sim_zvt *s = state;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(usual) && rc == RC_OK; i++) {
		rc = take_option(s, &usual[i], reterr);
	}
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		rc = take_option(s, &opt[i], reterr);
	}
	s->currency = 978;
	return rc;
}

static void
sim_zvt_show(const void *state, struct sbuf *out)
{
	const struct sim_zvt *s = state;
	unsigned count = 0;
	int64_t sum = book_total(&s->book, &count);

	book_show(&s->book, out);
	sbuf_printf(out, "open count=%u sum=%lld%s\n", count, (long long)sum,
		s->registered ? "" : " not registered");
}

const struct sim_device sim_zvt = {
	.name = "zvt",
	.summary = "a card terminal that speaks ZVT",
	.commands = "approve\noffline\ndecline [CODE]\ncancel\namount CENTS\n"
		    "charged\nsilent\nno-end\nonce ONE OF THESE\n"
		    "dead on|off\nsignature on|off\nlines on|off\n"
		    "busy on|off\nstatus CODE\ntakes MS\nwaits N\n"
		    "card NAME LAST4 [stripe|chip|contactless]\n"
		    "reboot\nforget",
	.state_size = sizeof(struct sim_zvt),
	.open = sim_zvt_open,
	.plug = sim_zvt_plug,
	.step = sim_zvt_step,
	.tell = sim_zvt_tell,
	.show = sim_zvt_show,
};
