/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * people: magic, format, count; then a record a person: number, the wrapped
 * key, CRC-32C of the record; at the end the SHA-256 of all before.  A file
 * that another takes the place of is written over, so that a record that went
 * is nowhere; a person without one is nobody any more.
 */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'P', 'P', 'L'};

#define PEOPLE_FORMAT 1u
#define PEOPLE_HEAD 16u
#define PEOPLE_RECORD (KEYS_PERSON_BYTES + KEYS_WRAPPED_BYTES + 4u)
#define PEOPLE_MAX 65536u
#define AD_BYTES (8u + KEYS_PERSON_BYTES)

struct person_record {
	char no[KEYS_PERSON_BYTES]; /* zeros behind */
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
};

struct people {
	struct person_record *rec;
	size_t n;
};

static enum rc
take_number(char out[KEYS_PERSON_BYTES], const char *no, struct err *reterr)
{
	size_t n = strlen(no);

	if (n == 0 || n >= KEYS_PERSON_BYTES) {
		return err_set(reterr, RC_RANGE, 0, "keys",
			"'%.20s' is no person's number", no);
	}
	memset(out, 0, KEYS_PERSON_BYTES);
	/* zeros stand behind it already */
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(out, no, n);
	return RC_OK;
}

/* What the wrapped key is bound to, so that it fits nobody else. */
static void
make_ad(uint8_t ad[AD_BYTES], const char no[KEYS_PERSON_BYTES])
{
	memcpy(ad, "person\0", 8);
	memcpy(ad + 8, no, KEYS_PERSON_BYTES);
}

static bool
parse(const uint8_t *p, size_t n, struct people *ret)
{
	uint8_t hash[HASH_BYTES];
	const uint8_t *m;
	struct rd r;
	size_t count;

	if (n < PEOPLE_HEAD + HASH_BYTES) {
		return false;
	}
	sha256(hash, p, n - HASH_BYTES);
	rd_init(&r, p, n - HASH_BYTES);
	m = rd_bytes(&r, sizeof(magic));
	if (memcmp(hash, p + n - HASH_BYTES, HASH_BYTES) != 0 || m == NULL ||
		memcmp(m, magic, sizeof(magic)) != 0 ||
		rd_u32le(&r) != PEOPLE_FORMAT) {
		return false;
	}
	count = rd_u32le(&r);
	if (count > PEOPLE_MAX || r.n != count * PEOPLE_RECORD) {
		return false;
	}
	for (ret->n = 0; ret->n < count; ret->n++) {
		struct person_record *rec = &ret->rec[ret->n];
		const uint8_t *at = rd_bytes(&r, PEOPLE_RECORD - 4);

		if (at == NULL ||
			rd_u32le(&r) != crc32c(0, at, PEOPLE_RECORD - 4)) {
			return false;
		}
		memcpy(rec->no, at, sizeof(rec->no));
		memcpy(rec->wrapped, at + sizeof(rec->no),
			sizeof(rec->wrapped));
	}
	return rd_end(&r);
}

/* Room for one more.  A file that is not there holds nobody. */
static enum rc
load(const char *path, struct people *ret, struct err *reterr)
{
	const size_t max =
		PEOPLE_HEAD + PEOPLE_MAX * PEOPLE_RECORD + HASH_BYTES;
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = file_load(path, max, &p, &n, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	ret->rec = calloc(n / PEOPLE_RECORD + 2, sizeof(*ret->rec));
	if (ret->rec == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory to read %s", path);
	} else if (rc == RC_NOTFOUND) {
		rc = RC_OK;
	} else if (!parse(p, n, ret)) {
		rc = keys_bad(reterr, path);
	}
	free(p);
	if (rc != RC_OK) {
		free(ret->rec);
		ret->rec = NULL;
	}
	return rc;
}

static enum rc
save(const char *path, const struct people *people, struct err *reterr)
{
	size_t size = PEOPLE_HEAD + people->n * PEOPLE_RECORD + HASH_BYTES;
	uint8_t *p = people->n > PEOPLE_MAX ? NULL : malloc(size);
	struct wr w;
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory to write %s", path);
	}
	wr_init(&w, p, size);
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, PEOPLE_FORMAT);
	wr_u32le(&w, (uint32_t)people->n);
	for (size_t i = 0; i < people->n; i++) {
		const uint8_t *at = p + w.len;

		wr_bytes(&w, people->rec[i].no, KEYS_PERSON_BYTES);
		wr_bytes(&w, people->rec[i].wrapped, KEYS_WRAPPED_BYTES);
		wr_u32le(&w, crc32c(0, at, PEOPLE_RECORD - 4));
	}
	sha256(p + w.len, p, w.len);
	rc = keys_replace(path, p, size, reterr);
	free(p);
	return rc;
}

static struct person_record *
find(const struct people *people, const char no[KEYS_PERSON_BYTES])
{
	for (size_t i = 0; i < people->n; i++) {
		if (memcmp(people->rec[i].no, no, KEYS_PERSON_BYTES) == 0) {
			return &people->rec[i];
		}
	}
	return NULL;
}

static enum rc
unwrap(const struct keys *k, const struct person_record *rec,
	uint8_t ret_key[KEY_BYTES], struct err *reterr)
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, rec->no);
	if (keys_unseal(k, KEYS_PEOPLE, ad, sizeof(ad), rec->wrapped,
		    KEYS_WRAPPED_BYTES, ret_key) != RC_OK) {
		return keys_bad(reterr, k->people_path);
	}
	return RC_OK;
}

enum rc
keys_person_get(const struct keys *k, const char *no,
	uint8_t ret_key[KEY_BYTES], struct err *reterr)
{
	char name[KEYS_PERSON_BYTES];
	const struct person_record *rec;
	struct people people = {0};
	enum rc rc = take_number(name, no, reterr);

	if (rc == RC_OK) {
		rc = load(k->people_path, &people, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	rec = find(&people, name);
	rc = rec != NULL ? unwrap(k, rec, ret_key, reterr) : RC_NOTFOUND;
	free(people.rec);
	return rc;
}

enum rc
keys_person_list(const struct keys *k, char ret[][KEYS_PERSON_BYTES],
	size_t cap, size_t *ret_n, struct err *reterr)
{
	struct people people = {0};
	enum rc rc = load(k->people_path, &people, reterr);

	*ret_n = 0;
	if (rc == RC_OK && people.n > cap) {
		rc = err_set(reterr, RC_RANGE, 0, "keys",
			"%s has keys of more than %zu persons", k->people_path,
			cap);
	}
	for (size_t i = 0; rc == RC_OK && i < people.n; i++) {
		memcpy(ret[i], people.rec[i].no, KEYS_PERSON_BYTES);
		*ret_n = i + 1;
	}
	free(people.rec);
	return rc;
}

static enum rc
add(const struct keys *k, const struct rng *r, struct people *people,
	const char name[KEYS_PERSON_BYTES], const uint8_t key[KEY_BYTES],
	struct err *reterr)
{
	struct person_record *rec;
	uint8_t ad[AD_BYTES];

	assert(people->rec != NULL); /* load() makes room for one more */
	rec = &people->rec[people->n];
	memcpy(rec->no, name, sizeof(rec->no));
	make_ad(ad, name);
	crypto_seal(keys_sub(k, KEYS_PEOPLE), r, ad, sizeof(ad), key, KEY_BYTES,
		rec->wrapped);
	people->n++;
	return save(k->people_path, people, reterr);
}

/* The key of a person, or, when there is none, the one that stands in key. */
static enum rc
find_or_add(const struct keys *k, const struct rng *r, const char *no,
	uint8_t key[KEY_BYTES], struct err *reterr)
{
	char name[KEYS_PERSON_BYTES];
	const struct person_record *rec;
	struct people people = {0};
	enum rc rc = take_number(name, no, reterr);
	int fd;

	if (rc != RC_OK) {
		return rc;
	}
	fd = keys_lock(k->dir, reterr);
	if (fd < 0) {
		return RC_IO;
	}
	rc = load(k->people_path, &people, reterr);
	if (rc == RC_OK) {
		rec = find(&people, name);
		rc = rec != NULL ? unwrap(k, rec, key, reterr)
				 : add(k, r, &people, name, key, reterr);
	}
	free(people.rec);
	(void)close(fd);
	return rc;
}

enum rc
keys_person_new(const struct keys *k, const struct rng *r, const char *no,
	uint8_t ret_key[KEY_BYTES], struct err *reterr)
{
	enum rc rc;

	rng_fill(r, ret_key, KEY_BYTES);
	rc = find_or_add(k, r, no, ret_key, reterr);
	if (rc != RC_OK) {
		crypto_wipe(ret_key, KEY_BYTES);
	}
	return rc;
}

enum rc
keys_person_put(const struct keys *k, const struct rng *r, const char *no,
	const uint8_t key[KEY_BYTES], struct err *reterr)
{
	uint8_t there[KEY_BYTES];
	enum rc rc;

	memcpy(there, key, KEY_BYTES);
	rc = find_or_add(k, r, no, there, reterr);
	if (rc == RC_OK && !crypto_equal(there, key, KEY_BYTES)) {
		rc = err_set(reterr, RC_EXISTS, 0, "keys",
			"the person %s has another key already", no);
	}
	crypto_wipe(there, sizeof(there));
	return rc;
}

enum rc
keys_person_destroy(const struct keys *k, const char *no, struct err *reterr)
{
	char name[KEYS_PERSON_BYTES];
	struct person_record *rec;
	struct people people = {0};
	enum rc rc = take_number(name, no, reterr);
	int fd;

	if (rc != RC_OK) {
		return rc;
	}
	fd = keys_lock(k->dir, reterr);
	if (fd < 0) {
		return RC_IO;
	}
	rc = load(k->people_path, &people, reterr);
	if (rc == RC_OK) {
		rec = find(&people, name);
		rc = rec == NULL ? RC_NOTFOUND : RC_OK;
	}
	if (rc == RC_OK) {
		*rec = people.rec[people.n - 1];
		people.n--;
		rc = save(k->people_path, &people, reterr);
	}
	free(people.rec);
	(void)close(fd);
	return rc;
}

enum rc
keys_people_renew(const struct keys *k, const struct rng *r, struct err *reterr)
{
	uint8_t key[KEY_BYTES], ad[AD_BYTES];
	struct people people = {0};
	int fd = keys_lock(k->dir, reterr);
	enum rc rc;

	if (fd < 0) {
		return RC_IO;
	}
	rc = load(k->people_path, &people, reterr);
	for (size_t i = 0; rc == RC_OK && i < people.n; i++) {
		struct person_record *rec = &people.rec[i];

		rc = unwrap(k, rec, key, reterr);
		if (rc == RC_OK) {
			make_ad(ad, rec->no);
			crypto_seal(keys_sub(k, KEYS_PEOPLE), r, ad, sizeof(ad),
				key, KEY_BYTES, rec->wrapped);
		}
	}
	crypto_wipe(key, sizeof(key));
	if (rc == RC_OK && people.n > 0) {
		rc = save(k->people_path, &people, reterr);
	}
	free(people.rec);
	(void)close(fd);
	return rc;
}

/* --- peppers --------------------------------------------------------------- */

#define PEPPER "pepper-"
#define PEPPER_HASH 6u

_Static_assert(sizeof(PEPPER) + BASE64_LEN(PEPPER_HASH) <= KEYS_PERSON_BYTES,
	"a pepper's name is one");

void
keys_pepper_name(const uint8_t pepper[KEY_BYTES], char out[KEYS_PERSON_BYTES])
{
	uint8_t hash[HASH_BYTES];

	sha256(hash, pepper, KEY_BYTES);
	memset(out, 0, KEYS_PERSON_BYTES);
	memcpy(out, PEPPER, sizeof(PEPPER) - 1);
	base64_encode(out + sizeof(PEPPER) - 1, hash, PEPPER_HASH);
}

bool
keys_pepper_is(const char *no)
{
	return strncmp(no, PEPPER, sizeof(PEPPER) - 1) == 0;
}

enum rc
keys_pepper_past(const struct keys *k, uint8_t ret[KEYS_PEPPERS][KEY_BYTES],
	size_t *ret_n, struct err *reterr)
{
	struct people people = {0};
	enum rc rc = load(k->people_path, &people, reterr);

	*ret_n = 0;
	for (size_t i = 0; rc == RC_OK && i < people.n; i++) {
		if (*ret_n < KEYS_PEPPERS && keys_pepper_is(people.rec[i].no)) {
			rc = unwrap(k, &people.rec[i], ret[*ret_n], reterr);
			*ret_n += rc == RC_OK ? 1 : 0;
		}
	}
	free(people.rec);
	return rc;
}
