/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASKET_H
#define CORE_BASKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "core/item.h"
#include "core/qty.h"
#include "core/rules.h"
#include "core/tax.h"

/**
 * basket - the open sale: lines, what the customer is, and the sums that
 * follow from them.  Storage comes from the caller, once (2,000 lines are more
 * than a megabyte, so never on the stack).  Every operation is all or nothing:
 * on an error the basket is as before.  Line numbers are given once and never
 * reused, so a voided line leaves a gap; lines stand in the order of their
 * numbers.
 *
 * What was put in (item, quantity, what a cashier did by hand) is kept apart
 * from what follows (prices of lists, promotions, shares of discounts, tax):
 * the second is computed anew from all of the first by every operation, by
 * basket_reprice(), and never read by it.  So neither the order of scanning
 * nor what was there in between matters.
 *
 * A line with a quantity below zero comes back.  Against its receipt it has
 * the number and line it was sold under, the rate of that day, and the share
 * of what was paid for it; without one it comes back at its price.
 *
 * Goods with a deposit bring its line with them: it stands behind theirs with
 * the next number, has their quantity (one, of what is weighed), and goes with
 * them; alone it is not changed, and nothing is ever taken off it.  That
 * number is kept for it also where the rules do not know the deposit: the
 * goods are sold then, item.deposit says so, and no line is behind them.
 */
#define BASKET_LINES_MAX 2000
#define BASKET_NUMBER_BYTES 32
#define BASKET_REASON_BYTES 64
#define BASKET_OPERATOR_BYTES 16
#define BASKET_COUPONS 32
#define BASKET_CERTIFICATE_BYTES 48
#define BASKET_VAT_BYTES 32
#define BASKET_COMMENT_BYTES 97

/* Where a quantity comes from. */
enum qty_from {
	QTY_COUNTED, /* pieces, or a weight nobody asked about */
	QTY_SCALE,
	QTY_HAND,  /* a weight that was keyed */
	QTY_CODE,  /* weight or count in the code */
	QTY_PRICED /* the code holds the amount, the quantity follows */
};

struct basket_line {
	/* --- put in */
	uint32_t no; /* 1, 2, 3, ... within the sale */
	struct qty qty;	       /* below zero: it comes back */
	struct utc at;	       /* when it was added, and where */
	int32_t tz_min;
	bool overridden;       /* its price is by hand, whatever lists say */
	uint32_t discount_ppm; /* 0 when given as an amount */
	enum qty_from from;
	struct qty tare;   /* taken off what was weighed */
	struct money held; /* QTY_PRICED: what the code says it costs */
	struct item_trace trace;
	uint32_t link; /* no of the goods this is the deposit of; 0 */
	/* not on file: of the item only the code is known, it has no price,
	 * no class and no amount, and the sale cannot be paid with it */
	bool unknown;
	/* of what comes back; 0 where there was no receipt */
	uint32_t return_no;  /* line of the sale ${return_of} */
	uint32_t return_ppm; /* rate of its tax */
	/* against its receipt, in the prices of then, as a rule <= 0: */
	struct money back;	  /* its share of what was paid */
	struct money back_relief; /* and of the tax that was taken out */
	/* put in of what comes back against its receipt, without one the
	 * price; a price also where it is by hand, a discount where it is no
	 * percentage; else they follow */
	struct money price;    /* paid a unit */
	struct money discount; /* by hand, >= 0, taken off price x qty; of what
				* comes back its share of all, as a rule <= 0 */
	struct money amount;   /* price x qty - discount - off - relief */
	/* --- follows */
	uint8_t tax_idx;    /* class in the policy the basket was begun under */
	int list;	    /* of the rules, whose price it is; -1 none */
	struct money off;   /* by promotions, coupons, discounts of the sale */
	struct money relief; /* tax taken out of a price that holds it; of what
			      * comes back its share, and what makes prices
			      * of then into those of now */
	int by;		     /* row of b->back it is taxed by; -1 its class */
	/* --- put in; here so that what pricing walks over lies together */
	struct item item;
	char return_of[BASKET_NUMBER_BYTES]; /* "" there was no receipt */
	char reason[BASKET_REASON_BYTES];    /* of what comes back, as: */
	char approver[BASKET_OPERATOR_BYTES];
};

/**
 * A tax row of a receipt that goods come back by, as it was then, for what the
 * receipt sold.  Of its tax, part by part, comes back
 *
 *	upto(before + now) - upto(before)      upto(x) = tax * x / base, rounded
 *						half away from zero
 *
 * with base, before and now sums of the shares of lines (basket_share()), of
 * all, of what came back earlier and of what does in this sale.  So whatever
 * the pieces and their order, all that comes back is the row to the cent; and
 * neither rates nor rounding of today are asked.
 */
#define BASKET_BACK_MAX 256

struct basket_back {
	char number[BASKET_NUMBER_BYTES]; /* of the receipt */
	struct tax_class class_;	  /* code, rate, parts, why of then */
	bool included;	     /* its prices held the tax: shares are gross */
	struct tax_sum sold; /* the row, >= 0 */
	struct money before; /* of its shares, what came back earlier */
	/* --- follows */
	uint8_t tax_idx;
	size_t n_line;	    /* lines of this sale that are taxed by it */
	struct tax_sum now; /* what comes back in this sale, <= 0 */
};

/* Who buys, as far as prices and taxes ask. */
struct basket_buyer {
	char group[RULE_GROUP_BYTES];
	char certificate[BASKET_CERTIFICATE_BYTES]; /* of exemption; "" none */
	char vat[BASKET_VAT_BYTES]; /* VAT number of a business; "" none */
};

/* What was taken off, and by what; in the order it was done. */
enum price_step_kind {
	STEP_LIST,	/* from the item's price to the list's, a unit */
	STEP_OVERRIDE,	/* the same by hand */
	STEP_DISCOUNT,	/* of the line by hand */
	STEP_PROMOTION, /* rule: index in the rules */
	STEP_COUPON,	/* the shop's own, or its part of a doubled one */
	STEP_SALE,	/* of the whole sale by hand */
	STEP_RELIEF,	/* tax taken out */
	STEP_KIND_COUNT
};

struct price_step {
	enum price_step_kind kind;
	uint32_t idx; /* of the line */
	int rule;     /* of the kind; -1 */
	struct money amount; /* > 0: taken off the line; of a price the
			      * difference a unit, which may be below 0 */
};

/* A maker's coupon pays a part of the sale. */
struct basket_coupon {
	int rule; /* of the rules' coupons */
	/* --- follows */
	bool counts; /* there is enough in the sale for it */
	struct money amount; /* what it is worth in this sale; of one that is
			      * doubled the maker's part */
};

struct basket {
	uint8_t id[UUID_BYTES]; /* of the sale, minted with its first line */
	struct utc opened;
	const struct tax_policy *tax; /* &policy of the basket begun: a copy
				       * of the struct is for putting back */
	struct tax_policy policy; /* begun under; what comes back may add the
				   * rate it was sold at */
	enum round round;	      /* of price x qty */
	const struct rules *rules;    /* borrowed; NULL none */
	struct basket_line *line;
	size_t n_line;
	size_t cap_line;
	uint32_t next_no;
	struct basket_buyer buyer;
	uint32_t sale_ppm;	/* off the whole sale, by hand; or: */
	struct money sale_off;
	struct basket_coupon coupon[BASKET_COUPONS];
	size_t n_coupon;
	char comment[BASKET_COMMENT_BYTES]; /* for the receipt; "" none */
	uint8_t age;	  /* the highest that was checked, 0 none */
	/* rows are added behind the others and stay while the sale is open, so
	 * that a copy of the struct puts n_back back too */
	struct basket_back *back;
	size_t n_back;
	/* --- follows */
	/* what is sold and what comes back; back[].now is within */
	bool holding; /* nothing is computed: basket_hold() */
	struct tax_sum by_class[TAX_ROWS]; /* of the policy's rows */
	struct tax_sum total; /* total.gross is due */
	struct money discounts; /* by hand and by rules, on all lines */
	struct money coupons;	/* makers', paid with */
	struct qty items; /* see qty_pieces() */
	size_t n_unknown; /* lines that are not on file */
	struct price_step *step;
	size_t n_step;
	size_t cap_step;
	void *work; /* of basket_reprice() */
};

/** basket_bytes(cap): memory a basket of cap lines needs. */
size_t basket_bytes(size_t cap_line);
/** basket_init(b, memory, cap): memory of basket_bytes(cap), aligned 16. */
void basket_init(struct basket *b, void *memory, size_t cap_line);
/** basket_move(b, memory): the same basket, from here on in other memory of
 * basket_bytes(b->cap_line); in the old one it stays as it was. */
void basket_move(struct basket *b, void *memory);
/** basket_begin(b, id, opened, tax, round): empty, ready for lines; ${tax} is
 * copied. */
void basket_begin(struct basket *b, const uint8_t id[UUID_BYTES],
	struct utc opened, const struct tax_policy *tax, enum round round);

/** basket_set_rules(b, rules): behind basket_begin(), before the first line;
 * borrowed while there are lines. */
void basket_set_rules(struct basket *b, const struct rules *rules);

/** basket_is_traced(l): its symbol said a lot, a serial number or a day. */
bool basket_is_traced(const struct basket_line *l);
/** basket_is_begun(b): something was put in: a line, who buys, a coupon. */
bool basket_is_begun(const struct basket *b);
/** basket_put_head(b, from): who buys, what is off the whole sale, the comment
 * and the coupons of another basket, whose rules may be others: a coupon that these
 * have no more, or not as often, is left out.  RC_RANGE. */
MUST_CHECK enum rc basket_put_head(
	struct basket *b, const struct basket *from);

/** basket_reprice(b): all that follows, computed anew.  RC_RANGE a sum is too
 * large; what was put in is as before, what follows is not to be used. */
MUST_CHECK enum rc basket_reprice(struct basket *b);

/** basket_hold(b): lines are put back one by one, and nothing is to be computed
 * until basket_release(b), which does it once: as basket_reprice().  An error
 * it finds is not known of any one line. */
void basket_hold(struct basket *b);
MUST_CHECK enum rc basket_release(struct basket *b);

/** basket_put(b, line, ret_idx): append a line of what was put in; its number
 * is given here.  Errors as basket_add(). */
MUST_CHECK enum rc basket_put(
	struct basket *b, const struct basket_line *line, size_t *ret_idx);

/** basket_set_buyer(b, buyer): who buys; RC_RANGE. */
MUST_CHECK enum rc basket_set_buyer(
	struct basket *b, const struct basket_buyer *buyer);
/** Off the whole sale by hand: 0..1000000 ppm, or an amount, of which what
 * the sale comes to is taken at most, now and after every change; replaces what
 * was, 0 takes it away.  RC_INVAL, RC_RANGE. */
MUST_CHECK enum rc basket_sale_ppm(struct basket *b, uint32_t ppm);
MUST_CHECK enum rc basket_sale_amount(struct basket *b, struct money amount);
/** basket_coupon_add(b, rule): a coupon of the rules is handed over.  RC_NOSPC
 * too many; RC_EXISTS as many of it as a sale takes are there; RC_INVAL. */
MUST_CHECK enum rc basket_coupon_add(struct basket *b, int rule);
/** basket_coupon_remove(b, rule): the last one of it.  RC_NOTFOUND. */
MUST_CHECK enum rc basket_coupon_remove(struct basket *b, int rule);

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
 * are given here.  With line->return_no > 0 its discount, relief and amount are
 * those of basket_share(), below zero; without, the amount is price x quantity.
 * RC_NOSPC full, or no room for one more rate; RC_INVAL qty >= 0, a price
 * below zero, an amount above, or a discount without a receipt; else as
 * basket_add(). */
MUST_CHECK enum rc basket_return(
	struct basket *b, const struct basket_line *line, size_t *ret_idx);

/** basket_receipt(b, row, n): what the goods of one receipt were taxed;
 * replaces what was known of it.  Lines against it are taxed by it, those
 * without a row by their class and rate, anew.  RC_NOSPC no room; RC_RANGE. */
MUST_CHECK enum rc basket_receipt(
	struct basket *b, const struct basket_back row[], size_t n);

/** What was paid for a part of a line sold: amount, discount and relief. */
struct basket_shared {
	struct money amount, discount, relief;
};

/** basket_set_return(b, idx, qty, share): another quantity of a line that
 * comes back against its receipt.  Errors as basket_return(). */
MUST_CHECK enum rc basket_set_return(struct basket *b, size_t idx,
	struct qty qty, const struct basket_shared *share);

/**
 * basket_share(sold, before, back, ret):
 * What was paid for a part of a line sold.
 * Input    sold    quantity, discount, relief and amount as it was sold, >= 0.
 *          before  thousandths that came back already; back: those of now, > 0.
 * Output   amount >= 0, discount and relief, taken from the line in order:
 *          whatever its parts, they sum to the line to the cent.  Three for
 *          1.18 are 0.39, 0.39, 0.40.
 * Errors   RC_INVAL back <= 0, before < 0 or nothing was sold; RC_NOSPC more
 *          than is left; RC_RANGE.
 */
MUST_CHECK enum rc basket_share(const struct basket_line *sold, int64_t before,
	int64_t back, struct basket_shared *ret);
/** basket_paid(sold, milli, ret): amount of the first ${milli} of it, up to all
 * of it.  Errors as basket_share(). */
MUST_CHECK enum rc basket_paid(
	const struct basket_line *sold, int64_t milli, struct money *ret);

/** basket_restore(b, line): put a line back under its own number (draft,
 * recall), at that number's place.  Class, percent discount and amount are
 * computed anew under this basket's policy, but of what comes back against its
 * receipt; the rest is kept.  Goods bring their deposit's line, and
 * that line alone changes nothing then.  RC_EXISTS the
 * number is in use; RC_INVAL number 0; else as basket_add() or, of a line that
 * comes back, basket_return(). */
MUST_CHECK enum rc basket_restore(
	struct basket *b, const struct basket_line *line);

/** basket_is_deposit(b, line): a deposit, on goods or of empties: no price,
 * discount or promotion is for it.  basket_has_deposit(b, idx): the line behind
 * is that of its deposit.  deposit_item(d, tax, ret): what is sold; ${tax} the
 * class of what it is on, NULL when nobody knows. */
bool basket_is_deposit(const struct basket *b, const struct basket_line *l);
bool basket_has_deposit(const struct basket *b, size_t idx);
/** basket_deal_at(b, from, idx, ret): of the deals that end with line ${idx}
 * the first at or behind step ${from}: what it takes off all its lines.  Its last
 * step; b->n_step when there is none. */
size_t basket_deal_at(const struct basket *b, size_t from, size_t idx,
	struct money *ret);

/** basket_line_whole(l): a line less its own discount, but not its share of
 * what rules and the discount of the sale take off. */
struct money basket_line_whole(const struct basket_line *l);

/** basket_last(b): the last goods, of which there are some; not the deposit
 * behind them. */
const struct basket_line *basket_last(const struct basket *b);
void deposit_item(
	const struct deposit *d, const char *tax, struct item *ret);

/** basket_find(b, no): index of line number no; RC_NOTFOUND. */
MUST_CHECK enum rc basket_find(
	const struct basket *b, uint32_t no, size_t *ret_idx);

/* The rest: RC_INVAL no such line, one of a deposit that goods brought, or a
 * price or discount for any deposit or for one that is not on file; RC_RANGE
 * the line or a sum too large. */

/** basket_void(b, idx): take the line out, its deposit's too; those behind it
 * move up. */
MUST_CHECK enum rc basket_void(struct basket *b, size_t idx);
/** basket_set_qty(b, idx, q): a percent discount stays and is taken anew, an
 * amount discount larger than the new line is RC_RANGE. RC_INVAL q <= 0, or of
 * a line that comes back q >= 0 or a receipt: see basket_set_return(). */
MUST_CHECK enum rc basket_set_qty(struct basket *b, size_t idx, struct qty q);
/** basket_set_price(b, idx, price): price override, >= 0; discounts as for
 * basket_set_qty().  0.00 is a price; the price it has of the item, or of a list, is no override.
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
