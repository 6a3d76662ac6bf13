/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SCREEN_DAY_H
#define SCREEN_SCREEN_DAY_H

#include "core/day.h"
#include "core/period.h"

struct app;

/**
 * screen_day - what a Z would say, of the totals of a moment; sums, checks and
 * keys in screen_day.c, the drawer and the ways to pay in screen_day_tender.c.
 */
struct day {
	struct totals totals;
	struct day_rows rows;
	struct event_day sums; /* of totals */
	struct utc opened;
	char date[PERIOD_DATE_BYTES]; /* of business; "" not known */
	char due[PERIOD_NAME_BYTES];  /* to be closed besides; "" none */
	size_t page; /* of its rows, in a window of so many */
	int work_rows;
	bool more; /* behind that page */
};

/** day_tenders(a, s, row, end): the right half from row to end, at the page of
 * ${s}.  False: there is more behind it. */
bool day_tenders(struct app *a, const struct day *s, int row, int end);

#endif
