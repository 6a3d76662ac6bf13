/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_SPAN_H
#define REGISTER_REPORT_SPAN_H

#include "register/report.h"
#include "register/shop.h"

/**
 * report_span - which lines of a shop a report is of.  A period is whole
 * business days: Zs say where each begins, so that a day is found without
 * reading what lies before it.
 */
enum report_pick_kind {
	REPORT_PICK_OPEN,  /* the day that is not closed yet */
	REPORT_PICK_Z,	   /* ${from} to ${to}: numbers of Zs; one behind the
			    * last is the open day; 0 the last one closed */
	REPORT_PICK_DATES, /* ${from} to ${to}: dates, 20261121; 0 no end */
	REPORT_PICK_ALL
};

struct report_pick {
	enum report_pick_kind kind;
	int64_t from, to;
};

/** report_pick_date(text, ret): "2026-11-21".  False: it is no date. */
bool report_pick_date(const char *text, int64_t *ret);
/** report_pick_z(text, ret): "12", "12-14".  False: it is no number. */
bool report_pick_z(const char *text, struct report_pick *ret);

/* A report as somebody asks for it at the prompt. */
struct report_ask {
	bool tie; /* the tie-out; kind does not count then */
	enum report_kind kind;
	struct report_pick pick;
};

/** report_words(text, ret): the name of a report and, behind a blank, its time:
 * nothing or "day" the open day, "last" the last Z, "12", "12-14" Zs,
 * "2026-11-21" a day, "2026-11" a month, two dates with ':' between them, "all".
 * False: there is no such report, or no such time. */
bool report_words(const char *text, struct report_ask *ret);

/**
 * report_find_span(s, pick, ret, reterr):
 * Errors   RC_NOTFOUND there is no such Z, or no day of these dates, in words;
 *          RC_AGAIN the store cannot tell; else as days_read().
 * Effects  reads a line a Z, of the open day the lines before its first
 *          sale.
 */
MUST_CHECK enum rc report_find_span(struct shop *s,
	const struct report_pick *pick, struct report_span *ret,
	struct err *reterr);

/** report_each(s, span, fn, arg, reterr): its lines in order, as they are and
 * decoded; both live for the call.  RC_NOTFOUND some of them were purged. */
typedef enum rc (*report_event_fn)(void *arg,
	const struct journal_record *rec, const struct event *e,
	struct err *reterr);
MUST_CHECK enum rc report_each(struct shop *s, const struct report_span *span,
	report_event_fn fn, void *arg, struct err *reterr);

/** report_make(s, kind, span, sort, limit, ret, reterr): the report of these
 * lines; the shop's configuration is borrowed until report_free(). */
MUST_CHECK enum rc report_make(struct shop *s, enum report_kind kind,
	const struct report_span *span, enum report_sort sort, size_t limit,
	struct report **ret, struct err *reterr);

#endif
