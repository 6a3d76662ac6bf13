/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RECEIPT_INTERNAL_H
#define CORE_RECEIPT_INTERNAL_H

#include "core/page.h"

/**
 * receipt_internal - what the receipt's files share: receipt.c has head and
 * foot, receipt_line.c the lines, receipt_sum.c all behind them.
 */
#define RECEIPT_LABEL_BYTES 256

/** receipt_say(p, out, what, which): ${out}, as in "Register R01". */
const char *receipt_say(const struct page *p, char out[RECEIPT_LABEL_BYTES],
	enum receipt_word what, const char *which);

/** receipt_tail(s): cells the tax class takes beside an amount, with the space
 * before it. */
unsigned receipt_tail(const struct event_sale *s);
/** receipt_line(p, l): a line with what was taken off it alone. */
void receipt_line(struct page *p, const struct event_line *l);
/** receipt_whole(l): a line at its full price. */
int64_t receipt_whole(const struct event_line *l);
/** receipt_of_line(d): it stands below its line; else it is one of the sale's
 * and stands behind all of them. */
bool receipt_of_line(const struct event_discount *d);
/** receipt_mark(p, tax): of a class, "" none. */
const char *receipt_mark(const struct page *p, const char *tax);

/** receipt_off(p, b, d, sum): the row of something taken off, begun in ${b}:
 * its rate and reason, and the sum. */
void receipt_off(struct page *p, struct sbuf *b, const struct event_discount *d,
	int64_t sum);

/** receipt_is_deposit(p, l): on goods, or of empties. */
bool receipt_is_deposit(const struct page *p, const struct event_line *l);

/** receipt_copy(p, opts): that it is a copy, and which; nothing of what is
 * none. */
void receipt_copy(struct page *p, const struct receipt_opts *opts);

/** receipt_sums(p, s): from the rule below the lines to the foot. */
void receipt_sums(struct page *p, const struct event_sale *s);

#endif
