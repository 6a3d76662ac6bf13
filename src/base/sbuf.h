/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SBUF_H
#define BASE_SBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/**
 * sbuf - text built over a caller's buffer, always NUL-terminated, with a
 * sticky overflow flag: write freely, ask sbuf_ok() once at the end.
 */
struct sbuf {
	char *p;
	size_t cap; /* bytes of p, at least 1 */
	size_t len; /* without the NUL */
	bool over;
};

void sbuf_init(struct sbuf *b, char *p, size_t cap);
void sbuf_clear(struct sbuf *b);
/** sbuf_cut(b, len): shorten to len bytes (no-op when already shorter). */
void sbuf_cut(struct sbuf *b, size_t len);
void sbuf_putc(struct sbuf *b, char c);
void sbuf_puts(struct sbuf *b, const char *s);
void sbuf_write(struct sbuf *b, const void *p, size_t n);
void sbuf_fill(struct sbuf *b, char c, size_t n);
void sbuf_i64(struct sbuf *b, int64_t v);
void sbuf_u64(struct sbuf *b, uint64_t v);
void sbuf_printf(struct sbuf *b, const char *fmt, ...) PRINTF(2, 3);
bool sbuf_ok(const struct sbuf *b);

/** sbuf_json(b, s, len): s as a JSON string with quotes.  Escapes only the
 * quote, the backslash and bytes below 0x20 (\b \f \n \r \t, else \u00xx in
 * lower case); everything else is copied as it is.  This is the one spelling
 * an event line may use. */
void sbuf_json(struct sbuf *b, const char *s, size_t len);

#endif
