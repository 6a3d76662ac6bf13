/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a line: void, price and discount are acts, and so is less of it;
 * more is not. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/pricing.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static struct event_line_act *
line_event(struct engine *e, struct act *act, enum event_type type, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];
	struct event_line_act *d = &act->event[0].data.line;

	act->n = 1;
	act->event[0].type = type;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->no = l->no;
	d->code = l->item.code;
	d->name = l->item.name;
	d->qty = l->qty.milli;
	act->draft = DRAFT_LINE;
	act->draft_idx = idx;
	act->draft_no = l->no;
	return d;
}

/* The line, for the one who is asked about it. */
static void
line_what(struct engine *e, size_t idx, const struct money *from,
	const struct money *to)
{
	const struct basket_line *l = &e->basket.line[idx];
	char name[SHORT_BYTES], what[SHORT_BYTES + 32];
	struct sbuf b;

	sbuf_init(&b, what, sizeof(what));
	/* cells: 40 */
	sbuf_printf(&b, _("line %u %s"), (unsigned)l->no,
		engine_short(l->item.name, name));
	engine_what(e, what, from, to);
}

static int64_t
magnitude(struct money m)
{
	return m.minor < 0 ? -m.minor : m.minor;
}

struct money
engine_by_hand(const struct basket_line *l)
{
	return (struct money){l->amount.minor + l->off.minor + l->relief.minor};
}

static int64_t
discount_ppm(const struct basket_line *l)
{
	struct money now = engine_by_hand(l);
	struct money full = {now.minor + l->discount.minor};

	return l->discount_ppm != 0 ? (int64_t)l->discount_ppm
				    : engine_ppm_below(full, now);
}

/* Without a price by hand. */
static struct money
own_price(const struct engine *e, const struct basket_line *l)
{
	struct money own = l->item.price;

	if (l->qty.milli > 0) {
		(void)price_list_of(&e->basket, l, &own);
	}
	return own;
}

/* A price above the list's is nobody's business, but of goods that come back
 * without a receipt: it is paid out.  False: refused, or asked. */
static bool
may_pay_out(struct engine *e, struct act *act, const struct basket_line *was)
{
	struct basket_line *l = &e->wait_after.line[e->wait_idx];
	const char *approver;
	struct sbuf b;

	if (l->qty.milli >= 0 || money_cmp(l->amount, was->amount) >= 0) {
		return true;
	}
	if (!engine_permit(e, act, PERMIT_RETURN_BLIND,
		    engine_given_back(&e->wait_after, false))) {
		return false;
	}
	approver = engine_approver(e);
	if (approver != NULL) {
		sbuf_init(&b, l->approver, sizeof(l->approver));
		sbuf_puts(&b, approver);
	}
	return true;
}

/* A line that is not on file has no price to change. False: refused. */
static bool
has_price(const struct engine *e, struct act *act, size_t idx)
{
	if (!e->basket.line[idx].unknown) {
		return true;
	}
	engine_refuse(act, WORD_UNRESOLVED,
		_("Line %u is not on file: resolve it first."),
		(unsigned)e->basket.line[idx].no);
	return false;
}

/* Argument and line of "299PO", "PO299" and "299PO3". False: refused. */
static bool
pick_args(struct engine *e, struct act *act, const struct entry *en,
	const char **ret_arg, size_t *ret_idx)
{
	bool before = en->before[0] != '\0';

	*ret_arg = before ? en->before : en->after;
	if ((*ret_arg)[0] == '\0') {
		engine_refuse(act,
			en->command == CMD_QT ? WORD_BAD_QUANTITY
					      : WORD_BAD_AMOUNT,
			_("Key the number first: 12QT, 299PO, 5DI or 50DA."));
		return false;
	}
	return engine_pick(e, act, before ? en->after : "", ret_idx);
}

void
engine_void(struct engine *e, struct act *act, const struct entry *en)
{
	const char *arg = en->before[0] != '\0' ? en->before : en->after;
	char name[SHORT_BYTES], amount[AMOUNT_BYTES];
	const char *reason = NULL;
	struct event_line_act *d;
	struct basket *b = &e->basket;
	const struct basket_line *l;
	struct money gone;
	size_t idx = 0;

	if (arg[0] == '\0' && (e->has_qty || e->price_check)) {
		e->has_qty = false;
		e->price_check = false;
		engine_say(act, _("Cleared."));
		return;
	}
	if (!engine_in_sale(e, act) || !engine_pick(e, act, arg, &idx) ||
		engine_deposit_fixed(e, act, idx, false)) {
		return;
	}
	gone = engine_with_deposit(b, idx);
	line_what(e, idx, NULL, NULL);
	if (!engine_reason(e, act, REASON_VOID, &reason) ||
		!engine_permit(e, act, PERMIT_LINE_VOID, magnitude(gone))) {
		return;
	}
	engine_trial(e);
	/* with one line less other rules may say more */
	if (basket_void(b, idx) != RC_OK || !engine_fits(e)) {
		engine_trial_undo(e);
		engine_refuse(act, WORD_TOO_LARGE,
			_("This line cannot go alone: cancel the sale with CN."));
		return;
	}
	engine_trial_keep(e, WAIT_VOID, idx);
	l = &b->line[idx];
	d = line_event(e, act, EVENT_LINE_VOIDED, idx);
	d->from = gone.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_refused_line(e, act, l);
	act->draft_idx = SIZE_MAX;
	if (e->wait_after.n_line == 0) {
		act->draft = DRAFT_GONE;
	}
	if (l->unknown) {
		engine_say(act, _("Void: %s, not on file"),
			engine_short(l->item.code, name));
	} else {
		engine_say(act, _("Void: %s  %s"),
			engine_short(l->item.name, name),
			engine_amount(e, gone, amount));
	}
}

static size_t
count_digits(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		n += *s >= '0' && *s <= '9' ? 1 : 0;
	}
	return n;
}

static int64_t
minor_below(struct money list, struct money price)
{
	return list.minor > price.minor ? list.minor - price.minor : 0;
}

void
engine_price(struct engine *e, struct act *act, const struct entry *en)
{
	char name[SHORT_BYTES], from[AMOUNT_BYTES], to[AMOUNT_BYTES];
	struct money price = {0}, was;
	const char *reason = NULL;
	const struct basket_line *l;
	struct event_line_act *d;
	const char *arg = "";
	size_t idx = 0;
	enum rc rc;

	if (!engine_in_sale(e, act) || !pick_args(e, act, en, &arg, &idx) ||
		!has_price(e, act, idx)) {
		return;
	}
	if (count_digits(arg) >= 8) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("That looks like a code, not a price: key 299PO for "
			  "%s."),
			engine_amount(e, (struct money){299}, to));
		return;
	}
	if (!engine_parse_amount(e, act, arg, e->config->max_amount, &price)) {
		return;
	}
	if (engine_deposit_fixed(e, act, idx, true) ||
		engine_return_fixed(e, act, idx, true)) {
		return;
	}
	engine_trial(e);
	rc = basket_set_price(&e->basket, idx, price);
	if (rc == RC_OK && !engine_fits(e)) {
		rc = RC_NOSPC;
	}
	if (rc != RC_OK) {
		bool less;

		engine_trial_undo(e);
		less = e->basket.line[idx].discount.minor > 0;
		engine_refuse(act, less ? WORD_BAD_AMOUNT : WORD_TOO_LARGE,
			less ? _("The line's discount is more than that "
				 "price: key 0DA first.")
			     : _("The sum would be too large: check the "
				 "price."));
		return;
	}
	engine_trial_keep(e, WAIT_LINE, idx);
	l = &e->basket.line[idx];
	was = l->price;
	if (money_cmp(price, was) == 0) {
		e->wait = WAIT_NONE;
		engine_say(act, _("%s: the price is %s already."),
			engine_short(l->item.name, name),
			engine_amount(e, price, to));
		return;
	}
	line_what(e, idx, &was, &price);
	if (!engine_reason(e, act, REASON_PRICE, &reason) ||
		!engine_permit(e, act, PERMIT_PRICE,
			engine_ppm_below(own_price(e, l), price)) ||
		!engine_permit(e, act, PERMIT_PRICE_AMOUNT,
			minor_below(own_price(e, l), price)) ||
		!may_pay_out(e, act, l)) {
		e->wait = WAIT_NONE;
		return;
	}
	d = line_event(e, act, EVENT_PRICE_OVERRIDDEN, idx);
	d->from = was.minor;
	d->to = price.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_say(act, _("%s: price %s instead of %s"),
		engine_short(l->item.name, name), engine_amount(e, price, to),
		engine_amount(e, was, from));
}

/* Percent or amount onto the line, in a trial. False: refused. */
static bool
try_discount(struct engine *e, struct act *act, enum command command,
	const char *arg, size_t idx)
{
	struct money amount = {0};
	size_t len = strlen(arg);
	int64_t ppm = 0;
	enum rc rc;

	if (command == CMD_DA) {
		if (!engine_parse_amount(
			    e, act, arg, e->config->max_amount, &amount)) {
			return false;
		}
		rc = basket_discount_amount(&e->basket, idx, amount);
		if (rc != RC_OK) {
			engine_refuse(act, WORD_BAD_AMOUNT,
				_("A discount is at most what the line costs."));
		}
		return rc == RC_OK;
	}
	len -= len > 0 && arg[len - 1] == '%' ? 1 : 0;
	rc = parse_decimal(arg, len, 4, &ppm);
	if (rc == RC_OK && ppm >= 0 && ppm <= 1000000) {
		rc = basket_discount_ppm(&e->basket, idx, (uint32_t)ppm);
	} else {
		rc = RC_PROTO;
	}
	if (rc != RC_OK) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("A discount is 0 to 100 percent: key 5DI or 7.5DI."));
	}
	return rc == RC_OK;
}

void
engine_discount(struct engine *e, struct act *act, const struct entry *en)
{
	char name[SHORT_BYTES], text[AMOUNT_BYTES];
	const struct basket_line *was, *now;
	const char *reason = NULL;
	struct money from, to;
	struct event_line_act *d;
	const char *arg = "";
	size_t idx = 0;

	if (!engine_in_sale(e, act) || !pick_args(e, act, en, &arg, &idx) ||
		!has_price(e, act, idx)) {
		return;
	}
	if (engine_deposit_fixed(e, act, idx, true) ||
		engine_return_fixed(e, act, idx, false)) {
		return;
	}
	engine_trial(e);
	if (!try_discount(e, act, en->command, arg, idx)) {
		engine_trial_undo(e);
		return;
	}
	engine_trial_keep(e, WAIT_LINE, idx);
	was = &e->basket.line[idx];
	now = engine_wait_line(e);
	if (money_cmp(now->discount, was->discount) == 0 &&
		now->discount_ppm == was->discount_ppm) {
		e->wait = WAIT_NONE;
		engine_say(act, _("%s: %s off, as it was."),
			engine_short(was->item.name, name),
			engine_amount(e, was->discount, text));
		return;
	}
	from = engine_by_hand(was);
	to = engine_by_hand(now);
	line_what(e, idx, &from, &to);
	if (!engine_reason(e, act, REASON_DISCOUNT, &reason) ||
		!engine_permit(e, act, PERMIT_DISCOUNT, discount_ppm(now))) {
		e->wait = WAIT_NONE;
		return;
	}
	d = line_event(e, act, EVENT_LINE_DISCOUNTED, idx);
	d->from = from.minor;
	d->to = to.minor;
	d->ppm = now->discount_ppm;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_say(act, _("%s: %s off"), engine_short(was->item.name, name),
		engine_amount(e, now->discount, text));
}

/* Less of what was put in is a void of the rest: asked for, allowed and
 * recorded as one.  The smaller line is on trial.  False: refused, or asked. */
static bool
void_part(struct engine *e, struct act *act, size_t idx,
	const struct basket_line *was)
{
	struct money to = engine_with_deposit(&e->basket, idx), from;
	struct qty left = e->basket.line[idx].qty;
	struct qty gone = {was->qty.milli - left.milli};
	const char *reason = NULL;
	struct event_line_act *d;

	engine_trial_keep(e, WAIT_LINE, idx);
	from = engine_with_deposit(&e->basket, idx);
	line_what(e, idx, &from, &to);
	if (!engine_reason(e, act, REASON_VOID, &reason) ||
		!engine_permit(e, act, PERMIT_LINE_VOID,
			magnitude((struct money){from.minor - to.minor}))) {
		e->wait = WAIT_NONE;
		return false;
	}
	d = line_event(e, act, EVENT_LINE_VOIDED, idx);
	d->qty = gone.milli;
	d->left = left.milli;
	d->from = from.minor;
	d->to = to.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	if (was->unknown) {
		/* not of the copy that ${was} is: the event outlives it */
		engine_put_refused(
			e, act, &e->basket.line[idx].item, gone, "not on file");
	}
	return true;
}

void
engine_quantity(struct engine *e, struct act *act, const struct entry *en)
{
	struct basket_line was;
	const char *arg = "";
	struct qty q = {0};
	size_t idx = 0;

	if (!engine_in_sale(e, act) || !pick_args(e, act, en, &arg, &idx)) {
		return;
	}
	if (!engine_parse_qty(act, arg, &q)) {
		return;
	}
	if (engine_deposit_fixed(e, act, idx, false) ||
		engine_weighed(e, act, idx) ||
		engine_return_quantity(e, act, idx, &q)) {
		return;
	}
	was = e->basket.line[idx];
	engine_trial(e);
	if (basket_set_qty(&e->basket, idx, q) != RC_OK || !engine_fits(e)) {
		engine_trial_undo(e);
		engine_refuse(act, WORD_TOO_LARGE,
			_("That quantity does not go with this line: check it, "
			  "and the line's discount."));
		return;
	}
	if (q.milli < was.qty.milli) {
		if (void_part(e, act, idx, &was)) {
			engine_say(act, _("Quantity %.20s."), arg);
		}
		return;
	}
	engine_trial_done(e);
	act->draft = DRAFT_LINE;
	act->draft_idx = idx;
	act->draft_no = e->basket.line[idx].no;
	engine_say(act, _("Quantity %.20s."), arg);
}
