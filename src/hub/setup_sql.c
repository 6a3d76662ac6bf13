/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/types.h>

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hub/db_internal.h"
#include "hub/setup_internal.h"

#include "base/poison.h"

#define STATEMENT_BYTES 4096

/* --- conninfos --- */

static void
put_quoted(struct sbuf *out, const char *key, const char *value)
{
	if (out->len > 0) {
		sbuf_putc(out, ' ');
	}
	sbuf_puts(out, key);
	sbuf_puts(out, "='");
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\') {
			sbuf_putc(out, '\\');
		}
		sbuf_putc(out, *value);
	}
	sbuf_putc(out, '\'');
}

static const struct setup_pair *
pair_of(const struct setup_pair with[], size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(with[i].key, key) == 0) {
			return &with[i];
		}
	}
	return NULL;
}

enum rc
setup_conninfo(const char *base, const struct setup_pair with[], size_t n,
	struct sbuf *out, struct err *reterr)
{
	PQconninfoOption *o = PQconninfoParse(base, NULL);

	if (o == NULL) {
		return err_set(reterr, RC_INVAL, 0, "setup",
			"--database takes what libpq takes: like "
			"'host=db.example dbname=holdfast user=postgres'");
	}
	for (size_t i = 0; o[i].keyword != NULL; i++) {
		const struct setup_pair *p = pair_of(with, n, o[i].keyword);
		const char *value = p != NULL ? p->value : o[i].val;

		if (value != NULL && value[0] != '\0') {
			put_quoted(out, o[i].keyword, value);
		}
	}
	PQconninfoFree(o);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_RANGE, 0, "setup",
			"the conninfo is too long: shorten it");
	}
	return RC_OK;
}

bool
setup_value(const char *base, const char *key, char *out, size_t cap)
{
	PQconninfoOption *o = PQconninfoParse(base, NULL);
	bool has = false;
	struct sbuf b;

	sbuf_init(&b, out, cap);
	for (size_t i = 0; o != NULL && o[i].keyword != NULL; i++) {
		if (strcmp(o[i].keyword, key) == 0 && o[i].val != NULL &&
			o[i].val[0] != '\0') {
			sbuf_puts(&b, o[i].val);
			has = sbuf_ok(&b);
		}
	}
	PQconninfoFree(o);
	return has;
}

/* --- connections --- */

/* Debian's PostgreSQL lets its own user in who comes over its socket: root
 * becomes that one for the moment of the connection. */
static enum rc
connect_as(const char *user, const char *conninfo, PGconn **ret,
	struct err *reterr)
{
	struct passwd pw, *who = NULL;
	char room[4096];
	struct err e = {0};
	enum rc rc;

	if (getpwnam_r(user, &pw, room, sizeof(room), &who) != 0 ||
		who == NULL) {
		return err_set(reterr, RC_DOWN, 0, "setup",
			"there is no PostgreSQL on this machine: apt install "
			"postgresql, or name one with --database");
	}
	if (seteuid(who->pw_uid) != 0) {
		return err_set(reterr, RC_IO, 0, "setup",
			"cannot become %s for a moment", user);
	}
	rc = db_connect(conninfo, ret, &e);
	if (seteuid(0) != 0) {
		abort(); /* half root is no state to go on in */
	}
	return rc == RC_OK ? rc
			   : err_set(reterr, rc, 0, "setup",
				     "%s (does it run? systemctl start "
				     "postgresql)",
				     e.msg);
}

enum rc
setup_connect(
	const char *admin, const char *dbname, PGconn **ret, struct err *reterr)
{
	char text[HUB_CONNINFO_BYTES * 2], host[256];
	const struct setup_pair with[] = {
		{"dbname", dbname}, {"user", "postgres"}};
	bool local = !setup_value(admin, "host", host, sizeof(host)) &&
		     !setup_value(admin, "hostaddr", host, sizeof(host)) &&
		     getenv("PGHOST") == NULL;
	bool named = setup_value(admin, "user", host, sizeof(host));
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, text, sizeof(text));
	rc = setup_conninfo(admin, with, local && !named ? 2 : 1, &b, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (local && !named && geteuid() == 0) {
		return connect_as("postgres", text, ret, reterr);
	}
	return db_connect(text, ret, reterr);
}

/* --- statements --- */

static void
fill_in(struct sbuf *out, const char *text, const struct setup_pair word[],
	size_t n)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "{");

		sbuf_write(out, text, len);
		text += len;
		for (size_t i = 0; *text == '{' && i < n; i++) {
			size_t k = strlen(word[i].key);

			if (strncmp(text + 1, word[i].key, k) == 0 &&
				text[k + 1] == '}') {
				sbuf_puts(out, word[i].value);
				text += k + 2;
			}
		}
		if (*text == '{') {
			sbuf_putc(out, *text++);
		}
	}
}

static enum rc
result(PGconn *pg, PGresult *res, const char *text, PGresult **ret,
	struct err *reterr)
{
	ExecStatusType st = PQresultStatus(res);
	char what[48];
	enum rc rc = RC_OK;
	struct sbuf b;

	if (st != PGRES_TUPLES_OK && st != PGRES_COMMAND_OK) {
		/* the first words say what was tried, and hold no secret */
		sbuf_init(&b, what, sizeof(what));
		sbuf_write(&b, text, strnlen(text, 40));
		rc = db_fail(pg, res, what, reterr);
	} else if (ret != NULL) {
		*ret = res;
		res = NULL;
	}
	PQclear(res);
	return rc;
}

enum rc
setup_do(PGconn *pg, enum setup_sql which, const struct setup_pair word[],
	size_t n, PGresult **ret, struct err *reterr)
{
	char text[STATEMENT_BYTES];
	PGresult *res;
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, text, sizeof(text));
	fill_in(&b, setup_sql(which), word, n);
	if (!sbuf_ok(&b)) {
		return err_set(reterr, RC_RANGE, 0, "setup",
			"a name is too long for the database: give a shorter "
			"one");
	}
	res = PQexecParams(pg, text, 0, NULL, NULL, NULL, NULL, 0);
	rc = result(pg, res, setup_sql(which), ret, reterr);
	crypto_wipe(text, sizeof(text));
	return rc;
}

enum rc
setup_ask(PGconn *pg, enum setup_sql which, const char *const value[], int n,
	PGresult **ret, struct err *reterr)
{
	PGresult *res = PQexecParams(
		pg, setup_sql(which), n, NULL, value, NULL, NULL, 0);

	return result(pg, res, setup_sql(which), ret, reterr);
}

bool
setup_is_there(enum rc rc, const struct err *e)
{
	/* 42P04 database, 42710 role, 42P06 schema, 42P07 table, 23505 two
	 * made it at the same moment */
	return rc == RC_EXISTS ||
	       (rc != RC_OK && (strstr(e->msg, "(42P04)") != NULL ||
				       strstr(e->msg, "(42710)") != NULL ||
				       strstr(e->msg, "(42P06)") != NULL ||
				       strstr(e->msg, "(42P07)") != NULL));
}
