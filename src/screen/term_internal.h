/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_TERM_INTERNAL_H
#define SCREEN_TERM_INTERNAL_H

#include <stdio.h>

#include <curses.h>
#include <termios.h>

#include "screen/term.h"

/**
 * term_internal - what the files of the terminal share: term.c takes it,
 * gives it back and reads keys, term_paint.c turns cells into curses' idea of
 * a screen, term_out.c carries the bytes curses makes to the terminal,
 * term_bell.c rings.
 *
 * Curses writes into a file in memory: its own writing waits for a terminal
 * that does not take what it is sent, and the register would wait with it.
 */
struct term_out {
	FILE *file; /* what curses believes to be the terminal */
	int mem;    /* what its descriptor is by now */
	int flags;  /* of standard output, as found */
	char *p;    /* bytes on their way: from sent to len */
	size_t len, cap, sent;
	bool gone;  /* nobody is there any more */
};

struct terminal {
	struct grid *shown; /* what the terminal holds; NULL: nothing known */
	bool utf8;
	bool box_utf8, box_acs; /* how lines are drawn; neither: ASCII */
	attr_t attr[ROLE_COUNT];
	short pair[ROLE_COUNT];
	struct termios raw; /* as the register wants it */
	bool tones;	    /* the bell has a pitch and a length */
	struct bell tone;   /* as they are; zeros: the terminal's own */
	struct term_out out;
};

/** term_out_open(o): a file for newterm(), standard output at first. */
MUST_CHECK enum rc term_out_open(struct term_out *o);
/** term_out_begin(o): from now on curses writes into memory.  What needs the
 * terminal's modes is done before. */
MUST_CHECK enum rc term_out_begin(struct term_out *o);
/** term_out_take(o): what curses has written goes behind what is on its way.
 * RC_NOMEM, RC_IO: it is lost, the screen must be painted anew. */
MUST_CHECK enum rc term_out_take(struct term_out *o);
MUST_CHECK enum rc term_out_add(struct term_out *o, const char *s, size_t n);
/** term_out_flush(o): as much as the terminal takes without waiting.  True:
 * nothing is left. */
bool term_out_flush(struct term_out *o);
/** term_out_wait(o, ms): the same, waiting so long at most. */
bool term_out_wait(struct term_out *o, int ms);
void term_out_close(struct term_out *o);

/** term_bell_begin(t), term_bell_end(t): whether the bell has tones; it gets
 * back its own. */
void term_bell_begin(struct terminal *t);
void term_bell_end(struct terminal *t);

/** term_looks(t, opts): attributes and colors of the roles. */
void term_looks(struct terminal *t, const struct term_opts *opts);

#endif
