/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sync/pull_internal.h"

#include "base/poison.h"

#define EVERY_S 30
#define WAIT_MAX_S 300
#define BUSY_S 2 /* an import holds the catalog */
#define AGAIN_S 5
#define FULL_S 60
#define SETTLE_S 5
#define TOUCH_S 60
#define PAGE_ITEMS 1000u

const char *const pull_known[PULL_KNOWN] = {
	FEEDS_PRODUCTS, FEEDS_PRICES, "rules", "config", "people"};

static void step(struct pull *p);

static struct mono
now_of(const struct pull *p)
{
	return clock_read(&p->clock).mono;
}

static enum rc
on_timer(void *arg)
{
	step(arg);
	return RC_OK;
}

static void
wake_at(struct pull *p, struct mono at)
{
	if (loop_timer(p->conf.loop, p->conf.timer, at, on_timer, p) != RC_OK) {
		loop_stop(p->conf.loop); /* whoever starts it starts it again */
	}
}

static void
put_off(struct pull *p, int64_t seconds)
{
	p->wait = now_of(p);
	p->wait.us += seconds * SECOND_US;
}

/* Not all registers of a chain in the same second. */
static int64_t
spread(struct pull *p, int64_t seconds)
{
	uint8_t r;

	rng_fill(&p->rng, &r, sizeof(r));
	return seconds * SECOND_US * (192 + r / 2) / 256;
}

static void
say_why(struct pull *p, const char *why)
{
	struct sbuf b;

	if (strcmp(p->why, why) != 0 && why[0] != '\0') {
		log_event(LOG_LVL_WARN, "pull", "trouble", "what=\"%s\"", why);
	}
	sbuf_init(&b, p->why, sizeof(p->why));
	sbuf_puts(&b, why);
}

static void
changed(struct pull *p)
{
	if (p->conf.changed != NULL) {
		p->conf.changed(p->conf.arg);
	}
}

/* --- what is on disk --- */

static void
look_moved(struct pull_feed *f)
{
	f->moved = f->there &&
		   (!f->has || !f->c.whole || f->afresh || f->rev != f->c.rev);
}

/* RC_BUSY: an import has the catalog. */
static enum rc
load(struct pull *p, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && !p->loaded && i < PULL_KNOWN; i++) {
		struct pull_feed *f = &p->feed[i];

		rc = feeds_where(p->catalog, pull_known[i], &f->c, reterr);
		f->has = rc == RC_OK;
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
		look_moved(f);
	}
	p->loaded = rc == RC_OK;
	return rc;
}

/* Where one feed stands by now. */
static enum rc
reload(struct pull *p, size_t i, struct err *reterr)
{
	struct pull_feed *f = &p->feed[i];
	enum rc rc = feeds_where(p->catalog, pull_known[i], &f->c, reterr);

	f->has = rc == RC_OK;
	look_moved(f);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* How the disk's answers put it off; true: it does not go on now. */
static bool
hindered(struct pull *p, enum rc rc, const struct err *e)
{
	if (rc == RC_OK) {
		return false;
	}
	if (rc == RC_BUSY) {
		put_off(p, BUSY_S);
		return true;
	}
	say_why(p, e->msg);
	/* the shop's own import holds: the next answer may say that the hub
	 * knows of it */
	put_off(p, rc == RC_AGAIN ? AGAIN_S : FULL_S);
	return true;
}

static uint64_t
line_of_import(const struct pull *p)
{
	uint64_t line =
		p->conf.imported != NULL ? p->conf.imported(p->conf.arg) : 0;

	return line > 0 ? line : p->head;
}

/* Own imports, and how far the hub knows of them.  Answers may come many a
 * second. */
static enum rc
settle(struct pull *p, struct err *reterr)
{
	bool lies = p->feed[0].has || p->feed[1].has || p->feed[0].there ||
		    p->feed[1].there;
	struct clock_reading at = clock_read(&p->clock);
	struct utc now = at.utc;
	uint64_t line = 0;
	enum rc rc = RC_OK;

	p->skipped = at.mono.us < p->settled.us;
	if (p->skipped) {
		return RC_OK;
	}
	p->settled.us = at.mono.us + SETTLE_S * SECOND_US;
	for (size_t i = 0; rc == RC_OK && i < PULL_KNOWN; i++) {
		struct pull_feed *f = &p->feed[i];

		if (f->has && !f->moved &&
			(p->applied > f->c.applied ||
				now.us - f->c.at.us > TOUCH_S * SECOND_US ||
				now.us < f->c.at.us)) {
			rc = feeds_touch(p->catalog, pull_known[i], p->applied,
				now, reterr);
			if (rc == RC_OK) {
				f->c.at = now;
				f->c.applied = p->applied > f->c.applied
						       ? p->applied
						       : f->c.applied;
			}
		}
	}
	if (rc == RC_OK && lies && p->head > 0) {
		rc = feeds_settle(p->catalog, 0, reterr);
		if (rc == RC_AGAIN) {
			line = line_of_import(p);
			rc = feeds_settle(p->catalog, line, reterr);
		}
		/* a page says what is applied, also when it is empty */
		p->owing = rc == RC_AGAIN;
		for (size_t i = 0; p->owing && i < 2; i++) {
			struct pull_feed *f = &p->feed[i];

			f->moved =
				f->moved || (f->has && f->c.applied < line &&
						    (line == FEEDS_NO_LINE ||
							    p->acked >= line));
		}
		if (rc == RC_OK) {
			/* an import may have asked for all of it again */
			rc = reload(p, 0, reterr);
		}
		rc = rc == RC_AGAIN ? RC_OK : rc;
	}
	return rc;
}

/* --- hearing --- */

static void
try_later(struct pull *p, int64_t retry_s)
{
	int64_t s = 1;

	for (unsigned i = 0; i < p->tries && s < WAIT_MAX_S; i++) {
		s *= 2;
	}
	s = s > WAIT_MAX_S ? WAIT_MAX_S : s;
	p->tries++;
	p->wait = now_of(p);
	p->wait.us += retry_s >= 0 ? retry_s * SECOND_US : spread(p, s);
	/* what came may have been too much for the line, or for us */
	if ((p->asked == PULL_ASKED_PAGE || p->asked == PULL_WORKS) &&
		p->tries % 2 == 0 && p->limit > 1) {
		p->limit /= 4;
		p->limit = p->limit == 0 ? 1 : p->limit;
	}
}

static void
get_on(struct pull *p)
{
	p->tries = 0;
	p->wait.us = 0;
}

/* Behind all work: what is next. */
static void
work_over(struct pull *p)
{
	p->asked = PULL_ASKED_NOTHING;
	step(p);
	changed(p);
}

static void
on_fold(struct pull *p, const struct pull_done *d)
{
	if (d->rc != RC_OK && d->rc != RC_BUSY) {
		say_why(p, d->err.msg);
	}
	if (d->folded) {
		log_event(LOG_LVL_INFO, "pull", "folded", "feed=products");
	}
	work_over(p);
}

/* False: another piece of work goes on. */
static bool
page_taken(struct pull *p, const struct pull_page *page)
{
	struct pull_feed *f = &p->feed[p->at];
	uint64_t applied = f->c.applied;
	struct err e = {0};

	get_on(p);
	say_why(p, "");
	if (p->limit < PAGE_ITEMS) {
		p->limit =
			p->limit * 2 > PAGE_ITEMS ? PAGE_ITEMS : p->limit * 2;
	}
	if (!page->more && f->rev < page->rev) {
		f->rev = page->rev;
	}
	if (hindered(p, reload(p, p->at, &e), &e)) {
		p->loaded = false;
	}
	p->applied = f->c.applied > p->applied ? f->c.applied : p->applied;
	if (p->owing) {
		/* the line of the import may be among them now; a hub that
		 * does not come to it is not asked in a circle */
		p->settled.us =
			f->c.applied > applied || p->acked > p->asked_acked
				? 0
				: now_of(p).us + EVERY_S * SECOND_US;
	}
	/* what the hub has behind this page it will say */
	if (!page->more && f->c.whole) {
		f->moved = false;
	}
	if (p->at == 0 && !page->more) {
		(void)pull_work(p, NULL, 0, true, true, on_fold);
		return false;
	}
	return true;
}

static void
on_taken(struct pull *p, const struct pull_done *d)
{
	struct pull_feed *f = &p->feed[p->at];

	if (d->rc == RC_PROTO) {
		say_why(p, d->err.msg);
		try_later(p, p->retry_s);
	} else if (d->rc == RC_INVAL || d->rc == RC_CORRUPT) {
		/* somebody else moved it, or what was aside is damaged */
		p->loaded = false;
		f->afresh = d->rc == RC_CORRUPT ||
			    (f->has && strcmp(d->page.epoch, f->c.epoch) != 0);
		put_off(p, 1);
	} else {
		f->afresh = false;
		if (hindered(p, d->rc, &d->err)) {
			p->loaded = false;
		} else if (!page_taken(p, &d->page)) {
			return;
		}
	}
	work_over(p);
}

/* A copy's pages may be many, and its last is all of it. */
static void
on_page(struct pull *p, const struct session_reply *r)
{
	const struct pull_feed *f = &p->feed[p->at];
	bool copy = p->since == 0 || !f->has || !f->c.whole;

	p->retry_s = r->retry_s;
	p->asked = PULL_WORKS;
	if (pull_work(p, (const char *)r->body, r->n_body, copy, false,
		    on_taken)) {
		changed(p);
	}
}

static void
on_persons(struct pull *p, const struct session_reply *r)
{
	if (r->status >= 200 && r->status < 300) {
		p->persons_mtime = p->persons_sent.us;
		get_on(p);
	} else {
		/* it is asked for no more often than the head */
		put_off(p, EVERY_S);
	}
	free(p->persons);
	p->persons = NULL;
}

static void
on_problem(struct pull *p, const struct session_reply *r)
{
	enum hub_problem word =
		r->answer != NULL ? r->answer->problem : PROBLEM_OTHER;
	struct pull_feed *f = &p->feed[p->at];

	if (p->asked == PULL_ASKED_PAGE &&
		(word == PROBLEM_REFETCH || r->status == 410)) {
		f->afresh = true;
		f->moved = true;
		get_on(p);
		return;
	}
	if (p->asked == PULL_ASKED_PAGE && word == PROBLEM_NOT_FOUND) {
		f->there = false;
		f->moved = false;
		get_on(p);
		return;
	}
	say_why(p, r->answer != NULL && r->answer->detail != NULL
			   ? r->answer->detail
			   : "the hub refuses to hand out its feeds");
	try_later(p, r->retry_s);
}

void
pull_reply(void *arg, const struct session_reply *r)
{
	struct pull *p = arg;
	bool heard = r->end == SESSION_ANSWERED;
	struct err e = {0};

	if (p->conf.heard != NULL) {
		p->conf.heard(p->conf.arg, heard);
	}
	if (heard && p->asked == PULL_ASKED_PERSONS) {
		on_persons(p, r);
	} else if (heard && p->asked == PULL_ASKED_PAGE && r->status == 304) {
		get_on(p);
		p->feed[p->at].moved = false;
		p->feed[p->at].rev = p->feed[p->at].c.rev;
		(void)hindered(p, settle(p, &e), &e);
	} else if (heard && r->status >= 400) {
		on_problem(p, r);
	} else if (heard && p->asked == PULL_ASKED_PAGE && r->body != NULL) {
		on_page(p, r);
		return;
	} else if (heard && r->answer != NULL) {
		get_on(p);
		p->asked = PULL_ASKED_NOTHING;
		pull_heard(p, r->answer);
		changed(p);
		return;
	} else {
		try_later(p, r->retry_s);
	}
	p->asked = PULL_ASKED_NOTHING;
	step(p);
	changed(p);
}

void
pull_heard(struct pull *p, const struct hub_answer *m)
{
	struct err e = {0};

	p->check = now_of(p);
	p->check.us += spread(p, EVERY_S);
	p->applied = m->applied > p->applied ? m->applied : p->applied;
	for (size_t i = 0; i < PULL_KNOWN; i++) {
		struct pull_feed *f = &p->feed[i];

		for (size_t k = 0; k < m->n_feed; k++) {
			if (strcmp(m->feed[k].name, pull_known[i]) == 0) {
				f->there = true;
				f->rev = m->feed[k].rev;
			}
		}
		if (p->loaded) {
			look_moved(f);
		}
	}
	if (p->loaded && p->asked == PULL_ASKED_NOTHING &&
		hindered(p, settle(p, &e), &e)) {
		p->loaded = false;
	}
	step(p);
}

/* --- the loop --- */

static enum rc
forget(struct pull *p, struct err *reterr)
{
	enum rc rc = feeds_again(p->catalog, reterr);

	if (rc == RC_OK) {
		p->again = false;
		p->loaded = false;
	}
	return rc;
}

static enum rc
next(struct pull *p, struct mono now, struct err *reterr)
{
	enum rc rc = p->again ? forget(p, reterr) : RC_OK;

	if (rc == RC_OK) {
		rc = load(p, reterr);
	}
	if (rc == RC_OK) {
		rc = settle(p, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	for (size_t i = 0; i < PULL_KNOWN; i++) {
		if (p->feed[i].moved) {
			return pull_ask_page(p, i, reterr);
		}
	}
	rc = pull_ask_persons(p, reterr);
	if (rc == RC_NOTFOUND && (p->now || now.us >= p->check.us)) {
		p->now = false;
		rc = pull_ask_head(p, reterr);
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static void
step(struct pull *p)
{
	struct mono now = now_of(p);
	struct mono at = p->check;
	struct err e = {0};
	enum rc rc;

	if (p->asked != PULL_ASKED_NOTHING || p->hold) {
		return;
	}
	if (now.us >= p->wait.us) {
		rc = next(p, now, &e);
		if (rc == RC_BUSY && e.where != NULL &&
			strcmp(e.where, "session") == 0) {
			put_off(p, 1);
		} else if (hindered(p, rc, &e)) {
			changed(p);
		}
	}
	if (p->asked != PULL_ASKED_NOTHING) {
		return;
	}
	if (p->skipped && p->settled.us < at.us) {
		at = p->settled;
	}
	if (at.us < p->wait.us) {
		at = p->wait;
	}
	for (size_t i = 0; i < PULL_KNOWN; i++) {
		if (p->feed[i].moved && p->wait.us < at.us) {
			at = p->wait;
		}
	}
	wake_at(p, at);
}

void
pull_head(struct pull *p, uint64_t sequence)
{
	p->head = sequence;
}

void
pull_again(struct pull *p)
{
	struct err e = {0};

	p->again = true;
	/* now, so that kill -9 does not make the worker forget it; but who is
	 * at a page has the catalog */
	if (p->asked != PULL_WORKS) {
		(void)hindered(p, forget(p, &e), &e);
	}
}

void
pull_acked(struct pull *p, uint64_t sequence)
{
	if (p->owing && sequence > p->acked) {
		p->settled.us = 0;
	}
	p->acked = sequence;
}

void
pull_now(struct pull *p)
{
	get_on(p);
	p->now = true;
	step(p);
}

void
pull_hold(struct pull *p, bool hold)
{
	if (p->hold != hold) {
		p->hold = hold;
		step(p);
	}
}

bool
pull_idle(const struct pull *p)
{
	bool idle = p->loaded && p->asked == PULL_ASKED_NOTHING;

	for (size_t i = 0; i < PULL_KNOWN; i++) {
		idle = idle && !p->feed[i].moved;
	}
	return idle;
}

bool
pull_waits(const struct pull *p)
{
	return p->asked == PULL_ASKED_NOTHING && p->wait.us > now_of(p).us;
}

const struct feeds_cursor *
pull_feeds(struct pull *p, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < PULL_KNOWN; i++) {
		if (p->feed[i].has) {
			p->list[(*ret_n)++] = p->feed[i].c;
		}
	}
	return p->list;
}

void
pull_say(const struct pull *p, struct sbuf *b)
{
	bool first = true;

	for (size_t i = 0; i < PULL_KNOWN; i++) {
		const struct pull_feed *f = &p->feed[i];

		if (!f->has) {
			continue;
		}
		sbuf_printf(b, "%s%s:%llu:%lld", first ? "" : ",",
			pull_known[i], (unsigned long long)f->c.rev,
			(long long)(f->c.at.us / SECOND_US));
		first = false;
	}
}

const char *
pull_why(const struct pull *p)
{
	if (p->why[0] != '\0') {
		return p->why;
	}
	for (size_t i = 0; i < PULL_KNOWN; i++) {
		if (p->feed[i].has && p->feed[i].c.why[0] != '\0') {
			return p->feed[i].c.why;
		}
	}
	return "";
}

/* --- life --- */

enum rc
pull_open(const struct pull_conf *conf, struct pull **ret, struct err *reterr)
{
	struct pull *p = calloc(1, sizeof(*p));

	if (p == NULL || strlen(conf->store) >= sizeof(p->store) ||
		strlen(conf->catalog) >= sizeof(p->catalog)) {
		free(p);
		return err_set(reterr, RC_NOMEM, 0, "pull",
			"no memory to follow feeds");
	}
	p->conf = *conf;
	memcpy(p->store, conf->store, strlen(conf->store) + 1);
	memcpy(p->catalog, conf->catalog, strlen(conf->catalog) + 1);
	memcpy(p->reg, conf->reg, UUID_BYTES);
	p->rng = *conf->rng;
	p->clock = clock_system();
	p->limit = PAGE_ITEMS;
	p->child_fd = -1;
	p->check = now_of(p);
	p->check.us += spread(p, EVERY_S);
	wake_at(p, p->check);
	*ret = p;
	return RC_OK;
}

void
pull_close(struct pull *p)
{
	if (p == NULL) {
		return;
	}
	wake_at(p, (struct mono){-1});
	pull_work_stop(p);
	free(p->persons);
	free(p);
}
