/* SPDX-License-Identifier: Apache-2.0 */
#include "register/closing.h"

#include <stdlib.h>
#include <string.h>

#include "base/poison.h"

/* --- one Z ---------------------------------------------------------------- */

static bool
is_day(const struct event *e, int64_t number)
{
	return e->type == EVENT_DAY_CLOSED && e->data.day.number == number;
}

static enum rc
no_such_day(const struct totals *t, struct err *reterr)
{
	return err_set(reterr, RC_NOTFOUND, 0, "closing",
		"there is no such Z: %lld day%s closed", (long long)t->closings,
		t->closings == 1 ? " is" : "s are");
}

/* Each Z says where its own lines begin, so that one is found behind the
 * other. */
static enum rc
walk_back(struct shop *s, uint64_t from, int64_t number,
	const struct event **ret, struct err *reterr)
{
	const struct event *e = NULL;

	for (uint64_t seq = from; seq > 0; seq--) {
		enum rc rc = shop_event(s, seq, NULL, &e, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (e->type != EVENT_DAY_CLOSED) {
			continue;
		}
		if (e->data.day.number <= number) {
			*ret = e;
			return RC_OK;
		}
		if (e->data.day.first > 0 &&
			(uint64_t)e->data.day.first < seq) {
			seq = (uint64_t)e->data.day.first;
		}
	}
	return RC_NOTFOUND;
}

static uint64_t
before_day(struct shop *s, const struct totals *t)
{
	return t->first > 0 ? t->first - 1 : shop_head(s);
}

enum rc
closing_day(struct shop *s, const struct totals *t, int64_t number,
	const struct event **ret, struct err *reterr)
{
	const struct event *e = NULL;
	uint64_t seq = 0;
	int64_t copies;
	enum rc rc;

	number = number == 0 ? t->closings : number;
	if (number < 1 || number > t->closings) {
		return no_such_day(t, reterr);
	}
	if (s->store != NULL &&
		store_day(s->store, number, &seq, &copies, NULL) == RC_OK &&
		seq > 0 && shop_event(s, seq, NULL, &e, NULL) == RC_OK &&
		is_day(e, number)) {
		*ret = e;
		return RC_OK;
	}
	rc = walk_back(s, before_day(s, t), number, &e, reterr);
	if (rc == RC_NOTFOUND || (rc == RC_OK && !is_day(e, number))) {
		return no_such_day(t, reterr);
	}
	*ret = e;
	return rc;
}

/* --- all there ever was --------------------------------------------------- */

/* The days are added up from the first on, and found from the last on. */
static enum rc
add_days(struct shop *s, const struct totals *t, struct period *ret,
	struct err *reterr)
{
	size_t n = (size_t)t->closings;
	uint64_t *seq = calloc(n > 0 ? n : 1, sizeof(*seq));
	uint64_t from = before_day(s, t);
	const struct event *e = NULL;
	enum rc rc = RC_OK;

	if (seq == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "closing",
			"no memory to add up the days: close programs");
	}
	for (size_t i = n; rc == RC_OK && i > 0; i--) {
		rc = walk_back(s, from, (int64_t)i, &e, reterr);
		if (rc == RC_OK) {
			seq[i - 1] = e->sequence;
			from = e->data.day.first > 0 &&
					       (uint64_t)e->data.day.first <
						       e->sequence
				       ? (uint64_t)e->data.day.first - 1
				       : e->sequence - 1;
		}
	}
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = shop_event(s, seq[i], NULL, &e, reterr);
		if (rc == RC_OK) {
			rc = period_ever_add(ret, &e->data.day);
		}
	}
	free(seq);
	if (rc == RC_NOTFOUND || rc == RC_RANGE) {
		rc = err_set(reterr, RC_CORRUPT, 0, "closing",
			"the days before cannot be added up; run 'holdfast "
			"verify'");
	}
	return rc;
}

/* --- the open day --------------------------------------------------------- */

/* What makes a day one: goods or cash moved, or somebody opened it.  What the
 * register does by itself behind a Z belongs to the next day's lines, and makes
 * no date. */
static bool
begins(const struct event *e)
{
	return !e->training && (e->type == EVENT_SALE_COMPLETED ||
				       e->type == EVENT_CASH_MOVED ||
				       e->type == EVENT_SHIFT_OPENED ||
				       e->type == EVENT_DAY_OPENED);
}

static enum rc
find_begin(struct shop *s, const struct totals *t, const char *floor,
	struct closing_now *ret, struct err *reterr)
{
	uint64_t head = shop_head(s);
	enum rc rc = RC_OK;

	for (uint64_t seq = t->first; seq > 0 && seq <= head; seq++) {
		const struct event *e = NULL;

		rc = shop_event(s, seq, NULL, &e, reterr);
		if (rc != RC_OK || begins(e)) {
			ret->begun = rc == RC_OK;
			if (rc == RC_OK && e->type == EVENT_DAY_OPENED) {
				period_date(e->time, e->tz_min,
					e->data.day_opened.date, ret->date);
			} else if (rc == RC_OK) {
				period_date(
					e->time, e->tz_min, floor, ret->date);
			}
			break;
		}
	}
	return rc;
}

enum rc
closing_now(struct shop *s, const struct totals *t,
	const struct clock_reading *now, struct closing_now *ret,
	struct err *reterr)
{
	char floor[PERIOD_DATE_BYTES];
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (s->store == NULL) {
		return err_set(
			reterr, RC_AGAIN, 0, "closing", "%s", s->trouble);
	}
	rc = store_ever(s->store, &ret->had, reterr);
	if (rc == RC_OK &&
		(!ret->had.told || ret->had.ever.last_day != t->closings)) {
		rc = add_days(s, t, &ret->had.ever, reterr);
	}
	if (rc == RC_OK) {
		period_floor(ret->had.date, ret->had.last[PERIOD_MONTH],
			ret->had.last[PERIOD_YEAR], floor);
		period_date(now->utc, now->tz_min, floor, ret->date);
		rc = find_begin(s, t, floor, ret, reterr);
	}
	return rc;
}

/* --- months and years ----------------------------------------------------- */

enum rc
closing_next(struct shop *s, enum period_kind kind,
	const struct store_ever *had, struct store_period *ret,
	struct err *reterr)
{
	if (s->store == NULL) {
		return err_set(
			reterr, RC_AGAIN, 0, "closing", "%s", s->trouble);
	}
	return store_period_next(s->store, kind, had->last[kind], ret, reterr);
}
