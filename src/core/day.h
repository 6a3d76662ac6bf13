/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_DAY_H
#define CORE_DAY_H

#include <stdbool.h>

#include "core/event.h"
#include "core/totals.h"

/**
 * day - the end of a day: the event that holds the sums of all lines since the
 * one before, made of them and compared with them.
 */
struct day_rows {
	struct event_tax tax[TOTALS_TAXES];
	struct event_part part[TOTALS_TAXES][TAX_PARTS];
	struct event_day_tender tender[TOTALS_TENDERS];
	struct event_day_card card[TOTALS_CARDS];
	struct event_day_terminal terminal[TOTALS_TERMINALS];
};

/** day_close(t, rows, ret): the event of a day with these totals, but opened,
 * reason and approver, which are left empty.  Its lists are in rows, its names
 * in t; both must live as long. */
void day_close(
	const struct totals *t, struct day_rows *rows, struct event_day *ret);

/** day_agrees(d, t): whether d says what t sums up; how it was opened and who
 * approved it is not compared, nor the last line, behind which others may stand
 * that count nothing. */
bool day_agrees(const struct event_day *d, const struct totals *t);

/** day_totals(d, ret): the totals of a closed day, with its own number as
 * closings and grand as it was then.  RC_RANGE more rows than totals hold, or a
 * name longer than they hold. */
MUST_CHECK enum rc day_totals(const struct event_day *d, struct totals *ret);

#endif
