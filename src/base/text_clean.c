/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#include "base/poison.h"

/* Code points kept of one cluster before it is normalized; nothing written in
 * earnest comes near. */
#define CLUSTER_MAX 32
/* Canonical decomposition makes at most four of one. */
#define NFD_MAX (CLUSTER_MAX * (size_t)4)
#define MARKS_MAX 4

enum fate {
	FATE_KEEP,
	FATE_SPACE,
	FATE_MARK,
	FATE_DROP
};

struct cleaner {
	char *out;
	size_t cap;
	size_t len;
	size_t max_cells;
	size_t cells;
	unsigned had;
	bool space; /* one is due before the next cluster */
	bool full;
	int32_t cp[CLUSTER_MAX];
	size_t n;
	int32_t prev;
	utf8proc_int32_t state;
};

static enum fate
judge(int32_t cp)
{
	if (cp < 0x80) {
		if (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r') {
			return FATE_SPACE;
		}
		return cp < 0x20 || cp == 0x7f ? FATE_DROP : FATE_KEEP;
	}
	switch ((int)utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_ZS:
		return FATE_SPACE;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return FATE_MARK;
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
		return FATE_DROP;
	default:
		return FATE_KEEP;
	}
}

/* NFC of the cluster, in place; returns its new length. */
static size_t
compose(struct cleaner *c, int32_t out[NFD_MAX])
{
	const utf8proc_option_t opt = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE;
	unsigned char raw[NFD_MAX];
	utf8proc_ssize_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		n += utf8proc_encode_char(c->cp[i], raw + n);
	}
	/* utf8proc_decompose() also orders the marks. */
	n = utf8proc_decompose(raw, n, out, (utf8proc_ssize_t)NFD_MAX, opt);
	if (n >= 0 && (size_t)n <= NFD_MAX) {
		n = utf8proc_normalize_utf32(
			out, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	}
	return n < 0 || (size_t)n > NFD_MAX ? 0 : (size_t)n;
}

/* Append one cluster and the space due before it, or find that the text ends
 * here. */
static void
append(struct cleaner *c, const char *bytes, size_t len, size_t cells)
{
	size_t space = c->space ? 1 : 0;

	if (space + len > c->cap - 1 - c->len ||
		(c->max_cells != 0 &&
			space + cells > c->max_cells - c->cells)) {
		c->had |= TEXT_WAS_CUT;
		c->full = true;
		return;
	}
	if (space != 0) {
		c->out[c->len++] = ' ';
	}
	memcpy(c->out + c->len, bytes, len);
	c->len += len;
	c->cells += space + cells;
	c->space = false;
}

static void
flush_normalized(struct cleaner *c)
{
	int32_t nfc[NFD_MAX];
	char bytes[NFD_MAX * 4];
	size_t cells = 0;
	size_t marks = 0;
	size_t len = 0;
	size_t n = compose(c, nfc);

	for (size_t i = 0; i < n; i++) {
		if (judge(nfc[i]) == FATE_MARK && ++marks > MARKS_MAX) {
			c->had |= TEXT_HAD_MARKS;
			break;
		}
		cells += (size_t)text_cp_cells(nfc[i]);
		len += text_encode(nfc[i], bytes + len);
	}
	append(c, bytes, len, cells);
}

/* The cluster is finished.  Most are one Latin letter, and below U+0300 each
 * is its own normal form: a catalog of a million names must not pay for the
 * others. */
static void
flush(struct cleaner *c)
{
	if (c->n == 0 || c->full) {
		return;
	}
	if (c->n == 1 && c->cp[0] < 0x300) {
		char one[4];
		size_t len = text_encode(c->cp[0], one);

		append(c, one, len, (size_t)text_cp_cells(c->cp[0]));
	} else {
		flush_normalized(c);
	}
	c->n = 0;
}

static void
add(struct cleaner *c, int32_t cp, enum fate fate)
{
	if (fate == FATE_SPACE) {
		flush(c);
		c->space = c->len > 0;
		c->prev = -1;
		return;
	}
	if (fate == FATE_MARK && c->prev < 0) {
		/* Without a base it would join whatever is printed before. */
		c->had |= TEXT_HAD_MARKS;
		return;
	}
	if (c->prev < 0) {
		c->state = 0;
	} else if (c->prev < 0x80 && cp < 0x80) {
		c->state = 0;
		flush(c);
	} else if (utf8proc_grapheme_break_stateful(c->prev, cp, &c->state)) {
		flush(c);
	} else if (c->n == CLUSTER_MAX) {
		c->had |= TEXT_HAD_MARKS;
		return;
	}
	c->prev = cp;
	c->cp[c->n++] = cp;
}

unsigned
text_clean(
	const char *s, size_t len, char *out, size_t out_cap, size_t max_cells)
{
	const char *end = s + len;
	struct cleaner c = {
		.out = out, .cap = out_cap, .max_cells = max_cells, .prev = -1};

	if (out_cap == 0) {
		return 0;
	}
	while (s < end && !c.full) {
		const char *at = s;
		enum fate fate;
		int32_t cp;

		(void)text_next(&s, end, &cp);
		if (cp == 0xFFFD && s - at == 1) {
			c.had |= TEXT_HAD_BAD_UTF8;
		}
		fate = judge(cp);
		if (fate == FATE_DROP) {
			c.had |= TEXT_HAD_CONTROL;
			continue;
		}
		add(&c, cp, fate);
	}
	flush(&c);
	out[c.len] = '\0';
	return c.had;
}
