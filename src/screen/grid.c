/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/poison.h"

static int
clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

enum rc
grid_new(int rows, int cols, struct grid **ret)
{
	struct grid *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		return RC_NOMEM;
	}
	g->rows = clamp(rows, 1, GRID_ROWS_MAX);
	g->cols = clamp(cols, 1, GRID_COLS_MAX);
	g->cell = calloc((size_t)g->rows * (size_t)g->cols, sizeof(*g->cell));
	if (g->cell == NULL) {
		free(g);
		return RC_NOMEM;
	}
	grid_clear(g);
	*ret = g;
	return RC_OK;
}

void
grid_free(struct grid *g)
{
	if (g != NULL) {
		free(g->cell);
		free(g);
	}
}

static struct cell *
peek(struct grid *g, int row, int col)
{
	if (row < 0 || row >= g->rows || col < 0 || col >= g->cols) {
		return NULL;
	}
	return &g->cell[(size_t)row * (size_t)g->cols + (size_t)col];
}

const struct cell *
grid_at(const struct grid *g, int row, int col)
{
	if (row < 0 || row >= g->rows || col < 0 || col >= g->cols) {
		return NULL;
	}
	return &g->cell[(size_t)row * (size_t)g->cols + (size_t)col];
}

static void
blank(struct cell *c, enum role role)
{
	memset(c->g, 0, sizeof(c->g));
	c->g[0] = ' ';
	c->width = 1;
	c->role = (uint8_t)role;
	c->line = GRID_LINE_NONE;
}

void
grid_clear(struct grid *g)
{
	size_t i, n = (size_t)g->rows * (size_t)g->cols;

	for (i = 0; i < n; i++) {
		blank(&g->cell[i], ROLE_NORMAL);
	}
	g->cur_row = 0;
	g->cur_col = 0;
	g->row_at = -1;
	g->row_col = 0;
}

/* Free one cell: whatever wide character touches it goes as a whole. */
static void
release(struct grid *g, int row, int col)
{
	struct cell *c = peek(g, row, col);
	struct cell *other;

	if (c == NULL) {
		return;
	}
	if (c->width == 2) {
		other = peek(g, row, col + 1);
	} else if (c->width == 0) {
		other = peek(g, row, col - 1);
	} else {
		other = NULL;
	}
	if (other != NULL) {
		blank(other, (enum role)other->role);
	}
	blank(c, (enum role)c->role);
}

static void
put(struct grid *g, int row, int col, enum role role, int32_t cp, int width)
{
	struct cell *c;

	release(g, row, col);
	if (width == 2) {
		release(g, row, col + 1);
	}
	c = peek(g, row, col);
	if (c == NULL) {
		return;
	}
	memset(c->g, 0, sizeof(c->g));
	(void)text_encode(cp, c->g);
	c->width = (uint8_t)width;
	c->role = (uint8_t)role;
	c->line = GRID_LINE_NONE;
	if (width == 2 && (c = peek(g, row, col + 1)) != NULL) {
		memset(c->g, 0, sizeof(c->g));
		c->width = 0;
		c->role = (uint8_t)role;
		c->line = GRID_LINE_NONE;
	}
}

/* A mark on the grapheme at (row, col); the fifth and later are dropped. */
static void
add_mark(struct grid *g, int row, int col, int32_t cp)
{
	struct cell *c = peek(g, row, col);
	size_t len, marks = 0;
	const char *p;
	char enc[4];
	size_t n;

	if (c == NULL || c->width == 0) {
		return;
	}
	for (p = c->g + 1; *p != '\0'; p++) {
		if (((unsigned char)*p & 0xc0) != 0x80) {
			marks++;
		}
	}
	n = text_encode(cp, enc);
	len = (size_t)(p - c->g);
	if (marks < GRID_MARKS && len + n < sizeof(c->g)) {
		memcpy(c->g + len, enc, n);
		c->g[len + n] = '\0';
	}
}

/* Characters that steer a terminal or reorder text instead of showing. */
static bool
is_invisible(int32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) ||
	       (cp >= 0xfe00 && cp <= 0xfe0f) ||
	       (cp >= 0xfff9 && cp <= 0xfffb) ||
	       (cp >= 0xe0000 && cp <= 0xe0fff) || cp == 0xfeff || cp == 0xad ||
	       cp == 0x61c;
}

static int32_t
visible(int32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ? '?' : cp;
}

int
grid_text(struct grid *g, int row, int col, int width, enum role role,
	const char *s)
{
	const char *p = s, *end = s + strlen(s);
	int used = 0, last = -1;
	int32_t cp;

	while (text_next(&p, end, &cp)) {
		int w;

		if (is_invisible(cp)) {
			continue;
		}
		cp = visible(cp);
		w = text_cp_cells(cp);
		if (w == 0) {
			if (last >= 0) {
				add_mark(g, row, last, cp);
			}
			continue;
		}
		if (used + w > width || col + used + w > g->cols) {
			break;
		}
		if (col + used >= 0) {
			put(g, row, col + used, role, cp, w);
			last = col + used;
		}
		used += w;
	}
	return used;
}

int
grid_middle(struct grid *g, int row, int col, int width, enum role role,
	const char *s)
{
	char buf[1024];

	if (width <= 0) {
		return 0;
	}
	if (text_cells(s, strlen(s)) <= (size_t)width) {
		return grid_text(g, row, col, width, role, s);
	}
	text_fit_middle(buf, sizeof(buf), s, (size_t)width);
	return grid_text(g, row, col, width, role, buf);
}

void
grid_right(struct grid *g, int row, int col, int width, enum role role,
	const char *s)
{
	size_t cells = text_cells(s, strlen(s));

	if (width <= 0) {
		return;
	}
	if (cells > (size_t)width && strpbrk(s, "0123456789") == NULL) {
		(void)grid_text(g, row, col, width, role, s);
		return;
	}
	if (cells > (size_t)width) {
		grid_fill(g, row, col, 1, width, role);
		grid_rule(g, row, col, width, '#');
		return;
	}
	(void)grid_text(g, row, col + width - (int)cells, (int)cells, role, s);
}

void
grid_center(struct grid *g, int row, int col, int width, enum role role,
	const char *s)
{
	size_t cells = text_cells(s, strlen(s));
	int pad = cells < (size_t)width ? (width - (int)cells) / 2 : 0;

	(void)grid_text(g, row, col + pad, width - pad, role, s);
}

void
grid_fill(struct grid *g, int row, int col, int h, int w, enum role role)
{
	int r, c;

	for (r = row; r < row + h; r++) {
		for (c = col; c < col + w; c++) {
			struct cell *x = peek(g, r, c);

			if (x != NULL) {
				release(g, r, c);
				x->role = (uint8_t)role;
			}
		}
	}
}

void
grid_role(struct grid *g, int row, int col, int w, enum role role)
{
	int c;

	for (c = col; c < col + w; c++) {
		struct cell *x = peek(g, row, c);

		if (x != NULL) {
			x->role = (uint8_t)role;
		}
	}
}

void
grid_rule(struct grid *g, int row, int col, int width, char ch)
{
	int c;

	if (g->tight && ch == '-') {
		return;
	}
	for (c = col; c < col + width; c++) {
		struct cell *x = peek(g, row, c);

		if (x != NULL) {
			put(g, row, c, (enum role)x->role, ch, 1);
			if (ch == '-') {
				x->line = GRID_LINE_ACROSS;
			}
		}
	}
}

void
grid_line(struct grid *g, int row, int col, enum grid_line line)
{
	static const char ascii[] = {
		[GRID_LINE_NONE] = ' ',
		[GRID_LINE_ACROSS] = '-',
		[GRID_LINE_DOWN] = '|',
		[GRID_LINE_TOP_LEFT] = '+',
		[GRID_LINE_TOP_RIGHT] = '+',
		[GRID_LINE_LOW_LEFT] = '+',
		[GRID_LINE_LOW_RIGHT] = '+',
	};
	struct cell *x = peek(g, row, col);

	if (x != NULL) {
		put(g, row, col, (enum role)x->role, ascii[line], 1);
		x->line = (uint8_t)line;
	}
}

bool
grid_is_blank(const struct grid *g, int row)
{
	int col;

	for (col = 0; col < g->cols; col++) {
		const struct cell *c = grid_at(g, row, col);

		if (c != NULL && (c->width != 1 || strcmp(c->g, " ") != 0)) {
			return false;
		}
	}
	return true;
}

void
grid_box(struct grid *g, int row, int col, int h, int w, const char *title,
	enum role role)
{
	int r, last = row + h - 1, right = col + w - 1;

	grid_fill(g, row, col, h, w, ROLE_NORMAL);
	if (g->tight) {
		(void)grid_text(g, row, col + 2, w - 4, role, title);
		return;
	}
	for (r = row; r <= last; r++) {
		grid_role(g, r, col, 1, role);
		grid_role(g, r, right, 1, role);
		grid_line(g, r, col, GRID_LINE_DOWN);
		grid_line(g, r, right, GRID_LINE_DOWN);
	}
	grid_role(g, row, col, w, role);
	grid_role(g, last, col, w, role);
	grid_rule(g, row, col, w, '-');
	grid_rule(g, last, col, w, '-');
	grid_line(g, row, col, GRID_LINE_TOP_LEFT);
	grid_line(g, row, right, GRID_LINE_TOP_RIGHT);
	grid_line(g, last, col, GRID_LINE_LOW_LEFT);
	grid_line(g, last, right, GRID_LINE_LOW_RIGHT);
	if (title[0] != '\0') {
		int n = grid_text(g, row, col + 2, 2, role, "[ ");

		n += grid_text(g, row, col + 2 + n, w - 8, role, title);
		(void)grid_text(g, row, col + 2 + n, 2, role, " ]");
	}
}

/* Seven segments on three rows of three cells; "0123456789-". */
static const char big_rows[11][3][4] = {
	{" _ ", "| |", "|_|"},
	{"   ", "  |", "  |"},
	{" _ ", " _|", "|_ "},
	{" _ ", " _|", " _|"},
	{"   ", "|_|", "  |"},
	{" _ ", "|_ ", " _|"},
	{" _ ", "|_ ", "|_|"},
	{" _ ", "  |", "  |"},
	{" _ ", "|_|", "|_|"},
	{" _ ", "|_|", " _|"},
	{"   ", " _ ", "   "},
};

static int
big_index(char ch)
{
	if (ch >= '0' && ch <= '9') {
		return ch - '0';
	}
	return ch == '-' ? 10 : -1;
}

/* Between digits, one cell wide; at the bottom, but the apostrophe. */
static bool
is_mark(char c)
{
	return c == '.' || c == ',' || c == ' ' || c == '\'';
}

int
grid_big_cells(const char *s)
{
	int cells = 0;

	for (; *s != '\0'; s++) {
		cells += is_mark(*s) ? 1 : 3;
	}
	return cells;
}

bool
grid_big(struct grid *g, int row, int col, int width, enum role role,
	const char *s)
{
	int cells = grid_big_cells(s);
	int at = col + width - cells;
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if (!is_mark(*p) && big_index(*p) < 0) {
			return false;
		}
	}
	if (cells > width || g->small_digits) {
		return false;
	}
	for (p = s; *p != '\0'; p++) {
		int r;

		if (is_mark(*p)) {
			const char mark[2] = {*p, '\0'};

			(void)grid_text(g, *p == '\'' ? row : row + 2, at, 1,
				role, mark);
			at += 1;
			continue;
		}
		for (r = 0; r < 3; r++) {
			(void)grid_text(g, row + r, at, 3, role,
				big_rows[big_index(*p)][r]);
		}
		at += 3;
	}
	return true;
}

void
grid_cursor(struct grid *g, int row, int col)
{
	g->cur_row = clamp(row, 0, g->rows - 1);
	g->cur_col = clamp(col, 0, g->cols - 1);
}

void
grid_dump(const struct grid *g, struct sbuf *out)
{
	int r, c;

	for (r = 0; r < g->rows; r++) {
		sbuf_putc(out, '|');
		for (c = 0; c < g->cols; c++) {
			const struct cell *x = grid_at(g, r, c);

			if (x != NULL && x->width != 0) {
				sbuf_puts(out, x->g);
			}
		}
		sbuf_puts(out, "|\n");
	}
}
