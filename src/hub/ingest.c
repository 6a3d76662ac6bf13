/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "hub/answer.h"
#include "hub/head.h"
#include "wire/event.h"

#include "base/poison.h"

/* --- a body, taken apart -------------------------------------------------- */

void
ingest_done(struct ingest *b)
{
	free(b->line);
	free(b->text);
	memset(b, 0, sizeof(*b));
}

static bool
is_type(const char *type, const char *want)
{
	size_t n = strlen(want);

	return type != NULL && strncmp(type, want, n) == 0 &&
	       (type[n] == '\0' || type[n] == ';');
}

/* Where a line is that cannot be read, by those before it. */
static enum rc
unreadable(
	struct answer *a, const struct ingest *b, size_t i, const struct err *e)
{
	a->at = i > 0 ? b->line[i - 1].sequence + 1 : 0;
	return answer_problem(a, PROBLEM_MALFORMED,
		"event %zu of the batch: %s", i + 1, e->msg);
}

static enum rc
read_lines(struct request *q, struct answer *a, struct ingest *b,
	const struct batch_line *line, size_t n)
{
	struct wire_peek p;
	struct err e = {0};

	for (size_t i = 0; i < n; i++) {
		struct ingest_line *l = &b->line[i];

		if (wire_peek(line[i].p, line[i].n, &p, &e) != RC_OK) {
			return unreadable(a, b, i, &e);
		}
		if (strcmp(p.source, q->caller.source) != 0) {
			a->at = p.sequence;
			return answer_problem(a, PROBLEM_DENIED,
				"event %zu of the batch is of another "
				"register",
				i + 1);
		}
		l->line = line[i];
		l->epoch = p.epoch;
		l->sequence = p.sequence;
		memcpy(l->prev, p.prev, HASH_BYTES);
		memcpy(l->type, p.type, sizeof(l->type));
		l->time = p.time;
		l->data = p.data;
		l->n_data = p.data_len;
		wire_hash(line[i].p, line[i].n, l->hash);
		b->n = i + 1;
	}
	return RC_OK;
}

enum rc
ingest_read(struct request *q, struct answer *a, struct ingest *ret,
	struct err *reterr)
{
	struct batch_line *line = NULL;
	struct err e = {0};
	size_t n_text = 0, n = 0;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (!is_type(q->type, BATCH_TYPE)) {
		return answer_problem(
			a, PROBLEM_MALFORMED, "events come as %s", BATCH_TYPE);
	}
	rc = request_content(q, BATCH_BYTES, &ret->text, &n_text, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	line = calloc(BATCH_EVENTS, sizeof(*line));
	if (line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "ingest_read",
			"no memory for a batch");
	}
	rc = batch_split(ret->text, n_text, line, BATCH_EVENTS, &n, &e);
	if (rc == RC_RANGE) {
		rc = answer_problem(a, PROBLEM_TOO_LARGE,
			"a batch has at most %u events", BATCH_EVENTS);
		goto out;
	}
	if (rc != RC_OK || n == 0) {
		rc = answer_problem(a, PROBLEM_MALFORMED, "%s",
			rc != RC_OK ? e.msg : "a batch has an event");
		goto out;
	}
	ret->line = calloc(n, sizeof(*ret->line));
	if (ret->line == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "ingest_read",
			"no memory for a batch");
		goto out;
	}
	rc = read_lines(q, a, ret, line, n);
out:
	free(line);
	return rc;
}

bool
ingest_chain(const struct ingest *b, uint64_t *ret_at)
{
	for (size_t i = 1; i < b->n; i++) {
		const struct ingest_line *l = &b->line[i], *last = l - 1;

		if (l->sequence != last->sequence + 1 ||
			l->epoch < last->epoch ||
			memcmp(l->prev, last->hash, HASH_BYTES) != 0) {
			*ret_at = l->sequence;
			return false;
		}
	}
	return true;
}

/* --- a line that opens an epoch ------------------------------------------- */

/* Behind "name": in data; our own spelling, so that text inside of a string
 * has its quotes escaped and cannot look like a member. */
static const char *
member(const struct ingest_line *l, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i + n <= l->n_data; i++) {
		if (memcmp(l->data + i, name, n) == 0) {
			return l->data + i + n;
		}
	}
	return NULL;
}

static bool
number(const struct ingest_line *l, const char *name, int64_t max, int64_t *ret)
{
	const char *p = member(l, name);

	return p != NULL &&
	       parse_i64(p, strspn(p, "0123456789"), 0, max, ret) == RC_OK;
}

bool
ingest_from(const struct ingest_line *line, uint32_t head_epoch,
	uint32_t *ret_epoch, uint64_t *ret_sequence, const char **ret_hash,
	const char **ret_key)
{
	int64_t epoch = head_epoch, sequence = (int64_t)line->sequence - 1;

	*ret_hash = NULL;
	*ret_key = NULL;
	if (strcmp(line->type, "holdfast.register.restored.v1") == 0) {
		if (!number(line, "\"from_epoch\":", UINT32_MAX, &epoch) ||
			!number(line, "\"from_sequence\":", INT64_MAX / 2,
				&sequence)) {
			return false;
		}
		*ret_hash = member(line, "\"from_hash\":\"");
		*ret_key = member(line, ",\"public_key\":\"");
	} else if (strcmp(line->type, "holdfast.register.moved.v1") != 0) {
		return false;
	}
	*ret_epoch = (uint32_t)epoch;
	*ret_sequence = (uint64_t)sequence;
	return line->sequence == *ret_sequence + 1;
}

/* --- the first line of all ------------------------------------------------ */

enum rc
ingest_begins(const struct request *q, const struct answer *a,
	uint64_t sequence, bool *ret, struct err *reterr)
{
	int64_t begins = 1;
	enum rc rc = request_number(
		q, "begins", 1, INT64_MAX / 2, 1, &begins, reterr);

	*ret = rc == RC_OK && a->state.head.epoch == 0 &&
	       (sequence == 1 || sequence == (uint64_t)begins);
	return rc;
}

enum rc
ingest_late(struct request *q, uint32_t epoch, uint64_t sequence,
	struct err *reterr)
{
	return sequence == 1
		       ? RC_OK
		       : head_exception(q, "purged", epoch, sequence,
				 "what was before this line was purged at the "
				 "till before it came to this hub; its "
				 "archives have it",
				 reterr);
}

/* --- the handler ---------------------------------------------------------- */

static enum metrics_batch
outcome_of(const struct answer *a, enum rc rc)
{
	if (rc != RC_OK) {
		return rc == RC_RANGE || rc == RC_PROTO ? METRICS_REJECTED
							: METRICS_DATABASE;
	}
	if (a->problem == PROBLEM_NONE) {
		return a->n_stored > 0 ? METRICS_STORED : METRICS_DUPLICATE;
	}
	if (a->problem == PROBLEM_GAP) {
		return METRICS_GAP;
	}
	if (a->problem == PROBLEM_FORK) {
		return METRICS_FORK;
	}
	if (a->problem == PROBLEM_FENCED) {
		return METRICS_FENCED;
	}
	return METRICS_REJECTED;
}

static enum rc
check(struct request *q, struct answer *a, const struct ingest *b)
{
	const struct ingest_line *last = &b->line[b->n - 1];
	uint64_t at = 0;

	if (!ingest_chain(b, &at)) {
		a->at = at;
		return answer_problem(a, PROBLEM_MALFORMED,
			"event %llu does not follow from the one before it",
			(unsigned long long)at);
	}
	/* the chain carries this to all before it */
	if (!wire_verify(last->line.p, last->line.n, q->caller.public_key)) {
		a->at = last->sequence;
		return answer_problem(a, PROBLEM_DENIED,
			"event %llu is not signed by this register's key",
			(unsigned long long)last->sequence);
	}
	return RC_OK;
}

enum rc
ingest_events(struct request *q, struct answer *a, struct err *reterr)
{
	struct metrics *m = &q->hub->metrics;
	struct ingest b = {0};
	int64_t began;
	enum rc rc = RC_OK;

	if (q->caller.fenced) {
		rc = answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now; what this one "
			"has more is salvaged");
		goto out;
	}
	rc = ingest_read(q, a, &b, reterr);
	if (rc == RC_OK && a->problem == PROBLEM_NONE && b.n > 0) {
		rc = check(q, a, &b);
	}
	if (rc != RC_OK || a->problem != PROBLEM_NONE) {
		goto out;
	}
	began = clock_read(&q->hub->clock).mono.us;
	rc = ingest_store(q, a, &b, reterr);
	metrics_ingest(m, clock_read(&q->hub->clock).mono.us - began);
	atomic_fetch_add(&m->events, a->n_stored);
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = head_feeds_lately(q, a, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = answer_state(q, a, "", reterr);
	}
out:
	atomic_fetch_add(&m->batch[outcome_of(a, rc)], 1);
	ingest_done(&b);
	return rc;
}
