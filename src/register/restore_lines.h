/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_RESTORE_LINES_H
#define REGISTER_RESTORE_LINES_H

#include "register/backup.h"

/**
 * restore_lines - a journal of lines that are there as text, byte for byte.
 */

/**
 * restore_lines(path, journal_dir, conf, keys, ret_head, ret_past, reterr):
 * Read the lines of the file ${path}, from the first on, and append each to the
 * journal in ${journal_dir}, which is empty.  Place, chain and signatures hold,
 * by the key that line 1 names and those that restores name; *ret_past: they
 * all, up to the last line.
 * Errors   RC_CORRUPT, RC_PROTO a line does not hold; the message says which.
 */
MUST_CHECK enum rc restore_lines(const char *path, const char *journal_dir,
	const struct shop_conf *conf, struct keys *keys,
	struct journal_head *ret_head, struct keys_past *ret_past,
	struct err *reterr);

#endif
