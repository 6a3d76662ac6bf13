/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_span.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "register/report_internal.h"
#include "wire/event.h"

#include "base/poison.h"

/* --- what was asked for --------------------------------------------------- */

bool
report_pick_date(const char *text, int64_t *ret)
{
	int64_t year, month, day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
		parse_i64(text, 4, 1970, 9999, &year) != RC_OK ||
		parse_i64(text + 5, 2, 1, 12, &month) != RC_OK ||
		parse_i64(text + 8, 2, 1, 31, &day) != RC_OK) {
		return false;
	}
	*ret = year * 10000 + month * 100 + day;
	return true;
}

bool
report_pick_z(const char *text, struct report_pick *ret)
{
	size_t n = strcspn(text, "-");
	struct report_pick p = {.kind = REPORT_PICK_Z};

	if (parse_i64(text, n, 1, INT64_MAX, &p.from) != RC_OK) {
		return false;
	}
	p.to = p.from;
	if (text[n] == '-' && parse_i64(text + n + 1, strlen(text + n + 1),
				      p.from, INT64_MAX, &p.to) != RC_OK) {
		return false;
	}
	*ret = p;
	return true;
}

/* --- days ----------------------------------------------------------------- */

/* A business day: its lines, and the number its Z has or will have. */
struct day {
	int64_t z;
	uint64_t first, last;
	int32_t date; /* 0 nobody said, and it was not looked for */
	bool open;
};

static int32_t
date_said(const char *text)
{
	int64_t ymd = 0;

	return text != NULL && report_pick_date(text, &ymd) ? (int32_t)ymd : 0;
}

/* As the fold has it: its own word, its first sale's, its first line's. */
static enum rc
find_date(struct shop *s, struct day *d, struct err *reterr)
{
	const struct event *e = NULL;
	int32_t began = 0;

	for (uint64_t seq = d->first; d->date == 0 && seq <= d->last; seq++) {
		enum rc rc = shop_event(s, seq, NULL, &e, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (began == 0 && !e->training) {
			began = report_ymd(e->time, e->tz_min);
		}
		if (e->type == EVENT_DAY_OPENED) {
			d->date = date_said(e->data.day_opened.date);
		} else if (e->type == EVENT_SALE_COMPLETED && !e->training) {
			d->date = report_ymd(e->time, e->tz_min);
		}
	}
	if (d->date == 0) {
		d->date = began;
	}
	return RC_OK;
}

static struct day
open_day(struct shop *s, const struct totals *t)
{
	return (struct day){.z = t->closings + 1,
		.first = t->first > 0 ? t->first : shop_head(s) + 1,
		.last = shop_head(s),
		.open = true};
}

/* The day before ${d}, by the Z that stands right in front of it. */
static enum rc
day_before(struct shop *s, struct day *d, struct err *reterr)
{
	const struct event *e = NULL;
	uint64_t seq = d->first - 1;
	enum rc rc = RC_OK;

	/* behind a Z there may be lines that belong to no day */
	while (seq > 0) {
		rc = shop_event(s, seq, NULL, &e, reterr);
		if (rc != RC_OK || e->type == EVENT_DAY_CLOSED) {
			break;
		}
		seq--;
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (seq == 0 || e->data.day.first <= 0 ||
		(uint64_t)e->data.day.first > seq) {
		return err_set(reterr, RC_NOTFOUND, 0, "report",
			"the Z in front of line %llu cannot be found; run "
			"'holdfast verify'",
			(unsigned long long)d->first);
	}
	*d = (struct day){.z = e->data.day.number,
		.first = (uint64_t)e->data.day.first,
		.last = seq,
		.date = date_said(e->data.day.date)};
	return RC_OK;
}

/* --- which of them -------------------------------------------------------- */

static bool
is_wanted(const struct report_pick *p, const struct day *d)
{
	if (p->kind == REPORT_PICK_Z) {
		return d->z >= p->from && d->z <= p->to;
	}
	if (p->kind == REPORT_PICK_DATES) {
		return (p->from == 0 || d->date >= p->from) &&
		       (p->to == 0 || d->date <= p->to);
	}
	return p->kind == REPORT_PICK_ALL || d->open;
}

static bool
is_past(const struct report_pick *p, const struct day *d)
{
	return d->z <= 1 || p->kind == REPORT_PICK_OPEN ||
	       (p->kind == REPORT_PICK_Z && d->z <= p->from);
}

static void
take_in(struct report_span *span, const struct day *d, bool *found)
{
	if (!*found) {
		span->z_last = d->z;
		span->last = d->last;
		span->open = d->open;
		span->until = d->date;
		*found = true;
	}
	span->z_first = d->z;
	span->first = d->first;
	span->since = d->date;
}

static enum rc
none(const struct report_pick *p, const struct totals *t, struct err *reterr)
{
	if (p->kind == REPORT_PICK_Z) {
		return err_set(reterr, RC_NOTFOUND, 0, "report",
			"there is no such Z: %lld day%s closed",
			(long long)t->closings,
			t->closings == 1 ? " is" : "s are");
	}
	return err_set(reterr, RC_NOTFOUND, 0, "report",
		"no business day of this register has such a date");
}

enum rc
report_find_span(struct shop *s, const struct report_pick *pick,
	struct report_span *ret, struct err *reterr)
{
	struct report_pick p = *pick;
	struct report_span span = {0};
	bool found = false;
	struct totals t;
	struct day d;
	enum rc rc;

	if (s->store == NULL) {
		return err_set(reterr, RC_AGAIN, 0, "report", "%s", s->trouble);
	}
	rc = store_totals(s->store, &t, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (p.kind == REPORT_PICK_Z && p.to == 0) {
		p.from = t.closings;
		p.to = t.closings;
	}
	d = open_day(s, &t);
	if (p.kind == REPORT_PICK_Z && (p.to > d.z || p.from < 1)) {
		return none(&p, &t, reterr);
	}
	for (;;) {
		if (is_wanted(&p, &d) || p.kind == REPORT_PICK_DATES) {
			rc = find_date(s, &d, reterr);
		}
		if (rc != RC_OK) {
			return rc;
		}
		if (is_wanted(&p, &d)) {
			take_in(&span, &d, &found);
		}
		if (is_past(&p, &d)) {
			break;
		}
		rc = day_before(s, &d, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (!found) {
		return none(&p, &t, reterr);
	}
	*ret = span;
	return RC_OK;
}

/* --- its lines ------------------------------------------------------------ */

struct walk {
	struct arena arena;
	size_t cap;
	report_event_fn fn;
	void *arg;
};

static enum rc
take_line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct walk *w = arg;
	size_t need = wire_arena_bytes(rec->len);
	struct event e;
	enum rc rc;

	if (need > w->cap) {
		void *p;

		arena_wipe(&w->arena);
		p = realloc(w->arena.base, need);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "report",
				"no memory for event %llu: close other "
				"programs",
				(unsigned long long)rec->sequence);
		}
		w->cap = need;
		arena_init(&w->arena, p, need);
	}
	arena_reset(&w->arena);
	rc = wire_decode(rec->line, rec->len, &w->arena, &e, reterr);
	return rc == RC_OK ? w->fn(w->arg, &e, reterr) : rc;
}

enum rc
report_each(struct shop *s, const struct report_span *span, report_event_fn fn,
	void *arg, struct err *reterr)
{
	struct walk w = {.fn = fn, .arg = arg};
	enum rc rc = RC_OK;

	if (span->last >= span->first) {
		rc = shop_walk(
			s, span->first, span->last, take_line, &w, reterr);
	}
	if (w.arena.base != NULL) {
		arena_wipe(&w.arena);
		free(w.arena.base);
	}
	return rc;
}

static enum rc
add(void *arg, const struct event *e, struct err *reterr)
{
	return report_add(arg, e, reterr);
}

enum rc
report_make(struct shop *s, enum report_kind kind,
	const struct report_span *span, enum report_sort sort, size_t limit,
	struct report **ret, struct err *reterr)
{
	struct report *r = NULL;
	enum rc rc = report_new(kind, &s->config, span, &r, reterr);

	if (rc == RC_OK) {
		rc = report_each(s, span, add, r, reterr);
	}
	if (rc == RC_OK) {
		rc = report_end(r, sort, limit, reterr);
	}
	if (rc != RC_OK) {
		report_free(r);
		return rc;
	}
	*ret = r;
	return RC_OK;
}
