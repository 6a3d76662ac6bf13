/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_TAX_H
#define CORE_TAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "core/money.h"

/**
 * tax - rates in parts per million (19 % = 190000), included in the price or
 * added to it, rounded as the policy says.  A class is one tax, or up to four
 * parts that are told apart on paper and in the books: state and county, GST
 * and QST, CGST and SGST.
 *
 * What is rounded, and when:
 *  - each: every part is computed and rounded on its own.  Added: rate x
 *    amount, and of a compound part (on_tax) rate x (amount + the parts before
 *    it, as they were rounded).  Included: the exact share of it that the
 *    amount holds, f / (1 + F), where F is the sum of all f, and f the rate, of
 *    a compound part times 1 + the f before it;
 *  - together: one tax of the exact F, rounded once, then shared out among the
 *    parts by largest remainder of f, ties to the earlier part (streamlined
 *    sales tax: the combined rate);
 *  - per receipt: once a class on the summed amounts; per line: on each line;
 *    per unit: on each of the equal units of a line, whose amount is dealt out
 *    in whole minor units, the larger shares first;
 *  - per line or unit a tax, or each part, may keep decimals of a minor unit
 *    (a part that is computed on it too), is summed over the lines of its
 *    class with them, and is rounded to the minor unit then; together it is
 *    shared out behind that.
 * Every rounding has the policy's mode; amounts below zero mirror those above.
 */
#define TAX_CODE_BYTES 8 /* with the NUL */
#define TAX_CLASS_MAX 16 /* configured */
#define TAX_ROWS 48 /* with those that come back at another rate, or have none */
#define TAX_RATE_MAX_PPM 1000000u
#define TAX_PARTS 4
#define TAX_PART_BYTES 12
#define TAX_DECIMALS_MAX 4

struct tax_part {
	char name[TAX_PART_BYTES]; /* "GST" */
	uint32_t rate_ppm;
	bool on_tax; /* compound: on the parts before it too */
};

/* Why a row has no tax; as events have it: "exempt", "reverse". */
enum tax_why { TAX_DUE, TAX_EXEMPT, TAX_REVERSE };

struct tax_class {
	char code[TAX_CODE_BYTES]; /* "A" */
	uint32_t rate_ppm; /* all parts on the net, half up when they compound */
	size_t n_part;	   /* 0: one tax without a name of its own */
	struct tax_part part[TAX_PARTS];
	bool reverse; /* a buyer with a VAT number owes it, from here on: */
	struct money reverse_from; /* net of the class in one sale */
	enum tax_why why; /* a row of its own, its rate is 0 then */
};

enum tax_basis {
	TAX_PER_RECEIPT, /* once a class on the summed amounts */
	TAX_PER_LINE,	 /* once a line, then summed */
	TAX_PER_UNIT	 /* once a unit of a line, then summed */
};

struct tax_policy {
	bool included; /* prices hold the tax */
	enum tax_basis basis;
	enum round round;
	size_t n_class;
	struct tax_class class_[TAX_ROWS];
	bool together;	  /* the parts of a class are computed as one */
	uint8_t decimals; /* of a minor unit, kept per line or unit */
};

struct tax_sum {
	struct money net;
	struct money tax;
	struct money gross; /* net + tax == gross, always */
	struct money part[TAX_PARTS]; /* of tax; 0 without named parts; of a
				       * sum of several classes nothing */
};

/** tax_find(p, code): index of the class, or -1. */
int tax_find(const struct tax_policy *p, const char *code);

/** tax_find_rate(p, code, rate_ppm): the same, of the class at this rate. */
int tax_find_rate(
	const struct tax_policy *p, const char *code, uint32_t rate_ppm);

/** tax_why_name(why): "exempt", "reverse"; NULL for TAX_DUE. */
const char *tax_why_name(enum tax_why why);
/** tax_why_find(name, ret): its inverse, NULL is TAX_DUE; false: no such. */
bool tax_why_find(const char *name, enum tax_why *ret);

/** tax_rate_of(class_): what its rate_ppm is to be: all parts on the net. */
uint32_t tax_rate_of(const struct tax_class *c);

/**
 * tax_split(p, class_idx, amount, ret): one amount on its own: net, tax, gross
 * and parts, rounded to the minor unit whatever decimals are kept.
 * Errors   RC_INVAL no such class; RC_RANGE; *ret untouched then.
 */
MUST_CHECK enum rc tax_split(const struct tax_policy *p, size_t class_idx,
	struct money amount, struct tax_sum *ret);

/** tax_sum_add(sum, part): RC_RANGE and *sum untouched when one of the three
 * leaves MONEY_MAX. */
MUST_CHECK enum rc tax_sum_add(
	struct tax_sum *sum, const struct tax_sum *part);

/**
 * A tally adds lines up one after the other.  Begin with {0}.
 * tax_tally_add(p, t, class_idx, amount, units): one line of ${units} >= 1
 * equal units; only per unit asks for them.
 * tax_tally_end(p, t, ret, ret_total): ret[p->n_class] one sum a class, those
 * without a line zero; *ret_total: their sum, its gross is what the customer
 * pays.
 * Errors   RC_INVAL a class_idx >= n_class, or units < 1; RC_RANGE a sum leaves
 *          MONEY_MAX.  Outputs untouched then.
 */
struct tax_tally {
	int64_t amount[TAX_ROWS];
	int64_t tax[TAX_ROWS][TAX_PARTS]; /* with the decimals that are kept */
};
MUST_CHECK enum rc tax_tally_add(const struct tax_policy *p,
	struct tax_tally *t, size_t class_idx, struct money amount,
	int64_t units);
MUST_CHECK enum rc tax_tally_end(const struct tax_policy *p,
	const struct tax_tally *t, struct tax_sum ret[],
	struct tax_sum *ret_total);

/**
 * tax_compute(p, amount, class_idx, units, n, ret, ret_total):
 * The tally of n lines: amounts in minor units, negative for returns, discounts
 * already taken off; units NULL: each is one.
 */
MUST_CHECK enum rc tax_compute(const struct tax_policy *p,
	const struct money amount[], const uint8_t class_idx[],
	const int64_t units[], size_t n, struct tax_sum ret[],
	struct tax_sum *ret_total);

#endif
