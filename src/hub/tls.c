/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/tls.h"

#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define TEN_YEARS_S (INT64_C(3652) * 86400)
#define DAY_S 86400
#define KEY_BYTES_MAX ((size_t)64 << 10)

static enum rc
failed(int rc, const char *what, struct err *reterr)
{
	return err_set(reterr, RC_IO, 0, "tls", "no certificate, %s: %s", what,
		gnutls_strerror(rc));
}

static int
add_name(gnutls_x509_crt_t crt, const char *name)
{
	uint8_t ip[16];

	if (inet_pton(AF_INET, name, ip) == 1) {
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_IPADDRESS, ip, 4, GNUTLS_FSAN_APPEND);
	}
	if (inet_pton(AF_INET6, name, ip) == 1) {
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_IPADDRESS, ip, 16, GNUTLS_FSAN_APPEND);
	}
	return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME,
		name, (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static int
fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name,
	int64_t now)
{
	static const char *const here[] = {"localhost", "127.0.0.1", "::1"};
	uint8_t serial[16];
	int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	serial[0] &= 0x7f;
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_version(crt, 3);
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_activation_time(
			crt, (time_t)(now - DAY_S));
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_expiration_time(
			crt, (time_t)(now + TEN_YEARS_S));
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_dn_by_oid(crt,
			GNUTLS_OID_X520_COMMON_NAME, 0, name,
			(unsigned)strnlen(name, 64));
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_key_usage(
			crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_key_purpose_oid(
			crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	}
	for (size_t i = 0; rc >= 0 && i < ARRAY_LEN(here); i++) {
		if (strcmp(here[i], name) != 0) {
			rc = add_name(crt, here[i]);
		}
	}
	if (rc >= 0) {
		rc = add_name(crt, name);
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_set_key(crt, key);
	}
	if (rc >= 0) {
		rc = gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
	}
	return rc;
}

static enum rc
make_key(gnutls_x509_privkey_t priv, const char *path, struct err *reterr)
{
	gnutls_datum_t pem = {0};
	enum rc rc;
	int g = gnutls_x509_privkey_generate(priv, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);

	if (g >= 0) {
		g = gnutls_x509_privkey_export2(
			priv, GNUTLS_X509_FMT_PEM, &pem);
	}
	rc = g < 0 ? failed(g, "made by gnutls", reterr)
		   : file_save(path, pem.data, pem.size, 0600, reterr);
	if (pem.data != NULL) {
		crypto_wipe(pem.data, pem.size);
	}
	gnutls_free(pem.data);
	return rc;
}

/* Tills keep what the public key is: another one would shut them all out. */
static enum rc
take_key(gnutls_x509_privkey_t priv, const char *path, struct err *reterr)
{
	gnutls_datum_t pem = {0};
	struct err e = {0};
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = file_load(path, KEY_BYTES_MAX, &text, &n, &e);
	int g;

	if (rc == RC_NOTFOUND) {
		return make_key(priv, path, reterr);
	}
	if (rc != RC_OK) {
		if (reterr != NULL) {
			*reterr = e;
		}
		return rc;
	}
	pem.data = text;
	pem.size = (unsigned)n;
	g = gnutls_x509_privkey_import(priv, &pem, GNUTLS_X509_FMT_PEM);
	if (g < 0) {
		rc = err_set(reterr, RC_CORRUPT, 0, "tls",
			"%s is no key (%s): bring it back, because tills keep "
			"to it",
			path, gnutls_strerror(g));
	}
	crypto_wipe(text, n);
	free(text);
	return rc;
}

enum rc
tls_make(const char *cert, const char *key, const char *name, struct utc now,
	struct err *reterr)
{
	gnutls_x509_privkey_t priv = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t crt_pem = {0};
	int g = gnutls_x509_privkey_init(&priv);
	enum rc rc = g < 0 ? failed(g, "made by gnutls", reterr)
			   : take_key(priv, key, reterr);

	if (rc != RC_OK) {
		goto out;
	}
	g = gnutls_x509_crt_init(&crt);
	if (g >= 0) {
		g = fill(crt, priv, name, now.us / 1000000);
	}
	if (g >= 0) {
		g = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &crt_pem);
	}
	rc = g < 0 ? failed(g, "made by gnutls", reterr)
		   : file_save(cert, crt_pem.data, crt_pem.size, 0644, reterr);
out:
	gnutls_free(crt_pem.data);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(priv);
	return rc;
}
