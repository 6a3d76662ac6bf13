/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_INTERNAL_H
#define STORE_FEED_INTERNAL_H

#include <lmdb.h>

#include "base/file.h"
#include "store/catalog_internal.h"
#include "store/feed.h"

/*
 * Files: feed_env.c the environment and its header; feed_record.c values;
 * feed.c reading; feed_hold.c the only writer, and what it all stands on;
 * feed_page.c a page that comes in; feed_put.c its items;
 * feed_aside.c a copy that is still coming; feed_fold.c a generation out of
 * it.
 */
#define FEEDS_FORMAT 1u
#define FEEDS_HEADER_KEY "header"
#define FEEDS_CURSOR_KEY "cursor/"
#define FEEDS_READERS 64u
/* More than this a hub may not make a till keep: the file is sparse. */
#define FEEDS_MAP_BYTES ((size_t)2 << 30)

enum feeds_db {
	FEEDS_DB_META,
	FEEDS_DB_PRODUCT, /* code key: struct product_record */
	FEEDS_DB_PRICE,	  /* code key: struct price_record */
	FEEDS_DB_WHEN,	  /* valid_from, code key: nothing */
	FEEDS_DB_ITEM,	  /* feed, NUL, key, NUL, scope, valid_from */
	FEEDS_DBS
};

/** What it stands on.  catalog/current names the generation that counts; when
 * that is ${base}, or ${from} out of which ${base} was just made and not yet
 * named, what is in here lies over ${base}. */
struct feeds_header {
	int64_t version;
	int64_t base;
	int64_t from;
	int64_t import; /* the shop's own that base was made of, 0 none */
	int64_t own;	/* an import that does not lie under it yet; 0 */
	uint64_t own_head; /* and holds until applied is there */
	uint64_t products; /* records in FEEDS_DB_PRODUCT */
};

struct feeds_env {
	MDB_env *env;
	MDB_dbi dbi[FEEDS_DBS];
	char path[PATH_BYTES];
};

struct feeds {
	struct feeds_env e;
	MDB_txn *txn; /* reset between views */
	size_t seen;  /* the transaction that .header is of */
	bool in_view;
	struct feeds_header header;
};

/* --- feed_env.c */

/** feeds_fail(e, reterr, code, what): LMDB's code as rc and words. */
enum rc feeds_fail(const struct feeds_env *e, struct err *reterr, int code,
	const char *what);
/** feeds_env_open(e, dir, write, reterr): RC_NOTFOUND reading only. */
MUST_CHECK enum rc feeds_env_open(struct feeds_env *e, const char *dir,
	bool write, struct err *reterr);
void feeds_env_close(struct feeds_env *e);
/** feeds_env_remove(dir): what is damaged. */
MUST_CHECK enum rc feeds_env_remove(const char *dir, struct err *reterr);
/** feeds_header_get(e, txn, ret): RC_NOTFOUND, RC_CORRUPT. */
MUST_CHECK enum rc feeds_header_get(const struct feeds_env *e, MDB_txn *txn,
	struct feeds_header *ret, struct err *reterr);
MUST_CHECK enum rc feeds_header_put(const struct feeds_env *e, MDB_txn *txn,
	const struct feeds_header *h, struct err *reterr);
MUST_CHECK enum rc feeds_cursor_get(const struct feeds_env *e, MDB_txn *txn,
	const char *feed, struct feeds_cursor *ret, struct err *reterr);
MUST_CHECK enum rc feeds_cursor_put(const struct feeds_env *e, MDB_txn *txn,
	const struct feeds_cursor *c, struct err *reterr);
/** feeds_cursor_list(e, txn, ret, ret_n, reterr): by name. */
MUST_CHECK enum rc feeds_cursor_list(const struct feeds_env *e, MDB_txn *txn,
	struct feeds_cursor ret[FEEDS_MOST], size_t *ret_n,
	struct err *reterr);
/** feeds_base(dir, h, ret, reterr): the generation that counts, 0 none;
 * ${h} NULL: there are no feeds.  RC_CORRUPT. */
MUST_CHECK enum rc feeds_base(const char *dir, const struct feeds_header *h,
	int64_t *ret, struct err *reterr);

/* --- feed_record.c */

#define PRODUCT_NONE 0xffu /* .base: the generation has no such product */
#define ORDINAL_NONE UINT32_MAX
#define PRODUCT_RECORD_BYTES                                                   \
	(16 + (FEEDS_SCOPES - 1) * (12 + ROW_VALUE_BYTES))

struct product_slot {
	bool has, deleted;
	uint64_t rev;
	size_t n;
	const uint8_t *row; /* borrowed; as in a generation */
};

struct product_record {
	uint8_t base;	  /* scope of the generation's row, or PRODUCT_NONE */
	uint32_t ordinal; /* of that row in the search index, or none */
	struct product_slot slot[FEEDS_SCOPES];
};

size_t product_encode(const struct product_record *r, const void *key,
	size_t key_len, uint8_t out[PRODUCT_RECORD_BYTES]);
MUST_CHECK enum rc product_decode(const void *key, size_t key_len,
	const void *p, size_t n, struct product_record *ret);

/** product_says(r): which slot's row it is; or the generation's; or nobody's
 * any more. */
#define PRODUCT_BASE (-1)
#define PRODUCT_GONE (-2)
int product_says(const struct product_record *r);

#define PRICES_MOST 48u /* of one product */
#define PRICE_RECORD_BYTES (8 + PRICES_MOST * 25)

struct price_entry {
	uint8_t scope;
	int64_t from_us;
	int64_t minor;
	uint64_t rev;
};

struct price_record {
	size_t n;
	struct price_entry entry[PRICES_MOST];
};

size_t price_encode(const struct price_record *r, const void *key,
	size_t key_len, uint8_t out[PRICE_RECORD_BYTES]);
MUST_CHECK enum rc price_decode(const void *key, size_t key_len, const void *p,
	size_t n, struct price_record *ret);
/** price_at(r, now): the one that counts; NULL none yet. */
const struct price_entry *price_at(
	const struct price_record *r, struct utc now);

/** Keys of FEEDS_DB_ITEM and FEEDS_DB_WHEN. */
#define ITEM_KEY_BYTES (FEEDS_NAME_BYTES + FEEDS_KEY_BYTES + 10)
#define WHEN_KEY_BYTES (8 + CODE_KEY_BYTES)
/** item_key(feed, item, out): 0 it is too long, or empty. */
size_t item_key(const char *feed, const struct feeds_item *item,
	uint8_t out[ITEM_KEY_BYTES]);
/** item_key_read(p, n, feed, ret): of a key of ${feed}; ret->key is in p. */
MUST_CHECK enum rc item_key_read(const void *p, size_t n, const char *feed,
	struct feeds_item *ret);
#define ITEM_HEAD_BYTES 12u
size_t when_key(struct utc from, const void *key, size_t key_len,
	uint8_t out[WHEN_KEY_BYTES]);

size_t feeds_header_encode(
	const struct feeds_header *h, uint8_t *out, size_t cap);
MUST_CHECK enum rc feeds_header_decode(
	const void *p, size_t n, struct feeds_header *ret);
#define CURSOR_VALUE_BYTES 512
size_t cursor_encode(const struct feeds_cursor *c, const void *key,
	size_t key_len, uint8_t *out, size_t cap);
MUST_CHECK enum rc cursor_decode(const void *key, size_t key_len,
	const void *p, size_t n, struct feeds_cursor *ret);

/* --- feed.c: for catalog.c and find.c */

/** feeds_view(f): begin looking; everything until feeds_done() is of one
 * moment.  Views do not nest. */
MUST_CHECK enum rc feeds_view(struct feeds *f, struct err *reterr);
void feeds_done(struct feeds *f);
/** feeds_moved(f): a page or more came since the last view. */
bool feeds_moved(const struct feeds *f);
/** feeds_lies_over(f, generation): within a view. */
bool feeds_lies_over(const struct feeds *f, int64_t generation);
/** feeds_product(f, key, key_len, ret_says, ret, reterr): ret only where
 * ${ret_says} is neither PRODUCT_BASE nor PRODUCT_GONE. */
MUST_CHECK enum rc feeds_product(struct feeds *f, const void *key,
	size_t key_len, int *ret_says, struct item *ret, struct err *reterr);
/** feeds_price(f, key, key_len, now, ret, reterr): RC_NOTFOUND. */
MUST_CHECK enum rc feeds_price(struct feeds *f, const void *key,
	size_t key_len, struct utc now, struct price_entry *ret,
	struct err *reterr);

/* --- feed_hold.c */

/** The environment as its only writer has it. */
struct hold {
	char dir[PATH_BYTES];
	int lock_fd;
	struct feeds_env e;
	MDB_txn *txn;
	struct feeds_header h;
};

/** hold_take(w, dir, reterr): made where it is not there, and anew where it is
 * damaged: all of it is at the hub.  A transaction is open.  RC_BUSY an import
 * has the catalog.  hold_let_go(w): what is not committed is dropped. */
MUST_CHECK enum rc hold_take(
	struct hold *w, const char *dir, struct err *reterr);
void hold_let_go(struct hold *w);
/** hold_begin(w, reterr): another transaction; hold_commit(w, reterr): with
 * .h. */
MUST_CHECK enum rc hold_begin(struct hold *w, struct err *reterr);
MUST_CHECK enum rc hold_commit(struct hold *w, struct err *reterr);
/** hold_version(w, reterr): .h.version is higher than any that was ever said,
 * of pages and of generations. */
MUST_CHECK enum rc hold_version(struct hold *w, struct err *reterr);
/** hold_is_under(w, ret_now, ret, reterr): the generation that is named, 0
 * none, and whether what is in here lies over it. */
MUST_CHECK enum rc hold_is_under(
	struct hold *w, int64_t *ret_now, bool *ret, struct err *reterr);
/** hold_settle(w, also, ret_moved, reterr): what the shop imported lies under
 * the feeds as soon as the hub knows of it; ${also}: a cursor that is not
 * written yet, or NULL.  RC_AGAIN it holds. */
MUST_CHECK enum rc hold_settle(struct hold *w, const struct feeds_cursor *also,
	bool *ret_moved, struct err *reterr);

/* --- feed_put.c: within a write transaction */

struct find_place;

/** put_product(e, txn, place, key, key_len, scope, slot, reterr): one slot of
 * a record; ${place} finds rows of the generation, NULL not known yet.  *ret_delta: how many
 * records there are more. */
MUST_CHECK enum rc put_product(const struct feeds_env *e, MDB_txn *txn,
	struct find_place *place, const void *key, size_t key_len,
	enum feeds_scope scope, const struct product_slot *slot,
	int *ret_delta, struct err *reterr);
/** put_record(e, txn, key, key_len, r, reterr): as it is. */
MUST_CHECK enum rc put_record(const struct feeds_env *e, MDB_txn *txn,
	const void *key, size_t key_len, const struct product_record *r,
	struct err *reterr);
/** put_price(e, txn, key, key_len, entry, deleted, reterr): RC_INVAL there are
 * too many. */
MUST_CHECK enum rc put_price(const struct feeds_env *e, MDB_txn *txn,
	const void *key, size_t key_len, const struct price_entry *entry,
	bool deleted, struct err *reterr);
MUST_CHECK enum rc put_item(const struct feeds_env *e, MDB_txn *txn,
	const char *feed, const struct feeds_item *item, struct err *reterr);
/** drop_items(e, txn, feed, reterr): all items of a feed. */
MUST_CHECK enum rc drop_items(const struct feeds_env *e, MDB_txn *txn,
	const char *feed, struct err *reterr);
/** place_record(place, key, key_len, r, reterr): .base and .ordinal anew;
 * ${place} NULL: by what stands is not known yet. */
MUST_CHECK enum rc place_record(struct find_place *place, const void *key,
	size_t key_len, struct product_record *r, struct err *reterr);

/* --- feed_aside.c */

/* One item of a page, as it is put aside. */
struct aside_item {
	uint8_t kind; /* 'p' product, '$' price, 'i' item */
	enum feeds_scope scope;
	uint64_t rev;
	bool deleted;
	int64_t from_us;
	const uint8_t *key; /* code key, or an item's */
	size_t key_len;
	const uint8_t *value; /* row, 8 bytes of price, or body */
	size_t n;
};

struct aside;

/** aside_state(dir, feed, ret): how far it is (whole false).  RC_NOTFOUND
 * there is none. */
MUST_CHECK enum rc aside_state(const char *dir, const char *feed,
	struct feeds_cursor *ret, struct err *reterr);
/** aside_open(dir, feed, fresh, ret): to go on behind what is good, or (fresh)
 * from nothing. */
MUST_CHECK enum rc aside_open(const char *dir, const char *feed, bool fresh,
	struct aside **ret, struct err *reterr);
void aside_close(struct aside *a);
MUST_CHECK enum rc aside_add(
	struct aside *a, const struct aside_item *item, struct err *reterr);
/** aside_end(a, c): a page, with where it leaves the feed; durable. */
MUST_CHECK enum rc aside_end(struct aside *a, const struct feeds_cursor *c,
	struct err *reterr);
/** aside_each(dir, feed, fn, arg): every item of every page, in order. */
typedef enum rc (*aside_fn)(
	void *arg, const struct aside_item *item, struct err *reterr);
MUST_CHECK enum rc aside_each(const char *dir, const char *feed, aside_fn fn,
	void *arg, struct err *reterr);
MUST_CHECK enum rc aside_remove(
	const char *dir, const char *feed, struct err *reterr);

/* --- feed_fold.c */

/** fold_products(e, dir, txn, h, feed, reterr): within a write transaction,
 * catalog/lock held: a new generation of the base and, ${feed} NULL, what lies
 * over it, or of the base's own rows and what was put aside of ${feed}.  *h
 * then says so; catalog/current does not yet. */
MUST_CHECK enum rc fold_products(const struct feeds_env *e, const char *dir,
	MDB_txn *txn, struct feeds_header *h, const char *feed,
	struct err *reterr);

/** place_all(e, dir, txn, generation, reterr): every record stands on that
 * generation from now on. */
MUST_CHECK enum rc place_all(const struct feeds_env *e, const char *dir,
	MDB_txn *txn, int64_t generation, struct err *reterr);

#endif
