/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

#include "base/poison.h"

enum rc
store_read_begin(struct store *s, MDB_txn **ret, struct err *reterr)
{
	int code = mdb_txn_begin(s->env, NULL, MDB_RDONLY, ret);

	if (code == MDB_MAP_RESIZED) {
		code = mdb_env_set_mapsize(s->env, 0);
		if (code == MDB_SUCCESS) {
			code = mdb_txn_begin(s->env, NULL, MDB_RDONLY, ret);
		}
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "beginning to read");
	}
	return RC_OK;
}

/* Address space only. */
enum rc
store_grow(struct store *s, struct err *reterr)
{
	MDB_envinfo info;
	size_t size;
	int code;

	code = mdb_env_info(s->env, &info);
	if (code == MDB_SUCCESS && info.me_mapsize > SIZE_MAX / 2) {
		code = ENOMEM;
	}
	if (code == MDB_SUCCESS) {
		size = info.me_mapsize * 2;
		while (size < s->grow_bytes && size <= SIZE_MAX / 2) {
			size *= 2;
		}
		code = mdb_env_set_mapsize(s->env, size);
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "growing its map");
	}
	s->grow = false;
	s->grow_bytes = 0;
	return RC_OK;
}

enum rc
store_begin(struct store *s, struct store_txn **ret, struct err *reterr)
{
	struct store_txn *t = &s->txn;
	enum rc rc = RC_OK;
	int code;

	if (s->open || s->mode == STORE_READ || s->mode == STORE_SALVAGE ||
		s->finished || s->useless) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: cannot begin to write here", s->dir);
	}
	if (s->grow) {
		rc = store_grow(s, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	code = mdb_txn_begin(s->env, NULL, 0, &t->txn);
	if (code == MDB_MAP_RESIZED) {
		code = mdb_env_set_mapsize(s->env, 0);
		if (code == MDB_SUCCESS) {
			code = mdb_txn_begin(s->env, NULL, 0, &t->txn);
		}
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "beginning to write");
	}
	if (!s->known) {
		rc = memory_load(s, t->txn, &s->memory, reterr);
		if (rc != RC_OK) {
			mdb_txn_abort(t->txn);
			return rc;
		}
		s->known = true;
	}
	t->s = s;
	t->failed = false;
	t->unsettled = false;
	t->shifts_moved = false;
	t->n_event = 0;
	t->n_page = STORE_FREE_PAGES;
	t->now = s->memory;
	stock_forget(s);
	s->open = true;
	*ret = t;
	return RC_OK;
}

/* Pages taken and given back within one transaction are counted but never
 * written: the file may be shorter than its own page count.  It is made as
 * long, so that a short file always means a file cut short. */
int
store_fit(struct store *s)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	off_t want;
	int fd;

	if (mdb_env_info(s->env, &info) != MDB_SUCCESS ||
		mdb_env_stat(s->env, &stat) != MDB_SUCCESS ||
		mdb_env_get_fd(s->env, &fd) != MDB_SUCCESS) {
		return EINVAL;
	}
	want = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
	if (fstat(fd, &st) != 0 ||
		(st.st_size < want && ftruncate(fd, want) != 0)) {
		return errno;
	}
	return 0;
}

enum rc
store_commit(struct store_txn *t, struct err *reterr)
{
	struct store *s = t->s;
	enum rc rc = RC_OK;
	int code;

	if (t->failed) {
		store_abort(t);
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: a failed change cannot be committed", s->dir);
	}
	if (t->unsettled) {
		rc = store_settle(t, reterr);
		if (rc != RC_OK) {
			store_abort(t);
			return rc;
		}
	}
	code = mdb_txn_commit(t->txn);
	t->txn = NULL;
	s->open = false;
	if (code != MDB_SUCCESS) {
		/* what is on disk is known to LMDB alone: read it again */
		s->known = false;
		s->grow = code == MDB_MAP_FULL;
		return store_fail(s, reterr, code, "committing");
	}
	s->memory = t->now;
	s->known = !s->reload;
	s->reload = false;
	if (build_is(s)) {
		return build_committed(s, reterr);
	}
	/* failing costs no more than a rebuild at the next start */
	(void)store_fit(s);
	return RC_OK;
}

enum rc
store_sync(struct store *s, struct err *reterr)
{
	int code = mdb_env_sync(s->env, 1);

	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "flushing");
	}
	return RC_OK;
}

void
store_abort(struct store_txn *t)
{
	if (t == NULL || !t->s->open) {
		return;
	}
	mdb_txn_abort(t->txn);
	t->txn = NULL;
	t->s->reload = false;
	stock_forget(t->s);
	t->s->open = false;
}
