/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_CONFIG_H
#define REGISTER_FEED_CONFIG_H

#include "register/feed_texts.h"
#include "register/shop.h"

/**
 * feed_config - what a hub decides of the configuration, activated: its texts
 * and the shop's own become one (register/feed_text.h), which is checked as any
 * that somebody applies, and must leave the register what it is: its number and
 * its currency.
 */
struct feed_config {
	char *text; /* malloc'd; feed_config_free() */
	size_t len;
	char version[65];
	bool changes; /* it is not the one that is active */
};

/**
 * feed_config_make(s, x, ret, reterr):
 * x->part[0] is filled in.  ${ret} has a version as soon as there is a text,
 * whether it is refused or not.
 * Errors   RC_PROTO in words, with the item and its line: it is not to become
 *          active.  RC_RANGE too long; RC_NOMEM; else as shop_config_text().
 */
MUST_CHECK enum rc feed_config_make(struct shop *s, struct feed_texts *x,
	struct feed_config *ret, struct err *reterr);
void feed_config_free(struct feed_config *c);

/** feed_config_event(s, c, previous, e): config.activated, why "feed";
 * ${previous} is filled in, and borrowed as the rest is. */
void feed_config_event(const struct shop *s, const struct feed_config *c,
	char previous[65], struct event *e);

#endif
