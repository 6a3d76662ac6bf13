/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_WIDGETS_H
#define SCREEN_WIDGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/basket.h"
#include "register/config.h"
#include "screen/grid.h"
#include "screen/keymap.h"

/**
 * widgets - the pieces every screen is put together from, drawn into a grid.
 * Pure: values in, cells out.
 *
 * Fixed frame: first row, work area, and eight rows at the bottom (rule,
 * context, message, prompt, keys, rule, status, F-keys).  Rows beyond 24 and
 * columns beyond 80 go to the line list.
 *
 * A screen asks for the same widgets in every layout.  Beside the panel they
 * are as their names say; stacked, the list has the whole width, what belongs
 * into the panel flows along one row below it, and boxes and forms are rows
 * around the message; for a reader they are words in the grid's tape.  From 132
 * columns on the rows at the bottom end at foot_cols and leave the rest to
 * notes; nothing else moves.
 */
struct layout {
	enum display_layout kind; /* PANEL, STACKED or READER */
	int rows, cols;
	int foot_cols; /* of the rows at the bottom */
	int total_row; /* stacked: what a panel would say; else -1 */
	int work_row, work_rows; /* between first row and rule */
	int list_cols;		 /* left part; a bar stands behind it, if there
				  * is a panel */
	int panel_col, panel_cols;
	int rule_row, last_row, msg_row, prompt_row, hint_row, rule2_row,
		status_row, bar_row;
};
#define LAYOUT_ROWS_MIN 24
#define LAYOUT_COLS_MIN 80

#define LAYOUT_COLS_WIDE 132

struct layout layout_of(enum display_layout kind, int rows, int cols);

enum msg_level { MSG_NONE, MSG_INFO, MSG_WARN, MSG_STOP, MSG_COACH };

/** First row: " R01 SHOP | TITLE | OPERATOR | CHIP        CLOCK ". */
struct widget_top {
	const char *register_no, *shop, *title, *operator_no, *chip, *clock;
};
void widget_top(
	struct grid *g, const struct layout *l, const struct widget_top *w);
void widget_rules(struct grid *g, const struct layout *l);
/** In the place of the first rule: words in a row of '#', so that nobody takes
 * practice for a sale. */
void widget_banner(struct grid *g, const struct layout *l, const char *words);
/** widget_break(text, cells): bytes of a text that stand on a row of so many
 * cells, up to a blank if there is one; 0 all of it. */
size_t widget_break(const char *text, int cells);
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
/** Ten F-keys, twelve from 132 columns on; what would refund is Pay unless
 * ${refund}. */
void widget_bar(struct grid *g, const struct layout *l,
	const struct keymap *m, enum screen_bit screen, bool refund);
/** The bar between list and panel. */
void widget_divider(struct grid *g, const struct layout *l);

/** The line list.  *top is the first line shown and is moved so that the
 * selected one is in sight: over the whole width row by row, beside a panel by
 * half of the rows, so that what was read stays where it was. */
void widget_list(struct grid *g, const struct layout *l,
	const struct basket *b, size_t selected, const struct config *conf, size_t *top);

/** A label and a value: right-aligned at the end of the panel, or behind the
 * others in the row of totals. */
void widget_pair(struct grid *g, const struct layout *l, int row,
	const char *label, const char *value, enum role role);
/** The panel's amount, in big digits over three rows if they are wanted and
 * fit; in the row of totals as it is. */
void widget_amount(struct grid *g, const struct layout *l, int row,
	enum role role, const char *value);
/** A fact for the row of totals alone; a layout with a panel has no such
 * row. */
void widget_fact(struct grid *g, const struct layout *l, const char *label,
	const char *value, enum role role);
/** An amount in big digits over three rows, in plain bold when they do not
 * fit. */
void widget_big(struct grid *g, int row, int col, int width, enum role role,
	const char *value);

/* --- rows to choose from --------------------------------------------------- */

/* A column of a table of rows; one of width 0 takes what the others leave. */
struct rows_col {
	const char *head; /* N_() */
	int width;
	bool right;
	int least; /* shown where the list has so many columns; 0 always */
};

/* Where the cashier is in it: kept by the screen, moved by the widget. */
struct rows {
	size_t n, selected;
	size_t top;	    /* the first in sight when the cashier moved last */
	size_t shown;	    /* and as it is drawn */
	const unsigned *no; /* their numbers; NULL: 1, 2, 3 */
};

/** What stands in column ${col} of row ${row}. */
typedef void (*rows_fn)(
	void *arg, size_t row, size_t col, struct sbuf *out);

/** A table in ${height} rows from (row, col): heads, then the rows, numbered
 * from 1 in front, the selected one marked with '>'.  *r is moved so that the
 * selection is in sight.  Returns the rows used. */
int widget_rows(struct grid *g, int row, int col, int height, int width,
	const struct rows_col c[], size_t n_col, struct rows *r, rows_fn fn,
	void *arg);
/** rows_move(r, action, page): arrows, pages, ends.  False: none of them. */
bool rows_move(struct rows *r, enum action action, size_t page);
/** rows_fit(r): n changed; the selection stays within it. */
void rows_fit(struct rows *r);
/** rows_pick(r, text, ret): the row whose number was keyed, the selected one
 * for "".  False: no such row. */
bool rows_pick(const struct rows *r, const char *text, size_t *ret);

/* --- boxes ----------------------------------------------------------------- */

/**
 * A box that says something and lists what may be answered.  Filled with
 * dialog_line() and dialog_choice(), then shown by widget_dialog() the way the
 * layout has it: a frame left of column 56, or, where there is no room for
 * frames, its title and choices in the rows above the prompt.
 */
#define DIALOG_LINES 24
#define DIALOG_COLS 54
struct dialog {
	const char *title;
	size_t n;
	struct {
		enum role role;
		size_t at; /* of its text in bytes[] */
		bool choice;
	} line[DIALOG_LINES];
	struct sbuf text;
	char bytes[4096];
};
void dialog_begin(struct dialog *d, const char *title);
/** dialog_line(d, role, text): what does not fit is left away. */
void dialog_line(struct dialog *d, enum role role, const char *text);
/** dialog_choice(d, key, text): "1 Type again". */
void dialog_choice(struct dialog *d, const char *key, const char *text);
/** widget_dialog(g, l, d): rows left for more, from *ret_row on within the
 * frame's inside (column 3, DIALOG_COLS - 4 wide); without a frame one row is
 * left, or none. */
int widget_dialog(struct grid *g, const struct layout *l,
	const struct dialog *d, int *ret_row);

/* --- forms ----------------------------------------------------------------- */

/* A field shows its value; the one that is asked for shows the prompt. */
struct form_field {
	const char *label; /* N_() */
	const char *value; /* as it is shown */
	bool secret;	   /* as stars */
};
/** Labels and values below each other from (row, col), or beside each other
 * where rows are few; the field ${at} is marked and shows ${typed} instead of
 * its value. */
void widget_form(struct grid *g, int row, int col, int width,
	const struct form_field f[], size_t n, size_t at, const char *typed);

/** put_percent(b, f, ppm): "19", "7.75", as ${f} has it. */
void put_percent(struct sbuf *b, const struct format *f, int64_t ppm);

#endif
