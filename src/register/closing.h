/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CLOSING_H
#define REGISTER_CLOSING_H

#include "base/err.h"
#include "core/period.h"
#include "register/shop.h"

/**
 * closing - what the end of a day, a month or a year is made of, read from a
 * shop's lines: what was before, and the business date.
 */
struct closing_now {
	struct store_ever had;	      /* .ever: as of the last Z, always */
	char date[PERIOD_DATE_BYTES]; /* of the open day; today's while nothing
				       * was sold or moved in it */
	bool begun;		      /* something was */
};

/** closing_now(s, t, now, ret, reterr): ${t} the totals of the open day.
 * Reads the lines before its first sale; once, behind days of before there were
 * perpetual sums, all Zs.
 * Errors   as shop_event(), store_totals(). */
MUST_CHECK enum rc closing_now(struct shop *s, const struct totals *t,
	const struct clock_reading *now, struct closing_now *ret,
	struct err *reterr);

/** closing_day(s, t, number, ret, reterr): the Z of this number, 0 the last;
 * valid until the next shop_event().  RC_NOTFOUND there is no such Z. */
MUST_CHECK enum rc closing_day(struct shop *s, const struct totals *t,
	int64_t number, const struct event **ret, struct err *reterr);

/** closing_next(s, kind, had, ret, reterr): the month or year that is closed
 * next, with the sums of its days so far.  RC_NOTFOUND no day is left. */
MUST_CHECK enum rc closing_next(struct shop *s, enum period_kind kind,
	const struct store_ever *had, struct store_period *ret,
	struct err *reterr);

#endif
