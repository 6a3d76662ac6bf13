/* SPDX-License-Identifier: Apache-2.0 */
#include "register/feed_run.h"

#include <string.h>

#include "register/config_draft.h"
#include "register/feed_config.h"
#include "register/feed_run_internal.h"
#include "register/settings.h"
#include "wire/feed_body.h"

#include "base/poison.h"

#define WHY_BYTES 160

const char *
feed_run_name(size_t i)
{
	static const char *const name[] = {[FEED_OF_CONFIG] = FEED_CONFIG,
		[FEED_OF_RULES] = FEED_RULES,
		[FEED_OF_PEOPLE] = FEED_PEOPLE};

	return name[i];
}

static void
copy(char *to, size_t cap, const char *from)
{
	struct sbuf b;

	sbuf_init(&b, to, cap);
	sbuf_puts(&b, from);
}

bool
feed_is_linked(struct shop *s)
{
	uint64_t at = 0;

	return s->store != NULL && !s->store_behind &&
	       store_own(s->store, STORE_OWN_CONFIG, "", &at, NULL) == RC_OK;
}

/* --- where the feeds stand --- */

static enum rc
see(struct feeds *f, struct feed_seen seen[FEED_RUN_FEEDS], struct err *reterr)
{
	struct feeds_cursor c;

	memset(seen, 0, FEED_RUN_FEEDS * sizeof(seen[0]));
	for (size_t i = 0; i < FEED_RUN_FEEDS; i++) {
		enum rc rc = feeds_cursor(f, feed_run_name(i), &c, reterr);

		if (rc == RC_NOTFOUND) {
			continue;
		}
		if (rc != RC_OK) {
			return rc;
		}
		seen[i].there = true;
		seen[i].whole = c.whole;
		seen[i].rev = c.rev;
		seen[i].applied = c.applied;
		copy(seen[i].epoch, sizeof(seen[i].epoch), c.epoch);
	}
	return RC_OK;
}

static bool
same(const struct feed_seen *a, const struct feed_seen *b)
{
	return a->there == b->there && a->whole == b->whole &&
	       a->rev == b->rev && a->applied == b->applied &&
	       strcmp(a->epoch, b->epoch) == 0;
}

bool
feed_run_due(const struct feed_look *l, struct feeds *f, bool may_config,
	struct utc now)
{
	struct feed_seen seen[FEED_RUN_FEEDS];

	if (!l->looked ||
		(may_config && (l->config_waits || now.us >= l->due))) {
		return true;
	}
	if (see(f, seen, NULL) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < FEED_RUN_FEEDS; i++) {
		if (!same(&seen[i], &l->seen[i])) {
			return true;
		}
	}
	return false;
}

bool
feed_followed(struct shop *s, size_t i, const struct feed_seen *seen,
	size_t items, size_t refused, struct event *e)
{
	struct store_feed f;

	if (!seen->there ||
		(store_feed(s->store, feed_run_name(i), &f, NULL) == RC_OK &&
			(uint64_t)f.revision == seen->rev &&
			strcmp(f.epoch, seen->epoch) == 0)) {
		return false;
	}
	memset(e, 0, sizeof(*e));
	e->type = EVENT_FEED_FOLLOWED;
	e->data.feed = (struct event_feed){.feed = feed_run_name(i),
		.epoch = seen->epoch[0] != '\0' ? seen->epoch : NULL,
		.revision = (int64_t)seen->rev,
		.items = (int64_t)items,
		.refused = (int64_t)refused};
	return true;
}

/* --- the configuration --- */

struct gather {
	struct feed_texts *x;
	const char *feed;
	bool roles; /* only those of the feed */
	size_t n;
};

static enum rc
gather_one(void *arg, const struct feeds_item *item)
{
	struct gather *g = arg;

	if (g->roles && strncmp(item->key, FEED_ROLE, strlen(FEED_ROLE)) != 0) {
		return RC_OK;
	}
	g->n++;
	return feed_texts_add(g->x, g->feed, item);
}

/* All the hub says of the configuration by now. */
static enum rc
gather(struct feeds *f, const struct feed_seen seen[FEED_RUN_FEEDS],
	struct feed_texts *x, size_t n[FEED_RUN_FEEDS], struct err *reterr)
{
	/* promotions may lean on what the rest says */
	static const size_t order[FEED_RUN_FEEDS] = {
		FEED_OF_CONFIG, FEED_OF_PEOPLE, FEED_OF_RULES};
	enum rc rc = RC_OK;

	for (size_t k = 0; rc == RC_OK && k < FEED_RUN_FEEDS; k++) {
		size_t i = order[k];
		struct gather g = {x, feed_run_name(i), i == FEED_OF_PEOPLE, 0};

		if (seen[i].there) {
			rc = feeds_each(f, g.feed, gather_one, &g, reterr);
		}
		n[i] = g.n;
	}
	if (rc == RC_RANGE || rc == RC_NOMEM) {
		rc = err_set(reterr, rc, 0, "feed",
			rc == RC_NOMEM ? "no memory for the hub's texts"
				       : "the hub has too many texts, or too "
					 "long ones: fewer must do");
	}
	return rc;
}

/* Nothing of the shop's own waits to be known at the hub. */
static bool
is_applied(struct shop *s, const struct feed_seen seen[FEED_RUN_FEEDS],
	const char *what, const char *no)
{
	uint64_t own = 0;

	if (store_own(s->store, what, no, &own, NULL) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < FEED_RUN_FEEDS; i++) {
		if (seen[i].there && seen[i].applied < own) {
			return false;
		}
	}
	return true;
}

/* The feeds this is about: all that give texts. */
static size_t
tell(struct shop *s, const struct feed_look *l, const size_t n[FEED_RUN_FEEDS],
	size_t refused, struct event e[])
{
	size_t k = 0;

	for (size_t i = 0; i < FEED_RUN_FEEDS; i++) {
		/* people are told of behind themselves */
		if (i != FEED_OF_PEOPLE &&
			feed_followed(s, i, &l->seen[i], refused > 0 ? 0 : n[i],
				refused > 0 ? n[i] : 0, &e[k])) {
			k++;
		}
	}
	return k;
}

static enum rc
activate(struct shop *s, const struct feed_config *c, struct feed_look *l,
	const size_t n[FEED_RUN_FEEDS], struct feed_done *ret,
	struct err *reterr)
{
	struct event e[1 + FEED_RUN_FEEDS];
	char previous[65];
	size_t k = 1;
	enum rc rc;

	if (l->dry) {
		l->config_waits = true;
		return RC_OK;
	}
	feed_config_event(s, c, previous, &e[0]);
	k += tell(s, l, n, 0, &e[1]);
	rc = shop_record(s, e, k, FEED_ACTOR, NULL, NULL, reterr);
	if (rc == RC_OK) {
		ret->config = true;
		settings_follow(s, c->text, c->len);
	}
	return rc;
}

/* The one before stays; a line says why, once. */
static enum rc
refuse(struct shop *s, const struct feed_config *c, struct feed_look *l,
	const size_t n[FEED_RUN_FEEDS], const struct err *e,
	struct feed_done *ret, struct err *reterr)
{
	struct event ev[1 + FEED_RUN_FEEDS];
	char why[WHY_BYTES];
	size_t k;
	enum rc rc = RC_OK;

	copy(l->why_config, sizeof(l->why_config), e->msg);
	if (l->dry || strcmp(l->refused, c->version) == 0) {
		return RC_OK;
	}
	copy(why, sizeof(why), e->msg);
	memset(&ev[0], 0, sizeof(ev[0]));
	ev[0].type = EVENT_CONFIG_DROPPED;
	ev[0].data.draft_dropped.version = c->version;
	ev[0].data.draft_dropped.why = why;
	k = tell(s, l, n, 1, &ev[1]);
	/* a start later a line says so already */
	if (k > 0 || l->looked) {
		rc = shop_record(s, ev, 1 + k, FEED_ACTOR, NULL, NULL, reterr);
	}
	if (rc == RC_OK) {
		memcpy(l->refused, c->version, sizeof(l->refused));
		ret->refused = true;
	}
	return rc;
}

static enum rc
run_config(struct shop *s, struct feeds *f, struct feed_look *l,
	struct feed_done *ret, struct err *reterr)
{
	size_t n[FEED_RUN_FEEDS] = {0};
	struct feed_config c = {.text = NULL};
	struct feed_texts x;
	struct err e = {0};
	enum rc rc;

	l->why_config[0] = '\0';
	feed_texts_init(&x, config_draft_now(s));
	rc = gather(f, l->seen, &x, n, reterr);
	if (rc == RC_RANGE) {
		copy(l->why_config, sizeof(l->why_config),
			reterr != NULL ? reterr->msg : "");
		rc = RC_OK;
		goto out;
	}
	if (rc == RC_OK) {
		l->due = x.next_us;
		rc = feed_config_make(s, &x, &c, &e);
	}
	if (rc == RC_PROTO || rc == RC_RANGE) {
		rc = refuse(s, &c, l, n, &e, ret, reterr);
	} else if (rc == RC_OK && c.changes) {
		rc = activate(s, &c, l, n, ret, reterr);
	} else if (rc != RC_OK && e.rc != RC_OK && reterr != NULL) {
		*reterr = e;
	}
out:
	feed_config_free(&c);
	feed_texts_free(&x);
	return rc;
}

enum rc
feed_run(struct shop *s, struct feeds *f, const uint8_t *box, bool may_config,
	struct feed_look *l, struct feed_done *ret, struct err *reterr)
{
	struct feed_seen seen[FEED_RUN_FEEDS];
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (!feed_is_linked(s)) {
		return RC_OK;
	}
	rc = see(f, seen, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(l->seen, seen, sizeof(l->seen));
	l->config_waits = false;
	l->due = INT64_MAX;
	if (is_applied(s, seen, STORE_OWN_CONFIG, "")) {
		l->config_waits = !may_config;
		if (may_config) {
			rc = run_config(s, f, l, ret, reterr);
		}
	}
	/* behind the roles they may have */
	if (rc == RC_OK && seen[FEED_OF_PEOPLE].there && box != NULL &&
		!(l->dry && l->config_waits)) {
		rc = feed_run_people(s, f, box, l, ret, reterr);
	}
	l->looked = l->looked || rc == RC_OK;
	if (rc != RC_OK) {
		l->seen[0].rev = UINT64_MAX; /* the next look tries again */
	}
	return rc;
}
