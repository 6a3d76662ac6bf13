/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_REPORT_INTERNAL_H
#define CORE_REPORT_INTERNAL_H

#include "core/page.h"

/** report_cards(p, t, i): below tender i, the cards that it is made of, which
 * sum to it, and what was offline, given back and reversed of them. */
void report_cards(struct page *p, const struct totals *t, size_t i);

/** report_terminals(p, t): payments whose end is not known, terminals whose
 * own day is not over, and what theirs differed by. */
void report_terminals(struct page *p, const struct totals *t);

/** report_shifts(p, d): the drawers of the day, each with its person and what
 * was counted.  report_ever(p, d): what was ever, behind this day. */
void report_shifts(struct page *p, const struct event_day *d);
void report_ever(struct page *p, const struct event_day *d);

/** report_anchor(p, e, opts): the foot. */
void report_anchor(struct page *p, const struct event *e,
	const struct receipt_opts *opts);

#endif
