/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_EXPLAIN_H
#define REGISTER_EXPLAIN_H

#include "base/sbuf.h"
#include "core/basket.h"
#include "core/event.h"
#include "register/config.h"

/**
 * explain - where each cent of a sale comes from: what a line began at, which
 * rule or which hand took what off it, in the order it was done; the taxes with
 * what they are of and how they were rounded; makers' coupons, roundings, what
 * is due.  All of it is in the sale's event, so a recorded sale and the open
 * one (engine_preview()) are explained by the same words, under the
 * configuration the event names.  Amounts below each other add up: each line's
 * to its own, those to the sum of lines, that with what was taken off the sale
 * to the total.
 */

/* A deal that goods of the sale could have been in, more than they are. */
#define EXPLAIN_OTHERS 32
struct explain_other {
	const char *id, *name;
	int64_t alone; /* what it takes off where no other promotion is */
	int64_t taken; /* what it does take off */
};

typedef bool (*explain_hub_fn)(
	void *arg, const char *code, int64_t price, struct utc *ret_since);

struct explain {
	const struct config *config;
	const struct event_sale *sale;
	const struct event *event; /* recorded; NULL: the sale is open */
	/* of an open one: what is left to pay, and the same in coins that there
	 * are */
	struct money due, cash_due;
	const struct explain_other *other;
	size_t n_other;
	/* of an open one: whether this price of the catalog is the hub's, and
	 * since when (0 always); NULL nobody knows */
	explain_hub_fn hub;
	void *hub_arg;
	int32_t tz_min; /* of that time */
};

/** explain_others(b, ret, ret_n, reterr): of a basket, in the rules' order, the
 * first EXPLAIN_OTHERS.  The basket is priced anew once a promotion, on a copy.
 * RC_NOMEM, RC_NOSPC. */
MUST_CHECK enum rc explain_others(const struct basket *b,
	struct explain_other ret[EXPLAIN_OTHERS], size_t *ret_n,
	struct err *reterr);

#define EXPLAIN_COLS_MIN 50

/** explain_text(x, cols, out): rows of at most ${cols} cells, each with a
 * newline, in the language of the process and the shop's format. */
void explain_text(const struct explain *x, unsigned cols, struct sbuf *out);
/** explain_json(x, out): one object, holdfast-price(1). */
void explain_json(const struct explain *x, struct sbuf *out);

/** What a line's units began at. */
enum explain_began {
	EXPLAIN_UNKNOWN,  /* it is not on file and has no price */
	EXPLAIN_CATALOG,
	EXPLAIN_CODE,	  /* its code held the amount */
	EXPLAIN_RECEIPT,  /* it comes back, as it was paid */
	EXPLAIN_DEPOSIT
};
enum explain_began explain_began(
	const struct config *c, const struct event_line *l);
/** explain_whole(l): price x quantity, or what the code held. */
int64_t explain_whole(const struct event_line *l);
/** explain_of_sale(d): it was taken off the sale, behind all lines. */
bool explain_of_sale(const struct event_discount *d);
/** explain_list_name(c, id): what a price list is called. */
const char *explain_list_name(const struct config *c, const char *id);
/** explain_round_word(r): as a configuration has it: "half-up". */
const char *explain_round_word(enum round r);
const char *explain_basis_word(enum tax_basis b);

#endif
