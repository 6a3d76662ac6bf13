/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/anchor.h"

#include <inttypes.h>

#include "base/bytes.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define ANCHOR_TEXT 256

static void
put_text(const struct anchor *a, struct sbuf *out)
{
	char reg[UUID_TEXT_BYTES];
	char hash[2 * HASH_BYTES + 1];
	char time[UTC_TEXT_BYTES];

	uuid_format(a->reg, reg);
	hex_encode(hash, a->hash, HASH_BYTES);
	utc_format(a->time, time);
	sbuf_printf(out,
		"holdfast-anchor-v1\n%s\n%" PRIu32 "\n%" PRIu64 "\n%s\n%s\n",
		reg, a->epoch, a->sequence, hash, time);
}

void
anchor_sign(const struct anchor *a, const uint8_t sec[SIGN_SEC_BYTES],
	uint8_t ret[SIG_BYTES])
{
	char text[ANCHOR_TEXT];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	put_text(a, &b);
	crypto_sign_with(sec, b.p, b.len, ret);
}

bool
anchor_verify(const struct anchor *a, const uint8_t pub[SIGN_PUB_BYTES],
	const uint8_t sig[SIG_BYTES])
{
	char text[ANCHOR_TEXT];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	put_text(a, &b);
	return crypto_verify(pub, b.p, b.len, sig);
}
