/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/segment.h"

#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "journal/journal.h"
#include "journal/record.h"

#include "base/poison.h"

#define SEG_FORMAT 1u
#define SEG_INCOMPAT_KNOWN 0u
#define SEG_HASH_AT (JOURNAL_BLOCK_BYTES - HASH_BYTES)
#define UUID_HEX ((size_t)UUID_BYTES * 2)
#define EPOCH_DIGITS 5
#define NUMBER_DIGITS 8

static const uint8_t seg_magic[8] = "HFSEGMNT";

void
seg_head_write(const struct seg_head *h, uint8_t *out)
{
	struct wr w;

	memset(out, 0, JOURNAL_BLOCK_BYTES);
	wr_init(&w, out, SEG_HASH_AT);
	wr_bytes(&w, seg_magic, sizeof(seg_magic));
	wr_u32le(&w, SEG_FORMAT);
	wr_u32le(&w, 0); /* compatible features */
	wr_u32le(&w, 0); /* incompatible features */
	wr_u32le(&w, 0);
	wr_bytes(&w, h->reg, UUID_BYTES);
	wr_u32le(&w, h->epoch);
	wr_u32le(&w, h->number);
	wr_u64le(&w, h->first_sequence);
	wr_u64le(&w, h->prev_bytes);
	wr_bytes(&w, h->head, HASH_BYTES);
	wr_bytes(&w, h->pub, SIGN_PUB_BYTES);
	wr_bytes(&w, h->wrapped, KEYS_WRAPPED_BYTES);
	sha256(out + SEG_HASH_AT, out, SEG_HASH_AT);
}

static void
copy_field(struct rd *r, uint8_t *out, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	if (p != NULL) {
		memcpy(out, p, n);
	}
}

enum seg_state
seg_head_read(const uint8_t *block, struct seg_head *ret)
{
	uint8_t hash[HASH_BYTES];
	uint8_t magic[sizeof(seg_magic)] = {0};
	uint32_t format;
	uint32_t incompat;
	struct rd r;

	memset(ret, 0, sizeof(*ret));
	if (bytes_zero(block, JOURNAL_BLOCK_BYTES)) {
		return SEG_ZERO;
	}
	sha256(hash, block, SEG_HASH_AT);
	rd_init(&r, block, SEG_HASH_AT);
	copy_field(&r, magic, sizeof(magic));
	format = rd_u32le(&r);
	(void)rd_u32le(&r);
	incompat = rd_u32le(&r);
	(void)rd_u32le(&r);
	if (memcmp(hash, block + SEG_HASH_AT, sizeof(hash)) != 0 ||
		memcmp(magic, seg_magic, sizeof(magic)) != 0) {
		return SEG_BAD;
	}
	if (format != SEG_FORMAT || (incompat & ~SEG_INCOMPAT_KNOWN) != 0) {
		return SEG_NEWER;
	}
	copy_field(&r, ret->reg, UUID_BYTES);
	ret->epoch = rd_u32le(&r);
	ret->number = rd_u32le(&r);
	ret->first_sequence = rd_u64le(&r);
	ret->prev_bytes = rd_u64le(&r);
	copy_field(&r, ret->head, HASH_BYTES);
	copy_field(&r, ret->pub, SIGN_PUB_BYTES);
	copy_field(&r, ret->wrapped, KEYS_WRAPPED_BYTES);
	return SEG_GOOD;
}

void
seg_name_format(const struct seg_name *n, char out[SEG_NAME_BYTES])
{
	struct sbuf b;
	char hex[UUID_HEX + 1];

	hex_encode(hex, n->reg, UUID_BYTES);
	sbuf_init(&b, out, SEG_NAME_BYTES);
	sbuf_printf(&b, "%s-%05u-%08u.seg", hex, n->epoch, n->number);
}

bool
seg_name_parse(const char *s, struct seg_name *ret)
{
	const size_t len = strlen(s);
	const char *epoch = s + UUID_HEX + 1;
	const char *number = s + len - 4 - NUMBER_DIGITS;
	size_t n_epoch;
	int64_t e;
	int64_t n;

	if (len < UUID_HEX + 1 + EPOCH_DIGITS + 1 + NUMBER_DIGITS + 4) {
		return false;
	}
	n_epoch = (size_t)(number - 1 - epoch);
	if (epoch[-1] != '-' || number[-1] != '-' ||
		strcmp(number + NUMBER_DIGITS, ".seg") != 0 ||
		epoch[0] == '-' || number[0] == '-' ||
		(n_epoch > EPOCH_DIGITS && epoch[0] == '0') ||
		hex_decode(ret->reg, UUID_BYTES, s, UUID_HEX) != RC_OK ||
		parse_i64(epoch, n_epoch, 0, UINT32_MAX, &e) != RC_OK ||
		parse_i64(number, NUMBER_DIGITS, 1, 99999999, &n) != RC_OK) {
		return false;
	}
	ret->epoch = (uint32_t)e;
	ret->number = (uint32_t)n;
	return true;
}
