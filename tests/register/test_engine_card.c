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
open_rig(struct rig *r)
{
	rig_open(r);
	rig_terminal(r);
}

static void
text_copy(char *out, const char *s)
{
	memcpy(out, s, strlen(s) + 1);
}

/* The intent, then the result and the part of the sale in one group; nothing
 * else is taken while the terminal works. */
static void
pays_by_card(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"TL", "P 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"5449000000996", "!card_busy"},
		{"CA", "!card_busy"},
		{"CC", "!card_busy"},
		{"CN", "!card_busy"},
		{"\\exact", "!card_busy"},
		{"\\scan 4011", "!card_busy"},
		{"SG", "!card_busy"},
		{"KX", "!card_busy"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC89 payment.ended tender.taken"},
		{"\\card approved amount=89 receipt=17", "P 0 1 CC89"},
		{"\\exact", "R 0 0 sold R01-000042 89 89 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_PAY);
	assert_int_equal(r.order.ask.amount, 89);
	assert_int_equal(r.order.ask.currency, 978);
	assert_int_equal(r.order.ask.digits, 2);
	assert_int_equal(strlen(r.order.ask.ref), 36);
	assert_string_equal(r.order.device, "ec");
	assert_int_equal(engine_view(r.e)->n_prev_tender, 1);
	assert_string_equal(engine_view(r.e)->prev_tender[0].card, "Visa");
	assert_string_equal(engine_view(r.e)->prev_tender[0].last4, "4711");
	assert_int_equal(r.totals.drawer, 0);
	assert_int_equal(r.n_held, 0);
	rig_close(&r);
}

static void
a_part_by_card_and_the_rest_in_cash(void **state)
{
	static const struct step s[] = {
		{"2*4311501000014", "S 258 1"},
		{"CC300", "!no_change"},
		{"100CC", "Pa 258 1 payment.started"},
		{"\\card approved amount=100 receipt=17",
			"P 158 1 CC100 payment.ended tender.taken"},
		{"\\scan 4011", "!tender_open"},
		{"PK", "!tender_open"},
		{"CA", "R 0 0 sold R01-000042 258 258 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.drawer, 158);
	rig_close(&r);
}

/* Back to paying with the basket whole; nothing was charged. */
static void
declined_leads_back(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card declined", "!declined P 89 1 payment.ended"},
		{"CC", "Pa 89 1 payment.started"},
		{"CL", "Pa 89 1"},
		{"\\card aborted", "!declined P 89 1 payment.ended"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card none", "!declined P 89 1 payment.ended"},
		{"CL", "S 89 1"},
		{"4011", "S 288 2"},
		{"CA", "R 0 0 sold R01-000042 288 288 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.n_held, 0);
	rig_close(&r);
}

/* CL asks the terminal to stop; what it says then counts. */
static void
stopping_is_a_wish(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	(void)rig_input(&r, "5449000000996");
	(void)rig_input(&r, "CC");
	assert_string_equal(rig_input(&r, "CL"), "Pa 89 1");
	assert_int_equal(r.act.card.what, CARD_DO_STOP);
	assert_true(engine_view(r.e)->card.stopping);
	assert_string_equal(rig_input(&r, "\\card approved amount=89"),
		"P 0 1 CC89 payment.ended tender.taken");
	rig_close(&r);
}

static void
a_card_may_pay_less(void **state)
{
	static const struct step s[] = {
		{"2*4311501000014", "S 258 1"},
		{"CC", "Pa 258 1 payment.started"},
		{"\\card approved amount=58 receipt=17",
			"P 200 1 CC58 payment.ended tender.taken"},
		{"CC", "Pa 200 1 CC58 payment.started"},
		{"\\card offline amount=200 receipt=18",
			"P 0 1 CC58 CC200 payment.ended tender.taken"},
		{"CA", "R 0 0 sold R01-000042 258 258 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_false(engine_view(r.e)->prev_tender[0].offline);
	assert_true(engine_view(r.e)->prev_tender[1].offline);
	rig_close(&r);
}

/* More than was asked, or other money, is no part of the sale: it goes back by
 * an intent of its own. */
static void
too_much_goes_back(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=890 receipt=17",
			"!declined Pa 89 1 payment.ended payment.started"},
		{"\\card approved receipt=18", "P 89 1 payment.ended"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 currency=840 receipt=19",
			"!declined Pa 89 1 payment.ended payment.started"},
		{"\\card declined", "!declined P 89 1 payment.ended"},
		{"CA", "R 0 0 sold R01-000042 89 89 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_REVERSE);
	assert_string_equal(r.order.ask.receipt, "19");
	/* what could not be given back stands in the terminal's sum */
	assert_int_equal(r.terminal.paid, 89);
	rig_close(&r);
}

static void
a_signature_is_looked_at(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 receipt=17 check=signature",
			"Ps 0 1 CC89 payment.ended tender.taken"},
		{"\\exact", "!signature"},
		{"CL", "!signature"},
		{"VD", "!signature"},
		{"SX", "Pa 0 1 CC89 payment.started"},
		{"\\card declined", "!declined Ps 0 1 CC89 payment.ended"},
		{"SX", "Pa 0 1 CC89 payment.started"},
		{"\\card approved receipt=18",
			"P 89 1 payment.ended tender.removed"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 receipt=19 check=signature",
			"Ps 0 1 CC89 payment.ended tender.taken"},
		{"SG", "P 0 1 CC89"},
		{"SG", "!no_payment"},
		{"\\exact", "R 0 0 sold R01-000042 89 89 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	rig_close(&r);
}

/* VD of what a card paid is its reversal at the terminal. */
static void
a_part_goes_back_to_the_card(void **state)
{
	static const struct step s[] = {
		{"2*4311501000014", "S 258 1"},
		{"50CA", "P 208 1 CA50 tender.taken"},
		{"100CC", "Pa 208 1 CA50 payment.started"},
		{"\\card approved amount=100 receipt=17",
			"P 108 1 CA50 CC100 payment.ended tender.taken"},
		{"CN", "!tender_open"},
		{"VD", "Pa 108 1 CA50 CC100 payment.started"},
		{"\\card none", "!declined P 108 1 CA50 CC100 payment.ended"},
		{"VD", "Pa 108 1 CA50 CC100 payment.started"},
		{"\\card approved receipt=18",
			"P 208 1 CA50 payment.ended tender.removed"},
		{"VD", "P 258 1 tender.removed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_REVERSE);
	assert_string_equal(r.order.ask.receipt, "17");
	assert_int_equal(r.order.ask.amount, 100);
	assert_int_equal(r.terminal.paid, 0);
	rig_close(&r);
}

/* CN gives back what cards paid, last one first, then ends the sale. */
static void
a_sale_is_given_up(void **state)
{
	static const struct step s[] = {
		{"2*4311501000014", "S 258 1"},
		{"100CC", "Pa 258 1 payment.started"},
		{"\\card approved amount=100 receipt=17",
			"P 158 1 CC100 payment.ended tender.taken"},
		{"50CC", "Pa 158 1 CC100 payment.started"},
		{"\\card approved amount=50 receipt=18",
			"P 108 1 CC100 CC50 payment.ended tender.taken"},
		{"CN", "Pa 108 1 CC100 CC50 payment.started"},
		{"\\card approved receipt=19",
			"Pa 158 1 CC100 payment.ended tender.removed "
			"payment.started"},
		{"\\card declined", "!declined P 158 1 CC100 payment.ended"},
		{"CN", "Pa 158 1 CC100 payment.started"},
		{"\\card approved receipt=20",
			"R 0 0 payment.ended tender.removed sale.voided"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.totals.voids, 1);
	assert_int_equal(r.terminal.paid, 0);
	rig_close(&r);
}

/* What goes out goes back to the card. */
static void
money_goes_out_by_card(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CA", "R 0 0 sold R01-000042 89 89 0 sale.completed "
		       "drawer.opened"},
		{"R01-000042RF", "R 0 0"},
		{"RF1", "S -89 1"},
		{"CC", "Pa -89 1 payment.started"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC-89 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000043 -89 -89 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_REFUND);
	assert_int_equal(r.order.ask.amount, 89);
	assert_int_equal(r.terminal.paid, -89);
	rig_close(&r);
}

/* A terminal that fell silent is asked for its last payment; what it says
 * decides, and where it cannot, a person does. */
static void
the_last_payment_decides(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC89 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000042 89 89 0 sale.completed"},
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card unknown", "!card_unknown Pu 89 1 payment.ended"},
		{"5449000000996", "!card_unknown"},
		{"CA", "!card_unknown"},
		{"CC", "!card_unknown"},
		{"CL", "!card_unknown"},
		{"KA", "Pu 89 1"},
		{"\\card last unknown", "!card_unknown"},
		{"\\card last none", "!card_unknown"},
		{"\\card last approved op=pay amount=89 receipt=18",
			"P 0 1 CC89 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000043 89 89 0 sale.completed"},
		/* the one before is still the last: ours was not charged */
		{"4311501000014", "S 129 1"},
		{"CC", "Pa 129 1 payment.started"},
		{"\\card unknown", "!card_unknown Pu 129 1 payment.ended"},
		{"\\card last approved op=pay amount=89 receipt=18",
			"!declined P 129 1 payment.ended"},
		/* another one: neither follows */
		{"CC", "Pa 129 1 payment.started"},
		{"\\card unknown", "!card_unknown Pu 129 1 payment.ended"},
		{"\\card last approved op=pay amount=500 receipt=19",
			"!card_unknown"},
		{"KX", "P 129 1 payment.ended"},
		{"KX", "!no_payment"},
		{"CC", "Pa 129 1 payment.started"},
		{"\\card unknown", "!card_unknown Pu 129 1 payment.ended"},
		{"130KP", "!too_large"},
		{"100KP", "P 29 1 CC100 payment.ended tender.taken"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	rig_close(&r);
}

/* A cashier does not decide what was charged. */
static void
a_person_with_the_right_decides(void **state)
{
	static const struct engine_who boss = {"2", "supervisor", "pin"};
	struct act act;
	struct rig r;

	(void)state;
	open_rig(&r);
	r.config.n_role = 2;
	memcpy(r.config.role[0].name, "cashier", 8);
	memcpy(r.config.role[1].name, "supervisor", 11);
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		r.config.role[0].may[i] = permit_table[i].cashier;
		r.config.role[1].may[i] = permit_table[i].supervisor;
	}
	engine_sign(r.e, "7", "cashier", true);
	(void)rig_input(&r, "5449000000996");
	(void)rig_input(&r, "CC");
	(void)rig_input(&r, "\\card unknown");
	assert_string_equal(rig_input(&r, "KP"), "!approval");
	/* the terminal's answer goes before any question */
	assert_string_equal(
		rig_input(&r, "\\card last unknown"), "!card_unknown");
	engine_person(r.e, &boss, &act);
	assert_true(act.reply.ok);
	assert_int_equal(act.n, 3);
	assert_int_equal(act.event[0].type, EVENT_PAYMENT_ENDED);
	assert_string_equal(act.event[0].data.payment_end.how, "decided");
	assert_string_equal(act.event[0].data.payment_end.approver, "2");
	assert_int_equal(act.event[1].type, EVENT_TENDER_TAKEN);
	assert_int_equal(act.event[2].type, EVENT_APPROVAL_GIVEN);
	engine_settle(r.e, &act, RC_OK, NULL);
	assert_int_equal(engine_view(r.e)->due.minor, 0);
	rig_close(&r);
}

/* What the journal does not know the end of, behind a start. */
static void
a_start_asks_before_anything(void **state)
{
	struct store_payment open = {.op = "pay",
		.tender = "CC",
		.name = "Card",
		.device = "ec",
		.amount = 89,
		.last = "17"};
	struct rig r;

	(void)state;
	open_rig(&r);
	(void)rig_input(&r, "5449000000996");
	memcpy(open.sale, engine_view(r.e)->basket->id, UUID_BYTES);
	memset(open.payment, 7, UUID_BYTES);
	open.time = r.clock.now.utc;
	r.held[r.n_held++] = open;
	engine_restore_card(r.e, &open);
	memcpy(r.order.payment, open.payment, UUID_BYTES);
	assert_string_equal(rig_input(&r, "4011"), "!card_unknown");
	assert_string_equal(
		rig_input(
			&r, "\\card last approved op=pay amount=89 receipt=18"),
		"P 0 1 CC89 payment.ended tender.taken");
	rig_close(&r);
}

/* Its sale is gone: the charge goes back, and selling goes on meanwhile. */
static void
a_charge_without_its_sale_goes_back(void **state)
{
	struct store_payment open = {.op = "pay",
		.tender = "CC",
		.name = "Card",
		.device = "ec",
		.amount = 89,
		.last = "17"};
	struct rig r;

	(void)state;
	open_rig(&r);
	memset(open.payment, 7, UUID_BYTES);
	memset(open.sale, 8, UUID_BYTES);
	open.time = r.clock.now.utc;
	r.held[r.n_held++] = open;
	engine_restore_card(r.e, &open);
	memcpy(r.order.payment, open.payment, UUID_BYTES);
	assert_string_equal(rig_input(&r, "4311501000014"), "Su 129 1");
	assert_string_equal(rig_input(&r, "CC"), "!card_unknown");
	assert_string_equal(
		rig_input(
			&r, "\\card last approved op=pay amount=89 receipt=18"),
		"!declined Sa 129 1 payment.ended payment.started");
	assert_int_equal(r.order.ask.op, PINPAD_REVERSE);
	assert_string_equal(r.order.ask.receipt, "18");
	assert_string_equal(rig_input(&r, "\\card approved receipt=19"),
		"S 129 1 payment.ended");
	assert_int_equal(r.terminal.paid, 0);
	rig_close(&r);
}

/* Another customer's payment shows that ours was not charged; its number, card
 * and slip are not recorded as ours. */
static void
another_payment_stays_another(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC89 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000042 89 89 0 sale.completed"},
		{"4311501000014", "S 129 1"},
		{"CC", "Pa 129 1 payment.started"},
		{"\\card unknown", "!card_unknown Pu 129 1 payment.ended"},
		{"\\card last approved op=pay amount=89 receipt=17",
			"!declined P 129 1 payment.ended"},
	};
	const struct event_payment_end *d;
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	d = &r.act.event[0].data.payment_end;
	assert_string_equal(d->outcome, "aborted");
	assert_null(d->receipt);
	assert_null(d->last4);
	assert_null(d->card);
	assert_null(d->auth);
	/* of ours that it declined it says the number */
	(void)rig_input(&r, "CC");
	(void)rig_input(&r, "\\card unknown");
	(void)rig_input(
		&r, "\\card last declined op=pay amount=129 receipt=18");
	assert_string_equal(d->receipt, "18");
	rig_close(&r);
}

/* Of money that goes back it is asked whether it was given back: the payment
 * before it was charged, and the terminal shows that. */
static void
doubt_names_what_moves(void **state)
{
	static const struct step s[] = {
		{"2*4311501000014", "S 258 1"},
		{"100CC", "Pa 258 1 payment.started"},
		{"\\card approved amount=100 receipt=17",
			"P 158 1 CC100 payment.ended tender.taken"},
		{"VD", "Pa 158 1 CC100 payment.started"},
		{"\\card unknown",
			"!card_unknown Pu 158 1 CC100 payment.ended"},
		{"CA", "!card_unknown"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_non_null(strstr(r.act.reply.text, "given back"));
	assert_null(strstr(r.act.reply.text, "charged"));
	(void)rig_input(&r, "KX");
	assert_non_null(strstr(r.act.reply.text, "not given back"));
	assert_int_equal(engine_view(r.e)->n_tender, 1);
	rig_close(&r);
}

/* A refused signature whose reversal a break cut off, and that the terminal did
 * not do: nobody has said that it is right. */
static void
a_break_makes_no_signature_right(void **state)
{
	struct store_payment open = {.op = "reverse",
		.tender = "CC",
		.name = "Card",
		.device = "ec",
		.amount = -89,
		.receipt = "17",
		.last = "17"};
	struct rig r;

	(void)state;
	open_rig(&r);
	(void)rig_input(&r, "5449000000996");
	(void)rig_input(&r, "CC");
	assert_string_equal(
		rig_input(&r, "\\card approved amount=89 receipt=17 "
			      "check=signature"),
		"Ps 0 1 CC89 payment.ended tender.taken");
	memcpy(open.sale, engine_view(r.e)->basket->id, UUID_BYTES);
	memset(open.payment, 7, UUID_BYTES);
	text_copy(open.of, engine_view(r.e)->tender[0].payment);
	open.time = r.clock.now.utc;
	r.held[r.n_held++] = open;
	engine_restore_card(r.e, &open);
	engine_restore_signature(r.e);
	memcpy(r.order.payment, open.payment, UUID_BYTES);
	assert_string_equal(
		rig_input(
			&r, "\\card last approved op=pay amount=89 receipt=17"),
		"!declined Ps 0 1 CC89 payment.ended");
	assert_string_equal(engine_view(r.e)->card.result.last4, "4711");
	assert_string_equal(rig_input(&r, "CA"), "!signature");
	assert_non_null(strstr(r.act.reply.text, "SG"));
	/* and the card it is compared with is named behind a start too */
	assert_string_equal(rig_input(&r, "SG"), "P 0 1 CC89");
	engine_restore_signature(r.e);
	assert_string_equal(engine_view(r.e)->card.result.last4, "4711");
	rig_close(&r);
}

/* However much is held for others. */
static void
a_reservation_is_found_among_many(void **state)
{
	struct rig r;
	uint8_t sale[UUID_BYTES];

	(void)state;
	open_rig(&r);
	for (size_t i = 0; i < 20; i++) {
		struct store_payment *p = &r.held[r.n_held++];

		memset(p, 0, sizeof(*p));
		memset(p->payment, (int)i + 1, UUID_BYTES);
		p->state = STORE_PAYMENT_RESERVED;
		text_copy(p->op, "reserve");
		text_copy(p->receipt, "5");
	}
	(void)rig_input(&r, "4311501000014");
	(void)rig_input(&r, "5000KR");
	(void)rig_input(&r, "\\card approved amount=5000 receipt=40");
	memcpy(sale, engine_view(r.e)->basket->id, UUID_BYTES);
	assert_memory_equal(r.held[20].sale, sale, UUID_BYTES);
	assert_string_equal(rig_input(&r, "KC"), "Pa 129 1 payment.started");
	assert_string_equal(r.order.ask.receipt, "40");
	rig_close(&r);
}

static void
money_is_held_and_taken(void **state)
{
	static const struct step s[] = {
		{"5000KR", "!no_sale"},
		{"4311501000014", "S 129 1"},
		{"KR", "!bad_amount"},
		{"5000KR", "Sa 129 1 payment.started"},
		{"\\card approved amount=5000 receipt=17",
			"S 129 1 payment.ended"},
		{"4311501000014", "S 258 2"},
		{"KC", "Pa 258 2 payment.started"},
		{"\\card approved amount=258 receipt=18",
			"P 0 2 CC258 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000042 258 258 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_CAPTURE);
	assert_string_equal(r.order.ask.receipt, "17");
	assert_int_equal(r.order.ask.amount, 258);
	rig_close(&r);
}

static void
money_is_let_go(void **state)
{
	static const struct step s[] = {
		{"4311501000014", "S 129 1"},
		{"5000KR", "Sa 129 1 payment.started"},
		{"\\card approved amount=5000 receipt=17",
			"S 129 1 payment.ended"},
		{"99KL", "!no_payment"},
		{"CN", "!tender_open"},
		{"17KL", "Sa 129 1 payment.started"},
		{"\\card approved receipt=18", "S 129 1 payment.ended"},
		{"KL", "!no_payment"},
		{"CN", "R 0 0 sale.voided"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	assert_int_equal(r.order.ask.op, PINPAD_RELEASE);
	rig_close(&r);
}

static void
the_terminals_day_ends(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"KE", "!sale_open"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC89 payment.ended tender.taken"},
		{"\\exact", "R 0 0 sold R01-000042 89 89 0 sale.completed"},
		{"KS", "Ra 0 0"},
		{"\\card approved", "R 0 0"},
		{"KT", "Ra 0 0"},
		{"\\card approved total=89", "R 0 0"},
		{"KE", "Ra 0 0"},
		{"\\card approved total=100", "R 0 0 terminal.closed"},
		{"2KE", "!no_terminal"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	rig_close(&r);
	open_rig(&r);
	(void)rig_input(&r, "KE");
	(void)rig_input(&r, "\\card approved total=100");
	assert_int_equal(r.last[0].data.terminal.amount, 100);
	assert_int_equal(r.last[0].data.terminal.difference, 100);
	rig_close(&r);
}

/* A disk that refuses the intent: no terminal is asked; one that refuses the
 * result: nothing has moved. */
static void
nothing_moves_unrecorded(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"\\fail", ""},
		{"CC", "!not_recorded"},
		{"CC", "Pa 89 1 payment.started"},
		{"\\fail", ""},
		{"\\card approved amount=89 receipt=17", "!not_recorded"},
		{"4011", "!card_busy"},
		{"\\card approved amount=89 receipt=17",
			"P 0 1 CC89 payment.ended tender.taken"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		const char *said = rig_input(&r, s[i].in);

		assert_string_equal(said, s[i].want);
		if (strcmp(s[i].want, "!not_recorded") == 0) {
			assert_int_equal(r.act.card.what, CARD_DO_NOTHING);
		}
	}
	rig_close(&r);
}

/* In training no card is charged; where there is no terminal none is asked. */
static void
practice_asks_no_terminal(void **state)
{
	static const struct step s[] = {
		{"TR", "R 0 0 training.started"},
		{"5449000000996", "S 89 1"},
		{"CC", "R 0 0 sold R01-T-000000 89 89 0 sale.completed"},
		{"KE", "!training"},
		{"TR", "R 0 0 training.ended"},
		{"5449000000996", "S 89 1"},
		{"KC", "!no_payment"},
		{"KA", "!no_payment"},
	};
	struct rig r;

	(void)state;
	open_rig(&r);
	PLAY(&r, s);
	r.config.n_device = 1;
	assert_string_equal(rig_input(&r, "CC"), "!no_terminal");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pays_by_card),
		cmocka_unit_test(a_part_by_card_and_the_rest_in_cash),
		cmocka_unit_test(declined_leads_back),
		cmocka_unit_test(stopping_is_a_wish),
		cmocka_unit_test(a_card_may_pay_less),
		cmocka_unit_test(too_much_goes_back),
		cmocka_unit_test(a_signature_is_looked_at),
		cmocka_unit_test(a_part_goes_back_to_the_card),
		cmocka_unit_test(a_sale_is_given_up),
		cmocka_unit_test(money_goes_out_by_card),
		cmocka_unit_test(the_last_payment_decides),
		cmocka_unit_test(a_person_with_the_right_decides),
		cmocka_unit_test(a_start_asks_before_anything),
		cmocka_unit_test(a_charge_without_its_sale_goes_back),
		cmocka_unit_test(another_payment_stays_another),
		cmocka_unit_test(doubt_names_what_moves),
		cmocka_unit_test(a_break_makes_no_signature_right),
		cmocka_unit_test(a_reservation_is_found_among_many),
		cmocka_unit_test(money_is_held_and_taken),
		cmocka_unit_test(money_is_let_go),
		cmocka_unit_test(the_terminals_day_ends),
		cmocka_unit_test(nothing_moves_unrecorded),
		cmocka_unit_test(practice_asks_no_terminal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
