/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/poison.h"

enum rc
err_set(struct err *reterr, enum rc rc, int sys, const char *where,
	const char *fmt, ...)
{
	const char *text;
	va_list ap;
	size_t n;

	if (reterr == NULL) {
		return rc;
	}
	reterr->rc = rc;
	reterr->sys = sys;
	reterr->where = where;
	va_start(ap, fmt);
	(void)vsnprintf(reterr->msg, sizeof(reterr->msg), fmt, ap);
	va_end(ap);
	if (sys != 0) {
		/* Not strerror(): the text may not follow the locale. */
		text = strerrordesc_np(sys);
		n = strlen(reterr->msg);
		(void)snprintf(reterr->msg + n, sizeof(reterr->msg) - n, ": %s",
			text != NULL ? text : "unknown error");
	}
	return rc;
}

void
err_wrap(struct err *reterr, const char *fmt, ...)
{
	char old[ERR_MSG_BYTES];
	va_list ap;
	size_t n;

	if (reterr == NULL) {
		return;
	}
	memcpy(old, reterr->msg, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(reterr->msg, sizeof(reterr->msg), fmt, ap);
	va_end(ap);
	n = strlen(reterr->msg);
	(void)snprintf(reterr->msg + n, sizeof(reterr->msg) - n, ": %s", old);
}

enum rc
err_sys_rc(int sys)
{
	switch (sys) {
	case ENOSPC:
	case EDQUOT:
		return RC_NOSPC;
	case ENOMEM:
		return RC_NOMEM;
	case ENOENT:
		return RC_NOTFOUND;
	case EEXIST:
		return RC_EXISTS;
	default:
		return RC_IO;
	}
}
