/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that come back, as a cashier keys it. */
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

#define SOLD " sale.completed drawer.opened"

/* R01-000042: two milk, three bananas with 2.00 off, a leaflet. */
static const struct step first_sale[] = {
	{"2*4311501000014", "S 258 1"},
	{"3*4011", "S 855 2"},
	{"200DA", "S 655 2 line.discounted"},
	{"free", "S 655 3"},
	{"CA", "R 0 0 sold R01-000042 655 655 0" SOLD},
};

static void
in_parts_and_never_more(void **state)
{
	static const struct step s[] = {
		{"RF3", "!no_receipt"},
		{"RF R01-000041", "!no_receipt"},
		{"R01-000042RF", "R 0 0"},
		{"RF9", "!not_on_receipt"},
		{"RF2", "S -132 1"},
		{"RF2", "S -264 1"},
		{"4*RF1", "!returned"},
		{"RF2", "S -397 1"},
		{"RF2", "!returned"},
		{"CA", "R 0 0 sold R01-000043 -397 -397 0" SOLD},
		/* a line is paid back once */
		{"42RF2", "!returned"},
		{"2*RF1", "S -258 1"},
		{"CL", "S -258 1"},
		{"RF1", "!no_receipt"},
		{"CA", "R 0 0 sold R01-000044 -258 -258 0" SOLD},
		{"42RF3", "S 0 1"},
		{"CA", "R 0 0 sold R01-000045 0 0 0 sale.completed"},
		{"42RF1", "!returned"},
		{"42RF3", "!returned"},
		/* nor is what came back sold again by that receipt */
		{"43RF1", "!not_on_receipt"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	PLAY(&r, s);
	/* sale and returns together are nothing, in every column */
	assert_int_equal(r.totals.gross, 0);
	assert_int_equal(r.totals.drawer, 0);
	assert_int_equal(r.totals.items, 0);
	assert_int_equal(r.totals.discount, 0);
	assert_int_equal(r.totals.returns, 3);
	assert_int_equal(r.totals.return_amount, 655);
	for (size_t i = 0; i < r.totals.n_tax; i++) {
		assert_int_equal(r.totals.tax[i].gross, 0);
		assert_int_equal(r.totals.tax[i].net + r.totals.tax[i].tax, 0);
	}
	rig_close(&r);
}

static void
scans_pick_the_line(void **state)
{
	static const struct step s[] = {
		{"RF", "R 0 0"},
		{"\\scan 4011", "!no_receipt"},
		{"\\scan R01-000042", "R 0 0"},
		{"\\scan 4011", "S -132 1"},
		{"2*", "S -132 1 q2000"},
		{"\\scan 4311501000014", "S -390 2"},
		{"\\scan 5449000000996", "!not_on_receipt"},
		{"\\scan 4311501000014", "!returned"},
		{"VD", "S -132 1 line.voided"},
		{"\\scan 4311501000014", "S -261 2"},
		{"VD1", "S -129 1 line.voided"},
		{"VD", "R 0 0 line.voided"},
		{"\\scan free", "S 0 1"},
		{"TL", "P 0 1"},
		{"RF1", "!not_while_paying"},
		{"\\scan 4011", "S -132 2"},
		{"CL", "S -132 2"},
		/* an exchange: what is sold now counts against it */
		{"\\scan 5449000000996", "S -43 3"},
		{"\\scan AB 12 x", "S 99957 4"},
		{"TL", "P 99957 4"},
		{"100000CA", "R 0 0 sold R01-000043 99957 100000 43" SOLD},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	PLAY(&r, s);
	assert_int_equal(r.totals.returns, 2);
	assert_int_equal(r.totals.return_amount, 132);
	rig_close(&r);
}

static void
paid_out(void **state)
{
	static const struct step s[] = {
		{"42RF1", "S -129 1"},
		{"TL", "P -129 1"},
		{"200CA", "!bad_amount"},
		{"129CA", "!bad_amount"},
		{"0CA", "!bad_amount"},
		{"\\exact", "R 0 0 sold R01-000043 -129 -130 0" SOLD},
		{"42RF1", "S -129 1"},
		{"\\fail", ""},
		{"CA", "!not_recorded"},
		{"CA", "R 0 0 sold R01-000044 -129 -130 0" SOLD},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	r.config.currency.cash_step = 5;
	PLAY(&r, s);
	assert_int_equal(r.totals.rounding, -2);
	assert_int_equal(r.totals.drawer, 655 - 260);
	assert_true(engine_view(r.e)->has_prev);
	assert_int_equal(engine_view(r.e)->prev_total.minor, -129);
	rig_close(&r);
}

static void
without_a_receipt(void **state)
{
	static const struct step s[] = {
		{"RF", "R 0 0"},
		{"RF", "R 0 0"},
		{"2*4011", "S -398 1"},
		{"149DP20", "S -547 2"},
		{"\\scan nothing", "!not_on_file"},
		{"5DI", "!bad_amount"},
		{"100PO", "S -498 2 price.overridden"},
		{"3QT1", "S -697 2"},
		{"free", "S -697 3"},
		{"RF", "S -697 3"},
		{"4011", "!no_receipt"},
		{"CL", "S -697 3"},
		{"4011", "S -498 4"},
		{"2QT", "S -299 4"},
		{"CA", "R 0 0 sold R01-000042 -299 -299 0" SOLD},
		/* nothing stays of it */
		{"4011", "S 199 1"},
		{"RF", "S 199 1"},
		{"CN", "R 0 0 sale.voided"},
		{"4011", "S 199 1"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.returns, 3);
	assert_int_equal(r.n_back, 0);
	rig_close(&r);
}

static void
at_what_was_paid(void **state)
{
	static const struct step s[] = {
		{"42RF2", "S -132 1"},
		{"100PO", "!bad_amount"},
		{"5DI", "!bad_amount"},
		{"50DA", "!bad_amount"},
		{"3QT", "S -397 1"},
		{"4QT", "!returned"},
		{"1QT", "S -132 1"},
		{"CL", "S -132 1"},
		{"2QT", "!no_receipt"},
	};
	static const struct step more[] = {
		{"TL", "!no_receipt"}, {"CA", "!no_receipt"}};
	struct rig r;
	size_t n;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	/* rates move on; what comes back is taxed as it was sold */
	r.config.tax.class_[1].rate_ppm = 190000;
	PLAY(&r, s);
	assert_int_equal(engine_view(r.e)->basket->by_class[1].tax.minor, 0);
	assert_int_equal(engine_view(r.e)->basket->by_class[2].tax.minor, -9);
	rig_input(&r, "CA");
	assert_true(r.act.reply.sold);
	/* a receipt that went between is found before anything is final */
	rig_input(&r, "42RF1");
	n = r.n_sold_doc;
	r.n_sold_doc = 0;
	PLAY(&r, more);
	r.n_sold_doc = n;
	rig_close(&r);
}

/* Two baskets with the same goods: the second is refused at the till. */
static void
parked_twice(void **state)
{
	static const struct step s[] = {
		{"42RF2", "S -132 1"},
		{"3QT", "S -397 1"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"42RF2", "S -132 1"},
		{"PK", "R 0 0 parked 2 sale.parked"},
		{"1PK", "S -397 1 sale.recalled"},
		{"CA", "R 0 0 sold R01-000043 -397 -397 0" SOLD},
		{"2PK", "S -132 1 sale.recalled"},
		{"TL", "!returned"},
		{"CA", "!returned"},
		{"\\exact", "!bad_entry"},
		{"VD", "R 0 0 line.voided"},
		{"42RF1", "S -129 1"},
		{"CA", "R 0 0 sold R01-000044 -129 -129 0" SOLD},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	PLAY(&r, s);
	rig_close(&r);
}

/* A reason and a supervisor are asked for first; the entry is done then. */
static void
asked_why_and_who(void **state)
{
	struct rig r;
	struct input why = {.kind = INPUT_REASON, .arg = 2};
	const struct engine_view *v;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	(void)snprintf(r.config.reason[REASON_RETURN][1], CONFIG_REASON_BYTES,
		"Spoiled");
	assert_string_equal(rig_input(&r, "42RF1"), "!reason");
	v = engine_view(r.e);
	assert_int_equal(v->ask, ASK_REASON);
	assert_int_equal(v->question.reason_kind, REASON_RETURN);
	assert_int_equal(v->basket->n_line, 0);
	engine_step(r.e, &why, &r.act);
	assert_true(r.act.reply.ok);
	assert_int_equal(v->basket->n_line, 1);
	assert_string_equal(v->basket->line[0].reason, "Spoiled");
	assert_int_equal(v->basket->line[0].amount.minor, -129);
	/* one more of it is for the same reason */
	assert_string_equal(rig_input(&r, "RF1"), "S -258 1");
	assert_string_equal(v->basket->line[0].reason, "Spoiled");
	assert_string_equal(
		rig_input(&r, "CA"), "R 0 0 sold R01-000043 -258 -258 0" SOLD);
	rig_close(&r);
}

/* Nothing stands in the sale before the approval is recorded. */
static void
a_supervisor_approves(void **state)
{
	static const struct engine_who boss = {"9", CONFIG_OWNER, "pin"};
	const struct engine_view *v;
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	(void)snprintf(r.e->role, sizeof(r.e->role), "nobody");
	v = engine_view(r.e);
	assert_string_equal(rig_input(&r, "42RF2"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_RETURN);
	assert_int_equal(v->question.quantity, 132);
	assert_int_equal(v->basket->n_line, 0);
	engine_person(r.e, &boss, &r.act);
	assert_true(r.act.reply.ok);
	assert_int_equal(r.act.n, 1);
	assert_int_equal(r.act.event[0].type, EVENT_APPROVAL_GIVEN);
	assert_int_equal(v->basket->n_line, 0);
	engine_settle(r.e, &r.act, RC_NOSPC, "the disk is full.");
	assert_int_equal(v->basket->n_line, 0);
	assert_int_equal(v->ask, ASK_APPROVAL);
	engine_person(r.e, &boss, &r.act);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->ask, ASK_NONE);
	assert_int_equal(v->basket->n_line, 1);
	assert_int_equal(v->due.minor, -132);
	assert_string_equal(v->basket->line[0].approver, "9");
	/* one more of it is asked for again */
	assert_string_equal(rig_input(&r, "RF2"), "!approval");
	assert_int_equal(v->due.minor, -132);
	engine_person(r.e, &boss, &r.act);
	assert_int_equal(v->due.minor, -132);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->due.minor, -264);
	assert_int_equal(v->basket->n_line, 1);
	(void)snprintf(r.e->role, sizeof(r.e->role), CONFIG_OWNER);
	assert_string_equal(
		rig_input(&r, "CA"), "R 0 0 sold R01-000043 -264 -264 0" SOLD);
	rig_close(&r);
}

/* A number is given once in a sale, wherever it lay. */
static void
numbers_are_given_once(void **state)
{
	const struct engine_view *v;
	struct rig r;

	(void)state;
	rig_open(&r);
	v = engine_view(r.e);
	rig_input(&r, "4011");
	rig_input(&r, "4011");
	rig_input(&r, "VD");
	rig_input(&r, "PK");
	assert_int_equal(r.last[0].data.basket.next, 3);
	rig_input(&r, "PK");
	assert_int_equal(v->basket->next_no, 3);
	rig_input(&r, "free");
	assert_int_equal(v->basket->line[1].no, 3);
	rig_input(&r, "PK");
	assert_int_equal(r.last[0].data.basket.next, 0);
	rig_input(&r, "PK");
	assert_int_equal(v->basket->next_no, 4);
	rig_close(&r);
}

/* What may come back without a receipt is no more for coming in two steps. */
static void
no_more_by_quantity_or_price(void **state)
{
	static const struct engine_who boss = {"9", CONFIG_OWNER, "pin"};
	struct config_role *role;
	const struct engine_view *v;
	struct rig r;

	(void)state;
	rig_open(&r);
	role = &r.config.role[r.config.n_role++];
	memset(role, 0, sizeof(*role));
	memcpy(role->name, "clerk", sizeof("clerk"));
	role->may[PERMIT_PRICE] = PERMIT_ALL;
	role->may[PERMIT_PRICE_AMOUNT] = PERMIT_ALL;
	role->may[PERMIT_RETURN_BLIND] = 400;
	memcpy(r.e->role, "clerk", sizeof("clerk"));
	v = engine_view(r.e);
	rig_input(&r, "RF");
	rig_input(&r, "RF");
	assert_string_equal(rig_input(&r, "4011"), "S -199 1");
	assert_string_equal(rig_input(&r, "2QT"), "S -398 1");
	assert_string_equal(rig_input(&r, "3QT"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_RETURN_BLIND);
	assert_int_equal(v->question.quantity, 597);
	assert_int_equal(v->due.minor, -398);
	engine_person(r.e, &boss, &r.act);
	assert_int_equal(v->due.minor, -398);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->due.minor, -597);
	assert_string_equal(v->basket->line[0].approver, "9");
	/* less of it is nobody's business */
	assert_string_equal(rig_input(&r, "1QT"), "S -199 1");
	assert_string_equal(
		rig_input(&r, "400PO"), "S -400 1 price.overridden");
	assert_string_equal(rig_input(&r, "99900PO"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_RETURN_BLIND);
	assert_int_equal(v->question.quantity, 99900);
	engine_person(r.e, &boss, &r.act);
	assert_int_equal(r.act.n, 2);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->due.minor, -99900);
	assert_string_equal(rig_input(&r, "1PO"), "S -1 1 price.overridden");
	rig_close(&r);
}

/* Many small lines are no way round what one may: the sale's are weighed. */
static void
no_more_by_many_lines(void **state)
{
	static const struct engine_who boss = {"9", CONFIG_OWNER, "pin"};
	struct config_role *role;
	const struct engine_view *v;
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	role = &r.config.role[r.config.n_role++];
	memset(role, 0, sizeof(*role));
	memcpy(role->name, "clerk", sizeof("clerk"));
	role->may[PERMIT_RETURN] = 260;
	role->may[PERMIT_RETURN_BLIND] = 400;
	role->may[PERMIT_LINE_VOID] = 199;
	memcpy(r.e->role, "clerk", sizeof("clerk"));
	v = engine_view(r.e);
	/* what is sold in between does not make it less */
	assert_string_equal(rig_input(&r, "42RF1"), "S -129 1");
	assert_string_equal(rig_input(&r, "CL"), "S -129 1");
	assert_string_equal(rig_input(&r, "4011"), "S 70 2");
	assert_string_equal(rig_input(&r, "42RF2"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_RETURN);
	assert_int_equal(v->question.quantity, 129 + 132);
	engine_person(r.e, &boss, &r.act);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->due.minor, 70 - 132);
	assert_string_equal(rig_input(&r, "RF"), "S -62 3");
	assert_string_equal(rig_input(&r, "4011"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_RETURN_BLIND);
	assert_int_equal(v->question.quantity, 129 + 132 + 199);
	engine_person(r.e, &boss, &r.act);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_string_equal(rig_input(&r, "CL"), "S -261 4");
	/* and less of a line is a void of the rest */
	assert_string_equal(rig_input(&r, "3QT2"), "S 137 4");
	assert_string_equal(rig_input(&r, "2QT2"), "S -62 4 line.voided");
	assert_string_equal(rig_input(&r, "4QT2"), "S 336 4");
	assert_string_equal(rig_input(&r, "2QT2"), "!approval");
	assert_int_equal(v->question.permit, PERMIT_LINE_VOID);
	assert_int_equal(v->question.quantity, 398);
	assert_int_equal(v->due.minor, 336);
	engine_person(r.e, &boss, &r.act);
	assert_int_equal(v->due.minor, 336);
	engine_settle(r.e, &r.act, RC_NOSPC, "the disk is full.");
	assert_int_equal(v->due.minor, 336);
	engine_person(r.e, &boss, &r.act);
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(v->due.minor, -62);
	rig_close(&r);
}

/* The lines as they lie in the draft, or in the line that parked them. */
static void
comes_back_as_it_was(void **state)
{
	struct basket_line line[4], again;
	struct event_line ev;
	const struct engine_view *v;
	struct utc opened;
	uint8_t id[UUID_BYTES];
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	rig_input(&r, "42RF2");
	rig_input(&r, "RF");
	rig_input(&r, "4011");
	v = engine_view(r.e);
	memcpy(line, v->basket->line, 2 * sizeof(line[0]));
	memcpy(id, v->basket->id, UUID_BYTES);
	opened = v->basket->opened;
	rig_engine(&r);
	assert_int_equal(
		engine_restore(r.e, id, opened, line, 2, 3, NULL), RC_OK);
	v = engine_view(r.e);
	assert_int_equal(v->due.minor, -132 - 199);
	assert_memory_equal(v->basket->line, line, 2 * sizeof(line[0]));
	ev = (struct event_line){.no = 7,
		.code = "4011",
		.kind = "plu",
		.name = "Bananas",
		.qty = -1000,
		.price = 199,
		.amount = -132,
		.tax = "B",
		.return_of = "R01-000042",
		.return_no = 2,
		.rate = 70000,
		.reason = "Spoiled",
		.approver = "7"};
	assert_true(engine_line_back(&ev, &again));
	assert_int_equal(again.amount.minor, -132);
	assert_int_equal(again.return_ppm, 70000);
	assert_string_equal(again.return_of, "R01-000042");
	assert_string_equal(again.reason, "Spoiled");
	assert_string_equal(again.approver, "7");
	ev.rate = -1;
	assert_false(engine_line_back(&ev, &again));
	ev.rate = 0;
	ev.return_no = -1;
	assert_false(engine_line_back(&ev, &again));
	rig_close(&r);
}

static void
another_money(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, first_sale);
	memcpy(r.config.currency.code, "CHF", 4);
	assert_string_equal(rig_input(&r, "42RF"), "!no_receipt");
	memcpy(r.config.currency.code, "EUR", 4);
	assert_string_equal(rig_input(&r, "42RF"), "R 0 0");
	assert_int_equal(engine_view(r.e)->returning, RETURN_RECEIPT);
	assert_int_equal(engine_view(r.e)->receipt->n_row, 3);
	assert_string_equal(rig_input(&r, "0RF"), "R 0 0");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_parts_and_never_more),
		cmocka_unit_test(scans_pick_the_line),
		cmocka_unit_test(paid_out),
		cmocka_unit_test(without_a_receipt),
		cmocka_unit_test(at_what_was_paid),
		cmocka_unit_test(parked_twice),
		cmocka_unit_test(asked_why_and_who),
		cmocka_unit_test(a_supervisor_approves),
		cmocka_unit_test(numbers_are_given_once),
		cmocka_unit_test(no_more_by_quantity_or_price),
		cmocka_unit_test(no_more_by_many_lines),
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(another_money),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
