/* SPDX-License-Identifier: Apache-2.0 */
#include "device/scale_seal.h"

#include "base/sbuf.h"

#include "base/poison.h"

void
scale_seal_set(struct scale_seal *s, const uint8_t secret[SCALE_SEAL_BYTES])
{
	s->checksum = (uint16_t)(secret[0] << 8 | secret[1]);
	s->polynomial = (uint16_t)(secret[2] << 8 | secret[3]);
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static unsigned
turn_left(unsigned v, unsigned by)
{
	by %= 16;
	return (v << by | v >> (16 - by)) & 0xffffu;
}

static unsigned
remainder_of(unsigned v, unsigned polynomial)
{
	for (int i = 0; i < 16; i++) {
		bool high = (v & 0x8000u) != 0;

		v = (v << 1) & 0xffffu;
		v ^= high ? polynomial : 0u;
	}
	return v;
}

bool
scale_seal(const struct scale_seal *s, const uint8_t z[2],
	char out[SCALE_SEAL_TEXT])
{
	int left = hex(z[0]);
	int right = hex(z[1]);
	struct sbuf b;

	if (left < 0 || right < 0) {
		return false;
	}
	sbuf_init(&b, out, SCALE_SEAL_TEXT);
	sbuf_printf(&b, "%04X%04X", turn_left(s->checksum, (unsigned)left),
		turn_left(remainder_of(s->checksum, s->polynomial),
			16u - (unsigned)right));
	return true;
}
