/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cash.h"

#include <string.h>

#include "base/poison.h"

/*
 * What the issuing banks list as in circulation (2025): ECB, US Mint and
 * Bureau of Engraving and Printing, Bank of England and Royal Mint, SNB,
 * Bank of Japan, Bank of Canada, Reserve Banks of Australia and New Zealand,
 * Riksbank, Norges Bank, Danmarks Nationalbank, NBP, CNB, Central Bank of
 * Kuwait.  Left out is what is legal and hardly met: EUR 500, USD 0.50 and
 * 2, JPY 2000; USD 1 stands with the coins, it is what one is used for.
 */
static const struct table {
	char code[4];
	uint8_t digits;
	uint8_t n_coin;             /* the rest are notes */
	int64_t piece[CASH_PIECES]; /* ascending, 0 ends */
} tables[] = {
	{"AUD", 2, 6, {5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}},
	{"CAD", 2, 5, {5, 10, 25, 100, 200, 500, 1000, 2000, 5000, 10000}},
	{"CHF", 2, 7,
		{5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000,
			100000}},
	{"CZK", 2, 6,
		{100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
			200000, 500000}},
	{"DKK", 2, 6,
		{50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000}},
	{"EUR", 2, 8,
		{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
			20000}},
	{"GBP", 2, 8, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}},
	{"JPY", 0, 6, {1, 5, 10, 50, 100, 500, 1000, 5000, 10000}},
	{"KWD", 3, 5, {5, 10, 20, 50, 100, 250, 500, 1000, 5000, 10000, 20000}},
	{"NOK", 2, 4,
		{100, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}},
	{"NZD", 2, 5, {10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}},
	{"PLN", 2, 9,
		{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
			20000, 50000}},
	{"SEK", 2, 4,
		{100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}},
	{"USD", 2, 5, {1, 5, 10, 25, 100, 500, 1000, 2000, 5000, 10000}},
};

static const struct table *
find(const struct currency *c)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (strcmp(tables[i].code, c->code) == 0) {
			return tables[i].digits == c->digits ? &tables[i]
							     : NULL;
		}
	}
	return NULL;
}

static size_t
count(const struct table *t)
{
	size_t n = 0;

	while (n < CASH_PIECES && t->piece[n] != 0) {
		n++;
	}
	return n;
}

size_t
cash_pieces(const struct currency *c, struct money amount,
	struct cash_piece ret[CASH_PIECES])
{
	const struct table *t = find(c);
	int64_t left = amount.minor;
	size_t n = 0;

	if (t == NULL || left <= 0) {
		return 0;
	}
	for (size_t i = count(t); i > 0; i--) {
		int64_t value = t->piece[i - 1];

		if (left >= value) {
			ret[n].value.minor = value;
			ret[n].count = left / value;
			left %= value;
			n++;
		}
	}
	return left == 0 ? n : 0;
}

/* Into the ascending row behind the first, which is what is due. */
static size_t
insert(struct money ret[CASH_QUICK], size_t n, int64_t v)
{
	size_t at = n;

	while (at > 0 && ret[at - 1].minor > v) {
		at--;
	}
	if (at == CASH_QUICK || (at > 0 && ret[at - 1].minor == v)) {
		return n;
	}
	n = n < CASH_QUICK ? n + 1 : n;
	for (size_t i = n - 1; i > at; i--) {
		ret[i] = ret[i - 1];
	}
	ret[at].minor = v;
	return n;
}

size_t
cash_quick(const struct currency *c, struct money due,
	struct money ret[CASH_QUICK])
{
	const struct table *t = find(c);
	size_t n = 1;

	ret[0] = due;
	if (t == NULL || due.minor <= 0) {
		return n;
	}
	for (size_t i = 0; i < count(t); i++) {
		int64_t value = t->piece[i];
		int64_t whole = due.minor / value + (due.minor % value != 0);

		if (i >= t->n_coin && whole <= MONEY_MAX / value) {
			n = insert(ret, n, whole * value);
		} else if (i < t->n_coin && value > due.minor) {
			n = insert(ret, n, value);
		}
	}
	return n;
}

size_t
cash_values(const struct currency *c, struct money ret[CASH_PIECES],
	size_t *ret_n_coin)
{
	const struct table *t = find(c);
	size_t n = t == NULL ? 0 : count(t);

	for (size_t i = 0; i < n; i++) {
		ret[i].minor = t->piece[i];
	}
	*ret_n_coin = t == NULL ? 0 : t->n_coin;
	return n;
}

struct money
cash_note(const struct currency *c)
{
	const struct table *t = find(c);

	return (struct money){t == NULL ? 0 : t->piece[t->n_coin]};
}
