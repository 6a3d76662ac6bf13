/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * keyring: magic, format, count; then a record a segment: epoch, number, the
 * wrapped key, CRC-32C of the record; at the end the SHA-256 of all before.
 */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'R', 'N', 'G'};

#define RING_FORMAT 1u
#define RING_HEAD 16u
#define RING_RECORD (4u + 4u + KEYS_WRAPPED_BYTES + 4u)
#define RING_MAX (1u << 20) /* records; 64 TiB of journal */
#define AD_BYTES 16u

/* What the wrapped key is bound to, so that it fits no other segment. */
static void
make_ad(uint8_t ad[AD_BYTES], uint32_t epoch, uint32_t number)
{
	struct wr w;

	wr_init(&w, ad, AD_BYTES);
	wr_bytes(&w, "segment", 8);
	wr_u32le(&w, epoch);
	wr_u32le(&w, number);
}

enum rc
keys_ring_save(const char *path, const struct ring_record *rec, size_t n,
	struct err *reterr)
{
	size_t size = RING_HEAD + n * RING_RECORD + HASH_BYTES;
	uint8_t *p = n > RING_MAX ? NULL : malloc(size);
	struct wr w;
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory to write %s", path);
	}
	wr_init(&w, p, size);
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, RING_FORMAT);
	wr_u32le(&w, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *at = p + w.len;

		wr_u32le(&w, rec[i].epoch);
		wr_u32le(&w, rec[i].number);
		wr_bytes(&w, rec[i].wrapped, KEYS_WRAPPED_BYTES);
		wr_u32le(&w, crc32c(0, at, RING_RECORD - 4));
	}
	sha256(p + w.len, p, w.len);
	rc = file_save(path, p, size, 0600, reterr);
	free(p);
	return rc;
}

static bool
read_record(struct rd *r, struct ring_record *rec)
{
	const uint8_t *at = r->p;
	const uint8_t *wrapped;

	rec->epoch = rd_u32le(r);
	rec->number = rd_u32le(r);
	wrapped = rd_bytes(r, KEYS_WRAPPED_BYTES);
	if (wrapped == NULL) {
		return false;
	}
	memcpy(rec->wrapped, wrapped, KEYS_WRAPPED_BYTES);
	return rd_u32le(r) == crc32c(0, at, RING_RECORD - 4) && !r->bad;
}

static bool
parse_ring(const uint8_t *p, size_t n, struct keys *k)
{
	uint8_t hash[HASH_BYTES];
	const uint8_t *m;
	struct rd r;
	size_t count;

	if (n < RING_HEAD + HASH_BYTES) {
		return false;
	}
	sha256(hash, p, n - HASH_BYTES);
	rd_init(&r, p, n - HASH_BYTES);
	m = rd_bytes(&r, sizeof(magic));
	if (memcmp(hash, p + n - HASH_BYTES, HASH_BYTES) != 0 || m == NULL ||
		memcmp(m, magic, sizeof(magic)) != 0 ||
		rd_u32le(&r) != RING_FORMAT) {
		return false;
	}
	count = rd_u32le(&r);
	if (count > RING_MAX || r.n != count * RING_RECORD) {
		return false;
	}
	for (k->n_ring = 0; k->n_ring < count; k->n_ring++) {
		if (!read_record(&r, &k->ring[k->n_ring])) {
			return false;
		}
	}
	return rd_end(&r);
}

enum rc
keys_ring_load(struct keys *k, struct err *reterr)
{
	const size_t max = RING_HEAD + RING_MAX * RING_RECORD + HASH_BYTES;
	uint8_t *p = NULL;
	size_t n;
	enum rc rc = file_load(k->ring_path, max, &p, &n, reterr);

	if (rc == RC_NOTFOUND) {
		return RC_OK; /* every segment carries a copy of its key */
	}
	if (rc != RC_OK) {
		return rc;
	}
	k->ring = calloc(n / RING_RECORD + 1, sizeof(*k->ring));
	if (k->ring == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory to read %s", k->ring_path);
	} else if (!parse_ring(p, n, k)) {
		/* as good as lost, and a lost one heals: see above */
		k->n_ring = 0;
	}
	free(p);
	return rc;
}

static const struct ring_record *
find(const struct keys *k, uint32_t epoch, uint32_t number)
{
	/* The newest are asked for most. */
	for (size_t i = k->n_ring; i-- > 0;) {
		if (k->ring[i].epoch == epoch && k->ring[i].number == number) {
			return &k->ring[i];
		}
	}
	return NULL;
}

static enum rc
unwrap(const struct keys *k, uint32_t epoch, uint32_t number,
	const uint8_t wrapped[KEYS_WRAPPED_BYTES], uint8_t ret_key[KEY_BYTES])
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, epoch, number);
	return keys_unseal(k, KEYS_JOURNAL, ad, sizeof(ad), wrapped,
		KEYS_WRAPPED_BYTES, ret_key);
}

enum rc
keys_segment_get(const struct keys *k, uint32_t epoch, uint32_t number,
	const uint8_t wrapped[KEYS_WRAPPED_BYTES], uint8_t ret_key[KEY_BYTES],
	struct err *reterr)
{
	const struct ring_record *rec = find(k, epoch, number);

	if (rec != NULL &&
		unwrap(k, epoch, number, rec->wrapped, ret_key) == RC_OK) {
		return RC_OK;
	}
	if (wrapped != NULL &&
		unwrap(k, epoch, number, wrapped, ret_key) == RC_OK) {
		return RC_OK;
	}
	return err_set(reterr, RC_CORRUPT, 0, "keys",
		"no key opens journal segment %u-%u: " KEYS_ADVICE,
		(unsigned)epoch, (unsigned)number);
}

enum rc
keys_segment_new(struct keys *k, const struct rng *r, uint32_t epoch,
	uint32_t number, uint8_t ret_key[KEY_BYTES],
	uint8_t ret_wrapped[KEYS_WRAPPED_BYTES], struct err *reterr)
{
	const struct ring_record *old = find(k, epoch, number);
	struct ring_record *grown;
	struct ring_record *rec;
	uint8_t ad[AD_BYTES];
	enum rc rc;

	if (old != NULL) {
		memcpy(ret_wrapped, old->wrapped, KEYS_WRAPPED_BYTES);
		return keys_segment_get(
			k, epoch, number, NULL, ret_key, reterr);
	}
	grown = realloc(k->ring, (k->n_ring + 1) * sizeof(*grown));
	if (grown == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory for another journal segment");
	}
	k->ring = grown;
	rec = &grown[k->n_ring];
	rec->epoch = epoch;
	rec->number = number;
	rng_fill(r, ret_key, KEY_BYTES);
	make_ad(ad, epoch, number);
	crypto_seal(keys_sub(k, KEYS_JOURNAL), r, ad, sizeof(ad), ret_key,
		KEY_BYTES, rec->wrapped);
	rc = keys_ring_save(k->ring_path, k->ring, k->n_ring + 1, reterr);
	if (rc != RC_OK) {
		crypto_wipe(ret_key, KEY_BYTES);
		return rc; /* the record beyond n_ring does not count */
	}
	k->n_ring++;
	memcpy(ret_wrapped, rec->wrapped, KEYS_WRAPPED_BYTES);
	return RC_OK;
}

enum rc
keys_ring_renew(struct keys *k, const struct rng *r, struct err *reterr)
{
	uint8_t key[KEY_BYTES], ad[AD_BYTES];

	for (size_t i = 0; i < k->n_ring; i++) {
		struct ring_record *rec = &k->ring[i];

		/* one that does not open is left: its segment has a copy */
		if (unwrap(k, rec->epoch, rec->number, rec->wrapped, key) ==
			RC_OK) {
			make_ad(ad, rec->epoch, rec->number);
			crypto_seal(keys_sub(k, KEYS_JOURNAL), r, ad,
				sizeof(ad), key, KEY_BYTES, rec->wrapped);
		}
	}
	crypto_wipe(key, sizeof(key));
	return keys_ring_save(k->ring_path, k->ring, k->n_ring, reterr);
}
