/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/pricing.h"
#include "core/rules_match.h"

#include "base/poison.h"

#define NO_ROW UINT32_MAX

/* What a row makes of a price; a sum that no money can hold is left to be
 * refused where prices are looked at. */
static int64_t
candidate(const struct price_row *row, struct money price, enum round round)
{
	struct money less = {row->value};
	struct money v = price;

	switch (row->how) {
	case PRICE_IS:
		return row->value;
	case PRICE_OFF_PPM:
		if (money_mul_ratio(price, row->value, PPM_ONE, round, &less) !=
			RC_OK) {
			return INT64_MAX;
		}
		break;
	case PRICE_OFF:
	default:
		break;
	}
	if (money_sub(price, less, &v) != RC_OK) {
		return less.minor > 0 ? 0 : INT64_MAX;
	}
	return v.minor < 0 ? 0 : v.minor;
}

/* The first row of each list that has the item; true when any has. */
static bool
find_rows(const struct rules *r, const struct item *item,
	uint32_t row[RULES_LISTS])
{
	uint32_t key[RULE_KEYS];
	size_t n_key = rules_keys(r, item, key);
	bool any = false;

	memset(row, 0xff, RULES_LISTS * sizeof(*row));
	for (size_t i = 0; i < n_key; i++) {
		size_t n;
		const struct rule_entry *e =
			rules_entries(r, key[i], RULE_ROW, &n);

		for (size_t k = 0; k < n; k++) {
			uint32_t list = e[k].user / RULE_ROW_LIST;
			uint32_t at = e[k].user % RULE_ROW_LIST;

			if (!e[k].except && at < row[list]) {
				row[list] = at;
				any = true;
			}
		}
	}
	return any;
}

/* The list whose price it is, in *ret; -1 none. */
static int
best_list(
	const struct basket *b, const struct basket_line *l, struct money *ret)
{
	uint32_t row[RULES_LISTS];
	struct rule_time at;
	int found = -1;

	if (!find_rows(b->rules, &l->item, row)) {
		return -1;
	}
	rule_time_make(l->at, l->tz_min, &at);
	for (size_t i = 0; i < rules_n_lists(b->rules); i++) {
		const struct price_list *list = rules_list(b->rules, i);
		bool above = found >= 0 &&
			     rules_list(b->rules, (size_t)found)->always;
		int64_t v;

		if (row[i] == NO_ROW ||
			!rule_when_has(&list->when, &at, b->buyer.group)) {
			continue;
		}
		v = candidate(&list->row[row[i]], l->item.price, b->round);
		if (list->always || (!above && v < ret->minor)) {
			found = (int)i;
			ret->minor = v;
		}
	}
	return found;
}

int
price_list_of(
	const struct basket *b, const struct basket_line *l, struct money *ret)
{
	*ret = l->item.price;
	/* asked of every line: those without lists pay nothing for it */
	return rules_n_lists(b->rules) == 0 ? -1 : best_list(b, l, ret);
}
