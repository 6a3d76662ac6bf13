/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "journal/recover_internal.h"

#include "base/poison.h"

static enum rc
hash_line_at(struct recovery *r, uint64_t at, uint8_t out[HASH_BYTES],
	struct err *reterr)
{
	struct scope s = seg_scope(&r->last, 0);
	uint8_t *line = NULL;
	struct rec_head h;
	enum rc rc = line_read(&r->w, &s, at, r->j->cur.key, &h, &line, reterr);

	if (rc == RC_OK) {
		sha256(out, line, h.len);
		crypto_wipe(line, h.len);
	}
	free(line);
	return rc;
}

/* Hand the last segment over to the writer and read its head. */
static enum rc
take_last(struct recovery *r, struct err *reterr)
{
	struct journal *j = r->j;
	struct seg_file *f = &j->cur;
	enum rc rc = seg_file_key(f, reterr);

	if (rc == RC_OK) {
		rc = seg_key(j->keys, &r->last, f->key, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	f->fd = r->last.fd;
	r->last.fd = -1;
	memcpy(f->path, r->last.path, sizeof(f->path));
	memcpy(f->wrapped, r->last.head.wrapped, sizeof(f->wrapped));
	f->epoch = r->last.name.epoch;
	f->number = r->last.name.number;
	f->size = block_up(r->last.size);
	f->tail = r->tail;
	j->last_number = f->number;
	window_use(&r->w, f->fd, f->path);
	j->head.sequence = r->next - 1;
	j->head.epoch = f->epoch;
	if (r->n_group > 0) {
		return hash_line_at(r, r->group.last_at, j->head.hash, reterr);
	}
	memcpy(j->head.hash, r->last.head.head, HASH_BYTES);
	if (r->n >= 2) {
		j->head.epoch = r->list.v[r->n - 2].epoch;
	}
	return RC_OK;
}

/* Files that never came to be: no record in them holds, and a reader would
 * take the length that their headers give to the one before. */
static enum rc
remove_unfinished(struct recovery *r, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = RC_OK;
	size_t i;

	for (i = r->list.n; i > r->n && rc == RC_OK; i--) {
		rc = seg_path(r->j->dir, &r->list.v[i - 1], path, reterr);
		if (rc == RC_OK) {
			rc = path_remove(path, reterr);
		}
	}
	return rc;
}

enum rc
recovery_take(struct recovery *r, struct err *reterr)
{
	struct journal *j = r->j;
	enum rc rc = remove_unfinished(r, reterr);

	if (rc != RC_OK || r->n == 0) {
		j->head.epoch = j->epoch;
		j->head.sequence = r->conf->base_sequence;
		memcpy(j->head.hash, r->conf->base_hash, HASH_BYTES);
		j->last_number = r->conf->base_number;
		return rc;
	}
	rc = take_last(r, reterr);
	if (rc == RC_OK && j->epoch < j->cur.epoch) {
		rc = err_set(reterr, RC_INVAL, 0, "journal_open",
			"the journal is at epoch %u, asked for %u",
			j->cur.epoch, j->epoch);
	}
	r->flushed = r->n_group > 0 && r->group.dirty_at == 0 &&
		     watermark_read(j->dir) >= j->head.sequence;
	return rc;
}

/* The bytes that must be on the disk before anything is believed: the last
 * group, or the header of a segment that has none yet and can be lost. */
static enum rc
rewrite_last(struct recovery *r, struct err *reterr)
{
	struct seg_file *f = &r->j->cur;
	uint64_t from = r->n_group > 0 ? r->group.at : 0;
	size_t n = (size_t)((r->n_group > 0 ? r->group.end : FIRST_GROUP_AT) -
			    from);
	uint8_t *buf = calloc(1, n);
	uint64_t at = from;
	struct rec_head h;
	size_t got = 0;
	uint32_t i;
	enum rc rc;

	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_open",
			"no memory for the last group");
	}
	rc = file_pread(f->fd, buf, n, (off_t)from, f->path, &got, reterr);
	for (i = 0; rc == RC_OK && r->n_group > 0 && i < r->group.count; i++) {
		uint8_t *p = buf + (at - from);

		/* The hashes hold, so a flipped bit of padding is mended. */
		if (rec_head_read(p, &h)) {
			memset(p + rec_bytes(h.len), 0,
				rec_space(h.len) - rec_bytes(h.len));
			at += rec_space(h.len);
		}
	}
	if (rc == RC_OK && r->n_group > 0) {
		memset(buf + (at - from), 0, n - (size_t)(at - from));
	}
	if (rc == RC_OK) {
		rc = file_pwrite(f->fd, buf, n, (off_t)from, f->path, reterr);
	}
	free(buf);
	return rc;
}

/* Where it stands: the torn tail, the last group, and one flush. */
static enum rc
settle_last(struct recovery *r, struct err *reterr)
{
	struct seg_file *f = &r->j->cur;
	enum rc rc = RC_OK;

	if (r->dirty > r->tail) {
		rc = fd_zero(
			f->fd, f->path, r->tail, r->dirty - r->tail, reterr);
	}
	if (rc == RC_OK && !r->flushed) {
		rc = rewrite_last(r, reterr);
	}
	if (rc == RC_OK) {
		rc = writer_sync(r->j, f, reterr);
	}
	return rc;
}

static void
free_lines(struct journal_line *line, uint8_t **p, uint32_t n)
{
	uint32_t i;

	for (i = 0; p != NULL && i < n; i++) {
		if (p[i] != NULL) {
			crypto_wipe(p[i], line[i].n);
		}
		free(p[i]);
	}
	free(p);
	free(line);
}

/* The last group cannot be flushed, or must not be written over, where it
 * stands: write it to a new segment.  The old one is not touched before the
 * next start has found the new group flushed. */
static enum rc
move_last(struct recovery *r, struct err *reterr)
{
	struct scope s = seg_scope(&r->last, 0);
	uint32_t n = r->group.count;
	struct journal_line *line = calloc(n, sizeof(*line));
	uint8_t **text = calloc(n, sizeof(*text));
	uint64_t at = r->group.at;
	uint8_t head[HASH_BYTES];
	struct rec_head h;
	enum rc rc = RC_OK;
	uint32_t i;

	if (line == NULL || text == NULL) {
		free(line);
		free(text);
		return err_set(reterr, RC_NOMEM, 0, "journal_open",
			"no memory for the last group");
	}
	for (i = 0; rc == RC_OK && i < n; i++) {
		rc = line_read(
			&r->w, &s, at, r->j->cur.key, &h, &text[i], reterr);
		if (rc == RC_OK) {
			at += rec_space(h.len);
			line[i].sequence = h.sequence;
			line[i].p = (const char *)text[i];
			line[i].n = h.len;
		}
	}
	memcpy(head, r->last.head.head, HASH_BYTES);
	if (rc == RC_OK && r->n_group > 1) {
		rc = hash_line_at(r, r->before.last_at, head, reterr);
	}
	if (rc == RC_OK) {
		r->j->cur.failed = true;
		r->j->cur.tail = r->group.at;
		rc = writer_rotate(r->j, r->group.first, head, reterr);
	}
	if (rc == RC_OK) {
		rc = writer_group(r->j, line, n, reterr);
		r->j->poisoned = rc != RC_OK;
	}
	free_lines(line, text, n);
	return rc == RC_NOSPC && r->j->poisoned ? RC_IO : rc;
}

/* What does not count of the segment before; it may be the first copy of a
 * group, so the second must be on the disk.  Only space is lost when this
 * fails. */
static void
cut_before(struct recovery *r)
{
	uint64_t end = r->last.head.prev_bytes;

	if (r->n < 2 || r->prev.state != SEG_GOOD || end < FIRST_GROUP_AT ||
		r->prev.size <= end) {
		return;
	}
	if (fd_truncate(r->prev.fd, r->prev.path, end, NULL) == RC_OK) {
		r->j->n_flush++;
		(void)!file_sync(r->prev.fd, r->prev.path, NULL);
	}
}

static enum rc
settle(struct recovery *r, bool copied, bool *ret_moved, struct err *reterr)
{
	struct journal *j = r->j;
	bool stays = copied || r->flushed || r->n_group == 0;
	enum rc rc;

	j->n_flush++;
	rc = file_sync_dir(j->dir, reterr);
	if (rc == RC_OK && r->n > 0) {
		rc = stays ? settle_last(r, reterr) : RC_IO;
		if (rc == RC_IO && r->n_group > 0) {
			rc = move_last(r, reterr);
			*ret_moved = rc == RC_OK;
		}
		if (rc == RC_OK) {
			cut_before(r);
		}
	}
	if (rc == RC_OK && (r->n == 0 || j->cur.epoch != j->epoch)) {
		rc = writer_rotate(
			j, j->head.sequence + 1, j->head.hash, reterr);
	}
	return rc;
}

enum rc
journal_settle(
	struct journal *j, bool copied, bool *ret_moved, struct err *reterr)
{
	bool moved = false;
	enum rc rc;

	if (j->recovery == NULL) {
		return RC_OK;
	}
	if (j->poisoned) {
		return err_set(reterr, RC_IO, 0, "journal_settle",
			"the journal failed before: close and open it again");
	}
	rc = settle(j->recovery, copied, &moved, reterr);
	if (rc == RC_OK) {
		recovery_free(j->recovery);
		j->recovery = NULL;
	} else if (rc != RC_NOSPC) {
		j->poisoned = true;
	}
	if (ret_moved != NULL) {
		*ret_moved = moved;
	}
	return rc;
}

bool
journal_settled(const struct journal *j)
{
	return j->recovery == NULL;
}

bool
journal_unsure(const struct journal *j)
{
	return j->recovery != NULL && j->recovery->n_group > 0 &&
	       !j->recovery->flushed;
}
