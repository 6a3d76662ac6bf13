/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tax.h"

#include <string.h>

#include "base/poison.h"

#define PPM 1000000

int
tax_find(const struct tax_policy *p, const char *code)
{
	for (size_t i = 0; i < p->n_class && i < TAX_CLASS_MAX; i++) {
		if (strcmp(p->class_[i].code, code) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
tax_find_rate(const struct tax_policy *p, const char *code, uint32_t rate_ppm)
{
	for (size_t i = 0; i < p->n_class && i < TAX_CLASS_MAX; i++) {
		if (p->class_[i].rate_ppm == rate_ppm &&
			strcmp(p->class_[i].code, code) == 0) {
			return (int)i;
		}
	}
	return -1;
}

enum rc
tax_split(const struct tax_policy *p, size_t class_idx, struct money amount,
	struct tax_sum *ret)
{
	struct tax_sum sum = {.net = amount, .gross = amount};
	int64_t rate, den;
	enum rc rc;

	if (class_idx >= p->n_class || class_idx >= TAX_CLASS_MAX) {
		return RC_INVAL;
	}
	rate = p->class_[class_idx].rate_ppm;
	den = p->included ? PPM + rate : PPM;
	rc = money_mul_ratio(amount, rate, den, p->round, &sum.tax);
	if (rc != RC_OK) {
		return rc;
	}
	/* the amount itself is one of the two ends, the other follows */
	if (p->included) {
		rc = money_sub(amount, sum.tax, &sum.net);
	} else {
		rc = money_add(amount, sum.tax, &sum.gross);
	}
	if (rc == RC_OK) {
		*ret = sum;
	}
	return rc;
}

enum rc
tax_sum_add(struct tax_sum *sum, const struct tax_sum *part)
{
	struct tax_sum next;

	if (money_add(sum->net, part->net, &next.net) != RC_OK ||
		money_add(sum->tax, part->tax, &next.tax) != RC_OK ||
		money_add(sum->gross, part->gross, &next.gross) != RC_OK) {
		return RC_RANGE;
	}
	*sum = next;
	return RC_OK;
}

/* Per receipt only the amounts are summed at first; they stand in ->net. */
static enum rc
gather(const struct tax_policy *p, const struct money amount[],
	const uint8_t class_idx[], size_t n, struct tax_sum sum[TAX_CLASS_MAX])
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		struct tax_sum part = {.net = amount[i]};

		if (class_idx[i] >= p->n_class) {
			return RC_INVAL;
		}
		if (p->basis == TAX_PER_LINE) {
			rc = tax_split(p, class_idx[i], amount[i], &part);
		}
		if (rc == RC_OK) {
			rc = tax_sum_add(&sum[class_idx[i]], &part);
		}
	}
	return rc;
}

enum rc
tax_compute(const struct tax_policy *p, const struct money amount[],
	const uint8_t class_idx[], size_t n, struct tax_sum ret[],
	struct tax_sum *ret_total)
{
	struct tax_sum sum[TAX_CLASS_MAX] = {0};
	struct tax_sum total = {0};
	enum rc rc;

	if (p->n_class > TAX_CLASS_MAX) {
		return RC_INVAL;
	}
	rc = gather(p, amount, class_idx, n, sum);
	for (size_t c = 0; c < p->n_class && rc == RC_OK; c++) {
		if (p->basis == TAX_PER_RECEIPT) {
			rc = tax_split(p, c, sum[c].net, &sum[c]);
		}
		if (rc == RC_OK) {
			rc = tax_sum_add(&total, &sum[c]);
		}
	}
	if (rc != RC_OK) {
		return rc;
	}
	for (size_t c = 0; c < p->n_class; c++) {
		ret[c] = sum[c];
	}
	*ret_total = total;
	return RC_OK;
}
