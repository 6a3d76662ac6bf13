/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_JOIN_H
#define SYNC_JOIN_H

#include "base/err.h"
#include "sync/link.h"
#include "wire/code.h"

/**
 * sync/join - what `holdfast sync enroll` asks of the worker: the file
 * sync/enroll, INI, written aside and renamed before the channel's word
 * ENROLL, and removed when that is answered.  Behind an OK the file sync/link
 * says what came of it.  It holds a one-time code, so only the owner reads it.
 *
 * All else that the hub is told the worker knows by itself: the source and the
 * signing key from the register's lines, the link's keys from keys/reader.
 */
#define JOIN_NAME "enroll" /* in the store's sync/ */

struct join {
	char url[LINK_URL_BYTES];  /* as link_url_ok() takes it */
	char tls[64];		   /* pin, "sha256//B64"; "" none */
	char code[CODE_TEXT_BYTES]; /* as it was given; code_parse() */
	char register_no[16];	   /* "R01" */
	char machine[65];	   /* identity, hexadecimal; "" nobody knows */
};

/** join_read(dir, ret, reterr): ${dir} is the store's sync/.  RC_NOTFOUND
 * nothing is asked; RC_PROTO it lacks address or code. */
MUST_CHECK enum rc join_read(
	const char *dir, struct join *ret, struct err *reterr);
/** join_write(dir, j, reterr): RC_INVAL a text has a line's end in it. */
MUST_CHECK enum rc join_write(
	const char *dir, const struct join *j, struct err *reterr);
/** join_remove(dir): nothing is asked any more. */
void join_remove(const char *dir);

#endif
