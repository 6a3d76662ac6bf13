/* SPDX-License-Identifier: Apache-2.0 */
/* What a role may do a day: exact at the boundary, each for themselves, the
 * same after another start, and anew behind a Z. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/till.h"
#include "register/uses.h"
#include "shop_rig.h"

#include "base/poison.h"

#define ANA_PIN "4711"
#define BEN_PIN "5720"
#define EVA_PIN "9182"

static const char limits[] = "[role cashier]\n"
			     "return = 50.00, 80.00 a day\n"
			     "paid_out = 30.00 a day\n"
			     "discount = 10%, 5.00 a day\n"
			     "[role supervisor]\n"
			     "paid_out = 100.00 a day\n";

static void
person(struct rig *r, const char *no, const char *role, const char *pin)
{
	char sealed[STORE_SEALED_TEXT];
	struct event e = {.type = EVENT_OPERATOR_CHANGED};

	assert_int_equal(
		people_seal_pin(r->shop, no, pin, strlen(pin), sealed, NULL),
		RC_OK);
	e.data.person.operator_no = no;
	e.data.person.role = role;
	e.data.person.active = true;
	e.data.person.pin = sealed;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
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

static void
done(struct till *t, const char *text)
{
	struct reply r = give(t, INPUT_ENTRY, text, NULL);

	if (!r.ok) {
		fail_msg("%s: %s", text, r.text);
	}
}

static void
asked(struct till *t, const char *text, const char *rule)
{
	struct reply r = give(t, INPUT_ENTRY, text, NULL);

	if (r.ok || strcmp(r.error, "approval") != 0) {
		fail_msg("%s: %s", text, r.ok ? "done" : r.text);
	}
	assert_string_equal(till_view(t)->question.rule, rule);
}

static void
approved(struct till *t, bool ok)
{
	struct reply r = give(t, INPUT_PIN, "2", EVA_PIN);

	if (r.ok != ok) {
		fail_msg("%s", r.text);
	}
}

static void
leave(struct till *t)
{
	(void)give(t, INPUT_REFUSE, "", NULL);
}

static struct till *
begin(struct rig *r)
{
	struct till *t = NULL;

	rig_configure(r, limits);
	person(r, "1", "owner", "8642");
	person(r, "2", "supervisor", EVA_PIN);
	person(r, "7", "cashier", ANA_PIN);
	person(r, "8", "cashier", BEN_PIN);
	rig_close(r);
	assert_int_equal(till_open(&r->conf, &t, NULL), RC_OK);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	return t;
}

static struct till *
again(struct rig *r, struct till *t)
{
	till_close(t);
	t = NULL;
	assert_int_equal(till_open(&r->conf, &t, NULL), RC_OK);
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	return t;
}

static void
cash_has_a_sum_a_day(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);

	done(t, "90000PI");
	done(t, "2000PX");
	asked(t, "1001PX", "cashier: 30.00 a day, 20.00 so far");
	leave(t);
	done(t, "1000PX"); /* to the cent */
	t = again(r, t);
	asked(t, "1PX", "cashier: 30.00 a day, 30.00 so far");
	approved(t, true); /* and is theirs who approved */
	asked(t, "1PX", "cashier: 30.00 a day, 30.00 so far");
	leave(t);
	asked(t, "10000PX", "cashier: 30.00 a day, 30.00 so far");
	approved(t, false);
	leave(t);
	asked(t, "9999PX", "cashier: 30.00 a day, 30.00 so far");
	approved(t, true); /* nobody approves beyond their own day */
	asked(t, "1ZR", "cashier: always asks a supervisor");
	approved(t, true);
	done(t, "3000PX"); /* another day */
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

static void
returns_have_a_sum_a_day(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);
	char number[40];

	for (int i = 0; i < 5; i++) {
		done(t, "3000DP10");
	}
	done(t, "TL");
	done(t, "CA");
	(void)snprintf(
		number, sizeof(number), "%sRF", till_view(t)->prev_number);
	done(t, number);
	done(t, "RF1"); /* 30.00 */
	/* one act has its own limit: the sale's returns together */
	asked(t, "RF2", "cashier: up to 50.00 without asking");
	leave(t);
	done(t, "CA");
	done(t, number);
	done(t, "RF2"); /* 60.00 of 80.00 */
	done(t, "PK");  /* what is parked counts */
	done(t, number);
	asked(t, "RF3", "cashier: 80.00 a day, 60.00 so far");
	approved(t, true);
	asked(t, "RF4", "cashier: up to 50.00 without asking");
	leave(t);
	done(t, "CA");
	done(t, "PK 1"); /* and no more when it is open again */
	done(t, "VD");
	done(t, number);
	done(t, "RF2");
	done(t, "CA");
	done(t, number);
	asked(t, "RF4", "cashier: 80.00 a day, 60.00 so far");
	leave(t);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

/* Who pays out what another one took back answers for it: two cashiers have no
 * more a day than each of them. */
static void
what_another_began(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);
	char number[40];

	for (int i = 0; i < 5; i++) {
		done(t, "3000DP10");
	}
	done(t, "TL");
	done(t, "CA");
	(void)snprintf(
		number, sizeof(number), "%sRF", till_view(t)->prev_number);
	for (int i = 1; i <= 2; i++) {
		char row[8];

		(void)snprintf(row, sizeof(row), "RF%d", i);
		done(t, number);
		done(t, row);
		done(t, "CA");
	}
	done(t, "SO");
	assert_true(give(t, INPUT_PIN, "8", BEN_PIN).ok);
	done(t, number);
	done(t, "RF3");
	done(t, "SO"); /* the sale stays open */
	assert_true(give(t, INPUT_PIN, "7", ANA_PIN).ok);
	asked(t, "CA", "cashier: 80.00 a day, 60.00 so far");
	leave(t);
	done(t, "PK");
	done(t, "PK 1");
	asked(t, "CA", "cashier: 80.00 a day, 60.00 so far");
	approved(t, true);
	assert_int_equal(till_view(t)->basket->n_line, 0);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

static void
discounts_have_a_sum_a_day(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);

	done(t, "4000DP10");
	done(t, "10DI"); /* 4.00 */
	done(t, "2000DP10");
	asked(t, "10DI", "cashier: 5.00 a day, 4.00 so far");
	leave(t);
	done(t, "5DI"); /* 5.00 */
	done(t, "100DP10");
	asked(t, "1DI", "cashier: 5.00 a day, 5.00 so far");
	leave(t);
	till_close(t);
}

static void
what_is_no_limit(void **state)
{
	static const char *const wrong[] = {"no_sale = yes, 5.00 a day",
		"price = 10%, 5.00 a day", "return = 5.00, a day",
		"return = 5.00 a week", "return = , 5.00 a day",
		"return = 5,00 a day", "return = a day",
		"parked_void = 5.00 a day", "return = 0.00 a day"};
	static const char *const right[] = {"return = yes, 5.00 a day",
		"return = no, 5.00 a day", "return = 5.00 a day",
		"return = 5.00,9.00 a day"};
	struct rig *r = *state;
	struct config *c = config_new();
	char *text = NULL, full[65536];
	size_t n = 0;

	assert_int_equal(shop_config_text(r->shop, &text, &n, NULL), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		(void)snprintf(full, sizeof(full), "%s\n[role cashier]\n%s\n",
			text, wrong[i]);
		if (config_parse("c", full, strlen(full), c, NULL) == RC_OK) {
			fail_msg("%s", wrong[i]);
		}
		config_release(c);
	}
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		struct err err = {0};

		(void)snprintf(full, sizeof(full), "%s\n[role cashier]\n%s\n",
			text, right[i]);
		if (config_parse("c", full, strlen(full), c, &err) != RC_OK) {
			fail_msg("%s: %s", right[i], err.msg);
		}
		assert_int_equal(
			c->role[0].day[PERMIT_RETURN], i == 3 ? 900 : 500);
		config_release(c);
	}
	config_free(c);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			cash_has_a_sum_a_day, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			returns_have_a_sum_a_day, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			what_another_began, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			discounts_have_a_sum_a_day, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			what_is_no_limit, rig_new, rig_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
