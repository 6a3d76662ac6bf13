/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations that were put forward and are neither active nor dropped:
 * meta/draft, by version. */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define DRAFT "draft/"
#define HEAD_BYTES (sizeof(DRAFT) - 1)
#define VERSION_MAX (sizeof(((struct store_draft *)0)->version) - 1)
#define VALUE_BYTES 64

struct key {
	uint8_t byte[HEAD_BYTES + VERSION_MAX];
	size_t len;
};

/* False: no configuration has such a version. */
static bool
make_key(struct key *k, const char *version)
{
	size_t n = version != NULL ? strlen(version) : 0;

	if (n == 0 || n > VERSION_MAX) {
		return false;
	}
	memcpy(k->byte, DRAFT, HEAD_BYTES);
	memcpy(k->byte + HEAD_BYTES, version, n);
	k->len = HEAD_BYTES + n;
	return true;
}

static enum rc
put(struct store_txn *t, const struct key *k, const struct store_draft *d,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, d->drafted);
	wr_u64le(&w, d->approved);
	wr_i64le(&w, d->effective.us);
	return value_put(t, DB_META, k->byte, k->len, buf, w.len, 0, reterr);
}

static enum rc
decode(const uint8_t *p, size_t n, struct store_draft *ret)
{
	struct rd r;

	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	ret->drafted = rd_u64le(&r);
	ret->approved = rd_u64le(&r);
	ret->effective.us = rd_i64le(&r);
	return rd_end(&r) ? RC_OK : RC_CORRUPT;
}

static enum rc
approve(struct store_txn *t, const struct key *k, const struct event *e,
	struct err *reterr)
{
	struct store_draft d = {0};
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(t->s, t->txn, DB_META, k->byte, k->len, buf,
		sizeof(buf), &n, reterr);

	if (rc == RC_OK) {
		rc = decode(buf, n, &d);
	}
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	d.approved = e->sequence;
	d.effective = e->data.draft_approved.effective;
	return put(t, k, &d, reterr);
}

static enum rc
forget(struct store_txn *t, const struct key *k, struct err *reterr)
{
	enum rc rc = value_del(t, DB_META, k->byte, k->len, reterr);

	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc
draft_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct store_draft d = {.drafted = e->sequence};
	struct key k;

	switch ((int)e->type) {
	case EVENT_CONFIG_DRAFTED:
		d.effective = e->data.draft.effective;
		return make_key(&k, e->data.draft.version)
			       ? put(t, &k, &d, reterr)
			       : RC_OK;
	case EVENT_CONFIG_APPROVED:
		return make_key(&k, e->data.draft_approved.version)
			       ? approve(t, &k, e, reterr)
			       : RC_OK;
	case EVENT_CONFIG_DROPPED:
		return make_key(&k, e->data.draft_dropped.version)
			       ? forget(t, &k, reterr)
			       : RC_OK;
	case EVENT_CONFIG_ACTIVATED:
		return make_key(&k, e->data.config.version)
			       ? forget(t, &k, reterr)
			       : RC_OK;
	default:
		return RC_OK;
	}
}

/* --- look-ups --- */

static bool
is_draft(const MDB_val *k)
{
	return k->mv_size > HEAD_BYTES &&
	       k->mv_size <= sizeof(((struct key *)0)->byte) &&
	       memcmp(k->mv_data, DRAFT, HEAD_BYTES) == 0;
}

/* The one at the cursor. */
static enum rc
take(struct store *s, const MDB_val *key, const MDB_val *data,
	struct store_draft *ret, struct err *reterr)
{
	const uint8_t *p = key->mv_data;
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc =
		value_open(s, DB_META, key, data, buf, sizeof(buf), &n, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = decode(buf, n, ret);
	}
	memcpy(ret->version, p + HEAD_BYTES, key->mv_size - HEAD_BYTES);
	return rc;
}

static void
sort(struct store_draft d[], size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct store_draft x = d[i];
		size_t k = i;

		while (k > 0 && d[k - 1].drafted > x.drafted) {
			d[k] = d[k - 1];
			k--;
		}
		d[k] = x;
	}
}

enum rc
store_drafts(struct store *s, struct store_draft ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	char first[] = DRAFT;
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k = {HEAD_BYTES, first}, v;
	enum rc rc;
	int code;

	*ret_n = 0;
	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(txn, s->dbi[DB_META], &c);
	if (code != MDB_SUCCESS) {
		mdb_txn_abort(txn);
		return store_read_fail(s, reterr, code, DB_META);
	}
	code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (code == MDB_SUCCESS && rc == RC_OK && *ret_n < cap &&
		is_draft(&k)) {
		rc = take(s, &k, &v, &ret[*ret_n], reterr);
		*ret_n += rc == RC_OK ? 1 : 0;
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, DB_META);
	}
	sort(ret, *ret_n);
	return rc;
}
