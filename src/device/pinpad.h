/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PINPAD_H
#define DEVICE_PINPAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * pinpad - one card terminal, whatever its protocol: an amount in, a result
 * out.  The register's order around it: the intent is in the journal before
 * ask(); the result is in the journal before stored(), and the terminal hears
 * only then; after a break PINPAD_LAST tells what became of the last payment,
 * and nothing is ever charged again without a person asking for it.
 *
 * No card number is in any of this: a driver keeps the last four digits and
 * wipes the frame (PCI DSS 3.4, 3.5).
 */
enum pinpad_op {
	PINPAD_PAY,
	PINPAD_REFUND,	 /* the card is presented again */
	PINPAD_REVERSE,	 /* of payment ${receipt} */
	PINPAD_RESERVE,	 /* pre-authorization */
	PINPAD_CAPTURE,	 /* of reservation ${receipt}, for ${amount} */
	PINPAD_RELEASE,	 /* reservation ${receipt}, wholly */
	PINPAD_LAST,	 /* what was the last payment: never charges */
	PINPAD_CLOSE,	 /* end of day: totals */
	PINPAD_STATUS,	 /* is it ready */
	PINPAD_TOTALS,	 /* without closing */
	PINPAD_OP_COUNT
};
/** "pay", "refund", "reverse", "reserve", "capture", "release", "last",
 * "close", "status", "totals". */
const char *pinpad_op_name(enum pinpad_op op);
bool pinpad_op_named(const char *name, enum pinpad_op *ret);
/** Whether money moves by it, so that it needs an intent. */
bool pinpad_op_moves(enum pinpad_op op);

#define PINPAD_RECEIPT_BYTES 16
#define PINPAD_ID_BYTES 24

struct pinpad_ask {
	enum pinpad_op op;
	int64_t amount;	   /* minor units, > 0 where money moves */
	uint16_t currency; /* ISO 4217 number: 978 */
	uint8_t digits;	   /* of its minor unit */
	char ref[40];	   /* ours, for the terminal's log; ASCII */
	char receipt[PINPAD_RECEIPT_BYTES]; /* of the payment it is about */
	char trace[PINPAD_RECEIPT_BYTES];
	char auth[16];
};

enum pinpad_outcome {
	PINPAD_APPROVED,
	PINPAD_OFFLINE,	 /* approved by card and terminal without a host */
	PINPAD_DECLINED, /* reason in text and code */
	PINPAD_ABORTED,	 /* by customer, cashier or time; nothing was charged */
	PINPAD_UNKNOWN	 /* it may have been charged: ask PINPAD_LAST */
};
/** "approved", "offline", "declined", "aborted", "unknown"; named(): its
 * inverse. */
const char *pinpad_outcome_name(enum pinpad_outcome o);
bool pinpad_outcome_named(const char *name, enum pinpad_outcome *ret);
bool pinpad_outcome_paid(enum pinpad_outcome o);

/* How the cardholder proved who they are; of several the one that needs paper */
enum pinpad_check {
	PINPAD_CHECK_NONE,
	PINPAD_CHECK_PIN,
	PINPAD_CHECK_DEVICE, /* the phone did */
	PINPAD_CHECK_SIGNATURE
};
const char *pinpad_check_name(enum pinpad_check c);

/* A row of PINPAD_CLOSE and PINPAD_TOTALS. */
#define PINPAD_TOTAL_ROWS 8
struct pinpad_total {
	char name[24]; /* "Visa" */
	int64_t count;
	int64_t amount; /* minor units */
};

/** Strings are cleaned UTF-8; "" and 0 where the terminal said nothing. */
struct pinpad_result {
	enum pinpad_op op;
	enum pinpad_outcome outcome;
	bool hold;	/* the terminal waits for stored() */
	int64_t amount; /* that was moved: may be another than was asked */
	uint16_t currency;
	char terminal[PINPAD_ID_BYTES]; /* its own id */
	char receipt[PINPAD_RECEIPT_BYTES];
	char trace[PINPAD_RECEIPT_BYTES];
	char auth[16];
	char card[32];	/* "girocard" */
	char last4[5];
	char aid[33];
	char entry[12]; /* "chip", "contactless", "stripe", "manual" */
	enum pinpad_check check;
	char when[20];	/* "2026-11-21 14:05:33", by its clock, as far as known */
	int code;	/* the protocol's own, -1 none */
	char text[128]; /* reason, or what its customer must know */
	/* PINPAD_LAST: what it was (PINPAD_PAY, ...), PINPAD_LAST when there is
	 * none or the terminal does not say */
	enum pinpad_op last_op;
	bool ours; /* and it gave ask.ref back: it is that very payment */
	struct pinpad_total total[PINPAD_TOTAL_ROWS];
	size_t n_total;
};

/* A receipt that the terminal made, rows with \n between. */
#define PINPAD_SLIP_BYTES 4096
enum pinpad_copy { PINPAD_MERCHANT, PINPAD_CUSTOMER, PINPAD_ADMIN };
struct pinpad_slip {
	enum pinpad_copy copy;
	bool signature; /* it has a line for one */
	bool hold;	/* the terminal waits for stored() */
	char text[PINPAD_SLIP_BYTES];
	size_t len;
};

/** pinpad_mask(text, n): every run of 13 to 19 digits (blanks and '-' between
 * them allowed) that passes the Luhn check becomes stars but for its last four
 * digits, in place.  Returns how many runs. */
size_t pinpad_mask(char *text, size_t n);

#endif
