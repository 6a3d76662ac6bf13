/* SPDX-License-Identifier: Apache-2.0 */
/* Where each value of a rule goes, and what it may be. */
#include <string.h>

#include "core/barcode.h"
#include "register/config_rules_internal.h"

#include "base/poison.h"

/* ${to} is where the table says, in rr. */
typedef enum rc (*put_fn)(
	struct rules_read *rr, void *to, const char *value, struct err *reterr);

static enum rc
put_name(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_text(value, to, RULE_NAME_BYTES, reterr);
}

static enum rc
put_amount(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	return rules_amount(rr, value, to, reterr);
}

static enum rc
put_percent(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_percent(value, to, reterr);
}

static enum rc
put_count(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_count(value, to, reterr);
}

static enum rc
put_yes(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_yes(value, to, reterr);
}

static enum rc
put_date(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_date(value, to, reterr);
}

static enum rc
put_days(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_days(value, to, reterr);
}

static enum rc
put_time(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	struct rule_when *w = to;

	(void)rr;
	return rules_time(value, &w->minute_from, &w->minute_to, reterr);
}

static enum rc
put_group(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	(void)rr;
	return rules_name_word(
		value, strlen(value), to, RULE_GROUP_BYTES, reterr);
}

static enum rc
put_items(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	return rules_add_items(rr, to, value, reterr);
}

static enum rc
put_class(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	return rules_class(rr, value, to, reterr);
}

static enum rc
put_word(bool *to, const char *const word[2], const char *value,
	const char *help, struct err *reterr)
{
	size_t i = 0;
	enum rc rc = config_word(&i, word, 2, value, help, reterr);

	*to = i == 1;
	return rc;
}

static enum rc
put_pairing(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	static const char *const word[] = {"customer", "shop"};

	(void)rr;
	return put_word(to, word, value, "customer or shop", reterr);
}

static enum rc
put_giver(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	static const char *const word[] = {"store", "maker"};

	(void)rr;
	return put_word(to, word, value, "store or maker", reterr);
}

static enum rc
put_code(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	struct code_key key[CODE_CANDIDATES];

	(void)to;
	if (strpbrk(value, " \t") != NULL ||
		code_recognize(value, strlen(value), key) == 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this is no code: write at most %d signs without "
			"blanks",
			CODE_BYTES - 1);
	}
	rr->coupon.code = arena_text(&rr->arena, value, strlen(value));
	return rr->coupon.code != NULL
		       ? RC_OK
		       : err_set(reterr, RC_NOMEM, 0, "config",
				 "no memory to read the rules: close other "
				 "programs");
}

static enum rc
put_tender(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	const struct config_tender *t = config_tender_find(rr->c, value);

	if (strlen(value) != 2 || t == NULL || t->kind == TENDER_CASH) {
		return config_wrong(reterr,
			"there is no [tender %s]: write that section, or the "
			"code of another tender than cash",
			value, "");
	}
	memcpy(to, t->code, sizeof(t->code));
	return RC_OK;
}

/* A class of its own, or that of what the deposit is on. */
static enum rc
put_tax(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	if (strcmp(value, "item") == 0) {
		return RC_OK;
	}
	rr->deposit.how = DEPOSIT_CLASS;
	return rules_class(rr, value, to, reterr);
}

static enum rc
put_form(struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	return rules_form_text(value, to, sizeof(rr->form.form), reterr);
}

static enum rc
put_holds(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	static const char *const word[] = {"price", "weight", "count"};

	static const enum code_value holds[] = {
		CODE_HOLDS_PRICE, CODE_HOLDS_WEIGHT, CODE_HOLDS_COUNT};

	size_t i = 0;
	enum rc rc = config_word(&i, word, ARRAY_LEN(word), value,
		"price, weight or count", reterr);

	(void)to;
	rr->form.value = holds[i];
	return rc;
}

static enum rc
put_decimals(
	struct rules_read *rr, void *to, const char *value, struct err *reterr)
{
	static const char *const word[] = {"0", "1", "2", "3"};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "0, 1, 2 or 3", reterr);

	(void)to;
	rr->form.decimals = (uint8_t)i;
	return rc;
}

#define PUT(key, fn, member)                                                   \
	[KEY_##key - KEY_RULES] = {fn, offsetof(struct rules_read, member)}

static const struct {
	put_fn put;
	size_t offset;
} setter[KEY_RULES_COUNT] = {
	PUT(LIST_NAME, put_name, list.name),
	PUT(LIST_FROM, put_date, list.when.from),
	PUT(LIST_UNTIL, put_date, list.when.until),
	PUT(LIST_DAYS, put_days, list.when.days),
	PUT(LIST_TIME, put_time, list.when),
	PUT(LIST_GROUP, put_group, list.when.group),
	PUT(LIST_ALWAYS, put_yes, list.always),

	PUT(PROMO_NAME, put_name, promotion.name),
	PUT(PROMO_FROM, put_date, promotion.when.from),
	PUT(PROMO_UNTIL, put_date, promotion.when.until),
	PUT(PROMO_DAYS, put_days, promotion.when.days),
	PUT(PROMO_TIME, put_time, promotion.when),
	PUT(PROMO_GROUP, put_group, promotion.when.group),
	PUT(PROMO_ITEMS, put_items, slot[0]),
	PUT(PROMO_ITEMS2, put_items, slot[1]),
	PUT(PROMO_ITEMS3, put_items, slot[2]),
	PUT(PROMO_ITEMS4, put_items, slot[3]),
	PUT(PROMO_BUY, put_count, promotion.slot[0].count),
	PUT(PROMO_BUY2, put_count, promotion.slot[1].count),
	PUT(PROMO_BUY3, put_count, promotion.slot[2].count),
	PUT(PROMO_BUY4, put_count, promotion.slot[3].count),
	/* of two rewards one is refused at the end */
	PUT(PROMO_PRICE, put_amount, promotion.value),
	PUT(PROMO_OFF, put_amount, promotion.value),
	PUT(PROMO_PERCENT, put_percent, promotion.value),
	PUT(PROMO_FREE, put_count, promotion.free),
	PUT(PROMO_FREE_PERCENT, put_percent, promotion.value),
	PUT(PROMO_PAIRING, put_pairing, promotion.shop),
	PUT(PROMO_SAME, put_yes, promotion.same),
	PUT(PROMO_LIMIT, put_count, promotion.limit),

	PUT(COUPON_NAME, put_name, coupon.name),
	PUT(COUPON_FROM, put_date, coupon.when.from),
	PUT(COUPON_UNTIL, put_date, coupon.when.until),
	PUT(COUPON_DAYS, put_days, coupon.when.days),
	PUT(COUPON_TIME, put_time, coupon.when),
	PUT(COUPON_GROUP, put_group, coupon.when.group),
	PUT(COUPON_CODE, put_code, coupon.code),
	PUT(COUPON_KIND, put_giver, coupon.maker),
	PUT(COUPON_ITEMS, put_items, slot[0]),
	PUT(COUPON_OFF, put_amount, coupon.value),
	PUT(COUPON_PERCENT, put_percent, coupon.value),
	PUT(COUPON_LEAST, put_amount, coupon.least.minor),
	PUT(COUPON_LIMIT, put_count, coupon.limit),
	PUT(COUPON_DOUBLED, put_yes, coupon.doubled),
	PUT(COUPON_TENDER, put_tender, coupon.tender),

	PUT(DEPOSIT_NAME, put_name, deposit.name),
	PUT(DEPOSIT_PRICE, put_amount, deposit.price.minor),
	PUT(DEPOSIT_TAX, put_tax, deposit.tax),
	PUT(DEPOSIT_EMPTIES, put_class, deposit.tax),

	PUT(FORM_FORM, put_form, form.form),
	PUT(FORM_VALUE, put_holds, form.value),
	PUT(FORM_DECIMALS, put_decimals, form.decimals),
};

enum rc
rules_set(struct rules_read *rr, enum key key, const char *value,
	struct err *reterr)
{
	size_t i = (size_t)(key - KEY_RULES);

	return setter[i].put(rr, (char *)rr + setter[i].offset, value, reterr);
}
