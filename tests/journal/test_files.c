/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/journal/fixture.h"

/* Whole segments deleted, wiped, cut or copied; all of it is found and comes
 * back from another copy. */

#define SEGMENTS 5u

struct files {
	char seg[16][512];
	size_t n;
	uint64_t head;
	struct snapshot all;
};

static void
make_files(struct fixture *f, struct files *s)
{
	size_t i;

	f->conf.segment_bytes = 48 << 10;
	fixture_open(f);
	for (i = 0; fixture_segments(f, s->seg, 16) < SEGMENTS; i++) {
		fixture_group(f, 1 + i % 3);
	}
	fixture_group(f, 2);
	fixture_group(f, 1);
	s->n = SEGMENTS;
	s->head = journal_head(f->j).sequence;
	fixture_close(f);
	snapshot_take(f->journal, &s->all);
	f->conf.known_sequence = s->head;
}

static void
again(struct fixture *f, struct files *s)
{
	snapshot_restore(f->journal, &s->all);
	f->conf.known_sequence = s->head;
}

/* Found by the reader, and by journal_open() when it concerns the end;
 * mended; goes on. */
static void
found_and_mended(struct fixture *f, struct files *s, bool at_open)
{
	struct snapshot bad;
	uint64_t last = 0;
	uint64_t first = fixture_bad(f, s->head, &last);
	enum rc rc;

	assert_true(first > 0 || last < s->head || at_open);
	snapshot_take(f->journal, &bad);
	if (at_open) {
		rc = fixture_try_open(f);
		assert_int_equal(rc, RC_CORRUPT);
		assert_int_equal(f->report.tail, JOURNAL_DAMAGED);
		assert_true(f->report.bad_sequence > 0);
		assert_true(f->report.bad_sequence <= s->head);
		assert_true(snapshot_same(f->journal, &bad));
	}
	assert_true(fixture_repair(f, s->head) >= 0);
	assert_int_equal(fixture_read(f, true), s->head);
	assert_int_equal(fixture_read(f, false), s->head);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, s->head);
	fixture_group(f, 3);
	fixture_open(f);
	assert_int_equal(fixture_read(f, true), s->head + 3);
	fixture_close(f);
	snapshot_free(&bad);
	again(f, s);
}

static void
deleted(void **state)
{
	struct fixture *f = *state;
	struct files s;
	size_t i;

	make_files(f, &s);
	for (i = 0; i < s.n; i++) {
		assert_int_equal(unlink(s.seg[i]), 0);
		found_and_mended(f, &s, i > 0);
	}
	/* two beside each other */
	assert_int_equal(unlink(s.seg[1]), 0);
	assert_int_equal(unlink(s.seg[2]), 0);
	found_and_mended(f, &s, true);
	assert_int_equal(unlink(s.seg[3]), 0);
	assert_int_equal(unlink(s.seg[4]), 0);
	found_and_mended(f, &s, true);
	/* all of them */
	for (i = 0; i < s.n; i++) {
		assert_int_equal(unlink(s.seg[i]), 0);
	}
	found_and_mended(f, &s, true);
	snapshot_free(&s.all);
}

static void
wiped(void **state)
{
	struct fixture *f = *state;
	struct files s;
	uint8_t *zeros;
	size_t i;

	make_files(f, &s);
	zeros = calloc(1, 1 << 20);
	assert_non_null(zeros);
	for (i = 0; i < s.n; i++) {
		spill(s.seg[i], zeros, (size_t)file_bytes(s.seg[i]));
		found_and_mended(f, &s, i + 1 == s.n);
		spill(s.seg[i], zeros, 0);
		found_and_mended(f, &s, i + 1 == s.n);
		rng_fill(&f->rng, zeros, 20000);
		spill(s.seg[i], zeros, 20000);
		memset(zeros, 0, 20000);
		found_and_mended(f, &s, i + 1 == s.n);
	}
	free(zeros);
	snapshot_free(&s.all);
}

static void
cut(void **state)
{
	struct fixture *f = *state;
	struct files s;
	size_t i;

	make_files(f, &s);
	for (i = 0; i < s.n; i++) {
		uint64_t n = i + 1 < s.n ? file_bytes(s.seg[i]) : 8192;

		assert_int_equal(truncate(s.seg[i], (off_t)(n / 2 + 100)), 0);
		found_and_mended(f, &s, i + 1 == s.n);
		assert_int_equal(truncate(s.seg[i], 4096), 0);
		found_and_mended(f, &s, i + 1 == s.n);
		assert_int_equal(truncate(s.seg[i], 1000), 0);
		found_and_mended(f, &s, i + 1 == s.n);
	}
	snapshot_free(&s.all);
}

static void
copied(void **state)
{
	struct fixture *f = *state;
	struct files s;
	size_t from;
	size_t to;

	make_files(f, &s);
	for (from = 0; from < s.n; from++) {
		for (to = 0; to < s.n; to++) {
			size_t n = 0;
			uint8_t *p = slurp(s.seg[from], &n);

			if (from != to) {
				spill(s.seg[to], p, n);
				found_and_mended(f, &s, to + 1 == s.n);
			}
			free(p);
		}
	}
	/* as one more at the end */
	for (from = 0; from < s.n; from++) {
		size_t n = 0;
		uint8_t *p = slurp(s.seg[from], &n);
		char more[512];
		uint64_t last = 0;

		memcpy(more, s.seg[4], sizeof(more));
		more[strlen(more) - 5] = '6';
		spill(more, p, n);
		free(p);
		assert_int_equal(fixture_bad(f, s.head + 1, &last), s.head + 1);
		found_and_mended(f, &s, true);
	}
	snapshot_free(&s.all);
}

/* The header of any segment, and a group in any, at once. */
static void
several(void **state)
{
	struct fixture *f = *state;
	struct files s;
	size_t i;

	make_files(f, &s);
	for (i = 0; i < s.n; i++) {
		flip(s.seg[i], 200 + i, 1);
	}
	found_and_mended(f, &s, true);
	for (i = 0; i < s.n; i++) {
		flip(s.seg[i], 4096 + 300, 1);
	}
	found_and_mended(f, &s, true);
	flip(s.seg[2], 100, 1);
	flip(s.seg[2], 4096, 1);
	flip(s.seg[1], file_bytes(s.seg[1]) - 4000, 1);
	found_and_mended(f, &s, false);
	snapshot_free(&s.all);
}

static enum rc
other_line(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	(void)arg;
	(void)reterr;
	if (sequence == 3) {
		return RC_NOTFOUND;
	}
	*ret_line = "no such line";
	*ret_len = 12;
	return RC_OK;
}

/* A copy that has not the line, or has another, mends nothing. */
static void
wrong_copy(void **state)
{
	struct fixture *f = *state;
	struct files s;
	uint64_t n = 0;

	make_files(f, &s);
	assert_int_equal(unlink(s.seg[2]), 0);
	assert_int_equal(
		journal_repair(&f->conf, s.head, other_line, NULL, &n, &f->err),
		RC_CORRUPT);
	again(f, &s);
	assert_int_equal(unlink(s.seg[0]), 0);
	assert_int_equal(
		journal_repair(&f->conf, s.head, other_line, NULL, &n, &f->err),
		RC_NOTFOUND);
	assert_non_null(strstr(f->err.msg, "record 3"));
	snapshot_free(&s.all);
}

static void
other_register(void **state)
{
	struct fixture *f = *state;
	struct files s;

	make_files(f, &s);
	f->conf.reg[0] ^= 1;
	assert_int_equal(fixture_try_open(f), RC_CORRUPT);
	snapshot_free(&s.all);
}

int
main(void)
{
#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(deleted),
		T(wiped),
		T(cut),
		T(copied),
		T(several),
		T(wrong_copy),
		T(other_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
