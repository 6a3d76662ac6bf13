/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets and files: what is there, what is not, what goes in the middle.  The
 * host's clock is the test's, so that nothing here takes the time it is about.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>

#include "device/host.h"
#include "device/transport.h"
#include "gen.h"

#define MS INT64_C(1000)

static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};

struct world {
	char top[64], path[96], uri[128];
	int listener;
	struct transport *t;
	struct clock_fake fake;
	struct clock clock;
	struct device_host *h;
	unsigned n_down, n_ready, n_scan, n_log;
	char text[DEVICE_TEXT_BYTES], code[64];
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void)snprintf(w->top, sizeof(w->top), "/tmp/hf-trans.XXXXXX");
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->path, sizeof(w->path), "%s/it", w->top);
	w->listener = -1;
	w->fake.now.mono.us = INT64_C(1000000000);
	w->clock = clock_fake(&w->fake);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	device_host_close(w->h);
	transport_close(w->t);
	if (w->listener >= 0) {
		(void)close(w->listener);
	}
	(void)unlink(w->path);
	(void)rmdir(w->top);
	free(w);
	return 0;
}

/* --- the far end ---------------------------------------------------------- */

static void
listen_tcp(struct world *w, int backlog)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	w->listener =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(w->listener >= 0);
	assert_int_equal(
		bind(w->listener, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(w->listener, backlog), 0);
	assert_int_equal(
		getsockname(w->listener, (struct sockaddr *)&in, &len), 0);
	(void)snprintf(w->uri, sizeof(w->uri), "tcp:127.0.0.1:%u",
		(unsigned)ntohs(in.sin_port));
}

static void
listen_unix(struct world *w)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", w->path);
	w->listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(w->listener >= 0);
	assert_int_equal(
		bind(w->listener, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(listen(w->listener, 4), 0);
	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s", w->path);
}

static int
take(struct world *w)
{
	struct pollfd p = {.fd = w->listener, .events = POLLIN};
	int fd;

	assert_int_equal(poll(&p, 1, 5000), 1);
	fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static enum rc
wait_ready(struct transport *t, struct err *e)
{
	enum rc rc = transport_ready(t, e);

	for (int i = 0; rc == RC_AGAIN && i < 500; i++) {
		(void)poll(NULL, 0, 10);
		rc = transport_ready(t, e);
	}
	return rc;
}

static bool
wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 5000) == 1;
}

/* --- sockets -------------------------------------------------------------- */

static void
pass_both_ways(struct world *w)
{
	uint8_t got[16];
	size_t n = 0;
	int far;

	assert_int_equal(transport_open(w->uri, &line, &w->t, NULL), RC_OK);
	assert_int_equal(wait_ready(w->t, NULL), RC_OK);
	far = take(w);
	assert_int_equal(
		transport_read(w->t, got, sizeof(got), &n, NULL), RC_AGAIN);
	assert_int_equal(transport_write(w->t, (const uint8_t *)"ask", 3, false,
				 &n, NULL),
		RC_OK);
	assert_int_equal(n, 3);
	assert_true(wait_for(far, POLLIN));
	assert_int_equal(read(far, got, sizeof(got)), 3);
	assert_int_equal(write(far, "answer", 6), 6);
	assert_true(wait_for(transport_fd(w->t), POLLIN));
	assert_int_equal(
		transport_read(w->t, got, sizeof(got), &n, NULL), RC_OK);
	assert_int_equal(n, 6);
	assert_int_equal(transport_lines(w->t), 0);
	(void)close(far);
	assert_true(wait_for(transport_fd(w->t), POLLIN));
	assert_int_equal(
		transport_read(w->t, got, sizeof(got), &n, NULL), RC_DOWN);
	/* and the program lives: no signal for a line that is gone */
	for (int i = 0; i < 3; i++) {
		(void)!transport_write(w->t, got, 1, false, &n, NULL);
	}
	assert_int_equal(
		transport_write(w->t, got, 1, false, &n, NULL), RC_DOWN);
}

static void
bytes_pass_a_tcp_port(void **state)
{
	struct world *w = *state;

	listen_tcp(w, 4);
	pass_both_ways(w);
}

static void
bytes_pass_a_socket_in_the_file_system(void **state)
{
	struct world *w = *state;

	listen_unix(w);
	pass_both_ways(w);
}

/* Of a name with several addresses that one counts which answers. */
static void
each_address_of_a_name_is_tried(void **state)
{
	struct world *w = *state;
	char *colon;
	char uri[64];

	listen_tcp(w, 4);
	colon = strrchr(w->uri, ':');
	(void)snprintf(uri, sizeof(uri), "tcp:localhost%s", colon);
	assert_int_equal(transport_open(uri, &line, &w->t, NULL), RC_OK);
	assert_int_equal(wait_ready(w->t, NULL), RC_OK);
	(void)close(take(w));
}

static void
what_refuses_is_said(void **state)
{
	struct world *w = *state;
	struct err e = {0};
	enum rc rc;

	listen_tcp(w, 4);
	(void)close(w->listener);
	w->listener = -1;
	rc = transport_open(w->uri, &line, &w->t, &e);
	rc = rc == RC_OK ? wait_ready(w->t, &e) : rc;
	assert_int_equal(rc, RC_DOWN);
	assert_non_null(strstr(e.msg, "nothing answers at 127.0.0.1"));
	transport_close(w->t);
	w->t = NULL;
	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s/nobody", w->top);
	assert_int_equal(transport_open(w->uri, &line, &w->t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "nothing answers"));
}

static void
a_name_nobody_knows_is_said(void **state)
{
	struct world *w = *state;
	struct err e = {0};
	enum rc rc;

	rc = transport_open("tcp:no-such-host.invalid:9100", &line, &w->t, &e);
	assert_int_equal(rc, RC_OK);
	/* whatever the name server does, opening did not wait for it */
	rc = transport_ready(w->t, &e);
	for (int i = 0; rc == RC_AGAIN && i < 3000; i++) {
		assert_true(transport_asks(w->t));
		(void)poll(NULL, 0, 10);
		rc = transport_ready(w->t, &e);
	}
	assert_int_equal(rc, RC_DOWN);
	assert_non_null(strstr(e.msg, "is not known here"));
}

/* --- a host on it --------------------------------------------------------- */

static void
on_event(void *arg, const struct device_event *ev)
{
	struct world *w = arg;

	w->n_down += ev->kind == DEVICE_DOWN ? 1 : 0;
	w->n_ready += ev->kind == DEVICE_READY ? 1 : 0;
	if (ev->kind == DEVICE_DOWN) {
		(void)snprintf(w->text, sizeof(w->text), "%s", ev->text);
	}
	if (ev->kind == DEVICE_SCAN) {
		w->n_scan++;
		(void)snprintf(w->code, sizeof(w->code), "%.*s",
			(int)ev->n_data, ev->data);
	}
}

static void
on_log(void *arg, const char *text)
{
	struct world *w = arg;

	(void)text;
	w->n_log++;
}

static void
open_host(struct world *w)
{
	const struct device_conf conf = {
		.name = "scanner", .driver = "scanner", .port = w->uri};

	assert_int_equal(
		device_host_open(&conf, &w->clock, on_event, w, &w->h, NULL),
		RC_OK);
	device_host_log(w->h, on_log, w);
}

static void
poll_until_up(struct world *w)
{
	for (int i = 0; i < 500 && !device_host_up(w->h); i++) {
		(void)device_host_poll(w->h);
		(void)poll(NULL, 0, device_host_up(w->h) ? 0 : 5);
	}
	assert_true(device_host_up(w->h));
}

/* SYN after SYN without an answer, as with a cable that is out: nobody takes
 * the connections, and the queue is full. */
static void
a_black_hole_is_given_up(void **state)
{
	struct world *w = *state;
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	int fill[8];
	int64_t at;

	listen_tcp(w, 0);
	assert_int_equal(
		getsockname(w->listener, (struct sockaddr *)&in, &len), 0);
	for (size_t i = 0; i < ARRAY_LEN(fill); i++) {
		fill[i] = socket(
			AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)!connect(fill[i], (struct sockaddr *)&in, sizeof(in));
	}
	open_host(w);
	at = device_host_poll(w->h).us;
	assert_int_equal(w->n_down, 0);
	/* looked at again soon, and by no means waited for */
	assert_true(at > w->fake.now.mono.us &&
		    at <= w->fake.now.mono.us + 50 * MS);
	w->fake.now.mono.us += 5000 * MS;
	(void)device_host_poll(w->h);
	assert_int_equal(w->n_down, 1);
	assert_non_null(strstr(w->text, "nothing answers at 127.0.0.1"));
	for (size_t i = 0; i < ARRAY_LEN(fill); i++) {
		(void)close(fill[i]);
	}
}

static void
back_off_is_half_one_two_five_seconds(void **state)
{
	static const int64_t want[] = {500, 1000, 2000, 5000, 5000, 5000};
	struct world *w = *state;

	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s", w->path);
	open_host(w);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		int64_t now = w->fake.now.mono.us;
		int64_t at = device_host_poll(w->h).us;

		assert_int_equal((at - now) / MS, want[i]);
		/* too early is not tried */
		w->fake.now.mono.us = at - 1;
		assert_int_equal(device_host_poll(w->h).us, at);
		w->fake.now.mono.us = at;
	}
	assert_int_equal(w->n_down, 1);
	/* the same words: at once, and again behind ten seconds */
	assert_int_equal(w->n_log, 2);
	listen_unix(w);
	device_host_again(w->h);
	poll_until_up(w);
	assert_int_equal(w->n_ready, 1);
}

static void
a_line_that_held_begins_anew(void **state)
{
	struct world *w = *state;
	int64_t now, at;
	int far;

	listen_unix(w);
	open_host(w);
	for (int i = 0; i < 4; i++) {
		poll_until_up(w);
		(void)close(take(w));
		(void)device_host_poll(w->h);
		assert_false(device_host_up(w->h));
		w->fake.now.mono.us += 5000 * MS;
	}
	poll_until_up(w);
	far = take(w);
	w->fake.now.mono.us += 11000 * MS;
	(void)close(far);
	now = w->fake.now.mono.us;
	at = device_host_poll(w->h).us;
	assert_int_equal((at - now) / MS, 500);
}

static void
the_far_end_goes_at_each_byte(void **state)
{
	static const char symbol[] = "]E04006381333931\r";
	struct world *w = *state;

	listen_tcp(w, 4);
	open_host(w);
	for (size_t cut = 0; cut < sizeof(symbol); cut++) {
		unsigned scans = w->n_scan;
		int far;

		poll_until_up(w);
		far = take(w);
		assert_int_equal(write(far, symbol, cut), cut);
		(void)close(far);
		for (int i = 0; i < 500 && device_host_up(w->h); i++) {
			short events = 0;
			int fd = device_host_fd(w->h, &events);

			(void)wait_for(fd, POLLIN);
			(void)device_host_poll(w->h);
		}
		assert_false(device_host_up(w->h));
		/* half a symbol is none, and is no part of the next */
		assert_int_equal(
			w->n_scan - scans, cut == sizeof(symbol) - 1 ? 1 : 0);
		w->fake.now.mono.us += 5000 * MS;
	}
	assert_string_equal(w->code, "]E04006381333931");
	assert_int_equal(w->n_down, w->n_ready);
}

/* --- files ---------------------------------------------------------------- */

static void
put(struct world *w, const char *text, enum rc want)
{
	size_t n = 0;

	assert_int_equal(transport_write(w->t, (const uint8_t *)text,
				 strlen(text), false, &n, NULL),
		want);
}

static void
a_regular_file_is_added_to(void **state)
{
	struct world *w = *state;
	char got[16] = "";
	int fd;

	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->path);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			transport_open(w->uri, &line, &w->t, NULL), RC_OK);
		assert_true(transport_write_only(w->t));
		put(w, "abc", RC_OK);
		transport_close(w->t);
		w->t = NULL;
	}
	fd = open(w->path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, got, sizeof(got)), 6);
	assert_memory_equal(got, "abcabc", 6);
	(void)close(fd);
}

static void
a_fifo_has_a_reader_or_is_down(void **state)
{
	struct world *w = *state;
	struct err e = {0};
	int fd;

	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->path);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_int_equal(transport_open(w->uri, &line, &w->t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "nobody reads"));
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(transport_open(w->uri, &line, &w->t, NULL), RC_OK);
	put(w, "abc", RC_OK);
	(void)close(fd);
	put(w, "abc", RC_DOWN);
}

/* A reader that takes nothing: so much, and then "again", never a wait. */
static void
a_full_line_says_again(void **state)
{
	struct world *w = *state;
	uint8_t block[4096] = {0};
	size_t n = 0;
	enum rc rc = RC_OK;
	int fd;

	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->path);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_equal(transport_open(w->uri, &line, &w->t, NULL), RC_OK);
	for (int i = 0; rc == RC_OK && i < 10000; i++) {
		rc = transport_write(
			w->t, block, sizeof(block), false, &n, NULL);
	}
	assert_int_equal(rc, RC_AGAIN);
	(void)close(fd);
}

static void
what_can_be_no_device_is_said(void **state)
{
	static const char *const never[] = {"", "lp0", "tcp:host", "tcp::9100",
		"tcp:host:0", "tcp:host:65536", "tcp:::1:9100",
		"file:", "serial:", "unix:", "http://x"};
	struct world *w = *state;
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_LEN(never); i++) {
		assert_int_equal(transport_check(never[i], &e), RC_INVAL);
	}
	assert_int_equal(transport_check("tcp:[::1]:9100", NULL), RC_OK);
	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->top);
	assert_int_not_equal(transport_open(w->uri, &line, &w->t, &e), RC_OK);
	assert_int_equal(
		transport_open("file:/dev/no-printer", &line, &w->t, &e),
		RC_DOWN);
	assert_non_null(strstr(e.msg, "there is no /dev/no-printer"));
	assert_int_equal(access("/dev/no-printer", F_OK), -1);
}

static void
a_hole_never_answers(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		transport_open("file:/dev/null", &line, &w->t, NULL), RC_OK);
	assert_true(transport_write_only(w->t));
	put(w, "abc", RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			bytes_pass_a_tcp_port, setup, teardown),
		cmocka_unit_test_setup_teardown(
			bytes_pass_a_socket_in_the_file_system, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			each_address_of_a_name_is_tried, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_refuses_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_name_nobody_knows_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_black_hole_is_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(
			back_off_is_half_one_two_five_seconds, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_that_held_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_far_end_goes_at_each_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_regular_file_is_added_to, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_fifo_has_a_reader_or_is_down, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_full_line_says_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_can_be_no_device_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_hole_never_answers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
