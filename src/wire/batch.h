/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_BATCH_H
#define WIRE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sbuf.h"

/**
 * wire/batch - several lines in one HTTP body: a CloudEvents 1.0 JSON batch
 * that is also split at newlines, because no line holds one:
 * "[\n" line ",\n" line "\n]".  holdfast-sync-protocol(7).
 */
#define BATCH_EVENTS 1000u
#define BATCH_BYTES ((size_t)2 << 20) /* of the body, inflated */
#define BATCH_TYPE "application/cloudevents-batch+json"

struct batch_line {
	const char *p; /* borrowed from the body */
	size_t n;
};

/** batch_begin(out), batch_add(out, line, len), batch_end(out): make a body.
 * RC_RANGE it would be over BATCH_BYTES with its end: out is as before, and
 * batch_end() still fits.  A first line always fits in a buffer of
 * WIRE_LINE_BYTES + 8. */
MUST_CHECK enum rc batch_begin(struct sbuf *out);
MUST_CHECK enum rc batch_add(struct sbuf *out, const char *line, size_t len);
MUST_CHECK enum rc batch_end(struct sbuf *out);

/** batch_split(body, len, ret, cap, ret_n, reterr): the lines of a body.
 * RC_PROTO not in this form; RC_RANGE more than cap lines. */
MUST_CHECK enum rc batch_split(const char *body, size_t len,
	struct batch_line *ret, size_t cap, size_t *ret_n, struct err *reterr);

/**
 * zstd (RFC 8878), one frame.  batch_deflate(p, n, out): into a buffer of at
 * least batch_deflate_bound(n); level 1.
 * batch_inflate_bound(p, n, cap): how many bytes may come out: what the frame
 * says of itself, at most ${cap}; ${cap} where it says nothing.
 * batch_inflate(p, n, cap, out, reterr): at most ${cap} bytes come out, and no
 * window over 8 MiB is taken (RFC 9659).  RC_RANGE it would be more: how
 * little was sent does not matter; RC_PROTO not zstd, or cut short.
 */
size_t batch_deflate_bound(size_t n);
MUST_CHECK enum rc batch_deflate(
	const void *p, size_t n, struct sbuf *out, struct err *reterr);
size_t batch_inflate_bound(const void *p, size_t n, size_t cap);
MUST_CHECK enum rc batch_inflate(const void *p, size_t n, size_t cap,
	struct sbuf *out, struct err *reterr);

#endif
