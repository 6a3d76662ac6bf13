/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt that goods come back by: its lines as they were sold, and what
 * came back of them; looked at when it is chosen, and again before the sale is
 * final. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_receipt_drop(struct return_receipt *r)
{
	if (r->row != NULL) {
		crypto_wipe(r->row, r->n_row * sizeof(*r->row));
	}
	free(r->row);
	free(r->tax);
	memset(r, 0, sizeof(*r));
}

void
engine_return_end(struct engine *e)
{
	engine_receipt_drop(&e->receipt);
	e->returning = RETURN_OFF;
}

/* --- the receipt ---------------------------------------------------------- */

/* The row of goods sold: of rows with one code it is the first, and those
 * behind it are of goods that came back. */
static const struct event_tax *
tax_of(const struct event_sale *s, const char *code)
{
	for (size_t i = 0; i < s->n_tax; i++) {
		if (strcmp(s->tax[i].code, code) == 0) {
			return s->tax[i].rate >= 0 && s->tax[i].rate <=
							      TAX_RATE_MAX_PPM
				       ? &s->tax[i]
				       : NULL;
		}
	}
	return NULL;
}

static bool
take_row(const struct event_sale *s, const struct event_line *l,
	struct return_row *row)
{
	struct event_line bare = *l;
	struct basket_line *sold = &row->sold;
	const struct event_tax *tax = tax_of(s, l->tax);

	bare.n_discount = 0; /* their sum is what counts */
	if (!engine_line_back(&bare, sold)) {
		return false;
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		if (money_add(sold->discount,
			    (struct money){l->discount[i].amount},
			    &sold->discount) != RC_OK) {
			return false;
		}
	}
	sold->amount.minor = l->amount;
	sold->relief.minor = l->relief;
	sold->item.price = sold->price;
	sold->overridden = false;
	if (l->qty > 0 && money_mul_ratio(sold->amount, QTY_ONE.milli, l->qty,
				  ROUND_DOWN, &row->each) != RC_OK) {
		return false;
	}
	if (tax != NULL) {
		sold->return_ppm = (uint32_t)tax->rate;
	}
	return l->qty < 0 || tax != NULL;
}

/* --- and its taxes --------------------------------------------------------- */

static enum tax_why
why_of(const struct event_tax *t)
{
	if (t->why == NULL) {
		return TAX_DUE;
	}
	return strcmp(t->why, "reverse") == 0 ? TAX_REVERSE : TAX_EXEMPT;
}

static bool
take_parts(const struct event_tax *from, struct basket_back *to)
{
	struct tax_class *c = &to->class_;

	if (from->n_part > TAX_PARTS) {
		return false;
	}
	c->n_part = from->n_part;
	for (size_t i = 0; i < from->n_part; i++) {
		const struct event_part *p = &from->part[i];

		if (p->rate < 0 || p->rate > TAX_RATE_MAX_PPM ||
			!engine_copy(c->part[i].name, sizeof(c->part[i].name),
				p->name)) {
			return false;
		}
		c->part[i].rate_ppm = (uint32_t)p->rate;
		c->part[i].on_tax = p->on_tax;
		to->sold.part[i].minor = p->tax;
	}
	return true;
}

/* Old receipts, and those that took goods back without a receipt, have it in
 * one row with what they sold: what they sold is taxed on its own then. */
static bool
take_sold_alone(
	const struct engine *e, struct money sold, struct basket_back *to)
{
	struct tax_policy p = e->config->tax;
	struct money base = to->included ? to->sold.gross : to->sold.net;

	if (money_cmp(base, sold) == 0) {
		return true;
	}
	p.included = to->included;
	p.n_class = 1;
	p.class_[0] = to->class_;
	return tax_split(&p, 0, sold, &to->sold) == RC_OK;
}

static bool
take_tax(const struct engine *e, const struct event_sale *s,
	const struct event_tax *from, struct return_receipt *r)
{
	struct basket_back *to = &r->tax[r->n_tax];
	struct money sold = {0};
	size_t n_sold = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		if (s->line[i].qty > 0 &&
			strcmp(s->line[i].tax, from->code) == 0) {
			n_sold++;
			if (money_add(sold, (struct money){s->line[i].amount},
				    &sold) != RC_OK) {
				return false;
			}
		}
	}
	if (n_sold == 0) {
		return true; /* of goods that came back */
	}
	to->included = strcmp(s->prices, "included") == 0;
	to->class_.rate_ppm = (uint32_t)from->rate;
	to->class_.why = why_of(from);
	to->sold.net.minor = from->net;
	to->sold.tax.minor = from->tax;
	to->sold.gross.minor = from->gross;
	memcpy(to->number, r->number, sizeof(to->number));
	r->n_tax++;
	return engine_copy(
		       to->class_.code, sizeof(to->class_.code), from->code) &&
	       take_parts(from, to) && take_sold_alone(e, sold, to);
}

static bool
take_taxes(const struct engine *e, const struct event_sale *s,
	struct return_receipt *r)
{
	r->tax = calloc(s->n_tax + 1, sizeof(*r->tax));
	for (size_t i = 0; r->tax != NULL && i < s->n_tax; i++) {
		if (tax_of(s, s->tax[i].code) == &s->tax[i] &&
			!take_tax(e, s, &s->tax[i], r)) {
			return false;
		}
	}
	return r->tax != NULL;
}

/* What came back earlier of each row: the sum of its lines' shares. */
static enum rc
sum_before(struct return_receipt *r)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->n_row && rc == RC_OK; i++) {
		const struct return_row *row = &r->row[i];
		struct basket_back *to = r->tax;
		struct money paid = {0};

		if (row->sold.qty.milli <= 0 || row->back <= 0) {
			continue;
		}
		while (to < r->tax + r->n_tax &&
			strcmp(to->class_.code, row->sold.item.tax) != 0) {
			to++;
		}
		if (to < r->tax + r->n_tax) {
			rc = basket_paid(&row->sold, row->back, &paid);
			to->before.minor += paid.minor;
		}
	}
	return rc;
}

static enum rc
take_receipt(const struct engine *e, const struct event *ev,
	struct return_receipt *r)
{
	const struct event_sale *s = &ev->data.sale;

	if (ev->type != EVENT_SALE_COMPLETED ||
		!engine_copy(r->number, sizeof(r->number), s->number)) {
		return RC_PROTO;
	}
	r->row = calloc(s->n_line + 1, sizeof(*r->row));
	if (r->row == NULL) {
		return RC_NOMEM;
	}
	r->n_row = s->n_line;
	r->time = ev->time;
	r->tz_min = ev->tz_min;
	r->total.minor = s->total;
	(void)engine_copy(r->operator_no, sizeof(r->operator_no), ev->actor);
	(void)engine_copy(r->tender, sizeof(r->tender),
		s->n_tender > 0 ? s->tender[0].tender : "");
	for (size_t i = 0; i < s->n_line; i++) {
		if (!take_row(s, &s->line[i], &r->row[i])) {
			return RC_PROTO;
		}
	}
	return take_taxes(e, s, r) ? RC_OK : RC_PROTO;
}

/* Sold in another money: the sums of this sale could not hold it. */
static bool
fits_config(const struct engine *e, const struct event_sale *s)
{
	const struct config *c = e->config;

	return strcmp(s->currency, c->currency.code) == 0 &&
	       s->digits == c->currency.digits;
}

enum rc
engine_receipt_load(struct engine *e, struct act *act, const char *number,
	struct return_receipt *ret)
{
	const struct event *ev = NULL;
	struct err err = {0};
	int64_t copies = 0;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = e->ports.document(e->ports.arg, number, &ev, &copies, &err);
	if (rc == RC_NOTFOUND ||
		(rc == RC_OK && ev->training && !e->training)) {
		return RC_NOTFOUND;
	}
	if (rc == RC_OK && ev->type == EVENT_SALE_COMPLETED &&
		!fits_config(e, &ev->data.sale)) {
		engine_refuse(act, WORD_NO_RECEIPT,
			_("Receipt %s is in another currency: RF again takes "
			  "the goods back without it."),
			ev->data.sale.number);
		return RC_DENIED;
	}
	if (rc == RC_OK) {
		rc = take_receipt(e, ev, ret);
	}
	for (size_t i = 0; rc == RC_OK && i < ret->n_row; i++) {
		rc = e->ports.returned(e->ports.arg, ret->number,
			ret->row[i].sold.no, &ret->row[i].back, &err);
	}
	if (rc == RC_OK) {
		rc = sum_before(ret);
	}
	if (rc != RC_OK) {
		engine_receipt_drop(ret);
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The receipt cannot be read: %s"),
			err.msg[0] != '\0' ? err.msg : _("key it again."));
		return RC_DENIED;
	}
	return RC_OK;
}

/* --- once more, before it is final ---------------------------------------------- */

/* What the basket has of this line before ${idx}: none, as the register does
 * it, but it is money. */
static int64_t
before_in_basket(const struct basket *b, size_t idx)
{
	const struct basket_line *l = &b->line[idx];
	int64_t milli = 0;

	for (size_t i = 0; i < idx; i++) {
		if (b->line[i].return_no == l->return_no &&
			strcmp(b->line[i].return_of, l->return_of) == 0) {
			milli -= b->line[i].qty.milli;
		}
	}
	return milli;
}

static bool
still_stands(const struct engine *e, const struct return_receipt *r, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];

	for (size_t i = 0; i < r->n_row; i++) {
		const struct return_row *row = &r->row[i];
		struct basket_shared s;

		if (row->sold.no != l->return_no) {
			continue;
		}
		return basket_share(&row->sold,
			       row->back + before_in_basket(&e->basket, idx),
			       -l->qty.milli, &s) == RC_OK &&
		       s.amount.minor == -l->back.minor &&
		       s.discount.minor == -l->discount.minor;
	}
	return false;
}

static void
refuse_since(struct act *act, const struct basket_line *l)
{
	char name[SHORT_BYTES];

	engine_refuse(act, WORD_RETURNED,
		_("Line %u came back with another receipt since: void it: %s."),
		l->no, engine_short(l->item.name, name));
}

static bool
check_line(
	struct engine *e, struct act *act, struct return_receipt *r, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];

	if (l->return_no == 0) {
		return true;
	}
	if (strcmp(r->number, l->return_of) != 0) {
		enum rc rc;

		engine_receipt_drop(r);
		rc = engine_receipt_load(e, act, l->return_of, r);
		if (rc == RC_NOTFOUND) {
			engine_refuse(act, WORD_NO_RECEIPT,
				_("There is no receipt %.40s here: void line "
				  "%u."),
				l->return_of, l->no);
		} else if (rc == RC_OK && basket_receipt(&e->basket, r->tax,
						  r->n_tax) != RC_OK) {
			engine_refuse_return(act, RC_RANGE);
			return false;
		}
		if (rc != RC_OK) {
			return false;
		}
	}
	if (!still_stands(e, r, idx)) {
		refuse_since(act, l);
		return false;
	}
	return true;
}

/* The line's share as the receipt has it now; as it was when that is gone. */
static void
share_again(
	struct engine *e, const struct return_receipt *r, struct basket_line *l)
{
	struct basket_shared s;

	for (size_t i = 0; i < r->n_row; i++) {
		const struct return_row *row = &r->row[i];

		if (row->sold.no == l->return_no &&
			basket_share(&row->sold, row->back, -l->qty.milli,
				&s) == RC_OK) {
			(void)!basket_set_return(&e->basket,
				(size_t)(l - e->basket.line), l->qty, &s);
			return;
		}
	}
}

void
engine_receipt_again(struct engine *e)
{
	struct return_receipt r = {0};
	struct act act = {0};

	for (size_t i = 0; i < e->basket.n_line; i++) {
		struct basket_line *l = &e->basket.line[i];

		if (l->return_no == 0) {
			continue;
		}
		if (strcmp(r.number, l->return_of) != 0) {
			engine_receipt_drop(&r);
			/* what it refuses is refused before it is paid */
			if (engine_receipt_load(e, &act, l->return_of, &r) !=
				RC_OK) {
				continue;
			}
			(void)!basket_receipt(&e->basket, r.tax, r.n_tax);
		}
		share_again(e, &r, l);
	}
	engine_receipt_drop(&r);
}

bool
engine_return_check(struct engine *e, struct act *act)
{
	struct return_receipt r = {0};
	bool ok = true;

	/* of practice nothing is kept, so that nothing can be looked up */
	for (size_t i = 0; ok && !e->training && i < e->basket.n_line; i++) {
		if (e->basket.line[i].qty.milli < 0) {
			ok = check_line(e, act, &r, i);
		}
	}
	engine_receipt_drop(&r);
	return ok;
}
