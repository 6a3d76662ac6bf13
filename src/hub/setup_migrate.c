/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "hub/setup_internal.h"

#include "base/poison.h"

static void
number_text(char out[24], int64_t v)
{
	struct sbuf b;

	sbuf_init(&b, out, 24);
	sbuf_i64(&b, v);
}

static enum rc
plain(PGconn *pg, enum setup_sql which, struct err *reterr)
{
	return setup_do(pg, which, NULL, 0, NULL, reterr);
}

static void
undo(PGconn *pg)
{
	struct err e;

	/* a connection that is gone has rolled back by itself */
	if (plain(pg, SETUP_ROLLBACK, &e) != RC_OK) {
		return;
	}
}

/* --- the table of what ran --- */

static enum rc
has_table(PGconn *pg, bool *ret, struct err *reterr)
{
	PGresult *res = NULL;
	enum rc rc = setup_do(pg, SETUP_IS_TABLE, NULL, 0, &res, reterr);

	*ret = rc == RC_OK && strcmp(PQgetvalue(res, 0, 0), "t") == 0;
	PQclear(res);
	return rc;
}

static enum rc
make_table(PGconn *pg, struct err *reterr)
{
	static const enum setup_sql steps[] = {SETUP_BEGIN,
		SETUP_MIGRATION_TABLE, SETUP_MIGRATION_ON,
		SETUP_MIGRATION_FORCE, SETUP_MIGRATION_POLICY,
		SETUP_MIGRATION_GRANT, SETUP_COMMIT};
	struct err e = {0};
	bool there = false;
	enum rc rc = has_table(pg, &there, reterr);

	if (rc != RC_OK || there) {
		return rc;
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(steps); i++) {
		rc = plain(pg, steps[i], &e);
	}
	if (rc != RC_OK) {
		undo(pg);
	}
	if (setup_is_there(rc, &e)) {
		return RC_OK;
	}
	if (rc != RC_OK && reterr != NULL) {
		*reterr = e;
	}
	return rc;
}

/* --- one migration --- */

static enum rc
ran(PGconn *pg, const struct migration *m, const char *hash, bool *ret,
	struct err *reterr)
{
	char number[24];
	const char *const value[] = {number};
	PGresult *res = NULL;
	enum rc rc;

	number_text(number, m->number);
	rc = setup_ask(pg, SETUP_MIGRATION_HASH, value, 1, &res, reterr);
	*ret = rc == RC_OK && PQntuples(res) > 0;
	if (*ret && strcmp(PQgetvalue(res, 0, 0), hash) != 0) {
		rc = err_set(reterr, RC_CORRUPT, 0, "setup",
			"migration %d of this database is not the one of this "
			"program: use the program that made it, or a newer one",
			m->number);
	}
	PQclear(res);
	return rc;
}

static enum rc
run_migration(PGconn *pg, const struct hub_database *d,
	const struct migration *m, const char *hash, struct err *reterr)
{
	char part[24], number[24];
	const char *const value[] = {
		part, number, m->name, hash, PACKAGE_VERSION};
	enum rc rc = plain(pg, SETUP_BEGIN, reterr);

	number_text(part, d->first);
	number_text(number, m->number);
	/* another setup at the same moment waits here, or is waited for */
	if (rc == RC_OK) {
		rc = setup_ask(pg, SETUP_MIGRATION_ADD, value, 5, NULL, reterr);
	}
	for (size_t i = 0; rc == RC_OK && m->statement[i] != NULL; i++) {
		PGresult *res = PQexecParams(
			pg, m->statement[i], 0, NULL, NULL, NULL, NULL, 0);

		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			rc = err_set(reterr, RC_IO, 0, "setup",
				"migration %d, statement %zu: %s", m->number,
				i + 1,
				PQresultErrorField(
					res, PG_DIAG_MESSAGE_PRIMARY));
		}
		PQclear(res);
	}
	if (rc == RC_OK) {
		rc = plain(pg, SETUP_COMMIT, reterr);
	} else {
		undo(pg);
	}
	return rc;
}

static enum rc
migrate_all(PGconn *pg, const struct hub_database *d, size_t *ret_n,
	struct err *reterr)
{
	size_t n;
	const struct migration *m = schema_migrations(&n);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		uint8_t hash[HASH_BYTES];
		char hex[HASH_BYTES * 2 + 1];
		bool done = false;

		schema_hash(&m[i], hash);
		hex_encode(hex, hash, sizeof(hash));
		for (int tries = 0; rc == RC_OK && !done && tries < 3;
			tries++) {
			rc = ran(pg, &m[i], hex, &done, reterr);
			if (rc != RC_OK || done) {
				break;
			}
			rc = run_migration(pg, d, &m[i], hex, reterr);
			if (rc == RC_OK) {
				(*ret_n)++;
				done = true;
			} else if (rc == RC_EXISTS) {
				rc = RC_OK; /* the other one did it: look */
			}
		}
	}
	return rc;
}

static enum rc
refuse_newer(PGconn *pg, struct err *reterr)
{
	size_t n;
	const struct migration *m = schema_migrations(&n);
	PGresult *res = NULL;
	int64_t newest = 0;
	enum rc rc =
		setup_do(pg, SETUP_MIGRATION_NEWEST, NULL, 0, &res, reterr);

	if (rc == RC_OK) {
		const char *v = PQgetvalue(res, 0, 0);

		rc = parse_i64(v, strlen(v), 0, INT32_MAX, &newest);
	}
	if (rc == RC_OK && newest > m[n - 1].number) {
		rc = err_set(reterr, RC_CORRUPT, 0, "setup",
			"the database is of a newer holdfast-hub (migration "
			"%lld): upgrade this one",
			(long long)newest);
	}
	PQclear(res);
	return rc;
}

/* --- the guard on parts, and whose it is --- */

static enum rc
guard_table(PGconn *pg, const char *table, const char *old, const char *name,
	const struct hub_database *d, struct err *reterr)
{
	char first[24], last[24];
	struct setup_pair word[] = {{"table", table}, {"old", old},
		{"name", name}, {"first", first}, {"last", last}};
	enum rc rc = plain(pg, SETUP_BEGIN, reterr);

	number_text(first, d->first);
	number_text(last, d->last);
	if (rc == RC_OK && old[0] != '\0') {
		rc = setup_do(pg, SETUP_PART_DROP, word, ARRAY_LEN(word), NULL,
			reterr);
	}
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_PART_ADD, word, ARRAY_LEN(word), NULL,
			reterr);
	}
	if (rc == RC_OK) {
		return plain(pg, SETUP_COMMIT, reterr);
	}
	undo(pg);
	return rc;
}

static enum rc
guard_parts(PGconn *pg, const struct hub_database *d, struct err *reterr)
{
	char name[40];
	const char *const value[] = {name};
	PGresult *res = NULL;
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, name, sizeof(name));
	sbuf_printf(&b, "part_of_%u_%u", d->first, d->last);
	rc = setup_ask(pg, SETUP_TABLES, value, 1, &res, reterr);
	for (int i = 0; rc == RC_OK && i < PQntuples(res); i++) {
		rc = guard_table(pg, PQgetvalue(res, i, 0),
			PQgetvalue(res, i, 1), name, d, &e);
		/* at once by two: the other one's guard is this one */
		if (setup_is_there(rc, &e)) {
			rc = RC_OK;
		}
		if (rc == RC_INVAL) {
			(void)err_set(&e, rc, 0, "setup",
				"table %s holds rows of parts that database "
				"%s no longer has: give it parts back",
				PQgetvalue(res, i, 0), d->name);
		}
	}
	PQclear(res);
	if (rc != RC_OK && e.msg[0] != '\0' && reterr != NULL) {
		*reterr = e;
	}
	return rc;
}

static enum rc
claim(PGconn *pg, const struct hub_database *d, const struct hub_keys *keys,
	struct err *reterr)
{
	char part[24], id[UUID_TEXT_BYTES], key[SIGN_PUB_BYTES * 2 + 1];
	const char *const value[] = {part, id, key};
	PGresult *res = NULL;
	enum rc rc;

	number_text(part, d->first);
	uuid_format(keys->id, id);
	hex_encode(key, keys->sign_public, SIGN_PUB_BYTES);
	rc = setup_do(pg, SETUP_HUB, NULL, 0, &res, reterr);
	for (int i = 0; rc == RC_OK && i < PQntuples(res); i++) {
		if (strcmp(PQgetvalue(res, i, 0), id) != 0) {
			rc = err_set(reterr, RC_DENIED, 0, "setup",
				"database %s is of the hub %s: bring the "
				"state directory of that one here, or name "
				"another database",
				d->name, PQgetvalue(res, i, 0));
		}
	}
	PQclear(res);
	return rc == RC_OK
		       ? setup_ask(pg, SETUP_HUB_ADD, value, 3, NULL, reterr)
		       : rc;
}

enum rc
setup_migrate(PGconn *pg, const struct hub_database *d,
	const struct hub_keys *keys, size_t *ret_n, struct err *reterr)
{
	enum rc rc = plain(pg, SETUP_BE_OWNER, reterr);

	*ret_n = 0;
	if (rc == RC_OK) {
		rc = setup_do(pg, SETUP_NOBODY, NULL, 0, NULL, reterr);
	}
	if (rc == RC_OK) {
		rc = make_table(pg, reterr);
	}
	if (rc == RC_OK) {
		rc = refuse_newer(pg, reterr);
	}
	if (rc == RC_OK) {
		rc = migrate_all(pg, d, ret_n, reterr);
	}
	if (rc == RC_OK) {
		rc = claim(pg, d, keys, reterr);
	}
	if (rc == RC_OK) {
		rc = guard_parts(pg, d, reterr);
	}
	return rc;
}
