/* SPDX-License-Identifier: Apache-2.0 */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define LINES_MAX 4096
#define OPTS_MAX 12
#define SENT_MAX 65536
#define EVENTS_MAX 512
#define EVENT_TEXT 1024
#define INPUT_MAX 8192
#define QUIET_US INT64_C(900000000) /* longer than any timer of a driver */
#define STEPS_MAX 20000

struct line {
	char what; /* '@' '!' '>' '<' '=' */
	int no;
	char *text; /* behind it */
};

struct replay {
	char *body;
	struct line line[LINES_MAX];
	size_t n_line;
	char driver[32];
	struct device_opt_value opt[OPTS_MAX];
	size_t n_opt;
	bool blind, has_from;
	unsigned first_lines;
	size_t n_input;

	/* one play */
	const struct device_driver *d;
	void *state;
	struct device_conf conf;
	struct device_out out;
	struct mono now, due;
	unsigned lines;
	uint8_t sent[SENT_MAX];
	size_t n_sent;
	char event[EVENTS_MAX][EVENT_TEXT];
	size_t n_event, seen;
	uint8_t job[SENT_MAX];
	uint32_t id;
	unsigned asked, results, paid; /* questions, their ends */
	unsigned steps;
	bool calm;   /* no expectations: the line is abused */
	size_t left; /* input until the cut */
	uint64_t noise;
	char *why;
	size_t cap;
};

/* --- events as text ------------------------------------------------------- */

static void
put_value(struct sbuf *out, const char *key, const char *value)
{
	if (value[0] != '\0') {
		sbuf_printf(out, " %s=\"", key);
		for (const char *c = value; *c != '\0'; c++) {
			if (*c == '\n') {
				sbuf_puts(out, "\\n");
			} else if ((unsigned char)*c < 0x20) {
				sbuf_printf(out, "\\%02x", (unsigned char)*c);
			} else {
				sbuf_putc(out, *c == '"' ? '\'' : *c);
			}
		}
		sbuf_putc(out, '"');
	}
}

static void
put_number(struct sbuf *out, const char *key, int64_t n)
{
	sbuf_printf(out, " %s=\"%lld\"", key, (long long)n);
}

static void
put_result(struct sbuf *out, const struct pinpad_result *r)
{
	put_value(out, "op", pinpad_op_name(r->op));
	put_value(out, "outcome", pinpad_outcome_name(r->outcome));
	put_value(out, "hold", r->hold ? "yes" : "no");
	put_number(out, "amount", r->amount);
	put_number(out, "currency", r->currency);
	put_value(out, "terminal", r->terminal);
	put_value(out, "receipt", r->receipt);
	put_value(out, "trace", r->trace);
	put_value(out, "auth", r->auth);
	put_value(out, "card", r->card);
	put_value(out, "last4", r->last4);
	put_value(out, "aid", r->aid);
	put_value(out, "entry", r->entry);
	put_value(out, "check", pinpad_check_name(r->check));
	put_value(out, "when", r->when);
	put_number(out, "code", r->code);
	put_value(out, "text", r->text);
	put_value(out, "last_op", pinpad_op_name(r->last_op));
	for (size_t i = 0; i < r->n_total; i++) {
		put_value(out, "total", r->total[i].name);
		put_number(out, "count", r->total[i].count);
		put_number(out, "sum", r->total[i].amount);
	}
}

static void
put_weight(struct sbuf *out, const struct scale_reading *w)
{
	static const struct {
		unsigned flag;
		const char *name;
	} flag[] = {
		{SCALE_STABLE, "stable"},
		{SCALE_NET, "net"},
		{SCALE_ZERO, "zero"},
		{SCALE_MOTION, "motion"},
		{SCALE_OVER, "over"},
		{SCALE_UNDER, "under"},
		{SCALE_BELOW, "below"},
		{SCALE_FAULT, "fault"},
		{SCALE_PRICED, "priced"},
	};

	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < ARRAY_LEN(flag); i++) {
		if ((w->flags & flag[i].flag) != 0) {
			sbuf_puts(&b, b.len > 0 ? "," : "");
			sbuf_puts(&b, flag[i].name);
		}
	}
	put_number(out, "grams", w->grams);
	put_value(out, "flags", text);
	put_number(out, "tare", w->tare);
	put_number(out, "price", w->price);
	put_number(out, "amount", w->amount);
	put_value(out, "sells", scale_sells(w) ? "yes" : "no");
}

void
replay_event(const struct device_event *e, struct sbuf *out)
{
	static const char *const copy[] = {
		[PINPAD_MERCHANT] = "merchant",
		[PINPAD_CUSTOMER] = "customer",
		[PINPAD_ADMIN] = "admin",
	};
	char text[512];
	struct sbuf b;

	sbuf_puts(out, device_event_name(e->kind));
	put_number(out, "job", e->job);
	put_value(out, "text", e->text);
	if (e->kind == DEVICE_SCAN) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_write(&b, e->data, e->n_data);
		put_value(out, "data", text);
	} else if (e->kind == DEVICE_WEIGHT) {
		put_weight(out, &e->weight);
	} else if (e->kind == DEVICE_CARD_SLIP) {
		put_value(out, "copy", copy[e->slip->copy]);
		put_value(out, "hold", e->slip->hold ? "yes" : "no");
		put_value(out, "signature", e->slip->signature ? "yes" : "no");
		put_value(out, "slip", e->slip->text);
	} else if (e->kind == DEVICE_CARD_RESULT) {
		put_result(out, e->result);
	}
}

/* --- the log -------------------------------------------------------------- */

static bool
wrong(struct replay *r, int no, const char *what, const char *got)
{
	struct sbuf b;

	sbuf_init(&b, r->why, r->cap);
	sbuf_printf(&b, "line %d: %s%s%s", no, what, got[0] != '\0' ? ": " : "",
		got);
	return false;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hex and quoted text as bytes; false: neither. */
static bool
bytes_of(const char *text, uint8_t *out, size_t cap, size_t *ret_n)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0';) {
		if (*c == ' ' || *c == '\t') {
			c++;
		} else if (*c == '"') {
			for (c++; *c != '"'; c++) {
				if (*c == '\0' || n == cap) {
					return false;
				}
				out[n++] = (uint8_t)*c;
			}
			c++;
		} else {
			if (digit(c[0]) < 0 || digit(c[1]) < 0 || n == cap) {
				return false;
			}
			out[n++] = (uint8_t)(digit(c[0]) << 4 | digit(c[1]));
			c += 2;
		}
	}
	*ret_n = n;
	return true;
}

static bool
is_none(const char *text)
{
	return strcmp(text, "-") == 0;
}

static char *
value_of(char *line)
{
	char *v = strchr(line, ':');

	if (v == NULL) {
		return NULL;
	}
	v++;
	return v + strspn(v, " ");
}

static unsigned
modem_lines(const char *text)
{
	unsigned lines = LINE_KNOWN;

	lines |= strstr(text, "cts") != NULL ? LINE_CTS : 0u;
	lines |= strstr(text, "dsr") != NULL ? LINE_DSR : 0u;
	lines |= strstr(text, "ri") != NULL ? LINE_RI : 0u;
	lines |= strstr(text, "dcd") != NULL ? LINE_DCD : 0u;
	return lines;
}

static void
take_head(struct replay *r, char *text)
{
	char *v = value_of(text);
	struct sbuf b;

	text += strspn(text, "# ");
	if (strcmp(text, "blind") == 0) {
		r->blind = true;
	} else if (strncmp(text, "lines:", 6) == 0 && v != NULL) {
		r->first_lines = modem_lines(v);
	} else if (strncmp(text, "driver:", 7) == 0 && v != NULL) {
		sbuf_init(&b, r->driver, sizeof(r->driver));
		sbuf_puts(&b, v);
	} else if (strncmp(text, "from:", 5) == 0 && v != NULL) {
		r->has_from = v[0] != '\0';
	} else if (strncmp(text, "option:", 7) == 0 && v != NULL &&
		   strchr(v, '=') != NULL && r->n_opt < OPTS_MAX) {
		char *eq = strchr(v, '=');

		*eq = '\0';
		r->opt[r->n_opt].key = v;
		r->opt[r->n_opt++].value = eq + 1;
	}
}

static bool
take_lines(struct replay *r)
{
	static uint8_t bytes[INPUT_MAX];
	int no = 0;
	char *next = NULL;

	for (char *c = r->body; c != NULL; c = next) {
		size_t n = 0;

		no++;
		next = strchr(c, '\n');
		if (next != NULL) {
			*next++ = '\0';
		}
		if (c[0] == '#') {
			take_head(r, c);
			continue;
		}
		if (c[0] == '\0') {
			continue;
		}
		if (strchr("@!><=", c[0]) == NULL || c[1] != ' ' ||
			r->n_line == LINES_MAX) {
			return wrong(r, no, "no line of a log", c);
		}
		if ((c[0] == '<' || (c[0] == '>' && !is_none(c + 2))) &&
			!bytes_of(c + 2, bytes, sizeof(bytes), &n)) {
			return wrong(r, no, "no bytes", c);
		}
		r->n_input += c[0] == '<' ? n : 0;
		r->line[r->n_line++] = (struct line){c[0], no, c + 2};
	}
	if (!r->has_from) {
		return wrong(
			r, 1, "'# from:' says where the bytes are from", "");
	}
	return true;
}

struct replay *
replay_load(const char *path, char *why, size_t cap)
{
	struct replay *r = calloc(1, sizeof(*r));
	FILE *f = fopen(path, "r");
	size_t n = 0;
	bool good = r != NULL && f != NULL;

	if (good) {
		r->why = why;
		r->cap = cap;
		r->body = calloc(1, 1 << 20);
		good = r->body != NULL;
	}
	if (good) {
		n = fread(r->body, 1, (1 << 20) - 1, f);
		good = n > 0 && take_lines(r);
		r->d = device_driver_find(r->driver);
		if (good && r->d == NULL) {
			good = wrong(r, 1, "no such driver", r->driver);
		}
	}
	if (good) {
		r->state = calloc(1, r->d->state_size);
		r->conf = (struct device_conf){.name = "it",
			.driver = r->driver,
			.port = "file:/none",
			.opt = r->opt,
			.n_opt = r->n_opt};
		good = r->state != NULL;
	}
	if (f != NULL) {
		(void)fclose(f);
	}
	if (!good) {
		replay_free(r);
		return NULL;
	}
	return r;
}

void
replay_free(struct replay *r)
{
	if (r != NULL) {
		free(r->state);
		free(r->body);
		free(r);
	}
}

size_t
replay_input(const struct replay *r)
{
	return r->n_input;
}

/* --- the driver ----------------------------------------------------------- */

static void
take_events(struct replay *r)
{
	for (size_t i = 0; i < r->out.n_event; i++) {
		const struct device_event *e = &r->out.event[i];
		struct sbuf b;

		if (e->kind == DEVICE_CARD_RESULT) {
			r->results++;
			r->paid +=
				pinpad_outcome_paid(e->result->outcome) ? 1 : 0;
		}
		if (e->kind == DEVICE_NOTE || r->n_event == EVENTS_MAX) {
			continue;
		}
		sbuf_init(&b, r->event[r->n_event++], EVENT_TEXT);
		replay_event(e, &b);
	}
	r->out.n_event = 0;
}

static void
step(struct replay *r, const uint8_t *p, size_t n)
{
	const struct device_in in = {p, n, r->lines};

	r->steps++;
	r->out.n_byte = 0;
	r->out.n_urgent = 0;
	r->out.n_event = 0;
	r->out.hang_up = false;
	r->out.deadline.us = -1;
	r->out.backlog = 0;
	r->d->step(r->state, r->now, &in, &r->out);
	r->due = r->out.deadline;
	if (r->n_sent + r->out.n_urgent + r->out.n_byte <= SENT_MAX) {
		memcpy(r->sent + r->n_sent, r->out.urgent, r->out.n_urgent);
		r->n_sent += r->out.n_urgent;
		memcpy(r->sent + r->n_sent, r->out.byte, r->out.n_byte);
		r->n_sent += r->out.n_byte;
	}
	take_events(r);
}

/* As the host does: again as long as something came of it. */
static void
settle(struct replay *r, const uint8_t *p, size_t n)
{
	size_t before;

	do {
		before = r->n_sent + r->n_event;
		step(r, p, n);
		n = 0;
	} while (r->n_sent + r->n_event != before && r->steps < STEPS_MAX);
}

static void
pass(struct replay *r, int64_t us)
{
	int64_t end = r->now.us + us;

	while (r->due.us >= 0 && r->due.us <= end && r->steps < STEPS_MAX) {
		r->now.us = r->due.us > r->now.us ? r->due.us : r->now.us;
		settle(r, NULL, 0);
	}
	r->now.us = end;
}

static bool
plug(struct replay *r)
{
	struct err e = {0};

	if (r->d->open(r->state, &r->conf, r->blind, &e) != RC_OK) {
		return wrong(r, 1, "it cannot be opened", e.msg);
	}
	settle(r, NULL, 0);
	return true;
}

static bool
lose(struct replay *r)
{
	r->out.n_event = 0;
	r->out.n_byte = 0;
	if (r->d->lost != NULL) {
		r->d->lost(r->state, r->now, &r->out);
		take_events(r);
	}
	return plug(r);
}

/* --- what the register does ----------------------------------------------- */

/* "key=value" of a line; "" it is not there. */
static void
option(const char *text, const char *key, char *out, size_t cap)
{
	size_t n = strlen(key);
	struct sbuf b;

	sbuf_init(&b, out, cap);
	for (const char *c = text; c != NULL; c = strchr(c, ' ')) {
		c += *c == ' ' ? 1 : 0;
		if (strncmp(c, key, n) == 0 && c[n] == '=') {
			sbuf_write(&b, c + n + 1, strcspn(c + n + 1, " "));
			return;
		}
	}
}

static int64_t
number(const char *text, const char *key)
{
	char v[32];
	int64_t n = 0;

	option(text, key, v, sizeof(v));
	return parse_i64(v, strlen(v), INT64_MIN, INT64_MAX, &n) == RC_OK ? n
									  : 0;
}

static bool
ask(struct replay *r, int no, const char *text)
{
	struct pinpad_ask a = {.digits = 2};
	char word[16];
	struct sbuf b;

	sbuf_init(&b, word, sizeof(word));
	sbuf_write(&b, text, strcspn(text, " "));
	if (r->d->pinpad == NULL || !pinpad_op_named(word, &a.op)) {
		return wrong(r, no, "no question to a terminal", text);
	}
	a.amount = number(text, "amount");
	a.currency = (uint16_t)number(text, "currency");
	option(text, "receipt", a.receipt, sizeof(a.receipt));
	option(text, "trace", a.trace, sizeof(a.trace));
	option(text, "auth", a.auth, sizeof(a.auth));
	option(text, "ref", a.ref, sizeof(a.ref));
	r->asked++;
	if (r->d->pinpad->ask(r->state, ++r->id, &a) != RC_OK) {
		r->asked--;
		return r->calm || wrong(r, no, "the driver refuses", text);
	}
	return true;
}

static bool
scale(struct replay *r, int no, const char *word, const char *text)
{
	struct scale_ask a = {0};

	if (r->d->scale == NULL) {
		return wrong(r, no, "it is no scale", "");
	}
	if (strcmp(word, "weigh") == 0) {
		a.price = number(text, "price");
		a.tare = number(text, "tare");
		option(text, "text", a.text, sizeof(a.text));
		r->d->scale->ask(r->state, ++r->id, &a);
	} else if (strcmp(word, "rest") == 0) {
		r->d->scale->rest(r->state);
	} else {
		enum scale_command c =
			strcmp(text, "zero") == 0   ? SCALE_SET_ZERO
			: strcmp(text, "tare") == 0 ? SCALE_SET_TARE
						    : SCALE_CLEAR_TARE;

		return r->d->scale->command(r->state, c) == RC_OK || r->calm ||
		       wrong(r, no, "the scale has no such command", text);
	}
	return true;
}

static void
show(struct replay *r, const char *text)
{
	struct display_frame f = {0};
	const char *bar = strchr(text, '|');
	size_t n = bar != NULL ? (size_t)(bar - text) : strlen(text);
	struct sbuf b;

	sbuf_init(&b, f.row[0], sizeof(f.row[0]));
	sbuf_write(&b, text, n);
	sbuf_init(&b, f.row[1], sizeof(f.row[1]));
	sbuf_puts(&b, bar != NULL ? bar + 1 : "");
	r->d->display->show(r->state, &f);
}

static bool
do_job(struct replay *r, int no, const char *text, bool drawer)
{
	const char *rest = strchr(text, ' ');
	int64_t id = 0;
	size_t n = 0;
	enum rc rc;

	if (parse_i64(text, strcspn(text, " "), 1, UINT32_MAX, &id) != RC_OK) {
		return wrong(r, no, "a job has a number", text);
	}
	if (drawer) {
		rc = r->d->drawer->open(r->state, (uint32_t)id);
	} else if (!bytes_of(rest != NULL ? rest : "", r->job, sizeof(r->job),
			   &n)) {
		return wrong(r, no, "no bytes", text);
	} else {
		rc = r->d->printer->job(r->state, (uint32_t)id, r->job, n);
	}
	return rc == RC_OK || r->calm ||
	       wrong(r, no, "the driver refuses", text);
}

static bool
act(struct replay *r, const struct line *l)
{
	const char *rest = strchr(l->text, ' ');
	char word[16];
	struct sbuf b;
	bool good = true;

	sbuf_init(&b, word, sizeof(word));
	sbuf_write(&b, l->text, strcspn(l->text, " "));
	rest = rest != NULL ? rest + 1 : "";
	if (strcmp(word, "ask") == 0) {
		good = ask(r, l->no, rest);
	} else if (strcmp(word, "stored") == 0) {
		r->d->pinpad->stored(r->state);
	} else if (strcmp(word, "cancel") == 0) {
		r->d->pinpad->cancel(r->state);
	} else if (strcmp(word, "open") == 0 || strcmp(word, "job") == 0) {
		good = do_job(r, l->no, rest, word[0] == 'o');
	} else if (strcmp(word, "weigh") == 0 || strcmp(word, "rest") == 0 ||
		   strcmp(word, "scale") == 0) {
		good = scale(r, l->no, word, rest);
	} else if (strcmp(word, "show") == 0) {
		show(r, rest);
	} else if (strcmp(word, "lines") == 0) {
		r->lines = modem_lines(rest);
	} else if (strcmp(word, "lost") == 0) {
		return lose(r);
	} else {
		return wrong(r, l->no, "nothing a register does", l->text);
	}
	settle(r, NULL, 0);
	return good;
}

/* --- expectations --------------------------------------------------------- */

static void
hex_text(struct sbuf *b, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < 64; i++) {
		sbuf_printf(b, "%s%02X", i > 0 ? " " : "", p[i]);
	}
}

static bool
expect_bytes(struct replay *r, const struct line *l)
{
	static uint8_t want[INPUT_MAX];
	char got[256];
	struct sbuf b;
	size_t n = 0;

	if (!is_none(l->text)) {
		(void)bytes_of(l->text, want, sizeof(want), &n);
	}
	if ((is_none(l->text) && r->n_sent > 0) || n > r->n_sent ||
		memcmp(want, r->sent, n) != 0) {
		sbuf_init(&b, got, sizeof(got));
		hex_text(&b, r->sent, r->n_sent);
		return wrong(r, l->no, "it sent", got);
	}
	r->n_sent -= n;
	memmove(r->sent, r->sent + n, r->n_sent);
	return true;
}

/* One word of an expectation: "key=value" or key="value with blanks". */
static bool
says(const char *event, const char *word, size_t n)
{
	char want[EVENT_TEXT];
	const char *eq = memchr(word, '=', n);
	struct sbuf b;

	if (eq == NULL) {
		return strncmp(event, word, n) == 0 &&
		       (event[n] == ' ' || event[n] == '\0');
	}
	sbuf_init(&b, want, sizeof(want));
	sbuf_putc(&b, ' ');
	sbuf_write(&b, word, (size_t)(eq - word) + 1);
	if (eq[1] == '"') {
		sbuf_write(&b, eq + 1, n - (size_t)(eq + 1 - word));
	} else {
		sbuf_putc(&b, '"');
		sbuf_write(&b, eq + 1, n - (size_t)(eq + 1 - word));
		sbuf_putc(&b, '"');
	}
	return strstr(event, want) != NULL;
}

static size_t
word_len(const char *c)
{
	size_t n = 0;
	bool quoted = false;

	while (c[n] != '\0' && (quoted || c[n] != ' ')) {
		quoted = c[n] == '"' ? !quoted : quoted;
		n++;
	}
	return n;
}

static bool
expect_event(struct replay *r, const struct line *l)
{
	const char *event;

	if (is_none(l->text)) {
		return r->seen == r->n_event ||
		       wrong(r, l->no, "an event nobody expected",
			       r->event[r->seen]);
	}
	if (r->seen == r->n_event) {
		return wrong(r, l->no, "no such event came", l->text);
	}
	event = r->event[r->seen++];
	for (const char *c = l->text; *c != '\0';) {
		size_t n = word_len(c);

		if (!says(event, c, n)) {
			return wrong(r, l->no, "the event is", event);
		}
		c += n;
		c += strspn(c, " ");
	}
	return true;
}

static bool
nothing_left(struct replay *r, int no)
{
	char got[256];
	struct sbuf b;

	if (r->seen < r->n_event) {
		return wrong(
			r, no, "an event nobody expected", r->event[r->seen]);
	}
	if (r->n_sent > 0) {
		sbuf_init(&b, got, sizeof(got));
		hex_text(&b, r->sent, r->n_sent);
		return wrong(r, no, "bytes nobody expected", got);
	}
	return true;
}

/* --- playing -------------------------------------------------------------- */

static uint8_t
random_byte(struct replay *r)
{
	r->noise = r->noise * UINT64_C(6364136223846793005) +
		   UINT64_C(1442695040888963407);
	return (uint8_t)(r->noise >> 56);
}

static void
give(struct replay *r, const struct line *l, enum replay_how how)
{
	static uint8_t in[INPUT_MAX];
	size_t n = 0;

	(void)bytes_of(l->text, in, sizeof(in), &n);
	if (how == REPLAY_NOISE) {
		uint8_t noise[8];
		size_t k = 1 + random_byte(r) % sizeof(noise);

		for (size_t i = 0; i < k; i++) {
			noise[i] = random_byte(r);
		}
		settle(r, noise, k);
	}
	if (how == REPLAY_CUT) {
		n = n < r->left ? n : r->left;
		r->left -= n;
	}
	if (how == REPLAY_WHOLE) {
		settle(r, in, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		settle(r, in + i, 1);
	}
}

static bool
play(struct replay *r, enum replay_how how)
{
	bool good = true;

	for (size_t i = 0; good && i < r->n_line; i++) {
		const struct line *l = &r->line[i];
		int64_t ms = 0;

		if (how == REPLAY_CUT && r->left == 0) {
			break;
		}
		switch (l->what) {
		case '@':
			if (parse_i64(l->text, strlen(l->text), 0, 86400000,
				    &ms) != RC_OK) {
				return wrong(r, l->no, "no time", l->text);
			}
			pass(r, ms * 1000);
			break;
		case '!':
			good = act(r, l);
			break;
		case '<':
			give(r, l, how);
			break;
		case '>':
			good = r->calm || expect_bytes(r, l);
			break;
		default:
			good = r->calm || expect_event(r, l);
			break;
		}
	}
	return good && (r->calm || nothing_left(r, r->line[r->n_line - 1].no));
}

static bool
begin(struct replay *r)
{
	r->n_sent = 0;
	r->n_event = 0;
	r->seen = 0;
	r->lines = r->first_lines;
	r->id = 0;
	r->asked = 0;
	r->results = 0;
	r->paid = 0;
	r->steps = 0;
	r->calm = false;
	r->due.us = -1;
	return true;
}

/* Paid as often as the log says, up to the event that was reached. */
static unsigned
paid_in_log(const struct replay *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n_line; i++) {
		if (r->line[i].what == '=' &&
			(strstr(r->line[i].text, "outcome=approved") != NULL ||
				strstr(r->line[i].text, "outcome=offline") !=
					NULL)) {
			n++;
		}
	}
	return n;
}

static bool
abuse(struct replay *r, enum replay_how how, size_t at)
{
	r->calm = true;
	r->left = at;
	r->noise = at * 2 + 1;
	if (!play(r, how)) {
		return false;
	}
	pass(r, QUIET_US);
	if (r->steps >= STEPS_MAX) {
		return wrong(r, 0, "it never comes to rest", "");
	}
	if (r->results > r->asked) {
		return wrong(r, 0, "a question ended more than once", "");
	}
	if (r->results < r->asked) {
		return wrong(r, 0, "a question did not end", "");
	}
	if (r->paid > paid_in_log(r)) {
		return wrong(r, 0, "it was paid, and the log has it not", "");
	}
	/* all is well behind it */
	if (!lose(r)) {
		return false;
	}
	(void)begin(r);
	return plug(r) && play(r, REPLAY_WHOLE);
}

bool
replay_play(
	struct replay *r, enum replay_how how, size_t at, char *why, size_t cap)
{
	r->why = why;
	r->cap = cap;
	memset(r->state, 0, r->d->state_size);
	r->now.us = INT64_C(1000000000);
	(void)begin(r);
	if (!plug(r)) {
		return false;
	}
	return how == REPLAY_WHOLE || how == REPLAY_BYTES ? play(r, how)
							  : abuse(r, how, at);
}
