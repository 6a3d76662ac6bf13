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

#include "core/unit.h"

#include "base/poison.h"

static void
names(void **state)
{
	(void)state;
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		assert_int_equal(unit_find(unit_name((enum unit)u)), u);
	}
	assert_int_equal(unit_find("KG"), UNIT_KG);
	assert_int_equal(unit_find("Lb"), UNIT_LB);
	assert_int_equal(unit_find(""), UNIT_COUNT);
	assert_int_equal(unit_find("k"), UNIT_COUNT);
	assert_int_equal(unit_find("kgs"), UNIT_COUNT);
	assert_string_equal(unit_name(UNIT_COUNT), "");
}

static void
weighs(void **state)
{
	static const struct {
		enum unit unit;
		int64_t grams, milli;
	} row[] = {
		{UNIT_KG, 0, 0},
		{UNIT_KG, 734, 734},
		{UNIT_KG, 999999, 999999},
		{UNIT_G, 734, 734000},
		{UNIT_G, 999999, 999999000},
		{UNIT_100G, 734, 7340},
		/* 1 g is 0.0022046 lb, 453 g 0.99869, 454 g 1.00090 */
		{UNIT_LB, 0, 0},
		{UNIT_LB, 1, 2},
		{UNIT_LB, 453, 999},
		{UNIT_LB, 454, 1001},
		{UNIT_LB, 1000, 2205},
		{UNIT_LB, 999999, 2204620},
		/* 1 g is 0.035274 oz */
		{UNIT_OZ, 1, 35},
		{UNIT_OZ, 1000, 35274},
		{UNIT_OZ, 999999, 35273927},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct qty q = {-1};

		assert_int_equal(
			unit_weigh(row[i].unit, row[i].grams, &q), RC_OK);
		assert_int_equal(q.milli, row[i].milli);
	}
}

/* Half a thousandth goes up, and never more than half of one is lost. */
static void
rounds_half_up(void **state)
{
	(void)state;
	for (int64_t g = 0; g <= 20000; g++) {
		struct qty q = {0};
		int64_t off;

		assert_int_equal(unit_weigh(UNIT_LB, g, &q), RC_OK);
		off = q.milli * 45359237 - g * 100000000;
		assert_true(2 * off <= 45359237);
		assert_true(-2 * off < 45359237);
	}
}

static void
refuses(void **state)
{
	struct qty q = {7};

	(void)state;
	assert_int_equal(unit_weigh(UNIT_KG, -1, &q), RC_RANGE);
	assert_int_equal(unit_weigh(UNIT_KG, 1000000, &q), RC_RANGE);
	assert_int_equal(unit_weigh(UNIT_COUNT, 1, &q), RC_INVAL);
	assert_int_equal(q.milli, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(weighs),
		cmocka_unit_test(rounds_half_up),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
