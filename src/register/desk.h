/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DESK_H
#define REGISTER_DESK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/**
 * desk - what lies before the cashier and is in no sale yet: one text (the
 * prompt, the question that is open) and a row of entries that wait (scans and
 * keys behind a box), first in, first out.  What they say is their owner's.
 *
 * All of it is in memory.  register/draft.h keeps it in the file of the open
 * sale, so that what an entry did to the sale and that it does not wait any
 * more are one record there.
 */
struct desk;

#define DESK_TEXT_BYTES 1024 /* with the NUL */
#define DESK_ENTRY_BYTES 512 /* with the NUL */
#define DESK_HELD_MAX 1024

/** desk_new(ret, reterr): an empty one.  RC_NOMEM. */
MUST_CHECK enum rc desk_new(struct desk **ret, struct err *reterr);
/** desk_free(d): what is in memory is wiped. */
void desk_free(struct desk *d);

/** The text, and the entries that wait: borrowed until the next change. */
const char *desk_text(const struct desk *d);
size_t desk_n_held(const struct desk *d);
/** desk_held(d, i): the i-th, 0 the first; i below desk_n_held(). */
const char *desk_held(const struct desk *d, size_t i);
/** desk_at_stake(d): the first entry is being taken. */
bool desk_at_stake(const struct desk *d);

/* Changes.  False: too long, or DESK_HELD_MAX wait; nothing has changed. */
bool desk_set_text(struct desk *d, const char *text, size_t len);
bool desk_hold(struct desk *d, const char *text, size_t len);
/** desk_stake(d): the first entry is being taken, until desk_pop(); no entry
 * waits: nothing. */
void desk_stake(struct desk *d);
/** desk_pop(d): the first entry is done, and nothing is at stake any more. */
void desk_pop(struct desk *d);
/** desk_drop(d): text and entries are gone. */
void desk_drop(struct desk *d);

#endif
