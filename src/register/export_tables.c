/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "register/export_internal.h"

#include "base/poison.h"

static const struct column sales_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"opened", CELL_TIME},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"lines", CELL_INT},
	{"total", CELL_MONEY},
	{"rounding", CELL_MONEY},
	{"tendered", CELL_MONEY},
	{"change", CELL_MONEY},
	{"currency", CELL_TEXT},
	{"bill_rounding", CELL_MONEY},
	{"group", CELL_TEXT},
	{"certificate", CELL_TEXT},
	{"vat", CELL_TEXT},
	{"comment", CELL_TEXT},
	{"shift", CELL_INT},
};

static enum rc
sales_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;
	int64_t tendered = 0;
	int64_t change = 0;

	for (size_t i = 0; i < s->n_tender; i++) {
		tendered += s->tender[i].tendered;
		change += s->tender[i].change;
	}
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{0, s->number},
		{s->opened.us, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{(int64_t)s->n_line, NULL},
		{s->total, NULL},
		{s->rounding, NULL},
		{tendered, NULL},
		{change, NULL},
		{0, s->currency},
		{s->bill_rounding, NULL},
		{0, s->group},
		{0, s->certificate},
		{0, s->vat},
		{0, s->comment},
		{s->shift, NULL},
	};
	_Static_assert(
		ARRAY_LEN(cell) == ARRAY_LEN(sales_columns), "a cell a column");
	return export_row(x, cell, reterr);
}

static const struct column lines_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"line", CELL_INT},
	{"code", CELL_TEXT},
	{"kind", CELL_TEXT},
	{"name", CELL_TEXT},
	{"department", CELL_TEXT},
	{"quantity", CELL_QTY},
	{"price", CELL_MONEY},
	{"list", CELL_MONEY},
	{"discount", CELL_MONEY},
	{"amount", CELL_MONEY},
	{"tax", CELL_TEXT},
	{"return_of", CELL_TEXT},
	{"return_line", CELL_INT},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
	{"pricelist", CELL_TEXT},
	{"promotions", CELL_MONEY},
	{"coupons", CELL_MONEY},
	{"sale_discount", CELL_MONEY},
	{"relief", CELL_MONEY},
	{"unit", CELL_TEXT},
	{"tare", CELL_QTY},
	{"from", CELL_TEXT},
	{"deposit", CELL_TEXT},
	{"deposit_of", CELL_INT},
	{"lot", CELL_TEXT},
	{"serial", CELL_TEXT},
	{"expires", CELL_TEXT},
};

/* What is taken off by one kind; NULL: by all of them. */
static int64_t
taken_off(const struct event_line *l, const char *kind)
{
	int64_t sum = 0;

	for (size_t i = 0; i < l->n_discount; i++) {
		const char *k = l->discount[i].kind;

		if (kind == NULL || (k != NULL && strcmp(k, kind) == 0)) {
			sum += l->discount[i].amount;
		}
	}
	return sum;
}

static bool
has_list(const struct event_line *l)
{
	return l->overridden || l->pricelist != NULL;
}

static enum rc
lines_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];
		enum rc rc;

		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{l->no, NULL},
			{0, l->code},
			{0, l->kind},
			{0, l->name},
			{0, l->dept},
			{l->qty, NULL},
			{l->price, NULL},
			{has_list(l) ? l->list : l->price, NULL},
			{taken_off(l, NULL), NULL},
			{l->amount, NULL},
			{0, l->tax},
			{0, l->return_of},
			{l->return_no, NULL},
			{0, l->reason},
			{0, l->approver},
			{0, l->pricelist},
			{taken_off(l, "promotion"), NULL},
			{taken_off(l, "coupon"), NULL},
			{taken_off(l, "sale"), NULL},
			{l->relief, NULL},
			{0, l->unit},
			{l->tare, NULL},
			{0, l->from},
			{0, l->deposit},
			{l->link, NULL},
			{0, l->lot},
			{0, l->serial},
			{0, l->expires},
		};
		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(lines_columns),
			"a cell a column");
		rc = export_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column tenders_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"tender", CELL_TEXT},
	{"amount", CELL_MONEY},
	{"tendered", CELL_MONEY},
	{"change", CELL_MONEY},
	{"name", CELL_TEXT},
	{"coupon", CELL_TEXT},
	{"payment", CELL_TEXT},
	{"card", CELL_TEXT},
	{"last4", CELL_TEXT},
	{"auth", CELL_TEXT},
	{"offline", CELL_INT},
};

static enum rc
tenders_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_tender; i++) {
		const struct event_tender *t = &s->tender[i];
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{0, t->tender},
			{t->amount, NULL},
			{t->tendered, NULL},
			{t->change, NULL},
			{0, t->name},
			{0, t->rule},
			{0, t->payment},
			{0, t->card},
			{0, t->last4},
			{0, t->auth},
			{t->offline, NULL},
		};
		enum rc rc;

		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(tenders_columns),
			"a cell a column");
		rc = export_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column taxes_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"code", CELL_TEXT},
	{"rate_ppm", CELL_INT},
	{"net", CELL_MONEY},
	{"tax", CELL_MONEY},
	{"gross", CELL_MONEY},
	{"why", CELL_TEXT},
};

static enum rc
taxes_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_tax; i++) {
		const struct event_tax *t = &s->tax[i];
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{0, t->code},
			{t->rate, NULL},
			{t->net, NULL},
			{t->tax, NULL},
			{t->gross, NULL},
			{0, t->why},
		};
		enum rc rc;

		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(taxes_columns),
			"a cell a column");
		rc = export_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column discounts_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"line", CELL_INT},
	{"kind", CELL_TEXT},
	{"rule", CELL_TEXT},
	{"name", CELL_TEXT},
	{"ppm", CELL_INT},
	{"amount", CELL_MONEY},
	{"reason", CELL_TEXT},
};

static enum rc
discount_row(struct export *x, const struct event *e,
	const struct event_line *l, const struct event_discount *d,
	struct err *reterr)
{
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{0, e->data.sale.number},
		{l->no, NULL},
		{0, d->kind != NULL ? d->kind : "line"},
		{0, d->rule},
		{0, d->name},
		{d->ppm, NULL},
		{d->amount, NULL},
		{0, d->reason},
	};

	_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(discounts_columns),
		"a cell a column");
	return export_row(x, cell, reterr);
}

static enum rc
discounts_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		for (size_t k = 0; k < l->n_discount && rc == RC_OK; k++) {
			rc = discount_row(x, e, l, &l->discount[k], reterr);
		}
	}
	return rc;
}

static const struct column parts_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"code", CELL_TEXT},
	{"part", CELL_TEXT},
	{"rate_ppm", CELL_INT},
	{"base", CELL_MONEY},
	{"tax", CELL_MONEY},
};

static enum rc
part_rows(struct export *x, const struct event *e, const struct event_tax *t,
	struct err *reterr)
{
	int64_t before = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < t->n_part && rc == RC_OK; i++) {
		const struct event_part *p = &t->part[i];
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, e->data.sale.number},
			{0, t->code},
			{0, p->name},
			{p->rate, NULL},
			{p->on_tax ? t->net + before : t->net, NULL},
			{p->tax, NULL},
		};

		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(parts_columns),
			"a cell a column");
		before += p->tax;
		rc = export_row(x, cell, reterr);
	}
	return rc;
}

static enum rc
parts_rows(struct export *x, const struct event *e, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < e->data.sale.n_tax && rc == RC_OK; i++) {
		rc = part_rows(x, e, &e->data.sale.tax[i], reterr);
	}
	return rc;
}

static const struct column changes_columns[] = {
	{"sequence", CELL_INT},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"type", CELL_TEXT},
	{"sale", CELL_TEXT},
	{"line", CELL_INT},
	{"code", CELL_TEXT},
	{"name", CELL_TEXT},
	{"quantity", CELL_QTY},
	{"before", CELL_MONEY},
	{"after", CELL_MONEY},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

/* Of the whole sale as a line of no number. */
static struct event_line_act
change_of(const struct event *e)
{
	const struct event_sale_discount *d = &e->data.discount;
	const struct event_buyer *b = &e->data.buyer;
	struct event_line_act l = {0};

	if (e->type == EVENT_SALE_DISCOUNTED) {
		l.from = d->from;
		l.to = d->to;
		l.reason = d->reason;
		l.approver = d->approver;
		memcpy(l.sale, d->sale, sizeof(l.sale));
		return l;
	}
	if (e->type == EVENT_BUYER_NAMED) {
		l.from = b->from;
		l.to = b->to;
		l.reason = b->certificate != NULL ? b->certificate
			   : b->vat != NULL       ? b->vat
						  : b->group;
		l.approver = b->approver;
		memcpy(l.sale, b->sale, sizeof(l.sale));
		return l;
	}
	return e->data.line;
}

static enum rc
changes_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_line_act l = change_of(e);
	char sale[UUID_TEXT_BYTES];

	uuid_format(l.sale, sale);
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{0, event_type_name(e->type)},
		{0, sale},
		{l.no, NULL},
		{0, l.code},
		{0, l.name},
		{l.qty, NULL},
		{l.from, NULL},
		{l.to, NULL},
		{0, l.reason},
		{0, l.approver},
	};
	_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(changes_columns),
		"a cell a column");
	return export_row(x, cell, reterr);
}

static const struct column audit_columns[] = {
	{"sequence", CELL_INT},
	{"epoch", CELL_INT},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"type", CELL_TEXT},
	{"config", CELL_TEXT},
	{"catalog", CELL_INT},
	{"training", CELL_INT},
};

static enum rc
audit_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{(int64_t)e->epoch, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{0, event_type_name(e->type)},
		{0, e->config},
		{e->catalog, NULL},
		{e->training ? 1 : 0, NULL},
	};

	_Static_assert(
		ARRAY_LEN(cell) == ARRAY_LEN(audit_columns), "a cell a column");
	return export_row(x, cell, reterr);
}

static bool
is_sale(enum event_type type)
{
	return type == EVENT_SALE_COMPLETED;
}

static bool
is_change(enum event_type type)
{
	return type == EVENT_LINE_VOIDED || type == EVENT_PRICE_OVERRIDDEN ||
	       type == EVENT_LINE_DISCOUNTED || type == EVENT_SALE_DISCOUNTED ||
	       type == EVENT_BUYER_NAMED;
}

static bool
is_any(enum event_type type)
{
	(void)type;
	return true;
}

#define TABLE(name) name##_columns, ARRAY_LEN(name##_columns)

const struct table export_tables[] = {
	{{"sales", "one row a completed sale"}, TABLE(sales), is_sale, false,
		sales_rows},
	{{"lines", "one row a line sold, or brought back"}, TABLE(lines),
		is_sale, false, lines_rows},
	{{"discounts", "one row a discount of a line of a sale"},
		TABLE(discounts), is_sale, false, discounts_rows},
	{{"tenders", "one row a tender of a sale"}, TABLE(tenders), is_sale,
		false, tenders_rows},
	{{"taxes", "one row a tax class of a sale"}, TABLE(taxes), is_sale,
		false, taxes_rows},
	{{"parts", "one row a part of a tax of a sale"}, TABLE(parts), is_sale,
		false, parts_rows},
	{{"changes", "lines voided, prices and discounts by hand, buyers"},
		TABLE(changes), is_change, false, changes_rows},
	{{"payments", "card payments as they ended, and terminals' days"},
		export_payments_columns, EXPORT_PAYMENTS_COLUMNS,
		export_is_payment, false, export_payments_rows},
	{{"cash", "cash in and out of the drawer, and counts of it"},
		export_cash_columns, EXPORT_CASH_COLUMNS, export_is_cash, false,
		export_cash_rows},
	{{"days", "one row a Z"}, export_days_columns, EXPORT_DAYS_COLUMNS,
		export_is_day, false, export_days_rows},
	{{"shifts", "one row a shift that ended"}, export_shifts_columns,
		EXPORT_SHIFTS_COLUMNS, export_is_shift, false,
		export_shifts_rows},
	{{"periods", "one row a month or year that was closed"},
		export_periods_columns, EXPORT_PERIODS_COLUMNS,
		export_is_period, false, export_periods_rows},
	/* what was practiced is in the audit, and in no other table */
	{{"audit", "one row an event of any kind"}, TABLE(audit), is_any, true,
		audit_rows},
};
const size_t export_n_tables = ARRAY_LEN(export_tables);
