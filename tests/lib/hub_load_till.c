/* SPDX-License-Identifier: Apache-2.0 */
#include "hub_load_till.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

void *
need(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL) {
		fprintf(stderr, "hub_load: no memory\n");
		exit(2);
	}
	return p;
}

uint64_t
next_random(uint64_t *s)
{
	uint64_t z = (*s += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

size_t
till_line(struct till *t, uint64_t n, bool sign, char *out)
{
	char prev[2 * HASH_BYTES + 1];
	uint64_t r = t->seed ^ (n * UINT64_C(0x2545f4914f6cdd1d));
	unsigned items = 3 + (unsigned)(next_random(&r) % 4);
	uint64_t total = 0;
	size_t at;

	hex_encode(prev, t->hash[n - 1], HASH_BYTES);
	at = (size_t)snprintf(out, LINE_MAX_BYTES,
		"{\"specversion\":\"1.0\",\"id\":\"1-%llu\",\"source\":\"%s\","
		"\"type\":\"holdfast.sale.completed.v1\","
		"\"time\":\"2026-11-21T%02u:%02u:%02u.%06uZ\",\"tz\":60,"
		"\"mono\":%llu,\"boot\":\"7d4bc0c4-7f35-4a93-9f61-"
		"1de4c4e1a2b3\",\"clock\":\"ok\",\"epoch\":1,"
		"\"sequence\":\"%020llu\",\"prev\":\"%s\",\"actor\":\"1\","
		"\"config\":\"5f70bf18a086007016e948b04aed3b82103a36bea41755b6"
		"cddfaf10ace3c6ef\",\"catalog\":812,\"data\":{\"number\":"
		"\"R01-%06llu\",\"currency\":\"EUR\",\"digits\":2,\"lines\":[",
		(unsigned long long)n, t->source, (unsigned)(n / 3600 % 24),
		(unsigned)(n / 60 % 60), (unsigned)(n % 60),
		(unsigned)(next_random(&r) % 1000000),
		(unsigned long long)(86400000000 + n * 1000003),
		(unsigned long long)n, prev, (unsigned long long)n);
	for (unsigned i = 0; i < items; i++) {
		uint64_t price = 49 + next_random(&r) % 2000;

		total += price;
		at += (size_t)snprintf(out + at, LINE_MAX_BYTES - at,
			"%s{\"line\":%u,\"code\":\"%013llu\",\"kind\":\"ean13\","
			"\"name\":\"Item %llu of the shelf\",\"qty\":1000,"
			"\"price\":%llu,\"amount\":%llu,\"tax\":\"A\"}",
			i == 0 ? "" : ",", i + 1,
			(unsigned long long)(4000000000000 +
					     next_random(&r) % 800000),
			(unsigned long long)(next_random(&r) % 9999),
			(unsigned long long)price, (unsigned long long)price);
	}
	at += (size_t)snprintf(out + at, LINE_MAX_BYTES - at,
		"],\"total\":%llu,\"tenders\":[{\"tender\":\"cash\","
		"\"amount\":%llu}],\"receipt\":\"print\"}",
		(unsigned long long)total, (unsigned long long)total);
	{
		uint8_t sig[SIG_BYTES] = {0};
		char text[BASE64_LEN(SIG_BYTES) + 1];

		if (sign) {
			crypto_sign_with(t->sign, out, at, sig);
		}
		base64_encode(text, sig, SIG_BYTES);
		at += (size_t)snprintf(out + at, LINE_MAX_BYTES - at,
			",\"sig\":\"%s\"}", text);
	}
	return at;
}

static void
seed_key(const char *hex, uint8_t sec[SIGN_SEC_BYTES])
{
	uint8_t seed[SIGN_SEED_BYTES], pub[SIGN_PUB_BYTES];

	if (strlen(hex) != 2 * sizeof(seed) ||
		hex_decode(seed, sizeof(seed), hex, strlen(hex)) != RC_OK) {
		fprintf(stderr, "hub_load: a seed is 64 hex digits\n");
		exit(2);
	}
	crypto_sign_key(seed, pub, sec);
}

static void
put_key(uint64_t *rng, char seed_hex[65], char pub_hex[65])
{
	uint8_t seed[SIGN_SEED_BYTES], pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];

	for (size_t i = 0; i < sizeof(seed); i++) {
		seed[i] = (uint8_t)next_random(rng);
	}
	crypto_sign_key(seed, pub, sec);
	hex_encode(seed_hex, seed, sizeof(seed));
	hex_encode(pub_hex, pub, sizeof(pub));
}

/* Registers that no shop has. */
void
tills_make(uint64_t n, const char *keyid, const char *store, uint64_t seed)
{
	uint64_t rng = seed * 77777;
	const char *tenant = strrchr(keyid, '.') + 1;

	for (uint64_t i = 0; i < n; i++) {
		char link[65], line[65], link_pub[65], line_pub[65], reg[64];

		snprintf(reg, sizeof(reg), "01934f1c-%04x-7c11-8a01-%012llx",
			(unsigned)(seed & 0xffff), (unsigned long long)(i + 1));
		put_key(&rng, link, link_pub);
		put_key(&rng, line, line_pub);
		printf("%s.%s %s /t/%s/s/%s/r/%s %s %s %s %s\n", keyid, reg,
			reg, tenant, store, reg, link, line, link_pub,
			line_pub);
	}
}

struct till *
tills_load(const char *path, uint64_t events, uint64_t seed, unsigned *ret_n)
{
	FILE *f = fopen(path, "r");
	struct till *t = NULL;
	unsigned n = 0, cap = 0;
	char a[160], b[40], c[160], d[80], e[80], g[80], h[80];

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while (fscanf(f, "%159s %39s %159s %79s %79s %79s %79s", a, b, c, d, e,
		       g, h) == 7) {
		if (n == cap) {
			cap = cap == 0 ? 64 : 2 * cap;
			t = realloc(t, cap * sizeof(*t));
			if (t == NULL) {
				exit(2);
			}
		}
		memset(&t[n], 0, sizeof(t[n]));
		snprintf(t[n].keyid, sizeof(t[n].keyid), "%s", a);
		snprintf(t[n].reg, sizeof(t[n].reg), "%s", b);
		snprintf(t[n].source, sizeof(t[n].source), "%s", c);
		seed_key(d, t[n].link);
		seed_key(e, t[n].sign);
		t[n].hash = need((size_t)(events + 1) * HASH_BYTES);
		t[n].seed = seed + n * 7919;
		n++;
	}
	fclose(f);
	*ret_n = n;
	return t;
}

void
tills_write_heads(const char *path, const struct till *t, unsigned n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	for (unsigned i = 0; i < n; i++) {
		char hex[2 * HASH_BYTES + 1];

		hex_encode(hex, t[i].hash[t[i].acked], HASH_BYTES);
		fprintf(f, "%s %llu %s\n", t[i].reg,
			(unsigned long long)t[i].acked, hex);
	}
	fclose(f);
}
