/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "register/desk.h"

#include "base/poison.h"

struct rig {
	char dir[64], path[96], key[96], keydir[96];
	struct keys *keys;
	struct rng rng;
	struct desk *d;
	struct desk_mark mark;
};

static void
again(struct rig *r)
{
	desk_close(r->d);
	r->d = NULL;
	assert_int_equal(
		desk_open(r->path, r->keys, &r->rng, &r->d, NULL), RC_OK);
}

static int
setup(void **state)
{
	struct keys_offer offer = {.source = KEYS_FILE, .given = true};
	struct rig *r = calloc(1, sizeof(*r));
	struct err err = {0};

	assert_non_null(r);
	assert_int_equal(crypto_init(), RC_OK);
	(void)snprintf(r->dir, sizeof(r->dir), "/tmp/hf-desk-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	(void)snprintf(r->path, sizeof(r->path), "%s/desk", r->dir);
	(void)snprintf(r->key, sizeof(r->key), "%s/key", r->dir);
	(void)snprintf(r->keydir, sizeof(r->keydir), "%s/keys", r->dir);
	r->rng = rng_system();
	offer.path = r->key;
	assert_int_equal(mkdir(r->keydir, 0700), 0);
	if (keys_create(r->keydir, &offer, &r->rng, &err) != RC_OK ||
		keys_open(r->keydir, &offer, &r->keys, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	again(r);
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	char cmd[128];

	desk_close(r->d);
	keys_close(r->keys);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf %s", r->dir);
	assert_int_equal(system(cmd), 0);
	free(r);
	return 0;
}

static void
hold(struct rig *r, const char *s)
{
	assert_true(desk_hold(r->d, s, strlen(s)));
}

static void
text(struct rig *r, const char *s)
{
	assert_true(desk_set_text(r->d, s, strlen(s)));
}

static void
put(struct rig *r)
{
	assert_int_equal(desk_write(r->d, &r->mark, NULL), RC_OK);
}

static size_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

/* "text|first|second!" with ! when the first is at stake */
static void
check(struct rig *r, const char *want)
{
	char got[512];
	size_t n = 0;

	n += (size_t)snprintf(got, sizeof(got), "%s", desk_text(r->d));
	for (size_t i = 0; i < desk_n_held(r->d); i++) {
		n += (size_t)snprintf(
			got + n, sizeof(got) - n, "|%s", desk_held(r->d, i));
	}
	(void)snprintf(
		got + n, sizeof(got) - n, "%s", desk_at_stake(r->d) ? "!" : "");
	assert_string_equal(got, want);
}

static void
test_back(void **state)
{
	struct rig *r = *state;
	struct desk_mark m = {0};

	assert_false(desk_last_mark(r->d, &m));
	put(r);
	assert_int_equal(size_of(r->path), 0); /* nothing to keep */
	text(r, "prompt 40");
	put(r);
	again(r);
	check(r, "prompt 40");
	hold(r, "scan 1");
	hold(r, "scan 2");
	desk_stake(r->d, true);
	text(r, "");
	r->mark.next_no = 7;
	r->mark.head = 42;
	put(r);
	again(r);
	check(r, "|scan 1|scan 2!");
	assert_true(desk_last_mark(r->d, &m));
	assert_int_equal(m.next_no, 7);
	assert_int_equal(m.head, 42);
	desk_pop(r->d);
	hold(r, "scan 3");
	text(r, "prompt x");
	check(r, "prompt x|scan 2|scan 3");
	again(r); /* not written: as it was */
	check(r, "|scan 1|scan 2!");
	desk_pop(r->d);
	hold(r, "scan 3");
	text(r, "prompt x");
	put(r);
	again(r);
	check(r, "prompt x|scan 2|scan 3");
	desk_drop(r->d);
	put(r);
	assert_int_equal(size_of(r->path), 0);
	again(r);
	check(r, "");
}

static void
test_same_writes_nothing(void **state)
{
	struct rig *r = *state;
	size_t n;

	text(r, "a");
	put(r);
	n = size_of(r->path);
	text(r, "a");
	put(r);
	assert_int_equal(size_of(r->path), n);
	r->mark.items = 1000; /* the sale went on */
	put(r);
	assert_true(size_of(r->path) > n);
}

static void
test_limits(void **state)
{
	struct rig *r = *state;
	char big[DESK_TEXT_BYTES + 1];

	memset(big, 'x', sizeof(big));
	assert_false(desk_set_text(r->d, big, DESK_TEXT_BYTES));
	assert_true(desk_set_text(r->d, big, DESK_TEXT_BYTES - 1));
	assert_false(desk_hold(r->d, big, DESK_ENTRY_BYTES));
	assert_false(desk_hold(r->d, "a\0b", 3));
	desk_stake(r->d, true);
	assert_false(desk_at_stake(r->d)); /* nothing waits */
	desk_pop(r->d);
	for (size_t i = 0; i < DESK_HELD_MAX; i++) {
		assert_true(desk_hold(r->d, big, DESK_ENTRY_BYTES - 1));
	}
	assert_false(desk_hold(r->d, "one more", 8));
	put(r);
	again(r);
	assert_int_equal(desk_n_held(r->d), DESK_HELD_MAX);
	assert_int_equal(strlen(desk_text(r->d)), DESK_TEXT_BYTES - 1);
	assert_int_equal(strlen(desk_held(r->d, DESK_HELD_MAX - 1)),
		DESK_ENTRY_BYTES - 1);
	for (size_t i = 0; i < 5000; i++) { /* round and round */
		desk_pop(r->d);
		assert_true(desk_hold(r->d, "k", 1));
		put(r);
	}
	again(r);
	assert_int_equal(desk_n_held(r->d), DESK_HELD_MAX);
	assert_string_equal(desk_held(r->d, 0), "k");
	assert_true(size_of(r->path) < (size_t)2 << 20);
}

static void
test_grows_and_is_written_anew(void **state)
{
	struct rig *r = *state;
	char buf[32];
	size_t most = 0;

	hold(r, "stays");
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(buf, sizeof(buf), "prompt %d", i);
		text(r, buf);
		put(r);
		most = size_of(r->path) > most ? size_of(r->path) : most;
	}
	assert_true(most < ((size_t)80 << 10));
	again(r);
	check(r, "prompt 2999|stays");
}

/* Every length the file may have been cut to: a state that was, never another.
 */
static void
test_torn(void **state)
{
	static const char *const was[] = {"", "a", "a|1", "a|1!", "b|2"};
	struct rig *r = *state;
	uint8_t *whole = NULL;
	size_t n = 0, states = 0;

	text(r, "a");
	put(r);
	hold(r, "1");
	put(r);
	desk_stake(r->d, true);
	put(r);
	desk_pop(r->d);
	hold(r, "2");
	text(r, "b");
	put(r);
	assert_int_equal(file_load(r->path, 65536, &whole, &n, NULL), RC_OK);
	for (size_t cut = 0; cut <= n; cut++) {
		char got[64];

		assert_int_equal(truncate(r->path, 0), 0);
		assert_int_equal(
			file_save(r->path, whole, cut, 0600, NULL), RC_OK);
		again(r);
		(void)snprintf(got, sizeof(got), "%s%s%s%s", desk_text(r->d),
			desk_n_held(r->d) > 0 ? "|" : "",
			desk_n_held(r->d) > 0 ? desk_held(r->d, 0) : "",
			desk_at_stake(r->d) ? "!" : "");
		if (strcmp(got, was[states]) != 0) {
			assert_true(++states < ARRAY_LEN(was));
			assert_string_equal(got, was[states]);
		}
	}
	assert_int_equal(states, ARRAY_LEN(was) - 1);
	/* a changed byte ends it where it stands */
	whole[n - 1] ^= 1;
	assert_int_equal(file_save(r->path, whole, n, 0600, NULL), RC_OK);
	again(r);
	check(r, "a|1!");
	hold(r, "3"); /* and what is behind goes */
	put(r);
	again(r);
	check(r, "a|1|3!");
	free(whole);
}

static void
test_flushed_blocks(void **state)
{
	struct rig *r = *state;

	text(r, "a");
	put(r);
	assert_int_equal(desk_flush(r->d, NULL), RC_OK);
	text(r, "b");
	put(r);
	assert_true(size_of(r->path) > 4096);
	again(r);
	check(r, "b");
}

static void
test_full_disk(void **state)
{
	struct rig *r = *state;
	struct rlimit was, none;

	text(r, "a");
	hold(r, "1");
	put(r);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	none = was;
	none.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	text(r, "b");
	assert_int_not_equal(desk_write(r->d, &r->mark, NULL), RC_OK);
	assert_int_equal(size_of(r->path), 0); /* nothing old is left */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	put(r);
	again(r);
	check(r, "b|1");
}

static void
test_memory_alone(void **state)
{
	struct rig *r = *state;
	struct desk *d = NULL;

	assert_int_equal(desk_open(NULL, r->keys, &r->rng, &d, NULL), RC_OK);
	assert_true(desk_hold(d, "x", 1));
	assert_int_equal(desk_write(d, &r->mark, NULL), RC_OK);
	assert_int_equal(desk_flush(d, NULL), RC_OK);
	assert_string_equal(desk_held(d, 0), "x");
	desk_close(d);
}

static void
test_moved(void **state)
{
	struct desk_mark a = {.next_no = 5, .n_line = 3, .items = 3000};
	struct desk_mark none = {.next_no = 1};
	struct desk_mark b;

	(void)state;
	a.sale[0] = 1;
	b = a;
	assert_false(desk_moved(&a, &b));
	assert_true(desk_moved(&none, &a));  /* begun */
	assert_false(desk_moved(&a, &none)); /* lost, the journal is silent */
	b.next_no = 6;
	assert_true(desk_moved(&a, &b));
	assert_false(desk_moved(&b, &a)); /* the last second is lost */
	b = a;
	b.items = 4000;
	assert_true(desk_moved(&a, &b));
	b = a;
	b.n_unknown = 1;
	assert_true(desk_moved(&a, &b));
	b = a;
	b.sale[0] = 2;
	assert_false(desk_moved(&a, &b));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_back),
		T(test_same_writes_nothing),
		T(test_limits),
		T(test_grows_and_is_written_anew),
		T(test_torn),
		T(test_flushed_blocks),
		T(test_full_disk),
		T(test_memory_alone),
		T(test_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
