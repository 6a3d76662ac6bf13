/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_USES_H
#define REGISTER_USES_H

#include "register/people.h"

/**
 * uses - how much of what a role may do a day somebody has done since the last
 * Z: a fold over the day's lines, so that it is the same after kill -9 and for
 * who reads the journal.  What somebody approved is theirs, and not of the one
 * who asked.
 *
 * Money that was taken off by hand, voided, given back (with receipt or
 * without: one sum), paid for empties, and cash moved by each kind.  What comes
 * back counts when the sale is completed or parked; a parked one that is
 * recalled is open again and counts no more.
 */
enum use {
	USE_DISCOUNT,
	USE_LINE_VOID,
	USE_SALE_VOID, /* open or parked */
	USE_RETURN,
	USE_EMPTIES,
	USE_PAID_IN,
	USE_PAID_OUT,
	USE_PICKUP,
	USE_FLOAT,
	USE_DROP,
	USE_COUNT
};

/** use_of(permit): USE_COUNT: no sum a day is kept for it. */
enum use use_of(enum permit permit);

#define USES_PEOPLE (PEOPLE_MAX + 1)
#define USES_PARKED 256

struct uses {
	bool known;
	int64_t closings; /* days closed before the one it is about */
	uint64_t upto;	  /* the last line that was looked at */
	size_t n;
	struct uses_row {
		char no[16];
		int64_t sum[USE_COUNT];
	} row[USES_PEOPLE]; /* the last one is of all who have no other */
	size_t n_parked;
	struct {
		char number[16];
		uint64_t sequence;
	} parked[USES_PARKED];
};

/** uses_add(u, e, parked): one line more, in order; ${parked}: of a
 * sale.recalled the line that parked it, NULL when it is of another day. */
void uses_add(
	struct uses *u, const struct event *e, const struct event *parked);

/** uses_of(u, no, use): minor units, never below zero. */
int64_t uses_of(const struct uses *u, const char *no, enum use use);

/** uses_update(s, u, reterr): up to the journal's head; zeroed it begins with
 * the day.  Reads the lines that came since, as shop_event().  RC_AGAIN the
 * store cannot say; ${u} is as far as it got. */
MUST_CHECK enum rc uses_update(
	struct shop *s, struct uses *u, struct err *reterr);

#endif
