/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_KEYS_READER_H
#define BASE_KEYS_READER_H

#include "base/keys.h"

/**
 * keys_reader - what the sync worker has of a store's keys: it reads the
 * journal and signs what it says to the hub.  It has no master key and no
 * signing key of lines, so who steals it, and its directory, can read and
 * can write nothing.  keys/reader, holdfast-store(5).
 *
 * The link is a pair of keys for signing requests and another (X25519) that
 * things are sealed to.  They lie sealed under the worker's own key: a file
 * of its own, or what the register hands over the channel while the store is
 * open, for a store whose key is in nobody's file.
 */

/**
 * keys_reader_make(k, file, r, reterr):
 * A new link and keys/reader for it; another that was there is gone.
 * Input    file  the worker's key file, made (mode 0600, 32 random bytes)
 *                when there is none; NULL: it is handed over.
 * Errors   RC_KEY the file is too short or cannot be read; RC_NOSPC, RC_IO.
 */
MUST_CHECK enum rc keys_reader_make(const struct keys *k, const char *file,
	const struct rng *r, struct err *reterr);

/**
 * A link that is asked for at a hub, keys/reader.new, beside the one in use,
 * which stays what it is when the hub says no.
 * keys_reader_offer(k, file, r, reterr): as keys_reader_make().  One that is
 *     there already and opens stays: the answer to it may have been lost.
 * keys_reader_accept(dir, reterr): it is the link from here on.
 * keys_reader_drop(dir, reterr): it is not wanted.
 * The last two: none is no error.
 */
MUST_CHECK enum rc keys_reader_offer(const struct keys *k, const char *file,
	const struct rng *r, struct err *reterr);
MUST_CHECK enum rc keys_reader_accept(const char *dir, struct err *reterr);
MUST_CHECK enum rc keys_reader_drop(const char *dir, struct err *reterr);

/** keys_reader_remove(dir, reterr): the link is over, an offered one, too; none
 * is no error. */
MUST_CHECK enum rc keys_reader_remove(const char *dir, struct err *reterr);

/** What can be said without a key. */
struct keys_reader_status {
	uint8_t link[SIGN_PUB_BYTES];
	uint8_t box[KEY_BYTES];
	bool handed;	       /* its key comes over the channel */
	char file[KEYS_NAME_BYTES]; /* else its key file */
	unsigned generations;  /* of the master key that it can read */
};
/** keys_reader_status(dir, ret, reterr): RC_NOTFOUND there is none;
 * RC_CORRUPT. */
MUST_CHECK enum rc keys_reader_status(const char *dir,
	struct keys_reader_status *ret, struct err *reterr);

/**
 * keys_reader_open(dir, file, handed, ret, reterr):
 * A struct keys for keys_segment_get() and the keys_link_*() below; all else
 * of it is zeros.  keys_sign_public() is the register's of now.
 * Input    file    NULL: the one that is remembered.
 *          handed  KEY_BYTES as keys_reader_key() gave them, or NULL.
 * Errors   RC_NOTFOUND there is no link; RC_AGAIN its key must be handed over
 *          first; RC_KEY it is not this key; RC_CORRUPT.
 * When the master key got another generation, segments from then on are
 * RC_CORRUPT to it: open again.
 */
MUST_CHECK enum rc keys_reader_open(const char *dir, const char *file,
	const uint8_t *handed, struct keys **ret, struct err *reterr);
/** keys_reader_open_offer(): the same of what keys_reader_offer() made. */
MUST_CHECK enum rc keys_reader_open_offer(const char *dir, const char *file,
	const uint8_t *handed, struct keys **ret, struct err *reterr);

/** keys_reader_key(k, ret, reterr): what to hand over; RC_NOTFOUND there is
 * no link, or it has a file.  Another one when the master key changes.
 * keys_reader_offer_key(): the same of the offered one. */
MUST_CHECK enum rc keys_reader_key(
	const struct keys *k, uint8_t ret[KEY_BYTES], struct err *reterr);
MUST_CHECK enum rc keys_reader_offer_key(
	const struct keys *k, uint8_t ret[KEY_BYTES], struct err *reterr);

/** keys_reader_renew(k, r, reterr): it can read what the generation in use
 * wraps; needs nothing of the worker.  Part of keys_adopt().  One that is
 * damaged or was changed by somebody else is left as it is: the worker asks
 * for another enrolment. */
MUST_CHECK enum rc keys_reader_renew(
	const struct keys *k, const struct rng *r, struct err *reterr);

/* Of who has the link open; zeros for others. */
const uint8_t *keys_link_secret(const struct keys *k); /* SIGN_SEC_BYTES */
const uint8_t *keys_link_public(const struct keys *k); /* SIGN_PUB_BYTES */
const uint8_t *keys_link_box(const struct keys *k);    /* KEY_BYTES, secret */

#endif
