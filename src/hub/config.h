/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_CONFIG_H
#define HUB_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"

/**
 * hub/config - holdfast-hub.conf(5): where the hub listens, where its state
 * is, and which database holds which parts.
 *
 * A part is a number 0..255 that leads every key.  Every part lies in exactly
 * one database or in none (then nothing is put there); a database has a label
 * that says where it is, and a tenant that asks for a label is only ever put
 * into parts that have it.
 */
#define HUB_DATABASES 16u
#define HUB_LISTEN 4u
#define HUB_CONFIG_NAME_BYTES 64
#define HUB_LABEL_BYTES 33
#define HUB_CONNINFO_BYTES 1024

/** When a committed line has a second copy (the answers' "durable"). */
enum hub_durable {
	HUB_DURABLE_AUTO,   /* as the database says of itself: REPLICA when it
			     * waits for a standby, else BACKUP */
	HUB_DURABLE_BACKUP, /* after holdfast-hub durable confirm */
	HUB_DURABLE_REPLICA,
	HUB_DURABLE_COMMIT /* always: the database sees to it */
};

struct hub_database {
	char name[HUB_CONFIG_NAME_BYTES];
	char conninfo[HUB_CONNINFO_BYTES]; /* libpq's, without a password */
	uint8_t first, last;		   /* parts, both belong */
	char residency[HUB_LABEL_BYTES];   /* "" none */
	enum hub_durable durable;
	bool unprepared; /* a pooler in transaction mode is between */
};

struct hub_config {
	char path[PATH_BYTES];	/* of the file */
	char state[PATH_BYTES]; /* keys, certificate; outside the database */
	char name[HUB_CONFIG_NAME_BYTES];
	char url[256]; /* how tills reach it; "" unknown */
	/* "ADDRESS:PORT", "[ADDRESS]:PORT", "unix:PATH" */
	char listen[HUB_LISTEN][256];
	size_t n_listen;
	char tls_certificate[PATH_BYTES]; /* "" no TLS here */
	char tls_key[PATH_BYTES];
	char metrics[256]; /* where GET /metrics is answered; "" with the rest
			    * (to loopback and unix: only) */
	uint32_t threads;     /* 0: twice the processors */
	uint32_t connections; /* at most */
	struct hub_database db[HUB_DATABASES];
	size_t n_db;
};

#define HUB_CONFIG_PATH "/etc/holdfast/hub.conf"
#define HUB_STATE_PATH "/var/lib/holdfast-hub"

/** hub_config_parse(name, text, len, ret, reterr): RC_PROTO with the place:
 * an unknown key, a value out of range, parts that two databases have, a
 * password in a conninfo (it belongs into a passfile). */
MUST_CHECK enum rc hub_config_parse(const char *name, const char *text,
	size_t len, struct hub_config *ret, struct err *reterr);
/** hub_config_load(path, ret, reterr): path NULL: $HOLDFAST_HUB_CONF's, else
 * HUB_CONFIG_PATH.  RC_NOTFOUND there is none: run setup. */
MUST_CHECK enum rc hub_config_load(
	const char *path, struct hub_config *ret, struct err *reterr);

/** hub_config_database(c, part): the one that holds it, or NULL. */
const struct hub_database *hub_config_database(
	const struct hub_config *c, uint8_t part);

/** hub_config_pick(c, residency, id, ret_part): a part for something new, the
 * same for the same id, spread over all parts with the label ("" any).
 * RC_NOTFOUND no database has the label. */
MUST_CHECK enum rc hub_config_pick(const struct hub_config *c,
	const char *residency, const uint8_t id[16], uint8_t *ret_part);
/** hub_config_may(c, part, residency): data of a tenant with this label may
 * be read from and written to the part. */
bool hub_config_may(
	const struct hub_config *c, uint8_t part, const char *residency);

/** hub_config_home(c): the part of the hub's own rows (tenant all zeros): the
 * first of the first database. */
uint8_t hub_config_home(const struct hub_config *c);

#endif
