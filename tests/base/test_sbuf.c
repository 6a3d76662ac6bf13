/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "gen.h"

static void
test_build(void **state)
{
	char p[64];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, p, sizeof(p));
	assert_string_equal(p, "");
	sbuf_puts(&b, "a=");
	sbuf_i64(&b, INT64_MIN);
	sbuf_putc(&b, ' ');
	sbuf_u64(&b, UINT64_MAX);
	assert_string_equal(p, "a=-9223372036854775808 18446744073709551615");
	assert_true(sbuf_ok(&b));
	sbuf_cut(&b, 2);
	sbuf_cut(&b, 9);
	sbuf_i64(&b, 0);
	sbuf_fill(&b, '.', 3);
	sbuf_printf(&b, "%03d", 7);
	assert_string_equal(p, "a=0...007");
	sbuf_clear(&b);
	assert_string_equal(p, "");
	assert_int_equal(b.len, 0);
}

/* Whatever is written into a buffer too small: a prefix, a NUL, a flag. */
static void
test_overflow_is_sticky(void **state)
{
	static const char want[] = "abc-12zzz<7>\"x\"";

	(void)state;
	for (size_t cap = 1; cap < sizeof(want) + 2; cap++) {
		char p[40];
		struct sbuf b;

		memset(p, '#', sizeof(p));
		sbuf_init(&b, p, cap);
		sbuf_putc(&b, 'a');
		sbuf_puts(&b, "bc");
		sbuf_i64(&b, -12);
		sbuf_fill(&b, 'z', 3);
		sbuf_printf(&b, "<%d>", 7);
		sbuf_json(&b, "x", 1);
		assert_int_equal(strlen(p), b.len);
		assert_true(b.len < cap);
		assert_memory_equal(p, want, b.len);
		assert_int_equal(p[cap], '#');
		assert_int_equal(sbuf_ok(&b), cap >= sizeof(want));
	}
}

static void
test_json_string(void **state)
{
	char p[128];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, p, sizeof(p));
	sbuf_json(&b, "a\"b\\c/\b\f\n\r\t\x01\x1f\x7f\xc3\xa4", 16);
	assert_string_equal(
		p, "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa4\"");
	sbuf_clear(&b);
	sbuf_json(&b, "\0", 1);
	assert_string_equal(p, "\"\\u0000\"");
	sbuf_clear(&b);
	sbuf_json(&b, "", 0);
	assert_string_equal(p, "\"\"");
}

static void
test_arena(void **state)
{
	unsigned char memory[256];
	struct arena a;
	unsigned char *p;
	char *s;

	(void)state;
	memset(memory, 0xff, sizeof(memory));
	arena_init(&a, memory + 1, sizeof(memory) - 1);
	s = arena_text(&a, "abcdef", 3);
	assert_string_equal(s, "abc");
	p = arena_take(&a, 3, 5);
	assert_non_null(p);
	assert_int_equal((uintptr_t)p % 16, 0);
	for (int i = 0; i < 15; i++) {
		assert_int_equal(p[i], 0);
	}
	assert_string_equal(s, "abc");
	{
		size_t used = a.used;

		assert_null(arena_take(&a, SIZE_MAX / 2, 4));
		assert_null(arena_take(&a, 1, 256));
		assert_null(arena_text(&a, "x", SIZE_MAX));
		assert_int_equal(a.used, used);
	}
	while (arena_take(&a, 1, 1) != NULL) {
	}
	assert_true(a.used <= a.cap);
	arena_reset(&a);
	assert_non_null(arena_take(&a, 1, 200));
	arena_init(&a, NULL, 100);
	assert_null(arena_take(&a, 1, 1));
}

static void
test_err(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(err_set(NULL, RC_IO, 0, "x", "y"), RC_IO);
	err_wrap(NULL, "x");
	assert_int_equal(
		err_set(&e, RC_NOSPC, 28, "here", "cannot write %s", "f"),
		RC_NOSPC);
	assert_string_equal(e.msg, "cannot write f: No space left on device");
	assert_int_equal(e.sys, 28);
	assert_string_equal(e.where, "here");
	err_wrap(&e, "opening %d", 3);
	assert_string_equal(
		e.msg, "opening 3: cannot write f: No space left on device");
	for (int i = 0; i < 100; i++) {
		err_wrap(&e, "again");
	}
	assert_int_equal(strlen(e.msg), ERR_MSG_BYTES - 1);
	assert_int_equal(err_sys_rc(28), RC_NOSPC);
	assert_int_equal(err_sys_rc(122), RC_NOSPC);
	assert_int_equal(err_sys_rc(2), RC_NOTFOUND);
	assert_int_equal(err_sys_rc(17), RC_EXISTS);
	assert_int_equal(err_sys_rc(12), RC_NOMEM);
	assert_int_equal(err_sys_rc(5), RC_IO);
	assert_string_equal(rc_name(RC_OK), "OK");
	assert_string_equal(rc_name(RC_KEY), "KEY");
	assert_string_equal(rc_name(RC_COUNT), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_build),
		cmocka_unit_test(test_overflow_is_sticky),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_arena), cmocka_unit_test(test_err)};

	return cmocka_run_group_tests_name("sbuf", tests, NULL, NULL);
}
