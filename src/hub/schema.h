/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SCHEMA_H
#define HUB_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

/**
 * hub/schema - the tables, as numbered migrations that only go forward.  A
 * migration is run whole, in one transaction, by the owner's role, and its
 * hash is kept beside its number: what was run once is never changed here.
 * The first release with a hub has number 1; until then it may grow.
 * holdfast-hub-schema(7) says what the tables hold.
 *
 * What every table has, and a test asks the catalog for: a primary key that
 * begins with (part, tenant); row-level security, forced, by the one policy;
 * a CHECK on part (put there by setup, by the parts of the database); no
 * sequence, trigger, foreign key or deferred constraint.
 */
struct migration {
	int32_t number; /* 1, 2, 3, ... */
	const char *name;
	const char *const *statement; /* NULL behind the last */
};

/** schema_migrations(ret_n): in order. */
const struct migration *schema_migrations(size_t *ret_n);
/** schema_hash(m, out): SHA-256 over its statements, each with a NUL. */
void schema_hash(const struct migration *m, uint8_t out[HASH_BYTES]);

/** Roles nobody logs in as: who owns the tables, and what a hub may do. */
#define SCHEMA_OWNER "holdfast_owner"
#define SCHEMA_SERVICE "holdfast_service"

/** One migration a file: schema_N.c. */
extern const char *const schema_1[];
extern const char *const schema_2[];

#endif
