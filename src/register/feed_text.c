/* SPDX-License-Identifier: Apache-2.0 */
#include "register/feed_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/poison.h"

#define NAME_BYTES 96
#define MARK "#hub"

/* One line: without its end, and with it. */
struct line {
	const char *p;
	size_t n, whole;
};

static bool
next_line(const char **at, const char *end, struct line *ret)
{
	const char *nl;

	if (*at == end) {
		return false;
	}
	nl = memchr(*at, '\n', (size_t)(end - *at));
	ret->p = *at;
	ret->whole = (size_t)((nl != NULL ? nl + 1 : end) - *at);
	ret->n = ret->whole - (nl != NULL ? 1 : 0);
	if (ret->n > 0 && ret->p[ret->n - 1] == '\r') {
		ret->n--;
	}
	*at += ret->whole;
	return true;
}

static bool
begins(const struct line *l, const char *mark)
{
	size_t n = strlen(mark);

	return l->n >= n && memcmp(l->p, mark, n) == 0;
}

/* Behind a begin: where the line after its end mark is; NULL it has none. */
static const char *
behind_end(const char *at, const char *end)
{
	struct line l;

	while (next_line(&at, end, &l)) {
		if (begins(&l, FEED_TEXT_END)) {
			return at;
		}
		if (begins(&l, FEED_TEXT_BEGIN)) {
			return NULL;
		}
	}
	return NULL;
}

void
feed_text_own(const char *text, size_t len, struct sbuf *out)
{
	const char *at = text, *end = text + len, *behind;
	const size_t off = strlen(FEED_TEXT_OFF);
	struct line l;

	sbuf_clear(out);
	while (next_line(&at, end, &l)) {
		if (begins(&l, FEED_TEXT_BEGIN)) {
			behind = behind_end(at, end);
			at = behind != NULL ? behind : at;
		} else if (begins(&l, FEED_TEXT_OFF)) {
			sbuf_write(out, l.p + off, l.whole - off);
		} else if (!begins(&l, FEED_TEXT_END)) {
			sbuf_write(out, l.p, l.whole);
		}
	}
}

/* --- what a line is --- */

/* A name in the text. */
struct span {
	const char *p;
	size_t n;
};

enum kind {
	LINE_OTHER, /* blank, a comment, or what nobody can read */
	LINE_SECTION,
	LINE_KEY
};

static struct span
trim(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t')) {
		n--;
	}
	return (struct span){p, n};
}

static enum kind
kind_of(const struct line *l, struct span *ret)
{
	struct span s = trim(l->p, l->n);
	const char *eq;

	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0) {
		s = trim(s.p + 3, s.n - 3);
	}
	*ret = s;
	if (s.n == 0 || s.p[0] == '#' || s.p[0] == ';') {
		return LINE_OTHER;
	}
	if (s.p[0] == '[') {
		bool shut = s.n > 1 && s.p[s.n - 1] == ']';

		*ret = trim(s.p + 1, s.n - (shut ? 2 : 1));
		return LINE_SECTION;
	}
	eq = memchr(s.p, '=', s.n);
	if (eq == NULL) {
		return LINE_OTHER;
	}
	*ret = trim(s.p, (size_t)(eq - s.p));
	return LINE_KEY;
}

/* "[promotion milk]", which is one thing; of "[receipt]" each key is. */
static bool
is_named(struct span section)
{
	return memchr(section.p, ' ', section.n) != NULL;
}

/* --- what is whose --- */

/* A key of a section, or all of one that has a name, and the part that says
 * it. */
struct said {
	struct span section, key;
	size_t part;
};

struct index {
	struct said *v;
	size_t n, cap;
};

static int
compare_span(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (d != 0) {
		return d;
	}
	return a.n < b.n ? -1 : a.n > b.n ? 1 : 0;
}

static int
compare_name(const struct said *a, const struct said *b)
{
	int d = compare_span(a->section, b->section);

	return d != 0 ? d : compare_span(a->key, b->key);
}

static int
compare_said(const void *x, const void *y)
{
	const struct said *a = x, *b = y;
	int d = compare_name(a, b);

	if (d != 0) {
		return d;
	}
	return a->part < b->part ? -1 : a->part > b->part ? 1 : 0;
}

static bool
add(struct index *x, const struct said *s)
{
	if (x->n == x->cap) {
		size_t cap = x->cap == 0 ? 256 : x->cap * 2;
		struct said *v = realloc(x->v, cap * sizeof(*v));

		if (v == NULL) {
			return false;
		}
		x->v = v;
		x->cap = cap;
	}
	x->v[x->n++] = *s;
	return true;
}

static bool
add_part(struct index *x, const struct config_part *part, size_t no)
{
	const char *at = part->text, *end = part->text + part->len;
	struct said s = {.section = {part->text, 0}, .part = no};
	struct span name;
	struct line l;

	while (next_line(&at, end, &l)) {
		enum kind k = kind_of(&l, &name);
		bool named;

		if (k == LINE_SECTION) {
			s.section = name;
		}
		named = is_named(s.section);
		s.key = k == LINE_KEY ? name : (struct span){l.p, 0};
		if ((k == LINE_SECTION && named) || (k == LINE_KEY && !named)) {
			if (!add(x, &s)) {
				return false;
			}
		}
	}
	return true;
}

/* Whether a part behind ${no} says it, too. */
static bool
is_theirs(
	const struct index *x, struct span section, struct span key, size_t no)
{
	struct said want = {section, key, no + 1};
	size_t lo = 0, hi = x->n;

	if (is_named(section)) {
		want.key.n = 0;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_said(&x->v[mid], &want) < 0) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return lo < x->n && compare_name(&x->v[lo], &want) == 0;
}

/* --- one text --- */

static int
put_part(const struct config_part *part, size_t no, const struct index *x,
	struct sbuf *out)
{
	const char *at = part->text, *end = part->text + part->len;
	struct span section = {part->text, 0}, name;
	struct line l = {NULL, 0, 0};
	int lines = 0;

	while (next_line(&at, end, &l)) {
		enum kind k = kind_of(&l, &name);
		bool off;

		if (k == LINE_SECTION) {
			section = name;
		}
		off = k == LINE_KEY ? is_theirs(x, section, name, no)
				    : k == LINE_SECTION && is_named(section) &&
					      is_theirs(x, section, name, no);
		if (off) {
			sbuf_puts(out, FEED_TEXT_OFF);
		}
		sbuf_write(out, l.p, l.whole);
		lines++;
	}
	if (l.whole > 0 && l.p[l.whole - 1] != '\n') {
		sbuf_putc(out, '\n');
	}
	return lines;
}

static enum rc
judge(const struct config_part *part, struct err *reterr)
{
	const char *at = part->text, *end = part->text + part->len;
	struct line l;

	while (next_line(&at, end, &l)) {
		if (begins(&l, MARK)) {
			return err_set(reterr, RC_PROTO, 0, "config",
				"%s: a line begins with " MARK
				", which stands between texts: take it out",
				part->name);
		}
	}
	return RC_OK;
}

/* A mark of the byte order is only one at the top. */
static void
skip_mark(struct config_part *part)
{
	if (part->len >= 3 && memcmp(part->text, "\xEF\xBB\xBF", 3) == 0) {
		part->text += 3;
		part->len -= 3;
	}
}

static enum rc
index_all(struct config_part part[], size_t n, struct index *x,
	struct err *reterr)
{
	for (size_t i = 1; i < n; i++) {
		enum rc rc;

		skip_mark(&part[i]);
		rc = judge(&part[i], reterr);
		if (rc != RC_OK) {
			return rc;
		}
		if (!add_part(x, &part[i], i)) {
			return err_set(reterr, RC_NOMEM, 0, "config",
				"no memory to read the hub's texts");
		}
	}
	if (x->n > 1) {
		qsort(x->v, x->n, sizeof(x->v[0]), compare_said);
	}
	return RC_OK;
}

static void
put_begin(struct sbuf *out, const char *name)
{
	char clean[NAME_BYTES];

	(void)text_clean(name, strlen(name), clean, sizeof(clean), 0);
	sbuf_puts(out, FEED_TEXT_BEGIN);
	sbuf_puts(out, clean);
	sbuf_putc(out, '\n');
}

enum rc
feed_text_join(struct config_part part[], size_t n, struct sbuf *out,
	struct err *reterr)
{
	struct index x = {NULL, 0, 0};
	int line = 1;
	enum rc rc;

	sbuf_clear(out);
	part[0].first = 1;
	if (n == 1) {
		sbuf_write(out, part[0].text, part[0].len);
	}
	rc = index_all(part, n, &x, reterr);
	for (size_t i = 0; rc == RC_OK && n > 1 && i < n; i++) {
		if (i > 0) {
			put_begin(out, part[i].name);
			line++;
		}
		part[i].first = line;
		line += put_part(&part[i], i, &x, out);
		if (i > 0) {
			sbuf_puts(out, FEED_TEXT_END "\n");
			line++;
		}
	}
	free(x.v);
	if (rc == RC_OK && (!sbuf_ok(out) || out->len > CONFIG_TEXT_BYTES)) {
		rc = err_set(reterr, RC_RANGE, 0, "config",
			"with the hub's texts the configuration is longer "
			"than %d bytes: shorten it",
			CONFIG_TEXT_BYTES);
	}
	return rc;
}
