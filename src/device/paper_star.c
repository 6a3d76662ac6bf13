/* SPDX-License-Identifier: Apache-2.0 */
/* Star Line and StarPRNT.  ESC a feeds and ESC d cuts here: nothing may be
 * taken over from ESC/POS unread. */
#include "device/paper_internal.h"

#include "base/poison.h"

#define ESC 0x1b
#define GS 0x1d
#define RS 0x1e
#define CODE_HEIGHT 80
#define BAND_ROWS 24u

static void
page(struct paper *p, uint8_t n)
{
	const uint8_t bytes[] = {ESC, GS, 't', n};

	paper_put(p, bytes, sizeof(bytes));
}

static void
begin(struct paper *p)
{
	paper_put(p, "\x1b@", 2);
	page(p, p->page);
}

static void
align(struct paper *p, uint8_t n)
{
	const uint8_t bytes[] = {ESC, GS, 'a', n};

	paper_put(p, bytes, sizeof(bytes));
}

static void
two(struct paper *p, uint8_t b)
{
	const uint8_t bytes[] = {ESC, b};

	paper_put(p, bytes, sizeof(bytes));
}

static void
size(struct paper *p, uint8_t h, uint8_t w)
{
	const uint8_t bytes[] = {ESC, 'i', h, w};

	paper_put(p, bytes, sizeof(bytes));
}

static void
style(struct paper *p, unsigned flags, bool on)
{
	bool large = (flags & (PAPER_WIDE | PAPER_TALL)) != 0;

	if (on && (flags & PAPER_CENTER) != 0) {
		align(p, 1);
	}
	if (!on && large) {
		size(p, 0, 0);
	}
	if ((flags & PAPER_RED) != 0) {
		two(p, on ? '4' : '5');
	}
	if ((flags & PAPER_BOLD) != 0) {
		two(p, on ? 'E' : 'F');
	}
	if (on && large) {
		size(p, (flags & PAPER_TALL) != 0 ? 1 : 0,
			(flags & PAPER_WIDE) != 0 ? 1 : 0);
	}
	if (!on && (flags & PAPER_CENTER) != 0) {
		align(p, 0);
	}
}

static void
put_qr(struct paper *p, const char *s, size_t n, unsigned module)
{
	const uint8_t head[] = {ESC, GS, 'y', 'S', '0', 2, ESC, GS, 'y', 'S',
		'1', 1, ESC, GS, 'y', 'S', '2', (uint8_t)module, ESC, GS, 'y',
		'D', '1', 0, (uint8_t)(n & 0xff), (uint8_t)(n >> 8)};
	static const uint8_t print[] = {ESC, GS, 'y', 'P'};

	paper_put(p, head, sizeof(head));
	paper_put(p, s, n);
	paper_put(p, print, sizeof(print));
	paper_put1(p, '\n');
}

static void
put_bars(struct paper *p, enum paper_symbol kind, const char *s, size_t n,
	unsigned w)
{
	static const uint8_t number[] = {
		[PAPER_UPC_E] = '0',
		[PAPER_UPC_A] = '1',
		[PAPER_EAN8] = '2',
		[PAPER_EAN13] = '3',
		[PAPER_CODE39] = '4',
		[PAPER_ITF] = '5',
		[PAPER_CODE128] = '6',
	};
	const uint8_t head[] = {ESC, 'b', number[kind], '2',
		(uint8_t)('0' + w - 1), CODE_HEIGHT};

	paper_put(p, head, sizeof(head));
	paper_put(p, s, n);
	paper_put1(p, RS);
}

static bool
symbol(struct paper *p, enum paper_symbol kind, const char *data, size_t n)
{
	unsigned w = kind == PAPER_QR ? paper_qr_module(p, n)
				      : paper_module(p, kind, n);

	if (w == 0) {
		return false;
	}
	align(p, 1);
	if (kind == PAPER_QR) {
		put_qr(p, data, n, w);
	} else {
		put_bars(p, kind, data, n, w);
	}
	align(p, 0);
	return true;
}

static bool
image_prnt(struct paper *p, const struct paper_image *i)
{
	unsigned row = (i->w + 7) / 8;

	align(p, 1);
	for (unsigned y = 0; y < i->h; y += BAND_ROWS) {
		unsigned h = i->h - y < BAND_ROWS ? i->h - y : BAND_ROWS;
		const uint8_t head[] = {ESC, GS, 'S', 1, (uint8_t)(row & 0xff),
			(uint8_t)(row >> 8), (uint8_t)(h & 0xff),
			(uint8_t)(h >> 8), 0};

		paper_put(p, head, sizeof(head));
		paper_put(p, i->bit + (size_t)y * row, (size_t)h * row);
	}
	align(p, 0);
	return true;
}

/* Bands of 24 rows, each filled to the end. */
static bool
image_line(struct paper *p, const struct paper_image *i)
{
	unsigned row = (i->w + 7) / 8;

	align(p, 1);
	for (unsigned y = 0; y < i->h; y += BAND_ROWS) {
		const uint8_t head[] = {
			ESC, 'k', (uint8_t)(row & 0xff), (uint8_t)(row >> 8)};

		paper_put(p, head, sizeof(head));
		for (unsigned k = 0; k < BAND_ROWS; k++) {
			for (unsigned x = 0; x < row; x++) {
				size_t at = (size_t)(y + k) * row + x;

				paper_put1(p, y + k < i->h ? i->bit[at] : 0);
			}
		}
		paper_put1(p, '\n');
	}
	align(p, 0);
	return true;
}

static size_t
pulse(const struct printer_profile *f, unsigned pin, uint8_t out[16])
{
	uint8_t ticks = (uint8_t)(f->pulse / 10);

	out[0] = ESC;
	out[1] = 0x07;
	out[2] = ticks;
	out[3] = ticks;
	out[4] = pin == 0 ? 0x07 : 0x1a;
	return 5;
}

static void
buzz(struct paper *p)
{
	uint8_t bytes[16];
	unsigned pin = p->profile.buzzer == PRINTER_BUZZER_PIN5 ? 1 : 0;

	/* a bell on the drawer's connector is all that is common to them */
	paper_put(p, bytes, pulse(&p->profile, pin, bytes));
}

static void
end(struct paper *p)
{
	switch (p->profile.cut) {
	case PRINTER_CUT_PART:
		paper_put3(p, ESC, 'd', 3);
		break;
	case PRINTER_CUT_FULL:
	case PRINTER_CUT_OLD:
		paper_put3(p, ESC, 'd', 2);
		break;
	case PRINTER_CUT_NONE:
	default:
		paper_put3(p, ESC, 'a', 4);
		break;
	}
}

const struct paper_language paper_star_line = {
	begin, page, style, symbol, image_line, buzz, end, pulse};
const struct paper_language paper_star_prnt = {
	begin, page, style, symbol, image_prnt, buzz, end, pulse};
