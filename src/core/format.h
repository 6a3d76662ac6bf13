/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/sbuf.h"
#include "core/money.h"
#include "core/qty.h"

/**
 * format - amounts, quantities, rates, dates and times as the shop's country
 * writes them, for screens and paper.  Pure, and without any locale of the
 * system.  What machines read is written by money_put() and its like.
 *
 * The table holds what CLDR 48 has, with three changes that columns of cells
 * ask for: spaces between groups are plain ones, minus is '-', and dates and
 * times have one character between their parts.  What is keyed is another
 * matter: '.' and ',' are both taken everywhere.
 */
enum format_order {
	FORMAT_YMD,
	FORMAT_DMY,
	FORMAT_MDY
};

struct format {
	char name[6];	  /* "de_AT"; "C" is as machines write, ISO dates */
	char decimal;	  /* '.' or ',' */
	char group;	  /* between groups of digits, 0 none */
	uint8_t least;	  /* digits before the first group, at least: 1, 2 */
	uint8_t next;	  /* digits of the groups above the lowest: 3, 2 */
	bool rate_space;  /* "19 %" */
	enum format_order order;
	char date_sep;
	char time_sep;
	bool half_day; /* twice twelve hours */
};

/** The formats there are, "C" first; of one language its most usual first. */
extern const struct format formats[];
extern const size_t format_n;

/** format_find(name): NULL when there is none. */
const struct format *format_find(const char *name);
/** format_of_language(language): the usual one of "de"; that of English, and
 * of a language without any, is "C". */
const struct format *format_of_language(const char *language);

/* In all of these ${f} may be NULL, which is "C". */

#define FORMAT_MONEY_BYTES 32 /* any amount, any format, with the NUL */
/** format_money(b, f, m, digits): "-1.234,50". */
void format_money(struct sbuf *b, const struct format *f, struct money m,
	unsigned digits);
/** format_amount(b, f, m, c): the same of a currency, without the decimals that
 * are not shown; with them where they are not 0, for no amount is shown as
 * another one. */
void format_amount(struct sbuf *b, const struct format *f, struct money m,
	const struct currency *c);
/** format_qty(b, f, q): "12", "0,734"; no groups. */
void format_qty(struct sbuf *b, const struct format *f, struct qty q);
/** format_measure(b, f, q, unit): the same of pieces, ${unit} ""; of what is
 * weighed "0,734 kg", with as many decimals as a scale has. */
void format_measure(struct sbuf *b, const struct format *f, struct qty q,
	const char *unit);
/** format_rate(b, f, ppm): "19%", "8,25 %". */
void format_rate(struct sbuf *b, const struct format *f, int64_t ppm);
/** format_date(b, f, c): ten cells: "2026-11-21", "21.11.2026". */
void format_date(struct sbuf *b, const struct format *f, struct civil c);
/** format_date_text(b, f, text): the same of a date as lines have it,
 * "2026-11-21"; what is none is put as it is. */
void format_date_text(
	struct sbuf *b, const struct format *f, const char *text);
/** format_day(b, f, c): five cells: "11-21", "21.11". */
void format_day(struct sbuf *b, const struct format *f, struct civil c);
/** format_time(b, f, c, half_day, seconds): "14:07:09", or "02:07:09 pm". */
void format_time(struct sbuf *b, const struct format *f, struct civil c,
	bool half_day, bool seconds);

#endif
