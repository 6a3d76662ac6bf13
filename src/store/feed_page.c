/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

#define TOUCH_US ((int64_t)60000000)

/* The environment as its only writer has it. */
struct hold {
	char dir[PATH_BYTES];
	int lock_fd;
	struct feeds_env e;
	MDB_txn *txn;
	struct feeds_header h;
};

struct feeds_page {
	struct hold w;
	struct feeds_cursor cursor;
	struct aside *aside; /* NULL: straight into the transaction */
	struct find_place *place;
	uint64_t n; /* items that came */
};

/* --- the writer --- */

static void
let_go(struct hold *w)
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

static enum rc
begin_txn(struct hold *w, struct err *reterr)
{
	int code = mdb_txn_begin(w->e.env, NULL, 0, &w->txn);

	if (code != MDB_SUCCESS) {
		w->txn = NULL;
		return feeds_fail(&w->e, reterr, code, "beginning");
	}
	return feeds_header_get(&w->e, w->txn, &w->h, reterr);
}

static enum rc
take_hold(struct hold *w, const char *dir, struct err *reterr)
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
		rc = begin_txn(w, reterr);
	}
	if (rc == RC_CORRUPT) {
		/* all of it is at the hub */
		let_go(w);
		rc = file_lock(path, &w->lock_fd, reterr);
		if (rc == RC_OK) {
			rc = feeds_env_remove(dir, reterr);
		}
		if (rc == RC_OK) {
			rc = feeds_env_open(&w->e, dir, true, reterr);
		}
		if (rc == RC_OK) {
			rc = begin_txn(w, reterr);
		}
	}
	if (rc != RC_OK) {
		let_go(w);
	}
	return rc;
}

static enum rc
commit(struct hold *w, struct err *reterr)
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

/* Higher than any that was ever said, of pages and of generations. */
static enum rc
next_version(struct hold *w, struct err *reterr)
{
	int64_t next = 0;
	enum rc rc = generation_next(w->dir, &next, reterr);

	if (rc == RC_OK) {
		w->h.version = next > w->h.version ? next : w->h.version + 1;
	}
	return rc;
}

/* --- what it stands on --- */

static enum rc
is_under(struct hold *w, int64_t *ret_now, bool *ret, struct err *reterr)
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
	return rc == RC_OK ? next_version(w, reterr) : rc;
}

/* RC_AGAIN: the shop's own import holds. */
static enum rc
settle(struct hold *w, const struct feeds_cursor *also, bool *ret_moved,
	struct err *reterr)
{
	int64_t now = 0;
	bool yes = false;
	enum rc rc = is_under(w, &now, &yes, reterr);

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
	struct hold w;
	int64_t now = 0;
	bool moved = false;
	bool yes = false;
	enum rc rc = generation_current(dir, &now, reterr);

	if (rc == RC_NOTFOUND) {
		return RC_OK; /* feeds lie over nothing */
	}
	if (rc == RC_OK) {
		rc = take_hold(&w, dir, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	rc = is_under(&w, &now, &yes, reterr);
	if (rc == RC_OK && !yes && w.h.own != now && head > 0) {
		w.h.own = now;
		w.h.own_head = head;
		moved = true;
	}
	if (rc == RC_OK && !yes) {
		bool stood = false;

		rc = settle(&w, NULL, &stood, reterr);
		moved = moved || stood;
	}
	if (moved && (rc == RC_OK || rc == RC_AGAIN)) {
		enum rc done = commit(&w, reterr);

		rc = done == RC_OK ? rc : done;
	}
	if (rc == RC_OK && yes && now != w.h.base) {
		/* a fold was cut off before it was named */
		rc = catalog_activate(dir, w.h.base, reterr);
	}
	let_go(&w);
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
	enum rc rc = take_hold(&w, dir, reterr);

	if (rc == RC_OK) {
		rc = feeds_cursor_get(&w.e, w.txn, feed, ret, reterr);
		if (rc == RC_OK) {
			rc = with_aside(dir, ret, reterr);
		}
		let_go(&w);
	}
	return rc;
}

enum rc
feeds_list(const char *dir, struct feeds_cursor ret[FEEDS_MOST], size_t *ret_n,
	struct err *reterr)
{
	struct hold w;
	enum rc rc = take_hold(&w, dir, reterr);

	*ret_n = 0;
	if (rc != RC_OK) {
		return rc;
	}
	rc = feeds_cursor_list(&w.e, w.txn, ret, ret_n, reterr);
	for (size_t i = 0; rc == RC_OK && i < *ret_n; i++) {
		rc = with_aside(dir, &ret[i], reterr);
	}
	let_go(&w);
	return rc;
}

enum rc
feeds_touch(const char *dir, const char *feed, uint64_t applied, struct utc at,
	struct err *reterr)
{
	struct feeds_cursor c;
	struct hold w;
	enum rc rc = take_hold(&w, dir, reterr);

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
			rc = commit(&w, reterr);
		}
	}
	let_go(&w);
	return rc;
}

/* --- a page --- */

static enum rc
not_here(struct err *reterr, const char *feed)
{
	return err_set(reterr, RC_INVAL, 0, "feed",
		"this page of %s is not the next one", feed);
}

/* A copy that begins: what there is stays as it is, but is not gone on from. */
static enum rc
begin_copy(struct feeds_page *p, bool had, struct err *reterr)
{
	enum rc rc;

	if (had && !p->cursor.whole) {
		return RC_OK;
	}
	p->cursor.whole = false;
	rc = feeds_cursor_put(&p->w.e, p->w.txn, &p->cursor, reterr);
	if (rc == RC_OK) {
		rc = commit(&p->w, reterr);
	}
	return rc;
}

static enum rc
begin(struct feeds_page *p, uint64_t since, const char *epoch,
	struct err *reterr)
{
	struct feeds_cursor at;
	char feed[FEEDS_NAME_BYTES];
	bool under = false;
	int64_t now = 0;
	bool had;
	enum rc rc;

	memcpy(feed, p->cursor.feed, sizeof(feed));
	rc = feeds_cursor_get(&p->w.e, p->w.txn, feed, &p->cursor, reterr);
	had = rc == RC_OK;
	if (rc == RC_NOTFOUND) {
		memset(&p->cursor, 0, sizeof(p->cursor));
		memcpy(p->cursor.feed, feed, sizeof(feed));
		rc = RC_OK;
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (since == 0) {
		rc = begin_copy(p, had, reterr);
		if (rc == RC_OK) {
			rc = aside_open(
				p->w.dir, feed, true, &p->aside, reterr);
		}
	} else if (had && p->cursor.whole) {
		if (strcmp(p->cursor.epoch, epoch) != 0 ||
			p->cursor.rev != since) {
			return not_here(reterr, feed);
		}
		if (strcmp(feed, FEEDS_PRODUCTS) == 0) {
			rc = is_under(&p->w, &now, &under, reterr);
		}
		/* else feeds_settle() finds the places */
		if (rc == RC_OK && under) {
			rc = find_place_open(
				p->w.dir, p->w.h.base, &p->place, reterr);
		}
	} else {
		rc = aside_state(p->w.dir, feed, &at, reterr);
		if (rc == RC_NOTFOUND ||
			(rc == RC_OK && (strcmp(at.epoch, epoch) != 0 ||
						at.rev != since))) {
			return not_here(reterr, feed);
		}
		if (rc == RC_OK) {
			p->cursor = at;
			rc = aside_open(
				p->w.dir, feed, false, &p->aside, reterr);
		}
	}
	memcpy(p->cursor.epoch, epoch, strlen(epoch) + 1);
	return rc;
}

enum rc
feeds_begin(const char *dir, const char *feed, uint64_t since,
	const char *epoch, struct feeds_page **ret, struct err *reterr)
{
	struct feeds_page *p = calloc(1, sizeof(*p));
	enum rc rc;

	if (p == NULL) {
		return err_set(
			reterr, RC_NOMEM, 0, "feed", "no memory for a page");
	}
	p->w.lock_fd = -1;
	rc = take_hold(&p->w, dir, reterr);
	if (rc == RC_OK &&
		(strlen(feed) >= FEEDS_NAME_BYTES || feed[0] == '\0' ||
			strchr(feed, '/') != NULL ||
			strlen(epoch) >= FEEDS_EPOCH_BYTES)) {
		rc = not_here(reterr, feed);
	}
	if (rc == RC_OK) {
		memcpy(p->cursor.feed, feed, strlen(feed) + 1);
		rc = begin(p, since, epoch, reterr);
	}
	if (rc != RC_OK) {
		feeds_free(p);
		return rc;
	}
	*ret = p;
	return RC_OK;
}

void
feeds_free(struct feeds_page *p)
{
	if (p == NULL) {
		return;
	}
	find_place_close(p->place);
	aside_close(p->aside);
	let_go(&p->w);
	free(p);
}

/* Straight into the transaction, or into the page that is put aside. */
static enum rc
apply(struct feeds_page *p, const struct aside_item *a, struct err *reterr)
{
	struct product_slot slot = {true, a->deleted, a->rev, a->n, a->value};
	struct price_entry price = {(uint8_t)a->scope, a->from_us, 0, a->rev};
	struct feeds_item item = {(const char *)a->key, a->scope, a->rev,
		{a->from_us}, a->deleted, (const char *)a->value, a->n};
	struct rd r;
	int delta = 0;
	enum rc rc;

	switch (a->kind) {
	case 'p':
		rc = put_product(&p->w.e, p->w.txn, p->place, a->key,
			a->key_len, a->scope, &slot, &delta, reterr);
		p->w.h.products += (uint64_t)(int64_t)delta;
		return rc;
	case '$':
		rd_init(&r, a->value, a->n);
		price.minor = a->deleted ? 0 : rd_i64le(&r);
		return put_price(&p->w.e, p->w.txn, a->key, a->key_len, &price,
			a->deleted, reterr);
	default:
		return put_item(
			&p->w.e, p->w.txn, p->cursor.feed, &item, reterr);
	}
}

static enum rc
take(struct feeds_page *p, const struct aside_item *a, struct err *reterr)
{
	enum rc rc = p->aside != NULL ? aside_add(p->aside, a, reterr)
				      : apply(p, a, reterr);

	p->n += rc == RC_OK ? 1 : 0;
	return rc;
}

enum rc
feeds_put(
	struct feeds_page *p, const struct feeds_item *item, struct err *reterr)
{
	uint8_t key[ITEM_KEY_BYTES];
	struct aside_item a = {'i', item->scope, item->rev, item->deleted,
		item->valid_from.us, (const uint8_t *)item->key,
		strlen(item->key) + 1, (const uint8_t *)item->body,
		item->deleted ? 0 : item->n_body};

	if (item_key(p->cursor.feed, item, key) == 0 ||
		a.n > FEEDS_BODY_BYTES || (!item->deleted && a.n == 0)) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"the item's key, scope or body is none");
	}
	return take(p, &a, reterr);
}

static enum rc
no_code(struct err *reterr)
{
	return err_set(reterr, RC_INVAL, 0, "feed",
		"no usable code, or a text is too long");
}

enum rc
feeds_put_product(struct feeds_page *p, enum feeds_scope scope, uint64_t rev,
	const char *code, const struct item *item, struct err *reterr)
{
	uint8_t value[ROW_VALUE_BYTES];
	struct aside_item a = {
		'p', scope, rev, item == NULL, 0, NULL, 0, value, 0};
	struct code_key key;
	struct code_key same;

	if (scope == FEEDS_NONE ||
		code_catalog_key(code, strlen(code), &key) != RC_OK) {
		return no_code(reterr);
	}
	a.key = (const uint8_t *)key.key;
	a.key_len = key.key_len;
	if (item != NULL) {
		if (code_catalog_key(item->code, strlen(item->code), &same) !=
				RC_OK ||
			same.key_len != key.key_len ||
			memcmp(same.key, key.key, key.key_len) != 0 ||
			row_encode(item, &key, value, &a.n) != RC_OK) {
			return no_code(reterr);
		}
		row_scope_set(value, a.n, key.key, key.key_len, (uint8_t)scope);
	}
	return take(p, &a, reterr);
}

enum rc
feeds_put_price(struct feeds_page *p, enum feeds_scope scope, uint64_t rev,
	const char *code, struct utc valid_from, const struct money *price,
	struct err *reterr)
{
	uint8_t value[8];
	struct aside_item a = {'$', scope, rev, price == NULL, valid_from.us,
		NULL, 0, value, price == NULL ? 0 : sizeof(value)};
	struct code_key key;
	struct wr w;

	if (scope == FEEDS_NONE || valid_from.us < 0 ||
		(price != NULL && price->minor < 0) ||
		code_catalog_key(code, strlen(code), &key) != RC_OK) {
		return no_code(reterr);
	}
	a.key = (const uint8_t *)key.key;
	a.key_len = key.key_len;
	wr_init(&w, value, sizeof(value));
	wr_i64le(&w, price == NULL ? 0 : price->minor);
	return take(p, &a, reterr);
}

void
feeds_refuse(struct feeds_page *p, const char *why)
{
	p->cursor.refused++;
	(void)text_clean(
		why, strlen(why), p->cursor.why, sizeof(p->cursor.why), 0);
}

/* --- its end --- */

static enum rc
apply_aside(void *arg, const struct aside_item *item, struct err *reterr)
{
	enum rc rc = apply(arg, item, reterr);

	return rc == RC_INVAL ? RC_OK : rc;
}

/* The copy is whole: it takes the place of what there was. */
static enum rc
swap(struct feeds_page *p, struct err *reterr)
{
	bool moved = false;
	enum rc rc = begin_txn(&p->w, reterr);

	if (rc == RC_OK && strcmp(p->cursor.feed, FEEDS_PRODUCTS) == 0) {
		rc = settle(&p->w, &p->cursor, &moved, reterr);
		if (rc == RC_OK) {
			rc = fold_products(&p->w.e, p->w.dir, p->w.txn, &p->w.h,
				p->cursor.feed, reterr);
		}
		return rc;
	}
	if (rc == RC_OK) {
		rc = drop_items(&p->w.e, p->w.txn, p->cursor.feed, reterr);
	}
	if (rc == RC_OK) {
		rc = aside_each(
			p->w.dir, p->cursor.feed, apply_aside, p, reterr);
	}
	return rc == RC_OK ? next_version(&p->w, reterr) : rc;
}

/* Behind the commit that made a generation the one. */
static void
name_base(const char *dir, const struct feeds_header *h)
{
	/* whatever fails here is made good by feeds_settle(), or takes room */
	if (catalog_activate(dir, h->base, NULL) == RC_OK) {
		(void)!generation_clean(dir, h->from, h->base, NULL);
	}
}

static enum rc
end_aside(struct feeds_page *p, const struct feeds_end *end, struct err *reterr)
{
	bool products = strcmp(p->cursor.feed, FEEDS_PRODUCTS) == 0;
	enum rc rc = aside_end(p->aside, &p->cursor, reterr);

	if (rc != RC_OK || end->more) {
		return rc;
	}
	aside_close(p->aside);
	p->aside = NULL;
	if (p->w.txn != NULL) {
		mdb_txn_abort(p->w.txn);
		p->w.txn = NULL;
	}
	rc = swap(p, reterr);
	if (rc == RC_CORRUPT) {
		(void)!aside_remove(p->w.dir, p->cursor.feed, NULL);
	}
	p->cursor.whole = true;
	p->cursor.version = p->w.h.version;
	if (rc == RC_OK) {
		rc = feeds_cursor_put(&p->w.e, p->w.txn, &p->cursor, reterr);
	}
	if (rc == RC_OK) {
		rc = commit(&p->w, reterr);
	}
	if (rc == RC_OK) {
		(void)!aside_remove(p->w.dir, p->cursor.feed, NULL);
		if (products) {
			name_base(p->w.dir, &p->w.h);
		}
	}
	return rc;
}

enum rc
feeds_end(struct feeds_page *p, const struct feeds_end *end, struct err *reterr)
{
	enum rc rc = RC_OK;

	p->cursor.rev = end->rev;
	p->cursor.applied = end->applied > p->cursor.applied
				    ? end->applied
				    : p->cursor.applied;
	p->cursor.at = end->at;
	p->cursor.taken += p->n;
	if (p->aside != NULL) {
		return end_aside(p, end, reterr);
	}
	if (p->n > 0) {
		rc = next_version(&p->w, reterr);
		p->cursor.version = p->w.h.version;
	}
	if (rc == RC_OK) {
		rc = feeds_cursor_put(&p->w.e, p->w.txn, &p->cursor, reterr);
	}
	return rc == RC_OK ? commit(&p->w, reterr) : rc;
}

/* --- folding --- */

enum rc
feeds_fold(const char *dir, uint64_t most, bool *ret_folded, struct err *reterr)
{
	struct hold w;
	int64_t now = 0;
	int64_t next = 0;
	bool yes = false;
	enum rc rc = take_hold(&w, dir, reterr);

	*ret_folded = false;
	if (rc != RC_OK) {
		return rc;
	}
	if (w.h.products > most) {
		rc = is_under(&w, &now, &yes, reterr);
	}
	if (rc == RC_OK && yes) {
		rc = generation_next(dir, &next, reterr);
		/* an import that waits for its line would be the older one */
		yes = rc == RC_OK &&
		      (next <= w.h.base + 1 || w.h.products > 4 * most);
	}
	if (rc == RC_OK && yes) {
		rc = fold_products(&w.e, dir, w.txn, &w.h, NULL, reterr);
		if (rc == RC_OK) {
			rc = commit(&w, reterr);
		}
		*ret_folded = rc == RC_OK;
	}
	if (*ret_folded) {
		name_base(dir, &w.h);
	}
	let_go(&w);
	return rc;
}
