/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PRICE_TOLD_H
#define CORE_PRICE_TOLD_H

#include "core/basket.h"

/**
 * price_told - what somebody is told who asks for a price: what a piece, or a
 * unit of what is weighed, would cost if it was sold now, and what else the
 * rules say of it.  Nothing is sold, and no basket changes.
 */
#define TOLD_PROMOTIONS 3
#define TOLD_DAYS 31 /* that are looked ahead */

struct price_told {
	struct money price; /* now, for the basket's buyer */
	int list;           /* whose it is; -1 the catalog's */
	/* the first of the days to come on which it is another at this hour */
	struct money next;
	int32_t next_day;               /* as 20261124; 0 it stays as it is */
	int promotion[TOLD_PROMOTIONS]; /* that take it and apply now, as they
					 * are written */
	size_t n_promotion;
	struct money deposit; /* that comes with it; 0 none */
};

/** price_told(b, item, at, tz_min, ret): by the rules and for the buyer of
 * ${b}, which may be empty. */
void price_told(const struct basket *b, const struct item *item, struct utc at,
	int32_t tz_min, struct price_told *ret);
/** price_now(b, item, at, tz_min): the price alone. */
struct money price_now(const struct basket *b, const struct item *item,
	struct utc at, int32_t tz_min);

#endif
