/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_RULES_INTERNAL_H
#define REGISTER_CONFIG_RULES_INTERNAL_H

#include "base/arena.h"
#include "core/rules.h"
#include "register/config_internal.h"

/**
 * config_rules_internal - the sections [pricelist ID], [promotion ID],
 * [coupon ID], [deposit ID] and [code ID].  They are read in a second pass
 * over the text, when currency, taxes and tenders are known whatever the order
 * of the sections: config_rules.c goes through it, config_rules_value.c takes
 * a value, config_rules_set.c where it goes, config_rules_goods.c says which goods, config_rules_end.c looks at
 * a section as a whole, config_rules_form.c at the forms of codes and at what
 * two sections may not both have.
 */
enum rule_kind {
	RULE_LIST,
	RULE_PROMOTION,
	RULE_COUPON,
	RULE_DEPOSIT,
	RULE_FORM,
	RULE_KINDS
};

#define KEY_RULES KEY_LIST_NAME
#define KEY_RULES_COUNT (KEY_COUNT - KEY_RULES)

struct rules_place {
	int line, col; /* line 0: not in the text */
};

struct rules_picks {
	struct rule_pick *pick;
	size_t n, cap;
};

struct rules_row {
	struct price_row row;
	struct rules_place at;
	size_t no; /* in the section */
};

struct rules_read {
	const struct config_read *p;
	const struct config *c;
	struct rules *r;
	void *memory; /* texts of the section being read */
	struct arena arena;

	bool open; /* a section is being read */
	enum rule_kind kind;
	struct rules_place section;
	struct rules_place at[KEY_RULES_COUNT];
	struct price_list list;
	struct promotion promotion;
	struct coupon coupon;
	struct deposit deposit;
	struct code_form form;
	struct rules_picks slot[PROMOTION_SLOTS]; /* of a coupon the first */
	struct rules_row *row;
	size_t n_row, row_cap;

	/* of those read before, for what two may not both have */
	struct rules_place coupon_at[RULES_COUPONS];
	struct rules_place deposit_at[RULES_DEPOSITS];
	struct rules_place form_at[RULES_FORMS];

	bool placed; /* err has its place already */
	struct err err;
};

/** rules_seen(rr, key): it stands in this section. */
bool rules_seen(const struct rules_read *rr, enum key key);
/** rules_wrong_at(rr, place, fmt, ...): RC_PROTO with another place than that
 * of the line being read. */
enum rc rules_wrong_at(struct rules_read *rr, struct rules_place place,
	const char *fmt, ...) PRINTF(3, 4);
/** rules_id(rr): of the section being read. */
const char *rules_id(const struct rules_read *rr);
/** rules_word(kind): "promotion". */
const char *rules_word(enum rule_kind kind);
/** rules_place_of(rr, key): of its value, else of the section. */
struct rules_place rules_place_of(const struct rules_read *rr, enum key key);

/* --- config_rules_value.c: RC_PROTO what to write, without the place --- */

/** An amount above 0 in the shop's currency. */
MUST_CHECK enum rc rules_amount(const struct rules_read *rr, const char *value,
	int64_t *ret, struct err *reterr);
/** Above 0% and at most 100%, in parts per million. */
MUST_CHECK enum rc rules_percent(
	const char *value, int64_t *ret, struct err *reterr);
MUST_CHECK enum rc rules_yes(const char *value, bool *ret, struct err *reterr);
/** 1 to 9999. */
MUST_CHECK enum rc rules_count(
	const char *value, int64_t *ret, struct err *reterr);
/** "2026-11-21" as 20261121. */
MUST_CHECK enum rc rules_date(
	const char *value, int32_t *ret, struct err *reterr);
MUST_CHECK enum rc rules_days(
	const char *value, uint8_t *ret, struct err *reterr);
MUST_CHECK enum rc rules_time(
	const char *value, int16_t *from, int16_t *to, struct err *reterr);
/** One word of letters, digits, '-' and '_'. */
MUST_CHECK enum rc rules_name_word(const char *value, size_t len, char *out,
	size_t cap, struct err *reterr);
/** A text a receipt can show. */
MUST_CHECK enum rc rules_text(
	const char *value, char *out, size_t cap, struct err *reterr);
MUST_CHECK enum rc rules_class(const struct rules_read *rr, const char *value,
	char out[TAX_CODE_BYTES], struct err *reterr);

/** rules_set(rr, key, value, reterr): config_rules_set.c: any key but a list's
 * rows. */
MUST_CHECK enum rc rules_set(struct rules_read *rr, enum key key,
	const char *value, struct err *reterr);

/* --- config_rules_goods.c --- */

/** rules_add_items(rr, to, value, reterr): one line of goods, behind those
 * of the lines before it. */
MUST_CHECK enum rc rules_add_items(struct rules_read *rr,
	struct rules_picks *to, const char *value, struct err *reterr);
/** rules_add_row(rr, at, key, value, reterr): a row of a price list. */
MUST_CHECK enum rc rules_add_row(struct rules_read *rr, struct rules_place at,
	const char *key, const char *value, struct err *reterr);
/** rules_items_check(rr, slot, key): something can be in the set. */
MUST_CHECK enum rc rules_items_check(
	struct rules_read *rr, size_t slot, enum key key);
/** rules_rows_check(rr): no goods have two rows of the list. */
MUST_CHECK enum rc rules_rows_check(struct rules_read *rr);

/* --- the end of a section, of the text --- */

MUST_CHECK enum rc rules_end_list(struct rules_read *rr);
MUST_CHECK enum rc rules_end_promotion(struct rules_read *rr);
MUST_CHECK enum rc rules_end_coupon(struct rules_read *rr);
MUST_CHECK enum rc rules_end_deposit(struct rules_read *rr);
MUST_CHECK enum rc rules_end_form(struct rules_read *rr);
/** rules_form_text(value, out, cap, reterr): "2iiiiivppppc". */
MUST_CHECK enum rc rules_form_text(
	const char *value, char *out, size_t cap, struct err *reterr);
/** rules_end_all(rr): no code means two things. */
MUST_CHECK enum rc rules_end_all(struct rules_read *rr);
/** rules_added(rr, rc): what rules_add_*() answered, in words. */
MUST_CHECK enum rc rules_added(struct rules_read *rr, enum rc rc);

#endif
