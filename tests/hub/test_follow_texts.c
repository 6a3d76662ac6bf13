/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/follow_texts.h"

#include "base/poison.h"

static char memory[1 << 16];
static char text[4096];

static const char *
differ(const char *hub, const char *shop)
{
	const char *const all[] = {hub};
	struct arena a;
	struct sbuf out;

	arena_init(&a, memory, sizeof(memory));
	sbuf_init(&out, text, sizeof(text));
	assert_int_equal(
		follow_texts_differ(all, 1, shop, &a, &out, NULL), RC_OK);
	return text;
}

static void
test_keys(void **state)
{
	(void)state;
	assert_string_equal(
		differ("[receipt]\nheader = A\nfooter = B\n",
			"[shop]\nname = S\n[receipt]\nheader = A\nfooter = C\n"
			"width = 42\n"),
		"[receipt]\nfooter = C\n");
	assert_string_equal(
		differ("[receipt]\nheader = A\n", "[receipt]\nheader = A\n"),
		"");
	assert_string_equal(
		differ("[receipt]\nheader = A\n", "[shop]\nname = S\n"), "");
}

static void
test_named_sections(void **state)
{
	static const char hub[] =
		"[promotion milk]\nkind = percent\nvalue = 5%\n";

	(void)state;
	assert_string_equal(differ(hub, hub), "");
	/* whole, when a key is other, more or less */
	assert_string_equal(
		differ(hub, "[promotion milk]\nkind = percent\nvalue = 6%\n"),
		"[promotion milk]\nkind = percent\nvalue = 6%\n");
	assert_string_equal(differ(hub, "[promotion milk]\nkind = percent\n"),
		"[promotion milk]\nkind = percent\n");
	assert_string_equal(differ(hub, "[promotion tea]\nkind = x\n"), "");
}

static void
test_marks(void **state)
{
	static const char hub[] = "[receipt]\nheader = New\n";

	(void)state;
	/* what the register itself put in from the hub is no change */
	assert_string_equal(
		differ(hub, "[shop]\nname = S\n#hub> config/main\n[receipt]\n"
			    "header = Old\n#hub<\n"),
		"");
	assert_string_equal(
		differ(hub, "#hub> config/main\n[receipt]\nheader = Old\n"
			    "#hub<\n[receipt]\nheader = Mine\n"),
		"[receipt]\nheader = Mine\n");
}

static void
test_refuses(void **state)
{
	static const char *const hub[] = {"no text\n"};
	struct arena a;
	struct sbuf out;

	(void)state;
	arena_init(&a, memory, sizeof(memory));
	sbuf_init(&out, text, sizeof(text));
	assert_int_equal(
		follow_texts_differ(hub, 1, "[a]\nb = c\n", &a, &out, NULL),
		RC_PROTO);
	arena_init(&a, memory, 64);
	assert_int_equal(follow_texts_differ(hub, 1, "[a]\nb = c\n", &a, &out,
				 NULL) == RC_OK,
		0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_named_sections),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
