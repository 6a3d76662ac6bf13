/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"

/**
 * bytes - little-endian cursors with a sticky error, hexadecimal, base64url.
 */
struct rd {
	const uint8_t *p;
	size_t n;   /* bytes left */
	bool bad;   /* ran past the end; every later read yields 0 */
};

struct wr {
	uint8_t *p;
	size_t cap;
	size_t len;
	bool over;
};

void rd_init(struct rd *r, const void *p, size_t n);
uint8_t rd_u8(struct rd *r);
uint16_t rd_u16le(struct rd *r);
uint32_t rd_u32le(struct rd *r);
uint64_t rd_u64le(struct rd *r);
int64_t rd_i64le(struct rd *r);
/** rd_bytes(r, n): pointer to the next n bytes, or NULL (then bad). */
const uint8_t *rd_bytes(struct rd *r, size_t n);
/** rd_end(r): true when every byte was read and nothing was bad. */
bool rd_end(const struct rd *r);

void wr_init(struct wr *w, void *p, size_t cap);
void wr_u8(struct wr *w, uint8_t v);
void wr_u16le(struct wr *w, uint16_t v);
void wr_u32le(struct wr *w, uint32_t v);
void wr_u64le(struct wr *w, uint64_t v);
void wr_i64le(struct wr *w, int64_t v);
void wr_bytes(struct wr *w, const void *p, size_t n);
bool wr_ok(const struct wr *w);

/** bytes_unconst(p): p, for a library that does not say that it changes nothing
 * of it, and to free what is held to be read. */
void *bytes_unconst(const void *p);

/** Big-endian eight bytes, so that keys sort by number. */
void put_u64be(uint8_t out[8], uint64_t v);
uint64_t get_u64be(const uint8_t in[8]);

/** hex_encode(out, p, n): 2n lower-case digits and a NUL. */
void hex_encode(char *out, const void *p, size_t n);
/** hex_decode(out, n, s, len): exactly 2n lower-case digits; RC_PROTO else. */
MUST_CHECK enum rc hex_decode(
	uint8_t *out, size_t n, const char *s, size_t len);

/** base64url without padding.  64 bytes make 86 characters. */
#define BASE64_LEN(n) (((n) * 4 + 2) / 3)
void base64_encode(char *out, const void *p, size_t n);
/** base64_decode(out, n, s, len): exactly n bytes from BASE64_LEN(n)
 * characters with zero spare bits; RC_PROTO else. */
MUST_CHECK enum rc base64_decode(
	uint8_t *out, size_t n, const char *s, size_t len);

/** The other base64 (RFC 4648, section 4): + and /, padded with =, as HTTP
 * and certificates spell it.  out has BASE64_PAD_LEN(n) + 1 bytes.
 * base64_pad_decode(out, cap, s, len, ret_n): RC_PROTO not in its one
 * spelling, RC_RANGE more than cap bytes. */
#define BASE64_PAD_LEN(n) (((n) + 2) / 3 * 4)
void base64_pad_encode(char *out, const void *p, size_t n);
MUST_CHECK enum rc base64_pad_decode(uint8_t *out, size_t cap, const char *s,
	size_t len, size_t *ret_n);

/** crc32c(seed, p, n): CRC-32C (Castagnoli); start with seed 0. */
uint32_t crc32c(uint32_t seed, const void *p, size_t n);

#endif
