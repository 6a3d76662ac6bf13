/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_CHAIN_H
#define WIRE_CHAIN_H

#include "base/err.h"
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
};

void chain_init(struct chain *c, const uint8_t *pub);

/** chain_add(c, line, len, e, reterr): RC_OK and c moves on, or RC_CORRUPT
 * with the sequence named and c unchanged. */
MUST_CHECK enum rc chain_add(struct chain *c, const char *line, size_t len,
	const struct event *e, struct err *reterr);

#endif
