/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/sbuf.h"
#include "core/barcode.h"
#include "core/gs1.h"
#include "gen.h"

#include "base/poison.h"

#define YEAR 2026
#define GS "\x1d"
#define WINE "04006381333931"

/* "(01)04006381333931 (10)ABC", as the fields came. */
static const char *
spelled(const struct gs1 *g)
{
	static char text[2048];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < g->n_field; i++) {
		sbuf_printf(&b, "%s(%s)%s", i > 0 ? " " : "", g->field[i].ai,
			g->text + g->field[i].at);
	}
	return text;
}

static struct gs1
read_it(const char *text)
{
	const char *e = NULL;
	struct gs1 g;

	if (gs1_read(text, strlen(text), YEAR, &g, &e) != RC_OK) {
		fail_msg("%s: %s", text, e);
	}
	return g;
}

static void
refuse(const char *text)
{
	const char *e = NULL;
	struct gs1 g;

	if (gs1_read(text, strlen(text), YEAR, &g, &e) != RC_PROTO) {
		fail_msg("%s was taken: %s", text, spelled(&g));
	}
	assert_non_null(e);
}

static void
reads_element_strings(void **state)
{
	int64_t n = 0;
	struct gs1 g;

	(void)state;
	g = read_it("]C101" WINE "10ABC123" GS "17280229");
	assert_string_equal(spelled(&g), "(01)" WINE " (10)ABC123 (17)280229");
	assert_string_equal(g.gtin, WINE);
	assert_string_equal(g.lot, "ABC123");
	assert_true(g.expires_there);
	assert_int_equal(g.expires.year, 2028);
	assert_int_equal(g.expires.month, 2);
	assert_int_equal(g.expires.day, 29);

	g = read_it("]C101" WINE "172802293103001250");
	assert_string_equal(
		spelled(&g), "(01)" WINE " (17)280229 (3103)001250");
	assert_int_equal(gs1_grams(&g, &n), RC_OK);
	assert_int_equal(n, 1250);

	g = read_it("]C101" WINE "393397800550" GS "3103001250");
	assert_string_equal(g.currency, "978");
	assert_true(g.price.there);
	assert_int_equal(g.price.value, 550);
	assert_int_equal(g.price.decimals, 3);
	assert_int_equal(gs1_scale(&g.price, 2, &n), RC_OK);
	assert_int_equal(n, 55);

	g = read_it("]d201" WINE "21S/N-1" GS "10B7");
	assert_string_equal(g.serial, "S/N-1");
	assert_string_equal(g.lot, "B7");
	/* separators that need not be there are borne */
	g = read_it("]C1" GS "01" WINE GS "10B7" GS);
	assert_string_equal(spelled(&g), "(01)" WINE " (10)B7");
	/* the same twice is said once */
	g = read_it("]Q301" WINE "10B7" GS "01" WINE);
	assert_string_equal(spelled(&g), "(01)" WINE " (10)B7");
	/* without an identifier, by its separator */
	g = read_it("01" WINE "10B7" GS "21X");
	assert_string_equal(spelled(&g), "(01)" WINE " (10)B7 (21)X");
	/* an identifier of next year */
	g = read_it("]C101" WINE "7150NEW" GS "10B7");
	assert_string_equal(spelled(&g), "(01)" WINE " (715)0NEW (10)B7");
	/* what a pallet holds */
	g = read_it("]C1003401234512345678900214006381333938"
		    "3724");
	assert_true(g.contained);
	assert_int_equal(g.count.value, 24);
}

static void
refuses_what_is_damaged(void **state)
{
	static const char *const bad[] = {
		"]C10104006381333932",                  /* check digit */
		"]C101" WINE "17281301",                /* month 13 */
		"]C101" WINE "17280230",                /* no such day */
		"]C101" WINE "3922550",                 /* a price of what */
		"]C1010400638133393",                   /* too short */
		"]C101" WINE "10",                      /* nothing in it */
		"]C101" WINE "10A#B",                   /* not of the 82 */
		"]C101" WINE "10123456789012345678901", /* 21 of 20 */
		"]C101" WINE "10B7" GS "10B8",          /* two lots */
		"]C101" WINE "02" WINE "3724",          /* two numbers */
		"]C100340123451234567890"
		"01" WINE "02" WINE "3724", /* and with its pallet */
		"]C102" WINE,               /* how many */
		"]C101" WINE "3724",        /* of what */
		"]C101" WINE "3942005"
		"0",                   /* coupon's */
		"]C101" WINE "390255", /* amount due for what */
		"]C1050000",           /* no such kind */
		"]C1X",
		"]C1" GS,
		"(01)" WINE "(17)281301",
		"(01" WINE,
		"(01)",
		"https://id.gs1.org/",
		"https://id.gs1.org/01/04006381333932",
		"https://id.gs1.org/01/" WINE "/10/A%2",
		"https://id.gs1.org/01/" WINE "/abc/x",
		"https://id.gs1.org",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		refuse(bad[i]);
	}
}

static void
knows_what_is_none(void **state)
{
	static const char *const code[] = {"4006381333931", "]E04006381333931",
		"96385074", "4011", "ABC 123", "]C0ABC", "http", "(x)", "",
		"]I114006381333938", "]d04006381333931"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(code); i++) {
		if (gs1_form(code[i], strlen(code[i])) != GS1_NOT) {
			fail_msg("%s", code[i]);
		}
	}
}

static void
reads_links(void **state)
{
	static const char *const same[] = {
		"https://id.gs1.org/01/" WINE
		"/10/ABC123?17=280229&3103=001250",
		"HTTP://Shop.example/some/01/path/01/" WINE
		"/10/ABC123?utm=x&17=280229&3103=001250#more",
		"https://x.de/01/4006381333931/10/ABC123?17=280229;3103=001250",
		"]Q1https://id.gs1.org/01/" WINE
		"/10/ABC%31%32%33?17=280229&3103=001250",
	};
	struct gs1 g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		g = read_it(same[i]);
		assert_string_equal(spelled(&g),
			"(01)" WINE " (10)ABC123 (17)280229 (3103)001250");
	}
	g = read_it("https://id.gs1.org/01/" WINE "/22/2A/10/A%2FB/21/7");
	assert_string_equal(spelled(&g), "(01)" WINE " (22)2A (10)A/B (21)7");
	g = read_it("https://id.gs1.org/255/9501101530003?3941=0050");
	assert_string_equal(g.coupon, "9501101530003");
	g = read_it("(01)" WINE "(10)A(1)B(21)X");
	assert_string_equal(g.lot, "A(1)B");
	assert_string_equal(g.serial, "X");
}

static void
dates_have_a_century(void **state)
{
	static const struct {
		const char *symbol;
		int today, year, day;
	} row[] = {
		{"]C101" WINE "17280200", 2026, 2028, 29},
		{"]C101" WINE "17270200", 2026, 2027, 28},
		{"]C101" WINE "17760101", 2026, 2076, 1},
		{"]C101" WINE "17770101", 2026, 1977, 1},
		{"]C101" WINE "17490101", 1999, 2049, 1},
		{"]C101" WINE "17500101", 1999, 1950, 1},
		{"]C101" WINE "70032603041200", 2026, 2026, 4},
	};
	struct gs1 g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		assert_int_equal(gs1_read(row[i].symbol, strlen(row[i].symbol),
					 row[i].today, &g, NULL),
			RC_OK);
		assert_true(g.expires_there);
		if (g.expires.year != row[i].year ||
			g.expires.day != row[i].day) {
			fail_msg("%s: %d-%d", row[i].symbol, g.expires.year,
				g.expires.day);
		}
	}
	g = read_it("]C101" WINE "15261231");
	assert_true(g.best_there && !g.expires_there);
	g = read_it("]C101" WINE "11261231");
	assert_true(!g.best_there && !g.expires_there);
}

static void
weights_of_any_unit(void **state)
{
	static const struct {
		const char *field;
		int64_t grams;
	} row[] = {
		{"3103001250", 1250},
		{"3100000002", 2000},
		{"3105123456", 1235}, /* 1.23456 kg */
		{"3202000100", 454},  /* 1.00 lb */
		{"3572001600", 454},  /* 16.00 oz */
		{"3563001000", 31},
	};

	int64_t n = 0;
	struct gs1 g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		char text[64];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "]C101%s%s", WINE, row[i].field);
		g = read_it(text);
		assert_int_equal(gs1_grams(&g, &n), RC_OK);
		if (n != row[i].grams) {
			fail_msg("%s: %lld", row[i].field, (long long)n);
		}
	}
	/* a length, and the weight with its pallet, are no net weight */
	g = read_it("]C101" WINE "3113001250");
	assert_int_equal(gs1_grams(&g, &n), RC_NOTFOUND);
	g = read_it("]C101" WINE "3303001250");
	assert_int_equal(gs1_grams(&g, &n), RC_NOTFOUND);
}

/* Whatever comes: never a crash, and never anything outside the symbol. */
static void
noise_is_read_or_refused(void **state)
{
	static const char sign[] = "0123456789013103()]C1dQ3/:?&=%hts" GS "AB";
	static const char *const seed[] = {"]C101" WINE "10ABC" GS "17280229",
		"https://id.gs1.org/01/" WINE "/10/A%2FB?17=280229",
		"(01)" WINE "(10)AB"};
	struct gen gen = gen_start("gs1");

	(void)state;
	for (int i = 0; i < 60000; i++) {
		char text[96];
		const char *from = seed[gen_below(&gen, ARRAY_LEN(seed))];
		size_t len = strlen(from);
		struct gs1 g;

		memcpy(text, from, len);
		for (uint64_t k = gen_below(&gen, 6); k > 0; k--) {
			text[gen_below(&gen, len)] =
				sign[gen_below(&gen, sizeof(sign) - 1)];
		}
		len -= gen_below(&gen, 4);
		if (gs1_read(text, len, YEAR, &g, &(const char *){NULL}) ==
			RC_OK) {
			assert_true(g.n_field > 0 && g.n_field <= GS1_FIELDS);
			assert_true(
				g.gtin[0] == '\0' || code_check_ok(g.gtin, 14));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_element_strings),
		cmocka_unit_test(refuses_what_is_damaged),
		cmocka_unit_test(knows_what_is_none),
		cmocka_unit_test(reads_links),
		cmocka_unit_test(dates_have_a_century),
		cmocka_unit_test(weights_of_any_unit),
		cmocka_unit_test(noise_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
