/* SPDX-License-Identifier: Apache-2.0 */
#include "core/price_told.h"

#include <string.h>

#include "core/pricing.h"
#include "core/rules_match.h"

#include "base/poison.h"

#define DAY_US (INT64_C(86400) * 1000000)

static int
price_at(const struct basket *b, const struct item *item, struct utc at,
	int32_t tz_min, struct money *ret)
{
	struct basket_line l = {.item = *item, .at = at, .tz_min = tz_min};

	return price_list_of(b, &l, ret);
}

/* Lists of weekdays, and those that begin or end. */
static void
look_ahead(const struct basket *b, const struct item *item, struct utc at,
	int32_t tz_min, struct price_told *ret)
{
	struct money m;

	for (int i = 0; i < TOLD_DAYS && ret->next_day == 0; i++) {
		struct rule_time t;

		at.us += DAY_US;
		(void)price_at(b, item, at, tz_min, &m);
		if (m.minor != ret->price.minor) {
			rule_time_make(at, tz_min, &t);
			ret->next = m;
			ret->next_day = t.day;
		}
	}
}

static bool
is_known(const struct price_told *t, int promotion)
{
	for (size_t i = 0; i < t->n_promotion; i++) {
		if (t->promotion[i] == promotion) {
			return true;
		}
	}
	return false;
}

/* In the order they are written, where there are more than can be told. */
static void
insert(struct price_told *t, int promotion)
{
	size_t at = t->n_promotion;

	while (at > 0 && t->promotion[at - 1] > promotion) {
		at--;
	}
	if (at == TOLD_PROMOTIONS) {
		return;
	}
	if (t->n_promotion < TOLD_PROMOTIONS) {
		t->n_promotion++;
	}
	for (size_t i = t->n_promotion - 1; i > at; i--) {
		t->promotion[i] = t->promotion[i - 1];
	}
	t->promotion[at] = promotion;
}

static void
find_promotions(const struct basket *b, const struct item *item,
	const struct rule_time *at, struct price_told *ret)
{
	uint32_t key[RULE_KEYS];
	size_t n_key = rules_keys(b->rules, item, key);

	for (size_t i = 0; i < n_key; i++) {
		size_t n;
		const struct rule_entry *e =
			rules_entries(b->rules, key[i], RULE_SLOT, &n);

		for (size_t k = 0; k < n; k++) {
			int p = (int)(e[k].user / PROMOTION_SLOTS);
			const struct promotion *rule =
				rules_promotion(b->rules, (size_t)p);

			if (!is_known(ret, p) &&
				rules_have(b->rules, key, n_key, RULE_SLOT,
					e[k].user) &&
				rule_when_has(
					&rule->when, at, b->buyer.group)) {
				insert(ret, p);
			}
		}
	}
}

struct money
price_now(const struct basket *b, const struct item *item, struct utc at,
	int32_t tz_min)
{
	struct money m;

	(void)price_at(b, item, at, tz_min, &m);
	return m;
}

void
price_told(const struct basket *b, const struct item *item, struct utc at,
	int32_t tz_min, struct price_told *ret)
{
	struct rule_time t;
	int deposit;

	memset(ret, 0, sizeof(*ret));
	ret->list = price_at(b, item, at, tz_min, &ret->price);
	if (b->rules == NULL) {
		return;
	}
	look_ahead(b, item, at, tz_min, ret);
	rule_time_make(at, tz_min, &t);
	/* what is weighed is no part of a promotion */
	if (item->unit[0] == '\0') {
		find_promotions(b, item, &t, ret);
	}
	deposit = item->deposit[0] != '\0'
			  ? rules_find_deposit(b->rules, item->deposit)
			  : -1;
	if (deposit >= 0) {
		ret->deposit = rules_deposit(b->rules, (size_t)deposit)->price;
	}
}
