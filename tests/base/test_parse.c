/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"
#include "gen.h"

static void
test_i64(void **state)
{
	static const struct {
		const char *s;
		int64_t min, max, want;
		enum rc rc;
	} t[] = {{"0", 0, 9, 0, RC_OK}, {"007", 0, 9, 7, RC_OK},
		{"-0", 0, 9, 0, RC_OK}, {"-5", -5, 5, -5, RC_OK},
		{"-6", -5, 5, 0, RC_RANGE}, {"6", -5, 5, 0, RC_RANGE},
		{"", 0, 9, 0, RC_PROTO}, {"-", 0, 9, 0, RC_PROTO},
		{"+1", 0, 9, 0, RC_PROTO}, {" 1", 0, 9, 0, RC_PROTO},
		{"1 ", 0, 9, 0, RC_PROTO}, {"1x", 0, 9, 0, RC_PROTO},
		{"0x1", 0, 9, 0, RC_PROTO}, {"1-", 0, 9, 0, RC_PROTO},
		{"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, RC_OK},
		{"9223372036854775808", INT64_MIN, INT64_MAX, 0, RC_RANGE},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN,
			RC_OK},
		{"-9223372036854775809", INT64_MIN, INT64_MAX, 0, RC_RANGE},
		{"99999999999999999999999", 0, 9, 0, RC_RANGE},
		{"99999999999999999999999x", 0, 9, 0, RC_PROTO}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t v = 77;
		enum rc rc = parse_i64(
			t[i].s, strlen(t[i].s), t[i].min, t[i].max, &v);

		if (rc != t[i].rc || v != (rc == RC_OK ? t[i].want : 77)) {
			fail_msg("\"%s\": %s", t[i].s, rc_name(rc));
		}
	}
}

static void
test_decimal(void **state)
{
	static const struct {
		const char *s;
		unsigned digits;
		int64_t want;
		enum rc rc;
	} t[] = {{"12", 2, 1200, RC_OK}, {"12.5", 2, 1250, RC_OK},
		{"12,50", 2, 1250, RC_OK}, {"-0.01", 2, -1, RC_OK},
		{"+1", 3, 1000, RC_OK}, {".5", 1, 5, RC_OK},
		{"5.", 1, 50, RC_OK}, {"12.345", 2, 0, RC_PROTO},
		{"12.340", 2, 0, RC_PROTO}, {"1.2.3", 4, 0, RC_PROTO},
		{"1,2.3", 4, 0, RC_PROTO}, {"", 2, 0, RC_PROTO},
		{".", 2, 0, RC_PROTO}, {"-", 2, 0, RC_PROTO},
		{"1e3", 2, 0, RC_PROTO}, {"12", 7, 0, RC_INVAL},
		{"12.0", 0, 0, RC_PROTO}, {"12.", 0, 12, RC_OK},
		{"9007199254740992", 0, INT64_C(1) << 53, RC_OK},
		{"9007199254740993", 0, 0, RC_RANGE},
		{"-90071992547409.93", 2, 0, RC_RANGE},
		{"99999999999999999999", 0, 0, RC_RANGE}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t v = 77;
		enum rc rc =
			parse_decimal(t[i].s, strlen(t[i].s), t[i].digits, &v);

		if (rc != t[i].rc || v != (rc == RC_OK ? t[i].want : 77)) {
			fail_msg("\"%s\": %s", t[i].s, rc_name(rc));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i64), cmocka_unit_test(test_decimal)};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
