/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of a payment whose outcome nobody knows.  Money that goes back is
 * named as that: who is asked whether it "was charged" looks at the payment
 * before, which was.
 */
#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

enum moves {
	MOVES_TO_US,
	MOVES_BACK,
	MOVES_NOTHING
};

static enum moves
moves_of(const struct engine *e)
{
	switch (e->pay.card.op) {
	case PINPAD_REFUND:
	case PINPAD_REVERSE:
		return MOVES_BACK;
	case PINPAD_RESERVE:
	case PINPAD_RELEASE:
		return MOVES_NOTHING;
	case PINPAD_PAY:
	case PINPAD_CAPTURE:
	case PINPAD_LAST:
	case PINPAD_CLOSE:
	case PINPAD_STATUS:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		return MOVES_TO_US;
	}
}

static const char *
asked_amount(const struct engine *e, char text[AMOUNT_BYTES])
{
	struct money m = e->pay.card.amount;

	return engine_amount(e, m.minor < 0 ? money_neg(m) : m, text);
}

void
engine_card_say_doubt(const struct engine *e, struct sbuf *out)
{
	char text[AMOUNT_BYTES];
	const char *amount = asked_amount(e, text);

	switch (moves_of(e)) {
	case MOVES_BACK:
		sbuf_printf(out,
			_("Not known whether %s was given back: KA asks the "
			  "terminal, KP it was, KX it was not."),
			amount);
		break;
	case MOVES_NOTHING:
		sbuf_printf(out,
			_("Not known whether the terminal did it (%s): KA asks "
			  "it, KP it did, KX it did not."),
			amount);
		break;
	case MOVES_TO_US:
	default:
		sbuf_printf(out,
			_("Not known whether %s was charged: KA asks the "
			  "terminal, KP it was, KX it was not."),
			amount);
		break;
	}
}

void
engine_card_say_asks(const struct engine *e, struct sbuf *out)
{
	char text[AMOUNT_BYTES];
	const char *amount = asked_amount(e, text);

	switch (moves_of(e)) {
	case MOVES_BACK:
		sbuf_printf(out,
			_("Not known whether %s was given back: the terminal "
			  "is asked for its last payment."),
			amount);
		break;
	case MOVES_NOTHING:
		sbuf_printf(out,
			_("Not known whether the terminal did it (%s): it is "
			  "asked for its last payment."),
			amount);
		break;
	case MOVES_TO_US:
	default:
		sbuf_printf(out,
			_("Not known whether %s was charged: the terminal is "
			  "asked for its last payment."),
			amount);
		break;
	}
}

void
engine_card_say_choice(const struct engine *e, struct sbuf *out)
{
	switch (moves_of(e)) {
	case MOVES_BACK:
		sbuf_printf(out,
			_("%s  KP it was given back, KX it was not, KA asks "
			  "again."),
			i18n_text(e->pay.card.known));
		break;
	case MOVES_NOTHING:
		sbuf_printf(out,
			_("%s  KP the terminal did it, KX it did not, KA asks "
			  "again."),
			i18n_text(e->pay.card.known));
		break;
	case MOVES_TO_US:
	default:
		sbuf_printf(out,
			_("%s  KP it was charged, KX it was not, KA asks "
			  "again."),
			i18n_text(e->pay.card.known));
		break;
	}
}

void
engine_card_say_decides(const struct engine *e, bool paid, struct money amount,
	struct sbuf *out)
{
	char text[AMOUNT_BYTES];

	engine_amount(e, amount, text);
	switch (moves_of(e)) {
	case MOVES_BACK:
		/* cells: 42 */
		sbuf_printf(out,
			paid ? _("card was given back %s")
			     : _("card was not given back %s"),
			text);
		break;
	case MOVES_NOTHING:
		/* cells: 42 */
		sbuf_printf(out,
			paid ? _("the terminal did it: %s")
			     : _("the terminal did not do it: %s"),
			text);
		break;
	case MOVES_TO_US:
	default:
		/* cells: 42 */
		sbuf_printf(out,
			paid ? _("card was charged %s")
			     : _("card was not charged %s"),
			text);
		break;
	}
}

void
engine_card_say_not(const struct engine *e, const char *why, struct sbuf *out)
{
	char text[AMOUNT_BYTES];
	const char *amount = asked_amount(e, text);

	switch (e->pay.card.op) {
	case PINPAD_REVERSE:
		if (e->pay.purpose == CARD_FOR_NOTHING) {
			sbuf_printf(out,
				_("%s is charged for no sale and could not be "
				  "given back: %.60s  Reverse it at the "
				  "terminal."),
				amount, why);
			break;
		}
		sbuf_printf(out, _("%s could not be given back: %.100s"),
			amount, why);
		break;
	case PINPAD_REFUND:
		sbuf_printf(out, _("%s could not be given back: %.100s"),
			amount, why);
		break;
	case PINPAD_RESERVE:
		sbuf_printf(out, _("%s is not held: %.100s"), amount, why);
		break;
	case PINPAD_RELEASE:
		sbuf_printf(out, _("%s is still held: %.100s"), amount, why);
		break;
	case PINPAD_PAY:
	case PINPAD_CAPTURE:
	case PINPAD_LAST:
	case PINPAD_CLOSE:
	case PINPAD_STATUS:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		sbuf_printf(out, _("%s not charged: %.120s"),
			engine_tender_name(e->pay.card.name), why);
		break;
	}
}

const char *
engine_card_said_not(const struct engine *e)
{
	switch (moves_of(e)) {
	case MOVES_BACK:
		return _("Recorded: not given back.");
	case MOVES_NOTHING:
		return _("Recorded: the terminal did not do it.");
	case MOVES_TO_US:
	default:
		return _("Recorded: not charged.");
	}
}
