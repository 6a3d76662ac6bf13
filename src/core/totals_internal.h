/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_TOTALS_INTERNAL_H
#define CORE_TOTALS_INTERNAL_H

#include "core/totals.h"

/** totals_sum(sum, v): *sum += v unless it leaves +-MONEY_MAX (RC_RANGE):
 * sums are printed and exported too. */
MUST_CHECK enum rc totals_sum(int64_t *sum, int64_t v);

/** totals_name(out, cap, name): false when there is no such name, or one that
 * the row cannot hold. */
MUST_CHECK bool totals_name(char *out, size_t cap, const char *name);

/** totals_tax_add(t, x): to the row of its class, rate, parts and reason, made
 * when there is none.  RC_RANGE as totals_add(). */
MUST_CHECK enum rc totals_tax_add(
	struct totals *t, const struct event_tax *x);

/** totals_card_add(t, tender, x): a part of a complete sale that a card paid,
 * for the row of this name among the tenders. */
MUST_CHECK enum rc totals_card_add(
	struct totals *t, const char *tender, const struct event_tender *x);

/** totals_card_event(t, e): what cards and terminals do beside sales. */
MUST_CHECK enum rc totals_card_event(struct totals *t, const struct event *e);

bool totals_cards_equal(const struct totals *a, const struct totals *b);

/** totals_cards_carry(t, next): what a new day begins with. */
void totals_cards_carry(const struct totals *t, struct totals *next);

#endif
