/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole line: envelope.c's bytes and the signature over them.
 */
#include <string.h>

#include "base/bytes.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

static void
write_signature(struct writer *w, const uint8_t sig[SIG_BYTES])
{
	char text[WIRE_SIG_TEXT + 1];

	base64_encode(text, sig, SIG_BYTES);
	write_str(w, WIRE_SIG_HEAD);
	write_raw(w, text, WIRE_SIG_TEXT);
	write_raw(w, "\"}", 2);
}

enum rc
wire_encode(const struct event *e, const uint8_t sign_secret[SIGN_SEC_BYTES],
	struct sbuf *out, uint8_t ret_hash[HASH_BYTES], struct err *reterr)
{
	struct writer w;
	uint8_t sig[SIG_BYTES];
	enum rc rc;

	sbuf_clear(out);
	writer_begin(&w, out);
	write_event(&w, e);
	if (w.rc == RC_OK && !event_balances(e)) {
		writer_fail(&w, RC_INVAL, "a sale whose sums do not agree");
	}
	if (w.rc == RC_OK) {
		crypto_sign_with(
			sign_secret, out->p, (size_t)(w.p - out->p), sig);
		write_signature(&w, sig);
	}
	if (w.rc == RC_OK && (size_t)(w.p - out->p) > WIRE_LINE_BYTES) {
		writer_fail(&w, RC_RANGE, NULL);
	}
	rc = writer_end(&w, out, reterr);
	if (rc == RC_OK) {
		wire_hash(out->p, out->len, ret_hash);
	}
	return rc;
}

static enum rc
read_signature(struct reader *r, struct event *e)
{
	const char *s;
	size_t n;
	enum rc rc;

	if (!read_key(r, ',', "sig")) {
		return read_refuse(r, "sig", "is not in its place");
	}
	rc = read_word(r, "sig", &s, &n);
	if (rc != RC_OK) {
		return rc;
	}
	if (base64_decode(e->sig, SIG_BYTES, s, n) != RC_OK) {
		return read_refuse(r, "sig", "is not a signature");
	}
	return read_is(r, "}")
		       ? read_end(r)
		       : read_refuse(r, "a member", "is not known here");
}

static void
write_line_again(struct writer *w, const void *arg)
{
	const struct event *e = arg;

	write_event(w, e);
	write_signature(w, e->sig);
}

enum rc
wire_decode(const char *line, size_t len, struct arena *a, struct event *ret,
	struct err *reterr)
{
	struct reader r;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = reader_begin(&r, line, len, a, reterr);
	if (rc == RC_OK) {
		rc = read_event(&r, ret);
	}
	if (rc == RC_OK) {
		rc = read_signature(&r, ret);
	}
	if (rc == RC_OK) {
		rc = read_same(&r, line, write_line_again, ret);
	}
	return rc;
}

size_t
wire_arena_bytes(size_t len)
{
	return len * 6 + 4096;
}

bool
wire_verify(const char *line, size_t len, const uint8_t pub[SIGN_PUB_BYTES])
{
	const size_t head = sizeof(WIRE_SIG_HEAD) - 1;
	uint8_t sig[SIG_BYTES];
	const char *tail;

	if (len <= WIRE_SIG_TAIL) {
		return false;
	}
	tail = line + len - WIRE_SIG_TAIL;
	return memcmp(tail, WIRE_SIG_HEAD, head) == 0 &&
	       memcmp(tail + head + WIRE_SIG_TEXT, "\"}", 2) == 0 &&
	       base64_decode(sig, SIG_BYTES, tail + head, WIRE_SIG_TEXT) ==
		       RC_OK &&
	       crypto_verify(pub, line, len - WIRE_SIG_TAIL, sig);
}

void
wire_hash(const char *line, size_t len, uint8_t out[HASH_BYTES])
{
	sha256(out, line, len);
}
