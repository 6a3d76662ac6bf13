/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_WORKER_INTERNAL_H
#define SYNC_WORKER_INTERNAL_H

#include <sys/stat.h>

#include "base/file.h"
#include "base/notify.h"
#include "base/sbuf.h"
#include "store/sync_db.h"
#include "sync/channel.h"
#include "sync/enroll.h"
#include "sync/follow.h"
#include "sync/history.h"
#include "sync/http.h"
#include "sync/link.h"
#include "sync/metrics.h"
#include "sync/pull.h"
#include "sync/push.h"
#include "sync/session.h"
#include "sync/worker.h"

/* Timers of the one loop. */
enum worker_timer {
	WORKER_TIMER_HTTP = 1,
	WORKER_TIMER_STEP,
	WORKER_TIMER_LOOK,
	WORKER_TIMER_TELL,
	WORKER_TIMER_AWAKE,
	WORKER_TIMER_METRICS,
	WORKER_TIMER_PULL,
	WORKER_TIMER_ENROLL,
	WORKER_TIMER_JOINED,
	WORKER_TIMER_HISTORY
};

/* What the register is told, in one word. */
enum worker_link {
	WORKER_NONE,	   /* not enrolled */
	WORKER_LOCKED,	   /* its key is not there */
	WORKER_CONNECTING, /* nobody answered yet */
	WORKER_ONLINE,
	WORKER_OFFLINE,
	WORKER_PAUSED,
	WORKER_STOPPED
};

/* An enrolment under way. */
struct worker_join {
	struct enroll *enroll; /* NULL none */
	struct follow *follow;
	struct worker_keys keys;
	/* who asked for it, and hears of its end; 0 nobody */
	struct channel_client *asker;
	uint64_t serial;
	enum rc rc; /* of its end */
	char word[24], text[ERR_MSG_BYTES];
};

struct worker {
	struct worker_conf conf;
	char sync[PATH_BYTES], journal[PATH_BYTES], catalog[PATH_BYTES];
	int lock;
	int net; /* what the kernel says of lines, -1 nothing */
	struct mono net_next; /* not before, however it flutters */
	struct loop *loop;
	struct http *http;
	struct clock clock;
	struct rng rng;
	struct notify notify;
	struct sync_db *db;
	struct channel *channel;
	struct metrics *metrics;
	/* while it is enrolled and has its keys: */
	bool linked;
	bool locked;	     /* enrolled, and the keys are not there */
	char trouble[PUSH_WHY_BYTES]; /* why not linked, "" none */
	struct link link;
	struct stat link_file; /* as it was when it was read */
	struct worker_keys keys;
	struct session *session;
	struct follow *follow;
	struct push push;
	struct pull *pull;
	uint64_t scanned, imported; /* lines looked at for imports, the last */
	struct worker_join join;
	bool restoring; /* this machine has no lines yet: they are fetched, and
			 * nothing is sent before the register begins anew */
	struct history *history;
	char *body; /* of what is under way */
	size_t cap_body;
	/* what was told last */
	enum worker_link told;
	struct utc since;
	struct mono told_at;
	struct mono kept_at; /* push's state, on the disk */
	bool tell_due;
	bool net_failed; /* a request failed, since the last that did not */
	bool left;	 /* .once: not everything went */
};

/** worker_now(w): one reading. */
struct clock_reading worker_now(const struct worker *w);
/** worker_step(w): do what is next, or set the time when to look again. */
void worker_step(struct worker *w);
/** worker_changed(w): whoever watches is told, within a second. */
void worker_changed(struct worker *w);
/** worker_relink(w): read link and keys anew; not while an enrolment has them.
 */
void worker_relink(struct worker *w);
/** worker_link_moved(w): the link is not the one that was read: this register
 * left its hub, or came to another one. */
bool worker_link_moved(const struct worker *w);
/** worker_keep(w, all, reterr): what push changed, on disk; without ${all} how
 * far the hub is only every ten seconds: its next answer says it again, and a
 * register that sells has the disk for itself. */
MUST_CHECK enum rc worker_keep(
	struct worker *w, bool all, struct err *reterr);

/** worker_unlink(w): let go of link, keys and log. */
void worker_unlink(struct worker *w);

/* worker_join.c */

/** worker_join(w, c): what sync/enroll asks; ${c}, or NULL, hears of its end:
 * OK or ERR.  False: nothing is asked. */
bool worker_join(struct worker *w, struct channel_client *c);
/** worker_join_stop(w): nobody hears of it any more. */
void worker_join_stop(struct worker *w);
/** worker_restore(w, reterr): begin to fetch the lines that are not there. */
MUST_CHECK enum rc worker_restore(struct worker *w, struct err *reterr);

/** worker_step_at(w, at): look again then; below 0: when something happens. */
void worker_step_at(struct worker *w, struct mono at);
/** worker_reply(w, r): a session_fn of what was pushed.  worker_log(w, fd,
 * revents): a loop_fd_fn, the watermark may have moved. */
void worker_reply(void *arg, const struct session_reply *r);
MUST_CHECK enum rc worker_log(void *arg, int fd, short revents);

/* worker_ask.c */

/** worker_start(w, plan, reterr): ask the hub what was planned.  RC_CORRUPT,
 * RC_KEY the log does not open; RC_NOTFOUND a line is not there; RC_NOMEM. */
MUST_CHECK enum rc worker_start(
	struct worker *w, const struct push_plan *plan, struct err *reterr);
/** worker_room_back(w): the memory of a long queue goes back. */
void worker_room_back(struct worker *w);

/* worker_say.c */

/** worker_say_end(c, word, text): OK, or with a word ERR. */
void worker_say_end(
	struct channel_client *c, const char *word, const char *text);

/** worker_link(w): how the link is. */
enum worker_link worker_link(const struct worker *w);
/** worker_tell(w): the STATE line to whoever watches, if one is due. */
void worker_tell(struct worker *w);
/** worker_hear(w, c, line, n): a channel_fn. */
void worker_hear(
	void *arg, struct channel_client *c, const char *line, size_t n);
/** worker_oldest(w, ret): the time of the oldest line the hub has not; false:
 * there is none. */
bool worker_oldest(struct worker *w, struct utc *ret);
/** worker_count(w, out): metrics, as Prometheus reads them. */
void worker_count(void *arg, struct sbuf *out);

#endif
