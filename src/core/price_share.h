/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PRICE_SHARE_H
#define CORE_PRICE_SHARE_H

#include "base/arena.h"
#include "core/basket.h"

/** price_share - one sum taken off several lines.  Used by all that takes off
 * more than one line at once. */

/** price_share_bytes(cap): what price_share_out() takes of an arena. */
size_t price_share_bytes(size_t cap_line);

/**
 * price_share_out(b, a, by, total, line, weight, n):
 * Take ${total} off n lines, by weight.
 * Input    by       kind and rule of the steps; its other members are not read.
 *          total    0 .. the sum of the weights.
 *          line[n]  their indices, ascending; weight[n] >= 0, at most what is
 *                   left of the line.
 * Output   off and amount of the lines, and a step for each share above 0, in
 *          the order of the lines.  First each tax class gets its share, by
 *          what its lines come to; then each line its share of that of its
 *          class.  A share is total x weight / sum, rounded down; what is
 *          missing goes, a minor unit each, to the largest remainders.  Of
 *          equal ones it goes to the earlier class; of lines to the earlier,
 *          but where a line by itself may make a cent of the total (tax per
 *          line or unit, coupons, a buyer with a certificate or a VAT number)
 *          first to the larger weight, the larger quantity, the code, the
 *          larger amount before anything was taken off by rules, the larger
 *          one now, the more units (price_units()).  So what a class comes to, and the total, do not follow
 *          from the order of the lines.
 * Errors   RC_RANGE no room left in ${a} or for steps, or a sum too large.
 */
MUST_CHECK enum rc price_share_out(struct basket *b, struct arena *a,
	const struct price_step *by, struct money total, const uint32_t line[],
	const int64_t weight[], size_t n);

#endif
