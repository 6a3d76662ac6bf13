/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

_Static_assert(INDEX_BYTES >= 16, "a place and a length fit where a key will");

/*
 * Movements are remembered as they come and added to the database sorted and
 * summed, so that an item sold five times is opened and sealed once, and the
 * tree is walked in its own order instead of at random.
 * That is done by the commit, behind the journal's flush: ten items at random
 * in a large tree cost more than all the rest of a sale.
 */

enum rc
stock_add(struct store *s, const char *code, int64_t milli, struct err *reterr)
{
	size_t len = strlen(code);
	struct stock_move *m;

	if (len > s->cap_code - s->n_code) {
		size_t cap = 2 * s->cap_code + len + 1024;
		char *p = realloc(s->code, cap);

		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "store",
				"no memory for a sale's items");
		}
		s->code = p;
		s->cap_code = cap;
	}
	if (s->n_move == s->cap_move) {
		size_t cap = s->cap_move == 0 ? 256 : s->cap_move * 2;

		m = realloc(s->move, cap * sizeof(*m));
		if (m == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "store",
				"no memory for a sale's items");
		}
		s->move = m;
		s->cap_move = cap;
	}
	m = &s->move[s->n_move];
	put_u64be(m->key, s->n_code);
	put_u64be(m->key + 8, len);
	m->milli = milli;
	memcpy(s->code + s->n_code, code, len);
	s->n_code += len;
	s->n_move++;
	return RC_OK;
}

void
stock_key(struct store *s)
{
	for (; s->n_keyed < s->n_move; s->n_keyed++) {
		struct stock_move *m = &s->move[s->n_keyed];
		size_t at = (size_t)get_u64be(m->key);
		size_t len = (size_t)get_u64be(m->key + 8);

		crypto_index(index_key(s), s->code + at, len, m->key);
	}
	s->n_code = 0;
}

void
stock_forget(struct store *s)
{
	s->n_move = 0;
	s->n_keyed = 0;
	s->n_code = 0;
}

static int
compare_moves(const void *a, const void *b)
{
	const struct stock_move *x = a;
	const struct stock_move *y = b;

	return memcmp(x->key, y->key, sizeof(x->key));
}

static enum rc
sum_moves(struct stock_move *m, size_t *n, struct err *reterr)
{
	size_t to = 0;
	size_t i;

	if (*n == 0) {
		return RC_OK;
	}
	for (i = 1; i < *n; i++) {
		if (compare_moves(&m[to], &m[i]) != 0) {
			to++;
			m[to] = m[i];
		} else if (__builtin_add_overflow(
				   m[to].milli, m[i].milli, &m[to].milli)) {
			return err_set(reterr, RC_RANGE, 0, "store",
				"a stock quantity is too large");
		}
	}
	*n = to + 1;
	return RC_OK;
}

void
stock_sort(struct stock_move *m, size_t n)
{
	if (n > 1) {
		qsort(m, n, sizeof(*m), compare_moves);
	}
}

enum rc
stock_add_one(struct store *s, MDB_cursor *c, const struct stock_move *m,
	unsigned flags, struct err *reterr)
{
	uint8_t plain[SMALL_VALUE_BYTES];
	uint8_t key[INDEX_BYTES];
	MDB_val k = {sizeof(key), key};
	MDB_val v;
	int64_t before = 0;
	int64_t after;
	size_t n;
	enum rc rc = RC_OK;
	int code = MDB_NOTFOUND;
	bool there;

	memcpy(key, m->key, sizeof(key));
	if ((flags & MDB_APPEND) == 0) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET);
	}
	there = code == MDB_SUCCESS;
	if (there) {
		rc = value_open(
			s, DB_STOCK, &k, &v, plain, sizeof(plain), &n, reterr);
		if (rc == RC_OK) {
			rc = number_decode(plain, n, &before);
		}
		if (rc != RC_OK) {
			return rc;
		}
	} else if (code != MDB_NOTFOUND) {
		return store_fail(s, reterr, code, "stock");
	}
	if (__builtin_add_overflow(before, m->milli, &after)) {
		return err_set(reterr, RC_RANGE, 0, "store",
			"a stock quantity is too large");
	}
	n = number_encode(after, plain, sizeof(plain));
	k.mv_data = key;
	k.mv_size = sizeof(key);
	v.mv_data = NULL;
	v.mv_size = n + SEAL_BYTES;
	code = mdb_cursor_put(
		c, &k, &v, flags | MDB_RESERVE | (there ? MDB_CURRENT : 0u));
	if (code != MDB_SUCCESS) {
		s->grow = s->grow || code == MDB_MAP_FULL;
		return store_fail(s, reterr, code, "stock");
	}
	value_seal(s, DB_STOCK, key, sizeof(key), plain, n, v.mv_data);
	return RC_OK;
}

enum rc
stock_flush(struct store_txn *t, struct err *reterr)
{
	struct store *s = t->s;
	MDB_cursor *c = NULL;
	enum rc rc;
	size_t i;
	int code;

	if (s->n_move == 0) {
		return RC_OK;
	}
	stock_key(s);
	stock_sort(s->move, s->n_move);
	rc = sum_moves(s->move, &s->n_move, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(t->txn, s->dbi[DB_STOCK], &c);
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "stock");
	}
	for (i = 0; rc == RC_OK && i < s->n_move; i++) {
		rc = stock_add_one(s, c, &s->move[i], 0, reterr);
	}
	mdb_cursor_close(c);
	stock_forget(s);
	return rc;
}
