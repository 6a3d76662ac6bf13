/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "base/err.h"
#include "register/till.h"

/** How the screen looks where the command line says so; zero: as the
 * configuration has it. */
struct screen_opts {
	enum display_layout layout;
	bool mono;
	const char *keymap; /* path of the keymap file, NULL none */
	bool keymap_given;  /* by --keymap: it should be there */
	const char *profile; /* of the keys, NULL none */
	bool train;  /* open in training mode */
	bool serial; /* a slow line: stacked, and patience with escapes */
};

/**
 * screen_run(t, opts, reterr):
 * The register on this terminal until the operator signs off, SIGTERM, SIGINT
 * or SIGHUP comes, or the terminal is gone.  One poll loop over terminal,
 * the till's descriptors and timers.  ${t} stays the caller's: an open sale is
 * in its draft.
 * Errors   RC_DOWN no terminal, or of an unknown type; RC_NOMEM; RC_IO.
 * Effects  the terminal is as before on return, and after a crash.
 */
MUST_CHECK enum rc screen_run(struct till *t,
	const struct screen_opts *opts, struct err *reterr);

#endif
