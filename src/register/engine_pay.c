/* SPDX-License-Identifier: Apache-2.0 */
/* Total, cash, and the event of a finished sale. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "register/engine_internal.h"

#include "base/poison.h"

enum rc
engine_cash_due(
	const struct engine *e, struct money *ret, struct money *ret_rounding)
{
	struct money total = e->basket.total.gross, due = total;
	enum rc rc = RC_OK;

	if (e->config->currency.cash_step > 1) {
		rc = money_round_step(total, e->config->currency.cash_step,
			e->config->cash_round, &due);
	}
	if (rc == RC_OK) {
		*ret = due;
		ret_rounding->minor = due.minor - total.minor;
	}
	return rc;
}

void
engine_total(struct engine *e, struct act *act)
{
	char text[AMOUNT_BYTES];

	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_SALE,
			"Nothing to pay yet: scan an item first.");
		return;
	}
	e->state = ENGINE_PAY;
	e->price_check = false;
	engine_say(act, "Due %s %s.", e->config->currency.code,
		engine_amount(e, e->basket.total.gross, text));
}

enum rc
engine_event_lines(struct engine *e, const struct event_line **ret)
{
	const struct basket *b = &e->basket;
	struct event_discount *discount;
	struct event_line *line;

	line = arena_take(&e->arena, b->n_line, sizeof(*line));
	discount = arena_take(&e->arena, b->n_line, sizeof(*discount));
	if (line == NULL || discount == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];

		line[i] = (struct event_line){.no = l->no,
			.code = l->item.code,
			.kind = code_kind_name(l->item.kind),
			.name = l->item.name,
			.dept = l->item.dept,
			.qty = l->qty.milli,
			.price = l->price.minor,
			.overridden = l->overridden,
			.list = l->overridden ? l->item.price.minor : 0,
			.amount = l->amount.minor,
			.tax = l->item.tax};
		if (l->discount.minor == 0) {
			continue;
		}
		discount[i].ppm = l->discount_ppm;
		discount[i].amount = l->discount.minor;
		line[i].discount = &discount[i];
		line[i].n_discount = 1;
	}
	*ret = line;
	return RC_OK;
}

/* A row for each class that a line of the sale has, be it 0.00. */
static enum rc
event_taxes(struct engine *e, struct event_sale *s)
{
	const struct basket *b = &e->basket;
	bool used[TAX_CLASS_MAX] = {false};
	struct event_tax *tax;

	tax = arena_take(&e->arena, TAX_CLASS_MAX, sizeof(*tax));
	if (tax == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		used[b->line[i].tax_idx] = true;
	}
	for (size_t i = 0; i < b->tax->n_class; i++) {
		if (!used[i]) {
			continue;
		}
		tax[s->n_tax].code = b->tax->class_[i].code;
		tax[s->n_tax].rate = b->tax->class_[i].rate_ppm;
		tax[s->n_tax].net = b->by_class[i].net.minor;
		tax[s->n_tax].tax = b->by_class[i].tax.minor;
		tax[s->n_tax].gross = b->by_class[i].gross.minor;
		s->n_tax++;
	}
	s->tax = tax;
	return RC_OK;
}

static enum rc
event_sale(struct engine *e, struct act *act, struct money tendered,
	struct money due, struct money rounding)
{
	const struct basket *b = &e->basket;
	struct event_sale *s = &act->event[0].data.sale;
	struct event_tender *tender;
	enum rc rc;

	act->event[0].type = EVENT_SALE_COMPLETED;
	act->n = 1;
	(void)snprintf(act->reply.number, sizeof(act->reply.number),
		"%s-%06" PRIu64, e->prefix, e->next_sale);
	memcpy(s->sale, b->id, UUID_BYTES);
	s->number = arena_text(
		&e->arena, act->reply.number, strlen(act->reply.number));
	s->opened = b->opened;
	s->currency = e->config->currency.code;
	s->digits = e->config->currency.digits;
	s->prices = b->tax->included ? "included" : "added";
	s->n_line = b->n_line;
	s->total = b->total.gross.minor;
	s->rounding = rounding.minor;
	s->receipt = engine_has_printer(e) ? "print" : "none";
	s->drawer = engine_has_drawer(e) && tendered.minor > 0;
	tender = arena_take(&e->arena, 1, sizeof(*tender));
	if (s->number == NULL || tender == NULL) {
		return RC_NOMEM;
	}
	tender->tender = "cash";
	tender->amount = due.minor;
	tender->tendered = tendered.minor;
	tender->change = tendered.minor - due.minor;
	s->tender = tender;
	s->n_tender = 1;
	rc = event_taxes(e, s);
	if (rc == RC_OK) {
		rc = engine_event_lines(e, &s->line);
	}
	return rc;
}

/* Everything that follows from a sale that can be recorded. */
static void
finish(struct engine *e, struct act *act, struct money tendered,
	struct money due)
{
	const struct event_sale *s = &act->event[0].data.sale;
	char text[AMOUNT_BYTES];

	if (s->drawer) {
		act->event[1].type = EVENT_DRAWER_OPENED;
		act->event[1].data.drawer.reason = "sale";
		act->event[1].data.drawer.number = s->number;
		act->n = 2;
	}
	act->drawer = s->drawer;
	act->print = engine_has_printer(e);
	act->print_idx = 0;
	memcpy(act->print_number, act->reply.number, sizeof(act->print_number));
	act->draft = DRAFT_GONE;
	act->reply.sold = true;
	act->reply.total = e->basket.total.gross;
	act->reply.tendered = tendered;
	act->reply.change.minor = tendered.minor - due.minor;
	e->wait = WAIT_SOLD;
	engine_say(act, "Change %s %s.", e->config->currency.code,
		engine_amount(e, act->reply.change, text));
}

/* What was handed over: coins there are, and enough of them. */
static bool
parse_tendered(struct engine *e, struct act *act, const char *amount,
	struct money due, struct money *ret)
{
	char given[AMOUNT_BYTES], want[AMOUNT_BYTES];
	int64_t max = e->config->max_amount, step;

	if (max < 2 * due.minor && due.minor < MONEY_MAX / 2) {
		max = 2 * due.minor;
	}
	if (!engine_parse_amount(e, act, amount, max, ret)) {
		if (act->reply.error == engine_words[WORD_TOO_LARGE].word) {
			engine_refuse(act, WORD_TOO_LARGE,
				"That is more than can be keyed at once: CA "
				"alone takes exactly %s.",
				engine_amount(e, due, want));
		}
		return false;
	}
	if (money_cmp(*ret, due) < 0) {
		engine_refuse(act, WORD_SHORT,
			"Cash %s is less than %s due: key the whole amount.",
			engine_amount(e, *ret, given),
			engine_amount(e, due, want));
		return false;
	}
	step = e->config->currency.cash_step;
	if (step > 1 && ret->minor % step != 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			"Cash comes in steps of %s: key what was handed over.",
			engine_amount(e, (struct money){step}, want));
		return false;
	}
	return true;
}

void
engine_cash(struct engine *e, struct act *act, const char *amount)
{
	struct money due = {0}, rounding = {0}, tendered;

	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_SALE,
			"Nothing to pay yet: scan an item first.");
		return;
	}
	if (engine_cash_due(e, &due, &rounding) != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			"The total is too large for cash: void a line.");
		return;
	}
	tendered = due;
	if (amount[0] != '\0' &&
		!parse_tendered(e, act, amount, due, &tendered)) {
		return;
	}
	if (event_sale(e, act, tendered, due, rounding) != RC_OK ||
		!event_balances(&act->event[0])) {
		engine_refuse(act, WORD_UNAVAILABLE,
			"The sale could not be put together: park it with PK.");
		return;
	}
	finish(e, act, tendered, due);
}

void
engine_settle_sold(struct engine *e, const struct act *act)
{
	e->has_prev = true;
	memcpy(e->prev_number, act->reply.number, sizeof(e->prev_number));
	e->prev_total = act->reply.total;
	e->prev_tendered = act->reply.tendered;
	e->prev_change = act->reply.change;
	e->next_sale++;
	engine_empty(e);
}
