/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "hand.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* The link to the hub on the screens: facts that move nothing. */

static struct hand *
begin_sized(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);
	struct till_link *l = &h->till->link;

	h->till->linked = true;
	h->till->n_waiting = 38;
	h->till->status.queued = 38;
	l->heard = true;
	l->link = WORKER_OFFLINE;
	l->why = "connect timeout";
	l->since.us = h->till->now.now.utc.us - INT64_C(761000000);
	l->oldest.us = h->till->now.now.utc.us - INT64_C(760000000);
	l->acked = 100;
	l->state.rtt_ms = 31;
	look(h);
	return h;
}

static struct hand *
begin_linked(void)
{
	return begin_sized(24, 80);
}

static void
the_status_row(void **state)
{
	struct hand *h = begin_linked();

	(void)state;
	assert_true(shows(h, " OFFLINE 12m"));
	assert_true(shows(h, "Q 38 (oldest 12m)"));
	sell_seven(h);
	assert_true(shows(h, " OFFLINE 12m"));
	assert_true(shows(h, "TOTAL"));
	h->till->link.link = WORKER_ONLINE;
	h->till->n_waiting = 0;
	look(h);
	assert_true(shows(h, " ONLINE 31 ms  Q 0"));
	assert_false(shows(h, "RECORDING"));
	h->till->link.fork = WORKER_CLONE;
	h->till->link.link = WORKER_STOPPED;
	look(h);
	assert_true(shows(h, " COPIED DISK  STOPPED"));
	assert_false(rings(h));
	h->till->linked = false;
	h->till->status.queued = 0;
	look(h);
	assert_true(shows(h, " RECORDING"));
	end(h);
}

static void
the_page(void **state)
{
	struct hand *h = begin_linked();

	(void)state;
	h->till->link.apart = 1;
	sync_open(h->app);
	look(h);
	assert_true(shows(h, "connect timeout"));
	assert_true(shows(h, "Line 77 kept apart: not UTF-8"));
	assert_true(shows(h, "SALES  here 4216"));
	assert_true(shows(h, "acknowledged by the hub 4178"));
	type(h, "r");
	assert_int_equal(h->till->link_asked, WORKER_ASK_NOW);
	assert_true(shows(h, "The worker tries the hub at once."));
	type(h, "2V");
	assert_true(shows(h, "A LINE OF THE JOURNAL"));
	assert_true(shows(h, "\"sequence\":101"));
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	assert_false(shows(h, "LINK "));
	end(h);
}

static void
a_clock_that_is_off(void **state)
{
	struct hand *h = begin_linked();
	struct till_link *l = &h->till->link;

	(void)state;
	l->state.offset_ms = -86400000;
	pass(h, 1000);
	assert_false(shows(h, "CLOCK"));
	l->link = WORKER_ONLINE;
	pass(h, 1000);
	assert_true(shows(h, " CLOCK +24h  ONLINE 31 ms"));
	assert_true(shows(h, "ahead of the hub's: the owner sets it"));
	l->state.offset_ms = 119000;
	look(h);
	assert_false(shows(h, "CLOCK"));
	l->state.offset_ms = 121000;
	sync_open(h->app);
	look(h);
	assert_true(shows(h, " CLOCK -2m  ONLINE"));
	assert_true(shows(h, "behind the hub's: the owner sets it"));
	end(h);
}

static void
what_came_and_is_not_in_use(void **state)
{
	struct hand *h = begin_linked();
	struct till_link *l = &h->till->link;
	struct sbuf b;

	(void)state;
	l->link = WORKER_ONLINE;
	h->till->n_waiting = 0;
	sbuf_init(&b, l->state.feeds_why, sizeof(l->state.feeds_why));
	sbuf_puts(&b, "config/week:4:1: there is no key 'rate'");
	sync_open(h->app);
	look(h);
	assert_true(shows(h, "Not all that came from the hub is in use."));
	assert_true(shows(h, " config/week:4:1: there is no key 'rate'"));
	end(h);
}

static void
the_feeds(void **state)
{
	static const char *const name[] = {
		"products", "prices", "rules", "config", "people"};
	struct hand *h = begin_linked();
	struct till_link *l = &h->till->link;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		struct worker_feed *f = &l->state.feed[l->state.n_feed++];
		struct sbuf b;

		sbuf_init(&b, f->name, sizeof(f->name));
		sbuf_puts(&b, name[i]);
		f->rev = 1;
		f->at.us = h->till->now.now.utc.us - INT64_C(12600000000);
	}
	l->state.n_feed = 2;
	sync_open(h->app);
	look(h);
	assert_true(shows(h, "products 1 (3h)  prices 1 (3h)"));
	l->state.n_feed = 5;
	l->state.feed[0].rev = 818775;
	look(h);
	assert_true(shows(h, "products (3h)  prices (3h)  rules (3h)  "
			     "config (3h)  people (3h)"));
	l->heard = false;
	look(h);
	assert_true(shows(h, " FEEDS    -"));
	end(h);
}

static void
in_every_layout(void **state)
{
	static const struct {
		int rows, cols;
		enum display_layout kind;
		const char *name;
	} size[] = {{24, 80, DISPLAY_PANEL, "sync"},
		{30, 100, DISPLAY_PANEL, "sync_100x30"},
		{50, 132, DISPLAY_PANEL, "sync_132x50"},
		{24, 80, DISPLAY_STACKED, "sync_stacked"},
		{24, 80, DISPLAY_READER, "sync_reader"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		struct config_display how = {.layout = size[i].kind};
		struct hand *h = begin_sized(size[i].rows, size[i].cols);

		app_look(h->app, &how);
		h->till->link.apart = 1;
		sync_open(h->app);
		look(h);
		golden(h, size[i].name);
		end(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_status_row),
		cmocka_unit_test(the_page),
		cmocka_unit_test(a_clock_that_is_off),
		cmocka_unit_test(what_came_and_is_not_in_use),
		cmocka_unit_test(the_feeds), cmocka_unit_test(in_every_layout)};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
