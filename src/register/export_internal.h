/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_EXPORT_INTERNAL_H
#define REGISTER_EXPORT_INTERNAL_H

#include "base/arena.h"
#include "register/export.h"

/**
 * export_internal - export.c walks the journal and writes rows, export_tables.c
 * says what is in them.
 */
enum cell_kind {
	CELL_INT,
	CELL_MONEY,
	CELL_QTY,
	CELL_TEXT,
	CELL_TIME
};

struct column {
	const char *name;
	enum cell_kind kind;
};

struct cell {
	int64_t n;
	const char *s;
};

#define EXPORT_ROW_BYTES 16384

struct export
{
	struct shop *shop;
	FILE *out;
	const struct table *table;
	enum export_format format;
	struct arena arena;
	size_t arena_cap;
	uint64_t rows, last;
	unsigned digits;
	char row[EXPORT_ROW_BYTES];
};

struct table {
	struct export_table info;
	const struct column *column;
	size_t n_column;
	/* whose events; training: what was practiced, too */
	bool (*wants)(enum event_type type);
	bool training;
	enum rc (*rows)(
		struct export *x, const struct event *e, struct err *reterr);
};


extern const struct table export_tables[];
extern const size_t export_n_tables;

/** export_row(x, cell, reterr): one cell a column of the table. */
MUST_CHECK enum rc export_row(
	struct export *x, const struct cell *cell, struct err *reterr);

#endif
