/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SHA256_BLOCKS_H
#define BASE_SHA256_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * sha256_blocks(h, p, n): take ${n} whole blocks of 64 bytes into the eight
 * words of a SHA-256, by the processor's own instructions.  Every line is
 * hashed twice before a sale is final; libsodium hashes in plain C.
 * false, and nothing done, where the processor has none: libsodium then does
 * it, as it does the beginning, the rest and the end anywhere.
 */
bool sha256_blocks(uint32_t h[8], const uint8_t *p, size_t n);

#endif
