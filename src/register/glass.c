/* SPDX-License-Identifier: Apache-2.0 */
#include "register/glass.h"

#include <string.h>

#include "base/text.h"

#include "base/poison.h"

#define GROUP 5

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Luhn: every second digit from the right, beside the last, twice. */
static char
check_digit(const char code[GLASS_DIGITS])
{
	int sum = 0;

	for (size_t i = 0; i < GLASS_DIGITS - 1; i++) {
		int d = code[i] - '0';

		d = (GLASS_DIGITS - 1 - i) % 2 == 1 ? d * 2 : d;
		sum += d > 9 ? d - 9 : d;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

void
glass_new(const struct rng *r, char out[GLASS_DIGITS])
{
	uint8_t byte = 0;
	size_t n = 0;

	while (n < GLASS_DIGITS - 1) {
		rng_fill(r, &byte, 1);
		/* the rest would make some digits likelier */
		if (byte < 250) {
			out[n++] = (char)('0' + byte % 10);
		}
	}
	out[n] = check_digit(out);
	crypto_wipe(&byte, sizeof(byte));
}

void
glass_put(const char code[GLASS_DIGITS], char out[GLASS_TEXT_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < GLASS_DIGITS; i++) {
		if (i > 0 && i % GROUP == 0) {
			out[n++] = '-';
		}
		out[n++] = code[i];
	}
	out[n] = '\0';
}

bool
glass_parse(
	const char *text, char code[GLASS_DIGITS], char why[GLASS_WHY_BYTES])
{
	size_t n = 0;

	while (n < GLASS_DIGITS && text[0] != '\0') {
		if (is_digit(text[0])) {
			code[n++] = text[0];
		} else if (text[0] != '-' && text[0] != ' ') {
			return false;
		}
		text++;
	}
	text += strspn(text, " -");
	why[0] = '\0';
	return n == GLASS_DIGITS && !is_digit(text[0]) &&
	       code[n - 1] == check_digit(code) &&
	       text_clean(text, strlen(text), why, GLASS_WHY_BYTES, 0) == 0;
}
