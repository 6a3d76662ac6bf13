/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#include "base/poison.h"

#define REPLACEMENT 0xFFFD

/* One code point at p (p < end), strictly; *ret_n bytes.  An invalid byte is
 * -1 and one byte long, so that nothing after it is swallowed. */
static int32_t
decode(const char *p, const char *end, size_t *ret_n)
{
	const unsigned char *b = (const unsigned char *)p;
	utf8proc_int32_t cp;
	utf8proc_ssize_t n;

	*ret_n = 1;
	if (*b < 0x80) {
		return *b;
	}
	n = utf8proc_iterate(b, end - p, &cp);
	if (n <= 0) {
		return -1;
	}
	*ret_n = (size_t)n;
	return cp;
}

bool
text_next(const char **p, const char *end, int32_t *ret_cp)
{
	size_t n;
	int32_t cp;

	if (*p >= end) {
		return false;
	}
	cp = decode(*p, end, &n);
	*p += n;
	*ret_cp = cp < 0 ? REPLACEMENT : cp;
	return true;
}

size_t
text_encode(int32_t cp, char out[4])
{
	unsigned char b[4] = {0};
	utf8proc_ssize_t n;

	if (cp >= 0 && cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (!utf8proc_codepoint_valid(cp)) {
		cp = REPLACEMENT;
	}
	n = utf8proc_encode_char(cp, b);
	memcpy(out, b, 4);
	return (size_t)n;
}

int
text_cp_cells(int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f) {
		return 1;
	}
	if (cp >= 0x903 && utf8proc_category(cp) == UTF8PROC_CATEGORY_MC) {
		return 1; /* vowels of Indian scripts, which stand beside */
	}
	if ((cp >= 0x1160 && cp <= 0x11ff) || (cp >= 0xd7b0 && cp <= 0xd7fb)) {
		return 0; /* of a Hangul syllable, behind its first letter */
	}
	return utf8proc_charwidth(cp);
}

/* True when a new grapheme cluster starts between a and b. */
static bool
breaks(int32_t a, int32_t b, utf8proc_int32_t *state)
{
	if (a < 0x80 && b < 0x80) {
		*state = 0;
		return a != '\r' || b != '\n';
	}
	return utf8proc_grapheme_break_stateful(a, b, state);
}

/* Bytes of the first grapheme cluster of p < end; its cells in *ret_cells. */
static size_t
cluster(const char *p, const char *end, size_t *ret_cells)
{
	const char *at = p;
	utf8proc_int32_t state = 0;
	int32_t prev = 0;
	int32_t cp = 0;

	(void)text_next(&at, end, &prev);
	*ret_cells = (size_t)text_cp_cells(prev);
	while (at < end) {
		const char *next = at;

		(void)text_next(&next, end, &cp);
		if (breaks(prev, cp, &state)) {
			break;
		}
		*ret_cells += (size_t)text_cp_cells(cp);
		prev = cp;
		at = next;
	}
	return (size_t)(at - p);
}

size_t
text_cells(const char *s, size_t len)
{
	const char *end = s + len;
	size_t cells = 0;
	int32_t cp;

	while (text_next(&s, end, &cp)) {
		cells += (size_t)text_cp_cells(cp);
	}
	return cells;
}

size_t
text_fit(const char *s, size_t len, size_t cells, size_t *ret_cells)
{
	const char *p = s;
	const char *end = s + len;
	size_t used = 0;

	while (p < end) {
		size_t c;
		size_t n = cluster(p, end, &c);

		if (c > cells - used) {
			break;
		}
		used += c;
		p += n;
	}
	if (ret_cells != NULL) {
		*ret_cells = used;
	}
	return (size_t)(p - s);
}

/* Copy n bytes, or as many whole clusters of them as out holds. */
static size_t
copy_fit(char *out, size_t cap, const char *s, size_t n)
{
	size_t done = 0;

	while (n >= cap && done < n) {
		size_t c;
		size_t k = cluster(s + done, s + n, &c);

		if (done + k >= cap) {
			n = done;
			break;
		}
		done += k;
	}
	memcpy(out, s, n);
	out[n] = '\0';
	return n;
}

void
text_fit_middle(char *out, size_t cap, const char *s, size_t cells)
{
	size_t len = strlen(s);
	size_t all = text_cells(s, len);
	size_t tail;
	size_t head;
	size_t skip;
	size_t n;

	if (cap == 0) {
		return;
	}
	if (all <= cells || cells < 5) {
		n = text_fit(s, len, cells, NULL);
		(void)copy_fit(out, cap, s, n);
		return;
	}
	tail = (cells - 2) / 2;
	head = text_fit(s, len, cells - 2 - tail, NULL);
	/* Clusters are skipped from the front until the rest is short enough. */
	for (skip = head, all = text_cells(s + head, len - head); all > tail;) {
		size_t c;

		skip += cluster(s + skip, s + len, &c);
		all -= c;
	}
	n = copy_fit(out, cap, s, head);
	n += copy_fit(out + n, cap - n, "..", 2);
	(void)copy_fit(out + n, cap - n, s + skip, len - skip);
}

/* How many bytes from s on are ASCII and no control characters; most texts are
 * nothing else, and eight at once are looked at in the time of one. */
static size_t
plain_span(const char *s, size_t len)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	size_t n = 0;

	for (; len - n >= sizeof(uint64_t); n += sizeof(uint64_t)) {
		uint64_t w;

		memcpy(&w, s + n, sizeof(w));
		/* with no high bit in w a borrow shows a byte below 0x20; of
		 * several the lowest is right, and one is enough */
		if (((w | (w - each * 0x20)) & each * 0x80) != 0) {
			break;
		}
	}
	while (n < len && s[n] >= 0x20 && (unsigned char)s[n] < 0x80) {
		n++;
	}
	return n;
}

bool
text_is_utf8(const char *s, size_t len)
{
	const char *end = s + len;

	while ((s += plain_span(s, (size_t)(end - s))) < end) {
		size_t n;

		if (decode(s, end, &n) <= 0) {
			return false;
		}
		s += n;
	}
	return true;
}

bool
text_is_line(const char *s, size_t len)
{
	const char *end = s + len;

	while ((s += plain_span(s, (size_t)(end - s))) < end) {
		size_t n;

		if (decode(s, end, &n) < 0x20) {
			return false;
		}
		s += n;
	}
	return true;
}

size_t
text_decompose(int32_t cp, unsigned flags, int32_t out[TEXT_DECOMPOSE_MAX])
{
	utf8proc_option_t opt = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
				UTF8PROC_STRIPMARK | UTF8PROC_STABLE;
	utf8proc_int32_t buf[TEXT_DECOMPOSE_MAX];
	utf8proc_ssize_t n;

	if (cp < 0x80) {
		bool upper = cp >= 'A' && cp <= 'Z';

		out[0] = upper && (flags & TEXT_FOLD_CASE) != 0 ? cp + 32 : cp;
		return 1;
	}
	if ((flags & TEXT_FOLD_CASE) != 0) {
		opt |= UTF8PROC_CASEFOLD;
	}
	n = utf8proc_decompose_char(cp, buf, TEXT_DECOMPOSE_MAX, opt, NULL);
	if (n < 0 || n > TEXT_DECOMPOSE_MAX) {
		out[0] = cp;
		return 1;
	}
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		out[i] = buf[i];
	}
	return (size_t)n;
}

void
text_fold(const char *s, size_t len, char *out, size_t cap)
{
	const char *end = s + len;
	size_t at = 0;
	int32_t cp;

	if (cap == 0) {
		return;
	}
	while (text_next(&s, end, &cp)) {
		int32_t part[TEXT_DECOMPOSE_MAX];
		size_t n = text_decompose(cp, TEXT_FOLD_CASE, part);
		char enc[4];

		if (cp < 0x80 && cap - at > 1) {
			out[at++] = (char)part[0];
			continue;
		}

		for (size_t i = 0; i < n; i++) {
			size_t k = text_encode(part[i], enc);

			if (k >= cap - at) {
				out[at] = '\0';
				return;
			}
			memcpy(out + at, enc, k);
			at += k;
		}
	}
	out[at] = '\0';
}

bool
text_is_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

char
text_upper(char c)
{
	if (c >= 'a' && c <= 'z') {
		return (char)(c & ~0x20);
	}
	return c;
}
