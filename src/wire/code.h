/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_CODE_H
#define WIRE_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * wire/code - the one-time code by which a hub lets a register in: where its
 * row is (the part), 80 bits of secret, and 80 bits of the SHA-256 of the
 * hub's signing key, so that the register knows whom it talks to before it
 * says anything.  Written in groups of five signs of which the last proves
 * the group, as a store's recovery key is.
 */
#define CODE_SECRET_BYTES 10
#define CODE_PIN_BYTES 10
#define CODE_TEXT_BYTES 64

struct code {
	uint8_t part;
	uint8_t secret[CODE_SECRET_BYTES];
	uint8_t pin[CODE_PIN_BYTES];
};

void code_format(const struct code *c, char ret[CODE_TEXT_BYTES]);
/** code_parse(text, len, ret, reterr): case, blanks and dashes do not matter.
 * RC_INVAL a group is not as it was shown: the message says which. */
MUST_CHECK enum rc code_parse(const char *text, size_t len, struct code *ret,
	struct err *reterr);

#endif
