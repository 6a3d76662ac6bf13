/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PULL_H
#define SYNC_PULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/rng.h"
#include "base/sbuf.h"
#include "store/feed.h"
#include "sync/session.h"

/**
 * sync/pull - feeds come down: which of them moved is in every answer of the
 * hub, and asked for every half minute when none came; those that did are
 * fetched a page at a time, one question under way, from where the catalog's
 * own cursor stands.  Items that cannot be used are refused one by one, counted
 * and named; the feed goes on.  What this build does not know is not fetched.
 *
 * Nothing of it is in a hurry: an import that holds the catalog, a full disk, a
 * hub that is not there put it off, and it goes on where it was.
 */
struct pull;

/** pull_changed_fn: cursors moved, or what is wrong did. */
typedef void (*pull_changed_fn)(void *arg);

struct pull_conf {
	const char *store;     /* directory; copied, as the next one */
	const char *catalog;   /* its catalog/ */
	struct loop *loop;     /* borrowed, as all below */
	int timer;	       /* a key nobody else has */
	struct session *session;
	const struct rng *rng;
	const uint8_t *reg;	/* UUID_BYTES, copied */
	pull_changed_fn changed; /* NULL nobody is told */
	/* the line of the last import of products, FEEDS_NO_LINE: the log has
	 * none, 0 not known: asked when the catalog is of one; NULL: the
	 * head is taken for it */
	uint64_t (*imported)(void *arg);
	/* somebody answered who is the hub, or nobody did; NULL nobody is told
	 */
	void (*heard)(void *arg, bool there);
	void *arg;
};

/** pull_open(conf, ret, reterr): asks nothing before pull_heard() or half a
 * minute.  RC_NOMEM. */
MUST_CHECK enum rc pull_open(
	const struct pull_conf *conf, struct pull **ret, struct err *reterr);
/** pull_close(p): before its session. */
void pull_close(struct pull *p);

/** pull_heard(p, m): an answer of the hub said which feeds there are.
 * pull_head(p, sequence): the register's log goes to there.
 * pull_again(p): the hub's database is an older one: all feeds from the start.
 * pull_acked(p, sequence): the hub has it up to there; what the shop imported
 * itself is asked for as soon as its line is among that.
 * pull_now(p): ask now.  pull_hold(p, hold): ask nothing for a while. */
void pull_heard(struct pull *p, const struct hub_answer *m);
void pull_head(struct pull *p, uint64_t sequence);
void pull_again(struct pull *p);
void pull_acked(struct pull *p, uint64_t sequence);
void pull_now(struct pull *p);
void pull_hold(struct pull *p, bool hold);

/** pull_idle(p): nothing is under way or known to be there. */
bool pull_idle(const struct pull *p);
/** pull_waits(p): what is there cannot be had just now. */
bool pull_waits(const struct pull *p);
/** pull_feeds(p, ret_n): cursors as they are on disk; borrowed. */
const struct feeds_cursor *pull_feeds(struct pull *p, size_t *ret_n);
/** pull_say(p, b): "products:812:1763741000,..." for the channel: name,
 * revision, when it was last heard of. */
void pull_say(const struct pull *p, struct sbuf *b);
/** pull_why(p): what keeps it from going on, or the item that was refused
 * last; "" nothing. */
const char *pull_why(const struct pull *p);

/* --- the parts of it that need no hub */

/** pull_digits(store): decimals of the shop's money, by its holdfast.conf; -1
 * it does not say. */
int pull_digits(const char *store);

/**
 * pull_page(dir, since, body, n, digits, now, ret, reterr):
 * One page, as it came, into the catalog.  ${body} may be changed.
 * Output   *ret    what the page said of itself, and how it went.
 * Errors   RC_PROTO it is no page, or of another feed than ${feed}; RC_INVAL
 *          it is not the next one; else as feeds_begin() and feeds_end().
 */
struct pull_page {
	char epoch[FEEDS_EPOCH_BYTES];
	uint64_t rev;
	bool more;
	size_t taken, refused;
};
MUST_CHECK enum rc pull_page(const char *dir, const char *feed, uint64_t since,
	char *body, size_t n, int digits, struct utc now,
	struct pull_page *ret, struct err *reterr);

#endif
