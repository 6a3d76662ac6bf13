/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_TOTALS_H
#define CORE_TOTALS_H

#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/tax.h"

/**
 * totals - the sums of a period, a pure function of its events.  The store
 * keeps them, X and Z reports print them, verify computes them again.
 */
#define TOTALS_TAXES 40 /* a class whose rate changed has two rows */
#define TOTALS_TENDERS 16
/* The last row of either, where the rows run out: all that has none.  A shop
 * that has as many goes on selling. */
#define TOTALS_OTHER "*"
#define TENDER_NAME_BYTES 16
#define TOTALS_CARDS 40 /* as many as there are tenders are for TOTALS_OTHER */
#define TOTALS_CARD_BYTES 32
#define TOTALS_TERMINALS 16

/* One of the taxes that a class is made of. */
struct totals_part {
	char name[TAX_PART_BYTES];
	int64_t rate; /* ppm */
	bool on_tax;
	int64_t tax;
};

/* A row for all that was taxed alike: class, rate, parts, and why there is no
 * tax. */
struct totals_tax {
	char code[TAX_CODE_BYTES];
	int64_t rate; /* ppm */
	int64_t net, tax, gross;
	enum tax_why why;
	size_t n_part;
	struct totals_part part[TAX_PARTS]; /* their taxes sum to tax */
};

struct totals_tender {
	char name[TENDER_NAME_BYTES];
	int64_t amount; /* minor units, change already taken off */
	int64_t count;
};

/* What terminals moved for a tender, a row for each card.  The amounts of a
 * tender's rows are its amount, less what was taken without a terminal. */
struct totals_card {
	char tender[TENDER_NAME_BYTES];
	char card[TOTALS_CARD_BYTES]; /* "" the terminal did not say */
	int64_t amount, count;
	int64_t offline_amount, offline; /* of them, nobody was asked */
	int64_t back_amount, back; /* of them, to customers; amount >= 0 */
	/* given back before the sale was complete: in no amount */
	int64_t reversed_amount, reversed;
};

/* A card terminal has a day of its own. */
struct totals_terminal {
	char name[TENDER_NAME_BYTES]; /* of its device */
	int64_t begun;	    /* asked for since its day ended; not over: > 0 */
	int64_t closed;	    /* how often it was ended in this one of ours */
	int64_t difference; /* sum of the terminal's amounts less ours, then */
};

struct totals {
	int64_t sales;	   /* completed */
	int64_t voids;	   /* sales voided before the tender */
	int64_t line_voids, overrides, discounts, no_sales, copies, parked;
	int64_t returns; /* lines that came back */
	int64_t return_amount; /* sum of their amounts, above zero */
	int64_t gross;	     /* sum of totals, what came back taken off */
	int64_t discount;    /* sum given, shares of what came back taken off */
	int64_t void_amount; /* voided lines and sales */
	int64_t rounding;
	int64_t drawer; /* cash in less cash out */
	int64_t items;	/* thousandths sold less what came back, as qty_pieces()
			 * counts; a deposit is none */
	uint64_t first, last; /* sequences counted, 0 when none */
	size_t n_tax;
	struct totals_tax tax[TOTALS_TAXES];
	size_t n_tender;
	struct totals_tender tender[TOTALS_TENDERS];
	int64_t paid_in, paid_out;
	int64_t pickups; /* drops too */
	int64_t counts;	    /* how often the drawer was counted */
	int64_t counted;    /* the last time */
	int64_t difference; /* then: counted less what there should have been */
	int64_t opening; /* cash the day began with, within ${drawer} */
	int64_t closings; /* days closed before */
	int64_t grand;	  /* gross of all of them; never begins anew */
	/* of ${discount}; what is left of it is of lines by hand */
	int64_t off_promotion, off_coupon, off_sale;
	int64_t off_back; /* <= 0: shares of what came back, of any of them */
	int64_t relief; /* tax taken out of prices, less of what came back */
	int64_t deposits, deposits_back; /* charged, and given back, >= 0 */
	/* card payments whose end nobody knows; a new day has them, too */
	int64_t unsettled;
	size_t n_card;
	struct totals_card card[TOTALS_CARDS];
	size_t n_terminal; /* a new day has those whose own is not over */
	struct totals_terminal terminal[TOTALS_TERMINALS];
	int64_t floats; /* cash from the safe */
	int64_t emergencies; /* how often the sealed code was used */
};

/** totals_by_hand(t, i): of tender i, what no terminal moved though others of
 * it were; count in *ret_n.  0 and 0 where no terminal moved any. */
int64_t totals_by_hand(const struct totals *t, size_t i, int64_t *ret_n);

/** totals_off_line(t): what was taken off lines by hand. */
int64_t totals_off_line(const struct totals *t);

/** totals_carried(t): what will be in the drawer when the day is closed now:
 * what there should be, and what was found too much or missing. */
int64_t totals_carried(const struct totals *t);

/** totals_count_stands(t): the drawer was counted, and nothing went in or out
 * since. */
bool totals_count_stands(const struct totals *t);

/** totals_tax_row(x, ret): the row that a tax of an event is added to, with its
 * sums.  RC_RANGE a name is missing or longer than a row holds, or nobody knows
 * why. */
MUST_CHECK enum rc totals_tax_row(
	const struct event_tax *x, struct totals_tax *ret);

/** totals_equal(a, b): every sum and the range, row by row. */
bool totals_equal(const struct totals *a, const struct totals *b);

/** totals_add(t, e): count one event; events that are no sale matter count
 * nothing but the range.  The end of a day begins anew, behind its line: all
 * but closings, grand, what is in the drawer, payments that are not settled
 * and terminals whose own day is not over.  More classes or tenders than rows: what has
 * none is added to the row of the others, at no rate.  RC_RANGE a sum leaves +-MONEY_MAX, or a class, part or tender has no name or one longer
 * than a row holds, or cash moved as nobody knows; t unchanged then. */
MUST_CHECK enum rc totals_add(struct totals *t, const struct event *e);

#endif
