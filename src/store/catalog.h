/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "core/item.h"

/**
 * catalog - products in their own LMDB environment, in the clear with a
 * CRC-32C over key and value in each value.  A generation is a directory
 * catalog/NNNNNNNN/, loaded sorted, flushed and renamed into place once, never
 * written again; the file catalog/current names the active one.  One loader at
 * a time (flock on catalog/lock); readers reopen when told, and may go on with
 * a generation that was removed.  A handle holds one read transaction for its
 * life: nobody writes there, so it holds nothing up.
 *
 * Over the current generation lie products and prices of a hub's feeds
 * (store/feed.h), as they are at each look-up: a handle follows pages, and a
 * generation they were folded into, by itself.
 */
struct catalog;
struct feeds;

/** catalog_open(dir, generation, ret, reterr): a generation for reading, alone;
 * 0 = the one catalog/current names, with what lies over it.  RC_NOTFOUND none
 * yet; RC_CORRUPT.  A process has at most one handle of 0 at a time. */
MUST_CHECK enum rc catalog_open(const char *dir, int64_t generation,
	struct catalog **ret, struct err *reterr);
void catalog_close(struct catalog *c);
int64_t catalog_generation(const struct catalog *c);
/** catalog_count(c): products of the generation alone. */
uint64_t catalog_count(const struct catalog *c);
/** catalog_import(c): the shop's own import that it stands on, 0 none. */
int64_t catalog_import(const struct catalog *c);
/** catalog_version(c): a number for all of it, which grows with every change:
 * "catalog" of events. */
int64_t catalog_version(struct catalog *c);
/** catalog_feeds(c): the feeds, borrowed; NULL there are none. */
struct feeds *catalog_feeds(struct catalog *c);
/** catalog_follow(c, reterr): what catalog/current and the feeds say by now,
 * also when there were none before; look-ups ask only the feeds that were
 * there.  On an error the handle is as it was. */
MUST_CHECK enum rc catalog_follow(struct catalog *c, struct err *reterr);

/** catalog_at(c, now): prices of the look-ups that follow are those valid
 * then.  A handle begins with the prices that are always valid. */
void catalog_at(struct catalog *c, struct utc now);

/** catalog_find(c, code, len, ret, ret_kind, reterr): look the scanned code up
 * by code_recognize()'s candidates in turn; *ret_kind tells which kind of code
 * hit.  RC_NOTFOUND; RC_CORRUPT the value's check fails (import again). */
MUST_CHECK enum rc catalog_find(struct catalog *c, const char *code,
	size_t len, struct item *ret, enum code_kind *ret_kind,
	struct err *reterr);

/** catalog_from(c, ret): whose the product and the price of the last look-up
 * are. */
struct catalog_from {
	bool feed;	       /* the product is of a feed */
	bool own;	       /* the shop's import, which a feed will follow */
	bool price;	       /* its price is of the feed of prices */
	struct utc valid_from; /* of that; 0 always */
};
void catalog_from(const struct catalog *c, struct catalog_from *ret);

/** catalog_warm(c, at): have the next piece of the file read from the disk into
 * memory, without waiting for it, so that a first search finds it there; *at is
 * 0 at first.  Piece by piece: the next is asked for when the one before has
 * come.  False: nothing is left, or the machine has too little memory. */
bool catalog_warm(struct catalog *c, uint64_t *at);

/** catalog_each(c, fn, arg): every item that can be sold, in key order; fn's non-OK ends it. */
typedef enum rc (*catalog_fn)(void *arg, const struct item *item);
MUST_CHECK enum rc catalog_each(struct catalog *c, catalog_fn fn, void *arg,
	struct err *reterr);

/* --- loading */

struct catalog_load;

/** catalog_load_begin(dir, mem_bytes, at_least, ret, reterr): take the lock, make the
 * next generation's directory aside; its number is ${at_least} or higher (0: no
 * matter).  Rows arrive in any order and are sorted
 * in runs of at most ${mem_bytes} (0 = 16 MiB) in unnamed temporary files
 * there.  RC_BUSY another import runs. */
MUST_CHECK enum rc catalog_load_begin(const char *dir, size_t mem_bytes,
	int64_t at_least,
	struct catalog_load **ret, struct err *reterr);

/** catalog_load_add(l, item, line): of two rows with one key the later wins;
 * *ret_replaced of end counts them.  ${line} stands in messages only.
 * RC_INVAL no usable code or a text too long; RC_NOSPC, RC_IO. */
MUST_CHECK enum rc catalog_load_add(struct catalog_load *l,
	const struct item *item, uint64_t line, struct err *reterr);

/** catalog_load_end(l, ret_generation, ret_taken, ret_replaced): merge, write
 * with MDB_APPEND, flush, rename into place.  Not active yet.  l stays to be
 * freed. */
MUST_CHECK enum rc catalog_load_end(struct catalog_load *l,
	int64_t *ret_generation, uint64_t *ret_taken, uint64_t *ret_replaced,
	struct err *reterr);
/** catalog_load_free(l): without a successful end everything is removed. */
void catalog_load_free(struct catalog_load *l);

/** catalog_activate(dir, generation): write catalog/current (durable);
 * catalog_prune(dir, keep): remove generations older than keep - 1 and
 * left-over aside directories (takes the lock, RC_BUSY is fine). */
MUST_CHECK enum rc catalog_activate(
	const char *dir, int64_t generation, struct err *reterr);
MUST_CHECK enum rc catalog_prune(
	const char *dir, int64_t keep, struct err *reterr);

#endif
