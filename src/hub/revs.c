/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/revs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/poison.h"

/* One place a tenant: two that share it ask more often. */
#define SLOTS 64u

struct slot {
	uint8_t tenant[UUID_BYTES];
	int64_t until_us; /* 0: empty */
	size_t n;
	struct hub_feed_rev feed[HUB_FEEDS];
};

struct revs {
	pthread_mutex_t lock;
	struct slot slot[SLOTS];
};

enum rc
revs_new(struct revs **ret, struct err *reterr)
{
	struct revs *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "revs_new",
			"no memory for what feeds have");
	}
	(void)pthread_mutex_init(&r->lock, NULL);
	*ret = r;
	return RC_OK;
}

void
revs_free(struct revs *r)
{
	if (r != NULL) {
		(void)pthread_mutex_destroy(&r->lock);
		free(r);
	}
}

static struct slot *
slot_of(struct revs *r, const uint8_t tenant[UUID_BYTES])
{
	/* the end of a UUIDv7 is random */
	return &r->slot[tenant[UUID_BYTES - 1] % SLOTS];
}

void
revs_put(struct revs *r, const uint8_t tenant[UUID_BYTES],
	const struct hub_feed_rev *feed, size_t n, int64_t now_us)
{
	struct slot *s = slot_of(r, tenant);

	(void)pthread_mutex_lock(&r->lock);
	memcpy(s->tenant, tenant, UUID_BYTES);
	s->n = n < HUB_FEEDS ? n : HUB_FEEDS;
	memcpy(s->feed, feed, s->n * sizeof(*feed));
	s->until_us = now_us + REVS_US;
	(void)pthread_mutex_unlock(&r->lock);
}

bool
revs_get(struct revs *r, const uint8_t tenant[UUID_BYTES], int64_t now_us,
	struct hub_feed_rev *ret, size_t *ret_n)
{
	const struct slot *s = slot_of(r, tenant);
	bool have;

	(void)pthread_mutex_lock(&r->lock);
	have = s->until_us > now_us &&
	       memcmp(s->tenant, tenant, UUID_BYTES) == 0;
	if (have) {
		*ret_n = s->n;
		memcpy(ret, s->feed, s->n * sizeof(*ret));
	}
	(void)pthread_mutex_unlock(&r->lock);
	return have;
}
