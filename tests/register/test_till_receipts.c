/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/till_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

/* What waits for the printer, what may be on paper, and what somebody decided
 * about it; and devices that are asked for by hand. */

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

static struct reply
enter(struct till *t, const char *text)
{
	struct input in = {
		.kind = INPUT_ENTRY, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(t, &in, &reply);
	till_devices(t);
	return reply;
}

static void
sell(struct till *t)
{
	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").sold);
}

static void
printer_at(struct rig *r, const char *path)
{
	char more[256];

	(void)snprintf(more, sizeof(more),
		"[device printer]\ndriver = escpos\nport = file:%s\n", path);
	rig_configure(r, more);
}

static size_t
receipts(struct till *t, struct till_receipt list[8])
{
	return till_receipts(t, list, 8);
}

static void
they_wait(void **state)
{
	struct rig *r = *state;
	struct till_receipt list[8];
	struct till_device d[4];
	struct till *t;

	printer_at(r, "/nonexistent/paper");
	t = open_till(r);
	assert_int_equal(receipts(t, list), 0);
	sell(t);
	sell(t);
	assert_int_equal(receipts(t, list), 2);
	assert_string_equal(list[0].number, "R01-000001");
	assert_string_equal(list[0].state, "waiting");
	assert_string_equal(list[1].number, "R01-000002");
	assert_int_equal(till_receipts(t, list, 1), 1);
	assert_int_equal(till_device_list(t, d, 4), 1);
	assert_int_equal(d[0].jobs, 2);
	assert_string_equal(d[0].word, "down");
	assert_true(till_device_again(t, "printer"));
	assert_false(till_device_again(t, "kitchen"));
	assert_false(till_device_test(t, "printer"));
	/* none of that is an act */
	till_receipt_done(t, "R01-000001");
	assert_int_equal(receipts(t, list), 2);
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* As the printer says it: what is on paper, a copy too, is settled. */
static void
how_they_end(void **state)
{
	struct rig *r = *state;
	struct till_receipt list[8];
	struct till *t = open_till(r);
	char number[32];

	till_receipt_note(t, "R01-000007", "printing");
	till_receipt_note(t, "", "failed");
	assert_int_equal(receipts(t, list), 0);
	till_receipt_note(t, "R01-000007", "failed");
	till_receipt_note(t, "R01-000008", "unknown");
	till_receipt_note(t, "R01-000008", "unknown");
	assert_int_equal(receipts(t, list), 2);
	assert_string_equal(list[0].state, "failed");
	assert_string_equal(list[1].state, "unknown");
	till_receipt_note(t, "R01-000007", "printed");
	assert_int_equal(receipts(t, list), 1);
	till_receipt_done(t, "R01-000008");
	assert_int_equal(receipts(t, list), 0);
	/* of very many the oldest are forgotten */
	for (int i = 0; i < 2 * TILL_UNPRINTED; i++) {
		(void)snprintf(number, sizeof(number), "R01-%06d", i);
		till_receipt_note(t, number, "failed");
	}
	assert_int_equal(receipts(t, list), 8);
	assert_string_equal(list[0].number, "R01-000032");
	till_close(t);
	rig_open(r);
}

/* A register that was killed: nobody heard how its receipt ended, until
 * somebody decides, once and for all starts. */
static void
from_before_a_break(void **state)
{
	struct rig *r = *state;
	struct till_receipt list[8];
	struct till *t;
	int status = 0;
	pid_t child;

	printer_at(r, "/nonexistent/paper");
	rig_close(r);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* another register start draws other numbers */
		r->conf.rng = rng_seeded(&r->seed, 4711);
		t = open_till(r);
		sell(t);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	t = open_till(r);
	assert_int_equal(receipts(t, list), 1);
	assert_string_equal(list[0].number, "R01-000001");
	assert_string_equal(list[0].state, "unknown");
	/* of this sitting is what its job says, whatever is not recorded yet */
	sell(t);
	assert_int_equal(receipts(t, list), 2);
	assert_string_equal(list[0].number, "R01-000002");
	assert_string_equal(list[0].state, "waiting");
	till_receipt_done(t, "R01-000001");
	assert_int_equal(receipts(t, list), 1);
	till_close(t);
	t = open_till(r);
	assert_int_equal(receipts(t, list), 0);
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* --- orders of the kitchen ------------------------------------------------ */

static void
kitchen_at(struct rig *r, const char *path)
{
	char more[256];

	(void)snprintf(more, sizeof(more),
		"[device kitchen]\ndriver = escpos\nport = file:%s\n"
		"orders = yes\n",
		path);
	rig_configure(r, more);
}

/* In another process, which is gone without a word. */
static void
sell_and_die(struct rig *r)
{
	int status = 0;
	pid_t child;

	rig_close(r);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct till *t;

		r->conf.rng = rng_seeded(&r->seed, 4711);
		t = open_till(r);
		sell(t);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Until what was heard is in the journal. */
static void
settle(struct rig *r, struct till *t)
{
	for (int i = 0; i < 400; i++) {
		rig_pass(r, 10000, 10000);
		(void)till_idle(t);
		(void)usleep(5000);
		if (i > 3 && !shop_defers(till_shop(t)) &&
			t->orders_at.us < 0) {
			return;
		}
	}
}

static size_t
times(const char *path, const char *what)
{
	uint8_t *p = NULL;
	size_t n = 0, found = 0;

	if (file_load(path, (size_t)1 << 20, &p, &n, NULL) == RC_OK) {
		const uint8_t *at = p;

		while ((at = memmem(at, n - (size_t)(at - p), what,
				strlen(what))) != NULL) {
			found++;
			at++;
		}
	}
	free(p);
	return found;
}

static size_t
n_orders(struct till *t)
{
	struct store_order list[8];
	size_t n = 0;

	assert_int_equal(
		store_orders(till_shop(t)->store, list, 8, &n, NULL), RC_OK);
	return n;
}

static void
an_order_outlives_a_break(void **state)
{
	struct rig *r = *state;
	char dir[96], path[128];
	struct till *t;

	(void)snprintf(dir, sizeof(dir), "%s/kitchen", r->base);
	(void)snprintf(path, sizeof(path), "%s/paper", dir);
	kitchen_at(r, path);
	sell_and_die(r);
	/* still nothing there: it goes on waiting, also over a proper end */
	t = open_till(r);
	(void)till_idle(t);
	assert_int_equal(n_orders(t), 1);
	till_close(t);
	t = open_till(r);
	assert_int_equal(n_orders(t), 1);
	till_close(t);
	rig_run("mkdir %s", dir);
	t = open_till(r);
	settle(r, t);
	assert_int_equal(times(path, "1 x Department"), 1);
	/* nobody knows that the first one never went out */
	assert_int_equal(times(path, "COPY"), 1);
	assert_int_equal(n_orders(t), 0);
	/* that was it, over any further start */
	till_close(t);
	t = open_till(r);
	settle(r, t);
	assert_int_equal(times(path, "1 x Department"), 1);
	/* the next one, whose end is heard, is printed as the first */
	sell(t);
	settle(r, t);
	assert_int_equal(times(path, "1 x Department"), 2);
	assert_int_equal(times(path, "COPY"), 1);
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* Of which not a byte went out when the register was ended. */
static void
an_order_that_waited_is_no_copy(void **state)
{
	struct rig *r = *state;
	char dir[96], path[128];
	struct till *t;

	(void)snprintf(dir, sizeof(dir), "%s/kitchen", r->base);
	(void)snprintf(path, sizeof(path), "%s/paper", dir);
	kitchen_at(r, path);
	t = open_till(r);
	for (int i = 0; i < 20; i++) {
		sell(t); /* more than are in hand at once */
	}
	till_close(t);
	rig_run("mkdir %s", dir);
	t = open_till(r);
	for (int i = 0; i < 4 && n_orders(t) > 0; i++) {
		settle(r, t);
	}
	assert_int_equal(n_orders(t), 0);
	assert_int_equal(times(path, "R01-0000"), 20);
	assert_int_equal(times(path, "COPY"), 0);
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* A kitchen that is no more has nothing to wait for. */
static void
an_order_of_no_kitchen_is_dropped(void **state)
{
	struct rig *r = *state;
	struct event plain = {.type = EVENT_CONFIG_ACTIVATED};
	char version[65], *text = NULL;
	struct till *t;
	size_t n;

	assert_int_equal(shop_config_text(r->shop, &text, &n, NULL), RC_OK);
	kitchen_at(r, "/nonexistent/paper");
	sell_and_die(r);
	rig_open(r);
	config_version(text, n, version);
	plain.data.config.version = version;
	plain.data.config.text = text;
	assert_int_equal(
		shop_record(r->shop, &plain, 1, "1", NULL, NULL, NULL), RC_OK);
	free(text);
	t = open_till(r);
	settle(r, t);
	assert_int_equal(n_orders(t), 0);
	till_close(t);
	rig_open(r);
	assert_string_equal(
		rig_event(r, shop_head(r->shop))->data.order.outcome,
		"dropped");
	assert_int_equal(rig_verify(r), 0);
}

static void
a_test_page(void **state)
{
	struct rig *r = *state;
	char path[128];
	uint8_t *p = NULL;
	size_t n = 0;
	struct till *t;
	uint64_t before;

	(void)snprintf(path, sizeof(path), "%s/paper", r->base);
	printer_at(r, path);
	t = open_till(r);
	till_devices(t);
	before = journal_head(till_shop(t)->journal).sequence;
	assert_true(till_device_test(t, "printer"));
	assert_false(till_device_test(t, "scale"));
	for (int i = 0; i < 20; i++) {
		till_devices(t);
	}
	assert_int_equal(journal_head(till_shop(t)->journal).sequence, before);
	assert_int_equal(file_load(path, (size_t)1 << 20, &p, &n, NULL), RC_OK);
	assert_non_null(memmem(p, n, "TEST printer", 12));
	assert_non_null(memmem(p, n, "nothing is recorded", 19));
	free(p);
	till_close(t);
	rig_open(r);
}

struct heard {
	unsigned n;
	enum input_kind kind;
	bool ok;
};

static void
on_told(void *arg, const struct input *in, const struct reply *r)
{
	struct heard *h = arg;

	h->n++;
	h->kind = in->kind;
	h->ok = r->ok;
}

static void
every_input_is_told(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	struct heard h = {0};

	till_told(t, on_told, &h);
	assert_true(enter(t, "1000DP10").ok);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.kind, INPUT_ENTRY);
	assert_true(h.ok);
	assert_false(enter(t, "99VD").ok);
	assert_int_equal(h.n, 2);
	assert_false(h.ok);
	till_told(t, NULL, NULL);
	assert_true(enter(t, "VD").ok);
	assert_int_equal(h.n, 2);
	till_close(t);
	rig_open(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
		T(they_wait),
		T(how_they_end),
		T(from_before_a_break),
		T(an_order_outlives_a_break),
		T(an_order_that_waited_is_no_copy),
		T(an_order_of_no_kitchen_is_dropped),
		T(a_test_page),
		T(every_input_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
