/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PEOPLE_ASK_H
#define REGISTER_PEOPLE_ASK_H

#include "register/people.h"

/**
 * people_ask - whoever has something recorded by a verb, and not at the
 * prompt.  Who says no number is the owner, because they have the key; who
 * says one proves it by that operator's PIN, counted as any other try, and
 * does what their role may.
 *
 * Beside a running register the PIN goes nowhere: the request carries a keyed
 * hash of what is asked and of its id, the key being the PIN's verifier.  Only
 * who knows the PIN and has the store's keys can make one, it fits no other
 * request, and for PEOPLE_PROOF_US only.  Who has the keys of the store can
 * try all PINs without us: the lockout is for those who have a register.
 */
#define PEOPLE_PROOF_BYTES 24 /* text, with the NUL */
#define PEOPLE_PROOF_US ((int64_t)15 * 60 * 1000000)

struct people_ask {
	const char *no;	 /* NULL: nobody says */
	const char *pin; /* NULL: a proof instead */
	size_t pin_len;
	const char *proof;
	const void *said; /* what the proof is about */
	size_t n_said;
	const char *what; /* for the approval's event */
};

/** people_ask_permit(t): what one must be allowed to have an event of this type
 * recorded; PERMIT_COUNT: the owner only. */
enum permit people_ask_permit(enum event_type t);

/** people_ask_proof(s, a, out, reterr): the proof of a->pin about a->said.  Of
 * a number that nobody has, or who has no PIN, one that no register takes. */
MUST_CHECK enum rc people_ask_proof(struct shop *s, const struct people_ask *a,
	char out[PEOPLE_PROOF_BYTES], struct err *reterr);

/**
 * people_ask(s, a, permit, ret_given, reterr):
 * Whether a->no is who they say, and may do ${permit} (PERMIT_COUNT: is the
 * owner).  The try is recorded, flushed, before anything is compared.
 * Output   *ret_given  an approval.given that belongs into the group of what
 *                      they do: it forgets their tries.  Its texts are those
 *                      of ${a}.  Type EVENT_TYPE_COUNT: nobody said a number,
 *                      and there is nothing to add.
 * Errors   RC_DENIED in words, with an operator.refused: wrong PIN, their role
 *          may not.  RC_DENIED without one: they must wait; no number is said
 *          and the configuration asks for the owner's PIN (people.verbs).
 *          RC_AGAIN the store cannot say; else as shop_record().
 * Effects  a flush or two; 31 ms.
 */
MUST_CHECK enum rc people_ask(struct shop *s, const struct people_ask *a,
	enum permit permit, struct event *ret_given, struct err *reterr);

/** people_ask_undone(s, given): they are who they say, and what they asked for
 * was refused all the same: an operator.refused ("grant") forgets their tries.
 * Nothing when ${given} adds nothing. */
void people_ask_undone(struct shop *s, const struct event *given);

/** people_ask_role(s, no, ret): the role somebody acts with; of the owner by
 * the key that of an owner.  "" nobody's. */
void people_ask_role(struct shop *s, const char *no, char ret[16]);

#endif
