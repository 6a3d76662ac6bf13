/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf.h"

#include <ini.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

#include "base/poison.h"

/* inih cuts longer names without a word. */
#define NAME_MAX_BYTES 40u
#define LINE_MAX_BYTES 4000u

struct reader {
	const char *p; /* rest of the text */
	const char *end;
	bool inside; /* of a line already judged and partly handed on */
	struct conf_pos pos;
	int key_col;
	conf_fn fn;
	void *arg;
	struct err *reterr;
	enum rc rc;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_name(const char *s, size_t n)
{
	if (n == 0 || n > NAME_MAX_BYTES) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			  (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			  c == '.' || c == ' ';

		if (!ok) {
			return false;
		}
	}
	return true;
}

static enum rc
refuse(struct reader *r, size_t col, const char *what)
{
	r->pos.col = (int)col + 1;
	r->rc = err_set(r->reterr, RC_PROTO, 0, "conf", "%s:%d:%d: %s",
		r->pos.name, r->pos.line, r->pos.col, what);
	return r->rc;
}

/* Bytes that may not stand in the file at all. */
static enum rc
judge_bytes(struct reader *r, const char *s, size_t n)
{
	if (n > LINE_MAX_BYTES) {
		return refuse(r, LINE_MAX_BYTES,
			"the line is too long: keep it under 4000 bytes");
	}
	for (size_t i = 0; i < n;) {
		const char *at = s + i;
		unsigned char c = (unsigned char)s[i];
		int32_t cp;

		(void)text_next(&at, s + n, &cp);
		if (cp == 0xFFFD && at == s + i + 1) {
			return refuse(
				r, i, "not UTF-8: save the file as UTF-8");
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f ||
			(cp >= 0x80 && cp < 0xa0)) {
			return refuse(r, i, "a control character: take it out");
		}
		i = (size_t)(at - s);
	}
	return RC_OK;
}

/* What fn said, with the place before it. */
static enum rc
told(struct reader *r, enum rc rc)
{
	if (rc == RC_NOTFOUND) {
		r->pos.col = r->key_col;
		rc = RC_PROTO;
		if (r->reterr != NULL) {
			r->reterr->rc = rc;
		}
	}
	if (rc != RC_OK) {
		err_wrap(r->reterr, "%s:%d:%d", r->pos.name, r->pos.line,
			r->pos.col);
	}
	r->rc = rc;
	return rc;
}

static enum rc
judge_section(struct reader *r, const char *s, size_t from, size_t n)
{
	char name[NAME_MAX_BYTES + 1];

	if (s[n - 1] != ']') {
		return refuse(r, n, "a section must end with ']'");
	}
	if (!is_name(s + from + 1, n - from - 2)) {
		return refuse(r, from + 1,
			"a section's name is 1 to 40 letters, digits, '-', "
			"'_', '.' or spaces");
	}
	memcpy(name, s + from + 1, n - from - 2);
	name[n - from - 2] = '\0';
	r->key_col = (int)from + 2;
	r->pos.col = r->key_col;
	return told(r, r->fn(r->arg, &r->pos, name, NULL, NULL, r->reterr));
}

/* inih forgives much; only what it reads in one way gets through to it. */
static enum rc
judge(struct reader *r, const char *s, size_t n)
{
	const char *eq;
	size_t from = 0;
	size_t key;

	while (n > 0 && is_blank(s[n - 1])) {
		n--;
	}
	while (from < n && is_blank(s[from])) {
		from++;
	}
	if (from == n || s[from] == '#' || s[from] == ';') {
		return RC_OK;
	}
	if (s[from] == '[') {
		return judge_section(r, s, from, n);
	}
	eq = memchr(s + from, '=', n - from);
	if (eq == NULL) {
		return refuse(r, from,
			"neither a [section], key = value nor a # comment");
	}
	key = (size_t)(eq - (s + from));
	while (key > 0 && is_blank(s[from + key - 1])) {
		key--;
	}
	if (!is_name(s + from, key)) {
		return refuse(r, from,
			"a key is 1 to 40 letters, digits, '-', '_', '.' or "
			"spaces");
	}
	r->key_col = (int)from + 1;
	from = (size_t)(eq - s) + 1;
	while (from < n && is_blank(s[from])) {
		from++;
	}
	r->pos.col = (int)from + 1;
	return RC_OK;
}

/* fgets() for inih: each line is judged when its first piece is asked for. */
static char *
read_line(char *out, int num, void *stream)
{
	struct reader *r = stream;
	const char *nl;
	size_t n;

	if (r->rc != RC_OK || r->p == r->end || num < 2) {
		return NULL;
	}
	nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
	n = (size_t)((nl != NULL ? nl : r->end) - r->p);
	if (!r->inside) {
		size_t body = n > 0 && r->p[n - 1] == '\r' ? n - 1 : n;

		r->pos.line++;
		if (judge_bytes(r, r->p, body) != RC_OK ||
			judge(r, r->p, body) != RC_OK) {
			return NULL;
		}
	}
	n += nl != NULL ? 1 : 0;
	r->inside = n > (size_t)num - 1;
	if (r->inside) {
		n = (size_t)num - 1;
	}
	memcpy(out, r->p, n);
	out[n] = '\0';
	r->p += n;
	return out;
}

static int
take_value(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;

	if (r->rc != RC_OK) {
		return 0;
	}
	return told(r, r->fn(r->arg, &r->pos, section, name, value,
			       r->reterr)) == RC_OK
		       ? 1
		       : 0;
}

enum rc
conf_parse(const char *name, const char *text, size_t len, conf_fn fn,
	void *arg, struct err *reterr)
{
	struct reader r = {.p = text,
		.end = text + len,
		.pos = {name, 0, 1},
		.fn = fn,
		.arg = arg,
		.reterr = reterr,
		.rc = RC_OK};
	int bad;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		r.p += 3;
	}
	/* The library's own settings: one line is one entry, a value may hold
	 * ';' and be as long as its line. */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = (int)LINE_MAX_BYTES + 8;
	bad = ini_parse_stream(read_line, &r, take_value, &r);
	if (r.rc != RC_OK || bad == 0) {
		return r.rc;
	}
	if (bad == -2) {
		return err_set(reterr, RC_NOMEM, 0, "conf",
			"no memory to read %s", name);
	}
	return err_set(reterr, RC_PROTO, 0, "conf", "%s:%d:1: cannot be read",
		name, bad);
}
