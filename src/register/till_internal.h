/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_INTERNAL_H
#define REGISTER_TILL_INTERNAL_H

#include "register/desk.h"
#include "register/customer.h"
#include "register/draft.h"
#include "register/feed_run.h"
#include "register/people.h"
#include "register/till.h"
#include "register/till_device.h"
#include "register/uses.h"
#include "store/catalog.h"
#include "store/find.h"

/**
 * till_internal - what the till's files share: till.c opens, closes and idles,
 * till_basket.c finds the sale that was open, till_input.c runs one act, till_ports.c answers the engine's questions,
 * till_explain.c says where prices come from,
 * till_wake.c knows when to look, till_desk.c keeps what waits for the cashier, till_start.c looks around, till_people.c knows who stands there, till_print.c talks to the printer.
 */
#define TILL_JOBS 64
#define TILL_UNPRINTED 32
#define TILL_NOBODY "0" /* actor: the register itself */
#define PARKED_MAX 256 /* parked sales at once that are listed */

struct till_job {
	uint32_t id;	 /* 0: free, but for ${again} */
	char number[32]; /* of the receipt; "" for anything else */
	int64_t copy;
	struct till_port *port;
	uint64_t order; /* of the kitchen: its sale's sequence; 0 it is none */
};

/* The cash drawer, wherever it hangs. */
struct till_drawer {
	struct till_port *port; /* NULL: none */
	uint32_t job;		/* its pulse is under way; 0 none */
	struct mono asked;	/* us < 0: an opening is not ours */
	struct mono shut_at;
	bool known; /* its contact was heard since its line opened */
	bool idle;  /* the pulse was for a drawer that stood open */
	bool opened; /* by the last pulse */
	bool tells;  /* it is heard of at once */
	int64_t ours_us; /* how long behind the pulse an opening is ours */
	unsigned by_hand; /* openings to be recorded */
	const char *state; /* as struct till_status has it */
};

/* No hand scans so many between two looks at the devices. */
#define TILL_SCANS 16
/* What is weighed for the goods that wait; till_scale.c. */
struct till_weighing {
	bool asked; /* goods wait for it */
	bool watch; /* none does: is what was sold taken off? */
	bool lies;  /* what was weighed was not taken off since */
	bool due;   /* a weight that sells is taken in this round */
	bool has;
	uint32_t id;
	struct mono watch_end;
	char code[CODE_BYTES];
	struct scale_reading r;
	char text[DEVICE_TEXT_BYTES]; /* of the scale, English; "" */
};

/* What a card terminal is asked just now; till_card.c. */
struct till_asking {
	bool open;    /* a question is, until its result was taken */
	bool waits;   /* and the terminal has not got it yet */
	bool has;     /* its result is there, */
	bool refused; /* which the journal did not take */
	bool recovers; /* the question is for the last payment */
	bool held;     /* the terminal waits to be told */
	bool silent;   /* no more asking by itself, until it is there anew */
	bool stuck;    /* completing the sale was refused */
	uint32_t id;
	struct card_order order;
	struct mono since, until, again;
	struct pinpad_result result;
	char why[ERR_MSG_BYTES]; /* it was not asked; "" it was */
	char told[DEVICE_TEXT_BYTES]; /* why the last look was in vain */
	char step[DEVICE_TEXT_BYTES];
	char slip[PINPAD_SLIP_BYTES + 1], merchant[PINPAD_SLIP_BYTES + 1];
};

struct till_sync; /* register/till_sync.h */

/* What of the hub's decisions is in use; till_feed.c. */
struct till_feed {
	struct feed_look look;
	int64_t version; /* of the catalog with what lies over it */
	struct mono next, persons_next;
	uint64_t persons; /* feed_persons_stamp() of the file there is */
	uint8_t box[KEY_BYTES];
	bool has_box;
};


struct till {
	struct shop *shop;
	struct engine *engine;
	struct catalog *catalog; /* NULL: none yet */
	struct find *find; /* of it; NULL: nobody has searched yet */
	int64_t generation;
	struct draft *draft; /* NULL: nothing can be written */
	bool draft_lacks; /* something that was found in the journal */
	struct desk *desk;
	/* the one in use is borrowed by the engine while lines are open, a
	 * newer one waits in the other place */
	struct config config[2];
	unsigned in_use;
	struct act act;
	struct uses uses; /* for those who have a limit a day */
	bool resumed;
	char conf_note[ERR_MSG_BYTES + 64];
	int64_t config_due;	/* a draft, by the register's time; INT64_MAX */
	unsigned conf_said;	/* how often conf_note was written since */
	char note[128]; /* for the cashier, once, after a start */

	struct till_port port[CONFIG_DEVICES];
	size_t n_port;
	struct display_frame shown; /* on displays of the register's own */
	till_told_fn told_fn; /* NULL: nobody wants to know */
	void *told_arg;
	bool device_told; /* the ports' words are not saved yet */
	till_scan_fn scan_fn; /* NULL: nobody wants scans */
	void *scan_arg;
	struct till_scanned {
		char text[GS1_SYMBOL_BYTES];
		size_t len;
	} scan[TILL_SCANS]; /* read, and not handed on yet */
	size_t n_scan;

	struct till_sync *sync; /* NULL: no hub */
	struct till_feed feed;

	struct till_asking card;
	bool signs; /* found at the start: a signature to be looked at */

	struct till_weighing weigh;
	till_weight_fn weight_fn; /* NULL: the till takes it */
	void *weight_arg;

	char *report_text; /* to be printed with the act; NULL none */
	struct till_port *printer_port; /* receipts go to; NULL none */
	struct device_host *printer; /* its host, NULL it cannot be */
	struct till_job job[TILL_JOBS];
	uint32_t last_job;
	char orders[CONFIG_DEVICES * CONFIG_DEVICE_NAME_BYTES]; /* the act's */
	struct mono orders_at; /* the store is asked for more; us < 0: never */
	const char *printer_state; /* as struct till_status has it */
	struct till_drawer drawer[CONFIG_DRAWERS];
	const char *receipt_state;
	/* till_receipts.c: of this sitting, the oldest first; and of those
	 * before it what somebody decided on */
	struct till_receipt unprinted[TILL_UNPRINTED], decided[TILL_UNPRINTED];
	size_t n_unprinted, n_decided;
	uint64_t first_seq; /* the last line when this sitting began */
	char printer_text[112];

	struct customer customer;
	bool change_due; /* the customer still sees the last sale's change */

	struct clock real; /* for waiting, also when the clock is a fake */
	struct mono draft_due; /* us 0: nothing to flush */
	struct mono customer_next;
	struct mono inbox_next;
	struct mono shop_next;
	struct clock_reading opened; /* by the shop's clock */
	struct {
		char no[16]; /* "" nobody */
		bool badge;  /* shown; else the PIN was keyed */
		const char *why; /* it was not theirs; NULL it was */
		struct mono at;
	} half; /* of the two that prove who it is */
	struct mono touched;	     /* the last input, by the real one */
	struct mono stirred; /* something else came, or the start */
	int wake_fd; /* till_wake.c; -1: nobody tells */
	bool searches; /* somebody may: a screen stands before it */
	bool cold;	/* the catalog is still being read ahead */
	uint64_t warm_at;
	bool people;		     /* somebody has a PIN or a badge */
	bool loud; /* the emergency code was used */
	till_end_fn on_end; /* of a trial */
	void *on_end_arg;
	bool ending; /* it is being told: the act is not settled yet */
	bool prune_due;
};

/** till_sync_look(t): whether the register belongs to a hub now: at the start,
 * and when lines say so.  till_sync_close(t).
 * till_sync_idle(t, now): between acts: what the worker said becomes lines.
 * till_sync_ended(t, e): behind each event of an act.
 * till_sync_poll(t): as till_device_poll(); till_sync_watch(): as till_watch().
 * till_sync_again(t): something came into being in sync/. */
/* till_sync_port(): engine_ports.linked.  till_sync_act(t): what the act wants
 * of the worker; t->act is what became of it. */
bool till_sync_port(void *arg);
void till_sync_act(struct till *t);
void till_sync_look(struct till *t);
void till_sync_close(struct till *t);
void till_sync_idle(struct till *t, struct mono now);
void till_sync_ended(struct till *t, const struct event *e);
struct mono till_sync_poll(struct till *t);
size_t till_sync_watch(struct till *t, int fd[], short events[], size_t cap);
void till_sync_again(struct till *t);

/** till_feed_idle(t, now): between acts: what the worker brought is taken over.
 * till_feed_due(t, now, ret): when a text becomes valid; false: not before
 * something comes.  till_feed_refused(t): why something of it is not in use, ""
 * all is. */
void till_feed_idle(struct till *t, struct mono now);
bool till_feed_due(const struct till *t, struct mono now, struct mono *ret);
const char *till_feed_refused(const struct till *t);
/** till_catalog_open(t): the products, with what feeds lay over them. */
void till_catalog_open(struct till *t);

/** till_find_close(t): before its catalog goes. */
void till_find_close(struct till *t);
/** till_find_warm(t): another piece of the catalog, while t->cold. */
void till_find_warm(struct till *t);

/** till_card_open(t): behind till_basket_open(): a payment whose end the
 * journal does not have.  till_card_forget(t): the devices were closed. */
void till_card_open(struct till *t);
void till_card_forget(struct till *t);
/** till_card_act(t): what the act wants of a terminal, once it is settled.
 * till_card_take(t, now): what terminals said becomes inputs; from till_idle()
 * alone.  till_card_next(t, now, ret): when to look again; false: not before
 * something is told. */
void till_card_act(struct till *t);
void till_card_take(struct till *t, struct mono now);
bool till_card_next(const struct till *t, struct mono now, struct mono *ret);

/** Answers for the engine; ${t} is their arg. */
struct engine_ports till_ports(struct till *t);

/** The printer named in the configuration.  One that is not there, or cannot
 * be reached at all, is "down" in the status with words and stops no sale. */
void till_print_open(struct till *t);
void till_print_close(struct till *t);
/** till_print_final: a shop_final_fn: the drawer and the receipt of a sale. */
void till_print_final(void *arg, const struct event ev[], size_t n,
	const uint8_t *hash);
/** Copies and reports, once recorded. */
void till_print_after(struct till *t);
/** till_print_job(t, p, made, bytes, n, j): queue what ${made} laid out on ${p},
 * as *as but for its id; ${bytes} are freed here. */
void till_print_job(struct till *t, struct till_port *p, enum rc made,
	uint8_t *bytes, size_t n, const struct till_job *as);
/** till_job_id(t): of the next job. */
uint32_t till_job_id(struct till *t);

/** till_drawer.c: the drawers of the configuration; the pulse of one, by its
 * number, for an act that is final; which one concerns the cashier, and how one
 * is; what its device says; and what was opened by hand into the journal,
 * between acts. */
void till_drawer_open(struct till *t);
void till_drawer_close(struct till *t);
void till_drawer_pulse(struct till *t, size_t no);
size_t till_drawer_told(const struct till *t);
const char *till_drawer_state(const struct till *t, size_t no);
void till_drawer_event(struct till_port *p, const struct device_event *ev);
void till_drawer_idle(struct till *t);

/** till_order.c: orders for kitchen printers.  till_order_name(t): before the
 * act is recorded: its sale says who has a part of it to print.
 * till_order_final(t, sale): they are printed.  till_order_ended(t, j, kind):
 * what became of one.  till_order_idle(t): between acts: those that the store
 * does not know to be printed are printed again, marked if one may be on paper.
 * till_order_open(t): the devices were opened, perhaps for the first time. */
void till_order_name(struct till *t);
void till_order_final(struct till *t, const struct event *sale);
void till_order_ended(struct till *t, const struct till_job *j,
	enum device_event_kind kind);
void till_order_idle(struct till *t);
void till_order_open(struct till *t);

/** till_receipt_note(t, number, outcome): how a receipt's job ended. */
void till_receipt_note(
	struct till *t, const char *number, const char *outcome);

/** till_basket_open(t, reterr): open the draft, and offer again the sale that
 * was open when the register ended.  One that cannot come back is told in
 * till_note(), not an error. */
MUST_CHECK enum rc till_basket_open(struct till *t, struct err *reterr);

/** till_is_aside(type): not what a cashier keyed or scanned. */
bool till_is_aside(enum event_type type);

/** till_desk_open(t, reterr): behind till_basket_open(), which read it: what
 * lay on the desk when the register ended, less what the journal shows to be
 * done.  An older program's draft and desk become one file. */
MUST_CHECK enum rc till_desk_open(struct till *t, struct err *reterr);

/** till_people_open(t): who is signed on at the start: the owner of a shop
 * without PINs, else nobody. */
void till_people_open(struct till *t);
/** till_say_trouble(out, text, tr): ${text} of what is the matter, its sentences
 * as ${tr} has them: the shop's language, or a test's. */
typedef const char *(*till_tr_fn)(const char *english);
void till_say_trouble(struct sbuf *out, const char *text, till_tr_fn tr);

/** till_people_changed(t): an operator was changed meanwhile. */
void till_people_changed(struct till *t);
/** An inbox_fn that looks for that. */
void till_people_note(void *arg, const struct event *e);
/** till_people_input(t, in): INPUT_PIN and INPUT_BADGE into t->act, which is
 * not recorded yet; the try itself is. */
void till_people_input(struct till *t, const struct input *in);
/** till_wake_open(t): be told of requests and displays; without it the till
 * looks by itself.  till_wake_take(t, now): what was told is looked at in this
 * round.  till_wake_next(t, now): when the next round is due. */
void till_wake_open(struct till *t);
/** till_wake_sync(t): be told of a sync worker that starts. */
void till_wake_sync(const struct till *t);
void till_wake_close(struct till *t);
void till_wake_take(struct till *t, struct mono now);
struct mono till_wake_next(const struct till *t, struct mono now);

/** till_people_idle(t, now): lock when nobody touched the register;
 * till_people_due(t, ret): when that will be, false: never. */
bool till_people_due(const struct till *t, struct mono *ret);
void till_people_idle(struct till *t, struct mono now);

/** till_switch_config(t): the active configuration is in use, unless a sale is
 * open. */
void till_switch_config(struct till *t);

/** till_drafts_open(t): behind till_start_conf().  till_drafts_run(t): unless
 * a sale is in hand, what is due of drafts becomes active.  till_drafts_due(t,
 * now, ret): when to look again; false: not before something is told. */
void till_drafts_open(struct till *t);
void till_drafts_run(struct till *t);
bool till_drafts_due(
	const struct till *t, struct mono now, struct mono *ret);

/** till_moved_stops(t, in): the shop's data came from another machine, and ${in}
 * is a cashier's that must wait for that to be answered: the act is a refusal.
 * till_moved_port(): engine_ports.moved. */
/** till_old_stops(t, in): the same where the hub has lines of this register that
 * its disk lacks.  till_waits(in): what must wait where nothing is sold: all a
 * cashier does that neither answers why nor leads there. */
bool till_old_stops(struct till *t, const struct input *in);
bool till_waits(const struct input *in);
bool till_moved_stops(struct till *t, const struct input *in);
bool till_moved_port(void *arg, struct event *ret);

/** till_start_conf(t): compare holdfast.conf with what is active. */
void till_start_conf(struct till *t);
/** till_clock_words(t, out): nothing while the clock is not behind the last
 * line. */
void till_clock_words(const struct till *t, struct sbuf *out);

/** till_end(t): a trial's act before it is settled: tell of a sale it ends. */
void till_end(struct till *t);

/** till_customer(t): tell the customer's display what changed; true when
 * till_device_poll() is to be called for it. */
bool till_customer(struct till *t);

/** till_make_final(t): record t->act, settle it, and print. */
void till_make_final(struct till *t);

/** till_prompt(arg, r, given, ret_seq, reterr): struct shop's prompt; ${arg}
 * the till.  RC_DENIED in words. */
MUST_CHECK enum rc till_prompt(void *arg, const struct request *r,
	const struct event *given, uint64_t *ret_sequence, struct err *reterr);

/** till_flush_due(t): the draft was written to just now. */
void till_flush_due(struct till *t);
/** till_draft_write(t): the basket and the desk as they are now, one group. */
void till_draft_write(struct till *t);
/** till_draft_settle(t): the basket as it is now, if it has changed since. */
void till_draft_settle(struct till *t);
/** till_draft_idle(t): nobody has touched it for a while: it is flushed. */
void till_draft_idle(struct till *t);

/** till_report_make(t, what, ret, reterr): the report of these words as rows for
 * the receipt printer, kept until till_report_drop(); what its event says, but
 * who approved it. */
MUST_CHECK enum rc till_report_make(struct till *t, const char *what,
	struct event_report *ret, struct err *reterr);
void till_report_drop(struct till *t);

/** Whether it is BG, and what then; whether it was, and nobody has signed off
 * since: at the start, and behind a sign-off. */
bool till_glass_is(const struct input *in);
void till_glass_input(struct till *t, const struct input *in);
void till_glass_look(struct till *t);

/** till_find_document(t, number, ret_sequence, ret_copies, reterr): the line of
 * a receipt, "" the last one, or of a Z, "Z12", and how often it was printed
 * again.  RC_NOTFOUND. */
MUST_CHECK enum rc till_find_document(struct till *t, const char *number,
	uint64_t *ret_sequence, int64_t *ret_copies, struct err *reterr);

#endif
