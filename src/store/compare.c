/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

/* One side of the comparison: a store, its place, one opened value. */
struct side {
	struct store *s;
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key;
	bool end;
	uint8_t *value;
	size_t cap;
	size_t n;
};

/* Only database and key: a difference must not tell what was sold. */
static void
say(char *what, size_t cap, enum store_db db, const MDB_val *key,
	const char *how)
{
	char hex[2 * STORE_KEY_MAX + 1];
	size_t n = key->mv_size < STORE_KEY_MAX ? key->mv_size : STORE_KEY_MAX;

	hex_encode(hex, key->mv_data, n);
	(void)snprintf(what, cap, "%s at %s/%s", how, store_db_name(db), hex);
}

static enum rc
step(struct side *x, enum store_db db, MDB_cursor_op op, struct err *reterr)
{
	MDB_val v;
	uint8_t *p;
	int code;

	code = mdb_cursor_get(x->cursor, &x->key, &v, op);
	if (code == MDB_NOTFOUND) {
		x->end = true;
		return RC_OK;
	}
	if (code != MDB_SUCCESS) {
		return store_read_fail(x->s, reterr, code, db);
	}
	if (v.mv_size > x->cap) {
		p = realloc(x->value, v.mv_size);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "store",
				"no memory to compare");
		}
		x->value = p;
		x->cap = v.mv_size;
	}
	return value_open(
		x->s, db, &x->key, &v, x->value, x->cap, &x->n, reterr);
}

static int
compare_keys(const MDB_val *a, const MDB_val *b)
{
	size_t n = a->mv_size < b->mv_size ? a->mv_size : b->mv_size;
	int r = memcmp(a->mv_data, b->mv_data, n);

	if (r != 0) {
		return r;
	}
	return a->mv_size < b->mv_size ? -1 : a->mv_size > b->mv_size;
}

/* Where the two stand now; false with words when they differ. */
static bool
same_row(const struct side *a, const struct side *b, enum store_db db,
	char *what, size_t cap)
{
	int r;

	if (a->end || b->end) {
		r = a->end ? 1 : -1;
	} else {
		r = compare_keys(&a->key, &b->key);
	}
	if (r != 0) {
		say(what, cap, db, r < 0 ? &a->key : &b->key,
			r < 0 ? "only the first has the value"
			      : "only the second has the value");
		return false;
	}
	if (a->n != b->n || memcmp(a->value, b->value, a->n) != 0) {
		say(what, cap, db, &a->key, "values differ");
		return false;
	}
	return true;
}

static enum rc
compare_db(struct side *a, struct side *b, enum store_db db, bool *ret_equal,
	char *what, size_t cap, struct err *reterr)
{
	enum rc rc;
	int code;

	a->end = false;
	b->end = false;
	code = mdb_cursor_open(a->txn, a->s->dbi[db], &a->cursor);
	if (code != MDB_SUCCESS) {
		return store_read_fail(a->s, reterr, code, db);
	}
	code = mdb_cursor_open(b->txn, b->s->dbi[db], &b->cursor);
	if (code != MDB_SUCCESS) {
		mdb_cursor_close(a->cursor);
		return store_read_fail(b->s, reterr, code, db);
	}
	rc = step(a, db, MDB_FIRST, reterr);
	if (rc == RC_OK) {
		rc = step(b, db, MDB_FIRST, reterr);
	}
	while (rc == RC_OK && !(a->end && b->end)) {
		if (!same_row(a, b, db, what, cap)) {
			*ret_equal = false;
			break;
		}
		rc = step(a, db, MDB_NEXT, reterr);
		if (rc == RC_OK) {
			rc = step(b, db, MDB_NEXT, reterr);
		}
	}
	mdb_cursor_close(a->cursor);
	mdb_cursor_close(b->cursor);
	return rc;
}

static void
side_done(struct side *x)
{
	if (x->txn != NULL) {
		mdb_txn_abort(x->txn);
	}
	if (x->value != NULL) {
		crypto_wipe(x->value, x->cap);
		free(x->value);
	}
}

enum rc
store_compare(struct store *a, struct store *b, bool *ret_equal, char *what,
	size_t what_cap, struct err *reterr)
{
	struct side x;
	struct side y;
	enum rc rc;
	int db;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	x.s = a;
	y.s = b;
	*ret_equal = true;
	if (what_cap > 0) {
		what[0] = '\0';
	}
	rc = build_unwritten(a, reterr);
	if (rc == RC_OK) {
		rc = build_unwritten(b, reterr);
	}
	if (rc == RC_OK) {
		rc = store_read_begin(a, &x.txn, reterr);
	}
	if (rc == RC_OK) {
		rc = store_read_begin(b, &y.txn, reterr);
	}
	for (db = 0; rc == RC_OK && *ret_equal && db < DB_COUNT; db++) {
		rc = compare_db(&x, &y, (enum store_db)db, ret_equal, what,
			what_cap, reterr);
	}
	side_done(&x);
	side_done(&y);
	return rc;
}
