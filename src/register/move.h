/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_MOVE_H
#define REGISTER_MOVE_H

#include "register/shop.h"

/**
 * move - what became of the other machine, when a store was copied: "here", it
 * sells no more, and this register goes on where it ended; "copy", both go on,
 * and this one in a new epoch, so that no number is printed twice.
 */

/** move_here(s, why, actor, given, reterr): ${s} is open for writing and moved;
 * ${given} goes into the same group unless its type is EVENT_TYPE_COUNT. */
MUST_CHECK enum rc move_here(struct shop *s, const char *why,
	const char *actor, const struct event *given, struct err *reterr);

/** move_copy(conf, why, actor, given, ret_epoch, reterr): the shop is closed,
 * and was moved.  RC_EXISTS it is not any more. */
MUST_CHECK enum rc move_copy(const struct shop_conf *conf, const char *why,
	const char *actor, const struct event *given, uint32_t *ret_epoch,
	struct err *reterr);

#endif
