/* SPDX-License-Identifier: Apache-2.0 */
/* How paying looks: what was tendered, what can be, the taxes, and what is
 * still due. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/screen_pay.h"

#include "base/poison.h"

/* More comes back than is sold. */
static bool
pays_out(const struct app *a)
{
	return till_view(a->till)->due.minor < 0;
}

/* "A 19%  9.32 + 1.77", "Q  16.28 + GST 5% 0.81 + QST 9.975% 1.62" */
static void
put_class(const struct app *a, struct sbuf *out, const struct tax_class *c,
	const struct tax_sum *t)
{
	sbuf_puts(out, c->code);
	if (c->n_part == 0) {
		sbuf_putc(out, ' ');
		app_put_tax(a, out, c, 0);
	}
	sbuf_puts(out, "  ");
	app_put_money(a, out, t->net);
	for (size_t i = 0; i < app_tax_rows(c); i++) {
		sbuf_puts(out, " + ");
		if (c->n_part > 0) {
			app_put_tax(a, out, c, i);
			sbuf_putc(out, ' ');
		}
		app_put_money(a, out, app_tax_of(c, t, i));
	}
}

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
		const struct tax_class *c = &b->tax->class_[i];
		const struct tax_sum *t = &b->by_class[i];
		char buf[192];
		struct sbuf s;
		int cells;

		if (t->gross.minor == 0 && t->tax.minor == 0) {
			continue;
		}
		sbuf_init(&s, buf, sizeof(buf));
		put_class(a, &s, c, t);
		cells = (int)text_cells(buf, s.len);
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

/* --- the left half ----------------------------------------------------------- */

/* One part: its number, its tender, what it pays. */
static void
put_part(struct app *a, int row, size_t no, const char *code, const char *name,
	struct money amount)
{
	int w = a->lay.list_cols - 2, used;
	char buf[128];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_u64(&b, no);
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, code);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, name);
	used = grid_middle(a->grid, row, 1, w - 14, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	app_put_money(a, &b, amount);
	grid_right(a->grid, row, used + 2, w - used - 1, ROLE_NORMAL, buf);
}

/* Makers' coupons that pay a part: the ${i}th; NULL there are not as many. */
static const struct basket_coupon *
maker_at(const struct basket *b, size_t i)
{
	for (size_t k = 0; k < b->n_coupon; k++) {
		const struct coupon *c =
			rules_coupon(b->rules, (size_t)b->coupon[k].rule);

		if (c->maker && b->coupon[k].amount.minor > 0 && i-- == 0) {
			return &b->coupon[k];
		}
	}
	return NULL;
}

/* "Card  Visa ....4410  offline": what a card terminal said of it. */
static void
put_tender(const struct engine_tender *t, struct sbuf *out)
{
	sbuf_puts(out, engine_tender_name(t->name));
	sbuf_puts(out, t->card[0] != '\0' ? "  " : "");
	sbuf_puts(out, t->card);
	if (t->last4[0] != '\0') {
		sbuf_puts(out, " ....");
		sbuf_puts(out, t->last4);
	}
	if (t->offline) {
		sbuf_puts(out, "  ");
		/* cells: 8 */
		sbuf_puts(out, _("OFFLINE"));
	}
}

/* The newest at the bottom, as lines of a sale are; makers' coupons were there
 * before anything was paid. */
static void
draw_tendered(struct app *a, int row, int end)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	int w = a->lay.list_cols - 2;
	size_t room = (size_t)(end - row - 1), n_maker = 0, n, i = 0;

	while (maker_at(bk, n_maker) != NULL) {
		n_maker++;
	}
	n = n_maker + v->n_tender;
	(void)grid_text(a->grid, row++, 1, w, ROLE_HEAD, _("TENDERED"));
	if (n == 0) {
		(void)grid_text(
			a->grid, row, 1, w, ROLE_NORMAL, _("nothing yet"));
	}
	if (n > room) {
		i = n - room;
	}
	for (; i < n; i++, row++) {
		if (i < n_maker) {
			const struct basket_coupon *m = maker_at(bk, i);
			const struct coupon *c =
				rules_coupon(bk->rules, (size_t)m->rule);

			put_part(a, row, i + 1, c->tender, c->name, m->amount);
		} else {
			const struct engine_tender *t = &v->tender[i - n_maker];
			char name[160];
			struct sbuf b;

			sbuf_init(&b, name, sizeof(name));
			put_tender(t, &b);
			put_part(a, row, i + 1, t->code, name, t->amount);
		}
	}
}

/* How its terminal is, where that is trouble: "Card DOWN". */
static void
put_terminal(
	const struct app *a, const struct config_tender *t, struct sbuf *out)
{
	const char *name = t->terminal[0] != '\0' ? t->terminal : NULL;
	const struct config_device *c =
		config_device_find(till_config(a->till), DEVICE_PINPAD, name);
	struct till_device d[CONFIG_DEVICES];
	size_t n = till_device_list(a->till, d, CONFIG_DEVICES);

	for (size_t i = 0; i < n && c != NULL; i++) {
		if (strcmp(d[i].name, c->name) == 0 && devices_bad(&d[i])) {
			sbuf_putc(out, ' ');
			sbuf_puts(out, devices_word(d[i].word));
		}
	}
}

/* " 2 CC  Card", in as many columns as there is width for.  Returns the rows
 * used. */
static int
draw_list(struct app *a, int row, int end)
{
	const struct config *c = till_config(a->till);
	int w = a->lay.list_cols - 2;
	int n_col = w >= 90 ? 3 : 2, width = w / n_col;
	int rows = ((int)c->n_tender + n_col - 1) / n_col;

	(void)grid_text(a->grid, row++, 1, w, ROLE_HEAD, _("PAY WITH"));
	for (int i = 0; i < (int)c->n_tender; i++) {
		const struct config_tender *t = &c->tender[i];
		int at = row + i % rows, col = 1 + i / rows * width;
		char buf[96];
		struct sbuf b;

		if (at >= end) {
			continue;
		}
		sbuf_init(&b, buf, sizeof(buf));
		sbuf_printf(&b, "%2d %s  ", i + 1, t->code);
		sbuf_puts(&b, t->kind == TENDER_CASH
				      /* cells: 20 */
				      ? _("Cash (Enter=exact)")
				      : engine_tender_name(t->name));
		if (t->kind == TENDER_CARD) {
			put_terminal(a, t, &b);
		}
		(void)grid_middle(
			a->grid, at, col, width - 1, ROLE_NORMAL, buf);
	}
	return rows + 1;
}

static void
draw_quick(struct app *a, int row)
{
	const struct engine_view *v = till_view(a->till);
	int w = a->lay.list_cols - 2, col;

	/* cells: 6 */
	col = 1 + grid_text(a->grid, row, 1, 6, ROLE_HEAD, _("QUICK")) + 2;
	for (size_t i = 0; i < v->n_quick; i++) {
		char buf[64];
		struct sbuf b;
		int used;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_putc(&b, (char)('a' + i));
		sbuf_putc(&b, ' ');
		app_put_money(a, &b, v->quick[i]);
		if (i == 0) {
			sbuf_putc(&b, ' ');
			/* cells: 7 */
			sbuf_puts(&b, _("(exact)"));
		}
		used = (int)text_cells(buf, strlen(buf));
		if (col + used > w + 1) {
			break;
		}
		(void)grid_text(a->grid, row, col, used, ROLE_NORMAL, buf);
		col += used + 3;
	}
}

/* --- the panel --------------------------------------------------------------- */

/* What would be handed back; told before it is taken, the engine decides. */
static void
draw_preview(struct app *a, int row)
{
	const struct layout *l = &a->lay;
	struct money in = {0}, change, left;
	const char *label;
	char buf[64];
	struct sbuf b;
	bool more;

	if (pays_out(a) || pay_listed(a) != NULL || !pay_entered(a, &in)) {
		return;
	}
	engine_would(till_view(a->till), in, &change, &left);
	more = left.minor > 0;
	/* cells: 21 */
	label = more ? _("THEN STILL DUE")
		     /* cells: 21 */
		     : _("CHANGE WILL BE");
	sbuf_init(&b, buf, sizeof(buf));
	if (l->panel_cols == 0) {
		/* one row has it all, and the prompt what is entered */
		app_put_money(a, &b, more ? left : change);
		widget_pair(a->grid, l, row, label, buf, ROLE_GOOD);
		return;
	}
	app_put_money(a, &b, in);
	/* cells: 10 */
	widget_pair(a->grid, l, row, _("ENTERED"), buf, ROLE_HEAD);
	widget_pair(a->grid, l, row + 2, label, "", ROLE_HEAD);
	sbuf_clear(&b);
	app_put_money(a, &b, more ? left : change);
	widget_amount(a->grid, l, row + 3, more ? ROLE_TOTAL : ROLE_GOOD, buf);
}

static void
draw_panel(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct layout *l = &a->lay;
	int row = l->work_row;
	char buf[64];
	struct sbuf b;

	widget_divider(a->grid, l);
	/* cells: 14 */
	widget_pair(a->grid, l, row,
		pays_out(a) ? _("TO PAY OUT")
			    /* cells: 14 */
			    : _("STILL DUE"),
		till_config(a->till)->currency.code, ROLE_HEAD);
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, pays_out(a) ? money_neg(v->due) : v->due);
	widget_amount(a->grid, l, row + 1, ROLE_TOTAL, buf);
	if (a->held_scans > 0 && l->panel_cols > 0) {
		sbuf_clear(&b);
		/* cells: 12 */
		sbuf_printf(&b, P_("%zu scan", "%zu scans", a->held_scans),
			a->held_scans);
		/* cells: 8 */
		widget_pair(a->grid, l, row + 4, _("Held"), buf, ROLE_WARN);
	}
	/* cells: 10 */
	app_pair_money(a, row + 5, _("Total"), v->basket->total.gross);
	if (v->n_tender > 0) {
		/* cells: 10 */
		app_pair_money(a, row + 6, _("Paid"), v->paid);
	}
	if (v->bill_rounding.minor != 0 && a->held_scans == 0) {
		/* cells: 14 */
		app_pair_money(a, row + 4, _("Rounding"), v->bill_rounding);
	}
	if (v->rounding.minor != 0) {
		/* cells: 14 */
		app_pair_money(a, row + 7, _("In cash"), v->cash_due);
		/* cells: 14 */
		app_pair_money(a, row + 8, _("Cash rounding"), v->rounding);
	}
	draw_preview(a, row + (l->work_rows > 15 ? 10 : 9));
}

void
pay_draw(struct app *a, void *state)
{
	const struct layout *l = &a->lay;
	int row = l->work_row, end = l->work_row + l->work_rows;
	int rule = row + 4 + (l->work_rows - 15) / 2, at;
	bool tight;

	(void)state;
	draw_tendered(a, row, rule);
	if (!a->grid->tight) {
		grid_rule(a->grid, rule, 1, l->list_cols - 2, '.');
	}
	at = rule + 1 + draw_list(a, rule + 1, end);
	tight = end - at < 4;
	at += tight ? 0 : 1;
	if (!pays_out(a)) {
		draw_quick(a, at);
	}
	draw_taxes(a, at + (tight ? 1 : 2), end);
	draw_panel(a);
}
