/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/find_internal.h"

#include "base/poison.h"

#define NAME_CHARS_MAX 255

static size_t
count_chars(const char *s, size_t n)
{
	const char *end = s + n;
	size_t chars = 0;
	int32_t cp;

	while (chars < NAME_CHARS_MAX && text_next(&s, end, &cp)) {
		chars++;
	}
	return chars;
}

size_t
find_rank(const struct item *item, const void *key, size_t key_len,
	uint8_t out[FIND_RANK_BYTES])
{
	size_t name_len = strnlen(item->name, sizeof(item->name));
	char folded[ITEM_NAME_BYTES];
	struct wr w;

	text_fold(item->name, name_len, folded, sizeof(folded));
	wr_init(&w, out, FIND_RANK_BYTES);
	wr_u8(&w, (uint8_t)count_chars(folded, strlen(folded)));
	wr_bytes(&w, folded, strlen(folded) + 1);
	wr_bytes(&w, key, key_len);
	return w.len;
}

/* --- an index --- */

enum rc
find_reader_open(struct catalog *c, struct find_reader *r, struct err *reterr)
{
	char name[] = FIND_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v;
	enum rc rc = RC_OK;
	uint64_t n = 0;
	int code = mdb_get(c->gen.txn, c->gen.meta, &k, &v);

	memset(r, 0, sizeof(*r));
	r->c = c;
	if (code == MDB_SUCCESS) {
		rc = find_header_decode(v.mv_data, v.mv_size, &n);
	}
	if (code == MDB_NOTFOUND || rc == RC_NOTFOUND) {
		return err_set(reterr, RC_NOTFOUND, 0, "catalog",
			"this catalog cannot be searched by words: import the "
			"products again");
	}
	if (code == MDB_SUCCESS &&
		(rc != RC_OK || n != c->gen.header.count || n >= UINT32_MAX)) {
		code = MDB_CORRUPTED;
	}
	if (code == MDB_SUCCESS) {
		code = mdb_dbi_open(c->gen.txn, CATALOG_DB_FIND, 0, &r->dbi);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_cursor_open(c->gen.txn, r->dbi, &r->cursor);
	}
	if (code != MDB_SUCCESS) {
		r->cursor = NULL;
		return catalog_fail(reterr, code, c->gen.path,
			"cannot open the search index");
	}
	r->n = (uint32_t)n;
	return RC_OK;
}

void
find_reader_close(struct find_reader *r)
{
	if (r->cursor != NULL) {
		mdb_cursor_close(r->cursor);
		r->cursor = NULL;
	}
}

static int
compare(const uint8_t *a, size_t n, const uint8_t *b, size_t m)
{
	int cmp = memcmp(a, b, n < m ? n : m);

	if (cmp == 0 && n != m) {
		return n < m ? -1 : 1;
	}
	return cmp;
}

enum rc
find_rank_below(struct find_reader *r, const uint8_t *rank, size_t n,
	uint32_t *ret, struct err *reterr)
{
	uint8_t other[FIND_RANK_BYTES];
	uint32_t low = 0;
	uint32_t high = r->n;
	struct code_key key;
	struct item item;
	enum rc rc;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		size_t m = 0;

		rc = find_read_item(r, mid, &item, reterr);
		if (rc == RC_OK && code_catalog_key(item.code,
					   strlen(item.code), &key) == RC_OK) {
			m = find_rank(&item, key.key, key.key_len, other);
		}
		if (rc != RC_OK) {
			return rc;
		}
		if (compare(other, m, rank, n) < 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	*ret = low;
	return RC_OK;
}

/* --- a generation by itself --- */

struct find_place {
	struct catalog *c; /* NULL there is none */
	struct find_reader r;
	bool indexed;
};

enum rc
find_place_open(const char *dir, int64_t generation, struct find_place **ret,
	struct err *reterr)
{
	struct find_place *p = calloc(1, sizeof(*p));
	enum rc rc = RC_OK;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to look products up");
	}
	if (generation != 0) {
		rc = catalog_open(dir, generation, &p->c, reterr);
	}
	if (rc == RC_OK && p->c != NULL) {
		rc = find_reader_open(p->c, &p->r, reterr);
		p->indexed = rc == RC_OK;
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc != RC_OK) {
		find_place_close(p);
		return rc;
	}
	*ret = p;
	return RC_OK;
}

void
find_place_close(struct find_place *p)
{
	if (p == NULL) {
		return;
	}
	find_reader_close(&p->r);
	catalog_close(p->c);
	free(p);
}

enum rc
find_place_row(struct find_place *p, const void *key, size_t key_len,
	uint8_t *ret_scope, uint32_t *ret_ordinal, struct err *reterr)
{
	uint8_t copy[CODE_KEY_BYTES];
	uint8_t rank[FIND_RANK_BYTES];
	MDB_val k = {key_len, copy};
	MDB_val v;
	struct item item;
	int code = MDB_NOTFOUND;

	*ret_ordinal = UINT32_MAX;
	if (p->c != NULL && key_len <= sizeof(copy)) {
		memcpy(copy, key, key_len);
		code = mdb_get(p->c->gen.txn, p->c->gen.item, &k, &v);
	}
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code == MDB_SUCCESS && row_decode(key, key_len, v.mv_data,
					   v.mv_size, &item) != RC_OK) {
		code = MDB_CORRUPTED;
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(
			reterr, code, p->c->gen.path, "looking a product up");
	}
	*ret_scope = row_scope(v.mv_data, v.mv_size);
	return p->indexed ? find_rank_below(&p->r, rank,
				    find_rank(&item, key, key_len, rank),
				    ret_ordinal, reterr)
			  : RC_OK;
}
