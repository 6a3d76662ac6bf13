/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "screen/keys_internal.h"

#include "base/poison.h"

static bool
mark_is(const struct keys_mark *m, const struct key_event *held, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (m->cp[i] != held[i].cp) {
			return false;
		}
	}
	return true;
}

/* The character a mark may hold, 0 none. */
static int32_t
mark_cp(const struct key_event *ev)
{
	return ev->code == KEYS_SEQ ? 0 : ev->cp;
}

static bool
mark_has(const struct keys_mark *m, int32_t cp)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (m->cp[i] == cp) {
			return true;
		}
	}
	return false;
}

static bool
same_letter(char a, int32_t b)
{
	return a == b || (a >= 'A' && a <= 'Z' && b == a - 'A' + 'a');
}

static bool
is_digit(int32_t cp)
{
	return cp >= '0' && cp <= '9';
}

/* Letters of a programmable keyboard, which sends them as fast as a scanner: a
 * number, a word, a number. */
bool
keys_typed_word(const struct keys_in *k)
{
	const struct keys_frames *f = k->frames;
	size_t from = 0, to = k->n_held, i, j;

	while (from < to && is_digit(k->held[from].cp)) {
		from++;
	}
	while (to > from && is_digit(k->held[to - 1].cp)) {
		to--;
	}
	for (i = 0; i < f->n_typed; i++) {
		size_t n = strlen(f->typed[i].text);

		for (j = 0; j < n && from + n == to; j++) {
			if (!same_letter(f->typed[i].text[j],
				    k->held[from + j].cp)) {
				break;
			}
		}
		if (n > 0 && j == n) {
			return true;
		}
	}
	return false;
}

/* The value of what is held from ${from} on, 0 none. */
static int32_t
word_value(const struct keys_in *k, const struct keys_frame *f, size_t from)
{
	size_t i, j;

	for (i = 0; i < f->n_word; i++) {
		size_t n = strlen(f->word[i].text);

		for (j = 0; j < n && from + n == k->n_held; j++) {
			if (!same_letter(
				    f->word[i].text[j], k->held[from + j].cp)) {
				break;
			}
		}
		if (n > 0 && j == n) {
			return f->word[i].value;
		}
	}
	return 0;
}

static void
emit_command(
	struct keys_in *k, size_t digits, int32_t value, keys_fn fn, void *arg)
{
	struct key_event last = k->held[k->n_held - 1];
	size_t i;

	for (i = 0; i < digits && value != 0; i++) {
		keys_emit(k, &k->held[i], fn, arg);
	}
	k->n_held = 0;
	last.cp = value;
	keys_emit_code(k, KEYS_COMMAND, &last, fn, arg);
}

/* A frame's content lies in held, without its marks. */
static void
emit_frame(struct keys_in *k, const struct keys_frame *f, size_t skip,
	keys_fn fn, void *arg)
{
	size_t digits = 0;
	int32_t value;

	if (k->n_held == 0) {
		return;
	}
	if (f->kind == FRAME_KEYLOCK) {
		struct key_event last = k->held[k->n_held - 1];

		last.cp = word_value(k, f, 0);
		k->n_held = 0;
		keys_emit_code(k, KEYS_KEYLOCK, &last, fn, arg);
		return;
	}
	while (f->kind != FRAME_SCAN && digits < k->n_held &&
		((k->held[digits].cp >= '0' && k->held[digits].cp <= '9') ||
			k->held[digits].cp == '.')) {
		digits++;
	}
	value = f->kind == FRAME_SCAN ? 0 : word_value(k, f, digits);
	if (f->kind == FRAME_COMMAND || value != 0) {
		emit_command(k, digits, value, fn, arg);
	} else if (k->n_held >= skip + 3) {
		keys_emit_scan(k, KEYS_TOLD_FRAME, fn, arg);
	}
	/* Fewer than three is a trigger pulled twice. */
	k->n_held = 0;
}

static void
drop_first(struct keys_in *k, size_t n)
{
	k->n_held -= n;
	memmove(k->held, k->held + n, k->n_held * sizeof(k->held[0]));
}

static void
end_frame(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	const struct keys_frame *f = k->frame;
	bool keep = f->keep_prefix;

	k->mode = KEYS_PLAIN;
	if (!keep) {
		drop_first(k, f->prefix.n);
	}
	emit_frame(k, f, keep ? f->prefix.n : 0, fn, arg);
	k->frame = NULL;
	k->swallow_any = true;
	k->swallow_until.us = ev->at.us + KEYS_GAP_US;
}

void
keys_frame_more(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	const struct keys_frame *f = k->frame;
	bool mark = mark_cp(ev) > 0 && mark_has(&f->suffix, ev->cp);

	if (ev->code == KEYS_CHAR || mark) {
		size_t n;

		keys_hold(k, ev, fn, arg);
		n = k->n_held -
		    (k->n_held < f->prefix.n ? k->n_held : f->prefix.n);
		if (k->mode == KEYS_FRAME && f->suffix.n > 0 &&
			n >= f->suffix.n &&
			mark_is(&f->suffix, k->held + k->n_held - f->suffix.n,
				f->suffix.n)) {
			k->n_held -= f->suffix.n;
			end_frame(k, ev, fn, arg);
			return;
		}
		if (!keys_is_end(ev) || k->mode != KEYS_FRAME) {
			return;
		}
		k->n_held--;
	}
	if (keys_is_end(ev)) {
		end_frame(k, ev, fn, arg);
		return;
	}
	k->mode = KEYS_PLAIN;
	k->frame = NULL;
	keys_release(k, k->n_held, fn, arg);
	keys_emit(k, ev, fn, arg);
}

/* The frames whose prefix begins with what is held: *ret_whole is the one that
 * has all of it. */
static bool
find_frame(const struct keys_in *k, const struct keys_frame **ret_whole)
{
	bool some = false;
	size_t i;

	*ret_whole = NULL;
	for (i = 0; i < k->frames->n; i++) {
		const struct keys_frame *f = &k->frames->frame[i];

		if (f->prefix.n < k->n_held ||
			!mark_is(&f->prefix, k->held, k->n_held)) {
			continue;
		}
		some = true;
		if (f->prefix.n == k->n_held) {
			*ret_whole = f;
		}
	}
	return some;
}

bool
keys_frame_begins(const struct keys_in *k, const struct key_event *ev)
{
	size_t i;

	if (mark_cp(ev) <= 0 || k->prefix ||
		(ev->cp >= 0x20 && (k->n_held > 0 || ev->code != KEYS_CHAR))) {
		return false;
	}
	for (i = 0; i < k->frames->n; i++) {
		if (k->frames->frame[i].prefix.cp[0] == ev->cp) {
			return true;
		}
	}
	return false;
}

void
keys_frame_head(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	const struct keys_frame *whole = NULL;
	size_t i, n = 0;

	if (mark_cp(ev) > 0) {
		keys_hold(k, ev, fn, arg);
		if (find_frame(k, &whole)) {
			k->mode = whole != NULL ? KEYS_FRAME : KEYS_FRAME_HEAD;
			k->frame = whole;
			return;
		}
		k->n_held--;
	}
	/* No frame: what came so far may still be a scan by its rhythm. */
	k->mode = KEYS_PLAIN;
	for (i = 0; i < k->n_held; i++) {
		if (k->held[i].code == KEYS_CHAR) {
			k->held[n++] = k->held[i];
		}
	}
	k->n_held = n;
	keys_plain(k, ev, fn, arg);
}
