/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/catalog_internal.h"
#include "store/feed_internal.h"
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
int
catalog_check_length(MDB_env *env)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	int fd;

	if (mdb_env_info(env, &info) != MDB_SUCCESS ||
		mdb_env_stat(env, &stat) != MDB_SUCCESS ||
		mdb_env_get_fd(env, &fd) != MDB_SUCCESS || stat.ms_psize == 0) {
		return MDB_INVALID;
	}
	if (fstat(fd, &st) != 0) {
		return errno;
	}
	return (size_t)st.st_size / stat.ms_psize > info.me_last_pgno
		       ? MDB_SUCCESS
		       : MDB_CORRUPTED;
}

/* --- a generation --- */

static int
open_env(struct catalog_gen *g)
{
	int code;

	code = mdb_env_create(&g->env);
	if (code != MDB_SUCCESS) {
		g->env = NULL;
		return code;
	}
	code = mdb_env_set_maxdbs(g->env, CATALOG_DBS);
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(g->env, g->path,
			MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0600);
	}
	if (code == MDB_SUCCESS) {
		code = catalog_check_length(g->env);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_txn_begin(g->env, NULL, MDB_RDONLY, &g->txn);
	}
	return code;
}

/* The header says what must be there. */
static int
read_header(struct catalog_gen *g, int64_t generation)
{
	char name[] = CATALOG_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v;
	MDB_stat stat;
	int code;

	code = mdb_dbi_open(g->txn, CATALOG_DB_META, 0, &g->meta);
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(g->txn, CATALOG_DB_ITEM, 0, &g->item);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_get(g->txn, g->meta, &k, &v);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_stat(g->txn, g->item, &stat);
	}
	if (code == MDB_SUCCESS &&
		(header_decode(v.mv_data, v.mv_size, &g->header) != RC_OK ||
			g->header.generation != generation ||
			g->header.count != stat.ms_entries)) {
		code = MDB_CORRUPTED;
	}
	return code;
}

static void
close_generation(struct catalog_gen *g)
{
	if (g->txn != NULL) {
		mdb_txn_abort(g->txn);
		g->txn = NULL;
	}
	if (g->env != NULL) {
		mdb_env_close(g->env);
		g->env = NULL;
	}
}

static enum rc
open_generation(struct catalog_gen *g, const char *dir, int64_t generation,
	struct err *reterr)
{
	enum rc rc;
	int code;

	memset(g, 0, sizeof(*g));
	if (generation == 0) {
		return RC_OK;
	}
	if (generation_path(g->path, dir, generation, false) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	code = open_env(g);
	if (code == MDB_SUCCESS) {
		code = read_header(g, generation);
	}
	if (code != MDB_SUCCESS) {
		rc = catalog_fail(
			reterr, code, g->path, "cannot open the products");
		close_generation(g);
		return rc;
	}
	return RC_OK;
}

/* --- what counts --- */

/* Which generation, by what the feeds say in a view that is open, or without
 * any.  RC_NOTFOUND: neither products nor feeds. */
static enum rc
choose(struct catalog *c, int64_t *ret, struct err *reterr)
{
	const struct feeds *f = c->feeds;

	if (f == NULL || f->header.version == 0) {
		return generation_current(c->dir, ret, reterr);
	}
	return feeds_base(c->dir, &f->header, ret, reterr);
}

static enum rc
switch_to(struct catalog *c, int64_t generation, struct err *reterr)
{
	struct catalog_gen fresh;
	enum rc rc;

	if (c->serial > 0 && generation == c->gen.header.generation) {
		return RC_OK;
	}
	rc = open_generation(&fresh, c->dir, generation, reterr);
	if (rc == RC_OK) {
		close_generation(&c->gen);
		c->gen = fresh;
		c->serial++;
	}
	return rc;
}

/* Damaged feeds do not keep anybody from selling what the generation has. */
static void
look_for_feeds(struct catalog *c)
{
	if (c->feeds == NULL && feeds_open(c->dir, &c->feeds, NULL) != RC_OK) {
		c->feeds = NULL;
	}
}

static enum rc
follow(struct catalog *c, struct err *reterr)
{
	int64_t generation = 0;
	enum rc rc = choose(c, &generation, reterr);

	return rc == RC_OK ? switch_to(c, generation, reterr) : rc;
}

enum rc
catalog_follow(struct catalog *c, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (!c->current) {
		return RC_OK;
	}
	look_for_feeds(c);
	if (c->feeds != NULL) {
		rc = feeds_view(c->feeds, reterr);
	}
	if (rc == RC_OK) {
		rc = follow(c, reterr);
	}
	catalog_done(c);
	return rc;
}

enum rc
catalog_view(struct catalog *c, bool *ret_over, struct err *reterr)
{
	enum rc rc;
	bool moved;

	*ret_over = false;
	if (c->feeds == NULL) {
		return RC_OK;
	}
	moved = feeds_moved(c->feeds);
	rc = feeds_view(c->feeds, reterr);
	if (rc == RC_OK && moved) {
		rc = follow(c, reterr);
	}
	if (rc != RC_OK) {
		catalog_done(c);
		return rc;
	}
	*ret_over = feeds_lies_over(c->feeds, c->gen.header.generation);
	return RC_OK;
}

void
catalog_done(struct catalog *c)
{
	if (c->feeds != NULL) {
		feeds_done(c->feeds);
	}
}

enum rc
catalog_open(const char *dir, int64_t generation, struct catalog **ret,
	struct err *reterr)
{
	struct catalog *c;
	enum rc rc;

	if (strlen(dir) >= sizeof(c->dir)) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to open the catalog");
	}
	memcpy(c->dir, dir, strlen(dir) + 1);
	c->current = generation == 0;
	rc = c->current ? catalog_follow(c, reterr)
			: switch_to(c, generation, reterr);
	if (rc != RC_OK) {
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
	feeds_close(c->feeds);
	close_generation(&c->gen);
	free(c);
}

int64_t
catalog_generation(const struct catalog *c)
{
	return c->gen.header.generation;
}

uint64_t
catalog_count(const struct catalog *c)
{
	return c->gen.header.count;
}

int64_t
catalog_import(const struct catalog *c)
{
	return c->feeds != NULL && feeds_lies_over(
					   c->feeds, c->gen.header.generation)
		       ? c->feeds->header.import
		       : c->gen.header.generation;
}

int64_t
catalog_version(struct catalog *c)
{
	int64_t version = c->gen.header.generation;
	bool over = false;

	if (catalog_view(c, &over, NULL) == RC_OK) {
		version = over ? c->feeds->header.version
			       : c->gen.header.generation;
		catalog_done(c);
	}
	return version;
}

struct feeds *
catalog_feeds(struct catalog *c)
{
	return c->feeds;
}

void
catalog_at(struct catalog *c, struct utc now)
{
	c->now = now;
}

void
catalog_from(const struct catalog *c, struct catalog_from *ret)
{
	*ret = c->from;
}

/* --- looking --- */

enum rc
catalog_row(struct catalog *c, const void *key, size_t key_len,
	struct item *ret, struct err *reterr)
{
	uint8_t copy[CODE_KEY_BYTES];
	MDB_val k = {key_len, copy};
	MDB_val v;
	int code;

	if (c->gen.txn == NULL || key_len > sizeof(copy)) {
		return RC_NOTFOUND;
	}
	memcpy(copy, key, key_len);
	code = mdb_get(c->gen.txn, c->gen.item, &k, &v);
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(
			reterr, code, c->gen.path, "looking a code up");
	}
	if (row_decode(key, key_len, v.mv_data, v.mv_size, ret) != RC_OK) {
		return catalog_fail(reterr, MDB_CORRUPTED, c->gen.path,
			"a product fails its check");
	}
	c->from.feed = row_scope(v.mv_data, v.mv_size) != FEEDS_NONE;
	return RC_OK;
}

enum rc
catalog_price(struct catalog *c, const void *key, size_t key_len,
	struct item *item, struct err *reterr)
{
	struct price_entry e;
	enum rc rc = feeds_price(c->feeds, key, key_len, c->now, &e, reterr);

	if (rc == RC_OK) {
		item->price.minor = e.minor;
		c->from.price = true;
		c->from.valid_from.us = e.from_us;
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
look_over(struct catalog *c, const struct code_key *key, struct item *ret,
	struct err *reterr)
{
	int says = PRODUCT_BASE;
	enum rc rc = feeds_product(
		c->feeds, key->key, key->key_len, &says, ret, reterr);

	if (rc == RC_OK && says == PRODUCT_GONE) {
		rc = RC_NOTFOUND;
	} else if (rc == RC_OK && says == PRODUCT_BASE) {
		rc = catalog_row(c, key->key, key->key_len, ret, reterr);
	} else if (rc == RC_OK) {
		c->from.feed = true;
	}
	return rc == RC_OK
		       ? catalog_price(c, key->key, key->key_len, ret, reterr)
		       : rc;
}

enum rc
catalog_item(struct catalog *c, struct item *item, struct err *reterr)
{
	int says = PRODUCT_BASE;
	struct code_key key;
	enum rc rc = code_catalog_key(item->code, strlen(item->code), &key);

	if (rc == RC_OK) {
		rc = feeds_product(
			c->feeds, key.key, key.key_len, &says, item, reterr);
	}
	if (rc == RC_OK && says == PRODUCT_GONE) {
		return RC_NOTFOUND;
	}
	return rc == RC_OK
		       ? catalog_price(c, key.key, key.key_len, item, reterr)
		       : rc;
}

enum rc
catalog_find(struct catalog *c, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	struct code_key key[CODE_CANDIDATES];
	size_t n = code_recognize(code, len, key);
	bool over = false;
	enum rc rc = catalog_view(c, &over, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	memset(&c->from, 0, sizeof(c->from));
	c->from.own =
		c->feeds != NULL && !over && c->feeds->header.version != 0;
	rc = RC_NOTFOUND;
	for (size_t i = 0; rc == RC_NOTFOUND && i < n; i++) {
		rc = over ? look_over(c, &key[i], ret, reterr)
			  : catalog_row(
				    c, key[i].key, key[i].key_len, ret, reterr);
		*ret_kind = key[i].kind;
	}
	catalog_done(c);
	return rc;
}
