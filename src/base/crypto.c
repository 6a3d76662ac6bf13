/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <sodium.h>
#include <string.h>

#include "base/poison.h"

_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(
	NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(SIG_BYTES == crypto_sign_BYTES, "signature");
_Static_assert(SIGN_SEED_BYTES == crypto_sign_SEEDBYTES, "seed");
_Static_assert(SIGN_PUB_BYTES == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(SIGN_SEC_BYTES == crypto_sign_SECRETKEYBYTES, "secret key");
_Static_assert(SALT_BYTES == crypto_pwhash_SALTBYTES, "salt");
_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES, "master key");
_Static_assert(BOX_BYTES == crypto_box_SEALBYTES, "sealed box");
_Static_assert(KEY_BYTES == crypto_box_SECRETKEYBYTES, "recovery key");

enum rc
crypto_init(void)
{
	return sodium_init() < 0 ? RC_IO : RC_OK;
}

void
crypto_harden_process(void)
{
	const struct rlimit none = {0, 0};

	/* Both are second lines: a refusal changes nothing else. */
	(void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
	(void)setrlimit(RLIMIT_CORE, &none);
}

void
crypto_encrypt(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES],
	const void *ad, size_t ad_len, const void *in, size_t n, uint8_t *out)
{
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
		out, NULL, in, n, ad, ad_len, NULL, nonce, key);
}

enum rc
crypto_decrypt(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES],
	const void *ad, size_t ad_len, const void *in, size_t n, uint8_t *out)
{
	if (n < TAG_BYTES) {
		return RC_CORRUPT;
	}
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, in, n, ad, ad_len, nonce, key) != 0) {
		memset(out, 0, n - TAG_BYTES);
		return RC_CORRUPT;
	}
	return RC_OK;
}

void
crypto_seal(const uint8_t key[KEY_BYTES], const struct rng *r, const void *ad,
	size_t ad_len, const void *in, size_t n, uint8_t *out)
{
	rng_fill(r, out, NONCE_BYTES);
	crypto_encrypt(key, out, ad, ad_len, in, n, out + NONCE_BYTES);
}

enum rc
crypto_open(const uint8_t key[KEY_BYTES], const void *ad, size_t ad_len,
	const void *in, size_t n, uint8_t *out)
{
	const uint8_t *b = in;

	if (n < SEAL_BYTES) {
		return RC_CORRUPT;
	}
	return crypto_decrypt(
		key, b, ad, ad_len, b + NONCE_BYTES, n - NONCE_BYTES, out);
}

void
crypto_sign_key(const uint8_t seed[SIGN_SEED_BYTES],
	uint8_t ret_pub[SIGN_PUB_BYTES], uint8_t ret_sec[SIGN_SEC_BYTES])
{
	(void)crypto_sign_seed_keypair(ret_pub, ret_sec, seed);
}

void
crypto_sign_with(const uint8_t sec[SIGN_SEC_BYTES], const void *p, size_t n,
	uint8_t out[SIG_BYTES])
{
	(void)crypto_sign_detached(out, NULL, p, n, sec);
}

bool
crypto_verify(const uint8_t pub[SIGN_PUB_BYTES], const void *p, size_t n,
	const uint8_t sig[SIG_BYTES])
{
	return crypto_sign_verify_detached(sig, p, n, pub) == 0;
}

void
crypto_index(const uint8_t key[KEY_BYTES], const void *p, size_t n,
	uint8_t out[INDEX_BYTES])
{
	(void)crypto_generichash(out, INDEX_BYTES, p, n, key, KEY_BYTES);
}

void
crypto_derive(const uint8_t master[KEY_BYTES], uint64_t id,
	const char context[8], uint8_t out[KEY_BYTES])
{
	(void)crypto_kdf_derive_from_key(out, KEY_BYTES, id, context, master);
}

enum rc
crypto_password(const char *pass, size_t n, const uint8_t salt[SALT_BYTES],
	uint64_t ops, uint64_t mem_bytes, uint8_t out[KEY_BYTES])
{
	if (crypto_pwhash(out, KEY_BYTES, pass, n, salt, ops, (size_t)mem_bytes,
		    crypto_pwhash_ALG_ARGON2ID13) != 0) {
		return RC_NOMEM;
	}
	return RC_OK;
}

void
crypto_box_public(const uint8_t sec[KEY_BYTES], uint8_t ret_pub[KEY_BYTES])
{
	(void)crypto_scalarmult_base(ret_pub, sec);
}

void
crypto_box_pair(const struct rng *r, uint8_t ret_pub[KEY_BYTES],
	uint8_t ret_sec[KEY_BYTES])
{
	rng_fill(r, ret_sec, KEY_BYTES);
	crypto_box_public(ret_sec, ret_pub);
}

void
crypto_box_seal_to(
	const uint8_t pub[KEY_BYTES], const void *in, size_t n, uint8_t *out)
{
	(void)crypto_box_seal(out, in, n, pub);
}

enum rc
crypto_box_open_with(
	const uint8_t sec[KEY_BYTES], const void *in, size_t n, uint8_t *out)
{
	uint8_t pub[KEY_BYTES];

	crypto_box_public(sec, pub);
	return n >= BOX_BYTES && crypto_box_seal_open(out, in, n, pub, sec) == 0
		       ? RC_OK
		       : RC_CORRUPT;
}

void *
crypto_secret_new(size_t n)
{
	void *p = sodium_malloc(n);

	if (p != NULL) {
		memset(p, 0, n);
	}
	return p;
}

void
crypto_secret_free(void *p)
{
	sodium_free(p);
}

void
crypto_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
