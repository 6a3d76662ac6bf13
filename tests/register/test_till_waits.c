/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No device makes the till wait.  Not measured by a clock, which would measure
 * the machine: every call that could wait is looked at, and none may.  A call
 * may wait when it sleeps, when it polls with a time, when it reads, writes,
 * connects or opens what is no plain file without O_NONBLOCK, when it asks a
 * name server itself, or takes a lock that somebody has.
 */
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

#include "register/till_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

static bool watching;
static unsigned waits, looked;
static char who[256];

static void
may_wait(const char *call)
{
	size_t n = strlen(who);

	waits++;
	(void)snprintf(who + n, sizeof(who) - n, " %s", call);
}

static void
look_at(const char *call, int fd)
{
	struct stat st;

	if (!watching || fstat(fd, &st) != 0 || S_ISREG(st.st_mode) ||
		S_ISDIR(st.st_mode)) {
		return;
	}
	looked++;
	if ((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0) {
		may_wait(call);
	}
}

/* --- the calls ------------------------------------------------------------- */

ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __wrap_read(int fd, void *p, size_t n);

ssize_t
__wrap_read(int fd, void *p, size_t n)
{
	look_at("read", fd);
	return __real_read(fd, p, n);
}

ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	look_at("write", fd);
	return __real_write(fd, p, n);
}

int __real_connect(int fd, const struct sockaddr *a, socklen_t n);
int __wrap_connect(int fd, const struct sockaddr *a, socklen_t n);

int
__wrap_connect(int fd, const struct sockaddr *a, socklen_t n)
{
	look_at("connect", fd);
	return __real_connect(fd, a, n);
}

int __real_nanosleep(const struct timespec *t, struct timespec *left);
int __wrap_nanosleep(const struct timespec *t, struct timespec *left);

int
__wrap_nanosleep(const struct timespec *t, struct timespec *left)
{
	if (watching) {
		may_wait("nanosleep");
	}
	return __real_nanosleep(t, left);
}

int __real_poll(struct pollfd *p, nfds_t n, int ms);
int __wrap_poll(struct pollfd *p, nfds_t n, int ms);

int
__wrap_poll(struct pollfd *p, nfds_t n, int ms)
{
	if (watching && ms != 0) {
		may_wait("poll");
	}
	return __real_poll(p, n, ms);
}

int __real_flock(int fd, int how);
int __wrap_flock(int fd, int how);

int
__wrap_flock(int fd, int how)
{
	if (watching && (how & LOCK_NB) == 0) {
		may_wait("flock");
	}
	return __real_flock(fd, how);
}

int __real_getaddrinfo(const char *host, const char *port,
	const struct addrinfo *hints, struct addrinfo **ret);
int __wrap_getaddrinfo(const char *host, const char *port,
	const struct addrinfo *hints, struct addrinfo **ret);

int
__wrap_getaddrinfo(const char *host, const char *port,
	const struct addrinfo *hints, struct addrinfo **ret)
{
	if (watching) {
		looked++;
		if ((hints->ai_flags & AI_NUMERICHOST) == 0) {
			may_wait("getaddrinfo");
		}
	}
	return __real_getaddrinfo(host, port, hints, ret);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	struct stat st;

	if (watching && (flags & O_NONBLOCK) == 0 && stat(path, &st) == 0 &&
		(S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))) {
		may_wait("open");
	}
	return __real_open(path, flags, 0600);
}

/* --- devices that are nothing but trouble ---------------------------------- */

struct trouble {
	int stalled, flooding; /* masters of pseudo-terminals */
	int listener, fill[8];
	char more[1024];
};

static int
new_pty(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	return fd;
}

/* Connections are neither taken nor refused. */
static unsigned
black_hole(struct trouble *t)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	t->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(t->listener >= 0);
	assert_int_equal(
		bind(t->listener, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(t->listener, 0), 0);
	assert_int_equal(
		getsockname(t->listener, (struct sockaddr *)&in, &len), 0);
	for (size_t i = 0; i < ARRAY_LEN(t->fill); i++) {
		t->fill[i] = socket(
			AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)!connect(t->fill[i], (struct sockaddr *)&in, sizeof(in));
	}
	return ntohs(in.sin_port);
}

static void
make_trouble(struct trouble *t)
{
	char stalled[64], flooding[64];

	t->stalled = new_pty();
	(void)snprintf(stalled, sizeof(stalled), "%s", ptsname(t->stalled));
	t->flooding = new_pty();
	(void)snprintf(flooding, sizeof(flooding), "%s", ptsname(t->flooding));
	(void)snprintf(t->more, sizeof(t->more),
		"[device printer]\ndriver = escpos\nport = file:%s\n"
		"[device card]\ndriver = zvt\nport = tcp:127.0.0.1:%u\n"
		"[device kitchen]\ndriver = escpos\n"
		"port = tcp:no-such-host.invalid:9100\n"
		"[device scale]\ndriver = 8217\nport = file:%s\n"
		"[device scanner]\ndriver = scanner\n"
		"port = serial:/dev/serial/by-id/none\n"
		"[device drawer]\ndriver = bytes\nport = unix:/none/drawer\n",
		stalled, black_hole(t), flooding);
}

static void
end_trouble(struct trouble *t)
{
	for (size_t i = 0; i < ARRAY_LEN(t->fill); i++) {
		(void)close(t->fill[i]);
	}
	(void)close(t->listener);
	(void)close(t->stalled);
	(void)close(t->flooding);
}

static void
flood(const struct trouble *t)
{
	static const char noise[256] = {0x02, 'x', 0x7f, 0x03};

	(void)!__real_write(t->flooding, noise, sizeof(noise));
}

static bool
enter(struct till *t, const char *text)
{
	struct input in = {
		.kind = INPUT_ENTRY, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(t, &in, &reply);
	till_devices(t);
	return reply.ok;
}

/* --- the tests ------------------------------------------------------------- */

static void
a_shop_whose_devices_all_fail_sells_on(void **state)
{
	struct rig *r = *state;
	struct trouble bad;
	struct till_device list[16];
	struct till *t = NULL;
	struct err e = {0};

	make_trouble(&bad);
	rig_configure(r, bad.more);
	rig_close(r);
	waits = 0;
	looked = 0;
	who[0] = '\0';
	watching = true;
	assert_int_equal(till_open(&r->conf, &t, &e), RC_OK);
	for (int i = 0; i < 200; i++) {
		flood(&bad);
		rig_pass(r, 100000, 100000);
		till_devices(t);
		(void)till_idle(t);
		assert_true(enter(t, "1000DP10"));
		if (i % 10 == 9) {
			assert_true(enter(t, "TL"));
			assert_true(enter(t, "CA"));
		}
	}
	watching = false;
	if (waits > 0) {
		fail_msg("%u calls may wait:%.200s", waits, who);
	}
	/* they were tried, and none came to anything */
	assert_true(looked > 100);
	assert_int_equal(till_device_list(t, list, ARRAY_LEN(list)), 6);
	for (size_t i = 0; i < 6; i++) {
		if (strcmp(list[i].name, "printer") != 0 &&
			strcmp(list[i].name, "scale") != 0) {
			assert_false(list[i].up);
			assert_string_equal(list[i].word, "down");
		}
	}
	till_close(t);
	end_trouble(&bad);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

/* What is looked for is found. */
static void
a_call_that_waits_is_seen(void **state)
{
	const struct timespec none = {0, 0};
	int fd[2];
	char byte = 0;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	waits = 0;
	watching = true;
	(void)nanosleep(&none, NULL);
	(void)poll(NULL, 0, 1);
	(void)!write(fd[1], &byte, 1);
	(void)!read(fd[0], &byte, 1);
	watching = false;
	assert_int_equal(waits, 4);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_shop_whose_devices_all_fail_sells_on, rig_new,
			rig_free),
		cmocka_unit_test(a_call_that_waits_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
