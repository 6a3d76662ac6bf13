/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SETUP_H
#define HUB_SETUP_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "hub/config.h"

/**
 * hub/setup - from a PostgreSQL that is there to a hub that can be started:
 * keys and certificate in the state directory, the configuration, and in each
 * database the roles, the schema and its migrations, the guard on its parts.
 *
 * Run again it does what is missing and changes nothing else; two at once are
 * one after the other.  Who administers the database gives his right by a
 * conninfo, by libpq's files and variables, or by being root or postgres on
 * the machine; the service gets a password of its own, in a file of its own.
 * No password is an argument, a line of a log or a statement in clear.
 */
struct setup_database {
	const char *conninfo;  /* of an administrator; NULL: the local one */
	const char *parts;     /* NULL: all */
	const char *residency; /* NULL: none */
};

#define SETUP_ROLE "holdfast_hub"

struct setup {
	const char *config; /* file: read when there, else written */
	/* for a new configuration: */
	const char *state, *name, *url, *listen; /* NULL: what is usual */
	bool no_tls;
	const char *role; /* of the service; NULL: SETUP_ROLE */
	/* in the order of the configuration's [database] sections */
	struct setup_database db[HUB_DATABASES];
	size_t n_db;
	struct rng rng;
	struct clock clock;
	void (*say)(void *arg, const char *text); /* one line, done */
	void *arg;
};

/** setup_run(s, ret, reterr): ret is the configuration as it is then.
 * RC_DENIED the database is another hub's, or lacks a right; RC_CORRUPT a
 * migration was changed after it ran, or the database is newer than this
 * program; RC_DOWN it is not there; RC_BUSY another setup runs. */
MUST_CHECK enum rc setup_run(
	const struct setup *s, struct hub_config *ret, struct err *reterr);

#endif
