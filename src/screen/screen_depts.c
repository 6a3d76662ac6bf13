/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* An amount was keyed, and DP behind it, and no department: they are listed, and
 * the number of one sells it there. */

struct depts {
	char amount[PROMPT_BYTES];
	struct rows rows;
	unsigned no[CONFIG_DEPTS];
};

static const struct screen_ops depts_ops;

void
depts_open(struct app *a, const char *amount)
{
	const struct config *c = till_config(a->till);
	struct depts *s = app_room(a, sizeof(*s));
	bool numbers = true;
	struct sbuf b;

	if (s == NULL) {
		return;
	}
	sbuf_init(&b, s->amount, sizeof(s->amount));
	sbuf_puts(&b, amount);
	s->rows.n = c->n_dept;
	for (size_t i = 0; i < c->n_dept; i++) {
		const char *no = c->dept[i].no;
		int64_t n = 0;

		numbers = numbers &&
			  parse_i64(no, strlen(no), 0, 999999, &n) == RC_OK;
		s->no[i] = (unsigned)n;
	}
	/* as the departments are numbered; else as they stand */
	s->rows.no = numbers ? s->no : NULL;
	if (app_open(a, &depts_ops, s)) {
		app_say(a, MSG_NONE, "");
	}
}

/* By its own number; where those are no numbers, by the one in front. */
static bool
pick(const struct app *a, const struct depts *s, const char *text, size_t *ret)
{
	const struct config *c = till_config(a->till);

	for (size_t i = 0; i < c->n_dept; i++) {
		if (strcmp(c->dept[i].no, text) == 0) {
			*ret = i;
			return true;
		}
	}
	return (text[0] == '\0' || s->rows.no == NULL) &&
	       rows_pick(&s->rows, text, ret);
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct app *a = arg;

	(void)col;
	sbuf_puts(out, till_config(a->till)->dept[row].name);
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 40 */
		{N_("SALE BY DEPARTMENT - its number"), 0, false, 0},
	};
	struct depts *s = state;
	const struct layout *l = &a->lay;
	int row = l->work_row, col = 0, rows = l->work_rows;
	int width = l->cols - 1;

	/* what is due stays in sight where there is a panel beside */
	if (l->kind == DISPLAY_PANEL) {
		grid_box(a->grid, row, 1, rows, DIALOG_COLS, "", ROLE_HEAD);
		row++;
		col = 2;
		rows -= 2;
		width = DIALOG_COLS - 2;
	} else {
		grid_fill(a->grid, row, 0, rows, l->cols, ROLE_NORMAL);
	}
	(void)widget_rows(a->grid, row, col, rows, width, cols, ARRAY_LEN(cols),
		&s->rows, put_cell, a);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct depts *s = state;
	const char *text = a->stack[a->depth - 1].prompt.text;
	struct money m;
	size_t i = 0;

	if (!app_parse_money(a, s->amount, strlen(s->amount), &m) ||
		!pick(a, s, text, &i)) {
		/* cells: 40 */
		sbuf_puts(out, _("no department of this number"));
		return;
	}
	sbuf_puts(out, "= ");
	app_put_money(a, out, m);
	sbuf_putc(out, ' ');
	sbuf_puts(out, till_config(a->till)->dept[i].name);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("number of the department, then Enter   Up/Down   Esc "
			 "back"));
}

static void
sell(struct app *a, const struct depts *s)
{
	const struct config *c = till_config(a->till);
	char text[2 * PROMPT_BYTES];
	struct sbuf b;
	size_t i = 0;

	if (!pick(a, s, app_prompt(a)->text, &i)) {
		prompt_clear(app_prompt(a));
		app_attention(a, _("No department has that number."));
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, s->amount);
	sbuf_puts(&b, "DP");
	sbuf_puts(&b, c->dept[i].no);
	app_close(a);
	(void)app_entry(a, text);
}

static void
act(struct app *a, void *state, enum action action)
{
	struct depts *s = state;

	if (action == ACTION_ACCEPT) {
		sell(a, s);
	} else if (action == ACTION_CLEAR || action == ACTION_MENU) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, (size_t)a->lay.work_rows - 2);
	}
}

static const struct screen_ops depts_ops = {
	.bit = SCREEN_MENU,
	/* cells: 24 */
	.title = N_("DEPARTMENTS"),
	/* cells: 12 */
	.label = N_("DEPARTMENT"),
	.box = true,
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = app_free_state,
};
