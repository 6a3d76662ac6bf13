/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_INBOX_INTERNAL_H
#define REGISTER_INBOX_INTERNAL_H

#include "register/inbox.h"
#include "register/people_ask.h"

/**
 * inbox_internal - what the inbox's files share: inbox.c takes and answers,
 * inbox_who.c knows who asks.
 */

/** inbox_who_asks(s, r, id, ret_given, reterr): people_ask() for the request of
 * this id, as its actor and proof say.  RC_DENIED also a proof that is too
 * old. */
MUST_CHECK enum rc inbox_who_asks(struct shop *s, const struct request *r,
	const char *id, struct event *ret_given, struct err *reterr);

/** inbox_who_proves(conf, r, id, pin, pin_len, out, reterr): the proof of
 * r->actor for a request of this id, beside the running register. */
MUST_CHECK enum rc inbox_who_proves(const struct shop_conf *conf,
	const struct request *r, const char *id, const char *pin,
	size_t pin_len, char out[PEOPLE_PROOF_BYTES], struct err *reterr);

#endif
