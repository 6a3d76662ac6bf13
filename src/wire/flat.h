/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_FLAT_H
#define WIRE_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/**
 * wire/flat - reads one flat JSON object: strings, integers, true, false,
 * null and lists of strings, no deeper.  Not json-c: a member that stands
 * twice is refused here and not there, 1e3, NaN and 'x' are no JSON here, and
 * nothing is allocated for each of a million rows.
 */
#define FLAT_CELLS 48

enum flat_kind {
	FLAT_TEXT,
	FLAT_INT, /* |i| < 2^53 */
	FLAT_BOOL,
	FLAT_NULL,
	FLAT_LIST /* of texts */
};

struct flat_cell {
	const char *name;
	enum flat_kind kind;
	const char *text; /* NUL-terminated; a list's first, the next behind
			   * its NUL */
	size_t n;	  /* bytes of the text; texts of a list */
	int64_t i;	  /* number; 0 or 1 */
};

struct flat {
	struct flat_cell cell[FLAT_CELLS];
	size_t n;
};

/** flat_read(text, len, a, ret, reterr): ${text} is the object and blanks
 * round it.  Takes len + 16 bytes of the arena.
 * Errors  RC_PROTO not one, a member twice, a NUL in a text, not UTF-8, more
 * than FLAT_CELLS members, a number beyond 2^53; RC_NOMEM. */
MUST_CHECK enum rc flat_read(const char *text, size_t len, struct arena *a,
	struct flat *ret, struct err *reterr);

/** flat_find(f, name): NULL when it is not there, or null. */
const struct flat_cell *flat_find(const struct flat *f, const char *name);

/** flat_end(p, n): bytes of the object that begins at p[0] == '{', 0 when its
 * end is not within n. */
size_t flat_end(const char *p, size_t n);

#endif
