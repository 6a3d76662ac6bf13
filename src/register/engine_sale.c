/* SPDX-License-Identifier: Apache-2.0 */
/* Items into the sale: by code, by department, once more. */
#include <string.h>

#include "base/i18n.h"
#include "core/price_told.h"
#include "register/engine_internal.h"

#include "base/poison.h"

bool
engine_may_open(const struct engine *e, struct act *act)
{
	char words[sizeof(act->reply.text)];
	struct sbuf b;

	if (e->operator_no[0] != '\0' && e->basket.n_line == 0 &&
		!engine_day_is_open(e, act)) {
		return false;
	}
	sbuf_init(&b, words, sizeof(words));
	if (e->basket.n_line > 0 || e->training ||
		!config_missing_words(e->config, &b)) {
		return true;
	}
	engine_refuse(act, WORD_RECEIPT_FIELD, "%s", words);
	return false;
}

void
engine_open_sale(struct engine *e)
{
	struct clock_reading now = clock_read(&e->clock);
	uint8_t id[UUID_BYTES];
	bool waits = e->has_qty;
	struct qty waiting = e->qty;
	struct engine_goods goods = e->goods;
	struct engine_answer answer = e->answer;
	bool weight = e->has_weight, by_hand = e->weight_by_hand;
	int64_t grams = e->weight, tare = e->tare;

	engine_empty(e);
	e->has_qty = waits;
	e->qty = waiting;
	e->goods = goods;
	e->answer = answer;
	e->has_weight = weight;
	e->weight_by_hand = by_hand;
	e->weight = grams;
	e->tare = tare;
	uuid_v7(&e->rng, now.utc, id);
	engine_begin_basket(e, id, now.utc);
}

void
engine_refuse_add(struct act *act, enum rc rc, const struct item *item)
{
	char name[SHORT_BYTES];

	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_TAX_CLASS,
			_("%s has tax class '%s', which is not configured: write "
			  "its rate in holdfast.conf."),
			engine_short(item->name, name), item->tax);
	} else if (rc == RC_NOSPC) {
		engine_refuse(act, WORD_SALE_FULL,
			_("The sale is full: take the money, then go on in a "
			  "new one."));
	} else if (rc == RC_RANGE) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sum would be too large: check the quantity."));
	} else {
		engine_refuse(act, WORD_BAD_QUANTITY,
			_("A quantity is a number above zero, like 12 or "
			  "0.734."));
	}
}

/* "0.734 kg x 2.99 = 2.19", "6 x 0.89 = 5.34", "4.56"; what the code says it
 * costs is no product of anything. */
static void
put_amount(const struct engine *e, struct sbuf *b, const struct basket_line *l)
{
	char amount[AMOUNT_BYTES], price[AMOUNT_BYTES];

	if (l->from != QTY_PRICED &&
		(l->qty.milli != QTY_ONE.milli || l->item.unit[0] != '\0')) {
		format_measure(b, e->config->format, l->qty, l->item.unit);
		sbuf_printf(b, " x %s = ", engine_amount(e, l->price, price));
	}
	sbuf_puts(b, engine_amount(e, l->amount, amount));
}

static void
say_added(const struct engine *e, struct act *act, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];
	char name[SHORT_BYTES], amount[AMOUNT_BYTES], text[4 * AMOUNT_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	put_amount(e, &b, l);
	engine_short(l->item.name, name);
	if (basket_has_deposit(&e->basket, idx)) {
		/* cells: 72 */
		engine_say(act, _("%s  %s, deposit %s"), name, text,
			engine_amount(e, l[1].amount, amount));
	} else if (l->item.deposit[0] != '\0') {
		/* cells: 72 */
		engine_say(act,
			_("%s  %s, without deposit: %s is not "
			  "configured"),
			name, text, l->item.deposit);
	} else {
		engine_say(act, "%s  %s", name, text);
	}
}

/* What follows from a line that is there now. */
static void
added(struct engine *e, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];

	e->state = ENGINE_SALE;
	e->selected = idx;
	e->has_qty = false;
	e->price_check = false;
	e->last = l->item;
	/* the amount was that code's alone, and one piece has the number */
	e->has_last = l->from != QTY_PRICED && l->trace.serial[0] == '\0';
	engine_weight_drop(e);
	memset(&e->answer, 0, sizeof(e->answer));
	engine_goods_drop(e);
}

static void
put_measure(struct basket_line *l, const struct engine_measure *much)
{
	l->qty = much->qty;
	l->from = much->from;
	l->tare = much->tare;
	l->held = much->held;
	l->trace = much->trace;
}

/* Into the basket, as a new line or in place of one that is not on file; in a
 * trial. */
static bool
put(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line, size_t *ret_idx)
{
	struct basket_line l = {.item = *item}, *was;
	enum rc rc;

	/* whatever question this answers: what is paid is paid for these */
	if (engine_tender_open(e, act) || !engine_may_open(e, act)) {
		return false;
	}
	engine_need_sale(e);
	engine_stamp(e, &l);
	put_measure(&l, much);
	rc = line == 0 ? basket_put(&e->basket, &l, ret_idx)
		       : basket_find(&e->basket, line, ret_idx);
	if (rc == RC_OK && line != 0) {
		was = &e->basket.line[*ret_idx];
		put_measure(was, much);
		rc = basket_resolve(&e->basket, *ret_idx, item);
	}
	if (rc == RC_OK && !engine_fits(e)) {
		rc = RC_NOSPC;
	}
	if (rc != RC_OK) {
		engine_refuse_add(act, rc, item);
		return false;
	}
	act->draft = DRAFT_LINE;
	act->draft_idx = *ret_idx;
	act->draft_no = e->basket.line[*ret_idx].no;
	say_added(e, act, *ret_idx);
	return true;
}

bool
engine_plan(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line)
{
	size_t idx = 0;

	engine_trial(e);
	if (!put(e, act, item, much, line, &idx)) {
		engine_trial_undo(e);
		return false;
	}
	engine_trial_keep(e, WAIT_ADDED, idx);
	return true;
}

void
engine_settle_added(struct engine *e)
{
	engine_settle_trial(e);
	added(e, e->wait_idx);
}

void
engine_sell(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line)
{
	size_t idx = 0;

	if (!engine_age_gate(e, act, item, much, line)) {
		return;
	}
	if (engine_approver(e) != NULL) {
		(void)engine_plan(e, act, item, much, line);
		return;
	}
	if (line == 0) {
		engine_trial_add(e);
		if (!put(e, act, item, much, 0, &idx)) {
			engine_trial_add_undo(e);
			return;
		}
	} else {
		engine_trial(e);
		if (!put(e, act, item, much, line, &idx)) {
			engine_trial_undo(e);
			return;
		}
		engine_trial_done(e);
	}
	added(e, idx);
}

void
engine_add(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line)
{
	if (line != 0 || !engine_return_item(e, act, item, much)) {
		engine_sell(e, act, item, much, line);
	}
}

static void
add(struct engine *e, struct act *act, const struct item *item,
	const struct qty *qty)
{
	struct engine_measure much;

	if (e->returning == RETURN_OFF && engine_symbol_stops(e, act, item)) {
		return;
	}
	if (engine_measure(e, act, item, qty, 0, &much)) {
		engine_add(e, act, item, &much, 0);
	}
}

bool
engine_look_up(
	struct engine *e, struct act *act, const char *code, struct item *ret)
{
	enum code_kind kind = CODE_INTERNAL;
	struct err err = {0};
	enum rc rc;

	rc = e->ports.find_item(
		e->ports.arg, code, strlen(code), ret, &kind, &err);
	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_NOT_ON_FILE,
			_("Not on file: %s.  Scan again, or sell by department."),
			code);
		return false;
	}
	if (rc != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The catalog cannot be read: %s"), err.msg);
		return false;
	}
	ret->kind = kind;
	return true;
}

static void
check(struct engine *e, struct act *act, const char *code)
{
	char name[SHORT_BYTES], price[AMOUNT_BYTES];
	struct engine_measure much = {0};
	struct clock_reading now;
	struct item item;
	enum rc rc;

	e->price_check = false;
	memset(&item, 0, sizeof(item));
	rc = engine_held_item(e, act, code, &item, &much);
	if (rc == RC_DENIED ||
		(rc != RC_OK && !engine_look_up(e, act, code, &item))) {
		return;
	}
	act->reply.has_item = true;
	act->reply.item = item;
	now = clock_read(&e->clock);
	item.price = price_now(&e->basket, &item, now.utc, now.tz_min);
	engine_short(item.name, name);
	if (item.unit[0] != '\0' && much.from != QTY_PRICED) {
		engine_say(act, _("%s costs %s a %s.  Not sold."), name,
			engine_amount(e, item.price, price), item.unit);
		return;
	}
	engine_say(act, _("%s costs %s.  Not sold."), name,
		engine_amount(e,
			much.from == QTY_PRICED ? much.held : item.price,
			price));
}

void
engine_price_check(struct engine *e, struct act *act, const char *code)
{
	if (code[0] != '\0') {
		check(e, act, code);
		return;
	}
	e->price_check = true;
	e->empties = false;
	engine_say(act, _("Price check: scan or key the item."));
}

void
engine_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty, bool goods)
{
	struct item item;

	if (e->price_check) {
		check(e, act, code);
		return;
	}
	if (e->empties) {
		e->empties = false;
		engine_empties_code(e, act, code, qty);
		return;
	}
	if (engine_return_code(e, act, code, qty) ||
		engine_coupon_code(e, act, code, qty) ||
		engine_held(e, act, code, qty)) {
		return;
	}
	memset(&item, 0, sizeof(item));
	if (engine_look_up(e, act, code, &item)) {
		add(e, act, &item, qty);
	} else if (goods && e->returning == RETURN_OFF &&
		   engine_not_on_file(e) != NOT_ON_FILE_REFUSE &&
		   act->reply.error == engine_words[WORD_NOT_ON_FILE].word) {
		memset(act, 0, sizeof(*act));
		act->reply.ok = true;
		memcpy(item.code, code, strlen(code) + 1);
		if (!engine_symbol_stops(e, act, &item)) {
			engine_unknown(e, act, code, qty);
		}
	}
}

bool
engine_dept_item(struct engine *e, struct act *act, const struct entry *en,
	struct item *ret)
{
	const struct config_dept *d = config_dept_find(e->config, en->after);

	memset(ret, 0, sizeof(*ret));
	if (d == NULL && en->after[0] == '\0') {
		engine_refuse(act, WORD_NO_DEPARTMENT,
			/* cells: 72 */
			_("Key the amount, DP and the department's number, "
			  "like 149DP%s."),
			e->config->n_dept > 0 ? e->config->dept[0].no : "10");
		return false;
	}
	if (d == NULL) {
		engine_refuse(act, WORD_NO_DEPARTMENT,
			/* cells: 72 */
			_("No department has the number '%.20s': key another, "
			  "for instance %s."),
			en->after,
			e->config->n_dept > 0 ? e->config->dept[0].no : "10");
		return false;
	}
	if (!engine_parse_amount(
		    e, act, en->before, e->config->max_amount, &ret->price)) {
		return false;
	}
	ret->kind = CODE_DEPT;
	memcpy(ret->name, d->name, sizeof(d->name));
	memcpy(ret->dept, d->no, sizeof(d->no));
	memcpy(ret->tax, d->tax, sizeof(d->tax));
	return true;
}

/* Also the answer to what a code is that is not on file. */
void
engine_dept(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	bool asked = e->goods.kind == ASK_UNKNOWN;
	struct item item;

	if (e->state == ENGINE_PAY && !asked) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then sell it."));
		return;
	}
	if (engine_dept_item(e, act, en, &item)) {
		add(e, act, &item,
			asked && qty == NULL ? &e->goods.much.qty : qty);
	}
}

void
engine_repeat(struct engine *e, struct act *act, const struct qty *qty)
{
	struct item item;

	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then sell it."));
		return;
	}
	if (!e->has_last) {
		engine_refuse(act, WORD_NO_LINE,
			_("There is no item to repeat yet: scan one."));
		return;
	}
	item = e->last;
	add(e, act, &item, qty);
}
