/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/event.h"

#include "base/poison.h"

static void
every_type_has_its_name(void **state)
{
	(void)state;
	for (unsigned t = 0; t < EVENT_TYPE_COUNT; t++) {
		const char *name = event_type_name((enum event_type)t);
		size_t len = strlen(name);

		assert_memory_equal(name, "holdfast.", 9);
		assert_string_equal(name + len - 3, ".v1");
		assert_int_equal(event_type_find(name, len), t);
		assert_int_equal(
			event_type_find(name, len - 1), EVENT_TYPE_COUNT);
	}
	assert_string_equal(event_type_name(EVENT_SALE_COMPLETED),
		"holdfast.sale.completed.v1");
	assert_string_equal(event_type_name(EVENT_TYPE_COUNT), "");
	assert_int_equal(event_type_find("", 0), EVENT_TYPE_COUNT);
	assert_int_equal(event_type_find("holdfast.sale.completed.v2", 26),
		EVENT_TYPE_COUNT);
}

struct sale {
	struct event_line line[2];
	struct event_tax tax[2];
	struct event_tender tender[2];
	struct event e;
};

static struct event *
make(struct sale *s, const char *prices)
{
	bool in = strcmp(prices, "included") == 0;

	*s = (struct sale){
		.line = {{.amount = in ? 1109 : 932},
			{.amount = in ? 1624 : 1518}},
		.tax = {{"A", 190000, 932, 177, 1109},
			{"B", 70000, 1518, 106, 1624}},
		.tender = {{"card", 1000, 1000, 0}, {"cash", 1735, 2000, 265}},
	};
	s->e.type = EVENT_SALE_COMPLETED;
	s->e.data.sale = (struct event_sale){
		.prices = prices,
		.line = s->line,
		.n_line = 2,
		.tax = s->tax,
		.n_tax = 2,
		.total = 2733,
		.rounding = 2,
		.tender = s->tender,
		.n_tender = 2,
	};
	return &s->e;
}

static void
sums_of_a_sale(void **state)
{
	static const char *const forms[] = {"included", "added"};
	struct sale s;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct event *e = make(&s, forms[i]);
		int64_t *const part[] = {&s.line[0].amount, &s.line[1].amount,
			&s.tax[0].net, &s.tax[0].tax, &s.tax[1].gross,
			&s.tender[0].amount, &s.tender[0].tendered,
			&s.tender[1].change, &e->data.sale.total,
			&e->data.sale.rounding};

		assert_true(event_balances(e));
		/* one minor unit anywhere, and anything that overflows */
		for (size_t k = 0; k < sizeof(part) / sizeof(part[0]); k++) {
			int64_t was = *part[k];

			*part[k] = was + 1;
			assert_false(event_balances(e));
			*part[k] = INT64_MAX;
			assert_false(event_balances(e));
			*part[k] = INT64_MIN;
			assert_false(event_balances(e));
			*part[k] = was;
		}
		assert_true(event_balances(e));
		e->data.sale.prices = "other";
		assert_false(event_balances(e));
		e->data.sale.prices = NULL;
		assert_false(event_balances(e));
		e->type = EVENT_SALE_VOIDED;
		assert_true(event_balances(e));
	}
}

static void
wrapped_sums_do_not_balance(void **state)
{
	struct sale s;
	struct event *e = make(&s, "included");

	(void)state;
	/* 2^63 + 2^63 is 0 to a careless adder */
	s.line[0].amount = INT64_MIN;
	s.line[1].amount = INT64_MIN;
	e->data.sale.total = 0;
	e->data.sale.rounding = 0;
	e->data.sale.n_tax = 0;
	e->data.sale.n_tender = 0;
	assert_false(event_balances(e));
	e->data.sale.n_line = 0;
	assert_true(event_balances(e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_its_name),
		cmocka_unit_test(sums_of_a_sale),
		cmocka_unit_test(wrapped_sums_do_not_balance),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
