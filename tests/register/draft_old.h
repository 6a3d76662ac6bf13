/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DRAFT_OLD_H
#define TESTS_DRAFT_OLD_H

#include "base/keys.h"
#include "core/basket.h"

/** draft_old_write(path, keys, b): the basket as holdfast 0.1.0 wrote a draft,
 * format 1, with line 9 put in and taken out again.  False: it did not. */
bool draft_old_write(const char *path, const struct keys *keys,
	const struct basket *b);

#endif
