/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_WIDE_H
#define CORE_WIDE_H

#include "base/attr.h"
#include "base/rc.h"
#include "core/money.h"

/**
 * wide - what amounts are multiplied and divided in: 128 bits, and the one
 * place where something is rounded.
 */
__extension__ typedef __int128 wide;

/** wide_divide(n, den, round): n / den; den > 0.  The sign is taken off first,
 * so that every mode treats a refund as the mirror of its sale. */
wide wide_divide(wide n, wide den, enum round round);

/** wide_ratio(n, num, den, ret_rest): n * num / den cut off, and what is left
 * over den, exactly, however long the product is.  0 <= n < 2^63,
 * 0 <= num, den < 2^100, den > 0.  RC_RANGE the result is above 2^62. */
MUST_CHECK enum rc wide_ratio(
	wide n, wide num, wide den, wide *ret, wide *ret_rest);

/** wide_ratio_round(n, num, den, round, ret): the same rounded, of n of
 * either sign. */
MUST_CHECK enum rc wide_ratio_round(
	wide n, wide num, wide den, enum round round, wide *ret);

#endif
