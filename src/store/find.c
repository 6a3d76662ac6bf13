/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/feed_internal.h"
#include "store/find_internal.h"

#include "base/poison.h"

/* A query's word while its parts are looked up. */
struct asked {
	struct find *f;
	bool any; /* a part was */
};

static enum rc
fail_no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "catalog",
		"no memory to search the products; close programs and try "
		"again");
}

static void
let_go(struct find *f)
{
	find_reader_close(&f->r);
	find_set_done(&f->all);
	find_set_done(&f->whole);
	find_set_done(&f->first);
	find_set_done(&f->named);
	find_set_done(&f->word);
	find_set_done(&f->word_whole);
	find_set_done(&f->part);
	f->serial = 0;
}

/* Within a view. */
static enum rc
take_hold(
	struct find *f, struct catalog *c, int64_t version, struct err *reterr)
{
	struct find_set *set[] = {&f->all, &f->whole, &f->first, &f->named,
		&f->word, &f->word_whole, &f->part};
	enum rc rc;

	f->r.c = c;
	if (c->gen.txn == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "catalog",
			"no products yet that could be searched");
	}
	rc = find_reader_open(c, &f->r, reterr);
	if (rc == RC_OK && version != 0) {
		rc = find_over_load(f->over, c->feeds, reterr);
	} else {
		find_over_clear(f->over);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(set); i++) {
		rc = find_set_init(set[i], f->r.n, find_over_count(f->over));
		if (rc != RC_OK) {
			rc = fail_no_memory(reterr);
		}
	}
	if (rc == RC_OK) {
		f->serial = c->serial;
		f->version = version;
	}
	return rc;
}

enum rc
find_open(struct catalog *c, struct find **ret, struct err *reterr)
{
	struct find *f = calloc(1, sizeof(*f));
	bool over = false;
	bool moved = false;
	enum rc rc;

	if (f == NULL || find_over_new(&f->over) != RC_OK) {
		free(f);
		return fail_no_memory(reterr);
	}
	f->r.c = c;
	rc = find_begin(f, &over, &moved, reterr);
	if (rc == RC_OK) {
		catalog_done(c);
	}
	if (rc != RC_OK) {
		find_close(f);
		return rc;
	}
	*ret = f;
	return RC_OK;
}

void
find_close(struct find *f)
{
	if (f == NULL) {
		return;
	}
	let_go(f);
	find_over_free(f->over);
	free(f);
}

enum rc
find_begin(struct find *f, bool *ret_over, bool *ret_moved, struct err *reterr)
{
	struct catalog *c = f->r.c;
	enum rc rc = catalog_view(c, ret_over, reterr);
	int64_t version = 0;

	*ret_moved = false;
	if (rc != RC_OK) {
		return rc;
	}
	if (*ret_over) {
		version = c->feeds->header.version;
	}
	if (f->serial != c->serial || f->version != version) {
		*ret_moved = true;
		let_go(f);
		rc = take_hold(f, c, version, reterr);
		f->r.c = c;
	}
	if (rc != RC_OK) {
		catalog_done(c);
	}
	return rc;
}

/* --- one word --- */

static enum rc
ask_prefix(struct find *f, enum find_term_kind kind, const char *p, size_t n,
	struct find_set *s, struct err *reterr)
{
	find_over_match(f->over, kind, p, n, false, s);
	return find_read_prefix(&f->r, kind, p, n, s, reterr);
}

static enum rc
ask_whole(struct find *f, enum find_term_kind kind, const char *p, size_t n,
	struct find_set *s, struct err *reterr)
{
	find_over_match(f->over, kind, p, n, true, s);
	return find_read_whole(&f->r, kind, p, n, s, reterr);
}

/* "500ml" is two parts, and both must be there. */
static enum rc
ask_part(void *arg, const struct find_word *w, struct err *reterr)
{
	struct asked *a = arg;
	struct find *f = a->f;
	enum rc rc;

	if (w->extra || f->n_term >= FIND_TERMS) {
		return RC_OK;
	}
	f->n_term++;
	if (!f->any && !a->any) {
		rc = ask_prefix(f, TERM_FIRST, w->p, w->n, &f->first, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	a->any = true;
	find_set_clear(&f->part);
	rc = ask_prefix(f, TERM_WORD, w->p, w->n, &f->part, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	find_set_and(&f->word, &f->part);
	find_set_clear(&f->part);
	rc = ask_whole(f, TERM_WORD, w->p, w->n, &f->part, reterr);
	if (rc == RC_OK) {
		find_set_and(&f->word_whole, &f->part);
	}
	return rc;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A word that may be of a code: ASCII letters and digits, one a digit. */
static size_t
code_of(const char *p, size_t len, char out[CODE_BYTES])
{
	bool digit = false;

	if (len < 3 || len >= CODE_BYTES || find_code(p, len, out) != len) {
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)out[i] >= 0x80) {
			return 0;
		}
		digit = digit || is_digit(out[i]);
	}
	return digit ? len : 0;
}

static enum rc
ask_code(struct find *f, const char *code, size_t n, struct err *reterr)
{
	char reversed[FIND_TERM_BYTES];
	size_t n_begin;
	size_t n_end = find_code_reversed(code, n, reversed);
	const char *begin = find_code_begin(code, n, &n_begin);
	enum rc rc;

	find_set_clear(&f->part);
	rc = ask_whole(f, TERM_CODE, begin, n_begin, &f->part, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	find_set_or(&f->word_whole, &f->part);
	find_set_or(&f->word, &f->part);
	find_set_and(&f->named, &f->word);
	if (n_begin >= 3) {
		rc = ask_prefix(f, TERM_CODE, begin, n_begin, &f->part, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (!f->any) {
		find_set_or(&f->first, &f->part);
	}
	rc = ask_prefix(f, TERM_REVERSED, reversed, n_end, &f->part, reterr);
	if (rc == RC_OK) {
		find_set_or(&f->word, &f->part);
	}
	return rc;
}

/* "d12": true when some product is of that department. */
static enum rc
ask_dept(struct find *f, const char *p, size_t len, bool *ret,
	struct err *reterr)
{
	char dept[FIND_TERM_BYTES];
	enum rc rc;

	*ret = false;
	if (len < 2 || len > 8 || (p[0] != 'd' && p[0] != 'D')) {
		return RC_OK;
	}
	for (size_t i = 1; i < len; i++) {
		if (!is_digit(p[i])) {
			return RC_OK;
		}
	}
	find_set_clear(&f->part);
	rc = ask_whole(f, TERM_DEPT, dept, find_dept(p + 1, len - 1, dept),
		&f->part, reterr);
	find_over_hide(f->over, &f->part);
	if (rc == RC_OK && !find_set_is_empty(&f->part)) {
		find_set_and(&f->all, &f->part);
		f->n_term++;
		*ret = true;
	}
	return rc;
}

static enum rc
ask_word(struct find *f, const char *p, size_t len, bool *ret_filter,
	struct err *reterr)
{
	struct asked a = {f, false};
	char code[CODE_BYTES];
	size_t n_code = code_of(p, len, code);
	enum rc rc = ask_dept(f, p, len, ret_filter, reterr);

	if (rc != RC_OK || *ret_filter) {
		return rc;
	}
	find_set_fill(&f->word);
	find_set_fill(&f->word_whole);
	rc = find_words(p, len, ask_part, &a, reterr);
	if (rc == RC_OK && a.any && n_code > 0) {
		rc = ask_code(f, code, n_code, reterr);
	} else if (rc == RC_OK && a.any) {
		find_set_and(&f->named, &f->word);
	}
	if (rc == RC_OK && a.any) {
		find_set_and(&f->all, &f->word);
		find_set_and(&f->whole, &f->word_whole);
		f->any = true;
	}
	return rc;
}

/* --- a query --- */

uint64_t
find_tier_bits(const struct find *f, unsigned tier, size_t i)
{
	uint64_t first = f->first.bits[i];
	uint64_t whole = f->whole.bits[i];
	uint64_t named = f->named.bits[i];

	return f->all.bits[i] & ((tier & NOT_FIRST) != 0 ? ~first : first) &
	       ((tier & NOT_WHOLE) != 0 ? ~whole : whole) &
	       ((tier & NOT_NAMED) != 0 ? ~named : named);
}

static void
count(struct find *f)
{
	size_t n_base = find_set_base_words(&f->all);

	memset(f->n_tier, 0, sizeof(f->n_tier));
	memset(f->n_tier_over, 0, sizeof(f->n_tier_over));
	f->n_match = 0;
	for (size_t i = 0; i < f->all.n_word; i++) {
		uint64_t rest = f->all.bits[i];

		for (unsigned t = 0; rest != 0; t++) {
			uint64_t v = find_tier_bits(f, t, i);

			if (v != 0) {
				uint64_t n = (uint64_t)__builtin_popcountll(v);

				f->n_tier[t] += n;
				f->n_tier_over[t] += i >= n_base ? n : 0;
				rest &= ~v;
			}
		}
	}
	for (unsigned t = 0; t < TIER_COUNT; t++) {
		f->n_match += f->n_tier[t];
	}
}

static enum rc
ask(struct find *f, const char *p, const char *end, struct err *reterr)
{
	bool filtered = false;
	enum rc rc = RC_OK;

	while (rc == RC_OK && p < end && f->n_term < FIND_TERMS &&
		!find_set_is_empty(&f->all)) {
		const char *blank = memchr(p, ' ', (size_t)(end - p));
		size_t len = (size_t)((blank != NULL ? blank : end) - p);
		bool filter = false;

		rc = ask_word(f, p, len, &filter, reterr);
		filtered = filtered || filter;
		p += len + (blank != NULL ? 1 : 0);
	}
	if (rc == RC_OK && !f->any && !filtered) {
		find_set_clear(&f->all);
	}
	return rc;
}

enum rc
find_again(struct find *f, struct err *reterr)
{
	enum rc rc;

	f->n_term = 0;
	f->any = false;
	find_set_fill(&f->all);
	find_over_hide(f->over, &f->all);
	find_set_fill(&f->whole);
	find_set_fill(&f->named);
	find_set_clear(&f->first);
	rc = ask(f, f->query, f->query + strlen(f->query), reterr);
	if (rc != RC_OK) {
		find_set_clear(&f->all);
	}
	count(f);
	return rc;
}

enum rc
find_run(struct find *f, const char *query, size_t len, uint64_t *ret_n,
	struct err *reterr)
{
	struct catalog *c = f->r.c;
	bool over = false;
	bool moved = false;
	enum rc rc;

	*ret_n = 0;
	(void)text_clean(query, len < FIND_BYTES ? len : FIND_BYTES, f->query,
		sizeof(f->query), 0);
	rc = find_begin(f, &over, &moved, reterr);
	if (rc == RC_OK) {
		rc = find_again(f, reterr);
		*ret_n = f->n_match;
		catalog_done(c);
	}
	return rc;
}
