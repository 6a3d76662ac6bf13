/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/day.h"
#include "core/shift.h"
#include "core/totals.h"
#include "tests/core/gen.h"

#include "base/poison.h"

/* Totals and drawers, fed as the store feeds them. */
struct books {
	struct totals t;
	struct shifts s;
	uint64_t seq;
};

static enum rc
feed(struct books *b, struct event *e)
{
	struct totals before = b->t;
	enum rc rc;

	e->sequence = b->seq + 1;
	rc = shifts_add(&b->s, &before, e);
	if (rc == RC_OK) {
		rc = totals_add(&b->t, e);
		assert_int_equal(rc, RC_OK);
		b->seq++;
	}
	assert_true(shifts_agree(&b->s, &b->t));
	return rc;
}

static enum rc
sell(struct books *b, int64_t shift, const char *tender, int64_t amount,
	int64_t change)
{
	struct event_tender paid = {.tender = tender,
		.amount = amount,
		.tendered = amount + change,
		.change = change};
	struct event e = {.type = EVENT_SALE_COMPLETED};

	e.data.sale.total = amount;
	e.data.sale.tender = &paid;
	e.data.sale.n_tender = 1;
	e.data.sale.shift = shift;
	return feed(b, &e);
}

static enum rc
cash(struct books *b, int64_t shift, const char *kind, int64_t amount)
{
	struct event e = {.type = EVENT_CASH_MOVED};

	e.data.cash = (struct event_cash){
		.kind = kind, .amount = amount, .shift = shift};
	return feed(b, &e);
}

static enum rc
open_shift(struct books *b, const char *who, int64_t drawer, int64_t counted,
	int64_t floats)
{
	struct event e = {.type = EVENT_SHIFT_OPENED, .actor = who};
	int64_t expected = shifts_holds(&b->s, &b->t, drawer);

	e.data.shift = (struct event_shift){.shift = b->s.last + 1,
		.drawer = drawer,
		.expected = expected,
		.counted = counted,
		.floats = floats,
		.difference = counted - expected - floats};
	return feed(b, &e);
}

static enum rc
close_shift(struct books *b, int64_t number, int64_t off)
{
	const struct shift *x = shift_find(&b->s, number);
	struct event_day_tender row[TOTALS_TENDERS];
	struct event e = {.type = EVENT_SHIFT_CLOSED};
	struct event_shift_closed *d = &e.data.shift_closed;
	enum rc rc;

	if (x == NULL) {
		d->shift = number;
		return feed(b, &e);
	}
	shift_sums(x, row, d);
	d->expected = shifts_holds(&b->s, NULL, x->drawer);
	assert_int_equal(d->expected, shift_expected(x));
	d->counted = d->expected + off;
	d->difference = off;
	d->carried = d->counted;
	assert_true(shifts_say(&b->s, &e));
	d->gross++;
	assert_false(shifts_say(&b->s, &e));
	d->gross--;
	rc = feed(b, &e);
	return rc;
}

static void
close_day(struct books *b)
{
	struct day_rows *rows = calloc(1, sizeof(*rows));
	struct event_day_shift list[SHIFT_CLOSED];
	struct event e = {.type = EVENT_DAY_CLOSED};

	assert_non_null(rows);
	day_close(&b->t, rows, &e.data.day);
	shifts_day(&b->s, list, &e.data.day);
	e.data.day.date = "2026-11-22";
	assert_true(day_agrees(&e.data.day, &b->t));
	assert_true(shifts_say(&b->s, &e));
	assert_int_equal(feed(b, &e), RC_OK);
	free(rows);
}

static void
two_drawers(void **state)
{
	struct books b = {0};
	const struct shift *x;

	(void)state;
	assert_int_equal(sell(&b, 0, "cash", 1000, 0), RC_OK);
	assert_true(shifts_is_empty(&b.s));
	assert_int_equal(shifts_holds(&b.s, &b.t, 1), 1000);
	/* 7 finds 9.90 of the 10.00; 8 gets 200.00 from the safe */
	assert_int_equal(open_shift(&b, "7", 1, 990, 0), RC_OK);
	assert_int_equal(open_shift(&b, "8", 2, 20000, 20000), RC_OK);
	assert_int_equal(b.t.drawer, 21000);
	assert_int_equal(b.t.difference, -10);
	assert_int_equal(b.t.floats, 20000);
	assert_int_equal(sell(&b, 1, "cash", 500, 1500), RC_OK);
	assert_int_equal(sell(&b, 2, "CC", 700, 0), RC_OK);
	assert_int_equal(sell(&b, 2, "cash", 300, 0), RC_OK);
	assert_int_equal(cash(&b, 2, "drop", 10000), RC_OK);
	assert_int_equal(cash(&b, 1, "float", 100), RC_OK);
	x = shift_of(&b.s, "8");
	assert_non_null(x);
	assert_ptr_equal(x, shift_of_drawer(&b.s, 2));
	assert_int_equal(shift_expected(x), 10300);
	assert_int_equal(x->gross, 1000);
	assert_int_equal(x->n_tender, 2);
	/* change is cash, but the amount of a tender is without it */
	assert_int_equal(shifts_holds(&b.s, &b.t, 1), 990 + 500 + 100);
	assert_null(shift_of(&b.s, "9"));
	assert_int_equal(close_shift(&b, 2, 25), RC_OK);
	assert_int_equal(b.s.n_open, 1);
	assert_int_equal(b.s.closed[0].carried, 10325);
	assert_int_equal(shifts_holds(&b.s, &b.t, 2), 10325);
	assert_int_equal(close_shift(&b, 1, 0), RC_OK);
	assert_true(totals_count_stands(&b.t));
	close_day(&b);
	assert_int_equal(b.s.n_closed, 0);
	assert_string_equal(b.s.last_date, "2026-11-22");
	assert_int_equal(b.t.opening, 10325 + 1590);
	assert_int_equal(shifts_holds(&b.s, &b.t, 2), 10325);
}

static void
refused(void **state)
{
	struct books b = {0};
	struct shifts was;

	(void)state;
	assert_int_equal(sell(&b, 1, "cash", 100, 0), RC_RANGE);
	assert_int_equal(close_shift(&b, 1, 0), RC_RANGE);
	assert_int_equal(open_shift(&b, "7", 0, 0, 0), RC_RANGE);
	assert_int_equal(open_shift(&b, "7", 10, 0, 0), RC_RANGE);
	assert_int_equal(open_shift(&b, "7", 1, 0, 0), RC_OK);
	was = b.s;
	assert_int_equal(open_shift(&b, "8", 1, 0, 0), RC_RANGE);
	assert_int_equal(open_shift(&b, "7", 2, 0, 0), RC_RANGE);
	assert_int_equal(cash(&b, 2, "drop", 100), RC_RANGE);
	assert_int_equal(cash(&b, 1, "float", INT64_C(1) << 62), RC_RANGE);
	assert_true(shifts_equal(&was, &b.s));
	b.s.last = 41; /* a number that is not the next */
	assert_int_equal(close_shift(&b, 1, 0), RC_OK);
	b.s.last = 40;
	assert_int_equal(open_shift(&b, "7", 1, 0, 0), RC_OK);
	assert_non_null(shift_find(&b.s, 41));
}

/* What is practiced moves nothing; a count says nothing goes in or out. */
static void
counted(void **state)
{
	struct books b = {0};
	struct event e = {.type = EVENT_CASH_COUNTED};

	(void)state;
	assert_int_equal(open_shift(&b, "7", 1, 5000, 5000), RC_OK);
	e.data.count = (struct event_count){
		.counted = 4000, .expected = 5000, .difference = -1000};
	e.data.count.shift = 1;
	assert_int_equal(feed(&b, &e), RC_OK);
	assert_true(b.s.open[0].counted);
	assert_int_equal(b.t.difference, 0);
	assert_int_equal(sell(&b, 1, "CC", 100, 0), RC_OK);
	assert_true(b.s.open[0].counted);
	assert_int_equal(sell(&b, 1, "cash", 100, 0), RC_OK);
	assert_false(b.s.open[0].counted);
	/* of nobody's shift: all there is */
	e.data.count = (struct event_count){
		.counted = 5000, .expected = 5100, .difference = -100};
	assert_int_equal(feed(&b, &e), RC_OK);
	assert_int_equal(b.t.difference, -100);
	assert_int_equal(b.s.drawer[0].difference, -100);
	e.training = true;
	e.data.count.shift = 99;
	assert_int_equal(feed(&b, &e), RC_OK);
}

/* More than a day lists. */
static void
many(void **state)
{
	struct books b = {0};

	(void)state;
	for (int64_t i = 1; i <= SHIFT_CLOSED + 5; i++) {
		assert_int_equal(open_shift(&b, "7", 1, 5 * i, 0), RC_OK);
		assert_int_equal(close_shift(&b, i, 1), RC_OK);
	}
	assert_int_equal(b.s.n_closed, SHIFT_CLOSED);
	assert_int_equal(b.s.closed[0].number, 6);
	close_day(&b);
}

/* 10,000 acts of nine people at nine drawers: whatever they do, the drawers
 * come to what the totals have, after each of them. */
static void
random_acts(void **state)
{
	static const char *const who[] = {
		"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"};
	static const char *const kind[] = {
		"paid-in", "paid-out", "pickup", "drop", "float"};
	struct gen g = gen_start("shifts");
	struct books b = {0};
	size_t done = 0, handed = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		const char *me = who[gen_below(&g, 11)];
		const struct shift *x = shift_of(&b.s, me);
		int64_t mine = x != NULL ? x->number : 0;
		int64_t amount = (int64_t)gen_below(&g, 20000);
		int64_t drawer = (int64_t)gen_below(&g, 9) + 1;
		enum rc rc = RC_OK;

		switch (gen_below(&g, 8)) {
		case 0:
			rc = open_shift(&b, me, drawer, amount,
				gen_below(&g, 2) == 0 ? amount : 0);
			break;
		case 1:
			if (mine != 0 && gen_below(&g, 3) == 0) {
				rc = close_shift(&b, mine, amount / 100 - 100);
			}
			break;
		case 2: /* handed over */
			if (mine != 0) {
				drawer = x->drawer;
				amount = shift_expected(x) + amount / 50;
				assert_int_equal(
					close_shift(&b, mine,
						amount - shift_expected(x)),
					RC_OK);
				rc = open_shift(&b, who[gen_below(&g, 11)],
					drawer, amount, 0);
				handed += rc == RC_OK;
			}
			break;
		case 3:
			rc = mine == 0 ? RC_RANGE
				       : cash(&b, mine, kind[gen_below(&g, 5)],
						 amount);
			break;
		case 4:
			if (b.s.n_open == 0) {
				close_day(&b);
			}
			break;
		default:
			/* nobody takes cash that is nobody's */
			rc = mine == 0 ? sell(&b, 0, "CC", amount, 0)
				       : sell(&b, mine,
						 gen_below(&g, 3) == 0 ? "CC"
								       : "cash",
						 amount,
						 (int64_t)gen_below(&g, 500));
			break;
		}
		assert_true(rc == RC_OK || rc == RC_RANGE);
		done += rc == RC_OK;
	}
	assert_true(done > 8000);
	assert_true(handed > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_drawers),
		cmocka_unit_test(refused),
		cmocka_unit_test(counted),
		cmocka_unit_test(many),
		cmocka_unit_test(random_acts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
