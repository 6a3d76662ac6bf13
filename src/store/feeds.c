/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines say of feeds: how far each was followed, and where the shop itself
 * last changed what a hub may decide, too.  In meta, under "feed/" and the
 * feed's name, and under "own/" and what was changed; "own/since" is the line
 * of the configuration that was active when the register came to its hub, and
 * while there is none nothing is kept, so that a store that never had a hub has
 * no such row.  Whom the hub changed
 * last has a row under "hub/" and their number.
 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define FEED "feed/"
#define OWN "own/"
#define SINCE "since"
#define BY_HUB "hub/"
#define NAME_MAX_BYTES 40
#define KEY_BYTES_MAX (sizeof(FEED) + NAME_MAX_BYTES)
#define VALUE_BYTES 128

struct key {
	char byte[KEY_BYTES_MAX];
	size_t len;
};

static bool
make_key(struct key *k, const char *prefix, const char *a, const char *b)
{
	struct sbuf s;

	sbuf_init(&s, k->byte, sizeof(k->byte));
	sbuf_puts(&s, prefix);
	sbuf_puts(&s, a);
	sbuf_puts(&s, b);
	k->len = s.len;
	return sbuf_ok(&s) && a[0] != '\0';
}

/* --- what a line changes --- */

static enum rc
get_number(struct store *s, MDB_txn *txn, const struct key *k, uint64_t *ret,
	struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	int64_t v = 0;
	size_t n = 0;
	enum rc rc = value_get(
		s, txn, DB_META, k->byte, k->len, buf, sizeof(buf), &n, reterr);

	if (rc == RC_OK) {
		rc = number_decode(buf, n, &v);
	}
	*ret = (uint64_t)v;
	return rc;
}

static enum rc
put_number(struct store_txn *t, const struct key *k, uint64_t v,
	struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n = number_encode((int64_t)v, buf, sizeof(buf));

	return value_put(t, DB_META, k->byte, k->len, buf, n, 0, reterr);
}

/* Tied to a hub, or to none any more. */
static enum rc
tie(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const char *kind = e->data.hub.kind;
	struct key k;
	enum rc rc;

	(void)make_key(&k, OWN, SINCE, "");
	if (kind == NULL || strcmp(kind, "none") != 0) {
		return put_number(t, &k, t->now.state.config_seq, reterr);
	}
	rc = value_del(t, DB_META, k.byte, k.len, reterr);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
note(struct store_txn *t, const char *what, const char *no,
	const struct event *e, struct err *reterr)
{
	struct key since, k;
	uint64_t from = 0;
	enum rc rc;

	(void)make_key(&since, OWN, SINCE, "");
	rc = get_number(t->s, t->txn, &since, &from, reterr);
	if (rc != RC_OK || !make_key(&k, OWN, what, no)) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	return put_number(t, &k, e->sequence, reterr);
}

static enum rc
follow(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_feed *f = &e->data.feed;
	size_t n = f->epoch != NULL ? strlen(f->epoch) : 0;
	uint8_t buf[VALUE_BYTES];
	struct key k;
	struct wr w;

	if (f->feed == NULL || n >= STORE_FEED_EPOCH ||
		!make_key(&k, FEED, f->feed, "")) {
		return RC_OK;
	}
	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, e->sequence);
	wr_i64le(&w, f->revision);
	wr_u8(&w, (uint8_t)n);
	wr_bytes(&w, f->epoch != NULL ? f->epoch : "", n);
	return value_put(t, DB_META, k.byte, k.len, buf, w.len, 0, reterr);
}

static enum rc
note_person(struct store_txn *t, const struct event *e, bool hub,
	struct err *reterr)
{
	const char *no = e->data.person.operator_no;
	struct key k;
	enum rc rc;

	if (!make_key(&k, BY_HUB, no, "")) {
		return RC_OK;
	}
	if (hub) {
		return put_number(t, &k, e->sequence, reterr);
	}
	rc = value_del(t, DB_META, k.byte, k.len, reterr);
	return rc == RC_OK || rc == RC_NOTFOUND
		       ? note(t, STORE_OWN_PERSON, no, e, reterr)
		       : rc;
}

static bool
is_hubs(const char *said, const char *word)
{
	return said != NULL && strcmp(said, word) == 0;
}

enum rc
feed_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	switch ((int)e->type) {
	case EVENT_HUB_ENROLLED:
		return tie(t, e, reterr);
	case EVENT_FEED_FOLLOWED:
		return follow(t, e, reterr);
	case EVENT_CATALOG_IMPORTED:
		return note(t, STORE_OWN_CATALOG, "", e, reterr);
	case EVENT_CONFIG_ACTIVATED:
		return is_hubs(e->data.config.why, "feed")
			       ? RC_OK
			       : note(t, STORE_OWN_CONFIG, "", e, reterr);
	case EVENT_OPERATOR_CHANGED:
		return e->data.person.operator_no == NULL
			       ? RC_OK
			       : note_person(t, e,
					 is_hubs(e->data.person.origin, "hub"),
					 reterr);
	default:
		return RC_OK;
	}
}

/* --- look-ups --- */

enum rc
store_own(struct store *s, const char *what, const char *no,
	uint64_t *ret_sequence, struct err *reterr)
{
	uint64_t since = 0, own = 0;
	struct key k;
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	(void)make_key(&k, OWN, SINCE, "");
	rc = get_number(s, txn, &k, &since, reterr);
	if (rc == RC_OK && make_key(&k, OWN, what, no)) {
		rc = get_number(s, txn, &k, &own, reterr);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	mdb_txn_abort(txn);
	*ret_sequence = own > since ? own : since;
	return rc;
}

enum rc
store_from_hub(struct store *s, const char *no, struct err *reterr)
{
	uint64_t at = 0;
	struct key k;
	MDB_txn *txn;
	enum rc rc;

	if (!make_key(&k, BY_HUB, no, "")) {
		return RC_NOTFOUND;
	}
	rc = store_read_begin(s, &txn, reterr);
	if (rc == RC_OK) {
		rc = get_number(s, txn, &k, &at, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

static enum rc
decode(const uint8_t *p, size_t n, struct store_feed *ret)
{
	const uint8_t *epoch;
	struct rd r;
	size_t len;

	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	ret->sequence = rd_u64le(&r);
	ret->revision = rd_i64le(&r);
	len = rd_u8(&r);
	epoch = rd_bytes(&r, len);
	if (epoch == NULL || len >= sizeof(ret->epoch) || !rd_end(&r)) {
		return RC_CORRUPT;
	}
	memcpy(ret->epoch, epoch, len);
	return RC_OK;
}

enum rc
store_feed(struct store *s, const char *name, struct store_feed *ret,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	struct key k;
	size_t n = 0;
	MDB_txn *txn;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (!make_key(&k, FEED, name, "")) {
		return RC_NOTFOUND;
	}
	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = value_get(
		s, txn, DB_META, k.byte, k.len, buf, sizeof(buf), &n, reterr);
	mdb_txn_abort(txn);
	return rc == RC_OK ? decode(buf, n, ret) : rc;
}
