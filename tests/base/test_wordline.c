/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/wordline.h"
#include "gen.h"

static void
test_there_and_back(void **state)
{
	static const char *const value[] = {"", "plain", "two words", "100%",
		"a=b", "gr\xc3\xbc\xc3\x9f", "sha256//AB+/", "%20", "x\"y"};
	char line[WORDLINE_BYTES], out[64];
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(value); i++) {
		sbuf_init(&b, line, sizeof(line));
		wordline_begin(&b, "STATE");
		wordline_put(&b, "other", "why=not");
		wordline_put(&b, "why", value[i]);
		wordline_u64(&b, "acked", UINT64_MAX);
		wordline_i64(&b, "offset", -5);
		assert_true(sbuf_ok(&b));
		assert_true(wordline_is(line, b.len, "STATE"));
		assert_false(wordline_is(line, b.len, "STAT"));
		assert_true(wordline_get(line, b.len, "why", out, sizeof(out)));
		assert_string_equal(out, value[i]);
		assert_true(
			wordline_get(line, b.len, "acked", out, sizeof(out)));
		assert_string_equal(out, "18446744073709551615");
		wordline_end(&b);
		assert_int_equal(line[b.len - 1], '\n');
	}
}

static void
test_what_does_not_hold(void **state)
{
	static const char *const bad[] = {"S why=%", "S why=%2", "S why=%zz",
		"S why=%00", "S why=%0a", "S why=a%7fb", "S why", "why=1",
		"S xwhy=1", "S whyy=1", "S", "", "S why=12345678"};
	char out[8];
	int64_t v = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (wordline_get(
			    bad[i], strlen(bad[i]), "why", out, sizeof(out)) ||
			out[0] != '\0') {
			fail_msg("\"%s\"", bad[i]);
		}
	}
	assert_false(wordline_get_i64("S n=12x", 7, "n", 0, 99, &v));
	assert_false(wordline_get_i64("S n=100", 7, "n", 0, 99, &v));
	assert_int_equal(v, 7);
	assert_true(wordline_get_i64("S  n=99", 7, "n", 0, 99, &v));
	assert_int_equal(v, 99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_what_does_not_hold)};

	return cmocka_run_group_tests_name("wordline", tests, NULL, NULL);
}
