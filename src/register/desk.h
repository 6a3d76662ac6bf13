/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DESK_H
#define REGISTER_DESK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/keys.h"
#include "core/basket.h"

/**
 * desk - what lies before the cashier and is in no sale yet, on disk, so that
 * it survives kill -9: one text (the prompt, the question that is open) and a
 * row of entries that wait (scans and keys behind a box), first in, first out.
 * What they say is their owner's.
 *
 * Changes are made in memory and written as one sealed record by desk_write(),
 * so that what belongs together is there together or not at all.  Written
 * without flush, flushed with the draft: a power cut loses at most the last
 * second.  A record that does not open ends the file.  holdfast-store(5).
 *
 * Every record carries where the sale stood (the mark).  What was done with
 * the desk's things shows in the basket and in the journal first: whoever
 * loads compares the mark with what is there now, and knows whether the entry
 * at stake, and the text, had their effect before the register ended.
 */
struct desk;

#define DESK_TEXT_BYTES 1024 /* with the NUL */
#define DESK_ENTRY_BYTES 512 /* with the NUL */
#define DESK_HELD_MAX 1024

/* Where the sale stood. */
struct desk_mark {
	uint8_t sale[UUID_BYTES]; /* zeros: none open */
	uint32_t next_no, n_line, n_unknown;
	int64_t items;
	uint64_t head; /* last sequence of the journal */
};

/** desk_mark(b, head): of a basket, and the journal's last sequence. */
struct desk_mark desk_mark(const struct basket *b, uint64_t head);
/** desk_moved(then, now): the same sale has gone on, or another was begun;
 * what the journal says behind then->head is not looked at. */
bool desk_moved(const struct desk_mark *then, const struct desk_mark *now);

/** desk_open(path, keys, rng, ret, reterr): read what the file holds, as far
 * as it opens; a file that is none of ours is an empty desk.  ${path} NULL: a
 * desk in memory alone, which nothing survives.  RC_IO, RC_NOSPC it cannot be
 * made; RC_NOMEM. */
MUST_CHECK enum rc desk_open(const char *path, const struct keys *keys,
	const struct rng *rng, struct desk **ret, struct err *reterr);
/** desk_close(d): nothing is written; what is in memory is wiped. */
void desk_close(struct desk *d);

/** desk_last_mark(d, ret): the mark of the last record; false: none. */
bool desk_last_mark(const struct desk *d, struct desk_mark *ret);

/** The text, and the entries that wait: borrowed until the next change. */
const char *desk_text(const struct desk *d);
size_t desk_n_held(const struct desk *d);
/** desk_held(d, i): the i-th, 0 the first; i below desk_n_held(). */
const char *desk_held(const struct desk *d, size_t i);
/** desk_at_stake(d): the first entry is being taken: it is done when the sale
 * has moved past the mark. */
bool desk_at_stake(const struct desk *d);

/* Changes, in memory.  False: too long, or DESK_HELD_MAX wait; nothing has
 * changed. */
bool desk_set_text(struct desk *d, const char *text, size_t len);
bool desk_hold(struct desk *d, const char *text, size_t len);
/** desk_stake(d, yes): no entry waits: nothing. */
void desk_stake(struct desk *d, bool yes);
/** desk_pop(d): the first entry is done, and nothing is at stake any more. */
void desk_pop(struct desk *d);
/** desk_drop(d): text and entries are gone. */
void desk_drop(struct desk *d);

/** desk_write(d, mark, reterr): one record with what changed since the last;
 * nothing when nothing did, or when the desk was and is empty.  On an error
 * the file is emptied as far as the disk lets, so that nothing old is taken
 * for what is there, and the next call writes all anew.  RC_NOSPC, RC_IO,
 * RC_NOMEM. */
MUST_CHECK enum rc desk_write(struct desk *d, const struct desk_mark *mark,
	struct err *reterr);
/** desk_flush(d): fdatasync when something was written since. */
MUST_CHECK enum rc desk_flush(struct desk *d, struct err *reterr);

#endif
