/* SPDX-License-Identifier: Apache-2.0 */
/* What the hub decided, as the worker brought it: looked at between two acts,
 * by a register that has a hub. */
#include <string.h>

#include "base/i18n.h"
#include "register/config_draft.h"
#include "register/feed_persons.h"
#include "register/till_internal.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

#define LOOK_US ((int64_t)200000)
/* After the disk refused something. */
#define AGAIN_US ((int64_t)10000000)
#define PERSONS_US ((int64_t)2000000)

/* --- products and prices -------------------------------------------------- */

/* They count as soon as they are there; a line names them with the next act. */
static void
name_goods(struct till *t, struct feeds *f, const char *feed, int64_t version)
{
	struct feeds_cursor c;
	struct store_feed had;
	struct event_feed e = {.feed = feed};
	bool same;

	if (t->shop->store == NULL ||
		feeds_cursor(f, feed, &c, NULL) != RC_OK || !c.whole ||
		c.rev > INT64_MAX) {
		return;
	}
	same = store_feed(t->shop->store, feed, &had, NULL) == RC_OK &&
	       strcmp(had.epoch, c.epoch) == 0;
	if (same && (uint64_t)had.revision == c.rev) {
		return;
	}
	e.epoch = c.epoch[0] != '\0' ? c.epoch : NULL;
	e.revision = (int64_t)c.rev;
	e.version = version;
	e.items = same && e.revision > had.revision ? e.revision - had.revision
						    : (int64_t)c.taken;
	e.refused = (int64_t)c.refused;
	shop_followed(t->shop, &e);
}

static void
look_at_goods(struct till *t, struct feeds *f)
{
	int64_t version = catalog_version(t->catalog);

	if (version == t->feed.version) {
		return;
	}
	t->feed.version = version;
	t->shop->catalog_version = version;
	name_goods(t, f, FEEDS_PRODUCTS, version);
	name_goods(t, f, FEEDS_PRICES, version);
}

/* --- texts and people ----------------------------------------------------- */

static void
say(struct till *t, const struct feed_done *done)
{
	struct sbuf b;

	sbuf_init(&b, t->conf_note, sizeof(t->conf_note));
	if (done->config) {
		sbuf_puts(&b, _("Settings from the hub are active from here "
				"on."));
	} else {
		sbuf_printf(&b,
			_("Settings from the hub were refused, those before "
			  "stay active: %s"),
			t->feed.look.why_config);
	}
	t->conf_said++;
}

static void
run(struct till *t, struct feeds *f, bool may_config)
{
	struct feed_done done;
	const uint8_t *box = t->feed.has_box ? t->feed.box : NULL;
	enum rc rc = feed_run(
		t->shop, f, box, may_config, &t->feed.look, &done, NULL);

	if (rc != RC_OK) {
		t->feed.next.us = clock_read(&t->real).mono.us + AGAIN_US;
	}
	if (done.config) {
		till_switch_config(t);
	}
	if (done.config || done.refused) {
		say(t, &done);
	}
	if (done.people > 0) {
		till_people_changed(t);
	}
}

/* --- when ----------------------------------------------------------------- */

/* They may have come into being since. */
static struct feeds *
find_feeds(struct till *t)
{
	if (t->catalog == NULL) {
		till_catalog_open(t);
	} else if (catalog_feeds(t->catalog) == NULL) {
		(void)!catalog_follow(t->catalog, NULL);
	}
	return t->catalog != NULL ? catalog_feeds(t->catalog) : NULL;
}

/* What opens people that are sealed to the link. */
static void
find_box(struct till *t)
{
	if (feed_box(t->shop, t->feed.box)) {
		t->feed.has_box = true;
		/* people who waited for it */
		t->feed.look.looked = false;
	}
}

static void
look_at_link(struct till *t, struct mono now)
{
	uint64_t stamp;

	if (now.us < t->feed.persons_next.us) {
		return;
	}
	t->feed.persons_next.us = now.us + PERSONS_US;
	stamp = feed_persons_stamp(t->shop);
	if (stamp != 0 && stamp != t->feed.persons &&
		feed_persons_save(t->shop, NULL) == RC_OK) {
		t->feed.persons = stamp;
		t->feed.has_box = false; /* perhaps another link's */
	}
	if (stamp != 0 && !t->feed.has_box) {
		find_box(t);
	}
}

void
till_feed_idle(struct till *t, struct mono now)
{
	struct shop *s = t->shop;
	struct feeds *f;

	if (t->sync == NULL || s->mode != SHOP_WRITE || s->read_only ||
		s->moved || now.us < t->feed.next.us) {
		return;
	}
	t->feed.next.us = now.us + LOOK_US;
	look_at_link(t, now);
	f = find_feeds(t);
	if (f == NULL) {
		return;
	}
	look_at_goods(t, f);
	if (feed_run_due(
		    &t->feed.look, f, !s->hold_config, config_draft_now(s))) {
		run(t, f, !s->hold_config);
	}
}

bool
till_feed_due(const struct till *t, struct mono now, struct mono *ret)
{
	int64_t left;

	if (t->sync == NULL || !t->feed.look.looked ||
		t->feed.look.due == INT64_MAX || t->shop->hold_config) {
		return false;
	}
	left = t->feed.look.due - config_draft_now(t->shop).us;
	ret->us = now.us + (left > 0 ? left : 0);
	return true;
}

const char *
till_feed_refused(const struct till *t)
{
	const struct feed_look *l = &t->feed.look;

	return l->why_config[0] != '\0' ? l->why_config : l->why_people;
}
