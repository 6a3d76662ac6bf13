/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/format.h"

#include "base/poison.h"

/* 5 November 2025, 14:07:09 */
static const struct civil when = {2025, 11, 5, 14, 7, 9, 3};

/* As CLDR 48 writes them, but for spaces, minus signs and the exceptions that
 * core/format.h names. */
static const struct {
	const char *name;
	const char *small, *large, *rate, *date, *day, *time;
	bool half_day;
} rows[] = {
	{"C", "1234.50", "1234567.50", "8.25%", "2025-11-05", "11-05",
		"14:07:09", false},
	{"en_US", "1,234.50", "1,234,567.50", "8.25%", "11/05/2025", "11/05",
		"02:07:09 pm", true},
	{"en_GB", "1,234.50", "1,234,567.50", "8.25%", "05/11/2025", "05/11",
		"14:07:09", false},
	{"en_IE", "1,234.50", "1,234,567.50", "8.25%", "05/11/2025", "05/11",
		"14:07:09", false},
	{"en_AU", "1,234.50", "1,234,567.50", "8.25%", "05/11/2025", "05/11",
		"02:07:09 pm", true},
	{"en_NZ", "1,234.50", "1,234,567.50", "8.25%", "05/11/2025", "05/11",
		"02:07:09 pm", true},
	{"en_CA", "1,234.50", "1,234,567.50", "8.25%", "2025-11-05", "11-05",
		"02:07:09 pm", true},
	{"en_IN", "1,234.50", "12,34,567.50", "8.25%", "05/11/2025", "05/11",
		"02:07:09 pm", true},
	{"fr_FR", "1 234,50", "1 234 567,50", "8,25 %", "05/11/2025", "05/11",
		"14:07:09", false},
	{"fr_CA", "1 234,50", "1 234 567,50", "8,25 %", "2025-11-05", "11-05",
		"14:07:09", false},
	{"de_DE", "1.234,50", "1.234.567,50", "8,25 %", "05.11.2025", "05.11",
		"14:07:09", false},
	{"de_AT", "1.234,50", "1.234.567,50", "8,25 %", "05.11.2025", "05.11",
		"14:07:09", false},
	{"de_CH", "1'234.50", "1'234'567.50", "8.25%", "05.11.2025", "05.11",
		"14:07:09", false},
	{"nl_NL", "1.234,50", "1.234.567,50", "8,25%", "05-11-2025", "05-11",
		"14:07:09", false},
	{"es_ES", "1234,50", "1.234.567,50", "8,25 %", "05/11/2025", "05/11",
		"14:07:09", false},
	{"it_IT", "1234,50", "1.234.567,50", "8,25%", "05/11/2025", "05/11",
		"14:07:09", false},
	{"sv_SE", "1 234,50", "1 234 567,50", "8,25 %", "2025-11-05", "11-05",
		"14:07:09", false},
	{"nb_NO", "1 234,50", "1 234 567,50", "8,25 %", "05.11.2025", "05.11",
		"14:07:09", false},
	{"da_DK", "1.234,50", "1.234.567,50", "8,25 %", "05.11.2025", "05.11",
		"14.07.09", false},
	{"fi_FI", "1 234,50", "1 234 567,50", "8,25 %", "05.11.2025", "05.11",
		"14.07.09", false},
	{"pl_PL", "1234,50", "1 234 567,50", "8,25%", "05.11.2025", "05.11",
		"14:07:09", false},
	{"cs_CZ", "1 234,50", "1 234 567,50", "8,25 %", "05.11.2025", "05.11",
		"14:07:09", false},
	{"ja_JP", "1,234.50", "1,234,567.50", "8.25%", "2025/11/05", "11/05",
		"14:07:09", false},
	{"pt_PT", "1234,50", "1 234 567,50", "8,25%", "05/11/2025", "05/11",
		"14:07:09", false},
	{"pt_BR", "1.234,50", "1.234.567,50", "8,25%", "05/11/2025", "05/11",
		"14:07:09", false},
	{"ar_KW", "1,234.50", "1,234,567.50", "8.25%", "05/11/2025", "05/11",
		"02:07:09 pm", true},
};

static void
is_money(const char *name, int64_t minor, unsigned digits, const char *want)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	format_money(&b, name != NULL ? format_find(name) : NULL,
		(struct money){minor}, digits);
	assert_true(sbuf_ok(&b));
	assert_string_equal(text, want);
}

static void
every_country_writes_its_way(void **state)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf b;

	(void)state;
	assert_int_equal(format_n, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct format *f = format_find(rows[i].name);

		assert_non_null(f);
		assert_true(f->half_day == rows[i].half_day);
		is_money(rows[i].name, 123450, 2, rows[i].small);
		is_money(rows[i].name, 123456750, 2, rows[i].large);
		sbuf_init(&b, text, sizeof(text));
		format_rate(&b, f, 82500);
		assert_string_equal(text, rows[i].rate);
		sbuf_init(&b, text, sizeof(text));
		format_date(&b, f, when);
		assert_string_equal(text, rows[i].date);
		sbuf_init(&b, text, sizeof(text));
		format_day(&b, f, when);
		assert_string_equal(text, rows[i].day);
		sbuf_init(&b, text, sizeof(text));
		format_time(&b, f, when, f->half_day, true);
		assert_string_equal(text, rows[i].time);
	}
}

static void
amounts_of_every_size(void **state)
{
	(void)state;
	is_money(NULL, -123456, 2, "-1234.56");
	is_money("de_DE", 0, 2, "0,00");
	is_money("de_DE", -5, 2, "-0,05");
	is_money("de_DE", 99999, 2, "999,99");
	is_money("de_DE", -100000, 2, "-1.000,00");
	is_money("de_DE", -99999, 2, "-999,99");
	is_money("es_ES", 1000000, 2, "10.000,00");
	is_money("es_ES", 999999, 2, "9999,99");
	is_money("en_IN", 12345000, 2, "1,23,450.00");
	is_money("en_IN", -10000000, 2, "-1,00,000.00");
	is_money("en_IN", 99999, 2, "999.99");
	is_money("ja_JP", 1235, 0, "1,235");
	is_money("ja_JP", 123, 0, "123");
	is_money("ar_KW", 1234500, 3, "1,234.500");
	is_money("fr_FR", MONEY_MAX, 2, "90 071 992 547 409,91");
	is_money("en_IN", -MONEY_MAX, 0, "-9,00,71,99,25,47,40,991");
}

static void
quantities_have_no_groups(void **state)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	format_qty(&b, format_find("de_DE"), (struct qty){1234734});
	assert_string_equal(text, "1234,734");
	sbuf_clear(&b);
	format_qty(&b, format_find("de_DE"), (struct qty){12000});
	assert_string_equal(text, "12");
	sbuf_clear(&b);
	format_rate(&b, format_find("fr_FR"), 200000);
	assert_string_equal(text, "20 %");
}

static void
a_clock_of_twelve_hours(void **state)
{
	static const struct {
		int hour;
		const char *want;
	} at[] = {{0, "12:07 am"}, {1, "01:07 am"}, {11, "11:07 am"},
		{12, "12:07 pm"}, {23, "11:07 pm"}};

	char text[16];
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		struct civil c = when;

		c.hour = at[i].hour;
		sbuf_init(&b, text, sizeof(text));
		format_time(&b, NULL, c, true, false);
		assert_string_equal(text, at[i].want);
	}
}

static void
a_language_has_a_format(void **state)
{
	(void)state;
	assert_string_equal(format_of_language("en")->name, "C");
	assert_string_equal(format_of_language("de")->name, "de_DE");
	assert_string_equal(format_of_language("fr")->name, "fr_FR");
	assert_string_equal(format_of_language("d")->name, "C");
	assert_null(format_find("de"));
	assert_null(format_find("xx_XX"));
}

/* No amount is shown as another one. */
static void
decimals_that_are_not_shown(void **state)
{
	static const struct {
		uint8_t digits, hidden;
		int64_t minor;
		const char *want;
	} t[] = {{2, 0, 199000, "1,990.00"}, {2, 2, 199000, "1,990"},
		{2, 2, 42307, "423.07"}, {2, 2, 42310, "423.10"},
		{2, 2, -199000, "-1,990"}, {2, 2, 0, "0"},
		{3, 3, 12345000, "12,345"}, {3, 1, 12340, "12.34"},
		{3, 1, 12345, "12.345"}, {0, 0, 5, "5"}, {0, 2, 500, "500"}};
	const struct format *f = format_find("en_US");

	(void)state;
	assert_non_null(f);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct currency c = {
			.digits = t[i].digits, .hidden = t[i].hidden};
		char text[FORMAT_MONEY_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		format_amount(&b, f, (struct money){t[i].minor}, &c);
		assert_string_equal(text, t[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_that_are_not_shown),
		cmocka_unit_test(every_country_writes_its_way),
		cmocka_unit_test(amounts_of_every_size),
		cmocka_unit_test(quantities_have_no_groups),
		cmocka_unit_test(a_clock_of_twelve_hours),
		cmocka_unit_test(a_language_has_a_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
