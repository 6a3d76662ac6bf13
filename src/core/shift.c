/* SPDX-License-Identifier: Apache-2.0 */
#include "core/shift.h"

#include <string.h>

#include "core/totals_internal.h"

#include "base/poison.h"

/* --- looking -------------------------------------------------------------- */

const struct shift *
shift_find(const struct shifts *s, int64_t number)
{
	for (size_t i = 0; i < s->n_open; i++) {
		if (s->open[i].number == number) {
			return &s->open[i];
		}
	}
	return NULL;
}

const struct shift *
shift_of_drawer(const struct shifts *s, int64_t drawer)
{
	for (size_t i = 0; i < s->n_open; i++) {
		if (s->open[i].drawer == drawer) {
			return &s->open[i];
		}
	}
	return NULL;
}

const struct shift *
shift_of(const struct shifts *s, const char *operator_no)
{
	for (size_t i = 0; i < s->n_open; i++) {
		if (strcmp(s->open[i].operator_no, operator_no) == 0) {
			return &s->open[i];
		}
	}
	return NULL;
}

int64_t
shift_expected(const struct shift *x)
{
	return x->opening + x->floats + x->paid_in - x->paid_out - x->pickups +
	       x->cash;
}

int64_t
shifts_holds(const struct shifts *s, const struct totals *t, int64_t drawer)
{
	if (drawer < 1 || drawer > SHIFT_DRAWERS) {
		return 0;
	}
	if (!s->used) {
		return drawer == 1 && t != NULL ? totals_carried(t) : 0;
	}
	return s->drawer[drawer - 1].cash + s->drawer[drawer - 1].difference;
}

bool
shifts_agree(const struct shifts *s, const struct totals *t)
{
	int64_t cash = 0, difference = 0;

	if (!s->used) {
		return true;
	}
	for (size_t i = 0; i < SHIFT_DRAWERS; i++) {
		cash += s->drawer[i].cash;
		difference += s->drawer[i].difference;
	}
	return cash == t->drawer && difference == t->difference;
}

static bool
same_tenders(const struct shift *x, const struct shift *y)
{
	for (size_t i = 0; i < x->n_tender; i++) {
		const struct totals_tender *a = &x->tender[i];
		const struct totals_tender *b = &y->tender[i];

		if (strcmp(a->name, b->name) != 0 || a->amount != b->amount ||
			a->count != b->count) {
			return false;
		}
	}
	return true;
}

static bool
same_open(const struct shift *x, const struct shift *y)
{
	const int64_t a[] = {x->number, x->drawer, x->opened.us,
		(int64_t)x->first, x->sales, x->gross, x->returns,
		x->return_amount, x->opening, x->floats, x->paid_in,
		x->paid_out, x->pickups, x->cash, x->no_sales, x->counted,
		(int64_t)x->n_tender};
	const int64_t b[] = {y->number, y->drawer, y->opened.us,
		(int64_t)y->first, y->sales, y->gross, y->returns,
		y->return_amount, y->opening, y->floats, y->paid_in,
		y->paid_out, y->pickups, y->cash, y->no_sales, y->counted,
		(int64_t)y->n_tender};

	return memcmp(a, b, sizeof(a)) == 0 &&
	       strcmp(x->operator_no, y->operator_no) == 0 &&
	       same_tenders(x, y);
}

static bool
same_closed(const struct shift_closed *x, const struct shift_closed *y)
{
	return x->number == y->number && x->drawer == y->drawer &&
	       x->opening == y->opening && x->expected == y->expected &&
	       x->counted == y->counted && x->difference == y->difference &&
	       x->carried == y->carried &&
	       strcmp(x->operator_no, y->operator_no) == 0;
}

bool
shifts_equal(const struct shifts *a, const struct shifts *b)
{
	if (a->used != b->used || a->last != b->last ||
		a->n_open != b->n_open || a->n_closed != b->n_closed ||
		strcmp(a->date, b->date) != 0 ||
		strcmp(a->last_date, b->last_date) != 0) {
		return false;
	}
	for (size_t i = 0; i < SHIFT_DRAWERS; i++) {
		if (a->drawer[i].cash != b->drawer[i].cash ||
			a->drawer[i].difference != b->drawer[i].difference) {
			return false;
		}
	}
	for (size_t i = 0; i < a->n_open; i++) {
		if (!same_open(&a->open[i], &b->open[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < a->n_closed; i++) {
		if (!same_closed(&a->closed[i], &b->closed[i])) {
			return false;
		}
	}
	return true;
}

bool
shifts_is_empty(const struct shifts *s)
{
	return !s->used && s->date[0] == '\0' && s->last_date[0] == '\0';
}

/* --- what events say of them ---------------------------------------------- */

void
shift_sums(const struct shift *x, struct event_day_tender row[],
	struct event_shift_closed *ret)
{
	*ret = (struct event_shift_closed){.shift = x->number,
		.drawer = x->drawer,
		.operator_no = x->operator_no,
		.opened = x->opened,
		.first = (int64_t)x->first,
		.sales = x->sales,
		.gross = x->gross,
		.returns = x->returns,
		.return_amount = x->return_amount,
		.tender = row,
		.n_tender = x->n_tender,
		.opening = x->opening,
		.floats = x->floats,
		.paid_in = x->paid_in,
		.paid_out = x->paid_out,
		.pickups = x->pickups};
	for (size_t i = 0; i < x->n_tender; i++) {
		row[i] = (struct event_day_tender){x->tender[i].name,
			x->tender[i].amount, x->tender[i].count};
	}
}

void
shifts_day(const struct shifts *s, struct event_day_shift row[],
	struct event_day *ret)
{
	for (size_t i = 0; i < s->n_closed; i++) {
		const struct shift_closed *x = &s->closed[i];

		row[i] = (struct event_day_shift){.shift = x->number,
			.operator_no = x->operator_no,
			.drawer = x->drawer,
			.opening = x->opening,
			.expected = x->expected,
			.counted = x->counted,
			.difference = x->difference,
			.carried = x->carried};
	}
	ret->shift = row;
	ret->n_shift = s->n_closed;
}

static bool
is_text(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b) == 0;
}

static bool
same_rows(const struct event_day_tender *a, const struct event_day_tender *b,
	size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_text(a[i].tender, b[i].tender) ||
			a[i].amount != b[i].amount ||
			a[i].count != b[i].count) {
			return false;
		}
	}
	return true;
}

static bool
closes_as_summed(const struct shifts *s, const struct event_shift_closed *d)
{
	const struct shift *x = shift_find(s, d->shift);
	struct event_day_tender row[TOTALS_TENDERS];
	struct event_shift_closed is;

	if (x == NULL) {
		return false;
	}
	shift_sums(x, row, &is);
	return d->drawer == is.drawer &&
	       is_text(d->operator_no, x->operator_no) &&
	       d->opened.us == is.opened.us && d->first == is.first &&
	       d->sales == is.sales && d->gross == is.gross &&
	       d->returns == is.returns &&
	       d->return_amount == is.return_amount &&
	       d->opening == is.opening && d->floats == is.floats &&
	       d->paid_in == is.paid_in && d->paid_out == is.paid_out &&
	       d->pickups == is.pickups &&
	       d->expected == shifts_holds(s, NULL, d->drawer) &&
	       d->difference == d->counted - d->expected &&
	       d->carried == d->counted && d->n_tender == is.n_tender &&
	       same_rows(d->tender, row, is.n_tender);
}

static bool
lists_as_closed(const struct shifts *s, const struct event_day *d)
{
	bool same = d->n_shift == s->n_closed;

	for (size_t i = 0; same && i < s->n_closed; i++) {
		const struct event_day_shift *x = &d->shift[i];
		const struct shift_closed *y = &s->closed[i];

		same = x->shift == y->number && x->drawer == y->drawer &&
		       is_text(x->operator_no, y->operator_no) &&
		       x->opening == y->opening && x->expected == y->expected &&
		       x->counted == y->counted &&
		       x->difference == y->difference &&
		       x->carried == y->carried;
	}
	return same;
}

bool
shifts_say(const struct shifts *s, const struct event *e)
{
	if (e->type == EVENT_SHIFT_CLOSED) {
		return closes_as_summed(s, &e->data.shift_closed);
	}
	if (e->type == EVENT_DAY_CLOSED) {
		return lists_as_closed(s, &e->data.day);
	}
	return true;
}
