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
static const struct basket_buyer nobody, certified = {.certificate = "E-1"},
					 business = {.vat = "DE123456789"};

static void
open_basket(struct basket *b, bool included)
{
	const struct tax_policy p = {.included = included,
		.n_class = 3,
		.class_ = {
			{.code = "A", .rate_ppm = 190000},
			{.code = "B", .rate_ppm = 70000},
			{.code = "R",
				.rate_ppm = 190000,
				.reverse = true,
				.reverse_from = {500000}},
		}};
	void *memory = calloc(1, basket_bytes(20));

	assert_non_null(memory);
	basket_init(b, memory, 20);
	basket_begin(b, id, (struct utc){42}, &p, ROUND_HALF_UP);
}

static struct basket_line *
put(struct basket *b, const char *tax, int64_t price, int64_t milli)
{
	struct basket_line l = {
		.item = {.code = "4011", .price = {price}}, .qty = {milli}};
	size_t idx = 0;

	memcpy(l.item.tax, tax, strlen(tax) + 1);
	l.price.minor = price;
	assert_int_equal(milli < 0 ? basket_return(b, &l, &idx)
				   : basket_put(b, &l, &idx),
		RC_OK);
	return &b->line[idx];
}

static void
buys(struct basket *b, const struct basket_buyer *who)
{
	assert_int_equal(basket_set_buyer(b, who), RC_OK);
}

static void
is_due(const struct basket *b, int64_t net, int64_t tax, int64_t gross)
{
	assert_int_equal(b->total.net.minor, net);
	assert_int_equal(b->total.tax.minor, tax);
	assert_int_equal(b->total.gross.minor, gross);
}

static const struct tax_class *
row(const struct basket *b, size_t idx)
{
	return &b->tax->class_[b->line[idx].tax_idx];
}

static void
t12_exempt_where_tax_is_added(void **state)
{
	struct basket b;

	(void)state;
	open_basket(&b, false);
	put(&b, "A", 349, 1000);
	put(&b, "A", 1279, 1000);
	is_due(&b, 1628, 309, 1937);
	buys(&b, &certified);
	is_due(&b, 1628, 0, 1628);
	assert_int_equal(row(&b, 0)->why, TAX_EXEMPT);
	assert_int_equal(row(&b, 0)->rate_ppm, 0);
	assert_int_equal(b.line[0].relief.minor, 0);
	assert_int_equal(b.n_step, 0);
	buys(&b, &nobody);
	is_due(&b, 1628, 309, 1937);
	assert_int_equal(row(&b, 0)->why, TAX_DUE);
	free(b.line);
}

static void
v5_exempt_where_prices_hold_it(void **state)
{
	struct basket b;

	(void)state;
	open_basket(&b, true);
	put(&b, "A", 1190, 1000);
	buys(&b, &certified);
	put(&b, "A", 499, 1000);
	is_due(&b, 1419, 0, 1419);
	assert_int_equal(b.line[0].amount.minor, 1000);
	assert_int_equal(b.line[1].amount.minor, 419);
	assert_int_equal(b.line[1].relief.minor, 80);
	assert_int_equal(b.n_step, 2);
	assert_int_equal(b.step[1].kind, STEP_RELIEF);
	assert_int_equal(b.step[1].amount.minor, 80);
	/* what comes back without a receipt mirrors it */
	put(&b, "A", 499, -1000);
	is_due(&b, 1000, 0, 1000);
	free(b.line);
}

static void
v6_reverse_charge(void **state)
{
	struct basket b;
	struct basket_line *l;

	(void)state;
	open_basket(&b, false);
	l = put(&b, "R", 50000, 9000);
	buys(&b, &business);
	is_due(&b, 450000, 85500, 535500);
	assert_int_equal(row(&b, 0)->why, TAX_DUE);
	l = put(&b, "R", 50000, 1000);
	is_due(&b, 500000, 0, 500000);
	assert_int_equal(row(&b, 0)->why, TAX_REVERSE);
	/* other classes are taxed as ever; consumers always are */
	put(&b, "A", 10000, 1000);
	is_due(&b, 510000, 1900, 511900);
	buys(&b, &nobody);
	is_due(&b, 510000, 96900, 606900);
	buys(&b, &business);
	assert_int_equal(basket_void(&b, (size_t)(l - b.line)), RC_OK);
	is_due(&b, 460000, 87400, 547400);
	free(b.line);
}

static void
v6_where_prices_hold_it(void **state)
{
	struct basket b;

	(void)state;
	open_basket(&b, true);
	put(&b, "R", 59500, 10000);
	buys(&b, &business);
	is_due(&b, 500000, 0, 500000);
	/* the same goods for 0.01 less are below the limit */
	assert_int_equal(
		basket_discount_amount(&b, 0, (struct money){1}), RC_OK);
	is_due(&b, 499999, 95000, 594999);
	free(b.line);
}

static void
a_deposit_goes_with_its_goods(void **state)
{
	struct basket b;
	struct basket_line *l;

	(void)state;
	open_basket(&b, true);
	l = put(&b, "B", 107, 1000);
	put(&b, "R", 595000, 1000);
	l->link = 2;
	buys(&b, &business);
	is_due(&b, 500100, 0, 500100);
	assert_int_equal(row(&b, 0)->why, TAX_REVERSE);
	assert_string_equal(row(&b, 0)->code, "B");
	put(&b, "B", 107, 1000);
	is_due(&b, 500200, 7, 500207);
	free(b.line);
}

static void
what_a_receipt_says_stays(void **state)
{
	struct basket b;
	struct basket_line l = {.item = {.code = "1", .tax = "A"},
		.qty = {-1000},
		.return_of = "R01-000001",
		.return_no = 1,
		.return_ppm = 190000,
		.price = {1190},
		.amount = {-1190}};
	size_t idx = 0;

	(void)state;
	open_basket(&b, true);
	buys(&b, &certified);
	assert_int_equal(basket_return(&b, &l, &idx), RC_OK);
	is_due(&b, -1000, -190, -1190);
	free(b.line);
}

/* Whoever is named in between, in the end it is as if never. */
static void
naming_leaves_no_trace(void **state)
{
	struct gen g = gen_start("relief");
	static const char *const tax[] = {"A", "B", "R"};

	(void)state;
	for (int i = 0; i < 300; i++) {
		bool included = gen_below(&g, 2);
		const struct basket_buyer *last = &nobody;
		struct basket a, b;

		open_basket(&a, included);
		open_basket(&b, included);
		for (int k = 0; k < 20; k++) {
			const char *code = tax[gen_below(&g, 3)];
			int64_t price = gen_range(&g, 0, 300000);
			int64_t milli = gen_range(&g, -3, 5) * 1000;

			milli = milli == 0 ? 734 : milli;
			last = gen_below(&g, 2)   ? &nobody
			       : gen_below(&g, 2) ? &certified
						  : &business;
			put(&a, code, price, milli);
			put(&b, code, price, milli);
			buys(&a, last);
			if (gen_below(&g, 4) == 0) {
				size_t at = gen_below(&g, a.n_line);

				assert_int_equal(basket_void(&a, at), RC_OK);
				assert_int_equal(basket_void(&b, at), RC_OK);
			}
		}
		buys(&b, last);
		is_due(&a, b.total.net.minor, b.total.tax.minor,
			b.total.gross.minor);
		assert_int_equal(a.n_line, b.n_line);
		assert_true(a.policy.n_class <= 9);
		for (size_t k = 0; k < a.n_line; k++) {
			assert_int_equal(
				a.line[k].amount.minor, b.line[k].amount.minor);
			assert_int_equal(row(&a, k)->why, row(&b, k)->why);
			assert_string_equal(row(&a, k)->code, row(&b, k)->code);
		}
		free(a.line);
		free(b.line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t12_exempt_where_tax_is_added),
		cmocka_unit_test(v5_exempt_where_prices_hold_it),
		cmocka_unit_test(v6_reverse_charge),
		cmocka_unit_test(v6_where_prices_hold_it),
		cmocka_unit_test(a_deposit_goes_with_its_goods),
		cmocka_unit_test(what_a_receipt_says_stays),
		cmocka_unit_test(naming_leaves_no_trace),
	};

	return cmocka_run_group_tests_name("relief", tests, NULL, NULL);
}
