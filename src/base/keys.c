/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * master: magic, format, source, key id | nonce, wrapped master key, tag |
 * SHA-256 of all before.  The head is associated data of the wrap.  The hash
 * needs no key, so damage is told from a wrong key before any key is tried.
 */
static const char master_magic[8] = {'H', 'F', 'K', 'E', 'Y', 'M', 'S', 'T'};
static const char register_magic[8] = {'H', 'F', 'K', 'E', 'Y', 'R', 'E', 'G'};

#define KEYS_FORMAT 1u
#define MASTER_HEAD 24u
#define MASTER_BODY (MASTER_HEAD + KEY_BYTES + SEAL_BYTES)
#define MASTER_BYTES (MASTER_BODY + HASH_BYTES)
#define REGISTER_BODY (KEYS_REGISTER_BYTES - HASH_BYTES)
#define CONTEXT "HOLDFAST"

enum rc
keys_path(char out[PATH_BYTES], const char *dir, const char *name,
	struct err *reterr)
{
	if (path_join(out, PATH_BYTES, dir, name) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "keys", "path too long: %s", dir);
	}
	return RC_OK;
}

enum rc
keys_bad(struct err *reterr, const char *path)
{
	return err_set(reterr, RC_CORRUPT, 0, "keys",
		"%s is damaged: " KEYS_ADVICE, path);
}

enum rc
keys_load(const char *path, size_t max, uint8_t **ret_p, size_t *ret_n,
	struct err *reterr)
{
	enum rc rc = file_load(path, max, ret_p, ret_n, reterr);

	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "keys",
			"%s is missing: " KEYS_ADVICE, path);
	}
	return rc == RC_RANGE ? keys_bad(reterr, path) : rc;
}

/* A file of exactly n bytes that begins with magic and format and ends with
 * the hash of itself. */
static enum rc
load_hashed(const char *path, const char magic[8], uint8_t *out, size_t n,
	struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	uint8_t *p = NULL;
	struct rd r;
	size_t got;
	enum rc rc = keys_load(path, KEYS_FILE_MAX, &p, &got, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (got == n) {
		memcpy(out, p, n);
	}
	free(p);
	if (got != n) {
		return keys_bad(reterr, path);
	}
	sha256(hash, out, n - HASH_BYTES);
	if (memcmp(hash, out + n - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(out, magic, 8) != 0) {
		return keys_bad(reterr, path);
	}
	rd_init(&r, out + 8, 4);
	if (rd_u32le(&r) != KEYS_FORMAT) {
		return err_set(reterr, RC_CORRUPT, 0, "keys",
			"%s has a format this version does not know: update "
			"the program",
			path);
	}
	return RC_OK;
}

enum rc
keys_register_load(const char *path, uint8_t *ret_file, struct err *reterr)
{
	return load_hashed(
		path, register_magic, ret_file, KEYS_REGISTER_BYTES, reterr);
}

static void
derive_all(struct keys_secret *s, const uint8_t master[KEY_BYTES])
{
	for (unsigned i = KEYS_JOURNAL; i < KEYS_SUB_COUNT; i++) {
		crypto_derive(master, i, CONTEXT, s->sub[i]);
	}
}

/* --- making -------------------------------------------------------------- */

/* What exists only while keys are made or opened. */
struct scratch {
	uint8_t device[KEY_BYTES];
	uint8_t master[KEY_BYTES];
	uint8_t seed[SIGN_SEED_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	struct keys_secret secret;
};

static enum rc
save_master(const char *path, const struct keys_offer *offer,
	const struct rng *r, const struct scratch *x, struct err *reterr)
{
	uint8_t file[MASTER_BYTES];
	uint8_t id[8];
	struct wr w;

	rng_fill(r, id, sizeof(id));
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, master_magic, sizeof(master_magic));
	wr_u32le(&w, KEYS_FORMAT);
	wr_u32le(&w, (uint32_t)offer->source);
	wr_bytes(&w, id, sizeof(id));
	crypto_seal(x->device, r, file, MASTER_HEAD, x->master, KEY_BYTES,
		file + MASTER_HEAD);
	sha256(file + MASTER_BODY, file, MASTER_BODY);
	return file_save(path, file, sizeof(file), 0600, reterr);
}

static enum rc
save_register(const char *path, const struct rng *r, struct scratch *x,
	uint8_t pub[SIGN_PUB_BYTES], struct err *reterr)
{
	uint8_t file[KEYS_REGISTER_BYTES];
	struct wr w;

	rng_fill(r, x->seed, sizeof(x->seed));
	crypto_sign_key(x->seed, pub, x->sec);
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, register_magic, sizeof(register_magic));
	wr_u32le(&w, KEYS_FORMAT);
	wr_u32le(&w, 0);
	wr_bytes(&w, pub, SIGN_PUB_BYTES);
	crypto_seal(x->secret.sub[KEYS_SIGN], r, file, KEYS_REGISTER_HEAD,
		x->seed, SIGN_SEED_BYTES, file + KEYS_REGISTER_HEAD);
	sha256(file + REGISTER_BODY, file, REGISTER_BODY);
	return file_save(path, file, sizeof(file), 0600, reterr);
}

struct paths {
	char source[PATH_BYTES];
	char master[PATH_BYTES];
	char reg_key[PATH_BYTES];
	char reg_pub[PATH_BYTES];
	char ring[PATH_BYTES];
	char people[PATH_BYTES];
};

static enum rc
make_paths(struct paths *p, const char *dir, struct err *reterr)
{
	enum rc rc = keys_path(p->source, dir, "source", reterr);

	if (rc == RC_OK) {
		rc = keys_path(p->master, dir, "master", reterr);
	}
	if (rc == RC_OK) {
		rc = keys_path(p->reg_key, dir, "register.key", reterr);
	}
	if (rc == RC_OK) {
		rc = keys_path(p->reg_pub, dir, "register.pub", reterr);
	}
	if (rc == RC_OK) {
		rc = keys_path(p->ring, dir, "keyring", reterr);
	}
	if (rc == RC_OK) {
		rc = keys_path(p->people, dir, "people", reterr);
	}
	return rc;
}

static enum rc
create_files(const struct paths *p, const struct keys_offer *offer,
	const struct rng *r, struct scratch *x, struct err *reterr)
{
	uint8_t pub[SIGN_PUB_BYTES];
	char pem[KEYS_PEM_BYTES];
	enum rc rc = keys_source_new(p->source, offer, r, x->device, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rng_fill(r, x->master, KEY_BYTES);
	derive_all(&x->secret, x->master);
	rc = save_register(p->reg_key, r, x, pub, reterr);
	if (rc == RC_OK) {
		size_t n = keys_pem(pub, pem);

		rc = file_save(p->reg_pub, pem, n, 0600, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_ring_save(p->ring, NULL, 0, reterr);
	}
	/* Last: until the master stands, there are no keys here. */
	if (rc == RC_OK) {
		rc = save_master(p->master, offer, r, x, reterr);
	}
	return rc;
}

enum rc
keys_create(const char *dir, const struct keys_offer *offer,
	const struct rng *r, struct err *reterr)
{
	struct scratch *x;
	struct paths p;
	enum rc rc = make_paths(&p, dir, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (access(p.master, F_OK) == 0) {
		return err_set(reterr, RC_EXISTS, 0, "keys",
			"%s is there already: choose another store", p.master);
	}
	x = crypto_secret_new(sizeof(*x));
	if (x == NULL) {
		return err_set(
			reterr, RC_NOMEM, 0, "keys", "no memory for keys");
	}
	rc = create_files(&p, offer, r, x, reterr);
	crypto_secret_free(x);
	return rc;
}

/* --- opening ------------------------------------------------------------- */

static enum rc
open_master(const struct paths *p, const struct keys_offer *offer,
	struct scratch *x, struct err *reterr)
{
	uint8_t file[MASTER_BYTES];
	enum rc rc = load_hashed(
		p->master, master_magic, file, sizeof(file), reterr);

	if (rc == RC_OK) {
		rc = keys_source_open(p->source, offer, x->device, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (crypto_open(x->device, file, MASTER_HEAD, file + MASTER_HEAD,
		    KEY_BYTES + SEAL_BYTES, x->master) != RC_OK) {
		bool pass = offer->given && offer->source == KEYS_PASSPHRASE;

		return err_set(reterr, RC_KEY, 0, "keys",
			"the %s does not open this store: give the one it was "
			"made with (nothing was changed)",
			pass ? "passphrase" : "key file");
	}
	return RC_OK;
}

static enum rc
open_register(const struct paths *p, struct keys *k, struct scratch *x,
	const char *dir, struct err *reterr)
{
	uint8_t file[KEYS_REGISTER_BYTES];
	uint8_t named[SIGN_PUB_BYTES];
	enum rc rc = keys_register_load(p->reg_key, file, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (crypto_open(k->secret->sub[KEYS_SIGN], file, KEYS_REGISTER_HEAD,
		    file + KEYS_REGISTER_HEAD, SIGN_SEED_BYTES + SEAL_BYTES,
		    x->seed) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "keys",
			"%s belongs to another store: " KEYS_ADVICE,
			p->reg_key);
	}
	crypto_sign_key(x->seed, k->pub, k->secret->sign);
	if (memcmp(k->pub, file + 16, SIGN_PUB_BYTES) != 0) {
		return keys_bad(reterr, p->reg_key);
	}
	rc = keys_public_read(dir, named, reterr);
	if (rc == RC_OK && memcmp(named, k->pub, SIGN_PUB_BYTES) != 0) {
		rc = keys_bad(reterr, p->reg_pub);
	}
	return rc;
}

enum rc
keys_open(const char *dir, const struct keys_offer *offer, struct keys **ret,
	struct err *reterr)
{
	struct scratch *x = NULL;
	struct keys *k = NULL;
	struct paths p;
	enum rc rc = make_paths(&p, dir, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	k = calloc(1, sizeof(*k));
	x = crypto_secret_new(sizeof(*x));
	if (k != NULL) {
		k->secret = crypto_secret_new(sizeof(*k->secret));
	}
	if (k == NULL || x == NULL || k->secret == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "keys", "no memory for keys");
		goto out;
	}
	rc = open_master(&p, offer, x, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	derive_all(k->secret, x->master);
	rc = open_register(&p, k, x, dir, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	memcpy(k->ring_path, p.ring, sizeof(k->ring_path));
	memcpy(k->people_path, p.people, sizeof(k->people_path));
	rc = keys_ring_load(k, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	*ret = k;
	k = NULL;
out:
	crypto_secret_free(x);
	keys_close(k);
	return rc;
}

void
keys_close(struct keys *k)
{
	if (k != NULL) {
		crypto_secret_free(k->secret);
		free(k->ring);
		free(k);
	}
}

const uint8_t *
keys_sub(const struct keys *k, enum keys_sub which)
{
	return k->secret->sub[which];
}

const uint8_t *
keys_sign_secret(const struct keys *k)
{
	return k->secret->sign;
}

const uint8_t *
keys_sign_public(const struct keys *k)
{
	return k->pub;
}
