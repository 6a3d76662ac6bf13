/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ANSWER_H
#define HUB_ANSWER_H

#include "hub/hub.h"

/**
 * hub/answer - how an answer is spelled and signed.  Every one is, those that
 * refuse too: a till believes nothing else, and that is how it tells its hub
 * from a hotel's.
 */
#define ANSWER_SIG_BYTES 768

struct answer_signed {
	const char *type; /* NULL no content */
	char digest[HTTP_DIGEST_BYTES];
	char input[ANSWER_SIG_BYTES];
	char sig[ANSWER_SIG_BYTES];
};

void answer_init(struct answer *a);

/** answer_state(q, a, reterr): the body is a->state (head_state() fills it)
 * and what the hub says of itself, spelled with its head signed.  ${more} is
 * put in front of its last brace: "" or members that begin with a comma. */
MUST_CHECK enum rc answer_state(struct request *q, struct answer *a,
	const char *more, struct err *reterr);

/** request_refuse(q, a): the body of a problem, with what is known. */
void request_refuse(struct request *q, struct answer *a);

/** answer_sign(h, q, a, ret): what goes into the headers.  Without memory for
 * it the answer is not signed, which nobody believes: the same as none. */
void answer_sign(struct hub *h, const struct request *q,
	const struct answer *a, struct answer_signed *ret);

/** answer_of_rc(a, rc, e): the problem that a handler's result is. */
void answer_of_rc(struct answer *a, enum rc rc, const struct err *e);

#endif
