/* SPDX-License-Identifier: Apache-2.0 */
/* Every act that a permit guards, by every built-in role, alone and with a
 * supervisor, signed off and locked; and no line without an actor.  A permit
 * without a row fails. */
#include <stdio.h>
#include <string.h>

#include "register/people_ask.h"
#include "register/till.h"
#include "shop_rig.h"

#include "base/poison.h"

#define OWNER_BADGE "BADGE-0001"
#define EVA_BADGE "BADGE-0002"
#define ANA_BADGE "BADGE-0007"

/* Steps stand between two blanks; the last one is the act.  '@' is the last
 * sale's number, '%' that of the day, '^' the parked
 * sale's, '#' before digits is a scan.  An act that is
 * no command is asked for by a verb; what a row wants for itself alone has a
 * shop of its own. */
static const struct row {
	enum permit permit;
	bool cashier, supervisor;
	const char *before; /* by the owner */
	const char *act;

	enum {
		ALIKE,
		SHIFTS,
		PAYMENT,
		TERMINAL
	} shop;
} rows[] = {
	{PERMIT_PRICE, false, true, "1000DP10", "100PO"},
	{PERMIT_PRICE, true, true, "1000DP10", "800PO"},
	{PERMIT_DISCOUNT, false, true, "1000DP10", "11DI"},
	{PERMIT_DISCOUNT, true, true, "1000DP10", "10DI"},
	{PERMIT_DISCOUNT, false, true, "1000DP10", "101DT"},
	{PERMIT_LINE_VOID, false, true, "5001DP10", "VD"},
	{PERMIT_LINE_VOID, true, true, "5000DP10", "VD"},
	{PERMIT_SALE_VOID, false, true, "5001DP10", "CN"},
	{PERMIT_SALE_VOID, true, true, "5000DP10", "CN"},
	{PERMIT_PARKED_VOID, false, true, "100DP10  PK", "^CN"},
	{PERMIT_NO_SALE, false, true, "", "NS"},
	{PERMIT_REPRINT, true, true, "100DP10  TL  CA", "RP"},
	{PERMIT_OPEN_PRICE, false, true, "#4006381333931", "5001OI10"},
	{PERMIT_OPEN_PRICE, true, true, "#4006381333931", "5000OI10"},
	{PERMIT_RETURN, false, true, "5001DP10  TL  CA", "@RF  RF1"},
	{PERMIT_RETURN, true, true, "5000DP10  TL  CA", "@RF  RF1"},
	{PERMIT_RETURN_BLIND, false, true, "", "RF  RF  1DP10"},
	{PERMIT_PAID_IN, true, true, "", "5000PI"},
	{PERMIT_PAID_OUT, false, true, "90000PI", "1PX"},
	{PERMIT_PICKUP, false, true, "90000PI", "1PU"},
	{PERMIT_COUNT_CASH, true, true, "", "0CT"},
	{PERMIT_X_REPORT, false, true, "100DP10  TL  CA", "XR"},
	{PERMIT_Z_REPORT, false, true, "100DP10  TL  CA", "%ZR"},
	{PERMIT_AUDIT, false, true, "", "AL"},
	{PERMIT_SETTINGS, false, false, "", "ST"},
	{PERMIT_TRAINING, true, true, "", "TR"},
	{PERMIT_PEOPLE, false, true, "", "7UL"},
	{PERMIT_EXEMPT, false, true, "100DP10", "TE 12345"},
	{PERMIT_WEIGHT_BY_HAND, true, true, "", NULL},
	{PERMIT_EMPTIES, false, true, "", "201*EM D25"},
	{PERMIT_EMPTIES, true, true, "", "200*EM D25"},
	{PERMIT_CARD_DECIDE, false, true, "", "KX", PAYMENT},
	{PERMIT_CARD_CLOSE, false, true, "", "KE", TERMINAL},
	{PERMIT_SHIFT, true, true, "", "0OS", SHIFTS},
	{PERMIT_SHIFT_OTHER, false, true, "0OS1", "0CS1", SHIFTS},
	{PERMIT_FLOAT, false, true, "", "5000FL"},
	{PERMIT_DROP, true, true, "90000PI", "1SD"},
	{PERMIT_PERIOD, false, true, "100DP10  TL  CA  %ZR", "MZ"},
	{PERMIT_REPORTS, false, true, "", "RT"},
	{PERMIT_CONFIG_APPROVE, false, false, "", NULL},
	{PERMIT_ARCHIVE, false, false, "", NULL},
	{PERMIT_KEYS, false, false, "", NULL},
	{PERMIT_ERASE, false, false, "", NULL},
	{PERMIT_PRICE_AMOUNT, true, true, "5000DP10", "4750PO"},
	{PERMIT_PRICE_AMOUNT, false, true, "5000DP10", "4749PO"},
	{PERMIT_SYNC, false, true, "", NULL},
	{PERMIT_ENROLL, false, false, "", NULL},
};

static const char settings[] = "[role cashier]\nprice_amount = 2.50\n"
			       "[deposit D25]\nprice = 0.25\ntax = A\n"
			       "[device pin]\ndriver = zvt\n"
			       "port = tcp:127.0.0.1:9\n"
			       "[tender EC]\nkind = card\n";

static void
person(struct rig *r, const char *no, const char *role, const char *pin,
	const char *badge)
{
	char sealed[2][STORE_SEALED_TEXT];
	struct event_badge b = {sealed[1]};
	struct event e = {.type = EVENT_OPERATOR_CHANGED};

	assert_int_equal(
		people_seal_pin(r->shop, no, pin, strlen(pin), sealed[0], NULL),
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

static void
put_step(struct till *t, const char *from, size_t n, char *out, size_t cap)
{
	struct store_parked parked[2];
	struct till_people p;
	size_t n_parked = 0;
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (from[0] == '@') {
		sbuf_puts(&b, till_view(t)->prev_number);
	} else if (from[0] == '%') {
		till_people(t, &p);
		sbuf_u64(&b, (uint64_t)p.day);
	} else if (from[0] == '^') {
		assert_int_equal(
			till_parked(t, parked, 2, &n_parked, NULL), RC_OK);
		assert_int_equal(n_parked, 1);
		sbuf_u64(&b, parked[0].number);
	}
	if (strchr("@%#^", from[0]) != NULL) {
		from++;
		n--;
	}
	sbuf_printf(&b, "%.*s", (int)n, from);
}

/* The steps of a row; the last one's reply, all before it must be done. */
static struct reply
play(struct till *t, const char *steps)
{
	struct reply reply = {.ok = true};

	while (steps[0] != '\0') {
		const char *end = strstr(steps, "  ");
		size_t n = end != NULL ? (size_t)(end - steps) : strlen(steps);
		char step[80];

		put_step(t, steps, n, step, sizeof(step));
		reply = give(
			t, steps[0] == '#' ? INPUT_SCAN : INPUT_ENTRY, step);
		if (!reply.ok && end != NULL) {
			fail_msg("%s: %s", step, reply.text);
		}
		steps += n + (end != NULL ? 2 : 0);
	}
	return reply;
}

static bool
is_word(const struct reply *r, const char *word)
{
	return !r->ok && strcmp(r->error, word) == 0;
}

static void
badge(struct till *t, const char *code)
{
	struct reply r = give(t, INPUT_BADGE, code);

	if (!r.ok) {
		fail_msg("%s: %s", code, r.text);
	}
}

/* Whoever did it: somebody. */
static void
look_at_actors(struct till *t)
{
	struct shop *s = till_shop(t);

	for (uint64_t seq = 1; seq <= shop_head(s); seq++) {
		const struct event *e = NULL;

		assert_int_equal(shop_event(s, seq, NULL, &e, NULL), RC_OK);
		if (e->actor == NULL || (strcmp(e->actor, "0") != 0 &&
						!people_number(e->actor))) {
			fail_msg("line %llu has no actor",
				(unsigned long long)seq);
		}
		if (e->type == EVENT_APPROVAL_GIVEN &&
			strcmp(e->data.approval.approver, e->actor) == 0) {
			fail_msg("line %llu: approved by themselves",
				(unsigned long long)seq);
		}
	}
}

/* As it was: nobody there, nothing in hand. */
static void
clear(struct till *t)
{
	(void)give(t, INPUT_REFUSE, "");
	(void)give(t, INPUT_ENTRY, "CL");
	if (!till_view(t)->signed_off) {
		(void)give(t, INPUT_ENTRY, "SO");
	}
	badge(t, OWNER_BADGE);
	(void)give(t, INPUT_ENTRY, "CL");
	if (till_view(t)->basket->n_line > 0) {
		(void)give(t, INPUT_ENTRY, "CN");
	}
	if (till_view(t)->training) {
		(void)give(t, INPUT_ENTRY, "TR");
	}
	if (till_view(t)->n_parked > 0) {
		assert_true(play(t, "^CN").ok);
	}
}

/* Who may not is asked for somebody who may. */
static void
ask_others(struct till *t, const struct row *row, const char *who)
{
	struct reply reply = give(t, INPUT_BADGE, who);

	/* nobody for themselves */
	assert_true(is_word(&reply, "approval"));
	reply = give(t, INPUT_BADGE, EVA_BADGE);
	if (is_word(&reply, "approval") == row->supervisor) {
		fail_msg("%s approved by a supervisor: %s", row->act,
			reply.ok ? "done" : reply.text);
	}
	if (!row->supervisor) {
		reply = give(t, INPUT_BADGE, OWNER_BADGE);
		assert_false(is_word(&reply, "approval"));
	}
}

static void
one(struct till *t, const struct row *row, const char *who, bool may)
{
	struct reply reply;

	clear(t);
	reply = play(t, row->before);
	if (!reply.ok) {
		fail_msg("%s: %s: %s", row->before, reply.error, reply.text);
	}
	reply = give(t, INPUT_ENTRY, "SO");
	if (!reply.ok) {
		fail_msg("before %s: %s", row->act, reply.text);
	}
	reply = give(t, INPUT_ENTRY, row->act);
	assert_true(is_word(&reply, "signed_off"));
	badge(t, who);
	assert_true(give(t, INPUT_ENTRY, "LK").ok);
	reply = give(t, INPUT_ENTRY, row->act);
	assert_true(is_word(&reply, "locked"));
	badge(t, who);

	reply = play(t, row->act);
	if (is_word(&reply, "approval") == may) {
		fail_msg("%s by %s: %s", row->act, who,
			reply.ok ? "done" : reply.text);
	}
	if (!may) {
		ask_others(t, row, who);
	}
}

static struct rig *
fresh(void)
{
	void *state = NULL;
	struct rig *r;

	assert_int_equal(rig_new(&state), 0);
	r = state;
	rig_configure(r, settings);
	person(r, "1", "owner", "8642", OWNER_BADGE);
	person(r, "2", "supervisor", "9182", EVA_BADGE);
	person(r, "7", "cashier", "4711", ANA_BADGE);
	return r;
}

static void
done_with(struct rig *r)
{
	void *state = r;

	assert_int_equal(rig_free(&state), 0);
}

static struct till *
begin(struct rig *r)
{
	struct till *t = NULL;
	struct err err = {0};

	rig_close(r);
	if (till_open(&r->conf, &t, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	badge(t, OWNER_BADGE);
	return t;
}

static void
end(struct rig *r, struct till *t)
{
	look_at_actors(t);
	till_close(t);
	assert_int_equal(rig_verify(r), 0);
	done_with(r);
}

static void
at_the_register(void **state)
{
	struct rig *r = fresh();
	struct till *t = begin(r);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].act != NULL && rows[i].shop == ALIKE) {
			one(t, &rows[i], ANA_BADGE, rows[i].cashier);
			one(t, &rows[i], EVA_BADGE, rows[i].supervisor);
		}
	}
	end(r, t);
}

/* One that began, and no line says how it ended. */
static void
leave_payment(struct rig *r)
{
	struct event e = {.type = EVENT_PAYMENT_STARTED};

	rng_fill(&r->conf.rng, e.data.payment.payment, UUID_BYTES);
	rng_fill(&r->conf.rng, e.data.payment.sale, UUID_BYTES);
	e.data.payment.op = "pay";
	e.data.payment.tender = "EC";
	e.data.payment.name = "EC";
	e.data.payment.terminal = "pin";
	e.data.payment.amount = 100;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

/* The terminal is not there, and is asked until the end; a drawer that is open
 * stays so. */
static void
in_shops_of_their_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i / 2];
		struct rig *r;
		struct till *t;

		if (row->shop == ALIKE) {
			continue;
		}
		r = fresh();
		if (row->shop == SHIFTS) {
			rig_configure(r, "[day]\nshifts = on\n");
		} else if (row->shop == PAYMENT) {
			leave_payment(r);
		}
		t = begin(r);
		one(t, row, i % 2 == 0 ? ANA_BADGE : EVA_BADGE,
			i % 2 == 0 ? row->cashier : row->supervisor);
		end(r, t);
	}
}

static void
by_a_verb(void **state)
{
	static const struct {
		const char *no, *pin;
	} who[] = {{"1", "8642"}, {"2", "9182"}, {"7", "4711"}};
	struct rig *r = fresh();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		for (size_t k = 0; row->act == NULL && k < 3; k++) {
			const struct people_ask ask = {.no = who[k].no,
				.pin = who[k].pin,
				.pin_len = 4,
				.what = "test"};
			bool may = k == 0 || (k == 1 && row->supervisor) ||
				   (k == 2 && row->cashier);
			struct event given;
			enum rc rc = people_ask(
				r->shop, &ask, row->permit, &given, NULL);

			if (rc != (may ? RC_OK : RC_DENIED)) {
				fail_msg("%s by %s: %s",
					permit_table[row->permit].key,
					who[k].no, rc_name(rc));
			}
			if (may) {
				assert_int_equal(
					shop_record(r->shop, &given, 1,
						who[k].no, NULL, NULL, NULL),
					RC_OK);
			}
		}
	}
	done_with(r);
}

static void
every_permit_has_a_row(void **state)
{
	(void)state;
	for (unsigned p = 0; p < PERMIT_COUNT; p++) {
		size_t n = 0;

		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			n += rows[i].permit == p ? 1 : 0;
		}
		if (n == 0) {
			fail_msg("%s has no row", permit_table[p].key);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_permit_has_a_row),
		cmocka_unit_test(at_the_register),
		cmocka_unit_test(in_shops_of_their_own),
		cmocka_unit_test(by_a_verb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
