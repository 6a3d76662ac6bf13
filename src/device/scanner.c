/* SPDX-License-Identifier: Apache-2.0 */
#include "device/scanner.h"

#include <string.h>

#include "base/i18n.h"
#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define MARK_MAX 8
#define QUEUE 2048u
#define AT_ONCE 4u /* symbols a step */
#define MS INT64_C(1000)

struct scanner {
	uint8_t prefix[MARK_MAX], suffix[MARK_MAX];
	size_t n_prefix, n_suffix, strip;
	int64_t idle_us;
	bool seven;

	bool ends;       /* symbols of this line have a suffix */
	unsigned halves; /* without one, since the last that had */
	uint8_t part[SCANNER_SYMBOL_MAX];
	size_t n_part;
	size_t dropped; /* bytes of it that had no room */
	struct mono last;

	/* what came in beyond the symbols of one step */
	uint8_t queue[QUEUE];
	size_t n_queue;

	/* what events point to */
	char text[AT_ONCE][SCANNER_SYMBOL_MAX + 1];
	size_t n_text;
};

static const struct device_opt opts[] = {
	{"prefix", N_("bytes before a symbol, in hex"), "02", DEVICE_OPT_BYTES,
		0, MARK_MAX, NULL},
	{"suffix", N_("bytes of which each ends a symbol, in hex"), "0D 0A 03",
		DEVICE_OPT_BYTES, 0, MARK_MAX, NULL},
	{"strip", N_("signs behind the prefix that are not the symbol's"), "0",
		DEVICE_OPT_NUMBER, 0, 8, NULL},
	{"idle", N_("milliseconds of silence that end a symbol"), "100",
		DEVICE_OPT_NUMBER, 20, 2000, NULL},
	{"seven", N_("only seven bits of a byte count"), "no", DEVICE_OPT_YES,
		0, 0, NULL},
};

static enum rc
open_line(void *state, const struct device_conf *conf, bool write_only,
	struct err *reterr)
{
	struct scanner *s = state;
	const struct device_driver *d = &scanner_driver;

	if (write_only) {
		return err_set(reterr, RC_INVAL, 0, "scanner",
			"%s can only be written: name the port the scanner "
			"is at",
			conf->port);
	}
	memset(s, 0, sizeof(*s));
	s->n_prefix = device_opt_bytes(
		d, conf, "prefix", s->prefix, sizeof(s->prefix));
	s->n_suffix = device_opt_bytes(
		d, conf, "suffix", s->suffix, sizeof(s->suffix));
	s->strip = (size_t)device_opt_number(d, conf, "strip");
	s->idle_us = device_opt_number(d, conf, "idle") * MS;
	s->seven = conf->line.bits == 7 || device_opt_yes(d, conf, "seven");
	return RC_OK;
}

/* --- a symbol ------------------------------------------------------------- */

static void
note(struct device_out *out, const char *what)
{
	struct device_event *e = device_out_event(out, DEVICE_NOTE, 0);
	struct sbuf b;

	if (e != NULL) {
		sbuf_init(&b, e->text, sizeof(e->text));
		sbuf_puts(&b, what);
	}
}

/* GS, RS, US and EOT stand between the parts of a message. */
static bool
is_noise(const char *p, size_t n)
{
	const char *end = p + n;
	int32_t cp;

	while (text_next(&p, end, &cp)) {
		bool part = cp == 0x04 || (cp >= 0x1d && cp <= 0x1f);

		if ((cp < 0x20 && !part) || (cp >= 0x7f && cp < 0xa0)) {
			return true;
		}
	}
	return false;
}

/* Text of a scanner in Latin-1 has letters between those of ASCII; of a line
 * with another speed or frame every other byte is beyond it. */
static bool
is_foreign(const uint8_t *p, size_t n)
{
	size_t beyond = 0;

	for (size_t i = 0; i < n; i++) {
		beyond += p[i] >= 0x80 ? 1u : 0u;
	}
	return 3 * beyond >= n && !text_is_utf8((const char *)p, n);
}

/* As UTF-8; false: it has no room. */
static bool
as_text(const uint8_t *p, size_t n, struct sbuf *b)
{
	bool utf8 = text_is_utf8((const char *)p, n);

	for (size_t i = 0; i < n; i++) {
		char c[4];

		if (utf8) {
			sbuf_putc(b, (char)p[i]);
		} else {
			sbuf_write(b, c, text_encode(p[i], c));
		}
	}
	return sbuf_ok(b);
}

static void
symbol(struct scanner *s, struct device_out *out)
{
	size_t off = s->strip;
	const uint8_t *p = s->part;
	size_t n = s->n_part;
	struct device_event *e;
	struct sbuf b;

	if (s->n_prefix > 0 && n >= s->n_prefix &&
		memcmp(p, s->prefix, s->n_prefix) == 0) {
		off += s->n_prefix;
	}
	if (n == 0 || n <= off) {
		return;
	}
	sbuf_init(&b, s->text[s->n_text], sizeof(s->text[0]));
	if (s->dropped > 0 || !as_text(p + off, n - off, &b)) {
		note(out, "bytes are too long for a symbol, and were dropped");
		return;
	}
	if (is_noise(b.p, b.len) || is_foreign(p + off, n - off)) {
		note(out, "bytes of noise: look at speed, frame and cable");
		return;
	}
	e = device_out_event(out, DEVICE_SCAN, 0);
	if (e != NULL) {
		e->data = b.p;
		e->n_data = b.len;
		s->n_text++;
	}
}

/* True: it was one. */
static bool
end_symbol(struct scanner *s, struct device_out *out)
{
	size_t before = s->n_text;

	symbol(s, out);
	s->n_part = 0;
	s->dropped = 0;
	return s->n_text > before;
}

/* --- the line ------------------------------------------------------------- */

static bool
is_suffix(const struct scanner *s, uint8_t byte)
{
	return s->n_suffix > 0 && memchr(s->suffix, byte, s->n_suffix) != NULL;
}

static bool
begins(const struct scanner *s, uint8_t byte)
{
	return s->n_prefix == 1 && s->prefix[0] == byte && byte < 0x20;
}

static void
take(struct scanner *s, uint8_t byte, struct device_out *out)
{
	if (s->seven) {
		byte &= 0x7f;
	}
	if (is_suffix(s, byte)) {
		if (end_symbol(s, out)) {
			s->ends = true;
			s->halves = 0;
		}
		return;
	}
	if (begins(s, byte)) {
		s->n_part = 0;
		s->dropped = 0;
	}
	if (s->n_part < sizeof(s->part)) {
		s->part[s->n_part++] = byte;
	} else {
		s->dropped++;
	}
}

static void
idle(struct scanner *s, struct mono now, struct device_out *out)
{
	if (s->n_part == 0) {
		return;
	}
	if (now.us - s->last.us < s->idle_us) {
		device_out_by(out, (struct mono){s->last.us + s->idle_us});
		return;
	}
	if (s->ends) {
		note(out, "bytes without an end were dropped");
		s->n_part = 0;
		s->dropped = 0;
		/* or it has stopped to send one */
		s->ends = s->halves++ == 0;
	} else {
		(void)end_symbol(s, out);
	}
}

static bool
is_full(const struct scanner *s, const struct device_out *out)
{
	return s->n_text == AT_ONCE || out->n_event + 1 >= DEVICE_OUT_EVENTS;
}

static void
step(void *state, struct mono now, const struct device_in *in,
	struct device_out *out)
{
	struct scanner *s = state;
	size_t i, k = 0;

	s->n_text = 0;
	for (i = 0; i < s->n_queue && !is_full(s, out); i++) {
		take(s, s->queue[i], out);
	}
	s->n_queue -= i;
	memmove(s->queue, s->queue + i, s->n_queue);
	/* the pause before these bytes counts */
	if (s->n_queue == 0) {
		idle(s, now, out);
	}
	for (; s->n_queue == 0 && k < in->n && !is_full(s, out); k++) {
		take(s, in->p[k], out);
	}
	if (in->n > 0) {
		s->last = now;
	}
	if (in->n - k > sizeof(s->queue) - s->n_queue) {
		note(out, "bytes came too fast, and were dropped");
	} else if (k < in->n) {
		memcpy(s->queue + s->n_queue, in->p + k, in->n - k);
		s->n_queue += in->n - k;
	}
	if (s->n_queue > 0) {
		device_out_by(out, now);
	} else if (s->n_part > 0) {
		device_out_by(out, (struct mono){s->last.us + s->idle_us});
	}
}

const struct device_driver scanner_driver = {
	.name = "scanner",
	.summary = "bar code scanners on a serial line",
	.class_ = DEVICE_SCANNER,
	.line = {9600, 8, 'N', 1, FLOW_NONE},
	.opt = opts,
	.n_opt = ARRAY_LEN(opts),
	.state_size = sizeof(struct scanner),
	.open = open_line,
	.step = step,
};
