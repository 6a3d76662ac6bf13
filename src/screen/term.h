/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_TERM_H
#define SCREEN_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "register/config.h"
#include "screen/grid.h"
#include "screen/keymap.h"
#include "screen/keys.h"
#include "screen/sound.h"

/**
 * term - the terminal: bytes to key events, grid to bytes.  The only files
 * that know curses.  One per process.
 *
 * Raw mode, no echo, nothing flushed: what was typed ahead stays.  The numeric
 * keypad is put into digit mode, because in its other mode the same keys
 * arrive as F-keys or as an escape and a letter.
 *
 * A terminal that does not take what it is sent never makes the register wait:
 * a frame is made in memory and goes out as far as there is room; the next one
 * is made when it is out.
 *
 * Colors follow the terminal (none, 8, 256), NO_COLOR and term_opts; no meaning
 * hangs on them alone, and the cells are the same with and without.  In a
 * locale that has not all letters they lose their accents here and nowhere
 * else.
 */
struct terminal;

struct term_opts {
	enum display_colors colors;
	enum display_lines box; /* curses has a macro of the other name */
	bool scroll;            /* lists have the whole width: rows move up */
	int esc_delay;          /* ms an escape sequence may take; 0: 25 */
};

/** term_start(opts, ret, reterr): take the terminal.  RC_DOWN stdin or stdout
 * is no terminal, or of an unknown type: says what to do. RC_NOMEM, RC_IO.
 * Effects  a crash (SEGV, BUS, ABRT ...) writes the terminal's reset before
 *          the process dies. */
MUST_CHECK enum rc term_start(const struct term_opts *opts,
	struct terminal **ret, struct err *reterr);
/** term_stop(t): give the terminal back as it was; waits half a second at most
 * for one that takes nothing. */
void term_stop(struct terminal *t);
/** term_leave(t): the same before the process is stopped; term_again() takes
 * it back, also after somebody else stopped the process. */
void term_leave(struct terminal *t);
void term_again(struct terminal *t);
/** term_look(t, opts): colors, frames and scrolling from now on; the next paint
 * sends everything. */
void term_look(struct terminal *t, const struct term_opts *opts);
/** term_speed(): bits a second of the line standard output goes to; 0 it is no
 * terminal. */
unsigned long term_speed(void);

int term_fd(const struct terminal *t);
/** term_out_fd(t): to be watched for POLLOUT while term_flush() is false. */
int term_out_fd(const struct terminal *t);
void term_size(const struct terminal *t, int *ret_rows, int *ret_cols);
/** term_outgrown(t): the terminal has another size than the sheet. */
bool term_outgrown(const struct terminal *t);
/** term_resized(t): after SIGWINCH; the next term_read() says so. */
void term_resized(struct terminal *t);

/** term_read(t, ret, ret_resized): next event in ret->code and cp; the caller
 * fills in the time.  *ret_resized: the size changed, there is no event.
 * False: nothing to read now; only then may the caller wait. */
bool term_read(struct terminal *t, struct key_event *ret, bool *ret_resized);

/** term_keys_begin(), term_keys_end(): what term.c does for the input half,
 * term_keys.c, when it takes the terminal and before it gives it back. */
void term_keys_begin(void);
void term_keys_end(void);
/** term_esc_delay(t, ms): how long the rest of an escape sequence may take; 0:
 * by the kind of line: 25 here, 150 on a serial port, 300 by ssh. */
void term_esc_delay(struct terminal *t, int ms);

#define TERM_SEQS 64

/** The sequences the terminal knows for a keymap, and what they were before. */
struct term_seqs {
	struct keymap_seq seq[TERM_SEQS];
	int was[TERM_SEQS];
	size_t n;
};

/** term_sequences(t, s, seq, n): know these from now on, as KEYS_SEQ with their
 * id, and no longer those of the call before; *s begins as zeros. */
void term_sequences(struct terminal *t, struct term_seqs *s,
	const struct keymap_seq seq[], size_t n);

/** term_paint(t, g): show g; only what changed is sent, as far as it goes
 * without waiting.  Only after term_flush() was true. RC_NOMEM. */
MUST_CHECK enum rc term_paint(struct terminal *t, const struct grid *g);
/** term_flush(t): send what is left.  True: the terminal has all of it. */
bool term_flush(struct terminal *t);
/** term_forget(t): the next paint sends everything. */
void term_forget(struct terminal *t);
/** term_bell(t, b): one stroke; its pitch and length only where the terminal
 * can be told, on a Linux console.  Never a flash, never waits. */
void term_bell(struct terminal *t, const struct bell *b);

#endif
