/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HISTORY_H
#define SYNC_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/rng.h"
#include "sync/session.h"

/**
 * sync/history - a register's lines come back from its hub, for a machine that
 * takes its place: verbatim, in order, each checked against the hash that the
 * next one holds, the last against the hub's signature.  A page is flushed
 * before the next is asked for, so it goes on where it was after anything.
 *
 *   sync/history/lines    the lines, a newline behind each
 *   sync/history/persons  {"sealed":..}: keys of persons (wire/persons.h)
 *   sync/history/anchor   INI, written last: all of it is there.  [history]
 *                         register epoch sequence hash time anchor hub key
 *                         first (sequence of the first line) source
 */
#define HISTORY_DIR "history"
#define HISTORY_LINES "lines"
#define HISTORY_PERSONS "persons"
#define HISTORY_ANCHOR "anchor"

struct history;

/** history_fn: RC_OK all of it is there; RC_PROTO what the hub sends does not
 * hold together; RC_NOSPC, RC_IO.  Nobody answering is no end. */
typedef void (*history_fn)(void *arg, enum rc rc, const char *why);

struct history_conf {
	const char *sync;    /* the store's sync/; copied */
	struct loop *loop;   /* borrowed, as those below */
	int timer;
	struct session *session;
	const struct rng *rng;
	const uint8_t *reg, *hub, *hub_key; /* copied */
};

/** history_there(sync): the anchor is. */
bool history_there(const char *sync);
/** history_start(conf, fn, arg, ret, reterr): ${fn} is called once, later. */
MUST_CHECK enum rc history_start(const struct history_conf *conf,
	history_fn fn, void *arg, struct history **ret, struct err *reterr);
/** history_stop(h): before its session. */
void history_stop(struct history *h);

#endif
