/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signs.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

/*
 * The bytes stand behind as many zero bits as fill the first group; four signs
 * of five bits and one that proves them are a group.  The fifth is a weighted
 * sum in the field of 32 elements, with weights that differ and one that tells
 * the place of the group.
 */
static const char sign[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#define DATA 4u
#define GROUP (DATA + 1)
#define FIELD 0x25u /* x^5 + x^2 + 1 */

static unsigned
mul(unsigned a, unsigned b)
{
	unsigned sum = 0;

	for (; b != 0; b >>= 1) {
		sum ^= (b & 1) != 0 ? a : 0;
		a <<= 1;
		a ^= (a & 0x20) != 0 ? FIELD : 0;
	}
	return sum;
}

static unsigned
check(const uint8_t v[DATA], size_t group)
{
	unsigned sum = (unsigned)(group + 1) & 31u;

	for (unsigned i = 0; i < DATA; i++) {
		sum ^= mul(v[i], i + 2);
	}
	return sum;
}

static size_t
zero_bits(size_t n)
{
	return SIGNS_GROUPS(n) * 20 - n * 8;
}

static uint8_t
five(const uint8_t *p, size_t n, size_t at)
{
	const size_t zero = zero_bits(n);
	unsigned v = 0;

	for (size_t bit = at * 5; bit < at * 5 + 5; bit++) {
		v <<= 1;
		if (bit >= zero) {
			v |= ((unsigned)p[(bit - zero) / 8] >>
				     (7 - (bit - zero) % 8)) &
			     1u;
		}
	}
	return (uint8_t)v;
}

void
signs_put(const uint8_t *p, size_t n, char *out)
{
	for (size_t g = 0; g < SIGNS_GROUPS(n); g++) {
		uint8_t v[DATA];

		for (unsigned i = 0; i < DATA; i++) {
			v[i] = five(p, n, g * DATA + i);
			*out++ = sign[v[i]];
		}
		*out++ = sign[check(v, g)];
		*out++ = g + 1 < SIGNS_GROUPS(n) ? '-' : '\0';
		crypto_wipe(v, sizeof(v));
	}
}

/* What hands make of a sign: 0 for O, 1 for I and L. */
static int
value_of(char c)
{
	const char *at;

	c = (char)toupper((unsigned char)c);
	if (c == 'O') {
		c = '0';
	} else if (c == 'I' || c == 'L') {
		c = '1';
	}
	at = c != '\0' ? strchr(sign, c) : NULL;
	return at != NULL ? (int)(at - sign) : -1;
}

/* False: one of the zero bits is not. */
static bool
keep(uint8_t *out, size_t n, size_t at, unsigned v)
{
	const size_t zero = zero_bits(n);

	for (size_t i = 0; i < 5; i++) {
		size_t bit = at * 5 + i;

		if (((v >> (4 - i)) & 1u) == 0) {
			continue;
		}
		if (bit < zero) {
			return false;
		}
		bit -= zero;
		out[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
	}
	return true;
}

static enum rc
bad_group(struct err *reterr, const char *what, size_t group)
{
	return err_set(reterr, RC_INVAL, 0, "signs",
		"group %zu of %s is not as it was shown: look at it again",
		group + 1, what);
}

enum rc
signs_get(const char *text, size_t len, const char *what, uint8_t *out,
	size_t n, struct err *reterr)
{
	const size_t most = SIGNS_GROUPS(n) * GROUP;
	uint8_t v[GROUP];
	size_t k = 0;

	memset(out, 0, n);
	for (size_t i = 0; i < len; i++) {
		int one;

		if (text[i] == '-' || isspace((unsigned char)text[i])) {
			continue;
		}
		one = value_of(text[i]);
		if (k == most || one < 0) {
			return bad_group(reterr, what,
				(k < most ? k : most - 1) / GROUP);
		}
		v[k % GROUP] = (uint8_t)one;
		k++;
		if (k % GROUP == 0) {
			if (check(v, k / GROUP - 1) != v[DATA]) {
				return bad_group(reterr, what, k / GROUP - 1);
			}
		} else if (!keep(out, n,
				   (k - 1) / GROUP * DATA + (k - 1) % GROUP,
				   (unsigned)one)) {
			return bad_group(reterr, what, k / GROUP);
		}
	}
	if (k != most) {
		return err_set(reterr, RC_INVAL, 0, "signs",
			"%s has %zu groups of %u signs: %zu signs were given",
			what, SIGNS_GROUPS(n), GROUP, k);
	}
	return RC_OK;
}
