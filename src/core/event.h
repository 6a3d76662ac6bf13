/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rng.h"

/**
 * event - one fact, decoded.  The closed list of types; the line form and
 * every member with its meaning are holdfast-event(5) and wire/event.c's
 * tables.  Types are added at the end, members of a type are never removed or
 * given another meaning; a member added later is optional and absent when it
 * has its empty value, so that old lines stay canonical.
 *
 * Money is minor units, quantities thousandths, rates parts per million.
 * Strings are NUL-terminated UTF-8, NULL is an absent optional member; lists
 * are pointer and count.  All memory is the caller's (an arena).
 */
enum event_type {
	EVENT_REGISTER_INITIALIZED,
	EVENT_REGISTER_RECOVERED,
	EVENT_REGISTER_RESTORED,
	EVENT_CONFIG_ACTIVATED,
	EVENT_CATALOG_IMPORTED,
	EVENT_OPERATOR_SIGNED_ON,
	EVENT_OPERATOR_SIGNED_OFF,
	EVENT_SALE_COMPLETED,
	EVENT_SALE_VOIDED,
	EVENT_SALE_PARKED,
	EVENT_SALE_RECALLED,
	EVENT_LINE_VOIDED,
	EVENT_PRICE_OVERRIDDEN,
	EVENT_LINE_DISCOUNTED,
	EVENT_DRAWER_OPENED,
	EVENT_RECEIPT_PRINTED,
	EVENT_COPY_PRINTED,
	EVENT_REPORT_PRINTED,
	EVENT_EXPORT_DONE,
	EVENT_CLOCK_JUMPED,
	EVENT_TENDER_TAKEN,
	EVENT_TENDER_REMOVED,
	EVENT_OPERATOR_CHANGED,
	EVENT_OPERATOR_ATTEMPTED,
	EVENT_OPERATOR_REFUSED,
	EVENT_OPERATOR_UNLOCKED,
	EVENT_APPROVAL_GIVEN,
	EVENT_APPROVAL_REFUSED,
	EVENT_REGISTER_LOCKED,
	EVENT_REGISTER_UNLOCKED,
	EVENT_AGE_CHECKED,
	EVENT_ITEM_REFUSED,
	EVENT_TRAINING_STARTED,
	EVENT_TRAINING_ENDED,
	EVENT_CASH_MOVED,
	EVENT_CASH_COUNTED,
	EVENT_DAY_CLOSED,
	EVENT_SALE_DISCOUNTED,
	EVENT_BUYER_NAMED,
	EVENT_PAYMENT_STARTED,
	EVENT_PAYMENT_ENDED,
	EVENT_TERMINAL_CLOSED,
	EVENT_ORDER_PRINTED,
	EVENT_DAY_OPENED,
	EVENT_SHIFT_OPENED,
	EVENT_SHIFT_CLOSED,
	EVENT_PERIOD_CLOSED,
	EVENT_CONFIG_DRAFTED,
	EVENT_CONFIG_APPROVED,
	EVENT_CONFIG_DROPPED,
	EVENT_ARCHIVE_MADE,
	EVENT_JOURNAL_PURGED,
	EVENT_KEY_CHANGED,
	EVENT_PERSON_ERASED,
	EVENT_GLASS_SET,
	EVENT_GLASS_BROKEN,
	EVENT_REGISTER_MOVED,
	EVENT_HUB_ENROLLED,
	EVENT_HUB_ACKNOWLEDGED,
	EVENT_HUB_QUARANTINED,
	EVENT_HUB_REFUSED,
	EVENT_FEED_FOLLOWED,
	/* of a hub's own log; no register writes them */
	EVENT_SALVAGE_ACCEPTED,
	EVENT_SALVAGE_REJECTED,
	EVENT_TYPE_COUNT
};

/* Spelled in a line as "ok", "jumped", "unset". */
enum clock_quality { CLOCK_OK, CLOCK_JUMPED, CLOCK_UNSET };

struct event_initialized {
	const char *shop;
	const char *register_no; /* "R01" */
	const char *public_key;	 /* 64 hex digits */
	const char *operator_no; /* first operator, the owner */
	const char *product;	 /* "holdfast 0.1.0" */
};

/* What recovery found at a start and did about it. */
struct event_recovered {
	const char *tail;	  /* "torn" or "clean" */
	int64_t dropped_bytes;	  /* unacknowledged bytes zeroed */
	const char *dropped_hash; /* SHA-256 of them, hex; NULL when none */
	int64_t replayed;	  /* events applied to the store again */
	bool rebuilt;		  /* store made anew from the journal */
	const char *why;	  /* words, for the audit screen */
	int64_t repaired;	  /* journal records mended from the store */
};

struct event_restored {
	int64_t from_epoch;
	int64_t from_sequence; /* last known head */
	const char *from_hash; /* hex */
	const char *source;    /* directory it came from */
	const char *number;    /* highest printed number known, or NULL */
	/* another machine's, 64 hex digits: from this line on, its own among
	 * them, lines are signed by it; NULL: by the key they were */
	const char *public_key;
	const char *hub; /* whose copy of the log it goes on from; NULL */
};

struct event_config {
	const char *version; /* SHA-256 of text, hex */
	const char *previous; /* NULL the first time */
	const char *text;     /* the whole holdfast.conf */
	const char *author, *approver; /* of a draft */
	const char *why; /* NULL; "draft", "rollback", "import",
			  * "feed" */
	const char *origin; /* imported: head of its bundle; NULL */
};

struct event_catalog {
	int64_t version; /* generation number */
	int64_t rows, taken, refused;
	const char *source; /* file name, or "-" */
	const char *hash;   /* SHA-256 of the bytes read, hex */
};

struct event_operator {
	const char *operator_no;
	const char *name; /* NULL or sealed */
	const char *how;  /* "pin", "badge", NULL neither was needed */
};

/* A badge's verifier, sealed under its person's key; base64url. */
struct event_badge {
	const char *badge;
};

/* All there is to know of an operator, as it is from here on.  What is
 * personal is sealed under that person's key, base64url. */
struct event_person {
	const char *operator_no;
	const char *role;
	bool active;
	const char *name; /* sealed */
	const char *pin;  /* verifier, sealed; NULL there is no PIN */
	const struct event_badge *badge;
	size_t n_badge;
	const char *origin; /* "hub": by a feed of its; NULL here */
};

/* Somebody said who they are: counted before it is looked at, and what came
 * of it when it was not them. */
struct event_attempt {
	const char *operator_no; /* as it was keyed; NULL for a badge */
	const char *purpose; /* "sign-on", "approval", "unlock" */
	const char *why;     /* refused: "pin", "badge", "unknown", "off",
			      * "role", "self", "no-pin"; "receipt": it was
			      * them, and receipts lack what they must have */
};

/* An act beyond what the operator may do, approved or not. */
struct event_approval {
	const char *approver; /* NULL when it was refused */
	const char *how;      /* "pin", "badge", "key"; "verb": the actor
			       * proved who they are, nobody else approved */
	const char *permit;   /* as [role] has it; NULL: the next action */
	int64_t quantity;     /* as the permit weighs it */
	const char *what;     /* in words */
	int64_t from, to;     /* money before and after, where it has them */
	const char *reason;
};

/* The register stands locked, or again open, with its sale; an operator may
 * try their PIN again. */
struct event_lock {
	const char *operator_no; /* who is signed on; whose PIN */
	const char *how; /* locked: "hand", "time", "key"; unlocked: "pin",
			  * "badge", "key"; of an operator: "verb", "till" */
};

struct event_discount {
	int64_t ppm;	/* 0 when keyed as an amount */
	int64_t amount; /* > 0: taken off; shares of what came back below 0 */
	const char *reason;
	const char *kind; /* "promotion", "coupon", "sale"; "return": a share,
			   * of any; NULL of the line by hand */
	const char *rule; /* its id in the configuration; NULL by hand */
	const char *name; /* of the rule, when it is not its id */
};

/* One of the taxes that a class is made of. */
struct event_part {
	const char *name;
	int64_t rate;  /* ppm */
	bool on_tax;   /* on the parts before it too */
	int64_t tax;
};

struct event_line {
	int64_t no;	  /* line number within the sale */
	const char *code; /* as the catalog spells it */
	const char *kind; /* code_kind_name() */
	const char *name;
	const char *dept;
	int64_t qty;   /* thousandths */
	int64_t price; /* paid a unit */
	bool overridden;
	int64_t list;  /* catalog price, when overridden or of a price list */
	const struct event_discount *discount;
	size_t n_discount;
	int64_t amount; /* price x qty - discounts */
	const char *tax; /* class */
	/* of what comes back, its quantity and amount below zero; NULL and 0
	 * where there was no receipt */
	const char *return_of; /* number of the sale it was sold in */
	int64_t return_no;     /* its line there */
	int64_t rate;	       /* ppm of its tax then */
	const char *reason;
	const char *approver;
	bool unknown; /* not on file: without price, class and amount */
	const char *pricelist; /* id of the list that the price is of */
	int64_t relief; /* tax taken out of a price that holds it: amount =
			 * price x qty - discounts - relief */
	const char *unit; /* what it is weighed in; NULL pieces */
	int64_t tare;	  /* taken off what was weighed, thousandths */
	const char *from; /* quantity: "scale", "hand", "code"; "price": the
			   * code held the amount, before discounts ${held} */
	int64_t held;
	int64_t link; /* line of the goods this is the deposit of */
	const char *deposit; /* id of the deposit that is on it; its own code:
			      * it is one, of empties */
	const char *groups; /* words of the item for rules */
	struct utc at; /* when it was added, where a rule asks */
	int64_t tz;    /* and minutes east of Greenwich */
	const struct event_part *part; /* of what comes back: its tax then, */
	size_t n_part;		       /* where it had named parts */
	const char *lot;     /* as the symbol says */
	const char *serial;
	const char *expires; /* "2028-02-29" */
};

struct event_tax {
	const char *code;
	int64_t rate; /* ppm */
	int64_t net, tax, gross;
	const char *why; /* there is none: "exempt", "reverse" */
	const struct event_part *part; /* their taxes sum to tax */
	size_t n_part;
};

struct event_tender {
	const char *tender; /* "cash", or the code of another, "CC" */
	int64_t amount;	    /* part of the total it pays */
	int64_t tendered;   /* what was handed over */
	int64_t change;	    /* tendered - amount */
	const char *name;   /* as the shop calls it; NULL for cash */
	const char *rule;   /* a maker's coupon: its id; NULL */
	const char *payment; /* UUID of the card payment, as text */
	const char *card;    /* "Visa" */
	const char *last4;
	const char *auth;
	bool offline; /* approved by card and terminal alone */
};

/* Balanced: net + tax == gross in each tax row, the taxes of its parts, where it
 * has any, sum to tax, and their grosses sum to total;
 * amount + change == tendered in each tender and their amounts sum to total +
 * rounding.  Included: sum of line amounts == total.  Added: sum of line
 * amounts == sum of tax[].net. */
struct event_sale {
	uint8_t sale[UUID_BYTES];
	const char *number; /* "R01-000042" */
	struct utc opened;
	const char *currency;
	int64_t digits;
	const char *prices; /* "included" or "added" */
	const struct event_line *line;
	size_t n_line;
	const struct event_tax *tax;
	size_t n_tax;
	int64_t total;
	int64_t rounding; /* cash rounding, usually 0 */
	const struct event_tender *tender;
	size_t n_tender;
	const char *receipt; /* "print" or "none" */
	bool drawer;	     /* drawer pulsed with this receipt */
	int64_t age;	     /* highest that was checked, years; 0 none */
	const char *group;	 /* of customers; NULL none */
	const char *certificate; /* of exemption from tax; NULL none */
	const char *vat;	 /* number of the business that buys; NULL */
	int64_t bill_rounding;	 /* part of rounding that is not of cash */
	const char *comment;	 /* for the receipt; NULL none */
	const char *orders; /* printers that have a part of it to print, a blank
			     * between; NULL none */
	int64_t shift;	    /* whose cash it is, and so below; 0 nobody's */
};

/* A coupon that was handed over. */
struct event_coupon {
	const char *rule;
};

/* A basket that was put aside, or given up. */
struct event_basket {
	uint8_t sale[UUID_BYTES];
	const char *number; /* parked: "P01"-style short id; voided: NULL */
	struct utc opened;
	const struct event_line *line;
	size_t n_line;
	int64_t total;
	const char *note;
	const char *reason;
	const char *approver;
	int64_t age; /* highest that was checked, years; 0 none */
	int64_t next; /* parked: number of the next line; 0: the last one's
		       * and one */
	const char *group, *certificate, *vat; /* as in a sale */
	int64_t ppm, off; /* off the whole sale by hand */
	const struct event_coupon *coupon;
	size_t n_coupon;
	const char *comment; /* as in a sale */
};

struct event_recalled {
	uint8_t sale[UUID_BYTES];
	const char *number;
};

/* One line of the open basket changed by hand: voided, price, discount. */
struct event_line_act {
	uint8_t sale[UUID_BYTES];
	int64_t no;
	const char *code;
	const char *name;
	int64_t qty;
	int64_t from; /* price or amount before */
	int64_t to;   /* after; voided: 0 */
	int64_t ppm;  /* discount in percent, else 0 */
	const char *reason;
	const char *approver;
	int64_t left; /* voided: thousandths that stay, ${qty} is what does
		       * not, ${to} what they come to; 0: the whole line */
};

/* The whole open sale at another price, by hand. */
struct event_sale_discount {
	uint8_t sale[UUID_BYTES];
	int64_t from, to; /* what the goods come to */
	int64_t ppm;	  /* 0 when keyed as an amount */
	int64_t amount;
	const char *reason;
	const char *approver;
};

/* Who buys in the open sale, as far as prices and taxes ask; NULL nobody. */
struct event_buyer {
	uint8_t sale[UUID_BYTES];
	const char *group, *certificate, *vat;
	int64_t from, to; /* what is due */
	const char *approver;
};

/* A part of an open sale that was paid, or was given back.  The sale lists
 * what it was paid with in the end. */
struct event_tender_act {
	uint8_t sale[UUID_BYTES];
	int64_t no; /* of the tender within the sale, from 1 */
	const char *tender;
	const char *name;
	int64_t amount;
	int64_t tendered;
	const char *reason;
	const char *approver;
	const char *payment, *card, *last4, *auth; /* as in a sale */
	bool offline;
};

struct event_drawer {
	const char *reason; /* "sale", "no-sale"; "hand": nobody asked for it */
	const char *number; /* of the sale */
	const char *approver;
	const char *why; /* no sale: the configured reason */
	const char *device; /* its name; NULL on the receipt printer */
	int64_t shift;
};

struct event_receipt {
	const char *number;
	int64_t copy;	     /* 1, 2, ...; 0 for the original */
	const char *outcome; /* "printed", "failed", "unknown" */
	const char *approver;
};

/* What became of the part of a sale that a printer of the kitchen has. */
struct event_order {
	const char *number; /* of the sale */
	const char *device;
	int64_t copy;	     /* 0; 1, 2, ...: marked, it may be there already */
	const char *outcome; /* "printed", "failed": not a byte of it went out,
			      * "unknown", "dropped": it is not tried again */
};

struct event_report {
	const char *kind; /* "x" */
	int64_t first, last; /* sequence range it covers */
	int64_t sales, gross;
	const char *approver;
};

struct event_export {
	const char *kind; /* "events", "sales", ... */
	const char *format;
	int64_t first, last;
	int64_t rows;
};

struct event_clock {
	struct utc from; /* last reading believed */
	struct utc to;	 /* first reading after the jump */
	int64_t delta_us;
};

/* Whether somebody may buy what not everybody may. When they were born is
 * not kept. */
struct event_age {
	uint8_t sale[UUID_BYTES];
	int64_t age;	    /* years that were asked for */
	const char *method; /* "looks", "dob", "scan", "none" */
	const char *result; /* "pass" or "refuse" */
	const char *code;   /* of the item that asked */
	const char *name;
	const char *approver;
};

/* What was asked for and not sold. */
struct event_refused {
	uint8_t sale[UUID_BYTES];
	const char *code;
	const char *name; /* NULL when it is not on file */
	int64_t qty;
	const char *reason; /* "not on file", "age", "expired" */
};

/* Practice from here on, or no more: what lies between has training set. */
struct event_training {
	int64_t next; /* number the next sale of the series gets */
};

/* Cash that went into the drawer or out of it, and was no sale. */
struct event_cash {
	const char *kind; /* "paid-in", "paid-out", "pickup"; "float": from
			   * the safe, "drop": into it, by the cashier */
	int64_t amount;	  /* > 0 */
	const char *reason;
	const char *approver;
	int64_t shift;
};

/* So many coins or notes of one value. */
struct event_piece {
	int64_t value;
	int64_t pieces;
};

/* What somebody found in the drawer, before they were told what there should
 * be. */
struct event_count {
	int64_t counted, expected;
	int64_t difference; /* counted - expected: below zero it is short */
	const struct event_piece *piece; /* how it was counted, may be none */
	size_t n_piece;
	const char *reason;
	const char *approver;
	int64_t shift;
};

struct event_day_tender {
	const char *tender;
	int64_t amount, count;
};

/* What a card terminal moved for one tender, by the card's name. */
struct event_day_card {
	const char *tender;
	const char *card; /* as the terminal calls it; NULL it did not say */
	int64_t amount, count;
	int64_t offline_amount, offline; /* of them */
	int64_t back_amount, back; /* of them, to customers; amount >= 0 */
	int64_t reversed_amount, reversed; /* beside them: given back again */
};

struct event_day_terminal {
	const char *terminal; /* its device's name */
	int64_t begun;	      /* what it was asked for since its own day ended */
	int64_t closed;	      /* how often that ended */
	int64_t difference;   /* sum of what it said then, less ours */
};

/* A shift that ended in the day, or goes on behind it. */
struct event_day_shift {
	int64_t shift;
	const char *operator_no;
	int64_t drawer;
	int64_t opening, expected;
	int64_t counted, difference; /* 0 it goes on */
	int64_t carried;
};

/* What was ever sold in a tax class. */
struct event_grand_tax {
	const char *code;
	int64_t rate;
	int64_t net, tax, gross;
};

/* A Z: the sums of all lines since the one before it, as struct totals has
 * them, of the moment it was closed. */
struct event_day {
	int64_t number;	     /* of the Z, from 1 */
	int64_t first, last; /* sequences that were summed up */
	struct utc opened;   /* time of the first of them */
	int64_t sales, gross;
	int64_t voids, void_amount, line_voids;
	int64_t returns, return_amount;
	int64_t overrides, discounts, discount, no_sales, copies, parked;
	int64_t items; /* thousandths */
	int64_t rounding;
	const struct event_tax *tax;
	size_t n_tax;
	const struct event_day_tender *tender;
	size_t n_tender;
	int64_t opening; /* cash the day began with */
	int64_t paid_in, paid_out, pickups;
	int64_t drawer;	 /* cash there should be at the end */
	int64_t counts;	 /* how often it was counted; 0: what follows is 0 */
	int64_t counted; /* the last time */
	int64_t difference; /* then */
	int64_t carried; /* drawer + difference: the next day begins with it */
	int64_t grand;	 /* gross of all closed days, this one too */
	const char *reason;
	const char *approver;
	/* of ${discount}; its rest is of lines by hand */
	int64_t off_promotion, off_coupon, off_sale, off_back;
	int64_t relief, deposits, deposits_back;
	const struct event_day_card *card;
	size_t n_card;
	const struct event_day_terminal *terminal;
	size_t n_terminal;
	int64_t unsettled; /* card payments whose end is not known */
	const char *date;  /* of business, "2026-11-21" */
	int64_t floats;	   /* cash from the safe */
	const struct event_day_shift *shift;
	size_t n_shift;
	/* since ever, as grand is */
	int64_t grand_sales, grand_returns;
	const struct event_grand_tax *grand_tax;
	size_t n_grand_tax;
	int64_t emergencies; /* how often the sealed code was used */
};

/* A card terminal is about to be asked: recorded before its first byte. */
struct event_payment {
	uint8_t payment[UUID_BYTES];
	uint8_t sale[UUID_BYTES];
	const char *op; /* "pay", "refund", "reverse", "reserve", "capture",
			 * "release" */
	const char *tender;
	const char *name;
	const char *terminal; /* its device's name */
	int64_t amount;
	const char *of;	     /* UUID of the payment it is about */
	const char *receipt; /* that one's, at the terminal */
	const char *last;    /* receipt of the terminal's last payment, as far
			      * as the register knows */
	const char *approver;
};

/* What became of it: recorded before the terminal is told.  An "unknown" one
 * has another behind it, once it is settled. */
struct event_payment_end {
	uint8_t payment[UUID_BYTES];
	uint8_t sale[UUID_BYTES];
	const char *outcome; /* "approved", "offline", "declined", "aborted",
			      * "unknown" */
	const char *how; /* "terminal" told; "recovered": asked behind a break;
			  * "decided" by a person */
	int64_t amount; /* that was moved */
	const char *terminal; /* its own id */
	const char *receipt, *trace, *auth;
	const char *card, *last4, *aid, *entry, *check;
	const char *when; /* by its clock */
	int64_t code;
	const char *text;
	const char *slip;     /* the customer's, as the terminal made it */
	const char *merchant; /* the shop's */
	const char *approver;
};

struct event_terminal_total {
	const char *name;
	int64_t count, amount;
};

/* The end of a terminal's day. */
struct event_terminal {
	const char *terminal; /* its device's name */
	const char *outcome;
	const struct event_terminal_total *total; /* by card, as it says */
	size_t n_total;
	int64_t count, amount; /* their sums */
	int64_t paid_count, paid; /* of ours since the one before */
	int64_t difference;	  /* amount - paid */
	const char *text;
	const char *approver;
	const char *slip, *merchant; /* as the terminal made them */
};

/* A business day begins. */
struct event_day_opened {
	int64_t number;
	const char *date;
	const char *reason;
	const char *approver;
};

/* Somebody takes a cash drawer over and answers for it from here on: the actor. */
struct event_shift {
	int64_t shift; /* from 1; each once */
	int64_t drawer;
	int64_t expected; /* that was left there */
	int64_t counted;
	int64_t difference; /* counted - expected - floats */
	const struct event_piece *piece;
	size_t n_piece;
	int64_t from; /* it was handed over by; 0 nobody */
	const char *reason;
	const char *approver;
	int64_t floats; /* of what was counted, just now from the safe */
};

/* The end of a shift: the sums of what was done in it. */
struct event_shift_closed {
	int64_t shift;
	int64_t drawer;
	const char *operator_no;
	struct utc opened;
	int64_t first;
	int64_t sales;
	int64_t gross;
	int64_t returns;
	int64_t return_amount;
	const struct event_day_tender *tender;
	size_t n_tender;
	int64_t opening;
	int64_t floats;
	int64_t paid_in;
	int64_t paid_out;
	int64_t pickups;
	int64_t expected;
	int64_t counted;
	int64_t difference;
	int64_t carried; /* stays in the drawer */
	const struct event_piece *piece;
	size_t n_piece;
	const char *to; /* who has the drawer now; NULL nobody */
	const char *reason;
	const char *approver;
};

/* A month or a year is closed: the sums of its days. */
struct event_period {
	const char *kind;
	const char *name;
	int64_t number;
	int64_t first_day;
	int64_t last_day;
	int64_t first;
	int64_t last;
	int64_t sales;
	int64_t gross;
	int64_t returns;
	int64_t return_amount;
	int64_t rounding;
	const struct event_tax *tax;
	size_t n_tax;
	const struct event_day_tender *tender;
	size_t n_tender;
	int64_t grand;
	int64_t grand_sales;
	int64_t grand_returns;
	const char *reason;
	const char *approver;
};

/* A configuration was put forward; it counts for nothing yet. */
struct event_draft {
	const char *version;
	const char *base;
	const char *text;
	const char *note;
	struct utc effective;
	const char *why; /* NULL; "rollback", "import" */
	const char *origin; /* as in event_config */
};

/* Somebody other than its author approved a draft. */
struct event_draft_approved {
	const char *version;
	const char *author;
	struct utc effective;
	const char *note;
};

/* A draft will not become active. */
struct event_draft_dropped {
	const char *version;
	const char *why;
};

/* Sealed segments were copied to another medium, read again and found whole. */
struct event_archive {
	int64_t number;
	int64_t first;
	int64_t last;
	const char *first_hash;
	const char *last_hash;
	int64_t segments;
	int64_t bytes;
	const char *manifest;
	const char *destination;
	int64_t sales;
	int64_t gross;
	int64_t grand;
};

/* Lines that an archive holds are about to be removed from this register. */
struct event_purge {
	int64_t archive;
	int64_t first;
	int64_t last;
	const char *last_hash;
	const char *base;
	const char *reason;
	const char *approver;
};

/* A key of the store was replaced; what it is stands in no line. */
struct event_key {
	const char *level;
	int64_t generation;
	const char *source;
	const char *public_key;
	const char *reason;
	const char *approver;
};

/* The key of a person was destroyed: what lines have of them opens no more. */
struct event_erased {
	const char *operator_no;
	const char *reason;
	const char *approver;
};

/* A sealed code for emergencies was made; one before it opens nothing any more. */
struct event_glass {
	const char *code;
};

/* The sealed code was used. */
struct event_glass_use {
	const char *operator_no;
	const char *purpose;
	const char *why;
};

/* Which machine the register is on: from the first line that knows, and whenever
 * it is another one and somebody said so.  An identity is of one register: the
 * same machine has another one in another shop. */
struct event_moved {
	const char *from; /* 64 hex digits; NULL none was known */
	const char *to;
	const char *how; /* "first", "here", "copy", "restore" */
	const char *why; /* in words, NULL for the first and a restore */
	const char *approver;
};

/* The register belongs to a hub from here on, or ("none") to none again. */
struct event_hub {
	const char *hub; /* UUID */
	const char *url;
	const char *key;   /* the hub's signing key, 64 hex digits */
	const char *link;  /* the worker's, 64 hex digits; NULL for "none" */
	const char *keyid; /* by which the hub knows that one; NULL */
	const char *tenant, *store; /* at the hub; UUIDs; NULL */
	const char *kind;	    /* "enroll", "restore", "none" */
	const char *reason, *approver;
};

/* A hub has every line up to this one, and signed that (wire/anchor.h). */
struct event_hub_ack {
	const char *hub; /* UUID */
	int64_t epoch, sequence;
	const char *hash;   /* of that line, hex */
	struct utc at;	    /* the hub's time */
	const char *anchor; /* base64url */
	int64_t durable; /* up to here the hub has a second copy; 0 unknown */
};

/* A hub could not read a line, and keeps it as it is, apart. */
struct event_hub_apart {
	const char *hub;
	int64_t epoch, sequence;
	const char *hash; /* of that line, hex */
	const char *reason;
};

/* A hub does not take this log as it is, and people must look at it. */
struct event_hub_refused {
	const char *kind; /* "fork", "fenced", "clone", "revoked";
			   * "rollback": it has lines that this disk lacks */
	int64_t epoch, sequence; /* where; 0 nowhere in particular */
	const char *hash; /* the hub's line there, hex; NULL */
	const char *detail;
};

/* What a hub decided has been taken over. */
struct event_feed {
	const char *feed;
	const char *epoch; /* of the feed */
	int64_t revision;
	int64_t version; /* of the catalog since; 0 it is not of that */
	int64_t items;	 /* taken over since the last of these */
	int64_t refused; /* that could not be, see the worker's status */
};

/* A line that a register's log could not take is a fact all the same; long
 * ones come in pieces, an event each. */
struct event_salvaged {
	uint8_t reg[UUID_BYTES]; /* as the hub has it */
	const char *number;	 /* "R01" */
	int64_t epoch, sequence;
	const char *hash; /* of the whole line, hex */
	struct utc decided;
	const char *reason;
	int64_t piece, pieces; /* from 1; 0 it is in one */
	const char *line;      /* the line, or the piece of it */
};

struct event_reference {
	int64_t sequence;
	const char *hash; /* hex */
};

/* Lines that are no facts. */
struct event_discarded {
	uint8_t reg[UUID_BYTES];
	const char *number;
	int64_t epoch;
	struct utc decided;
	const char *reason;
	const struct event_reference *reference;
	size_t n_reference;
};

struct event {
	enum event_type type;
	uint8_t tenant[UUID_BYTES];
	uint8_t store[UUID_BYTES];
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;	   /* from 1 */
	uint64_t sequence; /* from 1, gap-free */
	struct utc time;
	int32_t tz_min;
	struct mono mono;
	const char *boot;
	enum clock_quality clock;
	uint8_t prev[HASH_BYTES]; /* zeros before the first line */
	const char *actor;	  /* operator number */
	const char *config;	  /* version (hex), "" before the first */
	int64_t catalog;	  /* generation, 0 before the first */
	bool training; /* practiced, not done: counts in no total, moves no
			* stock; event_may_train() */
	union {
		struct event_initialized initialized;
		struct event_recovered recovered;
		struct event_restored restored;
		struct event_config config;
		struct event_catalog catalog;
		struct event_operator operator_;
		struct event_sale sale;
		struct event_basket basket; /* SALE_VOIDED, SALE_PARKED */
		struct event_recalled recalled;
		struct event_line_act line; /* LINE_*, PRICE_OVERRIDDEN */
		struct event_drawer drawer;
		struct event_receipt receipt; /* RECEIPT_, COPY_PRINTED */
		struct event_report report;
		struct event_export export_;
		struct event_clock clock;
		struct event_training training;
		struct event_tender_act tender; /* TENDER_* */
		struct event_person person;
		struct event_attempt attempt;
		struct event_approval approval;
		struct event_lock lock;
		struct event_age age;
		struct event_refused refused;
		struct event_cash cash;
		struct event_count count;
		struct event_day day;
		struct event_sale_discount discount;
		struct event_buyer buyer;
		struct event_payment payment;
		struct event_payment_end payment_end;
		struct event_terminal terminal;
		struct event_order order;
		struct event_day_opened day_opened;
		struct event_shift shift;
		struct event_shift_closed shift_closed;
		struct event_period period;
		struct event_draft draft;
		struct event_draft_approved draft_approved;
		struct event_draft_dropped draft_dropped;
		struct event_archive archive;
		struct event_purge purge;
		struct event_key key;
		struct event_erased erased;
		struct event_glass glass;
		struct event_glass_use glass_use;
		struct event_moved moved;
		struct event_hub hub;
		struct event_hub_ack hub_ack;
		struct event_hub_apart hub_apart;
		struct event_hub_refused hub_refused;
		struct event_feed feed;
		struct event_salvaged salvaged;
		struct event_discarded discarded;
	} data;
	uint8_t sig[SIG_BYTES]; /* set by decode and sign */
};

/** event_type_name(t): "holdfast.sale.completed.v1"; event_type_find() is its
 * inverse, EVENT_TYPE_COUNT when unknown. */
const char *event_type_name(enum event_type t);
enum event_type event_type_find(const char *name, size_t len);

/** event_may_train(t): whether an event of this type can be practice: what a
 * cashier does at the prompt.  What happens to the register is never. */
bool event_may_train(enum event_type t);

/** event_is_deposit(l): on goods or of empties; it is no piece of its own. */
bool event_is_deposit(const struct event_line *l);

/** event_balances(e): true unless a sale breaks the sums stated above. */
bool event_balances(const struct event *e);

#endif
