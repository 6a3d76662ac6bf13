/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "store/find_internal.h"

#include "base/poison.h"

enum run {
	RUN_NONE,
	RUN_LETTER,
	RUN_DIGIT,
	RUN_PAIR
};

struct splitter {
	find_word_fn fn;
	void *arg;
	struct err *reterr;
	enum run run;
	char term[FIND_TERM_BYTES];
	size_t n;
	bool any; /* a word was given out */
	/* RUN_DIGIT: a point or comma that a digit must follow to count */
	bool point;
	/* RUN_PAIR */
	int32_t before;
	size_t n_pair;
	/* words with a sign of one character between them */
	char join[FIND_TERM_BYTES];
	size_t n_join;
	unsigned n_part;
	bool joins; /* the sign was the last character */
	bool join_first;
};

/* Letters that have no decomposition, and what people key for them. */
static const struct {
	int32_t cp;
	char as[3];
} plain_letters[] = {
	{0xE6, "ae"},  /* ae ligature */
	{0xF0, "d"},   /* eth */
	{0xF8, "o"},   /* o with stroke */
	{0xFE, "th"},  /* thorn */
	{0x111, "d"},  /* d with stroke */
	{0x127, "h"},  /* h with stroke */
	{0x131, "i"},  /* dotless i */
	{0x142, "l"},  /* l with stroke */
	{0x153, "oe"}, /* oe ligature */
	{0x167, "t"},  /* t with stroke */
};

/* What does not fit is cut off, of names and queries alike. */
static size_t
append(char *buf, size_t n, int32_t cp)
{
	char enc[4];
	size_t k;

	if (cp < 0x80 && n < FIND_TERM_BYTES) {
		buf[n] = (char)cp;
		return n + 1;
	}
	k = text_encode(cp, enc);

	if (n + k > FIND_TERM_BYTES) {
		return n;
	}
	memcpy(buf + n, enc, k);
	return n + k;
}

static enum rc
give(struct splitter *s, const char *p, size_t n, bool first, bool extra)
{
	struct find_word w = {p, n, first, extra};

	s->any = true;
	return s->fn(s->arg, &w, s->reterr);
}

static enum rc
end_join(struct splitter *s)
{
	enum rc rc = RC_OK;

	if (s->n_part > 1) {
		rc = give(s, s->join, s->n_join, s->join_first, true);
	}
	s->n_part = 0;
	s->n_join = 0;
	s->joins = false;
	return rc;
}

/* The word that is being read is over. */
static enum rc
end_run(struct splitter *s)
{
	enum run run = s->run;
	char one[FIND_TERM_BYTES];

	s->run = RUN_NONE;
	s->point = false;
	if (run == RUN_NONE) {
		return RC_OK;
	}
	if (run == RUN_PAIR) {
		bool lone = s->n_pair == 1;

		return give(s, one, append(one, 0, s->before), lone && !s->any,
			!lone);
	}
	if (run == RUN_LETTER) {
		if (s->n_part == 0) {
			s->join_first = !s->any;
		}
		s->n_part++;
	}
	return give(s, s->term, s->n, !s->any, false);
}

static enum rc
take_letter(struct splitter *s, int32_t cp)
{
	enum rc rc = RC_OK;

	if (s->run != RUN_LETTER) {
		rc = end_run(s);
		if (rc == RC_OK && !s->joins) {
			rc = end_join(s);
		}
		s->run = RUN_LETTER;
		s->n = 0;
		s->joins = false;
	}
	s->n = append(s->term, s->n, cp);
	s->n_join = append(s->join, s->n_join, cp);
	return rc;
}

static enum rc
take_digit(struct splitter *s, int32_t cp)
{
	enum rc rc = RC_OK;

	if (s->run != RUN_DIGIT) {
		rc = end_run(s);
		if (rc == RC_OK) {
			rc = end_join(s);
		}
		s->run = RUN_DIGIT;
		s->n = 0;
	}
	if (s->point) {
		s->n = append(s->term, s->n, '.');
		s->point = false;
	}
	s->n = append(s->term, s->n, cp);
	return rc;
}

static enum rc
take_pair(struct splitter *s, int32_t cp)
{
	char two[FIND_TERM_BYTES];
	enum rc rc = RC_OK;

	if (s->run != RUN_PAIR) {
		rc = end_run(s);
		if (rc == RC_OK) {
			rc = end_join(s);
		}
		s->run = RUN_PAIR;
		s->n_pair = 0;
	} else {
		size_t n = append(two, 0, s->before);

		rc = give(s, two, append(two, n, cp), !s->any, false);
	}
	s->before = cp;
	s->n_pair++;
	return rc;
}

static bool
is_joiner(int32_t cp)
{
	return cp == '\'' || cp == 0x2019 || cp == '-' || cp == 0x2010 ||
	       cp == '&' || cp == '.';
}

static enum rc
take_other(struct splitter *s, int32_t cp)
{
	bool joins = s->run == RUN_LETTER && is_joiner(cp);
	enum rc rc;

	if (s->run == RUN_DIGIT && !s->point && (cp == '.' || cp == ',')) {
		s->point = true;
		return RC_OK;
	}
	rc = end_run(s);
	if (joins) {
		s->joins = true;
		return rc;
	}
	return rc == RC_OK ? end_join(s) : rc;
}

static enum rc
take_folded(struct splitter *s, int32_t cp)
{
	switch (text_class_of(cp)) {
	case TEXT_CLASS_LETTER:
		return take_letter(s, cp);
	case TEXT_CLASS_DIGIT:
		return take_digit(s, cp);
	case TEXT_CLASS_PAIR:
		return take_pair(s, cp);
	case TEXT_CLASS_MARK:
		return RC_OK;
	case TEXT_CLASS_OTHER:
	default:
		return take_other(s, cp);
	}
}

static enum rc
take(struct splitter *s, int32_t cp)
{
	int32_t part[TEXT_DECOMPOSE_MAX];
	size_t n = text_decompose(cp, TEXT_FOLD_CASE, part);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const char *as = NULL;

		for (size_t k = 0; part[i] >= 0x80 && part[i] < 0x180 &&
				   k < ARRAY_LEN(plain_letters);
			k++) {
			if (plain_letters[k].cp == part[i]) {
				as = plain_letters[k].as;
			}
		}
		if (as == NULL) {
			rc = take_folded(s, part[i]);
		}
		for (; rc == RC_OK && as != NULL && *as != '\0'; as++) {
			rc = take_letter(s, *as);
		}
	}
	return rc;
}

static enum rc
take_ascii(struct splitter *s, unsigned char c)
{
	if (c >= 'A' && c <= 'Z') {
		c = (unsigned char)(c - 'A' + 'a');
	}
	if (c >= 'a' && c <= 'z') {
		return take_letter(s, c);
	}
	if (c >= '0' && c <= '9') {
		return take_digit(s, c);
	}
	return take_other(s, c);
}

enum rc
find_words(const char *p, size_t len, find_word_fn fn, void *arg,
	struct err *reterr)
{
	struct splitter s = {.fn = fn, .arg = arg, .reterr = reterr};
	const char *end = p + len;
	enum rc rc = RC_OK;
	int32_t cp;

	while (rc == RC_OK && p < end) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x80) {
			/* most of most names, and nothing to look up */
			p++;
			rc = take_ascii(&s, c);
		} else if (text_next(&p, end, &cp)) {
			rc = take(&s, cp);
		}
	}
	if (rc == RC_OK) {
		rc = end_run(&s);
	}
	return rc == RC_OK ? end_join(&s) : rc;
}

/* --- codes and departments --- */

size_t
find_code(const char *s, size_t len, char out[CODE_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < CODE_BYTES - 1; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 'A' && c <= 'Z') {
			c = (unsigned char)(c - 'A' + 'a');
		}
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c >= 0x80) {
			out[n++] = (char)c;
		}
	}
	return n;
}

const char *
find_code_begin(const char *code, size_t n, size_t *ret_n)
{
	while (n > 1 && *code == '0') {
		code++;
		n--;
	}
	*ret_n = n < FIND_TERM_BYTES ? n : FIND_TERM_BYTES;
	return code;
}

size_t
find_code_reversed(const char *code, size_t n, char out[FIND_TERM_BYTES])
{
	size_t most = n < FIND_TERM_BYTES ? n : FIND_TERM_BYTES;

	for (size_t i = 0; i < most; i++) {
		out[i] = code[n - 1 - i];
	}
	return most;
}

size_t
find_dept(const char *s, size_t len, char out[FIND_TERM_BYTES])
{
	char folded[FIND_TERM_BYTES + 1];

	text_fold(s, len, folded, sizeof(folded));
	len = strlen(folded);
	memcpy(out, folded, len);
	return len;
}
