/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_FOLLOW_TEXTS_H
#define HUB_FOLLOW_TEXTS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"

/**
 * hub/follow_texts - where a shop's own configuration says something else than
 * the hub's texts, in the sections and keys that those have: a section with a
 * name ([promotion milk]) as a whole, of the others key by key, as a register
 * puts texts together.  What stands between the register's own marks is the
 * hub's and is passed over.  Pure.
 */
#define FOLLOW_MARK_BEGIN "#hub> "
#define FOLLOW_MARK_END "#hub<"

/** follow_texts_differ(hub, n_hub, shop, a, out, reterr): sections of ${shop}
 * into ${out}, set anew; empty when it says the same.  Lists of keys live in
 * ${a}.  RC_PROTO a text cannot be read; RC_NOMEM; RC_RANGE. */
MUST_CHECK enum rc follow_texts_differ(const char *const hub[], size_t n_hub,
	const char *shop, struct arena *a, struct sbuf *out,
	struct err *reterr);

#endif
