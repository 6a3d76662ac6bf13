/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_LOGBOOK_H
#define HUB_LOGBOOK_H

#include "core/event.h"
#include "hub/columns.h"
#include "hub/tenant.h"
#include "wire/anchor.h"

/**
 * hub/logbook - the hub as a writer: a log of its own for each tenant in each
 * part where it decides something, of lines as a till's (holdfast-event(5)),
 * chained, signed by the hub's key, epoch 1.  It is a register's: a row of the
 * table register of kind hub, lines in batch, moved by the same
 * compare-and-swap, so it is exported, counted as durable and checked like any
 * other.  One to a part, because a line and what it tells of are one
 * transaction, and no transaction goes over two parts.
 *
 * Its register id follows from tenant and part, so that there is never a
 * second one.  In a line the tenant is the tenant, the store is the hub.
 */
#define LOGBOOK_NUMBER "HUB"

struct logbook {
	struct db *db;
	uint8_t part;
	uint8_t tenant[UUID_BYTES], id[UUID_BYTES];
	struct clock_reading now;
	struct anchor head; /* in the database */
	/* behind it, not there yet: */
	uint64_t sequence;
	uint8_t hash[HASH_BYTES];
	struct columns c;
	uint64_t n;
	char *line;
};

void logbook_id(const uint8_t tenant[UUID_BYTES], uint8_t part,
	uint8_t out[UUID_BYTES]);

/** logbook_open(b, db, t, part, now, reterr): within an open transaction of the
 * part.  logbook_close() also after a failure. */
MUST_CHECK enum rc logbook_open(struct logbook *b, struct db *db,
	const struct tenant *t, uint8_t part, const struct clock_reading *now,
	struct err *reterr);
/** logbook_add(b, e, reterr): type, actor and data of ${e} are its caller's,
 * all else is filled in.  Its sequence is b->sequence then.
 * RC_AGAIN another one wrote: the transaction is tried again. */
MUST_CHECK enum rc logbook_add(
	struct logbook *b, struct event *e, struct err *reterr);
/** logbook_flush(b, reterr): what was added is in the transaction. */
MUST_CHECK enum rc logbook_flush(struct logbook *b, struct err *reterr);
void logbook_close(struct logbook *b);

/** logbook_read(db, t, part, fn, arg, ret, reterr): every line, in order, proved
 * by the one before, by the register's head and, when the database is read
 * with the hub's key, by its signature; fn may be NULL.  ${ret} is the head, of
 * sequence 0 when there is no such log.  RC_CORRUPT the first that is not what
 * it was, or missing; lines before it were handed on. */
typedef enum rc (*logbook_fn)(void *arg, const struct event *e,
	const uint8_t *line, size_t n, struct err *reterr);
MUST_CHECK enum rc logbook_read(struct db *db, const struct tenant *t,
	uint8_t part, logbook_fn fn, void *arg, struct anchor *ret,
	struct err *reterr);

#endif
