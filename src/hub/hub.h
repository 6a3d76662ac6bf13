/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_HUB_H
#define HUB_HUB_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/rng.h"
#include "hub/admission.h"
#include "hub/durable.h"
#include "hub/config.h"
#include "hub/metrics.h"
#include "hub/route.h"

/**
 * hub - the center of many registers, over PostgreSQL.  It keeps the lines of
 * each register as they are, in order, exactly once; tells each where it
 * stands, and signs that; and gives out what the tills follow.  It has no
 * state of its own between two requests but counters and caches: any number of
 * these processes may run over the same databases.
 *
 *   server.c     connections and bodies (libmicrohttpd)
 *   route.c      the table of requests; answer.c their answers, signed
 *   auth.c       who signed a request; stale.c requests that were seen
 *   ingest*.c    batches of events, poison, salvage      head.c  where it stands
 *   history.c    a register's own lines                  admission.c  who waits
 *   metrics.c    what is counted
 *   db.c sql.c   databases, and every statement          enroll.c  new registers
 *   feed*.c      what the tills follow                   people.c  person keys
 *
 * Threads: libmicrohttpd's run handlers; the one main() runs in does
 * housekeeping and signals.  What they share is below, each with its guard.
 */
#define HUB_NAME_BYTES 80
#define HUB_SERVERS (HUB_LISTEN + 1) /* and one for metrics */

struct db;     /* hub/db.h */
struct server; /* hub/server.h */
struct stale;  /* hub/stale.h */
struct revs;   /* hub/revs.h */

struct hub {
	/* never changed while requests run */
	uint8_t id[UUID_BYTES];
	char name[HUB_NAME_BYTES];
	const uint8_t *sign_secret; /* SIGN_SEC_BYTES, locked memory */
	uint8_t sign_public[SIGN_PUB_BYTES];
	const uint8_t *box_secret; /* KEY_BYTES, locked memory */
	uint8_t box_public[KEY_BYTES];
	const uint8_t *kek;	   /* KEY_BYTES, locked memory: seals keys of
				    * persons in the database */
	char tls_pin[64];	   /* "sha256//...", "" without TLS */
	struct clock clock;
	struct utc started; /* what was seen before is not known */
	struct rng rng;
	const struct hub_config *config;
	struct db *db;
	struct server *server[HUB_SERVERS];
	size_t n_server;
	/* guarded by themselves */
	struct admission admission;
	struct metrics metrics;
	struct stale *stale;
	struct revs *revs;
	struct durable durable;
	pthread_mutex_t log_lock; /* base/log has no threads */
};

/** hub_log(h, level, event, fmt, ...): log_event() of module "hub", from any
 * thread.  No key, no code, no line of a register is ever formatted. */
void hub_log(struct hub *h, enum log_level level, const char *event,
	const char *fmt, ...) PRINTF(4, 5);

/** hub_wake(h): requests that wait for something new run again, see
 * answer.again_us.  From any thread. */
void hub_wake(struct hub *h);
/** hub_tick(h, now_us): connections that are due, of each server; by the
 * housekeeping, once in HUB_TICK_US. */
#define HUB_TICK_US INT64_C(1000000)
void hub_tick(struct hub *h, int64_t now_us);

#endif
