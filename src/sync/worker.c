/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/worker.h"

#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/machine.h"
#include "sync/worker_internal.h"
#include "wire/batch.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define LOOK_S 30 /* the watermark, should inotify say nothing */
#define METRICS_S 15
#define LOCK_NAME "lock"
#define PRODUCT "holdfast-syncd/" PACKAGE_VERSION
#define LIMIT_POISON (BATCH_BYTES + 4096)

static enum rc
own_fact(void *arg, uint64_t sequence, struct follow_fact *ret)
{
	struct worker *w = arg;

	return follow_fact(w->follow, sequence, ret, NULL);
}

struct clock_reading
worker_now(const struct worker *w)
{
	return clock_read(&w->clock);
}

static enum rc
on_step(void *arg)
{
	worker_step(arg);
	return RC_OK;
}

static void
step_at(struct worker *w, struct mono at)
{
	if (loop_timer(w->loop, WORKER_TIMER_STEP, at, on_step, w) != RC_OK) {
		loop_stop(w->loop); /* whoever starts it starts it again */
	}
}

/* --- what is kept --------------------------------------------------------- */

enum rc
worker_keep(struct worker *w, struct err *reterr)
{
	struct push *p = &w->push;
	enum rc rc;

	if (p->poisoned) {
		struct follow_fact f;

		if (follow_fact(w->follow, p->item.sequence, &f, NULL) ==
			RC_OK) {
			memcpy(p->item.hash, f.hash, HASH_BYTES);
		}
		rc = sync_db_poison(w->db, &p->item, &p->state, reterr);
		p->poisoned = rc != RC_OK;
	} else if (p->changed) {
		rc = sync_db_put(w->db, &p->state, p->durable, reterr);
	} else {
		return RC_OK;
	}
	if (rc == RC_OK) {
		p->changed = false;
		p->durable = false;
	}
	return rc;
}

/* --- asking the hub ------------------------------------------------------- */

static enum rc
room(struct worker *w, size_t n, struct err *reterr)
{
	char *grown;

	if (n <= w->cap_body) {
		return RC_OK;
	}
	grown = realloc(w->body, n);
	if (grown == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "worker",
			"no memory for a request");
	}
	w->body = grown;
	w->cap_body = n;
	return RC_OK;
}

/* Nothing waits: the memory of a long queue goes back. */
static void
room_back(struct worker *w)
{
	free(w->body);
	w->body = NULL;
	w->cap_body = 0;
}

static enum rc
body_hello(struct worker *w, struct sbuf *b, struct err *reterr)
{
	char machine[MACHINE_BYTES];
	struct hub_hello m = {
		.nonce = w->push.state.nonce[0] != '\0' ? w->push.state.nonce
							: w->link.nonce,
		.next = w->push.state.next,
		.product = PRODUCT,
	};
	struct follow_fact f;
	uint64_t mark = follow_mark(w->follow);

	machine_here(w->link.reg, machine);
	m.machine = machine[0] != '\0' ? machine : NULL;
	if (mark > 0 && follow_fact(w->follow, mark, &f, NULL) == RC_OK) {
		m.has_head = true;
		m.head.epoch = f.epoch;
		m.head.sequence = f.sequence;
		memcpy(m.head.reg, w->link.reg, UUID_BYTES);
		memcpy(m.head.hash, f.hash, HASH_BYTES);
		m.head.time = f.time;
	}
	return hub_hello_encode(&m, b, reterr);
}

static enum rc
body_poison(
	struct worker *w, uint64_t sequence, struct sbuf *b, struct err *reterr)
{
	struct hub_poison m = {.sequence = sequence};
	struct follow_fact before, own;
	struct follow_line line;
	enum rc rc = RC_OK;

	if (sequence > 1) {
		rc = follow_fact(w->follow, sequence - 1, &before, reterr);
		memcpy(m.prev, before.hash, HASH_BYTES);
	}
	if (rc == RC_OK) {
		rc = follow_fact(w->follow, sequence, &own, reterr);
	}
	if (rc == RC_OK) {
		rc = follow_line(w->follow, sequence, &line, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	m.epoch = own.epoch;
	memcpy(m.hash, own.hash, HASH_BYTES);
	m.reason = w->push.item.reason;
	m.bytes = (const uint8_t *)line.p;
	m.n_bytes = line.n;
	return hub_poison_encode(&m, b, reterr);
}

static const char *
put_backlog(struct worker *w, char *out, size_t cap)
{
	uint64_t n = push_queued(&w->push, follow_mark(w->follow));
	struct utc oldest;
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, "count=");
	sbuf_u64(&b, n);
	if (worker_oldest(w, &oldest)) {
		int64_t s = (worker_now(w).utc.us - oldest.us) / SECOND_US;

		sbuf_puts(&b, ", oldest=");
		sbuf_i64(&b, s > 0 ? s : 0);
	}
	return out;
}

static void on_reply(void *arg, const struct session_reply *r);

/* Everything but the body, which is in w->body. */
static enum rc
ask(struct worker *w, enum push_act act, size_t n_body, struct err *reterr)
{
	static const char *const name[] = {
		[PUSH_HELLO] = "hello",
		[PUSH_HEAD] = "head",
		[PUSH_EVENTS] = "events",
		[PUSH_POISON] = "quarantine",
		[PUSH_SALVAGE] = "salvage",
	};
	char path[128], reg[UUID_TEXT_BYTES], backlog[64];
	bool lines = act == PUSH_EVENTS || act == PUSH_SALVAGE;
	struct session_question q = {
		.method = act == PUSH_HEAD ? "GET" : "POST",
		.path = path,
		.type = lines ? BATCH_TYPE : "application/json",
		.deflate = true,
		.max_bytes = SESSION_ANSWER_BYTES,
	};
	struct sbuf b;

	uuid_format(w->link.reg, reg);
	sbuf_init(&b, path, sizeof(path));
	sbuf_printf(&b, "/v1/registers/%s/%s", reg, name[act]);
	if (act == PUSH_HEAD) {
		q.type = NULL;
	} else {
		q.body = w->body;
		q.n_body = n_body;
	}
	if (act == PUSH_HEAD || act == PUSH_EVENTS) {
		q.backlog = put_backlog(w, backlog, sizeof(backlog));
	}
	return session_ask(w->session, &q, on_reply, w, reterr);
}

static enum rc
start(struct worker *w, const struct push_plan *plan, struct err *reterr)
{
	bool lines = plan->act == PUSH_EVENTS || plan->act == PUSH_SALVAGE;
	struct push_sent sent = {
		.act = plan->act, .first = plan->from, .last = plan->upto};
	struct follow_batch batch;
	struct follow_fact own;
	struct sbuf b;
	enum rc rc = room(w,
		plan->act == PUSH_HEAD || plan->act == PUSH_HELLO
			? 4096
			: LIMIT_POISON,
		reterr);

	if (rc != RC_OK) {
		return rc;
	}
	sbuf_init(&b, w->body, w->cap_body);
	if (lines) {
		rc = follow_batch(w->follow, plan->from, plan->upto,
			plan->max_lines, plan->max_bytes, &b, &batch, reterr);
		sent.last = batch.last;
		sent.epoch = batch.epoch;
	} else if (plan->act == PUSH_HELLO) {
		rc = body_hello(w, &b, reterr);
	} else if (plan->act == PUSH_POISON) {
		rc = body_poison(w, plan->from, &b, reterr);
		if (rc == RC_OK) {
			rc = follow_fact(w->follow, plan->from, &own, reterr);
			sent.epoch = own.epoch;
		}
	}
	if (rc == RC_OK) {
		rc = ask(w, plan->act, b.len, reterr);
	}
	if (rc == RC_OK) {
		push_sent(&w->push, &sent);
	}
	return rc;
}

/* --- the loop ------------------------------------------------------------- */

/* With --once: is there nothing left, or does nothing move? */
static void
end_once(struct worker *w)
{
	uint64_t mark = follow_mark(w->follow);

	if (!w->conf.once || w->push.sent.act != PUSH_REST) {
		return;
	}
	if (w->push.head_known && w->push.online &&
		w->push.state.stop == SYNC_STOP_NONE &&
		push_queued(&w->push, mark) == 0 && pull_idle(w->pull)) {
		w->left = false;
		loop_stop(w->loop);
	} else if (pull_waits(w->pull) || w->push.tries > 0 ||
		   w->push.state.paused.us != 0 ||
		   (w->push.state.stop != SYNC_STOP_NONE &&
			   w->push.state.salvaged >= mark)) {
		loop_stop(w->loop);
	}
}

/* The log came back: the register goes on from it, then there is a link to go
 * on with. */
static void
end_restore(struct worker *w)
{
	pull_hold(w->pull, true);
	if (follow_mark(w->follow) > 0) {
		worker_relink(w);
	} else if (w->conf.once && w->history == NULL) {
		w->left = !history_there(w->sync);
		loop_stop(w->loop);
	}
}

static void
log_trouble(struct worker *w, const struct err *e)
{
	log_event(LOG_LVL_WARN, "sync", "trouble", "what=\"%s\"", e->msg);
	push_trouble(&w->push, worker_now(w).mono, e->msg);
}

void
worker_step(struct worker *w)
{
	struct clock_reading now;
	struct push_plan plan;
	struct err e = {0};
	enum rc rc;

	if (!w->linked || w->join.enroll != NULL) {
		return;
	}
	if (w->restoring) {
		end_restore(w);
		return;
	}
	for (;;) {
		now = worker_now(w);
		plan = push_plan(
			&w->push, now.mono, now.utc, follow_mark(w->follow));
		rc = worker_keep(w, &e);
		if (rc != RC_OK) {
			log_trouble(w, &e);
			plan.act = PUSH_REST;
			plan.at = w->push.wait;
		}
		if (plan.act == PUSH_REST) {
			break;
		}
		rc = start(w, &plan, &e);
		if (rc == RC_OK) {
			worker_changed(w);
			return;
		}
		if (rc == RC_CORRUPT || rc == RC_KEY) {
			/* a key may have changed under it */
			log_trouble(w, &e);
			worker_relink(w);
			return;
		}
		log_trouble(w, &e);
	}
	pull_hold(w->pull, w->push.state.paused.us != 0);
	step_at(w, plan.at);
	if (push_queued(&w->push, follow_mark(w->follow)) == 0) {
		room_back(w);
	}
	end_once(w);
	worker_changed(w);
}

static void
log_reply(struct worker *w, const struct session_reply *r)
{
	bool failed = r->end != SESSION_ANSWERED;

	if (failed != w->net_failed) {
		log_event(LOG_LVL_INFO, "sync", failed ? "offline" : "online",
			"why=\"%s\" status=%d", r->why, r->status);
	}
	w->net_failed = failed;
}

static void
on_reply(void *arg, const struct session_reply *r)
{
	struct worker *w = arg;
	struct clock_reading now = worker_now(w);
	enum sync_stop stop = w->push.state.stop;
	uint64_t back = w->push.went_back;
	struct err e = {0};

	log_reply(w, r);
	push_reply(&w->push, r, now.mono, now.utc, follow_mark(w->follow),
		own_fact, w);
	w->push.state.offset_us = session_offset_us(w->session);
	pull_head(w->pull, follow_mark(w->follow));
	if (r->answer != NULL && r->answer->problem == PROBLEM_NONE) {
		pull_heard(w->pull, r->answer);
	}
	if (w->push.state.stop != stop) {
		log_event(LOG_LVL_WARN, "sync", "stop",
			"kind=%s epoch=%u sequence=%llu",
			sync_stop_word(w->push.state.stop),
			(unsigned)w->push.state.stop_epoch,
			(unsigned long long)w->push.state.stop_sequence);
	}
	if (w->push.went_back != back) {
		log_event(LOG_LVL_WARN, "sync", "went-back", "hub=%llu",
			(unsigned long long)w->push.state.acked);
	}
	if (worker_keep(w, &e) != RC_OK) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"", e.msg);
	}
	worker_changed(w);
	worker_step(w);
}

static enum rc
on_log(void *arg, int fd, short revents)
{
	struct worker *w = arg;

	(void)fd;
	(void)revents;
	if (follow_look(w->follow)) {
		worker_changed(w);
		worker_step(w);
	}
	return RC_OK;
}

static enum rc
on_look(void *arg)
{
	struct worker *w = arg;
	struct mono at = worker_now(w).mono;

	if (w->join.enroll != NULL || worker_join(w, NULL)) {
		; /* its end links */
	} else if (!w->linked) {
		worker_relink(w);
	} else if (follow_look(w->follow)) {
		worker_changed(w);
		worker_step(w);
	}
	at.us += LOOK_S * SECOND_US;
	return loop_timer(w->loop, WORKER_TIMER_LOOK, at, on_look, w);
}

static enum rc
on_tell(void *arg)
{
	worker_tell(arg);
	return RC_OK;
}

void
worker_changed(struct worker *w)
{
	struct mono at = w->told_at;
	struct mono now = worker_now(w).mono;

	if (w->tell_due) {
		return;
	}
	w->tell_due = true;
	at.us += SECOND_US;
	if (at.us < now.us) {
		at = now;
	}
	if (loop_timer(w->loop, WORKER_TIMER_TELL, at, on_tell, w) != RC_OK) {
		loop_stop(w->loop);
	}
}

static enum rc
on_awake(void *arg)
{
	struct worker *w = arg;
	struct mono now = worker_now(w).mono;

	notify_awake(&w->notify, now);
	now.us += w->notify.every_us;
	return loop_timer(w->loop, WORKER_TIMER_AWAKE, now, on_awake, w);
}

static enum rc
on_metrics(void *arg)
{
	struct worker *w = arg;
	struct mono at = worker_now(w).mono;

	metrics_write(w->metrics);
	at.us += METRICS_S * SECOND_US;
	return loop_timer(w->loop, WORKER_TIMER_METRICS, at, on_metrics, w);
}

static enum rc
on_end(void *arg)
{
	struct worker *w = arg;

	loop_stop(w->loop);
	return RC_OK;
}

/* --- the link ------------------------------------------------------------- */

void
worker_unlink(struct worker *w)
{
	history_stop(w->history);
	w->history = NULL;
	w->restoring = false;
	pull_close(w->pull);
	w->pull = NULL;
	session_close(w->session);
	w->session = NULL;
	if (w->follow != NULL && follow_fd(w->follow) >= 0) {
		(void)!loop_fd(w->loop, follow_fd(w->follow), 0, on_log, w);
	}
	follow_close(w->follow);
	w->follow = NULL;
	if (w->keys.keys != NULL) {
		w->conf.keyring.close(w->conf.keyring.arg);
	}
	w->keys = (struct worker_keys){0};
	w->linked = false;
	step_at(w, (struct mono){-1});
}

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static void
session_of(const struct worker *w, struct session_conf *c)
{
	memset(c, 0, sizeof(*c));
	put(c->url, sizeof(c->url), w->link.url);
	put(c->tls, sizeof(c->tls), w->link.tls);
	put(c->keyid, sizeof(c->keyid), w->link.keyid);
	memcpy(c->hub, w->link.hub, UUID_BYTES);
	memcpy(c->hub_key, w->link.hub_key, SIGN_PUB_BYTES);
	memcpy(c->reg, w->link.reg, UUID_BYTES);
	c->link_secret = w->keys.link_secret;
}

/* What was kept is of this link, or of none. */
static enum rc
load_state(struct worker *w, struct sync_state *s, struct err *reterr)
{
	enum rc rc = sync_db_get(w->db, s, reterr);

	if (rc == RC_CORRUPT) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"",
			reterr->msg);
		memset(s, 0, sizeof(*s));
		rc = RC_OK;
	}
	if (rc == RC_OK && strcmp(s->keyid, w->link.keyid) != 0) {
		if (s->keyid[0] != '\0') {
			rc = sync_db_poison_clear(w->db, reterr);
		}
		memset(s, 0, sizeof(*s));
		put(s->keyid, sizeof(s->keyid), w->link.keyid);
	}
	return rc;
}

static void
on_feeds(void *arg)
{
	struct worker *w = arg;

	/* later: it may end what is telling; with --once it may have been the
	 * last thing */
	step_at(w, worker_now(w).mono);
	worker_changed(w);
}

static enum rc
open_pull(struct worker *w, struct err *reterr)
{
	struct pull_conf conf = {
		.store = w->conf.store,
		.catalog = w->catalog,
		.loop = w->loop,
		.timer = WORKER_TIMER_PULL,
		.session = w->session,
		.rng = &w->rng,
		.reg = w->link.reg,
		.changed = on_feeds,
		.arg = w,
	};

	return pull_open(&conf, &w->pull, reterr);
}

static enum rc
link_up(struct worker *w, struct err *reterr)
{
	struct session_conf conf;
	struct sync_state state;
	enum rc rc = link_read(w->sync, &w->link, reterr);

	if (rc == RC_OK) {
		rc = w->conf.keyring.open(
			w->conf.keyring.arg, &w->keys, reterr);
		w->locked = rc == RC_AGAIN;
	}
	if (rc == RC_OK) {
		rc = load_state(w, &state, reterr);
	}
	if (rc == RC_OK) {
		rc = follow_open(w->journal, w->keys.keys, &w->follow, reterr);
	}
	if (rc == RC_OK) {
		session_of(w, &conf);
		rc = session_open(w->http, &conf, &w->rng, &w->session, reterr);
	}
	if (rc == RC_OK) {
		w->restoring = strcmp(w->link.kind, "restore") == 0 &&
			       follow_mark(w->follow) == 0;
		rc = w->restoring ? worker_restore(w, reterr) : RC_OK;
	}
	if (rc == RC_OK) {
		rc = open_pull(w, reterr);
	}
	if (rc == RC_OK && follow_fd(w->follow) >= 0) {
		rc = loop_fd(w->loop, follow_fd(w->follow), POLLIN, on_log, w);
	}
	if (rc == RC_OK) {
		push_init(&w->push, &state, w->link.reg, w->link.hub_key,
			&w->rng);
		session_set_offset(w->session, state.offset_us);
		w->linked = true;
	}
	return rc;
}

void
worker_relink(struct worker *w)
{
	struct mono wait = w->push.wait;
	unsigned tries = w->push.tries;
	bool before = w->linked;
	struct err e = {0};
	enum rc rc;

	worker_unlink(w);
	w->locked = false;
	rc = link_up(w, &e);
	if (rc != RC_OK) {
		worker_unlink(w);
		put(w->trouble, sizeof(w->trouble),
			rc == RC_NOTFOUND ? "" : e.msg);
		if (rc != RC_NOTFOUND) {
			log_event(LOG_LVL_WARN, "sync", "link", "what=\"%s\"",
				e.msg);
		}
		if (w->conf.once) {
			loop_stop(w->loop);
		}
	} else {
		w->trouble[0] = '\0';
		if (before) {
			/* it was in trouble, and is not to turn in a circle */
			w->push.wait = wait;
			w->push.tries = tries;
		}
		step_at(w, worker_now(w).mono);
	}
	worker_changed(w);
}

/* --- life ----------------------------------------------------------------- */

static enum rc
find_places(struct worker *w, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_join(
		w->journal, sizeof(w->journal), w->conf.store, "journal");

	if (rc == RC_OK) {
		rc = path_join(w->sync, sizeof(w->sync), w->conf.store, "sync");
	}
	if (rc == RC_OK) {
		rc = path_join(w->catalog, sizeof(w->catalog), w->conf.store,
			"catalog");
	}
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), w->sync, LOCK_NAME);
	}
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "worker",
			"the path of the store is too long");
	}
	if (access(w->journal, R_OK | X_OK) != 0) {
		return err_set(reterr, RC_NOTFOUND, errno, "worker",
			"%s is no store that can be read: name it with --store",
			w->conf.store);
	}
	if (mkdir(w->sync, 0770) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, "worker",
			"cannot make %s", w->sync);
	}
	rc = file_lock(path, &w->lock, reterr);
	if (rc == RC_BUSY) {
		return err_set(reterr, rc, 0, "worker",
			"another holdfast-syncd runs for this store: use that "
			"one, or stop it first");
	}
	return rc;
}

static enum rc
open_state(struct worker *w, struct err *reterr)
{
	enum rc rc = sync_db_open(w->sync, &w->db, reterr);

	if (rc == RC_CORRUPT) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"",
			reterr->msg);
		rc = sync_db_remove(w->sync, reterr);
		if (rc == RC_OK) {
			rc = sync_db_open(w->sync, &w->db, reterr);
		}
	}
	return rc;
}

static enum rc
open_loop(struct worker *w, struct err *reterr)
{
	static const int end[] = {SIGTERM, SIGINT, SIGHUP};
	struct mono now = worker_now(w).mono;
	enum rc rc = loop_new(&w->loop, reterr);

	if (rc == RC_OK) {
		rc = http_open(w->loop, WORKER_TIMER_HTTP, &w->http, reterr);
	}
	if (rc == RC_OK) {
		rc = channel_open(
			w->loop, w->sync, worker_hear, w, &w->channel, reterr);
	}
	if (rc == RC_OK && w->conf.metrics != NULL) {
		rc = metrics_open(w->loop, w->conf.metrics, worker_count, w,
			&w->metrics, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(end); i++) {
		rc = loop_signal(w->loop, end[i], on_end, w);
	}
	if (rc == RC_OK) {
		rc = loop_timer(w->loop, WORKER_TIMER_LOOK, now, on_look, w);
	}
	if (rc == RC_OK && w->metrics != NULL) {
		rc = loop_timer(
			w->loop, WORKER_TIMER_METRICS, now, on_metrics, w);
	}
	if (rc == RC_OK && w->notify.every_us > 0) {
		rc = loop_timer(w->loop, WORKER_TIMER_AWAKE, now, on_awake, w);
	}
	return rc;
}

static void
close_all(struct worker *w)
{
	struct err e = {0};

	if (w->loop != NULL) {
		metrics_write(w->metrics);
		worker_join_stop(w);
		if (w->linked && worker_keep(w, &e) != RC_OK) {
			log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"",
				e.msg);
		}
		worker_unlink(w);
		metrics_close(w->metrics);
		channel_close(w->channel);
		http_close(w->http);
		loop_free(w->loop);
	}
	sync_db_close(w->db);
	room_back(w);
	if (w->lock >= 0) {
		(void)close(w->lock);
	}
	free(w);
}

enum rc
worker_run(const struct worker_conf *conf, bool *ret_left, struct err *reterr)
{
	struct worker *w = calloc(1, sizeof(*w));
	enum rc rc;

	if (w == NULL) {
		return err_set(
			reterr, RC_NOMEM, 0, "worker", "no memory to start");
	}
	w->conf = *conf;
	w->clock = clock_system();
	w->rng = rng_system();
	w->lock = -1;
	w->left = true;
	w->since = worker_now(w).utc;
	notify_open(&w->notify);
	rc = find_places(w, reterr);
	if (rc == RC_OK) {
		rc = open_state(w, reterr);
	}
	if (rc == RC_OK) {
		rc = open_loop(w, reterr);
	}
	if (rc == RC_OK) {
		notify_ready(&w->notify);
		log_event(LOG_LVL_INFO, "sync", "start", "store=\"%s\"",
			w->conf.store);
		rc = loop_run(w->loop, reterr);
	}
	notify_close(&w->notify);
	*ret_left = w->left;
	close_all(w);
	return rc;
}
