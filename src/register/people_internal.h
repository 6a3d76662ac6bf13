/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PEOPLE_INTERNAL_H
#define REGISTER_PEOPLE_INTERNAL_H

#include "register/people.h"

/**
 * people_internal - what the files of people share: how a member is sealed
 * under its person's key, and what a verifier is.
 */
#define PEOPLE_PLAIN PEOPLE_NAME_BYTES /* of an opened member */
/* salt, and the pepper's hash of what Argon2id makes */
#define PEOPLE_PIN_BYTES (SALT_BYTES + INDEX_BYTES)
#define PEOPLE_BADGE "badge"
#define PEOPLE_BADGE_TEXT (sizeof(PEOPLE_BADGE) + PEOPLE_CODE_MAX)

/** people_seal(s, member, no, p, n, out, reterr): ${n} bytes, at most
 * PEOPLE_PLAIN; makes the person's key when there is none (flushed). */
MUST_CHECK enum rc people_seal(struct shop *s, const char *member,
	const char *no, const void *p, size_t n, char out[STORE_SEALED_TEXT],
	struct err *reterr);

/** people_open(s, member, no, text, out): how many bytes it was; 0 when it does
 * not open. */
size_t people_open(struct shop *s, const char *member, const char *no,
	const char *text, uint8_t out[PEOPLE_PLAIN]);

/** people_badge_text(code, len, text): what the pepper hashes of a badge. */
size_t people_badge_text(
	const char *code, size_t len, char text[PEOPLE_BADGE_TEXT]);

#endif
