/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_ZVT_BOOK_H
#define SIM_ZVT_BOOK_H

#include "base/sbuf.h"
#include "device/pinpad.h"

/**
 * zvt_book - what a simulated terminal's bank has: every movement of money,
 * and what became of it.  A test counts here whether anything was charged
 * twice.
 */
#define BOOK_ROWS 512

enum book_state {
	BOOK_PENDING,  /* authorized; the register has not answered */
	BOOK_CHARGED,  /* final */
	BOOK_REVERSED, /* taken back, by the register or by itself */
	BOOK_CLOSED    /* a reservation that was used or released */
};

struct book_row {
	unsigned receipt, trace;
	enum pinpad_op op;
	int64_t amount;
	char last4[5];
	enum book_state state;
	bool settled; /* the terminal's day was ended behind it */
};

struct book {
	struct book_row row[BOOK_ROWS];
	size_t n;
	unsigned receipt; /* the last one */
};

/** book_add(b, op, amount, last4): pending, with the next receipt number;
 * NULL full. */
struct book_row *book_add(struct book *b, enum pinpad_op op, int64_t amount,
	const char *last4);
/** book_find(b, receipt): the last one of that number; NULL none. */
struct book_row *book_find(struct book *b, unsigned receipt);
/** book_total(b, ret_count): of what was not settled, what came in less what
 * went out. */
int64_t book_total(const struct book *b, unsigned *ret_count);
void book_settle(struct book *b);
/** book_show(b, out): a line each: "receipt=22 op=pay amount=1234 card=4771
 * state=charged". */
void book_show(const struct book *b, struct sbuf *out);

#endif
