/* SPDX-License-Identifier: Apache-2.0 */
#include "device/star.h"

#include "base/poison.h"

#define RS 0x1e
#define BAND_ROWS 24u

/* A length of two bytes at p[at]; what is cut off is as long as can be. */
static size_t
two(const uint8_t *p, size_t n, size_t at)
{
	return at + 1 < n ? (size_t)p[at] | (size_t)p[at + 1] << 8 : n;
}

static size_t
esc_gs(const uint8_t *p, size_t n)
{
	if (n < 4) {
		return n;
	}
	switch (p[2]) {
	case 'S':
		return 9 + two(p, n, 4) * two(p, n, 6);
	case 'y':
		if (p[3] == 'D') {
			return 8 + two(p, n, 6);
		}
		return p[3] == 'S' ? 6 : 4;
	default:
		return 4;
	}
}

static size_t
esc(const uint8_t *p, size_t n)
{
	size_t i = 6;

	switch (p[1]) {
	case '@':
	case '0':
	case '4':
	case '5':
	case 'E':
	case 'F':
		return 2;
	case 'i':
	case RS:
	case 0x07:
	case '*':
		return 4;
	case 'k':
		return 4 + two(p, n, 2) * BAND_ROWS;
	case 'b':
		while (i < n && p[i] != RS) {
			i++;
		}
		return i + 1;
	case 0x1d:
		return esc_gs(p, n);
	default:
		return 3;
	}
}

size_t
star_span(const uint8_t *p, size_t n)
{
	size_t span = 1;

	if (n < 2) {
		return n;
	}
	span = p[0] == 0x1b ? esc(p, n) : 1;
	return span < n ? span : n;
}
