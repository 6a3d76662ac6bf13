/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_H
#define STORE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "core/item.h"

/**
 * feed - what a hub decided, as far as the worker has brought it here: the
 * LMDB environment catalog/feed.  Items and the cursor behind them move in one
 * transaction, so nobody sees a page half, or a cursor without its items.
 *
 * Products and prices lie over the generation that catalog/current names:
 * catalog_find(), find_run() and catalog_each() see both as one.  Items of
 * other feeds (rules, config, people and what a later build knows) are kept
 * as they came, for the register to apply.
 *
 * An item is (feed, key, scope, valid_from).  Of several scopes the narrowest
 * counts; what a scope deletes uncovers the wider one.  A product that nobody
 * has any more is hidden in the generation, too.  A price is the one of the
 * narrowest scope that has any by now, of those the newest valid_from.
 *
 * Own-writes: what the shop imports itself hides products and prices of feeds
 * altogether, until the hub has applied the shop's lines up to there
 * (feeds_settle()).
 *
 * One writer at a time, the worker (flock on catalog/lock, as imports have
 * it).  A process opens the environment once: who has a struct catalog asks
 * it for its struct feeds.  Man page: holdfast-store(5).
 */
#define FEEDS_DIR "feed"
#define FEEDS_PRODUCTS "products"
#define FEEDS_PRICES "prices"
#define FEEDS_NAME_BYTES 24
#define FEEDS_EPOCH_BYTES 64
#define FEEDS_KEY_BYTES 192
#define FEEDS_BODY_BYTES ((size_t)1 << 20)
#define FEEDS_WHY_BYTES 160
#define FEEDS_MOST 32u /* feeds that have a cursor */

enum feeds_scope {
	FEEDS_NONE, /* of no feed: the shop's own import */
	FEEDS_TENANT,
	FEEDS_STORE,
	FEEDS_REGISTER,
	FEEDS_SCOPES
};
/** feeds_scope_find(name): "tenant", ...; FEEDS_NONE when unknown. */
enum feeds_scope feeds_scope_find(const char *name);

/** Where a feed stands. */
struct feeds_cursor {
	char feed[FEEDS_NAME_BYTES];
	char epoch[FEEDS_EPOCH_BYTES]; /* of its numbers at the hub */
	uint64_t rev;	  /* all up to here is in */
	uint64_t applied; /* the hub knows the register's lines up to here */
	struct utc at;	  /* when the hub was last heard on it */
	int64_t version;  /* of the catalog, when an item last came */
	uint64_t taken, refused; /* items, since the cursor was made */
	char why[FEEDS_WHY_BYTES]; /* of the last that was refused; "" */
	bool whole;   /* false: a first or new copy is still coming, aside */
	uint64_t aside; /* items of it so far */
};

/** An item of a feed that is not of the catalog. */
struct feeds_item {
	const char *key;
	enum feeds_scope scope;
	uint64_t rev;
	struct utc valid_from; /* 0: always */
	bool deleted;	       /* writing only: then it has no body */
	const char *body;      /* JSON, verbatim; not NUL-terminated */
	size_t n_body;
};

/* --- reading */

struct feeds;

/** feeds_open(dir, ret, reterr): ${dir} is the store's catalog/.  RC_NOTFOUND
 * no feed was ever followed; RC_CORRUPT: the worker makes it anew. */
MUST_CHECK enum rc feeds_open(
	const char *dir, struct feeds **ret, struct err *reterr);
void feeds_close(struct feeds *f);

/** feeds_version(f): grows with every page that changed something; in one
 * series with the numbers of generations.  Costs next to nothing while
 * nothing moved. */
int64_t feeds_version(struct feeds *f);

/** feeds_cursor(f, feed, ret, reterr): RC_NOTFOUND it was never
 * followed. */
MUST_CHECK enum rc feeds_cursor(struct feeds *f, const char *feed,
	struct feeds_cursor *ret, struct err *reterr);

/** feeds_each(f, feed, fn, arg, reterr): the items of a feed that is neither
 * products nor prices, in one view: by key, of one key the narrowest scope
 * first, of one scope by valid_from.  What ${fn} gets is valid during the
 * call; its non-OK ends it.  RC_CORRUPT an item fails its check. */
typedef enum rc (*feeds_fn)(void *arg, const struct feeds_item *item);
MUST_CHECK enum rc feeds_each(struct feeds *f, const char *feed, feeds_fn fn,
	void *arg, struct err *reterr);

/* --- writing: the worker */

/** feeds_where(dir, feed, ret, reterr): where to go on; of a copy that is
 * still coming (whole false) the end of what is aside.  RC_NOTFOUND begin at
 * 0.  A damaged environment is removed and begun again. */
MUST_CHECK enum rc feeds_where(const char *dir, const char *feed,
	struct feeds_cursor *ret, struct err *reterr);

struct feeds_page;

/**
 * feeds_begin(dir, feed, since, epoch, ret, reterr):
 * Take a page that was asked for by since=${since}.  0 begins a copy aside,
 * whatever was aside before; its last page swaps it in, and until then the
 * feed is as it was.
 * Errors   RC_BUSY an import holds catalog/lock: try again; RC_INVAL ${since}
 *          or ${epoch} is not where the feed stands; RC_NOSPC, RC_IO.
 */
MUST_CHECK enum rc feeds_begin(const char *dir, const char *feed,
	uint64_t since, const char *epoch, struct feeds_page **ret,
	struct err *reterr);
/** feeds_put(p, item), feeds_put_product(p, scope, rev, code, item) and
 * feeds_put_price(p, scope, rev, code, valid_from, price): NULL item or price:
 * deleted.  RC_INVAL it cannot be kept so (a key too long, no code): the page
 * goes on without it. */
MUST_CHECK enum rc feeds_put(struct feeds_page *p,
	const struct feeds_item *item, struct err *reterr);
MUST_CHECK enum rc feeds_put_product(struct feeds_page *p,
	enum feeds_scope scope, uint64_t rev, const char *code,
	const struct item *item, struct err *reterr);
MUST_CHECK enum rc feeds_put_price(struct feeds_page *p,
	enum feeds_scope scope, uint64_t rev, const char *code,
	struct utc valid_from, const struct money *price, struct err *reterr);
/** feeds_refuse(p, why): an item that was not taken is counted and named. */
void feeds_refuse(struct feeds_page *p, const char *why);

/** What a page says of its feed. */
struct feeds_end {
	uint64_t rev;
	bool more;
	uint64_t applied;
	struct utc at;
};

/** feeds_end(p, end, reterr): all of it and the cursor, durable; or, on any
 * error, nothing.  The last page of a copy makes the new generation of
 * products and may take ten seconds with a million of them. */
MUST_CHECK enum rc feeds_end(struct feeds_page *p,
	const struct feeds_end *end, struct err *reterr);
/** feeds_free(p): without a successful end nothing was done. */
void feeds_free(struct feeds_page *p);

/** feeds_touch(dir, feed, applied, at, reterr): heard that nothing moved.
 * Written only when it says more: ${applied} grew, or a minute went by. */
MUST_CHECK enum rc feeds_touch(const char *dir, const char *feed,
	uint64_t applied, struct utc at, struct err *reterr);

/** feeds_settle(dir, head, reterr): does the catalog's generation stand under
 * the feeds?  When the shop imported another one, ${head} (the sequence of its
 * line, or a later one; 0: not known yet) is noted, and an earlier one instead
 * when it turns out to be it; as soon as products and prices are applied up to
 * there they lie over the new one.  FEEDS_NO_LINE: none of the log is about it
 * (it came out of a backup, or its line was purged), so there is nothing to
 * wait for but a feed.  RC_AGAIN not yet; RC_BUSY, RC_NOSPC, RC_IO. */
#define FEEDS_NO_LINE UINT64_MAX
MUST_CHECK enum rc feeds_settle(
	const char *dir, uint64_t head, struct err *reterr);

/** feeds_again(dir, reterr): all feeds are fetched anew, from 0, whatever their
 * cursors say; until a feed's copy is whole it is as it was.  Durable.  RC_BUSY
 * nothing was done; RC_NOSPC, RC_IO. */
MUST_CHECK enum rc feeds_again(const char *dir, struct err *reterr);

/** feeds_fold(dir, most, ret_folded, reterr): when more than ${most} products
 * lie over the generation, make another one of both.  kill -9 anywhere leaves
 * the one or the other. */
#define FEEDS_FOLD 20000u
MUST_CHECK enum rc feeds_fold(const char *dir, uint64_t most,
	bool *ret_folded, struct err *reterr);

#endif
