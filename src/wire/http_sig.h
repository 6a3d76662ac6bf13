/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_HTTP_SIG_H
#define WIRE_HTTP_SIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/sbuf.h"

/**
 * wire/http_sig - who sent an HTTP message and that nobody changed it:
 * HTTP Message Signatures (RFC 9421) by Ed25519 over a Content-Digest
 * (RFC 9530) and what the message says of itself.  Pure: the caller brings
 * header values, gets header values.  holdfast-sync-protocol(7).
 *
 * A request has the label "hf", an answer the label "hub".  Which components
 * are covered is fixed by what is there; a signature that covers fewer is
 * refused, whoever made it.
 *
 *   request   "@method" "@path" "@query", and where there is content
 *             "content-digest" "content-type" and "content-encoding" when it
 *             has one; "holdfast-backlog" when it is there
 *   answer    "@status", the same of its content, "signature";req;key="hf"
 *             when the request was signed
 *
 * "@query" is "?" when there is none (RFC 9421, 2.2.7).
 */
#define HTTP_SIG_TAG "holdfast"
#define HTTP_SIG_SKEW_S 300 /* a request that is older or from later is
			     * refused */
#define HTTP_SIG_KEYID_BYTES 160
#define HTTP_SIG_NONCE_BYTES 16

struct http_message {
	const char *method;   /* request: "POST" */
	const char *path;     /* "/v1/..." as sent, percent-encoded */
	const char *query;    /* as sent, without "?"; NULL or "" none */
	int status;	      /* answer: 200; 0 = this is a request */
	const char *digest;   /* Content-Digest's value; NULL: no content */
	const char *type;     /* Content-Type's */
	const char *encoding; /* Content-Encoding's; NULL none */
	const char *backlog;  /* Holdfast-Backlog's; NULL none */
	/* answer: the request's Signature header, whole; NULL unsigned */
	const char *request_signature;
};

struct http_sig_params {
	int64_t created; /* seconds, UTC */
	const char *keyid;
	uint8_t nonce[HTTP_SIG_NONCE_BYTES]; /* request only */
};

/** http_digest(p, n, out): "sha-256=:BASE64:", 54 characters and a NUL. */
#define HTTP_DIGEST_BYTES 64
void http_digest(const void *p, size_t n, char out[HTTP_DIGEST_BYTES]);
/** http_digest_is(value, p, n): the header holds a sha-256 of these bytes
 * (others beside it do not matter). */
bool http_digest_is(const char *value, const void *p, size_t n);

/** http_sign(m, params, secret, ret_input, ret_sig, reterr): values of the
 * headers Signature-Input and Signature.  RC_RANGE a buffer is too small;
 * RC_INVAL m lacks what it must have or holds what a header cannot. */
MUST_CHECK enum rc http_sign(const struct http_message *m,
	const struct http_sig_params *params,
	const uint8_t secret[SIGN_SEC_BYTES], struct sbuf *ret_input,
	struct sbuf *ret_sig, struct err *reterr);

/** What a Signature-Input says, before it is believed: whose key to ask for. */
struct http_sig_claim {
	int64_t created;
	char keyid[HTTP_SIG_KEYID_BYTES];
	uint8_t nonce[HTTP_SIG_NONCE_BYTES];
	bool has_nonce;
};

/** http_sig_read(m, input, ret, reterr): RC_PROTO not in our form, another
 * algorithm or tag, or it covers less than it must. */
MUST_CHECK enum rc http_sig_read(const struct http_message *m,
	const char *input, struct http_sig_claim *ret, struct err *reterr);
/** http_sig_verify(m, input, sig, pub, reterr): RC_DENIED it is not by this
 * key or not of this message; RC_PROTO as http_sig_read().  Looks neither at
 * the digest's bytes nor at the time. */
MUST_CHECK enum rc http_sig_verify(const struct http_message *m,
	const char *input, const char *sig,
	const uint8_t pub[SIGN_PUB_BYTES], struct err *reterr);

#endif
