/* SPDX-License-Identifier: Apache-2.0 */
/* A register that sells by what its hub decided: the feeds are made as the sync
 * worker makes them, and nobody is online. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/keys_reader.h"
#include "register/config_draft.h"
#include "register/till_internal.h"
#include "shop_rig.h"
#include "wire/feed_body.h"

#include "base/poison.h"

#define HOUR_US ((int64_t)3600 * 1000000)
#define COLA "5449000000996"

static uint8_t box[KEY_BYTES]; /* public half of the link's */
static uint64_t rev;

/* --- the shop and its hub --- */

static void
enroll(struct rig *r)
{
	struct event e = {.type = EVENT_HUB_ENROLLED};
	struct keys_reader_status status;
	struct rng rng = rng_system();
	char text[128], key[BASE64_LEN(KEY_BYTES) + 1];

	e.data.hub.hub = "0190b3a0-0000-7000-8000-000000000001";
	e.data.hub.url = "https://hub.example";
	e.data.hub.key = "00";
	e.data.hub.kind = "enroll";
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
	(void)snprintf(text, sizeof(text), "%s/worker.key", r->base);
	assert_int_equal(
		keys_reader_make(r->shop->keys, text, &rng, NULL), RC_OK);
	assert_int_equal(
		keys_reader_status(rig_path(r, "keys"), &status, NULL), RC_OK);
	memcpy(box, status.box, KEY_BYTES);
	base64_encode(key, box, KEY_BYTES);
	key[sizeof(key) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "hub_box = %s\n", key);
	assert_int_equal(file_save(rig_path(r, "sync/link"), text, strlen(text),
				 0600, NULL),
		RC_OK);
}

static int
begin(void **state)
{
	int rc = rig_new(state);

	rev = 0;
	if (rc == 0) {
		enroll(*state);
	}
	return rc;
}

static struct feeds_page *
page(struct rig *r, const char *feed)
{
	struct feeds_cursor c;
	struct feeds_page *p = NULL;
	bool there =
		feeds_where(rig_path(r, "catalog"), feed, &c, NULL) == RC_OK;

	assert_int_equal(feeds_begin(rig_path(r, "catalog"), feed,
				 there ? c.rev : 0, "e1", &p, NULL),
		RC_OK);
	return p;
}

static void
done(struct rig *r, struct feeds_page *p, uint64_t applied)
{
	struct feeds_end end = {
		.rev = ++rev, .applied = applied, .at = r->clock.now.utc};

	assert_int_equal(feeds_end(p, &end, NULL), RC_OK);
	feeds_free(p);
}

static void
put_product(struct rig *r, const char *code, int64_t price, uint64_t applied)
{
	struct item i = {.kind = CODE_EAN13, .price = {price}, .tax = "A"};
	struct feeds_page *p = page(r, FEEDS_PRODUCTS);

	(void)snprintf(i.code, sizeof(i.code), "%s", code);
	(void)snprintf(i.name, sizeof(i.name), "of the hub");
	assert_int_equal(
		feeds_put_product(p, FEEDS_TENANT, rev + 1, code, &i, NULL),
		RC_OK);
	done(r, p, applied);
}

static void
put_price(struct rig *r, const char *code, int64_t price, struct utc from,
	uint64_t applied)
{
	struct money m = {price};
	struct feeds_page *p = page(r, FEEDS_PRICES);

	assert_int_equal(
		feeds_put_price(p, FEEDS_TENANT, rev + 1, code, from, &m, NULL),
		RC_OK);
	done(r, p, applied);
}

static void
put(struct rig *r, const char *feed, const char *key, struct utc from,
	const char *body, uint64_t applied)
{
	struct feeds_page *p = page(r, feed);
	struct feeds_item i = {.key = key,
		.scope = FEEDS_STORE,
		.rev = rev + 1,
		.valid_from = from,
		.deleted = body == NULL,
		.body = body,
		.n_body = body != NULL ? strlen(body) : 0};

	assert_int_equal(feeds_put(p, &i, NULL), RC_OK);
	done(r, p, applied);
}

static void
put_text(struct rig *r, const char *feed, const char *key, struct utc from,
	const char *text, uint64_t applied)
{
	char body[2048];
	struct sbuf b;

	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(feed_text_encode(text, &b, NULL), RC_OK);
	put(r, feed, key, from, body, applied);
}

static void
put_person(struct rig *r, const char *no, const char *role, bool active,
	const char *pin, uint64_t applied)
{
	struct feed_person f = {.number = no,
		.name = "Of the hub",
		.role = role,
		.active = active,
		.pin = FEED_PIN_IS};
	char body[4096];
	struct sbuf b;

	memset(f.salt, no[0], sizeof(f.salt));
	assert_int_equal(crypto_password(pin, strlen(pin), f.salt, FEED_PIN_OPS,
				 FEED_PIN_BYTES, f.hash),
		RC_OK);
	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(feed_person_seal(&f, box, &b, NULL), RC_OK);
	put(r, FEED_PEOPLE, no, (struct utc){0}, body, applied);
}

/* --- the till --- */

static struct till *
open_till(struct rig *r)
{
	struct till *t = NULL;
	struct err e = {0};

	rig_close(r);
	if (till_open(&r->conf, &t, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	return t;
}

/* Between two acts, and long enough after the last look. */
static void
idle(struct till *t)
{
	t->feed.next.us = 0;
	t->feed.persons_next.us = 0;
	(void)till_idle(t);
}

static struct reply
give(struct till *t, enum input_kind kind, const char *text, const char *pin)
{
	struct input in = {.kind = kind,
		.text = text,
		.len = strlen(text),
		.secret = pin,
		.secret_len = pin != NULL ? strlen(pin) : 0};
	struct reply reply;

	till_input(t, &in, &reply);
	return reply;
}

static struct reply
enter(struct till *t, const char *text)
{
	return give(t, INPUT_ENTRY, text, NULL);
}

static int64_t
line_price(const struct till *t, size_t i)
{
	return till_view(t)->basket->line[i].item.price.minor;
}

static uint64_t
head(struct till *t)
{
	return shop_head(till_shop(t));
}

/* Lines of that type, from the first on; the last in *ret. */
static size_t
count(struct till *t, enum event_type type, const struct event **ret)
{
	const struct event *e = NULL;
	uint64_t at = 0;
	size_t n = 0;

	for (uint64_t i = 1; i <= head(t); i++) {
		assert_int_equal(
			shop_event(till_shop(t), i, NULL, &e, NULL), RC_OK);
		if (e->type == type) {
			n++;
			at = i;
		}
	}
	if (n > 0 && ret != NULL) {
		assert_int_equal(
			shop_event(till_shop(t), at, NULL, ret, NULL), RC_OK);
	}
	return n;
}

static void
close_and_verify(struct rig *r, struct till *t)
{
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* --- products and prices --- */

static void
a_product_is_sold_as_soon_as_it_came(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	const struct event *e = NULL;
	uint64_t before;

	put_product(r, COLA, 89, head(t));
	before = head(t);
	idle(t);
	assert_int_equal(head(t), before); /* nothing for its sake alone */
	assert_true(enter(t, COLA).ok);
	assert_int_equal(line_price(t, 0), 89);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	assert_int_equal(count(t, EVENT_FEED_FOLLOWED, &e), 1);
	assert_string_equal(e->actor, "hub");
	assert_string_equal(e->data.feed.feed, "products");
	assert_int_equal(e->data.feed.items, 1);
	assert_int_equal(e->data.feed.version, e->catalog);
	assert_int_equal(e->sequence, before + 1);
	assert_int_equal(count(t, EVENT_SALE_COMPLETED, &e), 1);
	assert_true(e->catalog > 0);
	idle(t);
	assert_true(enter(t, COLA).ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	assert_int_equal(count(t, EVENT_FEED_FOLLOWED, NULL), 1);
	close_and_verify(r, t);
}

static void
a_price_changes_at_its_time_and_not_in_a_sale(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	struct utc later = {r->clock.now.utc.us + HOUR_US};
	char text[8192];
	struct sbuf b;

	put_product(r, COLA, 89, head(t));
	put_price(r, COLA, 79, later, head(t));
	idle(t);
	assert_true(enter(t, COLA).ok);
	assert_int_equal(line_price(t, 0), 89);
	rig_pass(r, HOUR_US, HOUR_US);
	idle(t);
	assert_int_equal(line_price(t, 0), 89);
	assert_true(enter(t, COLA).ok);
	assert_int_equal(line_price(t, till_view(t)->basket->n_line - 1), 79);
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(till_explain(t, 80, &b, NULL), RC_OK);
	assert_non_null(strstr(text, "price of the hub since 2026-11-21 15:"));
	assert_non_null(strstr(text, "price of the catalog"));
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(till_explain(t, 0, &b, NULL), RC_OK);
	assert_non_null(strstr(text, "\"since\":\"2026-11-21T15:"));
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	assert_int_equal(till_view(t)->prev_total.minor, 89 + 79);
	close_and_verify(r, t);
}

/* --- texts --- */

static void
a_promotion_waits_for_the_end_of_the_sale(void **state)
{
	static const char text[] = "[promotion cola]\nname = Cola week\n"
				   "items = " COLA "\noff = 0.10\n";
	struct rig *r = *state;
	struct till *t = open_till(r);
	const struct event *e = NULL;
	unsigned said;

	put_product(r, COLA, 89, head(t));
	idle(t);
	assert_true(enter(t, COLA).ok);
	put_text(r, FEED_RULES, "week", (struct utc){0}, text, head(t));
	idle(t);
	assert_int_equal(count(t, EVENT_CONFIG_ACTIVATED, NULL), 1);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	assert_int_equal(till_view(t)->prev_total.minor, 89);
	said = till_conf_said(t);
	idle(t);
	assert_int_equal(till_conf_said(t), said + 1);
	assert_int_equal(count(t, EVENT_CONFIG_ACTIVATED, &e), 2);
	assert_string_equal(e->data.config.why, "feed");
	assert_true(enter(t, COLA).ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	assert_int_equal(till_view(t)->prev_total.minor, 79);
	close_and_verify(r, t);
}

static void
a_text_becomes_valid_with_nobody_online(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	struct mono at, now = {0};

	put_text(r, FEED_CONFIG, "x",
		(struct utc){r->clock.now.utc.us + HOUR_US},
		"[receipt]\nheader = Later\n", head(t));
	idle(t);
	assert_string_equal(till_config(t)->header, "");
	assert_true(till_feed_due(t, now, &at));
	assert_int_equal(at.us, HOUR_US);
	/* also behind another start */
	till_close(t);
	rig_pass(r, HOUR_US, HOUR_US);
	t = open_till(r);
	idle(t);
	assert_string_equal(till_config(t)->header, "Later");
	assert_false(till_feed_due(t, now, &at));
	close_and_verify(r, t);
}

static void
a_bad_text_stops_nothing(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	put_text(r, FEED_CONFIG, "x", (struct utc){0},
		"[tax]\nprices = perhaps\n", head(t));
	idle(t);
	assert_non_null(strstr(till_feed_refused(t), "config/x:2:"));
	assert_int_equal(count(t, EVENT_CONFIG_DROPPED, NULL), 1);
	assert_true(enter(t, "100DP10").ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	idle(t);
	assert_int_equal(count(t, EVENT_CONFIG_DROPPED, NULL), 1);
	put(r, FEED_CONFIG, "x", (struct utc){0}, NULL, head(t));
	idle(t);
	assert_string_equal(till_feed_refused(t), "");
	close_and_verify(r, t);
}

static void
what_the_shop_applied_holds_until_the_hub_knows(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	uint64_t own;

	put_text(r, FEED_CONFIG, "x", (struct utc){0},
		"[receipt]\nheader = Hub\n", head(t));
	idle(t);
	assert_string_equal(till_config(t)->header, "Hub");
	till_close(t);
	rig_open(r);
	rig_configure(r, "[receipt]\nfooter = Ours\n");
	own = shop_head(r->shop);
	t = open_till(r);
	put_text(r, FEED_CONFIG, "x", (struct utc){0},
		"[receipt]\nheader = Hub\nfooter = Hub\n", own - 1);
	idle(t);
	assert_string_equal(till_config(t)->footer, "Ours");
	assert_int_equal(feeds_touch(rig_path(r, "catalog"), FEED_CONFIG, own,
				 r->clock.now.utc, NULL),
		RC_OK);
	idle(t);
	assert_string_equal(till_config(t)->footer, "Hub");
	close_and_verify(r, t);
}

/* --- people --- */

static void
somebody_of_the_hub_signs_on_and_is_revoked(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	uint8_t *body = NULL;
	unsigned said;
	size_t n = 0;

	put_person(r, "1", "owner", true, "8642", head(t));
	put_person(r, "7", "cashier", true, "4711", head(t));
	idle(t);
	assert_true(till_view(t)->people);
	(void)enter(t, "SO");
	assert_true(give(t, INPUT_PIN, "7", "4711").ok);
	assert_string_equal(till_view(t)->operator_no, "7");
	assert_true(enter(t, "100DP10").ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	/* the keys their names are sealed under are there for the hub */
	assert_int_equal(
		file_load(rig_path(r, "sync/persons"), 4096, &body, &n, NULL),
		RC_OK);
	free(body);
	said = till_conf_said(t);
	put_person(r, "7", "cashier", false, "4711", head(t));
	idle(t);
	assert_true(till_view(t)->signed_off);
	assert_int_equal(till_conf_said(t), said + 1);
	assert_non_null(strstr(till_conf_note(t), "Operator 7 was switched"));
	assert_false(give(t, INPUT_PIN, "7", "4711").ok);
	assert_true(give(t, INPUT_PIN, "1", "8642").ok);
	close_and_verify(r, t);
}

static void
a_role_takes_a_permit_away(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	put_person(r, "1", "owner", true, "8642", head(t));
	put_person(r, "7", "cashier", true, "4711", head(t));
	idle(t);
	(void)enter(t, "SO");
	assert_true(give(t, INPUT_PIN, "7", "4711").ok);
	assert_true(config_may(till_config(t), "cashier", PERMIT_REPRINT, 1));
	put_text(r, FEED_PEOPLE, "role/cashier", (struct utc){0},
		"[role cashier]\nreprint = no\n", head(t));
	idle(t);
	assert_false(config_may(till_config(t), "cashier", PERMIT_REPRINT, 1));
	assert_string_equal(till_view(t)->operator_no, "7");
	close_and_verify(r, t);
}

/* --- no hub --- */

static void
without_a_hub_nothing_is_looked_at(void **state)
{
	struct rig *r = *state;
	struct till *t;
	uint64_t before;

	put_product(r, COLA, 89, 100);
	put_text(r, FEED_CONFIG, "x", (struct utc){0},
		"[receipt]\nheader = Hub\n", 100);
	t = open_till(r);
	before = head(t);
	idle(t);
	assert_string_equal(till_config(t)->header, "");
	assert_int_equal(head(t), before);
	close_and_verify(r, t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_product_is_sold_as_soon_as_it_came, begin, rig_free),
		cmocka_unit_test_setup_teardown(
			a_price_changes_at_its_time_and_not_in_a_sale, begin,
			rig_free),
		cmocka_unit_test_setup_teardown(
			a_promotion_waits_for_the_end_of_the_sale, begin,
			rig_free),
		cmocka_unit_test_setup_teardown(
			a_text_becomes_valid_with_nobody_online, begin,
			rig_free),
		cmocka_unit_test_setup_teardown(
			a_bad_text_stops_nothing, begin, rig_free),
		cmocka_unit_test_setup_teardown(
			what_the_shop_applied_holds_until_the_hub_knows, begin,
			rig_free),
		cmocka_unit_test_setup_teardown(
			somebody_of_the_hub_signs_on_and_is_revoked, begin,
			rig_free),
		cmocka_unit_test_setup_teardown(
			a_role_takes_a_permit_away, begin, rig_free),
		cmocka_unit_test_setup_teardown(
			without_a_hub_nothing_is_looked_at, rig_new, rig_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
