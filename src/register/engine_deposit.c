/* SPDX-License-Identifier: Apache-2.0 */
/* Deposits: empties that come back, and what is not done to their lines. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* --- lines ---------------------------------------------------------------- */

/* The goods that the deposit at ${idx} is on. */
static const struct basket_line *
goods_of(const struct engine *e, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];
	size_t goods = 0;

	return basket_find(&e->basket, l->link, &goods) == RC_OK
		       ? &e->basket.line[goods]
		       : l;
}

bool
engine_deposit_fixed(struct engine *e, struct act *act, size_t idx, bool price)
{
	const struct basket_line *l = &e->basket.line[idx];
	char name[SHORT_BYTES];

	if (price && basket_is_deposit(&e->basket, l)) {
		engine_refuse(act, WORD_DEPOSIT,
			_("Line %u is a deposit: its price stays as it is, and "
			  "nothing is taken off it."),
			(unsigned)l->no);
		return true;
	}
	if (l->link == 0) {
		return false;
	}
	engine_refuse(act, WORD_DEPOSIT,
		_("Line %u is the deposit of line %u, %s: change that line."),
		(unsigned)l->no, (unsigned)l->link,
		engine_short(goods_of(e, idx)->item.name, name));
	return true;
}

struct money
engine_with_deposit(const struct basket *b, size_t idx)
{
	struct money m = b->line[idx].amount;

	/* both are in the sale's sum */
	if (basket_has_deposit(b, idx)) {
		m.minor += b->line[idx + 1].amount.minor;
	}
	return m;
}

void
engine_select_goods(struct engine *e)
{
	if (e->selected > 0 && e->selected < e->basket.n_line &&
		e->basket.line[e->selected].link > 0) {
		e->selected--;
	}
}

void
engine_say_line(struct engine *e, struct act *act, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];
	char name[SHORT_BYTES];

	if (l->link > 0) {
		/* cells: 72 */
		engine_say(act, _("Line %u: the deposit of line %u, %s."),
			(unsigned)l->no, (unsigned)l->link,
			engine_short(goods_of(e, idx)->item.name, name));
	}
}

/* --- empties -------------------------------------------------------------- */

/* By its id, also in small letters; -1 none. */
static int
find_deposit(const struct rules *r, const char *code)
{
	char big[RULE_ID_BYTES];
	size_t n = strlen(code);
	int exact = rules_find_deposit(r, code);

	if (exact >= 0 || n >= sizeof(big)) {
		return exact;
	}
	for (size_t i = 0; i <= n; i++) {
		big[i] = text_upper(code[i]);
	}
	return rules_find_deposit(r, big);
}

/* The deposit of an id, or of a drink's code, as it is paid back.  False:
 * refused. */
static bool
deposit_of(
	struct engine *e, struct act *act, const char *code, struct item *ret)
{
	const struct rules *r = e->config->rules;
	int rule = find_deposit(r, code);
	struct item drink = {0};
	char name[SHORT_BYTES];

	if (rule < 0) {
		if (!engine_look_up(e, act, code, &drink)) {
			return false;
		}
		rule = rules_find_deposit(r, drink.deposit);
	}
	if (rule < 0) {
		engine_refuse(act, WORD_DEPOSIT,
			drink.deposit[0] == '\0'
				? _("%s has no deposit.")
				: _("The deposit of %s is not configured: write "
				    "it in holdfast.conf."),
			engine_short(drink.name, name));
		return false;
	}
	deposit_item(rules_deposit(r, (size_t)rule),
		drink.tax[0] != '\0' ? drink.tax : NULL, ret);
	if (ret->tax[0] == '\0') {
		engine_refuse(act, WORD_DEPOSIT,
			_("The tax of this deposit is that of its drink: key EM "
			  "and the drink's code."));
		return false;
	}
	return true;
}

void
engine_empties_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	struct basket_line l = {.qty = e->has_qty ? e->qty : QTY_ONE};
	char name[SHORT_BYTES];
	const char *approver;
	struct money paid;

	if (engine_tender_open(e, act) || !deposit_of(e, act, code, &l.item)) {
		return;
	}
	if (qty != NULL) {
		l.qty = *qty;
	}
	if (qty_extend(l.item.price, l.qty, e->config->price_round, &paid) !=
		RC_OK) {
		engine_refuse_return(act, RC_RANGE);
		return;
	}
	engine_what(e, engine_short(l.item.name, name), NULL, NULL);
	paid.minor += engine_given_back(&e->basket, true);
	if (!engine_permit(e, act, PERMIT_EMPTIES, paid.minor)) {
		return;
	}
	approver = engine_approver(e);
	if (approver != NULL) {
		(void)engine_copy(l.approver, sizeof(l.approver), approver);
	}
	l.qty.milli = -l.qty.milli;
	l.price = l.item.price;
	engine_return_append(e, act, &l, approver != NULL);
}

void
engine_empties(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then change it."));
		return;
	}
	if (rules_n_deposits(e->config->rules) == 0) {
		engine_refuse(act, WORD_DEPOSIT,
			_("No deposit is configured: write [deposit ID] in "
			  "holdfast.conf."));
		return;
	}
	if (code[0] != '\0') {
		engine_empties_code(e, act, code, qty);
		return;
	}
	e->empties = true;
	e->price_check = false;
	if (qty != NULL) {
		e->has_qty = true;
		e->qty = *qty;
	}
	engine_say(act, _("Empties: scan or key the drink, or the deposit."));
}
