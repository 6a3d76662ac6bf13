/* SPDX-License-Identifier: Apache-2.0 */
#include "register/books.h"

#include <string.h>

#include "base/sbuf.h"
#include "core/money.h"

#include "base/poison.h"

void
books_begin(struct books *b, const struct config *c)
{
	*b = (struct books){.c = c};
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static enum rc
too_much(const struct event *e, struct err *reterr)
{
	return err_set(reterr, RC_RANGE, 0, "export",
		"the day of line %llu comes to more than can be booked",
		(unsigned long long)e->sequence);
}

static enum rc
add_to(int64_t *sum, int64_t more)
{
	struct money m;
	enum rc rc = money_add((struct money){*sum}, (struct money){more}, &m);

	if (rc == RC_OK) {
		*sum = m.minor;
	}
	return rc;
}

/* --- lines of a sale that are no sales of their tax class --- */

/* The account they have instead; NULL none. */
static const char *
own_account(const struct books *b, const struct event_line *l, char *ret_type)
{
	const struct config_ledger *g = &b->c->ledger;

	if (event_is_deposit(l)) {
		*ret_type = 'L';
		return g->account[LEDGER_DEPOSITS];
	}
	*ret_type = 0;
	return l->dept == NULL
		       ? NULL
		       : config_ledger_find(g, LEDGER_MAP_DEPARTMENT, l->dept);
}

/* Its row; what comes back has a rate of its own. */
static const struct event_tax *
row_of(const struct event_sale *s, const struct event_line *l)
{
	const struct event_tax *any = NULL;

	for (size_t i = 0; i < s->n_tax; i++) {
		const struct event_tax *x = &s->tax[i];

		if (!same(x->code, l->tax)) {
			continue;
		}
		if (l->return_of != NULL && x->rate == l->rate) {
			return x;
		}
		any = any == NULL ? x : any;
	}
	return any;
}

/* What is left of its amount without tax, each line by itself, so that what
 * comes back is what went out. */
static enum rc
net_of(const struct event_sale *s, const struct event_line *l,
	const struct event_tax *x, int64_t *ret)
{
	struct money net = {l->amount};
	enum rc rc = RC_OK;

	if (same(s->prices, "included") && x->why == NULL) {
		rc = money_mul_ratio(
			net, 1000000, 1000000 + x->rate, ROUND_HALF_UP, &net);
	}
	*ret = net.minor;
	return rc;
}

static enum rc
move_net(struct books *b, const struct event_tax *x, const char *account,
	char type, int64_t net)
{
	struct totals_tax row;
	struct books_moved *m = b->moved;
	enum rc rc = totals_tax_row(x, &row);
	size_t i = 0;

	if (rc != RC_OK) {
		return rc;
	}
	while (i < b->n_moved &&
		!(m[i].account == account && m[i].rate == row.rate &&
			m[i].why == row.why &&
			strcmp(m[i].code, row.code) == 0)) {
		i++;
	}
	if (i == BOOKS_MOVED) {
		return RC_RANGE;
	}
	if (i == b->n_moved) {
		m[i] = (struct books_moved){.rate = row.rate,
			.why = row.why,
			.account = account,
			.type = type};
		memcpy(m[i].code, row.code, sizeof(m[i].code));
		b->n_moved++;
	}
	return add_to(&m[i].net, net);
}

static enum rc
add_line(
	struct books *b, const struct event_sale *s, const struct event_line *l)
{
	char type = 0;
	const char *account = own_account(b, l, &type);
	const struct event_tax *x = account == NULL ? NULL : row_of(s, l);
	int64_t net = 0;
	enum rc rc = RC_OK;

	if (x != NULL) {
		rc = net_of(s, l, x, &net);
	}
	if (x != NULL && rc == RC_OK) {
		rc = move_net(b, x, account, type, net);
	}
	return rc;
}

/* --- sales and cash --- */

static enum rc
add_change(struct books *b, const struct event_tender *t)
{
	struct sbuf name;
	size_t i = 0;

	while (i < b->n_change && !same(t->tender, b->change[i].tender)) {
		i++;
	}
	if (i == ARRAY_LEN(b->change)) {
		return RC_RANGE;
	}
	if (i == b->n_change) {
		sbuf_init(&name, b->change[i].tender,
			sizeof(b->change[i].tender));
		sbuf_puts(&name, t->tender);
		b->n_change++;
	}
	return add_to(&b->change[i].change, t->change);
}

static enum rc
add_sale(struct books *b, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;
	enum rc rc = totals_add(&b->sales, e);

	if (!same(s->currency, b->c->currency.code) ||
		(unsigned)s->digits != b->c->currency.digits) {
		return err_set(reterr, RC_INVAL, 0, "export",
			"sale %s is in %s, and the register in %s by now: "
			"books of two currencies cannot be one file; choose "
			"days of one by --z",
			s->number, s->currency, b->c->currency.code);
	}
	for (size_t i = 0; i < s->n_line && rc == RC_OK; i++) {
		rc = add_line(b, s, &s->line[i]);
	}
	for (size_t i = 0; i < s->n_tender && rc == RC_OK; i++) {
		const struct event_tender *t = &s->tender[i];

		if (same(t->tender, "cash")) {
			rc = add_to(&b->cash, t->amount);
			continue;
		}
		rc = add_to(&b->cash, -t->change);
		if (rc == RC_OK) {
			rc = add_change(b, t);
		}
	}
	return rc == RC_OK ? rc : too_much(e, reterr);
}

static bool
is_in(const struct event_cash *c)
{
	return same(c->kind, "paid-in") || same(c->kind, "float");
}

bool
books_moves(const struct event *e)
{
	return !e->training && (e->type == EVENT_CASH_MOVED ||
				       (e->type == EVENT_SHIFT_OPENED &&
					       e->data.shift.floats != 0));
}

enum rc
books_add(struct books *b, const struct event *e, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (e->training) {
		return RC_OK;
	}
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		return add_sale(b, e, reterr);
	case EVENT_CASH_MOVED:
		rc = add_to(&b->moves, is_in(&e->data.cash)
					       ? e->data.cash.amount
					       : -e->data.cash.amount);
		break;
	case EVENT_CASH_COUNTED:
		if (e->data.count.shift == 0) {
			b->counted = true;
			b->found = e->data.count.difference;
		}
		break;
	case EVENT_SHIFT_OPENED:
		b->counted = true;
		rc = add_to(&b->moves, e->data.shift.floats);
		if (rc == RC_OK) {
			rc = add_to(&b->found, e->data.shift.difference);
		}
		break;
	case EVENT_SHIFT_CLOSED:
		b->counted = true;
		rc = add_to(&b->found, e->data.shift_closed.difference);
		break;
	default:
		break;
	}
	return rc == RC_OK ? rc : too_much(e, reterr);
}
