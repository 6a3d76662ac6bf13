/* SPDX-License-Identifier: Apache-2.0 */
/* Who buys, as far as taxes ask: TE an exempt buyer, VN a business. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* A certificate's number as it is written; a VAT number without what people
 * put in to read it. False: it is none. */
static bool
read_number(const char *arg, bool vat, char *out, size_t cap)
{
	size_t n = 0;

	for (const char *p = arg; *p != '\0'; p++) {
		char c = *p;
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (vat && (c == ' ' || c == '.' || c == '-')) {
			continue;
		}
		if (n + 1 >= cap || (vat && !letter && (c < '0' || c > '9'))) {
			return false;
		}
		if (vat) {
			c = text_upper(c);
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0 || arg[0] == '\0';
}

static void
refuse_number(struct act *act, bool vat)
{
	if (vat) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A VAT number has at most %d letters and digits, like "
			  "VN DE123456789."),
			BASKET_VAT_BYTES - 1);
		return;
	}
	engine_refuse(act, WORD_BAD_ENTRY,
		_("A certificate's number has at most %d characters, like "
		  "TE E-4711."),
		BASKET_CERTIFICATE_BYTES - 1);
}

static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

static void
put_event(struct engine *e, struct act *act, struct money from)
{
	const struct basket *b = &e->wait_after;
	struct event_buyer *d = &act->event[0].data.buyer;

	act->event[0].type = EVENT_BUYER_NAMED;
	act->n = 1;
	act->draft = DRAFT_SALE;
	memcpy(d->sale, b->id, UUID_BYTES);
	d->group = unless_empty(b->buyer.group);
	d->certificate = unless_empty(b->buyer.certificate);
	d->vat = unless_empty(b->buyer.vat);
	d->from = from.minor;
	d->to = b->total.gross.minor;
	d->approver = engine_approver(e);
}

bool
engine_name_buyer(
	struct engine *e, struct act *act, const struct basket_buyer *buyer)
{
	struct money from = e->basket.total.gross;

	if (!basket_is_begun(&e->basket) && e->basket.age == 0) {
		engine_open_sale(e);
	}
	engine_trial(e);
	if (basket_set_buyer(&e->basket, buyer) != RC_OK || !engine_fits(e)) {
		engine_trial_undo(e);
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sale is too large for that: void a line."));
		return false;
	}
	engine_trial_keep(e, WAIT_BUYER, e->selected);
	put_event(e, act, from);
	return true;
}

/* The buyer can change in the sale alone. False: refused. */
static bool
in_sale(struct engine *e, struct act *act)
{
	if (engine_tender_open(e, act)) {
		return false;
	}
	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then change it."));
		return false;
	}
	return true;
}

static void
exempt(struct engine *e, struct act *act, const char *arg)
{
	struct basket_buyer buyer = e->basket.buyer;
	char text[AMOUNT_BYTES];

	if (!read_number(
		    arg, false, buyer.certificate, sizeof(buyer.certificate))) {
		refuse_number(act, false);
		return;
	}
	engine_what(e, arg, NULL, NULL);
	if (arg[0] != '\0' && !engine_permit(e, act, PERMIT_EXEMPT, 0)) {
		return;
	}
	if (!engine_name_buyer(e, act, &buyer)) {
		return;
	}
	engine_amount(e, e->wait_after.total.gross, text);
	if (arg[0] != '\0') {
		engine_say(act, _("Exempt from tax by %s.  Total %s."),
			buyer.certificate, text);
	} else {
		engine_say(act, _("Not exempt any more.  Total %s."), text);
	}
}

static void
business(struct engine *e, struct act *act, const char *arg)
{
	struct basket_buyer buyer = e->basket.buyer;
	char text[AMOUNT_BYTES];

	if (!read_number(arg, true, buyer.vat, sizeof(buyer.vat))) {
		refuse_number(act, true);
		return;
	}
	if (!engine_name_buyer(e, act, &buyer)) {
		return;
	}
	engine_amount(e, e->wait_after.total.gross, text);
	if (buyer.vat[0] != '\0') {
		engine_say(act, _("Business with VAT number %s.  Total %s."),
			buyer.vat, text);
	} else {
		engine_say(act, _("No VAT number any more.  Total %s."), text);
	}
}

void
engine_buyer(struct engine *e, struct act *act, const struct entry *en)
{
	bool vat = en->command == CMD_VN;
	const char *was =
		vat ? e->basket.buyer.vat : e->basket.buyer.certificate;

	if (!in_sale(e, act)) {
		return;
	}
	if (en->before[0] != '\0' || en->has_qty) {
		engine_refuse(act, WORD_BAD_ENTRY, "%s",
			vat ? _("Key VN, a blank and the VAT number.")
			    : _("Key TE, a blank and the certificate's "
				"number."));
	} else if (en->after[0] == '\0' && was[0] == '\0') {
		engine_refuse(act, WORD_BAD_ENTRY, "%s",
			vat ? _("There is no VAT number yet: key VN, a blank "
				"and the number.")
			    : _("Nobody is exempt yet: key TE, a blank and the "
				"certificate's number."));
	} else if (vat) {
		business(e, act, en->after);
	} else {
		exempt(e, act, en->after);
	}
}
