/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SETUP_INTERNAL_H
#define HUB_SETUP_INTERNAL_H

#include <libpq-fe.h>

#include "base/sbuf.h"
#include "hub/keys.h"
#include "hub/schema.h"
#include "hub/setup.h"

/** setup_internal - to the setup*.c files. */
#define SETUP_PASSFILE "pgpass"
#define SETUP_PASSWORD_BYTES 64

/** setup_conninfo(base, with, n, out, reterr): base with the pairs of ${with}
 * put in ("" takes one out); quoted as libpq reads it. */
struct setup_pair {
	const char *key, *value;
};
MUST_CHECK enum rc setup_conninfo(const char *base,
	const struct setup_pair with[], size_t n, struct sbuf *out,
	struct err *reterr);
/** setup_value(base, key, out, cap): false: it does not say. */
bool setup_value(const char *base, const char *key, char *out, size_t cap);

/** setup_service(s, admin, state, out, reterr): the service's conninfo for the
 * database an administrator's names; asks the server where it listens. */
MUST_CHECK enum rc setup_service(const struct setup *s, const char *admin,
	const char *state, struct sbuf *out, struct err *reterr);

/** setup_database_run(s, admin, d, keys, password, reterr): all of one
 * database. */
struct setup_password {
	char word[SETUP_PASSWORD_BYTES];
	/* the file that had it is lost, and the keys are not new: the role
	 * gets this one, if the database is this hub's */
	bool lost;
};
MUST_CHECK enum rc setup_database_run(const struct setup *s, const char *admin,
	const struct hub_database *d, const struct hub_keys *keys,
	const struct setup_password *password, struct err *reterr);
/** setup_whose(admin, dbname, state, reterr): RC_DENIED the database is a
 * hub's already; that it cannot be asked is no refusal. */
MUST_CHECK enum rc setup_whose(const char *admin, const char *dbname,
	const char *state, struct err *reterr);
/** setup_migrate(pg, d, keys, ret_n, reterr): as the owner; how many ran. */
MUST_CHECK enum rc setup_migrate(PGconn *pg, const struct hub_database *d,
	const struct hub_keys *keys, size_t *ret_n, struct err *reterr);

/** setup_connect(admin, dbname, ret, reterr): as postgres when we are root and
 * the server is this machine's. */
MUST_CHECK enum rc setup_connect(const char *admin, const char *dbname,
	PGconn **ret, struct err *reterr);

/** What setup sends, with {words} to fill in: schema_setup.c. */
enum setup_sql {
	SETUP_BEGIN,
	SETUP_COMMIT,
	SETUP_ROLLBACK,
	SETUP_IS_ROLE,	   /* $1 */
	SETUP_IS_DATABASE, /* $1 */
	SETUP_LISTENS,
	SETUP_OWNER,
	SETUP_SERVICE,
	SETUP_OWNER_MINE,
	SETUP_LOGIN,	    /* {role} */
	SETUP_LOGIN_MEMBER, /* {role} */
	SETUP_PASSWORD_SET, /* {role} {verifier} */
	SETUP_PASSWORD_NONE, /* $1: a row when it has none */
	SETUP_STATISTICS,   /* {role} */
	SETUP_COMPRESSION,  /* {role} */
	SETUP_DATABASE,	    /* {database} */
	SETUP_DATABASE_SHUT, /* {database} */
	SETUP_DATABASE_OPEN, /* {database} {role} */
	SETUP_LIMITS_1,	     /* {database} {role} */
	SETUP_LIMITS_2,
	SETUP_LIMITS_3,
	SETUP_SCHEMA,
	SETUP_SCHEMA_OPEN,
	SETUP_BE_OWNER,
	SETUP_NOBODY,
	SETUP_IS_TABLE,
	SETUP_MIGRATION_TABLE,
	SETUP_MIGRATION_ON,
	SETUP_MIGRATION_FORCE,
	SETUP_MIGRATION_POLICY,
	SETUP_MIGRATION_GRANT,
	SETUP_MIGRATION_NEWEST,
	SETUP_MIGRATION_HASH, /* $1 */
	SETUP_MIGRATION_ADD,  /* part, number, name, hash */
	SETUP_TABLES,	      /* $1 the constraint's name */
	SETUP_PART_DROP,      /* {table} {old} */
	SETUP_PART_ADD,	      /* {table} {name} {first} {last} */
	SETUP_HUB,
	SETUP_HUB_ADD, /* part, hub, key */
	SETUP_AM_I,    /* superuser, or past row-level security */
	SETUP_SQL_COUNT
};
const char *setup_sql(enum setup_sql which);

/** setup_do(pg, which, word, n, ret, reterr): fill in and run without
 * arguments.  A word goes in as it is: quote it before.  ret may be NULL. */
MUST_CHECK enum rc setup_do(PGconn *pg, enum setup_sql which,
	const struct setup_pair word[], size_t n, PGresult **ret,
	struct err *reterr);
/** setup_ask(pg, which, value, n, ret, reterr): with arguments, as text. */
MUST_CHECK enum rc setup_ask(PGconn *pg, enum setup_sql which,
	const char *const value[], int n, PGresult **ret, struct err *reterr);
/** setup_state(reterr): SQLSTATE of what failed last is one of two that mean
 * "it is there already". */
bool setup_is_there(enum rc rc, const struct err *e);

#endif
