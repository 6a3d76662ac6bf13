/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DRAFT_OLD_H
#define TESTS_DRAFT_OLD_H

#include "base/keys.h"
#include "core/basket.h"
#include "register/draft_internal.h"

/** draft_old_write(path, keys, b): the basket as holdfast 0.1.0 wrote a draft,
 * format 1, with line 9 put in and taken out again.  False: it did not. */
bool draft_old_write(const char *path, const struct keys *keys,
	const struct basket *b);
/** draft_plain_write(path, keys, b, head): as 0.2.0 and 0.3.0 did, format 2,
 * with that mark. */
bool draft_plain_write(const char *path, const struct keys *keys,
	const struct basket *b, uint64_t head);
/** desk_old_write(path, keys, mark, text, first, second): the desk as they
 * wrote it, the first of two entries at stake. */
bool desk_old_write(const char *path, const struct keys *keys,
	const struct desk_old_mark *mark, const char *text, const char *first,
	const char *second);

#endif
