/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the lesson goes on when a step was done, and only then; it begins and
 * ends with training. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "screen/coach.h"

struct lesson {
	struct coach coach;
	struct engine_view view;
	struct basket basket;
	struct basket_line line[8];
};

static void
begin(struct lesson *l)
{
	memset(l, 0, sizeof(*l));
	l->basket.line = l->line;
	l->view.basket = &l->basket;
	l->view.training = true;
	l->view.next_sale = 1;
	assert_false(coach_follow(&l->coach, &l->view));
}

static unsigned
step(const struct lesson *l)
{
	char text[160];
	struct sbuf b;
	const char *p;

	sbuf_init(&b, text, sizeof(text));
	coach_words(&l->coach, &b);
	p = strstr(text, "Step ");
	return p != NULL ? (unsigned)(p[5] - '0') : 0;
}

static bool
see(struct lesson *l)
{
	return coach_follow(&l->coach, &l->view);
}

static void
add(struct lesson *l, int64_t milli)
{
	l->line[l->basket.n_line++].qty.milli = milli;
}

static void
test_a_whole_lesson(void **state)
{
	struct lesson l;

	(void)state;
	begin(&l);
	assert_int_equal(step(&l), 1);
	assert_false(see(&l)); /* something else was keyed */
	add(&l, 1000);
	assert_true(see(&l));
	add(&l, 1000); /* one is not several */
	assert_false(see(&l));
	add(&l, 2000);
	assert_true(see(&l));
	assert_int_equal(step(&l), 3);
	add(&l, 1000);
	assert_true(see(&l));
	l.basket.n_line--;
	assert_true(see(&l));
	assert_int_equal(step(&l), 5);
	l.line[0].discount.minor = 9;
	assert_true(see(&l));
	l.basket.n_line = 0;
	l.view.n_parked = 1;
	assert_true(see(&l));
	l.basket.n_line = 3;
	l.view.n_parked = 0;
	assert_true(see(&l));
	l.view.state = ENGINE_PAY;
	assert_true(see(&l));
	assert_int_equal(step(&l), 9);
	l.view.state = ENGINE_READY;
	l.basket.n_line = 0;
	l.view.next_sale = 2;
	assert_true(see(&l));
	assert_int_equal(step(&l), 0); /* praise */
	add(&l, 1000);
	assert_false(see(&l));
}

static void
test_with_training_only(void **state)
{
	struct lesson l;
	char text[160];
	struct sbuf b;

	(void)state;
	begin(&l);
	add(&l, 1000);
	assert_true(see(&l));
	l.view.training = false;
	assert_false(see(&l));
	sbuf_init(&b, text, sizeof(text));
	coach_words(&l.coach, &b);
	assert_int_equal(b.len, 0);
	l.view.training = true;
	assert_false(see(&l));
	assert_int_equal(step(&l), 1); /* from the beginning */
}

/* Parking takes all lines away, and voids none. */
static void
test_parking_is_no_void(void **state)
{
	struct lesson l;

	(void)state;
	begin(&l);
	add(&l, 1000);
	assert_true(see(&l));
	add(&l, 2000);
	assert_true(see(&l));
	add(&l, 1000);
	assert_true(see(&l));
	l.basket.n_line = 0;
	l.view.n_parked = 1;
	assert_false(see(&l));
	assert_int_equal(step(&l), 4);
}

static bool
says(const struct lesson *l, const char *words)
{
	char text[160];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	coach_words(&l->coach, &b);
	return strstr(text, words) != NULL;
}

/* Whoever pays in the middle of it, or leaves Pay, is told what can be done. */
static void
test_off_the_way(void **state)
{
	struct lesson l;

	(void)state;
	begin(&l);
	l.coach.step = 3;
	add(&l, 1000);
	assert_false(see(&l));
	assert_true(says(&l, "Step 4 of 9: void"));
	l.basket.n_line = 0;
	l.view.next_sale = 2;
	assert_false(see(&l));
	assert_true(says(&l, "Step 4 of 9: scan an item"));
	add(&l, 1000);
	assert_false(see(&l));
	assert_true(says(&l, "Step 4 of 9: void"));
	l.coach.step = 6; /* the sale is parked, and comes back */
	l.basket.n_line = 0;
	assert_false(see(&l));
	assert_true(says(&l, "Step 7 of 9: and bring it back"));
	l.coach.step = 8;
	add(&l, 1000);
	l.view.state = ENGINE_PAY;
	assert_false(see(&l));
	assert_true(says(&l, "Step 9 of 9: exact cash"));
	l.view.state = ENGINE_SALE;
	assert_false(see(&l));
	assert_true(says(&l, "Step 9 of 9: the customer pays"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_lesson),
		cmocka_unit_test(test_with_training_only),
		cmocka_unit_test(test_parking_is_no_void),
		cmocka_unit_test(test_off_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
