/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_JOURNAL_FIXTURE_H
#define TESTS_JOURNAL_FIXTURE_H

/* cmocka.h needs these before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdbool.h>

#include "base/keys.h"
#include "journal/journal.h"

/**
 * fixture - a store directory with keys and a journal of made-up lines; what
 * goes wrong in here fails the test.
 */
struct fixture {
	char dir[256];	   /* the store */
	char journal[300]; /* dir/journal */
	char keysdir[300];
	char keyfile[300];
	struct keys *keys;
	struct rng rng;
	struct rng_seeded seed;
	struct journal_conf conf;
	struct journal *j;
	struct journal_report report;
	bool moved; /* what journal_settle() said */
	struct err err;
	size_t line_bytes; /* of a made-up line; 0 = varied */
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

/** The line of a sequence: same bytes every time. */
size_t fixture_line(const struct fixture *f, uint64_t sequence, char *out);
#define FIXTURE_LINE_MAX 4096

/** Open and settle; the lines have another copy unless told. */
enum rc fixture_try_open(struct fixture *f);
enum rc fixture_try_settle(struct fixture *f, bool copied);
void fixture_open(struct fixture *f);
void fixture_close(struct fixture *f);
enum rc fixture_try_group(struct fixture *f, size_t n);
/** One group of n lines behind the head. */
void fixture_group(struct fixture *f, size_t n);
/** Read everything: every line as made, in order; the last sequence. */
uint64_t fixture_read(struct fixture *f, bool with_keys);
/** First bad sequence the reader names (0: none); *ret_last the last good. */
uint64_t fixture_bad(struct fixture *f, uint64_t upto, uint64_t *ret_last);
/** repair from made-up lines; how many, or -1. */
int64_t fixture_repair(struct fixture *f, uint64_t upto);

/** Segment files by number, into names[max]; how many. */
size_t fixture_segments(const struct fixture *f, char names[][512], size_t max);
uint8_t *slurp(const char *path, size_t *ret_n);
void spill(const char *path, const void *p, size_t n);
void flip(const char *path, uint64_t at, uint8_t mask);
uint64_t file_bytes(const char *path);
/** A copy of every file of a directory; *_restore puts it back. */
struct snapshot {
	size_t n;
	struct {
		char path[512];
		uint8_t *p;
		size_t n;
	} file[64];
};
void snapshot_take(const char *dir, struct snapshot *s);
void snapshot_restore(const char *dir, const struct snapshot *s);
bool snapshot_same(const char *dir, const struct snapshot *s);
void snapshot_free(struct snapshot *s);
void empty_dir(const char *dir);

#endif
