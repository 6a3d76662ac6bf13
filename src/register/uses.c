/* SPDX-License-Identifier: Apache-2.0 */
#include "register/uses.h"

#include <string.h>

#include "base/poison.h"

/* --- rows --- */

/* Who has no row of their own shares the last one: rather too much than too
 * little. */
static struct uses_row *
row_of(struct uses *u, const char *no)
{
	struct uses_row *r;
	size_t n = strlen(no);

	for (size_t i = 0; i < u->n; i++) {
		if (strcmp(u->row[i].no, no) == 0) {
			return &u->row[i];
		}
	}
	if (u->n == USES_PEOPLE || n >= sizeof(r->no)) {
		return &u->row[USES_PEOPLE - 1];
	}
	r = &u->row[u->n++];
	memset(r, 0, sizeof(*r));
	memcpy(r->no, no, n + 1);
	return r;
}

static void
add(struct uses *u, const char *who, const char *approver, enum use use,
	int64_t amount)
{
	const char *no = approver != NULL ? approver : who;
	struct uses_row *r;

	if (no == NULL || amount == 0) {
		return;
	}
	r = row_of(u, no);
	if (__builtin_add_overflow(r->sum[use], amount, &r->sum[use])) {
		r->sum[use] = INT64_MAX;
	}
}

int64_t
uses_of(const struct uses *u, const char *no, enum use use)
{
	for (size_t i = 0; use < USE_COUNT && i < u->n; i++) {
		if (strcmp(u->row[i].no, no) == 0) {
			return u->row[i].sum[use] > 0 ? u->row[i].sum[use] : 0;
		}
	}
	return 0;
}

/* --- lines --- */

static int64_t
magnitude(int64_t a)
{
	return a < 0 ? -a : a;
}

/* Goods and empties that come back; with ${sign} -1 they do not after all. */
static void
add_lines(struct uses *u, const char *actor, const struct event_line line[],
	size_t n, int sign)
{
	for (size_t i = 0; i < n; i++) {
		const struct event_line *l = &line[i];

		if (l->qty < 0) {
			add(u, actor, l->approver,
				event_is_deposit(l) ? USE_EMPTIES : USE_RETURN,
				-l->amount * sign);
		}
	}
}

static void
add_cash(struct uses *u, const struct event *e)
{
	static const struct {
		const char *kind;
		enum use use;
	} kinds[] = {{"paid-in", USE_PAID_IN}, {"paid-out", USE_PAID_OUT},
		{"pickup", USE_PICKUP}, {"float", USE_FLOAT},
		{"drop", USE_DROP}};
	const struct event_cash *d = &e->data.cash;

	for (size_t i = 0; d->kind != NULL && i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].kind, d->kind) == 0) {
			add(u, e->actor, d->approver, kinds[i].use, d->amount);
		}
	}
}

static void
park(struct uses *u, const struct event *e)
{
	const char *number = e->data.basket.number;
	size_t n = number != NULL ? strlen(number) : 0;

	/* one that has no room goes on counting */
	if (n > 0 && n < sizeof(u->parked[0].number) &&
		u->n_parked < USES_PARKED) {
		memcpy(u->parked[u->n_parked].number, number, n + 1);
		u->parked[u->n_parked++].sequence = e->sequence;
	}
}

static size_t
find_parked(const struct uses *u, const char *number)
{
	size_t i = 0;

	while (i < u->n_parked &&
		(number == NULL || strcmp(u->parked[i].number, number) != 0)) {
		i++;
	}
	return i;
}

void
uses_add(struct uses *u, const struct event *e, const struct event *parked)
{
	const struct event_line_act *l = &e->data.line;
	const struct event_sale_discount *d = &e->data.discount;
	size_t i;

	if (e->training) {
		return;
	}
	switch ((int)e->type) {
	case EVENT_LINE_VOIDED:
		add(u, e->actor, l->approver, USE_LINE_VOID,
			magnitude(l->from - l->to));
		break;
	case EVENT_LINE_DISCOUNTED:
		add(u, e->actor, l->approver, USE_DISCOUNT,
			l->from > l->to ? l->from - l->to : 0);
		break;
	case EVENT_SALE_DISCOUNTED:
		add(u, e->actor, d->approver, USE_DISCOUNT,
			d->from > d->to ? d->from - d->to : 0);
		break;
	case EVENT_SALE_VOIDED:
		add(u, e->actor, e->data.basket.approver, USE_SALE_VOID,
			magnitude(e->data.basket.total));
		break;
	case EVENT_CASH_MOVED:
		add_cash(u, e);
		break;
	case EVENT_SALE_COMPLETED:
		add_lines(
			u, e->actor, e->data.sale.line, e->data.sale.n_line, 1);
		break;
	case EVENT_SALE_PARKED:
		add_lines(u, e->actor, e->data.basket.line,
			e->data.basket.n_line, 1);
		park(u, e);
		break;
	case EVENT_SALE_RECALLED:
		i = find_parked(u, e->data.recalled.number);
		if (i < u->n_parked && parked != NULL) {
			add_lines(u, parked->actor, parked->data.basket.line,
				parked->data.basket.n_line, -1);
			u->parked[i] = u->parked[--u->n_parked];
		}
		break;
	default:
		break;
	}
}

/* --- a shop's --- */

/* The texts of a recalled sale's line go when the one that parked it is read:
 * all that is left to know of it is a number. */
static enum rc
add_recalled(struct shop *s, struct uses *u, const struct event *e,
	struct err *reterr)
{
	char number[sizeof(u->parked[0].number)];
	struct event bare = {.type = e->type, .training = e->training};
	const struct event *parked = NULL;
	size_t i = find_parked(u, e->data.recalled.number);
	enum rc rc;

	if (i == u->n_parked) {
		return RC_OK;
	}
	memcpy(number, u->parked[i].number, sizeof(number));
	rc = shop_event(s, u->parked[i].sequence, NULL, &parked, reterr);
	if (rc == RC_OK) {
		bare.data.recalled.number = number;
		uses_add(u, &bare, parked);
	}
	return rc;
}

enum rc
uses_update(struct shop *s, struct uses *u, struct err *reterr)
{
	struct totals day;
	const struct event *e;
	uint64_t head = shop_head(s);
	enum rc rc;

	if (s->store == NULL) {
		return err_set(reterr, RC_AGAIN, 0, "uses",
			"the store cannot say what was done today: try again");
	}
	if (u->known && u->upto == head) {
		return RC_OK;
	}
	rc = store_totals(s->store, &day, reterr);
	if (rc == RC_OK && (!u->known || u->closings != day.closings)) {
		memset(u, 0, sizeof(*u));
		u->known = true;
		u->closings = day.closings;
		u->upto = day.first > 0 ? day.first - 1 : head;
	}
	while (rc == RC_OK && u->upto < head) {
		rc = shop_event(s, u->upto + 1, NULL, &e, reterr);
		if (rc == RC_OK && e->type == EVENT_SALE_RECALLED) {
			rc = add_recalled(s, u, e, reterr);
		} else if (rc == RC_OK) {
			uses_add(u, e, NULL);
		}
		u->upto += rc == RC_OK ? 1 : 0;
	}
	return rc;
}
