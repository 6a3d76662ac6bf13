/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/gs1_internal.h"
#include "core/gs1_table.h"

#include "base/poison.h"

static int
hex(char c)
{
	if (gs1_is_digit(c)) {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False: no percent-encoding, or too long. */
static bool
unescape(const char *p, size_t len, char *out, size_t cap, size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '%') {
			if (len - i < 3 || hex(p[i + 1]) < 0 ||
				hex(p[i + 2]) < 0) {
				return false;
			}
			c = (char)(hex(p[i + 1]) * 16 + hex(p[i + 2]));
			i += 2;
		}
		if (n == cap) {
			return false;
		}
		out[n++] = c;
	}
	*ret_n = n;
	return true;
}

static enum rc
add_escaped(struct gs1 *g, const char *ai, size_t n_ai, const char *p,
	size_t len, int year, const char **ret_why)
{
	char v[GS1_TEXT_BYTES + 14];
	size_t n = 0;

	if (!unescape(p, len, v + 14, GS1_TEXT_BYTES, &n)) {
		return gs1_damaged(ret_why, N_("a part of the address"));
	}
	/* a GTIN of another length is one all the same */
	if (n_ai == 2 && memcmp(ai, "01", 2) == 0 &&
		(n == 8 || n == 12 || n == 13)) {
		memset(v + n, '0', 14 - n);
		return gs1_add(g, ai, n_ai, v + n, 14, year, ret_why);
	}
	return gs1_add(g, ai, n_ai, v + 14, n, year, ret_why);
}

#define SEGMENTS 48

struct segment {
	const char *p;
	size_t n;
};

static bool
is_ai(const struct segment *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!gs1_is_digit(s->p[i])) {
			return false;
		}
	}
	return s->n >= 2 && s->n <= 4;
}

static bool
is_primary(const struct segment *s)
{
	static const char *const key[] = {"01", "00", "253", "255", "401",
		"402", "414", "417", "8003", "8004", "8006", "8010", "8013",
		"8017", "8018"};

	for (size_t i = 0; i < ARRAY_LEN(key); i++) {
		if (s->n == strlen(key[i]) && memcmp(s->p, key[i], s->n) == 0) {
			return true;
		}
	}
	return false;
}

static enum rc
read_path(struct gs1 *g, const char *p, size_t len, int year,
	const char **ret_why)
{
	struct segment s[SEGMENTS];
	size_t n = 0;
	size_t key = SEGMENTS;

	while (len > 0 && n < SEGMENTS) {
		const char *slash = memchr(p, '/', len);

		s[n].p = p;
		s[n].n = slash != NULL ? (size_t)(slash - p) : len;
		len -= s[n].n + (slash != NULL ? 1 : 0);
		p += s[n].n + 1;
		n++;
	}
	/* from the right, since any path may stand before it */
	for (size_t i = n; i > 0 && key == SEGMENTS; i--) {
		if (i < n && is_primary(&s[i - 1])) {
			key = i - 1;
		}
	}
	if (key == SEGMENTS) {
		return gs1_damaged(
			ret_why, N_("an address that names no goods"));
	}
	for (size_t i = key; i + 1 < n; i += 2) {
		enum rc rc;

		if (!is_ai(&s[i])) {
			return gs1_damaged(
				ret_why, N_("a part of the address"));
		}
		rc = add_escaped(g, s[i].p, s[i].n, s[i + 1].p, s[i + 1].n,
			year, ret_why);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static enum rc
read_query(struct gs1 *g, const char *p, size_t len, int year,
	const char **ret_why)
{
	while (len > 0) {
		size_t n = 0;
		const char *eq;

		while (n < len && p[n] != '&' && p[n] != ';') {
			n++;
		}
		eq = memchr(p, '=', n);
		if (eq != NULL) {
			struct segment ai = {p, (size_t)(eq - p)};
			size_t known = 0;
			enum rc rc = RC_OK;

			(void)gs1_ai_find(p, ai.n, &known);
			/* what is none of ours is the web's */
			if (is_ai(&ai) && known == ai.n) {
				rc = add_escaped(g, p, ai.n, eq + 1,
					n - ai.n - 1, year, ret_why);
			}
			if (rc != RC_OK) {
				return rc;
			}
		}
		n += n < len ? 1 : 0;
		p += n;
		len -= n;
	}
	return RC_OK;
}

enum rc
gs1_read_link(struct gs1 *g, const char *p, size_t len, int year,
	const char **ret_why)
{
	size_t skip = gs1_scheme(p, len);
	const char *at, *query;
	size_t n;
	enum rc rc;

	p += skip;
	len -= skip;
	at = memchr(p, '#', len);
	len = at != NULL ? (size_t)(at - p) : len;
	query = memchr(p, '?', len);
	n = query != NULL ? (size_t)(query - p) : len;
	at = memchr(p, '/', n);
	if (at == NULL) {
		return gs1_damaged(
			ret_why, N_("an address that names no goods"));
	}
	rc = read_path(g, at + 1, n - (size_t)(at + 1 - p), year, ret_why);
	if (rc == RC_OK && query != NULL) {
		rc = read_query(g, query + 1, len - n - 1, year, ret_why);
	}
	return rc;
}
