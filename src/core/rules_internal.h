/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RULES_INTERNAL_H
#define CORE_RULES_INTERNAL_H

#include "base/arena.h"
#include "core/rules.h"
#include "core/rules_match.h"

/** rules_internal - what rules are made of; for core/rules*.c only. */

/* One thing that rules name; the users of a kind are in one piece. */
struct rules_key {
	uint64_t hash;
	const char *text; /* its kind, then what it is */
	uint32_t first[RULE_USER_COUNT];
	uint32_t n[RULE_USER_COUNT];
};

struct rules_index {
	uint32_t *table; /* 1 + number of the key, 0 none; n_table a power */
	size_t n_table;
	struct rules_key *key;
	size_t n_key;
	struct rule_entry *entry;
};

struct rules {
	struct arena arena;
	bool timed;
	size_t n_list;
	const struct price_list *list[RULES_LISTS];
	size_t n_promotion;
	const struct promotion *promotion[RULES_PROMOTIONS];
	size_t n_coupon;
	const struct coupon *coupon[RULES_COUPONS];
	size_t n_deposit;
	const struct deposit *deposit[RULES_DEPOSITS];
	size_t n_form;
	const struct code_form *form[RULES_FORMS];
	struct rules_index index;
};

#endif
