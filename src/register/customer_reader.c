/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "register/customer.h"

#include "base/poison.h"

static enum rc
open_pipe(struct customer_reader *r, struct err *reterr)
{
	struct stat st;

	r->fd = open(r->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "display",
			"%s cannot be opened", r->path);
	}
	if (fstat(r->fd, &st) != 0 || !S_ISFIFO(st.st_mode)) {
		return err_set(reterr, RC_EXISTS, 0, "display",
			"%s is no pipe: move it away, the display makes its "
			"own",
			r->path);
	}
	if (flock(r->fd, LOCK_EX | LOCK_NB) != 0) {
		return err_set(reterr, RC_BUSY, 0, "display",
			"another display shows this register: stop it first");
	}
	return RC_OK;
}

/* A register that still writes to the pipe of a display before this one would
 * not know that another reads now, and tell it nothing: its pipe has to end.
 * Where the directory is not ours to change the old one does, until the next
 * item. */
static enum rc
renew_pipe(struct customer_reader *r, struct err *reterr)
{
	int old = r->fd;
	enum rc rc;

	if (unlink(r->path) != 0) {
		return RC_OK;
	}
	if (mkfifo(r->path, 0600) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "display",
			"%s cannot be made", r->path);
	}
	rc = open_pipe(r, reterr);
	(void)close(old);
	return rc;
}

enum rc
customer_reader_open(
	struct customer_reader *r, const char *dir, struct err *reterr)
{
	struct stat st;
	enum rc rc;

	memset(r, 0, sizeof(*r));
	r->fd = -1;
	rc = path_join(r->path, sizeof(r->path), dir, CUSTOMER_PIPE);
	if (rc != RC_OK) {
		return err_set(
			reterr, rc, 0, "display", "the path is too long");
	}
	if (stat(dir, &st) != 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "display",
			"no store at %s; name it with --store", dir);
	}
	if (mkfifo(r->path, 0600) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, "display",
			"%s cannot be made", r->path);
	}
	rc = open_pipe(r, reterr);
	if (rc == RC_OK) {
		rc = renew_pipe(r, reterr);
	}
	if (rc != RC_OK) {
		customer_reader_close(r);
	}
	return rc;
}

/* Whole frames end with an empty line; the newest says all. */
static void
take_frames(
	struct customer_reader *r, struct customer_frame *ret, bool *ret_any)
{
	for (;;) {
		const char *end = memmem(r->text, r->len, "\n\n", 2);
		struct customer_frame f;
		size_t n;

		if (end == NULL) {
			break;
		}
		n = (size_t)(end - r->text) + 2;
		if (customer_decode(r->text, n - 1, &f) == RC_OK) {
			*ret = f;
			*ret_any = true;
		}
		r->len -= n;
		memmove(r->text, r->text + n, r->len);
	}
	if (r->len == sizeof(r->text)) {
		r->len = 0; /* nothing of ours is so long */
	}
}

enum rc
customer_reader_take(
	struct customer_reader *r, struct customer_frame *ret, bool *ret_any)
{
	ssize_t n;

	*ret_any = false;
	for (;;) {
		n = read(r->fd, r->text + r->len, sizeof(r->text) - r->len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			break;
		}
		r->len += (size_t)n;
		take_frames(r, ret, ret_any);
	}
	if (n == 0) {
		/* Nobody writes: a pipe that was written to would report
		 * that for ever, one that is opened anew waits. */
		(void)close(r->fd);
		r->len = 0;
		return open_pipe(r, NULL) == RC_OK ? RC_DOWN : RC_IO;
	}
	return RC_OK;
}

void
customer_reader_close(struct customer_reader *r)
{
	if (r->fd >= 0) {
		(void)close(r->fd);
		r->fd = -1;
	}
}

bool
customer_reader_there(const char *dir)
{
	char path[PATH_BYTES];
	bool there;
	int fd;

	if (path_join(path, sizeof(path), dir, CUSTOMER_PIPE) != RC_OK) {
		return false;
	}
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return false;
	}
	there = flock(fd, LOCK_SH | LOCK_NB) != 0;
	(void)close(fd);
	return there;
}
