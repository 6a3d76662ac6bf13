/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_EXPORT_H
#define REGISTER_EXPORT_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "register/days.h"
#include "register/ledger.h"
#include "register/shop.h"

/**
 * export - journal lines verbatim, or tables made from them.  Amounts are minor
 * units in JSON lines and decimal text in both kinds of CSV; a header row in
 * these.
 *
 * EXPORT_CSV      for a spreadsheet: lines end with LF, and a text that it would
 *                 read as a formula has an apostrophe before it
 * EXPORT_RFC4180  lines end with CRLF, every text is what the line says; one
 *                 that is not there is nothing, an empty one is ""
 */
enum export_format { EXPORT_CSV, EXPORT_RFC4180, EXPORT_JSONL };

struct export_table {
	const char *name; /* sales, lines, tenders, taxes, ... */
	const char *help;
};
/** export_table_at(i): the tables in order; NULL behind the last. */
const struct export_table *export_table_at(size_t i);

/** Lines from the one to the other sequence, none when from > to; whether the
 * first one was asked for, or is only where the journal begins; rows that were
 * written, and the last line that was read. */
struct export_range {
	uint64_t from, to;
	bool asked;
	uint64_t rows, last;
};

/**
 * export_events(s, r, out, ...): the lines of the range, verbatim.
 * export_table(s, table, ...): rows of one table; RC_NOTFOUND no such table.
 * Output   r->rows and r->last, and r->from, which begins behind a purge but for
 *          rows that are kept for ever: days and periods, and what the audit
 *          has of them.
 * Errors   RC_NOTFOUND some of what was asked for was purged; RC_CORRUPT the
 *          journal does not hold there; RC_NOSPC, RC_IO the output cannot be
 *          written; what was written so far stays.
 */
MUST_CHECK enum rc export_events(struct shop *s, struct export_range *r,
	FILE *out, struct err *reterr);
MUST_CHECK enum rc export_table(struct shop *s, const char *table,
	enum export_format format, struct export_range *r, FILE *out,
	struct err *reterr);

/** What of the books is asked for. */
struct export_books {
	enum ledger_format format;
	struct days_pick pick; /* by Z and date */
	/* the file goes on where one up to the Z ahead of it ended: no opening
	 * balance, and what that one declared is not declared again */
	bool append;
};
/**
 * export_ledger(s, want, r, out, reterr): a booking for each Z of the days, and
 * for each move of cash in them, as holdfast-ledger(5) has it; the open day
 * is not among them.  The same days under the same [ledger] are the same bytes.
 * Output   *r the range that was read; rows: bookings.
 * Errors   as export_table(); RC_CORRUPT too when a Z does not say what its
 *          lines come to; RC_INVAL an account is none for this program, or
 *          the days are in another currency, or cannot be appended.
 */
MUST_CHECK enum rc export_ledger(struct shop *s,
	const struct export_books *want, struct export_range *r, FILE *out,
	struct err *reterr);

#endif
