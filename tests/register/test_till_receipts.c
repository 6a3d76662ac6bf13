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
		T(a_test_page),
		T(every_input_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
