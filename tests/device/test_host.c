/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "device/host.h"
#include "device/transport.h"
#include "gen.h"

struct world {
	char top[64];
	char path[96];
	char uri[112];
	struct clock_fake fake;
	struct clock clock;
	struct device_host *h;
	struct device_event ev[64];
	size_t n_ev;
};

static void
on_event(void *arg, const struct device_event *ev)
{
	struct world *w = arg;

	if (w->n_ev < ARRAY_LEN(w->ev)) {
		w->ev[w->n_ev++] = *ev;
	}
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	memcpy(w->top, "/tmp/hf-host.XXXXXX", 20);
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->path, sizeof(w->path), "%s/printer", w->top);
	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->path);
	w->fake.now.mono.us = 5000000;
	w->clock = clock_fake(&w->fake);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	device_host_close(w->h);
	(void)unlink(w->path);
	(void)rmdir(w->top);
	free(w);
	return 0;
}

static void
open_host(struct world *w, const char *uri)
{
	struct device_conf conf = {
		.name = "printer", .driver = "escpos", .port = uri};
	struct err e = {0};

	if (device_host_open(&conf, &w->clock, on_event, w, &w->h, &e) !=
		RC_OK) {
		fail_msg("%s", e.msg);
	}
}

static void
print(struct world *w, uint32_t id, const char *p, size_t n)
{
	assert_int_equal(
		device_host_print(w->h, id, (const uint8_t *)p, n, NULL),
		RC_OK);
}

static void
run_ms(struct world *w, int64_t ms)
{
	w->fake.now.mono.us += ms * 1000;
	(void)device_host_poll(w->h);
}

static size_t
count(const struct world *w, enum device_event_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_ev; i++) {
		n += w->ev[i].kind == kind ? 1 : 0;
	}
	return n;
}

static void
test_regular_file(void **state)
{
	static char big[20000];
	struct world *w = *state;
	uint8_t *p = NULL;
	size_t n = 0;
	short events;

	memset(big, 'z', sizeof(big));
	open_host(w, w->uri);
	print(w, 1, "one\n", 4);
	print(w, 2, big, sizeof(big));
	assert_false(device_host_idle(w->h));
	(void)device_host_poll(w->h);
	for (int i = 0; i < 10 && !device_host_idle(w->h); i++) {
		(void)device_host_poll(w->h);
	}
	assert_true(device_host_idle(w->h));
	assert_true(device_host_up(w->h));
	assert_true(device_host_fd(w->h, &events) >= 0);
	assert_int_equal(events, 0);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 2);
	assert_int_equal(w->ev[0].kind, DEVICE_READY);
	assert_int_equal(w->ev[1].job, 1);
	assert_int_equal(w->ev[2].job, 2);
	device_host_close(w->h);
	w->h = NULL;
	/* a second run appends */
	open_host(w, w->uri);
	print(w, 3, "three", 5);
	(void)device_host_poll(w->h);
	assert_int_equal(file_load(w->path, 1 << 20, &p, &n, NULL), RC_OK);
	assert_int_equal(n, 4 + sizeof(big) + 5);
	assert_memory_equal(p, "one\nzz", 6);
	assert_memory_equal(p + 4 + sizeof(big), "three", 5);
	free(p);
}

/* What stands behind the path may come later, and must find it free. */
static void
test_no_file_for_what_must_be_read(void **state)
{
	static const char *const driver[] = {"scanner", "8217", "zvt"};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(driver); i++) {
		const struct device_conf conf = {
			.name = "it", .driver = driver[i], .port = w->uri};
		struct stat st;

		assert_int_equal(device_host_open(&conf, &w->clock, on_event, w,
					 &w->h, NULL),
			RC_OK);
		w->n_ev = 0;
		(void)device_host_poll(w->h);
		assert_false(device_host_up(w->h));
		assert_int_equal(w->n_ev, 1);
		assert_int_equal(w->ev[0].kind, DEVICE_DOWN);
		assert_non_null(strstr(w->ev[0].text, "plug it in"));
		assert_int_not_equal(stat(w->path, &st), 0);
		device_host_close(w->h);
		w->h = NULL;
	}
}

static void
test_fifo_whose_reader_comes_and_goes(void **state)
{
	struct world *w = *state;
	char buf[64];
	int fd;

	assert_int_equal(mkfifo(w->path, 0600), 0);
	open_host(w, w->uri);
	print(w, 1, "one\n", 4);
	(void)device_host_poll(w->h);
	assert_false(device_host_up(w->h));
	assert_int_equal(count(w, DEVICE_DOWN), 1);
	run_ms(w, 500);
	run_ms(w, 1000);
	run_ms(w, 2000);
	assert_int_equal(count(w, DEVICE_DOWN), 1); /* said once */
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	run_ms(w, 4999);
	assert_false(device_host_up(w->h));
	run_ms(w, 1);
	assert_true(device_host_up(w->h));
	assert_int_equal(count(w, DEVICE_READY), 1);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 1);
	assert_int_equal(read(fd, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "one\n", 4);
	/* The reader goes: the process lives, the job waits. */
	(void)close(fd);
	print(w, 2, "two\n", 4);
	run_ms(w, 1);
	assert_false(device_host_up(w->h));
	assert_int_equal(count(w, DEVICE_DOWN), 2);
	assert_false(device_host_idle(w->h));
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	run_ms(w, 500);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 2);
	assert_int_equal(count(w, DEVICE_JOB_UNKNOWN), 0);
	assert_int_equal(read(fd, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "two\n", 4);
	(void)close(fd);
}

static void
test_fifo_lost_in_the_middle(void **state)
{
	static char big[300000];
	struct world *w = *state;
	short events;
	int fd;

	memset(big, 'q', sizeof(big));
	assert_int_equal(mkfifo(w->path, 0600), 0);
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	open_host(w, w->uri);
	print(w, 1, big, sizeof(big));
	print(w, 2, "next\n", 5);
	for (int i = 0; i < 20; i++) {
		run_ms(w, 1);
	}
	/* the pipe is full: wait for room without turning in circles */
	(void)device_host_fd(w->h, &events);
	assert_int_equal(events, POLLOUT);
	assert_true(device_host_poll(w->h).us > w->fake.now.mono.us);
	(void)close(fd);
	run_ms(w, 1);
	assert_int_equal(count(w, DEVICE_JOB_UNKNOWN), 1);
	assert_int_equal(count(w, DEVICE_DOWN), 1);
	fd = open(w->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	run_ms(w, 500);
	/* the other job is printed, the lost one never again */
	assert_int_equal(count(w, DEVICE_JOB_DONE), 1);
	assert_int_equal(w->ev[w->n_ev - 1].job, 2);
	(void)close(fd);
}

static size_t
drain(int fd, char *buf, size_t cap)
{
	size_t n = 0;
	ssize_t k;

	while (n < cap && (k = read(fd, buf + n, cap - n)) > 0) {
		n += (size_t)k;
	}
	return n;
}

/* The other end of a pty plays the printer. */
static void
test_pty(void **state)
{
	struct world *w = *state;
	char buf[8192];
	char uri[128];
	size_t n;
	int m = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(m >= 0);
	assert_int_equal(grantpt(m), 0);
	assert_int_equal(unlockpt(m), 0);
	assert_int_equal(ptsname_r(m, buf, sizeof(buf)), 0);
	(void)snprintf(uri, sizeof(uri), "file:%.100s", buf);
	open_host(w, uri);
	print(w, 1, "\x1b@x\r\n\x03", 6);
	run_ms(w, 1);
	assert_true(device_host_up(w->h));
	n = drain(m, buf, sizeof(buf));
	assert_int_equal(n, 6);
	assert_memory_equal(buf,
		"\x1d"
		"a\xff\x10\x04\x01",
		6);
	assert_int_equal(write(m, "\x14\x00\x00\x0f", 4), 4);
	run_ms(w, 1);
	n = drain(m, buf, sizeof(buf));
	/* raw: not a byte is changed on the way */
	assert_int_equal(n, 9);
	assert_memory_equal(buf, "\x1b@x\r\n\x03\x1dr\x01", 9);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 0);
	assert_int_equal(write(m, "\x00", 1), 1);
	run_ms(w, 1);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 1);
	/* unplugged while a job waits for its answer */
	print(w, 2, "x\n", 2);
	run_ms(w, 1);
	assert_int_equal(write(m, "\x14\x00\x00\x0f", 4), 4);
	run_ms(w, 1);
	(void)close(m);
	run_ms(w, 1);
	assert_false(device_host_up(w->h));
	assert_int_equal(count(w, DEVICE_JOB_UNKNOWN), 1);
	assert_int_equal(count(w, DEVICE_DOWN), 1);
	assert_true(device_host_idle(w->h));
}

static void
test_null_device_never_answers(void **state)
{
	struct world *w = *state;

	open_host(w, "file:/dev/null");
	print(w, 1, "x", 1);
	(void)device_host_poll(w->h);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 1);
	assert_int_equal(device_host_poll(w->h).us, -1);
}

static void
test_full_device(void **state)
{
	struct world *w = *state;

	open_host(w, "file:/dev/full");
	print(w, 1, "x", 1);
	run_ms(w, 3000); /* a character device that may answer */
	run_ms(w, 3000);
	assert_int_equal(count(w, DEVICE_JOB_DONE), 0);
	assert_true(count(w, DEVICE_DOWN) >= 1);
	assert_false(device_host_idle(w->h));
}

static enum rc
refused(struct world *w, const char *driver, const char *port, struct err *e)
{
	const struct device_conf conf = {
		.name = "printer", .driver = driver, .port = port};

	return device_host_open(&conf, &w->clock, on_event, w, &w->h, e);
}

static void
test_refusals(void **state)
{
	const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	struct err e = {0};
	struct transport *t = NULL;

	assert_int_equal(refused(w, "epson", w->uri, &e), RC_NOTFOUND);
	assert_non_null(strstr(e.msg, "holdfast device drivers"));
	assert_int_equal(refused(w, "escpos", "lp0", &e), RC_INVAL);
	assert_int_equal(refused(w, "escpos", "tcp:nowhere", &e), RC_INVAL);
	assert_non_null(strstr(e.msg, "tcp:192.168.1.20:9100"));
	assert_int_equal(transport_open("file:", &line, &t, &e), RC_INVAL);
	assert_null(w->h);
	/* nothing is made below /dev */
	assert_int_equal(
		transport_open("file:/dev/hf-none", &line, &t, &e), RC_DOWN);
	assert_int_not_equal(access("/dev/hf-none", F_OK), 0);
	/* a directory is no printer */
	(void)snprintf(w->uri, sizeof(w->uri), "file:%s", w->top);
	assert_int_not_equal(transport_open(w->uri, &line, &t, &e), RC_OK);
	assert_null(t);
	open_host(w, "file:/dev/null");
	for (int i = 0; i < 32; i++) {
		print(w, 1, "x", 1);
	}
	assert_int_equal(
		device_host_print(w->h, 1, (const uint8_t *)"x", 1, &e),
		RC_NOSPC);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_regular_file),
		T(test_no_file_for_what_must_be_read),
		T(test_fifo_whose_reader_comes_and_goes),
		T(test_fifo_lost_in_the_middle), T(test_pty),
		T(test_null_device_never_answers), T(test_full_device),
		T(test_refusals)};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
