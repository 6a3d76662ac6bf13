/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_SCAN_H
#define JOURNAL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "journal/record.h"
#include "journal/segment.h"

/**
 * scan - looks at the groups of one segment through a window, so that no
 * segment is ever held whole in memory.  Decides by hashes alone: no key.
 */
struct window {
	int fd;		  /* borrowed */
	const char *path; /* borrowed, for messages */
	uint8_t *buf;
	size_t cap;
	uint64_t at; /* file offset of buf */
	size_t n;    /* bytes of it that are there */
};

void window_init(struct window *w);
void window_free(struct window *w);
/** window_use(w, fd, path): another file; what was read is forgotten. */
void window_use(struct window *w, int fd, const char *path);
/** window_drop(w): forget what was read, the file may have changed. */
void window_drop(struct window *w);
/** window_get(w, at, want, ret_p, ret_n): bytes at ${at}, fewer than ${want}
 * only at the end of the file; good until the next call. */
MUST_CHECK enum rc window_get(struct window *w, uint64_t at, size_t want,
	const uint8_t **ret_p, size_t *ret_n, struct err *reterr);

struct group {
	uint64_t at;   /* block it starts on */
	uint64_t end;  /* block behind it */
	uint64_t first; /* sequence of its first record */
	uint32_t count;
	uint64_t last_at; /* offset of its last record */
	uint64_t dirty_at; /* first padding byte that is not zero, or 0 */
};

enum place {
	PLACE_GROUP, /* a whole group whose records all hold */
	PLACE_END,   /* zeros where a header would be, or the end */
	PLACE_BAD    /* anything else */
};

/** What a record must belong to, from the segment's name. */
struct scope {
	uint32_t epoch;
	uint32_t number;
	uint64_t limit; /* bytes of the segment that count */
};

/** group_read(w, s, at, hashed, ret, ret_place): the group at block ${at};
 * without ${hashed} only its headers are looked at.  On PLACE_BAD ret->first
 * and ret->count tell the records that hold before the one that does not. */
MUST_CHECK enum rc group_read(struct window *w, const struct scope *s,
	uint64_t at, bool hashed, struct group *ret, enum place *ret_place,
	struct err *reterr);

/** group_search(w, s, from, ret, ret_found): first whole group at a block
 * boundary >= ${from}. */
MUST_CHECK enum rc group_search(struct window *w, const struct scope *s,
	uint64_t from, struct group *ret, bool *ret_found, struct err *reterr);

/** record_at(w, s, at, ret_h, ret_p): a record that holds, or RC_NOTFOUND. */
MUST_CHECK enum rc record_at(struct window *w, const struct scope *s,
	uint64_t at, struct rec_head *ret_h, const uint8_t **ret_p,
	struct err *reterr);

/** dirty_end(w, from, ret_end): offset behind the last byte that is not zero,
 * or ${from}. */
MUST_CHECK enum rc dirty_end(struct window *w, uint64_t from,
	uint64_t *ret_end, struct err *reterr);
/** hash_range(w, from, to, state): add these bytes to a running hash. */
MUST_CHECK enum rc hash_range(struct window *w, uint64_t from, uint64_t to,
	struct sha256_state *state, struct err *reterr);

/** block_up(at): the block boundary at or behind ${at}. */
uint64_t block_up(uint64_t at);

#endif
