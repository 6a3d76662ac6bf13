/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_STALE_H
#define HUB_STALE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "wire/http_sig.h"

/**
 * hub/stale - signed requests that were seen, for as long as their time would
 * let them pass again.  It guards what an administrator changes: what tills
 * send may come twice and does nothing the second time, and their libraries do
 * send twice when a line breaks.  One process remembers its own; behind
 * several, the times alone bound what can be said again.
 */
#define STALE_SLOTS 32768u

struct stale;

MUST_CHECK enum rc stale_new(struct stale **ret, struct err *reterr);
void stale_free(struct stale *s);

/** stale_add(s, key, nonce, created, now_s): RC_OK it is new and remembered;
 * RC_EXISTS it was here; RC_BUSY too many at once to remember. */
MUST_CHECK enum rc stale_add(struct stale *s, const char *keyid,
	const uint8_t nonce[HTTP_SIG_NONCE_BYTES], int64_t created,
	int64_t now_s);

#endif
