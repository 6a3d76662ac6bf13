/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt that a terminal of version 3 makes: ZT holds CK and AK, and AK
 * the rows in base64 (RFC 4648, section 4). */
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "device/caisse.h"

#include "base/poison.h"

#define HEAD 5u
#define ROW_BYTES 256u

static int
six_bits(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	if (c == '+') {
		return 62;
	}
	return c == '/' ? 63 : -1;
}

/* Stops at what is no base64.  Returns how many bytes. */
static size_t
decode(const char *p, size_t n, char *out, size_t cap)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t len = 0;

	for (size_t i = 0; i < n && len < cap; i++) {
		int six = six_bits(p[i]);

		if (six < 0) {
			break;
		}
		bits = (bits << 6 | (uint32_t)six) & 0xffffffu;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (char)(bits >> have & 0xff);
		}
	}
	return len;
}

static size_t
value_len(const char *p)
{
	size_t n = 0;

	for (size_t i = 2; i < HEAD; i++) {
		if (p[i] < '0' || p[i] > '9') {
			return SIZE_MAX;
		}
		n = n * 10 + (size_t)(p[i] - '0');
	}
	return n;
}

/* AK of the container; NULL it has none, or is none. */
static const char *
find_rows(const char *p, size_t n, size_t *ret_n)
{
	while (n >= HEAD) {
		size_t len = value_len(p);

		if (len > n - HEAD) {
			return NULL;
		}
		if (memcmp(p, "AK", 2) == 0) {
			*ret_n = len;
			return p + HEAD;
		}
		p += HEAD + len;
		n -= HEAD + len;
	}
	return NULL;
}

/* One row as UTF-8; what is none is taken as Latin-1. */
static void
put_row(struct pinpad_slip *slip, const char *p, size_t n)
{
	char wide[2 * ROW_BYTES];
	char row[2 * ROW_BYTES];
	size_t len = 0;

	n = n < ROW_BYTES ? n : ROW_BYTES;
	if (text_is_utf8(p, n)) {
		memcpy(wide, p, n);
		len = n;
	} else {
		for (size_t i = 0; i < n; i++) {
			char one[4];
			size_t k = text_encode((unsigned char)p[i], one);

			memcpy(wide + len, one, k);
			len += k;
		}
	}
	(void)text_clean(wide, len, row, sizeof(row), 0);
	len = strlen(row);
	if (slip->len + len + 1 < sizeof(slip->text)) {
		memcpy(slip->text + slip->len, row, len);
		slip->len += len;
		slip->text[slip->len++] = '\n';
		slip->text[slip->len] = '\0';
	}
	crypto_wipe(wide, sizeof(wide));
	crypto_wipe(row, sizeof(row));
}

void
caisse_slip(const char *p, size_t n, struct pinpad_slip *slip)
{
	char text[1024] = {0};
	size_t n_rows = 0;
	const char *rows = find_rows(p, n, &n_rows);
	size_t len =
		rows != NULL ? decode(rows, n_rows, text, sizeof(text)) : 0;

	slip->copy = PINPAD_CUSTOMER;
	slip->signature = false;
	slip->hold = false;
	slip->len = 0;
	slip->text[0] = '\0';
	for (size_t from = 0; from < len;) {
		const char *end = memchr(text + from, '\n', len - from);
		size_t to = end != NULL ? (size_t)(end - text) : len;

		put_row(slip, text + from, to - from);
		from = to + 1;
	}
	(void)pinpad_mask(slip->text, slip->len);
	crypto_wipe(text, sizeof(text));
}
