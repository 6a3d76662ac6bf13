/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "hub/answer.h"
#include "hub/auth.h"
#include "hub/head.h"

#include "base/poison.h"

static bool
may(const struct route *r, const struct auth_keyid *k)
{
	return r->who == k->who ||
	       (r->who == ROUTE_EITHER &&
		       (k->who == ROUTE_REGISTER || k->who == ROUTE_ADMIN));
}

/* Who is remembered when there is no room; nothing but that follows from it,
 * so that it need not be proved yet. */
static uint64_t
key_of(const struct request *q)
{
	uint8_t hash[HASH_BYTES];

	sha256(hash, q->claim.keyid, strlen(q->claim.keyid));
	return get_u64be(hash) | 1;
}

static enum rc
no_room(struct request *q, struct answer *a)
{
	uint64_t count;
	int64_t oldest_s;

	head_backlog(q->backlog, &count, &oldest_s);
	a->retry_after_s = admission_retry_s(
		&q->hub->admission, key_of(q), count, &q->hub->rng, q->now_us);
	(void)answer_problem(a, PROBLEM_BUSY,
		"the hub is busy; come again in %d s", a->retry_after_s);
	a->status = 503;
	return RC_OK;
}

/* The path may name nobody else. */
static bool
is_own(const struct route *r, const struct request *q)
{
	char own[UUID_TEXT_BYTES];

	if (q->caller.who != ROUTE_REGISTER ||
		strncmp(r->path, "/v1/registers/{", 15) != 0) {
		return true;
	}
	uuid_format(q->caller.id, own);
	return strcmp(own, q->arg[0]) == 0;
}

static enum rc
handle(const struct route *r, struct request *q, struct answer *a,
	const struct auth_keyid *k, struct err *reterr)
{
	enum rc rc = RC_OK;

	q->db = q->hub->db;
	if (k->who == ROUTE_REGISTER || k->who == ROUTE_ADMIN) {
		rc = auth_check(q, a, k, reterr);
		if (rc != RC_OK || a->problem != PROBLEM_NONE) {
			return rc;
		}
	}
	if (!is_own(r, q)) {
		return answer_problem(
			a, PROBLEM_DENIED, "a register asks for itself alone");
	}
	return r->fn(q, a, reterr);
}

static enum rc
admitted(const struct route *r, struct request *q, struct answer *a,
	struct err *reterr)
{
	struct hub *h = q->hub;
	struct auth_keyid k = {.who = ROUTE_ANYBODY};
	int64_t began;
	enum rc rc;

	if (r->who == ROUTE_LOCAL && !q->local) {
		return answer_problem(a, PROBLEM_DENIED,
			"this is answered on the hub's own machine only");
	}
	if (r->who == ROUTE_ANYBODY || r->who == ROUTE_LOCAL) {
		return handle(r, q, a, &k, reterr);
	}
	if (!auth_claim(q, a, &k)) {
		return RC_OK;
	}
	if (!may(r, &k)) {
		return answer_problem(a, PROBLEM_DENIED,
			"this key is not for what was asked");
	}
	if (!admission_enter(&h->admission, key_of(q), q->now_us)) {
		return no_room(q, a);
	}
	began = clock_read(&h->clock).mono.us;
	atomic_fetch_add(&h->metrics.in_service, 1);
	rc = handle(r, q, a, &k, reterr);
	atomic_fetch_sub(&h->metrics.in_service, 1);
	admission_leave(&h->admission, a->n_stored,
		clock_read(&h->clock).mono.us - began);
	return rc;
}

bool
request_run(const struct route *r, struct request *q, struct answer *a)
{
	struct clock_reading now = clock_read(&q->hub->clock);
	struct err e = {0};
	enum rc rc;

	q->now = now.utc;
	q->now_us = now.mono.us;
	rc = admitted(r, q, a, &e);
	if (rc == RC_AGAIN && a->again_us > 0) {
		return false;
	}
	if (rc != RC_OK) {
		answer_of_rc(a, rc, &e);
		if (a->problem == PROBLEM_DATABASE) {
			hub_log(q->hub, LOG_LVL_ERROR, "database", "%s", e.msg);
		}
	}
	if (a->problem != PROBLEM_NONE) {
		request_refuse(q, a);
	}
	return true;
}
