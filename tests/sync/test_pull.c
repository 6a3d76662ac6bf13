/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of feeds as a hub sends them, and as it should not. */
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
#include <unistd.h>

#include "base/file.h"
#include "store/catalog.h"
#include "store/feed.h"
#include "sync/pull.h"

#include "base/poison.h"

static char dir[PATH_BYTES];
static char store[PATH_BYTES];
static struct err trouble;

static int
setup(void **state)
{
	char *at = NULL;

	(void)state;
	(void)snprintf(store, sizeof(store), "/tmp/hf-pull-XXXXXX");
	at = mkdtemp(store);
	assert_non_null(at);
	assert_int_equal(path_join(dir, sizeof(dir), store, "catalog"), RC_OK);
	return 0;
}

static int
teardown(void **state)
{
	char command[PATH_BYTES + 16];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", store);
	return system(command) == 0 ? 0 : -1; /* NOLINT */
}

static enum rc
take(const char *feed, uint64_t since, const char *text, struct pull_page *ret)
{
	size_t n = strlen(text);
	char *copy = malloc(n + 1);
	struct utc now = {1};
	enum rc rc;

	assert_non_null(copy);
	memcpy(copy, text, n + 1);
	memset(&trouble, 0, sizeof(trouble));
	rc = pull_page(dir, feed, since, copy, n, 2, now, ret, &trouble);
	free(copy);
	return rc;
}

static int64_t
price_of(const char *code)
{
	enum code_kind kind;
	struct catalog *c = NULL;
	struct item it;
	enum rc rc = catalog_open(dir, 0, &c, &trouble);

	assert_int_equal(rc, RC_OK);
	rc = catalog_find(c, code, strlen(code), &it, &kind, &trouble);
	catalog_close(c);
	assert_true(rc == RC_OK || rc == RC_NOTFOUND);
	return rc == RC_OK ? it.price.minor : -1;
}

#define HEAD "{\"feed\":\"products\",\"epoch\":\"e\",\"rev\":"
#define GOOD(code, price)                                                      \
	"{\"key\":\"" code "\",\"rev\":1,\"scope\":\"tenant\",\"body\":{"      \
	"\"code\":\"" code "\",\"name\":\"n\",\"price\":" price                \
	",\"digits\":2,\"tax\":\"A\"}}"

static void
test_hostile_items_are_refused_one_by_one(void **state)
{
	static const char page[] = HEAD
		"9,\"more\":false,\"applied\":3,\"items\":[" GOOD("A1", "5") ","
		/* negative price */
		GOOD("A2", "-5") ","
		/* a price that is a text */
		GOOD("A3",
			"\"5\"") ","
				 /* other decimals */
				 "{\"key\":\"A4\",\"rev\":1,\"scope\":\"tenant\",\"body\":{"
				 "\"code\":\"A4\",\"name\":\"n\",\"price\":1,\"digits\":3,"
				 "\"tax\":\"A\"}},"
				 /* another code than its key */
				 "{\"key\":\"A5\",\"rev\":1,\"scope\":\"tenant\",\"body\":{"
				 "\"code\":\"A6\",\"name\":\"n\",\"price\":1,\"digits\":2,"
				 "\"tax\":\"A\"}},"
				 /* no scope of ours, no key, a key that is a number, no body */
				 "{\"key\":\"A7\",\"rev\":1,\"scope\":\"moon\",\"body\":{}},"
				 "{\"rev\":1,\"scope\":\"tenant\",\"body\":{}},"
				 "{\"key\":7,\"rev\":1,\"scope\":\"tenant\",\"body\":{}},"
				 "{\"key\":\"A8\",\"rev\":1,\"scope\":\"tenant\"},"
				 "{\"key\":\"A9\",\"rev\":1,\"scope\":\"tenant\",\"body\":[]},"
				 "5,"
				 /* bad bytes in a name */
				 "{\"key\":\"B1\",\"rev\":1,\"scope\":\"tenant\",\"body\":{"
				 "\"code\":\"B1\",\"name\":\"x\xff\xc3y\",\"price\":7,"
				 "\"digits\":2,\"tax\":\"A\",\"new\":[{\"a\":1}]}}," GOOD(
					 "B2", "0") "]}";
	struct pull_page p;
	struct feeds_cursor c;

	(void)state;
	assert_int_equal(take(FEEDS_PRODUCTS, 0, page, &p), RC_OK);
	assert_int_equal(p.taken, 2);
	assert_int_equal(p.refused, 11);
	assert_int_equal(p.rev, 9);
	assert_false(p.more);
	assert_int_equal(price_of("A1"), 5);
	assert_int_equal(price_of("B1"), -1);
	assert_int_equal(price_of("B2"), 0);
	for (int i = 2; i <= 9; i++) {
		char code[4] = {'A', (char)('0' + i), '\0'};

		assert_int_equal(price_of(code), -1);
	}
	assert_int_equal(feeds_where(dir, FEEDS_PRODUCTS, &c, &trouble), RC_OK);
	assert_int_equal(c.refused, 11);
	assert_int_equal(c.taken, 2);
	assert_int_equal(c.applied, 3);
	assert_true(strlen(c.why) > 0);
}

static void
test_large_body_and_unknown_feed(void **state)
{
	static const char before[] =
		"{\"feed\":\"fashion\",\"epoch\":\"e\",\"rev\":2,\"more\":"
		"false,\"items\":[{\"key\":\"k\",\"rev\":1,\"scope\":"
		"\"tenant\",\"body\":{\"text\":\"";
	static const char after[] =
		"\"}},{\"key\":\"l\",\"rev\":2,\"scope\":\"store\","
		"\"valid_from\":\"2026-01-02T03:04:05Z\",\"body\":{\"a\":1}}]"
		"}";
	size_t n = FEEDS_BODY_BYTES;
	char *text = malloc(sizeof(before) + n + sizeof(after));
	struct pull_page p;

	(void)state;
	assert_non_null(text);
	memcpy(text, before, sizeof(before) - 1);
	memset(text + sizeof(before) - 1, 'x', n);
	memcpy(text + sizeof(before) - 1 + n, after, sizeof(after));
	assert_int_equal(take("fashion", 0, text, &p), RC_OK);
	assert_int_equal(p.taken, 1);
	assert_int_equal(p.refused, 1);
	free(text);
}

static void
test_what_is_no_page(void **state)
{
	static const char *const page[] = {"", "{}", "[]", "<html>",
		"{\"feed\":\"prices\",\"epoch\":\"e\",\"rev\":1,\"more\":"
		"false,\"items\":[]}",
		HEAD "-1,\"more\":false,\"items\":[]}",
		HEAD "0,\"more\":true,\"items\":[]}",
		HEAD "1,\"more\":false,\"items\":{}}"};
	struct pull_page p;
	struct feeds_cursor c;

	(void)state;
	for (size_t i = 0; i < sizeof(page) / sizeof(page[0]); i++) {
		assert_int_equal(
			take(FEEDS_PRODUCTS, 0, page[i], &p), RC_PROTO);
		assert_true(strlen(trouble.msg) > 0);
	}
	assert_int_equal(
		feeds_where(dir, FEEDS_PRODUCTS, &c, &trouble), RC_NOTFOUND);
	/* a page from before where we stand */
	assert_int_equal(take(FEEDS_PRODUCTS, 0,
				 HEAD "5,\"more\":false,\"items\":[]}", &p),
		RC_OK);
	assert_int_equal(take(FEEDS_PRODUCTS, 5,
				 HEAD "4,\"more\":false,\"items\":[]}", &p),
		RC_PROTO);
	/* the hub's database was restored: another epoch */
	assert_int_equal(
		take(FEEDS_PRODUCTS, 5,
			"{\"feed\":\"products\",\"epoch\":\"f\",\"rev\":6,"
			"\"more\":false,\"items\":[]}",
			&p),
		RC_INVAL);
	assert_string_equal(p.epoch, "f");
}

static void
test_digits(void **state)
{
	static const struct {
		const char *text;
		int digits;
	} row[] = {{"[currency]\ncode = EUR\n", 2},
		{"[shop]\nname = x\n[currency]\ncode = JPY\n", 0},
		{"[currency]\ncode = KWD\n", 3},
		{"[currency]\ndigits = 3\ncode = EUR\n", 3},
		{"[currency]\ncode = XXA\n", -1},
		{"[currency]\ncode = XXA\ndigits = 0\n", 0},
		{"[shop]\nname = x\n", -1}, {"[shop]\ncurrency = JPY\n", -1}};

	char path[PATH_BYTES];

	(void)state;
	assert_int_equal(pull_digits(store), -1);
	assert_int_equal(
		path_join(path, sizeof(path), store, "holdfast.conf"), RC_OK);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(file_save(path, row[i].text,
					 strlen(row[i].text), 0600, &trouble),
			RC_OK);
		assert_int_equal(pull_digits(store), row[i].digits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		test(test_hostile_items_are_refused_one_by_one),
		test(test_large_body_and_unknown_feed),
		test(test_what_is_no_page),
		test(test_digits),
#undef test
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
