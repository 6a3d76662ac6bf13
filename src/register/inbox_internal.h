/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_INBOX_INTERNAL_H
#define REGISTER_INBOX_INTERNAL_H

#include "register/inbox.h"
#include "register/people_ask.h"

/**
 * inbox_internal - what the inbox's files share: inbox.c takes and answers,
 * inbox_who.c knows who asks, inbox_before.c what was recorded before a kill.
 */

/** inbox_who_asks(s, r, id, ret_given, reterr): people_ask() for the request of
 * this id, as its actor and proof say.  RC_DENIED also a proof that is too
 * old; and a request of the owner without the key's proof, with an
 * operator.refused ("key"). */
MUST_CHECK enum rc inbox_who_asks(struct shop *s, const struct request *r,
	const char *id, struct event *ret_given, struct err *reterr);

/** inbox_is_prompt(type): only a register's engine can make an event of it. */
bool inbox_is_prompt(enum event_type type);
/** inbox_recorded_before(s, r, next): the line at or behind ${next} that the
 * request was recorded in by a run that ended over it; 0 there is none. */
uint64_t inbox_recorded_before(
	struct shop *s, const struct request *r, uint64_t next);

/** inbox_is_fresh(s, id): the request of this id is not older than a proof may
 * be. */
bool inbox_is_fresh(const struct shop *s, const char *id);

/** inbox_by_key(r): a request of the owner by the key of the store: one that a
 * verb records itself, or whose proof says it was made with the key. */
bool inbox_by_key(const struct request *r);

/** inbox_who_has_key(conf, r, id, out, reterr): the proof that whoever asks for
 * ${r} under this id has the store's keys.  Errors as keys_open(). */
MUST_CHECK enum rc inbox_who_has_key(const struct shop_conf *conf,
	const struct request *r, const char *id, char out[PEOPLE_PROOF_BYTES],
	struct err *reterr);

/** inbox_who_proves(conf, r, id, pin, pin_len, out, reterr): the proof of
 * r->actor for a request of this id, beside the running register. */
MUST_CHECK enum rc inbox_who_proves(const struct shop_conf *conf,
	const struct request *r, const char *id, const char *pin,
	size_t pin_len, char out[PEOPLE_PROOF_BYTES], struct err *reterr);

#endif
