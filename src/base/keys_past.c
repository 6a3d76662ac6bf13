/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/* past: magic, format, count | last line and public key of each | SHA-256. */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'P', 'S', 'T'};

#define HEAD 16u
#define ROW (8u + SIGN_PUB_BYTES)
#define PAST_BYTES (HEAD + KEYS_PAST * ROW + HASH_BYTES)

static bool
parse(const uint8_t *p, size_t n, struct keys_past *ret)
{
	uint8_t hash[HASH_BYTES];
	struct rd r;
	size_t count;

	if (n < HEAD + HASH_BYTES) {
		return false;
	}
	sha256(hash, p, n - HASH_BYTES);
	rd_init(&r, p + sizeof(magic), n - HASH_BYTES - sizeof(magic));
	if (memcmp(hash, p + n - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(p, magic, sizeof(magic)) != 0 || rd_u32le(&r) != 1) {
		return false;
	}
	count = rd_u32le(&r);
	if (count > KEYS_PAST || r.n != count * ROW) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		ret->key[i].upto = rd_u64le(&r);
		memcpy(ret->key[i].pub, rd_bytes(&r, SIGN_PUB_BYTES),
			SIGN_PUB_BYTES);
		if (i > 0 && ret->key[i].upto <= ret->key[i - 1].upto) {
			return false;
		}
	}
	ret->n = count;
	return true;
}

enum rc
keys_past_load(const char *dir, struct keys_past *ret, struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = keys_path(path, dir, "past", reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = file_load(path, PAST_BYTES, &p, &n, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK && !parse(p, n, ret)) {
		memset(ret, 0, sizeof(*ret));
		rc = RC_RANGE;
	}
	free(p);
	return rc == RC_RANGE ? keys_bad(reterr, path) : rc;
}

enum rc
keys_past_save(
	const char *dir, const struct keys_past *past, struct err *reterr)
{
	uint8_t file[PAST_BYTES];
	char path[PATH_BYTES];
	struct wr w;
	enum rc rc = keys_path(path, dir, "past", reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, 1);
	wr_u32le(&w, (uint32_t)past->n);
	for (size_t i = 0; i < past->n; i++) {
		wr_u64le(&w, past->key[i].upto);
		wr_bytes(&w, past->key[i].pub, SIGN_PUB_BYTES);
	}
	sha256(file + w.len, file, w.len);
	return file_save(path, file, w.len + HASH_BYTES, 0600, reterr);
}

const uint8_t *
keys_past_at(
	const struct keys_past *past, uint64_t sequence, const uint8_t *now)
{
	for (size_t i = 0; i < past->n; i++) {
		if (sequence <= past->key[i].upto) {
			return past->key[i].pub;
		}
	}
	return now;
}

const struct keys_past *
keys_past(const struct keys *k)
{
	return &k->past;
}

const uint8_t *
keys_public_at(const struct keys *k, uint64_t sequence)
{
	return keys_past_at(&k->past, sequence, k->pub);
}
