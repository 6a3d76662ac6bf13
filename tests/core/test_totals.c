/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/day.h"
#include "core/totals.h"

#include "base/poison.h"

static struct event
plain(enum event_type type, uint64_t seq)
{
	return (struct event){.type = type, .sequence = seq};
}

static const struct event_discount off[] = {{100000, 43, NULL}, {0, 7, NULL}};
static const struct event_line lines[] = {
	{.no = 1, .qty = 2000, .amount = 258, .tax = "B"},
	{.no = 2, .qty = 734, .amount = 219, .tax = "B"},
	{.no = 3,
		.qty = 1000,
		.amount = 375,
		.tax = "A",
		.discount = off,
		.n_discount = 2},
};

static struct event
sale(uint64_t seq, const struct event_tax *tax, size_t n_tax,
	const struct event_tender *tender, size_t n_tender)
{
	struct event e = plain(EVENT_SALE_COMPLETED, seq);

	e.data.sale = (struct event_sale){
		.line = lines,
		.n_line = 3,
		.tax = tax,
		.n_tax = n_tax,
		.total = 852,
		.rounding = -2,
		.tender = tender,
		.n_tender = n_tender,
	};
	return e;
}

static const struct event_tax taxes[] = {
	{"A", 190000, 315, 60, 375}, {"B", 70000, 446, 31, 477}};
static const struct event_tender paid[] = {
	{"card", 500, 500, 0, "Card"}, {"cash", 350, 1000, 650, NULL}};

static void
a_day(void **state)
{
	static const struct event_tax newer[] = {
		{"A", 160000, 323, 52, 375}, {"B", 70000, 446, 31, 477}};
	struct totals t = {0};
	struct event e;

	(void)state;
	e = sale(5, taxes, 2, paid, 2);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = sale(6, newer, 2, paid, 2);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.sales, 2);
	assert_int_equal(t.gross, 1704);
	assert_int_equal(t.rounding, -4);
	assert_int_equal(t.discount, 100);
	assert_int_equal(t.items, 2 * (2000 + 1000 + 1000));
	assert_int_equal(t.drawer, 700);
	assert_int_equal(t.n_tender, 2);
	assert_string_equal(t.tender[0].name, "card");
	assert_int_equal(t.tender[0].amount, 1000);
	assert_int_equal(t.tender[1].count, 2);
	assert_int_equal(t.tender[1].amount, 700);
	/* a changed rate is a row of its own */
	assert_int_equal(t.n_tax, 3);
	assert_string_equal(t.tax[0].code, "A");
	assert_int_equal(t.tax[0].rate, 190000);
	assert_int_equal(t.tax[0].tax, 60);
	assert_int_equal(t.tax[1].net, 892);
	assert_int_equal(t.tax[1].gross, 954);
	assert_int_equal(t.tax[2].rate, 160000);
	assert_int_equal(t.tax[2].tax, 52);
	assert_int_equal(t.first, 5);
	assert_int_equal(t.last, 6);
}

/* What comes back is taken off, and counted apart. */
static void
returns_are_counted(void **state)
{
	static const struct event_discount share[] = {{0, -50, NULL}};
	static const struct event_line back[] = {
		{.no = 1, .qty = -2000, .amount = -258, .tax = "B"},
		{.no = 2, .qty = -734, .amount = -219, .tax = "B"},
		{.no = 3,
			.qty = -1000,
			.amount = -375,
			.tax = "A",
			.discount = share,
			.n_discount = 1}};
	static const struct event_tax tax[] = {
		{"A", 190000, -315, -60, -375}, {"B", 70000, -446, -31, -477}};
	static const struct event_tender out[] = {
		{"card", -500, -500, 0, NULL}, {"cash", -350, -350, 0, NULL}};
	struct totals t = {0};
	struct event e = sale(5, taxes, 2, paid, 2);

	(void)state;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = sale(6, tax, 2, out, 2);
	e.data.sale.line = back;
	e.data.sale.total = -852;
	e.data.sale.rounding = 2;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.sales, 2);
	assert_int_equal(t.returns, 3);
	assert_int_equal(t.return_amount, 852);
	assert_int_equal(t.gross, 0);
	assert_int_equal(t.rounding, 0);
	assert_int_equal(t.discount, 0);
	assert_int_equal(t.items, 0);
	assert_int_equal(t.drawer, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(t.tender[i].amount, 0);
		assert_int_equal(t.tender[i].count, 2);
		assert_int_equal(t.tax[i].net, 0);
		assert_int_equal(t.tax[i].tax, 0);
		assert_int_equal(t.tax[i].gross, 0);
	}
}

static void
acts_are_counted(void **state)
{
	struct totals t = {0};
	struct totals want = {0};
	struct event e;

	(void)state;
	e = plain(EVENT_SALE_VOIDED, 1);
	e.data.basket.total = 500;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_LINE_VOIDED, 2);
	e.data.line.from = 129;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_PRICE_OVERRIDDEN, 3);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_LINE_DISCOUNTED, 4);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_DRAWER_OPENED, 5);
	e.data.drawer.reason = "no-sale";
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e.sequence = 6;
	e.data.drawer.reason = "sale";
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e.data.drawer.reason = NULL;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_COPY_PRINTED, 7);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = plain(EVENT_SALE_PARKED, 8);
	e.data.basket.total = 900;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	want.voids = 1;
	want.void_amount = 629;
	want.line_voids = 1;
	want.overrides = 1;
	want.discounts = 1;
	want.no_sales = 2;
	want.copies = 1;
	want.parked = 1;
	want.first = 1;
	want.last = 8;
	assert_memory_equal(&t, &want, sizeof(t));
}

static void
other_events_move_the_range_only(void **state)
{
	static const enum event_type other[] = {EVENT_REGISTER_INITIALIZED,
		EVENT_REGISTER_RECOVERED, EVENT_REGISTER_RESTORED,
		EVENT_CONFIG_ACTIVATED, EVENT_CATALOG_IMPORTED,
		EVENT_OPERATOR_SIGNED_ON, EVENT_OPERATOR_SIGNED_OFF,
		EVENT_SALE_RECALLED, EVENT_RECEIPT_PRINTED,
		EVENT_REPORT_PRINTED, EVENT_EXPORT_DONE, EVENT_CLOCK_JUMPED,
		EVENT_OPERATOR_CHANGED, EVENT_OPERATOR_ATTEMPTED,
		EVENT_OPERATOR_REFUSED, EVENT_OPERATOR_UNLOCKED,
		EVENT_APPROVAL_GIVEN, EVENT_APPROVAL_REFUSED,
		EVENT_REGISTER_LOCKED, EVENT_REGISTER_UNLOCKED};

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		struct totals t = {0};
		struct totals want = {.first = 3, .last = 4};
		struct event e = plain(other[i], 3);

		assert_int_equal(totals_add(&t, &e), RC_OK);
		e.sequence = 4;
		assert_int_equal(totals_add(&t, &e), RC_OK);
		assert_memory_equal(&t, &want, sizeof(t));
	}
}

static void
refused(const struct totals *t, const struct event *e, enum rc want)
{
	struct totals after = *t;

	assert_int_equal(totals_add(&after, e), want);
	assert_memory_equal(&after, t, sizeof(after));
}

static void
what_does_not_fit_changes_nothing(void **state)
{
	static const struct event_tax long_code[] = {
		{"ABCDEFGH", 190000, 315, 60, 375}};
	static const struct event_tax no_code[] = {{NULL, 0, 0, 0, 0}};
	static const struct event_tender long_name[] = {
		{"a very long tender", 1, 1, 0, NULL}};
	static const struct event_tender huge[] = {
		{"cash", INT64_MAX, INT64_MAX, 0, NULL}};
	static const struct event_tender torn[] = {
		{"CK", 1, 1, INT64_MIN, "Cheque"}};
	struct totals t = {0};
	struct event e = sale(1, taxes, 2, paid, 2);

	(void)state;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = sale(2, long_code, 1, paid, 2);
	refused(&t, &e, RC_RANGE);
	e = sale(2, no_code, 1, paid, 2);
	refused(&t, &e, RC_RANGE);
	e = sale(2, taxes, 2, long_name, 1);
	refused(&t, &e, RC_RANGE);
	e = sale(2, taxes, 2, huge, 1);
	refused(&t, &e, RC_RANGE);
	e = sale(2, taxes, 2, torn, 1);
	refused(&t, &e, RC_RANGE);
	e = sale(2, taxes, 2, paid, 2);
	e.data.sale.total = MONEY_MAX;
	refused(&t, &e, RC_RANGE);
	e = plain(EVENT_SALE_VOIDED, 2);
	e.data.basket.total = INT64_MIN;
	refused(&t, &e, RC_RANGE);
}

/* What is handed back on a cheque comes out of the drawer. */
static void
change_is_cash(void **state)
{
	static const struct event_tender cheque[] = {
		{"cash", 500, 500, 0, NULL}, {"CK", 350, 1000, 650, "Cheque"}};
	struct totals t = {0};
	struct event e = sale(1, taxes, 2, cheque, 2);

	(void)state;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.drawer, 500 - 650);
	assert_int_equal(t.n_tender, 2);
	assert_int_equal(t.tender[1].amount, 350);
	assert_int_equal(t.tender[1].count, 1);
	e = plain(EVENT_TENDER_TAKEN, 2);
	e.data.tender.amount = 100;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.drawer, 500 - 650);
	assert_int_equal(t.last, 2);
}

static void
rows_run_out(void **state)
{
	struct totals t = {0};
	uint64_t seq = 1;
	struct event e;

	(void)state;
	for (int i = 0; i < TOTALS_TAXES - 2; i++) {
		struct event_tax tax = {"C", i, 1, 0, 1};

		e = sale(seq++, &tax, 1, NULL, 0);
		assert_int_equal(totals_add(&t, &e), RC_OK);
	}
	e = sale(seq++, taxes, 2, paid, 2);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.n_tax, TOTALS_TAXES);
	assert_string_equal(t.tax[TOTALS_TAXES - 1].code, TOTALS_OTHER);
	{
		static const struct event_part part[] = {
			{"STATE", 60000, false, 6}, {"CITY", 20000, true, 2}};
		struct event_tax tax = {.code = "D",
			.rate = 80000,
			.net = 100,
			.tax = 8,
			.gross = 108,
			.part = part,
			.n_part = 2};
		struct totals_tax was = t.tax[TOTALS_TAXES - 1];

		e = sale(seq++, &tax, 1, NULL, 0);
		assert_int_equal(totals_add(&t, &e), RC_OK);
		assert_int_equal(t.n_tax, TOTALS_TAXES);
		assert_string_equal(t.tax[TOTALS_TAXES - 1].code, "*");
		assert_int_equal(t.tax[TOTALS_TAXES - 1].rate, 0);
		assert_int_equal(t.tax[TOTALS_TAXES - 1].n_part, 0);
		assert_int_equal(
			t.tax[TOTALS_TAXES - 1].gross, was.gross + 108);
		assert_int_equal(t.tax[TOTALS_TAXES - 1].net, was.net + 100);
		assert_int_equal(t.tax[TOTALS_TAXES - 1].tax, was.tax + 8);
		/* those that have a row keep it */
		tax = (struct event_tax){"C", 0, 1, 0, 1};
		was = t.tax[0];
		e = sale(seq++, &tax, 1, NULL, 0);
		assert_int_equal(totals_add(&t, &e), RC_OK);
		assert_int_equal(t.tax[0].gross, was.gross + 1);
	}
	for (int i = 2; i < TOTALS_TENDERS; i++) {
		char name[16];
		struct event_tender tender = {name, 1, 1, 0, NULL};

		(void)snprintf(name, sizeof(name), "t%d", i);
		e = sale(seq++, NULL, 0, &tender, 1);
		assert_int_equal(totals_add(&t, &e), RC_OK);
	}
	{
		struct event_tender tender = {"one more", 1, 1, 0, NULL};

		e = sale(seq, NULL, 0, &tender, 1);
		assert_int_equal(totals_add(&t, &e), RC_OK);
		assert_int_equal(t.n_tender, TOTALS_TENDERS);
		assert_string_equal(t.tender[TOTALS_TENDERS - 1].name, "*");
		assert_int_equal(t.tender[TOTALS_TENDERS - 1].amount, 2);
		assert_int_equal(t.tender[TOTALS_TENDERS - 1].count, 2);
	}
}

/* What is taxed alike is summed up, part by part; what is not has a row. */
static void
parts_of_taxes(void **state)
{
	static const struct event_part part[] = {
		{"GST", 50000, false, 81}, {"QST", 99750, false, 162}};
	static const struct event_part other[] = {
		{"GST", 50000, false, 81}, {"QST", 99750, true, 162}};
	static const struct event_tax tax[] = {
		{"Q", 149750, 1628, 243, 1871, NULL, part, 2},
		{"Q", 149750, 1628, 243, 1871, NULL, other, 2},
		{"Q", 149750, 100, 15, 115, NULL, NULL, 0},
		{"Q", 0, 100, 0, 100, "exempt", NULL, 0},
		{"Q", 0, 100, 0, 100, "reverse", NULL, 0},
		{"Q", 0, 100, 0, 100, NULL, NULL, 0}};
	struct event_tax bad = tax[0];
	struct event_part wrong[TAX_PARTS + 1] = {{0}};
	struct totals t = {0}, said;
	struct day_rows rows;
	struct event_day d;
	struct event e;

	(void)state;
	e = sale(5, tax, 6, NULL, 0);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e.sequence = 6;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.n_tax, 6);
	assert_int_equal(t.tax[0].tax, 486);
	assert_int_equal(t.tax[0].part[0].tax, 162);
	assert_int_equal(t.tax[0].part[1].tax, 324);
	assert_string_equal(t.tax[0].part[1].name, "QST");
	assert_false(t.tax[0].part[1].on_tax);
	assert_true(t.tax[1].part[1].on_tax);
	assert_int_equal(t.tax[3].why, TAX_EXEMPT);
	assert_int_equal(t.tax[4].why, TAX_REVERSE);
	/* a day says the same */
	day_close(&t, &rows, &d);
	assert_true(day_agrees(&d, &t));
	assert_int_equal(day_totals(&d, &said), RC_OK);
	rows.part[0][1].tax++;
	assert_false(day_agrees(&d, &t));
	rows.part[0][1].tax--;
	rows.tax[3].why = "reverse";
	assert_false(day_agrees(&d, &t));

	bad.why = "holiday";
	e = sale(7, &bad, 1, NULL, 0);
	refused(&t, &e, RC_RANGE);
	bad.why = NULL;
	bad.part = wrong;
	e = sale(7, &bad, 1, NULL, 0);
	refused(&t, &e, RC_RANGE); /* a part without a name */
	for (size_t i = 0; i < TAX_PARTS + 1; i++) {
		wrong[i].name = "X";
	}
	bad.n_part = TAX_PARTS + 1;
	refused(&t, &e, RC_RANGE);
	bad.n_part = 1;
	wrong[0].tax = MONEY_MAX;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	refused(&t, &e, RC_RANGE); /* the part's sum */
}

static struct event
cash(uint64_t seq, const char *kind, int64_t amount)
{
	struct event e = plain(EVENT_CASH_MOVED, seq);

	e.data.cash = (struct event_cash){.kind = kind, .amount = amount};
	return e;
}

static void
the_drawer_and_the_day(void **state)
{
	struct totals t = {0}, closed, back, want;
	struct day_rows rows;
	struct event_day d;
	struct event e;

	(void)state;
	e = sale(5, taxes, 2, paid, 2);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = cash(6, "paid-in", 5000);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = cash(7, "paid-out", 1000);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	e = cash(8, "pickup", 2000);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.paid_in, 5000);
	assert_int_equal(t.paid_out, 1000);
	assert_int_equal(t.pickups, 2000);
	assert_int_equal(t.drawer, 350 + 5000 - 1000 - 2000);
	e = cash(9, "stolen", 1);
	refused(&t, &e, RC_RANGE);
	e = cash(9, NULL, 1);
	refused(&t, &e, RC_RANGE);
	e = cash(9, "paid-in", MONEY_MAX);
	refused(&t, &e, RC_RANGE);
	assert_false(totals_count_stands(&t));
	e = plain(EVENT_CASH_COUNTED, 9);
	e.data.count.counted = 2345;
	e.data.count.expected = 2350;
	e.data.count.difference = -5;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_true(totals_count_stands(&t));
	e = cash(10, "paid-in", 1);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_false(totals_count_stands(&t));
	assert_int_equal(totals_carried(&t), 2346);

	day_close(&t, &rows, &d);
	assert_int_equal(d.number, 1);
	assert_int_equal(d.carried, 2346);
	assert_int_equal(d.grand, 852);
	assert_true(day_agrees(&d, &t));
	assert_int_equal(day_totals(&d, &back), RC_OK);
	assert_int_equal(back.closings, 1);
	want = t;
	want.closings = 1;
	want.grand = 852;
	assert_true(totals_equal(&back, &want));
	d.gross--;
	assert_false(day_agrees(&d, &t));
	d.gross++;
	d.number++;
	assert_false(day_agrees(&d, &t));
	d.number--;
	rows.tax[1].tax++;
	assert_false(day_agrees(&d, &t));
	rows.tax[1].tax--;
	rows.tender[0].tender = "a name that no row can hold";
	assert_int_equal(day_totals(&d, &back), RC_RANGE);
	assert_false(day_agrees(&d, &t));

	closed = t;
	e = plain(EVENT_DAY_CLOSED, 11);
	assert_int_equal(totals_add(&closed, &e), RC_OK);
	want = (struct totals){
		.drawer = 2346, .opening = 2346, .closings = 1, .grand = 852};
	assert_memory_equal(&closed, &want, sizeof(want));
	e.training = true; /* nobody practices it */
	e.type = EVENT_CASH_MOVED;
	assert_int_equal(totals_add(&closed, &e), RC_OK);
	assert_int_equal(closed.drawer, 2346);
	t.grand = MONEY_MAX;
	e = plain(EVENT_DAY_CLOSED, 11);
	refused(&t, &e, RC_RANGE);
}

static void
a_day_without_a_line(void **state)
{
	struct totals t = {0};
	struct day_rows rows;
	struct event_day d;

	(void)state;
	day_close(&t, &rows, &d);
	assert_true(day_agrees(&d, &t));
	/* what comes with the Z itself stands in front of it */
	t.first = 3;
	t.last = 4;
	assert_true(day_agrees(&d, &t));
	d.first = 2;
	d.last = 3;
	assert_false(day_agrees(&d, &t));
}

/* What was taken off, by what took it; a deposit is charged or given back and
 * is no piece. */
static void
what_was_taken_off(void **state)
{
	static const struct event_discount cuts[] = {{.amount = 11},
		{.amount = 20, .kind = "promotion"},
		{.amount = 300, .kind = "coupon"},
		{.amount = 4000, .kind = "sale"}};
	static const struct event_discount share[] = {
		{.amount = -5, .kind = "return"}};
	static const struct event_line mixed[] = {{.no = 1,
							  .code = "P",
							  .qty = 2000,
							  .amount = 100,
							  .deposit = "can",
							  .relief = 19,
							  .discount = cuts,
							  .n_discount = 4},
		{.no = 2, .code = "can", .qty = 2000, .amount = 50, .link = 1},
		{.no = 3,
			.code = "can",
			.qty = -6000,
			.amount = -150,
			.deposit = "can"},
		{.no = 4,
			.code = "P",
			.qty = -1000,
			.amount = -20,
			.relief = -3,
			.discount = share,
			.n_discount = 1}};
	struct event e = sale(5, NULL, 0, NULL, 0);
	struct totals t = {0}, said;
	struct day_rows rows;
	struct event_day d;

	(void)state;
	e.data.sale.line = mixed;
	e.data.sale.n_line = ARRAY_LEN(mixed);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.discount, 4326);
	assert_int_equal(totals_off_line(&t), 11);
	assert_int_equal(t.off_promotion, 20);
	assert_int_equal(t.off_coupon, 300);
	assert_int_equal(t.off_sale, 4000);
	assert_int_equal(t.off_back, -5);
	assert_int_equal(t.relief, 16);
	assert_int_equal(t.deposits, 50);
	assert_int_equal(t.deposits_back, 150);
	assert_int_equal(t.items, 1000);
	day_close(&t, &rows, &d);
	assert_true(day_agrees(&d, &t));
	assert_int_equal(day_totals(&d, &said), RC_OK);
	assert_int_equal(totals_off_line(&said), 11);
	for (size_t i = 0; i < 7; i++) {
		int64_t *const sum[] = {&d.off_promotion, &d.off_coupon,
			&d.off_sale, &d.off_back, &d.relief, &d.deposits,
			&d.deposits_back};

		++*sum[i];
		assert_false(day_agrees(&d, &t));
		--*sum[i];
	}
	/* of the next day nothing is left */
	e = plain(EVENT_DAY_CLOSED, 6);
	assert_int_equal(totals_add(&t, &e), RC_OK);
	assert_int_equal(t.off_promotion + t.off_coupon + t.off_sale +
				 t.off_back + t.relief + t.deposits +
				 t.deposits_back,
		0);
}

/* --- cards ---------------------------------------------------------------- */

static struct event
payment(enum event_type type, uint64_t seq, const char *what)
{
	struct event e = plain(type, seq);

	if (type == EVENT_PAYMENT_STARTED) {
		e.data.payment.op = "pay";
		e.data.payment.terminal = what;
	} else {
		e.data.payment_end.outcome = what;
	}
	return e;
}

static void
add_all(struct totals *t, const struct event e[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(totals_add(t, &e[i]), RC_OK);
	}
}

/* The cards of a tender, and what no terminal moved, sum to it. */
static void
tie(const struct totals *t)
{
	for (size_t i = 0; i < t->n_tender; i++) {
		int64_t n, amount = totals_by_hand(t, i, &n);
		bool some = false;

		for (size_t k = 0; k < t->n_card; k++) {
			if (strcmp(t->card[k].tender, t->tender[i].name) == 0) {
				amount += t->card[k].amount;
				n += t->card[k].count;
				some = some || t->card[k].count > 0;
			}
		}
		assert_int_equal(amount, some ? t->tender[i].amount : 0);
		assert_int_equal(n, some ? t->tender[i].count : 0);
	}
}

static void
cards_of_a_day(void **state)
{
	static const struct event_tender by_card[] = {
		{.tender = "CC", .amount = 300, .payment = "1", .card = "Visa"},
		{.tender = "CC",
			.amount = -100,
			.payment = "2",
			.card = "Visa"},
		{.tender = "CC",
			.amount = 50,
			.payment = "3",
			.card = "girocard",
			.offline = true},
		{.tender = "CC", .amount = 20, .payment = "4"},
		{.tender = "CC", .amount = 7},
		{.tender = "cash", .amount = 575}};
	struct event back = plain(EVENT_TENDER_REMOVED, 9);
	struct totals t = {0}, said;
	struct day_rows rows;
	struct event_day d;
	struct event e = sale(8, taxes, 2, by_card, ARRAY_LEN(by_card));
	int64_t n;

	(void)state;
	assert_int_equal(totals_add(&t, &e), RC_OK);
	back.data.tender.tender = "CC";
	back.data.tender.amount = 40;
	assert_int_equal(totals_add(&t, &back), RC_OK); /* not by a terminal */
	assert_int_equal(t.card[0].reversed, 0);
	back.data.tender.payment = "5";
	back.data.tender.card = "Visa";
	assert_int_equal(totals_add(&t, &back), RC_OK);
	assert_int_equal(t.n_card, 3);
	assert_string_equal(t.card[0].card, "Visa");
	assert_int_equal(t.card[0].amount, 200);
	assert_int_equal(t.card[0].count, 2);
	assert_int_equal(t.card[0].back, 1);
	assert_int_equal(t.card[0].back_amount, 100);
	assert_int_equal(t.card[0].reversed, 1);
	assert_int_equal(t.card[0].reversed_amount, 40);
	assert_int_equal(t.card[1].offline, 1);
	assert_int_equal(t.card[1].offline_amount, 50);
	assert_string_equal(t.card[2].card, "");
	assert_int_equal(totals_by_hand(&t, 0, &n), 7);
	assert_int_equal(n, 1);
	assert_int_equal(totals_by_hand(&t, 1, &n), 0);
	assert_int_equal(n, 0);
	tie(&t);
	day_close(&t, &rows, &d);
	assert_int_equal(day_totals(&d, &said), RC_OK);
	assert_true(day_agrees(&d, &t));
	for (size_t i = 0; i < 3; i++) {
		int64_t *const sum[] = {&rows.card[i].amount,
			&rows.card[i].count, &rows.card[i].offline_amount,
			&rows.card[i].offline, &rows.card[i].back_amount,
			&rows.card[i].back, &rows.card[i].reversed_amount,
			&rows.card[i].reversed, &d.unsettled};

		for (size_t k = 0; k < ARRAY_LEN(sum); k++) {
			++*sum[k];
			assert_false(day_agrees(&d, &t));
			--*sum[k];
		}
	}
	d.n_card--;
	assert_false(day_agrees(&d, &t));
	d.n_card = TOTALS_CARDS + 1;
	assert_int_equal(day_totals(&d, &said), RC_RANGE);
}

/* No name is lost a cent over, and none refuses a sale. */
static void
more_cards_than_rows(void **state)
{
	char card[TOTALS_CARD_BYTES + 1], tender[8];
	struct event_tender x = {.payment = "1", .amount = 1};
	struct event back = plain(EVENT_TENDER_REMOVED, 1);
	struct totals t = {0};

	(void)state;
	back.data.tender.payment = "2";
	back.data.tender.amount = 1;
	for (int i = 0; i < 600; i++) {
		struct event e = sale((uint64_t)i + 1, taxes, 2, &x, 1);

		(void)snprintf(tender, sizeof(tender), "T%d", i % 20);
		(void)snprintf(card, sizeof(card), "Card %d", i / 7);
		x.tender = tender;
		x.card = card;
		back.data.tender.tender = tender;
		back.data.tender.card = card;
		assert_int_equal(totals_add(&t, &back), RC_OK);
		assert_int_equal(totals_add(&t, &e), RC_OK);
		tie(&t);
	}
	memset(card, 'x', sizeof(card) - 1);
	card[sizeof(card) - 1] = '\0';
	add_all(&t, (struct event[]){sale(601, taxes, 2, &x, 1)}, 1);
	tie(&t);
	assert_true(t.n_card <= TOTALS_CARDS);
	assert_int_equal(t.sales, 601);
}

static void
terminals_have_days(void **state)
{
	struct event closed = plain(EVENT_TERMINAL_CLOSED, 5);
	struct totals t = {0};
	struct day_rows rows;
	struct event_day d;

	(void)state;
	add_all(&t,
		(struct event[]){payment(EVENT_PAYMENT_STARTED, 1, "ec"),
			payment(EVENT_PAYMENT_ENDED, 2, "unknown"),
			payment(EVENT_PAYMENT_STARTED, 3, "bar"),
			payment(EVENT_PAYMENT_ENDED, 4, "approved")},
		4);
	assert_int_equal(t.unsettled, 1);
	assert_int_equal(t.n_terminal, 2);
	closed.data.terminal = (struct event_terminal){
		.terminal = "bar", .outcome = "aborted", .difference = 9};
	add_all(&t, &closed, 1);
	assert_int_equal(t.terminal[1].begun, 1);
	assert_int_equal(t.terminal[1].closed, 0);
	closed.data.terminal.outcome = "approved";
	add_all(&t, &closed, 1);
	assert_int_equal(t.terminal[1].begun, 0);
	assert_int_equal(t.terminal[1].closed, 1);
	assert_int_equal(t.terminal[1].difference, 9);
	day_close(&t, &rows, &d);
	assert_true(day_agrees(&d, &t));
	rows.terminal[1].difference++;
	assert_false(day_agrees(&d, &t));

	/* what is open stays open */
	add_all(&t, (struct event[]){plain(EVENT_DAY_CLOSED, 6)}, 1);
	assert_int_equal(t.unsettled, 1);
	assert_int_equal(t.n_terminal, 1);
	assert_string_equal(t.terminal[0].name, "ec");
	assert_int_equal(t.terminal[0].begun, 1);
	add_all(&t,
		(struct event[]){payment(EVENT_PAYMENT_ENDED, 7, "aborted"),
			payment(EVENT_PAYMENT_ENDED, 8, "aborted")},
		2);
	assert_int_equal(t.unsettled, 0);
	/* practice asks no terminal */
	closed.training = true;
	closed.data.terminal.terminal = "ec";
	add_all(&t, &closed, 1);
	assert_int_equal(t.terminal[0].begun, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day),
		cmocka_unit_test(returns_are_counted),
		cmocka_unit_test(acts_are_counted),
		cmocka_unit_test(other_events_move_the_range_only),
		cmocka_unit_test(what_does_not_fit_changes_nothing),
		cmocka_unit_test(change_is_cash),
		cmocka_unit_test(rows_run_out),
		cmocka_unit_test(parts_of_taxes),
		cmocka_unit_test(the_drawer_and_the_day),
		cmocka_unit_test(a_day_without_a_line),
		cmocka_unit_test(what_was_taken_off),
		cmocka_unit_test(cards_of_a_day),
		cmocka_unit_test(more_cards_than_rows),
		cmocka_unit_test(terminals_have_days),
	};

	return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
