/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"
#include "base/rc.h"

/**
 * err - the story of one failure, by value, no allocation.
 *
 * Filled once where the cause is known; callers add context outward with
 * err_wrap().  Only main/ and the screen print it.  A message is one line,
 * names no person's fault, and ends by saying what to do.
 */
#define ERR_MSG_BYTES 320

struct err {
	enum rc rc;
	int sys;	   /* errno, 0 when none */
	const char *where; /* static: function or module */
	char msg[ERR_MSG_BYTES];
};

/**
 * err_set(reterr, rc, sys, where, fmt, ...):
 * Fill *reterr when it is not NULL and return ${rc}.  A non-zero ${sys}
 * (errno) adds its text after a colon.
 */
enum rc err_set(struct err *reterr, enum rc rc, int sys, const char *where,
	const char *fmt, ...) PRINTF(5, 6);

/** err_wrap(reterr, fmt, ...): put "<context>: " before the message. */
void err_wrap(struct err *reterr, const char *fmt, ...) PRINTF(2, 3);

/** err_sys_rc(errno): RC_NOSPC for ENOSPC/EDQUOT, RC_NOMEM, RC_NOTFOUND for
 * ENOENT, RC_EXISTS, else RC_IO. */
enum rc err_sys_rc(int sys);

#endif
