/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/shop_internal.h"
#include "store/catalog.h"

#include "base/poison.h"

#define APPLY_TRIES 8

static enum rc
refuse(struct err *reterr, enum rc rc, const char *text)
{
	return err_set(reterr, rc, 0, "shop_record", "%s", text);
}

/* --- the group ------------------------------------------------------------ */

static void
put_first(struct shop_group *g, const struct event *e)
{
	struct event *slot = &g->prefix[g->n_prefix++];

	*slot = *e;
	g->ev[g->n++] = slot;
}

static bool
is_deferred(enum event_type type)
{
	return type == EVENT_RECEIPT_PRINTED || type == EVENT_ORDER_PRINTED;
}

static void
deferred_event(const struct shop_deferred *d, struct event *e)
{
	e->type = d->type;
	if (d->type == EVENT_ORDER_PRINTED) {
		e->data.order = (struct event_order){
			d->number, d->device, d->copy, d->outcome};
		return;
	}
	e->data.receipt.number = d->number;
	e->data.receipt.copy = d->copy;
	e->data.receipt.outcome = d->outcome;
}

static void
gather_own(struct shop *s, struct shop_group *g, size_t n)
{
	struct shop_own *o = s->own;
	struct event e;

	if (shop_hub_event(s, n, &e)) {
		put_first(g, &e);
	}
	for (size_t i = 0; i < SHOP_FOLLOWED; i++) {
		if (shop_feed_event(s, i, n, &e)) {
			put_first(g, &e);
		}
	}
	/* one that was copied says nothing but what somebody answers */
	if (o->machine_due && shop_machine_event(s, "first", NULL, &e) > 0) {
		put_first(g, &e);
	}
	if (o->recovered_due) {
		memset(&e, 0, sizeof(e));
		e.type = EVENT_REGISTER_RECOVERED;
		e.data.recovered = s->recovered;
		put_first(g, &e);
	}
	if (o->clock_due) {
		memset(&e, 0, sizeof(e));
		e.type = EVENT_CLOCK_JUMPED;
		e.data.clock = o->jump;
		put_first(g, &e);
	}
	for (size_t i = 0; i < o->n_deferred; i++) {
		const struct shop_deferred *d = &o->deferred[i];

		memset(&e, 0, sizeof(e));
		deferred_event(d, &e);
		put_first(g, &e);
	}
}

static enum rc
gather(struct shop *s, struct event ev[], size_t n, struct err *reterr)
{
	struct shop_group *g = &s->own->group;

	g->n = 0;
	g->n_prefix = 0;
	/* a restored register's new epoch begins with that event alone */
	if (n == 0 || ev[0].type != EVENT_REGISTER_RESTORED) {
		gather_own(s, g, n);
	}
	if (g->n + n > SHOP_GROUP) {
		return refuse(reterr, RC_INVAL,
			"too many events for one group; record fewer at once");
	}
	for (size_t i = 0; i < n; i++) {
		g->ev[g->n++] = &ev[i];
	}
	return RC_OK;
}

static enum rc
encode(struct shop *s, struct shop_group *g, struct err *reterr)
{
	struct journal_head head = journal_head(s->journal);
	const uint8_t *prev = head.hash;
	size_t used = 0;

	for (size_t i = 0; i < g->n; i++) {
		struct event *e = g->ev[i];
		uint8_t *hash = g->hash + i * HASH_BYTES;
		struct sbuf b;
		enum rc rc;

		memcpy(e->prev, prev, HASH_BYTES);
		sbuf_init(&b, s->own->line_buf + used, SHOP_BUF_BYTES - used);
		rc = wire_encode(
			e, keys_sign_secret(s->keys), &b, hash, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		g->line[i] = (struct journal_line){
			.sequence = e->sequence, .p = b.p, .n = b.len};
		used += b.len + 1;
		if (used > s->own->line_most) {
			s->own->line_most = used;
		}
		prev = hash;
	}
	return RC_OK;
}

/* --- before the flush: the store must be able to take it ------------------ */

static enum rc
apply_once(struct shop *s, const struct shop_group *g, struct store_txn **ret,
	struct err *reterr)
{
	struct store_txn *txn = NULL;
	enum rc rc;

	rc = store_begin(s->store, &txn, reterr);
	for (size_t i = 0; rc == RC_OK && i < g->n; i++) {
		rc = store_apply(txn, g->ev[i], g->line[i].p, g->line[i].n,
			g->hash + i * HASH_BYTES, reterr);
	}
	if (rc != RC_OK) {
		if (txn != NULL) {
			store_abort(txn);
		}
		return rc;
	}
	*ret = txn;
	return RC_OK;
}

static enum rc
apply(struct shop *s, const struct shop_group *g, struct store_txn **ret,
	struct err *reterr)
{
	enum rc rc = RC_AGAIN;

	for (int i = 0; rc == RC_AGAIN && i < APPLY_TRIES; i++) {
		rc = apply_once(s, g, ret, reterr);
	}
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = apply_once(s, g, ret, reterr);
	}
	return rc;
}

static void
mark_behind(struct shop *s)
{
	struct sbuf b;

	store_close(s->store);
	s->store = NULL;
	s->store_behind = true;
	sbuf_init(&b, s->trouble, sizeof(s->trouble));
	sbuf_puts(&b, "sales are safe in the journal; look-ups of past sales "
		      "wait until the store can be written");
}

/*
 * A store that is damaged or cannot be read is made good here, and when
 * that fails the journal goes on alone.  An event that a sound store refuses
 * never reaches the journal: no later start could replay it.
 */
static enum rc
prepare(struct shop *s, const struct shop_group *g, struct store_txn **ret,
	struct err *reterr)
{
	enum rc rc;

	*ret = NULL;
	if (!shop_ready(s)) {
		return RC_OK;
	}
	rc = apply(s, g, ret, reterr);
	if (rc != RC_CORRUPT && rc != RC_IO && rc != RC_INVAL) {
		return rc;
	}
	if (shop_heal(s, reterr) != RC_OK) {
		return s->store_behind ? RC_OK : rc;
	}
	rc = apply(s, g, ret, reterr);
	if (rc == RC_CORRUPT || rc == RC_IO) {
		mark_behind(s);
		rc = RC_OK;
	}
	return rc;
}

bool
shop_ready(struct shop *s)
{
	struct shop_own *o = s->own;
	struct mono now;

	if (!s->store_behind) {
		return s->store != NULL;
	}
	now = clock_read(&o->real).mono;
	if (s->journal == NULL || s->read_only || now.us < o->next_store.us) {
		return false;
	}
	o->next_store.us = now.us + SHOP_STORE_US;
	return shop_heal(s, NULL) == RC_OK;
}

/* The counts of a recovery begin anew, unless they wait to be recorded. */
static void
begin_recovered(struct shop *s)
{
	if (!s->own->recovered_due) {
		memset(&s->recovered, 0, sizeof(s->recovered));
		s->recovered.tail = "clean";
	}
}

/* Journal and store are brought to agree, and the journal is settled even
 * when the store cannot follow. */
static enum rc
heal(struct shop *s, struct err *reterr)
{
	enum rc rc;

	store_close(s->store);
	s->store = NULL;
	rc = recovery_store(s, reterr);
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = recovery_store(s, reterr);
	}
	if (rc != RC_OK && s->journal != NULL &&
		recovery_settle(s, NULL) != RC_OK) {
		journal_close(s->journal);
		s->journal = NULL;
	}
	if (s->journal == NULL) {
		struct err e = {0};

		(void)err_set(&e, RC_IO, 0, __func__,
			"the journal cannot be opened any more; close and "
			"start again");
		shop_look_only(s, &e);
		return RC_IO;
	}
	if (rc != RC_OK) {
		mark_behind(s);
		return rc;
	}
	s->store_behind = false;
	s->trouble[0] = '\0';
	return RC_OK;
}

enum rc
shop_heal(struct shop *s, struct err *reterr)
{
	enum rc rc;

	if (s->journal == NULL) {
		return RC_IO;
	}
	begin_recovered(s);
	rc = heal(s, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	shop_note_recovered(s, "while selling");
	return shop_refresh(s, reterr);
}

/* --- the flush ------------------------------------------------------------ */

/* A note that went into this group, which is final now, is told. */
static void
told_recovered(struct shop *s, const struct shop_group *g)
{
	for (size_t i = 0; i < g->n_prefix; i++) {
		if (g->ev[i]->type == EVENT_REGISTER_RECOVERED) {
			s->own->recovered_due = false;
		}
	}
}

/* What a recovery before this one counted and nobody was told yet. */
static void
add_recovered(struct event_recovered *r, const struct event_recovered *old)
{
	r->dropped_bytes += old->dropped_bytes;
	r->replayed += old->replayed;
	r->repaired += old->repaired;
	r->rebuilt = r->rebuilt || old->rebuilt;
	if (r->dropped_hash == NULL) {
		r->tail = old->tail;
		r->dropped_hash = old->dropped_hash;
	}
}

/*
 * The journal gave up its file: only opening it anew, with a store that holds
 * what is found there, and settling it, tells whether this group is there.
 */
static enum rc
ask_journal(struct shop *s, const struct shop_group *g, struct err *reterr)
{
	const struct journal_line *last = &g->line[g->n - 1];
	struct event_recovered old = s->recovered;
	bool due = s->own->recovered_due;
	struct journal_head head;
	struct err e = {0};
	bool there = false;
	enum rc rc;

	s->own->recovered_due = false;
	begin_recovered(s);
	rc = recovery_journal(s, &e);
	if (rc == RC_OK) {
		head = journal_head(s->journal);
		there = head.sequence == last->sequence &&
			memcmp(head.hash, g->hash + (g->n - 1) * HASH_BYTES,
				HASH_BYTES) == 0;
		(void)!heal(s, &e);
	}
	if (s->journal == NULL) {
		(void)err_set(&e, RC_IO, 0, __func__,
			"the disk refuses the journal, and whether this was "
			"recorded shows at the next start; check the disk");
		shop_look_only(s, &e);
		return shop_hand_on(RC_IO, &e, reterr);
	}
	if (due && !there) {
		add_recovered(&s->recovered, &old);
	}
	shop_note_recovered(s, "while selling");
	(void)!shop_refresh(s, NULL);
	if (there) {
		return RC_OK;
	}
	return refuse(reterr, RC_IO,
		"the disk failed; nothing was recorded, try again");
}

/* *txn is the store's open transaction, or NULL; ended when the journal has
 * to be asked. */
static enum rc
append(struct shop *s, const struct shop_group *g, struct store_txn **txn,
	struct err *reterr)
{
	const uint8_t *hash = g->hash + (g->n - 1) * HASH_BYTES;
	enum rc rc;

	rc = journal_append(s->journal, g->line, g->n, hash, reterr);
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = journal_append(s->journal, g->line, g->n, hash, reterr);
	}
	if (rc == RC_OK) {
		told_recovered(s, g);
		return RC_OK;
	}
	if (*txn != NULL) {
		store_abort(*txn);
		*txn = NULL;
	}
	if (rc == RC_NOSPC) {
		return refuse(reterr, rc,
			"the disk is full; nothing was recorded, free some "
			"room and try again");
	}
	return rc == RC_IO ? ask_journal(s, g, reterr) : rc;
}

/* --- behind the flush: nothing fails any more ----------------------------- */

static void
take_catalog(struct shop *s, const struct event *e)
{
	char dir[PATH_BYTES];

	s->state.catalog = e->data.catalog.version;
	if (shop_path(s, "catalog", dir, NULL) == RC_OK) {
		/* a failure is made good at the next start */
		(void)!catalog_activate(dir, e->data.catalog.version, NULL);
	}
}

static void
take_effect(struct shop *s, const struct event *e)
{
	s->drafts_new = s->drafts_new || e->type == EVENT_CONFIG_DRAFTED ||
			e->type == EVENT_CONFIG_APPROVED ||
			e->type == EVENT_CONFIG_DROPPED;
	if (e->type == EVENT_CATALOG_IMPORTED) {
		take_catalog(s, e);
	} else if (e->type == EVENT_REGISTER_MOVED) {
		shop_machine_follow(s);
	} else if (e->type == EVENT_HUB_ENROLLED ||
		   e->type == EVENT_HUB_ACKNOWLEDGED ||
		   e->type == EVENT_HUB_QUARANTINED ||
		   e->type == EVENT_HUB_REFUSED) {
		shop_hub_follow(s, e);
	} else if (e->type == EVENT_FEED_FOLLOWED) {
		shop_feed_follow(s, e);
	} else if (e->type == EVENT_CLOCK_JUMPED) {
		s->own->clock_due = false;
	} else if (is_deferred(e->type)) {
		/* deferred ones stand in front of anything deferred since */
		struct shop_own *o = s->own;

		o->n_deferred--;
		memmove(o->deferred, o->deferred + 1,
			o->n_deferred * sizeof(o->deferred[0]));
	} else if (e->type == EVENT_CONFIG_ACTIVATED) {
		struct config c;
		const char *text = e->data.config.text;

		if (config_parse("holdfast.conf", text, strlen(text), &c,
			    NULL) == RC_OK) {
			config_release(&s->config);
			s->config = c;
			s->has_config = true;
			memcpy(s->config_version, c.version,
				sizeof(s->config_version));
		}
	}
}

static void
follow_up(struct shop *s, const struct shop_group *g, struct store_txn *txn)
{
	enum rc rc = RC_OK;

	if (txn != NULL) {
		rc = store_commit(txn, NULL);
	}
	if (rc != RC_OK) {
		(void)!shop_heal(s, NULL);
	}
	for (size_t i = 0; i < g->n; i++) {
		if (i < g->n_prefix || !is_deferred(g->ev[i]->type)) {
			take_effect(s, g->ev[i]);
		}
	}
	if (s->store_behind) {
		return;
	}
	(void)!watermark_write(
		s->own->journal_dir, g->line[g->n - 1].sequence, NULL);
	(void)!shop_refresh(s, NULL);
}

static enum rc
record(struct shop *s, struct event ev[], size_t n, const char *actor,
	shop_final_fn fn, void *arg, struct err *reterr)
{
	struct shop_group *g = &s->own->group;
	struct clock_reading now = stamp_read(s);
	struct store_txn *txn = NULL;
	enum rc rc;

	rc = gather(s, ev, n, reterr);
	if (rc != RC_OK || g->n == 0) {
		return rc;
	}
	stamp_group(s, g, &now, actor);
	rc = encode(s, g, reterr);
	if (rc == RC_OK) {
		rc = prepare(s, g, &txn, reterr);
	}
	if (rc == RC_OK && s->journal == NULL) {
		rc = refuse(reterr, RC_IO, s->trouble); /* lost by healing */
	}
	if (rc != RC_OK) {
		return rc;
	}
	rc = append(s, g, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	s->own->recording = true;
	if (fn != NULL) {
		fn(arg, ev, n, g->hash + g->n_prefix * HASH_BYTES);
	}
	s->own->recording = false;
	follow_up(s, g, txn);
	return RC_OK;
}

enum rc
shop_record(struct shop *s, struct event ev[], size_t n, const char *actor,
	shop_final_fn fn, void *arg, struct err *reterr)
{
	enum rc rc;

	if (s->mode != SHOP_WRITE || s->journal == NULL || s->read_only) {
		return refuse(reterr, RC_IO,
			s->trouble[0] != '\0'
				? s->trouble
				: "this store was opened for looking only");
	}
	rc = shop_machine_admit(s, ev, n, reterr);
	return rc == RC_OK ? record(s, ev, n, actor, fn, arg, reterr) : rc;
}

void
record_due(struct shop *s)
{
	if (s->own->recovered_due || s->own->n_deferred != 0) {
		record_alone(s);
	}
}

void
record_alone(struct shop *s)
{
	struct shop_own *o = s->own;

	if (s->journal == NULL || s->read_only || s->moved || o->recording) {
		return;
	}
	if (o->epoch > journal_head(s->journal).epoch &&
		journal_head(s->journal).sequence > 0) {
		return; /* register.restored opens the new epoch */
	}
	/* kept for the next act when it cannot be recorded now */
	(void)!record(s, NULL, 0, SHOP_ACTOR, NULL, NULL, NULL);
}

void
shop_defer(struct shop *s, const struct event *ev)
{
	struct shop_own *o = s->own;
	const struct event_receipt *r = &ev->data.receipt;
	const struct event_order *order = &ev->data.order;
	bool is_order = ev->type == EVENT_ORDER_PRINTED;
	struct shop_deferred *d;
	struct sbuf b;

	if (o->n_deferred == SHOP_DEFERRED) {
		record_due(s);
	}
	if (o->n_deferred == SHOP_DEFERRED) {
		return; /* the print queue keeps it as not known */
	}
	d = &o->deferred[o->n_deferred++];
	d->type = ev->type;
	sbuf_init(&b, d->number, sizeof(d->number));
	sbuf_puts(&b, is_order ? order->number : r->number);
	sbuf_init(&b, d->device, sizeof(d->device));
	sbuf_puts(&b, is_order ? order->device : "");
	sbuf_init(&b, d->outcome, sizeof(d->outcome));
	sbuf_puts(&b, is_order ? order->outcome : r->outcome);
	d->copy = is_order ? order->copy : r->copy;
	o->deferred_at = clock_read(&o->real).mono;
}

bool
shop_defers(const struct shop *s)
{
	return s->own->n_deferred != 0;
}
