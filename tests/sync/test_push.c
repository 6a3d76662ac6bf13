/* SPDX-License-Identifier: Apache-2.0 */
/* What goes up next and what answers mean, against a hub of a few lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sync/push.h"
#include "wire/batch.h"

#include "base/poison.h"

#define LINES 400u
#define S INT64_C(1000000)
#define MINUTE (60 * S)

/* A log whose line n is its hash, and a hub that has some of it. */
struct world {
	struct follow_fact line[LINES + 1];
	uint64_t mark;
	uint32_t hub_epoch;
	uint64_t hub_sequence;
	uint8_t hub_hash[HASH_BYTES];
	unsigned seen[LINES + 1]; /* times the hub stored it */
	unsigned salvaged[LINES + 1];
	bool poison[LINES + 1];
	uint8_t pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
	uint8_t reg[UUID_BYTES];
	struct rng_seeded seed;
	struct rng rng;
	struct mono now;
	struct push push;
};

static void
make(struct world *w, uint64_t mark, uint64_t seed)
{
	static const uint8_t zeros[SIGN_SEED_BYTES];
	struct sync_state state = {0};

	memset(w, 0, sizeof(*w));
	w->mark = mark;
	w->rng = rng_seeded(&w->seed, seed);
	crypto_sign_key(zeros, w->pub, w->sec);
	memset(w->reg, 7, sizeof(w->reg));
	w->now.us = 1000 * S;
	for (uint64_t i = 1; i <= LINES; i++) {
		w->line[i].epoch = 1;
		w->line[i].sequence = i;
		sha256(w->line[i].hash, &i, sizeof(i));
		w->line[i].time.us = (int64_t)i * S;
	}
	w->hub_epoch = 1;
	push_init(&w->push, &state, w->reg, w->pub, &w->rng);
}

static void
start_again(struct world *w)
{
	struct sync_state kept = w->push.state;

	push_init(&w->push, &kept, w->reg, w->pub, &w->rng);
}

static enum rc
own(void *arg, uint64_t sequence, struct follow_fact *ret)
{
	struct world *w = arg;

	if (sequence == 0 || sequence > w->mark) {
		return RC_NOTFOUND;
	}
	*ret = w->line[sequence];
	return RC_OK;
}

static void
head_of(const struct world *w, struct hub_answer *m)
{
	struct anchor h = {.epoch = w->hub_epoch, .sequence = w->hub_sequence};

	memcpy(h.hash, w->hub_hash, HASH_BYTES);
	memcpy(h.reg, w->reg, UUID_BYTES);
	h.time.us = 5 * S;
	anchor_sign(&h, w->sec, m->anchor);
	memset(h.reg, 0, UUID_BYTES); /* it stands in no answer */
	m->has_head = true;
	m->head = h;
}

static void
tell(struct world *w, const struct session_reply *r)
{
	struct utc utc = {w->now.us};

	push_reply(&w->push, r, w->now, utc, w->mark, own, w);
}

/* The hub's answer, honest. */
static void
say(struct world *w, enum hub_problem problem)
{
	struct hub_answer m = {0};
	struct session_reply r = {.end = SESSION_ANSWERED,
		.status = hub_problem_status(problem),
		.answer = &m,
		.retry_s = -1};

	head_of(w, &m);
	m.problem = problem;
	tell(w, &r);
}

static void
silence(struct world *w, enum session_end end)
{
	struct session_reply r = {.end = end, .retry_s = -1};

	tell(w, &r);
}

/* It takes so long to make a request. */
#define WORK_US 3000

static struct push_plan
plan(struct world *w)
{
	struct utc utc = {w->now.us};

	return push_plan(&w->push, w->now, utc, w->mark);
}

static void
sent(struct world *w, const struct push_plan *p)
{
	uint64_t last = p->upto;
	struct push_sent s = {.act = p->act, .first = p->from};

	if (p->act == PUSH_EVENTS || p->act == PUSH_SALVAGE) {
		/* one epoch a batch, as many lines as are allowed */
		last = p->from;
		while (last < p->upto && last - p->from + 1 < p->max_lines &&
			w->line[last + 1].epoch == w->line[p->from].epoch) {
			last++;
		}
	}
	if (p->from > 0 && p->from <= LINES) {
		s.epoch = w->line[p->from].epoch;
	}
	s.last = last;
	push_sent(&w->push, &s, WORK_US);
}

/* What an honest hub does with it. */
static enum hub_problem
carry_out(struct world *w)
{
	const struct push_sent *s = &w->push.sent;

	if (s->act == PUSH_SALVAGE) {
		for (uint64_t i = s->first; i <= s->last; i++) {
			w->salvaged[i]++;
		}
		return PROBLEM_NONE;
	}
	if (s->act != PUSH_EVENTS && s->act != PUSH_POISON) {
		return PROBLEM_NONE;
	}
	if (w->hub_sequence > 0 && s->epoch < w->hub_epoch) {
		return PROBLEM_FENCED;
	}
	if (s->epoch > w->hub_epoch) {
		w->hub_sequence = s->first - 1; /* from a line it has */
		w->hub_epoch = s->epoch;
	}
	if (s->first > w->hub_sequence + 1) {
		return PROBLEM_GAP;
	}
	for (uint64_t i = s->first; i <= s->last; i++) {
		if (w->poison[i] && s->act == PUSH_EVENTS) {
			return PROBLEM_MALFORMED;
		}
	}
	for (uint64_t i = s->first; i <= s->last; i++) {
		if (i <= w->hub_sequence) {
			continue;
		}
		w->seen[i]++;
		w->hub_sequence = i;
		memcpy(w->hub_hash, w->line[i].hash, HASH_BYTES);
	}
	return PROBLEM_NONE;
}

/* Honest answers until it rests with nothing to wait for. */
static unsigned
settle(struct world *w)
{
	unsigned n = 0;

	for (; n < 5000; n++) {
		struct push_plan p = plan(w);

		if (p.act == PUSH_REST) {
			if (p.at.us >= w->push.check.us) {
				return n;
			}
			assert_true(p.at.us > w->now.us);
			assert_true(p.at.us - w->now.us <= 302 * S);
			w->now = p.at;
			continue;
		}
		sent(w, &p);
		say(w, carry_out(w));
	}
	fail_msg("it does not come to rest");
	return n;
}

static void
each_once(const struct world *w)
{
	for (uint64_t i = 1; i <= w->mark; i++) {
		if (w->seen[i] != 1) {
			fail_msg("line %u is there %u times", (unsigned)i,
				w->seen[i]);
		}
	}
	assert_int_equal(w->push.state.acked, w->mark);
	assert_int_equal(push_queued(&w->push, w->mark), 0);
}

static void
test_plain(void **state)
{
	struct world w;
	struct push_plan p;

	(void)state;
	make(&w, 100, 1);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_HELLO);
	assert_true(w.push.durable);
	assert_true(w.push.state.next[0] != '\0');
	sent(&w, &p);
	assert_int_equal(plan(&w).act, PUSH_REST); /* one at a time */
	say(&w, PROBLEM_NONE);
	assert_string_equal(w.push.state.next, "");
	/* each start counts one more */
	assert_memory_equal(w.push.state.nonce, "1.", 2);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	assert_int_equal(p.from, 1);
	sent(&w, &p);
	say(&w, carry_out(&w));
	each_once(&w);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
	assert_true(p.at.us - w.now.us <= 15 * MINUTE);
	w.now = p.at;
	assert_int_equal(plan(&w).act, PUSH_HEAD);
}

static void
test_unknown_asks_the_head(void **state)
{
	static const enum session_end end[] = {
		SESSION_UNKNOWN, SESSION_NOT_OURS, SESSION_NOT_SENT};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(end); i++) {
		struct world w;
		struct push_plan p;

		make(&w, 10, i);
		settle(&w);
		w.mark = 20;
		p = plan(&w);
		sent(&w, &p);
		if (end[i] != SESSION_NOT_SENT) {
			(void)carry_out(&w);
		}
		silence(&w, end[i]);
		assert_int_equal(w.push.state.acked, 10);
		assert_false(w.push.online);
		p = plan(&w);
		assert_int_equal(p.act, PUSH_REST);
		w.now = p.at;
		p = plan(&w);
		assert_int_equal(p.act,
			end[i] == SESSION_NOT_SENT ? PUSH_EVENTS : PUSH_HEAD);
		settle(&w);
		each_once(&w);
	}
}

static void
test_waits_are_bounded(void **state)
{
	struct world w;
	int64_t most = 0, sum = 0;

	(void)state;
	make(&w, 5, 3);
	for (int i = 0; i < 400; i++) {
		struct push_plan p = plan(&w);
		int64_t us;

		assert_int_not_equal(p.act, PUSH_REST);
		sent(&w, &p);
		silence(&w, SESSION_NOT_SENT);
		p = plan(&w);
		assert_int_equal(p.act, PUSH_REST);
		us = p.at.us - w.now.us;
		assert_true(us > 0 && us <= 301 * S);
		most = us > most ? us : most;
		sum += us;
		w.now = p.at;
	}
	/* drawn from all of the time, not grown to its end and left there */
	assert_true(most > 250 * S);
	assert_true(sum / 400 > 100 * S && sum / 400 < 200 * S);
	push_now(&w.push);
	assert_int_not_equal(plan(&w).act, PUSH_REST);
	settle(&w);
	each_once(&w);
}

static void
test_poison(void **state)
{
	(void)state;
	for (uint64_t bad = 1; bad <= 40; bad += 3) {
		struct world w;

		make(&w, 40, bad);
		w.poison[bad] = true;
		w.poison[bad < 40 ? bad + 1 : 1] = true;
		settle(&w);
		each_once(&w);
		assert_true(w.push.poisoned); /* nobody took it from there */
	}
}

static void
test_hub_goes_back(void **state)
{
	struct world w;

	(void)state;
	make(&w, 200, 5);
	settle(&w);
	w.hub_sequence = 50;
	memcpy(w.hub_hash, w.line[50].hash, HASH_BYTES);
	for (uint64_t i = 51; i <= 200; i++) {
		w.seen[i] = 0;
	}
	w.now.us += 16 * MINUTE;
	settle(&w);
	each_once(&w);
	assert_int_equal(w.push.went_back, 1);
	/* all of it */
	w.hub_sequence = 0;
	memset(w.hub_hash, 0, HASH_BYTES);
	memset(w.seen, 0, sizeof(w.seen));
	w.now.us += 16 * MINUTE;
	settle(&w);
	each_once(&w);
}

/* The till was restored at 100 and went on as epoch 2. */
static void
restored(struct world *w, uint64_t at)
{
	for (uint64_t i = at + 1; i <= LINES; i++) {
		w->line[i].epoch = 2;
		w->line[i].hash[0] ^= 0x80;
	}
}

static void
test_epochs(void **state)
{
	struct world w;

	(void)state;
	/* the hub has less than the restore, exactly it, or more of before */
	for (uint64_t has = 60; has <= 140; has += 40) {
		make(&w, 150, has);
		w.mark = has;
		settle(&w);
		w.mark = 150;
		restored(&w, 100);
		w.now.us += 16 * MINUTE;
		settle(&w);
		for (uint64_t i = 1; i <= 150; i++) {
			/* of more, the lines of the former epoch stay facts */
			unsigned n = has > 100 && i > 100 && i <= has ? 2 : 1;

			assert_int_equal(w.seen[i], n);
		}
		assert_int_equal(w.push.state.acked, 150);
		assert_int_equal(w.push.state.acked_epoch, 2);
		assert_int_equal(w.push.state.stop, SYNC_STOP_NONE);
	}
	/* the old disk, found again, behind another that is epoch 2 */
	make(&w, 150, 9);
	w.mark = 120;
	settle(&w);
	w.hub_epoch = 2;
	w.hub_sequence = 130;
	memset(w.hub_hash, 9, HASH_BYTES);
	w.mark = 150;
	w.now.us += 16 * MINUTE;
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_FENCED);
	assert_int_equal(w.push.state.acked, 120);
	for (uint64_t i = 121; i <= 150; i++) {
		assert_int_equal(w.seen[i], 0);
		assert_int_equal(w.salvaged[i], 1);
	}
}

/* Who goes on in its place moves the hub's head: that is no other refusal. */
static void
test_a_refusal_is_one(void **state)
{
	struct world w;
	uint64_t at = 0;

	(void)state;
	make(&w, 50, 12);
	settle(&w);
	w.hub_epoch = 2;
	w.mark = 60;
	for (unsigned i = 0; i < 5; i++) {
		w.hub_sequence = 70 + i;
		memset(w.hub_hash, (int)i, HASH_BYTES);
		w.now.us += 16 * MINUTE;
		settle(&w);
		assert_int_equal(w.push.state.stop, SYNC_STOP_FENCED);
		at = i == 0 ? w.push.state.stop_sequence : at;
		assert_int_equal(w.push.state.stop_sequence, at);
	}
}

/* The head is asked for before its time, and the answer counts. */
static void
test_check(void **state)
{
	struct world w;
	struct push_plan p;

	(void)state;
	make(&w, 5, 13);
	settle(&w);
	assert_true(w.push.online);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
	push_check(&w.push);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_HEAD);
	sent(&w, &p);
	silence(&w, SESSION_NOT_SENT);
	assert_false(w.push.online);
	/* and no more often than one waits */
	push_check(&w.push);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
}

/* A hub that does not even take the greeting is asked now and then. */
static void
test_greeting_is_refused(void **state)
{
	static const enum hub_problem why[] = {
		PROBLEM_FENCED, PROBLEM_REVOKED, PROBLEM_FORK, PROBLEM_CLONE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(why); i++) {
		struct world w;
		unsigned hello = 0;

		make(&w, 20, 1);
		push_salvage(&w.push, 3);
		for (unsigned n = 0; n < 10; n++) {
			struct push_plan p = plan(&w);

			if (p.act == PUSH_REST) {
				assert_true(p.at.us - w.now.us > 11 * MINUTE);
				w.now = p.at;
				break;
			}
			sent(&w, &p);
			hello += p.act == PUSH_HELLO ? 1 : 0;
			say(&w, p.act == PUSH_HELLO ? why[i] : carry_out(&w));
		}
		assert_int_equal(hello, 1);
		assert_int_equal(push_salvaged(&w.push, w.mark),
			why[i] != PROBLEM_REVOKED);
		assert_int_equal(w.push.state.acked, 0);
	}
}

/* An old disk: what a hub had and lost is on it alone. */
static void
test_old_disk(void **state)
{
	struct world w;

	(void)state;
	make(&w, 50, 9);
	settle(&w);
	start_again(&w);
	push_salvage(&w.push, 11);
	w.hub_epoch = 2;
	w.hub_sequence = 30;
	memset(w.hub_hash, 9, HASH_BYTES);
	w.now.us += 16 * MINUTE;
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_FENCED);
	assert_true(push_salvaged(&w.push, w.mark));
	for (uint64_t i = 1; i <= 50; i++) {
		assert_int_equal(w.salvaged[i], i >= 11 ? 1 : 0);
	}
	/* and again, whenever it is read */
	start_again(&w);
	push_salvage(&w.push, 11);
	settle(&w);
	assert_int_equal(w.salvaged[10], 0);
	assert_int_equal(w.salvaged[50], 2);
}

/* A power cut takes the watermark back, and the register brings it forward. */
static void
test_stale_watermark(void **state)
{
	struct world w;

	(void)state;
	make(&w, 100, 13);
	settle(&w);
	w.mark = 90;
	start_again(&w);
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_ROLLBACK);
	w.mark = 95;
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_ROLLBACK);
	w.mark = 110;
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_NONE);
	each_once(&w);
}

static void
test_fork_and_rollback(void **state)
{
	struct world w;

	(void)state;
	make(&w, 100, 11);
	settle(&w);
	w.hub_sequence = 130;
	memset(w.hub_hash, 3, HASH_BYTES);
	w.now.us += 16 * MINUTE;
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_ROLLBACK);
	w.mark = 140; /* sold on, on the old image */
	settle(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_FORK);
	assert_int_equal(w.push.state.acked, 100);
	for (uint64_t i = 101; i <= 140; i++) {
		assert_int_equal(w.seen[i], 0);
		assert_int_equal(w.salvaged[i], 1);
	}
	/* kept over a restart, and healed when the hub says what is so */
	w.hub_sequence = 100;
	memcpy(w.hub_hash, w.line[100].hash, HASH_BYTES);
	start_again(&w);
	settle(&w);
	each_once(&w);
	assert_int_equal(w.push.state.stop, SYNC_STOP_NONE);
}

static void
test_refusals_keep_the_queue(void **state)
{
	(void)state;
	for (int i = PROBLEM_GAP; i < PROBLEM_COUNT; i++) {
		struct world w;
		struct push_plan p;

		make(&w, 10, (uint64_t)i);
		settle(&w);
		w.mark = 30;
		p = plan(&w);
		sent(&w, &p);
		say(&w, (enum hub_problem)i);
		assert_int_equal(w.push.state.acked, 10);
		/* whatever it was, it goes on by itself when it is over */
		w.now.us += 21 * MINUTE;
		settle(&w);
		w.now.us += 21 * MINUTE;
		settle(&w);
		each_once(&w);
	}
}

/* A worker that starts when it is refused for good: its first word already. */
static void
test_refused_from_the_start(void **state)
{
	static const enum hub_problem why[] = {
		PROBLEM_FENCED, PROBLEM_FORK, PROBLEM_REVOKED, PROBLEM_CLONE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(why); i++) {
		unsigned asked = 0;
		struct world w;

		make(&w, 30, i);
		for (unsigned turn = 0; turn < 1000; turn++) {
			struct push_plan p = plan(&w);

			if (p.act == PUSH_REST) {
				if (p.at.us > (1000 + 3600) * S) {
					break;
				}
				w.now = p.at;
				continue;
			}
			sent(&w, &p);
			if (p.act == PUSH_SALVAGE) {
				for (uint64_t n = p.from; n <= w.push.sent.last;
					n++) {
					w.salvaged[n]++;
				}
				say(&w, PROBLEM_NONE);
			} else {
				asked++;
				say(&w, why[i]);
			}
		}
		/* every quarter of an hour, and not in a circle */
		assert_in_range(asked, 2, 6);
		for (uint64_t n = 1; n <= 30; n++) {
			assert_int_equal(w.salvaged[n],
				why[i] == PROBLEM_REVOKED ? 0 : 1);
		}
	}
}

static void
test_lies(void **state)
{
	struct world w;
	struct hub_answer m = {0};
	struct session_reply r = {.end = SESSION_ANSWERED,
		.status = 200,
		.answer = &m,
		.retry_s = -1};
	struct push_plan p;

	(void)state;
	make(&w, 10, 17);
	settle(&w);
	w.mark = 20;
	p = plan(&w);
	sent(&w, &p);
	/* "stored", and the head it names is the one before */
	head_of(&w, &m);
	tell(&w, &r);
	assert_int_equal(w.push.state.acked, 10);
	assert_int_equal(plan(&w).act, PUSH_REST);
	settle(&w);
	each_once(&w);
	/* an anchor by another key */
	w.mark = 30;
	p = plan(&w);
	sent(&w, &p);
	(void)carry_out(&w);
	head_of(&w, &m);
	m.anchor[5] ^= 1;
	tell(&w, &r);
	assert_int_equal(w.push.state.acked, 20);
	settle(&w);
	each_once(&w);
}

static void
test_pause(void **state)
{
	struct world w;
	struct push_plan p;

	(void)state;
	make(&w, 10, 19);
	settle(&w);
	w.mark = 20;
	push_pause(&w.push, 10 * MINUTE, w.now, (struct utc){w.now.us});
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
	assert_true(p.at.us > w.now.us);
	w.now.us += 11 * MINUTE;
	settle(&w);
	each_once(&w);
	assert_int_equal(w.push.state.paused.us, 0);
}

/* By the clock that is never set; behind a start no longer than it began. */
static void
test_pause_and_clocks(void **state)
{
	const struct utc day = {INT64_C(1764000000) * S};
	const struct utc back = {day.us - 400 * 24 * 60 * MINUTE};
	struct world w;

	(void)state;
	make(&w, 10, 19);
	settle(&w);
	w.mark = 20;
	push_pause(&w.push, 10 * MINUTE, w.now, day);
	w.now.us += 9 * MINUTE;
	assert_int_equal(
		push_plan(&w.push, w.now, back, w.mark).act, PUSH_REST);
	w.now.us += 2 * MINUTE;
	assert_int_not_equal(
		push_plan(&w.push, w.now, back, w.mark).act, PUSH_REST);
	push_pause(&w.push, 10 * MINUTE, w.now, day);
	w.now.us += 9 * MINUTE;
	/* set ahead it ends no sooner */
	assert_int_equal(push_plan(&w.push, w.now,
				 (struct utc){day.us + 60 * MINUTE}, w.mark)
				 .act,
		PUSH_REST);
	start_again(&w);
	assert_int_equal(
		push_plan(&w.push, w.now, back, w.mark).act, PUSH_REST);
	w.now.us += 9 * MINUTE;
	assert_int_equal(
		push_plan(&w.push, w.now, back, w.mark).act, PUSH_REST);
	w.now.us += 2 * MINUTE;
	assert_int_not_equal(
		push_plan(&w.push, w.now, back, w.mark).act, PUSH_REST);
	/* what an older worker left says nothing of its length: a week */
	push_pause(&w.push, 10 * MINUTE, w.now, day);
	w.push.state.pause_us = 0;
	start_again(&w);
	assert_int_equal(push_plan(&w.push, w.now, back, w.mark).at.us,
		w.now.us + PUSH_PAUSE_MAX_US);
	/* until told */
	push_pause(&w.push, INT64_MAX, w.now, day);
	start_again(&w);
	assert_int_equal(push_plan(&w.push, w.now, back, w.mark).at.us, -1);
	push_pause(&w.push, 0, w.now, day);
	settle(&w);
	each_once(&w);
}

/* What is over is told apart from what is. */
static void
test_what_was(void **state)
{
	const enum hub_problem why[] = {
		PROBLEM_SIGNATURE, PROBLEM_DENIED, PROBLEM_REVOKED};
	struct push_plan p;
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(why); i++) {
		int64_t began = 0;

		make(&w, 10, 19);
		settle(&w);
		assert_string_equal(w.push.state.was, "");
		w.mark = 20;
		for (int n = 0; n < 3; n++) {
			p = plan(&w);
			if (p.act == PUSH_REST) {
				w.now = p.at;
				p = plan(&w);
			}
			sent(&w, &p);
			say(&w, why[i]);
			began = n == 0 ? w.now.us : began;
			assert_non_null(strstr(
				w.push.state.was, hub_problem_word(why[i])));
			assert_int_equal(w.push.state.was_at.us, began);
			assert_int_equal(w.push.state.was_over.us, 0);
			w.now.us += S;
		}
		start_again(&w);
		w.now.us += 20 * MINUTE;
		settle(&w);
		each_once(&w);
		assert_string_equal(w.push.why, "");
		assert_int_equal(w.push.state.stop, SYNC_STOP_NONE);
		assert_int_equal(w.push.state.was_at.us, began);
		assert_true(w.push.state.was_over.us > began);
	}
}

/* A hub that went back has what it had when it was sent that again. */
static void
test_what_was_of_a_hub(void **state)
{
	struct push_plan p;
	struct world w;

	(void)state;
	make(&w, 20, 19);
	settle(&w);
	w.hub_sequence = 12;
	memcpy(w.hub_hash, w.line[12].hash, HASH_BYTES);
	for (uint64_t i = 13; i <= 20; i++) {
		w.seen[i] = 0;
	}
	push_now(&w.push);
	p = plan(&w);
	sent(&w, &p);
	say(&w, carry_out(&w));
	assert_string_equal(
		w.push.state.was, "the hub went back from line 20 to 12");
	assert_int_equal(w.push.state.was_over.us, 0);
	settle(&w);
	each_once(&w);
	assert_true(w.push.state.was_over.us > 0);
}

/* Anything may happen to any request and answer, then all is well: each line
 * is there once, whatever came before. */
static void
test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct world w;
		uint8_t dice[400];

		make(&w, 20, seed);
		rng_fill(&w.rng, dice, sizeof(dice));
		w.poison[dice[0] % 60 + 1] = dice[1] % 2 == 0;
		for (size_t i = 2; i + 1 < sizeof(dice); i += 2) {
			struct push_plan p = plan(&w);

			if (p.act == PUSH_REST) {
				w.now.us +=
					dice[i] % 2 == 0 ? 5 * S : 3 * MINUTE;
				w.mark += w.mark < 60 ? dice[i + 1] % 3 : 0;
				continue;
			}
			sent(&w, &p);
			switch (dice[i] % 8) {
			case 0:
				silence(&w, SESSION_NOT_SENT);
				break;
			case 1:
				silence(&w, SESSION_UNKNOWN);
				break;
			case 2:
				(void)carry_out(&w);
				silence(&w, SESSION_UNKNOWN);
				break;
			case 3:
				(void)carry_out(&w);
				silence(&w, SESSION_NOT_OURS);
				break;
			case 4:
				(void)carry_out(&w);
				say(&w, PROBLEM_DATABASE);
				break;
			case 5:
				say(&w, PROBLEM_BUSY);
				break;
			case 6: /* killed, and started with what was kept */
				(void)carry_out(&w);
				start_again(&w);
				break;
			default:
				say(&w, carry_out(&w));
				break;
			}
		}
		push_now(&w.push);
		settle(&w);
		each_once(&w);
	}
}

/* Purged before it came to a hub: it begins with what is there. */
static void
test_begins_late(void **state)
{
	struct push_plan p;
	struct world w;

	(void)state;
	make(&w, 60, 3);
	w.hub_epoch = 0;
	p = plan(&w);
	assert_int_equal(p.act, PUSH_HELLO);
	sent(&w, &p);
	say(&w, PROBLEM_NONE);
	push_begin(&w.push, 41);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	assert_int_equal(p.from, 41);
	assert_true(push_begins(&w.push, p.from));
	sent(&w, &p);
	/* a hub that does not know that is not asked in a circle */
	say(&w, PROBLEM_GAP);
	push_begin(&w.push, 41);
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
	w.now = p.at;
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	assert_int_equal(p.from, 41);
	sent(&w, &p);
	w.hub_epoch = 1;
	w.hub_sequence = 60;
	memcpy(w.hub_hash, w.line[60].hash, HASH_BYTES);
	say(&w, PROBLEM_NONE);
	assert_int_equal(w.push.state.acked, 60);
	assert_false(push_begins(&w.push, 61));
	/* and whoever acknowledged something has no other beginning */
	w.push.from = 1;
	push_begin(&w.push, 41);
	assert_int_equal(w.push.from, 1);
}

/* A month goes up at once where nobody is, in small pieces with air between
 * them where somebody sells; but it goes. */
static void
test_leaves_room_for_a_sale(void **state)
{
	struct world w;
	struct push_plan p;
	struct mono began;
	unsigned n = 0;

	(void)state;
	make(&w, LINES - 100, 7);
	w.push.greeted = true;
	w.push.head_known = true;
	w.push.check.us = w.now.us + 900 * S;
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	assert_int_equal(p.max_lines, BATCH_EVENTS);
	w.push.lines = 8; /* a bad line is no matter of who sells */
	assert_int_equal(plan(&w).max_lines, 8);
	w.push.lines = BATCH_EVENTS;
	w.mark++; /* a sale */
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	assert_int_equal(p.max_lines, PUSH_USED_LINES);
	began = w.now;
	while (p.act == PUSH_EVENTS) {
		p.max_lines = 10;
		sent(&w, &p);
		say(&w, carry_out(&w));
		n++;
		p = plan(&w);
		if (push_queued(&w.push, w.mark) == 0) {
			break;
		}
		/* nothing that must be on the disk before the next */
		assert_false(w.push.changed);
		assert_true(w.push.moved_on);
		assert_int_equal(p.act, PUSH_REST);
		assert_true(push_breathes(&w.push, w.now));
		assert_int_equal(p.at.us - w.now.us, WORK_US * PUSH_REST_TIMES);
		w.now = p.at;
		p = plan(&w);
	}
	each_once(&w);
	assert_true(n > 5);
	assert_int_equal(w.now.us - began.us,
		(int64_t)(n - 1) * WORK_US * PUSH_REST_TIMES);
	/* one that takes minutes does not rest for hours */
	w.now.us += 10 * S;
	w.mark++;
	p = plan(&w);
	assert_int_equal(p.act, PUSH_EVENTS);
	sent(&w, &p);
	w.push.worked_us = 60 * S;
	w.mark++;
	say(&w, carry_out(&w));
	p = plan(&w);
	assert_int_equal(p.act, PUSH_REST);
	assert_int_equal(p.at.us - w.now.us, S);
	/* and nobody was there for a while */
	w.now.us += (PUSH_USED_S + 1) * S;
	p = plan(&w);
	assert_int_equal(p.max_lines, BATCH_EVENTS);
	sent(&w, &p);
	say(&w, carry_out(&w));
	assert_false(push_breathes(&w.push, w.now));
	each_once(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_unknown_asks_the_head),
		cmocka_unit_test(test_waits_are_bounded),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_hub_goes_back),
		cmocka_unit_test(test_epochs),
		cmocka_unit_test(test_a_refusal_is_one),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_greeting_is_refused),
		cmocka_unit_test(test_old_disk),
		cmocka_unit_test(test_fork_and_rollback),
		cmocka_unit_test(test_stale_watermark),
		cmocka_unit_test(test_refusals_keep_the_queue),
		cmocka_unit_test(test_refused_from_the_start),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_pause_and_clocks),
		cmocka_unit_test(test_what_was),
		cmocka_unit_test(test_what_was_of_a_hub),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_begins_late),
		cmocka_unit_test(test_leaves_room_for_a_sale),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
