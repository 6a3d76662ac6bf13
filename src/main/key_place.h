/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_KEY_PLACE_H
#define MAIN_KEY_PLACE_H

#include "base/keys.h"
#include "main/actor.h"

/**
 * key_place - where keys lie, and what is done with them on the command line:
 * what init and keys share.
 */

/** key_place(offer, store, out, reterr): the path of a key file from / on, in
 * ${out}, which ${offer} has then; of another source nothing.  RC_INVAL it is
 * inside the store: who takes the one would take the other. */
MUST_CHECK enum rc key_place(struct keys_offer *offer, const char *store,
	char out[PATH_BYTES], struct err *reterr);

/** key_recovery_place(path, store, reterr): the same for the file a recovery
 * key is written to; RC_INVAL also when it is there already. */
MUST_CHECK enum rc key_recovery_place(
	const char *path, const char *store, struct err *reterr);

/** key_recovery_write(a, who, path, reterr): a recovery key, made and recorded,
 * its private half in that file and nowhere else. */
MUST_CHECK enum rc key_recovery_write(const struct args *a,
	const struct actor *who, const char *path, struct err *reterr);

/** key_record(a, who, offer, c, reason, ret_seq, reterr): have the change
 * recorded, by the running register or here, opening with ${offer}; c NULL: the
 * data key. */
MUST_CHECK enum rc key_record(const struct args *a, const struct actor *who,
	const struct keys_offer *offer, const struct keys_change *c,
	const char *reason, uint64_t *ret_seq, struct err *reterr);

/** key_ask(a, who, reterr): whether ${who} may change keys, before a file is
 * touched: where somebody must say who they are, the data key is changed, which
 * takes the same permit.  RC_DENIED. */
MUST_CHECK enum rc key_ask(
	const struct args *a, const struct actor *who, struct err *reterr);

#endif
