/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_HUB_DESK_H
#define MAIN_HUB_DESK_H

#include "base/json.h"
#include "hub/keys.h"
#include "hub/tenant.h"
#include "main/hub.h"

/**
 * main/hub_desk - what the verbs stand on that change what is at a hub:
 * configuration, keys, databases, and who does it.
 */
struct hub_desk {
	struct hub_args a;
	struct hub_config config;
	struct hub_keys *keys;
	struct db *db;
	struct db_writer writer;
	struct doer doer;
	char actor[80];
	char room[4096]; /* of out */
	struct sbuf out;
	struct json json;
};

/** hub_desk_open(d, reterr): a is parsed; loads the configuration. */
MUST_CHECK enum rc hub_desk_open(struct hub_desk *d, struct err *reterr);
/** hub_desk_begin(d, reterr): with the configuration that is in d. */
MUST_CHECK enum rc hub_desk_begin(struct hub_desk *d, struct err *reterr);
void hub_desk_close(struct hub_desk *d);

/** hub_desk_row(d): an object, and d->json in it; hub_desk_put(d): prints it as
 * one line. */
void hub_desk_row(struct hub_desk *d);
MUST_CHECK enum rc hub_desk_put(struct hub_desk *d, struct err *reterr);
/** Members of it: a UUID; a time when there is one. */
void hub_desk_id(struct hub_desk *d, const char *name,
	const uint8_t id[UUID_BYTES]);
void hub_desk_time(struct hub_desk *d, const char *name, struct utc t);

/** hub_desk_end(d, rc, e): closes, tells, and gives the exit status. */
int hub_desk_end(struct hub_desk *d, enum rc rc, const struct err *e);

/** hub_desk_administrator(d, t, name, path, keyid, reterr): makes a key pair,
 * adds who has it, and writes it to ${path}, 0600.  RC_EXISTS the file is
 * there. */
#define HUB_KEYID_TEXT 96
MUST_CHECK enum rc hub_desk_administrator(struct hub_desk *d,
	const struct tenant *t, const char *name, const char *path,
	char keyid[HUB_KEYID_TEXT], struct err *reterr);

#endif
