/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"
#include "base/text.h"
#include "screen/keymap_internal.h"

#include "base/poison.h"

/* The file, line by line.  A line is a section, or pairs of key = value; what is
 * wrong with it is noted and the next one read. */

static bool
is(const struct keymap_span *s, const char *word)
{
	return !s->quoted && keymap_same(s->p, s->n, word);
}

/* --- keys ------------------------------------------------------------------ */

static void
at_col(struct keymap_reader *r, int c, const char *text)
{
	keymap_wrong_at(r, r->start + c - 1, text);
}

static void
key_seq(struct keymap_reader *r, const void *bytes, size_t n, int c,
	struct keybind *ret)
{
	const unsigned char *p = bytes;
	struct keymap *m = r->m;
	struct keymap_seq *s;
	size_t i;

	if (n == 0 || n > KEYMAP_SEQ_BYTES - 1) {
		at_col(r, c, "a sequence is 2 to 23 bytes long");
		return;
	}
	if (p[0] >= 0x20 || strchr("\r\n\t\b\x02\x06", p[0]) != NULL) {
		at_col(r, c,
			"a sequence begins with Esc or another control byte, "
			"like \\x1b or \\x1d, or typing would begin it");
		return;
	}
	if (n == 1) {
		at_col(r, c,
			"a sequence is 2 to 23 bytes long: one control byte is "
			"a key like ctrl-x");
		return;
	}
	ret->code = KEYS_SEQ;
	for (i = 0; i < m->n_seq; i++) {
		if (m->seq[i].len == n && memcmp(m->seq[i].bytes, p, n) == 0) {
			ret->ch = m->seq[i].id;
			return;
		}
	}
	if (m->n_seq == KEYMAP_SEQS) {
		at_col(r, c, "a keymap takes 64 sequences: take one out");
		return;
	}
	s = &m->seq[m->n_seq++];
	memcpy(s->bytes, p, n);
	s->len = n;
	s->id = m->next_seq++;
	ret->ch = s->id;
}

static void
key_char(struct keymap_reader *r, const struct keymap_span *s,
	struct keybind *ret)
{
	const char *p = s->p;
	int32_t cp = 0;

	if (s->n == 0 || !text_is_utf8(s->p, s->n) ||
		!text_next(&p, s->p + s->n, &cp) || p != s->p + s->n ||
		cp <= 0x20 || cp == 0x7f || text_cp_cells(cp) == 0) {
		at_col(r, s->col,
			"between the quotes stands one character that can be "
			"seen; for more bytes write seq \"...\"");
		return;
	}
	ret->code = KEYS_CHAR;
	ret->ch = cp;
	ret->when = (cp < 0x80 && strchr("!#$&'()*+-/:;<=>?@[\\]^_`{|}~",
					  (char)cp) != NULL)
			    ? WHEN_NUMBER
			    : WHEN_EMPTY;
}

/* The left side. */
static void
read_key(struct keymap_reader *r, const struct keymap_span *s,
	struct keybind *ret)
{
	const char *bad;
	char alt = '\0';

	ret->listed = true;
	if (s->quoted) {
		key_char(r, s, ret);
	} else if (is(s, "seq")) {
		struct keymap_span q = keymap_word(r);

		if (!r->failed && !q.quoted) {
			at_col(r, q.col,
				"behind seq stand its bytes in quotes, like "
				"\"\\x1b[25~\"");
		} else if (!r->failed) {
			key_seq(r, q.p, q.n, q.col, ret);
		}
	} else if (is(s, "ctrl-f")) {
		struct keymap_span q = keymap_word(r);

		if (q.quoted || q.n != 1 || q.p[0] <= ' ' || q.p[0] >= 0x7f) {
			/* "=" ends a token */
			if (!q.quoted && q.n == 0 && r->end - r->p >= 2 &&
				r->p[0] == '=' &&
				memchr(r->p + 1, '=',
					(size_t)(r->end - r->p - 1)) != NULL) {
				r->p++;
				ret->ch = '=';
				ret->code = KEYS_PREFIX;
				return;
			}
			at_col(r, q.col,
				"behind ctrl-f stands one character, like "
				"ctrl-f 0");
			return;
		}
		ret->code = KEYS_PREFIX;
		ret->ch = (unsigned char)q.p[0];
	} else {
		bad = keymap_key_named(s->p, s->n, ret, &alt);
		if (bad != NULL) {
			at_col(r, s->col, bad);
		} else if (alt != '\0') {
			char seq[2] = {0x1b, alt};

			key_seq(r, seq, sizeof(seq), s->col, ret);
		}
	}
}

/* --- bindings -------------------------------------------------------------- */

/* What keeps its meaning whatever a file says: a keymap can never lock the
 * cashier out. */
static const struct {
	enum keys_code code;
	char ch;
	enum action action;
	const char *wrong;
} minimum[] = {
	{KEYS_ENTER, 0, ACTION_ACCEPT,
		"Enter always accepts: bind another key"},
	{KEYS_ESC, 0, ACTION_CLEAR,
		"Esc always clears and goes back: bind another key"},
	{KEYS_CHAR, '+', ACTION_PAY, "+ always goes to pay: bind another key"},
	{KEYS_CHAR, '-', ACTION_VOID,
		"- always voids a line: bind another key"},
	{KEYS_CHAR, '*', ACTION_QUANTITY,
		"* is always the quantity: bind another key"},
};

/* True: the line says what is so anyway, or is wrong. */
static bool
is_minimum(struct keymap_reader *r, const struct keymap_span *key,
	const struct keybind *b)
{
	size_t i;

	if (b->code == KEYS_CHAR && b->ch >= '0' && b->ch <= '9') {
		at_col(r, key->col,
			"digits are always digits: bind another key");
		return true;
	}
	for (i = 0; i < ARRAY_LEN(minimum); i++) {
		if (minimum[i].code != b->code ||
			(b->code == KEYS_CHAR && minimum[i].ch != b->ch)) {
			continue;
		}
		if (minimum[i].action != b->action) {
			at_col(r, key->col, minimum[i].wrong);
		}
		return true;
	}
	return false;
}

/* The screens an action means something on. */
static unsigned
valid_screens(const struct keymap *m, enum action action)
{
	unsigned all = 0;
	size_t i;

	for (i = 0; screen_names[i].name != NULL; i++) {
		if (keymap_valid(m, screen_names[i].bit, action)) {
			all |= (unsigned)screen_names[i].bit;
		}
	}
	return all;
}

static void
read_lock(struct keymap_reader *r, struct keybind *b)
{
	struct keymap_span pos = keymap_word(r);

	if (pos.quoted || pos.n != 1 || strchr("LRXSPT", pos.p[0]) == NULL) {
		at_col(r, pos.col,
			"behind keylock stands a position: L lock, R register, "
			"X reports, S supervisor, P settings, T training");
		return;
	}
	b->arg = (unsigned char)pos.p[0];
}

static void
read_action(
	struct keymap_reader *r, const struct keymap_span *v, struct keybind *b)
{
	if (v->quoted) {
		b->action = ACTION_ENTRY;
		b->entry = v->p;
		if (v->n == 0 || !text_is_utf8(v->p, v->n)) {
			at_col(r, v->col,
				"between the quotes stands what the key keys, "
				"like \"500CA\"");
		}
		return;
	}
	if (is(v, "none")) {
		b->action = ACTION_NONE;
		return;
	}
	b->action = action_by_name(v->p, v->n);
	if (b->action == ACTION_NONE && v->n == 2) {
		b->action = action_by_code(v->p, v->n);
	}
	if (b->action == ACTION_NONE) {
		at_col(r, v->col,
			v->n == 0 ? "behind = stands an action, a text in "
				    "quotes, or none"
				  : "there is no such action: holdfast-keys(7) "
				    "lists them; a text stands in quotes");
	} else if (b->action == ACTION_KEYLOCK) {
		read_lock(r, b);
	}
}

static void
add_binding(struct keymap_reader *r, const struct keymap_span *value,
	struct keybind *b)
{
	unsigned valid =
		b->action == ACTION_NONE ? ~0u : valid_screens(r->m, b->action);

	if (r->screens != 0) {
		b->screens = r->screens;
		if ((valid & r->screens) == 0) {
			at_col(r, value->col,
				"this action means nothing on this screen: "
				"put it into another section");
			return;
		}
	} else if (valid == 0) {
		at_col(r, value->col,
			"this register has no such function yet: take the "
			"line out");
		return;
	} else {
		/* A letter must not act where letters are typed. */
		b->screens =
			b->code == KEYS_CHAR ? valid & KEYMAP_PROMPTS : valid;
	}
	b->bar = action_info(b->action)->bar;
	if (b->action == ACTION_ENTRY && b->code != KEYS_CHAR) {
		b->bar = b->entry;
	}
	keymap_add(r->m, b, r->screens != 0 ? RANK_SCREEN : RANK_GLOBAL);
}

/* --- [keys] ---------------------------------------------------------------- */

static void
read_setting(struct keymap_reader *r, const struct keymap_span *key,
	const struct keymap_span *v)
{
	struct keymap *m = r->m;
	int64_t ms = 0;
	size_t i;

	if (is(key, "profile")) {
		for (i = 0; keymap_profiles[i] != NULL; i++) {
			if (!keymap_same(v->p, v->n, keymap_profiles[i])) {
				continue;
			}
			if (!m->profile_set) {
				m->profile = keymap_profiles[i];
			}
			m->profile_set = true;
			return;
		}
		at_col(r, v->col,
			"a profile is full, numpad, vt, prog or reader");
	} else if (is(key, "esc_delay")) {
		if (parse_i64(v->p, v->n, 10, 1000, &ms) != RC_OK) {
			at_col(r, v->col,
				"esc_delay is 10 to 1000 milliseconds");
			return;
		}
		m->esc_ms = (int)ms;
	} else if (is(key, "scan_gap")) {
		if (parse_i64(v->p, v->n, 20, 150, &ms) != RC_OK) {
			at_col(r, v->col, "scan_gap is 20 to 150 milliseconds");
			return;
		}
		m->gap_us = ms * 1000;
	} else {
		at_col(r, key->col,
			"[keys] knows profile, esc_delay and scan_gap");
	}
}

/* --- lines ----------------------------------------------------------------- */

static void
read_pair(struct keymap_reader *r)
{
	struct keymap_span key = keymap_word(r), value;
	struct keybind b = {.code = KEYS_OTHER};

	if (r->section == SECTION_SCREENS && !r->failed) {
		read_key(r, &key, &b);
	}
	if (r->failed) {
		return;
	}
	keymap_skip_blanks(r);
	if (r->p == r->end || *r->p != '=') {
		keymap_wrong_at(
			r, r->p, "here = is missing: write key = action");
		return;
	}
	r->p++;
	value = keymap_word(r);
	if (r->failed || r->section == SECTION_SKIP) {
		return;
	}
	if (r->section == SECTION_NONE) {
		at_col(r, key.col,
			"this stands before any section: write [global] above "
			"it");
	} else if (r->section == SECTION_KEYS) {
		read_setting(r, &key, &value);
	} else if (r->section == SECTION_DEVICE) {
		keymap_device_pair(r->m, r->line, &key, &value);
	} else {
		read_action(r, &value, &b);
		if (!r->failed && !is_minimum(r, &key, &b) && !r->failed) {
			add_binding(r, &value, &b);
		}
	}
}

static void
read_section(struct keymap_reader *r)
{
	struct keymap_span name, what;
	const char *at = r->p++;
	size_t i;

	r->section = SECTION_SKIP;
	keymap_skip_blanks(r);
	name.p = r->p;
	name.col = keymap_col(r, r->p);
	name.quoted = false;
	while (r->p < r->end && strchr(" \t]\"", *r->p) == NULL) {
		r->p++;
	}
	name.n = (size_t)(r->p - name.p);
	keymap_skip_blanks(r);
	what = (struct keymap_span){.col = keymap_col(r, r->p)};
	if (r->p < r->end && *r->p == '"') {
		what = keymap_quoted(r);
		keymap_skip_blanks(r);
	}
	if (r->failed) {
		return;
	}
	if (r->p == r->end || *r->p != ']') {
		keymap_wrong_at(r, at, "the closing ] is missing: write it");
		return;
	}
	r->p++;
	if (is(&name, "device") || is(&name, "keylock")) {
		r->section = SECTION_DEVICE;
		keymap_device_begin(r->m, what.p, what.n, is(&name, "keylock"),
			r->line, what.col);
		return;
	}
	if (is(&name, "global")) {
		r->section = SECTION_SCREENS;
		r->screens = 0;
		return;
	}
	if (is(&name, "keys")) {
		r->section = SECTION_KEYS;
		return;
	}
	for (i = 0; screen_names[i].name != NULL; i++) {
		if (is(&name, screen_names[i].name)) {
			r->section = SECTION_SCREENS;
			r->screens = (unsigned)screen_names[i].bit;
			return;
		}
	}
	at_col(r, name.col,
		"there is no such section: global, keys, device \"...\", "
		"keylock \"...\" or a screen of holdfast-keymap(5)");
}

static void
read_line(struct keymap_reader *r)
{
	r->failed = false;
	if (keymap_at_end(r)) {
		return;
	}
	if (!text_is_utf8(r->start, (size_t)(r->end - r->start))) {
		keymap_wrong_at(r, r->start,
			"this line is not UTF-8: save it as UTF-8");
		return;
	}
	if (*r->p == '[') {
		read_section(r);
		if (!r->failed && !keymap_at_end(r)) {
			keymap_wrong_at(
				r, r->p, "a section stands alone on its line");
		}
		return;
	}
	while (!r->failed && !keymap_at_end(r)) {
		read_pair(r);
	}
}

void
keymap_read_file(struct keymap *m, const char *text, size_t len)
{
	struct keymap_reader r = {.m = m, .section = SECTION_NONE};
	const char *p = text, *end = text + len;

	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
	}
	while (p < end && !m->no_memory) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		r.start = p;
		r.p = p;
		r.end = nl != NULL ? nl : end;
		p = nl != NULL ? nl + 1 : end;
		if (r.end > r.start && r.end[-1] == '\r') {
			r.end--;
		}
		r.line++;
		read_line(&r);
	}
}
