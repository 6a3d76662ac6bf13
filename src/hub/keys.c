/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/keys.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/conf.h"
#include "base/file.h"
#include "base/sbuf.h"
#include "hub/db.h"

#include "base/poison.h"

#define FILE_BYTES 2048

struct reading {
	struct hub_keys *k;
	uint8_t seed[SIGN_SEED_BYTES];
	unsigned have; /* bits: id, sign, box, kek */
};

enum rc
hub_keys_create(const char *dir, const struct rng *r, struct utc now,
	struct err *reterr)
{
	uint8_t id[UUID_BYTES], secret[3][KEY_BYTES];
	char path[PATH_BYTES], text[FILE_BYTES], word[UUID_TEXT_BYTES];
	char hex[KEY_BYTES * 2 + 1];
	static const char *const name[] = {"sign", "box", "seal"};
	struct stat st;
	struct sbuf b;
	enum rc rc;

	if (path_join(path, sizeof(path), dir, HUB_KEYS_FILE) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "hub_keys",
			"the path of the state directory is too long");
	}
	if (stat(path, &st) == 0) {
		return err_set(reterr, RC_EXISTS, 0, "hub_keys",
			"%s is there already", path);
	}
	uuid_v7(r, now, id);
	uuid_format(id, word);
	rng_fill(r, secret[0], sizeof(secret));
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		"# The keys of a Holdfast hub.  Tills believe nobody else: "
		"keep a copy of this\n# file apart from the copies of the "
		"database.\n[hub]\nid = %s\n",
		word);
	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		hex_encode(hex, secret[i], KEY_BYTES);
		sbuf_printf(&b, "%s = %s\n", name[i], hex);
	}
	rc = file_save(path, text, b.len, 0600, reterr);
	crypto_wipe(text, sizeof(text));
	crypto_wipe(hex, sizeof(hex));
	crypto_wipe(secret, sizeof(secret));
	return rc;
}

static enum rc
one_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct reading *r = arg;

	const struct {
		const char *key;
		uint8_t *to;
	} table[] = {{"sign", r->seed}, {"box", r->k->box_secret},
		{"seal", r->k->kek}};

	(void)pos;
	(void)section;
	if (key == NULL) {
		return RC_OK;
	}
	if (strcmp(key, "id") == 0 &&
		uuid_parse(value, strlen(value), r->k->id) == RC_OK) {
		r->have |= 1u;
		return RC_OK;
	}
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strcmp(key, table[i].key) == 0 &&
			hex_decode(table[i].to, KEY_BYTES, value,
				strlen(value)) == RC_OK) {
			r->have |= 2u << i;
			return RC_OK;
		}
	}
	return err_set(reterr, RC_CORRUPT, 0, "hub_keys",
		"not as it was written: bring it back from its copy");
}

static enum rc
load(const char *path, struct reading *r, struct err *reterr)
{
	struct stat st;
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (stat(path, &st) != 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "hub_keys",
			"there is no %s: run holdfast-hub setup, or bring it "
			"back from its copy",
			path);
	}
	if ((st.st_mode & 077) != 0) {
		return err_set(reterr, RC_DENIED, 0, "hub_keys",
			"%s may be read by others: chmod 600 %s", path, path);
	}
	rc = file_load(path, FILE_BYTES, &text, &n, reterr);
	if (rc == RC_OK) {
		rc = conf_parse(
			path, (const char *)text, n, one_key, r, reterr);
	}
	if (rc == RC_OK && r->have != 15u) {
		rc = err_set(reterr, RC_CORRUPT, 0, "hub_keys",
			"%s lacks a key: bring it back from its copy", path);
	}
	if (text != NULL) {
		crypto_wipe(text, n);
	}
	free(text);
	return rc;
}

enum rc
hub_keys_open(const char *dir, struct hub_keys **ret, struct err *reterr)
{
	char path[PATH_BYTES];
	struct reading r = {.k = crypto_secret_new(sizeof(*r.k))};
	enum rc rc = RC_NOMEM;

	if (r.k == NULL) {
		(void)err_set(reterr, rc, 0, "hub_keys", "no memory");
		goto out;
	}
	rc = path_join(path, sizeof(path), dir, HUB_KEYS_FILE);
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "hub_keys",
			"the path of the state directory is too long");
		goto out;
	}
	rc = load(path, &r, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	crypto_sign_key(r.seed, r.k->sign_public, r.k->sign_secret);
	crypto_box_public(r.k->box_secret, r.k->box_public);
	*ret = r.k;
	r.k = NULL;
out:
	crypto_wipe(r.seed, sizeof(r.seed));
	hub_keys_close(r.k);
	return rc;
}

enum rc
hub_keys_fit(const struct hub_keys *k, struct db *db, struct err *reterr)
{
	const struct hub_database *d = &db_config(db)->db[0];
	uint8_t id[UUID_BYTES] = {0};
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, d->first, db_nobody);
	rc = db_run(db, SQL_HUB, &args, &rows, reterr);
	if (rc == RC_OK && rows.n > 0) {
		db_uuid(&rows, 0, 0, id);
		if (memcmp(id, k->id, UUID_BYTES) != 0) {
			rc = err_set(reterr, RC_DENIED, 0, "hub_keys",
				"database %s is another hub's than the %s "
				"here: bring back the one it was set up with",
				d->name, HUB_KEYS_FILE);
		}
	}
	db_rows_free(&rows);
	return rc;
}

void
hub_keys_close(struct hub_keys *k)
{
	crypto_secret_free(k);
}

void
hub_kek_seal(const uint8_t kek[KEY_BYTES], const struct rng *r,
	const uint8_t tenant[UUID_BYTES], const uint8_t id[UUID_BYTES],
	const void *in, size_t n, uint8_t *out)
{
	uint8_t ad[2 * UUID_BYTES];

	memcpy(ad, tenant, UUID_BYTES);
	memcpy(ad + UUID_BYTES, id, UUID_BYTES);
	crypto_seal(kek, r, ad, sizeof(ad), in, n, out);
}

enum rc
hub_kek_unseal(const uint8_t kek[KEY_BYTES], const uint8_t tenant[UUID_BYTES],
	const uint8_t id[UUID_BYTES], const void *in, size_t n, uint8_t *out)
{
	uint8_t ad[2 * UUID_BYTES];

	if (n < SEAL_BYTES) {
		return RC_CORRUPT;
	}
	memcpy(ad, tenant, UUID_BYTES);
	memcpy(ad + UUID_BYTES, id, UUID_BYTES);
	return crypto_open(kek, ad, sizeof(ad), in, n, out);
}
