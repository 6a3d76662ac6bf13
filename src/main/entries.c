/* SPDX-License-Identifier: Apache-2.0 */
#include "main/entries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"

#include "base/poison.h"

enum rc
entries_open(struct entries *e, const char *path, entries_wait_fn wait,
	void *arg, struct err *reterr)
{
	*e = (struct entries){.fd = -1, .wait = wait, .arg = arg};
	e->in = malloc(ENTRIES_LINE_BYTES + 1);
	if (e->in == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "ring",
			"no memory to read the entries");
	}
	if (path == NULL) {
		return RC_OK;
	}
	e->fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC)
				       : STDIN_FILENO;
	return e->fd >= 0 ? RC_OK
			  : err_set(reterr, RC_IO, errno, "ring",
				    "cannot open %s", path);
}

void
entries_close(struct entries *e)
{
	if (e->fd > STDIN_FILENO) {
		(void)close(e->fd);
	}
	if (e->in != NULL) {
		crypto_wipe(e->in, ENTRIES_LINE_BYTES + 1);
	}
	free(e->in);
}

static enum rc
fill(struct entries *e, struct err *reterr)
{
	ssize_t got;

	memmove(e->in, e->in + e->at, e->n_in - e->at);
	e->n_in -= e->at;
	e->at = 0;
	if (e->n_in == ENTRIES_LINE_BYTES) {
		e->too_long = true;
		e->n_in = 0;
	}
	do {
		if (!e->wait(e->arg, e->fd)) {
			return err_set(reterr, RC_IO, errno, "ring",
				"cannot wait for input");
		}
		got = read(
			e->fd, e->in + e->n_in, ENTRIES_LINE_BYTES - e->n_in);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got < 0) {
		return err_set(reterr, RC_IO, errno, "ring",
			"cannot read the entries");
	}
	e->n_in += (size_t)got;
	e->ended = got == 0;
	return RC_OK;
}

/* A program that writes UTF-8 with a mark in front means its text. */
static void
skip_mark(struct entries *e, char **line, size_t *len)
{
	if (!e->begun && *len >= 3 && memcmp(*line, "\xEF\xBB\xBF", 3) == 0) {
		*line += 3;
		*len -= 3;
	}
	e->begun = true;
}

enum rc
entries_next(struct entries *e, char **ret, size_t *ret_len, struct err *reterr)
{
	for (;;) {
		char *line = e->in + e->at;
		char *end = memchr(line, '\n', e->n_in - e->at);
		enum rc rc;

		if (end == NULL && e->ended) {
			end = e->in + e->n_in;
			if (end == line && !e->too_long) {
				return RC_NOTFOUND;
			}
			if (end != line) {
				e->n_in++; /* as if a newline stood there */
			}
		}
		if (end != NULL) {
			bool over = e->too_long;

			*end = '\0';
			*ret = line;
			*ret_len = (size_t)(end - line);
			e->at += *ret_len + 1;
			if (e->at > e->n_in) {
				e->at = e->n_in;
			}
			e->too_long = false;
			skip_mark(e, ret, ret_len);
			return over ? RC_RANGE : RC_OK;
		}
		rc = fill(e, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
}
