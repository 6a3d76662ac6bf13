/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SIGNS_H
#define BASE_SIGNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * signs - bytes as people write them down and key them in again: Crockford's
 * 32 signs (no I, L, O, U), in groups of five of which the last proves the
 * group and its place.  One wrong sign, two that changed places and a group in
 * the wrong place always show.
 */
#define SIGNS_GROUPS(n) (((n) * 8 + 19) / 20)
/** Of n bytes, with dashes between groups and a NUL. */
#define SIGNS_TEXT(n) (SIGNS_GROUPS(n) * 6)
#define SIGNS_MAX 64u /* bytes, at most */

/** signs_put(p, n, out): n bytes, SIGNS_TEXT(n) characters. */
void signs_put(const uint8_t *p, size_t n, char *out);

/**
 * signs_get(text, len, what, out, n, reterr): n bytes of such a text; case,
 * blanks and dashes do not matter, O is read as 0, I and L as 1.
 * Errors   RC_INVAL a group is not as it was shown, or there are not as many
 *          as there must be: the message says which of ${what} ("the recovery
 *          key").
 */
MUST_CHECK enum rc signs_get(const char *text, size_t len, const char *what,
	uint8_t *out, size_t n, struct err *reterr);

#endif
