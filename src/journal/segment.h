/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_SEGMENT_H
#define JOURNAL_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/keys.h"

/**
 * segment - name and first block of a segment file.  No I/O.
 *
 * The header says where the log leaves the segment before: prev_bytes of it
 * count, what lies behind them is not part of the log (a group whose flush
 * failed there stands again here).
 */
#define SEG_NAME_BYTES 64 /* with the NUL */

struct seg_head {
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;
	uint32_t number;	 /* 1, 2, 3, ... over all epochs */
	uint64_t first_sequence; /* of the first record, when it has one */
	uint64_t prev_bytes;	 /* valid bytes of segment number - 1, or 0 */
	uint8_t head[HASH_BYTES]; /* SHA-256 of line first_sequence - 1 */
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t wrapped[KEYS_WRAPPED_BYTES]; /* the data key, sealed */
};

enum seg_state {
	SEG_GOOD,
	SEG_ZERO,  /* made ahead, or its header never arrived */
	SEG_BAD,   /* the hash fails */
	SEG_NEWER, /* a feature or format this program does not know */
	SEG_ALIEN, /* a good header that belongs to another name */
	SEG_ABSENT
};

/** seg_head_write(h, out): one block of JOURNAL_BLOCK_BYTES. */
void seg_head_write(const struct seg_head *h, uint8_t *out);
enum seg_state seg_head_read(const uint8_t *block, struct seg_head *ret);

struct seg_name {
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;
	uint32_t number;
};

void seg_name_format(const struct seg_name *n, char out[SEG_NAME_BYTES]);
/** seg_name_parse(s, ret): false for any name that is no segment's. */
bool seg_name_parse(const char *s, struct seg_name *ret);

#endif
