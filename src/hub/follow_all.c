/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "hub/db.h"
#include "hub/feed.h"
#include "hub/follow.h"
#include "hub/tenant.h"

#include "base/poison.h"

#define DAY_US (INT64_C(86400) * 1000000)

struct walk {
	struct hub *h;
	struct db *db;
	const struct tenant *t;
	int64_t tick_us;
	bool down[HUB_DATABASES]; /* does not answer */
};

/* A database that is away is waited for once, not for each register. */
static bool *
down_of(struct walk *o, uint8_t part)
{
	const struct hub_config *c = o->h->config;
	const struct hub_database *d = hub_config_database(c, part);

	return &o->down[d != NULL ? d - c->db : 0];
}

/* Ten thousand registers take longer than somebody who waits may. */
static void
between(struct walk *o)
{
	int64_t now_us = clock_read(&o->h->clock).mono.us;

	if (now_us >= o->tick_us) {
		hub_tick(o->h, now_us);
		o->tick_us = now_us + HUB_TICK_US;
	}
}

static enum rc
one_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct walk *o = arg;
	struct err e = {0};
	uint64_t applied = 0;
	enum rc rc;

	(void)reterr;
	between(o);
	if (!hub_config_may(o->h->config, r->part, o->t->residency) ||
		!hub_config_may(o->h->config, o->t->part, o->t->residency)) {
		return RC_OK; /* not from where it must not lie */
	}
	if (*down_of(o, r->part) || *down_of(o, o->t->part)) {
		return RC_OK;
	}
	rc = follow_register(o->h, o->db, o->t->part, r->part, o->t->id,
		r->store, r->id, &applied, &e);
	if (rc != RC_OK) {
		/* the others go on; this one's next request asks again */
		hub_log(o->h, LOG_LVL_WARN, "follow", "%s", e.msg);
	}
	/* or the tenant's, which the next one's part finds out */
	*down_of(o, r->part) = rc == RC_DOWN;
	return RC_OK;
}

static enum rc
one_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	static const char *const feeds[] = {FEED_PRODUCTS, FEED_PRICES,
		FEED_RULES, FEED_CONFIG, FEED_PEOPLE};
	struct walk *o = arg;
	struct utc before = clock_read(&o->h->clock).utc;
	enum rc rc = RC_OK;

	before.us -= FEED_KEEP_DAYS * DAY_US;
	o->t = t;
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(feeds); i++) {
		rc = feed_prune(
			o->db, t->part, t->id, feeds[i], before, reterr);
	}
	return rc == RC_OK ? register_each(o->db, t, one_register, o, reterr)
			   : rc;
}

enum rc
follow_all(struct hub *h, struct db *db, struct err *reterr)
{
	struct walk o = {.h = h, .db = db};

	return tenant_each(db, one_tenant, &o, reterr);
}
