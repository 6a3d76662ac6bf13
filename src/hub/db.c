/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "hub/db_internal.h"

#include "base/poison.h"

#define TRIES 5

/* --- one round trip --- */

static const char *
name_of(enum sql which, char out[16])
{
	struct sbuf b;

	sbuf_init(&b, out, 16);
	sbuf_putc(&b, 's');
	sbuf_u64(&b, (uint64_t)which);
	return out;
}

static bool
send_text(struct db_conn *c, bool unprepared, enum sql which, int n,
	const char *const value[])
{
	char name[16];

	if (unprepared) {
		return PQsendQueryParams(c->pg, sql_of(which)->text, n, NULL,
			       value, NULL, NULL, 1) == 1;
	}
	return PQsendQueryPrepared(c->pg, name_of(which, name), n, value, NULL,
		       NULL, 1) == 1;
}

static bool
send_control(struct db_conn *c, bool unprepared, enum sql which)
{
	return send_text(c, unprepared, which, 0, NULL);
}

static bool
send_tenant(
	struct db_conn *c, bool unprepared, const uint8_t tenant[UUID_BYTES])
{
	char id[UUID_TEXT_BYTES];
	const char *value[] = {id};

	uuid_format(tenant, id);
	return send_text(c, unprepared, SQL_TENANT, 1, value);
}

static bool
send_statement(struct db_conn *c, bool unprepared, enum sql which,
	const struct db_args *a)
{
	char name[16];

	if (unprepared) {
		return PQsendQueryParams(c->pg, sql_of(which)->text, a->n, NULL,
			       a->value, a->len, a->format, 1) == 1;
	}
	return PQsendQueryPrepared(c->pg, name_of(which, name), a->n, a->value,
		       a->len, a->format, 1) == 1;
}

/* Results of a pipeline up to its end.  The one of command ${keep} is kept,
 * the first failure is told. */
static enum rc
collect(struct db_conn *c, int n, int keep, const char *what, PGresult **ret,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	for (int i = 0; i <= n; i++) {
		PGresult *res = PQgetResult(c->pg);
		ExecStatusType st = PQresultStatus(res);

		if (res == NULL) {
			return db_fail(c->pg, NULL, what, reterr);
		}
		if (st == PGRES_PIPELINE_SYNC) {
			PQclear(res);
			break;
		}
		if (st == PGRES_TUPLES_OK || st == PGRES_COMMAND_OK) {
			if (i == keep) {
				*ret = res;
				res = NULL;
			}
		} else if (rc == RC_OK && st != PGRES_PIPELINE_ABORTED) {
			rc = db_fail(c->pg, res, what, reterr);
		}
		PQclear(res);
		/* each command's results end with a NULL */
		for (res = PQgetResult(c->pg); res != NULL;
			res = PQgetResult(c->pg)) {
			PQclear(res);
		}
	}
	return rc;
}

static void
rows_take(struct db_rows *ret, PGresult *res)
{
	int64_t n = 0;
	const char *text = PQcmdTuples(res);

	for (; text != NULL && *text >= '0' && *text <= '9'; text++) {
		n = n * 10 + (*text - '0');
	}
	ret->res = res;
	ret->n = PQntuples(res);
	ret->affected = n;
}

static enum rc
prepare(struct db_conn *c, enum sql which, struct err *reterr)
{
	char name[16];
	PGresult *res;
	enum rc rc = RC_OK;

	if (c->prepared[which]) {
		return RC_OK;
	}
	res = PQprepare(
		c->pg, name_of(which, name), sql_of(which)->text, 0, NULL);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		rc = db_fail(c->pg, res, sql_of(which)->name, reterr);
	}
	c->prepared[which] = rc == RC_OK;
	PQclear(res);
	return rc;
}

/* With what goes around it. */
static enum rc
prepare_whole(struct db_conn *c, enum sql which, struct err *reterr)
{
	const enum sql all[] = {SQL_BEGIN, SQL_TENANT, which, SQL_COMMIT};
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(all); i++) {
		rc = prepare(c, all[i], reterr);
	}
	return rc;
}

static enum rc
rollback(struct db_conn *c)
{
	PGresult *res = PQexecParams(c->pg, sql_of(SQL_ROLLBACK)->text, 0, NULL,
		NULL, NULL, NULL, 1);
	enum rc rc = PQresultStatus(res) == PGRES_COMMAND_OK ? RC_OK : RC_DOWN;

	PQclear(res);
	if (rc != RC_OK) {
		db_drop(c);
	}
	return rc;
}

/* A write that was warned of is one that may be on one machine only. */
static enum rc
doubtful(struct db_conn *c, struct err *reterr)
{
	db_drop(c);
	return err_set(reterr, RC_DOWN, 0, "db",
		"the database warned while it committed: the outcome is "
		"looked up");
}

static enum rc
run_once(struct db *db, enum sql which, const struct db_args *a,
	struct db_rows *ret, struct err *reterr)
{
	const struct sql_row *sql = sql_of(which);
	struct db_thread *t = NULL;
	struct db_conn *c = NULL;
	PGresult *res = NULL;
	bool unprepared, sent;
	enum rc rc = db_conn_of(db, a->part, &t, &c, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	unprepared = db->config->db[c - t->conn].unprepared;
	if (!unprepared) {
		rc = prepare_whole(c, which, reterr);
		if (rc != RC_OK) {
			goto out;
		}
	}
	c->warned = false;
	if (PQenterPipelineMode(c->pg) != 1) {
		rc = db_fail(c->pg, NULL, sql->name, reterr);
		goto out;
	}
	sent = send_control(c, unprepared, SQL_BEGIN) &&
	       send_tenant(c, unprepared, a->tenant) &&
	       send_statement(c, unprepared, which, a) &&
	       send_control(c, unprepared, SQL_COMMIT) &&
	       PQpipelineSync(c->pg) == 1;
	rc = sent ? collect(c, 4, 2, sql->name, &res, reterr)
		  : db_fail(c->pg, NULL, sql->name, reterr);
	if (rc != RC_DOWN && PQexitPipelineMode(c->pg) != 1) {
		rc = db_fail(c->pg, NULL, sql->name, reterr);
		db_drop(c);
	}
	if (rc == RC_OK && c->warned && sql->kind == SQL_WRITES) {
		rc = doubtful(c, reterr);
	}
out:
	if (rc == RC_DOWN) {
		db_drop(c);
	} else if (rc != RC_OK && c->pg != NULL &&
		   PQtransactionStatus(c->pg) != PQTRANS_IDLE) {
		(void)rollback(c);
	}
	if (rc == RC_OK && ret != NULL) {
		rows_take(ret, res);
		res = NULL;
	}
	PQclear(res);
	return rc;
}

static enum rc
check_open(const struct db_thread *t, enum sql which, struct err *reterr)
{
	if (t != NULL && t->open != NULL) {
		return err_set(reterr, RC_INVAL, 0, "db",
			"%s: a transaction of this thread is open",
			sql_of(which)->name);
	}
	return RC_OK;
}

static enum rc
check_args(enum sql which, const struct db_args *a, struct err *reterr)
{
	if (a->n > DB_ARGS) {
		return err_set(reterr, RC_INVAL, 0, "db",
			"%s: too many values, or an array that had no memory",
			sql_of(which)->name);
	}
	return RC_OK;
}

enum rc
db_run(struct db *db, enum sql which, const struct db_args *a,
	struct db_rows *ret, struct err *reterr)
{
	enum rc rc = check_open(db_mine(db), which, reterr);
	int tries = TRIES;
	bool fresh = false;

	if (rc == RC_OK) {
		rc = check_args(which, a, reterr);
	}
	while (rc == RC_OK) {
		atomic_fetch_add(&db->in_use, 1);
		rc = run_once(db, which, a, ret, reterr);
		atomic_fetch_sub(&db->in_use, 1);
		if (rc == RC_AGAIN && --tries > 0) {
			rc = RC_OK;
		} else if (rc == RC_DOWN && !fresh &&
			   sql_of(which)->kind == SQL_READS) {
			fresh = true;
			rc = RC_OK;
		} else {
			break;
		}
	}
	return rc;
}

/* --- several statements --- */

static enum rc
plain(struct db_conn *c, enum sql which, struct err *reterr)
{
	PGresult *res = PQexecParams(
		c->pg, sql_of(which)->text, 0, NULL, NULL, NULL, NULL, 1);
	enum rc rc = RC_OK;

	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		rc = db_fail(c->pg, res, sql_of(which)->name, reterr);
	} else if (which == SQL_COMMIT &&
		   strcmp(PQcmdStatus(res), "COMMIT") != 0) {
		rc = err_set(reterr, RC_IO, 0, "db",
			"the transaction was rolled back, not committed");
	}
	PQclear(res);
	return rc;
}

enum rc
db_begin(struct db *db, uint8_t part, struct err *reterr)
{
	struct db_thread *t = NULL;
	struct db_conn *c = NULL;
	enum rc rc = check_open(db_mine(db), SQL_BEGIN, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = RC_DOWN;
	/* nothing was asked yet: a connection that died idle costs one more */
	for (int i = 0; i < 2 && rc == RC_DOWN; i++) {
		rc = db_conn_of(db, part, &t, &c, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		c->warned = false;
		rc = plain(c, SQL_BEGIN, reterr);
		if (rc != RC_OK) {
			db_drop(c);
		}
	}
	if (rc == RC_OK) {
		atomic_fetch_add(&db->in_use, 1);
		t->open = c;
		t->part = part;
		t->has_tenant = false;
	}
	return rc;
}

static enum rc
speak_for(struct db_thread *t, const uint8_t tenant[UUID_BYTES],
	struct err *reterr)
{
	char id[UUID_TEXT_BYTES];
	const char *value[] = {id};
	PGresult *res;
	enum rc rc = RC_OK;

	if (t->has_tenant && memcmp(t->tenant, tenant, UUID_BYTES) == 0) {
		return RC_OK;
	}
	uuid_format(tenant, id);
	res = PQexecParams(t->open->pg, sql_of(SQL_TENANT)->text, 1, NULL,
		value, NULL, NULL, 1);
	if (PQresultStatus(res) != PGRES_TUPLES_OK) {
		rc = db_fail(t->open->pg, res, "tenant", reterr);
	}
	PQclear(res);
	t->has_tenant = rc == RC_OK;
	memcpy(t->tenant, tenant, UUID_BYTES);
	return rc;
}

enum rc
db_do(struct db *db, enum sql which, const struct db_args *a,
	struct db_rows *ret, struct err *reterr)
{
	struct db_thread *t = db_mine(db);
	PGresult *res = NULL;
	char name[16];
	bool unprepared;
	enum rc rc = check_args(which, a, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (t == NULL || t->open == NULL || t->part != a->part) {
		return err_set(reterr, RC_INVAL, 0, "db",
			"%s: no transaction of part %u is open",
			sql_of(which)->name, a->part);
	}
	unprepared = db->config->db[t->open - t->conn].unprepared;
	rc = speak_for(t, a->tenant, reterr);
	if (rc == RC_OK && !unprepared) {
		rc = prepare(t->open, which, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (unprepared) {
		res = PQexecParams(t->open->pg, sql_of(which)->text, a->n, NULL,
			a->value, a->len, a->format, 1);
	} else {
		res = PQexecPrepared(t->open->pg, name_of(which, name), a->n,
			a->value, a->len, a->format, 1);
	}
	if (PQresultStatus(res) != PGRES_TUPLES_OK &&
		PQresultStatus(res) != PGRES_COMMAND_OK) {
		rc = db_fail(t->open->pg, res, sql_of(which)->name, reterr);
	} else if (ret != NULL) {
		rows_take(ret, res);
		res = NULL;
	}
	PQclear(res);
	return rc;
}

enum rc
db_commit(struct db *db, struct err *reterr)
{
	struct db_thread *t = db_mine(db);
	enum rc rc;

	if (t == NULL || t->open == NULL) {
		return err_set(
			reterr, RC_INVAL, 0, "db", "no transaction is open");
	}
	rc = plain(t->open, SQL_COMMIT, reterr);
	if (rc == RC_OK && t->open->warned) {
		rc = doubtful(t->open, reterr);
	} else if (rc == RC_DOWN) {
		db_drop(t->open);
	}
	atomic_fetch_sub(&db->in_use, 1);
	t->open = NULL;
	return rc;
}

void
db_abort(struct db *db)
{
	struct db_thread *t = db_mine(db);

	if (t != NULL && t->open != NULL) {
		if (t->open->pg != NULL) {
			(void)rollback(t->open);
		}
		atomic_fetch_sub(&db->in_use, 1);
		t->open = NULL;
	}
}

enum rc
db_transact(
	struct db *db, uint8_t part, db_fn fn, void *arg, struct err *reterr)
{
	enum rc rc = RC_AGAIN;

	for (int i = 0; i < TRIES && rc == RC_AGAIN; i++) {
		rc = db_begin(db, part, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		rc = fn(db, arg, reterr);
		if (rc == RC_OK) {
			rc = db_commit(db, reterr);
		} else {
			db_abort(db);
		}
	}
	return rc;
}

enum rc
db_ask(struct db *db, uint8_t part, enum sql which, struct db_rows *ret,
	struct err *reterr)
{
	struct db_thread *t = NULL;
	struct db_conn *c = NULL;
	PGresult *res;
	enum rc rc = check_open(db_mine(db), which, reterr);

	if (rc == RC_OK) {
		rc = db_conn_of(db, part, &t, &c, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	res = PQexecParams(
		c->pg, sql_of(which)->text, 0, NULL, NULL, NULL, NULL, 1);
	if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		rows_take(ret, res);
		return RC_OK;
	}
	rc = db_fail(c->pg, res, sql_of(which)->name, reterr);
	PQclear(res);
	if (rc == RC_DOWN) {
		db_drop(c);
	}
	return rc;
}

int64_t
db_in_use(struct db *db)
{
	return atomic_load(&db->in_use);
}

void
db_ping(struct db *db, size_t *ret_up, size_t *ret_all)
{
	struct db_thread *t = db_mine(db);

	*ret_up = 0;
	*ret_all = db->config->n_db;
	for (size_t i = 0; t != NULL && i < db->config->n_db; i++) {
		struct db_conn *c = NULL;
		PGresult *res;

		if (db_conn_ready(t, i, &c, NULL) != RC_OK) {
			continue;
		}
		res = PQexecParams(c->pg, sql_of(SQL_PING)->text, 0, NULL, NULL,
			NULL, NULL, 1);
		if (PQresultStatus(res) == PGRES_TUPLES_OK) {
			(*ret_up)++;
		} else {
			db_drop(c);
		}
		PQclear(res);
	}
}
