/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_PARTS_H
#define REGISTER_CONFIG_PARTS_H

#include "register/config.h"

/**
 * config_parts - a configuration kept in several files: what the shop is in
 * one, the promotions of the week in another.  They become one text, which is
 * what is recorded; a message about it is told by the file and its own line.
 */
struct config_part {
	const char *name; /* of the file, as it was given */
	const char *text;
	size_t len;
	int first; /* line of the whole its first line is */
};

/**
 * config_join(part, n, out, reterr):
 * One text of ${n} > 0, in order; sets first.  A single one stays as it is, to
 * the byte; of several each has a comment above it with the file's name, so
 * that the text says where it is from.
 * Errors   RC_RANGE it gets longer than CONFIG_TEXT_BYTES, or than ${out}.
 */
MUST_CHECK enum rc config_join(struct config_part part[], size_t n,
	struct sbuf *out, struct err *reterr);

/** config_part_at(part, n, line, ret_line): the file a line of the whole came
 * from, and which line of it. */
const struct config_part *config_part_at(const struct config_part part[],
	size_t n, int line, int *ret_line);

/** config_part_check(part, n, text, len, ret, reterr): config_check() of the
 * whole, with the file and its line in the message. */
MUST_CHECK enum rc config_part_check(const struct config_part part[], size_t n,
	const char *text, size_t len, struct config *ret, struct err *reterr);

#endif
