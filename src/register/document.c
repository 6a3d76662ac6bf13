/* SPDX-License-Identifier: Apache-2.0 */
#include "register/document.h"

#include <string.h>

#include "base/json.h"
#include "core/day.h"

#include "base/poison.h"

enum rc
document_day(const struct event *day, struct totals *ret, struct err *reterr)
{
	if (day->type != EVENT_DAY_CLOSED ||
		day_totals(&day->data.day, ret) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "document",
			"event %llu is no closed day that can be shown",
			(unsigned long long)day->sequence);
	}
	return RC_OK;
}

enum rc
document_text(const struct config *c, const struct event *sale,
	const struct document_opts *o, struct sbuf *out, struct err *reterr)
{
	struct receipt_head head = config_head(c);
	struct receipt_opts opts = {.cols = c->cols,
		.copy = (uint32_t)o->copy,
		.uncertain = o->uncertain,
		.hash = o->hash};

	if (sale->type != EVENT_SALE_COMPLETED) {
		return err_set(reterr, RC_INVAL, 0, "document",
			"event %llu is no sale: only sales have a receipt",
			(unsigned long long)sale->sequence);
	}
	receipt_sale(&head, sale, &opts, receipt_to_text, out);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_RANGE, 0, "document",
			"receipt %s does not fit %zu bytes",
			sale->data.sale.number, out->cap);
	}
	return RC_OK;
}

enum rc
document_report_text(const struct config *c, const struct totals *t,
	struct utc time, int32_t tz_min, struct sbuf *out, struct err *reterr)
{
	struct receipt_head head = config_head(c);

	receipt_report(&head, t, time, tz_min, c->currency.code,
		c->currency.digits, c->cols, receipt_to_text, out);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_RANGE, 0, "document",
			"the report does not fit %zu bytes", out->cap);
	}
	return RC_OK;
}

enum rc
document_day_text(const struct config *c, const struct event *day,
	const struct document_opts *o, struct sbuf *out, struct err *reterr)
{
	struct receipt_head head = config_head(c);
	struct receipt_opts opts = {.cols = c->cols,
		.copy = (uint32_t)o->copy,
		.uncertain = o->uncertain,
		.hash = o->hash};
	struct totals t;
	enum rc rc = document_day(day, &t, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	receipt_day(&head, day, &t, &opts, c->currency.code, c->currency.digits,
		receipt_to_text, out);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_RANGE, 0, "document",
			"the report does not fit %zu bytes", out->cap);
	}
	return RC_OK;
}

static void
put_discounts(struct json *j, const struct event_line *l)
{
	if (l->n_discount == 0) {
		return;
	}
	json_arr(j, "discounts");
	for (size_t i = 0; i < l->n_discount; i++) {
		const struct event_discount *d = &l->discount[i];

		json_obj(j, NULL);
		json_str(j, "kind", d->kind != NULL ? d->kind : "line");
		json_str_some(j, "rule", d->rule);
		json_str_some(j, "name", d->name);
		json_i64_some(j, "ppm", d->ppm);
		json_i64(j, "amount", d->amount);
		json_str_some(j, "reason", d->reason);
		json_obj_end(j);
	}
	json_arr_end(j);
}

/* What not every line has. */
static void
put_rules(struct json *j, const struct event_line *l)
{
	put_discounts(j, l);
	json_str_some(j, "pricelist", l->pricelist);
	json_i64_some(j, "relief", l->relief);
	json_str_some(j, "unit", l->unit);
	json_i64_some(j, "tare", l->tare);
	json_str_some(j, "from", l->from);
	json_i64_some(j, "link", l->link);
	json_str_some(j, "deposit", l->deposit);
}

static void
put_line(struct json *j, const struct event_line *l)
{
	int64_t discount = 0;

	json_obj(j, NULL);
	json_i64(j, "line", l->no);
	json_str(j, "code", l->code);
	json_str(j, "kind", l->kind);
	json_str(j, "name", l->name);
	json_str(j, "department", l->dept);
	json_i64(j, "qty", l->qty);
	json_i64(j, "price", l->price);
	json_bool(j, "overridden", l->overridden);
	if (l->overridden || l->pricelist != NULL) {
		json_i64(j, "list", l->list);
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		discount += l->discount[i].amount;
	}
	json_i64(j, "discount", discount);
	json_i64(j, "amount", l->amount);
	json_str(j, "tax", l->tax);
	if (l->qty < 0) {
		json_str(j, "return_of", l->return_of);
		json_i64(j, "return_no", l->return_no);
		json_str(j, "reason", l->reason);
	}
	put_rules(j, l);
	json_obj_end(j);
}

static void
put_parts(struct json *j, const struct event_tax *t)
{
	if (t->n_part == 0) {
		return;
	}
	json_arr(j, "parts");
	for (size_t i = 0; i < t->n_part; i++) {
		json_obj(j, NULL);
		json_str(j, "name", t->part[i].name);
		json_i64(j, "rate", t->part[i].rate);
		json_i64(j, "tax", t->part[i].tax);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_taxes(struct json *j, const struct event_tax tax[], size_t n)
{
	json_arr(j, "taxes");
	for (size_t i = 0; i < n; i++) {
		json_obj(j, NULL);
		json_str(j, "code", tax[i].code);
		json_i64(j, "rate", tax[i].rate);
		json_i64(j, "net", tax[i].net);
		json_i64(j, "tax", tax[i].tax);
		json_i64(j, "gross", tax[i].gross);
		json_str_some(j, "why", tax[i].why);
		put_parts(j, &tax[i]);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_tenders(struct json *j, const struct event_sale *s)
{
	json_arr(j, "tenders");
	for (size_t i = 0; i < s->n_tender; i++) {
		json_obj(j, NULL);
		json_str(j, "tender", s->tender[i].tender);
		json_i64(j, "amount", s->tender[i].amount);
		json_i64(j, "tendered", s->tender[i].tendered);
		json_i64(j, "change", s->tender[i].change);
		json_str_some(j, "name", s->tender[i].name);
		json_str_some(j, "rule", s->tender[i].rule);
		json_str_some(j, "payment", s->tender[i].payment);
		json_str_some(j, "card", s->tender[i].card);
		json_str_some(j, "last4", s->tender[i].last4);
		json_str_some(j, "auth", s->tender[i].auth);
		if (s->tender[i].offline) {
			json_bool(j, "offline", true);
		}
		json_obj_end(j);
	}
	json_arr_end(j);
}

enum rc
document_json(const struct event *sale, struct sbuf *out, struct err *reterr)
{
	const struct event_sale *s = &sale->data.sale;
	char text[UTC_TEXT_BYTES], id[UUID_TEXT_BYTES];
	struct json j;

	if (sale->type != EVENT_SALE_COMPLETED) {
		return err_set(reterr, RC_INVAL, 0, "document",
			"event %llu is no sale: only sales have a receipt",
			(unsigned long long)sale->sequence);
	}
	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "number", s->number);
	json_u64(&j, "seq", sale->sequence);
	uuid_format(s->sale, id);
	json_str(&j, "sale", id);
	utc_format(sale->time, text);
	json_str(&j, "time", text);
	json_i64(&j, "tz", sale->tz_min);
	json_str(&j, "operator", sale->actor);
	json_str(&j, "currency", s->currency);
	json_i64(&j, "digits", s->digits);
	json_str(&j, "prices", s->prices);
	json_arr(&j, "lines");
	for (size_t i = 0; i < s->n_line; i++) {
		put_line(&j, &s->line[i]);
	}
	json_arr_end(&j);
	put_taxes(&j, s->tax, s->n_tax);
	json_i64(&j, "total", s->total);
	json_i64(&j, "rounding", s->rounding);
	json_i64_some(&j, "bill_rounding", s->bill_rounding);
	json_str_some(&j, "group", s->group);
	json_str_some(&j, "certificate", s->certificate);
	json_str_some(&j, "vat", s->vat);
	json_str_some(&j, "comment", s->comment);
	put_tenders(&j, s);
	json_obj_end(&j);
	if (!sbuf_ok(out)) {
		return err_set(reterr, RC_RANGE, 0, "document",
			"receipt %s does not fit %zu bytes", s->number,
			out->cap);
	}
	return RC_OK;
}

/* What not every shop does is there once it was done. */
static void
put_cash(struct json *j, const struct totals *t)
{
	json_i64_some(j, "opening", t->opening);
	json_i64_some(j, "floats", t->floats);
	json_i64_some(j, "paid_in", t->paid_in);
	json_i64_some(j, "paid_out", t->paid_out);
	json_i64_some(j, "pickups", t->pickups);
	if (t->counts > 0) {
		json_i64(j, "counts", t->counts);
		json_i64(j, "counted", t->counted);
		json_i64(j, "difference", t->difference);
	}
	if (t->closings > 0) {
		json_i64(j, "closings", t->closings);
		json_i64(j, "grand", t->grand);
	}
}

/* Where what was taken off is from, and what rules charged and gave back. */
static void
put_offs(struct json *j, const struct totals *t)
{
	json_i64(j, "discount", t->discount);
	json_i64_some(j, "off_line", totals_off_line(t));
	json_i64_some(j, "off_promotion", t->off_promotion);
	json_i64_some(j, "off_coupon", t->off_coupon);
	json_i64_some(j, "off_sale", t->off_sale);
	json_i64_some(j, "off_back", t->off_back);
	json_i64_some(j, "relief", t->relief);
	json_i64_some(j, "deposits", t->deposits);
	json_i64_some(j, "deposits_back", t->deposits_back);
}

/* A shop without terminals has none of it. */
static void
put_cards(struct json *j, const struct totals *t)
{
	if (t->n_card > 0) {
		json_arr(j, "cards");
	}
	for (size_t i = 0; i < t->n_card; i++) {
		const struct totals_card *x = &t->card[i];

		json_obj(j, NULL);
		json_str(j, "tender", x->tender);
		json_str(j, "card", x->card);
		json_i64(j, "amount", x->amount);
		json_i64(j, "count", x->count);
		json_i64_some(j, "offline_amount", x->offline_amount);
		json_i64_some(j, "offline", x->offline);
		json_i64_some(j, "back_amount", x->back_amount);
		json_i64_some(j, "back", x->back);
		json_i64_some(j, "reversed_amount", x->reversed_amount);
		json_i64_some(j, "reversed", x->reversed);
		json_obj_end(j);
	}
	if (t->n_card > 0) {
		json_arr_end(j);
	}
	if (t->n_terminal > 0) {
		json_arr(j, "terminals");
	}
	for (size_t i = 0; i < t->n_terminal; i++) {
		const struct totals_terminal *x = &t->terminal[i];

		json_obj(j, NULL);
		json_str(j, "terminal", x->name);
		json_i64(j, "begun", x->begun);
		json_i64(j, "closed", x->closed);
		json_i64(j, "difference", x->difference);
		json_obj_end(j);
	}
	if (t->n_terminal > 0) {
		json_arr_end(j);
	}
	json_i64_some(j, "unsettled", t->unsettled);
}

void
document_report_json(const struct totals *t, struct sbuf *out)
{
	struct day_rows rows;
	struct event_day d;
	struct json j;

	day_close(t, &rows, &d);
	json_init(&j, out);
	json_obj(&j, NULL);
	json_i64(&j, "sales", t->sales);
	json_i64(&j, "gross", t->gross);
	put_taxes(&j, d.tax, d.n_tax);
	json_arr(&j, "tenders");
	for (size_t i = 0; i < t->n_tender; i++) {
		json_obj(&j, NULL);
		json_str(&j, "tender", t->tender[i].name);
		json_i64(&j, "amount", t->tender[i].amount);
		json_i64(&j, "count", t->tender[i].count);
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_i64(&j, "drawer", t->drawer);
	json_i64(&j, "rounding", t->rounding);
	json_i64(&j, "items", t->items);
	put_offs(&j, t);
	json_i64(&j, "voids", t->voids);
	json_i64(&j, "line_voids", t->line_voids);
	json_i64(&j, "void_amount", t->void_amount);
	json_i64(&j, "overrides", t->overrides);
	json_i64(&j, "discounts", t->discounts);
	json_i64(&j, "no_sales", t->no_sales);
	json_i64_some(&j, "emergencies", t->emergencies);
	json_i64(&j, "copies", t->copies);
	json_i64(&j, "parked", t->parked);
	json_i64(&j, "returns", t->returns);
	json_i64(&j, "return_amount", t->return_amount);
	json_u64(&j, "first", t->first);
	json_u64(&j, "last", t->last);
	put_cash(&j, t);
	put_cards(&j, t);
	json_obj_end(&j);
}
