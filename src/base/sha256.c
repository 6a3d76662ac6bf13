/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 is nettle's: it uses the processor's own instructions, libsodium
 * does not, and every line is hashed twice before a sale is final. */
#include <string.h>

#include <nettle/sha2.h>

#include "base/crypto.h"

#include "base/poison.h"

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256_state),
	"the opaque state holds nettle's");

void
sha256(uint8_t out[HASH_BYTES], const void *p, size_t n)
{
	struct sha256_ctx c;

	nettle_sha256_init(&c);
	nettle_sha256_update(&c, n, p);
	nettle_sha256_digest(&c, HASH_BYTES, out);
}

void
sha256_start(struct sha256_state *s)
{
	struct sha256_ctx c;

	nettle_sha256_init(&c);
	memcpy(s->opaque, &c, sizeof(c));
}

void
sha256_add(struct sha256_state *s, const void *p, size_t n)
{
	struct sha256_ctx c;

	memcpy(&c, s->opaque, sizeof(c));
	nettle_sha256_update(&c, n, p);
	memcpy(s->opaque, &c, sizeof(c));
	crypto_wipe(&c, sizeof(c));
}

void
sha256_end(struct sha256_state *s, uint8_t out[HASH_BYTES])
{
	struct sha256_ctx c;

	memcpy(&c, s->opaque, sizeof(c));
	nettle_sha256_digest(&c, HASH_BYTES, out);
	crypto_wipe(&c, sizeof(c));
	crypto_wipe(s, sizeof(*s));
}
