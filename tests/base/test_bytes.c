/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "gen.h"

static void
test_cursors(void **state)
{
	static const uint8_t want[] = {1, 3, 2, 7, 6, 5, 4, 8, 0, 0, 0, 0, 0, 0,
		0x80, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 'x'};
	uint8_t p[sizeof(want)];
	struct wr w;
	struct rd r;

	(void)state;
	wr_init(&w, p, sizeof(p));
	wr_u8(&w, 1);
	wr_u16le(&w, 0x0203);
	wr_u32le(&w, 0x04050607);
	wr_u64le(&w, 0x8000000000000008u);
	wr_i64le(&w, -2);
	wr_bytes(&w, "x", 1);
	assert_true(wr_ok(&w));
	assert_memory_equal(p, want, sizeof(want));
	wr_u8(&w, 9);
	assert_false(wr_ok(&w));
	rd_init(&r, p, sizeof(p));
	assert_int_equal(rd_u8(&r), 1);
	assert_int_equal(rd_u16le(&r), 0x0203);
	assert_int_equal(rd_u32le(&r), 0x04050607);
	assert_true(rd_u64le(&r) == 0x8000000000000008u);
	assert_true(rd_i64le(&r) == -2);
	assert_false(rd_end(&r));
	assert_int_equal(*rd_bytes(&r, 1), 'x');
	assert_true(rd_end(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_true(r.bad);
	assert_false(rd_end(&r));
	/* the error sticks, even where bytes are left */
	rd_init(&r, p, 3);
	assert_null(rd_bytes(&r, 4));
	assert_int_equal(rd_u8(&r), 0);
	/* and nothing is written after the first that did not fit */
	wr_init(&w, p, 3);
	wr_u32le(&w, 1);
	wr_u8(&w, 1);
	assert_int_equal(w.len, 0);
}

static void
test_big_endian_sorts(void **state)
{
	struct gen g = {1};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t a = gen_next(&g) >> gen_below(&g, 64);
		uint64_t b = gen_next(&g) >> gen_below(&g, 64);
		uint8_t pa[8];
		uint8_t pb[8];
		int c;

		put_u64be(pa, a);
		put_u64be(pb, b);
		assert_true(get_u64be(pa) == a);
		c = memcmp(pa, pb, 8);
		assert_int_equal(c < 0, a < b);
		assert_int_equal(c == 0, a == b);
	}
}

static void
test_hex(void **state)
{
	uint8_t b[3];
	char s[7];

	(void)state;
	hex_encode(s, "\x00\xaf\xff", 3);
	assert_string_equal(s, "00afff");
	assert_int_equal(hex_decode(b, 3, "00afff", 6), RC_OK);
	assert_memory_equal(b, "\x00\xaf\xff", 3);
	assert_int_equal(hex_decode(b, 3, "00aff", 5), RC_PROTO);
	assert_int_equal(hex_decode(b, 3, "00afff0", 7), RC_PROTO);
	assert_int_equal(hex_decode(b, 3, "00AFFF", 6), RC_PROTO);
	assert_int_equal(hex_decode(b, 3, "00afg0", 6), RC_PROTO);
	assert_int_equal(hex_decode(b, 0, "", 0), RC_OK);
}

static void
test_base64(void **state)
{
	/* RFC 4648 section 10, without padding */
	static const char *const want[] = {
		"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
	struct gen g = {2};
	uint8_t b[64];
	char s[100];

	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(want); n++) {
		base64_encode(s, "foobar", n);
		assert_string_equal(s, want[n]);
		assert_int_equal(BASE64_LEN(n), strlen(want[n]));
		assert_int_equal(base64_decode(b, n, s, strlen(s)), RC_OK);
		assert_memory_equal(b, "foobar", n);
	}
	base64_encode(s, "\xfb\xff", 2);
	assert_string_equal(s, "-_8");
	assert_int_equal(base64_decode(b, 1, "Zh", 2), RC_PROTO); /* spare */
	assert_int_equal(base64_decode(b, 1, "Zg==", 4), RC_PROTO);
	assert_int_equal(base64_decode(b, 3, "Zm+v", 4), RC_PROTO);
	assert_int_equal(base64_decode(b, 3, "Zm9", 3), RC_PROTO);
	/* one spelling only: any other text does not decode to these bytes */
	for (int i = 0; i < 2000; i++) {
		uint8_t in[64];
		size_t n = 1 + gen_below(&g, 64);
		size_t at;

		for (size_t k = 0; k < n; k++) {
			in[k] = (uint8_t)gen_next(&g);
		}
		base64_encode(s, in, n);
		at = gen_below(&g, strlen(s));
		s[at] = s[at] == 'A' ? 'B' : 'A';
		if (base64_decode(b, n, s, strlen(s)) == RC_OK) {
			assert_memory_not_equal(b, in, n);
		}
	}
}

static void
test_crc32c(void **state)
{
	uint8_t z[32] = {0};
	uint8_t long_text[80];

	(void)state;
	/* RFC 3720 B.4 and the usual check value */
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283u);
	assert_int_equal(crc32c(0, z, 32), 0x8a9136aau);
	memset(z, 0xff, sizeof(z));
	assert_int_equal(crc32c(0, z, 32), 0x62a8ab43u);
	assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5),
		crc32c(0, "123456789", 9));
	assert_int_equal(crc32c(0, "", 0), 0);
	/* however it is cut, and wherever it begins */
	for (size_t i = 0; i < sizeof(long_text); i++) {
		long_text[i] = (uint8_t)(i * 167 + (i >> 3));
	}
	for (size_t at = 0; at < 9; at++) {
		for (size_t n = 0; n < 60; n++) {
			uint32_t c = 0;

			for (size_t i = 0; i < n; i++) {
				c = crc32c(c, long_text + at + i, 1);
			}
			assert_int_equal(crc32c(0, long_text + at, n), c);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cursors),
		cmocka_unit_test(test_big_endian_sorts),
		cmocka_unit_test(test_hex), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_crc32c)};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
