/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PURGE_BASE_INTERNAL_H
#define REGISTER_PURGE_BASE_INTERNAL_H

#include "base/bytes.h"
#include "register/purge_base.h"

/**
 * purge_base_internal - the bytes of a base: purge_base.c its head and which of
 * several counts, purge_base_rows.c what is in it.
 *
 * A head of BASE_HEAD bytes, in the clear, that ends with its SHA-256; then
 * chunks: length (u32) of what follows, and nonce, ciphertext, tag.  A chunk is
 * bound to the head and to its place.  In it rows: database (u8), length of the
 * key (u16) and of the value (u32), both.  The last row of all is BASE_END,
 * whose value is how many rows stood before it (u64).
 */
#define BASE_FORMAT 1u
#define BASE_SUFFIX ".hfb"
#define BASE_HEAD \
	(8u + 4u + 4u + 8u + 4u + 4u + UUID_BYTES + HASH_BYTES + \
		KEYS_WRAPPED_BYTES + HASH_BYTES)
#define BASE_END 0xffu
/* Data keys of bases are recorded with those of segments, as an epoch that no
 * register ever has. */
#define BASE_EPOCH UINT32_MAX
#define BASE_ROW_HEAD 7u
#define BASE_CHUNK ((size_t)256 << 10) /* begun no more behind it */
#define BASE_CHUNK_ROWS 1000u
#define BASE_CHUNK_MAX (BASE_CHUNK + ((size_t)2 << 20))

/** purge_base_head(b, out): BASE_HEAD bytes. */
void purge_base_head(const struct purge_base *b, uint8_t out[BASE_HEAD]);

#endif
