/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/cash.h"

#include "base/poison.h"

static const struct currency known[] = {{"AUD", 2, 5}, {"CAD", 2, 5},
	{"CHF", 2, 5}, {"CZK", 2, 100}, {"DKK", 2, 50}, {"EUR", 2, 1},
	{"GBP", 2, 1}, {"JPY", 0, 1}, {"KWD", 3, 5}, {"NOK", 2, 100},
	{"NZD", 2, 10}, {"PLN", 2, 1}, {"SEK", 2, 100}, {"USD", 2, 1}};

static const struct currency euro = {"EUR", 2, 1};

static void
gives_the_fewest_pieces(void **state)
{
	static const struct {
		const char *code;
		uint8_t digits;
		int64_t amount;
		const char *want;
	} row[] = {
		{"EUR", 2, 267, "1x200 1x50 1x10 1x5 1x2 "},
		{"EUR", 2, 1, "1x1 "},
		{"EUR", 2, 88888,
			"4x20000 1x5000 1x2000 1x1000 1x500 1x200 1x100 1x50 "
			"1x20 1x10 1x5 1x2 1x1 "},
		{"USD", 2, 141, "1x100 1x25 1x10 1x5 1x1 "},
		{"JPY", 0, 1234, "1x1000 2x100 3x10 4x1 "},
		{"CHF", 2, 130, "1x100 1x20 1x10 "},
		{"CHF", 2, 131, ""},
		{"KWD", 3, 1775, "1x1000 1x500 1x250 1x20 1x5 "},
		{"SEK", 2, 1700, "1x1000 1x500 1x200 "},
		{"EUR", 2, 0, ""},
		{"EUR", 2, -5, ""},
		{"EUR", 3, 267, ""},
		{"XXX", 2, 267, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct currency c = {.digits = row[i].digits, .cash_step = 1};
		struct cash_piece p[CASH_PIECES];
		char got[200] = "";
		struct sbuf b;
		size_t n;

		memcpy(c.code, row[i].code, sizeof(c.code));
		sbuf_init(&b, got, sizeof(got));
		n = cash_pieces(&c, (struct money){row[i].amount}, p);
		for (size_t k = 0; k < n; k++) {
			sbuf_printf(&b, "%lldx%lld ", (long long)p[k].count,
				(long long)p[k].value.minor);
		}
		assert_string_equal(got, row[i].want);
	}
}

/* The pieces show themselves: each alone makes itself. */
static size_t
pieces_of(const struct currency *c, int64_t top, int64_t value[CASH_PIECES])
{
	struct cash_piece p[CASH_PIECES];
	size_t n = 0;

	for (int64_t v = 1; v <= top; v++) {
		if (cash_pieces(c, (struct money){v}, p) == 1 &&
			p[0].count == 1) {
			value[n++] = v;
		}
	}
	return n;
}

static int
count_given(const struct currency *c, int64_t amount)
{
	struct cash_piece p[CASH_PIECES];
	size_t n = cash_pieces(c, (struct money){amount}, p);
	int count = 0;

	for (size_t i = 0; i < n; i++) {
		count += (int)p[i].count;
	}
	return n == 0 ? -1 : count;
}

/* Of all ways to make it, -1 when there is none; best[] holds those of all
 * smaller amounts. */
static int
fewest(const int best[], int64_t amount, const int64_t value[], size_t n)
{
	int least = -1;

	for (size_t i = 0; i < n && value[i] <= amount; i++) {
		int rest = best[amount - value[i]];

		if (rest >= 0 && (least < 0 || rest + 1 < least)) {
			least = rest + 1;
		}
	}
	return least;
}

static void
check_currency(const struct currency *c)
{
	static int best[20001];
	int64_t top = cash_note(c).minor;
	int64_t value[CASH_PIECES];
	size_t n;

	assert_in_range(top, 1, 20000);
	n = pieces_of(c, top, value);
	assert_in_range(n, 5, CASH_PIECES);
	for (int64_t a = 1; a <= top; a++) {
		best[a] = fewest(best, a, value, n);
		if (best[a] != count_given(c, a)) {
			fail_msg("%s %lld: %d pieces would do", c->code,
				(long long)a, best[a]);
		}
	}
}

/* Whatever the pieces can make is made, of no more than any other way takes:
 * for each currency up to its smallest note. */
static void
greedy_is_the_fewest(void **state)
{
	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(known); c++) {
		check_currency(&known[c]);
	}
}

static void
offers_what_is_likely(void **state)
{
	static const struct {
		int64_t due;
		int64_t want[CASH_QUICK];
	} row[] = {
		{1733, {1733, 2000, 5000, 10000}},
		{2733, {2733, 3000, 4000, 5000}},
		{89, {89, 100, 200, 500}},
		{2000, {2000, 5000, 10000, 20000}},
		{12345, {12345, 12500, 13000, 14000}},
	};
	struct money q[CASH_QUICK];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct money due = {row[i].due};

		assert_int_equal(cash_quick(&euro, due, q), CASH_QUICK);
		for (size_t k = 0; k < CASH_QUICK; k++) {
			assert_int_equal(q[k].minor, row[i].want[k]);
		}
	}
	assert_int_equal(cash_quick(&euro, (struct money){0}, q), 1);
	assert_int_equal(cash_quick(&euro, (struct money){-500}, q), 1);
	assert_int_equal(q[0].minor, -500);
	assert_int_equal(cash_quick(&euro, (struct money){MONEY_MAX}, q), 1);
}

/* Ascending, each once, the due first, and never beyond what money may be. */
static void
quick_amounts_ascend(void **state)
{
	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(known); c++) {
		for (int64_t due = 1; due < 300000; due += 1 + due / 50) {
			struct money q[CASH_QUICK];
			size_t n =
				cash_quick(&known[c], (struct money){due}, q);

			assert_int_equal(q[0].minor, due);
			for (size_t k = 1; k < n; k++) {
				assert_true(q[k].minor > q[k - 1].minor);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_fewest_pieces),
		cmocka_unit_test(greedy_is_the_fewest),
		cmocka_unit_test(offers_what_is_likely),
		cmocka_unit_test(quick_amounts_ascend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
