/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"

/** parse_i64(s, len, min, max, ret): decimal, optional '-', no spaces, no
 * '+', leading zeros allowed.
 * RC_PROTO not a number, RC_RANGE outside min..max; *ret untouched then. */
MUST_CHECK enum rc parse_i64(
	const char *s, size_t len, int64_t min, int64_t max, int64_t *ret);

/** parse_decimal(s, len, digits, ret): "12", "12.5" or "12,5" as an integer
 * scaled by 10^digits (0..6), sign allowed.  More decimals than digits, or no
 * digit at all: RC_PROTO.  RC_RANGE beyond 2^53. */
MUST_CHECK enum rc parse_decimal(
	const char *s, size_t len, unsigned digits, int64_t *ret);

#endif
