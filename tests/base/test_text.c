/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "gen.h"

static const struct {
	const char *in;
	size_t cells;
	const char *out;
	unsigned had;
} cases[] = {
	{"", 0, "", 0},
	{"  Milk \t\r\n 1 l  ", 0, "Milk 1 l", 0},
	{"a\x01"
	 "b\x7f"
	 "c\x1b[31m",
		0, "abc[31m", TEXT_HAD_CONTROL},
	{"a\xc2\x85"
	 "b\xc2\x9b"
	 "c",
		0, "abc", TEXT_HAD_CONTROL},
	/* bidirectional override, zero width space and joiner, BOM */
	{"\xe2\x80\xae"
	 "abc\xe2\x80\xac",
		0, "abc", TEXT_HAD_CONTROL},
	{"a\xe2\x80\x8b"
	 "b\xe2\x80\x8d"
	 "c\xef\xbb\xbf",
		0, "abc", TEXT_HAD_CONTROL},
	{"a\xe2\x80\xa8"
	 "b\xe2\x80\xa9"
	 "c",
		0, "abc", TEXT_HAD_CONTROL},
	{"a\xee\x80\x80"
	 "b",
		0, "ab", TEXT_HAD_CONTROL},
	/* no-break and ideographic space */
	{"1\xc2\xa0"
	 "000\xe3\x80\x80"
	 "g",
		0, "1 000 g", 0},
	/* decomposed becomes composed */
	{"Cafe\xcc\x81", 0, "Caf\xc3\xa9", 0},
	{"e\xcc\xa7\xcc\x81", 0, "\xc8\xa9\xcc\x81", 0},
	{"e\xcc\x81\xcc\xa7", 0, "\xc8\xa9\xcc\x81", 0},
	{"\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", 0, "\xea\xb0\x81", 0},
	/* broken UTF-8: overlong, surrogate, lone, cut, beyond */
	{"a\xc0\xaf"
	 "b",
		0,
		"a\xef\xbf\xbd\xef\xbf\xbd"
		"b",
		TEXT_HAD_BAD_UTF8},
	{"\xed\xa0\x80", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		TEXT_HAD_BAD_UTF8},
	{"x\xff", 0, "x\xef\xbf\xbd", TEXT_HAD_BAD_UTF8},
	{"x\xe2\x82", 0, "x\xef\xbf\xbd\xef\xbf\xbd", TEXT_HAD_BAD_UTF8},
	{"\xf4\x90\x80\x80", 0,
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		TEXT_HAD_BAD_UTF8},
	{"\xef\xbf\xbd", 0, "\xef\xbf\xbd", 0},
	/* marks: none without a base, four at most */
	{"\xcc\x81"
	 "a",
		0, "a", TEXT_HAD_MARKS},
	{"a \xcc\x81"
	 "b",
		0, "a b", TEXT_HAD_MARKS},
	{"x\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85", 0,
		"x\xcc\x80\xcc\x81\xcc\x82\xcc\x83", TEXT_HAD_MARKS},
	/* cut in cells, whole clusters only */
	{"abcdef", 3, "abc", TEXT_WAS_CUT},
	{"abc  ", 3, "abc", 0},
	{"ab cd", 3, "ab", TEXT_WAS_CUT},
	{"a\xe5\xad\x97"
	 "b",
		2, "a", TEXT_WAS_CUT},
	{"a\xe5\xad\x97"
	 "b",
		3, "a\xe5\xad\x97", TEXT_WAS_CUT},
	{"ax\xcc\x80\xcc\x81", 2, "ax\xcc\x80\xcc\x81", 0},
	/* entities are text */
	{"M&amp;M&#39;s", 0, "M&amp;M&#39;s", 0},
};

static void
test_clean_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[256];
		unsigned had = text_clean(cases[i].in, strlen(cases[i].in), out,
			sizeof(out), cases[i].cells);

		if (strcmp(out, cases[i].out) != 0 || had != cases[i].had) {
			fail_msg("case %zu: got \"%s\" bits %u", i, out, had);
		}
	}
}

static void
test_clean_hostile(void **state)
{
	char in[4096];
	char out[4096];
	size_t n = 1;

	(void)state;
	in[0] = 'a';
	for (int i = 0; i < 1000; i++) {
		n += text_encode(0x300 + i % 0x40, in + n);
	}
	in[n++] = 'b';
	assert_int_equal(
		text_clean(in, n, out, sizeof(out), 0), TEXT_HAD_MARKS);
	assert_true(strlen(out) <= 1 + 4 * 2 + 2 + 1);
	assert_int_equal(out[strlen(out) - 1], 'b');
	/* a NUL is a control like any other */
	assert_int_equal(
		text_clean("a\0b", 3, out, sizeof(out), 0), TEXT_HAD_CONTROL);
	assert_string_equal(out, "ab");
	assert_int_equal(text_clean("abc", 3, out, 3, 0), TEXT_WAS_CUT);
	assert_string_equal(out, "ab");
	assert_int_equal(
		text_clean("a\xe5\xad\x97", 4, out, 4, 0), TEXT_WAS_CUT);
	assert_string_equal(out, "a");
	assert_int_equal(text_clean("abc", 3, out, 1, 0), TEXT_WAS_CUT);
	assert_string_equal(out, "");
	assert_int_equal(text_clean("abc", 3, out, 0, 0), 0);
}

/* Text of the kinds that break such code, some of it not UTF-8. */
static size_t
random_text(struct gen *g, char *out, size_t cap)
{
	static const int32_t odd[] = {0x300, 0x301, 0x327, 0x345, 0x200d,
		0x202e, 0x1f468, 0x1f3fd, 0x1f1e9, 0x1100, 0x1161, 0x11a8,
		0xac00, 0x915, 0x94d, 0x937, 0x958, 0x344, 0xfb1d, 0x2126,
		0xff9e, 0x1112, 0xe01f0, 0xfe0f, 0x115f, 0x600, 0xd4e, 0xfffd,
		0x10ffff, 0x20, 0x3000, 0x9, 0x1d15e, 0xfdfa, 0x1175, 0xf43};
	size_t n = 0;
	size_t want = gen_below(g, 40);

	for (size_t i = 0; i < want && cap - n > 8; i++) {
		uint64_t kind = gen_below(g, 10);
		int32_t cp = odd[gen_below(g, ARRAY_LEN(odd))];

		if (kind == 0) {
			out[n++] = (char)gen_below(g, 256);
			continue;
		}
		if (kind == 1) {
			cp = (int32_t)gen_below(g, 0x110000);
		} else if (kind < 4) {
			cp = (int32_t)gen_below(g, 0x3000);
		} else if (kind == 4) {
			cp = (int32_t)(0x20 + gen_below(g, 95));
		}
		n += text_encode(cp, out + n);
	}
	return n;
}

static void
check_clean(const char *s, size_t cells, uint64_t seed, uint64_t round)
{
	size_t len = strlen(s);
	const char *p = s;
	const char *end = s + len;
	utf8proc_uint8_t *nfc;
	int32_t cp;
	int32_t prev = ' ';
	bool bad = !text_is_utf8(s, len);

	while (!bad && text_next(&p, end, &cp)) {
		utf8proc_category_t c = utf8proc_category(cp);

		bad = c == UTF8PROC_CATEGORY_CC || c == UTF8PROC_CATEGORY_CF ||
		      c == UTF8PROC_CATEGORY_CS || c == UTF8PROC_CATEGORY_CO ||
		      c == UTF8PROC_CATEGORY_CN || c == UTF8PROC_CATEGORY_ZL ||
		      c == UTF8PROC_CATEGORY_ZP ||
		      (c == UTF8PROC_CATEGORY_ZS && cp != ' ') ||
		      (cp == ' ' && prev == ' ');
		prev = cp;
	}
	bad = bad || (len > 0 && prev == ' ');
	bad = bad || (cells != 0 && text_cells(s, len) > cells);
	nfc = utf8proc_NFC((const utf8proc_uint8_t *)s);
	bad = bad || nfc == NULL || strcmp((const char *)nfc, s) != 0;
	free(nfc);
	if (bad) {
		print_error("seed %llu round %llu:", (unsigned long long)seed,
			(unsigned long long)round);
		for (size_t i = 0; i < len; i++) {
			print_error(" %02x", (unsigned char)s[i]);
		}
		fail_msg("not clean");
	}
}

static void
test_clean_properties(void **state)
{
	const uint64_t seed = 20261121;
	struct gen g = {seed};

	(void)state;
	for (uint64_t round = 0; round < 60000; round++) {
		char in[256];
		char out[512];
		char again[512];
		size_t n = random_text(&g, in, sizeof(in));
		size_t cells = gen_below(&g, 3) == 0 ? gen_below(&g, 20) : 0;
		size_t cap = gen_below(&g, 4) == 0 ? 1 + gen_below(&g, 40)
						   : sizeof(out);

		(void)text_clean(in, n, out, cap, cells);
		assert_true(strlen(out) < cap);
		check_clean(out, cells, seed, round);
		/* cleaning is done once and for all */
		(void)text_clean(out, strlen(out), again, sizeof(again), cells);
		if (strcmp(out, again) != 0) {
			print_error("seed %llu round %llu:",
				(unsigned long long)seed,
				(unsigned long long)round);
			for (size_t i = 0; i < n; i++) {
				print_error(" %02x", (unsigned char)in[i]);
			}
			fail_msg("\"%s\" became \"%s\"", out, again);
		}
	}
}

static void
test_cells_and_fit(void **state)
{
	size_t cells;

	(void)state;
	assert_int_equal(text_cp_cells('a'), 1);
	assert_int_equal(text_cp_cells(0x301), 0);
	assert_int_equal(text_cp_cells(0x5b57), 2);
	assert_int_equal(text_cp_cells(0xfffd), 1);
	assert_int_equal(text_cp_cells(0x20ac), 1);
	assert_int_equal(text_cells("a\xe5\xad\x97\xcc\x81", 6), 3);
	assert_int_equal(text_fit("ab\xe5\xad\x97", 5, 3, &cells), 2);
	assert_int_equal(cells, 2);
	assert_int_equal(text_fit("abc", 3, 10, &cells), 3);
	assert_int_equal(cells, 3);
	assert_int_equal(text_fit("x\xcc\x80y", 4, 1, &cells), 3);
	assert_int_equal(cells, 1);
	assert_int_equal(text_fit("abc", 3, 0, NULL), 0);
}

static void
test_fit_middle(void **state)
{
	static const struct {
		const char *in;
		size_t cells;
		const char *out;
	} t[] = {{"Yoghurt", 7, "Yoghurt"}, {"Yoghurt", 20, "Yoghurt"},
		{"Organic Yoghurt Strawberry 500g", 16, "Organic..ry 500g"},
		{"abcdefgh", 5, "ab..h"}, {"abcdefgh", 3, "abc"},
		{"abcdefgh", 0, ""},
		{"\xe5\xad\x97\xe5\xad\x97\xe5\xad\x97\xe5\xad\x97", 7,
			"\xe5\xad\x97..\xe5\xad\x97"}};

	char out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		text_fit_middle(out, sizeof(out), t[i].in, t[i].cells);
		assert_string_equal(out, t[i].out);
	}
	text_fit_middle(out, 4, "abcdefgh", 8);
	assert_string_equal(out, "abc");
}

/* Looked at a code point at a time, and eight bytes at once. */
static void
test_is_line(void **state)
{
	static const char *const odd[] = {"\n", "\x1f", "\x7f", "\xc3\xa4",
		"\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc3", "\xff", "\xc0\x80",
		"\x01\x80", "~", " "};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		size_t n = strlen(odd[i]);

		for (size_t at = 0; at < 20; at++) {
			char text[48];
			bool utf8 = true, line = true;
			const char *p = text;
			int32_t cp;

			memset(text, 'a', sizeof(text));
			memcpy(text + at, odd[i], n);
			while (text_next(&p, text + 24, &cp)) {
				utf8 = utf8 && cp != 0xfffd;
				line = line && cp != 0xfffd && cp >= 0x20;
			}
			assert_int_equal(text_is_utf8(text, 24), utf8);
			assert_int_equal(text_is_line(text, 24), line);
			if (at > 0) {
				assert_int_equal(
					text_is_line(text + 1, 23), line);
			}
		}
	}
	assert_false(text_is_line("abcdefgh\0abcdefgh", 17));
	assert_true(text_is_line("", 0));
}

static void
test_utf8_and_fold(void **state)
{
	char out[64];
	int32_t part[TEXT_DECOMPOSE_MAX];

	(void)state;
	assert_true(text_is_utf8("", 0));
	assert_true(text_is_utf8("\xf0\x9f\x98\x80", 4));
	assert_false(text_is_utf8("a\0b", 3));
	assert_false(text_is_utf8("\xc0\x80", 2));
	assert_false(text_is_utf8("\xed\xb0\x80", 3));
	assert_false(text_is_utf8("\xe2\x82", 2));
	text_fold("Br\xc3\xb6tchen STRASSE", 17, out, sizeof(out));
	assert_string_equal(out, "brotchen strasse");
	text_fold("Stra\xc3\x9f"
		  "e",
		7, out, sizeof(out));
	assert_string_equal(out, "strasse");
	text_fold("abcdef", 6, out, 4);
	assert_string_equal(out, "abc");
	assert_int_equal(text_decompose(0xe9, 0, part), 1);
	assert_int_equal(part[0], 'e');
	assert_int_equal(text_decompose(0x2026, 0, part), 3);
	assert_int_equal(text_decompose(0xfdfa, 0, part), 18);
	assert_int_equal(text_decompose(0x301, 0, part), 0);
}

static void
is_plain(int32_t cp, const char *want)
{
	int32_t out[TEXT_DECOMPOSE_MAX];
	char text[TEXT_DECOMPOSE_MAX * 4 + 1];
	size_t n = text_plain(cp, out), len = 0;

	for (size_t i = 0; i < n; i++) {
		len += text_encode(out[i], text + len);
	}
	text[len] = '\0';
	assert_string_equal(text, want);
}

static void
signs_are_written_with_plainer_ones(void **state)
{
	(void)state;
	is_plain(0xdf, "ss");    /* sharp s */
	is_plain(0xd8, "O");     /* O with a stroke */
	is_plain(0x20ac, "EUR"); /* euro */
	is_plain(0xbd, "1/2");   /* a half */
	is_plain(0xb2, "2");     /* squared */
	is_plain(0x2026, "..."); /* ellipsis */
	is_plain(0xfb01, "fi");  /* a ligature */
	is_plain(0xff21, "A");   /* wide A */
	is_plain(0x7dd1, "");    /* green, in Japanese */
	is_plain(0x1f34e, "");   /* an apple */
}

static void
marks_that_stand_beside_take_a_cell(void **state)
{
	(void)state;
	assert_int_equal(text_cp_cells(0x93e), 1);  /* Devanagari AA */
	assert_int_equal(text_cp_cells(0xbbf), 1);  /* Tamil I */
	assert_int_equal(text_cp_cells(0x941), 0);  /* Devanagari U, below */
	assert_int_equal(text_cp_cells(0x301), 0);  /* acute */
	assert_int_equal(text_cp_cells(0x1161), 0); /* Hangul vowel */
	assert_int_equal(text_cp_cells(0x200b), 0);
	assert_int_equal(text_cp_cells(0x7dd1), 2);
	assert_int_equal(text_cp_cells(0x1f34e), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean_table),
		cmocka_unit_test(test_clean_hostile),
		cmocka_unit_test(test_clean_properties),
		cmocka_unit_test(test_cells_and_fit),
		cmocka_unit_test(test_fit_middle),
		cmocka_unit_test(signs_are_written_with_plainer_ones),
		cmocka_unit_test(marks_that_stand_beside_take_a_cell),
		cmocka_unit_test(test_utf8_and_fold),
		cmocka_unit_test(test_is_line)};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
