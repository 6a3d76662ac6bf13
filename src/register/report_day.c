/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/qty.h"
#include "register/report_internal.h"

#include "base/poison.h"

/* What sales come to, by business day and by hour of the day. */

/* What both say of a sale. */
struct sums {
	int64_t items, net, tax, returns, return_amount, discount;
};

static void
add_line(struct report *r, const struct event_line *l, struct sums *s)
{
	if (l->qty < 0) {
		s->returns++;
		report_plus(r, &s->return_amount, l->amount);
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		report_plus(r, &s->discount, l->discount[i].amount);
	}
	if (!event_is_deposit(l)) {
		report_plus(
			r, &s->items, qty_pieces((struct qty){l->qty}).milli);
	}
}

static struct sums
sums_of(struct report *r, const struct event_sale *sale)
{
	struct sums s = {0};

	for (size_t i = 0; i < sale->n_line; i++) {
		add_line(r, &sale->line[i], &s);
	}
	for (size_t i = 0; i < sale->n_tax; i++) {
		report_plus(r, &s.net, sale->tax[i].net);
		report_plus(r, &s.tax, sale->tax[i].tax);
	}
	return s;
}

/* --- a row a day ---------------------------------------------------------- */

enum {
	DAY_Z,
	DAY_DATE,
	DAY_OPEN,
	DAY_SALES,
	DAY_ITEMS,
	DAY_GROSS,
	DAY_NET,
	DAY_TAX,
	DAY_AVERAGE,
	DAY_DISCOUNT,
	DAY_RETURNS,
	DAY_RETURN_AMOUNT,
	DAY_VOIDS,
	DAY_COLS
};

static const struct report_col day_cols[DAY_COLS] = {
	/* cells: 5 */
	[DAY_Z] = {"z", N_("Z"), COL_COUNT, 0, false},
	/* cells: 10 */
	[DAY_DATE] = {"date", N_("Date"), COL_DATE, 0, false},
	[DAY_OPEN] = {"open", NULL, COL_COUNT, 0, false},
	/* cells: 8 */
	[DAY_SALES] = {"sales", N_("Sales"), COL_COUNT, 0, true},
	/* cells: 8 */
	[DAY_ITEMS] = {"items", N_("Items"), COL_QTY, 3, true},
	/* cells: 12 */
	[DAY_GROSS] = {"gross", N_("Gross"), COL_MONEY, 0, true},
	/* cells: 12 */
	[DAY_NET] = {"net", N_("Net"), COL_MONEY, 2, true},
	/* cells: 12 */
	[DAY_TAX] = {"tax", N_("Tax"), COL_MONEY, 2, true},
	/* cells: 9 */
	[DAY_AVERAGE] = {"average", N_("Average"), COL_MONEY, 1, true},
	/* cells: 12 */
	[DAY_DISCOUNT] = {"discount", N_("Discounts"), COL_MONEY, 4, true},
	/* cells: 8 */
	[DAY_RETURNS] = {"returns", N_("Returns"), COL_COUNT, 6, true},
	/* cells: 12 */
	[DAY_RETURN_AMOUNT] = {"return_amount", N_("Returned"), COL_MONEY, 5,
		true},
	/* cells: 6 */
	[DAY_VOIDS] = {"voids", N_("Voids"), COL_COUNT, 7, true},
};

/* Of the day that is being added up. */
static union report_value *
day_row(struct report *r)
{
	char key[24];
	union report_value *v;
	struct sbuf b;

	sbuf_init(&b, key, sizeof(key));
	sbuf_i64(&b, r->day.z);
	v = report_row(r, key);
	if (v != NULL) {
		v[DAY_Z].n = r->day.z;
		v[DAY_OPEN].n = r->span.open && r->day.z == r->span.z_last;
		v[DAY_DATE].n = report_day_date(r);
	}
	return v;
}

static enum rc
day_add(struct report *r, const struct event *e)
{
	const struct event_sale *sale = &e->data.sale;
	union report_value *v = day_row(r);
	struct sums s;

	if (v == NULL) {
		return RC_NOMEM;
	}
	if (e->type == EVENT_SALE_VOIDED) {
		v[DAY_VOIDS].n++;
	}
	if (e->type != EVENT_SALE_COMPLETED) {
		return RC_OK;
	}
	s = sums_of(r, sale);
	v[DAY_SALES].n++;
	report_plus(r, &v[DAY_ITEMS].n, s.items);
	report_plus(r, &v[DAY_GROSS].n, sale->total);
	report_plus(r, &v[DAY_NET].n, s.net);
	report_plus(r, &v[DAY_TAX].n, s.tax);
	report_plus(r, &v[DAY_DISCOUNT].n, s.discount);
	report_plus(r, &v[DAY_RETURNS].n, s.returns);
	report_plus(r, &v[DAY_RETURN_AMOUNT].n, s.return_amount);
	return RC_OK;
}

static void
day_derive(const struct report *r, union report_value *v)
{
	(void)r;
	v[DAY_AVERAGE].n = report_per(v[DAY_GROSS].n, v[DAY_SALES].n);
}

const struct report_form report_form_sales = {
	.name = "sales",
	/* cells: 40 */
	.title = N_("SALES BY DAY"),
	.col = day_cols,
	.n_col = DAY_COLS,
	.bar = DAY_GROSS,
	.add = day_add,
	.derive = day_derive,
};

/* --- a row an hour -------------------------------------------------------- */

enum {
	HOUR_HOUR,
	HOUR_SALES,
	HOUR_ITEMS,
	HOUR_GROSS,
	HOUR_AVERAGE,
	HOUR_SHARE,
	HOUR_COLS
};

#define HOURS 24

static const struct report_col hour_cols[HOUR_COLS] = {
	/* cells: 6 */
	[HOUR_HOUR] = {"hour", N_("Hour"), COL_HOUR, 0, false},
	/* cells: 8 */
	[HOUR_SALES] = {"sales", N_("Sales"), COL_COUNT, 0, true},
	/* cells: 8 */
	[HOUR_ITEMS] = {"items", N_("Items"), COL_QTY, 2, true},
	/* cells: 12 */
	[HOUR_GROSS] = {"gross", N_("Gross"), COL_MONEY, 0, true},
	/* cells: 9 */
	[HOUR_AVERAGE] = {"average", N_("Average"), COL_MONEY, 1, true},
	/* cells: 7 */
	[HOUR_SHARE] = {"share", N_("Share"), COL_SHARE, 3, false},
};

/* All hours have a row, so that those between two busy ones are seen, too. */
static enum rc
hour_begin(struct report *r)
{
	for (int i = 0; i < HOURS; i++) {
		char key[8];
		union report_value *v;
		struct sbuf b;

		sbuf_init(&b, key, sizeof(key));
		sbuf_i64(&b, i);
		v = report_row(r, key);
		if (v == NULL) {
			return RC_NOMEM;
		}
		v[HOUR_HOUR].n = i;
	}
	return RC_OK;
}

static enum rc
hour_add(struct report *r, const struct event *e)
{
	union report_value *v;
	struct sums s;

	if (e->type != EVENT_SALE_COMPLETED) {
		return RC_OK;
	}
	v = report_at(r, (size_t)utc_civil(e->time, e->tz_min).hour);
	s = sums_of(r, &e->data.sale);
	v[HOUR_SALES].n++;
	report_plus(r, &v[HOUR_ITEMS].n, s.items);
	report_plus(r, &v[HOUR_GROSS].n, e->data.sale.total);
	return RC_OK;
}

static void
hour_derive(const struct report *r, union report_value *v)
{
	v[HOUR_AVERAGE].n = report_per(v[HOUR_GROSS].n, v[HOUR_SALES].n);
	v[HOUR_SHARE].n = report_share(v[HOUR_GROSS].n, r->gross);
}

static bool
hour_blank(const union report_value *v)
{
	return v[HOUR_SALES].n == 0;
}

const struct report_form report_form_hours = {
	.name = "hours",
	/* cells: 40 */
	.title = N_("SALES BY HOUR"),
	.col = hour_cols,
	.n_col = HOUR_COLS,
	.bar = HOUR_GROSS,
	.begin = hour_begin,
	.add = hour_add,
	.derive = hour_derive,
	.blank = hour_blank,
};
