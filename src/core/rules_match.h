/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RULES_MATCH_H
#define CORE_RULES_MATCH_H

#include "base/clock.h"
#include "core/item.h"
#include "core/rules.h"

/**
 * rules_match - which rules goods fall under, and when.  rules_seal() makes a
 * key of each thing a rule can name: all goods, a product code, a department,
 * a group, a tax class; and writes under it who named it.  So the work for a
 * line grows with the rules that name what it is, not with all there are.
 *
 * Codes are one when the catalog would hold them under one key: a UPC-A and
 * the EAN-13 with a zero before it are, in a rule as on the shelf.
 */

/* The kinds of those who name goods, and what stands for each of them. */
enum rule_user {
	RULE_ROW,    /* of a price list: RULE_ROW_LIST * list + row */
	RULE_SLOT,   /* of a promotion: PROMOTION_SLOTS * promotion + slot */
	RULE_COUPON, /* index of the coupon */
	RULE_USER_COUNT
};

#define RULE_ROW_LIST (1u << 24)

struct rule_entry {
	uint32_t user;
	bool except; /* it names them to leave them out */
};

/* all, code, department, tax class, and a group every other byte */
#define RULE_KEYS (4 + ITEM_GROUPS_BYTES / 2)

/** rules_keys(r, item, ret): keys of the item that any rule names; how many.
 * Of rules that are sealed; r may be NULL. */
size_t rules_keys(const struct rules *r, const struct item *item,
	uint32_t ret[RULE_KEYS]);
/** rules_entries(r, key, kind, ret_n): who names that key, ascending. */
const struct rule_entry *rules_entries(const struct rules *r, uint32_t key,
	enum rule_user kind, size_t *ret_n);
/** rules_have(r, key, n_key, kind, user): goods of those keys are in the set
 * of that user: one row that is no exception has them, and no exception. */
bool rules_have(const struct rules *r, const uint32_t key[], size_t n_key,
	enum rule_user kind, uint32_t user);

/** When a line was added, as the shop's clock showed it. */
struct rule_time {
	int32_t day, day_before; /* as 20261121 */
	uint8_t bit, bit_before; /* as rule_when.days */
	int16_t minute;		 /* of the day */
};

void rule_time_make(struct utc at, int32_t tz_min, struct rule_time *ret);
/** rule_when_has(w, t, group): it applies then, for a buyer of that group. */
bool rule_when_has(const struct rule_when *w, const struct rule_time *t,
	const char *group);

#endif
