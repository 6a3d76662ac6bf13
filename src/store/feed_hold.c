/* SPDX-License-Identifier: Apache-2.0 */
/* Its only writer: what it holds, what that stands on, where feeds stand. */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/feed_internal.h"

#include "base/poison.h"

#define TOUCH_US ((int64_t)60000000)

/* --- the writer --- */

void
hold_let_go(struct hold *w)
{
	if (w->txn != NULL) {
		mdb_txn_abort(w->txn);
		w->txn = NULL;
	}
	feeds_env_close(&w->e);
	if (w->lock_fd >= 0) {
		(void)close(w->lock_fd);
		w->lock_fd = -1;
	}
}

enum rc
hold_begin(struct hold *w, struct err *reterr)
{
	int code = mdb_txn_begin(w->e.env, NULL, 0, &w->txn);

	if (code != MDB_SUCCESS) {
		w->txn = NULL;
		return feeds_fail(&w->e, reterr, code, "beginning");
	}
	return feeds_header_get(&w->e, w->txn, &w->h, reterr);
}

enum rc
hold_take(struct hold *w, const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc;

	memset(w, 0, sizeof(*w));
	w->lock_fd = -1;
	if (strlen(dir) >= sizeof(w->dir) ||
		path_join(path, sizeof(path), dir, CATALOG_LOCK) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"%s: the path is too long", dir);
	}
	memcpy(w->dir, dir, strlen(dir) + 1);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, "feed",
			"%s cannot be made", dir);
	}
	rc = file_lock(path, &w->lock_fd, reterr);
	if (rc == RC_OK) {
		rc = feeds_env_open(&w->e, dir, true, reterr);
	}
	if (rc == RC_OK) {
		rc = hold_begin(w, reterr);
	}
	if (rc == RC_CORRUPT) {
		/* all of it is at the hub */
		hold_let_go(w);
		rc = file_lock(path, &w->lock_fd, reterr);
		if (rc == RC_OK) {
			rc = feeds_env_remove(dir, reterr);
		}
		if (rc == RC_OK) {
			rc = feeds_env_open(&w->e, dir, true, reterr);
		}
		if (rc == RC_OK) {
			rc = hold_begin(w, reterr);
		}
	}
	if (rc != RC_OK) {
		hold_let_go(w);
	}
	return rc;
}

enum rc
hold_commit(struct hold *w, struct err *reterr)
{
	int code;
	enum rc rc = feeds_header_put(&w->e, w->txn, &w->h, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_txn_commit(w->txn);
	w->txn = NULL;
	return code == MDB_SUCCESS ? RC_OK
				   : feeds_fail(&w->e, reterr, code, "writing");
}

enum rc
hold_version(struct hold *w, struct err *reterr)
{
	int64_t next = 0;
	enum rc rc = generation_next(w->dir, &next, reterr);

	if (rc == RC_OK) {
		w->h.version = next > w->h.version ? next : w->h.version + 1;
	}
	return rc;
}

/* --- what it stands on --- */

enum rc
hold_is_under(struct hold *w, int64_t *ret_now, bool *ret, struct err *reterr)
{
	enum rc rc = generation_current(w->dir, ret_now, reterr);

	if (rc == RC_NOTFOUND) {
		*ret_now = 0;
		rc = RC_OK;
	}
	*ret = *ret_now == w->h.base || *ret_now == w->h.from;
	return rc;
}

/* Products and prices both know of the shop's lines up to ${head}; ${also}: a
 * cursor that is not written yet. */
static enum rc
are_applied(struct hold *w, const struct feeds_cursor *also, bool *ret,
	struct err *reterr)
{
	static const char *const feed[] = {FEEDS_PRODUCTS, FEEDS_PRICES};
	struct feeds_cursor c;
	bool any = false;

	*ret = true;
	for (size_t i = 0; i < ARRAY_LEN(feed); i++) {
		enum rc rc =
			feeds_cursor_get(&w->e, w->txn, feed[i], &c, reterr);

		if (also != NULL && strcmp(also->feed, feed[i]) == 0) {
			c = *also;
			rc = RC_OK;
		}
		if (rc == RC_NOTFOUND) {
			continue;
		}
		if (rc != RC_OK) {
			return rc;
		}
		any = true;
		*ret = *ret && c.applied >= w->h.own_head;
	}
	*ret = *ret && any;
	return RC_OK;
}

/* What the shop imported lies under the feeds from now on.  What had been
 * folded into the generation before it is fetched once more. */
static enum rc
stand_on(struct hold *w, int64_t now, struct err *reterr)
{
	struct feeds_cursor c;
	bool folded = w->h.base != w->h.import;
	enum rc rc;

	w->h.base = now;
	w->h.from = now;
	w->h.import = now;
	w->h.own = 0;
	w->h.own_head = 0;
	rc = place_all(&w->e, w->dir, w->txn, now, reterr);
	if (rc == RC_OK && folded) {
		rc = feeds_cursor_get(
			&w->e, w->txn, FEEDS_PRODUCTS, &c, reterr);
		if (rc == RC_OK) {
			c.rev = 0;
			c.whole = false;
			rc = feeds_cursor_put(&w->e, w->txn, &c, reterr);
		}
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	return rc == RC_OK ? hold_version(w, reterr) : rc;
}

enum rc
hold_settle(struct hold *w, const struct feeds_cursor *also, bool *ret_moved,
	struct err *reterr)
{
	int64_t now = 0;
	bool yes = false;
	enum rc rc = hold_is_under(w, &now, &yes, reterr);

	*ret_moved = false;
	if (rc != RC_OK || yes) {
		return rc;
	}
	if (w->h.own == now) {
		rc = are_applied(w, also, &yes, reterr);
	}
	if (rc == RC_OK && !yes) {
		return err_set(reterr, RC_AGAIN, 0, "feed",
			"what the shop imported holds until the hub knows of "
			"it");
	}
	*ret_moved = rc == RC_OK;
	return rc == RC_OK ? stand_on(w, now, reterr) : rc;
}

enum rc
feeds_settle(const char *dir, uint64_t head, struct err *reterr)
{
	const uint64_t line = head == FEEDS_NO_LINE ? 0 : head;
	struct hold w;
	int64_t now = 0;
	bool moved = false;
	bool yes = false;
	enum rc rc = generation_current(dir, &now, reterr);

	if (rc == RC_NOTFOUND) {
		return RC_OK; /* feeds lie over nothing */
	}
	if (rc == RC_OK) {
		rc = hold_take(&w, dir, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	rc = hold_is_under(&w, &now, &yes, reterr);
	if (rc == RC_OK && !yes && head > 0 &&
		(w.h.own != now || line < w.h.own_head)) {
		w.h.own = now;
		w.h.own_head = line;
		moved = true;
	}
	if (rc == RC_OK && !yes) {
		bool stood = false;

		rc = hold_settle(&w, NULL, &stood, reterr);
		moved = moved || stood;
	}
	if (moved && (rc == RC_OK || rc == RC_AGAIN)) {
		enum rc done = hold_commit(&w, reterr);

		rc = done == RC_OK ? rc : done;
	}
	if (rc == RC_OK && yes && now != w.h.base) {
		/* a fold was cut off before it was named */
		rc = catalog_activate(dir, w.h.base, reterr);
	}
	hold_let_go(&w);
	return rc;
}

/* --- where a feed stands --- */

static enum rc
with_aside(const char *dir, struct feeds_cursor *c, struct err *reterr)
{
	struct feeds_cursor aside;
	enum rc rc;

	if (c->whole) {
		return aside_remove(dir, c->feed, reterr);
	}
	rc = aside_state(dir, c->feed, &aside, reterr);
	if (rc == RC_OK) {
		memcpy(c->epoch, aside.epoch, sizeof(c->epoch));
		c->rev = aside.rev;
		c->aside = aside.aside;
	} else {
		c->rev = 0;
		c->aside = 0;
	}
	return rc == RC_NOTFOUND || rc == RC_CORRUPT ? RC_OK : rc;
}

enum rc
feeds_where(const char *dir, const char *feed, struct feeds_cursor *ret,
	struct err *reterr)
{
	struct hold w;
	enum rc rc = hold_take(&w, dir, reterr);

	if (rc == RC_OK) {
		rc = feeds_cursor_get(&w.e, w.txn, feed, ret, reterr);
		if (rc == RC_OK) {
			rc = with_aside(dir, ret, reterr);
		}
		hold_let_go(&w);
	}
	return rc;
}

enum rc
feeds_touch(const char *dir, const char *feed, uint64_t applied, struct utc at,
	struct err *reterr)
{
	struct feeds_cursor c;
	struct hold w;
	enum rc rc = hold_take(&w, dir, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = feeds_cursor_get(&w.e, w.txn, feed, &c, reterr);
	if (rc == RC_OK && (applied > c.applied || at.us < c.at.us ||
				   at.us - c.at.us >= TOUCH_US)) {
		c.applied = applied > c.applied ? applied : c.applied;
		c.at = at;
		rc = feeds_cursor_put(&w.e, w.txn, &c, reterr);
		if (rc == RC_OK) {
			rc = hold_commit(&w, reterr);
		}
	}
	hold_let_go(&w);
	return rc;
}

enum rc
feeds_again(const char *dir, struct err *reterr)
{
	struct feeds_cursor c[FEEDS_MOST];
	struct hold w;
	size_t n = 0;
	enum rc rc = hold_take(&w, dir, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = feeds_cursor_list(&w.e, w.txn, c, &n, reterr);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		/* before the cursor: an older copy is not gone on with */
		rc = aside_remove(dir, c[i].feed, reterr);
		if (rc == RC_OK) {
			c[i].whole = false;
			rc = feeds_cursor_put(&w.e, w.txn, &c[i], reterr);
		}
	}
	if (rc == RC_OK && n > 0) {
		rc = hold_commit(&w, reterr);
	}
	hold_let_go(&w);
	return rc;
}
