/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "base/poison.h"

#define LOST "4006381333931"
#define WINE "4002859012341"
#define COLA "5449000000996"

static struct hand *
begin_by(enum not_on_file policy)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	engine_set_not_on_file(h->till->engine, policy);
	scan(h, COLA);
	return h;
}

/* --- not on file: a line --------------------------------------------------- */

static void
a_line_goes_on(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);
	unsigned bells = 0;

	(void)state;
	while (rings(h)) {
	}
	scan(h, LOST);
	for (int i = 0; i < 20; i++) {
		h->t.us += 100000;
		app_tick(h->app, h->t);
		bells += rings(h) ? 1 : 0;
	}
	assert_int_equal(bells, 3); /* once: nothing waits for an answer */
	scan(h, COLA);
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_true(shows(h, "?? " LOST " NOT ON FILE"));
	golden(h, "unknown_line");
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_SALE);
	assert_true(shows(h, "Not on file: line 2."));
	press(h, KEYS_UP);
	press(h, KEYS_ENTER);
	golden(h, "unknown_box");
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->basket->n_unknown, 1);
	press(h, KEYS_ENTER);
	type(h, "1");
	scan(h, "20110");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_string_equal(view(h)->basket->line[1].item.code, "20110");
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

static void
the_lesson_hides_no_stop(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	engine_set_not_on_file(h->till->engine, NOT_ON_FILE_LINE);
	app_train(h->app);
	pass(h, 3100);
	assert_true(shows(h, "COACH"));
	scan(h, LOST);
	assert_true(shows(h, "STOP  Not on file: " LOST));
	pass(h, 3100);
	assert_true(shows(h, "STOP  Not on file: " LOST));
	scan(h, COLA);
	pass(h, 3100);
	assert_true(shows(h, "COACH"));
	/* nor the answer to what was done last, for a while */
	enter(h, "CM hello");
	assert_true(shows(h, "MSG   On the receipt: hello"));
	pass(h, 2500);
	assert_false(shows(h, "COACH"));
	pass(h, 600);
	assert_true(shows(h, "COACH"));
	end(h);
}

/* One rule for the message row of a box, whatever the window: its question, but
 * for what it said to the last key; and no mark of a list beside it. */
static void
a_box_and_its_message(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	scan(h, COLA);
	assert_true(shows(h, "\n|>"));
	scan(h, LOST);
	assert_true(shows(h, "STOP  Not on file"));
	assert_false(shows(h, "\n|>"));
	type(h, "9");
	assert_true(shows(h, "STOP  That key does nothing here"));
	/* painted once more it says the same */
	press(h, KEYS_REPAINT);
	assert_true(app_take_repaint(h->app));
	assert_true(shows(h, "STOP  That key does nothing here"));
	assert_int_equal(app_resize(h->app, 10, 60), RC_OK);
	look(h);
	assert_true(shows(h, "STOP That key does nothing here"));
	assert_int_equal(app_resize(h->app, 24, 80), RC_OK);
	scan(h, COLA);
	assert_true(shows(h, "STOP  Not on file"));
	assert_int_equal(app_resize(h->app, 10, 60), RC_OK);
	look(h);
	assert_true(shows(h, "STOP Not on file"));
	assert_int_equal(app_resize(h->app, 24, 80), RC_OK);
	press(h, KEYS_ESC);
	assert_true(shows(h, "\n|>"));
	end(h);
}

static void
a_line_by_price_or_department(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);
	const struct basket_line *l;

	(void)state;
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "4");
	enter(h, "149");
	golden(h, "ask_price");
	enter(h, "10");
	l = &view(h)->basket->line[1];
	assert_string_equal(l->item.code, LOST);
	assert_int_equal(l->amount.minor, 149);
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "3");
	enter(h, "250");
	enter(h, "10");
	l = &view(h)->basket->line[2];
	assert_string_equal(l->item.code, "");
	assert_int_equal(l->amount.minor, 250);
	scan(h, LOST);
	press(h, KEYS_F4); /* the selected line goes */
	assert_int_equal(view(h)->basket->n_line, 3);
	end(h);
}

/* --- not on file: a box ---------------------------------------------------- */

static void
a_box_is_answered(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	type(h, "3*");
	scan(h, LOST);
	scan(h, COLA);
	assert_int_equal(view(h)->basket->n_line, 1);
	type(h, "4");
	enter(h, "100");
	enter(h, "10");
	/* the three of it, then what was held */
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_int_equal(view(h)->basket->line[1].amount.minor, 300);
	assert_string_equal(view(h)->basket->line[2].item.code, COLA);
	scan(h, LOST);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_true(shows(h, "Not sold: " LOST));
	end(h);
}

/* --- ages ------------------------------------------------------------------ */

static void
an_age_is_asked(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, WINE);
	assert_int_equal(view(h)->basket->n_line, 1);
	golden(h, "age");
	scan(h, COLA); /* waits */
	type(h, "2 14031999");
	golden(h, "age_typed");
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_string_equal(view(h)->basket->line[1].item.code, WINE);
	assert_string_equal(view(h)->basket->line[2].item.code, COLA);
	scan(h, WINE); /* once a sale */
	assert_int_equal(view(h)->basket->n_line, 4);
	end(h);
}

static void
an_age_is_refused(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, WINE);
	enter(h, "2 14032020");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_true(shows(h, "18 are needed"));
	scan(h, WINE);
	enter(h, "77");
	assert_int_equal(view(h)->ask, ASK_AGE);
	press(h, KEYS_F4);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_int_equal(view(h)->basket->n_line, 1);
	scan(h, WINE);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->ask, ASK_NONE);
	scan(h, WINE);
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

/* What a code is turns out to ask for an age. */
static void
a_line_that_asks(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "1");
	scan(h, WINE);
	assert_int_equal(view(h)->ask, ASK_AGE);
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_string_equal(view(h)->basket->line[1].item.code, WINE);
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

/* --- over kill -9 ---------------------------------------------------------- */

/* The till stays as it is; the screen begins anew with what lay there. */
static void
again(struct hand *h)
{
	app_free(h->app);
	assert_int_equal(
		app_new(h->till, &h->till->clock, 24, 80, &h->app), RC_OK);
	look(h);
}

/* All that the symbol says, not the number alone. */
static void
a_symbol_comes_back(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	scan(h, "]C10104006381333931"
		"10L7");
	assert_int_equal(view(h)->ask, ASK_UNKNOWN);
	assert_non_null(strstr(till_desk(h->till), "ask G 1 ]C10104006381333931"
						   "10L7\n"));
	again(h);
	assert_int_equal(view(h)->ask, ASK_UNKNOWN);
	assert_true(shows(h, LOST));
	assert_string_equal(view(h)->goods->much.trace.lot, "L7");
	end(h);
}

static void
it_comes_back(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	type(h, "40");
	again(h);
	assert_true(shows(h, "ITEM > 40"));
	enter(h, "17"); /* 4017 */
	assert_int_equal(view(h)->basket->n_line, 2);
	again(h);
	assert_false(shows(h, "ITEM > 4"));
	type(h, "3*");
	scan(h, LOST);
	scan(h, WINE);
	scan(h, COLA);
	assert_true(shows(h, "HELD 2 scans"));
	again(h);
	assert_true(shows(h, LOST));
	assert_true(shows(h, "HELD 2 scans"));
	assert_int_equal(view(h)->goods->much.qty.milli, 3000);
	press(h, KEYS_ESC);
	/* the next of them asks, the last one waits */
	assert_int_equal(view(h)->ask, ASK_AGE);
	again(h);
	assert_int_equal(view(h)->ask, ASK_AGE);
	assert_true(shows(h, "HELD 1 scan,"));
	type(h, "2 1403");
	again(h); /* a date of birth is nowhere */
	assert_true(shows(h, "AGE >  "));
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_line, 4);
	assert_string_equal(view(h)->basket->line[2].item.code, WINE);
	assert_string_equal(view(h)->basket->line[3].item.code, COLA);
	again(h);
	assert_int_equal(view(h)->basket->n_line, 4);
	press(h, KEYS_F10);
	again(h);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

static void
a_box_about_a_line_comes_back(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, LOST);
	scan(h, COLA);
	press(h, KEYS_UP);
	press(h, KEYS_ENTER);
	scan(h, COLA); /* waits */
	again(h);
	assert_true(shows(h, "[ NOT ON FILE ]"));
	assert_int_equal(view(h)->selected, 1);
	type(h, "3");
	enter(h, "100");
	enter(h, "10");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_int_equal(view(h)->basket->n_line, 4);
	end(h);
}

/* Many more than are shown: none is lost, and the tone says so. */
static void
more_than_are_shown(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	scan(h, LOST);
	for (int i = 0; i < 30; i++) {
		scan(h, COLA);
		h->t.us += 2000000;
		app_tick(h->app, h->t);
		while (rings(h)) {
			h->t.us += 200000;
			app_tick(h->app, h->t);
		}
	}
	again(h);
	assert_true(shows(h, "HELD 30 scans"));
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->basket->n_line, 31);
	end(h);
}

/* --- weights --------------------------------------------------------------- */

static void
a_weight_is_awaited(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	enter(h, "4099");
	assert_int_equal(view(h)->ask, ASK_WEIGHT);
	assert_true(shows(h, "weigh Zander fillet"));
	golden(h, "weigh");
	again(h);
	assert_int_equal(view(h)->ask, ASK_WEIGHT);
	enter(h, "756WT");
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_true(shows(h, "0.734 kg Zander fillet"));
	assert_true(shows(h, "0.734 kg x 29.90"));
	golden(h, "weighed");
	enter(h, "22TW");
	assert_true(shows(h, "tare 22 g: scan or key the item"));
	press(h, KEYS_ESC);
	enter(h, "4099");
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_goes_on),
		cmocka_unit_test(the_lesson_hides_no_stop),
		cmocka_unit_test(a_box_and_its_message),
		cmocka_unit_test(a_line_by_price_or_department),
		cmocka_unit_test(a_box_is_answered),
		cmocka_unit_test(an_age_is_asked),
		cmocka_unit_test(an_age_is_refused),
		cmocka_unit_test(a_line_that_asks),
		cmocka_unit_test(a_symbol_comes_back),
		cmocka_unit_test(it_comes_back),
		cmocka_unit_test(a_box_about_a_line_comes_back),
		cmocka_unit_test(more_than_are_shown),
		cmocka_unit_test(a_weight_is_awaited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
