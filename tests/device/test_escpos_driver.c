/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "gen.h"

#define MS INT64_C(1000)

/* A driver with everything it said, and a clock that stands. */
struct bench {
	const struct device_driver *d;
	void *state;
	struct mono now;
	struct device_out out;
	uint8_t sent[8192];
	size_t n_sent;
	uint8_t urgent[16384];
	size_t n_urgent;
	struct device_event ev[64];
	size_t n_ev;
	size_t backlog;
	bool bytewise;
};

static void
begin(struct bench *b, bool write_only)
{
	const struct device_conf conf = {
		.name = "printer", .driver = "escpos", .port = "file:/none"};

	memset(b, 0, sizeof(*b));
	b->d = device_driver_find("escpos");
	assert_non_null(b->d);
	b->state = calloc(1, b->d->state_size);
	assert_non_null(b->state);
	assert_int_equal(b->d->open(b->state, &conf, write_only, NULL), RC_OK);
	b->now.us = 1000000;
}

static void
step1(struct bench *b, const uint8_t *in, size_t n)
{
	b->out.n_byte = 0;
	b->out.n_urgent = 0;
	b->out.n_event = 0;
	b->out.deadline.us = -1;
	b->out.backlog = b->backlog;
	b->d->step(b->state, b->now, &(struct device_in){in, n, 0}, &b->out);
	memcpy(b->urgent + b->n_urgent, b->out.urgent, b->out.n_urgent);
	b->n_urgent += b->out.n_urgent;
	memcpy(b->sent + b->n_sent, b->out.byte, b->out.n_byte);
	b->n_sent += b->out.n_byte;
	for (size_t i = 0; i < b->out.n_event; i++) {
		b->ev[b->n_ev++] = b->out.event[i];
	}
}

static void
feed(struct bench *b, const char *in, size_t n)
{
	const uint8_t *p = (const uint8_t *)in;

	if (!b->bytewise) {
		step1(b, p, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		step1(b, p + i, 1);
	}
}

/* Let it go on until it waits for the world. */
static void
settle(struct bench *b)
{
	for (int i = 0; i < 100; i++) {
		step1(b, NULL, 0);
		if (b->out.n_byte == 0 && b->out.n_event == 0 &&
			(b->out.deadline.us < 0 ||
				b->out.deadline.us > b->now.us)) {
			return;
		}
	}
	fail_msg("the driver never rests");
}

static void
wait_ms(struct bench *b, int64_t ms)
{
	b->now.us += ms * MS;
	settle(b);
}

static void
job(struct bench *b, uint32_t id, const char *p, size_t n)
{
	assert_int_equal(
		b->d->printer->job(b->state, id, (const uint8_t *)p, n), RC_OK);
	settle(b);
}

static const struct device_event *
last(const struct bench *b)
{
	static const struct device_event none = {.kind = DEVICE_DOWN};

	return b->n_ev == 0 ? &none : &b->ev[b->n_ev - 1];
}

static bool
saw(const struct bench *b, enum device_event_kind kind)
{
	for (size_t i = 0; i < b->n_ev; i++) {
		if (b->ev[i].kind == kind) {
			return true;
		}
	}
	return false;
}

#define ASB_OK "\x14\x00\x00\x0f"
#define ASB_COVER "\x3c\x00\x00\x0f"
#define ASB_PAPER "\x1c\x00\x0c\x0f"
#define ASB_NEAR "\x14\x00\x03\x0f"
#define ASB_CUTTER "\x1c\x08\x00\x0f"
#define ASB_DRAWER "\x10\x00\x00\x0f"

static void
test_blind(void **state)
{
	static char big[1000];
	struct bench b;

	(void)state;
	memset(big, 'x', sizeof(big));
	begin(&b, true);
	job(&b, 7, big, sizeof(big));
	assert_int_equal(b.n_sent, sizeof(big));
	assert_memory_equal(b.sent, big, sizeof(big));
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	assert_int_equal(last(&b)->job, 7);
	assert_int_equal(b.n_ev, 1);
	/* bytes that wait in the host hold the driver back */
	b.backlog = 10;
	b.n_sent = 0;
	job(&b, 8, big, sizeof(big));
	assert_int_equal(b.n_sent, 0);
	b.backlog = 0;
	settle(&b);
	assert_int_equal(b.n_sent, sizeof(big));
	assert_int_equal(last(&b)->job, 8);
	/* an empty job is done at once */
	job(&b, 9, "", 0);
	assert_int_equal(last(&b)->job, 9);
	free(b.state);
}

static void
good_job(struct bench *b, uint32_t id)
{
	size_t from = b->n_sent;

	job(b, id, "hello\n", 6);
	assert_memory_equal(b->sent + from,
		"\x1d"
		"a\xff\x10\x04\x01",
		6);
	assert_int_equal(b->n_sent, from + 6);
	assert_int_equal(
		b->d->printer->job(b->state, 99, (const uint8_t *)"", 0),
		RC_AGAIN);
	feed(b, ASB_OK, 4);
	settle(b);
	assert_memory_equal(b->sent + from + 6, "hello\n\x1dr\x01", 9);
	assert_int_equal(b->d->printer->progress(b->state), 6);
	assert_false(last(b)->kind == DEVICE_JOB_DONE && last(b)->job == id);
	feed(b, "\x00", 1);
	settle(b);
	assert_int_equal(last(b)->kind, DEVICE_JOB_DONE);
	assert_int_equal(last(b)->job, id);
}

static void
test_with_answers(void **state)
{
	struct bench b;

	(void)state;
	for (int bytewise = 0; bytewise < 2; bytewise++) {
		begin(&b, false);
		b.bytewise = bytewise != 0;
		good_job(&b, 1);
		good_job(&b, 2);
		free(b.state);
	}
}

/* What is wrong is told, and the job waits as long as it takes; when it is
 * well again the job is printed, once. */
static void
test_trouble_before(void **state)
{
	static const struct {
		const char *asb;
		enum device_event_kind kind;
	} t[] = {{ASB_COVER, DEVICE_COVER_OPEN}, {ASB_PAPER, DEVICE_PAPER_OUT},
		{ASB_CUTTER, DEVICE_FAULT}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct bench b;

		begin(&b, false);
		job(&b, 3, "hello\n", 6);
		feed(&b, t[i].asb, 4);
		settle(&b);
		assert_int_equal(b.n_sent, 6); /* not a byte of the job */
		assert_true(saw(&b, t[i].kind));
		for (int k = 0; k < 200; k++) {
			wait_ms(&b, 5000);
			feed(&b, "\x1a", 1); /* off line, it answers */
		}
		assert_int_equal(b.n_sent, 6);
		assert_int_equal(b.n_urgent, 3 * 200);
		assert_memory_equal(b.urgent, "\x10\x04\x01", 3);
		assert_false(saw(&b, DEVICE_JOB_FAILED));
		b.n_ev = 0;
		feed(&b, ASB_OK, 4);
		settle(&b);
		assert_int_equal(b.ev[0].kind, DEVICE_PAPER_OK);
		assert_memory_equal(b.sent + 6, "hello\n\x1dr\x01", 9);
		feed(&b, "\x00", 1);
		settle(&b);
		assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
		good_job(&b, 4);
		free(b.state);
	}
}

static void
test_paper_out_in_the_middle(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	job(&b, 5, "hello\n", 6);
	feed(&b, ASB_OK, 4);
	settle(&b);
	feed(&b, ASB_PAPER, 4);
	for (int i = 0; i < 300; i++) { /* somebody looks for paper */
		wait_ms(&b, 5000);
		feed(&b, "\x1e", 1);
	}
	assert_int_equal(last(&b)->kind, DEVICE_PAPER_OUT);
	feed(&b, ASB_OK, 4);
	wait_ms(&b, 5000);
	assert_int_equal(last(&b)->kind, DEVICE_PAPER_OK);
	feed(&b, "\x00", 1);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	/* the job went out once */
	assert_int_equal(b.n_sent, 6 + 6 + 3);
	free(b.state);
}

/* It was switched off while the cover was open: nobody knows what came out. */
static void
test_silent_without_paper(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	job(&b, 6, "hello\n", 6);
	feed(&b, ASB_OK "\x16", 5);
	settle(&b);
	feed(&b, ASB_COVER, 4);
	wait_ms(&b, 19000);
	assert_int_equal(last(&b)->kind, DEVICE_COVER_OPEN);
	wait_ms(&b, 1000);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_UNKNOWN);
	assert_string_equal(last(&b)->text, "the cover is open");
	/* what it still has in its buffer answers once more: that is no
	 * answer to the next job, so a question stands between */
	feed(&b, ASB_OK, 4);
	b.n_sent = 0;
	job(&b, 7, "x\n", 2);
	assert_memory_equal(b.sent + 6, "\x1dr\x01", 3);
	feed(&b, ASB_OK, 4);
	settle(&b);
	feed(&b, "\x00", 1);
	wait_ms(&b, 400);
	assert_int_equal(b.n_sent, 9);
	feed(&b, "\x00", 1);
	settle(&b);
	assert_memory_equal(b.sent + 9, "x\n\x1dr\x01", 5);
	assert_int_not_equal(last(&b)->kind, DEVICE_JOB_DONE);
	feed(&b, "\x00", 1);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	assert_int_equal(last(&b)->job, 7);
	free(b.state);
}

static void
test_drawer(void **state)
{
	static const char wide[] = "\x1dv0\x00\x32\x00\x0a\x00";
	char big[8 + 500 + 2];
	struct bench b;

	(void)state;
	begin(&b, false);
	feed(&b, ASB_OK, 4);
	settle(&b);
	b.n_sent = 0;
	/* nothing else to do: at once */
	assert_int_equal(b.d->drawer->open(b.state, 9), RC_OK);
	settle(&b);
	assert_int_equal(b.n_sent, 5);
	assert_memory_equal(b.sent, "\x1bp\x00\x19\xfa", 5);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	assert_int_equal(last(&b)->job, 9);
	/* within a job: between commands, not in a picture */
	memset(big, 0x10, sizeof(big));
	memcpy(big, wide, 8);
	big[508] = 'x';
	big[509] = '\n';
	job(&b, 10, big, sizeof(big));
	b.n_sent = 0;
	assert_int_equal(b.d->drawer->open(b.state, 11), RC_OK);
	assert_int_equal(b.d->drawer->open(b.state, 12), RC_AGAIN);
	feed(&b, ASB_OK, 4);
	settle(&b);
	assert_memory_equal(b.sent, "\x1bp\x00\x19\xfa\x1dv0", 8);
	assert_int_equal(b.n_sent, 5 + sizeof(big) + 3);
	feed(&b, "\x00", 1);
	settle(&b);
	/* without paper: past what waits */
	feed(&b, ASB_PAPER, 4);
	b.n_sent = 0;
	b.n_urgent = 0;
	b.n_ev = 0;
	assert_int_equal(b.d->drawer->open(b.state, 13), RC_OK);
	settle(&b);
	assert_int_equal(b.n_sent, 0);
	assert_memory_equal(b.urgent, "\x10\x14\x01\x00\x01", 5);
	assert_int_equal(b.ev[0].kind, DEVICE_JOB_DONE);
	assert_int_equal(b.ev[0].job, 13);
	/* it takes no byte and says not why: after a second, in real time */
	feed(&b, ASB_OK, 4);
	b.backlog = 1;
	b.n_urgent = 0;
	assert_int_equal(b.d->drawer->open(b.state, 14), RC_OK);
	settle(&b);
	assert_int_equal(b.n_urgent, 0);
	wait_ms(&b, 1000);
	assert_int_equal(b.n_urgent, 5);
	free(b.state);
}

/* A printer that says which question it answers. */
static void
test_answers_have_ids(void **state)
{
	const struct device_opt_value opt[] = {{"profile", "tm-t88v"}};
	const struct device_conf conf = {.name = "printer",
		.driver = "escpos",
		.port = "file:/none",
		.opt = opt,
		.n_opt = 1};
	struct bench b;

	(void)state;
	begin(&b, false);
	assert_int_equal(b.d->open(b.state, &conf, false, NULL), RC_OK);
	job(&b, 7, "x\n", 2);
	feed(&b, ASB_OK, 4);
	settle(&b);
	assert_memory_equal(b.sent + 8, "\x1d(H\x06\x00\x30\x30\x27   ", 11);
	feed(&b, "\x00\x37\x22\x26   \x00", 8); /* of another one */
	settle(&b);
	assert_int_not_equal(last(&b)->kind, DEVICE_JOB_DONE);
	feed(&b, "\x37\x22\x27   \x00", 7);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	assert_int_equal(last(&b)->job, 7);
	free(b.state);
}

static void
test_silence(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	job(&b, 1, "a\nb\n", 4);
	wait_ms(&b, 1999);
	assert_int_equal(b.n_sent, 6);
	wait_ms(&b, 1); /* nobody there: go on blind */
	assert_int_equal(b.n_sent, 6 + 4 + 3);
	wait_ms(&b, 20399);
	assert_int_equal(b.n_ev, 0);
	wait_ms(&b, 1);
	assert_int_equal(b.ev[0].kind, DEVICE_SILENT);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_UNKNOWN);
	assert_string_equal(last(&b)->text, "no answer from the printer");
	/* it takes no byte at all: after a while nothing is known */
	b.backlog = 1;
	job(&b, 2, "a\n", 2);
	wait_ms(&b, 2000);
	wait_ms(&b, 20000);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_FAILED);
	free(b.state);
}

static void
test_flow_and_noise(void **state)
{
	static char big[600];
	struct bench b;

	(void)state;
	memset(big, 'y', sizeof(big));
	begin(&b, false);
	job(&b, 1, big, sizeof(big));
	/* XON in the middle of a status, text block and junk around it */
	feed(&b,
		"\x5f"
		"EPSON\x00\xff\x14\x11\x00\x00\x13\x0f",
		15);
	settle(&b);
	assert_int_equal(b.n_sent, 6); /* held back */
	feed(&b, "\x11", 1);
	settle(&b);
	assert_int_equal(b.n_sent, 6 + sizeof(big) + 3);
	feed(&b, ASB_NEAR, 4);
	assert_int_equal(last(&b)->kind, DEVICE_PAPER_LOW);
	feed(&b, ASB_DRAWER, 4);
	assert_int_equal(last(&b)->kind, DEVICE_DRAWER_OPEN);
	feed(&b, ASB_OK, 4);
	assert_int_equal(last(&b)->kind, DEVICE_DRAWER_SHUT);
	feed(&b, "\x0c", 1);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	free(b.state);
}

static void
test_old_printer_without_asb(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	job(&b, 1, "x\n", 2);
	feed(&b, "\x16", 1);
	settle(&b);
	assert_int_equal(b.n_sent, 6 + 2 + 3);
	feed(&b, "\x00", 1);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	job(&b, 2, "x\n", 2);
	feed(&b, "\x1e", 1); /* off line, and asked why */
	wait_ms(&b, 1000);
	assert_memory_equal(b.urgent + b.n_urgent - 3, "\x10\x04\x02", 3);
	feed(&b, "\x32", 1);
	assert_int_equal(last(&b)->kind, DEVICE_PAPER_OUT);
	wait_ms(&b, 1000);
	assert_memory_equal(b.urgent + b.n_urgent - 3, "\x10\x04\x04", 3);
	feed(&b, "\x72", 1);
	wait_ms(&b, 1000);
	assert_memory_equal(b.urgent + b.n_urgent - 3, "\x10\x04\x01", 3);
	b.n_sent = 0;
	feed(&b, "\x16", 1); /* on line again */
	settle(&b);
	assert_int_equal(b.n_sent, 5);
	assert_true(saw(&b, DEVICE_PAPER_OK));
	feed(&b, "\x00", 1);
	settle(&b);
	assert_int_equal(last(&b)->kind, DEVICE_JOB_DONE);
	free(b.state);
}

static void
test_torn_status(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	job(&b, 1, "x\n", 2);
	feed(&b, "\x3c\x00", 2); /* the rest is lost */
	b.now.us += 600 * MS;
	feed(&b, ASB_OK, 4);
	settle(&b);
	assert_false(saw(&b, DEVICE_COVER_OPEN));
	assert_int_equal(b.n_sent, 6 + 2 + 3);
	free(b.state);
}

static void
test_noise_is_harmless(void **state)
{
	const uint64_t seed = 99;
	struct gen g = {seed};
	struct bench b;

	(void)state;
	for (int round = 0; round < 300; round++) {
		begin(&b, false);
		job(&b, 1, "x\n", 2);
		for (int i = 0; i < 60; i++) {
			char in = (char)gen_next(&g);

			b.n_ev = 0;
			b.n_sent = 0;
			b.n_urgent = 0;
			feed(&b, &in, 1);
			wait_ms(&b, (int64_t)gen_below(&g, 200));
		}
		wait_ms(&b, 700000);
		b.n_ev = 0;
		b.n_sent = 0;
		b.n_ev = 0;
		feed(&b, "\x11", 1);
		feed(&b, ASB_OK, 4);
		settle(&b);
		wait_ms(&b, 700000);
		/* whatever came, the job has ended by now: there is paper */
		assert_int_not_equal(
			b.d->printer->job(b.state, 2, (const uint8_t *)"x", 1),
			RC_AGAIN);
		free(b.state);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_blind),
		cmocka_unit_test(test_with_answers),
		cmocka_unit_test(test_trouble_before),
		cmocka_unit_test(test_paper_out_in_the_middle),
		cmocka_unit_test(test_silent_without_paper),
		cmocka_unit_test(test_drawer),
		cmocka_unit_test(test_answers_have_ids),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_flow_and_noise),
		cmocka_unit_test(test_old_printer_without_asb),
		cmocka_unit_test(test_torn_status),
		cmocka_unit_test(test_noise_is_harmless)};

	return cmocka_run_group_tests_name("escpos driver", tests, NULL, NULL);
}
