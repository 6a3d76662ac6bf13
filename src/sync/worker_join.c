/* SPDX-License-Identifier: Apache-2.0 */
/* Coming to a hub, and the lines of a machine that is gone. */
#include <string.h>

#include "base/log.h"
#include "sync/worker_internal.h"

#include "base/poison.h"

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static void
let_go(struct worker *w)
{
	struct worker_join *j = &w->join;

	enroll_stop(j->enroll);
	j->enroll = NULL;
	follow_close(j->follow);
	j->follow = NULL;
	if (j->keys.keys != NULL) {
		w->conf.keyring.close(w->conf.keyring.arg);
	}
	j->keys = (struct worker_keys){0};
}

void
worker_join_stop(struct worker *w)
{
	let_go(w);
}

static void
tell(struct worker *w, const char *word, const char *text)
{
	struct worker_join *j = &w->join;

	if (word[0] != '\0') {
		log_event(LOG_LVL_WARN, "sync", "enroll", "word=%s what=\"%s\"",
			word, text);
		put(w->trouble, sizeof(w->trouble), text);
	}
	if (j->asker != NULL && j->serial != 0 &&
		channel_serial(j->asker) == j->serial) {
		worker_say_end(j->asker, word, text);
	}
	j->asker = NULL;
	join_remove(w->sync);
}

/* Outside of what was told: all of it can go. */
static enum rc
on_joined(void *arg)
{
	struct worker *w = arg;
	struct worker_join *j = &w->join;
	char word[sizeof(j->word)], text[sizeof(j->text)];

	memcpy(word, j->word, sizeof(word));
	memcpy(text, j->text, sizeof(text));
	let_go(w);
	if (j->rc == RC_OK) {
		log_event(LOG_LVL_INFO, "sync", "enrolled", "store=\"%s\"",
			w->conf.store);
	}
	worker_relink(w);
	tell(w, word, text);
	worker_changed(w);
	return RC_OK;
}

static void
on_end(void *arg, const struct enroll_end *end)
{
	struct worker *w = arg;
	struct worker_join *j = &w->join;

	j->rc = end->rc;
	put(j->word, sizeof(j->word),
		end->rc == RC_OK       ? ""
		: end->word[0] != '\0' ? end->word
				       : "link");
	put(j->text, sizeof(j->text), end->text);
	if (loop_timer(w->loop, WORKER_TIMER_JOINED, worker_now(w).mono,
		    on_joined, w) != RC_OK) {
		loop_stop(w->loop); /* whoever starts it starts it again */
	}
}

static enum rc
begin(struct worker *w, const struct join *asked, struct err *reterr)
{
	struct worker_join *j = &w->join;
	struct enroll_conf conf = {
		.http = w->http,
		.loop = w->loop,
		.timer = WORKER_TIMER_ENROLL,
		.rng = &w->rng,
		.sync = w->sync,
		.join = asked,
	};
	enum rc rc = w->conf.keyring.open(
		w->conf.keyring.arg, true, &j->keys, reterr);

	if (rc == RC_NOTFOUND) {
		/* made by an older program, or a restore's own */
		rc = w->conf.keyring.open(
			w->conf.keyring.arg, false, &j->keys, reterr);
	}

	if (rc == RC_OK) {
		rc = follow_open(w->journal, j->keys.keys, &j->follow, reterr);
	}
	if (rc == RC_OK) {
		(void)follow_look(j->follow);
		conf.keys = j->keys.keys;
		conf.follow = j->follow;
		rc = enroll_start(&conf, on_end, w, &j->enroll, reterr);
	}
	return rc;
}

bool
worker_join(struct worker *w, struct channel_client *c)
{
	struct worker_join *j = &w->join;
	struct err e = {0};
	struct join asked;
	enum rc rc = join_read(w->sync, &asked, &e);

	if (rc == RC_NOTFOUND) {
		return false;
	}
	j->asker = c;
	j->serial = c != NULL ? channel_serial(c) : 0;
	if (rc == RC_OK) {
		/* the keys are those of the link that comes */
		worker_unlink(w);
		rc = begin(w, &asked, &e);
	}
	crypto_wipe(&asked, sizeof(asked));
	if (rc != RC_OK) {
		let_go(w);
		tell(w,
			rc == RC_AGAIN   ? "locked"
			: rc == RC_INVAL ? "code"
					 : "link",
			e.msg);
		worker_relink(w);
	}
	return true;
}

/* --- lines of a machine that is gone --- */

static void
on_history(void *arg, enum rc rc, const char *why)
{
	struct worker *w = arg;

	if (rc != RC_OK) {
		log_event(LOG_LVL_WARN, "sync", "history", "what=\"%s\"", why);
		put(w->trouble, sizeof(w->trouble), why);
	} else {
		log_event(
			LOG_LVL_INFO, "sync", "history", "dir=\"%s\"", w->sync);
	}
	if (w->conf.once) {
		w->left = rc != RC_OK;
		loop_stop(w->loop);
	}
}

enum rc
worker_restore(struct worker *w, struct err *reterr)
{
	struct history_conf conf = {
		.sync = w->sync,
		.loop = w->loop,
		.timer = WORKER_TIMER_HISTORY,
		.session = w->session,
		.rng = &w->rng,
		.reg = w->link.reg,
		.hub = w->link.hub,
		.hub_key = w->link.hub_key,
	};

	if (history_there(w->sync)) {
		return RC_OK;
	}
	return history_start(&conf, on_history, w, &w->history, reterr);
}
