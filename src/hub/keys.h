/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_KEYS_H
#define HUB_KEYS_H

#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * hub/keys - who a hub is, and its three keys: the one that signs answers and
 * anchors (Ed25519), the one person keys are sealed to on their way (X25519),
 * and the one they lie sealed by in the database.  They are one file in the
 * hub's state directory, mode 0600, and never in a database: a copy of the
 * database opens nothing, and a hub without this file is another hub.
 */
#define HUB_KEYS_FILE "hub.key"

struct hub_keys {
	uint8_t id[UUID_BYTES];
	uint8_t sign_public[SIGN_PUB_BYTES];
	uint8_t sign_secret[SIGN_SEC_BYTES];
	uint8_t box_public[KEY_BYTES];
	uint8_t box_secret[KEY_BYTES];
	uint8_t kek[KEY_BYTES];
};

/** hub_keys_create(dir, r, now, reterr): RC_EXISTS there is one already. */
MUST_CHECK enum rc hub_keys_create(const char *dir, const struct rng *r,
	struct utc now, struct err *reterr);
/** hub_keys_open(dir, ret, reterr): in guarded memory, hub_keys_close() it.
 * RC_NOTFOUND run setup, or bring the file back; RC_DENIED others may read
 * it; RC_CORRUPT. */
MUST_CHECK enum rc hub_keys_open(
	const char *dir, struct hub_keys **ret, struct err *reterr);
void hub_keys_close(struct hub_keys *k);

struct db;
/** hub_keys_fit(k, db, reterr): RC_DENIED the first database was set up with
 * others: what they would seal there, nobody could open.  RC_DOWN it cannot be
 * asked now. */
MUST_CHECK enum rc hub_keys_fit(
	const struct hub_keys *k, struct db *db, struct err *reterr);

/** hub_kek_seal(kek, r, tenant, id, in, n, out): n + SEAL_BYTES for the
 * database, which open only for the same tenant and id. */
void hub_kek_seal(const uint8_t kek[KEY_BYTES], const struct rng *r,
	const uint8_t tenant[UUID_BYTES], const uint8_t id[UUID_BYTES],
	const void *in, size_t n, uint8_t *out);
MUST_CHECK enum rc hub_kek_unseal(const uint8_t kek[KEY_BYTES],
	const uint8_t tenant[UUID_BYTES], const uint8_t id[UUID_BYTES],
	const void *in, size_t n, uint8_t *out);

#endif
