/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "journal/file.h"
#include "journal/journal.h"
#include "journal/scan.h"
#include "journal/view.h"

#include "base/poison.h"

#define FIRST_GROUP_AT ((uint64_t)JOURNAL_BLOCK_BYTES)

struct journal_reader {
	char dir[PATH_BYTES];
	const struct keys *keys; /* borrowed; NULL: hashes only */
	uint8_t *key;
	bool have_key;
	struct seg_list list;
	size_t i; /* segment that is open, when v.fd >= 0 */
	struct seg_view v;
	struct seg_view next; /* the one behind it, when it counts */
	bool has_next;
	bool distrust; /* the header of v does not hold and was not skipped */
	struct window w;
	uint64_t at; /* block of the next group */
	uint64_t expected;
	uint64_t order; /* sequence no later group of v may begin before */
	bool in_group;
	struct group g;
	bool bad;        /* g tells the good records of a group that fails */
	uint64_t rec_at; /* next record of g */
	uint8_t *line;
	size_t line_cap;
	size_t line_len;
	uint64_t line_sequence; /* 0: none */
};

static enum rc
corrupt(struct journal_reader *r, const char *words, struct err *reterr)
{
	uint64_t seq = r->expected;

	if (!r->in_group && r->g.first == seq && r->bad) {
		seq += r->g.count;
	}
	return err_set(reterr, RC_CORRUPT, 0, "journal_reader",
		"%s: record %llu at byte %llu: %s",
		r->v.fd >= 0 ? r->v.path : r->dir, (unsigned long long)seq,
		(unsigned long long)r->at, words);
}

static bool
counts(const struct seg_view *v)
{
	return v->state == SEG_GOOD || v->state == SEG_NEWER ||
	       v->state == SEG_ALIEN;
}

/* Does a segment whose header fails hold a group all the same? */
static enum rc
holds_group(struct journal_reader *r, const struct seg_view *v, bool *ret_found,
	struct err *reterr)
{
	struct scope s = seg_scope(v, 0);
	struct group g;
	enum rc rc;

	window_use(&r->w, v->fd, v->path);
	rc = group_search(&r->w, &s, FIRST_GROUP_AT, &g, ret_found, reterr);
	if (r->v.fd >= 0) {
		window_use(&r->w, r->v.fd, r->v.path);
	}
	return rc;
}

/* A segment made ahead, or one whose header never arrived, is none yet. */
static enum rc
is_begun(struct journal_reader *r, const struct seg_view *v, size_t i,
	bool *ret_begun, struct err *reterr)
{
	*ret_begun = true;
	if (counts(v)) {
		return RC_OK;
	}
	if (v->state == SEG_ABSENT) {
		*ret_begun = false;
		return RC_OK;
	}
	if (i + 1 < r->list.n) {
		return RC_OK;
	}
	return holds_group(r, v, ret_begun, reterr);
}

static enum rc
list_again(struct journal_reader *r, struct err *reterr)
{
	struct seg_list l;
	enum rc rc = seg_list_read(r->dir, NULL, &l, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	seg_list_free(&r->list);
	r->list = l;
	/* Segments are only ever added behind; find our place again. */
	for (r->i = 0; r->v.fd >= 0 && r->i < l.n; r->i++) {
		if (memcmp(&l.v[r->i], &r->v.name, sizeof(l.v[0])) == 0) {
			break;
		}
	}
	return RC_OK;
}

/* Look whether a segment follows the open one. */
static enum rc
find_next(struct journal_reader *r, struct err *reterr)
{
	struct seg_view v;
	bool begun = false;
	enum rc rc = RC_OK;

	if (r->has_next) {
		return RC_OK;
	}
	if (r->i + 1 >= r->list.n) {
		return RC_OK;
	}
	rc = seg_view_open(r->dir, &r->list.v[r->i + 1], false, &v, reterr);
	if (rc == RC_OK) {
		rc = is_begun(r, &v, r->i + 1, &begun, reterr);
	}
	if (rc != RC_OK || !begun) {
		seg_view_close(&v);
		return rc;
	}
	r->next = v;
	r->has_next = true;
	return RC_OK;
}

static struct scope
reader_scope(const struct journal_reader *r)
{
	uint64_t limit = 0;

	if (r->has_next && r->next.state == SEG_GOOD &&
		r->next.name.number == r->v.name.number + 1) {
		limit = r->next.head.prev_bytes;
	}
	return seg_scope(&r->v, limit);
}

/* Begin with the segment in v. */
static enum rc
enter(struct journal_reader *r, struct err *reterr)
{
	r->at = FIRST_GROUP_AT;
	r->in_group = false;
	r->order = r->v.state == SEG_GOOD ? r->v.head.first_sequence : 0;
	r->distrust = r->v.state != SEG_GOOD;
	r->have_key = false;
	window_use(&r->w, r->v.fd, r->v.path);
	return find_next(r, reterr);
}

static enum rc
enter_next(struct journal_reader *r, struct err *reterr)
{
	seg_view_close(&r->v);
	r->v = r->next;
	seg_view_init(&r->next);
	r->has_next = false;
	r->i++;
	return enter(r, reterr);
}

/* Open the last segment that begins at or before ${from}. */
static enum rc
enter_first(struct journal_reader *r, struct err *reterr)
{
	struct seg_view v;
	bool begun = false;
	size_t i;
	enum rc rc;

	for (i = r->list.n; i > 0; i--) {
		rc = seg_view_open(
			r->dir, &r->list.v[i - 1], false, &v, reterr);
		if (rc == RC_OK) {
			rc = is_begun(r, &v, i - 1, &begun, reterr);
		}
		if (rc == RC_OK && begun &&
			(i == 1 ||
				(v.state == SEG_GOOD && v.head.first_sequence <=
								r->expected))) {
			r->v = v;
			r->i = i - 1;
			return enter(r, reterr);
		}
		seg_view_close(&v);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_NOTFOUND;
}

static enum rc
read_group(struct journal_reader *r, enum place *ret_place, struct err *reterr)
{
	struct scope s = reader_scope(r);
	bool hashed = true;
	enum rc rc;

	rc = group_read(&r->w, &s, r->at, false, &r->g, ret_place, reterr);
	r->bad = false;
	if (rc == RC_OK && *ret_place == PLACE_GROUP &&
		r->g.first + r->g.count <= r->expected) {
		hashed = false; /* before the first one asked for */
	}
	if (rc == RC_OK && hashed && *ret_place == PLACE_GROUP) {
		rc = group_read(
			&r->w, &s, r->at, true, &r->g, ret_place, reterr);
	}
	r->bad = rc == RC_OK && *ret_place == PLACE_BAD;
	return rc;
}

/* The same, and once more with fresh eyes when the file may have grown. */
static enum rc
look(struct journal_reader *r, enum place *ret_place, struct err *reterr)
{
	enum rc rc = read_group(r, ret_place, reterr);

	if (rc != RC_OK || *ret_place == PLACE_GROUP) {
		return rc;
	}
	window_drop(&r->w);
	rc = fd_size(r->v.fd, r->v.path, &r->v.size, reterr);
	if (rc == RC_OK) {
		rc = read_group(r, ret_place, reterr);
	}
	if (rc == RC_OK && *ret_place != PLACE_GROUP && !r->has_next) {
		rc = list_again(r, reterr);
		if (rc == RC_OK) {
			rc = find_next(r, reterr);
		}
		if (rc == RC_OK && r->has_next) {
			/* More may have come before the segment was left. */
			window_drop(&r->w);
			rc = fd_size(r->v.fd, r->v.path, &r->v.size, reterr);
			if (rc == RC_OK) {
				rc = read_group(r, ret_place, reterr);
			}
		}
	}
	return rc;
}

static enum rc
have_key(struct journal_reader *r, struct err *reterr)
{
	enum rc rc;

	if (r->have_key || r->keys == NULL) {
		return RC_OK;
	}
	rc = seg_key(r->keys, &r->v, r->key, reterr);
	if (rc == RC_OK) {
		r->have_key = true;
	}
	return rc;
}

static void
line_free(struct journal_reader *r)
{
	if (r->line != NULL) {
		crypto_wipe(r->line, r->line_cap);
	}
	free(r->line);
}

/* No realloc(), which may leave a line behind where it moved from. */
static enum rc
line_room(struct journal_reader *r, size_t n, struct err *reterr)
{
	uint8_t *p;

	if (n <= r->line_cap) {
		return RC_OK;
	}
	p = malloc(n);
	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_reader",
			"no memory for a journal line");
	}
	if (r->line != NULL) {
		memcpy(p, r->line, r->line_cap);
	}
	line_free(r);
	r->line = p;
	r->line_cap = n;
	return RC_OK;
}

/* The record at rec_at, whose group has been checked. */
static enum rc
take_record(struct journal_reader *r, struct journal_record *ret,
	struct err *reterr)
{
	const uint8_t *p = NULL;
	struct rec_head h;
	size_t n = 0;
	enum rc rc =
		window_get(&r->w, r->rec_at, REC_HEAD_BYTES, &p, &n, reterr);

	if (rc == RC_OK && (n < REC_HEAD_BYTES || !rec_head_read(p, &h))) {
		return corrupt(r, "it changed while it was read", reterr);
	}
	if (rc == RC_OK) {
		rc = window_get(
			&r->w, r->rec_at, rec_bytes(h.len), &p, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = have_key(r, reterr);
	}
	if (rc == RC_OK) {
		rc = line_room(r, (size_t)h.len + 1, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (n < rec_bytes(h.len)) {
		return corrupt(r, "it changed while it was read", reterr);
	}
	memset(ret, 0, sizeof(*ret));
	ret->sequence = h.sequence;
	ret->epoch = h.epoch;
	ret->len = h.len;
	ret->group_first = h.index == 0;
	if (r->keys != NULL) {
		if (rec_open(p, &h, r->key, r->line) != RC_OK) {
			return corrupt(
				r, "it does not open with its key", reterr);
		}
		r->line[h.len] = '\0';
		r->line_len = h.len;
		r->line_sequence = h.sequence;
		ret->line = (const char *)r->line;
	}
	r->rec_at += rec_space(h.len);
	r->expected = h.sequence + 1;
	if (h.index + 1u == h.count) {
		r->in_group = false;
		r->at = r->g.end;
		r->order = r->expected;
	}
	return RC_OK;
}

/* Step to the record that is expected, inside a group that was checked. */
static enum rc
begin_group(struct journal_reader *r, struct err *reterr)
{
	uint64_t seq = r->g.first;

	r->rec_at = r->g.at;
	while (seq < r->expected) {
		const uint8_t *p = NULL;
		struct rec_head h;
		size_t n = 0;
		enum rc rc = window_get(
			&r->w, r->rec_at, REC_HEAD_BYTES, &p, &n, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (n < REC_HEAD_BYTES || !rec_head_read(p, &h)) {
			return corrupt(
				r, "it changed while it was read", reterr);
		}
		r->rec_at += rec_space(h.len);
		seq++;
	}
	r->in_group = true;
	return RC_OK;
}

/* The line before the next segment must be the one its header names. */
static enum rc
check_head(struct journal_reader *r, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];

	if (r->line_sequence == 0 || r->next.state != SEG_GOOD ||
		r->line_sequence + 1 != r->next.head.first_sequence) {
		return RC_OK;
	}
	sha256(hash, r->line, r->line_len);
	if (memcmp(hash, r->next.head.head, sizeof(hash)) != 0) {
		return corrupt(r,
			"the segment behind follows another line than the one "
			"before",
			reterr);
	}
	return RC_OK;
}

/* A group at or behind r->at with a record that is still expected. */
static enum rc
search_here(struct journal_reader *r, uint64_t from, bool *ret_found,
	struct err *reterr)
{
	struct scope s = reader_scope(r);
	uint64_t at = from;
	enum rc rc;

	do {
		rc = group_search(&r->w, &s, at, &r->g, ret_found, reterr);
		at = r->g.end;
	} while (rc == RC_OK && *ret_found &&
		 r->g.first + r->g.count <= r->expected);
	return rc;
}

/* No group at r->at: the end, the next segment, or damage.  RC_OK: go on. */
static enum rc
leave(struct journal_reader *r, enum place place, uint64_t upto,
	struct err *reterr)
{
	struct group bad = r->g;
	bool found = false;
	enum rc rc =
		search_here(r, r->at + JOURNAL_BLOCK_BYTES, &found, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	/* Zero blocks between groups, which a repair may leave, and what does
	 * not hold before the first record asked for, are passed over. */
	if (found && (r->g.first == r->expected ? place == PLACE_END
						: r->g.first < r->expected)) {
		r->at = r->g.at;
		return RC_OK;
	}
	r->g = bad;
	if (r->has_next && r->next.state == SEG_GOOD && place == PLACE_END &&
		!found && r->next.head.first_sequence <= r->expected) {
		rc = check_head(r, reterr);
		return rc == RC_OK ? enter_next(r, reterr) : rc;
	}
	if (found) {
		return corrupt(r,
			"it does not hold, good records lie behind it", reterr);
	}
	if (r->has_next) {
		return corrupt(r,
			place == PLACE_BAD ? "it does not hold"
			: r->next.state == SEG_GOOD
				? "it is missing"
				: "the header of its segment does not hold",
			reterr);
	}
	window_drop(&r->w);
	if (place == PLACE_BAD && upto != UINT64_MAX) {
		return corrupt(r, "it does not hold", reterr);
	}
	return RC_NOTFOUND;
}

enum rc
journal_reader_next(struct journal_reader *r, uint64_t upto,
	struct journal_record *ret, struct err *reterr)
{
	enum place place = PLACE_BAD;
	enum rc rc = RC_OK;

	if (r->expected > upto) {
		return RC_NOTFOUND;
	}
	if (r->v.fd < 0) {
		rc = list_again(r, reterr);
		if (rc == RC_OK) {
			rc = enter_first(r, reterr);
		}
	}
	while (rc == RC_OK && !r->in_group) {
		if (r->distrust) {
			return corrupt(r,
				r->v.state == SEG_ALIEN
					? "the file is a copy of another one"
					: "the header of its segment does not "
					  "hold",
				reterr);
		}
		rc = look(r, &place, reterr);
		if (rc != RC_OK) {
			break;
		}
		if (place != PLACE_GROUP) {
			rc = leave(r, place, upto, reterr);
		} else if (r->g.first < r->order) {
			return corrupt(
				r, "its place holds an older record", reterr);
		} else if (r->g.first + r->g.count <= r->expected) {
			r->at = r->g.end;
			r->order = r->g.first + r->g.count;
		} else if (r->g.first > r->expected) {
			return corrupt(r, "it is missing", reterr);
		} else if (r->g.dirty_at != 0) {
			return corrupt(
				r, "the padding behind it is not zero", reterr);
		} else {
			rc = begin_group(r, reterr);
		}
	}
	return rc == RC_OK ? take_record(r, ret, reterr) : rc;
}

enum rc
journal_reader_skip(
	struct journal_reader *r, uint64_t *ret_sequence, struct err *reterr)
{
	uint64_t from = r->at;
	bool found = false;
	enum rc rc = RC_OK;

	if (r->v.fd < 0) {
		return RC_NOTFOUND;
	}
	if (r->in_group && r->rec_at != 0) {
		from = r->g.end; /* a record that does not open */
	}
	r->in_group = false;
	r->line_sequence = 0;
	window_drop(&r->w);
	for (;;) {
		rc = search_here(r, from, &found, reterr);
		if (rc != RC_OK || found) {
			break;
		}
		if (!r->has_next) {
			return RC_NOTFOUND;
		}
		rc = enter_next(r, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		from = FIRST_GROUP_AT;
	}
	if (rc != RC_OK) {
		return rc;
	}
	r->distrust = false;
	r->g.dirty_at = 0;
	r->at = r->g.at;
	r->order = r->g.first;
	if (r->g.first > r->expected) {
		r->expected = r->g.first;
	}
	*ret_sequence = r->expected;
	return begin_group(r, reterr);
}

enum rc
journal_reader_open(const char *dir, const struct keys *keys, uint64_t from,
	struct journal_reader **ret, struct err *reterr)
{
	struct journal_reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_reader",
			"no memory to read the journal");
	}
	seg_view_init(&r->v);
	seg_view_init(&r->next);
	window_init(&r->w);
	r->expected = from > 0 ? from : 1;
	r->keys = keys;
	if (strlen(dir) >= sizeof(r->dir)) {
		journal_reader_close(r);
		return err_set(reterr, RC_RANGE, 0, "journal_reader",
			"the path of the journal is too long");
	}
	memcpy(r->dir, dir, strlen(dir) + 1);
	if (keys != NULL) {
		r->key = crypto_secret_new(KEY_BYTES);
		if (r->key == NULL) {
			journal_reader_close(r);
			return err_set(reterr, RC_NOMEM, 0, "journal_reader",
				"no locked memory for a journal key");
		}
	}
	*ret = r;
	return RC_OK;
}

void
journal_reader_close(struct journal_reader *r)
{
	if (r == NULL) {
		return;
	}
	seg_view_close(&r->v);
	seg_view_close(&r->next);
	seg_list_free(&r->list);
	window_free(&r->w);
	crypto_secret_free(r->key);
	line_free(r);
	free(r);
}
