/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_PERSONS_H
#define HUB_PERSONS_H

#include "hub/db.h"
#include "hub/keys.h"
#include "hub/route.h"

/**
 * hub/persons - a register's keys of persons, for the machine that takes its
 * place: they come sealed to the hub's box key, lie in the database sealed by
 * the key that is outside of it, and leave sealed to the new link's box key.
 */

/** POST /v1/registers/{id}/persons */
enum rc persons_post(struct request *q, struct answer *a, struct err *reterr);

/** persons_for(h, db, part, tenant, reg, box, ret, reterr): what the hub has,
 * sealed to ${box}, as base64url; malloc'd, free() it; NULL when it has none.
 */
MUST_CHECK enum rc persons_for(struct hub *h, struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	const uint8_t box[KEY_BYTES], char **ret, struct err *reterr);

#endif
