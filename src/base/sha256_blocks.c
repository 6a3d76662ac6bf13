/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/sha256_blocks.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#	define HAVE_SHA_INSTRUCTIONS 1
#	include <immintrin.h>
#endif

#include "base/poison.h"

#ifdef HAVE_SHA_INSTRUCTIONS

/* FIPS 180-4, 4.2.2 */
static const uint32_t round_key[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf,
	0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
	0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
	0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
	0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee,
	0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2};

#	define SHA_TARGET __attribute__((target("sha,sse4.1")))

SHA_TARGET static inline __m128i
load(const void *p)
{
	return _mm_loadu_si128(p);
}

/* The next four words of the schedule, from the last sixteen. */
SHA_TARGET static inline __m128i
schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
	__m128i x = _mm_sha256msg1_epu32(w0, w1);

	x = _mm_add_epi32(x, _mm_alignr_epi8(w3, w2, 4));
	return _mm_sha256msg2_epu32(x, w3);
}

/* The instructions keep the eight words as ABEF and CDGH. */
SHA_TARGET static void
take_blocks(uint32_t h[8], const uint8_t *p, size_t n)
{
	const __m128i swap =
		_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i x = _mm_shuffle_epi32(load(h), 0xb1);
	__m128i y = _mm_shuffle_epi32(load(h + 4), 0x1b);
	__m128i abef = _mm_alignr_epi8(x, y, 8);
	__m128i cdgh = _mm_blend_epi16(y, x, 0xf0);

	for (; n > 0; n--, p += 64) {
		const __m128i abef0 = abef;
		const __m128i cdgh0 = cdgh;
		__m128i w[4];

		for (unsigned i = 0; i < 16; i++) {
			__m128i *now = &w[i % 4];

			if (i < 4) {
				*now = _mm_shuffle_epi8(load(p + 16 * i), swap);
			} else {
				*now = schedule(*now, w[(i + 1) % 4],
					w[(i + 2) % 4], w[(i + 3) % 4]);
			}
			x = _mm_add_epi32(*now, load(&round_key[4 * i]));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, x);
			x = _mm_shuffle_epi32(x, 0x0e);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, x);
		}
		abef = _mm_add_epi32(abef, abef0);
		cdgh = _mm_add_epi32(cdgh, cdgh0);
	}
	x = _mm_shuffle_epi32(abef, 0x1b);
	y = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((void *)h, _mm_blend_epi16(x, y, 0xf0));
	_mm_storeu_si128((void *)(h + 4), _mm_alignr_epi8(y, x, 8));
}

bool
sha256_blocks(uint32_t h[8], const uint8_t *p, size_t n)
{
	if (!__builtin_cpu_supports("sha") ||
		!__builtin_cpu_supports("sse4.1")) {
		return false;
	}
	take_blocks(h, p, n);
	return true;
}

#else

bool
sha256_blocks(uint32_t h[8], const uint8_t *p, size_t n)
{
	(void)h;
	(void)p;
	(void)n;
	return false;
}

#endif
