/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of a card terminal: its intent is an act of its own, recorded
 * before the terminal hears of it.  What came of it is engine_card_end.c's.
 */
#include <string.h>

#include "base/i18n.h"
#include "core/currency.h"
#include "register/engine_internal.h"

#include "base/poison.h"

bool
engine_card_takes(const struct engine *e, const struct config_tender *t)
{
	return t->kind == TENDER_CARD && !e->training && !e->by_hand;
}

/* --- while a terminal is asked -------------------------------------------- */

static bool
is_open_sale(const struct engine *e)
{
	return e->basket.n_line > 0 &&
	       memcmp(e->basket.id, e->pay.sale, UUID_BYTES) == 0;
}

bool
engine_card_here(const struct engine *e)
{
	return e->pay.card.phase != CARD_IDLE && is_open_sale(e);
}

static void
refuse_phase(const struct engine *e, struct act *act)
{
	char text[160];
	struct sbuf b;

	switch (e->pay.card.phase) {
	case CARD_ASKED:
		engine_refuse(act, WORD_CARD_BUSY,
			_("The card terminal is asked: wait, or stop it with "
			  "CL."));
		break;
	case CARD_SIGN:
		engine_refuse(act, WORD_SIGNATURE,
			_("Compare the signature: SG it is right, SX it is "
			  "not."));
		break;
	case CARD_UNKNOWN:
		sbuf_init(&b, text, sizeof(text));
		engine_card_say_doubt(e, &b);
		engine_refuse(act, WORD_CARD_UNKNOWN, "%s", text);
		break;
	case CARD_IDLE:
	default:
		break;
	}
}

/* Keys that are taken in each phase. */
static bool
fits_phase(const struct engine *e, enum command c)
{
	static const enum command unknown[] = {
		CMD_KA, CMD_KP, CMD_KX, CMD_CL, CMD_SV, CMD_LK, CMD_UL};

	switch (e->pay.card.phase) {
	case CARD_ASKED:
		return c == CMD_CL;
	case CARD_SIGN:
		return c == CMD_SG || c == CMD_SX;
	case CARD_UNKNOWN:
		for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
			if (unknown[i] == c) {
				return true;
			}
		}
		/* selling goes on where it is about another sale */
		return !is_open_sale(e);
	case CARD_IDLE:
	default:
		return true;
	}
}

bool
engine_card_admit(struct engine *e, const struct input *in, struct act *act)
{
	enum command c = CMD_NONE;
	struct entry en;

	if (e->pay.card.phase == CARD_IDLE || in->kind == INPUT_KEYLOCK ||
		in->kind == INPUT_REFUSE || in->kind == INPUT_REASON ||
		(in->kind == INPUT_LOCK && e->pay.card.phase == CARD_UNKNOWN)) {
		return true;
	}
	if (in->kind == INPUT_ENTRY) {
		entry_parse(in->text, in->len, &en);
		if (en.kind == ENTRY_EMPTY) {
			return true;
		}
		c = en.kind == ENTRY_COMMAND ? en.command : CMD_NONE;
	}
	if (fits_phase(e, c)) {
		return true;
	}
	refuse_phase(e, act);
	return false;
}

bool
engine_card_clear(struct engine *e, struct act *act)
{
	if (e->pay.card.phase == CARD_UNKNOWN && is_open_sale(e)) {
		refuse_phase(e, act);
		return true;
	}
	if (e->pay.card.phase != CARD_ASKED) {
		return false;
	}
	e->pay.card.stopping = true;
	act->card.what = CARD_DO_STOP;
	memcpy(act->card.payment, e->pay.card.payment, UUID_BYTES);
	memcpy(act->card.device, e->pay.card.device, sizeof(act->card.device));
	engine_say(act, _("The terminal is asked to stop; it may be paid "
			  "already."));
	return true;
}

/* --- the intent ----------------------------------------------------------- */

static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

/* The number of the terminal's last payment, so that the next one can be told
 * from it. */
static void
put_last(struct engine *e, struct engine_payment *w)
{
	struct store_terminal known;
	struct err err = {0};

	w->last[0] = '\0';
	if (e->ports.terminal != NULL &&
		e->ports.terminal(e->ports.arg, w->card.device, &known, &err) ==
			RC_OK) {
		(void)engine_copy(w->last, sizeof(w->last), known.receipt);
	}
}

static void
put_started(struct engine *e, const struct engine_payment *w, struct event *ev)
{
	struct event_payment *d = &ev->data.payment;

	memset(ev, 0, sizeof(*ev));
	ev->type = EVENT_PAYMENT_STARTED;
	memcpy(d->payment, w->card.payment, UUID_BYTES);
	memcpy(d->sale, w->sale, UUID_BYTES);
	d->op = pinpad_op_name(w->card.op);
	d->tender = w->card.code;
	d->name = unless_empty(w->card.name);
	d->terminal = w->card.device;
	d->amount = w->card.amount.minor;
	d->of = unless_empty(w->of);
	d->receipt = unless_empty(w->receipt);
	d->last = unless_empty(w->last);
	d->approver = engine_approver(e);
}

static void
put_order(const struct engine *e, const struct engine_payment *w,
	struct card_order *o)
{
	const struct currency *c = &e->config->currency;
	int64_t minor = w->card.amount.minor;

	memset(o, 0, sizeof(*o));
	o->what = CARD_DO_ASK;
	memcpy(o->payment, w->card.payment, UUID_BYTES);
	memcpy(o->device, w->card.device, sizeof(o->device));
	o->ask.op = w->card.op;
	o->ask.amount = minor < 0 ? -minor : minor;
	o->ask.currency = (uint16_t)currency_number(c->code);
	o->ask.digits = c->digits;
	uuid_format(w->card.payment, o->ask.ref);
	memcpy(o->ask.receipt, w->receipt, sizeof(o->ask.receipt));
	memcpy(o->ask.trace, w->trace, sizeof(o->ask.trace));
	memcpy(o->ask.auth, w->auth, sizeof(o->ask.auth));
}

bool
engine_card_start(
	struct engine *e, struct act *act, const struct engine_payment *w)
{
	struct clock_reading now = clock_read(&e->clock);

	if (act->n == ACT_EVENTS) {
		return false;
	}
	e->wait_pay = *w;
	uuid_v7(&e->rng, now.utc, e->wait_pay.card.payment);
	e->wait_pay.card.since = now.utc;
	e->wait_pay.card.phase = CARD_ASKED;
	put_last(e, &e->wait_pay);
	put_started(e, &e->wait_pay, &act->event[act->n++]);
	put_order(e, &e->wait_pay, &act->card);
	act->reply.has_card = true;
	act->reply.card_asked = true;
	act->reply.card_op = w->card.op;
	act->reply.card_amount = w->card.amount;
	e->wait = WAIT_CARD;
	return true;
}

bool
engine_card_begin(struct engine *e, struct act *act,
	const struct config_tender *t, struct engine_payment *w)
{
	const struct config_device *d = config_device_find(e->config,
		DEVICE_PINPAD, t->terminal[0] != '\0' ? t->terminal : NULL);

	memset(w, 0, sizeof(*w));
	if (e->pay.card.phase != CARD_IDLE) {
		refuse_phase(e, act);
		return false;
	}
	if (d == NULL) {
		engine_refuse(act, WORD_NO_TERMINAL,
			_("%s has no card terminal: name one in holdfast.conf, "
			  "or take it in cash."),
			engine_tender_name(t->name));
		return false;
	}
	memcpy(w->card.code, t->code, sizeof(w->card.code));
	memcpy(w->card.name, t->name, sizeof(w->card.name));
	memcpy(w->card.device, d->name, sizeof(w->card.device));
	memcpy(w->sale, e->basket.id, UUID_BYTES);
	return true;
}

bool
engine_card_room(struct engine *e, struct act *act)
{
	if (e->n_tender < ENGINE_TENDERS - 1 && e->next_tender < UINT32_MAX) {
		return true;
	}
	engine_refuse(act, WORD_SALE_FULL,
		_("So many parts no sale takes: pay the rest at once."));
	return false;
}

void
engine_card_pay(struct engine *e, struct act *act,
	const struct config_tender *t, struct money amount)
{
	struct engine_payment w;
	char text[AMOUNT_BYTES];

	if (!engine_card_room(e, act) || !engine_card_begin(e, act, t, &w)) {
		return;
	}
	w.card.op = amount.minor < 0 ? PINPAD_REFUND : PINPAD_PAY;
	w.card.amount = amount;
	w.purpose = CARD_FOR_PART;
	if (!engine_card_start(e, act, &w)) {
		return;
	}
	/* the lines it is paid for must not be the ones a cut takes */
	act->draft = DRAFT_SURE;
	if (amount.minor < 0) {
		/* cells: 75 */
		engine_say(act, _("%s: %s goes back; see the terminal."),
			engine_tender_name(t->name),
			engine_amount(e, money_neg(amount), text));
		return;
	}
	/* cells: 75 */
	engine_say(act, _("%s: %s; see the terminal."),
		engine_tender_name(t->name), engine_amount(e, amount, text));
}

/* --- what was paid goes back ---------------------------------------------- */

void
engine_card_reverse(struct engine *e, struct engine_payment *w,
	const struct engine_tender *t)
{
	memset(w, 0, sizeof(*w));
	memcpy(w->card.code, t->code, sizeof(w->card.code));
	memcpy(w->card.name, t->name, sizeof(w->card.name));
	memcpy(w->card.device, t->device, sizeof(w->card.device));
	memcpy(w->sale, e->basket.id, UUID_BYTES);
	w->card.op = PINPAD_REVERSE;
	w->card.amount = money_neg(t->amount);
	w->purpose = CARD_FOR_BACK;
	memcpy(w->of, t->payment, sizeof(w->of));
	memcpy(w->receipt, t->receipt, sizeof(w->receipt));
	memcpy(w->trace, t->trace, sizeof(w->trace));
	memcpy(w->auth, t->auth, sizeof(w->auth));
}

void
engine_card_back(struct engine *e, struct act *act)
{
	const struct engine_tender *t = &e->tender[e->n_tender - 1];
	struct engine_payment w;
	char text[AMOUNT_BYTES];

	if (e->pay.card.phase != CARD_IDLE && e->pay.card.phase != CARD_SIGN) {
		refuse_phase(e, act);
		return;
	}
	engine_card_reverse(e, &w, t);
	w.signs = e->pay.card.phase == CARD_SIGN;
	if (engine_card_start(e, act, &w)) {
		act->draft = DRAFT_SURE;
		/* cells: 75 */
		engine_say(act, _("%s %s is given back; see the terminal."),
			engine_tender_name(t->name),
			engine_amount(e, t->amount, text));
	}
}

bool
engine_card_cancel(struct engine *e, struct act *act)
{
	struct money total = e->basket.total.gross;
	const char *reason = NULL;
	char text[AMOUNT_BYTES];
	struct engine_payment w;

	for (size_t i = 0; i < e->n_tender; i++) {
		if (!engine_tender_is_card(&e->tender[i])) {
			return false;
		}
	}
	if (e->n_tender == 0) {
		return false;
	}
	if (engine_card_held(e, act)) {
		return true;
	}
	if (e->pay.card.phase != CARD_IDLE) {
		refuse_phase(e, act);
		return true;
	}
	engine_what(e, engine_amount(e, total, text), NULL, NULL);
	if (!engine_reason(e, act, REASON_CANCEL, &reason) ||
		!engine_permit(e, act, PERMIT_SALE_VOID,
			total.minor < 0 ? -total.minor : total.minor)) {
		return true;
	}
	engine_card_reverse(e, &w, &e->tender[e->n_tender - 1]);
	w.cancels = true;
	(void)engine_copy(w.reason, sizeof(w.reason), reason);
	(void)engine_copy(w.approver, sizeof(w.approver), engine_approver(e));
	if (engine_card_start(e, act, &w)) {
		act->draft = DRAFT_SURE;
		/* cells: 75 */
		engine_say(act,
			_("What the card paid is given back, then the sale "
			  "ends."));
	}
	return true;
}

/* --- what a person says --------------------------------------------------- */

static void
refuse_no_payment(struct act *act)
{
	engine_refuse(
		act, WORD_NO_PAYMENT, _("No card payment waits for that."));
}

static void
sign(struct engine *e, struct act *act, bool right)
{
	if (e->pay.card.phase != CARD_SIGN || e->n_tender == 0) {
		refuse_no_payment(act);
		return;
	}
	if (!right) {
		engine_card_back(e, act);
		return;
	}
	e->pay.card.phase = CARD_IDLE;
	engine_say(act, _("The signature is right."));
}

static void
ask_again(struct engine *e, struct act *act)
{
	if (e->pay.card.phase != CARD_UNKNOWN) {
		refuse_no_payment(act);
		return;
	}
	put_order(e, &e->pay, &act->card);
	act->card.ask.op = PINPAD_LAST;
	engine_say(act, _("The terminal is asked for its last payment."));
}

static void
decide(struct engine *e, struct act *act, const struct entry *en)
{
	struct engine_card *c = &e->pay.card;
	const char *arg = en->before[0] != '\0' ? en->before : en->after;
	struct money all = c->amount, amount;
	char what[128];
	struct sbuf b;

	if (c->phase != CARD_UNKNOWN) {
		refuse_no_payment(act);
		return;
	}
	all.minor = all.minor < 0 ? -all.minor : all.minor;
	amount = all;
	if (arg[0] != '\0' &&
		!engine_parse_amount(e, act, arg, all.minor, &amount)) {
		return;
	}
	if (amount.minor == 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Nothing was charged?  Key KX."));
		return;
	}
	sbuf_init(&b, what, sizeof(what));
	engine_card_say_decides(e, en->command == CMD_KP, amount, &b);
	engine_what(e, what, NULL, NULL);
	if (engine_permit(e, act, PERMIT_CARD_DECIDE, all.minor)) {
		engine_card_decide(e, act, en->command == CMD_KP, amount);
	}
}

void
engine_card_command(struct engine *e, struct act *act, const struct entry *en)
{
	switch ((int)en->command) {
	case CMD_SG:
	case CMD_SX:
		sign(e, act, en->command == CMD_SG);
		break;
	case CMD_KA:
		ask_again(e, act);
		break;
	case CMD_KP:
	case CMD_KX:
		decide(e, act, en);
		break;
	case CMD_KR:
		engine_card_reserve(
			e, act, en->before[0] != '\0' ? en->before : en->after);
		break;
	case CMD_KC:
	case CMD_KL:
		engine_card_end_held(e, act, en);
		break;
	default:
		engine_card_ask_day(e, act, en);
		break;
	}
}

/* --- once it is recorded -------------------------------------------------- */

void
engine_settle_card(struct engine *e)
{
	bool part = e->wait_pay.card.phase == CARD_ASKED &&
		    e->wait_pay.purpose == CARD_FOR_PART;

	if (e->wait_take) {
		e->tender[e->n_tender++] = e->wait_tender;
		e->next_tender = e->wait_tender.no + 1;
		part = true;
	}
	if (e->wait_back && e->n_tender > 0) {
		e->n_tender--;
	}
	if (e->wait_gone) {
		engine_return_end(e);
		engine_empty(e);
	}
	if (part) {
		e->state = ENGINE_PAY;
		e->price_check = false;
	}
	e->pay = e->wait_pay;
}
