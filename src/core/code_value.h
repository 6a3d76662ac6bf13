/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CODE_VALUE_H
#define CORE_CODE_VALUE_H

#include "core/barcode.h"
#include "core/rules.h"

/**
 * code_value - codes that hold a price, a weight or a count beside the number
 * of what they are on, as scales and packing rooms print them.  What stands
 * where is national and the shop's to say: struct code_form.  A verifier
 * guards the digits of a price on their own, since the check digit of the
 * whole code lets every tenth misreading through (GS1 General Specifications,
 * price verifier digits of four and five digits).
 */
#define CODE_HELD_BYTES 32

struct code_held {
	size_t form; /* of the rules' forms */
	enum code_value value;
	char item[CODE_HELD_BYTES]; /* its digits, zeros in front too */
	int64_t number;		    /* the value's digits, 0..999999999 */
	uint8_t decimals;	    /* of it */
};

enum code_match {
	CODE_PLAIN, /* it holds nothing more */
	CODE_HELD,
	CODE_WRONG /* the verifier says that it was misread */
};

/**
 * code_value_read(rules, code, len, ret):
 * The first form that has the digits of ${code}.  Forms and codes meet at
 * their ends: a 0 in front of either may be there or not, since a UPC-A has
 * one as an EAN-13 and scanners may leave it out.  A wrong check digit is no
 * match.
 * Output   ret  of CODE_HELD; of CODE_WRONG its item and form.
 */
enum code_match code_value_read(const struct rules *rules, const char *code,
	size_t len, struct code_held *ret);

/** code_value_scale(h, digits, ret): its number with so many decimals, a half
 * up: minor units of a price, thousandths (3) of a weight or count.
 * RC_RANGE. */
MUST_CHECK enum rc code_value_scale(
	const struct code_held *h, unsigned digits, int64_t *ret);

/** code_verifier(digits, n): of a price of 4 or 5 digits; -1 for any other. */
int code_verifier(const char *digits, size_t n);

/** code_form_wrong(form): why no code could be read by this form, a sentence's
 * end like "needs an i for the item's number"; NULL it is right. */
const char *code_form_wrong(const struct code_form *form);

#endif
