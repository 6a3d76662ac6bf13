/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "journal/repair_internal.h"

#include "base/poison.h"

#define NUMBER_GAP_MAX 4096u

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
	return repair_fill(r, at, 0, 1, 0, NULL, reterr);
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
				rc = repair_padding(r, &g, reterr);
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
		rc = repair_fill(
			r, at, g.at, r->expected, g.first - 1, NULL, reterr);
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
		rc = repair_fill(r, at, next->good ? next->prev_bytes : 0,
			r->expected, next->first - 1,
			next->good ? next->head : NULL, reterr);
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
		rc = repair_seg_head(r, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(r->conf->dir, reterr);
	}
	if (rc == RC_OK && to > r->expected) {
		rc = repair_fill(r, FIRST_GROUP_AT,
			next->good ? next->prev_bytes : 0, r->expected, to - 1,
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
		rc = repair_set_aside(r, &r->plan[i].name, reterr);
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
		rc = repair_copy_aside(r, 0, FIRST_GROUP_AT, reterr);
		if (rc == RC_OK) {
			rc = repair_seg_head(r, reterr);
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
	struct plan *p = &r->plan[name->number - 1 - r->conf->base_number];
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
			rc = repair_set_aside(r, &p->name, reterr);
		}
		*p = one;
		return rc;
	}
	return repair_set_aside(r, name, reterr);
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
	uint32_t base = r->conf->base_number;
	size_t i;

	/* A number far beyond the others is no segment of this log. */
	while (rc == RC_OK && l.n > 0 &&
		l.v[l.n - 1].number > (l.n > 1 ? l.v[l.n - 2].number : base) +
					      NUMBER_GAP_MAX) {
		rc = repair_set_aside(r, &l.v[l.n - 1], reterr);
		l.n--;
	}
	/* what was purged is no part of the log any more */
	while (l.n > 0 && l.v[l.n - 1].number <= base) {
		l.n--;
	}
	if (rc == RC_OK && l.n > 0) {
		r->plan =
			calloc(l.v[l.n - 1].number - base, sizeof(r->plan[0]));
	}
	if (rc == RC_OK && (l.n == 0 || r->plan == NULL)) {
		rc = l.n == 0 ? RC_OK : repair_no_memory(reterr);
		seg_list_free(&l);
		return rc;
	}
	if (rc == RC_OK) {
		r->n_plan = l.v[l.n - 1].number - base;
	}
	for (i = 0; rc == RC_OK && i < l.n; i++) {
		if (l.v[i].number > base) {
			rc = plan_file(r, &l.v[i], reterr);
		}
	}
	seg_list_free(&l);
	/* Numbers at the end that hold nothing are the writer's to make. */
	while (rc == RC_OK && r->n_plan > 0 && !r->plan[r->n_plan - 1].there) {
		r->n_plan--;
	}
	for (i = 0; rc == RC_OK && i < r->n_plan; i++) {
		if (!r->plan[i].there) {
			memcpy(r->plan[i].name.reg, r->conf->reg, UUID_BYTES);
			r->plan[i].name.number = base + (uint32_t)i + 1;
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
	if (rc == RC_OK) {
		/* the last group is among what the copies hold */
		rc = journal_settle(j, r->expected - 1 <= upto, NULL, reterr);
	}
	while (rc == RC_OK && r->expected <= upto) {
		struct journal_line line = {.sequence = r->expected};
		char *text = NULL;

		rc = repair_line(r, r->expected, &text, &line.n, reterr);
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
	r.expected = conf->base_sequence + 1;
	memcpy(r.hash, conf->base_hash, sizeof(r.hash));
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
