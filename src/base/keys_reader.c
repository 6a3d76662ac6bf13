/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader: magic, format, kind, generations, length of the path | public halves
 * of link and box, path | a keyed hash of all before | link seed and box
 * secret sealed under the worker's key | the sub-keys for the journal of every
 * generation in a box sealed to the box key | SHA-256 of all before.
 *
 * So that a new generation needs nothing of the worker, the sub-keys are in a
 * box; and so that nobody who may write here gets them by putting a box key of
 * his own in its place, the hash is keyed by what only the store has.
 */
#include "base/keys_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'R', 'D', 'R'};

#define FORMAT 1u
#define IN_USE "reader"
#define OFFERED "reader.new"
#define HEAD (sizeof(magic) + (size_t)4 * 4 + SIGN_PUB_BYTES + KEY_BYTES)
#define LINK_BYTES (SIGN_SEED_BYTES + KEY_BYTES)
#define SEALED (LINK_BYTES + SEAL_BYTES)
#define SUBS ((size_t)KEYS_GENERATIONS * KEY_BYTES)
#define READER_MAX                                                             \
	(HEAD + PATH_BYTES + INDEX_BYTES + SEALED + SUBS + BOX_BYTES +         \
		HASH_BYTES)

enum kind {
	HANDED,
	FILED
};

/* The parts of the file; pub[] is what the sealed part is bound to. */
struct reader_file {
	uint32_t kind, n;
	uint8_t pub[SIGN_PUB_BYTES + KEY_BYTES]; /* link, box */
	char path[PATH_BYTES];
	uint8_t tag[INDEX_BYTES];
	uint8_t sealed[SEALED];
	uint8_t subs[SUBS + BOX_BYTES];
};

/* Of who makes or opens one; in locked memory. */
struct reader_secret {
	uint8_t key[KEY_BYTES];
	uint8_t link[LINK_BYTES];
	uint8_t pair[SIGN_SEC_BYTES];
	uint8_t subs[SUBS];
};

static void
put_head(struct wr *w, const struct reader_file *f)
{
	const size_t n_path = strlen(f->path);

	wr_bytes(w, magic, sizeof(magic));
	wr_u32le(w, FORMAT);
	wr_u32le(w, f->kind);
	wr_u32le(w, f->n);
	wr_u32le(w, (uint32_t)n_path);
	wr_bytes(w, f->pub, sizeof(f->pub));
	wr_bytes(w, f->path, n_path);
}

/* Whoever has the store's keys says that this head is theirs. */
static void
make_tag(const struct keys *k, const struct reader_file *f,
	uint8_t out[INDEX_BYTES])
{
	uint8_t head[HEAD + PATH_BYTES];
	struct wr w;

	wr_init(&w, head, sizeof(head));
	put_head(&w, f);
	crypto_index(keys_sub_of(k, KEYS_READER, f->n), head, w.len, out);
}

static void
handed_key(const struct keys *k, unsigned generation, uint8_t out[KEY_BYTES])
{
	crypto_derive(
		keys_sub_of(k, KEYS_READER, generation), 1, "HFHANDED", out);
}

static enum rc
save(const char *dir, const char *name, const struct reader_file *f,
	struct err *reterr)
{
	uint8_t file[READER_MAX];
	char path[PATH_BYTES];
	struct wr w;
	enum rc rc = keys_path(path, dir, name, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	put_head(&w, f);
	wr_bytes(&w, f->tag, sizeof(f->tag));
	wr_bytes(&w, f->sealed, sizeof(f->sealed));
	wr_bytes(&w, f->subs, (size_t)f->n * KEY_BYTES + BOX_BYTES);
	sha256(file + w.len, file, w.len);
	return keys_replace(path, file, w.len + HASH_BYTES, reterr);
}

static bool
parse(const uint8_t *p, size_t n, struct reader_file *f)
{
	uint8_t hash[HASH_BYTES];
	const uint8_t *at;
	uint32_t n_path;
	struct rd r;

	if (n < HEAD + INDEX_BYTES + SEALED + KEY_BYTES + BOX_BYTES +
			HASH_BYTES) {
		return false;
	}
	sha256(hash, p, n - HASH_BYTES);
	rd_init(&r, p + sizeof(magic), n - HASH_BYTES - sizeof(magic));
	if (memcmp(hash, p + n - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(p, magic, sizeof(magic)) != 0 ||
		rd_u32le(&r) != FORMAT) {
		return false;
	}
	f->kind = rd_u32le(&r);
	f->n = rd_u32le(&r);
	n_path = rd_u32le(&r);
	if (f->kind > FILED || f->n == 0 || f->n > KEYS_GENERATIONS ||
		n_path >= PATH_BYTES ||
		n != HEAD + n_path + INDEX_BYTES + SEALED +
				(size_t)f->n * KEY_BYTES + BOX_BYTES +
				HASH_BYTES) {
		return false;
	}
	at = rd_bytes(&r, sizeof(f->pub));
	memcpy(f->pub, at, sizeof(f->pub));
	at += sizeof(f->pub);
	memcpy(f->path, at, n_path);
	f->path[n_path] = '\0';
	at += n_path;
	memcpy(f->tag, at, sizeof(f->tag));
	at += sizeof(f->tag);
	memcpy(f->sealed, at, sizeof(f->sealed));
	at += sizeof(f->sealed);
	memcpy(f->subs, at, (size_t)f->n * KEY_BYTES + BOX_BYTES);
	return strlen(f->path) == n_path;
}

static enum rc
load(const char *dir, const char *name, struct reader_file *f,
	struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = keys_path(path, dir, name, reterr);

	if (rc == RC_OK) {
		rc = file_load(path, READER_MAX, &p, &n, reterr);
	}
	if (rc != RC_OK) {
		return rc == RC_RANGE ? keys_bad(reterr, path) : rc;
	}
	rc = parse(p, n, f) ? RC_OK : keys_bad(reterr, path);
	free(p);
	return rc;
}

/* The path as it is remembered must lead there from anywhere. */
static enum rc
filed_key(const char *file, const struct rng *r, struct reader_file *f,
	uint8_t key[KEY_BYTES], struct err *reterr)
{
	const struct keys_offer offer = {
		.source = KEYS_FILE, .given = true, .path = file};
	struct source s = {0};
	enum rc rc = keys_source_make(&offer, r, &s, key, reterr);

	if (rc == RC_OK) {
		memcpy(f->path, s.path, sizeof(f->path));
		f->kind = FILED;
	}
	return rc;
}

/* The journal's sub-keys of all generations that k has. */
static void
box_subs(const struct keys *k, struct reader_file *f, struct reader_secret *x)
{
	f->n = keys_generation(k);
	for (unsigned g = 0; g < f->n; g++) {
		memcpy(x->subs + (size_t)g * KEY_BYTES,
			keys_sub_of(k, KEYS_JOURNAL, g + 1), KEY_BYTES);
	}
	crypto_box_seal_to(f->pub + SIGN_PUB_BYTES, x->subs,
		(size_t)f->n * KEY_BYTES, f->subs);
}

static enum rc
make(const struct keys *k, const char *name, const char *file,
	const struct rng *r, struct err *reterr)
{
	struct reader_file f = {.kind = HANDED};
	struct reader_secret *x = crypto_secret_new(sizeof(*x));
	enum rc rc = RC_OK;

	if (x == NULL) {
		return keys_no_memory(reterr);
	}
	if (file != NULL) {
		rc = filed_key(file, r, &f, x->key, reterr);
	} else {
		handed_key(k, keys_generation(k), x->key);
	}
	if (rc == RC_OK) {
		rng_fill(r, x->link, SIGN_SEED_BYTES);
		crypto_sign_key(x->link, f.pub, x->pair);
		crypto_box_pair(
			r, f.pub + SIGN_PUB_BYTES, x->link + SIGN_SEED_BYTES);
		crypto_seal(x->key, r, f.pub, sizeof(f.pub), x->link,
			LINK_BYTES, f.sealed);
		box_subs(k, &f, x);
		make_tag(k, &f, f.tag);
		rc = save(k->dir, name, &f, reterr);
	}
	crypto_secret_free(x);
	return rc;
}

enum rc
keys_reader_make(const struct keys *k, const char *file, const struct rng *r,
	struct err *reterr)
{
	return make(k, IN_USE, file, r, reterr);
}

static enum rc
take_away(const char *dir, const char *name, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = keys_path(path, dir, name, reterr);
	int fd;

	if (rc != RC_OK) {
		return rc;
	}
	fd = file_open(path, O_RDWR | O_CLOEXEC, 0);
	if (fd < 0) {
		return errno == ENOENT
			       ? RC_OK
			       : err_set(reterr, err_sys_rc(errno), errno,
					 "keys", "cannot remove %s", path);
	}
	rc = keys_shred(fd, path, reterr);
	(void)close(fd);
	if (rc == RC_OK && unlink(path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot remove %s", path);
	}
	return rc == RC_OK ? file_sync_dir(dir, reterr) : rc;
}

enum rc
keys_reader_drop(const char *dir, struct err *reterr)
{
	return take_away(dir, OFFERED, reterr);
}

enum rc
keys_reader_remove(const char *dir, struct err *reterr)
{
	enum rc rc = take_away(dir, IN_USE, reterr);

	return rc == RC_OK ? keys_reader_drop(dir, reterr) : rc;
}

enum rc
keys_reader_accept(const char *dir, struct err *reterr)
{
	char from[PATH_BYTES], to[PATH_BYTES];
	int before;
	enum rc rc = keys_path(from, dir, OFFERED, reterr);

	if (rc == RC_OK) {
		rc = keys_path(to, dir, IN_USE, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	before = file_open(to, O_RDWR | O_CLOEXEC, 0);
	if (rename(from, to) != 0) {
		rc = errno == ENOENT
			     ? RC_OK
			     : err_set(reterr, err_sys_rc(errno), errno, "keys",
				       "cannot rename %s", from);
	} else {
		rc = file_sync_dir(dir, reterr);
		if (rc == RC_OK && before >= 0) {
			rc = keys_shred(before, to, reterr);
		}
	}
	if (before >= 0) {
		(void)close(before);
	}
	return rc;
}

enum rc
keys_reader_status(
	const char *dir, struct keys_reader_status *ret, struct err *reterr)
{
	struct reader_file f = {0};
	enum rc rc = load(dir, IN_USE, &f, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->link, f.pub, SIGN_PUB_BYTES);
	memcpy(ret->box, f.pub + SIGN_PUB_BYTES, KEY_BYTES);
	ret->handed = f.kind == HANDED;
	memcpy(ret->file, f.path, sizeof(ret->file));
	ret->generations = f.n;
	return RC_OK;
}

/* The worker's key, whichever way it comes. */
static enum rc
worker_key(const struct reader_file *f, const char *file, const uint8_t *handed,
	uint8_t key[KEY_BYTES], struct err *reterr)
{
	const struct keys_offer offer = {.source = KEYS_FILE,
		.given = true,
		.path = file != NULL ? file : f->path};
	struct source s = {.kind = KEYS_FILE};

	if (f->kind == FILED || file != NULL) {
		return keys_source_device(&s, &offer, key, reterr);
	}
	if (handed == NULL) {
		return err_set(reterr, RC_AGAIN, 0, "keys",
			"the worker waits for its key: the register hands it "
			"over once it is open");
	}
	memcpy(key, handed, KEY_BYTES);
	return RC_OK;
}

static enum rc
open_file(const struct reader_file *f, struct reader_secret *x, struct keys *k,
	struct err *reterr)
{
	struct keys_secret *s = k->secret;

	if (crypto_open(x->key, f->pub, sizeof(f->pub), f->sealed, SEALED,
		    x->link) != RC_OK) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"this is not the worker's key: name its file with "
			"--worker-key-file, or enrol again");
	}
	crypto_sign_key(x->link, s->link_pub, s->link);
	memcpy(s->box, x->link + SIGN_SEED_BYTES, KEY_BYTES);
	if (memcmp(s->link_pub, f->pub, SIGN_PUB_BYTES) != 0 ||
		crypto_box_open_with(s->box, f->subs,
			(size_t)f->n * KEY_BYTES + BOX_BYTES,
			x->subs) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "keys",
			"keys/reader does not belong together: enrol again");
	}
	s->n = f->n;
	for (unsigned g = 0; g < f->n; g++) {
		memcpy(s->sub[g][KEYS_JOURNAL], x->subs + (size_t)g * KEY_BYTES,
			KEY_BYTES);
	}
	return RC_OK;
}

static enum rc
open_named(const char *dir, const char *name, const char *file,
	const uint8_t *handed, struct keys **ret, struct err *reterr)
{
	struct reader_file f = {0};
	struct reader_secret *x = NULL;
	struct keys *k = NULL;
	enum rc rc = load(dir, name, &f, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	x = crypto_secret_new(sizeof(*x));
	k = calloc(1, sizeof(*k));
	if (k != NULL) {
		k->secret = crypto_secret_new(sizeof(*k->secret));
	}
	if (x == NULL || k == NULL || k->secret == NULL) {
		rc = keys_no_memory(reterr);
		goto out;
	}
	rc = worker_key(&f, file, handed, x->key, reterr);
	if (rc == RC_OK) {
		rc = open_file(&f, x, k, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_public_read(dir, k->pub, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_path(k->ring_path, dir, "keyring", reterr);
	}
	if (rc == RC_OK) {
		memcpy(k->dir, dir, strlen(dir) + 1); /* shorter than that */
		rc = keys_ring_load(k, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_past_load(dir, &k->past, reterr);
	}
	if (rc == RC_OK) {
		*ret = k;
		k = NULL;
	}
out:
	crypto_secret_free(x);
	keys_close(k);
	return rc;
}

enum rc
keys_reader_open(const char *dir, const char *file, const uint8_t *handed,
	struct keys **ret, struct err *reterr)
{
	return open_named(dir, IN_USE, file, handed, ret, reterr);
}

enum rc
keys_reader_open_offer(const char *dir, const char *file, const uint8_t *handed,
	struct keys **ret, struct err *reterr)
{
	return open_named(dir, OFFERED, file, handed, ret, reterr);
}

static enum rc
key_of(const struct keys *k, const char *name, uint8_t ret[KEY_BYTES],
	struct err *reterr)
{
	struct reader_file f = {0};
	enum rc rc = load(k->dir, name, &f, reterr);

	if (rc == RC_OK && (f.kind != HANDED || f.n > keys_generation(k))) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "keys",
			"the worker has a key of its own");
	}
	if (rc == RC_OK) {
		handed_key(k, f.n, ret);
	}
	return rc;
}

enum rc
keys_reader_key(
	const struct keys *k, uint8_t ret[KEY_BYTES], struct err *reterr)
{
	return key_of(k, IN_USE, ret, reterr);
}

enum rc
keys_reader_offer_key(
	const struct keys *k, uint8_t ret[KEY_BYTES], struct err *reterr)
{
	return key_of(k, OFFERED, ret, reterr);
}

/* What is there is the same kind, and of this key. */
static bool
still_offered(const struct keys *k, const char *file)
{
	uint8_t handed[KEY_BYTES];
	struct keys *one = NULL;
	bool hands = key_of(k, OFFERED, handed, NULL) == RC_OK;
	bool same = hands == (file == NULL) &&
		    open_named(k->dir, OFFERED, file, hands ? handed : NULL,
			    &one, NULL) == RC_OK &&
		    one != NULL && one->secret->n == keys_generation(k);

	keys_close(one);
	crypto_wipe(handed, sizeof(handed));
	return same;
}

enum rc
keys_reader_offer(const struct keys *k, const char *file, const struct rng *r,
	struct err *reterr)
{
	return still_offered(k, file) ? RC_OK
				      : make(k, OFFERED, file, r, reterr);
}

/* What is handed over is of the generation in use, too. */
static enum rc
seal_again(const struct keys *k, unsigned before, const struct rng *r,
	struct reader_file *f, struct reader_secret *x)
{
	enum rc rc;

	if (f->kind != HANDED) {
		return RC_OK;
	}
	handed_key(k, before, x->key);
	rc = crypto_open(
		x->key, f->pub, sizeof(f->pub), f->sealed, SEALED, x->link);
	if (rc == RC_OK) {
		handed_key(k, f->n, x->key);
		crypto_seal(x->key, r, f->pub, sizeof(f->pub), x->link,
			LINK_BYTES, f->sealed);
	}
	return rc;
}

enum rc
keys_reader_renew(const struct keys *k, const struct rng *r, struct err *reterr)
{
	struct reader_file f = {0};
	struct reader_secret *x;
	uint8_t tag[INDEX_BYTES];
	unsigned before;
	enum rc rc = load(k->dir, IN_USE, &f, reterr);

	if (rc == RC_NOTFOUND || rc == RC_CORRUPT) {
		return RC_OK;
	}
	if (rc != RC_OK || f.n >= keys_generation(k)) {
		return rc;
	}
	make_tag(k, &f, tag);
	if (!crypto_equal(tag, f.tag, INDEX_BYTES)) {
		return RC_OK;
	}
	x = crypto_secret_new(sizeof(*x));
	if (x == NULL) {
		return keys_no_memory(reterr);
	}
	before = f.n;
	box_subs(k, &f, x);
	if (seal_again(k, before, r, &f, x) == RC_OK) {
		make_tag(k, &f, f.tag);
		rc = save(k->dir, IN_USE, &f, reterr);
	}
	crypto_secret_free(x);
	return rc;
}

const uint8_t *
keys_link_secret(const struct keys *k)
{
	return k->secret->link;
}

const uint8_t *
keys_link_public(const struct keys *k)
{
	return k->secret->link_pub;
}

const uint8_t *
keys_link_box(const struct keys *k)
{
	return k->secret->box;
}
