/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_INGEST_H
#define HUB_INGEST_H

#include "hub/hub.h"
#include "wire/batch.h"

/**
 * hub/ingest - lines of registers, kept as they are: in order, each once,
 * never refused for what they say.  One statement moves the register's head
 * from where the lines begin to where they end and puts them in; if the head
 * was not there, nothing happens, and what is there is looked at.
 *
 *   all of it is there, equal    it is an answer, not an error
 *   a part is there, equal       the rest is tried
 *   it begins beyond the head    gap: the till goes on from the head
 *   other bytes at one place     fork: somebody has to look; nothing is lost,
 *                                the till salvages
 *   an epoch before the head's   fenced, unless it is there already
 *   an epoch beyond it           its first line says where it goes on from; a
 *                                line the hub holds: the epoch is open
 *
 * Whatever a database does in between, an answer says what a look at the head
 * showed afterwards.  sync.md's sources: holdfast-sync-protocol(7), INGEST.
 */

/** One line with what its envelope says. */
struct ingest_line {
	struct batch_line line;
	uint32_t epoch;
	uint64_t sequence;
	uint8_t prev[HASH_BYTES], hash[HASH_BYTES];
	char type[PEEK_TYPE_BYTES];
	struct utc time;
	const char *data; /* borrowed from the line */
	size_t n_data;
};

struct ingest {
	struct ingest_line *line;
	size_t n;
	char *text; /* the body, inflated */
};

/** ingest_read(q, a, ret, reterr): the body's lines, taken apart, hashed, of
 * this register.  RC_OK and a problem in ${a}, or none.  ingest_done() also
 * after a failure. */
MUST_CHECK enum rc ingest_read(struct request *q, struct answer *a,
	struct ingest *ret, struct err *reterr);
void ingest_done(struct ingest *b);

/** ingest_chain(b, ret_at): each line follows from the one before, and no
 * epoch goes back; else the sequence of the first that does not. */
bool ingest_chain(const struct ingest *b, uint64_t *ret_at);

/** ingest_from(line, ret_epoch, ret_sequence, ret_hash, ret_key): what a line
 * that opens an epoch says it goes on from (hash and key as hex, NULL: it says
 * none).  False: it is no such line. */
bool ingest_from(const struct ingest_line *line, uint32_t head_epoch,
	uint32_t *ret_epoch, uint64_t *ret_sequence, const char **ret_hash,
	const char **ret_key);

/** ingest_begins(q, a, sequence, ret, reterr): a register of which nothing is
 * here may begin with this line: the first of all, or the one that it says it
 * begins with ("begins=") because what was before is purged. */
MUST_CHECK enum rc ingest_begins(const struct request *q,
	const struct answer *a, uint64_t sequence, bool *ret,
	struct err *reterr);
/** ingest_late(q, epoch, sequence, reterr): it did, and somebody is told. */
MUST_CHECK enum rc ingest_late(struct request *q, uint32_t epoch,
	uint64_t sequence, struct err *reterr);

/** ingest_store(q, a, b, reterr): all of it, a->state its head afterwards. */
MUST_CHECK enum rc ingest_store(struct request *q, struct answer *a,
	const struct ingest *b, struct err *reterr);

/** Handlers. */
enum rc ingest_events(struct request *q, struct answer *a, struct err *reterr);
enum rc ingest_poison(struct request *q, struct answer *a, struct err *reterr);
enum rc ingest_salvage(struct request *q, struct answer *a, struct err *reterr);

#endif
