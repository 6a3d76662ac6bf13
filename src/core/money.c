/* SPDX-License-Identifier: Apache-2.0 */
#include "core/money.h"

#include <stdbool.h>
#include <string.h>

#include "base/parse.h"
#include "core/wide.h"

#include "base/poison.h"

/* Decimals anybody prints; keeps the divisor inside 64 bits. */
#define DIGITS_MAX 6

static bool
fits(wide v)
{
	return v >= -MONEY_MAX && v <= MONEY_MAX;
}

static enum rc
store(wide v, struct money *ret)
{
	if (!fits(v)) {
		return RC_RANGE;
	}
	ret->minor = (int64_t)v;
	return RC_OK;
}

enum rc
money_add(struct money a, struct money b, struct money *ret)
{
	return store((wide)a.minor + b.minor, ret);
}

enum rc
money_sub(struct money a, struct money b, struct money *ret)
{
	return store((wide)a.minor - b.minor, ret);
}

struct money
money_neg(struct money a)
{
	/* the one value without a mirror is far outside MONEY_MAX */
	a.minor = a.minor == INT64_MIN ? INT64_MAX : -a.minor;
	return a;
}

int
money_cmp(struct money a, struct money b)
{
	return (a.minor > b.minor) - (a.minor < b.minor);
}

enum rc
money_mul_ratio(struct money m, int64_t num, int64_t den, enum round round,
	struct money *ret)
{
	if (den <= 0) {
		return RC_INVAL;
	}
	return store(wide_divide((wide)m.minor * num, den, round), ret);
}

/* Position of the largest remainder not yet served; ties to the earlier. */
static size_t
find_largest(wide total, wide sum, const int64_t weight[], size_t n,
	const struct money ret[])
{
	size_t best = 0;
	wide best_rest = -1;

	for (size_t i = 0; i < n; i++) {
		wide rest = total * weight[i] - (wide)ret[i].minor * sum;

		if (rest > best_rest) {
			best = i;
			best_rest = rest;
		}
	}
	return best;
}

enum rc
money_allocate(struct money total, const int64_t weight[], size_t n,
	struct money ret[])
{
	bool negative = total.minor < 0;
	wide whole = negative ? -(wide)total.minor : (wide)total.minor;
	int64_t sum = 0;
	wide left = whole;

	if (n == 0) {
		return RC_INVAL;
	}
	for (size_t i = 0; i < n; i++) {
		if (weight[i] < 0) {
			return RC_INVAL;
		}
		if (__builtin_add_overflow(sum, weight[i], &sum)) {
			return RC_RANGE;
		}
	}
	if (!fits(whole)) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < n; i++) {
		wide part = sum == 0 ? 0 : whole * weight[i] / sum;

		ret[i].minor = (int64_t)part;
		left -= part;
	}
	if (sum == 0) {
		ret[0].minor = (int64_t)whole;
		left = 0;
	}
	/* fewer than n units are left, and a part that got one has a negative
	 * remainder from then on */
	for (; left > 0; left--) {
		ret[find_largest(whole, sum, weight, n, ret)].minor++;
	}
	for (size_t i = 0; negative && i < n; i++) {
		ret[i].minor = -ret[i].minor;
	}
	return RC_OK;
}

enum rc
money_round_step(
	struct money m, int64_t step, enum round round, struct money *ret)
{
	if (step <= 0) {
		return RC_INVAL;
	}
	return store(wide_divide(m.minor, step, round) * step, ret);
}

void
money_put(struct sbuf *b, struct money m, unsigned digits)
{
	/* through unsigned: INT64_MIN has no positive counterpart */
	uint64_t v = m.minor < 0 ? 0 - (uint64_t)m.minor : (uint64_t)m.minor;
	char decimals[DIGITS_MAX + 1] = "";

	if (digits > DIGITS_MAX) {
		digits = DIGITS_MAX;
	}
	for (unsigned i = digits; i > 0; i--) {
		decimals[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
	if (m.minor < 0) {
		sbuf_putc(b, '-');
	}
	sbuf_u64(b, v);
	if (digits > 0) {
		sbuf_putc(b, '.');
		sbuf_write(b, decimals, digits);
	}
}

enum rc
money_parse_entry(const char *s, size_t len, unsigned digits, struct money *ret)
{
	if (len == 0 || s[0] == '-') {
		return RC_PROTO;
	}
	if (memchr(s, '.', len) != NULL || memchr(s, ',', len) != NULL) {
		return money_parse_major(s, len, digits, ret);
	}
	return parse_i64(s, len, 0, MONEY_MAX, &ret->minor);
}

enum rc
money_parse_keyed(
	const char *s, size_t len, const struct currency *c, struct money *ret)
{
	bool major = len > 0 && (memchr(s, '.', len) != NULL ||
					memchr(s, ',', len) != NULL);
	struct money m;
	enum rc rc = money_parse_entry(s, len, c->digits, &m);

	for (unsigned i = 0; rc == RC_OK && !major && i < c->hidden; i++) {
		rc = money_mul_ratio(m, 10, 1, ROUND_DOWN, &m);
	}
	if (rc == RC_OK) {
		*ret = m;
	}
	return rc;
}

enum rc
money_parse_major(const char *s, size_t len, unsigned digits, struct money *ret)
{
	int64_t v;
	enum rc rc = parse_decimal(s, len, digits, &v);

	if (rc != RC_OK) {
		return rc;
	}
	return store(v, ret);
}
