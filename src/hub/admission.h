/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ADMISSION_H
#define HUB_ADMISSION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * hub/admission - how many requests work on the database at once, and when
 * the others are to come again.  After an outage every till comes at once;
 * who is sent away without a time comes too early and is sent away again, so
 * the hub, which knows how fast it works and who waits with how much, says
 * when: a random moment within the time it expects to need for all of them.
 *
 * Who was sent away is remembered with the backlog it reported until it is let
 * in or ADMISSION_FORGET_US are over; the rate is what was stored lately by the
 * time it took, so that it is known before the house is full.
 */
#define ADMISSION_FORGET_US (INT64_C(600) * 1000000)
#define ADMISSION_RETRY_MAX_S 300
#define ADMISSION_SLOTS 16384u /* a power of two */

struct admission_slot {
	uint64_t key; /* 0 free */
	int64_t at_us;
	uint64_t backlog;
};

struct admission {
	pthread_mutex_t lock;
	pthread_cond_t room;
	unsigned n_service, n_queue; /* at most */
	unsigned in_service, waiting;
	bool closed;
	uint64_t outside;  /* sum of the slots' backlogs */
	uint64_t n_outside;
	/* lately: what was stored, and how long it was worked on */
	uint64_t stored, busy_us;
	struct admission_slot *slot;
};

/** admission_init(a, n_service, n_queue, reterr): RC_NOMEM. */
MUST_CHECK enum rc admission_init(struct admission *a, unsigned n_service,
	unsigned n_queue, struct err *reterr);
void admission_done(struct admission *a);

/**
 * admission_enter(a, key, now_us): waits for its turn while there is room to
 * wait in.  True: it is its turn, admission_leave() ends it.  False: the house
 * is full or about to close; admission_retry_s() says when to come again.
 * ${key} tells who it is (0: nobody that would be remembered).
 */
bool admission_enter(struct admission *a, uint64_t key, int64_t now_us);
/** admission_leave(a, n_events, took_us): what it stored in what time. */
void admission_leave(struct admission *a, uint64_t n_events, int64_t took_us);
/** admission_waiting(a): requests that wait for their turn. */
int64_t admission_waiting(struct admission *a);
/** admission_retry_s(a, key, backlog, r, now_us): 1..ADMISSION_RETRY_MAX_S. */
int admission_retry_s(struct admission *a, uint64_t key, uint64_t backlog,
	const struct rng *r, int64_t now_us);
/** admission_close(a): nobody is let in any more; who waits is sent away. */
void admission_close(struct admission *a);

#endif
