/* SPDX-License-Identifier: Apache-2.0 */
#include "device/zvt_codec.h"

#include <string.h>

#include "base/poison.h"

#define LONG_FORM 0xffu
#define HEAD 3u
#define LONG_HEAD 5u

size_t
zvt_apdu_size(const uint8_t *p, size_t n)
{
	if (n < HEAD) {
		return 0;
	}
	if (p[2] != LONG_FORM) {
		return HEAD + p[2];
	}
	return n < LONG_HEAD ? 0 : LONG_HEAD + p[3] + ((size_t)p[4] << 8);
}

bool
zvt_apdu_read(const uint8_t *p, size_t n, struct zvt_apdu *ret)
{
	size_t head;

	if (zvt_apdu_size(p, n) != n || n == 0) {
		return false;
	}
	head = p[2] == LONG_FORM ? LONG_HEAD : HEAD;
	ret->cmd = (uint16_t)(p[0] << 8 | p[1]);
	ret->p = p + head;
	ret->n = n - head;
	return true;
}

bool
zvt_is_answer(const struct zvt_apdu *a)
{
	return a->cmd == ZVT_YES || a->cmd >> 8 == 0x84;
}

/* --- made ----------------------------------------------------------------- */

void
zvt_begin(struct zvt_make *m, uint16_t cmd)
{
	m->n = 0;
	m->over = false;
	zvt_put1(m, (uint8_t)(cmd >> 8));
	zvt_put1(m, (uint8_t)cmd);
	zvt_put1(m, 0);
}

void
zvt_put(struct zvt_make *m, const void *p, size_t n)
{
	if (m->over || n > sizeof(m->byte) - m->n) {
		m->over = true;
		return;
	}
	if (n > 0) {
		memcpy(m->byte + m->n, p, n);
	}
	m->n += n;
}

void
zvt_put1(struct zvt_make *m, uint8_t byte)
{
	zvt_put(m, &byte, 1);
}

void
zvt_put_bcd(struct zvt_make *m, int64_t value, size_t bytes)
{
	uint8_t out[9];

	if (value < 0 || bytes > sizeof(out)) {
		m->over = true;
		return;
	}
	for (size_t i = bytes; i > 0; i--) {
		out[i - 1] = (uint8_t)(value / 10 % 10 << 4 | value % 10);
		value /= 100;
	}
	m->over = m->over || value > 0;
	zvt_put(m, out, bytes);
}

void
zvt_put_amount(struct zvt_make *m, int64_t minor)
{
	zvt_put1(m, 0x04);
	zvt_put_bcd(m, minor, 6);
}

void
zvt_put_currency(struct zvt_make *m, unsigned number)
{
	zvt_put1(m, 0x49);
	zvt_put_bcd(m, number, 2);
}

void
zvt_put_receipt(struct zvt_make *m, const char *text)
{
	int64_t n = 0;

	zvt_put1(m, 0x87);
	if (text[0] == '\0') {
		zvt_put(m, "\xff\xff", 2);
		return;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || n > 9999) {
			m->over = true;
			return;
		}
		n = n * 10 + (*text - '0');
	}
	zvt_put_bcd(m, n, 2);
}

void
zvt_put_var(struct zvt_make *m, uint8_t bmp, unsigned digits, const void *p,
	size_t n)
{
	unsigned scale = digits == 3 ? 100 : 10;

	zvt_put1(m, bmp);
	m->over = m->over || n >= (size_t)scale * 10;
	for (; scale > 0; scale /= 10) {
		zvt_put1(m, (uint8_t)(0xf0u | (n / scale % 10)));
	}
	zvt_put(m, p, n);
}

static void
put_ber_len(struct zvt_make *m, size_t n)
{
	if (n < 0x80) {
		zvt_put1(m, (uint8_t)n);
	} else if (n < 0x100) {
		zvt_put1(m, 0x81);
		zvt_put1(m, (uint8_t)n);
	} else {
		zvt_put1(m, 0x82);
		zvt_put1(m, (uint8_t)(n >> 8));
		zvt_put1(m, (uint8_t)n);
	}
}

void
zvt_put_tag(struct zvt_make *m, unsigned tag, const void *p, size_t n)
{
	if (tag > 0xff) {
		zvt_put1(m, (uint8_t)(tag >> 8));
	}
	zvt_put1(m, (uint8_t)tag);
	put_ber_len(m, n);
	zvt_put(m, p, n);
}

bool
zvt_end(struct zvt_make *m)
{
	size_t n = m->n - HEAD;

	if (m->over || (n >= LONG_FORM && m->n + 2 > sizeof(m->byte))) {
		return false;
	}
	if (n < LONG_FORM) {
		m->byte[2] = (uint8_t)n;
		return true;
	}
	memmove(m->byte + LONG_HEAD, m->byte + HEAD, n);
	m->byte[2] = LONG_FORM;
	m->byte[3] = (uint8_t)n;
	m->byte[4] = (uint8_t)(n >> 8);
	m->n += 2;
	return true;
}

/* --- read ----------------------------------------------------------------- */

int64_t
zvt_bcd(const uint8_t *p, size_t n)
{
	int64_t value = 0;

	if (n > 9) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned hi = p[i] >> 4;
		unsigned lo = p[i] & 15u;

		if (hi > 9 || lo > 9) {
			return -1;
		}
		value = value * 100 + (int64_t)(hi * 10 + lo);
	}
	return value;
}

#define LL 0x80u  /* length of two digits */
#define LLL 0x81u /* of three */
#define TLV 0x82u

/* PA00P015, list of bitmaps: their lengths.  0: none of that number. */
static const uint8_t bmp_form[256] = {
	[0x01] = 1,
	[0x02] = 1,
	[0x03] = 1,
	[0x04] = 6,
	[0x05] = 1,
	[0x06] = TLV,
	[0x0b] = 3,
	[0x0c] = 3,
	[0x0d] = 2,
	[0x0e] = 2,
	[0x17] = 2,
	[0x19] = 1,
	[0x22] = LL,
	[0x23] = LL,
	[0x24] = LLL,
	[0x27] = 1,
	[0x29] = 4,
	[0x2a] = 15,
	[0x2d] = LL,
	[0x2e] = LLL,
	[0x37] = 3,
	[0x3a] = 2,
	[0x3b] = 8,
	[0x3c] = LLL,
	[0x3d] = 3,
	[0x49] = 2,
	[0x4c] = LL,
	[0x60] = LLL,
	[0x70] = 4,
	[0x71] = 4,
	[0x72] = 1,
	[0x73] = 1,
	[0x74] = 1,
	[0x75] = 1,
	[0x87] = 2,
	[0x88] = 3,
	[0x8a] = 1,
	[0x8b] = LL,
	[0x8c] = 1,
	[0x92] = 5,
	[0x9a] = LLL,
	[0xa0] = 1,
	[0xa7] = LL,
	[0xaa] = 3,
	[0xaf] = LLL,
	[0xba] = 5,
	[0xd0] = 1,
	[0xd1] = LL,
	[0xd2] = 1,
	[0xd3] = 1,
	[0xe0] = 1,
	[0xe1] = LL,
	[0xe2] = LL,
	[0xe3] = LL,
	[0xe4] = LL,
	[0xe5] = LL,
	[0xe6] = LL,
	[0xe7] = LL,
	[0xe8] = LL,
	[0xe9] = 1,
	[0xea] = 1,
	[0xeb] = 8,
	[0xf0] = 1,
	[0xf1] = LL,
	[0xf2] = LL,
	[0xf3] = LL,
	[0xf4] = LL,
	[0xf5] = LL,
	[0xf6] = LL,
	[0xf7] = LL,
	[0xf8] = LL,
	[0xf9] = 1,
	[0xfa] = 1,
	[0xfb] = 1,
	[0xfc] = 1,
	[0xfd] = 1,
};

/* Bytes of the length, and the length; 0: it is none, or cut off. */
static size_t
var_len(const uint8_t *p, size_t n, size_t digits, size_t *ret)
{
	*ret = 0;
	if (n < digits) {
		return 0;
	}
	for (size_t i = 0; i < digits; i++) {
		if (p[i] >> 4 != 0xf || (p[i] & 15u) > 9) {
			return 0;
		}
		*ret = *ret * 10 + (p[i] & 15u);
	}
	return digits;
}

static size_t
ber_len(const uint8_t *p, size_t n, size_t *ret)
{
	if (n >= 1 && p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	if (n >= 2 && p[0] == 0x81) {
		*ret = p[1];
		return 2;
	}
	if (n >= 3 && p[0] == 0x82) {
		*ret = (size_t)p[1] << 8 | p[2];
		return 3;
	}
	return 0;
}

bool
zvt_bmp_next(const uint8_t **p, size_t *n, struct zvt_bmp *ret)
{
	const uint8_t *at = *p;
	size_t left = *n;
	size_t len = 0;
	size_t head = 0;
	uint8_t form;

	if (left == 0 || bmp_form[at[0]] == 0) {
		return false;
	}
	ret->id = at[0];
	form = bmp_form[at[0]];
	at++;
	left--;
	if (form == TLV) {
		head = ber_len(at, left, &len);
	} else if (form == LL || form == LLL) {
		head = var_len(at, left, form == LL ? 2 : 3, &len);
	} else {
		len = form;
	}
	if ((form >= LL && head == 0) || len > left - head) {
		return false;
	}
	ret->p = at + head;
	ret->n = len;
	*p = ret->p + len;
	*n = left - head - len;
	return true;
}

bool
zvt_tag_next(const uint8_t **p, size_t *n, struct zvt_tag *ret)
{
	const uint8_t *at = *p;
	size_t left = *n;
	size_t len = 0;
	size_t head;

	if (left == 0) {
		return false;
	}
	ret->tag = at[0];
	ret->nested = (at[0] & 0x20u) != 0;
	at++;
	left--;
	if ((ret->tag & 0x1fu) == 0x1f) {
		if (left == 0) {
			return false;
		}
		ret->tag = ret->tag << 8 | at[0];
		at++;
		left--;
	}
	head = ber_len(at, left, &len);
	if (head == 0 || len > left - head) {
		return false;
	}
	ret->p = at + head;
	ret->n = len;
	*p = ret->p + len;
	*n = left - head - len;
	return true;
}

void
zvt_tag_walk(const uint8_t *p, size_t n, zvt_tag_fn fn, void *arg)
{
	/* the rests of the containers that are open, innermost last */
	const uint8_t *at[ZVT_TAG_DEPTH];
	size_t left[ZVT_TAG_DEPTH];
	size_t depth = 0;
	struct zvt_tag t;

	at[0] = p;
	left[0] = n;
	for (;;) {
		if (!zvt_tag_next(&at[depth], &left[depth], &t)) {
			if (depth == 0) {
				return;
			}
			depth--;
			continue;
		}
		fn(arg, &t);
		if (t.nested && depth + 1 < ZVT_TAG_DEPTH) {
			depth++;
			at[depth] = t.p;
			left[depth] = t.n;
		}
	}
}
