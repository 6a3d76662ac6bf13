/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/columns.h"

#include <string.h>

#include "base/poison.h"

#define TYPE_GUESS 48 /* bytes of a type's name */

void
columns_init(struct columns *c)
{
	db_array_init(&c->type, DB_TEXT);
	db_array_init(&c->at, DB_TIMESTAMPTZ);
	db_array_init(&c->hash, DB_BYTEA);
	db_array_init(&c->line, DB_BYTEA);
	c->bytes = 0;
}

void
columns_free(struct columns *c)
{
	db_array_free(&c->type);
	db_array_free(&c->at);
	db_array_free(&c->hash);
	db_array_free(&c->line);
}

void
columns_clear(struct columns *c)
{
	db_array_clear(&c->type);
	db_array_clear(&c->at);
	db_array_clear(&c->hash);
	db_array_clear(&c->line);
	c->bytes = 0;
}

void
columns_reserve(struct columns *c, size_t n, size_t bytes)
{
	db_array_reserve(&c->type, n, n * TYPE_GUESS);
	db_array_reserve(&c->at, n, n * sizeof(int64_t));
	db_array_reserve(&c->hash, n, n * HASH_BYTES);
	db_array_reserve(&c->line, n, bytes);
}

void
columns_add(struct columns *c, const char *type, struct utc at,
	const uint8_t hash[HASH_BYTES], const void *line, size_t n)
{
	c->bytes += (int64_t)n;
	db_array_bytes(&c->type, type, strlen(type));
	db_array_time(&c->at, at);
	db_array_bytes(&c->hash, hash, HASH_BYTES);
	db_array_bytes(&c->line, line, n);
}

void
columns_args(struct columns *c, struct db_args *args)
{
	db_add_array(args, &c->type);
	db_add_array(args, &c->at);
	db_add_array(args, &c->hash);
	db_add_array(args, &c->line);
}
