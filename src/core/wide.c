/* SPDX-License-Identifier: Apache-2.0 */
#include "core/wide.h"

#include <stdbool.h>

#include "base/poison.h"

#define RESULT_MAX ((wide)1 << 62)
#define BITS 63

/* Whether ${rest} of ${den} makes one more of the quotient. */
static bool
goes_up(wide quotient, wide rest, wide den, enum round round)
{
	switch (round) {
	case ROUND_HALF_UP:
		return rest >= den - rest;
	case ROUND_HALF_EVEN:
		return rest > den - rest ||
		       (rest == den - rest && quotient % 2 != 0);
	case ROUND_HALF_DOWN:
		return rest > den - rest;
	case ROUND_UP:
		return rest != 0;
	case ROUND_DOWN:
	case ROUND_COUNT:
	default:
		return false;
	}
}

wide
wide_divide(wide n, wide den, enum round round)
{
	bool negative = n < 0;
	wide quotient;

	if (negative) {
		n = -n;
	}
	quotient = n / den;
	quotient += goes_up(quotient, n % den, den, round) ? 1 : 0;
	return negative ? -quotient : quotient;
}

/* A bit of n at a time: compound rates have divisors of up to 80 bits. */
static enum rc
long_ratio(wide n, wide num, wide den, wide *ret, wide *ret_rest)
{
	wide quotient = 0, rest = 0;

	for (int bit = BITS - 1; bit >= 0; bit--) {
		rest *= 2;
		if (((n >> bit) & 1) != 0) {
			rest += num;
		}
		quotient = 2 * quotient + rest / den;
		rest %= den;
		if (quotient > RESULT_MAX) {
			return RC_RANGE;
		}
	}
	*ret = quotient;
	*ret_rest = rest;
	return RC_OK;
}

enum rc
wide_ratio(wide n, wide num, wide den, wide *ret, wide *ret_rest)
{
	wide product;

	if (__builtin_mul_overflow(n, num, &product)) {
		return long_ratio(n, num, den, ret, ret_rest);
	}
	if (product / den > RESULT_MAX) {
		return RC_RANGE;
	}
	*ret = product / den;
	*ret_rest = product % den;
	return RC_OK;
}

enum rc
wide_ratio_round(wide n, wide num, wide den, enum round round, wide *ret)
{
	bool negative = n < 0;
	wide quotient = 0, rest = 0;
	enum rc rc;

	rc = wide_ratio(negative ? -n : n, num, den, &quotient, &rest);
	if (rc != RC_OK) {
		return rc;
	}
	quotient += goes_up(quotient, rest, den, round) ? 1 : 0;
	*ret = negative ? -quotient : quotient;
	return RC_OK;
}
