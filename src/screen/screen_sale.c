/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

void
app_pair_money(struct app *a, int row, const char *label, struct money m)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, m);
	widget_pair(a->grid, &a->lay, row, label, buf, ROLE_NORMAL);
}

/* Tax that is taken out of the prices for this buyer. */
static struct money
relief(const struct basket *b)
{
	struct money sum = {0};

	for (size_t i = 0; i < b->n_line; i++) {
		sum.minor += b->line[i].relief.minor;
	}
	return sum;
}

/* What is due before anything is taken off, of the sums the basket keeps. */
static struct money
subtotal(const struct basket *b)
{
	struct money m = b->tax->included ? b->total.gross : b->total.net;

	m.minor += relief(b).minor;
	return money_add(m, b->discounts, &m) == RC_OK ? m : b->total.gross;
}

static void
draw_counts(struct app *a, int row)
{
	const struct basket *bk = till_view(a->till)->basket;
	char label[64], value[64], items[32];
	struct sbuf b;

	sbuf_init(&b, items, sizeof(items));
	app_put_qty(a, &b, bk->items);
	sbuf_init(&b, label, sizeof(label));
	/* cells: 11 */
	sbuf_printf(&b, _("Items %s"), items);
	sbuf_init(&b, value, sizeof(value));
	/* cells: 10 */
	sbuf_printf(&b, _("Lines %zu"), bk->n_line);
	widget_pair(a->grid, &a->lay, row, label, value, ROLE_NORMAL);
}

#define TAX_PANEL_ROWS 4
#define COMMENT_CELLS 14 /* of a comment, where there is no panel */

/* Each rate of its own where the panel is wide enough, a class of parts by its
 * parts.  Returns the rows. */
static int
draw_taxes(struct app *a, int row)
{
	const struct basket *bk = till_view(a->till)->basket;
	char label[64], value[64];
	struct sbuf b;
	size_t i;
	int n = 0;

	if (a->lay.cols < LAYOUT_COLS_WIDE) {
		/* cells: 11 */
		app_pair_money(a, row,
			bk->tax->included ? _("incl. tax")
					  /* cells: 11 */
					  : _("plus tax"),
			bk->total.tax);
		return 1;
	}
	for (i = 0; i < bk->tax->n_class && n < TAX_PANEL_ROWS; i++) {
		const struct tax_class *c = &bk->tax->class_[i];
		const struct tax_sum *t = &bk->by_class[i];

		if (t->gross.minor == 0 && t->tax.minor == 0) {
			continue;
		}
		for (size_t k = 0; k < app_tax_rows(c) && n < TAX_PANEL_ROWS;
			k++) {
			sbuf_init(&b, label, sizeof(label));
			sbuf_puts(&b, c->code);
			sbuf_putc(&b, ' ');
			app_put_tax(a, &b, c, k);
			sbuf_puts(&b, "  ");
			app_put_money(a, &b, t->net);
			sbuf_init(&b, value, sizeof(value));
			sbuf_puts(&b, "+ ");
			app_put_money(a, &b, app_tax_of(c, t, k));
			widget_pair(a->grid, &a->lay, row + n, label, value,
				ROLE_NORMAL);
			n++;
		}
	}
	return n;
}

/* "2 (oldest 6m)" */
static void
put_parked(const struct app *a, struct sbuf *out)
{
	uint64_t n = till_view(a->till)->n_parked;
	struct store_parked oldest;
	struct err err = {.rc = RC_OK};
	char age[24];
	struct sbuf b;
	size_t got = 0;

	if (n == 0 || till_parked(a->till, &oldest, 1, &got, &err) != RC_OK ||
		got == 0) {
		sbuf_u64(out, n);
		return;
	}
	sbuf_init(&b, age, sizeof(age));
	app_put_age(a, &b, oldest.time);
	/* cells: 16 */
	sbuf_printf(out, _("%llu (oldest %s)"), (unsigned long long)n, age);
}

static void
draw_waiting(struct app *a, int row)
{
	const struct engine_view *v = till_view(a->till);
	int end = a->lay.work_row + a->lay.work_rows;
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 12 */
	sbuf_printf(
		&b, P_("%zu scan", "%zu scans", a->held_scans), a->held_scans);
	/* cells: 8 */
	widget_pair(a->grid, &a->lay, row, _("Held"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	put_parked(a, &b);
	/* cells: 8 */
	widget_pair(a->grid, &a->lay, row + 1, _("Parked"), buf, ROLE_NORMAL);
	if (v->has_prev && row + 3 < end) {
		/* cells: 5 */
		widget_pair(a->grid, &a->lay, row + 2, _("Prev"),
			v->prev_number, ROLE_NORMAL);
		/* cells: 10 */
		app_pair_money(a, row + 3, _("  change"), v->prev_change);
	}
}

/* A fact about this sale alone. */
static int
draw_fact(struct app *a, int row, const char *label, const char *value)
{
	widget_pair(a->grid, &a->lay, row, label, value, ROLE_NORMAL);
	return row + 1;
}

/* As much of the words as stands beside their label. */
static int
draw_comment(struct app *a, int row, const char *words)
{
	/* cells: 8 */
	const char *label = _("Comment");
	int room =
		a->lay.panel_cols - 4 - (int)text_cells(label, strlen(label));
	char buf[BASKET_COMMENT_BYTES];

	(void)text_clean(words, strlen(words), buf, sizeof(buf),
		room > 0 ? (unsigned)room : COMMENT_CELLS);
	return draw_fact(a, row, label, buf);
}

/* Who buys, makers' coupons, an age that was checked: each only where there is
 * one.  Returns the row behind, which leaves one blank where there is none. */
static int
draw_facts(struct app *a, int row)
{
	const struct basket *bk = till_view(a->till)->basket;
	int first = row;
	char buf[32];
	struct sbuf b;

	if (bk->coupons.minor != 0) {
		/* cells: 10 */
		app_pair_money(a, row++, _("Coupons"), money_neg(bk->coupons));
	}
	if (bk->buyer.certificate[0] != '\0') {
		/* cells: 8 */
		row = draw_fact(a, row, _("EXEMPT"), bk->buyer.certificate);
	}
	if (bk->buyer.vat[0] != '\0') {
		/* cells: 8 */
		row = draw_fact(a, row, _("VAT no."), bk->buyer.vat);
	}
	if (bk->buyer.group[0] != '\0') {
		/* cells: 8 */
		row = draw_fact(a, row, _("Group"), bk->buyer.group);
	}
	if (bk->comment[0] != '\0') {
		row = draw_comment(a, row, bk->comment);
	}
	if (bk->age != 0) {
		sbuf_init(&b, buf, sizeof(buf));
		/* cells: 12 */
		sbuf_printf(&b, _("%u checked"), (unsigned)bk->age);
		/* cells: 8 */
		row = draw_fact(a, row, _("Age"), buf);
	}
	return row > first ? row : first + 1;
}

static void
draw_panel(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	const struct layout *l = &a->lay;
	int row = l->work_row;
	char buf[32];
	struct sbuf b;

	widget_divider(a->grid, l);
	/* cells: 16 */
	widget_pair(a->grid, l, row, _("TOTAL DUE"),
		till_config(a->till)->currency.code, ROLE_HEAD);
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, v->due);
	widget_amount(a->grid, l, row + 1, ROLE_TOTAL, buf);
	/* cells: 10 */
	app_pair_money(a, row + 5, _("Subtotal"), subtotal(bk));
	/* cells: 10 */
	app_pair_money(a, row + 6, _("Discounts"), money_neg(bk->discounts));
	row += 7;
	if (relief(bk).minor != 0) {
		/* cells: 10 */
		app_pair_money(a, row++, _("Tax off"), money_neg(relief(bk)));
	}
	row += draw_taxes(a, row);
	draw_counts(a, row);
	draw_waiting(a, draw_facts(a, row + 1));
}

/* Each at its own place, so that what did not change is not sent. */
static void
total_at(struct app *a, int col, int width, const char *label,
	const char *value, enum role role)
{
	int row = a->lay.total_row;
	int room = width - (int)text_cells(value, strlen(value));
	int used =
		room > 0 ? grid_text(a->grid, row, col, room, ROLE_HEAD, label)
			 : 0;

	grid_right(a->grid, row, col + used, width - used, role, value);
}

static void
draw_totals(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, v->due);
	/* not bold: turning it on and off is a tenth of a scan's bytes */
	/* cells: 6 */
	total_at(a, 1, 18, _("TOTAL"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	app_put_qty(a, &b, bk->items);
	/* cells: 6 */
	total_at(a, 21, 13, _("items"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	app_put_money(a, &b, money_neg(bk->discounts));
	/* cells: 5 */
	total_at(a, 36, 13, _("disc"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	app_put_money(a, &b, bk->total.tax);
	/* cells: 5 */
	total_at(a, 51, 13, _("tax"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	if (a->held_scans > 0) {
		sbuf_u64(&b, a->held_scans);
		/* cells: 7 */
		total_at(a, 66, 12, _("HELD"), buf, ROLE_WARN);
	} else if (v->n_parked > 0) {
		sbuf_u64(&b, v->n_parked);
		/* cells: 8 */
		total_at(a, 66, 12, _("parked"), buf, ROLE_NORMAL);
	}
}

static void
draw(struct app *a, void *state)
{
	const struct engine_view *v = till_view(a->till);
	const struct layout *l = &a->lay;

	(void)state;
	a->list_shown = a->list_top;
	widget_list(a->grid, l, v->basket, v->selected, till_config(a->till),
		&a->list_shown);
	if (l->panel_cols > 0) {
		draw_panel(a);
	} else {
		draw_totals(a);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	sbuf_puts(
		out, keymap_slash_clears(a->keymap)
			     /* cells: 78 */
			     ? _("n* qty   - void   + pay   / clear   . Enter "
				 "menu   digits Enter = code")
			     /* cells: 78 */
			     : _("n* qty   - void   + pay   / find   digits "
				 "Enter = code   letters = command"));
}

const struct screen_ops screen_sale_ops = {
	.bit = SCREEN_SALE,
	/* cells: 12 */
	.label = N_("ITEM"),
	.draw = draw,
	.hint = hint,
	.reading = app_reading_entry,
	.act = app_act_selling,
	.scan = app_scan_selling,
};
