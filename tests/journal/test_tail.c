/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/journal/fixture.h"

/* What a power cut may leave of the last group, and what it may not. */

#define BLOCK 4096u
#define GROUPS 6u
#define LAST 3u
#define BEFORE (GROUPS * 2u)
#define HEAD (BEFORE + LAST)

struct tail {
	char seg[512];
	uint8_t *before; /* without the last group */
	uint8_t *after;  /* with it */
	size_t n;
	size_t start; /* of the last group */
	size_t end;   /* block behind it */
};

static void
make_tail(struct fixture *f, struct tail *t, size_t line_bytes)
{
	char seg[2][512];
	size_t n = 0;
	size_t i;

	f->conf.segment_bytes = 64 << 10;
	f->line_bytes = line_bytes;
	fixture_open(f);
	for (i = 0; i < GROUPS; i++) {
		fixture_group(f, 2);
	}
	assert_int_equal(fixture_segments(f, seg, 2), 1);
	memcpy(t->seg, seg[0], sizeof(t->seg));
	t->before = slurp(t->seg, &t->n);
	fixture_group(f, LAST);
	t->after = slurp(t->seg, &n);
	assert_int_equal(n, t->n);
	fixture_close(f);
	for (t->start = 0; t->before[t->start] == t->after[t->start];
		t->start++) {
	}
	for (t->end = n; t->before[t->end - 1] == t->after[t->end - 1];
		t->end--) {
	}
	assert_int_equal(t->start % BLOCK, 0);
	t->end = (t->end + BLOCK - 1) / BLOCK * BLOCK;
}

static void
free_tail(struct tail *t)
{
	free(t->before);
	free(t->after);
}

/* Open what the image left; both outcomes go on selling. */
static void
check_image(struct fixture *f, const struct tail *t, const uint8_t *image,
	bool whole)
{
	uint64_t want = whole ? HEAD : BEFORE;
	bool clean = whole || memcmp(image, t->before, t->n) == 0;

	spill(t->seg, image, t->n);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, want);
	assert_int_equal(f->report.tail, clean ? JOURNAL_CLEAN : JOURNAL_TORN);
	if (!clean) {
		uint8_t hash[HASH_BYTES];

		assert_int_equal(f->report.offset, t->start);
		assert_true(f->report.dropped_bytes <= t->end - t->start);
		sha256(hash, image + t->start, (size_t)f->report.dropped_bytes);
		assert_memory_equal(f->report.dropped_hash, hash, HASH_BYTES);
	}
	fixture_group(f, 2);
	fixture_open(f);
	assert_int_equal(f->report.tail, JOURNAL_CLEAN);
	assert_int_equal(fixture_read(f, true), want + 2);
	fixture_close(f);
}

static void
cut_at_every_byte(void **state)
{
	struct fixture *f = *state;
	struct tail t;
	uint8_t *image;
	size_t cut;

	make_tail(f, &t, 120);
	image = malloc(t.n);
	assert_non_null(image);
	for (cut = t.start; cut < t.start + 800; cut++) {
		memcpy(image, t.after, cut);
		memcpy(image + cut, t.before + cut, t.n - cut);
		check_image(f, &t, image, memcmp(image, t.after, t.n) == 0);
	}
	free(image);
	free_tail(&t);
}

static uint64_t
next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
any_sectors(void **state)
{
	struct fixture *f = *state;
	uint64_t x = 0x9e3779b97f4a7c15u;
	struct tail t;
	uint8_t *image;
	int i;

	make_tail(f, &t, 3000);
	assert_true(t.end - t.start > 2 * BLOCK);
	image = malloc(t.n);
	assert_non_null(image);
	for (i = 0; i < 150; i++) {
		uint64_t bits = next_random(&x) & next_random(&x);
		size_t at;

		memcpy(image, t.after, t.n);
		for (at = t.start; at < t.end; at += 512) {
			if ((bits >> ((at - t.start) / 512) & 1) != 0) {
				memcpy(image + at, t.before + at, 512);
			}
		}
		check_image(f, &t, image, memcmp(image, t.after, t.n) == 0);
	}
	free(image);
	free_tail(&t);
}

static void
garbage_block(void **state)
{
	struct fixture *f = *state;
	struct tail t;
	uint8_t *image;
	size_t at;

	make_tail(f, &t, 3000);
	image = malloc(t.n);
	assert_non_null(image);
	for (at = t.start; at < t.end; at += BLOCK) {
		memcpy(image, t.after, t.n);
		rng_fill(&f->rng, image + at, BLOCK);
		check_image(f, &t, image, false);
		memcpy(image, t.before, t.n);
		rng_fill(&f->rng, image + at, BLOCK);
		spill(t.seg, image, t.n);
		fixture_open(f);
		assert_int_equal(f->report.tail, JOURNAL_TORN);
		assert_int_equal(journal_head(f->j).sequence, BEFORE);
		fixture_close(f);
	}
	free(image);
	free_tail(&t);
}

/* What was final elsewhere may not be taken for torn; nothing is written. */
static void
known_sequence(void **state)
{
	struct fixture *f = *state;
	struct snapshot s;
	struct tail t;
	uint64_t last = 0;
	size_t at;

	make_tail(f, &t, 700);
	f->conf.known_sequence = HEAD;
	for (at = t.start; at < t.start + 2300; at += 11) {
		if ((at - t.start) % 816 >= 812) {
			continue; /* padding: the records hold */
		}
		spill(t.seg, t.after, t.n);
		flip(t.seg, at, 0x10);
		snapshot_take(f->journal, &s);
		assert_int_equal(fixture_try_open(f), RC_CORRUPT);
		assert_int_equal(f->report.tail, JOURNAL_DAMAGED);
		assert_true(f->report.bad_sequence > BEFORE);
		assert_true(f->report.bad_sequence <= HEAD);
		assert_string_equal(f->report.path, t.seg);
		assert_true(snapshot_same(f->journal, &s));
		assert_int_equal(fixture_bad(f, HEAD, &last), BEFORE + 1);
		snapshot_free(&s);
	}
	spill(t.seg, t.before, t.n);
	assert_int_equal(fixture_try_open(f), RC_CORRUPT);
	assert_int_equal(f->report.bad_sequence, BEFORE + 1);
	assert_int_equal(fixture_repair(f, HEAD), LAST);
	fixture_open(f);
	assert_int_equal(fixture_read(f, true), HEAD);
	free_tail(&t);
}

/* A bad record with good ones behind it was no power cut. */
static void
flipped_early(void **state)
{
	struct fixture *f = *state;
	size_t start = BLOCK + 2 * (size_t)BLOCK; /* third group */
	struct snapshot s;
	struct tail t;
	uint64_t last = 0;
	size_t at;

	make_tail(f, &t, 700);
	for (at = start; at < start + 1616; at += 13) {
		bool second = at >= start + 816;

		if ((at - start) % 816 >= 812) {
			continue;
		}
		spill(t.seg, t.after, t.n);
		flip(t.seg, at, (uint8_t)(1u << at % 8));
		snapshot_take(f->journal, &s);
		assert_int_equal(fixture_bad(f, UINT64_MAX, &last), 5);
		assert_int_equal(last, HEAD);
		assert_int_equal(fixture_try_open(f), RC_CORRUPT);
		assert_int_equal(f->report.bad_sequence, second ? 6 : 5);
		assert_int_equal(f->report.offset, start);
		assert_true(snapshot_same(f->journal, &s));
		snapshot_free(&s);
		assert_int_equal(fixture_repair(f, HEAD), 2);
		fixture_open(f);
		assert_int_equal(fixture_read(f, true), HEAD);
		fixture_close(f);
		empty_dir(f->journal);
	}
	free_tail(&t);
}

static void
flipped_padding(void **state)
{
	struct fixture *f = *state;
	/* lines of 701 bytes: 813 of a record and 3 of padding */
	const size_t at[] = {BLOCK + 814, BLOCK + 2 * 816, BLOCK + BLOCK - 1};
	struct tail t;
	uint64_t last = 0;
	size_t i;

	make_tail(f, &t, 701);
	for (i = 0; i < 3; i++) {
		flip(t.seg, at[i], 1);
		assert_int_equal(fixture_bad(f, UINT64_MAX, &last), 1);
		assert_int_equal(last, HEAD);
		assert_int_equal(fixture_repair(f, HEAD), 0);
		assert_int_equal(fixture_read(f, true), HEAD);
	}
	/* In the last group the records hold: opening mends it. */
	flip(t.seg, t.end - 1, 1);
	assert_int_equal(fixture_bad(f, UINT64_MAX, &last), BEFORE + 1);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, HEAD);
	assert_int_equal(fixture_read(f, true), HEAD);
	free_tail(&t);
}

static void
flipped_header(void **state)
{
	struct fixture *f = *state;
	struct tail t;
	uint64_t last = 0;
	size_t at;

	make_tail(f, &t, 700);
	for (at = 0; at < BLOCK; at += 61) {
		spill(t.seg, t.after, t.n);
		flip(t.seg, at, 4);
		assert_int_equal(fixture_try_open(f), RC_CORRUPT);
		assert_int_equal(f->report.tail, JOURNAL_DAMAGED);
		assert_int_equal(f->report.bad_sequence, 1);
		assert_int_equal(fixture_bad(f, UINT64_MAX, &last), 1);
		assert_int_equal(last, HEAD);
		assert_int_equal(fixture_repair(f, HEAD), 0);
		fixture_open(f);
		assert_int_equal(fixture_read(f, true), HEAD);
		fixture_close(f);
	}
	free_tail(&t);
}

static enum rc
only_five(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	static char line[FIXTURE_LINE_MAX];

	(void)reterr;
	*ret_len = fixture_line(arg, sequence, line);
	*ret_line = line;
	return sequence == 5 ? RC_OK : RC_NOTFOUND;
}

/* What still holds of a bad group needs no other copy. */
static void
salvaged(void **state)
{
	struct fixture *f = *state;
	struct tail t;
	uint64_t n = 0;

	make_tail(f, &t, 700);
	flip(t.seg, 3 * BLOCK + 200, 1);
	assert_int_equal(
		journal_repair(&f->conf, HEAD, only_five, f, &n, &f->err),
		RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(fixture_read(f, true), HEAD);
	/* the other one of the two is lost now */
	flip(t.seg, 3 * BLOCK + 816 + 200, 1);
	assert_int_equal(
		journal_repair(&f->conf, HEAD, only_five, f, &n, &f->err),
		RC_NOTFOUND);
	assert_non_null(strstr(f->err.msg, "record 6"));
	free_tail(&t);
}

/* Two groups changed places, and one replayed over another. */
static void
swapped(void **state)
{
	struct fixture *f = *state;
	uint8_t block[BLOCK];
	struct tail t;
	uint64_t last = 0;

	make_tail(f, &t, 700);
	memcpy(block, t.after + 2 * BLOCK, BLOCK);
	memcpy(t.after + 2 * BLOCK, t.after + 3 * BLOCK, BLOCK);
	memcpy(t.after + 3 * BLOCK, block, BLOCK);
	spill(t.seg, t.after, t.n);
	assert_int_equal(fixture_try_open(f), RC_CORRUPT);
	assert_int_equal(f->report.bad_sequence, 3);
	assert_int_equal(fixture_bad(f, UINT64_MAX, &last), 3);
	memcpy(t.after + 2 * BLOCK, t.after + BLOCK, BLOCK);
	spill(t.seg, t.after, t.n);
	assert_int_equal(fixture_try_open(f), RC_CORRUPT);
	assert_int_equal(f->report.bad_sequence, 3);
	assert_int_equal(fixture_bad(f, UINT64_MAX, &last), 3);
	assert_true(fixture_repair(f, HEAD) >= 4);
	fixture_open(f);
	assert_int_equal(fixture_read(f, true), HEAD);
	free_tail(&t);
}

int
main(void)
{
#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(cut_at_every_byte),
		T(any_sectors),
		T(garbage_block),
		T(known_sequence),
		T(flipped_early),
		T(flipped_padding),
		T(flipped_header),
		T(salvaged),
		T(swapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
