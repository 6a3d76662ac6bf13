/* SPDX-License-Identifier: Apache-2.0 */
/* Generations: loaded in any order, found by every spelling, never half. */
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

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/catalog_internal.h"
#include "stream.h"

#include "base/poison.h"

static struct scene scene;

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

static struct catalog_load *
begin(size_t mem)
{
	struct catalog_load *l = NULL;
	struct err e = {0};
	enum rc rc = catalog_load_begin(scene.catalog, mem, 0, &l, &e);

	if (rc != RC_OK) {
		print_error("%s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	return l;
}

static void
add(struct catalog_load *l, const char *code, const char *name, int64_t price)
{
	struct item it = make_item(code, name, price);
	struct err e = {0};

	assert_int_equal(catalog_load_add(l, &it, 1, &e), RC_OK);
}

/* End, free and activate. */
static int64_t
finish(struct catalog_load *l, uint64_t taken, uint64_t replaced)
{
	int64_t generation = 0;
	uint64_t n_taken = 0;
	uint64_t n_replaced = 0;
	struct err e = {0};
	enum rc rc =
		catalog_load_end(l, &generation, &n_taken, &n_replaced, &e);

	if (rc != RC_OK) {
		print_error("%s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	catalog_load_free(l);
	assert_int_equal(n_taken, taken);
	assert_int_equal(n_replaced, replaced);
	assert_int_equal(
		catalog_activate(scene.catalog, generation, &e), RC_OK);
	return generation;
}

static struct catalog *
open_current(void)
{
	struct catalog *c = NULL;
	struct err e = {0};
	enum rc rc = catalog_open(scene.catalog, 0, &c, &e);

	if (rc != RC_OK) {
		print_error("%s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	return c;
}

static enum rc
find(struct catalog *c, const char *code, struct item *it, enum code_kind *k)
{
	struct err e = {0};

	return catalog_find(c, code, strlen(code), it, k, &e);
}

static size_t
entries(void)
{
	DIR *d = opendir(scene.catalog);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL) {
		n++;
	}
	(void)closedir(d);
	return n - 2;
}

static void
test_codes(void **state)
{
	/* what is in the catalog, what is scanned, what kind that is */
	static const struct {
		const char *scan;
		const char *code; /* NULL: not on file */
		enum code_kind kind;
	} table[] = {
		{"5449000000996", "5449000000996", CODE_EAN13},
		{"05449000000996", "5449000000996", CODE_GTIN14},
		{"036000291452", "036000291452", CODE_UPCA},
		{"0036000291452", "036000291452", CODE_EAN13},
		{"96385074", "96385074", CODE_EAN8},
		{"04252614", "042100005264", CODE_UPCE},
		{"042100005264", "042100005264", CODE_UPCA},
		{"5449000000997", "5449000000997", CODE_INTERNAL},
		{"4011", "4011", CODE_PLU},
		{"AB c-9", "AB c-9", CODE_INTERNAL},
		{"ab c-9", NULL, CODE_INTERNAL},
		{"5449000000991", NULL, CODE_INTERNAL},
		{"", NULL, CODE_INTERNAL},
	};

	char wide[CODE_BYTES];
	struct catalog_load *l = begin(0);
	struct catalog *c;
	struct item it;
	enum code_kind kind;
	size_t i;

	(void)state;
	memset(wide, 'W', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	add(l, wide, "widest code", 1);
	add(l, "5449000000996", "Cola", 129);
	add(l, "036000291452", "Tissues", 0); /* 0.00 is a price */
	add(l, "96385074", "Eight", 50);
	add(l, "042100005264", "Milk", 99);
	add(l, "5449000000997", "wrong digit", 5);
	add(l, "4011", "Bananas", 149);
	add(l, "AB c-9", "\xd8\xb9\xd8\xb3\xd9\x84", 700);
	(void)finish(l, 8, 0);
	c = open_current();
	assert_int_equal(catalog_count(c), 8);
	for (i = 0; i < ARRAY_LEN(table); i++) {
		enum rc rc = find(c, table[i].scan, &it, &kind);

		print_message("# %s\n", table[i].scan);
		assert_int_equal(
			rc, table[i].code == NULL ? RC_NOTFOUND : RC_OK);
		if (rc == RC_OK) {
			assert_string_equal(it.code, table[i].code);
			assert_int_equal(kind, table[i].kind);
		}
	}
	assert_int_equal(find(c, "036000291452", &it, &kind), RC_OK);
	assert_int_equal(it.price.minor, 0);
	assert_string_equal(it.name, "Tissues");
	assert_string_equal(it.dept, "10");
	assert_string_equal(it.tax, "A");
	assert_int_equal(it.kind, CODE_UPCA);
	assert_int_equal(find(c, wide, &it, &kind), RC_OK);
	assert_string_equal(it.code, wide);
	assert_int_equal(find(c, "AB c-9", &it, &kind), RC_OK);
	assert_string_equal(it.name, "\xd8\xb9\xd8\xb3\xd9\x84");
	catalog_close(c);
	catalog_close(NULL);
}

static void
test_replaced(void **state)
{
	struct catalog_load *l = begin(0);
	struct catalog *c;
	struct item it;
	enum code_kind kind;

	(void)state;
	add(l, "5449000000996", "first", 1);
	add(l, "4011", "one", 2);
	add(l, "5449000000996", "second", 3);
	add(l, "05449000000996", "third, spelled longer", 4);
	assert_int_equal(finish(l, 2, 2), 1);
	c = open_current();
	assert_int_equal(find(c, "5449000000996", &it, &kind), RC_OK);
	assert_string_equal(it.name, "third, spelled longer");
	assert_string_equal(it.code, "05449000000996");
	catalog_close(c);
}

struct walk {
	struct code_key last;
	uint64_t n;
	bool order;
};

static enum rc
walk_item(void *arg, const struct item *item)
{
	struct walk *w = arg;
	struct code_key key;

	if (code_catalog_key(item->code, strlen(item->code), &key) != RC_OK) {
		return RC_CORRUPT;
	}
	w->order = w->order && (w->n == 0 || strcmp(w->last.key, key.key) < 0);
	w->last = key;
	w->n++;
	return RC_OK;
}

/* Far more rows than memory holds, so that runs are merged, and more runs
 * than are merged at once; half of them given twice. */
static void
test_external_sort(void **state)
{
	static const uint64_t seeds[] = {3, 99};
	static struct stream r;
	size_t k;

	(void)state;
	for (k = 0; k < ARRAY_LEN(seeds); k++) {
		enum {
			N = 60000,
			DISTINCT = 40000
		};

		int64_t *price = calloc(DISTINCT, sizeof(*price));
		struct catalog_load *l = begin(1);
		struct walk w = {{0}, 0, true};
		struct catalog *c;
		struct item it;
		enum code_kind kind;
		uint64_t n = 0;
		char code[32];
		int i;

		print_message("# seed %llu\n", (unsigned long long)seeds[k]);
		assert_non_null(price);
		stream_init(&r, seeds[k]);
		for (i = 0; i < N; i++) {
			uint64_t j = stream_random(&r, DISTINCT);

			n += price[j] == 0;
			price[j] = i + 1;
			(void)snprintf(code, sizeof(code), "c%llu-%llu",
				(unsigned long long)(j % 7),
				(unsigned long long)j);
			add(l, code, "a name of usual length, 500 g", i + 1);
		}
		assert_int_equal(finish(l, n, N - n), k + 1);
		c = open_current();
		assert_int_equal(catalog_count(c), n);
		assert_int_equal(catalog_each(c, walk_item, &w, NULL), RC_OK);
		assert_int_equal(w.n, n);
		assert_true(w.order);
		for (i = 0; i < DISTINCT; i++) {
			(void)snprintf(code, sizeof(code), "c%d-%d", i % 7, i);
			if (price[i] == 0) {
				assert_int_equal(
					find(c, code, &it, &kind), RC_NOTFOUND);
				continue;
			}
			assert_int_equal(find(c, code, &it, &kind), RC_OK);
			assert_int_equal(it.price.minor, price[i]);
		}
		catalog_close(c);
		free(price);
	}
}

static void
test_empty_and_refused(void **state)
{
	struct catalog_load *l = begin(0);
	struct catalog_load *l2 = NULL;
	struct catalog *c = NULL;
	struct item bad = make_item("", "x", 1);
	struct err e = {0};

	(void)state;
	assert_int_equal(catalog_open(scene.catalog, 0, &c, &e), RC_NOTFOUND);
	assert_int_equal(catalog_load_add(l, &bad, 17, &e), RC_INVAL);
	assert_non_null(strstr(e.msg, "line 17"));
	/* one at a time */
	assert_int_equal(
		catalog_load_begin(scene.catalog, 0, 0, &l2, &e), RC_BUSY);
	assert_int_equal(catalog_prune(scene.catalog, 1, &e), RC_BUSY);
	(void)finish(l, 0, 0);
	c = open_current();
	assert_int_equal(catalog_count(c), 0);
	assert_int_equal(catalog_generation(c), 1);
	catalog_close(c);
	assert_int_equal(catalog_activate(scene.catalog, 9, &e), RC_NOTFOUND);
}

static void
test_abandoned(void **state)
{
	struct catalog_load *l = begin(1);
	struct catalog *c;
	struct item it;
	enum code_kind kind;
	char code[16];
	size_t before;
	int i;

	(void)state;
	add(l, "1", "one", 1);
	(void)finish(l, 1, 0);
	before = entries();
	l = begin(1);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(code, sizeof(code), "x%d", i);
		add(l, code, "two", 2);
	}
	assert_int_equal(entries(), before + 1);
	catalog_load_free(l);
	assert_int_equal(entries(), before);
	c = open_current();
	assert_int_equal(find(c, "1", &it, &kind), RC_OK);
	catalog_close(c);
	catalog_load_free(NULL);
}

/* Killed at some point of a load: the old generation sells on, the next load
 * cleans up. */
static void
test_killed(void **state)
{
	static const int points[] = {0, 100, 3000, 5000};
	struct catalog_load *l = begin(1);
	struct catalog *c;
	struct item it;
	enum code_kind kind;
	size_t k;

	(void)state;
	add(l, "1", "one", 1);
	(void)finish(l, 1, 0);
	for (k = 0; k < ARRAY_LEN(points); k++) {
		pid_t pid = fork();
		int status = 0;

		assert_true(pid >= 0);
		if (pid == 0) {
			char code[16];
			int64_t g;
			uint64_t n;
			int i;

			l = begin(1);
			for (i = 0; i < points[k]; i++) {
				(void)snprintf(code, sizeof(code), "x%d", i);
				add(l, code, "two", 2);
			}
			if (points[k] == 5000 && catalog_load_end(l, &g, &n, &n,
							 NULL) != RC_OK) {
				_exit(1);
			}
			(void)kill(getpid(), SIGKILL);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		c = open_current();
		assert_int_equal(find(c, "1", &it, &kind), RC_OK);
		assert_int_equal(it.price.minor, (int64_t)k + 1);
		catalog_close(c);
		l = begin(1);
		add(l, "1", "one", (int64_t)k + 2);
		(void)finish(l, 1, 0);
		assert_int_equal(
			catalog_prune(scene.catalog, 1000, NULL), RC_OK);
		/* lock, current, one generation */
		assert_int_equal(entries(), 3);
	}
}

static void
test_prune(void **state)
{
	struct catalog *old = NULL;
	struct item it;
	enum code_kind kind;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct catalog_load *l = begin(0);

		add(l, "1", "one", i);
		assert_int_equal(finish(l, 1, 0), i + 1);
		if (i == 0) {
			old = open_current();
		}
	}
	assert_int_equal(catalog_prune(scene.catalog, 4, NULL), RC_OK);
	assert_int_equal(entries(), 4); /* 3, 4, current, lock */
	/* who has it open goes on reading */
	assert_int_equal(find(old, "1", &it, &kind), RC_OK);
	assert_int_equal(it.price.minor, 0);
	catalog_close(old);
}

static void
patch(const char *path, off_t at, uint8_t x)
{
	uint8_t b;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &b, 1, at), 1);
	b ^= x;
	assert_int_equal(pwrite(fd, &b, 1, at), 1);
	assert_int_equal(close(fd), 0);
}

static void
test_damage(void **state)
{
	struct catalog_load *l = begin(0);
	struct catalog *c = NULL;
	struct item it;
	enum code_kind kind;
	struct err e = {0};
	uint8_t *p = NULL;
	const uint8_t *hit;
	char path[320];
	size_t n = 0;

	(void)state;
	add(l, "1", "UniqueNameHere", 1);
	(void)finish(l, 1, 0);
	(void)snprintf(
		path, sizeof(path), "%s/00000001/data.mdb", scene.catalog);
	assert_int_equal(file_load(path, (size_t)1 << 24, &p, &n, NULL), RC_OK);
	hit = memmem(p, n, "UniqueNameHere", 14); /* in the clear */
	assert_non_null(hit);
	patch(path, hit - p, 1);
	c = open_current();
	assert_int_equal(catalog_find(c, "1", 1, &it, &kind, &e), RC_CORRUPT);
	assert_non_null(strstr(e.msg, "import"));
	catalog_close(c);
	patch(path, hit - p, 1);
	free(p);
	assert_int_equal(truncate(path, (off_t)n - 4096), 0);
	assert_int_equal(catalog_open(scene.catalog, 0, &c, &e), RC_CORRUPT);
	(void)snprintf(path, sizeof(path), "%s/current", scene.catalog);
	patch(path, 0, 3);
	assert_int_equal(catalog_open(scene.catalog, 0, &c, &e), RC_CORRUPT);
	/* and a new import puts all of it right */
	l = begin(0);
	add(l, "1", "again", 1);
	assert_int_equal(finish(l, 1, 0), 2);
	c = open_current();
	assert_int_equal(find(c, "1", &it, &kind), RC_OK);
	catalog_close(c);
}

/* What a row got in the course of time stands behind, and is not there in rows
 * of goods without it: those are the bytes of every build. */
static void
rows_grow(void **state)
{
	struct item it = make_item("4011", "Bananas", 199), got;
	uint8_t value[ROW_VALUE_BYTES];
	size_t bare = 0, aged = 0, n = 0;
	struct code_key key;

	(void)state;
	assert_int_equal(code_catalog_key("4011", 4, &key), RC_OK);
	assert_int_equal(row_encode(&it, &key, value, &bare), RC_OK);
	memset(&got, 0xa5, sizeof(got));
	assert_int_equal(
		row_decode(key.key, key.key_len, value, bare, &got), RC_OK);
	assert_int_equal(got.min_age, 0);
	assert_string_equal(got.unit, "");
	assert_int_equal(got.tare, 0);
	assert_string_equal(got.deposit, "");
	assert_string_equal(got.groups, "");

	it.min_age = 18;
	assert_int_equal(row_encode(&it, &key, value, &aged), RC_OK);
	assert_int_equal(aged, bare + 1);

	it.min_age = 0;
	it.tare = 22;
	memcpy(it.unit, "kg", 3);
	memset(it.deposit, 'd', sizeof(it.deposit) - 1);
	memset(it.groups, 'g', sizeof(it.groups) - 1);
	memset(it.name, 'n', sizeof(it.name) - 1);
	assert_int_equal(row_encode(&it, &key, value, &n), RC_OK);
	memset(&got, 0xa5, sizeof(got));
	assert_int_equal(
		row_decode(key.key, key.key_len, value, n, &got), RC_OK);
	assert_int_equal(got.min_age, 0);
	assert_string_equal(got.unit, "kg");
	assert_int_equal(got.tare, 22);
	assert_string_equal(got.deposit, it.deposit);
	assert_string_equal(got.groups, it.groups);
	assert_string_equal(got.name, it.name);

	it.tare = -1;
	assert_int_equal(row_encode(&it, &key, value, &n), RC_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_external_sort, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_empty_and_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_abandoned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_prune, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test(rows_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
