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
open_ruled(struct rig *r)
{
	rig_open(r);
	rig_rules(r, rig_all_rules);
	rig_engine(r);
}

static void
assert_line(const struct rig *r, const char *part)
{
	if (memmem(r->sale.line, r->sale.len, part, strlen(part)) == NULL) {
		fail_msg("no %s in %.*s", part, (int)r->sale.len, r->sale.line);
	}
}

static void
all_of_it(void **state)
{
	static const struct step s[] = {
		{"CG nobody", "!no_group"},
		{"CO C9", "!no_coupon"},
		{"2*C50", "!bad_entry"},
		{"10DS", "!no_line"},
		{"C50", "R 0 0"}, /* before its goods: kept */
		{"4011", "S 149 1"},
		{"CO-", "S 199 1"},
		{"CO-", "!no_coupon"},
		{"3*4311501000014", "S 457 2"},
		{"M30", "S 397 2"}, /* 0.30 off and 0.30 paid */
		{"10DS", "S 354 2 sale.discounted"},
		{"10%DA", "S 354 2"},
		{"500000DT", "!bad_amount"},
		{"C5", "S 354 2"}, /* from 20.00 on */
		{"C5", "!coupon_limit"},
		{"1SP", "!bad_amount"},
		{"3SP", "S 354 2"},
		{"TL", "P 354 2"},
		{"CG staff", "!not_while_paying"},
		{"100CC", "P 254 2 CC100 tender.taken"},
		{"CO C50", "!tender_open"},
		{"CC", "R 0 0 sold R01-000042 384 384 0 sale.completed"},
	};
	struct rig r;

	(void)state;
	open_ruled(&r);
	PLAY(&r, s);
	assert_line(&r, "\"kind\":\"promotion\",\"rule\":\"three\","
			"\"name\":\"Three for two\"");
	assert_line(&r, "\"kind\":\"coupon\",\"rule\":\"double\"");
	assert_line(&r, "\"ppm\":100000,\"amount\":20,\"kind\":\"sale\"");
	assert_line(&r, "\"tender\":\"CP\",\"amount\":30,\"tendered\":30");
	assert_line(&r, "\"rule\":\"double\"");
	rig_close(&r);
}

static void
what_is_due_in_parts(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_input(&r, "10000DP20");
	rig_input(&r, "3SP");
	assert_int_equal(r.act.reply.n_part, 3);
	assert_int_equal(r.act.reply.part[0].minor, 3334);
	assert_int_equal(r.act.reply.part[2].minor, 3333);
	rig_input(&r, "20%SP");
	assert_int_equal(r.act.reply.n_part, 2);
	assert_int_equal(r.act.reply.part[0].minor, 2000);
	assert_int_equal(r.act.reply.part[1].minor, 8000);
	rig_close(&r);
}

/* The price of the hour a line was added in stays with it; one by hand is no
 * list's to change, not even when it is the catalog's. */
static void
a_line_has_its_hour(void **state)
{
	static const struct step s[] = {
		{"ALE", "S 475 2"}, /* and its deposit */
		{"600PO", "S 625 2 price.overridden"},
		{"CG staff", "S 625 2 buyer.named"},
		{"CG", "S 625 2 buyer.named"},
		{"450PO", "S 475 2 price.overridden"},
	};
	struct rig r;

	(void)state;
	open_ruled(&r);
	/* 18:59:59 */
	r.clock.now.utc.us = INT64_C(1795028399000000);
	PLAY(&r, s);
	r.clock.now.utc.us += 1000000;
	assert_string_equal(rig_input(&r, "ALE"), "S 1100 4");
	assert_string_equal(rig_input(&r, "PK"), "R 0 0 parked 1 sale.parked");
	assert_string_equal(rig_input(&r, "PK"), "S 1100 4 sale.recalled");
	rig_close(&r);
}

/* What rules take off is in the sale's line too: it is full when that would
 * be, whatever is done to it then, and not when it is paid. */
static const char many_rules[] =
	"[promotion all]\nname = \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\nitems = all\n"
	"buy = 2\npercent = 7%\n"
	"[promotion rest]\nitems = all\nbuy = 5\noff = 0.10\n"
	"[coupon one]\ncode = ONE\npercent = 1%\n"
	"[coupon two]\ncode = TWO\npercent = 2%\n"
	"[pricelist less]\nalways = yes\nall = -1%\n";

static void
keep_ringing(struct rig *r, size_t hands)
{
	size_t n = 0;

	do {
		rig_input(r, n % 3 == 0 ? "3*RI" : "RI");
		if (r->act.reply.ok && n % 7 < hands) {
			rig_input(r, "12.3456DI");
		}
		n++;
	} while (r->act.reply.ok && n < 2 * BASKET_LINES_MAX);
	assert_string_equal(r->act.reply.error, "sale_full");
}

static void
the_fullest_sale_with_rules_fits(void **state)
{
	struct item it = {.kind = CODE_INTERNAL, .tax = "A"};

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		struct rig r;

		rig_open(&r);
		rig_rules(&r, many_rules);
		rig_engine(&r);
		memset(it.name, kind == 0 ? 'x' : '"',
			kind == 0 ? 20 : sizeof(it.name) - 1);
		memset(it.code, kind == 0 ? '1' : '\\',
			kind == 0 ? 13 : sizeof(it.code) - 1);
		memset(it.groups, 'g', sizeof(it.groups) - 1);
		it.price.minor = 123456;
		rig_input(&r, "4011");
		r.e->last = it;
		rig_input(&r, "ONE");
		assert_true(r.act.reply.ok);
		rig_input(&r, "TWO");
		assert_true(r.act.reply.ok);
		rig_input(&r, "10DS");
		assert_true(r.act.reply.ok);
		keep_ringing(&r, kind == 0 ? 0 : 7);
		assert_true(r.e->basket.n_line > 400);
		/* at the brink */
		for (size_t i = 0; i < 20; i++) {
			rig_input(&r, i % 2 == 0 ? "VD" : "3*RI");
			assert_true(engine_fits(r.e));
		}
		rig_input(&r, "5DI");
		rig_input(&r, "CO-");
		rig_input(&r, "CO TWO");
		assert_true(engine_fits(r.e));
		rig_input(&r, "PK");
		assert_true(r.act.reply.ok);
		rig_input(&r, "PK");
		assert_true(r.act.reply.ok);
		rig_input(&r, "CA");
		assert_true(r.act.reply.sold);
		rig_close(&r);
	}
}

/* Nobody is handed a coupon back that counted for nothing without a word. */
static void
an_idle_coupon_is_told_in_pay(void **state)
{
	struct rig r;

	(void)state;
	open_ruled(&r);
	rig_input(&r, "4011");
	rig_input(&r, "C5");
	assert_string_equal(rig_input(&r, "TL"), "P 199 1");
	assert_non_null(strstr(r.act.reply.text, "takes nothing off"));
	rig_input(&r, "CL");
	rig_input(&r, "CO-");
	rig_input(&r, "TL");
	assert_null(strstr(r.act.reply.text, "takes nothing off"));
	rig_close(&r);
}

/* Empties and what comes back: one word, not one that sends to the other. */
static void
a_deposit_back_has_no_price(void **state)
{
	static const struct step s[] = {
		{"EM D25", "S -25 1"},
		{"10DI", "!deposit"},
		{"5DA", "!deposit"},
		{"10PO", "!deposit"},
	};
	struct rig r;

	(void)state;
	open_ruled(&r);
	PLAY(&r, s);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(what_is_due_in_parts),
		cmocka_unit_test(a_line_has_its_hour),
		cmocka_unit_test(the_fullest_sale_with_rules_fits),
		cmocka_unit_test(an_idle_coupon_is_told_in_pay),
		cmocka_unit_test(a_deposit_back_has_no_price),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
