/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/flat.h"

#include <stdbool.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

#include "base/poison.h"

#define NUMBER_MAX INT64_C(9007199254740991)
#define BAD_HEX (-1)

/* What is written never overtakes what is read: a text loses its quotes. */
struct scan {
	char *p;
	char *end;
};

static enum rc
no(struct err *reterr, const char *why)
{
	return err_set(reterr, RC_PROTO, 0, "wire",
		"this is not one flat JSON object: %s", why);
}

static void
blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
					*s->p == '\n' || *s->p == '\r')) {
		s->p++;
	}
}

static bool
sign(struct scan *s, char c)
{
	blanks(s);
	if (s->p < s->end && *s->p == c) {
		s->p++;
		return true;
	}
	return false;
}

static int32_t
hex4(const char *p)
{
	int32_t v = 0;

	for (int i = 0; i < 4; i++) {
		int32_t d;

		if (p[i] >= '0' && p[i] <= '9') {
			d = p[i] - '0';
		} else if (p[i] >= 'a' && p[i] <= 'f') {
			d = p[i] - 'a' + 10;
		} else if (p[i] >= 'A' && p[i] <= 'F') {
			d = p[i] - 'A' + 10;
		} else {
			return BAD_HEX;
		}
		v = v * 16 + d;
	}
	return v;
}

/* Behind "\u"; both halves of a pair. */
static bool
escape_code(struct scan *s, char **o)
{
	int32_t cp = s->end - s->p >= 4 ? hex4(s->p) : BAD_HEX;

	if (cp <= 0) {
		return false;
	}
	s->p += 4;
	if (cp >= 0xd800 && cp <= 0xdbff) {
		int32_t low =
			s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u'
				? hex4(s->p + 2)
				: BAD_HEX;

		if (low < 0xdc00 || low > 0xdfff) {
			return false;
		}
		s->p += 6;
		cp = 0x10000 + (cp - 0xd800) * 0x400 + (low - 0xdc00);
	} else if (cp >= 0xdc00 && cp <= 0xdfff) {
		return false;
	}
	*o += text_encode(cp, *o);
	return true;
}

static bool
escape(struct scan *s, char **o)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (s->p >= s->end) {
		return false;
	}
	if (*s->p == 'u') {
		s->p++;
		return escape_code(s, o);
	}
	at = *s->p != '\0' ? strchr(from, *s->p) : NULL;
	if (at == NULL) {
		return false;
	}
	*(*o)++ = to[at - from];
	s->p++;
	return true;
}

/* A string at its opening quote, written to ${o} with a NUL. */
static bool
string(struct scan *s, char *o, size_t *ret_n)
{
	char *first = o;

	s->p++;
	while (s->p < s->end && *s->p != '"') {
		if ((unsigned char)*s->p < 0x20) {
			return false;
		}
		if (*s->p != '\\') {
			*o++ = *s->p++;
			continue;
		}
		s->p++;
		if (!escape(s, &o)) {
			return false;
		}
	}
	if (s->p >= s->end) {
		return false;
	}
	s->p++;
	*o = '\0';
	*ret_n = (size_t)(o - first);
	return true;
}

static bool
word(struct scan *s, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0) {
		return false;
	}
	s->p += n;
	return true;
}

static bool
number(struct scan *s, int64_t *ret)
{
	const char *first = s->p;
	const char *digits = *first == '-' ? first + 1 : first;

	if (*s->p == '-') {
		s->p++;
	}
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9') {
		s->p++;
	}
	/* JSON has no zeros in front, and we have no fractions. */
	return !(s->p - digits > 1 && *digits == '0') &&
	       parse_i64(first, (size_t)(s->p - first), -NUMBER_MAX, NUMBER_MAX,
		       ret) == RC_OK;
}

static bool
list(struct scan *s, struct flat_cell *c)
{
	char *o = s->p;

	c->text = o;
	s->p++;
	if (sign(s, ']')) {
		return true;
	}
	for (;;) {
		size_t n = 0;

		blanks(s);
		if (s->p >= s->end || *s->p != '"' || !string(s, o, &n)) {
			return false;
		}
		o += n + 1;
		c->n++;
		if (sign(s, ']')) {
			return true;
		}
		if (!sign(s, ',')) {
			return false;
		}
	}
}

static bool
value(struct scan *s, struct flat_cell *c)
{
	blanks(s);
	if (s->p >= s->end) {
		return false;
	}
	switch (*s->p) {
	case '"':
		c->kind = FLAT_TEXT;
		c->text = s->p;
		return string(s, s->p, &c->n);
	case '[':
		c->kind = FLAT_LIST;
		return list(s, c);
	case 't':
		c->kind = FLAT_BOOL;
		c->i = 1;
		return word(s, "true");
	case 'f':
		c->kind = FLAT_BOOL;
		return word(s, "false");
	case 'n':
		c->kind = FLAT_NULL;
		return word(s, "null");
	default:
		c->kind = FLAT_INT;
		return number(s, &c->i);
	}
}

static bool
is_new(const struct flat *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->cell[i].name, name) == 0) {
			return false;
		}
	}
	return true;
}

static enum rc
members(struct scan *s, struct flat *ret, struct err *reterr)
{
	for (;;) {
		struct flat_cell c = {.text = ""};
		size_t n = 0;

		blanks(s);
		if (ret->n == FLAT_CELLS) {
			return no(reterr, "too many members");
		}
		if (s->p >= s->end || *s->p != '"') {
			return no(reterr, "a name is missing");
		}
		c.name = s->p;
		if (!string(s, s->p, &n)) {
			return no(reterr, "a name cannot be read");
		}
		if (!is_new(ret, c.name)) {
			return no(reterr, "a member is there twice");
		}
		if (!sign(s, ':') || !value(s, &c)) {
			return no(reterr, "a value cannot be read");
		}
		ret->cell[ret->n++] = c;
		if (sign(s, '}')) {
			return RC_OK;
		}
		if (!sign(s, ',')) {
			return no(reterr, "a comma is missing");
		}
	}
}

enum rc
flat_read(const char *text, size_t len, struct arena *a, struct flat *ret,
	struct err *reterr)
{
	struct scan s;
	enum rc rc;

	ret->n = 0;
	if (!text_is_utf8(text, len)) {
		return no(reterr, "it is not UTF-8");
	}
	s.p = arena_text(a, text, len);
	if (s.p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "wire",
			"no memory for what was sent");
	}
	s.end = s.p + len;
	if (!sign(&s, '{')) {
		return no(reterr, "it does not begin with one");
	}
	rc = sign(&s, '}') ? RC_OK : members(&s, ret, reterr);
	if (rc == RC_OK) {
		blanks(&s);
		if (s.p != s.end) {
			rc = no(reterr, "something stands behind it");
		}
	}
	return rc;
}

const struct flat_cell *
flat_find(const struct flat *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->cell[i].name, name) == 0) {
			return f->cell[i].kind == FLAT_NULL ? NULL
							    : &f->cell[i];
		}
	}
	return NULL;
}

size_t
flat_end(const char *p, size_t n)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted) {
			if (p[i] == '\\') {
				i++;
			} else if (p[i] == '"') {
				quoted = false;
			}
		} else if (p[i] == '"') {
			quoted = true;
		} else if (p[i] == '{') {
			depth++;
		} else if (p[i] == '}' && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}
