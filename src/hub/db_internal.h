/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_DB_INTERNAL_H
#define HUB_DB_INTERNAL_H

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#include "hub/db.h"

/** db_internal - to the db*.c files, and to setup, which runs statements of
 * its own (hub/schema.h) on a connection of its own. */
struct db_conn {
	PGconn *pg; /* NULL: not connected */
	bool prepared[SQL_COUNT];
	bool warned; /* the database warned during the last statement */
	int64_t retry_us; /* monotonic: not connected again before */
	char why[200];	  /* ... because of this */
};

struct db_thread {
	struct db *db;
	struct db_conn conn[HUB_DATABASES];
	/* an open transaction: */
	struct db_conn *open;
	uint8_t part;
	uint8_t tenant[UUID_BYTES];
	bool has_tenant;
};

struct db {
	const struct hub_config *config;
	struct clock clock;
	const struct db_writer *writer;
	pthread_key_t key; /* each thread's struct db_thread */
	_Atomic int64_t in_use; /* connections that a statement runs on, or a
				 * transaction is open on */
};

/** db_connect(conninfo, ret, reterr): with our time limits behind what it
 * says.  RC_DOWN. */
MUST_CHECK enum rc db_connect(
	const char *conninfo, PGconn **ret, struct err *reterr);
/** db_fail(pg, res, what, reterr): the rc of a result that is none, with the
 * database's own words. */
enum rc db_fail(PGconn *pg, const PGresult *res, const char *what,
	struct err *reterr);

struct db_thread *db_mine(struct db *db); /* NULL: no memory */
/** db_conn_ready(t, i, ...): of the i-th database, connected.
 * db_conn_of(db, part, ...): of the one that holds the part. */
MUST_CHECK enum rc db_conn_ready(struct db_thread *t, size_t i,
	struct db_conn **ret, struct err *reterr);
MUST_CHECK enum rc db_conn_of(struct db *db, uint8_t part,
	struct db_thread **ret_t, struct db_conn **ret, struct err *reterr);
/** db_drop(c): not connected any more. */
void db_drop(struct db_conn *c);

#endif
