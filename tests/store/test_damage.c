/* SPDX-License-Identifier: Apache-2.0 */
/* What a store file may look like in the morning, and what we say of it. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "store/store.h"
#include "stream.h"

#include "base/poison.h"

#define N_EVENT 150
#define SEED 4
#ifndef FLIPS
#	define FLIPS 300
#endif

static struct scene scene;
static struct stream stream;
static char whole[300];   /* a store nobody touches */
static char scratch[300]; /* a copy of it, harmed */
static uint8_t *image;    /* data.mdb of it */
static size_t image_len;

static struct store *
open_at(const char *dir, enum store_mode mode)
{
	struct store *s = NULL;
	struct err e = {0};
	enum rc rc = store_open(dir, scene.keys, &scene.rng, mode, 0, &s, &e);

	if (rc != RC_OK) {
		print_error("%s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	return s;
}

static void
fill(struct store *s, unsigned n)
{
	struct err e = {0};
	unsigned i;

	for (i = 0; i < n; i++) {
		stream_next(&stream);
		assert_int_equal(apply_one(s, &stream, &e), RC_OK);
	}
}

static int
setup(void **state)
{
	struct rlimit none = {0, 0};
	struct store *s;
	char path[320];

	(void)state;
	(void)setrlimit(RLIMIT_CORE, &none);
	scene_init(&scene);
	scene_path(&scene, whole, "whole");
	scene_path(&scene, scratch, "scratch");
	stream_init(&stream, SEED);
	s = open_at(whole, STORE_WRITE);
	fill(s, N_EVENT);
	store_close(s);
	(void)snprintf(path, sizeof(path), "%s/data.mdb", whole);
	return file_load(path, (size_t)1 << 26, &image, &image_len, NULL) ==
			       RC_OK
		       ? 0
		       : 1;
}

static int
teardown(void **state)
{
	(void)state;
	free(image);
	scene_done(&scene);
	return 0;
}

/* The first n bytes of the image as a store of its own. */
static void
put_scratch(const uint8_t *p, size_t n)
{
	char path[320];
	int fd;

	scene_remove(scratch);
	assert_int_equal(mkdir(scratch, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/data.mdb", scratch);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(file_pwrite(fd, p, n, 0, path, NULL), RC_OK);
	assert_int_equal(close(fd), 0);
}

enum verdict {
	SAME = 40,  /* compares equal */
	DIFFERS,    /* compare names a difference */
	DAMAGED,    /* an error that says so */
	WRONG,      /* a look-up gave a wrong value */
	SAID_WRONG, /* an error that says something else */
	DIED        /* the process did: the guard's mark tells the next run */
};

/* Every look-up of the harmed store gives the right value or none. */
static bool
lookups_hold(struct store *s, struct store *good)
{
	static char a[STREAM_LINE_BYTES];
	static char b[STREAM_LINE_BYTES];
	char text[STREAM_TEXT];
	uint64_t i;

	for (i = 1; i <= N_EVENT; i++) {
		size_t n = 0;
		size_t m = 0;

		if (store_line(s, i, a, sizeof(a), &n, NULL) == RC_OK &&
			(store_line(good, i, b, sizeof(b), &m, NULL) != RC_OK ||
				n != m || memcmp(a, b, n) != 0)) {
			return false;
		}
	}
	for (i = 1; i <= N_EVENT; i++) {
		uint64_t p = 0;
		uint64_t q = 0;

		(void)snprintf(text, sizeof(text), "R01-%06llu",
			(unsigned long long)i);
		if (store_doc(s, text, &p, NULL) == RC_OK &&
			(store_doc(good, text, &q, NULL) != RC_OK || p != q)) {
			return false;
		}
	}
	return true;
}

static enum verdict
judge_inside(void)
{
	struct store *s = NULL;
	struct store *good = NULL;
	struct err e = {0};
	char what[200];
	bool equal = false;
	enum rc rc;

	(void)alarm(120);
	if (store_open(whole, scene.keys, &scene.rng, STORE_READ, 0, &good,
		    &e) != RC_OK) {
		return WRONG;
	}
	rc = store_open(
		scratch, scene.keys, &scene.rng, STORE_WRITE, 0, &s, &e);
	if (rc == RC_OK && !lookups_hold(s, good)) {
		return WRONG;
	}
	if (rc == RC_OK) {
		rc = store_compare(s, good, &equal, what, sizeof(what), &e);
	}
	store_close(s);
	store_close(good);
	if (rc == RC_OK) {
		return equal ? SAME : DIFFERS;
	}
	if (rc != RC_CORRUPT) {
		print_message("# %s: %s\n", rc_name(rc), e.msg);
		(void)fflush(stdout);
	}
	return rc == RC_CORRUPT ? DAMAGED : SAID_WRONG;
}

/* In a process of its own: LMDB may crash on a damaged page. */
static enum verdict
judge(void)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, 2); /* assertions of LMDB and sanitizers */
		/* cmocka would catch the crash and run on in here */
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		(void)signal(SIGFPE, SIG_DFL);
		_exit((int)judge_inside());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) >= SAME &&
		WEXITSTATUS(status) < DIED) {
		return (enum verdict)WEXITSTATUS(status);
	}
	/* running for ever is no crash */
	assert_false(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	return DIED;
}

static void
test_flips(void **state)
{
	unsigned n[DIED - SAME + 1] = {0};
	unsigned i;

	(void)state;
	put_scratch(image, image_len);
	assert_int_equal(judge(), SAME);
	print_message("# seed %d\n", SEED);
	for (i = 0; i < FLIPS; i++) {
		size_t at = stream_random(&stream, image_len);
		uint8_t bit = (uint8_t)(1u << stream_random(&stream, 8));
		enum verdict v;

		image[at] ^= bit;
		put_scratch(image, image_len);
		image[at] ^= bit;
		v = judge();
		if (v == WRONG || v == SAID_WRONG) {
			print_error("byte %zu bit %02x: %u\n", at, bit, v);
		}
		n[v - SAME]++;
	}
	print_message("# same %u differs %u damaged %u died %u\n", n[0], n[1],
		n[2], n[DIED - SAME]);
	assert_int_equal(n[WRONG - SAME], 0);
	assert_int_equal(n[SAID_WRONG - SAME], 0);
	assert_true(n[DAMAGED - SAME] > FLIPS / 4);
}

static void
test_truncated(void **state)
{
	static const size_t cut[] = {1, 4096, 3 * 4096, 20 * 4096};
	struct store_head head;
	struct store *s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cut); i++) {
		put_scratch(image, image_len - cut[i]);
		assert_int_equal(judge(), DAMAGED);
	}
	put_scratch(image, 8192);
	assert_int_equal(judge(), DAMAGED);
	put_scratch(image, 5000);
	assert_int_equal(judge(), DAMAGED);
	put_scratch(image, 100);
	assert_int_equal(judge(), DAMAGED);
	/* nothing at all is a new store, to be filled from the journal */
	put_scratch(image, 0);
	s = open_at(scratch, STORE_WRITE);
	assert_int_equal(store_head(s, &head, NULL), RC_OK);
	assert_int_equal(head.applied, 0);
	store_close(s);
}

static void
test_garbage_meta(void **state)
{
	uint8_t keep[512];
	unsigned said = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < 32; i++) {
		size_t at = (i % 2) * 4096 + (i / 2 % 4) * 16;
		size_t k;
		enum verdict v;

		memcpy(keep, image + at, sizeof(keep));
		for (k = 0; k < sizeof(keep); k++) {
			image[at + k] = (uint8_t)stream_random(&stream, 256);
		}
		put_scratch(image, image_len);
		memcpy(image + at, keep, sizeof(keep));
		v = judge();
		if (v == WRONG || v == SAID_WRONG) {
			print_error("meta %u: %u\n", i, v);
		}
		assert_int_not_equal(v, WRONG);
		assert_int_not_equal(v, SAID_WRONG);
		assert_int_not_equal(v, SAME);
		said += v == DAMAGED;
	}
	assert_true(said >= 16);
}

/* A value that was copied to another place opens nowhere but at its own. */
static void
test_moved_value(void **state)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	uint8_t from[8];
	uint8_t to[8];
	MDB_val k = {8, from};
	MDB_val v;
	struct store *s;
	uint8_t *copy;
	struct err e = {0};
	char buf[STREAM_LINE_BYTES];
	size_t n = 0;

	(void)state;
	put_scratch(image, image_len);
	put_u64be(from, 2);
	put_u64be(to, 3);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
	assert_int_equal(mdb_env_open(env, scratch, MDB_NOTLS, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "line", 0, &dbi), 0);
	assert_int_equal(mdb_get(txn, dbi, &k, &v), 0);
	copy = malloc(v.mv_size);
	assert_non_null(copy);
	memcpy(copy, v.mv_data, v.mv_size);
	v.mv_data = copy;
	k.mv_data = to;
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
	free(copy);
	s = open_at(scratch, STORE_WRITE);
	assert_int_equal(store_line(s, 2, buf, sizeof(buf), &n, &e), RC_OK);
	assert_int_equal(
		store_line(s, 3, buf, sizeof(buf), &n, &e), RC_CORRUPT);
	assert_non_null(strstr(e.msg, "line/0000000000000003"));
	store_close(s);
}

static void
test_other_key(void **state)
{
	struct store *s = NULL;
	static struct scene other;
	struct err e = {0};

	(void)state;
	scene_init(&other);
	assert_int_equal(store_open(whole, other.keys, &other.rng, STORE_READ,
				 0, &s, &e),
		RC_CORRUPT);
	scene_done(&other);
}

static void
test_guard(void **state)
{
	static const int sigs[] = {SIGSEGV, SIGBUS, SIGABRT};
	struct store *s = NULL;
	struct err e = {0};
	char path[320];
	struct stat st;
	size_t i;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/suspect", scratch);
	for (i = 0; i < ARRAY_LEN(sigs); i++) {
		int status = 0;
		pid_t pid;

		put_scratch(image, image_len);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			store_guard(scratch);
			(void)raise(sigs[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), sigs[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(store_open(scratch, scene.keys, &scene.rng,
					 STORE_WRITE, 0, &s, &e),
			RC_CORRUPT);
		assert_non_null(strstr(e.msg, "holdfast rebuild"));
	}
	assert_int_equal(store_remove(scratch, &e), RC_OK);
	assert_int_equal(store_remove(scratch, &e), RC_OK); /* again: nothing */
	s = open_at(scratch, STORE_WRITE);
	store_close(s);
}

/* The lines that a suspect, harmed store still gives; each is the right one. */
static uint64_t
salvaged(struct store *good, uint64_t applied)
{
	static char a[STREAM_LINE_BYTES];
	static char b[STREAM_LINE_BYTES];
	struct store_salvage *v = NULL;
	struct err e = {0};
	uint64_t n = 0;
	uint64_t seq;

	assert_int_equal(
		store_salvage_open(scratch, scene.keys, &scene.rng, &v, &e),
		RC_OK);
	for (seq = 1; seq <= applied; seq++) {
		size_t la = 0;
		size_t lb = 0;
		enum rc rc = store_salvage_line(v, seq, a, sizeof(a), &la, &e);

		if (rc != RC_OK) {
			assert_int_equal(rc, RC_NOTFOUND);
			continue;
		}
		assert_int_equal(
			store_line(good, seq, b, sizeof(b), &lb, NULL), RC_OK);
		assert_int_equal(la, lb);
		assert_memory_equal(a, b, la);
		n++;
	}
	assert_int_equal(store_salvage_line(v, applied + 1, a, sizeof(a),
				 &(size_t){0}, &e),
		RC_NOTFOUND);
	store_salvage_close(v);
	return n;
}

static void
test_salvage(void **state)
{
	struct store *good = open_at(whole, STORE_READ);
	struct store_salvage *v = NULL;
	struct store_head want;
	struct store_head head;
	struct err e = {0};
	char path[320];
	uint64_t all = 0;
	unsigned i;

	(void)state;
	assert_int_equal(store_head(good, &want, &e), RC_OK);
	put_scratch(image, image_len);
	(void)snprintf(path, sizeof(path), "%s/suspect", scratch);
	assert_int_equal(
		close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(
		store_salvage_open(scratch, scene.keys, &scene.rng, &v, &e),
		RC_OK);
	assert_int_equal(store_salvage_head(v, &head, &e), RC_OK);
	assert_int_equal(head.applied, want.applied);
	assert_memory_equal(head.hash, want.hash, HASH_BYTES);
	store_salvage_close(v);
	assert_int_equal(salvaged(good, want.applied), want.applied);
	assert_int_equal(access(path, F_OK), 0); /* nothing was changed */
	print_message("# seed %d\n", SEED);
	for (i = 0; i < 20; i++) {
		size_t at = stream_random(&stream, image_len - 64);
		uint8_t *keep = image + at;
		uint8_t was[64];

		memcpy(was, keep, sizeof(was));
		memset(keep, (int)stream_random(&stream, 256), sizeof(was));
		put_scratch(image, image_len);
		memcpy(keep, was, sizeof(was));
		all += salvaged(good, want.applied);
	}
	/* cut short: its pages end in a signal, of the child */
	put_scratch(image, image_len / 2);
	all += salvaged(good, want.applied);
	print_message("# %llu of %llu lines salvaged\n",
		(unsigned long long)all, (unsigned long long)want.applied * 21);
	assert_true(all > want.applied * 10);
	scene_remove(scratch);
	assert_int_equal(mkdir(scratch, 0700), 0);
	assert_int_equal(
		store_salvage_open(scratch, scene.keys, &scene.rng, &v, &e),
		RC_NOTFOUND);
	store_close(good);
}

/* Killed while it holds LMDB's write lock, with half an act applied. */
static void
test_writer_killed(void **state)
{
	struct store *s;
	struct store *good;
	struct store_txn *t;
	struct err e = {0};
	char what[200];
	bool equal = false;
	int status = 0;
	pid_t pid;

	(void)state;
	put_scratch(image, image_len);
	stream_next(&stream);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		s = open_at(scratch, STORE_WRITE);
		if (store_begin(s, &t, &e) != RC_OK ||
			store_apply(t, &stream.ev, stream.text, stream.text_len,
				stream.hash, &e) != RC_OK) {
			_exit(1);
		}
		(void)kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	s = open_at(scratch, STORE_WRITE);
	good = open_at(whole, STORE_READ);
	assert_int_equal(
		store_compare(s, good, &equal, what, sizeof(what), &e), RC_OK);
	assert_true(equal);
	assert_int_equal(apply_one(s, &stream, &e), RC_OK);
	store_close(good);
	store_close(s);
}

/* A reader that was killed in the middle of reading. */
static void
dead_reader(const char *dir)
{
	int fds[2];
	int status = 0;
	char c;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		MDB_env *env;
		MDB_txn *txn;

		if (mdb_env_create(&env) != 0 ||
			mdb_env_set_mapsize(env, STORE_MAP_BYTES) != 0 ||
			mdb_env_open(env, dir, MDB_RDONLY | MDB_NOTLS, 0600) !=
				0 ||
			mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0 ||
			write(fds[1], "x", 1) != 1) {
			_exit(1);
		}
		for (;;) {
			(void)pause();
		}
	}
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
test_stale_reader(void **state)
{
	struct store *s;
	uint64_t before;
	uint64_t held;
	uint64_t cleared;

	(void)state;
	stream_init(&stream, 8);
	s = open_at(scratch, STORE_WRITE);
	fill(s, 100);
	dead_reader(scratch);
	before = store_bytes(s);
	fill(s, 100);
	held = store_bytes(s) - before;
	store_idle(s);
	before = store_bytes(s);
	fill(s, 100);
	cleared = store_bytes(s) - before;
	print_message("# grew %llu KiB, then %llu KiB\n",
		(unsigned long long)held >> 10,
		(unsigned long long)cleared >> 10);
	assert_true(held > 2 * cleared);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_flips, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_garbage_meta, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_moved_value, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_other_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_guard, setup, teardown),
		cmocka_unit_test_setup_teardown(test_salvage, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_writer_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_stale_reader, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
