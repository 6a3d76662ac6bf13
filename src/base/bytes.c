/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

#include "base/poison.h"

void
rd_init(struct rd *r, const void *p, size_t n)
{
	r->p = p;
	r->n = n;
	r->bad = false;
}

const uint8_t *
rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *at = r->p;

	if (r->bad || n > r->n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	r->n -= n;
	return at;
}

static uint64_t
rd_le(struct rd *r, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);
	uint64_t v = 0;

	if (p == NULL) {
		return 0;
	}
	for (size_t i = n; i-- > 0;) {
		v = v << 8 | p[i];
	}
	return v;
}

uint8_t
rd_u8(struct rd *r)
{
	return (uint8_t)rd_le(r, 1);
}

uint16_t
rd_u16le(struct rd *r)
{
	return (uint16_t)rd_le(r, 2);
}

uint32_t
rd_u32le(struct rd *r)
{
	return (uint32_t)rd_le(r, 4);
}

uint64_t
rd_u64le(struct rd *r)
{
	return rd_le(r, 8);
}

int64_t
rd_i64le(struct rd *r)
{
	return (int64_t)rd_le(r, 8);
}

bool
rd_end(const struct rd *r)
{
	return !r->bad && r->n == 0;
}

void
wr_init(struct wr *w, void *p, size_t cap)
{
	w->p = p;
	w->cap = cap;
	w->len = 0;
	w->over = false;
}

void
wr_bytes(struct wr *w, const void *p, size_t n)
{
	if (w->over || n > w->cap - w->len) {
		w->over = true;
		return;
	}
	if (n > 0) {
		memcpy(w->p + w->len, p, n);
	}
	w->len += n;
}

static void
wr_le(struct wr *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = 0; i < n; i++) {
		b[i] = (uint8_t)(v >> 8 * i);
	}
	wr_bytes(w, b, n);
}

void
wr_u8(struct wr *w, uint8_t v)
{
	wr_le(w, v, 1);
}

void
wr_u16le(struct wr *w, uint16_t v)
{
	wr_le(w, v, 2);
}

void
wr_u32le(struct wr *w, uint32_t v)
{
	wr_le(w, v, 4);
}

void
wr_u64le(struct wr *w, uint64_t v)
{
	wr_le(w, v, 8);
}

void
wr_i64le(struct wr *w, int64_t v)
{
	wr_le(w, (uint64_t)v, 8);
}

bool
wr_ok(const struct wr *w)
{
	return !w->over;
}

void *
bytes_unconst(const void *p)
{
	union {
		const void *from;
		void *to;
	} same = {.from = p};

	return same.to;
}

void
put_u64be(uint8_t out[8], uint64_t v)
{
	for (size_t i = 0; i < 8; i++) {
		out[i] = (uint8_t)(v >> (56 - 8 * i));
	}
}

uint64_t
get_u64be(const uint8_t in[8])
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++) {
		v = v << 8 | in[i];
	}
	return v;
}

void
hex_encode(char *out, const void *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++) {
		*out++ = digit[b[i] >> 4];
		*out++ = digit[b[i] & 15];
	}
	*out = '\0';
}

/* What a digit is worth, and one more; 0: it is none. */
/* clang-format off */
static const uint8_t hex_worth[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* clang-format on */

static int
hex_value(char c)
{
	return hex_worth[(unsigned char)c] - 1;
}

enum rc
hex_decode(uint8_t *out, size_t n, const char *s, size_t len)
{
	if (len / 2 != n || len % 2 != 0) {
		return RC_PROTO;
	}
	for (size_t i = 0; i < n; i++) {
		int hi = hex_value(s[2 * i]);
		int lo = hex_value(s[2 * i + 1]);

		if (hi < 0 || lo < 0) {
			return RC_PROTO;
		}
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return RC_OK;
}

void
base64_encode(char *out, const void *p, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-_";
	const uint8_t *b = p;
	uint32_t acc = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < n; i++) {
		acc = acc << 8 | b[i];
		bits += 8;
		while (bits >= 6) {
			bits -= 6;
			*out++ = digit[acc >> bits & 63];
		}
	}
	if (bits > 0) {
		*out++ = digit[acc << (6 - bits) & 63];
	}
	*out = '\0';
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	if (c == '-') {
		return 62;
	}
	return c == '_' ? 63 : -1;
}

enum rc
base64_decode(uint8_t *out, size_t n, const char *s, size_t len)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t at = 0;

	if (len != BASE64_LEN(n)) {
		return RC_PROTO;
	}
	for (size_t i = 0; i < len; i++) {
		int v = base64_value(s[i]);

		if (v < 0) {
			return RC_PROTO;
		}
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[at++] = (uint8_t)(acc >> bits);
		}
	}
	/* Spare bits that are not zero would be a second spelling. */
	return (acc & ((1u << bits) - 1)) == 0 ? RC_OK : RC_PROTO;
}

void
base64_pad_encode(char *out, const void *p, size_t n)
{
	size_t len = BASE64_LEN(n);

	base64_encode(out, p, n);
	for (size_t i = 0; i < len; i++) {
		if (out[i] == '-') {
			out[i] = '+';
		} else if (out[i] == '_') {
			out[i] = '/';
		}
	}
	while (len < BASE64_PAD_LEN(n)) {
		out[len++] = '=';
	}
	out[len] = '\0';
}

enum rc
base64_pad_decode(
	uint8_t *out, size_t cap, const char *s, size_t len, size_t *ret_n)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t n = 0;
	size_t pad = 0;

	while (pad < 2 && pad < len && s[len - 1 - pad] == '=') {
		pad++;
	}
	if (len % 4 != 0) {
		return RC_PROTO;
	}
	for (size_t i = 0; i < len - pad; i++) {
		int v = s[i] == '+'                  ? 62
			: s[i] == '/'                ? 63
			: s[i] == '-' || s[i] == '_' ? -1
						     : base64_value(s[i]);

		if (v < 0) {
			return RC_PROTO;
		}
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			if (n == cap) {
				return RC_RANGE;
			}
			out[n++] = (uint8_t)(acc >> bits);
		}
	}
	*ret_n = n;
	return (acc & ((1u << bits) - 1)) == 0 ? RC_OK : RC_PROTO;
}

/* clang-format off */
static const uint32_t crc_table[256] = {
	0x00000000u, 0xf26b8303u, 0xe13b70f7u, 0x1350f3f4u,
	0xc79a971fu, 0x35f1141cu, 0x26a1e7e8u, 0xd4ca64ebu,
	0x8ad958cfu, 0x78b2dbccu, 0x6be22838u, 0x9989ab3bu,
	0x4d43cfd0u, 0xbf284cd3u, 0xac78bf27u, 0x5e133c24u,
	0x105ec76fu, 0xe235446cu, 0xf165b798u, 0x030e349bu,
	0xd7c45070u, 0x25afd373u, 0x36ff2087u, 0xc494a384u,
	0x9a879fa0u, 0x68ec1ca3u, 0x7bbcef57u, 0x89d76c54u,
	0x5d1d08bfu, 0xaf768bbcu, 0xbc267848u, 0x4e4dfb4bu,
	0x20bd8edeu, 0xd2d60dddu, 0xc186fe29u, 0x33ed7d2au,
	0xe72719c1u, 0x154c9ac2u, 0x061c6936u, 0xf477ea35u,
	0xaa64d611u, 0x580f5512u, 0x4b5fa6e6u, 0xb93425e5u,
	0x6dfe410eu, 0x9f95c20du, 0x8cc531f9u, 0x7eaeb2fau,
	0x30e349b1u, 0xc288cab2u, 0xd1d83946u, 0x23b3ba45u,
	0xf779deaeu, 0x05125dadu, 0x1642ae59u, 0xe4292d5au,
	0xba3a117eu, 0x4851927du, 0x5b016189u, 0xa96ae28au,
	0x7da08661u, 0x8fcb0562u, 0x9c9bf696u, 0x6ef07595u,
	0x417b1dbcu, 0xb3109ebfu, 0xa0406d4bu, 0x522bee48u,
	0x86e18aa3u, 0x748a09a0u, 0x67dafa54u, 0x95b17957u,
	0xcba24573u, 0x39c9c670u, 0x2a993584u, 0xd8f2b687u,
	0x0c38d26cu, 0xfe53516fu, 0xed03a29bu, 0x1f682198u,
	0x5125dad3u, 0xa34e59d0u, 0xb01eaa24u, 0x42752927u,
	0x96bf4dccu, 0x64d4cecfu, 0x77843d3bu, 0x85efbe38u,
	0xdbfc821cu, 0x2997011fu, 0x3ac7f2ebu, 0xc8ac71e8u,
	0x1c661503u, 0xee0d9600u, 0xfd5d65f4u, 0x0f36e6f7u,
	0x61c69362u, 0x93ad1061u, 0x80fde395u, 0x72966096u,
	0xa65c047du, 0x5437877eu, 0x4767748au, 0xb50cf789u,
	0xeb1fcbadu, 0x197448aeu, 0x0a24bb5au, 0xf84f3859u,
	0x2c855cb2u, 0xdeeedfb1u, 0xcdbe2c45u, 0x3fd5af46u,
	0x7198540du, 0x83f3d70eu, 0x90a324fau, 0x62c8a7f9u,
	0xb602c312u, 0x44694011u, 0x5739b3e5u, 0xa55230e6u,
	0xfb410cc2u, 0x092a8fc1u, 0x1a7a7c35u, 0xe811ff36u,
	0x3cdb9bddu, 0xceb018deu, 0xdde0eb2au, 0x2f8b6829u,
	0x82f63b78u, 0x709db87bu, 0x63cd4b8fu, 0x91a6c88cu,
	0x456cac67u, 0xb7072f64u, 0xa457dc90u, 0x563c5f93u,
	0x082f63b7u, 0xfa44e0b4u, 0xe9141340u, 0x1b7f9043u,
	0xcfb5f4a8u, 0x3dde77abu, 0x2e8e845fu, 0xdce5075cu,
	0x92a8fc17u, 0x60c37f14u, 0x73938ce0u, 0x81f80fe3u,
	0x55326b08u, 0xa759e80bu, 0xb4091bffu, 0x466298fcu,
	0x1871a4d8u, 0xea1a27dbu, 0xf94ad42fu, 0x0b21572cu,
	0xdfeb33c7u, 0x2d80b0c4u, 0x3ed04330u, 0xccbbc033u,
	0xa24bb5a6u, 0x502036a5u, 0x4370c551u, 0xb11b4652u,
	0x65d122b9u, 0x97baa1bau, 0x84ea524eu, 0x7681d14du,
	0x2892ed69u, 0xdaf96e6au, 0xc9a99d9eu, 0x3bc21e9du,
	0xef087a76u, 0x1d63f975u, 0x0e330a81u, 0xfc588982u,
	0xb21572c9u, 0x407ef1cau, 0x532e023eu, 0xa145813du,
	0x758fe5d6u, 0x87e466d5u, 0x94b49521u, 0x66df1622u,
	0x38cc2a06u, 0xcaa7a905u, 0xd9f75af1u, 0x2b9cd9f2u,
	0xff56bd19u, 0x0d3d3e1au, 0x1e6dcdeeu, 0xec064eedu,
	0xc38d26c4u, 0x31e6a5c7u, 0x22b65633u, 0xd0ddd530u,
	0x0417b1dbu, 0xf67c32d8u, 0xe52cc12cu, 0x1747422fu,
	0x49547e0bu, 0xbb3ffd08u, 0xa86f0efcu, 0x5a048dffu,
	0x8ecee914u, 0x7ca56a17u, 0x6ff599e3u, 0x9d9e1ae0u,
	0xd3d3e1abu, 0x21b862a8u, 0x32e8915cu, 0xc083125fu,
	0x144976b4u, 0xe622f5b7u, 0xf5720643u, 0x07198540u,
	0x590ab964u, 0xab613a67u, 0xb831c993u, 0x4a5a4a90u,
	0x9e902e7bu, 0x6cfbad78u, 0x7fab5e8cu, 0x8dc0dd8fu,
	0xe330a81au, 0x115b2b19u, 0x020bd8edu, 0xf0605beeu,
	0x24aa3f05u, 0xd6c1bc06u, 0xc5914ff2u, 0x37faccf1u,
	0x69e9f0d5u, 0x9b8273d6u, 0x88d28022u, 0x7ab90321u,
	0xae7367cau, 0x5c18e4c9u, 0x4f48173du, 0xbd23943eu,
	0xf36e6f75u, 0x0105ec76u, 0x12551f82u, 0xe03e9c81u,
	0x34f4f86au, 0xc69f7b69u, 0xd5cf889du, 0x27a40b9eu,
	0x79b737bau, 0x8bdcb4b9u, 0x988c474du, 0x6ae7c44eu,
	0xbe2da0a5u, 0x4c4623a6u, 0x5f16d052u, 0xad7d5351u,
};

/* clang-format on */

static uint32_t
crc_bytes(uint32_t c, const uint8_t *p, size_t n)
{
	while (n-- > 0) {
		c = crc_table[(c ^ *p++) & 255] ^ c >> 8;
	}
	return c;
}

#if defined(__x86_64__)
/* The processor's own instruction, eight bytes at a time; every processor of
 * the last fifteen years has it. */
#	define CRC_FAST() __builtin_cpu_supports("sse4.2")

static TARGET("sse4.2") uint32_t
	crc_fast(uint32_t c, const uint8_t *p, size_t n)
{
	uint64_t wide = c;
	uint64_t v;

	for (; n >= sizeof(v); n -= sizeof(v), p += sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		wide = __builtin_ia32_crc32di(wide, v);
	}
	return crc_bytes((uint32_t)wide, p, n);
}
#else
#	define CRC_FAST() false
#	define crc_fast crc_bytes
#endif

uint32_t
crc32c(uint32_t seed, const void *p, size_t n)
{
	uint32_t c = ~seed;

	c = n >= 8 && CRC_FAST() ? crc_fast(c, p, n) : crc_bytes(c, p, n);
	return ~c;
}
