/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_PEOPLE_H
#define HUB_PEOPLE_H

#include "base/arena.h"
#include "hub/db.h"
#include "hub/feed.h"
#include "hub/route.h"

/**
 * hub/people - persons in the feed of that name.  What is known of a person is
 * sealed under a key of that person's own, which lies in the database sealed by
 * the hub's, which does not: a copy of the database tells nobody's name, and
 * without their key nobody can be told any more (erased).  A
 * register gets it sealed to its link, so that its worker cannot read it.
 *
 * In the database an item's body is the person's id (16 bytes) and what
 * feed_person_encode() spells, sealed.  Roles are texts and in the clear.
 */
#define PEOPLE_DELIVERED_BYTES ((size_t)4096)
#define PEOPLE_AT_ONCE 2000u

/** people_is_person(key): an operator's number, and no role. */
bool people_is_person(const char *key);

/** people_deliver(q, body, n, room, it, reterr): it->body for the register
 * that asks, in ${room} (PEOPLE_DELIVERED_BYTES each).  A person whose key is
 * gone becomes a deleted item. */
MUST_CHECK enum rc people_deliver(struct request *q, const uint8_t *body,
	size_t n, struct arena *room, struct hub_item *it, struct err *reterr);

/** people_show(q, j, body, n): what an administrator sees of a person: members
 * of "person", no PIN and no badge; nothing of who was erased. */
struct json;
void people_show(
	struct request *q, struct json *j, const uint8_t *body, size_t n);

struct people {
	struct hub *hub;
	struct db *db;
	const struct feed_place *place;
	uint64_t n;
};

/** people_seal(p, row, out, ret_n, reterr): the body for the database of
 * what ${row} says of a person, and of what it does not say as it is.  Makes
 * the person's key when there is none.  Not within a transaction.  31 ms for a
 * PIN.  RC_RANGE more than PEOPLE_AT_ONCE. */
#define PEOPLE_BODY_BYTES (FEED_PERSON_BYTES + UUID_BYTES + SEAL_BYTES)
MUST_CHECK enum rc people_seal(struct people *p, const struct feed_row *row,
	uint8_t *out, size_t *ret_n, struct err *reterr);

/** people_find(h, db, number, store, reg, place, a, ret_person, reterr): what a
 * register of place's part and tenant sees of a person, in ${a}; place gets
 * feed, scope and scope_id.  RC_NOTFOUND. */
MUST_CHECK enum rc people_find(struct hub *h, struct db *db,
	const char *number, const uint8_t store[UUID_BYTES],
	const uint8_t reg[UUID_BYTES], struct feed_place *place,
	struct arena *a, struct feed_person *ret_person, struct err *reterr);

/** people_body(h, db, place, person, out, ret_n, reterr): a body for the
 * database of ${person}, whose key is that of the item that is there. */
MUST_CHECK enum rc people_body(struct hub *h, struct db *db,
	const struct feed_place *place, const struct feed_person *person,
	uint8_t *out, size_t *ret_n, struct err *reterr);

/** POST /v1/people/{number}/erase */
enum rc people_erase_post(
	struct request *q, struct answer *a, struct err *reterr);

#endif
