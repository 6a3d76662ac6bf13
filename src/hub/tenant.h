/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_TENANT_H
#define HUB_TENANT_H

#include "hub/db.h"
#include "base/crypto.h"
#include "wire/code.h"

/**
 * hub/tenant - who is at this hub: tenants, their administrators, their stores
 * and the registers of those, and the codes that let a register in.  For the
 * command line and for administrators by HTTP alike.
 *
 * Where something lies is chosen when it is added and never changes: a tenant
 * and each of its stores get a part that has the tenant's residency label.
 * Each change is one transaction with its act; where two parts are concerned,
 * the row that counts comes first and the entry in a list after it, so that
 * what a crash leaves behind is a row that no list names.
 */
#define TENANT_NAME_BYTES 161 /* at most 40 cells, cleaned */

/** Who does it, with what. */
struct doer {
	struct db *db;
	struct rng rng;
	struct clock clock;
	const char *actor; /* as hub/act.h */
	const uint8_t *hub_key; /* SIGN_PUB_BYTES: stands in codes */
};

struct tenant {
	uint8_t id[UUID_BYTES];
	uint8_t part;
	char name[TENANT_NAME_BYTES];
	char residency[HUB_LABEL_BYTES];
	struct utc since;
};
struct store_place {
	uint8_t id[UUID_BYTES];
	uint8_t part; /* of its registers */
	char name[TENANT_NAME_BYTES];
	struct utc since;
};
struct register_place {
	uint8_t id[UUID_BYTES], store[UUID_BYTES];
	uint8_t part;
	char number[24]; /* "R01" */
	struct utc since;
};

/** tenant_add(d, name, residency, ret, reterr): RC_NOTFOUND no database has
 * the label; RC_INVAL the name is empty or too long. */
MUST_CHECK enum rc tenant_add(const struct doer *d, const char *name,
	const char *residency, struct tenant *ret, struct err *reterr);
/** tenant_find(db, word, ret, reterr): by id, or by name when one alone has it.
 * NULL: the only one there is.  RC_NOTFOUND, RC_DECLINED several. */
MUST_CHECK enum rc tenant_find(struct db *db, const char *word,
	struct tenant *ret, struct err *reterr);
/** tenant_each(db, fn, arg, reterr): all of them, by id; stops at the first
 * result that is not RC_OK and gives it. */
typedef enum rc (*tenant_fn)(
	void *arg, const struct tenant *t, struct err *reterr);
MUST_CHECK enum rc tenant_each(
	struct db *db, tenant_fn fn, void *arg, struct err *reterr);

/** administrator_add(d, t, name, key, ret_id, reterr): whose public key it is
 * may ask everything of this tenant's. */
MUST_CHECK enum rc administrator_add(const struct doer *d,
	const struct tenant *t, const char *name,
	const uint8_t key[SIGN_PUB_BYTES], uint8_t ret_id[UUID_BYTES],
	struct err *reterr);
/** administrator_revoke(d, t, id, reterr): RC_NOTFOUND. */
MUST_CHECK enum rc administrator_revoke(const struct doer *d,
	const struct tenant *t, const uint8_t id[UUID_BYTES],
	struct err *reterr);

MUST_CHECK enum rc store_add(const struct doer *d, const struct tenant *t,
	const char *name, struct store_place *ret, struct err *reterr);
/** store_find(db, t, word, ret, reterr): as tenant_find(). */
MUST_CHECK enum rc store_find(struct db *db, const struct tenant *t,
	const char *word, struct store_place *ret, struct err *reterr);
typedef enum rc (*store_fn)(
	void *arg, const struct store_place *s, struct err *reterr);
MUST_CHECK enum rc store_each(struct db *db, const struct tenant *t,
	store_fn fn, void *arg, struct err *reterr);

/** register_add(d, t, s, number, ret, ret_code, reterr): and the code that
 * lets it in, once, within CODE_MINUTES.  The hub keeps a hash of it. */
#define CODE_MINUTES 15
MUST_CHECK enum rc register_add(const struct doer *d, const struct tenant *t,
	const struct store_place *s, const char *number,
	struct register_place *ret, char ret_code[CODE_TEXT_BYTES],
	struct err *reterr);
/** register_find(db, t, word, ret, reterr): by id, or number when one alone has
 * it. */
MUST_CHECK enum rc register_find(struct db *db, const struct tenant *t,
	const char *word, struct register_place *ret, struct err *reterr);
typedef enum rc (*register_fn)(
	void *arg, const struct register_place *r, struct err *reterr);
MUST_CHECK enum rc register_each(struct db *db, const struct tenant *t,
	register_fn fn, void *arg, struct err *reterr);

/** register_code(d, t, r, ret_code, ret_kind, reterr): another code; of one
 * that is at the hub already a "restore" code, which lets another machine take
 * its place, also of one that was revoked: its links stay ended.  Codes that
 * nobody used are void. */
MUST_CHECK enum rc register_code(const struct doer *d, const struct tenant *t,
	const struct register_place *r, char ret_code[CODE_TEXT_BYTES],
	const char **ret_kind, struct err *reterr);
/** register_revoke(d, t, r, why, reterr): nothing of it is taken any more, and
 * what is here stays. */
MUST_CHECK enum rc register_revoke(const struct doer *d,
	const struct tenant *t, const struct register_place *r,
	const char *why, struct err *reterr);

/** code_hash(secret, out): what stands in the database for a code. */
void code_hash(
	const uint8_t secret[CODE_SECRET_BYTES], uint8_t out[HASH_BYTES]);

#endif
