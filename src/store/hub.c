/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines say of the hub a register belongs to: meta/link how it is tied to
 * it, meta/link/ack what that acknowledged last, meta/link/refused why it takes
 * no more, and a row "link/apart/", hub, epoch, sequence for each line that it
 * keeps apart.
 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define HUB "link"
#define ACK "link/ack"
#define REFUSED "link/refused"
#define APART "link/apart/"
#define APART_HEAD (sizeof(APART) - 1)
#define APART_BYTES (APART_HEAD + UUID_BYTES + 4 + 8)
#define VALUE_BYTES 1024

static enum rc
put(struct store_txn *t, const char *key, const struct wr *w,
	struct err *reterr)
{
	return wr_ok(w) ? value_put(t, DB_META, key, strlen(key), w->p, w->len,
				  0, reterr)
			: RC_OK;
}

static enum rc
forget(struct store_txn *t, const char *key, struct err *reterr)
{
	enum rc rc = value_del(t, DB_META, key, strlen(key), reterr);

	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Cut, where it is longer than anybody writes. */
static void
put_text(struct wr *w, const char *text, size_t cap)
{
	size_t n = text != NULL ? strlen(text) : 0;

	n = n < cap ? n : cap - 1;
	wr_u8(w, (uint8_t)n);
	if (n > 0) {
		wr_bytes(w, text, n);
	}
}

static void
get_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	out[0] = '\0';
	if (p == NULL || n >= cap) {
		r->bad = true;
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

static void
get_bytes(struct rd *r, uint8_t *out, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	if (p != NULL) {
		memcpy(out, p, n);
	}
}

static bool
parse_hub(const char *text, uint8_t ret[UUID_BYTES])
{
	return text != NULL && uuid_parse(text, strlen(text), ret) == RC_OK;
}

static bool
parse_hex(const char *text, uint8_t *ret, size_t n)
{
	return text != NULL && hex_decode(ret, n, text, strlen(text)) == RC_OK;
}

/* --- what a line changes --- */

/* Another hub has acknowledged nothing; the same one, to which it was tied
 * anew, all it had. */
static enum rc
tie(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_hub *d = &e->data.hub;
	uint8_t buf[VALUE_BYTES], old[VALUE_BYTES];
	uint8_t hub[UUID_BYTES], key[SIGN_PUB_BYTES] = {0};
	bool none = d->kind != NULL && strcmp(d->kind, "none") == 0;
	bool same;
	size_t n = 0;
	struct wr w;
	enum rc rc = forget(t, REFUSED, reterr);

	if (rc != RC_OK || !parse_hub(d->hub, hub)) {
		return rc;
	}
	rc = value_get(t->s, t->txn, DB_META, ACK, sizeof(ACK) - 1, old,
		sizeof(old), &n, reterr);
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	same = rc == RC_OK && n > UUID_BYTES &&
	       memcmp(old + 1, hub, UUID_BYTES) == 0;
	rc = RC_OK;
	if (none || !same) {
		rc = forget(t, ACK, reterr);
	}
	if (rc != RC_OK || none) {
		return rc == RC_OK ? forget(t, HUB, reterr) : rc;
	}
	(void)parse_hex(d->key, key, sizeof(key));
	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, e->sequence);
	wr_bytes(&w, hub, UUID_BYTES);
	wr_bytes(&w, key, sizeof(key));
	put_text(&w, d->url, STORE_HUB_URL);
	put_text(&w, d->keyid, STORE_HUB_KEYID);
	return put(t, HUB, &w, reterr);
}

static enum rc
acknowledge(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_hub_ack *d = &e->data.hub_ack;
	uint8_t buf[VALUE_BYTES], hub[UUID_BYTES], hash[HASH_BYTES];
	uint8_t sig[SIG_BYTES] = {0};
	struct wr w;
	enum rc rc;

	if (!parse_hub(d->hub, hub) || !parse_hex(d->hash, hash, HASH_BYTES) ||
		d->epoch < 0 || d->epoch > UINT32_MAX || d->sequence < 0) {
		return RC_OK;
	}
	if (d->anchor != NULL && base64_decode(sig, SIG_BYTES, d->anchor,
					 strlen(d->anchor)) != RC_OK) {
		memset(sig, 0, sizeof(sig));
	}
	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, STORE_FORMAT);
	wr_bytes(&w, hub, UUID_BYTES);
	wr_u32le(&w, (uint32_t)d->epoch);
	wr_u64le(&w, (uint64_t)d->sequence);
	wr_bytes(&w, hash, HASH_BYTES);
	wr_i64le(&w, d->at.us);
	wr_bytes(&w, sig, SIG_BYTES);
	wr_i64le(&w, d->durable);
	rc = put(t, ACK, &w, reterr);
	/* it takes lines again */
	return rc == RC_OK ? forget(t, REFUSED, reterr) : rc;
}

static enum rc
refuse(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_hub_refused *d = &e->data.hub_refused;
	uint8_t buf[VALUE_BYTES];
	struct wr w;

	if (d->epoch < 0 || d->epoch > UINT32_MAX || d->sequence < 0) {
		return RC_OK;
	}
	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, e->sequence);
	put_text(&w, d->kind, STORE_HUB_KIND);
	wr_u32le(&w, (uint32_t)d->epoch);
	wr_u64le(&w, (uint64_t)d->sequence);
	return put(t, REFUSED, &w, reterr);
}

static void
apart_key(uint8_t key[APART_BYTES], const uint8_t hub[UUID_BYTES],
	uint32_t epoch, uint64_t sequence)
{
	uint8_t *p = key + APART_HEAD + UUID_BYTES;

	memcpy(key, APART, APART_HEAD);
	memcpy(key + APART_HEAD, hub, UUID_BYTES);
	p[0] = (uint8_t)(epoch >> 24);
	p[1] = (uint8_t)(epoch >> 16);
	p[2] = (uint8_t)(epoch >> 8);
	p[3] = (uint8_t)epoch;
	put_u64be(p + 4, sequence);
}

static enum rc
set_apart(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_hub_apart *d = &e->data.hub_apart;
	uint8_t key[APART_BYTES], buf[SMALL_VALUE_BYTES], hub[UUID_BYTES];
	size_t n;

	if (!parse_hub(d->hub, hub) || d->epoch < 0 || d->epoch > UINT32_MAX ||
		d->sequence < 0) {
		return RC_OK;
	}
	apart_key(key, hub, (uint32_t)d->epoch, (uint64_t)d->sequence);
	n = number_encode((int64_t)e->sequence, buf, sizeof(buf));
	return value_put(t, DB_META, key, sizeof(key), buf, n, 0, reterr);
}

enum rc
hub_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	switch ((int)e->type) {
	case EVENT_HUB_ENROLLED:
		return tie(t, e, reterr);
	case EVENT_HUB_ACKNOWLEDGED:
		return acknowledge(t, e, reterr);
	case EVENT_HUB_REFUSED:
		return refuse(t, e, reterr);
	case EVENT_HUB_QUARANTINED:
		return set_apart(t, e, reterr);
	default:
		return RC_OK;
	}
}

/* --- look-ups --- */

static enum rc
get(struct store *s, MDB_txn *txn, const char *key, uint8_t buf[VALUE_BYTES],
	struct rd *ret, struct err *reterr)
{
	size_t n = 0;
	enum rc rc = value_get(s, txn, DB_META, key, strlen(key), buf,
		VALUE_BYTES, &n, reterr);

	rd_init(ret, buf, rc == RC_OK ? n : 0);
	if (rc == RC_OK && rd_u8(ret) != STORE_FORMAT) {
		rc = RC_CORRUPT;
	}
	return rc;
}

static enum rc
read_tie(struct store *s, MDB_txn *txn, struct store_hub *ret,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	struct rd r;
	enum rc rc = get(s, txn, HUB, buf, &r, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	ret->enrolled = rd_u64le(&r);
	get_bytes(&r, ret->hub, UUID_BYTES);
	get_bytes(&r, ret->key, SIGN_PUB_BYTES);
	get_text(&r, ret->url, sizeof(ret->url));
	get_text(&r, ret->keyid, sizeof(ret->keyid));
	return r.bad ? RC_CORRUPT : RC_OK;
}

static enum rc
read_ack(struct store *s, MDB_txn *txn, struct store_hub *ret,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES], hub[UUID_BYTES] = {0};
	struct rd r;
	enum rc rc = get(s, txn, ACK, buf, &r, reterr);

	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	get_bytes(&r, hub, UUID_BYTES);
	ret->epoch = rd_u32le(&r);
	ret->acked = rd_u64le(&r);
	get_bytes(&r, ret->hash, HASH_BYTES);
	ret->at.us = rd_i64le(&r);
	get_bytes(&r, ret->anchor, SIG_BYTES);
	ret->durable = (uint64_t)rd_i64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}

static enum rc
read_refused(struct store *s, MDB_txn *txn, struct store_hub *ret,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	struct rd r;
	enum rc rc = get(s, txn, REFUSED, buf, &r, reterr);

	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	ret->refused_line = rd_u64le(&r);
	get_text(&r, ret->refused, sizeof(ret->refused));
	ret->refused_epoch = rd_u32le(&r);
	ret->refused_sequence = rd_u64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}

enum rc
store_hub(struct store *s, struct store_hub *ret, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK) {
		return rc;
	}
	rc = read_tie(s, txn, ret, reterr);
	if (rc == RC_OK) {
		rc = read_ack(s, txn, ret, reterr);
	}
	if (rc == RC_OK) {
		rc = read_refused(s, txn, ret, reterr);
	}
	mdb_txn_abort(txn);
	return rc;
}

/* The row at the cursor, when it is one of this hub's. */
static bool
is_apart(const MDB_val *k, const uint8_t hub[UUID_BYTES])
{
	const uint8_t *p = k->mv_data;

	return k->mv_size == APART_BYTES && memcmp(p, APART, APART_HEAD) == 0 &&
	       memcmp(p + APART_HEAD, hub, UUID_BYTES) == 0;
}

static enum rc
take_apart(struct store *s, const MDB_val *k, const MDB_val *v,
	struct store_apart *ret, struct err *reterr)
{
	const uint8_t *p =
		(const uint8_t *)k->mv_data + APART_HEAD + UUID_BYTES;
	uint8_t buf[SMALL_VALUE_BYTES];
	int64_t line = 0;
	size_t n = 0;
	enum rc rc = value_open(s, DB_META, k, v, buf, sizeof(buf), &n, reterr);

	if (rc == RC_OK) {
		rc = number_decode(buf, n, &line);
	}
	ret->epoch = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		     (uint32_t)p[2] << 8 | p[3];
	ret->sequence = get_u64be(p + 4);
	ret->line = (uint64_t)line;
	return rc;
}

enum rc
store_apart(struct store *s, const uint8_t hub[UUID_BYTES],
	struct store_apart ret[], size_t cap, size_t *ret_n, uint64_t *ret_all,
	struct err *reterr)
{
	uint8_t first[APART_BYTES];
	struct store_apart one;
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k = {sizeof(first), first}, v;
	enum rc rc;
	int code;

	*ret_n = 0;
	*ret_all = 0;
	apart_key(first, hub, 0, 0);
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
	while (code == MDB_SUCCESS && rc == RC_OK && is_apart(&k, hub)) {
		rc = take_apart(s, &k, &v, &one, reterr);
		if (rc == RC_OK && *ret_n < cap) {
			ret[(*ret_n)++] = one;
		}
		(*ret_all)++;
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, DB_META);
	}
	return rc;
}

enum rc
store_apart_line(struct store *s, const uint8_t hub[UUID_BYTES], uint32_t epoch,
	uint64_t sequence, uint64_t *ret_line, struct err *reterr)
{
	uint8_t key[APART_BYTES], buf[SMALL_VALUE_BYTES];
	MDB_txn *txn;
	int64_t line = 0;
	size_t n = 0;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	apart_key(key, hub, epoch, sequence);
	rc = value_get(s, txn, DB_META, key, sizeof(key), buf, sizeof(buf), &n,
		reterr);
	mdb_txn_abort(txn);
	if (rc == RC_OK) {
		rc = number_decode(buf, n, &line);
		*ret_line = (uint64_t)line;
	}
	return rc;
}
