/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_ZVT_INTERNAL_H
#define SIM_ZVT_INTERNAL_H

#include "device/zvt_link.h"
#include "sim/sim_devices.h"
#include "sim/zvt_book.h"

/**
 * zvt_internal - a simulated ZVT terminal, for its files: zvt.c is the table,
 * options, orders and the line; zvt_work.c takes the register's commands;
 * zvt_stage.c does what they ask for, a command to the register at a time;
 * zvt_book.c has the money.
 *
 * Strict: a command that is not as PA00P015 has it is refused, and said.
 */
enum zvt_fate {
	FATE_APPROVE,
	FATE_OFFLINE,
	FATE_DECLINE,  /* with code */
	FATE_CANCEL,   /* nobody presents a card */
	FATE_AMOUNT,   /* another one is approved */
	FATE_CHARGED,  /* charged, and not a word of it */
	FATE_SILENT,   /* not charged, and not a word */
	FATE_NO_END    /* 04 0F and its answer, and then not a word */
};

enum zvt_job {
	JOB_NONE,
	JOB_PLAIN,  /* completion alone: data is its */
	JOB_REFUSE, /* abort alone, with code */
	JOB_CARD,   /* money with a card */
	JOB_BOOK,   /* money without one: reversal, capture, release */
	JOB_TOTALS, /* code: 1 and the day is ended */
	JOB_REPEAT
};

enum zvt_stage {
	STAGE_CARD,
	STAGE_HOST,
	STAGE_INFO,
	STAGE_SLIP,
	STAGE_END,
	STAGE_FAIL,
	STAGE_OVER
};

struct sim_zvt {
	struct zvt_link link;
	bool known, auto_; /* the framing; it is found out */
	/* what it is */
	uint8_t password[3];
	char terminal[9];
	int64_t takes_us, quiet_us;
	bool forgetful; /* wants to be registered after each plug */
	/* how it behaves */
	enum zvt_fate fate;
	bool once;
	uint8_t code;
	int64_t other;
	bool dead, signature, lines, busy;
	unsigned waits; /* 04 FF more than needed */
	uint8_t status;
	char card[24];
	char last4[5];
	uint8_t entry; /* 0 stripe, 1 chip, 2 contactless */

	/* the session */
	bool registered, blocks;
	uint8_t config;
	unsigned currency;

	/* at work */
	struct mono now;
	enum zvt_job job;
	enum zvt_stage stage;
	enum pinpad_op op;
	bool answered;	 /* what was sent last */
	bool sent;	 /* something of this stage was */
	struct mono due; /* T3, or when to go on */
	struct mono deaf; /* until then it hears nothing; us 0: it does */
	bool card_in;
	unsigned step, slip, line;
	struct zvt_make data; /* of the completion */
	uint8_t fail;
	int64_t amount;
	size_t row;   /* in the book, + 1 */
	size_t about; /* the same of what is reversed or captured */
	bool last;    /* info is to be repeated */
	struct zvt_make info, last_info;

	struct book book;
};

/** sim_zvt_send(s, p, n, out): an APDU to the register. */
void sim_zvt_send(
	struct sim_zvt *s, const uint8_t *p, size_t n, struct sim_out *out);
void sim_zvt_answer(struct sim_zvt *s, uint16_t with, struct sim_out *out);

/** sim_zvt_command(s, a, out): a command of the register. */
void sim_zvt_command(
	struct sim_zvt *s, const struct zvt_apdu *a, struct sim_out *out);

/** sim_zvt_begin(s, job, op): behind the answer to its command. */
void sim_zvt_begin(struct sim_zvt *s, enum zvt_job job, enum pinpad_op op);
/** sim_zvt_work(s, out): goes on as far as it can now. */
void sim_zvt_work(struct sim_zvt *s, struct sim_out *out);
/** sim_zvt_said(s, yes, code, out): the register's answer. */
void sim_zvt_said(
	struct sim_zvt *s, bool yes, uint8_t code, struct sim_out *out);
/** sim_zvt_drop(s, out, why): what is under way is over; what is pending is
 * taken back. */
void sim_zvt_drop(struct sim_zvt *s, struct sim_out *out, const char *why);
/** sim_zvt_row(s, at): of the book; NULL at is 0. */
struct book_row *sim_zvt_row(struct sim_zvt *s, size_t at);

#endif
