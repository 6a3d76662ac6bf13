/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_RECORD_H
#define JOURNAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/rng.h"

/**
 * record - the bytes of one record: a clear header, the sealed line, zeros up
 * to 8 bytes.  No I/O.  The byte table is in holdfast-journal(5).
 */
#define REC_HEAD_BYTES 96u
#define REC_CLEAR_BYTES 64u /* of it: hashed and associated data */
#define REC_ALIGN 8u
#define REC_COUNT_MAX 65535u /* a repaired group may exceed a written one */

struct rec_head {
	uint32_t len; /* of the line; the ciphertext has TAG_BYTES more */
	uint64_t sequence;
	uint32_t epoch;
	uint32_t number; /* of the segment it was written to */
	uint16_t index;	 /* place in its group */
	uint16_t count;	 /* records of the group */
	uint8_t nonce[NONCE_BYTES];
	uint8_t hash[HASH_BYTES];
};

/** rec_bytes(len): header, ciphertext and tag of a line, without padding. */
size_t rec_bytes(size_t len);
/** rec_space(len): the same with the padding behind it. */
size_t rec_space(size_t len);

/** rec_seal(h, key, r, line, out): write rec_space(h->len) bytes; nonce and
 * hash are made here. */
void rec_seal(const struct rec_head *h, const uint8_t key[KEY_BYTES],
	const struct rng *r, const char *line, uint8_t *out);

/** rec_head_read(p, ret): false when these 96 bytes cannot be a header. */
bool rec_head_read(const uint8_t *p, struct rec_head *ret);

/** rec_holds(p, h): the hash over header and ciphertext is right; p has
 * rec_bytes(h->len) bytes. */
bool rec_holds(const uint8_t *p, const struct rec_head *h);

/** rec_open(p, h, key, out): the line, h->len bytes.  RC_CORRUPT. */
MUST_CHECK enum rc rec_open(const uint8_t *p, const struct rec_head *h,
	const uint8_t key[KEY_BYTES], uint8_t *out);

/** bytes_zero(p, n): all n bytes are zero. */
bool bytes_zero(const uint8_t *p, size_t n);

#endif
