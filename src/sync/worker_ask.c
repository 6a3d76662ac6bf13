/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the worker that push lines, and their bodies. */
#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "sync/worker_internal.h"
#include "wire/batch.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define PRODUCT "holdfast-syncd/" PACKAGE_VERSION
#define LIMIT_POISON (BATCH_BYTES + 4096)

static enum rc
room(struct worker *w, size_t n, struct err *reterr)
{
	char *grown;

	if (n <= w->cap_body) {
		return RC_OK;
	}
	grown = realloc(w->body, n);
	if (grown == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "worker",
			"no memory for a request");
	}
	w->body = grown;
	w->cap_body = n;
	return RC_OK;
}

/* Nothing waits: the memory of a long queue goes back. */
void
worker_room_back(struct worker *w)
{
	free(w->body);
	w->body = NULL;
	w->cap_body = 0;
}

static enum rc
body_hello(struct worker *w, struct sbuf *b, struct err *reterr)
{
	char machine[MACHINE_BYTES];
	struct hub_hello m = {
		.nonce = w->push.state.nonce[0] != '\0' ? w->push.state.nonce
							: w->link.nonce,
		.next = w->push.state.next,
		.product = PRODUCT,
	};
	struct follow_fact f;
	uint64_t mark = follow_mark(w->follow);

	machine_here(w->link.reg, machine);
	m.machine = machine[0] != '\0' ? machine : NULL;
	if (mark > 0 && follow_fact(w->follow, mark, &f, NULL) == RC_OK) {
		m.has_head = true;
		m.head.epoch = f.epoch;
		m.head.sequence = f.sequence;
		memcpy(m.head.reg, w->link.reg, UUID_BYTES);
		memcpy(m.head.hash, f.hash, HASH_BYTES);
		m.head.time = f.time;
	}
	return hub_hello_encode(&m, b, reterr);
}

static enum rc
body_poison(
	struct worker *w, uint64_t sequence, struct sbuf *b, struct err *reterr)
{
	struct hub_poison m = {.sequence = sequence};
	struct follow_fact before, own;
	struct follow_line line;
	enum rc rc = RC_OK;

	if (sequence > 1) {
		rc = follow_fact(w->follow, sequence - 1, &before, reterr);
		memcpy(m.prev, before.hash, HASH_BYTES);
	}
	if (rc == RC_OK) {
		rc = follow_fact(w->follow, sequence, &own, reterr);
	}
	if (rc == RC_OK) {
		rc = follow_line(w->follow, sequence, &line, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	m.epoch = own.epoch;
	memcpy(m.hash, own.hash, HASH_BYTES);
	m.reason = w->push.item.reason;
	m.bytes = (const uint8_t *)line.p;
	m.n_bytes = line.n;
	return hub_poison_encode(&m, b, reterr);
}

static const char *
put_backlog(struct worker *w, char *out, size_t cap)
{
	uint64_t n = push_queued(&w->push, follow_mark(w->follow));
	struct utc oldest;
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, "count=");
	sbuf_u64(&b, n);
	if (worker_oldest(w, &oldest)) {
		int64_t s = (worker_now(w).utc.us - oldest.us) / SECOND_US;

		sbuf_puts(&b, ", oldest=");
		sbuf_i64(&b, s > 0 ? s : 0);
	}
	return out;
}

/* Everything but the body, which is in w->body. */
static enum rc
ask(struct worker *w, const struct push_sent *sent, size_t n_body,
	struct err *reterr)
{
	enum push_act act = sent->act;
	static const char *const name[] = {
		[PUSH_HELLO] = "hello",
		[PUSH_HEAD] = "head",
		[PUSH_EVENTS] = "events",
		[PUSH_POISON] = "quarantine",
		[PUSH_SALVAGE] = "salvage",
	};
	char path[128], query[40], reg[UUID_TEXT_BYTES], backlog[64];
	bool lines = act == PUSH_EVENTS || act == PUSH_SALVAGE;
	struct session_question q = {
		.method = act == PUSH_HEAD ? "GET" : "POST",
		.path = path,
		.type = lines ? BATCH_TYPE : "application/json",
		.deflate = true,
		.max_bytes = SESSION_ANSWER_BYTES,
	};
	struct sbuf b;

	uuid_format(w->link.reg, reg);
	sbuf_init(&b, path, sizeof(path));
	sbuf_printf(&b, "/v1/registers/%s/%s", reg, name[act]);
	if (act == PUSH_HEAD) {
		q.type = NULL;
	} else {
		q.body = w->body;
		q.n_body = n_body;
	}
	if (act == PUSH_EVENTS && push_begins(&w->push, sent->first)) {
		sbuf_init(&b, query, sizeof(query));
		sbuf_puts(&b, "begins=");
		sbuf_u64(&b, sent->first);
		q.query = query;
	}
	if (act == PUSH_HEAD || act == PUSH_EVENTS) {
		q.backlog = put_backlog(w, backlog, sizeof(backlog));
	}
	return session_ask(w->session, &q, worker_reply, w, reterr);
}

enum rc
worker_start(struct worker *w, const struct push_plan *plan, struct err *reterr)
{
	bool lines = plan->act == PUSH_EVENTS || plan->act == PUSH_SALVAGE;
	struct push_sent sent = {
		.act = plan->act, .first = plan->from, .last = plan->upto};
	struct mono began = worker_now(w).mono;
	struct follow_batch batch;
	struct follow_fact own;
	struct sbuf b;
	enum rc rc = room(w,
		plan->act == PUSH_HEAD || plan->act == PUSH_HELLO
			? 4096
			: LIMIT_POISON,
		reterr);

	if (rc != RC_OK) {
		return rc;
	}
	sbuf_init(&b, w->body, w->cap_body);
	if (lines) {
		rc = follow_batch(w->follow, plan->from, plan->upto,
			plan->max_lines, plan->max_bytes, &b, &batch, reterr);
		sent.last = batch.last;
		sent.epoch = batch.epoch;
	} else if (plan->act == PUSH_HELLO) {
		rc = body_hello(w, &b, reterr);
	} else if (plan->act == PUSH_POISON) {
		rc = body_poison(w, plan->from, &b, reterr);
		if (rc == RC_OK) {
			rc = follow_fact(w->follow, plan->from, &own, reterr);
			sent.epoch = own.epoch;
		}
	}
	if (rc == RC_OK) {
		rc = ask(w, &sent, b.len, reterr);
	}
	if (rc == RC_OK) {
		push_sent(&w->push, &sent, worker_now(w).mono.us - began.us);
	}
	return rc;
}
