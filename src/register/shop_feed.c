/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "register/shop_internal.h"

#include "base/poison.h"

static void
keep(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
}

void
shop_followed(struct shop *s, const struct event_feed *e)
{
	struct shop_followed *f = s->own->followed;
	size_t i = 0;

	while (i + 1 < SHOP_FOLLOWED && f[i].due &&
		strcmp(f[i].feed, e->feed) != 0) {
		i++;
	}
	f[i].e = *e;
	keep(f[i].feed, sizeof(f[i].feed), e->feed);
	keep(f[i].epoch, sizeof(f[i].epoch), e->epoch);
	f[i].e.feed = f[i].feed;
	f[i].e.epoch = e->epoch != NULL ? f[i].epoch : NULL;
	f[i].due = true;
}

bool
shop_feed_event(const struct shop *s, size_t i, size_t n, struct event *e)
{
	const struct shop_followed *f = &s->own->followed[i];

	/* nothing for their sake alone, and never what makes a group too
	 * long */
	if (!f->due || n == 0 || n + SHOP_PREFIX > SHOP_GROUP) {
		return false;
	}
	memset(e, 0, sizeof(*e));
	e->type = EVENT_FEED_FOLLOWED;
	e->data.feed = f->e;
	return true;
}

void
shop_feed_follow(struct shop *s, const struct event *e)
{
	for (size_t i = 0; i < SHOP_FOLLOWED; i++) {
		struct shop_followed *f = &s->own->followed[i];

		/* one that came since waits for the next act */
		if (f->due && e->data.feed.feed != NULL &&
			strcmp(f->feed, e->data.feed.feed) == 0 &&
			f->e.revision == e->data.feed.revision) {
			f->due = false;
		}
	}
}
