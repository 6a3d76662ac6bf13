/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/head.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "hub/answer.h"
#include "hub/revs.h"

#include "base/poison.h"

#define S INT64_C(1000000)
#define HELLO_ARENA ((size_t)64 << 10)

void
head_of_rows(struct request *q, struct answer *a, const struct db_rows *rows,
	int row, int col)
{
	struct hub_answer *m = &a->state;

	m->has_head = true;
	memcpy(m->head.reg, q->caller.id, UUID_BYTES);
	m->head.epoch = (uint32_t)db_i64(rows, row, col);
	m->head.sequence = (uint64_t)db_i64(rows, row, col + 1);
	(void)db_fixed(rows, row, col + 2, m->head.hash, HASH_BYTES);
	m->durable = db_i64(rows, row, col + 3) == (int64_t)m->head.epoch
			     ? (uint64_t)db_i64(rows, row, col + 4)
			     : 0;
	if (durable_is(&q->hub->durable, q->hub->config, q->caller.spart,
		    db_time(rows, row, col + 6))) {
		m->durable = m->head.sequence;
	}
	m->quarantined = (uint64_t)db_i64(rows, row, col + 5);
	a->has_state = true;
}

enum rc
head_state(struct request *q, struct answer *a, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	rc = db_run(q->db, SQL_HEAD, &args, &rows, reterr);
	if (rc == RC_OK && rows.n != 1) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "head_state",
			"this register is not known here any more: enroll it "
			"again");
	}
	if (rc == RC_OK) {
		head_of_rows(q, a, &rows, 0, 0);
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
head_feeds(struct request *q, struct answer *a, struct err *reterr)
{
	struct hub_answer *m = &a->state;
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.tpart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	rc = db_run(q->db, SQL_FEEDS_OF, &args, &rows, reterr);
	m->n_feed = 0;
	for (int i = 0; rc == RC_OK && i < rows.n && i < (int)HUB_FEEDS; i++) {
		const char *name = db_text(&rows, i, 0);
		struct hub_feed_rev *f = &m->feed[m->n_feed];

		if (name == NULL || strlen(name) >= sizeof(f->name)) {
			continue;
		}
		memcpy(f->name, name, strlen(name) + 1);
		f->rev = (uint64_t)db_i64(&rows, i, 1);
		m->applied = (uint64_t)db_i64(&rows, i, 2);
		m->n_feed++;
	}
	db_rows_free(&rows);
	if (rc == RC_OK) {
		revs_put(q->hub->revs, q->caller.tenant, m->feed, m->n_feed,
			clock_read(&q->hub->clock).mono.us);
	}
	return rc;
}

enum rc
head_feeds_lately(struct request *q, struct answer *a, struct err *reterr)
{
	return revs_get(q->hub->revs, q->caller.tenant,
		       clock_read(&q->hub->clock).mono.us, a->state.feed,
		       &a->state.n_feed)
		       ? RC_OK
		       : head_feeds(q, a, reterr);
}

enum rc
head_exception(struct request *q, const char *kind, uint32_t epoch,
	uint64_t sequence, const char *detail, struct err *reterr)
{
	struct db_args args;

	hub_log(q->hub, LOG_LVL_WARN, kind, "epoch=%u sequence=%llu %s", epoch,
		(unsigned long long)sequence, detail);
	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_text(&args, kind);
	db_add_i64(&args, epoch);
	db_add_i64(&args, (int64_t)sequence);
	db_add_text(&args, detail);
	return db_run(q->db, SQL_EXCEPTION_ADD, &args, NULL, reterr);
}

/* --- what it says of itself ----------------------------------------------- */

static int64_t
number_of(const char *text, const char *name)
{
	const char *p = strstr(text, name);
	int64_t v = 0;
	size_t n;

	if (p == NULL) {
		return 0;
	}
	p += strlen(name);
	n = strspn(p, "0123456789");
	return parse_i64(p, n, 0, INT64_C(1) << 53, &v) == RC_OK ? v : 0;
}

void
head_backlog(const char *text, uint64_t *ret_count, int64_t *ret_oldest_s)
{
	*ret_count = 0;
	*ret_oldest_s = 0;
	if (text != NULL) {
		*ret_count = (uint64_t)number_of(text, "count=");
		*ret_oldest_s = number_of(text, "oldest=");
	}
}

static enum rc
note_seen(struct request *q, struct err *reterr)
{
	uint64_t count;
	int64_t oldest_s;
	struct db_args args;

	head_backlog(q->backlog, &count, &oldest_s);
	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_i64(&args, q->claim.created * 1000 - q->now.us / 1000);
	db_add_i64(&args, (int64_t)count);
	if (count > 0 && oldest_s > 0 && oldest_s < q->now.us / S) {
		db_add_time(&args, (struct utc){q->now.us - oldest_s * S});
	} else {
		db_add_null(&args);
	}
	return db_run(q->db, SQL_SEEN, &args, NULL, reterr);
}

enum rc
head_get(struct request *q, struct answer *a, struct err *reterr)
{
	enum rc rc = note_seen(q, reterr);

	if (rc == RC_OK && q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now; what this one "
			"has more is salvaged");
	}
	if (rc == RC_OK) {
		rc = head_feeds(q, a, reterr);
	}
	return rc == RC_OK ? answer_state(q, a, "", reterr) : rc;
}

/* --- the rolling nonce ---------------------------------------------------- */

static enum rc
take_hello(struct request *q, struct answer *a, const struct hub_hello *m,
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (m->nonce == NULL || m->next == NULL || m->next[0] == '\0') {
		return answer_problem(a, PROBLEM_MALFORMED,
			"a hello has the nonce of the last one and the next");
	}
	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_text(&args, m->nonce);
	db_add_text(&args, m->next);
	db_add_text(&args, m->machine);
	db_add_text(&args, m->product);
	rc = db_run(q->db, SQL_HELLO, &args, &rows, reterr);
	if (rc == RC_OK && rows.affected != 1) {
		/* by it a disk that was put back knows what it lacks */
		rc = head_state(q, a, reterr);
		if (rc != RC_OK) {
			goto out;
		}
		rc = head_exception(q, "clone", a->state.head.epoch,
			a->state.head.sequence,
			"a worker started with a nonce that was used before",
			reterr);
		if (rc == RC_OK) {
			rc = answer_problem(a, PROBLEM_CLONE,
				"this till's data was in use elsewhere since: "
				"it is a copy, or was put back from one");
		}
	}
out:
	db_rows_free(&rows);
	return rc;
}

enum rc
head_hello(struct request *q, struct answer *a, struct err *reterr)
{
	struct hub_hello m = {0};
	struct arena arena;
	char *text = NULL;
	void *memory = NULL;
	size_t n = 0;
	enum rc rc;

	if (q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now; what this one "
			"has more is salvaged");
	}
	rc = request_content(q, HELLO_ARENA / 4, &text, &n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memory = malloc(HELLO_ARENA);
	if (memory == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "head_hello",
			"no memory for a hello");
		goto out;
	}
	arena_init(&arena, memory, HELLO_ARENA);
	rc = hub_hello_decode(text, n, &arena, &m, reterr);
	if (rc == RC_OK) {
		rc = take_hello(q, a, &m, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = head_feeds(q, a, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = answer_state(q, a, "", reterr);
	}
out:
	free(memory);
	free(text);
	return rc;
}
