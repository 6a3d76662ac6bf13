/* SPDX-License-Identifier: Apache-2.0 */
/* Words of names: how they are cut, and that the index answers what a look at
 * every product answers, in the same order. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/find_internal.h"
#include "stream.h"

#include "base/poison.h"

static struct scene scene;

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_done(&scene);
	return 0;
}

/* --- words --- */

struct joined {
	char text[512];
	size_t n;
};

/* "word", "^first", "+extra", blanks between. */
static enum rc
join_word(void *arg, const struct find_word *w, struct err *reterr)
{
	struct joined *j = arg;
	int n = snprintf(j->text + j->n, sizeof(j->text) - j->n, "%s%s%s%.*s",
		j->n > 0 ? " " : "", w->first ? "^" : "", w->extra ? "+" : "",
		(int)w->n, w->p);

	(void)reterr;
	j->n += (size_t)n;
	return RC_OK;
}

static void
test_words(void **state)
{
	static const struct {
		const char *text, *words;
	} c[] = {
		{"", ""},
		{" -- ! ", ""},
		{"Whole MILK 1 L", "^whole milk 1 l"},
		{"500ml", "^500 ml"},
		{"1,5 L 0.33", "^1.5 l 0.33"},
		{"5. 3,x", "^5 3 x"},
		{"1..5", "^1 5"},
		{"Coca-Cola Zero", "^coca cola ^+cocacola zero"},
		{"Kellogg's", "^kellogg s ^+kelloggs"},
		{"Caf\xC3\xA9 d\xE2\x80\x99or", "^cafe d or +dor"},
		{"M&M x-", "^m m ^+mm x"},
		{"a-1 -b", "^a 1 b"},
		{"7up B12", "^7 up b 12"},
		{"Stra\xC3\x9F"
		 "e",
			"^strasse"},
		{"Sm\xC3\xB8rrebr\xC3\xB8"
		 "d \xC5\x81\xC3\xB3"
		 "d\xC5\xBA \xC3\x86g",
			"^smorrebrod lodz aeg"},
		/* full width, ligature, half width Kana */
		{"\xEF\xBC\xA1\xEF\xBC\x91 \xEF\xAC\x81n", "^a 1 fin"},
		{"\xEF\xBD\xB6\xEF\xBE\x85",
			"^\xE3\x82\xAB\xE3\x83\x8A +\xE3\x83\x8A"},
		/* Han and Kana: pairs, and the last one */
		{"\xE7\x89\x9B\xE4\xB9\xB3\xE7\x9F\xB3",
			"^\xE7\x89\x9B\xE4\xB9\xB3 \xE4\xB9\xB3\xE7\x9F\xB3 "
			"+\xE7\x9F\xB3"},
		{"\xE7\x89\x9B", "^\xE7\x89\x9B"},
		{"\xE7\x89\x9B 1L", "^\xE7\x89\x9B 1 l"},
		{"x\xE7\x89\x9B\xE4\xB9\xB3",
			"^x \xE7\x89\x9B\xE4\xB9\xB3 +\xE4\xB9\xB3"},
		/* Thai: nom (milk); the vowel signs are marks, without them */
		{"\xE0\xB8\x99\xE0\xB8\xA1", "^\xE0\xB8\x99\xE0\xB8\xA1 "
					     "+\xE0\xB8\xA1"},
		/* Lao, Khmer */
		{"\xE0\xBA\x99\xE0\xBA\xA1", "^\xE0\xBA\x99\xE0\xBA\xA1 "
					     "+\xE0\xBA\xA1"},
		{"\xE1\x9E\x91\xE1\x9E\xB9\xE1\x9E\x80",
			"^\xE1\x9E\x91\xE1\x9E\x80 +\xE1\x9E\x80"},
		/* Cyrillic, Greek, Arabic with its marks, Hebrew */
		{"\xD0\x9C\xD0\x9E\xD0\x9B\xD0\x9E\xD0\x9A\xD0\x9E \xCE\x93\xCE"
		 "\xAC\xCE\xBB\xCE\xB1",
			"^\xD0\xBC\xD0\xBE\xD0\xBB\xD0\xBE\xD0\xBA\xD0\xBE "
			"\xCE\xB3\xCE\xB1\xCE\xBB\xCE\xB1"},
		{"\xD8\xAD\xD9\x8E\xD9\x84\xD9\x8A\xD8\xA8",
			"^\xD8\xAD\xD9\x84\xD9\x8A\xD8\xA8"},
		/* not UTF-8 */
		{"ab\xFF"
		 "cd\xC3",
			"^ab cd"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(c); i++) {
		struct joined j = {"", 0};

		assert_int_equal(find_words(c[i].text, strlen(c[i].text),
					 join_word, &j, NULL),
			RC_OK);
		assert_string_equal(j.text, c[i].words);
	}
}

/* A word longer than a term is cut, never within a character. */
static void
test_long_word(void **state)
{
	char text[600];
	struct joined j = {"", 0};
	size_t n = 0;

	(void)state;
	while (n + 2 < sizeof(text)) {
		text[n++] = (char)0xD0;
		text[n++] = (char)0xB0;
	}
	text[n++] = 'x';
	assert_int_equal(find_words(text, n, join_word, &j, NULL), RC_OK);
	assert_int_equal(j.n, 1 + FIND_TERM_BYTES);
	assert_true(text_is_utf8(j.text, j.n));
}

/* --- a look at every product --- */

#define TERMS_MAX 300

struct product {
	struct item item;
	char folded[ITEM_NAME_BYTES];
	char code[CODE_BYTES]; /* folded */
	size_t n_char;
	struct code_key key;
	char term[TERMS_MAX][FIND_TERM_BYTES + 1];
	bool first[TERMS_MAX];
	size_t n_term;
	int tier;
};

struct shelf {
	struct product *p;
	size_t n;
};

static enum rc
keep_word(void *arg, const struct find_word *w, struct err *reterr)
{
	struct product *p = arg;

	(void)reterr;
	assert_true(p->n_term < TERMS_MAX && w->n <= FIND_TERM_BYTES);
	memcpy(p->term[p->n_term], w->p, w->n);
	p->term[p->n_term][w->n] = '\0';
	p->first[p->n_term++] = w->first;
	return RC_OK;
}

static void
learn(struct product *p)
{
	const char *at = p->folded;
	size_t n = 0;
	int32_t cp;

	text_fold(p->item.name, strlen(p->item.name), p->folded,
		sizeof(p->folded));
	p->n_char = 0;
	while (text_next(&at, p->folded + strlen(p->folded), &cp)) {
		p->n_char++;
	}
	for (const char *s = p->item.code; *s != '\0'; s++) {
		char c = *s;

		if (c >= 'A' && c <= 'Z') {
			c = (char)(c + 32);
		}
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			p->code[n++] = c;
		}
	}
	p->code[n] = '\0';
	assert_int_equal(
		code_catalog_key(p->item.code, strlen(p->item.code), &p->key),
		RC_OK);
	p->n_term = 0;
	assert_int_equal(find_words(p->item.name, strlen(p->item.name),
				 keep_word, p, NULL),
		RC_OK);
}

struct asking {
	char part[TERMS_MAX][FIND_TERM_BYTES + 1];
	size_t n;
	size_t *n_all;
};

static enum rc
keep_part(void *arg, const struct find_word *w, struct err *reterr)
{
	struct asking *a = arg;

	(void)reterr;
	if (!w->extra && *a->n_all < FIND_TERMS) {
		memcpy(a->part[a->n], w->p, w->n);
		a->part[a->n++][w->n] = '\0';
		(*a->n_all)++;
	}
	return RC_OK;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static const char *
no_zeros(const char *s)
{
	while (s[0] == '0' && s[1] != '\0') {
		s++;
	}
	return s;
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++) {
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
	}
}

/* Three letters or digits, one of them a digit. */
static bool
code_like(const char *w)
{
	bool digit = false;

	for (const char *s = w; *s != '\0'; s++) {
		bool d = *s >= '0' && *s <= '9';

		if (!d && !(*s >= 'a' && *s <= 'z') &&
			!(*s >= 'A' && *s <= 'Z')) {
			return false;
		}
		digit = digit || d;
	}
	return digit && strlen(w) >= 3 && strlen(w) < CODE_BYTES;
}

static void
match_code(const struct product *p, const char *word, bool *hit, bool *whole,
	bool *first)
{
	char w[CODE_BYTES];
	size_t n = strlen(p->code);

	(void)snprintf(w, sizeof(w), "%s", word);
	lower(w);
	if (strcmp(no_zeros(p->code), no_zeros(w)) == 0) {
		*hit = *whole = *first = true;
	}
	if (strlen(no_zeros(w)) >= 3 &&
		begins(no_zeros(p->code), no_zeros(w))) {
		*hit = *first = true;
	}
	if (n >= strlen(w) && strcmp(p->code + n - strlen(w), w) == 0) {
		*hit = true;
	}
}

static bool
is_code(const struct product *p, const char *word)
{
	char w[CODE_BYTES];

	(void)snprintf(w, sizeof(w), "%s", word);
	lower(w);
	return strcmp(no_zeros(p->code), no_zeros(w)) == 0;
}

/* One word of a query against every product that is left. */
static void
match_word(struct shelf *s, const char *word, size_t *n_all, bool *any)
{
	struct asking a = {.n = 0, .n_all = n_all};

	assert_int_equal(
		find_words(word, strlen(word), keep_part, &a, NULL), RC_OK);
	if (a.n == 0) {
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		struct product *p = &s->p[i];
		bool hit = true;
		bool whole = true;
		bool first = false;
		bool named;

		if (p->tier < 0) {
			continue;
		}
		for (size_t k = 0; k < a.n; k++) {
			bool is = false;
			bool is_whole = false;

			for (size_t t = 0; t < p->n_term; t++) {
				bool b = begins(p->term[t], a.part[k]);

				is = is || b;
				is_whole = is_whole ||
					   strcmp(p->term[t], a.part[k]) == 0;
				first = first || (b && k == 0 && p->first[t]);
			}
			hit = hit && is;
			whole = whole && is_whole;
		}
		named = hit;
		if (code_like(word)) {
			match_code(p, word, &hit, &whole, &first);
			named = named || is_code(p, word);
		}
		if (*any) {
			first = (p->tier & 2) == 0;
		}
		whole = whole && (p->tier & 1) == 0;
		named = named && (p->tier & 4) == 0;
		p->tier = hit ? (whole ? 0 : 1) + (first ? 0 : 2) +
					  (named ? 0 : 4)
			      : -1;
	}
	*any = true;
}

static bool
match_dept(struct shelf *s, const char *word)
{
	bool known = false;

	if ((word[0] != 'd' && word[0] != 'D') || strlen(word) < 2 ||
		strlen(word) > 8 ||
		strspn(word + 1, "0123456789") != strlen(word + 1)) {
		return false;
	}
	for (size_t i = 0; i < s->n; i++) {
		known = known || strcmp(s->p[i].item.dept, word + 1) == 0;
	}
	for (size_t i = 0; known && i < s->n; i++) {
		if (strcmp(s->p[i].item.dept, word + 1) != 0) {
			s->p[i].tier = -1;
		}
	}
	return known;
}

static int
compare_products(const void *a, const void *b)
{
	const struct product *x = *(const struct product *const *)a;
	const struct product *y = *(const struct product *const *)b;
	int r;

	if (x->tier != y->tier) {
		return x->tier - y->tier;
	}
	if (x->n_char != y->n_char) {
		return x->n_char < y->n_char ? -1 : 1;
	}
	r = strcmp(x->folded, y->folded);
	if (r != 0) {
		return r;
	}
	r = memcmp(x->key.key, y->key.key,
		x->key.key_len < y->key.key_len ? x->key.key_len
						: y->key.key_len);
	return r != 0 ? r : (int)x->key.key_len - (int)y->key.key_len;
}

/* Which products match, best first. */
static size_t
look(struct shelf *s, const char *query, struct product **out)
{
	char text[FIND_BYTES * 3 + 1];
	size_t n_all = 0;
	size_t n = 0;
	bool any = false;
	bool filter = false;
	size_t len = strlen(query);
	char *save = NULL;

	(void)text_clean(query, len < FIND_BYTES ? len : FIND_BYTES, text,
		sizeof(text), 0);
	for (size_t i = 0; i < s->n; i++) {
		s->p[i].tier = 2;
	}
	for (char *w = strtok_r(text, " ", &save);
		w != NULL && n_all < FIND_TERMS;
		w = strtok_r(NULL, " ", &save)) {
		if (match_dept(s, w)) {
			filter = true;
			n_all++;
		} else {
			match_word(s, w, &n_all, &any);
		}
	}
	for (size_t i = 0; i < s->n && (any || filter); i++) {
		if (s->p[i].tier >= 0) {
			out[n++] = &s->p[i];
		}
	}
	qsort(out, n, sizeof(*out), compare_products);
	return n;
}

/* --- random catalogs --- */

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const char *const syllable[] = {"mi", "lk", "o", "li", "ve", "br", "ead",
	"cho", "co", "te", "a", "s", "un", "fl", "ow", "er", "Caf\xC3\xA9",
	"\xC3\x84pf", "el", "\xE7\x89\x9B", "\xE4\xB9\xB3", "\xE7\x9F\xB3",
	"\xE3\x82\xAB", "\xE0\xB8\x99", "\xE0\xB8\xA1", "\xD0\xBC\xD0\xBE",
	"\xED\x95\x9C", "5", "50", "1.5", "0,33", "ml", "kg", "L", "'", "-",
	"&", "%", "7", "12", "D", "d"};

static void
put_words(uint64_t *seed, char *out, size_t cap, size_t n_word)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t w = 0; w < n_word; w++) {
		size_t parts = 1 + next_random(seed) % 3;

		for (size_t i = 0; i < parts; i++) {
			/* skewed, so that some words are everywhere */
			size_t k = next_random(seed) % ARRAY_LEN(syllable);

			if (next_random(seed) % 2 == 0) {
				k %= 6;
			}
			n += (size_t)snprintf(
				out + n, cap - n, "%s", syllable[k]);
		}
		n += (size_t)snprintf(out + n, cap - n, " ");
	}
	if (n > 0) {
		out[n - 1] = '\0';
	}
}

static void
fill(struct shelf *s, size_t n, uint64_t seed)
{
	s->p = calloc(n, sizeof(*s->p));
	s->n = 0;
	assert_non_null(s->p);
	while (s->n < n) {
		struct product *p = &s->p[s->n];
		char raw[ITEM_NAME_BYTES];
		uint64_t r = next_random(&seed);
		unsigned number = (unsigned)s->n * 7 + (unsigned)(r % 7);

		if (r % 5 == 0) {
			(void)snprintf(p->item.code, sizeof(p->item.code),
				"Ab-%u", number);
		} else if (r % 5 == 1) {
			(void)snprintf(p->item.code, sizeof(p->item.code),
				"%06u", number);
		} else {
			(void)snprintf(p->item.code, sizeof(p->item.code),
				"%013u", number);
		}
		(void)snprintf(p->item.dept, sizeof(p->item.dept), "%u",
			(unsigned)(r / 64 % 4) * 10);
		(void)snprintf(p->item.tax, sizeof(p->item.tax), "A");
		p->item.price.minor = (int64_t)s->n;
		put_words(&seed, raw, sizeof(raw), 1 + r / 512 % 5);
		(void)text_clean(raw, strlen(raw), p->item.name,
			sizeof(p->item.name), 0);
		if (p->item.name[0] == '\0') {
			continue;
		}
		learn(p);
		p->item.kind = p->key.kind;
		s->n++;
	}
}

static struct catalog *
make_catalog(const struct shelf *s, size_t mem)
{
	struct catalog_load *l = NULL;
	struct catalog *c = NULL;
	struct err e = {0};
	int64_t generation = 0;
	uint64_t taken = 0;
	uint64_t replaced = 0;

	assert_int_equal(
		catalog_load_begin(scene.catalog, mem, 0, &l, &e), RC_OK);
	for (size_t i = 0; i < s->n; i++) {
		assert_int_equal(
			catalog_load_add(l, &s->p[i].item, i, &e), RC_OK);
	}
	assert_int_equal(
		catalog_load_end(l, &generation, &taken, &replaced, &e), RC_OK);
	catalog_load_free(l);
	assert_int_equal(taken, s->n);
	assert_int_equal(replaced, 0);
	assert_int_equal(
		catalog_open(scene.catalog, generation, &c, &e), RC_OK);
	return c;
}

static void
compare(struct find *f, struct shelf *s, struct product **want,
	const char *query)
{
	struct item got[7];
	size_t n = look(s, query, want);
	uint64_t n_match = 0;
	struct err e = {0};

	assert_int_equal(
		find_run(f, query, strlen(query), &n_match, &e), RC_OK);
	if (n_match != n) {
		print_error("'%s': %llu, not %zu\n", query,
			(unsigned long long)n_match, n);
	}
	assert_int_equal(n_match, n);
	for (size_t at = 0; at < n + 1; at += at < 70 ? 7 : n / 3 + 1) {
		size_t k = 0;

		assert_int_equal(find_page(f, at, got, 7, &k, &e), RC_OK);
		assert_int_equal(k, n - at < 7 ? n - at : 7);
		for (size_t i = 0; i < k; i++) {
			if (strcmp(got[i].code, want[at + i]->item.code) != 0) {
				print_error("'%s' %zu: %s, not %s\n", query,
					at + i, got[i].name,
					want[at + i]->item.name);
			}
			assert_string_equal(
				got[i].code, want[at + i]->item.code);
			assert_string_equal(
				got[i].name, want[at + i]->item.name);
			assert_int_equal(got[i].price.minor,
				want[at + i]->item.price.minor);
		}
	}
}

/* --- two layers --- */

static void
feed_page(uint64_t since, const struct shelf *s, size_t n_gone)
{
	struct feeds_end how = {since + 1, false, 1, {0}};
	struct feeds_page *page = NULL;
	struct err e = {0};

	assert_int_equal(feeds_begin(scene.catalog, FEEDS_PRODUCTS, since, "e",
				 &page, &e),
		RC_OK);
	for (size_t i = 0; s != NULL && i < s->n; i++) {
		if (i % 3 == 0 || i % 7 == 1) {
			assert_int_equal(
				feeds_put_product(page, FEEDS_TENANT, since + 1,
					s->p[i].item.code, &s->p[i].item, &e),
				RC_OK);
		}
	}
	for (size_t i = 0; i < n_gone; i++) {
		char code[32];

		(void)snprintf(code, sizeof(code), "GONE-%zu", i);
		assert_int_equal(feeds_put_product(page, FEEDS_TENANT,
					 since + 1, code, NULL, &e),
			RC_OK);
	}
	assert_int_equal(feeds_end(page, &how, &e), RC_OK);
	feeds_free(page);
}

/* The shelf, a third of it over a generation that lacks it, some over another
 * name there, and some that the generation has gone. */
static struct catalog *
make_layers(const struct shelf *s, size_t mem)
{
	struct catalog_load *l = NULL;
	struct catalog *c = NULL;
	struct err e = {0};
	int64_t generation = 0;
	uint64_t taken = 0;
	uint64_t replaced = 0;
	size_t n_gone = s->n / 10 + 1;

	assert_int_equal(
		catalog_load_begin(scene.catalog, mem, 0, &l, &e), RC_OK);
	for (size_t i = 0; i < s->n; i++) {
		struct item it = s->p[i].item;

		if (i % 3 == 0) {
			continue;
		}
		if (i % 7 == 1) {
			memcpy(it.name, s->p[(i * 31) % s->n].item.name,
				sizeof(it.name));
			(void)snprintf(it.dept, sizeof(it.dept), "77");
		}
		assert_int_equal(catalog_load_add(l, &it, i, &e), RC_OK);
	}
	for (size_t i = 0; i < n_gone; i++) {
		struct item it = s->p[i].item;

		(void)snprintf(it.code, sizeof(it.code), "GONE-%zu", i);
		it.kind = CODE_INTERNAL;
		assert_int_equal(catalog_load_add(l, &it, i, &e), RC_OK);
	}
	assert_int_equal(
		catalog_load_end(l, &generation, &taken, &replaced, &e), RC_OK);
	catalog_load_free(l);
	assert_int_equal(
		catalog_activate(scene.catalog, generation, &e), RC_OK);
	(void)!feeds_settle(scene.catalog, 1, NULL);
	feed_page(0, NULL, 0);
	feed_page(1, s, n_gone);
	assert_int_equal(catalog_open(scene.catalog, 0, &c, &e), RC_OK);
	return c;
}

static void
run_queries(size_t n, size_t mem, bool over, unsigned n_query, uint64_t seed)
{
	struct shelf s;
	struct product **want;
	struct catalog *c;
	struct find *f = NULL;
	char query[ITEM_NAME_BYTES];
	struct err e = {0};

	fill(&s, n, seed);
	want = calloc(n + 1, sizeof(struct product *));
	assert_non_null(want);
	c = over ? make_layers(&s, mem) : make_catalog(&s, mem);
	assert_int_equal(find_open(c, &f, &e), RC_OK);
	for (unsigned i = 0; i < n_query; i++) {
		uint64_t r = next_random(&seed);
		const struct product *p = &s.p[r % n];

		if (r / 7 % 8 == 0) {
			(void)snprintf(query, sizeof(query), "%s",
				p->item.code +
					r / 64 % 8 % strlen(p->item.code));
		} else if (r / 7 % 8 == 1) {
			(void)snprintf(query, sizeof(query), "%.*s d%s",
				(int)(r / 64 % 6), p->item.code, p->item.dept);
		} else {
			put_words(&seed, query, sizeof(query), 1 + r / 64 % 3);
		}
		if (r / 4096 % 3 == 0) {
			query[strlen(query) / 2] = '\0';
		}
		compare(f, &s, want, query);
	}
	find_close(f);
	catalog_close(c);
	free(want);
	free(s.p);
}

static void
test_oracle_small(void **state)
{
	(void)state;
	run_queries(1, 0, false, 60, 11);
	run_queries(64, 0, false, 300, 12);
	run_queries(700, 1, false, 300, 13);
}

/* What lies over a generation answers as if it were of it. */
static void
test_oracle_over(void **state)
{
	(void)state;
	run_queries(1, 0, true, 30, 21);
	run_queries(64, 0, true, 300, 22);
	run_queries(701, 1, true, 300, 23);
}

/* More than FIND_HOT_LEAST, so that beginnings have sets of their own, in
 * little memory, so that both sorts merge runs. */
static void
test_oracle_large(void **state)
{
	(void)state;
	run_queries(9000, 1, false, 150, 14);
}

/* --- what nobody would ask --- */

static void
test_hostile(void **state)
{
	struct shelf s;
	struct product **want;
	struct catalog *c;
	struct find *f = NULL;
	char *big = malloc(8192);
	struct err e = {0};
	uint64_t n = 9;
	size_t k = 9;
	struct item item;

	(void)state;
	fill(&s, 300, 21);
	want = calloc(s.n + 1, sizeof(struct product *));
	assert_non_null(want);
	assert_non_null(big);
	c = make_catalog(&s, 0);
	assert_int_equal(find_open(c, &f, &e), RC_OK);
	/* before the first run */
	assert_int_equal(find_page(f, 0, &item, 1, &k, &e), RC_OK);
	assert_int_equal(k, 0);
	compare(f, &s, want, "");
	compare(f, &s, want, "   ");
	compare(f, &s, want, "!?%&/()='-.,;:_");
	compare(f, &s, want, "\xFF\xFE\x80\xC3");
	compare(f, &s, want, "mi\xFFlk");
	compare(f, &s, want, "d");
	compare(f, &s, want, "d10 d20");
	compare(f, &s, want, "D10");
	compare(f, &s, want, "d99");
	compare(f, &s, want, "000");
	compare(f, &s, want, "0000000000000");
	memset(big, 'm', 4096);
	big[4096] = '\0';
	compare(f, &s, want, big);
	for (size_t i = 0; i < 4096; i += 2) {
		memcpy(big + i, "m ", 2);
	}
	compare(f, &s, want, big);
	for (size_t i = 0; i + 3 <= 4096; i += 3) {
		memcpy(big + i, "\xE7\x89\x9B", 3);
	}
	big[4095] = '\0';
	compare(f, &s, want, big);
	memset(big, '.', 4096);
	compare(f, &s, want, big);
	/* a NUL in it is no end */
	assert_int_equal(find_run(f, "mi\0xyzzy", 8, &n, &e), RC_OK);
	assert_int_equal(n, 0);
	find_close(f);
	catalog_close(c);
	free(big);
	free(want);
	free(s.p);
}

/* --- damage --- */

/* Change the generation's file behind its back. */
static void
change(const char *path, const char *db, void (*how)(MDB_txn *, MDB_dbi))
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, CATALOG_DBS), 0);
	assert_int_equal(mdb_env_open(env, path, MDB_NOLOCK, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, db, 0, &dbi), 0);
	how(txn, dbi);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
flip_all(MDB_txn *txn, MDB_dbi dbi)
{
	uint8_t key[FIND_KEY_MAX];
	MDB_cursor *cur;
	MDB_val k;
	MDB_val v;
	int code;

	assert_int_equal(mdb_cursor_open(txn, dbi, &cur), 0);
	code = mdb_cursor_get(cur, &k, &v, MDB_FIRST);
	while (code == 0) {
		uint8_t *copy = malloc(v.mv_size);

		assert_non_null(copy);
		memcpy(key, k.mv_data, k.mv_size);
		memcpy(copy, v.mv_data, v.mv_size);
		copy[v.mv_size / 2] ^= 0x10;
		k.mv_data = key;
		v.mv_data = copy;
		assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
		free(copy);
		assert_int_equal(mdb_cursor_get(cur, &k, &v, MDB_SET), 0);
		code = mdb_cursor_get(cur, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(cur);
}

static void
no_header(MDB_txn *txn, MDB_dbi dbi)
{
	char name[] = FIND_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};

	assert_int_equal(mdb_del(txn, dbi, &k, NULL), 0);
}

static void
later_format(MDB_txn *txn, MDB_dbi dbi)
{
	uint8_t value[HEADER_VALUE_BYTES];
	char name[] = FIND_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v = {find_header_encode(300, value, sizeof(value)), value};

	value[4]++;
	check_put(value, v.mv_size, name, k.mv_size);
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
}

static void
bad_header(MDB_txn *txn, MDB_dbi dbi)
{
	uint8_t value[HEADER_VALUE_BYTES];
	char name[] = FIND_HEADER_KEY;
	MDB_val k = {sizeof(name) - 1, name};
	MDB_val v = {find_header_encode(301, value, sizeof(value)), value};

	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
}

static void
test_damage(void **state)
{
	static const struct {
		const char *db;
		void (*how)(MDB_txn *, MDB_dbi);
		enum rc open, run;
	} c[] = {
		{CATALOG_DB_META, no_header, RC_NOTFOUND, RC_OK},
		{CATALOG_DB_META, later_format, RC_NOTFOUND, RC_OK},
		{CATALOG_DB_META, bad_header, RC_CORRUPT, RC_OK},
		{CATALOG_DB_FIND, flip_all, RC_OK, RC_CORRUPT},
	};
	struct shelf s;

	(void)state;
	fill(&s, 300, 31);
	for (size_t i = 0; i < ARRAY_LEN(c); i++) {
		struct catalog *cat = make_catalog(&s, 0);
		int64_t generation = catalog_generation(cat);
		struct find *f = NULL;
		enum code_kind kind;
		struct err e = {0};
		struct item item;
		char path[PATH_BYTES];
		uint64_t n = 7;

		memcpy(path, cat->gen.path, sizeof(path));
		catalog_close(cat);
		change(path, c[i].db, c[i].how);
		assert_int_equal(
			catalog_open(scene.catalog, generation, &cat, &e),
			RC_OK);
		assert_int_equal(find_open(cat, &f, &e), c[i].open);
		if (c[i].open == RC_OK) {
			assert_int_equal(
				find_run(f, "mi", 2, &n, &e), c[i].run);
			assert_int_equal(n, 0);
		}
		assert_non_null(strstr(e.msg, "import the products again"));
		/* it sells all the same */
		assert_int_equal(
			catalog_find(cat, s.p[0].item.code,
				strlen(s.p[0].item.code), &item, &kind, &e),
			RC_OK);
		find_close(f);
		catalog_close(cat);
	}
	free(s.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_long_word),
		cmocka_unit_test_setup_teardown(
			test_oracle_small, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_oracle_large, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_oracle_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
