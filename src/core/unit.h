/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_UNIT_H
#define CORE_UNIT_H

#include "base/attr.h"
#include "base/rc.h"
#include "core/qty.h"

/**
 * unit - what goods are weighed in.  A scale tells whole grams; a quantity is
 * thousandths of the item's unit, one its price is for.  A pound is exactly
 * 453.59237 g, an ounce its sixteenth (international yard and pound agreement
 * of 1959).
 */
enum unit {
	UNIT_KG,
	UNIT_G,
	UNIT_100G, /* 1.99 for a hundred grams */
	UNIT_LB,
	UNIT_OZ,
	UNIT_COUNT /* none of these: pieces */
};

/** unit_name(u): "kg", "g", "100g", "lb", "oz"; unit_find() is its inverse,
 * in small or capital letters; UNIT_COUNT when unknown, or "". */
const char *unit_name(enum unit u);
enum unit unit_find(const char *name);

#define UNIT_GRAMS_MAX ((int64_t)999999) /* no counter's scale weighs more */

/** unit_weigh(u, grams, ret): thousandths of ${u}, a half up.  0..
 * UNIT_GRAMS_MAX grams, RC_RANGE else; RC_INVAL no unit. */
MUST_CHECK enum rc unit_weigh(enum unit u, int64_t grams, struct qty *ret);

#endif
