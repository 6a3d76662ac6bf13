/* SPDX-License-Identifier: Apache-2.0 */
/* Operators, PINs, sign-on, lock and approval through the till, as ring and the
 * screen drive it.  A PIN that is looked at costs 31 ms: few are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/inbox.h"
#include "register/people_internal.h"
#include "register/till.h"
#include "shop_rig.h"

#include "base/poison.h"

#define OWNER_PIN "8642"
#define ANA_PIN "4711"
#define EVA_PIN "9182"
#define EVA_BADGE "BADGE-0002"

/* --- people --- */

static void
change(struct rig *r, const char *no, const char *role, const char *name,
	const char *pin, const char *badge, enum rc want)
{
	char sealed[3][STORE_SEALED_TEXT];
	struct event_badge b = {sealed[2]};
	struct event e = {.type = EVENT_OPERATOR_CHANGED};
	struct event_person *d = &e.data.person;
	struct err err = {0};

	d->operator_no = no;
	d->role = role;
	d->active = true;
	if (name != NULL) {
		assert_int_equal(
			people_seal_name(r->shop, no, name, sealed[0], NULL),
			RC_OK);
		d->name = sealed[0];
	}
	if (pin != NULL) {
		assert_int_equal(people_seal_pin(r->shop, no, pin, strlen(pin),
					 sealed[1], NULL),
			RC_OK);
		d->pin = sealed[1];
	}
	if (badge != NULL) {
		assert_int_equal(people_seal_badge(r->shop, no, badge,
					 strlen(badge), sealed[2], NULL),
			RC_OK);
		d->badge = &b;
		d->n_badge = 1;
	}
	assert_int_equal(people_admit(r->shop, &e, &err), want);
	if (want == RC_OK) {
		assert_int_equal(
			shop_record(r->shop, &e, 1, "1", NULL, NULL, &err),
			RC_OK);
	}
}

static void
everybody(struct rig *r)
{
	change(r, "1", "owner", NULL, OWNER_PIN, NULL, RC_OK);
	change(r, "7", "cashier", "Ana", ANA_PIN, NULL, RC_OK);
	change(r, "2", "supervisor", "Eva", EVA_PIN, EVA_BADGE, RC_OK);
}

static struct till *
open_till(struct rig *r)
{
	struct till *t = NULL;

	rig_close(r);
	assert_int_equal(till_open(&r->conf, &t, NULL), RC_OK);
	return t;
}

static struct reply
give(struct till *t, enum input_kind kind, const char *text, const char *secret)
{
	struct input in = {.kind = kind,
		.text = text,
		.len = strlen(text),
		.secret = secret,
		.secret_len = secret != NULL ? strlen(secret) : 0};
	struct reply reply;

	till_input(t, &in, &reply);
	return reply;
}

static struct reply
enter(struct till *t, const char *text)
{
	return give(t, INPUT_ENTRY, text, NULL);
}

static void
refused(struct reply r, const char *word)
{
	assert_false(r.ok);
	if (strcmp(r.error, word) != 0) {
		fail_msg("%s: %s, not %s", r.error, r.text, word);
	}
}

static const struct event *
last(struct till *t, uint64_t back)
{
	const struct event *e = NULL;

	assert_int_equal(
		shop_event(till_shop(t), shop_head(till_shop(t)) - back, NULL,
			&e, NULL),
		RC_OK);
	return e;
}

static uint32_t
tries(struct till *t, const char *no)
{
	struct store_person p;

	assert_int_equal(people_find(till_shop(t), no, &p, NULL), RC_OK);
	return p.tries;
}

/* --- tests --- */

static void
numbers_and_pins_have_rules(void **state)
{
	(void)state;
	assert_true(people_number("1"));
	assert_true(people_number("123456789"));
	assert_false(people_number("1234567890"));
	assert_false(people_number("07"));
	assert_false(people_number(""));
	assert_false(people_number("1a"));
	assert_null(people_weak("4711", 4));
	assert_non_null(people_weak("471", 3));
	assert_non_null(people_weak("0000", 4));
	assert_non_null(people_weak("1234", 4));
	assert_non_null(people_weak("987654", 6));
	assert_non_null(people_weak("47a1", 4));
	assert_non_null(people_weak("4711471147114", 13));
}

static void
the_wait_doubles(void **state)
{
	static const struct {
		uint32_t tries;
		int64_t seconds;
	} row[] = {{0, 0}, {4, 0}, {5, 30}, {6, 60}, {7, 120}, {9, 480}};
	struct clock_reading now = {.mono = {INT64_C(1000000000)}},
			     opened = {.mono = {INT64_C(900000000)}};
	struct store_person p = {.no = "7"};

	(void)state;
	memcpy(now.boot, "a", 2);
	memcpy(p.tried_boot, "a", 2);
	p.tried = now.mono;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		p.tries = row[i].tries;
		assert_int_equal(people_wait(&p, &now, &opened),
			row[i].seconds * INT64_C(1000000));
	}
	p.tries = 10;
	assert_true(people_wait(&p, &now, &opened) == PEOPLE_NEVER);
	/* the register as a whole never locks for good */
	memcpy(p.no, STORE_TILL, sizeof(STORE_TILL));
	p.tries = 1000;
	assert_int_equal(
		people_wait(&p, &now, &opened), INT64_C(900) * 1000000);
	p.tries = 5;
	p.tried.us = now.mono.us - 10 * INT64_C(1000000);
	assert_int_equal(people_wait(&p, &now, &opened), 20 * INT64_C(1000000));
	/* another start of the machine: anew from when the register opened */
	memcpy(now.boot, "b", 2);
	now.mono.us = 5 * INT64_C(1000000);
	opened.mono.us = 2 * INT64_C(1000000);
	assert_int_equal(people_wait(&p, &now, &opened), 27 * INT64_C(1000000));
}

static void
an_owner_stays(void **state)
{
	struct rig *r = *state;

	change(r, "7", "cashier", "Ana", ANA_PIN, NULL, RC_DENIED);
	change(r, "1", "cashier", NULL, NULL, NULL, RC_DENIED);
	change(r, "1", "owner", NULL, OWNER_PIN, NULL, RC_OK);
	change(r, "7", "nobody", "Ana", NULL, NULL, RC_DENIED);
	change(r, "07", "cashier", "Ana", NULL, NULL, RC_DENIED);
	change(r, "7", "cashier", "Ana", ANA_PIN, NULL, RC_OK);
	/* the owner's PIN cannot go while there is Ana */
	change(r, "1", "owner", NULL, NULL, NULL, RC_DENIED);
	rig_close(r);
	assert_int_equal(rig_verify(r), 0);
}

static void
a_shop_without_pins_is_open(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	assert_string_equal(till_view(t)->operator_no, "1");
	refused(enter(t, "SO"), "no_operators");
	refused(enter(t, "LK"), "no_operators");
	assert_true(enter(t, "100DP10").ok);
	assert_true(enter(t, "1PO").ok);
	assert_true(enter(t, "CN").ok);
	assert_true(enter(t, "NS").ok);
	till_close(t);
}

static void
signs_on_locks_and_off(void **state)
{
	struct rig *r = *state;
	struct till_people p;
	char name[PEOPLE_NAME_BYTES];
	struct till *t;

	everybody(r);
	t = open_till(r);
	assert_true(till_view(t)->signed_off);
	refused(enter(t, "100DP10"), "signed_off");
	refused(give(t, INPUT_PIN, "x", "1"), "bad_entry");
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	assert_string_equal(till_view(t)->operator_no, "7");
	assert_int_equal(last(t, 0)->type, EVENT_OPERATOR_SIGNED_ON);
	assert_string_equal(last(t, 0)->actor, "7");
	assert_int_equal(last(t, 1)->type, EVENT_OPERATOR_ATTEMPTED);
	assert_int_equal(tries(t, "7"), 0);
	till_operator_name(t, "7", name);
	assert_string_equal(name, "Ana");

	assert_true(enter(t, "100DP10").ok);
	assert_true(enter(t, "LK").ok);
	assert_true(till_view(t)->locked);
	refused(enter(t, "100DP10"), "locked");
	assert_int_equal(till_view(t)->basket->n_line, 1);
	/* a supervisor opens it, and the cashier goes on */
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_false(till_view(t)->locked);
	assert_string_equal(till_view(t)->operator_no, "7");
	assert_string_equal(last(t, 0)->actor, "2");

	/* the sale stays with the register */
	assert_true(enter(t, "SO").ok);
	assert_true(till_view(t)->signed_off);
	assert_int_equal(till_view(t)->basket->n_line, 1);
	till_people(t, &p);
	assert_true(p.people);
	assert_string_equal(p.last_no, "7");
	assert_string_equal(p.last_name, "Ana");
	assert_int_equal(p.refused_today, 0);
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").sold);
	assert_string_equal(last(t, 0)->actor, "2");
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

/* Also when the register dies between counting and comparing, which to the
 * store is a try without an outcome. */
static void
tries_are_counted(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_OPERATOR_ATTEMPTED};
	struct till_people p;
	struct till *t;

	everybody(r);
	e.data.attempt.operator_no = "7";
	e.data.attempt.purpose = "sign-on";
	for (int i = 0; i < 4; i++) {
		assert_int_equal(
			shop_record(r->shop, &e, 1, "0", NULL, NULL, NULL),
			RC_OK);
	}
	t = open_till(r);
	refused(give(t, INPUT_PIN, "7", "0815"), "wait");
	assert_int_equal(tries(t, "7"), 5);
	/* the right one is not looked at now, nor counted */
	refused(give(t, INPUT_PIN, "7", ANA_PIN), "wait");
	assert_int_equal(tries(t, "7"), 5);
	/* and nobody else's: the register waits as a whole */
	refused(give(t, INPUT_PIN, "2", EVA_PIN), "wait");
	till_people(t, &p);
	assert_int_equal(p.refused_today, 1);
	/* a clock that is set shortens nothing */
	rig_pass(r, INT64_C(3600) * 1000000, 1000000);
	refused(give(t, INPUT_PIN, "7", ANA_PIN), "wait");
	rig_pass(r, 0, INT64_C(30) * 1000000);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	assert_int_equal(tries(t, "7"), 0);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

static void
ten_tries_lock_a_number(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_OPERATOR_ATTEMPTED};
	struct till *t;

	everybody(r);
	e.data.attempt.purpose = "sign-on";
	for (int i = 0; i < 20; i++) {
		/* a number nobody has behaves the same */
		e.data.attempt.operator_no = i % 2 == 0 ? "7" : "99";
		assert_int_equal(
			shop_record(r->shop, &e, 1, "0", NULL, NULL, NULL),
			RC_OK);
	}
	rig_pass(r, 0, INT64_C(3600) * 1000000);
	t = open_till(r);
	refused(give(t, INPUT_PIN, "7", ANA_PIN), "wait");
	refused(give(t, INPUT_PIN, "99", ANA_PIN), "wait");
	assert_true(give(t, INPUT_PIN, "2", EVA_PIN).ok);
	assert_true(enter(t, "7UL").ok);
	assert_int_equal(last(t, 0)->type, EVENT_OPERATOR_UNLOCKED);
	assert_true(enter(t, "SO").ok);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	/* a cashier unlocks nobody */
	refused(enter(t, "99UL"), "approval");
	till_close(t);
}

static void
somebody_else_approves(void **state)
{
	struct rig *r = *state;
	const struct event *e;
	struct till *t;

	everybody(r);
	t = open_till(r);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "900PO").ok);
	assert_int_equal(last(t, 0)->type, EVENT_PRICE_OVERRIDDEN);
	assert_null(last(t, 0)->data.line.approver);
	refused(enter(t, "100PO"), "approval");
	assert_int_equal(till_view(t)->ask, ASK_APPROVAL);
	assert_int_equal(till_view(t)->question.permit, PERMIT_PRICE);
	/* list price 10.00: 90 percent below */
	assert_int_equal(till_view(t)->question.quantity, 900000);
	assert_int_equal(till_view(t)->question.from.minor, 900);
	assert_int_equal(till_view(t)->question.to.minor, 100);
	refused(enter(t, "100DP10"), "approval");
	/* nobody for themselves */
	refused(give(t, INPUT_PIN, "7", ANA_PIN), "approval");
	e = last(t, 0);
	assert_int_equal(e->type, EVENT_OPERATOR_REFUSED);
	assert_string_equal(e->data.attempt.why, "self");
	assert_int_equal(till_view(t)->ask, ASK_APPROVAL);
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_int_equal(till_view(t)->ask, ASK_NONE);
	assert_int_equal(till_view(t)->basket->line[0].price.minor, 100);
	e = last(t, 1);
	assert_int_equal(e->type, EVENT_PRICE_OVERRIDDEN);
	assert_string_equal(e->actor, "7");
	assert_string_equal(e->data.line.approver, "2");
	e = last(t, 0);
	assert_int_equal(e->type, EVENT_APPROVAL_GIVEN);
	assert_string_equal(e->data.approval.permit, "price");
	assert_string_equal(e->data.approval.how, "badge");

	/* refused, and that is recorded too */
	refused(enter(t, "50DI"), "approval");
	assert_true(give(t, INPUT_REFUSE, "", NULL).ok);
	assert_int_equal(last(t, 0)->type, EVENT_APPROVAL_REFUSED);
	assert_int_equal(till_view(t)->ask, ASK_NONE);

	/* ahead, for one action */
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_string_equal(till_view(t)->armed, "2");
	assert_true(enter(t, "50PO").ok);
	assert_string_equal(last(t, 0)->data.line.approver, "2");
	refused(enter(t, "10PO"), "approval");
	assert_true(enter(t, "CL").ok);
	/* and for 15 seconds */
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	rig_pass(r, 16 * INT64_C(1000000), 16 * INT64_C(1000000));
	refused(enter(t, "10PO"), "approval");
	/* the key does it as well, as long as it is turned */
	assert_true(give(t, INPUT_KEYLOCK, "S", NULL).ok);
	assert_true(till_view(t)->key_turned);
	assert_string_equal(last(t, 1)->data.line.approver, "key");
	assert_true(enter(t, "5PO").ok);
	assert_true(give(t, INPUT_KEYLOCK, "R", NULL).ok);
	refused(enter(t, "4PO"), "approval");
	assert_true(enter(t, "CL").ok);
	/* its other positions give the right they are named after */
	refused(enter(t, "XR"), "approval");
	refused(give(t, INPUT_KEYLOCK, "P", NULL), "approval");
	assert_true(give(t, INPUT_KEYLOCK, "X", NULL).has_totals);
	assert_int_equal(last(t, 0)->type, EVENT_APPROVAL_GIVEN);
	assert_false(till_view(t)->key_turned);
	assert_true(enter(t, "XR").has_totals);
	refused(enter(t, "4PO"), "approval");
	assert_true(enter(t, "CL").ok);
	assert_true(give(t, INPUT_KEYLOCK, "R", NULL).ok);
	refused(enter(t, "XR"), "approval");
	assert_true(enter(t, "CL").ok);
	/* a parked sale is given up by somebody who may */
	assert_true(enter(t, "PK").ok);
	assert_int_equal(till_parked_sale(t, 1, &e, NULL), RC_OK);
	assert_true(e->data.basket.n_line > 0);
	refused(enter(t, "1CN"), "approval");
	assert_int_equal(till_view(t)->n_parked, 1);
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_int_equal(till_view(t)->n_parked, 0);
	assert_int_equal(till_parked_sale(t, 1, &e, NULL), RC_NOTFOUND);
	assert_int_equal(last(t, 2)->type, EVENT_SALE_RECALLED);
	e = last(t, 1);
	assert_int_equal(e->type, EVENT_SALE_VOIDED);
	assert_string_equal(e->data.basket.approver, "2");
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

/* Names and PINs are in no file of the store, and a person whose key is gone
 * is nobody, while the chain holds. */
static void
a_person_can_be_erased(void **state)
{
	struct rig *r = *state;
	struct store_person p;
	char name[PEOPLE_NAME_BYTES];

	everybody(r);
	assert_int_equal(people_find(r->shop, "7", &p, NULL), RC_OK);
	people_name(r->shop, &p, name);
	assert_string_equal(name, "Ana");
	assert_true(people_check_pin(r->shop, &p, ANA_PIN, strlen(ANA_PIN)));
	assert_false(people_check_pin(r->shop, &p, EVA_PIN, strlen(EVA_PIN)));
	assert_int_equal(keys_person_destroy(r->shop->keys, "7", NULL), RC_OK);
	people_name(r->shop, &p, name);
	assert_string_equal(name, "");
	assert_false(people_check_pin(r->shop, &p, ANA_PIN, strlen(ANA_PIN)));
	/* the others stay */
	assert_int_equal(people_find(r->shop, "2", &p, NULL), RC_OK);
	people_name(r->shop, &p, name);
	assert_string_equal(name, "Eva");
	assert_int_equal(
		keys_person_destroy(r->shop->keys, "7", NULL), RC_NOTFOUND);
	rig_close(r);
	assert_int_equal(rig_verify(r), 0);
}

/* A role that asks for badge and PIN gets neither half from another question:
 * not from one that was left, not from somebody else. */
static void
both_prove_one_question(void **state)
{
	struct rig *r = *state;
	struct till_people p;
	struct till *t;

	rig_configure(r, "[role supervisor]\nproof = both\n");
	everybody(r);
	t = open_till(r);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	assert_true(enter(t, "5000PI").ok);
	refused(enter(t, "2000PX"), "approval");
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "second");
	till_people(t, &p);
	assert_string_equal(p.half, "2");
	/* the cashier leaves it, and asks for more */
	assert_true(give(t, INPUT_REFUSE, "", NULL).ok);
	till_people(t, &p);
	assert_string_equal(p.half, "");
	refused(enter(t, "4000PX"), "approval");
	refused(give(t, INPUT_PIN, "2", EVA_PIN), "second");
	assert_int_equal(till_view(t)->ask, ASK_APPROVAL);
	/* the same half again is no other half */
	refused(give(t, INPUT_PIN, "2", EVA_PIN), "second");
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_int_equal(last(t, 0)->type, EVENT_APPROVAL_GIVEN);
	assert_int_equal(last(t, 1)->data.cash.amount, 4000);
	till_close(t);
}

static void
a_pin_alone_is_told_nothing(void **state)
{
	struct rig *r = *state;
	struct till *t;

	rig_configure(r, "[role supervisor]\nproof = both\n");
	everybody(r);
	t = open_till(r);
	refused(give(t, INPUT_PIN, "2", "0815"), "second");
	assert_int_equal(last(t, 0)->type, EVENT_OPERATOR_ATTEMPTED);
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "pin");
	assert_string_equal(last(t, 0)->data.attempt.why, "pin");
	assert_true(till_view(t)->signed_off);
	refused(give(t, INPUT_PIN, "2", EVA_PIN), "second");
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_string_equal(last(t, 0)->data.operator_.how, "badge+pin");
	till_close(t);
}

/* A badge that was photographed. */
static void
a_badge_may_only_say_who(void **state)
{
	struct rig *r = *state;
	struct till_people p;
	struct till *t;

	rig_configure(r, "[role supervisor]\nproof = pin\n");
	everybody(r);
	t = open_till(r);
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "second");
	assert_true(till_view(t)->signed_off);
	till_people(t, &p);
	assert_string_equal(p.half, "2");
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "second");
	refused(give(t, INPUT_PIN, "2", "0815"), "pin");
	assert_true(give(t, INPUT_PIN, "2", EVA_PIN).ok);
	assert_string_equal(last(t, 0)->data.operator_.how, "pin");
	assert_true(enter(t, "SO").ok);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	refused(enter(t, "NS"), "approval");
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "second");
	assert_int_equal(till_view(t)->ask, ASK_APPROVAL);
	assert_true(give(t, INPUT_PIN, "2", EVA_PIN).ok);
	till_close(t);
}

/* One badge, two numbers: who shows it is the one who is signed on. */
static void
nobody_approves_by_another_number(void **state)
{
	struct rig *r = *state;
	struct till *t;

	change(r, "1", "owner", NULL, OWNER_PIN, NULL, RC_OK);
	change(r, "2", "supervisor", "Eva", NULL, EVA_BADGE, RC_OK);
	change(r, "7", "cashier", "Eva", ANA_PIN, EVA_BADGE, RC_OK);
	t = open_till(r);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	refused(enter(t, "NS"), "approval");
	refused(give(t, INPUT_BADGE, EVA_BADGE, NULL), "approval");
	assert_string_equal(last(t, 0)->data.attempt.why, "self");
	till_close(t);
}

static void
locks_when_left_alone(void **state)
{
	struct rig *r = *state;
	struct till *t;

	everybody(r);
	t = open_till(r);
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	assert_true(give(t, INPUT_LOCK, "time", NULL).ok);
	assert_true(till_view(t)->locked);
	assert_string_equal(last(t, 0)->data.lock.how, "time");
	assert_true(give(t, INPUT_KEYLOCK, "S", NULL).ok);
	assert_false(till_view(t)->locked);
	assert_true(give(t, INPUT_KEYLOCK, "L", NULL).ok);
	assert_true(till_view(t)->locked);
	till_close(t);
}

/* What takes cash out, and what ends a day, is a supervisor's. */
static void
the_drawer_has_rules(void **state)
{
	struct rig *r = *state;
	const struct event *e;
	struct reply said;
	struct till *t;

	everybody(r);
	t = open_till(r);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	assert_true(enter(t, "5000PI").ok);
	assert_int_equal(last(t, 0)->type, EVENT_CASH_MOVED);
	assert_null(last(t, 0)->data.cash.approver);
	refused(enter(t, "2000PX"), "approval");
	assert_int_equal(till_view(t)->question.permit, PERMIT_PAID_OUT);
	assert_int_equal(till_view(t)->question.quantity, 2000);
	assert_true(give(t, INPUT_BADGE, EVA_BADGE, NULL).ok);
	e = last(t, 1);
	assert_int_equal(e->type, EVENT_CASH_MOVED);
	assert_string_equal(e->data.cash.kind, "paid-out");
	assert_string_equal(e->data.cash.approver, "2");
	assert_int_equal(last(t, 0)->type, EVENT_APPROVAL_GIVEN);
	refused(enter(t, "1000PU"), "approval");
	assert_true(give(t, INPUT_REFUSE, "", NULL).ok);

	/* everybody counts, and is told afterwards */
	said = enter(t, "CT");
	assert_true(said.ok && said.count && !said.has_count);
	said = enter(t, "CT 1000x2 500x1 7x100");
	assert_true(said.ok && said.has_count);
	assert_int_equal(said.counted.minor, 3200);
	assert_int_equal(said.expected.minor, 3000);
	assert_int_equal(said.difference.minor, 200);
	e = last(t, 0);
	assert_int_equal(e->type, EVENT_CASH_COUNTED);
	assert_int_equal(e->data.count.n_piece, 3);
	assert_int_equal(e->data.count.piece[2].value, 7);
	assert_int_equal(e->data.count.piece[2].pieces, 100);

	refused(enter(t, "ZR"), "approval");
	said = give(t, INPUT_BADGE, EVA_BADGE, NULL);
	assert_true(said.ok && said.has_z && !said.closed);
	refused(enter(t, "2ZR"), "z_number");
	refused(enter(t, "1ZR"), "approval");
	said = give(t, INPUT_PIN, "2", EVA_PIN);
	assert_true(said.ok && said.closed);
	assert_int_equal(said.z, 1);
	e = last(t, 1);
	assert_int_equal(e->type, EVENT_DAY_CLOSED);
	assert_string_equal(e->actor, "7");
	assert_string_equal(e->data.day.approver, "2");
	assert_int_equal(e->data.day.drawer, 3000);
	assert_int_equal(e->data.day.carried, 3200);
	till_close(t);
}

/* What was chosen elsewhere: by hand, as the contract has it. */
static void
seal_elsewhere(
	struct rig *r, const uint8_t pepper[KEY_BYTES], struct store_person *p)
{
	uint8_t verifier[PEOPLE_PIN_BYTES], key[KEY_BYTES], index[INDEX_BYTES];
	char text[PEOPLE_BADGE_TEXT];

	memset(verifier, 9, SALT_BYTES);
	assert_int_equal(crypto_password(ANA_PIN, strlen(ANA_PIN), verifier, 2,
				 (uint64_t)19 << 20, key),
		RC_OK);
	crypto_index(pepper, key, sizeof(key), verifier + SALT_BYTES);
	assert_int_equal(people_seal(r->shop, "pin", "7", verifier,
				 sizeof(verifier), p->pin, NULL),
		RC_OK);
	crypto_index(pepper, text,
		people_badge_text(EVA_BADGE, strlen(EVA_BADGE), text), index);
	assert_int_equal(people_seal(r->shop, "badge", "7", index,
				 sizeof(index), p->badge[0], NULL),
		RC_OK);
}

static void
a_machine_before_left_its_pepper(void **state)
{
	struct store_person p = {
		.no = "7", .known = true, .active = true, .n_badge = 1};
	uint8_t pepper[2][KEY_BYTES], proof[INDEX_BYTES];
	struct rig *r = *state;
	char no[KEYS_PERSON_BYTES];

	memset(pepper, 7, sizeof(pepper));
	pepper[1][0] = 8;
	seal_elsewhere(r, pepper[1], &p);
	assert_false(people_check_pin(r->shop, &p, ANA_PIN, 4));
	assert_false(
		people_check_badge(r->shop, &p, EVA_BADGE, strlen(EVA_BADGE)));
	for (size_t i = 0; i < 2; i++) {
		keys_pepper_name(pepper[i], no);
		assert_true(keys_pepper_is(no));
		assert_int_equal(keys_person_put(r->shop->keys, &r->shop->rng,
					 no, pepper[i], NULL),
			RC_OK);
	}
	assert_true(people_check_pin(r->shop, &p, ANA_PIN, 4));
	assert_false(people_check_pin(r->shop, &p, "4712", 4));
	assert_true(
		people_check_badge(r->shop, &p, EVA_BADGE, strlen(EVA_BADGE)));
	assert_false(people_check_badge(r->shop, &p, "BADGE-0003", 10));
	assert_true(people_prove(r->shop, &p, ANA_PIN, 4, "so much", 7, proof));
	assert_true(people_proved(r->shop, &p, "so much", 7, proof));
	assert_false(people_proved(r->shop, &p, "so muck", 7, proof));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_pins_have_rules),
		cmocka_unit_test(the_wait_doubles),
		cmocka_unit_test_setup_teardown(
			a_machine_before_left_its_pepper, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			an_owner_stays, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			a_shop_without_pins_is_open, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			signs_on_locks_and_off, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			tries_are_counted, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			ten_tries_lock_a_number, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			somebody_else_approves, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			both_prove_one_question, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			a_pin_alone_is_told_nothing, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			a_badge_may_only_say_who, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			nobody_approves_by_another_number, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			the_drawer_has_rules, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			a_person_can_be_erased, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			locks_when_left_alone, rig_new, rig_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
