/* SPDX-License-Identifier: Apache-2.0 */
/* A hub that sends more than a register keeps: said in words, nothing half, and
 * behind it the feed goes on with less.  Two GiB; of make check-slow. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/feed_internal.h"
#include "stream.h"

#include "base/poison.h"

#define BODY ((size_t)1000000)
#define A_PAGE 16u
#define PAGES (FEEDS_MAP_BYTES / BODY / A_PAGE + 2)

static struct scene scene;
static struct err trouble;
static char body[BODY];

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	memset(body, 'x', sizeof(body));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_done(&scene);
	return 0;
}

/* A page of so many items, or of what takes the oldest away. */
static enum rc
send(uint64_t since, unsigned n, bool deleted, size_t n_body)
{
	struct feeds_end how = {.rev = since + n, .at = {1}};
	struct feeds_page *page = NULL;
	enum rc rc = feeds_begin(
		scene.catalog, "config", since, "e1", &page, &trouble);

	for (unsigned i = 0; rc == RC_OK && i < n; i++) {
		char key[32];
		struct feeds_item it = {.key = key,
			.scope = FEEDS_TENANT,
			.rev = since + i + 1,
			.deleted = deleted,
			.body = deleted ? NULL : body,
			.n_body = n_body};

		(void)snprintf(key, sizeof(key), "k%llu",
			(unsigned long long)(deleted ? i + 1 : it.rev));
		rc = feeds_put(page, &it, &trouble);
	}
	if (rc == RC_OK) {
		rc = feeds_end(page, &how, &trouble);
	}
	feeds_free(page);
	return rc;
}

static enum rc
count_one(void *arg, const struct feeds_item *item)
{
	uint64_t *n = arg;

	*n += item->n_body == BODY && item->body[BODY - 1] == 'x';
	return RC_OK;
}

static uint64_t
whole_items(void)
{
	struct feeds *f = NULL;
	uint64_t n = 0;

	assert_int_equal(feeds_open(scene.catalog, &f, &trouble), RC_OK);
	assert_int_equal(
		feeds_each(f, "config", count_one, &n, &trouble), RC_OK);
	feeds_close(f);
	return n;
}

static struct feeds_cursor
where(void)
{
	struct feeds_cursor c;

	assert_int_equal(
		feeds_where(scene.catalog, "config", &c, &trouble), RC_OK);
	return c;
}

static void
test_more_than_is_kept(void **state)
{
	struct utc later = {INT64_C(120000000)};
	uint64_t rev = 1;
	enum rc rc = send(0, 1, false, BODY);

	(void)state;
	for (size_t i = 0; rc == RC_OK && i < PAGES; i++) {
		rc = send(rev, A_PAGE, false, BODY);
		rev += rc == RC_OK ? A_PAGE : 0;
	}
	assert_int_equal(rc, RC_NOSPC);
	assert_non_null(
		strstr(trouble.msg, "the hub sent more than this register"));
	assert_int_equal(where().rev, rev);
	assert_true(where().whole);
	assert_int_equal(whole_items(), rev);
	/* the same page again, as the worker asks for it */
	assert_int_equal(send(rev, A_PAGE, false, BODY), RC_NOSPC);
	assert_int_equal(whole_items(), rev);
	/* somebody takes some of it away at the hub */
	assert_int_equal(send(rev, 2 * A_PAGE, true, 0), RC_OK);
	rev += (uint64_t)2 * A_PAGE;
	/* LMDB gives pages out again behind one more commit, which comes with
	 * the next minute */
	assert_int_equal(
		feeds_touch(scene.catalog, "config", 1, later, &trouble),
		RC_OK);
	assert_int_equal(send(rev, A_PAGE, false, BODY), RC_OK);
	assert_int_equal(where().rev, rev + A_PAGE);
	/* or all of it is fetched again, and is less */
	assert_int_equal(send(0, 3, false, BODY), RC_OK);
	assert_int_equal(whole_items(), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_more_than_is_kept, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
