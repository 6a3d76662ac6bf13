/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PRICING_H
#define CORE_PRICING_H

#include "core/basket.h"

/**
 * pricing - the steps of basket_reprice(), each in its file, each once over
 * all lines and in this order: prices (own, by hand, of lists) and discounts of
 * lines; promotions; the shop's coupons; the discount of the whole sale; tax, of
 * what comes back by its receipt last; makers' coupons, which pay.  A step reads what was put in and what the steps
 * before it made, writes the members that are its own and says what it did in
 * b->step.
 */
#define PRICE_STEPS 8 /* room for steps a line */

/** pricing_bytes(cap_line): room to compute in, for a basket of so many lines;
 * b->work. */
size_t pricing_bytes(size_t cap_line);

/** pricing_step(b, kind, idx, rule, amount): what was done.  RC_RANGE there is
 * no room to say it. */
MUST_CHECK enum rc pricing_step(struct basket *b, enum price_step_kind kind,
	size_t idx, int rule, struct money amount);

/** pricing_takes_off(l): coupons and the discount of the whole sale may take
 * something off it: sold, on file, and no deposit. */
bool pricing_takes_off(const struct basket *b, const struct basket_line *l);

/** price_lines(b): price, discount by hand and amount of each line; off and
 * relief become 0. */
MUST_CHECK enum rc price_lines(struct basket *b);
/** price_list_of(b, line, ret): what a list makes of the item's price; the
 * list's index, -1 when none does. */
int price_list_of(const struct basket *b, const struct basket_line *l,
	struct money *ret);
/** price_promotions(b), price_coupons(b), price_sale(b): off and amount of the
 * lines they take something off. */
MUST_CHECK enum rc price_promotions(struct basket *b);
MUST_CHECK enum rc price_coupons(struct basket *b);
MUST_CHECK enum rc price_sale(struct basket *b);
/** price_units(l): how many equal units a tax per unit sees in a line: the
 * pieces of goods that are counted; what is weighed, or anything else, is one.
 */
int64_t price_units(const struct basket_line *l);
/** price_classes(b): the class each line has by itself, before a spread asks
 * for it. */
MUST_CHECK enum rc price_classes(struct basket *b);
/** price_relief(b): classes of lines; of those whose buyer owes no tax, or owes
 * it himself, the row that says so, and what is taken out of their prices. */
MUST_CHECK enum rc price_relief(struct basket *b);
/** price_tax(b): that, by_class and total; of lines that are taxed by their
 * class (l->by < 0). */
MUST_CHECK enum rc price_tax(struct basket *b);
/** price_back(b): the tax of the others, by the rows of their receipts: added
 * to by_class and total; their amounts in prices of now. */
MUST_CHECK enum rc price_back(struct basket *b);
/** price_back_row(b, number, code): the receipt's row of the class; -1. */
int price_back_row(const struct basket *b, const char *number,
	const char *code);
/** price_makers(b): what makers' coupons are worth, at most what is due. */
MUST_CHECK enum rc price_makers(struct basket *b);

#endif
