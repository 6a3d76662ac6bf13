/* SPDX-License-Identifier: Apache-2.0 */
#include "device/caisse_talk.h"

#include <string.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define MS INT64_C(1000)
#define ACK_US (900 * MS)     /* the terminal's patience, with a margin */
#define QUIET_US (250 * MS)   /* behind a whole answer in text */
#define TORN_US (2000 * MS)   /* behind one that is not whole */
#define CLEAN_US (500 * MS)   /* before a line is opened anew */
#define GRACE_US (10000 * MS) /* after an answer that could not be read */
#define NOTES_MAX 4u

static void
note(struct device_out *out, const char *text)
{
	struct device_event *e;
	struct sbuf b;

	if (out->n_event >= NOTES_MAX) {
		return; /* the result needs room */
	}
	e = device_out_event(out, DEVICE_NOTE, 0);
	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

static void
show(const struct caisse_talk *t, struct device_out *out, const char *text)
{
	struct device_event *e = device_out_event(out, DEVICE_CARD_STEP, t->id);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, text);
	}
}

static void
fresh_result(struct caisse_talk *t)
{
	memset(&t->result, 0, sizeof(t->result));
	t->result.op = t->ask.op;
	t->result.outcome = PINPAD_UNKNOWN;
	t->result.currency = t->ask.currency;
	t->result.code = -1;
	t->result.last_op = PINPAD_LAST;
	t->slip.len = 0;
}

/* The one end of a question. */
static void
finish(struct caisse_talk *t)
{
	t->asked = false;
	t->begun = false;
	t->out = false;
	t->stopping = false;
	t->ready = true;
	t->ready_slip = t->slip.len > 0;
	crypto_wipe(t->buf, t->n_buf);
	t->n_buf = 0;
}

static void
finish_as(struct caisse_talk *t, enum pinpad_outcome outcome, const char *text)
{
	struct sbuf b;

	fresh_result(t);
	t->result.outcome = outcome;
	sbuf_init(&b, t->result.text, sizeof(t->result.text));
	sbuf_puts(&b, text);
	t->dirty = t->dirty || (t->out && outcome == PINPAD_UNKNOWN && t->text);
	finish(t);
}

/* Nothing of it reached the terminal.  That the last payment is not known
 * stays so. */
static void
finish_unsent(struct caisse_talk *t, const char *text)
{
	finish_as(t, t->ask.op == PINPAD_LAST ? PINPAD_UNKNOWN : PINPAD_ABORTED,
		text);
}

static void
finish_unknown(struct caisse_talk *t, const char *text)
{
	finish_as(t, PINPAD_UNKNOWN, text);
}

static void
hand_out(struct caisse_talk *t, struct device_out *out)
{
	struct device_event *e;

	if (t->ready_slip) {
		e = device_out_event(out, DEVICE_CARD_SLIP, t->id);
		if (e == NULL) {
			return;
		}
		e->slip = &t->slip;
		t->ready_slip = false;
	}
	if (t->ready) {
		e = device_out_event(out, DEVICE_CARD_RESULT, t->id);
		if (e == NULL) {
			return;
		}
		e->result = &t->result;
		t->ready = false;
	}
}

/* --- an answer ------------------------------------------------------------ */

static enum caisse_said
judge(struct caisse_talk *t, const uint8_t *p, size_t n)
{
	enum caisse_said said;

	fresh_result(t);
	said = t->codec->judge(t->opt, &t->ask, p, n, &t->result, &t->slip);
	if (said != CAISSE_MINE) {
		fresh_result(t);
	}
	return said;
}

static void
take_frame(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	enum caisse_said said;

	if (!t->asked || !t->out) {
		note(out, "an answer that nobody waits for was taken");
		caisse_link_answer(&t->link, now, true, out);
		return;
	}
	said = judge(t, t->link.rx, t->link.n_rx);
	crypto_wipe(t->link.rx, t->link.n_rx);
	if (said == CAISSE_MINE) {
		t->held = true;
		t->stored = false;
		t->held_until.us = now.us + ACK_US;
		t->result.hold = true;
		t->slip.hold = false;
		finish(t);
		return;
	}
	note(out, said == CAISSE_FOREIGN
			  ? "an answer to another question was taken"
			  : "an answer that cannot be understood");
	caisse_link_answer(&t->link, now, said == CAISSE_FOREIGN, out);
}

/* The link could not give the message away. */
static void
end_unsent(struct caisse_talk *t, const char *text)
{
	if (t->asked && t->begun) {
		finish_unsent(t, text);
	}
}

static void
is_out(struct caisse_talk *t, bool taken, struct mono now,
	struct device_out *out)
{
	if (!t->asked || !t->begun) {
		return; /* of a question that has ended */
	}
	t->out = true;
	t->until.us = now.us + t->wait_us;
	if (taken) {
		show(t, out, N_("The amount is on the terminal"));
	}
}

static void
step_link(struct caisse_talk *t, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	const uint8_t *p = in->p;
	size_t n = in->n;
	enum caisse_link_said said;

	while ((said = caisse_link_step(&t->link, now, &p, &n, out)) !=
		CAISSE_LINK_NOTHING) {
		switch (said) {
		case CAISSE_LINK_TAKEN:
		case CAISSE_LINK_DOUBT:
			is_out(t, said == CAISSE_LINK_TAKEN, now, out);
			break;
		case CAISSE_LINK_ABSENT:
			end_unsent(t, N_("the terminal does not answer: "
					 "look at its cable"));
			break;
		case CAISSE_LINK_REFUSED:
			end_unsent(t,
				N_("the terminal refused the message: look at "
				   "its line and protocol"));
			break;
		case CAISSE_LINK_FRAME:
			take_frame(t, now, out);
			break;
		case CAISSE_LINK_LOST:
			if (t->asked && t->out &&
				t->until.us > now.us + GRACE_US) {
				t->until.us = now.us + GRACE_US;
			}
			break;
		case CAISSE_LINK_NOTHING:
		default:
			break;
		}
	}
	if (!caisse_link_calls(&t->link) && t->asked && t->begun) {
		t->out = true; /* bytes of it are on the line */
	}
}

/* Whole answers at the head of the buffer; what is of others goes. */
static void
take_text(struct caisse_talk *t, bool last, struct device_out *out)
{
	size_t n = 0;

	while (t->asked &&
		t->codec->measure(t->buf, t->n_buf, &n) == CAISSE_ALL) {
		switch (judge(t, t->buf, n)) {
		case CAISSE_MINE:
			finish(t);
			return;
		case CAISSE_BROKEN:
			finish_unknown(t, N_("the terminal's answer cannot be "
					     "understood: compare its last "
					     "receipt"));
			return;
		case CAISSE_FOREIGN:
		default:
			note(out, "an answer to another question was taken");
			crypto_wipe(t->buf, n);
			memmove(t->buf, t->buf + n, t->n_buf - n);
			t->n_buf -= n;
			break;
		}
	}
	if (t->asked && last) {
		finish_unknown(t, N_("the connection broke before the "
				     "terminal said what became of it"));
	}
}

static void
keep_text(struct caisse_talk *t, struct mono now, const struct device_in *in)
{
	size_t room = sizeof(t->buf) - t->n_buf;
	size_t n = in->n < room ? in->n : room;

	if (in->n == 0 || !t->asked || !t->out) {
		return; /* nobody waits for it */
	}
	memcpy(t->buf + t->n_buf, in->p, n);
	t->n_buf += n;
	t->spilled = t->spilled || n < in->n;
	t->heard = now;
}

static void
step_text(struct caisse_talk *t, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	enum caisse_shape shape;
	size_t n = 0;

	keep_text(t, now, in);
	if (t->n_buf == 0 || !t->asked) {
		return;
	}
	shape = t->codec->measure(t->buf, t->n_buf, &n);
	if (shape == CAISSE_ALL && !t->spilled) {
		if (now.us - t->heard.us >= QUIET_US) {
			take_text(t, false, out);
		} else {
			device_out_by(
				out, (struct mono){t->heard.us + QUIET_US});
		}
	} else if (shape == CAISSE_NONE || t->spilled) {
		if (now.us - t->heard.us >= TORN_US) {
			finish_unknown(t, N_("the terminal's answer cannot be "
					     "understood: compare its last "
					     "receipt"));
		} else {
			device_out_by(
				out, (struct mono){t->heard.us + TORN_US});
		}
	}
}

/* --- the question --------------------------------------------------------- */

static void
begin(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	uint8_t msg[CAISSE_SEND_BYTES];
	size_t n = 0;

	t->begun = true;
	t->until.us = now.us + t->wait_us;
	t->n_buf = 0;
	t->spilled = false;
	if (t->codec->encode(t->opt, &t->ask, msg, sizeof(msg) - 2, &n) !=
		RC_OK) {
		/* it has no such question: somebody else must know */
		finish_unknown(t, N_("this terminal cannot tell: compare its "
				     "last receipt"));
	} else if (!t->text) {
		(void)!caisse_link_send(&t->link, msg, n);
	} else {
		if (t->crlf) {
			msg[n++] = '\r';
			msg[n++] = '\n';
		}
		t->out = true;
		(void)device_out_put(out, msg, n);
		show(t, out, N_("The amount is on the terminal"));
	}
	crypto_wipe(msg, sizeof(msg));
}

static void
stop(struct caisse_talk *t, struct device_out *out)
{
	t->stopping = false;
	if (!t->text && caisse_link_calls(&t->link)) {
		caisse_link_drop(&t->link, out);
		finish_unsent(t, N_("stopped before the terminal had it"));
	} else if (t->out) {
		/* neither generation has a message for it */
		show(t, out, N_("Stop it at the terminal: its red key"));
	}
}

static void
step_held(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	if (!t->stored && now.us < t->held_until.us) {
		return;
	}
	if (!t->stored) {
		note(out, "the terminal was told before the result was stored: "
			  "its patience ends");
	}
	t->held = false;
	caisse_link_answer(&t->link, now, true, out);
}

static void
step_ask(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	if (t->stopping && !t->begun) {
		finish_unsent(t, N_("stopped before the terminal had it"));
	} else if (!t->begun && (t->text || !caisse_link_busy(&t->link))) {
		begin(t, now, out);
	}
	if (t->asked && t->stopping) {
		stop(t, out);
	}
}

static void
step_late(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	if (!t->asked || !t->begun || now.us < t->until.us) {
		return;
	}
	if (!t->out) {
		caisse_link_drop(&t->link, out);
		finish_unsent(t, N_("the terminal does not answer: look at its "
				    "cable"));
	} else {
		finish_unknown(t, N_("the terminal fell silent: compare its "
				     "last receipt"));
	}
}

/* What comes late must not meet another question: the line is opened anew. */
static void
step_dirty(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	if (!t->dirty || t->asked) {
		t->clean.us = 0;
	} else if (t->clean.us == 0) {
		t->clean.us = now.us + CLEAN_US;
	} else if (now.us >= t->clean.us) {
		t->dirty = false;
		out->hang_up = true;
	}
}

static void
set_deadline(
	const struct caisse_talk *t, struct mono now, struct device_out *out)
{
	if (t->ready) {
		device_out_by(out, now);
	}
	if (t->asked && t->begun) {
		device_out_by(out, t->until);
	}
	if (t->dirty && !t->asked) {
		device_out_by(out, t->clean);
	}
	if (!t->text && t->link.due.us >= 0) {
		device_out_by(out, t->link.due);
	}
	if (t->held) {
		device_out_by(out, t->held_until);
	}
}

void
caisse_talk_step(struct caisse_talk *t, struct mono now,
	const struct device_in *in, struct device_out *out)
{
	if (t->held) {
		step_held(t, now, out);
	}
	if (t->asked) {
		step_ask(t, now, out);
	}
	if (t->text) {
		step_text(t, now, in, out);
	} else {
		step_link(t, now, in, out);
	}
	step_late(t, now, out);
	hand_out(t, out);
	step_dirty(t, now, out);
	set_deadline(t, now, out);
}

void
caisse_talk_lost(struct caisse_talk *t, struct mono now, struct device_out *out)
{
	(void)now;
	if (t->asked && t->text && t->out && t->n_buf > 0 && !t->spilled) {
		take_text(t, true, out);
	} else if (t->asked && !t->out) {
		finish_unsent(t, N_("the terminal's line broke before it had "
				    "the amount"));
	} else if (t->asked) {
		finish_unknown(t, N_("the connection broke before the "
				     "terminal said what became of it"));
	}
	t->dirty = false;
	t->held = false;
	caisse_link_reset(&t->link);
	hand_out(t, out);
}

void
caisse_talk_open(struct caisse_talk *t, const struct caisse_codec *codec,
	const void *opt)
{
	crypto_wipe(t, sizeof(*t));
	t->codec = codec;
	t->opt = opt;
	caisse_link_reset(&t->link);
}

enum rc
caisse_talk_ask(
	struct caisse_talk *t, uint32_t id, const struct pinpad_ask *ask)
{
	uint8_t msg[CAISSE_SEND_BYTES];
	size_t n = 0;

	if (t->asked || t->held || t->ready ||
		(t->dirty && pinpad_op_moves(ask->op))) {
		return RC_AGAIN;
	}
	if (ask->op != PINPAD_LAST && t->codec->encode(t->opt, ask, msg,
					      sizeof(msg) - 2, &n) != RC_OK) {
		return RC_INVAL;
	}
	t->ask = *ask;
	t->id = id;
	t->asked = true;
	t->begun = false;
	t->out = false;
	t->stopping = false;
	return RC_OK;
}

void
caisse_talk_stored(struct caisse_talk *t)
{
	t->stored = t->held;
}

void
caisse_talk_cancel(struct caisse_talk *t)
{
	t->stopping = t->asked;
}

bool
caisse_amount_ok(const struct pinpad_ask *ask, int64_t max)
{
	return ask->amount > 0 && ask->amount <= max;
}
