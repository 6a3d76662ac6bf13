/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_GLASS_H
#define REGISTER_GLASS_H

#include "register/people.h"

/**
 * glass - break-glass: a code in a sealed envelope, good for one approval with
 * the owner's rights when nobody is there who may.  29 digits by chance (96
 * bits) and one that checks them (ISO/IEC 7812-1 annex B), in groups of five.
 * Only its verifier is recorded, as a PIN's is (people.h), sealed under the key
 * of a person "glass", who works nowhere.  A new code replaces the one before;
 * use spends it.
 */
#define GLASS_NO "glass"
#define GLASS_DIGITS 30
#define GLASS_TEXT_BYTES 36 /* in groups, with the NUL */
#define GLASS_WHY_BYTES 64

/** glass_new(r, out): a code; wipe it. */
void glass_new(const struct rng *r, char out[GLASS_DIGITS]);
/** glass_put(code, out): "12345-67890-...". */
void glass_put(const char code[GLASS_DIGITS], char out[GLASS_TEXT_BYTES]);
/** glass_parse(text, code, why): a code as somebody keys it, blanks and dashes
 * anywhere, and the words behind it, cleaned, "" none.  False: it is no code. */
bool glass_parse(
	const char *text, char code[GLASS_DIGITS], char why[GLASS_WHY_BYTES]);

#endif
