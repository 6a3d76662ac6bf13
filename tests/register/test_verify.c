/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/verify.h"
#include "register/verify_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

/* The ${n}-th sale's end; false: it was refused, with words. */
static bool
see(struct verify_seen *s, enum event_type type, uint64_t n, const char *number,
	char words[ERR_MSG_BYTES])
{
	struct event e = {.type = type, .sequence = n};
	uint8_t *id = type == EVENT_SALE_COMPLETED ? e.data.sale.sale
						   : e.data.basket.sale;

	id[0] = 1;
	memcpy(id + 8, &n, sizeof(n));
	if (type == EVENT_SALE_COMPLETED) {
		e.data.sale.number = number;
	}
	words[0] = '\0';
	return verify_seen_event(s, &e, words, ERR_MSG_BYTES);
}

static void
test_each_sale_once(void **state)
{
	struct verify_seen *s = verify_seen_new();
	char words[ERR_MSG_BYTES], number[32];

	(void)state;
	assert_non_null(s);
	for (uint64_t i = 1; i <= 5000; i++) {
		(void)snprintf(number, sizeof(number), "R01-%06u", (unsigned)i);
		assert_true(see(s, EVENT_SALE_COMPLETED, i, number, words));
	}
	assert_true(see(s, EVENT_SALE_VOIDED, 6000, NULL, words));
	for (uint64_t i = 1; i <= 5000; i += 499) {
		(void)snprintf(number, sizeof(number), "R01-%06u",
			(unsigned)(5001 + i / 499));
		assert_false(see(s, EVENT_SALE_COMPLETED, i, number, words));
		assert_non_null(strstr(words, "closed before"));
	}
	assert_false(see(s, EVENT_SALE_VOIDED, 6000, NULL, words));
	verify_seen_free(s);
}

static void
test_each_number_once(void **state)
{
	static const struct {
		const char *number, *words; /* NULL: good */
	} row[] = {{"R01-000001", NULL}, {"R01-000002", NULL},
		{"R01.2-000002", NULL}, /* restored from before the second */
		{"R01.2-000003", NULL},
		{"R01-000002", "twice"}, /* the series of before once more */
		{"R01-000001", "twice"}, {"R01-000003", NULL},
		{"R01.2-000003", "twice"}, {"R01.2-000005", "follows number 3"},
		{"R01.2-000006", NULL}, {"R01.2", "no receipt number"},
		{"R01-", "no receipt number"}, {"R01-0", "no receipt number"},
		{"0123456789012345678901234567890123-1", "no receipt number"}};
	struct verify_seen *s = verify_seen_new();
	char words[ERR_MSG_BYTES];

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool good = see(
			s, EVENT_SALE_COMPLETED, i + 1, row[i].number, words);

		assert_int_equal(good, row[i].words == NULL);
		if (!good) {
			assert_non_null(strstr(words, row[i].words));
		}
	}
	verify_seen_free(s);
}

static void
record_sale(struct rig *r, const char *number)
{
	struct event e = {.type = EVENT_SALE_COMPLETED};
	struct event_sale *s = &e.data.sale;

	memset(s->sale, 7, UUID_BYTES);
	s->number = number;
	s->opened = clock_read(&r->conf.clock).utc;
	s->currency = "EUR";
	s->digits = 2;
	s->prices = "included";
	s->receipt = "none";
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

/* What a register that forgets would leave: chain, balance, numbers and store
 * are all well. */
static void
test_doubled_basket_is_told(void **state)
{
	struct rig *r = *state;
	struct verify_result v;

	record_sale(r, "R01-000001");
	assert_int_equal(rig_verify(r), 0);
	record_sale(r, "R01-000002");
	assert_int_equal(verify_run(&r->conf, false, &v, NULL), RC_OK);
	assert_false(v.ok);
	assert_int_equal(v.n_problem, 1);
	assert_non_null(strstr(v.problem[0], "closed before"));
	assert_string_equal(v.store, "equal");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_sale_once),
		cmocka_unit_test(test_each_number_once),
		cmocka_unit_test_setup_teardown(
			test_doubled_basket_is_told, rig_new, rig_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
