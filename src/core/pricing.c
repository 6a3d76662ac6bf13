/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pricing.h"

#include "core/deal.h"
#include "core/price_share.h"

#include "base/poison.h"

size_t
pricing_bytes(size_t cap_line)
{
	/* the steps are done one after another and share it; that of
	 * promotions is the largest: coupons need a byte a line each */
	return deal_bytes(cap_line) + price_share_bytes(cap_line) +
	       cap_line * (sizeof(int64_t) + 2 * sizeof(uint32_t)) + 1024;
}

enum rc
pricing_step(struct basket *b, enum price_step_kind kind, size_t idx, int rule,
	struct money amount)
{
	if (b->n_step == b->cap_step) {
		return RC_RANGE;
	}
	b->step[b->n_step++] = (struct price_step){.kind = kind,
		.idx = (uint32_t)idx,
		.rule = rule,
		.amount = amount};
	return RC_OK;
}

bool
pricing_takes_off(const struct basket *b, const struct basket_line *l)
{
	return l->qty.milli > 0 && !l->unknown && !basket_is_deposit(b, l);
}

/* What comes back: against a receipt its share is given, else its price. */
static enum rc
price_return(const struct basket *b, struct basket_line *l)
{
	if (l->return_no > 0) {
		l->by = price_back_row(b, l->return_of, l->item.tax);
		l->amount = l->back;
		l->relief = l->back_relief;
	}
	if (l->price.minor < 0 || l->discount_ppm > 0 || l->amount.minor > 0 ||
		(l->return_no == 0 && l->discount.minor != 0)) {
		return RC_INVAL;
	}
	if (l->price.minor > MONEY_MAX || l->qty.milli < -QTY_MAX ||
		l->amount.minor < -MONEY_MAX) {
		return RC_RANGE;
	}
	if (l->return_no > 0) {
		return RC_OK;
	}
	if (l->from == QTY_PRICED && !l->overridden) {
		l->amount = money_neg(l->held);
		return l->held.minor < 0 ? RC_INVAL : RC_OK;
	}
	return qty_extend(l->price, l->qty, b->round, &l->amount);
}

static enum rc
price_unknown(struct basket_line *l)
{
	l->amount.minor = 0;
	if (l->qty.milli > QTY_MAX || l->discount_ppm > PPM_ONE) {
		return RC_RANGE;
	}
	return l->qty.milli > 0 && l->price.minor == 0 &&
			       l->discount.minor == 0 && l->discount_ppm == 0
		       ? RC_OK
		       : RC_INVAL;
}

/* Amount from price, quantity and discount; a percentage is taken anew. */
static enum rc
price_sold(const struct basket *b, struct basket_line *l)
{
	struct money whole;
	enum rc rc;

	if (basket_is_deposit(b, l)) {
		l->price = l->item.price;
	} else if (!l->overridden) {
		l->list = price_list_of(b, l, &l->price);
	}
	if (l->price.minor < 0 || l->discount.minor < 0 || l->qty.milli <= 0) {
		return RC_INVAL;
	}
	if (l->price.minor > MONEY_MAX || l->qty.milli > QTY_MAX ||
		l->discount_ppm > PPM_ONE) {
		return RC_RANGE;
	}
	whole = l->held;
	rc = RC_OK;
	if (l->from != QTY_PRICED || l->overridden) {
		rc = qty_extend(l->price, l->qty, b->round, &whole);
	}
	if (rc == RC_OK && l->discount_ppm > 0) {
		rc = money_mul_ratio(whole, l->discount_ppm, PPM_ONE, b->round,
			&l->discount);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (money_cmp(l->discount, whole) > 0) {
		return RC_RANGE;
	}
	return money_sub(whole, l->discount, &l->amount);
}

static enum rc
price_line(const struct basket *b, struct basket_line *l)
{
	l->list = -1;
	l->off.minor = 0;
	l->relief.minor = 0;
	l->by = -1;
	if (l->qty.milli < 0) {
		return price_return(b, l);
	}
	return l->unknown ? price_unknown(l) : price_sold(b, l);
}

static enum rc
say_line(struct basket *b, size_t idx)
{
	const struct basket_line *l = &b->line[idx];
	struct money less = {l->item.price.minor - l->price.minor};
	enum rc rc = RC_OK;

	if (l->unknown || l->qty.milli < 0) {
		return RC_OK;
	}
	if (l->overridden) {
		rc = pricing_step(b, STEP_OVERRIDE, idx, -1, less);
	} else if (l->list >= 0) {
		rc = pricing_step(b, STEP_LIST, idx, l->list, less);
	}
	if (rc == RC_OK && l->discount.minor != 0) {
		rc = pricing_step(b, STEP_DISCOUNT, idx, -1, l->discount);
	}
	return rc;
}

enum rc
price_lines(struct basket *b)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		rc = price_line(b, &b->line[i]);
		if (rc == RC_OK) {
			rc = say_line(b, i);
		}
	}
	return rc;
}

static enum rc
count(struct basket *b)
{
	enum rc rc = RC_OK;

	b->discounts.minor = 0;
	b->items.milli = 0;
	b->n_unknown = 0;
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];

		if (!basket_is_deposit(b, l)) {
			b->items.milli += qty_pieces(l->qty).milli;
		}
		b->n_unknown += l->unknown ? 1 : 0;
		rc = money_add(b->discounts, l->discount, &b->discounts);
		if (rc == RC_OK) {
			rc = money_add(b->discounts, l->off, &b->discounts);
		}
	}
	return rc;
}

void
basket_hold(struct basket *b)
{
	b->holding = true;
}

enum rc
basket_release(struct basket *b)
{
	b->holding = false;
	return basket_reprice(b);
}

enum rc
basket_reprice(struct basket *b)
{
	static enum rc (*const steps[])(struct basket *) = {price_classes,
		price_lines, price_promotions, price_coupons, price_sale,
		price_tax, price_back, count, price_makers};
	enum rc rc = RC_OK;

	b->n_step = 0;
	if (b->holding) {
		return RC_OK;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == RC_OK;
		i++) {
		rc = steps[i](b);
	}
	return rc;
}

/* Shares stand in the order of rules, then of lines. */
size_t
basket_deal_at(
	const struct basket *b, size_t from, size_t idx, struct money *ret)
{
	struct money sum = {0};

	for (size_t i = from; i < b->n_step; i++) {
		const struct price_step *s = &b->step[i];
		bool last = i + 1 == b->n_step ||
			    b->step[i + 1].kind != STEP_PROMOTION ||
			    b->step[i + 1].rule != s->rule;

		if (s->kind != STEP_PROMOTION) {
			continue;
		}
		sum.minor += s->amount.minor;
		if (last && s->idx == idx) {
			*ret = sum;
			return i;
		}
		sum.minor = last ? 0 : sum.minor;
	}
	return b->n_step;
}

struct money
basket_line_whole(const struct basket_line *l)
{
	return (struct money){l->amount.minor + l->off.minor + l->relief.minor};
}
