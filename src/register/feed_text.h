/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_TEXT_H
#define REGISTER_FEED_TEXT_H

#include "register/config_parts.h"

/**
 * feed_text - the shop's own configuration and what the hub decides, in one
 * text, from which each can be told again.
 *
 * The hub's texts stand behind the shop's own, each between two marks.  What
 * they take the place of stays where it is, behind a mark that makes a comment
 * of it: the sections of theirs that have a name ([promotion milk]) as a whole,
 * of the others ([receipt]) the keys that are theirs.  A later text takes the
 * place of an earlier one in the same way.
 *
 *	#hub- header = Thank you
 *	...
 *	#hub> config/receipt
 *	[receipt]
 *	header = Happy holidays
 *	#hub<
 *
 * Only the text is needed to tell: an editor, a bundle, a rebuild know it as
 * any other.  An end mark that was taken out makes what stood there the shop's
 * own, never less of it.
 */
#define FEED_TEXT_BEGIN "#hub> "
#define FEED_TEXT_END "#hub<"
#define FEED_TEXT_OFF "#hub- "

/** feed_text_own(text, len, out): the shop's own part, as it was before the
 * hub said anything; sets out anew.  Never longer than ${text}. */
void feed_text_own(const char *text, size_t len, struct sbuf *out);


/**
 * feed_text_join(part, n, out, reterr):
 * part[0] is the shop's own, by feed_text_own(); each other one a text of the
 * hub, its name that of feed and item.  Sets out anew, and part[].first for
 * config_part_check().  With no text of the hub: the shop's own to the byte.
 * Errors   RC_PROTO a text of the hub holds a mark; RC_RANGE it gets longer
 *          than CONFIG_TEXT_BYTES, or than ${out}; RC_NOMEM.
 */
MUST_CHECK enum rc feed_text_join(struct config_part part[], size_t n,
	struct sbuf *out, struct err *reterr);

#endif
