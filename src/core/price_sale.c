/* SPDX-License-Identifier: Apache-2.0 */
#include "core/price_share.h"
#include "core/pricing.h"

#include "base/poison.h"

enum rc
price_sale(struct basket *b)
{
	const struct price_step by = {.kind = STEP_SALE, .rule = -1};
	struct money base = {0};
	struct money worth;
	struct arena a;
	uint32_t *line;
	int64_t *weight;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (b->sale_ppm == 0 && b->sale_off.minor == 0) {
		return RC_OK;
	}
	arena_init(&a, b->work, pricing_bytes(b->cap_line));
	line = arena_take(&a, b->n_line, sizeof(*line));
	weight = arena_take(&a, b->n_line, sizeof(*weight));
	if (line == NULL || weight == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];

		if (pricing_takes_off(b, l)) {
			line[n] = (uint32_t)i;
			weight[n++] = l->amount.minor;
			rc = money_add(base, l->amount, &base);
		}
	}
	worth = money_cmp(b->sale_off, base) < 0 ? b->sale_off : base;
	if (rc == RC_OK && b->sale_ppm > 0) {
		rc = money_mul_ratio(
			base, b->sale_ppm, PPM_ONE, b->round, &worth);
	}
	return rc == RC_OK ? price_share_out(b, &a, &by, worth, line, weight, n)
			   : rc;
}
