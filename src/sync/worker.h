/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_WORKER_H
#define SYNC_WORKER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/keys.h"
#include "base/loop.h"

/**
 * sync/worker - the process between a register's journal and its hub.  One
 * poll loop, no threads of its own: the log is followed, lines go up, feeds
 * come down, the register and `holdfast sync` are answered over the channel.
 *
 * What it may: read journal/ and keys/reader, write sync/ and catalog/.  It
 * never opens the store, never writes the journal, and has no key to sign a
 * line with.  It may be killed at any time: the hub and the log know all that
 * matters, what is under way is asked again.  holdfast-syncd(8).
 *
 * Files: http.c requests; session.c signed ones; follow.c the log; push.c what
 * goes up; pull.c what comes down; enroll.c; link.c; channel.c; worker.c all of
 * it in one loop; worker_say.c what it tells; metrics.c.
 */
struct worker;

/** What opens the log and signs requests. */
struct worker_keys {
	struct keys *keys;	    /* the journal's, and nothing else's */
	const uint8_t *link_secret; /* SIGN_SEC_BYTES */
};

/** Gives the keys or takes them back.  open: of the link in use, or of the one
 * that is offered to a hub; RC_NOTFOUND not enrolled; RC_AGAIN they must be
 * handed over the channel first; RC_KEY they are others.  put: what the register
 * handed over, base64url; RC_KEY it is none. */
struct worker_keyring {
	enum rc (*open)(void *arg, bool offered, struct worker_keys *ret,
		struct err *reterr);
	void (*close)(void *arg);
	enum rc (*put)(void *arg, const char *text, size_t n,
		struct err *reterr);
	void *arg;
};

struct worker_conf {
	const char *store;
	struct worker_keyring keyring;
	bool once;	     /* end when nothing is left to do, or cannot be */
	bool salvage;	     /* with it: the disk of a register that is another
			      * one by now; done when the hub has all of it */
	const char *metrics; /* a file, or "127.0.0.1:PORT"; NULL none */
};

/** worker_run(conf, ret_left, reterr): until SIGTERM, SIGINT or SIGHUP, or
 * with .once until the hub has all there is; *ret_left is then false.
 * Errors   RC_NOTFOUND there is no store; RC_BUSY another worker has it;
 *          RC_NOMEM, RC_IO, RC_NOSPC. */
MUST_CHECK enum rc worker_run(const struct worker_conf *conf, bool *ret_left,
	struct err *reterr);

#endif
