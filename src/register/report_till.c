/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/qty.h"
#include "register/report_internal.h"

#include "base/poison.h"

/* Who stood at the register: what they sold and how fast, what they took back
 * or changed by hand, and what their drawer came out with. */
enum {
	WHO_NO,
	WHO_SALES,
	WHO_ITEMS,
	WHO_GROSS,
	WHO_AVERAGE,
	WHO_SECONDS,
	WHO_SPEED,
	WHO_VOIDS,
	WHO_LINE_VOIDS,
	WHO_VOID_AMOUNT,
	WHO_OVERRIDES,
	WHO_DISCOUNTS,
	WHO_NO_SALES,
	WHO_RETURNS,
	WHO_RETURN_AMOUNT,
	WHO_REPRINTS,
	WHO_DIFFERENCE,
	WHO_COLS
};

static const struct report_col cols[WHO_COLS] = {
	/* cells: 6 */
	[WHO_NO] = {"operator", N_("Op"), COL_TEXT, 0, false},
	/* cells: 8 */
	[WHO_SALES] = {"sales", N_("Sales"), COL_COUNT, 0, true},
	/* cells: 8 */
	[WHO_ITEMS] = {"items", N_("Items"), COL_QTY, 9, true},
	/* cells: 12 */
	[WHO_GROSS] = {"gross", N_("Gross"), COL_MONEY, 0, true},
	/* cells: 9 */
	[WHO_AVERAGE] = {"average", N_("Average"), COL_MONEY, 10, true},
	[WHO_SECONDS] = {"seconds", NULL, COL_COUNT, 0, false},
	/* cells: 7; items a minute */
	[WHO_SPEED] = {"items_per_minute", N_("It/min"), COL_MILLI, 4, true},
	/* cells: 6 */
	[WHO_VOIDS] = {"voids", N_("Voids"), COL_COUNT, 2, true},
	/* cells: 7; lines that were voided */
	[WHO_LINE_VOIDS] = {"line_voids", N_("Lines-"), COL_COUNT, 3, true},
	/* cells: 12 */
	[WHO_VOID_AMOUNT] = {"void_amount", N_("Voided"), COL_MONEY, 11, true},
	/* cells: 7 */
	[WHO_OVERRIDES] = {"overrides", N_("Prices"), COL_COUNT, 5, true},
	/* cells: 6; discounts by hand */
	[WHO_DISCOUNTS] = {"discounts", N_("Disc"), COL_COUNT, 6, true},
	/* cells: 8 */
	[WHO_NO_SALES] = {"no_sales", N_("No sale"), COL_COUNT, 7, true},
	/* cells: 8 */
	[WHO_RETURNS] = {"returns", N_("Returns"), COL_COUNT, 8, true},
	/* cells: 12 */
	[WHO_RETURN_AMOUNT] = {"return_amount", N_("Returned"), COL_MONEY, 12,
		true},
	/* cells: 7 */
	[WHO_REPRINTS] = {"reprints", N_("Copies"), COL_COUNT, 13, true},
	/* cells: 11 */
	[WHO_DIFFERENCE] = {"difference", N_("Over/short"), COL_MONEY, 1, true},
};

static union report_value *
row_of(struct report *r, const char *no)
{
	union report_value *v = report_row(r, no != NULL ? no : "");

	if (v != NULL) {
		report_put(r, &v[WHO_NO], no);
	}
	return v;
}

/* From the first item to the last payment; of a basket that was parked from
 * when it was taken up again. */
static int64_t
seconds_of(const struct report *r, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;
	struct utc from = s->opened;

	if (memcmp(r->recalled.sale, s->sale, UUID_BYTES) == 0 &&
		r->recalled.time.us > from.us) {
		from = r->recalled.time;
	}
	return e->time.us > from.us ? (e->time.us - from.us) / 1000000 : 0;
}

static void
add_sale(struct report *r, union report_value *v, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;

	v[WHO_SALES].n++;
	report_plus(r, &v[WHO_GROSS].n, s->total);
	report_plus(r, &v[WHO_SECONDS].n, seconds_of(r, e));
	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		if (!event_is_deposit(l)) {
			report_plus(r, &v[WHO_ITEMS].n,
				qty_pieces((struct qty){l->qty}).milli);
		}
		if (l->qty < 0) {
			v[WHO_RETURNS].n++;
			report_plus(r, &v[WHO_RETURN_AMOUNT].n, l->amount);
		}
	}
}

/* The last count of a day stands, whoever counted before. */
static enum rc
settle(struct report *r)
{
	union report_value *v;

	if (!r->day.counted) {
		return RC_OK;
	}
	v = row_of(r, r->day.counter);
	if (v == NULL) {
		return RC_NOMEM;
	}
	report_plus(r, &v[WHO_DIFFERENCE].n, r->day.difference);
	r->day.counted = false;
	return RC_OK;
}

static enum rc
add_cash(struct report *r, const struct event *e)
{
	const struct event_count *c = &e->data.count;
	const struct event_shift_closed *s = &e->data.shift_closed;
	union report_value *v;
	struct sbuf b;

	switch ((int)e->type) {
	case EVENT_CASH_COUNTED:
		if (c->shift == 0) { /* a shift is settled by its own end */
			r->day.counted = true;
			r->day.difference = c->difference;
			sbuf_init(&b, r->day.counter, sizeof(r->day.counter));
			sbuf_puts(&b, e->actor != NULL ? e->actor : "");
		}
		return RC_OK;
	case EVENT_SHIFT_CLOSED:
		v = row_of(r, s->operator_no);
		if (v == NULL) {
			return RC_NOMEM;
		}
		report_plus(r, &v[WHO_DIFFERENCE].n, s->difference);
		return RC_OK;
	default:
		return settle(r);
	}
}

static enum rc
add_act(struct report *r, const struct event *e)
{
	union report_value *v = row_of(r, e->actor);

	if (v == NULL) {
		return RC_NOMEM;
	}
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		add_sale(r, v, e);
		break;
	case EVENT_SALE_VOIDED:
		v[WHO_VOIDS].n++;
		report_plus(r, &v[WHO_VOID_AMOUNT].n, e->data.basket.total);
		break;
	case EVENT_LINE_VOIDED:
		v[WHO_LINE_VOIDS].n++;
		report_plus(r, &v[WHO_VOID_AMOUNT].n, e->data.line.from);
		report_plus(r, &v[WHO_VOID_AMOUNT].n, -e->data.line.to);
		break;
	case EVENT_PRICE_OVERRIDDEN:
		v[WHO_OVERRIDES].n++;
		break;
	case EVENT_COPY_PRINTED:
		v[WHO_REPRINTS].n++;
		break;
	case EVENT_DRAWER_OPENED:
		v[WHO_NO_SALES].n++;
		break;
	default:
		v[WHO_DISCOUNTS].n++;
		break;
	}
	return RC_OK;
}

static enum rc
add(struct report *r, const struct event *e)
{
	const char *reason = e->data.drawer.reason;

	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
	case EVENT_SALE_VOIDED:
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
	case EVENT_SALE_DISCOUNTED:
	case EVENT_COPY_PRINTED:
		return add_act(r, e);
	case EVENT_DRAWER_OPENED:
		return reason != NULL && strcmp(reason, "no-sale") == 0
			       ? add_act(r, e)
			       : RC_OK;
	case EVENT_SALE_RECALLED:
		memcpy(r->recalled.sale, e->data.recalled.sale, UUID_BYTES);
		r->recalled.time = e->time;
		return RC_OK;
	case EVENT_CASH_COUNTED:
	case EVENT_SHIFT_CLOSED:
	case EVENT_DAY_CLOSED:
		return add_cash(r, e);
	default:
		return RC_OK;
	}
}

static void
end(struct report *r)
{
	if (settle(r) != RC_OK) {
		r->nomem = true;
	}
}

static void
derive(const struct report *r, union report_value *v)
{
	struct money m = {0};

	(void)r;
	v[WHO_AVERAGE].n = report_per(v[WHO_GROSS].n, v[WHO_SALES].n);
	if (v[WHO_SECONDS].n > 0 &&
		money_mul_ratio((struct money){v[WHO_ITEMS].n}, 60,
			v[WHO_SECONDS].n, ROUND_HALF_UP, &m) == RC_OK) {
		v[WHO_SPEED].n = m.minor;
	}
}

/* As numbers, as far as they are some. */
static int
compare(const struct report *r, const union report_value *a,
	const union report_value *b)
{
	size_t x = strlen(a[WHO_NO].s), y = strlen(b[WHO_NO].s);

	(void)r;
	if (x != y) {
		return x < y ? -1 : 1;
	}
	return strcmp(a[WHO_NO].s, b[WHO_NO].s);
}

const struct report_form report_form_cashiers = {
	.name = "cashiers",
	/* cells: 40 */
	.title = N_("CASHIERS"),
	.col = cols,
	.n_col = WHO_COLS,
	.bar = -1,
	.add = add,
	.end = end,
	.derive = derive,
	.compare = compare,
};
