/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

#include "base/poison.h"

/*
 * A store from nothing.  What makes it slow is stock: a thousand sales touch
 * thousands of pages at random, and the next thousand the same ones again.
 * So the sums stay in memory, and are written once, in the order of their
 * keys, when everything else is there.  They are taken in behind the commit
 * of the transaction they belong to, so that one that is begun again adds
 * nothing twice.
 */
#define HELD_LEAST 1024u
#define WRITE_ITEMS 20000u /* a transaction; bounds LMDB's dirty pages */

bool
build_is(const struct store *s)
{
	return s->mode == STORE_BUILD || s->mode == STORE_SCRATCH;
}

void
store_hold(struct store *s, size_t n_item)
{
	s->held.most = n_item < UINT32_MAX / 4 ? n_item : UINT32_MAX / 4;
}

void
build_free(struct store *s)
{
	free(s->held.item);
	free(s->held.slot);
	s->held.item = NULL;
	s->held.slot = NULL;
	s->held.n = 0;
	s->held.cap = 0;
	s->held.n_slot = 0;
}

static enum rc
fail_no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "store",
		"no memory to build the store; close programs and try again");
}

/* --- the mark --- */

static enum rc
mark_path(const struct store *s, char path[PATH_BYTES], struct err *reterr)
{
	if (path_join(path, PATH_BYTES, s->dir, STORE_SUSPECT) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: the path is too long", s->dir);
	}
	return RC_OK;
}

enum rc
build_begin(struct store *s, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc;

	if (path_join(path, PATH_BYTES, s->dir, "data.mdb") == RC_OK &&
		access(path, F_OK) == 0) {
		return err_set(reterr, RC_EXISTS, 0, "store",
			"%s: there is a store already", s->dir);
	}
	rc = mark_path(s, path, reterr);
	if (rc == RC_OK && s->mode == STORE_BUILD) {
		int code = store_mark_suspect(path);

		if (code != 0) {
			return store_fail(s, reterr, code, "marking it");
		}
		rc = file_sync_dir(s->dir, reterr);
	}
	return rc;
}

/* The mark goes when nothing can be lost any more. */
static enum rc
make_lasting(struct store *s, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = mark_path(s, path, reterr);
	int code = store_fit(s);

	if (rc != RC_OK) {
		return rc;
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_sync(s->env, 1);
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "flushing it");
	}
	rc = file_sync_dir(s->dir, reterr);
	if (rc == RC_OK && unlink(path) != 0) {
		rc = store_fail(s, reterr, errno, "taking its mark away");
	}
	return rc == RC_OK ? file_sync_dir(s->dir, reterr) : rc;
}

/* --- stock in memory --- */

/* Where a key is, or would be.  Keys are hashes: any bytes of them do. */
static size_t
find_slot(const struct stock_held *h, const uint8_t *key)
{
	size_t i = (size_t)get_u64be(key) & (h->n_slot - 1);

	while (h->slot[i] != 0 &&
		memcmp(h->item[h->slot[i] - 1].key, key, INDEX_BYTES) != 0) {
		i = (i + 1) & (h->n_slot - 1);
	}
	return i;
}

static enum rc
reserve_slots(struct stock_held *h, size_t want, struct err *reterr)
{
	size_t n = h->n_slot == 0 ? 2 * (size_t)HELD_LEAST : h->n_slot;
	uint32_t *slot;

	while (n < 2 * want) {
		n *= 2;
	}
	if (n == h->n_slot) {
		return RC_OK;
	}
	slot = calloc(n, sizeof(*slot));
	if (slot == NULL) {
		return fail_no_memory(reterr);
	}
	free(h->slot);
	h->slot = slot;
	h->n_slot = n;
	for (size_t i = 0; i < h->n; i++) {
		h->slot[find_slot(h, h->item[i].key)] = (uint32_t)i + 1;
	}
	return RC_OK;
}

enum rc
build_reserve(struct store *s, struct err *reterr)
{
	struct stock_held *h = &s->held;
	size_t want = h->n + s->n_move;
	size_t cap = h->cap == 0 ? HELD_LEAST : h->cap;
	struct stock_move *item;

	stock_key(s);
	while (cap < want) {
		cap *= 2;
	}
	if (cap != h->cap) {
		item = realloc(h->item, cap * sizeof(*item));
		if (item == NULL) {
			return fail_no_memory(reterr);
		}
		h->item = item;
		h->cap = cap;
	}
	return reserve_slots(h, want, reterr);
}

static bool
take_in(struct stock_held *h, const struct stock_move *m)
{
	size_t i = find_slot(h, m->key);
	struct stock_move *old;

	if (h->slot[i] == 0) {
		h->item[h->n++] = *m;
		h->slot[i] = (uint32_t)h->n;
		return true;
	}
	old = &h->item[h->slot[i] - 1];
	return !__builtin_add_overflow(old->milli, m->milli, &old->milli);
}

/* --- and into the file --- */

/* One transaction's worth.  Into an empty database they go at its end. */
static enum rc
write_some(struct store *s, const struct stock_move *m, size_t n, bool append,
	struct err *reterr)
{
	MDB_txn *txn = NULL;
	MDB_cursor *c = NULL;
	enum rc rc = RC_OK;
	int code = mdb_txn_begin(s->env, NULL, 0, &txn);

	if (code == MDB_SUCCESS) {
		code = mdb_cursor_open(txn, s->dbi[DB_STOCK], &c);
	}
	for (size_t i = 0; code == MDB_SUCCESS && rc == RC_OK && i < n; i++) {
		rc = stock_add_one(
			s, c, &m[i], append ? MDB_APPEND : 0, reterr);
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	if (code == MDB_SUCCESS && rc == RC_OK) {
		code = mdb_txn_commit(txn);
		txn = NULL;
		s->grow = s->grow || code == MDB_MAP_FULL;
	}
	if (txn != NULL) {
		mdb_txn_abort(txn);
	}
	return code == MDB_SUCCESS ? rc : store_fail(s, reterr, code, "stock");
}

static enum rc
stock_is_empty(struct store *s, bool *ret, struct err *reterr)
{
	MDB_txn *txn;
	MDB_stat stat;
	enum rc rc = store_read_begin(s, &txn, reterr);
	int code;

	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_stat(txn, s->dbi[DB_STOCK], &stat);
	mdb_txn_abort(txn);
	if (code != MDB_SUCCESS) {
		return store_read_fail(s, reterr, code, DB_STOCK);
	}
	*ret = stat.ms_entries == 0;
	return RC_OK;
}

static enum rc
write_held(struct store *s, struct err *reterr)
{
	struct stock_held *h = &s->held;
	bool append = false;
	size_t at = 0;
	enum rc rc;

	if (h->n == 0) {
		return RC_OK;
	}
	rc = stock_is_empty(s, &append, reterr);
	stock_sort(h->item, h->n);
	while (rc == RC_OK && at < h->n) {
		size_t n = h->n - at < WRITE_ITEMS ? h->n - at : WRITE_ITEMS;

		if (s->grow) {
			rc = store_grow(s, reterr);
		}
		if (rc == RC_OK) {
			rc = write_some(s, h->item + at, n, append, reterr);
		}
		if (rc == RC_OK) {
			at += n;
		} else if (rc == RC_AGAIN && s->grow) {
			rc = RC_OK;
		}
	}
	memset(h->slot, 0, h->n_slot * sizeof(*h->slot));
	h->n = 0;
	s->useless = s->useless || rc != RC_OK;
	return rc == RC_AGAIN ? RC_IO : rc;
}

enum rc
build_committed(struct store *s, struct err *reterr)
{
	struct stock_held *h = &s->held;

	for (size_t i = 0; i < s->n_move; i++) {
		if (!take_in(h, &s->move[i])) {
			s->useless = true;
			return err_set(reterr, RC_RANGE, 0, "store",
				"a stock quantity is too large");
		}
	}
	stock_forget(s);
	return h->n > h->most ? write_held(s, reterr) : RC_OK;
}

enum rc
build_unwritten(const struct store *s, struct err *reterr)
{
	if (s->held.n == 0) {
		return RC_OK;
	}
	return err_set(reterr, RC_INVAL, 0, "store",
		"%s: its stock is not written yet", s->dir);
}

enum rc
store_finish(struct store *s, struct err *reterr)
{
	enum rc rc;

	if (!build_is(s) || s->finished) {
		return RC_OK;
	}
	if (s->open || s->useless) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: cannot be finished; make it anew with: holdfast "
			"rebuild",
			s->dir);
	}
	rc = write_held(s, reterr);
	build_free(s);
	if (rc == RC_OK && s->mode == STORE_BUILD) {
		rc = make_lasting(s, reterr);
		s->useless = rc != RC_OK;
		s->finished = rc == RC_OK;
	}
	return rc;
}
