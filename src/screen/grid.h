/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_GRID_H
#define SCREEN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"
#include "base/sbuf.h"

/**
 * grid - a sheet of rows x cols terminal cells in memory.  Widgets draw here;
 * term.c alone turns it into terminal output.  Pure: no curses, no locale.
 *
 * A cell holds one grapheme (a base character and at most four combining
 * marks), its width and a role.  A wide character owns two cells, the second
 * with width 0.  Overwriting one half of it blanks the other, so columns never
 * shift.  Everything is clipped: drawing outside is a no-op.
 */
enum role {
	ROLE_NORMAL,
	ROLE_BAR,      /* first row and status row */
	ROLE_HEAD,     /* column heads, labels */
	ROLE_SELECTED, /* the line keys act on; also marked with '>' */
	ROLE_TOTAL,    /* what is due */
	ROLE_GOOD,     /* change, success */
	ROLE_WARN,     /* refused, try another way */
	ROLE_STOP,     /* must be handled */
	ROLE_KEY,      /* key bar */
	ROLE_COUNT
};

/* What a cell is part of, so that a terminal may draw it as a line; its text
 * is the ASCII of it. */
enum grid_line {
	GRID_LINE_NONE,
	GRID_LINE_ACROSS,
	GRID_LINE_DOWN,
	GRID_LINE_TOP_LEFT,
	GRID_LINE_TOP_RIGHT,
	GRID_LINE_LOW_LEFT,
	GRID_LINE_LOW_RIGHT
};

#define GRID_MARKS 4
#define GRID_CELL_BYTES (4 * (1 + GRID_MARKS) + 1)
#define GRID_ROWS_MAX 400
#define GRID_COLS_MAX 600

struct cell {
	char g[GRID_CELL_BYTES]; /* UTF-8, NUL-terminated */
	uint8_t width;		 /* 1, 2, or 0: right half of a wide one */
	uint8_t role;
	uint8_t line; /* enum grid_line */
};

struct tape;

struct grid {
	int rows, cols;
	struct cell *cell; /* rows * cols */
	int cur_row, cur_col; /* the focus: where the cursor stands */
	bool small_digits;    /* grid_big() never fits */
	bool tight;	      /* no rules and frames; a form is one row */
	int row_at, row_col;  /* the selected row of a list; -1 none is shown */
	struct tape *tape;    /* who listens to the widgets; NULL nobody */
};

/** grid_new(rows, cols, ret): blank grid; sizes are clamped to 1..MAX.
 * RC_NOMEM. */
MUST_CHECK enum rc grid_new(int rows, int cols, struct grid **ret);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);
/** grid_at(g, row, col): borrowed cell, NULL outside. */
const struct cell *grid_at(const struct grid *g, int row, int col);

/**
 * grid_text(g, row, col, width, role, s):
 * Write ${s} from (row, col) into at most ${width} cells.  Control, format and
 * bidirectional characters are never drawn: controls show as '?', format
 * characters vanish.  A wide character that does not fit whole is left out.
 * Returns the cells used.
 */
int grid_text(struct grid *g, int row, int col, int width, enum role role,
	const char *s);
/** grid_middle(): as grid_text(), but a text that is too long loses its
 * middle, so that a size or variant at the end stays readable. */
int grid_middle(struct grid *g, int row, int col, int width, enum role role,
	const char *s);
/** grid_right(): right-aligned; a text that does not fit shows as a row of
 * '#', never as a shorter number; words alone are cut. */
void grid_right(struct grid *g, int row, int col, int width, enum role role,
	const char *s);
/** grid_center(): centred, clipped as grid_text(). */
void grid_center(struct grid *g, int row, int col, int width, enum role role,
	const char *s);
/** grid_fill(): h x w blanks of role. */
void grid_fill(struct grid *g, int row, int col, int h, int w, enum role role);
/** grid_role(): change the role of cells, keep what they show. */
void grid_role(struct grid *g, int row, int col, int w, enum role role);
/** grid_rule(): a horizontal row of ch. */
void grid_rule(struct grid *g, int row, int col, int width, char ch);
/** grid_line(): one cell of a frame, keeping its role. */
void grid_line(struct grid *g, int row, int col, enum grid_line line);
/** grid_is_blank(): a row shows nothing. */
bool grid_is_blank(const struct grid *g, int row);
/** grid_box(): a framed blank area with a title in the top edge. */
void grid_box(struct grid *g, int row, int col, int h, int w,
	const char *title, enum role role);
/** grid_big_cells(s): cells that ${s} needs in big digits. */
int grid_big_cells(const char *s);
/** grid_big(): ${s} (digits, '-', '.') in three rows, right-aligned in width.
 * False and nothing drawn when it does not fit, holds something else, or big
 * digits are not wanted. */
bool grid_big(struct grid *g, int row, int col, int width, enum role role,
	const char *s);
/** grid_cursor(): put the focus at (row, col), clamped. */
void grid_cursor(struct grid *g, int row, int col);

/** grid_dump(g, out): rows as text, each framed by '|' and ended by a newline;
 * the right half of a wide character prints nothing. */
void grid_dump(const struct grid *g, struct sbuf *out);

#endif
