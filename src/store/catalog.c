/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/catalog_internal.h"
#include "store/store.h"

#include "base/poison.h"

enum rc
catalog_fail(struct err *reterr, int code, const char *path, const char *what)
{
	enum rc rc = store_rc_from_mdb(code);

	if (rc == RC_NOSPC) {
		return err_set(reterr, rc, code, "catalog",
			"%s: %s: free some disk space", path, what);
	}
	if (code > 0) {
		return err_set(
			reterr, rc, code, "catalog", "%s: %s", path, what);
	}
	return err_set(reterr, rc == RC_NOTFOUND ? RC_CORRUPT : rc, 0,
		"catalog", "%s: %s: %s; import the products again", path, what,
		mdb_strerror(code));
}

/* As for the store: a file cut short must be an error, not a signal. */
static int
check_length(const struct catalog *c)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	int fd;

	if (mdb_env_info(c->env, &info) != MDB_SUCCESS ||
		mdb_env_stat(c->env, &stat) != MDB_SUCCESS ||
		mdb_env_get_fd(c->env, &fd) != MDB_SUCCESS ||
		stat.ms_psize == 0) {
		return MDB_INVALID;
	}
	if (fstat(fd, &st) != 0) {
		return errno;
	}
	return (size_t)st.st_size / stat.ms_psize > info.me_last_pgno
		       ? MDB_SUCCESS
		       : MDB_CORRUPTED;
}

static int
open_env(struct catalog *c)
{
	int code;

	code = mdb_env_create(&c->env);
	if (code != MDB_SUCCESS) {
		c->env = NULL;
		return code;
	}
	code = mdb_env_set_maxdbs(c->env, CATALOG_DBS);
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(c->env, c->path,
			MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0600);
	}
	if (code == MDB_SUCCESS) {
		code = check_length(c);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_txn_begin(c->env, NULL, MDB_RDONLY, &c->txn);
	}
	return code;
}

/* The header says what must be there. */
static int
read_header(struct catalog *c, int64_t generation)
{
	char name[] = CATALOG_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v;
	MDB_stat stat;
	int code;

	code = mdb_dbi_open(c->txn, CATALOG_DB_META, 0, &c->meta);
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(c->txn, CATALOG_DB_ITEM, 0, &c->item);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_get(c->txn, c->meta, &k, &v);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_stat(c->txn, c->item, &stat);
	}
	if (code == MDB_SUCCESS &&
		(header_decode(v.mv_data, v.mv_size, &c->header) != RC_OK ||
			c->header.generation != generation ||
			c->header.count != stat.ms_entries)) {
		code = MDB_CORRUPTED;
	}
	return code;
}

enum rc
catalog_open(const char *dir, int64_t generation, struct catalog **ret,
	struct err *reterr)
{
	struct catalog *c;
	enum rc rc;
	int code;

	if (generation == 0) {
		rc = generation_current(dir, &generation, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to open the catalog");
	}
	if (generation_path(c->path, dir, generation, false) != RC_OK) {
		free(c);
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	code = open_env(c);
	if (code == MDB_SUCCESS) {
		code = read_header(c, generation);
	}
	if (code != MDB_SUCCESS) {
		rc = catalog_fail(
			reterr, code, c->path, "cannot open the products");
		catalog_close(c);
		return rc;
	}
	*ret = c;
	return RC_OK;
}

void
catalog_close(struct catalog *c)
{
	if (c == NULL) {
		return;
	}
	if (c->txn != NULL) {
		mdb_txn_abort(c->txn);
	}
	if (c->env != NULL) {
		mdb_env_close(c->env);
	}
	free(c);
}

int64_t
catalog_generation(const struct catalog *c)
{
	return c->header.generation;
}

uint64_t
catalog_count(const struct catalog *c)
{
	return c->header.count;
}

enum rc
catalog_find(struct catalog *c, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	struct code_key key[CODE_CANDIDATES];
	size_t n = code_recognize(code, len, key);
	MDB_val k;
	MDB_val v;
	size_t i;
	int r;

	for (i = 0; i < n; i++) {
		k.mv_data = key[i].key;
		k.mv_size = key[i].key_len;
		r = mdb_get(c->txn, c->item, &k, &v);
		if (r == MDB_NOTFOUND) {
			continue;
		}
		if (r != MDB_SUCCESS) {
			return catalog_fail(
				reterr, r, c->path, "looking a code up");
		}
		if (row_decode(key[i].key, key[i].key_len, v.mv_data, v.mv_size,
			    ret) != RC_OK) {
			return catalog_fail(reterr, MDB_CORRUPTED, c->path,
				"a product fails its check");
		}
		*ret_kind = key[i].kind;
		return RC_OK;
	}
	return RC_NOTFOUND;
}

enum rc
catalog_each(struct catalog *c, catalog_fn fn, void *arg, struct err *reterr)
{
	struct item item;
	MDB_cursor *cursor;
	MDB_val k;
	MDB_val v;
	enum rc rc = RC_OK;
	int code;

	code = mdb_cursor_open(c->txn, c->item, &cursor);
	if (code != MDB_SUCCESS) {
		return catalog_fail(reterr, code, c->path, "reading");
	}
	code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);
	while (code == MDB_SUCCESS) {
		rc = row_decode(
			k.mv_data, k.mv_size, v.mv_data, v.mv_size, &item);
		if (rc != RC_OK) {
			rc = catalog_fail(reterr, MDB_CORRUPTED, c->path,
				"a product fails its check");
			break;
		}
		rc = fn(arg, &item);
		if (rc != RC_OK) {
			break;
		}
		code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	if (rc == RC_OK && code != MDB_NOTFOUND) {
		return catalog_fail(reterr, code, c->path, "reading");
	}
	return rc;
}
