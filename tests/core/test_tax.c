/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/tax.h"
#include "gen.h"

#include "base/poison.h"

#define LINES 8

struct tax_case {
	const char *name;
	bool included;
	enum tax_basis basis;
	enum round round;
	uint32_t rate[2];
	size_t n;
	int64_t amount[LINES];
	uint8_t class_idx[LINES];
	int64_t tax[2];
	int64_t net, total_tax, gross;
};

static const struct tax_case cases[] = {
	{"V1 two included rates, once per receipt", true, TAX_PER_RECEIPT,
		ROUND_HALF_UP, {190000, 70000}, 2, {1109, 1624}, {0, 1},
		{177, 106}, 2450, 283, 2733},
	{"V3 included, by line", true, TAX_PER_LINE, ROUND_HALF_UP, {200000}, 3,
		{199, 199, 199}, {0}, {99}, 498, 99, 597},
	{"V3 included, by receipt", true, TAX_PER_RECEIPT, ROUND_HALF_UP,
		{200000}, 3, {199, 199, 199}, {0}, {100}, 497, 100, 597},
	{"V4 sum first, then round", true, TAX_PER_RECEIPT, ROUND_HALF_UP,
		{100000}, 5, {115, 115, 115, 115, 115}, {0}, {52}, 523, 52,
		575},
	{"V4 each rounded to cents", true, TAX_PER_LINE, ROUND_HALF_UP,
		{100000}, 5, {115, 115, 115, 115, 115}, {0}, {50}, 525, 50,
		575},
	{"V5 one line of 11.90", true, TAX_PER_LINE, ROUND_HALF_UP, {190000}, 1,
		{1190}, {0}, {190}, 1000, 190, 1190},
	{"V5 one line of 4.99", true, TAX_PER_LINE, ROUND_HALF_UP, {190000}, 1,
		{499}, {0}, {80}, 419, 80, 499},
	{"T1 added, by item", false, TAX_PER_LINE, ROUND_HALF_UP, {82500}, 3,
		{99, 99, 99}, {0}, {24}, 297, 24, 321},
	{"T1 added, by invoice", false, TAX_PER_RECEIPT, ROUND_HALF_UP, {82500},
		3, {99, 99, 99}, {0}, {25}, 297, 25, 322},
	{"no line at all", true, TAX_PER_RECEIPT, ROUND_DOWN, {80000, 100000},
		0, {0}, {0}, {0}, 0, 0, 0},
	{"T10 added, fractions dropped", false, TAX_PER_RECEIPT, ROUND_DOWN,
		{80000, 100000}, 5, {98, 98, 98, 155, 155}, {0, 0, 0, 1, 1},
		{23, 31}, 604, 54, 658},
	{"T10 added, half up", false, TAX_PER_RECEIPT, ROUND_HALF_UP,
		{80000, 100000}, 5, {98, 98, 98, 155, 155}, {0, 0, 0, 1, 1},
		{24, 31}, 604, 55, 659},
	{"T10 added, up", false, TAX_PER_RECEIPT, ROUND_UP, {80000, 100000}, 5,
		{98, 98, 98, 155, 155}, {0, 0, 0, 1, 1}, {24, 31}, 604, 55,
		659},
	{"T10 by line is one short", false, TAX_PER_LINE, ROUND_DOWN,
		{80000, 100000}, 3, {98, 98, 98}, {0, 0, 0}, {21, 0}, 294, 21,
		315},
	{"T11 three decimals", false, TAX_PER_RECEIPT, ROUND_HALF_UP, {75000},
		1, {12345}, {0}, {926}, 12345, 926, 13271},
	{"R1 coffee and sandwich", false, TAX_PER_RECEIPT, ROUND_HALF_UP,
		{50000}, 2, {183, 286}, {0, 0}, {23}, 469, 23, 492},
	{"rate zero", true, TAX_PER_RECEIPT, ROUND_HALF_UP, {0, 190000}, 2,
		{500, 0}, {0, 1}, {0, 0}, 500, 0, 500},
	{"a refund mirrors its sale", true, TAX_PER_RECEIPT, ROUND_HALF_UP,
		{190000, 70000}, 2, {-1109, -1624}, {0, 1}, {-177, -106}, -2450,
		-283, -2733},
	{"half to even", false, TAX_PER_RECEIPT, ROUND_HALF_EVEN, {50000}, 2,
		{10, 0}, {0, 0}, {0}, 10, 0, 10},
};

static void
worked_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tax_case *c = &cases[i];
		struct tax_policy p = {
			.included = c->included,
			.basis = c->basis,
			.round = c->round,
			.n_class = 2,
			.class_ = {{"A", c->rate[0]}, {"B", c->rate[1]}},
		};
		struct money amount[LINES];
		struct tax_sum sum[2], total;

		for (size_t k = 0; k < LINES; k++) {
			amount[k].minor = c->amount[k];
		}
		print_message("# %s\n", c->name);
		assert_int_equal(tax_compute(&p, amount, c->class_idx, c->n,
					 sum, &total),
			RC_OK);
		assert_int_equal(sum[0].tax.minor, c->tax[0]);
		assert_int_equal(sum[1].tax.minor, c->tax[1]);
		assert_int_equal(total.net.minor, c->net);
		assert_int_equal(total.tax.minor, c->total_tax);
		assert_int_equal(total.gross.minor, c->gross);
	}
}

static void
net_of_two_rates(void **state)
{
	struct tax_policy p = {true, TAX_PER_RECEIPT, ROUND_HALF_UP, 2,
		{{"A", 190000}, {"B", 70000}}};
	struct tax_sum s;

	(void)state;
	assert_int_equal(tax_split(&p, 0, (struct money){1109}, &s), RC_OK);
	assert_int_equal(s.net.minor, 932);
	assert_int_equal(tax_split(&p, 1, (struct money){1624}, &s), RC_OK);
	assert_int_equal(s.net.minor, 1518);
	assert_int_equal(tax_split(&p, 2, (struct money){1}, &s), RC_INVAL);
	assert_int_equal(s.net.minor, 1518);
	assert_int_equal(tax_find(&p, "B"), 1);
	assert_int_equal(tax_find(&p, "b"), -1);
	assert_int_equal(tax_find(&p, ""), -1);
}

static void
errors_leave_the_outputs(void **state)
{
	struct tax_policy p = {
		false, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"A", 190000}}};
	struct tax_sum sum[1] = {{{7}, {7}, {7}}};
	struct tax_sum total = sum[0];
	struct money amount[2] = {{1}, {MONEY_MAX}};
	static const uint8_t none[2] = {0, 1};
	static const uint8_t all[2] = {0, 0};

	(void)state;
	assert_int_equal(
		tax_compute(&p, amount, none, 2, sum, &total), RC_INVAL);
	assert_int_equal(
		tax_compute(&p, amount, all, 2, sum, &total), RC_RANGE);
	amount[0].minor = 0; /* the sum fits, the tax on top of it does not */
	assert_int_equal(
		tax_compute(&p, amount, all, 2, sum, &total), RC_RANGE);
	p.basis = TAX_PER_LINE;
	assert_int_equal(
		tax_compute(&p, amount, none, 2, sum, &total), RC_INVAL);
	assert_int_equal(
		tax_compute(&p, amount, all, 2, sum, &total), RC_RANGE);
	p.n_class = TAX_CLASS_MAX + 1;
	assert_int_equal(
		tax_compute(&p, amount, all, 2, sum, &total), RC_INVAL);
	assert_int_equal(sum[0].net.minor, 7);
	assert_int_equal(total.gross.minor, 7);
}

static void
parts_always_sum(void **state)
{
	struct gen g = gen_start("tax");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct tax_policy p = {
			.included = gen_below(&g, 2),
			.basis = (enum tax_basis)gen_below(&g, 2),
			.round = (enum round)gen_below(&g, ROUND_COUNT),
			.n_class = (size_t)gen_range(&g, 1, 4),
		};
		struct money amount[LINES];
		uint8_t idx[LINES];
		struct tax_sum sum[TAX_CLASS_MAX], total;
		struct tax_sum add = {0};
		int64_t lines = 0;

		for (size_t c = 0; c < p.n_class; c++) {
			p.class_[c].rate_ppm =
				(uint32_t)gen_range(&g, 0, TAX_RATE_MAX_PPM);
		}
		for (size_t k = 0; k < LINES; k++) {
			amount[k].minor = gen_range(&g, -100000, 1000000);
			idx[k] = (uint8_t)gen_below(&g, p.n_class);
			lines += amount[k].minor;
		}
		assert_int_equal(
			tax_compute(&p, amount, idx, LINES, sum, &total),
			RC_OK);
		for (size_t c = 0; c < p.n_class; c++) {
			assert_int_equal(sum[c].net.minor + sum[c].tax.minor,
				sum[c].gross.minor);
			assert_int_equal(tax_sum_add(&add, &sum[c]), RC_OK);
		}
		assert_memory_equal(&add, &total, sizeof(add));
		assert_int_equal(
			p.included ? total.gross.minor : total.net.minor,
			lines);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_examples),
		cmocka_unit_test(net_of_two_rates),
		cmocka_unit_test(errors_leave_the_outputs),
		cmocka_unit_test(parts_always_sum),
	};

	return cmocka_run_group_tests_name("tax", tests, NULL, NULL);
}
