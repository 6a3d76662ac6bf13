/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_FEED_BODY_H
#define WIRE_FEED_BODY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/sbuf.h"

/**
 * wire/feed_body - what stands in the items of feeds that a register applies
 * itself, one JSON object each.  holdfast-sync-protocol(7).
 *
 *   rules, config  {"text":"[promotion milk]\n..."}: sections of
 *                  holdfast.conf, whole lines
 *   people         key "role/NAME": {"text":"[role NAME]\n..."}
 *                  key NUMBER: {"sealed":BASE64URL}, crypto_box_seal_to() to
 *                  the box key of the link that gets it, of a person:
 *                  {"number":"7","name":"Ada","role":"cashier","active":true,
 *                  "pin":BASE64URL,"badges":["4006381333931"]}
 *
 * pin: 16 bytes of salt and what FEED_PIN_OPS passes of Argon2id over
 * FEED_PIN_BYTES make of PIN and salt, 32 bytes; the register puts its own
 * pepper on top.  "" nobody has one; a member that is not there: as the
 * register has it.  badges: codes as they are scanned, [] none; not there: as
 * the register has them.
 *
 * Reading passes over members that are not known.
 */
#define FEED_RULES "rules"
#define FEED_CONFIG "config"
#define FEED_PEOPLE "people"
#define FEED_ROLE "role/" /* how keys of people begin that are roles */

#define FEED_TEXT_BYTES 262144
#define FEED_PERSON_BYTES 2048 /* of the JSON of a person */
#define FEED_BADGES 4
#define FEED_PIN_OPS 2
#define FEED_PIN_BYTES ((uint64_t)19 * 1024 * 1024)

struct feed_person {
	const char *number;
	const char *name; /* NULL as the register has it */
	const char *role;
	bool active;
	enum {
		FEED_PIN_KEEP,
		FEED_PIN_NONE,
		FEED_PIN_IS
	} pin;
	uint8_t salt[SALT_BYTES], hash[KEY_BYTES];
	bool has_badges;
	size_t n_badge;
	const char *badge[FEED_BADGES];
};

/** feed_text_encode(text, out, reterr), feed_text_decode(body, len, a, ret,
 * reterr): of the first form; ${ret} in ${a}.
 * Errors   RC_PROTO in words: not of this form, not UTF-8, a NUL, too long.
 *          RC_NOMEM the arena.  RC_RANGE ${out}. */
MUST_CHECK enum rc feed_text_encode(
	const char *text, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc feed_text_decode(const char *body, size_t len,
	struct arena *a, const char **ret, struct err *reterr);

/** feed_person_seal(p, box, out, reterr): {"sealed":..} for the public half
 * ${box}; feed_person_open(body, len, box, a, ret, reterr): with the secret
 * half.  RC_KEY it is not sealed to this one; else as above. */
MUST_CHECK enum rc feed_person_seal(const struct feed_person *p,
	const uint8_t box[KEY_BYTES], struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc feed_person_open(const char *body, size_t len,
	const uint8_t box[KEY_BYTES], struct arena *a, struct feed_person *ret,
	struct err *reterr);

/** feed_person_encode(), feed_person_decode(): what is inside. */
MUST_CHECK enum rc feed_person_encode(
	const struct feed_person *p, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc feed_person_decode(const char *text, size_t len,
	struct arena *a, struct feed_person *ret, struct err *reterr);

#endif
