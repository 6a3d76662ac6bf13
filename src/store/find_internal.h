/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FIND_INTERNAL_H
#define STORE_FIND_INTERNAL_H

#include "store/catalog_internal.h"
#include "store/find.h"

/*
 * Files: find_words.c a text's words; find_build.c the index of a new
 * generation; find_set.c sets of products; find_read.c one word's set out of
 * the index, find_over.c out of what feeds laid over it; find_place.c where a
 * product stands in the index; find.c a query, find_page.c what matched it.
 *
 * A product is its ordinal: 0, 1, 2 ... in the order of find.h without what a
 * query adds.  A term is one letter for what it is of, and a word.
 */
enum find_term_kind {
	TERM_CODE = 'c',     /* code, folded, without leading zeros */
	TERM_DEPT = 'd',     /* department, folded */
	TERM_FIRST = 'f',    /* a name's first word */
	TERM_REVERSED = 'r', /* code, folded, from its end */
	TERM_WORD = 'w'
};

#define FIND_HEADER_KEY "find"
#define FIND_FORMAT 1u

/* The database: one letter, then.  Keys come in this order. */
#define FIND_KEYS 'A'  /* + number/16: keys of 16 products */
#define FIND_HOT 'H'   /* + kind, beginning: who has any such term */
#define FIND_TERM 'T'  /* + kind, word, NUL, ordinal: a block of terms */
#define FIND_KEYS_EACH 16u
#define FIND_KEYS_BYTES (4u + FIND_KEYS_EACH * (CODE_KEY_BYTES + 1))
#define FIND_KEY_MAX (3u + FIND_TERM_BYTES + 4u)
/* A page of LMDB's less its own sixteen bytes: one value, one page. */
#define FIND_BLOCK_BYTES 4080u
#define FIND_VALUE_HEAD 4u
/* Beginnings of up to so many characters with more products than that are
 * looked up, not walked. */
#define FIND_HOT_CHARS 3u
#define FIND_HOT_LEAST 4096u

/** find_header_encode(n, out, cap): the value that says there is an index of
 * ${n} products.  find_header_decode: RC_CORRUPT; RC_NOTFOUND one of a format
 * we do not know. */
size_t find_header_encode(uint64_t n, uint8_t *out, size_t cap);
MUST_CHECK enum rc find_header_decode(
	const void *p, size_t n, uint64_t *ret_n);

/* --- find_words.c */

struct find_word {
	const char *p; /* not NUL-terminated; valid during the call */
	size_t n;
	bool first;  /* of the text, or joined from it */
	bool extra;  /* only a name has it: parts joined, a last character */
};
typedef enum rc (*find_word_fn)(
	void *arg, const struct find_word *w, struct err *reterr);

/** find_words(s, len, fn, arg, reterr): every word of a text, in order, some
 * twice; fn's non-OK ends it. */
MUST_CHECK enum rc find_words(const char *s, size_t len, find_word_fn fn,
	void *arg, struct err *reterr);

/** find_code(s, len, out): a code as a term, at most CODE_BYTES - 1: ASCII
 * letters folded, only letters, digits and bytes above 127 kept. */
size_t find_code(const char *s, size_t len, char out[CODE_BYTES]);
/** find_code_begin(code, n, ret_n): behind its leading zeros. */
const char *find_code_begin(const char *code, size_t n, size_t *ret_n);
/** find_code_reversed(code, n, out): FIND_TERM_BYTES of it, from the end. */
size_t find_code_reversed(const char *code, size_t n,
	char out[FIND_TERM_BYTES]);
/** find_dept(s, len, out): a department as a term. */
size_t find_dept(const char *s, size_t len, char out[FIND_TERM_BYTES]);

/* --- find_set.c */

/* A set is a bit a product, or, where that is less, the distances between
 * them as varints. */
struct find_set {
	uint64_t *bits;
	size_t n_word;
	uint32_t n; /* products there are: a member is below */
	/* what lies over them has words of its own behind theirs; it is in no
	 * encoded set */
	uint32_t n_over;
};

MUST_CHECK enum rc find_set_init(
	struct find_set *s, uint32_t n, uint32_t n_over);
/** find_set_base_words(s): words before those of what lies over. */
size_t find_set_base_words(const struct find_set *s);
void find_set_done(struct find_set *s);
void find_set_clear(struct find_set *s);
void find_set_fill(struct find_set *s);
/** find_set_and/or: ${s} becomes its cut or union with ${t}. */
void find_set_and(struct find_set *s, const struct find_set *t);
void find_set_or(struct find_set *s, const struct find_set *t);
bool find_set_is_empty(const struct find_set *s);

/** put_ordinal(p, v): at most FIND_ORDINAL_BYTES; returns how many. */
#define FIND_ORDINAL_BYTES 5u
size_t put_ordinal(uint8_t *p, uint32_t v);
/** find_set_add_list(s, p, n): members as distances, the first from 0.
 * RC_CORRUPT. */
MUST_CHECK enum rc find_set_add_list(
	struct find_set *s, const uint8_t *p, size_t n);

/** find_set_encode(s, out): of at least find_set_bytes(n); returns how many.
 * find_set_add(s, p, n): union with an encoded one.  RC_CORRUPT. */
size_t find_set_bytes(uint32_t n);
size_t find_set_encode(const struct find_set *s, uint8_t *out);
MUST_CHECK enum rc find_set_add(
	struct find_set *s, const uint8_t *p, size_t n);

/* --- find_gather.c */

/* Terms of many products at once, before they are sorted: a name's words come
 * again and again, and one row a word is much less than one a word and
 * product. */
struct find_gather;

MUST_CHECK enum rc find_gather_new(
	size_t mem_bytes, struct find_gather **ret, struct err *reterr);
void find_gather_free(struct find_gather *g);
/** find_gather_full(g): another product's terms may not fit: flush first. */
bool find_gather_full(const struct find_gather *g);
/** find_gather_add(g, kind, p, n, ordinal): ordinals never fall.  What finds
 * no room, which a product that fits a row has, is let go. */
void find_gather_add(struct find_gather *g, enum find_term_kind kind,
	const char *p, size_t n, uint32_t ordinal);
/** find_gather_flush(g, to, reterr): as rows find_row_key() begins; empty
 * then. */
MUST_CHECK enum rc find_gather_flush(struct find_gather *g, struct rowsort *to,
	struct err *reterr);

/** find_row_key(out, term, n, ordinal): a row's key: kind and word, NUL, first
 * ordinal, big endian; its value is the ordinals behind that, as distances.
 * Returns its length. */
#define FIND_ROW_KEY_MAX (1u + FIND_TERM_BYTES + 1u + 4u)
size_t find_row_key(uint8_t out[FIND_ROW_KEY_MAX], const uint8_t *term,
	size_t n, uint32_t ordinal);
/** get_ordinal(p, end): reads what put_ordinal() wrote; moves *p, to NULL
 * where it runs past the end. */
uint32_t get_ordinal(const uint8_t **p, const uint8_t *end);

/* --- find_place.c */

/** find_rank(item, key, key_len, out): bytes that sort as find.h orders what
 * matches alike; returns how many. */
#define FIND_RANK_BYTES ROWSORT_KEY_BYTES
size_t find_rank(const struct item *item, const void *key, size_t key_len,
	uint8_t out[FIND_RANK_BYTES]);

struct find_place;

/** find_place_open(dir, generation, ret, reterr): where products of a
 * generation stand in its index; 0: of none. */
MUST_CHECK enum rc find_place_open(const char *dir, int64_t generation,
	struct find_place **ret, struct err *reterr);
void find_place_close(struct find_place *p);
/** find_place_row(p, key, key_len, ret_scope, ret_ordinal, reterr): whose row
 * it is, and its ordinal (UINT32_MAX there is no index).  RC_NOTFOUND. */
MUST_CHECK enum rc find_place_row(struct find_place *p, const void *key,
	size_t key_len, uint8_t *ret_scope, uint32_t *ret_ordinal,
	struct err *reterr);

/* --- find_over.c */

/* Products that lie over the generation, by rank: 0, 1, 2 ... */
struct find_over;

MUST_CHECK enum rc find_over_new(struct find_over **ret);
void find_over_free(struct find_over *o);
void find_over_clear(struct find_over *o);
/** find_over_load(o, feeds, reterr): within a view; only what changed since
 * costs more than a look.  On an error it is empty. */
MUST_CHECK enum rc find_over_load(
	struct find_over *o, struct feeds *feeds, struct err *reterr);
uint32_t find_over_count(const struct find_over *o);
/** find_over_hide(o, s): without what is otherwise or gone by now. */
void find_over_hide(const struct find_over *o, struct find_set *s);
/** find_over_match(o, kind, p, n, whole, s): into ${s} those with a term that
 * begins so, or is that. */
void find_over_match(const struct find_over *o, enum find_term_kind kind,
	const char *p, size_t n, bool whole, struct find_set *s);
const char *find_over_code(const struct find_over *o, uint32_t at);
const uint8_t *find_over_rank(
	const struct find_over *o, uint32_t at, size_t *ret_n);

/* --- find_build.c */

typedef enum rc (*find_put_fn)(void *arg, const uint8_t *key, size_t key_len,
	const uint8_t *value, size_t n, bool append, struct err *reterr);

struct find_build;

/** find_build_new(dir, mem_bytes, put, arg, ret): sorts in runs in ${dir}, as
 * rowsort_init() has it. */
MUST_CHECK enum rc find_build_new(const char *dir, size_t mem_bytes,
	find_put_fn put, void *arg, struct find_build **ret,
	struct err *reterr);
void find_build_free(struct find_build *b);
/** find_build_add(b, key, key_len, item): a product of the new catalog, once,
 * in any order. */
MUST_CHECK enum rc find_build_add(struct find_build *b, const uint8_t *key,
	size_t key_len, const struct item *item, struct err *reterr);
/** find_build_end(b): sort and put. */
MUST_CHECK enum rc find_build_end(struct find_build *b, struct err *reterr);

/* --- find_read.c */

struct find_reader {
	struct catalog *c; /* borrowed */
	MDB_dbi dbi;
	MDB_cursor *cursor;
	uint32_t n;	   /* products there are */
};

/** find_read_prefix(r, kind, p, n, s): into ${s} all that have a term
 * beginning so; find_read_whole: that very term. */
MUST_CHECK enum rc find_read_prefix(struct find_reader *r,
	enum find_term_kind kind, const char *p, size_t n, struct find_set *s,
	struct err *reterr);
MUST_CHECK enum rc find_read_whole(struct find_reader *r,
	enum find_term_kind kind, const char *p, size_t n, struct find_set *s,
	struct err *reterr);
/** find_read_item(r, ordinal, ret): the product. */
MUST_CHECK enum rc find_read_item(struct find_reader *r, uint32_t ordinal,
	struct item *ret, struct err *reterr);
/** find_reader_open(c, r, reterr): RC_NOTFOUND there is no index. */
MUST_CHECK enum rc find_reader_open(
	struct catalog *c, struct find_reader *r, struct err *reterr);
void find_reader_close(struct find_reader *r);
/** find_rank_below(r, rank, n, ret, reterr): the first ordinal whose product
 * does not come before ${rank}. */
MUST_CHECK enum rc find_rank_below(struct find_reader *r, const uint8_t *rank,
	size_t n, uint32_t *ret, struct err *reterr);

/* --- find.c, find_page.c */

/* What is better than what, as find.h has it: the last query's products are
 * dealt to tiers, and each is in the order of ordinals.  A bit of a tier's
 * number says what its products are not. */
enum {
	NOT_WHOLE = 1,
	NOT_FIRST = 2,
	NOT_NAMED = 4,
	TIER_COUNT = 8
};

struct find {
	struct find_reader r;
	struct find_over *over;
	struct find_set all;   /* match every word so far */
	struct find_set whole; /* and every one as a whole */
	struct find_set first; /* begin with the first word */
	struct find_set
		named; /* have none of them in a part of the code only */
	/* of the word at hand, and of its part at hand */
	struct find_set word;
	struct find_set word_whole;
	struct find_set part;
	uint64_t n_tier[TIER_COUNT];
	uint64_t n_tier_over[TIER_COUNT]; /* of those, what lies over */
	uint64_t n_match;
	unsigned n_term;
	bool any;        /* a word was looked up */
	uint64_t serial; /* of the generation that all of it is of */
	int64_t version; /* of what lay over it; 0 nothing did */
	char query[FIND_BYTES * 3 + 1]; /* a bad byte becomes three */
};

/** find_tier_bits(f, tier, i): word ${i} of the tier's set. */
uint64_t find_tier_bits(const struct find *f, unsigned tier, size_t i);
/** find_begin(f, ret_over, ret_moved, reterr): opens a view of the catalog and
 * follows what moved: then the last query's products are none.  Ends by
 * catalog_done(); on an error it is done. */
MUST_CHECK enum rc find_begin(struct find *f, bool *ret_over, bool *ret_moved,
	struct err *reterr);
/** find_again(f, reterr): the last query, within a view. */
MUST_CHECK enum rc find_again(struct find *f, struct err *reterr);

/** find_chars(p, n, n_char): bytes of the first n_char characters, 0 when
 * there are fewer. */
size_t find_chars(const char *p, size_t n, size_t n_char);

#endif
