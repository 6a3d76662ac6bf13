/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_SYNC_H
#define REGISTER_TILL_SYNC_H

#include "device/worker.h"
#include "register/till.h"

/**
 * till_sync - the link to the hub as the register sees it, and what of it
 * becomes lines.  Who talks to the hub is the sync worker; the register asks
 * that one over its channel, and never waits for it: silence is offline.
 *
 * What becomes a line, each once, also over kill -9: an acknowledgement that
 * goes forward, is about the register's own line and is signed by the hub that
 * the register belongs to (first in the next act's group; as an act of its own
 * when the worker is heard for the first time in a sitting, and when it covers
 * the end of a day or a sign-off); a line the hub keeps apart; that it takes no
 * more.
 *
 * A register without a hub has none of this: nothing is opened, nothing waits.
 */
struct till_link {
	struct store_hub hub; /* as lines have it */
	bool heard; /* the worker runs, and said how it is: */
	struct worker_state state;
	/* as it is shown: what is not heard is offline */
	enum worker_link link;
	const char *why; /* English, N_() where it is ours; "" */
	struct utc since; /* link is on, or off */
	/* the farthest known */
	uint32_t epoch;
	uint64_t acked;
	struct utc oldest; /* of the first line behind it; 0 none waits */
	uint64_t apart;	   /* lines the hub keeps apart */
	enum worker_fork fork;
	bool doubted; /* what the worker said of the hub does not hold */
};

/** till_link(t): NULL: the register belongs to no hub.  Lives as long as the
 * till; its members follow. */
const struct till_link *till_link(const struct till *t);
/** till_link_queued(t): lines that the hub is not known to have. */
uint64_t till_link_queued(const struct till *t);

/** till_link_unused(t): why not all that came from the hub is in use, in
 * English; "" it is. */
const char *till_link_unused(const struct till *t);

/** till_link_ask(t, what, minutes, reterr): of the worker; what comes of it is
 * in till_link() later.  RC_DOWN it does not run; RC_NOTFOUND there is no hub;
 * RC_AGAIN. */
MUST_CHECK enum rc till_link_ask(struct till *t, enum worker_what what,
	int64_t minutes, struct err *reterr);

/* A line that waits to be sent. */
struct till_waiting {
	uint64_t sequence;
	struct utc time;
	enum event_type type;
	char number[32]; /* of its document, "" it is none */
	bool has_amount;
	struct money amount;
};
/** till_link_waiting(t, from, ret, cap): lines from ${from} on that wait, the
 * oldest first; returns how many. */
size_t till_link_waiting(struct till *t, uint64_t from,
	struct till_waiting ret[], size_t cap);

/* A line that the hub keeps apart. */
struct till_apart {
	uint32_t epoch;
	uint64_t sequence;
	char reason[WORKER_TEXT_BYTES];
	bool has; /* the line itself can still be read here: */
	struct till_waiting line;
};
/** till_link_apart(t, ret, cap): by sequence; returns how many. */
size_t till_link_apart(struct till *t, struct till_apart ret[], size_t cap);
/** till_link_text(t, sequence, out): the line as it is, with its newline.
 * False: it cannot be read. */
bool till_link_text(struct till *t, uint64_t sequence, struct sbuf *out);

/** till_old_by(h, w): till_old() by what the log says of its hub and what the
 * worker says, NULL it is not heard. */
bool till_old_by(const struct store_hub *h, const struct worker_state *w);

/** till_link_sums(s, acked, ...): of lines behind ${acked}: how many wait, and
 * the time of the first (0 none); sales this register has made, of its own
 * series, and how many of them are not behind it; as lines number them. */
void till_link_sums(struct shop *s, uint64_t acked, uint64_t *ret_queued,
	struct utc *ret_oldest, uint64_t *ret_local, uint64_t *ret_acked);
/** till_link_docs(t, ret_local, ret_acked): those of the link as it is. */
bool till_link_docs(
	struct till *t, uint64_t *ret_local, uint64_t *ret_acked);

#endif
