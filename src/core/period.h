/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PERIOD_H
#define CORE_PERIOD_H

#include <stdbool.h>

#include "core/event.h"
#include "core/totals.h"

/**
 * period - a month, a year, or all there ever was: the sums of the days that
 * were closed in it.  A pure function of the lines of those days: the store
 * keeps them, a closing tells them, verify computes them again.
 *
 * A day belongs to the month of its business date, which is the local date
 * when it began and never one before that of the day before it, nor one in a
 * month that is closed: so the days of a month follow each other and are all in
 * its sums, whatever was done to the clock.  A day closed
 * before there were dates belongs to none; to all there ever was it does.
 */
#define PERIOD_DATE_BYTES 11 /* "2026-11-21" */
#define PERIOD_NAME_BYTES 8  /* "2026-11", "2026" */

enum period_kind {
	PERIOD_MONTH,
	PERIOD_YEAR
};

struct period {
	char name[PERIOD_NAME_BYTES]; /* "" all there ever was */
	int64_t first_day, last_day;  /* numbers of their Zs; 0 none yet */
	/* of it sales, gross, returns, return_amount, rounding, first, last,
	 * taxes and tenders; of all there ever was taxes have neither parts nor
	 * a reason why there is none */
	struct totals sum;
};

/* Lists of a closing. */
struct period_rows {
	struct event_tax tax[TOTALS_TAXES];
	struct event_part part[TOTALS_TAXES][TAX_PARTS];
	struct event_day_tender tender[TOTALS_TENDERS];
};

/** period_date(t, tz_min, last, out): business date of a day that began then,
 * none before ${last} ("" none). */
void period_date(struct utc t, int32_t tz_min, const char *last,
	char out[PERIOD_DATE_BYTES]);
/** period_floor(last, month, year, out): the first date that a day can still
 * have: that of the day before, and none in a month or year that is closed;
 * ${month}, ${year} the last of those, "" none. */
void period_floor(const char *last, const char *month, const char *year,
	char out[PERIOD_DATE_BYTES]);
/** period_name(kind, date, out): the one that the date is in; "" when it is no
 * date. */
void period_name(enum period_kind kind, const char *date,
	char out[PERIOD_NAME_BYTES]);
/** period_kind_name(kind): "month", "year", as events have it. */
const char *period_kind_name(enum period_kind kind);
/** period_kind_of(name, ret): of a name of either.  False: it is none. */
bool period_kind_of(const char *name, enum period_kind *ret);

/** period_add(p, d): one more day.  RC_RANGE a sum leaves +-MONEY_MAX, or a
 * name is longer than a row holds; p unchanged then. */
MUST_CHECK enum rc period_add(struct period *p, const struct event_day *d);

/** period_close(p, ever, rows, ret): the event of its end, but number, reason
 * and approver.  Lists are in rows, names in p; both must live as long. */
void period_close(const struct period *p, const struct period *ever,
	struct period_rows *rows, struct event_period *ret);
/** period_agrees(e, p): whether e says what p sums up. */
bool period_agrees(const struct event_period *e, const struct period *p);

/** period_ever_add(ever, d): one more day of all there ever was, as
 * period_add(). */
MUST_CHECK enum rc period_ever_add(
	struct period *ever, const struct event_day *d);
/** period_ever_tell(ever, row, d): the perpetual sums into the event of the
 * day that was added last. */
void period_ever_tell(const struct period *ever,
	struct event_grand_tax row[TOTALS_TAXES], struct event_day *d);
/** period_ever_told(d, ret): those that the event tells.  RC_NOTFOUND it is of
 * before they were told; RC_RANGE a name is longer than a row holds. */
MUST_CHECK enum rc period_ever_told(
	const struct event_day *d, struct period *ret);
/** period_ever_agrees(d, ever): whether the event tells ${ever}, which it is
 * part of, or tells nothing. */
bool period_ever_agrees(const struct event_day *d, const struct period *ever);

#endif
