/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker says of the hub becomes lines, each once: the store knows
 * what lines say already, also after kill -9. */
#include <string.h>

#include "register/shop_internal.h"
#include "register/till_sync_internal.h"
#include "wire/anchor.h"

#include "base/poison.h"

static bool
may_record(const struct till *t)
{
	const struct shop *s = t->shop;

	return s->mode == SHOP_WRITE && !s->read_only && !s->moved &&
	       s->journal != NULL && s->store != NULL && !s->store_behind;
}

/* --- acknowledged --------------------------------------------------------- */

static bool
is_forward(const struct store_hub *h, const struct worker_state *w)
{
	if (w->acked_epoch != h->epoch) {
		return w->acked_epoch > h->epoch;
	}
	return w->acked > h->acked ||
	       (w->acked == h->acked && w->durable > h->durable);
}

/* A hub calls the register by an id of its own, the last part of the key's
 * name, and signs for that one. */
static void
signed_for(const struct till *t, const struct store_hub *h,
	uint8_t ret[UUID_BYTES])
{
	const char *dot = strrchr(h->keyid, '.');

	if (dot == NULL || uuid_parse(dot + 1, strlen(dot + 1), ret) != RC_OK) {
		memcpy(ret, t->shop->state.reg, UUID_BYTES);
	}
}

/* The hub of this register, about a line of its own log, signed. */
static bool
holds(struct till *t, const struct worker_state *w)
{
	const struct store_hub *h = &t->sync->link.hub;
	struct anchor a = {.epoch = w->acked_epoch,
		.sequence = w->acked,
		.time = w->acked_time};
	const struct event *e = NULL;
	uint8_t hash[HASH_BYTES];

	if (memcmp(w->hub, h->hub, UUID_BYTES) != 0 ||
		w->acked > shop_head(t->shop) ||
		shop_event(t->shop, w->acked, hash, &e, NULL) != RC_OK ||
		e->epoch != w->acked_epoch ||
		memcmp(hash, w->acked_hash, HASH_BYTES) != 0) {
		return false;
	}
	signed_for(t, h, a.reg);
	memcpy(a.hash, hash, HASH_BYTES);
	return anchor_verify(&a, h->key, w->anchor);
}

static void
defer(struct till *t, const struct worker_state *w)
{
	char hub[UUID_TEXT_BYTES], hash[2 * HASH_BYTES + 1];
	char sig[BASE64_LEN(SIG_BYTES) + 1];
	struct event_hub_ack a = {.hub = hub,
		.epoch = w->acked_epoch,
		.sequence = (int64_t)w->acked,
		.hash = hash,
		.at = w->acked_time,
		.anchor = sig,
		.durable = (int64_t)w->durable};

	uuid_format(w->hub, hub);
	hex_encode(hash, w->acked_hash, HASH_BYTES);
	base64_encode(sig, w->anchor, SIG_BYTES);
	shop_acknowledged(t->shop, &a);
}

/* A line that says the hub has a line is a line, too: were it recorded at once,
 * each would ask for the next. */
static void
take_ack(struct till *t)
{
	struct till_sync *s = t->sync;
	const struct worker_state *w = &s->link.state;
	bool first = !s->spoke;
	bool end = s->end != 0 && w->acked >= s->end;

	if (!w->has_ack || !is_forward(&s->link.hub, w)) {
		s->link.doubted = false;
		s->spoke = true;
		return;
	}
	s->link.doubted = !holds(t, w);
	if (s->link.doubted) {
		return;
	}
	s->spoke = true;
	if (w->acked_epoch > s->link.epoch ||
		(w->acked_epoch == s->link.epoch && w->acked > s->link.acked)) {
		s->link.epoch = w->acked_epoch;
		s->link.acked = w->acked;
	}
	defer(t, w);
	if (first || end) {
		s->end = 0;
		shop_acknowledge(t->shop);
	}
}

/* --- refused -------------------------------------------------------------- */

static bool
is_known(const struct store_hub *h, const struct worker_state *w)
{
	return h->refused_line != 0 &&
	       strcmp(h->refused, worker_fork_name(w->fork)) == 0 &&
	       h->refused_epoch == w->fork_epoch &&
	       h->refused_sequence == w->fork_sequence;
}

static void
take_refusal(struct till *t)
{
	const struct worker_state *w = &t->sync->link.state;
	struct event e = {.type = EVENT_HUB_REFUSED};

	if (w->fork == WORKER_FORK_NONE || is_known(&t->sync->link.hub, w)) {
		return;
	}
	/* its own line that says so makes a fork of an old disk; and one that
	 * has the hub's lines by now is none */
	if (till_old(t) || (w->fork == WORKER_ROLLBACK &&
				   w->fork_sequence <= shop_head(t->shop))) {
		return;
	}
	e.data.hub_refused =
		(struct event_hub_refused){.kind = worker_fork_name(w->fork),
			.epoch = w->fork_epoch,
			.sequence = (int64_t)w->fork_sequence,
			.detail = w->why[0] != '\0' ? w->why : NULL};
	(void)!shop_record(t->shop, &e, 1, SHOP_HUB, NULL, NULL, NULL);
}

/* --- kept apart ----------------------------------------------------------- */

static bool
record_item(struct till *t, const struct worker_item *it)
{
	char hub[UUID_TEXT_BYTES], hash[2 * HASH_BYTES + 1];
	struct event e = {.type = EVENT_HUB_QUARANTINED};
	uint64_t line = 0;
	enum rc rc = store_apart_line(t->shop->store, t->sync->link.hub.hub,
		it->epoch, it->sequence, &line, NULL);

	if (rc != RC_NOTFOUND) {
		return rc == RC_OK;
	}
	uuid_format(t->sync->link.hub.hub, hub);
	hex_encode(hash, it->hash, HASH_BYTES);
	e.data.hub_apart = (struct event_hub_apart){.hub = hub,
		.epoch = it->epoch,
		.sequence = (int64_t)it->sequence,
		.hash = hash,
		.reason = it->reason};
	return shop_record(t->shop, &e, 1, SHOP_HUB, NULL, NULL, NULL) == RC_OK;
}

static void
take_items(struct till *t)
{
	struct till_sync *s = t->sync;
	struct store_apart none[1];
	size_t n = 0;
	bool all = true;

	if (s->listing) {
		return;
	}
	if (s->n_item > 0) {
		for (size_t i = 0; i < s->n_item && all; i++) {
			all = record_item(t, &s->item[i]);
		}
		s->unsaid = !all;
		if (all && s->n_item == SYNC_ITEMS) {
			s->listed = 0; /* there may be more */
		}
		s->n_item = 0;
		(void)!store_apart(t->shop->store, s->link.hub.hub, none, 0, &n,
			&s->link.apart, NULL);
	}
	if (s->link.heard && s->link.state.quarantined > s->link.apart &&
		s->listed != s->link.state.quarantined) {
		s->listed = till_link_ask(t, WORKER_ASK_LIST, 0, NULL) == RC_OK
				    ? s->link.state.quarantined
				    : 0;
	}
}

void
till_sync_record(struct till *t)
{
	struct till_sync *s = t->sync;

	if (!may_record(t)) {
		return;
	}
	if (s->ack_due) {
		s->ack_due = false;
		/* behind it: what is acknowledged ends a refusal before it */
		take_ack(t);
		take_refusal(t);
	}
	take_items(t);
}
