/* SPDX-License-Identifier: Apache-2.0 */
/* Total, paying, and the event of a finished sale. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* More than this many times the due is asked again. */
#define AGAIN_TIMES 10

/* What makers' coupons pay is a part of the total. */
static struct money
to_pay(const struct engine *e)
{
	const struct basket *b = &e->basket;

	return (struct money){b->total.gross.minor - b->coupons.minor};
}

struct money
engine_bill_rounding(const struct engine *e)
{
	struct money all = to_pay(e), bill = all;

	/* a sum that is too large to be rounded is due as it is */
	if (e->config->bill_step > 1 &&
		money_round_step(all, e->config->bill_step,
			e->config->bill_round, &bill) != RC_OK) {
		bill = all;
	}
	return (struct money){bill.minor - all.minor};
}

struct money
engine_due(const struct engine *e)
{
	return (struct money){to_pay(e).minor + engine_bill_rounding(e).minor -
			      engine_paid(e).minor};
}

enum rc
engine_cash_due(
	const struct engine *e, struct money *ret, struct money *ret_rounding)
{
	struct money rest = engine_due(e);
	struct money due = rest;
	enum rc rc = RC_OK;

	if (e->config->currency.cash_step > 1) {
		rc = money_round_step(rest, e->config->currency.cash_step,
			e->config->cash_round, &due);
	}
	if (rc == RC_OK) {
		*ret = due;
		ret_rounding->minor = due.minor - rest.minor;
	}
	return rc;
}

void
engine_would(const struct engine_view *v, struct money given,
	struct money *ret_change, struct money *ret_left)
{
	int64_t left = v->cash_due.minor - given.minor;

	ret_change->minor = left < 0 ? -left : 0;
	ret_left->minor = left > 0 ? left : 0;
}

/* Nothing more than a word: what is sold is sold. */
static bool
asks_buyer(const struct engine *e)
{
	int64_t from = e->config->receipt.buyer_from;

	return from > 0 && e->basket.total.gross.minor >= from &&
	       e->basket.buyer.vat[0] == '\0';
}

void
engine_total(struct engine *e, struct act *act)
{
	char text[AMOUNT_BYTES], name[SHORT_BYTES];

	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_SALE,
			_("Nothing to pay yet: scan an item first."));
		return;
	}
	if (!engine_resolved(e, act)) {
		return;
	}
	if (!engine_return_check(e, act)) {
		return;
	}
	e->state = ENGINE_PAY;
	e->price_check = false;
	if (engine_due(e).minor < 0) {
		engine_say(act, _("To pay out: %s %s."),
			e->config->currency.code,
			engine_amount(e, money_neg(engine_due(e)), text));
		return;
	}
	if (!asks_buyer(e) && engine_idle_coupon(e, name)) {
		engine_say(act,
			_("Due %s %s.  Coupon %s takes nothing off this sale."),
			e->config->currency.code,
			engine_amount(e, engine_due(e), text), name);
		return;
	}
	engine_say(act,
		asks_buyer(e) ? _("Due %s %s.  The receipt names the buyer "
				  "from this total on: Esc, VN and the number.")
			      : _("Due %s %s."),
		e->config->currency.code,
		engine_amount(e, engine_due(e), text));
}

/* What finishes the sale. */
struct last {
	const struct config_tender *tender;
	struct money given;    /* handed over */
	struct money amount;   /* what it pays, given less the change */
	struct money rounding; /* paid more or less than the sale */
};

static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

static void
put_tender(struct event_tender *to, const char *code, const char *name,
	struct money amount, struct money given)
{
	to->tender = engine_tender_word(code);
	to->name = name[0] != '\0' ? name : NULL;
	to->amount = amount.minor;
	to->tendered = given.minor;
	to->change = given.minor - amount.minor;
}

/* Cash does, and what the shop wants to have in it. */
static bool
opens_drawer(const struct engine *e, const struct last *l)
{
	bool opens =
		l->tender != NULL && l->tender->drawer && l->given.minor != 0;

	for (size_t i = 0; i < e->n_tender; i++) {
		const struct config_tender *t =
			config_tender_find(e->config, e->tender[i].code);

		opens = opens || (t != NULL && t->drawer);
	}
	return engine_has_drawer(e) &&
	       (opens || l->given.minor > l->amount.minor);
}

/* Makers' coupons pay first. */
static size_t
put_makers(const struct basket *b, struct event_tender *to)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_coupon; i++) {
		const struct basket_coupon *had = &b->coupon[i];
		const struct coupon *c =
			rules_coupon(b->rules, (size_t)had->rule);

		if (c->maker && had->amount.minor > 0) {
			to[n].tender = c->tender;
			to[n].name = c->name[0] != '\0' ? c->name : c->id;
			to[n].amount = had->amount.minor;
			to[n].tendered = had->amount.minor;
			to[n++].rule = c->id;
		}
	}
	return n;
}

static enum rc
event_tenders(struct engine *e, struct event_sale *s, const struct last *l)
{
	struct event_tender *t = arena_take(
		&e->arena, e->n_tender + e->basket.n_coupon + 1, sizeof(*t));

	if (t == NULL) {
		return RC_NOMEM;
	}
	s->n_tender = put_makers(&e->basket, t);
	t += s->n_tender;
	for (size_t i = 0; i < e->n_tender; i++) {
		const struct engine_tender *p = &e->tender[i];

		put_tender(&t[i], p->code, p->name, p->amount, p->tendered);
		t[i].payment = unless_empty(p->payment);
		t[i].card = unless_empty(p->card);
		t[i].last4 = unless_empty(p->last4);
		t[i].auth = unless_empty(p->auth);
		t[i].offline = p->offline;
	}
	s->tender = t - s->n_tender;
	s->n_tender += e->n_tender;
	if (l->tender != NULL) {
		put_tender(&t[e->n_tender], l->tender->code, l->tender->name,
			l->amount, l->given);
		s->n_tender++;
	}
	return RC_OK;
}

static enum rc
event_sale(struct engine *e, struct act *act, const struct last *l)
{
	const struct basket *b = &e->basket;
	struct event_sale *s = &act->event[0].data.sale;
	enum rc rc;

	act->event[0].type = EVENT_SALE_COMPLETED;
	act->n = 1;
	(void)snprintf(act->reply.number, sizeof(act->reply.number),
		"%s-%06" PRIu64, e->series.prefix, e->series.next_sale);
	memcpy(s->sale, b->id, UUID_BYTES);
	s->number = arena_text(
		&e->arena, act->reply.number, strlen(act->reply.number));
	s->opened = b->opened;
	s->currency = e->config->currency.code;
	s->digits = e->config->currency.digits;
	s->prices = b->tax->included ? "included" : "added";
	s->n_line = b->n_line;
	s->age = b->age;
	s->group = unless_empty(b->buyer.group);
	s->certificate = unless_empty(b->buyer.certificate);
	s->vat = unless_empty(b->buyer.vat);
	s->comment = unless_empty(b->comment);
	s->total = b->total.gross.minor;
	s->bill_rounding = engine_bill_rounding(e).minor;
	s->rounding = l->rounding.minor + s->bill_rounding;
	s->receipt = engine_has_printer(e) ? "print" : "none";
	s->drawer = opens_drawer(e, l);
	rc = s->number == NULL ? RC_NOMEM : event_tenders(e, s, l);
	if (rc == RC_OK) {
		rc = engine_event_taxes(e, s);
	}
	if (rc == RC_OK) {
		rc = engine_event_lines(e, false, &s->line);
	}
	return rc;
}

/* Everything that follows from a sale that can be recorded. */
static void
finish(struct engine *e, struct act *act, const struct last *l)
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
	for (size_t i = 0; i < s->n_tender; i++) {
		act->reply.tendered.minor += s->tender[i].tendered;
		act->reply.change.minor += s->tender[i].change;
	}
	e->wait = WAIT_SOLD;
	if (l->tender == NULL && act->reply.tendered.minor < 0) {
		engine_say(act, _("%s %s is back on the card."),
			e->config->currency.code,
			engine_amount(e, money_neg(act->reply.tendered), text));
		return;
	}
	if (l->tender == NULL && act->reply.change.minor == 0) {
		engine_say(act, _("Paid %s %s."), e->config->currency.code,
			engine_amount(e, act->reply.tendered, text));
		return;
	}
	if (act->reply.tendered.minor < 0) {
		engine_say(act, _("Pay out %s %s."), e->config->currency.code,
			engine_amount(e, money_neg(act->reply.tendered), text));
		return;
	}
	engine_say(act, _("Change %s %s."), e->config->currency.code,
		engine_amount(e, act->reply.change, text));
}

/* A slip of the finger, or a code where an amount belongs: far more than is
 * due, and more than the notes one has in hand. */
static bool
is_sure(struct engine *e, struct act *act, const struct config_tender *t,
	struct money given, struct money due)
{
	const struct engine_tender *was = &e->was_again;
	int64_t note = cash_note(&e->config->currency).minor;
	char given_text[AMOUNT_BYTES], want[AMOUNT_BYTES];

	if (e->sure || given.minor <= AGAIN_TIMES * note ||
		given.minor / AGAIN_TIMES < due.minor ||
		given.minor == AGAIN_TIMES * due.minor ||
		(strcmp(was->code, t->code) == 0 &&
			was->tendered.minor == given.minor)) {
		return true;
	}
	engine_refuse(act, WORD_AGAIN,
		_("%s %s where only %s is due?  Key it once more if that is "
		  "right."),
		engine_tender_name(t->name),
		engine_amount(e, given, given_text),
		engine_amount(e, due, want));
	memcpy(e->again.code, t->code, sizeof(e->again.code));
	e->again.tendered = given;
	return false;
}

static void
refuse_large(struct engine *e, struct act *act, const struct config_tender *t,
	struct money due)
{
	char text[AMOUNT_BYTES];

	engine_refuse(act, WORD_TOO_LARGE,
		_("That is more than can be keyed at once: %s alone takes "
		  "exactly %s."),
		t->code, engine_amount(e, due, text));
}

/* What was handed over. */
static bool
parse_given(struct engine *e, struct act *act, const struct config_tender *t,
	const char *amount, struct money due, struct money *ret)
{
	int64_t max = e->config->max_amount, step;
	char text[AMOUNT_BYTES];

	if (max < 2 * due.minor && due.minor < MONEY_MAX / 2) {
		max = 2 * due.minor;
	}
	if (!engine_parse_amount(e, act, amount, max, ret)) {
		if (act->reply.error == engine_words[WORD_TOO_LARGE].word) {
			refuse_large(e, act, t, due);
		}
		return false;
	}
	step = e->config->currency.cash_step;
	if (t->kind == TENDER_CASH && step > 1 && ret->minor % step != 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Cash comes in steps of %s: key what was handed over."),
			engine_amount(e, (struct money){step}, text));
		return false;
	}
	return true;
}

/* Amounts that this tender does not take. */
static bool
may_be(struct engine *e, struct act *act, const struct config_tender *t,
	struct money given, struct money due)
{
	char text[AMOUNT_BYTES];

	if (due.minor < 0 && given.minor != due.minor) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("%s goes back to the customer: key %s alone."),
			engine_amount(e, money_neg(due), text), t->code);
		return false;
	}
	if (given.minor == 0 && due.minor > 0) {
		engine_refuse(act, WORD_SHORT,
			_("%s 0 pays nothing: %s is due."),
			engine_tender_name(t->name),
			engine_amount(e, due, text));
		return false;
	}
	if ((!t->overpay || engine_card_takes(e, t)) &&
		money_cmp(given, due) > 0) {
		engine_refuse(act, WORD_NO_CHANGE,
			_("%s gives no change: key at most %s."),
			engine_tender_name(t->name),
			engine_amount(e, due, text));
		return false;
	}
	if (t->limit > 0 && given.minor > t->limit) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("%s takes at most %s at once: key a part."),
			engine_tender_name(t->name),
			engine_amount(e, (struct money){t->limit}, text));
		return false;
	}
	return is_sure(e, act, t, given, due);
}

/* The last part: change is cash, in coins that there are. */
static enum rc
settle_last(const struct engine *e, struct last *l, struct money due)
{
	struct money change = {l->given.minor - due.minor};
	enum rc rc = RC_OK;

	if (l->tender->kind != TENDER_CASH &&
		e->config->currency.cash_step > 1) {
		rc = money_round_step(change, e->config->currency.cash_step,
			e->config->cash_round, &change);
		l->rounding.minor = l->given.minor - change.minor - due.minor;
	}
	l->amount.minor = l->given.minor - change.minor;
	return rc;
}

static void
complete(struct engine *e, struct act *act, const struct last *l)
{
	if (event_sale(e, act, l) != RC_OK || !event_balances(&act->event[0])) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The sale could not be put together: park it with PK."));
		return;
	}
	finish(e, act, l);
}

/* A card paid the rest: nothing more is handed over. */
static bool
is_paid(const struct engine *e, const char *amount)
{
	return e->n_tender > 0 && engine_due(e).minor == 0 && amount[0] == '\0';
}

void
engine_pay(struct engine *e, struct act *act, const struct config_tender *t,
	const char *amount)
{
	struct money due = engine_due(e);
	struct last l = {.tender = t};

	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_SALE,
			_("Nothing to pay yet: scan an item first."));
		return;
	}
	if (!engine_resolved(e, act)) {
		return;
	}
	if (!engine_return_check(e, act) ||
		(e->n_tender == 0 && !engine_pays_back(e, act))) {
		return;
	}
	if (is_paid(e, amount)) {
		complete(e, act, &(struct last){0});
		return;
	}
	if (t->kind == TENDER_CASH &&
		engine_cash_due(e, &due, &l.rounding) != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The total is too large for cash: void a line."));
		return;
	}
	l.given = due;
	if (amount[0] != '\0' &&
		!parse_given(e, act, t, amount, due, &l.given)) {
		return;
	}
	if (!may_be(e, act, t, l.given, due)) {
		return;
	}
	if (!engine_day_is_open(e, act) ||
		((t->kind == TENDER_CASH || t->drawer ||
			 money_cmp(l.given, due) > 0) &&
			!engine_may_cash(e, act))) {
		return;
	}
	if (engine_card_takes(e, t) && l.given.minor != 0) {
		engine_card_pay(e, act, t, l.given);
		return;
	}
	if (money_cmp(l.given, due) < 0) {
		engine_tender_take(e, act, t, l.given);
		return;
	}
	if (settle_last(e, &l, due) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The sale could not be put together: park it with PK."));
		return;
	}
	complete(e, act, &l);
}

static void
keep_tenders(struct engine *e, const struct event_sale *s)
{
	e->n_prev_tender = 0;
	for (size_t i = 0; i < s->n_tender && i < ENGINE_TENDERS; i++) {
		struct engine_tender *to = &e->prev_tender[e->n_prev_tender++];
		const struct event_tender *from = &s->tender[i];
		struct sbuf code, name;

		memset(to, 0, sizeof(*to));
		sbuf_init(&code, to->code, sizeof(to->code));
		sbuf_init(&name, to->name, sizeof(to->name));
		sbuf_puts(&code, from->name != NULL ? from->tender : "CA");
		sbuf_puts(&name, from->name != NULL ? from->name : "");
		to->no = (uint32_t)i + 1;
		to->amount.minor = from->amount;
		to->tendered.minor = from->tendered;
		(void)engine_copy(
			to->payment, sizeof(to->payment), from->payment);
		(void)engine_copy(to->card, sizeof(to->card), from->card);
		(void)engine_copy(to->last4, sizeof(to->last4), from->last4);
		(void)engine_copy(to->auth, sizeof(to->auth), from->auth);
		to->offline = from->offline;
	}
}

void
engine_settle_sold(struct engine *e, const struct act *act)
{
	e->has_prev = true;
	memcpy(e->prev_number, act->reply.number, sizeof(e->prev_number));
	e->prev_total = act->reply.total;
	e->prev_tendered = act->reply.tendered;
	e->prev_change = act->reply.change;
	e->prev_time = act->event[0].time;
	e->prev_seq = act->event[0].sequence;
	keep_tenders(e, &act->event[0].data.sale);
	e->series.next_sale++;
	engine_empty(e);
}
