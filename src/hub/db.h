/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_DB_H
#define HUB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "hub/config.h"
#include "hub/sql.h"

/**
 * hub/db - the databases.  Any thread may call; each has connections of its
 * own, one to each database, made when first needed and again after a loss.
 * Calls block.
 *
 * Every statement stands in hub/sql.h and goes to the part and speaks for the
 * tenant that are its first two arguments: the tenant is set in the same
 * transaction, and row-level security lets no other row through, also when a
 * statement forgets to ask.
 *
 * What a result means for the caller:
 *   RC_DOWN    the connection is gone, or the database is not there or not the
 *              one that takes writes.  A write may or may not be stored: look
 *              before saying anything.  The next call connects again.
 *   RC_AGAIN   the database gave the transaction up (SQLSTATE 40001, 40P01)
 *              again and again; nothing is stored.
 *   RC_EXISTS  a key is there already (23505).   RC_NOSPC  its disk is full.
 *   RC_DENIED  row-level security or a right refuses.
 *   RC_INVAL   a value that the column cannot hold, or a CHECK refuses (22,
 *              23514): a stray part, too.   RC_IO  anything else.
 * Messages hold what the database says, never values of rows.
 */
struct db;

/** db_open(c, clock, ret): connects to nothing yet.  c is borrowed. */
MUST_CHECK enum rc db_open(const struct hub_config *c, const struct clock *clock,
	struct db **ret, struct err *reterr);
/** The hub itself, who writes acts and lines of its own. */
struct db_writer {
	const uint8_t *hub;	    /* UUID_BYTES */
	const uint8_t *sign_secret; /* SIGN_SEC_BYTES, locked memory */
	const uint8_t *sign_public; /* SIGN_PUB_BYTES */
};
/** db_write_as(db, w): borrowed until db_close(); before any other thread
 * comes.  db_writer(db): NULL when nobody said: such a one only reads. */
void db_write_as(struct db *db, const struct db_writer *w);
const struct db_writer *db_writer(const struct db *db);
/** db_close(db): every other thread that used it has ended. */
void db_close(struct db *db);
/** db_config(db): the one it was opened with. */
const struct hub_config *db_config(const struct db *db);

/* --- arguments ------------------------------------------------------------ */

/** Arguments of one statement.  Text, bytes and arrays are borrowed until it
 * ran.  Too many are told when it runs (RC_INVAL). */
#define DB_ARGS 24
struct db_args {
	uint8_t part;
	uint8_t tenant[UUID_BYTES];
	int n;
	const char *value[DB_ARGS];
	int len[DB_ARGS];
	int format[DB_ARGS];
	uint8_t room[DB_ARGS][16];
};

/** The tenant of the hub's own rows. */
extern const uint8_t db_nobody[UUID_BYTES];

/** db_args_init(a, part, tenant): $1 and $2. */
void db_args_init(
	struct db_args *a, uint8_t part, const uint8_t tenant[UUID_BYTES]);
void db_add_i64(struct db_args *a, int64_t v);	/* int8 */
void db_add_i32(struct db_args *a, int32_t v);	/* int4 */
void db_add_part(struct db_args *a, uint8_t v); /* int2 */
void db_add_bool(struct db_args *a, bool v);
void db_add_text(struct db_args *a, const char *s); /* NULL: null */
void db_add_bytes(struct db_args *a, const void *p, size_t n); /* bytea */
void db_add_uuid(struct db_args *a, const uint8_t id[UUID_BYTES]);
void db_add_time(struct db_args *a, struct utc t); /* timestamptz */
void db_add_null(struct db_args *a);

/** A column of many rows, for unnest(): built once, used again. */
enum db_type { DB_INT8, DB_TEXT, DB_BYTEA, DB_TIMESTAMPTZ, DB_UUID };
struct db_array {
	enum db_type type;
	uint8_t *p;
	size_t len, cap;
	int32_t n;
	bool failed; /* no memory: told when it runs */
};
void db_array_init(struct db_array *a, enum db_type type);
void db_array_clear(struct db_array *a); /* keeps its memory */
/** Room for ${count} elements of ${bytes} in all, so that it grows once. */
void db_array_reserve(struct db_array *a, size_t count, size_t bytes);
void db_array_free(struct db_array *a);
void db_array_i64(struct db_array *a, int64_t v);
void db_array_time(struct db_array *a, struct utc t);
/** Text, bytea or uuid; p NULL: null. */
void db_array_bytes(struct db_array *a, const void *p, size_t n);
/** The array may not change until the statement ran. */
void db_add_array(struct db_args *a, struct db_array *array);

/* --- rows ----------------------------------------------------------------- */

/** What a statement gave.  Init with {0}; db_rows_free() also when it failed
 * or was never used; what accessors return lives until then. */
struct db_rows {
	void *res;
	int n;		  /* rows that came back */
	int64_t affected; /* rows a write touched */
};
void db_rows_free(struct db_rows *r);
bool db_is_null(const struct db_rows *r, int row, int col);
int64_t db_i64(const struct db_rows *r, int row, int col); /* int2, 4, 8 */
bool db_bool(const struct db_rows *r, int row, int col);
const char *db_text(const struct db_rows *r, int row, int col); /* NULL null */
const uint8_t *db_bytes(
	const struct db_rows *r, int row, int col, size_t *ret_n);
/** Zeros when null. */
void db_uuid(const struct db_rows *r, int row, int col,
	uint8_t ret[UUID_BYTES]);
/** Exactly n bytes into ret; false, and zeros, when it holds another number
 * of them. */
bool db_fixed(const struct db_rows *r, int row, int col, uint8_t *ret,
	size_t n);
struct utc db_time(const struct db_rows *r, int row, int col); /* 0 null */

/* --- running -------------------------------------------------------------- */

/**
 * db_run(db, which, a, ret, reterr): BEGIN, tenant, statement and COMMIT in one
 * round trip.  A transaction the database gave up is tried again here, and
 * one that only reads also on a fresh connection.  ret may be NULL.
 */
MUST_CHECK enum rc db_run(struct db *db, enum sql which,
	const struct db_args *a, struct db_rows *ret, struct err *reterr);

/**
 * Several statements in one transaction of this thread, all of one part.  db_do() sets the
 * tenant whenever the arguments name another one.  After any failure nothing
 * but db_abort() helps; after RC_AGAIN the whole may be tried again.
 */
MUST_CHECK enum rc db_begin(struct db *db, uint8_t part, struct err *reterr);
MUST_CHECK enum rc db_do(struct db *db, enum sql which,
	const struct db_args *a, struct db_rows *ret, struct err *reterr);
MUST_CHECK enum rc db_commit(struct db *db, struct err *reterr);
/** db_abort(db): roll back; nothing is open afterwards.  Harmless when nothing
 * was. */
void db_abort(struct db *db);

/** db_transact(db, part, fn, arg, reterr): db_begin(), fn, db_commit(); again
 * from the start, a few times, when that gave RC_AGAIN. */
typedef enum rc (*db_fn)(struct db *db, void *arg, struct err *reterr);
MUST_CHECK enum rc db_transact(struct db *db, uint8_t part, db_fn fn,
	void *arg, struct err *reterr);

/** db_ask(db, part, which, ret, reterr): a SQL_CONTROL statement without
 * arguments, of the database that holds the part, in no transaction. */
MUST_CHECK enum rc db_ask(struct db *db, uint8_t part, enum sql which,
	struct db_rows *ret, struct err *reterr);

/** db_in_use(db): connections something runs on at this moment. */
int64_t db_in_use(struct db *db);

/** db_ping(db, ret_up, ret_all): how many databases answer, of how many. */
void db_ping(struct db *db, size_t *ret_up, size_t *ret_all);

/** db_rc_of(sqlstate): the table above; RC_IO for what is not in it. */
enum rc db_rc_of(const char *sqlstate);

#endif
