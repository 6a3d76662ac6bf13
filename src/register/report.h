/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_H
#define REGISTER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/event.h"
#include "register/config.h"

/**
 * report - what happened in a period, added up from its lines and nothing else.
 *
 * A fold: report_new(), report_add() of every line of the period in order,
 * report_end(); then it is a table of rows with their sums, and a few notes
 * below it, to be laid out as text or as JSON.  The same lines give the same
 * bytes, in any process; nothing is asked of clock, disk or store.  What was
 * practiced is in none of them.
 *
 * Its day is the business day, from one Z to the next, whatever the calendar
 * says meanwhile; its hours are those of the clock on the wall, so that the
 * hour a country has twice in autumn is one row.
 *
 * report.c         the fold, rows by key       report_day.c    sales, hours
 * report_goods.c   items, departments, taxes   report_till.c   cashiers
 * report_odd.c     exceptions                  report_text.c   rows of cells
 * report_json.c    for programs                report_span.c   which lines
 * report_tie.c     whether all of it agrees
 */
enum report_kind {
	REPORT_SALES,	    /* a row a business day */
	REPORT_HOURS,	    /* by the hour, 0 to 23, local */
	REPORT_ITEMS,	    /* by code */
	REPORT_DEPARTMENTS,
	REPORT_CASHIERS,
	REPORT_TAXES,	    /* by class, rate and why, and what it is made of */
	REPORT_EXCEPTIONS,  /* a row for each act that wants a look */
	REPORT_KINDS
};

/** report_name(k): "sales", as it is asked for; report_find() its inverse,
 * REPORT_KINDS there is none. */
const char *report_name(enum report_kind k);
enum report_kind report_find(const char *name);

/* The lines that are summed up: whole business days, by their Zs. */
struct report_span {
	int64_t z_first, z_last; /* numbers of their Zs, from 1 */
	bool open; /* the last of them is not closed yet: z_last is to be */
	uint64_t first, last; /* sequences; last < first: there is none */
	int32_t since, until; /* their dates, 20261121; 0 not known */
};

struct report;

/** report_new(kind, config, span, ret, reterr): ${config} is borrowed until
 * report_free() and says what money is; ${span} is copied.  RC_NOMEM. */
MUST_CHECK enum rc report_new(enum report_kind kind,
	const struct config *config, const struct report_span *span,
	struct report **ret, struct err *reterr);
void report_free(struct report *r);

/** report_add(r, e, reterr): the next line of the period; borrowed for the
 * call.  RC_NOMEM, RC_RANGE (a sum leaves int64): the report is of no use
 * then. */
MUST_CHECK enum rc report_add(
	struct report *r, const struct event *e, struct err *reterr);

/* What items are sorted by; of equals the lower code first. */
enum report_sort {
	REPORT_BY_AMOUNT, /* the largest first */
	REPORT_BY_QTY,
	REPORT_BY_NAME,
	REPORT_BY_CODE
};

/** report_end(r, sort, limit, reterr): no more lines.  ${sort} is for items;
 * ${limit} rows are shown, 0 all of them: sums and notes are of all. */
MUST_CHECK enum rc report_end(struct report *r, enum report_sort sort,
	size_t limit, struct err *reterr);

/** report_sales(r), report_gross(r): of the whole period, whatever its rows
 * tell; for the line that says it was printed. */
int64_t report_sales(const struct report *r);
int64_t report_gross(const struct report *r);

/** Text goes out in pieces; what it answers ends the report unless RC_OK. */
typedef enum rc (*report_fn)(
	void *arg, const char *text, size_t len, struct err *reterr);

#define REPORT_WIDTH_MIN 24
#define REPORT_WIDTH_MAX 240
/* How it is laid out. */
struct report_look {
	unsigned width;	 /* cells, taken into MIN..MAX */
	bool blocks;	 /* bars of block elements in eighths; else of '#' */
	const char *shop; /* in the heading, NULL none */
	const char *register_no;
};

/** report_text(r, look, fn, arg, reterr): heading, rows, sums and notes, each
 * row at most ${width} cells, with a newline.  What has no room is told below
 * with its sum, as words; a bar stands where there is room for one. */
MUST_CHECK enum rc report_text(const struct report *r,
	const struct report_look *look, report_fn fn, void *arg,
	struct err *reterr);

/** report_json(r, fn, arg, reterr): one object and a newline: amounts in minor
 * units, quantities in thousandths, rates and shares in parts per million. */
MUST_CHECK enum rc report_json(const struct report *r, report_fn fn, void *arg,
	struct err *reterr);

#endif
