/* SPDX-License-Identifier: Apache-2.0 */
/* What the back office asks of a day: its cash, its Z, its shifts, and the
 * months and years that days make. */
#include <string.h>

#include "base/bytes.h"
#include "register/export_internal.h"

#include "base/poison.h"

const struct column export_cash_columns[EXPORT_CASH_COLUMNS] = {
	{"sequence", CELL_INT},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"kind", CELL_TEXT},
	{"amount", CELL_MONEY},
	{"counted", CELL_MONEY},
	{"expected", CELL_MONEY},
	{"difference", CELL_MONEY},
	{"shift", CELL_INT},
	{"drawer", CELL_INT},
	{"other", CELL_TEXT},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

bool
export_is_cash(enum event_type type)
{
	return type == EVENT_CASH_MOVED || type == EVENT_CASH_COUNTED ||
	       type == EVENT_SHIFT_OPENED || type == EVENT_SHIFT_CLOSED;
}

struct cash_row {
	const char *kind;
	int64_t amount, counted, expected, difference, shift, drawer;
	const char *other, *reason, *approver;
};

static struct cash_row
moved(const struct event_cash *c)
{
	bool in = c->kind != NULL && (strcmp(c->kind, "paid-in") == 0 ||
					     strcmp(c->kind, "float") == 0);

	return (struct cash_row){.kind = c->kind,
		.amount = in ? c->amount : -c->amount,
		.counted = CELL_NONE,
		.expected = CELL_NONE,
		.difference = CELL_NONE,
		.shift = c->shift,
		.drawer = CELL_NONE,
		.reason = c->reason,
		.approver = c->approver};
}

static struct cash_row
counted(const struct event_count *c)
{
	return (struct cash_row){.kind = "count",
		.amount = CELL_NONE,
		.counted = c->counted,
		.expected = c->expected,
		.difference = c->difference,
		.shift = c->shift,
		.drawer = CELL_NONE,
		.reason = c->reason,
		.approver = c->approver};
}

static struct cash_row
opened(const struct event_shift *d)
{
	return (struct cash_row){.kind = "shift-opened",
		.amount = CELL_NONE,
		.counted = d->counted,
		.expected = d->expected,
		.difference = d->difference,
		.shift = d->shift,
		.drawer = d->drawer,
		.reason = d->reason,
		.approver = d->approver};
}

static struct cash_row
closed(const struct event_shift_closed *d)
{
	return (struct cash_row){.kind = "shift-closed",
		.amount = CELL_NONE,
		.counted = d->counted,
		.expected = d->expected,
		.difference = d->difference,
		.shift = d->shift,
		.drawer = d->drawer,
		.other = d->to,
		.reason = d->reason,
		.approver = d->approver};
}

enum rc
export_cash_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct cash_row r =
		e->type == EVENT_CASH_MOVED     ? moved(&e->data.cash)
		: e->type == EVENT_CASH_COUNTED ? counted(&e->data.count)
		: e->type == EVENT_SHIFT_OPENED ? opened(&e->data.shift)
						: closed(&e->data.shift_closed);
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{0, r.kind},
		{r.amount, NULL},
		{r.counted, NULL},
		{r.expected, NULL},
		{r.difference, NULL},
		{r.shift, NULL},
		{r.drawer, NULL},
		{0, r.other},
		{0, r.reason},
		{0, r.approver},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_CASH_COLUMNS, "a cell a column");
	return export_row(x, cell, reterr);
}

const struct column export_days_columns[EXPORT_DAYS_COLUMNS] = {
	{"sequence", CELL_INT},
	{"z", CELL_INT},
	{"date", CELL_TEXT},
	{"opened", CELL_TIME},
	{"closed", CELL_TIME},
	{"operator", CELL_TEXT},
	{"first", CELL_INT},
	{"last", CELL_INT},
	{"sales", CELL_INT},
	{"gross", CELL_MONEY},
	{"rounding", CELL_MONEY},
	{"returns", CELL_INT},
	{"return_amount", CELL_MONEY},
	{"discount", CELL_MONEY},
	{"voids", CELL_INT},
	{"void_amount", CELL_MONEY},
	{"relief", CELL_MONEY},
	{"deposits", CELL_MONEY},
	{"deposits_back", CELL_MONEY},
	{"opening", CELL_MONEY},
	{"floats", CELL_MONEY},
	{"paid_in", CELL_MONEY},
	{"paid_out", CELL_MONEY},
	{"pickups", CELL_MONEY},
	{"drawer", CELL_MONEY},
	{"counted", CELL_MONEY},
	{"difference", CELL_MONEY},
	{"carried", CELL_MONEY},
	{"grand", CELL_MONEY},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

bool
export_is_day(enum event_type type)
{
	return type == EVENT_DAY_CLOSED;
}

enum rc
export_days_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_day *d = &e->data.day;
	bool counts = d->counts > 0;
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{d->number, NULL},
		{0, d->date},
		{d->opened.us, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{d->first, NULL},
		{d->last, NULL},
		{d->sales, NULL},
		{d->gross, NULL},
		{d->rounding, NULL},
		{d->returns, NULL},
		{d->return_amount, NULL},
		{d->discount, NULL},
		{d->voids, NULL},
		{d->void_amount, NULL},
		{d->relief, NULL},
		{d->deposits, NULL},
		{d->deposits_back, NULL},
		{d->opening, NULL},
		{d->floats, NULL},
		{d->paid_in, NULL},
		{d->paid_out, NULL},
		{d->pickups, NULL},
		{d->drawer, NULL},
		{counts ? d->counted : CELL_NONE, NULL},
		{counts ? d->difference : CELL_NONE, NULL},
		{d->carried, NULL},
		{d->grand, NULL},
		{0, d->reason},
		{0, d->approver},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_DAYS_COLUMNS, "a cell a column");
	return export_row(x, cell, reterr);
}

const struct column export_shifts_columns[EXPORT_SHIFTS_COLUMNS] = {
	{"sequence", CELL_INT},
	{"shift", CELL_INT},
	{"drawer", CELL_INT},
	{"operator", CELL_TEXT},
	{"by", CELL_TEXT},
	{"opened", CELL_TIME},
	{"closed", CELL_TIME},
	{"first", CELL_INT},
	{"sales", CELL_INT},
	{"gross", CELL_MONEY},
	{"returns", CELL_INT},
	{"return_amount", CELL_MONEY},
	{"opening", CELL_MONEY},
	{"floats", CELL_MONEY},
	{"paid_in", CELL_MONEY},
	{"paid_out", CELL_MONEY},
	{"pickups", CELL_MONEY},
	{"cash", CELL_MONEY},
	{"other", CELL_MONEY},
	{"expected", CELL_MONEY},
	{"counted", CELL_MONEY},
	{"difference", CELL_MONEY},
	{"carried", CELL_MONEY},
	{"to", CELL_TEXT},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

bool
export_is_shift(enum event_type type)
{
	return type == EVENT_SHIFT_CLOSED;
}

enum rc
export_shifts_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_shift_closed *d = &e->data.shift_closed;
	int64_t cash = 0, other = 0;

	for (size_t i = 0; i < d->n_tender; i++) {
		bool is = strcmp(d->tender[i].tender, "cash") == 0;

		*(is ? &cash : &other) += d->tender[i].amount;
	}
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{d->shift, NULL},
		{d->drawer, NULL},
		{0, d->operator_no},
		{0, e->actor},
		{d->opened.us, NULL},
		{e->time.us, NULL},
		{d->first, NULL},
		{d->sales, NULL},
		{d->gross, NULL},
		{d->returns, NULL},
		{d->return_amount, NULL},
		{d->opening, NULL},
		{d->floats, NULL},
		{d->paid_in, NULL},
		{d->paid_out, NULL},
		{d->pickups, NULL},
		{cash, NULL},
		{other, NULL},
		{d->expected, NULL},
		{d->counted, NULL},
		{d->difference, NULL},
		{d->carried, NULL},
		{0, d->to},
		{0, d->reason},
		{0, d->approver},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_SHIFTS_COLUMNS, "a cell a column");
	return export_row(x, cell, reterr);
}

const struct column export_periods_columns[EXPORT_PERIODS_COLUMNS] = {
	{"sequence", CELL_INT},
	{"kind", CELL_TEXT},
	{"period", CELL_TEXT},
	{"number", CELL_INT},
	{"closed", CELL_TIME},
	{"operator", CELL_TEXT},
	{"first_z", CELL_INT},
	{"last_z", CELL_INT},
	{"first", CELL_INT},
	{"last", CELL_INT},
	{"sales", CELL_INT},
	{"gross", CELL_MONEY},
	{"returns", CELL_INT},
	{"return_amount", CELL_MONEY},
	{"rounding", CELL_MONEY},
	{"grand", CELL_MONEY},
	{"grand_sales", CELL_INT},
	{"grand_returns", CELL_MONEY},
	{"approver", CELL_TEXT},
};

bool
export_is_period(enum event_type type)
{
	return type == EVENT_PERIOD_CLOSED;
}

enum rc
export_periods_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_period *d = &e->data.period;
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{0, d->kind},
		{0, d->name},
		{d->number, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{d->first_day, NULL},
		{d->last_day, NULL},
		{d->first, NULL},
		{d->last, NULL},
		{d->sales, NULL},
		{d->gross, NULL},
		{d->returns, NULL},
		{d->return_amount, NULL},
		{d->rounding, NULL},
		{d->grand, NULL},
		{d->grand_sales, NULL},
		{d->grand_returns, NULL},
		{0, d->approver},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_PERIODS_COLUMNS, "a cell a column");
	return export_row(x, cell, reterr);
}
