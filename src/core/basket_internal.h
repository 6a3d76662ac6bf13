/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASKET_INTERNAL_H
#define CORE_BASKET_INTERNAL_H

#include "core/basket.h"

/* basket_deposit.c */

/** basket_deposit_line(b, goods, ret): the line of the deposit that is on
 * them; false: there is none, or the rules do not know it. */
bool basket_deposit_line(const struct basket *b,
	const struct basket_line *goods, struct basket_line *ret);
/** basket_deposit_qty(goods): of what is weighed there is one. */
struct qty basket_deposit_qty(const struct basket_line *goods);
/** basket_numbers(b, l): how many numbers the line takes, 1 or 2: that behind
 * goods with a deposit is its line's, and is kept for it where nobody knows
 * yet what the goods are, or what the deposit. */
uint32_t basket_numbers(const struct basket *b, const struct basket_line *l);

#endif
