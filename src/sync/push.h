/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PUSH_H
#define SYNC_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "store/sync_db.h"
#include "sync/follow.h"
#include "sync/session.h"

/**
 * sync/push - what to send to the hub next, and what its answers mean: the
 * state machine of the worker, without a line, a disk or a clock of its own.
 *
 *   hello ──> head ──> events ──> events ──> rest ──> head (every 15 minutes)
 *     any answer that is not the hub's, and none at all: wait, from a second
 *     to five minutes by full jitter, or as long as the hub says; then again
 *     outcome unknown, gap, hub that went back: the head, and on from there
 *     malformed: half of it, down to one line, which goes into quarantine
 *     fork, fenced, clone: nothing is pushed; what the hub lacks is handed up
 *     beside its log (salvage), the head is asked on; revoked: it is asked on
 *
 * A line counts as sent only by an answer of the hub whose head is a line of
 * the own log, epoch, sequence and hash.  Nothing is ever dropped or skipped.
 */
enum push_act {
	PUSH_REST,
	PUSH_HELLO,
	PUSH_HEAD,
	PUSH_EVENTS,
	PUSH_POISON, /* one line into quarantine */
	PUSH_SALVAGE
};

/** What is next.  Lines are those up to ${upto}, as many as the bounds allow. */
struct push_plan {
	enum push_act act;
	uint64_t from, upto;
	unsigned max_lines;
	size_t max_bytes;
	struct mono at; /* PUSH_REST: look again then, -1 when something
			 * happens */
};

/** What is under way. */
struct push_sent {
	enum push_act act;
	uint64_t first, last; /* PUSH_EVENTS, PUSH_POISON, PUSH_SALVAGE */
	uint32_t epoch;
};

enum push_outcome {
	PUSH_ACKED,
	PUSH_DUPLICATE,
	PUSH_GAP,
	PUSH_FORKED,
	PUSH_FENCED,
	PUSH_REJECTED,
	PUSH_NETWORK_ERROR,
	PUSH_OUTCOMES
};

#define PUSH_HEAD_EVERY_S 900
#define PUSH_WAIT_MAX_S 300
/* A register that recorded something within so long is in use: what goes up
 * meanwhile goes in small pieces, and behind each the worker leaves the machine
 * alone for so many times as long as it took to make it, a second at most. */
#define PUSH_USED_S 120
#define PUSH_USED_LINES 200u
#define PUSH_REST_TIMES 9
#define PUSH_WHY_BYTES 160

struct push {
	struct sync_state state; /* to be kept when .changed */
	bool changed;
	bool moved_on; /* in .state: only what the hub's next answer says again */
	bool durable; /* on the disk before anything goes out */
	bool poisoned; /* .item (but its hash) is to be kept before PUSH_POISON */
	struct sync_poison item;
	uint8_t reg[UUID_BYTES], hub_key[SIGN_PUB_BYTES];
	struct rng rng;
	bool greeted, head_known, online;
	uint64_t from; /* the next line to go */
	unsigned lines;
	size_t bytes;
	uint64_t poison; /* line that goes into quarantine, 0 none */
	unsigned tries; /* in a row without getting on */
	struct mono wait, check; /* not before; the head again */
	struct mono breath; /* no lines before */
	struct mono used; /* until then the register is in use */
	uint64_t used_mark; /* its last line then */
	int64_t worked_us; /* what is under way took so long to make */
	struct mono paused;	 /* the pause ends; 0 not known yet */
	struct push_sent sent;
	uint64_t oldest; /* an old disk: what is salvaged begins there; 0 not */
	char why[PUSH_WHY_BYTES]; /* not online: in English */
	int64_t rtt_ms; /* -1 not measured */
	uint64_t quarantined; /* by the hub's count */
	uint64_t count[PUSH_OUTCOMES];
	uint64_t went_back; /* times the hub's head did */
	uint64_t looked; /* the own log's end when it was last behind the hub */
};

/** push_init(p, state, reg, hub_key, rng): as after a start. */
void push_init(struct push *p, const struct sync_state *state,
	const uint8_t reg[UUID_BYTES], const uint8_t hub_key[SIGN_PUB_BYTES],
	const struct rng *rng);

/** push_plan(p, now, utc, mark): ${mark} is the last line that may be sent.
 * Before PUSH_HELLO .state.next is set and to be kept durably. */
struct push_plan push_plan(
	struct push *p, struct mono now, struct utc utc, uint64_t mark);
/** push_begin(p, first): the oldest line there is, after a purge.  A hub that
 * never had a line of this log gets it from there on; push_begins(p, sequence):
 * and is told so, with this one. */
void push_begin(struct push *p, uint64_t first);
bool push_begins(const struct push *p, uint64_t sequence);
/** push_sent(p, sent, us): it is under way, and it took so long to make it;
 * nothing else will be planned. */
void push_sent(struct push *p, const struct push_sent *sent, int64_t us);
/** push_breathes(p, now): there is more, but not yet: PUSH_USED_S. */
bool push_breathes(const struct push *p, struct mono now);

/** push_own_fn: follow_fact(), or a test's. */
typedef enum rc (*push_own_fn)(
	void *arg, uint64_t sequence, struct follow_fact *ret);

/** push_reply(p, r, now, utc, mark, own, arg): what came of what was sent. */
void push_reply(struct push *p, const struct session_reply *r,
	struct mono now, struct utc utc, uint64_t mark, push_own_fn own,
	void *arg);

/** push_trouble(p, now, why): the own disk does not give what is to be sent, or
 * a request cannot be made; nothing is under way. */
void push_trouble(struct push *p, struct mono now, const char *why);
/** push_now(p): do not wait: ask for the head.  push_check(p): ask for it when
 * the wait is over, if there is one. */
void push_now(struct push *p);
void push_check(struct push *p);
/** push_pause(p, us, now, utc): send nothing for so long, INT64_MAX until told;
 * 0: go on.  It ends by the clock that is never set; after a start of the
 * worker, what the wall clock says is left, never more than it began with. */
#define PUSH_PAUSE_MAX_US INT64_C(604800000000) /* a week */
void push_pause(
	struct push *p, int64_t us, struct mono now, struct utc utc);

/** push_salvage(p, first): an old disk is read: where the hub takes no more of
 * it, all that is there from the line ${first} on is handed up, also what it
 * had acknowledged once; for it may have gone back since.  push_salvaged(p,
 * mark): that is done. */
void push_salvage(struct push *p, uint64_t first);
bool push_salvaged(const struct push *p, uint64_t mark);
/** For push.c: behind which line that begins: behind what the hub had, of an
 * old disk behind nothing. */
uint64_t push_salvage_from(const struct push *p);

/** push_queued(p, mark): lines the hub has not. */
uint64_t push_queued(const struct push *p, uint64_t mark);
/** push_salvages(p): the hub takes no more of this epoch, and what it has not
 * goes up beside the log. */
bool push_salvages(const struct push *p);

#endif
