/* SPDX-License-Identifier: Apache-2.0 */
#include "core/format.h"

#include <string.h>

#include "base/attr.h"
#include "base/parse.h"

#include "base/poison.h"

#define DMY FORMAT_DMY
#define MDY FORMAT_MDY
#define YMD FORMAT_YMD

/* CLDR 48.  name, decimal, group, least, next, "19 %", date, time, am/pm */
const struct format formats[] = {
	{"C", '.', 0, 1, 3, false, YMD, '-', ':', false},
	{"en_US", '.', ',', 1, 3, false, MDY, '/', ':', true},
	{"en_GB", '.', ',', 1, 3, false, DMY, '/', ':', false},
	{"en_IE", '.', ',', 1, 3, false, DMY, '/', ':', false},
	{"en_AU", '.', ',', 1, 3, false, DMY, '/', ':', true},
	{"en_NZ", '.', ',', 1, 3, false, DMY, '/', ':', true},
	{"en_CA", '.', ',', 1, 3, false, YMD, '-', ':', true},
	{"en_IN", '.', ',', 1, 2, false, DMY, '/', ':', true},
	{"fr_FR", ',', ' ', 1, 3, true, DMY, '/', ':', false},
	{"fr_CA", ',', ' ', 1, 3, true, YMD, '-', ':', false},
	{"de_DE", ',', '.', 1, 3, true, DMY, '.', ':', false},
	{"de_AT", ',', '.', 1, 3, true, DMY, '.', ':', false},
	{"de_CH", '.', '\'', 1, 3, false, DMY, '.', ':', false},
	{"nl_NL", ',', '.', 1, 3, false, DMY, '-', ':', false},
	{"es_ES", ',', '.', 2, 3, true, DMY, '/', ':', false},
	{"it_IT", ',', '.', 2, 3, false, DMY, '/', ':', false},
	{"sv_SE", ',', ' ', 1, 3, true, YMD, '-', ':', false},
	{"nb_NO", ',', ' ', 1, 3, true, DMY, '.', ':', false},
	{"da_DK", ',', '.', 1, 3, true, DMY, '.', '.', false},
	{"fi_FI", ',', ' ', 1, 3, true, DMY, '.', '.', false},
	{"pl_PL", ',', ' ', 2, 3, false, DMY, '.', ':', false},
	{"cs_CZ", ',', ' ', 1, 3, true, DMY, '.', ':', false},
	{"ja_JP", '.', ',', 1, 3, false, YMD, '/', ':', false},
	{"pt_PT", ',', ' ', 2, 3, false, DMY, '/', ':', false},
	{"pt_BR", ',', '.', 1, 3, false, DMY, '/', ':', false},
	{"ar_KW", '.', ',', 1, 3, false, DMY, '/', ':', true},
};
const size_t format_n = ARRAY_LEN(formats);

const struct format *
format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			return &formats[i];
		}
	}
	return NULL;
}

const struct format *
format_of_language(const char *language)
{
	size_t n = strlen(language);

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		const char *name = formats[i].name;

		if (strcmp(language, "en") != 0 &&
			strncmp(name, language, n) == 0 && name[n] == '_') {
			return &formats[i];
		}
	}
	return &formats[0];
}

/* Digits as money_put() wrote them, with the format's marks. */
static void
put_marked(struct sbuf *b, const struct format *f, const char *s, bool groups)
{
	size_t whole = strcspn(s, ".");
	size_t sign = s[0] == '-' ? 1 : 0;

	groups =
		groups && f->group != 0 && whole - sign >= (size_t)3 + f->least;
	for (size_t i = 0; s[i] != '\0'; i++) {
		size_t left = whole - i; /* digits from here to the point */

		if (groups && i > sign && i < whole && left >= 3 &&
			(left - 3) % f->next == 0) {
			sbuf_putc(b, f->group);
		}
		sbuf_putc(b, (char)(s[i] == '.' ? f->decimal : s[i]));
	}
}

void
format_money(
	struct sbuf *b, const struct format *f, struct money m, unsigned digits)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf t;

	sbuf_init(&t, text, sizeof(text));
	money_put(&t, m, digits);
	put_marked(b, f != NULL ? f : formats, text, true);
}

void
format_amount(struct sbuf *b, const struct format *f, struct money m,
	const struct currency *c)
{
	unsigned digits = c->digits;
	int64_t one = 1;

	for (unsigned i = 0; i < c->hidden; i++) {
		one *= 10;
	}
	if (c->hidden <= digits && m.minor % one == 0) {
		m.minor /= one;
		digits -= c->hidden;
	}
	format_money(b, f, m, digits);
}

void
format_qty(struct sbuf *b, const struct format *f, struct qty q)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf t;

	sbuf_init(&t, text, sizeof(text));
	qty_put(&t, q);
	put_marked(b, f != NULL ? f : formats, text, false);
}

void
format_measure(
	struct sbuf *b, const struct format *f, struct qty q, const char *unit)
{
	if (unit[0] == '\0') {
		format_qty(b, f, q);
		return;
	}
	format_money(b, f, (struct money){q.milli}, 3);
	sbuf_putc(b, ' ');
	sbuf_puts(b, unit);
}

void
format_rate(struct sbuf *b, const struct format *f, int64_t ppm)
{
	char text[FORMAT_MONEY_BYTES];
	int64_t rest = ppm % 10000;
	int64_t unit = 1000;
	struct sbuf t;

	f = f != NULL ? f : formats;
	sbuf_init(&t, text, sizeof(text));
	sbuf_i64(&t, ppm / 10000);
	if (rest > 0) {
		sbuf_putc(&t, '.');
	}
	for (; unit > 0 && rest > 0; rest %= unit, unit /= 10) {
		sbuf_putc(&t, (char)('0' + rest / unit));
	}
	put_marked(b, f, text, false);
	sbuf_puts(b, f->rate_space ? " %" : "%");
}

void
format_date(struct sbuf *b, const struct format *f, struct civil c)
{
	f = f != NULL ? f : formats;
	if (f->order == FORMAT_DMY) {
		sbuf_printf(b, "%02d%c%02d%c%04d", c.day, f->date_sep, c.month,
			f->date_sep, c.year);
	} else if (f->order == FORMAT_MDY) {
		sbuf_printf(b, "%02d%c%02d%c%04d", c.month, f->date_sep, c.day,
			f->date_sep, c.year);
	} else {
		sbuf_printf(b, "%04d%c%02d%c%02d", c.year, f->date_sep, c.month,
			f->date_sep, c.day);
	}
}

void
format_date_text(struct sbuf *b, const struct format *f, const char *text)
{
	int64_t year, month, day;

	if (strlen(text) == 10 && text[4] == '-' && text[7] == '-' &&
		parse_i64(text, 4, 0, 9999, &year) == RC_OK &&
		parse_i64(text + 5, 2, 1, 12, &month) == RC_OK &&
		parse_i64(text + 8, 2, 1, 31, &day) == RC_OK) {
		format_date(b, f,
			(struct civil){.year = (int)year,
				.month = (int)month,
				.day = (int)day});
	} else {
		sbuf_puts(b, text);
	}
}

void
format_day(struct sbuf *b, const struct format *f, struct civil c)
{
	f = f != NULL ? f : formats;
	sbuf_printf(b, "%02d%c%02d", f->order == FORMAT_DMY ? c.day : c.month,
		f->date_sep, f->order == FORMAT_DMY ? c.month : c.day);
}

void
format_time(struct sbuf *b, const struct format *f, struct civil c,
	bool half_day, bool seconds)
{
	f = f != NULL ? f : formats;
	sbuf_printf(b, "%02d%c%02d", half_day ? (c.hour + 11) % 12 + 1 : c.hour,
		f->time_sep, c.minute);
	if (seconds) {
		sbuf_printf(b, "%c%02d", f->time_sep, c.second);
	}
	if (half_day) {
		sbuf_puts(b, c.hour < 12 ? " am" : " pm");
	}
}
