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

#include "core/price_told.h"

#include "base/poison.h"

#define CAP 4
#define ROOM 20000
/* 2026-11-21T12:00:00Z, a Saturday */
#define NOON ((struct utc){INT64_C(1795262400000000)})
#define MONDAYS 1

static const uint8_t id[UUID_BYTES] = {4, 5, 6};

struct shop {
	void *memory[2];
	struct rules *rules;
	struct basket b;
};

static void
shop_open(struct shop *s)
{
	s->memory[0] = calloc(1, rules_bytes(ROOM));
	s->memory[1] = calloc(1, basket_bytes(CAP));
	assert_non_null(s->memory[0]);
	assert_non_null(s->memory[1]);
	s->rules = rules_init(s->memory[0], rules_bytes(ROOM));
	basket_init(&s->b, s->memory[1], CAP);
}

static void
shop_begin(struct shop *s)
{
	struct tax_policy tax = {.included = true, .n_class = 1};

	tax.class_[0].code[0] = 'A';
	assert_int_equal(rules_seal(s->rules), RC_OK);
	basket_begin(&s->b, id, NOON, &tax, ROUND_HALF_UP);
	basket_set_rules(&s->b, s->rules);
}

static void
shop_close(struct shop *s)
{
	free(s->memory[0]);
	free(s->memory[1]);
}

static struct item
oil(void)
{
	struct item it = {.code = "4006040012344",
		.tax = "A",
		.dept = "12",
		.price = {649},
		.deposit = "BOTTLE"};

	return it;
}

static void
add_list(struct shop *s, const char *list, struct rule_when when, int64_t price)
{
	struct price_row row = {
		.pick = {.kind = PICK_CODE, .text = "4006040012344"},
		.how = PRICE_IS,
		.value = price};
	struct price_list l = {.when = when, .row = &row, .n_row = 1};

	memcpy(l.id, list, strlen(list) + 1);
	memcpy(l.name, list, strlen(list) + 1);
	assert_int_equal(rules_add_list(s->rules, &l), RC_OK);
}

static void
add_promotion(struct shop *s, const char *name, struct rule_when when,
	struct rule_pick pick)
{
	struct promotion p = {.when = when,
		.n_slot = 1,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1};

	memcpy(p.id, name, strlen(name) + 1);
	memcpy(p.name, name, strlen(name) + 1);
	p.slot[0] =
		(struct promotion_slot){.pick = &pick, .n_pick = 1, .count = 3};
	assert_int_equal(rules_add_promotion(s->rules, &p), RC_OK);
}

static void
without_rules(void **state)
{
	struct shop s = {0};
	struct price_told t;
	struct item it = oil();

	(void)state;
	shop_open(&s);
	shop_begin(&s);
	s.b.rules = NULL;
	price_told(&s.b, &it, NOON, 0, &t);
	assert_int_equal(t.price.minor, 649);
	assert_int_equal(t.list, -1);
	assert_int_equal(t.next_day, 0);
	assert_int_equal(t.n_promotion, 0);
	assert_int_equal(t.deposit.minor, 0);
	shop_close(&s);
}

/* A price of Mondays is told on Saturday, and on Monday that it goes. */
static void
prices_to_come(void **state)
{
	struct rule_when mondays = {.days = MONDAYS};
	struct rule_when staff = {.group = "staff"};
	struct utc monday = {NOON.us + 2 * INT64_C(86400000000)};
	struct shop s = {0};
	struct price_told t;
	struct item it = oil();

	(void)state;
	shop_open(&s);
	add_list(&s, "MONDAY", mondays, 599);
	add_list(&s, "STAFF", staff, 500);
	shop_begin(&s);
	price_told(&s.b, &it, NOON, 0, &t);
	assert_int_equal(t.price.minor, 649);
	assert_int_equal(t.next_day, 20261123);
	assert_int_equal(t.next.minor, 599);
	price_told(&s.b, &it, monday, 0, &t);
	assert_int_equal(t.price.minor, 599);
	assert_int_equal(t.list, 0);
	assert_int_equal(t.next_day, 20261124);
	assert_int_equal(t.next.minor, 649);
	assert_int_equal(price_now(&s.b, &it, monday, 0).minor, 599);
	/* who buys counts */
	memcpy(s.b.buyer.group, "staff", 6);
	price_told(&s.b, &it, monday, 0, &t);
	assert_int_equal(t.price.minor, 500);
	assert_int_equal(t.list, 1);
	assert_int_equal(t.next_day, 0);
	shop_close(&s);
}

/* Those that have it and apply now, as they are written; not for what is
 * weighed. */
static void
promotions_and_deposit(void **state)
{
	struct rule_pick code = {.kind = PICK_CODE, .text = "4006040012344"};
	struct rule_pick dept = {.kind = PICK_DEPT, .text = "12"};
	struct rule_pick other = {.kind = PICK_DEPT, .text = "13"};
	struct rule_when now = {0}, mondays = {.days = MONDAYS};
	struct deposit d = {.id = "BOTTLE", .name = "Bottle", .price = {25}};
	struct shop s = {0};
	struct price_told t;
	struct item it = oil();

	(void)state;
	shop_open(&s);
	add_promotion(&s, "other", now, other);
	add_promotion(&s, "dept", now, dept);
	add_promotion(&s, "monday", mondays, code);
	add_promotion(&s, "code", now, code);
	add_promotion(&s, "more", now, code);
	add_promotion(&s, "most", now, code);
	assert_int_equal(rules_add_deposit(s.rules, &d), RC_OK);
	shop_begin(&s);
	price_told(&s.b, &it, NOON, 0, &t);
	assert_int_equal(t.n_promotion, 3);
	assert_int_equal(t.promotion[0], 1);
	assert_int_equal(t.promotion[1], 3);
	assert_int_equal(t.promotion[2], 4);
	assert_int_equal(t.deposit.minor, 25);
	memcpy(it.unit, "kg", 3);
	price_told(&s.b, &it, NOON, 0, &t);
	assert_int_equal(t.n_promotion, 0);
	shop_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_rules),
		cmocka_unit_test(prices_to_come),
		cmocka_unit_test(promotions_and_deposit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
