/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card terminal's own day: its end with what it says was paid beside what the
 * register has, its totals without one, and whether it is ready.  No money moves,
 * so that no intent is recorded before.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/currency.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* --- asking --------------------------------------------------------------- */

/* The first terminal, or by its number among the configured ones.  NULL:
 * refused. */
static const struct config_device *
find_terminal(struct engine *e, struct act *act, const char *arg)
{
	int64_t want = 1;
	int64_t n = 0;

	if (arg[0] != '\0' && parse_i64(arg, strlen(arg), 1, CONFIG_DEVICES,
				      &want) != RC_OK) {
		want = 0;
	}
	for (size_t i = 0; i < e->config->n_device; i++) {
		const struct config_device *d = &e->config->device[i];

		if (d->known && d->class_ == DEVICE_PINPAD && ++n == want) {
			return d;
		}
	}
	engine_refuse(act, WORD_NO_TERMINAL,
		n == 0 ? _("No card terminal is configured.")
		       : _("There is no such card terminal."));
	return NULL;
}

void
engine_card_ask_day(struct engine *e, struct act *act, const struct entry *en)
{
	const char *arg = en->before[0] != '\0' ? en->before : en->after;
	const struct config_device *d = find_terminal(e, act, arg);
	struct clock_reading now = clock_read(&e->clock);
	struct engine_payment w = {.purpose = CARD_FOR_NOTHING};

	if (d == NULL) {
		return;
	}
	if (e->pay.card.phase != CARD_IDLE) {
		engine_refuse(act, WORD_CARD_BUSY,
			_("First what became of the payment before: KA, KP or "
			  "KX."));
		return;
	}
	if (en->command == CMD_KE && e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN,
			_("A sale is open: finish or park it first."));
		return;
	}
	w.card.op = en->command == CMD_KE   ? PINPAD_CLOSE
		    : en->command == CMD_KS ? PINPAD_STATUS
					    : PINPAD_TOTALS;
	if (w.card.op == PINPAD_CLOSE) {
		engine_what(e, d->name, NULL, NULL);
		if (!engine_permit(e, act, PERMIT_CARD_CLOSE, 0)) {
			return;
		}
		(void)engine_copy(
			w.approver, sizeof(w.approver), engine_approver(e));
	}
	memcpy(w.card.device, d->name, sizeof(w.card.device));
	w.card.phase = CARD_ASKED;
	w.card.since = now.utc;
	uuid_v7(&e->rng, now.utc, w.card.payment);
	act->card.what = CARD_DO_ASK;
	memcpy(act->card.payment, w.card.payment, UUID_BYTES);
	memcpy(act->card.device, d->name, sizeof(act->card.device));
	act->card.ask.op = w.card.op;
	act->card.ask.currency =
		(uint16_t)currency_number(e->config->currency.code);
	act->card.ask.digits = e->config->currency.digits;
	act->reply.has_card = true;
	act->reply.card_asked = true;
	act->reply.card_op = w.card.op;
	/* nothing is recorded by it */
	e->pay = w;
	engine_say(act, _("The terminal is asked."));
}

/* --- the answer ----------------------------------------------------------- */

static bool
put_totals(struct engine *e, const struct pinpad_result *r,
	struct event_terminal *d)
{
	struct event_terminal_total *row =
		arena_take(&e->arena, PINPAD_TOTAL_ROWS, sizeof(*row));

	if (row == NULL) {
		return false;
	}
	for (size_t i = 0; i < r->n_total && i < PINPAD_TOTAL_ROWS; i++) {
		row[i].name = r->total[i].name;
		row[i].count = r->total[i].count;
		row[i].amount = r->total[i].amount;
		d->count += r->total[i].count;
		d->amount += r->total[i].amount;
		d->n_total++;
	}
	d->total = row;
	if (d->n_total == 0) {
		d->amount = r->amount; /* their sum alone */
	}
	return true;
}

static void
say_closed(struct engine *e, struct act *act, const struct event_terminal *d)
{
	char theirs[AMOUNT_BYTES], ours[AMOUNT_BYTES];

	engine_amount(e, (struct money){d->amount}, theirs);
	engine_amount(e, (struct money){d->paid}, ours);
	if (d->difference == 0) {
		/* cells: 75 */
		engine_say(act, _("The terminal's day is over: %s, as here."),
			theirs);
	} else {
		/* cells: 75 */
		engine_say(act,
			_("The terminal's day is over: it has %s, the register "
			  "%s."),
			theirs, ours);
	}
}

/* Recorded, whatever it is: that it was tried is known then. */
static void
put_closed(struct engine *e, struct act *act, const struct card_said *said)
{
	struct event_terminal *d = &act->event[0].data.terminal;
	const struct pinpad_result *r = said->result;
	struct store_terminal known = {0};
	struct err err = {0};

	d->terminal = e->pay.card.device;
	d->outcome = pinpad_outcome_name(r->outcome);
	d->text = r->text[0] != '\0' ? r->text : NULL;
	d->slip =
		said->slip != NULL && said->slip[0] != '\0' ? said->slip : NULL;
	d->merchant = said->merchant != NULL && said->merchant[0] != '\0'
			      ? said->merchant
			      : NULL;
	d->approver = e->pay.approver[0] != '\0' ? e->pay.approver : NULL;
	if (e->ports.terminal != NULL &&
		e->ports.terminal(e->ports.arg, d->terminal, &known, &err) ==
			RC_OK) {
		d->paid_count = known.paid_count;
		d->paid = known.paid;
	}
	if (pinpad_outcome_paid(r->outcome)) {
		if (!put_totals(e, r, d)) {
			engine_refuse(
				act, WORD_UNAVAILABLE, _("Key it again."));
			return;
		}
		d->difference = d->amount - d->paid;
		say_closed(e, act, d);
	}
	act->event[0].type = EVENT_TERMINAL_CLOSED;
	act->n = 1;
	e->wait = WAIT_CARD;
	e->wait_pay = e->pay;
	e->wait_pay.card.phase = CARD_IDLE;
}

static void
say_totals(struct engine *e, struct act *act, const struct pinpad_result *r)
{
	char text[192], amount[AMOUNT_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < r->n_total; i++) {
		sbuf_printf(&b, "%s%s %lld: %s", i > 0 ? "  " : "",
			r->total[i].name, (long long)r->total[i].count,
			engine_amount(
				e, (struct money){r->total[i].amount}, amount));
	}
	if (r->n_total == 0) {
		sbuf_puts(&b,
			engine_amount(e, (struct money){r->amount}, amount));
	}
	engine_say(act, "%s", text);
}

void
engine_card_day_said(
	struct engine *e, struct act *act, const struct card_said *said)
{
	const struct pinpad_result *r = said->result;
	enum pinpad_op op = e->pay.card.op;
	const char *why = r != NULL ? r->text : said->not_asked;
	bool done = r != NULL && pinpad_outcome_paid(r->outcome);
	struct card_order tell = {.what = CARD_DO_STORED};

	memcpy(tell.payment, e->pay.card.payment, UUID_BYTES);
	memcpy(tell.device, e->pay.card.device, sizeof(tell.device));
	if (op == PINPAD_CLOSE && r != NULL) {
		put_closed(e, act, said);
	}
	if (!done) {
		act->reply.ok = false;
		act->reply.error = engine_words[WORD_CARD_DECLINED].word;
		engine_say(act, _("The terminal: %.120s"),
			why != NULL && why[0] != '\0' ? i18n_text(why)
						      : _("no answer"));
	} else if (op == PINPAD_STATUS) {
		engine_say(act, _("The terminal is ready.  %.100s"),
			i18n_text(r->text));
	} else if (op == PINPAD_TOTALS) {
		say_totals(e, act, r);
	}
	act->card = tell;
	act->reply.has_card = true;
	act->reply.card_op = op;
	act->reply.card_outcome = r != NULL ? r->outcome : PINPAD_ABORTED;
	if (act->n == 0) {
		e->pay.card.phase = CARD_IDLE;
	}
}
