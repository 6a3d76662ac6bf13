/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/find_internal.h"

#include "base/poison.h"

/*
 * Two sorts.  The first puts the products into the order of find.h, which
 * numbers them; each gives its terms to the second, which brings together
 * who has a term.  Both in bounded memory, so a catalog of any size is
 * indexed by a small machine.
 */
/* An entry of a block: bytes shared with the term before, further bytes,
 * bytes of ordinals. */
#define ENTRY_HEAD 4u

/* Products that have a term with this beginning. */
struct hot {
	char begin[4 * FIND_HOT_CHARS];
	size_t n_begin; /* 0: none is gathered */
	char kind;
	uint32_t n; /* of few, as long as there is no set */
	uint32_t few[FIND_HOT_LEAST];
	bool many;
	struct find_set set;
};

struct find_build {
	find_put_fn put;
	void *arg;
	struct rowsort rank;
	struct rowsort term;
	struct find_gather *gather;
	uint64_t n;
	uint32_t ordinal; /* of the next product */
	uint8_t keys[FIND_KEYS_BYTES];
	size_t n_keys;
	/* the block that is being filled */
	uint8_t block[FIND_BLOCK_BYTES];
	size_t n_block;
	uint8_t block_key[FIND_KEY_MAX];
	size_t n_block_key;
	size_t at_size; /* where the open entry keeps its size */
	uint32_t last;  /* ordinal in it */
	/* the open entry's term: kind, word */
	uint8_t now[1 + FIND_TERM_BYTES];
	size_t n_now;
	struct hot hot[FIND_HOT_CHARS];
	uint8_t *hot_value;
};

static enum rc
fail_no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "catalog",
		"no memory to index the products");
}

enum rc
find_build_new(const char *dir, size_t mem_bytes, find_put_fn put, void *arg,
	struct find_build **ret, struct err *reterr)
{
	struct find_build *b = calloc(1, sizeof(*b));
	enum rc rc;

	if (b == NULL) {
		return fail_no_memory(reterr);
	}
	b->put = put;
	b->arg = arg;
	rc = rowsort_init(&b->rank, dir, false, mem_bytes, reterr);
	if (rc == RC_OK) {
		rc = rowsort_init(&b->term, dir, false, mem_bytes, reterr);
	}
	if (rc == RC_OK) {
		rc = find_gather_new(mem_bytes, &b->gather, reterr);
	}
	if (rc != RC_OK) {
		find_build_free(b);
		return rc;
	}
	*ret = b;
	return RC_OK;
}

void
find_build_free(struct find_build *b)
{
	if (b == NULL) {
		return;
	}
	rowsort_done(&b->rank);
	rowsort_done(&b->term);
	find_gather_free(b->gather);
	for (size_t i = 0; i < FIND_HOT_CHARS; i++) {
		find_set_done(&b->hot[i].set);
	}
	free(b->hot_value);
	free(b);
}

/* --- first sort: in which order --- */

enum rc
find_build_add(struct find_build *b, const uint8_t *key, size_t key_len,
	const struct item *item, struct err *reterr)
{
	uint8_t rank[ROWSORT_KEY_BYTES];
	uint8_t value[ROW_VALUE_BYTES];
	size_t name_len = strnlen(item->name, sizeof(item->name));
	size_t code_len = strnlen(item->code, sizeof(item->code));
	size_t dept_len = strnlen(item->dept, sizeof(item->dept));
	struct row row = {rank, 0, value, 0};
	struct wr w;

	if (b->n == UINT32_MAX - 1) {
		return err_set(reterr, RC_RANGE, 0, "catalog",
			"more products than can be indexed");
	}
	row.key_len = find_rank(item, key, key_len, rank);
	wr_init(&w, value, sizeof(value));
	wr_u8(&w, (uint8_t)key_len);
	wr_u8(&w, (uint8_t)code_len);
	wr_bytes(&w, item->code, code_len);
	wr_u8(&w, (uint8_t)dept_len);
	wr_bytes(&w, item->dept, dept_len);
	wr_bytes(&w, item->name, name_len);
	row.value_len = w.len;
	b->n++;
	return rowsort_add(&b->rank, &row, reterr);
}

static enum rc
put_keys(struct find_build *b, struct err *reterr)
{
	uint8_t key[5] = {FIND_KEYS};
	size_t n = b->n_keys;
	uint32_t block = (b->ordinal - 1) / FIND_KEYS_EACH;

	if (n == 0) {
		return RC_OK;
	}
	for (size_t i = 0; i < 4; i++) {
		key[1 + i] = (uint8_t)(block >> (24 - 8 * i));
	}
	b->n_keys = 0;
	check_put(b->keys, n, key, sizeof(key));
	return b->put(b->arg, key, sizeof(key), b->keys, n, true, reterr);
}

static enum rc
add_word(void *arg, const struct find_word *w, struct err *reterr)
{
	struct find_build *b = arg;

	(void)reterr;
	find_gather_add(b->gather, TERM_WORD, w->p, w->n, b->ordinal);
	if (w->first) {
		find_gather_add(b->gather, TERM_FIRST, w->p, w->n, b->ordinal);
	}
	return RC_OK;
}

/* Codes hardly come twice: nothing to gather. */
static enum rc
add_term(struct find_build *b, enum find_term_kind kind, const char *p,
	size_t n, struct err *reterr)
{
	uint8_t term[1 + FIND_TERM_BYTES] = {(uint8_t)kind};
	uint8_t key[FIND_ROW_KEY_MAX];
	struct row row = {key, 0, key, 0};

	memcpy(term + 1, p, n);
	row.key_len = find_row_key(key, term, 1 + n, b->ordinal);
	return rowsort_add(&b->term, &row, reterr);
}

static enum rc
add_code(struct find_build *b, const char *s, size_t len, struct err *reterr)
{
	char code[CODE_BYTES];
	char reversed[FIND_TERM_BYTES];
	size_t n = find_code(s, len, code);
	size_t n_begin = 0;
	const char *begin;
	enum rc rc;

	if (n == 0) {
		return RC_OK;
	}
	begin = find_code_begin(code, n, &n_begin);
	rc = add_term(b, TERM_CODE, begin, n_begin, reterr);
	if (rc == RC_OK) {
		n = find_code_reversed(code, n, reversed);
		rc = add_term(b, TERM_REVERSED, reversed, n, reterr);
	}
	return rc;
}

/* The next product in order: its key, and its terms to the other sort. */
static enum rc
number_product(void *arg, const struct row *row, struct err *reterr)
{
	struct find_build *b = arg;
	char dept[FIND_TERM_BYTES];
	const char *code;
	const char *text;
	struct rd r;
	size_t n_key;
	size_t n_code;
	size_t n;
	enum rc rc = RC_OK;

	rd_init(&r, row->value, row->value_len);
	n_key = rd_u8(&r);
	n_code = rd_u8(&r);
	code = (const char *)rd_bytes(&r, n_code);
	n = rd_u8(&r);
	text = (const char *)rd_bytes(&r, n);
	if (r.bad || n_key > row->key_len || n_key > CODE_KEY_BYTES) {
		return err_set(reterr, RC_IO, 0, "catalog",
			"a temporary file is not what was written");
	}
	if (b->n_keys == 0) {
		b->n_keys = FIND_VALUE_HEAD;
	}
	b->keys[b->n_keys++] = (uint8_t)n_key;
	memcpy(b->keys + b->n_keys, row->key + row->key_len - n_key, n_key);
	b->n_keys += n_key;

	if (find_gather_full(b->gather)) {
		rc = find_gather_flush(b->gather, &b->term, reterr);
	}
	if (rc == RC_OK) {
		rc = add_code(b, code, n_code, reterr);
	}
	if (rc == RC_OK) {
		n = find_dept(text, n, dept);
		find_gather_add(b->gather, TERM_DEPT, dept, n, b->ordinal);
		rc = find_words((const char *)r.p, r.n, add_word, b, reterr);
	}
	b->ordinal++;
	if (rc == RC_OK && b->ordinal % FIND_KEYS_EACH == 0) {
		rc = put_keys(b, reterr);
	}
	return rc;
}

/* --- second sort: who has a term --- */

static enum rc
end_hot(struct find_build *b, struct hot *h, struct err *reterr)
{
	uint8_t key[2 + sizeof(h->begin)] = {FIND_HOT, (uint8_t)h->kind};
	size_t n_key = 2 + h->n_begin;
	size_t n;

	if (h->n_begin == 0 || !h->many) {
		h->n_begin = 0;
		return RC_OK;
	}
	memcpy(key + 2, h->begin, h->n_begin);
	n = FIND_VALUE_HEAD +
	    find_set_encode(&h->set, b->hot_value + FIND_VALUE_HEAD);
	check_put(b->hot_value, n, key, n_key);
	h->n_begin = 0;
	return b->put(b->arg, key, n_key, b->hot_value, n, false, reterr);
}

/* Codes are asked for by three characters and more. */
static size_t
hot_chars_least(char kind)
{
	if (kind == TERM_DEPT) {
		return FIND_HOT_CHARS + 1;
	}
	return kind == TERM_CODE || kind == TERM_REVERSED ? 3 : 1;
}

/* Another term: which of its beginnings go on, which are new. */
static enum rc
begin_hot(struct find_build *b, struct err *reterr)
{
	const char *word = (const char *)b->now + 1;
	char kind = (char)b->now[0];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < FIND_HOT_CHARS; i++) {
		struct hot *h = &b->hot[i];
		size_t n = i + 1 < hot_chars_least(kind)
				   ? 0
				   : find_chars(word, b->n_now - 1, i + 1);

		if (n == h->n_begin && kind == h->kind &&
			memcmp(h->begin, word, n) == 0) {
			continue;
		}
		rc = end_hot(b, h, reterr);
		h->kind = kind;
		h->n_begin = n;
		memcpy(h->begin, word, n);
		h->n = 0;
		h->many = false;
	}
	return rc;
}

static void
add_hot(struct find_build *b, uint32_t ordinal)
{
	for (size_t i = 0; i < FIND_HOT_CHARS; i++) {
		struct hot *h = &b->hot[i];

		if (h->n_begin == 0) {
			continue;
		}
		if (!h->many && h->n < FIND_HOT_LEAST) {
			h->few[h->n++] = ordinal;
			continue;
		}
		if (!h->many) {
			h->many = true;
			find_set_clear(&h->set);
			for (size_t k = 0; k < h->n; k++) {
				h->set.bits[h->few[k] / 64] |=
					(uint64_t)1 << (h->few[k] % 64);
			}
		}
		h->set.bits[ordinal / 64] |= (uint64_t)1 << (ordinal % 64);
	}
}

static void
end_entry(struct find_build *b)
{
	struct wr w;

	if (b->at_size == 0) {
		return;
	}
	wr_init(&w, b->block + b->at_size, 2);
	wr_u16le(&w, (uint16_t)(b->n_block - b->at_size - 2));
	b->at_size = 0;
}

static enum rc
end_block(struct find_build *b, struct err *reterr)
{
	size_t n = b->n_block;

	if (n == 0) {
		return RC_OK;
	}
	end_entry(b);
	b->n_block = 0;
	check_put(b->block, n, b->block_key, b->n_block_key);
	return b->put(b->arg, b->block_key, b->n_block_key, b->block, n, true,
		reterr);
}

/* ${term} with ${ordinal} as its first; ${shared} bytes of the word are those
 * of the term before in the same block. */
static void
begin_entry(struct find_build *b, const uint8_t *term, size_t n, size_t shared,
	uint32_t ordinal)
{
	struct wr w;

	if (b->n_block == 0) {
		b->n_block = FIND_VALUE_HEAD;
		shared = 0;
		wr_init(&w, b->block_key, sizeof(b->block_key));
		wr_u8(&w, FIND_TERM);
		wr_bytes(&w, term, n);
		wr_u8(&w, 0);
		for (int shift = 24; shift >= 0; shift -= 8) {
			wr_u8(&w, (uint8_t)(ordinal >> shift));
		}
		b->n_block_key = w.len;
	}
	wr_init(&w, b->block + b->n_block, sizeof(b->block) - b->n_block);
	wr_u8(&w, (uint8_t)shared);
	wr_u8(&w, (uint8_t)(n - 1 - shared));
	wr_bytes(&w, term + 1 + shared, n - 1 - shared);
	b->at_size = b->n_block + w.len;
	b->n_block += w.len + 2;
	b->last = 0;
}

static size_t
shared_bytes(const struct find_build *b, const uint8_t *term, size_t n)
{
	size_t i = 1;

	while (i < n && i < b->n_now && term[i] == b->now[i]) {
		i++;
	}
	return i - 1;
}

static enum rc
add_ordinal(struct find_build *b, const uint8_t *term, size_t n,
	uint32_t ordinal, struct err *reterr)
{
	bool same = b->n_now == n && memcmp(b->now, term, n) == 0;
	size_t need = FIND_ORDINAL_BYTES;
	size_t shared;
	enum rc rc = RC_OK;

	need += same ? 0 : ENTRY_HEAD + n;
	if (b->n_block > 0 && (b->n_block + need > FIND_BLOCK_BYTES ||
				      b->now[0] != term[0])) {
		rc = end_block(b, reterr);
	}
	if (rc == RC_OK && (!same || b->n_block == 0)) {
		shared = shared_bytes(b, term, n);
		end_entry(b);
		begin_entry(b, term, n, shared, ordinal);
	}
	if (rc == RC_OK && !same) {
		memcpy(b->now, term, n);
		b->n_now = n;
		rc = begin_hot(b, reterr);
	}
	if (rc == RC_OK) {
		b->n_block +=
			put_ordinal(b->block + b->n_block, ordinal - b->last);
		b->last = ordinal;
		add_hot(b, ordinal);
	}
	return rc;
}

/* Rows come by term and ordinal. */
static enum rc
add_row(void *arg, const struct row *row, struct err *reterr)
{
	struct find_build *b = arg;
	size_t n = row->key_len - 5;
	const uint8_t *o = row->key + n + 1;
	const uint8_t *p = row->value;
	const uint8_t *end = p + row->value_len;
	uint32_t ordinal = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 |
			   (uint32_t)o[2] << 8 | o[3];
	enum rc rc = add_ordinal(b, row->key, n, ordinal, reterr);

	while (rc == RC_OK && p < end) {
		ordinal += get_ordinal(&p, end);
		if (p == NULL || ordinal >= b->ordinal) {
			return err_set(reterr, RC_IO, 0, "catalog",
				"a temporary file is not what was written");
		}
		rc = add_ordinal(b, row->key, n, ordinal, reterr);
	}
	return rc;
}

static enum rc
prepare_hot(struct find_build *b, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < FIND_HOT_CHARS; i++) {
		rc = find_set_init(&b->hot[i].set, b->ordinal, 0);
	}
	b->hot_value = malloc(FIND_VALUE_HEAD + find_set_bytes(b->ordinal));
	return rc == RC_OK && b->hot_value != NULL ? RC_OK
						   : fail_no_memory(reterr);
}

enum rc
find_build_end(struct find_build *b, struct err *reterr)
{
	enum rc rc = rowsort_each(&b->rank, number_product, b, reterr);

	rowsort_done(&b->rank);
	if (rc == RC_OK) {
		rc = put_keys(b, reterr);
	}
	if (rc == RC_OK) {
		rc = find_gather_flush(b->gather, &b->term, reterr);
	}
	if (rc == RC_OK) {
		rc = prepare_hot(b, reterr);
	}
	if (rc == RC_OK) {
		rc = rowsort_each(&b->term, add_row, b, reterr);
	}
	if (rc == RC_OK) {
		rc = end_block(b, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < FIND_HOT_CHARS; i++) {
		rc = end_hot(b, &b->hot[i], reterr);
	}
	return rc;
}
