/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/history.h"

#include <string.h>

#include "hub/answer.h"
#include "wire/event.h"

#include "base/poison.h"

enum rc
history_way(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	const uint8_t reg[UUID_BYTES], const struct anchor *head,
	struct history_way *ret, struct err *reterr)
{
	struct db_rows rows = {0};
	uint64_t last = head->sequence;
	int64_t epoch = head->epoch;
	struct db_args args;
	enum rc rc;

	ret->n = 0;
	db_args_init(&args, part, tenant);
	db_add_uuid(&args, reg);
	rc = db_run(db, SQL_EPOCHS, &args, &rows, reterr);
	/* from the head back: where each epoch says it came from */
	for (int i = rows.n - 1; rc == RC_OK && i >= 0 && last > 0; i--) {
		struct history_piece *p = &ret->piece[ret->n];

		if (db_i64(&rows, i, 0) != epoch) {
			continue;
		}
		if (ret->n == HISTORY_EPOCHS) {
			rc = err_set(reterr, RC_RANGE, 0, "history_way",
				"this register has more than %d epochs: ask "
				"who runs the hub",
				HISTORY_EPOCHS);
			break;
		}
		p->epoch = (uint32_t)epoch;
		p->first = (uint64_t)db_i64(&rows, i, 1);
		p->last = last;
		ret->n++;
		epoch = db_i64(&rows, i, 2);
		last = (uint64_t)db_i64(&rows, i, 3);
	}
	db_rows_free(&rows);
	for (size_t i = 0; i < ret->n / 2; i++) {
		struct history_piece p = ret->piece[i];

		ret->piece[i] = ret->piece[ret->n - 1 - i];
		ret->piece[ret->n - 1 - i] = p;
	}
	return rc;
}

enum rc
history_read(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	const uint8_t reg[UUID_BYTES], const struct history_piece *piece,
	int64_t limit, struct db_rows *ret, struct err *reterr)
{
	struct db_args args;

	db_args_init(&args, part, tenant);
	db_add_uuid(&args, reg);
	db_add_i64(&args, piece->epoch);
	db_add_i64(&args, (int64_t)piece->first);
	db_add_i64(&args, (int64_t)piece->last);
	db_add_i64(&args, limit);
	db_add_i64(&args, (int64_t)HISTORY_BYTES);
	return db_run(db, SQL_EVENTS, &args, ret, reterr);
}

/* The piece in which the lines from ${from} on begin, cut to them. */
static bool
piece_from(
	const struct history_way *w, uint64_t from, struct history_piece *ret)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->piece[i].last >= from) {
			*ret = w->piece[i];
			ret->first = ret->first > from ? ret->first : from;
			return true;
		}
	}
	return false;
}

static enum rc
put_lines(struct answer *a, const struct db_rows *rows, struct err *reterr)
{
	size_t n = 1, len = 0;
	enum rc rc;

	for (int i = 0; i < rows->n; i++) {
		(void)db_bytes(rows, i, 1, &len);
		n += len + 1;
	}
	rc = answer_room(a, n, reterr);
	for (int i = 0; rc == RC_OK && i < rows->n; i++) {
		const uint8_t *p = db_bytes(rows, i, 1, &len);

		sbuf_write(&a->body, p, len);
		sbuf_putc(&a->body, '\n');
	}
	return rc;
}

enum rc
history_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct history_way way;
	struct history_piece piece;
	struct db_rows rows = {0};
	int64_t from = 0, limit = 0, epoch = 0;
	bool any;
	enum rc rc;

	if (q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now; what this one "
			"has more is salvaged");
	}
	rc = request_number(q, "from", 1, INT64_MAX / 2, 1, &from, reterr);
	if (rc == RC_OK) {
		rc = request_number(q, "limit", 1, HISTORY_LINES, HISTORY_LINES,
			&limit, reterr);
	}
	if (rc == RC_OK) {
		rc = request_number(
			q, "epoch", 0, UINT32_MAX, 0, &epoch, reterr);
	}
	if (rc == RC_OK && epoch == 0) {
		rc = history_way(q->db, q->caller.spart, q->caller.tenant,
			q->caller.id, &a->state.head, &way, reterr);
	} else if (rc == RC_OK) {
		way.n = 1;
		way.piece[0] = (struct history_piece){
			(uint32_t)epoch, 1, INT64_MAX / 2};
	}
	if (rc != RC_OK) {
		return rc;
	}
	a->type = "application/jsonl";
	any = piece_from(&way, (uint64_t)from, &piece);
	if (any) {
		rc = history_read(q->db, q->caller.spart, q->caller.tenant,
			q->caller.id, &piece, limit, &rows, reterr);
	}
	if (rc == RC_OK) {
		rc = put_lines(a, &rows, reterr);
	}
	db_rows_free(&rows);
	return rc;
}
