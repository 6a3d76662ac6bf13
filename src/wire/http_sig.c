/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is covered follows from the message alone.  Who verifies makes that
 * list anew and asks that each of it is named; the base is then made in the
 * order in which the signer named them, so that libraries of others need no
 * order of ours.
 */
#include "wire/http_sig.h"

#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/http_field.h"

#include "base/poison.h"

#define COMPONENTS 7u
#define BASE_BYTES 16384u
#define STATUS_BYTES 16u
#define SIGNATURE_BYTES (BASE64_PAD_LEN(SIG_BYTES) + 3)
#define NONCE_TEXT BASE64_LEN(HTTP_SIG_NONCE_BYTES)

#define DIGEST_KEY "sha-256"

/* What a message must cover, and room for the values that are made. */
struct cover {
	struct http_component c[COMPONENTS];
	size_t n;
	char query[4096];
	char status[STATUS_BYTES];
	char signature[SIGNATURE_BYTES];
};

void
http_digest(const void *p, size_t n, char out[HTTP_DIGEST_BYTES])
{
	uint8_t hash[HASH_BYTES];
	char text[BASE64_PAD_LEN(HASH_BYTES) + 1];
	struct sbuf b;

	sha256(hash, p, n);
	base64_pad_encode(text, hash, HASH_BYTES);
	sbuf_init(&b, out, HTTP_DIGEST_BYTES);
	sbuf_printf(&b, DIGEST_KEY "=:%s:", text);
}

bool
http_digest_is(const char *value, const void *p, size_t n)
{
	uint8_t hash[HASH_BYTES];
	uint8_t said[HASH_BYTES];
	struct field f;
	struct field bytes;
	size_t n_said;

	if (value == NULL || field_member(value, DIGEST_KEY, &f) != RC_OK ||
		!field_bytes(&f, &bytes) || !field_end(&f) ||
		base64_pad_decode(said, sizeof(said), bytes.p + 1,
			(size_t)(bytes.end - bytes.p) - 2, &n_said) != RC_OK ||
		n_said != HASH_BYTES) {
		return false;
	}
	sha256(hash, p, n);
	return memcmp(hash, said, HASH_BYTES) == 0;
}

static const char *
label(const struct http_message *m)
{
	return m->status == 0 ? "hf" : "hub";
}

static bool
add(struct cover *k, const char *id, const char *value)
{
	if (!field_fits(value)) {
		return false;
	}
	k->c[k->n].id = id;
	k->c[k->n].value = value;
	k->n++;
	return true;
}

static bool
add_target(struct cover *k, const struct http_message *m)
{
	struct sbuf b;

	if (m->method == NULL || m->method[0] == '\0' || m->path == NULL ||
		m->path[0] != '/' || strchr(m->path, ' ') != NULL) {
		return false;
	}
	sbuf_init(&b, k->query, sizeof(k->query));
	sbuf_putc(&b, '?');
	if (m->query != NULL) {
		sbuf_puts(&b, m->query);
	}
	return sbuf_ok(&b) && add(k, "\"@method\"", m->method) &&
	       add(k, "\"@path\"", m->path) && add(k, "\"@query\"", k->query);
}

static bool
add_status(struct cover *k, const struct http_message *m)
{
	struct sbuf b;

	if (m->status < 100 || m->status > 999) {
		return false;
	}
	sbuf_init(&b, k->status, sizeof(k->status));
	sbuf_i64(&b, m->status);
	return add(k, "\"@status\"", k->status);
}

static bool
add_content(struct cover *k, const struct http_message *m)
{
	if (m->digest == NULL) {
		return m->type == NULL && m->encoding == NULL;
	}
	return m->type != NULL && add(k, "\"content-digest\"", m->digest) &&
	       add(k, "\"content-type\"", m->type) &&
	       (m->encoding == NULL ||
		       add(k, "\"content-encoding\"", m->encoding));
}

/* The bytes of one signature, as strict spelling has them. */
static bool
add_request(struct cover *k, const struct http_message *m)
{
	struct field f;
	struct field bytes;
	struct sbuf b;

	if (m->request_signature == NULL) {
		return true;
	}
	if (field_member(m->request_signature, "hf", &f) != RC_OK ||
		!field_bytes(&f, &bytes) || !field_end(&f)) {
		return false;
	}
	sbuf_init(&b, k->signature, sizeof(k->signature));
	sbuf_write(&b, bytes.p, (size_t)(bytes.end - bytes.p));
	return sbuf_ok(&b) &&
	       add(k, "\"signature\";req;key=\"hf\"", k->signature);
}

static bool
make_cover(struct cover *k, const struct http_message *m)
{
	k->n = 0;
	return m->status == 0 ? add_target(k, m) && add_content(k, m) &&
					(m->backlog == NULL ||
						add(k, "\"holdfast-backlog\"",
							m->backlog))
			      : add_status(k, m) && add_content(k, m) &&
					add_request(k, m);
}

static void
put_params(const struct cover *k, const struct http_message *m,
	const struct http_sig_params *params, struct sbuf *out)
{
	char nonce[NONCE_TEXT + 1];

	sbuf_putc(out, '(');
	for (size_t i = 0; i < k->n; i++) {
		sbuf_puts(out, i > 0 ? " " : "");
		sbuf_puts(out, k->c[i].id);
	}
	sbuf_printf(out, ");created=%" PRId64 ";keyid=\"%s\";alg=\"ed25519\"",
		params->created, params->keyid);
	if (m->status == 0) {
		base64_encode(nonce, params->nonce, HTTP_SIG_NONCE_BYTES);
		sbuf_printf(out, ";nonce=\"%s\"", nonce);
	}
	sbuf_puts(out, ";tag=\"" HTTP_SIG_TAG "\"");
}

static bool
keyid_fits(const char *s)
{
	return s != NULL && s[0] != '\0' && strlen(s) < HTTP_SIG_KEYID_BYTES &&
	       field_fits(s) && strpbrk(s, "\"\\") == NULL;
}

enum rc
http_sign(const struct http_message *m, const struct http_sig_params *params,
	const uint8_t secret[SIGN_SEC_BYTES], struct sbuf *ret_input,
	struct sbuf *ret_sig, struct err *reterr)
{
	char base[BASE_BYTES];
	char text[BASE64_PAD_LEN(SIG_BYTES) + 1];
	uint8_t sig[SIG_BYTES];
	struct sbuf b;
	struct cover k;
	size_t head;

	if (!make_cover(&k, m) || !keyid_fits(params->keyid)) {
		return err_set(reterr, RC_INVAL, 0, "http",
			"this message cannot be signed: a value is missing or "
			"is none a header may have");
	}
	sbuf_clear(ret_input);
	sbuf_printf(ret_input, "%s=", label(m));
	head = ret_input->len;
	put_params(&k, m, params, ret_input);
	sbuf_init(&b, base, sizeof(base));
	http_base(k.c, k.n, ret_input->p + head, ret_input->len - head, &b);
	crypto_sign_with(secret, b.p, b.len, sig);
	base64_pad_encode(text, sig, SIG_BYTES);
	sbuf_clear(ret_sig);
	sbuf_printf(ret_sig, "%s=:%s:", label(m), text);
	return sbuf_ok(ret_input) && sbuf_ok(&b) && sbuf_ok(ret_sig)
		       ? RC_OK
		       : err_set(reterr, RC_RANGE, 0, "http",
				 "this message is too long to be signed");
}

static enum rc
bad(struct err *reterr, const char *what)
{
	return err_set(reterr, RC_PROTO, 0, "http", "the signature: %s", what);
}

/* The list in brackets: k->c in its order. */
static enum rc
read_list(struct field *f, struct cover *k, struct err *reterr)
{
	struct http_component want[COMPONENTS];
	bool used[COMPONENTS] = {false};
	size_t n = 0;

	memcpy(want, k->c, sizeof(want));
	if (!field_is(f, "(")) {
		return bad(reterr, "it does not say what it covers");
	}
	while (!field_is(f, ")")) {
		size_t i = 0;

		if (n > 0 && !field_is(f, " ")) {
			return bad(reterr, "what it covers is no list");
		}
		while (i < k->n && (used[i] || !field_is(f, want[i].id))) {
			i++;
		}
		if (i == k->n) {
			return bad(reterr,
				"it covers what this message has not, or "
				"something twice");
		}
		used[i] = true;
		k->c[n] = want[i];
		n++;
	}
	return n == k->n ? RC_OK : bad(reterr, "it covers less than it must");
}

enum {
	HAS_CREATED = 1,
	HAS_KEYID = 2,
	HAS_ALG = 4,
	HAS_NONCE = 8,
	HAS_TAG = 16
};

static bool
read_keyid(struct field *f, struct http_sig_claim *ret)
{
	struct field s;
	struct sbuf b;

	sbuf_init(&b, ret->keyid, sizeof(ret->keyid));
	if (!field_string(f, &s) || s.p == s.end) {
		return false;
	}
	sbuf_write(&b, s.p, (size_t)(s.end - s.p));
	return sbuf_ok(&b);
}

/* One parameter; 0: not one we know, or not in its form. */
static unsigned
read_param(struct field *f, struct http_sig_claim *ret)
{
	struct field key;
	struct field s;

	if (!field_key(f, &key) || !field_is(f, "=")) {
		return 0;
	}
	if (field_same(&key, "created")) {
		return field_integer(f, &ret->created) ? HAS_CREATED : 0;
	}
	if (field_same(&key, "keyid")) {
		return read_keyid(f, ret) ? HAS_KEYID : 0;
	}
	if (!field_string(f, &s)) {
		return 0;
	}
	if (field_same(&key, "alg")) {
		return field_same(&s, "ed25519") ? HAS_ALG : 0;
	}
	if (field_same(&key, "tag")) {
		return field_same(&s, HTTP_SIG_TAG) ? HAS_TAG : 0;
	}
	return field_same(&key, "nonce") &&
			       base64_decode(ret->nonce, HTTP_SIG_NONCE_BYTES,
				       s.p, (size_t)(s.end - s.p)) == RC_OK
		       ? HAS_NONCE
		       : 0;
}

static enum rc
read_claim(const struct http_message *m, const char *input, struct cover *k,
	struct field *ret_params, struct http_sig_claim *ret,
	struct err *reterr)
{
	unsigned must = HAS_CREATED | HAS_KEYID | HAS_ALG | HAS_TAG;
	unsigned has = 0;
	struct field f;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (!make_cover(k, m)) {
		return bad(reterr, "a value it must cover is missing");
	}
	if (input == NULL || field_member(input, label(m), &f) != RC_OK) {
		return bad(reterr, "there is none of ours");
	}
	*ret_params = f;
	rc = read_list(&f, k, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	while (!field_end(&f)) {
		unsigned one = field_is(&f, ";") ? read_param(&f, ret) : 0;

		if (one == 0 || (has & one) != 0) {
			return bad(reterr,
				"a parameter is unknown, twice, or not in its "
				"form");
		}
		has |= one;
	}
	must |= m->status == 0 ? HAS_NONCE : 0;
	ret->has_nonce = (has & HAS_NONCE) != 0;
	return (has & must) == must ? RC_OK
				    : bad(reterr, "a parameter is missing");
}

enum rc
http_sig_read(const struct http_message *m, const char *input,
	struct http_sig_claim *ret, struct err *reterr)
{
	struct field params;
	struct cover k;

	return read_claim(m, input, &k, &params, ret, reterr);
}

enum rc
http_sig_verify(const struct http_message *m, const char *input,
	const char *sig, const uint8_t pub[SIGN_PUB_BYTES], struct err *reterr)
{
	char base[BASE_BYTES];
	uint8_t bytes[SIG_BYTES];
	struct http_sig_claim claim;
	struct field params = {0};
	struct field f;
	struct field text;
	struct cover k;
	struct sbuf b;
	size_t n;
	enum rc rc = read_claim(m, input, &k, &params, &claim, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (sig == NULL || field_member(sig, label(m), &f) != RC_OK ||
		!field_bytes(&f, &text) || !field_end(&f) ||
		base64_pad_decode(bytes, sizeof(bytes), text.p + 1,
			(size_t)(text.end - text.p) - 2, &n) != RC_OK ||
		n != SIG_BYTES) {
		return bad(reterr, "its bytes are not there");
	}
	sbuf_init(&b, base, sizeof(base));
	http_base(k.c, k.n, params.p, (size_t)(params.end - params.p), &b);
	if (!sbuf_ok(&b)) {
		return bad(reterr, "the message is too long");
	}
	return crypto_verify(pub, b.p, b.len, bytes)
		       ? RC_OK
		       : err_set(reterr, RC_DENIED, 0, "http",
				 "the signature is not by this key or not of "
				 "this message");
}
