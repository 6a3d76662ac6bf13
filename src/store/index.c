/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which generation of keys hides a store's look-up keys: a store keeps the one
 * it was made with, because a key that is looked for must be the one that was
 * written.  A rebuilt store has the one that is in use then.
 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define INDEX_ROW "index"
#define ROW_BYTES (sizeof(INDEX_ROW) - 1)

const uint8_t *
index_key(const struct store *s)
{
	return keys_sub_of(s->keys, KEYS_INDEX, s->index);
}

enum rc
index_load(struct store *s, MDB_txn *txn, struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	int64_t v = 1;
	size_t n = 0;
	enum rc rc = value_get(s, txn, DB_META, INDEX_ROW, ROW_BYTES, buf,
		sizeof(buf), &n, reterr);

	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK && (number_decode(buf, n, &v) != RC_OK || v < 1 ||
				   v > keys_generation(s->keys))) {
		rc = err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: it was made with keys that are not there; make it "
			"anew with: holdfast rebuild",
			s->dir);
	}
	s->index = rc == RC_OK ? (unsigned)v : 1;
	return rc;
}

static enum rc
put_row(struct store *s, MDB_txn *txn, struct err *reterr)
{
	uint8_t plain[SMALL_VALUE_BYTES],
		sealed[SMALL_VALUE_BYTES + SEAL_BYTES];
	size_t n = number_encode(s->index, plain, sizeof(plain));
	char name[] = INDEX_ROW;
	MDB_val k = {ROW_BYTES, name};
	MDB_val v = {n + SEAL_BYTES, sealed};
	int code;

	value_seal(s, DB_META, INDEX_ROW, ROW_BYTES, plain, n, sealed);
	code = s->index == 1 ? mdb_del(txn, s->dbi[DB_META], &k, NULL)
			     : mdb_put(txn, s->dbi[DB_META], &k, &v, 0);
	return code == MDB_SUCCESS || code == MDB_NOTFOUND
		       ? RC_OK
		       : store_fail(s, reterr, code, store_db_name(DB_META));
}

enum rc
index_put(struct store *s, MDB_txn *txn, struct err *reterr)
{
	s->index = keys_generation(s->keys);
	return s->index == 1 ? RC_OK : put_row(s, txn, reterr);
}

static enum rc
set_index(struct store *s, unsigned index, struct err *reterr)
{
	MDB_txn *txn = NULL;
	enum rc rc;
	int code;

	if (s->index == index) {
		return RC_OK;
	}
	code = mdb_txn_begin(s->env, NULL, 0, &txn);
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "beginning a change");
	}
	s->index = index;
	rc = put_row(s, txn, reterr);
	if (rc != RC_OK) {
		mdb_txn_abort(txn);
		return rc;
	}
	code = mdb_txn_commit(txn);
	return code == MDB_SUCCESS
		       ? RC_OK
		       : store_fail(s, reterr, code, "ending a change");
}

enum rc
store_index_like(struct store *s, const struct store *other, struct err *reterr)
{
	return set_index(s, other->index, reterr);
}

enum rc
store_rows_begin(struct store *s, struct err *reterr)
{
	return set_index(s, 1, reterr);
}

void
index_take(struct store *s, const struct store_row *row)
{
	int64_t v = 0;

	if (row->db == DB_META && row->key_len == ROW_BYTES &&
		memcmp(row->key, INDEX_ROW, ROW_BYTES) == 0 &&
		number_decode(row->value, row->n, &v) == RC_OK && v > 0) {
		s->index = (unsigned)v;
	}
}
