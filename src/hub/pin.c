/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/pin.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/bytes.h"
#include "base/crypto.h"

#include "base/poison.h"

static const char scheme[] = "sha256//";

enum rc
pin_of(const char *pem, size_t n, char ret[PIN_BYTES], struct err *reterr)
{
	gnutls_datum_t in = {bytes_unconst(pem), (unsigned)n};
	gnutls_datum_t der = {NULL, 0};
	gnutls_x509_crt_t crt = NULL;
	gnutls_pubkey_t key = NULL;
	uint8_t hash[HASH_BYTES];
	enum rc rc = RC_PROTO;

	if (gnutls_x509_crt_init(&crt) == 0 &&
		gnutls_x509_crt_import(crt, &in, GNUTLS_X509_FMT_PEM) == 0 &&
		gnutls_pubkey_init(&key) == 0 &&
		gnutls_pubkey_import_x509(key, crt, 0) == 0 &&
		gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der) == 0) {
		sha256(hash, der.data, der.size);
		memcpy(ret, scheme, sizeof(scheme));
		base64_pad_encode(ret + sizeof(scheme) - 1, hash, sizeof(hash));
		rc = RC_OK;
	}
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "pin_of",
			"this is no certificate (PEM)");
	}
	gnutls_free(der.data);
	if (key != NULL) {
		gnutls_pubkey_deinit(key);
	}
	if (crt != NULL) {
		gnutls_x509_crt_deinit(crt);
	}
	return rc;
}
