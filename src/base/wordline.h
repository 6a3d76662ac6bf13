/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WORDLINE_H
#define BASE_WORDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"

/**
 * wordline - lines of the unix channel between register and sync worker: a verb
 * in capitals, then "key=value" in any order, blanks between, a newline at the
 * end.  In a value all but letters, digits and "-._:/,+" is "%XX".  A line has
 * at most WORDLINE_BYTES with its newline; keys nobody knows are passed over.
 */
#define WORDLINE_BYTES 4096

/** wordline_begin(b, verb), wordline_put(b, key, value), wordline_u64(), wordline_i64(),
 * wordline_end(b): make a line; sbuf_ok() says whether it fits. */
void wordline_begin(struct sbuf *b, const char *verb);
void wordline_put(struct sbuf *b, const char *key, const char *value);
void wordline_u64(struct sbuf *b, const char *key, uint64_t v);
void wordline_i64(struct sbuf *b, const char *key, int64_t v);
void wordline_end(struct sbuf *b);

/** wordline_is(line, len, verb): the line, without its newline, has this verb. */
bool wordline_is(const char *line, size_t len, const char *verb);
/** wordline_rest(line, len, ret_len): what stands behind the verb. */
const char *wordline_rest(const char *line, size_t len, size_t *ret_len);

/** wordline_get(line, len, key, out, cap): the value, decoded, with a NUL; false,
 * and "": not there, not well formed, a NUL or control in it, or too long. */
bool wordline_get(const char *line, size_t len, const char *key, char *out,
	size_t cap);
/** wordline_get_i64(line, len, key, min, max, ret): false: none, *ret stays. */
bool wordline_get_i64(const char *line, size_t len, const char *key, int64_t min,
	int64_t max, int64_t *ret);

#endif
