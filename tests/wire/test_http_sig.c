/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <string.h>

#include "base/bytes.h"
#include "wire/http_field.h"
#include "wire/http_sig.h"

#include "base/poison.h"

/* RFC 9421, B.1.4: test-key-ed25519, as its JWK has it. */
#define KEY_SEED "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"
#define KEY_PUB "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"

static uint8_t pub[SIGN_PUB_BYTES];
static uint8_t sec[SIGN_SEC_BYTES];

static int
make_key(void **state)
{
	uint8_t seed[SIGN_SEED_BYTES];
	uint8_t said[SIGN_PUB_BYTES];

	(void)state;
	if (crypto_init() != RC_OK ||
		base64_decode(seed, sizeof(seed), KEY_SEED, strlen(KEY_SEED)) !=
			RC_OK ||
		base64_decode(said, sizeof(said), KEY_PUB, strlen(KEY_PUB)) !=
			RC_OK) {
		return -1;
	}
	crypto_sign_key(seed, pub, sec);
	return memcmp(said, pub, sizeof(pub)) == 0 ? 0 : -1;
}

/* RFC 9421, B.2.6 */
static void
the_rfcs_signature_is_made_again(void **state)
{
	static const struct http_component c[] = {
		{"\"date\"", "Tue, 20 Apr 2021 02:07:55 GMT"},
		{"\"@method\"", "POST"},
		{"\"@path\"", "/foo"},
		{"\"@authority\"", "example.com"},
		{"\"content-type\"", "application/json"},
		{"\"content-length\"", "18"},
	};
	static const char params[] =
		"(\"date\" \"@method\" \"@path\" \"@authority\" "
		"\"content-type\" \"content-length\");created=1618884473;"
		"keyid=\"test-key-ed25519\"";
	static const char base[] =
		"\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
		"\"@method\": POST\n"
		"\"@path\": /foo\n"
		"\"@authority\": example.com\n"
		"\"content-type\": application/json\n"
		"\"content-length\": 18\n"
		"\"@signature-params\": (\"date\" \"@method\" \"@path\" "
		"\"@authority\" \"content-type\" \"content-length\");"
		"created=1618884473;keyid=\"test-key-ed25519\"";
	static const char want[] =
		"wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgw"
		"UPiu4A0w6vuQv5lIp5WPpBKRCw==";
	char out[1024];
	char text[BASE64_PAD_LEN(SIG_BYTES) + 1];
	uint8_t sig[SIG_BYTES];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	http_base(c, ARRAY_LEN(c), params, strlen(params), &b);
	assert_string_equal(b.p, base);
	crypto_sign_with(sec, b.p, b.len, sig);
	base64_pad_encode(text, sig, SIG_BYTES);
	assert_string_equal(text, want);
}

/* RFC 9530, section 3 and appendix B.1: with the newline; RFC 9421, B.2:
 * without; the hash of nothing. */
static void
digests_are_the_rfcs(void **state)
{
	static const struct {
		const char *body, *digest;
	} row[] = {
		{"{\"hello\": \"world\"}\n",
			"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/"
			"lF5HF9bvEF8FabDg=:"},
		{"{\"hello\": \"world\"}",
			"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
			":"},
		{"", "sha-256=:47DEQpj8HBSa+/"
		     "TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"},
	};

	char out[HTTP_DIGEST_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		http_digest(row[i].body, strlen(row[i].body), out);
		assert_string_equal(out, row[i].digest);
		assert_int_equal(strlen(out), 54);
		assert_true(http_digest_is(
			row[i].digest, row[i].body, strlen(row[i].body)));
		assert_false(http_digest_is(row[i].digest, "x", 1));
	}
	/* another one beside it, either way */
	assert_true(http_digest_is(
		"sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2"
		"aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:, "
		"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
		row[0].body, strlen(row[0].body)));
	assert_false(http_digest_is(NULL, "", 0));
	assert_false(http_digest_is("", "", 0));
	assert_false(http_digest_is("sha-256=1", "", 0));
	assert_false(http_digest_is("sha-256=::", "", 0));
	assert_false(http_digest_is("sha-512=:AAAA:", "", 0));
	/* one of them twice */
	assert_false(http_digest_is(
		"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, "
		"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
		row[0].body, strlen(row[0].body)));
}

static const char digest[] =
	"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

static struct http_message
request(void)
{
	const struct http_message m = {
		.method = "POST",
		.path = "/v1/registers/x/events",
		.digest = digest,
		.type = "application/cloudevents-batch+json",
		.encoding = "zstd",
		.backlog = "count=38, oldest=720",
	};

	return m;
}

static const struct http_sig_params params = {
	.created = 1618884473,
	.keyid = "0.3.x.y",
	.nonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
};

struct made {
	char input[1024], sig[256];
	struct sbuf b_input, b_sig;
};

static void
sign(const struct http_message *m, struct made *ret)
{
	sbuf_init(&ret->b_input, ret->input, sizeof(ret->input));
	sbuf_init(&ret->b_sig, ret->sig, sizeof(ret->sig));
	assert_int_equal(
		http_sign(m, &params, sec, &ret->b_input, &ret->b_sig, NULL),
		RC_OK);
}

static void
a_request_is_believed_whole(void **state)
{
	struct http_message m = request();
	struct http_sig_claim claim;
	struct made s;

	(void)state;
	sign(&m, &s);
	assert_string_equal(s.input,
		"hf=(\"@method\" \"@path\" \"@query\" \"content-digest\" "
		"\"content-type\" \"content-encoding\" \"holdfast-backlog\")"
		";created=1618884473;keyid=\"0.3.x.y\";alg=\"ed25519\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";tag=\"holdfast\"");
	assert_int_equal(http_sig_read(&m, s.input, &claim, NULL), RC_OK);
	assert_string_equal(claim.keyid, "0.3.x.y");
	assert_int_equal(claim.created, 1618884473);
	assert_true(claim.has_nonce);
	assert_memory_equal(claim.nonce, params.nonce, HTTP_SIG_NONCE_BYTES);
	assert_int_equal(http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_OK);
}

static void
every_changed_part_is_seen(void **state)
{
	const struct http_message good = request();
	struct http_message m;
	struct made s;
	uint8_t other[SIGN_PUB_BYTES];

	(void)state;
	sign(&good, &s);
	m = good;
	m.method = "PUT";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m = good;
	m.path = "/v1/registers/y/events";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m = good;
	m.query = "from=1";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m = good;
	m.digest = "sha-256=:AAAA:";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m = good;
	m.type = "text/html";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m = good;
	m.backlog = "count=0";
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	/* taken away, or put to it: not what is covered */
	m = good;
	m.encoding = NULL;
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_PROTO);
	m = good;
	m.backlog = NULL;
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_PROTO);
	m = good;
	m.digest = NULL;
	m.type = NULL;
	m.encoding = NULL;
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_PROTO);
	/* another's key */
	memcpy(other, pub, sizeof(other));
	other[0] ^= 1;
	assert_int_equal(
		http_sig_verify(&good, s.input, s.sig, other, NULL), RC_DENIED);
	/* each byte of the header */
	for (size_t i = 0; i < s.b_input.len; i++) {
		s.input[i] ^= 1;
		assert_int_not_equal(
			http_sig_verify(&good, s.input, s.sig, pub, NULL),
			RC_OK);
		s.input[i] ^= 1;
	}
	for (size_t i = 0; i < s.b_sig.len; i++) {
		s.sig[i] ^= 1;
		assert_int_not_equal(
			http_sig_verify(&good, s.input, s.sig, pub, NULL),
			RC_OK);
		s.sig[i] ^= 1;
	}
	assert_int_equal(
		http_sig_verify(&good, s.input, s.sig, pub, NULL), RC_OK);
}

static void
an_answer_is_that_of_its_request(void **state)
{
	const struct http_message asked = request();
	struct http_message m = {
		.status = 409, .digest = digest, .type = "application/json"};
	struct made q, s, t;

	(void)state;
	sign(&asked, &q);
	m.request_signature = q.sig;
	sign(&m, &s);
	assert_non_null(strstr(s.input,
		"hub=(\"@status\" \"content-digest\" \"content-type\" "
		"\"signature\";req;key=\"hf\");created=1618884473;keyid="));
	assert_null(strstr(s.input, "nonce"));
	assert_int_equal(http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_OK);
	m.status = 200;
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	m.status = 409;
	/* the answer to another request */
	sign(&m, &t);
	m.request_signature = t.sig; /* label hub: no signature of a request */
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_PROTO);
	t.sig[1] = 'f';
	memmove(t.sig + 2, t.sig + 3, strlen(t.sig) - 2);
	m.request_signature = t.sig;
	assert_int_equal(
		http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_DENIED);
	/* an unsigned request's, and one without content */
	m.request_signature = NULL;
	sign(&m, &s);
	assert_int_equal(http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_OK);
	m.status = 304;
	m.digest = NULL;
	m.type = NULL;
	sign(&m, &s);
	assert_int_equal(http_sig_verify(&m, s.input, s.sig, pub, NULL), RC_OK);
}

/* What another library may spell: another order, another signature beside. */
static void
order_is_the_signers(void **state)
{
	const struct http_message m = {
		.method = "GET", .path = "/v1/acts", .query = "limit=5"};
	static const char list[] =
		"(\"@query\" \"@path\" \"@method\");tag=\"holdfast\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";alg=\"ed25519\""
		";keyid=\"0.a.x.y\";created=5";
	static const struct http_component c[] = {
		{"\"@query\"", "?limit=5"},
		{"\"@path\"", "/v1/acts"},
		{"\"@method\"", "GET"},
	};
	char base[1024], input[1024], sig[256];
	char text[BASE64_PAD_LEN(SIG_BYTES) + 1];
	uint8_t bytes[SIG_BYTES];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, base, sizeof(base));
	http_base(c, ARRAY_LEN(c), list, strlen(list), &b);
	crypto_sign_with(sec, b.p, b.len, bytes);
	base64_pad_encode(text, bytes, SIG_BYTES);
	sbuf_init(&b, input, sizeof(input));
	sbuf_printf(&b, "proxy=(\"host\" \"x\";sf);created=1,  hf=%s", list);
	sbuf_init(&b, sig, sizeof(sig));
	sbuf_printf(&b, "proxy=:AAAA:, hf=:%s:", text);
	assert_int_equal(http_sig_verify(&m, input, sig, pub, NULL), RC_OK);
}

static void
what_is_not_ours_is_refused(void **state)
{
	static const char *const input[] = {
		"",
		"hf",
		"hf=",
		"hf=()",
		"hub=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"",
		/* less, more, twice */
		"hf=(\"@method\" \"@path\");created=1;keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\" \"host\");created=1"
		";keyid=\"k\";alg=\"ed25519\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\" \"@query\");created=1"
		";keyid=\"k\";alg=\"ed25519\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";tag=\"holdfast\"",
		/* another algorithm, tag; no nonce, key, time */
		"hf=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"hmac-sha256\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"other\"",
		"hf=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"ed25519\";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\");created=1"
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\");keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"",
		/* unknown, twice, of another kind */
		"hf=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\";expires=9",
		"hf=(\"@method\" \"@path\" \"@query\");created=1;created=1"
		";keyid=\"k\";alg=\"ed25519\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";tag=\"holdfast\"",
		"hf=(\"@method\" \"@path\" \"@query\");created=\"1\""
		";keyid=\"k\";alg=\"ed25519\""
		";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\";tag=\"holdfast\"",
	};
	static const char good[] =
		"hf=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"k\""
		";alg=\"ed25519\";nonce=\"AQIDBAUGBwgJCgsMDQ4PEA\""
		";tag=\"holdfast\"";
	const struct http_message m = {.method = "GET", .path = "/"};
	struct http_sig_claim claim;

	(void)state;
	assert_int_equal(http_sig_read(&m, good, &claim, NULL), RC_OK);
	assert_int_equal(http_sig_read(&m, NULL, &claim, NULL), RC_PROTO);
	assert_int_equal(http_sig_verify(&m, good, NULL, pub, NULL), RC_PROTO);
	assert_int_equal(
		http_sig_verify(&m, good, "hf=:AAAA:", pub, NULL), RC_PROTO);
	for (size_t i = 0; i < ARRAY_LEN(input); i++) {
		assert_int_equal(
			http_sig_read(&m, input[i], &claim, NULL), RC_PROTO);
	}
}

/* A header's end cannot be put into a header. */
static void
what_no_header_may_hold_is_not_signed(void **state)
{
	struct http_message m = request();
	struct http_sig_params p = params;
	char input[1024], sig[256], small[16];
	struct sbuf b_input, b_sig, b_small;

	(void)state;
	sbuf_init(&b_input, input, sizeof(input));
	sbuf_init(&b_sig, sig, sizeof(sig));
	sbuf_init(&b_small, small, sizeof(small));
	assert_int_equal(
		http_sign(&m, &p, sec, &b_small, &b_sig, NULL), RC_RANGE);
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_small, NULL), RC_RANGE);
	m.type = "a\r\n\"@path\": /";
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_sig, NULL), RC_INVAL);
	m = request();
	m.path = "v1";
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_sig, NULL), RC_INVAL);
	m = request();
	m.digest = NULL;
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_sig, NULL), RC_INVAL);
	m = request();
	p.keyid = "a\"b";
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_sig, NULL), RC_INVAL);
	p.keyid = "";
	assert_int_equal(
		http_sign(&m, &p, sec, &b_input, &b_sig, NULL), RC_INVAL);
}

int
main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(the_rfcs_signature_is_made_again),
		cmocka_unit_test(digests_are_the_rfcs),
		cmocka_unit_test(a_request_is_believed_whole),
		cmocka_unit_test(every_changed_part_is_seen),
		cmocka_unit_test(an_answer_is_that_of_its_request),
		cmocka_unit_test(order_is_the_signers),
		cmocka_unit_test(what_is_not_ours_is_refused),
		cmocka_unit_test(what_no_header_may_hold_is_not_signed),
	};

	return cmocka_run_group_tests(test, make_key, NULL);
}
