/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/**
 * conf - reads one INI text (inih) and calls back for each key with its line
 * and column.  What keys mean is register/config.h's.
 *
 * A line is blank, a comment (its first visible character is # or ;), a
 * [section], or key = value.  One line is one entry: no continuation, no
 * comment behind a value (a value may hold # and ;), no quotes.  Blanks round
 * a value are not part of it; it may be empty.  Names of sections and keys are
 * at most 40 letters, digits, '-', '_', '.' and spaces.  A line is
 * at most 4000 bytes.  The column counts bytes.
 */
struct conf_pos {
	const char *name; /* file name for messages */
	int line;	  /* from 1 */
	int col;	  /* from 1: where the value begins */
};

/** conf_fn: one key; or, with key and value NULL, a section that begins here.
 * RC_NOTFOUND means that the name itself is wrong: the place told is then the
 * key's, not its value's, and the result RC_PROTO. */
typedef enum rc (*conf_fn)(void *arg, const struct conf_pos *pos,
	const char *section, const char *key, const char *value,
	struct err *reterr);

/**
 * conf_parse(name, text, len, fn, arg, reterr):
 * Errors   RC_PROTO "name:line:col: ..." for a line that is no section, key
 *          or comment, for text that is not UTF-8 or holds control
 *          characters; whatever fn returned, prefixed in the same way.
 */
MUST_CHECK enum rc conf_parse(const char *name, const char *text, size_t len,
	conf_fn fn, void *arg, struct err *reterr);

#endif
