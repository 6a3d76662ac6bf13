/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "journal/repair_internal.h"

#include "base/poison.h"

enum rc
repair_no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "journal_repair",
		"no memory to repair the journal");
}

static enum rc
aside_path(struct repair *r, const char *path, uint64_t at, struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, r->aside, sizeof(r->aside));
	sbuf_printf(&b, "%s.bad-%llu", path, (unsigned long long)at);
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, "journal_repair",
				     "the path %s is too long", path);
}

/* Keep a whole file that cannot be used. */
enum rc
repair_set_aside(
	struct repair *r, const struct seg_name *name, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = seg_path(r->conf->dir, name, path, reterr);

	if (rc == RC_OK) {
		rc = aside_path(r, path, 0, reterr);
	}
	if (rc == RC_OK) {
		rc = path_rename(path, r->aside, reterr);
	}
	return rc;
}

/* Keep the bytes of [at, end) of the open segment, when there are any. */
enum rc
repair_copy_aside(
	struct repair *r, uint64_t at, uint64_t end, struct err *reterr)
{
	const uint8_t *p = NULL;
	uint64_t dirty = at;
	uint64_t off;
	size_t n = 0;
	int fd = -1;
	enum rc rc;

	rc = dirty_end(&r->w, at, &dirty, reterr);
	if (rc != RC_OK || dirty == at) {
		return rc;
	}
	end = end < r->v.size ? end : r->v.size;
	rc = aside_path(r, r->v.path, at, reterr);
	if (rc == RC_OK) {
		rc = path_remove(r->aside, reterr);
	}
	if (rc == RC_OK) {
		rc = fd_create(r->aside, &fd, reterr);
	}
	for (off = at; rc == RC_OK && off < end; off += n) {
		rc = window_get(
			&r->w, off, JOURNAL_BLOCK_BYTES, &p, &n, reterr);
		if (rc != RC_OK || n == 0) {
			break;
		}
		rc = file_pwrite(fd, p, n, (off_t)(off - at), r->aside, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync(fd, r->aside, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(r->conf->dir, reterr);
	}
	fd_close(fd);
	return rc;
}

/* A record that still holds among the bytes kept aside; malloc'd. */
static enum rc
salvage(struct repair *r, uint64_t sequence, char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	struct scope s = seg_scope(&r->v, 0);
	const uint8_t *p = NULL;
	struct window w;
	struct rec_head h;
	size_t n = REC_ALIGN;
	uint64_t at;
	int fd = -1;
	enum rc rc;

	if (r->aside[0] == '\0') {
		return RC_NOTFOUND;
	}
	window_init(&w);
	rc = fd_open(r->aside, false, &fd, &s.limit, reterr);
	window_use(&w, fd, r->aside);
	for (at = 0; rc == RC_OK; at += REC_ALIGN) {
		rc = window_get(&w, at, REC_HEAD_BYTES, &p, &n, reterr);
		if (rc != RC_OK || n < REC_HEAD_BYTES) {
			rc = rc == RC_OK ? RC_NOTFOUND : rc;
			break;
		}
		if (rec_head_read(p, &h) && h.sequence == sequence &&
			record_at(&w, &s, at, &h, &p, reterr) == RC_OK) {
			uint8_t *line = NULL;

			rc = line_read(&w, &s, at, r->key, &h, &line, reterr);
			*ret_line = (char *)line;
			*ret_len = h.len;
			break;
		}
	}
	fd_close(fd);
	window_free(&w);
	return rc;
}

/* One line, from the other copy or from what is left; malloc'd. */
enum rc
repair_line(struct repair *r, uint64_t sequence, char **ret_line,
	size_t *ret_len, struct err *reterr)
{
	const char *line = NULL;
	size_t len = 0;
	enum rc rc = r->fn(r->arg, sequence, &line, &len, reterr);

	if (rc == RC_OK && (len == 0 || len > JOURNAL_LINE_BYTES)) {
		return err_set(reterr, RC_CORRUPT, 0, "journal_repair",
			"the copy of record %llu has %zu bytes",
			(unsigned long long)sequence, len);
	}
	if (rc == RC_OK) {
		*ret_line = malloc(len);
		if (*ret_line == NULL) {
			return repair_no_memory(reterr);
		}
		memcpy(*ret_line, line, len);
		*ret_len = len;
		return RC_OK;
	}
	if (rc == RC_NOTFOUND) {
		rc = salvage(r, sequence, ret_line, ret_len, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_NOTFOUND, 0, "journal_repair",
			"no copy of record %llu: look for another backup",
			(unsigned long long)sequence);
	}
	return rc;
}

/* Bytes the records from..to need, and the hash of the last line. */
static enum rc
measure(struct repair *r, uint64_t from, uint64_t to, uint64_t *ret_bytes,
	struct err *reterr)
{
	uint64_t in_group = 0;
	uint64_t n = 0;
	uint64_t seq;

	for (seq = from; seq <= to; seq++) {
		char *line = NULL;
		size_t len = 0;
		enum rc rc = repair_line(r, seq, &line, &len, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (in_group == REC_COUNT_MAX) {
			n = block_up(n);
			in_group = 0;
		}
		in_group++;
		n += rec_space(len);
		if (seq == to) {
			sha256(r->hash, line, len);
		}
		free(line);
	}
	*ret_bytes = block_up(n);
	return RC_OK;
}

/* One record at ${at}; *ret_at moves behind it. */
static enum rc
write_record(struct repair *r, const struct rec_head *place, uint64_t *at,
	struct err *reterr)
{
	struct rec_head h = *place;
	char *line = NULL;
	size_t len = 0;
	uint8_t *out;
	enum rc rc = repair_line(r, h.sequence, &line, &len, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	out = malloc(rec_space(len));
	if (out == NULL) {
		free(line);
		return repair_no_memory(reterr);
	}
	h.len = (uint32_t)len;
	rec_seal(&h, r->key, r->conf->rng, line, out);
	rc = file_pwrite(
		r->v.fd, out, rec_space(len), (off_t)*at, r->v.path, reterr);
	*at += rec_space(len);
	free(out);
	free(line);
	return rc;
}

static enum rc
write_records(struct repair *r, uint64_t at, uint64_t from, uint64_t to,
	uint64_t *ret_end, struct err *reterr)
{
	struct rec_head h = {
		.epoch = r->v.name.epoch, .number = r->v.name.number};
	enum rc rc = RC_OK;

	for (h.sequence = from; rc == RC_OK && h.sequence <= to; h.sequence++) {
		uint64_t left = to - h.sequence + 1;

		if (h.index == h.count) {
			uint64_t start = block_up(at);

			rc = fd_zero(
				r->v.fd, r->v.path, at, start - at, reterr);
			at = start;
			h.index = 0;
			h.count = left < REC_COUNT_MAX ? (uint16_t)left
						       : REC_COUNT_MAX;
		}
		if (rc == RC_OK) {
			rc = write_record(r, &h, &at, reterr);
		}
		h.index++;
		r->n++;
	}
	*ret_end = at;
	return rc;
}

/* Fill [at, end) with records from..to; end 0: as long as it takes. */
enum rc
repair_fill(struct repair *r, uint64_t at, uint64_t end, uint64_t from,
	uint64_t to, const uint8_t *want, struct err *reterr)
{
	uint64_t need = 0;
	uint64_t off = at;
	enum rc rc =
		repair_copy_aside(r, at, end != 0 ? end : UINT64_MAX, reterr);

	if (rc == RC_OK && from <= to) {
		rc = measure(r, from, to, &need, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (end != 0 && at + need > end) {
		return err_set(reterr, RC_RANGE, 0, "journal_repair",
			"%s: records %llu to %llu do not fit where they were: "
			"restore a backup",
			r->v.path, (unsigned long long)from,
			(unsigned long long)to);
	}
	if (want != NULL && memcmp(want, r->hash, HASH_BYTES) != 0) {
		return err_set(reterr, RC_CORRUPT, 0, "journal_repair",
			"the copy of record %llu is not the line the journal "
			"goes on from: look for another backup",
			(unsigned long long)to);
	}
	if (from <= to) {
		rc = write_records(r, at, from, to, &off, reterr);
	}
	end = end != 0 && end < r->v.size ? end : r->v.size;
	end = end > block_up(off) ? end : block_up(off);
	if (rc == RC_OK) {
		rc = fd_zero(r->v.fd, r->v.path, off, end - off, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync(r->v.fd, r->v.path, reterr);
	}
	window_drop(&r->w);
	return rc == RC_OK ? fd_size(r->v.fd, r->v.path, &r->v.size, reterr)
			   : rc;
}

enum rc
repair_seg_head(struct repair *r, struct err *reterr)
{
	uint8_t block[JOURNAL_BLOCK_BYTES];
	struct seg_head h = {.epoch = r->v.name.epoch,
		.number = r->v.name.number,
		.first_sequence = r->expected,
		.prev_bytes = r->prev_end};
	enum rc rc = keys_segment_new(r->conf->keys, r->conf->rng, h.epoch,
		h.number, r->key, h.wrapped, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	memcpy(h.reg, r->conf->reg, UUID_BYTES);
	memcpy(h.head, r->hash, HASH_BYTES);
	memcpy(h.pub, keys_sign_public(r->conf->keys), SIGN_PUB_BYTES);
	seg_head_write(&h, block);
	rc = file_pwrite(r->v.fd, block, sizeof(block), 0, r->v.path, reterr);
	if (rc == RC_OK) {
		rc = file_sync(r->v.fd, r->v.path, reterr);
	}
	r->v.head = h;
	r->v.state = SEG_GOOD;
	return rc;
}

/* The records hold and only padding does not. */
enum rc
repair_padding(struct repair *r, const struct group *g, struct err *reterr)
{
	uint64_t at = g->at;
	enum rc rc = repair_copy_aside(r, g->at, g->end, reterr);
	uint32_t i;

	for (i = 0; rc == RC_OK && i < g->count; i++) {
		const uint8_t *p = NULL;
		struct rec_head h;
		size_t n = 0;
		uint64_t from;

		rc = window_get(&r->w, at, REC_HEAD_BYTES, &p, &n, reterr);
		if (rc != RC_OK || !rec_head_read(p, &h)) {
			break;
		}
		from = at + rec_bytes(h.len);
		at += rec_space(h.len);
		rc = fd_zero(r->v.fd, r->v.path, from,
			(i + 1 == g->count ? g->end : at) - from, reterr);
	}
	window_drop(&r->w);
	if (rc == RC_OK) {
		rc = file_sync(r->v.fd, r->v.path, reterr);
	}
	return rc;
}
