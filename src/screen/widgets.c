/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/widgets.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/tape.h"

#include "base/poison.h"

#define FOOT_COLS 86 /* at least 132 columns: the rest is for notes */

struct layout
layout_of(enum display_layout kind, int rows, int cols)
{
	struct layout l = {.rows = rows, .cols = cols, .total_row = -1};

	l.kind = kind == DISPLAY_LAYOUT_AUTO ? DISPLAY_PANEL : kind;
	l.foot_cols = cols >= LAYOUT_COLS_WIDE ? FOOT_COLS : cols;
	l.work_row = 1;
	l.work_rows = rows - 9;
	if (l.kind == DISPLAY_PANEL) {
		l.panel_cols = cols >= LAYOUT_COLS_WIDE ? 29 : 23;
		l.panel_col = cols - l.panel_cols;
		l.list_cols = l.panel_col - 1;
	} else {
		l.work_rows--;
		l.total_row = l.work_row + l.work_rows;
		l.panel_col = cols;
		l.list_cols = cols;
	}
	l.rule_row = rows - 8;
	l.last_row = rows - 7;
	l.msg_row = rows - 6;
	l.prompt_row = rows - 5;
	l.hint_row = rows - 4;
	l.rule2_row = rows - 3;
	l.status_row = rows - 2;
	l.bar_row = rows - 1;
	return l;
}

void
widget_top(struct grid *g, const struct layout *l, const struct widget_top *w)
{
	const char *part[] = {w->title, w->operator_no, w->chip};
	int clock = (int)text_cells(w->clock, strlen(w->clock));
	int end = l->cols - clock - 2;
	int rest = 0, col = 1;
	size_t i;

	grid_fill(g, 0, 0, 1, l->cols, ROLE_BAR);
	for (i = 0; i < ARRAY_LEN(part); i++) {
		rest += 3 + (int)text_cells(part[i], strlen(part[i]));
	}
	col += grid_text(g, 0, col, end - col, ROLE_BAR, w->register_no) + 1;
	/* The shop's name gives way, the number and the mode never do. */
	col += grid_middle(g, 0, col, end - col - rest, ROLE_BAR, w->shop);
	for (i = 0; i < ARRAY_LEN(part); i++) {
		col += grid_text(g, 0, col, end - col, ROLE_BAR, " | ");
		col += grid_text(g, 0, col, end - col, ROLE_BAR, part[i]);
	}
	(void)grid_text(g, 0, l->cols - clock - 1, clock, ROLE_BAR, w->clock);
}

void
widget_rules(struct grid *g, const struct layout *l)
{
	if (l->kind == DISPLAY_PANEL) {
		grid_rule(g, l->rule_row, 0, l->cols, '-');
		grid_rule(g, l->rule2_row, 0, l->cols, '-');
	}
}

void
widget_banner(struct grid *g, const struct layout *l, const char *words)
{
	int n = (int)text_cells(words, strlen(words)) + 2;

	if (l->kind == DISPLAY_PANEL) {
		grid_rule(g, l->rule_row, 0, l->cols, '#');
		grid_fill(g, l->rule_row, (l->cols - n) / 2, 1, n, ROLE_WARN);
		grid_center(g, l->rule_row, 0, l->cols, ROLE_WARN, words);
	} else if (l->kind == DISPLAY_STACKED &&
		   grid_is_blank(g, l->rule_row)) {
		grid_center(g, l->rule_row, 0, l->cols, ROLE_WARN, words);
	}
}

size_t
widget_break(const char *text, int cells)
{
	size_t shown = 0, n, i;

	n = text_fit(text, strlen(text), (size_t)cells, &shown);
	if (text[n] == '\0') {
		return 0;
	}
	for (i = n; i > 0; i--) {
		if (text[i] == ' ') {
			return i;
		}
	}
	return n;
}

void
widget_message(struct grid *g, const struct layout *l, enum msg_level level,
	const char *text)
{
	static const struct {
		const char *word;
		enum role role;
	} look[] = {
		[MSG_NONE] = {"", ROLE_NORMAL},
		/* cells: 5 */
		[MSG_INFO] = {N_("MSG"), ROLE_NORMAL},
		/* cells: 5 */
		[MSG_WARN] = {N_("WARN"), ROLE_WARN},
		/* cells: 5 */
		[MSG_STOP] = {N_("STOP"), ROLE_STOP},
		/* cells: 5 */
		[MSG_COACH] = {N_("COACH"), ROLE_GOOD},
	};

	int room = l->foot_cols - 8, col = 7;
	int word_row = l->msg_row;
	size_t first;

	if (level == MSG_NONE) {
		return;
	}
	if (level == MSG_STOP && l->kind == DISPLAY_PANEL) {
		grid_fill(g, l->msg_row, 0, 1, l->foot_cols, ROLE_STOP);
	}
	first = widget_break(text, room);
	if (first > 0) {
		char head[512];
		size_t n = first < sizeof(head) ? first : sizeof(head) - 1;

		memcpy(head, text, n);
		head[n] = '\0';
		word_row = l->last_row;
		grid_fill(g, word_row, 0, 1, l->foot_cols, ROLE_NORMAL);
		(void)grid_text(g, word_row, col, room, look[level].role, head);
		text += first + (text[first] == ' ' ? 1 : 0);
	}
	(void)grid_text(
		g, word_row, 1, 5, look[level].role, _(look[level].word));
	(void)grid_text(g, l->msg_row, col, room, look[level].role, text);
}

void
widget_prompt(struct grid *g, const struct layout *l, const char *label,
	const char *buf, const char *right)
{
	int col = 1, room, right_cells;
	size_t cells = text_cells(buf, strlen(buf));

	right_cells = (int)text_cells(right, strlen(right));
	col += grid_text(g, l->prompt_row, col, 16, ROLE_HEAD, label);
	col += grid_text(g, l->prompt_row, col, 3, ROLE_HEAD, " > ");
	room = l->foot_cols - col - 2;
	while (cells > (size_t)room && *buf != '\0') {
		const char *p = buf;
		int32_t cp;

		(void)text_next(&p, buf + strlen(buf), &cp);
		buf = p;
		cells = text_cells(buf, strlen(buf));
	}
	col += grid_text(g, l->prompt_row, col, room, ROLE_NORMAL, buf);
	grid_cursor(g, l->prompt_row, col);
	if (col + 2 + right_cells < l->foot_cols) {
		grid_right(g, l->prompt_row, col + 1, l->foot_cols - col - 2,
			ROLE_NORMAL, right);
	}
}

void
widget_hint(struct grid *g, const struct layout *l, const char *text)
{
	if (grid_is_blank(g, l->hint_row)) {
		(void)grid_text(
			g, l->hint_row, 1, l->foot_cols - 2, ROLE_NORMAL, text);
	}
}

void
widget_status(struct grid *g, const struct layout *l, const char *left,
	const char *right)
{
	int n = (int)text_cells(right, strlen(right));

	grid_fill(g, l->status_row, 0, 1, l->cols, ROLE_BAR);
	(void)grid_middle(g, l->status_row, 1, l->cols - n - 4, ROLE_BAR, left);
	(void)grid_text(g, l->status_row, l->cols - n - 1, n, ROLE_BAR, right);
}

void
widget_bar(struct grid *g, const struct layout *l, const struct keymap *m,
	enum screen_bit screen, bool refund)
{
	unsigned n, n_keys = l->cols >= 132 ? 12 : 10;
	int width = l->cols / (int)n_keys;
	/* cells: 6 */
	const char *back = _("Refund");

	for (n = 1; n <= n_keys; n++) {
		int col = ((int)n - 1) * width;
		const char *word = keymap_bar(m, screen, n);

		if (!refund && strcmp(word, back) == 0) {
			/* cells: 6 */
			word = _("Pay");
		}
		col += grid_text(g, l->bar_row, col, 2, ROLE_NORMAL,
			keymap_bar_key(m, screen, n));
		(void)grid_text(g, l->bar_row, col, width - 1, ROLE_KEY, word);
	}
}

void
widget_divider(struct grid *g, const struct layout *l)
{
	int r;

	if (l->panel_cols == 0) {
		return;
	}
	for (r = l->work_row; r < l->work_row + l->work_rows; r++) {
		grid_line(g, r, l->list_cols, GRID_LINE_DOWN);
	}
}

/* Behind what stands in the row of totals already; what does not fit whole is
 * left away, so the first things said are the ones that stay. */
static void
flow(struct grid *g, const struct layout *l, const char *text, enum role role)
{
	int cells = (int)text_cells(text, strlen(text));
	int col = l->cols;

	while (col > 0) {
		const struct cell *c = grid_at(g, l->total_row, col - 1);

		if (c == NULL || c->width != 1 || strcmp(c->g, " ") != 0) {
			break;
		}
		col--;
	}
	col += col > 1 ? 2 : 1 - col;
	if (col + cells < l->cols) {
		(void)grid_text(g, l->total_row, col, cells, role, text);
	}
}

void
widget_fact(struct grid *g, const struct layout *l, const char *label,
	const char *value, enum role role)
{
	char buf[160];
	struct sbuf b;

	if (l->total_row < 0) {
		return;
	}
	tape_fact(g->tape, label, value);
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, label);
	if (label[0] != '\0' && value[0] != '\0') {
		sbuf_putc(&b, ' ');
	}
	sbuf_puts(&b, value);
	flow(g, l, buf, role);
}

void
widget_pair(struct grid *g, const struct layout *l, int row, const char *label,
	const char *value, enum role role)
{
	int col = l->panel_col + 1;
	int width = l->panel_cols - 2;
	int used, room;

	if (l->panel_cols == 0) {
		while (*label == ' ') {
			label++;
		}
		widget_fact(g, l, label, value, role);
		return;
	}
	/* the label gives way: a value is whole */
	room = width - 1 - (int)text_cells(value, strlen(value));
	used = room > 0 ? grid_text(g, row, col, room, ROLE_NORMAL, label) : 0;
	grid_right(g, row, col + used + 1, width - used - 1, role, value);
}

void
widget_amount(struct grid *g, const struct layout *l, int row, enum role role,
	const char *value)
{
	int col = l->panel_col + 1, width = l->panel_cols - 2;

	if (l->panel_cols == 0) {
		widget_fact(g, l, "", value, role);
	} else {
		widget_big(g, row, col, width, role, value);
	}
}

void
widget_big(struct grid *g, int row, int col, int width, enum role role,
	const char *value)
{
	if (!grid_big(g, row, col, width, role, value)) {
		grid_right(g, row + 1, col, width, role, value);
	}
}

void
put_percent(struct sbuf *b, const struct format *f, int64_t ppm)
{
	size_t from = b->len;

	format_rate(b, f, ppm);
	while (b->len > from &&
		(b->p[b->len - 1] == '%' || b->p[b->len - 1] == ' ')) {
		sbuf_cut(b, b->len - 1);
	}
}
