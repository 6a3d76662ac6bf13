/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json_read.h"

#include <limits.h>
#include <string.h>

#include <json-c/json.h>

#include "base/text.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

struct scan {
	const char *p;
	const char *end;
	const char *from;
	struct arena *a;
	unsigned keep;
	struct err *reterr;
};

static enum rc
refuse(const struct scan *s, const char *what)
{
	return err_set(s->reterr, RC_PROTO, 0, "json",
		"not JSON as this program reads it, at byte %zu: %s",
		(size_t)(s->p - s->from), what);
}

static enum rc
no_room(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "json",
		"no memory to read this message; try again with a smaller "
		"one");
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
take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c) {
		return false;
	}
	s->p++;
	return true;
}

static bool
hex4(const struct scan *s, const char *p, int32_t *ret)
{
	int32_t v = 0;

	if (s->end - p < 4) {
		return false;
	}
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9') {
			v |= c - '0';
		} else if (c >= 'a' && c <= 'f') {
			v |= c - 'a' + 10;
		} else if (c >= 'A' && c <= 'F') {
			v |= c - 'A' + 10;
		} else {
			return false;
		}
	}
	*ret = v;
	return true;
}

/* Behind \u: a code point, of one or two of them. */
static bool
escape_hex(struct scan *s, char **out)
{
	int32_t cp;
	int32_t low;

	if (!hex4(s, s->p, &cp) || cp == 0) {
		return false;
	}
	s->p += 4;
	if (cp >= 0xdc00 && cp <= 0xdfff) {
		return false;
	}
	if (cp >= 0xd800 && cp <= 0xdbff) {
		if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u' ||
			!hex4(s, s->p + 2, &low) || low < 0xdc00 ||
			low > 0xdfff) {
			return false;
		}
		s->p += 6;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	}
	*out += text_encode(cp, *out);
	return true;
}

static bool
escape(struct scan *s, char **out)
{
	static const char letter[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (s->p == s->end || *s->p == '\0') {
		return false;
	}
	if (take(s, 'u')) {
		return escape_hex(s, out);
	}
	at = strchr(letter, *s->p);
	if (at == NULL) {
		return false;
	}
	*(*out)++ = meant[at - letter];
	s->p++;
	return true;
}

/* A string, without its quotes and escapes, in the arena: never longer than
 * it is spelled. */
static enum rc
string(struct scan *s, const char **ret)
{
	const char *stop;
	char *out;
	char *to;

	if (!take(s, '"')) {
		return refuse(s, "no string");
	}
	stop = s->p;
	while (stop < s->end && *stop != '"') {
		stop += *stop == '\\' ? 2 : 1;
	}
	if (stop >= s->end) {
		return refuse(s, "a string without an end");
	}
	out = arena_take(s->a, (size_t)(stop - s->p) + 1, 1);
	if (out == NULL) {
		return no_room(s->reterr);
	}
	to = out;
	while (s->p < stop) {
		if ((unsigned char)*s->p < 0x20) {
			return refuse(s, "a control character in a string");
		}
		if (*s->p != '\\') {
			*to++ = *s->p++;
			continue;
		}
		s->p++;
		if (!escape(s, &to)) {
			return refuse(s, "an escape that is none");
		}
	}
	s->p = stop + 1;
	*ret = out;
	return RC_OK;
}

static size_t
digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9') {
		s->p++;
	}
	return (size_t)(s->p - from);
}

static enum rc
number(struct scan *s, struct json_value *v)
{
	const char *from = s->p;
	bool minus = take(s, '-');
	const char *first = s->p;
	size_t n = digits(s);
	bool whole = true;

	if (n == 0 || (n > 1 && *first == '0')) {
		return refuse(s, "a number that is none");
	}
	if (take(s, '.')) {
		whole = false;
		if (digits(s) == 0) {
			return refuse(s, "a number that is none");
		}
	}
	if (take(s, 'e') || take(s, 'E')) {
		whole = false;
		if (!take(s, '+')) {
			(void)take(s, '-');
		}
		if (digits(s) == 0) {
			return refuse(s, "a number that is none");
		}
	}
	v->kind = whole ? JSON_INT : JSON_NUMBER;
	for (size_t i = 0; whole && i < n; i++) {
		v->i = v->i * 10 + (first[i] - '0');
		if (v->i > WIRE_INT_MAX) {
			s->p = from;
			return refuse(s, "an integer beyond 2^53");
		}
	}
	v->i = minus ? -v->i : v->i;
	return RC_OK;
}

static bool
take_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0) {
		return false;
	}
	s->p += n;
	return true;
}

static enum rc value(struct scan *s, unsigned depth, struct json_value *v);

static enum rc
not_twice(const struct scan *s, const struct json_value *v, const char *name)
{
	const struct json_value *one;

	if (v->n == JSON_MEMBERS) {
		return refuse(s, "an object with too many members");
	}
	for (one = v->first; one != NULL; one = one->next) {
		if (strcmp(one->name, name) == 0) {
			return refuse(s, "a member that is there twice");
		}
	}
	return RC_OK;
}

/* Behind the bracket, up to its end. */
static enum rc
inside(struct scan *s, unsigned depth, struct json_value *v, char close)
{
	const struct json_value **tail = &v->first;

	blanks(s);
	if (take(s, close)) {
		return RC_OK;
	}
	for (;;) {
		struct json_value *one =
			arena_take(s->a, 1, sizeof(struct json_value));
		enum rc rc = RC_OK;

		if (one == NULL) {
			return no_room(s->reterr);
		}
		blanks(s);
		if (v->kind == JSON_OBJECT) {
			rc = string(s, &one->name);
			rc = rc == RC_OK ? not_twice(s, v, one->name) : rc;
			blanks(s);
			if (rc == RC_OK && !take(s, ':')) {
				rc = refuse(s, "a member without its value");
			}
			blanks(s);
		}
		rc = rc == RC_OK ? value(s, depth, one) : rc;
		if (rc != RC_OK) {
			return rc;
		}
		*tail = one;
		tail = &one->next;
		v->n++;
		blanks(s);
		if (take(s, close)) {
			return RC_OK;
		}
		if (!take(s, ',')) {
			return refuse(s, "a list or object without its end");
		}
	}
}

/* Below what is kept, what was taken of the arena goes back. */
static enum rc
container(struct scan *s, unsigned depth, struct json_value *v)
{
	const size_t used = s->a->used;
	enum rc rc;

	if (depth == JSON_DEPTH) {
		return refuse(s, "too many lists and objects in each other");
	}
	v->kind = *s->p == '{' ? JSON_OBJECT : JSON_LIST;
	s->p++;
	rc = inside(s, depth + 1, v, v->kind == JSON_OBJECT ? '}' : ']');
	if (rc == RC_OK && s->keep != 0 && depth >= s->keep) {
		s->a->used = used;
		v->first = NULL;
	}
	return rc;
}

static enum rc
value(struct scan *s, unsigned depth, struct json_value *v)
{
	enum rc rc = RC_OK;

	v->raw = s->p;
	if (s->p == s->end) {
		return refuse(s, "a value is missing");
	}
	switch (*s->p) {
	case '{':
	case '[':
		rc = container(s, depth, v);
		break;
	case '"':
		v->kind = JSON_TEXT;
		rc = string(s, &v->text);
		break;
	default:
		if (take_word(s, "null")) {
			v->kind = JSON_NULL;
		} else if (take_word(s, "true")) {
			v->kind = JSON_BOOL;
			v->i = 1;
		} else if (take_word(s, "false")) {
			v->kind = JSON_BOOL;
		} else {
			rc = number(s, v);
		}
	}
	v->n_raw = (size_t)(s->p - v->raw);
	return rc;
}

/* The world's parser first: what it refuses never reaches ours. */
static enum rc
json_c_takes(const struct scan *s)
{
	const size_t len = (size_t)(s->end - s->from);
	struct json_tokener *tok = json_tokener_new_ex((int)JSON_DEPTH + 1);
	struct json_object *tree;
	enum json_tokener_error e;

	if (tok == NULL) {
		return no_room(s->reterr);
	}
	json_tokener_set_flags(
		tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	tree = json_tokener_parse_ex(tok, s->from, (int)len);
	e = json_tokener_get_error(tok);
	if (e == json_tokener_continue) {
		/* a number has no end of its own */
		tree = json_tokener_parse_ex(tok, "", 1);
		e = json_tokener_get_error(tok);
	}
	json_object_put(tree);
	json_tokener_free(tok);
	return e == json_tokener_success
		       ? RC_OK
		       : refuse(s, json_tokener_error_desc(e));
}

enum rc
json_read(const char *text, size_t len, unsigned keep, struct arena *a,
	const struct json_value **ret, struct err *reterr)
{
	struct scan s = {text, text + len, text, a, keep, reterr};
	struct json_value *v;
	enum rc rc;

	if (len == 0 || len > (size_t)INT_MAX / 2 || !text_is_utf8(text, len)) {
		return refuse(&s, "empty, or no UTF-8");
	}
	rc = json_c_takes(&s);
	if (rc != RC_OK) {
		return rc;
	}
	v = arena_take(a, 1, sizeof(*v));
	if (v == NULL) {
		return no_room(reterr);
	}
	blanks(&s);
	rc = value(&s, 0, v);
	if (rc != RC_OK) {
		return rc;
	}
	blanks(&s);
	if (s.p != s.end) {
		return refuse(&s, "something stands behind it");
	}
	*ret = v;
	return RC_OK;
}

const struct json_value *
json_member(const struct json_value *v, const char *name)
{
	const struct json_value *one;

	if (v == NULL || v->kind != JSON_OBJECT) {
		return NULL;
	}
	for (one = v->first; one != NULL; one = one->next) {
		if (strcmp(one->name, name) == 0) {
			return one;
		}
	}
	return NULL;
}
