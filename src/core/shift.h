/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SHIFT_H
#define CORE_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/totals.h"

/**
 * shift - who answers for which cash drawer, and what is in it: a pure function
 * of the events, beside struct totals.  A shift is one person's responsibility
 * for one drawer, from a counted opening to a blind count.
 *
 * Drawers are numbered from 1.  What has no shift moves the cash of drawer 1.
 * Nothing is kept before the first shift was ever opened: then drawer 1 has what
 * totals say is in the drawer, and from there on the sum of all drawers is
 * totals.drawer, and that of their differences totals.difference
 * (shifts_agree()).
 */
#define SHIFT_DRAWERS 9
#define SHIFT_CLOSED 32 /* of a day that are listed; the latest of more */
#define SHIFT_OPERATOR_BYTES 16
#define SHIFT_DATE_BYTES 11 /* "2026-11-22" */

struct shift_drawer {
	int64_t cash;	    /* by the books, as totals.drawer */
	int64_t difference; /* found over or short since the day began */
};

/* One that is open. */
struct shift {
	int64_t number; /* from 1, of this register, never again */
	int64_t drawer;
	char operator_no[SHIFT_OPERATOR_BYTES];
	struct utc opened;
	uint64_t first; /* sequence of its shift.opened */
	int64_t sales, gross, returns, return_amount;
	size_t n_tender;
	struct totals_tender tender[TOTALS_TENDERS];
	int64_t opening; /* counted then, what came from the safe with it */
	int64_t floats, paid_in, paid_out;
	int64_t pickups; /* drops too */
	int64_t cash;	 /* of sales: taken less paid out */
	int64_t no_sales;
	bool counted; /* and nothing went in or out since */
};

/* One that was closed in this day. */
struct shift_closed {
	int64_t number, drawer;
	char operator_no[SHIFT_OPERATOR_BYTES];
	int64_t opening, expected, counted, difference, carried;
};

struct shifts {
	bool used;    /* a shift was opened, ever */
	int64_t last; /* number of the latest */
	struct shift_drawer drawer[SHIFT_DRAWERS];
	size_t n_open;
	struct shift open[SHIFT_DRAWERS]; /* by when they were opened */
	size_t n_closed;
	struct shift_closed closed[SHIFT_CLOSED];
	/* the day of business: "" nobody opened one, or it is over */
	char date[SHIFT_DATE_BYTES];
	char last_date[SHIFT_DATE_BYTES]; /* of the one closed last */
};

/** shift_find(s, number), shift_of_drawer(s, drawer), shift_of(s, operator_no):
 * an open one, of ${s}; NULL there is none. */
const struct shift *shift_find(const struct shifts *s, int64_t number);
const struct shift *shift_of_drawer(const struct shifts *s, int64_t drawer);
const struct shift *shift_of(const struct shifts *s, const char *operator_no);

/** shift_expected(x): what there should be in its drawer, by its own sums. */
int64_t shift_expected(const struct shift *x);

/** shifts_holds(s, t, drawer): what is in a drawer as far as anybody knows: by
 * the books, and what was found over or short. */
int64_t shifts_holds(
	const struct shifts *s, const struct totals *t, int64_t drawer);

/** shift_sums(x, row, ret): shift.closed as far as the shift's sums say it; its
 * texts are in ${x}, its tenders in ${row}, which must live as long. */
void shift_sums(const struct shift *x, struct event_day_tender row[],
	struct event_shift_closed *ret);

/** shifts_day(s, row, ret): the shifts that day.closed lists, into ${row}, of
 * SHIFT_CLOSED; fills ret->shift and ret->n_shift. */
void shifts_day(const struct shifts *s, struct event_day_shift row[],
	struct event_day *ret);

/** shifts_agree(s, t): the drawers' sums are those of the totals. */
bool shifts_agree(const struct shifts *s, const struct totals *t);

/** shifts_say(s, e): whether a shift.closed or day.closed says of shifts what
 * they sum up to before it; true of any other event. */
bool shifts_say(const struct shifts *s, const struct event *e);

/** shifts_equal(a, b): every sum and text. */
bool shifts_equal(const struct shifts *a, const struct shifts *b);

/** shifts_is_empty(s): as before the first event. */
bool shifts_is_empty(const struct shifts *s);

/** shifts_add(s, before, e): take in one event; ${before}: the totals without
 * it.  RC_RANGE a sum leaves +-MONEY_MAX, a shift is not open or a second one of
 * its drawer or person, or its number is not the next; s unchanged then. */
MUST_CHECK enum rc shifts_add(struct shifts *s, const struct totals *before,
	const struct event *e);

#endif
