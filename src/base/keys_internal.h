/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_KEYS_INTERNAL_H
#define BASE_KEYS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/keys.h"

/**
 * keys_internal - what the files of keys share: keys.c making and opening,
 * keys_master.c the file of the master key, keys_source.c where the device key
 * comes from, keys_credential.c from systemd, keys_public.c the register's
 * public key as PEM, keys_ring.c the data keys of the journal's segments,
 * keys_people.c the keys of persons, keys_rotate.c changes, keys_change.c the
 * note of one, keys_recovery.c the recovery key and keys_words.c its text,
 * keys_reader.c what the sync worker has, keys_past.c keys it signed with before.
 */
#define KEYS_ADVICE "copy keys/ from a backup"
#define KEYS_FILE_MAX 65536u /* no file of keys/ but the keyring is larger */

struct keys_secret {
	unsigned n; /* generations */
	uint8_t master[KEYS_GENERATIONS][KEY_BYTES];
	uint8_t sub[KEYS_GENERATIONS][KEYS_SUB_COUNT][KEY_BYTES];
	uint8_t sign[SIGN_SEC_BYTES];
	/* of the sync worker alone, keys_reader.c */
	uint8_t link[SIGN_SEC_BYTES];
	uint8_t link_pub[SIGN_PUB_BYTES];
	uint8_t box[KEY_BYTES];
};

struct ring_record {
	uint32_t epoch;
	uint32_t number;
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
};

struct keys {
	struct keys_secret *secret; /* crypto_secret_new() */
	uint8_t pub[SIGN_PUB_BYTES];
	struct keys_past past;
	char dir[PATH_BYTES];
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

/** keys_bad(reterr, path): RC_CORRUPT with the one message for damage;
 * keys_no_memory(reterr): RC_NOMEM. */
enum rc keys_bad(struct err *reterr, const char *path);
enum rc keys_no_memory(struct err *reterr);

/** keys_derive(s): the sub-keys of all s->n generations. */
void keys_derive(struct keys_secret *s);

/** keys_lock(dir, reterr): an exclusive lock of the directory, to be closed;
 * -1 with words. */
int keys_lock(const char *dir, struct err *reterr);

/* --- keys_source.c, keys_credential.c */

/* keys/source, or that part of keys/master, as read. */
struct source {
	enum keys_source kind;
	char path[PATH_BYTES];
	uint8_t salt[SALT_BYTES];
	int64_t ops;
	int64_t mem;
};
#define KEYS_SOURCE_TEXT (PATH_BYTES + 512u)

/** keys_source_make(offer, r, s, device, reterr): the device key of a new
 * store; the key file is made when there is none. */
MUST_CHECK enum rc keys_source_make(const struct keys_offer *offer,
	const struct rng *r, struct source *s, uint8_t device[KEY_BYTES],
	struct err *reterr);
/** keys_source_format(s, out, ret_n, reterr), keys_source_parse(text, n, s):
 * the text and back; it proves itself. */
MUST_CHECK enum rc keys_source_format(const struct source *s,
	char out[KEYS_SOURCE_TEXT], size_t *ret_n, struct err *reterr);
bool keys_source_parse(char *text, size_t n, struct source *s);
/** keys_source_load(path, s, reterr): keys/source. */
MUST_CHECK enum rc keys_source_load(
	const char *path, struct source *s, struct err *reterr);
/** keys_source_device(s, offer, device, reterr): that of an old store. */
MUST_CHECK enum rc keys_source_device(const struct source *s,
	const struct keys_offer *offer, uint8_t device[KEY_BYTES],
	struct err *reterr);

/** keys_device_hash(p, n, device): a device key from what a file or a
 * credential holds. */
#define KEYS_MATERIAL_MIN 32
#define KEYS_MATERIAL_MAX (1 << 20)
void keys_device_hash(const void *p, size_t n, uint8_t device[KEY_BYTES]);

/** keys_credential(path, device, reterr): what the credential holds: as the
 * unit was handed it, else as systemd-creds, a child process, opens it. */
MUST_CHECK enum rc keys_credential(
	const char *path, uint8_t device[KEY_BYTES], struct err *reterr);

/* --- keys_master.c */

struct master_file {
	struct source source;
	unsigned format;	/* 1: the source has a file of its own */
	unsigned device;	/* generation of the device key */
	int64_t device_us;
	unsigned n;		/* generations of the master key */
	int64_t since_us[KEYS_GENERATIONS];
	size_t n_head;		/* bytes that are sealed to what follows */
	size_t n_file;
	uint8_t file[8192];
};
/** master_read(dir, ret, reterr): what it says without a key. */
MUST_CHECK enum rc master_read(
	const char *dir, struct master_file *ret, struct err *reterr);
/** master_open(m, device, s): RC_KEY it does not open; s->n and s->master. */
MUST_CHECK enum rc master_open(const struct master_file *m,
	const uint8_t device[KEY_BYTES], struct keys_secret *s);
/** master_write(dir, m, device, s, r, reterr): sources, generations and times
 * of ${m}, keys of ${s}; one rename.  m->format 1 is a new store's. */
MUST_CHECK enum rc master_write(const char *dir, const struct master_file *m,
	const uint8_t device[KEY_BYTES], const struct keys_secret *s,
	const struct rng *r, struct err *reterr);
/** master_prove(dir, offer, m, device, s, reterr): read it and open it with
 * what is offered. */
MUST_CHECK enum rc master_prove(const char *dir,
	const struct keys_offer *offer, struct master_file *m,
	uint8_t device[KEY_BYTES], struct keys_secret *s, struct err *reterr);

/* --- keys_change.c: keys/change */

struct change_file {
	struct keys_change what;
	bool handed; /* holds a master key */
	uint8_t box[KEY_BYTES + SEAL_BYTES];
};
/** change_read(dir, ret, reterr): RC_NOTFOUND none; what does not hold is
 * none. */
MUST_CHECK enum rc change_read(
	const char *dir, struct change_file *ret, struct err *reterr);
MUST_CHECK enum rc change_write(
	const char *dir, const struct change_file *c, struct err *reterr);
/** change_remove(dir, reterr): its bytes written over, then its name. */
MUST_CHECK enum rc change_remove(const char *dir, struct err *reterr);
/** change_box(s, generation, r, key, out): a master key for who has the
 * generation before it; change_unbox() the other way. */
void change_box(const struct keys_secret *s, unsigned generation,
	const struct rng *r, const uint8_t key[KEY_BYTES],
	uint8_t out[KEY_BYTES + SEAL_BYTES]);
MUST_CHECK enum rc change_unbox(const struct keys_secret *s,
	unsigned generation, const uint8_t in[KEY_BYTES + SEAL_BYTES],
	uint8_t key[KEY_BYTES]);
/** keys_shred(fd, path, reterr): the bytes of an open file written over with
 * zeros and flushed. */
MUST_CHECK enum rc keys_shred(int fd, const char *path, struct err *reterr);
/** keys_replace(path, p, n, reterr): file_save(), and what stood there before
 * is shredded once the new one has its name. */
MUST_CHECK enum rc keys_replace(
	const char *path, const void *p, size_t n, struct err *reterr);

/* --- keys_recovery.c, keys_words.c */

/** recovery_seal(dir, pub, s, reterr): the masters sealed to it. */
MUST_CHECK enum rc recovery_seal(const char *dir, const uint8_t pub[KEY_BYTES],
	const struct keys_secret *s, struct err *reterr);
/** recovery_head(dir, pub, ret_n, reterr): RC_NOTFOUND there is none. */
MUST_CHECK enum rc recovery_head(const char *dir, uint8_t pub[KEY_BYTES],
	unsigned *ret_n, struct err *reterr);
/** recovery_open(dir, sec, s, reterr): s->n and s->master. */
MUST_CHECK enum rc recovery_open(const char *dir, const uint8_t sec[KEY_BYTES],
	struct keys_secret *s, struct err *reterr);
/** recovery_renew(dir, s, reterr): sealed again, if there is one. */
MUST_CHECK enum rc recovery_renew(
	const char *dir, const struct keys_secret *s, struct err *reterr);

/** words_put(key, out), words_get(text, len, key, reterr). */
void words_put(const uint8_t key[KEY_BYTES], char out[KEYS_RECOVERY_TEXT]);
MUST_CHECK enum rc words_get(const char *text, size_t len,
	uint8_t key[KEY_BYTES], struct err *reterr);

#define KEYS_PEM_BYTES 160
/** keys_pem(pub, out): the PEM text and a NUL; returns its length. */
size_t keys_pem(const uint8_t pub[SIGN_PUB_BYTES], char out[KEYS_PEM_BYTES]);

/** keys_hashed(path, magic, out, n, reterr): a file of exactly n bytes
 * that begins with magic and format and ends with the hash of itself. */
MUST_CHECK enum rc keys_hashed(const char *path, const char magic[8],
	uint8_t *out, size_t n, struct err *reterr);

/** register.key without its key: the public half it names. */
MUST_CHECK enum rc keys_register_load(const char *path, uint8_t *ret_file,
	struct err *reterr);
/** keys_register_save(dir, s, pub, seed, r, reterr): under the generation in
 * use. */
MUST_CHECK enum rc keys_register_save(const char *dir,
	const struct keys_secret *s, const uint8_t pub[SIGN_PUB_BYTES],
	const uint8_t seed[SIGN_SEED_BYTES], const struct rng *r,
	struct err *reterr);
#define KEYS_REGISTER_HEAD 48u /* magic, format, zero, public key */
#define KEYS_REGISTER_BYTES \
	(KEYS_REGISTER_HEAD + SIGN_SEED_BYTES + SEAL_BYTES + HASH_BYTES)

/** keys_ring_load(k, reterr): k->ring_path into k->ring; none is no error. */
MUST_CHECK enum rc keys_ring_load(struct keys *k, struct err *reterr);
MUST_CHECK enum rc keys_ring_save(const char *path,
	const struct ring_record *rec, size_t n, struct err *reterr);
/** keys_ring_renew(k, r, reterr), keys_people_renew(k, r, reterr): every key in
 * it under the generation in use. */
MUST_CHECK enum rc keys_ring_renew(
	struct keys *k, const struct rng *r, struct err *reterr);
MUST_CHECK enum rc keys_people_renew(
	const struct keys *k, const struct rng *r, struct err *reterr);

#endif
