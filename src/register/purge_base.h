/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PURGE_BASE_H
#define REGISTER_PURGE_BASE_H

#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/keys.h"
#include "base/rng.h"
#include "store/store.h"

/**
 * purge_base - what stands in place of purged lines: every key and value the
 * store had at the cut, sealed, in journal/base-NUMBER.hfb, where NUMBER is
 * that of the last segment that went.  A store made anew begins with it.
 *
 * It is on the disk before journal.purged is recorded, which names its SHA-256,
 * and that before the first segment goes.  A base that no line names, because
 * the power went in between, is nothing and is written again.
 * holdfast-journal(5), THE BASE.
 */
struct purge_base {
	uint32_t number;   /* of the last segment it stands for; 0: none */
	uint64_t sequence; /* of the last line of that one */
	uint32_t epoch;	   /* of that line */
	uint8_t hash[HASH_BYTES]; /* of that line */
	uint8_t reg[UUID_BYTES];
	uint8_t sum[HASH_BYTES]; /* SHA-256 of the file: set by write and by
				  * purge_base_sum() */
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
};

/** purge_base_path(journal_dir, number, out): RC_RANGE too long. */
MUST_CHECK enum rc purge_base_path(const char *journal_dir, uint32_t number,
	char out[PATH_BYTES], struct err *reterr);

/** purge_base_is(name, ret_number): is this the name of one? */
bool purge_base_is(const char *name, uint32_t *ret_number);

/** purge_base_read(journal_dir, number, ret, reterr): its head, which needs no
 * key; sum is zeros.  RC_NOTFOUND; RC_CORRUPT its head does not hold. */
MUST_CHECK enum rc purge_base_read(const char *journal_dir, uint32_t number,
	struct purge_base *ret, struct err *reterr);

/**
 * purge_base_begin(journal_dir, ret, reterr):
 * Where a reader of all lines begins: *ret is the base that stands for what is
 * not in the journal, number 0 when that begins with its first line.
 * Errors   RC_CORRUPT lines are missing and nothing stands for them.
 */
MUST_CHECK enum rc purge_base_begin(
	const char *journal_dir, struct purge_base *ret, struct err *reterr);

/** purge_base_below(journal_dir, ret): the newest base that the oldest segment
 * stands behind, for journal_repair(); number 0 none. */
void purge_base_below(const char *journal_dir, struct purge_base *ret);

/** purge_base_sum(journal_dir, b, reterr): b->sum, of the whole file. */
MUST_CHECK enum rc purge_base_sum(
	const char *journal_dir, struct purge_base *b, struct err *reterr);

/**
 * purge_base_write(journal_dir, keys, rng, s, b, reterr):
 * The rows of ${s}, a finished store at line b->sequence, as base b->number;
 * epoch, hash and reg are of b, too.  Written aside, flushed, renamed, the
 * directory flushed; one that is there is replaced.
 * Output   b->sum and b->wrapped.
 */
MUST_CHECK enum rc purge_base_write(const char *journal_dir, struct keys *keys,
	const struct rng *rng, struct store *s, struct purge_base *b,
	struct err *reterr);

/** purge_base_load(journal_dir, keys, b, s, reterr): its rows into the store
 * ${s}, which is being built and empty.  RC_CORRUPT it does not open, or its end
 * is missing. */
MUST_CHECK enum rc purge_base_load(const char *journal_dir,
	const struct keys *keys, const struct purge_base *b, struct store *s,
	struct err *reterr);

/** purge_base_named(journal_dir, sequence, ret, ret_older, reterr): the base of
 * the lines up to ${sequence}, number 0 there is none; and whether there is an
 * older one beside it. */
MUST_CHECK enum rc purge_base_named(const char *journal_dir, uint64_t sequence,
	struct purge_base *ret, bool *ret_older, struct err *reterr);

/** purge_base_tidy(journal_dir, before, behind): remove the bases of lines
 * before ${before} and behind ${behind}, which no line names any more or yet,
 * and what a write that was cut short left; best effort. */
void purge_base_tidy(
	const char *journal_dir, uint64_t before, uint64_t behind);

#endif
