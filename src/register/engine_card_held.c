/* SPDX-License-Identifier: Apache-2.0 */
/* Money that a card holds for a sale: reserved, taken, let go. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define PAYMENTS 8 /* of those that hold money, looked at at once */

/* The first tender that a terminal takes.  NULL: refused. */
static const struct config_tender *
card_tender(struct engine *e, struct act *act)
{
	for (size_t i = 0; i < e->config->n_tender; i++) {
		if (e->config->tender[i].kind == TENDER_CARD) {
			return &e->config->tender[i];
		}
	}
	engine_refuse(act, WORD_NO_TERMINAL,
		_("No way to pay has a card terminal: write kind = card in "
		  "holdfast.conf."));
	return NULL;
}

void
engine_card_reserve(struct engine *e, struct act *act, const char *arg)
{
	const struct config_tender *t = card_tender(e, act);
	struct money amount = {0};
	char text[AMOUNT_BYTES];
	struct engine_payment w;

	if (t == NULL) {
		return;
	}
	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_SALE,
			_("Nothing to hold money for yet: scan an item "
			  "first."));
		return;
	}
	if (!engine_parse_amount(e, act, arg, e->config->max_amount, &amount)) {
		return;
	}
	if (amount.minor == 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Key the amount before it, like 5000KR."));
		return;
	}
	if (!engine_card_begin(e, act, t, &w)) {
		return;
	}
	w.card.op = PINPAD_RESERVE;
	w.card.amount = amount;
	w.purpose = CARD_FOR_NOTHING;
	if (engine_card_start(e, act, &w)) {
		act->draft = DRAFT_SURE;
		/* cells: 75 */
		engine_say(act, _("Hold %s; see the terminal."),
			engine_amount(e, amount, text));
	}
}

/* Of the number at the terminal; without one of the open sale, or the last
 * there is. */
static bool
is_meant(const struct engine *e, const struct store_payment *p,
	const char *number)
{
	if (number[0] != '\0') {
		return strcmp(p->receipt, number) == 0;
	}
	return e->basket.n_line == 0 ||
	       memcmp(p->sale, e->basket.id, UUID_BYTES) == 0;
}

static enum rc
look_up_held(struct engine *e, const char *number, struct store_payment *ret,
	struct err *reterr)
{
	struct store_payment list[PAYMENTS];
	const uint8_t *after = NULL;
	uint8_t last[UUID_BYTES];
	bool found = false;
	size_t n;

	do {
		enum rc rc = RC_NOTFOUND;

		n = 0;
		if (e->ports.reserved != NULL) {
			rc = e->ports.reserved(e->ports.arg, after, list,
				PAYMENTS, &n, reterr);
		}
		if (rc != RC_OK) {
			return rc;
		}
		for (size_t i = 0; i < n; i++) {
			if (is_meant(e, &list[i], number)) {
				*ret = list[i];
				found = true;
			}
		}
		if (n > 0) {
			memcpy(last, list[n - 1].payment, UUID_BYTES);
			after = last;
		}
	} while (n == PAYMENTS);
	return found ? RC_OK : RC_NOTFOUND;
}

/* False: refused. */
static bool
find_held(struct engine *e, struct act *act, const char *number,
	struct store_payment *ret)
{
	struct err err = {0};
	enum rc rc = look_up_held(e, number, ret, &err);

	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_NO_PAYMENT,
			_("No money is held for this sale, or none of this "
			  "number."));
	} else if (rc != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("What is held cannot be read: %s"), err.msg);
	}
	return rc == RC_OK;
}

bool
engine_card_held(struct engine *e, struct act *act)
{
	struct store_payment held;
	char text[AMOUNT_BYTES];

	if (e->basket.n_line == 0 || e->by_hand || e->training ||
		look_up_held(e, "", &held, NULL) != RC_OK) {
		return false;
	}
	engine_refuse(act, WORD_TENDER_OPEN,
		_("%s is held on a card for this sale: KL lets it go first."),
		engine_amount(e, (struct money){held.amount}, text));
	return true;
}

void
engine_card_end_held(struct engine *e, struct act *act, const struct entry *en)
{
	const char *number = en->before[0] != '\0' ? en->before : en->after;
	const struct config_tender *t = card_tender(e, act);
	bool take = en->command == CMD_KC;
	struct store_payment held;
	char text[AMOUNT_BYTES];
	struct engine_payment w;
	struct money due = engine_due(e);

	if (t == NULL || !find_held(e, act, number, &held)) {
		return;
	}
	if (take && (e->basket.n_line == 0 || due.minor <= 0)) {
		engine_refuse(act, WORD_NO_SALE,
			_("Nothing is due that could be taken from it."));
		return;
	}
	if (take && (!engine_resolved(e, act) || !engine_return_check(e, act) ||
			    (e->n_tender == 0 && !engine_pays_back(e, act)) ||
			    !engine_card_room(e, act))) {
		return;
	}
	if (!engine_card_begin(e, act, t, &w)) {
		return;
	}
	(void)engine_copy(w.card.code, sizeof(w.card.code), held.tender);
	(void)engine_copy(w.card.name, sizeof(w.card.name), held.name);
	(void)engine_copy(w.card.device, sizeof(w.card.device), held.device);
	(void)engine_copy(w.receipt, sizeof(w.receipt), held.receipt);
	(void)engine_copy(w.trace, sizeof(w.trace), held.trace);
	(void)engine_copy(w.auth, sizeof(w.auth), held.auth);
	uuid_format(held.payment, w.of);
	w.card.op = take ? PINPAD_CAPTURE : PINPAD_RELEASE;
	w.card.amount.minor = held.amount;
	w.purpose = take ? CARD_FOR_PART : CARD_FOR_NOTHING;
	if (take && due.minor < held.amount) {
		w.card.amount = due;
	}
	if (!engine_card_start(e, act, &w)) {
		return;
	}
	act->draft = e->basket.n_line > 0 ? DRAFT_SURE : DRAFT_SAME;
	engine_amount(e, w.card.amount, text);
	/* cells: 75 */
	engine_say(act,
		take ? _("%s is taken from what is held.")
		     : _("%s is no longer held."),
		text);
}
