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

/* A sale of 27.35, paid in parts. */
static void
pays_in_parts(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"2*4311501000014", "S 347 2"},
		{"12*4011", "S 2735 3"},
		{"TL", "P 2735 3"},
		{"2000CA", "P 735 3 CA2000 tender.taken"},
		{"cc300", "P 435 3 CA2000 CC300 tender.taken"},
		{"+", "P 435 3 CA2000 CC300"},
		{"+", "P 435 3 CA2000 CC300"},
		{"436CC", "!no_change"},
		{"0CC", "!short"},
		{"0CA", "!short"},
		{"CC", "R 0 0 sold R01-000042 2735 2735 0 sale.completed "
		       "drawer.opened"},
		{"XR", "R 0 0 x 1 2735 report.printed"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.n_tender, 2);
	assert_string_equal(r.totals.tender[0].name, "cash");
	assert_int_equal(r.totals.tender[0].amount, 2000);
	assert_int_equal(r.totals.tender[0].count, 1);
	assert_string_equal(r.totals.tender[1].name, "CC");
	assert_int_equal(r.totals.tender[1].amount, 735);
	assert_int_equal(r.totals.tender[1].count, 2);
	assert_int_equal(r.totals.drawer, 2000);
	assert_int_equal(engine_view(r.e)->n_prev_tender, 3);
	assert_string_equal(engine_view(r.e)->prev_tender[1].name, "Card");
	rig_close(&r);
}

/* Who buys is recorded before anything changes, and moves nothing that is paid
 * for in part. */
static void
buyers_are_named(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"TE E-1", "S 75 1 buyer.named"},
		{"2*4311501000014", "S 316 2"},
		{"te", "S 347 2 buyer.named"},
		{"TE E-2", "S 316 2 buyer.named"},
		{"TL", "P 316 2"},
		{"TE", "!not_while_paying"},
		{"100CA", "P 216 2 CA100 tender.taken"},
		{"TE", "!tender_open"},
		{"VN DE1", "!tender_open"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_string_equal(engine_view(r.e)->basket->buyer.certificate, "E-2");
	rig_close(&r);
}

static void
buyers_not_recorded_do_not_buy(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	(void)rig_input(&r, "5449000000996");
	r.fail = true;
	assert_string_equal(rig_input(&r, "TE E-1"), "!not_recorded");
	r.fail = false;
	assert_string_equal(engine_view(r.e)->basket->buyer.certificate, "");
	assert_string_equal(rig_input(&r, "TL"), "P 89 1");
	rig_close(&r);
}

/* Nothing of the sale moves while a part of it is paid. */
static void
the_lines_stand_still(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"4011", "S 398 2"},
		{"100CC", "P 298 2 CC100 tender.taken"},
		{"\\scan 4011", "!tender_open"},
		{"5449000000996", "!tender_open"},
		{"4011x", "!tender_open"},
		{"CL", "!tender_open"},
		{"CN", "!tender_open"},
		{"PK", "!tender_open"},
		{"SO", "!tender_open"},
		{"1VD", "!no_tender"},
		{"VD1", "!no_tender"},
		{"100PO", "!not_while_paying"},
		{"5DI", "!not_while_paying"},
		{"2QT", "!not_while_paying"},
		{"RI", "!not_while_paying"},
		{"149DP20", "!not_while_paying"},
		{"2*CC", "!bad_entry"},
		{"NS", "!sale_open"},
		{"PC4011", "P 298 2 item 4011 199 CC100"},
		{"PC", "P 298 2 pc CC100"},
		{"\\scan 4011", "P 298 2 item 4011 199 CC100"},
		{"XR", "P 298 2 CC100 x 0 0 report.printed"},
		{"-", "P 398 2 tender.removed"},
		{"-", "!not_while_paying"},
		{"CL", "S 398 2"},
		{"\\scan 4011", "S 597 3"},
		{"TL", "P 597 3"},
		{"\\scan 4011", "S 796 4"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

/* One at a time, the last first, each with its number. */
static void
gives_back_one_at_a_time(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"VD", "R 0 0 line.voided"},
		{"4011", "S 199 1"},
		{"50CA", "P 149 1 CA50 tender.taken"},
		{"60CK", "P 89 1 CA50 CK60 tender.taken"},
		{"VD", "P 149 1 CA50 tender.removed"},
		{"\\fail", ""},
		{"VD", "!not_recorded"},
		{"70CP", "P 79 1 CA50 CP70 tender.taken"},
		{"\\fail", ""},
		{"10CA", "!not_recorded"},
		{"10CA", "P 69 1 CA50 CP70 CA10 tender.taken"},
	};
	static const struct step end[] = {
		{"VD", "P 79 1 CA50 CP70 tender.removed"},
		{"VD", "P 149 1 CA50 tender.removed"},
		{"VD", "P 199 1 tender.removed"},
		{"CN", "R 0 0 sale.voided"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	/* a number is given once */
	assert_int_equal(r.act.event[0].data.tender.no, 4);
	assert_int_equal(engine_view(r.e)->tender[1].no, 3);
	PLAY(&r, end);
	assert_int_equal(r.totals.drawer, 0);
	assert_int_equal(r.totals.n_tender, 0);
	rig_close(&r);
}

/* Only the last, cash part is rounded. */
static void
rounds_the_cash_part(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"1871PO", "S 1871 1 price.overridden"},
		{"1000CC", "P 871 1 CC1000 tender.taken"},
		{"CA", "R 0 0 sold R01-000042 1871 1870 0 sale.completed "
		       "drawer.opened"},
		{"4011", "S 199 1"},
		{"1871PO", "S 1871 1 price.overridden"},
		{"1000CA", "P 871 1 CA1000 tender.taken"},
		{"CC", "R 0 0 sold R01-000043 1871 1871 0 sale.completed "
		       "drawer.opened"},
		{"4011", "S 199 1"},
		{"1873PO", "S 1873 1 price.overridden"},
		{"1870CA", "P 3 1 CA1870 tender.taken"},
		{"CA", "R 0 0 sold R01-000044 1873 1875 0 sale.completed "
		       "drawer.opened"},
		{"4011", "S 199 1"},
		{"1873PO", "S 1873 1 price.overridden"},
		{"2000CK", "R 0 0 sold R01-000045 1873 2000 125 sale.completed "
			   "drawer.opened"},
	};
	static const int64_t rounding[] = {-1, 0, 2, 2};
	struct rig r;
	size_t n = 0;

	(void)state;
	rig_open(&r);
	r.config.currency.cash_step = 5;
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		rig_play(&r, &s[i], 1);
		if (r.act.reply.sold) {
			assert_int_equal(
				r.act.event[0].data.sale.rounding, rounding[n]);
			n++;
		}
	}
	assert_int_equal(n, ARRAY_LEN(rounding));
	rig_close(&r);
}

static void
knows_what_a_tender_may(void **state)
{
	static const struct step s[] = {
		{"AB 12 x", "S 100000 1"},
		{"10001CK", "!too_large"},
		{"CK", "!too_large"},
		{"10000CK", "P 90000 1 CK10000 tender.taken"},
		{"CC1.234", "!bad_amount"},
		{"1234567890CC", "!too_large"},
		{"TT", "P 90000 1 CK10000"},
		{"ZZ", "!tender_open"},
		{"CP", "R 0 0 sold R01-000042 100000 100000 0 sale.completed "
		       "drawer.opened"},
		{"CC", "!no_sale"},
		{"ZZ", "!unknown_command"},
		{"4011", "S 199 1"},
		{"CC", "R 0 0 sold R01-000043 199 199 0 sale.completed"},
		{"4011", "S 199 1"},
		{"500CK", "R 0 0 sold R01-000044 199 500 301 sale.completed "
			  "drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.drawer, -301);
	rig_close(&r);
}

/* More than ten times the due, and than ten of the smallest note. */
static void
asks_again_for_far_too_much(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"TL", "P 199 1"},
		{"5001CA", "!again"},
		{"TL", "P 199 1"},
		{"5001CA", "!again"},
		{"6000CA", "!again"},
		{"5001CK", "!again"},
		{"6000CA", "!again"},
		{"6000CA", "R 0 0 sold R01-000042 199 6000 5801 sale.completed "
			   "drawer.opened"},
		{"4011", "S 199 1"},
		{"5000CA", "R 0 0 sold R01-000043 199 5000 4801 sale.completed "
			   "drawer.opened"},
		{"AB 12 x", "S 100000 1"},
		{"1000000CA", "R 0 0 sold R01-000044 100000 1000000 900000 "
			      "sale.completed drawer.opened"},
	};
	struct input sure = {.text = "6000CA", .len = 6, .sure = true};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_input(&r, "4011");
	engine_step(r.e, &sure, &r.act);
	assert_true(r.act.reply.ok && r.act.reply.sold);
	rig_close(&r);
}

static void
too_many_parts(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "4011");
	for (int i = 1; i < ENGINE_TENDERS; i++) {
		assert_non_null(strstr(rig_input(&r, "1CC"), "tender.taken"));
	}
	assert_string_equal(rig_input(&r, "1CC"), "!sale_full");
	assert_non_null(strstr(rig_input(&r, "CC"), "sold R01-000042"));
	assert_int_equal(r.act.event[0].data.sale.n_tender, ENGINE_TENDERS);
	rig_close(&r);
}

/* What the till brings back from the journal. */
static void
comes_back(void **state)
{
	struct engine_tender t[ENGINE_TENDERS] = {
		{3, "CC", "Card", {100}, {100}}, {5, "CA", "", {50}, {50}}};
	const struct engine_view *v;
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_int_equal(engine_restore_tenders(r.e, t, 2, 6, NULL), RC_RANGE);
	rig_input(&r, "4011");
	t[0].amount.minor = 150;
	assert_int_equal(engine_restore_tenders(r.e, t, 2, 6, NULL), RC_RANGE);
	t[0].amount.minor = 100;
	v = engine_view(r.e);
	assert_int_equal(v->n_tender, 0);
	assert_int_equal(
		engine_restore_tenders(r.e, t, ENGINE_TENDERS, 6, NULL),
		RC_RANGE);
	assert_int_equal(engine_restore_tenders(r.e, t, 0, 3, NULL), RC_OK);
	assert_int_equal(v->state, ENGINE_SALE);
	assert_int_equal(engine_restore_tenders(r.e, t, 2, 6, NULL), RC_OK);
	assert_int_equal(v->state, ENGINE_PAY);
	assert_int_equal(v->due.minor, 49);
	assert_int_equal(v->paid.minor, 150);
	assert_string_equal(
		rig_input(&r, "9CP"), "P 40 1 CC100 CA50 CP9 tender.taken");
	assert_int_equal(r.act.event[0].data.tender.no, 6);
	rig_close(&r);
}

static void
tells_what_cash_would_leave(void **state)
{
	const struct engine_view *v;
	struct money change, left;
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "12*4011");
	v = engine_view(r.e);
	assert_int_equal(v->n_quick, 4);
	assert_int_equal(v->quick[0].minor, 2388);
	assert_int_equal(v->quick[1].minor, 2500);
	assert_int_equal(v->quick[2].minor, 3000);
	assert_int_equal(v->quick[3].minor, 4000);
	engine_would(v, (struct money){3000}, &change, &left);
	assert_int_equal(change.minor, 612);
	assert_int_equal(left.minor, 0);
	engine_would(v, (struct money){2000}, &change, &left);
	assert_int_equal(change.minor, 0);
	assert_int_equal(left.minor, 388);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buyers_are_named),
		cmocka_unit_test(buyers_not_recorded_do_not_buy),
		cmocka_unit_test(pays_in_parts),
		cmocka_unit_test(the_lines_stand_still),
		cmocka_unit_test(gives_back_one_at_a_time),
		cmocka_unit_test(rounds_the_cash_part),
		cmocka_unit_test(knows_what_a_tender_may),
		cmocka_unit_test(asks_again_for_far_too_much),
		cmocka_unit_test(too_many_parts),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(tells_what_cash_would_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
