/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Card payments as a back office ties them out: a row for each end of one, with
 * what it was begun as, and one for each end of a terminal's day.
 */
#include <string.h>

#include "base/sbuf.h"
#include "register/export_internal.h"

#include "base/poison.h"

const struct column export_payments_columns[EXPORT_PAYMENTS_COLUMNS] = {
	{"sequence", CELL_INT},
	{"time", CELL_TIME},
	{"kind", CELL_TEXT},
	{"payment", CELL_TEXT},
	{"sale", CELL_TEXT},
	{"op", CELL_TEXT},
	{"tender", CELL_TEXT},
	{"device", CELL_TEXT},
	{"outcome", CELL_TEXT},
	{"how", CELL_TEXT},
	{"amount", CELL_MONEY},
	{"terminal", CELL_TEXT},
	{"receipt", CELL_TEXT},
	{"trace", CELL_TEXT},
	{"auth", CELL_TEXT},
	{"card", CELL_TEXT},
	{"last4", CELL_TEXT},
	{"entry", CELL_TEXT},
	{"check", CELL_TEXT},
	{"when", CELL_TEXT},
	{"register_count", CELL_INT},
	{"register_amount", CELL_MONEY},
	{"operator", CELL_TEXT},
	{"text", CELL_TEXT},
};

bool
export_is_payment(enum event_type type)
{
	return type == EVENT_PAYMENT_STARTED || type == EVENT_PAYMENT_ENDED ||
	       type == EVENT_TERMINAL_CLOSED;
}

static void
copy(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s == NULL ? "" : s);
}

/* One is asked at a time, so that the last beginning is this one's. */
static void
begin(struct export *x, const struct event_payment *d)
{
	memcpy(x->begun.payment, d->payment, UUID_BYTES);
	copy(x->begun.op, sizeof(x->begun.op), d->op);
	copy(x->begun.tender, sizeof(x->begun.tender), d->tender);
	copy(x->begun.device, sizeof(x->begun.device), d->terminal);
}

static enum rc
ended(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_payment_end *d = &e->data.payment_end;
	bool known = memcmp(x->begun.payment, d->payment, UUID_BYTES) == 0;
	char payment[UUID_TEXT_BYTES], sale[UUID_TEXT_BYTES];
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{e->time.us, NULL},
		{0, "payment"},
		{0, payment},
		{0, sale},
		{0, known ? x->begun.op : ""},
		{0, known ? x->begun.tender : ""},
		{0, known ? x->begun.device : ""},
		{0, d->outcome},
		{0, d->how},
		{d->amount, NULL},
		{0, d->terminal},
		{0, d->receipt},
		{0, d->trace},
		{0, d->auth},
		{0, d->card},
		{0, d->last4},
		{0, d->entry},
		{0, d->check},
		{0, d->when},
		{0, NULL},
		{0, NULL},
		{0, e->actor},
		{0, d->text},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_PAYMENTS_COLUMNS, "a cell a column");
	uuid_format(d->payment, payment);
	uuid_format(d->sale, sale);
	return export_row(x, cell, reterr);
}

static enum rc
closed(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_terminal *d = &e->data.terminal;
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{e->time.us, NULL},
		{0, "close"},
		{0, NULL},
		{0, NULL},
		{0, "close"},
		{0, NULL},
		{0, d->terminal},
		{0, d->outcome},
		{0, "terminal"},
		{d->amount, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{0, NULL},
		{d->paid_count, NULL},
		{d->paid, NULL},
		{0, e->actor},
		{0, d->text},
	};

	_Static_assert(
		ARRAY_LEN(cell) == EXPORT_PAYMENTS_COLUMNS, "a cell a column");
	return export_row(x, cell, reterr);
}

enum rc
export_payments_rows(
	struct export *x, const struct event *e, struct err *reterr)
{
	switch ((int)e->type) {
	case EVENT_PAYMENT_STARTED:
		begin(x, &e->data.payment);
		return RC_OK;
	case EVENT_PAYMENT_ENDED:
		return ended(x, e, reterr);
	default:
		return closed(x, e, reterr);
	}
}
