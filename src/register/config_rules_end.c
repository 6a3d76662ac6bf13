/* SPDX-License-Identifier: Apache-2.0 */
/* A section of a rule as a whole, when all of it was read. */
#include <string.h>

#include "register/config_rules_internal.h"

#include "base/poison.h"

static const int64_t whole_ppm = 1000000;

/* The ID where no name was given. */
static void
name_it(const char *id, char name[RULE_NAME_BYTES])
{
	if (name[0] == '\0') {
		memcpy(name, id, strlen(id) + 1);
	}
}

static enum rc
check_when(struct rules_read *rr, const struct rule_when *w, enum key until)
{
	if (w->from != 0 && w->until != 0 && w->until < w->from) {
		return rules_wrong_at(rr, rules_place_of(rr, until),
			"the last day is before the first: write a later one, "
			"or take one of the two out");
	}
	return RC_OK;
}

/* One of several that exclude each other: which stands there. */
static enum rc
one_of(struct rules_read *rr, const enum key key[], size_t n,
	const char *choice, enum key *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rules_seen(rr, key[i])) {
			continue;
		}
		if (found++ > 0) {
			return rules_wrong_at(rr, rules_place_of(rr, key[i]),
				"[%s %s] has '%s' already: a rule gives one "
				"thing, take one of the two out",
				rules_word(rr->kind), rules_id(rr),
				config_keys[*ret].key);
		}
		*ret = key[i];
	}
	return found == 1 ? RC_OK
			  : rules_wrong_at(rr, rr->section,
				    "[%s %s] takes nothing off: write one of "
				    "%s",
				    rules_word(rr->kind), rules_id(rr), choice);
}

enum rc
rules_end_list(struct rules_read *rr)
{
	struct price_list *l = &rr->list;
	struct price_row *row = NULL;
	enum rc rc = check_when(rr, &l->when, KEY_LIST_UNTIL);

	if (rc == RC_OK && rr->n_row == 0) {
		rc = rules_wrong_at(rr, rr->section,
			"[pricelist %s] has no price: write goods and what "
			"they cost, like 'dept 20 = -10%%'",
			l->id);
	}
	if (rc == RC_OK) {
		rc = rules_rows_check(rr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	name_it(l->id, l->name);
	row = arena_take(&rr->arena, rr->n_row, sizeof(*row));
	if (row == NULL) {
		return rules_added(rr, RC_NOMEM);
	}
	for (size_t i = 0; i < rr->n_row; i++) {
		row[i] = rr->row[i].row;
	}
	l->row = row;
	l->n_row = rr->n_row;
	return rules_added(rr, rules_add_list(rr->r, l));
}

/* --- promotions --- */

static enum key
nth(enum key first, size_t i)
{
	return (enum key)((size_t)first + i);
}

static enum rc
take_slots(struct rules_read *rr)
{
	struct promotion *p = &rr->promotion;

	for (size_t i = 0; i < PROMOTION_SLOTS; i++) {
		struct promotion_slot *s = &p->slot[i];
		enum key items = nth(KEY_PROMO_ITEMS, i);
		enum key buy = nth(KEY_PROMO_BUY, i);
		enum rc rc;

		if (!rules_seen(rr, items) && rules_seen(rr, buy)) {
			return rules_wrong_at(rr, rules_place_of(rr, buy),
				"of what so many are bought is not said: "
				"write '%s = ...' too",
				config_keys[items].key);
		}
		if (!rules_seen(rr, items)) {
			continue;
		}
		if (p->n_slot != i) {
			return rules_wrong_at(rr, rules_place_of(rr, items),
				"there is no '%s' in [promotion %s]: write "
				"the sets one after the other, items, items2, "
				"items3, items4",
				config_keys[nth(KEY_PROMO_ITEMS, p->n_slot)]
					.key,
				p->id);
		}
		rc = rules_items_check(rr, i, items);
		if (rc != RC_OK) {
			return rc;
		}
		s->pick = rr->slot[i].pick;
		s->n_pick = rr->slot[i].n;
		s->count = s->count > 0 ? s->count : 1;
		p->n_slot++;
	}
	return p->n_slot > 0 ? RC_OK
			     : rules_wrong_at(rr, rr->section,
				       "[promotion %s] is for no goods: write "
				       "'items = ...', codes, dept, group, tax "
				       "or all",
				       p->id);
}

static enum rc
check_cheapest(struct rules_read *rr)
{
	struct promotion *p = &rr->promotion;
	int64_t n = 0;

	for (size_t i = 0; i < p->n_slot; i++) {
		n += p->slot[i].count;
	}
	if (p->free >= n) {
		return rules_wrong_at(rr, rules_place_of(rr, KEY_PROMO_FREE),
			"as many are free as are bought: write fewer than "
			"%lld here, or a larger 'buy', which counts the free "
			"ones too",
			(long long)n);
	}
	if (p->shop && p->n_slot > 1) {
		return rules_wrong_at(rr, rules_place_of(rr, KEY_PROMO_PAIRING),
			"'shop' pairs the units of one set: take it out, or "
			"write one 'items' only");
	}
	if (!rules_seen(rr, KEY_PROMO_FREE_PERCENT)) {
		p->value = whole_ppm;
	}
	return RC_OK;
}

static enum reward
reward_of(enum key which)
{
	return which == KEY_PROMO_PRICE     ? REWARD_PRICE
	       : which == KEY_PROMO_OFF     ? REWARD_OFF
	       : which == KEY_PROMO_PERCENT ? REWARD_PPM
					    : REWARD_CHEAPEST;
}

static enum rc
check_reward(struct rules_read *rr)
{
	static const enum key reward[] = {KEY_PROMO_PRICE, KEY_PROMO_OFF,
		KEY_PROMO_PERCENT, KEY_PROMO_FREE};

	static const enum key of_free[] = {
		KEY_PROMO_FREE_PERCENT, KEY_PROMO_PAIRING};
	enum key which = KEY_PROMO_PRICE;
	enum rc rc = one_of(rr, reward, ARRAY_LEN(reward),
		"price, off, percent or free", &which);

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(of_free); i++) {
		if (which != KEY_PROMO_FREE && rules_seen(rr, of_free[i])) {
			rc = rules_wrong_at(rr, rules_place_of(rr, of_free[i]),
				"'%s' goes with 'free' only: take it out, or "
				"write 'free = 1' instead of '%s'",
				config_keys[of_free[i]].key,
				config_keys[which].key);
		}
	}
	rr->promotion.reward = reward_of(which);
	if (rc == RC_OK && which == KEY_PROMO_FREE) {
		rc = check_cheapest(rr);
	}
	if (rc == RC_OK && rr->promotion.same && rr->promotion.n_slot > 1) {
		rc = rules_wrong_at(rr, rules_place_of(rr, KEY_PROMO_SAME),
			"units of several sets are never the same: take "
			"'same' out, or write one 'items' only");
	}
	return rc;
}

enum rc
rules_end_promotion(struct rules_read *rr)
{
	struct promotion *p = &rr->promotion;
	enum rc rc = check_when(rr, &p->when, KEY_PROMO_UNTIL);

	if (rc == RC_OK) {
		rc = take_slots(rr);
	}
	if (rc == RC_OK) {
		rc = check_reward(rr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	name_it(p->id, p->name);
	return rules_added(rr, rules_add_promotion(rr->r, p));
}

/* --- coupons --- */

static enum rc
check_maker(struct rules_read *rr)
{
	static const enum key only[] = {KEY_COUPON_DOUBLED, KEY_COUPON_TENDER};
	struct coupon *c = &rr->coupon;
	const struct config_tender *t;

	for (size_t i = 0; !c->maker && i < ARRAY_LEN(only); i++) {
		if (rules_seen(rr, only[i])) {
			return rules_wrong_at(rr, rules_place_of(rr, only[i]),
				"'%s' is for coupons of a maker: take it out, "
				"or write 'kind = maker'",
				config_keys[only[i]].key);
		}
	}
	if (!c->maker) {
		return RC_OK;
	}
	if (!rules_seen(rr, KEY_COUPON_TENDER)) {
		memcpy(c->tender, "CP", sizeof("CP"));
	}
	t = config_tender_find(rr->c, c->tender);
	if (t == NULL || t->kind == TENDER_CASH) {
		return rules_wrong_at(rr, rules_place_of(rr, KEY_COUPON_TENDER),
			"a coupon of a maker is paid with, and there is no "
			"[tender %s] to book it as: write that section, or "
			"another code here",
			c->tender);
	}
	return RC_OK;
}

enum rc
rules_end_coupon(struct rules_read *rr)
{
	static const enum key worth[] = {KEY_COUPON_OFF, KEY_COUPON_PERCENT};
	static const struct rule_pick everything = {.kind = PICK_ALL};
	struct coupon *c = &rr->coupon;
	enum key which = KEY_COUPON_OFF;
	enum rc rc = check_when(rr, &c->when, KEY_COUPON_UNTIL);

	if (rc == RC_OK && !rules_seen(rr, KEY_COUPON_CODE)) {
		rc = rules_wrong_at(rr, rr->section,
			"[coupon %s] has no code: write 'code = ...', what is "
			"scanned or keyed",
			c->id);
	}
	if (rc == RC_OK) {
		rc = one_of(
			rr, worth, ARRAY_LEN(worth), "off or percent", &which);
	}
	if (rc == RC_OK && rules_seen(rr, KEY_COUPON_ITEMS)) {
		rc = rules_items_check(rr, 0, KEY_COUPON_ITEMS);
	}
	if (rc == RC_OK) {
		rc = check_maker(rr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	c->how = which == KEY_COUPON_OFF ? PRICE_OFF : PRICE_OFF_PPM;
	c->pick = rr->slot[0].n > 0 ? rr->slot[0].pick : &everything;
	c->n_pick = rr->slot[0].n > 0 ? rr->slot[0].n : 1;
	name_it(c->id, c->name);
	if (rules_n_coupons(rr->r) < RULES_COUPONS) {
		rr->coupon_at[rules_n_coupons(rr->r)] =
			rules_place_of(rr, KEY_COUPON_CODE);
	}
	if (rules_find_coupon_code(rr->r, c->code) >= 0) {
		return rules_wrong_at(rr, rules_place_of(rr, KEY_COUPON_CODE),
			"[coupon %s] has the code %.60s already: write "
			"another one",
			rules_coupon(rr->r,
				(size_t)rules_find_coupon_code(rr->r, c->code))
				->id,
			c->code);
	}
	return rules_added(rr, rules_add_coupon(rr->r, c));
}

/* --- deposits --- */

enum rc
rules_end_deposit(struct rules_read *rr)
{
	struct deposit *d = &rr->deposit;

	if (!rules_seen(rr, KEY_DEPOSIT_PRICE)) {
		return rules_wrong_at(rr, rr->section,
			"[deposit %s] has no amount: write 'price = ...', for "
			"one unit",
			d->id);
	}
	if (d->how == DEPOSIT_CLASS && rules_seen(rr, KEY_DEPOSIT_EMPTIES)) {
		return rules_wrong_at(rr,
			rules_place_of(rr, KEY_DEPOSIT_EMPTIES),
			"empties of a deposit with a class of its own have "
			"that class: take this out, or write 'tax = item'");
	}
	if (d->tax[0] == '\0') {
		memcpy(d->tax, rr->c->tax.class_[0].code, sizeof(d->tax));
	}
	name_it(d->id, d->name);
	if (rules_n_deposits(rr->r) < RULES_DEPOSITS) {
		rr->deposit_at[rules_n_deposits(rr->r)] = rr->section;
	}
	return rules_added(rr, rules_add_deposit(rr->r, d));
}
