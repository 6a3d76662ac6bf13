/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/host.h"
#include "gen.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SIG                                                                    \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"     \
	"AAAAAAAAAAAAAAAAAAAAAA"
#define HUB "01890a5d-ac96-774b-bcce-b302099a8057"
#define FULL                                                                   \
	"STATE link=offline why=connect%20timeout since=1764000000 "           \
	"acked_epoch=2 acked=41 acked_hash=" HASH                              \
	" acked_time=2026-11-21T14:32:07.123456Z anchor=" SIG " hub=" HUB      \
	" durable=40 head=79 queued=38 oldest=1764000700 quarantined=2 "       \
	"fork=clone fork_epoch=2 fork_sequence=42 offset_ms=-1500 "            \
	"rtt_ms=31 retry_s=18 tried=4 "                                        \
	"feeds=products:812:1764000001,rules:3:0,bad,x:1,:2:3 "                \
	"feeds_why=4711:%20no%20tax new=word "                                 \
	"was=the%20hub%20refuses was_at=1764000002 was_over=1764000003\n"

/* --- lines ---------------------------------------------------------------- */

static bool
read_state(const char *text, struct worker_state *ret)
{
	return worker_state_read(text, strcspn(text, "\n"), ret);
}

static void
test_state(void **state)
{
	struct worker_state s;

	(void)state;
	assert_true(read_state(FULL, &s));
	assert_int_equal(s.link, WORKER_OFFLINE);
	assert_string_equal(s.why, "connect timeout");
	assert_string_equal(s.was, "the hub refuses");
	assert_int_equal(s.was_at.us, INT64_C(1764000002000000));
	assert_int_equal(s.was_over.us, INT64_C(1764000003000000));
	assert_int_equal(s.since.us, INT64_C(1764000000000000));
	assert_true(s.has_ack);
	assert_int_equal(s.acked_epoch, 2);
	assert_int_equal(s.acked, 41);
	assert_int_equal(s.acked_hash[1], 0x11);
	assert_int_equal(s.acked_time.us % 1000000, 123456);
	assert_int_equal(s.hub[1], 0x89);
	assert_int_equal(s.durable, 40);
	assert_int_equal(s.head, 79);
	assert_int_equal(s.queued, 38);
	assert_int_equal(s.oldest.us, INT64_C(1764000700000000));
	assert_int_equal(s.quarantined, 2);
	assert_int_equal(s.fork, WORKER_CLONE);
	assert_int_equal(s.fork_sequence, 42);
	assert_int_equal(s.offset_ms, -1500);
	assert_int_equal(s.rtt_ms, 31);
	assert_int_equal(s.retry_s, 18);
	assert_int_equal(s.tried, 4);
	assert_int_equal(s.n_feed, 2);
	assert_string_equal(s.feed[0].name, "products");
	assert_int_equal(s.feed[0].rev, 812);
	assert_string_equal(s.feed[1].name, "rules");
	assert_int_equal(s.feed[1].at.us, 0);
	assert_string_equal(s.feeds_why, "4711: no tax");
}

/* Half of what the hub signed is nothing. */
static void
test_state_bare(void **state)
{
	struct worker_state s;

	(void)state;
	assert_true(read_state("STATE link=none", &s));
	assert_false(s.has_ack);
	assert_int_equal(s.rtt_ms, -1);
	assert_int_equal(s.n_feed, 0);
	assert_false(read_state("STATE", &s));
	assert_false(read_state("STATE link=dancing", &s));
	assert_false(read_state("STAT link=none", &s));
	assert_true(read_state(
		"STATE link=online acked=7 acked_hash=" HASH " hub=" HUB, &s));
	assert_int_equal(s.acked, 7);
	assert_false(s.has_ack);
}

/* --- the driver ----------------------------------------------------------- */

struct rig {
	void *state;
	struct device_out out;
	struct mono now;
	char sent[512];
	size_t n_sent;
	/* what was told */
	unsigned n_state, n_item, n_done, n_failed, n_unknown, n_silent,
		n_fault;
	struct worker_state last;
	struct worker_item item;
	char text[DEVICE_TEXT_BYTES];
	uint32_t job;
	bool hung_up;
};

static void
hear(struct rig *r)
{
	for (size_t i = 0; i < r->out.n_event; i++) {
		const struct device_event *e = &r->out.event[i];

		r->n_state += e->kind == DEVICE_WORKER_STATE;
		r->n_item += e->kind == DEVICE_WORKER_ITEM;
		r->n_done += e->kind == DEVICE_JOB_DONE;
		r->n_failed += e->kind == DEVICE_JOB_FAILED;
		r->n_unknown += e->kind == DEVICE_JOB_UNKNOWN;
		r->n_silent += e->kind == DEVICE_SILENT;
		r->n_fault += e->kind == DEVICE_FAULT;
		if (e->link != NULL) {
			r->last = *e->link;
		}
		if (e->item != NULL) {
			r->item = *e->item;
		}
		memcpy(r->text, e->text, sizeof(r->text));
		r->job = e->job;
	}
}

static void
step(struct rig *r, const char *text, size_t n)
{
	struct device_in in = {(const uint8_t *)text, n, 0};
	unsigned rounds = 0;

	do {
		memset(&r->out, 0, sizeof(r->out));
		r->out.deadline.us = -1;
		worker_driver.step(r->state, r->now, &in, &r->out);
		in.n = 0;
		hear(r);
		r->hung_up = r->hung_up || r->out.hang_up;
		assert_true(r->n_sent + r->out.n_byte < sizeof(r->sent));
		memcpy(r->sent + r->n_sent, r->out.byte, r->out.n_byte);
		r->n_sent += r->out.n_byte;
		r->sent[r->n_sent] = '\0';
	} while ((r->out.n_event > 0 ||
			 (r->out.deadline.us >= 0 &&
				 r->out.deadline.us <= r->now.us)) &&
		 !r->out.hang_up && rounds++ < 4096);
	assert_true(rounds < 4096);
}

static void
say(struct rig *r, const char *text)
{
	step(r, text, strlen(text));
}

static struct rig *
begin(void)
{
	static const struct device_conf conf = {.name = "sync"};
	struct rig *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->state = calloc(1, worker_driver.state_size);
	assert_non_null(r->state);
	r->now.us = 1000000;
	assert_int_equal(
		worker_driver.open(r->state, &conf, false, NULL), RC_OK);
	step(r, "", 0);
	assert_string_equal(r->sent, "HELLO 1\nWATCH\n");
	return r;
}

static void
end(struct rig *r)
{
	free(r->state);
	free(r);
}

static enum rc
ask(struct rig *r, uint32_t id, enum worker_what what, int64_t minutes)
{
	const struct worker_ask a = {what, minutes};
	enum rc rc = worker_driver.worker->ask(r->state, id, &a);

	r->n_sent = 0;
	r->sent[0] = '\0';
	step(r, "", 0);
	return rc;
}

static void
test_pieces(void **state)
{
	static const char all[] =
		"HELLO 1 product=x\n" FULL "STATE link=online rtt_ms=7\n"
		"WHAT is=this\n";

	(void)state;
	for (size_t piece = 1; piece < sizeof(all); piece++) {
		struct rig *r = begin();

		for (size_t at = 0; at < sizeof(all) - 1; at += piece) {
			size_t left = sizeof(all) - 1 - at;

			step(r, all + at, left < piece ? left : piece);
		}
		assert_int_equal(r->n_state, 2);
		assert_int_equal(r->last.rtt_ms, 7);
		assert_int_equal(r->n_fault + r->n_silent, 0);
		end(r);
	}
}

static void
test_asks(void **state)
{
	struct rig *r = begin();

	(void)state;
	assert_int_equal(ask(r, 1, WORKER_ASK_NOW, 0), RC_OK);
	assert_string_equal(r->sent, ""); /* it was not met yet */
	say(r, "HELLO 1 product=x\n");
	assert_string_equal(r->sent, "NOW\n");
	say(r, "STATE link=online\n");
	assert_int_equal(r->n_done, 0);
	say(r, "OK\n");
	assert_int_equal(r->n_done, 1);
	assert_int_equal(r->job, 1);
	assert_int_equal(ask(r, 2, WORKER_ASK_PAUSE, 10), RC_OK);
	assert_string_equal(r->sent, "PAUSE 10\n");
	say(r, "ERR word=denied text=not%20by%20you\n");
	assert_int_equal(r->n_failed, 1);
	assert_int_equal(r->job, 2);
	assert_string_equal(r->text, "not by you");
	assert_int_equal(ask(r, 3, WORKER_ASK_LIST, 0), RC_OK);
	assert_string_equal(r->sent, "QUARANTINE\n");
	say(r, "ITEM epoch=1 sequence=7 hash=" HASH " reason=too%20long\n"
	       "ITEM epoch=1 sequence=9 hash=" HASH "\nITEM epoch=1\nEND\n");
	assert_int_equal(r->n_item, 2);
	assert_int_equal(r->item.sequence, 9);
	assert_int_equal(r->n_done, 2);
	assert_int_equal(ask(r, 4, WORKER_ASK_STATE, 0), RC_OK);
	assert_int_equal(ask(r, 5, WORKER_ASK_RESUME, 0), RC_OK);
	memset(&r->out, 0, sizeof(r->out));
	worker_driver.lost(r->state, r->now, &r->out);
	hear(r);
	assert_int_equal(r->n_unknown, 2);
	assert_false(r->hung_up);
	end(r);
}

static void
test_too_much_is_asked(void **state)
{
	struct rig *r = begin();
	unsigned n = 0;

	(void)state;
	say(r, "HELLO 1\n");
	while (ask(r, n + 1, WORKER_ASK_STATE, 0) == RC_OK) {
		n++;
	}
	assert_in_range(n, 2, 7);
	say(r, "STATE link=online\n");
	assert_int_equal(r->n_done, n);
	assert_int_equal(r->n_state, 1);
	end(r);
}

/* What is asked has an end; a worker that is only quiet is well. */
static void
test_silence(void **state)
{
	struct rig *r = begin();

	(void)state;
	say(r, "HELLO 1\nSTATE link=online\n");
	assert_int_equal(r->out.deadline.us, -1);
	r->now.us += 86400 * INT64_C(1000000);
	step(r, "", 0);
	assert_int_equal(r->n_silent, 0);
	assert_int_equal(ask(r, 1, WORKER_ASK_STATE, 0), RC_OK);
	assert_int_equal(r->out.deadline.us, r->now.us + WORKER_SILENT_US);
	r->now.us += WORKER_SILENT_US;
	step(r, "", 0);
	assert_int_equal(r->n_silent, 1);
	assert_true(r->hung_up);
	end(r);
	/* and one that never says hello */
	r = begin();
	r->now.us += WORKER_SILENT_US;
	step(r, "", 0);
	assert_true(r->hung_up);
	end(r);
}

static void
test_another_protocol(void **state)
{
	struct rig *r = begin();

	(void)state;
	say(r, "ERR word=version text=update%20the%20register\n");
	assert_int_equal(r->n_fault, 1);
	assert_string_equal(r->text, "update the register");
	end(r);
}

static void
test_endless_line(void **state)
{
	struct rig *r = begin();
	char block[500];

	(void)state;
	memset(block, 'x', sizeof(block));
	for (unsigned i = 0; i < 40; i++) {
		step(r, block, sizeof(block));
	}
	say(r, "\nHELLO 1\nSTATE link=online\n");
	assert_int_equal(r->n_state, 1);
	end(r);
}

static void
test_noise(void **state)
{
	struct gen g = {7};

	(void)state;
	for (unsigned run = 0; run < 200; run++) {
		struct rig *r = begin();

		for (unsigned k = 0; k < 20; k++) {
			char text[512];
			size_t n = (size_t)gen_below(&g, 512);

			memcpy(text, FULL,
				sizeof(FULL) < 512 ? sizeof(FULL) : 512);
			for (unsigned i = 0; i < 4; i++) {
				text[gen_below(&g, 512)] =
					(char)gen_below(&g, 256);
			}
			step(r, text, n);
			r->n_sent = 0;
		}
		end(r);
	}
}

/* --- over a socket -------------------------------------------------------- */

struct world {
	char top[64], path[96], uri[112];
	struct clock_fake fake;
	struct clock clock;
	struct rig r;
	unsigned n_down;
};

static void
on_event(void *arg, const struct device_event *ev)
{
	struct world *w = arg;

	w->r.out.n_event = 1;
	w->r.out.event[0] = *ev;
	w->n_down += ev->kind == DEVICE_DOWN;
	hear(&w->r);
}

static int
serve(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static void
test_over_a_socket(void **state)
{
	struct device_conf conf = {.name = "sync", .driver = "worker"};
	struct world *w = calloc(1, sizeof(*w));
	struct device_host *h = NULL;
	char got[64];
	int fd, c;
	short ev;

	(void)state;
	assert_non_null(w);
	memcpy(w->top, "/tmp/hf-worker.XXXXXX", 22);
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->path, sizeof(w->path), "%s/socket", w->top);
	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s", w->path);
	w->fake.now.mono.us = 1000000;
	w->clock = clock_fake(&w->fake);
	conf.port = w->uri;
	assert_int_equal(device_host_open_own(&worker_driver, &conf, &w->clock,
				 on_event, w, &h, NULL),
		RC_OK);
	(void)device_host_poll(h);
	assert_int_equal(w->n_down, 1);
	/* one that is away for long is looked for once a minute */
	for (unsigned i = 0; i < 4; i++) {
		w->fake.now.mono.us = device_host_poll(h).us;
	}
	assert_true(device_host_poll(h).us - w->fake.now.mono.us >
		    50 * INT64_C(1000000));
	fd = serve(w->path);
	(void)device_host_poll(h);
	assert_false(device_host_up(h));
	device_host_again(h);
	(void)device_host_poll(h);
	(void)device_host_poll(h);
	assert_true(device_host_up(h));
	c = accept(fd, NULL, NULL);
	assert_true(c >= 0);
	assert_int_equal(read(c, got, sizeof(got)), 14);
	assert_memory_equal(got, "HELLO 1\nWATCH\n", 14);
	assert_int_equal(write(c, "HELLO 1\n" FULL, 8 + sizeof(FULL) - 1),
		(ssize_t)(8 + sizeof(FULL) - 1));
	/* a read at a time, while there is anything to read */
	(void)device_host_poll(h);
	(void)device_host_poll(h);
	assert_int_equal(w->r.n_state, 1);
	assert_int_equal(w->r.last.queued, 38);
	assert_true(device_host_fd(h, &ev) >= 0);
	assert_int_equal(ev, POLLIN);
	(void)close(c);
	(void)device_host_poll(h);
	assert_int_equal(w->n_down, 2);
	device_host_close(h);
	(void)close(fd);
	(void)unlink(w->path);
	(void)rmdir(w->top);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_state),
		cmocka_unit_test(test_state_bare),
		cmocka_unit_test(test_pieces), cmocka_unit_test(test_asks),
		cmocka_unit_test(test_too_much_is_asked),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_another_protocol),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_over_a_socket)};

	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
