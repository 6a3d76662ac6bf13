/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/journal/fixture.h"

static void
empty(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];

	fixture_open(f);
	assert_int_equal(f->report.tail, JOURNAL_CLEAN);
	assert_int_equal(journal_head(f->j).sequence, 0);
	assert_int_equal(fixture_read(f, true), 0);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, 0);
	assert_int_equal(fixture_segments(f, seg, 8), 1);
}

static void
append_and_reopen(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[HASH_BYTES];
	char line[FIXTURE_LINE_MAX];
	uint64_t flushes;
	size_t i;

	fixture_open(f);
	flushes = journal_flush_count(f->j);
	for (i = 0; i < 20; i++) {
		fixture_group(f, 1 + i % 5);
	}
	assert_int_equal(journal_flush_count(f->j), flushes + 20);
	assert_int_equal(fixture_read(f, true), 60);
	assert_int_equal(fixture_read(f, false), 60);
	fixture_open(f);
	assert_int_equal(f->report.tail, JOURNAL_CLEAN);
	assert_int_equal(journal_head(f->j).sequence, 60);
	assert_int_equal(journal_head(f->j).epoch, 1);
	sha256(hash, line, fixture_line(f, 60, line));
	assert_memory_equal(journal_head(f->j).hash, hash, HASH_BYTES);
	fixture_group(f, 3);
	assert_int_equal(fixture_read(f, true), 63);
}

static void
refused_lines(void **state)
{
	struct fixture *f = *state;
	struct journal_line line = {.sequence = 2, .p = "x", .n = 1};
	uint8_t hash[HASH_BYTES] = {0};

	fixture_open(f);
	assert_int_equal(journal_append(f->j, &line, 1, hash, NULL), RC_INVAL);
	line.sequence = 1;
	assert_int_equal(journal_append(f->j, &line, 0, hash, NULL), RC_INVAL);
	line.n = 0;
	assert_int_equal(journal_append(f->j, &line, 1, hash, NULL), RC_INVAL);
	line.n = JOURNAL_LINE_BYTES + 1;
	assert_int_equal(journal_append(f->j, &line, 1, hash, NULL), RC_INVAL);
	assert_int_equal(fixture_try_group(f, JOURNAL_GROUP_MAX + 1), RC_INVAL);
	fixture_group(f, JOURNAL_GROUP_MAX);
	assert_int_equal(fixture_read(f, true), JOURNAL_GROUP_MAX);
}

static void
longest_line(void **state)
{
	struct fixture *f = *state;
	char *p = malloc(JOURNAL_LINE_BYTES);
	struct journal_line line = {1, p, JOURNAL_LINE_BYTES};
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint8_t hash[HASH_BYTES];

	assert_non_null(p);
	memset(p, 'x', JOURNAL_LINE_BYTES);
	sha256(hash, p, JOURNAL_LINE_BYTES);
	fixture_open(f);
	assert_int_equal(journal_append(f->j, &line, 1, hash, NULL), RC_OK);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, 1);
	fixture_group(f, 2);
	assert_int_equal(
		journal_reader_open(f->journal, f->keys, 1, &r, NULL), RC_OK);
	assert_int_equal(journal_reader_next(r, 3, &rec, NULL), RC_OK);
	assert_int_equal(rec.len, JOURNAL_LINE_BYTES);
	assert_memory_equal(rec.line, p, JOURNAL_LINE_BYTES);
	assert_int_equal(journal_reader_next(r, 3, &rec, NULL), RC_OK);
	assert_int_equal(journal_reader_next(r, 3, &rec, NULL), RC_OK);
	assert_int_equal(journal_reader_next(r, 3, &rec, NULL), RC_NOTFOUND);
	journal_reader_close(r);
	free(p);
}

static void
rotation(void **state)
{
	struct fixture *f = *state;
	char seg[32][512];
	struct journal_info info;
	size_t n;
	size_t i;

	f->conf.segment_bytes = 64 << 10;
	fixture_open(f);
	for (i = 0; i < 100; i++) {
		fixture_group(f, 1 + i % 3);
		if (i % 2 == 0) {
			journal_idle(f->j);
		}
	}
	assert_int_equal(fixture_read(f, true), 199);
	assert_int_equal(fixture_read(f, false), 199);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, 199);
	n = fixture_segments(f, seg, 32);
	assert_true(n > 4);
	for (i = 0; i + 1 < n; i++) {
		assert_true(file_bytes(seg[i]) <= f->conf.segment_bytes);
	}
	assert_int_equal(journal_info(f->journal, &info, NULL), RC_OK);
	assert_memory_equal(info.reg, f->conf.reg, UUID_BYTES);
	assert_memory_equal(
		info.pub, keys_sign_public(f->keys), SIGN_PUB_BYTES);
	assert_int_equal(info.n_segment, n);
}

/* A full segment costs more flushes only when nothing was made ahead. */
static void
flushes(void **state)
{
	struct fixture *f = *state;
	uint64_t before;
	size_t i;
	size_t k;

	f->conf.segment_bytes = 64 << 10;
	f->line_bytes = 1200;
	fixture_open(f);
	for (i = 0; i < 60; i++) {
		before = journal_flush_count(f->j);
		fixture_group(f, 1);
		assert_true(journal_flush_count(f->j) - before <= 2);
		for (k = 0; k < 4; k++) {
			journal_idle(f->j);
		}
	}
	assert_int_equal(fixture_read(f, true), 60);
}

static void
new_epoch(void **state)
{
	struct fixture *f = *state;
	char seg[8][512];

	fixture_open(f);
	fixture_group(f, 2);
	f->conf.epoch = 4;
	fixture_open(f);
	assert_int_equal(journal_head(f->j).sequence, 2);
	assert_int_equal(journal_head(f->j).epoch, 1);
	fixture_group(f, 2);
	assert_int_equal(journal_head(f->j).epoch, 4);
	fixture_open(f);
	assert_int_equal(journal_head(f->j).epoch, 4);
	assert_int_equal(fixture_read(f, true), 4);
	assert_int_equal(fixture_segments(f, seg, 8), 2);
	assert_non_null(strstr(seg[1], "-00004-00000002.seg"));
	f->conf.epoch = 3;
	assert_int_equal(fixture_try_open(f), RC_INVAL);
}

/* Read along while the writer goes on, over several segments. */
static void
second_reader(void **state)
{
	struct fixture *f = *state;
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint64_t seen = 0;
	size_t i;

	f->conf.segment_bytes = 64 << 10;
	fixture_open(f);
	assert_int_equal(
		journal_reader_open(f->journal, f->keys, 1, &r, NULL), RC_OK);
	for (i = 0; i < 120; i++) {
		uint64_t upto;

		fixture_group(f, 1 + i % 4);
		journal_idle(f->j);
		upto = journal_head(f->j).sequence - i % 4;
		while (journal_reader_next(r, upto, &rec, &f->err) == RC_OK) {
			seen++;
			assert_int_equal(rec.sequence, seen);
		}
		assert_int_equal(seen, upto);
	}
	journal_reader_close(r);
}

static void
from_the_middle(void **state)
{
	struct fixture *f = *state;
	struct journal_record rec;
	uint64_t from;
	size_t i;

	f->conf.segment_bytes = 64 << 10;
	fixture_open(f);
	for (i = 0; i < 60; i++) {
		fixture_group(f, 1 + i % 4);
	}
	for (from = 1; from <= 150; from += 7) {
		struct journal_reader *r = NULL;

		assert_int_equal(journal_reader_open(
					 f->journal, f->keys, from, &r, NULL),
			RC_OK);
		assert_int_equal(
			journal_reader_next(r, 150, &rec, NULL), RC_OK);
		assert_int_equal(rec.sequence, from);
		journal_reader_close(r);
	}
}

static void
watermark(void **state)
{
	struct fixture *f = *state;
	char path[400];
	uint64_t i;

	assert_int_equal(watermark_read(f->journal), 0);
	for (i = 1; i < 5; i++) {
		assert_int_equal(
			watermark_write(f->journal, i * 1000, NULL), RC_OK);
		assert_int_equal(watermark_read(f->journal), i * 1000);
	}
	snprintf(path, sizeof(path), "%s/watermark", f->journal);
	for (i = 0; i < file_bytes(path); i++) {
		flip(path, i, (uint8_t)(1u << i % 8));
		assert_int_equal(watermark_read(f->journal), 0);
		flip(path, i, (uint8_t)(1u << i % 8));
	}
	assert_int_equal(watermark_read(f->journal), 4000);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_equal(watermark_read(f->journal), 0);
	assert_int_equal(watermark_write("/nonexistent", 1, NULL), RC_NOTFOUND);
}

static void
lost_keyring(void **state)
{
	struct fixture *f = *state;
	struct keys_offer offer = {
		.source = KEYS_FILE, .given = true, .path = f->keyfile};
	char path[400];

	fixture_open(f);
	fixture_group(f, 5);
	fixture_close(f);
	keys_close(f->keys);
	f->keys = NULL;
	snprintf(path, sizeof(path), "%s/keyring", f->keysdir);
	spill(path, "", 0);
	assert_int_equal(unlink(path), 0);
	if (keys_open(f->keysdir, &offer, &f->keys, &f->err) != RC_OK) {
		/* The key layer asks for the file back: nothing to read. */
		return;
	}
	f->conf.keys = f->keys;
	fixture_open(f);
	fixture_group(f, 5);
	assert_int_equal(fixture_read(f, true), 10);
}

int
main(void)
{
#define T(fn)                                                                  \
	cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(empty),
		T(append_and_reopen),
		T(refused_lines),
		T(longest_line),
		T(rotation),
		T(flushes),
		T(new_epoch),
		T(second_reader),
		T(from_the_middle),
		T(watermark),
		T(lost_keyring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
