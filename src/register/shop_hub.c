/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "register/shop_internal.h"

#include "base/poison.h"

static const char *
keep(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
	return out;
}

void
shop_acknowledged(struct shop *s, const struct event_hub_ack *ack)
{
	struct shop_ack *a = &s->own->ack;

	a->ack = *ack;
	a->ack.hub = keep(a->hub, sizeof(a->hub), ack->hub);
	a->ack.hash = keep(a->hash, sizeof(a->hash), ack->hash);
	a->ack.anchor = keep(a->anchor, sizeof(a->anchor), ack->anchor);
	a->due = true;
}

void
shop_acknowledge(struct shop *s)
{
	if (s->own->ack.due) {
		record_alone(s);
	}
}

bool
shop_hub_event(const struct shop *s, size_t n, struct event *e)
{
	const struct shop_ack *a = &s->own->ack;

	/* never what makes a group too long */
	if (!a->due || n + SHOP_PREFIX > SHOP_GROUP) {
		return false;
	}
	memset(e, 0, sizeof(*e));
	e->type = EVENT_HUB_ACKNOWLEDGED;
	e->data.hub_ack = a->ack;
	return true;
}

void
shop_hub_follow(struct shop *s, const struct event *e)
{
	/* of the hub before it is of no interest any more */
	if (e->type == EVENT_HUB_ENROLLED ||
		e->type == EVENT_HUB_ACKNOWLEDGED) {
		s->own->ack.due = false;
	}
	s->hub_new = true;
}
