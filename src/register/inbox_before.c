/* SPDX-License-Identifier: Apache-2.0 */
/* A request of a run that ended between recording and answering. */
#include <stdlib.h>
#include <string.h>

#include "register/inbox_internal.h"
#include "wire/event.h"

#include "base/poison.h"

bool
inbox_is_prompt(enum event_type type)
{
	return type == EVENT_DAY_CLOSED || type == EVENT_PERIOD_CLOSED;
}

static bool
same_data(const struct event *a, const struct event *b, char *buf)
{
	const struct wire_table *t = wire_event_table(a->type);
	size_t half = WIRE_LINE_BYTES;
	struct sbuf x, y;

	sbuf_init(&x, buf, half);
	sbuf_init(&y, buf + half, half);
	return a->type == b->type &&
	       wire_data_encode(t, &a->data, &x, NULL) == RC_OK &&
	       wire_data_encode(t, &b->data, &y, NULL) == RC_OK &&
	       x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

/* What the register puts in front of an act, in one group with it. */
static bool
goes_first(const struct event *e)
{
	return e->type == EVENT_HUB_ACKNOWLEDGED ||
	       e->type == EVENT_REGISTER_RECOVERED ||
	       e->type == EVENT_REGISTER_MOVED ||
	       e->type == EVENT_CLOCK_JUMPED ||
	       e->type == EVENT_RECEIPT_PRINTED ||
	       e->type == EVENT_ORDER_PRINTED;
}

/* The end of a day is known by its number, that of a month by its name. */
static bool
same_end(const struct event *a, const struct event *b)
{
	if (a->type != b->type) {
		return false;
	}
	if (a->type == EVENT_DAY_CLOSED) {
		return a->data.day.number == b->data.day.number;
	}
	return strcmp(a->data.period.name, b->data.period.name) == 0;
}

uint64_t
inbox_recorded_before(struct shop *s, const struct request *r, uint64_t next)
{
	uint64_t head = shop_head(s);
	uint64_t found = 0;
	char *buf = malloc(2 * WIRE_LINE_BYTES);
	struct event want = r->event;

	want.type = r->type;
	for (uint64_t seq = next; buf != NULL && seq <= head; seq++) {
		const struct event *e;

		if (shop_event(s, seq, NULL, &e, NULL) != RC_OK) {
			break;
		}
		if (inbox_is_prompt(want.type)) {
			if (same_end(e, &want)) {
				found = seq;
				break;
			}
		} else if (!goes_first(e)) {
			found = same_data(e, &want, buf) ? seq : 0;
			break;
		}
	}
	free(buf);
	return found;
}
