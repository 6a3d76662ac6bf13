/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_INTERNAL_H
#define REGISTER_REPORT_INTERNAL_H

#include "base/sbuf.h"
#include "register/report.h"

/**
 * report_internal - what the report's files share.  A form says what a kind of
 * report has for columns and what a line adds to them; report.c keeps the rows,
 * report_text.c and report_json.c know no kind.
 */
enum report_cell {
	COL_TEXT,
	COL_COUNT,
	COL_MONEY,
	COL_SOME, /* money, nothing where it is 0 */
	COL_QTY,
	COL_RATE,  /* ppm */
	COL_SHARE, /* ppm of the sum, as a percentage */
	COL_MILLI, /* thousandths of anything else */
	COL_DATE,  /* 20261121, 0 not known */
	COL_HOUR,  /* 0 to 23 */
	COL_WORD,  /* of report_odd_word(): a kind of act */
	COL_TIME   /* microseconds UTC; its offset in minutes is the column
		     * behind it, which has no head */
};

#define REPORT_COLS 20

struct report_col {
	const char *name; /* its member; NULL: it is of use to the fold alone */
	const char *head; /* N_(); NULL: programs only */
	enum report_cell kind;
	uint8_t rank; /* 0 always shown; else the highest goes first, where
		       * there is no room */
	bool sum;     /* its sum stands below, and is told when it goes */
};

union report_value {
	int64_t n;
	char *s; /* COL_TEXT: never NULL */
};

#define REPORT_NOTES 32
/* A kind of act that was counted; the words are N_(). */
struct report_note {
	const char *name, *label;
	int64_t count, amount;
	bool has_amount;
};

struct report_form {
	const char *name, *title; /* title N_() */
	const struct report_col *col;
	size_t n_col;
	int bar; /* column that its bars are of, -1 none */
	enum rc (*begin)(struct report *r); /* NULL nothing */
	enum rc (*add)(struct report *r, const struct event *e);
	void (*end)(struct report *r); /* NULL nothing */
	/* columns that follow from the others, of a row or of the sums; NULL
	 * there are none */
	void (*derive)(const struct report *r, union report_value *v);
	/* at both ends of the table such rows are left away; NULL none */
	bool (*blank)(const union report_value *v);
	/* below 0: row a stands before b; NULL as they were made */
	int (*compare)(const struct report *r, const union report_value *a,
		const union report_value *b);
};

struct report {
	enum report_kind kind;
	const struct config *config;
	const struct report_form *form;
	struct report_span span;
	size_t n_row, cap, stride; /* of each row the last value is its key */
	union report_value *v;
	uint32_t *index; /* rows by key, number + 1; 0 free */
	size_t n_index;
	uint32_t *order; /* the rows that are shown; report_end() */
	size_t n_order, n_all; /* and how many there would be */
	enum report_sort sort;
	union report_value sum[REPORT_COLS];
	struct report_note note[REPORT_NOTES];
	size_t n_note;
	bool over, nomem; /* sticky */
	int64_t sales, gross;
	struct {
		int64_t z;	 /* the day that a line belongs to */
		int32_t date;	 /* as far as lines say, 0 */
		int32_t before;	 /* of the day before it */
		/* what the last count said, until it is settled */
		bool counted;
		char counter[16];
		int64_t difference;
	} day;
	struct { /* the basket that was taken up again last */
		uint8_t sale[UUID_BYTES];
		struct utc time;
	} recalled;
};

extern const struct report_form report_form_sales, report_form_hours,
	report_form_items, report_form_departments, report_form_cashiers,
	report_form_taxes, report_form_exceptions;

/** report_row(r, key): the row of ${key}, made when there is none: its numbers
 * 0, its texts "".  Valid until the next one is made.  NULL no memory. */
union report_value *report_row(struct report *r, const char *key);
/** report_odd_word(n, ret_label): the word of a kind of exception, and how it is
 * called, N_(). */
const char *report_odd_word(int64_t n, const char **ret_label);

/** report_at(r, i): row ${i} as they were made. */
union report_value *report_at(const struct report *r, size_t i);
/** report_put(r, v, text): a copy of it, in place of what was there. */
void report_put(struct report *r, union report_value *v, const char *text);
/** report_plus(r, to, n): *to + n; what leaves int64 makes the report RC_RANGE
 * in the end. */
void report_plus(struct report *r, int64_t *to, int64_t n);
/** report_count(r, name, label, amount, has_amount): one more of these. */
void report_count(struct report *r, const char *name, const char *label,
	int64_t amount, bool has_amount);
/** report_per(a, b): a / b, rounded half away from zero; 0 where b is 0. */
int64_t report_per(int64_t a, int64_t b);
/** report_share(a, of): ppm, 0 where there is nothing to share. */
int64_t report_share(int64_t a, int64_t of);
/** report_ymd(t, tz_min): local date as 20261121. */
int32_t report_ymd(struct utc t, int32_t tz_min);

/** report_day_date(r): of the day that lines belong to now, as far as they
 * say; never one before that of the day before it. */
int32_t report_day_date(const struct report *r);

/** report_cell(r, col, v, out): a cell as people read it. */
void report_cell(const struct report *r, size_t col,
	const union report_value *v, struct sbuf *out);
/** report_note_text(r, n, out): "voids 2, 13.40". */
void report_note_text(
	const struct report *r, const struct report_note *n, struct sbuf *out);

#endif
