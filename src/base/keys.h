/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_KEYS_H
#define BASE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypto.h"
#include "base/err.h"

/**
 * keys - the key hierarchy of one store: source -> device key -> master key
 * -> sub-keys; a data key a journal segment; the register's signing key.
 * On-disk form of keys/: holdfast-store(5).
 *
 * The master key is proved by its own seal before anything else of the store
 * is opened, so a wrong key can never look like damage and changes no byte.
 */
enum keys_source {
	KEYS_FILE,	 /* 32 or more bytes in a file: protects copies */
	KEYS_PASSPHRASE, /* Argon2id over what a person types */
	KEYS_SYSTEMD	 /* systemd-creds: seam, refused until built */
};

/** What the caller offers; fields not of the source are ignored. */
struct keys_offer {
	enum keys_source source;
	bool given;		/* false: use what keys/source remembers */
	const char *path;	/* KEYS_FILE */
	const char *passphrase; /* KEYS_PASSPHRASE, not kept */
	size_t passphrase_len;
	uint64_t argon_ops; /* keys_create only; 0 = 3 */
	uint64_t argon_mem; /* bytes; 0 = 256 MiB */
};

enum keys_sub {
	KEYS_JOURNAL = 1, /* wraps segment data keys */
	KEYS_VALUES,	  /* LMDB values */
	KEYS_INDEX,	  /* LMDB look-up keys */
	KEYS_PEPPER,	  /* PIN verifiers */
	KEYS_BACKUP,
	KEYS_SIGN,	  /* seals the signing seed */
	KEYS_DRAFT,	  /* draft of the open basket */
	KEYS_PEOPLE,	  /* wraps the keys of persons */
	KEYS_SUB_COUNT
};

struct keys; /* opaque, in locked memory; keys_open/keys_close */

/**
 * keys_create(dir, offer, r, reterr):
 * Make keys/ in the existing empty directory ${dir}: source, master,
 * register.key, register.pub, keyring; every file written aside, flushed,
 * renamed, the directory flushed.  A KEYS_FILE whose path does not exist is
 * made (mode 0600) from 32 random bytes.
 * Errors   RC_EXISTS keys are there already; RC_NOSPC, RC_IO; RC_INVAL empty
 *          passphrase or short key file.
 */
MUST_CHECK enum rc keys_create(const char *dir, const struct keys_offer *offer,
	const struct rng *r, struct err *reterr);

/**
 * keys_open(dir, offer, ret, reterr):
 * Errors   RC_KEY the offered key is not the one (message: what was tried and
 *          what to do); RC_NOTFOUND a file of keys/ is missing (message: copy
 *          keys/ from a backup); RC_CORRUPT a file fails its check.
 * Effects  reads only.
 */
MUST_CHECK enum rc keys_open(const char *dir, const struct keys_offer *offer,
	struct keys **ret, struct err *reterr);
void keys_close(struct keys *k);

/** keys_sub(k, which): 32 bytes, borrowed until keys_close(). */
const uint8_t *keys_sub(const struct keys *k, enum keys_sub which);
const uint8_t *keys_sign_secret(const struct keys *k); /* SIGN_SEC_BYTES */
const uint8_t *keys_sign_public(const struct keys *k); /* SIGN_PUB_BYTES */

/** keys_public_pem(dir, out, cap, reterr): keys/register.pub as PEM
 * (SubjectPublicKeyInfo, RFC 8410); needs no key. */
MUST_CHECK enum rc keys_public_pem(
	const char *dir, char *out, size_t cap, struct err *reterr);
/** keys_public_read(dir, out, reterr): the 32 bytes of it. */
MUST_CHECK enum rc keys_public_read(
	const char *dir, uint8_t out[SIGN_PUB_BYTES], struct err *reterr);

/* --- one data key a journal segment --------------------------------------- */

#define KEYS_WRAPPED_BYTES (KEY_BYTES + SEAL_BYTES)

/**
 * keys_segment_new(k, r, epoch, number, ret_key, ret_wrapped, reterr):
 * A fresh data key for segment (epoch, number), recorded durably in
 * keys/keyring before return.  ret_wrapped is the same key sealed under
 * KEYS_JOURNAL, for the segment's own header, so that a lost keyring heals.
 * Called again for a segment already there: the recorded key.
 */
MUST_CHECK enum rc keys_segment_new(struct keys *k, const struct rng *r,
	uint32_t epoch, uint32_t number, uint8_t ret_key[KEY_BYTES],
	uint8_t ret_wrapped[KEYS_WRAPPED_BYTES], struct err *reterr);

/** keys_segment_get(k, epoch, number, wrapped, ret_key, reterr): from the
 * keyring, else from ${wrapped} (may be NULL).  RC_CORRUPT neither opens. */
MUST_CHECK enum rc keys_segment_get(const struct keys *k, uint32_t epoch,
	uint32_t number, const uint8_t wrapped[KEYS_WRAPPED_BYTES],
	uint8_t ret_key[KEY_BYTES], struct err *reterr);

/* --- one key a person ----------------------------------------------------- */

#define KEYS_PERSON_BYTES 16 /* of a person's name for us, with the NUL */

/**
 * keys_person_new(k, r, no, ret_key, reterr):
 * The key of the person ${no} ("7"), made and recorded durably in keys/people
 * when there is none.  What is personal in a line is sealed under it.
 * Reads the file each time: another process may have added to it.
 * Errors   RC_RANGE no is too long; RC_CORRUPT the file fails its check;
 *          RC_NOSPC, RC_IO.
 */
MUST_CHECK enum rc keys_person_new(const struct keys *k, const struct rng *r,
	const char *no, uint8_t ret_key[KEY_BYTES], struct err *reterr);
/** keys_person_get(k, no, ret_key, reterr): RC_NOTFOUND there is none, or it
 * was destroyed. */
MUST_CHECK enum rc keys_person_get(const struct keys *k, const char *no,
	uint8_t ret_key[KEY_BYTES], struct err *reterr);
/** keys_person_destroy(k, no, reterr): what was sealed under it stays sealed
 * for ever.  RC_NOTFOUND there is none.  Copies in backups are not reached. */
MUST_CHECK enum rc keys_person_destroy(
	const struct keys *k, const char *no, struct err *reterr);

#endif
