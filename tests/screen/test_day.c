/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "base/poison.h"

/* A drawer of 123.45 that had 50.00 paid in. */
static struct hand *
begin_day(void)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct totals *t = &h->till->totals;

	t->drawer = 12345;
	t->opening = 5000;
	t->closings = 11;
	t->grand = INT64_C(120455190);
	t->returns = 1;
	t->return_amount = 89;
	t->n_tax = 2;
	t->tax[0] = (struct totals_tax){"A", 190000, 6000, 1140, 7140};
	t->tax[1] = (struct totals_tax){"B", 70000, 4864, 341, 5205};
	t->n_tender = 1;
	t->tender[0] = (struct totals_tender){"cash", 7345, 3};
	enter(h, "5000PI");
	return h;
}

static void
cash_in_and_out(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	assert_true(shows(h, "Paid in: 50.00"));
	enter(h, "PX");
	assert_true(shows(h, "Key the amount before it, like 2000PX."));
	press(h, KEYS_ESC);
	enter(h, "2000PX");
	enter(h, "10000PU");
	assert_int_equal(h->till->totals.paid_in, 5000);
	assert_int_equal(h->till->totals.paid_out, 2000);
	assert_int_equal(h->till->totals.pickups, 10000);
	assert_int_equal(h->till->totals.drawer, 12345 + 5000 - 12000);
	enter(h, "MG");
	type(h, "4");
	assert_true(shows(h, "Paid in: amount first"));
	end(h);
}

/* What there should be is nowhere before the count is recorded. */
static void
a_blind_count(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	enter(h, "");
	enter(h, "1");
	enter(h, "5000*");
	enter(h, "4x");
	assert_true(shows(h, "So many pieces, or an amount"));
	press(h, KEYS_ESC);
	type(h, "1");
	assert_true(shows(h, "20.00 x 1 = 20.00"));
	golden(h, "count");
	assert_false(shows(h, "173.45"));
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	assert_true(shows(h, "The count waits as it is"));
	/* practice, where no drawer is counted, takes nothing of it */
	enter(h, "TR");
	enter(h, "TR");
	enter(h, "CT");
	press(h, KEYS_DOWN);
	assert_true(shows(h, "100.00 x 1 = 100.00"));
	assert_false(shows(h, "173.45"));
	assert_int_equal(h->till->totals.counts, 0);
	type(h, "+");
	golden(h, "count_done");
	assert_int_equal(h->till->totals.counts, 1);
	assert_int_equal(h->till->totals.counted, 15000);
	assert_int_equal(h->till->totals.difference, -2345);
	enter(h, "");
	assert_false(shows(h, "CASH COUNT"));
	/* a new one begins empty */
	enter(h, "CT");
	type(h, "+");
	assert_true(shows(h, "Nothing is counted yet"));
	assert_int_equal(h->till->totals.counts, 1);
	end(h);
}

/* What nobody opens counts by its amount, as one piece; and what was counted can
 * be put right, which is a count of its own. */
static void
rolls_and_a_second_count(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	assert_true(shows(h, "Day began with"));
	enter(h, "1");
	press(h, KEYS_END);
	type(h, "12x");
	assert_true(shows(h, "their amount, like 25000"));
	press(h, KEYS_ESC);
	type(h, "1234");
	assert_true(shows(h, "Rolls and bags = 12.34"));
	enter(h, "*");
	type(h, "+");
	assert_int_equal(h->till->totals.counts, 1);
	assert_int_equal(h->till->totals.counted, 21234);
	assert_true(shows(h, "COUNTED AND RECORDED"));
	assert_true(shows(h, "12.34"));
	enter(h, "R");
	assert_true(shows(h, "BLIND COUNT"));
	assert_false(shows(h, "173.45"));
	enter(h, "0");
	type(h, "+");
	assert_int_equal(h->till->totals.counts, 2);
	assert_int_equal(h->till->totals.counted, 1234);
	enter(h, "");
	enter(h, "CT");
	type(h, "+");
	assert_true(shows(h, "Nothing is counted yet"));
	end(h);
}

/* Far more than can be there is asked about once, and told is not what should
 * be. */
static void
a_slip_among_pieces(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	enter(h, "99999");
	type(h, "+");
	assert_true(shows(h, "in the drawer?  Record it once more"));
	assert_false(shows(h, "173.45"));
	assert_int_equal(h->till->totals.counts, 0);
	press(h, KEYS_UP);
	enter(h, "9999");
	type(h, "+");
	assert_true(shows(h, "in the drawer?  Record it once more"));
	assert_int_equal(h->till->totals.counts, 0);
	type(h, "+");
	assert_int_equal(h->till->totals.counts, 1);
	assert_true(shows(h, "COUNTED AND RECORDED"));
	end(h);
}

/* Nine coins where there are eight rows: the one that is counted is in sight. */
static void
coins_on_a_slow_line(void **state)
{
	struct hand *h = begin_day();
	struct config_display d = h->till->config.display;

	(void)state;
	d.layout = DISPLAY_STACKED;
	app_look(h->app, &d);
	memcpy(h->till->config.currency.code, "PLN", 4);
	enter(h, "CT");
	assert_true(shows(h, "5.00"));
	assert_false(shows(h, " 0.01 "));
	press(h, KEYS_END);
	assert_true(shows(h, "Rolls and bags ="));
	press(h, KEYS_UP);
	assert_true(shows(h, ">       0.01"));
	assert_true(shows(h, "0.01 x 0 = 0.00"));
	assert_true(shows(h, " 2.00 "));
	end(h);
}

/* More rows than the screen has: they are on the next page, and it says so. */
static void
a_day_of_many_rows(void **state)
{
	static const char *const codes[] = {
		"C", "D", "E", "F", "G", "H", "I", "J", "K"};
	struct hand *h = begin_day();
	struct totals *t = &h->till->totals;

	(void)state;
	enter(h, "ZR");
	assert_false(shows(h, "PgDn: more rows"));
	press(h, KEYS_PGDN);
	assert_true(shows(h, "Tax A"));
	press(h, KEYS_ESC);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct totals_tax *x = &t->tax[t->n_tax++];
		struct totals_tender *p = &t->tender[t->n_tender++];
		struct sbuf b;

		memset(x, 0, sizeof(*x));
		sbuf_init(&b, x->code, sizeof(x->code));
		sbuf_puts(&b, codes[i]);
		x->rate = 10000 * ((int64_t)i + 1);
		sbuf_init(&b, p->name, sizeof(p->name));
		sbuf_puts(&b, "tender");
		sbuf_puts(&b, codes[i]);
	}
	t->deposits = 150;
	t->deposits_back = 25;
	enter(h, "ZR");
	assert_true(shows(h, "Grand total"));
	assert_true(shows(h, "PgDn: more rows"));
	assert_false(shows(h, "Tax K"));
	assert_false(shows(h, "tenderK"));
	press(h, KEYS_PGDN);
	assert_true(shows(h, "Tax K"));
	assert_true(shows(h, "Deposits given back"));
	assert_true(shows(h, "tenderK"));
	assert_true(shows(h, "PgUp: the first rows"));
	assert_false(shows(h, "173.45"));
	press(h, KEYS_PGDN);
	assert_true(shows(h, "Tax K"));
	press(h, KEYS_PGUP);
	assert_true(shows(h, "Picked up"));
	press(h, KEYS_F10);
	assert_true(shows(h, "Type 12, then Enter"));
	assert_int_equal(t->closings, 11);
	type(h, "Z0012");
	press(h, KEYS_F10);
	assert_int_equal(t->closings, 12);
	end(h);
}

/* What cards paid, and what a terminal's own day still waits for. */
static void
cards_in_a_day(void **state)
{
	struct hand *h = begin_day();
	struct totals *t = &h->till->totals;

	(void)state;
	t->tender[t->n_tender++] = (struct totals_tender){"CC", 9500, 3};
	t->card[t->n_card++] =
		(struct totals_card){"CC", "Visa", 7000, 2, 0, 0, 500, 1};
	t->card[t->n_card++] =
		(struct totals_card){"CC", "girocard", 2500, 1, 2500, 1};
	enter(h, "ZR");
	assert_true(shows(h, "- Visa"));
	assert_true(shows(h, "70.00"));
	assert_true(shows(h, "- girocard"));
	assert_true(shows(h, "Cards offline (1)"));
	assert_true(shows(h, "Back to cards (1)"));
	assert_false(shows(h, "KE of"));
	press(h, KEYS_ESC);
	t->unsettled = 1;
	t->n_terminal = 1;
	t->terminal[0] = (struct totals_terminal){"ec", 3, 0, 0};
	enter(h, "ZR");
	golden(h, "z_cards");
	end(h);
}

/* Not recorded: it says nothing, and can be tried again. */
static void
a_count_that_is_lost(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	enter(h, "1");
	h->till->fail = true;
	type(h, "+");
	assert_false(shows(h, "173.45"));
	assert_true(shows(h, "BLIND COUNT"));
	h->till->fail = false;
	type(h, "+");
	assert_true(shows(h, "OVER"));
	assert_int_equal(h->till->totals.counted, 20000);
	end(h);
}

static void
a_day_is_closed(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "ZR");
	golden(h, "z_before");
	assert_false(shows(h, "173.45"));
	enter(h, "");
	enter(h, "13");
	assert_int_equal(h->till->totals.closings, 11);
	assert_true(shows(h, "The next Z is 12"));
	press(h, KEYS_ESC);
	press(h, KEYS_F6);
	for (int i = 0; i < 5; i++) {
		press(h, KEYS_DOWN);
	}
	enter(h, "17345*");
	assert_true(shows(h, "So many pieces, or an amount"));
	press(h, KEYS_ESC);
	enter(h, "17000*");
	press(h, KEYS_F10);
	assert_true(shows(h, "SHORT"));
	enter(h, "");
	assert_true(shows(h, "cash short 3.45"));
	golden(h, "z_counted");
	enter(h, "12");
	golden(h, "z_closed");
	assert_int_equal(h->till->totals.closings, 12);
	assert_int_equal(h->till->totals.opening, 17000);
	assert_int_equal(h->till->totals.grand, INT64_C(120455190) + 12345);
	press(h, KEYS_ESC);
	assert_int_equal(till_view(h->till)->state, ENGINE_READY);
	assert_true(shows(h, "ITEM >"));
	end(h);
}

static void
not_with_a_sale_open(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "4017");
	enter(h, "ZR");
	assert_true(shows(h, "!! a sale is open"));
	enter(h, "12");
	assert_true(shows(h, "A sale is open"));
	assert_int_equal(h->till->totals.closings, 11);
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	enter(h, "CT");
	assert_true(shows(h, "A sale is open"));
	assert_false(shows(h, "CASH COUNT"));
	press(h, KEYS_ESC);
	enter(h, "PK");
	enter(h, "ZR");
	assert_true(shows(h, "!! parked 1"));
	enter(h, "12");
	assert_true(shows(h, "1 sale is parked"));
	assert_int_equal(h->till->totals.closings, 11);
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cash_in_and_out),
		cmocka_unit_test(a_blind_count),
		cmocka_unit_test(a_count_that_is_lost),
		cmocka_unit_test(rolls_and_a_second_count),
		cmocka_unit_test(a_slip_among_pieces),
		cmocka_unit_test(coins_on_a_slow_line),
		cmocka_unit_test(a_day_of_many_rows),
		cmocka_unit_test(cards_in_a_day),
		cmocka_unit_test(a_day_is_closed),
		cmocka_unit_test(not_with_a_sale_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
