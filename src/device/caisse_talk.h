/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CAISSE_TALK_H
#define DEVICE_CAISSE_TALK_H

#include "device/caisse_link.h"
#include "device/device.h"

/**
 * caisse_talk - one question to a Caisse-AP terminal and its one result, for
 * both generations of messages and both forms of the line.
 *
 * What is certain: nothing was charged before the first byte of the message
 * went out, and after the terminal refused it (aborted); the answer that names
 * the question says what became of it.  All else is unknown: silence, a line
 * that broke, an answer that cannot be read.  No message is ever sent twice
 * because of it.
 *
 * On the serial link the terminal waits a second for the ACK of its answer: it
 * gets it with stored(), or when 900 ms have passed; the intent in the journal
 * then covers what was not stored.  The text form has no such moment.
 */
enum caisse_said {
	CAISSE_MINE,	/* *r is filled in */
	CAISSE_FOREIGN, /* of another question */
	CAISSE_BROKEN	/* it cannot be understood */
};

enum caisse_shape {
	CAISSE_ALL,  /* an answer: its first *ret_n bytes */
	CAISSE_PART, /* it may go on */
	CAISSE_NONE  /* it is none, and becomes none */
};

struct caisse_codec {
	/** encode(opt, ask, out, cap, ret_n): the message.  RC_INVAL this
	 * protocol has none, or no room for that amount. */
	enum rc (*encode)(const void *opt, const struct pinpad_ask *ask,
		uint8_t *out, size_t cap, size_t *ret_n);
	/** judge(opt, ask, p, n, r, slip): *r has op, currency, code -1 and
	 * outcome unknown, else nothing. slip->len > 0: there is one. */
	enum caisse_said (*judge)(const void *opt, const struct pinpad_ask *ask,
		const uint8_t *p, size_t n, struct pinpad_result *r,
		struct pinpad_slip *slip);
	/** measure(p, n, ret_n): of the text form; NULL it has none. */
	enum caisse_shape (*measure)(
		const uint8_t *p, size_t n, size_t *ret_n);
};

struct caisse_talk {
	const struct caisse_codec *codec;
	const void *opt;
	bool text; /* no link: fields alone */
	bool crlf;
	int64_t wait_us;

	struct pinpad_ask ask;
	uint32_t id;
	bool asked; /* a question without a result */
	bool begun; /* step() has seen it */
	bool out;   /* the terminal may have it */
	bool stopping; /* cancel() came */
	struct mono until;
	bool held;   /* the result waits for stored() */
	bool stored; /* it came */
	struct mono held_until;
	bool dirty; /* an old answer may still come on this line */
	struct mono clean; /* when it is opened anew; 0 not yet */
	bool ready, ready_slip; /* to be handed out */
	struct pinpad_result result;
	struct pinpad_slip slip;

	struct caisse_link link;
	uint8_t buf[CAISSE_TAKE_BYTES]; /* text form */
	size_t n_buf;
	bool spilled;
	struct mono heard;
};

/** caisse_talk_open(t, codec, opt): a line was opened.  The caller sets text,
 * crlf and wait_us behind it. */
void caisse_talk_open(struct caisse_talk *t, const struct caisse_codec *codec,
	const void *opt);
enum rc caisse_talk_ask(
	struct caisse_talk *t, uint32_t id, const struct pinpad_ask *ask);
void caisse_talk_stored(struct caisse_talk *t);
void caisse_talk_cancel(struct caisse_talk *t);
void caisse_talk_step(struct caisse_talk *t, struct mono now,
	const struct device_in *in, struct device_out *out);
void caisse_talk_lost(
	struct caisse_talk *t, struct mono now, struct device_out *out);

/** caisse_amount_ok(ask, max): money moves by it, and it has room. */
bool caisse_amount_ok(const struct pinpad_ask *ask, int64_t max);

#endif
