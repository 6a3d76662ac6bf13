/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "store/find_internal.h"

#include "base/poison.h"

/* One tier is walked: products of the index and those that lie over, each in
 * the order of rank, become one list. */
struct walk {
	struct find *f;
	unsigned tier;
	/* of the index: the word at hand, bits that are left of it */
	size_t word, n_base;
	uint64_t bits;
	struct item item; /* read already, and its rank */
	uint8_t rank[FIND_RANK_BYTES];
	size_t rank_len;
	bool has_item;
	/* what lies over: the same */
	size_t over_word;
	uint64_t over_bits;
};

static void
begin(struct walk *w, struct find *f, unsigned tier)
{
	memset(w, 0, sizeof(*w));
	w->f = f;
	w->tier = tier;
	w->n_base = find_set_base_words(&f->all);
	w->over_word = w->n_base;
	w->bits = w->n_base > 0 ? find_tier_bits(f, tier, 0) : 0;
	if (f->n_tier_over[tier] > 0) {
		w->over_bits = find_tier_bits(f, tier, w->over_word);
	} else {
		w->over_word = f->all.n_word;
	}
}

/* The next of them, or UINT32_MAX. */
static uint32_t
peek(struct walk *w)
{
	while (w->bits == 0 && w->word + 1 < w->n_base) {
		w->word++;
		w->bits = find_tier_bits(w->f, w->tier, w->word);
	}
	return w->bits == 0 ? UINT32_MAX
			    : (uint32_t)(w->word * 64) +
				      (uint32_t)__builtin_ctzll(w->bits);
}

static uint32_t
peek_over(struct walk *w)
{
	while (w->over_bits == 0 && w->over_word + 1 < w->f->all.n_word) {
		w->over_word++;
		w->over_bits = find_tier_bits(w->f, w->tier, w->over_word);
	}
	return w->over_bits == 0
		       ? UINT32_MAX
		       : (uint32_t)((w->over_word - w->n_base) * 64) +
				 (uint32_t)__builtin_ctzll(w->over_bits);
}

static void
skip_base(struct walk *w, uint64_t n)
{
	while (n > 0 && peek(w) != UINT32_MAX) {
		uint64_t here = (uint64_t)__builtin_popcountll(w->bits);

		if (here <= n) {
			w->bits = 0;
			n -= here;
			continue;
		}
		for (; n > 0; n--) {
			w->bits &= w->bits - 1;
		}
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

/* Members below ${ordinal}. */
static uint64_t
base_below(struct walk *w, uint32_t ordinal)
{
	uint64_t n = 0;
	size_t last = ordinal / 64;

	for (size_t i = 0; i < last && i < w->n_base; i++) {
		n += (uint64_t)__builtin_popcountll(
			find_tier_bits(w->f, w->tier, i));
	}
	if (last < w->n_base && ordinal % 64 != 0) {
		n += (uint64_t)__builtin_popcountll(
			find_tier_bits(w->f, w->tier, last) &
			(((uint64_t)1 << (ordinal % 64)) - 1));
	}
	return n;
}

/* Which of those that lie over is number ${j} of the tier. */
static uint32_t
over_at(struct walk *w, uint64_t j)
{
	size_t i = w->n_base;
	uint64_t v = find_tier_bits(w->f, w->tier, i);

	while ((uint64_t)__builtin_popcountll(v) <= j) {
		j -= (uint64_t)__builtin_popcountll(v);
		v = find_tier_bits(w->f, w->tier, ++i);
	}
	for (; j > 0; j--) {
		v &= v - 1;
	}
	return (uint32_t)((i - w->n_base) * 64) + (uint32_t)__builtin_ctzll(v);
}

/* ${n} of both are let go: how many of them lie over is looked for by halves,
 * so that a late page costs no walk. */
static enum rc
skip(struct walk *w, uint64_t n, struct err *reterr)
{
	uint64_t low = 0;
	uint64_t high = w->f->n_tier_over[w->tier];
	uint64_t left;

	while (n > 0 && low < high) {
		uint64_t mid = low + (high - low) / 2;
		uint32_t below = 0;
		size_t rank_len;
		const uint8_t *rank =
			find_over_rank(w->f->over, over_at(w, mid), &rank_len);
		enum rc rc = find_rank_below(
			&w->f->r, rank, rank_len, &below, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (mid + base_below(w, below) < n) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	low = n > 0 ? low : 0;
	skip_base(w, n - low);
	for (left = low; left > 0 && peek_over(w) != UINT32_MAX; left--) {
		w->over_bits &= w->over_bits - 1;
	}
	return RC_OK;
}

static enum rc
read_base(struct walk *w, uint32_t ordinal, struct err *reterr)
{
	struct code_key key;
	enum rc rc;

	if (w->has_item) {
		return RC_OK;
	}
	rc = find_read_item(&w->f->r, ordinal, &w->item, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	w->has_item = true;
	w->rank_len = 0;
	if (w->over_word < w->f->all.n_word &&
		code_catalog_key(w->item.code, strlen(w->item.code), &key) ==
			RC_OK) {
		w->rank_len =
			find_rank(&w->item, key.key, key.key_len, w->rank);
	}
	return RC_OK;
}

/* The next of both; RC_NOTFOUND there is none. */
static enum rc
take(struct walk *w, struct item *ret, struct err *reterr)
{
	uint32_t base = peek(w);
	uint32_t over = peek_over(w);
	const uint8_t *rank = NULL;
	size_t rank_len = 0;
	enum rc rc = RC_OK;

	if (base == UINT32_MAX && over == UINT32_MAX) {
		return RC_NOTFOUND;
	}
	if (base != UINT32_MAX) {
		rc = read_base(w, base, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (over != UINT32_MAX) {
		rank = find_over_rank(w->f->over, over, &rank_len);
	}
	if (rank == NULL ||
		(base != UINT32_MAX &&
			compare(w->rank, w->rank_len, rank, rank_len) < 0)) {
		*ret = w->item;
		w->has_item = false;
		w->bits &= w->bits - 1;
		return RC_OK;
	}
	/* lay_over() fills it */
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->code, find_over_code(w->f->over, over), sizeof(ret->code));
	w->over_bits &= w->over_bits - 1;
	return RC_OK;
}

/* As each is sold now: what lies over it, its price. */
static enum rc
lay_over(struct find *f, struct item ret[], size_t *n, struct err *reterr)
{
	size_t kept = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < *n; i++) {
		rc = catalog_item(f->r.c, &ret[i], reterr);
		if (rc == RC_OK) {
			ret[kept++] = ret[i];
		}
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	*n = kept;
	return rc;
}

static enum rc
fill(struct find *f, uint64_t at, struct item ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	enum rc rc = RC_OK;
	size_t n = 0;

	for (unsigned t = 0; rc == RC_OK && t < TIER_COUNT && n < cap; t++) {
		struct walk w;

		if (at >= f->n_tier[t]) {
			at -= f->n_tier[t];
			continue;
		}
		begin(&w, f, t);
		rc = skip(&w, at, reterr);
		at = 0;
		while (rc == RC_OK && n < cap) {
			rc = take(&w, &ret[n], reterr);
			n += rc == RC_OK ? 1 : 0;
		}
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	*ret_n = n;
	return rc;
}

enum rc
find_page(struct find *f, uint64_t at, struct item ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	struct catalog *c = f->r.c;
	bool moved = false;
	bool over = false;
	size_t n = 0;
	enum rc rc = find_begin(f, &over, &moved, reterr);

	*ret_n = 0;
	if (rc != RC_OK) {
		return rc;
	}
	if (moved) {
		rc = find_again(f, reterr);
	}
	if (rc == RC_OK) {
		rc = fill(f, at, ret, cap, &n, reterr);
	}
	if (rc == RC_OK && over) {
		rc = lay_over(f, ret, &n, reterr);
	}
	catalog_done(c);
	*ret_n = rc == RC_OK ? n : 0;
	return rc;
}
