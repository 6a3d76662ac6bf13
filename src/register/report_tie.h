/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_TIE_H
#define REGISTER_REPORT_TIE_H

#include "register/report_span.h"

/**
 * report_tie - whether everything that says what was sold says the same.
 *
 * The journal is added up once more, from the lines alone; beside it stand
 *
 *   receipts  what the paper of each sale says below TOTAL: the sale looked up
 *             by its number, laid out as it was printed, and read again
 *   store     the store's own copies of the lines, each byte of them, and of
 *             the open day its totals
 *   z         what each Z recorded when it closed its day
 *   ledger    what the export for bookkeepers posts, of closed days
 *
 * What differs is told by its line and its number, so that somebody can look
 * at it.  Nothing is changed.
 */
enum tie_side {
	TIE_JOURNAL,
	TIE_RECEIPTS,
	TIE_STORE,
	TIE_Z,
	TIE_LEDGER,
	TIE_SIDES
};

/** tie_side_name(side): "journal", in JSON. */
const char *tie_side_name(enum tie_side side);

struct tie_sums {
	int64_t sales, gross;
	bool has_tax; /* a receipt's total has none */
	int64_t tax;
	bool closed; /* of closed days alone: the open one is in none */
};

#define TIE_DIFFS 100
#define TIE_WHAT_BYTES 128
struct tie_diff {
	enum tie_side side;
	uint64_t sequence; /* of the line; 0 none */
	char number[32];   /* of the receipt; "Z 12"; "" none */
	char what[TIE_WHAT_BYTES]; /* "gross", "missing", "tax A" */
	bool has_amounts;
	int64_t journal, other; /* minor units, or a count */
	bool is_count;
};

struct report_tie {
	struct report_span span;
	struct tie_sums side[TIE_SIDES];
	size_t n_diff; /* of which the first TIE_DIFFS are kept */
	struct tie_diff diff[TIE_DIFFS];
};

/**
 * report_tie_make(s, span, ret, reterr):
 * Compares what stands above for the lines of ${span}; ${ret} is some
 * kilobytes.  RC_OK also when something differs: ret->n_diff tells.
 * Errors   RC_AGAIN the store does not follow the journal just now; RC_CORRUPT
 *          the journal cannot be read; RC_NOMEM.
 */
MUST_CHECK enum rc report_tie_make(struct shop *s,
	const struct report_span *span, struct report_tie *ret,
	struct err *reterr);

/** report_tie_text(t, c, look, fn, arg, reterr), report_tie_json(): as reports
 * are. */
MUST_CHECK enum rc report_tie_text(const struct report_tie *t,
	const struct config *c, const struct report_look *look, report_fn fn,
	void *arg, struct err *reterr);
MUST_CHECK enum rc report_tie_json(const struct report_tie *t,
	const struct config *c, report_fn fn, void *arg, struct err *reterr);

/** tie_printed(c, sale, ret): what the receipt of ${sale} says is to be paid
 * before rounding: its rows are laid out and the amount of the last one in the
 * style of a total is read.  False: there is none that can be read. */
bool tie_printed(
	const struct config *c, const struct event *sale, int64_t *ret);

#endif
