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
 *
 * Each level can be changed while others read.  The device key: one file is
 * wrapped again (keys_rotate_device).  The master key gets another generation,
 * with sub-keys of its own for what is written from then on; those before stay
 * for what was written under them (keys_rotate_master, keys_adopt).  The data
 * key: the journal's next segment has another one anyhow.
 */
enum keys_source {
	KEYS_FILE,	 /* 32 or more bytes in a file: protects copies */
	KEYS_PASSPHRASE, /* Argon2id over what a person types */
	KEYS_SYSTEMD	 /* a credential that systemd keeps sealed */
};

/** What the caller offers; fields not of the source are ignored. */
struct keys_offer {
	enum keys_source source;
	bool given;		/* false: use what keys/source remembers */
	/* KEYS_FILE the file; KEYS_SYSTEMD the credential's name, or the file it
	 * lies in sealed, named like it */
	const char *path;
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
	KEYS_CHANGE,	  /* hands the next master key on */
	KEYS_ASK,	  /* proves that who asks has the keys */
	KEYS_READER,	  /* of keys/reader, keys_reader.h */
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

#define KEYS_GENERATIONS 64u /* of the master key, at most */

/** keys_generation(k): of the master key, the one in use; 1 is the first. */
unsigned keys_generation(const struct keys *k);
/** keys_sub(k, which): 32 bytes of the generation in use, to seal with;
 * borrowed until keys_close(), and right for good: another generation does not
 * change them. */
const uint8_t *keys_sub(const struct keys *k, enum keys_sub which);
/** keys_sub_of(k, which, generation): of one generation; NULL there is none. */
const uint8_t *keys_sub_of(
	const struct keys *k, enum keys_sub which, unsigned generation);
/** keys_unseal(k, which, ad, ad_len, in, n, out): crypto_open() with the
 * sub-keys of every generation, the newest first.  RC_CORRUPT none opens it. */
MUST_CHECK enum rc keys_unseal(const struct keys *k, enum keys_sub which,
	const void *ad, size_t ad_len, const void *in, size_t n, uint8_t *out);
const uint8_t *keys_sign_secret(const struct keys *k); /* SIGN_SEC_BYTES */
const uint8_t *keys_sign_public(const struct keys *k); /* SIGN_PUB_BYTES */

/** keys_public_pem(dir, out, cap, reterr): keys/register.pub as PEM
 * (SubjectPublicKeyInfo, RFC 8410); needs no key. */
MUST_CHECK enum rc keys_public_pem(
	const char *dir, char *out, size_t cap, struct err *reterr);
/** keys_public_parse(pem, n, out, reterr): the 32 bytes of such a text.
 * RC_INVAL. */
MUST_CHECK enum rc keys_public_parse(const char *pem, size_t n,
	uint8_t out[SIGN_PUB_BYTES], struct err *reterr);
/** keys_public_read(dir, out, reterr): the 32 bytes of it. */
MUST_CHECK enum rc keys_public_read(
	const char *dir, uint8_t out[SIGN_PUB_BYTES], struct err *reterr);

/* --- keys it had before --------------------------------------------------- */

/**
 * A register that went on with another machine (register.restored with a
 * public_key) signs with another key from that line on.  keys/past names those
 * it signed with before; they are in the log, too, whose hashes lead from the
 * newest signature back to the first line, so the file is there to look them
 * up and is believed for nothing else.
 */
#define KEYS_PAST 32u
struct keys_past {
	size_t n;
	struct {
		uint64_t upto; /* the last line it signed, ascending */
		uint8_t pub[SIGN_PUB_BYTES];
	} key[KEYS_PAST];
};
/** keys_past_load(dir, ret, reterr): none is no error.  keys_past_save(). */
MUST_CHECK enum rc keys_past_load(
	const char *dir, struct keys_past *ret, struct err *reterr);
MUST_CHECK enum rc keys_past_save(
	const char *dir, const struct keys_past *past, struct err *reterr);
/** keys_past_at(past, sequence, now): whose key signed that line; ${now} the
 * one in use. */
const uint8_t *keys_past_at(const struct keys_past *past, uint64_t sequence,
	const uint8_t *now);
/** keys_past(k), keys_public_at(k, sequence): of an open store. */
const struct keys_past *keys_past(const struct keys *k);
const uint8_t *keys_public_at(const struct keys *k, uint64_t sequence);

/* --- changing keys -------------------------------------------------------- */

#define KEYS_NAME_BYTES 1024
struct keys_status {
	enum keys_source source;
	char name[KEYS_NAME_BYTES]; /* of key file or credential */
	unsigned device, master; /* generations, from 1 */
	int64_t device_us, master_us; /* UTC since when; 0 since it was made */
	bool recovery;		/* there is a recovery key */
	unsigned recovery_master; /* newest generation it opens */
	uint8_t recovery_public[KEY_BYTES];
	bool pending; /* a change is made and not recorded yet */
};
/** keys_status(dir, ret, reterr): what can be said without any key.  RC_RANGE,
 * RC_NOTFOUND, RC_CORRUPT, RC_IO as keys_open(). */
MUST_CHECK enum rc keys_status(
	const char *dir, struct keys_status *ret, struct err *reterr);

/** What was changed, for the line that will say so. */
enum keys_level {
	KEYS_LEVEL_DEVICE,
	KEYS_LEVEL_MASTER,
	KEYS_LEVEL_RECOVERY
};
struct keys_change {
	enum keys_level level;
	unsigned generation;
};
/** keys_level_name(level): "device", "master", "recovery". */
const char *keys_level_name(enum keys_level level);
/** keys_source_name(source): "key-file", "passphrase", "credential". */
const char *keys_source_name(enum keys_source source);

/**
 * keys_rotate_device(dir, old, fresh, r, now_us, ret, reterr):
 * From now on the store opens with ${fresh} (as for keys_create()), which is
 * remembered, and not with ${old} any more.  One rename is the change: before
 * it the old key opens, behind it the new one.  A register that runs needs
 * neither.  Notes the change, see keys_pending().
 * Errors   as keys_open() of ${old} and keys_create() of ${fresh}; RC_BUSY
 *          somebody else changes keys.
 */
MUST_CHECK enum rc keys_rotate_device(const char *dir,
	const struct keys_offer *old, const struct keys_offer *fresh,
	const struct rng *r, int64_t now_us, struct keys_change *ret,
	struct err *reterr);

/**
 * keys_rotate_master(dir, offer, r, now_us, ret, reterr):
 * Another generation of the master key; the recovery key, if there is one,
 * opens it too before it is there.  Who has the keys open goes on with the
 * generation they have until keys_adopt(), for which the new one waits in
 * keys/change, sealed under the last one; it goes with keys_pending_done().
 * Errors   as keys_open(); RC_RANGE no room for another generation; RC_EXISTS
 *          a change waits to be recorded; RC_BUSY.
 */
MUST_CHECK enum rc keys_rotate_master(const char *dir,
	const struct keys_offer *offer, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr);

/**
 * keys_adopt(k, r, reterr):
 * Take over what keys_rotate_master() left, and put what only has one copy
 * under the generation in use: the register's signing seed, the keys of
 * persons, the keyring.  Nothing to do when that is so.  Only one process may
 * (the one with the store's lock).  At each moment every file opens.
 * Errors   RC_CORRUPT, RC_NOSPC, RC_IO: what is old still opens all.
 */
MUST_CHECK enum rc keys_adopt(
	struct keys *k, const struct rng *r, struct err *reterr);

/** keys_pending(k, ret): a change that was made and whose line may not be
 * recorded: false, there is none.  keys_pending_in(dir, ret, reterr): the same
 * without a key, RC_NOTFOUND there is none.  keys_pending_done(k): it is
 * recorded. */
bool keys_pending(const struct keys *k, struct keys_change *ret);
MUST_CHECK enum rc keys_pending_in(
	const char *dir, struct keys_change *ret, struct err *reterr);
MUST_CHECK enum rc keys_pending_done(
	const struct keys *k, struct err *reterr);

/**
 * keys_recovery_make(dir, offer, r, ret_text, ret, reterr):
 * A pair of keys (X25519): its public half, and the master key of every
 * generation sealed to it, in keys/recovery; the private half only as
 * ${ret_text}, groups of five signs of which the last proves the group.  One
 * that was there before opens nothing any more.
 */
#define KEYS_RECOVERY_TEXT 96
MUST_CHECK enum rc keys_recovery_make(const char *dir,
	const struct keys_offer *offer, const struct rng *r,
	char ret_text[KEYS_RECOVERY_TEXT], struct keys_change *ret,
	struct err *reterr);

/**
 * keys_recover(dir, text, len, fresh, r, now_us, ret, reterr):
 * Open the store with the private half as it was written down (case, blanks
 * and dashes do not matter) and have it open with ${fresh} from now on.
 * Errors   RC_INVAL a group is not as it was printed: the message says which;
 *          RC_KEY it is not this store's; RC_NOTFOUND there is no recovery
 *          key; else as keys_rotate_device().
 */
MUST_CHECK enum rc keys_recover(const char *dir, const char *text, size_t len,
	const struct keys_offer *fresh, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr);

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
/** keys_person_put(k, r, no, key, reterr): a key that was made elsewhere, by
 * the register before this machine.  RC_EXISTS there is another one. */
MUST_CHECK enum rc keys_person_put(const struct keys *k, const struct rng *r,
	const char *no, const uint8_t key[KEY_BYTES], struct err *reterr);
/** keys_person_get(k, no, ret_key, reterr): RC_NOTFOUND there is none, or it
 * was destroyed. */
MUST_CHECK enum rc keys_person_get(const struct keys *k, const char *no,
	uint8_t ret_key[KEY_BYTES], struct err *reterr);
/** keys_person_list(k, ret, cap, ret_n, reterr): who has a key.  RC_RANGE more
 * than ${cap} have. */
MUST_CHECK enum rc keys_person_list(const struct keys *k,
	char ret[][KEYS_PERSON_BYTES], size_t cap, size_t *ret_n,
	struct err *reterr);
/** keys_person_destroy(k, no, reterr): what was sealed under it stays sealed
 * for ever.  The file without it takes the place of the old one, whose bytes
 * are written over and flushed (a disk that keeps old blocks may keep these).
 * RC_NOTFOUND there is none.  Copies in backups are not reached. */
MUST_CHECK enum rc keys_person_destroy(
	const struct keys *k, const char *no, struct err *reterr);

/* --- peppers of machines before ------------------------------------------- */

/**
 * A register that goes on with another machine has another master key, and a
 * verifier that was made before is looked at with the pepper of that time.  It
 * goes where keys of persons go, to the hub and back to the next machine, under
 * a name that no person can have: "pepper-" and eight characters that follow
 * from it.  So one that came twice is there once.
 */
#define KEYS_PEPPERS 64u
/** keys_pepper_name(pepper, out): that name. */
void keys_pepper_name(
	const uint8_t pepper[KEY_BYTES], char out[KEYS_PERSON_BYTES]);
/** keys_pepper_is(no): whether it is one. */
bool keys_pepper_is(const char *no);
/** keys_pepper_past(k, ret, ret_n, reterr): those that came from a machine
 * before, never those of ${k} itself; more than KEYS_PEPPERS are not asked for.
 * Wipe them. */
MUST_CHECK enum rc keys_pepper_past(const struct keys *k,
	uint8_t ret[KEYS_PEPPERS][KEY_BYTES], size_t *ret_n,
	struct err *reterr);

#endif
