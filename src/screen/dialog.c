/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

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

int
widget_dialog(struct grid *g, const struct layout *l, const struct dialog *d,
	int *ret_row)
{
	int row = BOX_ROW + 1, end = BOX_ROW + box_rows(l) - 1;
	size_t i;

	grid_box(g, BOX_ROW, BOX_COL, box_rows(l), DIALOG_COLS, d->title,
		ROLE_STOP);
	for (i = 0; i < d->n && row < end; i++, row++) {
		(void)grid_middle(g, row, INNER_COL, INNER_COLS,
			d->line[i].role, d->bytes + d->line[i].at);
	}
	*ret_row = row;
	return end - row;
}
