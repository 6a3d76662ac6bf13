/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a line: void, price and discount are acts, quantity is not. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* A line and the sums, to go back to after a trial run. */
struct trial {
	struct basket sums;
	struct basket_line line;
};

static void
trial_begin(const struct engine *e, size_t idx, struct trial *t)
{
	t->sums = e->basket;
	t->line = e->basket.line[idx];
}

static void
trial_undo(struct engine *e, size_t idx, const struct trial *t)
{
	e->basket = t->sums;
	e->basket.line[idx] = t->line;
	engine_reprice(e);
}

/* The changed line is kept for engine_settle(), the basket is as it was. */
static void
trial_keep(struct engine *e, size_t idx, const struct trial *t)
{
	e->wait = WAIT_LINE;
	e->wait_idx = idx;
	e->wait_line = e->basket.line[idx];
	e->wait_after = e->basket;
	trial_undo(e, idx, t);
}

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

static int64_t
discount_ppm(const struct basket_line *l)
{
	struct money full = {l->amount.minor + l->discount.minor};

	return l->discount_ppm != 0 ? (int64_t)l->discount_ppm
				    : engine_ppm_below(full, l->amount);
}

/* A price above the list's is nobody's business, but of goods that come back
 * without a receipt: it is paid out.  False: refused, or asked. */
static bool
may_pay_out(struct engine *e, struct act *act, const struct basket_line *was)
{
	struct basket_line *l = &e->wait_line;
	const char *approver;
	struct sbuf b;

	if (l->qty.milli >= 0 || money_cmp(l->amount, was->amount) >= 0) {
		return true;
	}
	if (!engine_permit(e, act, PERMIT_RETURN_BLIND, magnitude(l->amount))) {
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
	struct trial t;
	size_t idx = 0;

	if (arg[0] == '\0' && (e->has_qty || e->price_check)) {
		e->has_qty = false;
		e->price_check = false;
		engine_say(act, "Cleared.");
		return;
	}
	if (!engine_in_sale(e, act) || !engine_pick(e, act, arg, &idx)) {
		return;
	}
	line_what(e, idx, NULL, NULL);
	if (!engine_reason(e, act, REASON_VOID, &reason) ||
		!engine_permit(e, act, PERMIT_LINE_VOID,
			magnitude(b->line[idx].amount))) {
		return;
	}
	trial_begin(e, idx, &t);
	if (basket_void(b, idx) != RC_OK) {
		trial_undo(e, idx, &t);
		engine_refuse(act, WORD_TOO_LARGE,
			_("This line cannot go alone: cancel the sale with CN."));
		return;
	}
	memmove(&b->line[idx + 1], &b->line[idx],
		(t.sums.n_line - 1 - idx) * sizeof(b->line[0]));
	trial_undo(e, idx, &t);

	e->wait = WAIT_VOID;
	e->wait_idx = idx;
	d = line_event(e, act, EVENT_LINE_VOIDED, idx);
	d->from = t.line.amount.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_refused_line(e, act, &b->line[idx]);
	act->draft_idx = SIZE_MAX;
	if (b->n_line == 1) {
		act->draft = DRAFT_GONE;
	}
	engine_say(act, "Void: %s  %s",
		engine_short(
			t.line.unknown ? t.line.item.code : t.line.item.name,
			name),
		engine_amount(e, t.line.amount, amount));
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

void
engine_price(struct engine *e, struct act *act, const struct entry *en)
{
	char name[SHORT_BYTES], from[AMOUNT_BYTES], to[AMOUNT_BYTES];
	struct money price = {0}, was;
	const char *reason = NULL;
	struct event_line_act *d;
	const char *arg = "";
	struct trial t;
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
	if (engine_return_fixed(e, act, idx, true)) {
		return;
	}
	trial_begin(e, idx, &t);
	rc = basket_set_price(&e->basket, idx, price);
	if (rc != RC_OK) {
		trial_undo(e, idx, &t);
		engine_refuse(act,
			t.line.discount.minor > 0 ? WORD_BAD_AMOUNT
						  : WORD_TOO_LARGE,
			t.line.discount.minor > 0
				? _("The line's discount is more than that "
				    "price: key 0DA first.")
				: _("The sum would be too large: check the "
				    "price."));
		return;
	}
	was = t.line.price;
	if (money_cmp(price, was) == 0) {
		trial_undo(e, idx, &t);
		engine_say(act, _("%s: the price is %s already."),
			engine_short(t.line.item.name, name),
			engine_amount(e, price, to));
		return;
	}
	trial_keep(e, idx, &t);
	line_what(e, idx, &was, &price);
	if (!engine_reason(e, act, REASON_PRICE, &reason) ||
		!engine_permit(e, act, PERMIT_PRICE,
			engine_ppm_below(t.line.item.price, price)) ||
		!may_pay_out(e, act, &t.line)) {
		e->wait = WAIT_NONE;
		return;
	}
	d = line_event(e, act, EVENT_PRICE_OVERRIDDEN, idx);
	d->from = was.minor;
	d->to = price.minor;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_say(act, _("%s: price %s instead of %s"),
		engine_short(t.line.item.name, name),
		engine_amount(e, price, to), engine_amount(e, was, from));
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
	const char *reason = NULL;
	struct event_line_act *d;
	const char *arg = "";
	struct trial t;
	size_t idx = 0;

	if (!engine_in_sale(e, act) || !pick_args(e, act, en, &arg, &idx) ||
		!has_price(e, act, idx)) {
		return;
	}
	if (engine_return_fixed(e, act, idx, false)) {
		return;
	}
	trial_begin(e, idx, &t);
	if (!try_discount(e, act, en->command, arg, idx)) {
		trial_undo(e, idx, &t);
		return;
	}
	if (money_cmp(e->basket.line[idx].discount, t.line.discount) == 0 &&
		e->basket.line[idx].discount_ppm == t.line.discount_ppm) {
		trial_undo(e, idx, &t);
		engine_say(act, _("%s: %s off, as it was."),
			engine_short(t.line.item.name, name),
			engine_amount(e, t.line.discount, text));
		return;
	}
	trial_keep(e, idx, &t);
	line_what(e, idx, &t.line.amount, &e->wait_line.amount);
	if (!engine_reason(e, act, REASON_DISCOUNT, &reason) ||
		!engine_permit(
			e, act, PERMIT_DISCOUNT, discount_ppm(&e->wait_line))) {
		e->wait = WAIT_NONE;
		return;
	}
	d = line_event(e, act, EVENT_LINE_DISCOUNTED, idx);
	d->from = t.line.amount.minor;
	d->to = e->wait_line.amount.minor;
	d->ppm = e->wait_line.discount_ppm;
	d->reason = reason;
	d->approver = engine_approver(e);
	engine_say(act, "%s: %s off", engine_short(t.line.item.name, name),
		engine_amount(e, e->wait_line.discount, text));
}

void
engine_quantity(struct engine *e, struct act *act, const struct entry *en)
{
	const char *arg = "";
	struct qty q = {0};
	size_t idx = 0;

	if (!engine_in_sale(e, act) || !pick_args(e, act, en, &arg, &idx)) {
		return;
	}
	if (!engine_parse_qty(act, arg, &q)) {
		return;
	}
	if (engine_return_quantity(e, act, idx, &q)) {
		return;
	}
	if (basket_set_qty(&e->basket, idx, q) != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("That quantity does not go with this line: check it, "
			  "and the line's discount."));
		return;
	}
	act->draft = DRAFT_LINE;
	act->draft_idx = idx;
	act->draft_no = e->basket.line[idx].no;
	engine_say(act, "Quantity %.20s.", arg);
}
