/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "hub/db_internal.h"
#include "hub/setup_internal.h"

#include "base/poison.h"

/* What is the same for every statement of one database, quoted. */
struct words {
	struct setup_pair pair[2];
	char *role, *database;
};

static enum rc
quote(PGconn *pg, const char *role, const char *database, struct words *w,
	struct err *reterr)
{
	w->role = PQescapeIdentifier(pg, role, strlen(role));
	w->database = PQescapeIdentifier(pg, database, strlen(database));
	if (w->role == NULL || w->database == NULL) {
		return err_set(reterr, RC_INVAL, 0, "setup",
			"a role or database cannot have this name");
	}
	w->pair[0] = (struct setup_pair){"role", w->role};
	w->pair[1] = (struct setup_pair){"database", w->database};
	return RC_OK;
}

static void
unquote(struct words *w)
{
	PQfreemem(w->role);
	PQfreemem(w->database);
}

static enum rc
yes(PGconn *pg, enum setup_sql which, const char *name, bool *ret,
	struct err *reterr)
{
	const char *const value[] = {name};
	PGresult *res = NULL;
	enum rc rc = setup_ask(pg, which, value, 1, &res, reterr);

	*ret = rc == RC_OK && PQntuples(res) > 0;
	PQclear(res);
	return rc;
}

/* One that another setup may make at the same moment. */
static enum rc
make(PGconn *pg, enum setup_sql which, const struct words *w,
	struct err *reterr)
{
	struct err e = {0};
	enum rc rc = setup_do(pg, which, w->pair, 2, NULL, &e);

	if (rc != RC_OK && !setup_is_there(rc, &e)) {
		if (reterr != NULL) {
			*reterr = e;
		}
		return rc;
	}
	return RC_OK;
}

static enum rc
make_role(PGconn *pg, const char *name, enum setup_sql how,
	const struct words *w, bool *ret_made, struct err *reterr)
{
	bool there = false;
	enum rc rc = yes(pg, SETUP_IS_ROLE, name, &there, reterr);

	*ret_made = false;
	if (rc == RC_OK && !there) {
		rc = make(pg, how, w, reterr);
		*ret_made = rc == RC_OK;
	}
	return rc;
}

/* The server gets a verifier (RFC 5803): neither its log nor a listener sees
 * the password. */
static enum rc
set_password(PGconn *pg, const char *role, const struct words *w,
	const char *password, struct err *reterr)
{
	char *verifier =
		PQencryptPasswordConn(pg, password, role, "scram-sha-256");
	char *quoted = verifier != NULL
			       ? PQescapeLiteral(pg, verifier, strlen(verifier))
			       : NULL;
	struct setup_pair pair[] = {w->pair[0], {"verifier", quoted}};
	enum rc rc;

	if (quoted == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "setup",
			"no verifier could be made for the password");
	} else {
		rc = setup_do(pg, SETUP_PASSWORD_SET, pair, 2, NULL, reterr);
	}
	PQfreemem(quoted);
	PQfreemem(verifier);
	return rc;
}

/* A setup that ended between the two left a role that nobody can be. */
static bool
lacks_password(PGconn *pg, const char *role)
{
	struct err e = {0};
	bool lacks = false;

	return yes(pg, SETUP_PASSWORD_NONE, role, &lacks, &e) == RC_OK && lacks;
}

static enum rc
roles(PGconn *pg, const char *role, const struct words *w, const char *password,
	struct err *reterr)
{
	static const enum setup_sql after[] = {
		SETUP_OWNER_MINE, SETUP_LOGIN_MEMBER};

	bool made = false;
	struct err e = {0};
	enum rc rc = make_role(pg, SCHEMA_OWNER, SETUP_OWNER, w, &made, reterr);

	if (rc == RC_OK) {
		rc = make_role(
			pg, SCHEMA_SERVICE, SETUP_SERVICE, w, &made, reterr);
	}
	if (rc == RC_OK) {
		rc = make_role(pg, role, SETUP_LOGIN, w, &made, reterr);
	}
	if (rc == RC_OK && (made || lacks_password(pg, role))) {
		rc = set_password(pg, role, w, password, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(after); i++) {
		rc = make(pg, after[i], w, reterr);
	}
	/* without it "durable" follows backups alone: no reason to stop */
	(void)(setup_do(pg, SETUP_STATISTICS, w->pair, 2, NULL, &e) == RC_OK);
	/* where the server was built with it: the other one takes ten times
	 * as long over each batch of lines */
	(void)(setup_do(pg, SETUP_COMPRESSION, w->pair, 2, NULL, &e) == RC_OK);
	return rc;
}

static enum rc
make_database(
	PGconn *pg, const char *name, const struct words *w, struct err *reterr)
{
	static const enum setup_sql after[] = {SETUP_DATABASE_SHUT,
		SETUP_DATABASE_OPEN, SETUP_LIMITS_1, SETUP_LIMITS_2,
		SETUP_LIMITS_3};

	bool there = false;
	enum rc rc = yes(pg, SETUP_IS_DATABASE, name, &there, reterr);

	if (rc == RC_OK && !there) {
		rc = make(pg, SETUP_DATABASE, w, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(after); i++) {
		rc = make(pg, after[i], w, reterr);
	}
	return rc;
}

/* As the service itself: it can come in, and row-level security is for it. */
static enum rc
try_service(const struct hub_database *d, struct err *reterr)
{
	/* the administrator's would be taken before the file's */
	const char *env = getenv("PGPASSWORD");
	char *admin = env != NULL ? strdup(env) : NULL;
	PGconn *pg = NULL;
	PGresult *res = NULL;
	enum rc rc;

	(void)unsetenv("PGPASSWORD");
	rc = db_connect(d->conninfo, &pg, reterr);
	if (admin != NULL) {
		(void)setenv("PGPASSWORD", admin, 1);
		crypto_wipe(admin, strlen(admin));
		free(admin);
	}
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_AM_I, NULL, 0, &res, reterr);
	}
	if (rc == RC_OK && (PQntuples(res) != 1 ||
				   strcmp(PQgetvalue(res, 0, 0), "f") != 0)) {
		rc = err_set(reterr, RC_DENIED, 0, "setup",
			"the service's role may do too much (superuser or "
			"BYPASSRLS): take that from it, or --role another");
	}
	PQclear(res);
	PQfinish(pg);
	return rc;
}

static enum rc
prepare_server(const char *admin, const char *role, const char *dbname,
	const char *password, struct err *reterr)
{
	struct words w = {0};
	PGconn *pg = NULL;
	struct err e = {0};
	enum rc rc = setup_connect(admin, "postgres", &pg, &e);

	if (rc == RC_DOWN) {
		/* a server may have no such database, when ours is there */
		rc = setup_connect(admin, dbname, &pg, reterr);
		if (rc != RC_OK && reterr != NULL) {
			*reterr = e;
		}
	} else if (rc != RC_OK && reterr != NULL) {
		*reterr = e;
	}
	if (rc == RC_OK) {
		rc = quote(pg, role, dbname, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = roles(pg, role, &w, password, reterr);
	}
	if (rc == RC_OK) {
		rc = make_database(pg, dbname, &w, reterr);
	}
	unquote(&w);
	PQfinish(pg);
	if (rc == RC_DENIED && reterr != NULL) {
		e = *reterr;
		rc = err_set(reterr, rc, 0, "setup",
			"%s: who sets up may make roles and databases: name "
			"such a one with --database",
			e.msg);
	}
	return rc;
}

static void
told(const struct setup *s, const struct hub_database *d, size_t n)
{
	char text[200];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (n > 0) {
		sbuf_printf(&b, "database %s: %zu migration%s ran", d->name, n,
			n == 1 ? "" : "s");
	} else {
		sbuf_printf(&b, "database %s: nothing to migrate", d->name);
	}
	s->say(s->arg, text);
}

/* Known to be this hub's by then. */
static enum rc
renew_password(const struct setup *s, const char *admin, const char *dbname,
	const char *role, const char *password, struct err *reterr)
{
	struct words w = {0};
	PGconn *pg = NULL;
	enum rc rc = setup_connect(admin, dbname, &pg, reterr);

	if (rc == RC_OK) {
		rc = quote(pg, role, dbname, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = set_password(pg, role, &w, password, reterr);
	}
	if (rc == RC_OK) {
		s->say(s->arg, "the service has a new password: other machines "
			       "of this hub need a copy of " SETUP_PASSFILE);
	}
	unquote(&w);
	PQfinish(pg);
	return rc;
}

/* The row is the owner's to read, as any administrator may be. */
enum rc
setup_whose(const char *admin, const char *dbname, const char *state,
	struct err *reterr)
{
	PGresult *res = NULL;
	PGconn *pg = NULL;
	struct err e = {0};
	enum rc rc = setup_connect(admin, dbname, &pg, &e);

	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_BE_OWNER, NULL, 0, NULL, &e);
	}
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_NOBODY, NULL, 0, NULL, &e);
	}
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_HUB, NULL, 0, &res, &e);
	}
	rc = rc == RC_OK && PQntuples(res) > 0
		     ? err_set(reterr, RC_DENIED, 0, "setup",
			       "database %s is of the hub %s, and %s/%s is not "
			       "there: bring it back from its copy, or name "
			       "another database",
			       dbname, PQgetvalue(res, 0, 0), state,
			       HUB_KEYS_FILE)
		     : RC_OK;
	PQclear(res);
	PQfinish(pg);
	return rc;
}

enum rc
setup_database_run(const struct setup *s, const char *admin,
	const struct hub_database *d, const struct hub_keys *keys,
	const struct setup_password *password, struct err *reterr)
{
	struct words w = {0};
	char dbname[128], role[128];
	PGconn *pg = NULL;
	struct err e = {0};
	size_t n = 0;
	enum rc rc;

	if (!setup_value(d->conninfo, "dbname", dbname, sizeof(dbname)) ||
		!setup_value(d->conninfo, "user", role, sizeof(role))) {
		return err_set(reterr, RC_INVAL, 0, "setup",
			"[database %s]: conninfo says dbname and user",
			d->name);
	}
	rc = prepare_server(admin, role, dbname, password->word, reterr);
	if (rc == RC_OK) {
		rc = setup_connect(admin, dbname, &pg, reterr);
	}
	if (rc == RC_OK) {
		rc = quote(pg, role, dbname, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = make(pg, SETUP_SCHEMA, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = make(pg, SETUP_SCHEMA_OPEN, &w, reterr);
	}
	if (rc == RC_OK) {
		rc = setup_migrate(pg, d, keys, &n, reterr);
	}
	if (rc == RC_OK && password->lost && try_service(d, &e) != RC_OK) {
		rc = renew_password(
			s, admin, dbname, role, password->word, reterr);
	}
	if (rc == RC_OK && try_service(d, &e) != RC_OK) {
		rc = err_set(reterr, e.rc, 0, "setup",
			"the service cannot use database %s: %s (its password "
			"is in the file %s; pg_hba.conf must let role %s in "
			"by scram-sha-256)",
			d->name, e.msg, SETUP_PASSFILE, role);
	}
	if (rc == RC_OK) {
		told(s, d, n);
	}
	unquote(&w);
	PQfinish(pg);
	return rc;
}

/* A server on this machine is spoken to over its port, where passwords are
 * asked for, unless it has none or a socket was named. */
enum rc
setup_service(const struct setup *s, const char *admin, const char *state,
	struct sbuf *out, struct err *reterr)
{
	char dbname[128], host[256], port[24], passfile[PATH_BYTES];
	struct setup_pair with[] = {{"user", s->role}, {"dbname", dbname},
		{"passfile", passfile}, {"password", ""}, {"host", host},
		{"port", port}};
	PGresult *res = NULL;
	PGconn *pg = NULL;
	enum rc rc;

	if (!setup_value(admin, "dbname", dbname, sizeof(dbname))) {
		(void)memcpy(dbname, "holdfast", sizeof("holdfast"));
	}
	if (path_join(passfile, sizeof(passfile), state, SETUP_PASSFILE) !=
		RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "setup",
			"the path of the state directory is too long");
	}
	if (setup_value(admin, "host", host, sizeof(host)) ||
		setup_value(admin, "hostaddr", host, sizeof(host))) {
		return setup_conninfo(admin, with, 4, out, reterr);
	}
	rc = setup_connect(admin, "postgres", &pg, reterr);
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_LISTENS, NULL, 0, &res, reterr);
	}
	if (rc == RC_OK) {
		bool tcp = PQgetvalue(res, 0, 0)[0] != '\0';
		struct sbuf b;

		sbuf_init(&b, host, sizeof(host));
		sbuf_puts(&b, tcp ? "127.0.0.1" : PQhost(pg));
		sbuf_init(&b, port, sizeof(port));
		sbuf_puts(&b, PQgetvalue(res, 0, 1));
		rc = setup_conninfo(admin, with, ARRAY_LEN(with), out, reterr);
	}
	PQclear(res);
	PQfinish(pg);
	return rc;
}
