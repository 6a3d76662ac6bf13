/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/glass.h"

#include <string.h>

#include "base/text.h"
#include "device/codepage.h"
#include "sim/font.h"

#include "base/poison.h"

#define SCALE 3u
#define EDGE 12u
#define WIDTH (2 * EDGE + DISPLAY_CELLS * FONT_COLS * SCALE)
#define LIT 230u
#define DARK 20u

void
glass_clear(struct glass *g)
{
	memset(g, 0, sizeof(*g));
}

void
glass_put(struct glass *g, int32_t cp)
{
	g->cell[g->y][g->x] = cp;
	g->x++;
	if (g->x == DISPLAY_CELLS) {
		g->x = 0;
		g->y = (uint8_t)((g->y + 1u) % DISPLAY_ROWS);
	}
}

int32_t
glass_char(const char *page, uint8_t byte)
{
	const struct codepage *c = codepage_find(page);

	if (byte >= 0x20 && byte < 0x7f) {
		return byte;
	}
	if (byte < 0x80 || c == NULL || c->high[byte - 0x80] == 0) {
		return '?';
	}
	return c->high[byte - 0x80];
}

void
glass_row(const struct glass *g, unsigned y, char *out, size_t cap)
{
	struct sbuf b;
	size_t end = 0;

	sbuf_init(&b, out, cap);
	for (unsigned x = 0; x < DISPLAY_CELLS; x++) {
		int32_t cp = g->cell[y][x] != 0 ? g->cell[y][x] : ' ';
		char utf8[4];

		sbuf_write(&b, utf8, text_encode(cp, utf8));
		end = cp != ' ' ? b.len : end;
	}
	sbuf_cut(&b, end);
}

void
glass_show(const struct glass *g, struct sbuf *out)
{
	char row[DISPLAY_CELLS * 4 + 1];

	sbuf_puts(out, "+--------------------+\n");
	for (unsigned y = 0; y < DISPLAY_ROWS; y++) {
		glass_row(g, y, row, sizeof(row));
		sbuf_putc(out, '|');
		sbuf_puts(out, row);
		sbuf_fill(
			out, ' ', DISPLAY_CELLS - text_cells(row, strlen(row)));
		sbuf_puts(out, "|\n");
	}
	sbuf_puts(out, "+--------------------+\n");
}

/* One row of dots of a row of cells, as often as it is high. */
static void
dots(const int32_t *cell, unsigned line, uint8_t dot[WIDTH])
{
	for (unsigned i = 0; i < DISPLAY_CELLS * FONT_COLS * SCALE; i++) {
		unsigned col = i / SCALE;
		int32_t cp = cell[col / FONT_COLS];
		bool on =
			cp != 0 && font_dot(cp, col % FONT_COLS, line / SCALE);

		dot[EDGE + i] = on ? LIT : DARK;
	}
}

void
glass_picture(const struct glass *g,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg)
{
	uint8_t dot[WIDTH];

	memset(dot, DARK, sizeof(dot));
	for (unsigned i = 0; i < EDGE; i++) {
		row(arg, dot, sizeof(dot));
	}
	for (unsigned y = 0; y < DISPLAY_ROWS; y++) {
		for (unsigned i = 0; i < FONT_ROWS * SCALE; i++) {
			dots(g->cell[y], i, dot);
			row(arg, dot, sizeof(dot));
		}
		memset(dot, DARK, sizeof(dot));
		for (unsigned i = 0; i < EDGE; i++) {
			row(arg, dot, sizeof(dot));
		}
	}
}
