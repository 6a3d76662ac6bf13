/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cursor over our own lines.  They have exactly one spelling, so there is
 * nothing to be lenient about and no tree to build: the line is walked once
 * from left to right, what stands there is compared with what must stand
 * there, and only texts and rows are kept, in the caller's arena.  Nothing
 * here allocates, so a register out of memory can still read its journal.
 */
#include <string.h>

#include "base/text.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define INT_DIGITS 16 /* of WIRE_INT_MAX */

/* What a string holds beside plain ASCII. */
#define HAS_CONTROL 1u
#define HAS_HIGH 2u
#define HAS_ESCAPE 4u

/* Every refusal names the place; the words around it come from the caller. */
enum rc
read_refuse(const struct reader *r, const char *name, const char *what)
{
	(void)err_set(r->reterr, RC_PROTO, 0, "wire",
		"not readable as written by this program: %s %s", name, what);
	return RC_PROTO;
}

enum rc
read_no_room(const struct reader *r)
{
	(void)err_set(r->reterr, RC_NOMEM, 0, "wire",
		"no memory to read an event; close other programs and start "
		"again");
	return RC_NOMEM;
}

enum rc
reader_begin(struct reader *r, const char *text, size_t len, struct arena *a,
	struct err *reterr)
{
	r->p = text;
	r->end = text + len;
	r->a = a;
	r->reterr = reterr;
	return len != 0 && len <= WIRE_LINE_BYTES
		       ? RC_OK
		       : read_refuse(r, "the line", "is empty or too long");
}

bool
read_key(struct reader *r, char before, const char *name)
{
	const char *p = r->p;
	const char *end = r->end;

	if (end - p < 2 || p[0] != before || p[1] != '"') {
		return false;
	}
	for (p += 2; p < end && *name != '\0' && *p == *name; p++) {
		name++;
	}
	if (*name != '\0' || end - p < 2 || p[0] != '"' || p[1] != ':') {
		return false;
	}
	r->p = p + 2;
	return true;
}

bool
read_is(struct reader *r, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, s, n) != 0) {
		return false;
	}
	r->p += n;
	return true;
}

/* The string at the cursor as it is spelled, without its quotes; the cursor
 * moves behind it.  NULL: no string, or no end of it. */
static const char *
take_quoted(struct reader *r, size_t *ret_n, unsigned *ret_has)
{
	const char *from = r->p + 1;
	const char *p;
	unsigned has = 0;

	if (r->p == r->end || *r->p != '"') {
		return NULL;
	}
	for (p = from; p < r->end && *p != '"'; p++) {
		unsigned char c = (unsigned char)*p;

		has |= c < 0x20 ? HAS_CONTROL : 0;
		has |= c >= 0x80 ? HAS_HIGH : 0;
		if (c == '\\') {
			has |= HAS_ESCAPE;
			if (++p == r->end) {
				return NULL;
			}
		}
	}
	if (p == r->end) {
		return NULL;
	}
	*ret_n = (size_t)(p - from);
	*ret_has = has;
	r->p = p + 1;
	return from;
}

enum rc
read_word(struct reader *r, const char *name, const char **ret, size_t *ret_n)
{
	unsigned has;

	*ret = take_quoted(r, ret_n, &has);
	return *ret != NULL && has == 0
		       ? RC_OK
		       : read_refuse(r, name, "is not a plain word");
}

/* The byte behind \u00, which is below 0x20 and has no letter of its own;
 * 0: not in this spelling. */
static char
unescape_hex(const char *s)
{
	int c;

	if (s[0] != '0' || s[1] != '0' || (s[2] != '0' && s[2] != '1')) {
		return 0;
	}
	if (s[3] >= '0' && s[3] <= '9') {
		c = s[3] - '0';
	} else if (s[3] >= 'a' && s[3] <= 'f') {
		c = s[3] - 'a' + 10;
	} else {
		return 0;
	}
	c += s[2] == '1' ? 16 : 0;
	switch (c) {
	case '\b':
	case '\f':
	case '\n':
	case '\r':
	case '\t':
		return 0;
	default:
		return (char)c;
	}
}

/* One escape: what stands behind the backslash at s, n bytes to the end of
 * the string.  Returns how many of them it takes, 0 when sbuf_json() would
 * not have written it. */
static size_t
unescape_one(const char *s, size_t n, char *ret)
{
	static const char letter[] = "\"\\bfnrt";
	static const char meant[] = "\"\\\b\f\n\r\t";
	const char *at;

	if (n >= 5 && s[0] == 'u') {
		*ret = unescape_hex(s + 1);
		return *ret != 0 ? 5 : 0;
	}
	at = n > 0 ? memchr(letter, s[0], sizeof(letter) - 1) : NULL;
	if (at == NULL) {
		return 0;
	}
	*ret = meant[at - letter];
	return 1;
}

/* s[0..n) without its escapes to out, or only counted when out is NULL. */
static bool
unescape(const char *s, size_t n, char *out, size_t *ret_n)
{
	size_t i = 0;
	size_t k = 0;

	while (i < n) {
		char c = s[i++];

		if (c == '\\') {
			size_t used = unescape_one(s + i, n - i, &c);

			if (used == 0) {
				return false;
			}
			i += used;
		}
		if (out != NULL) {
			out[k] = c;
		}
		k++;
	}
	*ret_n = k;
	return true;
}

enum rc
read_text(struct reader *r, const char *name, const char **ret)
{
	unsigned has;
	size_t n;
	size_t n_out;
	char *out;
	const char *s = take_quoted(r, &n, &has);

	if (s == NULL) {
		return read_refuse(r, name, "is not a string");
	}
	n_out = n;
	/* escapes are ASCII: the spelled bytes are UTF-8 when the meant are */
	if ((has & HAS_CONTROL) != 0 ||
		((has & HAS_HIGH) != 0 && !text_is_utf8(s, n)) ||
		((has & HAS_ESCAPE) != 0 && !unescape(s, n, NULL, &n_out))) {
		return read_refuse(r, name, "holds bytes that are not text");
	}
	out = arena_take(r->a, n_out + 1, 1);
	if (out == NULL) {
		return read_no_room(r);
	}
	if ((has & HAS_ESCAPE) != 0) {
		(void)unescape(s, n, out, &n_out);
	} else {
		memcpy(out, s, n);
	}
	*ret = out;
	return RC_OK;
}

enum rc
read_int(struct reader *r, const char *name, int64_t min, int64_t max,
	int64_t *ret)
{
	const char *p = r->p;
	bool minus = p < r->end && *p == '-';
	const char *first = minus ? p + 1 : p;
	int64_t v = 0;

	for (p = first; p < r->end && *p >= '0' && *p <= '9'; p++) {
		if (p - first == INT_DIGITS) {
			return read_refuse(r, name, "is out of range");
		}
		v = v * 10 + (*p - '0');
	}
	if (p == first || (*first == '0' && (minus || p - first > 1))) {
		return read_refuse(r, name, "is not an integer");
	}
	v = minus ? -v : v;
	if (v < min || v > max) {
		return read_refuse(r, name, "is out of range");
	}
	r->p = p;
	*ret = v;
	return RC_OK;
}

enum rc
read_time(struct reader *r, const char *name, struct utc *ret)
{
	const char *s;
	size_t n;
	enum rc rc = read_word(r, name, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	return utc_parse(s, n, ret) == RC_OK
		       ? RC_OK
		       : read_refuse(r, name, "is not a time");
}

enum rc
read_uuid(struct reader *r, const char *name, uint8_t ret[UUID_BYTES])
{
	const size_t n = UUID_TEXT_BYTES - 1;

	if ((size_t)(r->end - r->p) < n || uuid_parse(r->p, n, ret) != RC_OK) {
		return read_refuse(r, name, "is not a UUID");
	}
	r->p += n;
	return RC_OK;
}

size_t
read_count(const struct reader *r, size_t *ret_bytes)
{
	const char *p;
	size_t depth = 0;
	size_t n = 1;
	bool quoted = false;

	for (p = r->p; p < r->end; p++) {
		if (quoted) {
			quoted = *p != '"';
			p += *p == '\\' && p + 1 < r->end ? 1 : 0;
			continue;
		}
		switch (*p) {
		case '"':
			quoted = true;
			break;
		case '[':
		case '{':
			depth++;
			break;
		case ']':
		case '}':
			if (depth-- == 0) {
				*ret_bytes = (size_t)(p - r->p);
				return p == r->p ? 0 : n;
			}
			break;
		case ',':
			n += depth == 0 ? 1 : 0;
			break;
		default:
			break;
		}
	}
	*ret_bytes = (size_t)(p - r->p);
	return n;
}
