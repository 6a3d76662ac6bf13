/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_QTY_H
#define CORE_QTY_H

#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "base/sbuf.h"
#include "core/money.h"

/** qty - thousandths of the item's unit: 12 pieces = 12000, 0.734 kg = 734. */
struct qty {
	int64_t milli;
};

#define QTY_ONE ((struct qty){1000})
#define QTY_MAX ((int64_t)999999999) /* 999,999.999 */

/** qty_extend(price, q, round, ret): price x quantity. RC_RANGE. */
MUST_CHECK enum rc qty_extend(
	struct money price, struct qty q, enum round round, struct money *ret);

/** qty_pieces(q): what a line counts as in "items": its quantity when whole,
 * one piece when weighed; less than zero for what comes back. */
struct qty qty_pieces(struct qty q);

/** qty_parse(s, len, ret): "12", "0.734", "0,734"; > 0 and <= QTY_MAX.
 * RC_PROTO not a number, signed, or more than three decimals; RC_RANGE. */
MUST_CHECK enum rc qty_parse(const char *s, size_t len, struct qty *ret);

/** qty_put(b, q): "12", "0.734": no trailing zeros. */
void qty_put(struct sbuf *b, struct qty q);

#endif
