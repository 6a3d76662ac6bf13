/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/salvage.h"

#include <string.h>

#include "base/sbuf.h"
#include "hub/act.h"

#include "base/poison.h"

enum rc
salvage_each(struct db *db, const struct tenant *t,
	const struct register_place *r, salvage_fn fn, void *arg,
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, r->part, t->id);
	db_add_uuid(&args, r->id);
	rc = db_run(db, SQL_SALVAGE_LIST, &args, &rows, reterr);
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		struct salvage_epoch e = {
			.epoch = db_i64(&rows, i, 0),
			.n = db_i64(&rows, i, 1),
			.first = db_i64(&rows, i, 2),
			.last = db_i64(&rows, i, 3),
			.decision = db_is_null(&rows, i, 4)
					    ? "open"
					    : db_text(&rows, i, 4),
		};

		rc = fn(arg, r, &e, reterr);
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
salvage_lines(struct db *db, const struct tenant *t,
	const struct register_place *r, int64_t epoch, salvage_line_fn fn,
	void *arg, struct err *reterr)
{
	uint8_t hash[HASH_BYTES] = {0};
	int64_t sequence = 0;
	enum rc rc = RC_OK;
	int n = 1;

	while (rc == RC_OK && n > 0) {
		struct db_rows rows = {0};
		struct db_args args;

		db_args_init(&args, r->part, t->id);
		db_add_uuid(&args, r->id);
		db_add_i64(&args, epoch);
		db_add_i64(&args, sequence);
		db_add_bytes(&args, hash, sizeof(hash));
		rc = db_run(db, SQL_SALVAGE_LINES, &args, &rows, reterr);
		n = rc == RC_OK ? rows.n : 0;
		for (int i = 0; rc == RC_OK && i < n; i++) {
			size_t len = 0;
			const uint8_t *p = db_bytes(&rows, i, 2, &len);

			sequence = db_i64(&rows, i, 0);
			(void)db_fixed(&rows, i, 1, hash, sizeof(hash));
			rc = fn(arg, p, len, reterr);
		}
		db_rows_free(&rows);
	}
	return rc;
}

struct decision {
	const struct doer *d;
	const struct tenant *t;
	const struct register_place *r;
	int64_t epoch, n;
	const char *word, *reason;
};

static enum rc
decide(struct db *db, void *arg, struct err *reterr)
{
	struct decision *d = arg;
	struct db_rows rows = {0};
	char detail[1024], id[UUID_TEXT_BYTES];
	struct db_args args;
	struct sbuf b;
	enum rc rc;

	db_args_init(&args, d->r->part, d->t->id);
	db_add_uuid(&args, d->r->id);
	db_add_i64(&args, d->epoch);
	db_add_text(&args, d->word);
	db_add_text(&args, d->d->actor);
	db_add_text(&args, d->reason);
	rc = db_do(db, SQL_SALVAGE_DECIDE, &args, &rows, reterr);
	d->n = rows.affected;
	db_rows_free(&rows);
	if (rc == RC_OK && d->n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "salvage",
			"nothing of this epoch waits for a decision");
	}
	if (rc == RC_OK) {
		db_args_init(&args, d->r->part, d->t->id);
		db_add_uuid(&args, d->r->id);
		db_add_i64(&args, d->epoch);
		db_add_text(&args, d->d->actor);
		db_add_text(&args, d->reason);
		rc = db_do(db, SQL_EXCEPTION_CLOSE, &args, NULL, reterr);
	}
	if (rc == RC_OK) {
		struct clock_reading now = clock_read(&d->d->clock);

		rc = salvage_log(db, d->t, d->r, &now, reterr);
	}
	if (rc == RC_OK) {
		uuid_format(d->r->id, id);
		sbuf_init(&b, detail, sizeof(detail));
		sbuf_printf(&b,
			"register=%s epoch=%lld decision=%s lines=%lld "
			"reason=%.600s",
			id, (long long)d->epoch, d->word, (long long)d->n,
			d->reason);
		rc = act_record(db, d->r->part, d->t->id,
			clock_read(&d->d->clock).utc, d->d->actor,
			"salvage.decided", b.p, reterr);
	}
	return rc;
}

enum rc
salvage_decide(const struct doer *d, const struct tenant *t,
	const struct register_place *r, int64_t epoch, const char *word,
	const char *reason, int64_t *ret_n, struct err *reterr)
{
	struct decision x = {.d = d,
		.t = t,
		.r = r,
		.epoch = epoch,
		.word = word,
		.reason = reason};
	enum rc rc;

	*ret_n = 0;
	if (strcmp(word, "accept") != 0 && strcmp(word, "reject") != 0) {
		return err_set(reterr, RC_INVAL, 0, "salvage",
			"decision is accept or reject");
	}
	if (strlen(reason) > SALVAGE_REASON_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "salvage",
			"a reason has at most %u bytes", SALVAGE_REASON_BYTES);
	}
	rc = db_transact(d->db, r->part, decide, &x, reterr);
	*ret_n = x.n;
	return rc;
}

static const char *
text_or(const struct db_rows *rows, int i, int col, const char *none)
{
	const char *s = db_text(rows, i, col);

	return s != NULL ? s : none;
}

enum rc
salvage_changed(const uint8_t reg[UUID_BYTES], int64_t epoch, int64_t sequence,
	struct err *reterr)
{
	char id[UUID_TEXT_BYTES];

	uuid_format(reg, id);
	return err_set(reterr, RC_CORRUPT, 0, "salvage",
		"salvaged line %lld of epoch %lld of register %s is not what "
		"came: somebody changed the database: put that row back from "
		"a backup",
		(long long)sequence, (long long)epoch, id);
}

/* --- what was accepted --- */

enum rc
salvage_accepted(struct db *db, const struct tenant *t,
	const struct register_place *r, salvage_fact_fn fn, void *arg,
	struct err *reterr)
{
	struct salvage_fact s = {0};
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc = RC_OK;

	do {
		db_args_init(&a, r->part, t->id);
		db_add_uuid(&a, r->id);
		db_add_i64(&a, s.epoch);
		db_add_i64(&a, s.sequence);
		db_add_bytes(&a, s.hash, HASH_BYTES);
		db_rows_free(&rows);
		rc = db_run(db, SQL_SALVAGE_READ, &a, &rows, reterr);
		for (int i = 0; rc == RC_OK && i < rows.n; i++) {
			s.epoch = (uint32_t)db_i64(&rows, i, 0);
			s.sequence = db_i64(&rows, i, 1);
			(void)db_fixed(&rows, i, 2, s.hash, HASH_BYTES);
			s.line = db_bytes(&rows, i, 3, &s.n_line);
			s.received = db_time(&rows, i, 4);
			s.decided = db_time(&rows, i, 5);
			s.by = text_or(&rows, i, 6, "");
			s.reason = text_or(&rows, i, 7, "");
			rc = fn(arg, &s, reterr);
		}
	} while (rc == RC_OK && rows.n > 0);
	db_rows_free(&rows);
	return rc;
}
