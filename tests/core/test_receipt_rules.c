/* SPDX-License-Identifier: Apache-2.0 */
/* Discounts, deposits, weights and taxes on paper: each layout as it was looked
 * at (tests/core/golden/rules-*.txt). */
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

#include "base/attr.h"
#include "base/sbuf.h"
#include "base/text.h"
#include "core/receipt.h"
#include "paper.h"

#include "base/poison.h"

#define TEXT_BYTES 65536
#define N(list) ARRAY_LEN(list)

/* 2026-11-21 14:32:07 UTC */
static const struct utc when = {INT64_C(1795271527) * 1000000};

static const char *
number_of(const void *arg, const char *part)
{
	(void)arg;
	if (strcmp(part, "GST") == 0) {
		return "123456789 RT0001";
	}
	return strcmp(part, "QST") == 0 ? "1012345678 TQ0001" : NULL;
}

static const char *
mark_of(const void *arg, const char *class_)
{
	(void)arg;
	return strcmp(class_, "R") == 0 ? "*" : NULL;
}

static bool
is_deposit(const void *arg, const char *code)
{
	(void)arg;
	return strcmp(code, "can") == 0;
}

static const struct receipt_head head = {
	.shop = "CORNER MARKET",
	.register_no = "R01",
	.title = "TAX INVOICE",
	.opened = true,
	.saved = true,
	.part_number = number_of,
	.class_mark = mark_of,
	.is_deposit = is_deposit,
};

static const struct event_discount three[] = {
	{.amount = 59, .kind = "promotion", .rule = "p118", .name = "3 for 2"}};
static const struct event_discount by_hand[] = {
	{.ppm = 100000, .amount = 53, .reason = "damaged"},
	{.ppm = 50000, .amount = 24, .kind = "sale"}};
static const struct event_discount both[] = {
	{.amount = 100, .kind = "coupon", .rule = "c7", .name = "Welcome back"},
	{.ppm = 50000, .amount = 25, .kind = "sale"}};
static const struct event_discount sale_only[] = {
	{.amount = 50, .kind = "coupon", .rule = "c7", .name = "Welcome back"},
	{.ppm = 50000, .amount = 20, .kind = "sale"}};

static const struct event_line goods[] = {
	{.no = 1,
		.name = "Cola 0.33 L can",
		.qty = 6000,
		.price = 89,
		.discount = by_hand,
		.n_discount = 2,
		.amount = 457,
		.tax = "A",
		.deposit = "D25"},
	{.no = 2,
		.name = "Deposit can",
		.qty = 6000,
		.price = 25,
		.amount = 150,
		.tax = "A",
		.link = 1},
	{.no = 3,
		.name = "Yoghurt plain 150 g",
		.qty = 3000,
		.price = 59,
		.discount = three,
		.n_discount = 1,
		.amount = 118,
		.tax = "B"},
	{.no = 4,
		.name = "Apples Gala",
		.qty = 734,
		.price = 299,
		.amount = 219,
		.tax = "B",
		.unit = "kg",
		.from = "scale",
		.tare = 22},
	{.no = 5,
		.name = "Pears",
		.qty = 1250,
		.price = 200,
		.amount = 250,
		.tax = "B",
		.unit = "kg",
		.from = "hand"},
	{.no = 6,
		.name = "Cheese from the counter",
		.qty = 1525,
		.price = 299,
		.amount = 456,
		.tax = "B",
		.unit = "kg",
		.from = "price",
		.held = 456},
	{.no = 7,
		.name = "Cake, by the piece",
		.qty = 333,
		.price = 2300,
		.amount = 767,
		.tax = "B",
		.from = "price",
		.held = 767},
	{.no = 8,
		.name = "Draught beer",
		.qty = 2000,
		.price = 450,
		.list = 600,
		.pricelist = "happy",
		.discount = both,
		.n_discount = 2,
		.amount = 775,
		.tax = "A"},
	{.no = 9,
		.name = "Onigiri",
		.qty = 1000,
		.price = 470,
		.discount = sale_only,
		.n_discount = 2,
		.amount = 400,
		.tax = "R"},
};

static const struct event_tax goods_tax[] = {
	{.code = "A", .rate = 190000, .net = 1161, .tax = 221, .gross = 1382},
	{.code = "B", .rate = 70000, .net = 1692, .tax = 118, .gross = 1810},
	{.code = "R", .rate = 80000, .net = 370, .tax = 30, .gross = 400}};
static const struct event_tender goods_paid[] = {
	{.tender = "CP",
		.amount = 50,
		.tendered = 50,
		.name = "Maker's coupon",
		.rule = "m1"},
	{.tender = "cash", .amount = 3540, .tendered = 5000, .change = 1460}};

static const struct event_sale included = {
	.number = "R01-000042",
	.opened = {INT64_C(1795271400) * 1000000},
	.currency = "EUR",
	.digits = 2,
	.prices = "included",
	.line = goods,
	.n_line = N(goods),
	.tax = goods_tax,
	.n_tax = N(goods_tax),
	.total = 3592,
	.rounding = -2,
	.tender = goods_paid,
	.n_tender = N(goods_paid),
};

static const struct event_part quebec[] = {
	{.name = "GST", .rate = 50000, .tax = 81},
	{.name = "QST", .rate = 99750, .tax = 162}};
static const struct event_part gst_only[] = {
	{.name = "GST", .rate = 50000, .tax = 50}};
static const struct event_line added_line[] = {{.no = 1,
						       .name = "Book",
						       .qty = 1000,
						       .price = 349,
						       .amount = 349,
						       .tax = "Q"},
	{.no = 2,
		.name = "Lamp",
		.qty = 1000,
		.price = 1279,
		.amount = 1279,
		.tax = "Q"},
	{.no = 3,
		.name = "Atlas",
		.qty = 1000,
		.price = 1000,
		.amount = 1000,
		.tax = "G"}};
static const struct event_tax added_tax[] = {{.code = "Q",
						     .rate = 149750,
						     .net = 1628,
						     .tax = 243,
						     .gross = 1871,
						     .part = quebec,
						     .n_part = 2},
	{.code = "G",
		.rate = 50000,
		.net = 1000,
		.tax = 50,
		.gross = 1050,
		.part = gst_only,
		.n_part = 1}};
static const struct event_tender added_paid[] = {
	{.tender = "cash", .amount = 2920, .tendered = 2920}};

static const struct event_part india[] = {
	{.name = "CGST", .rate = 90000, .tax = 492030},
	{.name = "SGST", .rate = 90000, .tax = 492030}};
static const struct event_line india_line[] = {{.no = 1,
	.name = "Laptop",
	.qty = 1000,
	.price = 5467000,
	.amount = 5467000,
	.tax = "G"}};
static const struct event_tax india_tax[] = {{.code = "G",
	.rate = 180000,
	.net = 5467000,
	.tax = 984060,
	.gross = 6451060,
	.part = india,
	.n_part = 2}};
static const struct event_tender india_paid[] = {{.tender = "CC",
	.amount = 6451100,
	.tendered = 6451100,
	.name = "Card"}};

/* 11.90 at 19 % to somebody exempt, and phones to a business. */
static const struct event_line relief_line[] = {{.no = 1,
							.name = "Kettle",
							.qty = 1000,
							.price = 1190,
							.amount = 1000,
							.tax = "A",
							.relief = 190},
	{.no = 2,
		.name = "Bread",
		.qty = 1000,
		.price = 214,
		.amount = 214,
		.tax = "B"}};
static const struct event_tax relief_tax[] = {{.code = "A",
						      .rate = 190000,
						      .net = 1000,
						      .gross = 1000,
						      .why = "reverse"},
	{.code = "B", .rate = 70000, .net = 200, .tax = 14, .gross = 214}};
static const struct event_tender relief_paid[] = {
	{.tender = "cash", .amount = 1214, .tendered = 1214}};

static struct event
event_of(const struct event_sale *s)
{
	return (struct event){.type = EVENT_SALE_COMPLETED,
		.sequence = 42,
		.time = when,
		.tz_min = 60,
		.actor = "1",
		.data.sale = *s};
}

static void
compare(const char *name, const struct event_sale *s, unsigned cols)
{
	static char got[TEXT_BYTES];
	struct receipt_opts o = {.cols = cols};
	struct event e = event_of(s);
	char file[64];
	struct sbuf b;

	assert_true(event_balances(&e));
	sbuf_init(&b, got, sizeof(got));
	receipt_sale(&head, &e, &o, receipt_to_text, &b);
	assert_true(sbuf_ok(&b));
	for (char *at = got; *at != '\0';) {
		size_t len = strcspn(at, "\n");

		assert_true(text_cells(at, len) <= cols);
		at += len + 1;
	}
	(void)snprintf(file, sizeof(file), "%s-%u", name, cols);
	paper_same(file, got);
}

static void
prices_with_tax(void **state)
{
	(void)state;
	compare("rules", &included, 32);
	compare("rules", &included, 42);
	compare("rules", &included, 48);
}

static void
parts_of_taxes(void **state)
{
	struct event_sale s = included;

	(void)state;
	s.currency = "CAD";
	s.prices = "added";
	s.line = added_line;
	s.n_line = N(added_line);
	s.tax = added_tax;
	s.n_tax = N(added_tax);
	s.total = 2921;
	s.rounding = -1;
	s.tender = added_paid;
	s.n_tender = N(added_paid);
	compare("rules-quebec", &s, 32);
	compare("rules-quebec", &s, 42);
	s.currency = "INR";
	s.line = india_line;
	s.n_line = N(india_line);
	s.tax = india_tax;
	s.n_tax = N(india_tax);
	s.total = 6451060;
	s.bill_rounding = 40;
	s.rounding = 40;
	s.tender = india_paid;
	s.n_tender = N(india_paid);
	compare("rules-india", &s, 40);
}

static void
no_tax_and_why(void **state)
{
	struct event_tax exempt[] = {relief_tax[0], relief_tax[1]};
	struct event_sale s = included;

	(void)state;
	s.line = relief_line;
	s.n_line = N(relief_line);
	s.tax = relief_tax;
	s.n_tax = N(relief_tax);
	s.total = 1214;
	s.rounding = 0;
	s.vat = "DE123456789";
	s.tender = relief_paid;
	s.n_tender = N(relief_paid);
	compare("rules-reverse", &s, 32);
	exempt[0].why = "exempt";
	s.tax = exempt;
	s.vat = NULL;
	s.certificate = "NY-4471-22";
	compare("rules-exempt", &s, 42);
}

/* Empties make no exchange of a sale, and no pieces. */
static void
empties(void **state)
{
	struct event_line line[] = {{.no = 1,
					    .name = "Lamp",
					    .code = "17",
					    .kind = "internal",
					    .qty = 1000,
					    .price = 1279,
					    .amount = 1279,
					    .tax = "A"},
		{.no = 2,
			.name = "Deposit can",
			.code = "can",
			.kind = "internal",
			.qty = -3000,
			.price = 25,
			.amount = -75,
			.tax = "A"}};
	static char out[TEXT_BYTES];
	struct event_sale s = included;
	struct receipt_opts o = {.cols = 42};
	struct event e;
	struct sbuf b;

	(void)state;
	s.line = line;
	s.n_line = 2;
	e = event_of(&s);
	sbuf_init(&b, out, sizeof(out));
	receipt_sale(&head, &e, &o, receipt_to_text, &b);
	assert_null(strstr(out, "EXCHANGE"));
	assert_non_null(strstr(out, "Items 1\n"));
	line[1].code = "18"; /* goods */
	sbuf_init(&b, out, sizeof(out));
	receipt_sale(&head, &e, &o, receipt_to_text, &b);
	assert_non_null(strstr(out, "EXCHANGE"));
	assert_non_null(strstr(out, "Items -2\n"));
	s.line = &line[1];
	s.n_line = 1;
	line[1].code = "can";
	e = event_of(&s);
	sbuf_init(&b, out, sizeof(out));
	receipt_sale(&head, &e, &o, receipt_to_text, &b);
	assert_non_null(strstr(out, "RETURN"));
}

/* More coupons than there is room to tell apart still sum up. */
static void
many_coupons(void **state)
{
	static char id[60][8], out[TEXT_BYTES];
	struct event_discount d[60];
	struct event_line l = {.no = 1,
		.name = "All of it",
		.qty = 1000,
		.price = 10000,
		.amount = 10000 - 60,
		.tax = "A",
		.discount = d,
		.n_discount = 60};
	struct event_sale s = included;
	struct receipt_opts o = {.cols = 42};
	struct event e;
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(id[i], sizeof(id[i]), "c%02zu", i);
		d[i] = (struct event_discount){
			.amount = 1, .kind = "coupon", .rule = id[i]};
	}
	s.line = &l;
	s.n_line = 1;
	e = event_of(&s);
	sbuf_init(&b, out, sizeof(out));
	receipt_sale(&head, &e, &o, receipt_to_text, &b);
	assert_non_null(
		strstr(out, "Coupon c38                         -0.01"));
	assert_non_null(
		strstr(out, "Coupon c39                         -0.21"));
	assert_null(strstr(out, "c40"));
	assert_non_null(strstr(out, "You saved 0.60"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_with_tax),
		cmocka_unit_test(parts_of_taxes),
		cmocka_unit_test(no_tax_and_why),
		cmocka_unit_test(empties),
		cmocka_unit_test(many_coupons),
	};

	return cmocka_run_group_tests_name("receipt_rules", tests, NULL, NULL);
}
