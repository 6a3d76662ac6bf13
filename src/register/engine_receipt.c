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
	memset(r, 0, sizeof(*r));
}

void
engine_return_end(struct engine *e)
{
	engine_receipt_drop(&e->receipt);
	e->returning = RETURN_OFF;
}

/* --- the receipt ---------------------------------------------------------- */

/* The rate of the day: of rows with one code, the first is that of goods sold
 * and those behind it are of goods that came back. */
static bool
rate_of(const struct event_sale *s, const char *code, uint32_t *ret)
{
	for (size_t i = 0; i < s->n_tax; i++) {
		if (strcmp(s->tax[i].code, code) == 0) {
			*ret = (uint32_t)s->tax[i].rate;
			return s->tax[i].rate >= 0 &&
			       s->tax[i].rate <= TAX_RATE_MAX_PPM;
		}
	}
	return false;
}

static bool
take_row(const struct event_sale *s, const struct event_line *l,
	struct return_row *row)
{
	struct event_line bare = *l;
	struct basket_line *sold = &row->sold;

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
	sold->item.price = sold->price;
	sold->overridden = false;
	if (l->qty > 0 && money_mul_ratio(sold->amount, QTY_ONE.milli, l->qty,
				  ROUND_DOWN, &row->each) != RC_OK) {
		return false;
	}
	return l->qty < 0 || rate_of(s, sold->item.tax, &sold->return_ppm);
}

static enum rc
take_receipt(const struct event *ev, struct return_receipt *r)
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
	return RC_OK;
}

/* Sold in another money, or with the tax the other way round: the sums of this
 * sale could not hold it. */
static bool
fits_config(const struct engine *e, const struct event_sale *s)
{
	const struct config *c = e->config;

	return strcmp(s->currency, c->currency.code) == 0 &&
	       s->digits == c->currency.digits &&
	       strcmp(s->prices, c->tax.included ? "included" : "added") == 0;
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
			_("Receipt %s is in another currency or has its tax "
			  "another way: RF again takes the goods back without "
			  "it."),
			ev->data.sale.number);
		return RC_DENIED;
	}
	if (rc == RC_OK) {
		rc = take_receipt(ev, ret);
	}
	for (size_t i = 0; rc == RC_OK && i < ret->n_row; i++) {
		rc = e->ports.returned(e->ports.arg, ret->number,
			ret->row[i].sold.no, &ret->row[i].back, &err);
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
