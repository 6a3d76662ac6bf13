/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * recovery: magic, format, how many generations, the public half | the master
 * keys in a sealed box to it | SHA-256 of all before.
 */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'R', 'E', 'C'};

#define HEAD 48u
#define MASTERS (KEYS_GENERATIONS * KEY_BYTES)
#define FILE_MAX_BYTES (HEAD + MASTERS + BOX_BYTES + HASH_BYTES)

struct recovery_file {
	uint8_t file[FILE_MAX_BYTES];
	unsigned n;
	uint8_t pub[KEY_BYTES];
};

enum rc
recovery_seal(const char *dir, const uint8_t pub[KEY_BYTES],
	const struct keys_secret *s, struct err *reterr)
{
	uint8_t file[FILE_MAX_BYTES];
	char path[PATH_BYTES];
	size_t n = HEAD + (size_t)s->n * KEY_BYTES + BOX_BYTES;
	struct wr w;
	enum rc rc = keys_path(path, dir, "recovery", reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, 1);
	wr_u32le(&w, s->n);
	wr_bytes(&w, pub, KEY_BYTES);
	crypto_box_seal_to(
		pub, s->master[0], (size_t)s->n * KEY_BYTES, file + HEAD);
	sha256(file + n, file, n);
	return keys_replace(path, file, n + HASH_BYTES, reterr);
}

static enum rc
load(const char *dir, struct recovery_file *f, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	size_t n = 0;
	struct rd r;
	enum rc rc = keys_path(path, dir, "recovery", reterr);

	if (rc == RC_OK) {
		rc = file_load(path, sizeof(f->file), &p, &n, reterr);
	}
	if (rc != RC_OK) {
		return rc == RC_RANGE ? keys_bad(reterr, path) : rc;
	}
	memcpy(f->file, p, n);
	free(p);
	if (n < HEAD + BOX_BYTES + HASH_BYTES) {
		return keys_bad(reterr, path);
	}
	rd_init(&r, f->file + 8, 8);
	sha256(hash, f->file, n - HASH_BYTES);
	if (memcmp(hash, f->file + n - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(f->file, magic, sizeof(magic)) != 0 ||
		rd_u32le(&r) != 1) {
		return keys_bad(reterr, path);
	}
	f->n = rd_u32le(&r);
	if (f->n == 0 || f->n > KEYS_GENERATIONS ||
		n != HEAD + f->n * KEY_BYTES + BOX_BYTES + HASH_BYTES) {
		return keys_bad(reterr, path);
	}
	memcpy(f->pub, f->file + 16, KEY_BYTES);
	return RC_OK;
}

enum rc
recovery_head(const char *dir, uint8_t pub[KEY_BYTES], unsigned *ret_n,
	struct err *reterr)
{
	struct recovery_file f = {0};
	enum rc rc = load(dir, &f, reterr);

	if (rc == RC_OK) {
		memcpy(pub, f.pub, KEY_BYTES);
		*ret_n = f.n;
	}
	return rc;
}

enum rc
recovery_renew(const char *dir, const struct keys_secret *s, struct err *reterr)
{
	uint8_t pub[KEY_BYTES];
	unsigned n;
	enum rc rc = recovery_head(dir, pub, &n, reterr);

	return rc == RC_OK         ? recovery_seal(dir, pub, s, reterr)
	       : rc == RC_NOTFOUND ? RC_OK
				   : rc;
}

enum rc
recovery_open(const char *dir, const uint8_t sec[KEY_BYTES],
	struct keys_secret *s, struct err *reterr)
{
	struct recovery_file f = {0};
	uint8_t pub[KEY_BYTES];
	enum rc rc = load(dir, &f, reterr);

	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "keys",
			"this store has no recovery key: nothing opens it "
			"but its own key");
	}
	if (rc != RC_OK) {
		return rc;
	}
	crypto_box_public(sec, pub);
	if (memcmp(pub, f.pub, KEY_BYTES) != 0) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"this is the recovery key of another store, or one "
			"that was replaced (nothing was changed)");
	}
	if (crypto_box_open_with(sec, f.file + HEAD,
		    (size_t)f.n * KEY_BYTES + BOX_BYTES,
		    s->master[0]) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "keys",
			"%s/recovery is damaged: " KEYS_ADVICE, dir);
	}
	s->n = f.n;
	return RC_OK;
}

/* --- making one ---------------------------------------------------------- */

struct make {
	struct keys_secret secret;
	uint8_t device[KEY_BYTES];
	uint8_t sec[KEY_BYTES];
	struct master_file m; /* no secret, but here it is at hand */
};

static enum rc
make_locked(const char *dir, const struct rng *r, struct make *x,
	char ret_text[KEYS_RECOVERY_TEXT], struct keys_change *ret,
	struct err *reterr)
{
	struct change_file c = {.what = {KEYS_LEVEL_RECOVERY, x->m.n}};
	struct keys_status st;
	uint8_t pub[KEY_BYTES];
	enum rc rc = keys_status(dir, &st, reterr);

	if (rc == RC_OK && st.pending) {
		return err_set(reterr, RC_EXISTS, 0, "keys",
			"a change of the keys is not recorded yet: start the "
			"register, or run the command again");
	}
	if (rc == RC_OK) {
		crypto_box_pair(r, pub, x->sec);
		words_put(x->sec, ret_text);
		rc = change_write(dir, &c, reterr);
	}
	if (rc == RC_OK) {
		rc = recovery_seal(dir, pub, &x->secret, reterr);
	}
	*ret = c.what;
	return rc;
}

enum rc
keys_recovery_make(const char *dir, const struct keys_offer *offer,
	const struct rng *r, char ret_text[KEYS_RECOVERY_TEXT],
	struct keys_change *ret, struct err *reterr)
{
	struct make *x = crypto_secret_new(sizeof(*x));
	int fd = -1;
	enum rc rc;

	if (x == NULL) {
		return keys_no_memory(reterr);
	}
	rc = master_prove(dir, offer, &x->m, x->device, &x->secret, reterr);
	if (rc == RC_OK) {
		fd = keys_lock(dir, reterr);
		rc = fd < 0 ? RC_IO : RC_OK;
	}
	if (rc == RC_OK) {
		/* what was changed while the passphrase was worked on */
		rc = master_read(dir, &x->m, reterr);
	}
	if (rc == RC_OK && master_open(&x->m, x->device, &x->secret) != RC_OK) {
		rc = err_set(reterr, RC_BUSY, 0, "keys",
			"the keys were changed meanwhile: try again");
	}
	if (rc == RC_OK) {
		rc = make_locked(dir, r, x, ret_text, ret, reterr);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	crypto_secret_free(x);
	return rc;
}
