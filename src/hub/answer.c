/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#include "base/poison.h"

#define PROBLEM_BYTES 4096

static const char problem_type[] = "application/problem+json";
static const char json_type[] = "application/json";

void
answer_init(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	a->status = 200;
	a->type = json_type;
}

enum rc
answer_room(struct answer *a, size_t cap, struct err *reterr)
{
	char *p = malloc(cap);

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "answer_room",
			"no memory for an answer");
	}
	free(a->body.p);
	sbuf_init(&a->body, p, cap);
	return RC_OK;
}

void
answer_done(struct answer *a)
{
	free(a->body.p);
	memset(&a->body, 0, sizeof(a->body));
}

enum rc
answer_problem(struct answer *a, enum hub_problem problem, const char *fmt, ...)
{
	struct err e = {0};
	va_list ap;

	a->problem = problem;
	a->status = hub_problem_status(problem);
	va_start(ap, fmt);
	(void)vsnprintf(e.msg, sizeof(e.msg), fmt, ap);
	va_end(ap);
	memcpy(a->detail, e.msg, sizeof(a->detail));
	a->detail[sizeof(a->detail) - 1] = '\0';
	return RC_OK;
}

void
answer_of_rc(struct answer *a, enum rc rc, const struct err *e)
{
	const char *why = e->msg[0] != '\0' ? e->msg : "it did not work";
	enum hub_problem p = PROBLEM_DATABASE;

	if (rc == RC_PROTO) {
		p = PROBLEM_MALFORMED;
	} else if (rc == RC_NOTFOUND) {
		p = PROBLEM_NOT_FOUND;
	} else if (rc == RC_DENIED) {
		p = PROBLEM_DENIED;
	} else if (rc == RC_RANGE) {
		p = PROBLEM_TOO_LARGE;
	} else if (rc == RC_INVAL) {
		p = PROBLEM_INVALID;
	} else if (rc == RC_BUSY || rc == RC_AGAIN) {
		p = PROBLEM_BUSY;
		a->retry_after_s = a->retry_after_s > 0 ? a->retry_after_s : 2;
	} else {
		/* what a database says of itself is for the log */
		why = "the hub cannot reach its database; nothing is lost, "
		      "it is sent again";
		a->retry_after_s = a->retry_after_s > 0 ? a->retry_after_s : 5;
	}
	(void)answer_problem(a, p, "%s", why);
	if (p == PROBLEM_BUSY) {
		a->status = 503;
	}
}

enum rc
answer_state(struct request *q, struct answer *a, const char *more,
	struct err *reterr)
{
	struct hub *h = q->hub;
	struct hub_answer *m = &a->state;
	enum rc rc;

	memcpy(m->hub, h->id, sizeof(m->hub));
	m->time = q->now;
	m->problem = a->problem;
	if (a->problem != PROBLEM_NONE) {
		m->status = a->status;
		m->title = hub_problem_word(a->problem);
		m->detail = a->detail;
		m->at = a->at;
		a->type = problem_type;
	}
	if (m->has_head) {
		m->head.time = q->now;
		anchor_sign(&m->head, h->sign_secret, m->anchor);
	}
	rc = answer_room(a, PROBLEM_BYTES + strlen(more), reterr);
	if (rc == RC_OK) {
		rc = hub_answer_encode(m, &a->body, reterr);
	}
	if (rc == RC_OK && more[0] != '\0') {
		sbuf_cut(&a->body, a->body.len - 1);
		sbuf_puts(&a->body, more);
		sbuf_putc(&a->body, '}');
		rc = sbuf_ok(&a->body) ? RC_OK : RC_RANGE;
	}
	return rc;
}

void
request_refuse(struct request *q, struct answer *a)
{
	struct err e = {0};

	q->now = clock_read(&q->hub->clock).utc;
	a->encoding = NULL;
	a->etag[0] = '\0';
	a->max_age_s = 0;
	if (answer_state(q, a, "", &e) != RC_OK) {
		/* a status alone is a refusal, too */
		sbuf_clear(&a->body);
		hub_log(q->hub, LOG_LVL_ERROR, "answer", "%s", e.msg);
	}
}

void
answer_sign(struct hub *h, const struct request *q, const struct answer *a,
	struct answer_signed *ret)
{
	char keyid[UUID_TEXT_BYTES];
	struct http_sig_params params = {
		.created = clock_read(&h->clock).utc.us / 1000000,
		.keyid = keyid,
	};
	struct http_message m = {
		.status = a->status,
		.encoding = a->encoding,
		.request_signature = q->sig,
	};
	struct sbuf input, sig;
	struct err e = {0};

	memset(ret, 0, sizeof(*ret));
	uuid_format(h->id, keyid);
	if (a->body.len > 0) {
		http_digest(a->body.p, a->body.len, ret->digest);
		ret->type = a->type;
		m.digest = ret->digest;
		m.type = a->type;
	}
	sbuf_init(&input, ret->input, sizeof(ret->input));
	sbuf_init(&sig, ret->sig, sizeof(ret->sig));
	/* what cannot stand in a signature base was not signed by a till:
	 * then the answer is about the rest of the request */
	if (http_sign(&m, &params, h->sign_secret, &input, &sig, &e) == RC_OK) {
		return;
	}
	m.request_signature = NULL;
	sbuf_clear(&input);
	sbuf_clear(&sig);
	if (http_sign(&m, &params, h->sign_secret, &input, &sig, &e) != RC_OK) {
		ret->input[0] = ret->sig[0] = '\0';
		hub_log(h, LOG_LVL_ERROR, "sign", "%s", e.msg);
	}
}
