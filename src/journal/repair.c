/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "journal/file.h"
#include "journal/view.h"
#include "journal/writer.h"

#include "base/poison.h"

/* What is known of one number before anything is written. */
struct plan {
	struct seg_name name;
	bool there;
	uint64_t first;      /* sequence it begins with, 0 unknown */
	uint64_t prev_bytes; /* from a good header, else 0 */
	bool good;           /* its header holds */
	uint8_t head[HASH_BYTES];
};

struct repair {
	const struct journal_conf *conf;
	journal_repair_fn fn;
	void *arg;
	struct plan *plan; /* number 1 is plan[0] */
	size_t n_plan;
	struct window w;
	struct seg_view v;
	uint8_t key[KEY_BYTES];
	char aside[PATH_BYTES + 32]; /* copy of the hole being filled, or "" */
	uint64_t expected;
	uint64_t prev_end;        /* bytes that count of the segment before */
	uint8_t hash[HASH_BYTES]; /* of line expected - 1 */
	uint64_t n;
};

static enum rc
no_memory(struct err *reterr)
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
static enum rc
set_aside(struct repair *r, const struct seg_name *name, struct err *reterr)
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
static enum rc
copy_aside(struct repair *r, uint64_t at, uint64_t end, struct err *reterr)
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
static enum rc
get_line(struct repair *r, uint64_t sequence, char **ret_line, size_t *ret_len,
	struct err *reterr)
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
			return no_memory(reterr);
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
		enum rc rc = get_line(r, seq, &line, &len, reterr);

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
	enum rc rc = get_line(r, h.sequence, &line, &len, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	out = malloc(rec_space(len));
	if (out == NULL) {
		free(line);
		return no_memory(reterr);
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
static enum rc
fill(struct repair *r, uint64_t at, uint64_t end, uint64_t from, uint64_t to,
	const uint8_t *want, struct err *reterr)
{
	uint64_t need = 0;
	uint64_t off = at;
	enum rc rc = copy_aside(r, at, end != 0 ? end : UINT64_MAX, reterr);

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

static enum rc
write_seg_head(struct repair *r, struct err *reterr)
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
static enum rc
clean_padding(struct repair *r, const struct group *g, struct err *reterr)
{
	uint64_t at = g->at;
	enum rc rc = copy_aside(r, g->at, g->end, reterr);
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

/* The hash of the last line of a group, for the next header. */
static enum rc
note_line(struct repair *r, const struct group *g, struct err *reterr)
{
	struct scope s = seg_scope(&r->v, 0);
	uint8_t *line = NULL;
	struct rec_head h;
	enum rc rc =
		line_read(&r->w, &s, g->last_at, r->key, &h, &line, reterr);

	if (rc == RC_OK) {
		sha256(r->hash, line, h.len);
	}
	free(line);
	return rc;
}

static enum rc
next_group(struct repair *r, const struct scope *s, uint64_t at,
	struct group *g, bool *ret_found, struct err *reterr)
{
	enum rc rc;

	do {
		rc = group_search(&r->w, s, at, g, ret_found, reterr);
		at = g->end;
	} while (rc == RC_OK && *ret_found && g->first < r->expected);
	return rc;
}

/* The end of the last segment: what does not hold is kept aside and zeroed
 * when records have to go there. */
static enum rc
clear_tail(struct repair *r, uint64_t at, uint64_t upto, enum place place,
	struct err *reterr)
{
	if (upto < r->expected && place != PLACE_GROUP) {
		return RC_OK;
	}
	return fill(r, at, 0, 1, 0, NULL, reterr);
}

static enum rc
mend_groups(struct repair *r, const struct plan *next, uint64_t upto,
	struct err *reterr)
{
	struct scope s = seg_scope(&r->v, 0);
	uint64_t at = FIRST_GROUP_AT;
	bool bounded = next != NULL && next->first != 0;
	enum place place = PLACE_BAD;
	bool found = false;
	struct group last = {0};
	struct group g = {0};
	enum rc rc;

	if (next != NULL && next->good) {
		s.limit = next->prev_bytes;
	}
	for (;;) {
		rc = group_read(&r->w, &s, at, true, &g, &place, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		if (place == PLACE_GROUP && g.first == r->expected) {
			if (g.dirty_at != 0) {
				rc = clean_padding(r, &g, reterr);
			}
			last = g;
			at = g.end;
			r->expected += g.count;
			if (rc != RC_OK) {
				return rc;
			}
			continue;
		}
		rc = next_group(r, &s, at, &g, &found, reterr);
		if (rc != RC_OK || !found) {
			break;
		}
		rc = fill(r, at, g.at, r->expected, g.first - 1, NULL, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		at = g.at;
		r->expected = g.first;
	}
	r->prev_end = at;
	if (rc == RC_OK && last.count > 0) {
		rc = note_line(r, &last, reterr);
	}
	if (rc == RC_OK && next == NULL) {
		return clear_tail(r, at, upto, place, reterr);
	}
	if (rc == RC_OK && bounded && r->expected < next->first) {
		rc = fill(r, at, next->good ? next->prev_bytes : 0, r->expected,
			next->first - 1, next->good ? next->head : NULL,
			reterr);
		r->expected = next->first;
		r->prev_end = r->v.size;
	}
	return rc;
}

/* A segment that is gone: the records up to the next one that is known. */
static enum rc
make_segment(struct repair *r, size_t i, struct err *reterr)
{
	const struct plan *next = &r->plan[i + 1];
	enum rc rc =
		seg_path(r->conf->dir, &r->plan[i].name, r->v.path, reterr);
	uint64_t to = 0;
	size_t k;

	for (k = i + 1; k < r->n_plan && to == 0; k++) {
		to = r->plan[k].first;
	}
	r->v.name = r->plan[i].name;
	if (rc == RC_OK) {
		rc = fd_create(r->v.path, &r->v.fd, reterr);
	}
	if (rc == RC_OK) {
		window_use(&r->w, r->v.fd, r->v.path);
		rc = write_seg_head(r, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(r->conf->dir, reterr);
	}
	if (rc == RC_OK && to > r->expected) {
		rc = fill(r, FIRST_GROUP_AT, next->good ? next->prev_bytes : 0,
			r->expected, to - 1,
			r->plan[k - 1].good ? r->plan[k - 1].head : NULL,
			reterr);
		r->expected = to;
	}
	if (rc == RC_OK) {
		rc = fd_size(r->v.fd, r->v.path, &r->prev_end, reterr);
	}
	return rc;
}

/* The last sequence that any group of the open segment holds. */
static enum rc
highest(struct repair *r, uint64_t *ret, struct err *reterr)
{
	struct scope s = seg_scope(&r->v, 0);
	struct group g = {.end = FIRST_GROUP_AT};
	bool found = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && found) {
		rc = group_search(&r->w, &s, g.end, &g, &found, reterr);
		if (rc == RC_OK && found && g.first + g.count - 1 > *ret) {
			*ret = g.first + g.count - 1;
		}
	}
	return rc;
}

/* Groups stand where there is no room for what must come between them: keep
 * the file aside and make the segment anew. */
static enum rc
remake_segment(struct repair *r, size_t i, uint64_t first,
	const uint8_t head[HASH_BYTES], uint64_t *upto, struct err *reterr)
{
	enum rc rc = i + 1 == r->n_plan ? highest(r, upto, reterr) : RC_OK;

	r->expected = first;
	memcpy(r->hash, head, HASH_BYTES);
	seg_view_close(&r->v);
	if (rc == RC_OK) {
		rc = set_aside(r, &r->plan[i].name, reterr);
	}
	if (rc == RC_OK && i + 1 < r->n_plan) {
		rc = make_segment(r, i, reterr);
	}
	return rc;
}

/* A segment that is there: its header, then its groups. */
static enum rc
mend_segment(struct repair *r, size_t i, uint64_t *upto, struct err *reterr)
{
	uint64_t prev_end = r->prev_end;
	uint64_t first = r->expected;
	uint8_t head[HASH_BYTES];
	const struct plan *next = i + 1 < r->n_plan ? &r->plan[i + 1] : NULL;
	enum rc rc = seg_view_open(
		r->conf->dir, &r->plan[i].name, true, &r->v, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	window_use(&r->w, r->v.fd, r->v.path);
	if (r->v.state == SEG_GOOD) {
		rc = seg_key(r->conf->keys, &r->v, r->key, reterr);
		memcpy(r->hash, r->v.head.head, HASH_BYTES);
		if (rc == RC_OK && r->v.head.first_sequence != r->expected) {
			rc = err_set(reterr, RC_CORRUPT, 0, "journal_repair",
				"%s begins with record %llu, the one before "
				"ends at %llu: restore a backup",
				r->v.path,
				(unsigned long long)r->v.head.first_sequence,
				(unsigned long long)(r->expected - 1));
		}
	} else {
		rc = copy_aside(r, 0, FIRST_GROUP_AT, reterr);
		if (rc == RC_OK) {
			rc = write_seg_head(r, reterr);
		}
	}
	memcpy(head, r->hash, HASH_BYTES);
	if (rc == RC_OK) {
		rc = mend_groups(r, next, *upto, reterr);
	}
	if (rc == RC_RANGE) {
		r->prev_end = prev_end;
		rc = remake_segment(r, i, first, head, upto, reterr);
	}
	return rc;
}

/* Of a file whose header fails: is it of any use, and where does it begin? */
static enum rc
look_at(struct repair *r, struct plan *p, bool *ret_use, struct err *reterr)
{
	struct scope s = seg_scope(&r->v, 0);
	bool found = false;
	struct group g;
	enum rc rc;

	*ret_use = r->v.state == SEG_GOOD;
	if (*ret_use) {
		p->good = true;
		p->first = r->v.head.first_sequence;
		p->prev_bytes = r->v.head.prev_bytes;
		memcpy(p->head, r->v.head.head, HASH_BYTES);
		return RC_OK;
	}
	if (r->v.state == SEG_NEWER) {
		return err_set(reterr, RC_CORRUPT, 0, "journal_repair",
			"%s was written by a newer version: use that one",
			r->v.path);
	}
	if (r->v.state == SEG_ALIEN) {
		return RC_OK;
	}
	window_use(&r->w, r->v.fd, r->v.path);
	rc = group_search(&r->w, &s, FIRST_GROUP_AT, &g, &found, reterr);
	if (rc == RC_OK && found &&
		keys_segment_get(r->conf->keys, p->name.epoch, p->name.number,
			NULL, r->key, NULL) == RC_OK) {
		*ret_use = true;
		p->first = g.at == FIRST_GROUP_AT ? g.first : 0;
	}
	return rc;
}

/* Zeros only: made ahead, or wiped; nothing to keep. */
static enum rc
is_blank(struct repair *r, bool *ret_blank, struct err *reterr)
{
	uint64_t end = 0;
	enum rc rc;

	window_use(&r->w, r->v.fd, r->v.path);
	rc = dirty_end(&r->w, 0, &end, reterr);
	*ret_blank = end == 0;
	return rc;
}

static enum rc
plan_file(struct repair *r, const struct seg_name *name, struct err *reterr)
{
	struct plan *p = &r->plan[name->number - 1];
	struct plan one = {.name = *name, .there = true};
	bool use = false;
	bool blank = false;
	enum rc rc = seg_view_open(r->conf->dir, name, false, &r->v, reterr);

	if (rc == RC_OK) {
		rc = look_at(r, &one, &use, reterr);
	}
	if (rc == RC_OK && !use) {
		rc = is_blank(r, &blank, reterr);
	}
	if (rc == RC_OK && blank) {
		rc = path_remove(r->v.path, reterr);
	}
	seg_view_close(&r->v);
	if (rc != RC_OK || blank) {
		return rc;
	}
	if (use && (!p->there || (one.good && !p->good))) {
		if (p->there) {
			rc = set_aside(r, &p->name, reterr);
		}
		*p = one;
		return rc;
	}
	return set_aside(r, name, reterr);
}

/* Which epoch had this number: the keyring knows, the neighbors else. */
static uint32_t
guess_epoch(const struct repair *r, size_t i)
{
	uint8_t key[KEY_BYTES];
	uint32_t before;
	uint32_t behind;
	uint32_t e;
	size_t k;

	for (k = i + 1; k < r->n_plan && !r->plan[k].there; k++) {
	}
	behind = k < r->n_plan ? r->plan[k].name.epoch : r->conf->epoch;
	before = i > 0 ? r->plan[i - 1].name.epoch : 0;
	for (e = before; e <= behind && e <= before + 64; e++) {
		if (keys_segment_get(r->conf->keys, e, r->plan[i].name.number,
			    NULL, key, NULL) == RC_OK) {
			crypto_wipe(key, sizeof(key));
			return e;
		}
	}
	return i > 0 ? before : behind;
}

static enum rc
make_plan(struct repair *r, struct err *reterr)
{
	struct seg_list l = {NULL, 0};
	enum rc rc = seg_list_read(r->conf->dir, r->conf->reg, &l, reterr);
	size_t i;

	if (rc == RC_OK && l.n > 0) {
		r->n_plan = l.v[l.n - 1].number;
		r->plan = calloc(r->n_plan, sizeof(r->plan[0]));
		if (r->plan == NULL) {
			rc = no_memory(reterr);
		}
	}
	for (i = 0; rc == RC_OK && i < l.n; i++) {
		rc = plan_file(r, &l.v[i], reterr);
	}
	seg_list_free(&l);
	/* Numbers at the end that hold nothing are the writer's to make. */
	while (rc == RC_OK && r->n_plan > 0 && !r->plan[r->n_plan - 1].there) {
		r->n_plan--;
	}
	for (i = 0; rc == RC_OK && i < r->n_plan; i++) {
		if (!r->plan[i].there) {
			memcpy(r->plan[i].name.reg, r->conf->reg, UUID_BYTES);
			r->plan[i].name.number = (uint32_t)i + 1;
			r->plan[i].name.epoch = guess_epoch(r, i);
		}
	}
	return rc;
}

/* What lies behind the last segment comes in by the ordinary way. */
static enum rc
append_rest(struct repair *r, uint64_t upto, struct err *reterr)
{
	struct journal_conf conf = *r->conf;
	struct journal_report report;
	struct journal *j = NULL;
	enum rc rc;

	conf.known_sequence = r->expected - 1;
	rc = journal_open(&conf, &j, &report, reterr);
	while (rc == RC_OK && r->expected <= upto) {
		struct journal_line line = {.sequence = r->expected};
		char *text = NULL;

		rc = get_line(r, r->expected, &text, &line.n, reterr);
		if (rc == RC_OK) {
			line.p = text;
			sha256(r->hash, text, line.n);
			rc = journal_append(j, &line, 1, r->hash, reterr);
		}
		free(text);
		if (rc == RC_OK) {
			r->expected++;
			r->n++;
		}
	}
	journal_close(j);
	return rc;
}

enum rc
journal_repair(const struct journal_conf *conf, uint64_t upto,
	journal_repair_fn fn, void *arg, uint64_t *ret_n, struct err *reterr)
{
	struct repair r;
	size_t i;
	enum rc rc;

	memset(&r, 0, sizeof(r));
	r.conf = conf;
	r.fn = fn;
	r.arg = arg;
	r.expected = 1;
	window_init(&r.w);
	seg_view_init(&r.v);
	rc = make_plan(&r, reterr);
	for (i = 0; i < r.n_plan && rc == RC_OK; i++) {
		r.aside[0] = '\0';
		rc = r.plan[i].there ? mend_segment(&r, i, &upto, reterr)
				     : make_segment(&r, i, reterr);
		seg_view_close(&r.v);
	}
	r.aside[0] = '\0';
	if (rc == RC_OK && r.expected <= upto) {
		rc = append_rest(&r, upto, reterr);
	}
	*ret_n = r.n;
	window_free(&r.w);
	seg_view_close(&r.v);
	crypto_wipe(r.key, sizeof(r.key));
	free(r.plan);
	return rc;
}
