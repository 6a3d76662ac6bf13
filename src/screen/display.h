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

/**
 * display_run(r, first, reterr):
 * Show ${first}, and from then on what ${r} reads, on stdin's terminal until
 * SIGTERM, SIGINT, SIGHUP or the key q, or until the terminal is gone.  While
 * nobody writes for five seconds the register counts as closed.
 * Errors   as term_start(); RC_NOMEM, RC_IO.
 */
MUST_CHECK enum rc display_run(struct customer_reader *r,
	const struct customer_frame *first, struct err *reterr);

#endif
