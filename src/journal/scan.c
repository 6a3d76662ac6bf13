/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "journal/journal.h"

#include "base/poison.h"

#define WINDOW_BYTES ((size_t)1 << 20)

uint64_t
block_up(uint64_t at)
{
	return (at + JOURNAL_BLOCK_BYTES - 1) / JOURNAL_BLOCK_BYTES *
	       JOURNAL_BLOCK_BYTES;
}

void
window_init(struct window *w)
{
	memset(w, 0, sizeof(*w));
	w->fd = -1;
}

void
window_free(struct window *w)
{
	free(w->buf);
	window_init(w);
}

void
window_use(struct window *w, int fd, const char *path)
{
	w->fd = fd;
	w->path = path;
	window_drop(w);
}

void
window_drop(struct window *w)
{
	w->at = 0;
	w->n = 0;
}

enum rc
window_get(struct window *w, uint64_t at, size_t want, const uint8_t **ret_p,
	size_t *ret_n, struct err *reterr)
{
	size_t cap = want > WINDOW_BYTES ? want : WINDOW_BYTES;
	enum rc rc;

	if (at >= w->at && at + want <= w->at + w->n) {
		*ret_p = w->buf + (at - w->at);
		*ret_n = want;
		return RC_OK;
	}
	if (cap > w->cap) {
		uint8_t *p = realloc(w->buf, cap);

		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "window_get",
				"no memory to read %s", w->path);
		}
		w->buf = p;
		w->cap = cap;
	}
	window_drop(w);
	rc = file_pread(
		w->fd, w->buf, w->cap, (off_t)at, w->path, &w->n, reterr);
	if (rc != RC_OK) {
		w->n = 0;
		return rc;
	}
	w->at = at;
	*ret_p = w->buf;
	*ret_n = w->n < want ? w->n : want;
	return RC_OK;
}

static bool
belongs(const struct rec_head *h, const struct scope *s, uint64_t at)
{
	return h->epoch == s->epoch && h->number == s->number &&
	       at + rec_bytes(h->len) <= s->limit;
}

enum rc
record_at(struct window *w, const struct scope *s, uint64_t at,
	struct rec_head *ret_h, const uint8_t **ret_p, struct err *reterr)
{
	const uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = window_get(w, at, REC_HEAD_BYTES, &p, &n, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (n < REC_HEAD_BYTES || !rec_head_read(p, ret_h) ||
		!belongs(ret_h, s, at)) {
		return RC_NOTFOUND;
	}
	rc = window_get(w, at, rec_bytes(ret_h->len), &p, &n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (n < rec_bytes(ret_h->len) || !rec_holds(p, ret_h)) {
		return RC_NOTFOUND;
	}
	*ret_p = p;
	return RC_OK;
}

/* Padding must be zero, so that no bit of a written block is unwatched. */
static enum rc
check_padding(struct window *w, const struct scope *s, uint64_t from,
	uint64_t to, struct group *g, struct err *reterr)
{
	const uint8_t *p = NULL;
	size_t n = 0;
	size_t i;
	enum rc rc;

	if (to > s->limit) {
		to = s->limit;
	}
	if (from >= to || g->dirty_at != 0) {
		return RC_OK;
	}
	rc = window_get(w, from, (size_t)(to - from), &p, &n, reterr);
	if (rc != RC_OK || bytes_zero(p, n)) {
		return rc;
	}
	for (i = 0; p[i] == 0; i++) {
	}
	g->dirty_at = from + i;
	return RC_OK;
}

static bool
follows(const struct rec_head *h, const struct group *g, uint32_t i)
{
	if (h->index != i) {
		return false;
	}
	return i == 0 || (h->count == g->count && h->sequence == g->first + i);
}

/* One record of a group: *ret_place is PLACE_GROUP when it is in order. */
static enum rc
group_record(struct window *w, const struct scope *s, uint64_t at, uint32_t i,
	bool hashed, struct group *g, struct rec_head *h, enum place *ret_place,
	struct err *reterr)
{
	const uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc;

	*ret_place = PLACE_BAD;
	rc = window_get(w, at, REC_HEAD_BYTES, &p, &n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (at >= s->limit || bytes_zero(p, n)) {
		*ret_place = i == 0 ? PLACE_END : PLACE_BAD;
		return RC_OK;
	}
	if (n < REC_HEAD_BYTES || !rec_head_read(p, h) || !belongs(h, s, at) ||
		!follows(h, g, i)) {
		return RC_OK;
	}
	if (hashed) {
		rc = window_get(w, at, rec_bytes(h->len), &p, &n, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		if (n < rec_bytes(h->len) || !rec_holds(p, h)) {
			return RC_OK;
		}
		rc = check_padding(w, s, at + rec_bytes(h->len),
			at + rec_space(h->len), g, reterr);
	}
	*ret_place = PLACE_GROUP;
	return rc;
}

enum rc
group_read(struct window *w, const struct scope *s, uint64_t at, bool hashed,
	struct group *ret, enum place *ret_place, struct err *reterr)
{
	struct group g = {.at = at, .count = 1};
	struct rec_head h;
	uint64_t off = at;
	uint32_t i;
	enum rc rc;

	for (i = 0; i < g.count; i++) {
		rc = group_record(
			w, s, off, i, hashed, &g, &h, ret_place, reterr);
		if (rc != RC_OK || *ret_place != PLACE_GROUP) {
			ret->first = g.first;
			ret->count = i;
			return rc;
		}
		if (i == 0) {
			g.first = h.sequence;
			g.count = h.count;
		}
		g.last_at = off;
		off += rec_space(h.len);
	}
	g.end = block_up(off);
	if (hashed) {
		rc = check_padding(w, s, off, g.end, &g, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	*ret = g;
	return RC_OK;
}

enum rc
group_search(struct window *w, const struct scope *s, uint64_t from,
	struct group *ret, bool *ret_found, struct err *reterr)
{
	enum place place = PLACE_BAD;
	uint64_t at;
	enum rc rc;

	*ret_found = false;
	for (at = from; at < s->limit; at += JOURNAL_BLOCK_BYTES) {
		rc = group_read(w, s, at, true, ret, &place, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		if (place == PLACE_GROUP) {
			*ret_found = true;
			return RC_OK;
		}
	}
	return RC_OK;
}

enum rc
dirty_end(
	struct window *w, uint64_t from, uint64_t *ret_end, struct err *reterr)
{
	const uint8_t *p = NULL;
	uint64_t end = from;
	uint64_t at = from;
	size_t n = 0;
	enum rc rc;

	for (;;) {
		rc = window_get(w, at, JOURNAL_BLOCK_BYTES, &p, &n, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		if (n == 0) {
			break;
		}
		if (!bytes_zero(p, n)) {
			size_t i = n;

			while (p[i - 1] == 0) {
				i--;
			}
			end = at + i;
		}
		at += n;
	}
	*ret_end = end;
	return RC_OK;
}

enum rc
hash_range(struct window *w, uint64_t from, uint64_t to,
	struct sha256_state *state, struct err *reterr)
{
	const uint8_t *p = NULL;
	size_t n = 0;

	while (from < to) {
		uint64_t left = to - from;
		enum rc rc = window_get(w, from,
			left < JOURNAL_BLOCK_BYTES ? (size_t)left
						   : JOURNAL_BLOCK_BYTES,
			&p, &n, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (n == 0) {
			break;
		}
		sha256_add(state, p, n);
		from += n;
	}
	return RC_OK;
}
