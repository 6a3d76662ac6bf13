/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_ACTOR_H
#define MAIN_ACTOR_H

#include "main/args.h"
#include "register/inbox.h"
#include "register/people_ask.h"

/**
 * actor - who has something recorded by a verb: --as NUMBER, proved by the PIN
 * that --as-pin-fd FD names or that is keyed.  Without --as it is the owner,
 * operator 1, by the key of the store.
 *
 *	struct actor who = {.as = NULL};
 *	struct opt opt[] = {..., ACTOR_OPTS(who)};
 *	wrong = actor_read(&who);		-- behind args_parse()
 *	rc = actor_submit(&who, &conf, &request, WAIT_MS, &sequence, &e);
 *	actor_done(&who);
 *
 * A verb that has the shop open for writing asks actor_admit() instead, before
 * it does anything, and records what it gives in the group of its own events,
 * with actor_no() as the actor.
 */
struct actor {
	const char *as, *pin_fd;
	char pin[PEOPLE_PIN_MAX + 2];
	size_t pin_len;
};

#define ACTOR_OPTS(a) \
	{"as", OPT_TEXT, &(a).as}, {"as-pin-fd", OPT_TEXT, &(a).pin_fd}
#define ACTOR_USAGE "[--as NUMBER [--as-pin-fd FD]]"

/** actor_read(a): the PIN, where a number is given.  NULL, or what is wrong. */
const char *actor_read(struct actor *a);
/** actor_done(a): wipe it. */
void actor_done(struct actor *a);

/** actor_no(a): the actor of the events. */
const char *actor_no(const struct actor *a);

/** actor_submit(a, conf, r, wait_ms, ret_seq, reterr): inbox_submit_as() with
 * this actor; r->actor is set.  What they must be allowed is
 * people_ask_permit() of the type. */
MUST_CHECK enum rc actor_submit(const struct actor *a,
	const struct shop_conf *conf, struct request *r, int wait_ms,
	uint64_t *ret_sequence, struct err *reterr);

/** actor_shown(a, args, x, reterr): records, before the first row goes out, that
 * ${x} is exported or looked at.  What cannot be recorded is shown all the same
 * to who has the key of the store, and that is said on stderr; not to a person
 * whose PIN nobody could look at, or who may not. */
MUST_CHECK enum rc actor_shown(const struct actor *a, const struct args *args,
	const struct event_export *x, struct err *reterr);

/** actor_admit(a, s, permit, what, ret_given, reterr): people_ask() with this
 * actor; ${permit} PERMIT_COUNT: the owner only. */
MUST_CHECK enum rc actor_admit(const struct actor *a, struct shop *s,
	enum permit permit, const char *what, struct event *ret_given,
	struct err *reterr);

#endif
