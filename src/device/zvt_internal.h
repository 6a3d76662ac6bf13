/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ZVT_INTERNAL_H
#define DEVICE_ZVT_INTERNAL_H

#include "device/device.h"
#include "device/zvt_link.h"

/**
 * zvt_internal - the ZVT driver's state, for its files: zvt.c is the table and
 * the host's side, zvt_session.c begins and ends things and keeps the timers,
 * zvt_hear.c takes what the terminal says, zvt_ask.c makes commands and
 * results, zvt_slip.c collects receipts.
 */
enum zvt_doing {
	ZVT_RESTS,
	ZVT_REGISTERS,
	ZVT_ASKS, /* the command of a question */
	ZVT_LEAVES
};

enum zvt_held { ZVT_HELD_NOT, ZVT_HELD_SLIP, ZVT_HELD_RESULT };

struct zvt {
	/* options */
	uint8_t password[3];
	uint8_t config, service;
	unsigned currency;
	unsigned columns;
	enum zvt_charset charset;
	int64_t t3_us, t4_us;
	bool leaves; /* registers for each question, logs off behind it */

	struct zvt_link link;
	enum zvt_doing doing;
	bool master; /* the terminal is */
	struct mono due; /* T3, T4 */
	int64_t wait_us; /* T4 as the terminal asked for it */
	bool registered;
	unsigned registered_currency;
	struct mono retry; /* to register again */
	bool told_silent;  /* or that it refuses */
	char terminal[PINPAD_ID_BYTES];

	/* the question */
	bool open;
	bool sent; /* its command went out */
	uint32_t id;
	struct pinpad_ask ask;
	bool stop, stopped;
	bool stopping; /* 06 B0 is what is being sent */
	bool card; /* a card was presented: stopping is for nobody */
	char step[DEVICE_TEXT_BYTES];
	struct zvt_info info;
	bool good; /* 04 0F with 00 was answered */

	enum zvt_held held;
	bool stored;
	struct mono held_due;
	struct pinpad_result result;

	struct pinpad_slip slip;
	int slip_kind; /* 1F07, 0 it did not say */
	unsigned slips;
	bool slip_given; /* the next row begins another one */
	bool slip_out; /* handed out in this step: its text must stay */
};

/** zvt_make_register(z, m), zvt_make_ask(z, m): false: it cannot be said, an
 * amount or a receipt number is too long. */
MUST_CHECK bool zvt_make_register(const struct zvt *z, struct zvt_make *m);
MUST_CHECK bool zvt_make_ask(const struct zvt *z, struct zvt_make *m);

/** zvt_result(z, outcome, code, text): z->result from z->ask and z->info; text
 * NULL: what the terminal or its code say. */
void zvt_result(struct zvt *z, enum pinpad_outcome outcome, int code,
	const char *text);
/** zvt_completed(z, a): z->result from 06 0F; zvt_aborted(z, a): from 06 1E or
 * 84 xx; text as above. */
void zvt_completed(struct zvt *z, const struct zvt_apdu *a);
void zvt_aborted(struct zvt *z, int code, const char *text);

/** zvt_slip_line(z, a), zvt_slip_block(z, a): adds what 06 D1, 06 D3 print.
 * True: a receipt is whole.  zvt_slip_end(z): there is one, whole or not; its
 * kind and signature are set. */
bool zvt_slip_line(struct zvt *z, const struct zvt_apdu *a);
bool zvt_slip_block(struct zvt *z, const struct zvt_apdu *a);
bool zvt_slip_end(struct zvt *z);
void zvt_slip_clear(struct zvt *z);

/** zvt_hear(z, now, said, out): what came of the line's bytes. */
void zvt_hear(struct zvt *z, struct mono now, enum zvt_said said,
	struct device_out *out);
/** zvt_release(z, now, out): the answer that was held back goes out. */
void zvt_release(struct zvt *z, struct mono now, struct device_out *out);

/** zvt_step(): as in struct device_driver. */
void zvt_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out);
/** zvt_rest(z): nothing is under way any more. */
void zvt_rest(struct zvt *z);
/** Whether the terminal is at work on a question. */
bool zvt_hands_over(const struct zvt *z);
void zvt_restart_t4(struct zvt *z, struct mono now);
void zvt_answer(
	struct zvt *z, struct mono now, uint16_t with, struct device_out *out);
/** zvt_note(out, kind, job, text): an event, unless many are there already:
 * receipts and results always have room. */
void zvt_note(struct device_out *out, enum device_event_kind kind, uint32_t job,
	const char *text);
void zvt_give_slip(struct zvt *z, bool hold, struct device_out *out);
/** zvt_give_result(z, out): z->result ends the question. */
void zvt_give_result(struct zvt *z, struct device_out *out);
/** zvt_unheard(z): what a question comes to when nobody hears of it. */
enum pinpad_outcome zvt_unheard(const struct zvt *z);
/** zvt_not_registered(z, now, code, out): it refuses; code -1: silence. */
void zvt_not_registered(
	struct zvt *z, struct mono now, int code, struct device_out *out);
/** zvt_fail(z, now, out): silence, or a line that does not carry what is
 * said. */
void zvt_fail(struct zvt *z, struct mono now, struct device_out *out);

#endif
