/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A printer that speaks ESC/POS.  It reads commands by a table of its own, so
 * that what the register sends is looked at by somebody else, and says of each
 * one it does not have that it is unknown.
 */
#include <string.h>

#include "sim/printer.h"

#include "base/poison.h"

#define ESC 0x1b
#define GS 0x1d
#define FS 0x1c
#define DLE 0x10
#define MORE 0 /* the command is not whole yet */

struct escpos {
	struct sim_printer p;
	uint8_t asb;     /* GS a */
	uint8_t told[4]; /* the last status */
	bool wants;      /* one was asked for */
	uint8_t align;
	uint8_t qr[PRINTER_BUFFER];
	size_t n_qr;
	struct mono now;
	bool aside; /* ESC =: what comes is for a display in front */
};

static void
answer(struct escpos *s, const void *p, size_t n, struct sim_out *out)
{
	if (s->p.on && !s->p.mute) {
		(void)sim_put(out, p, n);
	}
}

/* --- status --------------------------------------------------------------- */

static void
status(const struct escpos *s, uint8_t a[4])
{
	const struct sim_printer *p = &s->p;

	a[0] = 0x10;
	a[0] |= sim_printer_contact(p) ? 0x04 : 0;
	a[0] |= sim_printer_works(p) ? 0 : 0x08;
	a[0] |= p->cover_open ? 0x20 : 0;
	a[1] = p->jammed ? 0x08 : 0;
	a[2] = (uint8_t)((p->low ? 0x03 : 0) | (p->paper ? 0 : 0x0c));
	a[3] = 0x0f;
}

/* What changed is told by itself. */
static void
tell_status(struct escpos *s, struct sim_out *out)
{
	uint8_t a[4];

	status(s, a);
	if (s->wants || (s->asb != 0 && memcmp(a, s->told, sizeof(a)) != 0)) {
		memcpy(s->told, a, sizeof(a));
		s->wants = false;
		answer(s, a, sizeof(a), out);
	}
}

static void
real_time(struct escpos *s, uint8_t n, struct sim_out *out)
{
	const struct sim_printer *p = &s->p;
	unsigned b = 0x12;

	switch (n) {
	case 1:
		b |= sim_printer_contact(p) ? 0x04u : 0u;
		b |= sim_printer_works(p) ? 0u : 0x08u;
		break;
	case 2:
		b |= p->cover_open ? 0x04u : 0u;
		b |= p->paper ? 0u : 0x20u;
		b |= p->jammed ? 0x40u : 0u;
		break;
	case 3:
		b |= p->jammed ? 0x08u : 0u;
		break;
	case 4:
		b |= p->low ? 0x0cu : 0u;
		b |= p->paper ? 0u : 0x60u;
		break;
	default:
		return;
	}
	answer(s, &(uint8_t){(uint8_t)b}, 1, out);
}

/* DLE and what follows; MORE, or its bytes. */
static size_t
dle(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	static const uint8_t cleared[] = {0x37, 0x25, 0x00};

	if (n < 3) {
		return MORE;
	}
	if (p[1] == 0x04) {
		real_time(s, p[2], out);
		return 3;
	}
	if (p[1] == 0x05) {
		s->p.jammed = false;
		return 3;
	}
	if (p[1] == 0x14 && p[2] == 1) {
		if (n < 5) {
			return MORE;
		}
		sim_printer_pulse(&s->p, p[3] == 1, out);
		return 5;
	}
	if (p[1] == 0x14 && p[2] == 7) {
		s->wants = true;
		return n < 4 ? MORE : 4;
	}
	if (p[1] == 0x14 && p[2] == 8) {
		answer(s, cleared, n < 10 ? 0 : sizeof(cleared), out);
		return n < 10 ? MORE : 10;
	}
	sim_printer_unknown(&s->p, p, n, out);
	return 1;
}

/* --- commands of a fixed length ------------------------------------------- */

static void
set_flag(struct escpos *s, unsigned flag, bool on)
{
	s->p.flags = on ? s->p.flags | flag : s->p.flags & ~flag;
}

static void
reset(struct escpos *s)
{
	s->p.flags = 0;
	s->p.page = 0;
	s->align = 0;
	s->p.sheet.align = 0;
	memset(&s->p.sheet.now, 0, sizeof(s->p.sheet.now));
}

static void
feed(struct escpos *s, unsigned lines, struct sim_out *out)
{
	for (unsigned i = 0; i < lines && s->p.paper; i++) {
		sim_printer_line(&s->p, out);
	}
}

static void
do_esc(struct escpos *s, const uint8_t *p, struct sim_out *out)
{
	uint8_t said[1];

	switch (p[1]) {
	case '@':
		reset(s);
		break;
	case 'a':
		s->align = p[2] % 48;
		s->p.sheet.align = s->align;
		break;
	case 'E':
	case 'G':
		set_flag(s, SHEET_BOLD, (p[2] & 1) != 0);
		break;
	case '-':
		set_flag(s, SHEET_UNDER, p[2] % 48 != 0);
		break;
	case '!':
		set_flag(s, SHEET_BOLD, (p[2] & 0x08) != 0);
		set_flag(s, SHEET_TALL, (p[2] & 0x10) != 0);
		set_flag(s, SHEET_WIDE, (p[2] & 0x20) != 0);
		break;
	case 'r':
		set_flag(s, SHEET_RED, p[2] % 48 == 1);
		break;
	case 't':
		s->p.page = p[2];
		break;
	case 'd':
		feed(s, p[2], out);
		break;
	case 'i':
	case 'm':
		sim_printer_cut(&s->p, out);
		break;
	case 'p':
		sim_printer_pulse(&s->p, p[2] % 48 == 1, out);
		break;
	case 'B':
		sim_say(out, "buzz %u", p[2]);
		break;
	case '=':
		s->aside = (p[2] & 1) == 0;
		break;
	case 'v':
		said[0] = s->p.low ? 3 : 0;
		answer(s, said, 1, out);
		break;
	case 'u':
		said[0] = sim_printer_contact(&s->p);
		answer(s, said, 1, out);
		break;
	default:
		break;
	}
}

static void
do_gs(struct escpos *s, const uint8_t *p, struct sim_out *out)
{
	uint8_t said[1];

	switch (p[1]) {
	case '!':
		set_flag(s, SHEET_WIDE, (p[2] & 0xf0) != 0);
		set_flag(s, SHEET_TALL, (p[2] & 0x0f) != 0);
		break;
	case 'B':
		set_flag(s, SHEET_INVERSE, (p[2] & 1) != 0);
		break;
	case 'a':
		s->asb = p[2];
		s->wants = p[2] != 0;
		break;
	case 'r':
		/* paper, or the drawer */
		said[0] = s->p.low ? 3 : 0;
		if (p[2] % 48 == 2) {
			said[0] = sim_printer_contact(&s->p);
		}
		answer(s, said, 1, out);
		break;
	case 'I':
		answer(s, "\x5fHoldfast", sizeof("\x5fHoldfast"), out);
		break;
	default:
		break;
	}
}

static const struct {
	uint8_t lead, letter;
	uint8_t args;
} fixed[] = {
	{ESC, '@', 0},
	{ESC, 'a', 1},
	{ESC, 'E', 1},
	{ESC, 'G', 1},
	{ESC, '-', 1},
	{ESC, '!', 1},
	{ESC, 'M', 1},
	{ESC, '{', 1},
	{ESC, 'V', 1},
	{ESC, 'r', 1},
	{ESC, ' ', 1},
	{ESC, '$', 2},
	{ESC, '\\', 2},
	{ESC, 'R', 1},
	{ESC, 't', 1},
	{ESC, 'd', 1},
	{ESC, 'J', 1},
	{ESC, '2', 0},
	{ESC, '3', 1},
	{ESC, 'i', 0},
	{ESC, 'm', 0},
	{ESC, 'p', 3},
	{ESC, 'c', 2},
	{ESC, '=', 1},
	{ESC, 'v', 0},
	{ESC, 'u', 1},
	{ESC, 'B', 2},
	{GS, '!', 1},
	{GS, 'B', 1},
	{GS, 'a', 1},
	{GS, 'h', 1},
	{GS, 'w', 1},
	{GS, 'H', 1},
	{GS, 'f', 1},
	{GS, 'r', 1},
	{GS, 'I', 1},
	{GS, 'L', 2},
	{GS, 'W', 2},
	{FS, '.', 0},
	{FS, '&', 0},
};

/* --- those that tell their length ----------------------------------------- */

static size_t
bars(struct escpos *s, const uint8_t *p, size_t n)
{
	static const char *const name[] = {"UPC-A ", "UPC-E ", "EAN13 ",
		"EAN8 ", "CODE39 ", "ITF ", "CODABAR ", "CODE93 ", "CODE128 "};
	size_t len = 0;
	size_t kind;

	if (n < 4) {
		return MORE;
	}
	if (p[2] <= 6) {
		while (3 + len < n && p[3 + len] != 0) {
			len++;
		}
		if (3 + len == n) {
			return MORE;
		}
		sheet_code(&s->p.sheet, false, name[p[2]], p + 3, len);
		return 4 + len;
	}
	len = p[3];
	if (n < 4 + len) {
		return MORE;
	}
	kind = (size_t)p[2] - 0x41;
	if (p[2] >= 0x41 && kind < ARRAY_LEN(name)) {
		bool set_b = kind == 8 && len > 2;

		sheet_code(&s->p.sheet, false, name[kind],
			p + 4 + (set_b ? 2 : 0), len - (set_b ? 2 : 0));
	}
	return 4 + len;
}

static void
block(struct escpos *s, const uint8_t *p, size_t len, struct sim_out *out)
{
	uint8_t id[] = {0x37, 0x22, 0, 0, 0, 0, 0};

	if (p[2] == 'H' && len == 6) {
		memcpy(id + 2, p + 7, 4);
		answer(s, id, sizeof(id), out);
	} else if (p[2] == 'k' && len >= 3 && p[6] == 0x50) {
		s->n_qr = len - 3;
		memcpy(s->qr, p + 8, s->n_qr);
	} else if (p[2] == 'k' && len >= 3 && p[6] == 0x51) {
		sheet_code(&s->p.sheet, true, "QR ", s->qr, s->n_qr);
	} else if (p[0] == ESC && p[2] == 'A') {
		sim_say(out, "buzz");
	}
}

/* ESC (, GS (, FS (: a letter, a length of two bytes, data. */
static size_t
with_length(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	size_t len;

	if (n < 5) {
		return MORE;
	}
	len = (size_t)p[3] | (size_t)p[4] << 8;
	if (5 + len > PRINTER_BUFFER) {
		sim_printer_unknown(&s->p, p, n, out);
		return 1;
	}
	if (n < 5 + len) {
		return MORE;
	}
	block(s, p, len, out);
	return 5 + len;
}

static size_t
raster(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	size_t row, h;

	if (n < 8) {
		return MORE;
	}
	row = (size_t)p[4] | (size_t)p[5] << 8;
	h = (size_t)p[6] | (size_t)p[7] << 8;
	if (p[2] != '0' || 8 + row * h > PRINTER_BUFFER) {
		sim_printer_unknown(&s->p, p, n, out);
		return 1;
	}
	if (n < 8 + row * h) {
		return MORE;
	}
	sheet_image(&s->p.sheet, (unsigned)row * 8, (unsigned)h, p + 8);
	return 8 + row * h;
}

/* Columns of eight dots, turned into rows. */
static size_t
columns(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	uint8_t bit[8][SHEET_DOT_BYTES] = {{0}};
	size_t w;

	if (n < 5) {
		return MORE;
	}
	w = (size_t)p[3] | (size_t)p[4] << 8;
	if (p[2] > 1 || w > sizeof(bit[0]) * 8) {
		sim_printer_unknown(&s->p, p, n, out);
		return 1;
	}
	if (n < 5 + w) {
		return MORE;
	}
	for (size_t x = 0; x < w; x++) {
		for (unsigned y = 0; y < 8; y++) {
			if ((p[5 + x] & 0x80u >> y) != 0) {
				bit[y][x / 8] |= (uint8_t)(0x80u >> x % 8);
			}
		}
	}
	for (unsigned y = 0; y < 8; y++) {
		sheet_image(&s->p.sheet, (unsigned)w, 1, bit[y]);
	}
	return 5 + w;
}

static size_t
cut(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	size_t len;

	if (n < 3) {
		return MORE;
	}
	len = p[2] >= 0x41 ? 4 : 3;
	if (n < len) {
		return MORE;
	}
	sim_printer_cut(&s->p, out);
	return len;
}

static size_t
command(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	if (n < 2) {
		return MORE;
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		if (fixed[i].lead != p[0] || fixed[i].letter != p[1]) {
			continue;
		}
		if (n < 2u + fixed[i].args) {
			return MORE;
		}
		if (p[0] == ESC) {
			do_esc(s, p, out);
		} else if (p[0] == GS) {
			do_gs(s, p, out);
		}
		return 2u + fixed[i].args;
	}
	if (p[1] == '(') {
		return with_length(s, p, n, out);
	}
	if (p[0] == ESC && p[1] == '*') {
		return columns(s, p, n, out);
	}
	if (p[0] == GS && p[1] == 'v') {
		return raster(s, p, n, out);
	}
	if (p[0] == GS && p[1] == 'k') {
		return bars(s, p, n);
	}
	if (p[0] == GS && p[1] == 'V') {
		return cut(s, p, n, out);
	}
	sim_printer_unknown(&s->p, p, n, out);
	return 1;
}

/* --- the machine ---------------------------------------------------------- */

/* It is not meant: only ESC = and what is asked in real time is heard. */
static size_t
not_mine(struct escpos *s, const uint8_t *p, size_t n, struct sim_out *out)
{
	if (p[0] == ESC && (n < 2 || p[1] == '=')) {
		return n < 3 ? MORE : command(s, p, n, out);
	}
	if (p[0] == DLE && (n < 2 || p[1] == 0x04 || p[1] == 0x14)) {
		return n < 3 ? MORE : dle(s, p, n, out);
	}
	return 1;
}

/* One command or sign of the buffer; MORE. */
static size_t
one(void *state, const uint8_t *p, size_t n, struct sim_out *out)
{
	struct escpos *s = state;

	if (s->aside) {
		return not_mine(s, p, n, out);
	}
	switch (p[0]) {
	case DLE:
		return dle(s, p, n, out);
	case ESC:
	case GS:
	case FS:
		return command(s, p, n, out);
	case '\n':
		sim_printer_line(&s->p, out);
		return 1;
	case 0:
	case '\r':
		return 1;
	default:
		if (p[0] < 0x20 || p[0] == 0x7f) {
			sim_printer_unknown(&s->p, p, 1, out);
			return 1;
		}
		sim_printer_sign(&s->p, p[0]);
		return 1;
	}
}

/* While it cannot print it still hears what is asked in real time, wherever
 * that stands. */
static void
overhear(struct escpos *s, struct sim_out *out)
{
	uint8_t *b = s->p.buffer;
	size_t n = s->p.n_buffer;

	if (n >= 3 && b[n - 3] == DLE && b[n - 2] == 0x04 && b[n - 1] <= 4) {
		s->p.n_buffer -= 3;
		real_time(s, b[n - 1], out);
	} else if (n >= 3 && b[n - 3] == DLE && b[n - 2] == 0x05) {
		s->p.n_buffer -= 3;
		s->p.jammed = false;
	} else if (n >= 5 && b[n - 5] == DLE && b[n - 4] == 0x14 &&
		   b[n - 3] == 1) {
		s->p.n_buffer -= 5;
		sim_printer_pulse(&s->p, b[n - 2] == 1, out);
	}
}

static void
escpos_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct escpos *s = state;

	(void)now;
	for (size_t i = 0; i < n && s->p.on; i++) {
		sim_printer_keep(&s->p, in[i], out);
		if (sim_printer_works(&s->p)) {
			sim_printer_work(&s->p, one, s, out);
		} else {
			overhear(s, out);
		}
	}
	sim_printer_work(&s->p, one, s, out);
	tell_status(s, out);
}

static enum rc
escpos_open(
	void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	struct escpos *s = state;

	return sim_printer_open(&s->p, &sim_escpos, opt, n, reterr);
}

static enum rc
escpos_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	struct escpos *s = state;
	bool known = false;

	(void)now;
	(void)sim_printer_tell(&s->p, line, &known, out);
	if (!known) {
		return sim_unknown(&sim_escpos, line, reterr);
	}
	if (!s->p.on) {
		s->asb = 0; /* forgotten with the power */
		s->aside = false;
	}
	sim_printer_work(&s->p, one, s, out);
	tell_status(s, out);
	return RC_OK;
}

static void
escpos_show(const void *state, struct sbuf *out)
{
	const struct escpos *s = state;

	sheet_show(&s->p.sheet, out);
}

static void
escpos_picture(const void *state,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg)
{
	const struct escpos *s = state;

	sheet_picture(&s->p.sheet, row, arg);
}

const struct sim_device sim_escpos = {.name = "escpos",
	.summary = "a receipt printer that speaks ESC/POS, with a drawer",
	.commands = SIM_PRINTER_COMMANDS,
	.state_size = sizeof(struct escpos),
	.open = escpos_open,
	.step = escpos_step,
	.tell = escpos_tell,
	.show = escpos_show,
	.picture = escpos_picture};
