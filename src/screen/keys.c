/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/keys.h"

#include <string.h>

#include "base/text.h"

#include "base/poison.h"

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

void
keys_init(struct keys_in *k)
{
	memset(k, 0, sizeof(*k));
	k->mode = KEYS_PLAIN;
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

static void
emit_key(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	struct keys_out out = {.scan = false, .key = *ev};

	if (ev->code == KEYS_CHAR && ev->cp == '+') {
		/* One finger, two contacts. */
		if (k->has_plus && gap_max(&k->plus, ev) <= KEYS_BOUNCE_US) {
			return;
		}
		k->has_plus = true;
		k->plus = *ev;
	}
	fn(arg, &out);
}

static void
emit_code(struct keys_in *k, enum keys_code code, const struct key_event *ev,
	keys_fn fn, void *arg)
{
	struct key_event e = *ev;

	e.code = code;
	emit_key(k, &e, fn, arg);
}

/* Held characters were typed after all. */
static void
release_held(struct keys_in *k, size_t n, keys_fn fn, void *arg)
{
	size_t i;

	for (i = 0; i < n; i++) {
		emit_key(k, &k->held[i], fn, arg);
	}
	k->n_held -= n;
	memmove(k->held, k->held + n, k->n_held * sizeof(k->held[0]));
}

static void
emit_scan(struct keys_in *k, keys_fn fn, void *arg)
{
	struct keys_out out = {.scan = true};
	size_t i;

	for (i = 0; i < k->n_held; i++) {
		char enc[4];
		size_t n = text_encode(k->held[i].cp, enc);

		if (out.len + n >= sizeof(out.text)) {
			break;
		}
		memcpy(out.text + out.len, enc, n);
		out.len += n;
	}
	out.text[out.len] = '\0';
	out.key = k->held[k->n_held - 1];
	k->n_held = 0;
	if (k->has_scan && strcmp(k->scan, out.text) == 0 &&
		gap_max(&k->scan_at, &out.key) <= KEYS_BOUNCE_US) {
		k->doubles++;
		return;
	}
	k->has_scan = true;
	k->scan_at = out.key;
	memcpy(k->scan, out.text, out.len + 1);
	fn(arg, &out);
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
		if ((cp < '0' || cp > '9') && cp != '.' && cp != ',') {
			return 0;
		}
	}
	return 0;
}

static bool
is_terminator(const struct key_event *ev)
{
	return ev->code == KEYS_ENTER || ev->code == KEYS_TAB ||
	       ev->code == KEYS_LF;
}

static void
hold(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	if (k->n_held == KEYS_HELD_MAX) {
		/* Longer than any symbol: a paste. */
		release_held(k, k->n_held, fn, arg);
		k->mode = KEYS_PLAIN;
	}
	k->held[k->n_held++] = *ev;
	k->last = ev->at;
}

static void
terminator(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	size_t qty = quantity_prefix(k);

	if (k->n_held >= qty + KEYS_SCAN_MIN) {
		release_held(k, qty, fn, arg);
		emit_scan(k, fn, arg);
	} else {
		release_held(k, k->n_held, fn, arg);
		emit_code(k, ev->code == KEYS_LF ? KEYS_ENTER : ev->code, ev,
			fn, arg);
	}
	if (ev->code == KEYS_ENTER) {
		/* Many scanners and pastes end with CR and LF. */
		k->swallow_lf = true;
		k->swallow_until.us = ev->at.us + KEYS_GAP_US;
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

static void
frame(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	if (ev->code == KEYS_CHAR) {
		hold(k, ev, fn, arg);
		return;
	}
	k->mode = KEYS_PLAIN;
	if (ev->code == KEYS_ETX || is_terminator(ev)) {
		/* Fewer than three is a trigger pulled twice. */
		if (k->n_held >= 3) {
			emit_scan(k, fn, arg);
		}
		k->n_held = 0;
		k->swallow_any = true;
		k->swallow_until.us = ev->at.us + KEYS_GAP_US;
		return;
	}
	release_held(k, k->n_held, fn, arg);
	emit_key(k, ev, fn, arg);
}

static void
plain(struct keys_in *k, const struct key_event *ev, keys_fn fn, void *arg)
{
	bool prefix = k->prefix;

	if (is_terminator(ev)) {
		if (is_swallowed(k, ev)) {
			return;
		}
		k->prefix = false;
		terminator(k, ev, fn, arg);
		return;
	}
	k->swallow_lf = false;
	k->swallow_any = false;
	k->prefix = false;
	if (ev->code == KEYS_CHAR) {
		if (prefix && ev->cp >= '0' && ev->cp <= '9') {
			unsigned n =
				ev->cp == '0' ? 9u : (unsigned)(ev->cp - '1');

			emit_code(
				k, (enum keys_code)(KEYS_F1 + n), ev, fn, arg);
		} else if (prefix && (ev->cp == '-' || ev->cp == '=')) {
			emit_code(k, ev->cp == '-' ? KEYS_F11 : KEYS_F12, ev,
				fn, arg);
		} else {
			hold(k, ev, fn, arg);
		}
		return;
	}
	release_held(k, k->n_held, fn, arg);
	if (ev->code == KEYS_STX) {
		k->mode = KEYS_FRAME;
		k->last = ev->at;
	} else if (ev->code == KEYS_ESC) {
		k->mode = KEYS_ESC_SEEN;
		k->esc = *ev;
		k->last = ev->at;
	} else if (ev->code == KEYS_PREFIX) {
		k->prefix = true;
	} else {
		emit_key(k, ev, fn, arg);
	}
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
		emit_key(k, &k->esc, fn, arg);
		return false;
	}
	if (ev->code != KEYS_CHAR) {
		k->mode = KEYS_PLAIN;
		emit_code(k, KEYS_BROKEN, &k->esc, fn, arg);
		return false;
	}
	k->last = ev->at;
	if (ev->cp >= 0x40 && ev->cp <= 0x7e) {
		k->mode = KEYS_PLAIN;
		emit_code(k, KEYS_BROKEN, &k->esc, fn, arg);
	}
	return true;
}

/* How long the present mode waits for more; 0: it waits for nothing. */
static int64_t
patience(const struct keys_in *k)
{
	if (k->mode == KEYS_FRAME) {
		return KEYS_FRAME_GAP_US;
	}
	if (k->mode != KEYS_PLAIN) {
		return KEYS_ESC_US;
	}
	return k->n_held > 0 ? KEYS_GAP_US : 0;
}

static void
expire(struct keys_in *k, keys_fn fn, void *arg)
{
	enum keys_mode mode = k->mode;

	k->mode = KEYS_PLAIN;
	if (mode == KEYS_ESC_SEEN) {
		emit_key(k, &k->esc, fn, arg);
	} else if (mode == KEYS_ESC_SWALLOW) {
		emit_code(k, KEYS_BROKEN, &k->esc, fn, arg);
	}
	release_held(k, k->n_held, fn, arg);
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
		frame(k, ev, fn, arg);
	} else {
		plain(k, ev, fn, arg);
	}
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

		if (cp < 0x20 || cp == '+' || cp == '-' || cp == '/' ||
			cp == '?') {
			break;
		}
		n = text_encode(cp, enc);
		sbuf_write(out, enc, n);
	}
}
