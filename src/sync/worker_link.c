/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's link: which hub, by which keys, from which line on. */
#include <poll.h>
#include <string.h>

#include "base/keys_reader.h"
#include "base/log.h"
#include "sync/worker_internal.h"
#include "wire/peek.h"

#include "base/poison.h"

#define NET_US INT64_C(5000000)
#define SCAN_LINES 20000u
#define IMPORTED "holdfast.catalog.imported.v1"

void
worker_unlink(struct worker *w)
{
	struct err e = {0};

	if (w->linked && worker_keep(w, true, &e) != RC_OK) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"", e.msg);
	}
	history_stop(w->history);
	w->history = NULL;
	w->restoring = false;
	w->scanned = 0;
	w->imported = 0;
	pull_close(w->pull);
	w->pull = NULL;
	session_close(w->session);
	w->session = NULL;
	if (w->follow != NULL && follow_fd(w->follow) >= 0) {
		(void)!loop_fd(w->loop, follow_fd(w->follow), 0, worker_log, w);
	}
	follow_close(w->follow);
	w->follow = NULL;
	if (w->keys.keys != NULL) {
		w->conf.keyring.close(w->conf.keyring.arg);
	}
	w->keys = (struct worker_keys){0};
	w->linked = false;
	worker_step_at(w, (struct mono){-1});
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

/* Whose state it is: the key's name, and the nonce it was enrolled with. */
static void
whose(const struct worker *w, char *out, size_t cap)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_printf(&b, "%s %s", w->link.keyid, w->link.nonce);
}

static bool
is_of(const struct sync_state *s, const char *keyid)
{
	size_t n = strlen(keyid);

	return strncmp(s->keyid, keyid, n) == 0 &&
	       (s->keyid[n] == '\0' || s->keyid[n] == ' ');
}

/* What was kept is of this link, or of none. */
static enum rc
load_state(struct worker *w, struct sync_state *s, struct err *reterr)
{
	char mark[SYNC_DB_KEYID_BYTES];
	enum rc rc = sync_db_get(w->db, s, reterr);

	if (rc == RC_CORRUPT) {
		log_event(LOG_LVL_WARN, "sync", "state", "what=\"%s\"",
			reterr->msg);
		memset(s, 0, sizeof(*s));
		rc = RC_OK;
	}
	if (rc == RC_OK && !is_of(s, w->link.keyid)) {
		if (s->keyid[0] != '\0') {
			rc = sync_db_poison_clear(w->db, reterr);
		}
		memset(s, 0, sizeof(*s));
	}
	whose(w, mark, sizeof(mark));
	if (rc == RC_OK && strcmp(s->keyid, mark) != 0) {
		/* enrolled anew, as itself: the hub drew a nonce, and what it
		 * refused before it is asked again */
		if (strchr(s->keyid, ' ') != NULL) {
			s->nonce[0] = '\0';
			s->next[0] = '\0';
			s->stop = SYNC_STOP_NONE;
			s->stop_epoch = 0;
			s->stop_sequence = 0;
		}
		put(s->keyid, sizeof(s->keyid), mark);
	}
	return rc;
}

static void
on_feeds(void *arg)
{
	struct worker *w = arg;

	/* later: it may end what is telling; with --once it may have been the
	 * last thing */
	worker_step_at(w, worker_now(w).mono);
	worker_changed(w);
}

/* Feeds are asked for more often than heads: what they find out of the line is
 * true of all of it, also where nothing is sold. */
static void
on_heard(void *arg, bool there)
{
	struct worker *w = arg;
	struct mono now = worker_now(w).mono;

	if (!there && w->push.online) {
		push_check(&w->push);
	} else if (there && !w->push.online && w->net_failed &&
		   now.us >= w->net_next.us) {
		w->net_next.us = now.us + NET_US;
		push_now(&w->push);
	} else {
		return;
	}
	worker_step_at(w, now);
}

/* From the start once, then what came since: only when somebody imports beside
 * a hub.  Of years of lines a piece at a time, so that the register is answered
 * meanwhile; not known before the last of them was seen. */
static uint64_t
last_import(void *arg)
{
	struct worker *w = arg;
	uint64_t mark = follow_mark(w->follow);
	uint64_t at = w->scanned > 0 ? w->scanned + 1 : follow_first(w->follow);
	struct follow_line line;
	struct wire_peek peek;

	at = at == 0 ? 1 : at;
	for (unsigned n = 0; at <= mark && n < SCAN_LINES; at++, n++) {
		if (follow_line(w->follow, at, &line, NULL) != RC_OK) {
			break;
		}
		w->scanned = at;
		if (wire_peek(line.p, line.n, &peek, NULL) == RC_OK &&
			strcmp(peek.type, IMPORTED) == 0) {
			w->imported = at;
		}
	}
	if (w->scanned < mark) {
		return 0;
	}
	/* a line is in the log before the catalog it is about is in use */
	return w->imported == 0 && mark > 0 ? FEEDS_NO_LINE : w->imported;
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
		.imported = last_import,
		.heard = on_heard,
		.arg = w,
	};

	return pull_open(&conf, &w->pull, reterr);
}

static bool
look_at_link(const struct worker *w, struct stat *ret)
{
	char path[PATH_BYTES];

	memset(ret, 0, sizeof(*ret));
	return path_join(path, sizeof(path), w->sync, LINK_NAME) == RC_OK &&
	       stat(path, ret) == 0;
}

bool
worker_link_moved(const struct worker *w)
{
	const struct stat *was = &w->link_file;
	struct stat now;

	return !look_at_link(w, &now) || now.st_ino != was->st_ino ||
	       now.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != was->st_mtim.tv_nsec;
}

/* The keys the hub knows: those that were offered, from its answer until they
 * are in use. */
static enum rc
open_keys(struct worker *w, struct err *reterr)
{
	static const uint8_t unsaid[SIGN_PUB_BYTES];
	const struct worker_keyring *r = &w->conf.keyring;
	const uint8_t *link = w->link.link_key;
	enum rc rc = r->open(r->arg, false, &w->keys, reterr);

	if (memcmp(link, unsaid, SIGN_PUB_BYTES) == 0 ||
		(rc != RC_OK && rc != RC_NOTFOUND && rc != RC_KEY) ||
		(rc == RC_OK && memcmp(keys_link_public(w->keys.keys), link,
					SIGN_PUB_BYTES) == 0)) {
		return rc;
	}
	if (rc == RC_OK) {
		r->close(r->arg);
		w->keys = (struct worker_keys){0};
	}
	rc = r->open(r->arg, true, &w->keys, reterr);
	return rc == RC_NOTFOUND ? r->open(r->arg, false, &w->keys, reterr)
				 : rc;
}

static enum rc
link_up(struct worker *w, struct err *reterr)
{
	struct session_conf conf;
	struct sync_state state;
	enum rc rc;

	(void)look_at_link(w, &w->link_file);
	rc = link_read(w->sync, &w->link, reterr);
	if (rc == RC_OK) {
		rc = open_keys(w, reterr);
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
		rc = loop_fd(
			w->loop, follow_fd(w->follow), POLLIN, worker_log, w);
	}
	if (rc == RC_OK) {
		push_init(&w->push, &state, w->link.reg, w->link.hub_key,
			&w->rng);
		session_set_offset(w->session, state.offset_us);
		if (w->conf.salvage) {
			uint64_t first = follow_first(w->follow);

			push_salvage(&w->push, first == 0 ? 1 : first);
		}
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

	if (w->join.enroll != NULL) {
		return;
	}
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
		worker_step_at(w, worker_now(w).mono);
	}
	worker_changed(w);
}
