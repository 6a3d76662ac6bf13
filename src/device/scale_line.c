/* SPDX-License-Identifier: Apache-2.0 */
#include "device/scale_line.h"

#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "core/barcode.h"

#include "base/poison.h"

#define MS INT64_C(1000)
#define SILENT_AFTER 3u /* questions */
#define SILENT_GAP_US (1000 * MS)
#define OWED_MAX 4u
#define QUIET_US (3000 * MS) /* whatever was owed comes no more */
#define MESSAGE_US (500 * MS)
#define DIGITS_MAX 9

/* --- numbers -------------------------------------------------------------- */

bool
scale_number(const uint8_t *p, size_t n, int64_t *ret, unsigned *ret_decimals)
{
	int64_t value = 0;
	size_t i = 0, digits = 0;
	unsigned decimals = 0;
	bool point = false;

	while (i < n && p[i] == ' ') {
		i++;
	}
	for (; i < n; i++) {
		if (p[i] == '.' && !point && digits > 0) {
			point = true;
		} else if (p[i] >= '0' && p[i] <= '9' && digits < DIGITS_MAX) {
			value = value * 10 + (p[i] - '0');
			digits++;
			decimals += point ? 1u : 0u;
		} else {
			return false;
		}
	}
	*ret = value;
	*ret_decimals = decimals;
	return digits > 0 && (!point || decimals > 0);
}

bool
scale_grams(int64_t n, unsigned decimals, enum scale_unit unit, int64_t *ret)
{
	/* grams of one, in hundred millionths; the pound's are exact */
	static const int64_t one[] = {
		[SCALE_KG] = INT64_C(100000000000),
		[SCALE_LB] = INT64_C(45359237000),
		[SCALE_OZ] = INT64_C(2834952312), /* and a half */
	};
	int64_t den = INT64_C(100000000);
	int64_t num;

	for (unsigned i = 0; i < decimals; i++) {
		den *= 10;
	}
	if (n < 0 || n > INT64_C(9999999) || decimals > 6) {
		return false;
	}
	num = n * one[unit] + (unit == SCALE_OZ ? n / 2 : 0);
	*ret = (num + den / 2) / den;
	return *ret < INT64_C(1000000);
}

/* --- what is asked of it -------------------------------------------------- */

enum rc
scale_line_open(struct scale_line *l, const struct scale_proto *proto,
	const struct device_driver *d, const struct device_conf *conf,
	bool write_only, struct err *reterr)
{
	struct device_line line = device_conf_line(d, conf);

	if (write_only) {
		return err_set(reterr, RC_INVAL, 0, "scale",
			"%s can only be written to, and a scale must be read: "
			"name its serial line",
			conf->port);
	}
	memset(l, 0, sizeof(*l));
	l->proto = proto;
	l->pounds = strcmp(device_opt_text(d, conf, "unit"), "lb") == 0;
	l->least = device_opt_number(d, conf, "least");
	/* of seven bits the eighth is parity, where the line leaves it on */
	l->mask = d->line.bits == 7 || line.bits == 7 ? 0x7f : 0xff;
	return RC_OK;
}

static void
ask(void *state, uint32_t id, const struct scale_ask *a)
{
	struct scale_line *l = state;

	(void)a;
	l->id = id;
	l->stale = l->owed;
	l->told = false;
	l->fresh = false;
	l->silent = 0;
}

static void
rest(void *state)
{
	struct scale_line *l = state;

	l->id = 0;
	l->stale = l->owed;
	l->silent = 0;
}

static enum rc
command(void *state, enum scale_command what)
{
	struct scale_line *l = state;

	if (l->proto->command[what] == NULL) {
		return RC_INVAL;
	}
	if (l->has_command) {
		return RC_AGAIN;
	}
	l->command = what;
	l->has_command = true;
	return RC_OK;
}

const struct scale_ops scale_line_ops = {
	.ask = ask, .rest = rest, .command = command};

/* --- what it says --------------------------------------------------------- */

static bool
same(const struct scale_reading *a, const struct scale_reading *b)
{
	return a->flags == b->flags && a->grams == b->grams &&
	       a->tare == b->tare;
}

static void
put_text(struct device_event *e, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
}

static void
say(struct device_out *out, enum device_event_kind kind, uint32_t id,
	const char *text)
{
	struct device_event *e = device_out_event(out, kind, id);

	if (e != NULL) {
		put_text(e, text);
	}
}

/* What was defective and works again is ready. */
static void
tell_fault(struct scale_line *l, const struct scale_got *got,
	struct device_out *out)
{
	bool faulty = (got->reading.flags & SCALE_FAULT) != 0;

	if (faulty && !l->faulty) {
		say(out, DEVICE_FAULT, 0,
			got->fault != NULL
				? got->fault
				: N_("The scale reports a fault: switch it "
				     "off and on again."));
	} else if (!faulty && l->faulty) {
		say(out, DEVICE_READY, 0, "");
	}
	l->faulty = faulty;
}

static void
tell(struct scale_line *l, struct mono now, const struct scale_got *got,
	struct device_out *out)
{
	struct scale_reading r = got->reading;
	bool stable = (r.flags & SCALE_STABLE) != 0 && r.grams > 0;
	bool again = l->fresh && same(&r, &l->once);
	struct device_event *e;

	l->once = r;
	l->fresh = true;
	if (stable && r.grams < l->least) {
		r.flags |= SCALE_BELOW;
	}
	if (stable && !again && !l->proto->checked) {
		r.flags &= ~(unsigned)SCALE_STABLE;
	}
	if (l->told && same(&r, &l->last)) {
		return;
	}
	e = device_out_event(out, DEVICE_WEIGHT, l->id);
	if (e != NULL) {
		l->told = true;
		l->last = r;
		e->weight = r;
		e->weight.read = now;
		put_text(e, got->fault != NULL ? got->fault : "");
	}
}

static void
answered(struct scale_line *l, struct mono now, const struct scale_got *got,
	struct device_out *out)
{
	bool asked = l->owed > 0;
	bool old = l->stale > 0;

	l->waits = false;
	l->heard = now;
	l->owed -= asked ? 1u : 0u;
	l->stale -= old ? 1u : 0u;
	if (l->silent >= SILENT_AFTER) {
		say(out, DEVICE_READY, 0, "");
	}
	l->silent = 0;
	/* nobody asked, or it was something else that was asked about */
	if (!asked || old || got->kind != SCALE_GOT_READING) {
		return;
	}
	tell_fault(l, got, out);
	if (l->id != 0) {
		tell(l, now, got, out);
	}
}

static void
scanned(struct scale_line *l, const struct scale_got *got,
	struct device_out *out)
{
	struct device_event *e = device_out_event(out, DEVICE_SCAN, 0);
	char upca[12];
	struct sbuf b;

	if (e == NULL) {
		return;
	}
	sbuf_init(&b, l->scan[e - out->event], sizeof(l->scan[0]));
	if (got->upce && got->n == 8 && code_upce_expand(got->data, upca)) {
		sbuf_write(&b, upca, sizeof(upca));
	} else {
		sbuf_puts(&b, got->aim != NULL ? got->aim : "");
		sbuf_write(&b, got->data, got->n);
	}
	e->data = b.p;
	e->n_data = b.len;
}

static void
send(struct scale_line *l, struct mono now, const char *text,
	struct device_out *out)
{
	(void)device_out_put(out, text, strlen(text));
	l->sent = now;
	l->waits = true;
}

static void
heed(struct scale_line *l, struct mono now, const struct scale_got *got,
	struct device_out *out)
{
	switch (got->kind) {
	case SCALE_GOT_SCAN:
		scanned(l, got, out);
		break;
	case SCALE_GOT_GO:
		if (l->waits) {
			send(l, now, l->proto->go, out);
		}
		break;
	case SCALE_GOT_READING:
	case SCALE_GOT_NOTHING:
		answered(l, now, got, out);
		break;
	case SCALE_GOT_ASIDE:
	default:
		break;
	}
}

/* False: what is left waits for room among the events. */
static bool
read_all(struct scale_line *l, struct mono now, struct device_out *out)
{
	struct scale_got got;
	size_t at = 0;
	int n = 1;

	while (at < l->n && n != 0 && out->n_event + 3 < DEVICE_OUT_EVENTS) {
		memset(&got, 0, sizeof(got));
		n = l->proto->take(l->buf + at, l->n - at, l->pounds, &got);
		if (n > 0) {
			heed(l, now, &got, out);
		} else if (n == 0 && l->n - at >= SCALE_MESSAGE_BYTES) {
			n = -1;
		}
		at += n > 0 ? (size_t)n : n < 0 ? 1u : 0u;
	}
	l->n -= at;
	memmove(l->buf, l->buf + at, l->n);
	return n == 0 || l->n == 0;
}

static bool
put_all(struct scale_line *l, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	bool done = true;

	if (in->n > 0 && now.us - l->byte.us > MESSAGE_US) {
		l->n = 0; /* the head of something that never came */
	}
	l->byte = in->n > 0 ? now : l->byte;
	for (size_t i = 0; i < in->n || i == 0;) {
		for (; i < in->n && l->n < sizeof(l->buf); i++) {
			l->buf[l->n++] = in->p[i] & l->mask;
		}
		done = read_all(l, now, out);
		if (i >= in->n) {
			break;
		}
		if (!done) {
			l->n = 0; /* more than anybody reads */
		}
	}
	return done;
}

/* --- when to ask ---------------------------------------------------------- */

static void
no_answer(struct scale_line *l, struct device_out *out)
{
	l->waits = false;
	if (l->proto->patient) {
		return;
	}
	l->n = 0;
	l->fresh = false;
	l->told = false;
	l->silent += l->silent <= SILENT_AFTER ? 1u : 0u;
	if (l->silent == SILENT_AFTER) {
		say(out, DEVICE_SILENT, l->id,
			N_("The scale does not answer: look at its cable and "
			   "its settings."));
	}
}

static void
question(struct scale_line *l, struct mono now, struct device_out *out)
{
	const char *text = l->proto->poll;
	bool answers = true;

	if (now.us - l->sent.us > QUIET_US && now.us - l->heard.us > QUIET_US) {
		l->owed = 0;
		l->stale = 0;
	}
	if (l->has_command) {
		text = l->proto->command[l->command];
		answers = l->proto->answers_commands;
		l->has_command = false;
		l->fresh = false;
	}
	send(l, now, text, out);
	l->waits = answers;
	l->owed += answers && l->owed < OWED_MAX ? 1u : 0u;
}

static struct mono
next_question(const struct scale_line *l)
{
	struct mono at = l->heard.us > l->sent.us ? l->heard : l->sent;

	if (l->waits) {
		at.us = l->sent.us + l->proto->answer_us;
	} else if (l->silent >= SILENT_AFTER) {
		at.us += SILENT_GAP_US;
	} else {
		at.us += l->proto->gap_us;
	}
	return at;
}

void
scale_line_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct scale_line *l = state;

	if (!l->begun) {
		l->begun = true;
		l->sent = now;
		l->heard = now;
		l->byte = now;
		if (l->proto->hello != NULL) {
			(void)device_out_put(
				out, l->proto->hello, strlen(l->proto->hello));
		}
	}
	if (!put_all(l, now, in, out)) {
		device_out_by(out, now);
	}
	if (l->waits && now.us >= next_question(l).us) {
		no_answer(l, out);
	}
	if (!l->waits && l->id == 0 && !l->has_command) {
		return;
	}
	if (!l->waits && now.us >= next_question(l).us) {
		question(l, now, out);
	}
	device_out_by(out, next_question(l));
}
