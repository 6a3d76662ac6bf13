/* SPDX-License-Identifier: Apache-2.0 */
/* Card payments that are not over, and what is known of terminals. */
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

#define MANY 40
#define MAP ((size_t)16 << 20)

static struct scene scene;
static struct stream stream; /* too large for a stack */
static struct store *live, *again;

static struct store *
open_at(const char *name, enum store_mode mode)
{
	struct store *s = NULL;
	struct err e = {0};
	char path[300];

	scene_path(&scene, path, name);
	if (store_open(path, scene.keys, &scene.rng, mode, MAP, &s, &e) !=
		RC_OK) {
		fail_msg("%s", e.msg);
	}
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
	e->actor = "7";
	stream.text_len = (size_t)snprintf(stream.text, sizeof(stream.text),
		"{\"n\":%llu}", (unsigned long long)sequence);
	sha256(stream.hash, stream.text, stream.text_len);
	return e;
}

/* In both stores; the second is built, as from lines alone. */
static void
apply(void)
{
	struct err e = {0};

	assert_int_equal(apply_one(live, &stream, &e), RC_OK);
	assert_int_equal(apply_one(again, &stream, &e), RC_OK);
}

static void
begin(uint8_t id, const char *op, int64_t amount, const char *of)
{
	struct event_payment *d = &fresh(EVENT_PAYMENT_STARTED)->data.payment;

	memset(d->payment, id, UUID_BYTES);
	memset(d->sale, 0x77, UUID_BYTES);
	d->op = op;
	d->tender = "CC";
	d->name = "Card";
	d->terminal = "ec";
	d->amount = amount;
	d->of = of;
	apply();
}

static void
end(uint8_t id, const char *outcome, int64_t amount, const char *receipt)
{
	struct event_payment_end *d =
		&fresh(EVENT_PAYMENT_ENDED)->data.payment_end;

	memset(d->payment, id, UUID_BYTES);
	memset(d->sale, 0x77, UUID_BYTES);
	d->outcome = outcome;
	d->how = "terminal";
	d->amount = amount;
	d->receipt = receipt;
	d->terminal = receipt != NULL ? "52500041" : NULL;
	apply();
}

static void
close_terminal(const char *name, const char *outcome)
{
	struct event_terminal *d = &fresh(EVENT_TERMINAL_CLOSED)->data.terminal;

	d->terminal = name;
	d->outcome = outcome;
	apply();
}

static size_t
open_ones(struct store_payment list[], size_t cap)
{
	struct err e = {0};
	size_t n = 99;

	assert_int_equal(
		store_payments(live, false, NULL, list, cap, &n, &e), RC_OK);
	return n;
}

static size_t
held_ones(struct store_payment list[], size_t cap)
{
	struct err e = {0};
	size_t n = 99;

	assert_int_equal(
		store_payments(live, true, NULL, list, cap, &n, &e), RC_OK);
	return n;
}

static struct store_terminal
terminal(void)
{
	struct store_terminal t;
	struct err e = {0};

	assert_int_equal(store_terminal(live, "ec", &t, &e), RC_OK);
	return t;
}

static void
open_and_ended(void **state)
{
	struct store_payment list[4];
	struct store_terminal t;
	struct err e = {0};

	(void)state;
	assert_int_equal(store_terminal(live, "ec", &t, &e), RC_NOTFOUND);
	assert_int_equal(open_ones(list, 4), 0);
	begin(1, "pay", 500, NULL);
	assert_int_equal(open_ones(list, 4), 1);
	assert_int_equal(list[0].state, STORE_PAYMENT_OPEN);
	assert_int_equal(list[0].payment[0], 1);
	assert_int_equal(list[0].sale[15], 0x77);
	assert_int_equal(list[0].amount, 500);
	assert_int_equal(list[0].sequence, stream.sequence);
	assert_string_equal(list[0].op, "pay");
	assert_string_equal(list[0].tender, "CC");
	assert_string_equal(list[0].device, "ec");
	end(1, "unknown", 0, NULL);
	assert_int_equal(open_ones(list, 4), 1);
	assert_int_equal(list[0].state, STORE_PAYMENT_UNKNOWN);
	assert_int_equal(list[0].amount, 500);
	end(1, "approved", 500, "0042");
	assert_int_equal(open_ones(list, 4), 0);
	t = terminal();
	assert_string_equal(t.receipt, "0042");
	assert_string_equal(t.id, "52500041");
	assert_int_equal(t.amount, 500);
	assert_int_equal(t.paid, 500);
	assert_int_equal(t.paid_count, 1);
	/* what was not paid is over, too, and counts nothing */
	begin(2, "pay", 70, NULL);
	end(2, "declined", 0, NULL);
	begin(3, "pay", 30, NULL);
	end(3, "offline", 30, "0043");
	t = terminal();
	assert_int_equal(open_ones(list, 4), 0);
	assert_int_equal(t.paid, 530);
	assert_int_equal(t.paid_count, 2);
	assert_int_equal(t.offline, 1);
}

static void
reversed_and_closed(void **state)
{
	struct store_terminal t;

	(void)state;
	begin(1, "pay", 500, NULL);
	end(1, "approved", 500, "1");
	begin(2, "reverse", -500, NULL);
	end(2, "approved", -500, "2");
	t = terminal();
	assert_int_equal(t.paid, 0);
	assert_int_equal(t.paid_count, 0);
	assert_int_equal(t.reversed, 1);
	begin(3, "refund", -200, NULL);
	end(3, "approved", -200, "3");
	close_terminal("ec", "aborted");   /* tried only */
	close_terminal("bar", "approved"); /* another one */
	t = terminal();
	assert_int_equal(t.paid, -200);
	assert_int_equal(t.paid_count, 1);
	close_terminal("ec", "approved");
	t = terminal();
	assert_int_equal(t.paid, 0);
	assert_int_equal(t.paid_count, 0);
	assert_int_equal(t.reversed, 0);
	assert_string_equal(t.receipt, "3"); /* the last one is still known */
}

static void
held(void **state)
{
	static const char *const ends[] = {"capture", "release"};
	char of[UUID_TEXT_BYTES];
	uint8_t id[UUID_BYTES];
	struct store_payment list[4];

	(void)state;
	memset(id, 1, sizeof(id));
	uuid_format(id, of);
	for (size_t i = 0; i < 2; i++) {
		struct store_terminal was;

		begin(1, "reserve", 900, NULL);
		end(1, "approved", 800, "7");
		assert_int_equal(open_ones(list, 4), 0);
		assert_int_equal(held_ones(list, 4), 1);
		assert_int_equal(list[0].state, STORE_PAYMENT_RESERVED);
		assert_int_equal(list[0].amount, 800);
		assert_string_equal(list[0].receipt, "7");
		was = terminal();
		begin(2, ends[i], 600, of);
		assert_int_equal(open_ones(list, 4), 1);
		assert_int_equal(held_ones(list, 4), 1);
		end(2, "declined", 0, NULL);
		assert_int_equal(held_ones(list, 4), 1);
		begin(2, ends[i], 600, of);
		end(2, "approved", 600, "8");
		assert_int_equal(open_ones(list, 4), 0);
		assert_int_equal(held_ones(list, 4), 0);
		assert_int_equal(
			terminal().paid, was.paid + (i == 0 ? 600 : 0));
	}
}

/* An end without a beginning, or a second one, changes nothing. */
static void
twice(void **state)
{
	struct store_payment list[4];

	(void)state;
	begin(1, "pay", 500, NULL);
	end(1, "approved", 500, "1");
	end(1, "approved", 500, "1");
	end(9, "approved", 900, "9");
	end(9, "unknown", 900, NULL);
	assert_int_equal(open_ones(list, 4), 0);
	assert_int_equal(terminal().paid, 500);
	assert_int_equal(terminal().paid_count, 1);
	assert_string_equal(terminal().receipt, "1");
}

static void
many(void **state)
{
	struct store_payment list[MANY + 1];

	(void)state;
	for (uint8_t i = 0; i < MANY; i++) {
		begin((uint8_t)(i + 1), "pay", 100 + i, NULL);
	}
	assert_int_equal(open_ones(list, 3), 3);
	{
		struct err e = {0};
		size_t n = 0;

		/* page by page */
		assert_int_equal(store_payments(live, false, list[2].payment,
					 list, 5, &n, &e),
			RC_OK);
		assert_int_equal(n, 5);
		assert_int_equal(list[0].payment[0], 4);
	}
	assert_int_equal(open_ones(list, MANY + 1), MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(list[i].payment[0], i + 1);
		assert_int_equal(list[i].amount, 100 + (int64_t)i);
	}
	for (unsigned i = 0; i < MANY; i += 2) {
		end((uint8_t)(i + 1), i % 4 == 0 ? "approved" : "aborted",
			i % 4 == 0 ? 1 : 0, NULL);
	}
	assert_int_equal(open_ones(list, MANY + 1), MANY / 2);
	assert_int_equal(list[0].payment[0], 2);
	assert_int_equal(terminal().paid, MANY / 4);
}

/* Whatever stood before: the lines alone make the same keys and values. */
static void
same_from_lines(void **state)
{
	struct err e = {0};
	char what[200] = "";
	bool equal = false;

	many(state);
	assert_int_equal(
		store_compare(live, again, &equal, what, sizeof(what), &e),
		RC_OK);
	if (!equal) {
		fail_msg("%s", what);
	}
	/* and it can tell */
	begin(200, "pay", 1, NULL);
	fresh(EVENT_TERMINAL_CLOSED)->data.terminal.terminal = "ec";
	stream.ev.data.terminal.outcome = "approved";
	assert_int_equal(apply_one(live, &stream, &e), RC_OK);
	assert_int_equal(
		store_compare(live, again, &equal, what, sizeof(what), &e),
		RC_OK);
	assert_false(equal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			open_and_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(
			reversed_and_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(held, setup, teardown),
		cmocka_unit_test_setup_teardown(twice, setup, teardown),
		cmocka_unit_test_setup_teardown(many, setup, teardown),
		cmocka_unit_test_setup_teardown(
			same_from_lines, setup, teardown),
	};

	return cmocka_run_group_tests_name("payments", tests, NULL, NULL);
}
