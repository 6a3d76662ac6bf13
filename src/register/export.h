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
extern const struct export_table export_tables[];
extern const size_t export_n_tables;

MUST_CHECK enum rc export_events(struct shop *s, uint64_t from, FILE *out,
	uint64_t *ret_rows, uint64_t *ret_last, struct err *reterr);
MUST_CHECK enum rc export_table(struct shop *s, const char *table,
	enum export_format format, uint64_t from, FILE *out,
	uint64_t *ret_rows, uint64_t *ret_last, struct err *reterr);

#endif
