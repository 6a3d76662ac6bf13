/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_COLUMNS_H
#define HUB_COLUMNS_H

#include "base/crypto.h"
#include "hub/db.h"

/**
 * hub/columns - lines on their way into the table batch, as the arrays that
 * the statements of hub/sql_ingest.c take.
 */
struct columns {
	struct db_array type, at, hash, line;
	int64_t bytes; /* of the lines */
};

void columns_init(struct columns *c);
void columns_free(struct columns *c);
/** columns_clear(c): no lines; its memory stays. */
void columns_clear(struct columns *c);
/** columns_reserve(c, n, bytes): room for ${n} lines of so many bytes in all. */
void columns_reserve(struct columns *c, size_t n, size_t bytes);
/** columns_add(c, type, at, hash, line, n): copies. */
void columns_add(struct columns *c, const char *type, struct utc at,
	const uint8_t hash[HASH_BYTES], const void *line, size_t n);
/** columns_args(c, args): type, at, hash, line; c may not change until the
 * statement ran. */
void columns_args(struct columns *c, struct db_args *args);

#endif
