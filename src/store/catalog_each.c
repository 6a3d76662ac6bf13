/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "store/feed_internal.h"

#include "base/poison.h"

/* Two cursors side by side: rows of the generation, and what lies over them. */
struct walk {
	struct catalog *c;
	catalog_fn fn;
	void *arg;
	MDB_cursor *row, *over;
	MDB_val row_key, row_value, over_key, over_value;
	bool has_row, has_over;
};

static int
step(MDB_cursor *c, MDB_cursor_op op, MDB_val *k, MDB_val *v, bool *ret_has)
{
	int code;

	*ret_has = false;
	if (c == NULL) {
		return MDB_SUCCESS;
	}
	code = mdb_cursor_get(c, k, v, op);
	*ret_has = code == MDB_SUCCESS;
	return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

static int
step_row(struct walk *w, MDB_cursor_op op)
{
	return step(w->row, op, &w->row_key, &w->row_value, &w->has_row);
}

static int
step_over(struct walk *w, MDB_cursor_op op)
{
	return step(w->over, op, &w->over_key, &w->over_value, &w->has_over);
}

static enum rc
bad(const struct walk *w, int code, struct err *reterr)
{
	return catalog_fail(reterr, code, w->c->gen.path,
		code == MDB_CORRUPTED ? "a product fails its check"
				      : "reading");
}

static enum rc
give(struct walk *w, const MDB_val *k, struct item *item, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (w->over != NULL) {
		rc = catalog_price(w->c, k->mv_data, k->mv_size, item, reterr);
	}
	return rc == RC_OK ? w->fn(w->arg, item) : rc;
}

static enum rc
give_row(struct walk *w, struct err *reterr)
{
	struct item item;

	if (row_decode(w->row_key.mv_data, w->row_key.mv_size,
		    w->row_value.mv_data, w->row_value.mv_size,
		    &item) != RC_OK) {
		return bad(w, MDB_CORRUPTED, reterr);
	}
	return give(w, &w->row_key, &item, reterr);
}

/* A key that feeds say something of, and maybe a row, too. */
static enum rc
give_over(struct walk *w, bool row, struct err *reterr)
{
	struct product_record r;
	struct item item;
	int says;

	if (product_decode(w->over_key.mv_data, w->over_key.mv_size,
		    w->over_value.mv_data, w->over_value.mv_size,
		    &r) != RC_OK) {
		return bad(w, MDB_CORRUPTED, reterr);
	}
	says = product_says(&r);
	if (says == PRODUCT_GONE || (says == PRODUCT_BASE && !row)) {
		return RC_OK;
	}
	if (says == PRODUCT_BASE) {
		return give_row(w, reterr);
	}
	if (row_decode(w->over_key.mv_data, w->over_key.mv_size,
		    r.slot[says].row, r.slot[says].n, &item) != RC_OK) {
		return bad(w, MDB_CORRUPTED, reterr);
	}
	return give(w, &w->over_key, &item, reterr);
}

static int
compare(const MDB_val *a, const MDB_val *b)
{
	size_t n = a->mv_size < b->mv_size ? a->mv_size : b->mv_size;
	int cmp = memcmp(a->mv_data, b->mv_data, n);

	if (cmp == 0 && a->mv_size != b->mv_size) {
		return a->mv_size < b->mv_size ? -1 : 1;
	}
	return cmp;
}

static enum rc
walk(struct walk *w, struct err *reterr)
{
	enum rc rc = RC_OK;
	int code = step_row(w, MDB_FIRST);

	if (code == MDB_SUCCESS) {
		code = step_over(w, MDB_FIRST);
	}
	while (rc == RC_OK && code == MDB_SUCCESS &&
		(w->has_row || w->has_over)) {
		int cmp = !w->has_row    ? 1
			  : !w->has_over ? -1
					 : compare(&w->row_key, &w->over_key);

		rc = cmp < 0 ? give_row(w, reterr)
			     : give_over(w, cmp == 0, reterr);
		if (rc == RC_OK && cmp <= 0) {
			code = step_row(w, MDB_NEXT);
		}
		if (rc == RC_OK && code == MDB_SUCCESS && cmp >= 0) {
			code = step_over(w, MDB_NEXT);
		}
	}
	return rc == RC_OK && code != MDB_SUCCESS ? bad(w, code, reterr) : rc;
}

enum rc
catalog_each(struct catalog *c, catalog_fn fn, void *arg, struct err *reterr)
{
	struct walk w = {.c = c, .fn = fn, .arg = arg};
	bool over = false;
	int code = MDB_SUCCESS;
	enum rc rc = catalog_view(c, &over, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (c->gen.txn != NULL) {
		code = mdb_cursor_open(c->gen.txn, c->gen.item, &w.row);
	}
	if (code == MDB_SUCCESS && over) {
		code = mdb_cursor_open(c->feeds->txn,
			c->feeds->e.dbi[FEEDS_DB_PRODUCT], &w.over);
	}
	rc = code == MDB_SUCCESS ? walk(&w, reterr) : bad(&w, code, reterr);
	if (w.row != NULL) {
		mdb_cursor_close(w.row);
	}
	if (w.over != NULL) {
		mdb_cursor_close(w.over);
	}
	catalog_done(c);
	return rc;
}
