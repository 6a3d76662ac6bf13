/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/widgets.h"

#include "base/poison.h"

/* Where the columns of a line stand; -1: no room for it. */
struct columns {
	int no, qty, qty_w, desc, desc_w, code, code_w, price, price_w, disc,
		disc_w, amount, amount_w, tax;
};

static struct columns
columns_of(const struct layout *l)
{
	struct columns c = {.no = 1, .qty = 3, .qty_w = 9, .desc = 13};
	int end = l->list_cols - 1;

	c.tax = end;
	c.amount_w = 9;
	c.amount = end - 1 - c.amount_w;
	end = c.amount - 1;
	c.disc = -1;
	if (l->list_cols >= 100) {
		c.disc_w = 7;
		c.disc = end - c.disc_w;
		end = c.disc - 1;
	}
	c.price_w = 8;
	c.price = end - c.price_w;
	end = c.price - 1;
	c.code = -1;
	if (l->list_cols >= (l->kind == DISPLAY_PANEL ? 76 : 100)) {
		c.code_w = 14;
		c.code = end - c.code_w;
		end = c.code - 1;
	}
	c.desc_w = end - c.desc;
	return c;
}

static void
draw_head(struct grid *g, const struct layout *l, const struct columns *c)
{
	int row = l->work_row;

	(void)grid_text(g, row, 2, 1, ROLE_HEAD, "#");
	/* cells: 9 */
	grid_right(g, row, c->qty, c->qty_w, ROLE_HEAD, _("Qty"));
	/* cells: 24 */
	(void)grid_text(
		g, row, c->desc, c->desc_w, ROLE_HEAD, _("Description"));
	if (c->code >= 0) {
		/* cells: 14 */
		(void)grid_text(
			g, row, c->code, c->code_w, ROLE_HEAD, _("Code"));
	}
	/* cells: 8 */
	grid_right(g, row, c->price, c->price_w, ROLE_HEAD, _("Price"));
	if (c->disc >= 0) {
		/* cells: 7 */
		grid_right(g, row, c->disc, c->disc_w, ROLE_HEAD, _("Disc"));
	}
	/* cells: 9 */
	grid_right(g, row, c->amount, c->amount_w, ROLE_HEAD, _("Amount"));
	/* cells: 1 */
	(void)grid_text(g, row, c->tax, 1, ROLE_HEAD, _("T"));
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* A discount, another price and a deal have a row of their own each. */
static int
own_rows(const struct basket_line *line)
{
	return 1 + (line->discount.minor != 0 ? 1 : 0) +
	       (line->overridden || line->list >= 0 ? 1 : 0);
}

/* A deal's cents stand below the last of its lines, in one sum: the shares of
 * each would come and go all over the list with every scan. */
static int
height(const struct basket *b, size_t idx)
{
	int n = own_rows(&b->line[idx]);
	struct money sum;
	size_t at = 0;

	while ((at = basket_deal_at(b, at, idx, &sum)) < b->n_step) {
		at++;
		n++;
	}
	return n;
}

/* An amount ending before column end.  A rare long one grows to the left.
 * Returns where it begins. */
static int
put_amount(struct grid *g, int row, int end, int width, struct money m,
	const struct config *conf)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	format_amount(&b, conf->format, m, &conf->currency);
	if (b.len > (size_t)width) {
		width = (int)b.len;
	}
	grid_right(g, row, end - width, width, ROLE_NORMAL, buf);
	return end - (int)b.len;
}

/* Returns the row behind. */
static int
draw_deals(struct grid *g, const struct columns *c, const struct basket *bk,
	size_t idx, int row, int end, const struct config *conf)
{
	int room = c->price + c->price_w - c->desc;
	struct money sum;
	size_t at = 0;

	while (row < end &&
		(at = basket_deal_at(bk, at, idx, &sum)) < bk->n_step) {
		const struct promotion *p =
			rules_promotion(bk->rules, (size_t)bk->step[at].rule);

		(void)grid_middle(
			g, row, c->desc + 2, room - 2, ROLE_NORMAL, p->name);
		(void)put_amount(g, row, c->amount + c->amount_w, c->amount_w,
			money_neg(sum), conf);
		at++;
		row++;
	}
	return row;
}

static void
draw_notes(struct grid *g, const struct columns *c, const struct basket *bk,
	size_t idx, int row, int end, const struct config *conf)
{
	const struct basket_line *line = &bk->line[idx];
	int room = c->price + c->price_w - c->desc;
	char buf[128], number[96];
	struct sbuf b;

	if (line->discount.minor != 0 && row < end) {
		sbuf_init(&b, buf, sizeof(buf));
		put_percent(&b, conf->format, line->discount_ppm);
		memcpy(number, buf, b.len + 1);
		sbuf_clear(&b);
		if (line->discount_ppm != 0) {
			/* cells: 30 */
			sbuf_printf(&b, _("  discount %s %%"), number);
		} else {
			/* cells: 30 */
			sbuf_puts(&b, _("  discount"));
		}
		(void)grid_text(g, row, c->desc, room, ROLE_NORMAL, buf);
		(void)put_amount(g, row, c->amount + c->amount_w, c->amount_w,
			money_neg(line->discount), conf);
		row++;
	}
	if ((line->overridden || line->list >= 0) && row < end) {
		sbuf_init(&b, number, sizeof(number));
		format_amount(
			&b, conf->format, line->item.price, &conf->currency);
		sbuf_init(&b, buf, sizeof(buf));
		if (line->overridden) {
			/* cells: 20 */
			sbuf_printf(&b, _("  price keyed, was %s"), number);
		} else {
			/* cells: 20; name of a price list, an amount */
			sbuf_printf(&b, _("  %s, was %s"),
				rules_list(bk->rules, (size_t)line->list)->name,
				number);
		}
		(void)grid_text(g, row, c->desc, room, ROLE_NORMAL, buf);
		row++;
	}
	(void)draw_deals(g, c, bk, idx, row, end, conf);
}

/* In percent if that is what was given.  Returns where it begins. */
static int
put_disc(struct grid *g, int row, const struct columns *c,
	const struct basket_line *line, int at, const struct config *conf)
{
	char buf[48];
	struct sbuf b;
	int end = least(at - 1, c->disc + c->disc_w);

	if (c->disc < 0 || line->discount.minor == 0) {
		return at;
	}
	if (line->discount_ppm == 0) {
		return put_amount(g, row, end, c->disc_w, line->discount, conf);
	}
	sbuf_init(&b, buf, sizeof(buf));
	put_percent(&b, conf->format, line->discount_ppm);
	sbuf_putc(&b, '%');
	grid_right(g, row, end - c->disc_w, c->disc_w, ROLE_NORMAL, buf);
	return end - (int)b.len;
}

/* A code nobody knows has no price to show. */
static void
draw_unknown(struct grid *g, const struct columns *c,
	const struct basket_line *line, int row)
{
	char text[CODE_BYTES + 32];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	/* cells: 35 */
	sbuf_printf(&b, _("?? %s NOT ON FILE"), line->item.code);
	(void)grid_middle(g, row, c->desc, c->price + c->price_w - c->desc,
		ROLE_STOP, text);
}

/* What is taken off has rows of its own, so this one shows the full amount.
 * Name, price and amount, and where there is room code and discount. */
static void
draw_known(struct grid *g, const struct columns *c,
	const struct basket_line *line, int row, const struct config *conf)
{
	struct money full;
	int at, n;

	full.minor = line->amount.minor + line->discount.minor +
		     line->off.minor + line->relief.minor;
	at = put_amount(
		g, row, c->amount + c->amount_w, c->amount_w, full, conf);
	at = put_disc(g, row, c, line, at, conf);
	at = put_amount(g, row, least(at - 1, c->price + c->price_w),
		c->price_w, line->price, conf);
	if (c->code >= 0) {
		at = least(at - 1, c->code + c->code_w) - c->code_w;
		(void)grid_middle(
			g, row, at, c->code_w, ROLE_NORMAL, line->item.code);
	}
	n = line->link != 0 ? grid_text(g, row, c->desc, 4, ROLE_NORMAL, "  + ")
			    : 0;
	(void)grid_middle(g, row, c->desc + n,
		least(at - 1, c->desc + c->desc_w) - c->desc - n, ROLE_NORMAL,
		line->item.name);
	(void)grid_text(g, row, c->tax, 1, ROLE_NORMAL, line->item.tax);
}

static void
draw_line(struct grid *g, const struct layout *l, const struct columns *c,
	const struct basket_line *line, int row, bool selected,
	const struct config *conf)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	format_measure(&b, conf->format, line->qty, line->item.unit);
	if ((int)text_cells(buf, b.len) > c->qty_w) {
		sbuf_clear(&b);
		format_qty(&b, conf->format, line->qty);
	}
	grid_right(g, row, c->qty, c->qty_w, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	sbuf_u64(&b, line->no);
	if (b.len < 2) {
		(void)grid_text(g, row, c->no + 1, 1, ROLE_NORMAL, buf);
	} else {
		(void)grid_text(g, row, c->no, 5, ROLE_NORMAL, buf);
	}
	if (line->unknown) {
		draw_unknown(g, c, line, row);
	} else {
		draw_known(g, c, line, row, conf);
	}
	if (selected) {
		(void)grid_text(g, row, 0, 1, ROLE_NORMAL, ">");
		g->row_at = row;
		g->row_col = 0;
		/* on a slow line the mark alone: a row in reverse is a row
		 * sent twice */
		if (l->panel_cols > 0) {
			grid_role(g, row, 0, l->list_cols, ROLE_SELECTED);
		}
	}
}

/* The first line so that those up to ${last} use at most ${rows}. */
static size_t
top_for(const struct basket *b, size_t last, int rows)
{
	size_t i = last;
	int used = height(b, last);

	while (i > 0) {
		used += height(b, i - 1);
		if (used > rows) {
			break;
		}
		i--;
	}
	return i;
}

static int
rows_from(const struct basket *b, size_t top, int most)
{
	size_t i;
	int used = 0;

	for (i = top; i < b->n_line && used <= most; i++) {
		used += height(b, i);
	}
	return used;
}

/* Move top so that the selection is in sight and the rows are used.  One row
 * at a time: over the whole width that is one scroll of the terminal, some 25
 * bytes, and half a page at once would be painted anew. */
static size_t
scrolled(const struct basket *b, size_t selected, int rows, size_t top)
{
	size_t lowest = top_for(b, selected, rows);

	if (top > selected) {
		top = selected;
	}
	if (top < lowest) {
		top = lowest;
	}
	if (rows_from(b, top, rows) <= rows) {
		lowest = top_for(b, b->n_line - 1, rows);
		top = lowest < top ? lowest : top;
	}
	return top;
}

/* Of all lines, in one walk over the steps: height() is one for each line. */
static void
heights(const struct basket *b, size_t n, uint16_t h[])
{
	size_t i;

	for (i = 0; i < n; i++) {
		h[i] = (uint16_t)own_rows(&b->line[i]);
	}
	for (i = 0; i < b->n_step; i++) {
		const struct price_step *s = &b->step[i];

		if (s->kind == STEP_PROMOTION && s->idx < n &&
			(i + 1 == b->n_step ||
				b->step[i + 1].kind != STEP_PROMOTION ||
				b->step[i + 1].rule != s->rule)) {
			h[s->idx]++;
		}
	}
}

/* Beside a panel the terminal cannot scroll, and all rows that move are sent
 * again; so lines keep their places, which eyes and fingers find again, until
 * one has no room: then the list moves by half of its rows.  Walked from the
 * first line, so that it depends on nothing but the sale, and is the same after
 * a restart. */
static size_t
paged(const struct basket *b, size_t selected, int rows)
{
	uint16_t h[BASKET_LINES_MAX];
	size_t n = selected + 1, top = 0, i;
	int used = 0;

	/* goods and their deposits are looked at together */
	while (n < b->n_line && b->line[n].link == b->line[selected].no) {
		n++;
	}
	if (n > BASKET_LINES_MAX) {
		return scrolled(b, selected, rows, selected);
	}
	heights(b, n, h);
	for (i = 0; i < n; i++) {
		used += h[i];
		if (used <= rows) {
			continue;
		}
		top = i;
		used = h[i];
		while (top > 0 && used + h[top - 1] <= rows / 2) {
			used += h[--top];
		}
	}
	return top < selected ? top : selected;
}

void
widget_list(struct grid *g, const struct layout *l, const struct basket *b,
	size_t selected, const struct config *conf, size_t *top)
{
	struct columns c = columns_of(l);
	int row = l->work_row + 1, end = l->work_row + l->work_rows;
	size_t i;

	draw_head(g, l, &c);
	if (b->n_line == 0) {
		*top = 0;
		return;
	}
	if (selected >= b->n_line) {
		selected = b->n_line - 1;
	}
	*top = l->panel_cols > 0 ? paged(b, selected, end - row)
				 : scrolled(b, selected, end - row, *top);
	for (i = *top; i < b->n_line && row < end; i++) {
		draw_line(g, l, &c, &b->line[i], row, i == selected, conf);
		draw_notes(g, &c, b, i, row + 1, end, conf);
		row += height(b, i);
	}
}
