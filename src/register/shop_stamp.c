/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "register/shop_internal.h"

#include "base/poison.h"

static int64_t
magnitude(int64_t v)
{
	return v < 0 ? -v : v;
}

static bool
was_never_set(struct utc t)
{
	return utc_civil(t, 0).year < SHOP_YEAR_MIN;
}

void
stamp_start(struct shop *s, const struct event *last)
{
	struct shop_own *o = s->own;

	o->has_last = false;
	o->quality = CLOCK_OK;
	if (last == NULL) {
		return;
	}
	o->last_time = last->time;
	o->quality = last->clock;
	/* Only while nothing was recorded under a doubtful clock does the
	 * last event say what the wall clock showed. */
	if (last->clock == CLOCK_OK && last->boot != NULL) {
		o->last.utc = last->time;
		o->last.mono = last->mono;
		memset(o->last.boot, 0, sizeof(o->last.boot));
		memcpy(o->last.boot, last->boot,
			strnlen(last->boot, sizeof(o->last.boot) - 1));
		o->has_last = true;
	}
}

/* How far the wall clock moved against the one that is never set; 0 when
 * that cannot be told. */
static int64_t
moved_us(const struct shop_own *o, const struct clock_reading *now)
{
	if (!o->has_last || strcmp(o->last.boot, now->boot) != 0) {
		return 0;
	}
	return (now->utc.us - o->last.utc.us) -
	       (now->mono.us - o->last.mono.us);
}

static void
note_jump(struct shop_own *o, const struct clock_reading *now, int64_t delta)
{
	o->clock_due = true;
	o->jump.from = o->has_last ? o->last.utc : o->last_time;
	o->jump.to = now->utc;
	o->jump.delta_us = delta;
}

struct clock_reading
stamp_read(struct shop *s)
{
	struct shop_own *o = s->own;
	struct clock_reading now = clock_read(&s->clock);
	int64_t moved = moved_us(o, &now);
	int64_t behind = o->last_time.us - now.utc.us;
	enum clock_quality q = CLOCK_OK;

	if (was_never_set(now.utc)) {
		q = CLOCK_UNSET;
	} else if (behind > SHOP_JUMP_US) {
		q = CLOCK_JUMPED;
	}
	if (q != CLOCK_OK && o->quality != q && o->last_time.us != 0) {
		note_jump(o, &now, moved != 0 ? moved : -behind);
	} else if (magnitude(moved) > SHOP_JUMP_US) {
		note_jump(o, &now, moved);
	}
	o->quality = q;
	o->last = now;
	o->has_last = true;
	return now;
}

static bool
is_hubs(const struct event *e)
{
	return e->type == EVENT_HUB_ACKNOWLEDGED ||
	       e->type == EVENT_FEED_FOLLOWED;
}

void
stamp_group(struct shop *s, struct shop_group *g,
	const struct clock_reading *now, const char *actor)
{
	struct shop_own *o = s->own;
	struct journal_head head = journal_head(s->journal);
	enum clock_quality q = o->quality;
	struct utc t = now->utc;

	if (o->clock_due && q == CLOCK_OK) {
		q = CLOCK_JUMPED; /* the group that says so is in doubt */
	}
	memcpy(s->boot, now->boot, sizeof(s->boot));
	for (size_t i = 0; i < g->n; i++) {
		struct event *e = g->ev[i];

		if (t.us <= o->last_time.us) {
			t.us = o->last_time.us + 1;
		}
		o->last_time = t;
		memcpy(e->tenant, o->tenant, UUID_BYTES);
		memcpy(e->store, o->store, UUID_BYTES);
		memcpy(e->reg, o->reg, UUID_BYTES);
		e->epoch = o->epoch;
		e->sequence = head.sequence + 1 + i;
		e->time = t;
		e->tz_min = now->tz_min;
		e->mono = now->mono;
		e->boot = s->boot;
		e->clock = q;
		e->actor = i >= g->n_prefix ? actor
			   : is_hubs(e)     ? SHOP_HUB
					    : SHOP_ACTOR;
		e->config = s->config_version;
		e->catalog = s->catalog_version != 0 ? s->catalog_version
						     : s->state.catalog;
	}
}
