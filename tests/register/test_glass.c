/* SPDX-License-Identifier: Apache-2.0 */
/* The emergency code at the sign-on, at the lock, over a restart and in the
 * day's sums; and that nobody raises a role by the screen of settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/glass.h"
#include "register/till.h"
#include "shop_rig.h"

#include "base/poison.h"

#define OWNER_PIN "8642"
#define ANA_BADGE "BADGE-0007"
#define KIM_BADGE "BADGE-0003"
#define SECOND_US INT64_C(1000000)

static void
person(struct rig *r, const char *no, const char *role, const char *pin,
	const char *badge)
{
	char sealed[2][STORE_SEALED_TEXT];
	struct event_badge b = {sealed[1]};
	struct event e = {.type = EVENT_OPERATOR_CHANGED};
	struct event_person *d = &e.data.person;

	d->operator_no = no;
	d->role = role;
	d->active = true;
	assert_int_equal(
		people_seal_pin(r->shop, no, pin, strlen(pin), sealed[0], NULL),
		RC_OK);
	d->pin = sealed[0];
	if (badge != NULL) {
		assert_int_equal(people_seal_badge(r->shop, no, badge,
					 strlen(badge), sealed[1], NULL),
			RC_OK);
		d->badge = &b;
		d->n_badge = 1;
	}
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

static void
make_code(struct shop *s, const struct rng *rng, char code[GLASS_DIGITS])
{
	char sealed[STORE_SEALED_TEXT];
	struct event e = {.type = EVENT_GLASS_SET};

	glass_new(rng, code);
	assert_int_equal(
		people_seal_glass(s, code, GLASS_DIGITS, sealed, NULL), RC_OK);
	e.data.glass.code = sealed;
	assert_int_equal(shop_record(s, &e, 1, "1", NULL, NULL, NULL), RC_OK);
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

static struct reply
break_glass(struct till *t, const char code[GLASS_DIGITS])
{
	char text[80];

	(void)snprintf(text, sizeof(text), "BG %.*s Eva is ill",
		(int)GLASS_DIGITS, code);
	return enter(t, text);
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

static bool
is_loud(struct till *t)
{
	struct till_status st;

	till_status(t, &st);
	return st.glass;
}

/* As ten wrong PINs leave it. */
static void
lock_owner(struct rig *r)
{
	struct event e = {.type = EVENT_OPERATOR_ATTEMPTED};

	e.data.attempt.operator_no = PEOPLE_OWNER;
	e.data.attempt.purpose = "sign-on";
	for (int i = 0; i < PEOPLE_LOCKED; i++) {
		assert_int_equal(
			shop_record(r->shop, &e, 1, "0", NULL, NULL, NULL),
			RC_OK);
	}
	rig_pass(r, 900 * SECOND_US, 900 * SECOND_US);
}

static void
it_lets_the_owner_in(void **state)
{
	struct rig *r = *state;
	char code[GLASS_DIGITS];
	const struct event *e;
	struct till *t;

	person(r, "1", "owner", OWNER_PIN, NULL);
	make_code(r->shop, &r->conf.rng, code);
	lock_owner(r);
	t = open_till(r);
	assert_false(is_loud(t));
	refused(give(t, INPUT_PIN, "1", OWNER_PIN), "wait");
	assert_true(break_glass(t, code).warn);
	e = last(t, 0);
	assert_int_equal(e->type, EVENT_OPERATOR_SIGNED_ON);
	assert_string_equal(e->actor, "1");
	assert_string_equal(e->data.operator_.how, "glass");
	e = last(t, 1);
	assert_int_equal(e->type, EVENT_GLASS_BROKEN);
	assert_string_equal(e->data.glass_use.purpose, "sign-on");
	assert_string_equal(e->data.glass_use.operator_no, "1");
	assert_string_equal(e->data.glass_use.why, "Eva is ill");
	assert_string_equal(till_view(t)->operator_no, "1");
	assert_true(is_loud(t));
	assert_true(enter(t, "NS").ok);
	till_close(t);

	/* the end of the register is no sign-off */
	assert_int_equal(till_open(&r->conf, &t, NULL), RC_OK);
	assert_true(till_view(t)->signed_off);
	assert_true(is_loud(t));
	refused(break_glass(t, code), "pin");
	assert_true(give(t, INPUT_PIN, "1", OWNER_PIN).ok);
	assert_true(is_loud(t));
	assert_true(enter(t, "SO").ok);
	assert_false(is_loud(t));
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

static void
it_unlocks_and_is_counted(void **state)
{
	struct rig *r = *state;
	char code[GLASS_DIGITS];
	const struct event *e;
	struct reply reply;
	struct till *t;

	person(r, "1", "owner", OWNER_PIN, NULL);
	person(r, "7", "cashier", "4711", ANA_BADGE);
	make_code(r->shop, &r->conf.rng, code);
	t = open_till(r);
	assert_true(give(t, INPUT_BADGE, ANA_BADGE, NULL).ok);
	refused(break_glass(t, code), "bad_entry");
	assert_true(enter(t, "LK").ok);
	assert_true(break_glass(t, code).warn);
	e = last(t, 0);
	assert_int_equal(e->type, EVENT_REGISTER_UNLOCKED);
	assert_string_equal(e->data.lock.how, "glass");
	assert_string_equal(last(t, 1)->data.glass_use.purpose, "unlock");
	assert_string_equal(till_view(t)->operator_no, "7");
	assert_true(is_loud(t));
	/* a new one while it is loud does not quiet it */
	make_code(till_shop(t), &r->conf.rng, code);
	refused(enter(t, "XR"), "approval");
	reply = break_glass(t, code);
	assert_true(reply.ok && reply.has_totals);
	assert_int_equal(reply.totals.emergencies, 2);
	assert_true(enter(t, "SO").ok);
	assert_false(is_loud(t));

	assert_true(give(t, INPUT_PIN, "1", OWNER_PIN).ok);
	assert_true(enter(t, "100DP10").ok);
	assert_true(enter(t, "CA").ok);
	assert_true(enter(t, "1ZR").closed);
	assert_int_equal(last(t, 0)->data.day.emergencies, 2);
	reply = enter(t, "XR");
	assert_int_equal(reply.totals.emergencies, 0);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

/* The active text with ${more} behind it. */
static enum rc
save(struct till *t, const char *more, char version[65])
{
	struct till_settings s;
	struct err err = {0};
	char *text;
	size_t n;
	enum rc rc;

	assert_int_equal(till_settings_load(t, false, &s, NULL), RC_OK);
	n = s.len + strlen(more) + 2;
	text = malloc(n);
	assert_non_null(text);
	(void)snprintf(text, n, "%.*s\n%s", (int)s.len, s.text, more);
	rc = till_settings_save(t, text, strlen(text), s.file, &err);
	memcpy(version, till_shop(t)->config_version, 65);
	if (rc == RC_OK) {
		assert_string_not_equal(version, s.active);
	} else {
		assert_string_equal(version, s.active);
	}
	free(text);
	till_settings_free(&s);
	return rc;
}

static void
settings_raise_nobody(void **state)
{
	struct rig *r = *state;
	struct till *t;
	char is[65];

	person(r, "1", "owner", OWNER_PIN, NULL);
	rig_configure(r, "[role head]\nsettings = yes\nreprint = yes\n");
	person(r, "3", "head", "6053", KIM_BADGE);
	t = open_till(r);
	assert_true(give(t, INPUT_BADGE, KIM_BADGE, NULL).ok);
	assert_int_equal(
		save(t, "[role cashier]\nz_report = yes\n", is), RC_DENIED);
	assert_int_equal(
		save(t, "[role supervisor]\nconfig_approve = yes\n", is),
		RC_DENIED);
	assert_int_equal(save(t, "[role other]\naudit = yes\n", is), RC_DENIED);
	assert_int_equal(save(t, "[role cashier]\nreprint = no\n", is), RC_OK);
	assert_string_equal(last(t, 0)->actor, "3");
	assert_true(enter(t, "SO").ok);
	assert_true(give(t, INPUT_PIN, "1", OWNER_PIN).ok);
	assert_int_equal(save(t, "[role other]\naudit = yes\n", is), RC_OK);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			it_lets_the_owner_in, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			it_unlocks_and_is_counted, rig_new, rig_free),
		cmocka_unit_test_setup_teardown(
			settings_raise_nobody, rig_new, rig_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
