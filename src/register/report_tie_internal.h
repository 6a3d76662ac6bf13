/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_TIE_INTERNAL_H
#define REGISTER_REPORT_TIE_INTERNAL_H

#include "core/totals.h"
#include "register/report_tie.h"

/**
 * report_tie_internal - report_tie.c goes over the lines, report_tie_day.c
 * compares sums of days, report_tie_put.c says what came of it.
 */

/** tie_differs(t, d): one more; kept while there is room. */
void tie_differs(struct report_tie *t, const struct tie_diff *d);

/* What a booking of a Z says. */
struct tie_book {
	int64_t z, sales, gross, tax;
};

struct tie_books {
	struct tie_book *book;
	size_t n;
};

/** tie_books_read(s, z_first, z_last, ret, reterr): the ledger's text of these
 * closed days, read; tie_books_done() it.  Errors as export_ledger(). */
MUST_CHECK enum rc tie_books_read(struct shop *s, int64_t z_first,
	int64_t z_last, struct tie_books *ret, struct err *reterr);
void tie_books_done(struct tie_books *b);
/** tie_books_find(b, z): NULL there is no booking of it. */
const struct tie_book *tie_books_find(const struct tie_books *b, int64_t z);
/** tie_booked(t, lines, z, book): a Z's booking against what its lines come to;
 * ${book} NULL: there is none. */
void tie_booked(struct report_tie *t, const struct totals *lines,
	const struct event *z, const struct tie_book *book);

/** tie_day(t, lines, z): a Z against what its lines come to. */
void tie_day(struct report_tie *t, const struct totals *lines,
	const struct event *z);
/** tie_open(t, lines, store): the store's totals of the open day against
 * them. */
void tie_open(struct report_tie *t, const struct totals *lines,
	const struct totals *store);

#endif
