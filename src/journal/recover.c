/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "journal/recover_internal.h"

#include "base/poison.h"

/* Of what is long known to be final only the headers are looked at: a start
 * hashes these many records before it, verify all of them. */
#define HASHED_BEFORE_KNOWN 4096u

static enum rc
damaged(struct recovery *r, uint64_t sequence, const char *path,
	uint64_t offset, const char *words, struct err *reterr)
{
	struct sbuf b;

	r->report->tail = JOURNAL_DAMAGED;
	r->report->bad_sequence = sequence;
	r->report->last_sequence = sequence > 0 ? sequence - 1 : 0;
	r->report->offset = offset;
	sbuf_init(&b, r->report->path, sizeof(r->report->path));
	sbuf_puts(&b, path);
	return err_set(reterr, RC_CORRUPT, 0, "journal_open",
		"%s: record %llu: %s: repair from a copy", path,
		(unsigned long long)sequence, words);
}

/* Where a segment ends, by its headers alone; for messages. */
static enum rc
sequence_behind(struct recovery *r, const struct seg_view *v, uint64_t *ret,
	struct err *reterr)
{
	struct scope s = seg_scope(v, 0);
	enum place place = PLACE_BAD;
	uint64_t at = FIRST_GROUP_AT;
	struct group g;
	enum rc rc;

	*ret = v->state == SEG_GOOD ? v->head.first_sequence : 0;
	window_use(&r->w, v->fd, v->path);
	for (;;) {
		rc = group_read(&r->w, &s, at, false, &g, &place, reterr);
		if (rc != RC_OK || place != PLACE_GROUP) {
			return rc;
		}
		*ret = g.first + g.count;
		at = g.end;
	}
}

static enum rc
check_numbers(struct recovery *r, struct err *reterr)
{
	struct seg_view v;
	uint64_t seq = 0;
	size_t i;
	enum rc rc;

	for (i = 1; i < r->list.n; i++) {
		uint32_t n = r->list.v[i - 1].number;

		if (r->list.v[i].number == n + 1) {
			continue;
		}
		rc = seg_view_open(
			r->conf->dir, &r->list.v[i - 1], false, &v, reterr);
		if (rc == RC_OK) {
			rc = sequence_behind(r, &v, &seq, reterr);
		}
		if (rc == RC_OK) {
			rc = damaged(r, seq, v.path, v.size,
				r->list.v[i].number == n
					? "two segments have this number"
					: "the segment behind it is missing",
				reterr);
		}
		seg_view_close(&v);
		return rc;
	}
	return RC_OK;
}

static enum rc
count_dropped(struct recovery *r, const char *path, uint64_t from, uint64_t to,
	struct err *reterr)
{
	if (to <= from) {
		return RC_OK;
	}
	if (r->report->tail != JOURNAL_TORN) {
		struct sbuf b;

		r->report->tail = JOURNAL_TORN;
		r->report->offset = from;
		sbuf_init(&b, r->report->path, sizeof(r->report->path));
		sbuf_puts(&b, path);
	}
	r->report->dropped_bytes += to - from;
	return hash_range(&r->w, from, to, &r->dropped, reterr);
}

/* A trailing segment whose header never arrived: no record may be in it. */
static enum rc
judge_unfinished(struct recovery *r, struct err *reterr)
{
	struct seg_view *v = &r->last;
	struct scope s = seg_scope(v, 0);
	bool found = false;
	uint64_t end = 0;
	struct group g;
	enum rc rc;

	window_use(&r->w, v->fd, v->path);
	rc = group_search(&r->w, &s, FIRST_GROUP_AT, &g, &found, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (found) {
		return damaged(r, g.first, v->path, 0,
			"the header of its segment does not hold", reterr);
	}
	rc = dirty_end(&r->w, 0, &end, reterr);
	if (rc == RC_OK) {
		rc = count_dropped(r, v->path, 0, end, reterr);
	}
	return rc;
}

/* Find the last segment that came to be; r->n == 0: none did. */
static enum rc
find_last(struct recovery *r, struct err *reterr)
{
	enum rc rc;

	for (; r->n > 0; r->n--) {
		seg_view_close(&r->last);
		rc = seg_view_open(r->conf->dir, &r->list.v[r->n - 1], true,
			&r->last, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		switch (r->last.state) {
		case SEG_GOOD:
			return RC_OK;
		case SEG_NEWER:
			return err_set(reterr, RC_CORRUPT, 0, "journal_open",
				"%s was written by a newer version: use that "
				"one",
				r->last.path);
		case SEG_ALIEN:
			return damaged(r, r->last.head.first_sequence,
				r->last.path, 0,
				"the file is a copy of another segment",
				reterr);
		case SEG_ZERO:
		case SEG_BAD:
		case SEG_ABSENT:
			break;
		}
		rc = judge_unfinished(r, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

/* A repair may leave zero blocks between groups: they carry nothing when the
 * sequence goes on behind them. */
static enum rc
step_over(struct recovery *r, const struct scope *s, struct group *g,
	enum place *place, struct err *reterr)
{
	bool found = false;
	enum rc rc = group_search(
		&r->w, s, r->tail + JOURNAL_BLOCK_BYTES, g, &found, reterr);

	if (rc == RC_OK && found && g->first == r->next) {
		*place = PLACE_GROUP;
	}
	return rc;
}

/* Walk the last segment to the first place that is no group. */
static enum rc
walk_groups(struct recovery *r, const struct scope *s, struct err *reterr)
{
	enum place place = PLACE_BAD;
	struct group g;
	enum rc rc;

	r->tail = FIRST_GROUP_AT;
	r->next = r->last.head.first_sequence;
	r->n_group = 0;
	for (;;) {
		rc = group_read(&r->w, s, r->tail, false, &g, &place, reterr);
		if (rc == RC_OK && place == PLACE_GROUP &&
			g.first + g.count + HASHED_BEFORE_KNOWN >
				r->conf->known_sequence) {
			rc = group_read(
				&r->w, s, r->tail, true, &g, &place, reterr);
		}
		if (rc == RC_OK && place == PLACE_END) {
			rc = step_over(r, s, &g, &place, reterr);
		}
		if (rc != RC_OK || place != PLACE_GROUP) {
			r->bad = r->next;
			if (place == PLACE_BAD && g.first == r->next) {
				r->bad += g.count;
			}
			return rc;
		}
		if (g.first != r->next) {
			return damaged(r, r->next, r->last.path, r->tail,
				g.first > r->next
					? "records are missing before the next"
					: "its place holds an older record",
				reterr);
		}
		r->before = r->group;
		r->group = g;
		r->n_group++;
		r->next += g.count;
		r->tail = g.end;
	}
}

static enum rc
scan_last(struct recovery *r, struct err *reterr)
{
	struct scope s = seg_scope(&r->last, 0);
	bool found = false;
	struct group g;
	enum rc rc;

	window_use(&r->w, r->last.fd, r->last.path);
	rc = walk_groups(r, &s, reterr);
	if (rc == RC_OK) {
		rc = group_search(&r->w, &s, r->tail + JOURNAL_BLOCK_BYTES, &g,
			&found, reterr);
	}
	if (rc == RC_OK && found) {
		rc = damaged(r, r->bad, r->last.path, r->tail,
			"it does not hold, good records lie behind it", reterr);
	}
	if (rc == RC_OK) {
		rc = dirty_end(&r->w, r->tail, &r->dirty, reterr);
	}
	return rc;
}

/* Is there a group in the segment before, behind what the last one lets it
 * count? */
static enum rc
group_behind_prev(struct recovery *r, struct group *g, bool *ret_there,
	struct err *reterr)
{
	struct scope s = seg_scope(&r->prev, 0);
	uint64_t at = r->last.head.prev_bytes;
	enum place place = PLACE_BAD;
	enum rc rc;

	*ret_there = false;
	if (r->prev.state != SEG_GOOD || at < FIRST_GROUP_AT ||
		at % JOURNAL_BLOCK_BYTES != 0 || at >= r->prev.size) {
		return RC_OK;
	}
	window_use(&r->w, r->prev.fd, r->prev.path);
	rc = group_read(&r->w, &s, at, true, g, &place, reterr);
	*ret_there =
		place == PLACE_GROUP && g->first == r->last.head.first_sequence;
	return rc;
}

static enum rc
open_prev(struct recovery *r, struct err *reterr)
{
	seg_view_close(&r->prev);
	if (r->n < 2) {
		return RC_OK;
	}
	return seg_view_open(
		r->conf->dir, &r->list.v[r->n - 2], true, &r->prev, reterr);
}

/* Both copies of a group whose first flush failed: the lines must be equal.
 */
static enum rc
compare_groups(struct recovery *r, const struct group *old, bool *ret_equal,
	struct err *reterr)
{
	uint8_t key[2][KEY_BYTES];
	uint64_t at[2] = {old->at, FIRST_GROUP_AT};
	const struct seg_view *v[2] = {&r->prev, &r->last};
	uint8_t *line[2] = {NULL, NULL};
	struct rec_head h[2];
	enum rc rc = RC_OK;
	uint32_t i;
	int k;

	*ret_equal = true;
	for (k = 0; k < 2 && rc == RC_OK; k++) {
		rc = seg_key(r->conf->keys, v[k], key[k], reterr);
	}
	for (i = 0; i < old->count && *ret_equal && rc == RC_OK; i++) {
		for (k = 0; k < 2 && rc == RC_OK; k++) {
			struct scope s = seg_scope(v[k], 0);

			window_use(&r->w, v[k]->fd, v[k]->path);
			rc = line_read(&r->w, &s, at[k], key[k], &h[k],
				&line[k], reterr);
			at[k] += rec_space(h[k].len);
		}
		*ret_equal = rc == RC_OK && h[0].sequence == h[1].sequence &&
			     h[0].len == h[1].len &&
			     memcmp(line[0], line[1], h[0].len) == 0;
		for (k = 0; k < 2; k++) {
			if (line[k] != NULL) {
				crypto_wipe(line[k], h[k].len);
			}
			free(line[k]);
			line[k] = NULL;
		}
	}
	crypto_wipe(key, sizeof(key));
	if (rc == RC_CORRUPT) {
		*ret_equal = false;
		rc = RC_OK;
	}
	return rc;
}

/* Everything that can refuse, before a byte is written. */
static enum rc
classify(struct recovery *r, struct err *reterr)
{
	bool there = false;
	bool equal = true;
	struct group g = {0};
	enum rc rc = check_numbers(r, reterr);

	while (rc == RC_OK) {
		rc = find_last(r, reterr);
		if (rc != RC_OK || r->n == 0) {
			break;
		}
		rc = scan_last(r, reterr);
		if (rc == RC_OK) {
			rc = open_prev(r, reterr);
		}
		if (rc == RC_OK) {
			rc = group_behind_prev(r, &g, &there, reterr);
		}
		if (rc != RC_OK || !there || r->n_group > 0) {
			break;
		}
		/* A new segment without a record, and the group it was made
		 * for stands in the one before: that one goes on. */
		window_use(&r->w, r->last.fd, r->last.path);
		rc = count_dropped(r, r->last.path, r->tail, r->dirty, reterr);
		r->n--;
	}
	if (rc == RC_OK && there) {
		rc = compare_groups(r, &g, &equal, reterr);
		if (rc == RC_OK && !equal) {
			rc = damaged(r, g.first, r->prev.path, g.at,
				"two different lines have this sequence",
				reterr);
		}
	}
	if (rc == RC_OK && r->conf->known_sequence >= r->next) {
		rc = damaged(r, r->next, r->n > 0 ? r->last.path : r->conf->dir,
			r->tail, "it was final and is not there", reterr);
	}
	if (rc == RC_OK && r->n > 0) {
		window_use(&r->w, r->last.fd, r->last.path);
		rc = count_dropped(r, r->last.path, r->tail, r->dirty, reterr);
	}
	return rc;
}

void
recovery_free(struct recovery *r)
{
	if (r == NULL) {
		return;
	}
	window_free(&r->w);
	seg_view_close(&r->last);
	seg_view_close(&r->prev);
	seg_list_free(&r->list);
	free(r);
}

static enum rc
recovery_new(const struct journal_conf *conf, struct journal_report *report,
	struct journal **ret, struct err *reterr)
{
	struct recovery *r;
	enum rc rc = writer_new(conf, ret, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_open",
			"no memory for the journal");
	}
	r->conf = conf;
	r->report = report;
	r->next = conf->base_sequence + 1;
	r->j = *ret;
	seg_view_init(&r->last);
	seg_view_init(&r->prev);
	window_init(&r->w);
	sha256_start(&r->dropped);
	(*ret)->recovery = r;
	return RC_OK;
}

enum rc
journal_open(const struct journal_conf *conf, struct journal **ret,
	struct journal_report *ret_report, struct err *reterr)
{
	struct journal *j = NULL;
	struct recovery *r;
	enum rc rc;

	memset(ret_report, 0, sizeof(*ret_report));
	rc = recovery_new(conf, ret_report, &j, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	r = j->recovery;
	rc = seg_list_read(conf->dir, conf->reg, &r->list, reterr);
	if (rc == RC_OK) {
		r->n = r->list.n;
		rc = classify(r, reterr);
	}
	if (rc == RC_OK) {
		rc = recovery_take(r, reterr);
	}
	if (rc == RC_OK) {
		ret_report->last_sequence = j->head.sequence;
		if (ret_report->tail == JOURNAL_TORN) {
			sha256_end(&r->dropped, ret_report->dropped_hash);
		}
		r->conf = NULL;
		r->report = NULL;
		*ret = j;
		j = NULL;
	}
out:
	journal_close(j);
	return rc;
}
