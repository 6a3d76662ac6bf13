/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/file.h>
#include <sys/ioctl.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "device/transport_internal.h"

#include "base/poison.h"

#define STILL_MAX 15 /* naps of a line that sends nothing */

static const struct transport_kind *const kinds[] = {
	&transport_file, &transport_serial, &transport_tcp, &transport_unix};

static const struct transport_kind *
find(const char *uri, const char **ret_path)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t n = strlen(kinds[i]->scheme);

		if (strncmp(uri, kinds[i]->scheme, n) == 0) {
			*ret_path = uri + n;
			return kinds[i];
		}
	}
	return NULL;
}

enum rc
transport_check(const char *uri, struct err *reterr)
{
	const char *path = NULL;
	const struct transport_kind *k = find(uri, &path);

	if (k == NULL) {
		return err_set(reterr, RC_INVAL, 0, "transport",
			"%s is no device address: write file:/dev/usb/lp0, "
			"serial:/dev/ttyUSB0, tcp:HOST:PORT or unix:PATH",
			uri);
	}
	if (path[0] == '\0' || (k->check != NULL && !k->check(path))) {
		return err_set(reterr, RC_INVAL, 0, "transport",
			"%s says not where the device is: write it like %s",
			uri, k->example);
	}
	return RC_OK;
}

enum rc
transport_refused(const char *path, int sys, struct err *reterr)
{
	if (sys == ENXIO) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"nobody reads %s: start what stands behind it", path);
	}
	if (sys == EACCES || sys == EPERM) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"no permission: add this user to the group dialout "
			"(serial ports) or lp (USB printers) for %s",
			path);
	}
	if (sys == EBUSY || sys == EWOULDBLOCK) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"another program, or another device here, has %s: end "
			"that one",
			path);
	}
	if (sys == ENOENT || sys == ENODEV) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"there is no %s: plug it in, look at its cable", path);
	}
	return err_set(
		reterr, RC_DOWN, sys, "transport", "cannot open %s", path);
}

enum rc
transport_open(const char *uri, const struct device_line *line,
	struct transport **ret, struct err *reterr)
{
	const char *path = NULL;
	const struct transport_kind *k = find(uri, &path);
	struct transport *t;
	enum rc rc = transport_check(uri, reterr);

	if (rc != RC_OK || k == NULL) {
		return rc;
	}
	t = calloc(1, sizeof(*t));
	if (t != NULL) {
		t->kind = k;
		t->fd = -1;
		t->path = strdup(path);
	}
	if (t == NULL || t->path == NULL) {
		transport_close(t);
		return err_set(reterr, RC_NOMEM, 0, "transport",
			"no memory for a device");
	}
	rc = k->open(t, line, reterr);
	if (rc != RC_OK) {
		transport_close(t);
		return rc;
	}
	*ret = t;
	return RC_OK;
}

enum rc
transport_there(const char *uri, struct err *reterr)
{
	const char *path = NULL;

	if (find(uri, &path) == &transport_file && access(path, F_OK) != 0) {
		return transport_refused(path, errno, reterr);
	}
	return RC_OK;
}

enum rc
transport_lock(struct transport *t, struct err *reterr)
{
	int k;

	do {
		k = flock(t->fd, LOCK_EX | LOCK_NB);
	} while (k != 0 && errno == EINTR);
	return k == 0 || errno != EWOULDBLOCK
		       ? RC_OK
		       : transport_refused(t->path, EBUSY, reterr);
}

static int
waiting(int fd)
{
	int n = 0;

	return ioctl(fd, TIOCOUTQ, &n) == 0 ? n : 0;
}

/* Closing a line waits until it has sent all, 30 s for a device that takes
 * nothing: so what it holds is waited for only while it moves. */
static void
let_go(const struct transport *t)
{
	const struct timespec nap = {0, 10000000L};
	int before = INT_MAX;

	if (t->fd < 0 || isatty(t->fd) == 0) {
		return;
	}
	for (int still = 0; !t->drop && still < STILL_MAX; still++) {
		int left = waiting(t->fd);

		if (left == 0) {
			return;
		}
		still = left < before ? 0 : still;
		before = left;
		(void)nanosleep(&nap, NULL);
	}
	(void)tcflush(t->fd, TCOFLUSH);
}

void
transport_drop(struct transport *t)
{
	if (t != NULL) {
		t->drop = true;
		transport_close(t);
	}
}

void
transport_close(struct transport *t)
{
	if (t == NULL) {
		return;
	}
	let_go(t);
	if (t->kind->close != NULL) {
		t->kind->close(t);
	}
	if (t->fd >= 0) {
		(void)close(t->fd);
	}
	free(t->path);
	free(t);
}

enum rc
transport_ready(struct transport *t, struct err *reterr)
{
	return t->kind->ready != NULL ? t->kind->ready(t, reterr) : RC_OK;
}

enum rc
transport_skip(struct transport *t, struct err *reterr)
{
	if (t->kind->skip != NULL) {
		return t->kind->skip(t, reterr);
	}
	return err_set(reterr, RC_DOWN, 0, "transport",
		"%s does not answer: switch it on, look at its cable", t->path);
}

int
transport_fd(const struct transport *t)
{
	return t->fd;
}

bool
transport_write_only(const struct transport *t)
{
	return t->write_only;
}

bool
transport_asks(const struct transport *t)
{
	return t->asks;
}

bool
transport_held(const struct transport *t)
{
	return t->held;
}

unsigned
transport_lines(struct transport *t)
{
	return t->kind->lines != NULL ? t->kind->lines(t) : 0;
}

/* write() to something whose reader went away must not end the program. */
static ssize_t
write_quietly(int fd, const uint8_t *p, size_t n)
{
	const struct timespec zero = {0, 0};
	sigset_t pipe_set;
	sigset_t old;
	sigset_t pending;
	bool was;
	ssize_t k;
	int e;

	(void)sigemptyset(&pipe_set);
	(void)sigaddset(&pipe_set, SIGPIPE);
	(void)sigpending(&pending);
	was = sigismember(&pending, SIGPIPE) == 1;
	(void)pthread_sigmask(SIG_BLOCK, &pipe_set, &old);
	k = write(fd, p, n);
	e = errno;
	if (k < 0 && e == EPIPE && !was) {
		(void)sigtimedwait(&pipe_set, NULL, &zero);
	}
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = e;
	return k;
}

enum rc
transport_write(struct transport *t, const uint8_t *p, size_t n, bool urgent,
	size_t *ret_n, struct err *reterr)
{
	ssize_t k;

	*ret_n = 0;
	do {
		if (t->kind->write != NULL) {
			k = t->kind->write(t, p, n, urgent);
		} else {
			k = t->pipe ? write_quietly(t->fd, p, n)
				    : write(t->fd, p, n);
		}
	} while (k < 0 && errno == EINTR);
	if (k > 0) {
		*ret_n = (size_t)k;
		return RC_OK;
	}
	if (k == 0 || errno == EAGAIN) {
		return RC_AGAIN;
	}
	return err_set(reterr, RC_DOWN, errno, "transport", "cannot write %s",
		t->path);
}

enum rc
transport_read(struct transport *t, uint8_t *p, size_t cap, size_t *ret_n,
	struct err *reterr)
{
	ssize_t k;

	*ret_n = 0;
	if (t->write_only) {
		return RC_AGAIN;
	}
	if (t->has_first) {
		t->has_first = false;
		p[0] = t->first;
		*ret_n = 1;
		return RC_OK;
	}
	do {
		k = t->kind->read != NULL ? t->kind->read(t, p, cap)
					  : read(t->fd, p, cap);
	} while (k < 0 && errno == EINTR);
	if (k > 0) {
		*ret_n = (size_t)k;
		return RC_OK;
	}
	if ((k < 0 && errno == EAGAIN) || (k == 0 && t->blank)) {
		return RC_AGAIN;
	}
	return err_set(reterr, RC_DOWN, k < 0 ? errno : 0, "transport",
		"the device hung up: look at its plug and its power: %s",
		t->path);
}
