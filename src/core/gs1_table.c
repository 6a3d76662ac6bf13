/* SPDX-License-Identifier: Apache-2.0 */
#include "core/gs1_table.h"

#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

static const struct gs1_ai table[] = {
	{"00", GS1_DIGITS, 18, 18, 18},
	{"01", GS1_GTIN, 14, 14, 14},
	{"02", GS1_GTIN, 14, 14, 14},
	{"10", GS1_CHARS, 0, 1, 20},
	{"11", GS1_DATE, 6, 6, 6},
	{"12", GS1_DATE, 6, 6, 6},
	{"13", GS1_DATE, 6, 6, 6},
	{"15", GS1_DATE, 6, 6, 6},
	{"16", GS1_DATE, 6, 6, 6},
	{"17", GS1_DATE, 6, 6, 6},
	{"20", GS1_DIGITS, 2, 2, 2},
	{"21", GS1_CHARS, 0, 1, 20},
	{"22", GS1_CHARS, 0, 1, 20},
	{"235", GS1_CHARS, 0, 1, 28},
	{"240", GS1_CHARS, 0, 1, 30},
	{"241", GS1_CHARS, 0, 1, 30},
	{"242", GS1_DIGITS, 1, 1, 6},
	{"243", GS1_CHARS, 0, 1, 20},
	{"250", GS1_CHARS, 0, 1, 30},
	{"251", GS1_CHARS, 0, 1, 30},
	{"253", GS1_CHARS, 13, 13, 30},
	{"254", GS1_CHARS, 0, 1, 20},
	{"255", GS1_DIGITS, 13, 13, 25},
	{"30", GS1_DIGITS, 1, 1, 8},
	{"310n", GS1_DIGITS, 6, 6, 6},
	{"311n", GS1_DIGITS, 6, 6, 6},
	{"312n", GS1_DIGITS, 6, 6, 6},
	{"313n", GS1_DIGITS, 6, 6, 6},
	{"314n", GS1_DIGITS, 6, 6, 6},
	{"315n", GS1_DIGITS, 6, 6, 6},
	{"316n", GS1_DIGITS, 6, 6, 6},
	{"320n", GS1_DIGITS, 6, 6, 6},
	{"321n", GS1_DIGITS, 6, 6, 6},
	{"322n", GS1_DIGITS, 6, 6, 6},
	{"323n", GS1_DIGITS, 6, 6, 6},
	{"324n", GS1_DIGITS, 6, 6, 6},
	{"325n", GS1_DIGITS, 6, 6, 6},
	{"326n", GS1_DIGITS, 6, 6, 6},
	{"327n", GS1_DIGITS, 6, 6, 6},
	{"328n", GS1_DIGITS, 6, 6, 6},
	{"329n", GS1_DIGITS, 6, 6, 6},
	{"330n", GS1_DIGITS, 6, 6, 6},
	{"340n", GS1_DIGITS, 6, 6, 6},
	{"350n", GS1_DIGITS, 6, 6, 6},
	{"356n", GS1_DIGITS, 6, 6, 6},
	{"357n", GS1_DIGITS, 6, 6, 6},
	{"37", GS1_DIGITS, 1, 1, 8},
	{"390n", GS1_DIGITS, 1, 1, 15},
	{"391n", GS1_DIGITS, 4, 4, 18},
	{"392n", GS1_DIGITS, 1, 1, 15},
	{"393n", GS1_DIGITS, 4, 4, 18},
	{"394n", GS1_DIGITS, 4, 4, 4},
	{"395n", GS1_DIGITS, 6, 6, 6},
	{"400", GS1_CHARS, 0, 1, 30},
	{"401", GS1_CHARS, 0, 1, 30},
	{"402", GS1_DIGITS, 17, 17, 17},
	{"403", GS1_CHARS, 0, 1, 30},
	{"410", GS1_DIGITS, 13, 13, 13},
	{"411", GS1_DIGITS, 13, 13, 13},
	{"412", GS1_DIGITS, 13, 13, 13},
	{"413", GS1_DIGITS, 13, 13, 13},
	{"414", GS1_DIGITS, 13, 13, 13},
	{"415", GS1_DIGITS, 13, 13, 13},
	{"416", GS1_DIGITS, 13, 13, 13},
	{"417", GS1_DIGITS, 13, 13, 13},
	{"420", GS1_CHARS, 0, 1, 20},
	{"421", GS1_CHARS, 3, 4, 12},
	{"422", GS1_DIGITS, 3, 3, 3},
	{"423", GS1_DIGITS, 3, 3, 15},
	{"424", GS1_DIGITS, 3, 3, 3},
	{"425", GS1_DIGITS, 3, 3, 15},
	{"426", GS1_DIGITS, 3, 3, 3},
	{"7003", GS1_TIME, 10, 10, 10},
	{"8003", GS1_CHARS, 14, 14, 30},
	{"8004", GS1_CHARS, 0, 1, 30},
	{"8005", GS1_DIGITS, 6, 6, 6},
	{"8006", GS1_DIGITS, 18, 18, 18},
	{"8008", GS1_DIGITS, 8, 8, 12},
	{"8010", GS1_CHARS, 0, 1, 30},
	{"8013", GS1_CHARS, 0, 1, 25},
	{"8017", GS1_DIGITS, 18, 18, 18},
	{"8018", GS1_DIGITS, 18, 18, 18},
	{"8020", GS1_CHARS, 0, 1, 25},
	{"8110", GS1_CHARS, 0, 1, 70},
	{"8111", GS1_DIGITS, 4, 4, 4},
	{"8112", GS1_CHARS, 0, 1, 70},
	{"8200", GS1_CHARS, 0, 1, 70},
	{"90", GS1_CHARS, 0, 1, 30},
	{"91", GS1_CHARS, 0, 1, 90},
	{"92", GS1_CHARS, 0, 1, 90},
	{"93", GS1_CHARS, 0, 1, 90},
	{"94", GS1_CHARS, 0, 1, 90},
	{"95", GS1_CHARS, 0, 1, 90},
	{"96", GS1_CHARS, 0, 1, 90},
	{"97", GS1_CHARS, 0, 1, 90},
	{"98", GS1_CHARS, 0, 1, 90},
	{"99", GS1_CHARS, 0, 1, 90},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_row(const struct gs1_ai *row, const char *text, size_t len)
{
	size_t n = strlen(row->ai);

	if (len < n) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (row->ai[i] == 'n' ? !is_digit(text[i])
				      : row->ai[i] != text[i]) {
			return false;
		}
	}
	return true;
}

/* How long an identifier is that begins with these two digits, 0 there are
 * none: what is not in the table still has to be stepped over. */
static size_t
ai_len(const char *text, size_t len)
{
	char a, b;

	if (len < 2 || !is_digit(text[0]) || !is_digit(text[1])) {
		return 0;
	}
	a = text[0];
	b = text[1];
	switch (a) {
	case '0':
		return b <= '4' ? 2 : 0;
	case '1':
	case '9':
		return 2;
	case '2':
		return b <= '2' ? 2 : 3;
	case '3':
		return b == '0' || b == '7' ? 2 : 4;
	case '4':
		return b == '3' ? 4 : 3;
	case '7':
		return b == '1' ? 3 : 4;
	case '8':
		return 4;
	default:
		return 0;
	}
}

const struct gs1_ai *
gs1_ai_find(const char *text, size_t len, size_t *ret_n)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (is_row(&table[i], text, len)) {
			*ret_n = strlen(table[i].ai);
			return &table[i];
		}
	}
	*ret_n = ai_len(text, len);
	for (size_t i = 0; i < *ret_n; i++) {
		if (i >= len || !is_digit(text[i])) {
			*ret_n = 0;
		}
	}
	return NULL;
}

size_t
gs1_ai_fixed(const char *text, size_t len)
{
	/* by the first two digits alone: a reader must not need the table */
	static const struct {
		char from[3], to[3];
		size_t total;
	} fixed[] = {
		{"00", "00", 20},
		{"01", "03", 16},
		{"04", "04", 18},
		{"11", "19", 8},
		{"20", "20", 4},
		{"31", "36", 10},
		{"41", "41", 16},
	};

	for (size_t i = 0; len >= 2 && i < ARRAY_LEN(fixed); i++) {
		if (memcmp(text, fixed[i].from, 2) >= 0 &&
			memcmp(text, fixed[i].to, 2) <= 0) {
			return fixed[i].total;
		}
	}
	return 0;
}
