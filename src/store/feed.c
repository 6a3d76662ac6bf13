/* SPDX-License-Identifier: Apache-2.0 */
#include "store/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/feed_internal.h"

#include "base/poison.h"

enum rc
feeds_open(const char *dir, struct feeds **ret, struct err *reterr)
{
	struct feeds *f = calloc(1, sizeof(*f));
	enum rc rc;

	if (f == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to read the feeds");
	}
	rc = feeds_env_open(&f->e, dir, false, reterr);
	if (rc == RC_OK) {
		rc = feeds_view(f, reterr);
	}
	if (rc != RC_OK) {
		feeds_close(f);
		return rc;
	}
	feeds_done(f);
	*ret = f;
	return RC_OK;
}

void
feeds_close(struct feeds *f)
{
	if (f == NULL) {
		return;
	}
	if (f->txn != NULL) {
		mdb_txn_abort(f->txn);
	}
	feeds_env_close(&f->e);
	free(f);
}

/* --- views --- */

/* A slot in the table of readers is lost when this process closes the
 * environment somewhere else: another one will do. */
static int
begin_view(struct feeds *f)
{
	int code = MDB_BAD_RSLOT;

	if (f->txn != NULL) {
		code = mdb_txn_renew(f->txn);
	}
	if (f->txn != NULL && code != MDB_SUCCESS) {
		mdb_txn_abort(f->txn);
		f->txn = NULL;
	}
	if (code == MDB_BAD_RSLOT) {
		code = mdb_txn_begin(f->e.env, NULL, MDB_RDONLY, &f->txn);
	}
	if (code != MDB_SUCCESS) {
		f->txn = NULL;
	}
	return code;
}

enum rc
feeds_view(struct feeds *f, struct err *reterr)
{
	enum rc rc = RC_OK;
	int code = begin_view(f);

	if (code != MDB_SUCCESS) {
		return feeds_fail(&f->e, reterr, code, "reading");
	}
	if (mdb_txn_id(f->txn) != f->seen) {
		rc = feeds_header_get(&f->e, f->txn, &f->header, reterr);
		f->seen = rc == RC_OK ? mdb_txn_id(f->txn) : 0;
	}
	f->in_view = rc == RC_OK;
	if (rc != RC_OK) {
		mdb_txn_reset(f->txn);
	}
	return rc;
}

void
feeds_done(struct feeds *f)
{
	if (f->in_view) {
		mdb_txn_reset(f->txn);
		f->in_view = false;
	}
}

bool
feeds_moved(const struct feeds *f)
{
	MDB_envinfo info;

	return mdb_env_info(f->e.env, &info) == MDB_SUCCESS &&
	       info.me_last_txnid != f->seen;
}

bool
feeds_lies_over(const struct feeds *f, int64_t generation)
{
	return f->header.base == generation && f->header.version != 0;
}

int64_t
feeds_version(struct feeds *f)
{
	if (feeds_moved(f) && feeds_view(f, NULL) == RC_OK) {
		feeds_done(f);
	}
	return f->header.version;
}

/* --- what is under a key --- */

static int
get(struct feeds *f, enum feeds_db db, const void *key, size_t key_len,
	MDB_val *ret)
{
	uint8_t copy[CODE_KEY_BYTES];
	MDB_val k = {key_len, copy};

	if (key_len > sizeof(copy)) {
		return MDB_NOTFOUND;
	}
	memcpy(copy, key, key_len);
	return mdb_get(f->txn, f->e.dbi[db], &k, ret);
}

enum rc
feeds_product(struct feeds *f, const void *key, size_t key_len, int *ret_says,
	struct item *ret, struct err *reterr)
{
	struct product_record r;
	MDB_val v;
	int code = get(f, FEEDS_DB_PRODUCT, key, key_len, &v);

	*ret_says = PRODUCT_BASE;
	if (code == MDB_NOTFOUND) {
		return RC_OK;
	}
	if (code == MDB_SUCCESS && product_decode(key, key_len, v.mv_data,
					   v.mv_size, &r) != RC_OK) {
		code = MDB_CORRUPTED;
	}
	if (code == MDB_SUCCESS) {
		*ret_says = product_says(&r);
		if (*ret_says >= 0 &&
			row_decode(key, key_len, r.slot[*ret_says].row,
				r.slot[*ret_says].n, ret) != RC_OK) {
			code = MDB_CORRUPTED;
		}
	}
	return code == MDB_SUCCESS
		       ? RC_OK
		       : feeds_fail(&f->e, reterr, code, "looking a code up");
}

enum rc
feeds_price(struct feeds *f, const void *key, size_t key_len, struct utc now,
	struct price_entry *ret, struct err *reterr)
{
	const struct price_entry *e;
	struct price_record r;
	MDB_val v;
	int code = get(f, FEEDS_DB_PRICE, key, key_len, &v);

	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code == MDB_SUCCESS &&
		price_decode(key, key_len, v.mv_data, v.mv_size, &r) != RC_OK) {
		code = MDB_CORRUPTED;
	}
	if (code != MDB_SUCCESS) {
		return feeds_fail(&f->e, reterr, code, "looking a price up");
	}
	e = price_at(&r, now);
	if (e == NULL) {
		return RC_NOTFOUND;
	}
	*ret = *e;
	return RC_OK;
}

/* --- for the register --- */

enum rc
feeds_cursor(struct feeds *f, const char *feed, struct feeds_cursor *ret,
	struct err *reterr)
{
	enum rc rc = feeds_view(f, reterr);

	if (rc == RC_OK) {
		rc = feeds_cursor_get(&f->e, f->txn, feed, ret, reterr);
		feeds_done(f);
	}
	return rc;
}

/* One item where the cursor stands. */
static enum rc
give_item(struct feeds *f, const char *feed, const MDB_val *k, const MDB_val *v,
	feeds_fn fn, void *arg, struct err *reterr)
{
	struct feeds_item item = {0};
	struct rd r;
	enum rc rc = item_key_read(k->mv_data, k->mv_size, feed, &item);

	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? rc
					 : feeds_fail(&f->e, reterr,
						   MDB_CORRUPTED, "reading");
	}
	if (v->mv_size < ITEM_HEAD_BYTES ||
		!check_holds(k->mv_data, k->mv_size, v->mv_data, v->mv_size)) {
		return feeds_fail(&f->e, reterr, MDB_CORRUPTED,
			"an item fails its check");
	}
	rd_init(&r, v->mv_data, v->mv_size);
	(void)rd_u32le(&r);
	item.rev = rd_u64le(&r);
	item.body = (const char *)r.p;
	item.n_body = r.n;
	return fn(arg, &item);
}

enum rc
feeds_each(struct feeds *f, const char *feed, feeds_fn fn, void *arg,
	struct err *reterr)
{
	char from[FEEDS_NAME_BYTES] = "";
	MDB_val k = {strlen(feed) + 1, from};
	MDB_val v;
	MDB_cursor *c = NULL;
	enum rc rc;
	int code;

	if (strlen(feed) >= sizeof(from)) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"a feed's name is too long");
	}
	memcpy(from, feed, strlen(feed) + 1);
	rc = feeds_view(f, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(f->txn, f->e.dbi[FEEDS_DB_ITEM], &c);
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	}
	while (rc == RC_OK && code == MDB_SUCCESS) {
		rc = give_item(f, feed, &k, &v, fn, arg, reterr);
		if (rc == RC_OK) {
			code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		}
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	feeds_done(f);
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK && code != MDB_NOTFOUND) {
		rc = feeds_fail(&f->e, reterr, code, "reading items");
	}
	return rc;
}
