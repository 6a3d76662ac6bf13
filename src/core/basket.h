/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASKET_H
#define CORE_BASKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "core/item.h"
#include "core/qty.h"
#include "core/tax.h"

/**
 * basket - the open sale: lines, and the sums that follow from them.  Storage
 * comes from the caller, once (2,000 lines are about a megabyte, so never on
 * the stack).  Every operation is all or nothing: on an error the basket is
 * as before.  Line numbers are given once and never reused, so a voided line
 * leaves a gap; lines stand in the order of their numbers.
 *
 * A line with a quantity below zero comes back.  Against its receipt it has
 * the number and line it was sold under, the rate of that day, and the share
 * of what was paid for it; without one it comes back at its price.
 *
 * The sums equal what tax_compute() makes of all lines, at every moment, and
 * an operation costs the same with one line as with 2,000 (voiding moves the
 * lines behind it).
 */
#define BASKET_LINES_MAX 2000
#define BASKET_NUMBER_BYTES 32
#define BASKET_REASON_BYTES 64
#define BASKET_OPERATOR_BYTES 16

struct basket_line {
	uint32_t no; /* 1, 2, 3, ... within the sale */
	struct item item;
	uint8_t tax_idx; /* class in the policy the basket was begun under */
	struct qty qty;	       /* below zero: it comes back */
	struct money price;    /* paid a unit; item.price unless overridden */
	bool overridden;
	uint32_t discount_ppm; /* 0 when given as an amount */
	struct money discount; /* >= 0, taken off price x qty; of what comes
				* back its share, and as a rule <= 0 */
	struct money amount;   /* price x qty - discount */
	/* not on file: of the item only the code is known, it has no price,
	 * no class and no amount, and the sale cannot be paid with it */
	bool unknown;
	/* of what comes back; "" and 0 where there was no receipt */
	char return_of[BASKET_NUMBER_BYTES]; /* number of the sale */
	uint32_t return_no;		     /* its line */
	uint32_t return_ppm;		     /* rate of its tax */
	char reason[BASKET_REASON_BYTES];
	char approver[BASKET_OPERATOR_BYTES];
};

struct basket {
	uint8_t id[UUID_BYTES]; /* of the sale, minted with its first line */
	struct utc opened;
	const struct tax_policy *tax; /* &policy of the basket begun: a copy
				       * of the struct is for putting back */
	struct tax_policy policy; /* begun under; what comes back may add the
				   * rate it was sold at */
	enum round round;	      /* of price x qty */
	struct basket_line *line;
	size_t n_line;
	size_t cap_line;
	uint32_t next_no;
	/* sums, kept by every operation */
	struct tax_sum by_class[TAX_CLASS_MAX];
	struct tax_sum total; /* total.gross is due */
	struct money discounts;
	struct qty items; /* see qty_pieces() */
	size_t n_unknown; /* lines that are not on file */
	uint8_t age;	  /* the highest that was checked, 0 none */
};

/** basket_bytes(cap): memory a basket of cap lines needs. */
size_t basket_bytes(size_t cap_line);
/** basket_init(b, memory, cap): memory of basket_bytes(cap), aligned 16. */
void basket_init(struct basket *b, void *memory, size_t cap_line);
/** basket_begin(b, id, opened, tax, round): empty, ready for lines; ${tax} is
 * copied. */
void basket_begin(struct basket *b, const uint8_t id[UUID_BYTES],
	struct utc opened, const struct tax_policy *tax, enum round round);

/** basket_add(b, item, qty, ret_idx): append a line at the item's price.
 * RC_NOTFOUND the item's tax class is not in the policy; RC_NOSPC full;
 * RC_RANGE a sum, the price or the quantity too large; RC_INVAL qty <= 0 or
 * a price below zero. */
MUST_CHECK enum rc basket_add(struct basket *b, const struct item *item,
	struct qty qty, size_t *ret_idx);

/** basket_add_unknown(b, code, qty, ret_idx): append a line of a code that is
 * not on file.  RC_NOSPC, RC_RANGE, RC_INVAL as basket_add(); RC_INVAL also
 * without a code or with one that is too long. */
MUST_CHECK enum rc basket_add_unknown(struct basket *b, const char *code,
	struct qty qty, size_t *ret_idx);
/** basket_resolve(b, idx, item): what that line is, at the item's price; its
 * number and quantity stay.  RC_INVAL the line is on file; RC_NOTFOUND,
 * RC_RANGE as basket_add(). */
MUST_CHECK enum rc basket_resolve(
	struct basket *b, size_t idx, const struct item *item);

/** basket_return(b, line, ret_idx): append what comes back; number and class
 * are given here.  With line->return_no > 0 its discount and amount are those
 * of basket_share(), below zero; without, the amount is price x quantity.
 * RC_NOSPC full, or no room for one more rate; RC_INVAL qty >= 0, a price
 * below zero, an amount above, or a discount without a receipt; else as
 * basket_add(). */
MUST_CHECK enum rc basket_return(
	struct basket *b, const struct basket_line *line, size_t *ret_idx);

/** basket_set_return(b, idx, qty, discount, amount): another quantity of a
 * line that comes back against its receipt.  Errors as basket_return(). */
MUST_CHECK enum rc basket_set_return(struct basket *b, size_t idx,
	struct qty qty, struct money discount, struct money amount);

/**
 * basket_share(sold, before, back, ret_discount, ret_amount):
 * What was paid for a part of a line sold.
 * Input    sold    quantity, discount and amount as it was sold, >= 0.
 *          before  thousandths that came back already; back: those of now, > 0.
 * Output   amount >= 0 and discount, taken from the line in order: whatever its
 *          parts, they sum to the line to the cent.  Three for 1.18 are 0.39,
 *          0.39, 0.40.
 * Errors   RC_INVAL back <= 0, before < 0 or nothing was sold; RC_NOSPC more
 *          than is left; RC_RANGE.
 */
MUST_CHECK enum rc basket_share(const struct basket_line *sold, int64_t before,
	int64_t back, struct money *ret_discount, struct money *ret_amount);

/** basket_restore(b, line): put a line back under its own number (draft,
 * recall), at that number's place.  Class, percent discount and amount are
 * computed anew under this basket's policy, but of what comes back against its
 * receipt; the rest is kept.  RC_EXISTS the
 * number is in use; RC_INVAL number 0; else as basket_add() or, of a line that
 * comes back, basket_return(). */
MUST_CHECK enum rc basket_restore(
	struct basket *b, const struct basket_line *line);

/** basket_find(b, no): index of line number no; RC_NOTFOUND. */
MUST_CHECK enum rc basket_find(
	const struct basket *b, uint32_t no, size_t *ret_idx);

/* The rest: RC_INVAL no such line, or a price or discount for one that is not
 * on file; RC_RANGE the line or a sum too large. */

/** basket_void(b, idx): take the line out; those behind it move up. */
MUST_CHECK enum rc basket_void(struct basket *b, size_t idx);
/** basket_set_qty(b, idx, q): a percent discount stays and is taken anew, an
 * amount discount larger than the new line is RC_RANGE. RC_INVAL q <= 0, or of
 * a line that comes back q >= 0 or a receipt: see basket_set_return(). */
MUST_CHECK enum rc basket_set_qty(struct basket *b, size_t idx, struct qty q);
/** basket_set_price(b, idx, price): price override, >= 0; discounts as for
 * basket_set_qty().  0.00 is a price; the item's own price is no override.
 * RC_INVAL it comes back against its receipt. */
MUST_CHECK enum rc basket_set_price(
	struct basket *b, size_t idx, struct money price);
/** Percent 0..1000000 ppm, or an amount 0..price x qty; replaces what was, 0
 * takes it away.  A percentage is rounded as the basket's amounts are. RC_INVAL
 * a negative amount, or the line comes back; RC_RANGE more than the line. */
MUST_CHECK enum rc basket_discount_ppm(
	struct basket *b, size_t idx, uint32_t ppm);
MUST_CHECK enum rc basket_discount_amount(
	struct basket *b, size_t idx, struct money amount);

#endif
