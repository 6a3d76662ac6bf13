/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_LINK_H
#define SCREEN_LINK_H

#include "base/clock.h"
#include "base/sbuf.h"
#include "register/till_sync.h"

/**
 * link - the link to the hub as the cashier sees it on every screen: words in
 * the status row, and one message when it comes or goes.  Facts, in the same
 * place online and offline; nothing of it rings or moves anything, and an
 * unlinked register has none of it.
 *
 * Ages stand still from one full minute to the next: a row that changed with
 * each second would be sent with each scan.
 */
struct app;

/* What was told of it. */
struct link_told {
	bool known, on, clock;
	enum worker_fork fork;
	int64_t due; /* it waits to be told until then; 0 nothing does */
	int64_t told_at;
};

/** link_put(a, out, cells): "OFFLINE 12m41s  Q 38 (oldest 12m)", shorter where
 * there are fewer cells; nothing without a hub.  A fork, a clone and a revoked
 * register come before all else, then a clock that is more than two minutes off
 * the hub's. */
void link_put(const struct app *a, struct sbuf *out, int cells);
/** link_age(a, out, since, fine): "41s", "12m41s" or "12m", "3h", "2d". */
void link_age(
	const struct app *a, struct sbuf *out, struct utc since, bool fine);
/** link_word(l): "ONLINE", "OFFLINE", ... */
const char *link_word(const struct till_link *l);
/** link_advice(l, row): what is the matter, and what to do, row 0 and 1; ""
 * all is well. */
const char *link_advice(const struct till_link *l, int row);
/** link_follow(a): what has changed is told, if it may be now.
 * link_due(a, ret): when to call it at the latest; false: not by time. */
void link_follow(struct app *a);
bool link_due(const struct app *a, int64_t *ret);

#endif
