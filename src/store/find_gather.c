/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/find_internal.h"

#include "base/poison.h"

/*
 * A table of words and a list of (word, product) in the order they came.  To
 * flush, the list is dealt out to the words by counting, which keeps the
 * order of products.
 */
#define GATHER_MEM_BYTES ((size_t)32 << 20)
/* What one product may add, generously: 255 bytes of name. */
#define PRODUCT_PAIRS 2048u
#define PRODUCT_TERMS 1024u
#define TERM_TEXT_BYTES 16u /* on average, with its length */
#define NO_ORDINAL UINT32_MAX

struct term {
	uint32_t text; /* where: a length, kind and word */
	uint32_t hash;
	uint32_t last;  /* product */
	uint32_t count; /* then: where its products begin */
};

struct pair {
	uint32_t term;
	uint32_t ordinal;
};

struct find_gather {
	struct pair *pair;
	size_t n_pair;
	size_t cap_pair;
	struct term *term;
	size_t n_term;
	size_t cap_term;
	uint32_t *slot; /* term + 1; a power of two, half full at most */
	size_t n_slot;
	uint8_t *text;
	size_t n_text;
	size_t cap_text;
	uint32_t *ordinal; /* of a flush */
};

enum rc
find_gather_new(size_t mem_bytes, struct find_gather **ret, struct err *reterr)
{
	size_t mem = mem_bytes == 0 ? GATHER_MEM_BYTES : mem_bytes;
	struct find_gather *g = calloc(1, sizeof(*g));

	if (g != NULL) {
		/* of sixteen bytes, twelve for pairs, four for terms */
		g->cap_pair = PRODUCT_PAIRS + mem / 16;
		g->cap_term = PRODUCT_TERMS + mem / 16 / 8;
		g->cap_text = (size_t)PRODUCT_TERMS * (2 + FIND_TERM_BYTES) +
			      g->cap_term * TERM_TEXT_BYTES;
		g->n_slot = 1;
		while (g->n_slot < 2 * g->cap_term) {
			g->n_slot *= 2;
		}
		g->pair = malloc(g->cap_pair * sizeof(*g->pair));
		g->ordinal = malloc(g->cap_pair * sizeof(*g->ordinal));
		g->term = malloc(g->cap_term * sizeof(*g->term));
		g->slot = calloc(g->n_slot, sizeof(*g->slot));
		g->text = malloc(g->cap_text);
	}
	if (g == NULL || g->pair == NULL || g->ordinal == NULL ||
		g->term == NULL || g->slot == NULL || g->text == NULL) {
		find_gather_free(g);
		return err_set(reterr, RC_NOMEM, 0, "catalog",
			"no memory to index the products");
	}
	*ret = g;
	return RC_OK;
}

void
find_gather_free(struct find_gather *g)
{
	if (g == NULL) {
		return;
	}
	free(g->pair);
	free(g->ordinal);
	free(g->term);
	free(g->slot);
	free(g->text);
	free(g);
}

bool
find_gather_full(const struct find_gather *g)
{
	return g->n_pair + PRODUCT_PAIRS > g->cap_pair ||
	       g->n_term + PRODUCT_TERMS > g->cap_term ||
	       g->n_text + (size_t)PRODUCT_TERMS * (2 + FIND_TERM_BYTES) >
		       g->cap_text;
}

/* The term's place, made when it is new; NULL no room. */
static struct term *
find_term(struct find_gather *g, enum find_term_kind kind, const char *p,
	size_t n)
{
	uint32_t hash = 2166136261u ^ (uint32_t)kind;
	struct term *t;
	uint8_t *text;
	size_t i;

	for (i = 0; i < n; i++) {
		hash = (hash * 16777619u) ^ (uint8_t)p[i];
	}
	hash ^= hash >> 15;
	for (i = hash & (g->n_slot - 1); g->slot[i] != 0;
		i = (i + 1) & (g->n_slot - 1)) {
		t = &g->term[g->slot[i] - 1];
		text = g->text + t->text;
		if (t->hash == hash && text[0] == n + 1 &&
			text[1] == (uint8_t)kind &&
			memcmp(text + 2, p, n) == 0) {
			return t;
		}
	}
	if (g->n_term == g->cap_term || g->n_text + 2 + n > g->cap_text) {
		return NULL;
	}
	t = &g->term[g->n_term++];
	g->slot[i] = (uint32_t)g->n_term;
	*t = (struct term){(uint32_t)g->n_text, hash, NO_ORDINAL, 0};
	text = g->text + g->n_text;
	text[0] = (uint8_t)(n + 1);
	text[1] = (uint8_t)kind;
	memcpy(text + 2, p, n);
	g->n_text += 2 + n;
	return t;
}

void
find_gather_add(struct find_gather *g, enum find_term_kind kind, const char *p,
	size_t n, uint32_t ordinal)
{
	struct term *t;

	if (n == 0 || g->n_pair == g->cap_pair) {
		return;
	}
	t = find_term(g, kind, p, n);
	if (t == NULL || t->last == ordinal) {
		return;
	}
	t->last = ordinal;
	t->count++;
	g->pair[g->n_pair].term = (uint32_t)(t - g->term);
	g->pair[g->n_pair].ordinal = ordinal;
	g->n_pair++;
}

size_t
find_row_key(uint8_t out[FIND_ROW_KEY_MAX], const uint8_t *term, size_t n,
	uint32_t ordinal)
{
	struct wr w;

	wr_init(&w, out, FIND_ROW_KEY_MAX);
	wr_bytes(&w, term, n);
	wr_u8(&w, 0);
	for (int shift = 24; shift >= 0; shift -= 8) {
		wr_u8(&w, (uint8_t)(ordinal >> shift));
	}
	return w.len;
}

static enum rc
put_term(const uint8_t *text, const uint32_t *o, size_t n, struct rowsort *to,
	struct err *reterr)
{
	uint8_t key[FIND_ROW_KEY_MAX];
	uint8_t value[ROW_VALUE_BYTES];
	struct row row = {key, 0, value, 0};
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n;) {
		row.key_len = find_row_key(key, text + 1, text[0], o[i]);
		row.value_len = 0;
		for (i++; i < n &&
			  row.value_len + FIND_ORDINAL_BYTES <= sizeof(value);
			i++) {
			row.value_len += put_ordinal(
				value + row.value_len, o[i] - o[i - 1]);
		}
		rc = rowsort_add(to, &row, reterr);
	}
	return rc;
}

enum rc
find_gather_flush(struct find_gather *g, struct rowsort *to, struct err *reterr)
{
	uint32_t at = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < g->n_term; i++) {
		uint32_t n = g->term[i].count;

		g->term[i].count = at;
		at += n;
	}
	for (size_t i = 0; i < g->n_pair; i++) {
		struct term *t = &g->term[g->pair[i].term];

		g->ordinal[t->count++] = g->pair[i].ordinal;
	}
	/* .count is where the next one's begin now */
	at = 0;
	for (size_t i = 0; rc == RC_OK && i < g->n_term; i++) {
		const struct term *t = &g->term[i];

		rc = put_term(g->text + t->text, g->ordinal + at, t->count - at,
			to, reterr);
		at = t->count;
	}
	memset(g->slot, 0, g->n_slot * sizeof(*g->slot));
	g->n_pair = 0;
	g->n_term = 0;
	g->n_text = 0;
	return rc;
}
