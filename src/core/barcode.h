/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BARCODE_H
#define CORE_BARCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"

/**
 * barcode - what a scanned or keyed code is, and the key under which the
 * catalog holds it.  GTINs of every length are one number space, compared on
 * 14 digits (GS1 General Specifications); everything else is compared byte by
 * byte, case-sensitively.  A code never triggers a function.
 */
#define CODE_BYTES 129 /* 128 and the NUL */
#define CODE_KEY_BYTES (CODE_BYTES + 1)

enum code_kind {
	CODE_EAN13,
	CODE_EAN8,
	CODE_UPCA,
	CODE_UPCE,
	CODE_GTIN14,
	CODE_PLU,     /* four or five digits, IFPS: 3000..4999, 83000..94999 */
	CODE_INTERNAL, /* anything else, wrong check digits included */
	CODE_DEPT,     /* no code: sold by department */
	CODE_KIND_COUNT
};

/** code_kind_name(k): "ean13", "ean8", "upca", "upce", "gtin14", "plu",
 * "internal", "dept"; code_kind_find() is its inverse, CODE_KIND_COUNT when
 * unknown. */
const char *code_kind_name(enum code_kind k);
enum code_kind code_kind_find(const char *name);

/** One way to look a code up. */
struct code_key {
	enum code_kind kind;
	char key[CODE_KEY_BYTES]; /* "G" + 14 digits, or "I" + the code */
	size_t key_len;
};

#define CODE_CANDIDATES 3

/**
 * code_recognize(code, len, ret):
 * Fill ret[] with the ways to look ${code} up, best first; returns how many
 * (1..CODE_CANDIDATES), 0 when len is 0 or > 128.  ${code} is cleaned text
 * without AIM prefix.  The verbatim key is always among them, last.
 * Eight digits beginning with 0 or 1 may be EAN-8 or UPC-E: EAN-8 first when
 * its check digit fits, then UPC-E (expanded to UPC-A).  12 digits: UPC-A.  13
 * digits: EAN-13.  14: GTIN-14.  A wrong check digit: CODE_INTERNAL only.  A
 * PLU has the verbatim key.
 */
size_t code_recognize(
	const char *code, size_t len, struct code_key ret[CODE_CANDIDATES]);

/** code_catalog_key(code, len, ret): the one key a catalog row is stored
 * under: the first candidate; an eight-digit code that is only UPC-E counts
 * as that UPC-A. RC_INVAL as above. */
MUST_CHECK enum rc code_catalog_key(
	const char *code, size_t len, struct code_key *ret);

/** code_strip_aim(code, len, ret_len): skip an AIM identifier ("]E0"). */
const char *code_strip_aim(const char *code, size_t len, size_t *ret_len);

/** code_check_digit(digits, n): GS1 check digit of n payload digits. */
int code_check_digit(const char *digits, size_t n);
/** code_check_ok(code, len): last digit is right; all digits. */
bool code_check_ok(const char *code, size_t len);
/** code_upce_expand(upce, upca): 8 digits to 12.  False: not a UPC-E. */
bool code_upce_expand(const char upce[8], char upca[12]);

#endif
