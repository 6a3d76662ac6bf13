/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * 32 bytes are 52 signs of five bits, the first four of them zero; four signs
 * and one that proves them are a group.  The fifth is a weighted sum in the
 * field of 32 elements, with weights that differ and one that tells the place
 * of the group: one wrong sign, two that changed places and a group in the
 * wrong place always show.
 */
static const char sign[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#define GROUPS 13u
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
check(const uint8_t v[DATA], unsigned group)
{
	unsigned sum = group + 1;

	for (unsigned i = 0; i < DATA; i++) {
		sum ^= mul(v[i], i + 2);
	}
	return sum;
}

/* Five bits of the key behind four zero bits. */
static uint8_t
five(const uint8_t key[KEY_BYTES], unsigned at)
{
	unsigned v = 0;

	for (unsigned i = 0; i < 5; i++) {
		unsigned bit = at * 5 + i;

		v <<= 1;
		if (bit >= 4) {
			bit -= 4;
			v |= ((unsigned)key[bit / 8] >> (7 - bit % 8)) & 1u;
		}
	}
	return (uint8_t)v;
}

void
words_put(const uint8_t key[KEY_BYTES], char out[KEYS_RECOVERY_TEXT])
{
	char *p = out;

	for (unsigned g = 0; g < GROUPS; g++) {
		uint8_t v[DATA];

		for (unsigned i = 0; i < DATA; i++) {
			v[i] = five(key, g * DATA + i);
			*p++ = sign[v[i]];
		}
		*p++ = sign[check(v, g)];
		*p++ = g + 1 < GROUPS ? '-' : '\0';
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

static void
keep(uint8_t key[KEY_BYTES], unsigned at, unsigned v)
{
	for (unsigned i = 0; i < 5; i++) {
		unsigned bit = at * 5 + i;

		if (bit >= 4 && ((v >> (4 - i)) & 1u) != 0) {
			bit -= 4;
			key[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
		}
	}
}

static enum rc
bad_group(struct err *reterr, unsigned group)
{
	return err_set(reterr, RC_INVAL, 0, "keys",
		"group %u of the recovery key is not as it was printed: look "
		"at it again",
		group + 1);
}

enum rc
words_get(const char *text, size_t len, uint8_t key[KEY_BYTES],
	struct err *reterr)
{
	uint8_t v[GROUP];
	unsigned n = 0;

	memset(key, 0, KEY_BYTES);
	for (size_t i = 0; i < len; i++) {
		int one;

		if (text[i] == '-' || isspace((unsigned char)text[i])) {
			continue;
		}
		one = value_of(text[i]);
		if (n == GROUPS * GROUP || one < 0) {
			return bad_group(reterr,
				n < GROUPS * GROUP ? n / GROUP : GROUPS - 1);
		}
		v[n % GROUP] = (uint8_t)one;
		n++;
		if (n % GROUP == 0 && check(v, n / GROUP - 1) != v[GROUP - 1]) {
			return bad_group(reterr, n / GROUP - 1);
		}
		if (n % GROUP != 0) {
			keep(key, (n - 1) / GROUP * DATA + (n - 1) % GROUP,
				(unsigned)one);
		}
	}
	if (n != GROUPS * GROUP) {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"the recovery key has %u groups of %u signs: %u signs "
			"were given",
			GROUPS, GROUP, n);
	}
	return RC_OK;
}
