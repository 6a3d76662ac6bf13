/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_span.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "register/closing.h"
#include "register/days.h"
#include "wire/event.h"

#include "base/poison.h"

/* --- what was asked for --------------------------------------------------- */

bool
report_pick_date(const char *text, int64_t *ret)
{
	int32_t date = 0;

	if (days_date(text, &date) != RC_OK) {
		return false;
	}
	*ret = date;
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

/* "2026-11", "2026-11-21", "2026-11-16:2026-11-22". */
static bool
pick_dates(const char *text, struct report_pick *ret)
{
	struct report_pick p = {.kind = REPORT_PICK_DATES};
	char date[16];
	struct sbuf b;

	if (strlen(text) == 7) {
		sbuf_init(&b, date, sizeof(date));
		sbuf_puts(&b, text);
		sbuf_puts(&b, "-01");
		if (!report_pick_date(date, &p.from)) {
			return false;
		}
		p.to = p.from + 30; /* as numbers: no month has a 32nd */
	} else if (strlen(text) == 21 && text[10] == ':') {
		sbuf_init(&b, date, sizeof(date));
		sbuf_write(&b, text, 10);
		if (!report_pick_date(date, &p.from) ||
			!report_pick_date(text + 11, &p.to)) {
			return false;
		}
	} else if (report_pick_date(text, &p.from)) {
		p.to = p.from;
	} else {
		return false;
	}
	*ret = p;
	return true;
}

static bool
pick_time(const char *text, struct report_pick *ret)
{
	*ret = (struct report_pick){.kind = REPORT_PICK_OPEN};
	if (text[0] == '\0' || strcmp(text, "day") == 0) {
		return true;
	}
	if (strcmp(text, "last") == 0) {
		ret->kind = REPORT_PICK_Z;
		return true;
	}
	if (strcmp(text, "all") == 0) {
		ret->kind = REPORT_PICK_ALL;
		return true;
	}
	return pick_dates(text, ret) || report_pick_z(text, ret);
}

bool
report_words(const char *text, struct report_ask *ret)
{
	size_t n = strcspn(text, " ");
	char name[32];
	struct sbuf b;

	sbuf_init(&b, name, sizeof(name));
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z') {
			c = (char)(c - 'A' + 'a');
		}
		sbuf_putc(&b, c);
	}
	*ret = (struct report_ask){.kind = report_find(name)};
	ret->tie = strcmp(name, "tieout") == 0;
	if (!sbuf_ok(&b) || (!ret->tie && ret->kind == REPORT_KINDS)) {
		return false;
	}
	text += n;
	text += strspn(text, " ");
	return pick_time(text, &ret->pick);
}

/* --- which days ----------------------------------------------------------- */

static bool
is_wanted(const struct report_pick *p, const struct day *d)
{
	switch (p->kind) {
	case REPORT_PICK_Z:
		return d->number >= p->from && d->number <= p->to;
	case REPORT_PICK_DATES:
		return (p->from == 0 || d->date >= p->from) &&
		       (p->to == 0 || d->date <= p->to);
	case REPORT_PICK_OPEN:
		return d->open;
	case REPORT_PICK_ALL:
	default:
		return true;
	}
}

/* The open day is there, with its date, though it has no line yet. */
static enum rc
know_open(struct shop *s, const struct totals *t, struct day *ret,
	struct err *reterr)
{
	struct clock_reading now = clock_read(&s->clock);
	struct closing_now open;
	enum rc rc = closing_now(s, t, &now, &open, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	*ret = (struct day){.number = t->closings + 1,
		.first = t->first > 0 ? t->first : shop_head(s) + 1,
		.last = shop_head(s),
		.open = true};
	return days_date(open.date, &ret->date);
}

static void
take_in(struct report_span *span, const struct day *d, bool *found)
{
	if (!*found) {
		span->z_first = d->number;
		span->first = d->first;
		span->since = d->date;
		*found = true;
	}
	span->z_last = d->number;
	span->last = d->last;
	span->open = d->open;
	span->until = d->date;
}

static enum rc
none(const struct report_pick *p, int64_t closings, struct err *reterr)
{
	if (p->kind == REPORT_PICK_Z) {
		return err_set(reterr, RC_NOTFOUND, 0, "report",
			"there is no such Z: %lld day%s closed",
			(long long)closings, closings == 1 ? " is" : "s are");
	}
	return err_set(reterr, RC_NOTFOUND, 0, "report",
		"no business day of this register has such a date");
}

static enum rc
find_span(struct shop *s, struct report_pick p, const struct totals *t,
	struct report_span *ret, struct err *reterr)
{
	struct report_span span = {0};
	struct days days = {0};
	struct day open;
	bool found = false;
	enum rc rc = know_open(s, t, &open, reterr);

	if (rc == RC_OK && p.kind != REPORT_PICK_OPEN) {
		rc = days_read(s, &days, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (p.kind == REPORT_PICK_Z && p.to == 0) {
		p.from = t->closings;
		p.to = t->closings;
	}
	for (size_t i = 0; i < days.n; i++) {
		if (!days.day[i].open && is_wanted(&p, &days.day[i])) {
			take_in(&span, &days.day[i], &found);
		}
	}
	if (is_wanted(&p, &open)) {
		take_in(&span, &open, &found);
	}
	days_free(&days);
	if (!found ||
		(p.kind == REPORT_PICK_Z &&
			(span.z_first != p.from || span.z_last != p.to))) {
		return none(&p, t->closings, reterr);
	}
	*ret = span;
	return RC_OK;
}

enum rc
report_find_span(struct shop *s, const struct report_pick *pick,
	struct report_span *ret, struct err *reterr)
{
	struct totals *t = calloc(1, sizeof(*t));
	enum rc rc = RC_OK;

	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for a report: close other programs");
	}
	if (s->store == NULL) {
		rc = err_set(reterr, RC_AGAIN, 0, "report", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = store_totals(s->store, t, reterr);
	}
	if (rc == RC_OK) {
		rc = find_span(s, *pick, t, ret, reterr);
	}
	free(t);
	return rc;
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
	return rc == RC_OK ? w->fn(w->arg, rec, &e, reterr) : rc;
}

enum rc
report_each(struct shop *s, const struct report_span *span, report_event_fn fn,
	void *arg, struct err *reterr)
{
	struct walk w = {.fn = fn, .arg = arg};
	enum rc rc = RC_OK;

	if (span->last >= span->first && span->first < shop_begin(s)) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "report",
			"lines before %llu were purged: ask the archive, or "
			"for later days",
			(unsigned long long)shop_begin(s));
	} else if (span->last >= span->first) {
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
add(void *arg, const struct journal_record *rec, const struct event *e,
	struct err *reterr)
{
	(void)rec;
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
