/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypto.h"
#include "base/err.h"

/**
 * csv - reads rows of RFC 4180 from a descriptor in bounded memory: quotes,
 * doubled quotes, line breaks inside quotes, CR LF or LF, a byte order mark,
 * comma, semicolon or tab.  A quote that is never closed costs one row, not
 * the rest of the file: reading goes on at the next line.
 */
#define CSV_ROW_BYTES 65536
#define CSV_FIELDS 64

struct csv_field {
	const char *p; /* not NUL-terminated; quotes already resolved */
	size_t n;
};

struct csv {
	int fd;
	char delimiter;
	char *buf;
	size_t cap, begin, end;
	bool eof;
	uint64_t line;	/* number of the physical line the next row begins */
	uint64_t bytes; /* read so far */
	struct sha256_state hash;
	/* the row at hand */
	uint64_t row_line;
	struct csv_field field[CSV_FIELDS];
	size_t n_field;
};

MUST_CHECK enum rc csv_open(struct csv *c, int fd, struct err *reterr);
/** csv_open_text(c, p, n, reterr): the same of what is in memory already; it
 * is copied. */
MUST_CHECK enum rc csv_open_text(
	struct csv *c, const char *p, size_t n, struct err *reterr);
void csv_close(struct csv *c);

/**
 * csv_next(c, reterr):
 * The next row that is not blank, in c->field[0..n_field), valid until the
 * next call.
 * Errors   RC_NOTFOUND end of the file; RC_PROTO this row cannot be read
 *          (too long, quote not closed, text behind a closing quote, more than
 *          CSV_FIELDS fields): c->row_line names it and the next call goes on
 *          behind it; RC_IO.
 */
MUST_CHECK enum rc csv_next(struct csv *c, struct err *reterr);

/** csv_head(c, fits, arg, reterr): the first row.  Spreadsheets write the
 * delimiter that their country writes, so the row decides it: the first of
 * comma, semicolon and tab with which ${fits} says yes.  RC_NOTFOUND with
 * none of them, or there is no row; RC_IO. */
typedef bool (*csv_fits_fn)(void *arg, const struct csv *c);
MUST_CHECK enum rc csv_head(
	struct csv *c, csv_fits_fn fits, void *arg, struct err *reterr);

/** csv_column(c, name): the field of the row at hand that is this word, in
 * small or capital letters; SIZE_MAX none. */
size_t csv_column(const struct csv *c, const char *name);

#endif
