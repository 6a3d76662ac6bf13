/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PAGE_H
#define CORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/receipt.h"

/**
 * page - rows of text measured in cells, the bricks of receipt.c and
 * report.c.  Whatever the text holds, a row is at most cols cells and a
 * bounded number of bytes.  Used inside core only.
 */
#define PAGE_COLS_MIN 24
#define PAGE_COLS_MAX 80
#define PAGE_AMOUNT_BYTES 32

struct page {
	receipt_fn fn;
	void *arg;
	unsigned cols;
	struct currency currency; /* its digits, and those that are shown */
	const struct receipt_head *head; /* words and format; NULL: English */
	unsigned tail;	 /* cells right of the amounts, for the tax class */
};

/** page_init(): cols and digits are brought into what can be laid out. */
void page_init(struct page *p, const struct receipt_head *head, unsigned cols,
	int64_t digits, receipt_fn fn, void *arg);

/** page_text(s): s, or "" for NULL. */
const char *page_text(const char *s);

void page_blank(struct page *p);
void page_rule(struct page *p);
/** page_left(p, s): one row, shortened in the middle. */
void page_left(struct page *p, const char *s);
void page_center(struct page *p, enum row_style style, const char *s);
/** page_lines(p, s): s centered, '|' begins a row, long rows are wrapped. */
void page_lines(struct page *p, const char *s);
/** page_wrap(p, style, s, cols): s from the left edge, in as many rows of cols
 * cells as it takes. */
void page_wrap(
	struct page *p, enum row_style style, const char *s, size_t cols);
/** page_title(p, s): big when it fits into half the columns, else bold. */
void page_title(struct page *p, const char *s);

/** page_both(p, left, right): at both edges of one row, two when they must. */
void page_both(struct page *p, const char *left, const char *right);

/** page_fits(p, left, minor): whether page_amount() needs one row only. */
bool page_fits(const struct page *p, const char *left, int64_t minor);
/** page_amount(p, style, left, minor, code): ${left}, the amount at the right
 * edge of the amount column and the tax class after it; two rows when one is
 * too short. */
void page_amount(struct page *p, enum row_style style, const char *left,
	int64_t minor, const char *code);
/** page_count(p, left, n): a bare number in the amount column. */
void page_count(struct page *p, const char *left, int64_t n);

/** One row of a tax table. */
struct page_tax {
	const char *code;
	int64_t rate; /* ppm; below 0: none is printed */
	int64_t net, tax, gross;
	const char *why; /* instead of the rate; NULL */
};

/** page_word(p, word): as the head has it. */
const char *page_word(const struct page *p, enum receipt_word word);
/** page_say(p, b, word, first, second): with its "%s" filled in. */
void page_say(const struct page *p, struct sbuf *b, enum receipt_word word,
	const char *first, const char *second);
const struct format *page_format(const struct page *p);

/** page_tax_table(p, get, list, n): heading, n rows, and their sums when n >
 * 1; narrow paper and large amounts get a row a figure instead. */
typedef struct page_tax (*page_tax_fn)(const void *list, size_t i);
void page_tax_table(
	struct page *p, page_tax_fn get, const void *list, size_t n);

/** page_money(p, b, minor): an amount, bare. */
void page_money(const struct page *p, struct sbuf *b, int64_t minor);

/** page_tender(p, name, word): what a way to pay is called: the shop's name,
 * else the word for cash, else its word as recorded. */
const char *page_tender(
	const struct page *p, const char *name, const char *word);

/** page_sum(a, b): a + b, held at the ends of its type. */
int64_t page_sum(int64_t a, int64_t b);

/** page_time(p, b, t, tz_min): "2026-11-21 15:32:07" local. */
void page_time(
	const struct page *p, struct sbuf *b, struct utc t, int32_t tz_min);

#endif
