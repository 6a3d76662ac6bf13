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
#include "sync/netup.h"
#include "sync/worker_internal.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define KEEP_S 10
#define LOOK_S 30 /* the watermark, should inotify say nothing */
#define METRICS_S 15
#define NET_S 5
#define LOCK_NAME "lock"

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

void
worker_step_at(struct worker *w, struct mono at)
{
	if (loop_timer(w->loop, WORKER_TIMER_STEP, at, on_step, w) != RC_OK) {
		loop_stop(w->loop); /* whoever starts it starts it again */
	}
}

/* --- what is kept --------------------------------------------------------- */

enum rc
worker_keep(struct worker *w, bool all, struct err *reterr)
{
	struct push *p = &w->push;
	struct mono now = worker_now(w).mono;
	enum rc rc;

	all = all || now.us >= w->kept_at.us + KEEP_S * SECOND_US;
	if (p->poisoned) {
		struct follow_fact f;

		if (follow_fact(w->follow, p->item.sequence, &f, NULL) ==
			RC_OK) {
			memcpy(p->item.hash, f.hash, HASH_BYTES);
		}
		rc = sync_db_poison(w->db, &p->item, &p->state, reterr);
		p->poisoned = rc != RC_OK;
	} else if (p->changed || (p->moved_on && all)) {
		rc = sync_db_put(w->db, &p->state, p->durable, reterr);
	} else {
		return RC_OK;
	}
	if (rc == RC_OK) {
		p->changed = false;
		p->moved_on = false;
		p->durable = false;
		w->kept_at = now;
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
			   (!push_salvages(&w->push) ||
				   w->push.state.salvaged >= mark))) {
		w->left = !(w->conf.salvage && push_salvaged(&w->push, mark));
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
		if (w->push.from == 1 && w->push.state.most == 0) {
			push_begin(&w->push, follow_first(w->follow));
		}
		plan = push_plan(
			&w->push, now.mono, now.utc, follow_mark(w->follow));
		rc = worker_keep(w,
			plan.act == PUSH_REST &&
				w->push.sent.act == PUSH_REST &&
				!push_breathes(&w->push, now.mono),
			&e);
		if (rc != RC_OK) {
			log_trouble(w, &e);
			plan.act = PUSH_REST;
			plan.at = w->push.wait;
		}
		if (plan.act == PUSH_REST) {
			break;
		}
		rc = worker_start(w, &plan, &e);
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
	worker_step_at(w, plan.at);
	if (push_queued(&w->push, follow_mark(w->follow)) == 0) {
		worker_room_back(w);
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
			"why=\"%s\" status=%d curl=%d", r->why, r->status,
			r->curl);
	}
	w->net_failed = failed;
}

void
worker_reply(void *arg, const struct session_reply *r)
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
	pull_acked(w->pull, w->push.state.acked);
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
		pull_again(w->pull);
	}
	if (worker_keep(w, false, &e) != RC_OK) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"", e.msg);
	}
	worker_changed(w);
	worker_step(w);
}

enum rc
worker_log(void *arg, int fd, short revents)
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
	} else if (!w->linked || worker_link_moved(w)) {
		worker_relink(w);
	} else if (follow_look(w->follow)) {
		worker_changed(w);
		worker_step(w);
	}
	at.us += LOOK_S * SECOND_US;
	return loop_timer(w->loop, WORKER_TIMER_LOOK, at, on_look, w);
}

/* A cable, a radio, a new address: who waits for a line tries now, and not at
 * the end of five minutes; but once in a while only, should it flutter. */
static enum rc
on_net(void *arg, int fd, short revents)
{
	struct worker *w = arg;
	struct mono now = worker_now(w).mono;

	(void)revents;
	if (netup_came(fd) && w->linked && !w->push.online &&
		now.us >= w->net_next.us) {
		w->net_next.us = now.us + NET_S * SECOND_US;
		push_now(&w->push);
		worker_step(w);
	}
	return RC_OK;
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
			"cannot make %s: who runs holdfast-syncd must be able "
			"to write there",
			w->sync);
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
	w->net = netup_open();
	if (rc == RC_OK && w->net >= 0) {
		rc = loop_fd(w->loop, w->net, POLLIN, on_net, w);
	}
	if (rc == RC_OK && w->notify.every_us > 0) {
		rc = loop_timer(w->loop, WORKER_TIMER_AWAKE, now, on_awake, w);
	}
	return rc;
}

static void
close_all(struct worker *w)
{
	if (w->loop != NULL) {
		metrics_write(w->metrics);
		worker_join_stop(w);
		worker_unlink(w);
		metrics_close(w->metrics);
		channel_close(w->channel);
		http_close(w->http);
		loop_free(w->loop);
	}
	sync_db_close(w->db);
	worker_room_back(w);
	if (w->net >= 0) {
		(void)close(w->net);
	}
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
	w->net = -1;
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
