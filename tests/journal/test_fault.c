/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/journal/fixture.h"

/* Writes and flushes that fail, put between the journal and base/file.c by
 * the linker (--wrap). */

struct fault {
	int sync_in;  /* this many flushes from now fail; 0 = none */
	int sync_n;   /* how many in a row */
	int write_in; /* the same for writes */
	int write_n;
	enum rc write_rc;
	size_t write_part; /* bytes that still arrive */
};

static struct fault fault;

enum rc __real_file_sync(int fd, const char *path, struct err *reterr);
enum rc __wrap_file_sync(int fd, const char *path, struct err *reterr);
enum rc __real_file_pwrite(int fd, const void *p, size_t n, off_t at,
	const char *path, struct err *reterr);
enum rc __wrap_file_pwrite(int fd, const void *p, size_t n, off_t at,
	const char *path, struct err *reterr);

static bool
due(int *in, int *n)
{
	if (*in == 0 || --*in > 0) {
		return false;
	}
	if (--*n > 0) {
		*in = 1;
	}
	return true;
}

enum rc
__wrap_file_sync(int fd, const char *path, struct err *reterr)
{
	if (due(&fault.sync_in, &fault.sync_n)) {
		return err_set(reterr, RC_IO, EIO, "file_sync", "%s", path);
	}
	return __real_file_sync(fd, path, reterr);
}

enum rc
__wrap_file_pwrite(int fd, const void *p, size_t n, off_t at, const char *path,
	struct err *reterr)
{
	if (due(&fault.write_in, &fault.write_n)) {
		size_t k = fault.write_part < n ? fault.write_part : n;

		if (__real_file_pwrite(fd, p, k, at, path, NULL) != RC_OK) {
			return RC_IO;
		}
		return err_set(reterr, fault.write_rc,
			fault.write_rc == RC_NOSPC ? ENOSPC : EIO,
			"file_pwrite", "%s", path);
	}
	return __real_file_pwrite(fd, p, n, at, path, reterr);
}

static void
none(void)
{
	memset(&fault, 0, sizeof(fault));
}

static void
failed_flush(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];

	none();
	fixture_open(f);
	fixture_group(f, 2);
	fault.sync_in = 1;
	fault.sync_n = 1;
	fixture_group(f, 2);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	assert_int_equal(fixture_read(f, true), 4);
	fixture_group(f, 3);
	fixture_open(f);
	assert_int_equal(f->report.tail, JOURNAL_CLEAN);
	assert_int_equal(journal_head(f->j).sequence, 7);
	assert_int_equal(fixture_read(f, true), 7);
}

/* The reader that stood at the end of the segment before. */
static void
failed_flush_read_along(void **state)
{
	struct fixture *f = *state;
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint64_t seq;

	none();
	fixture_open(f);
	fixture_group(f, 2);
	assert_int_equal(
		journal_reader_open(f->journal, f->keys, 1, &r, NULL), RC_OK);
	for (seq = 1; seq <= 2; seq++) {
		assert_int_equal(journal_reader_next(r, 2, &rec, NULL), RC_OK);
	}
	fault.sync_in = 1;
	fault.sync_n = 1;
	fixture_group(f, 2);
	fixture_group(f, 2);
	for (; seq <= 6; seq++) {
		assert_int_equal(
			journal_reader_next(r, 6, &rec, &f->err), RC_OK);
		assert_int_equal(rec.sequence, seq);
	}
	journal_reader_close(r);
}

static void
all_flushes_fail(void **state)
{
	struct fixture *f = *state;
	struct snapshot s;
	uint64_t head;

	none();
	fixture_open(f);
	fixture_group(f, 2);
	fault.sync_in = 1;
	fault.sync_n = 1000;
	assert_int_equal(fixture_try_group(f, 2), RC_IO);
	assert_int_equal(fixture_try_group(f, 2), RC_IO);
	assert_int_equal(journal_head(f->j).sequence, 2);
	snapshot_take(f->journal, &s);
	assert_int_equal(fixture_try_open(f), RC_IO);
	none();
	fixture_open(f);
	head = journal_head(f->j).sequence;
	assert_true(head == 2 || head == 4);
	fixture_group(f, 1);
	assert_int_equal(fixture_read(f, true), head + 1);
	snapshot_free(&s);
}

/* At every flush and every write of a run with rotation: acknowledged or
 * refused, and what was acknowledged is there. */
static void
run(struct fixture *f, int sync_in, int write_in, enum rc rc, size_t part)
{
	uint64_t acked = 0;
	uint64_t seq;
	int i;

	none();
	f->conf.known_sequence = 0;
	f->conf.segment_bytes = 24 << 10;
	f->line_bytes = 1200;
	fault.sync_in = sync_in;
	fault.sync_n = 1;
	fault.write_in = write_in;
	fault.write_n = 1;
	fault.write_rc = rc;
	fault.write_part = part;
	if (fixture_try_open(f) != RC_OK) {
		none();
		fixture_open(f);
	}
	for (i = 0; i < 12; i++) {
		enum rc got = fixture_try_group(f, 1 + (size_t)i % 3);

		if (got == RC_NOSPC) {
			got = fixture_try_group(f, 1 + (size_t)i % 3);
		}
		if (got != RC_OK) {
			assert_int_equal(got, RC_IO);
			fixture_open(f);
			seq = journal_head(f->j).sequence;
			assert_true(seq >= acked);
		}
		acked = journal_head(f->j).sequence;
		journal_idle(f->j);
	}
	none();
	f->conf.known_sequence = acked;
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, acked);
	assert_int_equal(fixture_read(f, true), acked);
	fixture_group(f, 1);
	assert_int_equal(fixture_read(f, true), acked + 1);
	fixture_close(f);
	empty_dir(f->journal);
}

static void
every_flush(void **state)
{
	int n;

	for (n = 1; n < 40; n++) {
		run(*state, n, 0, RC_OK, 0);
	}
}

static void
every_write(void **state)
{
	const enum rc rc[] = {RC_NOSPC, RC_IO};

	const size_t part[] = {0, 100, 4096, 5000};
	size_t i;
	size_t k;
	int n;

	for (n = 1; n < 50; n++) {
		for (i = 0; i < 2; i++) {
			for (k = 0; k < 4; k++) {
				run(*state, 0, n, rc[i], part[k]);
			}
		}
	}
}

static void
no_space(void **state)
{
	struct fixture *f = *state;
	struct snapshot s;

	none();
	f->conf.segment_bytes = 64 << 10;
	fixture_open(f);
	fixture_group(f, 3);
	snapshot_take(f->journal, &s);
	fault.write_in = 1;
	fault.write_n = 1;
	fault.write_rc = RC_NOSPC;
	fault.write_part = 700;
	assert_int_equal(fixture_try_group(f, 3), RC_NOSPC);
	assert_int_equal(journal_head(f->j).sequence, 3);
	assert_true(snapshot_same(f->journal, &s));
	none();
	fixture_group(f, 3);
	assert_int_equal(fixture_read(f, true), 6);
	snapshot_free(&s);
}

/* What a full disk refused must not come back after a power cut: it is undone
 * on the disk as well.  When that cannot be told, it was not refused. */
static void
no_space_is_flushed(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];
	uint64_t n;

	none();
	fixture_open(f);
	fixture_group(f, 3);
	n = journal_flush_count(f->j);
	fault.write_in = 1;
	fault.write_n = 1;
	fault.write_rc = RC_NOSPC;
	fault.write_part = 1 << 20;
	assert_int_equal(fixture_try_group(f, 1), RC_NOSPC);
	assert_int_equal(journal_flush_count(f->j), n + 1);
	assert_int_equal(fixture_segments(f, seg, 8), 1);
	fault.write_in = 1;
	fault.write_n = 1;
	fault.sync_in = 1;
	fault.sync_n = 1;
	fixture_group(f, 1);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	assert_int_equal(fixture_read(f, true), 4);
}

/* Between opening and settling nothing is written, and nothing is taken. */
static void
open_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct journal_line line = {.sequence = 3, .p = "{}", .n = 2};
	uint8_t hash[HASH_BYTES] = {0};
	struct snapshot s;

	none();
	fixture_open(f);
	fixture_group(f, 2);
	fixture_close(f);
	snapshot_take(f->journal, &s);
	assert_int_equal(
		journal_open(&f->conf, &f->j, &f->report, &f->err), RC_OK);
	assert_int_equal(journal_head(f->j).sequence, 2);
	assert_false(journal_settled(f->j));
	assert_true(journal_unsure(f->j));
	journal_idle(f->j);
	assert_int_equal(
		journal_append(f->j, &line, 1, hash, &f->err), RC_INVAL);
	fixture_close(f);
	assert_true(snapshot_same(f->journal, &s));
	snapshot_free(&s);
	fixture_open(f);
	assert_true(journal_settled(f->j));
	fixture_group(f, 2);
	assert_int_equal(fixture_read(f, true), 4);
}

/* A group that was flushed for certain is not touched; one that may be the
 * only copy goes to a new segment and stays where it is until that one is
 * known to be on the disk. */
static void
only_copy(void **state)
{
	struct fixture *f = *state;
	struct snapshot s;
	char seg[8][512];
	uint64_t whole;

	none();
	fixture_open(f);
	fixture_group(f, 2);
	fixture_group(f, 2);
	fixture_close(f);
	assert_int_equal(watermark_write(f->journal, 4, &f->err), RC_OK);
	snapshot_take(f->journal, &s);
	/* a write would fail */
	fault.write_in = 1;
	fault.write_n = 100;
	fault.write_rc = RC_IO;
	assert_int_equal(fixture_try_settle(f, false), RC_OK);
	assert_false(f->moved);
	assert_true(snapshot_same(f->journal, &s));
	snapshot_free(&s);
	none();
	assert_int_equal(watermark_write(f->journal, 3, &f->err), RC_OK);
	assert_int_equal(fixture_segments(f, seg, 8), 1);
	whole = file_bytes(seg[0]);
	assert_int_equal(fixture_try_settle(f, false), RC_OK);
	assert_true(f->moved);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	assert_int_equal(file_bytes(seg[0]), whole);
	assert_int_equal(fixture_read(f, true), 4);
	/* the new one did not arrive: the old one is there */
	fixture_close(f);
	assert_int_equal(truncate(seg[1], JOURNAL_BLOCK_BYTES), 0);
	assert_int_equal(fixture_try_settle(f, false), RC_OK);
	assert_int_equal(journal_head(f->j).sequence, 4);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	assert_int_equal(watermark_write(f->journal, 4, &f->err), RC_OK);
	fixture_open(f);
	assert_true(file_bytes(seg[0]) < whole);
	fixture_group(f, 2);
	assert_int_equal(fixture_read(f, true), 6);
}

/* Settling writes the last group again; when that cannot be flushed it goes
 * to a new segment. */
static void
flush_fails_at_open(void **state)
{
	struct fixture *f = *state;
	int groups;

	for (groups = 1; groups < 4; groups++) {
		int i;

		none();
		fixture_open(f);
		for (i = 0; i < groups; i++) {
			fixture_group(f, 2);
		}
		fixture_close(f);
		fault.sync_in = 1;
		fault.sync_n = 1;
		fixture_open(f);
		assert_true(f->moved);
		assert_int_equal(
			journal_head(f->j).sequence, (uint64_t)groups * 2);
		fixture_group(f, 2);
		fixture_open(f);
		assert_false(f->moved);
		assert_int_equal(
			fixture_read(f, true), (uint64_t)groups * 2 + 2);
		fixture_close(f);
		empty_dir(f->journal);
	}
}

/* A segment without a record beside the group it was made for. */
static void
crash_before_second_copy(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];
	uint8_t *old;
	size_t n = 0;

	none();
	fixture_open(f);
	fixture_group(f, 2);
	fault.sync_in = 1;
	fault.sync_n = 1;
	fixture_group(f, 2);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	old = slurp(seg[1], &n);
	memset(old + 4096, 0, n - 4096);
	spill(seg[1], old, n);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, 4);
	assert_int_equal(fixture_read(f, true), 4);
	fixture_group(f, 2);
	assert_int_equal(fixture_read(f, true), 6);
	free(old);
}

/* The same sequence with another line in both places. */
static void
two_lines(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];
	struct snapshot s;

	none();
	f->line_bytes = 500;
	fixture_open(f);
	fixture_group(f, 2);
	fixture_close(f);
	snapshot_take(f->journal, &s);
	f->line_bytes = 600;
	fixture_open(f);
	fixture_group(f, 1);
	fixture_close(f);
	assert_int_equal(fixture_segments(f, seg, 8), 1);
	{
		size_t n = 0;
		uint8_t *other = slurp(seg[0], &n);
		uint8_t block[4096];

		memcpy(block, other + 8192, sizeof(block));
		free(other);
		snapshot_restore(f->journal, &s);
		f->line_bytes = 500;
		fixture_open(f);
		fault.sync_in = 1;
		fault.sync_n = 1;
		fixture_group(f, 1);
		fixture_close(f);
		other = slurp(seg[0], &n);
		memcpy(other + 8192, block, sizeof(block));
		spill(seg[0], other, n);
		free(other);
	}
	assert_int_equal(fixture_try_open(f), RC_CORRUPT);
	assert_int_equal(f->report.bad_sequence, 3);
	snapshot_free(&s);
}

int
main(void)
{
#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(failed_flush),
		T(failed_flush_read_along),
		T(all_flushes_fail),
		T(every_flush),
		T(every_write),
		T(no_space),
		T(no_space_is_flushed),
		T(open_writes_nothing),
		T(only_copy),
		T(flush_fails_at_open),
		T(crash_before_second_copy),
		T(two_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
