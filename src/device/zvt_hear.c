/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal says, and the answer it gets. */
#include <string.h>

#include "base/sbuf.h"
#include "device/zvt_internal.h"
#include "device/zvt_words.h"

#include "base/poison.h"

#define S INT64_C(1000000)
#define HELD_US (4 * S) /* of T3, which is 5 s at the terminal */

/* The terminal said that it is over, and waits for our answer. */
static void
end_asked(struct zvt *z, struct mono now, struct device_out *out)
{
	if (z->slip.len > 0 && !z->slip_out && zvt_slip_end(z)) {
		zvt_give_slip(z, false, out);
	}
	zvt_give_result(z, out);
	if (z->result.hold) {
		z->held = ZVT_HELD_RESULT;
		z->held_due.us = now.us + HELD_US;
		return;
	}
	zvt_answer(z, now, ZVT_YES, out);
	zvt_rest(z);
}

static void
registered(struct zvt *z, const struct zvt_apdu *a, struct device_out *out)
{
	struct zvt_info i;
	struct sbuf b;

	zvt_info_init(&i);
	zvt_info_read(&i, z->charset, a->p, a->n);
	sbuf_init(&b, z->terminal, sizeof(z->terminal));
	sbuf_puts(&b, i.terminal);
	if (i.status > 0 && (i.status & 3) != 0) {
		zvt_note(out, DEVICE_NOTE, 0,
			(i.status & 1) != 0
				? "the terminal must be initialized"
				: "the terminal asks for a diagnosis");
	}
	if (z->told_silent) {
		zvt_note(out, DEVICE_READY, 0, "");
	}
	z->told_silent = false;
	z->registered = true;
	zvt_rest(z);
}

static void
on_answer(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	int code = a->cmd & 0xff;

	if (z->doing == ZVT_RESTS || z->master) {
		return; /* to 06 B0, or one that was sent twice */
	}
	if (z->doing == ZVT_LEAVES) {
		zvt_rest(z);
	} else if (a->cmd == ZVT_YES || code == 0) {
		z->master = true;
		zvt_restart_t4(z, now);
	} else {
		code = code == 0x1e ? 0x6f : code; /* the currency */
		if (z->doing == ZVT_REGISTERS) {
			zvt_not_registered(z, now, code, out);
			return;
		}
		z->registered = z->registered && code != 0x6b;
		zvt_aborted(z, code, zvt_refused_text(code));
		zvt_give_result(z, out);
		zvt_rest(z);
	}
}

/* Whether a card is in the terminal's hands at a step. */
static bool
card_is_there(int code)
{
	static const uint8_t before[] = {0x00, 0x01, 0x02, 0x0a, 0x0e, 0x17};

	return memchr(before, code, sizeof(before)) == NULL;
}

static void
on_step(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	int code = a->n > 0 ? a->p[0] : 0xff;
	size_t at = a->n > 1 && a->p[1] == 0x06 && a->n > 2 && a->p[2] != 0x06
			    ? 1
			    : 2;
	int64_t minutes = a->n > 1 && at == 2 ? zvt_bcd(a->p + 1, 1) : 0;
	struct zvt_info i;
	const char *text;
	struct sbuf b;

	zvt_info_init(&i);
	if (a->n > at) {
		zvt_info_read(&i, z->charset, a->p + at, a->n - at);
	}
	if (zvt_hands_over(z)) {
		z->card = z->card || card_is_there(code);
		z->wait_us = minutes > 0 ? minutes * 60 * S : z->wait_us;
		zvt_restart_t4(z, now);
		text = i.text[0] != '\0' ? i.text : zvt_step_text(code);
		if (strcmp(text, z->step) != 0) {
			sbuf_init(&b, z->step, sizeof(z->step));
			sbuf_puts(&b, text);
			zvt_note(out, DEVICE_CARD_STEP, z->id, text);
		}
	}
	zvt_answer(z, now, ZVT_YES, out);
}

static void
on_status_info(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	struct zvt_info late;

	if (zvt_hands_over(z)) {
		z->info.result = -1;
		zvt_info_read(&z->info, z->charset, a->p, a->n);
		z->good = z->info.result == 0;
		z->card = true;
		zvt_restart_t4(z, now);
		zvt_answer(z, now, ZVT_YES, out);
		return;
	}
	zvt_info_init(&late);
	zvt_info_read(&late, z->charset, a->p, a->n);
	if (late.result != 0) {
		zvt_answer(z, now, ZVT_YES, out);
		return;
	}
	/* it gets no answer, and takes the payment back */
	zvt_note(out, DEVICE_NOTE, 0,
		"a payment came that nobody waits for: not answered");
}

static void
on_print(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	bool whole;

	if (z->slip_out) {
		return; /* it did not wait for the answer to the last one */
	}
	whole = a->cmd == ZVT_PRINT_LINE ? zvt_slip_line(z, a)
					 : zvt_slip_block(z, a);
	if (z->doing != ZVT_RESTS && z->master) {
		zvt_restart_t4(z, now);
	}
	if (whole && zvt_slip_end(z)) {
		zvt_give_slip(z, true, out);
		z->held = ZVT_HELD_SLIP;
		z->held_due.us = now.us + HELD_US;
		return;
	}
	zvt_answer(z, now, ZVT_YES, out);
}

/* 06 0F, 06 1E */
static void
on_end(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	bool failed = a->cmd == ZVT_ABORT;
	int code = failed && a->n > 0 ? a->p[0] : 0xff;

	if (!z->master) {
		zvt_answer(z, now, ZVT_YES, out); /* of something earlier */
	} else if (z->doing == ZVT_ASKS) {
		if (failed) {
			z->registered = z->registered && code != 0x6b;
			zvt_info_read(&z->info, z->charset, a->p + (a->n > 0),
				a->n - (a->n > 0));
			zvt_aborted(z, code, NULL);
		} else {
			zvt_completed(z, a);
		}
		end_asked(z, now, out);
	} else {
		zvt_answer(z, now, ZVT_YES, out);
		if (failed) {
			zvt_not_registered(z, now, code, out);
		} else {
			registered(z, a, out);
		}
	}
}

void
zvt_release(struct zvt *z, struct mono now, struct device_out *out)
{
	enum zvt_held held = z->held;

	z->held = ZVT_HELD_NOT;
	z->stored = false;
	zvt_answer(z, now, ZVT_YES, out);
	if (held == ZVT_HELD_RESULT) {
		zvt_rest(z);
	} else if (z->doing != ZVT_RESTS) {
		zvt_restart_t4(z, now);
	}
}

static void
on_command(struct zvt *z, struct mono now, const struct zvt_apdu *a,
	struct device_out *out)
{
	/* it goes on without the answer that is held back */
	if (z->held == ZVT_HELD_RESULT) {
		zvt_rest(z);
	}
	z->held = ZVT_HELD_NOT;
	switch (a->cmd) {
	case ZVT_STEP:
		on_step(z, now, a, out);
		break;
	case ZVT_STATUS_INFO:
		on_status_info(z, now, a, out);
		break;
	case ZVT_PRINT_LINE:
	case ZVT_PRINT_BLOCK:
		on_print(z, now, a, out);
		break;
	case ZVT_COMPLETION:
	case ZVT_ABORT:
		on_end(z, now, a, out);
		break;
	case ZVT_TIME:
		zvt_answer(z, now, ZVT_YES, out); /* ours is not set by it */
		break;
	default:
		zvt_answer(z, now, ZVT_NO, out);
		break;
	}
}

void
zvt_hear(struct zvt *z, struct mono now, enum zvt_said said,
	struct device_out *out)
{
	struct zvt_apdu a;

	switch (said) {
	case ZVT_APDU:
		if (zvt_apdu_read(z->link.apdu, z->link.n_apdu, &a)) {
			if (zvt_is_answer(&a)) {
				on_answer(z, now, &a, out);
			} else {
				on_command(z, now, &a, out);
			}
		}
		zvt_link_wipe(&z->link);
		break;
	case ZVT_TAKEN:
		z->stopping = false;
		if (z->doing != ZVT_RESTS && !z->master && z->due.us < 0) {
			z->due.us = now.us + z->t3_us;
		}
		break;
	case ZVT_FAILED:
		if (!z->stopping) {
			zvt_fail(z, now, out);
		}
		z->stopping = false;
		break;
	case ZVT_BROKEN:
		zvt_fail(z, now, out);
		z->registered = false;
		out->hang_up = true;
		break;
	case ZVT_AGAIN:
	case ZVT_NOTHING:
	default:
		break;
	}
}
