/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "hub/columns.h"
#include "hub/head.h"
#include "hub/ingest.h"

#include "base/poison.h"

/* A head that moves while we look moves because of this register's other
 * connections, and it has one. */
#define TRIES 5

/* --- a run: lines of one epoch -------------------------------------------- */

struct run {
	struct request *q;
	struct answer *a;
	const struct ingest_line *l; /* what is left of it */
	size_t n;
	struct columns c;
};

static void
args_head(struct run *r, struct db_args *args)
{
	const struct anchor *h = &r->a->state.head;
	const struct ingest_line *last = &r->l[r->n - 1];
	size_t bytes = 0;

	columns_clear(&r->c);
	for (size_t i = 0; i < r->n; i++) {
		bytes += r->l[i].line.n;
	}
	columns_reserve(&r->c, r->n, bytes);
	for (size_t i = 0; i < r->n; i++) {
		const struct ingest_line *l = &r->l[i];

		columns_add(
			&r->c, l->type, l->time, l->hash, l->line.p, l->line.n);
	}
	db_args_init(args, r->q->caller.spart, r->q->caller.tenant);
	db_add_uuid(args, r->q->caller.id);
	db_add_i64(args, h->epoch);
	db_add_i64(args, (int64_t)h->sequence);
	db_add_bytes(args, h->hash, HASH_BYTES);
	db_add_i64(args, (int64_t)last->sequence);
	db_add_bytes(args, last->hash, HASH_BYTES);
	db_add_i64(args, (int64_t)r->l->sequence);
	columns_args(&r->c, args);
}

/* The statement ran: either all of it is there now, or nothing of it. */
static enum rc
swapped(struct run *r, enum sql which, const struct db_args *args,
	struct err *reterr)
{
	const struct ingest_line *last = &r->l[r->n - 1];
	struct anchor *h = &r->a->state.head;
	struct db_rows rows = {0};
	enum rc rc = db_run(r->q->db, which, args, &rows, reterr);

	if (rc == RC_OK && rows.affected > 0) {
		h->epoch = last->epoch;
		h->sequence = last->sequence;
		memcpy(h->hash, last->hash, HASH_BYTES);
		r->a->n_stored += r->n;
		r->l += r->n;
		r->n = 0;
	} else if (rc == RC_OK || rc == RC_DOWN || rc == RC_EXISTS) {
		/* it moved, or nobody knows: the head does */
		rc = head_state(r->q, r->a, reterr);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
store(struct run *r, struct err *reterr)
{
	struct db_args args;

	args_head(r, &args);
	db_add_i64(&args, r->c.bytes);
	return swapped(r, SQL_EVENTS_STORE, &args, reterr);
}

static enum rc
gap(struct run *r, uint64_t at)
{
	r->a->at = at;
	return answer_problem(r->a, PROBLEM_GAP,
		"the hub has everything before %llu, and this begins behind "
		"that",
		(unsigned long long)at);
}

static enum rc
fork(struct run *r, uint32_t epoch, uint64_t at, struct err *reterr)
{
	enum rc rc = head_exception(r->q, "fork", epoch, at,
		"the hub holds another line at this place: a copy of this "
		"register wrote on its own",
		reterr);

	r->a->at = at;
	return rc != RC_OK ? rc
			   : answer_problem(r->a, PROBLEM_FORK,
				     "the hub holds another line at %llu; this "
				     "one's are salvaged and the owner decides",
				     (unsigned long long)at);
}

/* Lines at its front that are there already, equal, leave it; *ret_other is
 * the first sequence that has other bytes there, 0 none. */
static enum rc
trim(struct run *r, uint64_t *ret_other, struct err *reterr)
{
	struct db_rows rows = {0};
	uint8_t hash[HASH_BYTES];
	struct db_args args;
	enum rc rc;

	*ret_other = 0;
	db_args_init(&args, r->q->caller.spart, r->q->caller.tenant);
	db_add_uuid(&args, r->q->caller.id);
	db_add_i64(&args, r->l->epoch);
	db_add_i64(&args, (int64_t)r->l->sequence);
	db_add_i64(&args, (int64_t)r->l[r->n - 1].sequence);
	rc = db_run(r->q->db, SQL_EVENT_HASHES, &args, &rows, reterr);
	for (int i = 0; rc == RC_OK && i < rows.n && r->n > 0; i++) {
		if ((uint64_t)db_i64(&rows, i, 0) != r->l->sequence ||
			!db_fixed(&rows, i, 1, hash, sizeof(hash))) {
			break;
		}
		if (memcmp(hash, r->l->hash, HASH_BYTES) != 0) {
			*ret_other = r->l->sequence;
			break;
		}
		r->l++;
		r->n--;
	}
	db_rows_free(&rows);
	return rc;
}

/* --- another epoch -------------------------------------------------------- */

/* The hub holds the line it says it goes on from. */
static enum rc
holds(struct run *r, uint32_t epoch, uint64_t sequence, bool *ret,
	struct err *reterr)
{
	struct db_rows rows = {0};
	uint8_t hash[HASH_BYTES];
	struct db_args args;
	enum rc rc;

	db_args_init(&args, r->q->caller.spart, r->q->caller.tenant);
	db_add_uuid(&args, r->q->caller.id);
	db_add_i64(&args, epoch);
	db_add_i64(&args, (int64_t)sequence);
	db_add_i64(&args, (int64_t)sequence);
	rc = db_run(r->q->db, SQL_EVENT_HASHES, &args, &rows, reterr);
	*ret = rc == RC_OK && rows.n == 1 &&
	       db_fixed(&rows, 0, 1, hash, sizeof(hash)) &&
	       memcmp(hash, r->l->prev, HASH_BYTES) == 0;
	db_rows_free(&rows);
	return rc;
}

static bool
is_hex_of(const char *text, const uint8_t *p, size_t n)
{
	uint8_t b[HASH_BYTES];

	return hex_decode(b, n, text, 2 * n) == RC_OK && memcmp(b, p, n) == 0;
}

static enum rc
may_open(struct run *r, uint32_t *ret_epoch, uint64_t *ret_sequence,
	bool *ret_key, struct err *reterr)
{
	const struct anchor *h = &r->a->state.head;
	const char *hash = NULL, *key = NULL;
	bool held = false;
	enum rc rc = ingest_begins(r->q, r->a, r->l->sequence, &held, reterr);

	if (rc != RC_OK || held) {
		*ret_epoch = 0;
		*ret_sequence = 0;
		return rc;
	}
	if (!ingest_from(
		    r->l, h->epoch, ret_epoch, ret_sequence, &hash, &key) ||
		(hash != NULL && !is_hex_of(hash, r->l->prev, HASH_BYTES))) {
		if (r->l->sequence > h->sequence + 1) {
			return gap(r, h->sequence + 1);
		}
		return fork(r, r->l->epoch, r->l->sequence, reterr);
	}
	if (key != NULL &&
		!is_hex_of(key, r->q->caller.public_key, SIGN_PUB_BYTES)) {
		return answer_problem(r->a, PROBLEM_DENIED,
			"epoch %u has a signing key this link was not "
			"enrolled with",
			r->l->epoch);
	}
	*ret_key = key != NULL;
	rc = holds(r, *ret_epoch, *ret_sequence, &held, reterr);
	if (rc != RC_OK || held) {
		return rc;
	}
	if (*ret_epoch >= h->epoch && *ret_sequence > h->sequence) {
		return gap(r, h->sequence + 1);
	}
	return fork(r, r->l->epoch, r->l->sequence, reterr);
}

static enum rc
open_epoch(struct run *r, struct err *reterr)
{
	struct anchor was = r->a->state.head;
	uint32_t epoch = r->l->epoch, from = 0;
	const struct ingest_line *first = r->l;
	uint64_t sequence = 0;
	struct db_args args;
	bool key = false;
	enum rc rc = may_open(r, &from, &sequence, &key, reterr);

	if (rc != RC_OK || r->a->problem != PROBLEM_NONE) {
		return rc;
	}
	args_head(r, &args);
	db_add_i64(&args, epoch);
	if (key) {
		db_add_bytes(&args, r->q->caller.public_key, SIGN_PUB_BYTES);
	} else {
		db_add_null(&args);
	}
	db_add_i64(&args, (int64_t)first->sequence);
	db_add_i64(&args, from);
	db_add_i64(&args, (int64_t)sequence);
	db_add_bytes(&args, first->prev, HASH_BYTES);
	db_add_i64(&args, r->c.bytes);
	rc = swapped(r, SQL_EPOCH_OPEN, &args, reterr);
	if (rc == RC_OK && r->n == 0 && was.epoch == 0) {
		rc = ingest_late(r->q, epoch, first->sequence, reterr);
	}
	if (rc == RC_OK && r->n == 0 && was.epoch == from &&
		was.sequence > sequence) {
		rc = head_exception(r->q, "rollback", epoch, first->sequence,
			"it went on from before the last line the hub has of "
			"the epoch before; those lines stay facts",
			reterr);
	}
	return rc;
}

/* --- what is to be done next ---------------------------------------------- */

static enum rc
step(struct run *r, struct err *reterr)
{
	const struct anchor *h = &r->a->state.head;
	uint64_t other = 0;
	size_t n = r->n;
	enum rc rc;

	if (r->l->epoch == h->epoch && r->l->sequence > h->sequence) {
		if (r->l->sequence > h->sequence + 1) {
			return gap(r, h->sequence + 1);
		}
		if (memcmp(r->l->prev, h->hash, HASH_BYTES) != 0) {
			return fork(r, h->epoch, h->sequence, reterr);
		}
		return store(r, reterr);
	}
	if (r->l->epoch > h->epoch) {
		return open_epoch(r, reterr);
	}
	rc = trim(r, &other, reterr);
	if (rc != RC_OK || r->n == 0) {
		return rc;
	}
	if (other > 0) {
		return fork(r, r->l->epoch, other, reterr);
	}
	if (r->l->epoch < h->epoch) {
		return answer_problem(r->a, PROBLEM_FENCED,
			"epoch %u was superseded by %u; what it has more is "
			"salvaged",
			r->l->epoch, h->epoch);
	}
	/* behind the head and not there: this epoch began later */
	return r->n == n || r->l->sequence <= h->sequence
		       ? fork(r, r->l->epoch, r->l->sequence, reterr)
		       : RC_OK;
}

enum rc
ingest_store(struct request *q, struct answer *a, const struct ingest *b,
	struct err *reterr)
{
	struct run r = {.q = q, .a = a, .l = b->line};
	const struct ingest_line *end = b->line + b->n;
	enum rc rc = RC_OK;

	columns_init(&r.c);
	while (rc == RC_OK && a->problem == PROBLEM_NONE && r.l < end) {
		r.n = 1;
		while (r.l + r.n < end && r.l[r.n].epoch == r.l->epoch) {
			r.n++;
		}
		for (int i = 0;
			rc == RC_OK && a->problem == PROBLEM_NONE && r.n > 0;
			i++) {
			rc = i < TRIES ? step(&r, reterr)
				       : err_set(reterr, RC_BUSY, 0,
						 "ingest_store",
						 "this register's head moves "
						 "while it is looked at; try "
						 "again");
		}
	}
	columns_free(&r.c);
	return rc;
}
