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

#include "engine_rig.h"

#include "base/poison.h"

static void
sells_and_gives_change(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"2*4311501000014", "S 347 2"},
		{"12*", "S 347 2 q12000"},
		{"\\scan 4011", "S 2735 3"},
		{"TL", "P 2735 3"},
		{"TL", "P 2735 3"},
		{"+", "P 2735 3"},
		{"", "P 2735 3"},
		{"3000", "!not_while_paying"},
		{"0CA", "!short"},
		{"3000CA", "R 0 0 sold R01-000042 2735 3000 265 sale.completed "
			   "drawer.opened"},
		{"CA", "!no_sale"},
		{"TL", "!no_sale"},
		{"4011", "S 199 1"},
		{"TL", "P 199 1"},
		{"\\exact", "R 0 0 sold R01-000043 199 199 0 sale.completed "
			    "drawer.opened"},
		{"4011", "S 199 1"},
		{"CA", "R 0 0 sold R01-000044 199 199 0 sale.completed "
		       "drawer.opened"},
		{"free", "S 0 1"},
		{"TL", "P 0 1"},
		{"CA", "R 0 0 sold R01-000045 0 0 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_true(engine_view(r.e)->has_prev);
	assert_string_equal(engine_view(r.e)->prev_number, "R01-000045");
	assert_int_equal(engine_view(r.e)->next_sale, 46);
	rig_close(&r);
}

static void
a_sale_says_what_is_to_be_done(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "4011");
	assert_int_equal(r.act.draft, DRAFT_LINE);
	assert_int_equal(r.act.draft_idx, 0);
	assert_int_equal(r.act.draft_no, 1);
	rig_input(&r, "4011");
	assert_int_equal(r.act.draft_no, 2);
	rig_input(&r, "VD1");
	assert_int_equal(r.act.draft, DRAFT_LINE);
	assert_true(r.act.draft_idx == SIZE_MAX);
	assert_int_equal(r.act.draft_no, 1);
	rig_input(&r, "500CA");
	assert_int_equal(r.act.draft, DRAFT_GONE);
	assert_true(r.act.print && r.act.drawer);
	assert_int_equal(r.act.print_idx, 0);
	assert_int_equal(r.act.print_copy, 0);
	assert_string_equal(r.act.print_number, "R01-000042");
	assert_string_equal(r.act.event[0].data.sale.receipt, "print");

	r.config.n_device = 0;
	r.config.drawer_pin = -1;
	rig_input(&r, "4011");
	rig_input(&r, "500CA");
	assert_int_equal(r.n_last, 1);
	assert_false(r.act.print || r.act.drawer);
	assert_string_equal(r.act.event[0].data.sale.receipt, "none");
	rig_close(&r);
}

static void
finds_scans_and_refuses_strangers(void **state)
{
	static const struct step s[] = {
		{"\\scan ]E05449000000996", "S 89 1"},
		{"\\scan  AB  12\tx ", "S 100089 2"},
		{"AB 12 x", "S 200089 3"},
		{"free", "S 200089 4"},
		{"\\scan ", "!bad_entry"},
		{"\\scan \x01\x02", "!bad_entry"},
		{"\\scan TL", "!not_on_file"},
		{"\\scan 2000CA", "!not_on_file"},
		{"999", "!not_on_file"},
		{"bread", "!not_on_file"},
		{"fresh bread", "!no_search"},
		{"-1PO", "!bad_amount"},
		{"-2QT", "!bad_quantity"},
		{"VD10*29", "!bad_entry"},
		{"ZZ", "!unknown_command"},
		{"3ZZ", "!unknown_command"},
		{"ODD", "!tax_class"},
		{"\\scan BREAK", "!unavailable"},
		{"BIG", "!too_large"},
		{"SO", "!no_operators"},
		{"5TL", "!bad_entry"},
		{"-2*4011", "!bad_quantity"},
		{"0*4011", "!bad_quantity"},
		{"1.2345*4011", "!bad_quantity"},
		{"9999999*4011", "!too_large"},
		{"", "S 200089 4"},
		{"\\exact", "!bad_entry"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
a_quantity_waits_for_its_item(void **state)
{
	static const struct step s[] = {
		{"12*", "R 0 0 q12000"},
		{"999", "!not_on_file"},
		{"TL", "!bad_entry"},
		{"PC", "R 0 0 q12000 pc"},
		{"CL", "R 0 0"},
		{"3*", "R 0 0 q3000"},
		{"4011", "S 597 1"},
		{"2*", "S 597 1 q2000"},
		{"-", "S 597 1"},
		{"2*", "S 597 1 q2000"},
		{"RI", "S 995 2"},
		{"*", "S 1194 3"},
		{"5*RI", "S 2189 4"},
		{"0,5*4011", "S 2289 5"},
		{"TL", "P 2289 5"},
		{"2*", "!not_while_paying"},
		{"RI", "!not_while_paying"},
		{"CA", "R 0 0 sold R01-000042 2289 2289 0 sale.completed "
		       "drawer.opened"},
		{"RI", "!no_line"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
changes_lines(void **state)
{
	static const struct step s[] = {
		{"VD", "!no_line"},
		{"299PO", "!no_line"},
		{"4011", "S 199 1"},
		{"5449000000996", "S 288 2"},
		{"4311501000014", "S 417 3"},
		{"12QT", "S 1836 3"},
		{"QT12", "S 1836 3"},
		{"QT", "!bad_quantity"},
		{"0QT", "!bad_quantity"},
		{"9999999QT", "!too_large"},
		{"1QT3", "S 417 3 line.voided"},
		{"2QT9", "!no_line"},
		{"100PO", "S 388 3 price.overridden"},
		{"0PO", "S 288 3 price.overridden"},
		{"PO250", "S 538 3 price.overridden"},
		{"5.00PO1", "S 839 3 price.overridden"},
		{"500PO1", "S 839 3"},
		{"PO", "!bad_amount"},
		{"1.234PO", "!bad_amount"},
		{"54490000PO", "!bad_amount"},
		{"5449000000996PO", "!bad_amount"},
		{"10DI", "S 814 3 line.discounted"},
		{"10%DI", "S 814 3"}, /* nothing changes: no event */
		{"0DI", "S 839 3 line.discounted"},
		{"0DI", "S 839 3"},
		{"101DI", "!bad_amount"},
		{"50DA", "S 789 3 line.discounted"},
		{"251DA", "!bad_amount"},
		{"49PO", "!bad_amount"},
		{"SL1", "S 789 3"},
		{"2SL", "S 789 3"},
		{"SL7", "!no_line"},
		{"VD", "S 700 2 line.voided"},
		{"VD2", "!no_line"},
		{"VD99999999999999999999", "!no_line"},
		{"3VD", "S 500 1 line.voided"},
		{"TL", "P 500 1"},
		{"VD", "!not_while_paying"},
		{"1PO", "!not_while_paying"},
		{"1QT", "!not_while_paying"},
		{"1DI", "!not_while_paying"},
		{"SL1", "!not_while_paying"},
		{"100DP20", "!not_while_paying"},
		{"CL", "S 500 1"},
		{"VD", "R 0 0 line.voided"},
		{"4011", "S 199 1"},
		{"CN", "R 0 0 sale.voided"},
		{"CN", "!no_sale"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.line_voids, 4);
	assert_int_equal(r.totals.void_amount, 1419 + 89 + 200 + 500 + 199);
	assert_int_equal(r.totals.overrides, 4);
	assert_int_equal(r.totals.voids, 1);
	rig_close(&r);
}

static void
the_events_of_a_line_tell_before_and_after(void **state)
{
	const struct event_line_act *d;
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "2*4011");
	rig_input(&r, "150PO");
	d = &r.last[0].data.line;
	assert_int_equal(d->no, 1);
	assert_int_equal(d->qty, 2000);
	assert_int_equal(d->from, 199);
	assert_int_equal(d->to, 150);
	rig_input(&r, "10DI");
	assert_int_equal(d->from, 300);
	assert_int_equal(d->to, 270);
	assert_int_equal(d->ppm, 100000);
	rig_input(&r, "VD");
	assert_int_equal(d->from, 270);
	assert_int_equal(d->to, 0);
	assert_int_equal(d->left, 0);
	/* ten, then three: seven are void */
	rig_input(&r, "10*4011");
	assert_string_equal(rig_input(&r, "12QT"), "S 2388 1");
	assert_string_equal(rig_input(&r, "10QT"), "S 1990 1 line.voided");
	assert_string_equal(rig_input(&r, "3QT"), "S 597 1 line.voided");
	assert_int_equal(d->qty, 7000);
	assert_int_equal(d->left, 3000);
	assert_int_equal(d->from, 1990);
	assert_int_equal(d->to, 597);
	assert_int_equal(r.totals.line_voids, 3);
	assert_int_equal(r.totals.void_amount, 270 + 398 + 1393);
	rig_close(&r);
}

static void
selection_follows(void **state)
{
	static const struct step four[] = {
		{"\\up", "!no_line"},
		{"4011", "S 199 1"},
		{"4011", "S 398 2"},
		{"4011", "S 597 3"},
		{"4011", "S 796 4"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, four);
	assert_int_equal(engine_view(r.e)->selected, 3);
	rig_input(&r, "\\down");
	assert_int_equal(engine_view(r.e)->selected, 3);
	rig_input(&r, "\\up");
	rig_input(&r, "\\up");
	assert_int_equal(engine_view(r.e)->selected, 1);
	rig_input(&r, "VD1");
	assert_int_equal(engine_view(r.e)->selected, 0);
	rig_bytes(&r, INPUT_SELECT, "", (size_t)INT32_MIN);
	assert_int_equal(engine_view(r.e)->selected, 0);
	rig_bytes(&r, INPUT_SELECT, "", INT32_MAX);
	assert_int_equal(engine_view(r.e)->selected, 2);
	rig_input(&r, "VD");
	assert_int_equal(engine_view(r.e)->selected, 1);
	rig_close(&r);
}

/* What to key is said in the currency's own decimals. */
static void
hints_go_by_the_currency(void **state)
{
	static const struct {
		uint8_t digits;
		const char *words;
	} row[] = {{0, "key 2000, without"}, {2, "key 2000 or 20.00."},
		{3, "key 20000 or 20.000."}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct rig r;

		rig_open(&r);
		r.config.currency.digits = row[i].digits;
		rig_input(&r, "4011");
		assert_string_equal(rig_input(&r, "1.2345CA"), "!bad_amount");
		assert_non_null(strstr(r.act.reply.text, row[i].words));
		rig_close(&r);
	}
}

/* Ten digits cannot be keyed; exactly what is due can be taken. */
static void
a_huge_sum_is_paid_exactly(void **state)
{
	static const struct step s[] = {
		{"99999999DP20", "S 99999999 1"},
		{"100QT", "S 9999999900 1"},
		{"9999999900CA", "!too_large"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_non_null(
		strstr(r.act.reply.text, "CA alone takes exactly 99999999.00"));
	assert_non_null(strstr(rig_input(&r, "CA"), "sold R01-000042"));
	rig_close(&r);
}

static void
pays_in_the_coins_there_are(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"203PO", "S 203 1 price.overridden"},
		{"TL", "P 203 1"},
		{"203CA", "!bad_amount"},
		{"211CA", "!bad_amount"},
		{"1000000000CA", "!too_large"},
		{"100000000CA", "!too_large"},
		{"x", "!not_on_file"},
		{"1.234CA", "!bad_amount"},
		{"CA", "R 0 0 sold R01-000042 203 205 0 sale.completed "
		       "drawer.opened"},
		{"4011", "S 199 1"},
		{"202PO", "S 202 1 price.overridden"},
		{"10.00CA", "R 0 0 sold R01-000043 202 1000 800 "
			    "sale.completed drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.currency.cash_step = 5;
	PLAY(&r, s);
	assert_int_equal(r.act.event[0].data.sale.rounding, -2);
	assert_int_equal(r.totals.rounding, 0);
	rig_close(&r);
}

static void
a_scan_in_pay_goes_back_to_the_sale(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"TL", "P 199 1"},
		{"\\scan 999", "!not_on_file"},
		{"\\scan 4011", "S 398 2"},
		{"TL", "P 398 2"},
		{"5449000000996", "S 487 3"},
		{"TL", "P 487 3"},
		{"4011", "!not_while_paying"},
		{"PC", "P 487 3 pc"},
		{"4011", "P 487 3 item 4011 199"},
		{"CL", "S 487 3"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
checks_prices_without_selling(void **state)
{
	static const struct step s[] = {
		{"PC4011", "R 0 0 item 4011 199"},
		{"PC AB 12 x", "R 0 0 item AB 12 x 100000"},
		{"PC", "R 0 0 pc"},
		{"\\scan 4011", "R 0 0 item 4011 199"},
		{"PC", "R 0 0 pc"},
		{"999", "!not_on_file"},
		{"4011", "S 199 1"},
		{"PC999", "!not_on_file"},
		{"PC", "S 199 1 pc"},
		{"CL", "S 199 1"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.n_act, 0);
	rig_close(&r);
}

static void
sells_by_department(void **state)
{
	static const struct step s[] = {
		{"149DP20", "S 149 1"},
		{"2*1.50DP20", "S 449 2"},
		{"149DP21", "!no_department"},
		{"DP20", "!bad_amount"},
		{"149DP", "!no_department"},
		{"999999999DP20", "!too_large"},
		{"RI", "S 599 3"},
		{"CA", "R 0 0 sold R01-000042 599 599 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
a_parked_sale_is_given_up(void **state)
{
	static const struct step s[] = {
		{"1CN", "!nothing_parked"},
		{"4011", "S 199 1"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"5449000000996", "S 89 1"},
		{"1CN", "!sale_open"},
		{"PK", "R 0 0 parked 2 sale.parked"},
		{"3CN", "!nothing_parked"},
		{"\\fail", ""},
		{"1CN", "!not_recorded"},
		{"", "R 0 0"},
		{"1CN", "R 0 0 sale.recalled sale.voided"},
		{"1CN", "!nothing_parked"},
		{"PK", "S 89 1 sale.recalled"},
		{"CN", "R 0 0 sale.voided"},
		{"PK", "!nothing_parked"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(engine_view(r.e)->n_parked, 0);
	rig_close(&r);
}

static void
parks_and_brings_back(void **state)
{
	static const struct step s[] = {
		{"PK", "!nothing_parked"},
		{"PK7", "!nothing_parked"},
		{"4011", "S 199 1"},
		{"5449000000996", "S 288 2"},
		{"150PO1", "S 239 2 price.overridden"},
		{"10DI1", "S 224 2 line.discounted"},
		{"9DA2", "S 215 2 line.discounted"},
		{"VD2", "S 135 1 line.voided"},
		{"5449000000996", "S 224 2"},
		{"PK1", "!sale_open"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"free", "S 0 1"},
		{"PK", "R 0 0 parked 2 sale.parked"},
		{"PK2", "S 0 1 sale.recalled"},
		{"CN", "R 0 0 sale.voided"},
		{"PK", "S 224 2 sale.recalled"},
		{"PO", "!bad_amount"},
		{"10DI3", "S 215 2 line.discounted"},
		{"TL", "P 215 2"},
		{"CA", "R 0 0 sold R01-000042 215 215 0 sale.completed "
		       "drawer.opened"},
		{"PK", "!nothing_parked"},
	};
	struct rig r;
	uint8_t id[UUID_BYTES];

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_input(&r, "4011");
	memcpy(id, engine_view(r.e)->basket->id, UUID_BYTES);
	rig_input(&r, "PK");
	assert_int_equal(engine_view(r.e)->n_parked, 1);
	rig_input(&r, "PK");
	assert_int_equal(r.act.draft, DRAFT_ALL);
	assert_memory_equal(id, engine_view(r.e)->basket->id, UUID_BYTES);
	assert_int_equal(engine_view(r.e)->n_parked, 0);
	rig_close(&r);
}

static void
a_parked_sale_of_other_taxes_stays_parked(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "4011");
	rig_input(&r, "PK");
	r.config.tax.n_class = 1;
	assert_string_equal(rig_input(&r, "PK"), "!tax_class");
	assert_int_equal(engine_view(r.e)->basket->n_line, 0);
	assert_int_equal(engine_view(r.e)->state, ENGINE_READY);
	r.config.tax.n_class = 2;
	assert_string_equal(rig_input(&r, "PK"), "S 199 1 sale.recalled");
	rig_close(&r);
}

static void
opens_copies_and_reports(void **state)
{
	static const struct step s[] = {
		{"RP", "!no_receipt"},
		{"NS", "R 0 0 drawer.opened"},
		{"XR", "R 0 0 x 0 0 report.printed"},
		{"4011", "S 199 1"},
		{"NS", "!sale_open"},
		{"CA", "R 0 0 sold R01-000042 199 199 0 sale.completed "
		       "drawer.opened"},
		{"RP", "R 0 0 copy.printed"},
		{"RP42", "R 0 0 copy.printed"},
		{"42RP", "R 0 0 copy.printed"},
		{"RP R01-000042", "R 0 0 copy.printed"},
		{"RP43", "!no_receipt"},
		{"XR", "R 0 0 x 1 199 report.printed"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.no_sales, 1);
	assert_int_equal(r.totals.copies, 4);
	rig_input(&r, "RP");
	assert_true(r.act.print);
	assert_int_equal(r.act.print_copy, 5);
	assert_string_equal(r.act.print_number, "R01-000042");
	rig_close(&r);
}

static void
what_is_not_recorded_did_not_happen(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"\\fail", ""},
		{"CA", "!not_recorded"},
		{"", "S 199 1"},
		{"\\fail", ""},
		{"1PO", "!not_recorded"},
		{"", "S 199 1"},
		{"\\fail", ""},
		{"VD", "!not_recorded"},
		{"", "S 199 1"},
		{"\\fail", ""},
		{"CN", "!not_recorded"},
		{"\\fail", ""},
		{"PK", "!not_recorded"},
		{"", "S 199 1"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"\\fail", ""},
		{"PK", "!not_recorded"},
		{"", "R 0 0"},
		{"\\fail", ""},
		{"NS", "!not_recorded"},
		{"PK", "S 199 1 sale.recalled"},
		{"CA", "R 0 0 sold R01-000042 199 199 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
a_configuration_waits_for_the_end_of_the_sale(void **state)
{
	struct config other;
	struct rig r;

	(void)state;
	rig_open(&r);
	other = r.config;
	other.tax.class_[1].rate_ppm = 50000;
	rig_input(&r, "4011");
	assert_int_equal(engine_config(r.e, &other), RC_AGAIN);
	rig_input(&r, "CA");
	assert_int_equal(engine_config(r.e, &other), RC_OK);
	rig_input(&r, "4011");
	rig_input(&r, "CA");
	assert_int_equal(r.last[0].data.sale.tax[0].rate, 50000);
	rig_close(&r);
}

static void
comes_back_from_a_draft(void **state)
{
	struct basket_line line[3];
	const struct basket *b;
	struct utc opened = {1795000000000000};
	uint8_t id[UUID_BYTES] = {9};
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "2*4011");
	rig_input(&r, "5449000000996");
	rig_input(&r, "10DI");
	b = engine_view(r.e)->basket;
	memcpy(line, b->line, 2 * sizeof(line[0]));
	assert_int_equal(
		engine_restore(r.e, id, opened, line, 2, 0, NULL), RC_AGAIN);
	rig_input(&r, "CN");
	assert_int_equal(
		engine_restore(r.e, id, opened, line, 2, 0, NULL), RC_OK);
	assert_int_equal(engine_view(r.e)->state, ENGINE_SALE);
	assert_int_equal(engine_view(r.e)->selected, 1);
	assert_int_equal(engine_view(r.e)->due.minor, 398 + 80);
	assert_memory_equal(b->id, id, UUID_BYTES);
	assert_string_equal(rig_input(&r, "CA"),
		"R 0 0 sold R01-000042 478 478 0 sale.completed "
		"drawer.opened");

	line[1].item.tax[0] = 'Q';
	assert_int_equal(
		engine_restore(r.e, id, opened, line, 2, 0, NULL), RC_NOTFOUND);
	assert_int_equal(engine_view(r.e)->basket->n_line, 0);
	assert_int_equal(engine_view(r.e)->state, ENGINE_READY);
	rig_close(&r);
}

static void
words_are_listed_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < engine_n_words; i++) {
		assert_true(engine_words[i].meaning[0] != '\0');
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(
				engine_words[i].word, engine_words[k].word);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sells_and_gives_change),
		cmocka_unit_test(a_sale_says_what_is_to_be_done),
		cmocka_unit_test(finds_scans_and_refuses_strangers),
		cmocka_unit_test(a_quantity_waits_for_its_item),
		cmocka_unit_test(changes_lines),
		cmocka_unit_test(the_events_of_a_line_tell_before_and_after),
		cmocka_unit_test(selection_follows),
		cmocka_unit_test(hints_go_by_the_currency),
		cmocka_unit_test(a_huge_sum_is_paid_exactly),
		cmocka_unit_test(pays_in_the_coins_there_are),
		cmocka_unit_test(a_scan_in_pay_goes_back_to_the_sale),
		cmocka_unit_test(checks_prices_without_selling),
		cmocka_unit_test(sells_by_department),
		cmocka_unit_test(a_parked_sale_is_given_up),
		cmocka_unit_test(parks_and_brings_back),
		cmocka_unit_test(a_parked_sale_of_other_taxes_stays_parked),
		cmocka_unit_test(opens_copies_and_reports),
		cmocka_unit_test(what_is_not_recorded_did_not_happen),
		cmocka_unit_test(a_configuration_waits_for_the_end_of_the_sale),
		cmocka_unit_test(comes_back_from_a_draft),
		cmocka_unit_test(words_are_listed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
