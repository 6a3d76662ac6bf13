/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "screen/tape.h"
#include "screen/widgets.h"

#include "base/poison.h"

#define CELL_BYTES 512
#define NUMBER_COLS 4 /* mark and number */

static bool
is_shown(const struct rows_col *c, int width)
{
	return c->least == 0 || width >= c->least;
}

/* What the fixed columns leave for the one that takes the rest. */
static int
rest_of(const struct rows_col c[], size_t n_col, int width)
{
	int rest = width - NUMBER_COLS - 1;
	size_t i;

	for (i = 0; i < n_col; i++) {
		if (is_shown(&c[i], width)) {
			rest -= c[i].width + 1;
		}
	}
	return rest > 0 ? rest : 0;
}

static void
put_cell(struct grid *g, int row, int col, const struct rows_col *c, int w,
	enum role role, const char *text)
{
	if (c->right) {
		grid_right(g, row, col, w, role, text);
	} else {
		(void)grid_middle(g, row, col, w, role, text);
	}
}

static void
put_number(struct grid *g, int row, int col, size_t n)
{
	char buf[24];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_u64(&b, n);
	(void)grid_text(g, row, col + 1, NUMBER_COLS - 1, ROLE_NORMAL, buf);
}

/* From where it was when the cashier moved last, so that a window which shrinks
 * and grows again shows what it did. */
static void
scroll(struct rows *r, size_t page)
{
	if (r->selected >= r->n) {
		r->selected = r->n - 1;
	}
	r->shown = r->top;
	if (r->shown > r->selected) {
		r->shown = r->selected;
	}
	if (r->selected - r->shown >= page) {
		r->shown = r->selected - page + 1;
	}
	if (r->n - r->shown < page) {
		r->shown = r->n > page ? r->n - page : 0;
	}
}

/* "2 of 6: P3, 14:29, 3m, 0004 Bo" */
static void
say_row(const struct grid *g, const struct rows *r, const struct rows_col c[],
	size_t n_col, rows_fn fn, void *arg)
{
	char buf[2 * CELL_BYTES], cell[CELL_BYTES];
	struct sbuf b, one;
	size_t k;

	if (g->tape == NULL) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 20 */
	sbuf_printf(&b, _("%zu of %zu:"), r->selected + 1, r->n);
	for (k = 0; k < n_col; k++) {
		sbuf_init(&one, cell, sizeof(cell));
		fn(arg, r->selected, k, &one);
		if (cell[0] == '\0' || b.len + one.len + 4 > sizeof(buf)) {
			continue;
		}
		sbuf_puts(&b, k == 0 ? " " : ", ");
		sbuf_puts(&b, cell);
		if (c[k].right && c[k].head[0] != '\0' && k + 1 < n_col) {
			sbuf_putc(&b, ' ');
			sbuf_puts(&b, _(c[k].head));
		}
	}
	tape_line(g->tape, buf);
}

/* The table as it is drawn. */
struct table {
	struct grid *g;
	int col, width;
	const struct rows_col *c;
	size_t n_col;
	rows_fn fn;
	void *arg;
};

/* One row of cells, or the heads. */
static void
put_cells(const struct table *t, int row, size_t i, enum role role, bool head)
{
	int rest = rest_of(t->c, t->n_col, t->width);
	int at = t->col + NUMBER_COLS;
	size_t k;

	for (k = 0; k < t->n_col; k++) {
		const struct rows_col *c = &t->c[k];
		int w = c->width != 0 ? c->width : rest;
		char buf[CELL_BYTES];
		struct sbuf b;

		if (!is_shown(c, t->width)) {
			continue;
		}
		sbuf_init(&b, buf, sizeof(buf));
		if (!head) {
			t->fn(t->arg, i, k, &b);
		} else if (c->head[0] != '\0') {
			sbuf_puts(&b, _(c->head));
		}
		put_cell(t->g, row, at, c, w, role, buf);
		at += w + 1;
	}
}

/* A place, a shape and a source: each of them is the caller's own. */
int
/* NOLINTNEXTLINE(readability-function-size) */
widget_rows(struct grid *g, int row, int col, int height, int width,
	const struct rows_col c[], size_t n_col, struct rows *r, rows_fn fn,
	void *arg)
{
	const struct table t = {g, col, width, c, n_col, fn, arg};
	int used = 1;
	size_t i;

	(void)grid_text(g, row, col + 1, 1, ROLE_HEAD, "#");
	put_cells(&t, row, 0, ROLE_HEAD, true);
	if (r->n == 0 || height < 2) {
		return used;
	}
	scroll(r, (size_t)height - 1);
	for (i = r->shown; i < r->n && used < height; i++, used++) {
		put_number(
			g, row + used, col, r->no != NULL ? r->no[i] : i + 1);
		put_cells(&t, row + used, i, ROLE_NORMAL, false);
		if (i == r->selected) {
			(void)grid_text(
				g, row + used, col, 1, ROLE_NORMAL, ">");
			g->row_at = row + used;
			g->row_col = col;
			say_row(g, r, c, n_col, fn, arg);
			grid_role(g, row + used, col, width, ROLE_SELECTED);
		}
	}
	return used;
}

bool
rows_move(struct rows *r, enum action action, size_t page)
{
	size_t last = r->n > 0 ? r->n - 1 : 0;
	size_t step = action == ACTION_PGUP || action == ACTION_PGDN ? page : 1;

	if (action == ACTION_UP || action == ACTION_PGUP) {
		r->selected -= step < r->selected ? step : r->selected;
	} else if (action == ACTION_DOWN || action == ACTION_PGDN) {
		r->selected =
			last - r->selected > step ? r->selected + step : last;
	} else if (action == ACTION_HOME) {
		r->selected = 0;
	} else if (action == ACTION_END) {
		r->selected = last;
	} else {
		return false;
	}
	r->top = r->shown;
	return true;
}

void
rows_fit(struct rows *r)
{
	if (r->selected >= r->n) {
		r->selected = r->n > 0 ? r->n - 1 : 0;
	}
}

bool
rows_pick(const struct rows *r, const char *text, size_t *ret)
{
	int64_t n = 0;

	if (text[0] == '\0') {
		*ret = r->selected;
		return r->selected < r->n;
	}
	if (parse_i64(text, strlen(text), 1, (int64_t)r->n, &n) != RC_OK) {
		return false;
	}
	*ret = (size_t)n - 1;
	return true;
}
