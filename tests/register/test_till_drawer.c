/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "register/till_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

/* Whose opening it was: of a pulse of ours, or of a hand. */

#define MS INT64_C(1000)

struct bench {
	struct till *t;
	struct clock_fake fake;
};

static void
wait_ms(struct bench *b, int64_t ms)
{
	for (int64_t i = 0; i < ms; i += 50) {
		b->fake.now.mono.us += 50 * MS;
		till_devices(b->t);
	}
}

static void
open_till(struct bench *b, struct rig *r, const char *more)
{
	struct err e = {0};

	rig_configure(r, more);
	rig_close(r);
	if (till_open(&r->conf, &b->t, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	b->fake = (struct clock_fake){.now = clock_read(&b->t->real)};
	b->t->real = clock_fake(&b->fake);
	assert_non_null(b->t->drawer[0].port);
	wait_ms(b, 200);
	assert_true(device_host_up(b->t->drawer[0].port->host));
}

static void
close_till(struct bench *b, struct rig *r)
{
	till_close(b->t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

static void
printer_till(struct bench *b, struct rig *r, const char *sensor)
{
	char more[320];

	(void)snprintf(more, sizeof(more),
		"[printer]\ndriver = escpos\nport = file:%s/paper\n"
		"[drawer]\npin = 2\nsensor = %s\n",
		r->base, sensor);
	open_till(b, r, more);
}

static void
drawer_till(struct bench *b, struct rig *r, const char *driver)
{
	char more[320];

	(void)snprintf(more, sizeof(more),
		"[device cash]\ndriver = %s\nport = file:%s/line\n"
		"settle = 0\ninterval = 0\n"
		"[drawer]\ndevice = cash\nsensor = low\n",
		driver, r->base);
	open_till(b, r, more);
}

static void
enter(struct bench *b, const char *text)
{
	struct input in = {
		.kind = INPUT_ENTRY, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(b->t, &in, &reply);
	assert_true(reply.ok);
}

/* Its pulse is out, and what is printed, too. */
static void
sell(struct bench *b)
{
	enter(b, "1000DP10");
	enter(b, "TL");
	enter(b, "CA");
	assert_int_not_equal(b->t->drawer[0].asked.us, -1);
	wait_ms(b, 200);
	assert_int_equal(b->t->job[0].id, 0);
}

static void
says(struct bench *b, enum device_event_kind kind)
{
	struct device_event ev = {.kind = kind};

	till_drawer_event(b->t->drawer[0].port, &ev);
}

static void
is_state(struct bench *b, const char *state, unsigned by_hand)
{
	struct till_status s;

	till_status(b->t, &s);
	assert_string_equal(s.drawer, state);
	assert_int_equal(b->t->drawer[0].by_hand, by_hand);
}

static void
one_pulse_is_one_opening(void **state)
{
	struct rig *r = *state;
	struct bench b;

	printer_till(&b, r, "high");
	says(&b, DEVICE_DRAWER_SHUT);
	sell(&b);
	assert_int_equal(b.t->drawer[0].job, 0);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 0);
	wait_ms(&b, 500);
	says(&b, DEVICE_DRAWER_SHUT);
	wait_ms(&b, 500);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 1);
	close_till(&b, r);
}

/* It was locked: who opens it later had no pulse. */
static void
a_pulse_in_vain_is_soon_over(void **state)
{
	struct rig *r = *state;
	struct bench b;

	printer_till(&b, r, "high");
	says(&b, DEVICE_DRAWER_SHUT);
	sell(&b);
	wait_ms(&b, 2500);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 1);
	/* behind a receipt that is still being printed it may be late */
	says(&b, DEVICE_DRAWER_SHUT);
	wait_ms(&b, 500);
	b.t->job[TILL_JOBS - 1] =
		(struct till_job){.id = 4711, .port = b.t->drawer[0].port};
	sell(&b);
	b.t->job[TILL_JOBS - 1].id = 0;
	wait_ms(&b, 5000);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 1);
	close_till(&b, r);
}

static void
a_contact_the_other_way_round(void **state)
{
	struct rig *r = *state;
	struct bench b;

	printer_till(&b, r, "low");
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "shut", 0);
	sell(&b);
	says(&b, DEVICE_DRAWER_SHUT);
	is_state(&b, "open", 0);
	wait_ms(&b, 1000);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "shut", 0);
	wait_ms(&b, 1000);
	says(&b, DEVICE_DRAWER_SHUT);
	is_state(&b, "open", 1);
	close_till(&b, r);
}

/* It says by itself whether it opened, and knows how it is wired. */
static void
a_drawer_of_its_own(struct rig *r, const char *driver)
{
	struct bench b;
	struct device_event failed = {.kind = DEVICE_JOB_FAILED};
	const struct event *e;

	drawer_till(&b, r, driver);
	assert_int_equal(b.t->drawer[0].port->driver->class_, DEVICE_DRAWER);
	says(&b, DEVICE_DRAWER_SHUT);
	is_state(&b, "shut", 0);
	/* heard of before the end of its job, and shut quickly */
	enter(&b, "1000DP10");
	enter(&b, "TL");
	enter(&b, "CA");
	assert_int_not_equal(b.t->drawer[0].asked.us, -1);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 0);
	wait_ms(&b, 150);
	assert_int_equal(b.t->drawer[0].job, 0);
	says(&b, DEVICE_DRAWER_SHUT);
	wait_ms(&b, 150);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 1);
	says(&b, DEVICE_DRAWER_SHUT);
	wait_ms(&b, 500);
	/* it says that it did not open */
	enter(&b, "1000DP10");
	enter(&b, "TL");
	b.t->drawer[0].job = 0;
	enter(&b, "CA");
	b.t->drawer[0].job =
		b.t->drawer[0].job != 0 ? b.t->drawer[0].job : 4711;
	failed.job = b.t->drawer[0].job;
	till_drawer_event(b.t->drawer[0].port, &failed);
	says(&b, DEVICE_DRAWER_OPEN);
	is_state(&b, "open", 2);
	(void)till_idle(b.t);
	is_state(&b, "open", 0);
	close_till(&b, r);
	e = rig_event(r, shop_head(r->shop));
	assert_int_equal(e->type, EVENT_DRAWER_OPENED);
	assert_string_equal(e->data.drawer.reason, "hand");
	assert_string_equal(e->data.drawer.device, "cash");
}

static void
an_apg(void **state)
{
	a_drawer_of_its_own(*state, "apg");
}

static void
one_of_bytes(void **state)
{
	a_drawer_of_its_own(*state, "bytes");
}

/* Pin 2 and pin 5 of one printer, which has one contact. */
static void
two_on_one_printer(void **state)
{
	struct rig *r = *state;
	char more[320];
	struct bench b;

	(void)snprintf(more, sizeof(more),
		"[printer]\ndriver = escpos\nport = file:%s/paper\n"
		"[drawer]\npin = 2\n[drawer 2]\npin = 5\nwarn_after = 7\n"
		"[drawer 3]\n",
		r->base);
	open_till(&b, r, more);
	assert_int_equal(config_drawers(till_config(b.t)), 3);
	assert_int_equal(config_drawer_warn_s(till_config(b.t), 1), 30);
	assert_int_equal(config_drawer_warn_s(till_config(b.t), 2), 7);
	says(&b, DEVICE_DRAWER_SHUT);
	assert_string_equal(till_drawer_state(b.t, 2), "shut");
	says(&b, DEVICE_DRAWER_OPEN);
	assert_string_equal(till_drawer_state(b.t, 1), "open");
	assert_string_equal(till_drawer_state(b.t, 2), "open");
	assert_string_equal(till_drawer_state(b.t, 3), "none");
	assert_int_equal(till_drawer_told(b.t), 1);
	close_till(&b, r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
		T(one_pulse_is_one_opening),
		T(a_pulse_in_vain_is_soon_over),
		T(a_contact_the_other_way_round),
		T(an_apg),
		T(one_of_bytes),
		T(two_on_one_printer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
