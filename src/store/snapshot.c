/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a purge leaves: all but the lines up to its cut, and of those the ones
 * that something else still points at, or that are for ever.  Both who makes
 * the base of a purged journal and who applies the purge ask the same question
 * here, so that base and remaining lines give what the live store holds.
 */
#include <stdlib.h>
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define PAST_KEY "past"
#define PAST_VALUE_BYTES 256
#define TYPE_WITHIN 512u /* the type stands in the first members of a line */

/* --- what lines say of archives and purges --- */

static size_t
past_encode(const struct store_past *p, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_i64le(&w, p->archives);
	wr_u64le(&w, p->archive_sequence);
	wr_u64le(&w, p->archived_first);
	wr_u64le(&w, p->archived_last);
	wr_u64le(&w, p->purge_sequence);
	wr_i64le(&w, p->purge_archive);
	wr_u64le(&w, p->purged);
	wr_bytes(&w, p->purged_hash, HASH_BYTES);
	wr_bytes(&w, p->base, HASH_BYTES);
	return wr_ok(&w) ? w.len : 0;
}

static enum rc
past_decode(const uint8_t *p, size_t n, struct store_past *ret)
{
	const uint8_t *hash;
	struct rd r;

	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	ret->archives = rd_i64le(&r);
	ret->archive_sequence = rd_u64le(&r);
	ret->archived_first = rd_u64le(&r);
	ret->archived_last = rd_u64le(&r);
	ret->purge_sequence = rd_u64le(&r);
	ret->purge_archive = rd_i64le(&r);
	ret->purged = rd_u64le(&r);
	hash = rd_bytes(&r, HASH_BYTES);
	if (hash != NULL) {
		memcpy(ret->purged_hash, hash, HASH_BYTES);
	}
	hash = rd_bytes(&r, HASH_BYTES);
	if (hash != NULL) {
		memcpy(ret->base, hash, HASH_BYTES);
	}
	return r.bad ? RC_CORRUPT : RC_OK;
}

static enum rc
past_get(const struct store *s, MDB_txn *txn, struct store_past *ret,
	struct err *reterr)
{
	uint8_t buf[PAST_VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(s, txn, DB_META, PAST_KEY, sizeof(PAST_KEY) - 1,
		buf, sizeof(buf), &n, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	return rc == RC_OK ? past_decode(buf, n, ret) : rc;
}

static enum rc
past_put(struct store_txn *t, const struct store_past *p, struct err *reterr)
{
	uint8_t buf[PAST_VALUE_BYTES];
	size_t n = past_encode(p, buf, sizeof(buf));

	return value_put(
		t, DB_META, PAST_KEY, sizeof(PAST_KEY) - 1, buf, n, 0, reterr);
}

enum rc
store_past(struct store *s, struct store_past *ret, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc == RC_OK) {
		rc = past_get(s, txn, ret, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

/* --- lines that stay --- */

/* Who the register is, what it was told to do, what it took and gave, and
 * where its past is: few lines, asked for as long as there is a shop. */
static bool
is_for_ever(const uint8_t *line, size_t len)
{
	static const char mark[] = "\"type\":\"holdfast.";
	static const char *const kind[] = {"register.initialized.",
		"register.restored.", "register.recovered.", "register.moved.",
		"config.", "day.closed.", "period.closed.", "archive.made.",
		"journal.purged.", "key.changed.", "person.erased.", "glass.",
		"hub.enrolled.", "hub.refused.", "hub.quarantined."};
	size_t most = len < TYPE_WITHIN ? len : TYPE_WITHIN;
	size_t n = sizeof(mark) - 1;

	for (size_t i = 0; i + n < most; i++) {
		if (memcmp(line + i, mark, n) != 0) {
			continue;
		}
		for (size_t k = 0; k < ARRAY_LEN(kind); k++) {
			size_t m = strlen(kind[k]);

			if (i + n + m <= len &&
				memcmp(line + i + n, kind[k], m) == 0) {
				return true;
			}
		}
		return false;
	}
	return false;
}

/* Lines that values point at: sorted, each once or more often. */
struct wanted {
	uint64_t *v;
	size_t n, cap;
};

static enum rc
want(struct wanted *w, uint64_t sequence, struct err *reterr)
{
	if (w->n == w->cap) {
		size_t cap = w->cap * 2 + 64;
		uint64_t *v = realloc(w->v, cap * sizeof(*v));

		if (v == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "store",
				"no memory to look for what is still open");
		}
		w->v = v;
		w->cap = cap;
	}
	w->v[w->n++] = sequence;
	return RC_OK;
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool
is_wanted(const struct wanted *w, uint64_t sequence)
{
	return w->n > 0 && bsearch(&sequence, w->v, w->n, sizeof(w->v[0]),
				   by_value) != NULL;
}

/* Every row of a small database, or those whose keys begin alike. */
typedef enum rc (*row_fn)(struct wanted *w, const MDB_val *key,
	const uint8_t *value, size_t n, struct err *reterr);

static enum rc
each_row(const struct store *s, MDB_txn *txn, enum store_db db,
	const char *prefix, row_fn fn, struct wanted *w, struct err *reterr)
{
	uint8_t buf[2048];
	size_t head = strlen(prefix);
	char first[16];
	MDB_val k = {head, first}, v;
	MDB_cursor *c;
	enum rc rc = RC_OK;
	int code = mdb_cursor_open(txn, s->dbi[db], &c);

	if (code != MDB_SUCCESS) {
		return store_read_fail(s, reterr, code, db);
	}
	memcpy(first, prefix, head + 1);
	code = mdb_cursor_get(c, &k, &v, head > 0 ? MDB_SET_RANGE : MDB_FIRST);
	while (code == MDB_SUCCESS && rc == RC_OK && k.mv_size >= head &&
		memcmp(k.mv_data, prefix, head) == 0) {
		size_t n = 0;

		rc = value_open(s, db, &k, &v, buf, sizeof(buf), &n, reterr);
		if (rc == RC_OK) {
			rc = fn(w, &k, buf, n, reterr);
		}
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	crypto_wipe(buf, sizeof(buf));
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, db);
	}
	return rc;
}

static enum rc
want_parked(struct wanted *w, const MDB_val *key, const uint8_t *value,
	size_t n, struct err *reterr)
{
	struct store_parked p;
	enum rc rc = parked_decode(value, n, &p);

	(void)key;
	return rc == RC_OK ? want(w, p.sequence, reterr) : rc;
}

static enum rc
want_key(struct wanted *w, const MDB_val *key, const uint8_t *value, size_t n,
	struct err *reterr)
{
	(void)value;
	(void)n;
	return key->mv_size == 8 ? want(w, get_u64be(key->mv_data), reterr)
				 : RC_OK;
}

static enum rc
want_order(struct wanted *w, const MDB_val *key, const uint8_t *value, size_t n,
	struct err *reterr)
{
	const size_t head = sizeof(STORE_ORDER) - 1;

	(void)value;
	(void)n;
	return key->mv_size >= head + 8
		       ? want(w, get_u64be((uint8_t *)key->mv_data + head),
				 reterr)
		       : RC_OK;
}

static enum rc
want_payment(struct wanted *w, const MDB_val *key, const uint8_t *value,
	size_t n, struct err *reterr)
{
	uint64_t sequence = 0;
	enum rc rc = payment_sequence(value, n, &sequence);

	(void)key;
	return rc == RC_OK ? want(w, sequence, reterr) : rc;
}

static enum rc
want_all(const struct store *s, MDB_txn *txn, const struct store_memory *m,
	struct wanted *w, struct err *reterr)
{
	enum rc rc = want(w, m->state.last_sale_seq, reterr);

	if (rc == RC_OK) {
		rc = each_row(s, txn, DB_PARKED, "", want_parked, w, reterr);
	}
	if (rc == RC_OK) {
		rc = each_row(s, txn, DB_PRINTQ, "", want_key, w, reterr);
	}
	if (rc == RC_OK) {
		rc = each_row(
			s, txn, DB_META, STORE_ORDER, want_order, w, reterr);
	}
	if (rc == RC_OK) {
		rc = each_row(s, txn, DB_META, STORE_PAYMENT, want_payment, w,
			reterr);
	}
	if (rc == RC_OK && w->n > 1) {
		qsort(w->v, w->n, sizeof(w->v[0]), by_value);
	}
	return rc;
}

/* --- the purge itself --- */

struct opened {
	uint8_t *p;
	size_t cap, n;
};

static enum rc
open_row(const struct store *s, enum store_db db, const MDB_val *k,
	const MDB_val *v, struct opened *o, struct err *reterr)
{
	if (v->mv_size > o->cap) {
		uint8_t *p = malloc(v->mv_size);

		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "store",
				"no memory for a value");
		}
		if (o->p != NULL) {
			crypto_wipe(o->p, o->cap);
			free(o->p);
		}
		o->p = p;
		o->cap = v->mv_size;
	}
	return value_open(s, db, k, v, o->p, o->cap, &o->n, reterr);
}

static void
opened_free(struct opened *o)
{
	if (o->p != NULL) {
		crypto_wipe(o->p, o->cap);
		free(o->p);
	}
}

static enum rc
forget_lines(struct store_txn *t, uint64_t last, const struct wanted *w,
	struct err *reterr)
{
	struct store *s = t->s;
	struct opened o = {NULL, 0, 0};
	MDB_cursor *c;
	MDB_val k, v;
	enum rc rc = RC_OK;
	int code = mdb_cursor_open(t->txn, s->dbi[DB_LINE], &c);

	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "purging");
	}
	code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	while (code == MDB_SUCCESS && rc == RC_OK && k.mv_size == 8 &&
		get_u64be(k.mv_data) <= last) {
		if (!is_wanted(w, get_u64be(k.mv_data))) {
			rc = open_row(s, DB_LINE, &k, &v, &o, reterr);
			if (rc == RC_OK && !is_for_ever(o.p, o.n)) {
				code = mdb_cursor_del(c, 0);
			}
		}
		if (rc == RC_OK && code == MDB_SUCCESS) {
			code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		}
	}
	mdb_cursor_close(c);
	opened_free(&o);
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		s->grow = s->grow || code == MDB_MAP_FULL;
		rc = store_fail(s, reterr, code, "purging");
	}
	return rc;
}

static void
put_hash(const char *hex, uint8_t out[HASH_BYTES])
{
	if (hex == NULL ||
		hex_decode(out, HASH_BYTES, hex, strlen(hex)) != RC_OK) {
		memset(out, 0, HASH_BYTES);
	}
}

static enum rc
apply_purge(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_purge *d = &e->data.purge;
	struct wanted w = {NULL, 0, 0};
	struct store_past p;
	enum rc rc;

	if (d->last <= 0 || (uint64_t)d->last >= e->sequence) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"a purge of what is not past");
	}
	rc = past_get(t->s, t->txn, &p, reterr);
	if (rc == RC_OK) {
		p.purge_sequence = e->sequence;
		p.purge_archive = d->archive;
		p.purged = (uint64_t)d->last;
		put_hash(d->last_hash, p.purged_hash);
		put_hash(d->base, p.base);
		rc = past_put(t, &p, reterr);
	}
	if (rc == RC_OK) {
		rc = want_all(t->s, t->txn, &t->now, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = forget_lines(t, (uint64_t)d->last, &w, reterr);
	}
	free(w.v);
	return rc;
}

enum rc
past_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct store_past p;
	enum rc rc;

	if (e->type == EVENT_JOURNAL_PURGED) {
		return apply_purge(t, e, reterr);
	}
	rc = past_get(t->s, t->txn, &p, reterr);
	if (rc == RC_OK) {
		p.archives = e->data.archive.number;
		p.archive_sequence = e->sequence;
		p.archived_first = (uint64_t)e->data.archive.first;
		p.archived_last = (uint64_t)e->data.archive.last;
		rc = past_put(t, &p, reterr);
	}
	return rc;
}

/* --- all rows, out and in --- */

static enum rc
rows_of(struct store *s, MDB_txn *txn, enum store_db db, const struct wanted *w,
	store_row_fn fn, void *arg, struct err *reterr)
{
	struct opened o = {NULL, 0, 0};
	MDB_cursor *c;
	MDB_val k, v;
	enum rc rc = RC_OK;
	int code = mdb_cursor_open(txn, s->dbi[db], &c);

	if (code != MDB_SUCCESS) {
		return store_read_fail(s, reterr, code, db);
	}
	code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	while (code == MDB_SUCCESS && rc == RC_OK) {
		rc = open_row(s, db, &k, &v, &o, reterr);
		if (rc == RC_OK &&
			(db != DB_LINE || is_for_ever(o.p, o.n) ||
				(k.mv_size == 8 &&
					is_wanted(w, get_u64be(k.mv_data))))) {
			struct store_row row = {.db = (uint8_t)db,
				.key = k.mv_data,
				.key_len = k.mv_size,
				.value = o.p,
				.n = o.n};

			rc = fn(arg, &row, reterr);
		}
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	opened_free(&o);
	if (rc == RC_OK && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, db);
	}
	return rc;
}

enum rc
store_rows(struct store *s, store_row_fn fn, void *arg, struct err *reterr)
{
	struct store_memory m;
	struct wanted w = {NULL, 0, 0};
	MDB_txn *txn = NULL;
	enum rc rc = build_unwritten(s, reterr);

	if (rc == RC_OK) {
		rc = store_read_begin(s, &txn, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	rc = memory_load(s, txn, &m, reterr);
	if (rc == RC_OK) {
		rc = want_all(s, txn, &m, &w, reterr);
	}
	for (int db = 0; rc == RC_OK && db < DB_COUNT; db++) {
		rc = rows_of(s, txn, (enum store_db)db, &w, fn, arg, reterr);
	}
	mdb_txn_abort(txn);
	free(w.v);
	return rc;
}

enum rc
store_put_row(
	struct store_txn *t, const struct store_row *row, struct err *reterr)
{
	if (row->db >= DB_COUNT || !build_is(t->s)) {
		t->failed = true;
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"a row of a database that is not known");
	}
	/* what was known is read again behind the commit */
	t->s->reload = true;
	index_take(t->s, row);
	return value_put(t, (enum store_db)row->db, row->key, row->key_len,
		row->value, row->n, MDB_APPEND, reterr);
}

enum rc
store_line_next(struct store *s, uint64_t after, uint64_t *ret_sequence,
	struct err *reterr)
{
	uint8_t key[8];
	MDB_val k = {sizeof(key), key}, v;
	MDB_txn *txn = NULL;
	MDB_cursor *c = NULL;
	enum rc rc = store_read_begin(s, &txn, reterr);
	int code;

	if (rc != RC_OK) {
		return rc;
	}
	put_u64be(key, after + 1);
	code = mdb_cursor_open(txn, s->dbi[DB_LINE], &c);
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
		if (code == MDB_SUCCESS && k.mv_size == sizeof(key)) {
			*ret_sequence = get_u64be(k.mv_data);
		}
		mdb_cursor_close(c);
	}
	mdb_txn_abort(txn);
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	return code == MDB_SUCCESS ? RC_OK
				   : store_read_fail(s, reterr, code, DB_LINE);
}
