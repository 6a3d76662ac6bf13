/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/file.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/keymap.h"

#include "base/poison.h"

static struct keymap *
map_of(const char *text)
{
	struct keymap_source s = {
		.name = "keymap", .text = text, .len = strlen(text)};
	struct keymap *m = NULL;

	assert_int_equal(keymap_new(&s, &m), RC_OK);
	return m;
}

static struct keymap *
profile_of(const char *profile)
{
	struct keymap_source s = {.profile = profile};
	struct keymap *m = NULL;

	assert_int_equal(keymap_new(&s, &m), RC_OK);
	assert_string_equal(keymap_profile(m), profile);
	return m;
}

static enum action
does(const struct keymap *m, enum screen_bit screen, enum keys_code code,
	int32_t cp, const char *prompt)
{
	struct key_event ev = {.code = code, .cp = cp};
	const struct keybind *b = keymap_find(m, screen, &ev, prompt);

	return b != NULL ? b->action : ACTION_NONE;
}

static enum action
types(const struct keymap *m, enum screen_bit screen, char c)
{
	return does(m, screen, KEYS_CHAR, c, "");
}

static void
test_the_table(void **state)
{
	struct keymap *m = profile_of("full");
	size_t i;
	int a;

	(void)state;
	assert_int_equal(types(m, SCREEN_SALE, '+'), ACTION_PAY);
	assert_int_equal(types(m, SCREEN_PAY, '+'), ACTION_INERT);
	assert_int_equal(types(m, SCREEN_SALE, '-'), ACTION_VOID);
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_CHAR, '-', "3"), ACTION_VOID);
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_CHAR, '-', "AB"), ACTION_NONE);
	assert_int_equal(
		does(m, SCREEN_STOP, KEYS_ENTER, '\r', ""), ACTION_NONE);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F10, 0, ""), ACTION_PAY);
	/* Ctrl-F 0 */
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F10, '0', ""), ACTION_PAY);
	assert_string_equal(keymap_bar(m, SCREEN_SALE, 10), "Pay");
	assert_string_equal(keymap_bar(m, SCREEN_PAY, 10), "Exact");
	assert_string_equal(keymap_bar(m, SCREEN_STOP, 10), "");
	for (i = 0; i < keymap_n; i++) {
		const struct action_info *info = action_info(keymap[i].action);
		size_t j;

		/* every action of the table has its row */
		if (info->help[0] == '\0') {
			fail_msg("row %zu of keymap[]: its action has no row "
				 "in keymap_action.c",
				i);
		}
		if (keymap[i].bar != NULL) {
			assert_true(text_cells(keymap[i].bar,
					    strlen(keymap[i].bar)) <= 6);
		}
		/* every screen has a name, or no file can have its section */
		for (j = 0; j < 32; j++) {
			size_t k = 0;

			if ((keymap[i].screens & (1u << j)) == 0) {
				continue;
			}
			while (screen_names[k].name != NULL &&
				(unsigned)screen_names[k].bit != 1u << j) {
				k++;
			}
			if (screen_names[k].name == NULL) {
				fail_msg("screen bit %zu has no name in "
					 "screen_names[]",
					j);
			}
		}
	}
	for (a = 1; a < ACTION_COUNT; a++) {
		const struct action_info *info = action_info((enum action)a);

		if (info->bar != NULL) {
			assert_true(
				text_cells(info->bar, strlen(info->bar)) <= 6);
		}
		if (info->name != NULL) {
			assert_int_equal(
				action_by_name(info->name, strlen(info->name)),
				a);
		}
		if (info->code != NULL) {
			assert_int_equal(
				action_by_code(info->code, strlen(info->code)),
				a);
		}
	}
	keymap_free(m);
}

/* Sell, void, pay, clear and the menu need the numeric block alone. */
static void
test_seventeen_keys(void **state)
{
	static const struct {
		enum screen_bit screen;
		enum keys_code code;
		char ch;
		enum action action;
	} rows[] = {
		{SCREEN_SALE, KEYS_ENTER, '\r', ACTION_ACCEPT},
		{SCREEN_READY, KEYS_ENTER, '\r', ACTION_ACCEPT},
		{SCREEN_PAY, KEYS_ENTER, '\r', ACTION_ACCEPT},
		{SCREEN_SALE, KEYS_CHAR, '-', ACTION_VOID},
		{SCREEN_SALE, KEYS_CHAR, '+', ACTION_PAY},
		{SCREEN_SALE, KEYS_CHAR, '/', ACTION_CLEAR},
		{SCREEN_PAY, KEYS_CHAR, '/', ACTION_CLEAR},
		{SCREEN_STOP, KEYS_CHAR, '/', ACTION_CLEAR},
		{SCREEN_STOP, KEYS_CHAR, '1', ACTION_AGAIN},
		{SCREEN_VIEW, KEYS_CHAR, '/', ACTION_CLEAR},
	};
	struct keymap *m = profile_of("numpad");
	size_t i;
	char c;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(
			does(m, rows[i].screen, rows[i].code, rows[i].ch, ""),
			rows[i].action);
	}
	/* with a number in the prompt, too */
	assert_int_equal(
		does(m, SCREEN_PAY, KEYS_CHAR, '/', "2000"), ACTION_CLEAR);
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_CHAR, '/', "12*"), ACTION_CLEAR);
	/* digits, dot and star are typed in every prompt */
	for (c = '0'; c <= '9'; c++) {
		assert_int_equal(types(m, SCREEN_SALE, c), ACTION_NONE);
		assert_int_equal(types(m, SCREEN_PAY, c), ACTION_NONE);
	}
	assert_int_equal(types(m, SCREEN_SALE, '.'), ACTION_NONE);
	assert_int_equal(types(m, SCREEN_SALE, '*'), ACTION_NONE);
	keymap_free(m);
}

static void
test_no_fkeys_assumed(void **state)
{
	struct keymap *m = profile_of("vt");
	char text[16];
	struct sbuf b;

	(void)state;
	assert_true(keymap_no_fkeys(m));
	assert_string_equal(keymap_bar_key(m, SCREEN_SALE, 10), "TL");
	assert_string_equal(keymap_bar_key(m, SCREEN_SALE, 4), "VD");
	/* no code: its number, for Ctrl-F */
	assert_string_equal(keymap_bar_key(m, SCREEN_SALE, 7), "7");
	sbuf_init(&b, text, sizeof(text));
	keymap_key(m, SCREEN_SALE, ACTION_PARK, &b);
	assert_string_equal(text, "PK");
	keymap_free(m);
	m = profile_of("full");
	assert_string_equal(keymap_bar_key(m, SCREEN_SALE, 10), "10");
	sbuf_init(&b, text, sizeof(text));
	keymap_key(m, SCREEN_SALE, ACTION_PARK, &b);
	assert_string_equal(text, "F5");
	keymap_free(m);
}

static void
test_hints_name_the_keys_in_force(void **state)
{
	static const struct {
		const char *profile, *file, *text, *want;
	} rows[] = {
		{"full", "", "F5 park  F10 pay", "F5 park  F10 pay"},
		{"vt", "", "299 F7 is a price; F5 parks, (F10)",
			"299 Ctrl-F 7 is a price; PK parks, (+)"},
		{"vt", "", "F1 lists the keys", "? lists the keys"},
		{"full", "[global]\nF5 = none\nF11 = park\n", "2 F5 parks",
			"2 F11 parks"},
		/* words and numbers that are no keys */
		{"vt", "", "EF5 F55x F0 F123 5F5 F", "EF5 F55x F0 F123 5F5 F"},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct keymap_source s = {.profile = rows[i].profile,
			.text = rows[i].file,
			.len = strlen(rows[i].file)};
		struct keymap *m = NULL;
		char text[128];
		struct sbuf b;

		assert_int_equal(keymap_new(&s, &m), RC_OK);
		sbuf_init(&b, text, sizeof(text));
		keymap_name_keys(m, SCREEN_SALE, rows[i].text, &b);
		assert_string_equal(text, rows[i].want);
		keymap_free(m);
	}
}

static const char example[] =
	"# a keymap\n"
	"[keys]\n"
	"profile = numpad   esc_delay = 300   scan_gap = 80\n"
	"[global]\n"
	"F10            = pay\n"
	"\"+\"            = pay\n"
	"ctrl-f 0       = park\n"
	"seq \"\\x1b[25~\" = repaint       # any bytes\n"
	"seq \"\\x1dPV\"   = price-check   # a macro key\n"
	"alt-r = repeat-item\n"
	"ctrl-p = park\n"
	"F12 = \"TL\\r500CA\"\n"
	"F2 = exact-cash\n"
	"F6 = none\n"
	"\"x\" = receipt\n"
	"seq \"\\x1b[K4\" = keylock S\n"
	"[sale]\n"
	"\"-\"            = void-line\n"
	"F7             = pay\n"
	"F5 = none\n"
	"[device \"usb:0c2e:0b61\"]\n"
	"prefix = \"\\x0e\"  suffix = \"\\x0f\"  kind = scan\n"
	"[device \"keys\"]\n"
	"prefix = \"\\x10\" kind = command allow = \"TL CA\"\n"
	"[keylock \"usb:046a:0011\"]\n"
	"prefix = \"\\x11\"\n"
	"pos1 = L  pos2 = R  pos3 = X  pos4 = S\n";

static int32_t
seq_of(const struct keymap *m, const char *bytes)
{
	size_t n = 0, i;
	const struct keymap_seq *s = keymap_seqs(m, &n);

	for (i = 0; i < n; i++) {
		if (s[i].len == strlen(bytes) &&
			memcmp(s[i].bytes, bytes, s[i].len) == 0) {
			return s[i].id;
		}
	}
	return 0;
}

static void
test_a_file(void **state)
{
	struct keymap *m = map_of(example);
	const struct keys_frames *f = keymap_frames(m);
	struct key_event f12 = {.code = KEYS_F12};
	struct key_event turn = {.code = KEYS_SEQ};
	const struct keybind *b;

	(void)state;
	if (keymap_problems(m) > 0) {
		fail_msg("%d:%d: %s", keymap_problem(m, 0)->line,
			keymap_problem(m, 0)->col, keymap_problem(m, 0)->text);
	}
	assert_string_equal(keymap_profile(m), "numpad");
	assert_int_equal(keymap_esc_ms(m), 300);
	assert_int_equal(f->gap_us, 80000);
	/* a key of the table, one of Ctrl-F, one taken away */
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F10, 0, ""), ACTION_PAY);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F10, '0', ""), ACTION_PARK);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F5, 0, ""), ACTION_NONE);
	assert_int_equal(does(m, SCREEN_READY, KEYS_F5, 0, ""), ACTION_PARK);
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_OTHER, 0x10, ""), ACTION_PARK);
	/* the section of a screen wins */
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F7, 0, ""), ACTION_PAY);
	/* a global letter acts where nothing is typed yet, and only there */
	assert_int_equal(types(m, SCREEN_SALE, 'x'), ACTION_RECEIPT);
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_CHAR, 'x', "a"), ACTION_NONE);
	/* + in Pay stays what it is */
	assert_int_equal(types(m, SCREEN_PAY, '+'), ACTION_INERT);
	/* sequences */
	assert_int_equal(
		does(m, SCREEN_SALE, KEYS_SEQ, seq_of(m, "\x1dPV"), ""),
		ACTION_CHECK);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_SEQ, seq_of(m, "\x1br"), ""),
		ACTION_REPEAT);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_SEQ, 999, ""), ACTION_NONE);
	turn.cp = seq_of(m, "\x1b[K4");
	b = keymap_find(m, SCREEN_STOP, &turn, "");
	assert_non_null(b);
	assert_int_equal(b->action, ACTION_KEYLOCK);
	assert_int_equal(b->arg, 'S');
	b = keymap_find(m, SCREEN_SALE, &f12, "");
	assert_non_null(b);
	assert_int_equal(b->action, ACTION_ENTRY);
	assert_string_equal(b->entry, "TL\r500CA");
	/* devices: the default frame is among them */
	assert_int_equal(f->n, 4);
	assert_int_equal(f->frame[1].kind, FRAME_COMMAND);
	assert_int_equal(f->frame[1].n_word, 2);
	assert_int_equal(f->frame[2].kind, FRAME_KEYLOCK);
	assert_int_equal(f->frame[2].word[3].value, 'S');
	assert_int_equal(f->frame[3].prefix.cp[0], 0x02);
	keymap_free(m);
}

static void
test_sequences_are_not_mixed_up(void **state)
{
	struct keymap *a = map_of("[global]\nseq \"\\x1b[25~\" = pay\n");
	struct keymap_source s = {.first_seq = keymap_next_seq(a)};
	struct keymap *b = NULL;

	(void)state;
	s.text = "[global]\nseq \"\\x1b[26~\" = pay\n";
	s.len = strlen(s.text);
	assert_int_equal(keymap_new(&s, &b), RC_OK);
	/* a key struck before the file was saved means nothing after it */
	assert_int_equal(
		does(b, SCREEN_SALE, KEYS_SEQ, seq_of(a, "\x1b[25~"), ""),
		ACTION_NONE);
	keymap_free(a);
	keymap_free(b);
}

static void
test_errors_name_their_place(void **state)
{
	static const struct {
		const char *text;
		int line, col;
		const char *says;
	} rows[] = {
		{"F5 = pay\n", 1, 1, "[global]"},
		{"[nowhere]\nF5 = pay\n", 1, 2, "no such section"},
		{"[global\n", 1, 1, "closing ]"},
		{"[global] F5 = pay\n", 1, 10, "alone"},
		{"[global]\nF5 pay\n", 2, 4, "= is missing"},
		{"[global]\nF5 =\n", 2, 5, "behind = stands"},
		{"[global]\nF5 = payy\n", 2, 6, "no such action"},
		{"[global]\nF5 = find-the-cat # x\n", 2, 6, "no such action"},
		{"[global]\n  F25 = pay\n", 2, 3, "F1 to F24"},
		{"[global]\nshift-F5 = pay\n", 2, 1, "this is no key"},
		{"[global]\nx = pay\n", 2, 1, "in quotes"},
		{"[global]\n\"xy\" = pay\n", 2, 1, "one character"},
		{"[global]\n\"x = pay\n", 2, 1, "closing \""},
		{"[global]\n\"\\q\" = pay\n", 2, 2, "two hex digits"},
		{"[global]\n\"\\x00\" = pay\n", 2, 2, "two hex digits"},
		{"[global]\nctrl-m = pay\n", 2, 1, "Enter"},
		{"[global]\nctrl-f = pay\n", 2, 8, "ctrl-f 0"},
		{"[global]\nseq F5 = pay\n", 2, 5, "in quotes"},
		{"[global]\nseq \"ab\" = pay\n", 2, 5, "control byte"},
		{"[global]\nseq \"\\x1b\" = pay\n", 2, 5, "2 to 23"},
		{"[global]\nenter = pay\n", 2, 1, "always accepts"},
		{"[global]\nesc = none\n", 2, 1, "always clears"},
		{"[global]\n\"5\" = pay\n", 2, 1, "digits"},
		{"[pay]\n\"+\" = exact-cash\n", 2, 1, "always goes to pay"},
		{"[global]\n\"-\" = none\n", 2, 1, "always voids"},
		{"[global]\n\"*\" = help\n", 2, 1, "always the quantity"},
		{"[not-on-file]\nF5 = pay\n", 2, 6, "means nothing"},
		{"[global]\nF5 = bookings\n", 2, 6, "no such function"},
		{"[global]\nF5 = keylock Q\n", 2, 14, "position"},
		{"[global]\nF5 = \"\"\n", 2, 6, "what the key keys"},
		{"[keys]\nprofile = fancy\n", 2, 11, "full, numpad"},
		{"[keys]\nscan_gap = 19\n", 2, 12, "20 to 150"},
		{"[keys]\nscan_gap = 151\n", 2, 12, "20 to 150"},
		{"[keys]\nspeed = 1\n", 2, 1, "and scan_gap"},
		{"[keys]\nesc_delay = soon\n", 2, 13, "milliseconds"},
		{"[keys]\ncolor = red\n", 2, 1, "profile, esc_delay"},
		{"[device]\nprefix = \"]\"\n", 1, 8, "device's name"},
		{"[device \"a\"]\nkind = scan\n", 1, 1, "no prefix"},
		{"[device \"a\"]\nprefix = x\n", 2, 10, "in quotes"},
		{"[device \"a\"]\nprefix = \"7\"\n", 2, 10, "a digit"},
		{"[device \"a\"]\nprefix = \"\\x1b[\"\n", 2, 10, "Esc"},
		{"[device \"a\"]\nprefix = \"123456789\"\n", 2, 10,
			"at most 8"},
		{"[device \"a\"]\nprefix = \"]\" kind = mouse\n", 2, 21,
			"a kind is"},
		{"[device \"a\"]\nprefix = \"]\" color = \"x\"\n", 2, 14,
			"prefix, suffix"},
		{"[device \"a\"]\nprefix = \"]\" allow = \"TL 12\"\n", 2, 22,
			"list of codes"},
		{"[device \"a\"]\nprefix = \"]\"\n[device \"b\"]\nprefix = "
		 "\"]E\"\n",
			3, 1, "another device"},
		{"[keylock \"k\"]\npos1 = L\n", 1, 1, "no prefix"},
		{"[keylock \"k\"]\nprefix = \"!\" pos1 = Z\n", 2, 21,
			"a position is"},
		{"[keylock \"k\"]\nprefix = \"!\" left = L\n", 2, 21,
			"pos1 to pos9"},
		{"[global]\nF5 = \xff\n", 2, 1, "UTF-8"},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct keymap *m = map_of(rows[i].text);
		const struct keymap_problem *p = keymap_problem(m, 0);
		char has[320], want[320];
		struct sbuf h, w;

		sbuf_init(&h, has, sizeof(has));
		sbuf_init(&w, want, sizeof(want));
		sbuf_printf(&h, "%s%zu %d:%d %s", rows[i].text,
			keymap_problems(m), p->line, p->col,
			strstr(p->text, rows[i].says) != NULL ? rows[i].says
							      : p->text);
		sbuf_printf(&w, "%s1 %d:%d %s", rows[i].text, rows[i].line,
			rows[i].col, rows[i].says);
		assert_string_equal(has, want);
		keymap_free(m);
	}
}

static void
test_a_bad_line_disables_nothing(void **state)
{
	struct keymap *m = map_of("[global]\nF5 = nonsense\nF9 = pay\n"
				  "[nowhere]\nF9 = help\n[sale]\nF2 = pay\n");

	(void)state;
	assert_int_equal(keymap_problems(m), 2);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F9, 0, ""), ACTION_PAY);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F2, 0, ""), ACTION_PAY);
	assert_int_equal(does(m, SCREEN_SALE, KEYS_F5, 0, ""), ACTION_PARK);
	assert_int_equal(types(m, SCREEN_SALE, '+'), ACTION_PAY);
	keymap_free(m);
}

static void
test_who_names_the_profile(void **state)
{
	struct keymap_source s = {.text = "[keys]\nprofile = vt\n",
		.wanted = "reader",
		.profile = "numpad"};
	struct keymap *m = NULL;

	(void)state;
	s.len = strlen(s.text);
	assert_int_equal(keymap_new(&s, &m), RC_OK);
	assert_string_equal(keymap_profile(m), "numpad");
	keymap_free(m);
	s.profile = NULL;
	assert_int_equal(keymap_new(&s, &m), RC_OK);
	assert_string_equal(keymap_profile(m), "vt");
	keymap_free(m);
	s.text = NULL;
	assert_int_equal(keymap_new(&s, &m), RC_OK);
	assert_string_equal(keymap_profile(m), "reader");
	keymap_free(m);
}

/* + + never completes a sale, whatever a file says. */
static void
test_plus_never_completes(void **state)
{
	static const char *const files[] = {"[global]\n\"+\" = exact-cash\n",
		"[pay]\n\"+\" = exact-cash\n", "[pay]\n\"+\" = accept\n",
		"[pay]\n\"+\" = pay\n", "[sale]\n\"+\" = \"TL\\rCA\"\n",
		"[global]\n\"+\" = pay\n"};
	size_t i, p;

	(void)state;
	for (i = 0; i < ARRAY_LEN(files); i++) {
		struct keymap *m = map_of(files[i]);

		assert_int_equal(types(m, SCREEN_SALE, '+'), ACTION_PAY);
		assert_int_equal(types(m, SCREEN_PAY, '+'), ACTION_INERT);
		keymap_free(m);
	}
	/* and nothing is bound to it unasked */
	for (p = 0; keymap_profiles[p] != NULL; p++) {
		struct keymap *m = profile_of(keymap_profiles[p]);

		for (i = 0; keymap_binding(m, i) != NULL; i++) {
			assert_int_not_equal(keymap_binding(m, i)->action,
				ACTION_EXACT_CASH);
		}
		keymap_free(m);
	}
}

static void
test_help_is_the_map(void **state)
{
	static char text[16384];
	struct keymap *m = map_of("[sale]\nF2 = exact-cash\nF5 = none\n"
				  "F12 = \"500CA\"\n");
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	keymap_help(m, SCREEN_SALE, "", &b);
	assert_true(sbuf_ok(&b));
	assert_non_null(strstr(text, "  F4  -  VD        void"));
	assert_non_null(strstr(text, "  F2               pay exactly"));
	assert_non_null(strstr(text, "  F12              \"500CA\""));
	/* F5 is gone, its letters are not */
	assert_non_null(strstr(text, "  PK               park"));
	/* what this register cannot do is not listed */
	assert_null(strstr(text, "bookings"));
	sbuf_init(&b, text, sizeof(text));
	keymap_help(m, SCREEN_SALE, "DISCOUNT", &b);
	assert_null(strstr(text, "void"));
	assert_non_null(strstr(text, "discount"));
	keymap_free(m);
}

/* The page names every action with its letters, and no other. */
static void
test_the_page_lists_the_actions(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[PATH_BYTES];
	struct err err = {.rc = RC_OK};
	uint8_t *page = NULL;
	const char *p;
	size_t len = 0, n = 0, named = 0;
	int a;

	(void)state;
	assert_int_equal(path_join(path, sizeof(path), top ? top : ".",
				 "man/holdfast-keys.7"),
		RC_OK);
	if (file_load(path, 1 << 20, &page, &len, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	for (a = 1; a < ACTION_COUNT; a++) {
		const struct action_info *info = action_info((enum action)a);
		char want[96];
		struct sbuf b;

		if (info->name == NULL) {
			continue;
		}
		named++;
		sbuf_init(&b, want, sizeof(want));
		sbuf_printf(&b, "\n.It Cm %s\n", info->name);
		if (info->code != NULL) {
			sbuf_printf(&b, ".Li %s%s :\n", info->code,
				info->framed ? "*" : "");
		}
		if (strstr((const char *)page, want) == NULL) {
			fail_msg("holdfast-keys(7) lacks%s", want);
		}
	}
	for (p = (const char *)page; (p = strstr(p, "\n.It Cm ")) != NULL;
		p++) {
		n++;
	}
	assert_int_equal(n, named);
	assert_true(named > 60);
	free(page);
}

static void
test_garbage(void **state)
{
	static const char pieces[][16] = {"[global]", "\n", "F5", "=", "pay",
		"\"", "\\x1b", "seq ", "[device \"a\"]", "prefix", "[", "]",
		"#", " ", "pos1", "[keylock \"k\"]", "ctrl-f", "\xff", "\r",
		"kind = command", "allow = \"", "\"\\x02\""};
	uint32_t seed = 20261121;
	int i, j;

	(void)state;
	for (i = 0; i < 3000; i++) {
		char text[512];
		struct keymap *m;
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		for (j = 0; j < 24; j++) {
			seed = seed * 1664525u + 1013904223u;
			sbuf_puts(&b, pieces[(seed >> 16) % ARRAY_LEN(pieces)]);
		}
		m = map_of(text);
		assert_int_equal(types(m, SCREEN_SALE, '+'), ACTION_PAY);
		assert_int_equal(does(m, SCREEN_SALE, KEYS_ENTER, '\r', ""),
			ACTION_ACCEPT);
		keymap_free(m);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table),
		cmocka_unit_test(test_seventeen_keys),
		cmocka_unit_test(test_no_fkeys_assumed),
		cmocka_unit_test(test_hints_name_the_keys_in_force),
		cmocka_unit_test(test_a_file),
		cmocka_unit_test(test_sequences_are_not_mixed_up),
		cmocka_unit_test(test_errors_name_their_place),
		cmocka_unit_test(test_a_bad_line_disables_nothing),
		cmocka_unit_test(test_who_names_the_profile),
		cmocka_unit_test(test_plus_never_completes),
		cmocka_unit_test(test_help_is_the_map),
		cmocka_unit_test(test_the_page_lists_the_actions),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
