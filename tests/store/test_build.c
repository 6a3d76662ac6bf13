/* SPDX-License-Identifier: Apache-2.0 */
/* A store from nothing: the same as a live one, and trusted only when it is
 * finished. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "store/store.h"
#include "stream.h"

#include "base/poison.h"

#define EVENTS 250u

static struct scene scene;
static struct stream stream; /* too large for a stack */
static char other[300];

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	scene_path(&scene, other, "other");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_done(&scene);
	return 0;
}

static enum rc
try_open(const char *dir, enum store_mode mode, size_t map, struct store **ret)
{
	struct err e = {0};

	*ret = NULL;
	return store_open(dir, scene.keys, &scene.rng, mode, map, ret, &e);
}

static struct store *
open_at(const char *dir, enum store_mode mode, size_t map)
{
	struct store *s;

	assert_int_equal(try_open(dir, mode, map, &s), RC_OK);
	return s;
}

static void
begin_stream(uint64_t seed)
{
	stream_init(&stream, seed);
	stream.n_code = 400;
}

/* The next n events in one transaction, begun again while the map grows. */
static void
apply_batch(struct store *s, unsigned n)
{
	struct stream from = stream;
	struct err e = {0};
	enum rc rc = RC_AGAIN;

	for (int tries = 0; rc == RC_AGAIN && tries < 30; tries++) {
		struct store_txn *t = NULL;

		stream = from;
		rc = store_begin(s, &t, &e);
		for (unsigned i = 0; rc == RC_OK && i < n; i++) {
			stream_next(&stream);
			rc = store_apply(t, &stream.ev, stream.text,
				stream.text_len, stream.hash, &e);
		}
		if (rc == RC_OK) {
			rc = store_commit(t, &e);
		} else {
			store_abort(t);
		}
	}
	if (rc != RC_OK) {
		print_error("%s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
}

static void
must_be_equal(struct store *a, struct store *b)
{
	char what[200] = "";
	struct err e = {0};
	bool equal = false;

	assert_int_equal(
		store_compare(a, b, &equal, what, sizeof(what), &e), RC_OK);
	if (!equal) {
		print_error("%s\n", what);
	}
	assert_true(equal);
}

/* A life applied event by event, and the same built in pieces of any size,
 * with stock that fits in memory, that just does not, and that never does;
 * in a map that is large enough and in one that must grow. */
static void
test_equal(void **state)
{
	static const struct {
		uint64_t seed;
		enum store_mode mode;
		size_t hold;
		size_t map;
	} table[] = {
		{1, STORE_BUILD, STORE_HOLD_ITEMS, 0},
		{20261121, STORE_BUILD, 250, 65536},
		{77, STORE_BUILD, 0, 65536},
		{4, STORE_BUILD, 50, 0},
		{5, STORE_SCRATCH, STORE_HOLD_ITEMS, 65536},
		{6, STORE_SCRATCH, 100, 0},
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(table); k++) {
		struct store *a = open_at(scene.store, STORE_WRITE, 0);
		struct store *b = open_at(other, table[k].mode, table[k].map);
		unsigned done = 0;

		print_message(
			"# seed %llu\n", (unsigned long long)table[k].seed);
		store_hold(b, table[k].hold);
		begin_stream(table[k].seed);
		for (unsigned i = 0; i < EVENTS; i++) {
			apply_batch(a, 1);
		}
		begin_stream(table[k].seed);
		while (done < EVENTS) {
			/* of its own generator: the stream's is the life */
			unsigned n = 1 + done * 7 % 190;

			n = n < EVENTS - done ? n : EVENTS - done;
			apply_batch(b, n);
			done += n;
		}
		assert_int_equal(store_finish(b, NULL), RC_OK);
		must_be_equal(a, b);
		store_close(b);
		if (table[k].mode == STORE_BUILD) {
			/* as any other from now on */
			b = open_at(other, STORE_WRITE, 0);
			must_be_equal(a, b);
			apply_batch(b, 50);
			begin_stream(table[k].seed);
			for (unsigned i = 0; i < EVENTS; i++) {
				stream_next(&stream);
			}
			apply_batch(a, 50);
			must_be_equal(a, b);
			store_close(b);
		}
		store_close(a);
		scene_remove(other);
		scene_remove(scene.store);
	}
}

/* What is in memory is not said to be nothing. */
static void
test_unfinished(void **state)
{
	struct store *a = open_at(scene.store, STORE_WRITE, 0);
	struct store *b = open_at(other, STORE_SCRATCH, 0);
	struct store_head head;
	struct store_txn *t;
	char what[200];
	bool equal;
	int64_t v;

	(void)state;
	begin_stream(9);
	apply_batch(a, 60);
	begin_stream(9);
	apply_batch(b, 40);
	assert_int_equal(store_head(b, &head, NULL), RC_OK);
	assert_int_equal(head.applied, 40);
	assert_int_equal(store_stock(b, "1", &v, NULL), RC_INVAL);
	assert_int_equal(store_compare(a, b, &equal, what, sizeof(what), NULL),
		RC_INVAL);
	assert_int_equal(store_compare(b, a, &equal, what, sizeof(what), NULL),
		RC_INVAL);
	assert_int_equal(store_begin(b, &t, NULL), RC_OK);
	assert_int_equal(store_finish(b, NULL), RC_INVAL);
	store_abort(t);
	assert_int_equal(store_finish(b, NULL), RC_OK);
	assert_int_equal(store_stock(b, "1", &v, NULL), RC_OK);
	/* a scratch store goes on */
	apply_batch(b, 20);
	assert_int_equal(store_finish(b, NULL), RC_OK);
	must_be_equal(a, b);
	/* nothing to do for the others */
	assert_int_equal(store_finish(a, NULL), RC_OK);
	apply_batch(a, 1);
	store_close(a);
	store_close(b);
}

/* A transaction that was given up leaves nothing in memory either. */
static void
test_abort(void **state)
{
	struct store *a = open_at(scene.store, STORE_WRITE, 0);
	struct store *b = open_at(other, STORE_BUILD, 0);
	struct stream from;
	struct store_txn *t;

	(void)state;
	begin_stream(12);
	apply_batch(a, 100);
	begin_stream(12);
	apply_batch(b, 50);
	from = stream;
	assert_int_equal(store_begin(b, &t, NULL), RC_OK);
	for (unsigned i = 0; i < 40; i++) {
		stream_next(&stream);
		assert_int_equal(store_apply(t, &stream.ev, stream.text,
					 stream.text_len, stream.hash, NULL),
			RC_OK);
	}
	store_abort(t);
	stream = from;
	apply_batch(b, 50);
	assert_int_equal(store_finish(b, NULL), RC_OK);
	must_be_equal(a, b);
	/* and finished is finished */
	assert_int_equal(store_finish(b, NULL), RC_OK);
	assert_int_equal(store_begin(b, &t, NULL), RC_INVAL);
	store_close(a);
	store_close(b);
}

/* No mode opens a build that died, at whatever point. */
static void
test_killed(void **state)
{
	struct store *s;

	(void)state;
	for (unsigned events = 0; events <= 300; events += 60) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			begin_stream(3);
			s = open_at(other, STORE_BUILD, 0);
			store_hold(s, 100);
			if (events > 0) {
				apply_batch(s, events);
			}
			(void)raise(SIGKILL);
			_exit(1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(
			try_open(other, STORE_WRITE, 0, &s), RC_CORRUPT);
		assert_int_equal(
			try_open(other, STORE_READ, 0, &s), RC_CORRUPT);
		assert_int_equal(
			try_open(other, STORE_BUILD, 0, &s), RC_CORRUPT);
		assert_int_equal(store_remove(other, NULL), RC_OK);
	}
	s = open_at(other, STORE_BUILD, 0);
	begin_stream(3);
	apply_batch(s, 10);
	/* closed, not finished */
	store_close(s);
	assert_int_equal(try_open(other, STORE_WRITE, 0, &s), RC_CORRUPT);
}

static void
test_refused(void **state)
{
	struct store *s = open_at(other, STORE_WRITE, 0);

	(void)state;
	begin_stream(3);
	apply_batch(s, 3);
	store_close(s);
	/* one that is there is not built over, and not spoilt by asking */
	assert_int_equal(try_open(other, STORE_SCRATCH, 0, &s), RC_EXISTS);
	assert_int_equal(try_open(other, STORE_BUILD, 0, &s), RC_EXISTS);
	s = open_at(other, STORE_WRITE, 0);
	apply_batch(s, 3);
	store_close(s);
}

/* Stock beyond what a number holds ends a build for good. */
static void
test_too_much(void **state)
{
	struct store *s = open_at(other, STORE_BUILD, 0);
	struct store_txn *t;
	struct err e = {0};

	(void)state;
	begin_stream(8);
	stream.only_sales = 1;
	stream.n_code = 1;
	stream.n_line = 1;
	apply_batch(s, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_begin(s, &t, &e), RC_OK);
		stream_next(&stream);
		stream.line[0].qty = INT64_MAX - 10;
		assert_int_equal(store_apply(t, &stream.ev, stream.text,
					 stream.text_len, stream.hash, &e),
			RC_OK);
		if (store_commit(t, &e) != RC_OK) {
			break;
		}
	}
	assert_int_equal(e.rc, RC_RANGE);
	assert_int_equal(store_begin(s, &t, &e), RC_INVAL);
	assert_int_equal(store_finish(s, &e), RC_INVAL);
	store_close(s);
	assert_int_equal(try_open(other, STORE_WRITE, 0, &s), RC_CORRUPT);
}

/* A number longer than the last one stands before it as text. */
static void
test_numbers(void **state)
{
	struct store *s = open_at(other, STORE_WRITE, 0);
	uint64_t sequence;

	(void)state;
	begin_stream(2);
	stream.only_sales = 1;
	apply_batch(s, 1);
	stream.next_sale = 999998;
	apply_batch(s, 5);
	assert_int_equal(store_doc(s, "R01-999999", &sequence, NULL), RC_OK);
	assert_int_equal(sequence, 3);
	assert_int_equal(store_doc(s, "R01-1000001", &sequence, NULL), RC_OK);
	assert_int_equal(sequence, 5);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_equal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_unfinished, setup, teardown),
		cmocka_unit_test_setup_teardown(test_abort, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
