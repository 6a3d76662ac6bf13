/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

/*
 * What lies over a generation is small beside it and changes while people
 * type, so its terms lie in memory: made anew for those records that changed,
 * and in buckets by kind and first byte.
 */
#define KINDS 5u
#define BUCKETS ((size_t)KINDS * 256)
#define TERMS_BYTES 8192u
#define TERM_HEAD 2u /* kind, length */

struct over_item {
	uint32_t check; /* of the record it was made of */
	uint16_t key_len, rank_len, terms_len;
	char code[CODE_BYTES];
	uint8_t data[]; /* key, rank, terms */
};

struct over_term {
	const uint8_t *p; /* kind, length, bytes */
	uint32_t at;      /* place by rank */
};

struct find_over {
	struct over_item **item; /* by key */
	struct over_item **ranked;
	size_t n, cap;
	struct over_term *term;
	size_t n_term;
	uint32_t bucket[BUCKETS + 1];
	uint32_t *hidden; /* ordinals of the index */
	size_t n_hidden, cap_hidden;
};

static enum rc
no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "catalog",
		"no memory to search the products; close programs and try "
		"again");
}

enum rc
find_over_new(struct find_over **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret != NULL ? RC_OK : RC_NOMEM;
}

static void
free_items(struct over_item **item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(item[i]);
	}
	free(item);
}

void
find_over_clear(struct find_over *o)
{
	free_items(o->item, o->n);
	free(o->ranked);
	free(o->term);
	free(o->hidden);
	memset(o, 0, sizeof(*o));
}

void
find_over_free(struct find_over *o)
{
	if (o != NULL) {
		find_over_clear(o);
		free(o);
	}
}

uint32_t
find_over_count(const struct find_over *o)
{
	return (uint32_t)o->n;
}

/* --- one product --- */

static void
put_term(struct wr *w, enum find_term_kind kind, const char *p, size_t n)
{
	wr_u8(w, (uint8_t)kind);
	wr_u8(w, (uint8_t)n);
	wr_bytes(w, p, n);
}

static enum rc
put_word(void *arg, const struct find_word *word, struct err *reterr)
{
	(void)reterr;
	put_term(arg, TERM_WORD, word->p, word->n);
	if (word->first) {
		put_term(arg, TERM_FIRST, word->p, word->n);
	}
	return RC_OK;
}

/* As find_build.c has them. */
static enum rc
put_terms(struct wr *w, const struct item *item, struct err *reterr)
{
	char code[CODE_BYTES];
	char reversed[FIND_TERM_BYTES];
	char dept[FIND_TERM_BYTES];
	size_t n = find_code(item->code, strlen(item->code), code);
	size_t n_begin = 0;
	const char *begin;

	if (n > 0) {
		begin = find_code_begin(code, n, &n_begin);
		put_term(w, TERM_CODE, begin, n_begin);
		n = find_code_reversed(code, n, reversed);
		put_term(w, TERM_REVERSED, reversed, n);
	}
	n = find_dept(item->dept, strlen(item->dept), dept);
	put_term(w, TERM_DEPT, dept, n);
	return find_words(item->name, strlen(item->name), put_word, w, reterr);
}

static enum rc
make_item(const void *key, size_t key_len, uint32_t check,
	const struct item *item, struct over_item **ret, struct err *reterr)
{
	uint8_t rank[FIND_RANK_BYTES];
	uint8_t terms[TERMS_BYTES];
	size_t rank_len = find_rank(item, key, key_len, rank);
	struct over_item *it;
	struct wr w;
	enum rc rc;

	wr_init(&w, terms, sizeof(terms));
	rc = put_terms(&w, item, reterr);
	if (rc != RC_OK || !wr_ok(&w)) {
		return rc != RC_OK ? rc : RC_CORRUPT;
	}
	it = calloc(1, sizeof(*it) + key_len + rank_len + w.len);
	if (it == NULL) {
		return no_memory(reterr);
	}
	it->check = check;
	it->key_len = (uint16_t)key_len;
	it->rank_len = (uint16_t)rank_len;
	it->terms_len = (uint16_t)w.len;
	memcpy(it->code, item->code, sizeof(it->code));
	memcpy(it->data, key, key_len);
	memcpy(it->data + key_len, rank, rank_len);
	memcpy(it->data + key_len + rank_len, terms, w.len);
	*ret = it;
	return RC_OK;
}

static const uint8_t *
rank_of(const struct over_item *it)
{
	return it->data + it->key_len;
}

static const uint8_t *
terms_of(const struct over_item *it)
{
	return it->data + it->key_len + it->rank_len;
}

static int
compare(const void *a, size_t n, const void *b, size_t m)
{
	int cmp = memcmp(a, b, n < m ? n : m);

	if (cmp == 0 && n != m) {
		return n < m ? -1 : 1;
	}
	return cmp;
}

static int
by_rank(const void *a, const void *b)
{
	const struct over_item *x = *(struct over_item *const *)a;
	const struct over_item *y = *(struct over_item *const *)b;

	return compare(rank_of(x), x->rank_len, rank_of(y), y->rank_len);
}

/* --- all of them --- */

struct filling {
	struct find_over *o;
	struct over_item **old; /* by key; NULL what was taken over */
	size_t n_old, at_old;
};

static enum rc
grow(struct find_over *o, struct err *reterr)
{
	size_t cap = o->cap == 0 ? 64 : 2 * o->cap;
	struct over_item **more;

	if (o->n < o->cap) {
		return RC_OK;
	}
	more = reallocarray(o->item, cap, sizeof(struct over_item *));
	if (more == NULL) {
		return no_memory(reterr);
	}
	o->item = more;
	o->cap = cap;
	return RC_OK;
}

static enum rc
hide(struct find_over *o, uint32_t ordinal, struct err *reterr)
{
	if (o->n_hidden == o->cap_hidden) {
		size_t cap = o->cap_hidden == 0 ? 64 : 2 * o->cap_hidden;
		uint32_t *more =
			reallocarray(o->hidden, cap, sizeof(*o->hidden));

		if (more == NULL) {
			return no_memory(reterr);
		}
		o->hidden = more;
		o->cap_hidden = cap;
	}
	o->hidden[o->n_hidden++] = ordinal;
	return RC_OK;
}

/* What was made of this very record. */
static struct over_item *
made_before(struct filling *f, const MDB_val *k, uint32_t check)
{
	struct over_item *it = NULL;
	int cmp = -1;

	while (f->at_old < f->n_old && cmp < 0) {
		it = f->old[f->at_old];
		cmp = compare(it->data, it->key_len, k->mv_data, k->mv_size);
		f->at_old += cmp < 0 ? 1 : 0;
	}
	if (cmp != 0 || it == NULL || it->check != check) {
		return NULL;
	}
	f->old[f->at_old++] = NULL;
	return it;
}

static enum rc
add_record(struct filling *f, const MDB_val *k, const MDB_val *v,
	struct err *reterr)
{
	struct find_over *o = f->o;
	struct over_item *it;
	struct product_record r;
	struct item item;
	struct rd rd;
	uint32_t check;
	enum rc rc;
	int says;

	if (product_decode(k->mv_data, k->mv_size, v->mv_data, v->mv_size,
		    &r) != RC_OK) {
		return RC_CORRUPT;
	}
	says = product_says(&r);
	if (says == PRODUCT_BASE) {
		return RC_OK;
	}
	rc = r.base != PRODUCT_NONE && r.ordinal != ORDINAL_NONE
		     ? hide(o, r.ordinal, reterr)
		     : RC_OK;
	if (rc != RC_OK || says == PRODUCT_GONE) {
		return rc;
	}
	rc = grow(o, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rd_init(&rd, v->mv_data, v->mv_size);
	check = rd_u32le(&rd);
	it = made_before(f, k, check);
	if (it == NULL) {
		if (row_decode(k->mv_data, k->mv_size, r.slot[says].row,
			    r.slot[says].n, &item) != RC_OK) {
			return RC_CORRUPT;
		}
		rc = make_item(
			k->mv_data, k->mv_size, check, &item, &it, reterr);
	}
	if (rc == RC_OK) {
		o->item[o->n++] = it;
	}
	return rc;
}

static unsigned
bucket_of(uint8_t kind, uint8_t first)
{
	static const char kinds[] = {
		TERM_CODE, TERM_DEPT, TERM_FIRST, TERM_REVERSED, TERM_WORD};
	const char *at = memchr(kinds, kind, sizeof(kinds));

	return (unsigned)(at - kinds) * 256 + first;
}

/* The terms of the item of a rank, counted, or put where they belong. */
static void
fill(struct find_over *o, size_t rank, bool put, uint32_t next[])
{
	const uint8_t *p = terms_of(o->ranked[rank]);
	const uint8_t *end = p + o->ranked[rank]->terms_len;

	for (; p < end; p += TERM_HEAD + p[1]) {
		unsigned b = bucket_of(p[0], p[1] > 0 ? p[TERM_HEAD] : 0);

		if (put) {
			o->term[next[b]] =
				(struct over_term){p, (uint32_t)rank};
		}
		next[b]++;
	}
}

/* By rank, and each one's terms to their buckets: first how many, then in. */
static enum rc
arrange(struct find_over *o, struct err *reterr)
{
	uint32_t next[BUCKETS + 1] = {0};

	o->ranked = calloc(o->n + 1, sizeof(struct over_item *));
	if (o->ranked == NULL) {
		return no_memory(reterr);
	}
	if (o->n > 0) {
		memcpy(o->ranked, o->item, o->n * sizeof(struct over_item *));
		qsort(o->ranked, o->n, sizeof(struct over_item *), by_rank);
	}
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < o->n; i++) {
			fill(o, i, round > 0, next);
		}
		if (round > 0) {
			break;
		}
		for (size_t b = 0, sum = 0; b <= BUCKETS; b++) {
			o->bucket[b] = (uint32_t)sum;
			sum += next[b];
			next[b] = o->bucket[b];
			o->n_term = sum;
		}
		o->term = calloc(o->n_term + 1, sizeof(*o->term));
		if (o->term == NULL) {
			return no_memory(reterr);
		}
	}
	return RC_OK;
}

static enum rc
read_all(struct filling *f, struct feeds *feeds, struct err *reterr)
{
	MDB_cursor *c = NULL;
	enum rc rc = RC_OK;
	MDB_val k;
	MDB_val v;
	int code =
		mdb_cursor_open(feeds->txn, feeds->e.dbi[FEEDS_DB_PRODUCT], &c);

	if (code == MDB_SUCCESS) {
		code = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	}
	while (rc == RC_OK && code == MDB_SUCCESS) {
		rc = add_record(f, &k, &v, reterr);
		if (rc == RC_CORRUPT) {
			rc = RC_OK;
			code = MDB_CORRUPTED;
		} else if (rc == RC_OK) {
			code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		}
	}
	if (c != NULL) {
		mdb_cursor_close(c);
	}
	return rc == RC_OK && code != MDB_NOTFOUND
		       ? feeds_fail(&feeds->e, reterr, code, "searching")
		       : rc;
}

enum rc
find_over_load(struct find_over *o, struct feeds *feeds, struct err *reterr)
{
	struct filling f = {o, o->item, o->n, 0};
	enum rc rc;

	o->item = NULL;
	o->n = 0;
	o->cap = 0;
	find_over_clear(o);
	rc = read_all(&f, feeds, reterr);
	free_items(f.old, f.n_old);
	if (rc == RC_OK) {
		rc = arrange(o, reterr);
	}
	if (rc != RC_OK) {
		find_over_clear(o);
	}
	return rc;
}

/* --- a query --- */

void
find_over_hide(const struct find_over *o, struct find_set *s)
{
	for (size_t i = 0; i < o->n_hidden; i++) {
		if (o->hidden[i] < s->n) {
			s->bits[o->hidden[i] / 64] &=
				~((uint64_t)1 << (o->hidden[i] % 64));
		}
	}
}

void
find_over_match(const struct find_over *o, enum find_term_kind kind,
	const char *p, size_t n, bool whole, struct find_set *s)
{
	uint64_t *bits = s->bits + find_set_base_words(s);
	unsigned b = bucket_of((uint8_t)kind, n > 0 ? (uint8_t)p[0] : 0);

	if (o->n == 0) {
		return;
	}
	for (uint32_t i = o->bucket[b]; i < o->bucket[b + 1]; i++) {
		const struct over_term *t = &o->term[i];

		if (t->p[1] >= n && (!whole || t->p[1] == n) &&
			memcmp(t->p + TERM_HEAD, p, n) == 0) {
			bits[t->at / 64] |= (uint64_t)1 << (t->at % 64);
		}
	}
}

const char *
find_over_code(const struct find_over *o, uint32_t at)
{
	return o->ranked[at]->code;
}

const uint8_t *
find_over_rank(const struct find_over *o, uint32_t at, size_t *ret_n)
{
	*ret_n = o->ranked[at]->rank_len;
	return rank_of(o->ranked[at]);
}
