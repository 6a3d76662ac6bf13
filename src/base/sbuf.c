/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/poison.h"

void
sbuf_init(struct sbuf *b, char *p, size_t cap)
{
	b->p = p;
	b->cap = cap;
	b->len = 0;
	b->over = false;
	p[0] = '\0';
}

void
sbuf_clear(struct sbuf *b)
{
	sbuf_init(b, b->p, b->cap);
}

void
sbuf_cut(struct sbuf *b, size_t len)
{
	if (len < b->len) {
		b->len = len;
		b->p[len] = '\0';
	}
}

void
sbuf_putc(struct sbuf *b, char c)
{
	if (b->over || b->cap - b->len < 2) {
		b->over = true;
		return;
	}
	b->p[b->len++] = c;
	b->p[b->len] = '\0';
}

void
sbuf_write(struct sbuf *b, const void *p, size_t n)
{
	size_t room = b->cap - b->len - 1;

	if (b->over) {
		return;
	}
	if (n > room) {
		b->over = true;
		n = room;
	}
	if (n > 0) {
		memcpy(b->p + b->len, p, n);
	}
	b->len += n;
	b->p[b->len] = '\0';
}

void
sbuf_puts(struct sbuf *b, const char *s)
{
	sbuf_write(b, s, strlen(s));
}

void
sbuf_fill(struct sbuf *b, char c, size_t n)
{
	size_t room = b->cap - b->len - 1;

	if (b->over) {
		return;
	}
	if (n > room) {
		b->over = true;
		n = room;
	}
	memset(b->p + b->len, c, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
sbuf_u64(struct sbuf *b, uint64_t v)
{
	char digit[20];
	size_t n = sizeof(digit);

	do {
		digit[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	sbuf_write(b, digit + n, sizeof(digit) - n);
}

void
sbuf_i64(struct sbuf *b, int64_t v)
{
	if (v < 0) {
		sbuf_putc(b, '-');
		sbuf_u64(b, 0 - (uint64_t)v);
		return;
	}
	sbuf_u64(b, (uint64_t)v);
}

void
sbuf_printf(struct sbuf *b, const char *fmt, ...)
{
	size_t room = b->cap - b->len;
	va_list ap;
	int n;

	if (b->over) {
		return;
	}
	va_start(ap, fmt);
	n = vsnprintf(b->p + b->len, room, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->p[b->len] = '\0';
		b->over = true;
		return;
	}
	if ((size_t)n >= room) {
		b->over = true;
		n = (int)(room - 1);
	}
	b->len += (size_t)n;
}

bool
sbuf_ok(const struct sbuf *b)
{
	return !b->over;
}

static void
put_escape(struct sbuf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char out[6] = {'\\', 'u', '0', '0', 0, 0};

	switch (c) {
	case '"':
		sbuf_puts(b, "\\\"");
		return;
	case '\\':
		sbuf_puts(b, "\\\\");
		return;
	case '\b':
		sbuf_puts(b, "\\b");
		return;
	case '\f':
		sbuf_puts(b, "\\f");
		return;
	case '\n':
		sbuf_puts(b, "\\n");
		return;
	case '\r':
		sbuf_puts(b, "\\r");
		return;
	case '\t':
		sbuf_puts(b, "\\t");
		return;
	default:
		out[4] = hex[c >> 4];
		out[5] = hex[c & 15];
		sbuf_write(b, out, sizeof(out));
	}
}

void
sbuf_json(struct sbuf *b, const char *s, size_t len)
{
	size_t from = 0;

	sbuf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\') {
			continue;
		}
		sbuf_write(b, s + from, i - from);
		put_escape(b, c);
		from = i + 1;
	}
	sbuf_write(b, s + from, len - from);
	sbuf_putc(b, '"');
}
