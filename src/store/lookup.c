/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

/* One value by its key, in a read transaction of its own. */
static enum rc
read_value(struct store *s, enum store_db db, const void *key, size_t key_len,
	uint8_t *out, size_t cap, size_t *ret_n, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc;

	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = value_get(s, txn, db, key, key_len, out, cap, ret_n, reterr);
	mdb_txn_abort(txn);
	return rc;
}

/* What a value of an unknown format means to a reader. */
static enum rc
fail_format(const struct store *s, enum store_db db, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "store",
		"%s: a value in %s has a form this program does not know; "
		"make it anew with: holdfast rebuild",
		s->dir, store_db_name(db));
}

/* The writer knows its own last commit; a reader beside it must look. */
static enum rc
read_memory(
	struct store *s, const struct store_memory **ret, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc;

	if (!s->known) {
		rc = store_read_begin(s, &txn, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		rc = memory_load(s, txn, &s->memory, reterr);
		mdb_txn_abort(txn);
		if (rc != RC_OK) {
			return rc;
		}
		s->known = s->mode == STORE_WRITE;
	}
	*ret = &s->memory;
	return RC_OK;
}

enum rc
store_head(struct store *s, struct store_head *ret, struct err *reterr)
{
	const struct store_memory *m;
	enum rc rc = read_memory(s, &m, reterr);

	if (rc == RC_OK) {
		*ret = m->head;
	}
	return rc;
}

enum rc
store_state(struct store *s, struct store_state *ret, struct err *reterr)
{
	const struct store_memory *m;
	enum rc rc = read_memory(s, &m, reterr);

	if (rc == RC_OK) {
		*ret = m->state;
	}
	return rc;
}

enum rc
store_totals(struct store *s, struct totals *ret, struct err *reterr)
{
	const struct store_memory *m;
	enum rc rc = read_memory(s, &m, reterr);

	if (rc == RC_OK) {
		*ret = m->totals;
	}
	return rc;
}

enum rc
store_shifts(struct store *s, struct shifts *ret, struct err *reterr)
{
	const struct store_memory *m;
	enum rc rc = read_memory(s, &m, reterr);

	if (rc == RC_OK) {
		*ret = m->shifts;
	}
	return rc;
}

enum rc
store_line(struct store *s, uint64_t sequence, char *buf, size_t cap,
	size_t *ret_len, struct err *reterr)
{
	uint8_t key[8];

	put_u64be(key, sequence);
	return read_value(s, DB_LINE, key, sizeof(key), (uint8_t *)buf, cap,
		ret_len, reterr);
}

static enum rc
read_doc(struct store *s, const char *number, struct doc_value *ret,
	struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	rc = read_value(s, DB_DOC, number, strlen(number), buf, sizeof(buf), &n,
		reterr);
	if (rc == RC_OK && doc_decode(buf, n, ret) != RC_OK) {
		rc = fail_format(s, DB_DOC, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "store", "no receipt %s", number);
	}
	return rc;
}

enum rc
store_doc(struct store *s, const char *number, uint64_t *ret_sequence,
	struct err *reterr)
{
	struct doc_value doc = {0, 0};
	enum rc rc = read_doc(s, number, &doc, reterr);

	if (rc == RC_OK) {
		*ret_sequence = doc.sequence;
	}
	return rc;
}

enum rc
store_copies(
	struct store *s, const char *number, int64_t *ret, struct err *reterr)
{
	struct doc_value doc = {0, 0};
	enum rc rc = read_doc(s, number, &doc, reterr);

	if (rc == RC_OK) {
		*ret = doc.copies;
	}
	return rc;
}

/* A value that is one number. */
static enum rc
read_number(struct store *s, enum store_db db, const void *key, size_t key_len,
	int64_t *ret, struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	rc = read_value(s, db, key, key_len, buf, sizeof(buf), &n, reterr);
	if (rc == RC_OK && number_decode(buf, n, ret) != RC_OK) {
		rc = fail_format(s, db, reterr);
	}
	return rc;
}

enum rc
store_config(struct store *s, const char *version, uint64_t *ret_sequence,
	struct err *reterr)
{
	int64_t sequence = 0;
	enum rc rc;

	rc = read_number(
		s, DB_CONFIG, version, strlen(version), &sequence, reterr);
	if (rc == RC_OK) {
		*ret_sequence = (uint64_t)sequence;
	}
	return rc;
}

enum rc
store_returned(struct store *s, const char *number, int64_t line, int64_t *ret,
	struct err *reterr)
{
	uint8_t key[STORE_RETURN_KEY_BYTES];
	size_t n = return_key(number, line, key);
	enum rc rc = RC_NOTFOUND;

	if (n > 0) {
		rc = read_number(s, DB_DOC, key, n, ret, reterr);
	}
	if (rc == RC_NOTFOUND) {
		*ret = 0;
		return RC_OK;
	}
	return rc;
}

enum rc
store_stock(struct store *s, const char *code, int64_t *ret, struct err *reterr)
{
	uint8_t key[INDEX_BYTES];
	enum rc rc = build_unwritten(s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	crypto_index(index_key(s), code, strlen(code), key);
	rc = read_number(s, DB_STOCK, key, sizeof(key), ret, reterr);
	if (rc == RC_NOTFOUND) {
		*ret = 0;
		return RC_OK;
	}
	return rc;
}

/* Walk a database whose keys are eight bytes big endian. */
typedef enum rc (*row_fn)(void *arg, uint64_t key, const uint8_t *p, size_t n);

static enum rc
each_row(struct store *s, enum store_db db, row_fn fn, void *arg,
	struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k;
	MDB_val v;
	size_t n;
	enum rc rc;
	int code;

	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(txn, s->dbi[db], &c);
	if (code != MDB_SUCCESS) {
		mdb_txn_abort(txn);
		return store_read_fail(s, reterr, code, db);
	}
	code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	while (code == MDB_SUCCESS) {
		rc = value_open(s, db, &k, &v, buf, sizeof(buf), &n, reterr);
		if (rc == RC_OK && k.mv_size != 8) {
			rc = fail_format(s, db, reterr);
		}
		if (rc != RC_OK) {
			break;
		}
		rc = fn(arg, get_u64be(k.mv_data), buf, n);
		if (rc != RC_OK) {
			break;
		}
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	if (rc == RC_EXISTS) { /* the caller's list is full */
		return RC_OK;
	}
	if (rc == RC_PROTO) {
		return fail_format(s, db, reterr);
	}
	if (rc == RC_OK && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, db);
	}
	return rc;
}

struct parked_list {
	struct store_parked *p;
	size_t n;
	size_t cap;
	uint64_t training; /* STORE_TRAINING: what was parked there */
};

static enum rc
take_parked(void *arg, uint64_t key, const uint8_t *p, size_t n)
{
	struct parked_list *l = arg;

	if ((key & STORE_TRAINING) != l->training) {
		return RC_OK;
	}
	if (l->n == l->cap) {
		return RC_EXISTS;
	}
	memset(&l->p[l->n], 0, sizeof(l->p[0]));
	if (parked_decode(p, n, &l->p[l->n]) != RC_OK) {
		return RC_PROTO;
	}
	l->p[l->n].number = key & ~STORE_TRAINING;
	l->n++;
	return RC_OK;
}

enum rc
store_parked_list(struct store *s, struct store_parked ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	struct parked_list l = {ret, 0, cap, 0};
	enum rc rc = each_row(s, DB_PARKED, take_parked, &l, reterr);

	*ret_n = l.n;
	return rc;
}

enum rc
store_training_list(struct store *s, struct store_parked ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	struct parked_list l = {ret, 0, cap, STORE_TRAINING};
	enum rc rc = each_row(s, DB_PARKED, take_parked, &l, reterr);

	*ret_n = l.n;
	return rc;
}

struct sequence_list {
	uint64_t *p;
	size_t n;
	size_t cap;
};

static enum rc
take_sequence(void *arg, uint64_t key, const uint8_t *p, size_t n)
{
	struct sequence_list *l = arg;

	(void)p;
	(void)n;
	if (l->n == l->cap) {
		return RC_EXISTS;
	}
	l->p[l->n] = key;
	l->n++;
	return RC_OK;
}

enum rc
store_printq(struct store *s, uint64_t ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	struct sequence_list l;
	enum rc rc;

	l.p = ret;
	l.n = 0;
	l.cap = cap;
	rc = each_row(s, DB_PRINTQ, take_sequence, &l, reterr);

	*ret_n = l.n;
	return rc;
}
