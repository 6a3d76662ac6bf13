/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that are weighed, codes that hold what they cost, deposits. */
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

static void *memory;

static void
add_form(struct rules *rules, const char *id, const char *form,
	enum code_value value, uint8_t decimals)
{
	struct code_form f = {.value = value, .decimals = decimals};

	memcpy(f.id, id, strlen(id) + 1);
	memcpy(f.form, form, strlen(form) + 1);
	assert_int_equal(rules_add_form(rules, &f), RC_OK);
}

static void
open_shop(struct rig *r)
{
	static const struct deposit d25 = {
		.id = "D25", .name = "Deposit 0.25", .price = {25}, .tax = "A"};
	static const struct deposit at = {.id = "AT",
		.name = "Einwegpfand",
		.price = {25},
		.how = DEPOSIT_CLASS,
		.tax = "B"};
	size_t n = (rules_bytes(4096) + 15) / 16 * 16;
	struct rules *rules;

	memory = aligned_alloc(16, n);
	assert_non_null(memory);
	rules = rules_init(memory, n);
	add_form(rules, "p", "20iiiiipppppc", CODE_HOLDS_PRICE, 2);
	add_form(rules, "v", "21iiiivpppppc", CODE_HOLDS_PRICE, 2);
	add_form(rules, "w", "28iiiiipppppc", CODE_HOLDS_WEIGHT, 3);
	add_form(rules, "u", "2iiiiivppppc", CODE_HOLDS_PRICE, 2);
	assert_int_equal(rules_add_deposit(rules, &d25), RC_OK);
	assert_int_equal(rules_add_deposit(rules, &at), RC_OK);
	assert_int_equal(rules_seal(rules), RC_OK);
	rig_open(r);
	r->config.rules = rules;
	rig_engine(r);
}

static void
close_shop(struct rig *r)
{
	rig_close(r);
	free(memory);
}

static const struct basket_line *
line(const struct rig *r, size_t i)
{
	assert_true(i < engine_view(r->e)->basket->n_line);
	return &engine_view(r->e)->basket->line[i];
}

/* --- weights -------------------------------------------------------------- */

static void
item_then_weight(void **state)
{
	static const struct step s[] = {
		{"SALAD", "!weigh"},
		{"\\weight 756 unstable", "R 0 0"},
		{"\\weight 0", "!bad_weight"},
		{"\\weight -5", "!bad_weight"},
		{"\\weight 22", "!bad_weight"}, /* no more than its tare */
		{"\\weight 1000000", "!too_large"},
		{"\\weight 756", "S 219 1"}, /* W2 */
		{"\\weight 500", "S 219 1"}, /* for the next one */
		{"SALAD", "S 362 2"},
		{"SALAD", "!weigh"}, /* each reading is of one item */
		{"CL", "S 362 2"},
		{"\\weight 756", "S 362 2"},
		{"5449000000996", "S 451 3"}, /* and of the next one only */
		{"SALAD", "!weigh"},
		{"4011", "S 650 4"}, /* which leaves the question */
		{"\\weight 756", "S 650 4"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	assert_int_equal(engine_view(r.e)->ask, ASK_NONE);
	assert_int_equal(line(&r, 0)->qty.milli, 734);
	assert_int_equal(line(&r, 0)->tare.milli, 22);
	assert_int_equal(line(&r, 0)->from, QTY_SCALE);
	close_shop(&r);
}

static void
what_is_asked_is_on_view(void **state)
{
	struct rig r;

	(void)state;
	open_shop(&r);
	(void)rig_input(&r, "SALAD");
	assert_int_equal(engine_view(r.e)->ask, ASK_WEIGHT);
	assert_string_equal(engine_view(r.e)->goods->item.name, "Salad");
	assert_non_null(strstr(r.act.reply.text, "Salad"));
	(void)rig_input(&r, "CL");
	assert_int_equal(engine_view(r.e)->ask, ASK_NONE);
	(void)rig_input(&r, "\\weight 100");
	assert_true(engine_view(r.e)->has_weight);
	assert_int_equal(engine_view(r.e)->weight, 100);
	(void)rig_input(&r, "\\weight 0");
	assert_false(engine_view(r.e)->has_weight);
	close_shop(&r);
}

static void
by_hand(void **state)
{
	static const struct step s[] = {
		{"0.734*HAM", "S 219 1"}, /* W1 */
		{"HAM", "!weigh"},
		{"734WT", "S 438 2"},
		{"22TW", "S 438 2"},
		{"0.5*HAM", "!bad_entry"}, /* what would the tare be of? */
		{"756WT", "S 438 2"},
		{"HAM", "S 657 3"},
		{"HAM", "!weigh"}, /* tare and weight were that one's */
		{"756WT", "S 883 4"},
		{"0WT", "!bad_weight"},
		{"1.5WT", "!bad_weight"},
		{"9999999WT", "!bad_weight"},
		{"2QT", "!bad_quantity"},
		{"2QT1", "!bad_quantity"},
		{"5DI1", "S 872 4 line.discounted"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(line(&r, i)->from, QTY_HAND);
	}
	assert_int_equal(line(&r, 2)->tare.milli, 22);
	assert_int_equal(line(&r, 3)->tare.milli, 0);
	close_shop(&r);
}

static void
who_may_key_a_weight(void **state)
{
	static const struct step s[] = {
		{"0.734*HAM", "!approval"}, {"CL", "R 0 0 approval.refused"},
		{"HAM", "!weigh"}, {"734WT", "!approval"},
		{"CL", "R 0 0 approval.refused"},
		{"\\weight 734", "S 219 1"}, /* the scale may */
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	r.config.n_role = 1;
	memcpy(r.config.role[0].name, "clerk", 6);
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		r.config.role[0].may[i] = PERMIT_ALL;
	}
	r.config.role[0].may[PERMIT_WEIGHT_BY_HAND] = PERMIT_NEVER;
	engine_sign(r.e, "1", "clerk", false);
	PLAY(&r, s);
	close_shop(&r);
}

static void
in_pounds(void **state)
{
	static const struct step s[] = {
		{"\\weight 454", "R 0 0"},
		{"STEAK", "S 1000 1"}, /* 1.001 lb x 9.99 */
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	close_shop(&r);
}

/* The weight is known before the age is asked, and kept. */
static void
weighed_and_old_enough(void **state)
{
	static const struct step s[] = {
		{"CIDER", "!weigh"},
		{"\\weight 300", "!age_check"},
		{"1AG", "S 150 1 age.checked"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	r.config.age_looks_over = 25;
	PLAY(&r, s);
	assert_int_equal(line(&r, 0)->from, QTY_SCALE);
	close_shop(&r);
}

/* A line that was not on file is a piece of nothing: what it turns out to be is
 * weighed. */
static void
resolved_to_what_is_weighed(void **state)
{
	static const struct step s[] = {
		{"\\scan 4006381333931", "S 0 1"},
		{"5449000000996", "S 89 2"},
		{"1SL", "S 89 2"},
		{"RS HAM", "!weigh"},
		{"\\weight 734", "S 308 2"},
		{"TL", "P 308 2"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	PLAY(&r, s);
	assert_int_equal(line(&r, 0)->no, 1);
	assert_int_equal(line(&r, 0)->qty.milli, 734);
	close_shop(&r);
}

static void
comes_back_weighed(void **state)
{
	static const struct step s[] = {
		{"RF", "R 0 0"},
		{"RF", "R 0 0"},
		{"SALAD", "!weigh"},
		{"\\weight 756", "S -219 1"},
		{"\\scan 2012345007895", "S -1008 2"},
		{"2QT", "!bad_quantity"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	close_shop(&r);
}

/* --- codes ---------------------------------------------------------------- */

static void
codes_that_hold(void **state)
{
	static const struct step s[] = {
		{"\\scan 2012345007895", "S 789 1"}, /* W3 */
		{"2QT", "!bad_quantity"},
		{"RI", "!no_line"}, /* the amount was that code's */
		{"\\scan 2812345012505", "S 1163 2"}, /* W4: 1.250 x 2.99 */
		{"\\scan 240512212991", "S 2462 3"},  /* W5 */
		{"\\scan 0240512212991", "S 3761 4"},
		{"\\scan 2112346007891", "S 4550 5"}, /* W9 */
		{"201234004561", "S 5006 6"},         /* W6 */
		{"3*2012345007895", "!bad_quantity"},
		{"3*", "S 5006 6 q3000"},
		{"2012345007895", "!bad_quantity"},
		{"CL", "S 5006 6"},
		{"2012345007895", "S 5795 7"}, /* keyed is as good */
		{"10DI", "S 5716 7 line.discounted"},
		{"100PO5", "S 5027 7 price.overridden"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	/* W11: what it costs over what a kilogram costs */
	assert_int_equal(line(&r, 0)->qty.milli, 2639);
	assert_int_equal(line(&r, 0)->held.minor, 789);
	assert_int_equal(line(&r, 1)->qty.milli, 1250);
	assert_int_equal(line(&r, 1)->from, QTY_CODE);
	assert_int_equal(line(&r, 2)->qty.milli, 1000); /* by the piece */
	close_shop(&r);
}

static void
misread(void **state)
{
	static const struct step s[] = {
		{"\\scan 240512312998", "!verifier item.refused"}, /* W10 */
		{"4011", "S 199 1"},
		{"240512312998", "!verifier item.refused"},
		{"\\fail", ""},
		{"240512312998", "!not_recorded"},
		{"PC 240512312998", "!verifier item.refused"},
		{"TL", "P 199 1"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		(void)rig_input(&r, s[i].in);
		if (s[i].want[0] == '!') {
			assert_false(r.act.reply.ok);
		} else if (s[i].want[0] != '\0') {
			assert_string_equal(r.said, s[i].want);
		}
		if (strncmp(s[i].want, "!verifier", 9) == 0) {
			assert_string_equal(r.act.reply.error, "verifier");
			assert_int_equal(r.n_last, 1);
			assert_int_equal(r.last[0].type, EVENT_ITEM_REFUSED);
			assert_string_equal(
				r.act.event[0].data.refused.reason, "verifier");
			assert_string_equal(r.act.event[0].data.refused.code,
				"240512312998");
		}
	}
	close_shop(&r);
}

static void
codes_that_hold_nothing(void **state)
{
	static const struct step s[] = {
		{"\\scan 2012345000001", "!code_value"},
		{"\\scan 2812345000001", "!not_on_file"}, /* its check digit */
		{"\\scan 2812345000007", "!code_value"},
		{"PC 2012345007895", "R 0 0 item"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		(void)rig_input(&r, s[i].in);
		assert_true(s[i].want[0] != '!' ||
			    strcmp(r.act.reply.error, s[i].want + 1) == 0);
	}
	assert_non_null(strstr(r.act.reply.text, "7.89"));
	close_shop(&r);
}

/* Not on file for now: what the code holds is not lost, nor is it a price of
 * nothing. */
static void
held_and_not_on_file(void **state)
{
	static const struct step s[] = {
		{"\\scan 2099999007895", "S 0 1"},
		{"RS 1234", "S 789 1"},
	};
	struct rig r;
	char code[14] = "209999900789";

	(void)state;
	open_shop(&r);
	r.config.not_on_file = NOT_ON_FILE_LINE;
	code[12] = (char)('0' + code_check_digit(code, 12));
	(void)rig_bytes(&r, INPUT_SCAN, code, 13);
	assert_string_equal(r.said, s[0].want);
	(void)rig_input(&r, s[1].in);
	assert_string_equal(r.said, s[1].want);
	assert_int_equal(line(&r, 0)->from, QTY_PRICED);
	close_shop(&r);
}

/* The code finds its line again, the one at its price. */
static void
held_and_back(void **state)
{
	static const struct step s[] = {
		{"\\scan 2112346007891", "S 789 1"},
		{"\\scan 201234004561", "S 1245 2"},
		{"CA", "R 0 0 sold R01-000042 1245 1245 0 sale.completed "
		       "drawer.opened"},
		{"0RF", "R 0 0"},
		{"\\scan 201234004561", "S -456 1"},
		{"\\scan 2012345007895", "!not_on_receipt"},
		{"\\scan 240512312998", "!verifier"},
		{"\\scan 2112346007891", "S -1245 2"},
		{"\\scan 2112346007891", "!returned"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		(void)rig_input(&r, s[i].in);
		if (s[i].want[0] == '!') {
			assert_string_equal(r.act.reply.error, s[i].want + 1);
		} else {
			assert_memory_equal(r.said, s[i].want, 6);
		}
	}
	close_shop(&r);
}

/* --- deposits ------------------------------------------------------------- */

static void
deposits(void **state)
{
	static const struct step s[] = {
		{"6*FIZZ", "S 684 2"}, /* D1 */
		{"2VD", "!deposit"},
		{"2SL", "S 684 2"},
		{"VD", "!deposit"},
		{"1QT", "!deposit"},
		{"10PO", "!deposit"},
		{"50DI", "!deposit"},
		{"10DA", "!deposit"},
		{"1SL", "S 684 2"},
		{"3QT", "S 342 2 line.voided"},
		{"50DI", "S 208 2 line.discounted"}, /* 2.67 less 1.34, 0.75 */
		{"4011", "S 407 3"},
		{"1VD", "S 199 1 line.voided"},
		{"FIZZ", "S 313 3"},
		{"VD", "S 199 1 line.voided"}, /* the goods are selected */
		{"LOST", "S 299 2"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	assert_non_null(strstr(r.act.reply.text, "D99"));
	/* what leaves the sale is counted with it */
	(void)rig_input(&r, "4*FIZZ");
	(void)rig_input(&r, "3QT");
	assert_int_equal(r.act.event[0].data.line.from, 456);
	assert_int_equal(r.act.event[0].data.line.to, 342);
	(void)rig_input(&r, "VD");
	assert_int_equal(r.act.event[0].data.line.from, 342);
	assert_string_equal(line(&r, 1)->item.deposit, "D99");
	close_shop(&r);
}

static void
parked_with_their_deposits(void **state)
{
	static const struct step s[] = {
		{"6*FIZZ", "S 684 2"},
		{"2*ATFIZZ", "S 912 4"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"PK", "S 912 4 sale.recalled"},
		{"VD", "S 684 2 line.voided"},
		{"CA", "R 0 0 sold R01-000042 684 684 0 sale.completed "
		       "drawer.opened"},
		{"0RF", "R 0 0"},
		{"RF2", "S -25 1"}, /* the deposit like any line */
		{"5*RF2", "S -150 1"},
		{"RF2", "!returned"},
		{"5DI", "!bad_amount"},
		{"2*RF1", "S -328 2"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		const char *said = rig_input(&r, s[i].in);

		if (s[i].want[0] == '!') {
			assert_false(r.act.reply.ok);
		} else if (strncmp(said, s[i].want, 6) != 0) {
			fail_msg("step %zu '%s': said '%s', want '%s' (%s)", i,
				s[i].in, said, s[i].want, r.act.reply.text);
		}
	}
	assert_int_equal(line(&r, 0)->link, 0);
	close_shop(&r);
}

static void
empties_only(void **state)
{
	static const struct step s[] = {
		{"6*EM D25", "S -150 1"}, /* D4 */
		{"EM", "S -150 1"},
		{"FIZZ", "S -175 2"},
		{"FIZZ", "S -61 4"}, /* the next one is sold */
		{"VD", "S -175 2 line.voided"},
		{"3*", "S -175 2 q3000"},
		{"EM", "S -175 2 q3000"},
		{"CL", "S -175 2"},
		{"2*EM", "S -175 2 q2000"},
		{"\\scan ATFIZZ", "S -225 3"},
		{"em d25", "S -250 4"},
		{"EM 4011", "!deposit"},
		{"EM LOST", "!deposit"},
		{"EM NOPE", "!not_on_file"},
		{"1PO", "!deposit"},
		{"5QT", "S -350 4"},
		{"CA", "R 0 0 sold R01-000042 -350 -350 0 sale.completed "
		       "drawer.opened"},
		{"89DP20", "S 89 1"},
		{"TL", "P 89 1"},
		{"EM D25", "!not_while_paying"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	PLAY(&r, s);
	close_shop(&r);
}

/* Their tax is that of the drink they were sold with. */
static void
empties_are_taxed_as_sold(void **state)
{
	struct rig r;

	(void)state;
	open_shop(&r);
	(void)rig_input(&r, "6*FIZZ");
	(void)rig_input(&r, "6*EM FIZZ");
	(void)rig_input(&r, "6*ATFIZZ");
	(void)rig_input(&r, "6*EM ATFIZZ");
	assert_int_equal(engine_view(r.e)->basket->total.gross.minor, 1068);
	assert_int_equal(
		engine_view(r.e)->basket->by_class[0].gross.minor, 1068);
	assert_int_equal(engine_view(r.e)->basket->by_class[1].gross.minor, 0);
	close_shop(&r);
}

static void
empties_up_to_a_limit(void **state)
{
	static const struct step s[] = {
		{"8*EM D25", "S -200 1"},
		{"9*EM D25", "!approval"},
		{"CL", "S -200 1 approval.refused"},
		{"9QT", "!approval"},
		{"CL", "S -200 1 approval.refused"},
	};
	struct rig r;

	(void)state;
	open_shop(&r);
	r.config.n_role = 1;
	memcpy(r.config.role[0].name, "clerk", 6);
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		r.config.role[0].may[i] = PERMIT_ALL;
	}
	r.config.role[0].may[PERMIT_EMPTIES] = 200;
	engine_sign(r.e, "1", "clerk", false);
	PLAY(&r, s);
	close_shop(&r);
}

static void
no_deposit_is_configured(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	(void)rig_input(&r, "EM");
	assert_string_equal(r.act.reply.error, "deposit");
	(void)rig_input(&r, "FIZZ");
	assert_string_equal(r.said, "S 89 1");
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(item_then_weight),
		cmocka_unit_test(what_is_asked_is_on_view),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(who_may_key_a_weight),
		cmocka_unit_test(in_pounds),
		cmocka_unit_test(weighed_and_old_enough),
		cmocka_unit_test(resolved_to_what_is_weighed),
		cmocka_unit_test(comes_back_weighed),
		cmocka_unit_test(codes_that_hold),
		cmocka_unit_test(misread),
		cmocka_unit_test(codes_that_hold_nothing),
		cmocka_unit_test(held_and_not_on_file),
		cmocka_unit_test(held_and_back),
		cmocka_unit_test(deposits),
		cmocka_unit_test(parked_with_their_deposits),
		cmocka_unit_test(empties_only),
		cmocka_unit_test(empties_are_taxed_as_sold),
		cmocka_unit_test(empties_up_to_a_limit),
		cmocka_unit_test(no_deposit_is_configured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
