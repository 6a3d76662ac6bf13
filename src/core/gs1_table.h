/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_GS1_TABLE_H
#define CORE_GS1_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * gs1_table - application identifiers, how long their values are, and which of
 * them need no separator (GS1 General Specifications 3.2 and 7.8.5).
 */
enum gs1_type {
	GS1_DIGITS,
	GS1_CHARS, /* the 82 invariant characters */
	GS1_DATE,  /* YYMMDD, day 00 the last of the month */
	GS1_TIME,  /* YYMMDDhhmm */
	GS1_GTIN   /* 14 digits, the last its check digit */
};

struct gs1_ai {
	const char *ai; /* 'n' in it: how many decimals */
	enum gs1_type type;
	uint8_t digits;	  /* in front of all else, that many */
	uint8_t min, max; /* of the whole value */
};

/** gs1_ai_find(text, len, ret_n): the row of the identifier ${text} begins
 * with, and its length in *ret_n.  NULL: none of the table; *ret_n its length
 * all the same, 0 no identifier begins like this. */
const struct gs1_ai *gs1_ai_find(const char *text, size_t len, size_t *ret_n);

/** gs1_ai_fixed(text, len): digits of identifier and value together where it
 * ends without a separator; 0 it needs one. */
size_t gs1_ai_fixed(const char *text, size_t len);

#endif
