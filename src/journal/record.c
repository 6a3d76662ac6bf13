/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/record.h"

#include <string.h>

#include "base/bytes.h"
#include "journal/journal.h"

#include "base/poison.h"

#define REC_MAGIC 0x31524648u /* "HFR1" */
#define REC_FORMAT 1u

size_t
rec_bytes(size_t len)
{
	return REC_HEAD_BYTES + len + TAG_BYTES;
}

size_t
rec_space(size_t len)
{
	return (rec_bytes(len) + REC_ALIGN - 1) / REC_ALIGN * REC_ALIGN;
}

bool
bytes_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static void
hash_record(uint8_t out[HASH_BYTES], const uint8_t *p, size_t len)
{
	struct sha256_state s;

	sha256_start(&s);
	sha256_add(&s, p, REC_CLEAR_BYTES);
	sha256_add(&s, p + REC_HEAD_BYTES, len + TAG_BYTES);
	sha256_end(&s, out);
}

void
rec_seal(const struct rec_head *h, const uint8_t key[KEY_BYTES],
	const struct rng *r, const char *line, uint8_t *out)
{
	uint8_t nonce[NONCE_BYTES];
	struct wr w;

	rng_fill(r, nonce, sizeof(nonce));
	wr_init(&w, out, REC_HEAD_BYTES);
	wr_u32le(&w, REC_MAGIC);
	wr_u32le(&w, REC_FORMAT);
	wr_u32le(&w, h->len);
	wr_u32le(&w, 0); /* flags */
	wr_u64le(&w, h->sequence);
	wr_u32le(&w, h->epoch);
	wr_u32le(&w, h->number);
	wr_u16le(&w, h->index);
	wr_u16le(&w, h->count);
	wr_u32le(&w, 0);
	wr_bytes(&w, nonce, sizeof(nonce));
	crypto_encrypt(key, nonce, out, REC_CLEAR_BYTES, line, h->len,
		out + REC_HEAD_BYTES);
	hash_record(out + REC_CLEAR_BYTES, out, h->len);
	memset(out + rec_bytes(h->len), 0,
		rec_space(h->len) - rec_bytes(h->len));
}

bool
rec_head_read(const uint8_t *p, struct rec_head *ret)
{
	struct rd r;
	const uint8_t *b;
	bool ok;

	rd_init(&r, p, REC_HEAD_BYTES);
	ok = rd_u32le(&r) == REC_MAGIC;
	ok = rd_u32le(&r) == REC_FORMAT && ok;
	ret->len = rd_u32le(&r);
	ok = rd_u32le(&r) == 0 && ok;
	ret->sequence = rd_u64le(&r);
	ret->epoch = rd_u32le(&r);
	ret->number = rd_u32le(&r);
	ret->index = rd_u16le(&r);
	ret->count = rd_u16le(&r);
	ok = rd_u32le(&r) == 0 && ok;
	b = rd_bytes(&r, NONCE_BYTES);
	memcpy(ret->nonce, b, NONCE_BYTES);
	b = rd_bytes(&r, HASH_BYTES);
	memcpy(ret->hash, b, HASH_BYTES);
	return ok && ret->len > 0 && ret->len <= JOURNAL_LINE_BYTES &&
	       ret->index < ret->count && ret->sequence > ret->index;
}

bool
rec_holds(const uint8_t *p, const struct rec_head *h)
{
	uint8_t hash[HASH_BYTES];

	hash_record(hash, p, h->len);
	return memcmp(hash, h->hash, sizeof(hash)) == 0;
}

enum rc
rec_open(const uint8_t *p, const struct rec_head *h,
	const uint8_t key[KEY_BYTES], uint8_t *out)
{
	return crypto_decrypt(key, h->nonce, p, REC_CLEAR_BYTES,
		p + REC_HEAD_BYTES, h->len + TAG_BYTES, out);
}
