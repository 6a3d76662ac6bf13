/* SPDX-License-Identifier: Apache-2.0 */
/* Every call fails: opening, appending, reading, mending.  What was told
 * final is there afterwards, once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "tests/journal/fixture.h"

#include "base/poison.h"

static struct snapshot start;
static uint64_t final; /* told so, in the turn or before it */
static bool unsure;    /* one more group may be there */

typedef void (*check_fn)(struct fixture *f, enum rc rc);

static void
sweep(struct fixture *f, const char *name, faults_fn fn, check_fn check)
{
	const struct faults_way *way;
	size_t n_way = faults_ways(&way);
	uint64_t before = final;
	unsigned bad = 0;

	for (size_t i = 0; i < n_way; i++) {
		unsigned long n = 1;
		enum rc rc;
		bool failed;

		if (way[i].f.kinds == FAULTS_MDB) {
			continue;
		}
		do {
			snapshot_restore(f->journal, &start);
			final = before;
			unsure = false;
			failed = faults_try(name, &way[i], n, fn, f, &rc, &bad);
			check(f, rc);
			n = faults_next(n);
		} while (failed);
	}
	final = before;
	assert_int_equal(bad, 0);
}

/* The ring of data keys belongs to the keys, and grows in here: not what a
 * turn left behind. */
static void
know_keys(struct fixture *f)
{
	uint8_t key[KEY_BYTES];
	uint8_t wrapped[KEYS_WRAPPED_BYTES];

	for (uint32_t i = 1; i <= 40; i++) {
		assert_int_equal(keys_segment_new(f->keys, &f->rng, 1, i, key,
					 wrapped, NULL),
			RC_OK);
	}
}

static void
begin_from(struct fixture *f, size_t groups)
{
	know_keys(f);
	f->conf.segment_bytes = 24 << 10;
	f->line_bytes = 1200;
	fixture_open(f);
	for (size_t i = 0; i < groups; i++) {
		fixture_group(f, 1 + i % 3);
	}
	final = journal_head(f->j).sequence;
	fixture_close(f);
}

static enum rc
append(struct fixture *f, size_t n, struct err *reterr)
{
	struct journal_line line[4];
	char text[4][FIXTURE_LINE_MAX];
	uint8_t hash[HASH_BYTES] = {0};
	uint64_t seq = journal_head(f->j).sequence;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		line[i].sequence = seq + 1 + i;
		line[i].n = fixture_line(f, seq + 1 + i, text[i]);
		line[i].p = text[i];
		sha256(hash, text[i], line[i].n);
	}
	rc = journal_append(f->j, line, n, hash, reterr);
	if (rc == RC_OK) {
		final = seq + n;
	}
	unsure = unsure || rc == RC_IO;
	return rc;
}

/* --- writing --- */

static enum rc
write_some(void *arg, struct err *reterr)
{
	struct fixture *f = arg;
	enum rc rc = journal_open(&f->conf, &f->j, &f->report, reterr);

	if (rc == RC_OK) {
		rc = journal_settle(f->j, true, NULL, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < 6; i++) {
		rc = append(f, 1 + i % 3, reterr);
		if (rc == RC_NOSPC) {
			rc = append(f, 1 + i % 3, reterr);
		}
		journal_idle(f->j);
	}
	fixture_close(f);
	return rc;
}

static void
write_check(struct fixture *f, enum rc rc)
{
	uint64_t head;

	assert_true(
		rc == RC_OK || rc == RC_NOMEM || rc == RC_NOSPC || rc == RC_IO);
	f->conf.known_sequence = final;
	fixture_open(f);
	f->conf.known_sequence = 0;
	head = journal_head(f->j).sequence;
	assert_true(head >= final);
	assert_true(head <= final + (unsure ? 3 : 0));
	assert_int_equal(fixture_read(f, true), head);
	fixture_group(f, 2);
	assert_int_equal(fixture_read(f, true), head + 2);
	fixture_close(f);
}

static void
test_write(void **state)
{
	struct fixture *f = *state;

	begin_from(f, 3);
	snapshot_take(f->journal, &start);
	sweep(f, "writing", write_some, write_check);
	snapshot_free(&start);
}

static void
test_write_from_nothing(void **state)
{
	struct fixture *f = *state;

	f->conf.segment_bytes = 24 << 10;
	f->line_bytes = 1200;
	final = 0;
	know_keys(f);
	snapshot_take(f->journal, &start);
	sweep(f, "the first segment", write_some, write_check);
	snapshot_free(&start);
}

static void
test_write_behind_a_torn_tail(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];
	size_t n;
	size_t bytes = 0;
	uint8_t *p;

	begin_from(f, 3);
	n = fixture_segments(f, seg, 8);
	assert_int_not_equal(n, 0);
	p = slurp(seg[n - 1], &bytes);
	for (size_t at = bytes; at >= 4096; at -= 4096) {
		if (p[at - 4096] != 0) {
			assert_true(at + 4096 <= bytes);
			memset(p + at, 'x', 300);
			break;
		}
	}
	spill(seg[n - 1], p, bytes);
	free(p);
	snapshot_take(f->journal, &start);
	sweep(f, "a torn tail", write_some, write_check);
	snapshot_free(&start);
}

/* --- reading --- */

static enum rc
read_all(struct fixture *f, const struct keys *keys, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint64_t n = 0;
	enum rc rc = journal_reader_open(f->journal, keys, 1, &r, reterr);

	while (rc == RC_OK && n < final) {
		rc = journal_reader_next(r, final, &rec, reterr);
		n++;
		assert_true(rc != RC_OK || rec.sequence == n);
	}
	journal_reader_close(r);
	return rc;
}

static enum rc
look(void *arg, struct err *reterr)
{
	struct fixture *f = arg;
	struct journal_info info;
	char path[256];
	enum rc rc = journal_info(f->journal, &info, reterr);

	if (rc == RC_OK) {
		rc = journal_stray(f->journal, path, reterr);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc == RC_OK) {
		rc = read_all(f, f->keys, reterr);
	}
	if (rc == RC_OK) {
		rc = read_all(f, NULL, reterr);
	}
	if (rc == RC_OK) {
		rc = watermark_write(f->journal, final, reterr);
	}
	(void)watermark_read(f->journal);
	return rc;
}

static void
look_check(struct fixture *f, enum rc rc)
{
	assert_true(
		rc == RC_OK || rc == RC_NOMEM || rc == RC_NOSPC || rc == RC_IO);
	assert_int_equal(fixture_read(f, true), final);
}

static void
test_look(void **state)
{
	struct fixture *f = *state;

	begin_from(f, 9);
	snapshot_take(f->journal, &start);
	sweep(f, "reading", look, look_check);
	snapshot_free(&start);
}

/* --- mending --- */

static enum rc
other_copy(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	static char line[FIXTURE_LINE_MAX];

	(void)reterr;
	*ret_len = fixture_line(arg, sequence, line);
	*ret_line = line;
	return RC_OK;
}

static enum rc
mend(void *arg, struct err *reterr)
{
	struct fixture *f = arg;
	uint64_t n = 0;

	return journal_repair(&f->conf, final, other_copy, f, &n, reterr);
}

static void
mend_check(struct fixture *f, enum rc rc)
{
	struct err e = {0};

	assert_true(
		rc == RC_OK || rc == RC_NOMEM || rc == RC_NOSPC || rc == RC_IO);
	if (rc != RC_OK && mend(f, &e) != RC_OK) {
		fail_msg("again: %s", e.msg);
	}
	assert_int_equal(fixture_read(f, true), final);
	f->conf.known_sequence = final;
	fixture_open(f);
	f->conf.known_sequence = 0;
	assert_int_equal(journal_head(f->j).sequence, final);
	fixture_close(f);
}

static void
test_mend(void **state)
{
	static const uint64_t at[] = {50, 4096 + 10, 2 * 4096 + 200};
	struct fixture *f = *state;
	char seg[8][512];

	begin_from(f, 9);
	assert_true(fixture_segments(f, seg, 8) >= 2);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		for (size_t k = 0; k < 2; k++) {
			flip(seg[k], at[i], 0x10);
			snapshot_take(f->journal, &start);
			sweep(f, "mending", mend, mend_check);
			snapshot_free(&start);
			(void)fixture_repair(f, final);
		}
	}
}

static void
test_mend_without_a_segment(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];

	begin_from(f, 16);
	assert_true(fixture_segments(f, seg, 8) >= 3);
	(void)unlink(seg[1]);
	snapshot_take(f->journal, &start);
	sweep(f, "a segment that is gone", mend, mend_check);
	snapshot_free(&start);
}

int
main(void)
{
#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(test_write),
		T(test_write_from_nothing),
		T(test_write_behind_a_torn_tail),
		T(test_look),
		T(test_mend),
		T(test_mend_without_a_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
