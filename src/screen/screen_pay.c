/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Two classes on a row; one whose numbers are longer has a row of its own, and
 * no number is ever cut. */
static void
draw_taxes(struct app *a, int row, int end)
{
	const struct basket *b = till_view(a->till)->basket;
	int col = 1, half = (a->lay.list_cols - 2) / 2;
	int whole = a->lay.list_cols - 2;
	size_t i;

	for (i = 0; i < b->tax->n_class && row < end; i++) {
		const struct tax_sum *t = &b->by_class[i];
		char buf[96];
		struct sbuf s;
		int cells;

		if (t->gross.minor == 0 && t->tax.minor == 0) {
			continue;
		}
		sbuf_init(&s, buf, sizeof(buf));
		sbuf_puts(&s, b->tax->class_[i].code);
		sbuf_putc(&s, ' ');
		put_percent(&s, b->tax->class_[i].rate_ppm);
		sbuf_puts(&s, "%  ");
		app_put_money(a, &s, t->net);
		sbuf_puts(&s, " + ");
		app_put_money(a, &s, t->tax);
		cells = (int)s.len;
		if (cells > half - 1 && col != 1) {
			col = 1;
			row++;
		}
		if (row >= end || cells > whole) {
			continue;
		}
		(void)grid_text(a->grid, row, col, whole, ROLE_NORMAL, buf);
		if (col == 1 && cells <= half - 1) {
			col += half;
		} else {
			col = 1;
			row++;
		}
	}
}

/* The amount being typed, when it is one. */
static bool
entered(const struct app *a, struct money *ret)
{
	const char *text = a->prompt.text;

	return text[0] != '\0' && text[strspn(text, "0123456789.,")] == '\0' &&
	       money_parse_entry(text, a->prompt.len, app_digits(a), ret) ==
		       RC_OK;
}

/* What would be handed back; told before it is taken, the engine decides. */
static void
draw_preview(struct app *a, int row)
{
	const struct layout *l = &a->lay;
	struct money in, left;
	const char *label = "CHANGE WILL BE";
	char buf[64];
	struct sbuf b;

	if (!entered(a, &in) ||
		money_sub(in, till_view(a->till)->cash_due, &left) != RC_OK) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, in);
	widget_pair(a->grid, l, row, "ENTERED", buf, ROLE_HEAD);
	if (left.minor < 0) {
		label = "STILL MISSING";
		left = money_neg(left);
	}
	widget_pair(a->grid, l, row + 2, label, "", ROLE_HEAD);
	sbuf_clear(&b);
	app_put_money(a, &b, left);
	widget_big(a->grid, row + 3, l->panel_col + 1, l->panel_cols - 2,
		ROLE_GOOD, buf);
}

static void
draw(struct app *a, void *state)
{
	const struct engine_view *v = till_view(a->till);
	const struct config *c = till_config(a->till);
	const struct layout *l = &a->lay;
	struct grid *g = a->grid;
	int row = l->work_row, w = l->list_cols - 2;
	char buf[64];
	struct sbuf b;

	(void)state;
	(void)grid_text(g, row, 1, w, ROLE_HEAD, "TENDERED");
	(void)grid_text(g, row + 1, 1, w, ROLE_NORMAL, "nothing yet");
	grid_rule(g, row + 4, 1, w, '.');
	(void)grid_text(g, row + 5, 1, w, ROLE_HEAD, "PAY WITH");
	(void)grid_text(g, row + 6, 1, w, ROLE_NORMAL,
		" CA  Cash   Enter = exact, or key what is handed over");
	draw_taxes(a, row + 11, l->work_row + l->work_rows);

	widget_divider(g, l);
	widget_pair(g, l, row, "STILL DUE", c->currency.code, ROLE_HEAD);
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, v->cash_due);
	widget_big(g, row + 1, l->panel_col + 1, l->panel_cols - 2, ROLE_TOTAL,
		buf);
	sbuf_clear(&b);
	app_put_money(a, &b, v->basket->total.gross);
	widget_pair(g, l, row + 5, "Total", buf, ROLE_NORMAL);
	if (v->rounding.minor != 0) {
		sbuf_clear(&b);
		app_put_money(a, &b, v->rounding);
		widget_pair(g, l, row + 6, "Cash rounding", buf, ROLE_NORMAL);
	}
	draw_preview(a, row + 8);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	sbuf_puts(out, "Enter = exact cash   digits Enter = cash   Esc to "
		       "sale   a scan adds the item");
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	struct money in;

	if (a->prompt.len == 0) {
		sbuf_puts(out, "Enter = exact ");
		app_put_money(a, out, till_view(a->till)->cash_due);
	} else if (entered(a, &in)) {
		sbuf_puts(out, "Enter = cash ");
		app_put_money(a, out, in);
	} else {
		app_reading_entry(a, state, out);
	}
}

const struct screen_ops screen_pay_ops = {
	.bit = SCREEN_PAY,
	.label = "CASH",
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = app_act_selling,
	.scan = app_scan_selling,
};
