/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/document.h"
#include "register/inbox.h"
#include "register/till_internal.h"
#include "register/till_sync.h"

#include "base/poison.h"

#define INBOX_EVERY_US ((int64_t)200000)
#define SHOP_EVERY_US ((int64_t)100000)
#define CLOSE_WAIT_US ((int64_t)300000)
#define PRINTQ_LOOK 64
#define TRIAL_OPERATOR "1"
#define CUSTOMER_EVERY_US ((int64_t)1000000)

/* --- opening --- */

/* What catalog/current names, with feeds over it; but where lines know another
 * one and there are no feeds, that. */
static enum rc
find_catalog(const struct till *t, const char *dir, struct catalog **ret)
{
	int64_t recorded = t->shop->state.catalog;
	struct catalog *c = NULL;
	enum rc rc = catalog_open(dir, 0, &c, NULL);

	if (recorded != 0 &&
		(rc != RC_OK || (catalog_feeds(c) == NULL &&
					catalog_generation(c) != recorded))) {
		struct catalog *exact = NULL;

		/* else recorded and gone: sell from the one there is */
		if (catalog_open(dir, recorded, &exact, NULL) == RC_OK) {
			catalog_close(c);
			c = exact;
			rc = RC_OK;
		}
	}
	*ret = c;
	return rc;
}

/* Feeds and what lies under them move in the handle itself: a process has one
 * of it. */
static bool
follow_catalog(struct till *t)
{
	if (t->catalog == NULL || catalog_feeds(t->catalog) == NULL) {
		return false;
	}
	(void)!catalog_follow(t->catalog, NULL);
	t->generation = t->shop->state.catalog;
	return true;
}

void
till_catalog_open(struct till *t)
{
	char dir[PATH_BYTES];
	struct catalog *c = NULL;

	if (follow_catalog(t) ||
		path_join(dir, sizeof(dir), t->shop->dir, "catalog") != RC_OK ||
		find_catalog(t, dir, &c) != RC_OK) {
		return;
	}
	till_find_close(t);
	catalog_close(t->catalog);
	t->catalog = c;
	t->generation = catalog_generation(c);
	t->cold = t->searches;
	t->warm_at = 0;
	(void)follow_catalog(t);
}

static void
note_unprinted(struct till *t)
{
	uint64_t seq[PRINTQ_LOOK];
	const struct event *e;
	size_t n = 0;
	struct sbuf b;

	if (t->note[0] != '\0' || t->shop->store == NULL ||
		store_printq(t->shop->store, seq, PRINTQ_LOOK, &n, NULL) !=
			RC_OK ||
		n == 0 ||
		shop_event(t->shop, seq[n - 1], NULL, &e, NULL) != RC_OK ||
		e->type != EVENT_SALE_COMPLETED) {
		return;
	}
	sbuf_init(&b, t->note, sizeof(t->note));
	sbuf_printf(&b,
		_("receipt of %s may not have printed: RP prints a copy"),
		e->data.sale.number);
}

static size_t
count_parked(const struct till *t)
{
	struct store_parked list[PARKED_MAX];
	size_t n = 0;

	if (t->shop->store == NULL || store_parked_list(t->shop->store, list,
					      PARKED_MAX, &n, NULL) != RC_OK) {
		return 0;
	}
	return n;
}

static enum rc
open_parts(struct till *t, const struct shop_conf *conf, struct err *reterr)
{
	struct engine_ports ports = till_ports(t);
	enum rc rc;

	rc = shop_open(conf, &t->shop, reterr);
	if (rc == RC_OK && !t->shop->has_config) {
		rc = err_set(reterr, RC_CORRUPT, 0, __func__,
			"no configuration can be read from %s; run 'holdfast "
			"rebuild'",
			conf->dir);
	}
	if (rc != RC_OK) {
		return rc;
	}
	config_share(&t->config[0], &t->shop->config);
	if (conf->speaks) {
		i18n_language(t->config[0].language, NULL);
		t->searches = true;
	}
	rc = engine_new(&t->config[0], &ports, &t->shop->clock, &t->shop->rng,
		&t->engine, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	t->shop->prompt = till_prompt;
	t->shop->prompt_arg = t;
	till_catalog_open(t);
	engine_start(t->engine, &t->shop->state, count_parked(t), "1");
	till_people_open(t);
	if (conf->mode == SHOP_READ) {
		/* a trial asks nobody for a right */
		engine_sign(t->engine, TRIAL_OPERATOR, CONFIG_OWNER, false);
		engine_cards_by_hand(t->engine);
		return RC_OK;
	}
	rc = till_basket_open(t, reterr);
	if (rc == RC_OK) {
		rc = till_desk_open(t, reterr);
	}
	if (rc == RC_OK) {
		rc = customer_init(&t->customer, t->shop->dir);
	}
	if (rc == RC_OK) {
		t->first_seq = t->shop->state.last_sale_seq;
		till_wake_open(t);
		till_sync_look(t);
		till_device_open(t);
		till_print_open(t);
		till_card_open(t);
		till_start_conf(t);
		note_unprinted(t);
		t->shop->hold_config = t->resumed;
		till_drafts_open(t);
		till_feed_idle(t, clock_read(&t->real).mono);
	}
	return rc;
}

enum rc
till_open(const struct shop_conf *conf, struct till **ret, struct err *reterr)
{
	struct till *t = calloc(1, sizeof(*t));
	enum rc rc;

	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory for the register: close other programs");
	}
	t->real = clock_system();
	t->printer_state = "none";
	for (size_t i = 0; i < CONFIG_DRAWERS; i++) {
		t->drawer[i].state = "none";
	}
	t->receipt_state = "";
	t->customer.fd = -1;
	t->wake_fd = -1;
	t->config_due = INT64_MAX;
	rc = open_parts(t, conf, reterr);
	if (rc != RC_OK) {
		till_close(t);
		return rc;
	}
	*ret = t;
	return RC_OK;
}

/* --- closing --- */

static void
close_customer(struct till *t)
{
	const struct config *c = &t->config[t->in_use];
	struct customer_frame f;
	char was[I18N_BYTES];

	i18n_language(c->language, was);
	customer_closed(c, &f);
	if (till_device_shows(t)) {
		(void)till_device_show(t, &f);
	}
	i18n_language(was, NULL);
	customer_tell(&t->customer, &f);
	customer_done(&t->customer);
}

/* Receipts and the kitchen's orders. */
static bool
is_printing(const struct till *t)
{
	for (size_t i = 0; i < t->n_port; i++) {
		const struct till_port *p = &t->port[i];

		if (p->driver->class_ == DEVICE_PRINTER && p->host != NULL &&
			device_host_up(p->host) && !device_host_idle(p->host)) {
			return true;
		}
	}
	return false;
}

static void
wait_for_printers(struct till *t)
{
	int64_t end = clock_read(&t->real).mono.us + CLOSE_WAIT_US;

	while (is_printing(t) && clock_read(&t->real).mono.us < end) {
		struct pollfd p[CONFIG_DEVICES];
		nfds_t n = 0;

		(void)till_device_poll(t);
		for (size_t i = 0; i < t->n_port; i++) {
			if (t->port[i].host != NULL) {
				p[n].fd = device_host_fd(
					t->port[i].host, &p[n].events);
				n++;
			}
		}
		(void)poll(p, n, 10);
	}
	(void)till_device_poll(t);
}

void
till_close(struct till *t)
{
	if (t == NULL) {
		return;
	}
	if (t->shop != NULL) {
		close_customer(t);
		wait_for_printers(t);
		till_print_close(t);
		till_device_close(t);
		till_sync_close(t);
	}
	if (t->draft != NULL) {
		till_draft_settle(t);
		(void)!draft_flush(t->draft, NULL);
		draft_close(t->draft);
	}
	desk_free(t->desk);
	till_wake_close(t);
	engine_free(t->engine);
	till_find_close(t);
	catalog_close(t->catalog);
	shop_close(t->shop);
	config_release(&t->config[0]);
	config_release(&t->config[1]);
	till_report_drop(t);
	free(t);
}

/* --- between inputs --- */

void
till_switch_config(struct till *t)
{
	unsigned next = 1 - t->in_use;

	if (strcmp(t->shop->config_version, t->config[t->in_use].version) ==
		0) {
		return;
	}
	config_release(&t->config[next]);
	config_share(&t->config[next], &t->shop->config);
	if (engine_config(t->engine, &t->config[next]) != RC_OK) {
		return; /* a sale is open: it ends under its own */
	}
	if (!till_device_changed(t, &t->config[next])) {
		t->in_use = next;
		return;
	}
	till_print_close(t);
	till_device_close(t);
	t->in_use = next;
	till_device_open(t);
	till_print_open(t);
}

/* The oldest that anything still stands on. */
static int64_t
oldest_in_use(const struct till *t)
{
	int64_t is = t->catalog != NULL ? catalog_generation(t->catalog) : 0;

	return is != 0 && is < t->generation ? is : t->generation;
}

static void
switch_catalog(struct till *t)
{
	char dir[PATH_BYTES];

	if (t->shop->state.catalog != t->generation &&
		t->shop->state.catalog != 0) {
		int64_t before = t->generation;

		till_catalog_open(t);
		t->prune_due = t->generation != before;
	} else if (t->prune_due && !t->shop->read_only &&
		   path_join(dir, sizeof(dir), t->shop->dir, "catalog") ==
			   RC_OK) {
		/* RC_BUSY: the import that is running prunes itself */
		(void)!catalog_prune(dir, oldest_in_use(t), NULL);
		t->prune_due = false;
	}
}

static void
idle_inbox(struct till *t, struct mono now)
{
	size_t n = 0;

	if (t->shop->read_only || now.us < t->inbox_next.us) {
		return;
	}
	(void)!inbox_take(t->shop, till_people_note, t, &n, NULL);
	if (n > 0) {
		t->stirred = now;
	}
	t->inbox_next.us = now.us + INBOX_EVERY_US;
}

bool
till_customer(struct till *t)
{
	bool own = till_device_shows(t), again = false;
	struct customer_frame f;
	char was[I18N_BYTES];

	if (!own && !customer_shown(&t->customer)) {
		return false;
	}
	/* the customer's, whatever this process speaks */
	i18n_language(till_config(t)->language, was);
	customer_frame(till_view(t), till_config(t), t->change_due, &f);
	if (own) {
		again = till_device_show(t, &f);
	}
	i18n_language(was, NULL);
	customer_tell(&t->customer, &f);
	return again;
}

static bool
idle_customer(struct till *t, struct mono now)
{
	if (now.us < t->customer_next.us) {
		return false;
	}
	customer_idle(&t->customer);
	t->customer_next.us = now.us + CUSTOMER_EVERY_US;
	return till_customer(t);
}

struct mono
till_idle(struct till *t)
{
	struct mono now = clock_read(&t->real).mono;
	struct mono next, card;
	struct mono at;

	(void)till_device_poll(t);

	till_scale_take(t);
	till_card_take(t, now);
	/* what is asked or told by it goes out now */
	at = till_device_poll(t);
	till_wake_take(t, now);
	idle_inbox(t, now);
	till_people_idle(t, now);
	till_drawer_idle(t);
	till_order_idle(t);
	till_drafts_run(t);
	till_sync_idle(t, now);
	till_feed_idle(t, now);
	till_switch_config(t);
	switch_catalog(t);
	if (idle_customer(t, now)) {
		at = till_device_poll(t);
	}
	till_draft_settle(t);
	if (t->draft_due.us != 0 && now.us >= t->draft_due.us) {
		till_draft_idle(t);
		t->draft_due.us = 0;
	}
	if (now.us >= t->shop_next.us) {
		shop_idle(t->shop);
		t->shop_next.us = now.us + SHOP_EVERY_US;
	}
	till_find_warm(t);
	if (till_device_scans(t)) {
		return now;
	}
	next = till_wake_next(t, now);
	if (till_card_next(t, now, &card) && card.us < next.us) {
		next = card;
	}
	return at.us >= 0 && at.us < next.us ? at : next;
}

/* --- looking --- */

const struct engine_view *
till_view(const struct till *t)
{
	return engine_view(t->engine);
}

void
till_set_not_on_file(struct till *t, enum not_on_file policy)
{
	engine_set_not_on_file(t->engine, policy);
}

const struct config *
till_config(const struct till *t)
{
	return &t->config[t->in_use];
}

struct shop *
till_shop(struct till *t)
{
	return t->shop;
}

int64_t
till_catalog(const struct till *t)
{
	return t->feed.version != 0 ? t->feed.version : t->generation;
}

bool
till_resumed(const struct till *t)
{
	return t->resumed;
}

const char *
till_note(const struct till *t)
{
	return t->note;
}

static const char *
in_language(const char *english)
{
	return _(english);
}

void
till_status(struct till *t, struct till_status *ret)
{
	struct sbuf b;

	memset(ret, 0, sizeof(*ret));
	ret->selling = !t->shop->read_only && !t->shop->moved;
	ret->printer = t->printer_state;
	ret->drawer_no = till_drawer_told(t);
	ret->drawer = till_drawer_state(t, ret->drawer_no);
	ret->receipt = t->receipt_state;
	ret->glass = t->loud;
	ret->queued = till_link_queued(t);
	ret->unprinted = t->n_unprinted;
	ret->last_unprinted = t->n_unprinted > 0
				      ? t->unprinted[t->n_unprinted - 1].number
				      : "";
	sbuf_init(&b, ret->clock, sizeof(ret->clock));
	till_clock_words(t, &b);
	sbuf_init(&b, ret->trouble, sizeof(ret->trouble));
	if (t->shop->moved) {
		/* cells: 40 */
		sbuf_puts(&b, _("data of another machine: MV confirms"));
	} else if (t->shop->trouble[0] != '\0') {
		till_say_trouble(&b, t->shop->trouble, in_language);
	} else if (t->printer_text[0] != '\0') {
		char text[sizeof(t->printer_text) + 16];
		struct sbuf p;

		sbuf_init(&p, text, sizeof(text));
		sbuf_puts(&p, "printer: ");
		sbuf_puts(&p, t->printer_text);
		till_say_trouble(&b, text, in_language);
	}
}

enum rc
till_last_receipt(struct till *t, struct sbuf *out, struct err *reterr)
{
	const struct event *sale = NULL;
	struct document_opts o = {0};
	uint64_t last = t->shop->state.last_sale_seq;
	uint8_t hash[HASH_BYTES];
	struct config *c;
	enum rc rc;

	if (till_view(t)->training) {
		last = till_view(t)->has_prev ? till_view(t)->prev_seq : 0;
	}
	if (last == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no sale has been made yet");
	}
	rc = shop_event(t->shop, last, hash, &sale, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	c = config_new();
	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory for the receipt: close other programs");
	}
	if (shop_config_at(t->shop, sale, c, NULL) != RC_OK) {
		config_share(c, &t->config[t->in_use]);
	}
	o.hash = hash;
	rc = document_text(c, sale, &o, out, reterr);
	config_free(c);
	return rc;
}
