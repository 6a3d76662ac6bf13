/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

/* Associated data: database name, NUL, key.  The key LMDB gets is the tail
 * of the same bytes. */
#define AD_BYTES (8 + STORE_KEY_MAX)

struct ad {
	uint8_t p[AD_BYTES];
	size_t n;
	uint8_t *key;
};

static bool
make_ad(struct ad *ad, enum store_db db, const void *key, size_t key_len)
{
	const char *name = store_db_name(db);
	size_t name_len = strlen(name) + 1;

	if (key_len == 0 || key_len > STORE_KEY_MAX) {
		return false;
	}
	memcpy(ad->p, name, name_len);
	ad->key = ad->p + name_len;
	memcpy(ad->key, key, key_len);
	ad->n = name_len + key_len;
	return true;
}

/* Random bytes cost a system call: taken for many nonces at once. */
static const uint8_t *
next_nonce(struct store *s)
{
	if (s->n_nonce == 0) {
		rng_fill(&s->rng, s->nonce[0], sizeof(s->nonce));
		s->n_nonce = STORE_NONCES;
	}
	s->n_nonce--;
	return s->nonce[s->n_nonce];
}

static void
seal_to(struct store *s, const struct ad *ad, const void *p, size_t n,
	uint8_t *out)
{
	const uint8_t *nonce = next_nonce(s);

	memcpy(out, nonce, NONCE_BYTES);
	crypto_encrypt(keys_sub(s->keys, KEYS_VALUES), nonce, ad->p, ad->n, p,
		n, out + NONCE_BYTES);
}

void
value_seal(struct store *s, enum store_db db, const void *key, size_t key_len,
	const void *p, size_t n, uint8_t *out)
{
	struct ad ad;

	if (make_ad(&ad, db, key, key_len)) {
		seal_to(s, &ad, p, n, out);
	}
}

/* LMDB's code as the result of a change: a full map is grown by the next
 * begin. */
static enum rc
fail_change(struct store_txn *t, int code, enum store_db db, struct err *reterr)
{
	t->failed = true;
	if (code == MDB_MAP_FULL) {
		t->s->grow = true;
	}
	return store_fail(t->s, reterr, code, store_db_name(db));
}

enum rc
value_put(struct store_txn *t, enum store_db db, const void *key,
	size_t key_len, const void *p, size_t n, unsigned flags,
	struct err *reterr)
{
	struct ad ad;
	MDB_val k;
	MDB_val v;
	int code;

	if (!make_ad(&ad, db, key, key_len)) {
		t->failed = true;
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: a key is too long", store_db_name(db));
	}
	k.mv_data = ad.key;
	k.mv_size = key_len;
	v.mv_data = NULL;
	v.mv_size = n + SEAL_BYTES;
	code = mdb_put(t->txn, t->s->dbi[db], &k, &v, flags | MDB_RESERVE);
	if (code == MDB_KEYEXIST && (flags & MDB_APPEND) != 0 && db == DB_DOC) {
		/* numbers grow, but not as text for ever: 1000000 stands
		 * before 999999 */
		code = mdb_put(t->txn, t->s->dbi[db], &k, &v,
			(flags & ~(unsigned)MDB_APPEND) | MDB_RESERVE);
	}
	if (code != MDB_SUCCESS) {
		return fail_change(t, code, db, reterr);
	}
	seal_to(t->s, &ad, p, n, v.mv_data);
	return RC_OK;
}

enum rc
value_del(struct store_txn *t, enum store_db db, const void *key,
	size_t key_len, struct err *reterr)
{
	struct ad ad;
	MDB_val k;
	int code;

	if (!make_ad(&ad, db, key, key_len)) {
		return RC_NOTFOUND;
	}
	k.mv_data = ad.key;
	k.mv_size = key_len;
	code = mdb_del(t->txn, t->s->dbi[db], &k, NULL);
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	return code == MDB_SUCCESS ? RC_OK : fail_change(t, code, db, reterr);
}

static enum rc
open_ad(const struct store *s, enum store_db db, const struct ad *ad,
	const MDB_val *v, uint8_t *out, size_t cap, size_t *ret_n,
	struct err *reterr)
{
	const char *name = store_db_name(db);
	char hex[2 * STORE_KEY_MAX + 1];
	enum rc rc = RC_CORRUPT;

	if (v->mv_size >= SEAL_BYTES) {
		if (v->mv_size - SEAL_BYTES > cap) {
			return err_set(reterr, RC_RANGE, 0, "store",
				"%s: a value is larger than its buffer", name);
		}
		rc = keys_unseal(s->keys, KEYS_VALUES, ad->p, ad->n, v->mv_data,
			v->mv_size, out);
	}
	if (rc != RC_OK) {
		hex_encode(hex, ad->key, ad->n - (size_t)(ad->key - ad->p));
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: the value at %s/%s fails its check; make it anew "
			"with: holdfast rebuild",
			s->dir, name, hex);
	}
	*ret_n = v->mv_size - SEAL_BYTES;
	return RC_OK;
}

enum rc
value_open(const struct store *s, enum store_db db, const MDB_val *key,
	const MDB_val *data, uint8_t *out, size_t cap, size_t *ret_n,
	struct err *reterr)
{
	struct ad ad;

	if (!make_ad(&ad, db, key->mv_data, key->mv_size)) {
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: a key in %s has a wrong length", s->dir,
			store_db_name(db));
	}
	return open_ad(s, db, &ad, data, out, cap, ret_n, reterr);
}

enum rc
value_get(const struct store *s, MDB_txn *txn, enum store_db db,
	const void *key, size_t key_len, uint8_t *out, size_t cap,
	size_t *ret_n, struct err *reterr)
{
	struct ad ad;
	MDB_val k;
	MDB_val v;
	int code;

	if (!make_ad(&ad, db, key, key_len)) {
		return RC_NOTFOUND;
	}
	k.mv_data = ad.key;
	k.mv_size = key_len;
	code = mdb_get(txn, s->dbi[db], &k, &v);
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code != MDB_SUCCESS) {
		return store_read_fail(s, reterr, code, db);
	}
	return open_ad(s, db, &ad, &v, out, cap, ret_n, reterr);
}
