/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/caisse.h"

#include <string.h>

#include "base/parse.h"
#include "device/caisse_link.h"
#include "sim/sim_devices.h"

#include "base/poison.h"

#define MS INT64_C(1000)
#define CARD_US (800 * MS)  /* a card held against it, and the bank */
#define TALK_US (100 * MS)  /* what needs no card */
#define QUIET_US (100 * MS) /* behind a request in text */
#define GAP_US (2000 * MS)
#define CALL_US (1000 * MS)
#define CALLS_MAX 5u
#define TRIES_MAX 3u
#define REFUSED 4
#define NOT_DONE 7
#define STOPPED 6
#define CANNOT 12

const struct caisse_pad *
caisse_pad_of(const void *state)
{
	return state;
}

static void
enter(struct caisse_pad *s, enum caisse_at at, struct mono now, int64_t us)
{
	s->at = at;
	s->due.us = us < 0 ? -1 : now.us + us;
}

static void
byte(struct sim_out *out, uint8_t b)
{
	(void)sim_put(out, &b, 1);
}

/* --- the deed ------------------------------------------------------------- */

static const char *
kind_word(char kind)
{
	switch (kind) {
	case '0':
		return "pay";
	case '1':
		return "refund";
	case '2':
		return "cancel";
	case '3':
		return "duplicate";
	case '4':
		return "reserve";
	default:
		return "identify";
	}
}

static bool
moves(char kind)
{
	return kind == '0' || kind == '1' || kind == '2' || kind == '4';
}

/* The last debit of that amount that still stands. */
static struct caisse_deed *
to_undo(struct caisse_pad *s, int64_t amount)
{
	for (size_t i = s->n_ledger; i > 0; i--) {
		struct caisse_deed *d = &s->ledger[i - 1];

		if (d->kind == '0' && !d->undone && d->amount == amount) {
			return d;
		}
	}
	return NULL;
}

static const struct caisse_deed *
enter_deed(struct caisse_pad *s, int64_t amount)
{
	struct caisse_deed *d;
	struct sbuf b;

	if (s->n_ledger == CAISSE_DEEDS) {
		memmove(s->ledger, s->ledger + 1,
			(CAISSE_DEEDS - 1) * sizeof(s->ledger[0]));
		s->n_ledger--;
	}
	d = &s->ledger[s->n_ledger++];
	*d = s->deed;
	d->amount = amount;
	sbuf_init(&b, d->auth, sizeof(d->auth));
	sbuf_printf(&b, "%06u", 100000u + s->next_auth++ % 900000u);
	return d;
}

static void
move_money(struct caisse_pad *s, struct caisse_say *say, struct sim_out *out)
{
	int64_t amount = s->mood == CAISSE_OTHER ? s->other : s->deed.amount;
	struct caisse_deed *old =
		s->deed.kind == '2' ? to_undo(s, amount) : NULL;

	say->deed = &s->deed;
	say->amount = s->deed.amount;
	if (s->mood == CAISSE_DECLINE) {
		say->reason = s->reason;
	} else if (s->mood == CAISSE_STOP) {
		say->reason = STOPPED;
	} else if (s->mood == CAISSE_SILENT ||
		   (s->deed.kind == '2' && old == NULL)) {
		say->reason = NOT_DONE;
	} else {
		if (old != NULL) {
			old->undone = true;
		}
		say->done = true;
		say->amount = amount;
		say->deed = enter_deed(s, amount);
	}
	sim_say(out, "%s %s %lld", say->done ? "charged" : "not-charged",
		kind_word(s->deed.kind), (long long)say->amount);
}

static void
decide(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	struct caisse_say say = {.reason = -1};
	bool silent = false;

	if (s->deed.bad) {
		sim_say(out, "refused: it does not understand the message");
		say.deed = &s->deed;
	} else if (moves(s->deed.kind)) {
		move_money(s, &say, out);
		silent = s->mood == CAISSE_SILENT || s->mood == CAISSE_MUTE;
	} else if (s->deed.kind == '3' && s->n_ledger > 0) {
		say.deed = &s->ledger[s->n_ledger - 1];
		say.amount = say.deed->amount;
		say.done = true;
	} else {
		say.done = s->deed.kind == 'I';
		say.reason = say.done ? -1 : CANNOT;
	}
	enter(s, CAISSE_AT_REST, now, -1);
	s->n_in = 0;
	if (silent) {
		sim_say(out, "silent");
		return;
	}
	caisse_write(s, &say);
	s->calls = 0;
	s->tries = 0;
	if (s->now == CAISSE_BARE) {
		(void)sim_put(out, s->tx, s->n_tx);
	} else {
		enter(s, CAISSE_AT_PAUSE, now, 0);
	}
}

static void
begin(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	caisse_read(s, &s->deed);
	if (!s->deed.bad) {
		sim_say(out, "ask %s %lld", kind_word(s->deed.kind),
			(long long)s->deed.amount);
	}
	enter(s, CAISSE_AT_WORK, now,
		!s->deed.bad && moves(s->deed.kind) ? s->takes_us : TALK_US);
}

/* --- the link ------------------------------------------------------------- */

static void
send_answer(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	uint8_t end[2] = {CAISSE_ETX, 0};

	end[1] = caisse_lrc(s->tx, s->n_tx) ^ CAISSE_ETX;
	if (s->lrc > 0) {
		s->lrc--;
		end[1] ^= 0x01;
		sim_say(out, "spoiled the check of an answer");
	}
	byte(out, CAISSE_STX);
	(void)sim_put(out, s->tx, s->n_tx);
	(void)sim_put(out, end, sizeof(end));
	enter(s, CAISSE_AT_SENT, now, CALL_US);
}

static void
take_block(
	struct caisse_pad *s, uint8_t b, struct mono now, struct sim_out *out)
{
	if (s->at == CAISSE_AT_LRC) {
		bool good = b == s->sum && !s->over && s->nak == 0;

		s->nak -= s->nak > 0 ? 1 : 0;
		byte(out, good ? CAISSE_ACK : CAISSE_NAK);
		enter(s, good ? CAISSE_AT_EOT : CAISSE_AT_HEAD, now, GAP_US);
		return;
	}
	s->due.us = now.us + GAP_US;
	if (b == CAISSE_STX) {
		s->n_in = 0;
		s->sum = 0;
		s->over = false;
		s->at = CAISSE_AT_BODY;
	} else if (b == CAISSE_EOT && s->at == CAISSE_AT_EOT) {
		begin(s, now, out);
	} else if (b == CAISSE_EOT) {
		enter(s, CAISSE_AT_REST, now, -1);
	} else if (b == CAISSE_ENQ) {
		byte(out, CAISSE_ACK);
		enter(s, CAISSE_AT_HEAD, now, GAP_US);
	} else if (s->at == CAISSE_AT_BODY) {
		s->sum ^= b;
		if (b == CAISSE_ETX) {
			s->at = CAISSE_AT_LRC;
		} else if (s->n_in == sizeof(s->in) || b < 0x20) {
			s->over = true;
		} else {
			s->in[s->n_in++] = b;
		}
	}
}

static void
delivered(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	byte(out, CAISSE_EOT);
	enter(s, CAISSE_AT_REST, now, -1);
	sim_say(out, "answered");
}

static void
take_linked(
	struct caisse_pad *s, uint8_t b, struct mono now, struct sim_out *out)
{
	switch (s->at) {
	case CAISSE_AT_REST:
		if (b == CAISSE_ENQ) {
			byte(out, CAISSE_ACK);
			enter(s, CAISSE_AT_HEAD, now, GAP_US);
		}
		break;
	case CAISSE_AT_CALL:
		if (b == CAISSE_ACK) {
			send_answer(s, now, out);
		}
		break;
	case CAISSE_AT_SENT:
		if (b == CAISSE_ACK) {
			delivered(s, now, out);
		} else if (b == CAISSE_NAK && ++s->tries <= TRIES_MAX) {
			send_answer(s, now, out);
		}
		break;
	case CAISSE_AT_WORK:
	case CAISSE_AT_PAUSE:
		break; /* busy */
	case CAISSE_AT_HEAD:
	case CAISSE_AT_BODY:
	case CAISSE_AT_LRC:
	case CAISSE_AT_EOT:
	default:
		take_block(s, b, now, out);
		break;
	}
}

static void
call(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	if (s->calls == CALLS_MAX) {
		sim_say(out, "gave its answer up");
		enter(s, CAISSE_AT_REST, now, -1);
		return;
	}
	s->calls++;
	byte(out, CAISSE_ENQ);
	enter(s, CAISSE_AT_CALL, now, CALL_US);
}

static void
late(struct caisse_pad *s, struct mono now, struct sim_out *out)
{
	switch (s->at) {
	case CAISSE_AT_WORK:
		decide(s, now, out);
		break;
	case CAISSE_AT_PAUSE:
		call(s, now, out);
		break;
	case CAISSE_AT_CALL:
	case CAISSE_AT_SENT:
		byte(out, CAISSE_EOT);
		enter(s, CAISSE_AT_PAUSE, now, CALL_US);
		break;
	case CAISSE_AT_REST:
		s->due.us = -1;
		if (s->now == CAISSE_BARE && s->n_in > 0) {
			begin(s, now, out);
		}
		break;
	case CAISSE_AT_HEAD:
	case CAISSE_AT_BODY:
	case CAISSE_AT_LRC:
	case CAISSE_AT_EOT:
	default:
		sim_say(out, "forgot a block that nobody ended");
		enter(s, CAISSE_AT_REST, now, -1);
		break;
	}
}

static void
take_bare(struct caisse_pad *s, uint8_t b, struct mono now)
{
	if (s->at == CAISSE_AT_WORK || s->n_in == sizeof(s->in)) {
		return; /* busy */
	}
	s->in[s->n_in++] = b;
	enter(s, CAISSE_AT_REST, now, QUIET_US);
}

static void
step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct caisse_pad *s = state;

	if (s->gone) {
		return; /* as if it were switched off */
	}
	for (size_t i = 0; i < n; i++) {
		if (s->now == CAISSE_AUTO) {
			s->now = in[i] == CAISSE_ENQ ? CAISSE_LINKED
						     : CAISSE_BARE;
		}
		if (s->now == CAISSE_LINKED) {
			take_linked(s, in[i], now, out);
		} else {
			take_bare(s, in[i], now);
		}
	}
	if (s->due.us >= 0 && now.us >= s->due.us) {
		late(s, now, out);
	}
	if (s->due.us >= 0) {
		sim_by(out, s->due);
	}
}

static void
plug(void *state, bool in)
{
	struct caisse_pad *s = state;

	(void)in;
	s->now = s->framing;
	if (s->at != CAISSE_AT_WORK) {
		s->at = CAISSE_AT_REST;
		s->due.us = -1;
		s->n_in = 0;
	}
}

/* --- who stands in front of it -------------------------------------------- */

static bool
is_switch(const char *rest, bool *ret)
{
	if (strcmp(rest, "on") != 0 && strcmp(rest, "off") != 0) {
		return false;
	}
	*ret = rest[1] == 'n';
	return true;
}

static bool
count(const char *rest, int64_t max, int64_t *ret)
{
	return parse_i64(rest, strlen(rest), 0, max, ret) == RC_OK;
}

static bool
tell_mood(struct caisse_pad *s, const char *line)
{
	const char *rest = "";
	int64_t n = REFUSED;

	if (sim_is(line, "approve", &rest) && rest[0] == '\0') {
		s->mood = CAISSE_APPROVE;
	} else if (sim_is(line, "decline", &rest) &&
		   (rest[0] == '\0' || count(rest, 99, &n))) {
		s->mood = CAISSE_DECLINE;
		s->reason = (int)n;
	} else if (sim_is(line, "abort", &rest) && rest[0] == '\0') {
		s->mood = CAISSE_STOP;
	} else if (sim_is(line, "other", &rest) && count(rest, 99999999, &n)) {
		s->mood = CAISSE_OTHER;
		s->other = n;
	} else if (sim_is(line, "silent", &rest) &&
		   (strcmp(rest, "charged") == 0 ||
			   strcmp(rest, "free") == 0)) {
		s->mood = rest[0] == 'c' ? CAISSE_MUTE : CAISSE_SILENT;
	} else {
		return false;
	}
	return true;
}

static bool
tell_line(struct caisse_pad *s, const char *line)
{
	const char *rest = "";
	int64_t n = 0;

	if (sim_is(line, "unreachable", &rest)) {
		return is_switch(rest, &s->gone);
	}
	if (sim_is(line, "echo", &rest) && !s->e) {
		return is_switch(rest, &s->echo);
	}
	if (sim_is(line, "leak", &rest)) {
		return is_switch(rest, &s->leaks);
	}
	if (sim_is(line, "nak", &rest) && count(rest, 1000, &n)) {
		s->nak = (unsigned)n;
		return true;
	}
	if (sim_is(line, "lrc", &rest) && count(rest, 1000, &n)) {
		s->lrc = (unsigned)n;
		return true;
	}
	if (sim_is(line, "takes", &rest) && count(rest, 3600000, &n)) {
		s->takes_us = n * MS;
		return true;
	}
	return false;
}

static enum rc
tell(const struct sim_device *d, struct caisse_pad *s, const char *line,
	struct err *reterr)
{
	return tell_mood(s, line) || tell_line(s, line)
		       ? RC_OK
		       : sim_unknown(d, line, reterr);
}

static void
show(const void *state, struct sbuf *out)
{
	const struct caisse_pad *s = state;

	for (size_t i = 0; i < s->n_ledger; i++) {
		const struct caisse_deed *d = &s->ledger[i];

		sbuf_printf(out, "%s %lld %03u %s%s%s%s\n", kind_word(d->kind),
			(long long)d->amount, d->currency, d->auth,
			d->ref[0] != '\0' ? " " : "", d->ref,
			d->undone ? " undone" : "");
	}
	sbuf_printf(out, "%zu in its ledger\n", s->n_ledger);
}

/* --- the table ------------------------------------------------------------ */

static enum rc
open_any(const struct sim_device *d, struct caisse_pad *s, bool e,
	const struct sim_opt opt[], size_t n, struct err *reterr)
{
	s->e = e;
	s->framing = e ? CAISSE_LINKED : CAISSE_AUTO;
	s->echo = true;
	s->takes_us = CARD_US;
	s->due.us = -1;
	for (size_t i = 0; i < n; i++) {
		const char *v = opt[i].value;

		if (strcmp(opt[i].key, "framing") != 0 || e) {
			return sim_no_option(d, opt[i].key, reterr);
		}
		if (strcmp(v, "link") == 0) {
			s->framing = CAISSE_LINKED;
		} else if (strcmp(v, "text") == 0) {
			s->framing = CAISSE_BARE;
		} else if (strcmp(v, "auto") != 0) {
			return err_set(reterr, RC_INVAL, 0, "sim",
				"'%.40s' cannot be framing: write auto, link "
				"or text",
				v);
		}
	}
	s->now = s->framing;
	return RC_OK;
}

static enum rc
caisse_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return open_any(&sim_caisse, state, false, opt, n, reterr);
}

static enum rc
caisse_e_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	return open_any(&sim_caisse_e, state, true, opt, n, reterr);
}

static enum rc
caisse_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	(void)now;
	(void)out;
	return tell(&sim_caisse, state, line, reterr);
}

static enum rc
caisse_e_tell(void *state, struct mono now, const char *line,
	struct sim_out *out, struct err *reterr)
{
	(void)now;
	(void)out;
	return tell(&sim_caisse_e, state, line, reterr);
}

#define COMMANDS                                                               \
	"approve\ndecline [REASON]\nabort\nother AMOUNT\n"                     \
	"silent charged|free\nunreachable on|off\nnak COUNT\nlrc COUNT\n"      \
	"takes MS\nleak on|off"

const struct sim_device sim_caisse = {
	.name = "caisse",
	.summary = "a card terminal that speaks Caisse-AP version 3",
	.commands = COMMANDS "\necho on|off",
	.state_size = sizeof(struct caisse_pad),
	.open = caisse_open,
	.plug = plug,
	.step = step,
	.tell = caisse_tell,
	.show = show,
};

const struct sim_device sim_caisse_e = {
	.name = "caisse-e",
	.summary = "a card terminal that speaks Caisse-AP E",
	.commands = COMMANDS,
	.state_size = sizeof(struct caisse_pad),
	.open = caisse_e_open,
	.plug = plug,
	.step = step,
	.tell = caisse_e_tell,
	.show = show,
};
