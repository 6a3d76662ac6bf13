/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/feed.h"
#include "store/find_internal.h"

#include "base/poison.h"

#define LOCK_TRIES 100
#define LOCK_MS 50

#define LOAD_BATCH_BYTES ((size_t)2 << 20)
#define LOAD_MAP_LEAST ((size_t)64 << 20)

struct catalog_load {
	char dir[PATH_BYTES];
	char aside[PATH_BYTES];
	int64_t generation;
	int lock_fd;
	bool made; /* the aside directory is ours to remove */
	struct rowsort sort;
	struct find_build *find;
	/* writing */
	MDB_env *env;
	MDB_txn *txn;
	MDB_cursor *cursor; /* in the database that is being filled */
	MDB_dbi item;
	MDB_dbi words;
	bool indexing;
	size_t batch_bytes;
	uint64_t n_row;
};

static int
begin_batch(struct catalog_load *l)
{
	int code = mdb_txn_begin(l->env, NULL, 0, &l->txn);

	l->batch_bytes = 0;
	if (code != MDB_SUCCESS) {
		l->txn = NULL;
		return code;
	}
	code = mdb_dbi_open(l->txn, CATALOG_DB_ITEM, MDB_CREATE, &l->item);
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(
			l->txn, CATALOG_DB_FIND, MDB_CREATE, &l->words);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_open(
			l->txn, l->indexing ? l->words : l->item, &l->cursor);
	}
	return code;
}

static int
end_batch(struct catalog_load *l)
{
	int code;

	mdb_cursor_close(l->cursor);
	l->cursor = NULL;
	code = mdb_txn_commit(l->txn);
	l->txn = NULL;
	return code;
}

/* What comes in the order of its keys goes behind the last. */
static enum rc
put(struct catalog_load *l, const void *key, size_t key_len, const void *value,
	size_t n, bool append, struct err *reterr)
{
	uint8_t copy[ROWSORT_KEY_BYTES];
	MDB_val k = {key_len, copy};
	MDB_val v = {n, NULL};
	int code = MDB_SUCCESS;

	if (l->batch_bytes > LOAD_BATCH_BYTES) {
		code = end_batch(l);
		if (code == MDB_SUCCESS) {
			code = begin_batch(l);
		}
	}
	if (code == MDB_SUCCESS) {
		memcpy(copy, key, key_len);
		code = mdb_cursor_put(l->cursor, &k, &v,
			(append ? MDB_APPEND : 0) | MDB_RESERVE);
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(
			reterr, code, l->aside, "writing the products");
	}
	memcpy(v.mv_data, value, n);
	l->batch_bytes += key_len + n;
	return RC_OK;
}

static enum rc
put_words(void *arg, const uint8_t *key, size_t key_len, const uint8_t *value,
	size_t n, bool append, struct err *reterr)
{
	return put(arg, key, key_len, value, n, append, reterr);
}

static enum rc
load_row(void *arg, const struct row *row, struct err *reterr)
{
	struct catalog_load *l = arg;
	struct item item;
	enum rc rc;

	rc = put(l, row->key, row->key_len, row->value, row->value_len, true,
		reterr);
	if (rc == RC_OK && row_decode(row->key, row->key_len, row->value,
				   row->value_len, &item) != RC_OK) {
		rc = err_set(reterr, RC_IO, 0, "catalog",
			"%s: a temporary file is not what was written",
			l->aside);
	}
	if (rc == RC_OK) {
		rc = find_build_add(
			l->find, row->key, row->key_len, &item, reterr);
	}
	l->n_row++;
	return rc;
}

/* Pages of feeds have numbers, too, and a version is said only once. */
static enum rc
behind_feeds(const char *dir, int64_t *ret, struct err *reterr)
{
	struct feeds *f = NULL;
	enum rc rc = feeds_open(dir, &f, reterr);

	if (rc == RC_OK) {
		*ret = feeds_version(f) + 1;
		feeds_close(f);
	}
	/* a damaged one says nothing, and is made anew by its writer */
	return rc == RC_NOTFOUND || rc == RC_CORRUPT ? RC_OK : rc;
}

enum rc
catalog_load_begin(const char *dir, size_t mem_bytes, int64_t at_least,
	struct catalog_load **ret, struct err *reterr)
{
	return load_begin(dir, mem_bytes, at_least, false, ret, reterr);
}

/* The worker has it for a moment whenever a page of a feed came down. */
static enum rc
lock_in_turn(const char *path, int *ret_fd, struct err *reterr)
{
	enum rc rc = file_lock(path, ret_fd, reterr);

	for (int i = 0; rc == RC_BUSY && i < LOCK_TRIES; i++) {
		(void)poll(NULL, 0, LOCK_MS);
		rc = file_lock(path, ret_fd, reterr);
	}
	return rc;
}

enum rc
load_begin(const char *dir, size_t mem_bytes, int64_t at_least, bool locked,
	struct catalog_load **ret, struct err *reterr)
{
	int64_t behind = 0;
	char path[PATH_BYTES];
	struct catalog_load *l;
	enum rc rc;

	if (path_join(path, sizeof(path), dir, CATALOG_LOCK) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to import products");
	}
	memcpy(l->dir, dir, strlen(dir) + 1);
	l->lock_fd = -1;
	rc = RC_OK;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "catalog",
			"%s cannot be made", dir);
	}
	if (rc == RC_OK && !locked) {
		rc = lock_in_turn(path, &l->lock_fd, reterr);
	}
	if (rc == RC_OK && !locked) {
		rc = behind_feeds(dir, &behind, reterr);
	}
	if (rc == RC_OK) {
		/* what a load that was killed left behind */
		rc = generation_clean(dir, 0, 0, reterr);
	}
	if (rc == RC_OK) {
		rc = generation_next(dir, &l->generation, reterr);
	}
	if (rc == RC_OK && l->generation < at_least) {
		l->generation = at_least;
	}
	if (rc == RC_OK && l->generation < behind) {
		l->generation = behind;
	}
	if (rc == RC_OK) {
		rc = generation_path(l->aside, dir, l->generation, true);
	}
	if (rc == RC_OK && mkdir(l->aside, 0700) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "catalog",
			"%s cannot be made", l->aside);
	}
	if (rc == RC_OK) {
		l->made = true;
		rc = rowsort_init(&l->sort, l->aside, true, mem_bytes, reterr);
	}
	if (rc == RC_OK) {
		rc = find_build_new(
			l->aside, mem_bytes, put_words, l, &l->find, reterr);
	}
	if (rc != RC_OK) {
		catalog_load_free(l);
		return rc;
	}
	*ret = l;
	return RC_OK;
}

enum rc
load_row_of(struct catalog_load *l, const void *key, size_t key_len,
	const void *value, size_t n, struct err *reterr)
{
	struct row row = {key, key_len, value, n};

	return rowsort_add(&l->sort, &row, reterr);
}

enum rc
catalog_load_add(struct catalog_load *l, const struct item *item, uint64_t line,
	struct err *reterr)
{
	uint8_t value[ROW_VALUE_BYTES];
	struct code_key key;
	size_t n = 0;
	enum rc rc;

	rc = code_catalog_key(
		item->code, strnlen(item->code, sizeof(item->code)), &key);
	if (rc == RC_OK) {
		rc = row_encode(item, &key, value, &n);
	}
	if (rc != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"line %llu: no usable code, or a text is too long",
			(unsigned long long)line);
	}
	return load_row_of(l, key.key, key.key_len, value, n, reterr);
}

static enum rc
write_index(struct catalog_load *l, struct err *reterr)
{
	int code;

	mdb_cursor_close(l->cursor);
	l->cursor = NULL;
	l->indexing = true;
	code = mdb_cursor_open(l->txn, l->words, &l->cursor);
	if (code != MDB_SUCCESS) {
		l->cursor = NULL;
		return catalog_fail(
			reterr, code, l->aside, "indexing the products");
	}
	rowsort_done(&l->sort); /* its memory is wanted */
	return find_build_end(l->find, reterr);
}

/* What is there: of the products, and of their index. */
static int
put_header(struct catalog_load *l)
{
	struct catalog_header h = {l->generation, l->n_row};
	uint8_t value[HEADER_VALUE_BYTES];
	char name[] = CATALOG_HEADER_KEY;
	char find_name[] = FIND_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v;
	MDB_dbi meta;
	int code;

	v.mv_size = header_encode(&h, value, sizeof(value));
	v.mv_data = value;
	code = mdb_dbi_open(l->txn, CATALOG_DB_META, MDB_CREATE, &meta);
	if (code == MDB_SUCCESS) {
		code = mdb_put(l->txn, meta, &k, &v, 0);
	}
	k.mv_size = sizeof(find_name) - 1;
	k.mv_data = find_name;
	v.mv_size = find_header_encode(l->n_row, value, sizeof(value));
	if (code == MDB_SUCCESS) {
		code = mdb_put(l->txn, meta, &k, &v, 0);
	}
	return code;
}

/*
 * MDB_NOSYNC is right here and nowhere else: until the rename nobody can see
 * this directory, a crash before it leaves only something to be removed, and
 * everything is flushed once, before the rename.
 */
static enum rc
open_env(struct catalog_load *l, struct err *reterr)
{
	/* rows are packed full when they come in order; a node adds ten
	 * bytes, a page sixteen and a rest no row fits in.  Of the index, a
	 * word of two bytes is in up to five places. */
	size_t map = LOAD_MAP_LEAST + (size_t)l->sort.bytes * 16;
	int code;

	code = mdb_env_create(&l->env);
	if (code != MDB_SUCCESS) {
		l->env = NULL;
		return catalog_fail(reterr, code, l->aside, "making data.mdb");
	}
	code = mdb_env_set_maxdbs(l->env, CATALOG_DBS);
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_mapsize(l->env, map - map % 65536);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(l->env, l->aside,
			MDB_NOSYNC | MDB_NOLOCK | MDB_NOTLS, 0600);
	}
	if (code == MDB_SUCCESS) {
		code = begin_batch(l);
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(reterr, code, l->aside, "making data.mdb");
	}
	return RC_OK;
}

/* Also what fit_file() of the store does: as long as its pages say. */
static int
fit_and_sync(struct catalog_load *l)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	off_t want;
	int fd;
	int code;

	code = mdb_env_info(l->env, &info);
	if (code == MDB_SUCCESS) {
		code = mdb_env_stat(l->env, &stat);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_get_fd(l->env, &fd);
	}
	if (code != MDB_SUCCESS) {
		return code;
	}
	want = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
	if (fstat(fd, &st) != 0 ||
		(st.st_size < want && ftruncate(fd, want) != 0)) {
		return errno;
	}
	return mdb_env_sync(l->env, 1);
}

static enum rc
write_rows(struct catalog_load *l, struct err *reterr)
{
	enum rc rc;
	int code;

	rc = open_env(l, reterr);
	if (rc == RC_OK) {
		rc = rowsort_each(&l->sort, load_row, l, reterr);
	}
	if (rc == RC_OK) {
		rc = write_index(l, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	code = put_header(l);
	if (code == MDB_SUCCESS) {
		code = end_batch(l);
	}
	if (code == MDB_SUCCESS) {
		code = fit_and_sync(l);
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(
			reterr, code, l->aside, "flushing the products");
	}
	return RC_OK;
}

static void
close_env(struct catalog_load *l)
{
	if (l->cursor != NULL) {
		mdb_cursor_close(l->cursor);
		l->cursor = NULL;
	}
	if (l->txn != NULL) {
		mdb_txn_abort(l->txn);
		l->txn = NULL;
	}
	if (l->env != NULL) {
		mdb_env_close(l->env);
		l->env = NULL;
	}
}

enum rc
catalog_load_end(struct catalog_load *l, int64_t *ret_generation,
	uint64_t *ret_taken, uint64_t *ret_replaced, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc;

	rc = generation_path(path, l->dir, l->generation, false);
	if (rc != RC_OK || !l->made) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: no load to end here", l->dir);
	}
	rc = write_rows(l, reterr);
	close_env(l);
	if (rc == RC_OK) {
		rc = file_sync_dir(l->aside, reterr);
	}
	if (rc == RC_OK && rename(l->aside, path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "catalog",
			"%s cannot be renamed into place", l->aside);
	}
	if (rc != RC_OK) {
		return rc;
	}
	l->made = false;
	rc = file_sync_dir(l->dir, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	*ret_generation = l->generation;
	*ret_taken = l->n_row;
	*ret_replaced = l->sort.replaced;
	return RC_OK;
}

void
catalog_load_free(struct catalog_load *l)
{
	if (l == NULL) {
		return;
	}
	close_env(l);
	rowsort_done(&l->sort);
	find_build_free(l->find);
	if (l->made) {
		/* failing costs space until the next load cleans up */
		enum rc rc = directory_remove(l->aside, NULL);

		(void)rc;
	}
	if (l->lock_fd >= 0) {
		(void)close(l->lock_fd);
	}
	free(l);
}
