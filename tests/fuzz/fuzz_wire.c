/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What worker and hub get from the network, before anybody has signed
 * anything: the first byte of an input says which of the readers it is for.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/batch.h"
#include "wire/code.h"
#include "wire/http_sig.h"
#include "wire/hub_msg.h"
#include "wire/json_read.h"
#include "wire/peek.h"

#include "base/poison.h"

#define INFLATED ((size_t)1 << 16)
#define ARENA ((size_t)1 << 20)

static void
lies_within(const char *p, size_t n, const char *s, size_t len)
{
	fuzz_must(p >= s && n <= len && (size_t)(p - s) <= len - n,
		"a part lies within the whole");
}

static void
walk(const struct json_value *v, const char *s, size_t n)
{
	size_t count = 0;

	lies_within(v->raw, v->n_raw, s, n);
	for (const struct json_value *one = v->first; one != NULL;
		one = one->next) {
		fuzz_must((one->name != NULL) == (v->kind == JSON_OBJECT),
			"members have names, and nothing else has");
		walk(one, v->raw, v->n_raw);
		count++;
	}
	fuzz_must(v->first == NULL || count == v->n, "all are counted");
}

static void
messages(const char *s, size_t n)
{
	static unsigned char memory[ARENA];

	union {
		struct hub_answer answer;
		struct hub_identity identity;
		struct hub_enroll enroll;
		struct hub_enrolled enrolled;
		struct hub_hello hello;
		struct hub_poison poison;
		struct hub_page page;
	} m;
	const struct json_value *v;
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	if (json_read(s, n, 0, &a, &v, NULL) == RC_OK) {
		walk(v, s, n);
	}
	arena_reset(&a);
	(void)!hub_answer_decode(s, n, &a, &m.answer, NULL);
	arena_reset(&a);
	(void)!hub_identity_decode(s, n, &a, &m.identity, NULL);
	arena_reset(&a);
	(void)!hub_enroll_decode(s, n, &a, &m.enroll, NULL);
	arena_reset(&a);
	(void)!hub_enrolled_decode(s, n, &a, &m.enrolled, NULL);
	arena_reset(&a);
	(void)!hub_hello_decode(s, n, &a, &m.hello, NULL);
	arena_reset(&a);
	(void)!hub_poison_decode(s, n, &a, &m.poison, NULL);
	arena_reset(&a);
	if (hub_page_decode(s, n, &a, &m.page, NULL) == RC_OK) {
		for (size_t i = 0; i < m.page.n_item; i++) {
			const struct hub_item *item = &m.page.item[i];

			fuzz_must(item->bad != NULL || (item->body != NULL) ==
							       !item->deleted,
				"what is there has a body");
			if (item->body != NULL) {
				lies_within(item->body, item->n_body, s, n);
			}
		}
	}
}

static void
lines(const char *s, size_t n)
{
	static struct batch_line line[64];
	size_t count = 0;

	if (batch_split(s, n, line, 64, &count, NULL) != RC_OK) {
		return;
	}
	fuzz_must(count > 0 && count <= 64, "a batch has lines");
	for (size_t i = 0; i < count; i++) {
		lies_within(line[i].p, line[i].n, s, n);
		fuzz_must(line[i].n > 0 &&
				  memchr(line[i].p, '\n', line[i].n) == NULL,
			"a line is one");
	}
}

static void
inflate(const uint8_t *p, size_t n)
{
	static char out[INFLATED + 64];
	struct sbuf b;

	sbuf_init(&b, out, sizeof(out));
	if (batch_inflate(p, n, INFLATED, &b, NULL) == RC_OK) {
		fuzz_must(b.len <= INFLATED, "no more than may be");
	} else {
		fuzz_must(b.len == 0, "nothing of what is refused");
	}
}

static void
envelope(const char *s, size_t n)
{
	struct wire_peek p;

	if (wire_peek(s, n, &p, NULL) == RC_OK) {
		lies_within(p.data, p.data_len, s, n);
		fuzz_must(p.data[0] == '{' && p.data[p.data_len - 1] == '}',
			"data is an object");
		fuzz_must(p.epoch > 0 && p.sequence > 0, "it has a place");
	}
}

/* Signature-Input, newline, Signature, newline, Content-Digest */
static void
headers(const char *s, size_t n)
{
	static const uint8_t pub[SIGN_PUB_BYTES] = {1};
	struct http_message m = {.method = "GET", .path = "/"};
	struct http_sig_claim claim;
	char *text = malloc(n + 1);
	char *sig, *digest;

	if (text == NULL) {
		abort();
	}
	memcpy(text, s, n);
	text[n] = '\0';
	sig = strchr(text, '\n');
	if (sig != NULL) {
		*sig++ = '\0';
		digest = strchr(sig, '\n');
		if (digest != NULL) {
			*digest++ = '\0';
			fuzz_must(!http_digest_is(digest, "never", 5) ||
					  strlen(digest) >= 54,
				"a digest is as long as one");
		}
		m.request_signature = sig;
	}
	if (http_sig_read(&m, text, &claim, NULL) == RC_OK) {
		fuzz_must(claim.keyid[0] != '\0' && claim.has_nonce,
			"it says whose it is");
	}
	fuzz_must(http_sig_verify(&m, text, sig, pub, NULL) != RC_OK,
		"nobody signed this");
	m = (struct http_message){
		.status = 200, .request_signature = m.request_signature};
	fuzz_must(http_sig_verify(&m, text, sig, pub, NULL) != RC_OK,
		"nobody signed this");
	free(text);
}

static void
code(const char *s, size_t n)
{
	struct code c, again;
	char text[CODE_TEXT_BYTES];

	if (code_parse(s, n, &c, NULL) == RC_OK) {
		code_format(&c, text);
		fuzz_must(
			code_parse(text, strlen(text), &again, NULL) == RC_OK &&
				memcmp(&c, &again, sizeof(c)) == 0,
			"a code is the same again");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data + 1;

	if (size == 0 || crypto_init() != RC_OK) {
		return 0;
	}
	switch (data[0]) {
	case 'J':
		messages(s, size - 1);
		break;
	case 'B':
		lines(s, size - 1);
		break;
	case 'Z':
		inflate(data + 1, size - 1);
		break;
	case 'P':
		envelope(s, size - 1);
		break;
	case 'S':
		headers(s, size - 1);
		break;
	case 'C':
		code(s, size - 1);
		break;
	default:
		break;
	}
	return 0;
}
