/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SYNC_DB_H
#define STORE_SYNC_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * sync_db - what the sync worker remembers between two runs, in LMDB in the
 * store's sync/: how far the hub has the log, what it was signed for, the
 * rolling nonce, which lines lie in quarantine.  Only the worker opens it, and
 * writes it under its own lock.
 *
 * Nothing of it is needed for the log to be complete: the hub's head and the
 * log itself say what is to be sent.  A file that is lost or fails its check
 * is made anew, empty; but the nonce goes with it, and a hub that asks for it
 * takes this till for a copy.  Nothing secret is in it.  holdfast-store(5).
 */
#define SYNC_DB_MAP_BYTES ((size_t)64 << 20)
#define SYNC_DB_NONCE_BYTES 64
#define SYNC_DB_KEYID_BYTES 160
#define SYNC_DB_REASON_BYTES 160

struct sync_db;

/** Why a hub takes no more lines of this epoch. */
enum sync_stop {
	SYNC_STOP_NONE,
	SYNC_STOP_FORK,	    /* one sequence, two lines */
	SYNC_STOP_FENCED,   /* a newer epoch is open there */
	SYNC_STOP_CLONE,    /* another machine says it is this register */
	SYNC_STOP_REVOKED,
	SYNC_STOP_ROLLBACK, /* the hub has lines this log has not */
	SYNC_STOP_COUNT
};
/** sync_stop_word(stop): "none", "fork", ... */
const char *sync_stop_word(enum sync_stop stop);

/** All of it but the list; zeros before the first contact. */
struct sync_state {
	/* whose state it is, "" nobody's: its keyid, a space, and the nonce it
	 * was enrolled with */
	char keyid[SYNC_DB_KEYID_BYTES];
	/* the hub has all up to here, and signed for it: */
	uint32_t acked_epoch;
	uint64_t acked; /* 0 nothing */
	uint8_t acked_hash[HASH_BYTES];
	struct utc acked_time; /* the hub's */
	uint8_t anchor[SIG_BYTES];
	uint8_t hub[UUID_BYTES];
	uint64_t durable;
	uint64_t most; /* largest .acked there ever was: a hub that went back */
	enum sync_stop stop;
	uint32_t stop_epoch;
	uint64_t stop_sequence;
	uint64_t salvaged; /* lines up to here were handed up beside the log */
	struct utc paused; /* until then; 0 not, INT64_MAX until told */
	int64_t pause_us; /* and how long that was from the beginning; 0 an
			   * older worker did not say */
	struct utc success; /* last answer that was the hub's */
	int64_t offset_us;  /* hub's clock less this one */
	char nonce[SYNC_DB_NONCE_BYTES]; /* known to the hub */
	char next[SYNC_DB_NONCE_BYTES];	 /* offered, "" none: not known
					  * whether it took it */
	/* what was the matter last, that only people could mend; "" nothing
	 * ever was: since when, and when it was over, 0 it is not */
	char was[SYNC_DB_REASON_BYTES];
	struct utc was_at, was_over;
};

/** A line that lies in quarantine at the hub. */
struct sync_poison {
	uint32_t epoch;
	uint64_t sequence;
	uint8_t hash[HASH_BYTES];
	struct utc at;
	char reason[SYNC_DB_REASON_BYTES];
};

/**
 * sync_db_open(dir, ret, reterr): ${dir} is the store's sync/, there already.
 * Errors   RC_CORRUPT it is damaged: sync_db_remove() and again; RC_NOSPC,
 *          RC_IO, RC_NOMEM.
 */
MUST_CHECK enum rc sync_db_open(
	const char *dir, struct sync_db **ret, struct err *reterr);
void sync_db_close(struct sync_db *d);
/** sync_db_remove(dir, reterr): delete its files. */
MUST_CHECK enum rc sync_db_remove(const char *dir, struct err *reterr);

/** sync_db_get(d, ret, reterr): RC_CORRUPT the value fails its check. */
MUST_CHECK enum rc sync_db_get(
	struct sync_db *d, struct sync_state *ret, struct err *reterr);
/** sync_db_put(d, s, durable, reterr): one commit.  With ${durable} it is on
 * the disk when this returns; else kill -9 loses nothing, and a power cut
 * leaves the last state or the one before.  RC_NOSPC, RC_IO: as before. */
MUST_CHECK enum rc sync_db_put(struct sync_db *d, const struct sync_state *s,
	bool durable, struct err *reterr);

/** sync_db_poison(d, p, s, reterr): add a line and put the state, both in one
 * commit; one that is there already is left as it is. */
MUST_CHECK enum rc sync_db_poison(struct sync_db *d,
	const struct sync_poison *p, const struct sync_state *s,
	struct err *reterr);
/** sync_db_poison_next(d, epoch, sequence, ret, reterr): the first behind
 * these.  RC_NOTFOUND none. */
MUST_CHECK enum rc sync_db_poison_next(struct sync_db *d, uint32_t epoch,
	uint64_t sequence, struct sync_poison *ret, struct err *reterr);
/** sync_db_poison_clear(d, reterr): of another hub they tell nothing. */
MUST_CHECK enum rc sync_db_poison_clear(struct sync_db *d, struct err *reterr);

#endif
