/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "journal/file.h"
#include "journal/journal.h"
#include "journal/scan.h"
#include "journal/view.h"

#include "base/poison.h"

#define FIRST_GROUP_AT ((uint64_t)JOURNAL_BLOCK_BYTES)

_Static_assert(JOURNAL_NAME_BYTES == SEG_NAME_BYTES, "one name, one length");

static enum rc
no_log(const char *dir, struct err *reterr)
{
	return err_set(reterr, RC_NOTFOUND, 0, "journal",
		"%s holds no journal segment", dir);
}

static void
name_it(struct journal_segment *s, const struct seg_name *name)
{
	memset(s, 0, sizeof(*s));
	seg_name_format(name, s->name);
	s->epoch = name->epoch;
	s->number = name->number;
}

/* Where the group ends that holds ${upto}, by headers alone. */
static enum rc
find_end(const struct seg_view *v, uint64_t upto, struct journal_segment *s,
	struct err *reterr)
{
	struct scope scope = seg_scope(v, 0);
	enum place place = PLACE_BAD;
	uint64_t at = FIRST_GROUP_AT;
	struct window w;
	struct group g;
	enum rc rc;

	window_init(&w);
	window_use(&w, v->fd, v->path);
	s->bytes = FIRST_GROUP_AT;
	s->last = s->first - 1;
	do {
		bool found = false;

		rc = group_read(&w, &scope, at, false, &g, &place, reterr);
		if (rc == RC_OK && place == PLACE_END) {
			/* zero blocks, which a repair may leave */
			rc = group_search(&w, &scope, at + JOURNAL_BLOCK_BYTES,
				&g, &found, reterr);
			place = found ? PLACE_GROUP : place;
		}
		if (rc == RC_OK && place != PLACE_GROUP) {
			rc = err_set(reterr, RC_CORRUPT, 0, "journal",
				"%s ends behind line %llu, before line %llu: "
				"run 'holdfast verify'",
				v->path, (unsigned long long)s->last,
				(unsigned long long)upto);
		}
		if (rc == RC_OK) {
			at = g.end;
			s->bytes = g.end;
			s->last = g.first + g.count - 1;
		}
	} while (rc == RC_OK && s->last < upto);
	window_free(&w);
	return rc;
}

static enum rc
take(const struct seg_view *v, struct journal_segment *before,
	struct journal_segment *s, struct err *reterr)
{
	if (v->state != SEG_GOOD) {
		return err_set(reterr, RC_CORRUPT, 0, "journal",
			"%s: its header does not hold: run 'holdfast verify'",
			v->path);
	}
	if (before != NULL && v->name.number != before->number + 1) {
		return err_set(reterr, RC_CORRUPT, 0, "journal",
			"the segment before %s is missing: run 'holdfast "
			"verify'",
			v->path);
	}
	name_it(s, &v->name);
	s->first = v->head.first_sequence;
	memcpy(s->head, v->head.head, sizeof(s->head));
	if (before != NULL) {
		before->last = s->first - 1;
		before->bytes = v->head.prev_bytes;
	}
	return RC_OK;
}

static enum rc
walk(const char *dir, const struct seg_list *l, uint64_t upto,
	struct journal_segment *out, size_t *ret_n, struct err *reterr)
{
	struct seg_view v, next;
	enum rc rc = RC_OK;
	size_t n = 0;

	seg_view_init(&v);
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		rc = seg_view_open(dir, &l->v[i], false, &next, reterr);
		/* made ahead, or behind what is asked for */
		if (rc == RC_OK && n > 0 &&
			(next.state == SEG_ZERO ||
				(next.state == SEG_GOOD &&
					next.head.first_sequence > upto))) {
			seg_view_close(&next);
			break;
		}
		if (rc == RC_OK) {
			rc = take(&next, n > 0 ? &out[n - 1] : NULL, &out[n],
				reterr);
			n++;
		}
		seg_view_close(&v);
		v = next;
	}
	if (rc == RC_OK && n > 0) {
		rc = find_end(&v, upto, &out[n - 1], reterr);
	}
	seg_view_close(&v);
	*ret_n = n;
	return rc;
}

enum rc
journal_segments(const char *dir, uint64_t upto, struct journal_segment **ret,
	size_t *ret_n, struct err *reterr)
{
	struct journal_segment *out = NULL;
	struct seg_list l = {NULL, 0};
	enum rc rc = seg_list_read(dir, NULL, &l, reterr);

	if (rc == RC_OK && l.n == 0) {
		rc = no_log(dir, reterr);
	}
	if (rc == RC_OK && l.n > 0) {
		out = calloc(l.n, sizeof(*out));
		if (out == NULL) {
			rc = err_set(reterr, RC_NOMEM, 0, "journal",
				"no memory to list the journal");
		}
	}
	if (rc == RC_OK && out != NULL) {
		rc = walk(dir, &l, upto, out, ret_n, reterr);
	}
	seg_list_free(&l);
	if (rc == RC_OK) {
		*ret = out;
		out = NULL;
	}
	free(out);
	return rc;
}

enum rc
journal_first(const char *dir, struct journal_segment *ret, struct err *reterr)
{
	struct seg_list l = {NULL, 0};
	struct seg_view v;
	enum rc rc = seg_list_read(dir, NULL, &l, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (l.n == 0) {
		seg_list_free(&l);
		return no_log(dir, reterr);
	}
	rc = seg_view_open(dir, &l.v[0], false, &v, reterr);
	if (rc == RC_OK) {
		name_it(ret, &l.v[0]);
		if (v.state == SEG_GOOD) {
			ret->first = v.head.first_sequence;
			memcpy(ret->head, v.head.head, sizeof(ret->head));
		}
	}
	seg_view_close(&v);
	seg_list_free(&l);
	return rc;
}

enum rc
journal_cut(
	const char *dir, uint32_t number, unsigned *ret_n, struct err *reterr)
{
	struct seg_list l = {NULL, 0};
	char path[PATH_BYTES];
	enum rc rc = seg_list_read(dir, NULL, &l, reterr);

	*ret_n = 0;
	for (size_t i = 0;
		rc == RC_OK && i + 1 < l.n && l.v[i].number <= number; i++) {
		rc = seg_path(dir, &l.v[i], path, reterr);
		if (rc == RC_OK) {
			rc = path_remove(path, reterr);
		}
		if (rc == RC_OK) {
			rc = file_sync_dir(dir, reterr);
		}
		if (rc == RC_OK) {
			(*ret_n)++;
		}
	}
	seg_list_free(&l);
	return rc;
}
