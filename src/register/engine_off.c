/* SPDX-License-Identifier: Apache-2.0 */
/* Off the whole sale, by hand. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* What the lines come to. */
static struct money
lines_of(const struct basket *b)
{
	struct money sum = {0};

	for (size_t i = 0; i < b->n_line; i++) {
		sum.minor += b->line[i].amount.minor;
	}
	return sum;
}

/* What the discount takes off; and of what. */
static struct money
taken_of(const struct basket *b, struct money *ret_base)
{
	struct money taken = {0};

	ret_base->minor = 0;
	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];

		if (l->qty.milli > 0) {
			ret_base->minor += l->amount.minor + l->relief.minor;
		}
	}
	for (size_t i = 0; i < b->n_step; i++) {
		taken.minor += b->step[i].kind == STEP_SALE
				       ? b->step[i].amount.minor
				       : 0;
	}
	ret_base->minor += taken.minor;
	return taken;
}

static bool
try_percent(struct engine *e, struct act *act, const char *arg)
{
	size_t len = strlen(arg);
	int64_t ppm = 0;
	enum rc rc;

	len -= len > 0 && arg[len - 1] == '%' ? 1 : 0;
	rc = parse_decimal(arg, len, 4, &ppm);
	if (rc != RC_OK || ppm < 0 || ppm > 1000000) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("A discount is 0 to 100 percent: key 10DS or 7.5DS."));
		return false;
	}
	rc = basket_sale_ppm(&e->basket, (uint32_t)ppm);
	if (rc != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sums of this sale would be too large."));
	}
	return rc == RC_OK;
}

static bool
try_amount(struct engine *e, struct act *act, const char *arg)
{
	struct money amount = {0}, base;
	char text[AMOUNT_BYTES];

	if (!engine_parse_amount(e, act, arg, e->config->max_amount, &amount)) {
		return false;
	}
	if (basket_sale_amount(&e->basket, amount) != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sums of this sale would be too large."));
		return false;
	}
	if (money_cmp(taken_of(&e->basket, &base), amount) != 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("At most %s can be taken off this sale."),
			engine_amount(e, base, text));
		return false;
	}
	return true;
}

/* The change in a trial.  False: refused, or there is none. */
static bool
try_it(struct engine *e, struct act *act, const char *arg, bool percent)
{
	const struct basket *was = &e->before;
	char text[AMOUNT_BYTES];
	struct money base;

	engine_trial(e);
	if (!(percent ? try_percent(e, act, arg) : try_amount(e, act, arg))) {
		engine_trial_undo(e);
		return false;
	}
	if (!engine_fits(e)) {
		engine_trial_undo(e);
		engine_refuse(act, WORD_SALE_FULL,
			_("The sale is full: take the money, then go on in a "
			  "new one."));
		return false;
	}
	if (e->basket.sale_ppm == was->sale_ppm &&
		money_cmp(e->basket.sale_off, was->sale_off) == 0) {
		engine_trial_undo(e);
		engine_say(act, _("%s off the sale, as it was."),
			engine_amount(e, taken_of(&e->basket, &base), text));
		return false;
	}
	return true;
}

void
engine_sale_discount(struct engine *e, struct act *act, const struct entry *en)
{
	bool before = en->before[0] != '\0';
	const char *arg = before ? en->before : en->after;
	bool percent = en->command == CMD_DS || strchr(en->before, '%') != NULL;
	struct event_sale_discount *d = &act->event[0].data.discount;
	struct money from, to, taken, base;
	const char *reason = NULL;
	char text[AMOUNT_BYTES];

	if (!engine_in_sale(e, act)) {
		return;
	}
	if (arg[0] == '\0' || (before && en->after[0] != '\0')) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Key the number first: 10DS for 10 percent off the "
			  "sale, or 500DT."));
		return;
	}
	if (!try_it(e, act, arg, percent)) {
		return;
	}
	engine_trial_keep(e, WAIT_LINE, e->selected);
	from = lines_of(&e->basket);
	to = lines_of(&e->wait_after);
	taken = taken_of(&e->wait_after, &base);
	/* cells: 40 */
	engine_what(e, _("whole sale"), &from, &to);
	if (!engine_reason(e, act, REASON_DISCOUNT, &reason) ||
		!engine_permit(e, act, PERMIT_DISCOUNT,
			percent ? (int64_t)e->wait_after.sale_ppm
				: engine_ppm_below(base,
					  (struct money){
						  base.minor - taken.minor}))) {
		e->wait = WAIT_NONE;
		return;
	}
	act->event[0].type = EVENT_SALE_DISCOUNTED;
	act->n = 1;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->from = from.minor;
	d->to = to.minor;
	d->ppm = e->wait_after.sale_ppm;
	d->amount = taken.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	act->draft = DRAFT_SALE;
	engine_say(act, _("%s off the sale."), engine_amount(e, taken, text));
}
