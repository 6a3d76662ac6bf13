/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of a card payment: it and what follows from it for the sale are one
 * group of events, and only behind that the terminal is told.
 */
#include <string.h>

#include "base/i18n.h"
#include "core/currency.h"
#include "register/card_match.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* What is known about the end of a payment, from wherever it is known. */
struct end {
	enum pinpad_outcome outcome;
	const char *how;
	const struct pinpad_result *result; /* NULL: a person said so */
	const char *slip, *merchant;
	const char *text;
	struct money amount; /* that moved, with its sign */
};

static const char *
unless_empty(const char *s)
{
	return s != NULL && s[0] != '\0' ? s : NULL;
}

static struct money
magnitude(struct money m)
{
	return m.minor < 0 ? money_neg(m) : m;
}

static bool
is_open_sale(const struct engine *e)
{
	return e->basket.n_line > 0 &&
	       memcmp(e->basket.id, e->pay.sale, UUID_BYTES) == 0;
}

/* --- the event ------------------------------------------------------------ */

static void
put_end(struct engine *e, struct act *act, const struct end *end)
{
	struct event *ev = &act->event[act->n++];
	struct event_payment_end *d = &ev->data.payment_end;
	const struct pinpad_result *r = end->result;

	memset(ev, 0, sizeof(*ev));
	ev->type = EVENT_PAYMENT_ENDED;
	memcpy(d->payment, e->pay.card.payment, UUID_BYTES);
	memcpy(d->sale, e->pay.sale, UUID_BYTES);
	d->outcome = pinpad_outcome_name(end->outcome);
	d->how = end->how;
	d->amount = end->amount.minor;
	d->text = unless_empty(end->text);
	d->slip = unless_empty(end->slip);
	d->merchant = unless_empty(end->merchant);
	d->approver = engine_approver(e);
	if (r == NULL) {
		return;
	}
	d->terminal = unless_empty(r->terminal);
	d->receipt = unless_empty(r->receipt);
	d->trace = unless_empty(r->trace);
	d->auth = unless_empty(r->auth);
	d->card = unless_empty(r->card);
	d->last4 = unless_empty(r->last4);
	d->aid = unless_empty(r->aid);
	d->entry = unless_empty(r->entry);
	d->check = pinpad_outcome_paid(r->outcome) ? pinpad_check_name(r->check)
						   : NULL;
	d->when = unless_empty(r->when);
	d->code = r->code > 0 ? r->code : 0;
}

/* A refusal in words of something that is recorded all the same. */
static void
not_done(struct act *act, enum word w)
{
	act->reply.ok = false;
	act->reply.error = engine_words[w].word;
}

/* --- it was paid ---------------------------------------------------------- */

/* As the sale has it from here on. */
static void
put_tender(struct engine *e, const struct end *end, struct engine_tender *to)
{
	const struct engine_payment *p = &e->pay;
	const struct pinpad_result *r = end->result;

	memset(to, 0, sizeof(*to));
	to->no = e->next_tender;
	memcpy(to->code, p->card.code, sizeof(to->code));
	memcpy(to->name, p->card.name, sizeof(to->name));
	memcpy(to->device, p->card.device, sizeof(to->device));
	to->amount = end->amount;
	to->tendered = end->amount;
	uuid_format(p->card.payment, to->payment);
	to->offline = end->outcome == PINPAD_OFFLINE;
	if (r != NULL) {
		(void)engine_copy(to->card, sizeof(to->card), r->card);
		(void)engine_copy(to->last4, sizeof(to->last4), r->last4);
		(void)engine_copy(to->auth, sizeof(to->auth), r->auth);
		(void)engine_copy(to->receipt, sizeof(to->receipt), r->receipt);
		(void)engine_copy(to->trace, sizeof(to->trace), r->trace);
	}
}

static void
say_taken(struct engine *e, struct act *act, const struct end *end)
{
	char text[AMOUNT_BYTES], left[AMOUNT_BYTES];
	struct money rest = {engine_due(e).minor - end->amount.minor};
	const char *name = engine_tender_name(e->pay.card.name);

	engine_amount(e, magnitude(end->amount), text);
	engine_amount(e, magnitude(rest), left);
	if (e->wait_pay.card.phase == CARD_SIGN) {
		/* cells: 75 */
		engine_say(act,
			_("%s %s: compare the signature, SG right, SX not."),
			name, text);
	} else if (end->amount.minor != e->pay.card.amount.minor) {
		/* cells: 75 */
		engine_say(act, _("%s took %s only.  %s still due."), name,
			text, left);
	} else if (rest.minor == 0) {
		engine_say(act, _("%s %s taken."), name, text);
	} else if (end->outcome == PINPAD_OFFLINE) {
		/* cells: 75 */
		engine_say(act,
			_("%s %s taken, approved offline.  %s still due."),
			name, text, left);
	} else {
		engine_say(act, _("%s %s taken.  %s still due."), name, text,
			left);
	}
}

static void
take(struct engine *e, struct act *act, const struct end *end)
{
	const struct pinpad_result *r = end->result;

	put_tender(e, end, &e->wait_tender);
	engine_tender_event(e, &act->event[act->n++], EVENT_TENDER_TAKEN);
	e->wait_take = true;
	e->wait_pay = e->pay;
	if (r != NULL) {
		e->wait_pay.card.result = *r;
	}
	e->wait_pay.card.phase = r != NULL && r->check == PINPAD_CHECK_SIGNATURE
					 ? CARD_SIGN
					 : CARD_IDLE;
	say_taken(e, act, end);
}

/* Charged, and no part of a sale: it goes back, with an intent of its own. */
static void
give_back(struct engine *e, struct act *act, const struct end *end)
{
	char text[AMOUNT_BYTES], asked[AMOUNT_BYTES];
	struct engine_tender t;
	struct engine_payment w;

	put_tender(e, end, &t);
	engine_card_reverse(e, &w, &t);
	memcpy(w.sale, e->pay.sale, UUID_BYTES);
	w.purpose = CARD_FOR_NOTHING;
	engine_amount(e, magnitude(end->amount), text);
	engine_amount(e, magnitude(e->pay.card.amount), asked);
	if (engine_card_start(e, act, &w)) {
		not_done(act, WORD_CARD_DECLINED);
		/* cells: 75 */
		engine_say(act,
			is_open_sale(e)
				? _("The terminal took %s for %s: it is given "
				    "back.")
				: _("%s was charged for a sale that is not "
				    "open (%s asked): it goes back."),
			text, asked);
	}
}

/* A terminal that is set to other money. */
static bool
is_foreign(const struct engine *e, const struct pinpad_result *r)
{
	unsigned ours = currency_number(e->config->currency.code);

	return r != NULL && r->currency != 0 && ours != 0 &&
	       r->currency != ours;
}

/* The sale that is open can have it. */
static bool
fits_sale(const struct engine *e, const struct end *end)
{
	int64_t due = engine_due(e).minor;
	struct money amount = end->amount;

	return is_open_sale(e) && !is_foreign(e, end->result) &&
	       e->n_tender < ENGINE_TENDERS - 1 &&
	       (amount.minor < 0 ? amount.minor >= due && due < 0
				 : amount.minor <= due);
}

/* The next tender to give back, or the end of the sale that is given up. */
static void
cancel_on(struct engine *e, struct act *act)
{
	struct act before;
	struct engine_payment w;
	char text[AMOUNT_BYTES];

	if (e->n_tender > 1) {
		const struct engine_payment *p = &e->pay;

		engine_card_reverse(e, &w, &e->tender[e->n_tender - 2]);
		w.cancels = true;
		memcpy(w.reason, p->reason, sizeof(w.reason));
		memcpy(w.approver, p->approver, sizeof(w.approver));
		(void)engine_card_start(e, act, &w);
		return;
	}
	before = *act;
	if (!engine_cancel_put(e, act, unless_empty(e->pay.reason),
		    unless_empty(e->pay.approver))) {
		*act = before; /* it stays open, and can be ended by hand */
		return;
	}
	e->wait_gone = true;
	engine_say(act, _("Sale cancelled: %s."),
		engine_amount(e, e->basket.total.gross, text));
}

static void
take_back(struct engine *e, struct act *act, const struct end *end)
{
	char text[AMOUNT_BYTES];

	if (!is_open_sale(e) || e->n_tender == 0 ||
		strcmp(e->tender[e->n_tender - 1].payment, e->pay.of) != 0) {
		return;
	}
	e->wait_tender = e->tender[e->n_tender - 1];
	engine_tender_event(e, &act->event[act->n++], EVENT_TENDER_REMOVED);
	e->wait_back = true;
	engine_say(act, _("%s %s given back."),
		engine_tender_name(e->wait_tender.name),
		engine_amount(e, magnitude(end->amount), text));
	if (e->pay.cancels) {
		cancel_on(e, act);
	}
}

static void
say_nothing_sold(struct engine *e, struct act *act, const struct end *end)
{
	char text[AMOUNT_BYTES];

	engine_amount(e, magnitude(end->amount), text);
	if (e->pay.card.op == PINPAD_RESERVE) {
		/* cells: 75 */
		engine_say(act,
			_("%s is held, number %s; KC takes it, KL "
			  "lets it go."),
			text, end->result != NULL ? end->result->receipt : "");
	} else if (e->pay.card.op == PINPAD_RELEASE) {
		/* cells: 75 */
		engine_say(act, _("%s is no longer held."), text);
	} else {
		/* cells: 75 */
		engine_say(act, _("%s was given back to the card."), text);
	}
}

static void
was_paid(struct engine *e, struct act *act, const struct end *end)
{
	put_end(e, act, end);
	e->wait = WAIT_CARD;
	e->wait_pay = e->pay;
	e->wait_pay.card.phase = CARD_IDLE;
	switch (e->pay.purpose) {
	case CARD_FOR_PART:
		if (fits_sale(e, end)) {
			take(e, act, end);
		} else {
			give_back(e, act, end);
		}
		break;
	case CARD_FOR_BACK:
		take_back(e, act, end);
		break;
	case CARD_FOR_NOTHING:
	default:
		say_nothing_sold(e, act, end);
		break;
	}
}

/* --- it was not, or nobody knows ------------------------------------------ */

/* That the box of its signature names. */
static void
name_card(struct engine_payment *w, const struct engine_tender *t)
{
	struct pinpad_result *r = &w->card.result;

	(void)engine_copy(r->card, sizeof(r->card), t->card);
	(void)engine_copy(r->last4, sizeof(r->last4), t->last4);
}

static void
was_not(struct engine *e, struct act *act, const struct end *end)
{
	const char *why = end->text;
	char text[256];
	struct sbuf b;

	put_end(e, act, end);
	e->wait = WAIT_CARD;
	e->wait_pay = e->pay;
	e->wait_pay.card.phase = e->pay.signs ? CARD_SIGN : CARD_IDLE;
	if (e->pay.signs && e->n_tender > 0) {
		name_card(&e->wait_pay, &e->tender[e->n_tender - 1]);
	}
	not_done(act, WORD_CARD_DECLINED);
	if (why == NULL || why[0] == '\0') {
		why = end->outcome == PINPAD_ABORTED ? N_("stopped")
						     : N_("declined");
	}
	sbuf_init(&b, text, sizeof(text));
	engine_card_say_not(e, _(why), &b);
	engine_say(act, "%s", text);
}

static void
is_unknown(struct engine *e, struct act *act, const struct end *end)
{
	char text[160];
	struct sbuf b;

	put_end(e, act, end);
	e->wait = WAIT_CARD;
	e->wait_pay = e->pay;
	e->wait_pay.card.phase = CARD_UNKNOWN;
	(void)engine_copy(e->wait_pay.card.known,
		sizeof(e->wait_pay.card.known),
		end->text != NULL && end->text[0] != '\0' ? _(end->text) : "");
	not_done(act, WORD_CARD_UNKNOWN);
	sbuf_init(&b, text, sizeof(text));
	engine_card_say_asks(e, &b);
	engine_say(act, "%s", text);
}

/* --- what the terminal says ----------------------------------------------- */

/* With the sign of what was asked. */
static struct money
moved(const struct engine *e, const struct pinpad_result *r)
{
	struct money m = {r->amount};

	if (r->amount <= 0) {
		return e->pay.card.amount;
	}
	return e->pay.card.amount.minor < 0 ? money_neg(m) : m;
}

static bool
moves_part(enum pinpad_op op)
{
	return op == PINPAD_PAY || op == PINPAD_REFUND || op == PINPAD_CAPTURE;
}

/* What the till does once it is recorded: the terminal is told, and asked when
 * something follows. */
static void
put_reply_order(struct engine *e, struct act *act, const struct end *end)
{
	act->reply.has_card = true;
	act->reply.card_op = e->pay.card.op;
	act->reply.card_outcome = end->outcome;
	act->reply.card_amount = end->amount;
	act->reply.card_asked = act->card.what == CARD_DO_ASK;
	if (act->card.what != CARD_DO_ASK) {
		act->card.what = CARD_DO_STORED;
		memcpy(act->card.payment, e->pay.card.payment, UUID_BYTES);
		memcpy(act->card.device, e->pay.card.device,
			sizeof(act->card.device));
	}
}

static void
take_result(struct engine *e, struct act *act, const struct card_said *said)
{
	const struct pinpad_result *r = said->result;
	struct end end = {.how = "terminal", .text = said->not_asked};

	if (r == NULL) {
		end.outcome = PINPAD_ABORTED;
		was_not(e, act, &end);
	} else {
		end.outcome = r->outcome;
		end.result = r;
		end.slip = said->slip;
		end.merchant = said->merchant;
		end.text = r->text;
		if (pinpad_outcome_paid(r->outcome)) {
			end.amount = moves_part(e->pay.card.op)
					     ? moved(e, r)
					     : e->pay.card.amount;
			was_paid(e, act, &end);
		} else if (r->outcome == PINPAD_UNKNOWN) {
			is_unknown(e, act, &end);
		} else {
			was_not(e, act, &end);
		}
	}
	put_reply_order(e, act, &end);
}

/* --- behind a break ------------------------------------------------------- */

void
engine_card_known(struct engine *e, struct engine_payment *w,
	const struct pinpad_result *r)
{
	char said[AMOUNT_BYTES];
	struct money m = {r->amount};
	struct sbuf b;

	sbuf_init(&b, w->card.known, sizeof(w->card.known));
	if (r->outcome == PINPAD_UNKNOWN) {
		sbuf_puts(&b, r->text[0] != '\0'
				      ? r->text
				      : N_("The terminal does not answer."));
		return;
	}
	if (r->receipt[0] == '\0' && r->amount == 0) {
		sbuf_puts(&b, N_("The terminal knows no last payment."));
		return;
	}
	sbuf_printf(&b,
		pinpad_outcome_paid(r->outcome)
			? _("Terminal's last: paid %s, number %s, %s")
			: _("Terminal's last: not paid, %s, number %s, %s"),
		engine_amount(e, m, said), r->receipt, r->when);
}

/* What the last payment says of ours; whose it is when it is another one, and
 * what was printed for that customer, is no part of it. */
static void
not_ours(const struct engine *e, struct end *end)
{
	const struct pinpad_result *r = end->result;

	if (pinpad_outcome_paid(r->outcome) && r->last_op == PINPAD_REVERSE &&
		strcmp(r->receipt, e->pay.last) != 0) {
		end->text = N_("the terminal took it back");
		return;
	}
	if (!pinpad_outcome_paid(r->outcome) &&
		strcmp(r->receipt, e->pay.last) != 0) {
		end->text = r->text;
		return;
	}
	end->text = e->pay.card.op == PINPAD_REVERSE
			    ? N_("the terminal has not done it")
			    : N_("the terminal's last payment is another one");
	end->result = NULL;
	end->slip = NULL;
	end->merchant = NULL;
}

static void
take_last(struct engine *e, struct act *act, const struct card_said *said)
{
	const struct engine_card *c = &e->pay.card;
	struct store_terminal known;
	struct err err = {0};
	struct card_intent i = {.op = c->op,
		.amount = magnitude(c->amount).minor,
		.currency = (uint16_t)currency_number(e->config->currency.code),
		.since = c->since,
		.tz_min = clock_read(&e->clock).tz_min,
		.last = e->pay.last};
	struct end end = {.how = "recovered",
		.result = said->result,
		.slip = said->slip,
		.merchant = said->merchant,
		.amount = c->amount};
	char text[256];
	struct sbuf b;
	enum card_verdict v;

	if (e->ports.terminal != NULL &&
		e->ports.terminal(e->ports.arg, c->device, &known, &err) ==
			RC_OK) {
		i.known = &known;
	}
	v = said->result == NULL ? CARD_VERDICT_SILENT
				 : card_match(&i, said->result);
	switch (v) {
	case CARD_VERDICT_PAID:
		end.outcome = said->result->outcome;
		was_paid(e, act, &end);
		break;
	case CARD_VERDICT_NOT:
		end.outcome = PINPAD_ABORTED;
		end.amount.minor = 0;
		not_ours(e, &end);
		was_not(e, act, &end);
		break;
	case CARD_VERDICT_SILENT:
	case CARD_VERDICT_OTHER:
	default:
		if (said->result != NULL) {
			engine_card_known(e, &e->pay, said->result);
		} else {
			(void)engine_copy(e->pay.card.known,
				sizeof(e->pay.card.known), said->not_asked);
		}
		sbuf_init(&b, text, sizeof(text));
		engine_card_say_choice(e, &b);
		engine_refuse(act, WORD_CARD_UNKNOWN, "%s", text);
		end.outcome = PINPAD_UNKNOWN;
		break;
	}
	put_reply_order(e, act, &end);
}

void
engine_card_decide(
	struct engine *e, struct act *act, bool paid, struct money amount)
{
	struct end end = {.outcome = paid ? PINPAD_APPROVED : PINPAD_ABORTED,
		.how = "decided",
		.text = e->pay.card.known};

	if (paid) {
		end.amount = e->pay.card.amount.minor < 0 ? money_neg(amount)
							  : amount;
		was_paid(e, act, &end);
	} else {
		was_not(e, act, &end);
		act->reply.ok = true;
		act->reply.error = NULL;
		engine_say(act, "%s", engine_card_said_not(e));
	}
	act->reply.has_card = true;
	act->reply.card_op = e->pay.card.op;
	act->reply.card_outcome = end.outcome;
	act->reply.card_amount = end.amount;
}

void
engine_card_said(
	struct engine *e, struct act *act, const struct card_said *said)
{
	const struct engine_card *c = &e->pay.card;

	/* of a payment that somebody has decided meanwhile */
	if (said == NULL || c->phase == CARD_IDLE || c->phase == CARD_SIGN ||
		memcmp(said->payment, c->payment, UUID_BYTES) != 0) {
		return;
	}
	if (c->phase == CARD_UNKNOWN) {
		if (said->recovered) {
			take_last(e, act, said);
		}
		return;
	}
	if (pinpad_op_moves(c->op)) {
		take_result(e, act, said);
	} else {
		engine_card_day_said(e, act, said);
	}
}

/* --- a start -------------------------------------------------------------- */

void
engine_restore_card(struct engine *e, const struct store_payment *p)
{
	struct engine_payment *w = &e->pay;

	memset(w, 0, sizeof(*w));
	if (!pinpad_op_named(p->op, &w->card.op)) {
		w->card.op = PINPAD_PAY; /* a newer program's: what it may be */
	}
	w->card.phase = CARD_UNKNOWN;
	memcpy(w->card.payment, p->payment, UUID_BYTES);
	memcpy(w->sale, p->sale, UUID_BYTES);
	(void)engine_copy(w->card.code, sizeof(w->card.code), p->tender);
	(void)engine_copy(w->card.name, sizeof(w->card.name), p->name);
	(void)engine_copy(w->card.device, sizeof(w->card.device), p->device);
	w->card.amount.minor = p->amount;
	w->card.since = p->time;
	(void)engine_copy(w->of, sizeof(w->of), p->of);
	(void)engine_copy(w->receipt, sizeof(w->receipt), p->receipt);
	(void)engine_copy(w->last, sizeof(w->last), p->last);
	w->purpose = CARD_FOR_NOTHING;
	if (moves_part(w->card.op)) {
		w->purpose = CARD_FOR_PART;
	} else if (w->card.op == PINPAD_REVERSE && e->n_tender > 0 &&
		   strcmp(e->tender[e->n_tender - 1].payment, p->of) == 0) {
		w->purpose = CARD_FOR_BACK;
	}
	engine_refresh(e);
}

void
engine_restore_signature(struct engine *e)
{
	const struct engine_tender *t;

	if (e->pay.card.phase == CARD_UNKNOWN &&
		e->pay.purpose == CARD_FOR_BACK) {
		e->pay.signs = true; /* when it was not given back */
	}
	if (e->n_tender == 0 || e->pay.card.phase != CARD_IDLE) {
		return;
	}
	t = &e->tender[e->n_tender - 1];
	memset(&e->pay, 0, sizeof(e->pay));
	e->pay.card.phase = CARD_SIGN;
	e->pay.card.op = t->amount.minor < 0 ? PINPAD_REFUND : PINPAD_PAY;
	memcpy(e->pay.card.code, t->code, sizeof(t->code));
	memcpy(e->pay.card.name, t->name, sizeof(t->name));
	memcpy(e->pay.card.device, t->device, sizeof(t->device));
	memcpy(e->pay.sale, e->basket.id, UUID_BYTES);
	e->pay.card.amount = t->amount;
	name_card(&e->pay, t);
	(void)!uuid_parse(t->payment, strlen(t->payment), e->pay.card.payment);
	engine_refresh(e);
}
