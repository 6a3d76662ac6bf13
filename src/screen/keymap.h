/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYMAP_H
#define SCREEN_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "screen/keys.h"

/**
 * keymap - which key does what on which screen: one table for the dispatcher,
 * the F-key bar and the help screen, so they cannot disagree.  A key that is not
 * in it is text for the prompt, or gets a word on the message row.
 */
enum screen_bit {
	SCREEN_READY = 1 << 0, /* no line yet, or change due */
	SCREEN_SALE = 1 << 1,
	SCREEN_PAY = 1 << 2,
	SCREEN_STOP = 1 << 3, /* not on file */
	SCREEN_DEPT = 1 << 4, /* amount and department, from there */
	SCREEN_CHECK = 1 << 5,
	SCREEN_VIEW = 1 << 6,	/* help, report */
	SCREEN_RECEIPT = 1 << 7, /* the last receipt */
	SCREEN_PARKED = 1 << 8	 /* the parked sales */
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
	ACTION_ADD,   /* price check: sell it */
	ACTION_COPY,  /* receipt: print a copy */
	ACTION_INERT  /* does nothing on purpose: + while paying */
};

struct binding {
	unsigned screens;
	enum keys_code code;
	char ch; /* of KEYS_CHAR */
	enum { WHEN_ALWAYS, WHEN_EMPTY, WHEN_NUMBER } when; /* prompt holds */
	enum action action;
	const char *bar;  /* word in the F-key bar, NULL none */
	const char *key;  /* its name in the help, NULL not listed */
	const char *help;
};
extern const struct binding keymap[];
extern const size_t keymap_n;

/** keymap_find(screen, ev, prompt): NULL: the key has no meaning there. */
const struct binding *keymap_find(enum screen_bit screen,
	const struct key_event *ev, const char *prompt);
/** keymap_bar(screen, n): word of F-key n (1..12) there, "" none. */
const char *keymap_bar(enum screen_bit screen, unsigned n);

#endif
