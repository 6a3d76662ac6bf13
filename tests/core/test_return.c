/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that come back: shares, rates, and sums that end at nothing. */
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
open_basket(struct basket *b, const struct tax_policy *p)
{
	void *memory = calloc(1, basket_bytes(40));

	assert_non_null(memory);
	basket_init(b, memory, 40);
	basket_begin(b, id, (struct utc){42}, p, ROUND_HALF_UP);
}

static void
close_basket(struct basket *b)
{
	free(b->line);
}

static size_t
add(struct basket *b, const char *tax, int64_t price, int64_t milli)
{
	struct item it = {.code = "4011",
		.kind = CODE_PLU,
		.name = "thing",
		.price = {price}};
	size_t idx = 99;

	memcpy(it.tax, tax, strlen(tax) + 1);
	assert_int_equal(basket_add(b, &it, (struct qty){milli}, &idx), RC_OK);
	return idx;
}

/* Thousandths ${before}.. of a line, as the register takes it back. */
static struct basket_line
back(const struct basket *from, size_t idx, int64_t before, int64_t milli)
{
	const struct basket_line *sold = &from->line[idx];
	struct basket_line l = *sold;
	struct basket_shared s;

	assert_int_equal(basket_share(sold, before, milli, &s), RC_OK);
	memcpy(l.return_of, "R01-000042", 11);
	l.return_no = sold->no;
	l.return_ppm = from->tax->class_[sold->tax_idx].rate_ppm;
	l.qty.milli = -milli;
	l.discount_ppm = 0;
	l.discount = money_neg(s.discount);
	l.relief = money_neg(s.relief);
	l.amount = money_neg(s.amount);
	return l;
}

static void
three_for_1_18(void **state)
{
	static const int64_t paid[] = {39, 39, 40}, off[] = {20, 20, 19};
	struct basket_line sold = {.no = 1,
		.qty = {3000},
		.price = {59},
		.discount = {59},
		.amount = {118}};
	struct basket_shared s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			basket_share(&sold, 1000L * i, 1000, &s), RC_OK);
		assert_int_equal(s.amount.minor, paid[i]);
		assert_int_equal(s.discount.minor, off[i]);
	}
	assert_int_equal(basket_share(&sold, 1000, 2000, &s), RC_OK);
	assert_int_equal(s.amount.minor, 79);
	/* never more than was sold */
	assert_int_equal(basket_share(&sold, 0, 3001, &s), RC_NOSPC);
	assert_int_equal(basket_share(&sold, 2000, 1001, &s), RC_NOSPC);
	assert_int_equal(basket_share(&sold, 4000, 1, &s), RC_NOSPC);
	assert_int_equal(basket_share(&sold, 0, INT64_MAX, &s), RC_NOSPC);
	assert_int_equal(
		basket_share(&sold, INT64_MAX, INT64_MAX, &s), RC_NOSPC);
	assert_int_equal(basket_share(&sold, 0, 0, &s), RC_INVAL);
	assert_int_equal(basket_share(&sold, -1, 1000, &s), RC_INVAL);
	sold.qty.milli = -1000; /* itself a return */
	assert_int_equal(basket_share(&sold, 0, 1000, &s), RC_INVAL);
}

/* Whatever parts a line comes back in, they sum to it; none pays money in. */
static void
parts_sum_to_the_line(void **state)
{
	struct gen g = gen_start("parts of a line");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		bool whole = gen_below(&g, 2);
		struct basket_line sold = {.qty = {gen_range(&g, 1, 9000)}};
		int64_t at = 0, paid = 0, off = 0, step = whole ? 1000 : 1;

		if (whole) {
			sold.qty.milli = 1000 * gen_range(&g, 1, 30);
		}
		sold.amount.minor = gen_range(&g, 0, 20000);
		if (gen_below(&g, 2)) {
			sold.discount.minor = gen_range(&g, 0, 5000);
		}
		while (at < sold.qty.milli) {
			int64_t left = (sold.qty.milli - at) / step;
			int64_t now = step * gen_range(&g, 1, left);
			struct basket_shared s;

			assert_int_equal(
				basket_share(&sold, at, now, &s), RC_OK);
			assert_true(s.amount.minor >= 0);
			paid += s.amount.minor;
			off += s.discount.minor;
			at += now;
			assert_true(paid <= sold.amount.minor);
		}
		assert_int_equal(paid, sold.amount.minor);
		assert_int_equal(off, sold.discount.minor);
	}
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
		p.class_[i].rate_ppm = (uint32_t)gen_range(g, 0, 400000);
	}
	return p;
}

static void
random_sale(struct gen *g, struct basket *b)
{
	static const char *const classes[] = {"A", "B", "C"};
	size_t n = 1 + gen_below(g, 12);

	for (size_t i = 0; i < n; i++) {
		size_t idx =
			add(b, classes[gen_below(g, 3)], gen_range(g, 0, 5000),
				gen_below(g, 3) ? 1000 * gen_range(g, 1, 6)
						: gen_range(g, 1, 5000));

		if (gen_below(g, 3) == 0) {
			assert_int_equal(
				basket_discount_ppm(b, idx,
					(uint32_t)gen_range(g, 0, 1000000)),
				RC_OK);
		}
	}
}

static void
equal_but_for_the_sign(const struct tax_sum *a, const struct tax_sum *b)
{
	assert_int_equal(a->net.minor, -b->net.minor);
	assert_int_equal(a->tax.minor, -b->tax.minor);
	assert_int_equal(a->gross.minor, -b->gross.minor);
	assert_int_equal(b->net.minor + b->tax.minor, b->gross.minor);
}

/* A sale and the return of all its lines leave nothing, in any column. */
static void
sale_and_return_are_nothing(void **state)
{
	struct gen g = gen_start("sale and return");

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct tax_policy p = random_policy(&g);
		struct basket sale, ret, both;
		size_t idx = 0;

		open_basket(&sale, &p);
		open_basket(&ret, &p);
		open_basket(&both, &p);
		random_sale(&g, &sale);
		for (size_t k = 0; k < sale.n_line; k++) {
			struct basket_line l =
				back(&sale, k, 0, sale.line[k].qty.milli);

			assert_int_equal(
				basket_restore(&both, &sale.line[k]), RC_OK);
			assert_int_equal(basket_return(&ret, &l, &idx), RC_OK);
		}
		equal_but_for_the_sign(&sale.total, &ret.total);
		for (size_t c = 0; c < TAX_CLASS_MAX; c++) {
			equal_but_for_the_sign(
				&sale.by_class[c], &ret.by_class[c]);
		}
		assert_int_equal(sale.items.milli, -ret.items.milli);
		assert_int_equal(sale.discounts.minor, -ret.discounts.minor);
		/* exchanged for the same in one basket: nothing to pay */
		for (size_t k = 0; k < ret.n_line; k++) {
			assert_int_equal(
				basket_return(&both, &ret.line[k], &idx),
				RC_OK);
		}
		assert_int_equal(both.total.gross.minor, 0);
		assert_int_equal(both.total.tax.minor, 0);
		assert_int_equal(both.items.milli, 0);
		assert_int_equal(both.discounts.minor, 0);
		/* and taken out again the sale stands as it was */
		while (both.n_line > sale.n_line) {
			assert_int_equal(
				basket_void(&both, both.n_line - 1), RC_OK);
		}
		assert_memory_equal(
			&both.total, &sale.total, sizeof(sale.total));
		close_basket(&sale);
		close_basket(&ret);
		close_basket(&both);
	}
}

/* The rate of the day it was sold, beside that of today. */
static void
an_older_rate(void **state)
{
	static const struct tax_policy lower = {true, TAX_PER_RECEIPT,
		ROUND_HALF_UP, 2, {{"A", 160000}, {"B", 50000}}};
	struct basket sale, b, again;
	struct basket_line l;
	size_t idx = 0;
	struct basket_shared s;

	(void)state;
	open_basket(&sale, &included);
	open_basket(&b, &lower);
	open_basket(&again, &lower);
	add(&sale, "A", 1190, 2000);
	add(&b, "A", 1160, 1000);
	l = back(&sale, 0, 0, 1000);
	assert_int_equal(basket_return(&b, &l, &idx), RC_OK);
	assert_int_equal(idx, 1);
	assert_int_equal(b.line[1].no, 2);
	assert_int_equal(b.line[1].tax_idx, 2);
	assert_int_equal(b.tax->n_class, 3);
	assert_int_equal(lower.n_class, 2);
	assert_int_equal(b.by_class[0].tax.minor, 160);
	assert_int_equal(b.by_class[2].tax.minor, -190);
	assert_int_equal(b.by_class[2].net.minor, -1000);
	assert_int_equal(b.total.gross.minor, -30);
	/* the second one grows the line */
	l = back(&sale, 0, 0, 2000);
	assert_int_equal(basket_share(&sale.line[0], 0, 2000, &s), RC_OK);
	assert_int_equal(basket_set_return(&b, 1, l.qty, &s), RC_OK);
	assert_int_equal(b.total.gross.minor, 1160 - 2380);
	assert_int_equal(b.items.milli, -1000);
	for (size_t i = b.n_line; i > 0; i--) {
		assert_int_equal(basket_restore(&again, &b.line[i - 1]), RC_OK);
	}
	assert_memory_equal(&again.total, &b.total, sizeof(b.total));
	assert_memory_equal(again.line, b.line, 2 * sizeof(b.line[0]));
	assert_int_equal(basket_void(&b, 1), RC_OK);
	assert_int_equal(b.total.gross.minor, 1160);
	close_basket(&sale);
	close_basket(&b);
	close_basket(&again);
}

static void
what_is_refused(void **state)
{
	struct basket sale, b;
	struct basket before;
	struct basket_line l, x;
	const struct basket_shared none = {0};
	size_t idx = 77;

	(void)state;
	open_basket(&sale, &included);
	open_basket(&b, &included);
	add(&sale, "A", 500, 2000);
	l = back(&sale, 0, 0, 1000);
	assert_int_equal(basket_return(&b, &l, &idx), RC_OK);
	/* without a receipt: at its price */
	x = (struct basket_line){.item = l.item, .price = {450}};
	x.qty.milli = -2000;
	assert_int_equal(basket_return(&b, &x, &idx), RC_OK);
	assert_int_equal(b.line[1].amount.minor, -900);
	assert_int_equal(b.total.gross.minor, -1400);
	assert_int_equal(basket_set_price(&b, 1, (struct money){400}), RC_OK);
	assert_int_equal(basket_set_qty(&b, 1, (struct qty){-3000}), RC_OK);
	assert_int_equal(b.line[1].amount.minor, -1200);
	before = b;
	idx = 77;
	x.qty.milli = 1000;
	assert_int_equal(basket_return(&b, &x, &idx), RC_INVAL);
	x.qty.milli = -1000;
	x.discount.minor = -5;
	assert_int_equal(basket_return(&b, &x, &idx), RC_INVAL);
	x.discount.minor = 0;
	memcpy(x.item.tax, "X", 2);
	assert_int_equal(basket_return(&b, &x, &idx), RC_NOTFOUND);
	x = l;
	x.amount.minor = 1;
	assert_int_equal(basket_return(&b, &x, &idx), RC_INVAL);
	x = l;
	x.return_ppm = TAX_RATE_MAX_PPM + 1;
	assert_int_equal(basket_return(&b, &x, &idx), RC_RANGE);
	assert_int_equal(basket_set_qty(&b, 0, (struct qty){-2000}), RC_INVAL);
	assert_int_equal(basket_set_qty(&b, 1, (struct qty){2000}), RC_INVAL);
	assert_int_equal(basket_set_price(&b, 0, (struct money){1}), RC_INVAL);
	assert_int_equal(basket_discount_ppm(&b, 0, 1), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&b, 1, (struct money){1}), RC_INVAL);
	assert_int_equal(
		basket_set_return(&b, 1, (struct qty){-1000}, &none), RC_INVAL);
	assert_int_equal(idx, 77);
	assert_memory_equal(&before, &b, sizeof(b));
	close_basket(&sale);
	close_basket(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_for_1_18),
		cmocka_unit_test(parts_sum_to_the_line),
		cmocka_unit_test(sale_and_return_are_nothing),
		cmocka_unit_test(an_older_rate),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
