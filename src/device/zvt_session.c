/* SPDX-License-Identifier: Apache-2.0 */
/* The session: who is master, what is waited for, and how long. */
#include <string.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "base/sbuf.h"
#include "device/zvt_internal.h"
#include "device/zvt_words.h"

#include "base/poison.h"

#define S INT64_C(1000000)
#define REGISTER_US (30 * S) /* for 06 0F behind 06 00 */
#define RETRY_US (30 * S)
#define STOP_US (30 * S) /* a terminal that was told to stop has so long */
#define EVENTS_SPARE 4   /* kept for receipts and the result */

bool
zvt_hands_over(const struct zvt *z)
{
	return z->doing == ZVT_ASKS && z->master;
}

void
zvt_note(struct device_out *out, enum device_event_kind kind, uint32_t job,
	const char *text)
{
	struct device_event *e;
	struct sbuf b;

	if (out->n_event + EVENTS_SPARE > DEVICE_OUT_EVENTS) {
		return;
	}
	e = device_out_event(out, kind, job);
	sbuf_init(&b, e->text, sizeof(e->text));
	sbuf_puts(&b, text);
}

/* --- sending -------------------------------------------------------------- */

static void
zvt_send(struct zvt *z, struct mono now, const uint8_t *p, size_t n, bool once,
	struct device_out *out)
{
	struct zvt_sink sink = {out->byte, sizeof(out->byte), out->n_byte};

	zvt_link_send(&z->link, now, p, n, once, &sink);
	out->n_byte = sink.n;
	z->stopping = false;
}

void
zvt_answer(
	struct zvt *z, struct mono now, uint16_t with, struct device_out *out)
{
	const uint8_t apdu[3] = {(uint8_t)(with >> 8), (uint8_t)with, 0};

	zvt_send(z, now, apdu, sizeof(apdu), false, out);
}

/* T3 runs from the ACK on, where there is one. */
static void
begin(struct zvt *z, struct mono now, enum zvt_doing what,
	const struct zvt_make *m, bool once, struct device_out *out)
{
	z->doing = what;
	z->master = false;
	z->due.us = z->link.serial ? -1 : now.us + z->t3_us;
	zvt_send(z, now, m->byte, m->n, once, out);
}

void
zvt_restart_t4(struct zvt *z, struct mono now)
{
	int64_t wait = z->doing == ZVT_REGISTERS ? REGISTER_US : z->wait_us;

	wait = z->stopped && wait > STOP_US ? STOP_US : wait;
	z->due.us = now.us + wait;
}

/* --- the end of something ------------------------------------------------- */

void
zvt_rest(struct zvt *z)
{
	z->doing = ZVT_RESTS;
	z->master = false;
	z->due.us = -1;
	z->held = ZVT_HELD_NOT;
	z->stored = false;
	z->good = false;
	crypto_wipe(&z->info, sizeof(z->info));
	zvt_info_init(&z->info);
}

void
zvt_give_slip(struct zvt *z, bool hold, struct device_out *out)
{
	struct device_event *e =
		device_out_event(out, DEVICE_CARD_SLIP, z->open ? z->id : 0);

	z->slip.hold = hold;
	if (e != NULL) {
		e->slip = &z->slip;
		z->slip_out = true;
	}
}

/* z->result is the end of the question. */
void
zvt_give_result(struct zvt *z, struct device_out *out)
{
	struct device_event *e =
		device_out_event(out, DEVICE_CARD_RESULT, z->id);

	if (e != NULL) {
		e->result = &z->result;
	}
	z->open = false;
	z->sent = false;
}

/* What a question comes to when nobody hears of it any more. */
enum pinpad_outcome
zvt_unheard(const struct zvt *z)
{
	enum pinpad_op op = z->ask.op;

	if (op == PINPAD_LAST) {
		return PINPAD_UNKNOWN; /* of that payment */
	}
	return z->sent && (pinpad_op_moves(op) || op == PINPAD_CLOSE)
		       ? PINPAD_UNKNOWN
		       : PINPAD_ABORTED;
}

void
zvt_not_registered(
	struct zvt *z, struct mono now, int code, struct device_out *out)
{
	const char *text = code < 0 ? N_("The card terminal does not answer.")
				    : zvt_refused_text(code);

	z->registered = false;
	z->retry.us = now.us + RETRY_US;
	if (!z->told_silent) {
		zvt_note(out, code < 0 ? DEVICE_SILENT : DEVICE_FAULT, 0, text);
		z->told_silent = true;
	}
	if (z->open) {
		zvt_result(z, zvt_unheard(z), code, text);
		zvt_give_result(z, out);
	}
	zvt_rest(z);
}

/* Silence, or a line that does not carry what is said. */
void
zvt_fail(struct zvt *z, struct mono now, struct device_out *out)
{
	if (z->doing == ZVT_REGISTERS) {
		zvt_not_registered(z, now, -1, out);
		return;
	}
	if (z->doing == ZVT_RESTS) {
		return;
	}
	z->registered = false;
	z->retry.us = now.us;
	if (z->open) {
		zvt_result(z, zvt_unheard(z), -1,
			N_("The card terminal does not answer."));
		zvt_give_result(z, out);
		out->hang_up = out->hang_up || !z->link.serial;
	}
	zvt_rest(z);
}

/* --- what is to be done --------------------------------------------------- */

static void
begin_question(struct zvt *z, struct mono now, struct device_out *out)
{
	struct zvt_make m;

	if (!zvt_make_ask(z, &m)) {
		zvt_result(z, PINPAD_ABORTED, -1,
			N_("The terminal cannot do that."));
		zvt_give_result(z, out);
		return;
	}
	zvt_info_init(&z->info);
	zvt_slip_clear(z);
	z->slips = 0;
	z->good = false;
	z->card = false;
	z->stopped = false;
	z->step[0] = '\0';
	z->wait_us = z->t4_us;
	z->sent = true;
	begin(z, now, ZVT_ASKS, &m, pinpad_op_moves(z->ask.op), out);
}

static void
begin_register(struct zvt *z, struct mono now, struct device_out *out)
{
	struct zvt_make m;

	if (zvt_make_register(z, &m)) {
		z->registered_currency = z->open && z->ask.currency != 0
						 ? z->ask.currency
						 : z->currency;
		begin(z, now, ZVT_REGISTERS, &m, false, out);
	} else {
		zvt_not_registered(z, now, 0x6f, out);
	}
}

static void
begin_leave(struct zvt *z, struct mono now, struct device_out *out)
{
	struct zvt_make m;

	zvt_begin(&m, ZVT_LOG_OFF);
	z->registered = false;
	if (zvt_end(&m)) {
		begin(z, now, ZVT_LEAVES, &m, false, out);
	}
}

static bool
fits_registration(const struct zvt *z)
{
	return z->registered &&
	       (!z->open || z->ask.currency == 0 ||
		       z->ask.currency == z->registered_currency);
}

static void
begin_next(struct zvt *z, struct mono now, struct device_out *out)
{
	if (z->doing != ZVT_RESTS || z->held != ZVT_HELD_NOT ||
		z->link.awaiting || z->link.rx != ZVT_RX_IDLE) {
		return;
	}
	if (z->open && fits_registration(z)) {
		begin_question(z, now, out);
	} else if (z->leaves && z->registered && !z->open) {
		begin_leave(z, now, out);
	} else if (z->open ||
		   (!z->leaves && !z->registered && now.us >= z->retry.us)) {
		begin_register(z, now, out);
	}
}

/* 5.7.7: 06 B0 only before there is a card; else the outcome comes anyway. */
static void
stop(struct zvt *z, struct mono now, struct device_out *out)
{
	static const uint8_t apdu[] = {0x06, 0xb0, 0};
	enum pinpad_op op = z->ask.op;

	if (!z->sent) {
		zvt_result(z, zvt_unheard(z), -1,
			N_("Canceled before the terminal was asked."));
		zvt_give_result(z, out);
		return;
	}
	if (!z->master || z->held != ZVT_HELD_NOT || z->link.awaiting) {
		return;
	}
	z->stopped = true;
	zvt_restart_t4(z, now);
	if (!z->card && (op == PINPAD_PAY || op == PINPAD_REFUND ||
				op == PINPAD_RESERVE)) {
		zvt_send(z, now, apdu, sizeof(apdu), true, out);
		z->stopping = z->link.serial;
	}
}

static bool
is_due(struct mono when, struct mono now)
{
	return when.us >= 0 && now.us >= when.us;
}

static void
timers(struct zvt *z, struct mono now, struct device_out *out)
{
	struct zvt_sink sink = {out->byte, sizeof(out->byte), out->n_byte};
	enum zvt_said said = zvt_link_tick(&z->link, now, &sink);

	out->n_byte = sink.n;
	zvt_hear(z, now, said, out);
	if (z->held != ZVT_HELD_NOT) {
		if (is_due(z->held_due, now)) {
			zvt_note(out, DEVICE_NOTE, z->id,
				"answered before it was stored");
			zvt_release(z, now, out);
		}
	} else if (z->doing != ZVT_RESTS && is_due(z->due, now)) {
		zvt_fail(z, now, out);
	}
}

static void
deadlines(const struct zvt *z, struct device_out *out)
{
	struct mono link = zvt_link_due(&z->link);

	if (link.us >= 0) {
		device_out_by(out, link);
	}
	if (z->held != ZVT_HELD_NOT) {
		device_out_by(out, z->held_due);
	} else if (z->doing != ZVT_RESTS && z->due.us >= 0) {
		device_out_by(out, z->due);
	} else if (z->doing == ZVT_RESTS && !z->registered && !z->leaves &&
		   !z->link.awaiting && z->link.rx == ZVT_RX_IDLE) {
		device_out_by(out, z->retry);
	}
}

void
zvt_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct zvt *z = state;
	const uint8_t *p = in->p;
	size_t n = in->n;

	z->slip_out = false;
	if (z->held != ZVT_HELD_NOT && z->stored) {
		zvt_release(z, now, out);
	}
	while (n > 0) {
		struct zvt_sink sink = {
			out->byte, sizeof(out->byte), out->n_byte};
		enum zvt_said said =
			zvt_link_take(&z->link, now, &p, &n, &sink);

		out->n_byte = sink.n;
		zvt_hear(z, now, said, out);
	}
	timers(z, now, out);
	if (z->open && z->stop && !z->stopped) {
		stop(z, now, out);
	}
	begin_next(z, now, out);
	deadlines(z, out);
}
