/* SPDX-License-Identifier: Apache-2.0 */
/* What does not go into the log as a line of it: poison, and salvage. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "hub/answer.h"
#include "hub/head.h"
#include "hub/ingest.h"
#include "wire/event.h"

#include "base/poison.h"

#define POISON_BYTES ((size_t)2 << 20)

/* --- poison --------------------------------------------------------------- */

/* The same bytes stand there already. */
static enum rc
is_there(struct request *q, const struct hub_poison *m, bool *ret,
	struct err *reterr)
{
	struct db_rows rows = {0};
	uint8_t hash[HASH_BYTES];
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_i64(&args, m->epoch);
	db_add_i64(&args, (int64_t)m->sequence);
	db_add_i64(&args, (int64_t)m->sequence);
	rc = db_run(q->db, SQL_EVENT_HASHES, &args, &rows, reterr);
	*ret = rc == RC_OK && rows.n == 1 &&
	       db_fixed(&rows, 0, 1, hash, sizeof(hash)) &&
	       memcmp(hash, m->hash, HASH_BYTES) == 0;
	db_rows_free(&rows);
	return rc;
}

static enum rc
swap_poison(struct request *q, const struct hub_poison *m, bool begins,
	int64_t *ret_n, struct err *reterr)
{
	static const uint8_t none[HASH_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_i64(&args, begins ? 0 : m->epoch);
	db_add_i64(&args, begins ? 0 : (int64_t)m->sequence - 1);
	db_add_bytes(&args, begins ? none : m->prev, HASH_BYTES);
	db_add_i64(&args, (int64_t)m->sequence);
	db_add_bytes(&args, m->hash, HASH_BYTES);
	db_add_text(&args, m->reason != NULL ? m->reason : "");
	db_add_bytes(&args, m->bytes, m->n_bytes);
	db_add_i64(&args, m->epoch);
	db_add_bytes(&args, m->prev, HASH_BYTES);
	rc = db_run(q->db, SQL_POISON_STORE, &args, &rows, reterr);
	*ret_n = rows.affected;
	db_rows_free(&rows);
	return rc;
}

static enum rc
take_poison(struct request *q, struct answer *a, const struct hub_poison *m,
	struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	bool there = false, begins = false;
	int64_t n = 0;
	enum rc rc;

	wire_hash((const char *)m->bytes, m->n_bytes, hash);
	if (memcmp(hash, m->hash, HASH_BYTES) != 0 || m->sequence == 0 ||
		m->epoch == 0) {
		a->at = m->sequence;
		return answer_problem(a, PROBLEM_MALFORMED,
			"the bytes do not have the hash that was said");
	}
	rc = ingest_begins(q, a, m->sequence, &begins, reterr);
	if (rc == RC_OK) {
		rc = swap_poison(q, m, begins, &n, reterr);
	}
	if (rc == RC_OK && n > 0 && begins) {
		rc = ingest_late(q, m->epoch, m->sequence, reterr);
	}
	if (rc == RC_OK && n > 0) {
		a->n_stored = 1;
		rc = head_exception(q, "poison", m->epoch, m->sequence,
			"a line no hub can read was kept as it is", reterr);
	}
	if (rc == RC_OK || rc == RC_DOWN || rc == RC_EXISTS) {
		rc = head_state(q, a, reterr);
	}
	if (rc == RC_OK && n == 0) {
		rc = is_there(q, m, &there, reterr);
	}
	if (rc != RC_OK || n > 0 || there) {
		return rc;
	}
	a->at = a->state.head.sequence + 1;
	if (m->sequence > a->at &&
		(a->state.head.epoch == 0 || m->epoch == a->state.head.epoch)) {
		return answer_problem(a, PROBLEM_GAP,
			"the hub has everything before %llu",
			(unsigned long long)a->at);
	}
	rc = head_exception(q, "fork", m->epoch, m->sequence,
		"an unreadable line does not follow from what the hub has",
		reterr);
	return rc != RC_OK ? rc
			   : answer_problem(a, PROBLEM_FORK,
				     "the hub has another line at %llu",
				     (unsigned long long)m->sequence);
}

enum rc
ingest_poison(struct request *q, struct answer *a, struct err *reterr)
{
	struct hub_poison m = {0};
	struct arena arena;
	void *memory = NULL;
	char *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now");
	}
	rc = request_content(q, POISON_BYTES, &text, &n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memory = malloc(2 * n + POISON_BYTES / 32);
	if (memory == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "ingest_poison",
			"no memory for a line");
		goto out;
	}
	arena_init(&arena, memory, 2 * n + POISON_BYTES / 32);
	rc = hub_poison_decode(text, n, &arena, &m, reterr);
	if (rc == RC_OK) {
		rc = take_poison(q, a, &m, reterr);
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

/* --- salvage -------------------------------------------------------------- */

/* No chain carries one line's signature to the others here, and what somebody
 * accepts becomes a fact: each is by a key that this register had. */
static bool
is_signed(const struct ingest_line *l, const struct db_rows *links)
{
	uint8_t key[SIGN_PUB_BYTES], last[SIGN_PUB_BYTES] = {0};

	for (int i = 0; i < links->n; i++) {
		if (!db_fixed(links, i, 1, key, sizeof(key)) ||
			memcmp(key, last, sizeof(key)) == 0) {
			continue;
		}
		if (wire_verify(l->line.p, l->line.n, key)) {
			return true;
		}
		memcpy(last, key, sizeof(last));
	}
	return false;
}

static enum rc
check_signed(struct request *q, struct answer *a, const struct ingest *b,
	struct err *reterr)
{
	struct db_rows links = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	rc = db_run(q->db, SQL_AUTH_REGISTER, &args, &links, reterr);
	for (size_t i = 0;
		rc == RC_OK && a->problem == PROBLEM_NONE && i < b->n; i++) {
		if (!is_signed(&b->line[i], &links)) {
			a->at = b->line[i].sequence;
			rc = answer_problem(a, PROBLEM_DENIED,
				"event %llu is not signed by a key of this "
				"register",
				(unsigned long long)b->line[i].sequence);
		}
	}
	db_rows_free(&links);
	return rc;
}

/* *ret_first: of what was put aside and not known, the first by place. */
static enum rc
put_aside(struct request *q, const struct ingest *b, int64_t *ret_n,
	struct anchor *ret_first, struct err *reterr)
{
	struct db_array epoch, sequence, type, at, hash, line;
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_array_init(&epoch, DB_INT8);
	db_array_init(&sequence, DB_INT8);
	db_array_init(&type, DB_TEXT);
	db_array_init(&at, DB_TIMESTAMPTZ);
	db_array_init(&hash, DB_BYTEA);
	db_array_init(&line, DB_BYTEA);
	for (size_t i = 0; i < b->n; i++) {
		const struct ingest_line *l = &b->line[i];

		db_array_i64(&epoch, l->epoch);
		db_array_i64(&sequence, (int64_t)l->sequence);
		db_array_bytes(&type, l->type, strlen(l->type));
		db_array_time(&at, l->time);
		db_array_bytes(&hash, l->hash, HASH_BYTES);
		db_array_bytes(&line, l->line.p, l->line.n);
	}
	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_array(&args, &epoch);
	db_add_array(&args, &sequence);
	db_add_array(&args, &type);
	db_add_array(&args, &at);
	db_add_array(&args, &hash);
	db_add_array(&args, &line);
	rc = db_run(q->db, SQL_SALVAGE_STORE, &args, &rows, reterr);
	*ret_n = rows.n;
	for (int i = 0; i < rows.n; i++) {
		uint32_t e = (uint32_t)db_i64(&rows, i, 0);
		uint64_t at_line = (uint64_t)db_i64(&rows, i, 1);

		if (i == 0 || e < ret_first->epoch ||
			(e == ret_first->epoch &&
				at_line < ret_first->sequence)) {
			ret_first->epoch = e;
			ret_first->sequence = at_line;
		}
	}
	db_rows_free(&rows);
	db_array_free(&epoch);
	db_array_free(&sequence);
	db_array_free(&type);
	db_array_free(&at);
	db_array_free(&hash);
	db_array_free(&line);
	return rc;
}

enum rc
ingest_salvage(struct request *q, struct answer *a, struct err *reterr)
{
	struct ingest b = {0};
	struct anchor first = {0};
	struct sbuf more;
	char text[64];
	int64_t n = 0;
	enum rc rc = ingest_read(q, a, &b, reterr);

	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = check_signed(q, a, &b, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = put_aside(q, &b, &n, &first, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE && n > 0) {
		rc = head_exception(q, "fork", first.epoch, first.sequence,
			"lines were salvaged: 'holdfast-hub salvage list'",
			reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		sbuf_init(&more, text, sizeof(text));
		sbuf_printf(&more, ",\"stored\":%lld,\"known\":%lld",
			(long long)n, (long long)b.n - n);
		rc = answer_state(q, a, text, reterr);
	}
	ingest_done(&b);
	return rc;
}
