/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/pricing.h"

#include "base/poison.h"

int64_t
price_units(const struct basket_line *l)
{
	int64_t milli = l->qty.milli < 0 ? -l->qty.milli : l->qty.milli;
	bool pieces = l->item.unit[0] == '\0' && l->from == QTY_COUNTED;

	return pieces && milli > 0 && milli % QTY_ONE.milli == 0
		       ? milli / QTY_ONE.milli
		       : 1;
}

enum rc
price_tax(struct basket *b)
{
	struct tax_tally tally = {0};
	enum rc rc = price_relief(b);

	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];

		if (!l->unknown && l->by < 0) {
			rc = tax_tally_add(b->tax, &tally, l->tax_idx,
				l->amount, price_units(l));
		}
	}
	if (rc != RC_OK) {
		return rc;
	}
	memset(b->by_class, 0, sizeof(b->by_class));
	return tax_tally_end(b->tax, &tally, b->by_class, &b->total);
}
