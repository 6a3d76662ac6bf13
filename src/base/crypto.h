/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "base/rng.h"

/**
 * crypto - the few primitives the product uses, over libsodium and,
 * for SHA-256, nettle: XChaCha20-Poly1305 (random 192-bit nonces need no
 * counter that a restored backup could repeat), Ed25519 (RFC 8032), keyed
 * BLAKE2b, Argon2id.
 */
#define HASH_BYTES 32
#define KEY_BYTES 32
#define NONCE_BYTES 24
#define TAG_BYTES 16
#define SEAL_BYTES (NONCE_BYTES + TAG_BYTES) /* growth of a sealed value */
#define SIG_BYTES 64
#define SIGN_SEED_BYTES 32
#define SIGN_PUB_BYTES 32
#define SIGN_SEC_BYTES 64
#define INDEX_BYTES 16

/** crypto_init(): once, first thing in main().  RC_IO without entropy. */
MUST_CHECK enum rc crypto_init(void);

/** crypto_harden_process(): no core files, no ptrace by the same user.  For
 * programs that hold keys; refusals are ignored (a second line only). */
void crypto_harden_process(void);

void sha256(uint8_t out[HASH_BYTES], const void *p, size_t n);
struct sha256_state {
	uint64_t opaque[16];
};
void sha256_start(struct sha256_state *s);
void sha256_add(struct sha256_state *s, const void *p, size_t n);
void sha256_end(struct sha256_state *s, uint8_t out[HASH_BYTES]);

/** crypto_encrypt(key, nonce, ad, ad_len, in, n, out): out gets n + TAG_BYTES.
 * in and out may be the same address. */
void crypto_encrypt(const uint8_t key[KEY_BYTES],
	const uint8_t nonce[NONCE_BYTES], const void *ad, size_t ad_len,
	const void *in, size_t n, uint8_t *out);
/** crypto_decrypt(...): n counts the tag; out gets n - TAG_BYTES.
 * RC_CORRUPT: wrong key or changed bytes; out is zeroed. */
MUST_CHECK enum rc crypto_decrypt(const uint8_t key[KEY_BYTES],
	const uint8_t nonce[NONCE_BYTES], const void *ad, size_t ad_len,
	const void *in, size_t n, uint8_t *out);

/** crypto_seal(key, r, ad, ad_len, in, n, out): nonce, ciphertext, tag:
 * n + SEAL_BYTES.  crypto_open() is its inverse. */
void crypto_seal(const uint8_t key[KEY_BYTES], const struct rng *r,
	const void *ad, size_t ad_len, const void *in, size_t n, uint8_t *out);
MUST_CHECK enum rc crypto_open(const uint8_t key[KEY_BYTES], const void *ad,
	size_t ad_len, const void *in, size_t n, uint8_t *out);

void crypto_sign_key(const uint8_t seed[SIGN_SEED_BYTES],
	uint8_t ret_pub[SIGN_PUB_BYTES], uint8_t ret_sec[SIGN_SEC_BYTES]);
/** crypto_sign_with(): detached signature (libsodium owns the shorter name). */
void crypto_sign_with(const uint8_t sec[SIGN_SEC_BYTES], const void *p,
	size_t n, uint8_t out[SIG_BYTES]);
bool crypto_verify(const uint8_t pub[SIGN_PUB_BYTES], const void *p, size_t n,
	const uint8_t sig[SIG_BYTES]);

/** crypto_index(key, p, n, out): keyed BLAKE2b-128, for look-up keys that
 * must not tell what they are. */
void crypto_index(const uint8_t key[KEY_BYTES], const void *p, size_t n,
	uint8_t out[INDEX_BYTES]);

/** crypto_derive(master, id, context, out): sub-key id of the context (eight
 * characters), BLAKE2b as libsodium's crypto_kdf. */
void crypto_derive(const uint8_t master[KEY_BYTES], uint64_t id,
	const char context[8], uint8_t out[KEY_BYTES]);

/** crypto_password(...): Argon2id.  RC_NOMEM when mem_bytes is not there. */
#define SALT_BYTES 16
MUST_CHECK enum rc crypto_password(const char *pass, size_t n,
	const uint8_t salt[SALT_BYTES], uint64_t ops, uint64_t mem_bytes,
	uint8_t out[KEY_BYTES]);

/** For somebody who is not there (X25519, XSalsa20-Poly1305 as libsodium's
 * sealed box): crypto_box_pair() makes both halves, crypto_box_public() the
 * public one anew; crypto_box_seal_to() n + BOX_BYTES to the public one;
 * crypto_box_open_with(), n counts BOX_BYTES, RC_CORRUPT another pair's. */
#define BOX_BYTES 48
void crypto_box_pair(const struct rng *r, uint8_t ret_pub[KEY_BYTES],
	uint8_t ret_sec[KEY_BYTES]);
void crypto_box_public(
	const uint8_t sec[KEY_BYTES], uint8_t ret_pub[KEY_BYTES]);
void crypto_box_seal_to(const uint8_t pub[KEY_BYTES], const void *in, size_t n,
	uint8_t *out);
MUST_CHECK enum rc crypto_box_open_with(const uint8_t sec[KEY_BYTES],
	const void *in, size_t n, uint8_t *out);

/** Memory that is guarded, zeroed at birth, wiped on release and kept out of
 * swap as far as RLIMIT_MEMLOCK allows (more than that is not refused, only
 * not locked); NULL without memory. */
void *crypto_secret_new(size_t n);
void crypto_secret_free(void *p);
void crypto_wipe(void *p, size_t n);
bool crypto_equal(const void *a, const void *b, size_t n);

#endif
