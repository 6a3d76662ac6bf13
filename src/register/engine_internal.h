/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_ENGINE_INTERNAL_H
#define REGISTER_ENGINE_INTERNAL_H

#include "base/arena.h"
#include "base/text.h"
#include "register/engine.h"
#include "register/entry.h"
#include "register/symbol.h"

/**
 * engine_internal - what the engine's files share.  engine.c begins, settles
 * and shows, engine_input.c takes inputs apart, engine_sale.c adds items, engine_line.c changes
 * lines, engine_pay.c takes money, engine_tender.c keeps its parts,
 * engine_buyer.c, engine_group.c know who buys, engine_off.c, engine_coupon.c take off, engine_split.c deals out,
 * engine_trial.c tries out, engine_event.c writes lines into events,
 * engine_park.c puts sales aside and gives them
 * up, engine_return.c takes goods back, engine_doc.c prints and opens, engine_permit.c knows who may do what,
 * engine_goods.c asks about goods, engine_weigh.c weighs them, engine_held.c reads codes that hold more,
 * engine_deposit.c takes empties, engine_people.c signs on, locks and approves, engine_words.c refuses.
 */

/* In the order of engine_words[]. */
enum word {
	WORD_BAD_ENTRY,
	WORD_UNKNOWN_COMMAND,
	WORD_BAD_QUANTITY,
	WORD_BAD_AMOUNT,
	WORD_TOO_LARGE,
	WORD_NOT_ON_FILE,
	WORD_NO_SEARCH,
	WORD_NO_DEPARTMENT,
	WORD_TAX_CLASS,
	WORD_NO_LINE,
	WORD_NO_SALE,
	WORD_SALE_OPEN,
	WORD_SALE_FULL,
	WORD_SHORT,
	WORD_NOT_WHILE_PAYING,
	WORD_NOTHING_PARKED,
	WORD_NO_RECEIPT,
	WORD_NO_OPERATORS,
	WORD_UNAVAILABLE,
	WORD_NOT_RECORDED,
	WORD_TENDER_OPEN,
	WORD_NO_TENDER,
	WORD_NO_CHANGE,
	WORD_AGAIN,
	WORD_APPROVAL,
	WORD_REASON,
	WORD_SIGNED_OFF,
	WORD_LOCKED,
	WORD_PIN,
	WORD_SECOND,
	WORD_WAIT,
	WORD_RETURNED,
	WORD_NOT_ON_RECEIPT,
	WORD_UNRESOLVED,
	WORD_AGE_CHECK,
	WORD_AGE_REFUSED,
	WORD_TRAINING,
	WORD_PARKED_OPEN,
	WORD_Z_NUMBER,
	WORD_NO_GROUP,
	WORD_NO_COUPON,
	WORD_COUPON_LIMIT,
	WORD_RECEIPT_FIELD,
	WORD_WEIGH,
	WORD_BAD_WEIGHT,
	WORD_VERIFIER,
	WORD_CODE_VALUE,
	WORD_DEPOSIT,
	WORD_SYMBOL,
	WORD_EXPIRED,
	WORD_BEST_BEFORE,
	WORD_RECALLED,
	WORD_SERIAL,
	WORD_SCALE,
	WORD_CARD_BUSY,
	WORD_CARD_DECLINED,
	WORD_CARD_UNKNOWN,
	WORD_SIGNATURE,
	WORD_NO_TERMINAL,
	WORD_NO_PAYMENT,
	WORD_NO_PERIOD,
	WORD_PERIOD_OPEN,
	WORD_NO_DRAFT,
	WORD_DRAFT,
	WORD_NO_SHIFT,
	WORD_SHIFT,
	WORD_SHIFT_OPEN,
	WORD_DAY,
	WORD_RECOUNT,
	WORD_MOVED,
	WORD_NO_HUB,
	WORD_NO_WORKER,
	WORD_OLD_DISK,
	WORD_COUNT
};

#define ENGINE_FOUND 10

/* What engine_settle() has to do once the act is recorded. */
enum wait {
	WAIT_NONE,
	WAIT_NOTHING, /* recorded is all */
	WAIT_TRAINING, /* begins, or ends */
	WAIT_LINE,    /* the basket becomes ${after}, in which line idx is
		       * another */
	WAIT_VOID,    /* ... has one less */
	WAIT_SOLD,
	WAIT_GONE,   /* the sale is given up */
	WAIT_PARKED,
	WAIT_RECALLED,
	WAIT_PARKED_GONE, /* the same, and given up at once */
	WAIT_TENDER,	/* ${wait_tender} is taken */
	WAIT_TENDER_GONE, /* the last one is not any more */
	WAIT_SIGNED,  /* the operator becomes ${wait_no}, who may be nobody */
	WAIT_LOCKED,
	WAIT_UNLOCKED,
	WAIT_DROPPED, /* what was asked for is refused */
	WAIT_ARMED,
	WAIT_RETURNED, /* ... has line idx, which comes back */
	WAIT_ADDED,   /* ... has line idx, new, or which was not on file */
	WAIT_NOT_SOLD, /* what is asked about is not sold */
	WAIT_BUYER, /* somebody else buys */
	WAIT_CARD  /* ${wait_pay} */
};

/* How the age of a customer was told. */
struct engine_answer {
	enum {
		ANSWER_NONE,
		ANSWER_REFUSE,
		ANSWER_LOOKS,
		ANSWER_BORN
	} how;
	struct date born;
};

/* Somebody's right, for one action. */
struct engine_grant {
	char no[16]; /* "" nobody */
	char role[16];
	const char *how; /* as struct engine_who has it */
};

/* An input that waits for the answer to a question. */
struct engine_kept {
	struct input in; /* .text points to text */
	char text[GS1_SYMBOL_BYTES];
};

/* Numbers of one kind of sales: real ones and those of training. */
struct engine_series {
	uint64_t next_sale, next_parked, n_parked;
	char prefix[24];
};

/* What a payment at a terminal is for. */
enum card_for {
	CARD_FOR_PART, /* of the sale: a tender once it is paid */
	CARD_FOR_BACK, /* the last tender goes when it is reversed */
	CARD_FOR_NOTHING /* held, let go, or of no sale that is open */
};

struct engine_payment {
	struct engine_card card;
	enum card_for purpose;
	uint8_t sale[UUID_BYTES];
	/* of the payment it is about */
	char of[UUID_TEXT_BYTES];
	char receipt[PINPAD_RECEIPT_BYTES], trace[PINPAD_RECEIPT_BYTES];
	char auth[sizeof(((struct pinpad_result *)0)->auth)];
	char last[PINPAD_RECEIPT_BYTES]; /* the terminal's, before it */
	bool signs; /* because a signature was wrong */
	bool cancels; /* the sale is given up behind it, for this reason */
	char reason[64], approver[16];
};

struct engine {
	const struct config *config;
	struct engine_ports ports;
	struct clock clock;
	struct rng rng;

	enum engine_state state;
	void *memory[2]; /* of the basket, and of one tried out */
	void *spare;	 /* of the two */
	struct basket basket;
	struct basket before; /* the trial */
	size_t selected;
	bool has_qty;
	struct qty qty;
	bool price_check;
	bool empties;
	/* for the next item that is weighed, grams */
	bool has_weight, weight_by_hand, weight_net;
	int64_t weight, tare;
	enum return_mode returning;
	struct return_receipt receipt;
	bool has_last;
	struct item last;
	struct item found[ENGINE_FOUND]; /* the last reply's */

	bool has_prev;
	char prev_number[32];
	struct money prev_total, prev_tendered, prev_change;
	struct engine_tender prev_tender[ENGINE_TENDERS];
	size_t n_prev_tender;
	struct utc prev_time;
	uint64_t prev_seq;

	struct engine_tender tender[ENGINE_TENDERS];
	size_t n_tender;
	uint32_t next_tender;
	bool sure; /* of the input being taken */
	bool by_verb; /* it is a verb's: nobody can be asked */
	/* an amount that was asked again, until something else is keyed */
	struct engine_tender again, was_again;
	/* a count far from what there should be, which was recorded */
	struct {
		int64_t shift, counted;
	} far;

	struct engine_series series; /* in use */
	struct engine_series other;  /* of training, or the real one in it */
	bool training;
	char operator_no[16]; /* "" nobody is signed on */
	char role[16];
	bool locked;
	/* the key-lock where it gives a right: S all of a supervisor's, X T P
	 * that of reports, training, settings; else 0 */
	char key_at;
	enum ask_kind ask;
	struct engine_question question;
	struct engine_kept kept; /* while ask is not ASK_NONE */
	const struct input *taken; /* the one being taken */
	struct engine_grant approver; /* of the input being taken */
	struct engine_grant armed;
	struct mono armed_until;
	bool answering; /* the act answers the question, once recorded */
	char turning;	/* where the key-lock stands, once recorded */
	bool people;	/* somebody has a PIN */
	bool disarming; /* the act uses up what was armed, once recorded */

	bool has_policy;
	enum not_on_file policy;
	struct engine_goods goods;
	struct engine_answer answer; /* for the next item */
	const struct gs1 *symbol; /* of the scan being taken; NULL a code */

	enum wait wait;
	char wait_no[16], wait_role[16];
	size_t wait_idx;
	struct basket wait_after; /* in the spare memory */
	struct engine_tender wait_tender;
	struct engine_payment pay; /* at a terminal; phase CARD_IDLE: none */
	struct engine_payment wait_pay; /* WAIT_CARD: what it becomes, */
	bool wait_take, wait_back, wait_gone; /* with ${wait_tender} taken, the
					       * last one gone, the sale too */
	bool by_hand; /* cards are booked, no terminal is asked */
	struct shifts shifts; /* as they were recorded last */
	void *scratch; /* of the arena */
	struct arena arena; /* data of the act's events */
	struct engine_view view;
};

/* engine_trial.c */
/** engine_trial(e): what is done to the basket from here on is taken back by
 * engine_trial_undo(), stands with engine_trial_done(), or with
 * engine_trial_keep() is taken back too, until the act is recorded and
 * engine_settle_trial() makes the basket what it was; idx: the line that it is
 * about.  One at a time. */
void engine_trial(struct engine *e);
/** engine_trial_add(e): the same where lines are only put behind those there
 * are; it stands, or engine_trial_add_undo() takes it back at once. */
void engine_trial_add(struct engine *e);
void engine_trial_add_undo(struct engine *e);
void engine_trial_undo(struct engine *e);
void engine_trial_done(struct engine *e);
void engine_trial_keep(struct engine *e, enum wait wait, size_t idx);
void engine_settle_trial(struct engine *e);
/** The line that is kept so; until the engine's next input. */
const struct basket_line *engine_wait_line(const struct engine *e);

/* engine_event.c */
/** Whether one line of the journal can hold the sale as it is. */
bool engine_fits(const struct engine *e);
/** Lines of the basket as an event has them, in the arena; parked: with all
 * that was put in, as the time each was added, which else they only have where
 * a rule asks for it.  RC_NOMEM. */
MUST_CHECK enum rc engine_event_lines(
	struct engine *e, bool parked, const struct event_line **ret);
/** And the rest of it, of one that is parked. */
MUST_CHECK enum rc engine_event_head(
	struct engine *e, struct event_basket *d);

/* engine_permit.c */
/** engine_what(e, text, from, to): what the next engine_permit() or
 * engine_reason() is about, for the one who is asked; text is copied, from and
 * to may be NULL.  Forgotten with the next input. */
void engine_what(struct engine *e, const char *text, const struct money *from,
	const struct money *to);
/** Whether the operator may do this.  False: refused, or kept for a
 * supervisor to approve; change nothing and return. */
bool engine_permit(struct engine *e, struct act *act, enum permit permit,
	int64_t quantity);
/** Who approved the input being taken; NULL nobody had to. */
const char *engine_approver(const struct engine *e);
/** engine_may(e, role, no, permit, quantity): whether somebody of this role may
 * do that, also with what they have done today. */
bool engine_may(const struct engine *e, const char *role, const char *no,
	enum permit permit, int64_t quantity);
/** engine_pays_back(e, act): whether the operator may pay out what comes back
 * in the open sale: it is theirs from then on, also where another one took it,
 * and counts as their day's.  As engine_permit(). */
bool engine_pays_back(struct engine *e, struct act *act);
/** The text of the reason that came with the input, NULL when there are none
 * configured.  False: refused, or kept until a reason is given; change nothing
 * and return.  Before engine_permit(), so that the approver sees it. */
bool engine_reason(struct engine *e, struct act *act, enum reason_kind kind,
	const char **ret);
/** engine_ask(e, act, kind): keep the input being taken until the question is
 * answered.  What the reply says is the caller's to fill in. */
void engine_ask(struct engine *e, enum ask_kind kind);
/** engine_unask(e): nothing is asked any more. */
void engine_unask(struct engine *e);
/** How far ${to} is below ${from}, ppm rounded up; 0 when it is not. */
int64_t engine_ppm_below(struct money from, struct money to);

/* engine_people.c */
/** What goes before any input: nobody signed on, locked, or a question
 * stands.  False: refused. */
bool engine_admit(
	struct engine *e, const struct input *in, struct act *act);
void engine_sign_off(struct engine *e, struct act *act);
void engine_lock(struct engine *e, struct act *act, const char *how);
void engine_keylock(struct engine *e, struct act *act, const char *position);
void engine_drop_question(struct engine *e, struct act *act);
void engine_give_reason(struct engine *e, struct act *act, int no);
void engine_unlock_operator(
	struct engine *e, struct act *act, const char *no);
void engine_settle_people(struct engine *e);

/* engine_input.c */
/** What every step begins with: an act that was never settled was never
 * recorded. */
void engine_begin(struct engine *e, struct act *act);
/** Take ${in} apart and do it, without a look at who may. */
void engine_take(struct engine *e, const struct input *in, struct act *act);

/* engine_find.c */
/** engine_find(e, act, en, qty): a search entry whose text is no code: the
 * reply says what was found; a quantity keyed before it waits for the item. */
void engine_find(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty);

/* engine_words.c */
void engine_refuse(struct act *act, enum word w, const char *fmt, ...)
	PRINTF(3, 4);
void engine_say(struct act *act, const char *fmt, ...) PRINTF(2, 3);
/** engine_copy(out, cap, s): NULL is ""; false: it was cut. */
bool engine_copy(char *out, size_t cap, const char *s);
/** Amount as text, in buf. */
#define AMOUNT_BYTES 32
const char *engine_amount(
	const struct engine *e, struct money m, char buf[AMOUNT_BYTES]);
/** Name short enough for a sentence. */
#define SHORT_BYTES 96
const char *engine_short(const char *name, char buf[SHORT_BYTES]);

/* engine.c */
void engine_empty(struct engine *e);
/** A basket of this configuration, without a line. */
void engine_begin_basket(
	struct engine *e, const uint8_t id[UUID_BYTES], struct utc opened);
/** When and where the line is added: now. */
void engine_stamp(const struct engine *e, struct basket_line *l);
void engine_refresh(struct engine *e); /* the view */
/** An act that is not recorded: what it loaded ahead goes again. */
void engine_drop_act(struct engine *e);
/** The line an argument means: by number, or the selected one when "".  False:
 * refused. */
bool engine_pick(struct engine *e, struct act *act, const char *arg,
	size_t *ret_idx);
/** A keyed amount up to max.  False: refused. */
bool engine_parse_amount(struct engine *e, struct act *act, const char *arg,
	int64_t max, struct money *ret);
/** A keyed quantity, above zero.  False: refused. */
bool engine_parse_qty(struct act *act, const char *arg, struct qty *ret);
/** No lines can be changed in pay, and none when there is none. False:
 * refused. */
bool engine_in_sale(struct engine *e, struct act *act);
bool engine_has_drawer(const struct engine *e);
bool engine_has_printer(const struct engine *e);

/* engine_cash.c */
/** Cash put into the drawer, or taken out: PI, PX, PU. */
void engine_cash(struct engine *e, struct act *act, const struct entry *en);
/** CT: what is in the drawer. */
void engine_count(struct engine *e, struct act *act, const struct entry *en);
/** ZR: what a Z would say, or the Z. */
void engine_day(struct engine *e, struct act *act, const char *number);

/* engine_close.c */
/** engine_day_ends(e, act, d): what a Z tells beside its own sums: business
 * date and perpetual sums; in the arena.  False: refused. */
bool engine_day_ends(struct engine *e, struct act *act, struct event_day *d);
/** engine_period_due(e, act): into the reply of a Z its day, and the month or
 * year that is over and not closed; what cannot be read is left out.
 * engine_period_command(name): what closes it. */
void engine_period_due(struct engine *e, struct act *act);
const char *engine_period_command(const char *name);
/** MZ, YZ: what the next month or year comes to, or its end. */
void engine_period(struct engine *e, struct act *act, enum period_kind kind,
	const char *number);

bool engine_take_count(struct engine *e, struct act *act,
	const struct entry *en, struct event_count *ret);
/** engine_count_sure(e, act, code, counted, expected): no slip of the finger,
 * or it was keyed twice.  False: refused. */
bool engine_count_sure(struct engine *e, struct act *act, const char *code,
	int64_t counted, int64_t expected);

/* engine_drawer.c */
/** engine_shift_load(e): what the store knows of drawers now. */
void engine_shift_load(struct engine *e);
/** The operator's own; NULL they have none. */
const struct shift *engine_shift(const struct engine *e);
/** Whether cash is somebody's. */
bool engine_shifts_on(const struct engine *e);
/** The drawer that opens for the operator; 0 none does. */
size_t engine_drawer_no(const struct engine *e);
/** Whether the operator may take or pay out cash just now.  False: refused. */
bool engine_may_cash(struct engine *e, struct act *act);
/** engine_mark_shift(e, act): whose cash the act's events move. */
void engine_mark_shift(const struct engine *e, struct act *act);
/** engine_drop_note(e, act): behind a sale, that too much is in the drawer. */
void engine_drop_note(struct engine *e, struct act *act);

/* engine_shift.c */
/** OS, CS, HO. */
void engine_shift_open(
	struct engine *e, struct act *act, const struct entry *en);
void engine_shift_close(
	struct engine *e, struct act *act, const struct entry *en);
void engine_shift_hand_over(
	struct engine *e, struct act *act, const struct entry *en);
/** Whether the question that stands is who takes a drawer over, and whether
 * ${who} can.  False: refused. */
bool engine_hands_over(const struct engine *e);
bool engine_may_take_over(
	struct engine *e, const struct engine_who *who, struct act *act);

/* engine_day.c */
/** Whether a business day is open, where somebody has to open it.  False:
 * refused. */
bool engine_day_is_open(const struct engine *e, struct act *act);
/** OD. */
void engine_day_open(struct engine *e, struct act *act);
/** engine_shift_totals(x, act): the shift's sums into the reply. */
void engine_shift_totals(const struct shift *x, struct act *act);
/** XR2: X of the shift at that drawer. */
void engine_shift_report(
	struct engine *e, struct act *act, const char *drawer);

/* engine_receipt.c */
/** A sale by its number, "" the last, with what came back of it.  RC_NOTFOUND
 * there is none; RC_DENIED refused.  Give it back with engine_receipt_drop(). */
MUST_CHECK enum rc engine_receipt_load(struct engine *e, struct act *act,
	const char *number, struct return_receipt *ret);
void engine_receipt_drop(struct return_receipt *r);
/** Lines that came back into the basket from a draft or from being parked:
 * their shares and taxes by their receipts, as far as these are there. */
void engine_receipt_again(struct engine *e);
/** Before it is final: what comes back has not come back since, and at the
 * amount it has.  False: refused. */
bool engine_return_check(struct engine *e, struct act *act);
void engine_return_end(struct engine *e);

/* engine_return.c */
/** RF: which receipt, which line, or the next way to take goods back. */
void engine_return(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty);
/** A receipt to come back by: "" or 0 the last one, 42 of this register's series,
 * else as printed.  False: refused. */
bool engine_return_choose(struct engine *e, struct act *act, const char *arg);
/** Thousandths of a row that come back in this sale. */
int64_t engine_return_milli(
	const struct engine *e, const struct return_row *row);
/** More of a row comes back: ${qty}, NULL the usual. */
void engine_return_more(struct engine *e, struct act *act,
	const struct return_row *row, const struct qty *qty);

/* engine_return_code.c */
/** A code while goods come back.  False: it is none of theirs. */
bool engine_return_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);

/* engine_return.c again */
/** An item while goods come back without a receipt.  False as above. */
bool engine_return_item(struct engine *e, struct act *act,
	const struct item *item, const struct engine_measure *much);
/** A line that comes back into the basket; ${approved}: once it is recorded
 * that somebody did. */
void engine_return_append(struct engine *e, struct act *act,
	struct basket_line *l, bool approved);
/** Another quantity of line ${idx}.  False: it is sold, not coming back. */
bool engine_return_quantity(
	struct engine *e, struct act *act, size_t idx, const struct qty *q);
/** Whether line ${idx} takes no discount, or no price: refused then. */
bool engine_return_fixed(
	struct engine *e, struct act *act, size_t idx, bool price);
void engine_refuse_return(struct act *act, enum rc rc);
/** What a sale gives back in all, by receipts and without: for deposits, or for
 * goods.  What may come back is weighed by it, so that many small lines are no
 * way round. */
int64_t engine_given_back(const struct basket *b, bool deposits);
void engine_settle_returned(struct engine *e);

/* engine_sale.c */
/** Open a sale for its first line; what the cashier has keyed stays. */
/** engine_may_open(e, act): whether receipts have what they must; else a
 * refusal, while no sale is open: one that is goes on to its end. */
bool engine_may_open(const struct engine *e, struct act *act);
void engine_open_sale(struct engine *e);
/** ${goods}: it is goods also when nobody knows it. */
void engine_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty, bool goods);
void engine_dept(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty);
void engine_repeat(struct engine *e, struct act *act, const struct qty *qty);
/** The item of a code.  False: refused. */
bool engine_look_up(struct engine *e, struct act *act, const char *code,
	struct item *ret);
/** What "149DP20" sells, by amount and department.  False: refused. */
bool engine_dept_item(struct engine *e, struct act *act,
	const struct entry *en, struct item *ret);
/** Sell it, or ask first; line 0: a new line, else the one that is not on
 * file and now is this. */
void engine_sell(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line);
/** The same for an act that must be recorded: what will be when it is settled.
 * False: refused. */
bool engine_plan(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line);
/** The same of goods that come back without a receipt, while they do. */
void engine_add(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line);
void engine_settle_added(struct engine *e);
void engine_refuse_add(
	struct act *act, enum rc rc, const struct item *item);

/* engine_goods.c */
enum not_on_file engine_not_on_file(const struct engine *e);
/** Nothing is asked about goods any more. */
void engine_goods_drop(struct engine *e);
/** A code that is not on file, when it is not simply refused. */
void engine_unknown(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);
/** Too short for a code: a trigger pulled twice. */
bool engine_is_noise(const struct engine *e, const char *code);
/** Every line is on file.  False: refused. */
bool engine_resolved(struct engine *e, struct act *act);
/** Adds, to a void's act, that such a line was not sold. */
void engine_refused_line(
	struct engine *e, struct act *act, const struct basket_line *l);
void engine_resolve(
	struct engine *e, struct act *act, const struct entry *en);
void engine_open_item(
	struct engine *e, struct act *act, const struct entry *en);
void engine_not_sold(struct engine *e, struct act *act);
/** Whether the item may be sold without a question.  False: it is asked, or
 * what was answered ahead is taken. */
bool engine_age_gate(struct engine *e, struct act *act,
	const struct item *item, const struct engine_measure *much,
	uint32_t line);
void engine_age(struct engine *e, struct act *act, const struct entry *en);
void engine_price_check(
	struct engine *e, struct act *act, const char *code);

/** Adds, to an act, that an item was not sold, and why. */
void engine_put_refused(struct engine *e, struct act *act,
	const struct item *item, struct qty qty, const char *reason);
/** engine_not_sold_item(e, act, item, word, reason): stopped: the act records
 * that it was not sold, and refuses with ${word}; its text is the caller's.
 * False: it could not be, and is refused so. */
bool engine_not_sold_item(struct engine *e, struct act *act,
	const struct item *item, enum word word, const char *reason);
/** Today's date, by the register's clock. */
struct date engine_today(const struct engine *e);
/** What is refused belongs to a sale, and so does an age that is checked. */
void engine_need_sale(struct engine *e);

/* engine_weigh.c */
/** How much of it; ${qty}: keyed before it, NULL what waits, or one.  False:
 * refused, or its weight is asked for, for line ${line} (0: a new one). */
bool engine_measure(struct engine *e, struct act *act, const struct item *item,
	const struct qty *qty, uint32_t line, struct engine_measure *ret);
/** What the scale says. */
void engine_weight(struct engine *e, struct act *act, const struct input *in);
/** WT: the same by hand.  TW: tare of the next item. */
void engine_weight_keyed(
	struct engine *e, struct act *act, const char *grams);
void engine_tare(struct engine *e, struct act *act, const char *grams);
/** One reading is of one item, and its tare too. */
void engine_weight_drop(struct engine *e);
/** WG, WZ, WS, WC: the till has the scale. */
void engine_scale(struct act *act, enum command what);
/** A weight, or what a code holds, is no quantity to be changed.  True: it was
 * refused. */
bool engine_weighed(struct engine *e, struct act *act, size_t idx);

/* engine_symbol.c */
/** engine_symbol(e, act, s, text, len, qty): a GS1 symbol, or a damaged one. */
void engine_symbol(struct engine *e, struct act *act, const struct symbol *s,
	const char *text, size_t len, const struct qty *qty);
/** Of the symbol being taken: what it says of how much; fills ret->trace too.
 * RC_NOTFOUND nothing; RC_DENIED refused. */
MUST_CHECK enum rc engine_symbol_measure(struct engine *e, struct act *act,
	const struct item *item, const struct qty *qty,
	struct engine_measure *ret);
void engine_symbol_trace(const struct engine *e, struct item_trace *ret);
/** Whether the item, of the symbol being taken or a plain code, must not be
 * sold.  True: refused. */
bool engine_symbol_stops(
	struct engine *e, struct act *act, const struct item *item);

/* engine_held.c */
/** engine_held_priced(item, minor, ret): the code holds its price; false: too
 * much.  engine_held_nothing(act, item, nothing): it holds nothing, or too
 * much: refused. */
bool engine_held_priced(
	const struct item *item, int64_t minor, struct engine_measure *ret);
void engine_held_nothing(
	struct act *act, const struct item *item, bool nothing);
/** Whether ${code} holds a price, a weight or a count by the configuration's
 * forms, and its item is on file.  True: it is sold, or refused. */
bool engine_held(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);
/** What the code of a line that was not on file holds, now that its item is
 * known.  RC_NOTFOUND nothing; RC_DENIED refused. */
MUST_CHECK enum rc engine_held_line(struct engine *e, struct act *act,
	const char *code, const struct item *item, struct engine_measure *ret);
/** The item of such a code, and what it holds; RC_NOTFOUND it holds nothing,
 * or its item is not on file; RC_DENIED refused. */
MUST_CHECK enum rc engine_held_item(struct engine *e, struct act *act,
	const char *code, struct item *ret, struct engine_measure *ret_much);

/* engine_deposit.c */
/** EM: empties come back. */
void engine_empties(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);
/** The code that EM waits for. */
void engine_empties_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);
/** Whether line ${idx} is the deposit of goods, or (price) any, which takes no
 * price or discount: refused then. */
bool engine_deposit_fixed(
	struct engine *e, struct act *act, size_t idx, bool price);
/** What the line comes to with the deposit that goes with it. */
struct money engine_with_deposit(const struct basket *b, size_t idx);
/** The selection on goods, not on the deposit that they brought. */
void engine_select_goods(struct engine *e);
/** "Line 4 is the deposit of line 3, Cola", or what the line is. */
void engine_say_line(struct engine *e, struct act *act, size_t idx);

/* engine_group.c */
/** CG: the group of customers. */
void engine_group(struct engine *e, struct act *act, const struct entry *en);

/* engine_off.c */
/** DS, DT: off the whole sale by hand. */
void engine_sale_discount(
	struct engine *e, struct act *act, const struct entry *en);

/* engine_coupon.c */
/** CO: a coupon by hand, or given back. */
void engine_coupon(struct engine *e, struct act *act, const struct entry *en);
/** CM: words for the receipt, or none any more. */
void engine_comment(struct engine *e, struct act *act, const struct entry *en);
/** Whether a coupon was handed over that counts for nothing, and the name of
 * the first. */
bool engine_idle_coupon(const struct engine *e, char name[SHORT_BYTES]);
/** A code that may be a coupon's.  False: it is none. */
bool engine_coupon_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty);

/* engine_split.c */
/** SP: what is due in parts. */
void engine_split(struct engine *e, struct act *act, const struct entry *en);

/* engine_line.c */
void engine_void(struct engine *e, struct act *act, const struct entry *en);
void engine_price(struct engine *e, struct act *act, const struct entry *en);
void engine_discount(
	struct engine *e, struct act *act, const struct entry *en);
void engine_quantity(
	struct engine *e, struct act *act, const struct entry *en);

/* engine_buyer.c */
/** TE, VN: who buys. */
void engine_buyer(struct engine *e, struct act *act, const struct entry *en);
/** The act that ${buyer} buys, tried out in e->wait_after.  False: refused. */
bool engine_name_buyer(
	struct engine *e, struct act *act, const struct basket_buyer *buyer);

/* engine_pay.c */
void engine_total(struct engine *e, struct act *act);
/** Part or all of what is due by tender ${t}; "" is the rest. */
void engine_pay(struct engine *e, struct act *act,
	const struct config_tender *t, const char *amount);
/** What is still to be paid, and not in cash. */
struct money engine_due(const struct engine *e);
/** By how much all that is to pay is rounded, whatever it is paid with; within
 * engine_due(). */
struct money engine_bill_rounding(const struct engine *e);
/** What is due, in cash, and how much of it is rounding. */
enum rc engine_cash_due(
	const struct engine *e, struct money *ret, struct money *ret_rounding);
/** Its taxes, what is sold before what comes back; RC_NOMEM. */
MUST_CHECK enum rc engine_event_taxes(struct engine *e, struct event_sale *s);
/** Most there are, and their parts. */
#define ENGINE_TAXES (TAX_ROWS + BASKET_BACK_MAX)
void engine_settle_sold(struct engine *e, const struct act *act);

/* engine_tender.c */
struct money engine_paid(const struct engine *e);
void engine_tenders_empty(struct engine *e);
/** The configuration's tender that the entry's letters mean; NULL: none. */
const struct config_tender *engine_tender_of(
	const struct engine *e, const struct entry *en);
/** A part of the sale; more stays due. */
void engine_tender_take(struct engine *e, struct act *act,
	const struct config_tender *t, struct money amount);
void engine_tender_remove(
	struct engine *e, struct act *act, const struct entry *en);
void engine_tender_list(struct engine *e, struct act *act);
/** A part is paid and ${what} must wait for the rest.  True: refused. */
bool engine_tender_open(struct engine *e, struct act *act);
void engine_settle_tender(struct engine *e);

/** Its event: of ${e->wait_tender}. */
void engine_tender_event(
	struct engine *e, struct event *ev, enum event_type type);
/** The last tender came from a terminal: it goes back there. */
bool engine_tender_is_card(const struct engine_tender *t);

/* engine_card.c */
/** Whether a terminal takes this tender. */
bool engine_card_takes(
	const struct engine *e, const struct config_tender *t);
/** engine_card_here(e): a payment that is not over is about the open sale. */
bool engine_card_here(const struct engine *e);
/** What may be keyed while a terminal is asked.  False: refused. */
bool engine_card_admit(
	struct engine *e, const struct input *in, struct act *act);
/** A part of the sale, or what goes out, at the terminal. */
void engine_card_pay(struct engine *e, struct act *act,
	const struct config_tender *t, struct money amount);
/** The last tender is given back there. */
void engine_card_back(struct engine *e, struct act *act);
/** CN where all that was paid was paid at terminals: given back, then the sale
 * is given up.  False: it is not so. */
bool engine_card_cancel(struct engine *e, struct act *act);
/** CL.  False: no terminal is asked. */
bool engine_card_clear(struct engine *e, struct act *act);
/** SG, SX, KA, KP, KX, KR, KC, KL, KE, KS, KT. */
void engine_card_command(
	struct engine *e, struct act *act, const struct entry *en);
/** engine_card_reverse(e, w, t): into *w the reversal of what was paid as
 * ${t}. */
void engine_card_reverse(struct engine *e, struct engine_payment *w,
	const struct engine_tender *t);
/** engine_card_begin(e, act, t, w): *w a payment at the terminal of ${t}.
 * False: refused. */
bool engine_card_begin(struct engine *e, struct act *act,
	const struct config_tender *t, struct engine_payment *w);
/** engine_card_room(e, act): the sale takes another part; false: refused. */
bool engine_card_room(struct engine *e, struct act *act);
/** engine_card_start(e, act, w): the act that asks for *w, which becomes
 * e->wait_pay; behind the events there are.  False: refused. */
bool engine_card_start(
	struct engine *e, struct act *act, const struct engine_payment *w);
void engine_settle_card(struct engine *e);

/* engine_card_held.c: KR; KC and KL */
/** Money is held on a card for the open sale, and the sale would end without
 * it.  True: refused. */
bool engine_card_held(struct engine *e, struct act *act);
void engine_card_reserve(struct engine *e, struct act *act, const char *arg);
void engine_card_end_held(
	struct engine *e, struct act *act, const struct entry *en);

/* engine_card_end.c */
void engine_card_said(
	struct engine *e, struct act *act, const struct card_said *said);
/** What somebody decided: it was paid, so much of it, or it was not. */
void engine_card_decide(
	struct engine *e, struct act *act, bool paid, struct money amount);
/** What is known on both sides, into ${w->card.known}. */
void engine_card_known(struct engine *e, struct engine_payment *w,
	const struct pinpad_result *r);

/* engine_card_words.c: sentences, of the payment that is under way */
void engine_card_say_doubt(const struct engine *e, struct sbuf *out);
void engine_card_say_asks(const struct engine *e, struct sbuf *out);
/** engine_card_say_choice(e, out): card.known, and what can be keyed. */
void engine_card_say_choice(const struct engine *e, struct sbuf *out);
/** engine_card_say_decides(e, paid, amount, out): what a supervisor approves.
 */
void engine_card_say_decides(const struct engine *e, bool paid,
	struct money amount, struct sbuf *out);
void engine_card_say_not(
	const struct engine *e, const char *why, struct sbuf *out);
const char *engine_card_said_not(const struct engine *e);

/* engine_card_day.c */
void engine_card_ask_day(
	struct engine *e, struct act *act, const struct entry *en);
void engine_card_day_said(
	struct engine *e, struct act *act, const struct card_said *said);

/* engine_park.c */
/** engine_cancel_put(e, act, reason, approver): the open sale is given up, as
 * the next event of the act.  False: refused. */
bool engine_cancel_put(struct engine *e, struct act *act, const char *reason,
	const char *approver);
/** The open sale, or with a number a parked one. */
void engine_cancel(struct engine *e, struct act *act, const char *number);
void engine_park(struct engine *e, struct act *act, const char *number);

/* engine_training.c */
void engine_training_start(
	struct engine *e, const struct store_state *state);
void engine_training(struct engine *e, struct act *act);
void engine_settle_training(struct engine *e);
/** Whether ${c} can be practiced.  False: refused. */
bool engine_trains(struct engine *e, struct act *act, enum command c);
/** Mark an act's events as practice. */
void engine_mark_training(const struct engine *e, struct act *act);

/* engine_doc.c */
/** "" stays, "42" of this register's series, else as it is printed. */
void engine_full_number(
	const struct engine *e, const char *arg, char *out, size_t cap);
/** NS; of another drawer by its number, "" one's own. */
void engine_no_sale(struct engine *e, struct act *act, const char *drawer);
void engine_reprint(
	struct engine *e, struct act *act, const struct entry *en);
void engine_report(struct engine *e, struct act *act);
void engine_audit(struct engine *e, struct act *act);
/** engine_moved(e, act, why): the register is on another machine, and the one
 * before sells no more. */
void engine_moved(struct engine *e, struct act *act, const char *why);

/** engine_reports(e, act, what): they may be looked at; with ${what} one of them
 * is printed. */
void engine_reports(struct engine *e, struct act *act, const char *what);
void engine_settings(struct engine *e, struct act *act);
/** engine_sync(e, act, minutes): SY; its number as keyed, "" none. */
void engine_sync(
	struct engine *e, struct act *act, const char *minutes);
/** engine_drafts(e, act, command, name): CD, which lists drafts of the
 * configuration or approves the one of that number, and XD, which drops it. */
void engine_drafts(struct engine *e, struct act *act, enum command command,
	const char *name);

#endif
