/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

struct feeds_page {
	struct hold w;
	struct feeds_cursor cursor;
	struct aside *aside; /* NULL: straight into the transaction */
	struct find_place *place;
	uint64_t n; /* items that came */
};

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
		rc = hold_commit(&p->w, reterr);
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
			rc = hold_is_under(&p->w, &now, &under, reterr);
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
	rc = hold_take(&p->w, dir, reterr);
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
	hold_let_go(&p->w);
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
	enum rc rc = hold_begin(&p->w, reterr);

	if (rc == RC_OK && strcmp(p->cursor.feed, FEEDS_PRODUCTS) == 0) {
		rc = hold_settle(&p->w, &p->cursor, &moved, reterr);
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
	return rc == RC_OK ? hold_version(&p->w, reterr) : rc;
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
		rc = hold_commit(&p->w, reterr);
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
	/* what became of the shop's lines may stand in a page behind this */
	if (!end->more && end->applied > p->cursor.applied) {
		p->cursor.applied = end->applied;
	}
	p->cursor.at = end->at;
	p->cursor.taken += p->n;
	if (p->aside != NULL) {
		return end_aside(p, end, reterr);
	}
	if (p->n > 0) {
		rc = hold_version(&p->w, reterr);
		p->cursor.version = p->w.h.version;
	}
	if (rc == RC_OK) {
		rc = feeds_cursor_put(&p->w.e, p->w.txn, &p->cursor, reterr);
	}
	return rc == RC_OK ? hold_commit(&p->w, reterr) : rc;
}

/* --- folding --- */

enum rc
feeds_fold(const char *dir, uint64_t most, bool *ret_folded, struct err *reterr)
{
	struct hold w;
	int64_t now = 0;
	int64_t next = 0;
	bool yes = false;
	enum rc rc = hold_take(&w, dir, reterr);

	*ret_folded = false;
	if (rc != RC_OK) {
		return rc;
	}
	if (w.h.products > most) {
		rc = hold_is_under(&w, &now, &yes, reterr);
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
			rc = hold_commit(&w, reterr);
		}
		*ret_folded = rc == RC_OK;
	}
	if (*ret_folded) {
		name_base(dir, &w.h);
	}
	hold_let_go(&w);
	return rc;
}
