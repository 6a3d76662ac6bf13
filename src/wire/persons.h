/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_PERSONS_H
#define WIRE_PERSONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/keys.h"
#include "base/sbuf.h"

/**
 * wire/persons - the keys of a register's persons on their way: from the till
 * to its hub, sealed to the hub's box key, and back to who takes over for a
 * till that is gone, sealed to the new link's.  What is personal in the lines
 * opens with them alone.  holdfast-sync-protocol(7).
 *
 *   {"sealed":BASE64URL}, crypto_box_seal_to() of
 *   {"persons":[{"number":"7","key":BASE64URL}]}
 *
 * All there are, each time: who is not among them any more was erased.  What
 * PINs and badges were made with goes the same way, as persons that are none
 * (base/keys.h, keys_pepper_name()): a hub keeps what it is given.
 */
#define PERSONS_MAX 4096u
#define PERSONS_BODY_BYTES ((size_t)1 << 20)

struct person_key {
	char no[KEYS_PERSON_BYTES];
	uint8_t key[KEY_BYTES];
};

/** persons_seal(p, n, box, out, reterr): the body for the public half ${box}.
 * RC_RANGE more than PERSONS_MAX, or ${out} is too small; RC_NOMEM. */
MUST_CHECK enum rc persons_seal(const struct person_key p[], size_t n,
	const uint8_t box[KEY_BYTES], struct sbuf *out, struct err *reterr);
/** persons_open(body, len, box, ret, cap, ret_n, reterr): with the secret half
 * ${box}.  RC_KEY it is not sealed to this one; RC_PROTO in words; RC_RANGE
 * more than ${cap}; RC_NOMEM. */
MUST_CHECK enum rc persons_open(const char *body, size_t len,
	const uint8_t box[KEY_BYTES], struct person_key ret[], size_t cap,
	size_t *ret_n, struct err *reterr);

#endif
