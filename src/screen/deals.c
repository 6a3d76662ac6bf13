/* SPDX-License-Identifier: Apache-2.0 */
/* A deal that came or went with the last input is told in a sentence. */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What each of the first so many promotions takes off, in the rules' order. */
static size_t
deals_of(const struct basket *b, struct deal ret[DEALS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_step; i++) {
		const struct price_step *s = &b->step[i];

		if (s->kind != STEP_PROMOTION) {
			continue;
		}
		if (n > 0 && ret[n - 1].rule == s->rule) {
			ret[n - 1].sum += s->amount.minor;
		} else if (n < DEALS_MAX) {
			ret[n++] = (struct deal){s->rule, s->amount.minor};
		}
	}
	return n;
}

static int64_t
sum_of(const struct deal *d, size_t n, int rule)
{
	for (size_t i = 0; i < n; i++) {
		if (d[i].rule == rule) {
			return d[i].sum;
		}
	}
	return 0;
}

static void
say(struct app *a, int rule, int64_t sum)
{
	const struct rules *r = till_view(a->till)->basket->rules;
	char buf[160], amount[32];
	struct sbuf b;

	sbuf_init(&b, amount, sizeof(amount));
	app_put_money(a, &b, (struct money){-sum});
	sbuf_init(&b, buf, sizeof(buf));
	if (sum > 0) {
		/* cells: 70; name of a promotion, an amount */
		sbuf_printf(&b, _("%s applied: %s"),
			rules_promotion(r, (size_t)rule)->name, amount);
	} else {
		/* cells: 70; name of a promotion */
		sbuf_printf(&b, _("%s does not apply any more."),
			rules_promotion(r, (size_t)rule)->name);
	}
	app_say(a, MSG_INFO, buf);
}

void
deals_follow(struct app *a, bool may_say)
{
	const struct basket *b = till_view(a->till)->basket;
	struct deal now[DEALS_MAX];
	size_t n = deals_of(b, now);

	may_say = may_say && a->msg_level == MSG_NONE && b->n_line > 0;
	for (size_t i = 0; may_say && i < n; i++) {
		if (now[i].sum > sum_of(a->deal, a->n_deal, now[i].rule)) {
			/* on a slow line its row in the list has to do */
			if (a->lay.kind != DISPLAY_STACKED) {
				say(a, now[i].rule, now[i].sum);
			}
			may_say = false;
		}
	}
	for (size_t i = 0; may_say && i < a->n_deal; i++) {
		if (sum_of(now, n, a->deal[i].rule) == 0) {
			say(a, a->deal[i].rule, 0);
			may_say = false;
		}
	}
	memcpy(a->deal, now, n * sizeof(now[0]));
	a->n_deal = n;
}
