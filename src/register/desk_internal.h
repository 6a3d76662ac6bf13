/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DESK_INTERNAL_H
#define REGISTER_DESK_INTERNAL_H

#include <stdint.h>

#include "register/desk.h"

/* desk_internal - what desk.c, in memory, and the draft's files share. */
struct entry_text {
	uint16_t len;
	char text[DESK_ENTRY_BYTES];
};

struct desk {
	/* what lies there */
	char text[DESK_TEXT_BYTES];
	struct entry_text *held; /* DESK_HELD_MAX, a ring */
	size_t first, n_held;
	bool stake;
	/* what of it the file has */
	bool text_new;	/* another text, or none, when file_text is false */
	bool file_text; /* it has one that says something */
	bool file_stake;
	bool taken;   /* the first has gone from it, not from here */
	size_t n_pop; /* of entries that the file has */
	size_t n_new; /* at the end of held */
};

/** desk_entry(d, i): the i-th that waits, or the place behind the last. */
struct entry_text *desk_entry(const struct desk *d, size_t i);
/** desk_push(d, text, len): desk_hold() for what the file has already. */
bool desk_push(struct desk *d, const char *text, size_t len);
/** desk_shift(d): the first goes. */
void desk_shift(struct desk *d);
/** desk_unstake(d): the first waits as the others do, behind a start. */
void desk_unstake(struct desk *d);
/** desk_is_empty(d): nothing lies there. */
bool desk_is_empty(const struct desk *d);
/** desk_is_new(d): the file does not say all of it. */
bool desk_is_new(const struct desk *d);
/** desk_first_kept(d): the file has the first entry. */
bool desk_first_kept(const struct desk *d);
/** desk_used(d): the file has neither the text nor the entry at stake now. */
void desk_used(struct desk *d);
/** desk_kept(d): the file says all of it now; desk_unkept(d, used): nothing;
 * used: nor shall it say the text, which is used up. */
void desk_kept(struct desk *d);
void desk_unkept(struct desk *d, bool used);

#endif
