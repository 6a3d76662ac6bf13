/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ACT_H
#define HUB_ACT_H

#include "base/crypto.h"
#include "hub/db.h"

/**
 * hub/act - what was done at the hub, by whom: one row an act, in the same
 * transaction as what it tells of, each with the hash of the one before it.
 * There is a chain for each tenant in each part where it has rows; the hub's
 * own acts are the chain of the tenant of all zeros.
 *
 * An act's hash is the SHA-256 of "holdfast-act-v1\nTENANT\nPART\nSEQUENCE\n
 * TIME\nACTOR\nWHAT\nDETAIL\nHASH BEFORE\n" (the line break behind SEQUENCE is
 * this comment's), with 64 zeros before the first.
 *
 * Each is signed by the hub's key over "holdfast-act-signature-v1\nHASH\n": who
 * owns the database has no key.  Acts of version 0.6.0 are not; the first one
 * that is signed binds them by the hashes that lead to it, and behind it none
 * is without.
 */
#define ACT_ACTOR_BYTES 160

/** act_record(db, part, tenant, now, actor, what, detail, reterr): within an
 * open transaction of the part, as its last statement.  ${actor} "cli:root",
 * "admin:UUID", "register:UUID", "hub"; ${what} a word as "store.added";
 * ${detail} text without personal data, at most 4000 bytes.
 * RC_AGAIN another act came in between: the transaction is tried again. */
MUST_CHECK enum rc act_record(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], struct utc now, const char *actor,
	const char *what, const char *detail, struct err *reterr);

/** act_record_alone(...): the same in a transaction of its own. */
MUST_CHECK enum rc act_record_alone(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], struct utc now, const char *actor,
	const char *what, const char *detail, struct err *reterr);

struct act {
	int64_t sequence;
	struct utc at;
	const char *actor, *what, *detail; /* until the callback returns */
	uint8_t hash[HASH_BYTES];
	bool is_signed;
	uint8_t sig[SIG_BYTES];
};
typedef enum rc (*act_fn)(
	void *arg, const struct act *a, struct err *reterr);

/** act_each(db, part, tenant, fn, arg, reterr): every act of a chain, in order,
 * each proved by the one before, the last by the chain's head, and all by the
 * hub's key.
 * RC_CORRUPT the first that is not what it was, one is missing, one behind a
 * signed one is not signed, or none is; acts before it were handed on.
 * ${fn} may be NULL. */
MUST_CHECK enum rc act_each(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], act_fn fn, void *arg,
	struct err *reterr);

/** act_seal(db, part, tenant, now, actor, reterr): an act that signs those of a
 * hub of before; nothing when the chain is empty or its last act is signed. */
MUST_CHECK enum rc act_seal(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], struct utc now, const char *actor,
	struct err *reterr);

#endif
