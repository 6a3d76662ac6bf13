/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal says of a payment, reduced to what the register may have. */
#include <string.h>

#include "base/crypto.h"
#include "base/sbuf.h"
#include "base/text.h"
#include "device/codepage.h"
#include "device/zvt_codec.h"

#include "base/poison.h"

#define LINE_BYTES 1024
#define WORD_BYTES 256

/* --- text ----------------------------------------------------------------- */

/* One character of the terminal; moves on by what it took. */
static int32_t
take_char(enum zvt_charset cs, const char **p, const char *end)
{
	const struct codepage *page = codepage_find("CP437");
	unsigned char c = (unsigned char)**p;
	int32_t cp = c;

	if (cs == ZVT_UTF8) {
		return text_next(p, end, &cp) ? cp : 0;
	}
	(*p)++;
	if (c >= 0x80 && cs == ZVT_CP437) {
		cp = page->high[c - 0x80];
	}
	return cp;
}

/* Blanks make the columns of a receipt, so only words pass the cleaner. */
static void
clean_words(struct sbuf *out, const char *s, size_t n)
{
	char word[WORD_BYTES];
	size_t i = 0;

	while (i < n) {
		size_t len = 0;

		while (i + len < n && s[i + len] != ' ') {
			len++;
		}
		(void)text_clean(s + i, len, word, sizeof(word), 0);
		sbuf_puts(out, word);
		i += len;
		for (; i < n && s[i] == ' '; i++) {
			sbuf_putc(out, ' ');
		}
	}
	crypto_wipe(word, sizeof(word));
}

void
zvt_text(enum zvt_charset cs, const uint8_t *p, size_t n, char *out, size_t cap)
{
	const char *at = (const char *)p;
	const char *end = at + n;
	char line[LINE_BYTES], clean[LINE_BYTES];
	struct sbuf b, o;
	size_t len;

	sbuf_init(&b, line, sizeof(line));
	sbuf_init(&o, clean, sizeof(clean));
	while (at < end && *at != '\0') {
		int32_t cp = take_char(cs, &at, end);
		char one[4];

		/* line breaks of a display text are blanks here */
		cp = cp < 0x20 ? ' ' : cp;
		sbuf_write(&b, one, text_encode(cp, one));
	}
	clean_words(&o, line, b.len);
	(void)pinpad_mask(clean, o.len);
	len = o.len < cap ? o.len : cap - 1;
	while (len > 0 && ((unsigned char)clean[len] & 0xc0u) == 0x80) {
		len--;
	}
	while (len > 0 && clean[len - 1] == ' ') {
		len--;
	}
	memcpy(out, clean, len);
	out[len] = '\0';
	/* what was cut off may have hidden one */
	(void)pinpad_mask(out, len);
	crypto_wipe(line, sizeof(line));
	crypto_wipe(clean, sizeof(clean));
}

/* --- fields --------------------------------------------------------------- */

static void
put_digits(char *out, size_t cap, int64_t value)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (value >= 0) {
		sbuf_i64(&b, value);
	}
}

static void
put_hex(char *out, size_t cap, const uint8_t *p, size_t n)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	for (size_t i = 0; i < n && b.len + 2 < cap; i++) {
		sbuf_printf(&b, "%02X", p[i]);
	}
}

/* "14:05:33" from 3 bytes, "11-21" from 2, "2026-11-21" from 4. */
static void
put_date(char *out, size_t cap, const uint8_t *p, size_t n, char between)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	if (zvt_bcd(p, n) <= 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool dash = i > 0 && (n != 4 || i > 1);

		sbuf_printf(&b, "%.*s%02X", dash ? 1 : 0, &between, p[i]);
	}
}

/* BMP 22: nibbles; E is masked, F fills up.  Only the last four, and only when
 * all of them are there. */
static void
put_last4(char out[5], const uint8_t *p, size_t n)
{
	char digit[4];
	size_t got = 0;

	out[0] = '\0';
	for (size_t i = n * 2; i > 0 && got < sizeof(digit); i--) {
		unsigned nibble =
			i % 2 == 0 ? p[(i - 1) / 2] & 15u : p[(i - 1) / 2] >> 4;

		if (nibble == 0xf && got == 0) {
			continue;
		}
		if (nibble > 9) {
			return;
		}
		digit[got++] = (char)('0' + nibble);
	}
	if (got == sizeof(digit) && n * 2 > sizeof(digit)) {
		for (size_t i = 0; i < sizeof(digit); i++) {
			out[i] = digit[sizeof(digit) - 1 - i];
		}
		out[4] = '\0';
	}
	crypto_wipe(digit, sizeof(digit));
}

/* BMP 60: receipts from and to, then count and sum of each kind of card. */
static void
put_totals(struct zvt_info *i, const uint8_t *p, size_t n)
{
	static const char *const name[] = {"girocard", "JCB", "Mastercard",
		"American Express", "Visa", "Diners", "other"};
	struct sbuf b;

	i->n_total = 0;
	for (size_t k = 0; k < ARRAY_LEN(name) && n >= 4 + (k + 1) * 7; k++) {
		const uint8_t *row = p + 4 + k * 7;
		struct pinpad_total *t = &i->total[i->n_total];

		t->count = row[0];
		t->amount = zvt_bcd(row + 1, 6);
		if (t->count > 0 && t->amount >= 0) {
			sbuf_init(&b, t->name, sizeof(t->name));
			sbuf_puts(&b, name[k]);
			i->n_total++;
		}
	}
}

struct reader {
	struct zvt_info *i;
	enum zvt_charset cs;
};

static void
take_long_trace(struct zvt_info *i, const struct zvt_tag *t)
{
	int64_t n = zvt_bcd(t->p, t->n);

	if (n > 0) {
		put_digits(i->trace, sizeof(i->trace), n);
	}
}

static void
take_byte(int *out, const struct zvt_tag *t)
{
	if (t->n == 1) {
		*out = t->p[0];
	}
}

static void
take_tag(void *arg, const struct zvt_tag *t)
{
	struct reader *r = arg;
	struct zvt_info *i = r->i;

	switch (t->tag) {
	case 0x07: /* in 24: what to show */
	case 0x1f17:
		if (t->n > 0) {
			zvt_text(r->cs, t->p, t->n, i->text, sizeof(i->text));
		}
		break;
	case 0x1f07:
		take_byte(&i->slip_kind, t);
		break;
	case 0x1f0e:
		if (t->n == 4) {
			put_date(i->date, sizeof(i->date), t->p, 4, '-');
		}
		break;
	case 0x1f0f:
		if (t->n == 3) {
			put_date(i->time, sizeof(i->time), t->p, 3, ':');
		}
		break;
	case 0x1f10:
		take_byte(&i->check, t);
		break;
	case 0x1f11:
		take_byte(&i->online, t);
		break;
	case 0x1f12:
		take_byte(&i->entry, t);
		break;
	case 0x1f16:
		i->system = t->n > 4 ? -1 : 0;
		for (size_t k = 0; k < t->n && t->n <= 4; k++) {
			i->system = i->system << 8 | t->p[k];
		}
		break;
	case 0x1f2b:
		take_long_trace(i, t);
		break;
	case 0x1f37:
		take_byte(&i->slip_info, t);
		break;
	case 0x43:
		put_hex(i->aid, sizeof(i->aid), t->p, t->n);
		break;
	default:
		break;
	}
}

/* Receipt and trace as long as they are; zeros stand for "see elsewhere". */
static void
take_number(char *out, size_t cap, const struct zvt_bmp *b)
{
	int64_t n = zvt_bcd(b->p, b->n);

	if (n > 0) {
		put_digits(out, cap, n);
	}
}

static void
take_money(struct reader *r, const struct zvt_bmp *b)
{
	struct zvt_info *i = r->i;

	switch (b->id) {
	case 0x04:
		i->amount = zvt_bcd(b->p, b->n);
		break;
	case 0x49:
		i->currency = zvt_bcd(b->p, b->n);
		break;
	case 0x27:
		i->result = b->p[0];
		break;
	case 0xa0:
		/* host codes A0..AF are delivered as 00 with this one */
		i->result =
			i->result == 0 && b->p[0] != 0 ? b->p[0] : i->result;
		break;
	case 0x19:
		i->status = b->p[0];
		break;
	case 0x37:
		i->reversal = zvt_bcd(b->p, b->n) > 0;
		break;
	case 0x60:
		put_totals(i, b->p, b->n);
		break;
	default:
		break;
	}
}

static void
take_bmp(struct reader *r, const struct zvt_bmp *b)
{
	struct zvt_info *i = r->i;

	switch (b->id) {
	case 0x06:
		zvt_tag_walk(b->p, b->n, take_tag, r);
		break;
	case 0x0b:
		take_number(i->trace, sizeof(i->trace), b);
		break;
	case 0x0c:
		put_date(i->time, sizeof(i->time), b->p, b->n, ':');
		break;
	case 0x0d:
		if (strlen(i->date) < 10) {
			put_date(i->date, sizeof(i->date), b->p, b->n, '-');
		}
		break;
	case 0x22:
		put_last4(i->last4, b->p, b->n);
		break;
	case 0x29:
		put_hex(i->terminal, sizeof(i->terminal), b->p, b->n);
		break;
	case 0x3b:
		zvt_text(r->cs, b->p, b->n, i->auth, sizeof(i->auth));
		break;
	case 0x3c:
		zvt_text(r->cs, b->p, b->n, i->text, sizeof(i->text));
		break;
	case 0x87:
		take_number(i->receipt, sizeof(i->receipt), b);
		break;
	case 0x8a:
		i->card_type = b->p[0];
		break;
	case 0x8b:
		zvt_text(r->cs, b->p, b->n, i->card, sizeof(i->card));
		break;
	default:
		take_money(r, b);
		break;
	}
}

void
zvt_info_init(struct zvt_info *i)
{
	memset(i, 0, sizeof(*i));
	i->result = -1;
	i->amount = -1;
	i->currency = -1;
	i->status = -1;
	i->online = -1;
	i->check = -1;
	i->slip_info = -1;
	i->slip_kind = -1;
	i->entry = -1;
	i->card_type = -1;
	i->system = -1;
}

void
zvt_info_read(
	struct zvt_info *i, enum zvt_charset cs, const uint8_t *p, size_t n)
{
	struct reader r = {i, cs};
	struct zvt_bmp b;

	while (zvt_bmp_next(&p, &n, &b)) {
		take_bmp(&r, &b);
	}
}
