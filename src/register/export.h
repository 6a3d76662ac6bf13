/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_EXPORT_H
#define REGISTER_EXPORT_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "register/shop.h"

/**
 * export - journal lines verbatim, or tables made from them, as CSV (RFC 4180,
 * header row, a leading apostrophe where a cell would be read as a formula) or
 * JSON lines.  Amounts are minor units in JSON lines and decimal text in CSV.
 */
enum export_format { EXPORT_CSV, EXPORT_JSONL };

struct export_table {
	const char *name; /* sales, lines, tenders, taxes, ... */
	const char *help;
};
/** export_table_at(i): the tables in order; NULL behind the last. */
const struct export_table *export_table_at(size_t i);

/**
 * export_events(s, from, out, ...): the lines from sequence ${from}, verbatim.
 * export_table(s, table, ...): rows of one table; RC_NOTFOUND no such table.
 * Output   *ret_rows rows written; *ret_last sequence of the last event read.
 * Errors   RC_CORRUPT the journal does not hold there; RC_NOSPC, RC_IO the
 *          output cannot be written; what was written so far stays.
 */MUST_CHECK enum rc export_events(struct shop *s, uint64_t from, FILE *out,
	uint64_t *ret_rows, uint64_t *ret_last, struct err *reterr);
MUST_CHECK enum rc export_table(struct shop *s, const char *table,
	enum export_format format, uint64_t from, FILE *out,
	uint64_t *ret_rows, uint64_t *ret_last, struct err *reterr);

#endif
