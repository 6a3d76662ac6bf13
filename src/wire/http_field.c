/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http_field.h"

#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

#define INTEGER_DIGITS 15 /* RFC 8941, 3.3.1 */

bool
field_is(struct field *f, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(f->end - f->p) < n || memcmp(f->p, s, n) != 0) {
		return false;
	}
	f->p += n;
	return true;
}

bool
field_string(struct field *f, struct field *ret)
{
	if (!field_is(f, "\"")) {
		return false;
	}
	ret->p = f->p;
	while (f->p < f->end && *f->p >= 0x20 && *f->p < 0x7f && *f->p != '"' &&
		*f->p != '\\') {
		f->p++;
	}
	ret->end = f->p;
	return field_is(f, "\"");
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
field_key(struct field *f, struct field *ret)
{
	ret->p = f->p;
	while (f->p < f->end &&
		(is_lower(*f->p) || *f->p == '*' ||
			(f->p > ret->p &&
				(is_digit(*f->p) || *f->p == '_' ||
					*f->p == '-' || *f->p == '.')))) {
		f->p++;
	}
	ret->end = f->p;
	return ret->end > ret->p;
}

bool
field_integer(struct field *f, int64_t *ret)
{
	const char *from = f->p;

	if (f->p < f->end && *f->p == '-') {
		f->p++;
	}
	while (f->p < f->end && is_digit(*f->p) &&
		f->p - from <= INTEGER_DIGITS) {
		f->p++;
	}
	return parse_i64(from, (size_t)(f->p - from), INT64_MIN, INT64_MAX,
		       ret) == RC_OK;
}

bool
field_bytes(struct field *f, struct field *ret)
{
	ret->p = f->p;
	if (!field_is(f, ":")) {
		return false;
	}
	while (f->p < f->end &&
		(is_lower(*f->p) || is_digit(*f->p) ||
			(*f->p >= 'A' && *f->p <= 'Z') || *f->p == '+' ||
			*f->p == '/' || *f->p == '=')) {
		f->p++;
	}
	if (!field_is(f, ":")) {
		return false;
	}
	ret->end = f->p;
	return true;
}

bool
field_end(const struct field *f)
{
	return f->p == f->end;
}

bool
field_same(const struct field *f, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(f->end - f->p) == n && memcmp(f->p, s, n) == 0;
}

bool
field_fits(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		if (s[i] < 0x20 || s[i] > 0x7e) {
			return false;
		}
	}
	return n == 0 || (s[0] != ' ' && s[n - 1] != ' ');
}

static void
pass_blanks(struct field *f)
{
	while (f->p < f->end && (*f->p == ' ' || *f->p == '\t')) {
		f->p++;
	}
}

static bool
pass_item(struct field *f)
{
	struct field part;
	int64_t number;

	if (f->p == f->end) {
		return false;
	}
	switch (*f->p) {
	case '"':
		return field_string(f, &part);
	case ':':
		return field_bytes(f, &part);
	case '?':
		return field_is(f, "?0") || field_is(f, "?1");
	default:
		return is_digit(*f->p) || *f->p == '-'
			       ? field_integer(f, &number)
			       : field_key(f, &part);
	}
}

static bool
pass_parameters(struct field *f)
{
	struct field key;

	while (field_is(f, ";")) {
		pass_blanks(f);
		if (!field_key(f, &key)) {
			return false;
		}
		if (field_is(f, "=") && !pass_item(f)) {
			return false;
		}
	}
	return true;
}

/* An item or a list of them in brackets, with parameters. */
static bool
pass_value(struct field *f)
{
	if (!field_is(f, "(")) {
		return pass_item(f) && pass_parameters(f);
	}
	for (;;) {
		while (field_is(f, " ")) {
		}
		if (field_is(f, ")")) {
			return pass_parameters(f);
		}
		if (!pass_item(f) || !pass_parameters(f)) {
			return false;
		}
	}
}

enum rc
field_member(const char *dict, const char *key, struct field *ret)
{
	struct field f = {dict, dict + strlen(dict)};
	bool found = false;

	for (;;) {
		struct field name;
		const char *from;

		if (!field_key(&f, &name)) {
			return RC_PROTO;
		}
		if (!field_is(&f, "=")) {
			from = f.p; /* a flag, true */
			if (!pass_parameters(&f)) {
				return RC_PROTO;
			}
		} else {
			from = f.p;
			if (!pass_value(&f)) {
				return RC_PROTO;
			}
		}
		if (field_same(&name, key)) {
			if (found) {
				return RC_PROTO;
			}
			found = true;
			ret->p = from;
			ret->end = f.p;
		}
		pass_blanks(&f);
		if (field_end(&f)) {
			return found ? RC_OK : RC_NOTFOUND;
		}
		if (!field_is(&f, ",")) {
			return RC_PROTO;
		}
		pass_blanks(&f);
	}
}

void
http_base(const struct http_component c[], size_t n, const char *params,
	size_t n_params, struct sbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		sbuf_puts(out, c[i].id);
		sbuf_puts(out, ": ");
		sbuf_puts(out, c[i].value);
		sbuf_putc(out, '\n');
	}
	sbuf_puts(out, "\"@signature-params\": ");
	sbuf_write(out, params, n_params);
}
