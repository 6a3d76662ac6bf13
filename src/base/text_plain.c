/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/poison.h"

/* Signs that Unicode does not take apart, or not into what a person writes. */
static const struct {
	uint16_t cp;
	const char *text;
} signs[] = {{0x00ab, "<"}, {0x00bb, ">"}, {0x00c6, "AE"}, {0x00d8, "O"},
	{0x00d0, "D"}, {0x00de, "TH"}, {0x00df, "ss"}, {0x00d7, "x"},
	{0x00e6, "ae"}, {0x00f0, "d"}, {0x00f8, "o"}, {0x00fe, "th"},
	{0x0110, "D"}, {0x0111, "d"}, {0x0131, "i"}, {0x0141, "L"},
	{0x0142, "l"}, {0x0152, "OE"}, {0x0153, "oe"}, {0x1e9e, "SS"},
	{0x00a0, " "}, {0x00a9, "(c)"}, {0x00ae, "(R)"}, {0x00b0, "o"},
	{0x00b4, "'"}, {0x00b7, "."}, {0x00b8, ","}, {0x2010, "-"},
	{0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"}, {0x2014, "-"},
	{0x2015, "-"}, {0x2018, "'"}, {0x2019, "'"}, {0x201a, "'"},
	{0x201b, "'"}, {0x201c, "\""}, {0x201d, "\""}, {0x201e, "\""},
	{0x201f, "\""}, {0x2020, "+"}, {0x2022, "*"}, {0x2032, "'"},
	{0x2033, "\""}, {0x2039, "<"}, {0x203a, ">"}, {0x2044, "/"},
	{0x20ac, "EUR"}, {0x2212, "-"}, {0x2215, "/"}, {0x2190, "<"},
	{0x2192, ">"}};

/* Appends how ${cp} is written; false where the table has no way. */
static bool
put_sign(int32_t cp, int32_t out[TEXT_DECOMPOSE_MAX], size_t *n)
{
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (signs[i].cp == cp) {
			for (const char *s = signs[i].text;
				*s != '\0' && *n < TEXT_DECOMPOSE_MAX; s++) {
				out[(*n)++] = (unsigned char)*s;
			}
			return true;
		}
	}
	return false;
}

size_t
text_plain(int32_t cp, int32_t out[TEXT_DECOMPOSE_MAX])
{
	int32_t part[TEXT_DECOMPOSE_MAX];
	size_t n = 0, k, i;

	if (put_sign(cp, out, &n)) {
		return n;
	}
	k = text_decompose(cp, 0, part);
	if (k == 1 && part[0] == cp) {
		return 0;
	}
	for (i = 0; i < k && n < TEXT_DECOMPOSE_MAX; i++) {
		/* the stroke of a fraction */
		if (!put_sign(part[i], out, &n)) {
			out[n++] = part[i];
		}
	}
	return n;
}
