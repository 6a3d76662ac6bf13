/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "hand.h"
#include "screen/keymap.h"

#include "base/poison.h"

/* --- what it looks like ---------------------------------------------------- */

static void
test_golden_selling(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	golden(h, "ready");
	sell_seven(h);
	golden(h, "sale");
	type(h, "12*");
	golden(h, "sale_qty");
	press(h, KEYS_ESC);
	press(h, KEYS_F10);
	golden(h, "pay");
	type(h, "3000");
	golden(h, "pay_typed");
	press(h, KEYS_ENTER);
	golden(h, "change");
	scan(h, "20110x");
	press(h, KEYS_ESC);
	scan(h, "4012345670097");
	golden(h, "next_sale");
	end(h);
}

static void
test_golden_stop(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	sell_seven(h);
	scan(h, "4006381333931");
	golden(h, "stop");
	scan(h, "5000112637922");
	scan(h, "4012345670011");
	scan(h, "4006381333932");
	golden(h, "stop_held");
	type(h, "3");
	type(h, "149");
	golden(h, "dept_amount");
	press(h, KEYS_ENTER);
	type(h, "20");
	golden(h, "dept");
	end(h);
}

static void
test_golden_others(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	sell_seven(h);
	press(h, KEYS_F3);
	golden(h, "check_empty");
	scan(h, "4006040012344");
	golden(h, "check");
	press(h, KEYS_ESC);
	press(h, KEYS_F1);
	golden(h, "help");
	press(h, KEYS_ESC);
	h->till->receipt = "              CORNER MARKET\n"
			   "2 Whole milk 1 L                   2.58 B\n"
			   "------------------------------------------\n"
			   "TOTAL EUR                            2.58\n";
	enter(h, "R");
	golden(h, "receipt");
	end(h);
}

/* Goods come back: receipt, lines, refund; then some without a receipt. */
static void
test_golden_return(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	press(h, KEYS_F8);
	golden(h, "return_ask");
	scan(h, "R01-000002");
	scan(h, "4311501000014");
	enter(h, "2");
	enter(h, "4");
	assert_int_equal(view(h)->due.minor, -(129 + 39 + 649));
	golden(h, "return");
	/* number first, the line behind the star */
	enter(h, "2*2");
	assert_int_equal(view(h)->due.minor, -(129 + 118 + 649));
	enter(h, "3");
	assert_true(shows(h, "Line 3 came back already"));
	enter(h, "9");
	assert_true(shows(h, "has no line 9"));
	scan(h, "4012345670011");
	assert_true(shows(h, "is not on receipt"));
	/* Enter takes the selected line, - takes it out */
	press(h, KEYS_HOME);
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->due.minor, -(258 + 118 + 649));
	press(h, KEYS_F4);
	assert_int_equal(view(h)->due.minor, -(118 + 649));
	press(h, KEYS_F4);
	assert_true(shows(h, "Nothing of that line comes back"));
	type(h, "2-");
	assert_int_equal(view(h)->due.minor, -649);
	/* Esc loses nothing; what is scanned then is sold for it */
	press(h, KEYS_ESC);
	assert_true(shows(h, "SALE R01-"));
	assert_true(shows(h, "REFUND"));
	scan(h, "4012345670097");
	assert_int_equal(view(h)->due.minor, 425 - 649);
	golden(h, "exchange");
	type(h, "+");
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	golden(h, "paid_out");
	/* a receipt in one entry; F8 again is none */
	enter(h, "R01-000002RF");
	assert_true(shows(h, "RETURN vs R01-000002"));
	press(h, KEYS_F8);
	scan(h, "4012345670097");
	assert_int_equal(view(h)->due.minor, -425);
	golden(h, "return_blind");
	press(h, KEYS_F8);
	press(h, KEYS_ENTER);
	assert_true(shows(h, "RETURN vs R01-000002"));
	end(h);
}

/* One item with its receipt at hand: four keys and two scans, with a reason. */
static void
test_return_keys(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	press(h, KEYS_F8);
	scan(h, "R01-000002");
	scan(h, "4006040012344");
	type(h, "+");
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	end(h);
}

/* A number, a code, or the beginning of a word; numbers are for ever. */
static void
test_menu(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	press(h, KEYS_F9);
	golden(h, "menu");
	type(h, "bring");
	golden(h, "menu_filtered");
	press(h, KEYS_ENTER);
	assert_true(shows(h, "No sale is parked."));
	type(h, ".");
	press(h, KEYS_ENTER);
	assert_true(shows(h, "MENU - number"));
	type(h, "1");
	assert_true(shows(h, "Enter = Reprint the last receipt"));
	type(h, "0");
	assert_true(shows(h, "Enter = X report"));
	press(h, KEYS_ESC);
	type(h, "xr");
	assert_true(shows(h, "Enter = X report"));
	press(h, KEYS_ESC);
	/* the begin of "count" and of "coupon", and a code */
	type(h, "co");
	assert_true(shows(h, "Enter = Coupon"));
	press(h, KEYS_ESC);
	type(h, "zzz");
	press(h, KEYS_ENTER);
	assert_true(shows(h, "Nothing in the menu"));
	press(h, KEYS_ESC);
	press(h, KEYS_DOWN);
	press(h, KEYS_F9);
	assert_false(shows(h, "MENU - number"));
	/* what is scanned is sold, whatever is open */
	press(h, KEYS_F9);
	scan(h, "4008452011007");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_false(shows(h, "MENU - number"));
	/* letters that are no entry of the engine work from the menu as keyed */
	type(h, "PV");
	assert_true(shows(h, "Enter = find an item by its name"));
	press(h, KEYS_ESC);
	press(h, KEYS_F9);
	enter(h, "22");
	assert_true(shows(h, "FIND ITEM"));
	press(h, KEYS_ESC);
	/* several parked: the letters list them as F5 does */
	enter(h, "PK");
	scan(h, "4008452011007");
	enter(h, "PK");
	press(h, KEYS_F9);
	enter(h, "20");
	assert_true(shows(h, "PARKED SALES"));
	end(h);
}

static void
test_golden_sizes(void **state)
{
	static const struct {
		int rows, cols;
		const char *name;
	} sizes[] = {
		{30, 100, "sale_100x30"},
		{50, 132, "sale_132x50"},
		{20, 60, "small_60x20"},
		{1, 1, "small_1x1"},
	};
	struct hand *h = begin("CORNER MARKET", 24, 80);
	size_t i;

	(void)state;
	sell_seven(h);
	for (i = 0; i < ARRAY_LEN(sizes); i++) {
		assert_int_equal(
			app_resize(h->app, sizes[i].rows, sizes[i].cols),
			RC_OK);
		golden(h, sizes[i].name);
	}
	/* too small to show, not too small to sell */
	assert_int_equal(app_resize(h->app, 20, 60), RC_OK);
	scan(h, "]E04006381333931");
	assert_true(shows(h, "STOP Not on file"));
	press(h, KEYS_ESC);
	assert_true(shows(h, "Not sold: 4006381333931"));
	scan(h, "4012345670097");
	assert_int_equal(view(h)->basket->n_line, 8);
	assert_int_equal(app_resize(h->app, 24, 80), RC_OK);
	assert_true(shows(h, "> 8        1 Shampoo 250 ml"));
	end(h);
}

static void
test_golden_hostile(void **state)
{
	struct hand *h = begin("\xe8\xa7\x92\xe5\xba\x97 M\xc3\xbcller & "
			       "S\xc3\xb6hne, a shop with far too long a name",
		24, 80);

	(void)state;
	scan(h, "8888880000017");
	scan(h, "8888880000024");
	scan(h, "8888880000031");
	type(h, "9*");
	scan(h, "8888880000048");
	type(h, "4567.125*");
	scan(h, "8888880000017");
	golden(h, "sale_hostile");
	end(h);
}

static void
test_golden_long(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	int i;

	(void)state;
	for (i = 0; i < 120; i++) {
		scan(h, i % 2 == 0 ? "4012345670097" : "4311501000014");
	}
	golden(h, "sale_long");
	press(h, KEYS_PGUP);
	press(h, KEYS_UP);
	golden(h, "sale_long_up");
	press(h, KEYS_HOME);
	assert_true(shows(h, "> 1        1 Shampoo"));
	press(h, KEYS_END);
	assert_true(shows(h, ">120       1 Whole milk"));
	end(h);
}

/* --- what it does ---------------------------------------------------------- */

static void
test_exact_cash_is_two_keys(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	scan(h, "4311501000014");
	type(h, "+");
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	assert_true(shows(h, "CHANGE DUE"));
	/* the next customer needs no key */
	scan(h, "4012345670097");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "Prev       R01-000042"));
	assert_false(shows(h, "CHANGE DUE"));
	end(h);
}

static void
test_plus_plus_sells_nothing(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	type(h, "+");
	type(h, "+");
	type(h, "+");
	assert_int_equal(view(h)->state, ENGINE_PAY);
	assert_int_equal(h->till->sold, 0);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->state, ENGINE_SALE);
	/* not past what stands in the prompt */
	type(h, "20");
	type(h, "+");
	assert_int_equal(view(h)->state, ENGINE_SALE);
	assert_true(shows(h, "WARN"));
	end(h);
}

static void
test_cash_by_digits(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	press(h, KEYS_F10);
	enter(h, "400");
	assert_int_equal(h->till->sold, 0);
	assert_int_equal(view(h)->n_tender, 1);
	assert_int_equal(view(h)->due.minor, 25);
	enter(h, "20.00");
	assert_int_equal(h->till->sold, 1);
	assert_int_equal(view(h)->prev_change.minor, 1975);
	end(h);
}

static void
test_lines(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	scan(h, "4311501000014");
	enter(h, "20110");
	enter(h, "*");
	assert_int_equal(view(h)->basket->n_line, 4);
	type(h, "-");
	assert_int_equal(view(h)->basket->n_line, 3);
	type(h, "1-");
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_int_equal(view(h)->basket->line[0].no, 2);
	press(h, KEYS_UP);
	type(h, "99");
	press(h, KEYS_F7);
	assert_int_equal(view(h)->basket->line[0].price.minor, 99);
	assert_true(shows(h, "price keyed, was 1.29"));
	press(h, KEYS_F4);
	assert_int_equal(view(h)->basket->n_line, 1);
	press(h, KEYS_F7);
	assert_true(shows(h, "Key the number first"));
	press(h, KEYS_INSERT);
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

static void
test_quantity_goes_with_its_scan(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	type(h, "12*");
	scan(h, "4012345670097");
	assert_int_equal(view(h)->basket->line[0].qty.milli, 12000);
	/* other text stays where it is, the scan is sold as one */
	type(h, "29");
	scan(h, "4311501000014");
	assert_int_equal(view(h)->basket->line[1].qty.milli, 1000);
	assert_true(shows(h, "ITEM > 29 "));
	press(h, KEYS_ESC);
	/* entered alone it waits */
	enter(h, "3*");
	assert_true(shows(h, "qty 3: scan or key the item"));
	scan(h, "4311501000014");
	assert_int_equal(view(h)->basket->line[2].qty.milli, 3000);
	end(h);
}

/* Nothing that was scanned is lost, doubled, or answers a box. */
static void
test_stop_holds_and_replays(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	scan(h, "4006381333931");
	assert_true(shows(h, "[ NOT ON FILE ]"));
	press(h, KEYS_ENTER);
	scan(h, "333333333333");
	scan(h, "5000112637922");
	scan(h, "4006381333931");
	scan(h, "4012345670011");
	press(h, KEYS_ENTER);
	type(h, "7");
	assert_true(shows(h, "[ NOT ON FILE ]"));
	assert_true(shows(h, "HELD 3 scans"));
	assert_int_equal(view(h)->basket->n_line, 1);
	/* the next unknown one stops again, the rest stays behind it */
	press(h, KEYS_ESC);
	assert_true(shows(h, "[ NOT ON FILE ]"));
	assert_true(shows(h, "333333333333"));
	assert_true(shows(h, "HELD 2 scans"));
	press(h, KEYS_ESC);
	assert_false(shows(h, "[ NOT ON FILE ]"));
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_string_equal(
		view(h)->basket->line[1].item.code, "5000112637922");
	assert_string_equal(
		view(h)->basket->line[2].item.code, "4012345670011");
	end(h);
}

/* Keys struck before the box could be seen were meant for the prompt. */
static void
test_early_keys_wait(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	h->t.us += 400000;
	burst(h, "4006381333931");
	stroke(h, KEYS_CHAR, '3', 50);
	stroke(h, KEYS_CHAR, '*', 50);
	stroke(h, KEYS_CHAR, '1', 50);
	h->t.us += 50000;
	app_tick(h->app, h->t);
	burst(h, "5000112637922");
	stroke(h, KEYS_ESC, 0x1b, 50);
	h->t.us += 200000;
	app_tick(h->app, h->t);
	stroke(h, KEYS_CHAR, '4', 50);
	pass(h, 100);
	assert_true(shows(h, "[ NOT ON FILE ]"));
	press(h, KEYS_ESC);
	assert_false(shows(h, "[ NOT ON FILE ]"));
	/* "3*1" typed, the scan sold, Esc cleared, then a 4 */
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_true(shows(h, "ITEM > 4 "));
	end(h);
}

static void
test_stop_by_department(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4006381333931");
	scan(h, "5000112637922");
	type(h, "3");
	enter(h, "149");
	enter(h, "77");
	assert_true(shows(h, "WARN"));
	assert_int_equal(view(h)->basket->n_line, 0);
	/* the scan waits until the department is known */
	enter(h, "20");
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_int_equal(view(h)->basket->line[0].price.minor, 149);
	assert_string_equal(
		view(h)->basket->line[1].item.code, "5000112637922");
	/* back out one level at a time */
	scan(h, "4006381333931");
	type(h, "3");
	enter(h, "149");
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	assert_true(shows(h, "1-4 or Esc"));
	press(h, KEYS_F1);
	assert_true(shows(h, "KEYS THAT WORK NOW"));
	scan(h, "4012345670011");
	press(h, KEYS_ESC);
	assert_true(shows(h, "HELD 1 scan,"));
	type(h, "1");
	assert_int_equal(view(h)->basket->n_line, 3);
	end(h);
}

static void
test_price_check_never_sells(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	enter(h, "PC");
	scan(h, "4012345670097");
	scan(h, "4006381333931");
	assert_true(shows(h, "WARN"));
	assert_false(shows(h, "[ NOT ON FILE ]"));
	enter(h, "20110");
	assert_int_equal(view(h)->basket->n_line, 0);
	assert_true(shows(h, "Sourdough loaf"));
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->n_line, 1);
	type(h, "4017");
	press(h, KEYS_F3);
	assert_true(shows(h, "Apples Gala"));
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->basket->n_line, 1);
	end(h);
}

/* The list of Find is gone when its item is shown: nothing of it is read. */
static void
test_price_check_by_name(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	press(h, KEYS_F3);
	type(h, "/");
	assert_true(shows(h, "FIND ITEM"));
	type(h, "whole milk");
	pass(h, 300);
	assert_true(shows(h, "Enter = price of #1"));
	press(h, KEYS_ENTER);
	assert_true(shows(h, "NOT ADDED TO THE SALE"));
	assert_true(shows(h, "Whole milk"));
	assert_int_equal(view(h)->basket->n_line, 0);
	end(h);
}

static void
test_scan_in_pay_returns(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	type(h, "+");
	scan(h, "4311501000014");
	assert_int_equal(view(h)->state, ENGINE_SALE);
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_true(shows(h, "Scanned while paying"));
	type(h, "+");
	type(h, "1234");
	scan(h, "9999999999994");
	assert_true(shows(h, "[ NOT ON FILE ]"));
	press(h, KEYS_ESC);
	assert_int_equal(h->till->sold, 0);
	end(h);
}

/* Nothing is added to what is part paid, and nothing is lost. */
static void
test_scans_wait_for_the_rest(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	type(h, "+");
	enter(h, "100");
	scan(h, "4311501000014");
	scan(h, "4012345670011");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "HELD until paid: Hand cream"));
	assert_true(shows(h, "2 scans"));
	/* whatever is open */
	press(h, KEYS_F9);
	scan(h, "4008452011007");
	assert_true(shows(h, "MENU - number"));
	press(h, KEYS_ESC);
	/* the part given back: this sale */
	type(h, "-");
	assert_int_equal(view(h)->state, ENGINE_SALE);
	assert_int_equal(view(h)->basket->n_line, 4);
	assert_string_equal(
		view(h)->basket->line[3].item.code, "4008452011007");
	/* paid: the next one */
	type(h, "+");
	enter(h, "100");
	scan(h, "4311501000014");
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "What was held is in the next sale."));
	end(h);
}

static void
test_tax_digits_are_never_cut(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	enter(h, "20110");
	enter(h, "99*8888880000048");
	press(h, KEYS_F10);
	assert_true(shows(h, "A 19%  82166199.73 + 15611577.95"));
	assert_true(shows(h, "B 7%  3.55 + 0.25"));
	end(h);
}

static void
test_cancelling_asks_once(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	sell_seven(h);
	enter(h, "CN");
	assert_int_equal(view(h)->basket->n_line, 7);
	assert_true(shows(h, "WARN  CN once more gives up the whole sale: "));
	scan(h, "20110");
	enter(h, "CN");
	assert_int_equal(view(h)->basket->n_line, 8);
	type(h, "1");
	press(h, KEYS_BACKSPACE);
	enter(h, "cn");
	assert_int_equal(view(h)->basket->n_line, 8);
	enter(h, "CN");
	assert_int_equal(view(h)->basket->n_line, 0);
	end(h);
}

static void
test_leaving(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	enter(h, "so");
	assert_false(app_done(h->app));
	assert_true(shows(h, "SO once more leaves"));
	scan(h, "4012345670097");
	enter(h, "SO");
	assert_false(app_done(h->app));
	enter(h, "SO");
	assert_true(app_done(h->app));
	end(h);

	h = begin("S", 24, 80);
	enter(h, "SO");
	assert_true(app_done(h->app));
	end(h);
}

static void
test_a_double_read_is_said(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	scan(h, "5449000000996");
	h->t.us += 50000;
	burst(h, "5449000000996");
	look(h);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "Same code twice at once: counted once; scan "));
	pass(h, 1000);
	scan(h, "5449000000996");
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_false(shows(h, "Same code twice"));
	end(h);
}

/* What a start has to tell is told one thing after the other. */
static void
test_notes_of_a_start(void **state)
{
	struct hand *h = calloc(1, sizeof(*h));
	struct sbuf b;

	(void)state;
	assert_non_null(h);
	h->till = fake_till_new("CORNER MARKET");
	h->t.us = 1000000;
	h->till->note = "receipt of R01-000041 may not have printed";
	h->till->conf_note = "holdfast.conf was changed";
	sbuf_init(&b, h->till->status.clock, sizeof(h->till->status.clock));
	sbuf_puts(&b, "the clock is wrong: it shows then");
	assert_int_equal(
		app_new(h->till, &h->till->clock, 24, 80, &h->app), RC_OK);
	assert_true(shows(h, "WARN  receipt of R01-000041"));
	assert_true(shows(h, "RECORDING  CLOCK WRONG: set it"));
	scan(h, "20110");
	assert_true(shows(h, "WARN  holdfast.conf was changed"));
	scan(h, "4017");
	assert_true(shows(h, "WARN  the clock is wrong: it shows then"));
	scan(h, "4006040012344");
	assert_false(shows(h, "WARN"));
	app_free(h->app);
	h->app = NULL;
	h->till->resumed = true;
	assert_int_equal(
		app_new(h->till, &h->till->clock, 24, 80, &h->app), RC_OK);
	assert_true(shows(h, "The open sale is back, 3 lines: compare"));
	end(h);
}

static void
test_find_as_you_type(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	scan(h, "20110");
	press(h, KEYS_F2);
	golden(h, "find_empty");
	press(h, KEYS_ENTER);
	assert_true(shows(h, "Key the beginning of a word first"));
	type(h, "cola");
	golden(h, "find");
	assert_true(shows(h, "2 items match"));
	/* a number right behind a letter is a row */
	type(h, "2");
	assert_true(shows(h, "Enter = sell #2"));
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_string_equal(
		view(h)->basket->line[1].item.code, "5000112637922");
	assert_false(shows(h, "FIND ITEM"));
	/* quantities, in three ways */
	type(h, "/cola12*1");
	assert_true(shows(h, "Enter = sell 12 of #1"));
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->line[2].qty.milli, 12000);
	enter(h, "3*cola");
	assert_true(shows(h, "Enter = sell 3 of #1"));
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->line[3].qty.milli, 3000);
	type(h, "4*");
	press(h, KEYS_F2);
	type(h, "hand");
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->line[4].qty.milli, 4000);
	assert_string_equal(
		view(h)->basket->line[4].item.code, "4012345670011");
	end(h);
}

/* The list is there with the key, not when it is known that no scan follows;
 * and what was a scan all the same leaves nothing of it behind. */
static void
test_find_waits_for_nobody(void **state)
{
	static const char code[] = "4012345670097";
	struct hand *h = begin("CORNER MARKET", 24, 80);
	size_t i;

	(void)state;
	press(h, KEYS_F2);
	assert_true(shows(h, "Key the beginnings"));
	stroke(h, KEYS_CHAR, 'h', 100);
	assert_true(shows(h, "FIND > h"));
	assert_true(shows(h, "Hand"));
	assert_false(shows(h, "Key the beginnings"));
	pass(h, 100);
	assert_true(shows(h, "Hand"));
	for (i = 0; code[i] != '\0'; i++) {
		stroke(h, KEYS_CHAR, code[i], 7);
		look(h);
	}
	assert_false(shows(h, "Hand"));
	stroke(h, KEYS_ENTER, 0, 7);
	pass(h, 100);
	assert_false(shows(h, "FIND"));
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_string_equal(view(h)->basket->line[0].item.code, code);
	/* fast hands that were no scanner: the row is of what stands there */
	press(h, KEYS_F2);
	for (i = 0; i < 4; i++) {
		stroke(h, KEYS_CHAR, "cola"[i], 7);
		look(h);
	}
	stroke(h, KEYS_ENTER, 0, 7);
	pass(h, 100);
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

static void
test_find_by_entry(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	/* words at the prompt, and the code PV */
	enter(h, "oliv");
	golden(h, "find_detail");
	press(h, KEYS_F10);
	assert_int_equal(view(h)->basket->n_line, 1);
	enter(h, "PV");
	assert_true(shows(h, "FIND ITEM"));
	type(h, "cola");
	press(h, KEYS_DOWN);
	assert_true(shows(h, "Enter = sell #2"));
	/* a price check alone */
	type(h, "=");
	assert_true(shows(h, "NOT ADDED TO THE SALE"));
	assert_true(shows(h, "Cola 1.5 L"));
	press(h, KEYS_ESC);
	assert_true(shows(h, "FIND ITEM"));
	assert_int_equal(view(h)->basket->n_line, 1);
	press(h, KEYS_F3);
	press(h, KEYS_F10);
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_false(shows(h, "FIND ITEM"));
	/* words that nothing has: the search stays, to be changed */
	enter(h, "colaz");
	assert_true(shows(h, "FIND ITEM"));
	assert_true(shows(h, "No item's name has 'colaz'"));
	press(h, KEYS_BACKSPACE);
	assert_true(shows(h, "2 items match"));
	type(h, " d10");
	assert_true(shows(h, "2 items match"));
	press(h, KEYS_F7);
	assert_true(shows(h, "FIND > cola "));
	press(h, KEYS_F7);
	assert_true(shows(h, "FIND > cola d10"));
	press(h, KEYS_F2);
	assert_true(shows(h, "Key the beginnings"));
	press(h, KEYS_ESC);
	assert_false(shows(h, "FIND ITEM"));
	assert_int_equal(view(h)->basket->n_line, 2);
	/* no index: in words, and selling goes on */
	h->till->fail = true;
	press(h, KEYS_F2);
	type(h, "cola");
	assert_true(shows(h, "cannot be searched by words"));
	h->till->fail = false;
	end(h);
}

/* A scan sells what was scanned; a heap of keys is one search. */
static void
test_find_loses_nothing(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 132);
	unsigned before;

	(void)state;
	press(h, KEYS_F2);
	type(h, "cola");
	golden(h, "find_132");
	scan(h, "4311501000014");
	assert_false(shows(h, "FIND ITEM"));
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_string_equal(
		view(h)->basket->line[0].item.code, "4311501000014");
	press(h, KEYS_F2);
	before = h->till->searches;
	for (const char *p = "cola"; *p != '\0'; p++) {
		stroke(h, KEYS_CHAR, *p, 60);
	}
	pass(h, 300);
	assert_int_equal(h->till->searches, before + 1);
	assert_true(shows(h, "2 items match"));
	/* keys before the list was made act on what it will be */
	for (const char *p = "x1"; *p != '\0'; p++) {
		stroke(h, KEYS_CHAR, *p, 60);
	}
	stroke(h, KEYS_ENTER, 0x0d, 60);
	pass(h, 300);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "Nothing is found"));
	end(h);
}

static void
test_parked_sales_are_listed(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	for (int i = 0; i < 2; i++) {
		scan(h, "20110");
		press(h, KEYS_F5);
		assert_int_equal(view(h)->basket->n_line, 0);
	}
	assert_int_equal(view(h)->n_parked, 2);
	h->till->n_parked = 2;
	press(h, KEYS_F5);
	golden(h, "parked");
	/* rows are picked by their number */
	type(h, "3");
	press(h, KEYS_ENTER);
	assert_true(shows(h, "no parked sale of that number"));
	press(h, KEYS_ESC);
	type(h, "2");
	press(h, KEYS_F5);
	assert_false(shows(h, "PARKED SALES"));
	assert_true(shows(h, "No sale is parked as 4")); /* the fake's list */
	press(h, KEYS_F5);
	press(h, KEYS_DOWN);
	press(h, KEYS_ENTER);
	assert_true(shows(h, "No sale is parked as 4"));
	press(h, KEYS_F5);
	/* given up by the same key twice */
	type(h, "-");
	assert_true(shows(h, "Once more gives up parked sale P3, 12.50"));
	press(h, KEYS_DOWN);
	type(h, "-");
	assert_true(shows(h, "Once more gives up parked sale P4"));
	type(h, "-");
	assert_true(shows(h, "No sale is parked as 4"));
	press(h, KEYS_ESC);
	assert_false(shows(h, "PARKED SALES"));
	h->till->fail = true;
	press(h, KEYS_F5);
	assert_true(shows(h, "not just now"));
	end(h);
}

static void
test_settings(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	enter(h, "ST");
	golden(h, "settings");
	press(h, KEYS_RIGHT);
	press(h, KEYS_DOWN);
	press(h, KEYS_LEFT);
	golden(h, "settings_changed");
	assert_int_equal(
		till_config(h->till)->display.layout, DISPLAY_LAYOUT_AUTO);
	/* Esc undoes, and goes only then */
	press(h, KEYS_ESC);
	assert_true(shows(h, "Undone"));
	assert_true(shows(h, "(auto)"));
	assert_false(shows(h, "* panel"));
	/* all the way round there is nothing to save */
	press(h, KEYS_HOME);
	for (int i = 0; i < 4; i++) {
		press(h, KEYS_RIGHT);
	}
	assert_true(shows(h, "nothing to save"));
	press(h, KEYS_RIGHT);
	press(h, KEYS_F10);
	assert_true(shows(h, "active from now on"));
	assert_int_equal(h->till->saved, 1);
	assert_int_equal(till_config(h->till)->display.layout, DISPLAY_PANEL);
	assert_non_null(strstr(h->till->text, "layout = panel"));
	/* a line that was there is taken out */
	enter(h, "D");
	enter(h, "S");
	assert_null(strstr(h->till->text, "layout ="));
	assert_int_equal(h->till->saved, 2);
	press(h, KEYS_ESC);
	assert_false(shows(h, "SETTINGS"));
	end(h);
}

static void
test_settings_pages(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	enter(h, "ST");
	type(h, "3");
	press(h, KEYS_PGDN);
	golden(h, "settings_sale");
	enter(h, "later");
	assert_true(shows(h, "'later' is not known here"));
	enter(h, "stop");
	for (int i = 0; i < 10; i++) {
		press(h, KEYS_DOWN);
	}
	enter(h, "Thank you");
	enter(h, "s");
	assert_int_equal(till_config(h->till)->not_on_file, NOT_ON_FILE_STOP);
	assert_string_equal(till_config(h->till)->footer, "Thank you");
	/* tax and tenders are only shown */
	press(h, KEYS_PGDN);
	press(h, KEYS_PGDN);
	press(h, KEYS_END);
	assert_true(shows(h, "tax.A"));
	assert_true(shows(h, "19%"));
	press(h, KEYS_RIGHT);
	assert_true(shows(h, "Only shown here"));
	press(h, KEYS_PGDN);
	assert_true(shows(h, "tender CC.name"));
	type(h, "0");
	press(h, KEYS_PGUP);
	assert_true(shows(h, "no page of that number"));
	end(h);
}

static void
test_settings_edited_by_hand(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	char text[8192];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, h->till->text);
	sbuf_puts(&b, "[lock]\nafter = 9\n");
	enter(h, "ST");
	press(h, KEYS_RIGHT);
	h->till->edited = text;
	press(h, KEYS_F10);
	assert_true(shows(h, "edited by hand"));
	assert_int_equal(h->till->saved, 0);
	enter(h, "R");
	assert_true(shows(h, "was read"));
	press(h, KEYS_F10);
	assert_int_equal(h->till->saved, 1);
	assert_int_equal(till_config(h->till)->lock_min, 9);
	/* one that does not parse is not taken */
	sbuf_puts(&b, "nonsense\n");
	h->till->edited = text;
	enter(h, "R");
	assert_true(shows(h, "holdfast.conf:"));
	press(h, KEYS_ESC);
	enter(h, "ST");
	assert_true(shows(h, "edited by hand"));
	h->till->fail = true;
	press(h, KEYS_ESC);
	enter(h, "ST");
	assert_true(shows(h, "cannot be read"));
	end(h);
}

static void
test_views(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	enter(h, "R");
	assert_true(shows(h, "No sale has been made yet"));
	h->till->receipt = "line one\nline two\n";
	enter(h, "R");
	assert_true(shows(h, "line two"));
	/* a scan goes on selling */
	scan(h, "4012345670097");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_false(shows(h, "line two"));
	enter(h, "R");
	type(h, "12");
	assert_true(shows(h, "ITEM > 12 "));
	press(h, KEYS_ESC);
	enter(h, "XR");
	assert_true(shows(h, "X REPORT"));
	press(h, KEYS_ESC);
	type(h, "?");
	assert_true(shows(h, "KEYS THAT WORK NOW"));
	press(h, KEYS_PGDN);
	press(h, KEYS_END);
	assert_true(shows(h, "paint the screen anew"));
	end(h);
}

/* Another keymap in force, as if its file had just been saved. */
static void
use_keymap(struct hand *h, const char *profile, const char *text)
{
	struct keymap_source s = {.profile = profile,
		.text = text,
		.len = text != NULL ? strlen(text) : 0};
	struct keymap *m = NULL;

	assert_int_equal(keymap_new(&s, &m), RC_OK);
	assert_int_equal(keymap_problems(m), 0);
	app_set_keymap(h->app, m);
}

static void
test_help_filters_and_follows_the_keymap(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	press(h, KEYS_F1);
	assert_true(shows(h, "F3  PC"));
	type(h, "/");
	type(h, "discount as");
	assert_true(shows(h, "discount as an amount"));
	assert_false(shows(h, "F3  PC"));
	type(h, "qqq");
	assert_true(shows(h, "No key here has these letters."));
	press(h, KEYS_ESC); /* the letters */
	press(h, KEYS_ESC); /* the filter */
	assert_true(shows(h, "F3  PC"));
	/* the file is saved while it is read */
	use_keymap(h, NULL, "[global]\nF11 = price-check\nF3 = none\n");
	assert_true(shows(h, "F11  PC"));
	assert_false(shows(h, "F3  "));
	type(h, "/");
	type(h, "void");
	press(h, KEYS_ENTER);
	assert_false(shows(h, "KEYS THAT WORK NOW"));
	assert_false(shows(h, "3Price?"));
	/* by its letters, too */
	enter(h, "hp");
	assert_true(shows(h, "KEYS THAT WORK NOW"));
	end(h);
}

static void
test_keys_of_a_file(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	use_keymap(h, NULL,
		"[global]\nF11 = exact-cash\nF12 = \"TL\\r500CA\"\n"
		"F2 = quantity\nF6 = no-sale\nF9 = \"5449000000996\"\n"
		"ctrl-x = x-report\n");
	/* one key pays exactly, and means nothing without a line */
	press(h, KEYS_F11);
	assert_int_equal(h->till->sold, 0);
	scan(h, "4012345670097");
	press(h, KEYS_F11);
	assert_int_equal(h->till->sold, 1);
	press(h, KEYS_F11);
	assert_int_equal(h->till->sold, 1);
	/* a text is keyed; what it needs before comes first */
	scan(h, "4012345670097");
	press(h, KEYS_F12);
	assert_int_equal(h->till->sold, 2);
	assert_true(shows(h, "0.75"));
	press(h, KEYS_F12);
	assert_int_equal(h->till->sold, 2);
	press(h, KEYS_ESC);
	/* a number goes in front of a key */
	type(h, "12");
	press(h, KEYS_F2);
	assert_true(shows(h, "12*"));
	press(h, KEYS_F9);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_int_equal(view(h)->basket->line[0].qty.milli, 12000);
	end(h);
}

static void
test_numpad_profile(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	use_keymap(h, "numpad", NULL);
	type(h, "12*");
	assert_true(shows(h, "ITEM > 12*"));
	type(h, "/");
	assert_false(shows(h, "ITEM > 12"));
	/* hints name what the keys do here */
	assert_true(shows(h, "/ clear"));
	assert_false(shows(h, "/ find"));
	scan(h, "4012345670097");
	assert_true(shows(h, "/ clear"));
	type(h, "-");
	assert_true(shows(h, "Void:"));
	scan(h, "4012345670097");
	type(h, "+");
	assert_true(shows(h, "STILL DUE"));
	assert_true(shows(h, "/ to sale"));
	assert_false(shows(h, "Esc"));
	type(h, "/");
	assert_false(shows(h, "STILL DUE"));
	/* a box closes by it */
	scan(h, "4006381333931");
	assert_true(shows(h, "NOT ON FILE"));
	assert_true(shows(h, "1-4 or /"));
	type(h, "/");
	assert_false(shows(h, "NOT ON FILE"));
	type(h, "+");
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	end(h);
}

/* What a device types, character by character. */
static void
device(struct hand *h, const char *bytes)
{
	for (; *bytes != '\0'; bytes++) {
		stroke(h, keys_from_cp((unsigned char)*bytes),
			(unsigned char)*bytes, 8);
	}
	pass(h, 300);
}

static void
test_framed_commands_and_the_lock(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	use_keymap(h, NULL,
		"[device \"keys\"]\nprefix = \"\\x0e\" suffix = \"\\x0f\" "
		"kind = command allow = \"TL CA VD\"\n"
		"[keylock \"lock\"]\nprefix = \"\\x10\"\n"
		"pos1 = R pos2 = X\n");
	scan(h, "4012345670097");
	scan(h, "5449000000996");
	device(h, "\x0e"
		  "1VD\x0f");
	assert_true(shows(h, "Void: Shampoo"));
	/* what is not allowed is not done, and said */
	device(h, "\x0eNS\x0f");
	assert_true(shows(h, "a command it may not give"));
	device(h, "\x0eTL\x0f");
	assert_true(shows(h, "STILL DUE"));
	device(h, "\x0e"
		  "1000CA\x0f");
	assert_int_equal(h->till->sold, 1);
	device(h, "\x10"
		  "1\r");
	assert_true(shows(h, "The lock is turned to R."));
	device(h, "\x10"
		  "2\r");
	assert_true(shows(h, "X REPORT"));
	press(h, KEYS_ESC);
	device(h, "\x10"
		  "9\r");
	assert_true(shows(h, "a position the keymap does not know"));
	/* the same codes from a scanner are scans */
	scan(h, "2000CA");
	assert_int_equal(h->till->sold, 1);
	end(h);
}

static void
test_no_fkeys_in_the_bar(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	use_keymap(h, "vt", NULL);
	scan(h, "4012345670097");
	assert_true(shows(h, "HPHelp"));
	assert_true(shows(h, "TLPay"));
	end(h);
}

/* What cannot be recorded did not happen, and says so. */
static void
test_not_recorded(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	type(h, "+");
	h->till->fail = true;
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 0);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	assert_true(shows(h, "Not recorded"));
	h->till->fail = false;
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	h->till->status.selling = false;
	(void)snprintf(h->till->status.trouble, sizeof(h->till->status.trouble),
		"the disk is full");
	look(h);
	assert_true(shows(h, "NOT RECORDING  the disk is full"));
	assert_true(shows(h, "| LOOK-UP"));
	end(h);
}

/* Somebody has a PIN: in the fake it is the number's first digit, four times;
 * the badge is Eva's. */
static struct hand *
begin_signed_off(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);
	struct config *c = &h->till->config;

	c->n_role = 2;
	memcpy(c->role[0].name, "cashier", 8);
	memcpy(c->role[1].name, "supervisor", 11);
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		c->role[0].may[i] = permit_table[i].cashier;
		c->role[1].may[i] = permit_table[i].supervisor;
	}
	memcpy(c->reason[REASON_PRICE][0], "Shelf price", 12);
	memcpy(c->reason[REASON_PRICE][2], "Damaged packaging", 18);
	h->till->status.queued = 38;
	engine_sign(h->till->engine, "", "", true);
	pass(h, 300);
	return h;
}

static void
sign_on(struct hand *h, const char *no, const char *pin)
{
	enter(h, no);
	enter(h, pin);
}

static void
test_somebody_signs_on(void **state)
{
	struct hand *h = begin_signed_off(24, 80);

	(void)state;
	golden(h, "sign_on");
	type(h, "7");
	press(h, KEYS_ENTER);
	type(h, "77");
	assert_true(shows(h, "PIN > **"));
	assert_false(shows(h, "77"));
	golden(h, "sign_on_pin");
	type(h, "77");
	press(h, KEYS_ENTER);
	assert_string_equal(view(h)->operator_no, "7");
	assert_true(shows(h, "| 7 Ana |"));
	/* goods are no badge */
	enter(h, "SO");
	assert_true(view(h)->signed_off);
	scan(h, "4006381333931");
	end(h);
}

static void
test_the_register_locks_with_its_sale(void **state)
{
	struct hand *h = begin_signed_off(24, 80);

	(void)state;
	sign_on(h, "7", "7777");
	enter(h, "5449000000996");
	press(h, KEYS_F12);
	assert_true(view(h)->locked);
	golden(h, "lock");
	scan(h, "5449000000996");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_true(shows(h, "Not sold"));
	/* back at one's own register: no number needed */
	press(h, KEYS_ENTER);
	enter(h, "7777");
	assert_false(view(h)->locked);
	assert_int_equal(view(h)->basket->n_line, 1);
	end(h);
}

/* 299 F7 and the reason's digit: five keys. */
static void
test_a_supervisor_approves(void **state)
{
	struct hand *h = begin_signed_off(24, 80);

	(void)state;
	sign_on(h, "7", "7777");
	enter(h, "5449000000996");
	type(h, "80");
	press(h, KEYS_F7);
	golden(h, "reason");
	scan(h, "4006040012344");
	assert_int_equal(view(h)->basket->n_line, 1);
	type(h, "1");
	pass(h, 300);
	/* within what a cashier may */
	assert_int_equal(view(h)->basket->line[0].price.minor, 80);
	/* and what was scanned meanwhile is there, without another key */
	assert_int_equal(view(h)->basket->n_line, 2);
	enter(h, "VD2");
	type(h, "50");
	press(h, KEYS_F7);
	type(h, "3");
	pass(h, 300);
	assert_int_equal(view(h)->ask, ASK_APPROVAL);
	golden(h, "approval");
	/* scans wait, Enter approves nothing */
	scan(h, "4311501000014");
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->ask, ASK_APPROVAL);
	enter(h, "2");
	type(h, "222");
	golden(h, "approval_pin");
	assert_false(shows(h, "222"));
	type(h, "2");
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_int_equal(view(h)->basket->line[0].price.minor, 50);
	assert_string_equal(view(h)->operator_no, "7");
	assert_int_equal(view(h)->basket->n_line, 2);
	/* Esc refuses */
	press(h, KEYS_HOME);
	type(h, "10");
	press(h, KEYS_F7);
	type(h, "1");
	pass(h, 300);
	assert_int_equal(view(h)->ask, ASK_APPROVAL);
	press(h, KEYS_ESC);
	pass(h, 300);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_int_equal(view(h)->basket->line[0].price.minor, 50);
	end(h);
}

/* The register locks itself over an open question: scans that wait are sold when
 * somebody is back. */
static void
test_held_scans_outlive_a_lock(void **state)
{
	struct hand *h = begin_signed_off(24, 80);
	struct input lock = {.kind = INPUT_LOCK, .text = "time", .len = 4};
	struct reply reply;

	(void)state;
	sign_on(h, "7", "7777");
	enter(h, "5449000000996");
	type(h, "50");
	press(h, KEYS_F7);
	type(h, "3");
	pass(h, 300);
	scan(h, "4311501000014");
	till_input(h->till, &lock, &reply);
	assert_true(reply.ok);
	pass(h, 300);
	assert_int_equal(view(h)->basket->n_line, 1);
	press(h, KEYS_ENTER);
	enter(h, "7777");
	assert_false(view(h)->locked);
	/* the question is open again, then */
	assert_int_equal(view(h)->ask, ASK_APPROVAL);
	assert_true(shows(h, "SUPERVISOR NEEDED"));
	press(h, KEYS_ESC);
	pass(h, 300);
	press(h, KEYS_HOME);
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

static void
test_approval_ahead(void **state)
{
	struct hand *h = begin_signed_off(24, 80);

	(void)state;
	sign_on(h, "7", "7777");
	press(h, KEYS_F11);
	assert_true(shows(h, "Approve the next action"));
	sign_on(h, "2", "2222");
	assert_string_equal(view(h)->armed, "2");
	assert_true(shows(h, "| MGR"));
	enter(h, "NS");
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_null(view(h)->armed);
	end(h);
}

/* Who types a number and a PIN faster than a slow line paints the box of the PIN
 * has typed it there: it does not wait for the sale, where all would read it. */
static void
test_a_pin_ahead_of_its_box(void **state)
{
	struct hand *h = begin_signed_off(24, 80);

	(void)state;
	sign_on(h, "7", "7777");
	press(h, KEYS_F11);
	assert_true(shows(h, "Approve the next action"));
	for (const char *c = "2\r2222\r"; *c != '\0'; c++) {
		stroke(h, *c == '\r' ? KEYS_ENTER : KEYS_CHAR, *c, 200);
	}
	pass(h, 300);
	assert_non_null(view(h)->armed);
	assert_string_equal(view(h)->armed, "2");
	assert_false(shows(h, "2222"));
	end(h);
}

/* What a shop has is in its menu, under its own number; nothing hangs on a scale
 * that is not there. */
static void
test_menu_of_a_shop(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	press(h, KEYS_F9);
	type(h, "5");
	assert_true(shows(h, "51 CD Settings: drafts"));
	assert_true(shows(h, "52 MZ Close a month"));
	assert_true(shows(h, "53 YZ Close a year"));
	assert_true(shows(h, "56 RT Reports"));
	assert_false(shows(h, "BG Emergency code"));
	assert_false(shows(h, "OD Open the day"));
	assert_false(shows(h, "OS Take a drawer"));
	press(h, KEYS_ESC);
	type(h, "safe");
	assert_true(shows(h, "61 FL From the safe"));
	assert_true(shows(h, "62 SD Into the safe"));
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);

	h->till->config.shifts = true;
	h->till->config.day_by_hand = true;
	enter(h, "CL");
	press(h, KEYS_F9);
	type(h, "5");
	assert_true(shows(h, "57 OD Open the day"));
	assert_true(shows(h, "58 OS Take a drawer"));
	assert_true(shows(h, "59 CS Close my drawer"));
	press(h, KEYS_ESC);
	type(h, "60");
	assert_true(shows(h, "60 HO Hand it over"));
	end(h);
}

/* Find over a box that asks: no menu takes the box away, for what is unknown is
 * unknown still. */
static void
test_no_menu_over_a_question(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	scan(h, "4012345670097");
	scan(h, "4006381333931");
	press(h, KEYS_F2);
	assert_true(shows(h, "FIND ITEM"));
	press(h, KEYS_F9);
	assert_true(shows(h, "FIND ITEM"));
	assert_false(shows(h, "MENU - number"));
	press(h, KEYS_ESC);
	assert_true(shows(h, "[ NOT ON FILE ]"));
	press(h, KEYS_ESC);
	press(h, KEYS_F2);
	press(h, KEYS_F9);
	assert_true(shows(h, "MENU - number"));
	end(h);
}

/* A line is told by its number, which is not its place once one is void. */
static void
test_reading_names_the_line(void **state)
{
	struct hand *h = begin("S", 24, 80);
	char want[96];

	(void)state;
	sell_seven(h);
	enter(h, "VD1");
	type(h, "VD3");
	assert_int_equal(view(h)->basket->line[1].no, 3);
	(void)snprintf(want, sizeof(want), "void line 3, %.8s",
		view(h)->basket->line[1].item.name);
	assert_true(shows(h, want));
	press(h, KEYS_ESC);
	type(h, "VD1");
	assert_false(shows(h, "void line 1"));
	end(h);
}

static void
test_people_on_other_layouts(void **state)
{
	struct hand *h = begin_signed_off(50, 132);

	(void)state;
	golden(h, "sign_on_132");
	end(h);
}

/* No key is swallowed without a sound and a word. */
static void
test_unknown_keys_say_so(void **state)
{
	struct hand *h = begin("S", 24, 80);

	(void)state;
	while (rings(h)) {
	}
	press(h, KEYS_F6);
	assert_true(shows(h, "F1 lists the keys"));
	assert_true(rings(h));
	assert_false(rings(h));
	stroke(h, KEYS_REPAINT, 0, 10);
	assert_true(app_take_repaint(h->app));
	assert_false(app_take_repaint(h->app));
	type(h, "x");
	assert_true(shows(h, "WARN"));
	end(h);
}

/* A storm: 1,000 codes at 3 a second, every 7th unknown; and a heap of ten. */
static void
test_scan_storm(void **state)
{
	struct hand *h = begin("S", 24, 80);
	size_t sold = 0;
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++) {
		if (i % 7 == 0) {
			scan(h, "4006381333931");
			scan(h, "5000112637922");
			press(h, KEYS_ENTER);
			press(h, KEYS_ESC);
			sold++;
		} else {
			scan(h, "4012345670097");
			sold++;
		}
		assert_int_equal(view(h)->basket->n_line, sold);
	}
	for (i = 0; i < 10; i++) {
		burst(h, i % 2 == 0 ? "4311501000014" : "4012345670011");
		sold++;
	}
	assert_int_equal(view(h)->basket->n_line, sold);
	assert_int_equal(h->till->sold, 0);
	end(h);
}

/* Random keys: no crash, every row stays whole, and nothing is sold by a hand
 * that never pays. */
static void
test_random_keys(void **state)
{
	static const char chars[] = "0123456789*-.,%/?ABCDPQRTVLSO ";
	uint64_t seed = 20251121;
	struct hand *h = begin("S", 24, 80);
	int i;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < 30000 && !app_done(h->app); i++) {
		unsigned pick;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		pick = (unsigned)(seed >> 33);
		if (pick % 11 == 0) {
			burst(h, "4012345670097");
		} else if (pick % 13 == 0) {
			burst(h, "4006381333931");
		} else if (pick % 5 == 0) {
			stroke(h, (enum keys_code)(pick / 16 % KEYS_F9 + 1), 0,
				pick / 512 % 400);
		} else {
			stroke(h, KEYS_CHAR,
				chars[pick / 16 % (sizeof(chars) - 1)],
				pick / 512 % 100);
		}
		if (pick % 3 == 0) {
			look(h);
		}
		if (pick % 50 == 0) {
			check_width(app_draw(h->app));
		}
	}
	assert_int_equal(h->till->sold, 0);
	end(h);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_selling),
		cmocka_unit_test(test_golden_stop),
		cmocka_unit_test(test_golden_others),
		cmocka_unit_test(test_golden_return),
		cmocka_unit_test(test_return_keys),
		cmocka_unit_test(test_menu),
		cmocka_unit_test(test_menu_of_a_shop),
		cmocka_unit_test(test_golden_sizes),
		cmocka_unit_test(test_golden_hostile),
		cmocka_unit_test(test_golden_long),
		cmocka_unit_test(test_exact_cash_is_two_keys),
		cmocka_unit_test(test_plus_plus_sells_nothing),
		cmocka_unit_test(test_cash_by_digits),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_quantity_goes_with_its_scan),
		cmocka_unit_test(test_stop_holds_and_replays),
		cmocka_unit_test(test_early_keys_wait),
		cmocka_unit_test(test_stop_by_department),
		cmocka_unit_test(test_price_check_never_sells),
		cmocka_unit_test(test_price_check_by_name),
		cmocka_unit_test(test_scan_in_pay_returns),
		cmocka_unit_test(test_scans_wait_for_the_rest),
		cmocka_unit_test(test_tax_digits_are_never_cut),
		cmocka_unit_test(test_cancelling_asks_once),
		cmocka_unit_test(test_leaving),
		cmocka_unit_test(test_a_double_read_is_said),
		cmocka_unit_test(test_notes_of_a_start),
		cmocka_unit_test(test_find_as_you_type),
		cmocka_unit_test(test_find_waits_for_nobody),
		cmocka_unit_test(test_find_by_entry),
		cmocka_unit_test(test_find_loses_nothing),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_settings_pages),
		cmocka_unit_test(test_settings_edited_by_hand),
		cmocka_unit_test(test_parked_sales_are_listed),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_help_filters_and_follows_the_keymap),
		cmocka_unit_test(test_keys_of_a_file),
		cmocka_unit_test(test_numpad_profile),
		cmocka_unit_test(test_framed_commands_and_the_lock),
		cmocka_unit_test(test_no_fkeys_in_the_bar),
		cmocka_unit_test(test_not_recorded),
		cmocka_unit_test(test_somebody_signs_on),
		cmocka_unit_test(test_the_register_locks_with_its_sale),
		cmocka_unit_test(test_a_supervisor_approves),
		cmocka_unit_test(test_held_scans_outlive_a_lock),
		cmocka_unit_test(test_approval_ahead),
		cmocka_unit_test(test_a_pin_ahead_of_its_box),
		cmocka_unit_test(test_no_menu_over_a_question),
		cmocka_unit_test(test_reading_names_the_line),
		cmocka_unit_test(test_people_on_other_layouts),
		cmocka_unit_test(test_unknown_keys_say_so),
		cmocka_unit_test(test_scan_storm),
		cmocka_unit_test(test_random_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
