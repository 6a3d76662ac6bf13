/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DESK_INTERNAL_H
#define REGISTER_DESK_INTERNAL_H

#include <sys/types.h>

#include "base/file.h"
#include "register/desk.h"

/* desk_internal - what desk.c, in memory, and desk_file.c share. */
struct entry_text {
	uint16_t len;
	char text[DESK_ENTRY_BYTES];
};

struct desk {
	char path[PATH_BYTES];
	int fd;
	const uint8_t *key; /* borrowed */
	struct rng rng;
	/* what lies there */
	char text[DESK_TEXT_BYTES];
	struct entry_text *held; /* DESK_HELD_MAX, a ring */
	size_t first, n_held;
	bool stake;
	/* what of it the file has */
	bool text_new, stake_new;
	size_t n_pop; /* of entries that the file has */
	size_t n_new; /* at the end of held */
	bool has_mark;
	struct desk_mark mark;
	/* the file */
	bool begun; /* it holds records of ${id} up to ${at} */
	bool dirty, block, tail, named;
	bool flushed; /* the disk has records to be taken away */
	uint8_t id[UUID_BYTES];
	uint32_t next;
	off_t at;
	size_t whole; /* bytes when it was last written anew */
};

/** desk_entry(d, i): the i-th that waits, or the place behind the last. */
struct entry_text *desk_entry(const struct desk *d, size_t i);
/** desk_push(d, text, len): desk_hold() for what the file has already. */
bool desk_push(struct desk *d, const char *text, size_t len);
/** desk_shift(d): the first goes. */
void desk_shift(struct desk *d);
/** desk_load(d, reterr): what the file at d->path holds, as far as it opens. */
MUST_CHECK enum rc desk_load(struct desk *d, struct err *reterr);
/** desk_open_file(d, reterr): to write to. */
MUST_CHECK enum rc desk_open_file(struct desk *d, struct err *reterr);

#endif
