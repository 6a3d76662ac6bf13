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

#include "core/age.h"

#include "base/poison.h"

static void
parses(void **state)
{
	static const struct {
		const char *s;
		enum date_order order;
		int year, month, day; /* year 0: refused */
	} row[] = {
		{"14031999", DATE_DMY, 1999, 3, 14},
		{"03141999", DATE_MDY, 1999, 3, 14},
		{"19990314", DATE_YMD, 1999, 3, 14},
		{"1999-03-14", DATE_DMY, 1999, 3, 14},
		{"1999-03-14", DATE_MDY, 1999, 3, 14},
		{"14.3.1999", DATE_DMY, 1999, 3, 14},
		{"3/14/1999", DATE_MDY, 1999, 3, 14},
		{"14-03-1999", DATE_YMD, 1999, 3, 14},
		{"29022000", DATE_DMY, 2000, 2, 29},
		{"29021900", DATE_DMY, 0, 0, 0},
		{"29022007", DATE_DMY, 0, 0, 0},
		{"31041999", DATE_DMY, 0, 0, 0},
		{"14131999", DATE_DMY, 0, 0, 0},
		{"00011999", DATE_DMY, 0, 0, 0},
		{"14031799", DATE_DMY, 0, 0, 0},
		{"14.03.99", DATE_DMY, 0, 0, 0},
		{"140399", DATE_DMY, 0, 0, 0},
		{"140319999", DATE_DMY, 0, 0, 0},
		{"14031999.", DATE_DMY, 0, 0, 0},
		{".14031999", DATE_DMY, 0, 0, 0},
		{"14..1999", DATE_DMY, 0, 0, 0},
		{"1.1.1.1999", DATE_DMY, 0, 0, 0},
		{"14a31999", DATE_DMY, 0, 0, 0},
		{"", DATE_DMY, 0, 0, 0},
		{"1-1-999999999999", DATE_DMY, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct date d = {0};
		enum rc rc = date_parse(
			row[i].s, strlen(row[i].s), row[i].order, &d);

		if (rc != (row[i].year == 0 ? RC_PROTO : RC_OK) ||
			d.year != row[i].year || d.month != row[i].month ||
			d.day != row[i].day) {
			fail_msg("'%s': %d-%d-%d", row[i].s, d.year, d.month,
				d.day);
		}
	}
}

/* Rows A1 and A2: on or before today minus N years; 29 February. */
static void
reaches(void **state)
{
	static const struct {
		struct date born, today;
		int years;
		enum leap_day leap;
		bool want;
	} row[] = {
		{{2007, 11, 21}, {2025, 11, 21}, 18, LEAP_MAR_1, true},
		{{2007, 11, 22}, {2025, 11, 21}, 18, LEAP_MAR_1, false},
		{{2008, 2, 29}, {2026, 2, 28}, 18, LEAP_MAR_1, false},
		{{2008, 2, 29}, {2026, 3, 1}, 18, LEAP_MAR_1, true},
		{{2008, 2, 29}, {2026, 2, 28}, 18, LEAP_FEB_28, true},
		{{2008, 2, 29}, {2026, 2, 27}, 18, LEAP_FEB_28, false},
		{{2008, 2, 29}, {2024, 2, 28}, 16, LEAP_FEB_28, false},
		{{2008, 2, 29}, {2024, 2, 29}, 16, LEAP_MAR_1, true},
		{{2008, 2, 28}, {2026, 2, 28}, 18, LEAP_MAR_1, true},
		{{2027, 1, 1}, {2026, 1, 1}, 0, LEAP_MAR_1, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		assert_int_equal(age_reached(row[i].born, row[i].today,
					 row[i].years, row[i].leap),
			row[i].want);
	}
	assert_int_equal(age_years((struct date){1999, 3, 14},
				 (struct date){2025, 11, 21}, LEAP_MAR_1),
		26);
	assert_int_equal(age_years((struct date){2008, 2, 29},
				 (struct date){2026, 2, 28}, LEAP_MAR_1),
		17);
	assert_int_equal(age_years((struct date){2008, 2, 29},
				 (struct date){2026, 2, 28}, LEAP_FEB_28),
		18);
}

static struct date
next_day(struct date d)
{
	char text[16] = {0};

	for (;;) {
		struct date ret;

		d.day++;
		if (d.day > 31) {
			d.day = 1;
			d.month++;
		}
		if (d.month > 12) {
			d.month = 1;
			d.year++;
		}
		text[0] = (char)('0' + d.year / 1000);
		text[1] = (char)('0' + d.year / 100 % 10);
		text[2] = (char)('0' + d.year / 10 % 10);
		text[3] = (char)('0' + d.year % 10);
		text[4] = (char)('0' + d.month / 10);
		text[5] = (char)('0' + d.month % 10);
		text[6] = (char)('0' + d.day / 10);
		text[7] = (char)('0' + d.day % 10);
		if (date_parse(text, 8, DATE_YMD, &ret) == RC_OK) {
			return ret;
		}
	}
}

/* What is on the screen is what is asked: whoever was born that day may buy,
 * whoever was born the day after may not; on every day of nine years. */
static void
born_by_is_the_edge(void **state)
{
	(void)state;
	for (enum leap_day leap = LEAP_MAR_1; leap <= LEAP_FEB_28; leap++) {
		struct date today = {2023, 12, 31};

		while (today.year < 2033) {
			struct date by = age_born_by(today, 18, leap);

			assert_true(age_reached(by, today, 18, leap));
			assert_false(
				age_reached(next_day(by), today, 18, leap));
			assert_int_equal(
				age_years(by, today, leap) >= 18, true);
			today = next_day(today);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(reaches),
		cmocka_unit_test(born_by_is_the_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
