/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_ENTRIES_H
#define MAIN_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** entries - lines of a script, from a file or a descriptor that may be quiet
 * for long. */
#define ENTRIES_LINE_BYTES ((size_t)65536)

/** Returns when ${fd} can be read; false, with errno, it never will. */
typedef bool (*entries_wait_fn)(void *arg, int fd);

struct entries {
	int fd;	  /* -1 there are none */
	char *in; /* wiped in the end: it may hold a PIN */
	size_t n_in;
	size_t at; /* of the next line in it */
	bool ended;
	bool begun;    /* the first line was read */
	bool too_long; /* the line that is read is let go */
	entries_wait_fn wait;
	void *arg;
};

/** entries_open(e, path, wait, arg, reterr): "-" is stdin, NULL nothing.
 * RC_NOMEM, RC_IO.  entries_close(e): also behind an error. */
MUST_CHECK enum rc entries_open(struct entries *e, const char *path,
	entries_wait_fn wait, void *arg, struct err *reterr);
void entries_close(struct entries *e);

/** entries_next(e, ret, ret_len, reterr): a line without its newline, with a
 * NUL, to be changed at will; lives until the next one.  RC_NOTFOUND at the
 * end; RC_RANGE a line that was too long is over; RC_IO. */
MUST_CHECK enum rc entries_next(struct entries *e, char **ret, size_t *ret_len,
	struct err *reterr);

#endif
