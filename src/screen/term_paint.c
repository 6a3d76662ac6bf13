/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/text.h"
#include "screen/term_internal.h"

/* behind curses.h, which it needs */
#include <term.h>

#include "base/poison.h"

/* No color beside these attributes on some terminals: bits of "ncv". */
#define NCV_REVERSE 4

/* Roles as attributes: first alone, then with 8 colors, then with 256; the 256
 * are the nearest of a palette that is told apart by every kind of color
 * vision, and neither has red against green.  High contrast is white on black
 * and the attributes of the first column. */
static const struct {
	attr_t mono;
	attr_t attr;
	short fg8, bg8, fg256, bg256;
} looks[ROLE_COUNT] = {
	[ROLE_NORMAL] = {A_NORMAL, A_NORMAL, -1, -1, -1, -1},
	[ROLE_BAR] = {A_REVERSE, A_NORMAL, COLOR_WHITE, COLOR_BLUE, 255, 25},
	[ROLE_HEAD] = {A_NORMAL, A_NORMAL, COLOR_CYAN, -1, 74, -1},
	[ROLE_SELECTED] = {A_REVERSE, A_REVERSE, -1, -1, -1, -1},
	[ROLE_TOTAL] = {A_BOLD, A_BOLD, -1, -1, -1, -1},
	[ROLE_GOOD] = {A_BOLD, A_BOLD, COLOR_CYAN, -1, 36, -1},
	[ROLE_WARN] = {A_BOLD, A_BOLD, COLOR_YELLOW, -1, 227, -1},
	[ROLE_STOP] = {A_BOLD | A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_YELLOW,
		16, 214},
	[ROLE_KEY] = {A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_CYAN, 16, 74},
};

static bool
wants_color(enum display_colors colors)
{
	/* One process, one thread: nobody changes the environment. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	bool none = getenv("NO_COLOR") != NULL;

	if (colors == DISPLAY_MONO || (colors == DISPLAY_COLORS_AUTO && none) ||
		!has_colors()) {
		return false;
	}
	return start_color() != ERR && use_default_colors() != ERR &&
	       COLORS >= 8;
}

static void
look(struct terminal *t, short i, enum display_colors colors)
{
	bool many = COLORS >= 256 && colors != DISPLAY_8;
	int fg = many ? looks[i].fg256 : looks[i].fg8;
	int bg = many ? looks[i].bg256 : looks[i].bg8;
	attr_t attr = looks[i].attr;
	char name[] = "ncv";
	int ncv = tigetnum(name);

	if (colors == DISPLAY_CONTRAST) {
		fg = COLOR_WHITE;
		bg = COLOR_BLACK;
		attr = looks[i].mono;
	}
	if ((attr & A_REVERSE) != 0 && ncv > 0 && (ncv & NCV_REVERSE) != 0) {
		/* reverse beside color is not shown there */
		attr &= ~A_REVERSE;
		fg = COLOR_BLACK;
		bg = COLOR_WHITE;
	}
	t->attr[i] = attr;
	if ((fg != -1 || bg != -1) &&
		init_pair((short)(i + 1), (short)fg, (short)bg) == OK) {
		t->pair[i] = (short)(i + 1);
	}
}

void
term_looks(struct terminal *t, const struct term_opts *opts)
{
	bool color = wants_color(opts->colors);
	short i;

	t->box_utf8 = opts->box == DISPLAY_LINES_UTF8 && t->utf8;
	t->box_acs = opts->box == DISPLAY_LINES_ACS;
	for (i = 0; i < (short)ROLE_COUNT; i++) {
		t->attr[i] = looks[i].mono;
		t->pair[i] = 0;
		if (color) {
			look(t, i, opts->colors);
		}
	}
	/* with high contrast what is erased is black too */
	bkgdset(color && opts->colors == DISPLAY_CONTRAST
			? (chtype)' ' | COLOR_PAIR(ROLE_NORMAL + 1)
			: (chtype)' ');
}

/* What is nearest to a character this terminal's locale does not have, in one
 * cell: of a sharp s the first s.  "?" where one sign would be another thing:
 * of a half the 1. */
static wchar_t
plain_letter(int32_t cp)
{
	int32_t out[TEXT_DECOMPOSE_MAX];
	size_t n = text_plain(cp, out), i;

	for (i = 0; i < n; i++) {
		bool letter = (out[i] | 32) >= 'a' && (out[i] | 32) <= 'z';

		if (out[i] < 0x20 || out[i] >= 0x7f ||
			(n > 1 && !letter && out[i] != out[0])) {
			return L'?';
		}
	}
	return n > 0 ? (wchar_t)out[0] : L'?';
}

/* In a locale that is not UTF-8: the character itself where it has it. */
static wchar_t
local_letter(int32_t cp, int width)
{
	char mb[MB_LEN_MAX];
	mbstate_t state;

	if (cp < 0x7f) {
		return (wchar_t)cp;
	}
	memset(&state, 0, sizeof(state));
	if (width == 1 && wcrtomb(mb, (wchar_t)cp, &state) != (size_t)-1) {
		return (wchar_t)cp;
	}
	return plain_letter(cp);
}

/* A line of a frame as this terminal draws lines. */
static const cchar_t *
line_cell(enum grid_line line)
{
	switch (line) {
	case GRID_LINE_ACROSS:
		return WACS_HLINE;
	case GRID_LINE_DOWN:
		return WACS_VLINE;
	case GRID_LINE_TOP_LEFT:
		return WACS_ULCORNER;
	case GRID_LINE_TOP_RIGHT:
		return WACS_URCORNER;
	case GRID_LINE_LOW_LEFT:
		return WACS_LLCORNER;
	case GRID_LINE_LOW_RIGHT:
		return WACS_LRCORNER;
	case GRID_LINE_NONE:
	default:
		return NULL;
	}
}

static wchar_t
line_char(enum grid_line line)
{
	static const wchar_t box[] = {
		[GRID_LINE_NONE] = L' ',
		[GRID_LINE_ACROSS] = 0x2500,
		[GRID_LINE_DOWN] = 0x2502,
		[GRID_LINE_TOP_LEFT] = 0x250c,
		[GRID_LINE_TOP_RIGHT] = 0x2510,
		[GRID_LINE_LOW_LEFT] = 0x2514,
		[GRID_LINE_LOW_RIGHT] = 0x2518,
	};

	return box[line];
}

static size_t
put_chars(const struct terminal *t, const struct cell *c, wchar_t w[])
{
	const char *p = c->g, *end = c->g + strlen(c->g);
	int32_t cp;
	size_t n = 0;

	if (c->line != GRID_LINE_NONE && t->box_utf8) {
		w[n++] = line_char((enum grid_line)c->line);
		return n;
	}
	while (n < CCHARW_MAX && text_next(&p, end, &cp)) {
		if (!t->utf8) {
			w[n++] = local_letter(cp, c->width);
			break;
		}
		w[n++] = (wchar_t)cp;
	}
	if (n > 0 && t->utf8 && w[0] >= 0x7f && wcwidth(w[0]) != c->width) {
		/* newer than this system's table: curses would put whatever
		 * follows into other columns */
		n = 0;
		w[n++] = L'?';
	}
	if (n == 0) {
		w[n++] = L' ';
	}
	return n;
}

static void
put_cell(const struct terminal *t, int row, int col, const struct cell *c)
{
	wchar_t w[CCHARW_MAX + 1];
	attr_t attr = t->attr[c->role];
	cchar_t cc;
	size_t n;

	if (c->line != GRID_LINE_NONE && t->box_acs) {
		const cchar_t *acs = line_cell((enum grid_line)c->line);
		short pair = 0;
		attr_t also = 0;

		if (acs != NULL && getcchar(acs, w, &also, &pair, NULL) == OK &&
			setcchar(&cc, w, attr | also, t->pair[c->role], NULL) ==
				OK) {
			(void)mvadd_wch(row, col, &cc);
			return;
		}
	}
	n = put_chars(t, c, w);
	w[n] = L'\0';
	if (setcchar(&cc, w, attr, t->pair[c->role], NULL) == OK) {
		(void)mvadd_wch(row, col, &cc);
	}
	if (c->width == 2 && (!t->utf8 || w[0] == L'?')) {
		(void)mvaddch(row, col + 1, ' ');
	}
}

static bool
same_cell(const struct cell *a, const struct cell *b)
{
	return a->width == b->width && a->role == b->role &&
	       a->line == b->line && strcmp(a->g, b->g) == 0;
}

static void
paint_row(struct terminal *t, const struct grid *g, int row)
{
	int col;

	for (col = 0; col < g->cols; col++) {
		const struct cell *c = grid_at(g, row, col);
		const struct cell *old = grid_at(t->shown, row, col);

		if (c != NULL && old != NULL && c->width != 0 &&
			!same_cell(c, old)) {
			put_cell(t, row, col, c);
		}
	}
}

enum rc
term_paint(struct terminal *t, const struct grid *g)
{
	enum rc rc;
	int row;

	if (t->shown == NULL || t->shown->rows != g->rows ||
		t->shown->cols != g->cols) {
		grid_free(t->shown);
		t->shown = NULL;
		if (grid_new(g->rows, g->cols, &t->shown) != RC_OK) {
			return RC_NOMEM;
		}
		(void)erase();
		(void)clearok(stdscr, TRUE);
	}
	for (row = 0; row < g->rows; row++) {
		paint_row(t, g, row);
	}
	memcpy(t->shown->cell, g->cell,
		(size_t)g->rows * (size_t)g->cols * sizeof(*g->cell));
	(void)move(g->cur_row, g->cur_col);
	(void)refresh();
	rc = term_out_take(&t->out);
	if (rc == RC_OK) {
		(void)term_flush(t);
	} else {
		term_forget(t);
	}
	return rc;
}

bool
term_flush(struct terminal *t)
{
	return term_out_flush(&t->out);
}

void
term_forget(struct terminal *t)
{
	grid_free(t->shown);
	t->shown = NULL;
}
