/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/batch.h"

#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/poison.h"

#define HEAD "[\n"
#define BETWEEN ",\n"
#define TAIL "\n]"
#define EDGE 2u /* bytes of each of them */

#define ZSTD_LEVEL 1
#define WINDOW_MAX ((unsigned long long)8 << 20)

enum rc
batch_begin(struct sbuf *out)
{
	sbuf_clear(out);
	sbuf_puts(out, HEAD);
	return sbuf_ok(out) ? RC_OK : RC_RANGE;
}

enum rc
batch_add(struct sbuf *out, const char *line, size_t len)
{
	const size_t before = out->len > EDGE ? EDGE : 0;
	const size_t used = out->len + before + EDGE;

	if (len == 0 || memchr(line, '\n', len) != NULL) {
		return RC_INVAL;
	}
	if (len > BATCH_BYTES - EDGE || used > BATCH_BYTES - len ||
		used + len >= out->cap) {
		return RC_RANGE;
	}
	sbuf_write(out, BETWEEN, before);
	sbuf_write(out, line, len);
	return RC_OK;
}

enum rc
batch_end(struct sbuf *out)
{
	if (out->len <= EDGE) {
		return RC_INVAL;
	}
	sbuf_puts(out, TAIL);
	return sbuf_ok(out) ? RC_OK : RC_RANGE;
}

static enum rc
not_a_batch(struct err *reterr)
{
	return err_set(reterr, RC_PROTO, 0, "batch",
		"the content is no batch of lines: [, one event a line, ]");
}

enum rc
batch_split(const char *body, size_t len, struct batch_line *ret, size_t cap,
	size_t *ret_n, struct err *reterr)
{
	const char *p = body + EDGE;
	const char *end = body + len - EDGE;
	size_t n = 0;

	if (len < 2 * EDGE + 1 || memcmp(body, HEAD, EDGE) != 0 ||
		memcmp(end, TAIL, EDGE) != 0) {
		return not_a_batch(reterr);
	}
	for (;;) {
		const char *at = memchr(p, '\n', (size_t)(end - p));
		const char *stop = at != NULL ? at - 1 : end;

		if (stop <= p || (at != NULL && *stop != ',')) {
			return not_a_batch(reterr);
		}
		if (n == cap) {
			return err_set(reterr, RC_RANGE, 0, "batch",
				"the batch has more than %zu lines", cap);
		}
		ret[n].p = p;
		ret[n].n = (size_t)(stop - p);
		n++;
		if (at == NULL) {
			break;
		}
		p = at + 1;
	}
	*ret_n = n;
	return RC_OK;
}

size_t
batch_deflate_bound(size_t n)
{
	return ZSTD_compressBound(n) + 1;
}

enum rc
batch_deflate(const void *p, size_t n, struct sbuf *out, struct err *reterr)
{
	size_t got;

	sbuf_clear(out);
	got = ZSTD_compress(out->p, out->cap - 1, p, n, ZSTD_LEVEL);
	if (ZSTD_isError(got)) {
		out->p[0] = '\0';
		return err_set(reterr,
			ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation
				? RC_NOMEM
				: RC_RANGE,
			0, "batch", "the content cannot be compressed: %s",
			ZSTD_getErrorName(got));
	}
	out->len = got;
	out->p[got] = '\0';
	return RC_OK;
}

static enum rc
not_zstd(struct err *reterr, const char *why)
{
	return err_set(reterr, RC_PROTO, 0, "batch",
		"the content is not zstd as HTTP carries it: %s", why);
}

/* RFC 8878, 3.1.1.1: magic, descriptor, window. */
#define FRAME_MAGIC "\x28\xb5\x2f\xfd"
#define FRAME_SINGLE 0x20u /* the window is the content */
#define FRAME_DICT 0x03u

/* One frame that is neither skippable nor needs a dictionary, with a window
 * that a receiver must have. */
static enum rc
look_at_frame(const uint8_t *p, size_t n, size_t cap, struct err *reterr)
{
	unsigned long long size;
	size_t frame;

	if (n < 6 || memcmp(p, FRAME_MAGIC, 4) != 0 ||
		(p[4] & FRAME_DICT) != 0) {
		return not_zstd(reterr, "no frame begins here");
	}
	if ((p[4] & FRAME_SINGLE) == 0) {
		unsigned long long base = 1ull << (10 + (p[5] >> 3));

		if (base + base / 8 * (p[5] & 7u) > WINDOW_MAX) {
			return not_zstd(reterr, "its window is over 8 MiB");
		}
	}
	frame = ZSTD_findFrameCompressedSize(p, n);
	if (ZSTD_isError(frame) || frame != n) {
		return not_zstd(reterr, "it is cut short or goes on behind");
	}
	size = ZSTD_getFrameContentSize(p, n);
	if (size == ZSTD_CONTENTSIZE_ERROR) {
		return not_zstd(reterr, "no frame begins here");
	}
	if (size != ZSTD_CONTENTSIZE_UNKNOWN && size > cap) {
		return err_set(reterr, RC_RANGE, 0, "batch",
			"the content inflates to more than %zu bytes", cap);
	}
	return RC_OK;
}

size_t
batch_inflate_bound(const void *p, size_t n, size_t cap)
{
	unsigned long long size = ZSTD_getFrameContentSize(p, n);

	/* what it is instead of a size is larger than any */
	return size < cap ? (size_t)size : cap;
}

enum rc
batch_inflate(const void *p, size_t n, size_t cap, struct sbuf *out,
	struct err *reterr)
{
	size_t room = out->cap - 1 < cap ? out->cap - 1 : cap;
	size_t got;
	enum rc rc = look_at_frame(p, n, room, reterr);

	sbuf_clear(out);
	if (rc != RC_OK) {
		return rc;
	}
	got = ZSTD_decompress(out->p, room, p, n);
	if (!ZSTD_isError(got)) {
		out->len = got;
		out->p[got] = '\0';
		return RC_OK;
	}
	out->p[0] = '\0';
	if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation) {
		return err_set(reterr, RC_NOMEM, 0, "batch",
			"no memory to inflate the content; try again");
	}
	if (ZSTD_getErrorCode(got) == ZSTD_error_dstSize_tooSmall) {
		return err_set(reterr, RC_RANGE, 0, "batch",
			"the content inflates to more than %zu bytes", room);
	}
	return not_zstd(reterr, ZSTD_getErrorName(got));
}
