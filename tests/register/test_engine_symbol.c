/* SPDX-License-Identifier: Apache-2.0 */
/* GS1 symbols at the register: how much, what it costs, whether it is sold. */
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

#define GS "\x1d"
#define PEN "0104012345000047"
#define GOUDA "0104012345000016"
#define STOUT "0104012345000023"

/* the rig's today is 18 November 2026, 11:06 */

static const struct basket_line *
line(const struct rig *r, size_t i)
{
	assert_true(i < engine_view(r->e)->basket->n_line);
	return &engine_view(r->e)->basket->line[i];
}

static void
what_it_says_goes_with_the_line(void **state)
{
	static const struct step s[] = {
		{"\\scan ]C1" PEN "10ABC123" GS "17280229", "S 199 1"},
		{"\\scan ]d2" PEN "21S/N-1" GS "10B7", "S 398 2"},
		{"\\scan https://id.gs1.org/01/04012345000047/10/L%2F7",
			"S 597 3"},
		{"(01)04012345000047(10)KEYED", "S 796 4"},
		{"PK", "R 0 0 parked 1 sale.parked"},
		{"PK", "S 796 4 sale.recalled"},
		{"TL", "P 796 4"},
		{"\\exact",
			"R 0 0 sold R01-000042 796 796 0 sale.completed drawer.opened"},
	};
	const struct event *e = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_play(&r, s, 6);
	assert_string_equal(line(&r, 0)->trace.lot, "ABC123");
	assert_string_equal(line(&r, 0)->trace.expires, "2028-02-29");
	assert_string_equal(line(&r, 1)->trace.serial, "S/N-1");
	assert_string_equal(line(&r, 1)->trace.lot, "B7");
	assert_string_equal(line(&r, 2)->trace.lot, "L/7");
	assert_string_equal(line(&r, 3)->trace.lot, "KEYED");
	rig_play(&r, s + 6, 2);
	arena_reset(&r.arena);
	assert_int_equal(wire_decode(r.sale.line, r.sale.len, &r.arena,
				 &r.port_event, NULL),
		RC_OK);
	e = &r.port_event;
	assert_string_equal(e->data.sale.line[0].lot, "ABC123");
	assert_string_equal(e->data.sale.line[0].expires, "2028-02-29");
	assert_string_equal(e->data.sale.line[1].serial, "S/N-1");
	assert_null(e->data.sale.line[3].serial);
	rig_close(&r);
}

static void
weights_and_prices_are_the_symbols(void **state)
{
	static const struct step s[] = {
		/* 1.250 kg at 10.00 */
		{"\\scan ]C1" GOUDA "3103001250", "S 1250 1"},
		/* 0.55 EUR whatever the catalog says, for 1.250 kg */
		{"\\scan ]C1" GOUDA "393397800550" GS "3103001250", "S 1305 2"},
		/* 0.5 lb = 226.796 g */
		{"\\scan ]C1" GOUDA "3201000005", "S 1532 3"},
		/* other money, nothing, more than there is */
		{"\\scan ]C1" GOUDA "393384000550" GS "3103001250",
			"!code_value"},
		{"\\scan ]C1" GOUDA "3103000000", "!code_value"},
		{"\\scan ]C1" GOUDA "3920000000" GS "3103001250",
			"!code_value"},
		{"3*", "S 1532 3 q3000"},
		{"\\scan ]C1" GOUDA "3103001250", "!bad_quantity"},
		{"CL", "S 1532 3"},
		/* no weight in it: the scale tells, and the lot stays */
		{"\\scan ]C1" GOUDA "10L1", "!weigh"},
		{"\\weight 100", "S 1632 4"},
		/* pieces: how many, and a weight says nothing of them */
		{"\\scan ]C1" PEN "3006", "S 2826 5"},
		{"\\scan ]C1" PEN "3103001250", "S 3025 6"},
		/* what a case on a pallet holds */
		{"\\scan ]C100106141412345678908020401234500004737"
		 "12",
			"S 5413 7"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(line(&r, 0)->qty.milli, 1250);
	assert_int_equal(line(&r, 0)->from, QTY_CODE);
	assert_int_equal(line(&r, 1)->from, QTY_PRICED);
	assert_int_equal(line(&r, 1)->qty.milli, 1250);
	assert_int_equal(line(&r, 1)->held.minor, 55);
	assert_int_equal(line(&r, 2)->qty.milli, 227);
	assert_string_equal(line(&r, 3)->trace.lot, "L1");
	assert_int_equal(line(&r, 4)->qty.milli, 6000);
	assert_int_equal(line(&r, 6)->qty.milli, 12000);
	rig_close(&r);
}

static void
what_is_past_is_not_sold(void **state)
{
	static const struct step s[] = {
		{"\\scan ]C1" PEN "17261117", "!expired R 0 0 item.refused"},
		{"\\scan ]C1" PEN "17261118", "S 199 1"}, /* its last day */
		{"\\scan ]C1" PEN "70032611181106",
			"!expired S 199 1 item.refused"},
		{"\\scan ]C1" PEN "70032611181107", "S 398 2"},
		{"\\scan ]C1" PEN "15261117", "S 597 3"},
		{"PC", "S 597 3 pc"},
		{"\\scan ]C1" PEN "17261117", "S 597 3 item 4012345000047 199"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	(void)rig_input(&r, s[0].in);
	assert_int_equal(r.n_last, 1);
	assert_int_equal(r.last[0].type, EVENT_ITEM_REFUSED);
	assert_non_null(strstr(r.act.reply.text, "STOP"));
	PLAY(&r, s);
	assert_false(r.act.reply.warn);
	(void)rig_input(&r, "\\scan ]C1" PEN "16261031");
	assert_true(r.act.reply.ok && r.act.reply.warn);
	assert_non_null(strstr(r.act.reply.text, "best before"));
	r.config.best_before_stops = true;
	assert_string_equal(rig_input(&r, "\\scan ]C1" PEN "15261117"),
		"!best_before S 796 4 item.refused");
	assert_string_equal(
		rig_input(&r, "\\scan ]C1" PEN "15261118"), "S 995 5");
	rig_close(&r);
}

static void
a_recalled_lot_is_not_sold(void **state)
{
	static const struct step s[] = {
		{"\\scan ]C1" PEN "10BAD1", "!recalled R 0 0 item.refused"},
		{"\\scan ]C1" PEN "10BAD", "S 199 1"},
		{"4012345000047", "S 398 2"}, /* nobody knows its lot */
		{"\\scan ]C1" STOUT "10X", "!recalled S 398 2 item.refused"},
		{"4012345000023", "!recalled S 398 2 item.refused"},
		{"\\scan ]C1" GOUDA "3103001000", "S 1398 3"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.n_recall = 2;
	r.config.recall[0] =
		(struct config_recall){"04012345000047", "BAD1 BAD2"};
	r.config.recall[1] = (struct config_recall){"04012345000023", "*"};
	PLAY(&r, s);
	rig_close(&r);
}

static void
one_piece_is_sold_once(void **state)
{
	static const struct step s[] = {
		{"\\scan ]d2" PEN "21A", "S 199 1"},
		{"\\scan ]d2" PEN "21A", "!serial"},
		{"\\scan ]d2" PEN "21B", "S 398 2"},
		{"RI", "!no_line"}, /* there is no second one of it */
		{"2*", "S 398 2 q2000"},
		{"\\scan ]d2" PEN "21C", "!bad_quantity"},
		{"CL", "S 398 2"},
		{"1VD", "S 199 1 line.voided"},
		{"\\scan ]d2" PEN "21A", "S 398 2"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	rig_close(&r);
}

static void
what_is_damaged_is_told(void **state)
{
	static const struct step s[] = {
		{"\\scan ]C10104012345000046", "!symbol"},
		{"\\scan ]C1" PEN "171302", "!symbol"},
		{"\\scan https://example.org/menu", "!symbol"},
		{"\\scan ]C100106141412345678908", "!symbol"},
		{"\\scan ]C1"
		 "0104012345000030",
			"!not_on_file"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	PLAY(&r, s);
	assert_int_equal(r.n_act, 0);
	rig_close(&r);
}

/* What is asked about keeps what its symbol said. */
static void
questions_keep_the_symbol(void **state)
{
	static const struct step age[] = {
		{"\\scan ]C1" STOUT "10L9", "!age_check"},
		{"AG1", "S 250 1 age.checked"},
	};
	static const struct step unknown[] = {
		{"\\scan ]C10104012345000030"
		 "10L8",
			"!not_on_file"},
		{"100DP20", "S 350 2"},
	};
	struct rig r;

	(void)state;
	rig_open(&r);
	r.config.age_looks_over = 25;
	PLAY(&r, age);
	assert_string_equal(line(&r, 0)->trace.lot, "L9");
	engine_set_not_on_file(r.e, NOT_ON_FILE_STOP);
	(void)rig_input(&r, unknown[0].in);
	assert_string_equal(
		engine_view(r.e)->goods->item.code, "4012345000030");
	assert_string_equal(engine_view(r.e)->goods->symbol,
		"]C10104012345000030"
		"10L8");
	(void)rig_input(&r, "RS 4012345000047");
	assert_string_equal(line(&r, 1)->trace.lot, "L8");
	engine_set_not_on_file(r.e, NOT_ON_FILE_LINE);
	(void)rig_input(&r, unknown[0].in);
	assert_true(line(&r, 2)->unknown);
	assert_string_equal(line(&r, 2)->trace.lot, "L8");
	(void)rig_input(&r, "RS 4012345000047");
	assert_false(line(&r, 2)->unknown);
	assert_string_equal(line(&r, 2)->trace.lot, "L8");
	rig_close(&r);
}

static void
the_shops_separator(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	memcpy(r.config.scan_separator, "{GS}", 5);
	assert_string_equal(
		rig_input(&r, "\\scan ]C1" PEN "10AB{GS}17280229"), "S 199 1");
	assert_string_equal(line(&r, 0)->trace.lot, "AB");
	assert_string_equal(line(&r, 0)->trace.expires, "2028-02-29");
	rig_close(&r);
}

/* What the identifier settles (ISO/IEC 15424). */
static void
aim_settles_eight_digits(void **state)
{
	static const struct {
		const char *scan, *code;
	} row[] = {
		{"]E004252614", "042100005264"},
		{"]E404252614", "04252614"}, /* no EAN-8: wrong check digit */
		{"]E401234565", "0000001234565"},
		{"]E096385074", "96385074"},
		{"]E34006381333931"
		 "05",
			"4006381333931"},
		{"]E04006381333931", "4006381333931"},
		{"]A0AB 12", "AB 12"},
		{"4006381333931", "4006381333931"},
	};
	struct symbol s;
	struct rig r;

	(void)state;
	rig_open(&r);
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		assert_int_equal(symbol_read(&r.config, row[i].scan,
					 strlen(row[i].scan), 2026, &s),
			SYMBOL_CODE);
		assert_string_equal(s.code, row[i].code);
	}
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_goes_with_the_line),
		cmocka_unit_test(weights_and_prices_are_the_symbols),
		cmocka_unit_test(what_is_past_is_not_sold),
		cmocka_unit_test(a_recalled_lot_is_not_sold),
		cmocka_unit_test(one_piece_is_sold_once),
		cmocka_unit_test(what_is_damaged_is_told),
		cmocka_unit_test(questions_keep_the_symbol),
		cmocka_unit_test(the_shops_separator),
		cmocka_unit_test(aim_settles_eight_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
