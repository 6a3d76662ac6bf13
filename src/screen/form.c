/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/tape.h"
#include "screen/widgets.h"

#include "base/poison.h"

#define VALUE_BYTES 256

/* As many stars as characters. */
static void
put_stars(struct sbuf *out, const char *text)
{
	size_t n = text_cells(text, strlen(text));

	sbuf_fill(out, '*', n < VALUE_BYTES - 1 ? n : VALUE_BYTES - 1);
}

static int
label_cells(const struct form_field f[], size_t n)
{
	int most = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *label = _(f[i].label);
		int cells = (int)text_cells(label, strlen(label));

		most = cells > most ? cells : most;
	}
	return most;
}

static void
put_field(struct grid *g, int row, int col, int value_col, int end,
	const struct form_field *f, const char *value, bool asked)
{
	char stars[VALUE_BYTES];
	struct sbuf b;

	sbuf_init(&b, stars, sizeof(stars));
	if (f->secret) {
		put_stars(&b, value);
		value = stars;
	}
	(void)grid_text(g, row, col, 1, ROLE_NORMAL, asked ? ">" : " ");
	(void)grid_text(
		g, row, col + 2, value_col - col - 3, ROLE_HEAD, _(f->label));
	(void)grid_text(g, row, value_col, end - value_col,
		asked ? ROLE_TOTAL : ROLE_NORMAL, value);
}

/* Its name, and what stands in it already; what is typed is in the prompt. */
static void
say_field(const struct grid *g, const struct form_field *f)
{
	char buf[VALUE_BYTES + 128];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, _(f->label));
	if (f->value[0] != '\0' && !f->secret) {
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, f->value);
	}
	tape_line(g->tape, buf);
}

void
widget_form(struct grid *g, int row, int col, int width,
	const struct form_field f[], size_t n, size_t at, const char *typed)
{
	int value_col = col + 2 + label_cells(f, n) + 2;
	int end = g->tight ? g->cols - 1 : col + width;
	size_t i;

	if (g->tight) {
		/* a box may have run into it */
		grid_fill(g, row, 0, 1, g->cols, ROLE_NORMAL);
	}
	for (i = 0; i < n; i++) {
		const char *value = i == at ? typed : f[i].value;
		const char *label = _(f[i].label);

		if (i == at) {
			say_field(g, &f[i]);
		}
		if (g->tight) {
			value_col = col + 2 +
				    (int)text_cells(label, strlen(label)) + 1;
		}
		put_field(g, row, col, value_col, end, &f[i], value, i == at);
		if (g->tight) {
			col = value_col +
			      (int)text_cells(value, strlen(value)) + 2;
		} else {
			row++;
		}
	}
}
