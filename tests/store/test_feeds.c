/* SPDX-License-Identifier: Apache-2.0 */
/* How far feeds were followed, and what the shop changed itself meanwhile. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <string.h>

#include "store/store.h"
#include "stream.h"

#include "base/poison.h"

#define MAP ((size_t)16 << 20)
#define CONF_VERSION "0f"

static struct scene scene;
static struct stream stream; /* too large for a stack */
static struct store *live, *again;

static struct store *
open_at(const char *name, enum store_mode mode)
{
	struct store *s = NULL;
	char path[300];

	scene_path(&scene, path, name);
	assert_int_equal(
		store_open(path, scene.keys, &scene.rng, mode, MAP, &s, NULL),
		RC_OK);
	return s;
}

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	stream_init(&stream, 5);
	live = open_at("live", STORE_WRITE);
	again = open_at("again", STORE_SCRATCH);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_close(live);
	store_close(again);
	scene_done(&scene);
	return 0;
}

static struct event *
fresh(enum event_type type)
{
	struct event *e = &stream.ev;
	uint64_t sequence = ++stream.sequence;

	memset(e, 0, sizeof(*e));
	e->type = type;
	e->sequence = sequence;
	e->epoch = 1;
	e->time.us = (int64_t)sequence * 1000;
	e->actor = "1";
	stream.text_len = (size_t)snprintf(stream.text, sizeof(stream.text),
		"{\"n\":%llu}", (unsigned long long)sequence);
	sha256(stream.hash, stream.text, stream.text_len);
	return e;
}

static void
put(void)
{
	assert_int_equal(apply_one(live, &stream, NULL), RC_OK);
	assert_int_equal(apply_one(again, &stream, NULL), RC_OK);
}

static void
tie(const char *kind)
{
	fresh(EVENT_HUB_ENROLLED)->data.hub.kind = kind;
	put();
}

static void
followed(const char *feed, const char *epoch, int64_t revision)
{
	struct event *e = fresh(EVENT_FEED_FOLLOWED);

	e->data.feed.feed = feed;
	e->data.feed.epoch = epoch;
	e->data.feed.revision = revision;
	put();
}

static void
person(const char *no, const char *origin)
{
	struct event *e = fresh(EVENT_OPERATOR_CHANGED);

	e->data.person.operator_no = no;
	e->data.person.role = "cashier";
	e->data.person.active = true;
	e->data.person.origin = origin;
	put();
}

static void
config(const char *why)
{
	struct event *e = fresh(EVENT_CONFIG_ACTIVATED);

	e->data.config.version = CONF_VERSION;
	e->data.config.text = "";
	e->data.config.why = why;
	put();
}

static uint64_t
own(const char *what, const char *no)
{
	uint64_t at = 0;

	assert_int_equal(store_own(live, what, no, &at, NULL), RC_OK);
	return at;
}

static void
agree(void)
{
	char what[200];
	bool equal = false;

	assert_int_equal(store_finish(again, NULL), RC_OK);
	assert_int_equal(
		store_compare(live, again, &equal, what, sizeof(what), NULL),
		RC_OK);
	assert_true(equal);
}

static void
without_a_hub_nothing_is_kept(void **state)
{
	uint64_t at = 0;

	(void)state;
	person("7", NULL);
	config(NULL);
	assert_int_equal(
		store_own(live, STORE_OWN_PERSON, "7", &at, NULL), RC_NOTFOUND);
	tie("enroll");
	/* what was active before is the shop's own */
	assert_int_equal(own(STORE_OWN_PERSON, "7"), stream.sequence - 1);
	assert_int_equal(own(STORE_OWN_CONFIG, ""), stream.sequence - 1);
	tie("none");
	assert_int_equal(
		store_own(live, STORE_OWN_CONFIG, "", &at, NULL), RC_NOTFOUND);
	agree();
}

static void
the_last_change_of_the_shop_counts(void **state)
{
	uint64_t tied, seven;

	(void)state;
	tie("enroll");
	tied = 0; /* nothing was active */
	person("7", NULL);
	seven = stream.sequence;
	person("7", "hub");
	person("8", "hub");
	config("feed");
	assert_int_equal(own(STORE_OWN_PERSON, "7"), seven);
	assert_int_equal(own(STORE_OWN_PERSON, "8"), tied);
	assert_int_equal(store_from_hub(live, "7", NULL), RC_OK);
	assert_int_equal(store_from_hub(live, "9", NULL), RC_NOTFOUND);
	person("8", NULL);
	assert_int_equal(store_from_hub(live, "8", NULL), RC_NOTFOUND);
	assert_int_equal(own(STORE_OWN_CONFIG, ""), tied);
	config("draft");
	assert_int_equal(own(STORE_OWN_CONFIG, ""), stream.sequence);
	fresh(EVENT_CATALOG_IMPORTED)->data.catalog.version = 3;
	put();
	assert_int_equal(own(STORE_OWN_CATALOG, ""), stream.sequence);
	assert_int_equal(own(STORE_OWN_PERSON, "7"), seven);
	/* another hub: what is active is the shop's own again */
	tie("enroll");
	assert_int_equal(own(STORE_OWN_PERSON, "7"), stream.sequence - 2);
	agree();
}

static void
a_feed_is_where_it_was_left(void **state)
{
	struct store_feed f;

	(void)state;
	assert_int_equal(store_feed(live, "people", &f, NULL), RC_NOTFOUND);
	followed("people", "e1", 12);
	followed("rules", NULL, 1);
	followed("people", "e2", 3);
	assert_int_equal(store_feed(live, "people", &f, NULL), RC_OK);
	assert_int_equal(f.revision, 3);
	assert_string_equal(f.epoch, "e2");
	assert_int_equal(f.sequence, stream.sequence);
	assert_int_equal(store_feed(live, "rules", &f, NULL), RC_OK);
	assert_string_equal(f.epoch, "");
	assert_int_equal(store_feed(live, "", &f, NULL), RC_NOTFOUND);
	/* none that a name of the store's has no room for */
	followed("0123456789012345678901234567890123456789012345", "e", 1);
	agree();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			without_a_hub_nothing_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_last_change_of_the_shop_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_feed_is_where_it_was_left, setup, teardown),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
