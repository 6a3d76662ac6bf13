/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_WIDGETS_H
#define SCREEN_WIDGETS_H

#include <stddef.h>

#include "core/basket.h"
#include "screen/grid.h"
#include "screen/keymap.h"

/**
 * widgets - the pieces every screen is put together from, drawn into a grid.
 * Pure: values in, cells out.
 *
 * Fixed frame: first row, work area, and eight rows at the bottom (rule,
 * context, message, prompt, keys, rule, status, F-keys).  Rows beyond 24 and
 * columns beyond 80 go to the line list.
 */
struct layout {
	int rows, cols;
	int work_row, work_rows; /* between first row and rule */
	int list_cols;		 /* left part; a bar stands behind it */
	int panel_col, panel_cols;
	int rule_row, last_row, msg_row, prompt_row, hint_row, rule2_row,
		status_row, bar_row;
};
#define LAYOUT_ROWS_MIN 24
#define LAYOUT_COLS_MIN 80

struct layout layout_of(int rows, int cols);

enum msg_level { MSG_NONE, MSG_INFO, MSG_WARN, MSG_STOP };

/** First row: " R01 SHOP | TITLE | OPERATOR | CHIP        CLOCK ". */
struct widget_top {
	const char *register_no, *shop, *title, *operator_no, *chip, *clock;
};
void widget_top(
	struct grid *g, const struct layout *l, const struct widget_top *w);
void widget_rules(struct grid *g, const struct layout *l);
/** A text too long for its row begins on the row above. */
void widget_message(struct grid *g, const struct layout *l,
	enum msg_level level, const char *text);
/** Label, buffer (its end when too long), reading at the right; the cursor is
 * put behind the buffer. */
void widget_prompt(struct grid *g, const struct layout *l, const char *label,
	const char *buf, const char *right);
void widget_hint(struct grid *g, const struct layout *l, const char *text);
void widget_status(struct grid *g, const struct layout *l, const char *left,
	const char *right);
void widget_bar(struct grid *g, const struct layout *l,
	enum screen_bit screen);
/** The bar between list and panel. */
void widget_divider(struct grid *g, const struct layout *l);

/** The line list.  *top is the first line shown and is moved so that the
 * selected one is in sight and no room is wasted. */
void widget_list(struct grid *g, const struct layout *l,
	const struct basket *b, size_t selected, unsigned digits, size_t *top);

/** A label and a value right-aligned at the end of the panel. */
void widget_pair(struct grid *g, const struct layout *l, int row,
	const char *label, const char *value, enum role role);
/** An amount in big digits over three rows of the panel, in plain bold when
 * they do not fit. */
void widget_big(struct grid *g, int row, int col, int width, enum role role,
	const char *value);

/** put_percent(b, ppm): "19", "7.75". */
void put_percent(struct sbuf *b, int64_t ppm);

#endif
