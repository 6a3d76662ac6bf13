/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/parse.h"
#include "hub/admin_internal.h"

#include "base/poison.h"

/* A store's part may be labeled otherwise than it was. */
static enum rc
may(const struct admin *m, uint8_t part, struct err *reterr)
{
	return hub_config_may(m->q->hub->config, part, m->t.residency)
		       ? RC_OK
		       : err_set(reterr, RC_DENIED, 0, "admin",
				 "this store's data may not be kept nor given "
				 "out here: ask the hub of its region");
}

enum rc
admin_register(struct admin *m, struct register_place *ret, struct err *reterr)
{
	uint8_t id[UUID_BYTES];
	enum rc rc;

	/* by its id alone: numbers are for people */
	if (uuid_parse(m->q->arg[0], strlen(m->q->arg[0]), id) != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, "admin",
			"there is no register of this id");
	}
	rc = register_find(m->q->db, &m->t, m->q->arg[0], ret, reterr);
	return rc == RC_OK ? may(m, ret->part, reterr) : rc;
}

/* --- the list ------------------------------------------------------------- */

static void
put_state(struct json *j, const struct db_rows *s)
{
	json_str_some(j, "state", db_text(s, 0, 0));
	json_obj(j, "head");
	json_i64(j, "epoch", db_i64(s, 0, 1));
	json_i64(j, "sequence", db_i64(s, 0, 2));
	json_obj_end(j);
	json_i64(j, "durable", db_i64(s, 0, 4));
	admin_time(j, "head_at", db_time(s, 0, 5));
	admin_time(j, "seen", db_time(s, 0, 6));
	json_i64_some(j, "offset_ms", db_i64(s, 0, 7));
	json_i64_some(j, "backlog", db_i64(s, 0, 8));
	admin_time(j, "backlog_oldest", db_time(s, 0, 9));
	json_i64_some(j, "quarantined", db_i64(s, 0, 10));
	json_str_some(j, "product", db_text(s, 0, 11));
}

static enum rc
put_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct admin *m = arg;
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (!admin_page_takes(m, r->id)) {
		return RC_OK;
	}
	db_args_init(&args, r->part, m->t.id);
	db_add_uuid(&args, r->id);
	rc = db_run(m->q->db, SQL_REGISTER_STATE, &args, &rows, reterr);
	if (rc == RC_OK) {
		json_obj(&m->j, NULL);
		admin_id(&m->j, "register", r->id);
		admin_id(&m->j, "store", r->store);
		json_str(&m->j, "number", r->number);
		json_i64(&m->j, "part", r->part);
		admin_time(&m->j, "since", r->since);
		if (rows.n == 1) {
			put_state(&m->j, &rows);
		}
		json_obj_end(&m->j);
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
admin_registers_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	enum rc rc = m == NULL ? RC_NOMEM : admin_page(m, "registers", reterr);

	if (rc == RC_OK) {
		rc = register_each(q->db, &m->t, put_register, m, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_page_end(m, reterr);
	}
	admin_free(m);
	return rc;
}

/* --- codes ---------------------------------------------------------------- */

static enum rc
put_code(struct admin *m, const struct register_place *r, const char *code,
	const char *kind, struct err *reterr)
{
	enum rc rc = answer_room(m->a, ADMIN_ROW_BYTES, reterr);

	if (rc == RC_OK) {
		m->a->status = 201;
		json_init(&m->j, &m->a->body);
		json_obj(&m->j, NULL);
		admin_id(&m->j, "register", r->id);
		admin_id(&m->j, "store", r->store);
		json_str(&m->j, "number", r->number);
		json_i64(&m->j, "part", r->part);
		json_str(&m->j, "kind", kind);
		json_str(&m->j, "code", code);
		json_i64(&m->j, "minutes", CODE_MINUTES);
		json_obj_end(&m->j);
	}
	return rc;
}

enum rc
admin_registers_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	const char *store = NULL;
	const char *number = NULL;
	char code[CODE_TEXT_BYTES];
	struct register_place r;
	struct store_place s;
	enum rc rc = m == NULL ? RC_NOMEM : admin_object(m, reterr);

	if (rc == RC_OK) {
		rc = admin_text(m, "store", true, &store, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_text(m, "number", true, &number, reterr);
	}
	if (rc == RC_OK) {
		rc = store_find(q->db, &m->t, store, &s, reterr);
		rc = rc == RC_NOTFOUND || rc == RC_DECLINED ? RC_INVAL : rc;
	}
	if (rc == RC_OK) {
		rc = may(m, s.part, reterr);
	}
	if (rc == RC_OK) {
		rc = register_add(
			&m->doer, &m->t, &s, number, &r, code, reterr);
	}
	if (rc == RC_OK) {
		rc = put_code(m, &r, code, "enroll", reterr);
	}
	admin_free(m);
	return rc;
}

enum rc
admin_code_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	char code[CODE_TEXT_BYTES];
	const char *kind = "";
	struct register_place r;
	enum rc rc = m == NULL ? RC_NOMEM : admin_register(m, &r, reterr);

	if (rc == RC_OK) {
		rc = register_code(&m->doer, &m->t, &r, code, &kind, reterr);
	}
	if (rc == RC_OK) {
		rc = put_code(m, &r, code, kind, reterr);
	}
	admin_free(m);
	return rc;
}

enum rc
admin_revoke_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	const char *why = "";
	struct register_place r;
	enum rc rc = m == NULL ? RC_NOMEM : admin_object(m, reterr);

	if (rc == RC_OK) {
		rc = admin_text(m, "why", true, &why, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_register(m, &r, reterr);
	}
	if (rc == RC_OK) {
		rc = register_revoke(&m->doer, &m->t, &r, why, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, ADMIN_ROW_BYTES, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		admin_id(&m->j, "register", r.id);
		json_str(&m->j, "state", "revoked");
		json_obj_end(&m->j);
	}
	admin_free(m);
	return rc;
}

/* --- what was salvaged ---------------------------------------------------- */

static enum rc
put_salvage(void *arg, const struct register_place *r, struct err *reterr)
{
	struct admin *m = arg;
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (may(m, r->part, NULL) != RC_OK) {
		return RC_OK;
	}
	db_args_init(&args, r->part, m->t.id);
	db_add_uuid(&args, r->id);
	rc = db_run(m->q->db, SQL_SALVAGE_LIST, &args, &rows, reterr);
	if (rc == RC_OK && rows.n > 0 && admin_page_takes(m, r->id)) {
		json_obj(&m->j, NULL);
		admin_id(&m->j, "register", r->id);
		json_str(&m->j, "number", r->number);
		json_arr(&m->j, "epochs");
		for (int i = 0; i < rows.n && i < 8; i++) {
			json_obj(&m->j, NULL);
			json_i64(&m->j, "epoch", db_i64(&rows, i, 0));
			json_i64(&m->j, "lines", db_i64(&rows, i, 1));
			json_i64(&m->j, "first", db_i64(&rows, i, 2));
			json_i64(&m->j, "last", db_i64(&rows, i, 3));
			json_str(&m->j, "decision",
				db_is_null(&rows, i, 4) ? "open"
							: db_text(&rows, i, 4));
			json_obj_end(&m->j);
		}
		json_arr_end(&m->j);
		json_obj_end(&m->j);
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
admin_salvage_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	enum rc rc = m == NULL ? RC_NOMEM : admin_page(m, "salvage", reterr);

	if (rc == RC_OK) {
		rc = register_each(q->db, &m->t, put_salvage, m, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_page_end(m, reterr);
	}
	admin_free(m);
	return rc;
}

/* In the register's part, with its act there. */
struct decision {
	struct admin *m;
	struct register_place r;
	int64_t epoch, n;
	const char *word, *reason;
};

static enum rc
decide(struct db *db, void *arg, struct err *reterr)
{
	struct decision *d = arg;
	struct db_rows rows = {0};
	char detail[400];
	struct db_args a;
	struct sbuf b;
	enum rc rc;

	db_args_init(&a, d->r.part, d->m->t.id);
	db_add_uuid(&a, d->r.id);
	db_add_i64(&a, d->epoch);
	db_add_text(&a, d->word);
	db_add_text(&a, d->m->actor);
	db_add_text(&a, d->reason);
	rc = db_do(db, SQL_SALVAGE_DECIDE, &a, &rows, reterr);
	d->n = rows.affected;
	db_rows_free(&rows);
	if (rc == RC_OK && d->n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "admin",
			"nothing of this epoch waits for a decision");
	}
	if (rc == RC_OK) {
		sbuf_init(&b, detail, sizeof(detail));
		sbuf_printf(&b, "register=%s epoch=%lld decision=%s lines=%lld",
			d->m->q->arg[0], (long long)d->epoch, d->word,
			(long long)d->n);
		rc = act_record(db, d->r.part, d->m->t.id, d->m->q->now,
			d->m->actor, "salvage.decided", b.p, reterr);
	}
	return rc;
}

static enum rc
read_decision(struct admin *m, struct decision *d, struct err *reterr)
{
	enum rc rc = admin_object(m, reterr);

	d->m = m;
	if (rc == RC_OK) {
		rc = admin_text(m, "decision", true, &d->word, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_text(m, "reason", true, &d->reason, reterr);
	}
	if (rc == RC_OK && strcmp(d->word, "accept") != 0 &&
		strcmp(d->word, "reject") != 0) {
		rc = err_set(reterr, RC_INVAL, 0, "admin",
			"decision is accept or reject");
	}
	if (rc == RC_OK && parse_i64(m->q->arg[1], strlen(m->q->arg[1]), 0,
				   UINT32_MAX, &d->epoch) != RC_OK) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "admin",
			"an epoch is a number");
	}
	return rc == RC_OK ? admin_register(m, &d->r, reterr) : rc;
}

enum rc
admin_salvage_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	struct decision d = {.n = 0};
	enum rc rc = m == NULL ? RC_NOMEM : read_decision(m, &d, reterr);

	if (rc == RC_OK) {
		rc = db_transact(q->db, d.r.part, decide, &d, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, ADMIN_ROW_BYTES, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		json_str(&m->j, "decision", d.word);
		json_i64(&m->j, "lines", d.n);
		json_obj_end(&m->j);
	}
	admin_free(m);
	return rc;
}
