/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_CHAIN_H
#define WIRE_CHAIN_H

#include "base/err.h"
#include "base/keys.h"
#include "core/event.h"

/**
 * wire/chain - follows lines in order and says what is wrong with the first
 * bad one: sequence gap, epoch going back, broken prev, wrong signature,
 * another register.  Used by verify, import of history and, later, the hub.
 */
struct chain {
	bool begun;
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;
	uint64_t sequence;	  /* of the last good line */
	uint8_t hash[HASH_BYTES]; /* of the last good line */
	const uint8_t *pub;	  /* SIGN_PUB_BYTES, NULL: skip signatures */
	const struct keys_past *past; /* keys before pub; NULL */
};

/** chain_init(c, pub): lines are signed by ${pub}.
 * chain_past(c, pub, past): ${pub} is the key in use and ${past} those before
 * it; a restore that names a key must name the one they have there.  What an
 * older key signed is also bound by the hashes that lead to the newer one's
 * lines, so it does not matter where ${past} comes from, and
 * one of zeros there is a key that is not known.  Both are borrowed
 * for c's life. */
void chain_init(struct chain *c, const uint8_t *pub);
void chain_past(
	struct chain *c, const uint8_t *pub, const struct keys_past *past);
/** chain_again(c): anew, behind a place that does not hold; with the same
 * keys. */
void chain_again(struct chain *c);

/** chain_add(c, line, len, e, reterr): RC_OK and c moves on, or RC_CORRUPT
 * with the sequence named and c unchanged. */
MUST_CHECK enum rc chain_add(struct chain *c, const char *line, size_t len,
	const struct event *e, struct err *reterr);

#endif
