/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "gen.h"

static void
test_format(void **state)
{
	static const struct {
		int64_t us;
		const char *want;
	} t[] = {{0, "1970-01-01T00:00:00.000000Z"},
		{-1, "1970-01-01T00:00:00.000000Z"},
		{INT64_MAX, "9999-12-31T23:59:59.999999Z"},
		{951782400000001, "2000-02-29T00:00:00.000001Z"},
		{INT64_C(4107542399999999), "2100-02-28T23:59:59.999999Z"},
		{INT64_C(4107542400000000), "2100-03-01T00:00:00.000000Z"}};

	char s[UTC_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		utc_format((struct utc){t[i].us}, s);
		assert_string_equal(s, t[i].want);
	}
}

static void
test_parse(void **state)
{
	static const struct {
		const char *s;
		int64_t us;
	} good[] = {{"2026-11-21T14:32:07.123456Z", 1795271527123456},
		{"2026-11-21T15:32:07.123456+01:00", 1795271527123456},
		{"2026-11-21T09:02:07.5-05:30", 1795271527500000},
		{"1970-01-01T00:00:00Z", 0}};

	static const char *const bad[] = {"", "2026-11-21",
		"2026-11-21T14:32:07", "2026-11-21 14:32:07Z",
		"2026-11-21t14:32:07Z", "2026-11-21T14:32:07z",
		"2026-13-21T14:32:07Z", "2026-00-21T14:32:07Z",
		"2026-02-29T14:32:07Z", "2100-02-29T00:00:00Z",
		"2026-11-21T24:00:00Z", "2026-11-21T14:60:00Z",
		"2026-11-21T14:32:60Z", "2026-11-21T14:32:07.Z",
		"2026-11-21T14:32:07.1234567Z", "2026-11-21T14:32:07.123456Z ",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
		"2026-11-21T14:32:07+1:00", "2026-11-21T14:32:07+0100",
		"2026-11-21T14:32:07+24:00", "-026-11-21T14:32:07Z"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct utc t = {-1};

		assert_int_equal(
			utc_parse(good[i].s, strlen(good[i].s), &t), RC_OK);
		if (t.us != good[i].us) {
			fail_msg("%s: %lld", good[i].s, (long long)t.us);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct utc t = {-1};

		if (utc_parse(bad[i], strlen(bad[i]), &t) != RC_PROTO ||
			t.us != -1) {
			fail_msg("took \"%s\"", bad[i]);
		}
	}
}

/* The C library agrees about every date, and what is written reads back. */
static void
test_round_trip(void **state)
{
	struct gen g = {3};

	(void)state;
	for (int i = 0; i < 50000; i++) {
		struct utc t = {(int64_t)gen_below(
			&g, UINT64_C(253402300800) * 1000000)};
		struct utc back = {-1};
		char s[UTC_TEXT_BYTES];
		time_t sec = (time_t)(t.us / 1000000);
		struct civil c = utc_civil(t, 0);
		struct tm tm;

		utc_format(t, s);
		assert_int_equal(utc_parse(s, strlen(s), &back), RC_OK);
		assert_true(back.us == t.us);
		assert_non_null(gmtime_r(&sec, &tm));
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour, tm.tm_hour);
		assert_int_equal(c.minute, tm.tm_min);
		assert_int_equal(c.second, tm.tm_sec);
		assert_int_equal(c.weekday, tm.tm_wday);
	}
}

static void
test_civil_zone(void **state)
{
	struct civil c = utc_civil((struct utc){0}, -90);

	(void)state;
	assert_int_equal(c.year, 1969);
	assert_int_equal(c.month, 12);
	assert_int_equal(c.day, 31);
	assert_int_equal(c.hour, 22);
	assert_int_equal(c.minute, 30);
	assert_int_equal(c.weekday, 3);
	c = utc_civil((struct utc){INT64_C(1795271527123456)}, 60);
	assert_int_equal(c.hour, 15);
	assert_int_equal(c.weekday, 6);
}

static void
test_system(void **state)
{
	struct clock_fake f = {.now = {.utc = {5}, .mono = {6}, .tz_min = 7}};
	struct clock fake = clock_fake(&f);
	struct clock_reading a;
	struct clock_reading b;
	struct clock c;

	(void)state;
	assert_int_equal(setenv("TZ", "XXX-05:45", 1), 0);
	c = clock_system();
	a = clock_read(&c);
	b = clock_read(&c);
	assert_true(b.mono.us >= a.mono.us && a.mono.us > 0);
	assert_true(a.utc.us > INT64_C(1600000000000000));
	assert_int_equal(a.tz_min, 345);
	assert_int_equal(strlen(a.boot), 36);
	assert_string_equal(a.boot, b.boot);
	a = clock_read(&fake);
	assert_true(a.utc.us == 5 && a.mono.us == 6 && a.tz_min == 7);
	f.now.mono.us = 60;
	assert_true(clock_read(&fake).mono.us == 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse), cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_civil_zone),
		cmocka_unit_test(test_system)};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
