/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PEOPLE_H
#define REGISTER_PEOPLE_H

#include "register/shop.h"

/**
 * people - operators: what of them is sealed, and whether somebody is who they
 * say.  A number has one to nine digits.  Operator 1 is the owner from the
 * beginning, also before any line says so.
 *
 * The verifier of a PIN is a salt and the keyed BLAKE2b, by the pepper of the
 * key hierarchy, of Argon2id (2 passes, 19 MiB): some 31 ms, during which the
 * register's loop stands still.  Of a badge's code it is the keyed hash alone.
 * Both stand in lines and in the store sealed under their person's key only.
 */
#define PEOPLE_OWNER "1"
#define PEOPLE_MAX 64
#define PEOPLE_NAME_BYTES 64
#define PEOPLE_PIN_MIN 4
#define PEOPLE_PIN_MAX 12
#define PEOPLE_CODE_MAX 64 /* of a badge */
#define PEOPLE_TRIES 5	   /* before one has to wait */
#define PEOPLE_LOCKED 10   /* then nobody waits any more */

/** people_number(s): whether s is a number an operator can have. */
bool people_number(const char *s);

/** people_weak(pin, len): NULL, or why nobody should have this PIN: a sentence
 * for the one who chose it. */
const char *people_weak(const char *pin, size_t len);

/** people_find(s, no, ret, reterr): what the store has of an operator; of the
 * owner also when it has nothing.  Of a number that nobody has an empty one
 * with its tries.  RC_AGAIN the store cannot answer just now. */
MUST_CHECK enum rc people_find(struct shop *s, const char *no,
	struct store_person *ret, struct err *reterr);
/** people_list(s, ret, cap, ret_n, reterr): all, the owner too. */
MUST_CHECK enum rc people_list(struct shop *s, struct store_person ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/** people_name(s, p, out): the name, opened; "" when there is none or its key
 * is gone. */
void people_name(struct shop *s, const struct store_person *p,
	char out[PEOPLE_NAME_BYTES]);

/** Texts to stand in a line: sealed, base64url.  Make the person's key when
 * there is none (flushed). */
MUST_CHECK enum rc people_seal_name(struct shop *s, const char *no,
	const char *name, char out[STORE_SEALED_TEXT], struct err *reterr);
MUST_CHECK enum rc people_seal_pin(struct shop *s, const char *no,
	const char *pin, size_t len, char out[STORE_SEALED_TEXT],
	struct err *reterr);
/** people_seal_glass(): of an emergency code (register/glass.h). */
MUST_CHECK enum rc people_seal_glass(struct shop *s, const char *code,
	size_t len, char out[STORE_SEALED_TEXT], struct err *reterr);
MUST_CHECK enum rc people_seal_badge(struct shop *s, const char *no,
	const char *code, size_t len, char out[STORE_SEALED_TEXT],
	struct err *reterr);

/** people_check_pin(s, p, pin, len): whether it is the PIN of p, who is
 * active.  Takes as long when there is nothing to compare with. */
bool people_check_pin(struct shop *s, const struct store_person *p,
	const char *pin, size_t len);
/** people_check_badge(s, p, code, len): whether it is one of p's. */
bool people_check_badge(struct shop *s, const struct store_person *p,
	const char *code, size_t len);

/** people_pepper(s, p, n, want, ret): what the pepper makes of ${n} bytes:
 * with that of the generation of keys ${want} was made under, or of a machine
 * before this one, true; else that of the one in use, false.  So a verifier
 * outlives a change of the master key, and a machine.
 */
bool people_pepper(const struct shop *s, const void *p, size_t n,
	const uint8_t want[INDEX_BYTES], uint8_t ret[INDEX_BYTES]);

/** people_prove(s, p, pin, len, said, n, out): a keyed hash of ${said} that
 * only who knows the PIN of p can make, and only with the store's keys.
 * False: p has no PIN, and ${out} proves nothing.  31 ms. */
bool people_prove(struct shop *s, const struct store_person *p,
	const char *pin, size_t len, const void *said, size_t n,
	uint8_t out[INDEX_BYTES]);
/** people_proved(s, p, said, n, proof): whether it is one, and p is active. */
bool people_proved(struct shop *s, const struct store_person *p,
	const void *said, size_t n, const uint8_t proof[INDEX_BYTES]);

/** people_grant(s, by_role, e, reterr): whether somebody of this role may
 * record the operator.changed ${e}: nobody gives what they lack, nor touches
 * somebody who may more than they.  RC_DENIED in words; RC_AGAIN the store
 * cannot say. */
MUST_CHECK enum rc people_grant(struct shop *s, const char *by_role,
	const struct event *e, struct err *reterr);
/** people_grant_config(was, is, by_role, reterr): the same of another
 * configuration: no role gets more in it than ${by_role} has in ${was}. */
MUST_CHECK enum rc people_grant_config(const struct config *was,
	const struct config *is, const char *by_role, struct err *reterr);

/** people_admit(s, e, reterr): whether the operator.changed ${e} may be
 * recorded: a number, a role of the active configuration, an owner who goes on
 * working here, and one with a PIN as soon as they are not alone.  RC_DENIED in
 * words. */
MUST_CHECK enum rc people_admit(
	struct shop *s, const struct event *e, struct err *reterr);

/** people_wait(p, now, opened): microseconds until p may try again, 0 now,
 * PEOPLE_NEVER after PEOPLE_LOCKED tries (of the register as a whole, number
 * STORE_TILL, never so).  By the clock that is never set; after the machine
 * was started again the wait begins anew, at ${opened}. */
#define PEOPLE_NEVER INT64_MAX
int64_t people_wait(const struct store_person *p,
	const struct clock_reading *now, const struct clock_reading *opened);

#endif
