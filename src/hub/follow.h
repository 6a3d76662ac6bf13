/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_FOLLOW_H
#define HUB_FOLLOW_H

#include "hub/hub.h"

/**
 * hub/follow - what a shop changed itself becomes what the hub has.  A till's
 * own lines (operator.changed, config.activated, catalog.imported) are read in
 * their order and put into the feeds, for that register alone; the feeds and
 * how far it went move in one transaction, once.  From then on the hub's value
 * counts again at the till (`applied'), and it is the till's own.
 *
 *   operator.changed   the person's role and whether they may work, of one the
 *                      hub has; a PIN or badges changed at the till stay there
 *   config.activated   sections that the hub's texts have, too, with what the
 *                      shop says in them, as the text FOLLOW_OWN of the
 *                      register; goes when somebody writes the feed again
 *   catalog.imported   nothing: the file is the till's; but the hub's products
 *                      lie over it again
 */
#define FOLLOW_OWN "~own"

/** follow_register(h, db, tpart, spart, tenant, store, reg, ret_applied,
 * reterr): all of one register's lines so far.  Cheap when there is nothing.
 * A line that cannot be read is passed over and logged. */
MUST_CHECK enum rc follow_register(struct hub *h, struct db *db, uint8_t tpart,
	uint8_t spart, const uint8_t tenant[UUID_BYTES],
	const uint8_t store[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	uint64_t *ret_applied, struct err *reterr);

/** follow_all(h, db, reterr): of every register of every tenant, and
 * tombstones that are old go; for the housekeeping, every few minutes. */
MUST_CHECK enum rc follow_all(
	struct hub *h, struct db *db, struct err *reterr);

#endif
