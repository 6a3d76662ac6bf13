/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_GS1_INTERNAL_H
#define CORE_GS1_INTERNAL_H

#include "core/gs1.h"

/**
 * gs1_internal - what the parts of gs1 share: gs1.c tells the forms apart and
 * reads two of them, gs1_link.c reads the third, gs1_value.c knows what one
 * value means.
 */

/** RC_PROTO, with ${what} as the reason. */
enum rc gs1_damaged(const char **ret_why, const char *what);
bool gs1_is_digit(char c);
/** gs1_scheme(text, len): bytes of "http://" or "https://", in any case; 0. */
size_t gs1_scheme(const char *text, size_t len);
/** gs1_add(g, ai, n_ai, v, n, year, ret_why): one element, checked, kept and
 * understood. */
MUST_CHECK enum rc gs1_add(struct gs1 *g, const char *ai, size_t n_ai,
	const char *v, size_t n, int year, const char **ret_why);
MUST_CHECK enum rc gs1_read_link(struct gs1 *g, const char *p, size_t len,
	int year, const char **ret_why);

#endif
