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

#include <string.h>

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
		assert_int_equal(tax_compute(&p, amount, c->class_idx, NULL,
					 c->n, sum, &total),
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
		tax_compute(&p, amount, none, NULL, 2, sum, &total), RC_INVAL);
	assert_int_equal(
		tax_compute(&p, amount, all, NULL, 2, sum, &total), RC_RANGE);
	amount[0].minor = 0; /* the sum fits, the tax on top of it does not */
	assert_int_equal(
		tax_compute(&p, amount, all, NULL, 2, sum, &total), RC_RANGE);
	p.basis = TAX_PER_LINE;
	assert_int_equal(
		tax_compute(&p, amount, none, NULL, 2, sum, &total), RC_INVAL);
	assert_int_equal(
		tax_compute(&p, amount, all, NULL, 2, sum, &total), RC_RANGE);
	p.n_class = TAX_ROWS + 1;
	assert_int_equal(
		tax_compute(&p, amount, all, NULL, 2, sum, &total), RC_INVAL);
	assert_int_equal(sum[0].net.minor, 7);
	assert_int_equal(total.gross.minor, 7);
}

/* --- parts ---------------------------------------------------------------- */

#define EACH false
#define TOGETHER true

struct part_case {
	const char *name;
	bool included, together;
	enum tax_basis basis;
	uint8_t decimals;
	size_t n_part;
	struct tax_part part[TAX_PARTS];
	size_t n;
	int64_t amount[LINES], units[LINES];
	int64_t want[TAX_PARTS], tax, gross;
};

static const struct part_case part_cases[] = {
	{"T1 per unit, state and county as one", false, TOGETHER, TAX_PER_UNIT,
		0, 2, {{"STATE", 70000}, {"COUNTY", 12500}}, 1, {297}, {3},
		{20, 4}, 24, 321},
	{"T1 per invoice", false, TOGETHER, TAX_PER_RECEIPT, 0, 2,
		{{"STATE", 70000}, {"COUNTY", 12500}}, 1, {297}, {3}, {21, 4},
		25, 322},
	{"T2 GST and QST on 100.00", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"QST", 99750}}, 1, {10000}, {1}, {500, 998},
		1498, 11498},
	{"T3 total first, then rounded", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"QST", 99750}}, 2, {349, 1279}, {1, 1},
		{81, 162}, 243, 1871},
	{"T4 the same by line", false, EACH, TAX_PER_LINE, 0, 2,
		{{"GST", 50000}, {"QST", 99750}}, 2, {349, 1279}, {1, 1},
		{81, 163}, 244, 1872},
	{"T5 the same in one step", false, TOGETHER, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"QST", 99750}}, 2, {349, 1279}, {1, 1},
		{81, 163}, 244, 1872},
	{"T6 tax on tax", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"PST", 95000, true}}, 1, {10000}, {1},
		{500, 998}, 1498, 11498},
	{"T7 beside each other", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"X", 50000}, {"Y", 100000}}, 1, {1999}, {1}, {100, 200}, 300,
		2299},
	{"T7 compound", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"X", 50000}, {"Y", 100000, true}}, 1, {1999}, {1}, {100, 210},
		310, 2309},
	{"T8 each half alone", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"CGST", 90000}, {"SGST", 90000}}, 1, {10505}, {1}, {945, 945},
		1890, 12395},
	{"T8 at once would be more", false, TOGETHER, TAX_PER_RECEIPT, 0, 2,
		{{"CGST", 90000}, {"SGST", 90000}}, 1, {10505}, {1}, {946, 945},
		1891, 12396},
	{"T9 no paisa is lost", false, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"CGST", 90000}, {"SGST", 90000}}, 1, {5467000}, {1},
		{492030, 492030}, 984060, 6451060},
	{"V4 a: not rounded before the sum", true, EACH, TAX_PER_RECEIPT, 0, 0,
		{{"", 0}}, 1, {575}, {5}, {0}, 52, 575},
	{"V4 b: four decimals a unit", true, EACH, TAX_PER_UNIT, 2, 0,
		{{"", 0}}, 1, {575}, {5}, {0}, 52, 575},
	{"V4 b: two decimals a unit", true, EACH, TAX_PER_UNIT, 0, 0, {{"", 0}},
		1, {575}, {5}, {0}, 50, 575},
	{"V4 b: four decimals a line", true, EACH, TAX_PER_LINE, 2, 0,
		{{"", 0}}, 5, {115, 115, 115, 115, 115}, {1, 1, 1, 1, 1}, {0},
		52, 575},
	{"included parts", true, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"QST", 99750}}, 1, {11498}, {1}, {500, 998},
		1498, 11498},
	{"included, compound", true, EACH, TAX_PER_RECEIPT, 0, 2,
		{{"GST", 50000}, {"PST", 95000, true}}, 1, {11498}, {1},
		{500, 998}, 1498, 11498},
	{"included, compound, together", true, TOGETHER, TAX_PER_RECEIPT, 0, 2,
		{{"X", 50000}, {"Y", 100000, true}}, 1, {2309}, {1}, {100, 210},
		310, 2309},
	{"units that are not worth the same", false, EACH, TAX_PER_UNIT, 0, 1,
		{{"X", 100000}}, 1, {146}, {3}, {15}, 15, 161},
	{"and come back", false, EACH, TAX_PER_UNIT, 0, 1, {{"X", 100000}}, 1,
		{-146}, {3}, {-15}, -15, -161},
	{"decimals kept of each part", false, EACH, TAX_PER_LINE, 1, 2,
		{{"GST", 50000}, {"PST", 95000, true}}, 2, {105, 105}, {1, 1},
		{11, 21}, 32, 242},
};

static void
put_part_case(const struct part_case *c, struct tax_policy *p)
{
	*p = (struct tax_policy){.included = c->included,
		.together = c->together,
		.basis = c->basis,
		.decimals = c->decimals,
		.n_class = 1,
		.class_ = {{.code = "A", .n_part = c->n_part}}};
	for (size_t i = 0; i < c->n_part; i++) {
		p->class_[0].part[i] = c->part[i];
	}
	p->class_[0].rate_ppm =
		c->n_part == 0 ? 100000 : tax_rate_of(&p->class_[0]);
}

static void
parts_by_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(part_cases) / sizeof(part_cases[0]);
		i++) {
		const struct part_case *c = &part_cases[i];
		struct money amount[LINES];
		static const uint8_t idx[LINES] = {0};
		struct tax_policy p;
		struct tax_sum sum, total;

		put_part_case(c, &p);
		for (size_t k = 0; k < c->n; k++) {
			amount[k].minor = c->amount[k];
		}
		print_message("# %s\n", c->name);
		assert_int_equal(tax_compute(&p, amount, idx, c->units, c->n,
					 &sum, &total),
			RC_OK);
		assert_int_equal(sum.tax.minor, c->tax);
		assert_int_equal(sum.gross.minor, c->gross);
		for (size_t k = 0; k < TAX_PARTS; k++) {
			assert_int_equal(sum.part[k].minor, c->want[k]);
		}
	}
}

static void
rates_of_parts(void **state)
{
	struct tax_class c = {
		.n_part = 2, .part = {{"GST", 50000}, {"QST", 99750}}};

	(void)state;
	assert_int_equal(tax_rate_of(&c), 149750);
	c.part[1].on_tax = true; /* 1.05 x 9.975 % */
	assert_int_equal(tax_rate_of(&c), 154738);
	c.part[0].on_tax = true; /* on nothing */
	assert_int_equal(tax_rate_of(&c), 154738);
	c = (struct tax_class){.rate_ppm = 190000};
	assert_int_equal(tax_rate_of(&c), 190000);
	assert_null(tax_why_name(TAX_DUE));
	assert_string_equal(tax_why_name(TAX_EXEMPT), "exempt");
	assert_string_equal(tax_why_name(TAX_REVERSE), "reverse");
}

/* Four compound parts of rates that nothing divides: longer than 128 bits. */
static void
long_division(void **state)
{
	struct tax_policy p = {.included = true,
		.together = true,
		.n_class = 1,
		.class_ = {{.code = "A",
			.n_part = 4,
			.part = {{"K", 199999}, {"L", 189989, true},
				{"M", 179969, true}, {"N", 169957, true}}}}};
	struct tax_sum s;

	(void)state;
	/* 9e15 x (F / (1 + F)), F = 1.199999 x 1.189989 x 1.179969 x 1.169957
	 * - 1; by a program that has fractions */
	assert_int_equal(
		tax_split(&p, 0, (struct money){9000000000000000}, &s), RC_OK);
	assert_int_equal(s.tax.minor, 4434606874936001);
	assert_int_equal(s.part[0].minor + s.part[1].minor + s.part[2].minor +
				 s.part[3].minor,
		s.tax.minor);
	assert_int_equal(s.part[3].minor, 1307409588557528);
}

/* --- properties ------------------------------------------------------------- */

struct random {
	struct tax_policy p;
	struct money amount[LINES];
	uint8_t idx[LINES];
	int64_t units[LINES];
};

static void
random_class(struct gen *g, struct tax_class *c)
{
	uint32_t left = TAX_RATE_MAX_PPM;

	c->n_part = gen_below(g, TAX_PARTS + 1);
	c->rate_ppm = (uint32_t)gen_range(g, 0, TAX_RATE_MAX_PPM);
	for (size_t i = 0; i < c->n_part; i++) {
		c->part[i].rate_ppm = (uint32_t)gen_range(g, 0, left / 4);
		c->part[i].on_tax = gen_below(g, 2);
	}
	if (c->n_part > 0) {
		c->rate_ppm = tax_rate_of(c);
	}
}

static void
random_case(struct gen *g, struct random *r)
{
	*r = (struct random){
		.p = {
			.included = gen_below(g, 2),
			.together = gen_below(g, 2),
			.basis = (enum tax_basis)gen_below(g, 3),
			.round = (enum round)gen_below(g, ROUND_COUNT),
			.decimals = (uint8_t)gen_below(g, TAX_DECIMALS_MAX + 1),
			.n_class = (size_t)gen_range(g, 1, 4),
		}};
	for (size_t c = 0; c < r->p.n_class; c++) {
		random_class(g, &r->p.class_[c]);
	}
	for (size_t k = 0; k < LINES; k++) {
		r->amount[k].minor = gen_range(g, -100000, 1000000);
		r->idx[k] = (uint8_t)gen_below(g, r->p.n_class);
		r->units[k] = gen_range(g, 1, 9);
	}
}

static void
compute(const struct random *r, struct tax_sum sum[TAX_ROWS],
	struct tax_sum *total)
{
	memset(sum, 0, TAX_ROWS * sizeof(*sum));
	assert_int_equal(tax_compute(&r->p, r->amount, r->idx, r->units, LINES,
				 sum, total),
		RC_OK);
}

static void
parts_always_sum(void **state)
{
	struct gen g = gen_start("tax");
	struct tax_sum sum[TAX_ROWS], total;
	struct random r;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct tax_sum add = {0};
		int64_t lines = 0;

		random_case(&g, &r);
		compute(&r, sum, &total);
		for (size_t c = 0; c < r.p.n_class; c++) {
			int64_t parts = 0;

			for (size_t k = 0; k < TAX_PARTS; k++) {
				parts += sum[c].part[k].minor;
			}
			assert_int_equal(parts, r.p.class_[c].n_part > 0
							? sum[c].tax.minor
							: 0);
			assert_int_equal(sum[c].net.minor + sum[c].tax.minor,
				sum[c].gross.minor);
			assert_int_equal(tax_sum_add(&add, &sum[c]), RC_OK);
		}
		for (size_t k = 0; k < LINES; k++) {
			lines += r.amount[k].minor;
		}
		assert_memory_equal(&add, &total, sizeof(add));
		assert_int_equal(
			r.p.included ? total.gross.minor : total.net.minor,
			lines);
	}
}

static void
refund_is_the_mirror(void **state)
{
	struct gen g = gen_start("refund");
	struct tax_sum sum[TAX_ROWS], back[TAX_ROWS], total, total_back;
	struct random r;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		random_case(&g, &r);
		compute(&r, sum, &total);
		for (size_t k = 0; k < LINES; k++) {
			r.amount[k] = money_neg(r.amount[k]);
		}
		compute(&r, back, &total_back);
		for (size_t c = 0; c < r.p.n_class; c++) {
			assert_int_equal(sum[c].tax.minor, -back[c].tax.minor);
			assert_int_equal(sum[c].net.minor, -back[c].net.minor);
			for (size_t k = 0; k < TAX_PARTS; k++) {
				assert_int_equal(sum[c].part[k].minor,
					-back[c].part[k].minor);
			}
		}
		assert_int_equal(total.gross.minor, -total_back.gross.minor);
	}
}

static void
order_is_irrelevant(void **state)
{
	struct gen g = gen_start("order");
	struct tax_sum sum[TAX_ROWS], other[TAX_ROWS], total, total_other;
	struct random r, s;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		size_t by = (size_t)gen_range(&g, 1, LINES - 1);

		random_case(&g, &r);
		s = r;
		for (size_t k = 0; k < LINES; k++) {
			s.amount[k] = r.amount[(k + by) % LINES];
			s.idx[k] = r.idx[(k + by) % LINES];
			s.units[k] = r.units[(k + by) % LINES];
		}
		compute(&r, sum, &total);
		compute(&s, other, &total_other);
		assert_memory_equal(sum, other, sizeof(sum));
		assert_memory_equal(&total, &total_other, sizeof(total));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_examples),
		cmocka_unit_test(net_of_two_rates),
		cmocka_unit_test(errors_leave_the_outputs),
		cmocka_unit_test(parts_by_row),
		cmocka_unit_test(rates_of_parts),
		cmocka_unit_test(long_division),
		cmocka_unit_test(parts_always_sum),
		cmocka_unit_test(refund_is_the_mirror),
		cmocka_unit_test(order_is_irrelevant),
	};

	return cmocka_run_group_tests_name("tax", tests, NULL, NULL);
}
