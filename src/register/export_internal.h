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
	int64_t n; /* CELL_NONE: it says nothing */
	const char *s;
};
#define CELL_NONE INT64_MIN

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
	struct { /* the payment that was begun last */
		uint8_t payment[UUID_BYTES];
		char op[16], tender[16], device[24];
	} begun;
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


/* export_day.c */
#define EXPORT_CASH_COLUMNS 13
#define EXPORT_DAYS_COLUMNS 31
#define EXPORT_SHIFTS_COLUMNS 26
#define EXPORT_PERIODS_COLUMNS 19
extern const struct column export_cash_columns[EXPORT_CASH_COLUMNS];
extern const struct column export_days_columns[EXPORT_DAYS_COLUMNS];
extern const struct column export_shifts_columns[EXPORT_SHIFTS_COLUMNS];
extern const struct column export_periods_columns[EXPORT_PERIODS_COLUMNS];
bool export_is_cash(enum event_type type);
bool export_is_day(enum event_type type);
bool export_is_shift(enum event_type type);
bool export_is_period(enum event_type type);
MUST_CHECK enum rc export_cash_rows(
	struct export *x, const struct event *e, struct err *reterr);
MUST_CHECK enum rc export_days_rows(
	struct export *x, const struct event *e, struct err *reterr);
MUST_CHECK enum rc export_shifts_rows(
	struct export *x, const struct event *e, struct err *reterr);
MUST_CHECK enum rc export_periods_rows(
	struct export *x, const struct event *e, struct err *reterr);

/* export_payments.c */
#define EXPORT_PAYMENTS_COLUMNS 24
extern const struct column export_payments_columns[EXPORT_PAYMENTS_COLUMNS];
bool export_is_payment(enum event_type type);
MUST_CHECK enum rc export_payments_rows(
	struct export *x, const struct event *e, struct err *reterr);

extern const struct table export_tables[];
extern const size_t export_n_tables;

/** export_row(x, cell, reterr): one cell a column of the table. */
MUST_CHECK enum rc export_row(
	struct export *x, const struct cell *cell, struct err *reterr);

#endif
