/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/push.h"

#include <string.h>

#include "base/bytes.h"
#include "base/i18n.h"
#include "base/sbuf.h"
#include "wire/batch.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define SLOW_TRIES 6u /* what only people can mend: up to a minute at once */
#define MAX_TRIES 9u
#define MIN_BYTES ((size_t)65536)

/* What a reply is judged by. */
struct turn {
	struct mono now;
	struct utc utc;
	uint64_t mark;
	push_own_fn own;
	void *arg;
};

void
push_init(struct push *p, const struct sync_state *state,
	const uint8_t reg[UUID_BYTES], const uint8_t hub_key[SIGN_PUB_BYTES],
	const struct rng *rng)
{
	memset(p, 0, sizeof(*p));
	p->state = *state;
	memcpy(p->reg, reg, UUID_BYTES);
	memcpy(p->hub_key, hub_key, SIGN_PUB_BYTES);
	p->rng = *rng;
	p->lines = BATCH_EVENTS;
	p->bytes = BATCH_BYTES;
	p->from = state->stop == SYNC_STOP_NONE ? state->acked + 1 : 0;
	p->rtt_ms = -1;
}

static void
put_why(struct push *p, const char *why)
{
	struct sbuf b;

	sbuf_init(&b, p->why, sizeof(p->why));
	sbuf_puts(&b, why);
}

/* --- what was the matter --------------------------------------------------- */

/* The same once more goes on from where it began. */
static void
note(struct push *p, struct utc utc, const char *what)
{
	struct sync_state *s = &p->state;
	char text[sizeof(s->was)];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, what);
	if (strcmp(s->was, text) == 0 && s->was_over.us == 0) {
		return;
	}
	memcpy(s->was, text, sizeof(text));
	s->was_at = utc;
	s->was_over.us = 0;
	p->changed = true;
}

/* By an answer that takes what was sent: all the hub ever had it has again. */
static void
note_over(struct push *p, struct utc utc)
{
	struct sync_state *s = &p->state;

	if (s->was[0] != '\0' && s->was_over.us == 0 && p->online &&
		p->why[0] == '\0' && s->stop == SYNC_STOP_NONE &&
		s->acked >= s->most) {
		s->was_over = utc;
		p->changed = true;
	}
}

/* --- waiting -------------------------------------------------------------- */

static int64_t
random_below(struct push *p, int64_t n)
{
	uint8_t raw[8];

	rng_fill(&p->rng, raw, sizeof(raw));
	return n > 0 ? (int64_t)(get_u64be(raw) >> 1) % n : 0;
}

/* Full jitter: many registers that lost one hub do not come back as one. */
static void
wait_more(struct push *p, struct mono now, int64_t retry_s)
{
	int64_t most_s = INT64_C(1) << p->tries;
	int64_t us;

	if (most_s > PUSH_WAIT_MAX_S) {
		most_s = PUSH_WAIT_MAX_S;
	}
	if (retry_s >= 0) {
		/* the hub drew it; a moment more than it said */
		us = retry_s * SECOND_US + random_below(p, SECOND_US);
	} else {
		us = SECOND_US / 10 + random_below(p, most_s * SECOND_US);
	}
	if (p->tries < MAX_TRIES) {
		p->tries++;
	}
	p->wait.us = now.us + us;
}

static void
wait_long(struct push *p, struct mono now)
{
	if (p->tries < SLOW_TRIES) {
		p->tries = SLOW_TRIES;
	}
	wait_more(p, now, -1);
}

static void
check_later(struct push *p, struct mono now)
{
	int64_t us = PUSH_HEAD_EVERY_S * SECOND_US;

	p->check.us = now.us + us - random_below(p, us / 5);
}

/* --- what a head means ---------------------------------------------------- */

static void
stop_at(struct push *p, const struct turn *t, enum sync_stop stop,
	uint32_t epoch, uint64_t sequence)
{
	char text[64];
	struct sbuf b;

	/* the next attempt to push is one by itself: see take_head() */
	p->from = 0;
	p->poison = 0;
	check_later(p, t->now);
	/* where it began is what is told: the hub's head goes on meanwhile */
	if (p->state.stop == stop) {
		return;
	}
	if (p->state.stop == SYNC_STOP_NONE) {
		p->state.salvaged = push_salvage_from(p);
	}
	p->state.stop = stop;
	p->state.stop_epoch = epoch;
	p->state.stop_sequence = sequence;
	p->changed = true;
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "the hub takes no more: %s", sync_stop_word(stop));
	note(p, t->utc, text);
}

static void
go_on(struct push *p)
{
	if (p->state.stop != SYNC_STOP_NONE) {
		p->state.stop = SYNC_STOP_NONE;
		p->state.stop_epoch = 0;
		p->state.stop_sequence = 0;
		p->changed = true;
	}
}

/* The first line of an epoch behind ${epoch}; what was purged is of before. */
static uint64_t
find_epoch(const struct turn *t, uint32_t epoch)
{
	uint64_t low = 1, high = t->mark;
	struct follow_fact f;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (t->own(t->arg, mid, &f) == RC_OK && f.epoch > epoch) {
			high = mid;
		} else {
			low = mid + 1;
		}
	}
	return low;
}

static void
keep_ack(struct push *p, const struct turn *t, const struct hub_answer *m)
{
	struct sync_state *s = &p->state;
	const struct anchor *h = &m->head;
	char text[96];
	struct sbuf b;

	if (h->sequence < s->acked) {
		/* its database is an older one: all of it goes up again */
		p->went_back++;
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "the hub went back from line %llu to %llu",
			(unsigned long long)s->acked,
			(unsigned long long)h->sequence);
		note(p, t->utc, text);
	}
	s->acked_epoch = h->epoch;
	s->acked = h->sequence;
	memcpy(s->acked_hash, h->hash, HASH_BYTES);
	s->acked_time = h->time;
	memcpy(s->anchor, m->anchor, SIG_BYTES);
	memcpy(s->hub, m->hub, UUID_BYTES);
	s->durable = m->durable;
	s->most = h->sequence > s->most ? h->sequence : s->most;
	p->moved_on = true;
}

/* The hub's head is none of the own lines: why? */
static void
take_other(struct push *p, const struct turn *t, const struct anchor *h,
	enum rc found, const struct follow_fact *own)
{
	struct follow_fact last = {0};

	if (t->own(t->arg, t->mark, &last) != RC_OK) {
		put_why(p,
			N_("the journal cannot be read: start the register"));
		wait_more(p, t->now, -1);
		return;
	}
	if (last.epoch > h->epoch) {
		/* a restore: its first line says where it branched off, and
		 * the hub whether it has that line */
		p->from = find_epoch(t, h->epoch);
		p->head_known = true;
		return;
	}
	if (h->epoch > last.epoch) {
		stop_at(p, t, SYNC_STOP_FENCED, h->epoch, h->sequence);
	} else if (found == RC_OK) {
		stop_at(p, t, SYNC_STOP_FORK, own->epoch, h->sequence);
	} else if (h->sequence > t->mark) {
		stop_at(p, t, SYNC_STOP_ROLLBACK, h->epoch, h->sequence);
	} else {
		put_why(p, N_("the hub lacks lines purged here: restore them "
			      "there from the archive"));
		p->from = 0;
		wait_long(p, t->now);
	}
}

/* False: there is no head in it that anybody signed. */
static bool
has_head(const struct push *p, const struct hub_answer *m)
{
	struct anchor h = m->head;

	/* it stands in none of them: which one was asked for is known */
	memcpy(h.reg, p->reg, UUID_BYTES);
	return m->has_head &&
	       (h.sequence == 0 || anchor_verify(&h, p->hub_key, m->anchor));
}

static void
take_head(struct push *p, const struct turn *t, const struct hub_answer *m)
{
	const struct anchor *h = &m->head;
	struct follow_fact own = {0};
	enum rc rc = RC_OK;

	if (!has_head(p, m)) {
		put_why(p, N_("the hub says nothing of this register's log"));
		p->head_known = false;
		wait_more(p, t->now, -1);
		return;
	}
	p->quarantined = m->quarantined;
	if (h->sequence > 0) {
		rc = t->own(t->arg, h->sequence, &own);
	}
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		put_why(p,
			N_("the journal cannot be read: start the register"));
		wait_more(p, t->now, -1);
		return;
	}
	if (h->sequence > 0 &&
		(rc != RC_OK || own.epoch != h->epoch ||
			memcmp(own.hash, h->hash, HASH_BYTES) != 0)) {
		take_other(p, t, h, rc, &own);
		return;
	}
	if (p->state.acked != h->sequence || p->state.acked_epoch != h->epoch ||
		p->state.durable != m->durable) {
		keep_ack(p, t, m);
	}
	p->from = h->sequence + 1;
	p->head_known = true;
	if (p->state.stop == SYNC_STOP_ROLLBACK || p->from > t->mark) {
		go_on(p); /* with a line to send the hub says so itself */
	}
}

/* --- what an answer means ------------------------------------------------- */

static void
halve(struct push *p, const struct push_sent *s)
{
	unsigned n = (unsigned)(s->last - s->first + 1);

	p->lines = n > 1 ? n / 2 : 1;
	p->bytes = p->bytes / 2 > MIN_BYTES ? p->bytes / 2 : MIN_BYTES;
}

static void
grow(struct push *p)
{
	p->lines = p->lines < BATCH_EVENTS / 2 ? p->lines * 2 : BATCH_EVENTS;
	p->bytes = p->bytes < BATCH_BYTES / 2 ? p->bytes * 2 : BATCH_BYTES;
}

static void
count(struct push *p, const struct push_sent *s, enum push_outcome o)
{
	if (s->act == PUSH_EVENTS) {
		p->count[o]++;
	}
}

/* Done as asked. */
static void
take_done(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct hub_answer *m)
{
	uint64_t before = p->state.acked;

	switch (s->act) {
	case PUSH_REST:
		return;
	case PUSH_HELLO:
		memcpy(p->state.nonce, p->state.next, sizeof(p->state.nonce));
		p->state.next[0] = '\0';
		p->greeted = true;
		p->changed = true;
		if (p->state.stop == SYNC_STOP_CLONE) {
			go_on(p);
		}
		FALLTHROUGH;
	case PUSH_HEAD:
		if (p->state.stop == SYNC_STOP_REVOKED) {
			go_on(p);
		}
		check_later(p, t->now);
		p->tries = 0;
		take_head(p, t, m);
		return;
	case PUSH_SALVAGE:
		p->state.salvaged = s->last;
		p->changed = true;
		p->tries = 0;
		grow(p);
		return;
	case PUSH_POISON:
	case PUSH_EVENTS:
		break;
	}
	take_head(p, t, m);
	if (p->state.acked >= s->last && p->state.stop == SYNC_STOP_NONE) {
		count(p, s, before >= s->last ? PUSH_DUPLICATE : PUSH_ACKED);
	}
	if (p->from != 0 && (p->state.acked > before || before >= s->last)) {
		p->tries = 0;
		grow(p);
		go_on(p);
	} else if (p->wait.us <= t->now.us) {
		wait_more(p, t->now, -1); /* done, and yet not further */
	}
}

static void
take_malformed(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct hub_answer *m)
{
	struct sbuf b;

	count(p, s, PUSH_REJECTED);
	if (s->act == PUSH_HELLO || s->act == PUSH_HEAD ||
		s->act == PUSH_POISON) {
		put_why(p, N_("the hub is of another version: update it or "
			      "the register"));
		wait_long(p, t->now);
		return;
	}
	if (s->last > s->first) {
		halve(p, s);
		return;
	}
	if (s->act == PUSH_SALVAGE) {
		put_why(p, N_("the hub does not take a line the owner must "
			      "see: update it"));
		wait_long(p, t->now);
		return;
	}
	p->poison = s->first;
	p->poisoned = true;
	p->item = (struct sync_poison){
		.epoch = s->epoch, .sequence = s->first, .at = t->utc};
	sbuf_init(&b, p->item.reason, sizeof(p->item.reason));
	sbuf_puts(&b, m->detail != NULL && m->detail[0] != '\0'
			      ? m->detail
			      : hub_problem_word(m->problem));
}

/* What only people can mend: tried on, slowly; nothing is dropped. */
static void
take_refusal(struct push *p, const struct turn *t, const struct hub_answer *m)
{
	struct sbuf b;

	p->online = false;
	sbuf_init(&b, p->why, sizeof(p->why));
	sbuf_printf(&b, "the hub refuses: %s", hub_problem_word(m->problem));
	if (m->detail != NULL && m->detail[0] != '\0') {
		sbuf_printf(&b, ": %s", m->detail);
	}
	note(p, t->utc, p->why);
	wait_long(p, t->now);
}

static void
take_stop(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct hub_answer *m, enum sync_stop stop)
{
	uint32_t epoch = s->epoch;
	bool lines = s->act != PUSH_HELLO && s->act != PUSH_HEAD;
	uint64_t at = m->at != 0 ? m->at : lines ? s->first : 0;

	if (epoch == 0) {
		epoch = m->has_head ? m->head.epoch : p->state.acked_epoch;
	}
	if (at == 0) {
		at = m->has_head ? m->head.sequence : p->state.acked;
	}
	stop_at(p, t, stop, epoch, at);
	if (s->act == PUSH_SALVAGE) {
		/* not even that: until somebody decides */
		wait_long(p, t->now);
	}
}

static void
take_gap(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct hub_answer *m)
{
	uint64_t from = p->from;

	count(p, s, PUSH_GAP);
	take_head(p, t, m);
	/* a hub that knows no beginning but line 1 is asked on, slowly */
	if ((p->from == from || (p->from == 1 && push_begins(p, s->first))) &&
		p->wait.us <= t->now.us) {
		wait_more(p, t->now, -1);
	}
}

static void
take_answer(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct session_reply *r)
{
	const struct hub_answer *m = r->answer;

	switch (m->problem) {
	case PROBLEM_NONE:
		if (r->status >= 200 && r->status < 300) {
			take_done(p, t, s, m);
		} else {
			take_refusal(p, t, m);
		}
		return;
	case PROBLEM_GAP:
		take_gap(p, t, s, m);
		return;
	case PROBLEM_FORK:
		count(p, s, PUSH_FORKED);
		take_stop(p, t, s, m, SYNC_STOP_FORK);
		return;
	case PROBLEM_FENCED:
		count(p, s, PUSH_FENCED);
		take_stop(p, t, s, m, SYNC_STOP_FENCED);
		return;
	case PROBLEM_CLONE:
		take_stop(p, t, s, m, SYNC_STOP_CLONE);
		return;
	case PROBLEM_REVOKED:
		count(p, s, PUSH_REJECTED);
		take_stop(p, t, s, m, SYNC_STOP_REVOKED);
		return;
	case PROBLEM_MALFORMED:
	case PROBLEM_TOO_LARGE:
		take_malformed(p, t, s, m);
		return;
	case PROBLEM_BUSY:
	case PROBLEM_DATABASE:
		/* what it did before it said so is not known */
		count(p, s, PUSH_REJECTED);
		p->head_known = p->head_known && s->act != PUSH_EVENTS &&
				s->act != PUSH_POISON;
		put_why(p, N_("the hub is busy"));
		wait_more(p, t->now,
			m->retry_s > 0 ? (int64_t)m->retry_s : r->retry_s);
		return;
	case PROBLEM_SIGNATURE:
	case PROBLEM_CLOCK:
	case PROBLEM_DENIED:
	case PROBLEM_RESIDENCY:
	case PROBLEM_CODE:
	case PROBLEM_NOT_FOUND:
	case PROBLEM_REFETCH:
	case PROBLEM_INVALID:
	case PROBLEM_OTHER:
	case PROBLEM_COUNT:
		break;
	}
	count(p, s, PUSH_REJECTED);
	take_refusal(p, t, m);
}

/* Nobody answered, or somebody who is not the hub. */
static void
take_silence(struct push *p, const struct turn *t, const struct push_sent *s,
	const struct session_reply *r)
{
	int64_t retry = -1;

	count(p, s, PUSH_NETWORK_ERROR);
	p->online = false;
	put_why(p, r->why[0] != '\0' ? r->why : N_("the hub does not answer"));
	if (r->end != SESSION_NOT_SENT) {
		p->head_known = false;
		if ((s->act == PUSH_EVENTS || s->act == PUSH_SALVAGE)) {
			halve(p, s); /* a bad line gets something through */
		}
	}
	if (r->end == SESSION_NOT_OURS &&
		(r->status == 429 || r->status == 503)) {
		retry = r->retry_s;
	}
	wait_more(p, t->now, retry);
}

/* The cashier's next key does not wait for what has time. */
static void
breathe(struct push *p, const struct push_sent *s, struct mono now)
{
	int64_t us = p->worked_us < SECOND_US / PUSH_REST_TIMES
			     ? p->worked_us * PUSH_REST_TIMES
			     : SECOND_US;

	if ((s->act == PUSH_EVENTS || s->act == PUSH_SALVAGE) &&
		now.us < p->used.us) {
		p->breath.us = now.us + us;
	}
}

void
push_reply(struct push *p, const struct session_reply *r, struct mono now,
	struct utc utc, uint64_t mark, push_own_fn own, void *arg)
{
	const struct turn t = {now, utc, mark, own, arg};
	struct push_sent s = p->sent;

	p->sent = (struct push_sent){0};
	breathe(p, &s, now);
	if (r->end != SESSION_ANSWERED || r->answer == NULL) {
		take_silence(p, &t, &s, r);
		return;
	}
	p->online = true;
	p->why[0] = '\0';
	p->rtt_ms = r->rtt_ms;
	p->state.success = utc;
	p->moved_on = true;
	take_answer(p, &t, &s, r);
	note_over(p, utc);
}

void
push_trouble(struct push *p, struct mono now, const char *why)
{
	p->sent = (struct push_sent){0};
	put_why(p, why);
	wait_more(p, now, -1);
}
