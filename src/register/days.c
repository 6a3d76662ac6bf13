/* SPDX-License-Identifier: Apache-2.0 */
#include "register/days.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "register/closing.h"

#include "base/poison.h"

static int32_t
date_of(struct utc t, int32_t tz_min)
{
	struct civil c = utc_civil(t, tz_min);

	return c.year * 10000 + c.month * 100 + c.day;
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

enum rc
days_date(const char *text, int32_t *ret)
{
	int64_t year = 0, month = 0, day = 0;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
		parse_i64(text, 4, 1970, 9999, &year) != RC_OK ||
		parse_i64(text + 5, 2, 1, 12, &month) != RC_OK ||
		parse_i64(text + 8, 2, 1, days_in((int)year, (int)month),
			&day) != RC_OK) {
		return RC_PROTO;
	}
	*ret = (int32_t)(year * 10000 + month * 100 + day);
	return RC_OK;
}

int32_t
days_next(int32_t date)
{
	int year = date / 10000, month = date / 100 % 100, day = date % 100;

	if (day < days_in(year, month)) {
		return date + 1;
	}
	return month < 12 ? year * 10000 + (month + 1) * 100 + 1
			  : (year + 1) * 10000 + 101;
}

static enum rc
put(struct days *d, const struct day *day, struct err *reterr)
{
	if ((d->n & (d->n + 1)) == 0) {
		struct day *more =
			realloc(d->day, (2 * d->n + 2) * sizeof(*d->day));

		if (more == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "days",
				"no memory for the days of the journal");
		}
		d->day = more;
	}
	d->day[d->n++] = *day;
	return RC_OK;
}

/* From the last Z to the first one; one whose line is gone ends it. */
static enum rc
read_back(struct shop *s, uint64_t seq, int64_t number, struct days *d,
	struct err *reterr)
{
	const struct event *e = NULL;
	enum rc rc = RC_OK;

	while (seq > 0 && number > 0) {
		rc = shop_event(s, seq, NULL, &e, reterr);
		if (rc == RC_NOTFOUND) {
			return RC_OK; /* purged: the Z says its own first */
		}
		if (rc != RC_OK) {
			return rc;
		}
		if (e->type == EVENT_DAY_CLOSED &&
			e->data.day.number == number) {
			struct day day = {.number = number, .last = seq};

			if (e->data.day.date == NULL ||
				days_date(e->data.day.date, &day.date) !=
					RC_OK) {
				day.date = date_of(e->time, e->tz_min);
			}

			if (d->n > 0) {
				d->day[d->n - 1].first = seq + 1;
			}
			day.first = (uint64_t)e->data.day.first;
			rc = put(d, &day, reterr);
			if (rc != RC_OK) {
				return rc;
			}
			number--;
			if (day.first > 0 && day.first < seq) {
				seq = day.first;
			}
		}
		seq--;
	}
	if (d->n > 0 && number == 0) {
		d->day[d->n - 1].first = 1;
	}
	return RC_OK;
}

static void
turn(struct days *d)
{
	for (size_t i = 0; i < d->n / 2; i++) {
		struct day swap = d->day[i];

		d->day[i] = d->day[d->n - 1 - i];
		d->day[d->n - 1 - i] = swap;
	}
	for (size_t i = 1; i < d->n; i++) {
		if (d->day[i].date < d->day[i - 1].date) {
			d->day[i].date = d->day[i - 1].date;
		}
	}
}

/* The date its Z would say; of a day in which nothing was done yet, that of its
 * last line. */
static enum rc
open_date(struct shop *s, const struct totals *t, const struct event *last,
	int32_t *ret, struct err *reterr)
{
	struct clock_reading then = {.utc = last->time, .tz_min = last->tz_min};
	struct closing_now *now = malloc(sizeof(*now));
	enum rc rc;

	*ret = date_of(last->time, last->tz_min);
	if (now == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "days", "no memory");
	}
	rc = closing_now(s, t, &then, now, reterr);
	if (rc == RC_OK && days_date(now->date, ret) != RC_OK) {
		rc = err_set(reterr, RC_CORRUPT, 0, "days",
			"the open day has no date: '%s'", now->date);
	}
	free(now);
	return rc;
}

/* What came behind the last Z. */
static enum rc
open_day(struct shop *s, const struct totals *t, struct days *d,
	struct err *reterr)
{
	struct day day = {.number = t->closings + 1,
		.first = d->n > 0 ? d->day[0].last + 1 : 1,
		.last = shop_head(s),
		.open = true};
	const struct event *e = NULL;
	enum rc rc;

	if (day.last < day.first) {
		return RC_OK;
	}
	rc = shop_event(s, day.last, NULL, &e, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = open_date(s, t, e, &day.date, reterr);
	if (rc == RC_OK) {
		rc = put(d, &day, reterr);
	}
	if (rc == RC_OK) {
		memmove(d->day + 1, d->day, (d->n - 1) * sizeof(*d->day));
		d->day[0] = day;
	}
	return rc;
}

enum rc
days_read(struct shop *s, struct days *ret, struct err *reterr)
{
	struct totals *t = calloc(1, sizeof(*t));
	enum rc rc = RC_OK;

	*ret = (struct days){0};
	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "days", "no memory");
	}
	if (s->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "days", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = store_totals(s->store, t, reterr);
	}
	if (rc == RC_OK) {
		rc = read_back(s, t->first > 0 ? t->first - 1 : shop_head(s),
			t->closings, ret, reterr);
	}
	if (rc == RC_OK) {
		rc = open_day(s, t, ret, reterr);
	}
	if (rc == RC_OK) {
		turn(ret);
	} else {
		days_free(ret);
	}
	free(t);
	return rc;
}

void
days_free(struct days *d)
{
	free(d->day);
	*d = (struct days){0};
}

static bool
fits(const struct day *d, const struct days_pick *p)
{
	return (p->since == 0 || d->date >= p->since) &&
	       (p->until == 0 || d->date <= p->until) &&
	       (p->from_z == 0 || d->number >= p->from_z) &&
	       (p->to_z == 0 || d->number <= p->to_z) &&
	       !(p->closed && d->open);
}

void
days_range(const struct days *d, const struct days_pick *p, uint64_t *ret_from,
	uint64_t *ret_to)
{
	uint64_t from = 1, to = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (!fits(&d->day[i], p)) {
			continue;
		}
		if (to == 0) {
			from = d->day[i].first;
		}
		to = d->day[i].last;
	}
	if (p->from > from) {
		from = p->from;
	}
	if (p->to > 0 && p->to < to) {
		to = p->to;
	}
	*ret_from = from;
	*ret_to = to;
}
