/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/sbuf.h"
#include "base/text.h"
#include "core/receipt.h"
#include "gen.h"
#include "paper.h"

#include "base/poison.h"

#define TEXT_BYTES 65536

/* 2026-11-21 14:32:07 UTC */
static const struct utc when = {INT64_C(1795271527) * 1000000};

static const struct receipt_head head = {
	.shop = "CORNER MARKET",
	.address = "12 Harbor Street|04101 Portland",
	.tax_id = "DE 123456789",
	.header = "Open Monday to Saturday, 7 to 20",
	.footer = "Thank you!|Returns within 14 days, with this receipt and "
		  "in the original packaging.",
	.register_no = "R01",
};

static const struct event_discount ten_percent[] = {{100000, 43, "damaged"}};
static const struct event_discount two[] = {{0, 50, NULL}, {200000, 110, NULL}};

static const struct event_line lines[] = {
	{.no = 1,
		.name = "Sourdough loaf",
		.qty = 1000,
		.price = 380,
		.amount = 380,
		.tax = "B"},
	{.no = 2,
		.name = "Whole milk 1 L",
		.qty = 2000,
		.price = 129,
		.amount = 258,
		.tax = "B"},
	{.no = 4,
		.name = "Apples Gala",
		.qty = 734,
		.price = 299,
		.amount = 219,
		.tax = "B"},
	{.no = 5,
		.name = "Shampoo 250 ml",
		.qty = 1000,
		.price = 425,
		.discount = ten_percent,
		.n_discount = 1,
		.amount = 382,
		.tax = "A"},
	{.no = 6,
		.name = "Extra virgin olive oil, cold pressed, from old "
			"groves, 750 ml bottle",
		.qty = 1000,
		.price = 1299,
		.overridden = true,
		.list = 1499,
		.amount = 1299,
		.tax = "B"},
	{.no = 7,
		.name = "抹茶 緑茶 ティーバッグ 20袋",
		.qty = 1000,
		.price = 600,
		.discount = two,
		.n_discount = 2,
		.amount = 440,
		.tax = "B"},
	{.no = 8,
		.name = "Cre\xcc\x80me bru\xcc\x82le\xcc\x81"
			"e",
		.qty = 3000,
		.price = 0,
		.amount = 0,
		.tax = "A"},
};

static const struct event_tax taxes_in[] = {
	{"A", 190000, 321, 61, 382}, {"B", 70000, 2426, 170, 2596}};
static const struct event_tender cash[] = {{"cash", 2978, 3000, 22, NULL}};

static const struct event_tax taxes_added[] = {
	{"A", 82500, 382, 32, 414}, {"B", 0, 2596, 0, 2596}};
static const struct event_tender split[] = {
	{"CC", 1000, 1000, 0, "card"}, {"cash", 2010, 2050, 40, NULL}};

static const uint8_t hash[HASH_BYTES] = {0x1a, 0x2b, 0x3c, 0x4d, 0x5e};

static struct event
sale_in(void)
{
	return (struct event){
		.type = EVENT_SALE_COMPLETED,
		.sequence = 42,
		.time = when,
		.tz_min = 60,
		.actor = "1",
		.data.sale =
			{
				.number = "R01-000042",
				.currency = "EUR",
				.digits = 2,
				.prices = "included",
				.line = lines,
				.n_line = sizeof(lines) / sizeof(lines[0]),
				.tax = taxes_in,
				.n_tax = 2,
				.total = 2978,
				.tender = cash,
				.n_tender = 1,
			},
	};
}

static struct event
sale_added(void)
{
	struct event e = sale_in();

	e.tz_min = -300;
	e.data.sale.currency = "USD";
	e.data.sale.prices = "added";
	e.data.sale.tax = taxes_added;
	e.data.sale.total = 3010;
	e.data.sale.tender = split;
	e.data.sale.n_tender = 2;
	return e;
}

/* --- golden files --------------------------------------------------------- */

static void
as_text(const struct event *e, const struct receipt_opts *o, char *out)
{
	struct sbuf b;

	sbuf_init(&b, out, TEXT_BYTES);
	receipt_sale(&head, e, o, receipt_to_text, &b);
	assert_true(sbuf_ok(&b));
}

static void
four_widths(void **state)
{
	static const unsigned widths[] = {24, 32, 40, 42, 48, 80};
	static char out[TEXT_BYTES];
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct receipt_opts o = {.cols = widths[i], .hash = hash};
		struct event e = sale_in();

		assert_true(event_balances(&e));
		as_text(&e, &o, out);
		(void)snprintf(name, sizeof(name), "sale-%u", widths[i]);
		paper_same(name, out);
		e = sale_added();
		assert_true(event_balances(&e));
		as_text(&e, &o, out);
		(void)snprintf(name, sizeof(name), "added-%u", widths[i]);
		paper_same(name, out);
	}
}

static void
copy_and_cash_rounding(void **state)
{
	static const struct event_tender rounded[] = {
		{"cash", 2980, 2980, 0, NULL}};
	static char out[TEXT_BYTES];
	struct receipt_opts o = {
		.cols = 42, .copy = 2, .uncertain = true, .hash = hash};
	struct event e = sale_in();

	(void)state;
	e.data.sale.rounding = 2;
	e.data.sale.tender = rounded;
	assert_true(event_balances(&e));
	as_text(&e, &o, out);
	paper_same("copy-42", out);
}

/* Goods that come back, alone and beside what is sold for them. */
static void
returned(void **state)
{
	static const struct event_discount share[] = {{0, -20, NULL}};
	static const struct event_line back[] = {
		{.no = 1,
			.name = "Yoghurt plain 150 g",
			.qty = -1000,
			.price = 59,
			.discount = share,
			.n_discount = 1,
			.amount = -39,
			.tax = "B",
			.return_of = "R01-000041",
			.return_no = 2,
			.rate = 70000,
			.reason = "Spoiled"},
		{.no = 2,
			.name = "Olive oil 500 ml",
			.qty = -2000,
			.price = 649,
			.amount = -1298,
			.tax = "B",
			.reason = "Changed mind"},
		{.no = 3,
			.name = "Shampoo 250 ml",
			.qty = 1000,
			.price = 425,
			.amount = 425,
			.tax = "A"}};
	static const struct event_tax tax[] = {
		{"B", 70000, -1250, -87, -1337}, {"A", 190000, 357, 68, 425}};
	static const struct event_tender out_[] = {
		{"cash", -1335, -1335, 0, NULL}, {"cash", -912, -912, 0, NULL}};
	static char out[TEXT_BYTES];
	struct receipt_opts o = {.cols = 42, .hash = hash};
	struct event e = sale_in();

	(void)state;
	e.data.sale.line = back;
	e.data.sale.n_line = 2;
	e.data.sale.tax = tax;
	e.data.sale.n_tax = 1;
	e.data.sale.total = -1337;
	e.data.sale.rounding = 2;
	e.data.sale.tender = out_;
	assert_true(event_balances(&e));
	as_text(&e, &o, out);
	paper_same("return-42", out);
	e.data.sale.n_line = 3;
	e.data.sale.n_tax = 2;
	e.data.sale.total = -912;
	e.data.sale.rounding = 0;
	e.data.sale.tender = &out_[1];
	assert_true(event_balances(&e));
	o.cols = 32;
	as_text(&e, &o, out);
	paper_same("exchange-32", out);
}

static void
huge_amounts(void **state)
{
	static const struct event_line huge[] = {{.no = 1,
		.name = "Everything there is",
		.qty = 1000,
		.price = 9007199254740991,
		.amount = 9007199254740991,
		.tax = "A"}};
	static const struct event_tax tax[] = {{"A", 190000, 7569075844320160,
		1438123410420831, 9007199254740991}};
	static const struct event_tender paid[] = {
		{"cash", 9007199254740991, 9007199254740991, 0, NULL}};
	static char out[TEXT_BYTES];
	struct receipt_opts o = {.cols = 32};
	struct event e = sale_in();

	(void)state;
	e.data.sale.line = huge;
	e.data.sale.n_line = 1;
	e.data.sale.tax = tax;
	e.data.sale.n_tax = 1;
	e.data.sale.total = 9007199254740991;
	e.data.sale.tender = paid;
	assert_true(event_balances(&e));
	as_text(&e, &o, out);
	paper_same("huge-32", out);
}

static struct totals
day(void)
{
	return (struct totals){
		.sales = 214,
		.voids = 2,
		.line_voids = 9,
		.overrides = 4,
		.discounts = 41,
		.no_sales = 3,
		.copies = 5,
		.parked = 1,
		.returns = 6,
		.return_amount = 8814,
		.gross = 481237,
		.discount = 9620,
		.void_amount = 3112,
		.rounding = -4,
		.drawer = 120415,
		.items = 1846000,
		.first = 12,
		.last = 507,
		.n_tax = 2,
		.tax = {{"A", 190000, 217184, 41265, 258449},
			{"B", 70000, 208213, 14575, 222788}},
		.n_tender = 2,
		.tender = {{"cash", 120415, 103}, {"card", 360818, 111}},
	};
}

static void
x_report(void **state)
{
	static const unsigned widths[] = {32, 42};
	static char out[TEXT_BYTES];
	struct totals t = day();
	char name[64];
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sbuf_init(&b, out, sizeof(out));
		receipt_report(&head, &t, when, 60, "EUR", 2, widths[i],
			receipt_to_text, &b);
		assert_true(sbuf_ok(&b));
		(void)snprintf(name, sizeof(name), "report-%u", widths[i]);
		paper_same(name, out);
	}
}

/* Each tax of a class by itself, and no rate of them together. */
static void
x_report_of_parts(void **state)
{
	static char out[TEXT_BYTES];
	struct totals t = day();
	struct sbuf b;

	(void)state;
	t.n_tax = 3;
	t.tax[0] = (struct totals_tax){.code = "Q",
		.rate = 149750,
		.net = 1628,
		.tax = 243,
		.gross = 1871,
		.n_part = 2,
		.part = {
			{"GST", 50000, false, 81}, {"QST", 99750, false, 162}}};
	t.tax[1] = (struct totals_tax){.code = "G",
		.rate = 50000,
		.net = 1000,
		.tax = 50,
		.gross = 1050,
		.n_part = 1,
		.part = {{"GST", 50000, false, 50}}};
	t.tax[2] = (struct totals_tax){
		.code = "Q", .net = 100, .gross = 100, .why = TAX_EXEMPT};
	sbuf_init(&b, out, sizeof(out));
	receipt_report(&head, &t, when, 60, "CAD", 2, 42, receipt_to_text, &b);
	assert_non_null(strstr(out, "\nGST 5%                                "
				    "1.31\n"));
	assert_non_null(strstr(out, "\nQST 9.975%                            "
				    "1.62\n"));
	assert_non_null(strstr(out, "\nQ exempt "));
	assert_null(strstr(out, "14.9"));
}

/* Below a tender what it is made of, and what is left to do. */
static void
x_report_of_cards(void **state)
{
	static char out[TEXT_BYTES];
	struct totals t = day();
	struct sbuf b;

	(void)state;
	t.n_tender = 1;
	t.tender[0] = (struct totals_tender){"CC", 10000, 5};
	t.n_card = 2;
	t.card[0] = (struct totals_card){"CC", "Visa", 7000, 2, 0, 0, 500, 1};
	t.card[1] =
		(struct totals_card){"CC", "", 2500, 2, 2500, 2, 0, 0, 99, 1};
	t.unsettled = 1;
	t.n_terminal = 2;
	t.terminal[0] = (struct totals_terminal){"ec", 3, 0, 0};
	t.terminal[1] = (struct totals_terminal){"bar", 0, 1, -150};
	sbuf_init(&b, out, sizeof(out));
	receipt_report(&head, &t, when, 60, "EUR", 2, 42, receipt_to_text, &b);
	assert_true(sbuf_ok(&b));
	paper_same("report-cards", out);
}

/* Theirs, ours, and in words what that comes to. */
static void
terminal_day(void **state)
{
	static const struct event_terminal_total total[] = {
		{"Visa", 2, 7000}, {"girocard", 1, 2500}};
	static char out[TEXT_BYTES];
	struct event e = {.type = EVENT_TERMINAL_CLOSED,
		.time = when,
		.tz_min = 60,
		.data.terminal = {.terminal = "ec",
			.outcome = "approved",
			.total = total,
			.n_total = 2,
			.count = 3,
			.amount = 9500,
			.paid_count = 2,
			.paid = 7000,
			.difference = 2500}};
	struct sbuf b;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	receipt_terminal(&head, &e, "EUR", 2, 42, receipt_to_text, &b);
	assert_true(sbuf_ok(&b));
	paper_same("terminal-day", out);
	e.data.terminal.difference = -150;
	sbuf_clear(&b);
	receipt_terminal(&head, &e, "EUR", 2, 42, receipt_to_text, &b);
	assert_non_null(strstr(out, "The terminal has 1.50 less than"));
	e.data.terminal.difference = 0;
	sbuf_clear(&b);
	receipt_terminal(&head, &e, "EUR", 2, 42, receipt_to_text, &b);
	assert_non_null(strstr(out, "Both have the same."));
}

/* --- styles and properties ------------------------------------------------ */

struct seen {
	unsigned cols;
	unsigned n_row;
	unsigned n_style[ROW_CODE + 1];
	char last[64];
	char first[64];
	char code[64];
};

static void
take_row(void *arg, enum row_style style, const char *text)
{
	struct seen *s = arg;
	size_t len = strlen(text);
	size_t room = style == ROW_TITLE ? s->cols / 2 : s->cols;
	char *keep = s->n_row == 0 ? s->first : s->last;

	assert_true(text_is_utf8(text, len));
	assert_true(len <= room * 20); /* a base and four marks a cell */
	if (text_cells(text, len) > room) {
		fail_msg("%zu cells in %zu: [%s]", text_cells(text, len), room,
			text);
	}
	for (size_t i = 0; i < len; i++) {
		assert_true((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
	}
	(void)snprintf(keep, sizeof(s->last), "%s", text);
	if (style == ROW_CODE) {
		(void)snprintf(s->code, sizeof(s->code), "%s", text);
	}
	s->n_row++;
	s->n_style[style]++;
}

static void
styles(void **state)
{
	struct receipt_opts o = {.cols = 42, .copy = 1};
	struct seen s = {.cols = 42};
	struct event e = sale_in();
	struct receipt_head wide = head;

	(void)state;
	receipt_sale(&head, &e, &o, take_row, &s);
	assert_int_equal(s.n_style[ROW_TITLE], 1);
	assert_int_equal(s.n_style[ROW_TOTAL], 1);
	assert_int_equal(s.n_style[ROW_CODE], 1);
	assert_int_equal(s.n_style[ROW_BOLD], 2); /* the two copy marks */
	assert_string_equal(s.code, "R01-000042");
	assert_non_null(strstr(s.first, "*** COPY 1 ***"));
	assert_non_null(strstr(s.last, "*** COPY 1 ***"));
	/* a name that does not fit big is bold instead */
	wide.shop = "The Corner Market and Bakery";
	s = (struct seen){.cols = 42};
	o.copy = 0;
	receipt_sale(&wide, &e, &o, take_row, &s);
	assert_int_equal(s.n_style[ROW_TITLE], 0);
	assert_int_equal(s.n_style[ROW_BOLD], 1);
	assert_null(strstr(s.last, "COPY"));
}

static void
what_just_fits(void **state)
{
	static char out[TEXT_BYTES];
	struct event_line pair[] = {lines[0], lines[0]};
	struct event e = sale_in();
	struct receipt_head h = head;
	struct receipt_opts o = {.cols = 32};
	struct seen s = {.cols = 32};

	(void)state;
	e.data.sale.line = pair;
	e.data.sale.n_line = 2;
	/* 25 cells, a space, "3.80", and the class */
	pair[0].name = "abcdefghijklmnopqrstuvwxy";
	as_text(&e, &o, out);
	assert_non_null(strstr(out, "\nabcdefghijklmnopqrstuvwxy 3.80 B\n"));
	pair[0].name = "abcdefghijklmnopqrstuvwxyz";
	as_text(&e, &o, out);
	assert_non_null(strstr(out, "\nabcdefghijklmnopqrstuvwxyz\n"
				    "  1 x 3.80                3.80 B\n"));
	/* the longest class of any line makes room on all */
	pair[0].name = "Loaf";
	pair[1].tax = "AB";
	as_text(&e, &o, out);
	assert_non_null(strstr(out, "\nLoaf                     3.80 B\n"));
	/* a title of exactly half the columns; a code of all but two */
	h.shop = "sixteen of these";
	e.data.sale.number = "R01-012345678901234567890123456";
	receipt_sale(&h, &e, &o, take_row, &s);
	assert_int_equal(s.n_style[ROW_TITLE], 1);
	assert_int_equal(s.n_style[ROW_CODE], 0);
	e.data.sale.number = "R01-01234567890123456789012345";
	receipt_sale(&h, &e, &o, take_row, &s);
	assert_int_equal(s.n_style[ROW_CODE], 1);
}

/* Pieces of text that have gone wrong somewhere before. */
static void
random_text(struct gen *g, char *out, size_t cap)
{
	static const char *const piece[] = {"a", "Z ", " ", "  ", "|",
		"\xcc\x81", "\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86",
		"漢", "字", "ﾊ", "\xff", "\xc3", "\xed\xa0\x80", "\x1b[2J",
		"\x01", "\t", "\n", "é", "😀", "\xe2\x80\x8b", "\xe2\x80\xae",
		"👨‍👩‍👧", "half", "1.5 l", "-", "%s%n", "\xc2\x85",
		"\xef\xbb\xbf"};
	size_t n = (size_t)gen_below(g, 60);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *s =
			piece[gen_below(g, sizeof(piece) / sizeof(piece[0]))];
		size_t add = strlen(s);

		if (len + add >= cap) {
			break;
		}
		memcpy(out + len, s, add);
		len += add;
	}
	out[len] = '\0';
}

static int64_t
random_amount(struct gen *g)
{
	switch (gen_below(g, 6)) {
	case 0:
		return gen_range(g, INT64_MIN, INT64_MAX);
	case 1:
		return gen_range(g, -9007199254740991, 9007199254740991);
	default:
		return gen_range(g, 0, 99999);
	}
}

#define TEXTS 12
#define TEXT_LEN 400

static void
hostile_receipt(struct gen *g, unsigned cols)
{
	char text[TEXTS][TEXT_LEN];
	const char *t[TEXTS];
	struct event_discount off[2];
	struct event_line line[4];
	struct event_tax tax[3];
	struct event_tender tender[2];
	struct event e = sale_in();
	struct receipt_head h;
	struct receipt_opts o = {
		.cols = cols,
		.copy = (uint32_t)gen_below(g, 3),
		.uncertain = gen_below(g, 2),
		.hash = gen_below(g, 2) ? hash : NULL,
	};
	struct seen s = {.cols = cols};

	for (size_t i = 0; i < TEXTS; i++) {
		random_text(g, text[i], TEXT_LEN);
		t[i] = gen_below(g, 10) ? text[i] : NULL;
	}
	h = (struct receipt_head){.shop = t[0],
		.address = t[1],
		.tax_id = t[2],
		.header = t[3],
		.footer = t[4],
		.register_no = t[5],
		.format = &formats[gen_below(g, format_n)]};
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		h.word[i] = gen_below(g, 2) ? t[gen_below(g, TEXTS)] : NULL;
	}
	for (size_t i = 0; i < 2; i++) {
		off[i] = (struct event_discount){(int64_t)gen_below(g, 1000001),
			random_amount(g), t[6 + i]};
		tender[i] = (struct event_tender){t[7 + i], random_amount(g),
			random_amount(g), random_amount(g),
			gen_below(g, 2) ? t[7 - i] : NULL};
	}
	for (size_t i = 0; i < 4; i++) {
		line[i] = (struct event_line){
			.name = t[8 + i],
			.qty = gen_below(g, 2) ? 1000 : random_amount(g),
			.price = random_amount(g),
			.overridden = gen_below(g, 2),
			.list = random_amount(g),
			.discount = off,
			.n_discount = (size_t)gen_below(g, 3),
			.amount = random_amount(g),
			.tax = gen_below(g, 3) ? "A" : t[i],
		};
	}
	for (size_t i = 0; i < 3; i++) {
		tax[i] = (struct event_tax){gen_below(g, 3) ? "A" : t[i + 3],
			gen_below(g, 5) ? (int64_t)gen_below(g, 1000001)
					: random_amount(g),
			random_amount(g), random_amount(g), random_amount(g)};
	}
	e.actor = t[10];
	e.data.sale.number = t[9];
	e.data.sale.currency = t[11];
	e.data.sale.prices = gen_below(g, 2) ? "included" : "added";
	e.data.sale.digits = gen_below(g, 2) ? 2 : gen_range(g, -1, 9);
	e.data.sale.total = random_amount(g);
	e.data.sale.rounding = random_amount(g);
	e.data.sale.line = line;
	e.data.sale.n_line = (size_t)gen_below(g, 5);
	e.data.sale.tax = tax;
	e.data.sale.n_tax = (size_t)gen_below(g, 4);
	e.data.sale.tender = tender;
	e.data.sale.n_tender = (size_t)gen_below(g, 3);
	receipt_sale(&h, &e, &o, take_row, &s);
	assert_true(s.n_row > 5);
}

static void
rows_never_exceed_the_paper(void **state)
{
	struct gen g = gen_start("receipt rows");

	(void)state;
	for (unsigned round = 0; round < 40; round++) {
		for (unsigned cols = 24; cols <= 80; cols++) {
			hostile_receipt(&g, cols);
		}
	}
}

static void
impossible_widths_are_brought_in(void **state)
{
	struct event e = sale_in();
	struct receipt_opts o = {.cols = 0};
	struct seen s = {.cols = 24};

	(void)state;
	receipt_sale(&head, &e, &o, take_row, &s);
	o.cols = 10000;
	s = (struct seen){.cols = 80};
	receipt_sale(&head, &e, &o, take_row, &s);
	assert_true(s.n_row > 5);
}

static void
report_rows_fit(void **state)
{
	struct gen g = gen_start("report rows");
	struct totals t = day();

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		unsigned cols = (unsigned)gen_range(&g, 24, 80);
		struct seen s = {.cols = cols};
		char title[TEXT_LEN];

		random_text(&g, title, sizeof(title));
		t.gross = random_amount(&g);
		t.drawer = random_amount(&g);
		t.voids = random_amount(&g);
		t.tax[1].net = random_amount(&g);
		t.tender[0].count = random_amount(&g);
		receipt_report(
			&head, &t, when, 60, title, 2, cols, take_row, &s);
		assert_true(s.n_row > 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_widths),
		cmocka_unit_test(copy_and_cash_rounding),
		cmocka_unit_test(returned),
		cmocka_unit_test(huge_amounts),
		cmocka_unit_test(x_report),
		cmocka_unit_test(x_report_of_parts),
		cmocka_unit_test(x_report_of_cards),
		cmocka_unit_test(terminal_day),
		cmocka_unit_test(styles),
		cmocka_unit_test(what_just_fits),
		cmocka_unit_test(rows_never_exceed_the_paper),
		cmocka_unit_test(impossible_widths_are_brought_in),
		cmocka_unit_test(report_rows_fit),
	};

	return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
