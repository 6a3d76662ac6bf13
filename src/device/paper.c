/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "device/paper_internal.h"

#include "base/poison.h"

#define DOTS_PER_COL 12u
#define CODE_MAX 80u
#define QR_MAX 400u

void
paper_put(struct paper *p, const void *bytes, size_t n)
{
	if (p->over || n > p->cap - p->len) {
		p->over = true;
		return;
	}
	memcpy(p->p + p->len, bytes, n);
	p->len += n;
}

void
paper_put1(struct paper *p, uint8_t a)
{
	paper_put(p, &a, 1);
}

void
paper_put3(struct paper *p, uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t bytes[3] = {a, b, c};

	paper_put(p, bytes, sizeof(bytes));
}

void
paper_begin(struct paper *p, uint8_t *out, size_t cap,
	const struct paper_language *language,
	const struct printer_profile *profile)
{
	memset(p, 0, sizeof(*p));
	p->p = out;
	p->cap = cap;
	p->language = language;
	p->profile = *profile;
	p->page = profile->page[0].n;
	language->begin(p);
}

void
paper_text(struct paper *p, unsigned flags, const char *text)
{
	p->printed = true;
	if (flags != 0) {
		p->language->style(p, flags, true);
	}
	paper_put_text(p, text, strlen(text));
	paper_put1(p, '\n');
	if (flags != 0) {
		p->language->style(p, flags, false);
	}
}

/* --- symbols -------------------------------------------------------------- */

static bool
are_of(const char *s, const char *set)
{
	return s[0] != '\0' && strspn(s, set) == strlen(s);
}

/* Of digits whose last one is the check digit, weighted 3, 1, 3 from it. */
static bool
check_holds(const char *s, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (unsigned)(s[n - 1 - i] - '0') * (i % 2 == 0 ? 1 : 3);
	}
	return sum % 10 == 0;
}

/* Digits, without or with a check digit that holds. */
static bool
is_number(const char *s, size_t without)
{
	size_t n = strlen(s);

	return are_of(s, "0123456789") &&
	       (n == without || (n == without + 1 && check_holds(s, n)));
}

/* Nothing below a blank, in whatever symbol: a printer that does not know it
 * prints its data as text. */
static bool
is_clean(const char *s, size_t most, bool ascii)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f || (ascii && c > 0x7e)) {
			return false;
		}
	}
	return n > 0 && n <= most;
}

static bool
is_data_of(enum paper_symbol kind, const char *s)
{
	size_t n = strlen(s);

	switch (kind) {
	case PAPER_UPC_A:
		return is_number(s, 11);
	case PAPER_UPC_E:
		return are_of(s, "0123456789") &&
		       ((n >= 6 && n <= 8) || n == 11 || n == 12);
	case PAPER_EAN13:
		return is_number(s, 12);
	case PAPER_EAN8:
		return is_number(s, 7);
	case PAPER_CODE39:
		return n <= CODE_MAX &&
		       are_of(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%+-./");
	case PAPER_ITF:
		return n <= CODE_MAX && n % 2 == 0 && are_of(s, "0123456789");
	case PAPER_CODE128:
		return is_clean(s, CODE_MAX, true);
	case PAPER_QR:
	default:
		return is_clean(s, QR_MAX, false);
	}
}

size_t
paper_code_dots(enum paper_symbol kind, size_t n, size_t w)
{
	switch (kind) {
	case PAPER_UPC_A:
	case PAPER_EAN13:
		return 113 * w;
	case PAPER_UPC_E:
		return 67 * w;
	case PAPER_EAN8:
		return 81 * w;
	case PAPER_CODE39:
		return (16 * (n + 2) + 20) * w;
	case PAPER_ITF:
		return (9 * n + 9 + 20) * w;
	case PAPER_CODE128:
		return (11 * (n + 2) + 13 + 20) * w;
	case PAPER_QR:
	default:
		return 0;
	}
}

static size_t
dots_of(const struct paper *p)
{
	return p->profile.dots > 0 ? p->profile.dots
				   : (size_t)p->profile.cols * DOTS_PER_COL;
}

unsigned
paper_module(const struct paper *p, enum paper_symbol kind, size_t n)
{
	for (unsigned w = 3; w >= 2; w--) {
		/* too wide a symbol would print as nothing at all */
		if (paper_code_dots(kind, n, w) <= dots_of(p)) {
			return w;
		}
	}
	return 0;
}

unsigned
paper_qr_module(const struct paper *p, size_t n)
{
	/* bytes that versions 1, 2, ... hold at level M */
	static const uint16_t holds[] = {14, 26, 42, 62, 84, 106, 122, 152, 180,
		213, 251, 287, 331, 362, 412};
	size_t version = 0;
	size_t side;

	while (version < ARRAY_LEN(holds) && holds[version] < n) {
		version++;
	}
	side = 17 + 4 * (version + 1) + 8;
	for (unsigned s = 6; s >= 2; s--) {
		if (side * s <= dots_of(p)) {
			return s;
		}
	}
	return 0;
}

bool
paper_code(struct paper *p, enum paper_symbol kind, const char *data)
{
	if (!is_data_of(kind, data) ||
		(kind == PAPER_QR ? !p->profile.qr
				  : p->profile.codes == PRINTER_CODES_NONE) ||
		!p->language->symbol(p, kind, data, strlen(data))) {
		return false;
	}
	p->printed = true;
	return true;
}

/* --- rows ----------------------------------------------------------------- */

static void
row_code(struct paper *p, const char *text)
{
	if (!paper_code(p, PAPER_CODE128, text) &&
		!paper_code(p, PAPER_CODE39, text) &&
		!paper_code(p, PAPER_QR, text)) {
		paper_text(p, PAPER_CENTER, text);
	}
}

void
paper_row(void *paper, enum row_style style, const char *text)
{
	struct paper *p = paper;

	switch (style) {
	case ROW_CODE:
		row_code(p, text);
		break;
	case ROW_TITLE:
		paper_text(p, PAPER_BOLD | PAPER_WIDE | PAPER_TALL, text);
		break;
	case ROW_TOTAL:
		paper_text(p, PAPER_BOLD | PAPER_TALL, text);
		break;
	case ROW_BOLD:
		paper_text(p, PAPER_BOLD, text);
		break;
	case ROW_NOTE:
		paper_text(p, PAPER_RED | PAPER_BOLD | PAPER_TALL, text);
		break;
	case ROW_NORMAL:
	default:
		paper_text(p, 0, text);
		break;
	}
}

bool
paper_picture(struct paper *p, const struct paper_image *i)
{
	if (p->profile.image == PRINTER_IMAGE_NONE || i->w == 0 || i->h == 0 ||
		i->w > dots_of(p) || !p->language->image(p, i)) {
		return false;
	}
	p->printed = true;
	return true;
}

void
paper_buzz(struct paper *p)
{
	if (p->profile.buzzer != PRINTER_BUZZER_NONE) {
		p->language->buzz(p);
	}
}

enum rc
paper_end(struct paper *p)
{
	if (p->printed) {
		p->language->end(p);
	}
	return p->over ? RC_RANGE : RC_OK;
}
