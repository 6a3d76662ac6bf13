/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_ENGINE_H
#define REGISTER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "core/basket.h"
#include "core/cash.h"
#include "core/event.h"
#include "core/gs1.h"
#include "core/shift.h"
#include "core/totals.h"
#include "register/card.h"
#include "register/closing.h"
#include "register/config.h"
#include "register/permit.h"
#include "store/store.h"

/**
 * engine - the register without screen, disk or devices.  Input in; a reply
 * and an act out.  The act is what must be recorded before anybody is told:
 * the caller (register/till) makes it final and says so with
 * engine_settle(); only then does the engine move on.  If recording fails
 * the engine stays exactly where it was, with the reason on view.
 *
 * Clock and random numbers are handed in, so a run replays to the byte.
 */
struct engine;
struct config_draft; /* register/config_draft.h */

/** Questions the engine asks; each answers at once from memory or LMDB. */
struct engine_ports {
	void *arg;
	/* RC_NOTFOUND not on file */
	enum rc (*find_item)(void *arg, const char *code, size_t len,
		struct item *ret, enum code_kind *ret_kind,
		struct err *reterr);
	/* parked basket ${number} (0 = the oldest): event decoded, valid until
	 * the next port call */
	enum rc (*parked)(void *arg, uint64_t number, const struct event **ret,
		struct err *reterr);
	enum rc (*parked_list)(void *arg, struct store_parked ret[], size_t cap,
		size_t *ret_n, struct err *reterr);
	/* a sale by number ("" = the last) and copies printed so far */
	enum rc (*document)(void *arg, const char *number,
		const struct event **ret, int64_t *ret_copies,
		struct err *reterr);
	enum rc (*totals)(void *arg, struct totals *ret, struct err *reterr);
	/* the report of these words (report_words()), made ready to be printed:
	 * what its event says; may be NULL: there is none.  RC_INVAL these are
	 * no such words */
	enum rc (*report)(void *arg, const char *what, struct event_report *ret,
		struct err *reterr);
	/* products by words, as find.h has it: the first cap, and how many
	 * there are; RC_NOTFOUND the catalog has no index.  May be NULL:
	 * there is none. */
	enum rc (*find_words)(void *arg, const char *query, size_t len,
		struct item ret[], size_t cap, size_t *ret_n,
		uint64_t *ret_match, struct err *reterr);
	/* when a line was recorded; may be NULL: nobody knows */
	enum rc (*recorded)(void *arg, uint64_t sequence, struct utc *ret,
		struct err *reterr);
	/* minor units that somebody has done today of what use_of() keeps a
	 * sum of; may be NULL: nothing */
	enum rc (*used)(void *arg, const char *no, enum permit permit,
		int64_t *ret, struct err *reterr);
	/* thousandths of a line of a sale that came back, 0 none */
	enum rc (*returned)(void *arg, const char *number, int64_t line,
		int64_t *ret, struct err *reterr);
	/* who has which drawer; may be NULL: nobody has one */
	enum rc (*shifts)(void *arg, struct shifts *ret, struct err *reterr);
	/* what was before the open day, and its date; may be NULL: a Z tells
	 * neither */
	enum rc (*closing)(
		void *arg, struct closing_now *ret, struct err *reterr);
	/* as closing_next(); NULL: as RC_NOTFOUND */
	enum rc (*period)(void *arg, enum period_kind kind,
		const struct store_ever *had, struct store_period *ret,
		struct err *reterr);
	/* what is known of a card terminal; may be NULL, as RC_NOTFOUND:
	 * nothing is */
	enum rc (*terminal)(void *arg, const char *device,
		struct store_terminal *ret, struct err *reterr);
	/* what cards hold money for, oldest first, behind the payment ${after};
	 * may be NULL: nothing is held */
	enum rc (*reserved)(void *arg, const uint8_t *after,
		struct store_payment ret[], size_t cap, size_t *ret_n,
		struct err *reterr);
	/* a draft of the configuration by number; may be NULL, as
	 * RC_NOTFOUND: there is none */
	enum rc (*draft)(void *arg, const char *name,
		struct config_draft *ret, struct err *reterr);
	/* there with draft: config_draft_admit() */
	enum rc (*draft_admit)(void *arg, const struct event *e,
		const char *actor, struct err *reterr);
	/* a register.moved that waits to be confirmed, its texts borrowed until
	 * the next call; false: there is none; may be NULL, as false */
	bool (*moved)(void *arg, struct event *ret);
	/* the register belongs to a hub; may be NULL, as false */
	bool (*linked)(void *arg);
};

enum input_kind {
	INPUT_ENTRY,  /* what was keyed at the prompt, without Enter */
	INPUT_SCAN,   /* one whole symbol; may hold letters and spaces */
	INPUT_SELECT, /* arg: +-rows to move the selection */
	INPUT_EXACT,  /* in pay: Enter on an empty buffer = exact cash */
	/* text: an operator's number, secret: the PIN.  Signs on, unlocks,
	 * approves what is asked, or arms one action: what the register waits
	 * for.  Proved by the till before the engine hears of it. */
	INPUT_PIN,
	INPUT_APPROVE = INPUT_PIN,
	INPUT_BADGE,  /* text: the badge's code; the same without a PIN */
	INPUT_KEYLOCK, /* text: position of the key-lock: L R S X T P */
	INPUT_REFUSE, /* drop the input that a question stands for */
	INPUT_REASON, /* arg: number of the reason that is asked for */
	INPUT_LOCK,   /* text: "time" when nobody touched the register */
	/* arg: grams on the scale; text: "unstable" while they move, "net"
	 * when the scale took a tare of its own off them: no other is */
	INPUT_WEIGHT,
	INPUT_CARD /* card: what a terminal said */
};

struct input {
	enum input_kind kind;
	const char *text;
	size_t len;
	int arg;
	unsigned reason; /* number of the configured reason, 0 none given */
	bool sure; /* no finger slipped: a large amount is not asked again */
	const char *secret; /* INPUT_PIN, never kept */
	size_t secret_len;
	const struct card_said *card; /* INPUT_CARD */
};

/* The question that stands before anything else is taken.  The input that
 * raised it is kept by who asked. */
enum ask_kind {
	ASK_NONE,
	ASK_APPROVAL, /* a supervisor's */
	ASK_AGE,      /* the customer's */
	ASK_UNKNOWN,  /* what a code is that is not on file */
	ASK_REASON,   /* the number of a configured reason */
	ASK_WEIGHT    /* what the goods weigh */
};

/* How much, and how it is known: as a basket's line has it. */
struct engine_measure {
	struct qty qty;
	enum qty_from from;
	struct qty tare;
	struct money held;
	struct item_trace trace;
};

/* What is asked about goods that are not in the sale yet: ASK_AGE,
 * ASK_UNKNOWN, ASK_WEIGHT. */
struct engine_goods {
	enum ask_kind kind; /* ASK_NONE: nothing */
	struct item item;   /* of one that is not on file the code alone */
	struct engine_measure much;
	uint32_t line;	     /* number of the line it is to be; 0 a new one */
	unsigned looks_over; /* looks are enough, years; 0: they are not */
	struct date born_by; /* the last birthday that is old enough */
	struct date today;
	char symbol[GS1_SYMBOL_BYTES]; /* that said more than its code; "" */
};

/** A part of the open sale that is paid, or what one was paid with. */
#define ENGINE_TENDERS 16
struct engine_tender {
	uint32_t no; /* within the sale, given once */
	char code[3];
	char name[48]; /* "" cash */
	struct money amount, tendered;
	char payment[UUID_TEXT_BYTES]; /* of a card; "" */
	char card[32], last4[5], auth[16];
	bool offline;
	/* of a card, so that it can be given back there */
	char device[CONFIG_DEVICE_NAME_BYTES];
	char receipt[PINPAD_RECEIPT_BYTES], trace[PINPAD_RECEIPT_BYTES];
};

/* What a supervisor is asked to approve, and what a reason is asked for. */
struct engine_question {
	enum permit permit;
	int64_t quantity; /* as the permit weighs it */
	char what[160];	  /* "line 7 Shampoo 250 ml", "" when the permit says
			   * it all */
	bool has_from;
	struct money from, to, change; /* to less from */
	int64_t change_ppm;	       /* of from */
	char rule[128];	    /* why it is asked, in words */
	const char *reason; /* text of the reason given, NULL none */
	unsigned reason_no;
	struct utc since;
	enum reason_kind reason_kind; /* ASK_REASON */
};

/* Somebody who has proved who they are. */
struct engine_who {
	const char *no;	  /* operator's number, or ENGINE_KEYLOCK */
	const char *role; /* as the configuration knows it */
	const char *how;  /* "pin", "badge" or "key" */
};
#define ENGINE_KEYLOCK "key" /* nobody by name: who had the key */

enum engine_state {
	ENGINE_READY, /* no line yet; may show the last change */
	ENGINE_SALE,
	ENGINE_PAY
};

#define ENGINE_PARTS 16

/* What a drawer is counted for. */
enum count_for {
	COUNT_CHECK, /* to know: CT */
	COUNT_OPEN,
	COUNT_CLOSE,
	COUNT_HAND_OVER
};

/** What happened, for ring's JSON line and the screen's message row. */
struct reply {
	bool ok;
	const char *error; /* word of holdfast-ring(1), NULL when ok */
	char text[256];	   /* sentence for the cashier; "" when nothing */
	/* set when this input finished a sale */
	bool sold;
	uint64_t sale_seq; /* filled by the till after recording */
	char number[32];
	struct money total, tendered, change;
	/* words were looked for: nothing was sold.  The best of them, valid
	 * until the next input, and how many match. */
	size_t n_found;
	const struct item *found;
	uint64_t n_match;
	/* price check and X report */
	bool has_item;
	struct item item;
	bool has_totals;
	bool audit; /* the journal may be looked at; with totals, if they can be
		     * read: first is 0 else */
	bool reports; /* they may be looked at */
	bool report; /* and one of them is printed */
	bool settings; /* the configuration may be changed */
	bool drafts; /* its drafts are shown */
	bool sync; /* and the link to the hub */
	struct totals totals;
	bool has_z; /* with totals: a Z of this number would say so */
	bool closed; /* and does: the day is over */
	/* then: that line, valid until the next input, and its hash, filled by
	 * the till as it is recorded */
	const struct event *day;
	uint8_t day_hash[HASH_BYTES];
	/* with a Z: the business day; and the month or year that is over and
	 * not closed, the earliest of them.  "" not known, or none. */
	char date[PERIOD_DATE_BYTES];
	char due[PERIOD_NAME_BYTES];
	uint64_t z;
	struct utc opened; /* that day */
	bool has_period; /* a month or year comes to this; its closing has, or
			  * would have, this number */
	bool period_closed; /* and is over */
	const struct period *period; /* valid until the next input */
	int64_t period_number;
	bool count; /* CT alone, OS, CS, HO: the drawer is to be counted */
	enum count_for count_for;
	size_t drawer;	/* which one; 0 there is one for all */
	int64_t shift;	/* with totals: they are of this shift, not the day */
	bool day_opened; /* OD: a business day was */
	struct money opening; /* then: cash the day began with */
	bool has_count; /* it was */
	/* of it, or of the one asked for, nothing is told to who counted: they
	 * will count once more, to close their shift */
	bool blind;
	struct money counted, expected, difference;
	uint64_t parked; /* number given to a parked sale, 0 none */
	bool has_tenders; /* TT: the configuration's */
	/* what a terminal said, or was asked; see card_outcome */
	bool has_card;
	bool card_asked; /* it is asked just now: nothing has come of it yet */
	enum pinpad_op card_op;
	enum pinpad_outcome card_outcome;
	struct money card_amount; /* that moved, below zero: paid out */
	struct money part[ENGINE_PARTS]; /* SP: what is due, dealt out */
	size_t n_part;
	bool unknown; /* a line was added that is not on file */
	bool warn;    /* ok, and the text must be seen */
};

/** What must be recorded, as one group, and what to do once it is final. */
#define ACT_EVENTS 6
struct act {
	size_t n; /* 0: nothing to record; the engine has moved already */
	struct event event[ACT_EVENTS]; /* type and data only */
	bool print;	    /* event[print_idx]'s receipt (sale or copy) */
	size_t print_idx;
	char print_number[32];
	int64_t print_copy;
	bool drawer;	    /* pulse, with the receipt or alone */
	size_t drawer_no;   /* which one */
	bool print_report;
	struct card_order card;
	/* the till's own scale is to do something; WG: its weight is an input
	 * of its own */
	enum {
		ACT_SCALE_NONE,
		ACT_SCALE_TAKE,
		ACT_SCALE_ZERO,
		ACT_SCALE_TARE,
		ACT_SCALE_CLEAR
	} scale;
	/* what the sync worker is to do */
	enum {
		ACT_SYNC_NONE,
		ACT_SYNC_PAUSE,
		ACT_SYNC_RESUME
	} sync;
	int64_t minutes; /* ACT_SYNC_PAUSE */
	/* what the draft must hold once settled */
	enum {
		DRAFT_SAME,
		DRAFT_LINE,
		DRAFT_SALE, /* all but the lines has changed */
		DRAFT_GONE,
		DRAFT_ALL,
		DRAFT_SURE /* as it is, flushed before the act is recorded */
	} draft;
	char actor[16]; /* who did it; "" the operator of the view */
	size_t draft_idx; /* DRAFT_LINE: the basket line changed or removed */
	uint32_t draft_no; /* its number */
	size_t also_idx;   /* DRAFT_LINE: and of a second one */
	uint32_t also_no;  /* 0: there is none */
	struct reply reply;
};

/* Goods that come back. */
enum return_mode {
	RETURN_OFF,
	RETURN_ASK,	/* the next code is the receipt's number */
	RETURN_RECEIPT, /* codes pick a line of the receipt */
	RETURN_BLIND	/* codes come back without one, at the item's price */
};

struct return_row {
	struct basket_line sold; /* as it was; .return_ppm the rate then */
	int64_t back;		 /* thousandths that came back before */
	struct money each;	 /* what was paid a unit, cents cut off */
};

struct return_receipt {
	char number[BASKET_NUMBER_BYTES];
	struct utc time;
	int32_t tz_min;
	char operator_no[BASKET_OPERATOR_BYTES];
	char tender[16]; /* the first one's */
	struct money total;
	struct return_row *row;
	size_t n_row;
	/* its tax, a row of each class it sold, as basket.h has them */
	struct basket_back *tax;
	size_t n_tax;
};

struct engine_view {
	enum engine_state state;
	const struct basket *basket;
	size_t selected; /* index; meaningless when n_line == 0 */
	struct money due; /* what is still to be paid */
	struct money paid;
	/* parts of it that are paid; lines stay as they are while there are
	 * any, and a scan waits */
	const struct engine_tender *tender;
	size_t n_tender;
	bool has_pending_qty;
	struct qty pending_qty;
	bool has_prev; /* the last sale of this sitting */
	char prev_number[32];
	struct money prev_total, prev_tendered, prev_change;
	const struct engine_tender *prev_tender; /* what it was paid with */
	size_t n_prev_tender;
	struct utc prev_time;
	uint64_t prev_seq; /* of its event */
	uint64_t n_parked;
	uint64_t next_sale;
	const char *operator_no;
	bool price_check;      /* the next code is looked up, not sold */
	bool empties;	       /* the next code is of empties */
	bool has_weight;       /* for the next item that is weighed */
	int64_t weight, tare;  /* grams; tare 0: none keyed */
	enum return_mode returning;
	const struct return_receipt *receipt; /* NULL but in RETURN_RECEIPT */
	struct money cash_due; /* due, rounded to what coins can pay */
	struct money rounding; /* cash_due - due */
	struct money bill_rounding; /* of all there is to pay, within due */
	struct money quick[CASH_QUICK]; /* cash that is likely handed over */
	size_t n_quick;
	enum ask_kind ask;
	bool training; /* nothing is sold, paid or moved: practice */
	struct engine_question question; /* ASK_APPROVAL, ASK_REASON */
	/* ASK_AGE, ASK_UNKNOWN, ASK_WEIGHT; it may stand beneath a question of the
	 * others.  What answers it: AG, RS, OI, DP, NF, or a weight; CL leaves it, and so
	 * does any other item or command that sells. */
	const struct engine_goods *goods;
	const struct input *kept; /* that raised the question; NULL none */
	bool signed_off;	  /* operator_no is "" */
	bool locked;		  /* the operator stays signed on */
	bool key_turned;	  /* to S: a supervisor stands by */
	const char *armed;	  /* who approved the next action; NULL */
	const char *role;	  /* of the operator */
	const struct shift *shift; /* of their own; NULL they have none */
	const struct shifts *shifts;
	bool shifts_on;	   /* cash needs one */
	bool day_missing;  /* nothing is sold before OD */
	bool takes_over;   /* ASK_APPROVAL: who takes the drawer over */
	bool people;		  /* somebody has a PIN: one signs on */
	struct engine_card card;
};

/** Every word a refusal may carry in reply.error, and what it means: the list
 * of holdfast-ring(1).  Words are never taken away. */
struct engine_word {
	const char *word, *meaning;
};
extern const struct engine_word engine_words[];
extern const size_t engine_n_words;

MUST_CHECK enum rc engine_new(const struct config *config,
	const struct engine_ports *ports, const struct clock *clock,
	const struct rng *rng, struct engine **ret, struct err *reterr);
void engine_free(struct engine *e);

/** engine_start(e, state, operator_no): counters from the store. */
void engine_start(struct engine *e, const struct store_state *state,
	uint64_t n_parked, const char *operator_no);

/** engine_config(e, config): a newer configuration; only between sales
 * (RC_AGAIN while lines are open). Borrowed until replaced. */
MUST_CHECK enum rc engine_config(
	struct engine *e, const struct config *config);

/** engine_restore(e, id, opened, line, n, next_no): the open basket from the
 * draft; the selection stands on the last line, the next one is numbered
 * ${next_no}, or higher when a line has that number.  RC_AGAIN lines are open; RC_NOTFOUND a
 * tax class of a line is not configured; else as basket_restore().  On an error
 * the basket is empty. */
MUST_CHECK enum rc engine_restore(struct engine *e,
	const uint8_t id[UUID_BYTES], struct utc opened,
	const struct basket_line line[], size_t n, uint32_t next_no,
	struct err *reterr);

/** engine_restore_head(e, from): behind engine_restore(), what ${from} is but
 * for its lines: basket_put_head(). */
MUST_CHECK enum rc engine_restore_head(
	struct engine *e, const struct basket *from);

/** engine_restore_age(e, id, opened, age): that age was checked in the restored
 * sale; with no line open yet, in the sale ${id} that the next item begins. */
void engine_restore_age(struct engine *e, const uint8_t id[UUID_BYTES],
	struct utc opened, unsigned age);

/** engine_set_not_on_file(e, policy): instead of the configuration's. */
void engine_set_not_on_file(struct engine *e, enum not_on_file policy);

/** engine_restore_tenders(e, tender, n, next_no): parts of the restored sale
 * that are paid, in their order; the next one is numbered ${next_no} or higher.
 * Back in pay then.  RC_RANGE more than the sale, or too many: nothing is
 * changed. */
MUST_CHECK enum rc engine_restore_tenders(struct engine *e,
	const struct engine_tender tender[], size_t n, uint32_t next_no,
	struct err *reterr);

/** engine_restore_card(e, p): a payment of which the journal does not say how
 * it ended: CARD_UNKNOWN, behind engine_restore_tenders().  One at a time. */
void engine_restore_card(struct engine *e, const struct store_payment *p);

/** engine_restore_signature(e): behind engine_restore_tenders(): the last
 * tender's signature was not confirmed, as far as the journal knows. */
void engine_restore_signature(struct engine *e);

/** engine_cards_by_hand(e): no terminal is asked from here on: what is only
 * tried out. */
void engine_cards_by_hand(struct engine *e);

/** engine_tender_word(code): "cash", or the code, as events have it. */
const char *engine_tender_word(const char *code);
/** engine_tender_name(name): what to call it, also when ${name} is "": cash. */
const char *engine_tender_name(const char *name);

/** engine_by_hand(l): what a line comes to before rules take anything off. */
struct money engine_by_hand(const struct basket_line *l);

/** engine_basket_back(from, to): a parked sale as it was, into a basket that
 * was begun and has its rules.  RC_PROTO a line is none of ours, or there is
 * none; else as basket_restore(). */
MUST_CHECK enum rc engine_basket_back(
	const struct event_basket *from, struct basket *to);

/** engine_would(v, given, ret_change, ret_left): what ${given} in cash would
 * leave: change, or something still to pay; the other is zero. */
void engine_would(const struct engine_view *v, struct money given,
	struct money *ret_change, struct money *ret_left);

/** engine_buyer_back(from, to): who bought, as it was.  False: none of ours. */
MUST_CHECK bool engine_buyer_back(
	const struct event_buyer *from, struct basket_buyer *to);

/** engine_line_back(from, to): a line of a parked sale as it was.  False: it is
 * none of ours. */
MUST_CHECK bool engine_line_back(
	const struct event_line *from, struct basket_line *to);

/**
 * engine_step(e, in, ret):
 * Understand one input.  Always fills ret->reply.  When ret->n > 0 nothing of
 * the engine's state has changed yet: record the events, then call
 * engine_settle(); no other engine call in between but engine_view().  The
 * events' data lives until then.  A recall alone has its lines in
 * view->basket already, so that the draft can be written before the recall is
 * recorded; they go again when it is not.
 * A refusal changes nothing, but that a price check is over.
 */
void engine_step(struct engine *e, const struct input *in, struct act *ret);

/** engine_settle(e, rc, why): RC_OK: recorded; the state moves on and *act's
 * reply is final.  Else: everything stays; the reply becomes a refusal
 * ("not_recorded") with ${why}. */
void engine_settle(
	struct engine *e, struct act *act, enum rc rc, const char *why);

/** engine_sign(e, no, role, people): somebody is signed on from the start, or ("")
 * nobody.  Nothing of it is recorded.  ${people}: there are PINs, so one can
 * sign off and lock. */
void engine_sign(
	struct engine *e, const char *no, const char *role, bool people);

/** engine_keep_locked(e, locked): behind engine_sign(), which unlocks. */
void engine_keep_locked(struct engine *e, bool locked);

/**
 * engine_verb(e, no, in, ret):
 * The step of an entry that a verb gives, by the operator ${no}, who has proved
 * who they are and was asked for the right to it; whoever stands before the
 * register is not asked and stays signed on.  Refused while anything is in
 * hand there.
 */
void engine_verb(struct engine *e, const char *no, const struct input *in,
	struct act *ret);

/**
 * engine_person(e, who, ret):
 * The step of somebody who has proved who they are; as engine_step().  Signs
 * on when nobody is, unlocks when it is locked (the operator, or somebody whose
 * role may PERMIT_PEOPLE), runs the kept input when approval is asked (their
 * role must have the permit, and it may not be the operator), else arms one
 * action of the next 15 s.
 */
void engine_person(
	struct engine *e, const struct engine_who *who, struct act *ret);

/** engine_return_now(v, row, ret_amount, ret_reason): thousandths of a row of
 * v->receipt that come back in the open sale; 0 none.  Their amount, below zero,
 * and the reason, "" none given: of the basket, so it lives as long. */
int64_t engine_return_now(const struct engine_view *v,
	const struct return_row *row, struct money *ret_amount,
	const char **ret_reason);

/** engine_preview(e, ret, reterr): the open sale as its event would be, but for
 * a number; of tenders only makers' coupons.  Lives until the next step.
 * RC_NOMEM. */
MUST_CHECK enum rc engine_preview(
	struct engine *e, struct event_sale *ret, struct err *reterr);

const struct engine_view *engine_view(const struct engine *e);

#endif
