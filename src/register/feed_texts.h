/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_TEXTS_H
#define REGISTER_FEED_TEXTS_H

#include "base/arena.h"
#include "base/clock.h"
#include "register/feed_text.h"
#include "store/feed.h"

/**
 * feed_texts - the hub's texts of the configuration, as of a moment: of each
 * item the narrowest scope that has one by then, of that the newest; and when
 * another one becomes valid.  In the order they are added: what comes later
 * stands for what came before.
 */
#define FEED_TEXTS_MAX 1024 /* items at once */

struct feed_texts {
	struct config_part *part; /* [0] is left for the shop's own */
	size_t n;		  /* with that one */
	int64_t next_us; /* INT64_MAX: nothing that is known of */
	struct utc now;
	size_t bytes;
	/* the item that is being chosen */
	char feed[FEEDS_NAME_BYTES], key[FEEDS_KEY_BYTES];
	enum feeds_scope scope; /* of what was chosen; FEEDS_NONE nothing */
	struct err why;		/* RC_OK: all could be read */
};

/** feed_texts_init(x, now); feed_texts_free(x): what it holds. */
void feed_texts_init(struct feed_texts *x, struct utc now);
void feed_texts_free(struct feed_texts *x);

/**
 * feed_texts_add(x, feed, item):
 * Items of one feed in the order of feeds_each().  One that cannot be read is
 * none, and x->why says so: who has an older one goes on with that.
 * Errors   RC_NOMEM; RC_RANGE there are too many, or they are too long.
 */
MUST_CHECK enum rc feed_texts_add(struct feed_texts *x, const char *feed,
	const struct feeds_item *item);

#endif
