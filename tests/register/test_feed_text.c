/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/rng.h"
#include "register/feed_text.h"

#include "base/poison.h"

#define BASE                                                                   \
	"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"            \
	"code = EUR\n[tax]\nprices = included\nA = 19%\n"
#define OWN                                                                    \
	BASE "[receipt]\nheader = Ours\nfooter = Bye\n"                        \
	     "[promotion milk]\nitems = 1\noff = 0.10\n# why\n"                \
	     "[sale]\nnot_on_file = stop\n"

static char joined[CONFIG_TEXT_BYTES + 1], again[CONFIG_TEXT_BYTES + 1];

static struct config_part
part(const char *name, const char *text)
{
	return (struct config_part){name, text, strlen(text), 0};
}

static enum rc
join(struct config_part p[], size_t n, struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, joined, sizeof(joined));
	return feed_text_join(p, n, &b, reterr);
}

static const char *
own(const char *text)
{
	struct sbuf b;

	sbuf_init(&b, again, sizeof(again));
	feed_text_own(text, strlen(text), &b);
	assert_true(sbuf_ok(&b));
	return again;
}

static enum rc
check(const struct config_part p[], size_t n, struct err *reterr)
{
	struct config *c = config_new();
	enum rc rc = config_part_check(p, n, joined, strlen(joined), c, reterr);

	config_free(c);
	return rc;
}

static void
without_a_hub_it_is_the_shops_to_the_byte(void **state)
{
	struct config_part p[] = {
		part("holdfast.conf", "\xEF\xBB\xBF" BASE "# no end")};

	(void)state;
	assert_int_equal(join(p, 1, NULL), RC_OK);
	assert_string_equal(joined, p[0].text);
	assert_string_equal(own(joined), p[0].text);
}

static void
keys_and_named_sections_are_replaced(void **state)
{
	struct config_part p[] = {part("holdfast.conf", OWN),
		part("config/receipt", "[receipt]\nheader = Holidays"),
		part("rules/milk",
			"[promotion milk]\nitems = 1\nprice = 0.80\n")};

	(void)state;
	assert_int_equal(join(p, 3, NULL), RC_OK);
	assert_string_equal(joined,
		BASE "[receipt]\n#hub- header = Ours\nfooter = Bye\n"
		     "#hub- [promotion milk]\n#hub- items = 1\n"
		     "#hub- off = 0.10\n# why\n"
		     "[sale]\nnot_on_file = stop\n"
		     "#hub> config/receipt\n[receipt]\nheader = Holidays\n"
		     "#hub<\n"
		     "#hub> rules/milk\n[promotion milk]\nitems = 1\n"
		     "price = 0.80\n#hub<\n");
	assert_int_equal(check(p, 3, NULL), RC_OK);
	assert_string_equal(own(joined), OWN);
}

static void
a_later_text_stands_for_an_earlier_one(void **state)
{
	struct config_part p[] = {part("holdfast.conf", OWN),
		part("config/a", "[receipt]\nheader = A\nfooter = A\n"
				 "[role x]\nline_void = 5.00\n"),
		part("config/b", "[receipt]\nheader = B\n"
				 "[role x]\ndiscount = 5%\n")};

	(void)state;
	assert_int_equal(join(p, 3, NULL), RC_OK);
	assert_non_null(strstr(joined,
		"#hub> config/a\n[receipt]\n#hub- header = A\nfooter = A\n"
		"#hub- [role x]\n#hub- line_void = 5.00\n#hub<\n"));
	assert_non_null(strstr(joined, "#hub- footer = Bye\n"));
	assert_int_equal(check(p, 3, NULL), RC_OK);
	assert_string_equal(own(joined), OWN);
}

static void
joining_again_changes_nothing(void **state)
{
	struct config_part p[] = {part("holdfast.conf", "[shop]\nname = a"),
		part("config/a", "[shop]\nname = b\n")};
	char first[256];
	struct sbuf b;

	(void)state;
	assert_int_equal(join(p, 2, NULL), RC_OK);
	sbuf_init(&b, first, sizeof(first));
	sbuf_puts(&b, joined);
	p[0] = part("holdfast.conf", own(joined));
	assert_int_equal(join(p, 2, NULL), RC_OK);
	assert_string_equal(joined, first);
}

static void
a_mark_that_was_taken_out_loses_nothing(void **state)
{
	(void)state;
	assert_string_equal(
		own("a = 1\n#hub> x\n[r]\nb = 2\n"), "a = 1\n[r]\nb = 2\n");
	assert_string_equal(own("#hub> x\nb = 2\n#hub> y\nc = 3\n#hub<\nd\n"),
		"b = 2\nd\n");
	assert_string_equal(own("a\n#hub<\nb"), "a\nb");
	assert_string_equal(own("#hub- "), "");
	assert_string_equal(own(""), "");
}

static void
a_hub_cannot_write_marks(void **state)
{
	static const char *const bad[] = {"#hub<\n[shop]\n",
		"[sale]\n#hub- x = 1\n", "#hub> config/other\n"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct config_part p[] = {
			part("holdfast.conf", OWN), part("config/a", bad[i])};

		assert_int_equal(join(p, 2, &err), RC_PROTO);
		assert_non_null(strstr(err.msg, "config/a"));
	}
}

static void
what_is_wrong_is_told_by_its_own_line(void **state)
{
	struct config_part p[] = {part("holdfast.conf", OWN),
		part("rules/a", "[promotion x]\nitems = 1\noff = 1.00\n"),
		part("rules/b", "\n[sale]\nno_such = 1\n")};
	struct err err = {0};

	(void)state;
	assert_int_equal(join(p, 3, NULL), RC_OK);
	assert_int_equal(check(p, 3, &err), RC_PROTO);
	assert_memory_equal(err.msg, "rules/b:3:", 10);
}

static void
too_long_is_said(void **state)
{
	char *text = malloc(CONFIG_TEXT_BYTES + 1);
	struct config_part p[] = {
		part("holdfast.conf", BASE), part("config/a", "")};

	(void)state;
	assert_non_null(text);
	memset(text, '#', CONFIG_TEXT_BYTES);
	p[1].text = text;
	p[1].len = CONFIG_TEXT_BYTES;
	assert_int_equal(join(p, 2, NULL), RC_RANGE);
	free(text);
}

/* Any shop's text and any hub's: cut off again it is the shop's. */
static void
whatever_is_joined_comes_apart_again(void **state)
{
	static const char *const piece[] = {"[shop]\n", "[promotion a]\n",
		"[promotion b]\n", "name = 1\n", "items = 2\n", "\n", "# x\n",
		" [ shop ]\n", "no equals\n", "name=2\r\n", "[open\n", ";\n"};
	struct rng_seeded seed;
	struct rng r = rng_seeded(&seed, 7);
	char text[3][512];
	uint8_t dice[3][20];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct config_part p[3];

		rng_fill(&r, &dice[0][0], sizeof(dice));
		for (size_t i = 0; i < 3; i++) {
			struct sbuf b;

			sbuf_init(&b, text[i], sizeof(text[i]));
			for (size_t k = 0; k < dice[i][0] % 20U; k++) {
				sbuf_puts(&b, piece[dice[i][k] % 12U]);
			}
			p[i] = part("x", text[i]);
		}
		assert_int_equal(join(p, 3, NULL), RC_OK);
		assert_string_equal(own(joined), text[0]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_hub_it_is_the_shops_to_the_byte),
		cmocka_unit_test(keys_and_named_sections_are_replaced),
		cmocka_unit_test(a_later_text_stands_for_an_earlier_one),
		cmocka_unit_test(joining_again_changes_nothing),
		cmocka_unit_test(a_mark_that_was_taken_out_loses_nothing),
		cmocka_unit_test(a_hub_cannot_write_marks),
		cmocka_unit_test(what_is_wrong_is_told_by_its_own_line),
		cmocka_unit_test(too_long_is_said),
		cmocka_unit_test(whatever_is_joined_comes_apart_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
