/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_REPAIR_INTERNAL_H
#define JOURNAL_REPAIR_INTERNAL_H

#include "journal/file.h"
#include "journal/journal.h"
#include "journal/view.h"

/**
 * repair_internal - repair.c finds what is missing, repair_fill.c puts it
 * back.
 */
#define FIRST_GROUP_AT ((uint64_t)JOURNAL_BLOCK_BYTES)

/* What is known of one number before anything is written. */
struct plan {
	struct seg_name name;
	bool there;
	uint64_t first;      /* sequence it begins with, 0 unknown */
	uint64_t prev_bytes; /* from a good header, else 0 */
	bool good;           /* its header holds */
	uint8_t head[HASH_BYTES];
};

struct repair {
	const struct journal_conf *conf;
	journal_repair_fn fn;
	void *arg;
	struct plan *plan; /* plan[0] is the first behind what was purged */
	size_t n_plan;
	struct window w;
	struct seg_view v;
	uint8_t key[KEY_BYTES];
	char aside[PATH_BYTES + 32]; /* copy of the hole being filled, or "" */
	uint64_t expected;
	uint64_t prev_end;        /* bytes that count of the segment before */
	uint8_t hash[HASH_BYTES]; /* of line expected - 1 */
	uint64_t n;
};

/** repair_no_memory(reterr): RC_NOMEM with its words. */
enum rc repair_no_memory(struct err *reterr);

/** repair_set_aside(r, name, reterr): keep a whole file that cannot be used;
 * records of it may still be salvaged while r->aside names it. */
MUST_CHECK enum rc repair_set_aside(
	struct repair *r, const struct seg_name *name, struct err *reterr);

/** repair_copy_aside(r, at, end, reterr): keep the bytes of [at, end) of the
 * open segment, when they are not all zero. */
MUST_CHECK enum rc repair_copy_aside(
	struct repair *r, uint64_t at, uint64_t end, struct err *reterr);

/** repair_line(r, sequence, ret_line, ret_len, reterr): from the other copy,
 * or from what was kept aside; malloc'd. */
MUST_CHECK enum rc repair_line(struct repair *r, uint64_t sequence,
	char **ret_line, size_t *ret_len, struct err *reterr);

/** repair_fill(r, at, end, from, to, want, reterr):
 * Fill [at, end) with records from..to (none when from > to) and zeros; end
 * 0: as long as it takes.  ${want}: hash the last line must have, or NULL.
 * Errors   RC_RANGE they do not fit; RC_CORRUPT the copy is another line. */
MUST_CHECK enum rc repair_fill(struct repair *r, uint64_t at, uint64_t end,
	uint64_t from, uint64_t to, const uint8_t *want, struct err *reterr);

/** repair_seg_head(r, reterr): a new header for the open segment, for
 * r->expected, r->prev_end and r->hash. */
MUST_CHECK enum rc repair_seg_head(struct repair *r, struct err *reterr);

/** repair_padding(r, g, reterr): zero the padding of a group that holds. */
MUST_CHECK enum rc repair_padding(
	struct repair *r, const struct group *g, struct err *reterr);

#endif
