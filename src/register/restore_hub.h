/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_RESTORE_HUB_H
#define REGISTER_RESTORE_HUB_H

#include "register/backup.h"

/**
 * restore_hub - a register whose machine is gone goes on with another, out of
 * what a hub has of it.  Three steps, by three programs' hands: a place beside
 * the store-to-be, DIR.restoring, with keys of its own; the worker, which has
 * the hub let it in there by a restore code and fetches the register's lines;
 * and the store made of those lines, byte for byte, with an epoch and a
 * signing key of its own behind them.  Only then it gets its name.
 *
 * The worker leaves in DIR.restoring/sync, holdfast-store(5): link, as after
 * any enrolment; history/lines, the lines as they are; history/persons, keys of
 * persons sealed to the link; history/anchor, written last.
 *
 * Killed anywhere, the same command goes on: the keys are the same, so the hub
 * gives the same answer to a code that is used up; lines that are there are
 * not fetched again; what comes behind is made anew.
 */
struct restore_hub {
	const char *url;   /* where the hub is */
	const char *keyid; /* by which it knows the link */
	/* of the link, which was pinned by the code */
	uint8_t hub[UUID_BYTES], hub_key[SIGN_PUB_BYTES];
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	const char *worker_file; /* its key file */
	const char *number;	 /* highest seen on paper, "R01-000057"; NULL */
	const char *reason;	 /* for the line that says so; NULL */
};

/** restore_hub_place(conf, worker_file, ret, ret_fetched, reterr): the place,
 * made or found again (then conf's key must open it).  *ret_fetched: the lines
 * are all there.
 * Errors   RC_EXISTS there is a store; RC_KEY; RC_NOSPC, RC_IO. */
MUST_CHECK enum rc restore_hub_place(const struct shop_conf *conf,
	const char *worker_file, char ret[PATH_BYTES], bool *ret_fetched,
	struct err *reterr);

/**
 * restore_hub_finish(conf, how, ret, reterr):
 * The store out of what was fetched; recorded in its new epoch:
 * register.restored with the key that signs from there on, register.moved,
 * hub.enrolled.  Verified before it gets its name.
 * Errors   RC_CORRUPT the lines do not hold, or do not lead to the head that
 *          the hub signed: what was fetched is thrown away, so that it is
 *          fetched anew; RC_PROTO what the worker left cannot be read; RC_KEY,
 *          RC_NOSPC, RC_IO: as before, try again.
 */
MUST_CHECK enum rc restore_hub_finish(const struct shop_conf *conf,
	const struct restore_hub *how, struct backup_result *ret,
	struct err *reterr);

#endif
