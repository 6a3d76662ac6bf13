/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_FEED_H
#define HUB_FEED_H

#include "hub/db.h"
#include "hub/route.h"
#include "wire/feed_rows.h"

/**
 * hub/feed - what the tills of a tenant follow: named feeds of items, each
 * item for all of the tenant, one store or one register.
 *
 * Every write gives its items the next numbers of the feed's one counter row,
 * which it holds locked until it is committed; so items appear in the order of
 * their numbers, and who asks for what is behind a number misses nothing,
 * however many write at once.  A number has a meaning within the feed's epoch
 * only: another epoch (the database went back) means to fetch all again.
 * What was taken away stays as a tombstone for FEED_KEEP_DAYS.
 */
#define FEED_KEEP_DAYS 90
#define FEED_PAGE_ITEMS 5000
#define FEED_PAGE_BYTES ((size_t)2 << 20)
#define FEED_WAIT_S 60
#define FEED_EPOCH_BYTES 17

struct feed_place {
	uint8_t part; /* of the tenant */
	uint8_t tenant[UUID_BYTES];
	const char *feed;
	const char *scope; /* "tenant", "store", "register" */
	uint8_t scope_id[UUID_BYTES]; /* zeros: the tenant */
};

/** What a write did. */
struct feed_written {
	uint64_t given;	  /* different items */
	uint64_t written; /* were new or others */
	uint64_t deleted;
	uint64_t rev; /* the feed's now; as before when nothing changed */
};

/** feed_known(name): one of the five that this build can check. */
bool feed_known(const char *name);

/* --- writing -------------------------------------------------------------- */

/** One transaction: any number of items in any order, of two with one key the
 * later wins; then feed_write_end().  A thread has one at a time. */
struct feed_write;

/** feed_write_begin(db, r, place, ret, reterr): place and its texts are
 * borrowed until the end. */
MUST_CHECK enum rc feed_write_begin(struct db *db, const struct rng *r,
	const struct feed_place *place, struct feed_write **ret,
	struct err *reterr);
/** feed_write_add(w, key, valid_from, body, n, reterr): body NULL: it goes.
 * valid_from 0: always. */
MUST_CHECK enum rc feed_write_add(struct feed_write *w, const char *key,
	struct utc valid_from, const void *body, size_t n, struct err *reterr);
/** feed_write_end(w, replace, now, actor, dry_run, ret, reterr): all of it, with
 * its act "feed.written"; ${replace}: what the place has and was not given
 * goes.  ${dry_run}: nothing of it, but ret as if.
 * RC_AGAIN somebody else wrote, nothing is stored: all over again. */
MUST_CHECK enum rc feed_write_end(struct feed_write *w, bool replace,
	struct utc now, const char *actor, bool dry_run,
	struct feed_written *ret, struct err *reterr);
/** feed_write_also(w, fn, arg): ${fn} is the last of the transaction, before it
 * is committed; not of a dry run. */
void feed_write_also(struct feed_write *w, db_fn fn, void *arg);
/** feed_write_free(w): what was not ended is not stored. */
void feed_write_free(struct feed_write *w);

/* --- reading -------------------------------------------------------------- */

/** feed_head(db, part, tenant, feed, ret_rev, ret_epoch, reterr): 0 and "0"
 * of a feed nothing was ever written to. */
MUST_CHECK enum rc feed_head(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *feed, uint64_t *ret_rev,
	char ret_epoch[FEED_EPOCH_BYTES], struct err *reterr);

/** feed_begin_epoch(db, r, part, tenant, feed, epoch, at_least, reterr): when
 * ${epoch} is still the one there is, it is not any more, and numbers go on
 * above ${at_least}: a register had items that the database does not know. */
MUST_CHECK enum rc feed_begin_epoch(struct db *db, const struct rng *r,
	uint8_t part, const uint8_t tenant[UUID_BYTES], const char *feed,
	const char *epoch, uint64_t at_least, struct err *reterr);

/** feed_prune(db, part, tenant, feed, before, reterr): tombstones older than
 * that go; whose cursor is behind them fetches all again. */
MUST_CHECK enum rc feed_prune(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *feed, struct utc before,
	struct err *reterr);

/* --- handlers ------------------------------------------------------------- */

/** GET /v1/feeds/{feed}: a register's next page. */
enum rc feed_get(struct request *q, struct answer *a, struct err *reterr);
/** GET /v1/feeds/{feed}/items: an administrator's list, by key. */
enum rc feed_items_get(
	struct request *q, struct answer *a, struct err *reterr);
/** PUT (replaces) and POST /v1/feeds/{feed}/items. */
enum rc feed_items_put(
	struct request *q, struct answer *a, struct err *reterr);
enum rc feed_items_post(
	struct request *q, struct answer *a, struct err *reterr);

/** feed_report(j, r, w): members of an import's report, as the till's has
 * them. */
struct json;
void feed_report(struct json *j, const struct feed_rows_result *r,
	const struct feed_written *w);

#endif
