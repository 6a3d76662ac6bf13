/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_DIFF_H
#define REGISTER_CONFIG_DIFF_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/sbuf.h"

/** config_diff - what differs between two texts, as 'diff -u' writes it. */
struct config_side {
	const char *name; /* behind "--- " or "+++ " */
	const char *text;
	size_t len;
};

/** config_diff_bytes(a, b): room that their difference fits into. */
size_t config_diff_bytes(
	const struct config_side *a, const struct config_side *b);

/**
 * config_diff(a, b, out, ret_same, reterr):
 * From ${a} to ${b}, with three lines around each change; nothing when they
 * are the same.  The shortest one, unless a thousand lines changed.
 * Errors   RC_NOMEM; RC_RANGE ${out} is too small.
 */
MUST_CHECK enum rc config_diff(const struct config_side *a,
	const struct config_side *b, struct sbuf *out, bool *ret_same,
	struct err *reterr);

#endif
