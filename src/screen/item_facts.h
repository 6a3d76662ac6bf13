/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_ITEM_FACTS_H
#define SCREEN_ITEM_FACTS_H

#include "core/price_told.h"
#include "screen/app.h"

/** item_facts - what a price check and the search tell of an item. */
#define ITEM_FACTS (TOLD_PROMOTIONS + 6)

struct item_facts {
	struct money price; /* what it would cost now */
	char text[ITEM_FACTS][96];
	size_t n;
};

/** item_facts(a, it, ret): what promotions, lists, deposit, age and stock there
 * is to tell, the most important first. */
void item_facts(struct app *a, const struct item *it, struct item_facts *ret);
/** item_price(a, it): what it would cost now. */
struct money item_price(const struct app *a, const struct item *it);
/** item_dept_name(a, no): "" it has none. */
const char *item_dept_name(const struct app *a, const char *no);

#endif
