/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_FEED_PERSONS_H
#define REGISTER_FEED_PERSONS_H

#include "register/shop.h"

/**
 * feed_persons - the keys of persons, and the peppers their PINs were made
 * with, sealed to the hub's box key, in sync/persons for the worker to send:
 * with them alone the hub reads names in the register's lines, and a register
 * that takes over for this one gets them back.  Who was erased is among them no
 * more.
 */
#define FEED_PERSONS_NAME "persons" /* in sync/ */

/** feed_persons_save(s, reterr): the file anew, as wire/persons.h spells it.
 * RC_NOTFOUND the register is at no hub; RC_PROTO its sync/link cannot be read;
 * RC_RANGE too many; RC_CORRUPT, RC_NOMEM, RC_NOSPC, RC_IO. */
MUST_CHECK enum rc feed_persons_save(struct shop *s, struct err *reterr);

/** feed_persons_stamp(s): changes when the keys of persons, the master key or
 * the link may have; 0: there is no link. */
uint64_t feed_persons_stamp(const struct shop *s);

#endif
