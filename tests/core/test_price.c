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

static const struct rule_pick whole_group = {
	.kind = PICK_GROUP, .text = "deal"};

static void
paid_shares_come_back(void **state)
{
	const struct promotion p = {.id = "p",
		.slot = {{&whole_group, 1, 3}},
		.n_slot = 1,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1};
	static const int64_t want[3] = {39, 39, 40};
	static const uint32_t rate[4] = {0};
	struct shop s;
	struct basket_line sold;

	(void)state;
	shop_open(&s);
	assert_int_equal(rules_add_promotion(s.rules, &p), RC_OK);
	shop_begin(&s, true, rate);
	put(&s, goods("I1", "A", 59, 3));
	/* P3: what a receipt knows of the line: all that was taken off */
	sold = s.b.line[0];
	assert_int_equal(sold.amount.minor, 118);
	sold.discount.minor += sold.off.minor;
	for (int64_t i = 0; i < 3; i++) {
		struct basket_shared part;

		assert_int_equal(
			basket_share(&sold, 1000 * i, 1000, &part), RC_OK);
		assert_int_equal(part.amount.minor, want[i]);
	}
	/* P12: two are no three */
	assert_int_equal(basket_set_qty(&s.b, 0, (struct qty){2000}), RC_OK);
	assert_int_equal(s.b.total.gross.minor, 118);
	assert_int_equal(s.b.discounts.minor, 0);
	assert_int_equal(s.b.n_step, 0);
	shop_close(&s);
}

/* P5: a unit goes to the better deal, also when it came first. */
static void
best_deal_is_found_anew(void **state)
{
	static const struct rule_pick popcorn = {
		.kind = PICK_CODE, .text = "POP"};
	static const struct rule_pick cola = {
		.kind = PICK_CODE, .text = "COLA"};
	const struct promotion two = {.id = "two",
		.slot = {{&popcorn, 1, 2}},
		.n_slot = 1,
		.reward = REWARD_OFF,
		.value = 50};
	const struct promotion both = {.id = "both",
		.slot = {{&popcorn, 1, 1}, {&cola, 1, 1}},
		.n_slot = 2,
		.reward = REWARD_PRICE,
		.value = 400};
	static const uint32_t rate[4] = {0};
	struct shop s;

	(void)state;
	shop_open(&s);
	assert_int_equal(rules_add_promotion(s.rules, &two), RC_OK);
	assert_int_equal(rules_add_promotion(s.rules, &both), RC_OK);
	shop_begin(&s, true, rate);
	put(&s, goods("POP", "A", 300, 1));
	put(&s, goods("POP", "A", 300, 1));
	assert_int_equal(s.b.total.gross.minor, 550);
	put(&s, goods("COLA", "A", 250, 1));
	assert_int_equal(s.b.total.gross.minor, 700);
	assert_int_equal(s.b.line[1].off.minor, 0);
	assert_int_equal(s.b.step[0].rule, 1);
	assert_int_equal(basket_void(&s.b, 2), RC_OK);
	assert_int_equal(s.b.total.gross.minor, 550);
	/* what a hand did is not touched */
	put(&s, goods("COLA", "A", 250, 1));
	assert_int_equal(basket_set_price(&s.b, 0, (struct money){200}), RC_OK);
	assert_int_equal(s.b.line[0].amount.minor, 200);
	assert_int_equal(s.b.total.gross.minor, 200 + 400);
	shop_close(&s);
}

/* P10 and the edges of windows; Saturday is 2026-11-21. */
static void
windows(void **state)
{
	static const struct {
		struct rule_when when;
		int32_t tz_min;
		int64_t minute; /* since Saturday began in UTC */
		bool has;
	} w[] = {
		{{.minute_from = 1020, .minute_to = 1140}, 0, 1019, false},
		{{.minute_from = 1020, .minute_to = 1140}, 0, 1020, true},
		{{.minute_from = 1020, .minute_to = 1140}, 0, 1139, true},
		{{.minute_from = 1020, .minute_to = 1140}, 0, 1140, false},
		{{.minute_from = 1020, .minute_to = 1140}, 60, 959, false},
		{{.minute_from = 1020, .minute_to = 1140}, 60, 960, true},
		{{.minute_from = 1020, .minute_to = 1140}, -720, 300, true},
		/* Saturdays until two: Sunday at one is still that night */
		{{.days = 32, .minute_from = 1320, .minute_to = 120}, 0, 1320,
			true},
		{{.days = 32, .minute_from = 1320, .minute_to = 120}, 0, 1500,
			true},
		{{.days = 32, .minute_from = 1320, .minute_to = 120}, 0, 1560,
			false},
		{{.days = 32, .minute_from = 1320, .minute_to = 120}, 0, 60,
			false},
		{{.days = 16, .minute_from = 1320, .minute_to = 120}, 0, 60,
			true},
		{{.days = 64}, 0, 1439, false},
		{{.days = 64}, 0, 1440, true},
		{{.days = 64}, 1, 1439, true},
		{{.from = 20261121, .until = 20261121}, 0, 0, true},
		{{.from = 20261121, .until = 20261121}, 0, -1, false},
		{{.from = 20261121, .until = 20261121}, 0, 1440, false},
		{{.until = 20261121, .minute_from = 1320, .minute_to = 120}, 0,
			1559, true},
		{{.from = 20261122, .minute_from = 1320, .minute_to = 120}, 0,
			1559, false},
		{{.group = "staff"}, 0, 0, false},
	};

	static const uint32_t rate[4] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++) {
		const struct price_row happy = {whole_group, PRICE_IS, 450};
		struct price_list list = {.id = "happy",
			.when = w[i].when,
			.row = &happy,
			.n_row = 1};
		struct basket_line l = goods("I1", "A", 600, 1);
		struct shop s;

		shop_open(&s);
		assert_int_equal(rules_add_list(s.rules, &list), RC_OK);
		shop_begin(&s, true, rate);
		l.at.us += w[i].minute * MINUTE_US;
		l.tz_min = w[i].tz_min;
		put(&s, l);
		if (s.b.total.gross.minor != (w[i].has ? 450 : 600)) {
			fail_msg("window %zu: %lld", i,
				(long long)s.b.total.gross.minor);
		}
		/* the last second of the minute is in it */
		l.at.us += MINUTE_US - 1;
		put(&s, l);
		assert_int_equal(s.b.total.gross.minor, w[i].has ? 900 : 1200);
		shop_close(&s);
	}
}

static void
lists_stand_in_order(void **state)
{
	static const struct rule_pick code = {
		.kind = PICK_CODE, .text = "0036000291452"};
	static const struct rule_pick all = {.kind = PICK_ALL};
	const struct price_row low[] = {
		{code, PRICE_OFF, 700}, {all, PRICE_OFF_PPM, 125000}};
	const struct price_row high[] = {{code, PRICE_IS, 900}};
	struct price_list list[] = {{.id = "dear", .row = high, .n_row = 1},
		{.id = "ten", .row = low + 1, .n_row = 1},
		{.id = "low", .row = low, .n_row = 2},
		{.id = "staff",
			.row = high,
			.n_row = 1,
			.always = true,
			.when = {.group = "staff"}}};
	const struct basket_buyer staff = {.group = "staff"};
	static const uint32_t rate[4] = {0};
	struct shop s;

	(void)state;
	shop_open(&s);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(rules_add_list(s.rules, &list[i]), RC_OK);
	}
	shop_begin(&s, true, rate);
	/* a UPC-A is the GTIN with a zero before it; never below nothing */
	put(&s, goods("036000291452", "A", 600, 1));
	assert_int_equal(s.b.line[0].price.minor, 0);
	assert_int_equal(s.b.line[0].list, 2);
	/* 12.5 % of 6.04 is 75.5 cents; of equal lists the earlier */
	put(&s, goods("I2", "A", 604, 1));
	assert_int_equal(s.b.line[1].price.minor, 528);
	assert_int_equal(s.b.line[1].list, 1);
	assert_int_equal(basket_set_buyer(&s.b, &staff), RC_OK);
	assert_int_equal(s.b.line[0].price.minor, 900);
	assert_int_equal(s.b.line[0].list, 3);
	assert_int_equal(s.b.step[0].amount.minor, -300);
	assert_int_equal(basket_set_price(&s.b, 0, (struct money){100}), RC_OK);
	assert_int_equal(s.b.line[0].price.minor, 100);
	shop_close(&s);
}

/* Of each the third needs three times the least; both halves of a doubled one
 * count or neither, though the first takes away of what the second needs. */
static void
coupons_ask_for_enough(void **state)
{
	const struct coupon c[] = {{.id = "shop",
					   .code = "1",
					   .pick = &whole_group,
					   .n_pick = 1,
					   .how = PRICE_OFF_PPM,
					   .value = 100000,
					   .least = {500}},
		{.id = "maker",
			.code = "2",
			.pick = &whole_group,
			.n_pick = 1,
			.how = PRICE_OFF,
			.value = 300,
			.maker = true,
			.doubled = true,
			.least = {800}}};
	static const uint32_t rate[4] = {0};
	struct shop s;

	(void)state;
	shop_open(&s);
	assert_int_equal(rules_add_coupon(s.rules, &c[0]), RC_OK);
	assert_int_equal(rules_add_coupon(s.rules, &c[1]), RC_OK);
	shop_begin(&s, true, rate);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(basket_coupon_add(&s.b, 0), RC_OK);
	}
	assert_int_equal(basket_coupon_add(&s.b, 1), RC_OK);
	assert_int_equal(s.b.coupons.minor, 0);
	put(&s, goods("I1", "A", 1000, 1));
	/* 10.00, 9.00, 8.10; the third is not enough; 5.10, and 3.00 paid */
	assert_int_equal(s.b.total.gross.minor, 510);
	assert_int_equal(s.b.coupons.minor, 300);
	assert_true(s.b.coupon[1].counts && !s.b.coupon[2].counts);
	assert_true(s.b.coupon[3].counts);
	/* 8.89 less 0.89 is just enough for the maker's, a cent less is not */
	assert_int_equal(
		basket_discount_amount(&s.b, 0, (struct money){111}), RC_OK);
	assert_true(!s.b.coupon[1].counts && s.b.coupon[3].counts);
	assert_int_equal(s.b.total.gross.minor, 500);
	assert_int_equal(s.b.coupons.minor, 300);
	assert_int_equal(
		basket_discount_amount(&s.b, 0, (struct money){112}), RC_OK);
	assert_false(s.b.coupon[3].counts);
	assert_int_equal(s.b.total.gross.minor, 799);
	assert_int_equal(s.b.coupons.minor, 0);
	shop_close(&s);
}

static void
refusals_leave_everything(void **state)
{
	const struct promotion p = {.id = "p",
		.slot = {{&whole_group, 1, 2}},
		.n_slot = 1,
		.reward = REWARD_PPM,
		.value = 100000};
	const struct coupon c = {.id = "c",
		.code = "1",
		.pick = &whole_group,
		.n_pick = 1,
		.how = PRICE_OFF,
		.value = 10,
		.limit = 1};
	static const uint32_t rate[4] = {190000, 70000};
	static uint8_t was[CAP * sizeof(struct basket_line)];
	struct price_step step[CAP];
	struct basket_line l = goods("I9", "A", MONEY_MAX, 1);
	struct basket b;
	struct shop s;
	size_t idx;

	(void)state;
	shop_open(&s);
	assert_int_equal(rules_add_promotion(s.rules, &p), RC_OK);
	assert_int_equal(rules_add_coupon(s.rules, &c), RC_OK);
	shop_begin(&s, true, rate);
	memset(s.b.line, 0, sizeof(was));
	put(&s, goods("I1", "A", 333, 3));
	put(&s, goods("I2", "B", 77, 2));
	assert_int_equal(basket_sale_ppm(&s.b, 77777), RC_OK);
	assert_int_equal(basket_coupon_add(&s.b, 0), RC_OK);
	assert_true(s.b.n_step > 4 && s.b.n_step < CAP);
	b = s.b;
	memcpy(was, s.b.line, sizeof(was));
	memcpy(step, s.b.step, s.b.n_step * sizeof(*step));
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_RANGE);
	l.item.tax[0] = 'Z';
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_NOTFOUND);
	assert_int_equal(basket_coupon_add(&s.b, 0), RC_EXISTS);
	assert_int_equal(basket_coupon_add(&s.b, 1), RC_INVAL);
	assert_int_equal(
		basket_set_price(&s.b, 0, (struct money){MONEY_MAX}), RC_RANGE);
	assert_int_equal(
		basket_set_qty(&s.b, 0, (struct qty){QTY_MAX + 1}), RC_RANGE);
	assert_int_equal(basket_sale_ppm(&s.b, 1000001), RC_RANGE);
	assert_int_equal(
		basket_sale_amount(&s.b, (struct money){-1}), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&s.b, 1, (struct money){155}), RC_RANGE);
	assert_memory_equal(&b, &s.b, sizeof(b));
	assert_memory_equal(was, s.b.line, sizeof(was));
	assert_memory_equal(step, s.b.step, s.b.n_step * sizeof(*step));
	shop_close(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_the_specification),
		cmocka_unit_test(paid_shares_come_back),
		cmocka_unit_test(best_deal_is_found_anew),
		cmocka_unit_test(windows),
		cmocka_unit_test(lists_stand_in_order),
		cmocka_unit_test(coupons_ask_for_enough),
		cmocka_unit_test(refusals_leave_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
