/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "screen/keymap_internal.h"

#include "base/poison.h"

/* [device] and [keylock]: how scanners, programmable keyboards and locks frame
 * what they type. */

void
keymap_device_begin(struct keymap *m, const char *name, size_t len,
	bool keylock, int line, int col)
{
	struct keymap_device *d;
	bool unnamed = false;
	struct sbuf b;

	if (len == 0 || len >= sizeof(d->name)) {
		keymap_wrong(m, line, col,
			"here stands the device's name in quotes, like "
			"\"tty\" or \"usb:0c2e:0b61\"");
		len = 0;
		unnamed = true;
	}
	if (m->n_device == KEYMAP_FRAMES - 1) {
		keymap_wrong(m, line, col,
			"a keymap takes 15 devices: take one out");
		m->n_device--;
	}
	d = &m->device[m->n_device++];
	memset(d, 0, sizeof(*d));
	sbuf_init(&b, d->name, sizeof(d->name));
	sbuf_write(&b, name != NULL ? name : "", len);
	d->line = line;
	d->wrong = unnamed;
	d->keylock = keylock;
	d->kind = keylock ? FRAME_KEYLOCK : FRAME_SCAN;
}

static const char *
read_mark(const struct keymap_span *v, struct keys_mark *ret)
{
	const char *p = v->p, *end = v->p + v->n;
	int32_t cp;

	ret->n = 0;
	if (!v->quoted || !text_is_utf8(v->p, v->n)) {
		return "this stands in quotes, like \"\\x02\" or \"]\"";
	}
	while (text_next(&p, end, &cp)) {
		if (ret->n == KEYS_MARK_MAX) {
			return "this takes at most 8 characters";
		}
		ret->cp[ret->n++] = cp;
	}
	return NULL;
}

static const char *
read_prefix(struct keymap_device *d, const struct keymap_span *v)
{
	const char *bad = read_mark(v, &d->frame.prefix);
	int32_t first = d->frame.prefix.cp[0];

	if (bad == NULL && d->frame.prefix.n == 0) {
		bad = "a prefix is at least one character";
	} else if (bad == NULL &&
		   (first == 0x1b || first == '\r' || first == '\n' ||
			   first == '\t' || first == 0x06 || first == 0x08)) {
		bad = "a prefix does not begin with Esc, Enter, Tab, Backspace "
		      "or Ctrl-F: set the device to another";
	} else if (bad == NULL &&
		   ((first >= '0' && first <= '9') || first == '+' ||
			   first == '-' || first == '*')) {
		bad = "a prefix does not begin with a digit, +, - or *, which "
		      "are typed: set the device to another";
	}
	if (bad != NULL) {
		d->frame.prefix.n = 0;
		return bad;
	}
	d->has_prefix = true;
	/* An AIM identifier says what symbol it was. */
	d->frame.keep_prefix = first == ']';
	return NULL;
}

static const char *
read_kind(struct keymap_device *d, const struct keymap_span *v)
{
	static const struct {
		const char *name;
		enum keys_frame_kind kind;
	} kinds[] = {{"scan", FRAME_SCAN}, {"command", FRAME_COMMAND},
		{"keylock", FRAME_KEYLOCK}, {"either", FRAME_EITHER}};

	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		if (keymap_same(v->p, v->n, kinds[i].name)) {
			d->kind = kinds[i].kind;
			return NULL;
		}
	}
	return "a kind is scan, command, either or keylock";
}

static const char *
read_allow(struct keymap_device *d, const struct keymap_span *v)
{
	const char *p = v->p, *end = v->p + v->n;

	d->has_allow = true;
	d->n_word = 0;
	while (p < end) {
		const char *begin = p;
		const struct action_info *info;
		enum action a;

		while (p < end && *p != ' ') {
			p++;
		}
		if (p == begin) {
			p++;
			continue;
		}
		a = action_by_code(begin, (size_t)(p - begin));
		info = action_info(a);
		if (a == ACTION_NONE || d->n_word == ARRAY_LEN(d->word)) {
			return "allow is a list of codes, like \"TL CA VD\"";
		}
		memcpy(d->word[d->n_word].text, info->code,
			strlen(info->code) + 1);
		d->word[d->n_word++].value = (int32_t)a;
	}
	return NULL;
}

/* pos1 = L, or "what the lock types" = L */
static const char *
read_position(struct keymap_device *d, const struct keymap_span *key,
	const struct keymap_span *v)
{
	struct keys_word *w = &d->word[d->n_word];
	const char *text = key->p;
	size_t n = key->n;

	if (!key->quoted) {
		if (n != 4 || memcmp(text, "pos", 3) != 0 || text[3] < '1' ||
			text[3] > '9') {
			return "a lock knows prefix, suffix and pos1 to pos9, "
			       "or its own words in quotes";
		}
		text += 3;
		n = 1;
	}
	if (v->quoted || v->n != 1 || strchr("LRXSPT", v->p[0]) == NULL) {
		return "a position is L lock, R register, X reports, S "
		       "supervisor, P settings or T training";
	}
	if (n == 0 || n >= sizeof(w->text)) {
		return "a lock's word is 1 to 15 characters";
	}
	if (d->n_word == ARRAY_LEN(d->word)) {
		return "these are too many positions";
	}
	memcpy(w->text, text, n);
	w->text[n] = '\0';
	w->value = (unsigned char)v->p[0];
	d->n_word++;
	return NULL;
}

void
keymap_device_pair(struct keymap *m, int line, const struct keymap_span *key,
	const struct keymap_span *value)
{
	struct keymap_device *d = &m->device[m->n_device - 1];
	const char *bad;
	int col = value->col;

	if (!key->quoted && keymap_same(key->p, key->n, "prefix")) {
		bad = read_prefix(d, value);
	} else if (!key->quoted && keymap_same(key->p, key->n, "suffix")) {
		bad = read_mark(value, &d->frame.suffix);
	} else if (!key->quoted && keymap_same(key->p, key->n, "kind") &&
		   !d->keylock) {
		bad = read_kind(d, value);
	} else if (!key->quoted && keymap_same(key->p, key->n, "allow") &&
		   !d->keylock) {
		bad = read_allow(d, value);
	} else if (d->keylock) {
		bad = read_position(d, key, value);
	} else {
		bad = "a device knows prefix, suffix, kind and allow";
		col = key->col;
	}
	if (bad != NULL) {
		d->wrong = true;
		keymap_wrong(m, line, col, bad);
	}
}

/* The frame of a lock may stand in the [device] of the same name. */
static const struct keymap_device *
frame_of_lock(const struct keymap *m, const struct keymap_device *lock)
{
	size_t i;

	for (i = 0; i < m->n_device; i++) {
		const struct keymap_device *d = &m->device[i];

		if (!d->keylock && d->kind == FRAME_KEYLOCK && d->has_prefix &&
			strcmp(d->name, lock->name) == 0) {
			return d;
		}
	}
	return lock->has_prefix ? lock : NULL;
}

static bool
clashes(const struct keymap *m, const struct keys_frame *f)
{
	size_t i, j;

	for (i = 0; i < m->frames.n; i++) {
		const struct keys_mark *a = &m->frame[i].prefix;
		size_t n = a->n < f->prefix.n ? a->n : f->prefix.n;

		for (j = 0; j < n && a->cp[j] == f->prefix.cp[j]; j++) {
			/* count what is equal */
		}
		if (j == n) {
			return true;
		}
	}
	return false;
}

static void
add_frame(struct keymap *m, const struct keymap_device *d,
	const struct keys_frame *frame)
{
	struct keys_frame f = *frame;

	if (clashes(m, &f)) {
		keymap_wrong(m, d->line, 1,
			"another device has this prefix, or one that begins "
			"with it: set one of them to another");
		return;
	}
	f.name = d->name;
	f.kind = d->kind;
	f.word = d->word;
	f.n_word = d->n_word;
	if ((d->kind == FRAME_COMMAND || d->kind == FRAME_EITHER) &&
		!d->has_allow) {
		f.word = m->framed;
		f.n_word = m->n_framed;
	}
	m->frame[m->frames.n++] = f;
}

void
keymap_device_finish(struct keymap *m)
{
	size_t i;

	for (i = 0; i < m->n_device; i++) {
		const struct keymap_device *d = &m->device[i], *from = d;

		if (d->keylock) {
			from = frame_of_lock(m, d);
		} else if (d->kind == FRAME_KEYLOCK) {
			continue;
		}
		if (d->wrong) {
			continue;
		}
		if (from == NULL || !from->has_prefix) {
			keymap_wrong(m, d->line, 1,
				d->keylock ? "this lock has no prefix: write "
					     "it here, or in a [device] of the "
					     "same name with kind = keylock"
					   : "this device has no prefix: write "
					     "prefix = \"...\" as the device "
					     "sends it");
			continue;
		}
		add_frame(m, d, &from->frame);
	}
}
