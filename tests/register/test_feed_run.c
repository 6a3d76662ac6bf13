/* SPDX-License-Identifier: Apache-2.0 */
/* What a hub decided, taken over by a shop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "register/feed_config.h"
#include "register/feed_persons.h"
#include "register/feed_run.h"
#include "register/people.h"
#include "shop_rig.h"
#include "wire/feed_body.h"
#include "wire/persons.h"

#include "base/poison.h"

#define DAY_US ((int64_t)86400 * 1000000)
#define ITEMS 32

/* What the hub has; publish() puts it into the shop's feeds. */
static struct {
	struct one {
		char feed[24], key[64], body[4096];
		enum feeds_scope scope;
		struct utc from;
	} item[ITEMS];

	size_t n;
	struct feeds_cursor cursor[4];
	size_t n_cursor;
} hub; /* too large for a stack */

static uint8_t box_pub[KEY_BYTES], box_sec[KEY_BYTES];
static struct feed_look look;
static struct feed_done done;
static struct feeds *feeds;

/* --- the hub --- */

static struct feeds_cursor *
cursor(const char *feed)
{
	struct feeds_cursor *c;

	for (size_t i = 0; i < hub.n_cursor; i++) {
		if (strcmp(hub.cursor[i].feed, feed) == 0) {
			return &hub.cursor[i];
		}
	}
	c = &hub.cursor[hub.n_cursor++];
	memset(c, 0, sizeof(*c));
	(void)snprintf(c->feed, sizeof(c->feed), "%s", feed);
	(void)snprintf(c->epoch, sizeof(c->epoch), "%s", "e1");
	c->whole = true;
	return c;
}

static struct one *
put(const char *feed, const char *key, enum feeds_scope scope)
{
	struct one *x = &hub.item[hub.n++];

	assert_true(hub.n <= ITEMS);
	memset(x, 0, sizeof(*x));
	(void)snprintf(x->feed, sizeof(x->feed), "%s", feed);
	(void)snprintf(x->key, sizeof(x->key), "%s", key);
	x->scope = scope;
	cursor(feed)->rev++;
	return x;
}

static struct one *
put_text(const char *feed, const char *key, enum feeds_scope scope,
	const char *text)
{
	struct one *x = put(feed, key, scope);
	struct sbuf b;

	sbuf_init(&b, x->body, sizeof(x->body));
	assert_int_equal(feed_text_encode(text, &b, NULL), RC_OK);
	return x;
}

static struct one *
put_person(const struct feed_person *p)
{
	struct one *x = put("people", p->number, FEEDS_TENANT);
	struct sbuf b;

	sbuf_init(&b, x->body, sizeof(x->body));
	assert_int_equal(feed_person_seal(p, box_pub, &b, NULL), RC_OK);
	return x;
}

static void
clear(const char *feed)
{
	size_t k = 0;

	for (size_t i = 0; i < hub.n; i++) {
		if (strcmp(hub.item[i].feed, feed) != 0) {
			hub.item[k++] = hub.item[i];
		}
	}
	hub.n = k;
	cursor(feed)->rev++;
}

/* The hub has read all there is of the register. */
static void
catch_up(struct rig *r)
{
	for (size_t i = 0; i < hub.n_cursor; i++) {
		hub.cursor[i].applied = shop_head(r->shop);
	}
}

/* As the worker would: a copy of all there is, swapped in. */
static void
publish(struct rig *r)
{
	feeds_close(feeds);
	feeds = NULL;
	for (size_t i = 0; i < hub.n_cursor; i++) {
		struct feeds_cursor *c = &hub.cursor[i];
		struct feeds_end end = {.rev = c->rev,
			.applied = c->applied,
			.at = r->clock.now.utc};
		struct feeds_page *p = NULL;

		assert_int_equal(feeds_begin(rig_path(r, "catalog"), c->feed, 0,
					 c->epoch, &p, NULL),
			RC_OK);
		for (size_t k = 0; k < hub.n; k++) {
			const struct one *x = &hub.item[k];
			struct feeds_item item = {.key = x->key,
				.scope = x->scope,
				.rev = k + 1,
				.valid_from = x->from,
				.body = x->body,
				.n_body = strlen(x->body)};

			if (strcmp(x->feed, c->feed) == 0) {
				assert_int_equal(
					feeds_put(p, &item, NULL), RC_OK);
			}
		}
		assert_int_equal(feeds_end(p, &end, NULL), RC_OK);
		feeds_free(p);
	}
	assert_int_equal(
		feeds_open(rig_path(r, "catalog"), &feeds, NULL), RC_OK);
}

/* --- the shop --- */

static void
tie(struct rig *r)
{
	struct event e = {.type = EVENT_HUB_ENROLLED};

	e.data.hub.hub = "0190b3a0-0000-7000-8000-000000000001";
	e.data.hub.url = "https://hub.example";
	e.data.hub.key = "00";
	e.data.hub.kind = "enroll";
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

static int
begin(void **state)
{
	struct rng rng = rng_system();
	int rc = rig_new(state);

	memset(&hub, 0, sizeof(hub));
	memset(&look, 0, sizeof(look));
	crypto_box_pair(&rng, box_pub, box_sec);
	if (rc == 0) {
		tie(*state);
	}
	return rc;
}

static int
end(void **state)
{
	feeds_close(feeds);
	feeds = NULL;
	return rig_free(state);
}

static void
run(struct rig *r)
{
	struct err err = {0};

	publish(r);
	if (feed_run(r->shop, feeds, box_sec, true, &look, &done, &err) !=
		RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_false(feed_run_due(&look, feeds, true, r->clock.now.utc));
}

static const struct event *
last(struct rig *r, uint64_t back)
{
	return rig_event(r, shop_head(r->shop) - back);
}

static void
followed(struct rig *r, const char *feed, int64_t items, int64_t refused)
{
	const struct event *e = last(r, 0);

	assert_int_equal(e->type, EVENT_FEED_FOLLOWED);
	assert_string_equal(e->actor, "hub");
	assert_string_equal(e->data.feed.feed, feed);
	assert_int_equal(e->data.feed.items, items);
	assert_int_equal(e->data.feed.refused, refused);
}

/* --- the configuration --- */

static void
a_text_becomes_active_once(void **state)
{
	struct rig *r = *state;
	uint64_t head;

	put_text("rules", "week", FEEDS_TENANT,
		"[promotion milk]\nitems = 1\noff = 0.10\n");
	catch_up(r);
	run(r);
	assert_true(done.config);
	followed(r, "rules", 1, 0);
	assert_int_equal(last(r, 1)->type, EVENT_CONFIG_ACTIVATED);
	assert_string_equal(last(r, 1)->data.config.why, "feed");
	assert_string_equal(last(r, 1)->actor, "hub");
	assert_non_null(r->shop->config.rules);
	head = shop_head(r->shop);
	look.looked = false;
	run(r);
	assert_int_equal(shop_head(r->shop), head);
	/* the hub lets go of it: the shop's own is back */
	clear("rules");
	catch_up(r);
	run(r);
	assert_null(r->shop->config.rules);
	assert_int_equal(rig_verify(r), 0);
}

static void
the_narrowest_scope_and_the_newest_count(void **state)
{
	struct rig *r = *state;

	put_text("config", "a", FEEDS_REGISTER, "[receipt]\nheader = Later\n")
		->from.us = r->clock.now.utc.us + DAY_US;
	put_text("config", "a", FEEDS_STORE, "[receipt]\nheader = Old\n")
		->from.us = 1;
	put_text("config", "a", FEEDS_STORE, "[receipt]\nheader = Store\n")
		->from.us = 2;
	put_text("config", "a", FEEDS_TENANT, "[receipt]\nheader = All\n");
	catch_up(r);
	run(r);
	assert_string_equal(r->shop->config.header, "Store");
	assert_int_equal(look.due, r->clock.now.utc.us + DAY_US);
	rig_pass(r, DAY_US, DAY_US);
	assert_true(feed_run_due(&look, feeds, true, r->clock.now.utc));
	assert_false(feed_run_due(&look, feeds, false, r->clock.now.utc));
	run(r);
	assert_true(done.config);
	assert_string_equal(r->shop->config.header, "Later");
}

/* As who edits holdfast.conf does, in the hub's part. */
static void
edit(struct rig *r, const char *from, const char *to)
{
	struct event e = {.type = EVENT_CONFIG_ACTIVATED};
	static char text[CONFIG_TEXT_BYTES];
	char version[65];
	char *old = NULL, *at;
	size_t n;

	assert_int_equal(shop_config_text(r->shop, &old, &n, NULL), RC_OK);
	at = strstr(old, from);
	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - old), old, to,
		at + strlen(from));
	free(old);
	config_version(text, strlen(text), version);
	e.data.config.version = version;
	e.data.config.text = text;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

static void
what_the_shop_changed_itself_holds(void **state)
{
	struct rig *r = *state;

	put_text("config", "a", FEEDS_TENANT, "[receipt]\nheader = Hub\n");
	cursor("config")->applied = r->shop->state.config_seq - 1;
	run(r);
	assert_false(done.config);
	catch_up(r);
	run(r);
	assert_string_equal(r->shop->config.header, "Hub");
	edit(r, "header = Hub", "header = Ours");
	assert_string_equal(r->shop->config.header, "Ours");
	put_text("config", "b", FEEDS_TENANT, "[receipt]\nfooter = Hub\n");
	run(r);
	assert_false(done.config);
	assert_string_equal(r->shop->config.header, "Ours");
	catch_up(r);
	run(r);
	assert_true(done.config);
	assert_string_equal(r->shop->config.header, "Hub");
	assert_string_equal(r->shop->config.footer, "Hub");
}

static void
a_bad_text_is_refused_and_the_old_one_stays(void **state)
{
	struct rig *r = *state;
	char before[65];
	uint64_t head;

	memcpy(before, r->shop->config_version, sizeof(before));
	put_text("config", "x", FEEDS_TENANT, "[receipt]\nno_such = 1\n");
	catch_up(r);
	run(r);
	assert_true(done.refused);
	assert_false(done.config);
	assert_non_null(strstr(look.why_config, "config/x:2:"));
	assert_string_equal(r->shop->config_version, before);
	followed(r, "config", 0, 1);
	assert_int_equal(last(r, 1)->type, EVENT_CONFIG_DROPPED);
	/* neither again, nor at the next start */
	head = shop_head(r->shop);
	look.seen[0].rev = 0;
	run(r);
	memset(&look, 0, sizeof(look));
	run(r);
	assert_int_equal(shop_head(r->shop), head);
	assert_true(look.why_config[0] != '\0');
	/* mended */
	clear("config");
	put_text("config", "x", FEEDS_TENANT, "[receipt]\nheader = H\n");
	catch_up(r);
	run(r);
	assert_true(done.config);
	assert_string_equal(look.why_config, "");
}

static void
a_hub_does_not_make_it_another_register(void **state)
{
	static const char *const bad[] = {"[register]\nid = R09\n",
		"[currency]\ncode = USD\n", "#hub<\n"};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		clear("config");
		put_text("config", "x", FEEDS_TENANT, bad[i]);
		catch_up(r);
		run(r);
		assert_true(done.refused);
	}
	clear("config");
	(void)snprintf(put("config", "x", FEEDS_TENANT)->body, 64, "%s",
		"{\"text\":1}");
	catch_up(r);
	run(r);
	assert_true(done.refused);
	assert_non_null(strstr(look.why_config, "config/x"));
	assert_string_equal(r->shop->config.register_no, "R01");
}

static void
a_sale_is_finished_first(void **state)
{
	struct rig *r = *state;

	put_text("config", "a", FEEDS_TENANT, "[receipt]\nheader = Hub\n");
	catch_up(r);
	publish(r);
	assert_int_equal(
		feed_run(r->shop, feeds, box_sec, false, &look, &done, NULL),
		RC_OK);
	assert_false(done.config);
	assert_false(feed_run_due(&look, feeds, false, r->clock.now.utc));
	assert_true(feed_run_due(&look, feeds, true, r->clock.now.utc));
	run(r);
	assert_true(done.config);
}

/* --- people --- */

static struct feed_person
ana(const char *pin)
{
	struct feed_person p = {.number = "7",
		.name = "Ana",
		.role = "cashier",
		.active = true,
		.pin = FEED_PIN_IS,
		.has_badges = true,
		.n_badge = 1,
		.badge = {"BADGE-0007"}};

	memset(p.salt, 7, sizeof(p.salt));
	assert_int_equal(crypto_password(pin, strlen(pin), p.salt, FEED_PIN_OPS,
				 FEED_PIN_BYTES, p.hash),
		RC_OK);
	return p;
}

/* With a PIN, so that others may work here. */
static struct feed_person
owner(void)
{
	struct feed_person p = ana("8642");

	p.number = "1";
	p.name = "Olga";
	p.role = "owner";
	p.has_badges = false;
	return p;
}

static struct store_person
known(struct rig *r, const char *no)
{
	struct store_person p;

	assert_int_equal(people_find(r->shop, no, &p, NULL), RC_OK);
	return p;
}

static void
people_work_here_with_their_pin(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");
	char name[PEOPLE_NAME_BYTES];
	struct store_person s;
	uint64_t head;

	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	assert_int_equal(done.people, 2);
	followed(r, "people", 2, 0);
	assert_string_equal(last(r, 1)->data.person.origin, "hub");
	s = known(r, "7");
	assert_true(s.active);
	assert_string_equal(s.role, "cashier");
	people_name(r->shop, &s, name);
	assert_string_equal(name, "Ana");
	assert_true(people_check_pin(r->shop, &s, "4711", 4));
	assert_false(people_check_pin(r->shop, &s, "4712", 4));
	assert_true(people_check_badge(r->shop, &s, "BADGE-0007", 10));
	s = known(r, "1");
	assert_true(people_check_pin(r->shop, &s, "8642", 4));
	/* the same again is nothing to record */
	head = shop_head(r->shop);
	memset(&look, 0, sizeof(look));
	run(r);
	assert_int_equal(shop_head(r->shop), head);
	assert_int_equal(rig_verify(r), 0);
}

static void
a_new_pin_and_role_are_taken_over(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");
	struct store_person s;

	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	clear("people");
	p = ana("9182");
	p.role = "supervisor";
	p.name = NULL;
	p.has_badges = false;
	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	assert_int_equal(done.people, 1);
	s = known(r, "7");
	assert_string_equal(s.role, "supervisor");
	assert_true(people_check_pin(r->shop, &s, "9182", 4));
	assert_false(people_check_pin(r->shop, &s, "4711", 4));
	assert_true(people_check_badge(r->shop, &s, "BADGE-0007", 10));
	/* and who is with the hub no more does not work here any more */
	clear("people");
	put_person(&o);
	catch_up(r);
	run(r);
	s = known(r, "7");
	assert_false(s.active);
	assert_string_equal(s.role, "supervisor");
}

static void
nobody_locks_the_owner_out(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");

	/* nobody has a PIN yet: one who works here beside the owner waits */
	put_person(&p);
	catch_up(r);
	run(r);
	assert_false(known(r, "7").active);
	assert_non_null(strstr(look.why_people, "7: "));
	followed(r, "people", 0, 1);
	clear("people");
	o.active = false;
	put_person(&o);
	catch_up(r);
	run(r);
	assert_true(known(r, "1").active);
	o.active = true;
	o.role = "cashier";
	clear("people");
	put_person(&o);
	catch_up(r);
	run(r);
	assert_string_equal(known(r, "1").role, "owner");
	/* nor does a feed that is empty */
	o = owner();
	clear("people");
	put_person(&o);
	catch_up(r);
	run(r);
	clear("people");
	catch_up(r);
	run(r);
	assert_true(known(r, "1").active);
}

static void
who_was_changed_here_stays_so(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");
	struct event e = {.type = EVENT_OPERATOR_CHANGED};

	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	e.data.person.operator_no = "7";
	e.data.person.role = "supervisor";
	e.data.person.active = true;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
	cursor("people")->rev++;
	run(r);
	assert_int_equal(done.people, 0);
	assert_string_equal(known(r, "7").role, "supervisor");
	catch_up(r);
	run(r);
	assert_string_equal(known(r, "7").role, "cashier");
}

static void
a_role_of_the_hub_comes_before_who_has_it(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");

	p.role = "trainee";
	put_text("people", "role/trainee", FEEDS_TENANT,
		"[role trainee]\nprice = no\n");
	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	assert_true(done.config);
	assert_int_equal(done.people, 2);
	assert_true(known(r, "7").active);
	assert_false(config_may(&r->shop->config, "trainee", PERMIT_PRICE, 1));
}

static void
hostile_people_are_refused_one_by_one(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");
	struct one *x;

	put_person(&o);
	x = put_person(&p);
	(void)snprintf(x->key, sizeof(x->key), "%s", "8");
	(void)snprintf(put("people", "09", FEEDS_TENANT)->body, 64, "%s", "{}");
	(void)snprintf(
		put("people", "9", FEEDS_TENANT)->body, 64, "%s", "{nonsense");
	p.number = "11";
	p.role = "no such role";
	put_person(&p);
	p.number = "12";
	p.role = "a name that is much too long for a role";
	put_person(&p);
	p = ana("4711");
	p.number = "13";
	p.badge[0] = "1";
	put_person(&p);
	catch_up(r);
	run(r);
	assert_int_equal(done.people, 1);
	followed(r, "people", 1, 6);
	/* sealed to somebody else */
	memset(&look, 0, sizeof(look));
	memset(box_sec, 1, sizeof(box_sec));
	cursor("people")->rev++;
	run(r);
	assert_int_equal(done.people, 0);
	assert_int_equal(rig_verify(r), 0);
}

static void
without_a_hub_nothing_happens(void **state)
{
	struct rig *r = *state;
	struct event e = {.type = EVENT_HUB_ENROLLED};
	uint64_t head;

	e.data.hub.hub = "0190b3a0-0000-7000-8000-000000000001";
	e.data.hub.url = "https://hub.example";
	e.data.hub.key = "00";
	e.data.hub.kind = "none";
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
	head = shop_head(r->shop);
	put_text("config", "a", FEEDS_TENANT, "[receipt]\nheader = Hub\n");
	catch_up(r);
	publish(r);
	assert_false(feed_is_linked(r->shop));
	assert_int_equal(
		feed_run(r->shop, feeds, box_sec, true, &look, &done, NULL),
		RC_OK);
	assert_int_equal(shop_head(r->shop), head);
}

static void
keys_of_persons_are_sealed_to_the_hub(void **state)
{
	struct rig *r = *state;
	struct feed_person o = owner(), p = ana("4711");
	char text[128], key[BASE64_LEN(KEY_BYTES) + 1];
	struct person_key got[8];
	uint8_t *body = NULL;
	uint64_t stamp;
	size_t n = 0, peppers = 0;

	assert_int_equal(feed_persons_stamp(r->shop), 0);
	assert_int_equal(feed_persons_save(r->shop, NULL), RC_NOTFOUND);
	base64_encode(key, box_pub, KEY_BYTES);
	key[sizeof(key) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "url = x\nhub_box = %s\n", key);
	assert_int_equal(file_save(rig_path(r, "sync/link"), text, strlen(text),
				 0600, NULL),
		RC_OK);
	stamp = feed_persons_stamp(r->shop);
	assert_int_not_equal(stamp, 0);
	put_person(&o);
	put_person(&p);
	catch_up(r);
	run(r);
	assert_int_not_equal(feed_persons_stamp(r->shop), stamp);
	assert_int_equal(feed_persons_save(r->shop, NULL), RC_OK);
	assert_int_equal(
		file_load(rig_path(r, "sync/persons"), 4096, &body, &n, NULL),
		RC_OK);
	assert_int_equal(
		persons_open((const char *)body, n, box_sec, got, 8, &n, NULL),
		RC_OK);
	free(body);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		uint8_t own[KEY_BYTES];

		if (keys_pepper_is(got[i].no)) {
			assert_memory_equal(got[i].key,
				keys_sub(r->shop->keys, KEYS_PEPPER),
				KEY_BYTES);
			peppers++;
			continue;
		}
		assert_int_equal(
			keys_person_get(r->shop->keys, got[i].no, own, NULL),
			RC_OK);
		assert_memory_equal(own, got[i].key, KEY_BYTES);
	}
	assert_int_equal(peppers, 1);
	assert_int_equal(file_save(rig_path(r, "sync/link"), "hub_box = x\n",
				 12, 0600, NULL),
		RC_OK);
	assert_int_equal(feed_persons_save(r->shop, NULL), RC_PROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_text_becomes_active_once, begin, end),
		cmocka_unit_test_setup_teardown(
			the_narrowest_scope_and_the_newest_count, begin, end),
		cmocka_unit_test_setup_teardown(
			what_the_shop_changed_itself_holds, begin, end),
		cmocka_unit_test_setup_teardown(
			a_bad_text_is_refused_and_the_old_one_stays, begin,
			end),
		cmocka_unit_test_setup_teardown(
			a_hub_does_not_make_it_another_register, begin, end),
		cmocka_unit_test_setup_teardown(
			a_sale_is_finished_first, begin, end),
		cmocka_unit_test_setup_teardown(
			people_work_here_with_their_pin, begin, end),
		cmocka_unit_test_setup_teardown(
			a_new_pin_and_role_are_taken_over, begin, end),
		cmocka_unit_test_setup_teardown(
			nobody_locks_the_owner_out, begin, end),
		cmocka_unit_test_setup_teardown(
			who_was_changed_here_stays_so, begin, end),
		cmocka_unit_test_setup_teardown(
			a_role_of_the_hub_comes_before_who_has_it, begin, end),
		cmocka_unit_test_setup_teardown(
			hostile_people_are_refused_one_by_one, begin, end),
		cmocka_unit_test_setup_teardown(
			keys_of_persons_are_sealed_to_the_hub, begin, end),
		cmocka_unit_test_setup_teardown(
			without_a_hub_nothing_happens, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
