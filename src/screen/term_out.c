/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/term_internal.h"

#include "base/poison.h"

enum rc
term_out_open(struct term_out *o)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	enum rc rc = RC_IO;

	o->mem = -1;
	o->flags = fcntl(STDOUT_FILENO, F_GETFL);
	if (fd < 0 || o->flags < 0) {
		goto out;
	}
	o->file = fdopen(fd, "w");
	rc = o->file == NULL ? RC_NOMEM : RC_OK;
out:
	if (rc != RC_OK && fd >= 0) {
		(void)close(fd);
	}
	return rc;
}

enum rc
term_out_begin(struct term_out *o)
{
	o->mem = memfd_create("screen", MFD_CLOEXEC);
	if (o->mem < 0) {
		return RC_IO;
	}
	/* One descriptor at two numbers, so one position: what curses wrote
	 * lies before it. */
	return dup3(o->mem, fileno(o->file), O_CLOEXEC) < 0 ? RC_IO : RC_OK;
}

static enum rc
reserve(struct term_out *o, size_t n)
{
	size_t cap = o->cap == 0 ? 8192 : o->cap;
	char *p;

	if (o->sent > 0) {
		memmove(o->p, o->p + o->sent, o->len - o->sent);
		o->len -= o->sent;
		o->sent = 0;
	}
	while (cap < o->len + n) {
		cap *= 2;
	}
	if (cap == o->cap) {
		return RC_OK;
	}
	p = realloc(o->p, cap);
	if (p == NULL) {
		return RC_NOMEM;
	}
	o->p = p;
	o->cap = cap;
	return RC_OK;
}

enum rc
term_out_add(struct term_out *o, const char *s, size_t n)
{
	enum rc rc = reserve(o, n);

	if (rc == RC_OK) {
		memcpy(o->p + o->len, s, n);
		o->len += n;
	}
	return rc;
}

enum rc
term_out_take(struct term_out *o)
{
	off_t n = lseek(o->mem, 0, SEEK_CUR);
	enum rc rc;

	if (n <= 0) {
		return RC_OK;
	}
	rc = reserve(o, (size_t)n);
	if (rc == RC_OK) {
		ssize_t got = pread(o->mem, o->p + o->len, (size_t)n, 0);

		o->len += got > 0 ? (size_t)got : 0;
		rc = got == n ? RC_OK : RC_IO;
	}
	(void)lseek(o->mem, 0, SEEK_SET);
	return rc;
}

bool
term_out_flush(struct term_out *o)
{
	if (o->sent == o->len) {
		return true;
	}
	/* Only for the length of a write: the flag is also standard input's,
	 * and whoever else has this terminal open. */
	(void)fcntl(STDOUT_FILENO, F_SETFL, o->flags | O_NONBLOCK);
	while (o->sent < o->len) {
		ssize_t n =
			write(STDOUT_FILENO, o->p + o->sent, o->len - o->sent);

		if (n > 0) {
			o->sent += (size_t)n;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else {
			o->gone = n < 0 && errno != EAGAIN;
			break;
		}
	}
	(void)fcntl(STDOUT_FILENO, F_SETFL, o->flags);
	if (o->sent == o->len || o->gone) {
		o->len = 0;
		o->sent = 0;
	}
	return o->len == 0;
}

bool
term_out_wait(struct term_out *o, int ms)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	while (!term_out_flush(o)) {
		if (poll(&p, 1, ms) <= 0) {
			return false;
		}
	}
	return true;
}

void
term_out_close(struct term_out *o)
{
	if (o->file != NULL) {
		(void)fclose(o->file);
	}
	if (o->mem >= 0) {
		(void)close(o->mem);
	}
	free(o->p);
	memset(o, 0, sizeof(*o));
	o->mem = -1;
}
