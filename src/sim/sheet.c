/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sheet.h"

#include <string.h>

#include "base/text.h"
#include "sim/font.h"

#include "base/poison.h"

#define CELL_W 12u
#define CELL_H 24u
#define GAP_H 6u
#define CODE_H 60u
#define QR_H 120u
#define CUT_H 12u
#define WIDTH_MAX (SHEET_DOT_BYTES * 8)
#define PAPER 255
#define INK 0
#define RED 96

void
sheet_init(struct sheet *s, unsigned cols, unsigned dots)
{
	s->cols = cols < SHEET_CELLS ? cols : SHEET_CELLS;
	s->dots = dots > 0 && dots <= WIDTH_MAX ? dots : s->cols * CELL_W;
	s->dots = s->dots < WIDTH_MAX ? s->dots : WIDTH_MAX;
	sheet_new(s);
}

void
sheet_new(struct sheet *s)
{
	s->n_row = 0;
	s->first = 0;
	s->n_dot = 0;
	s->align = 0;
	memset(&s->now, 0, sizeof(s->now));
}

static struct sheet_row *
new_row(struct sheet *s)
{
	size_t at = (s->first + s->n_row) % SHEET_ROWS;

	if (s->n_row == SHEET_ROWS) {
		s->first = (s->first + 1) % SHEET_ROWS;
	} else {
		s->n_row++;
	}
	memset(&s->row[at], 0, sizeof(s->row[at]));
	return &s->row[at];
}

static unsigned
cells_of(const struct sheet_row *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++) {
		n += (r->flags[i] & SHEET_WIDE) != 0 ? 2u : 1u;
	}
	return n;
}

void
sheet_put(struct sheet *s, int32_t cp, unsigned flags)
{
	unsigned wide = (flags & SHEET_WIDE) != 0 ? 2 : 1;

	if (cells_of(&s->now) + wide > s->cols || s->now.n == SHEET_CELLS) {
		sheet_line(s);
	}
	s->now.sign[s->now.n] = (uint16_t)(cp > 0 && cp < 0x10000 ? cp : '?');
	s->now.flags[s->now.n++] = (uint8_t)flags;
}

void
sheet_line(struct sheet *s)
{
	struct sheet_row *r = new_row(s);

	*r = s->now;
	r->align = s->align;
	memset(&s->now, 0, sizeof(s->now));
}

void
sheet_feed(struct sheet *s, unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		sheet_line(s);
	}
}

void
sheet_code(struct sheet *s, bool qr, const char *name, const uint8_t *data,
	size_t n)
{
	struct sheet_row *r = new_row(s);

	r->kind = qr ? SHEET_QR : SHEET_CODE;
	r->align = s->align;
	while (*name != '\0' && r->n < SHEET_CELLS) {
		r->sign[r->n++] = (uint8_t)*name++;
	}
	for (size_t i = 0; i < n && r->n < SHEET_CELLS; i++) {
		r->sign[r->n++] =
			data[i] >= 0x20 && data[i] < 0x7f ? data[i] : '?';
	}
}

void
sheet_image(struct sheet *s, unsigned w, unsigned h, const uint8_t *bit)
{
	struct sheet_row *r = new_row(s);
	unsigned row = (w + 7) / 8;
	unsigned keep = row < SHEET_DOT_BYTES ? row : SHEET_DOT_BYTES;

	r->kind = SHEET_IMAGE;
	r->align = s->align;
	r->w = w < WIDTH_MAX ? w : WIDTH_MAX;
	r->h = h < SHEET_DOT_ROWS ? h : SHEET_DOT_ROWS;
	r->dots_at = (unsigned)s->n_dot;
	for (unsigned y = 0; y < r->h; y++) {
		uint8_t *to = s->dot[s->n_dot++ % SHEET_DOT_ROWS];

		memset(to, 0, SHEET_DOT_BYTES);
		memcpy(to, bit + (size_t)y * row, keep);
	}
}

void
sheet_cut(struct sheet *s)
{
	if (s->now.n > 0) {
		sheet_line(s);
	}
	new_row(s)->kind = SHEET_CUT;
}

/* --- as text -------------------------------------------------------------- */

static const struct sheet_row *
row_at(const struct sheet *s, size_t i)
{
	return &s->row[(s->first + i) % SHEET_ROWS];
}

static void
put_signs(const struct sheet_row *r, struct sbuf *out)
{
	size_t n = r->n;

	while (n > 0 && r->sign[n - 1] == ' ') {
		n--;
	}
	for (size_t i = 0; i < n; i++) {
		char utf8[4];

		sbuf_write(out, utf8, text_encode(r->sign[i], utf8));
	}
}

static void
show_row(const struct sheet *s, const struct sheet_row *r, struct sbuf *out)
{
	unsigned cells = cells_of(r);
	unsigned room = s->cols > cells ? s->cols - cells : 0;
	size_t lead = 0;

	switch (r->kind) {
	case SHEET_CUT:
		sbuf_puts(out, "- - - - - - - -");
		break;
	case SHEET_IMAGE:
		sbuf_printf(out, "[picture %u x %u]", r->w, r->h);
		break;
	case SHEET_CODE:
	case SHEET_QR:
		sbuf_putc(out, '[');
		put_signs(r, out);
		sbuf_putc(out, ']');
		break;
	case SHEET_TEXT:
	default:
		/* blanks before large letters are as wide as they */
		while (lead < r->n && r->sign[lead] == ' ' &&
			(r->flags[lead] & SHEET_WIDE) != 0) {
			lead++;
		}
		sbuf_fill(out, ' ', lead);
		sbuf_fill(out, ' ',
			r->align == 1   ? room / 2
			: r->align == 2 ? room
					: 0);
		put_signs(r, out);
		break;
	}
	sbuf_putc(out, '\n');
}

void
sheet_show(const struct sheet *s, struct sbuf *out)
{
	for (size_t i = 0; i < s->n_row; i++) {
		show_row(s, row_at(s, i), out);
	}
}

/* --- as dots -------------------------------------------------------------- */

static unsigned
height_of(const struct sheet_row *r)
{
	bool tall = false;

	switch (r->kind) {
	case SHEET_CUT:
		return CUT_H;
	case SHEET_IMAGE:
		return r->h;
	case SHEET_CODE:
		return CODE_H + CELL_H + GAP_H;
	case SHEET_QR:
		return QR_H + GAP_H;
	case SHEET_TEXT:
	default:
		for (size_t i = 0; i < r->n; i++) {
			tall = tall || (r->flags[i] & SHEET_TALL) != 0;
		}
		return (tall ? 2 : 1) * CELL_H + GAP_H;
	}
}

static unsigned
start_of(const struct sheet *s, const struct sheet_row *r, unsigned width)
{
	unsigned room = s->dots > width ? s->dots - width : 0;

	return r->align == 1 ? room / 2 : r->align == 2 ? room : 0;
}

static void
mark(const struct sheet *s, uint8_t *line, unsigned x, uint8_t ink)
{
	if (x < s->dots) {
		line[x] = ink;
	}
}

static void
draw_sign(const struct sheet *s, uint8_t *line, unsigned x, unsigned y,
	int32_t cp, unsigned flags)
{
	unsigned wide = (flags & SHEET_WIDE) != 0 ? 2 : 1;
	unsigned tall = (flags & SHEET_TALL) != 0 ? 2 : 1;
	uint8_t ink = (flags & SHEET_RED) != 0 ? RED : INK;

	for (unsigned k = 0; k < CELL_W * wide; k++) {
		bool set = y < CELL_H * tall &&
			   font_dot(cp, k / 2 / wide, y / 2 / tall);

		if ((flags & SHEET_BOLD) != 0 && k > 0 && y < CELL_H * tall) {
			set = set ||
			      font_dot(cp, (k - 1) / 2 / wide, y / 2 / tall);
		}
		if (set != ((flags & SHEET_INVERSE) != 0)) {
			mark(s, line, x + k, ink);
		}
	}
}

static void
draw_text(const struct sheet *s, const struct sheet_row *r, unsigned y,
	uint8_t *line)
{
	unsigned x = start_of(s, r, cells_of(r) * CELL_W);

	for (size_t i = 0; i < r->n; i++) {
		bool wide = (r->flags[i] & SHEET_WIDE) != 0;

		draw_sign(s, line, x, y, r->sign[i], r->flags[i]);
		x += CELL_W * (wide ? 2 : 1);
	}
}

/* Bars that look like some: a picture of a printout is not scanned. */
static void
draw_code(const struct sheet *s, const struct sheet_row *r, unsigned y,
	uint8_t *line)
{
	unsigned width = r->n * CELL_W;
	unsigned x = start_of(s, r, width);

	if (y >= CODE_H) {
		draw_text(s, r, y - CODE_H, line);
		return;
	}
	for (unsigned k = 0; k < width; k++) {
		unsigned bit = k / 2 % 6;

		if (bit == 0 || (r->sign[k / CELL_W] >> bit & 1) != 0) {
			mark(s, line, x + k, INK);
		}
	}
}

static bool
qr_dot(const struct sheet_row *r, unsigned x, unsigned y)
{
	static const unsigned side = QR_H / 5;
	unsigned fx = x < 7 ? x : x >= side - 7 ? side - 1 - x : 99;
	unsigned fy = y < 7 ? y : y >= side - 7 ? side - 1 - y : 99;
	unsigned h = x * 31 + y * 17;

	if (fx < 7 && fy < 7 && (x < 7 || y < 7)) {
		unsigned dx = fx < 6 - fx ? fx : 6 - fx;
		unsigned dy = fy < 6 - fy ? fy : 6 - fy;

		return dx == 0 || dy == 0 || (dx >= 2 && dy >= 2);
	}
	h += r->n > 0 ? r->sign[h % r->n] : 0;
	return (h ^ h >> 3) % 2 == 0;
}

static void
draw_qr(const struct sheet *s, const struct sheet_row *r, unsigned y,
	uint8_t *line)
{
	unsigned x = start_of(s, r, QR_H);

	for (unsigned k = 0; k < QR_H && y < QR_H; k++) {
		if (qr_dot(r, k / 5, y / 5)) {
			mark(s, line, x + k, INK);
		}
	}
}

static void
draw_image(const struct sheet *s, const struct sheet_row *r, unsigned y,
	uint8_t *line)
{
	const uint8_t *from = s->dot[(r->dots_at + y) % SHEET_DOT_ROWS];
	unsigned x = start_of(s, r, r->w);

	if (s->n_dot - r->dots_at > SHEET_DOT_ROWS) {
		return; /* too long ago */
	}
	for (unsigned k = 0; k < r->w; k++) {
		if ((from[k / 8] & 0x80u >> k % 8) != 0) {
			mark(s, line, x + k, INK);
		}
	}
}

static void
draw_row(const struct sheet *s, const struct sheet_row *r, unsigned y,
	uint8_t *line)
{
	memset(line, PAPER, s->dots);
	switch (r->kind) {
	case SHEET_CUT:
		for (unsigned x = 0; y == CUT_H / 2 && x < s->dots; x++) {
			mark(s, line, x, x / 8 % 2 == 0 ? 128 : PAPER);
		}
		break;
	case SHEET_IMAGE:
		draw_image(s, r, y, line);
		break;
	case SHEET_CODE:
		draw_code(s, r, y, line);
		break;
	case SHEET_QR:
		draw_qr(s, r, y, line);
		break;
	case SHEET_TEXT:
	default:
		draw_text(s, r, y, line);
		break;
	}
}

void
sheet_picture(const struct sheet *s,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg)
{
	uint8_t line[WIDTH_MAX];

	for (size_t i = 0; i < s->n_row; i++) {
		const struct sheet_row *r = row_at(s, i);

		for (unsigned y = 0; y < height_of(r); y++) {
			draw_row(s, r, y, line);
			row(arg, line, s->dots);
		}
	}
	if (s->n_row == 0) {
		memset(line, PAPER, s->dots);
		row(arg, line, s->dots);
	}
}
