/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/parse.h"
#include "hub/admin_internal.h"
#include "hub/salvage.h"

#include "base/poison.h"

/* A store's part may be labeled otherwise than it was. */
enum rc
admin_may(const struct admin *m, uint8_t part, struct err *reterr)
{
	return hub_config_may(m->q->hub->config, part, m->t.residency)
		       ? RC_OK
		       : err_set(reterr, RC_DENIED, 0, "admin",
				 "this store's data may not be kept nor given "
				 "out here: ask the hub of its region");
}

enum rc
admin_register(struct admin *m, const char *word, struct register_place *ret,
	struct err *reterr)
{
	uint8_t id[UUID_BYTES];
	enum rc rc;

	/* by its id alone: numbers are for people */
	if (uuid_parse(word, strlen(word), id) != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, "admin",
			"there is no register of this id");
	}
	rc = register_find(m->q->db, &m->t, word, ret, reterr);
	return rc == RC_OK ? admin_may(m, ret->part, reterr) : rc;
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
		rc = admin_may(m, s.part, reterr);
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
	struct register_place r = {0};
	enum rc rc =
		m == NULL ? RC_NOMEM : admin_register(m, q->arg[0], &r, reterr);

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
		rc = admin_register(m, q->arg[0], &r, reterr);
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

struct salvaged {
	struct admin *m;
	int n; /* epochs that were put */
	bool takes;
};

static enum rc
put_epoch(void *arg, const struct register_place *r,
	const struct salvage_epoch *e, struct err *reterr)
{
	struct salvaged *s = arg;
	struct json *j = &s->m->j;

	(void)reterr;
	if (s->n == 0) {
		s->takes = admin_page_takes(s->m, r->id);
	}
	if (!s->takes || s->n == 8) {
		return RC_OK; /* a row has an end: 'holdfast-hub salvage' */
	}
	if (s->n++ == 0) {
		json_obj(j, NULL);
		admin_id(j, "register", r->id);
		json_str(j, "number", r->number);
		json_arr(j, "epochs");
	}
	json_obj(j, NULL);
	json_i64(j, "epoch", e->epoch);
	json_i64(j, "lines", e->n);
	json_i64(j, "first", e->first);
	json_i64(j, "last", e->last);
	json_str(j, "decision", e->decision);
	json_obj_end(j);
	return RC_OK;
}

static enum rc
put_salvage(void *arg, const struct register_place *r, struct err *reterr)
{
	struct salvaged s = {.m = arg};
	enum rc rc = RC_OK;

	if (admin_may(s.m, r->part, NULL) == RC_OK) {
		rc = salvage_each(
			s.m->q->db, &s.m->t, r, put_epoch, &s, reterr);
	}
	if (s.n > 0) {
		json_arr_end(&s.m->j);
		json_obj_end(&s.m->j);
	}
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

enum rc
admin_salvage_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	const char *word = "", *reason = "";
	struct register_place r;
	int64_t epoch = 0, n = 0;
	enum rc rc = m == NULL ? RC_NOMEM : admin_object(m, reterr);

	if (rc == RC_OK) {
		rc = admin_text(m, "decision", true, &word, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_text(m, "reason", true, &reason, reterr);
	}
	if (rc == RC_OK && parse_i64(q->arg[1], strlen(q->arg[1]), 0,
				   UINT32_MAX, &epoch) != RC_OK) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "admin",
			"an epoch is a number");
	}
	if (rc == RC_OK) {
		rc = admin_register(m, q->arg[0], &r, reterr);
	}
	if (rc == RC_OK) {
		rc = salvage_decide(
			&m->doer, &m->t, &r, epoch, word, reason, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, ADMIN_ROW_BYTES, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		json_str(&m->j, "decision", word);
		json_i64(&m->j, "lines", n);
		json_obj_end(&m->j);
	}
	admin_free(m);
	return rc;
}
