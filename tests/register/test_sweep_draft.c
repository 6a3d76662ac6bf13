/* SPDX-License-Identifier: Apache-2.0 */
/* Every call of the open sale's keeping fails: the next change keeps all of
 * it again. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/draft.h"
#include "sweep_rig.h"

#include "base/poison.h"

#define LINES 16

static const struct tax_policy tax = {
	true, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"A", 190000}}};

static struct basket basket;
static struct basket back;
static char path[128];
static struct keys *keys;

static void
begin(uint8_t first)
{
	uint8_t id[UUID_BYTES] = {first, 2, 3};

	basket_begin(&basket, id, (struct utc){1795000000000000 + first}, &tax,
		ROUND_HALF_UP);
}

static enum rc
add(struct draft *d, const char *name, int64_t price, struct err *reterr)
{
	struct item it = {.code = "4011", .kind = CODE_PLU, .tax = "A"};
	size_t idx = 0;

	(void)snprintf(it.name, sizeof(it.name), "%s", name);
	it.price.minor = price;
	assert_int_equal(basket_add(&basket, &it, QTY_ONE, &idx), RC_OK);
	return draft_line(d, &basket, basket.line[idx].no, 0, reterr);
}

static enum rc
load(struct draft *d, bool *ret_found, struct err *reterr)
{
	struct draft_mark mark;

	return draft_load(
		d, &tax, ROUND_HALF_UP, NULL, &back, &mark, ret_found, reterr);
}

/* A sale that goes on whatever its draft says: the first words are kept. */
static enum rc
sale(struct sweep *w, struct err *reterr)
{
	struct draft *d = NULL;
	struct err e = {0};
	enum rc first = RC_OK;
	enum rc rc[9];
	bool found;
	uint32_t no;

	if (draft_open(path, keys, &w->conf.rng, &d, reterr) != RC_OK) {
		return reterr->rc;
	}
	rc[0] = load(d, &found, &e);
	begin(1);
	rc[1] = add(d, "Bread", 250, &e);
	rc[2] = add(d, "Tea", 199, &e);
	rc[3] = draft_flush(d, &e);
	rc[4] = add(d, "Cheese", 899, &e);
	no = basket.line[0].no;
	assert_int_equal(basket_void(&basket, 0), RC_OK);
	rc[5] = draft_line(d, &basket, no, 0, &e);
	rc[6] = draft_renew(d, &basket, &e);
	rc[7] = draft_clear(d, &e);
	begin(2);
	rc[8] = add(d, "Wine", 1200, &e);
	for (size_t i = 0; i < ARRAY_LEN(rc); i++) {
		if (rc[i] != RC_OK && first == RC_OK) {
			first = rc[i];
		}
	}
	*reterr = e;
	draft_close(d);
	return first;
}

static void
sale_check(struct sweep *w, enum rc rc, bool for_ever)
{
	struct draft *d = NULL;
	struct err e = {0};
	bool found = false;

	(void)for_ever;
	assert_true(
		rc == RC_OK || rc == RC_NOMEM || rc == RC_NOSPC || rc == RC_IO);
	assert_int_equal(draft_open(path, keys, &w->conf.rng, &d, &e), RC_OK);
	assert_int_equal(load(d, &found, &e), RC_OK);
	if (rc == RC_OK) {
		assert_true(found);
		assert_int_equal(back.n_line, 1);
		assert_int_equal(back.line[0].price.minor, 1200);
	}
	/* the same sale goes on, and comes back whole */
	begin(2);
	assert_int_equal(add(d, "Wine", 1200, &e), RC_OK);
	assert_int_equal(add(d, "Glass", 300, &e), RC_OK);
	assert_int_equal(draft_flush(d, &e), RC_OK);
	draft_close(d);
	assert_int_equal(draft_open(path, keys, &w->conf.rng, &d, &e), RC_OK);
	assert_int_equal(load(d, &found, &e), RC_OK);
	assert_true(found);
	assert_int_equal(back.n_line, 2);
	assert_int_equal(back.total.gross.minor, 1500);
	assert_int_equal(draft_clear(d, &e), RC_OK);
	draft_close(d);
}

static void
test_sale(void **state)
{
	struct sweep *w = *state;
	void *one = malloc(basket_bytes(LINES));
	void *two = malloc(basket_bytes(LINES));
	char dir[128];

	assert_non_null(one);
	assert_non_null(two);
	basket_init(&basket, one, LINES);
	basket_init(&back, two, LINES);
	(void)snprintf(dir, sizeof(dir), "%s/keys", w->dir);
	(void)snprintf(path, sizeof(path), "%s/draft", w->base);
	assert_int_equal(keys_open(dir, &w->conf.key, &keys, NULL), RC_OK);
	sweep_run(w, "an open sale", sale, sale_check);
	keys_close(keys);
	free(one);
	free(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_sale, sweep_new, sweep_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
