/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

static const char register_magic[8] = {'H', 'F', 'K', 'E', 'Y', 'R', 'E', 'G'};

#define KEYS_FORMAT 1u
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
keys_no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "keys", "no memory for keys");
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

enum rc
keys_hashed(const char *path, const char magic[8], uint8_t *out, size_t n,
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
	return keys_hashed(
		path, register_magic, ret_file, KEYS_REGISTER_BYTES, reterr);
}

void
keys_derive(struct keys_secret *s)
{
	for (unsigned g = 0; g < s->n; g++) {
		for (unsigned i = KEYS_JOURNAL; i < KEYS_SUB_COUNT; i++) {
			crypto_derive(s->master[g], i, CONTEXT, s->sub[g][i]);
		}
	}
}

/* --- making -------------------------------------------------------------- */

/* What exists only while keys are made or opened. */
struct scratch {
	uint8_t device[KEY_BYTES];
	uint8_t seed[SIGN_SEED_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	struct keys_secret secret;
};

enum rc
keys_register_save(const char *dir, const struct keys_secret *s,
	const uint8_t pub[SIGN_PUB_BYTES], const uint8_t seed[SIGN_SEED_BYTES],
	const struct rng *r, struct err *reterr)
{
	uint8_t file[KEYS_REGISTER_BYTES];
	char path[PATH_BYTES];
	struct wr w;
	enum rc rc = keys_path(path, dir, "register.key", reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, register_magic, sizeof(register_magic));
	wr_u32le(&w, KEYS_FORMAT);
	wr_u32le(&w, 0);
	wr_bytes(&w, pub, SIGN_PUB_BYTES);
	crypto_seal(s->sub[s->n - 1][KEYS_SIGN], r, file, KEYS_REGISTER_HEAD,
		seed, SIGN_SEED_BYTES, file + KEYS_REGISTER_HEAD);
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

/* keys/source as a first store has it. */
static enum rc
save_source(const char *path, const struct source *s, struct err *reterr)
{
	char text[KEYS_SOURCE_TEXT];
	size_t n = 0;
	enum rc rc = keys_source_format(s, text, &n, reterr);

	return rc == RC_OK ? file_save(path, text, n, 0600, reterr) : rc;
}

static enum rc
create_files(const char *dir, const struct paths *p,
	const struct keys_offer *offer, const struct rng *r, struct scratch *x,
	struct err *reterr)
{
	struct master_file m = {.format = 1, .n = 1, .device = 1};
	uint8_t pub[SIGN_PUB_BYTES];
	char pem[KEYS_PEM_BYTES];
	enum rc rc = keys_source_make(offer, r, &m.source, x->device, reterr);

	if (rc == RC_OK) {
		rc = save_source(p->source, &m.source, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	x->secret.n = 1;
	rng_fill(r, x->secret.master[0], KEY_BYTES);
	keys_derive(&x->secret);
	rng_fill(r, x->seed, sizeof(x->seed));
	crypto_sign_key(x->seed, pub, x->sec);
	rc = keys_register_save(dir, &x->secret, pub, x->seed, r, reterr);
	if (rc == RC_OK) {
		size_t n = keys_pem(pub, pem);

		rc = file_save(p->reg_pub, pem, n, 0600, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_ring_save(p->ring, NULL, 0, reterr);
	}
	/* Last: until the master stands, there are no keys here. */
	if (rc == RC_OK) {
		rc = master_write(dir, &m, x->device, &x->secret, r, reterr);
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
		return keys_no_memory(reterr);
	}
	rc = create_files(dir, &p, offer, r, x, reterr);
	crypto_secret_free(x);
	return rc;
}

/* --- opening ------------------------------------------------------------- */

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
	if (keys_unseal(k, KEYS_SIGN, file, KEYS_REGISTER_HEAD,
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
	struct master_file *m = NULL;
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
	m = malloc(sizeof(*m));
	if (k == NULL || x == NULL || m == NULL || k->secret == NULL) {
		rc = keys_no_memory(reterr);
		goto out;
	}
	rc = master_prove(dir, offer, m, x->device, k->secret, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	keys_derive(k->secret);
	rc = open_register(&p, k, x, dir, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	memcpy(k->dir, dir, strlen(dir) + 1); /* shorter than p.ring */
	memcpy(k->ring_path, p.ring, sizeof(k->ring_path));
	memcpy(k->people_path, p.people, sizeof(k->people_path));
	rc = keys_ring_load(k, reterr);
	if (rc == RC_OK) {
		rc = keys_past_load(dir, &k->past, reterr);
	}
	if (rc != RC_OK) {
		goto out;
	}
	*ret = k;
	k = NULL;
out:
	crypto_secret_free(x);
	free(m);
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

unsigned
keys_generation(const struct keys *k)
{
	return k->secret->n;
}

const uint8_t *
keys_sub(const struct keys *k, enum keys_sub which)
{
	return k->secret->sub[k->secret->n - 1][which];
}

const uint8_t *
keys_sub_of(const struct keys *k, enum keys_sub which, unsigned generation)
{
	return generation == 0 || generation > k->secret->n
		       ? NULL
		       : k->secret->sub[generation - 1][which];
}

enum rc
keys_unseal(const struct keys *k, enum keys_sub which, const void *ad,
	size_t ad_len, const void *in, size_t n, uint8_t *out)
{
	enum rc rc = RC_CORRUPT;

	for (unsigned g = k->secret->n; rc != RC_OK && g > 0; g--) {
		rc = crypto_open(
			k->secret->sub[g - 1][which], ad, ad_len, in, n, out);
	}
	return rc;
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
