/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "screen/keymap_internal.h"

#include "base/poison.h"

/* A line of a keymap file taken apart: words, quoted texts, and where they
 * stand. */

int
keymap_col(const struct keymap_reader *r, const char *at)
{
	return (int)(at - r->start) + 1;
}

void
keymap_wrong_at(struct keymap_reader *r, const char *at, const char *text)
{
	if (!r->failed) {
		keymap_wrong(r->m, r->line, keymap_col(r, at), text);
	}
	r->failed = true;
}

void
keymap_skip_blanks(struct keymap_reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t')) {
		r->p++;
	}
}

bool
keymap_at_end(struct keymap_reader *r)
{
	keymap_skip_blanks(r);
	return r->p == r->end || *r->p == '#';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One character behind a backslash, at r->p; -1: wrong. */
static int
escape(struct keymap_reader *r)
{
	static const char from[] = "ernt\\\"", to[] = "\x1b\r\n\t\\\"";
	const char *found;

	if (r->p == r->end) {
		return -1;
	}
	found = strchr(from, *r->p);
	if (*r->p != '\0' && found != NULL) {
		r->p++;
		return to[found - from];
	}
	if (*r->p == 'x' && r->end - r->p >= 3 && hex_digit(r->p[1]) >= 0 &&
		hex_digit(r->p[2]) >= 0) {
		int c = hex_digit(r->p[1]) * 16 + hex_digit(r->p[2]);

		r->p += 3;
		return c == 0 ? -1 : c;
	}
	return -1;
}

/* "..." into the pool. */
struct keymap_span
keymap_quoted(struct keymap_reader *r)
{
	const char *begin = r->p;
	struct keymap *m = r->m;
	struct keymap_span s = {.p = m->pool + m->n_pool,
		.col = keymap_col(r, begin),
		.quoted = true};

	r->p++;
	while (r->p < r->end && *r->p != '"') {
		const char *at = r->p++;
		int c = (unsigned char)*at;

		if (c == '\\') {
			c = escape(r);
		}
		if (c < 0) {
			keymap_wrong_at(r, at,
				"behind \\ stands x and two hex digits, not "
				"00, or one of e r n t \\ \"");
			return s;
		}
		m->pool[m->n_pool++] = (char)c;
		s.n++;
	}
	if (r->p == r->end) {
		keymap_wrong_at(
			r, begin, "the closing \" is missing: write it");
		return s;
	}
	r->p++;
	m->pool[m->n_pool++] = '\0';
	return s;
}

/* A quoted text, or all up to a blank, '=' or '#'. */
struct keymap_span
keymap_word(struct keymap_reader *r)
{
	struct keymap_span s = {.col = keymap_col(r, r->p)};
	const char *begin;

	keymap_skip_blanks(r);
	begin = r->p;
	if (r->p < r->end && *r->p == '"') {
		return keymap_quoted(r);
	}
	while (r->p < r->end && strchr(" \t=#\"", *r->p) == NULL) {
		r->p++;
	}
	s.p = begin;
	s.n = (size_t)(r->p - begin);
	s.col = keymap_col(r, begin);
	return s;
}
