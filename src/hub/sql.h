/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SQL_H
#define HUB_SQL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * hub/sql - every statement the running hub sends, in one table; a test reads
 * the table and refuses what a PostgreSQL-compatible cluster would: each
 * statement names part ($1::int2) and tenant ($2::uuid) and touches one part;
 * no sequences, LISTEN, advisory locks, xids, deferred or exclusion
 * constraints, triggers, FOR UPDATE.  Tables are named with their schema
 * (holdfast-hub-schema(7)), arguments have their types.
 *
 * One file a subject: sql_base.c (tenants, stores, registers, codes, acts,
 * durable), sql_ingest.c (lines, heads), sql_feed.c (feeds, people), sql_log.c
 * (the hub's own log, exceptions).  A new statement is a value at the end of
 * its block here and a row there.
 */
enum sql {
	/* control: no table is touched */
	SQL_BASE_BEGIN,
	SQL_BEGIN = SQL_BASE_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_TENANT,   /* speak for the tenant $1 until the end */
	SQL_PING,
	SQL_REPLICA,  /* how far the standby is that commits wait for */
	/* acts */
	SQL_ACT_HEAD,
	SQL_ACT_ADD, /* compare-and-swap on the chain's head */
	SQL_ACT_LIST,
	/* of the hub itself: the tenant of all zeros */
	SQL_HUB,
	SQL_TENANT_LIST,
	SQL_TENANT_LIST_ADD,
	SQL_CODE_ADD,
	SQL_CODE_TAKE, /* once, and again by the same link */
	SQL_CODE_WITHDRAW, /* those of a register that nobody used */
	/* of a tenant */
	SQL_TENANT_ADD,
	SQL_TENANT_GET,
	SQL_ADMINISTRATOR_ADD,
	SQL_ADMINISTRATOR_LIST,
	SQL_ADMINISTRATOR_REVOKE,
	SQL_STORE_ADD,
	SQL_STORE_GET,
	SQL_STORE_LIST,
	SQL_REGISTER_LIST,
	SQL_REGISTER_LIST_ADD,
	/* of a register */
	SQL_REGISTER_ADD,
	SQL_REGISTER_GET,
	SQL_REGISTER_STATE,  /* for lists */
	SQL_REGISTER_ENROLL, /* from new to live */
	SQL_REGISTER_REPLACE, /* by another machine */
	SQL_REGISTER_REVOKE,
	SQL_REGISTER_REINSTATE, /* without a link until one comes in */
	SQL_LINK_ADD,
	SQL_LINK_END, /* all that are live */
	SQL_SOURCE_TAKEN, /* another register has this source */
	SQL_PERSONS_PUT,
	SQL_PERSONS_GET,
	/* second copies */
	SQL_DURABLE_BEGIN,
	SQL_DURABLE_CONFIRM,
	SQL_DURABLE_FORGET,
	SQL_BASE_END,

	SQL_INGEST_BEGIN = SQL_BASE_END,
	SQL_AUTH_REGISTER = SQL_INGEST_BEGIN, /* who signed, and its head */
	SQL_AUTH_ADMINISTRATOR,
	SQL_HEAD,	   /* of one register */
	SQL_EVENTS_STORE,  /* the compare-and-swap, and the lines */
	SQL_EPOCH_OPEN,	   /* the same, into another epoch */
	SQL_POISON_STORE,  /* the same, of one line that is none */
	SQL_SALVAGE_STORE, /* lines beside the log */
	SQL_EVENT_HASHES,  /* of a range */
	SQL_EVENTS,	   /* of a range, as many as fit */
	SQL_EPOCHS,	   /* how one follows from the other */
	SQL_EXCEPTION_ADD,
	SQL_SEEN,  /* when, and what it says of itself */
	SQL_HELLO, /* the rolling nonce */
	SQL_FEEDS_OF, /* revisions of a tenant's feeds; what they hold of one
		       * register */
	SQL_CENSUS,
	SQL_EXCEPTIONS_OPEN,
	SQL_INGEST_END,

	SQL_FEED_BEGIN = SQL_INGEST_END,
	SQL_FEED_MAKE = SQL_FEED_BEGIN, /* the counter, when there is none */
	SQL_FEED_STAGE,	     /* rows of an import, aside */
	SQL_FEED_PATIENCE,   /* an import may take its time */
	SQL_FEED_LOAD,	     /* those into the feed, one range of revisions */
	SQL_FEED_STAGE_CLEAR,
	SQL_FEED_PUT,	     /* rows of the statement itself */
	SQL_FEED_DROP,	     /* what registers alone have of some keys */
	SQL_FEED_PAGE,	     /* what a register has not got yet */
	SQL_FEED_HEADS,	     /* counters of all feeds */
	SQL_FEED_ITEMS,	     /* for people: by key */
	SQL_FEED_ITEM,	     /* one of them */
	SQL_FEED_EPOCH,	     /* begin anew: everybody fetches all */
	SQL_FEED_FLOOR,	     /* before tombstones go */
	SQL_FEED_PRUNE,
	SQL_FOLLOW_GET,
	SQL_FOLLOW_SET,	     /* only forward */
	SQL_FOLLOW_LINES,    /* what a register said that changes feeds */
	SQL_PERSON_KEY_PUT,
	SQL_PERSON_KEY_GET,
	SQL_PERSON_KEY_DROP,
	SQL_SALVAGE_LIST,    /* of a register, by epoch */
	SQL_SALVAGE_DECIDE,
	SQL_SALVAGE_LINES,   /* a page of one epoch's */
	SQL_EXCEPTION_CLOSE, /* those of a log that was decided about */
	SQL_SALVAGE_READ,    /* what was accepted, and is not in the log */
	SQL_FEED_END,

	SQL_LOG_BEGIN = SQL_FEED_END,
	SQL_EXCEPTION_LIST = SQL_LOG_BEGIN, /* a page of a register's */
	SQL_EXCEPTION_END,  /* one, by somebody */
	SQL_EXCEPTION_OVER, /* all of a kind, by what happened */
	SQL_LOG_MAKE,	    /* the hub's own log, when there is none */
	SQL_SALVAGE_UNLOGGED, /* a page of what was decided and is not in it */
	SQL_SALVAGE_LOGGED, /* now it is */
	SQL_SALVAGE_LATE,   /* whether there is any */
	SQL_SALVAGE_DECIDED, /* a page of what was decided, of all registers */
	SQL_LOG_END,

	SQL_COUNT = SQL_LOG_END
};

enum sql_kind {
	SQL_READS,  /* may be sent again whatever happened */
	SQL_WRITES,
	SQL_CONTROL /* no table: no part and no tenant */
};

struct sql_row {
	const char *name; /* of the enum, lower case: "ping" */
	enum sql_kind kind;
	const char *text;
};

/** sql_of(which): never NULL. */
const struct sql_row *sql_of(enum sql which);

#endif
