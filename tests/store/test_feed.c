/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds: pages and cursors together, over the generation, never half. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/feed_internal.h"
#include "store/find.h"
#include "stream.h"

#include "base/poison.h"

#define HOUR_US ((int64_t)3600000000)
#define MANY 3000

static struct scene scene;
static const char epoch[] = "e1";

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

static struct err trouble;

static void
ok_at(enum rc rc, int line)
{
	if (rc != RC_OK) {
		print_error(
			"line %d: %s: %s\n", line, rc_name(rc), trouble.msg);
	}
	assert_int_equal(rc, RC_OK);
}

#define ok(call) ok_at((call), __LINE__)

static struct item
make_item(const char *code, const char *name, int64_t price)
{
	struct item it;
	struct code_key key;

	memset(&it, 0, sizeof(it));
	(void)snprintf(it.code, sizeof(it.code), "%s", code);
	(void)snprintf(it.name, sizeof(it.name), "%s", name);
	(void)snprintf(it.dept, sizeof(it.dept), "10");
	(void)snprintf(it.tax, sizeof(it.tax), "A");
	it.price.minor = price;
	it.kind = code_catalog_key(code, strlen(code), &key) == RC_OK
			  ? key.kind
			  : CODE_INTERNAL;
	return it;
}

/* What the shop imports itself: codes X1.., names "own N", 100 + n. */
static int64_t
import(unsigned n)
{
	struct catalog_load *l = NULL;
	int64_t generation = 0;
	uint64_t taken;
	uint64_t replaced;

	ok(catalog_load_begin(scene.catalog, 0, 0, &l, &trouble));
	for (unsigned i = 1; i <= n; i++) {
		char code[16];
		char name[32];
		struct item it;

		(void)snprintf(code, sizeof(code), "X%u", i);
		(void)snprintf(name, sizeof(name), "own %u", i);
		it = make_item(code, name, 100 + (int64_t)i);
		ok(catalog_load_add(l, &it, i, &trouble));
	}
	ok(catalog_load_end(l, &generation, &taken, &replaced, &trouble));
	catalog_load_free(l);
	ok(catalog_activate(scene.catalog, generation, &trouble));
	return generation;
}

/* --- pages --- */

static struct feeds_page *page;
static uint64_t page_rev;

static void
begin(const char *feed, uint64_t since)
{
	ok(feeds_begin(scene.catalog, feed, since, epoch, &page, &trouble));
	page_rev = since;
}

static void
product(enum feeds_scope scope, const char *code, const char *name,
	int64_t price)
{
	struct item it = make_item(code, name == NULL ? "" : name, price);

	ok(feeds_put_product(page, scope, ++page_rev, code,
		name == NULL ? NULL : &it, &trouble));
}

static void
price(enum feeds_scope scope, const char *code, int64_t hour, int64_t minor)
{
	struct utc from = {hour * HOUR_US};
	struct money m = {minor};

	ok(feeds_put_price(page, scope, ++page_rev, code, from,
		minor < 0 ? NULL : &m, &trouble));
}

static enum rc
end(bool more, uint64_t applied)
{
	struct feeds_end how = {page_rev, more, applied, {HOUR_US}};
	enum rc rc = feeds_end(page, &how, &trouble);

	feeds_free(page);
	page = NULL;
	return rc;
}

static struct feeds_cursor
where(const char *feed)
{
	struct feeds_cursor c;

	ok(feeds_where(scene.catalog, feed, &c, &trouble));
	return c;
}

/* --- looking --- */

static struct catalog *cat;

static void
look(void)
{
	ok(catalog_open(scene.catalog, 0, &cat, &trouble));
}

static void
shut(void)
{
	catalog_close(cat);
	cat = NULL;
}

/* Price of a code, -1 not found. */
static int64_t
price_of(const char *code)
{
	enum code_kind kind = CODE_INTERNAL;
	struct item it;
	enum rc rc =
		catalog_find(cat, code, strlen(code), &it, &kind, &trouble);

	if (rc == RC_NOTFOUND) {
		return -1;
	}
	if (rc != RC_OK) {
		print_error("%s: %s\n", rc_name(rc), trouble.msg);
	}
	assert_int_equal(rc, RC_OK);
	return it.price.minor;
}

static enum rc
count_one(void *arg, const struct item *item)
{
	uint64_t *n = arg;

	(void)item;
	(*n)++;
	return RC_OK;
}

static uint64_t
count(void)
{
	uint64_t n = 0;

	ok(catalog_each(cat, count_one, &n, &trouble));
	return n;
}

/* --- tests --- */

static void
test_first_copy_without_any_import(void **state)
{
	struct feeds_cursor c;

	(void)state;
	assert_int_equal(
		feeds_where(scene.catalog, FEEDS_PRODUCTS, &c, &trouble),
		RC_NOTFOUND);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	product(FEEDS_TENANT, "A2", "pear", 20);
	assert_int_equal(end(true, 0), RC_OK);
	/* not half: nobody sells of a copy that is still coming */
	assert_int_equal(
		catalog_open(scene.catalog, 0, &cat, &trouble), RC_NOTFOUND);
	c = where(FEEDS_PRODUCTS);
	assert_false(c.whole);
	assert_int_equal(c.rev, 2);
	assert_int_equal(c.aside, 2);
	begin(FEEDS_PRODUCTS, 2);
	product(FEEDS_TENANT, "A3", "plum", 30);
	product(FEEDS_TENANT, "A2", "pear, new", 25);
	assert_int_equal(end(false, 5), RC_OK);
	look();
	assert_int_equal(price_of("A1"), 10);
	assert_int_equal(price_of("A2"), 25);
	assert_int_equal(price_of("A3"), 30);
	assert_int_equal(count(), 3);
	assert_true(catalog_version(cat) > 0);
	c = where(FEEDS_PRODUCTS);
	assert_true(c.whole);
	assert_int_equal(c.rev, 4);
	assert_int_equal(c.applied, 5);
	assert_int_equal(c.taken, 4);
	shut();
}

static void
test_pages_lie_over(void **state)
{
	struct catalog_from from;
	int64_t version;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	product(FEEDS_TENANT, "A2", "pear", 20);
	assert_int_equal(end(false, 0), RC_OK);
	look();
	version = catalog_version(cat);
	/* the same handle follows */
	begin(FEEDS_PRODUCTS, 2);
	product(FEEDS_TENANT, "A1", "apple", 11);
	product(FEEDS_STORE, "A2", "pear here", 22);
	product(FEEDS_REGISTER, "A4", "only here", 44);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(price_of("A1"), 11);
	assert_int_equal(price_of("A2"), 22);
	assert_int_equal(price_of("A4"), 44);
	assert_int_equal(count(), 3);
	assert_true(catalog_version(cat) > version);
	catalog_from(cat, &from);
	assert_true(from.feed);
	/* what a scope deletes uncovers the wider one */
	begin(FEEDS_PRODUCTS, 5);
	product(FEEDS_STORE, "A2", NULL, 0);
	product(FEEDS_TENANT, "A1", NULL, 0);
	product(FEEDS_REGISTER, "A4", NULL, 0);
	product(FEEDS_REGISTER, "never", NULL, 0);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(price_of("A2"), 20);
	assert_int_equal(price_of("A1"), -1);
	assert_int_equal(price_of("A4"), -1);
	assert_int_equal(count(), 1);
	shut();
}

static void
test_prices_by_time_and_scope(void **state)
{
	struct catalog_from from;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "4006381333931", "pencil", 100);
	assert_int_equal(end(false, 0), RC_OK);
	begin(FEEDS_PRICES, 0);
	price(FEEDS_TENANT, "4006381333931", 0, 90);
	price(FEEDS_TENANT, "4006381333931", 10, 80);
	price(FEEDS_STORE, "4006381333931", 20, 85);
	price(FEEDS_TENANT, "4006381333931", 30, 70);
	assert_int_equal(end(false, 0), RC_OK);
	look();
	assert_int_equal(price_of("4006381333931"), 90);
	catalog_at(cat, (struct utc){10 * HOUR_US - 1});
	assert_int_equal(price_of("4006381333931"), 90);
	catalog_at(cat, (struct utc){10 * HOUR_US});
	assert_int_equal(price_of("4006381333931"), 80);
	catalog_from(cat, &from);
	assert_true(from.price);
	assert_int_equal(from.valid_from.us, 10 * HOUR_US);
	/* another spelling of the code is the same product */
	assert_int_equal(price_of("04006381333931"), 80);
	catalog_at(cat, (struct utc){40 * HOUR_US});
	assert_int_equal(price_of("4006381333931"), 85);
	begin(FEEDS_PRICES, 4);
	price(FEEDS_STORE, "4006381333931", 20, -1);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(price_of("4006381333931"), 70);
	shut();
}

static void
test_too_many_prices_let_the_oldest_go(void **state)
{
	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 5);
	assert_int_equal(end(false, 0), RC_OK);
	begin(FEEDS_PRICES, 0);
	for (int i = 0; i < (int)PRICES_MOST + 10; i++) {
		price(FEEDS_TENANT, "A1", 1 + i, 1000 + i);
	}
	assert_int_equal(end(false, 0), RC_OK);
	look();
	catalog_at(cat, (struct utc){10 * HOUR_US});
	assert_int_equal(price_of("A1"), 5);
	catalog_at(cat, (struct utc){11 * HOUR_US});
	assert_int_equal(price_of("A1"), 1010);
	catalog_at(cat, (struct utc){1000 * HOUR_US});
	assert_int_equal(price_of("A1"), 1000 + (int)PRICES_MOST + 9);
	shut();
}

static void
test_own_import_holds_until_applied(void **state)
{
	struct catalog_from from;
	int64_t generation;
	int64_t version;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 1);
	product(FEEDS_TENANT, "H1", "hub's alone", 2);
	assert_int_equal(end(false, 0), RC_OK);
	look();
	version = catalog_version(cat);
	generation = import(3);
	assert_true(generation > version);
	ok(catalog_follow(cat, &trouble));
	assert_int_equal(price_of("X1"), 101);
	catalog_from(cat, &from);
	assert_true(from.own);
	assert_int_equal(price_of("H1"), -1);
	assert_int_equal(catalog_version(cat), generation);
	assert_int_equal(catalog_import(cat), generation);
	/* the import is line 40; the hub knows up to 39 */
	assert_int_equal(feeds_settle(scene.catalog, 40, &trouble), RC_AGAIN);
	begin(FEEDS_PRODUCTS, 2);
	product(FEEDS_TENANT, "X2", "hub's, too", 3);
	assert_int_equal(end(false, 39), RC_OK);
	assert_int_equal(feeds_settle(scene.catalog, 41, &trouble), RC_AGAIN);
	assert_int_equal(price_of("X2"), 102);
	ok(feeds_touch(scene.catalog, FEEDS_PRODUCTS, 40,
		(struct utc){2 * HOUR_US}, &trouble));
	ok(feeds_settle(scene.catalog, 42, &trouble));
	/* what was folded before is fetched again, all of it */
	assert_int_equal(where(FEEDS_PRODUCTS).rev, 0);
	assert_false(where(FEEDS_PRODUCTS).whole);
	assert_int_equal(price_of("X2"), 3);
	assert_true(catalog_version(cat) > generation);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 1);
	product(FEEDS_TENANT, "H1", "hub's alone", 2);
	product(FEEDS_TENANT, "X2", "hub's, too", 3);
	assert_int_equal(end(false, 40), RC_OK);
	assert_int_equal(price_of("X1"), 1);
	assert_int_equal(price_of("X2"), 3);
	assert_int_equal(price_of("X3"), 103);
	assert_int_equal(price_of("H1"), 2);
	assert_int_equal(count(), 4);
	assert_int_equal(catalog_import(cat), generation);
	shut();
}

/* It came out of a backup, or its line was purged. */
static void
test_import_without_a_line(void **state)
{
	(void)state;
	(void)import(2);
	assert_int_equal(feeds_settle(scene.catalog, 14, &trouble), RC_AGAIN);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 1);
	assert_int_equal(end(false, 7), RC_AGAIN);
	look();
	assert_int_equal(price_of("X1"), 101);
	ok(feeds_settle(scene.catalog, FEEDS_NO_LINE, &trouble));
	assert_int_equal(price_of("X1"), 101);
	begin(FEEDS_PRODUCTS, where(FEEDS_PRODUCTS).rev);
	assert_int_equal(end(false, 7), RC_OK);
	assert_int_equal(price_of("X1"), 1);
	assert_int_equal(price_of("X2"), 102);
	shut();
}

/* What the hub made of the shop's lines may be in the next page. */
static void
test_applied_is_of_the_last_page(void **state)
{
	(void)state;
	begin("config", 0);
	assert_int_equal(end(false, 5), RC_OK);
	begin("config", 0);
	page_rev++;
	assert_int_equal(end(false, 6), RC_OK);
	assert_int_equal(where("config").applied, 6);
	begin("config", where("config").rev);
	page_rev++;
	assert_int_equal(end(true, 42), RC_OK);
	assert_int_equal(where("config").applied, 6);
	begin("config", where("config").rev);
	page_rev++;
	assert_int_equal(end(false, 42), RC_OK);
	assert_int_equal(where("config").applied, 42);
}

static void
test_first_copy_waits_for_an_own_import(void **state)
{

	(void)state;
	(void)import(2);
	assert_int_equal(feeds_settle(scene.catalog, 7, &trouble), RC_AGAIN);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 1);
	assert_int_equal(end(false, 6), RC_AGAIN);
	look();
	assert_int_equal(price_of("X1"), 101);
	/* the copy is still there, and taken with the next page */
	assert_int_equal(where(FEEDS_PRODUCTS).rev, 1);
	begin(FEEDS_PRODUCTS, 1);
	assert_int_equal(end(false, 7), RC_OK);
	assert_int_equal(price_of("X1"), 1);
	assert_int_equal(price_of("X2"), 102);
	shut();
}

static void
test_refetch_forgets_what_the_hub_forgot(void **state)
{
	(void)state;
	(void)import(2);
	(void)!feeds_settle(scene.catalog, 1, NULL);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "H1", "stays", 1);
	product(FEEDS_TENANT, "H2", "goes", 2);
	product(FEEDS_STORE, "H1", "stays here", 3);
	assert_int_equal(end(false, 1), RC_OK);
	look();
	assert_int_equal(price_of("H1"), 3);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "H1", "stays", 4);
	assert_int_equal(end(true, 1), RC_OK);
	/* as it was, until all is there */
	assert_int_equal(price_of("H2"), 2);
	begin(FEEDS_PRODUCTS, 1);
	product(FEEDS_TENANT, "H3", "new", 5);
	assert_int_equal(end(false, 1), RC_OK);
	assert_int_equal(price_of("H1"), 4);
	assert_int_equal(price_of("H2"), -1);
	assert_int_equal(price_of("H3"), 5);
	assert_int_equal(price_of("X1"), 101);
	assert_int_equal(count(), 4);
	shut();
}

/* The hub's database went back, and its numbers may be what they were. */
static void
test_all_is_fetched_again_when_told(void **state)
{
	(void)state;
	(void)import(2);
	(void)!feeds_settle(scene.catalog, 1, NULL);
	begin("config", 0);
	page_rev++;
	assert_int_equal(end(false, 1), RC_OK);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "H1", "stays", 1);
	product(FEEDS_TENANT, "H2", "goes", 2);
	assert_int_equal(end(false, 1), RC_OK);
	/* a copy that was on its way */
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "H3", "of before", 3);
	assert_int_equal(end(true, 1), RC_OK);
	ok(feeds_again(scene.catalog, &trouble));
	assert_int_equal(where(FEEDS_PRODUCTS).rev, 0);
	assert_false(where(FEEDS_PRODUCTS).whole);
	assert_int_equal(where("config").rev, 0);
	look();
	assert_int_equal(price_of("H1"), 1);
	assert_int_equal(price_of("H2"), 2);
	shut();
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "H1", "stays", 4);
	assert_int_equal(end(false, 1), RC_OK);
	look();
	assert_int_equal(price_of("H1"), 4);
	assert_int_equal(price_of("H2"), -1);
	assert_int_equal(price_of("H3"), -1);
	assert_true(where(FEEDS_PRODUCTS).whole);
	shut();
}

static void
test_fold_keeps_every_answer(void **state)
{
	bool folded = false;
	int64_t before;

	(void)state;
	(void)import(50);
	(void)!feeds_settle(scene.catalog, 1, NULL);
	begin(FEEDS_PRODUCTS, 0);
	for (int i = 20; i < 60; i++) {
		char code[16];

		(void)snprintf(code, sizeof(code), "X%d", i);
		product(FEEDS_TENANT, code, "hub's", 1000 + i);
	}
	assert_int_equal(end(false, 1), RC_OK);
	begin(FEEDS_PRODUCTS, page_rev);
	product(FEEDS_STORE, "X30", "narrow", 30);
	product(FEEDS_REGISTER, "X31", "narrow", 31);
	product(FEEDS_TENANT, "X1", NULL, 0);
	product(FEEDS_TENANT, "X40", NULL, 0);
	product(FEEDS_TENANT, "Y1", "new", 7);
	assert_int_equal(end(false, 1), RC_OK);
	look();
	before = catalog_generation(cat);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(price_of("X1"), -1);
		assert_int_equal(price_of("X2"), 102);
		assert_int_equal(price_of("X20"), 1020);
		assert_int_equal(price_of("X30"), 30);
		assert_int_equal(price_of("X31"), 31);
		assert_int_equal(price_of("X40"), -1);
		assert_int_equal(price_of("X59"), 1059);
		assert_int_equal(price_of("Y1"), 7);
		assert_int_equal(count(), 58);
		ok(feeds_fold(scene.catalog, round == 0 ? 3 : 100, &folded,
			&trouble));
		assert_int_equal(folded, round == 0);
	}
	assert_true(catalog_generation(cat) > before);
	/* the wider one was kept beside the fold */
	begin(FEEDS_PRODUCTS, page_rev);
	product(FEEDS_STORE, "X30", NULL, 0);
	product(FEEDS_REGISTER, "X31", NULL, 0);
	assert_int_equal(end(false, 1), RC_OK);
	assert_int_equal(price_of("X30"), 1030);
	assert_int_equal(price_of("X31"), 1031);
	begin(FEEDS_PRODUCTS, page_rev);
	product(FEEDS_TENANT, "X30", NULL, 0);
	assert_int_equal(end(false, 1), RC_OK);
	assert_int_equal(price_of("X30"), -1);
	shut();
}

/* How many names have the word, and the price of the first. */
static uint64_t
matches(struct find *f, const char *word, int64_t *ret_price)
{
	struct item item[8];
	uint64_t n_match = 0;
	size_t n = 0;

	ok(find_run(f, word, strlen(word), &n_match, &trouble));
	ok(find_page(f, 0, item, 8, &n, &trouble));
	assert_int_equal(n, n_match < 8 ? n_match : 8);
	*ret_price = n > 0 ? item[0].price.minor : -1;
	return n;
}

static void
test_search_follows(void **state)
{
	struct find *f = NULL;
	bool folded = false;
	int64_t minor = 0;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "red apple", 10);
	product(FEEDS_TENANT, "A2", "green apple", 20);
	assert_int_equal(end(false, 0), RC_OK);
	look();
	ok(find_open(cat, &f, &trouble));
	assert_int_equal(matches(f, "apple", &minor), 2);
	assert_int_equal(minor, 10);
	/* another price, and one that is gone, count at once */
	begin(FEEDS_PRODUCTS, 2);
	product(FEEDS_TENANT, "A1", "red apple", 11);
	product(FEEDS_TENANT, "A2", NULL, 0);
	product(FEEDS_TENANT, "A3", "yellow apple", 30);
	assert_int_equal(end(false, 0), RC_OK);
	/* and so does what is new, counted and in its place */
	assert_int_equal(matches(f, "apple", &minor), 2);
	assert_int_equal(minor, 11);
	assert_int_equal(price_of("A3"), 30);
	assert_int_equal(matches(f, "yellow", &minor), 1);
	assert_int_equal(minor, 30);
	assert_int_equal(matches(f, "green", &minor), 0);
	/* another name is found by it, and no more by the one before */
	begin(FEEDS_PRODUCTS, page_rev);
	product(FEEDS_TENANT, "A1", "crimson apple", 12);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(matches(f, "red", &minor), 0);
	assert_int_equal(matches(f, "crimson", &minor), 1);
	assert_int_equal(minor, 12);
	begin(FEEDS_PRODUCTS, page_rev);
	product(FEEDS_TENANT, "A1", "red apple", 11);
	assert_int_equal(end(false, 0), RC_OK);
	/* the same when it is folded, by the same handle */
	ok(feeds_fold(scene.catalog, 0, &folded, &trouble));
	assert_true(folded);
	assert_int_equal(price_of("A1"), 11);
	assert_int_equal(matches(f, "yellow", &minor), 1);
	assert_int_equal(minor, 30);
	assert_int_equal(matches(f, "apple", &minor), 2);
	begin(FEEDS_PRICES, 0);
	price(FEEDS_TENANT, "A3", 0, 25);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(matches(f, "yellow", &minor), 1);
	assert_int_equal(minor, 25);
	find_close(f);
	shut();
}

struct seen {
	size_t n;
	char text[512];
};

static enum rc
see(void *arg, const struct feeds_item *item)
{
	static const char *const scope[FEEDS_SCOPES] = {
		"", "tenant", "store", "register"};
	struct seen *s = arg;
	size_t at = strlen(s->text);

	s->n++;
	(void)snprintf(s->text + at, sizeof(s->text) - at, "%s/%s/%lld=%.*s ",
		item->key, scope[item->scope],
		(long long)(item->valid_from.us / HOUR_US), (int)item->n_body,
		item->body);
	return RC_OK;
}

static void
put_text(
	const char *key, enum feeds_scope scope, int64_t hour, const char *body)
{
	struct feeds_item item = {key, scope, ++page_rev, {hour * HOUR_US},
		body == NULL, body, body == NULL ? 0 : strlen(body)};

	ok(feeds_put(page, &item, &trouble));
}

static void
test_items_of_other_feeds(void **state)
{
	struct seen s = {0};

	(void)state;
	begin("config", 0);
	put_text("b", FEEDS_TENANT, 0, "{1}");
	put_text("a", FEEDS_TENANT, 5, "{2}");
	put_text("a", FEEDS_TENANT, 0, "{3}");
	put_text("a", FEEDS_STORE, 0, "{4}");
	assert_int_equal(end(false, 3), RC_OK);
	begin("config2", 0);
	put_text("z", FEEDS_TENANT, 0, "{5}");
	assert_int_equal(end(false, 3), RC_OK);
	look();
	ok(feeds_each(catalog_feeds(cat), "config", see, &s, &trouble));
	assert_string_equal(s.text, "a/store/0={4} a/tenant/0={3} "
				    "a/tenant/5={2} b/tenant/0={1} ");
	begin("config", 4);
	put_text("a", FEEDS_STORE, 0, NULL);
	put_text("b", FEEDS_TENANT, 0, "{6}");
	assert_int_equal(end(false, 3), RC_OK);
	memset(&s, 0, sizeof(s));
	ok(feeds_each(catalog_feeds(cat), "config", see, &s, &trouble));
	assert_string_equal(
		s.text, "a/tenant/0={3} a/tenant/5={2} b/tenant/0={6} ");
	/* all anew */
	begin("config", 0);
	put_text("c", FEEDS_TENANT, 0, "{7}");
	assert_int_equal(end(false, 3), RC_OK);
	memset(&s, 0, sizeof(s));
	ok(feeds_each(catalog_feeds(cat), "config", see, &s, &trouble));
	assert_string_equal(s.text, "c/tenant/0={7} ");
	memset(&s, 0, sizeof(s));
	ok(feeds_each(catalog_feeds(cat), "config2", see, &s, &trouble));
	assert_string_equal(s.text, "z/tenant/0={5} ");
	shut();
}

static void
test_only_the_next_page_is_taken(void **state)
{

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	assert_int_equal(end(false, 0), RC_OK);
	assert_int_equal(feeds_begin(scene.catalog, FEEDS_PRODUCTS, 9, epoch,
				 &page, &trouble),
		RC_INVAL);
	assert_int_equal(feeds_begin(scene.catalog, FEEDS_PRODUCTS, 1, "e2",
				 &page, &trouble),
		RC_INVAL);
	assert_int_equal(
		feeds_begin(scene.catalog, "a/b", 0, epoch, &page, &trouble),
		RC_INVAL);
	/* a page that is not ended leaves nothing */
	begin(FEEDS_PRODUCTS, 1);
	product(FEEDS_TENANT, "A2", "pear", 10);
	feeds_free(page);
	page = NULL;
	look();
	assert_int_equal(price_of("A2"), -1);
	shut();
	assert_int_equal(where(FEEDS_PRODUCTS).rev, 1);
}

static void
test_import_and_worker_take_turns(void **state)
{
	struct catalog_load *l = NULL;
	struct feeds_cursor c;
	bool folded;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	assert_int_equal(end(false, 0), RC_OK);
	ok(catalog_load_begin(scene.catalog, 0, 0, &l, &trouble));
	assert_int_equal(feeds_begin(scene.catalog, FEEDS_PRODUCTS, 1, epoch,
				 &page, &trouble),
		RC_BUSY);
	assert_int_equal(
		feeds_where(scene.catalog, FEEDS_PRODUCTS, &c, &trouble),
		RC_BUSY);
	assert_int_equal(feeds_settle(scene.catalog, 1, &trouble), RC_BUSY);
	assert_int_equal(
		feeds_fold(scene.catalog, 0, &folded, &trouble), RC_BUSY);
	catalog_load_free(l);
	begin(FEEDS_PRODUCTS, 1);
	assert_int_equal(
		catalog_load_begin(scene.catalog, 0, 0, &l, &trouble), RC_BUSY);
	assert_int_equal(end(false, 0), RC_OK);
}

static void
test_a_torn_page_aside_is_cut_off(void **state)
{
	char path[PATH_BYTES];
	struct stat st;
	struct feeds_cursor c;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	assert_int_equal(end(true, 0), RC_OK);
	begin(FEEDS_PRODUCTS, 1);
	product(FEEDS_TENANT, "A2", "pear", 10);
	assert_int_equal(end(true, 0), RC_OK);
	ok(path_join(path, sizeof(path), scene.catalog, "aside-products"));
	assert_int_equal(stat(path, &st), 0);
	for (off_t cut = st.st_size - 1; cut > 0; cut -= 7) {
		assert_int_equal(truncate(path, cut), 0);
		c = where(FEEDS_PRODUCTS);
		assert_int_equal(c.rev, cut > st.st_size / 2 ? 1 : 0);
		if (c.rev == 0) {
			break;
		}
	}
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "A1", "apple", 10);
	assert_int_equal(end(false, 0), RC_OK);
	look();
	assert_int_equal(price_of("A1"), 10);
	shut();
}

static void
test_damage_is_made_anew(void **state)
{
	char path[PATH_BYTES];
	struct feeds_cursor c;
	int fd;

	(void)state;
	(void)import(1);
	(void)!feeds_settle(scene.catalog, 1, NULL);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 10);
	assert_int_equal(end(false, 1), RC_OK);
	ok(path_join(path, sizeof(path), scene.catalog, "feed/data.mdb"));
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 5000), 0);
	(void)close(fd);
	/* the generation sells on */
	look();
	assert_int_equal(price_of("X1"), 10);
	assert_null(catalog_feeds(cat));
	shut();
	assert_int_equal(
		feeds_where(scene.catalog, FEEDS_PRODUCTS, &c, &trouble),
		RC_NOTFOUND);
	assert_int_equal(feeds_settle(scene.catalog, 9, &trouble), RC_AGAIN);
	begin(FEEDS_PRODUCTS, 0);
	product(FEEDS_TENANT, "X1", "hub's", 11);
	assert_int_equal(end(false, 9), RC_OK);
	look();
	assert_int_equal(price_of("X1"), 11);
	assert_int_equal(count(), 1);
	shut();
}

/* Pages with an invariant: all products of the feed have one price.  Whoever
 * looks, and whenever the writer dies, sees one of them. */
static void
write_round(int64_t minor)
{
	bool folded;

	begin(FEEDS_PRODUCTS, where(FEEDS_PRODUCTS).rev);
	for (int i = 0; i < 40; i++) {
		char code[16];

		(void)snprintf(code, sizeof(code), "K%d", i);
		product(FEEDS_TENANT, code, "name", minor);
	}
	assert_int_equal(end(false, 0), RC_OK);
	if (minor % 3 == 0) {
		(void)!feeds_fold(scene.catalog, 0, &folded, NULL);
	}
}

static enum rc
same_price_all(void *arg, const struct item *item)
{
	int64_t *first = arg;

	if (*first < 0) {
		*first = item->price.minor;
	}
	assert_int_equal(item->price.minor, *first);
	return RC_OK;
}

static void
test_killed_anywhere(void **state)
{
	int64_t last = 1;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	for (int i = 0; i < 40; i++) {
		char code[16];

		(void)snprintf(code, sizeof(code), "K%d", i);
		product(FEEDS_TENANT, code, "name", 1);
	}
	assert_int_equal(end(false, 0), RC_OK);
	for (unsigned round = 0; round < 40; round++) {
		pid_t pid = fork();
		int status;
		int64_t now = -1;

		assert_true(pid >= 0);
		if (pid == 0) {
			for (int64_t minor = last + 1;; minor++) {
				write_round(minor);
			}
		}
		(void)usleep(1000 + 1700 * (round % 20));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		look();
		ok(catalog_each(cat, same_price_all, &now, &trouble));
		assert_int_equal(count(), 40);
		assert_true(now >= last);
		last = now;
		shut();
		ok(feeds_settle(scene.catalog, 0, &trouble));
	}
	assert_true(last > 1);
}

static void
test_readers_never_see_half(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	begin(FEEDS_PRODUCTS, 0);
	for (int i = 0; i < 40; i++) {
		char code[16];

		(void)snprintf(code, sizeof(code), "K%d", i);
		product(FEEDS_TENANT, code, "name", 1);
	}
	assert_int_equal(end(false, 0), RC_OK);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (int64_t minor = 2; minor < 60; minor++) {
			write_round(minor);
		}
		_exit(0);
	}
	look();
	while (waitpid(pid, &status, WNOHANG) == 0) {
		int64_t now = -1;

		ok(catalog_each(cat, same_price_all, &now, &trouble));
		assert_true(price_of("K7") >= now);
	}
	assert_int_equal(status, 0);
	assert_int_equal(price_of("K39"), 59);
	shut();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		test(test_first_copy_without_any_import),
		test(test_pages_lie_over),
		test(test_prices_by_time_and_scope),
		test(test_too_many_prices_let_the_oldest_go),
		test(test_own_import_holds_until_applied),
		test(test_import_without_a_line),
		test(test_applied_is_of_the_last_page),
		test(test_first_copy_waits_for_an_own_import),
		test(test_refetch_forgets_what_the_hub_forgot),
		test(test_all_is_fetched_again_when_told),
		test(test_fold_keeps_every_answer),
		test(test_search_follows),
		test(test_items_of_other_feeds),
		test(test_only_the_next_page_is_taken),
		test(test_import_and_worker_take_turns),
		test(test_a_torn_page_aside_is_cut_off),
		test(test_damage_is_made_anew),
		test(test_killed_anywhere),
		test(test_readers_never_see_half),
#undef test
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
