/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "core/pricing.h"
#include "register/explain.h"

#include "base/poison.h"

/* The basket once more, under one promotion at a time. */
struct alone {
	struct basket basket;
	void *lines;
	void *memory; /* of the rules */
	size_t bytes;
};

static int64_t
taken_by(const struct basket *b, int rule)
{
	int64_t sum = 0;

	for (size_t i = 0; i < b->n_step; i++) {
		const struct price_step *s = &b->step[i];

		if (s->kind == STEP_PROMOTION &&
			(rule < 0 || s->rule == rule)) {
			sum += s->amount.minor;
		}
	}
	return sum;
}

/* Lists stay, for they make the prices that deals are compared at. */
static enum rc
rules_alone(struct alone *a, const struct rules *all, size_t promotion)
{
	struct rules *r = rules_init(a->memory, a->bytes);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < rules_n_lists(all) && rc == RC_OK; i++) {
		rc = rules_add_list(r, rules_list(all, i));
	}
	for (size_t i = 0; i < rules_n_deposits(all) && rc == RC_OK; i++) {
		rc = rules_add_deposit(r, rules_deposit(all, i));
	}
	if (rc == RC_OK) {
		rc = rules_add_promotion(r, rules_promotion(all, promotion));
	}
	if (rc == RC_OK) {
		rc = rules_seal(r);
	}
	a->basket.rules = r;
	return rc;
}

/* One after the other: RC_NOSPC more text than a configuration has. */
static enum rc
look(struct alone *a, const struct basket *b, struct explain_other *ret,
	size_t *ret_n)
{
	for (size_t i = 0; i < rules_n_promotions(b->rules); i++) {
		const struct promotion *p = rules_promotion(b->rules, i);
		struct explain_other *to = &ret[*ret_n];
		enum rc rc = rules_alone(a, b->rules, i);

		if (rc == RC_OK) {
			rc = basket_reprice(&a->basket);
		}
		if (rc != RC_OK) {
			return rc;
		}
		*to = (struct explain_other){.id = p->id,
			.name = p->name,
			.alone = taken_by(&a->basket, -1),
			.taken = taken_by(b, (int)i)};
		if (to->alone > to->taken && ++*ret_n == EXPLAIN_OTHERS) {
			break;
		}
	}
	return RC_OK;
}

enum rc
explain_others(const struct basket *b, struct explain_other ret[EXPLAIN_OTHERS],
	size_t *ret_n, struct err *reterr)
{
	struct alone a = {.bytes = rules_bytes(CONFIG_TEXT_BYTES)};
	enum rc rc = RC_NOMEM;

	*ret_n = 0;
	if (rules_n_promotions(b->rules) == 0) {
		return RC_OK;
	}
	a.lines = malloc(basket_bytes(b->cap_line));
	a.memory = malloc(a.bytes);
	if (a.lines != NULL && a.memory != NULL) {
		a.basket = *b;
		basket_move(&a.basket, a.lines);
		a.basket.n_coupon = 0;
		rc = look(&a, b, ret, ret_n);
	}
	free(a.lines);
	free(a.memory);
	return rc == RC_OK ? RC_OK
			   : err_set(reterr, rc, 0, __func__,
				     "no memory to look at other deals: close "
				     "other programs");
}
