/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_ANCHOR_H
#define WIRE_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rng.h"

/**
 * wire/anchor - what a hub signs of a register's log: that it has all of it up
 * to one line.  The signed text is
 * "holdfast-anchor-v1\nREGISTER\nEPOCH\nSEQUENCE\nHASH\nTIME\n", with the UUID
 * and hash in lower case, numbers without zeros in front and the time as in
 * lines; anybody checks it with openssl.
 */
struct anchor {
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;
	uint64_t sequence; /* 0: the hub has nothing yet */
	uint8_t hash[HASH_BYTES];
	struct utc time;
};

void anchor_sign(const struct anchor *a, const uint8_t sec[SIGN_SEC_BYTES],
	uint8_t ret[SIG_BYTES]);
bool anchor_verify(const struct anchor *a, const uint8_t pub[SIGN_PUB_BYTES],
	const uint8_t sig[SIG_BYTES]);

#endif
