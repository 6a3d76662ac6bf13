/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_TERM_H
#define SCREEN_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "screen/grid.h"
#include "screen/keys.h"

/**
 * term - the terminal: bytes to key events, grid to bytes.  The only file
 * that knows curses.  One per process.
 *
 * Raw mode, no echo, nothing flushed: what was typed ahead stays.  The numeric
 * keypad is put into digit mode, because in its other mode the same keys
 * arrive as F-keys or as an escape and a letter.  Colors follow the terminal (none,
 * 8, 256) and NO_COLOR; no meaning hangs on them alone.  In a locale that is not
 * UTF-8 letters lose their accents here and nowhere else.
 */
struct terminal;

/** term_start(ret, reterr): take the terminal.  RC_DOWN stdin or stdout is no
 * terminal, or of an unknown type: says what to do. RC_NOMEM.
 * Effects  a crash (SEGV, BUS, ABRT ...) writes the terminal's reset before
 *          the process dies. */
MUST_CHECK enum rc term_start(struct terminal **ret, struct err *reterr);
/** term_stop(t): give the terminal back as it was. */
void term_stop(struct terminal *t);

int term_fd(const struct terminal *t);
void term_size(const struct terminal *t, int *ret_rows, int *ret_cols);
/** term_resized(t): after SIGWINCH; the next term_read() says so. */
void term_resized(struct terminal *t);

/** term_read(t, ret, ret_resized): next event in ret->code and cp; the caller
 * fills in the time.  *ret_resized: the size changed, there is no event.
 * False: nothing to read now; only then may the caller wait. */
bool term_read(struct terminal *t, struct key_event *ret, bool *ret_resized);

/** term_ready(t): the terminal takes output; a frame painted into a full line
 * would block the register. */
bool term_ready(const struct terminal *t);
/** term_paint(t, g): show g; only what changed is sent. RC_NOMEM. */
MUST_CHECK enum rc term_paint(struct terminal *t, const struct grid *g);
/** term_forget(t): the next paint sends everything. */
void term_forget(struct terminal *t);
void term_bell(struct terminal *t);

#endif
