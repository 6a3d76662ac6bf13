/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sync_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "store/store_internal.h"

#include "base/poison.h"

#define FORMAT 1u
#define VALUE_BYTES 1024
#define POISON_KEY_BYTES 12
#define STATE_KEY "state"
#define READERS 4

struct sync_db {
	MDB_env *env;
	MDB_dbi state, poison;
	char dir[PATH_BYTES];
};

const char *
sync_stop_word(enum sync_stop stop)
{
	static const char *const word[SYNC_STOP_COUNT] = {
		"none", "fork", "fenced", "clone", "revoked", "rollback"};

	return word[stop];
}

static enum rc
fail(const struct sync_db *d, struct err *reterr, int code, const char *what)
{
	enum rc rc = store_rc_from_mdb(code);

	if (rc == RC_INVAL || rc == RC_AGAIN) {
		rc = RC_CORRUPT;
	}
	return err_set(reterr, rc, code > 0 ? code : 0, "sync_db", "%s: %s%s%s",
		d->dir, what, code > 0 ? "" : ": ",
		code > 0 ? "" : mdb_strerror(code));
}

/* --- values: members, little endian, and their SHA-256 -------------------- */

static void
put_text(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s, n);
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

static size_t
seal(struct wr *w)
{
	uint8_t hash[HASH_BYTES];

	sha256(hash, w->p, w->len);
	wr_bytes(w, hash, sizeof(hash));
	return wr_ok(w) ? w->len : 0;
}

/* False: it is not what was written. */
static bool
unseal(const MDB_val *v, struct rd *r)
{
	uint8_t hash[HASH_BYTES];
	const uint8_t *p = v->mv_data;
	size_t n = v->mv_size;

	if (n < HASH_BYTES + 1 || n > VALUE_BYTES) {
		return false;
	}
	sha256(hash, p, n - HASH_BYTES);
	if (memcmp(hash, p + n - HASH_BYTES, HASH_BYTES) != 0) {
		return false;
	}
	rd_init(r, p, n - HASH_BYTES);
	return rd_u8(r) == FORMAT;
}

static size_t
state_write(const struct sync_state *s, uint8_t out[VALUE_BYTES])
{
	struct wr w;

	wr_init(&w, out, VALUE_BYTES);
	wr_u8(&w, FORMAT);
	put_text(&w, s->keyid);
	wr_u32le(&w, s->acked_epoch);
	wr_u64le(&w, s->acked);
	wr_bytes(&w, s->acked_hash, HASH_BYTES);
	wr_i64le(&w, s->acked_time.us);
	wr_bytes(&w, s->anchor, SIG_BYTES);
	wr_bytes(&w, s->hub, UUID_BYTES);
	wr_u64le(&w, s->durable);
	wr_u64le(&w, s->most);
	wr_u8(&w, (uint8_t)s->stop);
	wr_u32le(&w, s->stop_epoch);
	wr_u64le(&w, s->stop_sequence);
	wr_u64le(&w, s->salvaged);
	wr_i64le(&w, s->paused.us);
	wr_i64le(&w, s->success.us);
	wr_i64le(&w, s->offset_us);
	put_text(&w, s->nonce);
	put_text(&w, s->next);
	wr_i64le(&w, s->pause_us);
	put_text(&w, s->was);
	wr_i64le(&w, s->was_at.us);
	wr_i64le(&w, s->was_over.us);
	return seal(&w);
}

static bool
state_read(const MDB_val *v, struct sync_state *s)
{
	struct rd r;
	unsigned stop;

	memset(s, 0, sizeof(*s));
	if (!unseal(v, &r)) {
		return false;
	}
	get_text(&r, s->keyid, sizeof(s->keyid));
	s->acked_epoch = rd_u32le(&r);
	s->acked = rd_u64le(&r);
	get_bytes(&r, s->acked_hash, HASH_BYTES);
	s->acked_time.us = rd_i64le(&r);
	get_bytes(&r, s->anchor, SIG_BYTES);
	get_bytes(&r, s->hub, UUID_BYTES);
	s->durable = rd_u64le(&r);
	s->most = rd_u64le(&r);
	stop = rd_u8(&r);
	s->stop =
		stop < SYNC_STOP_COUNT ? (enum sync_stop)stop : SYNC_STOP_NONE;
	s->stop_epoch = rd_u32le(&r);
	s->stop_sequence = rd_u64le(&r);
	s->salvaged = rd_u64le(&r);
	s->paused.us = rd_i64le(&r);
	s->success.us = rd_i64le(&r);
	s->offset_us = rd_i64le(&r);
	get_text(&r, s->nonce, sizeof(s->nonce));
	get_text(&r, s->next, sizeof(s->next));
	if (r.n > 0) { /* 0.6.0 wrote no more */
		s->pause_us = rd_i64le(&r);
		get_text(&r, s->was, sizeof(s->was));
		s->was_at.us = rd_i64le(&r);
		s->was_over.us = rd_i64le(&r);
	}
	return !r.bad;
}

static void
poison_key(uint32_t epoch, uint64_t sequence, uint8_t out[POISON_KEY_BYTES])
{
	uint8_t be[8];

	put_u64be(be, epoch);
	memcpy(out, be + 4, 4);
	put_u64be(out + 4, sequence);
}

static size_t
poison_write(const struct sync_poison *p, uint8_t out[VALUE_BYTES])
{
	struct wr w;

	wr_init(&w, out, VALUE_BYTES);
	wr_u8(&w, FORMAT);
	wr_bytes(&w, p->hash, HASH_BYTES);
	wr_i64le(&w, p->at.us);
	put_text(&w, p->reason);
	return seal(&w);
}

static bool
poison_read(const MDB_val *k, const MDB_val *v, struct sync_poison *p)
{
	uint8_t be[8] = {0};
	struct rd r;

	memset(p, 0, sizeof(*p));
	if (k->mv_size != POISON_KEY_BYTES || !unseal(v, &r)) {
		return false;
	}
	memcpy(be + 4, k->mv_data, 4);
	p->epoch = (uint32_t)get_u64be(be);
	p->sequence = get_u64be((const uint8_t *)k->mv_data + 4);
	get_bytes(&r, p->hash, HASH_BYTES);
	p->at.us = rd_i64le(&r);
	get_text(&r, p->reason, sizeof(p->reason));
	return !r.bad;
}

/* --- life ----------------------------------------------------------------- */

static int
open_env(struct sync_db *d)
{
	MDB_txn *txn = NULL;
	int code = mdb_env_create(&d->env);

	if (code == MDB_SUCCESS) {
		code = mdb_env_set_maxdbs(d->env, 2);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_maxreaders(d->env, READERS);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_mapsize(d->env, SYNC_DB_MAP_BYTES);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(
			d->env, d->dir, MDB_NOTLS | MDB_NOMETASYNC, 0600);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_txn_begin(d->env, NULL, 0, &txn);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(txn, "state", MDB_CREATE, &d->state);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(txn, "poison", MDB_CREATE, &d->poison);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_txn_commit(txn);
	} else if (txn != NULL) {
		mdb_txn_abort(txn);
	}
	return code;
}

enum rc
sync_db_open(const char *dir, struct sync_db **ret, struct err *reterr)
{
	struct sync_db *d = calloc(1, sizeof(*d));
	struct sbuf b;
	enum rc rc;
	int code;

	if (d == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "sync_db",
			"no memory for the worker's state");
	}
	sbuf_init(&b, d->dir, sizeof(d->dir));
	sbuf_puts(&b, dir);
	if (!sbuf_ok(&b)) {
		free(d);
		return err_set(reterr, RC_RANGE, 0, "sync_db",
			"the path of the store is too long");
	}
	code = open_env(d);
	if (code != MDB_SUCCESS) {
		rc = fail(d, reterr, code, "opening the worker's state");
		sync_db_close(d);
		return rc;
	}
	*ret = d;
	return RC_OK;
}

void
sync_db_close(struct sync_db *d)
{
	if (d != NULL) {
		if (d->env != NULL) {
			mdb_env_close(d->env);
		}
		free(d);
	}
}

enum rc
sync_db_remove(const char *dir, struct err *reterr)
{
	static const char *const name[] = {"data.mdb", "lock.mdb"};
	char path[PATH_BYTES];

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		if (path_join(path, sizeof(path), dir, name[i]) != RC_OK) {
			return err_set(reterr, RC_RANGE, 0, "sync_db",
				"the path of the store is too long");
		}
		if (unlink(path) != 0 && errno != ENOENT) {
			return err_set(reterr, RC_IO, errno, "sync_db",
				"cannot remove %s", path);
		}
	}
	return RC_OK;
}

/* --- state ---------------------------------------------------------------- */

enum rc
sync_db_get(struct sync_db *d, struct sync_state *ret, struct err *reterr)
{
	MDB_val k = {sizeof(STATE_KEY) - 1, bytes_unconst(STATE_KEY)};
	MDB_val v;
	MDB_txn *txn;
	enum rc rc = RC_OK;
	int code = mdb_txn_begin(d->env, NULL, MDB_RDONLY, &txn);

	memset(ret, 0, sizeof(*ret));
	if (code != MDB_SUCCESS) {
		return fail(d, reterr, code, "reading the worker's state");
	}
	code = mdb_get(txn, d->state, &k, &v);
	if (code == MDB_SUCCESS && !state_read(&v, ret)) {
		memset(ret, 0, sizeof(*ret));
		rc = err_set(reterr, RC_CORRUPT, 0, "sync_db",
			"%s: the worker's state fails its check; it is made "
			"anew",
			d->dir);
	} else if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		rc = fail(d, reterr, code, "reading the worker's state");
	}
	mdb_txn_abort(txn);
	return rc;
}

/* One commit: a line of the quarantine when there is one, and the state. */
static int
put_both(struct sync_db *d, const struct sync_poison *p,
	const struct sync_state *s)
{
	uint8_t key[POISON_KEY_BYTES];
	uint8_t value[VALUE_BYTES];
	MDB_val k = {sizeof(key), key};
	MDB_val v = {0, value};
	MDB_txn *txn;
	int code = mdb_txn_begin(d->env, NULL, 0, &txn);

	if (code != MDB_SUCCESS) {
		return code;
	}
	if (p != NULL) {
		poison_key(p->epoch, p->sequence, key);
		v.mv_size = poison_write(p, value);
		code = mdb_put(txn, d->poison, &k, &v, MDB_NOOVERWRITE);
		code = code == MDB_KEYEXIST ? MDB_SUCCESS : code;
	}
	if (code == MDB_SUCCESS) {
		k = (MDB_val){sizeof(STATE_KEY) - 1, bytes_unconst(STATE_KEY)};
		v = (MDB_val){state_write(s, value), value};
		code = mdb_put(txn, d->state, &k, &v, 0);
	}
	if (code == MDB_SUCCESS) {
		return mdb_txn_commit(txn);
	}
	mdb_txn_abort(txn);
	return code;
}

enum rc
sync_db_put(struct sync_db *d, const struct sync_state *s, bool durable,
	struct err *reterr)
{
	int code = put_both(d, NULL, s);

	if (code == MDB_SUCCESS && durable) {
		code = mdb_env_sync(d->env, 1);
	}
	return code == MDB_SUCCESS
		       ? RC_OK
		       : fail(d, reterr, code, "writing the worker's state");
}

/* --- quarantine ----------------------------------------------------------- */

enum rc
sync_db_poison(struct sync_db *d, const struct sync_poison *p,
	const struct sync_state *s, struct err *reterr)
{
	int code = put_both(d, p, s);

	return code == MDB_SUCCESS
		       ? RC_OK
		       : fail(d, reterr, code, "writing the quarantine");
}

enum rc
sync_db_poison_next(struct sync_db *d, uint32_t epoch, uint64_t sequence,
	struct sync_poison *ret, struct err *reterr)
{
	uint8_t key[POISON_KEY_BYTES];
	MDB_val k = {sizeof(key), key};
	MDB_cursor *c = NULL;
	MDB_txn *txn = NULL;
	MDB_val v;
	enum rc rc = RC_OK;
	int code = mdb_txn_begin(d->env, NULL, MDB_RDONLY, &txn);

	poison_key(epoch, sequence + 1, key);
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_open(txn, d->poison, &c);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	}
	if (code == MDB_NOTFOUND) {
		rc = RC_NOTFOUND;
	} else if (code != MDB_SUCCESS) {
		rc = fail(d, reterr, code, "reading the quarantine");
	} else if (!poison_read(&k, &v, ret)) {
		rc = err_set(reterr, RC_CORRUPT, 0, "sync_db",
			"%s: a row of the quarantine fails its check", d->dir);
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	if (txn != NULL) {
		mdb_txn_abort(txn);
	}
	return rc;
}

enum rc
sync_db_poison_clear(struct sync_db *d, struct err *reterr)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(d->env, NULL, 0, &txn);

	if (code == MDB_SUCCESS) {
		code = mdb_drop(txn, d->poison, 0);
		if (code == MDB_SUCCESS) {
			code = mdb_txn_commit(txn);
		} else {
			mdb_txn_abort(txn);
		}
	}
	return code == MDB_SUCCESS
		       ? RC_OK
		       : fail(d, reterr, code, "emptying the quarantine");
}
