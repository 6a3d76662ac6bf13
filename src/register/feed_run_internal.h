/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_RUN_INTERNAL_H
#define REGISTER_FEED_RUN_INTERNAL_H

#include "register/feed_run.h"

/**
 * feed_run_internal - feed_run.c knows when, feed_run_people.c takes over
 * people.
 */
enum {
	FEED_OF_CONFIG,
	FEED_OF_RULES,
	FEED_OF_PEOPLE
};

/** feed_run_name(i): "config", "rules", "people". */
const char *feed_run_name(size_t i);

/** feed_followed(s, i, seen, items, refused, e): feed.followed of the ${i}th
 * feed; false: a line says so already, or there is no such feed. */
bool feed_followed(struct shop *s, size_t i, const struct feed_seen *seen,
	size_t items, size_t refused, struct event *e);

/** feed_run_people(s, f, box, l, ret, reterr): as feed_run(). */
MUST_CHECK enum rc feed_run_people(struct shop *s, struct feeds *f,
	const uint8_t *box, struct feed_look *l, struct feed_done *ret,
	struct err *reterr);

#endif
