/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker asks next. */
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "sync/push.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define NONCE_RAW 16
#define STARTS_MAX INT64_C(999999999999999)

bool
push_salvages(const struct push *p)
{
	return p->state.stop == SYNC_STOP_FORK ||
	       p->state.stop == SYNC_STOP_FENCED ||
	       p->state.stop == SYNC_STOP_CLONE;
}

/* "N.RANDOM", one more than the last: a hub that was put back to yesterday
 * knows by the number that it is the one who forgot. */
static void
offer_nonce(struct push *p)
{
	char text[NONCE_RAW * 2];
	uint8_t raw[NONCE_RAW];
	int64_t n = 0;
	struct sbuf b;

	if (p->state.next[0] == '\0') {
		size_t len = strcspn(p->state.nonce, ".");

		if (p->state.nonce[len] != '.' ||
			parse_i64(p->state.nonce, len, 0, STARTS_MAX, &n) !=
				RC_OK) {
			n = 0;
		}
		rng_fill(&p->rng, raw, sizeof(raw));
		base64_encode(text, raw, sizeof(raw));
		sbuf_init(&b, p->state.next, sizeof(p->state.next));
		sbuf_printf(&b, "%lld.%s", (long long)n + 1, text);
		p->changed = true;
		p->durable = true;
	}
}

static struct push_plan
rest_until(struct mono at)
{
	return (struct push_plan){.act = PUSH_REST, .at = at};
}

/* Behind a start the wall clock says what is left: one that was set back
 * meanwhile makes the pause no longer than it was. */
static struct mono
pause_end(struct push *p, struct mono now, struct utc utc)
{
	const struct sync_state *s = &p->state;
	int64_t most = s->pause_us > 0 ? s->pause_us : PUSH_PAUSE_MAX_US;
	int64_t left;

	if (p->paused.us == 0 && s->paused.us == INT64_MAX) {
		p->paused.us = INT64_MAX;
	} else if (p->paused.us == 0) {
		left = s->paused.us > utc.us ? s->paused.us - utc.us : 0;
		p->paused.us = now.us + (left < most ? left : most);
	}
	return p->paused;
}

bool
push_breathes(const struct push *p, struct mono now)
{
	return now.us < p->breath.us;
}

static struct push_plan
lines_from(const struct push *p, enum push_act act, struct mono now,
	uint64_t from, uint64_t mark)
{
	bool few = now.us < p->used.us && p->lines > PUSH_USED_LINES;

	if (push_breathes(p, now)) {
		return rest_until(p->breath);
	}
	return (struct push_plan){
		.act = act,
		.from = from,
		.upto = mark,
		.max_lines = few ? PUSH_USED_LINES : p->lines,
		.max_bytes = p->bytes,
	};
}

/* Somebody is at the register when its log grows; what was there when the
 * worker began tells nothing. */
static void
look_at_use(struct push *p, struct mono now, uint64_t mark)
{
	if (p->used_mark != 0 && mark > p->used_mark) {
		p->used.us = now.us + PUSH_USED_S * SECOND_US;
	}
	p->used_mark = mark;
}

/* The hub takes no more of this epoch: the head, now and then, and beside the
 * log what it has not. */
static struct push_plan
plan_stopped(struct push *p, struct mono now, uint64_t mark)
{
	/* behind a power cut the worker may read before the register has told
	 * it of its last lines: no old disk then */
	if (p->state.stop == SYNC_STOP_ROLLBACK && mark != p->looked &&
		mark >= p->state.stop_sequence) {
		p->looked = mark;
		return (struct push_plan){.act = PUSH_HEAD};
	}
	if (now.us >= p->check.us) {
		if (p->state.stop == SYNC_STOP_CLONE) {
			offer_nonce(p);
			return (struct push_plan){.act = PUSH_HELLO};
		}
		return (struct push_plan){.act = PUSH_HEAD};
	}
	if (push_salvages(p) && p->state.salvaged < mark) {
		return lines_from(
			p, PUSH_SALVAGE, now, p->state.salvaged + 1, mark);
	}
	return rest_until(p->check);
}

struct push_plan
push_plan(struct push *p, struct mono now, struct utc utc, uint64_t mark)
{
	struct push_plan one = {.from = p->from, .upto = p->from};

	look_at_use(p, now, mark);
	if (p->sent.act != PUSH_REST) {
		return rest_until((struct mono){-1});
	}
	if (p->state.paused.us != 0) {
		struct mono end = pause_end(p, now, utc);

		if (now.us < end.us) {
			end.us = end.us == INT64_MAX ? -1 : end.us;
			return rest_until(end);
		}
		push_pause(p, 0, now, utc);
	}
	if (now.us < p->wait.us) {
		return rest_until(p->wait);
	}
	/* refused for good it is asked as seldom as the head is */
	if (!p->greeted && p->state.stop != SYNC_STOP_CLONE &&
		(p->state.stop == SYNC_STOP_NONE || now.us >= p->check.us)) {
		offer_nonce(p);
		one.act = PUSH_HELLO;
		return one;
	}
	if (p->state.stop != SYNC_STOP_NONE && p->from == 0) {
		return plan_stopped(p, now, mark);
	}
	if (!p->head_known || now.us >= p->check.us) {
		one.act = PUSH_HEAD;
		return one;
	}
	if (p->poison != p->from) {
		p->poison = 0;
	}
	if (p->poison != 0) {
		one.act = PUSH_POISON;
		return one;
	}
	if (p->from != 0 && p->from <= mark) {
		return lines_from(p, PUSH_EVENTS, now, p->from, mark);
	}
	return rest_until(p->check);
}

void
push_begin(struct push *p, uint64_t first)
{
	if (p->from == 1 && first > 1 && p->state.most == 0) {
		p->from = first;
	}
}

bool
push_begins(const struct push *p, uint64_t sequence)
{
	return sequence > 1 && p->state.acked == 0 && p->state.most == 0;
}

void
push_sent(struct push *p, const struct push_sent *sent, int64_t us)
{
	p->sent = *sent;
	p->worked_us = us;
}

void
push_check(struct push *p)
{
	p->check.us = 0;
	p->head_known = false;
}

void
push_now(struct push *p)
{
	p->wait.us = 0;
	p->check.us = 0;
	p->tries = 0;
	p->head_known = false;
}

void
push_pause(struct push *p, int64_t us, struct mono now, struct utc utc)
{
	bool ever = us == INT64_MAX;

	p->paused.us = us == 0 ? 0 : ever ? us : now.us + us;
	p->state.paused.us = us == 0 ? 0 : ever ? us : utc.us + us;
	p->state.pause_us = us == 0 || ever ? 0 : us;
	p->changed = true;
	if (us == 0) {
		push_now(p);
	}
}

uint64_t
push_queued(const struct push *p, uint64_t mark)
{
	return mark > p->state.acked ? mark - p->state.acked : 0;
}
