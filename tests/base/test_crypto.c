/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "gen.h"

static const char *
hex(const void *p, size_t n)
{
	static char s[300];

	hex_encode(s, p, n);
	return s;
}

static void
unhex(uint8_t *out, size_t n, const char *s)
{
	assert_int_equal(hex_decode(out, n, s, strlen(s)), RC_OK);
}

static int
init(void **state)
{
	(void)state;
	return crypto_init() == RC_OK ? 0 : 1;
}

static void
test_sha256(void **state)
{
	struct sha256_state s;
	uint8_t h[HASH_BYTES];
	uint8_t h2[HASH_BYTES];
	uint8_t in[300];
	struct gen g = {4};

	(void)state;
	sha256(h, "abc", 3);
	assert_string_equal(hex(h, sizeof(h)),
		"ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad");
	for (int i = 0; i < 500; i++) {
		size_t n = gen_below(&g, sizeof(in));
		size_t cut = n == 0 ? 0 : gen_below(&g, n);

		for (size_t k = 0; k < n; k++) {
			in[k] = (uint8_t)gen_next(&g);
		}
		sha256(h, in, n);
		sha256_start(&s);
		sha256_add(&s, in, cut);
		sha256_add(&s, in + cut, n - cut);
		sha256_end(&s, h2);
		assert_memory_equal(h, h2, sizeof(h));
	}
}

static void
test_ed25519(void **state)
{
	/* RFC 8032 section 7.1, test 3 */
	uint8_t seed[SIGN_SEED_BYTES];
	uint8_t want[SIGN_PUB_BYTES];
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	uint8_t sig[SIG_BYTES];

	(void)state;
	unhex(seed, 32,
		"c5aa8df43f9f837bedb7442f31dcb7b1"
		"66d38535076f094b85ce3a2e0b4458f7");
	unhex(want, 32,
		"fc51cd8e6218a1a38da47ed00230f058"
		"0816ed13ba3303ac5deb911548908025");
	crypto_sign_key(seed, pub, sec);
	assert_memory_equal(pub, want, 32);
	crypto_sign_with(sec, "\xaf\x82", 2, sig);
	assert_string_equal(hex(sig, sizeof(sig)),
		"6291d657deec24024827e69c3abe01a3"
		"0ce548a284743a445e3680d7db5ac3ac"
		"18ff9b538d16f290ae67f760984dc659"
		"4a7c15e9716ed28dc027beceea1ec40a");
	assert_true(crypto_verify(pub, "\xaf\x82", 2, sig));
	sig[5] ^= 1;
	assert_false(crypto_verify(pub, "\xaf\x82", 2, sig));
}

static void
test_seal(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 5);
	uint8_t key[KEY_BYTES];
	uint8_t box[40 + SEAL_BYTES];
	uint8_t again[40 + SEAL_BYTES];
	uint8_t out[40];

	(void)state;
	rng_fill(&r, key, sizeof(key));
	for (size_t n = 0; n <= 40; n += 8) {
		const char text[] = "0123456789012345678901234567890123456789";
		size_t len = n + SEAL_BYTES;

		crypto_seal(key, &r, "head", 4, text, n, box);
		crypto_seal(key, &r, "head", 4, text, n, again);
		assert_memory_not_equal(box, again, len);
		assert_int_equal(
			crypto_open(key, "head", 4, box, len, out), RC_OK);
		assert_memory_equal(out, text, n);
		assert_int_equal(
			crypto_open(key, "heaD", 4, box, len, out), RC_CORRUPT);
		for (size_t i = 0; i < len; i++) {
			box[i] ^= 0x10;
			memset(out, 0xee, sizeof(out));
			assert_int_equal(
				crypto_open(key, "head", 4, box, len, out),
				RC_CORRUPT);
			for (size_t k = 0; k < n; k++) {
				assert_int_equal(out[k], 0);
			}
			box[i] ^= 0x10;
		}
		key[0] ^= 1;
		assert_int_equal(
			crypto_open(key, "head", 4, box, len, out), RC_CORRUPT);
		key[0] ^= 1;
	}
	for (size_t n = 0; n < SEAL_BYTES; n++) {
		assert_int_equal(
			crypto_open(key, "", 0, box, n, out), RC_CORRUPT);
	}
	/* in place, as the journal does it */
	memcpy(box, "in place", 8);
	crypto_encrypt(key, again, NULL, 0, box, 8, box);
	assert_memory_not_equal(box, "in place", 8);
	assert_int_equal(
		crypto_decrypt(key, again, NULL, 0, box, 8 + TAG_BYTES, box),
		RC_OK);
	assert_memory_equal(box, "in place", 8);
	assert_int_equal(
		crypto_decrypt(key, again, NULL, 0, box, TAG_BYTES - 1, out),
		RC_CORRUPT);
}

static void
test_keyed(void **state)
{
	uint8_t k1[KEY_BYTES] = {1};
	uint8_t k2[KEY_BYTES] = {2};
	uint8_t a[INDEX_BYTES];
	uint8_t b[INDEX_BYTES];
	uint8_t x[KEY_BYTES];
	uint8_t y[KEY_BYTES];
	uint8_t salt[SALT_BYTES] = {0};

	(void)state;
	crypto_index(k1, "phone", 5, a);
	crypto_index(k1, "phone", 5, b);
	assert_memory_equal(a, b, sizeof(a));
	crypto_index(k2, "phone", 5, b);
	assert_memory_not_equal(a, b, sizeof(a));
	crypto_derive(k1, 1, "HOLDFAST", x);
	crypto_derive(k1, 2, "HOLDFAST", y);
	assert_memory_not_equal(x, y, sizeof(x));
	crypto_derive(k1, 1, "holdfast", y);
	assert_memory_not_equal(x, y, sizeof(x));
	assert_int_equal(crypto_password("pw", 2, salt, 1, 8192, x), RC_OK);
	assert_int_equal(crypto_password("pv", 2, salt, 1, 8192, y), RC_OK);
	assert_memory_not_equal(x, y, sizeof(x));
	salt[0] = 1;
	assert_int_equal(crypto_password("pw", 2, salt, 1, 8192, y), RC_OK);
	assert_memory_not_equal(x, y, sizeof(x));
}

static void
test_secret_memory(void **state)
{
	uint8_t *p = crypto_secret_new(100);

	(void)state;
	assert_non_null(p);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(p[i], 0);
	}
	memset(p, 7, 100);
	assert_true(crypto_equal(p, p + 50, 50));
	p[99] = 8;
	assert_false(crypto_equal(p, p + 50, 50));
	crypto_wipe(p, 100);
	assert_int_equal(p[99], 0);
	crypto_secret_free(p);
	crypto_secret_free(NULL);
	crypto_harden_process();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_ed25519), cmocka_unit_test(test_seal),
		cmocka_unit_test(test_keyed),
		cmocka_unit_test(test_secret_memory)};

	return cmocka_run_group_tests_name("crypto", tests, init, NULL);
}
