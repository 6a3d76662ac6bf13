/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

static enum rc
write_fail(const struct feeds_env *e, int code, struct err *reterr)
{
	return feeds_fail(e, reterr, code, "writing");
}

static int
put(const struct feeds_env *e, MDB_txn *txn, enum feeds_db db, const void *key,
	size_t key_len, const void *value, size_t n)
{
	uint8_t copy[ITEM_KEY_BYTES];
	MDB_val k = {key_len, copy};
	MDB_val v = {n, NULL};
	int code;

	memcpy(copy, key, key_len);
	code = mdb_put(txn, e->dbi[db], &k, &v, MDB_RESERVE);
	if (code == MDB_SUCCESS && n > 0) {
		memcpy(v.mv_data, value, n);
	}
	return code;
}

static int
del(const struct feeds_env *e, MDB_txn *txn, enum feeds_db db, const void *key,
	size_t key_len)
{
	uint8_t copy[ITEM_KEY_BYTES];
	MDB_val k = {key_len, copy};
	int code;

	memcpy(copy, key, key_len);
	code = mdb_del(txn, e->dbi[db], &k, NULL);
	return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

static int
get(const struct feeds_env *e, MDB_txn *txn, enum feeds_db db, const void *key,
	size_t key_len, MDB_val *ret)
{
	uint8_t copy[CODE_KEY_BYTES];
	MDB_val k = {key_len, copy};

	if (key_len > sizeof(copy)) {
		return MDB_BAD_VALSIZE;
	}
	memcpy(copy, key, key_len);
	return mdb_get(txn, e->dbi[db], &k, ret);
}

/* --- products --- */

enum rc
place_record(struct find_place *place, const void *key, size_t key_len,
	struct product_record *r, struct err *reterr)
{
	enum rc rc;

	/* not known yet: what is deleted may be the shop's own */
	r->base = FEEDS_NONE;
	r->ordinal = ORDINAL_NONE;
	if (place == NULL) {
		return RC_OK;
	}
	rc = find_place_row(place, key, key_len, &r->base, &r->ordinal, reterr);
	if (rc == RC_NOTFOUND) {
		r->base = PRODUCT_NONE;
		r->ordinal = ORDINAL_NONE;
		rc = RC_OK;
	}
	return rc;
}

/* A slot that says "deleted" over nothing says nothing. */
static bool
is_idle(struct product_record *r)
{
	bool any = false;

	for (unsigned s = FEEDS_TENANT; s < FEEDS_SCOPES; s++) {
		struct product_slot *slot = &r->slot[s];

		if (slot->has && slot->deleted && r->base != s &&
			r->base != FEEDS_NONE) {
			slot->has = false;
		}
		any = any || slot->has;
	}
	return !any;
}

enum rc
put_record(const struct feeds_env *e, MDB_txn *txn, const void *key,
	size_t key_len, const struct product_record *r, struct err *reterr)
{
	uint8_t value[PRODUCT_RECORD_BYTES];
	size_t n = product_encode(r, key, key_len, value);
	int code = put(e, txn, FEEDS_DB_PRODUCT, key, key_len, value, n);

	return code == MDB_SUCCESS ? RC_OK : write_fail(e, code, reterr);
}

enum rc
put_product(const struct feeds_env *e, MDB_txn *txn, struct find_place *place,
	const void *key, size_t key_len, enum feeds_scope scope,
	const struct product_slot *slot, int *ret_delta, struct err *reterr)
{
	uint8_t copy[PRODUCT_RECORD_BYTES];
	struct product_record r = {0};
	MDB_val v;
	bool had;
	enum rc rc = RC_OK;
	int code = get(e, txn, FEEDS_DB_PRODUCT, key, key_len, &v);

	*ret_delta = 0;
	had = code == MDB_SUCCESS;
	if (had && (v.mv_size > sizeof(copy) ||
			   product_decode(key, key_len, v.mv_data, v.mv_size,
				   &r) != RC_OK)) {
		code = MDB_CORRUPTED;
	}
	if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return write_fail(e, code, reterr);
	}
	if (had) {
		/* its rows are in a page that the put may move */
		memcpy(copy, v.mv_data, v.mv_size);
		rc = product_decode(key, key_len, copy, v.mv_size, &r);
	} else {
		rc = place_record(place, key, key_len, &r, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	r.slot[scope] = *slot;
	if (!is_idle(&r)) {
		*ret_delta = had ? 0 : 1;
		return put_record(e, txn, key, key_len, &r, reterr);
	}
	*ret_delta = had ? -1 : 0;
	code = del(e, txn, FEEDS_DB_PRODUCT, key, key_len);
	return code == MDB_SUCCESS ? RC_OK : write_fail(e, code, reterr);
}

/* --- prices --- */

static bool
same_price(const struct price_entry *a, const struct price_entry *b)
{
	return a->scope == b->scope && a->from_us == b->from_us;
}

/* When there is no room: the oldest of the scope goes that a later one has
 * taken the place of.  SIZE_MAX there is none. */
static size_t
oldest(const struct price_record *r, const struct price_entry *e)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < r->n; i++) {
		if (r->entry[i].scope == e->scope &&
			r->entry[i].from_us < e->from_us &&
			(at == SIZE_MAX ||
				r->entry[i].from_us < r->entry[at].from_us)) {
			at = i;
		}
	}
	return at;
}

static int
put_when(const struct feeds_env *e, MDB_txn *txn, const void *key,
	size_t key_len, int64_t from_us)
{
	uint8_t when[WHEN_KEY_BYTES];
	struct utc from = {from_us};

	return from_us == 0
		       ? MDB_SUCCESS
		       : put(e, txn, FEEDS_DB_WHEN, when,
				 when_key(from, key, key_len, when), NULL, 0);
}

/* Another scope may change at the same moment: then it stays. */
static int
drop_when(const struct feeds_env *e, MDB_txn *txn, const void *key,
	size_t key_len, const struct price_record *r, int64_t from_us)
{
	uint8_t when[WHEN_KEY_BYTES];
	struct utc from = {from_us};

	for (size_t i = 0; i < r->n; i++) {
		if (r->entry[i].from_us == from_us) {
			return MDB_SUCCESS;
		}
	}
	return from_us == 0 ? MDB_SUCCESS
			    : del(e, txn, FEEDS_DB_WHEN, when,
				      when_key(from, key, key_len, when));
}

static int
take_out(const struct feeds_env *e, MDB_txn *txn, const void *key,
	size_t key_len, struct price_record *r, size_t at)
{
	int64_t from_us = r->entry[at].from_us;

	r->entry[at] = r->entry[--r->n];
	return drop_when(e, txn, key, key_len, r, from_us);
}

enum rc
put_price(const struct feeds_env *e, MDB_txn *txn, const void *key,
	size_t key_len, const struct price_entry *entry, bool deleted,
	struct err *reterr)
{
	uint8_t value[PRICE_RECORD_BYTES];
	struct price_record r = {0};
	size_t at = 0;
	MDB_val v;
	int code = get(e, txn, FEEDS_DB_PRICE, key, key_len, &v);

	if (code == MDB_SUCCESS &&
		price_decode(key, key_len, v.mv_data, v.mv_size, &r) != RC_OK) {
		code = MDB_CORRUPTED;
	}
	if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return write_fail(e, code, reterr);
	}
	while (at < r.n && !same_price(&r.entry[at], entry)) {
		at++;
	}
	code = MDB_SUCCESS;
	if (at < r.n) {
		code = take_out(e, txn, key, key_len, &r, at);
	} else if (!deleted && r.n == PRICES_MOST) {
		at = oldest(&r, entry);
		if (at == SIZE_MAX) {
			return err_set(reterr, RC_INVAL, 0, "feed",
				"more than %u prices of one product",
				PRICES_MOST);
		}
		code = take_out(e, txn, key, key_len, &r, at);
	}
	if (code == MDB_SUCCESS && !deleted) {
		r.entry[r.n++] = *entry;
		code = put_when(e, txn, key, key_len, entry->from_us);
	}
	if (code == MDB_SUCCESS) {
		code = r.n == 0
			       ? del(e, txn, FEEDS_DB_PRICE, key, key_len)
			       : put(e, txn, FEEDS_DB_PRICE, key, key_len,
					 value,
					 price_encode(&r, key, key_len, value));
	}
	return code == MDB_SUCCESS ? RC_OK : write_fail(e, code, reterr);
}

/* --- items of other feeds --- */

enum rc
put_item(const struct feeds_env *e, MDB_txn *txn, const char *feed,
	const struct feeds_item *item, struct err *reterr)
{
	uint8_t key[ITEM_KEY_BYTES];
	size_t n_key = item_key(feed, item, key);
	size_t n = ITEM_HEAD_BYTES + item->n_body;
	uint8_t *value;
	struct wr w;
	int code;

	if (n_key == 0 || item->n_body > FEEDS_BODY_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"an item's key or body is too long");
	}
	if (item->deleted) {
		code = del(e, txn, FEEDS_DB_ITEM, key, n_key);
		return code == MDB_SUCCESS ? RC_OK
					   : write_fail(e, code, reterr);
	}
	value = malloc(n);
	if (value == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to keep an item");
	}
	wr_init(&w, value, n);
	wr_u32le(&w, 0);
	wr_u64le(&w, item->rev);
	wr_bytes(&w, item->body, item->n_body);
	check_put(value, n, key, n_key);
	code = put(e, txn, FEEDS_DB_ITEM, key, n_key, value, n);
	free(value);
	return code == MDB_SUCCESS ? RC_OK : write_fail(e, code, reterr);
}

static enum rc
drop_named(const struct feeds_env *e, MDB_txn *txn, const char *feed,
	struct err *reterr)
{
	char from[FEEDS_NAME_BYTES] = "";
	size_t n = strlen(feed) + 1;
	MDB_val k = {n, from};
	MDB_val v;
	MDB_cursor *c = NULL;
	int code = mdb_cursor_open(txn, e->dbi[FEEDS_DB_ITEM], &c);

	memcpy(from, feed, n < sizeof(from) ? n : sizeof(from) - 1);
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	}
	while (code == MDB_SUCCESS && k.mv_size > n &&
		memcmp(k.mv_data, feed, n) == 0) {
		code = mdb_cursor_del(c, 0);
		k.mv_size = n;
		k.mv_data = from;
		if (code == MDB_SUCCESS) {
			code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
		}
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	return code == MDB_SUCCESS || code == MDB_NOTFOUND
		       ? RC_OK
		       : write_fail(e, code, reterr);
}

enum rc
drop_items(const struct feeds_env *e, MDB_txn *txn, const char *feed,
	struct err *reterr)
{
	int code;

	if (strcmp(feed, FEEDS_PRICES) != 0) {
		return drop_named(e, txn, feed, reterr);
	}
	code = mdb_drop(txn, e->dbi[FEEDS_DB_PRICE], 0);
	if (code == MDB_SUCCESS) {
		code = mdb_drop(txn, e->dbi[FEEDS_DB_WHEN], 0);
	}
	return code == MDB_SUCCESS ? RC_OK : write_fail(e, code, reterr);
}
