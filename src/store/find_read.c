/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "store/find_internal.h"

#include "base/poison.h"

#define HEADER_BYTES 13u

size_t
find_header_encode(uint64_t n, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u32le(&w, 0);
	wr_u8(&w, FIND_FORMAT);
	wr_u64le(&w, n);
	check_put(out, w.len, FIND_HEADER_KEY, sizeof(FIND_HEADER_KEY) - 1);
	return w.len;
}

enum rc
find_header_decode(const void *p, size_t n, uint64_t *ret_n)
{
	struct rd r;

	if (!check_holds(FIND_HEADER_KEY, sizeof(FIND_HEADER_KEY) - 1, p, n)) {
		return RC_CORRUPT;
	}
	rd_init(&r, p, n);
	(void)rd_u32le(&r);
	if (rd_u8(&r) != FIND_FORMAT) {
		return RC_NOTFOUND;
	}
	*ret_n = rd_u64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}

size_t
find_chars(const char *p, size_t n, size_t n_char)
{
	size_t i = 0;

	while (i < n && n_char > 0) {
		i++;
		while (i < n && ((unsigned char)p[i] & 0xC0) == 0x80) {
			i++;
		}
		n_char--;
	}
	return n_char == 0 ? i : 0;
}

static enum rc
fail_damaged(const struct find_reader *r, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "catalog",
		"%s: the search index is damaged; selling by code goes on, "
		"import the products again",
		r->c->gen.path);
}

/* No longer than a value of its kind can be, whatever a damaged page says:
 * the check would read it all. */
static bool
is_good(const MDB_val *k, const MDB_val *v, size_t most)
{
	return v->mv_size >= FIND_VALUE_HEAD && v->mv_size <= most &&
	       check_holds(k->mv_data, k->mv_size, v->mv_data, v->mv_size);
}

/* --- terms --- */

struct wanted {
	const char *p;
	size_t n;
	bool whole;
	bool over; /* a term behind all that may match was seen */
};

/* One block.  Terms are made anew from what they share with the one before. */
static enum rc
read_block(const MDB_val *v, struct wanted *w, struct find_set *s)
{
	char term[FIND_TERM_BYTES];
	struct rd r;

	rd_init(&r, v->mv_data, v->mv_size);
	(void)rd_u32le(&r);
	for (size_t have = 0; r.n > 0 && !w->over;) {
		size_t shared = rd_u8(&r);
		size_t more = rd_u8(&r);
		const uint8_t *p = rd_bytes(&r, more);
		size_t size = rd_u16le(&r);
		const uint8_t *list = rd_bytes(&r, size);
		size_t least;
		int cmp;

		if (r.bad || shared > have || shared + more > sizeof(term)) {
			return RC_CORRUPT;
		}
		memcpy(term + shared, p, more);
		have = shared + more;
		least = have < w->n ? have : w->n;
		cmp = memcmp(term, w->p, least);
		if (cmp > 0 || (cmp == 0 && w->whole && have > w->n)) {
			w->over = true;
		} else if (cmp == 0 && have >= w->n &&
			   find_set_add_list(s, list, size) != RC_OK) {
			return RC_CORRUPT;
		}
	}
	return RC_OK;
}

/* The last block that begins before the word may hold it, too. */
static int
seek(struct find_reader *r, const uint8_t *key, size_t n, MDB_val *k,
	MDB_val *v)
{
	uint8_t copy[FIND_KEY_MAX];
	int code;

	memcpy(copy, key, n);
	k->mv_data = copy;
	k->mv_size = n;
	code = mdb_cursor_get(r->cursor, k, v, MDB_SET_RANGE);
	if (code == MDB_NOTFOUND) {
		return mdb_cursor_get(r->cursor, k, v, MDB_LAST);
	}
	if (code != MDB_SUCCESS) {
		return code;
	}
	code = mdb_cursor_get(r->cursor, k, v, MDB_PREV);
	if (code == MDB_NOTFOUND) {
		code = mdb_cursor_get(r->cursor, k, v, MDB_FIRST);
	}
	return code;
}

static enum rc
walk(struct find_reader *r, enum find_term_kind kind, struct wanted *w,
	struct find_set *s, struct err *reterr)
{
	uint8_t key[FIND_KEY_MAX] = {FIND_TERM, (uint8_t)kind};
	MDB_val k;
	MDB_val v;
	int code;

	memcpy(key + 2, w->p, w->n);
	code = seek(r, key, 2 + w->n, &k, &v);
	while (code == MDB_SUCCESS && !w->over) {
		int cmp = k.mv_size < 2 ? -1 : memcmp(k.mv_data, key, 2);

		if (cmp > 0) {
			break;
		}
		if (cmp == 0 && (!is_good(&k, &v, FIND_BLOCK_BYTES) ||
					read_block(&v, w, s) != RC_OK)) {
			return fail_damaged(r, reterr);
		}
		code = mdb_cursor_get(r->cursor, &k, &v, MDB_NEXT);
	}
	if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return catalog_fail(reterr, code, r->c->gen.path, "searching");
	}
	return RC_OK;
}

/* RC_NOTFOUND: nobody thought it worth a set of its own. */
static enum rc
read_hot(struct find_reader *r, enum find_term_kind kind, const char *p,
	size_t n, struct find_set *s, struct err *reterr)
{
	uint8_t key[FIND_KEY_MAX] = {FIND_HOT, (uint8_t)kind};
	MDB_val k = {2 + n, key};
	MDB_val v;
	int code;

	if (find_chars(p, n, FIND_HOT_CHARS + 1) != 0) {
		return RC_NOTFOUND;
	}
	memcpy(key + 2, p, n);
	code = mdb_get(r->c->gen.txn, r->dbi, &k, &v);
	if (code == MDB_NOTFOUND) {
		return RC_NOTFOUND;
	}
	if (code != MDB_SUCCESS) {
		return catalog_fail(reterr, code, r->c->gen.path, "searching");
	}
	if (!is_good(&k, &v, FIND_VALUE_HEAD + find_set_bytes(r->n)) ||
		find_set_add(s, (const uint8_t *)v.mv_data + FIND_VALUE_HEAD,
			v.mv_size - FIND_VALUE_HEAD) != RC_OK) {
		return fail_damaged(r, reterr);
	}
	return RC_OK;
}

enum rc
find_read_prefix(struct find_reader *r, enum find_term_kind kind, const char *p,
	size_t n, struct find_set *s, struct err *reterr)
{
	struct wanted w = {p, n, false, false};
	enum rc rc = read_hot(r, kind, p, n, s, reterr);

	return rc == RC_NOTFOUND ? walk(r, kind, &w, s, reterr) : rc;
}

enum rc
find_read_whole(struct find_reader *r, enum find_term_kind kind, const char *p,
	size_t n, struct find_set *s, struct err *reterr)
{
	struct wanted w = {p, n, true, false};

	return walk(r, kind, &w, s, reterr);
}

/* --- products --- */

enum rc
find_read_item(struct find_reader *r, uint32_t ordinal, struct item *ret,
	struct err *reterr)
{
	uint32_t block = ordinal / FIND_KEYS_EACH;
	uint8_t key[5] = {FIND_KEYS, (uint8_t)(block >> 24),
		(uint8_t)(block >> 16), (uint8_t)(block >> 8), (uint8_t)block};
	uint8_t copy[CODE_KEY_BYTES];
	MDB_val k = {sizeof(key), key};
	MDB_val v;
	const uint8_t *p = NULL;
	struct rd rd;
	size_t n = 0;
	int code;

	code = mdb_get(r->c->gen.txn, r->dbi, &k, &v);
	if (code != MDB_SUCCESS || !is_good(&k, &v, FIND_KEYS_BYTES)) {
		return fail_damaged(r, reterr);
	}
	rd_init(&rd, v.mv_data, v.mv_size);
	(void)rd_u32le(&rd);
	for (uint32_t i = 0; i <= ordinal % FIND_KEYS_EACH; i++) {
		n = rd_u8(&rd);
		p = rd_bytes(&rd, n);
	}
	if (p == NULL || n > sizeof(copy)) {
		return fail_damaged(r, reterr);
	}
	memcpy(copy, p, n);
	k.mv_data = copy;
	k.mv_size = n;
	code = mdb_get(r->c->gen.txn, r->c->gen.item, &k, &v);
	if (code != MDB_SUCCESS) {
		return fail_damaged(r, reterr);
	}
	if (row_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size, ret) !=
		RC_OK) {
		return catalog_fail(reterr, MDB_CORRUPTED, r->c->gen.path,
			"a product fails its check");
	}
	return RC_OK;
}
