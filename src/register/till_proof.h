/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_TILL_PROOF_H
#define REGISTER_TILL_PROOF_H

#include "register/engine_internal.h"
#include "register/till_internal.h"

/**
 * till_proof - how somebody proves who they are at a till, shared by
 * till_people.c (PINs, badges) and till_glass.c (the emergency code).
 */

/** Recorded alone, by whom the register knows. */
MUST_CHECK enum rc till_people_record(
	struct till *t, struct event *e, struct err *reterr);
/** The act is a refusal. */
void till_people_refuse(struct till *t, enum word w, const char *text);
void till_people_refuse_wait(struct till *t, int64_t wait);
/** Wrong: recorded, and told. */
void till_people_refuse_proof(
	struct till *t, const char *no, const char *why);
/** Microseconds to wait, of the person (NULL nobody's) or the register. */
MUST_CHECK enum rc till_people_wait(struct till *t,
	const struct store_person *p, int64_t *ret, struct err *reterr);
/** The try, on the disk.  False: it is not, and that is the act's reply. */
bool till_people_count(struct till *t, const char *no);

#endif
