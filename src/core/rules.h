/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RULES_H
#define CORE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "core/money.h"
#include "core/qty.h"
#include "core/tax.h"

/**
 * rules - what a shop's configuration says of prices besides the catalog:
 * price lists, promotions, coupons, deposits and codes that hold a price or a
 * weight.  Built once from a text, then only read, by any number of baskets;
 * the texts in it are its own.  The order of the text decides where nothing
 * else does.
 */
#define RULE_ID_BYTES 32   /* of a section: [promotion ID] */
#define RULE_NAME_BYTES 64 /* as a receipt has it; the id where none is given */
#define RULE_GROUP_BYTES 16

/* Which goods.  A set is a list of these; goods are in it when one row that is
 * no exception has them and no exception does. */
enum pick_kind {
	PICK_ALL,
	PICK_CODE,  /* as the catalog spells it, or any GTIN of the same number */
	PICK_DEPT,
	PICK_GROUP, /* a word of the item's groups */
	PICK_TAX    /* class */
};

struct rule_pick {
	enum pick_kind kind;
	bool except;
	const char *text;
};

/* When, and for whom, by the local time a line was added at. */
struct rule_when {
	int32_t from, until; /* days as 20261121, both within; 0: open */
	uint8_t days;	     /* bit 0 Monday to bit 6 Sunday; 0 every day */
	/* minutes of the day, the second without; equal: all day; the second
	 * smaller: past midnight, the day is the one it began on */
	int16_t minute_from, minute_to;
	char group[RULE_GROUP_BYTES]; /* of customers; "" everybody */
};

enum price_how {
	PRICE_IS,     /* minor units */
	PRICE_OFF,    /* minor units less, never below 0 */
	PRICE_OFF_PPM /* so much less, rounded as price x quantity is */
};

struct price_row {
	struct rule_pick pick;
	enum price_how how;
	int64_t value;
};

/* The first row of a list that has an item is its price there.  Of all lists
 * that apply the lowest price wins, and the catalog's when it is lower still;
 * but one that is "always" stands above all others, the last one of them. */
struct price_list {
	char id[RULE_ID_BYTES], name[RULE_NAME_BYTES];
	struct rule_when when;
	bool always;
	const struct price_row *row;
	size_t n_row;
};

#define PROMOTION_SLOTS 4

enum reward {
	REWARD_PRICE,	/* the units together cost value */
	REWARD_OFF,	/* value less */
	REWARD_PPM,	/* so much of them less */
	REWARD_CHEAPEST /* the ${free} cheapest are value ppm less */
};

struct promotion_slot {
	const struct rule_pick *pick;
	size_t n_pick;
	int64_t count; /* units, > 0 */
};

struct promotion {
	char id[RULE_ID_BYTES], name[RULE_NAME_BYTES];
	struct rule_when when;
	struct promotion_slot slot[PROMOTION_SLOTS];
	size_t n_slot;
	bool same; /* the units of one application have one code */
	enum reward reward;
	int64_t value, free;
	bool shop;     /* cheapest: the cheapest of all, else of each group
			* paired from the top */
	int64_t limit; /* times a sale, 0 as often as it goes */
};

struct coupon {
	char id[RULE_ID_BYTES], name[RULE_NAME_BYTES];
	struct rule_when when;
	const char *code; /* that is scanned or keyed */
	bool maker; /* reimbursed by the manufacturer: a tender, not a discount */
	bool doubled; /* a maker's: the shop gives the same once more */
	const struct rule_pick *pick;
	size_t n_pick;
	enum price_how how; /* PRICE_OFF or PRICE_OFF_PPM */
	int64_t value;
	struct money least;  /* what those goods must come to */
	int64_t limit;	     /* of it in a sale, 0 any number */
	char tender[3];	     /* a maker's: code of the tender */
};

enum deposit_tax {
	DEPOSIT_AS_ITEM, /* the class of what it is on */
	DEPOSIT_CLASS	 /* ${tax} */
};

struct deposit {
	char id[RULE_ID_BYTES], name[RULE_NAME_BYTES]; /* the id is its code */
	struct money price; /* > 0, a unit of what it is on */
	enum deposit_tax how;
	char tax[TAX_CODE_BYTES]; /* also of empties whose drink nobody knows */
};

enum code_value {
	CODE_HOLDS_PRICE,
	CODE_HOLDS_WEIGHT, /* thousandths of the item's unit */
	CODE_HOLDS_COUNT
};

/* A code that holds more than a number: "2iiiiivppppc": digits stand for
 * themselves, i item, v verifier, p value, c check digit, x anything. */
struct code_form {
	char id[RULE_ID_BYTES];
	char form[32];
	enum code_value value;
	uint8_t decimals; /* of the value in it; a price's are the currency's
			   * unless told */
};

struct rules;

/** rules_bytes(text_len): memory that whatever a text of so many bytes says
 * fits into.  rules_init(memory, bytes): nothing in it yet; the memory is the
 * caller's, aligned 16, and holds all there is: free it and they are gone. */
size_t rules_bytes(size_t text_len);
struct rules *rules_init(void *memory, size_t bytes);

/* Each of these copies what it is given, the lists too.  RC_EXISTS the id is
 * in use; RC_NOSPC more of a kind than there can be, or no memory left. */
#define RULES_LISTS 64
#define RULES_PROMOTIONS 1000
#define RULES_COUPONS 1000
#define RULES_DEPOSITS 64
#define RULES_FORMS 64
MUST_CHECK enum rc rules_add_list(
	struct rules *r, const struct price_list *list);
MUST_CHECK enum rc rules_add_promotion(
	struct rules *r, const struct promotion *promotion);
MUST_CHECK enum rc rules_add_coupon(
	struct rules *r, const struct coupon *coupon);
MUST_CHECK enum rc rules_add_deposit(
	struct rules *r, const struct deposit *deposit);
MUST_CHECK enum rc rules_add_form(
	struct rules *r, const struct code_form *form);
/** rules_seal(r): build what makes looking up fast; nothing is added behind
 * it.  RC_NOSPC no memory left. */
MUST_CHECK enum rc rules_seal(struct rules *r);

/* How many, 0 when r is NULL; and each of them, in the order they were added. */
size_t rules_n_lists(const struct rules *r);
const struct price_list *rules_list(const struct rules *r, size_t i);
size_t rules_n_promotions(const struct rules *r);
const struct promotion *rules_promotion(const struct rules *r, size_t i);
size_t rules_n_coupons(const struct rules *r);
const struct coupon *rules_coupon(const struct rules *r, size_t i);
size_t rules_n_deposits(const struct rules *r);
const struct deposit *rules_deposit(const struct rules *r, size_t i);
size_t rules_n_forms(const struct rules *r);
const struct code_form *rules_form(const struct rules *r, size_t i);

/** By id, or of a coupon by its code; -1 there is none.  r may be NULL. */
int rules_find_list(const struct rules *r, const char *id);
int rules_find_promotion(const struct rules *r, const char *id);
int rules_find_coupon(const struct rules *r, const char *id);
int rules_find_coupon_code(const struct rules *r, const char *code);
int rules_find_deposit(const struct rules *r, const char *id);

/** rules_timed(r): something depends on the hour or the day. */
bool rules_timed(const struct rules *r);

#endif
