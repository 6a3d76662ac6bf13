/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/price_share.h"
#include "core/pricing.h"
#include "core/rules_match.h"

#include "base/poison.h"

/* Which lines a coupon is for; those of all coupons handed over. */
struct lines {
	struct arena a;
	uint32_t *line; /* of the coupon that is looked at */
	int64_t *weight;
	size_t n;
	struct money base;
	uint8_t *has[BASKET_COUPONS]; /* by the coupon's place in the basket,
				       * a byte a line */
};

/* Place of the first coupon of that rule. */
static size_t
first_of(const struct basket *b, int rule)
{
	size_t i = 0;

	while (b->coupon[i].rule != rule) {
		i++;
	}
	return i;
}

/* The next rule of which there is a coupon; -1 no more. */
static int
next_rule(const struct basket *b, int rule)
{
	int next = -1;

	for (size_t i = 0; i < b->n_coupon; i++) {
		int r = b->coupon[i].rule;

		if (r > rule && (next < 0 || r < next)) {
			next = r;
		}
	}
	return next;
}

static void
match_line(const struct basket *b, struct lines *s, size_t idx)
{
	const struct basket_line *l = &b->line[idx];
	uint32_t key[RULE_KEYS];
	size_t n_key = rules_keys(b->rules, &l->item, key);
	struct rule_time at;

	rule_time_make(l->at, l->tz_min, &at);
	for (int r = next_rule(b, -1); r >= 0; r = next_rule(b, r)) {
		const struct coupon *c = rules_coupon(b->rules, (size_t)r);

		s->has[first_of(b, r)][idx] =
			rule_when_has(&c->when, &at, b->buyer.group) &&
			rules_have(
				b->rules, key, n_key, RULE_COUPON, (uint32_t)r);
	}
}

static enum rc
match(const struct basket *b, struct lines *s)
{
	arena_init(&s->a, b->work, pricing_bytes(b->cap_line));
	s->line = arena_take(&s->a, b->n_line, sizeof(*s->line));
	s->weight = arena_take(&s->a, b->n_line, sizeof(*s->weight));
	for (size_t i = 0; i < b->n_coupon; i++) {
		s->has[i] = NULL;
		if (first_of(b, b->coupon[i].rule) == i) {
			s->has[i] = arena_take(&s->a, b->n_line, 1);
			if (s->has[i] == NULL) {
				return RC_RANGE;
			}
		}
	}
	if (s->line == NULL || s->weight == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		if (pricing_takes_off(b, &b->line[i])) {
			match_line(b, s, i);
		}
	}
	return RC_OK;
}

/* The lines of a rule and what is left of them. */
static enum rc
gather(const struct basket *b, struct lines *s, int rule)
{
	const uint8_t *has = s->has[first_of(b, rule)];
	enum rc rc = RC_OK;

	s->n = 0;
	s->base.minor = 0;
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		if (has[i] != 0) {
			s->line[s->n] = (uint32_t)i;
			s->weight[s->n++] = b->line[i].amount.minor;
			rc = money_add(s->base, b->line[i].amount, &s->base);
		}
	}
	return rc;
}

static enum rc
worth_of(const struct basket *b, const struct coupon *c, struct money base,
	struct money *ret)
{
	if (c->how == PRICE_OFF_PPM) {
		return money_mul_ratio(base, c->value, PPM_ONE, b->round, ret);
	}
	ret->minor = c->value < base.minor ? c->value : base.minor;
	return RC_OK;
}

/* Which of a rule's coupons there is enough for; what the shop gives on them
 * is taken off. */
static enum rc
take_rule(struct basket *b, struct lines *s, int rule)
{
	const struct price_step by = {.kind = STEP_COUPON, .rule = rule};
	const struct coupon *c = rules_coupon(b->rules, (size_t)rule);
	struct money before;
	struct money worth;
	int64_t k = 0;
	enum rc rc = gather(b, s, rule);

	before = s->base;
	for (size_t i = 0; i < b->n_coupon && rc == RC_OK; i++) {
		struct arena room = s->a;

		if (b->coupon[i].rule != rule) {
			continue;
		}
		k++;
		b->coupon[i].counts =
			s->n > 0 && before.minor / k >= c->least.minor;
		if (!b->coupon[i].counts || (c->maker && !c->doubled)) {
			continue;
		}
		rc = gather(b, s, rule);
		if (rc == RC_OK) {
			rc = worth_of(b, c, s->base, &worth);
		}
		if (rc == RC_OK && !c->maker) {
			b->coupon[i].amount = worth;
		}
		if (rc == RC_OK) {
			rc = price_share_out(
				b, &room, &by, worth, s->line, s->weight, s->n);
		}
	}
	return rc;
}

enum rc
price_coupons(struct basket *b)
{
	struct lines s;
	enum rc rc;

	if (b->n_coupon == 0) {
		return RC_OK;
	}
	for (size_t i = 0; i < b->n_coupon; i++) {
		b->coupon[i].amount.minor = 0;
		b->coupon[i].counts = false;
	}
	rc = match(b, &s);
	for (int r = next_rule(b, -1); r >= 0 && rc == RC_OK;
		r = next_rule(b, r)) {
		rc = take_rule(b, &s, r);
	}
	return rc;
}

/* What a maker's coupons pay, of ${due} that others have left. */
static enum rc
pay_rule(struct basket *b, struct lines *s, int rule, struct money *due)
{
	const struct coupon *c = rules_coupon(b->rules, (size_t)rule);
	struct money whole;
	enum rc rc = gather(b, s, rule);

	if (rc == RC_OK) {
		rc = worth_of(b, c, s->base, &whole);
	}
	for (size_t i = 0; i < b->n_coupon && rc == RC_OK; i++) {
		struct money worth = whole;

		if (b->coupon[i].rule != rule || !b->coupon[i].counts) {
			continue;
		}
		if (money_cmp(worth, s->base) > 0) {
			worth = s->base;
		}
		if (money_cmp(worth, *due) > 0) {
			worth = *due;
		}
		if (worth.minor < 0) {
			worth.minor = 0;
		}
		b->coupon[i].amount = worth;
		s->base.minor -= worth.minor;
		due->minor -= worth.minor;
		rc = money_add(b->coupons, worth, &b->coupons);
	}
	return rc;
}

static bool
has_maker(const struct basket *b)
{
	for (size_t i = 0; i < b->n_coupon; i++) {
		if (rules_coupon(b->rules, (size_t)b->coupon[i].rule)->maker) {
			return true;
		}
	}
	return false;
}

enum rc
price_makers(struct basket *b)
{
	struct money due = b->total.gross;
	struct lines s;
	enum rc rc;

	b->coupons.minor = 0;
	if (!has_maker(b)) {
		return RC_OK;
	}
	rc = match(b, &s);
	for (int r = next_rule(b, -1); r >= 0 && rc == RC_OK;
		r = next_rule(b, r)) {
		if (rules_coupon(b->rules, (size_t)r)->maker) {
			rc = pay_rule(b, &s, r, &due);
		}
	}
	return rc;
}
