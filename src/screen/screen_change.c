/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Between two sales: what goes back to the customer, and what became of the
 * last one.  No key is needed to go on. */

/* Words below each other where they do not fit beside each other. */
struct flow {
	int row, end, col, at;
	enum role role;
};

static void
flow_put(struct app *a, struct flow *f, const char *text)
{
	int room = a->lay.cols - 1;
	int cells = (int)text_cells(text, strlen(text));

	if (f->at + cells > room && f->at > f->col) {
		f->at = f->col;
		f->row++;
	}
	if (f->row < f->end) {
		(void)grid_middle(
			a->grid, f->row, f->at, room - f->at, f->role, text);
		f->at += cells + 3;
	}
}

static void
flow_money(struct app *a, struct flow *f, const char *label, struct money m)
{
	char buf[96];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, label);
	sbuf_putc(&b, ' ');
	app_put_money(a, &b, m);
	flow_put(a, f, buf);
}

/* What goes to the customer: the change, or what a return pays out. */
static struct money
to_give(const struct app *a)
{
	const struct engine_view *v = till_view(a->till);

	return v->prev_tendered.minor < 0 ? money_neg(v->prev_tendered)
					  : v->prev_change;
}

/* "Give:  1 x 2.00   1 x 0.50", as many rows as it takes. */
static void
draw_give(struct app *a, int row, int end, int col)
{
	const struct currency *c = &till_config(a->till)->currency;
	struct cash_piece piece[CASH_PIECES];
	size_t n = cash_pieces(c, to_give(a), piece);
	struct flow f = {.row = row, .end = end, .role = ROLE_TOTAL};

	if (n == 0) {
		return;
	}
	/* cells: 6 */
	f.col = col + grid_text(a->grid, row, col, 6, ROLE_HEAD, _("Give:")) +
		2;
	f.at = f.col;
	for (size_t i = 0; i < n; i++) {
		char count[32];
		struct sbuf b;

		sbuf_init(&b, count, sizeof(count));
		sbuf_i64(&b, piece[i].count);
		sbuf_puts(&b, " x");
		flow_money(a, &f, count, piece[i].value);
	}
}

/* What it was paid with, and the change.  Returns the row behind. */
static int
draw_paid(struct app *a, int row, int end)
{
	const struct engine_view *v = till_view(a->till);
	struct flow f = {row, end, 5, 5, ROLE_TOTAL};

	flow_money(a, &f, _("Total"), v->prev_total);
	for (size_t i = 0; i < v->n_prev_tender; i++) {
		flow_money(a, &f, engine_tender_name(v->prev_tender[i].name),
			v->prev_tender[i].tendered);
	}
	flow_money(a, &f, _("Change"), v->prev_change);
	return (f.row < end ? f.row : end - 1) + 1;
}

/* "Sale R01-000042 is recorded, 14:33:02." */
static void
put_stored(const struct app *a, struct sbuf *out)
{
	const struct engine_view *v = till_view(a->till);
	struct clock_reading now = clock_read(&a->clock);
	struct civil c = utc_civil(v->prev_time, now.tz_min);
	char at[16];
	struct sbuf b;

	sbuf_init(&b, at, sizeof(at));
	format_time(&b, app_format(a), c, a->look.half_day, true);
	/* cells: 70 */
	sbuf_printf(out, _("Sale %s is recorded, %s."), v->prev_number, at);
}

static const char *
receipt_words(const char *state, const char *printer)
{
	bool works = printer == NULL || strcmp(printer, "ok") == 0;

	if (strcmp(state, "printed") == 0) {
		/* cells: 70 */
		return _("Receipt: printed.   R Enter shows it.");
	}
	if (strcmp(state, "printing") == 0 && !works) {
		/* cells: 70 */
		return _("Receipt: waits for the printer.   R Enter shows "
			 "it.");
	}
	if (strcmp(state, "printing") == 0) {
		/* cells: 70 */
		return _("Receipt: printing.   R Enter shows it.");
	}
	if (strcmp(state, "failed") == 0) {
		/* cells: 70 */
		return _("Receipt: NOT PRINTED.   RP Enter prints a copy.");
	}
	if (strcmp(state, "unknown") == 0) {
		/* cells: 70 */
		return _("Receipt: may not have printed.   RP Enter prints a "
			 "copy.");
	}
	/* cells: 70 */
	return _("Receipt: R Enter shows it.");
}

/* A line of its own for a drawer that stands open: selling goes on. */
static void
draw_drawer(struct app *a, int row, int col, const struct till_status *st)
{
	if (st->drawer != NULL && strcmp(st->drawer, "open") == 0) {
		(void)grid_text(a->grid, row, col, a->lay.cols - col - 1,
			ROLE_WARN, /* cells: 40 */
			_("Drawer OPEN: selling may go on."));
	}
}

void
change_draw(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct layout *l = &a->lay;
	struct grid *g = a->grid;
	int row = l->work_row + 1, half = l->work_row + 7, give;
	int w = l->cols - 6, end = l->work_row + l->work_rows;
	struct till_status st;
	char buf[384];
	struct sbuf b;

	memset(&st, 0, sizeof(st));
	till_status(a->till, &st);
	(void)grid_text(g, row, 5, 40, ROLE_HEAD,
		v->prev_tendered.minor < 0 ? _("TO PAY OUT") : _("CHANGE DUE"));
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, to_give(a));
	if (l->panel_cols == 0) {
		(void)grid_text(g, row + 2, 5, 24, ROLE_GOOD, buf);
	} else {
		widget_big(
			g, row + 2, 5, 5 + grid_big_cells(buf), ROLE_GOOD, buf);
	}
	give = 14 + grid_big_cells(buf);
	give = give < 30 ? 30 : give;
	draw_give(a, row + 2, half - 1, give);
	draw_drawer(a, half - 1, give, &st);

	if (!g->tight) {
		grid_rule(g, half, 0, l->cols, '-');
	}
	row = draw_paid(a, half + 1, end - 5);
	sbuf_clear(&b);
	put_stored(a, &b);
	(void)grid_text(g, row, 5, w, ROLE_NORMAL, buf);
	(void)grid_text(g, row + 1, 5, w, ROLE_NORMAL,
		receipt_words(
			st.receipt != NULL ? st.receipt : "", st.printer));
	row += row + 5 < end ? 3 : 2;
	(void)grid_text(g, row, 5, w, ROLE_NORMAL, /* cells: 72 */
		_("NEXT CUSTOMER: just scan.  This screen goes with the next "
		  "item,"));
	(void)grid_text(g, row + 1, 5, w, ROLE_NORMAL, /* cells: 72 */
		_("and the change stays in sight as 'Prev' in the next "
		  "sale."));
}
