/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_AUTH_H
#define HUB_AUTH_H

#include "hub/hub.h"

/**
 * hub/auth - who a request is from.  The key id says where to look, the key
 * that stands there says whether it is true; part and tenant come from nowhere
 * else.  holdfast-sync-protocol(7).
 */

/** A key id taken apart. */
struct auth_keyid {
	enum route_who who; /* ROUTE_REGISTER, ROUTE_ADMIN, ROUTE_NEW */
	uint8_t tpart, spart;
	uint8_t tenant[UUID_BYTES], id[UUID_BYTES];
};

/** auth_keyid_parse(text, ret): "TPART.SPART.TENANT.REGISTER",
 * "TPART.a.TENANT.ADMINISTRATOR" or "new".  RC_PROTO. */
MUST_CHECK enum rc auth_keyid_parse(const char *text, struct auth_keyid *ret);
#define AUTH_KEYID_BYTES 96
void auth_keyid_format(
	const struct auth_keyid *k, char out[AUTH_KEYID_BYTES]);

/** auth_claim(q, a, ret): what a request says of itself, before anything is
 * looked up: its digest, form and time.  False: ${a} is a problem. */
bool auth_claim(
	struct request *q, struct answer *a, struct auth_keyid *ret);

/** auth_check(q, a, who, reterr): looks its key up and proves it; q->caller is
 * whom ${who} lets in then, and of a register a->state its head.  RC_OK and
 * a->problem NONE; RC_OK and a problem; else the database's. */
MUST_CHECK enum rc auth_check(struct request *q, struct answer *a,
	const struct auth_keyid *k, struct err *reterr);

/** auth_new(q, key, reterr): the request is signed by this key, which nobody
 * knows yet.  RC_DENIED. */
MUST_CHECK enum rc auth_new(const struct request *q,
	const uint8_t key[SIGN_PUB_BYTES], struct err *reterr);

#endif
