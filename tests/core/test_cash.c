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

/* Whatever the smallest coin can make is made, of no more pieces than any
 * other way: proved for each currency up to its smallest note. */
static void
greedy_is_the_fewest(void **state)
{
	static int best[20001];

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(known); c++) {
		struct cash_piece all[CASH_PIECES], p[CASH_PIECES];
		int64_t value[CASH_PIECES];
		int64_t top = cash_note(&known[c]).minor;
		size_t n_value = 0;

		assert_true(top > 0 && top <= 20000);
		/* the pieces show themselves: each alone makes itself */
		for (int64_t v = 1; v <= top; v++) {
			if (cash_pieces(&known[c], (struct money){v}, all) ==
					1 &&
				all[0].count == 1) {
				value[n_value++] = v;
			}
		}
		assert_true(n_value >= 5);
		for (int64_t a = 1; a <= top; a++) {
			size_t n;
			int count = 0;

			best[a] = -1;
			for (size_t k = 0; k < n_value && value[k] <= a; k++) {
				int rest =
					a == value[k] ? 0 : best[a - value[k]];

				if (rest >= 0 &&
					(best[a] < 0 || rest + 1 < best[a])) {
					best[a] = rest + 1;
				}
			}
			n = cash_pieces(&known[c], (struct money){a}, p);
			for (size_t k = 0; k < n; k++) {
				count += (int)p[k].count;
			}
			if (best[a] != (n == 0 ? -1 : count)) {
				fail_msg("%s %lld: %d pieces, %d would do",
					known[c].code, (long long)a, count,
					best[a]);
			}
		}
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
