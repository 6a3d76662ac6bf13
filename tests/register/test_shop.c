/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/shop_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

#define SECOND ((int64_t)1000000)
#define DAY (86400 * SECOND)

/* --- acts --- */

struct told {
	unsigned n;
	uint64_t sequence;
	size_t n_event;
	uint8_t hash[HASH_BYTES];
	uint64_t applied; /* by the store at that moment */
	struct shop *shop;
};

static void
tell(void *arg, const struct event ev[], size_t n, const uint8_t *hash)
{
	struct told *t = arg;
	struct store_head head;

	t->n++;
	t->sequence = ev[0].sequence;
	t->n_event = n;
	memcpy(t->hash, hash + (n - 1) * HASH_BYTES, HASH_BYTES);
	assert_int_equal(store_head(t->shop->store, &head, NULL), RC_OK);
	t->applied = head.applied;
}

static void
test_act_is_told_between_journal_and_store(void **state)
{
	struct rig *r = *state;
	struct told told = {.shop = r->shop};
	struct event ev[2] = {
		{.type = EVENT_DRAWER_OPENED}, {.type = EVENT_DRAWER_OPENED}};
	uint64_t flushes = journal_flush_count(r->shop->journal);
	uint8_t hash[HASH_BYTES];
	const struct event *e;

	ev[0].data.drawer.reason = "no-sale";
	ev[1].data.drawer.reason = "no-sale";
	assert_int_equal(
		shop_record(r->shop, ev, 2, "7", tell, &told, NULL), RC_OK);
	assert_int_equal(told.n, 1);
	assert_int_equal(told.n_event, 2);
	assert_int_equal(told.sequence, 3);
	assert_int_equal(told.applied, 2); /* not committed yet */
	assert_int_equal(journal_flush_count(r->shop->journal), flushes + 1);
	assert_int_equal(shop_event(r->shop, 4, hash, &e, NULL), RC_OK);
	assert_memory_equal(hash, told.hash, HASH_BYTES);
	assert_string_equal(e->actor, "7");
	assert_int_equal(e->epoch, 1);
	assert_string_equal(e->config, r->shop->config.version);
	assert_int_equal(watermark_read(rig_path(r, "journal")), 4);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_act_that_cannot_be_spelled_changes_nothing(void **state)
{
	struct rig *r = *state;
	struct told told = {.shop = r->shop};
	struct event ev[2] = {
		{.type = EVENT_DRAWER_OPENED}, {.type = EVENT_SALE_COMPLETED}};
	struct err e = {0};

	ev[0].data.drawer.reason = "no-sale";
	ev[1].data.sale.number = "R01-000001"; /* the rest is missing */
	assert_int_not_equal(
		shop_record(r->shop, ev, 2, "1", tell, &told, &e), RC_OK);
	assert_int_not_equal(e.msg[0], '\0');
	assert_int_equal(told.n, 0);
	assert_int_equal(journal_head(r->shop->journal).sequence, 2);
	assert_int_equal(rig_act(r), 3);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_reader_beside_sees_and_records_nothing(void **state)
{
	struct rig *r = *state;
	struct shop_conf conf = r->conf;
	struct event e = {.type = EVENT_DRAWER_OPENED};
	struct shop *s = NULL;

	(void)rig_act(r);
	conf.mode = SHOP_READ;
	assert_int_equal(shop_open(&conf, &s, NULL), RC_OK);
	assert_int_equal(shop_head(s), 3);
	assert_true(s->has_config);
	e.data.drawer.reason = "no-sale";
	assert_int_equal(shop_record(s, &e, 1, "1", NULL, NULL, NULL), RC_IO);
	shop_close(s);
	conf.mode = SHOP_WRITE;
	assert_int_equal(shop_open(&conf, &s, NULL), RC_BUSY);
}

static void
test_deferred_goes_first(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_RECEIPT_PRINTED};

	e.data.receipt.number = "R01-000001";
	e.data.receipt.outcome = "printed";
	shop_defer(r->shop, &e);
	assert_int_equal(journal_head(r->shop->journal).sequence, 2);
	assert_int_equal(rig_act(r), 4);
	assert_int_equal(rig_event(r, 3)->type, EVENT_RECEIPT_PRINTED);
	assert_string_equal(rig_event(r, 3)->actor, SHOP_ACTOR);
	assert_int_equal(rig_act(r), 5); /* and once */
	e.data.receipt.number = "R01-000002";
	e.data.receipt.outcome = "unknown";
	shop_defer(r->shop, &e);
	rig_close(r);
	rig_open(r);
	assert_int_equal(journal_head(r->shop->journal).sequence, 6);
	assert_string_equal(rig_event(r, 6)->data.receipt.outcome, "unknown");
}

/* More deferred events than there is room for: written out meanwhile. */
static void
test_deferred_many(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_RECEIPT_PRINTED};
	char number[32];

	e.data.receipt.number = number;
	e.data.receipt.outcome = "printed";
	for (int i = 1; i <= 20; i++) {
		(void)snprintf(number, sizeof(number), "R01-%06d", i);
		shop_defer(r->shop, &e);
	}
	assert_int_equal(rig_act(r), 23);
	for (int i = 1; i <= 20; i++) {
		(void)snprintf(number, sizeof(number), "R01-%06d", i);
		assert_string_equal(
			rig_event(r, (uint64_t)(2 + i))->data.receipt.number,
			number);
	}
}

/* --- time --- */

static void
test_clock(void **state)
{
	static const struct {
		const char *name;
		int64_t us, mono_us;
		bool restart;
		unsigned jumps;
		enum clock_quality quality;
	} step[] = {
		{"a second", SECOND, SECOND, false, 0, CLOCK_OK},
		{"nothing", 0, 0, false, 0, CLOCK_OK},
		{"back half a minute", -30 * SECOND, SECOND, false, 0,
			CLOCK_OK},
		{"a day with the machine asleep", DAY, DAY, false, 0, CLOCK_OK},
		{"set forward a year", 365 * DAY, SECOND, false, 1,
			CLOCK_JUMPED},
		{"on from there", SECOND, SECOND, false, 0, CLOCK_OK},
		{"set back three days", -3 * DAY, SECOND, false, 1,
			CLOCK_JUMPED},
		{"still behind", SECOND, SECOND, false, 0, CLOCK_JUMPED},
		{"still behind, restarted", SECOND, SECOND, true, 0,
			CLOCK_JUMPED},
		{"set right again", 4 * DAY, SECOND, false, 1, CLOCK_JUMPED},
		{"good", SECOND, SECOND, false, 0, CLOCK_OK},
		{"set while the register was shut", -DAY, SECOND, true, 1,
			CLOCK_JUMPED},
		{"and back", DAY, SECOND, true, 0, CLOCK_OK},
	};
	struct rig *r = *state;
	uint64_t last = rig_act(r);

	for (size_t i = 0; i < ARRAY_LEN(step); i++) {
		struct utc before = rig_event(r, last)->time;
		const struct event *e;
		uint64_t next;

		if (step[i].restart) {
			rig_close(r);
		}
		rig_pass(r, step[i].us, step[i].mono_us);
		if (step[i].restart) {
			rig_open(r);
		}
		next = rig_act(r);
		if (next - last != 1 + step[i].jumps) {
			fail_msg("%s: %d jumps", step[i].name,
				(int)(next - last - 1));
		}
		if (step[i].jumps != 0) {
			e = rig_event(r, last + 1);
			assert_int_equal(e->type, EVENT_CLOCK_JUMPED);
			assert_true(e->time.us > before.us);
		}
		e = rig_event(r, next);
		if (e->clock != step[i].quality) {
			fail_msg("%s: quality %d", step[i].name, (int)e->clock);
		}
		assert_true(e->time.us > before.us);
		last = next;
	}
	assert_int_equal(rig_verify(r), 0);
}

static void
test_clock_never_set(void **state)
{
	struct rig *r = *state;
	struct utc before;
	uint64_t n;

	before = rig_event(r, 2)->time;
	rig_close(r);
	r->clock.now.utc.us = 1000; /* 1970, and another boot */
	r->clock.now.mono.us = 1000;
	r->clock.now.boot[0] = '1';
	rig_open(r);
	n = rig_act(r);
	assert_int_equal(n, 4);
	assert_int_equal(rig_event(r, 3)->type, EVENT_CLOCK_JUMPED);
	assert_int_equal(rig_event(r, 4)->clock, CLOCK_UNSET);
	assert_true(rig_event(r, 4)->time.us > before.us);
	assert_int_equal(rig_act(r), 5);
	assert_int_equal(rig_event(r, 5)->clock, CLOCK_UNSET);
}

/* --- recovery --- */

static void
test_store_that_lost_its_last_commit_catches_up(void **state)
{
	struct rig *r = *state;
	const struct event *e;

	rig_close(r);
	rig_run("cp -r %s/store %s/kept", r->dir, r->base);
	rig_open(r);
	(void)rig_act(r);
	rig_close(r);
	rig_run("rm -rf %s/store && mv %s/kept %s/store", r->dir, r->base,
		r->dir);
	rig_open(r);
	assert_int_equal(r->shop->recovered.replayed, 1);
	e = rig_event(r, 4);
	assert_int_equal(e->type, EVENT_REGISTER_RECOVERED);
	assert_int_equal(e->data.recovered.replayed, 1);
	assert_false(e->data.recovered.rebuilt);
	assert_string_equal(e->data.recovered.tail, "clean");
	assert_int_equal(rig_act(r), 5);
	assert_int_equal(rig_verify(r), 0);
	rig_close(r);
	rig_open(r); /* nothing to do: nothing recorded */
	assert_int_equal(journal_head(r->shop->journal).sequence, 5);
}

static void
test_journal_that_lost_its_end_is_mended_from_the_store(void **state)
{
	struct rig *r = *state;

	rig_close(r);
	rig_run("cp -r %s/journal %s/kept", r->dir, r->base);
	rig_open(r);
	(void)rig_act(r);
	(void)rig_act(r);
	rig_close(r);
	rig_run("rm -rf %s/journal && mv %s/kept %s/journal", r->dir, r->base,
		r->dir);
	assert_int_not_equal(rig_verify(r), 0);
	rig_open(r);
	assert_int_equal(r->shop->recovered.repaired, 2);
	assert_int_equal(rig_event(r, 5)->type, EVENT_REGISTER_RECOVERED);
	assert_int_equal(rig_verify(r), 0);
}

/* One store, two futures: the journal's is the truth. */
static void
test_store_of_another_journal_is_made_anew(void **state)
{
	struct rig *r = *state;

	rig_close(r);
	rig_run("cp -r %s %s/twin", r->dir, r->base);
	rig_open(r);
	(void)rig_act(r);
	rig_close(r);
	r->conf.dir = "";
	{
		char twin[96];

		(void)snprintf(twin, sizeof(twin), "%s/twin", r->base);
		r->conf.dir = twin;
		rig_pass(r, 5 * SECOND, 5 * SECOND);
		rig_open(r);
		(void)rig_act(r);
		rig_close(r);
		r->conf.dir = r->dir;
	}
	rig_run("rm -rf %s/store && mv %s/twin/store %s/store", r->dir, r->base,
		r->dir);
	rig_open(r);
	assert_true(r->shop->recovered.rebuilt);
	assert_int_equal(rig_act(r), 5);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_rebuild_cut_short_leaves_a_store(void **state)
{
	struct rig *r = *state;

	(void)rig_act(r);
	rig_close(r);
	/* between the two renames, and with a half-built one */
	rig_run("mv %s/store %s/store.old && mkdir %s/store.new && "
		"echo x >%s/store.new/data.mdb",
		r->dir, r->dir, r->dir, r->dir);
	rig_open(r);
	assert_false(r->shop->recovered.rebuilt);
	assert_int_equal(access(rig_path(r, "store.old"), F_OK), -1);
	assert_int_equal(access(rig_path(r, "store.new"), F_OK), -1);
	assert_int_equal(rig_act(r), 4);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_store_healed_while_selling(void **state)
{
	struct rig *r = *state;
	uint64_t n = 0;

	(void)rig_act(r);
	/* as a look-up that met a damaged value does */
	rig_run("rm -f %s/store/data.mdb", r->dir);
	assert_int_equal(shop_heal(r->shop, NULL), RC_OK);
	assert_false(r->shop->store_behind);
	assert_int_equal(rig_act(r), 5); /* recovered goes first */
	assert_int_equal(rig_event(r, 4)->type, EVENT_REGISTER_RECOVERED);
	assert_true(rig_event(r, 4)->data.recovered.rebuilt);
	assert_int_equal(shop_rebuild(r->shop, &n, NULL), RC_OK);
	assert_int_equal(n, 5);
	assert_int_equal(rig_act(r), 7);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_journal_alone_when_the_store_cannot_be_had(void **state)
{
	struct rig *r = *state;

	store_close(r->shop->store);
	r->shop->store = NULL;
	r->shop->store_behind = true;
	r->shop->own->next_store.us = INT64_MAX;
	assert_int_equal(rig_act(r), 3);
	assert_int_equal(rig_act(r), 4);
	assert_int_equal(rig_event(r, 4)->type, EVENT_DRAWER_OPENED);
	assert_int_equal(watermark_read(rig_path(r, "journal")), 2);
	r->shop->own->next_store.us = 0;
	assert_true(shop_ready(r->shop));
	assert_false(r->shop->store_behind);
	assert_int_equal(rig_act(r), 6);
	assert_int_equal(rig_event(r, 5)->data.recovered.replayed, 2);
	assert_int_equal(rig_verify(r), 0);
}

/* --- the rest --- */

static void
test_ballast(void **state)
{
	struct rig *r = *state;

	assert_int_equal(access(rig_path(r, "ballast"), F_OK), 0);
	assert_true(ballast_drop(r->shop));
	assert_false(ballast_drop(r->shop));
	ballast_make(r->shop);
	assert_int_equal(access(rig_path(r, "ballast"), F_OK), 0);
	shop_idle(r->shop);
}

static void
test_past_configuration(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_CONFIG_ACTIVATED};
	struct config *c = config_new();
	static char text[CONFIG_TEXT_BYTES];
	char version[65], first[65];
	char *old = NULL;
	size_t n = 0;

	assert_non_null(c);
	(void)rig_act(r);
	assert_int_equal(shop_config_text(r->shop, &old, &n, NULL), RC_OK);
	(void)snprintf(text, sizeof(text), "%s\n# another\n", old);
	config_version(text, strlen(text), version);
	e.data.config.version = version;
	e.data.config.previous = r->shop->config_version;
	e.data.config.text = text;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
	assert_string_equal(r->shop->config_version, version);
	(void)rig_act(r);
	assert_int_equal(
		shop_config_at(r->shop, rig_event(r, 5), c, NULL), RC_OK);
	assert_string_equal(c->version, version);
	config_release(c);
	assert_int_equal(
		shop_config_at(r->shop, rig_event(r, 3), c, NULL), RC_OK);
	config_version(old, n, first);
	assert_string_equal(c->version, first);
	config_release(c);
	assert_int_equal(
		shop_config_at(r->shop, rig_event(r, 1), c, NULL), RC_NOTFOUND);
	rig_close(r);
	rig_open(r);
	assert_string_equal(r->shop->config_version, version);
	free(old);
	config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
		T(test_act_is_told_between_journal_and_store),
		T(test_act_that_cannot_be_spelled_changes_nothing),
		T(test_reader_beside_sees_and_records_nothing),
		T(test_deferred_goes_first),
		T(test_deferred_many),
		T(test_clock),
		T(test_clock_never_set),
		T(test_store_that_lost_its_last_commit_catches_up),
		T(test_journal_that_lost_its_end_is_mended_from_the_store),
		T(test_store_of_another_journal_is_made_anew),
		T(test_rebuild_cut_short_leaves_a_store),
		T(test_store_healed_while_selling),
		T(test_journal_alone_when_the_store_cannot_be_had),
		T(test_ballast),
		T(test_past_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
