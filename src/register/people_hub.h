/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PEOPLE_HUB_H
#define REGISTER_PEOPLE_HUB_H

#include "register/people.h"
#include "wire/feed_body.h"

/**
 * people_hub - operators as a hub has them, made this register's own: names,
 * PINs and badges are sealed under the person's key here, and a PIN's hash gets
 * the pepper of this store.  What is the same already stays as it stands in the
 * lines, so that nothing is recorded twice.
 */
struct people_hub {
	struct event e; /* operator.changed, origin "hub"; borrows the rest */
	char no[16], role[16];
	char name[STORE_SEALED_TEXT], pin[STORE_SEALED_TEXT];
	char badge[STORE_BADGES][STORE_SEALED_TEXT];
	struct event_badge badges[STORE_BADGES];
};

/**
 * people_hub_change(s, f, ret, ret_any, reterr):
 * What is to be recorded so that the operator is as ${f} has them; *ret_any
 * false: they are.  Not checked by people_admit().
 * Errors   RC_INVAL in words: a number, name, role or badge nobody can have.
 *          RC_DENIED they were erased here.  RC_AGAIN the store cannot say;
 *          RC_NOSPC, RC_IO of the file of persons' keys.
 * Effects  a flush when the person's key is made.
 */
MUST_CHECK enum rc people_hub_change(struct shop *s,
	const struct feed_person *f, struct people_hub *ret, bool *ret_any,
	struct err *reterr);

/** people_hub_off(p, ret): who is not among the hub's any more works here no
 * longer; ${p} as people_list() has them. */
void people_hub_off(const struct store_person *p, struct people_hub *ret);

#endif
