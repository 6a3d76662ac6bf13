/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DOCUMENT_H
#define REGISTER_DOCUMENT_H

#include "base/err.h"
#include "base/sbuf.h"
#include "core/event.h"
#include "core/totals.h"
#include "register/config.h"

/**
 * document - a recorded sale or report as text, printer bytes or JSON.  The
 * same event and configuration give the same bytes, on any machine that has
 * the printer's logo.
 */
struct document_opts {
	int64_t copy;	 /* 0 original */
	bool uncertain;	 /* the first print's outcome is not known */
	const uint8_t *hash; /* of its line; NULL: not told */
};

MUST_CHECK enum rc document_text(const struct config *c,
	const struct event *sale, const struct document_opts *o,
	struct sbuf *out, struct err *reterr);
/** Bytes for the receipt printer as it is configured, else for any ESC/POS one;
 * malloc'd, free() it. */
MUST_CHECK enum rc document_paper(const struct config *c,
	const struct event *sale, const struct document_opts *o,
	uint8_t **ret, size_t *ret_n, struct err *reterr);
/** document_order(c, d, sale, again, ret...): the ticket of a kitchen printer:
 * goods of the departments its option ${orders} names, and no prices.
 * ${again}: it may be there already, and says so.
 * RC_NOTFOUND nothing of the sale is for it, or it is no such printer. */
MUST_CHECK enum rc document_order(const struct config *c,
	const struct config_device *d, const struct event *sale, bool again,
	uint8_t **ret, size_t *ret_n, struct err *reterr);
/** document_orders(c, sale, out): names of the printers that have a part of it
 * to print, a blank between. */
void document_orders(const struct config *c, const struct event *sale,
	struct sbuf *out);
/** document_test(c, d, ret...): a few rows that say which printer they are
 * from, with signs that a wrong code page spoils. */
MUST_CHECK enum rc document_test(const struct config *c,
	const struct config_device *d, uint8_t **ret, size_t *ret_n,
	struct err *reterr);
MUST_CHECK enum rc document_json(const struct event *sale, struct sbuf *out,
	struct err *reterr);
/** A slip that a card terminal made: its rows as they are, and nothing else. */
MUST_CHECK enum rc document_slip_paper(const struct config *c,
	const char *text, uint8_t **ret, size_t *ret_n, struct err *reterr);
/** document_terminal_paper(c, closed, ret...): the end of a terminal's day, as
 * its event has it. */
MUST_CHECK enum rc document_terminal_paper(const struct config *c,
	const struct event *closed, uint8_t **ret, size_t *ret_n,
	struct err *reterr);
/** X report. as: rows of the receipt. */
MUST_CHECK enum rc document_report_text(const struct config *c,
	const struct totals *t, struct utc time, int32_t tz_min,
	struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc document_report_paper(const struct config *c,
	const struct totals *t, struct utc time, int32_t tz_min,
	uint8_t **ret, size_t *ret_n, struct err *reterr);
void document_report_json(const struct totals *t, struct sbuf *out);
/** document_day(day, ret, err): totals of a closed day, as its event has them.
 * RC_INVAL it is none. */
MUST_CHECK enum rc document_day(const struct event *day, struct totals *ret,
	struct err *reterr);
/** document_period_paper(c, closed, ret...): the end of a month or year. */
MUST_CHECK enum rc document_period_paper(const struct config *c,
	const struct event *closed, uint8_t **ret, size_t *ret_n,
	struct err *reterr);
/** The Z of it; ${o} as of a receipt, its hash that of the day's line. */
MUST_CHECK enum rc document_day_text(const struct config *c,
	const struct event *day, const struct document_opts *o,
	struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc document_day_paper(const struct config *c,
	const struct event *day, const struct document_opts *o, uint8_t **ret,
	size_t *ret_n, struct err *reterr);

#endif
