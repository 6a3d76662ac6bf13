/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "hub/db_internal.h"

#include "base/poison.h"

/* a server that is not there is not asked by every request */
#define RETRY_US INT64_C(500000)

enum rc
db_rc_of(const char *s)
{
	static const struct {
		const char *state;
		size_t n;
		enum rc rc;
	} table[] = {
		{"40001", 5, RC_AGAIN},
		{"40P01", 5, RC_AGAIN},
		{"40003", 5, RC_DOWN}, /* nobody knows whether it committed */
		{"08", 2, RC_DOWN},
		{"57P", 3, RC_DOWN},   /* going down, coming up */
		{"25006", 5, RC_DOWN}, /* a standby: the writer is elsewhere */
		{"53300", 5, RC_DOWN},
		{"23505", 5, RC_EXISTS},
		{"53100", 5, RC_NOSPC},
		{"42501", 5, RC_DENIED},
		{"23514", 5, RC_INVAL},
		{"22", 2, RC_INVAL},
	};

	for (size_t i = 0; s != NULL && i < ARRAY_LEN(table); i++) {
		if (strncmp(s, table[i].state, table[i].n) == 0) {
			return table[i].rc;
		}
	}
	return RC_IO;
}

static void
first_line(const char *text, char *out, size_t cap)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (text != NULL) {
		sbuf_write(&b, text, strcspn(text, "\n"));
	}
}

enum rc
db_fail(PGconn *pg, const PGresult *res, const char *what, struct err *reterr)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	char line[200];
	enum rc rc = db_rc_of(state);

	if (state == NULL || PQstatus(pg) == CONNECTION_BAD) {
		rc = RC_DOWN;
	}
	first_line(
		text != NULL ? text : PQerrorMessage(pg), line, sizeof(line));
	/* no such table or column */
	if (state != NULL &&
		(strcmp(state, "42P01") == 0 || strcmp(state, "42703") == 0)) {
		return err_set(reterr, rc, 0, "db",
			"the database is of an older holdfast-hub: run "
			"'holdfast-hub setup' (%s)",
			line);
	}
	return err_set(reterr, rc, 0, "db", "the database, %s: %s%s%s%s", what,
		line[0] != '\0' ? line : "the connection is gone",
		state != NULL ? " (" : "", state != NULL ? state : "",
		state != NULL ? ")" : "");
}

/* --- connections --- */

static void
quiet(void *arg, const PGresult *res)
{
	bool *warned = arg;
	const char *level =
		PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

	/* "committed here, but perhaps not at the standby" is a warning */
	if (warned != NULL && level != NULL && strcmp(level, "WARNING") == 0) {
		*warned = true;
	}
}

enum rc
db_connect(const char *conninfo, PGconn **ret, struct err *reterr)
{
	/* of two, the later counts: the conninfo may say otherwise */
	static const char *const name[] = {"connect_timeout",
		"tcp_user_timeout", "keepalives_idle", "application_name",
		"client_encoding", "dbname", NULL};
	const char *value[] = {
		"10", "30000", "30", "holdfast-hub", "UTF8", conninfo, NULL};
	PGconn *pg = PQconnectdbParams(name, value, 1);
	char line[200];
	enum rc rc;

	if (pg != NULL && PQstatus(pg) == CONNECTION_OK) {
		(void)PQsetNoticeReceiver(pg, quiet, NULL);
		*ret = pg;
		return RC_OK;
	}
	first_line(pg != NULL ? PQerrorMessage(pg) : NULL, line, sizeof(line));
	rc = err_set(reterr, pg != NULL ? RC_DOWN : RC_NOMEM, 0, "db",
		"the database does not let us in: %s",
		line[0] != '\0' ? line : "no memory");
	PQfinish(pg);
	return rc;
}

void
db_drop(struct db_conn *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	memset(c->prepared, 0, sizeof(c->prepared));
}

static void
thread_free(void *p)
{
	struct db_thread *t = p;

	for (size_t i = 0; t != NULL && i < HUB_DATABASES; i++) {
		db_drop(&t->conn[i]);
	}
	free(t);
}

enum rc
db_open(const struct hub_config *c, const struct clock *clock, struct db **ret,
	struct err *reterr)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "db", "no memory");
	}
	db->config = c;
	db->clock = *clock;
	if (pthread_key_create(&db->key, thread_free) != 0) {
		free(db);
		return err_set(reterr, RC_NOMEM, 0, "db",
			"the system has no room for another thread key");
	}
	*ret = db;
	return RC_OK;
}

void
db_close(struct db *db)
{
	if (db != NULL) {
		thread_free(pthread_getspecific(db->key));
		(void)pthread_setspecific(db->key, NULL);
		(void)pthread_key_delete(db->key);
		free(db);
	}
}

void
db_write_as(struct db *db, const struct db_writer *w)
{
	db->writer = w;
}

const struct db_writer *
db_writer(const struct db *db)
{
	return db->writer;
}

const struct hub_config *
db_config(const struct db *db)
{
	return db->config;
}

struct db_thread *
db_mine(struct db *db)
{
	struct db_thread *t = pthread_getspecific(db->key);

	if (t == NULL) {
		t = calloc(1, sizeof(*t));
		if (t != NULL && pthread_setspecific(db->key, t) != 0) {
			free(t);
			t = NULL;
		}
		if (t != NULL) {
			t->db = db;
		}
	}
	return t;
}

enum rc
db_conn_ready(
	struct db_thread *t, size_t i, struct db_conn **ret, struct err *reterr)
{
	struct db_conn *c = &t->conn[i];
	const struct hub_database *d = &t->db->config->db[i];
	struct err e = {0};
	enum rc rc = RC_OK;

	/* one that died while idle is found now, before anything is sent */
	if (c->pg != NULL && (PQconsumeInput(c->pg) != 1 ||
				     PQstatus(c->pg) == CONNECTION_BAD)) {
		db_drop(c);
	}
	if (c->pg == NULL) {
		int64_t now = clock_read(&t->db->clock).mono.us;

		if (now < c->retry_us) {
			return err_set(reterr, RC_DOWN, 0, "db",
				"database %s: %s", d->name, c->why);
		}
		rc = db_connect(d->conninfo, &c->pg, &e);
		if (rc != RC_OK) {
			c->retry_us = now + RETRY_US;
			first_line(e.msg, c->why, sizeof(c->why));
			return err_set(reterr, rc, 0, "db", "database %s: %s",
				d->name, c->why);
		}
		(void)PQsetNoticeReceiver(c->pg, quiet, &c->warned);
	}
	*ret = c;
	return RC_OK;
}

enum rc
db_conn_of(struct db *db, uint8_t part, struct db_thread **ret_t,
	struct db_conn **ret, struct err *reterr)
{
	const struct hub_database *d = hub_config_database(db->config, part);
	struct db_thread *t = db_mine(db);

	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "db", "no memory");
	}
	if (d == NULL) {
		return err_set(reterr, RC_INVAL, 0, "db",
			"no database holds part %u: see parts in "
			"holdfast-hub.conf",
			part);
	}
	*ret_t = t;
	return db_conn_ready(t, (size_t)(d - db->config->db), ret, reterr);
}
