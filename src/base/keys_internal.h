/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_KEYS_INTERNAL_H
#define BASE_KEYS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/keys.h"

/**
 * keys_internal - what the files of keys share: keys.c master and sub-keys,
 * keys_source.c where the device key comes from, keys_public.c the register's
 * public key as PEM, keys_ring.c the data keys of the journal's segments,
 * keys_people.c the keys of persons.
 */
#define KEYS_ADVICE "copy keys/ from a backup"
#define KEYS_FILE_MAX 65536u /* no file of keys/ but the keyring is larger */

struct keys_secret {
	uint8_t sub[KEYS_SUB_COUNT][KEY_BYTES];
	uint8_t sign[SIGN_SEC_BYTES];
};

struct ring_record {
	uint32_t epoch;
	uint32_t number;
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
};

struct keys {
	struct keys_secret *secret; /* crypto_secret_new() */
	uint8_t pub[SIGN_PUB_BYTES];
	char ring_path[PATH_BYTES];
	char people_path[PATH_BYTES];
	struct ring_record *ring;
	size_t n_ring;
};

/** keys_path(out, dir, name, reterr): path_join with a message. */
MUST_CHECK enum rc keys_path(char out[PATH_BYTES], const char *dir,
	const char *name, struct err *reterr);

/** keys_load(path, max, ret_p, ret_n, reterr): file_load whose message for a
 * missing file says what to do. */
MUST_CHECK enum rc keys_load(const char *path, size_t max, uint8_t **ret_p,
	size_t *ret_n, struct err *reterr);

/** keys_bad(reterr, path): RC_CORRUPT with the one message for damage. */
enum rc keys_bad(struct err *reterr, const char *path);

/**
 * keys_source_new(path, offer, r, device, reterr):
 * The device key of a new store; writes keys/source, and the key file when
 * there is none.
 */
MUST_CHECK enum rc keys_source_new(const char *path,
	const struct keys_offer *offer, const struct rng *r,
	uint8_t device[KEY_BYTES], struct err *reterr);
/** keys_source_open(path, offer, device, reterr): that of an old one. */
MUST_CHECK enum rc keys_source_open(const char *path,
	const struct keys_offer *offer, uint8_t device[KEY_BYTES],
	struct err *reterr);

#define KEYS_PEM_BYTES 160
/** keys_pem(pub, out): the PEM text and a NUL; returns its length. */
size_t keys_pem(const uint8_t pub[SIGN_PUB_BYTES], char out[KEYS_PEM_BYTES]);

/** register.key without its key: the public half it names. */
MUST_CHECK enum rc keys_register_load(const char *path, uint8_t *ret_file,
	struct err *reterr);
#define KEYS_REGISTER_HEAD 48u /* magic, format, zero, public key */
#define KEYS_REGISTER_BYTES \
	(KEYS_REGISTER_HEAD + SIGN_SEED_BYTES + SEAL_BYTES + HASH_BYTES)

/** keys_ring_load(k, reterr): k->ring_path into k->ring; none is no error. */
MUST_CHECK enum rc keys_ring_load(struct keys *k, struct err *reterr);
MUST_CHECK enum rc keys_ring_save(const char *path,
	const struct ring_record *rec, size_t n, struct err *reterr);

#endif
