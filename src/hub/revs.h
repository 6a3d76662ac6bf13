/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_REVS_H
#define HUB_REVS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/rng.h"
#include "wire/hub_msg.h"

/**
 * hub/revs - how far each tenant's feeds were, a second ago at most: what an
 * answer to lines says of them is a hint that there is something to fetch, and
 * not worth asking the database for with each batch.  Any thread.
 */
#define REVS_US INT64_C(1000000)

struct revs;

MUST_CHECK enum rc revs_new(struct revs **ret, struct err *reterr);
void revs_free(struct revs *r);

/** revs_put(r, tenant, feed, n, now_us): as they are now, monotonic time. */
void revs_put(struct revs *r, const uint8_t tenant[UUID_BYTES],
	const struct hub_feed_rev *feed, size_t n, int64_t now_us);
/** revs_get(r, tenant, now_us, ret, ret_n): into room for HUB_FEEDS; false: not
 * known, or too long ago. */
bool revs_get(struct revs *r, const uint8_t tenant[UUID_BYTES],
	int64_t now_us, struct hub_feed_rev *ret, size_t *ret_n);

#endif
