/* SPDX-License-Identifier: Apache-2.0 */
#include "base/parse.h"

#include <stdbool.h>

#include "base/poison.h"

#define DECIMAL_MAX (INT64_C(1) << 53)
#define DIGITS_MAX 6u

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* acc = acc * 10 - digit: downward, so that INT64_MIN needs no exception. */
static bool
push_digit(int64_t *acc, char c)
{
	return !__builtin_mul_overflow(*acc, 10, acc) &&
	       !__builtin_sub_overflow(*acc, c - '0', acc);
}

enum rc
parse_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret)
{
	bool neg = len > 0 && s[0] == '-';
	bool fits = true;
	int64_t v = 0;
	size_t i = neg ? 1 : 0;

	if (i == len) {
		return RC_PROTO;
	}
	for (; i < len; i++) {
		if (!is_digit(s[i])) {
			return RC_PROTO;
		}
		fits = fits && push_digit(&v, s[i]);
	}
	if (!fits || (!neg && v == INT64_MIN)) {
		return RC_RANGE;
	}
	v = neg ? v : -v;
	if (v < min || v > max) {
		return RC_RANGE;
	}
	*ret = v;
	return RC_OK;
}

enum rc
parse_decimal(const char *s, size_t len, unsigned digits, int64_t *ret)
{
	bool neg = false;
	bool point = false;
	bool fits = true;
	bool any = false;
	unsigned after = 0;
	int64_t v = 0;
	size_t i = 0;

	if (digits > DIGITS_MAX) {
		return RC_INVAL;
	}
	if (len > 0 && (s[0] == '-' || s[0] == '+')) {
		neg = s[0] == '-';
		i = 1;
	}
	for (; i < len; i++) {
		if (!point && (s[i] == '.' || s[i] == ',')) {
			point = true;
			continue;
		}
		if (!is_digit(s[i]) || (point && after == digits)) {
			return RC_PROTO;
		}
		any = true;
		after += point ? 1 : 0;
		fits = fits && push_digit(&v, s[i]);
	}
	if (!any) {
		return RC_PROTO;
	}
	for (; after < digits; after++) {
		fits = fits && push_digit(&v, '0');
	}
	if (!fits || v < -DECIMAL_MAX) {
		return RC_RANGE;
	}
	*ret = neg ? v : -v;
	return RC_OK;
}
