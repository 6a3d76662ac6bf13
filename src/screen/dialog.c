/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "screen/tape.h"
#include "screen/widgets.h"

#include "base/poison.h"

#define BOX_ROW 2
#define BOX_COL 1
#define INNER_COL (BOX_COL + 2)
#define INNER_COLS (DIALOG_COLS - 4)

void
dialog_begin(struct dialog *d, const char *title)
{
	d->title = title;
	d->n = 0;
	sbuf_init(&d->text, d->bytes, sizeof(d->bytes));
}

static void
add(struct dialog *d, enum role role, bool choice, const char *key,
	const char *text)
{
	size_t at = d->text.len;

	if (d->n == DIALOG_LINES ||
		strlen(key) + strlen(text) + 2 >= sizeof(d->bytes) - at) {
		return;
	}
	d->line[d->n].role = role;
	d->line[d->n].choice = choice;
	d->line[d->n].at = at;
	sbuf_puts(&d->text, key);
	sbuf_puts(&d->text, key[0] != '\0' ? " " : "");
	sbuf_puts(&d->text, text);
	sbuf_putc(&d->text, '\0');
	d->n++;
}

void
dialog_line(struct dialog *d, enum role role, const char *text)
{
	add(d, role, false, "", text);
}

void
dialog_choice(struct dialog *d, const char *key, const char *text)
{
	add(d, ROLE_NORMAL, true, key, text);
}

/* As tall as the work area allows: what is held is listed below. */
static int
box_rows(const struct layout *l)
{
	return l->work_rows - 2;
}

/* Lines, or choices, side by side; what does not fit is left away. */
static void
put_beside(struct grid *g, const struct layout *l, int row, int col,
	const struct dialog *d, bool choices)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const char *text = d->bytes + d->line[i].at;
		int cells = (int)text_cells(text, strlen(text));

		if (d->line[i].choice != choices || text[0] == '\0') {
			continue;
		}
		if (col > 1 && col + cells >= l->cols) {
			row++;
			col = 1;
		}
		if (row != l->rule_row && row != l->last_row &&
			row != l->hint_row && row != l->rule2_row) {
			return;
		}
		col += 3 + grid_middle(g, row, col, l->cols - col - 1,
				   d->line[i].role, text);
	}
}

/* No frame: what it says in the two rows above the message, the choices in
 * the two below the prompt.  Nothing of the list is covered, so nothing has
 * to be sent again. */
static int
stacked(struct grid *g, const struct layout *l, const struct dialog *d,
	int *ret_row)
{
	int col = 1;

	col += grid_text(g, l->rule_row, col, l->cols - 2, ROLE_STOP, d->title);
	put_beside(g, l, l->rule_row, col + 2, d, false);
	put_beside(g, l, l->hint_row, 1, d, true);
	*ret_row = l->last_row;
	return grid_is_blank(g, l->last_row) ? 1 : 0;
}

/* The title with what it is about, each further line, then all choices in
 * one. */
static void
say(struct tape *t, const struct dialog *d)
{
	char buf[1024];
	struct sbuf b;
	bool first = true;
	size_t i;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, d->title);
	for (i = 0; i < d->n; i++) {
		const char *text = d->bytes + d->line[i].at;

		if (d->line[i].choice || text[0] == '\0') {
			continue;
		}
		sbuf_puts(&b, first ? ": " : "");
		sbuf_puts(&b, text);
		tape_line(t, buf);
		sbuf_clear(&b);
		first = false;
	}
	if (first) {
		tape_line(t, buf);
		sbuf_clear(&b);
	}
	for (i = 0; i < d->n; i++) {
		if (d->line[i].choice) {
			sbuf_puts(&b, b.len > 0 ? ".  " : "");
			sbuf_puts(&b, d->bytes + d->line[i].at);
		}
	}
	tape_line(t, buf);
}

int
widget_dialog(struct grid *g, const struct layout *l, const struct dialog *d,
	int *ret_row)
{
	int row = BOX_ROW + 1, end = BOX_ROW + box_rows(l) - 1;
	size_t i;

	if (g->tape != NULL) {
		say(g->tape, d);
	}
	if (l->kind != DISPLAY_PANEL) {
		return stacked(g, l, d, ret_row);
	}
	grid_box(g, BOX_ROW, BOX_COL, box_rows(l), DIALOG_COLS, d->title,
		ROLE_STOP);
	for (i = 0; i < d->n && row < end; i++, row++) {
		(void)grid_middle(g, row, INNER_COL, INNER_COLS,
			d->line[i].role, d->bytes + d->line[i].at);
	}
	*ret_row = row;
	return end - row;
}
