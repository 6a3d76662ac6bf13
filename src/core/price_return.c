/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back by its receipt: shares of lines, and of the tax on them. */
#include <string.h>

#include "core/pricing.h"

#include "base/poison.h"

/* --- shares of a line ----------------------------------------------------- */

/* The first ${milli} of a line.  All grow with it and end at the line's own,
 * so that parts sum to the line. */
static enum rc
share_upto(const struct basket_line *sold, int64_t milli,
	struct basket_shared *ret)
{
	int64_t n = sold->qty.milli;
	bool bare = sold->discount.minor == 0;
	struct money whole;
	enum rc rc = money_add(sold->amount, sold->discount, &whole);

	if (rc == RC_OK) {
		rc = money_add(whole, sold->relief, &whole);
	}
	if (rc == RC_OK) {
		rc = money_mul_ratio(whole, milli, n, ROUND_HALF_UP, &whole);
	}
	if (rc == RC_OK) {
		rc = money_mul_ratio(sold->amount, milli, n,
			bare ? ROUND_HALF_UP : ROUND_DOWN, &ret->amount);
	}
	if (rc == RC_OK && !bare) {
		rc = money_mul_ratio(
			sold->relief, milli, n, ROUND_HALF_UP, &ret->relief);
	}
	if (rc != RC_OK) {
		return rc;
	}
	/* what is left of the whole: a line without a discount has none */
	whole.minor -= ret->amount.minor;
	if (bare) {
		ret->relief = whole;
		ret->discount.minor = 0;
	} else {
		ret->discount.minor = whole.minor - ret->relief.minor;
	}
	return RC_OK;
}

enum rc
basket_share(const struct basket_line *sold, int64_t before, int64_t back,
	struct basket_shared *ret)
{
	struct basket_shared from = {0}, to = {0};
	enum rc rc;

	if (sold->qty.milli <= 0 || back <= 0 || before < 0) {
		return RC_INVAL;
	}
	if (before > sold->qty.milli || back > sold->qty.milli - before) {
		return RC_NOSPC;
	}
	rc = share_upto(sold, before, &from);
	if (rc == RC_OK) {
		rc = share_upto(sold, before + back, &to);
	}
	if (rc == RC_OK) {
		ret->amount.minor = to.amount.minor - from.amount.minor;
		ret->discount.minor = to.discount.minor - from.discount.minor;
		ret->relief.minor = to.relief.minor - from.relief.minor;
	}
	return rc;
}

enum rc
basket_paid(const struct basket_line *sold, int64_t milli, struct money *ret)
{
	struct basket_shared s = {0};
	enum rc rc;

	if (sold->qty.milli <= 0 || milli < 0) {
		return RC_INVAL;
	}
	if (milli > sold->qty.milli) {
		return RC_NOSPC;
	}
	rc = share_upto(sold, milli, &s);
	if (rc == RC_OK) {
		*ret = s.amount;
	}
	return rc;
}

/* --- and of the tax ------------------------------------------------------- */

int
price_back_row(const struct basket *b, const char *number, const char *code)
{
	for (size_t i = 0; i < b->n_back; i++) {
		if (strcmp(b->back[i].class_.code, code) == 0 &&
			strcmp(b->back[i].number, number) == 0) {
			return (int)i;
		}
	}
	return -1;
}

/* Tax of the first ${share} of a row, the parts and their sum. */
static enum rc
tax_upto(const struct basket_back *r, struct money share, struct tax_sum *ret)
{
	struct money base = r->included ? r->sold.gross : r->sold.net;
	size_t n = r->class_.n_part;
	enum rc rc = RC_OK;

	memset(ret, 0, sizeof(*ret));
	/* more than was sold is in the sale until it is to be paid, and is
	 * refused then */
	share = money_cmp(share, base) > 0 ? base : share;
	if (base.minor <= 0 || share.minor <= 0) {
		return RC_OK;
	}
	if (n == 0) {
		return money_mul_ratio(r->sold.tax, share.minor, base.minor,
			ROUND_HALF_UP, &ret->tax);
	}
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		rc = money_mul_ratio(r->sold.part[i], share.minor, base.minor,
			ROUND_HALF_UP, &ret->part[i]);
		ret->tax.minor += ret->part[i].minor;
	}
	return rc;
}

/* The line takes its share of what its row has left, behind those before it. */
static enum rc
take_line(const struct basket *b, struct basket_line *l, struct basket_back *r,
	struct money *upto)
{
	struct money paid = money_neg(l->back);
	struct tax_sum from, to, now = r->now;
	struct money tax;
	enum rc rc = tax_upto(r, *upto, &from);

	if (rc == RC_OK) {
		rc = money_add(*upto, paid, upto);
	}
	if (rc == RC_OK) {
		rc = tax_upto(r, *upto, &to);
	}
	if (rc != RC_OK) {
		return rc;
	}
	tax.minor = to.tax.minor - from.tax.minor;
	if (b->tax->included != r->included) {
		l->amount.minor += r->included ? tax.minor : -tax.minor;
		l->relief.minor += l->back.minor - l->amount.minor;
	}
	for (size_t i = 0; i < TAX_PARTS; i++) {
		now.part[i].minor += from.part[i].minor - to.part[i].minor;
	}
	now.tax.minor -= tax.minor;
	if (r->included) {
		now.gross.minor += l->back.minor;
		now.net.minor = now.gross.minor - now.tax.minor;
	} else {
		now.net.minor += l->back.minor;
		now.gross.minor = now.net.minor + now.tax.minor;
	}
	r->n_line++;
	r->now = now;
	return RC_OK;
}

enum rc
price_back(struct basket *b)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->n_back; i++) {
		b->back[i].n_line = 0;
		b->back[i].now = (struct tax_sum){0};
	}
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		struct basket_line *l = &b->line[i];
		struct basket_back *r;
		struct money upto;

		if (l->by < 0) {
			continue;
		}
		r = &b->back[l->by];
		r->tax_idx = l->tax_idx;
		upto.minor = r->before.minor -
			     (r->included ? r->now.gross : r->now.net).minor;
		rc = take_line(b, l, r, &upto);
	}
	for (size_t i = 0; i < b->n_back && rc == RC_OK; i++) {
		const struct basket_back *r = &b->back[i];

		if (r->n_line == 0) {
			continue;
		}
		rc = tax_sum_add(&b->by_class[r->tax_idx], &r->now);
		if (rc == RC_OK) {
			rc = tax_sum_add(&b->total, &r->now);
		}
	}
	return rc;
}
