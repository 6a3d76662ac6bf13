/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "store/catalog_internal.h"

#include "base/poison.h"

/* Set in the code's length byte: the code is the last bytes of the key. */
#define CODE_IN_KEY 0x80u
_Static_assert(CODE_BYTES - 1 <= 128, "a length of seven bits, 128 as 0");
/* The byte of the kind has the scope of a feed in its highest bits. */
#define KIND_AT 5u
#define KIND_BITS 0x3fu
#define SCOPE_SHIFT 6
_Static_assert(CODE_KIND_COUNT <= KIND_BITS, "a kind of six bits");

static void
put_text(struct wr *w, const char *s, size_t n)
{
	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s, n);
}

void
check_put(uint8_t *value, size_t n, const void *key, size_t key_len)
{
	uint32_t crc = crc32c(0, key, key_len);
	struct wr w;

	wr_init(&w, value, 4);
	wr_u32le(&w, crc32c(crc, value + 4, n - 4));
}

bool
check_holds(const void *key, size_t key_len, const void *value, size_t n)
{
	const uint8_t *p = value;
	struct rd r;
	uint32_t crc;

	if (n < 4) {
		return false;
	}
	rd_init(&r, p, 4);
	crc = crc32c(0, key, key_len);
	return rd_u32le(&r) == crc32c(crc, p + 4, n - 4);
}

static bool
more_fits(const struct item *item)
{
	return strnlen(item->unit, ITEM_UNIT_BYTES) < ITEM_UNIT_BYTES &&
	       strnlen(item->deposit, ITEM_DEPOSIT_BYTES) <
		       ITEM_DEPOSIT_BYTES &&
	       strnlen(item->groups, ITEM_GROUPS_BYTES) < ITEM_GROUPS_BYTES &&
	       item->tare >= 0;
}

/* What a row got in the course of time, in that order: it ends behind the last
 * one that says something, so that rows of goods without these are as ever. */
static void
put_more(struct wr *w, const struct item *item)
{
	bool more = item->unit[0] != '\0' || item->tare != 0 ||
		    item->deposit[0] != '\0' || item->groups[0] != '\0';

	if (more || item->min_age > 0) {
		wr_u8(w, item->min_age);
	}
	if (more) {
		put_text(w, item->unit, strlen(item->unit));
		wr_i64le(w, item->tare);
		put_text(w, item->deposit, strlen(item->deposit));
		put_text(w, item->groups, strlen(item->groups));
	}
}

enum rc
row_encode(const struct item *item, const struct code_key *key,
	uint8_t out[ROW_VALUE_BYTES], size_t *ret_n)
{
	size_t code_len = strnlen(item->code, sizeof(item->code));
	size_t name_len = strnlen(item->name, sizeof(item->name));
	size_t dept_len = strnlen(item->dept, sizeof(item->dept));
	size_t tax_len = strnlen(item->tax, sizeof(item->tax));
	struct wr w;

	if (code_len == 0 || code_len >= CODE_BYTES ||
		name_len >= ITEM_NAME_BYTES || dept_len >= ITEM_DEPT_BYTES ||
		tax_len >= TAX_CODE_BYTES || !more_fits(item)) {
		return RC_INVAL;
	}
	wr_init(&w, out, ROW_VALUE_BYTES);
	wr_u32le(&w, 0);
	wr_u8(&w, CATALOG_FORMAT);
	wr_u8(&w, (uint8_t)item->kind);
	wr_i64le(&w, item->price.minor);
	put_text(&w, item->tax, tax_len);
	put_text(&w, item->dept, dept_len);
	if (code_len < key->key_len &&
		memcmp(key->key + key->key_len - code_len, item->code,
			code_len) == 0) {
		wr_u8(&w, (uint8_t)(CODE_IN_KEY | (code_len & 0x7f)));
	} else {
		wr_u8(&w, (uint8_t)(code_len & 0x7f));
		wr_bytes(&w, item->code, code_len);
	}
	put_text(&w, item->name, name_len);
	put_more(&w, item);
	if (!wr_ok(&w)) {
		return RC_INVAL;
	}
	check_put(out, w.len, key->key, key->key_len);
	*ret_n = w.len;
	return RC_OK;
}

static bool
get_text(struct rd *r, size_t n, char *out, size_t cap)
{
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL || n >= cap) {
		return false;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static bool
get_code(struct rd *r, const uint8_t *key, size_t key_len, char *out)
{
	unsigned lead = rd_u8(r);
	size_t n = lead & 0x7f;

	if (n == 0) {
		n = 128;
	}
	if ((lead & CODE_IN_KEY) == 0) {
		return get_text(r, n, out, CODE_BYTES);
	}
	if (n >= key_len) {
		return false;
	}
	memcpy(out, key + key_len - n, n);
	out[n] = '\0';
	return true;
}

/* Of a row that ends before them there are none. */
static bool
get_more(struct rd *r, struct item *ret)
{
	ret->min_age = 0;
	ret->unit[0] = '\0';
	ret->tare = 0;
	ret->deposit[0] = '\0';
	ret->groups[0] = '\0';
	if (r->n > 0) {
		ret->min_age = rd_u8(r);
	}
	if (r->n == 0) {
		return true;
	}
	if (!get_text(r, rd_u8(r), ret->unit, sizeof(ret->unit))) {
		return false;
	}
	ret->tare = rd_i64le(r);
	/* a later format may add members behind: they are not for us */
	return get_text(r, rd_u8(r), ret->deposit, sizeof(ret->deposit)) &&
	       get_text(r, rd_u8(r), ret->groups, sizeof(ret->groups)) &&
	       ret->tare >= 0;
}

enum rc
row_decode(const void *key, size_t key_len, const void *p, size_t n,
	struct item *ret)
{
	struct rd r;
	unsigned kind;

	if (!check_holds(key, key_len, p, n)) {
		return RC_CORRUPT;
	}
	rd_init(&r, p, n);
	(void)rd_u32le(&r);
	if (rd_u8(&r) != CATALOG_FORMAT) {
		return RC_CORRUPT;
	}
	kind = rd_u8(&r) & KIND_BITS;
	ret->kind =
		kind < CODE_KIND_COUNT ? (enum code_kind)kind : CODE_INTERNAL;
	ret->price.minor = rd_i64le(&r);
	if (!get_text(&r, rd_u8(&r), ret->tax, sizeof(ret->tax)) ||
		!get_text(&r, rd_u8(&r), ret->dept, sizeof(ret->dept)) ||
		!get_code(&r, key, key_len, ret->code) ||
		!get_text(&r, rd_u8(&r), ret->name, sizeof(ret->name)) ||
		!get_more(&r, ret)) {
		return RC_CORRUPT;
	}
	return RC_OK;
}

uint8_t
row_scope(const void *value, size_t n)
{
	const uint8_t *p = value;

	return n > KIND_AT ? p[KIND_AT] >> SCOPE_SHIFT : 0;
}

void
row_scope_set(uint8_t *value, size_t n, const void *key, size_t key_len,
	uint8_t scope)
{
	value[KIND_AT] = (uint8_t)((value[KIND_AT] & KIND_BITS) |
				   (unsigned)scope << SCOPE_SHIFT);
	check_put(value, n, key, key_len);
}

size_t
header_encode(const struct catalog_header *h, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u32le(&w, 0);
	wr_u8(&w, CATALOG_FORMAT);
	wr_i64le(&w, h->generation);
	wr_u64le(&w, h->count);
	if (!wr_ok(&w)) {
		return 0;
	}
	check_put(
		out, w.len, CATALOG_HEADER_KEY, sizeof(CATALOG_HEADER_KEY) - 1);
	return w.len;
}

enum rc
header_decode(const void *p, size_t n, struct catalog_header *ret)
{
	struct rd r;

	if (!check_holds(
		    CATALOG_HEADER_KEY, sizeof(CATALOG_HEADER_KEY) - 1, p, n)) {
		return RC_CORRUPT;
	}
	rd_init(&r, p, n);
	(void)rd_u32le(&r);
	if (rd_u8(&r) != CATALOG_FORMAT) {
		return RC_CORRUPT;
	}
	ret->generation = rd_i64le(&r);
	ret->count = rd_u64le(&r);
	return r.bad ? RC_CORRUPT : RC_OK;
}
