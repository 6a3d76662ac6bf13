/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/keys_internal.h"
#include "base/sbuf.h"

#include "base/poison.h"

/* SubjectPublicKeyInfo of an Ed25519 key is this and the 32 bytes. */
static const uint8_t der_head[] = {
	0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

#define DER_BYTES (sizeof(der_head) + SIGN_PUB_BYTES)
#define DER_TEXT 60 /* 44 bytes in base64, one '=' at the end */
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define PEM_END "\n-----END PUBLIC KEY-----\n"

/* PEM wants the alphabet with '+' and '/', and padding. */
static void
pem_alphabet(char *s, bool to_pem)
{
	const char *from = to_pem ? "-_" : "+/";
	const char *to = to_pem ? "+/" : "-_";

	for (; *s != '\0'; s++) {
		if (*s == from[0]) {
			*s = to[0];
		} else if (*s == from[1]) {
			*s = to[1];
		}
	}
}

size_t
keys_pem(const uint8_t pub[SIGN_PUB_BYTES], char out[KEYS_PEM_BYTES])
{
	uint8_t der[DER_BYTES];
	char text[DER_TEXT + 1];
	struct sbuf b;

	memcpy(der, der_head, sizeof(der_head));
	memcpy(der + sizeof(der_head), pub, SIGN_PUB_BYTES);
	base64_encode(text, der, sizeof(der));
	pem_alphabet(text, true);
	sbuf_init(&b, out, KEYS_PEM_BYTES);
	sbuf_puts(&b, PEM_BEGIN);
	sbuf_puts(&b, text);
	sbuf_puts(&b, "=" PEM_END);
	return b.len;
}

/* Only the exact form keys_pem() writes is taken. */
static bool
parse_pem(const char *pem, size_t n, uint8_t out[SIGN_PUB_BYTES])
{
	const size_t head = sizeof(PEM_BEGIN) - 1;
	uint8_t der[DER_BYTES];
	char text[DER_TEXT];
	char again[KEYS_PEM_BYTES];

	if (n != head + DER_TEXT + sizeof(PEM_END) - 1) {
		return false;
	}
	memcpy(text, pem + head, DER_TEXT - 1);
	text[DER_TEXT - 1] = '\0';
	pem_alphabet(text, false);
	if (base64_decode(der, sizeof(der), text, DER_TEXT - 1) != RC_OK) {
		return false;
	}
	memcpy(out, der + sizeof(der_head), SIGN_PUB_BYTES);
	return keys_pem(out, again) == n && memcmp(again, pem, n) == 0;
}

enum rc
keys_public_parse(const char *pem, size_t n, uint8_t out[SIGN_PUB_BYTES],
	struct err *reterr)
{
	if (!parse_pem(pem, n, out)) {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"this is no public key of a register: it is what "
			"'holdfast keys public' prints");
	}
	return RC_OK;
}

enum rc
keys_public_read(
	const char *dir, uint8_t out[SIGN_PUB_BYTES], struct err *reterr)
{
	uint8_t sealed[KEYS_REGISTER_BYTES];
	char path[PATH_BYTES];
	char other[PATH_BYTES];
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = keys_path(path, dir, "register.pub", reterr);

	if (rc == RC_OK) {
		rc = keys_path(other, dir, "register.key", reterr);
	}
	if (rc == RC_OK) {
		rc = keys_load(path, KEYS_FILE_MAX, &p, &n, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (!parse_pem((const char *)p, n, out)) {
		rc = keys_bad(reterr, path);
	}
	free(p);
	/* A changed letter of base64 is still a key.  Where the sealed half is
	 * at hand and whole, it names the right one. */
	if (rc == RC_OK && keys_register_load(other, sealed, NULL) == RC_OK &&
		memcmp(sealed + 16, out, SIGN_PUB_BYTES) != 0) {
		rc = keys_bad(reterr, path);
	}
	return rc;
}

enum rc
keys_public_pem(const char *dir, char *out, size_t cap, struct err *reterr)
{
	uint8_t pub[SIGN_PUB_BYTES];
	char pem[KEYS_PEM_BYTES];
	enum rc rc = keys_public_read(dir, pub, reterr);
	size_t n;

	if (rc != RC_OK) {
		return rc;
	}
	n = keys_pem(pub, pem);
	if (n >= cap) {
		return err_set(reterr, RC_RANGE, 0, "keys",
			"no room for the public key");
	}
	memcpy(out, pem, n + 1);
	return RC_OK;
}
