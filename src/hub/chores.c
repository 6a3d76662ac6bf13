/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/chores.h"

#include "hub/census.h"
#include "hub/follow.h"

#include "base/poison.h"

#define S INT64_C(1000000)

static void
tick(struct hub *h)
{
	hub_tick(h, clock_read(&h->clock).mono.us);
}

/* A register's own request does it, too, and sooner: this is for those that
 * ask no more. */
static void
follow(struct hub *h)
{
	struct err e = {0};

	if (follow_all(h, h->db, &e) != RC_OK) {
		hub_log(h, LOG_LVL_WARN, "follow", "%s", e.msg);
	}
}

static void
copies(struct hub *h)
{
	struct err e = {0};

	if (durable_refresh(&h->durable, h->db, &e) != RC_OK) {
		hub_log(h, LOG_LVL_WARN, "durable", "%s", e.msg);
	}
}

static const struct chore table[] = {
	{"connections", HUB_TICK_US, tick},
	{"follow", 300 * S, follow},
	{"copies", 2 * S, copies},
	{"census", 60 * S, census_take},
};

_Static_assert(ARRAY_LEN(table) <= CHORES, "room for when each is due");

void
chores_run(struct chores *c, struct hub *h, int64_t now_us)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (now_us >= c->due_us[i]) {
			table[i].fn(h);
			c->due_us[i] = now_us + table[i].every_us;
		}
	}
}
