/* SPDX-License-Identifier: Apache-2.0 */
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device/codepage_internal.h"
#include "device/escpos_driver.h"
#include "device/paper.h"
#include "device/star.h"
#include "gen.h"

static uint8_t buf[65536];

static void
start(struct paper *j, const char *profile)
{
	struct printer_profile f;

	assert_int_equal(printer_profile_find(profile, &f, NULL), RC_OK);
	paper_begin(j, buf, sizeof(buf), &paper_escpos, &f);
}

static void
expect(const struct paper *j, const uint8_t *want, size_t n)
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
		0x1b, 'a', 1, 0x1d, 'h', 80, 0x1d, 'w', 3, 0x1d, 'H', 2,
		0x1d, 'k', 0x49, 8,
		'{', 'B', 'R', '0', '-', '{', '{', '7', '\n', 0x1b, 'a', 0,
		0x1d, 'V', 0x42, 0};
	/* clang-format on */
	struct paper j;

	(void)state;
	start(&j, "epson");
	paper_row(&j, ROW_TITLE, " LADEN");
	paper_row(&j, ROW_NORMAL, "Br\xc3\xb6tchen 0,90 \xe2\x82\xac");
	paper_row(&j, ROW_BOLD, "bold");
	paper_row(&j, ROW_TOTAL, "SUM");
	paper_row(&j, ROW_CODE, "R0-{7");
	assert_int_equal(paper_end(&j), RC_OK);
	expect(&j, want, sizeof(want));
}

/* The worked frames of the makers' manuals, and what else a symbol is. */
static void
test_symbols(void **state)
{
	/* clang-format off */
	static const uint8_t ean[] = {0x1b, 'a', 1, 0x1d, 0x68, 0x50, 0x1d, 0x77,
		0x02, 0x1d, 0x48, 0x02, 0x1d, 0x6b, 0x43, 0x0c, 0x34, 0x30,
		0x30, 0x36, 0x33, 0x38, 0x31, 0x33, 0x33, 0x33, 0x39, 0x33,
		'\n', 0x1b, 'a', 0};
	static const uint8_t qr[] = {0x1b, 'a', 1,
		0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00,
		0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, 0x06,
		0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31,
		0x1d, 0x28, 0x6b, 0x19, 0x00, 0x31, 0x50, 0x30,
		0x68, 0x74, 0x74, 0x70, 0x73, 0x3a, 0x2f, 0x2f, 0x65, 0x2e,
		0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2f, 0x72, 0x2f,
		0x34, 0x32, 0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30,
		'\n', 0x1b, 'a', 0};
	static const uint8_t form_a[] = {0x1b, 'a', 1, 0x1d, 'h', 80, 0x1d, 'w',
		3, 0x1d, 'H', 2, 0x1d, 'k', 4, 'R', '0', '1', 0, '\n', 0x1b,
		'a', 0};

	/* clang-format on */
	static const struct {
		enum paper_symbol kind;
		const char *data;
		bool good;
	} t[] = {{PAPER_EAN13, "4006381333931", true},
		{PAPER_EAN13, "4006381333932", false},
		{PAPER_EAN13, "400638133393A", false},
		{PAPER_EAN8, "9638507", true}, {PAPER_EAN8, "96385074", true},
		{PAPER_EAN8, "96385075", false},
		{PAPER_UPC_A, "03600029145", true},
		{PAPER_UPC_A, "036000291452", true},
		{PAPER_UPC_A, "036000291453", false},
		{PAPER_UPC_E, "04252614", true}, {PAPER_UPC_E, "0425", false},
		{PAPER_CODE39, "R01-000042", true},
		{PAPER_CODE39, "r01", false}, {PAPER_ITF, "1234", true},
		{PAPER_ITF, "123", false}, {PAPER_CODE128, "a{b", true},
		{PAPER_CODE128, "a\x1b@", false},
		{PAPER_CODE128, "\xc3\xa9", false}, {PAPER_QR, "a\nb", false},
		{PAPER_QR, "", false}, {PAPER_QR, "\xc3\xa9", true}};
	struct printer_profile f;
	struct paper j;
	size_t head;

	(void)state;
	assert_int_equal(printer_profile_find("epson", &f, NULL), RC_OK);
	f.dots = 300; /* too narrow for three dots a module */
	paper_begin(&j, buf, sizeof(buf), &paper_escpos, &f);
	head = j.len;
	assert_true(paper_code(&j, PAPER_EAN13, "400638133393"));
	assert_int_equal(j.len - head, sizeof(ean));
	assert_memory_equal(j.p + head, ean, sizeof(ean));
	head = j.len;
	assert_true(paper_code(&j, PAPER_QR, "https://e.example/r/42"));
	assert_int_equal(j.len - head, sizeof(qr));
	assert_memory_equal(j.p + head, qr, sizeof(qr));
	f.dots = 200;
	paper_begin(&j, buf, sizeof(buf), &paper_escpos, &f);
	head = j.len;
	assert_false(paper_code(&j, PAPER_EAN13, "400638133393"));
	assert_int_equal(j.len, head);
	f.dots = 512;
	f.codes = PRINTER_CODES_A;
	paper_begin(&j, buf, sizeof(buf), &paper_escpos, &f);
	head = j.len;
	assert_false(paper_code(&j, PAPER_CODE128, "R01"));
	assert_true(paper_code(&j, PAPER_CODE39, "R01"));
	assert_memory_equal(j.p + head, form_a, sizeof(form_a));
	f.codes = PRINTER_CODES_B;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		paper_begin(&j, buf, sizeof(buf), &paper_escpos, &f);
		head = j.len;
		assert_int_equal(
			paper_code(&j, t[i].kind, t[i].data), t[i].good);
		assert_int_equal(j.len > head, t[i].good);
	}
}

static void
test_pictures(void **state)
{
	static const char text[] = "P1\n# a box\n16 2\n1111111111111111\n"
				   "1000000101111110\n";
	static const uint8_t bits[] = "P4 16 2\n\xff\xff\x81\x7e";
	static const uint8_t want[] = {0x1b, 'a', 1, 0x1d, 0x76, 0x30, 0x00,
		0x02, 0x00, 0x02, 0x00, 0xff, 0xff, 0x81, 0x7e, 0x1b, 'a', 0};
	struct paper_image i;
	uint8_t room[64];
	struct paper j;
	size_t head;

	(void)state;
	assert_int_equal(
		pbm_read(bits, sizeof(bits) - 1, &i, room, sizeof(room), NULL),
		RC_OK);
	assert_int_equal(i.w, 16);
	assert_int_equal(i.h, 2);
	start(&j, "epson");
	head = j.len;
	assert_true(paper_picture(&j, &i));
	assert_int_equal(j.len - head, sizeof(want));
	assert_memory_equal(j.p + head, want, sizeof(want));
	room[1] = 0; /* the picture of the sheet */
	head = j.len;
	assert_true(paper_picture(&j, &i));
	assert_memory_equal(j.p + head + 3,
		"\x1d\x76\x30\x00\x02\x00\x02\x00\xff\x00\x81\x7e", 12);
	memset(room, 0x55, sizeof(room));
	assert_int_equal(pbm_read((const uint8_t *)text, sizeof(text) - 1, &i,
				 room, sizeof(room), NULL),
		RC_OK);
	assert_memory_equal(room, "\xff\xff\x81\x7e", 4);
	/* wider than the paper, none of this printer's, no picture at all */
	i.w = 600;
	assert_false(paper_picture(&j, &i));
	start(&j, "generic");
	i.w = 16;
	assert_false(paper_picture(&j, &i));
	for (size_t n = 0; n < sizeof(bits) - 1; n++) {
		assert_int_equal(
			pbm_read(bits, n, &i, room, sizeof(room), NULL),
			RC_PROTO);
	}
	assert_int_equal(
		pbm_read(bits, sizeof(bits) - 1, &i, room, 3, NULL), RC_RANGE);
}

static void
test_impact(void **state)
{
	/* clang-format off */
	static const uint8_t want[] = {0x1b, 'r', 1, 0x1b, '!', 0x18, 'N', 'o',
		'!', '\n', 0x1b, '!', 0, 0x1b, 'r', 0,
		0x1b, '!', 0x38, '2', ' ', 'x', '\n', 0x1b, '!', 0};
	/* clang-format on */
	struct paper j;
	size_t head;

	(void)state;
	start(&j, "tm-u220");
	head = j.len;
	paper_row(&j, ROW_NOTE, "No!");
	paper_row(&j, ROW_TITLE, "2 x");
	assert_int_equal(j.len - head, sizeof(want));
	assert_memory_equal(j.p + head, want, sizeof(want));
}

static void
test_star(void **state)
{
	/* clang-format off */
	static const uint8_t want[] = {0x1b, '@', 0x1b, 0x1d, 't', 4,
		0x1b, 'E', 0x1b, 'i', 1, 1, 'L', '\n', 0x1b, 'i', 0, 0, 0x1b,
		'F', 0xd5, '\n',
		0x1b, 0x1d, 'a', 1, 0x1b, 'b', 0x36, 0x32, 0x32, 80, 'R', '1',
		0x1e, 0x1b, 0x1d, 'a', 0,
		0x1b, 0x1d, 'a', 1, 0x1b, 0x1d, 'y', 'S', '0', 2, 0x1b, 0x1d,
		'y', 'S', '1', 1, 0x1b, 0x1d, 'y', 'S', '2', 6, 0x1b, 0x1d, 'y',
		'D', '1', 0, 2, 0, 'q', 'r', 0x1b, 0x1d, 'y', 'P', '\n', 0x1b,
		0x1d, 'a', 0,
		0x1b, 'd', 3};
	static const uint8_t pulse[] = {0x1b, 0x07, 20, 20, 0x1a};
	/* clang-format on */
	struct printer_profile f;
	uint8_t out[16];
	struct paper j;

	(void)state;
	assert_int_equal(printer_profile_find("star", &f, NULL), RC_OK);
	paper_begin(&j, buf, sizeof(buf), &paper_star_prnt, &f);
	paper_row(&j, ROW_TITLE, "L");
	paper_row(&j, ROW_NORMAL, "\xe2\x82\xac");
	paper_row(&j, ROW_CODE, "R1");
	assert_true(paper_code(&j, PAPER_QR, "qr"));
	assert_int_equal(paper_end(&j), RC_OK);
	expect(&j, want, sizeof(want));
	assert_int_equal(paper_star_prnt.pulse(&f, 1, out), sizeof(pulse));
	assert_memory_equal(out, pulse, sizeof(pulse));
}

/* Pieces of a job are told apart by what stands in it: of pictures and symbols,
 * too, each command is as long as the driver takes it for. */
static void
test_spans(void **state)
{
	static const struct {
		const char *profile;
		const struct paper_language *language;
		size_t (*span)(const uint8_t *p, size_t n);
	} t[] = {{"epson", &paper_escpos, escpos_span},
		{"tm-u220", &paper_escpos, escpos_span},
		{"star", &paper_star_prnt, star_span},
		{"star", &paper_star_line, star_span}};

	uint8_t dots[60];
	struct paper_image image = {16, 30, dots};

	(void)state;
	memset(dots, 0x17, sizeof(dots)); /* no command begins with it */
	for (size_t k = 0; k < ARRAY_LEN(t); k++) {
		struct printer_profile f;
		struct paper j;
		size_t i = 0;

		assert_int_equal(
			printer_profile_find(t[k].profile, &f, NULL), RC_OK);
		f.buzzer = PRINTER_BUZZER_PIN2;
		paper_begin(&j, buf, sizeof(buf), t[k].language, &f);
		for (int s = ROW_NORMAL; s <= ROW_NOTE; s++) {
			paper_row(&j, (enum row_style)s, "R01-\xe2\x82\xac 1");
		}
		(void)paper_code(&j, PAPER_EAN13, "4006381333931");
		(void)paper_code(&j, PAPER_CODE128, "{R01}");
		(void)paper_code(&j, PAPER_QR, "https://e.example/r/42");
		(void)paper_picture(&j, &image);
		paper_buzz(&j);
		assert_int_equal(paper_end(&j), RC_OK);
		while (i < j.len) {
			size_t n = t[k].span(j.p + i, j.len - i);
			uint8_t c = j.p[i];

			assert_in_range(n, 1, j.len - i);
			/* BEL is Star's pulse */
			assert_true(n > 1 ? c < 0x20
					  : c == '\n' || c == 7 || c >= 0x20);
			i += n;
		}
	}
}

static void
test_does_not_fit(void **state)
{
	struct printer_profile f;
	struct paper j;
	uint8_t small[40];

	(void)state;
	assert_int_equal(printer_profile_find("generic", &f, NULL), RC_OK);
	paper_begin(&j, small, sizeof(small), &paper_escpos, &f);
	paper_row(&j, ROW_NORMAL, "this row is longer than the buffer");
	assert_int_equal(paper_end(&j), RC_RANGE);
	assert_true(j.len <= sizeof(small));
}

/* The bytes of one plain row, without the head, the page commands and LF. */
static size_t
row_bytes(const char *profile, const char *text, char *out)
{
	struct paper j;
	size_t head;
	size_t n = 0;

	start(&j, profile);
	head = j.len;
	paper_row(&j, ROW_NORMAL, text);
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
	static const struct printer_profile two = {
		.cols = 42, .page = {{0, "CP437"}, {2, "CP850"}}, .n_page = 2};
	/* clang-format off */
	static const uint8_t want[] = {'a', 0x82, 0x1b, 't', 2, 0x9b, 0x82,
		0x1b, 't', 0, 0x9d, '\n', 0x1b, 't', 2, 0x9b, '\n'};
	/* clang-format on */
	struct paper j;
	size_t head;

	(void)state;
	paper_begin(&j, buf, sizeof(buf), &paper_escpos, &two);
	head = j.len;
	paper_row(&j, ROW_NORMAL, "a\xc3\xa9\xc3\xb8\xc3\xa9\xc2\xa5");
	paper_row(&j, ROW_NORMAL, "\xc3\xb8");
	assert_int_equal(j.page, 2);
	/* the yen sign is in CP850, too: no way back is needed */
	assert_int_equal(j.len - head, sizeof(want) - 6);
	assert_memory_equal(j.p + head, want, 7);
	assert_int_equal(j.p[head + 7], 0xbe);
}

static void
test_wide_code_becomes_text(void **state)
{
	struct paper j;

	(void)state;
	start(&j, "pos58");
	paper_row(&j, ROW_CODE, "R01-000042");
	assert_non_null(memmem(j.p, j.len, "\x1dkI\x0c{BR01-000042", 16));
	start(&j, "pos58");
	paper_row(&j, ROW_CODE, "R01-000042-R01-000042-R01");
	assert_null(memmem(j.p, j.len, "\x1dk", 2));
	assert_non_null(memmem(j.p, j.len,
		"\x1b"
		"a\x01R01-000042-R01-000042-R01\n",
		29));
	start(&j, "pos58");
	paper_row(&j, ROW_CODE,
		"r\xc3\xa9"
		"f");
	assert_null(memmem(j.p, j.len, "\x1dk", 2));
	start(&j, "pos58");
	paper_row(&j, ROW_CODE, "");
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

	char name[PRINTER_NAME_BYTES];
	struct printer_profile f;
	size_t all = 0;

	(void)state;
	assert_null(codepage_find("CP9999"));
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		assert_int_equal(
			codepage_byte(codepage_find(t[i].page), t[i].cp),
			t[i].byte);
	}
	for (size_t i = 0; printer_profile_name(i, name); i++) {
		assert_int_equal(printer_profile_find(name, &f, NULL), RC_OK);
		assert_true(f.n_page >= 1 && f.n_page <= PRINTER_PAGES);
		assert_true(f.cols >= 24 && f.small >= f.cols && f.pulse >= 10);
		for (size_t k = 0; k < f.n_page; k++) {
			assert_non_null(codepage_find(f.page[k].page));
		}
		all++;
	}
	assert_int_equal(all, 35);
	assert_int_equal(
		printer_profile_find("no such", &f, NULL), RC_NOTFOUND);
}

/* The manual lists every profile, every page and every key. */
static void
test_manual(void **state)
{
	static const char *const key[] = {"like", "columns", "small", "dots",
		"pages", "cut", "barcode", "qr", "image", "red", "buzzer",
		"status", "done", "size", "pulse"};
	static char page[65536];
	const char *top = getenv("top_srcdir");
	char path[1024], name[PRINTER_NAME_BYTES], want[64];
	size_t n;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/man/holdfast-printers.5",
		top != NULL ? top : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(page, 1, sizeof(page) - 1, f);
	page[n] = '\0';
	(void)fclose(f);
	for (size_t i = 0; printer_profile_name(i, name); i++) {
		(void)snprintf(want, sizeof(want), "\n.Cm %s ", name);
		assert_non_null(strstr(page, want));
	}
	for (size_t i = 0; i < codepage_n; i++) {
		(void)snprintf(want, sizeof(want), "\n.Cm %s ",
			codepage_table[i].name);
		assert_non_null(strstr(page, want));
	}
	for (size_t i = 0; i < ARRAY_LEN(key); i++) {
		(void)snprintf(want, sizeof(want), "\n.It Ic %s\n", key[i]);
		assert_non_null(strstr(page, want));
	}
}

/* The pages are those of iconv, less what is left out on purpose. */
static void
test_pages_by_iconv(void **state)
{
	(void)state;
	for (size_t i = 0; i < codepage_n; i++) {
		iconv_t cd = iconv_open("UTF-32LE", codepage_table[i].name);

		if (cd == (iconv_t)-1) {
			fail_msg("iconv has no %s", codepage_table[i].name);
		}
		for (unsigned b = 0; b < 128; b++) {
			char in = (char)(b + 128), *from = &in, *to;
			uint32_t cp = 0;
			size_t n_in = 1, n_out = sizeof(cp);
			uint16_t have = codepage_table[i].high[b];

			to = (char *)&cp;
			if (iconv(cd, &from, &n_in, &to, &n_out) ==
				(size_t)-1) {
				cp = 0;
				(void)iconv(cd, NULL, NULL, NULL, NULL);
			}
			if (have != 0 && have != cp) {
				fail_msg("%s %02X: U+%04X, not U+%04X",
					codepage_table[i].name, b + 128, have,
					(unsigned)cp);
			}
			/* left out: blanks, controls, marks, right to left */
			if (have == 0 && cp > 0xa0 && cp != 0xad &&
				cp < 0x250) {
				fail_msg("%s %02X: U+%04X is missing",
					codepage_table[i].name, b + 128,
					(unsigned)cp);
			}
		}
		(void)iconv_close(cd);
	}
}

/* --- an interpreter of its own, which knows the few commands we mean ------ */

struct sheet {
	size_t lines;
	size_t cols; /* of the line being built */
	size_t widest;
	bool cut;
	const char *bad;
};

static size_t
read_command(const uint8_t *p, size_t n, struct sheet *w)
{
	static const struct {
		uint8_t a, b;
		size_t args;
	} known[] = {{0x1b, '@', 0}, {0x1c, '.', 0}, {0x1b, 't', 1},
		{0x1b, 'R', 1}, {0x1d, 'a', 1}, {0x1b, 'a', 1}, {0x1b, 'E', 1},
		{0x1d, '!', 1}, {0x1d, 'h', 1}, {0x1d, 'w', 1}, {0x1d, 'H', 1},
		{0x1d, 'f', 1}, {0x1d, 'V', 2}, {0x1b, 'p', 3}, {0x1b, 'd', 1},
		{0x1d, 'B', 1}, {0x1b, 'r', 1}, {0x1b, '!', 1}};

	if (n < 2) {
		w->bad = "cut command";
		return n;
	}
	if (p[0] == 0x1d && p[1] == '(' && n >= 5 && p[2] == 'k' &&
		n >= 5u + p[3] + p[4] * 256u) {
		return 5u + p[3] + p[4] * 256u;
	}
	if (p[0] == 0x1d && p[1] == 'k' && n > 4 && p[2] == 0x45) {
		return 4u + p[3]; /* CODE39: its signs were looked at */
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
print_job(const uint8_t *p, size_t n, struct sheet *w)
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
		char name[PRINTER_NAME_BYTES] = "";
		enum row_style style = (enum row_style)gen_below(&g, 6);
		char text[200];
		struct paper j;
		struct sheet w;
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
		assert_true(printer_profile_name(gen_below(&g, 28), name));
		start(&j, name);
		paper_row(&j, style, text);
		assert_int_equal(paper_end(&j), RC_OK);
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
		assert_int_equal(w.cut, j.profile.cut != PRINTER_CUT_NONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_receipt),
		cmocka_unit_test(test_symbols), cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_impact), cmocka_unit_test(test_star),
		cmocka_unit_test(test_does_not_fit),
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_page_switch),
		cmocka_unit_test(test_wide_code_becomes_text),
		cmocka_unit_test(test_pages), cmocka_unit_test(test_manual),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_pages_by_iconv),
		cmocka_unit_test(test_hostile_names)};

	return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
