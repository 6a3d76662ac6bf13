/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ring_card.h"

#include <poll.h>
#include <string.h>

#include "base/poison.h"

#define WATCH_MAX 8
#define IDLE_MAX_MS 60000
/* So long a terminal has to say what its last payment was. */
#define LAST_US ((int64_t)8000000)

int
ring_idle(struct till *t)
{
	struct clock real = clock_system();
	struct mono next = till_idle(t);
	int64_t ms = (next.us - clock_read(&real).mono.us + 999) / 1000;

	return ms < 1 ? 1 : ms > IDLE_MAX_MS ? IDLE_MAX_MS : (int)ms;
}

/* The sale that a card has paid keeps what the terminal said. */
static void
on_told(void *arg, const struct input *in, const struct reply *p)
{
	struct ring_card *c = arg;
	struct reply before = c->reply;

	if (in->kind == INPUT_CARD) {
		c->reply = *p;
		c->has = true;
		c->looked = c->looked || in->card->recovered;
	} else if (in->kind == INPUT_EXACT) {
		c->reply = *p;
		c->has = true;
		c->reply.has_card = before.has_card;
		c->reply.card_op = before.card_op;
		c->reply.card_outcome = before.card_outcome;
		c->reply.card_amount = before.card_amount;
	}
}

static void
wait_once(struct till *t)
{
	struct pollfd p[WATCH_MAX];
	short events[WATCH_MAX];
	int fd[WATCH_MAX];
	int ms = ring_idle(t);
	size_t n = till_watch(t, fd, events, WATCH_MAX);

	for (size_t i = 0; i < n; i++) {
		p[i] = (struct pollfd){.fd = fd[i], .events = events[i]};
	}
	(void)poll(p, n, ms);
}

static bool
is_paid(const struct till *t)
{
	const struct engine_view *v = till_view(t);

	return v->state == ENGINE_PAY && v->n_tender > 0 && v->due.minor == 0 &&
	       v->card.phase == CARD_IDLE;
}

static void
wait_settled(struct ring_card *c)
{
	struct clock real = clock_system();
	int64_t until = clock_read(&real).mono.us + LAST_US;

	for (;;) {
		enum card_phase phase = till_view(c->till)->card.phase;

		if (phase != CARD_ASKED &&
			(phase != CARD_UNKNOWN || c->looked ||
				clock_read(&real).mono.us >= until)) {
			break;
		}
		wait_once(c->till);
	}
	if (is_paid(c->till)) {
		(void)till_idle(c->till);
	}
}

void
ring_card_begin(struct ring_card *c)
{
	c->has = false;
	c->looked = false;
	memset(&c->reply, 0, sizeof(c->reply));
}

void
ring_card_start(struct ring_card *c, struct till *t)
{
	c->till = t;
	ring_card_begin(c);
	till_told(t, on_told, c);
	if (till_view(t)->card.phase == CARD_UNKNOWN || is_paid(t)) {
		wait_settled(c);
	}
}

void
ring_card_wait(struct ring_card *c, struct reply *reply)
{
	bool asks =
		reply->has_card && till_view(c->till)->card.phase != CARD_IDLE;

	if (!asks && !is_paid(c->till)) {
		return;
	}
	wait_settled(c);
	if (c->has) {
		*reply = c->reply;
	}
}
