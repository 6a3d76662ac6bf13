/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/feed_internal.h"
#include "store/store.h"

#include "base/poison.h"

#define FULL_BYTES ((unsigned long)256 << 10)

static const char *const db_names[FEEDS_DBS] = {
	"meta", "product", "price", "when", "item"};

/* LMDB says EIO of a write that was cut short, as the last one on a disk that
 * fills up is. */
static bool
is_full(const char *path)
{
	struct statvfs v;

	return statvfs(path, &v) == 0 && v.f_frsize != 0 &&
	       v.f_bavail < FULL_BYTES / v.f_frsize;
}

enum rc
feeds_fail(const struct feeds_env *e, struct err *reterr, int code,
	const char *what)
{
	enum rc rc;

	code = code == EIO && is_full(e->path) ? ENOSPC : code;
	rc = store_rc_from_mdb(code);
	if (code == MDB_MAP_FULL) {
		return err_set(reterr, RC_NOSPC, 0, "feed",
			"%s: %s: the hub sent more than this register keeps",
			e->path, what);
	}
	if (rc == RC_NOSPC) {
		return err_set(reterr, rc, code, "feed",
			"%s: %s: free some disk space", e->path, what);
	}
	if (code > 0) {
		return err_set(
			reterr, rc, code, "feed", "%s: %s", e->path, what);
	}
	return err_set(reterr, rc == RC_NOTFOUND ? RC_CORRUPT : rc, 0, "feed",
		"%s: %s: %s; the worker fetches it again", e->path, what,
		mdb_strerror(code));
}

static enum rc
damaged(const struct feeds_env *e, struct err *reterr)
{
	return feeds_fail(e, reterr, MDB_CORRUPTED, "a value fails its check");
}

static int
open_env(struct feeds_env *e, bool write)
{
	unsigned flags = MDB_NOTLS | (write ? MDB_NOMETASYNC : MDB_RDONLY);
	int dead;
	int code;

	code = mdb_env_create(&e->env);
	if (code != MDB_SUCCESS) {
		e->env = NULL;
		return code;
	}
	code = mdb_env_set_maxdbs(e->env, FEEDS_DBS);
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_maxreaders(e->env, FEEDS_READERS);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_mapsize(e->env, FEEDS_MAP_BYTES);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(e->env, e->path, flags, 0600);
	}
	if (code == MDB_SUCCESS) {
		/* a reader that was killed keeps pages from being used */
		(void)mdb_reader_check(e->env, &dead);
		code = catalog_check_length(e->env);
	}
	return code;
}

static int
open_dbs(struct feeds_env *e, bool write)
{
	MDB_txn *txn = NULL;
	int code = mdb_txn_begin(e->env, NULL, write ? 0 : MDB_RDONLY, &txn);

	for (int i = 0; code == MDB_SUCCESS && i < FEEDS_DBS; i++) {
		code = mdb_dbi_open(
			txn, db_names[i], write ? MDB_CREATE : 0, &e->dbi[i]);
	}
	if (code == MDB_SUCCESS) {
		return mdb_txn_commit(txn);
	}
	if (txn != NULL) {
		mdb_txn_abort(txn);
	}
	return code;
}

enum rc
feeds_env_open(
	struct feeds_env *e, const char *dir, bool write, struct err *reterr)
{
	char file[PATH_BYTES];
	struct stat st;
	int code = MDB_SUCCESS;

	memset(e, 0, sizeof(*e));
	if (path_join(e->path, sizeof(e->path), dir, FEEDS_DIR) != RC_OK ||
		path_join(file, sizeof(file), e->path, "data.mdb") != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"%s: the path is too long", dir);
	}
	if (write && mkdir(e->path, 0700) != 0 && errno != EEXIST) {
		return feeds_fail(e, reterr, errno, "making the directory");
	}
	/* one that its maker did not live to fill is none */
	if (!write && (stat(file, &st) != 0 || st.st_size == 0)) {
		return err_set(reterr, RC_NOTFOUND, 0, "feed",
			"%s: no feed of a hub yet", e->path);
	}
	code = open_env(e, write);
	if (code == MDB_SUCCESS) {
		code = open_dbs(e, write);
	}
	if (code == MDB_SUCCESS) {
		return RC_OK;
	}
	feeds_env_close(e);
	if (!write && (code == MDB_NOTFOUND || code == ENOENT)) {
		return err_set(reterr, RC_NOTFOUND, 0, "feed",
			"%s: no feed of a hub yet", e->path);
	}
	return feeds_fail(e, reterr, code, "cannot open the feeds");
}

void
feeds_env_close(struct feeds_env *e)
{
	if (e->env != NULL) {
		mdb_env_close(e->env);
		e->env = NULL;
	}
}

enum rc
feeds_env_remove(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];

	if (path_join(path, sizeof(path), dir, FEEDS_DIR) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"%s: the path is too long", dir);
	}
	return directory_remove(path, reterr);
}

enum rc
feeds_header_get(const struct feeds_env *e, MDB_txn *txn,
	struct feeds_header *ret, struct err *reterr)
{
	char name[] = FEEDS_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v;
	int code = mdb_get(txn, e->dbi[FEEDS_DB_META], &k, &v);

	memset(ret, 0, sizeof(*ret));
	if (code == MDB_NOTFOUND) {
		return RC_OK;
	}
	if (code != MDB_SUCCESS) {
		return feeds_fail(e, reterr, code, "reading");
	}
	return feeds_header_decode(v.mv_data, v.mv_size, ret) == RC_OK
		       ? RC_OK
		       : damaged(e, reterr);
}

enum rc
feeds_header_put(const struct feeds_env *e, MDB_txn *txn,
	const struct feeds_header *h, struct err *reterr)
{
	char name[] = FEEDS_HEADER_KEY;
	uint8_t value[CURSOR_VALUE_BYTES];
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v = {feeds_header_encode(h, value, sizeof(value)), value};
	int code = mdb_put(txn, e->dbi[FEEDS_DB_META], &k, &v, 0);

	return code == MDB_SUCCESS ? RC_OK
				   : feeds_fail(e, reterr, code, "writing");
}

static size_t
cursor_key(const char *feed, char out[FEEDS_NAME_BYTES + 8])
{
	size_t n = strnlen(feed, FEEDS_NAME_BYTES - 1);

	memcpy(out, FEEDS_CURSOR_KEY, sizeof(FEEDS_CURSOR_KEY) - 1);
	memcpy(out + sizeof(FEEDS_CURSOR_KEY) - 1, feed, n);
	return sizeof(FEEDS_CURSOR_KEY) - 1 + n;
}

enum rc
feeds_cursor_get(const struct feeds_env *e, MDB_txn *txn, const char *feed,
	struct feeds_cursor *ret, struct err *reterr)
{
	char key[FEEDS_NAME_BYTES + 8];
	MDB_val k = {cursor_key(feed, key), key};
	MDB_val v;
	int code = mdb_get(txn, e->dbi[FEEDS_DB_META], &k, &v);

	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code != MDB_SUCCESS) {
		return feeds_fail(e, reterr, code, "reading a cursor");
	}
	return cursor_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size, ret) ==
			       RC_OK
		       ? RC_OK
		       : damaged(e, reterr);
}

enum rc
feeds_cursor_put(const struct feeds_env *e, MDB_txn *txn,
	const struct feeds_cursor *c, struct err *reterr)
{
	char key[FEEDS_NAME_BYTES + 8];
	uint8_t value[CURSOR_VALUE_BYTES];
	MDB_val k = {cursor_key(c->feed, key), key};
	MDB_val v = {
		cursor_encode(c, k.mv_data, k.mv_size, value, sizeof(value)),
		value};
	int code = mdb_put(txn, e->dbi[FEEDS_DB_META], &k, &v, 0);

	return code == MDB_SUCCESS
		       ? RC_OK
		       : feeds_fail(e, reterr, code, "writing a cursor");
}

enum rc
feeds_cursor_list(const struct feeds_env *e, MDB_txn *txn,
	struct feeds_cursor ret[FEEDS_MOST], size_t *ret_n, struct err *reterr)
{
	char from[] = FEEDS_CURSOR_KEY;
	MDB_val k = {sizeof(from) - 1, from};
	MDB_val v;
	MDB_cursor *c = NULL;
	enum rc rc = RC_OK;
	int code = mdb_cursor_open(txn, e->dbi[FEEDS_DB_META], &c);

	*ret_n = 0;
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	}
	while (code == MDB_SUCCESS && *ret_n < FEEDS_MOST &&
		k.mv_size >= sizeof(from) - 1 &&
		memcmp(k.mv_data, FEEDS_CURSOR_KEY, sizeof(from) - 1) == 0) {
		if (cursor_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size,
			    &ret[*ret_n]) != RC_OK) {
			rc = damaged(e, reterr);
			break;
		}
		(*ret_n)++;
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		rc = feeds_fail(e, reterr, code, "reading cursors");
	}
	return rc;
}

enum rc
feeds_base(const char *dir, const struct feeds_header *h, int64_t *ret,
	struct err *reterr)
{
	int64_t now = 0;
	enum rc rc = generation_current(dir, &now, reterr);

	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	*ret = h != NULL && (now == h->base || now == h->from) ? h->base : now;
	return RC_OK;
}
