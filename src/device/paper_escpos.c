/* SPDX-License-Identifier: Apache-2.0 */
/* Epson ESC/POS. */
#include "device/paper_internal.h"

#include "base/poison.h"

#define ESC 0x1b
#define GS 0x1d
#define FS 0x1c
#define CODE_HEIGHT 80
#define BAND_BYTES 1024u /* of a picture at once: status stays prompt */

static void
begin(struct paper *p)
{
	static const uint8_t init[] = {ESC, '@', FS, '.'};

	paper_put(p, init, sizeof(init));
	paper_put3(p, ESC, 't', p->page);
	paper_put3(p, ESC, 'R', 0); /* ASCII stays ASCII */
	/* the reset may have switched automatic status off */
	if (p->profile.status == PRINTER_STATUS_AUTO) {
		paper_put3(p, GS, 'a', 0xff);
	}
}

static void
page(struct paper *p, uint8_t n)
{
	paper_put3(p, ESC, 't', n);
}

/* All modes in one byte, as an impact printer wants them. */
static void
style_mode(struct paper *p, unsigned flags, bool on)
{
	unsigned mode = 0;

	if (on) {
		mode |= (flags & PAPER_BOLD) != 0 ? 0x08u : 0u;
		mode |= (flags & PAPER_TALL) != 0 ? 0x10u : 0u;
		mode |= (flags & PAPER_WIDE) != 0 ? 0x20u : 0u;
	}
	paper_put3(p, ESC, '!', (uint8_t)mode);
}

static void
style_gs(struct paper *p, unsigned flags, bool on)
{
	unsigned size = 0;

	size |= (flags & PAPER_WIDE) != 0 ? 0x10u : 0u;
	size |= (flags & PAPER_TALL) != 0 ? 0x01u : 0u;
	if (!on && size != 0) {
		paper_put3(p, GS, '!', 0);
	}
	if ((flags & PAPER_BOLD) != 0) {
		paper_put3(p, ESC, 'E', on ? 1 : 0);
	}
	if (on && size != 0) {
		paper_put3(p, GS, '!', (uint8_t)size);
	}
}

static void
color(struct paper *p, bool on)
{
	if (p->profile.red) {
		paper_put3(p, ESC, 'r', on ? 1 : 0);
	} else if (p->profile.size == PRINTER_SIZE_GS) {
		paper_put3(p, GS, 'B', on ? 1 : 0);
	}
}

static void
style(struct paper *p, unsigned flags, bool on)
{
	if (on && (flags & PAPER_CENTER) != 0) {
		paper_put3(p, ESC, 'a', 1);
	}
	if (on && (flags & PAPER_RED) != 0) {
		color(p, true);
	}
	if ((flags & (PAPER_BOLD | PAPER_WIDE | PAPER_TALL)) != 0) {
		if (p->profile.size == PRINTER_SIZE_MODE) {
			style_mode(p, flags, on);
		} else {
			style_gs(p, flags, on);
		}
	}
	if (!on && (flags & PAPER_RED) != 0) {
		color(p, false);
	}
	if (!on && (flags & PAPER_CENTER) != 0) {
		paper_put3(p, ESC, 'a', 0);
	}
}

/* --- symbols -------------------------------------------------------------- */

static void
put_code128(struct paper *p, const char *s, size_t n)
{
	size_t braces = 0;

	for (size_t i = 0; i < n; i++) {
		braces += s[i] == '{' ? 1 : 0;
	}
	paper_put1(p, (uint8_t)(n + braces + 2));
	paper_put(p, "{B", 2);
	for (size_t i = 0; i < n; i++) {
		paper_put(p, "{{", s[i] == '{' ? 2 : 0);
		paper_put(p, s + i, s[i] == '{' ? 0 : 1);
	}
}

static void
put_bars(struct paper *p, enum paper_symbol kind, const char *s, size_t n,
	unsigned w)
{
	static const uint8_t number[] = {
		[PAPER_UPC_A] = 0,
		[PAPER_UPC_E] = 1,
		[PAPER_EAN13] = 2,
		[PAPER_EAN8] = 3,
		[PAPER_CODE39] = 4,
		[PAPER_ITF] = 5,
		[PAPER_CODE128] = 8,
	};

	paper_put3(p, GS, 'h', CODE_HEIGHT);
	paper_put3(p, GS, 'w', (uint8_t)w);
	paper_put3(p, GS, 'H', 2);
	if (p->profile.codes == PRINTER_CODES_A) {
		paper_put3(p, GS, 'k', number[kind]);
		paper_put(p, s, n);
		paper_put1(p, 0);
		return;
	}
	paper_put3(p, GS, 'k', (uint8_t)(0x41 + number[kind]));
	if (kind == PAPER_CODE128) {
		put_code128(p, s, n);
	} else {
		paper_put1(p, (uint8_t)n);
		paper_put(p, s, n);
	}
}

static void
put_qr(struct paper *p, const char *s, size_t n, unsigned module)
{
	const uint8_t head[] = {GS, '(', 'k', 4, 0, 0x31, 0x41, 0x32, 0, GS,
		'(', 'k', 3, 0, 0x31, 0x43, (uint8_t)module, GS, '(', 'k', 3, 0,
		0x31, 0x45, 0x31, GS, '(', 'k', (uint8_t)((n + 3) & 0xff),
		(uint8_t)((n + 3) >> 8), 0x31, 0x50, 0x30};
	static const uint8_t print[] = {GS, '(', 'k', 3, 0, 0x31, 0x51, 0x30};

	paper_put(p, head, sizeof(head));
	paper_put(p, s, n);
	paper_put(p, print, sizeof(print));
}

static bool
symbol(struct paper *p, enum paper_symbol kind, const char *data, size_t n)
{
	unsigned w = kind == PAPER_QR ? paper_qr_module(p, n)
				      : paper_module(p, kind, n);

	if (w == 0 || (kind == PAPER_CODE128 &&
			      p->profile.codes != PRINTER_CODES_B)) {
		return false;
	}
	paper_put3(p, ESC, 'a', 1);
	if (kind == PAPER_QR) {
		put_qr(p, data, n, w);
	} else {
		put_bars(p, kind, data, n, w);
	}
	paper_put1(p, '\n');
	paper_put3(p, ESC, 'a', 0);
	return true;
}

/* --- pictures ------------------------------------------------------------- */

static void
raster(struct paper *p, const struct paper_image *i)
{
	unsigned row = (i->w + 7) / 8;
	unsigned band = BAND_BYTES / row;

	for (unsigned y = 0; y < i->h; y += band) {
		unsigned h = i->h - y < band ? i->h - y : band;
		const uint8_t head[] = {GS, 'v', '0', 0, (uint8_t)(row & 0xff),
			(uint8_t)(row >> 8), (uint8_t)(h & 0xff),
			(uint8_t)(h >> 8)};

		paper_put(p, head, sizeof(head));
		paper_put(p, i->bit + (size_t)y * row, (size_t)h * row);
	}
}

static bool
dot(const struct paper_image *i, unsigned x, unsigned y)
{
	unsigned row = (i->w + 7) / 8;

	return y < i->h &&
	       (i->bit[(size_t)y * row + x / 8] & (0x80u >> x % 8)) != 0;
}

static void
columns(struct paper *p, const struct paper_image *i)
{
	paper_put3(p, ESC, '3', 16); /* rows of eight dots touch */
	for (unsigned y = 0; y < i->h; y += 8) {
		const uint8_t head[] = {ESC, '*', 0, (uint8_t)(i->w & 0xff),
			(uint8_t)(i->w >> 8)};

		paper_put(p, head, sizeof(head));
		for (unsigned x = 0; x < i->w; x++) {
			unsigned byte = 0;

			for (unsigned k = 0; k < 8; k++) {
				byte |= dot(i, x, y + k) ? 0x80u >> k : 0u;
			}
			paper_put1(p, (uint8_t)byte);
		}
		paper_put1(p, '\n');
	}
	paper_put(p, "\x1b\x32", 2);
}

static bool
image(struct paper *p, const struct paper_image *i)
{
	paper_put3(p, ESC, 'a', 1);
	if (p->profile.image == PRINTER_IMAGE_RASTER) {
		raster(p, i);
	} else {
		columns(p, i);
	}
	paper_put3(p, ESC, 'a', 0);
	return true;
}

/* --- the rest ------------------------------------------------------------- */

static void
buzz(struct paper *p)
{
	static const uint8_t epson[] = {ESC, '(', 'A', 5, 0, 'a', 'd', 2, 2, 2};
	static const uint8_t old[] = {ESC, '(', 'A', 4, 0, '0', 1, 2, 2};
	static const uint8_t clone[] = {ESC, 'B', 2, 4};
	const uint8_t bell[] = {
		ESC, 'p', p->profile.buzzer == PRINTER_BUZZER_PIN5, 0x64, 0xfa};

	switch (p->profile.buzzer) {
	case PRINTER_BUZZER_EPSON:
		paper_put(p, epson, sizeof(epson));
		break;
	case PRINTER_BUZZER_EPSON_OLD:
		paper_put(p, old, sizeof(old));
		break;
	case PRINTER_BUZZER_CLONE:
		paper_put(p, clone, sizeof(clone));
		break;
	case PRINTER_BUZZER_PIN2:
	case PRINTER_BUZZER_PIN5:
		paper_put(p, bell, sizeof(bell));
		break;
	case PRINTER_BUZZER_NONE:
	default:
		break;
	}
}

static void
end(struct paper *p)
{
	switch (p->profile.cut) {
	case PRINTER_CUT_PART:
		paper_put3(p, GS, 'V', 0x42);
		paper_put1(p, 0);
		break;
	case PRINTER_CUT_FULL:
		paper_put3(p, GS, 'V', 0x41);
		paper_put1(p, 0);
		break;
	case PRINTER_CUT_OLD:
		paper_put3(p, ESC, 'd', 5);
		paper_put(p, "\x1bm", 2);
		break;
	case PRINTER_CUT_NONE:
	default:
		paper_put3(p, ESC, 'd', 4);
		break;
	}
}

static size_t
pulse(const struct printer_profile *f, unsigned pin, uint8_t out[16])
{
	out[0] = ESC;
	out[1] = 'p';
	out[2] = pin == 0 ? 0 : 1;
	out[3] = (uint8_t)(f->pulse / 2);
	out[4] = 0xfa; /* 500 ms off */
	return 5;
}

const struct paper_language paper_escpos = {
	begin, page, style, symbol, image, buzz, end, pulse};
