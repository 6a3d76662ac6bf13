/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/basket.h"
#include "gen.h"

#include "base/poison.h"

static const uint8_t id[UUID_BYTES] = {1, 2, 3};
static const struct tax_policy included = {
	true, TAX_PER_RECEIPT, ROUND_HALF_UP, 2, {{"A", 190000}, {"B", 70000}}};

static void
open_basket(struct basket *b, size_t cap, const struct tax_policy *p)
{
	void *memory = calloc(1, basket_bytes(cap));

	assert_non_null(memory);
	basket_init(b, memory, cap);
	basket_begin(b, id, (struct utc){42}, p, ROUND_HALF_UP);
}

static void
close_basket(struct basket *b)
{
	free(b->line);
}

static struct item
thing(const char *tax, int64_t price)
{
	struct item it = {
		.code = "4011",
		.kind = CODE_PLU,
		.name = "thing",
		.price = {price},
	};

	memcpy(it.tax, tax, strlen(tax) + 1);
	return it;
}

static size_t
add(struct basket *b, const char *tax, int64_t price, int64_t milli)
{
	struct item it = thing(tax, price);
	size_t idx = 99;

	assert_int_equal(basket_add(b, &it, (struct qty){milli}, &idx), RC_OK);
	return idx;
}

/* The sums anew, from nothing but the lines. */
static void
check_sums(const struct basket *b)
{
	size_t n = b->n_line;
	struct money *amount = calloc(n + 1, sizeof(*amount));
	uint8_t *class_idx = calloc(n + 1, 1);
	struct tax_sum sum[TAX_CLASS_MAX] = {0};
	struct tax_sum total = {0};
	int64_t discounts = 0;
	int64_t items = 0;

	assert_non_null(amount);
	assert_non_null(class_idx);
	for (size_t i = 0; i < n; i++) {
		const struct basket_line *l = &b->line[i];
		struct money whole;

		assert_int_equal(
			qty_extend(l->price, l->qty, b->round, &whole), RC_OK);
		assert_true(l->discount.minor >= 0 && l->amount.minor >= 0);
		assert_int_equal(
			l->amount.minor + l->discount.minor, whole.minor);
		assert_string_equal(
			l->unknown ? "" : b->tax->class_[l->tax_idx].code,
			l->item.tax);
		assert_true(i == 0 || l[-1].no < l->no);
		assert_true(l->no < b->next_no);
		amount[i] = l->amount;
		class_idx[i] = l->tax_idx;
		discounts += l->discount.minor;
		items += l->qty.milli % 1000 == 0 ? l->qty.milli : 1000;
	}
	assert_int_equal(
		tax_compute(b->tax, amount, class_idx, NULL, n, sum, &total),
		RC_OK);
	assert_memory_equal(b->by_class, sum, sizeof(sum));
	assert_memory_equal(&b->total, &total, sizeof(total));
	assert_int_equal(b->discounts.minor, discounts);
	assert_int_equal(b->items.milli, items);
	free(amount);
	free(class_idx);
}

static void
worked_sale(void **state)
{
	struct basket b;
	size_t idx;

	(void)state;
	open_basket(&b, 10, &included);
	assert_int_equal(b.opened.us, 42);
	assert_memory_equal(b.id, id, sizeof(id));
	add(&b, "B", 129, 2000); /* 2.58 */
	add(&b, "B", 380, 1000); /* 3.80 */
	add(&b, "B", 299, 734);  /* 2.19 */
	idx = add(&b, "A", 425, 1000);
	assert_int_equal(idx, 3);
	assert_int_equal(b.line[idx].no, 4);
	assert_int_equal(b.total.gross.minor, 258 + 380 + 219 + 425);
	assert_int_equal(b.items.milli, 5000);
	assert_int_equal(basket_discount_ppm(&b, 3, 100000), RC_OK);
	assert_int_equal(b.line[3].discount.minor, 43); /* 42.5 up */
	assert_int_equal(b.line[3].amount.minor, 382);
	assert_int_equal(b.discounts.minor, 43);
	check_sums(&b);
	/* a voided line leaves a gap, and its number is not used again */
	assert_int_equal(basket_void(&b, 1), RC_OK);
	assert_int_equal(b.line[1].no, 3);
	assert_int_equal(basket_find(&b, 2, &idx), RC_NOTFOUND);
	assert_int_equal(basket_find(&b, 4, &idx), RC_OK);
	assert_int_equal(idx, 2);
	idx = add(&b, "A", 0, 1000);
	assert_int_equal(b.line[idx].no, 5);
	check_sums(&b);
	close_basket(&b);
}

static void
discount_follows_the_line(void **state)
{
	struct basket b;

	(void)state;
	open_basket(&b, 10, &included);
	add(&b, "A", 500, 1000);
	assert_int_equal(basket_discount_ppm(&b, 0, 150000), RC_OK);
	assert_int_equal(b.line[0].amount.minor, 425);
	assert_int_equal(basket_set_qty(&b, 0, (struct qty){3000}), RC_OK);
	assert_int_equal(b.line[0].discount.minor, 225);
	assert_int_equal(basket_set_price(&b, 0, (struct money){100}), RC_OK);
	assert_int_equal(b.line[0].discount.minor, 45);
	assert_true(b.line[0].overridden);
	check_sums(&b);
	/* an amount stays what was keyed, and may not exceed the line */
	assert_int_equal(
		basket_discount_amount(&b, 0, (struct money){300}), RC_OK);
	assert_int_equal(b.line[0].discount_ppm, 0);
	assert_int_equal(b.line[0].amount.minor, 0);
	assert_int_equal(basket_set_qty(&b, 0, (struct qty){2000}), RC_RANGE);
	assert_int_equal(basket_set_price(&b, 0, (struct money){99}), RC_RANGE);
	assert_int_equal(
		basket_discount_amount(&b, 0, (struct money){301}), RC_RANGE);
	assert_int_equal(b.line[0].discount.minor, 300);
	assert_int_equal(b.line[0].qty.milli, 3000);
	/* back to the catalog's price is no override */
	assert_int_equal(basket_set_price(&b, 0, (struct money){500}), RC_OK);
	assert_false(b.line[0].overridden);
	/* 100 % and nothing */
	assert_int_equal(basket_discount_ppm(&b, 0, 1000000), RC_OK);
	assert_int_equal(b.total.gross.minor, 0);
	assert_int_equal(basket_discount_ppm(&b, 0, 0), RC_OK);
	assert_int_equal(b.total.gross.minor, 1500);
	/* 0.00 is a price */
	assert_int_equal(basket_set_price(&b, 0, (struct money){0}), RC_OK);
	assert_int_equal(b.total.gross.minor, 0);
	check_sums(&b);
	close_basket(&b);
}

/* Refused operations leave the basket, byte for byte. */
static void
refusals_change_nothing(void **state)
{
	struct basket b;
	struct basket before;
	struct basket_line lines[3];
	struct item it = thing("A", 100);
	struct item unknown = thing("X", 100);
	struct item below = thing("A", -1);
	struct item dear = thing("A", MONEY_MAX);
	struct item beyond = thing("A", MONEY_MAX + 1);
	struct basket_line zero = {.no = 0};
	size_t idx = 77;
	static const struct qty one = {1000};

	(void)state;
	open_basket(&b, 3, &included);
	add(&b, "A", 100, 2000);
	add(&b, "B", 100, 1000);
	before = b;
	memcpy(lines, b.line, sizeof(lines));

	assert_int_equal(basket_add(&b, &unknown, one, &idx), RC_NOTFOUND);
	assert_int_equal(basket_add(&b, &below, one, &idx), RC_INVAL);
	assert_int_equal(basket_add(&b, &dear, one, &idx), RC_RANGE);
	assert_int_equal(basket_add(&b, &beyond, one, &idx), RC_RANGE);
	assert_int_equal(basket_add(&b, &it, (struct qty){0}, &idx), RC_INVAL);
	assert_int_equal(
		basket_add(&b, &it, (struct qty){-1000}, &idx), RC_INVAL);
	assert_int_equal(
		basket_add(&b, &it, (struct qty){QTY_MAX + 1}, &idx), RC_RANGE);
	assert_int_equal(
		basket_add(&b, &dear, (struct qty){2000}, &idx), RC_RANGE);
	assert_int_equal(basket_void(&b, 2), RC_INVAL);
	assert_int_equal(basket_set_qty(&b, 2, one), RC_INVAL);
	assert_int_equal(basket_set_qty(&b, 0, (struct qty){0}), RC_INVAL);
	assert_int_equal(basket_set_price(&b, 0, (struct money){-1}), RC_INVAL);
	assert_int_equal(basket_set_price(&b, 2, (struct money){1}), RC_INVAL);
	assert_int_equal(
		basket_set_price(&b, 0, (struct money){MONEY_MAX}), RC_RANGE);
	assert_int_equal(basket_discount_ppm(&b, 0, 1000001), RC_RANGE);
	assert_int_equal(basket_discount_ppm(&b, 2, 1), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&b, 0, (struct money){201}), RC_RANGE);
	assert_int_equal(
		basket_discount_amount(&b, 0, (struct money){-1}), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&b, 2, (struct money){0}), RC_INVAL);
	assert_int_equal(basket_restore(&b, &zero), RC_INVAL);
	assert_int_equal(basket_restore(&b, &b.line[1]), RC_EXISTS);
	assert_int_equal(basket_find(&b, 3, &idx), RC_NOTFOUND);
	assert_int_equal(idx, 77);
	assert_memory_equal(&before, &b, sizeof(b));
	assert_memory_equal(lines, b.line, sizeof(lines));
	close_basket(&b);
}

static void
the_largest_line(void **state)
{
	static const struct tax_policy none = {
		true, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"A", 0}}};
	struct basket b;
	struct item it = thing("A", 0);
	size_t idx;

	(void)state;
	open_basket(&b, 2, &none);
	idx = add(&b, "A", MONEY_MAX, 1000);
	assert_int_equal(b.total.gross.minor, MONEY_MAX);
	assert_int_equal(
		basket_add(&b, &it, (struct qty){QTY_MAX}, &idx), RC_OK);
	check_sums(&b);
	close_basket(&b);
}

static void
two_thousand_lines(void **state)
{
	struct basket b;
	struct item it = thing("A", 199);
	size_t idx = 77;

	(void)state;
	open_basket(&b, BASKET_LINES_MAX, &included);
	for (unsigned i = 0; i < BASKET_LINES_MAX; i++) {
		add(&b, i % 3 == 0 ? "B" : "A", 199 + i, 1000);
	}
	check_sums(&b);
	assert_int_equal(
		basket_add(&b, &it, (struct qty){1000}, &idx), RC_NOSPC);
	assert_int_equal(idx, 77);
	assert_int_equal(b.n_line, BASKET_LINES_MAX);
	assert_int_equal(basket_find(&b, 1234, &idx), RC_OK);
	assert_int_equal(idx, 1233);
	assert_int_equal(basket_void(&b, 0), RC_OK);
	idx = add(&b, "A", 1, 1000);
	assert_int_equal(b.line[idx].no, BASKET_LINES_MAX + 1);
	check_sums(&b);
	close_basket(&b);
}

static void
restore_keeps_numbers(void **state)
{
	struct basket a, b;
	size_t idx;

	(void)state;
	open_basket(&a, 10, &included);
	open_basket(&b, 10, &included);
	for (int i = 1; i <= 5; i++) {
		add(&a, i % 2 ? "A" : "B", 100L * i, 1000L * i);
	}
	assert_int_equal(basket_discount_ppm(&a, 1, 333333), RC_OK);
	assert_int_equal(
		basket_discount_amount(&a, 2, (struct money){7}), RC_OK);
	assert_int_equal(basket_set_price(&a, 3, (struct money){1}), RC_OK);
	assert_int_equal(basket_void(&a, 0), RC_OK);
	/* in any order they end in their places */
	for (size_t i = a.n_line; i > 0; i--) {
		assert_int_equal(basket_restore(&b, &a.line[i - 1]), RC_OK);
	}
	assert_int_equal(b.n_line, a.n_line);
	assert_memory_equal(
		a.line, b.line, a.n_line * sizeof(struct basket_line));
	assert_memory_equal(a.by_class, b.by_class, sizeof(a.by_class));
	assert_memory_equal(&a.total, &b.total, sizeof(a.total));
	check_sums(&b);
	idx = add(&b, "A", 1, 1000);
	assert_int_equal(b.line[idx].no, 6);
	/* begun again it is empty */
	basket_begin(&b, id, (struct utc){43}, &included, ROUND_HALF_UP);
	assert_int_equal(b.n_line, 0);
	assert_int_equal(b.next_no, 1);
	assert_int_equal(b.total.gross.minor, 0);
	close_basket(&a);
	close_basket(&b);
}

static struct tax_policy
random_policy(struct gen *g)
{
	struct tax_policy p = {
		.included = gen_below(g, 2),
		.basis = (enum tax_basis)gen_below(g, 2),
		.round = (enum round)gen_below(g, ROUND_COUNT),
		.n_class = 3,
		.class_ = {{"A", 0}, {"B", 0}, {"C", 0}},
	};

	for (size_t i = 0; i < p.n_class; i++) {
		p.class_[i].rate_ppm =
			(uint32_t)gen_range(g, 0, TAX_RATE_MAX_PPM);
	}
	return p;
}

static int64_t
random_price(struct gen *g)
{
	switch (gen_below(g, 12)) {
	case 0:
		return gen_range(g, -2, MONEY_MAX);
	case 1:
		return gen_range(g, MONEY_MAX / 2, MONEY_MAX);
	default:
		return gen_range(g, 0, 20000);
	}
}

static int64_t
random_qty(struct gen *g)
{
	switch (gen_below(g, 8)) {
	case 0:
		return gen_range(g, -1, QTY_MAX + 1);
	case 1:
		return gen_range(g, 1, 3000);
	default:
		return 1000 * gen_range(g, 1, 12);
	}
}

static enum rc
random_act(struct gen *g, struct basket *b)
{
	static const char *const classes[] = {"A", "B", "C", "X"};
	size_t idx = (size_t)gen_below(g, b->n_line + 2);
	struct item it;

	switch (gen_below(g, 9)) {
	case 0:
		return basket_void(b, idx);
	case 1:
		return basket_set_qty(b, idx, (struct qty){random_qty(g)});
	case 2:
		return basket_set_price(
			b, idx, (struct money){random_price(g)});
	case 3:
		return basket_discount_ppm(
			b, idx, (uint32_t)gen_range(g, 0, 1000001));
	case 4:
		return basket_discount_amount(
			b, idx, (struct money){gen_range(g, -1, 5000)});
	default:
		it = thing(classes[gen_below(g, 16) ? gen_below(g, 3) : 3],
			random_price(g));
		return basket_add(b, &it, (struct qty){random_qty(g)}, &idx);
	}
}

#define CAP 24

static void
random_acts(void **state)
{
	struct gen g = gen_start("basket acts");
	struct basket_line lines[CAP];
	unsigned done = 0;
	unsigned refused = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct tax_policy p = random_policy(&g);
		struct basket b;

		open_basket(&b, CAP, &p);
		for (int i = 0; i < 100; i++) {
			struct basket before = b;
			enum rc rc;

			memcpy(lines, b.line, sizeof(lines));
			rc = random_act(&g, &b);
			if (rc == RC_OK) {
				done++;
			} else {
				refused++;
				assert_memory_equal(&before, &b, sizeof(b));
				assert_memory_equal(
					lines, b.line, sizeof(lines));
			}
			check_sums(&b);
		}
		close_basket(&b);
	}
	assert_true(done > 1000 && refused > 1000);
}

static void
adding_then_voiding_is_nothing(void **state)
{
	struct gen g = gen_start("add and void");

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct tax_policy p = random_policy(&g);
		struct basket b, before;
		struct item it = thing("B", gen_range(&g, 0, 100000));
		size_t idx;

		open_basket(&b, CAP, &p);
		for (int i = 0; i < 10; i++) {
			add(&b, i % 2 ? "A" : "B", gen_range(&g, 0, 5000),
				gen_range(&g, 1, 5000));
		}
		before = b;
		assert_int_equal(
			basket_add(&b, &it,
				(struct qty){gen_range(&g, 1, 9000)}, &idx),
			RC_OK);
		assert_int_equal(basket_discount_ppm(&b, idx,
					 (uint32_t)gen_range(&g, 0, 1000000)),
			RC_OK);
		assert_int_equal(basket_void(&b, idx), RC_OK);
		before.next_no = b.next_no; /* the number alone is used up */
		assert_memory_equal(&before, &b, sizeof(b));
		close_basket(&b);
	}
}

static void
order_of_scanning_does_not_matter(void **state)
{
	struct gen g = gen_start("order");
	static const char *const classes[] = {"A", "B", "C"};

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct tax_policy p = random_policy(&g);
		struct basket a, b;
		struct item it[CAP];
		int64_t qty[CAP];
		size_t order[CAP];
		size_t idx;

		open_basket(&a, CAP, &p);
		open_basket(&b, CAP, &p);
		for (size_t i = 0; i < CAP; i++) {
			it[i] = thing(classes[gen_below(&g, 3)],
				gen_range(&g, 0, 5000));
			qty[i] = gen_range(&g, 1, 5000);
			order[i] = i;
			assert_int_equal(basket_add(&a, &it[i],
						 (struct qty){qty[i]}, &idx),
				RC_OK);
		}
		for (size_t i = CAP; i > 0; i--) {
			size_t k = (size_t)gen_below(&g, i);
			size_t pick = order[k];

			order[k] = order[i - 1];
			assert_int_equal(basket_add(&b, &it[pick],
						 (struct qty){qty[pick]}, &idx),
				RC_OK);
		}
		assert_memory_equal(a.by_class, b.by_class, sizeof(a.by_class));
		assert_memory_equal(&a.total, &b.total, sizeof(a.total));
		assert_int_equal(a.items.milli, b.items.milli);
		close_basket(&a);
		close_basket(&b);
	}
}

/* A code nobody knows: a line without a price, until it is one. */
static void
not_on_file(void **state)
{
	struct item wrong = thing("Z", 100);
	struct item it = thing("A", 100);
	struct basket_line line;
	struct basket b;
	size_t idx = 9;

	(void)state;
	open_basket(&b, 10, &included);
	add(&b, "A", 200, 1000);
	assert_int_equal(
		basket_add_unknown(&b, "999", (struct qty){2000}, &idx), RC_OK);
	assert_int_equal(idx, 1);
	assert_int_equal(b.n_unknown, 1);
	assert_int_equal(b.total.gross.minor, 200);
	assert_int_equal(b.items.milli, 3000);
	check_sums(&b);
	assert_int_equal(basket_set_price(&b, 1, (struct money){5}), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&b, 1, (struct money){5}), RC_INVAL);
	assert_int_equal(basket_discount_ppm(&b, 1, 5), RC_INVAL);
	assert_int_equal(basket_set_qty(&b, 1, (struct qty){3000}), RC_OK);
	assert_int_equal(basket_resolve(&b, 0, &it), RC_INVAL);
	assert_int_equal(basket_resolve(&b, 1, &wrong), RC_NOTFOUND);
	line = b.line[1];
	assert_int_equal(basket_resolve(&b, 1, &it), RC_OK);
	assert_int_equal(b.n_unknown, 0);
	assert_int_equal(b.line[1].no, 2);
	assert_int_equal(b.total.gross.minor, 500);
	check_sums(&b);
	assert_int_equal(basket_void(&b, 1), RC_OK);
	assert_int_equal(basket_restore(&b, &line), RC_OK);
	assert_int_equal(b.n_unknown, 1);
	assert_true(b.line[1].unknown);
	assert_int_equal(basket_void(&b, 1), RC_OK);
	assert_int_equal(b.n_unknown, 0);
	check_sums(&b);
	assert_int_equal(
		basket_add_unknown(&b, "", (struct qty){1000}, &idx), RC_INVAL);
	assert_int_equal(
		basket_add_unknown(&b, "9", (struct qty){0}, &idx), RC_INVAL);
	close_basket(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_sale),
		cmocka_unit_test(discount_follows_the_line),
		cmocka_unit_test(refusals_change_nothing),
		cmocka_unit_test(the_largest_line),
		cmocka_unit_test(two_thousand_lines),
		cmocka_unit_test(restore_keeps_numbers),
		cmocka_unit_test(not_on_file),
		cmocka_unit_test(random_acts),
		cmocka_unit_test(adding_then_voiding_is_nothing),
		cmocka_unit_test(order_of_scanning_does_not_matter),
	};

	return cmocka_run_group_tests_name("basket", tests, NULL, NULL);
}
