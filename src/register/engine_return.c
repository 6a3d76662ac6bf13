/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that come back: which receipt, which of its lines, or none. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

bool
engine_return_choose(struct engine *e, struct act *act, const char *arg)
{
	struct return_receipt r;
	char number[CODE_BYTES + 32], total[AMOUNT_BYTES];
	enum rc rc;

	engine_full_number(
		e, strcmp(arg, "0") == 0 ? "" : arg, number, sizeof(number));
	rc = engine_receipt_load(e, act, number, &r);
	if (rc == RC_NOTFOUND && number[0] == '\0') {
		engine_refuse(
			act, WORD_NO_RECEIPT, _("No sale has been made yet."));
	} else if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_NO_RECEIPT,
			_("There is no receipt %.40s here: RF again takes "
			  "goods back without one."),
			number);
	}
	if (rc != RC_OK) {
		return false;
	}
	engine_receipt_drop(&e->receipt);
	e->receipt = r;
	e->returning = RETURN_RECEIPT;
	e->price_check = false;
	engine_say(act, _("Return of receipt %s, %s: scan or key the line."),
		r.number, engine_amount(e, r.total, total));
	return true;
}

/* --- a line of it ---------------------------------------------------------- */

/* The line of the basket that has what comes back of this one; n_line when
 * nothing does. */
static size_t
find_now(const struct basket *b, const char *number, uint32_t no)
{
	size_t i = 0;

	while (i < b->n_line &&
		(b->line[i].return_no != no ||
			strcmp(b->line[i].return_of, number) != 0)) {
		i++;
	}
	return i;
}

int64_t
engine_return_now(const struct engine_view *v, const struct return_row *row,
	struct money *ret_amount, const char **ret_reason)
{
	const struct basket *b = v->basket;
	size_t i = find_now(b, v->receipt->number, row->sold.no);

	if (i == b->n_line) {
		ret_amount->minor = 0;
		*ret_reason = "";
		return 0;
	}
	*ret_amount = b->line[i].amount;
	*ret_reason = b->line[i].reason;
	return -b->line[i].qty.milli;
}

int64_t
engine_return_milli(const struct engine *e, const struct return_row *row)
{
	size_t i = find_now(&e->basket, e->receipt.number, row->sold.no);

	return i < e->basket.n_line ? -e->basket.line[i].qty.milli : 0;
}

static void
refuse_left(const struct engine *e, struct act *act,
	const struct return_row *row, int64_t left)
{
	char name[SHORT_BYTES], qty[AMOUNT_BYTES];
	struct sbuf b;

	if (left <= 0) {
		engine_refuse(act, WORD_RETURNED,
			_("Line %u came back already: %s."), row->sold.no,
			engine_short(row->sold.item.name, name));
		return;
	}
	sbuf_init(&b, qty, sizeof(qty));
	format_qty(&b, e->config->format, (struct qty){left});
	engine_refuse(act, WORD_RETURNED,
		_("Of line %u only %s can still come back: %s."), row->sold.no,
		qty, engine_short(row->sold.item.name, name));
}

void
engine_refuse_return(struct act *act, enum rc rc)
{
	if (rc == RC_NOSPC) {
		engine_refuse(act, WORD_SALE_FULL,
			_("The sale is full: take the money, then go on in a "
			  "new one."));
	} else if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_TAX_CLASS,
			_("The item's tax class is not configured: write its "
			  "rate in holdfast.conf."));
	} else {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sum would be too large: check the quantity."));
	}
}

/* Why, and whether the operator may; both go into the line.  A line that grows
 * has its reason already.  False: refused, or asked. */
static bool
allowed(struct engine *e, struct act *act, enum permit permit,
	struct money paid, struct basket_line *l)
{
	const char *why = NULL, *approver;
	char name[SHORT_BYTES];

	engine_what(e, engine_short(l->item.name, name), NULL, NULL);
	/* empties have no reason but that they are empty */
	if (permit != PERMIT_EMPTIES &&
		(l->reason[0] == '\0' || e->taken->reason != 0)) {
		if (!engine_reason(e, act, REASON_RETURN, &why)) {
			return false;
		}
	}
	if (!engine_permit(e, act, permit, paid.minor)) {
		return false;
	}
	approver = engine_approver(e);
	if (why != NULL) {
		(void)engine_copy(l->reason, sizeof(l->reason), why);
	}
	if (approver != NULL) {
		(void)engine_copy(l->approver, sizeof(l->approver), approver);
	}
	return true;
}

/* What follows from a line that comes back. */
static void
taken(struct engine *e, size_t idx)
{
	e->state = ENGINE_SALE;
	e->selected = idx;
	e->has_qty = false;
}

void
engine_settle_returned(struct engine *e)
{
	engine_settle_trial(e);
	taken(e, e->wait_idx);
}

/* An approval is recorded for it: the line waits until it is.  Without one
 * there is nothing to record, and it is there at once. */
static void
keep(struct engine *e, size_t idx, bool approved)
{
	if (!approved) {
		engine_trial_done(e);
		taken(e, idx);
		if (e->disarming) {
			e->armed.no[0] = '\0';
		}
		return;
	}
	engine_trial_keep(e, WAIT_RETURNED, idx);
}

static void
said(struct engine *e, struct act *act, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];
	char name[SHORT_BYTES], amount[AMOUNT_BYTES], qty[AMOUNT_BYTES];
	struct sbuf b;

	act->draft = DRAFT_LINE;
	act->draft_idx = idx;
	act->draft_no = l->no;
	sbuf_init(&b, qty, sizeof(qty));
	format_qty(&b, e->config->format, (struct qty){-l->qty.milli});
	engine_say(act, _("Back: %s x %s  %s"), qty,
		engine_short(l->item.name, name),
		engine_amount(e, l->amount, amount));
}

int64_t
engine_given_back(const struct basket *b, bool deposits)
{
	int64_t sum = 0;

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];

		sum -= l->qty.milli < 0 && basket_is_deposit(b, l) == deposits
			       ? l->amount.minor
			       : 0;
	}
	return sum;
}

/* A line that comes back into the basket, the first one too.  On trial. */
static enum rc
append(struct engine *e, struct basket_line *l, size_t *ret_idx)
{
	enum rc rc = RC_OK;

	engine_need_sale(e);
	engine_stamp(e, l);
	if (l->return_no > 0) {
		rc = basket_receipt(
			&e->basket, e->receipt.tax, e->receipt.n_tax);
	}
	if (rc == RC_OK) {
		rc = basket_return(&e->basket, l, ret_idx);
	}
	return rc == RC_OK && !engine_fits(e) ? RC_NOSPC : rc;
}

void
engine_return_append(
	struct engine *e, struct act *act, struct basket_line *l, bool approved)
{
	size_t idx = 0;
	enum rc rc;

	if (!engine_may_open(e, act)) {
		return;
	}
	engine_trial(e);
	rc = append(e, l, &idx);
	if (rc != RC_OK) {
		engine_trial_undo(e);
		engine_refuse_return(act, rc);
		return;
	}
	said(e, act, idx);
	keep(e, idx, approved);
}

/* --- rows of the receipt ---------------------------------------------------- */

/* What is to come back of a row in this sale. */
struct taking {
	const struct return_row *row;
	size_t at; /* its line; n_line: a new one */
	int64_t milli;
	struct basket_shared share;
	int64_t more; /* money than before */
};

static enum rc
plan(const struct engine *e, const struct return_row *row, int64_t milli,
	struct taking *t)
{
	const struct basket *b = &e->basket;

	memset(t, 0, sizeof(*t));
	t->row = row;
	t->milli = milli;
	t->at = find_now(b, e->receipt.number, row->sold.no);
	if (basket_share(&row->sold, row->back, milli, &t->share) != RC_OK) {
		return RC_RANGE;
	}
	t->more = t->share.amount.minor;
	t->more += t->at < b->n_line ? b->line[t->at].back.minor : 0;
	return RC_OK;
}

/* On trial.  The line's reason and approver are those of ${why}. */
static enum rc
put(struct engine *e, const struct taking *t, const struct basket_line *why,
	size_t *ret_idx)
{
	struct basket *b = &e->basket;
	struct basket_line l = t->row->sold;
	enum rc rc;

	if (t->at < b->n_line) {
		*ret_idx = t->at;
		rc = basket_set_return(
			b, t->at, (struct qty){-t->milli}, &t->share);
	} else {
		(void)engine_copy(
			l.return_of, sizeof(l.return_of), e->receipt.number);
		l.return_no = l.no;
		l.qty.milli = -t->milli;
		l.discount_ppm = 0;
		l.discount = money_neg(t->share.discount);
		l.relief = money_neg(t->share.relief);
		l.amount = money_neg(t->share.amount);
		rc = append(e, &l, ret_idx);
	}
	if (rc == RC_OK) {
		memcpy(b->line[*ret_idx].reason, why->reason,
			sizeof(why->reason));
		memcpy(b->line[*ret_idx].approver, why->approver,
			sizeof(why->approver));
	}
	return rc;
}

/* The deposit that was on the goods comes back with as many of them, as far as
 * it did not without them; of what is weighed there is one. */
static bool
plan_deposit(
	const struct engine *e, const struct taking *goods, struct taking *ret)
{
	const struct return_row *row = NULL;
	int64_t had, left, milli, change;

	for (size_t i = 0; i < e->receipt.n_row && row == NULL; i++) {
		if (e->receipt.row[i].sold.link == goods->row->sold.no) {
			row = &e->receipt.row[i];
		}
	}
	if (row == NULL || row->sold.qty.milli <= 0) {
		return false;
	}
	had = engine_return_milli(e, goods->row);
	left = row->sold.qty.milli - row->back;
	change = goods->milli - had;
	if (row->sold.qty.milli != goods->row->sold.qty.milli) {
		change = goods->row->back + goods->milli ==
					 goods->row->sold.qty.milli
				 ? row->sold.qty.milli
				 : 0;
	}
	milli = engine_return_milli(e, row) + change;
	milli = milli > left ? left : milli;
	return milli > 0 && milli != engine_return_milli(e, row) &&
	       plan(e, row, milli, ret) == RC_OK;
}

/* So much of this row is to come back in all. */
static void
return_row(struct engine *e, struct act *act, const struct return_row *row,
	int64_t milli)
{
	struct basket *b = &e->basket;
	int64_t left = row->sold.qty.milli - row->back;
	bool approved = engine_approver(e) != NULL, more;
	size_t idx = 0, behind = 0;
	struct taking goods, deposit;
	struct basket_line l;
	enum rc rc;

	if (milli > left) {
		refuse_left(e, act, row, left);
		return;
	}
	if (plan(e, row, milli, &goods) != RC_OK) {
		engine_refuse_return(act, RC_RANGE);
		return;
	}
	l = goods.at < b->n_line ? b->line[goods.at] : row->sold;
	if (!allowed(e, act, PERMIT_RETURN,
		    (struct money){engine_given_back(b, false) + goods.more},
		    &l) ||
		!engine_may_open(e, act)) {
		return;
	}
	more = plan_deposit(e, &goods, &deposit);
	engine_trial(e);
	rc = put(e, &goods, &l, &idx);
	if (rc == RC_OK && more) {
		deposit.at =
			find_now(b, e->receipt.number, deposit.row->sold.no);
		rc = put(e, &deposit, &l, &behind);
	}
	if (rc != RC_OK) {
		engine_trial_undo(e);
		engine_refuse_return(act, rc);
		return;
	}
	said(e, act, idx);
	if (more) {
		act->also_idx = behind;
		act->also_no = b->line[behind].no;
	}
	keep(e, idx, approved);
}

/* What a key without a quantity means: one, or all that is left of less, or
 * of what was weighed. */
static int64_t
usual(const struct return_row *row, int64_t left)
{
	bool whole = row->sold.qty.milli % QTY_ONE.milli == 0 &&
		     row->sold.from == QTY_COUNTED &&
		     row->sold.item.unit[0] == '\0';

	return whole && left >= QTY_ONE.milli ? QTY_ONE.milli : left;
}

void
engine_return_more(struct engine *e, struct act *act,
	const struct return_row *row, const struct qty *qty)
{
	int64_t now = engine_return_milli(e, row);
	int64_t left = row->sold.qty.milli - row->back - now, more;

	if (row->sold.qty.milli <= 0) {
		engine_refuse(act, WORD_NOT_ON_RECEIPT,
			_("Line %u came back itself with that receipt."),
			row->sold.no);
		return;
	}
	if (left <= 0) {
		refuse_left(e, act, row, left);
		return;
	}
	if (qty != NULL) {
		more = qty->milli;
	} else {
		more = e->has_qty ? e->qty.milli : usual(row, left);
	}
	if (more > left) {
		refuse_left(e, act, row, left);
		return;
	}
	return_row(e, act, row, now + more);
}

static const struct return_row *
row_of(const struct engine *e, int64_t no)
{
	for (size_t i = 0; i < e->receipt.n_row; i++) {
		if (e->receipt.row[i].sold.no == no) {
			return &e->receipt.row[i];
		}
	}
	return NULL;
}

static void
return_line(struct engine *e, struct act *act, const char *arg,
	const struct qty *qty)
{
	const struct return_row *row = NULL;
	int64_t no = 0;

	if (e->returning != RETURN_RECEIPT) {
		engine_refuse(act, WORD_NO_RECEIPT,
			_("Which receipt? Key RF and its number, or scan it."));
		return;
	}
	if (parse_i64(arg, strlen(arg), 1, UINT32_MAX, &no) == RC_OK) {
		row = row_of(e, no);
	}
	if (row == NULL) {
		engine_refuse(act, WORD_NOT_ON_RECEIPT,
			_("Receipt %s has no line %.20s."), e->receipt.number,
			arg);
		return;
	}
	engine_return_more(e, act, row, qty);
}

/* --- without one ------------------------------------------------------------ */

bool
engine_return_item(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much)
{
	struct basket_line l = {.item = *item, .price = item->price};
	bool approved = engine_approver(e) != NULL;
	struct money paid = much->held;
	enum rc rc = RC_OK;

	if (e->returning != RETURN_BLIND) {
		return false;
	}
	l.qty.milli = -much->qty.milli;
	l.from = much->from;
	l.tare = much->tare;
	l.held = much->held;
	l.trace = much->trace;
	if (much->from != QTY_PRICED) {
		rc = qty_extend(
			item->price, much->qty, e->config->price_round, &paid);
	}
	if (rc != RC_OK) {
		engine_refuse_return(act, RC_RANGE);
		return true;
	}
	paid.minor += engine_given_back(&e->basket, false);
	if (allowed(e, act, PERMIT_RETURN_BLIND, paid, &l)) {
		engine_return_append(e, act, &l, approved);
	}
	return true;
}

/* --- keys --------------------------------------------------------------------- */

static void
next_mode(struct engine *e, struct act *act)
{
	engine_receipt_drop(&e->receipt);
	e->price_check = false;
	if (e->returning == RETURN_OFF || e->returning == RETURN_BLIND) {
		e->returning = RETURN_ASK;
		engine_say(act, _("Return: scan or key the receipt; RF again "
				  "without one."));
		return;
	}
	e->returning = RETURN_BLIND;
	engine_say(act, _("Return without a receipt: scan or key the item."));
}

void
engine_return(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	bool number = en->after[0] != '\0' &&
		      strspn(en->after, "0123456789") != strlen(en->after);

	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then change it."));
	} else if (number && (en->before[0] != '\0' || en->has_qty)) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("One receipt an entry: key RF and its number."));
	} else if (number) {
		(void)engine_return_choose(e, act, en->after);
	} else if (en->before[0] != '\0') {
		if (engine_return_choose(e, act, en->before) &&
			en->after[0] != '\0') {
			return_line(e, act, en->after, qty);
		}
	} else if (en->after[0] != '\0') {
		return_line(e, act, en->after, qty);
	} else if (en->has_qty) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("Which line? Key 2*RF3 for two of line 3."));
	} else {
		next_mode(e, act);
	}
}

/* More of what comes back without a receipt is asked as the first of it. */
static void
blind_quantity(
	struct engine *e, struct act *act, size_t idx, const struct qty *q)
{
	struct money was = e->basket.line[idx].amount;
	bool approved = engine_approver(e) != NULL;
	enum permit permit = PERMIT_RETURN_BLIND;
	struct basket_line *now;

	if (basket_is_deposit(&e->basket, &e->basket.line[idx])) {
		permit = PERMIT_EMPTIES;
	}
	engine_trial(e);
	now = &e->basket.line[idx];
	if (basket_set_qty(&e->basket, idx, (struct qty){-q->milli}) != RC_OK) {
		engine_trial_undo(e);
		engine_refuse_return(act, RC_RANGE);
		return;
	}
	if (money_cmp(now->amount, was) < 0 &&
		!allowed(e, act, permit,
			(struct money){engine_given_back(
				&e->basket, permit == PERMIT_EMPTIES)},
			now)) {
		engine_trial_undo(e);
		return;
	}
	said(e, act, idx);
	keep(e, idx, approved);
}

bool
engine_return_quantity(
	struct engine *e, struct act *act, size_t idx, const struct qty *q)
{
	const struct basket_line *l = &e->basket.line[idx];
	bool same = e->returning == RETURN_RECEIPT &&
		    strcmp(e->receipt.number, l->return_of) == 0;
	const struct return_row *row;

	if (l->qty.milli >= 0) {
		return false;
	}
	if (l->return_no == 0) {
		blind_quantity(e, act, idx, q);
		return true;
	}
	row = same ? row_of(e, l->return_no) : NULL;
	if (row == NULL) {
		engine_refuse(act, WORD_NO_RECEIPT,
			_("Key RF %s first: the line is of that receipt."),
			l->return_of);
		return true;
	}
	return_row(e, act, row, q->milli);
	return true;
}

bool
engine_return_fixed(struct engine *e, struct act *act, size_t idx, bool price)
{
	const struct basket_line *l = &e->basket.line[idx];

	if (l->qty.milli >= 0 || (price && l->return_no == 0)) {
		return false;
	}
	engine_refuse(act, WORD_BAD_AMOUNT,
		l->return_no > 0 ? _("It comes back at the price that was paid "
				     "for it.")
				 : _("It comes back: key its price with PO."));
	return true;
}
