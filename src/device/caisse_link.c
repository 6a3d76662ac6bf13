/* SPDX-License-Identifier: Apache-2.0 */
#include "device/caisse_link.h"

#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

#define MS INT64_C(1000)
#define CALL_US (1000 * MS)  /* ENQ to ACK */
#define PAUSE_US (1000 * MS) /* before the next ENQ */
#define BLOCK_US (1000 * MS) /* frame to ACK */
#define NAKED_US (200 * MS)  /* an ACK behind a NAK that was noise */
#define GAP_US (2000 * MS)   /* between bytes of an answer */
#define TAIL_US (1000 * MS)
#define CALLS_MAX 5u
#define AGAIN_MAX 3u

uint8_t
caisse_lrc(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	for (size_t i = 0; i < n; i++) {
		x ^= p[i];
	}
	return x;
}

static void
enter(struct caisse_link *l, enum caisse_link_phase phase, struct mono now,
	int64_t us)
{
	l->phase = phase;
	l->due.us = us < 0 ? -1 : now.us + us;
}

static void
rest(struct caisse_link *l)
{
	l->phase = CAISSE_REST;
	l->due.us = -1;
}

static void
say(struct device_out *out, uint8_t byte)
{
	(void)device_out_put(out, &byte, 1);
}

static void
forget_frame(struct caisse_link *l)
{
	crypto_wipe(l->rx, l->n_rx);
	l->n_rx = 0;
	l->lrc = 0;
	l->spoiled = false;
}

void
caisse_link_reset(struct caisse_link *l)
{
	crypto_wipe(l, sizeof(*l));
	rest(l);
}

bool
caisse_link_send(struct caisse_link *l, const uint8_t *p, size_t n)
{
	if (n + 3 > sizeof(l->tx)) {
		return false;
	}
	l->tx[0] = CAISSE_STX;
	memcpy(l->tx + 1, p, n);
	l->tx[n + 1] = CAISSE_ETX;
	l->tx[n + 2] = caisse_lrc(l->tx + 1, n + 1);
	l->n_tx = n + 3;
	l->want = true;
	l->calls = 0;
	l->refused = 0;
	return true;
}

bool
caisse_link_calls(const struct caisse_link *l)
{
	return l->want && !caisse_link_busy(l);
}

bool
caisse_link_busy(const struct caisse_link *l)
{
	return l->phase == CAISSE_BLOCK || l->phase == CAISSE_NAKED;
}

static void
forget_message(struct caisse_link *l)
{
	crypto_wipe(l->tx, l->n_tx);
	l->n_tx = 0;
	l->want = false;
}

void
caisse_link_drop(struct caisse_link *l, struct device_out *out)
{
	if (!caisse_link_calls(l)) {
		return;
	}
	if (l->phase == CAISSE_CALL) {
		say(out, CAISSE_EOT);
	}
	if (l->phase == CAISSE_CALL || l->phase == CAISSE_PAUSE) {
		rest(l);
	}
	forget_message(l);
}

static void
call(struct caisse_link *l, struct mono now, struct device_out *out)
{
	l->calls++;
	say(out, CAISSE_ENQ);
	enter(l, CAISSE_CALL, now, CALL_US);
}

/* --- bytes ---------------------------------------------------------------- */

static void
let_speak(struct caisse_link *l, struct mono now, struct device_out *out)
{
	forget_frame(l);
	say(out, CAISSE_ACK);
	enter(l, CAISSE_HEAD, now, GAP_US);
}

static enum caisse_link_said
sent(struct caisse_link *l, bool doubt, struct device_out *out)
{
	say(out, CAISSE_EOT);
	rest(l);
	forget_message(l);
	return doubt ? CAISSE_LINK_DOUBT : CAISSE_LINK_TAKEN;
}

static enum caisse_link_said
take_block(struct caisse_link *l, uint8_t b, struct mono now,
	struct device_out *out)
{
	if (b == CAISSE_ACK) {
		return sent(l, false, out);
	}
	if (b == CAISSE_ENQ) {
		/* it answers already: its ACK was lost */
		forget_message(l);
		let_speak(l, now, out);
		return CAISSE_LINK_TAKEN;
	}
	if (b == CAISSE_NAK && l->phase == CAISSE_BLOCK) {
		l->refused++;
		enter(l, CAISSE_NAKED, now, NAKED_US);
	}
	return CAISSE_LINK_NOTHING;
}

static enum caisse_link_said
not_read(struct caisse_link *l, struct mono now, struct device_out *out)
{
	forget_frame(l);
	l->bad++;
	say(out, CAISSE_NAK);
	if (l->bad > AGAIN_MAX) {
		l->bad = 0;
		enter(l, CAISSE_TAIL, now, TAIL_US);
		return CAISSE_LINK_LOST;
	}
	enter(l, CAISSE_HEAD, now, GAP_US);
	return CAISSE_LINK_NOTHING;
}

/* The terminal has given up its session. */
static enum caisse_link_said
given_up(struct caisse_link *l)
{
	bool unread = l->bad > 0 && l->phase != CAISSE_TAIL;

	l->bad = 0;
	forget_frame(l);
	rest(l);
	return unread ? CAISSE_LINK_LOST : CAISSE_LINK_NOTHING;
}

static enum caisse_link_said
take_lrc(struct caisse_link *l, uint8_t b, struct mono now,
	struct device_out *out)
{
	if (b != l->lrc || l->spoiled) {
		return not_read(l, now, out);
	}
	l->bad = 0;
	enter(l, CAISSE_HELD, now, -1);
	return CAISSE_LINK_FRAME;
}

static enum caisse_link_said
take_answer(struct caisse_link *l, uint8_t b, struct mono now,
	struct device_out *out)
{
	if (l->phase == CAISSE_LRC) {
		return take_lrc(l, b, now, out);
	}
	if (b == CAISSE_EOT) {
		return given_up(l);
	}
	if (b == CAISSE_ENQ) {
		let_speak(l, now, out);
		return CAISSE_LINK_NOTHING;
	}
	if (b == CAISSE_STX) {
		forget_frame(l);
		enter(l, CAISSE_BODY, now, GAP_US);
		return CAISSE_LINK_NOTHING;
	}
	if (l->phase != CAISSE_BODY) {
		return CAISSE_LINK_NOTHING;
	}
	l->lrc ^= b;
	if (b == CAISSE_ETX) {
		enter(l, CAISSE_LRC, now, GAP_US);
	} else if (l->n_rx == sizeof(l->rx) || b < 0x20) {
		l->spoiled = true;
		l->due.us = now.us + GAP_US;
	} else {
		l->rx[l->n_rx++] = b;
		l->due.us = now.us + GAP_US;
	}
	return CAISSE_LINK_NOTHING;
}

static enum caisse_link_said
take_byte(struct caisse_link *l, uint8_t b, struct mono now,
	struct device_out *out)
{
	switch (l->phase) {
	case CAISSE_CALL:
		if (b == CAISSE_ACK) {
			(void)device_out_put(out, l->tx, l->n_tx);
			enter(l, CAISSE_BLOCK, now, BLOCK_US);
			return CAISSE_LINK_NOTHING;
		}
		FALLTHROUGH;
	case CAISSE_REST:
	case CAISSE_PAUSE:
		if (b == CAISSE_ENQ) {
			/* both call: nothing of ours is out, so it may */
			l->bad = 0;
			let_speak(l, now, out);
		}
		return CAISSE_LINK_NOTHING;
	case CAISSE_BLOCK:
	case CAISSE_NAKED:
		return take_block(l, b, now, out);
	case CAISSE_HELD:
		if (b == CAISSE_EOT) {
			return given_up(l);
		}
		return CAISSE_LINK_NOTHING;
	case CAISSE_HEAD:
	case CAISSE_BODY:
	case CAISSE_LRC:
	case CAISSE_TAIL:
	default:
		return take_answer(l, b, now, out);
	}
}

/* --- time ----------------------------------------------------------------- */

static enum caisse_link_said
late_call(struct caisse_link *l, struct mono now, struct device_out *out)
{
	say(out, CAISSE_EOT);
	if (l->calls < CALLS_MAX) {
		enter(l, CAISSE_PAUSE, now, PAUSE_US);
		return CAISSE_LINK_NOTHING;
	}
	rest(l);
	forget_message(l);
	return CAISSE_LINK_ABSENT;
}

static enum caisse_link_said
late_naked(struct caisse_link *l, struct mono now, struct device_out *out)
{
	if (l->refused <= AGAIN_MAX) {
		(void)device_out_put(out, l->tx, l->n_tx);
		enter(l, CAISSE_BLOCK, now, BLOCK_US);
		return CAISSE_LINK_NOTHING;
	}
	/* no EOT: it is what makes a terminal act on a block that it holds */
	rest(l);
	forget_message(l);
	return CAISSE_LINK_REFUSED;
}

static enum caisse_link_said
late(struct caisse_link *l, struct mono now, struct device_out *out)
{
	switch (l->phase) {
	case CAISSE_CALL:
		return late_call(l, now, out);
	case CAISSE_BLOCK:
		return sent(l, true, out);
	case CAISSE_NAKED:
		return late_naked(l, now, out);
	case CAISSE_BODY:
	case CAISSE_LRC:
		return not_read(l, now, out);
	case CAISSE_HEAD:
	case CAISSE_TAIL:
		return given_up(l);
	case CAISSE_REST:
	case CAISSE_PAUSE:
	case CAISSE_HELD:
	default:
		rest(l);
		return CAISSE_LINK_NOTHING;
	}
}

enum caisse_link_said
caisse_link_step(struct caisse_link *l, struct mono now, const uint8_t **in,
	size_t *n, struct device_out *out)
{
	enum caisse_link_said said = CAISSE_LINK_NOTHING;

	while (said == CAISSE_LINK_NOTHING && *n > 0) {
		said = take_byte(l, **in, now, out);
		(*in)++;
		(*n)--;
	}
	if (said == CAISSE_LINK_NOTHING && l->due.us >= 0 &&
		now.us >= l->due.us) {
		said = late(l, now, out);
	}
	if (said == CAISSE_LINK_NOTHING && l->want && l->phase == CAISSE_REST) {
		call(l, now, out);
	}
	return said;
}

void
caisse_link_answer(struct caisse_link *l, struct mono now, bool good,
	struct device_out *out)
{
	if (l->phase != CAISSE_HELD) {
		return;
	}
	if (good) {
		forget_frame(l);
		say(out, CAISSE_ACK);
		enter(l, CAISSE_TAIL, now, TAIL_US);
	} else {
		(void)not_read(l, now, out);
	}
}
