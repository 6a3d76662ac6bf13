/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_INBOX_H
#define REGISTER_INBOX_H

#include "base/err.h"
#include "register/shop.h"
#include "wire/request.h"

/**
 * inbox - how a batch verb has something recorded while the register runs: a
 * request file written aside and renamed into inbox/; the register records
 * it and answers with a file beside it.  Each request has an id, and a request
 * is recorded once: before it is, its name gets the sequence that comes next,
 * and the id stands in the answer, which outlives the request.
 */

/** inbox_submit(conf, request, wait_ms, ret_seq, reterr): have ${request}
 * recorded: by the running register when there is one, else by opening the
 * shop for writing here. RC_AGAIN the register did not answer in time (the
 * request stays and will be taken); RC_DENIED, its words otherwise. */
MUST_CHECK enum rc inbox_submit(const struct shop_conf *conf,
	const struct request *request, int wait_ms, uint64_t *ret_sequence,
	struct err *reterr);

/** inbox_submit_as(conf, request, pin, pin_len, wait_ms, ret_seq, reterr): the
 * same, asked by request->actor, who proves it by their PIN (people_ask.h).
 * ${pin} NULL: nobody says who; the actor is the owner then. */
MUST_CHECK enum rc inbox_submit_as(const struct shop_conf *conf,
	const struct request *request, const char *pin, size_t pin_len,
	int wait_ms, uint64_t *ret_sequence, struct err *reterr);

/** inbox_take(s, fn, arg, ret_n): the running side: record every waiting
 * request, oldest first.  fn is told of each final event. */
typedef void (*inbox_fn)(void *arg, const struct event *e);
MUST_CHECK enum rc inbox_take(struct shop *s, inbox_fn fn, void *arg,
	size_t *ret_n, struct err *reterr);

#endif
