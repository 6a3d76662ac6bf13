/* SPDX-License-Identifier: Apache-2.0 */
/* One event taken in: what it moved, and whose drawer it moved it in. */
#include <string.h>

#include "core/shift.h"
#include "core/totals_internal.h"

#include "base/poison.h"

/* The open shift of that number in *ret; NULL: nobody's, or none is kept.
 * RC_RANGE there is no such shift. */
static enum rc
find(struct shifts *s, int64_t number, struct shift **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < s->n_open; i++) {
		if (s->open[i].number == number) {
			*ret = &s->open[i];
		}
	}
	return *ret != NULL || number == 0 ? RC_OK : RC_RANGE;
}

/* Into its drawer, or out of it. */
static enum rc
move(struct shifts *s, const struct shift *x, int64_t amount)
{
	size_t i = x == NULL ? 0 : (size_t)x->drawer - 1;

	if (!s->used) {
		return RC_OK;
	}
	return totals_sum(&s->drawer[i].cash, amount);
}

static enum rc
add_tender(struct shift *x, const struct event_tender *d)
{
	struct totals_tender fresh = {0};
	size_t i = 0;

	if (!totals_name(fresh.name, sizeof(fresh.name), d->tender)) {
		return RC_RANGE;
	}
	while (i < x->n_tender && strcmp(x->tender[i].name, fresh.name) != 0) {
		i++;
	}
	if (i >= TOTALS_TENDERS - 1) {
		fresh = (struct totals_tender){.name = TOTALS_OTHER};
		i = TOTALS_TENDERS - 1;
	}
	if (i == x->n_tender) {
		x->tender[i] = fresh;
		x->n_tender++;
	}
	x->tender[i].count++;
	return totals_sum(&x->tender[i].amount, d->amount);
}

/* What a sale leaves in the drawer: change is cash, whatever it was given
 * on. */
static enum rc
cash_of(const struct event_sale *d, int64_t *ret)
{
	int64_t sum = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < d->n_tender && rc == RC_OK; i++) {
		const struct event_tender *x = &d->tender[i];
		bool cash = x->tender != NULL && strcmp(x->tender, "cash") == 0;

		if (x->change > MONEY_MAX || x->change < -MONEY_MAX) {
			return RC_RANGE;
		}
		rc = totals_sum(&sum, cash ? x->amount : -x->change);
	}
	*ret = sum;
	return rc;
}

static enum rc
add_lines(struct shift *x, const struct event_sale *d)
{
	for (size_t i = 0; i < d->n_line; i++) {
		int64_t amount = d->line[i].amount;

		if (d->line[i].qty >= 0) {
			continue;
		}
		x->returns++;
		if (amount > MONEY_MAX || amount < -MONEY_MAX ||
			totals_sum(&x->return_amount, -amount) != RC_OK) {
			return RC_RANGE;
		}
	}
	return RC_OK;
}

static enum rc
add_sale(struct shifts *s, const struct event_sale *d)
{
	struct shift *x = NULL;
	int64_t cash = 0;
	enum rc rc = find(s, d->shift, &x);

	if (rc == RC_OK) {
		rc = cash_of(d, &cash);
	}
	if (rc == RC_OK) {
		rc = move(s, x, cash);
	}
	if (rc != RC_OK || x == NULL) {
		return rc;
	}
	x->sales++;
	x->counted = x->counted && cash == 0;
	rc = totals_sum(&x->gross, d->total);
	if (rc == RC_OK) {
		rc = totals_sum(&x->cash, cash);
	}
	if (rc == RC_OK) {
		rc = add_lines(x, d);
	}
	for (size_t i = 0; i < d->n_tender && rc == RC_OK; i++) {
		rc = add_tender(x, &d->tender[i]);
	}
	return rc;
}

static enum rc
add_cash(struct shifts *s, const struct event_cash *d)
{
	const char *kind = d->kind == NULL ? "" : d->kind;
	bool in = strcmp(kind, "paid-in") == 0 || strcmp(kind, "float") == 0;
	struct shift *x = NULL;
	int64_t *sum;
	enum rc rc = find(s, d->shift, &x);

	if (d->amount > MONEY_MAX || d->amount < -MONEY_MAX) {
		return RC_RANGE;
	}
	if (rc == RC_OK) {
		rc = move(s, x, in ? d->amount : -d->amount);
	}
	if (rc != RC_OK || x == NULL) {
		return rc;
	}
	sum = strcmp(kind, "paid-in") == 0    ? &x->paid_in
	      : strcmp(kind, "float") == 0    ? &x->floats
	      : strcmp(kind, "paid-out") == 0 ? &x->paid_out
					      : &x->pickups;
	x->counted = false;
	return totals_sum(sum, d->amount);
}

/* Of nobody's shift it is one of all there is, and what no other drawer lacks
 * the first one does. */
static enum rc
add_count(struct shifts *s, const struct event_count *d)
{
	struct shift *x = NULL;
	int64_t others = 0;
	enum rc rc = find(s, d->shift, &x);

	if (rc != RC_OK || !s->used) {
		return rc;
	}
	if (x != NULL) {
		x->counted = true;
		return RC_OK;
	}
	for (size_t i = 1; i < SHIFT_DRAWERS; i++) {
		others += s->drawer[i].difference;
	}
	s->drawer[0].difference = -others;
	return totals_sum(&s->drawer[0].difference, d->difference);
}

static enum rc
add_opened(struct shifts *s, const struct totals *before, const struct event *e)
{
	const struct event_shift *d = &e->data.shift;
	struct shift x = {.number = d->shift,
		.drawer = d->drawer,
		.opened = e->time,
		.first = e->sequence};
	struct shift_drawer *to;

	if (d->drawer < 1 || d->drawer > SHIFT_DRAWERS ||
		d->shift != s->last + 1 ||
		!totals_name(x.operator_no, sizeof(x.operator_no), e->actor) ||
		shift_of_drawer(s, d->drawer) != NULL ||
		shift_of(s, x.operator_no) != NULL ||
		totals_sum(&x.opening, d->counted) != RC_OK) {
		return RC_RANGE;
	}
	if (!s->used) {
		s->used = true;
		s->drawer[0] = (struct shift_drawer){
			before->drawer, before->difference};
	}
	to = &s->drawer[d->drawer - 1];
	if (totals_sum(&to->cash, d->floats) != RC_OK ||
		totals_sum(&to->difference, d->difference) != RC_OK) {
		return RC_RANGE;
	}
	s->last = d->shift;
	s->open[s->n_open++] = x;
	return RC_OK;
}

/* The day has room for so many; the first of them goes then. */
static void
put_closed(struct shifts *s, const struct event_shift_closed *d,
	const struct shift *x)
{
	struct shift_closed *to;

	if (s->n_closed == SHIFT_CLOSED) {
		memmove(s->closed, s->closed + 1,
			(SHIFT_CLOSED - 1) * sizeof(s->closed[0]));
		s->n_closed--;
	}
	to = &s->closed[s->n_closed++];
	*to = (struct shift_closed){.number = d->shift,
		.drawer = x->drawer,
		.opening = d->opening,
		.expected = d->expected,
		.counted = d->counted,
		.difference = d->difference,
		.carried = d->carried};
	memcpy(to->operator_no, x->operator_no, sizeof(to->operator_no));
}

static enum rc
add_closed(struct shifts *s, const struct event_shift_closed *d)
{
	struct shift *x = NULL;
	size_t i;
	enum rc rc = find(s, d->shift, &x);

	if (rc != RC_OK || x == NULL) {
		return RC_RANGE;
	}
	i = (size_t)(x - s->open);
	rc = totals_sum(&s->drawer[x->drawer - 1].difference, d->difference);
	if (rc != RC_OK) {
		return rc;
	}
	put_closed(s, d, x);
	s->n_open--;
	memmove(x, x + 1, (s->n_open - i) * sizeof(*x));
	memset(&s->open[s->n_open], 0, sizeof(*x));
	return RC_OK;
}

static void
put_date(char out[SHIFT_DATE_BYTES], const char *date)
{
	size_t n = date == NULL ? 0 : strlen(date);

	if (n == SHIFT_DATE_BYTES - 1) {
		memcpy(out, date, n + 1);
	}
}

/* What there is in the drawers is what is known from here on. */
static enum rc
close_day(struct shifts *s, const struct event_day *d)
{
	for (size_t i = 0; i < SHIFT_DRAWERS; i++) {
		struct shift_drawer *x = &s->drawer[i];

		if (totals_sum(&x->cash, x->difference) != RC_OK) {
			return RC_RANGE;
		}
		x->difference = 0;
	}
	memset(s->closed, 0, sizeof(s->closed));
	s->n_closed = 0;
	put_date(s->last_date, d->date);
	memset(s->date, 0, sizeof(s->date));
	return RC_OK;
}

static enum rc
add_event(struct shifts *s, const struct totals *before, const struct event *e)
{
	struct shift *x = NULL;
	enum rc rc;

	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		return add_sale(s, &e->data.sale);
	case EVENT_CASH_MOVED:
		return add_cash(s, &e->data.cash);
	case EVENT_CASH_COUNTED:
		return add_count(s, &e->data.count);
	case EVENT_DRAWER_OPENED:
		rc = find(s, e->data.drawer.shift, &x);
		if (rc == RC_OK && x != NULL && e->data.drawer.reason != NULL &&
			strcmp(e->data.drawer.reason, "no-sale") == 0) {
			x->no_sales++;
		}
		return rc;
	case EVENT_SHIFT_OPENED:
		return add_opened(s, before, e);
	case EVENT_SHIFT_CLOSED:
		return add_closed(s, &e->data.shift_closed);
	case EVENT_DAY_OPENED:
		put_date(s->date, e->data.day_opened.date);
		return RC_OK;
	case EVENT_DAY_CLOSED:
		return close_day(s, &e->data.day);
	default:
		return RC_OK;
	}
}

static bool
concerns(const struct event *e)
{
	return e->type == EVENT_SALE_COMPLETED || e->type == EVENT_CASH_MOVED ||
	       e->type == EVENT_CASH_COUNTED ||
	       e->type == EVENT_DRAWER_OPENED ||
	       e->type == EVENT_SHIFT_OPENED || e->type == EVENT_SHIFT_CLOSED ||
	       e->type == EVENT_DAY_OPENED || e->type == EVENT_DAY_CLOSED;
}

enum rc
shifts_add(struct shifts *s, const struct totals *before, const struct event *e)
{
	struct shifts next;
	enum rc rc;

	if (e->training || !concerns(e)) {
		return RC_OK;
	}
	if (!s->used && e->type != EVENT_SHIFT_OPENED) {
		return add_event(s, before, e); /* nothing it could undo */
	}
	next = *s;
	rc = add_event(&next, before, e);
	if (rc == RC_OK) {
		*s = next;
	}
	return rc;
}
