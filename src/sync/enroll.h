/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ENROLL_H
#define SYNC_ENROLL_H

#include "base/keys.h"
#include "base/loop.h"
#include "base/rng.h"
#include "sync/follow.h"
#include "sync/http.h"
#include "sync/join.h"
#include "sync/link.h"

/**
 * sync/enroll - a register comes to its hub: with a one-time code that says
 * whose key the hub's must be.  First the hub says who it is; that is signed by
 * the key the code names, or nobody is told anything.  Then code, keys and head
 * go there, signed by the new link; what comes back is the link.  The same code
 * with the same link again gets the same answer, so a reply that was lost costs
 * nothing.  holdfast-sync-protocol(7).
 */
struct enroll;

/** How it ended: OK, or a word of the channel (code, clone, revoked, offline,
 * hub, link) and a sentence. */
struct enroll_end {
	enum rc rc; /* RC_OK; RC_DOWN nobody answered; RC_DENIED */
	const char *word, *text;
	const struct link *link; /* of RC_OK: as it is in sync/link now */
};
typedef void (*enroll_fn)(void *arg, const struct enroll_end *end);

struct enroll_conf {
	struct http *http; /* all borrowed */
	struct loop *loop;
	int timer;
	const struct rng *rng;
	const struct keys *keys; /* the reader's */
	struct follow *follow;	 /* NULL, or nothing in it: a new machine */
	const char *sync;	 /* the store's sync/, where it is written */
	const struct join *join;
};

/** enroll_start(conf, fn, arg, ret, reterr): ${fn} is called once, later; then
 * it is over, and to be stopped.  RC_INVAL the code is not as it was shown. */
MUST_CHECK enum rc enroll_start(const struct enroll_conf *conf, enroll_fn fn,
	void *arg, struct enroll **ret, struct err *reterr);
void enroll_stop(struct enroll *e);

#endif
