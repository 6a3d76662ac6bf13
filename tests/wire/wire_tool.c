/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the shell tests of wire/ ask: the tables as text, sample lines, the
 * sample key, and how long a sale takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "sample.h"
#include "wire/event.h"
#include "wire/http_sig.h"

#include "base/poison.h"

static const char *const kind_name[] = {
	"text", "integer", "boolean", "time", "UUID", "list"};

/* Rows of lists stand under the list's name with [] behind it. */
static void
list_table(const char *owner, const struct wire_table *t)
{
	char sub[64];
	size_t i;

	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];

		printf("%s %s %s%s\n", owner, m->name, kind_name[m->kind],
			m->optional ? ", optional" : "");
		if (m->kind == WIRE_LIST) {
			snprintf(sub, sizeof(sub), "%s[]", m->name);
			list_table(sub, m->sub);
		}
	}
}

static int
list_all(void)
{
	int t;

	for (t = 0; t < EVENT_TYPE_COUNT; t++) {
		list_table(event_type_name((enum event_type)t),
			wire_event_table((enum event_type)t));
	}
	return 0;
}

/* n lines, one of each type in turn, chained and signed; an epoch once begun
 * stays. */
static int
print_chain(unsigned long n)
{
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	uint8_t hash[HASH_BYTES] = {0};
	char *memory = malloc(WIRE_LINE_BYTES + 1);
	struct sbuf b;
	struct event e;
	struct err err = {0};
	uint32_t epoch = 1;
	unsigned long i;
	int status = memory != NULL ? 0 : 1;

	sample_key(pub, sec);
	for (i = 1; i <= n && status == 0; i++) {
		sample_event(
			(enum event_type)((i - 1) % EVENT_TYPE_COUNT), i, &e);
		epoch += e.type == EVENT_REGISTER_RESTORED ? 1 : 0;
		e.epoch = epoch;
		memcpy(e.prev, hash, sizeof(hash));
		sbuf_init(&b, memory, WIRE_LINE_BYTES + 1);
		if (wire_encode(&e, sec, &b, hash, &err) != RC_OK) {
			fprintf(stderr, "%s\n", err.msg);
			status = 1;
			break;
		}
		printf("%s\n", b.p);
	}
	free(memory);
	return status;
}

/* SubjectPublicKeyInfo of RFC 8410, for openssl. */
static int
print_pub(void)
{
	static const uint8_t head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b,
		0x65, 0x70, 0x03, 0x21, 0x00};
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];

	sample_key(pub, sec);
	return fwrite(head, sizeof(head), 1, stdout) == 1 &&
			       fwrite(pub, sizeof(pub), 1, stdout) == 1
		       ? 0
		       : 1;
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
row(const char *what, size_t n_line, size_t bytes, int64_t ns, int rounds)
{
	printf("wire.%s.%zu\t%d\t%lld\t%zu\n", what, n_line, rounds,
		(long long)(ns / rounds), bytes);
}

/* name, rounds, ns each, bytes; best of five */
static int
bench(size_t n_line, int rounds)
{
	size_t cap = 8 * WIRE_LINE_BYTES;
	char *memory = malloc(cap);
	char *line = malloc(WIRE_LINE_BYTES + 1);
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	uint8_t hash[HASH_BYTES];
	int64_t best[5] = {0};
	struct arena a;
	struct sbuf b;
	struct event e;
	struct event back;
	size_t len = 0;
	bool good = memory != NULL && line != NULL;
	int turn;
	int i;

	sample_key(pub, sec);
	for (turn = 0; turn < 5 && good; turn++) {
		int64_t t[6];

		arena_init(&a, memory, cap);
		sample_sale(n_line, &a, 42, &e);
		sbuf_init(&b, line, WIRE_LINE_BYTES + 1);
		t[0] = now_ns();
		for (i = 0; i < rounds; i++) {
			good = good &&
			       wire_encode(&e, sec, &b, hash, NULL) == RC_OK;
		}
		t[1] = now_ns();
		len = b.len;
		for (i = 0; i < rounds; i++) {
			size_t used = a.used;

			good = good &&
			       wire_decode(line, len, &a, &back, NULL) == RC_OK;
			a.used = used;
		}
		t[2] = now_ns();
		for (i = 0; i < rounds; i++) {
			good = good && wire_verify(line, len, pub);
		}
		t[3] = now_ns();
		for (i = 0; i < rounds; i++) {
			wire_hash(line, len, hash);
		}
		t[4] = now_ns();
		for (i = 0; i < rounds; i++) {
			sbuf_init(&b, memory + cap / 2, cap / 2);
			good = good &&
			       wire_data_encode(wire_event_table(e.type),
				       &e.data, &b, NULL) == RC_OK;
		}
		t[5] = now_ns();
		for (i = 0; i < 5; i++) {
			if (turn == 0 || t[i + 1] - t[i] < best[i]) {
				best[i] = t[i + 1] - t[i];
			}
		}
	}
	row("encode-sign", n_line, len, best[0], rounds);
	row("decode", n_line, len, best[1], rounds);
	row("verify", n_line, len, best[2], rounds);
	row("hash", n_line, len, best[3], rounds);
	row("encode-data", n_line, b.len, best[4], rounds);
	free(memory);
	free(line);
	return good ? 0 : 1;
}

/* The headers of a request and of its answer, for who checks them by other
 * means; the request's body is "{}". */
static int
print_signed(void)
{
	uint8_t pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
	char digest[HTTP_DIGEST_BYTES], text[2][2][1024];
	struct http_message m[2] = {{.method = "POST",
					    .path = "/v1/x",
					    .query = "from=1&limit=2",
					    .digest = digest,
					    .type = "application/json",
					    .encoding = "zstd",
					    .backlog = "count=38, oldest=720"},
		{.status = 409,
			.digest = digest,
			.type = "application/problem+json"}};
	const struct http_sig_params params = {
		.created = 1795348800, .keyid = "0.3.tenant.register"};
	bool good = true;

	sample_key(pub, sec);
	http_digest("{}", 2, digest);
	for (int i = 0; i < 2; i++) {
		struct sbuf input, sig;

		m[1].request_signature = text[0][1];
		sbuf_init(&input, text[i][0], sizeof(text[i][0]));
		sbuf_init(&sig, text[i][1], sizeof(text[i][1]));
		good = good && http_sign(&m[i], &params, sec, &input, &sig,
				       NULL) == RC_OK;
		printf("%s\n%s\n", text[i][0], text[i][1]);
	}
	return good ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (crypto_init() != RC_OK) {
		return 1;
	}
	if (strcmp(verb, "--list") == 0) {
		return list_all();
	}
	if (strcmp(verb, "--chain") == 0 && argc > 2) {
		return print_chain(strtoul(argv[2], NULL, 10));
	}
	if (strcmp(verb, "--public") == 0) {
		return print_pub();
	}
	if (strcmp(verb, "--signed") == 0) {
		return print_signed();
	}
	if (strcmp(verb, "--bench") == 0) {
		return bench(10, 2000) + bench(100, 200) + bench(2000, 20);
	}
	fprintf(stderr, "usage: wire_tool --list | --chain N | --public | "
			"--signed | --bench\n");
	return 2;
}
