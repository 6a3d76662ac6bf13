/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_MONEY_H
#define CORE_MONEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "base/sbuf.h"

/**
 * money - whole minor units of one currency; never a float.  A struct, so
 * that money + quantity does not compile.  |minor| stays below 2^53, so every
 * amount survives any JSON reader.
 */
#define MONEY_MAX ((int64_t)9007199254740991) /* 2^53 - 1 */

/* Rates and percentages are parts of this many. */
#define PPM_ONE 1000000

struct money {
	int64_t minor;
};

enum round {
	ROUND_HALF_UP,	 /* half away from zero: a refund mirrors its sale */
	ROUND_HALF_EVEN, /* banker's */
	ROUND_DOWN,	 /* toward zero */
	ROUND_UP,	 /* away from zero */
	ROUND_HALF_DOWN, /* half toward zero */
	ROUND_COUNT
};

struct currency {
	char code[4];	  /* ISO 4217 */
	uint8_t digits;	  /* storage exponent: 0, 2 or 3 */
	int64_t cash_step; /* smallest cash amount in minor units, >= 1 */
	uint8_t hidden;	  /* of digits, neither keyed nor, being 0, shown */
};

/* RC_RANGE when the result leaves +-MONEY_MAX; *ret untouched then. */
MUST_CHECK enum rc money_add(
	struct money a, struct money b, struct money *ret);
MUST_CHECK enum rc money_sub(
	struct money a, struct money b, struct money *ret);
struct money money_neg(struct money a);
int money_cmp(struct money a, struct money b); /* -1, 0, 1 */

/** money_mul_ratio(m, num, den, round, ret): m * num / den with a 128-bit
 * intermediate.  RC_INVAL den <= 0. RC_RANGE. */
MUST_CHECK enum rc money_mul_ratio(struct money m, int64_t num, int64_t den,
	enum round round, struct money *ret);

/** money_allocate(total, weight, n, ret): split ${total} over n weights >= 0
 * by largest remainder, ties to the earlier part; parts sum to total exactly
 * and have its sign.  All weights 0: everything to the first part.
 * RC_INVAL n == 0 or a negative weight; RC_RANGE the weights' sum. */
MUST_CHECK enum rc money_allocate(struct money total, const int64_t weight[],
	size_t n, struct money ret[]);

/** money_round_step(m, step, round): to a multiple of step (cash rounding).
 * RC_INVAL step <= 0. RC_RANGE. */
MUST_CHECK enum rc money_round_step(
	struct money m, int64_t step, enum round round, struct money *ret);

/** money_put(b, m, digits): "-1234.50", no grouping, '.' as the point. */
void money_put(struct sbuf *b, struct money m, unsigned digits);

/** money_parse_entry(s, len, digits, ret): what a cashier keys: "2000" is
 * 2000 minor units, "20.00" and "20,00" and "20.5" are in major units; no
 * sign.  RC_PROTO, RC_RANGE. */
MUST_CHECK enum rc money_parse_entry(
	const char *s, size_t len, unsigned digits, struct money *ret);
/** money_parse_keyed(s, len, c, ret): the same of a currency: without a point
 * it is in the decimals that are shown; behind a point may stand all it is
 * kept with. */
MUST_CHECK enum rc money_parse_keyed(const char *s, size_t len,
	const struct currency *c, struct money *ret);
/** money_parse_major(s, len, digits, ret): a price in a file: "20" is 20.00,
 * at most ${digits} decimals. RC_PROTO, RC_RANGE. */
MUST_CHECK enum rc money_parse_major(
	const char *s, size_t len, unsigned digits, struct money *ret);

#endif
