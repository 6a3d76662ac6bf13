/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "hub/db_internal.h"

#include "base/poison.h"

/* PostgreSQL counts from 2000-01-01. */
#define PG_EPOCH_US INT64_C(946684800000000)

#define ARRAY_HEAD 20u
#define ARRAY_MAX (64u << 20)

const uint8_t db_nobody[UUID_BYTES] = {0};

static void
put_be(uint8_t *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	}
}

static uint64_t
get_be(const uint8_t *in, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		v = v << 8 | in[i];
	}
	return v;
}

/* --- arguments --- */

static void
add(struct db_args *a, const void *p, size_t n, int format)
{
	if (a->n < DB_ARGS && n <= INT32_MAX) {
		a->value[a->n] = p;
		a->len[a->n] = (int)n;
		a->format[a->n] = format;
	}
	a->n++;
}

static void
add_number(struct db_args *a, uint64_t v, size_t n)
{
	if (a->n < DB_ARGS) {
		put_be(a->room[a->n], v, n);
		add(a, a->room[a->n], n, 1);
	} else {
		a->n++;
	}
}

void
db_args_init(struct db_args *a, uint8_t part, const uint8_t tenant[UUID_BYTES])
{
	a->n = 0;
	a->part = part;
	memcpy(a->tenant, tenant, UUID_BYTES);
	db_add_part(a, part);
	add(a, a->tenant, UUID_BYTES, 1);
}

void
db_add_i64(struct db_args *a, int64_t v)
{
	add_number(a, (uint64_t)v, 8);
}

void
db_add_i32(struct db_args *a, int32_t v)
{
	add_number(a, (uint64_t)(int64_t)v, 4);
}

void
db_add_part(struct db_args *a, uint8_t v)
{
	add_number(a, v, 2);
}

void
db_add_bool(struct db_args *a, bool v)
{
	add_number(a, v, 1);
}

void
db_add_text(struct db_args *a, const char *s)
{
	/* in text form the server finds its end, and its type */
	add(a, s, 0, 0);
}

void
db_add_bytes(struct db_args *a, const void *p, size_t n)
{
	add(a, p, n, 1);
}

void
db_add_uuid(struct db_args *a, const uint8_t id[UUID_BYTES])
{
	if (a->n < DB_ARGS) {
		memcpy(a->room[a->n], id, UUID_BYTES);
		add(a, a->room[a->n], UUID_BYTES, 1);
	} else {
		a->n++;
	}
}

void
db_add_time(struct db_args *a, struct utc t)
{
	add_number(a, (uint64_t)(t.us - PG_EPOCH_US), 8);
}

void
db_add_null(struct db_args *a)
{
	add(a, NULL, 0, 1);
}

/* --- arrays: dimensions, nulls, type; length, lower bound; elements --- */

static uint32_t
oid_of(enum db_type type)
{
	switch (type) {
	case DB_INT8:
		return 20;
	case DB_TEXT:
		return 25;
	case DB_BYTEA:
		return 17;
	case DB_TIMESTAMPTZ:
		return 1184;
	case DB_UUID:
		return 2950;
	}
	return 0;
}

static bool
array_grow(struct db_array *a, size_t cap)
{
	uint8_t *p = realloc(a->p, cap);

	if (p == NULL) {
		a->failed = true;
		return false;
	}
	a->p = p;
	a->cap = cap;
	return true;
}

static uint8_t *
array_room(struct db_array *a, size_t n)
{
	size_t at = a->len > 0 ? a->len : ARRAY_HEAD;

	if (a->failed || n > ARRAY_MAX - at) {
		a->failed = true;
		return NULL;
	}
	if (at + n > a->cap && !array_grow(a, (at + n) * 2)) {
		return NULL;
	}
	a->len = at + n;
	return a->p + at;
}

void
db_array_reserve(struct db_array *a, size_t count, size_t bytes)
{
	if (bytes < ARRAY_MAX && count < ARRAY_MAX / 4) {
		size_t cap = ARRAY_HEAD + 4 * count + bytes;

		(void)(cap <= a->cap || array_grow(a, cap));
	}
}

void
db_array_init(struct db_array *a, enum db_type type)
{
	*a = (struct db_array){.type = type};
	db_array_clear(a);
}

void
db_array_clear(struct db_array *a)
{
	a->len = 0;
	a->n = 0;
	a->failed = false;
	(void)array_room(a, 0);
}

void
db_array_free(struct db_array *a)
{
	free(a->p);
	*a = (struct db_array){.type = a->type};
}

void
db_array_i64(struct db_array *a, int64_t v)
{
	uint8_t *p = array_room(a, 12);

	if (p != NULL) {
		put_be(p, 8, 4);
		put_be(p + 4, (uint64_t)v, 8);
		a->n++;
	}
}

void
db_array_time(struct db_array *a, struct utc t)
{
	db_array_i64(a, t.us - PG_EPOCH_US);
}

void
db_array_bytes(struct db_array *a, const void *p, size_t n)
{
	uint8_t *to = array_room(a, p != NULL ? 4 + n : 4);

	if (to != NULL) {
		put_be(to, p != NULL ? n : UINT32_MAX, 4);
		if (p != NULL && n > 0) {
			memcpy(to + 4, p, n);
		}
		a->n++;
	}
}

void
db_add_array(struct db_args *a, struct db_array *array)
{
	if (array->failed || array->p == NULL) {
		a->n = DB_ARGS + 1;
		return;
	}
	put_be(array->p, array->n > 0, 4);
	put_be(array->p + 4, 1, 4);
	put_be(array->p + 8, oid_of(array->type), 4);
	put_be(array->p + 12, (uint32_t)array->n, 4);
	put_be(array->p + 16, 1, 4);
	/* an empty one has no dimension, and so neither length nor bound */
	add(a, array->p, array->n > 0 ? array->len : 12, 1);
}

/* --- rows --- */

void
db_rows_free(struct db_rows *r)
{
	PQclear(r->res);
	*r = (struct db_rows){0};
}

bool
db_is_null(const struct db_rows *r, int row, int col)
{
	return r->res == NULL || PQgetisnull(r->res, row, col) != 0;
}

const uint8_t *
db_bytes(const struct db_rows *r, int row, int col, size_t *ret_n)
{
	*ret_n = 0;
	if (db_is_null(r, row, col)) {
		return NULL;
	}
	*ret_n = (size_t)PQgetlength(r->res, row, col);
	return (const uint8_t *)PQgetvalue(r->res, row, col);
}

const char *
db_text(const struct db_rows *r, int row, int col)
{
	return db_is_null(r, row, col) ? NULL : PQgetvalue(r->res, row, col);
}

int64_t
db_i64(const struct db_rows *r, int row, int col)
{
	size_t n;
	const uint8_t *p = db_bytes(r, row, col, &n);

	if (p == NULL) {
		return 0;
	}
	switch (n) {
	case 2:
		return (int16_t)get_be(p, 2);
	case 4:
		return (int32_t)get_be(p, 4);
	case 8:
		return (int64_t)get_be(p, 8);
	default:
		return 0;
	}
}

bool
db_bool(const struct db_rows *r, int row, int col)
{
	size_t n;
	const uint8_t *p = db_bytes(r, row, col, &n);

	return p != NULL && n == 1 && p[0] != 0;
}

bool
db_fixed(const struct db_rows *r, int row, int col, uint8_t *ret, size_t n)
{
	size_t got;
	const uint8_t *p = db_bytes(r, row, col, &got);

	if (p == NULL || got != n) {
		memset(ret, 0, n);
		return false;
	}
	memcpy(ret, p, n);
	return true;
}

void
db_uuid(const struct db_rows *r, int row, int col, uint8_t ret[UUID_BYTES])
{
	(void)db_fixed(r, row, col, ret, UUID_BYTES);
}

struct utc
db_time(const struct db_rows *r, int row, int col)
{
	struct utc t = {0};

	if (!db_is_null(r, row, col)) {
		t.us = db_i64(r, row, col) + PG_EPOCH_US;
	}
	return t;
}
