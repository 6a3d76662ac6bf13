/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "screen/keys_internal.h"

#include "base/poison.h"

/* A line's number before its key, as in "3-". */
#define LINE_DIGITS 3
/* An escape and what follows it so soon came in one piece: a key that the
 * terminal's description does not know. */
#define WHOLE_US ((int64_t)10000)
/* What stands between ESC [ and the letter that ends a key's sequence. */
#define SEQUENCE_MAX 8

static const struct {
	int32_t cp;
	enum keys_code code;
} controls[] = {
	{0x02, KEYS_STX},
	{0x03, KEYS_ETX},
	{0x06, KEYS_PREFIX},
	{0x08, KEYS_BACKSPACE},
	{0x09, KEYS_TAB},
	{0x0a, KEYS_LF},
	{0x0c, KEYS_REPAINT},
	{0x0d, KEYS_ENTER},
	{0x15, KEYS_ERASE},
	{0x1b, KEYS_ESC},
	{0x1d, KEYS_CHAR}, /* FNC1 inside a GS1 symbol */
	{0x7f, KEYS_BACKSPACE},
};

enum keys_code
keys_f(unsigned n)
{
	return (enum keys_code)(KEYS_F1 + n - 1);
}

enum keys_code
keys_from_cp(int32_t cp)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(controls); i++) {
		if (controls[i].cp == cp) {
			return controls[i].code;
		}
	}
	return cp < 0x20 || (cp >= 0x80 && cp < 0xa0) ? KEYS_OTHER : KEYS_CHAR;
}

static const struct keys_frame stx_frame[] = {
	{.kind = FRAME_SCAN, .prefix = {{0x02}, 1}, .suffix = {{0x03}, 1}},
};
static const struct keys_frames stx_frames = {
	stx_frame, ARRAY_LEN(stx_frame), NULL, 0, 0};

void
keys_init(struct keys_in *k)
{
	memset(k, 0, sizeof(*k));
	k->mode = KEYS_PLAIN;
	k->frames = &stx_frames;
}

/* The shortest time that can lie between an event and what came before. */
static int64_t
gap_min(struct mono before, const struct key_event *ev)
{
	return ev->at.us - ev->slack_us - before.us;
}

/* The longest. */
static int64_t
gap_max(const struct key_event *before, const struct key_event *ev)
{
	return ev->at.us - (before->at.us - before->slack_us);
}

void
keys_emit(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	struct keys_out out = {.scan = false,
		.source = k->frame != NULL ? KEYS_TOLD_FRAME : KEYS_TOLD_HAND,
		.device = k->frame != NULL ? k->frame->name : NULL,
		.key = *ev};

	if (ev->code == KEYS_CHAR && ev->cp == '+') {
		/* One finger, two contacts. */
		if (k->has_plus && gap_max(&k->plus, ev) <= KEYS_BOUNCE_US) {
			return;
		}
		k->plus = *ev;
	}
	/* what came in between was another finger */
	k->has_plus = ev->code == KEYS_CHAR && ev->cp == '+';
	fn(arg, &out);
}

void
keys_emit_code(struct keys_in *k, enum keys_code code,
	const struct key_event *ev, keys_fn fn, void *arg)
{
	struct key_event e = *ev;

	e.code = code;
	keys_emit(k, &e, fn, arg);
}

/* The character behind Ctrl-F. */
static void
emit_prefixed(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	static const char digits[] = "1234567890-=";
	const char *p = ev->cp > 0 && ev->cp < 0x80
				? strchr(digits, (char)ev->cp)
				: NULL;

	keys_emit_code(k,
		p != NULL ? keys_f((unsigned)(p - digits) + 1) : KEYS_PREFIX,
		ev, fn, arg);
}

/* Held characters were typed after all; what else a frame held is nothing. */
void
keys_release(struct keys_in *k, size_t n, keys_fn fn, void *arg)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (k->held[i].code == KEYS_CHAR) {
			keys_emit(k, &k->held[i], fn, arg);
		} else if (k->held[i].code == KEYS_PREFIX) {
			emit_prefixed(k, &k->held[i], fn, arg);
		}
	}
	k->n_held -= n;
	memmove(k->held, k->held + n, k->n_held * sizeof(k->held[0]));
}

/* A trigger pulled twice is one scan. */
static void
pass_scan(struct keys_in *k, const struct keys_out *out, keys_fn fn, void *arg)
{
	if (k->has_scan && strcmp(k->scan, out->text) == 0 &&
		gap_max(&k->scan_at, &out->key) <= KEYS_BOUNCE_US) {
		k->doubles++;
		return;
	}
	k->has_plus = false;
	k->has_scan = true;
	k->scan_at = out->key;
	memcpy(k->scan, out->text, out->len + 1);
	fn(arg, out);
}

void
keys_emit_scan(struct keys_in *k, enum keys_told source, keys_fn fn, void *arg)
{
	struct keys_out out = {.scan = true,
		.source = source,
		.device = k->frame != NULL ? k->frame->name : NULL};
	size_t i;

	for (i = 0; i < k->n_held; i++) {
		char enc[4];
		size_t n = text_encode(k->held[i].cp, enc);
		int64_t gap =
			i > 0 ? k->held[i].at.us - k->held[i - 1].at.us : 0;

		out.gap_us = gap > out.gap_us ? gap : out.gap_us;
		if (out.len + n >= sizeof(out.text)) {
			break;
		}
		memcpy(out.text + out.len, enc, n);
		out.len += n;
	}
	out.text[out.len] = '\0';
	out.key = k->held[k->n_held - 1];
	k->n_held = 0;
	pass_scan(k, &out, fn, arg);
}

void
keys_scanned(struct keys_in *k, const char *text, size_t len, struct mono at,
	keys_fn fn, void *arg)
{
	struct keys_out out = {.scan = true, .source = KEYS_TOLD_FRAME};

	out.key.code = KEYS_CHAR;
	out.key.at = at;
	out.len = len < sizeof(out.text) ? len : sizeof(out.text) - 1;
	memcpy(out.text, text, out.len);
	pass_scan(k, &out, fn, arg);
}

static bool
is_digit(int32_t cp)
{
	return (cp >= '0' && cp <= '9') || cp == '.' || cp == ',';
}

/* How many held characters are a quantity: "12*", "0.734*". */
static size_t
quantity_prefix(const struct keys_in *k)
{
	size_t i;

	for (i = 0; i < k->n_held; i++) {
		int32_t cp = k->held[i].cp;

		if (cp == '*') {
			return i > 0 ? i + 1 : 0;
		}
		if (!is_digit(cp)) {
			return 0;
		}
	}
	return 0;
}

/* How long a scanner may take from one character to the next: the shop's, and
 * where one key answers. */
static int64_t
gap_known(const struct keys_in *k)
{
	return k->frames->gap_us > 0 ? k->frames->gap_us : KEYS_GAP_US;
}

static int64_t
gap_of(const struct keys_in *k)
{
	int64_t gap = gap_known(k);

	return k->guard && gap < KEYS_GUARD_US ? KEYS_GUARD_US : gap;
}

/* How many held characters a hand had typed before a scanner began: what comes
 * behind them is a scan by itself, at the pace of one. */
static size_t
typed_before(const struct keys_in *k, const struct key_event *ev)
{
	const struct key_event *next = ev;
	size_t i = k->n_held;

	while (i > 0 && gap_max(&k->held[i - 1], next) <= gap_known(k)) {
		next = &k->held[--i];
	}
	return k->n_held - i >= KEYS_SCAN_MIN ? i : 0;
}

/* Did all of it, and the terminator, certainly come at a scanner's pace? */
static bool
is_burst(const struct keys_in *k, const struct key_event *ev)
{
	int64_t gap = gap_of(k);
	size_t i;

	for (i = 1; i < k->n_held; i++) {
		if (gap_max(&k->held[i - 1], &k->held[i]) > gap) {
			return false;
		}
	}
	return k->n_held > 0 && gap_max(&k->held[k->n_held - 1], ev) <= gap;
}

/* In a heap whose rhythm says nothing: how many held characters are keys of
 * their own before a code: "-", "3-", "12*", "+", also several.  A code that
 * begins with four digits and a dash is a code. */
static size_t
typed_ahead(const struct keys_in *k)
{
	size_t from = 0, i;

	for (i = 0; i < k->n_held; i++) {
		int32_t cp = k->held[i].cp;

		if (cp == '*' ||
			((cp == '+' || cp == '-' || cp == '/' || cp == '?') &&
				i - from <= LINE_DIGITS)) {
			from = i + 1;
		} else if (!is_digit(cp)) {
			break;
		}
	}
	return from;
}

/* What is left of such a heap: short, or without a digit, it was typed. */
static bool
like_code(const struct keys_in *k, size_t from)
{
	size_t i;

	for (i = from; i < k->n_held; i++) {
		if (is_digit(k->held[i].cp)) {
			return k->n_held - from >= KEYS_DOUBT_MIN;
		}
	}
	return false;
}

bool
keys_is_end(const struct key_event *ev)
{
	return ev->code == KEYS_ENTER || ev->code == KEYS_TAB ||
	       ev->code == KEYS_LF;
}

void
keys_hold(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	if (k->n_held == KEYS_HELD_MAX) {
		/* Longer than any symbol: a paste. */
		k->frame = NULL;
		keys_release(k, k->n_held, fn, arg);
		k->mode = KEYS_PLAIN;
	}
	k->held[k->n_held++] = *ev;
	k->last = ev->at;
}

static void
terminator(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	bool burst = is_burst(k, ev);
	size_t keys;

	if (burst && k->guard) {
		keys_release(k, typed_before(k, ev), fn, arg);
	}
	keys = burst ? quantity_prefix(k) : typed_ahead(k);
	if (!keys_typed_word(k) && (burst ? k->n_held >= keys + KEYS_SCAN_MIN
					  : like_code(k, keys))) {
		keys_release(k, keys, fn, arg);
		keys_emit_scan(k, burst ? KEYS_TOLD_RHYTHM : KEYS_TOLD_READING,
			fn, arg);
	} else {
		keys_release(k, k->n_held, fn, arg);
		keys_emit_code(k, ev->code == KEYS_LF ? KEYS_ENTER : ev->code,
			ev, fn, arg);
	}
	if (ev->code == KEYS_ENTER) {
		/* Many scanners and pastes end with CR and LF. */
		k->swallow_lf = true;
		k->swallow_until.us = ev->at.us + gap_of(k);
	}
}

/* What still belongs to the scan or line before: CR behind a frame, LF behind
 * a CR. */
static bool
is_swallowed(struct keys_in *k, const struct key_event *ev)
{
	bool yes = k->n_held == 0 && ev->at.us <= k->swallow_until.us &&
		   (k->swallow_any || (k->swallow_lf && ev->code == KEYS_LF));

	k->swallow_lf = k->swallow_any && yes && ev->code == KEYS_ENTER;
	k->swallow_any = false;
	return yes;
}

/* Pasted text is text: no key, no scan, and its lines' ends are blanks. */
static void
paste(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	k->last = ev->at;
	if (ev->code == KEYS_PASTED) {
		k->mode = KEYS_PLAIN;
	} else if (keys_is_end(ev)) {
		k->blank = true;
	} else if (ev->code == KEYS_CHAR) {
		struct key_event blank = *ev;

		if (k->blank) {
			blank.cp = ' ';
			keys_emit_code(k, KEYS_TEXT, &blank, fn, arg);
		}
		k->blank = false;
		keys_emit_code(k, KEYS_TEXT, ev, fn, arg);
	}
}

/* What is no character. */
static void
special(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	keys_release(k, k->n_held, fn, arg);
	k->last = ev->at;
	if (ev->code == KEYS_ESC) {
		k->mode = KEYS_ESC_SEEN;
		k->esc = *ev;
	} else if (ev->code == KEYS_PREFIX) {
		k->prefix = true;
	} else if (ev->code == KEYS_PASTE) {
		k->mode = KEYS_IN_PASTE;
		k->blank = false;
	} else if (ev->code != KEYS_PASTED) {
		keys_emit(k, ev, fn, arg);
	}
}

/* The Esc before it was the beginning of a key after all. */
static bool
is_late(struct keys_in *k, const struct key_event *ev)
{
	bool acted = k->esc_acted;

	k->esc_acted = false;
	return acted && ev->code == KEYS_CHAR && ev->cp == '[' &&
	       gap_min(k->esc.at, ev) <= KEYS_LATE_US;
}

void
keys_plain(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	bool prefix = k->prefix;

	if (is_late(k, ev)) {
		k->mode = KEYS_ESC_SWALLOW;
		k->last = ev->at;
		return;
	}
	if (keys_is_end(ev)) {
		if (is_swallowed(k, ev)) {
			return;
		}
		k->prefix = false;
		terminator(k, ev, fn, arg);
		return;
	}
	k->swallow_lf = false;
	k->swallow_any = false;
	if (keys_frame_begins(k, ev)) {
		keys_release(k, k->n_held, fn, arg);
		keys_frame_head(k, ev, fn, arg);
		return;
	}
	k->prefix = false;
	if (ev->code == KEYS_CHAR) {
		struct key_event e = *ev;

		/* Ctrl-F may have been struck before somebody scanned. */
		e.code = prefix ? KEYS_PREFIX : KEYS_CHAR;
		keys_hold(k, &e, fn, arg);
		return;
	}
	special(k, ev, fn, arg);
}

static bool
is_final(const struct keys_in *k, const struct key_event *ev)
{
	/* ESC [ [ A is a Linux console's F1 */
	return ev->cp >= 0x40 && ev->cp <= 0x7e &&
	       (ev->cp != '[' || k->n_held > 0);
}

/* No sequence is so long, or goes on so: what came since was typed, and a
 * scan's beginning is not lost. */
static void
no_sequence(
	struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	k->mode = KEYS_PLAIN;
	if (ev->code != KEYS_CHAR &&
		!(keys_is_end(ev) && k->n_held >= KEYS_SCAN_MIN)) {
		k->n_held = 0;
	}
	keys_emit_code(k, KEYS_BROKEN, &k->esc, fn, arg);
}

/* True when the event is used up. */
static bool
escaped(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	if (k->mode == KEYS_ESC_SEEN) {
		if (ev->code == KEYS_CHAR && (ev->cp == '[' || ev->cp == 'O')) {
			k->mode = KEYS_ESC_SWALLOW;
			k->last = ev->at;
			return true;
		}
		k->mode = KEYS_PLAIN;
		keys_emit(k, &k->esc, fn, arg);
		return false;
	}
	if (ev->code != KEYS_CHAR || k->n_held == SEQUENCE_MAX) {
		no_sequence(k, ev, fn, arg);
		return false;
	}
	if (is_final(k, ev)) {
		bool whole = gap_max(&k->esc, ev) <= WHOLE_US;

		k->mode = KEYS_PLAIN;
		k->n_held = 0;
		k->esc.cp = 0;
		keys_emit_code(
			k, whole ? KEYS_OTHER : KEYS_BROKEN, &k->esc, fn, arg);
		return true;
	}
	keys_hold(k, ev, fn, arg);
	return true;
}

/* How long the present mode waits for more; 0: it waits for nothing. */
static int64_t
patience(const struct keys_in *k)
{
	if (k->mode == KEYS_FRAME || k->mode == KEYS_FRAME_HEAD ||
		k->mode == KEYS_IN_PASTE) {
		return KEYS_FRAME_GAP_US;
	}
	if (k->mode == KEYS_ESC_SWALLOW) {
		return KEYS_LATE_US;
	}
	if (k->mode == KEYS_ESC_SEEN) {
		return KEYS_ESC_US;
	}
	return k->n_held > 0 ? gap_of(k) : 0;
}

static void
expire(struct keys_in *k, keys_fn fn, void *arg)
{
	enum keys_mode mode = k->mode;

	k->mode = KEYS_PLAIN;
	k->frame = NULL;
	if (mode == KEYS_ESC_SEEN) {
		keys_emit(k, &k->esc, fn, arg);
		k->esc_acted = true;
	} else if (mode == KEYS_ESC_SWALLOW) {
		k->n_held = 0;
		keys_emit_code(k, KEYS_BROKEN, &k->esc, fn, arg);
	}
	keys_release(k, k->n_held, fn, arg);
}

void
keys_feed(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	int64_t wait = patience(k);

	if (wait > 0 && gap_min(k->last, ev) > wait) {
		expire(k, fn, arg);
	}
	if (k->mode == KEYS_ESC_SEEN || k->mode == KEYS_ESC_SWALLOW) {
		if (escaped(k, ev, fn, arg)) {
			return;
		}
	}
	if (k->mode == KEYS_FRAME) {
		keys_frame_more(k, ev, fn, arg);
	} else if (k->mode == KEYS_FRAME_HEAD) {
		keys_frame_head(k, ev, fn, arg);
	} else if (k->mode == KEYS_IN_PASTE) {
		paste(k, ev, fn, arg);
	} else {
		keys_plain(k, ev, fn, arg);
	}
}

void
keys_frames(
	struct keys_in *k, const struct keys_frames *f, keys_fn fn, void *arg)
{
	if (k->mode == KEYS_FRAME || k->mode == KEYS_FRAME_HEAD) {
		expire(k, fn, arg);
	}
	k->frames = f != NULL ? f : &stx_frames;
	k->frame = NULL;
}

void
keys_tick(struct keys_in *k, struct mono now, keys_fn fn, void *arg)
{
	int64_t wait = patience(k);

	if (wait > 0 && now.us - k->last.us > wait) {
		expire(k, fn, arg);
	}
}

bool
keys_deadline(const struct keys_in *k, struct mono *ret)
{
	int64_t wait = patience(k);

	if (wait == 0) {
		return false;
	}
	ret->us = k->last.us + wait + 1;
	return true;
}

void
keys_echo(const struct keys_in *k, struct sbuf *out)
{
	size_t i;

	if (k->mode != KEYS_PLAIN) {
		return;
	}
	for (i = 0; i < k->n_held; i++) {
		int32_t cp = k->held[i].cp;
		char enc[4];
		size_t n;

		if (k->held[i].code != KEYS_CHAR || cp < 0x20 || cp == '+' ||
			cp == '-' || cp == '/' || cp == '?') {
			break;
		}
		n = text_encode(cp, enc);
		sbuf_write(out, enc, n);
	}
}
