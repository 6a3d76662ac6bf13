/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SEALED_FILE_H
#define REGISTER_SEALED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * sealed_file - a file that is a row of records, each the length of what is
 * sealed (u32, little-endian), then nonce, ciphertext and tag.  A record of
 * another file, of another place in this one or of another format does not
 * open.  A length of 0 within a block ends the block: what was flushed is
 * never written over, the next record begins the next block.
 */
#define SEALED_PLAIN_MAX 4096
/** What a record of n bytes takes in the file. */
#define SEALED_BYTES(n) (4 + (size_t)(n) + SEAL_BYTES)

/** What every record of a file is bound to; all of it is borrowed. */
struct sealed_as {
	const char *what; /* "holdfast-...", at most 16 bytes */
	uint8_t format;
	const uint8_t *id;  /* UUID_BYTES; record 0, which tells it, has none */
	const uint8_t *key; /* KEY_BYTES */
};

/** A file in memory that is read; all zeros but p and n to begin with. */
struct sealed_walk {
	const uint8_t *p; /* borrowed */
	size_t n;
	size_t at;	 /* bytes of it that are read */
	uint32_t number; /* of the next record */
};

/** sealed_put(as, rng, w, number, plain, n): one record behind what w holds;
 * n is at most SEALED_PLAIN_MAX, and w has SEALED_BYTES(n) left. */
void sealed_put(const struct sealed_as *as, const struct rng *rng, struct wr *w,
	uint32_t number, const uint8_t *plain, size_t n);

/** sealed_next(k, as, plain, cap, ret_n): the next record that is whole and
 * opens.  False: there is none, or it would be larger than cap; k stays where
 * it was. */
bool sealed_next(struct sealed_walk *k, const struct sealed_as *as,
	uint8_t *plain, size_t cap, size_t *ret_n);

/** sealed_first(plain, n, format, id): record 0 of files that have format and
 * id there, and no more.  False: it is another's; id stays as it was. */
bool sealed_first(const uint8_t *plain, size_t n, uint8_t format,
	uint8_t id[UUID_BYTES]);

/** sealed_block_end(at): the end of the block that at lies in, or is the end
 * of. */
size_t sealed_block_end(size_t at);

/** sealed_sync(fd, path, named): what was written; named: and then the name,
 * which is new in its directory.  After an error what fd wrote may be lost:
 * see file_sync().  Blocks for one flush, or two. */
MUST_CHECK enum rc sealed_sync(
	int fd, const char *path, bool named, struct err *reterr);

#endif
