/* SPDX-License-Identifier: Apache-2.0 */
#include "core/basket.h"

#include <string.h>

#include "base/poison.h"

#define PPM_ONE 1000000

size_t
basket_bytes(size_t cap_line)
{
	return cap_line * sizeof(struct basket_line);
}

void
basket_init(struct basket *b, void *memory, size_t cap_line)
{
	memset(b, 0, sizeof(*b));
	b->line = memory;
	b->cap_line = cap_line;
	b->next_no = 1;
}

void
basket_begin(struct basket *b, const uint8_t id[UUID_BYTES], struct utc opened,
	const struct tax_policy *tax, enum round round)
{
	basket_init(b, b->line, b->cap_line);
	memcpy(b->id, id, UUID_BYTES);
	b->opened = opened;
	b->policy = *tax;
	b->tax = &b->policy;
	b->round = round;
}

/* What a change would make of the sums; taken over only when all of it fits. */
struct change {
	struct tax_sum by_class[TAX_CLASS_MAX];
	struct money discounts;
	struct qty items;
	struct tax_sum total;
	size_t n_unknown;
};

static struct tax_sum
negative(const struct tax_sum *s)
{
	return (struct tax_sum){
		money_neg(s->net), money_neg(s->tax), money_neg(s->gross)};
}

/*
 * One line's part in or out.  Per line the class sum moves by the line's own
 * tax; per receipt the tax of the class is split again from its amount, so
 * neither looks at another line and both stay exact.
 */
static enum rc
move_line(const struct basket *b, struct change *c, const struct basket_line *l,
	bool in)
{
	const struct tax_policy *p = b->tax;
	struct tax_sum *sum = &c->by_class[l->tax_idx];
	struct money amount = in ? l->amount : money_neg(l->amount);
	struct money off = in ? l->discount : money_neg(l->discount);
	int64_t pieces = qty_pieces(l->qty).milli;
	struct tax_sum part;
	enum rc rc;

	if (l->unknown) {
		c->items.milli += in ? pieces : -pieces;
		c->n_unknown += in ? 1 : (size_t)-1;
		return RC_OK;
	}
	if (p->basis == TAX_PER_LINE) {
		rc = tax_split(p, l->tax_idx, l->amount, &part);
		if (rc == RC_OK && !in) {
			part = negative(&part);
		}
		if (rc == RC_OK) {
			rc = tax_sum_add(sum, &part);
		}
	} else {
		rc = money_add(
			p->included ? sum->gross : sum->net, amount, &amount);
		if (rc == RC_OK) {
			rc = tax_split(p, l->tax_idx, amount, sum);
		}
	}
	if (rc == RC_OK) {
		rc = money_add(c->discounts, off, &c->discounts);
	}
	c->items.milli += in ? pieces : -pieces;
	return rc;
}

/* Sums with ${before} out and ${after} in; either may be NULL. */
static enum rc
plan(const struct basket *b, const struct basket_line *before,
	const struct basket_line *after, struct change *ret)
{
	enum rc rc = RC_OK;

	memcpy(ret->by_class, b->by_class, sizeof(ret->by_class));
	ret->discounts = b->discounts;
	ret->items = b->items;
	ret->n_unknown = b->n_unknown;
	memset(&ret->total, 0, sizeof(ret->total));
	if (before != NULL) {
		rc = move_line(b, ret, before, false);
	}
	if (after != NULL && rc == RC_OK) {
		rc = move_line(b, ret, after, true);
	}
	for (size_t i = 0; i < b->tax->n_class && rc == RC_OK; i++) {
		rc = tax_sum_add(&ret->total, &ret->by_class[i]);
	}
	return rc;
}

static void
take(struct basket *b, const struct change *c)
{
	memcpy(b->by_class, c->by_class, sizeof(b->by_class));
	b->discounts = c->discounts;
	b->items = c->items;
	b->total = c->total;
	b->n_unknown = c->n_unknown;
}

/* What comes back: against a receipt its share is given, else its price. */
static enum rc
price_return(const struct basket *b, struct basket_line *l)
{
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
	return qty_extend(l->price, l->qty, b->round, &l->amount);
}

/* Amount from price, quantity and discount; a percentage is taken anew. */
static enum rc
price_line(const struct basket *b, struct basket_line *l)
{
	struct money whole;
	enum rc rc;

	if (l->qty.milli < 0) {
		return price_return(b, l);
	}
	if (l->price.minor < 0 || l->discount.minor < 0 || l->qty.milli <= 0) {
		return RC_INVAL;
	}
	if (l->price.minor > MONEY_MAX || l->qty.milli > QTY_MAX ||
		l->discount_ppm > PPM_ONE) {
		return RC_RANGE;
	}
	if (l->unknown) {
		l->amount.minor = 0;
		return l->price.minor == 0 && l->discount.minor == 0 &&
				       l->discount_ppm == 0
			       ? RC_OK
			       : RC_INVAL;
	}
	rc = qty_extend(l->price, l->qty, b->round, &whole);
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

/* Place of number ${no}, or where it would stand: lines are in its order. */
static size_t
place_of(const struct basket *b, uint32_t no)
{
	size_t low = 0;
	size_t high = b->n_line;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b->line[mid].no < no) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return low;
}

/* The class of a line; one that comes back is taxed as it was sold, and its
 * rate gets a row of its own when the policy has moved on. */
static enum rc
class_line(struct basket *b, struct basket_line *l)
{
	struct tax_policy *p = &b->policy;
	int idx = 0;

	if (l->return_no > 0) {
		idx = tax_find_rate(p, l->item.tax, l->return_ppm);
	} else if (!l->unknown) {
		idx = tax_find(p, l->item.tax);
	}
	if (idx < 0 && l->return_no == 0) {
		return RC_NOTFOUND;
	}
	if (idx < 0) {
		if (p->n_class == TAX_CLASS_MAX) {
			return RC_NOSPC;
		}
		if (l->return_ppm > TAX_RATE_MAX_PPM) {
			return RC_RANGE;
		}
		idx = (int)p->n_class;
		memcpy(p->class_[idx].code, l->item.tax, TAX_CODE_BYTES);
		p->class_[idx].rate_ppm = l->return_ppm;
		p->n_class++;
	}
	l->tax_idx = (uint8_t)idx;
	return RC_OK;
}

/* Put ${l} in at its number's place; class, amount and sums follow. */
static enum rc
insert(struct basket *b, struct basket_line *l, size_t *ret_idx)
{
	struct change c;
	size_t at = place_of(b, l->no);
	size_t n_class = b->policy.n_class;
	enum rc rc;

	if (b->n_line == b->cap_line || l->no == UINT32_MAX) {
		return RC_NOSPC;
	}
	rc = class_line(b, l);
	if (rc == RC_OK) {
		rc = price_line(b, l);
	}
	if (rc == RC_OK) {
		rc = plan(b, NULL, l, &c);
	}
	if (rc != RC_OK) {
		b->policy.n_class = n_class;
		return rc;
	}
	memmove(&b->line[at + 1], &b->line[at], (b->n_line - at) * sizeof(*l));
	b->line[at] = *l;
	b->n_line++;
	if (l->no >= b->next_no) {
		b->next_no = l->no + 1;
	}
	take(b, &c);
	*ret_idx = at;
	return RC_OK;
}

enum rc
basket_add(struct basket *b, const struct item *item, struct qty qty,
	size_t *ret_idx)
{
	struct basket_line l = {
		.no = b->next_no,
		.item = *item,
		.qty = qty,
		.price = item->price,
	};

	if (qty.milli < 0) {
		return RC_INVAL;
	}
	return insert(b, &l, ret_idx);
}

enum rc
basket_return(struct basket *b, const struct basket_line *line, size_t *ret_idx)
{
	struct basket_line l = *line;

	if (l.qty.milli >= 0) {
		return RC_INVAL;
	}
	l.no = b->next_no;
	return insert(b, &l, ret_idx);
}

enum rc
basket_add_unknown(
	struct basket *b, const char *code, struct qty qty, size_t *ret_idx)
{
	struct basket_line l = {.no = b->next_no, .qty = qty, .unknown = true};
	size_t n = strnlen(code, CODE_BYTES);

	if (n == 0 || n == CODE_BYTES) {
		return RC_INVAL;
	}
	memcpy(l.item.code, code, n);
	l.item.kind = CODE_INTERNAL;
	return insert(b, &l, ret_idx);
}

enum rc
basket_restore(struct basket *b, const struct basket_line *line)
{
	struct basket_line l = *line;
	size_t idx;

	if (l.no == 0) {
		return RC_INVAL;
	}
	if (basket_find(b, l.no, &idx) == RC_OK) {
		return RC_EXISTS;
	}
	return insert(b, &l, &idx);
}

enum rc
basket_find(const struct basket *b, uint32_t no, size_t *ret_idx)
{
	size_t at = place_of(b, no);

	if (at == b->n_line || b->line[at].no != no) {
		return RC_NOTFOUND;
	}
	*ret_idx = at;
	return RC_OK;
}

enum rc
basket_void(struct basket *b, size_t idx)
{
	struct change c;
	enum rc rc;

	if (idx >= b->n_line) {
		return RC_INVAL;
	}
	rc = plan(b, &b->line[idx], NULL, &c);
	if (rc != RC_OK) {
		return rc;
	}
	memmove(&b->line[idx], &b->line[idx + 1],
		(b->n_line - idx - 1) * sizeof(b->line[0]));
	b->n_line--;
	take(b, &c);
	return RC_OK;
}

/* Exchange a line for its changed copy, or leave everything. */
static enum rc
replace(struct basket *b, size_t idx, struct basket_line *l)
{
	struct change c;
	enum rc rc = price_line(b, l);

	if (rc == RC_OK) {
		rc = plan(b, &b->line[idx], l, &c);
	}
	if (rc == RC_OK) {
		b->line[idx] = *l;
		take(b, &c);
	}
	return rc;
}

enum rc
basket_resolve(struct basket *b, size_t idx, const struct item *item)
{
	struct basket_line l;
	int class_idx;

	if (idx >= b->n_line || !b->line[idx].unknown) {
		return RC_INVAL;
	}
	class_idx = tax_find(b->tax, item->tax);
	if (class_idx < 0) {
		return RC_NOTFOUND;
	}
	l = b->line[idx];
	l.unknown = false;
	l.item = *item;
	l.price = item->price;
	l.tax_idx = (uint8_t)class_idx;
	return replace(b, idx, &l);
}

enum rc
basket_set_qty(struct basket *b, size_t idx, struct qty q)
{
	struct basket_line l;

	if (idx >= b->n_line) {
		return RC_INVAL;
	}
	l = b->line[idx];
	if (l.return_no > 0 || (l.qty.milli < 0) != (q.milli < 0)) {
		return RC_INVAL;
	}
	l.qty = q;
	return replace(b, idx, &l);
}

enum rc
basket_set_price(struct basket *b, size_t idx, struct money price)
{
	struct basket_line l;

	if (idx >= b->n_line) {
		return RC_INVAL;
	}
	l = b->line[idx];
	if (l.return_no > 0) {
		return RC_INVAL;
	}
	l.price = price;
	l.overridden = money_cmp(price, l.item.price) != 0;
	return replace(b, idx, &l);
}

enum rc
basket_discount_ppm(struct basket *b, size_t idx, uint32_t ppm)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].qty.milli < 0) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.discount_ppm = ppm;
	l.discount.minor = 0;
	return replace(b, idx, &l);
}

enum rc
basket_discount_amount(struct basket *b, size_t idx, struct money amount)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].qty.milli < 0) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.discount_ppm = 0;
	l.discount = amount;
	return replace(b, idx, &l);
}

enum rc
basket_set_return(struct basket *b, size_t idx, struct qty qty,
	struct money discount, struct money amount)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].return_no == 0 || qty.milli >= 0) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.qty = qty;
	l.discount = discount;
	l.amount = amount;
	return replace(b, idx, &l);
}

/* The first ${milli} of a line: at its full price, and what was paid.  Both
 * grow with it and end at the line's own, so that parts sum to the line. */
static enum rc
share_upto(const struct basket_line *sold, int64_t milli,
	struct money *ret_whole, struct money *ret_paid)
{
	struct money whole;
	enum rc rc = money_add(sold->amount, sold->discount, &whole);

	if (rc == RC_OK) {
		rc = money_mul_ratio(whole, milli, sold->qty.milli,
			ROUND_HALF_UP, ret_whole);
	}
	if (rc == RC_OK && sold->discount.minor == 0) {
		*ret_paid = *ret_whole;
	} else if (rc == RC_OK) {
		rc = money_mul_ratio(sold->amount, milli, sold->qty.milli,
			ROUND_DOWN, ret_paid);
	}
	return rc;
}

enum rc
basket_share(const struct basket_line *sold, int64_t before, int64_t back,
	struct money *ret_discount, struct money *ret_amount)
{
	struct money whole, paid, whole_before, paid_before;
	enum rc rc;

	if (sold->qty.milli <= 0 || back <= 0 || before < 0) {
		return RC_INVAL;
	}
	if (before > sold->qty.milli || back > sold->qty.milli - before) {
		return RC_NOSPC;
	}
	rc = share_upto(sold, before, &whole_before, &paid_before);
	if (rc == RC_OK) {
		rc = share_upto(sold, before + back, &whole, &paid);
	}
	if (rc == RC_OK) {
		rc = money_sub(whole, whole_before, &whole);
	}
	if (rc == RC_OK) {
		rc = money_sub(paid, paid_before, &paid);
	}
	if (rc == RC_OK) {
		rc = money_sub(whole, paid, ret_discount);
	}
	if (rc == RC_OK) {
		*ret_amount = paid;
	}
	return rc;
}
