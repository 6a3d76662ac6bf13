/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_BOOKS_H
#define REGISTER_BOOKS_H

#include "base/err.h"
#include "core/event.h"
#include "core/totals.h"
#include "register/config.h"
#include "register/ledger.h"

/**
 * books - what the lines of a day come to for a bookkeeper: a pure fold, one
 * line behind the other, and the bookings its Z makes of it.  What is booked
 * where is holdfast-ledger(5).
 */
#define BOOKS_MOVED 64

/* Net of lines that are no sales of their tax class: deposits, and departments
 * with an account of their own. */
struct books_moved {
	char code[TAX_CODE_BYTES];
	int64_t rate;
	enum tax_why why;
	const char *account; /* of the configuration */
	char type;
	int64_t net;
};

struct books {
	const struct config *c;
	struct totals sales; /* of the day's sales; nothing else in it */
	int64_t cash;	     /* into the drawer by them, less out of it */
	int64_t moves;	     /* and by what was no sale */
	int64_t found;	     /* too much or missing, by counts */
	bool counted;
	size_t n_change;
	struct {
		char tender[TENDER_NAME_BYTES];
		int64_t change; /* in cash, on what was no cash */
	} change[TOTALS_TENDERS];
	size_t n_moved;
	struct books_moved moved[BOOKS_MOVED];
};

/** books_begin(b, c): a day begins; ${c} is borrowed. */
void books_begin(struct books *b, const struct config *c);

/** books_add(b, e, reterr): one line of the day; what was practiced and what
 * is no money counts nothing.
 * Errors   RC_RANGE a sum leaves its type, or there is no room for more
 *          accounts; RC_INVAL the line is in another currency. */
MUST_CHECK enum rc books_add(
	struct books *b, const struct event *e, struct err *reterr);

/** books_moves(e): whether cash was moved, and nothing was sold. */
bool books_moves(const struct event *e);
/** books_move(b, e, base, date, ret): the booking of cash that was no
 * sale, by books_moves(); its code is ${base} and its sequence. */
void books_move(const struct books *b, const struct event *e,
	const char *base, int32_t date, struct ledger_booking *ret);

/** books_opening(b, z, base, date, ret): what was there before the day of
 * ${z}; false when that is nothing. */
bool books_opening(const struct books *b, const struct event *z,
	const char *base, int32_t date, struct ledger_booking *ret);

/** books_close(b, z, hash, base, date, ret, reterr): the booking of the day,
 * ${z} its EVENT_DAY_CLOSED with the hash of its line.
 * Errors   RC_CORRUPT the Z does not say what its lines come to; RC_RANGE there
 *          is no room for its postings. */
MUST_CHECK enum rc books_close(const struct books *b, const struct event *z,
	const uint8_t hash[HASH_BYTES], const char *base, int32_t date,
	struct ledger_booking *ret, struct err *reterr);

#endif
