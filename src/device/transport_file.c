/* SPDX-License-Identifier: Apache-2.0 */
/* A file, a FIFO, or a character device as it is. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device/transport_internal.h"

#include "base/poison.h"

#define USB_MAJOR 180 /* of Linux: usblp */

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

/* A printer of the USB class may answer with an empty packet, which reads as
 * nothing; one that was pulled reads as an error. */
static bool
is_usb(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && major(st->st_rdev) == USB_MAJOR;
}

/* /dev/null and its like never answer, and a printer of the USB class with no
 * way back says so by an error.  A byte that was there is kept. */
static void
look_for_answers(struct transport *t)
{
	ssize_t k = t->write_only ? 0 : read(t->fd, &t->first, 1);

	t->has_first = k == 1;
	t->write_only = (k == 0 && !t->blank) ||
			(k < 0 && errno != EAGAIN && errno != EINTR);
}

/* More than a hole: there is somebody at the other end. */
static bool
is_line(const struct transport *t)
{
	return isatty(t->fd) != 0 || !t->write_only ||
	       strncmp(t->path, "/dev/usb/", 9) == 0;
}

static enum rc
file_open(
	struct transport *t, const struct device_line *line, struct err *reterr)
{
	struct stat st;
	enum rc rc;

	(void)line;
	t->fd = open_path(t->path, &t->write_only);
	if (t->fd < 0) {
		return transport_refused(t->path, errno, reterr);
	}
	if (fstat(t->fd, &st) != 0) {
		return transport_refused(t->path, errno, reterr);
	}
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) &&
		!S_ISCHR(st.st_mode)) {
		return err_set(reterr, RC_INVAL, 0, "transport",
			"%s is no file, FIFO or device: name another", t->path);
	}
	t->pipe = S_ISFIFO(st.st_mode);
	t->blank = is_usb(&st);
	if (!S_ISCHR(st.st_mode)) {
		return RC_OK;
	}
	if (isatty(t->fd) == 0) {
		look_for_answers(t);
	}
	rc = is_line(t) ? transport_lock(t, reterr) : RC_OK;
	if (rc == RC_OK && isatty(t->fd) != 0 && !make_raw(t->fd)) {
		rc = err_set(reterr, RC_DOWN, errno, "transport",
			"cannot set up the line %s", t->path);
	}
	return rc;
}

const struct transport_kind transport_file = {
	.scheme = "file:",
	.example = "file:/dev/usb/lp0",
	.open = file_open,
};
