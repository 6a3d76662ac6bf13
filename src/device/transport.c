/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "device/device.h"

#include "base/poison.h"

struct transport {
	int fd;
	bool write_only;
	bool fifo;
	char *path;
};

static const char *
file_path(const char *uri)
{
	return strncmp(uri, "file:", 5) == 0 && uri[5] != '\0' ? uri + 5 : NULL;
}

enum rc
transport_check(const char *uri, struct err *reterr)
{
	if (file_path(uri) != NULL) {
		return RC_OK;
	}
	if (strncmp(uri, "serial:", 7) == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "transport",
			"this version opens no serial: address: write "
			"file:/dev/...");
	}
	return err_set(reterr, RC_INVAL, 0, "transport",
		"%s is no device address: write file:/dev/usb/lp0 or "
		"file:PATH",
		uri);
}

/* A device that is not there must not become a file below /dev. */
static bool
may_create(const char *path)
{
	return strncmp(path, "/dev/", 5) != 0 ||
	       strncmp(path, "/dev/shm/", 9) == 0;
}

static int
open_path(const char *path, bool *ret_write_only)
{
	const int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;
	int fd;

	*ret_write_only = true;
	if (stat(path, &st) != 0) {
		if (errno != ENOENT || !may_create(path)) {
			return -1;
		}
		return open(path, flags | O_WRONLY | O_APPEND | O_CREAT, 0600);
	}
	if (!S_ISCHR(st.st_mode)) {
		return open(path, flags | O_WRONLY | O_APPEND);
	}
	fd = open(path, flags | O_RDWR);
	if (fd >= 0) {
		*ret_write_only = false;
		return fd;
	}
	return errno == EACCES ? open(path, flags | O_WRONLY) : -1;
}

/* Bytes must pass a terminal line as they are. */
static bool
make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) != 0) {
		return false;
	}
	cfmakeraw(&t);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	return tcsetattr(fd, TCSANOW, &t) == 0;
}

/* What kind of thing was opened; RC_OK when it can carry a job. */
static enum rc
settle(struct transport *t, struct err *reterr)
{
	struct stat st;
	uint8_t byte;

	if (fstat(t->fd, &st) != 0) {
		return err_set(reterr, RC_DOWN, errno, "transport",
			"cannot open %s", t->path);
	}
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) &&
		!S_ISCHR(st.st_mode)) {
		return err_set(reterr, RC_INVAL, 0, "transport",
			"%s is no file, FIFO or device: name another", t->path);
	}
	t->fifo = S_ISFIFO(st.st_mode);
	if (isatty(t->fd) != 0) {
		if (!make_raw(t->fd)) {
			return err_set(reterr, RC_DOWN, errno, "transport",
				"cannot set up the line %s", t->path);
		}
	} else if (!t->write_only && read(t->fd, &byte, 1) == 0) {
		/* /dev/null and its like never answer. */
		t->write_only = true;
	}
	return RC_OK;
}

static enum rc
open_failed(const char *path, int e, struct err *reterr)
{
	if (e == ENXIO) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"nobody reads %s: start what stands behind it", path);
	}
	if (e == EACCES) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"no permission for %s: add this user to the group lp "
			"or dialout",
			path);
	}
	return err_set(reterr, RC_DOWN, e, "transport", "cannot open %s", path);
}

enum rc
transport_open(const char *uri, struct transport **ret, struct err *reterr)
{
	struct transport *t = NULL;
	enum rc rc = transport_check(uri, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	t = calloc(1, sizeof(*t));
	if (t != NULL) {
		t->fd = -1;
		t->path = strdup(file_path(uri));
	}
	if (t == NULL || t->path == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "transport",
			"no memory for a device");
		goto out;
	}
	t->fd = open_path(t->path, &t->write_only);
	if (t->fd < 0) {
		rc = open_failed(t->path, errno, reterr);
		goto out;
	}
	rc = settle(t, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	*ret = t;
	t = NULL;
out:
	transport_close(t);
	return rc;
}

void
transport_close(struct transport *t)
{
	if (t == NULL) {
		return;
	}
	if (t->fd >= 0) {
		(void)close(t->fd);
	}
	free(t->path);
	free(t);
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

/* write() to a FIFO whose reader went away must not end the program. */
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
transport_write(struct transport *t, const uint8_t *p, size_t n, size_t *ret_n,
	struct err *reterr)
{
	ssize_t k;

	do {
		k = t->fifo ? write_quietly(t->fd, p, n) : write(t->fd, p, n);
	} while (k < 0 && errno == EINTR);
	if (k > 0) {
		*ret_n = (size_t)k;
		return RC_OK;
	}
	*ret_n = 0;
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
	do {
		k = read(t->fd, p, cap);
	} while (k < 0 && errno == EINTR);
	if (k > 0) {
		*ret_n = (size_t)k;
		return RC_OK;
	}
	if (k < 0 && errno == EAGAIN) {
		return RC_AGAIN;
	}
	return err_set(reterr, RC_DOWN, k < 0 ? errno : 0, "transport",
		"%s hung up", t->path);
}
