/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of scales: digits, units, and the seal of dialog 06. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "device/scale_line.h"
#include "device/scale_seal.h"

#include "base/poison.h"

static void
digits(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t n;
		unsigned decimals;
	} row[] = {
		{"01.235", true, 1235, 3},
		{" 0.454", true, 454, 3},
		{"00123", true, 123, 0},
		{"", false, 0, 0},
		{"   ", false, 0, 0},
		{".454", false, 0, 0},
		{"454.", false, 0, 0},
		{"1.2.3", false, 0, 0},
		{"1 234", false, 0, 0},
		{"-1.23", false, 0, 0},
		{"1,235", false, 0, 0},
		{"999999999", true, 999999999, 0},
		{"1000000000", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		int64_t n = 0;
		unsigned decimals = 0;
		bool good = scale_number((const uint8_t *)row[i].text,
			strlen(row[i].text), &n, &decimals);

		assert_int_equal(good, row[i].good);
		if (good) {
			assert_int_equal(n, row[i].n);
			assert_int_equal(decimals, row[i].decimals);
		}
	}
}

static void
grams(void **state)
{
	static const struct {
		int64_t n;
		unsigned decimals;
		enum scale_unit unit;
		bool good;
		int64_t grams;
	} row[] = {
		{1235, 3, SCALE_KG, true, 1235},
		{12345, 4, SCALE_KG, true, 1235}, /* half up */
		{12344, 4, SCALE_KG, true, 1234},
		{999999, 3, SCALE_KG, true, 999999},
		{1000000, 3, SCALE_KG, false, 0},
		{100, 2, SCALE_LB, true, 454},   /* 453.59 */
		{1000, 2, SCALE_LB, true, 4536}, /* 4535.92 */
		{1, 2, SCALE_LB, true, 5},       /* 4.54 */
		{1600, 2, SCALE_OZ, true, 454},
		{100, 2, SCALE_OZ, true, 28}, /* 28.35 */
		{9999999, 0, SCALE_KG, false, 0},
		{-1, 3, SCALE_KG, false, 0},
		{1, 7, SCALE_KG, false, 0},
		{0, 3, SCALE_KG, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		int64_t got = -1;
		bool good = scale_grams(
			row[i].n, row[i].decimals, row[i].unit, &got);

		assert_int_equal(good, row[i].good);
		if (good) {
			assert_int_equal(got, row[i].grams);
		}
	}
}

static void
seal(void **state)
{
	static const uint8_t secret[] = {0x12, 0x34, 0x10, 0x21};
	struct scale_seal s;
	char out[SCALE_SEAL_TEXT];

	(void)state;
	scale_seal_set(&s, secret);
	assert_true(scale_seal(&s, (const uint8_t *)"00", out));
	assert_string_equal(out, "123413C6");
	assert_true(scale_seal(&s, (const uint8_t *)"48", out));
	assert_string_equal(out, "2341C613");
	assert_true(scale_seal(&s, (const uint8_t *)"F1", out));
	assert_string_equal(out, "091A09E3");
	assert_false(scale_seal(&s, (const uint8_t *)"G0", out));
	assert_false(scale_seal(&s, (const uint8_t *)"0\x03", out));
}

/* What may enter a sale, and nothing else may. */
static void
sells(void **state)
{
	struct scale_reading r = {.flags = SCALE_STABLE, .grams = 1};

	(void)state;
	assert_true(scale_sells(&r));
	r.flags |= SCALE_NET | SCALE_PRICED;
	assert_true(scale_sells(&r));
	for (unsigned f = SCALE_ZERO; f <= SCALE_FAULT; f <<= 1) {
		r.flags = SCALE_STABLE | f;
		assert_false(scale_sells(&r));
	}
	r.flags = SCALE_STABLE;
	r.grams = 0;
	assert_false(scale_sells(&r));
	r.grams = 1;
	r.flags = 0;
	assert_false(scale_sells(&r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits),
		cmocka_unit_test(grams),
		cmocka_unit_test(seal),
		cmocka_unit_test(sells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
