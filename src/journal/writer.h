/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include "journal/journal.h"
#include "journal/scan.h"
#include "journal/segment.h"

#include "base/file.h"

/**
 * writer - the inside of struct journal, shared by recovery and appending.
 */
#define FIRST_GROUP_AT ((uint64_t)JOURNAL_BLOCK_BYTES)

struct seg_file {
	int fd; /* -1: none */
	char path[PATH_BYTES];
	uint32_t epoch;
	uint32_t number;
	uint64_t size; /* bytes written, zeros ahead counted */
	uint64_t tail; /* where the next group goes */
	bool failed;   /* a flush failed: never flush this fd again */
	uint8_t *key;  /* KEY_BYTES in locked memory */
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
};

struct journal {
	char dir[PATH_BYTES];
	uint8_t reg[UUID_BYTES];
	struct keys *keys;
	const struct rng *rng;
	uint64_t segment_bytes;
	uint32_t epoch;
	uint32_t last_number; /* highest number in use */
	struct journal_head head;
	struct seg_file cur;
	struct seg_file next; /* made ahead, header not written */
	struct seg_file old;  /* full, still to be cut to its length */
	bool poisoned;
	bool roll; /* the next group begins a segment */
	struct recovery *recovery; /* NULL: settled */
	uint8_t *buf; /* one group */
	size_t cap;
	uint64_t n_flush;
};

/** writer_new(conf, ret): no files opened yet. */
MUST_CHECK enum rc writer_new(const struct journal_conf *conf,
	struct journal **ret, struct err *reterr);

void seg_file_init(struct seg_file *f);
void seg_file_close(struct seg_file *f);
/** seg_file_key(f): room for its key; RC_NOMEM. */
MUST_CHECK enum rc seg_file_key(struct seg_file *f, struct err *reterr);

/** writer_sync(j, f): flush; a failure marks f. */
MUST_CHECK enum rc writer_sync(
	struct journal *j, struct seg_file *f, struct err *reterr);

/** writer_rotate(j, first, head, reterr): go on in a new segment whose first
 * record will be ${first}; the one before counts up to cur.tail.
 * On failure cur is as it was and the file is gone again. */
MUST_CHECK enum rc writer_rotate(struct journal *j, uint64_t first,
	const uint8_t head[HASH_BYTES], struct err *reterr);

/** writer_group(j, line, n_line, reterr): one group at cur.tail, flushed.
 * RC_NOSPC: as before.  RC_IO: cur.failed. */
MUST_CHECK enum rc writer_group(struct journal *j,
	const struct journal_line line[], size_t n_line, struct err *reterr);

#endif
