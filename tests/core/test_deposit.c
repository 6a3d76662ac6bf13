/* SPDX-License-Identifier: Apache-2.0 */
/* A deposit goes with its goods, and nowhere without them. */
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

#define LINES 8

struct scene {
	void *rules_memory, *memory;
	struct rules *rules;
	struct tax_policy tax;
	struct basket b;
};

static void
put_class(struct tax_policy *p, const char *code, uint32_t ppm)
{
	struct tax_class *c = &p->class_[p->n_class++];

	memcpy(c->code, code, strlen(code) + 1);
	c->rate_ppm = ppm;
}

static void *
memory_of(size_t n)
{
	void *p = aligned_alloc(16, (n + 15) / 16 * 16);

	assert_non_null(p);
	return p;
}

static int
setup(void **state)
{
	static struct scene s;
	static const struct deposit d25 = {
		.id = "D25", .name = "Deposit 0.25", .price = {25}, .tax = "A"};
	static const struct deposit outside = {.id = "AT",
		.name = "Einwegpfand",
		.price = {25},
		.how = DEPOSIT_CLASS,
		.tax = "O"};
	static const struct deposit crv = {
		.id = "CRV", .name = "CRV", .price = {5}, .tax = "A"};

	memset(&s, 0, sizeof(s));
	s.rules_memory = memory_of(rules_bytes(4096));
	s.rules = rules_init(s.rules_memory, rules_bytes(4096));
	assert_int_equal(rules_add_deposit(s.rules, &d25), RC_OK);
	assert_int_equal(rules_add_deposit(s.rules, &outside), RC_OK);
	assert_int_equal(rules_add_deposit(s.rules, &crv), RC_OK);
	assert_int_equal(rules_seal(s.rules), RC_OK);
	s.memory = memory_of(basket_bytes(LINES));
	basket_init(&s.b, s.memory, LINES);
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	free(s->memory);
	free(s->rules_memory);
	return 0;
}

static void
begin(struct scene *s, bool included, uint32_t ppm)
{
	static const uint8_t id[UUID_BYTES] = {1};

	memset(&s->tax, 0, sizeof(s->tax));
	s->tax.included = included;
	put_class(&s->tax, "A", ppm);
	put_class(&s->tax, "O", 0);
	basket_begin(&s->b, id, (struct utc){0}, &s->tax, ROUND_HALF_UP);
	basket_set_rules(&s->b, s->rules);
}

static struct item
drink(const char *code, const char *tax, int64_t price, const char *deposit)
{
	struct item it = {.kind = CODE_INTERNAL, .price = {price}};

	memcpy(it.code, code, strlen(code) + 1);
	memcpy(it.name, code, strlen(code) + 1);
	memcpy(it.tax, tax, strlen(tax) + 1);
	memcpy(it.deposit, deposit, strlen(deposit) + 1);
	return it;
}

static size_t
sell(struct scene *s, const struct item *it, int64_t milli)
{
	size_t idx = 99;

	assert_int_equal(
		basket_add(&s->b, it, (struct qty){milli}, &idx), RC_OK);
	return idx;
}

/* The goods at ${idx} and their deposit. */
static void
pair_is(const struct scene *s, size_t idx, uint32_t no, int64_t milli)
{
	const struct basket_line *l = &s->b.line[idx];

	assert_true(basket_has_deposit(&s->b, idx));
	assert_false(basket_has_deposit(&s->b, idx + 1));
	assert_int_equal(l[0].no, no);
	assert_int_equal(l[0].link, 0);
	assert_int_equal(l[0].qty.milli, milli);
	assert_int_equal(l[1].no, no + 1);
	assert_int_equal(l[1].link, no);
	assert_int_equal(l[1].qty.milli, milli);
	assert_false(basket_is_deposit(&s->b, &l[0]));
	assert_true(basket_is_deposit(&s->b, &l[1]));
}

static void
taxed_as_the_drink(void **state) /* D1, D3 */
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct item soda = drink("soda", "A", 199, "CRV");
	struct item water = drink("water", "O", 129, "CRV");

	begin(s, true, 190000);
	assert_int_equal(sell(s, &cola, 6000), 0);
	pair_is(s, 0, 1, 6000);
	assert_int_equal(s->b.total.gross.minor, 684);
	assert_int_equal(s->b.total.tax.minor, 109);
	assert_int_equal(s->b.items.milli, 6000);
	assert_string_equal(s->b.line[1].item.code, "D25");
	assert_string_equal(s->b.line[1].item.tax, "A");

	begin(s, false, 95000);
	(void)sell(s, &soda, 1000);
	assert_int_equal(s->b.total.tax.minor, 19);
	assert_int_equal(s->b.total.gross.minor, 223);
	begin(s, false, 95000);
	(void)sell(s, &water, 1000);
	assert_int_equal(s->b.total.tax.minor, 0);
	assert_int_equal(s->b.total.gross.minor, 134);
}

static void
outside_of_tax(void **state) /* D2 */
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "AT");

	begin(s, true, 200000);
	(void)sell(s, &cola, 6000);
	pair_is(s, 0, 1, 6000);
	assert_int_equal(s->b.total.gross.minor, 684);
	assert_int_equal(s->b.by_class[0].gross.minor, 534);
	assert_int_equal(s->b.total.tax.minor, 89);
	assert_string_equal(s->b.line[1].item.tax, "O");
}

static void
goes_with_its_goods(void **state) /* D4 */
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct item bread = drink("bread", "A", 100, "");

	begin(s, true, 190000);
	(void)sell(s, &cola, 1000);
	assert_int_equal(sell(s, &bread, 1000), 2);
	assert_int_equal(s->b.line[2].no, 3);
	assert_int_equal(basket_set_qty(&s->b, 0, (struct qty){4000}), RC_OK);
	pair_is(s, 0, 1, 4000);
	assert_int_equal(s->b.total.gross.minor, 4 * 114 + 100);
	/* what is done to the price of the goods is not done to it */
	assert_int_equal(basket_discount_ppm(&s->b, 0, 500000), RC_OK);
	assert_int_equal(s->b.total.gross.minor, 178 + 100 + 100);
	assert_int_equal(basket_set_price(&s->b, 0, (struct money){50}), RC_OK);
	assert_int_equal(s->b.total.gross.minor, 100 + 100 + 100);
	assert_int_equal(basket_void(&s->b, 0), RC_OK);
	assert_int_equal(s->b.n_line, 1);
	assert_int_equal(s->b.line[0].no, 3);
	assert_int_equal(s->b.total.gross.minor, 100);
	assert_int_equal(s->b.next_no, 4);
}

static void
alone_stays_as_it_is(void **state)
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct qty two = {2000};

	begin(s, true, 190000);
	(void)sell(s, &cola, 1000);
	assert_int_equal(basket_void(&s->b, 1), RC_INVAL);
	assert_int_equal(basket_set_qty(&s->b, 1, two), RC_INVAL);
	assert_int_equal(
		basket_set_price(&s->b, 1, (struct money){1}), RC_INVAL);
	assert_int_equal(basket_discount_ppm(&s->b, 1, 100000), RC_INVAL);
	assert_int_equal(
		basket_discount_amount(&s->b, 1, (struct money){1}), RC_INVAL);
	pair_is(s, 0, 1, 1000);
	assert_int_equal(s->b.total.gross.minor, 114);
}

static void
of_a_line_not_on_file(void **state)
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct item bread = drink("bread", "A", 100, "");
	size_t idx = 0;

	begin(s, true, 190000);
	assert_int_equal(
		basket_add_unknown(&s->b, "4711", (struct qty){3000}, &idx),
		RC_OK);
	(void)sell(s, &bread, 1000);
	assert_int_equal(s->b.line[1].no, 3);
	assert_int_equal(basket_resolve(&s->b, 0, &cola), RC_OK);
	pair_is(s, 0, 1, 3000);
	assert_int_equal(s->b.n_line, 3);
	assert_int_equal(s->b.total.gross.minor, 3 * 114 + 100);
	/* begun where there were no deposits: it is sold without */
	begin(s, true, 190000);
	basket_set_rules(&s->b, NULL);
	assert_int_equal(
		basket_add_unknown(&s->b, "4711", (struct qty){3000}, &idx),
		RC_OK);
	(void)sell(s, &bread, 1000);
	assert_int_equal(s->b.line[1].no, 2);
	basket_set_rules(&s->b, s->rules);
	assert_int_equal(basket_resolve(&s->b, 0, &cola), RC_OK);
	assert_false(basket_has_deposit(&s->b, 0));
	assert_string_equal(s->b.line[0].item.deposit, "");
	assert_int_equal(s->b.total.gross.minor, 3 * 89 + 100);
}

static void
not_configured(void **state)
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D99");

	begin(s, true, 190000);
	assert_int_equal(sell(s, &cola, 1000), 0);
	assert_int_equal(s->b.n_line, 1);
	assert_int_equal(s->b.total.gross.minor, 89);
	assert_string_equal(s->b.line[0].item.deposit, "D99");
	assert_int_equal(sell(s, &cola, 1000), 1);
	assert_int_equal(s->b.line[1].no, 3);
}

/* By goods alone, and by every line, in order. */
static void
comes_back_with_its_goods(void **state)
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct item bread = drink("bread", "A", 100, "");
	struct basket_line was[3];

	begin(s, true, 190000);
	(void)sell(s, &cola, 2000);
	(void)sell(s, &bread, 1000);
	memcpy(was, s->b.line, sizeof(was));
	for (unsigned all = 0; all < 2; all++) {
		begin(s, true, 190000);
		for (size_t i = 0; i < 3; i++) {
			if (all == 1 || was[i].link == 0) {
				assert_int_equal(
					basket_restore(&s->b, &was[i]), RC_OK);
			}
		}
		pair_is(s, 0, 1, 2000);
		assert_int_equal(s->b.n_line, 3);
		assert_int_equal(s->b.line[2].no, 3);
		assert_int_equal(s->b.total.gross.minor, 2 * 114 + 100);
	}
	/* of a deposit that is not configured any more, as it was */
	begin(s, true, 190000);
	basket_set_rules(&s->b, NULL);
	assert_int_equal(basket_restore(&s->b, &was[1]), RC_INVAL);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(basket_restore(&s->b, &was[i]), RC_OK);
	}
	pair_is(s, 0, 1, 2000);
	assert_int_equal(s->b.total.gross.minor, 2 * 114 + 100);
	assert_int_equal(basket_void(&s->b, 0), RC_OK);
	assert_int_equal(s->b.n_line, 1);
}

static void
empties(void **state) /* D4 */
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct basket_line l = {.qty = {-6000}};
	size_t idx = 9;

	begin(s, true, 190000);
	deposit_item(rules_deposit(s->rules, 0), NULL, &l.item);
	l.price = l.item.price;
	assert_int_equal(basket_return(&s->b, &l, &idx), RC_OK);
	assert_int_equal(s->b.n_line, 1);
	assert_int_equal(s->b.total.gross.minor, -150);
	assert_int_equal(s->b.total.tax.minor, -24);
	assert_int_equal(s->b.items.milli, 0);
	assert_true(basket_is_deposit(&s->b, &s->b.line[0]));
	assert_int_equal(
		basket_set_price(&s->b, 0, (struct money){1}), RC_INVAL);
	/* bought again they are even */
	(void)sell(s, &cola, 6000);
	assert_int_equal(s->b.total.gross.minor, 534);
	/* a drink that comes back without its receipt brings its own */
	memset(&l, 0, sizeof(l));
	l.item = cola;
	l.price = cola.price;
	l.qty.milli = -6000;
	assert_int_equal(basket_return(&s->b, &l, &idx), RC_OK);
	pair_is(s, idx, 4, -6000);
	assert_int_equal(s->b.total.gross.minor, -150);
	/* and against it does not: it has a line of its own there */
	l.return_no = 1;
	memcpy(l.return_of, "R01-000001", 11);
	l.return_ppm = 190000;
	l.amount.minor = -534;
	assert_int_equal(basket_return(&s->b, &l, &idx), RC_OK);
	assert_false(basket_has_deposit(&s->b, idx));
}

static void
weighed(void **state)
{
	struct scene *s = *state;
	struct item beer = drink("beer", "A", 299, "D25");

	memcpy(beer.unit, "kg", 3);
	begin(s, true, 190000);
	(void)sell(s, &beer, 734);
	assert_int_equal(s->b.line[1].qty.milli, 1000);
	assert_int_equal(s->b.total.gross.minor, 219 + 25);
}

/* All or nothing, at the end of the room too. */
static void
no_room(void **state)
{
	struct scene *s = *state;
	struct item cola = drink("cola", "A", 89, "D25");
	struct item bread = drink("bread", "A", 100, "");
	struct item wrong = drink("wrong", "A", 100, "AT");
	size_t idx = 0;

	begin(s, true, 190000);
	for (size_t i = 0; i < LINES - 1; i++) {
		(void)sell(s, &bread, 1000);
	}
	assert_int_equal(
		basket_add(&s->b, &cola, (struct qty){1000}, &idx), RC_NOSPC);
	assert_int_equal(s->b.n_line, LINES - 1);
	assert_int_equal(s->b.next_no, LINES);
	assert_int_equal(s->b.total.gross.minor, (LINES - 1) * 100);
	(void)sell(s, &bread, 1000);
	/* nor when its class is not there */
	begin(s, true, 190000);
	s->b.policy.n_class = 1;
	assert_int_equal(basket_add(&s->b, &wrong, (struct qty){1000}, &idx),
		RC_NOTFOUND);
	assert_int_equal(s->b.n_line, 0);
}

/* Whatever is done: each deposit stands behind its goods and has their
 * quantity, and the goods alone make the same sale again. */
static void
always_pairs(void **state)
{
	struct scene *s = *state;
	struct gen g = gen_start("pairs");
	const struct item item[] = {drink("cola", "A", 89, "D25"),
		drink("at", "A", 99, "AT"), drink("bread", "A", 100, ""),
		drink("lost", "A", 100, "D99")};
	struct basket_line goods[LINES];

	for (unsigned round = 0; round < 300; round++) {
		int64_t total;
		size_t n = 0, idx = 0;

		begin(s, round % 2 == 0, 190000);
		for (unsigned i = 0; i < 20; i++) {
			const struct item *it = &item[gen_below(&g, 4)];
			struct qty q = {(int64_t)(1 + gen_below(&g, 9)) * 500};
			size_t at = s->b.n_line > 0 ? gen_below(&g, s->b.n_line)
						    : 0;

			switch (gen_below(&g, 6)) {
			case 0:
				(void)!basket_void(&s->b, at);
				break;
			case 1:
				(void)!basket_set_qty(&s->b, at, q);
				break;
			case 2:
				(void)!basket_add_unknown(
					&s->b, "4711", q, &idx);
				break;
			case 3:
				(void)!basket_resolve(&s->b, at, it);
				break;
			case 4:
				(void)!basket_discount_ppm(
					&s->b, at, (uint32_t)(q.milli * 10));
				break;
			default:
				(void)!basket_add(&s->b, it, q, &idx);
				break;
			}
		}
		total = s->b.total.gross.minor;
		for (size_t i = 0; i < s->b.n_line; i++) {
			const struct basket_line *l = &s->b.line[i];

			if (l->link > 0) {
				assert_true(i > 0);
				assert_int_equal(l[-1].no, l->link);
				assert_int_equal(l->no, l->link + 1);
				assert_int_equal(l->qty.milli, l[-1].qty.milli);
				assert_int_equal(l->discount.minor, 0);
				continue;
			}
			assert_int_equal(basket_has_deposit(&s->b, i),
				!l->unknown &&
					(l->item.deposit[0] == 'A' ||
						l->item.deposit[1] == '2'));
			goods[n++] = *l;
		}
		begin(s, round % 2 == 0, 190000);
		for (size_t i = n; i > 0; i--) {
			assert_int_equal(
				basket_restore(&s->b, &goods[i - 1]), RC_OK);
		}
		assert_int_equal(s->b.total.gross.minor, total);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			taxed_as_the_drink, setup, teardown),
		cmocka_unit_test_setup_teardown(
			outside_of_tax, setup, teardown),
		cmocka_unit_test_setup_teardown(
			goes_with_its_goods, setup, teardown),
		cmocka_unit_test_setup_teardown(
			alone_stays_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			of_a_line_not_on_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			not_configured, setup, teardown),
		cmocka_unit_test_setup_teardown(
			comes_back_with_its_goods, setup, teardown),
		cmocka_unit_test_setup_teardown(empties, setup, teardown),
		cmocka_unit_test_setup_teardown(weighed, setup, teardown),
		cmocka_unit_test_setup_teardown(no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(always_pairs, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
