/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYMAP_H
#define SCREEN_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/sbuf.h"
#include "screen/keys.h"

/**
 * keymap - which key does what on which screen: one map for the dispatcher,
 * the F-key bar and the help screen, so they cannot disagree.  A key that is not
 * in it is text for the prompt, or gets a word on the message row.
 *
 * A map in force is made of the table in keymap.c, a profile and a file:
 * holdfast-keymap(5).  Where several bind one key the file's section of the
 * screen wins, then its [global], the profile, the table.
 *
 * keymap.c         the table, finding a key      keymap_action.c  the actions
 * keymap_make.c    building a map                keymap_file.c    the file
 * keymap_text.c    names of keys, quoted strings, the help's lines
 * keymap_watch.c   reading the file, and again when it was saved
 */
enum screen_bit {
	SCREEN_READY = 1 << 0, /* no line yet, or change due */
	SCREEN_SALE = 1 << 1,
	SCREEN_PAY = 1 << 2,
	SCREEN_STOP = 1 << 3, /* not on file */
	SCREEN_DEPT = 1 << 4, /* amount and department, from there */
	SCREEN_CHECK = 1 << 5,
	SCREEN_VIEW = 1 << 6,	/* report */
	SCREEN_RECEIPT = 1 << 7, /* the last receipt */
	SCREEN_PARKED = 1 << 8, /* the parked sales */
	SCREEN_HELP = 1 << 9,
	SCREEN_FIND = 1 << 10, /* items by words */
	SCREEN_RETURN = 1 << 11, /* goods come back */
	SCREEN_AGE = 1 << 12,	 /* the customer's age */
	SCREEN_SIGN = 1 << 13,	 /* number and PIN: sign on, unlock */
	SCREEN_APPROVE = 1 << 14, /* number and PIN of a supervisor */
	SCREEN_REASON = 1 << 15,  /* why */
	SCREEN_MENU = 1 << 16,
	SCREEN_AUDIT = 1 << 17,
	SCREEN_SETTINGS = 1 << 18,
	SCREEN_COUNT = 1 << 19, /* the drawer is counted */
	SCREEN_Z = 1 << 20,
	SCREEN_PROBE = 1 << 21, /* keys are tried out, none acts */
	SCREEN_CARD = 1 << 22, /* a card terminal works */
	SCREEN_SIGNATURE = 1 << 23,
	SCREEN_CARD_OPEN = 1 << 24, /* was it paid? */
	SCREEN_DEVICES = 1 << 25,
	SCREEN_RECEIPTS = 1 << 26, /* that are not on paper */
	SCREEN_REPORTS = 1 << 27,
	SCREEN_DRAFTS = 1 << 28, /* of the settings */
	SCREEN_SYNC = 1 << 29	 /* the link to the hub */
};

enum action {
	ACTION_NONE,
	ACTION_HELP,
	ACTION_CHECK,
	ACTION_VOID,
	ACTION_PARK,
	ACTION_PRICE,
	ACTION_RECEIPT,
	ACTION_PAY,
	ACTION_CLEAR,
	ACTION_ACCEPT,
	ACTION_REPEAT,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PGUP,
	ACTION_PGDN,
	ACTION_HOME,
	ACTION_END,
	ACTION_ERASE,
	ACTION_BACKSPACE,
	ACTION_AGAIN, /* dialog: 1 */
	ACTION_DEPT,  /* dialog: 3 */
	ACTION_ASK_PRICE, /* dialog: 4 */
	ACTION_ADD,   /* price check: sell it */
	ACTION_COPY,  /* receipt: print a copy */
	ACTION_INERT, /* does nothing on purpose: + while paying */
	ACTION_FIND,
	ACTION_CUSTOMER,
	ACTION_RETURN,
	ACTION_MENU,
	ACTION_SUPERVISOR,
	ACTION_LOCK,
	ACTION_QUANTITY,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_REPAINT,
	ACTION_EXACT_CASH, /* from the sale: paid exactly, in one key */
	ACTION_KEYLOCK,	   /* the lock was turned: key_event.cp is L R X S P T */
	ACTION_ENTRY,	   /* binding.entry is keyed, each part with Enter */
	ACTION_TENDER_2,   /* in pay: the tender whose key is F2 */
	ACTION_TENDER_3,
	ACTION_TENDER_5,
	ACTION_TENDER_6,
	ACTION_TENDER_7,
	ACTION_TENDER_8,
	/* from here: two letters that the engine or a screen understands */
	ACTION_SET_PRICE,
	ACTION_DISCOUNT,
	ACTION_DISCOUNT_SALE,
	ACTION_DEPARTMENT,
	ACTION_TARE,
	ACTION_COMMENT,
	ACTION_AGE,
	ACTION_EXEMPT,
	ACTION_CANCEL_SALE,
	ACTION_TENDERS,
	ACTION_CASH,
	ACTION_CARD,
	ACTION_CHEQUE,
	ACTION_GIFT_CARD,
	ACTION_ACCOUNT,
	ACTION_VOUCHER,
	ACTION_COUPON,
	ACTION_CURRENCY,
	ACTION_REMOVE_TENDER,
	ACTION_NO_SALE,
	ACTION_PAID_IN,
	ACTION_PAID_OUT,
	ACTION_PICKUP,
	ACTION_COUNT_DRAWER,
	ACTION_X_REPORT,
	ACTION_Z_REPORT,
	ACTION_REPRINT,
	ACTION_SIGN_OFF,
	ACTION_SYNC,
	ACTION_AUDIT,
	ACTION_SETTINGS,
	ACTION_TRAINING,
	ACTION_DISPLAY,
	ACTION_TABLES,
	ACTION_BOOKINGS,
	ACTION_LAYAWAY,
	ACTION_SAVE, /* settings: make them active */
	ACTION_EXPLAIN, /* where the prices come from */
	ACTION_SALE_PERCENT,
	ACTION_SALE_AMOUNT,
	ACTION_BUSINESS,
	ACTION_GROUP,
	ACTION_GIVE_COUPON,
	ACTION_EMPTIES,
	ACTION_WEIGHT,
	ACTION_SPLIT,
	ACTION_TEST_KEYS,
	ACTION_SIGNATURE_RIGHT,
	ACTION_SIGNATURE_WRONG,
	ACTION_CARD_ASK,
	ACTION_CARD_PAID,
	ACTION_CARD_NOT_PAID,
	ACTION_RESERVE,
	ACTION_CAPTURE,
	ACTION_RELEASE,
	ACTION_TERMINAL_CLOSE,
	ACTION_TERMINAL_STATUS,
	ACTION_TERMINAL_TOTALS,
	ACTION_DEVICES,
	ACTION_COUNT
};

enum action_group {
	GROUP_ITEM,
	GROUP_LINE,
	GROUP_SALE,
	GROUP_PAY,
	GROUP_DRAWER,
	GROUP_REGISTER,
	GROUP_MOVE,
	GROUP_COUNT
};

/** What an action is called.  Several actions may stay without a name: no file
 * can bind them. */
struct action_info {
	const char *name; /* in a keymap file */
	const char *code; /* two letters at the prompt, NULL none */
	const char *bar;  /* word in the F-key bar, at most 6 cells */
	const char *help; /* one sentence */
	enum action_group group;
	/* where it means something beside the screens of the table; with a code
	 * it can be keyed there */
	unsigned screens;
	bool sends;  /* nothing else happens: the code is keyed as an entry */
	bool framed; /* a framed command may give it unless a file says what
			may */
};
/** action_info(a): never NULL; a name of NULL for what has none. */
const struct action_info *action_info(enum action a);
/** action_by_name, action_by_code(s, len): ACTION_NONE: there is none.  A code
 * may be lower case. */
enum action action_by_name(const char *s, size_t len);
enum action action_by_code(const char *s, size_t len);
/** action_group_title(g): heading in the help. */
const char *action_group_title(enum action_group g);

enum binding_when {
	WHEN_ALWAYS,
	WHEN_EMPTY, /* the prompt is empty */
	WHEN_NUMBER /* or holds digits */
};

/** A row of the built-in table. */
struct binding {
	unsigned screens;
	enum keys_code code;
	char ch; /* of KEYS_CHAR */
	enum binding_when when;
	enum action action;
	const char *bar;  /* word in the F-key bar, NULL none */
	const char *key;  /* not NULL: listed in the help */
	const char *help; /* NULL: the action's own sentence */
};
extern const struct binding keymap[];
extern const size_t keymap_n;

/** A binding of a map in force.  Texts live as long as the map. */
struct keybind {
	unsigned screens;
	enum keys_code code;
	int32_t ch; /* KEYS_CHAR, KEYS_OTHER, KEYS_PREFIX: the character; KEYS_SEQ:
		       the number of the sequence */
	enum binding_when when;
	enum action action; /* ACTION_NONE: the key is unbound here */
	int32_t arg;	    /* ACTION_KEYLOCK: the position */
	bool listed;	    /* in the help */
	const char *bar;
	const char *help;
	const char *entry; /* ACTION_ENTRY: parts ended by \r */
};

#define KEYMAP_PROBLEMS 32 /* that are kept; keymap_problems() counts all */
struct keymap_problem {
	int line, col; /* from 1 */
	char text[200]; /* what is wrong and what to write */
};

#define KEYMAP_SEQ_BYTES 24
struct keymap_seq {
	unsigned char bytes[KEYMAP_SEQ_BYTES];
	size_t len;
	int id; /* in key_event.cp; no other map of this process has it */
};

/** What a map is made of.  Everything is borrowed for the call. */
struct keymap_source {
	const char *name; /* of the file, for messages */
	const char *text; /* its bytes, NULL: no file */
	size_t len;
	const char *profile; /* of the command line: wins; NULL none */
	const char *wanted;  /* of the configuration: when neither the command
				line nor the file names one; NULL none */
	/* codes of the shop's tenders beside the engine's commands; NULL: not
	   known, all may be */
	const char (*code)[4];
	size_t n_code;
	int first_seq; /* keymap_next_seq() of the map before, or 0 */
};

struct keymap;

/** keymap_new(s, ret): a map, whatever the file says: a line that is wrong is
 * a problem and nothing else. RC_NOMEM. */
MUST_CHECK enum rc keymap_new(
	const struct keymap_source *s, struct keymap **ret);
void keymap_free(struct keymap *m);

/** keymap_problems(m): how many lines are wrong; keymap_problem(m, i): i below
 * that and below KEYMAP_PROBLEMS, in the order of the file. */
size_t keymap_problems(const struct keymap *m);
const struct keymap_problem *keymap_problem(const struct keymap *m, size_t i);

/** keymap_find(m, screen, ev, prompt): NULL: the key has no meaning there. */
const struct keybind *keymap_find(const struct keymap *m,
	enum screen_bit screen, const struct key_event *ev,
	const char *prompt);
/** keymap_bar(m, screen, n): word of F-key n (1..12) there, "" none;
 * keymap_bar_key: what stands before it: the number, or in a profile without
 * F-keys the code; at most two cells. */
const char *keymap_bar(
	const struct keymap *m, enum screen_bit screen, unsigned n);
const char *keymap_bar_key(
	const struct keymap *m, enum screen_bit screen, unsigned n);
/** keymap_valid(m, screen, action): it means something there. */
bool keymap_valid(const struct keymap *m, enum screen_bit screen,
	enum action action);
/** keymap_coded: and its letters can be keyed there; keymap_sends: and its key
 * does nothing but key them. */
bool keymap_coded(const struct keymap *m, enum screen_bit screen,
	enum action action);
bool keymap_sends(const struct keymap *m, enum screen_bit screen,
	enum action action);
/** keymap_of_action(m, action): a binding that does it anywhere. */
const struct keybind *keymap_of_action(
	const struct keymap *m, enum action action);
/** keymap_key(m, screen, action, out): the first key that does it there, as
 * the cashier calls it ("F4", "-", "VD"); nothing when none does. */
void keymap_key(const struct keymap *m, enum screen_bit screen,
	enum action action, struct sbuf *out);
/** keymap_name_keys(m, screen, text, out): ${text} with the F-keys it names
 * ("F8 receipt") as the keys that do the same in this map: hints are written
 * for the built-in keys. */
void keymap_name_keys(const struct keymap *m, enum screen_bit screen,
	const char *text, struct sbuf *out);
/** keymap_help(m, screen, filter, out): what can be done on a screen, a line
 * each, by groups: keys, code, sentence.  Only lines that hold ${filter}, cases
 * and accents folded; "" takes all. */
void keymap_help(const struct keymap *m, enum screen_bit screen,
	const char *filter, struct sbuf *out);

/** keymap_slash_clears(m): the slash is what Esc is elsewhere. */
bool keymap_slash_clears(const struct keymap *m);

const char *keymap_profile(const struct keymap *m);
/** keymap_profile_known(s): one of full numpad vt prog reader. */
bool keymap_profile_known(const char *s);
extern const char *const keymap_profiles[]; /* NULL at the end */
/** keymap_no_fkeys(m): hints name codes, not F-keys. */
bool keymap_no_fkeys(const struct keymap *m);
/** keymap_esc_ms(m): how long the terminal may take to finish an escape
 * sequence; 0: choose by the line. */
int keymap_esc_ms(const struct keymap *m);
/** keymap_frames(m): how devices frame what they type; lives with the map. */
const struct keys_frames *keymap_frames(const struct keymap *m);
/** keymap_seqs(m, ret_n): byte sequences the terminal must know. */
const struct keymap_seq *keymap_seqs(const struct keymap *m, size_t *ret_n);
int keymap_next_seq(const struct keymap *m);

/** keymap_binding(m, i): all bindings, the strongest first; NULL at the end. */
const struct keybind *keymap_binding(const struct keymap *m, size_t i);
/** keymap_live(m, screen, b): it counts there, no stronger one hides it. */
bool keymap_live(const struct keymap *m, enum screen_bit screen,
	const struct keybind *b);
/** keymap_put_key(m, b, out): the key's name as a file spells it. */
void keymap_put_key(
	const struct keymap *m, const struct keybind *b, struct sbuf *out);

/** One screen: its section in a file. */
struct screen_name {
	enum screen_bit bit;
	const char *name;
};
extern const struct screen_name screen_names[]; /* NULL name at the end */

#endif
