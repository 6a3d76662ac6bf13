/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RECEIPT_H
#define CORE_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/sbuf.h"
#include "core/event.h"
#include "core/format.h"
#include "core/totals.h"

/**
 * receipt - lays a document out as rows of text with a style, at 32, 40, 42
 * or 48 columns.  Pure: the same event gives the same rows in every locale.
 * Rows become text here, printer bytes in device/.
 *
 * A row holds no control character, at most its cells and at most 20 bytes a
 * cell, whatever the event holds; it brings its own spaces, so the receiver
 * centers nothing (a title's are as wide as its letters).
 *
 * The amounts below each other add up to the total.  A line stands at its full
 * price; what a cashier or a promotion took off it stands below it, by name.
 * What was taken off the sale (coupons, discount of the whole sale, tax that is
 * not charged) stands behind the lines, one row each with its sum: a customer
 * gave one coupon and looks for its value, and the cents of its shares on each
 * line are for `holdfast price`.
 *
 * Prices with tax are followed by a table of the taxes whose sums are those of
 * the receipt, prices without by a row a tax.  A class made of parts is told by
 * its parts alone, each with its own rate and what all classes have of it: a
 * combined rate is never printed.
 */
enum row_style {
	ROW_NORMAL,
	ROW_BOLD,
	ROW_TITLE, /* shop name: double size, half the columns */
	ROW_TOTAL, /* double height */
	ROW_CODE,  /* text is the data of a barcode (receipt number): ASCII
		    * without spaces, at most cols - 2; else not there */
	ROW_NOTE   /* what must not be overlooked, in a kitchen */
};

typedef void (*receipt_fn)(void *arg, enum row_style style, const char *text);

/* What the paper says of its own; "%s" is where a number or a name goes, in
 * their order. */
enum receipt_word {
	RECEIPT_COPY,
	RECEIPT_UNCERTAIN,
	RECEIPT_TRAINING,
	RECEIPT_TAX_ID,
	RECEIPT_REGISTER,
	RECEIPT_RECEIPT,
	RECEIPT_OPERATOR,
	RECEIPT_RETURN,
	RECEIPT_EXCHANGE,
	RECEIPT_DISCOUNT,
	RECEIPT_OF_RECEIPT,
	RECEIPT_LIST_PRICE,
	RECEIPT_SUBTOTAL,
	RECEIPT_TAX_OF,
	RECEIPT_TOTAL,
	RECEIPT_ROUNDING,
	RECEIPT_TO_PAY,
	RECEIPT_CASH,
	RECEIPT_CHANGE,
	RECEIPT_ITEMS,
	RECEIPT_CHECK,
	RECEIPT_RATE,
	RECEIPT_NET,
	RECEIPT_TAX,
	RECEIPT_GROSS,
	RECEIPT_SUM,
	RECEIPT_X_REPORT,
	RECEIPT_ENTRIES,
	RECEIPT_SALES,
	RECEIPT_TURNOVER,
	RECEIPT_LINES_RETURNED,
	RECEIPT_AMOUNT_RETURNED,
	RECEIPT_SALES_VOIDED,
	RECEIPT_LINES_VOIDED,
	RECEIPT_AMOUNT_VOIDED,
	RECEIPT_OVERRIDES,
	RECEIPT_DISCOUNTS,
	RECEIPT_DISCOUNT_GIVEN,
	RECEIPT_OFF_LINE,
	RECEIPT_OFF_PROMOTION,
	RECEIPT_OFF_COUPON,
	RECEIPT_OFF_SALE,
	RECEIPT_OFF_BACK,
	RECEIPT_OFF_TAX,
	RECEIPT_DEPOSITS,
	RECEIPT_DEPOSITS_BACK,
	RECEIPT_NO_SALES,
	RECEIPT_EMERGENCIES,
	RECEIPT_COPIES,
	RECEIPT_PARKED,
	RECEIPT_DRAWER,
	RECEIPT_Z_REPORT,
	RECEIPT_OPENING,
	RECEIPT_PAID_IN,
	RECEIPT_PAID_OUT,
	RECEIPT_PICKUPS,
	RECEIPT_FLOATS,
	RECEIPT_COUNTED,
	RECEIPT_SHORT,
	RECEIPT_OVER,
	RECEIPT_CLOSINGS,
	RECEIPT_GRAND,
	RECEIPT_OPENED,
	RECEIPT_INSTEAD,
	RECEIPT_TARE,
	RECEIPT_BY_HAND,
	RECEIPT_SALE_DISCOUNT,
	RECEIPT_COUPON,
	RECEIPT_RELIEF,
	RECEIPT_PART_OF,
	RECEIPT_PART_NUMBER,
	RECEIPT_EXEMPT,
	RECEIPT_REVERSE,
	RECEIPT_EXEMPT_NOTE,
	RECEIPT_REVERSE_NOTE,
	RECEIPT_BUYER_VAT,
	RECEIPT_MARKED,
	RECEIPT_BILL_ROUNDING,
	RECEIPT_LOT,
	RECEIPT_SERIAL,
	RECEIPT_SAVED,
	RECEIPT_AUTH,
	RECEIPT_OFFLINE,
	RECEIPT_CARD_UNNAMED,
	RECEIPT_CARD_OTHER,
	RECEIPT_CARD_HAND,
	RECEIPT_CARD_BACK,
	RECEIPT_CARD_REVERSED,
	RECEIPT_UNSETTLED,
	RECEIPT_TERMINAL_OPEN,
	RECEIPT_TERMINAL_DIFFERENCE,
	RECEIPT_TERMINAL_DAY,
	RECEIPT_TERMINAL_THEIRS,
	RECEIPT_TERMINAL_OURS,
	RECEIPT_TERMINAL_SAME,
	RECEIPT_TERMINAL_MORE,
	RECEIPT_TERMINAL_LESS,
	RECEIPT_PERIOD,
	RECEIPT_PERIOD_DAYS,
	RECEIPT_EVER_SALES,
	RECEIPT_EVER_RETURNED,
	RECEIPT_BUSINESS_DAY,
	RECEIPT_SHIFT,
	RECEIPT_SHIFT_DRAWER,
	RECEIPT_EVER_TAXES,
	RECEIPT_ANCHOR,
	RECEIPT_WORDS
};

/** The words as they are without any other, to be translated. */
extern const char *const receipt_english[RECEIPT_WORDS];

/* NULL is read as "". */
struct receipt_head {
	const char *shop;
	const char *address; /* lines separated by '|'; may be "" */
	const char *tax_id;  /* "" when none */
	const char *header;  /* free text, lines by '|' */
	const char *footer;
	const char *register_no;
	const char *title; /* what the paper calls itself; "" nothing */
	bool opened;	   /* says when the sale began, too */
	bool saved;	   /* and what the customer saved */
	/* registration number of a part of a tax ("GST"), and the mark of a
	 * class on the paper; each NULL, or a NULL or "" answered: none */
	const char *(*part_number)(const void *arg, const char *part);
	const char *(*class_mark)(const void *arg, const char *class_);
	/* whether this code is that of a deposit; NULL: none is.  Empties are
	 * no goods that come back, and no pieces. */
	bool (*is_deposit)(const void *arg, const char *code);
	const void *tax_arg; /* of these three */
	/* what the shop calls the tender of this code; NULL, or a NULL
	 * answered: the code itself */
	const char *(*tender_name)(const void *arg, const char *code);
	const void *tender_arg;
	const char *word[RECEIPT_WORDS]; /* NULL: the English one */
	const struct format *format;	 /* NULL: "C" */
	uint8_t hidden; /* decimals that are not shown: struct currency */
};

struct receipt_opts {
	unsigned cols; /* 32, 40, 42, 48; taken into 24..80 */
	uint32_t copy; /* 0 original; else "COPY n" */
	bool uncertain; /* first print's outcome is not known */
	const uint8_t *hash; /* SHA-256 of the line: first 8 hex printed, 16 of
			      * a Z behind its sequence; or NULL */
};

/** receipt_sale(head, sale event, opts, fn, arg): rows top to bottom; each
 * is at most cols cells (a title cols / 2). */
void receipt_sale(const struct receipt_head *head, const struct event *e,
	const struct receipt_opts *opts, receipt_fn fn, void *arg);

/** receipt_report(...): an X report of ${t}. */
void receipt_report(const struct receipt_head *head, const struct totals *t,
	struct utc time, int32_t tz_min,
	const char *currency, unsigned digits, unsigned cols, receipt_fn fn,
	void *arg);

/** receipt_day(head, e, t, opts, ...): the Z of a closed day, ${e} an
 * EVENT_DAY_CLOSED and ${t} its day_totals().  Its foot is its own line as
 * "SEQUENCE:HASH", which verify takes for an anchor. */
void receipt_day(const struct receipt_head *head, const struct event *e,
	const struct totals *t, const struct receipt_opts *opts,
	const char *currency, unsigned digits, receipt_fn fn, void *arg);

/** receipt_terminal(...): the end of a terminal's day, ${e} a
 * EVENT_TERMINAL_CLOSED that was paid: its sums by card, ours, and in words
 * what they differ by. */
void receipt_terminal(const struct receipt_head *head, const struct event *e,
	const char *currency, unsigned digits, unsigned cols, receipt_fn fn,
	void *arg);

/** receipt_period(...): the end of a month or year, ${e} an
 * EVENT_PERIOD_CLOSED. */
void receipt_period(const struct receipt_head *head, const struct event *e,
	const char *currency, unsigned digits, unsigned cols, receipt_fn fn,
	void *arg);

/** receipt_to_text(b): a receipt_fn that appends rows and newlines to a
 * struct sbuf given as arg (title and total rows as they read on paper). */
void receipt_to_text(void *arg, enum row_style style, const char *text);

#endif
