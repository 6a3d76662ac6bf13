/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/pricing.h"

#include "base/poison.h"

/* Per receipt only the amounts are summed at first; where they stand is what
 * the prices hold. */
static enum rc
add_line(struct basket *b, const struct basket_line *l)
{
	const struct tax_policy *p = b->tax;
	struct tax_sum *sum = &b->by_class[l->tax_idx];
	struct tax_sum part = {.net = l->amount, .gross = l->amount};
	enum rc rc;

	if (p->basis == TAX_PER_RECEIPT) {
		return tax_sum_add(sum, &part);
	}
	rc = tax_split(p, l->tax_idx, l->amount, &part);
	return rc == RC_OK ? tax_sum_add(sum, &part) : rc;
}

enum rc
price_tax(struct basket *b)
{
	enum rc rc = RC_OK;

	memset(b->by_class, 0, sizeof(b->by_class));
	memset(&b->total, 0, sizeof(b->total));
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		if (!b->line[i].unknown) {
			rc = add_line(b, &b->line[i]);
		}
	}
	for (size_t i = 0; i < b->tax->n_class && rc == RC_OK; i++) {
		if (b->tax->basis == TAX_PER_RECEIPT) {
			rc = tax_split(
				b->tax, i, b->by_class[i].net, &b->by_class[i]);
		}
		if (rc == RC_OK) {
			rc = tax_sum_add(&b->total, &b->by_class[i]);
		}
	}
	return rc;
}
