/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_APP_INTERNAL_H
#define SCREEN_APP_INTERNAL_H

#include "screen/app.h"
#include "screen/keymap.h"
#include "screen/widgets.h"

#define PROMPT_BYTES 256
#define HELD_MAX 1024 /* keys and scans that can wait behind a box */

struct prompt {
	char text[PROMPT_BYTES];
	size_t len;
};

/** One key or scan that waits. */
struct held {
	bool scan;
	struct key_event key;
	size_t len;
	char text[CODE_BYTES + 32]; /* too long a code stays too long */
	bool known; /* the catalog has it */
	char name[64];
	struct money price;
};

/** One screen. */
struct screen_ops {
	enum screen_bit bit;
	const char *title; /* NULL: the sale's number */
	const char *label; /* of the prompt */
	bool asks;	   /* a box: scans and early keys wait */
	bool view;	   /* something to read: typing closes it */
	void (*draw)(struct app *a);
	/* row 21, and how the prompt will be read */
	void (*hint)(const struct app *a, struct sbuf *out);
	void (*reading)(const struct app *a, struct sbuf *out);
	void (*act)(struct app *a, enum action action);
	void (*scan)(struct app *a, const char *text, size_t len);
};

struct app {
	struct till *till;
	struct clock clock;
	struct grid *grid;
	struct layout lay;
	struct keys_in keys;
	const struct screen_ops *over; /* NULL: the engine's state decides */
	const struct screen_ops *under; /* box beneath the help, or NULL */
	struct prompt prompt;	       /* of the selling screens */
	struct prompt ask;	       /* of a screen on top */
	enum msg_level msg_level;
	char msg[256];
	uint64_t doubles_said;
	unsigned n_noted; /* notes of this start that were said */
	size_t list_top;
	bool show_change; /* until the next sale begins */
	bool done, leaving, repaint;
	bool cancelling; /* CN was keyed once */
	/* bells */
	int bells;
	int64_t bell_at; /* monotonic us of the next one, 0 none */
	int64_t now;	 /* of the last event */
	/* not on file */
	struct {
		char code[CODE_BYTES];
		bool painted;
		struct mono painted_at;
		unsigned repeats;	/* of the same unknown code */
		char amount[24];	/* by department: the first answer */
	} stop;
	struct held *held;
	size_t n_held, held_scans;
	bool replaying;
	/* price check */
	struct item check;
	bool has_check;
	/* text on view: help, receipt, report */
	char *view;
	size_t view_cap;
	char view_title[64];
	size_t view_top, view_lines;
};

extern const struct screen_ops screen_ready_ops, screen_sale_ops,
	screen_pay_ops, screen_stop_ops, screen_dept_ops, screen_check_ops,
	screen_view_ops, screen_receipt_ops, screen_parked_ops;

/* app.c: what screens may do */
const struct screen_ops *app_base(const struct app *a);
const struct screen_ops *app_screen(const struct app *a);
bool app_asks(const struct app *a); /* a box must be answered first */
struct prompt *app_prompt(struct app *a);
void prompt_clear(struct prompt *p);
void app_say(struct app *a, enum msg_level level, const char *text);
void app_attention(struct app *a, const char *text); /* WARN and a bell */
void app_ring_bells(struct app *a, int n);
/* an entry, scan, selection or exact cash, and what follows from the reply;
 * false: refused */
bool app_input(struct app *a, enum input_kind kind, const char *text,
	size_t len, int arg);
bool app_entry(struct app *a, const char *text);
/* common to the selling screens */
void app_act_selling(struct app *a, enum action action);
void app_scan_selling(struct app *a, const char *text, size_t len);
void app_reading_entry(const struct app *a, struct sbuf *out);
unsigned app_digits(const struct app *a);
void app_put_money(const struct app *a, struct sbuf *out, struct money m);
void app_number(const struct app *a, struct sbuf *out);
void app_parked(const struct app *a, struct sbuf *out);

/* hold.c */
void hold_key(struct app *a, const struct key_event *ev);
void hold_scan(
	struct app *a, const char *text, size_t len, const struct key_event *ev);
void hold_replay(struct app *a);

/* screen_*.c: opening them */
void stop_open(struct app *a, const char *code);
void check_open(struct app *a, const struct item *item);
void check_code(struct app *a, const char *text, size_t len);
void view_help(struct app *a);
void view_receipt(struct app *a);
void view_parked(struct app *a);
void view_report(struct app *a, const struct totals *t);
void app_close(struct app *a); /* back to what lies beneath */

/* app.c, for hold.c */
void app_dispatch_key(struct app *a, const struct key_event *ev);
void app_dispatch_scan(struct app *a, const char *text, size_t len);

#endif
