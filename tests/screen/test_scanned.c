/* SPDX-License-Identifier: Apache-2.0 */
/* What serial scanners read, beside what is typed. */
#include "hand.h"

#include "base/poison.h"

#define MILK "4012345670011"

/* One symbol, ${ms} after what was before. */
static void
zap(struct hand *h, const char *text, int64_t ms)
{
	h->t.us += ms * 1000;
	h->till->now.now.mono = h->t;
	assert_non_null(h->till->scan_fn);
	h->till->scan_fn(h->till->scan_arg, text, strlen(text));
	look(h);
}

static void
it_sells_as_a_wedge_does(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	zap(h, "]E0" MILK, 1000);
	assert_int_equal(view(h)->basket->n_line, 1);
	type(h, "12*");
	zap(h, "]E0" MILK, 1000);
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_int_equal(view(h)->basket->line[1].qty.milli, 12000);
	/* a trigger that was pulled twice */
	zap(h, "]E0" MILK, 100);
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_true(shows(h, "Same code twice at once"));
	zap(h, "]E0" MILK, 300);
	assert_int_equal(view(h)->basket->n_line, 3);
	end(h);
}

static void
what_is_typed_stays(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	type(h, "40");
	zap(h, "]E0" MILK, 1000);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_int_equal(view(h)->basket->line[0].qty.milli, 1000);
	assert_true(shows(h, "40"));
	end(h);
}

static void
behind_a_box_it_waits(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	zap(h,
		"]C101040063813339311"
		"0L1",
		1000);
	assert_true(shows(h, "NOT ON FILE"));
	/* by its number, not by all that the symbol says */
	assert_true(shows(h, "4006381333931"));
	assert_false(shows(h, "]C1"));
	zap(h, "]E0" MILK, 1000);
	zap(h,
		"]C101040063813339311"
		"0L1",
		1000);
	assert_true(shows(h, "HELD 1 scan,"));
	assert_int_equal(view(h)->basket->n_line, 0);
	type(h, "1");
	end(h);
}

/* One finger twice is one plus; another sale's is another plus. */
static void
plus_behind_a_scan_is_no_bounce(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	zap(h, "]E0" MILK, 1000);
	stroke(h, KEYS_CHAR, '+', 50);
	stroke(h, KEYS_CHAR, '+', 50);
	pass(h, 100);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	assert_int_equal(view(h)->n_tender, 0);
	zap(h, "]E0" MILK, 20);
	zap(h,
		"]E0"
		"4012345670097",
		20);
	assert_int_equal(view(h)->state, ENGINE_SALE);
	stroke(h, KEYS_CHAR, '+', 20);
	pass(h, 100);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

static void
no_function_is_executed(void **state)
{
	static const char *const hostile[] = {"CA", "100CA", "TL", "+", "VD",
		"\x1b[21~", "9ZR", "]", "]C1", "", "NS\r",
		"\x02"
		"NS"
		"\x03",
		"1000*", "SO", "9999999999PO"};
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	zap(h, "]E0" MILK, 1000);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		zap(h, hostile[i], 1000);
		press(h, KEYS_ESC);
		press(h, KEYS_ESC);
		assert_int_equal(view(h)->state, ENGINE_SALE);
		assert_int_equal(view(h)->basket->line[0].qty.milli, 1000);
		assert_false(view(h)->has_pending_qty);
		assert_false(view(h)->signed_off);
	}
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_sells_as_a_wedge_does),
		cmocka_unit_test(what_is_typed_stays),
		cmocka_unit_test(behind_a_box_it_waits),
		cmocka_unit_test(plus_behind_a_scan_is_no_bounce),
		cmocka_unit_test(no_function_is_executed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
