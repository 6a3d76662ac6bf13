/* SPDX-License-Identifier: Apache-2.0 */
/* Codes that are not on file, and goods that ask for an age. */
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
today(struct rig *r, const char *day)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%sT12:00:00Z", day);
	assert_int_equal(
		utc_parse(text, strlen(text), &r->clock.now.utc), RC_OK);
}

static void
line_goes_on_and_pays_last(void **state)
{
	static const struct step s[] = {
		{"5449000000996", "S 89 1"},
		{"\\scan 4006381333931", "S 89 2"},
		{"2*4006381333948", "S 89 3"},
		{"\\scan 12", "S 89 3"}, /* a trigger pulled twice */
		{"\\scan ", "S 89 3"},
		{"ZZ", "!unknown_command"},
		{"ZORK", "!not_on_file"}, /* words are no code */
		{"4011", "S 288 4"},
		{"TL", "!unresolved"},
		{"CA", "!unresolved"},
		{"2SL", "S 288 4"},
		{"299PO", "!unresolved"},
		{"5DI", "!unresolved"},
		{"3QT", "S 288 4"},
		{"RS 777", "!not_on_file"},
		{"RS 4311501000014", "S 675 4"}, /* 3 x 1.29 */
		{"RS 4011", "!no_line"},
		{"TL", "!unresolved"},
		{"3VD", "S 675 3 line.voided item.refused"},
		{"CA", "R 0 0 sold R01-000042 675 675 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	PLAY(&r, s);
	rig_close(&r);
}

/* Less of it is not sold, and that line says which code. */
static void
less_of_it_is_refused_by_its_code(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	(void)rig_input(&r, "3*4006381333931");
	assert_string_equal(
		rig_input(&r, "1QT"), "S 0 1 line.voided item.refused");
	/* the last line that was written */
	assert_non_null(
		memmem(r.line, WIRE_LINE_BYTES, "\"code\":\"4006381333931\"",
			sizeof("\"code\":\"4006381333931\"") - 1));
	assert_int_equal(r.last[1].data.refused.qty, 2000);
	rig_close(&r);
}

static void
a_line_is_flagged(void **state)
{
	struct rig r;
	const struct basket_line *l;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	(void)rig_input(&r, "\\scan 4006381333931");
	assert_true(r.act.reply.unknown);
	l = &engine_view(r.e)->basket->line[0];
	assert_true(l->unknown);
	assert_string_equal(l->item.code, "4006381333931");
	assert_int_equal(engine_view(r.e)->ask, ASK_NONE);
	(void)rig_input(&r, "TL");
	assert_non_null(strstr(r.act.reply.text, "line 1."));
	(void)rig_input(&r, "\\scan 4006381333948");
	(void)rig_input(&r, "CA");
	assert_non_null(strstr(r.act.reply.text, "lines 1, 2."));
	rig_close(&r);
}

static void
parked_and_back(void **state)
{
	static const struct step s[] = {
		{"\\scan 4006381333931", "S 0 1"},
		{"4011", "S 199 2"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"PK", "S 199 2 sale.recalled"},
		{"CA", "!unresolved"},
		{"1SL", "S 199 2"},
		{"149RS20", "S 348 2"},
		{"CN", "R 0 0 sale.voided"},
		{"\\scan 4006381333931", "S 0 1"},
		{"CN", "R 0 0 sale.voided"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	PLAY(&r, s);
	rig_close(&r);
}

static void
an_open_item_keeps_its_code(void **state)
{
	const struct basket_line *l;
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	(void)rig_input(&r, "2*4006381333931");
	assert_string_equal(rig_input(&r, "149OI99"), "!no_department");
	assert_string_equal(rig_input(&r, "\\fail"), "");
	assert_string_equal(rig_input(&r, "149OI20"), "!not_recorded");
	assert_int_equal(engine_view(r.e)->basket->n_unknown, 1);
	assert_string_equal(
		rig_input(&r, "149OI20"), "S 298 1 price.overridden");
	l = &engine_view(r.e)->basket->line[0];
	assert_string_equal(l->item.code, "4006381333931");
	assert_string_equal(l->item.name, "Fruit");
	assert_string_equal(l->item.dept, "20");
	assert_string_equal(l->item.tax, "B");
	assert_int_equal(l->price.minor, 149);
	assert_int_equal(engine_view(r.e)->basket->n_unknown, 0);
	rig_close(&r);
}

/* Beyond what the cashier may ask for, a supervisor approves it; the question
 * what it is stands until then. */
static void
an_open_price_may_need_approval(void **state)
{
	static const struct engine_who boss = {"2", CONFIG_OWNER, "pin"};
	const char *approver = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_STOP;
	engine_sign(r.e, "7", "cashier", true);
	assert_string_equal(rig_input(&r, "4006381333931"), "!not_on_file");
	assert_string_equal(rig_input(&r, "9999OI20"), "!approval");
	assert_int_equal(engine_view(r.e)->ask, ASK_APPROVAL);
	engine_person(r.e, &boss, &r.act);
	assert_true(r.act.reply.ok);
	assert_int_equal(r.act.n, 2);
	for (size_t k = 0; k < r.act.n; k++) {
		if (r.act.event[k].type == EVENT_PRICE_OVERRIDDEN) {
			approver = r.act.event[k].data.line.approver;
		}
	}
	assert_non_null(approver);
	assert_string_equal(approver, "2");
	engine_settle(r.e, &r.act, RC_OK, NULL);
	assert_int_equal(engine_view(r.e)->ask, ASK_NONE);
	assert_int_equal(engine_view(r.e)->basket->total.gross.minor, 9999);
	rig_close(&r);
}

static void
stop_asks(void **state)
{
	static const struct step s[] = {
		{"\\scan 4006381333931", "!not_on_file"},
		{"PC 4011", "R 0 0 item 4011 199"},
		{"149DP20", "S 149 1"}, /* answers it */
		{"NF", "!no_line"},
		{"3*4006381333931", "!not_on_file"},
		{"149OI20", "S 596 2 price.overridden"},
		{"2*4006381333931", "!not_on_file"},
		{"RS 4011", "S 994 3"},
		{"\\scan 4006381333931", "!not_on_file"},
		{"NF", "S 994 3 item.refused"},
		{"\\scan 4006381333931", "!not_on_file"},
		{"CL", "S 994 3"},
		{"NF", "!no_line"},
		{"\\scan 4006381333931", "!not_on_file"},
		{"TL", "P 994 3"}, /* it was left */
		{"NF", "!no_line"},
		{"\\scan 4006381333931", "!not_on_file"},
		{"2*4006381333931", "!not_on_file"},
		{"\\scan 4011", "S 1193 4"},
		{"NF", "!no_line"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_STOP;
	PLAY(&r, s);
	(void)rig_input(&r, "5*4006381333931");
	assert_int_equal(engine_view(r.e)->ask, ASK_UNKNOWN);
	assert_string_equal(
		engine_view(r.e)->goods->item.code, "4006381333931");
	assert_int_equal(engine_view(r.e)->goods->much.qty.milli, 5000);
	rig_close(&r);
}

/* Whatever the configuration says, a script's code is refused. */
static void
refuse_records_nothing(void **state)
{
	static const struct step s[] = {
		{"\\scan 4006381333931", "!not_on_file"},
		{"\\scan 12", "!not_on_file"},
		{"NF", "!no_line"},
		{"4011", "S 199 1"},
		{"RS 4011", "!no_line"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	engine_set_not_on_file(r.e, NOT_ON_FILE_REFUSE);
	PLAY(&r, s);
	assert_int_equal(r.n_act, 0);
	rig_close(&r);
}

/* Rows A1 and A2: who may buy on which day. */
static void
ages_by_the_calendar(void **state)
{
	static const struct {
		const char *today, *in;
		enum leap_day leap;
		bool sold;
	} row[] = {
		{"2025-11-21", "2AG21112007", LEAP_MAR_1, true},
		{"2025-11-21", "2AG22112007", LEAP_MAR_1, false},
		{"2025-11-21", "AG1999-03-14", LEAP_MAR_1, true},
		{"2026-02-28", "2AG29022008", LEAP_MAR_1, false},
		{"2026-03-01", "2AG29022008", LEAP_MAR_1, true},
		{"2026-02-28", "2AG29022008", LEAP_FEB_28, true},
		{"2026-02-27", "2AG29022008", LEAP_FEB_28, false},
		{"2024-02-29", "2AG28022006", LEAP_MAR_1, true},
		{"2024-02-29", "2AG01032006", LEAP_MAR_1, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct rig r;

		rig_open(&r);
		today(&r, row[i].today);
		r.config.age_leap = row[i].leap;
		assert_string_equal(rig_input(&r, "WINE"), "!age_check");
		assert_string_equal(rig_input(&r, row[i].in),
			row[i].sold
				? "S 795 1 age.checked"
				: "!age_refused R 0 0 age.checked item.refused");
		assert_int_equal(r.n_last, row[i].sold ? 1 : 2);
		rig_close(&r);
	}
}

/* Row A3, and the answers. */
static void
asked_once_unless_higher(void **state)
{
	static const struct step s[] = {
		{"3*BEER", "!age_check"},
		{"AG", "!bad_entry"},
		{"AG7", "!bad_entry"},
		{"2AG32132007", "!bad_entry"},
		{"2AG21112030", "!bad_entry"},
		{"2AG21111800", "!bad_entry"},
		{"1AG", "S 357 1 age.checked"},
		{"BEER", "S 476 2"},    /* asked once */
		{"WINE", "!age_check"}, /* 16, then 18 */
		{"4011", "S 675 3"},
		{"AG1", "S 675 3"}, /* left unanswered: for the next item */
		{"WINE", "S 1470 4 age.checked"},
		{"RI", "S 2265 5"},
		{"BEER", "S 2384 6"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"WINE", "!age_check"}, /* another sale */
		{"0AG", "R 0 0 age.checked item.refused"},
		{"0AG", "!bad_entry"},
		{"PK", "S 2384 6 sale.recalled"},
		{"WINE", "S 3179 7"}, /* kept with the sale */
		{"CA", "R 0 0 sold R01-000042 3179 3179 0 sale.completed "
		       "drawer.opened"},
		{"WINE", "!age_check"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.age_looks_over = 25;
	today(&r, "2025-11-21");
	PLAY(&r, s);
	rig_close(&r);
}

static void
an_answer_ahead_is_for_one_item(void **state)
{
	static const struct step s[] = {
		{"AG1", "R 0 0"},
		{"4011", "S 199 1"},
		{"WINE", "!age_check"},
		{"CL", "S 199 1"},
		{"AG1", "S 199 1"},
		{"CL", "S 199 1"},
		{"WINE", "!age_check"},
		{"2*", "S 199 1 q2000"},
		{"AG1", "S 994 2 age.checked"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.age_looks_over = 25;
	PLAY(&r, s);
	rig_close(&r);
}

static void
looks_may_not_be_enough(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.age_looks_over = 17;
	assert_string_equal(rig_input(&r, "WINE"), "!age_check");
	assert_int_equal(engine_view(r.e)->ask, ASK_AGE);
	assert_int_equal(engine_view(r.e)->goods->looks_over, 0);
	assert_string_equal(rig_input(&r, "1AG"), "!age_check");
	assert_int_equal(engine_view(r.e)->ask, ASK_AGE);
	assert_string_equal(rig_input(&r, "BEER"), "!age_check");
	assert_int_equal(engine_view(r.e)->goods->looks_over, 17);
	assert_string_equal(rig_input(&r, "1AG"), "S 119 1 age.checked");
	rig_close(&r);
}

static void
what_is_recorded(void **state)
{
	const struct event_age *d;
	struct rig r;

	(void)state;
	rig_open(&r);
	today(&r, "2025-11-21");
	assert_string_equal(rig_input(&r, "2*WINE"), "!age_check");
	assert_int_equal(engine_view(r.e)->goods->born_by.year, 2007);
	assert_int_equal(engine_view(r.e)->goods->born_by.day, 21);
	assert_string_equal(rig_input(&r, "\\fail"), "");
	assert_string_equal(rig_input(&r, "2AG14031999"), "!not_recorded");
	assert_int_equal(engine_view(r.e)->ask, ASK_AGE); /* still */
	assert_int_equal(engine_view(r.e)->basket->n_line, 0);
	assert_string_equal(
		rig_input(&r, "2AG14031999"), "S 1590 1 age.checked");
	d = &r.last[0].data.age;
	assert_int_equal(d->age, 18);
	assert_memory_equal(d->sale, engine_view(r.e)->basket->id, UUID_BYTES);
	assert_int_equal(engine_view(r.e)->basket->age, 18);
	/* the date of birth is nowhere in the line */
	assert_null(memmem(r.line, WIRE_LINE_BYTES, "1999", 4));
	(void)rig_input(&r, "CA");
	assert_non_null(memmem(r.sale.line, r.sale.len, "\"age\":18", 8));
	rig_close(&r);
}

/* A line that is not on file turns out to ask for an age. */
static void
resolved_by_what_asks(void **state)
{
	static const struct step s[] = {
		{"2*4006381333931", "S 0 1"},
		{"RS WINE", "!age_check"},
		{"2AG14031999", "S 1590 1 age.checked"},
		{"CA", "R 0 0 sold R01-000042 1590 1590 0 sale.completed "
		       "drawer.opened"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	PLAY(&r, s);
	rig_close(&r);
}

static void
restored_with_its_age(void **state)
{
	static const uint8_t id[UUID_BYTES] = {1};
	struct rig r;

	(void)state;
	rig_open(&r);
	engine_restore_age(r.e, id, (struct utc){5}, 18);
	assert_string_equal(rig_input(&r, "WINE"), "S 795 1");
	assert_memory_equal(engine_view(r.e)->basket->id, id, UUID_BYTES);
	rig_close(&r);
}

/* A part that is paid is paid for these lines: no answer adds another. */
static void
a_tender_leaves_the_question(void **state)
{
	static const struct step s[] = {
		{"4011", "S 199 1"},
		{"\\scan 4006381333931", "!not_on_file"},
		{"50CC", "P 149 1 CC50 tender.taken"},
		{"RS 4011", "!no_line"},
		{"149DP20", "!not_while_paying"},
		{"VD", "P 199 1 tender.removed"},
		{"CL", "S 199 1"},
		{"WINE", "!age_check"},
		{"50CC", "P 149 1 CC50 tender.taken"},
		{"1AG", "P 149 1 CC50"},
		{"WINE", "!tender_open"},
		{"CC", "R 0 0 sold R01-000042 199 199 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_STOP;
	PLAY(&r, s);
	rig_close(&r);
}

/* A line gets its item, over and over. */
static void
resolved_and_voided(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	rig_input(&r, "4011");
	for (int i = 0; i < 3; i++) {
		rig_input(&r, "\\scan 4006381333931");
		assert_string_equal(rig_input(&r, i == 0   ? "149RS20"
						  : i == 1 ? "149OI20"
							   : "RS 4011") +
					    0,
			i == 2   ? "S 398 2"
			: i == 1 ? "S 348 2 price.overridden"
				 : "S 348 2");
		rig_input(&r, "VD");
	}
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_goes_on_and_pays_last),
		cmocka_unit_test(less_of_it_is_refused_by_its_code),
		cmocka_unit_test(a_line_is_flagged),
		cmocka_unit_test(parked_and_back),
		cmocka_unit_test(an_open_item_keeps_its_code),
		cmocka_unit_test(an_open_price_may_need_approval),
		cmocka_unit_test(stop_asks),
		cmocka_unit_test(refuse_records_nothing),
		cmocka_unit_test(ages_by_the_calendar),
		cmocka_unit_test(asked_once_unless_higher),
		cmocka_unit_test(an_answer_ahead_is_for_one_item),
		cmocka_unit_test(looks_may_not_be_enough),
		cmocka_unit_test(what_is_recorded),
		cmocka_unit_test(resolved_by_what_asks),
		cmocka_unit_test(restored_with_its_age),
		cmocka_unit_test(a_tender_leaves_the_question),
		cmocka_unit_test(resolved_and_voided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
