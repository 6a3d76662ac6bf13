/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wordline.h"

#include <string.h>

#include "base/parse.h"

#include "base/poison.h"

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("-._:/,+", c) != NULL);
}

void
wordline_begin(struct sbuf *b, const char *verb)
{
	sbuf_puts(b, verb);
}

void
wordline_put(struct sbuf *b, const char *key, const char *value)
{
	static const char digits[] = "0123456789ABCDEF";

	sbuf_putc(b, ' ');
	sbuf_puts(b, key);
	sbuf_putc(b, '=');
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;

		if (is_plain(*value)) {
			sbuf_putc(b, *value);
		} else {
			sbuf_putc(b, '%');
			sbuf_putc(b, digits[c >> 4]);
			sbuf_putc(b, digits[c & 15]);
		}
	}
}

void
wordline_u64(struct sbuf *b, const char *key, uint64_t v)
{
	sbuf_putc(b, ' ');
	sbuf_puts(b, key);
	sbuf_putc(b, '=');
	sbuf_u64(b, v);
}

void
wordline_i64(struct sbuf *b, const char *key, int64_t v)
{
	sbuf_putc(b, ' ');
	sbuf_puts(b, key);
	sbuf_putc(b, '=');
	sbuf_i64(b, v);
}

void
wordline_end(struct sbuf *b)
{
	sbuf_putc(b, '\n');
}

bool
wordline_is(const char *line, size_t len, const char *verb)
{
	size_t n = strlen(verb);

	return len >= n && memcmp(line, verb, n) == 0 &&
	       (len == n || line[n] == ' ');
}

const char *
wordline_rest(const char *line, size_t len, size_t *ret_len)
{
	const char *end = line + len;

	while (line < end && *line != ' ') {
		line++;
	}
	while (line < end && *line == ' ') {
		line++;
	}
	*ret_len = (size_t)(end - line);
	return line;
}

static int
hex_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
decode(const char *p, size_t n, char *out, size_t cap)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (p[i] == '%') {
			int hi = n - i > 2 ? hex_of(p[i + 1]) : -1;
			int lo = n - i > 2 ? hex_of(p[i + 2]) : -1;

			if (hi < 0 || lo < 0) {
				return false;
			}
			c = (unsigned char)(hi * 16 + lo);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f) {
			return false;
		}
		sbuf_putc(&b, (char)c);
	}
	return sbuf_ok(&b);
}

bool
wordline_get(
	const char *line, size_t len, const char *key, char *out, size_t cap)
{
	size_t n_key = strlen(key), n = 0;
	const char *at = wordline_rest(line, len, &n);
	const char *end = at + n;

	out[0] = '\0';
	while (at < end) {
		const char *blank = memchr(at, ' ', (size_t)(end - at));
		size_t word;

		blank = blank != NULL ? blank : end;
		word = (size_t)(blank - at);
		if (word > n_key && memcmp(at, key, n_key) == 0 &&
			at[n_key] == '=') {
			if (decode(at + n_key + 1, word - n_key - 1, out,
				    cap)) {
				return true;
			}
			out[0] = '\0';
			return false;
		}
		at = blank < end ? blank + 1 : end;
	}
	return false;
}

bool
wordline_get_i64(const char *line, size_t len, const char *key, int64_t min,
	int64_t max, int64_t *ret)
{
	char text[24];

	return wordline_get(line, len, key, text, sizeof(text)) &&
	       parse_i64(text, strlen(text), min, max, ret) == RC_OK;
}
