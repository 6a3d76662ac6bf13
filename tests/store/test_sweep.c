/* SPDX-License-Identifier: Apache-2.0 */
/* Every call of a store's and a catalog's life fails: words, nothing left
 * behind, and what is there is good. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "faults.h"
#include "store/catalog.h"
#include "stream.h"

#include "base/poison.h"

#define EVENTS 14
#define MAP ((size_t)8 << 20)

static struct scene scene;
static struct stream stream; /* too large for a stack */

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_done(&scene);
	return 0;
}

typedef void (*check_fn)(enum rc rc);
static uint64_t committed; /* by the turn */

static void
sweep(const char *name, faults_fn fn, check_fn check)
{
	const struct faults_way *way;
	size_t n_way = faults_ways(&way);
	unsigned bad = 0;

	for (size_t i = 0; i < n_way; i++) {
		unsigned long n = 1;
		enum rc rc;
		bool failed;

		do {
			scene_remove(scene.store);
			committed = 0;
			failed = faults_try(
				name, &way[i], n, fn, NULL, &rc, &bad);
			check(rc);
			n = faults_next(n);
		} while (failed);
	}
	assert_int_equal(bad, 0);
}

/* --- a store --- */

static enum rc
ask(struct store *s, struct err *reterr)
{
	char line[STREAM_LINE_BYTES];
	struct store_parked parked[8];
	struct store_state st;
	struct totals t;
	uint64_t queue[8];
	uint64_t seq;
	int64_t v;
	size_t n;
	enum rc rc = store_state(s, &st, reterr);

	if (rc == RC_OK) {
		rc = store_totals(s, &t, reterr);
	}
	if (rc == RC_OK) {
		rc = store_line(s, 1, line, sizeof(line), &n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_parked_list(s, parked, 8, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_printq(s, queue, 8, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_stock(s, "5449000000003", &v, reterr);
	}
	if (rc == RC_OK) {
		rc = store_doc(s, "R01-000001", &seq, reterr);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc == RC_OK) {
		rc = store_copies(s, "R01-000001", &v, reterr);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc == RC_OK) {
		rc = store_config(s, "none", &seq, reterr);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	return rc;
}

/* Behind what the store holds. */
static enum rc
go_on(struct store *s, uint64_t to, struct err *reterr)
{
	struct store_head head;
	enum rc rc = store_head(s, &head, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	committed = head.applied;
	stream_init(&stream, 7);
	while (rc == RC_OK && stream.sequence < to) {
		stream_next(&stream);
		if (stream.sequence > head.applied) {
			rc = apply_one(s, &stream, reterr);
			committed += rc == RC_OK ? 1 : 0;
		}
	}
	return rc;
}

static enum rc
life(void *arg, struct err *reterr)
{
	struct store *s = NULL;
	enum rc rc = store_open(scene.store, scene.keys, &scene.rng,
		STORE_WRITE, MAP, &s, reterr);

	(void)arg;
	if (rc == RC_OK) {
		rc = go_on(s, EVENTS, reterr);
	}
	if (rc == RC_OK) {
		rc = ask(s, reterr);
	}
	if (rc == RC_OK) {
		rc = store_sync(s, reterr);
	}
	if (rc == RC_OK) {
		store_idle(s);
		(void)store_bytes(s);
	}
	store_close(s);
	return rc;
}

static struct store *
scratch(const char *dir, enum store_mode mode)
{
	struct store *s = NULL;
	struct err e = {0};

	if (store_open(dir, scene.keys, &scene.rng, mode, MAP, &s, &e) !=
		RC_OK) {
		fail_msg("%s", e.msg);
	}
	return s;
}

/* It opens, holds what was committed, goes on, and is as one that never saw
 * a fault. */
static void
life_check(enum rc rc)
{
	char dir[300];
	char what[ERR_MSG_BYTES] = "";
	struct store *s = scratch(scene.store, STORE_WRITE);
	uint64_t was = committed;
	struct store *twin;
	bool equal = false;

	/* not found: a file system that takes no new one */
	assert_true(rc == RC_NOTFOUND || rc == RC_OK || rc == RC_NOMEM ||
		    rc == RC_NOSPC || rc == RC_IO || rc == RC_CORRUPT ||
		    rc == RC_AGAIN);
	assert_int_equal(go_on(s, 0, NULL), RC_OK);
	/* one that was written in spite of its error may be there */
	assert_in_range(committed, was, was + 1);
	assert_int_equal(go_on(s, EVENTS, NULL), RC_OK);
	scene_path(&scene, dir, "twin");
	scene_remove(dir);
	twin = scratch(dir, STORE_SCRATCH);
	assert_int_equal(go_on(twin, EVENTS, NULL), RC_OK);
	assert_int_equal(store_finish(twin, NULL), RC_OK);
	assert_int_equal(
		store_compare(s, twin, &equal, what, sizeof(what), NULL),
		RC_OK);
	if (!equal) {
		fail_msg("%s", what);
	}
	store_close(twin);
	store_close(s);
}

static void
test_life(void **state)
{
	(void)state;
	sweep("a store's life", life, life_check);
}

/* --- a build --- */

static enum rc
build(void *arg, struct err *reterr)
{
	struct store *s = NULL;
	enum rc rc = store_open(scene.store, scene.keys, &scene.rng,
		STORE_BUILD, MAP, &s, reterr);

	(void)arg;
	if (rc == RC_OK) {
		store_hold(s, 20); /* to the file in between */
		rc = go_on(s, EVENTS, reterr);
	}
	if (rc == RC_OK) {
		rc = store_finish(s, reterr);
	}
	store_close(s);
	return rc;
}

/* Finished, or not to be opened. */
static void
build_check(enum rc rc)
{
	struct store *s = NULL;
	enum rc open_rc;

	if (rc != RC_OK) {
		open_rc = store_open(scene.store, scene.keys, &scene.rng,
			STORE_READ, MAP, &s, NULL);
		if (open_rc == RC_OK) {
			/* all of it was there, but for the last flush */
			struct store_head head;

			assert_int_equal(store_head(s, &head, NULL), RC_OK);
			assert_int_equal(head.applied, EVENTS);
			store_close(s);
			return;
		}
		(void)mkdir(scene.store, 0700);
		assert_int_equal(store_remove(scene.store, NULL), RC_OK);
		committed = 0;
	}
	life_check(RC_OK);
}

static void
test_build(void **state)
{
	(void)state;
	sweep("a build", build, build_check);
}

/* --- two of them --- */

static enum rc
compare(void *arg, struct err *reterr)
{
	char what[ERR_MSG_BYTES];
	struct store *a = NULL;
	struct store *b = NULL;
	char dir[300];
	bool equal;
	enum rc rc;

	(void)arg;
	scene_path(&scene, dir, "twin");
	rc = store_open(scene.store, scene.keys, &scene.rng, STORE_WRITE, MAP,
		&a, reterr);
	if (rc == RC_OK) {
		rc = store_open(dir, scene.keys, &scene.rng, STORE_WRITE, MAP,
			&b, reterr);
	}
	if (rc == RC_OK) {
		rc = go_on(a, 6, reterr);
	}
	if (rc == RC_OK) {
		rc = go_on(b, 6, reterr);
	}
	if (rc == RC_OK) {
		rc = store_compare(a, b, &equal, what, sizeof(what), reterr);
		assert_true(rc != RC_OK || equal);
	}
	store_close(b);
	store_close(a);
	return rc;
}

static void
compare_check(enum rc rc)
{
	char dir[300];

	(void)rc;
	scene_path(&scene, dir, "twin");
	scene_remove(dir);
}

static void
test_compare(void **state)
{
	(void)state;
	sweep("comparing", compare, compare_check);
}

/* --- products --- */

#define PRODUCTS 900 /* more than the sorter's memory: two runs */

static enum rc
seen(void *arg, const struct item *item)
{
	uint64_t *n = arg;

	(void)item;
	(*n)++;
	return RC_OK;
}

static enum rc
add_all(struct catalog_load *l, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; rc == RC_OK && i < PRODUCTS; i++) {
		struct item it = {.kind = CODE_INTERNAL,
			.dept = "10",
			.tax = "A",
			.price = {(int64_t)i}};

		(void)snprintf(it.code, sizeof(it.code), "X%u", i * 7919 % 800);
		memset(it.name, 'n', 200);
		rc = catalog_load_add(l, &it, i + 2, reterr);
	}
	return rc;
}

static enum rc
load(int64_t *ret, struct err *reterr)
{
	struct catalog_load *l = NULL;
	uint64_t taken;
	uint64_t replaced;
	enum rc rc = catalog_load_begin(
		scene.catalog, (size_t)64 << 10, 0, &l, reterr);

	if (rc == RC_OK) {
		rc = add_all(l, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_load_end(l, ret, &taken, &replaced, reterr);
	}
	if (rc == RC_OK) {
		assert_int_equal(taken, 800);
		assert_int_equal(replaced, 100);
	}
	catalog_load_free(l);
	return rc;
}

static enum rc
products(void *arg, struct err *reterr)
{
	struct catalog *c = NULL;
	struct item it;
	enum code_kind kind;
	int64_t generation = 0;
	uint64_t n = 0;
	enum rc rc = load(&generation, reterr);

	(void)arg;
	if (rc == RC_OK) {
		rc = catalog_activate(scene.catalog, generation, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_prune(scene.catalog, generation, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_open(scene.catalog, 0, &c, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_find(c, "X12", 3, &it, &kind, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_each(c, seen, &n, reterr);
		assert_true(rc != RC_OK || n == 800);
	}
	catalog_close(c);
	return rc;
}

/* The active one is whole, and the next load works. */
static void
products_check(enum rc rc)
{
	struct catalog *c = NULL;
	struct err e = {0};
	int64_t generation = 0;

	rc = catalog_open(scene.catalog, 0, &c, &e);
	if (rc == RC_OK) {
		assert_int_equal(catalog_count(c), 800);
		catalog_close(c);
	} else {
		assert_int_equal(rc, RC_NOTFOUND);
	}
	if (load(&generation, &e) != RC_OK) {
		fail_msg("again: %s", e.msg);
	}
	scene_remove(scene.catalog);
}

static void
test_products(void **state)
{
	(void)state;
	sweep("products", products, products_check);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_life),
		T(test_build),
		T(test_compare),
		T(test_products),
	};

	/* thousands of flushes, none of which has to last */
	if (access("/dev/shm", W_OK) == 0) {
		(void)setenv("TMPDIR", "/dev/shm", 1);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
