/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SCALE_LINE_H
#define DEVICE_SCALE_LINE_H

#include "device/device.h"

/**
 * scale_line - what the drivers of scales that are polled share: when to ask,
 * which answer belongs to which question, when silence is silence, what is
 * told.  A driver adds its bytes: a struct scale_proto.
 *
 * An answer that the scale still owes when something new is weighed belongs to
 * what was weighed before: it is taken off the line and dropped.  A reading is
 * told when it differs from the one before.  Where the protocol has no check
 * byte a stable weight is one that was read twice alike; until then it is told
 * without SCALE_STABLE.
 */
#define SCALE_MESSAGE_BYTES 64 /* none is longer */

/* What a message of a scale says. */
struct scale_got {
	enum {
		SCALE_GOT_READING,
		SCALE_GOT_NOTHING, /* an answer without a reading */
		SCALE_GOT_GO,      /* not the end: send ${go} */
		SCALE_GOT_SCAN,    /* data, n: a symbol, unasked */
		SCALE_GOT_ASIDE    /* well formed, and no answer */
	} kind;
	struct scale_reading reading; /* flags and grams */
	const char *fault;            /* with SCALE_FAULT: what to do, N_() */
	const char *aim;              /* of a symbol: put before it */
	bool upce;                    /* it is to be written as UPC-A */
	const char *data;
	size_t n;
};

struct scale_proto {
	const char *hello;      /* when the line was opened, or NULL */
	const char *poll, *go;  /* go: of SCALE_GOT_GO, or NULL */
	const char *command[3]; /* of enum scale_command; NULL it has none */
	bool answers_commands;  /* a command is answered as a poll is */
	bool checked;      /* its messages have a check byte of their own */
	bool patient;      /* no answer before the goods lie still */
	int64_t gap_us;    /* between a message and the next question */
	int64_t answer_us; /* for an answer */
	/** take(p, n, pounds, ret): the message at the front of p[n], n > 0.
	 * Returns how long it is; 0: it is one as far as it goes; -1: none
	 * begins here. */
	int (*take)(
		const uint8_t *p, size_t n, bool pounds, struct scale_got *ret);
};

struct scale_line {
	const struct scale_proto *proto;
	bool pounds;
	uint8_t mask; /* of each byte that comes in */
	int64_t least;
	uint32_t id;     /* of what is weighed; 0 nothing */
	unsigned owed;   /* answers that are still to come */
	unsigned stale;  /* of these, to what was weighed before */
	unsigned silent; /* questions in a row without one */
	bool begun, waits, fresh, told, faulty, has_command;
	enum scale_command command;
	struct mono sent, heard, byte;   /* a question, a message, a byte */
	struct scale_reading last, once; /* told, and read */
	char scan[DEVICE_OUT_EVENTS][SCALE_MESSAGE_BYTES + 4];
	uint8_t buf[512 + SCALE_MESSAGE_BYTES];
	size_t n;
};

/** The options that all of them have: rows of a driver's table. */
/* clang-format off */
#define SCALE_OPT_UNIT \
	{"unit", N_("what the scale weighs in"), "kg", DEVICE_OPT_WORD, 0, \
		0, "kg lb"}
#define SCALE_OPT_LEAST \
	{"least", N_("its least load in grams: less is not sold"), "20", \
		DEVICE_OPT_NUMBER, 0, 100000, NULL}
/* clang-format on */

/** scale_line_open(l, proto, d, conf, write_only, reterr): for a driver's
 * open().  RC_INVAL a line that cannot be read, in words. */
MUST_CHECK enum rc scale_line_open(struct scale_line *l,
	const struct scale_proto *proto, const struct device_driver *d,
	const struct device_conf *conf, bool write_only, struct err *reterr);
/** A driver whose state is a struct scale_line has these as they are. */
extern const struct scale_ops scale_line_ops;
void scale_line_step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out);

/** scale_grams(n, decimals, unit, ret): ${n} units of ten to the minus
 * ${decimals}, in grams, half up.  False: no scale weighs that much. */
enum scale_unit {
	SCALE_KG,
	SCALE_LB,
	SCALE_OZ
};

bool scale_grams(
	int64_t n, unsigned decimals, enum scale_unit unit, int64_t *ret);

/** scale_number(p, n, ret, ret_decimals): leading blanks, digits, and at most
 * one point with digits on both sides.  False: it is none. */
bool scale_number(
	const uint8_t *p, size_t n, int64_t *ret, unsigned *ret_decimals);

#endif
