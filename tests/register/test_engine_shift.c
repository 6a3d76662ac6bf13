/* SPDX-License-Identifier: Apache-2.0 */
/* The business day opened by hand, and who has which drawer: OD, OS, CS, HO as
 * the till records them.  Everybody signs on by badge, which costs no time. */
#include <stdio.h>
#include <string.h>

#include "register/till.h"
#include "shop_rig.h"

#include "base/poison.h"

#define OWNER "BADGE-0001"
#define EVA "BADGE-0002"
#define ANA "BADGE-0007"
#define BEN "BADGE-0008"

static const char settings[] =
	"[drawer]\ndrop_above = 400.00\n[drawer 2]\n"
	"[day]\nopen = hand\nshifts = on\nrecount_above = 5.00\n"
	"[reasons paid]\n1 = Miscounted\n2 = Stolen\n";

static void
person(struct rig *r, const char *no, const char *role, const char *badge)
{
	char sealed[2][STORE_SEALED_TEXT];
	struct event_badge b = {sealed[1]};
	struct event e = {.type = EVENT_OPERATOR_CHANGED};

	assert_int_equal(
		people_seal_pin(r->shop, no, "8642", 4, sealed[0], NULL),
		RC_OK);
	assert_int_equal(people_seal_badge(r->shop, no, badge, strlen(badge),
				 sealed[1], NULL),
		RC_OK);
	e.data.person.operator_no = no;
	e.data.person.role = role;
	e.data.person.active = true;
	e.data.person.pin = sealed[0];
	e.data.person.badge = &b;
	e.data.person.n_badge = 1;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

static struct reply
give(struct till *t, enum input_kind kind, const char *text)
{
	struct input in = {.kind = kind, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(t, &in, &reply);
	return reply;
}

static struct reply
enter(struct till *t, const char *text)
{
	return give(t, INPUT_ENTRY, text);
}

static struct reply
done(struct till *t, const char *text)
{
	struct reply r = enter(t, text);

	if (!r.ok) {
		fail_msg("%s: %s: %s", text, r.error, r.text);
	}
	return r;
}

/* With words that say what to do, ${has} among them. */
static void
refused(struct reply r, const char *word, const char *has)
{
	assert_false(r.ok);
	if (strcmp(r.error, word) != 0 || strstr(r.text, has) == NULL) {
		fail_msg("%s: %s, not %s: %s", r.error, r.text, word, has);
	}
}

static void
reason(struct till *t, int no)
{
	struct input in = {.kind = INPUT_REASON, .text = "", .arg = no};
	struct reply reply;

	till_input(t, &in, &reply);
	if (!reply.ok) {
		fail_msg("reason %d: %s", no, reply.text);
	}
}

static void
badge(struct till *t, const char *code)
{
	struct reply r;

	if (!till_view(t)->signed_off) {
		done(t, "SO");
	}
	r = give(t, INPUT_BADGE, code);
	if (!r.ok) {
		fail_msg("%s: %s", code, r.text);
	}
}

/* The line that is ${back} before the last one. */
static const struct event *
line(struct till *t, enum event_type type, uint64_t back)
{
	struct shop *s = till_shop(t);
	const struct event *e = NULL;

	assert_int_equal(
		shop_event(s, shop_head(s) - back, NULL, &e, NULL), RC_OK);
	assert_int_equal(e->type, type);
	return e;
}

static const struct event *
latest(struct till *t, enum event_type type)
{
	struct shop *s = till_shop(t);
	const struct event *e = NULL;
	uint64_t seq = shop_head(s);

	do {
		assert_true(seq > 0);
		assert_int_equal(shop_event(s, seq--, NULL, &e, NULL), RC_OK);
	} while (e->type != type);
	return e;
}

static struct till *
begin(struct rig *r)
{
	struct err err = {0};
	struct till *t = NULL;

	rig_configure(r, settings);
	person(r, "1", "owner", OWNER);
	person(r, "2", "supervisor", EVA);
	person(r, "7", "cashier", ANA);
	person(r, "8", "cashier", BEN);
	rig_close(r);
	if (till_open(&r->conf, &t, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	badge(t, ANA);
	return t;
}

/* Ana has 200.00 in drawer 1. */
static struct till *
begin_open(struct rig *r)
{
	struct till *t = begin(r);

	done(t, "OD");
	done(t, "20000OS");
	return t;
}

static void
end(struct rig *r, struct till *t)
{
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
}

static void
sell(struct till *t, const char *amount)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%sDP10", amount);
	done(t, text);
	done(t, "TL");
}

/* --- tests --- */

static void
a_day_is_opened_once(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);
	struct reply reply;

	refused(enter(t, "1000DP10"), "day", "OD");
	refused(enter(t, "20000OS"), "day", "OD");
	assert_int_equal(till_view(t)->basket->n_line, 0);
	reply = done(t, "OD");
	assert_true(reply.day_opened);
	assert_int_equal(
		strlen(line(t, EVENT_DAY_OPENED, 0)->data.day_opened.date), 10);
	assert_string_equal(line(t, EVENT_DAY_OPENED, 0)->actor, "7");
	refused(enter(t, "OD"), "day", "ZR");
	done(t, "1000DP10");
	end(r, t);
}

static void
a_drawer_is_taken(void **state)
{
	struct rig *r = *state;
	struct till *t = begin(r);
	const struct event_shift *d;
	struct reply reply;

	done(t, "OD");
	refused(enter(t, "CS"), "no_shift", "OS");
	refused(enter(t, "OS3"), "shift", "no drawer 3");
	reply = done(t, "OS");
	assert_true(reply.count && reply.count_for == COUNT_OPEN);
	assert_int_equal(reply.drawer, 1);
	assert_null(till_view(t)->shift);

	/* cash is nobody's, until it is: with the sale at hand */
	sell(t, "1000");
	refused(enter(t, "1000CA"), "no_shift", "OS");
	reply = done(t, "20000OS2");
	assert_true(reply.has_count);
	assert_int_equal(reply.difference.minor, 0);
	d = &line(t, EVENT_SHIFT_OPENED, 0)->data.shift;
	assert_int_equal(d->shift, 1);
	assert_int_equal(d->drawer, 2);
	assert_int_equal(d->counted, 20000);
	assert_int_equal(d->floats, 20000);
	assert_int_equal(d->difference, 0);
	assert_int_equal(till_view(t)->shift->drawer, 2);
	assert_true(done(t, "1000CA").sold);
	assert_int_equal(line(t, EVENT_SALE_COMPLETED, 0)->data.sale.shift, 1);
	refused(enter(t, "OS"), "shift", "CS");

	badge(t, BEN);
	refused(enter(t, "20000OS2"), "shift", "operator 7");
	assert_int_equal(done(t, "OS").drawer, 1);
	/* another's drawer is a supervisor's to close */
	refused(enter(t, "CS2"), "approval", "");
	reply = give(t, INPUT_BADGE, EVA);
	assert_true(reply.ok && reply.count && reply.drawer == 2);
	refused(enter(t, "CS1"), "no_shift", "drawer 1");
	done(t, "0OS");
	badge(t, EVA);
	refused(enter(t, "OS"), "shift", "HO");
	end(r, t);
}

static void
a_count_is_blind(void **state)
{
	struct rig *r = *state;
	struct till *t = begin_open(r);
	const struct event_shift_closed *d;
	const struct event_count *c;
	struct reply reply;

	sell(t, "1000");
	done(t, "1000CA");
	done(t, "500DP10");
	refused(enter(t, "21000CS"), "sale_open", "park");
	done(t, "VD");
	reply = done(t, "CS");
	assert_true(reply.count && reply.count_for == COUNT_CLOSE);
	assert_false(reply.has_count);

	/* 20.00 short: recorded, and not told */
	reply = enter(t, "19000CS");
	refused(reply, "recount", "once more");
	assert_false(reply.has_count);
	assert_null(strstr(reply.text, "2"));
	c = &line(t, EVENT_CASH_COUNTED, 0)->data.count;
	assert_int_equal(c->shift, 1);
	assert_int_equal(c->expected, 21000);
	assert_int_equal(c->difference, -2000);
	assert_non_null(till_view(t)->shift);
	refused(enter(t, "19000CS"), "reason", "");
	assert_int_equal(line(t, EVENT_CASH_COUNTED, 0)->sequence,
		shop_head(till_shop(t)));
	reason(t, 1);
	d = &line(t, EVENT_SHIFT_CLOSED, 0)->data.shift_closed;
	assert_int_equal(d->sales, 1);
	assert_int_equal(d->gross, 1000);
	assert_int_equal(d->expected, 21000);
	assert_int_equal(d->counted, 19000);
	assert_int_equal(d->difference, -2000);
	assert_int_equal(d->carried, 19000);
	assert_string_equal(d->operator_no, "7");
	assert_string_equal(d->reason, "Miscounted");
	assert_null(till_view(t)->shift);

	/* the next finds what was left; a little off is told at once */
	reply = done(t, "18900OS");
	assert_int_equal(reply.expected.minor, 19000);
	assert_int_equal(reply.difference.minor, -100);
	assert_non_null(strstr(reply.text, "1.00 less"));
	reply = done(t, "19300CS");
	assert_int_equal(reply.difference.minor, 400);
	assert_non_null(strstr(reply.text, "over"));
	assert_int_equal(
		line(t, EVENT_SHIFT_CLOSED, 0)->data.shift_closed.shift, 2);
	end(r, t);
}

/* What went in or out since the first count makes it one of another drawer. */
static void
a_count_is_of_its_moment(void **state)
{
	struct rig *r = *state;
	struct till *t = begin_open(r);

	refused(enter(t, "10000CS"), "recount", "once more");
	done(t, "5000SD");
	refused(enter(t, "10000CS"), "recount", "once more");
	assert_int_equal(
		line(t, EVENT_CASH_COUNTED, 0)->data.count.expected, 15000);
	assert_int_equal(done(t, "15000CS").difference.minor, 0);
	assert_null(line(t, EVENT_SHIFT_CLOSED, 0)->data.shift_closed.reason);
	end(r, t);
}

static void
a_drawer_is_handed_over(void **state)
{
	struct rig *r = *state;
	struct till *t = begin_open(r);
	const struct event *e;
	uint64_t closed;

	badge(t, EVA);
	done(t, "5000OS2");
	badge(t, ANA);
	assert_int_equal(done(t, "HO").count_for, COUNT_HAND_OVER);
	refused(enter(t, "20000HO"), "approval", "200.00");
	assert_true(till_view(t)->takes_over);
	/* nobody to themselves, nobody with two, and no key */
	refused(give(t, INPUT_BADGE, ANA), "approval", "");
	refused(give(t, INPUT_KEYLOCK, "S"), "approval", "number and PIN");
	refused(give(t, INPUT_BADGE, EVA), "shift", "Operator 2");
	assert_int_equal(till_view(t)->shift->drawer, 1);

	assert_true(give(t, INPUT_BADGE, BEN).ok);
	/* one group, and what the badge is beside it */
	e = latest(t, EVENT_SHIFT_CLOSED);
	assert_string_equal(e->data.shift_closed.operator_no, "7");
	assert_string_equal(e->data.shift_closed.to, "8");
	assert_string_equal(e->actor, "8");
	closed = e->sequence;
	e = latest(t, EVENT_SHIFT_OPENED);
	assert_int_equal(e->sequence, closed + 1);
	assert_int_equal(e->data.shift.shift, 3);
	assert_int_equal(e->data.shift.from, 1);
	assert_int_equal(e->data.shift.counted, 20000);
	assert_int_equal(e->data.shift.floats, 0);
	e = latest(t, EVENT_OPERATOR_SIGNED_ON);
	assert_string_equal(e->data.operator_.operator_no, "8");
	assert_int_equal(e->sequence, closed + 3);
	assert_string_equal(till_view(t)->operator_no, "8");
	assert_int_equal(till_view(t)->shift->number, 3);
	sell(t, "500");
	assert_true(done(t, "CA").sold);
	assert_int_equal(done(t, "20500CS").difference.minor, 0);
	end(r, t);
}

static void
nobody_takes_it(void **state)
{
	struct rig *r = *state;
	struct till *t = begin_open(r);

	refused(enter(t, "20000HO"), "approval", "200.00");
	(void)give(t, INPUT_REFUSE, "");
	assert_false(till_view(t)->takes_over);
	assert_string_equal(till_view(t)->operator_no, "7");
	assert_int_equal(till_view(t)->shift->number, 1);
	sell(t, "500");
	assert_true(done(t, "CA").sold);
	end(r, t);
}

static void
too_much_is_told(void **state)
{
	static const char says[] =
		"More than 400.00 in the drawer: drop some (SD).";
	struct rig *r = *state;
	struct till *t = begin_open(r);
	struct reply reply;

	sell(t, "19999");
	reply = done(t, "CA");
	assert_false(reply.warn);
	assert_null(strstr(reply.text, says));
	sell(t, "1");
	reply = done(t, "CA");
	assert_true(reply.sold && reply.warn);
	assert_non_null(strstr(reply.text, says));
	/* what was paid by card is in no drawer, which still holds too much */
	done(t, "30000SD");
	assert_int_equal(line(t, EVENT_CASH_MOVED, 0)->data.cash.shift, 1);
	sell(t, "100");
	assert_null(strstr(done(t, "CA").text, says));
	end(r, t);
}

static void
no_z_while_a_drawer_is_open(void **state)
{
	struct rig *r = *state;
	struct till *t = begin_open(r);
	const struct event_day *d;
	struct reply reply;

	sell(t, "1000");
	done(t, "CA");
	badge(t, EVA);
	refused(enter(t, "1ZR"), "shift_open", "");
	assert_true(done(t, "CS1").count);
	assert_int_equal(done(t, "21000CS1").difference.minor, 0);
	reply = done(t, "1ZR");
	assert_true(reply.closed);
	d = &line(t, EVENT_DAY_CLOSED, 0)->data.day;
	assert_int_equal(d->n_shift, 1);
	assert_string_equal(d->shift[0].operator_no, "7");
	assert_int_equal(d->shift[0].carried, 21000);
	assert_int_equal(d->floats, 20000);
	/* and the next day is to be opened */
	refused(enter(t, "1000DP10"), "day", "OD");
	end(r, t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
		T(a_day_is_opened_once),
		T(a_drawer_is_taken),
		T(a_count_is_blind),
		T(a_count_is_of_its_moment),
		T(a_drawer_is_handed_over),
		T(nobody_takes_it),
		T(too_much_is_told),
		T(no_z_while_a_drawer_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
