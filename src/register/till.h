/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_H
#define REGISTER_TILL_H

#include "register/engine.h"
#include "register/people.h"
#include "register/shop.h"

/**
 * till - engine, shop, catalog, draft, inbox and devices wired together: what
 * `holdfast ring` and the screen both drive.
 */
struct till;

/** till_open(conf, ret, reterr): with SHOP_READ a trial beside a running
 * register: every input is done as if it were recorded and nothing is, nobody
 * is asked for a right, there is no draft and no device.  Give it inputs only:
 * no till_idle(). */
MUST_CHECK enum rc till_open(const struct shop_conf *conf, struct till **ret,
	struct err *reterr);
/** till_close(t): flush the draft, wait shortly for the printer, deferred
 * events out. */
void till_close(struct till *t);

/** till_input(t, in, ret): one input, to the end: when it returns with
 * ret->ok, what it did is final. Never blocks on a device. */
void till_input(struct till *t, const struct input *in, struct reply *ret);

/** The desk: what lies before the cashier and is in no sale yet, kept over
 * kill -9 and a power cut; see register/desk.h.  A text (the prompt, ...) and
 * entries that wait, in words of the screen's own.  Changes are in memory until
 * till_desk_write(), to be called after every input and whatever it led to:
 * one group with what became of the basket, or nothing when nothing changed; a
 * disk that refuses it stops no sale.
 *
 * An entry is taken like this: till_desk_stake(t); till_input(), as often as
 * it takes; till_desk_pop(), the text as it is now, and write.  Ended in
 * between, it still waits, or the next start knows from the journal that it
 * was done.
 * False: too long, or DESK_HELD_MAX wait. */
const char *till_desk(const struct till *t);
size_t till_desk_n(const struct till *t);
const char *till_desk_held(const struct till *t, size_t i);
bool till_desk_set(struct till *t, const char *text, size_t len);
bool till_desk_hold(struct till *t, const char *text, size_t len);
void till_desk_stake(struct till *t);
void till_desk_pop(struct till *t);
void till_desk_write(struct till *t);

/** till_told(t, fn, arg): what came of every input goes to ${fn} when it is
 * over, in front of till_input()'s return: also of one that the till gave
 * itself, from till_idle() or till_devices(): a weight, a terminal's answer, the
 * sale that it completed.  ${fn} calls nothing of the till but looks; ${in} and
 * ${r} are borrowed for the call. */
typedef void (*till_told_fn)(
	void *arg, const struct input *in, const struct reply *r);
void till_told(struct till *t, till_told_fn fn, void *arg);

/** till_set_not_on_file(t, policy): instead of the configuration's. */
void till_set_not_on_file(struct till *t, enum not_on_file policy);

/** till_idle(t, now): what may be done between inputs: inbox, catalog
 * switch, draft flush, journal zeros, devices.  Returns when to call again:
 * soon while anything is under way, else at the next full minute; and when one
 * of till_watch()'s descriptors is ready. */
struct mono till_idle(struct till *t);

/** till_devices(t): move bytes to and from devices as far as it goes without
 * waiting; after each input and when till_watch()'s descriptors are ready. */
void till_devices(struct till *t);

const struct engine_view *till_view(const struct till *t);
const struct config *till_config(const struct till *t);
struct shop *till_shop(struct till *t);
int64_t till_catalog(const struct till *t);
bool till_resumed(const struct till *t); /* an open basket came back */
/** till_note(t): a sentence for the cashier about this start, "" when there
 * is none: a receipt that may not have printed, a basket that is lost. */
const char *till_note(const struct till *t);
/** till_conf_note(t): what is the matter with holdfast.conf, which this start
 * compared with the active configuration: it does not parse (file:line:col) or
 * differs; "" when it is the active one. */
const char *till_conf_note(const struct till *t);
/** till_moved_note(t): that nothing is sold here, and what somebody must answer,
 * "" when the register is on its machine; holdfast-move(1). */
const char *till_moved_note(const struct till *t);
/** till_old(t): the hub has lines of this register that its disk lacks: nothing
 * is sold here, until the hub has them no more.  till_old_note(t): that, and
 * what to do; "". */
bool till_old(const struct till *t);
const char *till_old_note(const struct till *t);
/** till_conf_said(t): how often that was written since: a draft's time came. */
unsigned till_conf_said(const struct till *t);

/** The configuration's text, to be changed. */
struct till_settings {
	char *text; /* with a NUL */
	size_t len;
	char active[65]; /* version of the active text */
	char file[65];	 /* of the store's holdfast.conf; another one: it was
			  * edited by hand */
	char base[65];	 /* of ${text}, before anything is changed in it */
	char path[1024]; /* of that file */
};
/** till_settings_load(t, edited, ret, reterr): the active text, or with
 * ${edited} the file's, which somebody edited; till_settings_free() it.
 * RC_NOTFOUND there is no such file; RC_IO, RC_AGAIN, RC_NOMEM in words. */
MUST_CHECK enum rc till_settings_load(struct till *t, bool edited,
	struct till_settings *ret, struct err *reterr);
void till_settings_free(struct till_settings *s);
/**
 * till_settings_save(t, text, len, base, reterr):
 * Write the store's holdfast.conf and make it the active configuration, in use
 * when this returns.  Who may is asked before, by the command ST.
 * Errors   RC_PROTO it is no configuration, with line and column; RC_AGAIN a
 *          sale is open; RC_DENIED it gives a role more than who is signed on
 *          has, or two people change the settings; RC_EXISTS the file is not the one of version ${base}
 *          any more; RC_IO, RC_NOSPC it could not be written or recorded.
 *          File and configuration are as they were then.
 * Blocks   a flush of each.
 */
MUST_CHECK enum rc till_settings_save(struct till *t, const char *text,
	size_t len, const char *base, struct err *reterr);

/** till_settings_draft(t, text, base, note, effective, reterr): put it forward
 * instead, by who is signed on: somebody else approves it (CD).  ${note} may be
 * NULL; effective.us 0: as soon as it is approved.  Errors as
 * config_draft_admit(), and of recording. */
MUST_CHECK enum rc till_settings_draft(struct till *t, const char *text,
	const char *base, const char *note, struct utc effective,
	struct err *reterr);

/** What the sign-on screen tells. */
struct till_people {
	bool people;	   /* somebody has a PIN: one signs on and off */
	char last_no[16];  /* who signed off last, "" nobody yet */
	char last_name[PEOPLE_NAME_BYTES];
	struct utc last_off;
	uint32_t refused_today; /* PINs and badges */
	char half[16];	/* whose badge was shown and whose PIN is wanted, too;
			 * "" nobody's */
	int64_t day;		/* its number, as the Z will have it; 0 it
				 * cannot be told now */
	bool day_open;		/* goods or cash moved in it */
	bool counted, stands;	/* the drawer, today; and no cash moved since */
};
/** till_people(t, ret): some milliseconds. */
void till_people(struct till *t, struct till_people *ret);
/** till_operator_name(t, no, out): "" when there is none. */
void till_operator_name(
	struct till *t, const char *no, char out[PEOPLE_NAME_BYTES]);

/** Words for the status row. */
struct till_status {
	bool selling;	      /* acts can be made final */
	char trouble[192];    /* in the shop's language; "" when well */
	char clock[128];      /* the clock is behind the last line; "" not */
	uint64_t queued;      /* events not acknowledged by a hub */
	const char *printer;  /* "ok", "none", "down", "paper" */
	const char *drawer;   /* "shut", "open", "none" */
	size_t drawer_no;     /* that one: one's own, or one that is open */
	/* of the last sale's receipt: "printing", "printed", "failed",
	 * "unknown"; "" none was asked for since the start */
	const char *receipt;
	/* receipts of this sitting that are not on paper, or may be: how many,
	 * and the last one's number */
	size_t unprinted;
	const char *last_unprinted;
	bool glass; /* the emergency code was used: nobody signed off since */
};
void till_status(struct till *t, struct till_status *ret);

/** A device, for the status row, the devices' page and `holdfast device`. */
struct till_device {
	const char *name;
	const struct device_driver *driver; /* NULL: this version has none */
	bool up;
	/* "ok", "down", "paper", "cover", "open", "shut", "fault", "silent",
	 * "busy", "unknown" (a payment is) */
	const char *word;
	char text[DEVICE_TEXT_BYTES]; /* what to do about it, "" nothing */
	unsigned jobs; /* of a printer: what waits for it */
};
/** till_device_list(t, ret, cap): all of the configuration's, in its order;
 * returns how many. */
size_t till_device_list(
	struct till *t, struct till_device ret[], size_t cap);

/** till_device_again(t, name): a line that is down is opened now, not when its
 * back-off ends.  False: there is no such device. */
bool till_device_again(struct till *t, const char *name);
/** till_device_test(t, name): a printer prints a few rows that say so; no act,
 * nothing is recorded.  False: it is no printer, or is not there. */
bool till_device_test(struct till *t, const char *name);

/** A receipt that is not on paper, as far as anybody knows. */
struct till_receipt {
	char number[32];
	/* "printing", "waiting"; "failed"; "unknown": it may be on paper */
	const char *state;
};
/** till_receipts(t, ret, cap): what waits for the printer, then what somebody
 * must decide about, the oldest first; returns how many. */
size_t till_receipts(struct till *t, struct till_receipt ret[], size_t cap);
/** till_receipt_done(t, number): somebody has decided: a copy was printed, or
 * none is wanted. */
void till_receipt_done(struct till *t, const char *number);

/** What the card terminal shows its customer just now. */
struct till_card {
	enum card_phase phase;
	char step[DEVICE_TEXT_BYTES]; /* "Insert card" */
	unsigned seconds; /* since it was asked */
	bool may_stop;
};
void till_card(struct till *t, struct till_card *ret);

/** What is on the scale while goods wait for their weight.  A stable weight is
 * taken by itself. */
struct till_scale {
	bool there;  /* a scale is configured, and answers */
	bool asked;
	struct scale_reading reading;
	char text[DEVICE_TEXT_BYTES]; /* "not steady", "" all is well */
};
void till_scale(struct till *t, struct till_scale *ret);

/** till_weights(t, fn, arg): a weight that is taken is given to ${fn}, which
 * gives it to till_input() as its own, from till_idle() only.  Without it the
 * till does so by itself. */
typedef void (*till_weight_fn)(void *arg, const struct input *in);
void till_weights(struct till *t, till_weight_fn fn, void *arg);

/** till_scans(t, fn, arg): what serial scanners read goes to ${fn}, as a wedge's
 * would: from till_idle() only, and its text is the till's until it returns.
 * NULL: nobody wants them. */
typedef void (*till_scan_fn)(void *arg, const char *code, size_t len);
void till_scans(struct till *t, till_scan_fn fn, void *arg);

/** till_watch(t, fd[], events[], cap): descriptors to poll for (devices,
 * inbox, a customer's display); returns how many.  till_idle() reads what they
 * tell. */
size_t till_watch(struct till *t, int fd[], short events[], size_t cap);

/** till_parked(t, ret, cap, ret_n, reterr): the parked sales, oldest first, at
 * most cap.  RC_AGAIN the store cannot answer just now. */
MUST_CHECK enum rc till_parked(struct till *t, struct store_parked ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/** till_parked_sale(t, number, ret, reterr): the event that parked this sale;
 * a look.  Valid until the next call of the till.  RC_NOTFOUND it is not
 * parked; RC_AGAIN as above. */
MUST_CHECK enum rc till_parked_sale(struct till *t, uint64_t number,
	const struct event **ret, struct err *reterr);

/** till_find(t, query, len, at, ret, cap, ret_n, ret_match, reterr): products
 * by words (store/find.h): of the *ret_match that match those from number
 * ${at} (0 the best) on, at most cap, copied out.  A look, no input: nothing is
 * recorded, the engine does not hear of it and nothing it waits for is
 * disturbed.  Milliseconds.
 * Errors   RC_NOTFOUND there are no products, or their catalog has no index:
 *          *reterr says to import them; RC_CORRUPT the index is damaged (items
 *          go on selling by code); RC_NOMEM.  Nothing matches then. */
MUST_CHECK enum rc till_find(struct till *t, const char *query, size_t len,
	uint64_t at, struct item ret[], size_t cap, size_t *ret_n,
	uint64_t *ret_match, struct err *reterr);

/** till_item(t, code, len, ret): whether the catalog has what was scanned; a
 * look, which the engine does not hear of. */
bool till_item(
	struct till *t, const char *code, size_t len, struct item *ret);

/** till_code(t, scan, len, out): what would be looked up for it; "" nothing. */
void till_code(struct till *t, const char *scan, size_t len,
	char out[CODE_BYTES]);

/** till_stock(t, code, ret): thousandths of ${code} this register has moved,
 * negative when sold, in all its days; 0 when it cannot be told. */
int64_t till_stock(struct till *t, const char *code);

/** till_explain(t, cols, out, reterr): the open sale, or the last one of this
 * sitting, as register/explain.h has it; ${cols} 0: as JSON, of a recorded one
 * not.  While till_on_end() tells of one: that.
 * RC_NOTFOUND there is none; RC_RANGE it does not fit. */
MUST_CHECK enum rc till_explain(
	struct till *t, unsigned cols, struct sbuf *out, struct err *reterr);

/** till_on_end(t, fn, arg): of a trial: a sale is about to end; its event lives
 * until fn returns. */
typedef void (*till_end_fn)(void *arg);
void till_on_end(struct till *t, till_end_fn fn, void *arg);

/** till_last_receipt(t, out): text of the last sale's receipt. */
MUST_CHECK enum rc till_last_receipt(
	struct till *t, struct sbuf *out, struct err *reterr);

#endif
