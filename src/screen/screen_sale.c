/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

static void
pair_money(struct app *a, int row, const char *label, struct money m)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, m);
	widget_pair(a->grid, &a->lay, row, label, buf, ROLE_NORMAL);
}

static void
draw_counts(struct app *a, int row)
{
	const struct basket *bk = till_view(a->till)->basket;
	char label[32], value[32];
	struct sbuf b;

	sbuf_init(&b, label, sizeof(label));
	sbuf_puts(&b, "Items ");
	qty_put(&b, bk->items);
	sbuf_init(&b, value, sizeof(value));
	sbuf_puts(&b, "Lines ");
	sbuf_u64(&b, bk->n_line);
	widget_pair(a->grid, &a->lay, row, label, value, ROLE_NORMAL);
}

static void
draw_waiting(struct app *a, int row)
{
	const struct engine_view *v = till_view(a->till);
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_printf(
		&b, "%zu scan%s", a->held_scans, a->held_scans == 1 ? "" : "s");
	widget_pair(a->grid, &a->lay, row, "Held", buf, ROLE_NORMAL);
	sbuf_clear(&b);
	sbuf_u64(&b, v->n_parked);
	widget_pair(a->grid, &a->lay, row + 1, "Parked", buf, ROLE_NORMAL);
	if (v->has_prev) {
		widget_pair(a->grid, &a->lay, row + 2, "Prev", v->prev_number,
			ROLE_NORMAL);
		pair_money(a, row + 3, "  change", v->prev_change);
	}
}

static void
draw(struct app *a, void *state)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	const struct config *c = till_config(a->till);
	const struct layout *l = &a->lay;
	int row = l->work_row;
	char buf[32];
	struct sbuf b;

	(void)state;
	widget_list(
		a->grid, l, bk, v->selected, c->currency.digits, &a->list_top);
	widget_divider(a->grid, l);
	widget_pair(a->grid, l, row, "TOTAL DUE", c->currency.code, ROLE_HEAD);
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, v->due);
	widget_big(a->grid, row + 1, l->panel_col + 1, l->panel_cols - 2,
		ROLE_TOTAL, buf);
	pair_money(a, row + 5, "Discounts", money_neg(bk->discounts));
	pair_money(a, row + 6, "Net", bk->total.net);
	pair_money(a, row + 7, c->tax.included ? "incl. tax" : "plus tax",
		bk->total.tax);
	draw_counts(a, row + 8);
	draw_waiting(a, row + 10);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	sbuf_puts(out, "n* qty   - void   + pay   digits Enter = code   "
		       "letters Enter = command");
}

const struct screen_ops screen_sale_ops = {
	.bit = SCREEN_SALE,
	.label = "ITEM",
	.draw = draw,
	.hint = hint,
	.reading = app_reading_entry,
	.act = app_act_selling,
	.scan = app_scan_selling,
};
