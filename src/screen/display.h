/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_DISPLAY_H
#define SCREEN_DISPLAY_H

#include "base/err.h"
#include "register/customer.h"
#include "screen/grid.h"

/**
 * display - the customer's display on a terminal of its own: the amount as
 * large as it fits, what it is for, nothing else.
 */

/** display_draw(g, f): a frame on a sheet of any size. */
void display_draw(struct grid *g, const struct customer_frame *f);

/* Other displays beside it, which show the same; what they wait for. */
struct display_side {
	void *arg;
	void (*show)(void *arg, const struct customer_frame *f);
	struct mono (*poll)(void *arg); /* us < 0: when one is ready */
	size_t (*watch)(void *arg, int fd[], short events[], size_t cap);
};

/**
 * display_run(r, first, side, reterr):
 * Show ${first}, and from then on what ${r} reads, on stdin's terminal until
 * SIGTERM, SIGINT, SIGHUP or the key q, and on ${side} (NULL: there is none), or until the terminal is gone.  While
 * nobody writes for five seconds the register counts as closed.
 * Errors   as term_start(); RC_NOMEM, RC_IO.
 */
MUST_CHECK enum rc display_run(struct customer_reader *r,
	const struct customer_frame *first, const struct display_side *side,
	struct err *reterr);

#endif
