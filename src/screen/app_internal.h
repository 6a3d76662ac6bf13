/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_APP_INTERNAL_H
#define SCREEN_APP_INTERNAL_H

#include "screen/app.h"
#include "screen/coach.h"
#include "screen/devices.h"
#include "screen/keymap.h"
#include "screen/link.h"
#include "screen/reader.h"
#include "screen/sound.h"
#include "screen/widgets.h"

#define PROMPT_BYTES 256
#define AMOUNT_DIGITS 9 /* of an amount; what is longer is a code */
#define HELD_MAX 1024 /* keys and scans that can wait behind a box */

struct prompt {
	char text[PROMPT_BYTES];
	size_t len;
};

/* One key or scan that waits. */
struct held {
	bool scan;
	struct key_event key;
	size_t len;
	char text[GS1_SYMBOL_BYTES]; /* too long a code stays too long */
	bool known; /* the catalog has it */
	char name[64];
	struct money price;
};

/**
 * One screen.  The selling screens follow the engine's state; every
 * other one lies on the stack above them, with a prompt and a state of its
 * own.  ${state} is what was given to app_open(), NULL for the selling ones.
 * Texts are N_().
 */
struct screen_ops {
	enum screen_bit bit;
	const char *title; /* first row; NULL: the sale's number */
	const char *label; /* of the prompt */
	bool box;   /* does not fill the work area: what lies beneath is drawn
		     * first */
	bool asks;  /* must be answered: scans and early keys wait, unless it
		     * takes scans itself */
	bool badge; /* a badge is scanned here, whatever asks beneath */
	bool keys_only; /* nothing is typed here: a key that is not bound gets
			 * a word */
	bool quiet; /* while it asks: a device is waited for, no bell calls */
	bool fresh; /* while it asks: a key that came before it could be seen
		     * is not kept: it must not act on what comes behind it */
	bool view;  /* something to read: typing closes it and goes on beneath */
	const char *stop; /* message row while it asks, NULL the last message */
	void (*draw)(struct app *a, void *state);
	/* words of F-keys that the map leaves free; NULL none */
	void (*bar)(const struct app *a, const void *state, unsigned n,
		struct sbuf *out);
	/* row 21, and how the prompt will be read */
	void (*hint)(const struct app *a, const void *state, struct sbuf *out);
	void (*reading)(
		const struct app *a, const void *state, struct sbuf *out);
	void (*act)(struct app *a, void *state, enum action action);
	/* a whole symbol; NULL: the screen closes and the one beneath has it */
	void (*scan)(struct app *a, void *state, const char *text, size_t len);
	/* the prompt changed by typing; every key that was waiting has been
	 * taken when this is called */
	void (*typed)(struct app *a, void *state);
	/* the prompt holds a secret now: shown as stars, never kept */
	bool (*secret)(const struct app *a, const void *state);
	/* what somebody who hears or feels the screen is told: lines, the news
	 * first within 40 cells; NULL: title and message say it all */
	void (*speak)(const struct app *a, const void *state, struct sbuf *out);
	/* takes every key and every scan itself, before they mean anything;
	 * NULL: not this screen */
	void (*probe)(struct app *a, void *state, const struct keys_out *k);
	void (*close)(struct app *a, void *state); /* gives state back */
};

struct frame {
	const struct screen_ops *ops;
	void *state;
	struct prompt prompt;
};
#define STACK_MAX 8

#define COUNT_ROWS (CASH_PIECES + 1) /* each kind of cash, and rolls */

/* What a promotion of the open sale takes off. */
#define DEALS_MAX 16
#define TOLD_MAX 4
struct deal {
	int rule;
	int64_t sum;
};

struct app {
	struct till *till;
	struct clock clock;
	struct grid *grid;
	struct layout lay;
	struct config_display look;
	struct keys_in keys;
	struct keymap *keymap;
	unsigned keymap_no;	/* another one since the last look */
	int32_t lock_position;	/* of the key-lock: L R X S P T, 0 unknown */
	struct frame stack[STACK_MAX]; /* above the selling screens */
	size_t depth;
	struct prompt prompt; /* of the selling screens */
	bool typed;	      /* the top screen's typed() is due */
	struct {
		bool painted; /* the box that asks has been seen */
		bool told;    /* why the last key did nothing, in the place of
			       * what it asks; until the next one */
		struct mono at;
	} asked;
	enum msg_level msg_level;
	char msg[256];
	int64_t said_at; /* when it was said */
	uint64_t doubles_said;
	unsigned n_noted; /* notes of this start that were said */
	unsigned conf_said; /* till_conf_said() at the last look */
	size_t list_top;   /* the first line in sight at the last input */
	size_t list_shown; /* and as it is drawn */
	struct rows back; /* the receipt that goods come back by */
	bool show_change; /* until the next sale begins */
	char operator_no[16], operator_text[96]; /* people_operator() */
	bool done, leaving, repaint;
	int64_t leave_by; /* leaving: signed off, and until when */
	bool cancelling; /* CN was keyed once */
	int64_t pieces[COUNT_ROWS]; /* of a count that is not recorded yet */
	struct sounds sounds;
	int64_t now;	 /* of the last event */
	struct held *held;
	size_t n_held, held_scans;
	struct coach coach; /* the lesson, in training */
	bool replaying;
	bool kept; /* on the desk, until somebody is signed on */
	struct reader reader;
	struct deal deal[DEALS_MAX]; /* as they were told */
	size_t n_deal;
	struct devices devices;
	struct link_told link;
	/* what came of inputs that the till gave itself; taken by the next
	 * tick */
	struct {
		enum input_kind kind;
		struct pinpad_result card; /* of INPUT_CARD, as was said */
		struct reply reply;
	} told[TOLD_MAX];
	size_t n_told;
	const struct input *giving; /* is on its way */
	/* the screen changed by itself: a key that was meant for what stood
	 * there before does nothing */
	struct {
		bool on, painted;
		int64_t at;
	} shift;
	char weigh_told[96];
	uint8_t card_later[UUID_BYTES]; /* its box was left unanswered */
	struct {
		uint8_t sale[UUID_BYTES];
		struct money part[ENGINE_PARTS];
		size_t n;
	} split; /* the last SP */
};

extern const struct screen_ops screen_ready_ops, screen_sale_ops,
	screen_pay_ops, screen_return_ops, screen_return_ask_ops,
	screen_return_blind_ops;

/* app.c: what screens may do */
const struct screen_ops *app_base(const struct app *a);
const struct screen_ops *app_screen(const struct app *a); /* the top one */
void *app_state(const struct app *a); /* its own; NULL it has none */
/** app_open(a, ops, state): put a screen on top, its prompt empty.  ${state}
 * is the screen's, malloc'd or NULL; when it cannot be opened (too deep) it is
 * given back by ops->close and false returned. */
bool app_open(struct app *a, const struct screen_ops *ops, void *state);
/** app_close(a): the top screen goes; nothing when there is none. */
void app_close(struct app *a);
/** app_close_all(a): nothing lies above the selling screens any more;
 * app_entry_beneath(a, command): and there the command is keyed. */
void app_close_all(struct app *a);
void app_entry_beneath(struct app *a, const char *command);
/** app_remove(a, at): a screen below the top one goes, with its state. */
void app_remove(struct app *a, size_t at);
/** app_find(a, ops): state of that screen, the topmost of its kind; NULL it is
 * not open. */
void *app_find(const struct app *a, const struct screen_ops *ops);
bool app_asks(const struct app *a); /* a box must be answered first */
struct prompt *app_prompt(struct app *a);
void prompt_clear(struct prompt *p);
/** prompt_set(), prompt_append(): what does not fit is left away. */
void prompt_set(struct prompt *p, const char *text);
void prompt_append(struct prompt *p, const char *text);
void app_say(struct app *a, enum msg_level level, const char *text);
void app_attention(struct app *a, const char *text); /* WARN and its signal */
/** app_advise(a, text): MSG_INFO; app_remind(): app_attention(): of a text that
 * names keys and holds no data: they stand as this keyboard calls them. */
void app_advise(struct app *a, const char *text);
/** app_told(a): what was just said is the answer to a key that a box did not
 * take: it stands in the box's message row until the next one. */
void app_told(struct app *a);
/** app_message_due(a, ret): in a lesson the last message stands alone, until
 * then. */
bool app_message_due(const struct app *a, int64_t *ret);
void app_remind(struct app *a, const char *text);
/** app_signal(a, what): with the bell; what it says stands on the screen, too. */
void app_signal(struct app *a, enum sound what);
/* an entry, scan, selection or exact cash, and what follows from the reply;
 * false: refused */
bool app_input(struct app *a, enum input_kind kind, const char *text,
	size_t len, int arg);
bool app_entry(struct app *a, const char *text);
/* the same with everything an input can carry */
bool app_give(struct app *a, const struct input *in);

/* app_told.c: what came of inputs */
/** app_change_over(a, training): the change of the last sale goes when another
 * one begins; ${training} was on before the input. */
void app_change_over(struct app *a, bool training);
/** app_replied(a, r): boxes and screens follow, behind every input. */
void app_replied(struct app *a, const struct reply *r);
/** app_listen(a, on): hear of inputs that the till gives itself;
 * app_take_told(a): what was heard is shown. */
void app_listen(struct app *a, bool on);
void app_take_told(struct app *a);
/** app_shifted(a): the screen is another one now, and no key did it.
 * app_shift_painted(): and was seen.  app_astray(a, ev): that key was meant for
 * what stood there before, and must do nothing, least of all Enter in Pay. */
void app_shifted(struct app *a);
void app_shift_painted(struct app *a, struct mono now);
bool app_astray(struct app *a, const struct key_event *ev);
/** app_room(a, size): zeroed state for app_open(); NULL: the cashier was
 * told. */
void *app_room(struct app *a, size_t size);
/* app_rows.c: a screen that is a list */
/** app_rows_letter(a, r, ret): the prompt ends with a letter, which acts at
 * once, on the row whose number stands before it: the prompt is empty, that
 * row is selected and *ret the letter.  False: there is no letter, or no such
 * row, which the cashier was told. */
bool app_rows_letter(struct app *a, struct rows *r, char *ret);
/** app_rows_act(a, r, action, page): Esc closes the screen, and its state with
 * *r, Enter takes the row that is keyed, all else moves.  True: Enter, and
 * there is such a row; the cashier is told when there is none. */
bool app_rows_act(
	struct app *a, struct rows *r, enum action action, size_t page);
/** app_free_state(a, state): the close of a screen whose state is one piece of
 * memory. */
void app_free_state(struct app *a, void *state);
/* common to the selling screens */
void app_act_selling(struct app *a, void *state, enum action action);
void app_scan_selling(
	struct app *a, void *state, const char *text, size_t len);
void app_reading_entry(
	const struct app *a, const void *state, struct sbuf *out);
/** app_reading_value(a, e, what, out): what a command in the prompt will do with
 * its number: the amount, the department, the line by name; ${what} is the
 * command in words.  False: nothing was put, its number says no more. */
struct entry;
bool app_reading_value(const struct app *a, const struct entry *e,
	const char *what, struct sbuf *out);
/** app_parse_money(a, text, len, ret): an amount that is keyed; false: it is
 * none. */
bool app_parse_money(
	const struct app *a, const char *text, size_t len, struct money *ret);
/** How the shop writes amounts, dates and times. */
const struct format *app_format(const struct app *a);
void app_put_qty(const struct app *a, struct sbuf *out, struct qty q);
void app_put_money(const struct app *a, struct sbuf *out, struct money m);
/* tax_rows.c */
/** app_put_why(out, why): why there is no tax. */
void app_put_why(struct sbuf *out, enum tax_why why);
/** app_tax_rows(c): how many taxes a class is told as, at least 1; each by
 * app_put_tax(), "GST 5%", "19%", "exempt", and its amount app_tax_of(). */
size_t app_tax_rows(const struct tax_class *c);
void app_put_tax(const struct app *a, struct sbuf *out,
	const struct tax_class *c, size_t row);
struct money app_tax_of(
	const struct tax_class *c, const struct tax_sum *sum, size_t row);
/** app_pair_money(a, row, label, m): label and amount on a row of the panel. */
void app_pair_money(struct app *a, int row, const char *label, struct money m);
void app_number(const struct app *a, struct sbuf *out);
/** app_put_age(a, out, since): "6m", "41m", "3h", "2d"; "-" it is in the
 * future. */
void app_put_age(const struct app *a, struct sbuf *out, struct utc since);
void app_parked(const struct app *a, struct sbuf *out);

/* actions.c: what keys do on every screen */
/** app_plain_keymap(a): the built-in one. RC_NOMEM. */
MUST_CHECK enum rc app_plain_keymap(struct app *a);
/** app_act(a, b, cp): what the binding says, on the top screen. */
void app_act(struct app *a, const struct keybind *b, int32_t cp);
/** app_act_common(a, b, cp): false: the screen must do it. */
bool app_act_common(struct app *a, const struct keybind *b, int32_t cp);
/** app_act_word(a): the prompt holds the letters of an action that is no entry
 * of the engine ("HP"), or the dot of the menu: done.  False: neither. */
bool app_act_word(struct app *a);
/** app_key_in(a, text): as if it was keyed at the top screen and Enter
 * pressed. */
void app_key_in(struct app *a, const char *text);
/** app_word_reading(a, out): what the letters of such an action do, when the
 * prompt holds them; false: it does not. */
bool app_word_reading(const struct app *a, struct sbuf *out);
/** app_name_keys(a, text, out): the keys in a text of ours as they are called on
 * this keyboard: keymap_name_keys() of the top screen. */
void app_name_keys(const struct app *a, const char *text, struct sbuf *out);
/** app_back_key(a): what Esc is called on this keyboard. */
const char *app_back_key(const struct app *a);

/** deals_follow(a, may_say): behind every input: a deal that came or went is
 * told where nothing else is. */
void deals_follow(struct app *a, bool may_say);

/* hold.c */
void hold_key(struct app *a, const struct key_event *ev);
void hold_scan(
	struct app *a, const char *text, size_t len, const struct key_event *ev);
void hold_replay(struct app *a);
/** hold_part_paid(a): nothing can be added to the sale now, so scans wait until
 * it is paid, or the part was given back, or a card payment is settled. */
bool hold_part_paid(const struct app *a);
/** hold_back(a, was): held again after a start. */
void hold_back(struct app *a, const struct held *was);
/** hold_draw(a, row, end): what is held, in the rows of a box that are left. */
void hold_draw(struct app *a, int row, int end);

/* keep.c: over kill -9 */
/** keep_follow(a): what there is now, after every input. */
void keep_follow(struct app *a);
/** keep_hold(a, h): it waits.  False: it cannot be kept. */
bool keep_hold(struct app *a, const struct held *h);
/** keep_take(a): the first that waits is about to be done; keep_done(): it
 * is. */
void keep_take(struct app *a);
void keep_done(struct app *a);
/** keep_back(a): as it was when the register ended.  False: nothing lay
 * there. */
bool keep_back(struct app *a);

/* screen_*.c: opening them */
void stop_open(struct app *a, const char *code);
/** resolve_open(a): what the selected line is, that is not on file. */
void resolve_open(struct app *a);
/** stop_found(a, code): the item was found for the box that asks.  False: no
 * box does. */
bool stop_found(struct app *a, const char *code);
/** stop_is_line(a): the box about a line of the sale is open; stop_may_open(a):
 * the selected line is one that is not on file. */
bool stop_is_line(const struct app *a);
bool stop_may_open(const struct app *a);
/** stop_follow(a): the box goes when nothing is asked any more. */
void stop_follow(struct app *a);
/** stop_leave(a): the box and what lies on it are gone. */
void stop_leave(struct app *a);
/** card_follow(a): the boxes of a payment at a terminal come and go as the
 * engine has it. */
void card_follow(struct app *a);
/** card_due(a, ret): when its seconds are to be painted next; false: none
 * run. */
bool card_due(const struct app *a, int64_t *ret);
/** card_again(a): the box that was left comes back. */
void card_again(struct app *a);
/** devices_open(a): how the devices are; receipts_open(a): what is not on
 * paper. */
void devices_open(struct app *a);
void receipts_open(struct app *a);
/** sync_open(a): the link to the hub, and what waits for it. */
void sync_open(struct app *a);
/** terminal_open(a, said): what the terminal said of itself and its day. */
void terminal_open(struct app *a, const struct pinpad_result *said);
/** weigh_is_open(a): goods wait for their weight, and there is a scale;
 * weigh_draw(a): what lies on it; weigh_tell(a): the same for ears. */
bool weigh_is_open(const struct app *a);
void weigh_draw(struct app *a);
void weigh_tell(struct app *a);
/** age_open(a): what the engine asks about the customer's age. */
void age_open(struct app *a);
/** stop_again(a, code): the code the open box asks about was scanned again. */
bool stop_again(struct app *a, const char *code);
void check_open(struct app *a, const struct item *item);
/** check_found(a, item): the item was found for a price check that waits
 * beneath.  False: none does.  check_is_open(a): one does. */
bool check_found(struct app *a, const struct item *item);
bool check_is_open(const struct app *a);
void check_code(struct app *a, void *state, const char *text, size_t len);
void view_help(struct app *a);
void view_receipt(struct app *a);
/** view_explain(a): where the prices of the open sale, or the last, come from. */
void view_explain(struct app *a);
void view_report(struct app *a, const struct totals *t);
/** view_line(a, sequence): a line of the journal, member by member. */
void view_line(struct app *a, uint64_t sequence);
void parked_open(struct app *a);
void menu_open(struct app *a);
/** ask_open(a, code): ask for what that command must know; false: it needs
 * nothing, or is asked for elsewhere. */
bool ask_open(struct app *a, const char *code);
/** audit_open(a, r): the journal, with what r sums up of the day. */
void audit_open(struct app *a, const struct reply *r);
/** reports_open(a): which report, and of when. */
void reports_open(struct app *a);
void settings_open(struct app *a);
/** drafts_open(a): those of the configuration, unless they are open. */
void drafts_open(struct app *a);
/** depts_open(a, amount): which department is it sold in. */
void depts_open(struct app *a, const char *amount);
/** probe_open(a): keys, scans and the lock are tried out. */
void probe_open(struct app *a);
/** count_open(a, r): count the drawer; count_done(a, r): it was recorded. */
void count_open(struct app *a, const struct reply *r);
void count_done(struct app *a, const struct reply *r);
/** count_put(a, out): a count that is not recorded, for the desk: lines "count"
 * and "counting"; count_back(a, line): one of them. */
void count_put(const struct app *a, struct sbuf *out);
void count_back(struct app *a, const char *line);
/** day_open(a, r): what a Z would say; day_done(a, r): it was made;
 * day_again(a): look again, when it is looked at. */
void day_open(struct app *a, const struct reply *r);
void day_done(struct app *a, const struct reply *r);
void day_again(struct app *a);
void view_day(struct app *a, const struct reply *r);
/** change_draw(a): what the last sale gives back, in the work area. */
void change_draw(struct app *a);
/** search_open(a, query): look for these words. */
void search_open(struct app *a, const char *query);
/** search_leave(a): it is not open any more, nor what lies on it. */
void search_leave(struct app *a);
bool search_is_open(const struct app *a);
/** return_follow(a, had): what an input did to the receipt that goods come back
 * by; ${had} one was chosen before. */
void return_follow(struct app *a, bool had);

/* screen_pay.c */
/** pay_split(a, r): what is due was dealt out; its parts are offered one after
 * the other while it stays so. */
void pay_split(struct app *a, const struct reply *r);

/* screen_people.c */
/** people_follow(a): the screens of sign-on, lock, approval and reasons come and
 * go as the engine asks for them. */
void people_follow(struct app *a);
/** people_sign_off(a): where people sign on; keying it again at once leaves
 * the register. */
void people_sign_off(struct app *a);
/** people_arm(a): a supervisor approves the next action. */
void people_arm(struct app *a);
/** people_turned(a, position): the key-lock's, told to the engine; false: what
 * the position asks for is still to be done. */
bool people_turned(struct app *a, int32_t position);
/** people_operator(a): "7 Ana", "----" nobody; borrowed until the next one. */
const char *people_operator(struct app *a);

/* draw.c: the layout for the grid as it is */
void app_lay_out(struct app *a);

/* app.c, for draw.c and hold.c */
void app_typed(struct app *a); /* the top screen follows what was typed */
/** app_follow(a): after every input: what it asks, what waited for its answer,
 * and the desk. */
void app_follow(struct app *a);
void app_take_key(void *arg, const struct keys_out *out);
void app_dispatch_key(struct app *a, const struct key_event *ev);
/** app_repaints(a, out): this key asks for the picture once more, and for nothing
 * else. */
bool app_repaints(struct app *a, const struct keys_out *out);
/** app_scanned(a, code, len): what a serial scanner read. */
void app_scanned(void *a, const char *code, size_t len);
void app_dispatch_scan(struct app *a, const char *text, size_t len);

#endif
