/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/i18n.h"

#include "base/poison.h"

/* The build's own catalogs. */
static void
begin(void)
{
	const char *top = getenv("top_builddir");
	char path[PATH_BYTES];

	assert_int_equal(
		path_join(path, sizeof(path), top ? top : ".", "data/po"),
		RC_OK);
	assert_int_equal(setenv("HOLDFAST_LOCALEDIR", path, 1), 0);
	assert_int_equal(unsetenv("LANGUAGE"), 0);
	i18n_start();
}

static void
the_language_is_the_process_s(void **state)
{
	char was[I18N_BYTES];
	const char *kept;

	(void)state;
	begin();
	assert_string_equal(_("Voided"), "Voided");
	assert_string_equal(_("TOTAL"), "TOTAL");
	i18n_language("de", was);
	assert_string_equal(was, "en");
	kept = _("TOTAL");
	assert_string_equal(kept, "SUMME");
	i18n_language("fr", was);
	assert_string_equal(was, "de");
	assert_string_equal(_("CHANGE"), "RENDU");
	assert_string_equal(kept, "SUMME");
	i18n_language(was, NULL);
	assert_string_equal(_("TOTAL"), "SUMME");
	i18n_language("en", NULL);
	assert_string_equal(_("TOTAL"), "TOTAL");
}

static void
a_language_without_catalog_is_english(void **state)
{
	(void)state;
	begin();
	i18n_language("xx", NULL);
	assert_string_equal(_("TOTAL"), "TOTAL");
	i18n_language("en", NULL);
	assert_true(i18n_known("en"));
	assert_true(i18n_known("de"));
	assert_true(i18n_known("fr"));
	assert_false(i18n_known("xx"));
	assert_false(i18n_known(""));
}

static void
one_word_two_meanings(void **state)
{
	(void)state;
	begin();
	assert_string_equal(C_("receipt", "Cash"), "Cash");
	assert_string_equal(i18n_word("receipt", "Cash"), "Cash");
	i18n_language("fr", NULL);
	assert_string_equal(C_("receipt", "Cash"), "Esp\xc3\xa8"
						   "ces");
	assert_string_equal(i18n_word("receipt", "Cash"), "Esp\xc3\xa8"
							  "ces");
	assert_string_equal(i18n_word("no such", "Cash"), "Cash");
	/* a key of six cells */
	assert_string_equal(_("Cash"), "Esp\xc3\xa8"
				       "c.");
	i18n_language("en", NULL);
}

static void
what_a_driver_says_is_looked_up(void **state)
{
	(void)state;
	begin();
	i18n_language("de", NULL);
	assert_string_equal(
		i18n_text("The card is blocked."), "Die Karte ist gesperrt.");
	/* a terminal's own words, and none: not the head of the catalog */
	assert_string_equal(i18n_text("CARTE MUETTE"), "CARTE MUETTE");
	assert_string_equal(i18n_text(""), "");
	assert_null(i18n_text(NULL));
	i18n_language("en", NULL);
	assert_string_equal(
		i18n_text("The card is blocked."), "The card is blocked.");
}

static void
numbers_choose_a_form(void **state)
{
	(void)state;
	begin();
	assert_string_equal(P_("%zu line", "%zu lines", 1), "%zu line");
	assert_string_equal(P_("%zu line", "%zu lines", 0), "%zu lines");
	i18n_language("de", NULL);
	assert_string_equal(P_("%zu line", "%zu lines", 1), "%zu Zeile");
	assert_string_equal(P_("%zu line", "%zu lines", 0), "%zu Zeilen");
	i18n_language("fr", NULL);
	assert_string_equal(P_("%zu line", "%zu lines", 0), "%zu ligne");
	assert_string_equal(P_("%zu line", "%zu lines", 2), "%zu lignes");
	i18n_language("en", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_is_the_process_s),
		cmocka_unit_test(a_language_without_catalog_is_english),
		cmocka_unit_test(one_word_two_meanings),
		cmocka_unit_test(what_a_driver_says_is_looked_up),
		cmocka_unit_test(numbers_choose_a_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
