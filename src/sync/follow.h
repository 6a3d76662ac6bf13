/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_FOLLOW_H
#define SYNC_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/keys.h"
#include "base/sbuf.h"
#include "core/event.h"

/**
 * sync/follow - the register's log as the worker sees it: lines up to the
 * watermark, which the register moves behind its flush, and none beyond.  The
 * store is never opened, nothing is ever written.
 */
struct follow;

struct follow_line {
	uint32_t epoch;
	uint64_t sequence;
	const char *p; /* until the next call of this module */
	size_t n;
};

/** follow_open(dir, keys, ret, reterr): ${dir} is the store's journal/;
 * ${keys} are borrowed, and need to read the journal only.  RC_NOMEM,
 * RC_RANGE. */
MUST_CHECK enum rc follow_open(const char *dir, const struct keys *keys,
	struct follow **ret, struct err *reterr);
void follow_close(struct follow *f);

/** follow_fd(f): readable when the watermark may have moved (inotify), -1
 * where the system has none of that; follow_look() empties it. */
int follow_fd(const struct follow *f);
/** follow_look(f): read the watermark.  True: it has moved. */
bool follow_look(struct follow *f);
/** follow_mark(f): the last line that may be sent, 0 none; never less than it
 * was. */
uint64_t follow_mark(const struct follow *f);
/** follow_first(f): the oldest line that is still there, after a purge; 0 not
 * known. */
uint64_t follow_first(const struct follow *f);

/**
 * follow_line(f, sequence, ret, reterr):
 * One line, up to the watermark, or to ${sequence} where a hub's signature says
 * that it is final.  In order it costs nothing; else a segment is walked.
 * Errors   RC_NOTFOUND it is not there (yet, or not any more); RC_CORRUPT the
 *          journal is damaged there: the register mends it; RC_IO, RC_NOMEM.
 */
MUST_CHECK enum rc follow_line(struct follow *f, uint64_t sequence,
	struct follow_line *ret, struct err *reterr);

/** What one line is, without its bytes. */
struct follow_fact {
	uint32_t epoch;
	uint64_t sequence;
	uint8_t hash[HASH_BYTES];
	struct utc time; /* 0 its envelope cannot be read */
};
/** follow_fact(f, sequence, ret, reterr): as follow_line().  The last few that
 * were asked for are remembered. */
MUST_CHECK enum rc follow_fact(struct follow *f, uint64_t sequence,
	struct follow_fact *ret, struct err *reterr);

/** Lines of one epoch, as one body. */
struct follow_batch {
	uint32_t epoch;
	uint64_t first, last;
};
/**
 * follow_batch(f, from, upto, max_lines, max_bytes, out, ret, reterr):
 * As many lines as fit, at least one; ${out} is cleared and gets the body
 * (wire/batch).  A buffer of BATCH_BYTES + 1 always suffices.
 * Errors   as follow_line() of the first one; behind it the batch ends before
 *          what cannot be read.
 */
MUST_CHECK enum rc follow_batch(struct follow *f, uint64_t from,
	uint64_t upto, unsigned max_lines, size_t max_bytes, struct sbuf *out,
	struct follow_batch *ret, struct err *reterr);

#endif
