/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_GS1_H
#define CORE_GS1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "core/age.h"

/**
 * gs1 - what a symbol says beside the number of the goods: weight, price, lot,
 * last day, serial number (GS1 General Specifications, section 3: application
 * identifiers; GS1 Digital Link: URI syntax).
 *
 * A symbol is read whole or refused: half of one would sell the wrong thing.
 * An identifier that is not in the table is kept as text and changes nothing,
 * since there are new ones every year.
 */
#define GS1_SYMBOL_BYTES 512 /* longer ones are none */
#define GS1_FIELDS 32
#define GS1_TEXT_BYTES 91 /* the longest value, and the NUL */
#define GS1_SEPARATOR '\x1d'
#define GS1_DAY (24 * 60)

enum gs1_form {
	GS1_NOT, /* a code as any other */
	GS1_ELEMENTS, /* ]C1 ]e0 ]d2 ]Q3 ]J1 and element strings */
	GS1_BRACKETS, /* (01)... as it is printed below a symbol */
	GS1_LINK      /* http(s)://.../01/... */
};

struct gs1_field {
	char ai[5];	   /* "01", "3103" */
	uint16_t at, len;  /* in struct gs1's text */
};

enum gs1_unit { GS1_KG, GS1_LB, GS1_OZ, GS1_TROY_OZ, GS1_OTHER };

/** A number as the symbol has it: value / 10^decimals. */
struct gs1_number {
	bool there;
	int64_t value;
	uint8_t decimals;
};

struct gs1 {
	char text[GS1_SYMBOL_BYTES]; /* values, each with a NUL */
	size_t len;
	struct gs1_field field[GS1_FIELDS];
	size_t n_field;

	char gtin[15]; /* 01, or 02 with contained set; "" none */
	bool contained;
	char lot[21];	 /* 10 */
	char serial[21]; /* 21 */
	char variant[21];
	char coupon[26]; /* 255 */
	bool expires_there, best_there;
	struct date expires; /* 17, 7003: not sold behind it */
	int expires_min;     /* 7003: minutes of that day; 17: the whole of it,
			      * GS1_DAY */
	struct date best;    /* 15, 16: warned of behind it */
	struct gs1_number measure; /* net: 310n, 320n, 356n, 357n */
	enum gs1_unit unit;	   /* of measure */
	struct gs1_number count;   /* 30, 37 */
	struct gs1_number price;   /* 392n, 393n: of all that the symbol is on */
	struct gs1_number payable; /* 390n, 391n */
	struct gs1_number unit_price; /* 395n, 8005 */
	char currency[4]; /* number of ISO 4217, of 391n and 393n; "" none */
};

/** gs1_is_char(c): of the 82 that a value may hold (7.11). */
bool gs1_is_char(char c);
/** gs1_form(text, len): what ${text} is, with its AIM identifier when there is
 * one.  Without it only brackets, links, and what holds a separator are GS1. */
enum gs1_form gs1_form(const char *text, size_t len);

/**
 * gs1_read(text, len, year, ret, ret_why):
 * ${text} as a scanner sends it (AIM identifier, FNC1 as GS1_SEPARATOR) or as
 * one of the other forms.  ${year}: today's, for the century of its dates.
 * Errors   RC_NOTFOUND it is GS1_NOT; RC_PROTO it is damaged, or holds what
 *          cannot stand together: *ret_why says what, an N_() to stand in brackets in a
 *          sentence; it is set then only.
 */
MUST_CHECK enum rc gs1_read(const char *text, size_t len, int year,
	struct gs1 *ret, const char **ret_why);

/** gs1_scale(n, decimals, ret): with so many decimals, a half up.  RC_RANGE. */
MUST_CHECK enum rc gs1_scale(
	const struct gs1_number *n, unsigned decimals, int64_t *ret);
/** gs1_grams(g, ret): the net weight, a half up.  RC_NOTFOUND it has none. */
MUST_CHECK enum rc gs1_grams(const struct gs1 *g, int64_t *ret);

#endif
