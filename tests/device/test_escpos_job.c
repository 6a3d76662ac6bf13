/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "device/codepage.h"
#include "device/escpos.h"
#include "gen.h"

static uint8_t buf[65536];

static void
start(struct escpos_job *j, const char *profile)
{
	escpos_begin(j, buf, sizeof(buf), escpos_profile_find(profile));
}

static void
expect(const struct escpos_job *j, const uint8_t *want, size_t n)
{
	if (j->len != n || memcmp(j->p, want, n) != 0) {
		for (size_t i = 0; i < j->len; i++) {
			print_error("%02x ", j->p[i]);
		}
		fail_msg("other bytes than expected");
	}
}

static void
test_golden_receipt(void **state)
{
	/* clang-format off */
	static const uint8_t want[] = {
		0x1b, '@', 0x1c, '.', 0x1b, 't', 19, 0x1b, 'R', 0,
		0x1d, 'a', 0xff,
		/* title: bold, double size */
		0x1b, 'E', 1, 0x1d, '!', 0x11, ' ', 'L', 'A', 'D', 'E', 'N',
		'\n', 0x1d, '!', 0, 0x1b, 'E', 0,
		/* o umlaut and the euro of CP858 */
		'B', 'r', 0x94, 't', 'c', 'h', 'e', 'n', ' ', '0', ',', '9',
		'0', ' ', 0xd5, '\n',
		0x1b, 'E', 1, 'b', 'o', 'l', 'd', '\n', 0x1b, 'E', 0,
		0x1b, 'E', 1, 0x1d, '!', 0x01, 'S', 'U', 'M', '\n',
		0x1d, '!', 0, 0x1b, 'E', 0,
		/* CODE128, three dots a module, its text below */
		0x1b, 'a', 1, 0x1d, 'h', 80, 0x1d, 'H', 2, 0x1d, 'f', 0,
		0x1d, 'w', 3, 0x1d, 'k', 0x49, 8,
		'{', 'B', 'R', '0', '-', '{', '{', '7', '\n', 0x1b, 'a', 0,
		0x1d, 'V', 0x42, 0,
		0x1b, 'p', 0, 0x19, 0xfa};
	/* clang-format on */
	struct escpos_job j;

	(void)state;
	start(&j, "epson");
	escpos_row(&j, ROW_TITLE, " LADEN");
	escpos_row(&j, ROW_NORMAL, "Br\xc3\xb6tchen 0,90 \xe2\x82\xac");
	escpos_row(&j, ROW_BOLD, "bold");
	escpos_row(&j, ROW_TOTAL, "SUM");
	escpos_row(&j, ROW_CODE, "R0-{7");
	assert_int_equal(escpos_end(&j), RC_OK);
	escpos_drawer(&j, 0);
	expect(&j, want, sizeof(want));
}

static void
test_drawer_only_cuts_nothing(void **state)
{
	static const uint8_t want[] = {0x1b, '@', 0x1c, '.', 0x1b, 't', 0, 0x1b,
		'R', 0, 0x1d, 'a', 0xff, 0x1b, 'p', 1, 0x19, 0xfa};
	struct escpos_job j;

	(void)state;
	start(&j, "generic");
	escpos_drawer(&j, 1);
	assert_int_equal(escpos_end(&j), RC_OK);
	expect(&j, want, sizeof(want));
}

static void
test_does_not_fit(void **state)
{
	struct escpos_job j;
	uint8_t small[40];

	(void)state;
	escpos_begin(&j, small, sizeof(small), escpos_profile_find("generic"));
	escpos_row(&j, ROW_NORMAL, "this row is longer than the buffer");
	assert_int_equal(escpos_end(&j), RC_RANGE);
	assert_true(j.len <= sizeof(small));
}

/* The bytes of one plain row, without the head, the page commands and LF. */
static size_t
row_bytes(const char *profile, const char *text, char *out)
{
	struct escpos_job j;
	size_t head;
	size_t n = 0;

	start(&j, profile);
	head = j.len;
	escpos_row(&j, ROW_NORMAL, text);
	for (size_t i = head; i < j.len; i++) {
		if (j.p[i] == 0x1b && j.p[i + 1] == 't') {
			i += 2;
		} else if (j.p[i] != '\n') {
			out[n++] = (char)j.p[i];
		}
	}
	out[n] = '\0';
	return n;
}

static void
test_mapping(void **state)
{
	static const struct {
		const char *profile;
		const char *in;
		const char *out;
	} t[] = {
		{"generic", "plain ASCII ~", "plain ASCII ~"},
		{"generic", "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f",
			"\x84\x94\x81\xe1"},
		/* the gap gives the two columns EUR needs */
		{"generic", "Sum       1,00 \xe2\x82\xac", "Sum     1,00 EUR"},
		/* no gap: one column it is */
		{"generic", "1,00 \xe2\x82\xac", "1,00 E"},
		{"epson", "1,00 \xe2\x82\xac", "1,00 \xd5"},
		{"generic",
			"\xe2\x80\x9eQ\xe2\x80\x9c \xe2\x80\x93 \xe2\x80\x99",
			"\"Q\" - '"},
		{"generic", "a\xe2\x80\xa6   b", "a... b"},
		{"generic", "a\xe2\x80\xa6 b", "a. b"},
		{"generic",
			"\xc5\x81\xc3\xb3"
			"d\xc5\xba",
			"L\xa2"
			"dz"},
		/* wide signs take two columns */
		{"generic",
			"\xe5\xad\x97"
			"a",
			"??a"},
		{"generic", "\xef\xbc\xa1!", "A !"},
		{"generic", "\xd0\x96", "?"},
		/* marks and controls take none */
		{"generic", "x\xcc\x80y", "xy"},
		{"generic",
			"a\x1b\x07\n\rb\x7f\xc2\x9b"
			"c",
			"abc"},
		{"generic",
			"a\xff"
			"b",
			"a?b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char out[512];

		(void)row_bytes(t[i].profile, t[i].in, out);
		if (strcmp(out, t[i].out) != 0) {
			fail_msg("case %zu: \"%s\"", i, out);
		}
	}
}

static void
test_page_switch(void **state)
{
	/* o-slash stands in CP850 (page 2) only, e-acute in both */
	static const struct escpos_profile two = {
		42, {{0, "CP437"}, {2, "CP850"}}, 2, false};
	/* clang-format off */
	static const uint8_t want[] = {'a', 0x82, 0x1b, 't', 2, 0x9b, 0x82,
		0x1b, 't', 0, 0x9d, '\n', 0x1b, 't', 2, 0x9b, '\n'};
	/* clang-format on */
	struct escpos_job j;
	size_t head;

	(void)state;
	escpos_begin(&j, buf, sizeof(buf), &two);
	head = j.len;
	escpos_row(&j, ROW_NORMAL, "a\xc3\xa9\xc3\xb8\xc3\xa9\xc2\xa5");
	escpos_row(&j, ROW_NORMAL, "\xc3\xb8");
	assert_int_equal(j.page, 2);
	/* the yen sign is in CP850, too: no way back is needed */
	assert_int_equal(j.len - head, sizeof(want) - 6);
	assert_memory_equal(j.p + head, want, 7);
	assert_int_equal(j.p[head + 7], 0xbe);
}

static void
test_wide_code_becomes_text(void **state)
{
	struct escpos_job j;

	(void)state;
	start(&j, "pos58");
	escpos_row(&j, ROW_CODE, "R01-000042");
	assert_non_null(memmem(j.p, j.len, "\x1dkI\x0c{BR01-000042", 16));
	start(&j, "pos58");
	escpos_row(&j, ROW_CODE, "R01-000042-R01-000042-R01");
	assert_null(memmem(j.p, j.len, "\x1dk", 2));
	assert_non_null(memmem(j.p, j.len,
		"\x1b"
		"a\x01R01-000042-R01-000042-R01\n",
		29));
	start(&j, "pos58");
	escpos_row(&j, ROW_CODE,
		"r\xc3\xa9"
		"f");
	assert_null(memmem(j.p, j.len, "\x1dk", 2));
	start(&j, "pos58");
	escpos_row(&j, ROW_CODE, "");
	assert_null(memmem(j.p, j.len, "\x1dk", 2));
}

static void
test_pages(void **state)
{
	static const struct {
		const char *page;
		int32_t cp;
		int byte;
	} t[] = {{"CP437", 0xe4, 0x84}, {"CP437", 0x20ac, -1},
		{"CP437", 0xa7, -1}, {"CP437", 0xa3, 0x9c},
		{"CP850", 0xd8, 0x9d}, {"CP850", 0x20ac, -1},
		{"CP850", 0x131, 0xd5}, {"CP858", 0x20ac, 0xd5},
		{"CP858", 0xa7, 0xf5}, {"CP1252", 0x20ac, 0x80},
		{"CP1252", 0x2019, 0x92}, {"CP1252", 0x81, -1},
		{"ISO-8859-15", 0x20ac, 0xa4}, {"ISO-8859-15", 0x85, -1},
		{"ISO-8859-15", 0xa4, -1}, {"ISO-8859-15", 0x153, 0xbd},
		{"CP437", 0x1b, -1}, {"CP437", 0x7f, -1}, {"CP437", -1, -1},
		{"CP437", 0, -1}, {"CP437", 0x41, 0x41}};

	(void)state;
	assert_null(codepage_find("CP9999"));
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		assert_int_equal(
			codepage_byte(codepage_find(t[i].page), t[i].cp),
			t[i].byte);
	}
	for (size_t i = 0; escpos_profile_name(i) != NULL; i++) {
		const struct escpos_profile *f =
			escpos_profile_find(escpos_profile_name(i));

		assert_non_null(f);
		assert_true(f->n_page >= 1 && f->n_page <= 8);
		for (size_t k = 0; k < f->n_page; k++) {
			assert_non_null(codepage_find(f->page[k].page));
		}
	}
	assert_null(escpos_profile_find("no such"));
}

/* --- an interpreter of its own, which knows the few commands we mean ------ */

struct paper {
	size_t lines;
	size_t cols; /* of the line being built */
	size_t widest;
	bool cut;
	const char *bad;
};

static size_t
read_command(const uint8_t *p, size_t n, struct paper *w)
{
	static const struct {
		uint8_t a, b;
		size_t args;
	} known[] = {{0x1b, '@', 0}, {0x1c, '.', 0}, {0x1b, 't', 1},
		{0x1b, 'R', 1}, {0x1d, 'a', 1}, {0x1b, 'a', 1}, {0x1b, 'E', 1},
		{0x1d, '!', 1}, {0x1d, 'h', 1}, {0x1d, 'w', 1}, {0x1d, 'H', 1},
		{0x1d, 'f', 1}, {0x1d, 'V', 2}, {0x1b, 'p', 3}, {0x1b, 'd', 1}};

	if (n < 2) {
		w->bad = "cut command";
		return n;
	}
	if (p[0] == 0x1d && p[1] == 'k') {
		if (n < 4 || p[2] != 0x49 || n < 4u + p[3] || p[3] < 3 ||
			p[4] != '{' || p[5] != 'B') {
			w->bad = "broken barcode";
			return n;
		}
		for (size_t i = 6; i < 4u + p[3]; i++) {
			if (p[i] < 0x20 || p[i] > 0x7e) {
				w->bad = "control in a barcode";
			}
		}
		return 4u + p[3];
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (known[i].a == p[0] && known[i].b == p[1]) {
			w->cut = w->cut || p[1] == 'V';
			return 2 + known[i].args;
		}
	}
	w->bad = "a command we never issue";
	return n;
}

static void
print_job(const uint8_t *p, size_t n, struct paper *w)
{
	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < n && w->bad == NULL;) {
		if (p[i] == '\n') {
			w->lines++;
			w->cols = 0;
			i++;
		} else if (p[i] == 0x1b || p[i] == 0x1c || p[i] == 0x1d) {
			i += read_command(p + i, n - i, w);
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			w->bad = "a naked control";
		} else {
			w->cols++;
			w->widest = w->cols > w->widest ? w->cols : w->widest;
			i++;
		}
	}
}

static void
test_hostile_names(void **state)
{
	const uint64_t seed = 7;
	struct gen g = {seed};

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const char *name = escpos_profile_name(gen_below(&g, 7));
		enum row_style style = (enum row_style)gen_below(&g, 5);
		char text[200];
		struct escpos_job j;
		struct paper w;
		size_t n = gen_below(&g, 120);
		size_t cells;

		for (size_t i = 0; i < n; i++) {
			uint64_t kind = gen_below(&g, 4);

			if (kind == 0) {
				text[i] = (char)(1 + gen_below(&g, 31));
			} else if (kind == 1) {
				text[i] = (char)(1 + gen_below(&g, 255));
			} else {
				text[i] = (char)(0x20 + gen_below(&g, 96));
			}
		}
		for (size_t i = 0; n > 8 && i < gen_below(&g, 6); i++) {
			size_t at = gen_below(&g, n - 4);
			int32_t cp = (int32_t)(0x80 + gen_below(&g, 0x2f00));

			(void)text_encode(cp, text + at);
		}
		text[n] = '\0';
		for (size_t i = 0; i < n; i++) {
			text[i] = text[i] == '\0' ? ' ' : text[i];
		}
		cells = text_cells(text, n);
		start(&j, name);
		escpos_row(&j, style, text);
		assert_int_equal(escpos_end(&j), RC_OK);
		print_job(j.p, j.len, &w);
		if (w.bad != NULL || w.lines != 1) {
			fail_msg("seed %llu round %d: %s",
				(unsigned long long)seed, round,
				w.bad != NULL ? w.bad : "lines");
		}
		/* as many columns as cells; a barcode prints none itself */
		if (style != ROW_CODE && w.widest != cells) {
			fail_msg("round %d: %zu columns, %zu cells", round,
				w.widest, cells);
		}
		assert_int_equal(w.cut, j.profile->cutter);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_receipt),
		cmocka_unit_test(test_drawer_only_cuts_nothing),
		cmocka_unit_test(test_does_not_fit),
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_page_switch),
		cmocka_unit_test(test_wide_code_becomes_text),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_hostile_names)};

	return cmocka_run_group_tests_name("escpos job", tests, NULL, NULL);
}
