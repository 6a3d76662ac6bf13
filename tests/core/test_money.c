/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/sbuf.h"
#include "core/money.h"
#include "core/qty.h"
#include "gen.h"

#include "base/poison.h"

__extension__ typedef __int128 wide;

static void
add_and_sub_stay_below_2_to_53(void **state)
{
	struct money r = {7};
	struct money max = {MONEY_MAX};

	(void)state;
	assert_int_equal(money_add(max, (struct money){0}, &r), RC_OK);
	assert_int_equal(r.minor, MONEY_MAX);
	assert_int_equal(money_sub((struct money){0}, max, &r), RC_OK);
	assert_int_equal(r.minor, -MONEY_MAX);
	r.minor = 7;
	assert_int_equal(money_add(max, (struct money){1}, &r), RC_RANGE);
	assert_int_equal(
		money_sub(money_neg(max), (struct money){1}, &r), RC_RANGE);
	assert_int_equal(money_add((struct money){INT64_MAX},
				 (struct money){INT64_MAX}, &r),
		RC_RANGE);
	assert_int_equal(r.minor, 7);
	assert_int_equal(
		money_sub((struct money){3}, (struct money){5}, &r), RC_OK);
	assert_int_equal(r.minor, -2);
	assert_int_equal(money_cmp((struct money){-1}, (struct money){1}), -1);
	assert_int_equal(money_cmp((struct money){1}, (struct money){1}), 0);
	assert_int_equal(money_cmp((struct money){2}, (struct money){1}), 1);
}

static void
rounding_modes(void **state)
{
	static const struct {
		int64_t m, num, den;
		int64_t want
			[ROUND_COUNT]; /* half up, even, down, up, half down */
	} t[] = {
		{5, 1, 2, {3, 2, 2, 3, 2}},
		{7, 1, 2, {4, 4, 3, 4, 3}},
		{-5, 1, 2, {-3, -2, -2, -3, -2}},
		{-7, 1, 2, {-4, -4, -3, -4, -3}},
		{1, 1, 3, {0, 0, 0, 1, 0}},
		{2, 1, 3, {1, 1, 0, 1, 1}},
		{-2, 1, 3, {-1, -1, 0, -1, -1}},
		{6, 1, 3, {2, 2, 2, 2, 2}},
		{0, 5, 7, {0, 0, 0, 0, 0}},
		{125, 19, 100, {24, 24, 23, 24, 24}},
		{3, -1, 2, {-2, -2, -1, -2, -1}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		for (unsigned r = 0; r < ROUND_COUNT; r++) {
			struct money got = {99};

			assert_int_equal(money_mul_ratio((struct money){t[i].m},
						 t[i].num, t[i].den,
						 (enum round)r, &got),
				RC_OK);
			assert_int_equal(got.minor, t[i].want[r]);
		}
	}
}

static void
ratio_errors(void **state)
{
	struct money r = {7};

	(void)state;
	assert_int_equal(
		money_mul_ratio((struct money){1}, 1, 0, ROUND_HALF_UP, &r),
		RC_INVAL);
	assert_int_equal(
		money_mul_ratio((struct money){1}, 1, -3, ROUND_HALF_UP, &r),
		RC_INVAL);
	assert_int_equal(money_mul_ratio((struct money){MONEY_MAX}, 2, 1,
				 ROUND_DOWN, &r),
		RC_RANGE);
	assert_int_equal(money_mul_ratio((struct money){INT64_MIN}, INT64_MIN,
				 1, ROUND_DOWN, &r),
		RC_RANGE);
	assert_int_equal(r.minor, 7);
	/* the product leaves 64 bits, the result does not */
	assert_int_equal(money_mul_ratio((struct money){MONEY_MAX},
				 1000000000000, 1000000000000, ROUND_DOWN, &r),
		RC_OK);
	assert_int_equal(r.minor, MONEY_MAX);
}

static void
ratio_is_nearest_and_mirrors(void **state)
{
	struct gen g = gen_start("ratio");

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct money m = {gen_range(&g, -1000000000, 1000000000)};
		int64_t num = gen_range(&g, 0, 2000000);
		int64_t den = gen_range(&g, 1, 2000000);
		enum round how = (enum round)gen_below(&g, ROUND_COUNT);
		struct money a, b;
		wide off;

		assert_int_equal(money_mul_ratio(m, num, den, how, &a), RC_OK);
		assert_int_equal(
			money_mul_ratio(money_neg(m), num, den, how, &b),
			RC_OK);
		assert_int_equal(a.minor, -b.minor);
		off = (wide)a.minor * den - (wide)m.minor * num;
		off = off < 0 ? -off : off;
		if (how == ROUND_DOWN || how == ROUND_UP) {
			assert_true(off < den);
		} else {
			assert_true(2 * off <= den);
		}
	}
}

static void
allocation_by_hand(void **state)
{
	static const struct {
		int64_t total;
		size_t n;
		int64_t weight[4];
		int64_t want[4];
	} t[] = {
		{100, 3, {1, 1, 1}, {34, 33, 33}},
		{-100, 3, {1, 1, 1}, {-34, -33, -33}},
		{5, 4, {1, 1, 1, 1}, {2, 1, 1, 1}},
		{10, 3, {0, 1, 2}, {0, 3, 7}},
		{7, 2, {0, 0}, {7, 0}},
		{0, 2, {3, 4}, {0, 0}},
		{1, 3, {1, 5, 4}, {0, 1, 0}},
		{99, 1, {12}, {99}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct money got[4];

		assert_int_equal(money_allocate((struct money){t[i].total},
					 t[i].weight, t[i].n, got),
			RC_OK);
		for (size_t k = 0; k < t[i].n; k++) {
			assert_int_equal(got[k].minor, t[i].want[k]);
		}
	}
}

static void
allocation_errors(void **state)
{
	static const int64_t negative[] = {3, -1};
	static const int64_t huge[] = {INT64_MAX, 1};
	struct money got[2] = {{7}, {7}};

	(void)state;
	assert_int_equal(
		money_allocate((struct money){1}, negative, 0, got), RC_INVAL);
	assert_int_equal(
		money_allocate((struct money){1}, negative, 2, got), RC_INVAL);
	assert_int_equal(
		money_allocate((struct money){1}, huge, 2, got), RC_RANGE);
	assert_int_equal(
		money_allocate((struct money){MONEY_MAX + 1}, huge, 1, got),
		RC_RANGE);
	assert_int_equal(got[0].minor, 7);
	assert_int_equal(got[1].minor, 7);
}

static void
allocation_parts_sum(void **state)
{
	struct gen g = gen_start("allocate");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t max = gen_below(&g, 2) ? 20 : MONEY_MAX;
		struct money total = {gen_range(&g, -max, max)};
		int64_t w[12];
		struct money part[12];
		size_t n = (size_t)gen_range(&g, 1, 12);
		int64_t top = gen_below(&g, 2) ? 3 : 1000000000000;
		int64_t sum = 0;
		int64_t weights = 0;

		for (size_t k = 0; k < n; k++) {
			w[k] = gen_range(&g, 0, top);
			weights += w[k];
		}
		assert_int_equal(money_allocate(total, w, n, part), RC_OK);
		for (size_t k = 0; k < n; k++) {
			wide exact = (wide)total.minor * w[k];
			wide off = (wide)part[k].minor * weights - exact;

			sum += part[k].minor;
			assert_true(part[k].minor == 0 ||
				    (part[k].minor < 0) == (total.minor < 0));
			/* nobody is a whole unit away from the exact share */
			assert_true(weights == 0 ||
				    (off < weights && off > -weights));
		}
		assert_int_equal(sum, total.minor);
	}
}

static void
cash_rounding(void **state)
{
	static const struct {
		int64_t due, step, want;
	} t[] = {
		{492, 5, 490},
		{597, 5, 595},
		{598, 5, 600},
		{1871, 5, 1870},
		{2042, 5, 2040},
		{2043, 5, 2045},
		{1742, 5, 1740},
		{1743, 5, 1745},
		{5449, 100, 5400},
		{5450, 100, 5500},
		{1046, 10, 1050},
		{1224, 50, 1200},
		{1225, 50, 1250},
		{1274, 50, 1250},
		{1275, 50, 1300},
		{-598, 5, -600},
		{1, 1, 1},
		{0, 5, 0},
	};
	struct money r = {7};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(money_round_step((struct money){t[i].due},
					 t[i].step, ROUND_HALF_UP, &r),
			RC_OK);
		assert_int_equal(r.minor, t[i].want);
	}
	r.minor = 7;
	assert_int_equal(
		money_round_step((struct money){1}, 0, ROUND_HALF_UP, &r),
		RC_INVAL);
	assert_int_equal(
		money_round_step((struct money){MONEY_MAX}, 100, ROUND_UP, &r),
		RC_RANGE);
	assert_int_equal(r.minor, 7);
}

static void
money_as_text(void **state)
{
	static const struct {
		int64_t minor;
		unsigned digits;
		const char *want;
	} t[] = {
		{0, 2, "0.00"},
		{5, 2, "0.05"},
		{-5, 2, "-0.05"},
		{123450, 2, "1234.50"},
		{-123450, 2, "-1234.50"},
		{1235, 0, "1235"},
		{12345, 3, "12.345"},
		{7, 3, "0.007"},
		{MONEY_MAX, 2, "90071992547409.91"},
		{INT64_MIN, 0, "-9223372036854775808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char out[40];
		struct sbuf b;

		sbuf_init(&b, out, sizeof(out));
		money_put(&b, (struct money){t[i].minor}, t[i].digits);
		assert_string_equal(out, t[i].want);
	}
}

struct parse_case {
	const char *text;
	unsigned digits;
	enum rc rc;
	int64_t want;
};

static void
keyed_amounts(void **state)
{
	static const struct parse_case t[] = {
		{"2000", 2, RC_OK, 2000},
		{"20.00", 2, RC_OK, 2000},
		{"20,00", 2, RC_OK, 2000},
		{"20.5", 2, RC_OK, 2050},
		{"0", 2, RC_OK, 0},
		{"0.00", 2, RC_OK, 0},
		{"2000", 0, RC_OK, 2000},
		{"1.234", 3, RC_OK, 1234},
		{"20.001", 2, RC_PROTO, 0},
		{"-5", 2, RC_PROTO, 0},
		{"-5.00", 2, RC_PROTO, 0},
		{"", 2, RC_PROTO, 0},
		{"1 0", 2, RC_PROTO, 0},
		{"x", 2, RC_PROTO, 0},
		{"9007199254740991", 2, RC_OK, MONEY_MAX},
		{"9007199254740992", 2, RC_RANGE, 0},
		{"99999999999999999999999", 2, RC_RANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct money m = {7};

		assert_int_equal(money_parse_entry(t[i].text, strlen(t[i].text),
					 t[i].digits, &m),
			t[i].rc);
		assert_int_equal(m.minor, t[i].rc == RC_OK ? t[i].want : 7);
	}
}

static void
prices_in_files(void **state)
{
	static const struct parse_case t[] = {
		{"20", 2, RC_OK, 2000},
		{"20.5", 2, RC_OK, 2050},
		{"0", 2, RC_OK, 0},
		{"1.99", 2, RC_OK, 199},
		{"1,99", 2, RC_OK, 199},
		{"150", 0, RC_OK, 150},
		{"1.999", 2, RC_PROTO, 0},
		{"", 2, RC_PROTO, 0},
		{"1e3", 2, RC_PROTO, 0},
		{"9007199254740991", 2, RC_RANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct money m = {7};

		assert_int_equal(money_parse_major(t[i].text, strlen(t[i].text),
					 t[i].digits, &m),
			t[i].rc);
		assert_int_equal(m.minor, t[i].rc == RC_OK ? t[i].want : 7);
	}
}

static void
quantities(void **state)
{
	static const struct {
		const char *text;
		enum rc rc;
		int64_t milli;
		const char *back;
	} t[] = {
		{"12", RC_OK, 12000, "12"},
		{"0.734", RC_OK, 734, "0.734"},
		{"0,734", RC_OK, 734, "0.734"},
		{"1.50", RC_OK, 1500, "1.5"},
		{"0.05", RC_OK, 50, "0.05"},
		{"10.001", RC_OK, 10001, "10.001"},
		{"999999.999", RC_OK, QTY_MAX, "999999.999"},
		{"1000000", RC_RANGE, 0, NULL},
		{"0", RC_RANGE, 0, NULL},
		{"0.0001", RC_PROTO, 0, NULL},
		{"-1", RC_PROTO, 0, NULL},
		{"", RC_PROTO, 0, NULL},
		{"a", RC_PROTO, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct qty q = {7};
		char out[32];
		struct sbuf b;

		assert_int_equal(
			qty_parse(t[i].text, strlen(t[i].text), &q), t[i].rc);
		assert_int_equal(q.milli, t[i].rc == RC_OK ? t[i].milli : 7);
		if (t[i].rc == RC_OK) {
			sbuf_init(&b, out, sizeof(out));
			qty_put(&b, q);
			assert_string_equal(out, t[i].back);
		}
	}
}

static void
quantity_times_price(void **state)
{
	struct money r = {7};
	char out[32];
	struct sbuf b;

	(void)state;
	assert_int_equal(qty_extend((struct money){299}, (struct qty){734},
				 ROUND_HALF_UP, &r),
		RC_OK);
	assert_int_equal(r.minor, 219); /* 0.734 kg at 2.99 */
	assert_int_equal(qty_extend((struct money){MONEY_MAX},
				 (struct qty){QTY_MAX}, ROUND_HALF_UP, &r),
		RC_RANGE);
	assert_int_equal(r.minor, 219);
	assert_int_equal(qty_pieces((struct qty){12000}).milli, 12000);
	assert_int_equal(qty_pieces((struct qty){734}).milli, 1000);
	assert_int_equal(qty_pieces((struct qty){2500}).milli, 1000);
	sbuf_init(&b, out, sizeof(out));
	qty_put(&b, (struct qty){-2500});
	assert_string_equal(out, "-2.5");
	sbuf_clear(&b);
	qty_put(&b, (struct qty){0});
	assert_string_equal(out, "0");
}

/* What is kept and what is keyed may have other decimals. */
static void
keyed_in_shown_decimals(void **state)
{
	static const struct {
		uint8_t digits, hidden;
		const char *text;
		enum rc rc;
		int64_t minor;
	} t[] = {{2, 0, "2000", RC_OK, 2000}, {2, 2, "1990", RC_OK, 199000},
		{2, 2, "1990.5", RC_OK, 199050},
		{2, 2, "1990,50", RC_OK, 199050},
		{2, 2, "1990.505", RC_PROTO, 7}, {3, 1, "1234", RC_OK, 12340},
		{3, 1, "12.345", RC_OK, 12345}, {3, 3, "12", RC_OK, 12000},
		{0, 0, "12", RC_OK, 12}, {2, 2, "", RC_PROTO, 7},
		{2, 2, "90071992547410", RC_RANGE, 7}};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct currency c = {
			.digits = t[i].digits, .hidden = t[i].hidden};
		struct money m = {7};

		assert_int_equal(
			money_parse_keyed(t[i].text, strlen(t[i].text), &c, &m),
			t[i].rc);
		assert_int_equal(m.minor, t[i].minor);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyed_in_shown_decimals),
		cmocka_unit_test(add_and_sub_stay_below_2_to_53),
		cmocka_unit_test(rounding_modes),
		cmocka_unit_test(ratio_errors),
		cmocka_unit_test(ratio_is_nearest_and_mirrors),
		cmocka_unit_test(allocation_by_hand),
		cmocka_unit_test(allocation_errors),
		cmocka_unit_test(allocation_parts_sum),
		cmocka_unit_test(cash_rounding),
		cmocka_unit_test(money_as_text),
		cmocka_unit_test(keyed_amounts),
		cmocka_unit_test(prices_in_files),
		cmocka_unit_test(quantities),
		cmocka_unit_test(quantity_times_price),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
