/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sample.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

static char memory[1 << 12];

static void
begin(struct reader *r, struct arena *a, const char *s, size_t n)
{
	arena_init(a, memory, sizeof(memory));
	assert_int_equal(reader_begin(r, s, n, a, NULL), RC_OK);
}

/* A string is taken exactly when sbuf_json() writes what it means so. */
static void
try_string(const char *s, size_t n)
{
	char again[64];
	struct reader r;
	struct arena a;
	struct sbuf b;
	const char *got = NULL;
	char *exact = malloc(n);

	assert_non_null(exact);
	memcpy(exact, s, n);
	begin(&r, &a, exact, n);
	switch ((int)read_text(&r, "x", &got)) {
	case RC_OK:
		sbuf_init(&b, again, sizeof(again));
		sbuf_json(&b, got, strlen(got));
		assert_true(text_is_utf8(got, strlen(got)));
		assert_true(r.p <= r.end);
		assert_int_equal(b.len, r.p - exact);
		assert_memory_equal(b.p, exact, b.len);
		break;
	case RC_PROTO:
		break;
	default:
		fail_msg("%.*s: code", (int)n, s);
	}
	free(exact);
}

static bool
takes(const char *s, size_t n, const char *want)
{
	struct reader r;
	struct arena a;
	const char *got = NULL;

	begin(&r, &a, s, n);
	return read_text(&r, "x", &got) == RC_OK && r.p == r.end &&
	       strcmp(got, want) == 0;
}

static void
every_short_string(void **state)
{
	char s[16] = "\"";
	char want[2] = "";
	char spelled[16];
	struct sbuf b;
	unsigned c;
	unsigned d;
	unsigned n_taken = 0;

	(void)state;
	for (c = 0; c < 256; c++) {
		want[0] = (char)c;
		sbuf_init(&b, spelled, sizeof(spelled));
		sbuf_json(&b, want, 1);
		/* the right spelling of each byte is taken */
		assert_int_equal(takes(b.p, b.len, want), c != 0 && c < 0x80);
		s[1] = (char)c;
		s[2] = '"';
		n_taken += takes(s, 3, want) ? 1 : 0;
		try_string(s, 3);
		try_string(s, 2);
		for (d = 0; d < 256; d++) {
			s[1] = (char)c;
			s[2] = (char)d;
			s[3] = '"';
			try_string(s, 4);
			snprintf(s + 1, 8, "\\u%02x%02X", c, d);
			s[7] = '"';
			try_string(s, 8);
			snprintf(s + 1, 8, "\\u%02x%02x", c, d);
			s[7] = '"';
			try_string(s, 8);
			try_string(s, 7);
		}
	}
	/* as it is: all ASCII that needs no escape */
	assert_int_equal(n_taken, 0x80 - 0x20 - 2);
}

static void
random_strings(void **state)
{
	static const char *const piece[] = {"\\", "\"", "u", "0", "00", "1f",
		"n", "\\n", "\\u001f", "\\u0000", "\\u000a", "\xc3\xa4", "\xc3",
		"\xe2\x82\xac", "\xf0\x9f\x8d\x8e", "\xed\xa0\x80", "\x7f",
		"\x1f", "/", "\\/", "a"};
	struct dice d = {20261121};
	int i;

	(void)state;
	printf("# seed %llu\n", (unsigned long long)d.state);
	for (i = 0; i < 100000; i++) {
		char s[64];
		struct sbuf b;
		uint64_t n = dice_below(&d, 6);

		sbuf_init(&b, s, sizeof(s));
		sbuf_putc(&b, '"');
		while (n-- > 0) {
			sbuf_puts(&b, piece[dice_below(&d, ARRAY_LEN(piece))]);
		}
		sbuf_putc(&b, '"');
		try_string(b.p, b.len);
	}
}

static void
integers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t want;
	} row[] = {
		{"0", true, 0},
		{"7", true, 7},
		{"-1", true, -1},
		{"10", true, 10},
		{"9007199254740991", true, WIRE_INT_MAX},
		{"-9007199254740991", true, -WIRE_INT_MAX},
		{"9007199254740992", false, 0},
		{"-9007199254740992", false, 0},
		{"9999999999999999", false, 0},
		{"10000000000000000", false, 0},
		{"18446744073709551616", false, 0},
		{"340282366920938463463374607431768211456", false, 0},
		{"-0", false, 0},
		{"00", false, 0},
		{"01", false, 0},
		{"-01", false, 0},
		{"+1", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
		{" 1", false, 0},
		{"x", false, 0},
		{"true", false, 0},
	};
	struct reader r;
	struct arena a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(row); i++) {
		size_t n = strlen(row[i].text);
		char *exact = malloc(n);
		int64_t v = 0;
		bool good;

		assert_non_null(exact);
		memcpy(exact, row[i].text, n);
		begin(&r, &a, exact, n);
		good = read_int(&r, "x", -WIRE_INT_MAX, WIRE_INT_MAX, &v) ==
		       RC_OK;
		if (good != row[i].good || v != row[i].want) {
			fail_msg("%s", row[i].text);
		}
		assert_true(!good || r.p == r.end);
		free(exact);
	}
	begin(&r, &a, "5", 1);
	r.p = r.end;
	assert_int_equal(read_int(&r, "x", 0, 9, &(int64_t){0}), RC_PROTO);
}

static void
keys_and_words(void **state)
{
	static const char text[] = ",\"ab\":\"cd\"";
	struct reader r;
	struct arena a;
	const char *s;
	size_t n;
	size_t cut;

	(void)state;
	for (cut = 1; cut < sizeof(text) - 1; cut++) {
		begin(&r, &a, text, cut);
		assert_int_equal(read_key(&r, ',', "ab"), cut >= 6);
		assert_ptr_equal(r.p, cut >= 6 ? text + 6 : text);
		if (cut >= 6) {
			assert_int_equal(read_word(&r, "ab", &s, &n), RC_PROTO);
		}
	}
	begin(&r, &a, text, sizeof(text) - 1);
	assert_false(read_key(&r, '{', "ab"));
	assert_false(read_key(&r, ',', "a"));
	assert_false(read_key(&r, ',', "abc"));
	assert_false(read_is(&r, ",\"ab\":\"cd\"x"));
	assert_true(read_key(&r, ',', "ab"));
	assert_int_equal(read_word(&r, "ab", &s, &n), RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(read_end(&r), RC_OK);
}

static void
values_are_counted(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		size_t bytes;
	} row[] = {
		{"]", 0, 0},
		{"1]", 1, 1},
		{"{},{}],5", 2, 5},
		{"{\"a\":[1,2,{}],\"b\":\"],[\"},{}]", 2, 27},
		{"\"\\\"],\",\"\\\\\"]", 2, 11},
		{"{},{}", 2, 5},
		{"\"abc\\", 1, 5},
		{"}", 0, 0},
	};
	struct reader r;
	struct arena a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(row); i++) {
		size_t bytes = 99;

		begin(&r, &a, row[i].text, strlen(row[i].text));
		if (read_count(&r, &bytes) != row[i].n ||
			bytes != row[i].bytes) {
			fail_msg("row %zu: %zu bytes", i, bytes);
		}
	}
}

/* A list of rows too short to be rows is nonsense, not a lack of memory. */
static void
empty_rows_are_not_nomem(void **state)
{
	const struct wire_table *t = wire_event_table(EVENT_SALE_PARKED);
	static const char head[] =
		"{\"sale\":\"00000000-0000-0000-0000-000000000000\","
		"\"opened\":\"1970-01-01T00:00:00.000000Z\",\"lines\":[{}";
	const size_t cap = (size_t)1 << 18;
	char *s = malloc(cap);
	char *room = malloc(wire_arena_bytes(cap));
	struct event_basket got;
	struct arena a;
	struct sbuf b;

	(void)state;
	assert_true(s != NULL && room != NULL);
	sbuf_init(&b, s, cap);
	sbuf_puts(&b, head);
	while (b.len + 32 < cap) {
		sbuf_puts(&b, ",{}");
	}
	sbuf_puts(&b, "],\"total\":0}");
	assert_true(sbuf_ok(&b));
	arena_init(&a, room, wire_arena_bytes(b.len));
	assert_int_equal(
		wire_data_decode(t, b.p, b.len, &a, &got, NULL), RC_PROTO);
	free(s);
	free(room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_string),
		cmocka_unit_test(random_strings),
		cmocka_unit_test(integers),
		cmocka_unit_test(keys_and_words),
		cmocka_unit_test(values_are_counted),
		cmocka_unit_test(empty_rows_are_not_nomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
