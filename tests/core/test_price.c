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
#include "core/pricing.h"

#include "base/poison.h"

#define CAP 40
#define LINES 8
#define MINUTE_US INT64_C(60000000)
/* 2026-11-21T00:00:00Z, a Saturday */
#define SATURDAY INT64_C(1795219200000000)

static const uint8_t id[UUID_BYTES] = {4, 5, 6};

struct shop {
	void *rules_memory;
	struct rules *rules;
	void *memory;
	struct basket b;
};

static void
shop_open(struct shop *s)
{
	s->rules_memory = malloc(rules_bytes(10000));
	s->memory = malloc(basket_bytes(CAP));
	assert_non_null(s->rules_memory);
	assert_non_null(s->memory);
	s->rules = rules_init(s->rules_memory, rules_bytes(10000));
	basket_init(&s->b, s->memory, CAP);
}

/* Tax of the classes A to D. */
static void
shop_begin(struct shop *s, bool included, const uint32_t ppm[4])
{
	struct tax_policy tax = {.included = included, .n_class = 4};

	for (size_t i = 0; i < 4; i++) {
		tax.class_[i].code[0] = (char)('A' + (int)i);
		tax.class_[i].rate_ppm = ppm[i];
	}
	assert_int_equal(rules_seal(s->rules), RC_OK);
	basket_begin(&s->b, id, (struct utc){SATURDAY}, &tax, ROUND_HALF_UP);
	basket_set_rules(&s->b, s->rules);
}

static void
shop_close(struct shop *s)
{
	free(s->rules_memory);
	free(s->memory);
}

static struct basket_line
goods(const char *code, const char *tax, int64_t price, int64_t pieces)
{
	struct basket_line l = {.qty = {pieces * 1000}, .at = {SATURDAY}};

	memcpy(l.item.code, code, strlen(code) + 1);
	memcpy(l.item.tax, tax, strlen(tax) + 1);
	memcpy(l.item.groups, "deal", 5);
	memcpy(l.item.dept, "20", 3);
	l.item.price.minor = price;
	return l;
}

static size_t
put(struct shop *s, struct basket_line l)
{
	size_t idx = 99;

	assert_int_equal(basket_put(&s->b, &l, &idx), RC_OK);
	return idx;
}

/* One row of the specification: goods, what is done, what it comes to. */
struct row {
	const char *name;

	struct {
		const char *tax;
		int64_t price, pieces;
	} line[LINES];

	uint32_t rate[4];
	bool added;
	/* one promotion on the group all of it is in; units 0: none */
	int64_t units, units2;
	enum reward reward;
	int64_t value, free;
	bool shop;
	/* or a coupon */
	int64_t off;
	bool maker, doubled;
	uint32_t sale_ppm;
	int64_t less[LINES]; /* of each line */
	int64_t tax, total, pays;
};

static const struct row row[] = {
	{.name = "P1",
		.line = {{"A", 99, 1}, {"A", 249, 1}, {"A", 500, 1}},
		.sale_ppm = 100000,
		.less = {10, 25, 50},
		.total = 763,
		.pays = 763},
	{.name = "P2 one by one",
		.line = {{"A", 59, 1}, {"A", 59, 1}, {"A", 59, 1}},
		.units = 3,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1,
		.less = {20, 20, 19},
		.total = 118,
		.pays = 118},
	{.name = "P2 at once",
		.line = {{"A", 59, 3}},
		.units = 3,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1,
		.less = {59},
		.total = 118,
		.pays = 118},
	{.name = "P4 shop",
		.line = {{"A", 2800, 1}, {"A", 2500, 1}, {"A", 2200, 1}},
		.units = 2,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1,
		.shop = true,
		/* 28.00 with 22.00, by what each is worth */
		.less = {1232, 0, 968},
		.total = 5300,
		.pays = 5300},
	{.name = "P4 customer",
		.line = {{"A", 2800, 1}, {"A", 2500, 1}, {"A", 2200, 1}},
		.units = 2,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1,
		.less = {1321, 1179, 0},
		.total = 5000,
		.pays = 5000},
	{.name = "P6",
		.line = {{"A", 275, 1}, {"B", 150, 1}, {"B", 95, 1}},
		.rate = {0, 200000},
		.units = 3,
		.reward = REWARD_PRICE,
		.value = 350,
		.less = {90, 49, 31},
		.tax = 28,
		.total = 350,
		.pays = 350},
	{.name = "P7",
		.line = {{"A", 300, 1}},
		.rate = {80000},
		.added = true,
		.off = 50,
		.maker = true,
		.tax = 24,
		.total = 324,
		.pays = 274},
	{.name = "P8",
		.line = {{"A", 300, 1}},
		.rate = {80000},
		.added = true,
		.off = 50,
		.less = {50},
		.tax = 20,
		.total = 270,
		.pays = 270},
	{.name = "P9",
		.line = {{"A", 300, 1}},
		.rate = {80000},
		.added = true,
		.off = 50,
		.maker = true,
		.doubled = true,
		.less = {50},
		.tax = 20,
		.total = 270,
		.pays = 220},
};

static void
add_rules(struct shop *s, const struct row *r)
{
	static const struct rule_pick pick = {
		.kind = PICK_GROUP, .text = "deal"};
	struct promotion p = {.id = "p",
		.slot = {{&pick, 1, r->units}},
		.n_slot = 1,
		.reward = r->reward,
		.value = r->value,
		.free = r->free,
		.shop = r->shop};
	struct coupon c = {.id = "c",
		.code = "C",
		.pick = &pick,
		.n_pick = 1,
		.how = PRICE_OFF,
		.value = r->off,
		.maker = r->maker,
		.doubled = r->doubled};

	if (r->units > 0) {
		assert_int_equal(rules_add_promotion(s->rules, &p), RC_OK);
	}
	if (r->off > 0) {
		assert_int_equal(rules_add_coupon(s->rules, &c), RC_OK);
	}
}

static void
rows_of_the_specification(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct row *r = &row[i];
		struct shop s;

		shop_open(&s);
		add_rules(&s, r);
		shop_begin(&s, !r->added, r->rate);
		for (size_t k = 0; k < LINES && r->line[k].pieces > 0; k++) {
			char code[] = {'I', (char)('0' + (int)k), '\0'};

			put(&s, goods(code, r->line[k].tax, r->line[k].price,
					r->line[k].pieces));
		}
		if (r->off > 0) {
			assert_int_equal(basket_coupon_add(&s.b, 0), RC_OK);
		}
		assert_int_equal(basket_sale_ppm(&s.b, r->sale_ppm), RC_OK);
		for (size_t k = 0; k < s.b.n_line; k++) {
			if (s.b.line[k].off.minor != r->less[k]) {
				fail_msg("%s: line %zu: %lld off", r->name, k,
					(long long)s.b.line[k].off.minor);
			}
		}
		if (s.b.total.gross.minor != r->total ||
			s.b.total.tax.minor != r->tax ||
			s.b.total.gross.minor - s.b.coupons.minor != r->pays) {
			fail_msg("%s: total %lld, tax %lld, coupons %lld",
				r->name, (long long)s.b.total.gross.minor,
				(long long)s.b.total.tax.minor,
				(long long)s.b.coupons.minor);
		}
		shop_close(&s);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_the_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
