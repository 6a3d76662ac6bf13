/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Goods that come back: the question for their receipt, the receipt's lines,
 * and the sale's list where there is no receipt.  The engine says which. */

#define FOOT_ROWS 6   /* below the table */
#define LINE_DIGITS 4 /* a longer number is a code */

static struct money
amount_now(struct app *a, const struct return_row *row, int64_t *ret_milli,
	const char **ret_reason)
{
	struct money amount = {0};

	*ret_milli =
		engine_return_now(till_view(a->till), row, &amount, ret_reason);
	return money_neg(amount);
}

static void
put_qty(const struct app *a, struct sbuf *out, int64_t milli)
{
	app_put_qty(a, out, (struct qty){milli});
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	struct app *a = arg;
	const struct return_row *r = &till_view(a->till)->receipt->row[row];
	const char *why = "";
	int64_t now = 0;
	struct money refund = amount_now(a, r, &now, &why);
	bool gone = r->sold.qty.milli <= r->back || r->sold.qty.milli <= 0;

	switch (col) {
	case 0:
		put_qty(a, out, r->sold.qty.milli);
		break;
	case 1:
		put_qty(a, out, r->back);
		break;
	case 2:
		if (gone) {
			sbuf_putc(out, '-');
		} else {
			put_qty(a, out, now);
		}
		break;
	case 3:
		sbuf_puts(out, r->sold.item.name);
		break;
	case 4:
		app_put_money(a, out, r->each);
		break;
	case 5:
		if (gone) {
			sbuf_putc(out, '-');
		} else {
			app_put_money(a, out, refund);
		}
		break;
	case 6:
		sbuf_puts(out, r->sold.item.tax);
		break;
	default:
		sbuf_puts(out, why);
		break;
	}
}

static void
put_day(const struct app *a, struct sbuf *out, struct utc t, int32_t tz_min)
{
	struct civil c = utc_civil(t, tz_min);

	format_date(out, app_format(a), c);
	sbuf_putc(out, ' ');
	format_time(out, app_format(a), c, a->look.half_day, false);
}

static void
draw_original(struct app *a, int row)
{
	const struct return_receipt *r = till_view(a->till)->receipt;
	char day[32], total[32], text[160];
	struct sbuf b;

	sbuf_init(&b, day, sizeof(day));
	put_day(a, &b, r->time, r->tz_min);
	sbuf_init(&b, total, sizeof(total));
	app_put_money(a, &b, r->total);
	sbuf_init(&b, text, sizeof(text));
	/* cells: 68 */
	sbuf_printf(&b, _("%s  %s  cashier %s  %s paid by %s"), r->number, day,
		r->operator_no, total, r->tender);
	/* cells: 9 */
	(void)grid_text(a->grid, row, 1, 9, ROLE_HEAD, _("ORIGINAL"));
	(void)grid_text(a->grid, row, 11, a->lay.cols - 12, ROLE_NORMAL, text);
}

/* "A 19%  net 9.32  tax 1.77" */
static void
put_class(const struct app *a, struct sbuf *out, const struct tax_class *c,
	const struct tax_sum *t, size_t row)
{
	char rate[64], net[32], tax[32];
	struct sbuf s;

	sbuf_init(&s, rate, sizeof(rate));
	app_put_tax(a, &s, c, row);
	sbuf_init(&s, net, sizeof(net));
	app_put_money(a, &s, money_neg(t->net));
	sbuf_init(&s, tax, sizeof(tax));
	app_put_money(a, &s, money_neg(app_tax_of(c, t, row)));
	/* cells: 15 */
	sbuf_printf(out, _("%s %s  net %s  tax %s"), c->code, rate, net, tax);
}

/* The tax that goes back by this receipt, a row each; what is sold in
 * exchange has its own. */
static void
draw_taxes(struct app *a, int row, int end)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *b = v->basket;
	bool first = true;

	for (size_t i = 0; i < b->n_back && row < end; i++) {
		const struct basket_back *r = &b->back[i];
		bool here = r->n_line > 0 &&
			    strcmp(r->number, v->receipt->number) == 0;

		for (size_t k = 0;
			here && row < end && k < app_tax_rows(&r->class_);
			k++) {
			char text[160];
			struct sbuf s;

			sbuf_init(&s, text, sizeof(text));
			put_class(a, &s, &r->class_, &r->now, k);
			if (first) {
				/* cells: 9 */
				(void)grid_text(a->grid, row, 1, 9, ROLE_HEAD,
					_("TAX BACK"));
			}
			first = false;
			(void)grid_text(
				a->grid, row++, 11, 42, ROLE_NORMAL, text);
		}
	}
}

static void
draw_refund(struct app *a, int row)
{
	const struct engine_view *v = till_view(a->till);
	const struct layout *l = &a->lay;
	bool out = v->due.minor <= 0;
	struct money m = out ? money_neg(v->due) : v->due;
	int col = l->cols - 26;
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, m);
	/* cells: 12 */
	(void)grid_text(a->grid, row, col - 13, 12, ROLE_HEAD,
		out ? _("TO REFUND") : _("STILL DUE"));
	if (l->kind == DISPLAY_PANEL) {
		widget_big(a->grid, row, col, 25, ROLE_TOTAL, buf);
	}
}

static void
draw_lines(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 5 */
		{N_("Sold"), 5, true, 0},
		/* cells: 5 */
		{N_("Back"), 5, true, 0},
		/* cells: 5 */
		{N_("Now"), 5, true, 0},
		{N_("Description"), 0, false, 0},
		/* cells: 8 */
		{N_("Paid ea"), 8, true, 0},
		/* cells: 9 */
		{N_("Refund"), 9, true, 0},
		/* cells: 2 */
		{N_("T"), 2, false, 0},
		/* cells: 13 */
		{N_("Reason"), 13, false, 0},
	};
	const struct layout *l = &a->lay;
	int foot = l->work_row + l->work_rows - FOOT_ROWS;

	(void)state;
	a->back.n = till_view(a->till)->receipt->n_row;
	(void)widget_rows(a->grid, l->work_row, 0, l->work_rows - FOOT_ROWS,
		l->cols - 1, cols, ARRAY_LEN(cols), &a->back, put_cell, a);
	grid_rule(a->grid, foot, 0, l->cols, '-');
	draw_original(a, foot + 1);
	draw_taxes(a, foot + 3, foot + FOOT_ROWS);
	draw_refund(a, foot + 3);
}

static void
center_keys(struct app *a, int row, const char *text)
{
	char named[192];
	struct sbuf b;

	sbuf_init(&b, named, sizeof(named));
	app_name_keys(a, text, &b);
	grid_center(a->grid, row, 1, a->lay.cols - 2, ROLE_NORMAL, named);
}

static void
draw_ask(struct app *a, void *state)
{
	const struct layout *l = &a->lay;
	int row = l->work_row + 2;

	(void)state;
	/* cells: 70 */
	grid_center(
		a->grid, row, 1, l->cols - 2, ROLE_TOTAL, _("GOODS COME BACK"));
	/* cells: 76 */
	grid_center(a->grid, row + 3, 1, l->cols - 2, ROLE_NORMAL,
		_("Scan the receipt, or key its number and press Enter."));
	/* cells: 76 */
	grid_center(a->grid, row + 4, 1, l->cols - 2, ROLE_NORMAL,
		_("Enter alone takes the last receipt of this register."));
	/* cells: 76 */
	center_keys(a, row + 5, _("F8 again: there is no receipt."));
	/* cells: 76 */
	center_keys(
		a, row + 6, _("Esc goes back to the sale; nothing is lost."));
}

static void
draw_blind(struct app *a, void *state)
{
	screen_sale_ops.draw(a, state);
}

/* --- hints ------------------------------------------------------------------ */

static void
hint_lines(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("scan item or number Enter   2*4 two of line 4   - "
			 "undo   + refund   Esc"));
}

static void
hint_ask(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("scan receipt   number Enter   Enter last receipt   "
			 "F8 no receipt   Esc back"));
}

static void
hint_blind(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("scan or key the item   n* qty   - undo   + refund   "
			 "F8 receipt   Esc sale"));
}

/* --- keys --------------------------------------------------------------------- */

static bool
is_line(const char *text, size_t len)
{
	return len > 0 && len <= LINE_DIGITS &&
	       strspn(text, "0123456789") == len;
}

/* "4" and "2*4" as the engine has them; anything else as it is. */
static void
as_entry(const char *text, struct sbuf *out)
{
	const char *star = strchr(text, '*');
	const char *line = star == NULL ? text : star + 1;

	if (!is_line(line, strlen(line))) {
		sbuf_puts(out, text);
		return;
	}
	sbuf_write(out, text, (size_t)(line - text));
	sbuf_puts(out, "RF");
	sbuf_puts(out, line);
}

/* The row that has just come back is the one to look at. */
void
return_follow(struct app *a, bool had)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket_line *l;

	if (!had) {
		memset(&a->back, 0, sizeof(a->back));
	}
	if (v->receipt == NULL || v->basket->n_line == 0) {
		return;
	}
	l = &v->basket->line[v->selected];
	for (size_t i = 0; i < v->receipt->n_row; i++) {
		if (l->return_no > 0 &&
			v->receipt->row[i].sold.no == l->return_no &&
			strcmp(v->receipt->number, l->return_of) == 0) {
			a->back.selected = i;
		}
	}
}

static void
send(struct app *a, const char *text)
{
	prompt_clear(&a->prompt);
	(void)app_entry(a, text);
}

static const struct return_row *
selected(struct app *a)
{
	const struct return_receipt *r = till_view(a->till)->receipt;

	if (r->n_row == 0) {
		return NULL;
	}
	if (a->back.selected >= r->n_row) {
		a->back.selected = r->n_row - 1;
	}
	return &r->row[a->back.selected];
}

static void
accept_line(struct app *a)
{
	char text[PROMPT_BYTES + 16];
	const struct return_row *row = selected(a);
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (a->prompt.len > 0) {
		as_entry(a->prompt.text, &b);
	} else if (row != NULL) {
		sbuf_printf(&b, "RF%u", (unsigned)row->sold.no);
	}
	send(a, text);
}

/* What is no command is a receipt's number. */
static void
accept_receipt(struct app *a)
{
	char text[PROMPT_BYTES + 16];
	struct sbuf b;
	struct entry e;

	entry_parse(a->prompt.text, a->prompt.len, &e);
	sbuf_init(&b, text, sizeof(text));
	if (a->prompt.len == 0) {
		sbuf_puts(&b, "0RF");
	} else if (e.kind == ENTRY_CODE &&
		   strspn(a->prompt.text, "0123456789") == a->prompt.len) {
		sbuf_printf(&b, "%sRF", a->prompt.text);
	} else if (e.kind == ENTRY_CODE) {
		sbuf_printf(&b, "RF %s", a->prompt.text);
	} else {
		sbuf_puts(&b, a->prompt.text);
	}
	send(a, text);
}

/* Nothing of the line comes back after all. */
static void
undo(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct return_row *row = selected(a);
	char text[32];
	size_t at;

	if (a->prompt.len > 0) {
		long no = is_line(a->prompt.text, a->prompt.len)
				  ? strtol(a->prompt.text, NULL, 10)
				  : 0;

		row = NULL;
		for (size_t i = 0; i < v->receipt->n_row; i++) {
			if (v->receipt->row[i].sold.no == (uint32_t)no) {
				row = &v->receipt->row[i];
				a->back.selected = i;
			}
		}
		prompt_clear(&a->prompt);
	}
	for (size_t i = 0; row != NULL && i < v->basket->n_line; i++) {
		const struct basket_line *l = &v->basket->line[i];

		if (l->return_no == row->sold.no &&
			strcmp(l->return_of, v->receipt->number) == 0) {
			(void)snprintf(
				text, sizeof(text), "VD%u", (unsigned)l->no);
			at = a->back.selected;
			(void)app_entry(a, text);
			a->back.selected = at; /* not where the sale is */
			return;
		}
	}
	app_attention(a, _("Nothing of that line comes back."));
}

static void
pay(struct app *a)
{
	if (a->prompt.len > 0) {
		app_remind(a, _("Enter takes what stands in the prompt, Esc "
				"clears it; then + to refund."));
	} else {
		(void)app_entry(a, "TL");
	}
}

static void
act_ask(struct app *a, void *state, enum action action)
{
	if (action == ACTION_ACCEPT) {
		accept_receipt(a);
	} else if (action == ACTION_CLEAR) {
		(void)app_entry(a, "CL");
	} else {
		app_act_selling(a, state, action);
	}
}

static void
act_lines(struct app *a, void *state, enum action action)
{
	size_t page = (size_t)(a->lay.work_rows - FOOT_ROWS - 1);

	if (action == ACTION_ACCEPT) {
		accept_line(a);
	} else if (action == ACTION_VOID) {
		undo(a);
	} else if (action == ACTION_PAY) {
		pay(a);
	} else if (action == ACTION_CLEAR) {
		(void)app_entry(a, "CL");
	} else if (!rows_move(&a->back, action, page)) {
		app_act_selling(a, state, action);
	}
}

static void
speak_lines(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);
	const struct return_row *r;
	char refund[32], back[32], left[32];
	struct money amount = {0};
	const char *why = "";
	struct sbuf b;
	int64_t now;

	(void)state;
	if (v->receipt->n_row == 0) {
		return;
	}
	r = &v->receipt->row[a->back.selected < v->receipt->n_row
				     ? a->back.selected
				     : 0];
	now = engine_return_now(v, r, &amount, &why);
	sbuf_init(&b, refund, sizeof(refund));
	app_put_money(a, &b, money_neg(amount));
	sbuf_init(&b, back, sizeof(back));
	put_qty(a, &b, now);
	sbuf_init(&b, left, sizeof(left));
	put_qty(a, &b, r->sold.qty.milli - r->back);
	sbuf_printf(out, _("%s comes back of line %u, %s, refund %s, of %s"),
		back, (unsigned)r->sold.no, r->sold.item.name, refund, left);
	sbuf_putc(out, '\n');
}

const struct screen_ops screen_return_ops = {
	.bit = SCREEN_RETURN,
	/* cells: 12 */
	.label = N_("LINE"),
	.draw = draw_lines,
	.hint = hint_lines,
	.act = act_lines,
	.scan = app_scan_selling,
	.speak = speak_lines,
};

const struct screen_ops screen_return_ask_ops = {
	.bit = SCREEN_RETURN,
	/* cells: 12 */
	.label = N_("RETURN"),
	.draw = draw_ask,
	.hint = hint_ask,
	.act = act_ask,
	.scan = app_scan_selling,
};

const struct screen_ops screen_return_blind_ops = {
	.bit = SCREEN_RETURN,
	/* cells: 12 */
	.label = N_("ITEM"),
	.draw = draw_blind,
	.hint = hint_blind,
	.reading = app_reading_entry,
	.act = app_act_selling,
	.scan = app_scan_selling,
};
