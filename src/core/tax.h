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
 * added to it, rounded as the policy says.  Country rules (compound, two-step,
 * streamlined) add rows to the policy later; these stay.
 */
#define TAX_CODE_BYTES 8 /* with the NUL */
#define TAX_CLASS_MAX 16
#define TAX_RATE_MAX_PPM 1000000u

struct tax_class {
	char code[TAX_CODE_BYTES]; /* "A" */
	uint32_t rate_ppm;
};

enum tax_basis {
	TAX_PER_RECEIPT, /* once a class on the summed amounts */
	TAX_PER_LINE	 /* once a line, then summed */
};

struct tax_policy {
	bool included; /* prices hold the tax */
	enum tax_basis basis;
	enum round round;
	size_t n_class;
	struct tax_class class_[TAX_CLASS_MAX];
};

struct tax_sum {
	struct money net;
	struct money tax;
	struct money gross; /* net + tax == gross, always */
};

/** tax_find(p, code): index of the class, or -1. */
int tax_find(const struct tax_policy *p, const char *code);

/** tax_find_rate(p, code, rate_ppm): the same, of the class at this rate. */
int tax_find_rate(
	const struct tax_policy *p, const char *code, uint32_t rate_ppm);

/**
 * tax_split(p, class_idx, amount, ret): one amount on its own: net, tax, gross.
 * Errors   RC_INVAL no such class; RC_RANGE; *ret untouched then.
 */
MUST_CHECK enum rc tax_split(const struct tax_policy *p, size_t class_idx,
	struct money amount, struct tax_sum *ret);

/** tax_sum_add(sum, part): RC_RANGE and *sum untouched when one of the three
 * leaves MONEY_MAX. */
MUST_CHECK enum rc tax_sum_add(
	struct tax_sum *sum, const struct tax_sum *part);

/**
 * tax_compute(p, amount, class_idx, n, ret, ret_total):
 * Tax of n line amounts (minor units, negative for returns, discounts already
 * taken off) of class class_idx[i].
 * Output   ret[p->n_class]  one sum a class; classes without a line are zero.
 *          *ret_total       their sum; its gross is what the customer pays.
 * Errors   RC_INVAL a class_idx >= n_class; RC_RANGE a sum leaves MONEY_MAX.
 *          Outputs untouched then.
 */
MUST_CHECK enum rc tax_compute(const struct tax_policy *p,
	const struct money amount[], const uint8_t class_idx[], size_t n,
	struct tax_sum ret[], struct tax_sum *ret_total);

#endif
