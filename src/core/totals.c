/* SPDX-License-Identifier: Apache-2.0 */
#include "core/totals.h"

#include <string.h>

#include "core/qty.h"
#include "core/totals_internal.h"

#include "base/poison.h"

enum rc
totals_tax_row(const struct event_tax *x, struct totals_tax *ret)
{
	struct totals_tax row = {.rate = x->rate,
		.net = x->net,
		.tax = x->tax,
		.gross = x->gross,
		.n_part = x->n_part};

	if (!totals_name(row.code, sizeof(row.code), x->code) ||
		!tax_why_find(x->why, &row.why) || x->n_part > TAX_PARTS) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < x->n_part; i++) {
		const struct event_part *part = &x->part[i];

		row.part[i].rate = part->rate;
		row.part[i].on_tax = part->on_tax;
		row.part[i].tax = part->tax;
		if (!totals_name(row.part[i].name, sizeof(row.part[i].name),
			    part->name)) {
			return RC_RANGE;
		}
	}
	*ret = row;
	return RC_OK;
}

static bool
same_row(const struct totals_tax *a, const struct totals_tax *b)
{
	bool same = a->rate == b->rate && a->why == b->why &&
		    a->n_part == b->n_part && strcmp(a->code, b->code) == 0;

	for (size_t i = 0; same && i < a->n_part; i++) {
		const struct totals_part *x = &a->part[i], *y = &b->part[i];

		same = x->rate == y->rate && x->on_tax == y->on_tax &&
		       strcmp(x->name, y->name) == 0;
	}
	return same;
}

static bool
same_sums(const struct totals_tax *a, const struct totals_tax *b)
{
	bool same =
		a->net == b->net && a->tax == b->tax && a->gross == b->gross;

	for (size_t i = 0; same && i < a->n_part; i++) {
		same = a->part[i].tax == b->part[i].tax;
	}
	return same;
}

/* The row for ${more}, which becomes one of the others when there is none. */
static size_t
find_tax(const struct totals *t, struct totals_tax *more)
{
	size_t i = 0;

	while (i < t->n_tax && !same_row(&t->tax[i], more)) {
		i++;
	}
	if (i >= TOTALS_TAXES - 1) {
		*more = (struct totals_tax){.code = TOTALS_OTHER,
			.net = more->net,
			.tax = more->tax,
			.gross = more->gross};
		i = TOTALS_TAXES - 1;
	}
	return i;
}

enum rc
totals_tax_add(struct totals *t, const struct event_tax *x)
{
	struct totals_tax *row = t->tax;
	struct totals_tax more;
	size_t i;
	enum rc rc = totals_tax_row(x, &more);

	if (rc != RC_OK) {
		return rc;
	}
	i = find_tax(t, &more);
	if (i == t->n_tax) {
		row[i] = (struct totals_tax){0};
		t->n_tax++;
	}
	if (totals_sum(&more.net, row[i].net) != RC_OK ||
		totals_sum(&more.tax, row[i].tax) != RC_OK ||
		totals_sum(&more.gross, row[i].gross) != RC_OK) {
		return RC_RANGE;
	}
	for (size_t k = 0; k < more.n_part; k++) {
		if (totals_sum(&more.part[k].tax, row[i].part[k].tax) !=
			RC_OK) {
			return RC_RANGE;
		}
	}
	row[i] = more;
	return RC_OK;
}

static enum rc
add_tender(struct totals *t, const struct event_tender *x)
{
	struct totals_tender *row = t->tender;
	struct totals_tender fresh = {0};
	bool cash;
	int64_t drawer;
	size_t i = 0;

	if (!totals_name(fresh.name, sizeof(fresh.name), x->tender)) {
		return RC_RANGE;
	}
	cash = strcmp(fresh.name, "cash") == 0;
	while (i < t->n_tender && strcmp(row[i].name, fresh.name) != 0) {
		i++;
	}
	if (i >= TOTALS_TENDERS - 1) {
		fresh = (struct totals_tender){.name = TOTALS_OTHER};
		i = TOTALS_TENDERS - 1;
	}
	if (i == t->n_tender) {
		row[i] = fresh;
		t->n_tender++;
	}
	if (x->change > MONEY_MAX || x->change < -MONEY_MAX) {
		return RC_RANGE;
	}
	if (x->payment != NULL && totals_card_add(t, row[i].name, x) != RC_OK) {
		return RC_RANGE;
	}
	/* change is cash, whatever it was given on */
	drawer = cash ? x->amount : -x->change;
	if (totals_sum(&t->drawer, drawer) != RC_OK) {
		return RC_RANGE;
	}
	row[i].count++;
	return totals_sum(&row[i].amount, x->amount);
}

/* Of the whole, and of its part; that of lines by hand is what is left, so
 * that records from before there were parts are right. */
static enum rc
add_discount(struct totals *t, const struct event_discount *d)
{
	const char *kind = d->kind == NULL ? "" : d->kind;
	int64_t *sum = NULL;

	if (strcmp(kind, "promotion") == 0) {
		sum = &t->off_promotion;
	} else if (strcmp(kind, "coupon") == 0) {
		sum = &t->off_coupon;
	} else if (strcmp(kind, "sale") == 0) {
		sum = &t->off_sale;
	} else if (strcmp(kind, "return") == 0) {
		sum = &t->off_back;
	}
	if (sum != NULL && totals_sum(sum, d->amount) != RC_OK) {
		return RC_RANGE;
	}
	return totals_sum(&t->discount, d->amount);
}

static enum rc
add_deposit(struct totals *t, const struct event_line *l)
{
	int64_t *sum = l->qty < 0 ? &t->deposits_back : &t->deposits;

	if (l->amount > MONEY_MAX || l->amount < -MONEY_MAX) {
		return RC_RANGE;
	}
	return totals_sum(sum, l->qty < 0 ? -l->amount : l->amount);
}

static enum rc
add_line(struct totals *t, const struct event_line *l)
{
	struct qty pieces = qty_pieces((struct qty){l->qty});

	if (l->qty < 0) {
		t->returns++;
		if (totals_sum(&t->return_amount, -l->amount) != RC_OK) {
			return RC_RANGE;
		}
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		if (add_discount(t, &l->discount[i]) != RC_OK) {
			return RC_RANGE;
		}
	}
	if (totals_sum(&t->relief, l->relief) != RC_OK) {
		return RC_RANGE;
	}
	return event_is_deposit(l) ? add_deposit(t, l)
				   : totals_sum(&t->items, pieces.milli);
}

static enum rc
add_sale(struct totals *t, const struct event_sale *s)
{
	enum rc rc;

	t->sales++;
	if (totals_sum(&t->gross, s->total) != RC_OK ||
		totals_sum(&t->rounding, s->rounding) != RC_OK) {
		return RC_RANGE;
	}
	rc = RC_OK;
	for (size_t i = 0; i < s->n_line && rc == RC_OK; i++) {
		rc = add_line(t, &s->line[i]);
	}
	for (size_t i = 0; i < s->n_tax && rc == RC_OK; i++) {
		rc = totals_tax_add(t, &s->tax[i]);
	}
	for (size_t i = 0; i < s->n_tender && rc == RC_OK; i++) {
		rc = add_tender(t, &s->tender[i]);
	}
	return rc;
}

static enum rc
add_cash(struct totals *t, const struct event_cash *c)
{
	const char *kind = c->kind == NULL ? "" : c->kind;
	int64_t *sum = NULL;
	int64_t in = -c->amount;

	if (c->amount > MONEY_MAX || c->amount < -MONEY_MAX) {
		return RC_RANGE;
	}
	if (strcmp(kind, "paid-in") == 0) {
		sum = &t->paid_in;
		in = c->amount;
	} else if (strcmp(kind, "paid-out") == 0) {
		sum = &t->paid_out;
	} else if (strcmp(kind, "pickup") == 0 || strcmp(kind, "drop") == 0) {
		sum = &t->pickups;
	} else if (strcmp(kind, "float") == 0) {
		sum = &t->floats;
		in = c->amount;
	} else {
		return RC_RANGE;
	}
	if (totals_sum(sum, c->amount) != RC_OK) {
		return RC_RANGE;
	}
	return totals_sum(&t->drawer, in);
}

static enum rc
add_count(struct totals *t, const struct event_count *c)
{
	int64_t counted = 0, difference = 0;

	if (totals_sum(&counted, c->counted) != RC_OK ||
		totals_sum(&difference, c->difference) != RC_OK) {
		return RC_RANGE;
	}
	if (c->shift != 0) {
		return RC_OK; /* one of several; the end of its shift says it */
	}
	t->counts++;
	t->counted = counted;
	t->difference = difference;
	return RC_OK;
}

/* A drawer was counted, and what was found too much or missing is known: of
 * all of them together that is what there is. */
static enum rc
add_shift(struct totals *t, int64_t floats, int64_t difference)
{
	int64_t counted;

	if (totals_sum(&t->floats, floats) != RC_OK ||
		totals_sum(&t->drawer, floats) != RC_OK ||
		totals_sum(&t->difference, difference) != RC_OK) {
		return RC_RANGE;
	}
	counted = t->drawer;
	if (totals_sum(&counted, t->difference) != RC_OK) {
		return RC_RANGE;
	}
	t->counts++;
	t->counted = counted;
	return RC_OK;
}

int64_t
totals_off_line(const struct totals *t)
{
	return t->discount - t->off_promotion - t->off_coupon - t->off_sale -
	       t->off_back;
}

int64_t
totals_carried(const struct totals *t)
{
	return t->drawer + t->difference;
}

bool
totals_equal(const struct totals *a, const struct totals *b)
{
	const int64_t left[] = {a->sales, a->voids, a->line_voids, a->overrides,
		a->discounts, a->no_sales, a->copies, a->parked, a->returns,
		a->return_amount, a->gross, a->discount, a->void_amount,
		a->rounding, a->drawer, a->items, a->paid_in, a->paid_out,
		a->pickups, a->counts, a->counted, a->difference, a->opening,
		a->closings, a->grand, a->off_promotion, a->off_coupon,
		a->off_sale, a->off_back, a->relief, a->deposits,
		a->deposits_back, a->unsettled, a->floats, a->emergencies};
	const int64_t right[] = {b->sales, b->voids, b->line_voids,
		b->overrides, b->discounts, b->no_sales, b->copies, b->parked,
		b->returns, b->return_amount, b->gross, b->discount,
		b->void_amount, b->rounding, b->drawer, b->items, b->paid_in,
		b->paid_out, b->pickups, b->counts, b->counted, b->difference,
		b->opening, b->closings, b->grand, b->off_promotion,
		b->off_coupon, b->off_sale, b->off_back, b->relief, b->deposits,
		b->deposits_back, b->unsettled, b->floats, b->emergencies};

	if (memcmp(left, right, sizeof(left)) != 0 || a->first != b->first ||
		a->last != b->last || a->n_tax != b->n_tax ||
		a->n_tender != b->n_tender) {
		return false;
	}
	for (size_t i = 0; i < a->n_tax; i++) {
		if (!same_row(&a->tax[i], &b->tax[i]) ||
			!same_sums(&a->tax[i], &b->tax[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < a->n_tender; i++) {
		const struct totals_tender *x = &a->tender[i];
		const struct totals_tender *y = &b->tender[i];

		if (strcmp(x->name, y->name) != 0 || x->amount != y->amount ||
			x->count != y->count) {
			return false;
		}
	}
	return totals_cards_equal(a, b);
}

bool
totals_count_stands(const struct totals *t)
{
	return t->counts > 0 && t->counted - t->difference == t->drawer;
}

/* The drawer is not emptied by being summed up. */
static enum rc
close_day(struct totals *t)
{
	struct totals next = {.closings = t->closings + 1, .grand = t->grand};

	if (totals_sum(&next.grand, t->gross) != RC_OK ||
		totals_sum(&next.drawer, totals_carried(t)) != RC_OK) {
		return RC_RANGE;
	}
	next.opening = next.drawer;
	totals_cards_carry(t, &next);
	*t = next;
	return RC_OK;
}

/* Of a part of a line what it came to before, less what the rest does. */
static enum rc
add_void(struct totals *t, const struct event_line_act *l)
{
	if (l->to > MONEY_MAX || l->to < -MONEY_MAX ||
		totals_sum(&t->void_amount, l->from) != RC_OK) {
		return RC_RANGE;
	}
	return totals_sum(&t->void_amount, -l->to);
}

static enum rc
add_event(struct totals *t, const struct event *e)
{
	switch (e->type) {
	case EVENT_SALE_COMPLETED:
		return add_sale(t, &e->data.sale);
	case EVENT_SALE_VOIDED:
		t->voids++;
		return totals_sum(&t->void_amount, e->data.basket.total);
	case EVENT_LINE_VOIDED:
		t->line_voids++;
		return add_void(t, &e->data.line);
	case EVENT_PRICE_OVERRIDDEN:
		t->overrides++;
		return RC_OK;
	case EVENT_LINE_DISCOUNTED:
	case EVENT_SALE_DISCOUNTED:
		t->discounts++;
		return RC_OK;
	case EVENT_DRAWER_OPENED:
		if (e->data.drawer.reason != NULL &&
			strcmp(e->data.drawer.reason, "no-sale") == 0) {
			t->no_sales++;
		}
		return RC_OK;
	case EVENT_COPY_PRINTED:
		t->copies++;
		return RC_OK;
	case EVENT_GLASS_BROKEN:
		t->emergencies++;
		return RC_OK;
	case EVENT_SALE_PARKED:
		t->parked++;
		return RC_OK;
	case EVENT_CASH_MOVED:
		return add_cash(t, &e->data.cash);
	case EVENT_CASH_COUNTED:
		return add_count(t, &e->data.count);
	case EVENT_SHIFT_OPENED:
		return add_shift(
			t, e->data.shift.floats, e->data.shift.difference);
	case EVENT_SHIFT_CLOSED:
		return add_shift(t, 0, e->data.shift_closed.difference);
	case EVENT_DAY_CLOSED:
		return close_day(t);
	case EVENT_PAYMENT_STARTED:
	case EVENT_PAYMENT_ENDED:
	case EVENT_TERMINAL_CLOSED:
	case EVENT_TENDER_REMOVED:
		return totals_card_event(t, e);
	case EVENT_REGISTER_INITIALIZED:
	case EVENT_REGISTER_RECOVERED:
	case EVENT_REGISTER_RESTORED:
	case EVENT_CONFIG_ACTIVATED:
	case EVENT_CATALOG_IMPORTED:
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
	case EVENT_SALE_RECALLED:
	case EVENT_RECEIPT_PRINTED:
	case EVENT_REPORT_PRINTED:
	case EVENT_EXPORT_DONE:
	case EVENT_CLOCK_JUMPED:
	case EVENT_TENDER_TAKEN: /* counted with the sale they end in */
	case EVENT_OPERATOR_CHANGED:
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
	case EVENT_OPERATOR_UNLOCKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
	case EVENT_REGISTER_LOCKED:
	case EVENT_REGISTER_UNLOCKED:
	case EVENT_AGE_CHECKED:
	case EVENT_ITEM_REFUSED:
	case EVENT_TRAINING_STARTED:
	case EVENT_TRAINING_ENDED:
	case EVENT_BUYER_NAMED:
	case EVENT_ORDER_PRINTED:
	case EVENT_DAY_OPENED:
	case EVENT_PERIOD_CLOSED:
	case EVENT_CONFIG_DRAFTED:
	case EVENT_CONFIG_APPROVED:
	case EVENT_CONFIG_DROPPED:
	case EVENT_ARCHIVE_MADE:
	case EVENT_JOURNAL_PURGED:
	case EVENT_KEY_CHANGED:
	case EVENT_PERSON_ERASED:
	case EVENT_GLASS_SET:
	case EVENT_REGISTER_MOVED:
	case EVENT_HUB_ENROLLED:
	case EVENT_HUB_ACKNOWLEDGED:
	case EVENT_HUB_QUARANTINED:
	case EVENT_HUB_REFUSED:
	case EVENT_FEED_FOLLOWED:
	case EVENT_SALVAGE_ACCEPTED:
	case EVENT_SALVAGE_REJECTED:
	case EVENT_TYPE_COUNT:
	default:
		return RC_OK;
	}
}

enum rc
totals_add(struct totals *t, const struct event *e)
{
	struct totals next = *t;
	enum rc rc = e->training ? RC_OK : add_event(&next, e);

	if (rc != RC_OK) {
		return rc;
	}
	if (e->type == EVENT_DAY_CLOSED) {
		*t = next; /* the last line of its own day */
		return RC_OK;
	}
	if (next.first == 0 || e->sequence < next.first) {
		next.first = e->sequence;
	}
	if (e->sequence > next.last) {
		next.last = e->sequence;
	}
	*t = next;
	return RC_OK;
}
