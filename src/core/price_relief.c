/* SPDX-License-Identifier: Apache-2.0 */
/* Buyers who owe no tax, or owe it themselves. */
#include <string.h>

#include "core/pricing.h"

#include "base/poison.h"

/* Goods of a receipt keep what they were sold with. */
static bool
may_be_relieved(const struct basket_line *l)
{
	return !l->unknown && l->return_no == 0;
}

/* The class that goods have by themselves: a row of relief may be of another
 * buyer, or of a trial that was undone. */
static int
own_class(const struct basket *b, const struct basket_line *l)
{
	const struct tax_class *c = &b->policy.class_[l->tax_idx];

	if (l->tax_idx < b->policy.n_class && c->why == TAX_DUE &&
		strcmp(c->code, l->item.tax) == 0) {
		return l->tax_idx;
	}
	return tax_find(&b->policy, l->item.tax);
}

static enum rc
find_row(struct basket *b, const char *code, enum tax_why why, uint8_t *ret)
{
	struct tax_policy *p = &b->policy;
	size_t i = 0;

	while (i < p->n_class &&
		(p->class_[i].why != why ||
			strcmp(p->class_[i].code, code) != 0)) {
		i++;
	}
	if (i == TAX_ROWS) {
		return RC_RANGE;
	}
	if (i == p->n_class) {
		p->class_[i] = (struct tax_class){.why = why};
		memcpy(p->class_[i].code, code, TAX_CODE_BYTES);
		p->n_class++;
	}
	*ret = (uint8_t)i;
	return RC_OK;
}

/* Net of what is sold of class ${idx}, as the law that begins at a sum has
 * it. */
static enum rc
net_of(const struct basket *b, int idx, struct money *ret)
{
	struct tax_sum sum = {0}, one;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];

		if (l->unknown || l->qty.milli <= 0 || l->tax_idx != idx) {
			continue;
		}
		rc = tax_split(b->tax, (size_t)idx, l->amount, &one);
		if (rc == RC_OK) {
			rc = tax_sum_add(&sum, &one);
		}
	}
	*ret = sum.net;
	return rc;
}

/* Which classes the buyer owes the tax of. */
static enum rc
find_reversed(const struct basket *b, bool reversed[TAX_ROWS])
{
	const struct tax_policy *p = b->tax;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n_class && rc == RC_OK; i++) {
		struct money net;

		if (!p->class_[i].reverse) {
			continue;
		}
		rc = net_of(b, (int)i, &net);
		reversed[i] = rc == RC_OK && net.minor > 0 &&
			      money_cmp(net, p->class_[i].reverse_from) >= 0;
	}
	return rc;
}

/* A deposit goes with the goods it is on. */
static bool
is_reversed(const struct basket *b, const struct basket_line *l,
	const bool reversed[TAX_ROWS])
{
	size_t goods;

	if (reversed[l->tax_idx]) {
		return true;
	}
	return l->link > 0 && basket_find(b, l->link, &goods) == RC_OK &&
	       !b->line[goods].unknown && reversed[b->line[goods].tax_idx];
}

static enum rc
relieve(struct basket *b, size_t idx, enum tax_why why)
{
	struct basket_line *l = &b->line[idx];
	struct tax_sum sum;
	enum rc rc;

	if (b->tax->included) {
		rc = tax_split(b->tax, l->tax_idx, l->amount, &sum);
		if (rc != RC_OK) {
			return rc;
		}
		l->relief = sum.tax;
		l->amount = sum.net;
	}
	rc = find_row(b, l->item.tax, why, &l->tax_idx);
	if (rc == RC_OK && l->relief.minor != 0) {
		rc = pricing_step(b, STEP_RELIEF, idx, -1, l->relief);
	}
	return rc;
}

enum rc
price_classes(struct basket *b)
{
	for (size_t i = 0; i < b->n_line; i++) {
		struct basket_line *l = &b->line[i];

		if (may_be_relieved(l)) {
			l->tax_idx = (uint8_t)own_class(b, l);
		}
	}
	return RC_OK;
}

enum rc
price_relief(struct basket *b)
{
	bool reversed[TAX_ROWS] = {false};
	bool exempt = b->buyer.certificate[0] != '\0';
	enum rc rc = RC_OK;

	if (!exempt && b->buyer.vat[0] != '\0') {
		rc = find_reversed(b, reversed);
	}
	if (!exempt && b->buyer.vat[0] == '\0') {
		return RC_OK;
	}
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];

		if (may_be_relieved(l) &&
			(exempt || is_reversed(b, l, reversed))) {
			rc = relieve(b, i, exempt ? TAX_EXEMPT : TAX_REVERSE);
			/* what is linked to it may stand behind it */
			reversed[l->tax_idx] = true;
		}
	}
	return rc;
}
