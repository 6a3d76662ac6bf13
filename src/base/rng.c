/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"

#include "base/poison.h"

static void
fill_system(void *arg, uint8_t *out, size_t n)
{
	(void)arg;
	randombytes_buf(out, n);
}

struct rng
rng_system(void)
{
	struct rng r = {fill_system, NULL};

	return r;
}

/* Each call has its own nonce, so the bytes depend on the order of calls and
 * on nothing else. */
static void
fill_seeded(void *arg, uint8_t *out, size_t n)
{
	struct rng_seeded *s = arg;
	uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES] = {0};

	put_u64be(nonce, s->counter++);
	(void)crypto_stream_xchacha20(out, n, nonce, s->seed);
}

struct rng
rng_seeded(struct rng_seeded *s, uint64_t seed)
{
	struct rng r = {fill_seeded, s};

	memset(s, 0, sizeof(*s));
	put_u64be(s->seed, seed);
	return r;
}

void
rng_fill(const struct rng *r, uint8_t *out, size_t n)
{
	r->fill(r->arg, out, n);
}

void
uuid_v7(const struct rng *r, struct utc t, uint8_t out[UUID_BYTES])
{
	uint64_t ms = t.us < 0 ? 0 : (uint64_t)t.us / 1000;

	put_u64be(out, ms << 16);
	rng_fill(r, out + 6, UUID_BYTES - 6);
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x70);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

/* The dashes of 8-4-4-4-12, as positions in the text. */
static bool
is_dash(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

void
uuid_format(const uint8_t id[UUID_BYTES], char out[UUID_TEXT_BYTES])
{
	char hex[2 * UUID_BYTES + 1];
	const char *h = hex;

	hex_encode(hex, id, UUID_BYTES);
	for (size_t i = 0; i < UUID_TEXT_BYTES - 1; i++) {
		out[i] = '-';
		if (!is_dash(i)) {
			out[i] = *h++;
		}
	}
	out[UUID_TEXT_BYTES - 1] = '\0';
}

enum rc
uuid_parse(const char *s, size_t len, uint8_t out[UUID_BYTES])
{
	char hex[2 * UUID_BYTES];
	size_t n = 0;

	if (len != UUID_TEXT_BYTES - 1) {
		return RC_PROTO;
	}
	for (size_t i = 0; i < len; i++) {
		if (!is_dash(i)) {
			hex[n++] = s[i];
		} else if (s[i] != '-') {
			return RC_PROTO;
		}
	}
	return hex_decode(out, UUID_BYTES, hex, sizeof(hex));
}
