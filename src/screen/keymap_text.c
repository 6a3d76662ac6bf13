/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/attr.h"
#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/keymap_internal.h"

#include "base/poison.h"

/* Names of keys: in a file, and as the cashier reads them. */

static const struct {
	enum keys_code code;
	const char *name;  /* in a file */
	const char *label; /* NULL: another spelling of the one above */
} named[] = {
	{KEYS_ENTER, "enter", "Enter"},
	{KEYS_TAB, "tab", "Tab"},
	{KEYS_ESC, "esc", "Esc"},
	{KEYS_BACKSPACE, "backspace", "Backspace"},
	{KEYS_DELETE, "del", "Del"},
	{KEYS_DELETE, "delete", NULL},
	{KEYS_INSERT, "ins", "Ins"},
	{KEYS_INSERT, "insert", NULL},
	{KEYS_UP, "up", "Up"},
	{KEYS_DOWN, "down", "Down"},
	{KEYS_LEFT, "left", "Left"},
	{KEYS_RIGHT, "right", "Right"},
	{KEYS_PGUP, "pgup", "PgUp"},
	{KEYS_PGUP, "pageup", NULL},
	{KEYS_PGDN, "pgdn", "PgDn"},
	{KEYS_PGDN, "pagedown", NULL},
	{KEYS_HOME, "home", "Home"},
	{KEYS_END, "end", "End"},
};

/* What Ctrl and these letters are for good. */
static const struct {
	char letter;
	const char *wrong;
} taken[] = {
	{'b', "ctrl-b begins a scanner's frame (STX): take another key"},
	{'f', "ctrl-f waits for one more character: write 'ctrl-f 0'"},
	{'h', "ctrl-h is the backspace key: write 'backspace'"},
	{'i', "ctrl-i is the tab key: write 'tab'"},
	{'j', "ctrl-j is the Enter key, which always accepts: take another"},
	{'m', "ctrl-m is the Enter key, which always accepts: take another"},
};

static char
lower(char c)
{
	if (c < 'A' || c > 'Z') {
		return c;
	}
	return (char)(c - 'A' + 'a');
}

bool
keymap_same(const char *s, size_t len, const char *word)
{
	size_t i;

	for (i = 0; i < len && word[i] != '\0'; i++) {
		if (lower(s[i]) != word[i]) {
			return false;
		}
	}
	return i == len && word[i] == '\0';
}

static const char *
f_key(const char *s, size_t len, struct keybind *ret)
{
	unsigned n = 0;
	size_t i;

	for (i = 1; i < len && s[i] >= '0' && s[i] <= '9' && n < 100; i++) {
		n = n * 10 + (unsigned)(s[i] - '0');
	}
	if (i != len || n < 1 || n > 24) {
		return "F-keys are F1 to F24";
	}
	ret->code = keys_f(n);
	return NULL;
}

static const char *
ctrl_key(char c, struct keybind *ret)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(taken); i++) {
		if (taken[i].letter == c) {
			return taken[i].wrong;
		}
	}
	if (c < 'a' || c > 'z') {
		return "ctrl- goes with a letter, like ctrl-x";
	}
	ret->ch = c - 'a' + 1;
	ret->code = keys_from_cp(ret->ch);
	if (ret->code != KEYS_OTHER) {
		ret->ch = 0;
	}
	return NULL;
}

const char *
keymap_key_named(const char *s, size_t len, struct keybind *ret, char *ret_alt)
{
	size_t i;

	*ret_alt = '\0';
	for (i = 0; i < ARRAY_LEN(named); i++) {
		if (keymap_same(s, len, named[i].name)) {
			ret->code = named[i].code;
			return NULL;
		}
	}
	if (len >= 2 && lower(s[0]) == 'f' && s[1] >= '0' && s[1] <= '9') {
		return f_key(s, len, ret);
	}
	if (len == 6 && keymap_same(s, 5, "ctrl-")) {
		return ctrl_key(lower(s[5]), ret);
	}
	if (len == 5 && keymap_same(s, 4, "alt-") && s[4] > ' ' &&
		s[4] != '[' && s[4] != 'O') {
		*ret_alt = s[4];
		return NULL;
	}
	if (len == 1) {
		return "a character stands in quotes, like \"x\"";
	}
	return "this is no key: F1 to F24, enter, tab, esc, ins, del, up, "
	       "down, left, right, pgup, pgdn, home, end, ctrl-x, alt-x, "
	       "\"x\" or seq \"...\"";
}

static void
put_escaped(const char *s, size_t len, struct sbuf *out)
{
	size_t i;

	sbuf_putc(out, '"');
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\') {
			sbuf_putc(out, '\\');
			sbuf_putc(out, (char)c);
		} else if (c < 0x20 || c == 0x7f) {
			sbuf_printf(out, "\\x%02x", (unsigned)c);
		} else {
			sbuf_putc(out, (char)c);
		}
	}
	sbuf_putc(out, '"');
}

static const struct keymap_seq *
find_seq(const struct keymap *m, int32_t id)
{
	size_t i;

	for (i = 0; i < m->n_seq; i++) {
		if (m->seq[i].id == id) {
			return &m->seq[i];
		}
	}
	return NULL;
}

static bool
is_alt(const struct keymap_seq *s)
{
	return s != NULL && s->len == 2 && s->bytes[0] == 0x1b;
}

static const char *
label_of(enum keys_code code, bool in_file)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(named); i++) {
		if (named[i].code == code && named[i].label != NULL) {
			return in_file ? named[i].name : named[i].label;
		}
	}
	return NULL;
}

static char
ctrl_letter(const struct keybind *b)
{
	int32_t cp;

	if (b->code == KEYS_OTHER) {
		return (char)(b->ch + 'a' - 1);
	}
	for (cp = 1; cp <= 26; cp++) {
		if (keys_from_cp(cp) == b->code) {
			return (char)(cp + 'a' - 1);
		}
	}
	return '\0';
}

static void
put(const struct keymap *m, const struct keybind *b, bool in_file,
	struct sbuf *out)
{
	const struct keymap_seq *seq = find_seq(m, b->ch);
	const char *name = label_of(b->code, in_file);
	char enc[4], c;

	if (b->code >= KEYS_F1 && b->code <= KEYS_F24) {
		sbuf_printf(out, "F%u", (unsigned)(b->code - KEYS_F1) + 1);
	} else if (b->code == KEYS_CHAR && in_file) {
		put_escaped(enc, text_encode(b->ch, enc), out);
	} else if (b->code == KEYS_CHAR) {
		sbuf_write(out, enc, text_encode(b->ch, enc));
	} else if (b->code == KEYS_PREFIX) {
		sbuf_puts(out, in_file ? "ctrl-f " : "Ctrl-F ");
		sbuf_write(out, enc, text_encode(b->ch, enc));
	} else if (b->code == KEYS_SEQ && is_alt(seq)) {
		sbuf_puts(out, in_file ? "alt-" : "Alt-");
		sbuf_putc(out, (char)seq->bytes[1]);
	} else if (b->code == KEYS_SEQ && in_file && seq != NULL) {
		sbuf_puts(out, "seq ");
		put_escaped((const char *)seq->bytes, seq->len, out);
	} else if (b->code == KEYS_SEQ) {
		sbuf_puts(out, "macro");
	} else if (name != NULL) {
		sbuf_puts(out, name);
	} else if ((c = ctrl_letter(b)) != '\0') {
		if (!in_file) {
			c = (char)(c - 'a' + 'A');
		}
		sbuf_puts(out, in_file ? "ctrl-" : "Ctrl-");
		sbuf_putc(out, c);
	}
}

void
keymap_put_key(
	const struct keymap *m, const struct keybind *b, struct sbuf *out)
{
	put(m, b, true, out);
}

/* --- the help -------------------------------------------------------------- */

void
keymap_key(const struct keymap *m, enum screen_bit screen, enum action action,
	struct sbuf *out)
{
	bool coded = keymap_coded(m, screen, action);
	const struct keybind *best = NULL, *b;
	size_t i;

	for (i = 0; (b = keymap_binding(m, i)) != NULL; i++) {
		bool plain = b->code == KEYS_CHAR || b->code == KEYS_ENTER ||
			     b->code == KEYS_ESC;

		if (b->action != action || !keymap_live(m, screen, b)) {
			continue;
		}
		if (plain || !keymap_no_fkeys(m)) {
			put(m, b, false, out);
			return;
		}
		best = best != NULL ? best : b;
	}
	if (coded) {
		sbuf_puts(out, action_info(action)->code);
	} else if (best != NULL) {
		put(m, best, false, out);
	}
}

/* What the built-in table has on an F-key. */
static enum action
built_in(enum screen_bit screen, unsigned n)
{
	size_t i;

	for (i = 0; i < keymap_n; i++) {
		if ((keymap[i].screens & (unsigned)screen) != 0 &&
			keymap[i].code == keys_f(n)) {
			return keymap[i].action;
		}
	}
	return ACTION_NONE;
}

static void
put_f_key(const struct keymap *m, enum screen_bit screen, unsigned n,
	struct sbuf *out)
{
	struct key_event ev = {.code = keys_f(n)};
	enum action action = built_in(screen, n);
	const struct keybind *b = keymap_find(m, screen, &ev, "");
	size_t from = out->len;

	if (action != ACTION_NONE &&
		(keymap_no_fkeys(m) || b == NULL || b->action != action)) {
		keymap_key(m, screen, action, out);
		if (out->len > from && keymap_no_fkeys(m) &&
			out->p[from] == 'F') {
			sbuf_cut(out, from);
		}
	}
	if (out->len == from && keymap_no_fkeys(m) && n <= 12) {
		sbuf_printf(out, "Ctrl-F %c", "1234567890-="[n - 1]);
	} else if (out->len == from) {
		sbuf_printf(out, "F%u", n);
	}
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool
keymap_slash_clears(const struct keymap *m)
{
	const struct key_event ev = {.code = KEYS_CHAR, .cp = '/'};
	const struct keybind *b = keymap_find(m, SCREEN_SALE, &ev, "");

	return b != NULL && b->action == ACTION_CLEAR;
}

void
keymap_name_keys(const struct keymap *m, enum screen_bit screen,
	const char *text, struct sbuf *out)
{
	bool slash = keymap_slash_clears(m);
	const char *esc = _("Esc");
	size_t esc_len = strlen(esc);
	const char *p = text;

	while (*p != '\0') {
		bool begins = p == text || !is_alnum(p[-1]);
		size_t n = strspn(p + 1, "0123456789");

		if (*p == 'F' && begins && (n == 1 || n == 2) && p[1] != '0' &&
			!is_alnum(p[1 + n])) {
			put_f_key(m, screen,
				n == 1 ? (unsigned)(p[1] - '0')
				       : (unsigned)(p[1] - '0') * 10 +
						 (unsigned)(p[2] - '0'),
				out);
			p += 1 + n;
		} else if (slash && begins && strncmp(p, esc, esc_len) == 0 &&
			   !is_alnum(p[esc_len])) {
			sbuf_putc(out, '/');
			p += esc_len;
		} else {
			sbuf_putc(out, *p++);
		}
	}
}

/* The keys of an action on a line: "F4  -  VD".  False: nothing does it. */
static bool
put_keys(const struct keymap *m, enum screen_bit screen, enum action action,
	const char **ret_help, struct sbuf *out)
{
	size_t from = out->len, i;
	const struct keybind *b;

	*ret_help = NULL;
	for (i = 0; (b = keymap_binding(m, i)) != NULL; i++) {
		if (b->action != action || !keymap_live(m, screen, b)) {
			continue;
		}
		if (b->help != NULL && *ret_help == NULL) {
			*ret_help = b->help;
		}
		if (b->listed) {
			sbuf_puts(out, out->len > from ? "  " : "");
			put(m, b, false, out);
		}
	}
	if (keymap_coded(m, screen, action)) {
		sbuf_puts(out, out->len > from ? "  " : "");
		sbuf_puts(out, action_info(action)->code);
	}
	return out->len > from;
}

static bool
matches(const char *line, const char *filter)
{
	char a[512], b[128];

	text_fold(line, strlen(line), a, sizeof(a));
	text_fold(filter, strlen(filter), b, sizeof(b));
	return b[0] == '\0' || strstr(a, b) != NULL;
}

static void
put_line(const char *keys, const char *help, const char *filter,
	const char *title, bool *titled, struct sbuf *out)
{
	char text[512];
	size_t n = text_cells(keys, strlen(keys));
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, keys);
	sbuf_fill(&b, ' ', n < 16 ? 17 - n : 1);
	sbuf_puts(&b, help);
	if (!matches(text, filter)) {
		return;
	}
	if (!*titled) {
		sbuf_puts(out, title);
		sbuf_putc(out, '\n');
		*titled = true;
	}
	sbuf_puts(out, text);
	sbuf_putc(out, '\n');
}

static void
help_of_group(const struct keymap *m, enum screen_bit screen,
	enum action_group g, const char *filter, struct sbuf *out)
{
	bool titled = false;
	int i;

	for (i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		const char *help = NULL;
		char keys[128];
		struct sbuf b;

		sbuf_init(&b, keys, sizeof(keys));
		if (info->help[0] == '\0' || info->group != g ||
			i == ACTION_KEYLOCK ||
			!put_keys(m, screen, (enum action)i, &help, &b)) {
			continue;
		}
		put_line(keys, _(help != NULL ? help : info->help), filter,
			action_group_title(g), &titled, out);
	}
}

/* Keys of the file that key a text. */
static void
help_of_entries(const struct keymap *m, enum screen_bit screen,
	const char *filter, struct sbuf *out)
{
	const struct keybind *b;
	bool titled = false;
	size_t i;

	for (i = 0; (b = keymap_binding(m, i)) != NULL; i++) {
		char keys[64], text[160];
		struct sbuf k, t;

		if (b->action != ACTION_ENTRY || !keymap_live(m, screen, b)) {
			continue;
		}
		sbuf_init(&k, keys, sizeof(keys));
		sbuf_init(&t, text, sizeof(text));
		put(m, b, false, &k);
		put_escaped(b->entry, strlen(b->entry), &t);
		put_line(keys, text, filter, _("Keys of the keymap file"),
			&titled, out);
	}
}

/* Letters the engine knows and no action has. */
static void
help_of_commands(enum screen_bit screen, const char *filter, struct sbuf *out)
{
	bool titled = false;
	size_t i;

	for (i = 0; i < command_table_n; i++) {
		const struct command_info *c = &command_table[i];

		if (((unsigned)screen & KEYMAP_PROMPTS) != 0 &&
			action_by_code(c->letters, strlen(c->letters)) ==
				ACTION_NONE) {
			put_line(c->letters, _(c->what), filter,
				_("More letters"), &titled, out);
		}
	}
}

void
keymap_help(const struct keymap *m, enum screen_bit screen, const char *filter,
	struct sbuf *out)
{
	int g;

	for (g = 0; g < GROUP_COUNT; g++) {
		help_of_group(m, screen, (enum action_group)g, filter, out);
	}
	help_of_entries(m, screen, filter, out);
	help_of_commands(screen, filter, out);
}
