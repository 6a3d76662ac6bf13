/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "device/transport_internal.h"

#include "base/poison.h"

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
	if (sys == EACCES) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"no permission for %s: add this user to the group lp "
			"(USB printers) or dialout (serial ports)",
			path);
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

void
transport_close(struct transport *t)
{
	if (t == NULL) {
		return;
	}
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
	do {
		k = t->kind->read != NULL ? t->kind->read(t, p, cap)
					  : read(t->fd, p, cap);
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
