/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_SYNC_ASK_H
#define MAIN_SYNC_ASK_H

#include "base/err.h"
#include "device/worker.h"

/** sync_ask - the sync worker of a store asked from the command line. */
typedef void (*sync_item_fn)(void *arg, const struct worker_item *it);

struct sync_ask {
	const char *store; /* its directory */
	struct worker_ask ask;
	int wait_ms;
	sync_item_fn fn; /* of a list; NULL */
	void *arg;
};

/** sync_ask(q, ret, reterr): waits for the answer; *ret (NULL: nobody wants it)
 * is how the worker is.
 * Errors   RC_DOWN it does not run; RC_DENIED it refuses, in its words; RC_AGAIN
 *          no answer in time; RC_NOMEM. */
MUST_CHECK enum rc sync_ask(const struct sync_ask *q,
	struct worker_state *ret, struct err *reterr);

#endif
