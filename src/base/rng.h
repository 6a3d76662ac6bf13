/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * rng - random bytes as an argument, so that a run can be replayed to the
 * byte.  rng_system() is libsodium; rng_seeded() is for tests and replays and
 * must never make a key.
 */
struct rng {
	void (*fill)(void *arg, uint8_t *out, size_t n);
	void *arg;
};

struct rng rng_system(void);

struct rng_seeded {
	uint8_t seed[32];
	uint64_t counter;
};
struct rng rng_seeded(struct rng_seeded *s, uint64_t seed);

void rng_fill(const struct rng *r, uint8_t *out, size_t n);

#define UUID_BYTES 16
#define UUID_TEXT_BYTES 37
/** uuid_v7(r, t, out): RFC 9562 version 7 at millisecond t. */
void uuid_v7(const struct rng *r, struct utc t, uint8_t out[UUID_BYTES]);
void uuid_format(const uint8_t id[UUID_BYTES], char out[UUID_TEXT_BYTES]);
MUST_CHECK enum rc uuid_parse(
	const char *s, size_t len, uint8_t out[UUID_BYTES]);

#endif
