/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_RUN_H
#define REGISTER_FEED_RUN_H

#include "register/shop.h"
#include "store/feed.h"

/**
 * feed_run - takes over what the worker brought of a hub's decisions, between
 * two acts: its texts of the configuration (config.activated, why "feed"), its
 * people (operator.changed, origin "hub"), and how far that was
 * (feed.followed).  All by the actor FEED_ACTOR.  Products and prices need
 * nothing of it: they lie over the catalog by themselves.
 *
 * What the shop changed itself holds until the hub has applied its line.  What
 * this register cannot take is refused in words, and all stays as it was.  A
 * register without a hub has nothing to run.
 */
#define FEED_ACTOR "hub"
#define FEED_RUN_FEEDS 3 /* config, rules, people */

/* Where a feed stood when it was looked at. */
struct feed_seen {
	char epoch[FEEDS_EPOCH_BYTES];
	uint64_t rev, applied;
	bool there, whole;
};

/* What a register remembers between two looks; zeroed at first. */
struct feed_look {
	bool dry; /* only looks: nothing is recorded or made active */
	bool looked;
	struct feed_seen seen[FEED_RUN_FEEDS];
	int64_t due; /* UTC us: a text becomes valid; INT64_MAX none */
	bool config_waits; /* for the end of a sale */
	char refused[65]; /* version of a text that was refused; "" none */
	char why_config[ERR_MSG_BYTES]; /* "" nothing is refused */
	char why_people[ERR_MSG_BYTES];
};

/** feed_box(s, box): the secret half of the link's box key; false the register
 * has none. */
bool feed_box(struct shop *s, uint8_t box[KEY_BYTES]);

struct feed_done {
	bool config; /* another one is active */
	bool refused; /* a text that was not known to be bad */
	size_t people;
};

/** feed_is_linked(s): whether the register has a hub, by its lines. */
bool feed_is_linked(struct shop *s);

/** feed_run_due(l, f, may_config, now): whether there is anything to do: a feed
 * moved, or the time of a text has come. */
bool feed_run_due(const struct feed_look *l, struct feeds *f, bool may_config,
	struct utc now);

/**
 * feed_run(s, f, box, may_config, l, ret, reterr):
 * ${box}: secret half of the link's box key, for people; NULL it is not known,
 * and they wait.  ${may_config}: no sale is open.  With l->dry only l->why_config
 * and l->why_people are told, as a register without a sale would say them; people
 * are not looked at as long as another configuration waits, which may be about
 * them.
 * Errors   RC_IO, RC_NOSPC, RC_NOMEM, RC_AGAIN, RC_CORRUPT: nothing more was
 *          done, the next look tries again.  What is refused is no error.
 */
MUST_CHECK enum rc feed_run(struct shop *s, struct feeds *f,
	const uint8_t *box, bool may_config, struct feed_look *l,
	struct feed_done *ret, struct err *reterr);

/** feed_dry(s, l): so, of a store that no register need have open. */
void feed_dry(struct shop *s, struct feed_look *l);

#endif
