/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/qty.h"
#include "register/report_internal.h"

#include "base/poison.h"

/* What was sold: by item, by department, by tax. */

static int
compare_i64(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b ? 1 : 0;
}

/* --- items ---------------------------------------------------------------- */

enum {
	ITEM_CODE,
	ITEM_NAME,
	ITEM_DEPT,
	ITEM_UNIT,
	ITEM_LINES,
	ITEM_QTY,
	ITEM_RETURNED,
	ITEM_DISCOUNT,
	ITEM_AMOUNT,
	ITEM_SHARE,
	ITEM_COLS
};

static const struct report_col item_cols[ITEM_COLS] = {
	/* cells: 14 */
	[ITEM_CODE] = {"code", N_("Code"), COL_TEXT, 1, false},
	/* cells: 20 */
	[ITEM_NAME] = {"name", N_("Item"), COL_TEXT, 0, false},
	/* cells: 5 */
	[ITEM_DEPT] = {"department", N_("Dept"), COL_TEXT, 5, false},
	/* cells: 4 */
	[ITEM_UNIT] = {"unit", N_("Unit"), COL_TEXT, 4, false},
	/* cells: 6 */
	[ITEM_LINES] = {"lines", N_("Lines"), COL_COUNT, 6, true},
	/* cells: 9 */
	[ITEM_QTY] = {"quantity", N_("Quantity"), COL_QTY, 0, false},
	/* cells: 9 */
	[ITEM_RETURNED] = {"returned", N_("Returned"), COL_QTY, 3, false},
	/* cells: 12 */
	[ITEM_DISCOUNT] = {"discount", N_("Discounts"), COL_MONEY, 7, true},
	/* cells: 12 */
	[ITEM_AMOUNT] = {"amount", N_("Amount"), COL_MONEY, 0, true},
	/* cells: 7 */
	[ITEM_SHARE] = {"share", N_("Share"), COL_SHARE, 2, false},
};

static int64_t
discount_of(struct report *r, const struct event_line *l)
{
	int64_t sum = 0;

	for (size_t i = 0; i < l->n_discount; i++) {
		report_plus(r, &sum, l->discount[i].amount);
	}
	return sum;
}

/* What a line is found by; one that is sold by department has no code. */
static const char *
code_of(const struct event_line *l)
{
	return l->code != NULL ? l->code : "";
}

static enum rc
item_add(struct report *r, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; e->type == EVENT_SALE_COMPLETED && i < s->n_line;
		i++) {
		const struct event_line *l = &s->line[i];
		union report_value *v = report_row(r, code_of(l));

		if (v == NULL) {
			return RC_NOMEM;
		}
		report_put(r, &v[ITEM_CODE], l->code);
		report_put(r, &v[ITEM_NAME], l->name);
		report_put(r, &v[ITEM_DEPT], l->dept);
		report_put(r, &v[ITEM_UNIT], l->unit);
		v[ITEM_LINES].n++;
		report_plus(r, &v[ITEM_QTY].n, l->qty);
		report_plus(r, &v[ITEM_RETURNED].n, l->qty < 0 ? -l->qty : 0);
		report_plus(r, &v[ITEM_DISCOUNT].n, discount_of(r, l));
		report_plus(r, &v[ITEM_AMOUNT].n, l->amount);
	}
	return RC_OK;
}

static void
item_derive(const struct report *r, union report_value *v)
{
	v[ITEM_SHARE].n = report_share(v[ITEM_AMOUNT].n, r->sum[ITEM_AMOUNT].n);
}

static int
item_compare(const struct report *r, const union report_value *a,
	const union report_value *b)
{
	int way = 0;

	switch (r->sort) {
	case REPORT_BY_QTY:
		way = compare_i64(b[ITEM_QTY].n, a[ITEM_QTY].n);
		break;
	case REPORT_BY_NAME:
		way = strcmp(a[ITEM_NAME].s, b[ITEM_NAME].s);
		break;
	case REPORT_BY_AMOUNT:
		way = compare_i64(b[ITEM_AMOUNT].n, a[ITEM_AMOUNT].n);
		break;
	case REPORT_BY_CODE:
	default:
		break;
	}
	return way != 0 ? way : strcmp(a[ITEM_CODE].s, b[ITEM_CODE].s);
}

const struct report_form report_form_items = {
	.name = "items",
	/* cells: 40 */
	.title = N_("ITEMS"),
	.col = item_cols,
	.n_col = ITEM_COLS,
	.bar = ITEM_AMOUNT,
	.add = item_add,
	.derive = item_derive,
	.compare = item_compare,
};

/* --- departments ---------------------------------------------------------- */

enum {
	DEPT_CODE,
	DEPT_NAME,
	DEPT_LINES,
	DEPT_ITEMS,
	DEPT_DISCOUNT,
	DEPT_AMOUNT,
	DEPT_SHARE,
	DEPT_COLS
};

static const struct report_col dept_cols[DEPT_COLS] = {
	/* cells: 5 */
	[DEPT_CODE] = {"department", N_("Dept"), COL_TEXT, 0, false},
	/* cells: 20 */
	[DEPT_NAME] = {"name", N_("Name"), COL_TEXT, 4, false},
	/* cells: 6 */
	[DEPT_LINES] = {"lines", N_("Lines"), COL_COUNT, 3, true},
	/* cells: 9 */
	[DEPT_ITEMS] = {"items", N_("Items"), COL_QTY, 2, true},
	/* cells: 12 */
	[DEPT_DISCOUNT] = {"discount", N_("Discounts"), COL_MONEY, 5, true},
	/* cells: 12 */
	[DEPT_AMOUNT] = {"amount", N_("Amount"), COL_MONEY, 0, true},
	/* cells: 7 */
	[DEPT_SHARE] = {"share", N_("Share"), COL_SHARE, 1, false},
};

/* As the shop calls it now: its lines have the number alone. */
static const char *
dept_name(const struct report *r, const char *code)
{
	const struct config_dept *d = config_dept_find(r->config, code);

	return d != NULL ? d->name : "";
}

static enum rc
dept_add(struct report *r, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; e->type == EVENT_SALE_COMPLETED && i < s->n_line;
		i++) {
		const struct event_line *l = &s->line[i];
		const char *code = l->dept != NULL ? l->dept : "";
		union report_value *v = report_row(r, code);

		if (v == NULL) {
			return RC_NOMEM;
		}
		report_put(r, &v[DEPT_CODE], code);
		report_put(r, &v[DEPT_NAME], dept_name(r, code));
		v[DEPT_LINES].n++;
		if (!event_is_deposit(l)) {
			report_plus(r, &v[DEPT_ITEMS].n,
				qty_pieces((struct qty){l->qty}).milli);
		}
		report_plus(r, &v[DEPT_DISCOUNT].n, discount_of(r, l));
		report_plus(r, &v[DEPT_AMOUNT].n, l->amount);
	}
	return RC_OK;
}

static void
dept_derive(const struct report *r, union report_value *v)
{
	v[DEPT_SHARE].n = report_share(v[DEPT_AMOUNT].n, r->sum[DEPT_AMOUNT].n);
}

static int
dept_compare(const struct report *r, const union report_value *a,
	const union report_value *b)
{
	int way = compare_i64(b[DEPT_AMOUNT].n, a[DEPT_AMOUNT].n);

	(void)r;
	return way != 0 ? way : strcmp(a[DEPT_CODE].s, b[DEPT_CODE].s);
}

const struct report_form report_form_departments = {
	.name = "departments",
	/* cells: 40 */
	.title = N_("DEPARTMENTS"),
	.col = dept_cols,
	.n_col = DEPT_COLS,
	.bar = DEPT_AMOUNT,
	.add = dept_add,
	.derive = dept_derive,
	.compare = dept_compare,
};

/* --- taxes ---------------------------------------------------------------- */

/* A class that is made of parts has a row for each of them behind its own; the
 * parts are told, and summed up nowhere. */
enum {
	TAX_CLASS,
	TAX_PART,
	TAX_RATE,
	TAX_WHY,
	TAX_SALES,
	TAX_NET,
	TAX_AMOUNT,
	TAX_GROSS,
	TAX_PART_TAX,
	TAX_COLS
};

static const struct report_col tax_cols[TAX_COLS] = {
	/* cells: 6 */
	[TAX_CLASS] = {"code", N_("Class"), COL_TEXT, 0, false},
	/* cells: 10 */
	[TAX_PART] = {"part", N_("Made of"), COL_TEXT, 3, false},
	/* cells: 8 */
	[TAX_RATE] = {"rate", N_("Rate"), COL_RATE, 0, false},
	/* cells: 8 */
	[TAX_WHY] = {"why", N_("Why not"), COL_TEXT, 2, false},
	/* cells: 8 */
	[TAX_SALES] = {"sales", N_("Sales"), COL_COUNT, 1, false},
	/* cells: 12 */
	[TAX_NET] = {"net", N_("Net"), COL_MONEY, 0, true},
	/* cells: 12 */
	[TAX_AMOUNT] = {"tax", N_("Tax"), COL_MONEY, 0, true},
	/* cells: 12 */
	[TAX_GROSS] = {"gross", N_("Gross"), COL_MONEY, 0, true},
	/* cells: 12 */
	[TAX_PART_TAX] = {"part_tax", N_("Of it"), COL_MONEY, 4, false},
};

static union report_value *
tax_row(struct report *r, const struct event_tax *t,
	const struct event_part *part)
{
	const char *code = t->code != NULL ? t->code : "";
	const char *why = t->why != NULL ? t->why : "";
	char key[256];
	union report_value *v;
	struct sbuf b;

	sbuf_init(&b, key, sizeof(key));
	sbuf_printf(&b, "%s %lld %s %s %lld", code, (long long)t->rate, why,
		part != NULL && part->name != NULL ? part->name : "",
		part != NULL ? (long long)part->rate : -1LL);
	v = report_row(r, key);
	if (v != NULL) {
		report_put(r, &v[TAX_CLASS], code);
		report_put(r, &v[TAX_WHY], why);
		report_put(r, &v[TAX_PART], part != NULL ? part->name : NULL);
		v[TAX_RATE].n = part != NULL ? part->rate : t->rate;
	}
	return v;
}

static enum rc
tax_add_one(struct report *r, const struct event_tax *t)
{
	union report_value *v = tax_row(r, t, NULL);

	if (v == NULL) {
		return RC_NOMEM;
	}
	v[TAX_SALES].n++;
	report_plus(r, &v[TAX_NET].n, t->net);
	report_plus(r, &v[TAX_AMOUNT].n, t->tax);
	report_plus(r, &v[TAX_GROSS].n, t->gross);
	for (size_t k = 0; k < t->n_part; k++) {
		v = tax_row(r, t, &t->part[k]);
		if (v == NULL) {
			return RC_NOMEM;
		}
		v[TAX_SALES].n++;
		report_plus(r, &v[TAX_PART_TAX].n, t->part[k].tax);
	}
	return RC_OK;
}

static enum rc
tax_add(struct report *r, const struct event *e)
{
	const struct event_sale *s = &e->data.sale;
	enum rc rc = RC_OK;

	for (size_t i = 0;
		e->type == EVENT_SALE_COMPLETED && i < s->n_tax && rc == RC_OK;
		i++) {
		rc = tax_add_one(r, &s->tax[i]);
	}
	return rc;
}

static int
tax_compare(const struct report *r, const union report_value *a,
	const union report_value *b)
{
	int way = strcmp(a[TAX_CLASS].s, b[TAX_CLASS].s);

	(void)r;
	if (way == 0) {
		way = strcmp(a[TAX_WHY].s, b[TAX_WHY].s);
	}
	if (way == 0) {
		/* the class before what it is made of */
		way = (a[TAX_PART].s[0] != '\0') - (b[TAX_PART].s[0] != '\0');
	}
	if (way == 0) {
		way = strcmp(a[TAX_PART].s, b[TAX_PART].s);
	}
	return way != 0 ? way : compare_i64(b[TAX_RATE].n, a[TAX_RATE].n);
}

const struct report_form report_form_taxes = {
	.name = "taxes",
	/* cells: 40 */
	.title = N_("TAXES"),
	.col = tax_cols,
	.n_col = TAX_COLS,
	.bar = -1,
	.add = tax_add,
	.compare = tax_compare,
};
