/* SPDX-License-Identifier: Apache-2.0 */
#include "device/escpos_driver.h"

#include "base/poison.h"

static size_t
to_nul(const uint8_t *p, size_t n, size_t from)
{
	while (from < n && p[from] != 0) {
		from++;
	}
	return from + 1;
}

/* A length of two bytes at p[at]. */
static size_t
two(const uint8_t *p, size_t n, size_t at)
{
	return at + 1 < n ? (size_t)p[at] | (size_t)p[at + 1] << 8 : n;
}

static size_t
esc(const uint8_t *p, size_t n)
{
	switch (p[1]) {
	case '@':
	case '2':
	case 'i':
	case 'm':
		return 2;
	case 'p':
		return 5;
	case 'B':
	case 'c':
	case '$':
	case '\\':
		return 4;
	case 'D':
		return to_nul(p, n, 2);
	case '(':
		return 5 + two(p, n, 3);
	case '*':
		return 5 + two(p, n, 3) * (n > 2 && p[2] >= 0x20 ? 3 : 1);
	default:
		return 3;
	}
}

static size_t
gs(const uint8_t *p, size_t n)
{
	switch (p[1]) {
	case '(':
		return 5 + two(p, n, 3);
	case 'L':
	case 'W':
		return 4;
	case 'V':
		return n > 2 && p[2] >= 0x41 ? 4 : 3;
	case 'k':
		if (n > 3 && p[2] > 6) {
			return 4 + (size_t)p[3];
		}
		return to_nul(p, n, 3);
	case 'v':
		return 8 + two(p, n, 4) * two(p, n, 6);
	default:
		return 3;
	}
}

static size_t
dle(const uint8_t *p, size_t n)
{
	if (p[1] != 0x14 || n < 3) {
		return 3;
	}
	switch (p[2]) {
	case 8:
		return 10;
	case 7:
		return 4;
	default:
		return 5;
	}
}

size_t
escpos_span(const uint8_t *p, size_t n)
{
	size_t span = 1;

	if (n < 2) {
		return n;
	}
	switch (p[0]) {
	case 0x1b:
		span = esc(p, n);
		break;
	case 0x1d:
		span = gs(p, n);
		break;
	case 0x1c:
		span = p[1] == '.' || p[1] == '&' ? 2 : 3;
		if (p[1] == '(') {
			span = 5 + two(p, n, 3);
		}
		break;
	case 0x10:
		span = dle(p, n);
		break;
	default:
		break;
	}
	return span < n ? span : n;
}
