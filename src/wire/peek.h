/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_PEEK_H
#define WIRE_PEEK_H

#include <stdint.h>

#include "base/err.h"
#include "core/event.h"

/**
 * wire/peek - the envelope of a line whose type this build need not know, as
 * the hub must take lines of tills newer than itself.  The members that stand
 * before "data" are read by their fixed order; data and signature are looked
 * at for where they are only.
 */
#define PEEK_TYPE_BYTES 96
#define PEEK_SOURCE_BYTES 160

struct wire_peek {
	uint32_t epoch;
	uint64_t sequence;
	uint8_t prev[HASH_BYTES];
	char type[PEEK_TYPE_BYTES];
	char source[PEEK_SOURCE_BYTES];
	struct utc time;
	const char *data; /* {...}, borrowed from the line */
	size_t data_len;
};

/** wire_peek(line, len, ret, reterr): RC_PROTO not an envelope of ours, id and
 * epoch-sequence differ, not UTF-8, or longer than WIRE_LINE_BYTES. */
MUST_CHECK enum rc wire_peek(const char *line, size_t len,
	struct wire_peek *ret, struct err *reterr);

#endif
