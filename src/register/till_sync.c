/* SPDX-License-Identifier: Apache-2.0 */
#include "register/till_sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/keys_reader.h"
#include "register/shop_internal.h"
#include "register/till_sync_internal.h"

#include "base/poison.h"

/* A worker that says nothing for so long is asked, with the next thing that
 * wakes the register. */
#define ASK_AFTER_US ((int64_t)50000000)
#define SOCKET "unix:"

static const char no_worker[] = N_("the sync worker does not run");

/* --- how the link is ------------------------------------------------------ */

static bool
is_on(enum worker_link l)
{
	return l == WORKER_ONLINE;
}

static void
set_link(struct till *t, enum worker_link link, const char *why,
	struct utc since)
{
	struct till_link *l = &t->sync->link;

	if (since.us == 0 && is_on(l->link) == is_on(link) &&
		l->since.us != 0) {
		since = l->since;
	}
	l->link = link;
	l->why = why;
	l->since = since.us != 0 ? since : clock_read(&t->shop->clock).utc;
}

static void
fall_silent(struct till *t, const char *why)
{
	struct till_sync *s = t->sync;

	s->link.heard = false;
	s->handed = false;
	s->listed = 0;
	set_link(t, WORKER_OFFLINE, why, (struct utc){0});
}

static void
take_state(struct till *t, const struct worker_state *w)
{
	struct till_sync *s = t->sync;
	struct till_link *l = &s->link;

	l->heard = true;
	l->state = *w;
	/* a worker that was never told of the hub ships nothing */
	if (w->link == WORKER_NONE) {
		set_link(t, WORKER_OFFLINE,
			N_("the sync worker is not enrolled"), w->since);
	} else {
		set_link(t, w->link, l->state.why, w->since);
	}
	l->fork = till_old(t) ? WORKER_ROLLBACK : w->fork;
	/* should it lose it again, as with another master key */
	s->handed = s->handed && w->link == WORKER_LOCKED;
	if (s->unsaid) {
		s->unsaid = false;
		s->listed = 0;
	}
	s->heard = clock_read(&t->real).mono;
	s->ack_due = true;
}

/* What a line says already takes no room from the others. */
static void
take_item(struct till *t, const struct worker_item *it)
{
	struct till_sync *s = t->sync;
	uint64_t line = 0;

	if (s->n_item < SYNC_ITEMS && shop_ready(t->shop) &&
		store_apart_line(t->shop->store, s->link.hub.hub, it->epoch,
			it->sequence, &line, NULL) == RC_NOTFOUND) {
		s->item[s->n_item++] = *it;
	}
}

static void
on_event(void *arg, const struct device_event *ev)
{
	struct till *t = arg;
	struct till_sync *s = t->sync;

	switch ((int)ev->kind) {
	case DEVICE_WORKER_STATE:
		take_state(t, ev->link);
		break;
	case DEVICE_WORKER_ITEM:
		take_item(t, ev->item);
		break;
	case DEVICE_DOWN:
	case DEVICE_SILENT:
		s->listing = false;
		fall_silent(t, no_worker);
		break;
	case DEVICE_FAULT:
		fall_silent(t, N_("the sync worker is of another version"));
		break;
	case DEVICE_JOB_DONE:
	case DEVICE_JOB_FAILED:
	case DEVICE_JOB_UNKNOWN:
		s->listing = s->listing && ev->job != s->list_id;
		break;
	default:
		break;
	}
}

/* --- opening -------------------------------------------------------------- */

static void
open_host(struct till *t)
{
	char port[PATH_BYTES + sizeof(SOCKET)], path[PATH_BYTES];
	struct device_conf conf = {.name = "sync", .driver = "worker"};
	struct sbuf b;

	if (path_join(path, sizeof(path), t->shop->dir, "sync/socket") !=
		RC_OK) {
		return;
	}
	sbuf_init(&b, port, sizeof(port));
	sbuf_puts(&b, SOCKET);
	sbuf_puts(&b, path);
	conf.port = port;
	if (device_host_open_own(&worker_driver, &conf, &t->real, on_event, t,
		    &t->sync->host, NULL) == RC_OK) {
		device_host_log(t->sync->host, till_device_log, t);
	}
}

/* Another hub, and all that was known of the one before is of no interest. */
static void
begin(struct till *t, const struct store_hub *hub)
{
	struct till_sync *s = t->sync;
	struct device_host *host = s->host;
	struct till_link *l = &s->link;

	memset(s, 0, sizeof(*s));
	s->host = host;
	l->hub = *hub;
	l->epoch = hub->epoch;
	l->acked = hub->acked;
	l->why = "";
	fall_silent(t, no_worker);
}

void
till_sync_look(struct till *t)
{
	struct store_apart none[1];
	struct store_hub hub;
	size_t n = 0;
	enum rc rc;

	if (t->shop->mode != SHOP_WRITE || t->shop->store == NULL) {
		return;
	}
	t->shop->hub_new = false;
	rc = store_hub(t->shop->store, &hub, NULL);
	if (rc == RC_NOTFOUND) {
		till_sync_close(t);
		return;
	}
	if (rc != RC_OK) {
		return; /* the next look tells */
	}
	if (t->sync == NULL) {
		t->sync = calloc(1, sizeof(*t->sync));
		if (t->sync == NULL) {
			return;
		}
		begin(t, &hub);
		open_host(t);
		till_wake_sync(t);
	} else if (memcmp(t->sync->link.hub.hub, hub.hub, UUID_BYTES) != 0) {
		begin(t, &hub);
	}
	t->sync->link.hub = hub;
	if (till_old(t)) {
		t->sync->link.fork = WORKER_ROLLBACK;
	}
	(void)!store_apart(t->shop->store, hub.hub, none, 0, &n,
		&t->sync->link.apart, NULL);
}

void
till_sync_close(struct till *t)
{
	if (t->sync != NULL) {
		device_host_close(t->sync->host);
		free(t->sync);
		t->sync = NULL;
	}
}

/* --- polling -------------------------------------------------------------- */

struct mono
till_sync_poll(struct till *t)
{
	if (t->sync == NULL || t->sync->host == NULL) {
		return (struct mono){-1};
	}
	return device_host_poll(t->sync->host);
}

size_t
till_sync_watch(struct till *t, int fd[], short events[], size_t cap)
{
	if (t->sync == NULL || t->sync->host == NULL || cap == 0) {
		return 0;
	}
	fd[0] = device_host_fd(t->sync->host, &events[0]);
	return fd[0] >= 0 && events[0] != 0 ? 1 : 0;
}

void
till_sync_again(struct till *t)
{
	if (t->sync != NULL && t->sync->host != NULL) {
		device_host_again(t->sync->host);
	}
}

enum rc
till_link_ask(struct till *t, enum worker_what what, int64_t minutes,
	struct err *reterr)
{
	const struct worker_ask ask = {.what = what, .minutes = minutes};
	struct till_sync *s = t->sync;
	enum rc rc;

	if (s == NULL || s->host == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "sync",
			"this register belongs to no hub: holdfast sync "
			"enroll");
	}
	rc = device_host_worker(s->host, ++s->last_id, &ask, reterr);
	if (rc == RC_OK && what == WORKER_ASK_LIST) {
		s->listing = true;
		s->list_id = s->last_id;
		s->n_item = 0;
	}
	return rc;
}

void
till_sync_ended(struct till *t, const struct event *e)
{
	if (t->sync != NULL && (e->type == EVENT_DAY_CLOSED ||
				       e->type == EVENT_OPERATOR_SIGNED_OFF)) {
		t->sync->end = e->sequence;
	}
}

/* The register's own line behind what the hub has: how old is it? */
static void
look_at_oldest(struct till *t)
{
	struct till_sync *s = t->sync;
	struct till_link *l = &s->link;
	uint64_t first = l->acked + 1;
	const struct event *e = NULL;

	if (first > shop_head(t->shop)) {
		l->oldest.us = 0;
		s->oldest_of = 0;
		return;
	}
	if (s->oldest_of == first) {
		return;
	}
	if (first < shop_begin(t->shop)) {
		first = shop_begin(t->shop);
	}
	if (shop_event(t->shop, first, NULL, &e, NULL) == RC_OK) {
		l->oldest = e->time;
		s->oldest_of = l->acked + 1;
	}
}

/* Of a store whose key is in nobody's file the worker has it from here, once
 * each time it waits for it: where it does not fit, asking again helps nobody. */
static void
hand_key(struct till *t)
{
	struct worker_ask ask = {.what = WORKER_ASK_KEY};
	struct till_sync *s = t->sync;

	if (!s->link.heard || s->link.state.link != WORKER_LOCKED ||
		s->handed) {
		return;
	}
	s->handed = true;
	if (keys_reader_key(t->shop->keys, ask.key, NULL) == RC_OK) {
		(void)!device_host_worker(s->host, ++s->last_id, &ask, NULL);
	}
	crypto_wipe(&ask, sizeof(ask));
}

void
till_sync_idle(struct till *t, struct mono now)
{
	struct till_sync *s;

	if (t->shop->hub_new) {
		till_sync_look(t);
	}
	s = t->sync;
	if (s == NULL) {
		return;
	}
	if (s->link.heard && now.us - s->heard.us >= ASK_AFTER_US) {
		s->heard = now;
		(void)!till_link_ask(t, WORKER_ASK_STATE, 0, NULL);
	}
	hand_key(t);
	till_sync_record(t);
	look_at_oldest(t);
}

bool
till_sync_port(void *arg)
{
	const struct till *t = arg;

	return t->sync != NULL;
}

void
till_sync_act(struct till *t)
{
	bool pause = t->act.sync == ACT_SYNC_PAUSE;
	int64_t minutes = t->act.minutes;
	struct sbuf b;

	if (!t->act.reply.ok || t->act.sync == ACT_SYNC_NONE ||
		till_link_ask(t, pause ? WORKER_ASK_PAUSE : WORKER_ASK_RESUME,
			minutes, NULL) == RC_OK) {
		return;
	}
	memset(&t->act, 0, sizeof(t->act));
	t->act.reply.error = "no_worker";
	sbuf_init(&b, t->act.reply.text, sizeof(t->act.reply.text));
	sbuf_puts(&b, _("The sync worker does not run: nothing is sent "
			"anyway."));
}

const struct till_link *
till_link(const struct till *t)
{
	return t->sync != NULL ? &t->sync->link : NULL;
}

const char *
till_link_unused(const struct till *t)
{
	const char *own = till_feed_refused(t);

	if (t->sync == NULL || own[0] != '\0') {
		return t->sync != NULL ? own : "";
	}
	return t->sync->link.heard ? t->sync->link.state.feeds_why : "";
}

uint64_t
till_link_queued(const struct till *t)
{
	uint64_t head = shop_head(t->shop), n = 0;
	const struct till_link *l;

	if (t->sync == NULL) {
		return 0;
	}
	l = &t->sync->link;
	n = l->acked < head ? head - l->acked : 0;
	/* a hub that lost what it had is sent it again */
	return l->heard && l->state.queued > n ? l->state.queued : n;
}
