/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

/*
 * A generation out of two: rows of the base, and of each product what scopes
 * say, both in the order of keys.  Of the scopes the narrowest becomes the
 * row; wider ones stay as records, for the day the narrow one goes.
 */
#define SLOT_KEY_BYTES (CODE_KEY_BYTES + 2)
#define SLOT_HEAD_BYTES 9u /* deleted, rev */

struct fold {
	const struct feeds_env *e;
	MDB_txn *txn;
	struct catalog *base;
	bool keep; /* rows of feeds that the base has, too */
	MDB_cursor *row;
	MDB_val row_key, row_value;
	bool has_row;
	struct catalog_load *load;
	/* the product that is gathered */
	uint8_t key[CODE_KEY_BYTES];
	size_t key_len;
	struct product_record now;
	uint8_t value[FEEDS_SCOPES][ROW_VALUE_BYTES];
	uint64_t n_left; /* records */
};

static enum rc
read_fail(const struct fold *f, int code, struct err *reterr)
{
	return catalog_fail(
		reterr, code, f->base->gen.path, "reading the products");
}

static enum rc
next_row(struct fold *f, MDB_cursor_op op, struct err *reterr)
{
	int code = MDB_NOTFOUND;

	if (f->row != NULL) {
		code = mdb_cursor_get(f->row, &f->row_key, &f->row_value, op);
	}
	f->has_row = code == MDB_SUCCESS;
	return code == MDB_SUCCESS || code == MDB_NOTFOUND
		       ? RC_OK
		       : read_fail(f, code, reterr);
}

static int
compare(const void *a, size_t n, const void *b, size_t m)
{
	int cmp = memcmp(a, b, n < m ? n : m);

	if (cmp == 0 && n != m) {
		return n < m ? -1 : 1;
	}
	return cmp;
}

/* The base's row where the cursor stands, as it is. */
static enum rc
take_row(struct fold *f, struct err *reterr)
{
	uint8_t scope = row_scope(f->row_value.mv_data, f->row_value.mv_size);
	enum rc rc = RC_OK;

	if (!check_holds(f->row_key.mv_data, f->row_key.mv_size,
		    f->row_value.mv_data, f->row_value.mv_size)) {
		return read_fail(f, MDB_CORRUPTED, reterr);
	}
	if (scope == FEEDS_NONE || f->keep) {
		rc = load_row_of(f->load, f->row_key.mv_data,
			f->row_key.mv_size, f->row_value.mv_data,
			f->row_value.mv_size, reterr);
	}
	return rc == RC_OK ? next_row(f, MDB_NEXT, reterr) : rc;
}

/* All rows of the base before the gathered product; then its own, if there is
 * one, becomes a slot of it. */
static enum rc
take_rows(struct fold *f, struct err *reterr)
{
	enum rc rc = RC_OK;
	int cmp = 1;

	while (rc == RC_OK && f->has_row) {
		cmp = compare(f->row_key.mv_data, f->row_key.mv_size, f->key,
			f->key_len);
		if (cmp >= 0) {
			break;
		}
		rc = take_row(f, reterr);
	}
	f->now.base = PRODUCT_NONE;
	if (rc == RC_OK && f->has_row && cmp == 0) {
		uint8_t scope =
			row_scope(f->row_value.mv_data, f->row_value.mv_size);

		if (f->row_value.mv_size > ROW_VALUE_BYTES ||
			!check_holds(f->row_key.mv_data, f->row_key.mv_size,
				f->row_value.mv_data, f->row_value.mv_size)) {
			return read_fail(f, MDB_CORRUPTED, reterr);
		}
		if (scope == FEEDS_NONE ||
			(f->keep && !f->now.slot[scope].has)) {
			struct product_slot *s = &f->now.slot[scope];

			s->has = true;
			s->n = f->row_value.mv_size;
			memcpy(f->value[scope], f->row_value.mv_data, s->n);
			s->row = f->value[scope];
		}
		rc = next_row(f, MDB_NEXT, reterr);
	}
	return rc;
}

/* The gathered product is whole. */
static enum rc
end_product(struct fold *f, struct err *reterr)
{
	struct product_record left = {.base = PRODUCT_NONE};
	bool deleted = false;
	bool any = false;
	int best = -1;
	enum rc rc;

	if (f->key_len == 0) {
		return RC_OK;
	}
	rc = take_rows(f, reterr);
	for (int s = FEEDS_SCOPES - 1; s >= FEEDS_NONE; s--) {
		struct product_slot *slot = &f->now.slot[s];

		deleted = deleted || (slot->has && slot->deleted);
		if (!slot->has || slot->deleted ||
			(s == FEEDS_NONE && (deleted || best >= 0))) {
			continue;
		}
		if (best < 0) {
			best = s;
		} else {
			left.slot[s] = *slot;
			any = true;
		}
	}
	if (rc == RC_OK && best >= 0) {
		rc = load_row_of(f->load, f->key, f->key_len,
			f->now.slot[best].row, f->now.slot[best].n, reterr);
	}
	if (rc == RC_OK && any) {
		left.base = (uint8_t)best;
		left.ordinal = ORDINAL_NONE; /* place_all() */
		f->n_left++;
		rc = put_record(
			f->e, f->txn, f->key, f->key_len, &left, reterr);
	}
	f->key_len = 0;
	return rc;
}

/* Key, scope: deleted, rev, row. */
static enum rc
add_slot(void *arg, const struct row *row, struct err *reterr)
{
	struct fold *f = arg;
	unsigned scope = row->key[row->key_len - 1];
	size_t key_len = row->key_len - 2;
	struct product_slot *s = &f->now.slot[scope];
	struct rd r;
	enum rc rc = RC_OK;

	if (key_len != f->key_len || memcmp(row->key, f->key, key_len) != 0) {
		rc = end_product(f, reterr);
		memset(&f->now, 0, sizeof(f->now));
		f->key_len = key_len;
		memcpy(f->key, row->key, key_len);
	}
	rd_init(&r, row->value, row->value_len);
	s->has = true;
	s->deleted = rd_u8(&r) != 0;
	s->rev = rd_u64le(&r);
	s->n = r.n;
	s->row = f->value[scope];
	memcpy(f->value[scope], r.p, r.n);
	return rc;
}

/* --- where slots come from --- */

static enum rc
sort_slot(struct rowsort *to, const void *key, size_t key_len, unsigned scope,
	const struct product_slot *slot, struct err *reterr)
{
	uint8_t k[SLOT_KEY_BYTES];
	uint8_t v[SLOT_HEAD_BYTES + ROW_VALUE_BYTES];
	struct row row = {k, key_len + 2, v, 0};
	struct wr w;

	if (key_len == 0 || key_len > CODE_KEY_BYTES ||
		slot->n > ROW_VALUE_BYTES || scope == FEEDS_NONE) {
		return RC_OK;
	}
	/* a NUL sorts a key before those that it begins */
	memcpy(k, key, key_len);
	k[key_len] = 0;
	k[key_len + 1] = (uint8_t)scope;
	wr_init(&w, v, sizeof(v));
	wr_u8(&w, slot->deleted ? 1 : 0);
	wr_u64le(&w, slot->rev);
	wr_bytes(&w, slot->row, slot->n);
	row.value_len = w.len;
	return rowsort_add(to, &row, reterr);
}

static enum rc
sort_aside(void *arg, const struct aside_item *item, struct err *reterr)
{
	struct product_slot slot = {
		true, item->deleted, item->rev, item->n, item->value};

	return item->kind != 'p' ? RC_OK
				 : sort_slot(arg, item->key, item->key_len,
					   item->scope, &slot, reterr);
}

static enum rc
sort_records(const struct feeds_env *e, MDB_txn *txn, struct rowsort *to,
	struct err *reterr)
{
	struct product_record r;
	MDB_cursor *c = NULL;
	enum rc rc = RC_OK;
	MDB_val k;
	MDB_val v;
	int code = mdb_cursor_open(txn, e->dbi[FEEDS_DB_PRODUCT], &c);

	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	}
	while (rc == RC_OK && code == MDB_SUCCESS) {
		if (product_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size,
			    &r) != RC_OK) {
			code = MDB_CORRUPTED;
			break;
		}
		for (unsigned s = FEEDS_TENANT; rc == RC_OK && s < FEEDS_SCOPES;
			s++) {
			if (r.slot[s].has) {
				rc = sort_slot(to, k.mv_data, k.mv_size, s,
					&r.slot[s], reterr);
			}
		}
		if (rc == RC_OK) {
			code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		}
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	return rc == RC_OK && code != MDB_NOTFOUND
		       ? feeds_fail(e, reterr, code, "reading the products")
		       : rc;
}

/* --- the whole --- */

static enum rc
merge(struct fold *f, struct rowsort *slots, struct err *reterr)
{
	enum rc rc = RC_OK;
	int code = MDB_SUCCESS;

	if (f->base != NULL) {
		code = mdb_cursor_open(
			f->base->gen.txn, f->base->gen.item, &f->row);
	}
	if (code != MDB_SUCCESS) {
		return read_fail(f, code, reterr);
	}
	code = mdb_drop(f->txn, f->e->dbi[FEEDS_DB_PRODUCT], 0);
	if (code != MDB_SUCCESS) {
		return feeds_fail(f->e, reterr, code, "writing");
	}
	rc = next_row(f, MDB_FIRST, reterr);
	if (rc == RC_OK) {
		rc = rowsort_each(slots, add_slot, f, reterr);
	}
	if (rc == RC_OK) {
		rc = end_product(f, reterr);
	}
	while (rc == RC_OK && f->has_row) {
		rc = take_row(f, reterr);
	}
	if (f->row != NULL) {
		mdb_cursor_close(f->row);
		f->row = NULL;
	}
	return rc;
}

/* Records stand on another generation: where its rows are. */
enum rc
place_all(const struct feeds_env *e, const char *dir, MDB_txn *txn,
	int64_t generation, struct err *reterr)
{
	uint8_t value[PRODUCT_RECORD_BYTES];
	uint8_t copy[PRODUCT_RECORD_BYTES];
	uint8_t key[CODE_KEY_BYTES];
	struct find_place *place = NULL;
	struct product_record r;
	MDB_cursor *c = NULL;
	MDB_val k;
	MDB_val v;
	int code;
	enum rc rc = find_place_open(dir, generation, &place, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(txn, e->dbi[FEEDS_DB_PRODUCT], &c);
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	}
	while (rc == RC_OK && code == MDB_SUCCESS) {
		if (v.mv_size > sizeof(copy) || k.mv_size > sizeof(key) ||
			product_decode(k.mv_data, k.mv_size, v.mv_data,
				v.mv_size, &r) != RC_OK) {
			code = MDB_CORRUPTED;
			break;
		}
		/* the put may move the page they are in */
		memcpy(copy, v.mv_data, v.mv_size);
		memcpy(key, k.mv_data, k.mv_size);
		k.mv_data = key;
		rc = product_decode(key, k.mv_size, copy, v.mv_size, &r);
		if (rc == RC_OK) {
			rc = place_record(
				place, k.mv_data, k.mv_size, &r, reterr);
		}
		if (rc == RC_OK) {
			v.mv_size =
				product_encode(&r, k.mv_data, k.mv_size, value);
			v.mv_data = value;
			code = mdb_cursor_put(c, &k, &v, MDB_CURRENT);
		}
		if (rc == RC_OK && code == MDB_SUCCESS) {
			code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		}
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	find_place_close(place);
	return rc == RC_OK && code != MDB_NOTFOUND
		       ? feeds_fail(e, reterr, code, "writing")
		       : rc;
}

static enum rc
build(struct fold *f, const char *dir, struct rowsort *slots,
	struct feeds_header *h, struct err *reterr)
{
	int64_t generation = 0;
	uint64_t taken;
	uint64_t replaced;
	enum rc rc = load_begin(dir, 0, h->version + 1, true, &f->load, reterr);

	if (rc == RC_OK) {
		rc = merge(f, slots, reterr);
	}
	if (rc == RC_OK) {
		rc = catalog_load_end(
			f->load, &generation, &taken, &replaced, reterr);
	}
	catalog_load_free(f->load);
	if (rc == RC_OK) {
		rc = place_all(f->e, dir, f->txn, generation, reterr);
	}
	if (rc == RC_OK) {
		h->from = h->base;
		h->base = generation;
		h->version = generation;
		h->products = f->n_left;
	}
	return rc;
}

enum rc
fold_products(const struct feeds_env *e, const char *dir, MDB_txn *txn,
	struct feeds_header *h, const char *feed, struct err *reterr)
{
	struct fold *f = calloc(1, sizeof(*f));
	struct rowsort slots = {0};
	enum rc rc;

	if (f == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to make a catalog");
	}
	f->e = e;
	f->txn = txn;
	f->keep = feed == NULL;
	rc = rowsort_init(&slots, dir, false, 0, reterr);
	if (rc == RC_OK && feed == NULL) {
		rc = sort_records(e, txn, &slots, reterr);
	} else if (rc == RC_OK) {
		rc = aside_each(dir, feed, sort_aside, &slots, reterr);
	}
	if (rc == RC_OK && h->base != 0) {
		rc = catalog_open(dir, h->base, &f->base, reterr);
	}
	if (rc == RC_OK) {
		rc = build(f, dir, &slots, h, reterr);
	}
	catalog_close(f->base);
	rowsort_done(&slots);
	free(f);
	return rc;
}
